"""Why no plan exists, as numbers: a set of rows that contradict each other, and with which weights they do.

First by arithmetic: the least and the most that each row can reach within the bounds of its variables, carried from row
to row. Where that finds a contradiction, the few rows on the way to it are looked at alone. Otherwise one linear programme
asks for the smallest sum of shares by which the limits of the workbook are missed while all other rows hold, and, where
that is not enough, for the smallest sum by which any row is missed; it ends at zero exactly when a plan exists. Its prices
are the weights of the contradiction (Farkas): the weighted sum of the rows asks for more than the bounds allow.

Limits: amounts are counted in the scales of the solver, so that a thousand hectares weigh about as much as a gigawatt hour.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ..core.solve.highs.held import hand_over, quiet_highs, was_interrupted
from ..core.solve.matrix import Matrix
from ..core.solve.scaling import Scaling

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: A row that is missed by less, in scaled units and per unit of its size, is rounding: ten times the solver's tolerance.
ROUNDING = 1e-6
#: A bound is carried on only where it moves by this share; chains that creep towards their limit are left to the solver.
LEAST_STEP = 1e-3
#: How often bounds are carried on: the horizon has nine periods, a stock needs a pass for each.
MOST_PASSES = 30
#: Weights below this share of the largest one are rounding of the solver.
LEAST_WEIGHT = 1e-7
#: A sum of weights over a column without a bound that is a smaller share of its terms is rounding: it stands for zero.
CANCELLED = 1e-6
#: Why two models can not be compared by their sides alone.
OTHER_COEFFICIENTS, OTHER_BOUNDS = "other coefficients", "other bounds"
#: Rows from which a model is large: three regions have 28,000, 31 provinces 195,000.
LARGE = 60_000
#: What missing a limit by all of itself costs: large, so that the weights of large limits stay far above the tolerance.
WHOLE_LIMIT = 1e4


@dataclass(frozen=True)
class Scaled:
    """A matrix as the solver sees it: rows by columns, and the sides of both."""

    table: sparse.csr_matrix
    low: Floats
    high: Floats
    column_low: Floats
    column_high: Floats


@dataclass(frozen=True)
class Soft:
    """The rows and the upper bounds of columns that may give way."""

    rows: npt.NDArray[np.bool_]
    columns: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Certificate:
    """Weights of rows (scaled): positive where the lower side of a row is used, negative for the upper one.

    ``missed`` and ``missed_bounds`` say by how much rows and upper bounds of columns were missed on the way to the weights.
    ``whole``: all rows took part and only limits gave way, so that what was missed is a relaxation with which a plan exists.
    """

    weight: Floats
    missed: Floats
    missed_bounds: Floats = field(default_factory=lambda: np.zeros(0))
    whole: bool = False

    @property
    def rows(self) -> Integers:
        """The rows that take part."""
        return np.flatnonzero(np.abs(self.weight) > LEAST_WEIGHT)


def scaled(matrix: Matrix, scaling: Scaling) -> Scaled:
    """The matrix in the solver's scales."""
    table = sparse.csc_matrix((scaling.values(matrix), matrix.index, matrix.start), shape=matrix.shape[:2]).tocsr()
    return Scaled(
        table, matrix.row_lower / scaling.row, matrix.row_upper / scaling.row,
        matrix.column_lower / scaling.column, matrix.column_upper / scaling.column,
    )  # fmt: skip


def is_large(model: Scaled) -> bool:
    """Whether the simplex method would take many minutes to weigh all rows of the model."""
    return bool(model.table.shape[0] > LARGE)


