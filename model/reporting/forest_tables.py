"""Forest, wood and carbon stocks of a plan: what stands where and how old, what was felled, where the carbon went.

Areas are at the milestone; fellings are a year and by the age class at felling, as it stood at the beginning of the
period. Carbon of a stratum holds living biomass, standing dead wood and litter; other pools stand in ``stocks``.

Limits: the course of restricted strata is known in advance and comes from the stands, not from the solver.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core import units
from ..core.solution import Solution
from ..core.units import CO2_PER_C
from ..levers._forest_tables import FOREST_AREA, FOREST_GROUPS, FOREST_GROWTH, FOREST_HARVEST
from ..levers._stands import Stands, read_stands
from .frames import entries, rate, stack, total, values

CLASS = ["stratum", "age_class"]
#: Pool of ``stocks`` -> variable family of its stock, where it is a variable; keys beyond region and year are summed.
STOCK_FAMILIES = {
    "dead_wood": "dead_wood_stock",
    "soil_deficit": "soil_deficit",
    "wood_products": "product_stock",
}
#: Item of ``wood`` -> (balance, sign, unit of the table).
WOOD_BALANCES = (
    ("roundwood", 1.0, "million m3/yr"),
    ("extracted_carbon", 1.0, "Mt C/yr"),
    ("dead_wood", 1.0, "Mt C/yr"),
    ("slash", 1.0, "Mt C/yr"),
)


def stands_of(solution: Solution) -> Stands | None:
    """The stands of the workbook when the forest is in the model."""
    data = solution.build.data
    if "forest" not in solution.build.present or not all(
        data.has(t.name) for t in (FOREST_GROUPS, FOREST_GROWTH, FOREST_AREA, FOREST_HARVEST)
    ):
        return None
    return read_stands(data)


def _grid(stands: Stands, area: np.ndarray, year: int, mask: np.ndarray) -> pd.DataFrame:
    row, column = np.nonzero(mask & (area > 0.0))
    names = stands.strata["stratum"].to_numpy(dtype=object)[row]
    return pd.DataFrame({"stratum": names, "age_class": column + 1, "year": year, "area": area[row, column]})


def areas(solution: Solution, stands: Stands) -> pd.DataFrame:
    """Area (Mha) by stratum, age class and year: base year, restricted strata, and the decided ones."""
    data = solution.build.data
    everywhere = np.ones_like(stands.area, dtype=bool)
    restricted = np.broadcast_to(stands.of_status("restricted")[:, None], stands.area.shape)
    course = stands.age_without_felling([data.length(y) for y in data.years])
    parts = [_grid(stands, stands.area, data.base_year, everywhere)]
    parts += [_grid(stands, area, year, restricted) for year, area in zip(data.years, course[1:], strict=True)]
    decided = values(solution, "area")
    if len(decided):
        parts.append(decided.rename(columns={"value": "area"}))
    return stack(parts)


def forest(solution: Solution) -> pd.DataFrame:
    """Table ``forest``."""
    stands = stands_of(solution)
    if stands is None:
        return pd.DataFrame()
    held = areas(solution, stands)
    cut = values(solution, "clearcut")
    cut = rate(solution, cut).rename(columns={"value": "clearcut"}) if len(cut) else pd.DataFrame(columns=[*CLASS, "year", "clearcut"])
    frame = held.merge(cut, how="outer", on=[*CLASS, "year"], sort=False)
    frame = frame.assign(area=frame["area"].fillna(0.0).astype(float), clearcut=frame["clearcut"].fillna(0.0).astype(float))
    number = {name: row for row, name in enumerate(stands.strata["stratum"])}
    row, column = frame["stratum"].map(number).to_numpy(dtype=int), frame["age_class"].to_numpy(dtype=int) - 1
    kha = units.convert(1.0, "Mha", "kha")
    frame = frame.assign(
        region=stands.strata["region"].to_numpy(dtype=object)[row],
        order=row,
        area_kha=frame["area"] * kha,
        clearcut_kha=frame["clearcut"] * kha,
        volume_mm3=units.convert(frame["area"].to_numpy() * stands.volume[row, column], "km3", "million m3"),
        carbon_mt_co2=frame["area"].to_numpy() * stands.living[row, column] * CO2_PER_C,
    )
    return frame.sort_values(["order", "age_class", "year"], kind="stable")


def stocks(solution: Solution, forest_table: pd.DataFrame) -> pd.DataFrame:
    """Table ``stocks``: carbon by region, pool and year in Mt C; the soil is a deficit against its equilibrium."""
    parts = [_living(solution, forest_table)]
    for pool, family in STOCK_FAMILIES.items():
        frame = values(solution, family)
        if frame.empty or "region" not in frame:
            continue
        frame = total(frame, ["region", "year"])
        parts.append(stack([_initial(solution, pool, frame), frame]).assign(pool=pool))
    brought = entries(solution, "soil_planting", "Mt C")
    if len(brought):
        brought = total(brought[brought["value"] > 0.0], ["region", "year"])
        parts.append(brought.assign(pool="soil_deficit_brought"))
    return stack(parts).assign(unit="Mt C") if stack(parts).size else pd.DataFrame()


def _living(solution: Solution, forest_table: pd.DataFrame) -> pd.DataFrame:
    """Living carbon of the strata of the base year and of the new ones, every region and year (zeros included)."""
    stands = stands_of(solution)
    if stands is None or forest_table.empty:
        return pd.DataFrame()
    status = dict(zip(stands.strata["stratum"], stands.strata["status"], strict=True))
    is_new = forest_table["stratum"].map(status) == "new"
    named = forest_table.assign(pool=np.where(is_new, "new_forest_living", "forest_living"), value=forest_table["carbon_mt_co2"] / CO2_PER_C)
    found = total(named, ["region", "pool", "year"])
    pools = found[["region", "pool"]].drop_duplicates()
    grid = pools.merge(pd.DataFrame({"year": solution.build.data.all_years}), how="cross")
    whole = grid.merge(found, how="left", on=["region", "pool", "year"])
    return whole.assign(value=whole["value"].fillna(0.0).astype(float))


def _initial(solution: Solution, pool: str, later: pd.DataFrame) -> pd.DataFrame:
    """The stock of the base year, from the amount that the first period's sink takes off; zero for the soil."""
    data = solution.build.data
    if data.base_year in set(later["year"]):
        return pd.DataFrame()
    regions = later[["region"]].drop_duplicates()
    start = {} if pool == "soil_deficit" else _opening_stock(solution, pool)
    held = regions["region"].map(start).fillna(0.0).astype(float)
    return regions.assign(year=data.base_year, value=held)


