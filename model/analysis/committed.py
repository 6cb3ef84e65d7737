"""Decisions of the past held at what was done, and which limits can not be met any more with them.

Every column whose period (its year, or the year that it was built) is over stands at its value. A row of nothing but such columns that
they meet says nothing more and is let go; a row that such columns alone would miss by rounding is moved to where they leave it. All else stands as it is,
so a penalty that the past has left shows in the years to come.

Where nothing can be done within all rows, the least by which they are missed is found, each as a share of what it asks:

    min  sum over rows i of short[i] / max(1, |limit[i]|)      every other row held

first among rows of the milestones that are over (a reserve that the next period's load would have asked for), then among targets too, then among
all limits that stand in cells of the workbook (what is under construction).

Limits: the past is fixed to the digits of the solver: rounding is a share of ROUNDING of what a row adds up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ..core.build.build import Build
from ..core.solve.highs.held import INTERIOR_ROWS, hand_over, quiet_highs, run
from ..core.solve.matrix import Matrix, all_column_names, row_names

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
#: What a row may be missed by, as a share of the amounts that it adds up: the solver's tolerance.
ROUNDING = 1e-7
#: The same for a row of nothing but what was done: it was held once, in units of a scaled programme.
SETTLED = 1e-5
#: Columns that name the period of a decision.
PERIODS_OF = ("vintage", "year")


@dataclass(frozen=True)
class Missed:
    """A row that gives way: its name, family, keys, and the amount in the unit of its family."""

    name: str
    family: str
    keys: tuple[str, ...]
    amount: float
    unit: str


def period_of_columns(build: Build, matrix: Matrix) -> Floats:
    """The year of every column of the matrix, the later of when it is built and when it acts; NaN for one of no period."""
    when = np.full(build.size, np.nan)
    for family in build.families.values():
        named = [family.frame[name].to_numpy(dtype=float) for name in PERIODS_OF if name in family.frame]
        if named and len(family):
            when[family.positions] = np.max(named, axis=0)
    return when[matrix.column_position]


def done_until(build: Build, matrix: Matrix, x: Floats, year: int) -> dict[str, float]:
    """What was done by a year: values of columns, by name."""
    over = period_of_columns(build, matrix) <= year
    names = np.array(all_column_names(build, matrix), dtype=object)[over]
    return dict(zip(names.tolist(), x[matrix.column_position][over].tolist(), strict=True))


def committed(build: Build, matrix: Matrix, done: Mapping[str, float], band: float = 0.0) -> Matrix:
    """The matrix with all that was done held at it, or within ``band`` of it (a share of one and of itself)."""
    names = all_column_names(build, matrix)
    value = np.array([done.get(name, np.nan) for name in names], dtype=float)
    held = ~np.isnan(value)
    value = np.where(held, np.clip(value, matrix.column_lower, matrix.column_upper), 0.0)
    lower, upper = np.where(held, value, matrix.column_lower), np.where(held, value, matrix.column_upper)
    table = sparse.csc_matrix((matrix.value, matrix.index, matrix.start), shape=matrix.shape[:2]).tocsr()
    past, size = table @ value, np.abs(table) @ np.abs(value)
    if band:
        lower, upper = (np.clip(np.where(held, value + sign * band * (1.0 + np.abs(value)), bound), matrix.column_lower, matrix.column_upper) for sign, bound in ((-1.0, lower), (1.0, upper)))
    least, most = _reach(table, np.where(held, 0.0, lower), np.where(held, 0.0, upper))
    over = np.asarray(abs(table) @ (~held).astype(float)).ravel() == 0.0
    close = ROUNDING * (1.0 + size)
    # what the past alone leaves out of reach by rounding is where it is
    low, high = matrix.row_lower, matrix.row_upper
    low = np.where((past + most < low) & (past + most > low - close), past + most, low)
    high = np.where((past + least > high) & (past + least < high + close), past + least, high)
    kept = SETTLED * (1.0 + size)
    over &= (past >= matrix.row_lower - kept) & (past <= matrix.row_upper + kept)
    low, high = np.where(over, -np.inf, low), np.where(over, np.inf, high)
    return replace(matrix, column_lower=lower, column_upper=upper, row_lower=low, row_upper=high)


def _reach(table: sparse.csr_matrix, lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
    """The least and the most that each row can come to within the bounds of its columns."""
    up, down = table.maximum(0.0), (-table).maximum(0.0)

    def total(rising: Floats, falling: Floats, sign: float) -> Floats:
        """Sums in which an infinite bound counts as infinite."""
        finite = up @ np.where(np.isfinite(rising), rising, 0.0) - down @ np.where(np.isfinite(falling), falling, 0.0)
        endless = up @ np.isinf(rising).astype(float) + down @ np.isinf(falling).astype(float)
        return np.where(endless > 0.0, sign * np.inf, finite)

    return total(lower, upper, -1.0), total(upper, lower, 1.0)


def relaxed(build: Build, matrix: Matrix, given_way: Mapping[str, float]) -> Matrix:
    """The matrix in which rows that gave way have the room that they were given."""
    if not given_way:
        return matrix
    room = np.array([given_way.get(name, 0.0) for name in row_names(build, matrix, np.arange(matrix.shape[0]))], dtype=float)
    return replace(matrix, row_lower=matrix.row_lower - room, row_upper=matrix.row_upper + room)


def least_missed(build: Build, matrix: Matrix, now: int) -> list[Missed] | None:
    """The rows that give way so that there is a plan, none where rounding alone stood in its way; None where not even that makes one."""
    free = np.isinf(matrix.row_lower) & np.isinf(matrix.row_upper)
    family = np.array(matrix.row_family, dtype=object)
    held_by_cells = [limits for limits in build.limits if limits.kind == "constraint"]
    over = _over(build, matrix, now)
    targets, limits = (np.isin(family, sorted({one.name for one in held_by_cells if one.is_target or every})) for every in (False, True))
    for rows in (over, over | targets, over | limits):
        found = _least(build, matrix, np.flatnonzero(rows & ~free)) if (rows & ~free).any() else None
        if found is not None:
            return found
    return None


def _least(build: Build, matrix: Matrix, rows: npt.NDArray[np.int64]) -> list[Missed] | None:
    """The least sum of what these rows are missed by; equations give way both ways."""
    bounds = ((matrix.row_upper[rows], -1.0), (matrix.row_lower[rows], 1.0))
    at = np.concatenate([rows[np.isfinite(limit)] for limit, _ in bounds])
    limit = np.concatenate([limit[np.isfinite(limit)] for limit, _ in bounds])
    sign = np.concatenate([np.full(np.isfinite(limit).sum(), sign) for limit, sign in bounds])
    count, size = len(at), matrix.shape[1]
    table = sparse.csc_matrix((matrix.value, matrix.index, matrix.start), shape=matrix.shape[:2])
    whole = sparse.hstack([table, sparse.csc_matrix((sign, (at, np.arange(count))), shape=(matrix.shape[0], count))]).tocsc()
    whole.sort_indices()
    cost = np.concatenate([np.zeros(size), 1.0 / np.maximum(1.0, np.abs(limit))])
    lower, upper = np.concatenate([matrix.column_lower, np.zeros(count)]), np.concatenate([matrix.column_upper, np.full(count, np.inf)])
    found = _solved(whole, cost, (lower, upper), (matrix.row_lower, matrix.row_upper))
    if found is None:
        return None
    amount = found[size:]
    some = np.flatnonzero(amount > ROUNDING * np.maximum(1.0, np.abs(limit)))
    names = row_names(build, matrix, at[some])
    return [_missed(build, matrix, int(at[i]), name, float(amount[i])) for i, name in zip(some, names, strict=True)]


def nearest(build: Build, matrix: Matrix, wanted: Mapping[str, float]) -> dict[str, float] | None:
    """What of ``wanted`` (values by column) can be done within the rows, moved as little as they ask:

        min  sum over columns j of |x[j] - wanted[j]| / max(1, |wanted[j]|)

    None where nothing can.
    """
    names = all_column_names(build, matrix)
    at = np.array([place for place, name in enumerate(names) if name in wanted], dtype=np.int64)
    value = np.array([wanted[names[place]] for place in at.tolist()], dtype=float)
    count, size = len(at), matrix.shape[1]
    table = sparse.csc_matrix((matrix.value, matrix.index, matrix.start), shape=matrix.shape[:2])
    same = sparse.csc_matrix((np.ones(count), (np.arange(count), at)), shape=(count, size))
    one = sparse.identity(count, format="csc")
    whole = sparse.bmat([[table, None, None], [same, one, -one]]).tocsc()
    whole.sort_indices()
    weight = 1.0 / np.maximum(1.0, np.abs(value))
    columns = (np.concatenate([matrix.column_lower, np.zeros(2 * count)]), np.concatenate([matrix.column_upper, np.full(2 * count, np.inf)]))
    rows = (np.concatenate([matrix.row_lower, value]), np.concatenate([matrix.row_upper, value]))
    found = _solved(whole, np.concatenate([np.zeros(size), weight, weight]), columns, rows)
    return None if found is None else {names[place]: float(found[place]) for place in at.tolist()}


def _solved(table: sparse.csc_matrix, cost: Floats, columns: tuple[Floats, Floats], rows: tuple[Floats, Floats]) -> Floats | None:
    """Values of the columns at the least cost; None where there are none."""
    highs = quiet_highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    if table.shape[0] >= INTERIOR_ROWS:
        highs.setOptionValue("solver", "ipx")
    hand_over(highs, (table.indptr, table.indices, table.data), cost, columns, rows)
    return np.asarray(highs.getSolution().col_value, dtype=float) if run(highs) == "optimal" else None


def _missed(build: Build, matrix: Matrix, row: int, name: str, amount: float) -> Missed:
    keys, unit = build.rows[matrix.row_family[row]]
    return Missed(name, matrix.row_family[row], tuple(map(str, keys.iloc[int(matrix.row_index[row])])), amount, unit)


def _over(build: Build, matrix: Matrix, now: int) -> Flags:
    """Rows of milestones that are over."""
    family = np.array(matrix.row_family, dtype=object)
    found = np.zeros(len(family), dtype=bool)
    for name in dict.fromkeys(matrix.row_family):
        keys = build.rows[name][0]
        named = [keys[column].to_numpy(dtype=float) for column in PERIODS_OF if column in keys]
        if named:
            at = np.flatnonzero(family == name)
            found[at] = np.max(named, axis=0)[matrix.row_index[at]] <= now
    return found