def reach(model: Scaled, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """The least and the most that each row can reach within these bounds of its variables."""
    table = model.table
    up, down = table.maximum(0), table.minimum(0)
    return _sum(up, low) + _sum(down, high), _sum(up, high) + _sum(down, low)


def _sum(part: sparse.csr_matrix, bound: Floats) -> Floats:
    """Row sums of coefficient x bound, infinite where any of the bounds is."""
    finite = np.isfinite(bound)
    total = part @ np.where(finite, bound, 0.0)
    endless = part @ np.where(finite, 0.0, np.sign(bound))
    return np.where(endless > 0, np.inf, np.where(endless < 0, -np.inf, total))


def out_of_reach(model: Scaled, low: Floats | None = None, high: Floats | None = None) -> Integers:
    """Rows that can not hold whatever the plan: what they ask for lies beyond what the bounds allow."""
    least, most = reach(model, model.column_low if low is None else low, model.column_high if high is None else high)
    slack = ROUNDING * np.maximum(1.0, np.maximum(np.abs(_zero(model.low)), np.abs(_zero(model.high))))
    return np.flatnonzero((most < model.low - slack) | (least > model.high + slack))


def _zero(side: Floats) -> Floats:
    return np.where(np.isfinite(side), side, 0.0)


def contradiction_by_arithmetic(model: Scaled) -> Integers | None:
    """Rows on the way to a row that can not hold, found by carrying bounds from row to row; None where none is found."""
    low, high = model.column_low.copy(), model.column_high.copy()
    rows, columns = model.table.shape
    moved_by: list[dict[int, int]] = []
    entry_row = np.repeat(np.arange(rows), np.diff(model.table.indptr))
    entry_column, value = model.table.indices, model.table.data
    for _ in range(MOST_PASSES):
        crossed = np.flatnonzero(low > high + ROUNDING * np.maximum(1.0, np.maximum(np.abs(_zero(low)), np.abs(_zero(high)))))
        broken = out_of_reach(model, low, high)
        if len(broken) or len(crossed):
            start = [int(broken[0])] if len(broken) else []
            return _way(model, start, [] if len(broken) else [int(crossed[0])], moved_by)
        new_low, new_high, low_row, high_row = _tightened(model, low, high, entry_row, entry_column, value)
        better_low, better_high = _moves(new_low, low), _moves(-new_high, -high)
        if not better_low.any() and not better_high.any():
            return None
        moved_by.append({})
        for better, by in ((better_low, low_row), (better_high, high_row)):
            for column in np.flatnonzero(better).tolist():
                # both bounds of a column may move in one pass, by two rows: keys of upper moves lie behind the columns
                moved_by[-1][column if by is low_row else column + columns] = int(by[column])
        low, high = np.where(better_low, new_low, low), np.where(better_high, new_high, high)
    return None


def _moves(new: Floats, old: Floats) -> npt.NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):
        return np.isfinite(new) & (~np.isfinite(old) | (new - old > LEAST_STEP * np.maximum(1.0, np.abs(_zero(old)))))


def _tightened(
    model: Scaled, low: Floats, high: Floats, row: Integers, column: Integers, value: Floats
) -> tuple[Floats, Floats, Integers, Integers]:
    """For every column the best bounds that any row gives, and the rows that give them."""
    columns = model.table.shape[1]
    own_least = np.where(value > 0, value * low[column], value * high[column])
    own_most = np.where(value > 0, value * high[column], value * low[column])
    new_low, new_high = np.full(columns, -np.inf), np.full(columns, np.inf)
    low_row, high_row = np.full(columns, -1), np.full(columns, -1)
    for own, side, is_upper in ((own_least, model.high, True), (own_most, model.low, False)):
        finite = np.isfinite(own)
        total = np.bincount(row, weights=np.where(finite, own, 0.0), minlength=len(side))
        endless = np.bincount(row, weights=~finite, minlength=len(side))
        rest = total[row] - np.where(finite, own, 0.0)
        known = (endless[row] - ~finite == 0) & np.isfinite(side[row]) & (value != 0)
        bound = np.where(known, (side[row] - rest) / value, np.nan)
        gives_high = (value > 0) == is_upper
        for chosen, best, by, better in ((known & gives_high, new_high, high_row, np.minimum), (known & ~gives_high, new_low, low_row, np.maximum)):
            at = np.flatnonzero(chosen)
            before = best.copy()
            better.at(best, column[at], bound[at])
            winner = at[(bound[at] == best[column[at]]) & (best[column[at]] != before[column[at]])]
            by[column[winner]] = row[winner]
    return new_low, new_high, low_row, high_row


def _way(model: Scaled, rows: list[int], crossed: list[int], moved_by: list[dict[int, int]]) -> Integers:
    """All rows that moved a bound which a row on the way reads, back to the beginning."""
    columns = model.table.shape[1]
    seen = dict.fromkeys(rows)
    wanted = set(crossed)
    for row in rows:
        wanted.update(model.table.indices[model.table.indptr[row] : model.table.indptr[row + 1]].tolist())
    for moves in reversed(moved_by):
        for column in list(wanted):
            for key in (column, column + columns):
                by = moves.get(key)
                if by is not None and by not in seen:
                    seen[by] = None
                    wanted.update(model.table.indices[model.table.indptr[by] : model.table.indptr[by + 1]].tolist())
    return np.array(sorted(seen), dtype=np.int64)


