"""Plans that cost a little more than the cheapest and differ from it and from one another.

The first does least of everything in sum; each further one goes in a direction that lies as far as can be from those before it,

    minimise sum over cells k of d[lever,place] * (amount[k] - given[k]) / scale[lever,place]

d drawn at random from a seed: of many draws the one whose greatest cosine with the directions before it is least. So the plans stand around the
set of all plans within the slack, and not in one corner of it.

Limits: extremes within the slack, none from its middle; all decades of a lever in a place go the same way. With few plans some corners are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..core.build.objective import COST_UNIT
from ..core.declare.lines import Said
from ..core.declare.schema import OutcomeTable
from ..core.solve.highs.held import INTERIOR_ROWS
from .near_cells import Cell, ordered, scales
from .near_plans import FOUND, OPTIMAL, REACHED, End, NearPlans

#: Directions that are drawn for each plan.
DRAWS = 200
PERCENT = 100.0

Floats = npt.NDArray[np.float64]


def directions(number: int, size: int, seed: int) -> list[Floats]:
    """Unit vectors that lie far from one another, all in the first of which is the same."""
    draw = np.random.default_rng(seed)
    found = [np.full(size, 1.0 / np.sqrt(size))]
    while len(found) < number:
        drawn = draw.standard_normal((DRAWS, size))
        drawn /= np.linalg.norm(drawn, axis=1)[:, None]
        nearest = (drawn @ np.array(found).T).max(axis=1)
        found.append(drawn[int(nearest.argmin())])
    return found[:number]


def alternatives(plans: NearPlans, cells: Sequence[Cell], number: int, seed: int, slack: float, extra: float, place: str, workers: int, problems: list[str]) -> list[OutcomeTable]:
    """Tables ``alternatives`` and ``alternative_costs``; 0 is the cheapest plan. Plans that were not found are told in ``problems``."""
    scale = scales(cells)
    used = [cell for cell in cells if scale[cell.row] > 0.0]
    if not used:
        return []
    rows = list(dict.fromkeys(cell.row for cell in used))
    row_of, size = [rows.index(cell.row) for cell in used], np.array([scale[cell.row] for cell in used])
    table = np.array([cell.vector for cell in used]) / size[:, None]

    def work(highs: Any, one: Floats) -> End:
        # far from the cheapest plan its basis is of little use to a large model
        large, direction = plans.matrix.shape[0] >= INTERIOR_ROWS, one[row_of] @ table
        return plans.afresh(highs, direction, slack) if large else plans.least(highs, direction, slack, plans.first)

    ends = plans.each(directions(number, len(rows), seed), work, workers)
    lost = sum(end.columns is None for end in ends)
    if lost:
        problems.append(Said("near_alternatives_lost", number=lost, all=len(ends)))
    found = [(plans.solution.x[plans.matrix.column_position], FOUND)]
    found += [(end.columns, FOUND if end.status == OPTIMAL else REACHED) for end in ends if end.columns is not None]
    levels = [table @ columns for columns, _ in found]
    told = [
        {"alternative": plan, **cell.told, "value": cell.amount(columns)}
        for plan, (columns, _) in enumerate(found) for cell in used
    ]  # fmt: skip
    costs = [
        {
            "alternative": plan, "plan_cost": plans.cost_of(columns), "of_extra_cost": PERCENT * (plans.cost_of(columns) - plans.solution.optimum) / extra,
            "nearest": min((PERCENT * float(np.abs(levels[plan] - other).mean()) for of, other in enumerate(levels) if of != plan), default=np.nan), "alternative_is": status,
        }
        for plan, (columns, status) in enumerate(found)
    ]  # fmt: skip
    return [
        OutcomeTable(
            "alternatives", ordered(told, ["alternative", "lever", "item", place, "decade", "unit", "value"]), {},
            en="Plans within the largest share of the extra cost that differ from one another: mean of the decade in the unit of the row; 0 is the cheapest",
            zh="最大幅度内彼此差异较大的备选方案：十年均值，单位见行内；0为最低成本方案",
        ),
        OutcomeTable(
            "alternative_costs", ordered(costs, list(costs[0])), {"plan_cost": COST_UNIT, "of_extra_cost": "%", "nearest": "%"},
            en="What each alternative costs, and how far it lies from the nearest other: mean difference of its amounts, of the greatest amount of the lever there",
            zh="各备选方案的成本，及与最近方案的平均差异（占该地该措施最大量的比例）",
        ),
    ]  # fmt: skip
