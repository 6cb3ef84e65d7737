"""What a coalition of regions would have to pay alone, with what its members own and nothing else.

    cost(S) = min c * x,   A x >= b * share(S),   low * share(S) <= x <= high * share(S)

Every row keeps the share of its right-hand side that the members own, nothing of what others own. Columns of others, and those that reach
into what others alone own (what is sent over a line), are held at what is nearest to nothing. A promise between a member and somebody
outside that nobody can keep without the other lapses, and its dual times the right-hand side is told.

The duals of the plan of all hold for every coalition too: ``cost(S) + lapsed(S) >= allocated(S)`` however right-hand sides are divided.

Limits: what is national (a column without a region) stays at hand for every coalition.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ..core.ledger import FIXED
from ..core.solve.matrix import Matrix
from ..core.solve.solution import Solution
from .owners import Owners, scaled

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

#: By how much a row without variables may be missed, in its own unit and relative to its right-hand side: rounding.
ROUNDING = 1e-7


@dataclass(frozen=True)
class Alone:
    """The programme of a coalition; ``lapsed`` is what promises that lapse cost it in the plan, ``can`` that no fixed row is broken."""

    matrix: Matrix
    lapsed: float
    can: bool


def alone(solution: Solution, owners: Owners, members: Flags) -> Alone:
    """The programme of the members of ``members`` (by region)."""
    matrix = solution.matrix
    table = sparse.csc_matrix((matrix.value, matrix.index, matrix.start), shape=matrix.shape[:2])
    of_columns, of_goal = owners.columns.of(members), owners.goal.of(members)
    lower, upper = scaled(matrix.column_lower, of_columns), scaled(matrix.column_upper, of_columns)
    at_hand = _at_hand(table, owners, members)
    held = np.where(at_hand, 0.0, np.clip(0.0, lower, upper))
    fixed = table @ held
    low, high = owners.side(matrix.row_lower, members) - fixed, owners.side(matrix.row_upper, members) - fixed
    smaller = table[:, at_hand]
    kept = np.bincount(smaller.indices, minlength=len(low)) > 0
    close = ROUNDING * (1.0 + np.abs(fixed))
    broken = ~kept & ((low > close) | (high < -close))
    lapses = broken & owners.rows.between
    missed = np.where(lapses, np.where(low > 0.0, low, high), 0.0)
    smaller = smaller[kept]
    made = replace(
        matrix, start=smaller.indptr.astype(np.int64), index=smaller.indices.astype(np.int64), value=smaller.data,
        row_lower=low[kept], row_upper=high[kept], column_lower=lower[at_hand], column_upper=upper[at_hand], cost=matrix.cost[at_hand],
        offset=float(fixed_costs(solution) @ of_goal + matrix.cost @ held), column_position=matrix.column_position[at_hand],
        row_family=np.array(matrix.row_family, dtype=object)[kept].tolist(), row_index=matrix.row_index[kept],
    )  # fmt: skip
    return Alone(made, float(solution.row_dual @ missed), not (broken & ~lapses).any())


def fixed_costs(solution: Solution) -> Floats:
    """The constant of each term of the objective; zero for terms of variables."""
    goal = solution.build.objective
    assert goal is not None
    fixed = goal.table["position"].to_numpy(dtype=np.int64) == FIXED
    return np.where(fixed, goal.table["coefficient"].to_numpy(dtype=float), 0.0)


def _at_hand(table: sparse.csc_matrix, owners: Owners, members: Flags) -> Flags:
    """Columns that a coalition may use.

    They are its own, those of a scope with a member, and its half of what lies between a member and others, where that does not reach into
    what is others' alone.
    """
    share = owners.columns.of(members)
    entries = table.copy()
    entries.data = np.ones_like(entries.data)
    reaches = np.asarray(entries.T @ owners.of_others(members).astype(float)).ravel() > 0.0
    return np.where(owners.columns.between & (share < 1.0 - ROUNDING), (share > 0.0) & ~reaches, share > 0.0)