def certify(model: Scaled, seconds: float = np.inf, rows: Integers | None = None, soft: Soft | None = None) -> Certificate | str | None:
    """Weights of a contradiction among these rows (all by default); None when they can all be met.

        min sum price * (over + under)        low <= A x + under - over <= high

    With ``soft`` only those rows and bounds give way, at a price for each share of themselves; without it every row does,
    at one price. A text is the status of the solver where it came to no end, or where the others contradict each other.
    """
    import highspy

    every = np.arange(model.table.shape[0]) if rows is None else rows
    table, low, high = model.table[every].tocsc(), model.low[every], model.high[every]
    count, columns = table.shape
    given = np.ones(count, dtype=bool) if soft is None else soft.rows[every]
    held = np.flatnonzero(soft.columns & np.isfinite(model.column_high)) if soft is not None else np.zeros(0, dtype=np.int64)
    table, low, high, column_high = _bounds_as_rows(table, low, high, model.column_high, held)
    given = np.concatenate([given, np.ones(len(held), dtype=bool)])
    under_at, over_at = np.flatnonzero(given & np.isfinite(low)), np.flatnonzero(given & np.isfinite(high))
    price = np.ones(len(low)) if soft is None else WHOLE_LIMIT / np.maximum(1.0, np.abs(np.where(np.isfinite(low), low, high)))
    one = sparse.identity(len(low), format="csc")
    whole = sparse.hstack([table, one[:, under_at], -one[:, over_at]], format="csc")
    added = len(under_at) + len(over_at)
    highs = _loaded(
        whole, low, high, np.concatenate([np.zeros(columns), price[under_at], price[over_at]]),
        np.concatenate([model.column_low, np.zeros(added)]), np.concatenate([column_high, np.full(added, np.inf)]), seconds,
    )  # fmt: skip
    if rows is None and is_large(model):
        _inside(highs)
    _solve(highs)
    status = highs.getModelStatus()
    if status != highspy.HighsModelStatus.kOptimal:
        return str(highs.modelStatusToString(status))
    largest = 1.0 if soft is not None else float(np.abs(_zero(low)).max(initial=0.0))
    if highs.getInfo().objective_function_value <= ROUNDING * max(1.0, largest * ROUNDING):
        return None
    weight, missed = np.zeros(model.table.shape[0]), np.zeros(model.table.shape[0])
    dual = np.asarray(highs.getSolution().row_dual, dtype=float)[:count]
    weight[every] = dual / max(float(np.abs(dual).max(initial=0.0)), np.finfo(float).tiny)
    gone = np.asarray(highs.getSolution().col_value, dtype=float)[columns:]
    amount = np.zeros(len(low))
    amount[under_at] += gone[: len(under_at)]
    amount[over_at] -= gone[len(under_at) :]
    missed[every] = amount[:count]
    missed_bounds = np.zeros(columns)
    missed_bounds[held] = amount[count:]
    return Certificate(weight, missed, missed_bounds, whole=rows is None and soft is not None)


def least_step(model: Scaled, other: Scaled, seconds: float) -> float | str | None:
    """How far to go from ``model`` towards ``other`` (1 is there, more is beyond) until all rows can be met.

        min t    low + t (low' - low) <= A x <= high + t (high' - high),  t >= 0

    None when no step helps; a text when the two differ in more than their sides and bounds, or the solver came to no end.
    """
    import highspy

    same = np.array_equal(model.table.indptr, other.table.indptr) and np.array_equal(model.table.indices, other.table.indices)
    if not same or not np.allclose(model.table.data, other.table.data, rtol=ROUNDING, atol=0.0) or not np.array_equal(model.column_low, other.column_low):
        return OTHER_COEFFICIENTS
    with np.errstate(invalid="ignore"):
        moves = np.where(np.isfinite(model.low), other.low - model.low, other.high - model.high)
        up = other.column_high - model.column_high
    moves, up = np.nan_to_num(moves, nan=0.0, posinf=0.0, neginf=0.0), np.nan_to_num(up, nan=0.0)
    if not np.isfinite(up).all():
        return OTHER_BOUNDS
    held = np.flatnonzero(up)
    columns = model.table.shape[1]
    table, low, high, column_high = _bounds_as_rows(model.table.tocsc(), model.low, model.high, model.column_high, held)
    step = sparse.csc_matrix(np.concatenate([-moves, -up[held]])[:, np.newaxis])
    highs = _loaded(
        sparse.hstack([table, step], format="csc"), low, high,
        np.concatenate([np.zeros(columns), np.ones(1)]), np.concatenate([model.column_low, np.zeros(1)]), np.concatenate([column_high, np.full(1, np.inf)]), seconds,
    )  # fmt: skip
    if is_large(model):
        _inside(highs)
    _solve(highs)
    status, kind = highs.getModelStatus(), highspy.HighsModelStatus
    if status == kind.kOptimal:
        return float(highs.getSolution().col_value[columns])
    return None if status in (kind.kInfeasible, kind.kUnboundedOrInfeasible) else str(highs.modelStatusToString(status))


