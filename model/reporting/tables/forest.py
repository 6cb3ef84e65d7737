"""Forest, wood and carbon stocks of a plan: what stands where and how old, what was felled, where the carbon went.

Areas are at the milestone; fellings are a year and by the age class at felling, as it stood at the beginning of the
period. Carbon of a stratum holds living biomass, standing dead wood and litter; other pools stand in ``stocks``.

Limits: the course of restricted strata is known in advance and comes from the stands, not from the solver.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...core.build.roles import closed, states
from ...core.declare import units
from ...core.declare.units import CO2_PER_C
from ...core.solve.amounts import NATION, entries, is_supply, rate, region_of_zone, stack, total, values
from ...core.solve.sides import Tables
from ...core.solve.solution import Solution
from ...levers.forest.parts.areas import AREA, CLEARCUT, REGENERATED
from ...levers.forest.parts.harvest import FELLED
from ...levers.forest.parts.partial import PARTIAL, partial_classes
from ...levers.forest.parts.posts import forest_classes, harvest_rows
from ...levers.forest.parts.value import PRODUCTS as SOLD
from ...levers.forest.parts.value import SALVAGED
from ...levers.forest.stands import Stands, stands_of
from ...levers.forest.tables import new_stratum_name
from ...levers.forest.wood_products import PRODUCT_INFLOW, PRODUCT_POOL, PRODUCT_SHARES, PRODUCTS, ROUNDWOOD_CARBON
from ...levers.land.afforestation import AFFORESTATION_LAND, PLANTED

CLASS = ["stratum", "age_class"]
PLANTED_KEYS = ["region", "water_zone", "land_type"]
#: Balances whose entries are listed in ``wood``, with the unit there.
WOOD_BALANCES = {"roundwood": "million m3/yr", "extracted_carbon": "Mt C/yr", "dead_wood": "Mt C/yr", "slash": "Mt C/yr"}


def placed(solution: Solution, frame: pd.DataFrame) -> pd.DataFrame:
    """``frame`` with what is known of its stratum (region, group, origin, status), else with its region, that of its water zone or the nation."""
    stands = stands_of(solution)
    if "stratum" in frame and stands is not None:
        known = stands.strata.set_index("stratum")[["region", "forest_group", "origin", "status"]]
        return frame.assign(**{column: frame["stratum"].map(known[column]) for column in known})
    if "region" in frame:
        return frame
    return frame.assign(region=frame["water_zone"].map(region_of_zone(solution)) if "water_zone" in frame else NATION)


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
    decided = values(solution, AREA.name)
    if len(decided):
        parts.append(decided.rename(columns={"value": "area"}))
    return stack(parts)


def forest(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``forest``."""
    stands = stands_of(solution)
    if stands is None:
        return pd.DataFrame()
    held = areas(solution, stands)
    cut = values(solution, CLEARCUT.name)
    cut = rate(solution, cut).rename(columns={"value": "felled"}) if len(cut) else pd.DataFrame(columns=[*CLASS, "year", "felled"])
    frame = held.merge(cut, how="outer", on=[*CLASS, "year"], sort=False)
    frame = frame.assign(area=frame["area"].astype(float).fillna(0.0), felled=frame["felled"].astype(float).fillna(0.0))
    number = {name: row for row, name in enumerate(stands.strata["stratum"])}
    row, column = frame["stratum"].map(number).to_numpy(dtype=int), frame["age_class"].to_numpy(dtype=int) - 1
    kha = units.convert(1.0, "Mha", "kha")
    frame = frame.assign(
        region=stands.strata["region"].to_numpy(dtype=object)[row],
        order=row,
        area_kha=frame["area"] * kha,
        clearcut_kha=frame["felled"] * kha,
        volume_mm3=units.convert(frame["area"].to_numpy() * stands.volume[row, column], "km3", "million m3"),
        carbon_mt_co2=frame["area"].to_numpy() * stands.living[row, column] * CO2_PER_C,
    )
    return frame.sort_values(["order", "age_class", "year"], kind="stable")


