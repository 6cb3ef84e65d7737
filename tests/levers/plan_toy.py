"""A forest entered class by class through the public interface: one kind of stand, ten-year classes, ten-year periods.

Limits: one region called wood; areas in kha, prices in CNY/m3, so sales of 1 kha x 1 m3/ha at 1 CNY/m3 are 1e-6 bn CNY.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

import model
from model.api import Plan

#: bn CNY in a million CNY: 1 kha x 1 m3/ha x 1 CNY/m3 is 1000 CNY.
THOUSAND_CNY = 1e-6
#: Discount factors of 1 in every period.
UNDISCOUNTED = 1.0


def plan_tables(area: Sequence[float], volume: Sequence[float], periods: int, **more: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
    """The tables of a forest with ``area`` (kha) and ``volume`` (m3/ha) by class; a keyword adds or replaces a table."""
    years = [2000 + 10 * t for t in range(periods + 1)]
    made: dict[str, Mapping[str, Any]] = {
        "regions": {"region": ["wood"], "name_en": ["Wood"], "name_zh": ["林"], "region_group": ["west"]},
        "periods": {"year": years},
        "forest_classes": {"forest_group": "stand", "age_class": list(range(1, len(volume) + 1)), "volume": list(volume)},
        "forest_class_area": {"region": "wood", "forest_group": "stand", "age_class": list(range(1, len(area) + 1)), "area": list(area)},
        "harvest_discount": {"year": years[1:], "period_factor": UNDISCOUNTED, "stand_factor": UNDISCOUNTED},
        # no band: a rise and a fall without limit
        "flow_bands": {"band": ["free"]},
        **more,
    }
    return {name: pd.DataFrame(columns) for name, columns in made.items()}


def prices(product: str, *values: float) -> dict[str, Any]:
    """A price by period."""
    return {"product": [product], **{str(2010 + 10 * t): [v] for t, v in enumerate(values)}}


def solve_plan(tables: Mapping[str, pd.DataFrame], **settings: object) -> Plan:
    """The plan with most harvest value."""
    chosen = {"objective": "max_harvest_value", "age_class_width": 10, "terminal_share": 0, **settings}
    plan = model.solve(model.book(tables, chosen))
    assert plan.status == "optimal"
    return plan


def felled(plan: Plan) -> list[float]:
    """Standing volume felled per period, in 1000 m3."""
    frame = plan.solution.values("felled_volume").groupby("year", sort=True)["value"].sum()
    return [float(v) * 10.0 / THOUSAND_CNY for v in frame]
