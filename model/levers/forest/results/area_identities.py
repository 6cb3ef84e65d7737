"""The identities of the forest's area: on its land, by age class, kept as a whole, and grown forward from the decisions.

Limits: the forward simulation regenerates a felled stand as its own kind unless ``regeneration`` says otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from ....core.build.roles import closed
from ....core.declare import units
from ....core.declare.results import TIGHT, Identity
from ....core.declare.units import CO2_PER_C
from ....core.solve.sides import Sides, Tables, compare, cumulated, decided, sums
from ..stands import Stands, stands_of
from .age_classes import of_new

if TYPE_CHECKING:
    from ....core.solve.solution import Solution

Floats = npt.NDArray[np.float64]
PLACE = ["region", "year"]
#: The use of land that the stands of the base year hold.
STANDS = "forest_stand"


def stands_on_land(tables: Tables, solution: Solution) -> list[Sides]:
    """Stands of the base year hold the land that they are posted on."""
    stands = stands_of(solution)
    if stands is None or not closed(solution.build, "land"):
        return []
    forest, land = decided(tables["forest"], solution), decided(tables["land"], solution)
    return [compare(sums(land[land["use"] == STANDS], PLACE), sums(forest[~of_new(stands, forest)], PLACE, "area_kha"))]


def strata_area(tables: Tables, solution: Solution) -> list[Sides]:
    """Age classes add up to the stratum: its area of the base year, conversions, and what was established."""
    stands = stands_of(solution)
    if stands is None:
        return []
    found = sums(tables["forest"], ["stratum", "year"], "area_kha")
    base = pd.Series(units.convert(stands.area.sum(axis=1), "Mha", "kha"), index=stands.strata["stratum"])
    expected = _every_year(base, solution)
    for end, sign in (("to_stratum", 1.0), ("from_stratum", -1.0)):
        moved = tables["regeneration"].rename(columns={end: "stratum"})
        expected = expected.add(sign * cumulated(moved, solution, ["stratum"], "area_kha"), fill_value=0.0)
    expected = expected.add(cumulated(tables["planting"], solution, ["stratum"], "established_kha"), fill_value=0.0)
    return [compare(found, expected)]


def _every_year(base: pd.Series, solution: Solution) -> pd.Series:
    frame = pd.DataFrame({"stratum": base.index, "value": base.to_numpy(dtype=float)})
    return sums(frame.merge(pd.DataFrame({"year": solution.build.data.all_years}), how="cross"), ["stratum", "year"])


def area_conserved(tables: Tables, solution: Solution) -> list[Sides]:
    """Forest of a region is that of its base year and what was established: nothing is deforested."""
    stands = stands_of(solution)
    if stands is None:
        return []
    forest = tables["forest"]
    found = sums(forest, PLACE, "area_kha")
    base = forest[forest["year"] == solution.build.data.base_year].groupby("region")["area_kha"].sum()
    established = cumulated(tables["planting"], solution, ["region"], "established_kha").reindex(found.index).fillna(0.0)
    # a region without forest in the base year has only what was established
    start = base.reindex(found.index.get_level_values("region"), fill_value=0.0).to_numpy(dtype=float)
    return [compare(found, pd.Series(start, index=found.index) + established)]


def forward_simulation(tables: Tables, solution: Solution) -> list[Sides]:
    """The stands of the base year, felled and planted as decided, grow into the stocks of the tables."""
    stands = stands_of(solution)
    if stands is None:
        return []
    data = solution.build.data
    area = stands.area
    parts = [_stock(stands, area, data.base_year)]
    for period, year in enumerate(data.years):
        felled, entering, moved = _decisions(tables, solution, stands, year)
        area = stands.age_one_period(area, data.length(year), felled, entering, period=period, moved=moved)
        parts.append(_stock(stands, area, year))
    simulated = pd.concat(parts)
    forest = tables["forest"]
    columns = ("area_kha", "volume_mm3", "carbon_mt_co2")
    return [compare(sums(forest, PLACE, column), sums(simulated, PLACE, column)) for column in columns]


def _decisions(tables: Tables, solution: Solution, stands: Stands, year: int) -> tuple[Floats, Floats, Floats]:
    """Felled (strata, classes), entering (strata,) and moved (strata, classes) area of a period in Mha, from the tables."""
    place = {name: row for row, name in enumerate(stands.strata["stratum"])}
    size = float(solution.build.data.length(year)) * units.convert(1.0, "kha", "Mha")
    felled, entering = np.zeros_like(stands.area), np.zeros(len(stands.area))
    cut = tables["forest"]
    cut = cut[(cut["year"] == year) & (cut["clearcut_kha"] != 0.0)]
    rows = cut["stratum"].map(place).to_numpy(dtype=int)
    np.add.at(felled, (rows, cut["age_class"].to_numpy(dtype=int) - 1), cut["clearcut_kha"].to_numpy(dtype=float) * size)
    for name, end, column, sign in (
        ("planting", "stratum", "established_kha", 1.0), ("regeneration", "to_stratum", "area_kha", 1.0),
        ("regeneration", "from_stratum", "area_kha", -1.0),
    ):  # fmt: skip
        moved = tables[name]
        moved = moved[moved["year"] == year]
        np.add.at(entering, moved[end].map(place).to_numpy(dtype=int), sign * size * moved[column].to_numpy(dtype=float))
    moved = np.zeros_like(felled)
    cut = tables["partial_cutting"]
    cut = cut[cut["year"] == year]
    rows = cut["stratum"].map(place).to_numpy(dtype=int)
    for column, sign in (("age_class", -1.0), ("younger_class", 1.0)):
        np.add.at(moved, (rows, cut[column].to_numpy(dtype=int) - 1), sign * size * cut["area_kha"].to_numpy(dtype=float))
    return felled, entering, moved


def _stock(stands: Stands, area: Floats, year: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "region": stands.strata["region"],
            "year": year,
            "area_kha": units.convert(area.sum(axis=1), "Mha", "kha"),
            "volume_mm3": units.convert((area * stands.volume).sum(axis=1), "km3", "million m3"),
            "carbon_mt_co2": (area * stands.living).sum(axis=1) * CO2_PER_C,
        }
    )


IDENTITIES = (
    Identity("forest_stands_fill_their_land", "Forest stands fill the land that they hold", "林分面积等于所占林地", stands_on_land),
    Identity("age_classes_sum_to_strata", "Age classes sum to their stratum", "各龄级之和等于分层", strata_area),
    Identity("forest_area_is_conserved", "Forest area is conserved", "森林面积守恒", area_conserved),
    Identity("forest_forward_simulation", "Forest simulated forward from what is felled and planted", "森林逐期模拟复核", forward_simulation, TIGHT),
)