def stocks(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``stocks``: carbon by region, pool and year in Mt C; the soil is a deficit against its equilibrium.

    ``soil_deficit_brought`` is no stock but the deficit that planted land brings in the period, in Mt C.
    """
    base = solution.build.data.base_year
    parts = [_living(solution, tables["forest"])]
    for name, state in states(solution.build).items():
        if not state.pool:
            continue
        frame = values(solution, name, "Mt C")
        if frame.empty:
            continue
        frame = total(frame, ["region", "year"])
        first = frame[["region"]].drop_duplicates().assign(year=base, value=0.0) if state.empty_at_first else frame[:0]
        parts.append(stack([first, frame]).assign(pool=state.pool))
    found = stack(parts)
    return found.assign(unit="Mt C") if len(found) else found


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
    return whole.assign(value=whole["value"].astype(float).fillna(0.0))


def wood(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``wood``: volumes and carbon of the harvest by region and year, all positive.

    ``<balance>.in.<item>`` and ``<balance>.out.<item>`` are entries of the balances; ``product_inflow.<class>``,
    ``fuel_wood`` and ``mill_loss`` are what becomes of the carbon in roundwood (the last two oxidise in the period);
    ``product_stock.<class>`` is at the milestone, in Mt C.
    """
    parts = [_felled(solution)]
    for balance, unit in WOOD_BALANCES.items():
        frame = entries(solution, balance, unit)
        if len(frame):
            direction = pd.Series(np.where(is_supply(solution, balance, frame), ".in.", ".out."), index=frame.index)
            frame = frame.assign(item=balance + direction + frame["item"], value=frame["value"].abs())
            parts.append(total(frame, ["region", "item", "year"]).assign(unit=unit))
    parts += _products(solution)
    return stack(parts)


def _products(solution: Solution) -> list[pd.DataFrame]:
    """Where the carbon of the roundwood goes, and the products in use."""
    carbon = values(solution, ROUNDWOOD_CARBON.name, "Mt C/yr")
    if carbon.empty:
        return []
    data = solution.build.data
    parts = []
    for item, family, unit in ((PRODUCT_INFLOW.name, PRODUCT_INFLOW.name, "Mt C/yr"), ("product_stock", PRODUCT_POOL.name, "Mt C")):
        frame = values(solution, family, unit)
        parts.append(frame.assign(item=item + "." + frame["product"].astype(str), unit=unit).drop(columns="product"))
    oxidised = data.frame(PRODUCTS).query("half_life <= 0")["product"]
    shares = data.frame(PRODUCT_SHARES)
    fuel_share = shares[shares["product"].isin(oxidised)].groupby("region")["share"].sum()
    fuel = carbon.assign(value=carbon["value"] * carbon["region"].map(fuel_share).astype(float).fillna(0.0))
    kept = total(parts[0], ["region", "year"]).rename(columns={"value": "kept"})
    rest = carbon.merge(kept, how="left", on=["region", "year"]).merge(fuel.rename(columns={"value": "fuel"}), on=["region", "year"])
    loss = rest.assign(value=rest["value"] - rest["kept"].astype(float).fillna(0.0) - rest["fuel"])
    named = [(fuel, "fuel_wood"), (loss, "mill_loss")]
    return [*parts, *(f[["region", "year", "value"]].assign(item=item, unit="Mt C/yr") for f, item in named)]


def planting(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``planting``: kha a year planted and established, by land and the stratum that it enters."""
    planted = values(solution, PLANTED.name, "kha")
    if planted.empty:
        return planted
    survival = solution.build.data.frame(AFFORESTATION_LAND).set_index(PLANTED_KEYS)["survival"].astype(float)
    frame = rate(solution, planted).rename(columns={"value": "planted_kha"})
    lives = survival.reindex(pd.MultiIndex.from_frame(frame[PLANTED_KEYS])).to_numpy()
    names = [new_stratum_name(*key) for key in frame[["region", "water_zone", "land_type"]].itertuples(index=False, name=None)]
    return frame.assign(stratum=names, established_kha=frame["planted_kha"] * lives)


#: Columns of ``forest`` that are summed for groups and districts: item and unit.
FOREST_SUMS = {
    "area_kha": ("area", "kha"), "clearcut_kha": ("clearcut", "kha/yr"), "volume_mm3": ("volume", "million m3"), "carbon_mt_co2": ("carbon", "Mt CO2"),
}  # fmt: skip


def forest_items(forest_table: pd.DataFrame) -> pd.DataFrame:
    """The forest table as a list: region, stratum, year, item, value, unit."""
    parts = [
        forest_table[["region", "stratum", "year"]].assign(item=item, value=forest_table[column], unit=unit)
        for column, (item, unit) in FOREST_SUMS.items()
    ]
    return stack(parts)


def by_district(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``by_district``: area, fellings, volume and carbon by district, where the areas name districts."""
    stands = stands_of(solution)
    forest_table = tables["forest"]
    if stands is None or forest_table.empty or (stands.strata["district"] == "").all():
        return pd.DataFrame()
    named = dict(zip(stands.strata["stratum"], stands.strata["district"], strict=True))
    listed = forest_items(forest_table)
    listed = listed.assign(district=listed["stratum"].map(named))
    return total(listed[listed["district"] != ""], ["region", "district", "item", "year", "unit"])


def partial_cutting(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``partial_cutting``: area cut in part (kha a year), the class it stands on as, and the volume removed."""
    cut = values(solution, PARTIAL.name, "kha")
    stands = stands_of(solution)
    if cut.empty or stands is None:
        return pd.DataFrame()
    data = solution.build.data
    ways = partial_classes(data, stands, forest_classes(data, stands))
    frame = rate(solution, cut).merge(ways, how="left", on=["stratum", "method", "age_class"], validate="many_to_one")
    removed = units.convert((frame["value"] * frame["removed"]).to_numpy(dtype=float), "kha*km3/Mha", "million m3")
    return frame.assign(younger_class=frame["younger"], area_kha=frame["value"], removed_mm3=removed)


def harvest_value(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``harvest_value``: what is sold, with its amount, and the worth of the stands left at the end."""
    sold, left = entries(solution, "harvest_value", "bn CNY/yr"), entries(solution, "stand_value", "bn CNY")
    amount = values(solution, SOLD.name, "million m3/yr").rename(columns={"product": "item", "value": "amount"})
    standing_volume = [values(solution, family, "million m3/yr") for family in (FELLED.name, SALVAGED.name)]
    volume = stack([frame.assign(item="standing_volume") for frame in standing_volume]).rename(columns={"value": "amount"})
    amounts = total(stack([amount, volume]), ["region", "item", "year"], "amount")
    if sold.empty and amount.empty and left.empty:
        return pd.DataFrame()
    keys = ["region", "item", "year"]
    sales = total(sold, keys) if len(sold) else pd.DataFrame(columns=[*keys, "value"])
    frame = amounts.merge(sales, how="left", on=keys).assign(amount_unit="million m3/yr", unit="bn CNY/yr")
    worth = total(left, keys).assign(amount=np.nan, amount_unit="", unit="bn CNY") if len(left) else pd.DataFrame()
    return stack([frame.assign(value=frame["value"].astype(float).fillna(0.0)), worth])


def regeneration(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``regeneration``: felled area by what follows, in kha a year, where more than one kind may follow."""
    frame = values(solution, REGENERATED.name, "kha")
    return rate(solution, frame).rename(columns={"value": "area_kha"}) if len(frame) else frame


def _felled(solution: Solution) -> pd.DataFrame:
    """Standing volume felled; in the base year what its roundwood came from."""
    if not closed(solution.build, "planting"):
        return pd.DataFrame()
    # where nothing stands that may be felled, the base year has its harvest all the same
    felled = values(solution, FELLED.name, "million m3/yr")
    data = solution.build.data
    table = harvest_rows(data, list(dict.fromkeys(felled["region"])) if len(felled) else data.regions)
    recovery = table["recovery"].astype(float)
    history = (table["roundwood_base"].astype(float) / recovery.where(recovery > 0.0)).fillna(0.0)
    base = pd.DataFrame({"region": table["region"], "year": data.base_year, "value": units.convert(history.to_numpy(), "km3/yr", "million m3/yr")})
    return stack([base, felled]).assign(item="standing_volume_felled", unit="million m3/yr")
