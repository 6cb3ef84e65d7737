"""The objective in the report, as a list of its parts; the same sum from the money of all years; and all that was optimised, in order.

Limits: of several objectives the parts are those of the first; with ``max_net_removal`` and ``min_peak`` they are tonnes, and no money is held against them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...core.build.objective import COST_UNIT
from ...core.data import Data
from ...core.declare.results import SOURCE, SPEND, UNIT, YEAR, Field, Identity, Link, ResultTable, number, text, texts
from ...core.ledger import FIXED
from ...core.solve.amounts import total
from ...core.solve.sides import Sides, Tables
from ..objective import NET_PEAK, period_weight, stand_weight
from .finance import PLACE, SURPLUS, is_paid_in

if TYPE_CHECKING:
    from ...core.solve.solution import Solution

#: Net emissions closer than this to the greatest are the greatest, in Mt CO2/yr: rounding of the solver.
ROUNDING = 1e-6


def objective(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``objective``: the parts of the objective by component, region and year, in its unit; a peak stands in the year in which it falls."""
    goal = solution.build.objective
    if goal is None or goal.table.empty:
        return pd.DataFrame()
    table = goal.table
    position = table["position"].to_numpy(dtype=np.int64)
    level = np.where(position == FIXED, 1.0, solution.x[position])
    parts = table.assign(value=table["coefficient"].to_numpy(dtype=float) * level)
    if (parts["component"] == NET_PEAK.name).any():
        parts["year"] = peak_year(solution)
    return total(parts, ["component", *PLACE]).assign(unit=goal.unit)


def objective_links(solution: Solution) -> list[Link]:
    """Parts are sums of terms; the year of a peak follows from the plan and is no key."""
    goal = solution.build.objective
    if goal is None or goal.table.empty:
        return []
    found = goal.table.assign(value=goal.table["coefficient"].astype(float))
    return [Link("value", ("component", "region") if (found["component"] == NET_PEAK.name).any() else ("component", *PLACE), found)]


def peak_year(solution: Solution) -> int:
    """The first of the planned periods whose net emissions are the greatest."""
    rows = solution.rows("net_below_peak")
    return int(rows.loc[rows["activity"] >= rows["activity"].max() - ROUNDING, "year"].iloc[0])


def objectives(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``objectives``: what was optimised, in its order, with what each came to before and after the others."""
    rows = [
        {"place": number, "goal": done.goal.name, "optimum": done.optimum, "value": done.value, "tolerance": done.goal.tolerance, "unit": done.goal.unit}
        for number, done in enumerate(solution.reached, 1)
    ]
    return pd.DataFrame(rows)


def objective_parts(tables: Tables, solution: Solution) -> list[Sides]:
    """The objective is the sum of its parts; one in money is the discounted money of all years, less what is sold, and the price of aims, as well."""
    parts = tables["objective"]["value"].to_numpy(dtype=float)
    goal = np.array([solution.objective])
    sides = [Sides(np.array([parts.sum()]), goal, np.abs(goal))]
    if solution.build.objective is not None and solution.build.objective.unit == COST_UNIT:
        money, data = tables["money"], solution.build.data
        cost = money[(money["direction"] == SPEND) & (money["item"] != SURPLUS)]["value"].mul(_weight(money, data)).sum()
        income = money[(money["direction"] == SOURCE) & ~is_paid_in(money)]
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
    """What missed targets and pledges, drops of pace and changes, and the order of payment are priced at, discounted."""
    parts = [*(tables[name].assign(year=tables[name]["period"]) for name in ("targets", "pledges") if len(tables[name])), tables["pace"], tables["funds"].assign(paid=tables["funds"]["order_price"])]
    return sum(float(part["paid"].fillna(0.0).mul(_weight(part, data)).sum()) for part in parts if len(part))


def _weight(frame: pd.DataFrame, data: Data) -> pd.Series:
    return frame["year"].astype("int64").map({year: period_weight(data, year) for year in data.all_years}).astype(float)


RESULTS = (
    ResultTable(
        "objective", "The parts of the objective, which add up to it.", "目标函数各组成部分，合计即目标值。",
        (*texts("component", "region"), YEAR, number("value", "", "Part of the objective", "目标组成"), UNIT), ("component", "region", "year"), make=objective, links=objective_links,
    ),
    ResultTable(
        "objectives", "What was optimised, in this order; duals and prices are those of the first.", "优化目标及其次序；对偶值与价格均为第一目标的。",
        (
            Field("place", "integer", said=("Order in which it was optimised", "优化次序")), text("goal", "What was optimised", "优化目标"),
            number("optimum", "", "Its optimum, those before it held", "在前目标保持时的最优值"), number("value", "", "Its value in the plan", "方案中的值"),
            number("tolerance", "1", "Share of its optimum that it may give up for those after it", "可为后续目标让出的比例"), UNIT,
        ),
        ("place",), make=objectives,
    ),
)  # fmt: skip
IDENTITIES = (
    Identity("objective_is_sum_of_parts", "Objective is the sum of its parts", "目标函数等于各项之和", objective_parts),
)
