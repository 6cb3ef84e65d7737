"""What levers do in one plan beside another: by item, region group and year, from the table ``allocation``.

Limits: what differs by less than a hundredth of the most that is done of an item is not told.
"""

from __future__ import annotations

import pandas as pd

from ..core.data import Data
from ..core.solve.solution import Solution
from .task import Task

KEYS = ["lever", "item", "region_group", "year", "unit"]
#: A difference of less than this share of the most that is ever done of a thing is not told: no decision hangs on it.
WORTH_TELLING = 0.01


def planned(data: Data) -> list[int]:
    """The decided periods of the plan."""
    return [year for year in data.decided if year <= data.plan_until]


def what_levers_do(task: Task, solution: Solution) -> pd.DataFrame:
    """Lever, item, region_group, year, unit and value of every decision that is told, in workbook units."""
    frame = task.tables(solution)["allocation"]
    if frame.empty:
        return pd.DataFrame()
    frame = frame[frame["year"].isin(planned(task.data))]
    return frame.groupby(KEYS, sort=False)["value"].sum().reset_index()


def beside(one: pd.DataFrame, other: pd.DataFrame, names: tuple[str, str], difference: str) -> pd.DataFrame:
    """Two plans as ``what_levers_do`` tells them, in columns ``names``, and how much more the other does; only what differs."""
    sums = [plan.set_index(KEYS)["value"] if len(plan) else pd.Series(dtype=float, index=pd.MultiIndex.from_arrays([[]] * len(KEYS), names=KEYS)) for plan in (one, other)]
    if not any(map(len, sums)):
        return pd.DataFrame()
    both = pd.concat(sums, axis=1, keys=names).fillna(0.0).reset_index()
    most = both.assign(most=both[list(names)].abs().max(axis=1)).groupby(["lever", "item", "unit"], sort=False)["most"].transform("max")
    both[difference] = both[names[1]] - both[names[0]]
    both = both[both[difference].abs() > WORTH_TELLING * most].sort_values(KEYS, kind="stable").reset_index(drop=True)
    return both[[*KEYS[:-1], *names, difference, "unit"]]
