"""The identity of additionality, from the written tables.

Limits: the courses without levers are taken as they are told; the rooms of the levers simulate theirs anew.
"""

from __future__ import annotations

import numpy as np

from ...core.build import registry
from ...core.solve.sides import Sides, Tables, compare, sums, zero
from ...core.solve.solution import Solution

CATEGORY = ["region", "category", "in_target", "year"]


def added_only() -> set[str]:
    """Categories that only levers make."""
    return {item.name for item in registry.items() if item.only_added}


def additionality_adds_up(tables: Tables, solution: Solution) -> list[Sides]:
    """The plan's column is the sink of the carbon table; plan less twin is what is added; what only levers make is nothing without them."""
    found, carbon = tables["additionality"], tables["carbon"]
    sink = carbon[carbon["account"] == "sink"]
    alone = found[found["category"].isin(added_only())]
    return [
        compare(sums(found, CATEGORY, "with_plan"), sums(sink, CATEGORY)),
        compare(sums(found, CATEGORY, "with_plan").sub(sums(found, CATEGORY, "without_levers"), fill_value=0.0), sums(found, CATEGORY, "added")),
        zero(alone, CATEGORY, "without_levers") if len(alone) else Sides(np.zeros(0), np.zeros(0), np.zeros(0)),
    ]
