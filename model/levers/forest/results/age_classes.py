"""The forest in the report: what stands where and how old, what was clearcut, and the carbon of the living stands.

Areas are at the milestone; fellings are a year and by the age class at felling, as it stood at the beginning of the
period. Carbon of a stratum holds living biomass, standing dead wood and litter; other pools stand in ``stocks``.

Limits: the course of restricted strata is known in advance and comes from the stands, not from the solver.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from ....core.declare import units
from ....core.declare.results import UNIT, YEAR, Field, Link, ResultTable, number, texts
from ....core.declare.roles import Pool
from ....core.declare.units import CO2_PER_C
from ....core.ledger import FIXED
from ....core.solve.amounts import rate, stack, terms, total, values
from ..parts.areas import AREA, CLEARCUT
from ..stands import Stands, stands_of

if TYPE_CHECKING:
    from ....core.solve.sides import Tables
    from ....core.solve.solution import Solution

CLASS = ["stratum", "age_class"]
#: Pools of the stands of the base year and of what was planted, and the items of the sink that they feed.
LIVING, NEW_LIVING = "forest_living", "new_forest_living"
LIVING_SINK, NEW_LIVING_SINK = "forest_living", "afforestation_living"


def _grid(stands: Stands, area: npt.NDArray[np.float64], year: int, mask: npt.NDArray[np.bool_]) -> pd.DataFrame:
    row, column = np.nonzero(mask & (area > 0.0))
    names = stands.strata["stratum"].to_numpy(dtype=object)[row]
    return pd.DataFrame({"stratum": names, "age_class": column + 1, "year": year, "area": area[row, column]})


def areas(solution: Solution, stands: Stands, of: Callable[..., pd.DataFrame] = values) -> pd.DataFrame:
    """Area (Mha) by stratum, age class and year: base year, restricted strata, and the decided ones; with ``terms`` by their variables."""
    data = solution.build.data
    everywhere = np.ones_like(stands.area, dtype=bool)
    restricted = np.broadcast_to(stands.of_status("restricted")[:, None], stands.area.shape)
    course = stands.age_without_felling([data.length(y) for y in data.years])
    parts = [_grid(stands, stands.area, data.base_year, everywhere)]
    parts += [_grid(stands, area, year, restricted) for year, area in zip(data.years, course[1:], strict=True)]
    decided = of(solution, AREA.name)
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
    place = {name: row for row, name in enumerate(stands.strata["stratum"])}
    row, column = frame["stratum"].map(place).to_numpy(dtype=int), frame["age_class"].to_numpy(dtype=int) - 1
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


def forest_links(solution: Solution) -> list[Link]:
    """Areas and fellings are decided, or known beforehand; volume and carbon go with the area."""
    stands = stands_of(solution)
    if stands is None:
        return []
    held = areas(solution, stands, terms)
    held = held.assign(position=held["position"].fillna(FIXED).astype("int64") if "position" in held else FIXED)
    place = {name: row for row, name in enumerate(stands.strata["stratum"])}
    row, column = held["stratum"].map(place).to_numpy(dtype=int), held["age_class"].to_numpy(dtype=int) - 1
    area, keys = held["area"].to_numpy(dtype=float), (*CLASS, "year")
    amounts = {
        "area_kha": area * units.convert(1.0, "Mha", "kha"), "volume_mm3": units.convert(area * stands.volume[row, column], "km3", "million m3"),
        "carbon_mt_co2": area * stands.living[row, column] * CO2_PER_C,
    }  # fmt: skip
    cut = terms(solution, CLEARCUT.name, "kha")
    felled = [Link("clearcut_kha", keys, rate(solution, cut))] if len(cut) else []
    return [*(Link(name, keys, held.assign(value=value)) for name, value in amounts.items()), *felled]


#: Columns of ``forest`` that are summed for groups and districts: item and unit.
SUMS = {
    "area_kha": ("area", "kha"), "clearcut_kha": ("clearcut", "kha/yr"), "volume_mm3": ("volume", "million m3"), "carbon_mt_co2": ("carbon", "Mt CO2"),
}  # fmt: skip


def listed(frame: pd.DataFrame) -> pd.DataFrame:
    """The table ``forest`` as a list: region, stratum, year, item, value, unit."""
    place = frame[["region", "stratum", "year"]]
    return stack([place.assign(item=item, value=frame[column], unit=unit) for column, (item, unit) in SUMS.items()])


def by_district(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``by_district``: area, fellings, volume and carbon by district, where the areas name districts."""
    stands, frame = stands_of(solution), tables["forest"]
    if stands is None or frame.empty or (stands.strata["district"] == "").all():
        return pd.DataFrame()
    named = dict(zip(stands.strata["stratum"], stands.strata["district"], strict=True))
    rows = listed(frame)
    rows = rows.assign(district=rows["stratum"].map(named))
    return total(rows[rows["district"] != ""], ["region", "district", "item", "year", "unit"])


def living(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Living carbon of the stands of the base year, every region and year (zeros included), in Mt C."""
    return _living(solution, tables["forest"], is_new=False)


def new_living(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Living carbon of what was planted, every region and year (zeros included), in Mt C."""
    return _living(solution, tables["forest"], is_new=True)


def _living(solution: Solution, frame: pd.DataFrame, is_new: bool) -> pd.DataFrame:
    stands = stands_of(solution)
    if stands is None or frame.empty:
        return pd.DataFrame()
    held = frame[of_new(stands, frame) == is_new]
    found = total(held.assign(value=held["carbon_mt_co2"] / CO2_PER_C), ["region", "year"])
    grid = found[["region"]].drop_duplicates().merge(pd.DataFrame({"year": solution.build.data.all_years}), how="cross")
    whole = grid.merge(found, how="left", on=["region", "year"])
    return whole.assign(value=whole["value"].astype(float).fillna(0.0))


def of_new(stands: Stands, frame: pd.DataFrame) -> pd.Series:
    """Which rows are of strata that plantings enter."""
    status = dict(zip(stands.strata["stratum"], stands.strata["status"], strict=True))
    return frame["stratum"].map(status) == "new"


RESULTS = (
    ResultTable(
        "forest", "Area, felling, growing stock and carbon of each stratum by age class at the milestone.", "里程碑年各分层各龄级的面积、皆伐、蓄积与碳。",
        (
            *texts("region", "stratum"), Field("age_class", "integer"), YEAR, number("area_kha", "kha"),
            number("clearcut_kha", "kha/yr"), number("volume_mm3", "million m3"), number("carbon_mt_co2", "Mt CO2"),
        ),
        ("stratum", "age_class", "year"), make=forest, links=forest_links, grouped=listed,
    ),
    ResultTable(
        "by_district", "Forest area, felling, stock and carbon by district, where the areas name districts.",
        "按区县汇总的森林面积、采伐、蓄积与碳（面积表列有区县时）。",
        (*texts("region", "district", "item"), YEAR, number("value", "", "Sum over the district", "区县合计"), UNIT),
        ("region", "district", "item", "year"), make=by_district,
    ),
)  # fmt: skip

POOLS = (
    Pool(LIVING, feeds=LIVING_SINK, make=living),
    Pool(NEW_LIVING, feeds=NEW_LIVING_SINK, make=new_living),
)
