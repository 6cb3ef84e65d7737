"""What one more unit of a project costs at the prices of a plan, when the project is several decisions at once.

The reduced cost of one decision tells little where others must come with it: a canal is built for the water that it
brings. The cheapest unit of the whole is a small linear programme over the project's own decisions and rows:

    min sum d[j] x[j]   so that the project's own rows hold, x >= 0, sum weight[j] * x[j] == 1
    d[j] = cost[j] - sum over all other rows i of dual[i] * A[i,j]

Limits: own rows must have a right-hand side of zero; upper bounds of the decisions do not count, for it is the first
unit that counts. Where the prices of the plan are not unique the answer is a lower bound.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from .solve.solution import Solution

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Unit:
    """The cheapest unit: its cost and what it consists of; positive items cost. NaN and an empty account where there is none."""

    cost: float
    account: pd.Series


def cheapest_unit(solution: Solution, decisions: Sequence[int], own: Collection[str], weight: Floats) -> Unit:
    """The least cost of a unit of a project whose ``decisions`` are positions of variables and whose own rows are families.

    ``weight`` says how much of the unit each decision makes. The account holds ``money`` and, by family of the other
    rows, what the unit uses (cost) and brings (negative) at their prices.
    """
    from scipy import sparse
    from scipy.optimize import linprog

    matrix = solution.matrix
    family = np.array(matrix.row_family, dtype=object)
    is_own = np.isin(family, list(own))
    table = sparse.csc_matrix((matrix.value, matrix.index, matrix.start), shape=matrix.shape[:2])
    column_of = np.full(solution.build.size, -1)
    column_of[matrix.column_position] = np.arange(len(matrix.column_position))
    columns = column_of[np.asarray(decisions, dtype=np.int64)]
    there = columns >= 0
    columns, weight = columns[there], weight[there]
    part = table[:, columns]
    prices = np.where(is_own, 0.0, solution.row_dual)
    held, upper = part[is_own], np.isfinite(matrix.row_upper[is_own])
    answer = linprog(
        matrix.cost[columns] - part.T @ prices, A_ub=sparse.vstack([held[upper], -held[~upper]]), b_ub=np.zeros(held.shape[0]),
        A_eq=weight[None, :], b_eq=[1.0], bounds=(0.0, None), method="highs",
    )  # fmt: skip
    if answer.status != 0:
        return Unit(float("nan"), pd.Series(dtype=float))
    worth = pd.Series(-(part @ answer.x) * prices, index=family).groupby(level=0, sort=True).sum()
    return Unit(float(answer.fun), pd.concat([pd.Series({"money": float(matrix.cost[columns] @ answer.x)}), worth[worth.abs() > 0.0]]))