def _bounds_as_rows(table: sparse.csc_matrix, low: Floats, high: Floats, column_high: Floats, held: Integers) -> tuple[sparse.csc_matrix, Floats, Floats, Floats]:
    """The rows, their sides and the upper bounds of columns, with the bounds of the columns ``held`` as rows of their own."""
    picked = sparse.csc_matrix((np.ones(len(held)), (np.arange(len(held)), held)), shape=(len(held), table.shape[1]))
    free = column_high.copy()
    free[held] = np.inf
    return sparse.vstack([table, picked], format="csc"), np.concatenate([low, np.full(len(held), -np.inf)]), np.concatenate([high, column_high[held]]), free


def has_plan(model: Scaled, seconds: float) -> bool | None:
    """Whether all rows can be met, asked without any objective: much quicker than ``certify``; None when time is over."""
    import highspy

    highs = _loaded(model.table.tocsc(), model.low, model.high, np.zeros(model.table.shape[1]), model.column_low, model.column_high, seconds)
    _solve(highs)
    status, kind = highs.getModelStatus(), highspy.HighsModelStatus
    return True if status == kind.kOptimal else False if status in (kind.kInfeasible, kind.kUnboundedOrInfeasible) else None


def part(model: Scaled, rows: Integers) -> Scaled:
    """Some rows of the model, with the variables that stand in them."""
    table = model.table[rows]
    columns = np.unique(table.indices)
    return Scaled(table[:, columns], model.low[rows], model.high[rows], model.column_low[columns], model.column_high[columns])


def is_impossible(model: Scaled, rows: Integers) -> bool:
    """Whether presolve sees at once that these rows can not be met; False says nothing."""
    import highspy

    some = part(model, rows)
    highs = _loaded(some.table.tocsc(), some.low, some.high, np.zeros(some.table.shape[1]), some.column_low, some.column_high, np.inf)
    highs.presolve()
    return bool(highs.getModelPresolveStatus() == highspy.HighsPresolveStatus.kInfeasible)


def _loaded(table: sparse.csc_matrix, low: Floats, high: Floats, cost: Floats, column_low: Floats, column_high: Floats, seconds: float) -> Any:
    highs: Any = quiet_highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("solver", "simplex")
    highs.setOptionValue("time_limit", seconds)
    hand_over(highs, (table.indptr, table.indices, table.data), cost, (column_low, column_high), (low, high))
    highs.HandleKeyboardInterrupt = True
    return highs


def _solve(highs: Any) -> None:
    """Solve what is held; KeyboardInterrupt where the user stops it, since half a reason is none."""
    highs.solve()
    if was_interrupted(highs):
        raise KeyboardInterrupt


def _inside(highs: Any) -> None:
    """Interior point without a vertex: enough to know amounts, where the simplex method is not done in many minutes (31 provinces)."""
    highs.setOptionValue("solver", "ipm")
    highs.setOptionValue("run_crossover", "off")


def gap(model: Scaled, weight: Floats) -> float:
    """By how much the weighted rows ask for more than the bounds of the variables allow; a plan needs it at zero or below."""
    side = np.where(weight > 0, model.low, model.high)
    # a weight on a side that does not exist is rounding, or the state has another side there
    nowhere = ~np.isfinite(side)
    if (np.abs(weight[nowhere]) > CANCELLED * np.abs(weight).max(initial=0.0)).any():
        return -np.inf
    weight = np.where(nowhere, 0.0, weight)
    asked = float((weight * np.where(nowhere, 0.0, side)).sum())
    sums = weight @ model.table
    bound = np.where(sums > 0, model.column_high, model.column_low)
    finite = np.isfinite(bound)
    terms = np.abs(weight) @ abs(model.table)
    if (np.abs(sums)[~finite] > CANCELLED * terms[~finite]).any():
        return -np.inf
    return asked - float((sums[finite] * bound[finite]).sum())