def _opening_stock(solution: Solution, pool: str) -> dict[str, float]:
    """Region -> stock of the base year (Mt C): the fixed part of the first period's sink is minus that stock a year."""
    build = solution.build
    first = build.data.years[0]
    table = build.ledger.table("sink")
    fixed = table[(table["item"] == pool) & (table["year"] == first) & (table["position"] < 0)]
    amounts = fixed.groupby("region", sort=False)["coefficient"].sum()
    return {str(r): -float(v) * build.data.length(first) / CO2_PER_C for r, v in amounts.items()}


def wood(solution: Solution) -> pd.DataFrame:
    """Table ``wood``: volumes and carbon of the harvest by region and year; uses are negative entries turned positive."""
    parts = [_felled(solution)]
    for balance, sign, unit in WOOD_BALANCES:
        frame = entries(solution, balance, unit)
        if frame.empty:
            continue
        direction = np.where(frame["value"] >= 0.0, "in", "out")
        frame = frame.assign(item=balance + "." + direction.astype(object) + "." + frame["item"], value=sign * frame["value"].abs())
        parts.append(total(frame, ["region", "item", "year"]).assign(unit=unit))
    return stack(parts)


def _felled(solution: Solution) -> pd.DataFrame:
    """Standing volume felled; in the base year what its roundwood came from."""
    felled = values(solution, "felled_volume", "million m3/yr")
    if felled.empty:
        return felled
    data = solution.build.data
    table = data.frame(FOREST_HARVEST)
    recovery = table["recovery"].astype(float)
    history = (table["roundwood_base"].astype(float) / recovery.where(recovery > 0.0)).fillna(0.0)
    base = pd.DataFrame({"region": table["region"], "year": data.base_year, "value": units.convert(history.to_numpy(), "km3/yr", "million m3/yr")})
    return stack([base, felled]).assign(item="standing_volume_felled", unit="million m3/yr")


def grassland(solution: Solution) -> pd.DataFrame:
    """Table ``grassland``: area under each measure at the milestone, all vintages together, in kha."""
    from .frames import standing

    treated = standing(solution, values(solution, "treated", "kha"))
    return treated.rename(columns={"value": "treated_kha"}) if len(treated) else treated
