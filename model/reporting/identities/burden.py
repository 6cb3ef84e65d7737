"""What regions bear, held together by the written tables: items and net, the plan beside, payments, product and people, the objective.

Limits: where the objective counts no money, or is a value that is made most, it is not held against what is borne.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...core.build.objective import COST_UNIT
from ...core.declare import units
from ...core.solve.amounts import period_weights
from ...core.solve.sides import Sides, Tables, compare, sums, zero
from ...core.solve.solution import Solution
from ..tables.burden import BASES, NET, RESOURCES, TOTAL, divisors

KEYS = ["region", "basis", "year"]


def burden_adds_up(tables: Tables, solution: Solution) -> list[Sides]:
    """Items sum to the net, payments to nothing; all that is borne is the objective, and shares times product or people are the total."""
    found = tables["burden"]
    if found.empty:
        return []
    found = found.astype({"year": "int64"})
    net, items = found[(found["item"] == NET) & found["own"].notna()], found[found["item"] != NET]
    summed = items[items["own"].notna()] if len(net) else items.iloc[:0]
    moved = items[(items["basis"] == TOTAL) & ~items["item"].isin(RESOURCES) & items["own"].notna()]
    told = found[found["value"].notna()]
    more = told.assign(more=told["own"] - told["baseline"].fillna(0.0))
    every = [*KEYS, "item"]
    sides = [compare(sums(summed, KEYS, "own"), sums(net, KEYS, "own")), compare(sums(told, every), sums(more, every, "more"))]
    if len(moved):
        sides.append(zero(moved, ["item", "year"], "own"))
    return [*sides, *_bases(found[found["own"].notna()], solution), *_objective(net[net["basis"] == TOTAL], solution)]


def fiscal_follows(tables: Tables, solution: Solution) -> list[Sides]:
    """What a treasury may count on is what is borne as payments, and capacity after is that before with it."""
    table, borne = tables["fiscal"], tables["burden"]
    if table.empty:
        return []
    place = ["region", "year"]
    known = pd.MultiIndex.from_frame(table[place])
    paid = borne[(borne["basis"] == TOTAL) & borne["own"].notna()].astype({"year": "int64"})
    net = sums(paid[paid["item"] == NET], place, "own").reindex(known, fill_value=0.0)
    resources = sums(paid[paid["item"].isin(RESOURCES)], place, "own").reindex(known, fill_value=0.0)
    moved = table.assign(moved=(table["capacity_after"] - table["capacity_before"]) * table["expenditure"])
    received, largest = sums(table, place, "received"), sums(table.assign(size=table["revenue"] + resources.abs().to_numpy()), place, "size")
    return [compare(received, resources - net, largest), compare(sums(moved, place, "moved"), received, largest)]


def _bases(found: pd.DataFrame, solution: Solution) -> list[Sides]:
    """What is told of the product or a head, times these, is the total."""
    keys, sides = ["region", "item", "year"], []
    whole = sums(found[found["basis"] == TOTAL], keys, "own")
    for basis, (table, quotient, unit) in BASES.items():
        part = found[found["basis"] == basis]
        if part.empty:
            continue
        by = divisors(solution.build.data, table, part)
        again = sums(part.assign(again=units.convert(part["own"].to_numpy(dtype=float), unit, quotient) * by), keys, "again")
        sides.append(compare(again, whole.reindex(again.index)))
    return sides


def _objective(net: pd.DataFrame, solution: Solution) -> list[Sides]:
    """All that regions, lines and the nation bear, discounted, is what the plan costs."""
    goal = solution.build.objective
    if goal is None or goal.unit != COST_UNIT or goal.sense != "min":
        return []
    borne = float(net["own"].mul(net["year"].map(period_weights(solution)).astype(float)).sum())
    return [Sides(np.array([borne]), np.array([solution.objective]), np.abs(np.array([solution.objective])))]
