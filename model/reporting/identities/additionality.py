"""The identity of additionality, from the written tables and a forward simulation of the forest left alone.

Limits: of the courses without levers, living forest and dead wood are simulated anew; wood products are held by the
hand-worked cases of the tests.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from ...core.build import registry
from ...core.build.roles import closed
from ...core.declare.units import CO2_PER_C
from ...core.solve.sides import Sides, Tables, compare, sums, zero
from ...core.solve.solution import Solution
from ...levers.forest.parts.posts import forest_classes, killed
from ...levers.forest.stands import Stands, stands_of
from ...levers.forest.tables import FOREST_HARVEST

PLACE = ["region", "year"]
CATEGORY = ["region", "category", "in_target", "year"]


def added_only() -> set[str]:
    """Categories that only levers make."""
    return {item.name for item in registry.items() if item.only_added}


def additionality_adds_up(tables: Tables, solution: Solution) -> list[Sides]:
    """The plan's column is the sink of the carbon table; plan less twin is what is added; what only levers make is nothing without them."""
    found, carbon = tables["additionality"], tables["carbon"]
    sink = carbon[carbon["account"] == "sink"]
    alone = found[found["category"].isin(added_only())]
    sides = [
        compare(sums(found, CATEGORY, "with_plan"), sums(sink, CATEGORY)),
        compare(sums(found, CATEGORY, "with_plan").sub(sums(found, CATEGORY, "without_levers"), fill_value=0.0), sums(found, CATEGORY, "added")),
        zero(alone, CATEGORY, "without_levers") if len(alone) else Sides(np.zeros(0), np.zeros(0), np.zeros(0)),
    ]
    stands = stands_of(solution)
    return sides if stands is None else [*sides, *_left_alone(tables, solution, stands)]


def _left_alone(tables: Tables, solution: Solution, stands: Stands) -> list[Sides]:
    """Living carbon and dead wood of stands that nobody touches, simulated from the base year, are the twin's."""
    data, found = solution.build.data, tables["additionality"]
    lengths = [data.length(year) for year in data.years]
    course = stands.age_without_felling(lengths)
    lost = killed(data, stands, forest_classes(data, stands))
    living, fallen = [], []
    for period, (year, years) in enumerate(zip(data.years, lengths, strict=True)):
        held = [(area * stands.living).sum(axis=1) for area in (course[period], course[period + 1])]
        place = stands.strata[["region"]].assign(year=year)
        living.append(place.assign(value=CO2_PER_C * (held[1] - held[0]) / years, size=CO2_PER_C * held[1] / years))
        fallen.append(place.assign(value=(lost.dead[period] * course[period]).sum(axis=1) / years))
    alive = pd.concat(living)
    twin = found.assign(value=found["without_levers"])
    sides = [compare(sums(twin[twin["category"] == "forest_living"], PLACE), sums(alive, PLACE), sums(alive, PLACE, "size"))]
    if closed(solution.build, "dead_wood"):
        sides.append(_dead_wood(tables, solution, sums(pd.concat(fallen), PLACE)))
    return sides


def _dead_wood(tables: Tables, solution: Solution, fallen: pd.Series) -> Sides:
    """The pool of the base year decays while what dies of itself enters it (Mt C a year in ``fallen``)."""
    data, found, stocks = solution.build.data, tables["additionality"], tables["stocks"]
    pools = stocks[(stocks["pool"] == "dead_wood") & (stocks["year"] == data.base_year)].set_index("region")["value"].astype(float)
    table = data.frame(FOREST_HARVEST)
    gains: dict[tuple[str, int], float] = {}
    sizes: dict[tuple[str, int], float] = {}
    for region, decay in zip(table["region"], table["slash_decay"].astype(float), strict=True):
        pool = float(pools.get(region, 0.0))
        for year in data.years:
            years = data.length(year)
            stays = math.exp(-decay * years)
            after = stays * pool + float(fallen.get((region, year), 0.0)) * (1.0 - stays) / decay
            gains[region, year] = CO2_PER_C * (after - pool) / years
            sizes[region, year] = CO2_PER_C * max(pool, after) / years
            pool = after
    keys = pd.MultiIndex.from_tuples(list(gains), names=PLACE)
    twin = found[(found["category"] == "dead_wood") & (found["year"] != data.base_year)]
    return compare(sums(twin, PLACE, "without_levers"), pd.Series(list(gains.values()), index=keys), pd.Series(list(sizes.values()), index=keys))
