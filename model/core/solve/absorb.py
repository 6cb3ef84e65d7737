"""Rows by which one variable is at least a multiple of another are taken up by that variable while interior point works.

Where ``g >= c * y`` and nothing else bounds g, what g has above ``c * y`` is a variable that is not negative: it takes the
place of g, and the row is gone. That is the same linear programme with fewer rows, and a basis of one is a basis of the other:
what is above is at zero where the row binds, and g is basic. So the answer is told of the whole matrix, as if it had been solved.

Presolve of HiGHS does not look for this. Of the shipped workbooks it takes up what heat plants must run in every slice.

Limits: only rows of two variables with nothing on the other side, and only where the matrix gets no denser by it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

from .matrix import Matrix
from .scaling import Scaling

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Statuses = npt.NDArray[np.int8]

#: Entries of a row that can be taken up: it holds g and y. As many new ones are allowed in the rows that held g.
PAIR = 2


@dataclass(frozen=True)
class Absorbed:
    """A smaller matrix of the same optimum: ``row`` are those taken up, each by its ``column``; ``kept`` all others."""

    matrix: Matrix
    kept: Integers
    row: Integers
    column: Integers

    def scaling(self, scaling: Scaling) -> Scaling:
        """The scales of the smaller matrix, from those of the whole one."""
        return Scaling(scaling.column, scaling.row[self.kept])

    def whole(self, columns: Statuses, rows: Statuses, basic: int) -> tuple[Statuses, Statuses]:
        """The basis of the whole matrix: statuses of the smaller one, ``basic`` the number of a basic variable."""
        every = np.empty(len(self.kept) + len(self.row), dtype=np.int8)
        every[self.kept], every[self.row] = rows, columns[self.column]
        columns = columns.copy()
        columns[self.column] = basic
        return columns, every


def absorb(matrix: Matrix) -> Absorbed | None:
    """The smaller matrix; None where there is no such row."""
    shape = matrix.shape[:2]
    table = sparse.csc_matrix((matrix.value, matrix.index, matrix.start), shape=shape)
    row, column, other, factor = _candidates(matrix, table.tocsr())
    if not len(row):
        return None
    count = shape[1]
    change = sparse.identity(count, format="csc") + sparse.csc_matrix((factor, (column, other)), shape=(count, count))
    kept = np.setdiff1d(np.arange(shape[0]), row)
    smaller = (table @ change).tocsr()[kept].tocsc()
    smaller.sum_duplicates()
    smaller.eliminate_zeros()
    smaller.sort_indices()
    made = replace(
        matrix,
        start=smaller.indptr.astype(np.int64), index=smaller.indices.astype(np.int64), value=smaller.data, cost=change.T @ matrix.cost,
        row_lower=matrix.row_lower[kept], row_upper=matrix.row_upper[kept],
        row_family=np.array(matrix.row_family, dtype=object)[kept].tolist(), row_index=matrix.row_index[kept],
    )  # fmt: skip
    return Absorbed(made, kept, row, column)


def _candidates(matrix: Matrix, by_row: sparse.csr_matrix) -> tuple[Integers, Integers, Integers, Floats]:
    """Rows that can be taken up, by which column, and of which other column it is so many times at least."""
    rows = np.flatnonzero(np.diff(by_row.indptr) == PAIR)
    low, high = matrix.row_lower[rows], matrix.row_upper[rows]
    at_least, at_most = (low == 0.0) & np.isinf(high), np.isinf(low) & (high == 0.0)
    rows, sign = rows[at_least | at_most], np.where(at_least, 1.0, -1.0)[at_least | at_most]
    first = by_row.indptr[rows].astype(np.int64)
    columns = np.stack([by_row.indices[first], by_row.indices[first + 1]], axis=1).astype(np.int64)
    values = np.stack([by_row.data[first], by_row.data[first + 1]], axis=1) * sign[:, None]
    # g has the positive coefficient, y the negative one
    apart = (values.max(axis=1) > 0.0) & (values.min(axis=1) < 0.0)
    rows, columns, values = rows[apart], columns[apart], values[apart]
    which, each = values.argmax(axis=1), np.arange(len(rows))
    column, other = columns[each, which], columns[each, 1 - which]
    factor = -values[each, 1 - which] / values[each, which]
    free_above = np.isinf(matrix.column_upper[column]) & (matrix.column_lower[column] <= 0.0) & (matrix.column_lower[other] >= 0.0)
    entries = np.diff(matrix.start)
    possible = free_above & (entries[column] - entries[other] <= PAIR)  # spares the longer look at columns that stand in many rows
    rows, column, other, factor = rows[possible], column[possible], other[possible], factor[possible]
    chosen = _sparse_enough(matrix, column, other)
    return rows[chosen], column[chosen], other[chosen], factor[chosen]


def _sparse_enough(matrix: Matrix, column: Integers, other: Integers) -> npt.NDArray[np.bool_]:
    """Which rows to take up: a column takes up one, what it is a multiple of takes up none, and the matrix gets no denser."""
    rows_of = {c: set(matrix.index[matrix.start[c] : matrix.start[c + 1]].tolist()) for c in {*column.tolist(), *other.tolist()}}
    taking, multiplied = set[int](), set[int]()
    chosen = np.zeros(len(column), dtype=bool)
    for number, (g, y) in enumerate(zip(column.tolist(), other.tolist(), strict=True)):
        if g not in taking and g not in multiplied and y not in taking and len(rows_of[g] - rows_of[y]) <= PAIR:
            chosen[number] = True
            taking.add(g)
            multiplied.add(y)
    return chosen
