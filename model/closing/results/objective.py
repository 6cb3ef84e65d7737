"""The objective in the report, as a list of its parts; and the same sum from the money of all years.

Limits: with ``max_net_removal`` the parts are tonnes, and no money is held against them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...core.build.objective import COST_UNIT
from ...core.data import Data
from ...core.declare.results import SOURCE, SPEND, UNIT, YEAR, Identity, ResultTable, number, texts
from ...core.ledger import FIXED
from ...core.solve.amounts import total
from ...core.solve.sides import Sides, Tables
from ..objective import period_weight, stand_weight
from .finance import PAYERS, PLACE, SURPLUS

if TYPE_CHECKING:
    from ...core.solve.solution import Solution


def objective(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``objective``: the parts of the objective by component, region and year, in its unit."""
    goal = solution.build.objective
    if goal is None or goal.table.empty:
        return pd.DataFrame()
    table = goal.table
    position = table["position"].to_numpy(dtype=np.int64)
    level = np.where(position == FIXED, 1.0, solution.x[position])
    parts = table.assign(value=table["coefficient"].to_numpy(dtype=float) * level)
    return total(parts, ["component", *PLACE]).assign(unit=goal.unit)


def objective_parts(tables: Tables, solution: Solution) -> list[Sides]:
    """The objective is the sum of its parts; one in money is the discounted money of all years, less what is sold, and the price of aims, as well."""
    parts = tables["objective"]["value"].to_numpy(dtype=float)
    goal = np.array([solution.objective])
    sides = [Sides(np.array([parts.sum()]), goal, np.abs(goal))]
    if solution.build.objective is not None and solution.build.objective.unit == COST_UNIT:
        money, data = tables["money"], solution.build.data
        cost = money[(money["direction"] == SPEND) & (money["item"] != SURPLUS)]["value"].mul(_weight(money, data)).sum()
        income = money[(money["direction"] == SOURCE) & ~money["item"].isin(PAYERS)]
        paid = float(cost) - float(income["value"].mul(_weight(income, data)).sum())
        if solution.build.objective.sense == "max":
            value = tables["harvest_value"]
            yearly, left = value[value["unit"] == "bn CNY/yr"], value[value["unit"] == COST_UNIT]
            paid = float(yearly["value"].mul(_weight(yearly, data)).sum()) + stand_weight(data) * float(left["value"].sum()) - paid
            paid -= _aims(tables, data)
        else:
            paid += _aims(tables, data)
        sides.append(Sides(np.array([paid]), goal, np.abs(goal)))
    return sides


def _aims(tables: Tables, data: Data) -> float:
    """What missed targets and pledges, drops of pace and changes are priced at, discounted."""
    parts = [*(tables[name].assign(year=tables[name]["period"]) for name in ("targets", "pledges") if len(tables[name])), tables["pace"]]
    return sum(float(part["paid"].fillna(0.0).mul(_weight(part, data)).sum()) for part in parts if len(part))


def _weight(frame: pd.DataFrame, data: Data) -> pd.Series:
    return frame["year"].astype("int64").map({year: period_weight(data, year) for year in data.all_years}).astype(float)


RESULTS = (
    ResultTable(
        "objective", "The parts of the objective, which add up to it.", "目标函数各组成部分，合计即目标值。",
        (*texts("component", "region"), YEAR, number("value", "", "Part of the objective", "目标组成"), UNIT), ("component", "region", "year"), make=objective,
    ),
)  # fmt: skip
IDENTITIES = (
    Identity("objective_is_sum_of_parts", "Objective is the sum of its parts", "目标函数等于各项之和", objective_parts),
)
