"""A power system of which it is known what happened to 2025: rows of the sheet ``observed`` and periods of kind history.

Limits: as ``power_toy``; periods of history end in 2025, or in 2023 and 2025.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from model.core.build.assemble import assemble
from model.core.data import Data
from model.core.solve.solution import Solution
from model.levers.power.power import Power
from model.levers.power.siting import Siting
from model.levers.power.storage import Storage
from model.levers.power.thermal import Thermal

from .power_toy import Tables, power_data
from .toy import cheapest

ONE = (2020, 2025, 2035)
TWO = (2020, 2023, 2025, 2035)


def seen(item: str, values: Mapping[int, float], region: str = "west", quantity: str = "capacity", unit: str = "GW") -> Tables:
    """Observed figures of one region and item by year."""
    row = {"quantity": quantity, "region": region, "item": item, "figure_unit": unit, "basis": "toy", "held": "level"}
    return {"observed": [{**row, "year": year, "value": gw} for year, gw in values.items()]}


def straight(first: float, last: float, start: int = 2020, end: int = 2025) -> dict[int, float]:
    """The same more every year from ``first`` to ``last``."""
    return {year: first + (last - first) * (year - start) / (end - start) for year in range(start, end + 1)}


def with_history(*parts: Tables, years: Sequence[int] = ONE, regions: Sequence[str] = ("west",), until: int = 2025, **settings: float) -> Data:
    data = power_data(*parts, years=years, regions=regions, settings=settings)
    kinds = ["history" if year <= until else "plan" for year in years]
    data.tables["periods"] = data.tables["periods"].assign(kind=kinds)
    return data


def solved(data: Data, *more: Any) -> Solution:
    solution = cheapest(assemble(data, [Siting, Thermal, Power, Storage, *more], []))
    assert solution.status == "optimal"
    return solution
