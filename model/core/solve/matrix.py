"""The matrix of a model: put together once from the rows of its families, handed to the solver as arrays, hashed.

Row and column names are ``name(key,key)`` from ASCII keys, so that any other solver reads the exported file.

Limits: continuous linear models; range rows are not used by this project and are refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from ..build.build import Build
from ..build.rows import Rows

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass
class Matrix:
    """A linear programme as arrays: column-wise matrix, bounds, cost, and where each row and column came from.

    ``column_position[j]`` is the position of column j among the model's variables; ``row_family[i]`` and
    ``row_index[i]`` name the constraint family and the row in it. Variables in no row and no objective, of several in none, have no column.
    """

    start: Integers
    index: Integers
    value: Floats
    row_lower: Floats
    row_upper: Floats
    column_lower: Floats
    column_upper: Floats
    cost: Floats
    offset: float
    maximise: bool
    column_position: Integers
    row_family: list[str]
    row_index: Integers
    impossible: list[str]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Rows, columns, nonzeros."""
        return len(self.row_lower), len(self.cost), len(self.value)

    def coefficient_range(self) -> tuple[float, float]:
        """Smallest and largest absolute nonzero of the matrix."""
        if not len(self.value):
            return 0.0, 0.0
        size = np.abs(self.value)
        return float(size.min()), float(size.max())

    def hash(self) -> str:
        """SHA-256 of matrix, bounds and cost: the same workbook gives the same hash on any machine of the same kind."""
        digest = hashlib.sha256()
        for array in (self.start, self.index, self.value, self.row_lower, self.row_upper, self.column_lower, self.column_upper, self.cost):
            digest.update(np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<")).tobytes())
        digest.update(repr((self.offset, self.maximise)).encode())
        return digest.hexdigest()


def compile_matrix(build: Build) -> Matrix:
    """Put the rows of all families and the objective together; families and variables keep the order of the build.

    As in Pyomo's standard form, terms of one variable in a row are added up, zeros vanish, and rows and columns without
    any nonzero are left out (a column with a cost stays).
    """
    blocks = list(build.blocks.items())
    counts = [len(rows) for _, rows in blocks]
    table = sparse.csr_matrix(
        (_joined([r.coefficient for _, r in blocks], float), _joined([r.position for _, r in blocks], np.int64), _starts([r for _, r in blocks])),
        shape=(sum(counts), build.size),
    )
    table.sum_duplicates()
    table.eliminate_zeros()
    rows = np.flatnonzero(np.diff(table.indptr))
    cost, offset = build.objective.vector(build.size) if build.objective is not None else (np.zeros(build.size), 0.0)
    counts_further = [goal.vector(build.size)[0] != 0.0 for goal in build.further]
    columns = np.flatnonzero(np.logical_or.reduce([np.bincount(table.indices, minlength=build.size) > 0, cost != 0.0, *counts_further]))
    if build.objective is None:
        raise ValueError("the model has no objective")
    matrix = (table if len(rows) == table.shape[0] else table[rows]).tocsc()[:, columns]
    matrix.sort_indices()
    families = list(build.families.values())
    family = np.repeat(np.array([name for name, _ in blocks], dtype=object), counts)
    index = _joined([np.arange(n, dtype=np.int64) for n in counts], np.int64)
    return Matrix(
        start=matrix.indptr.astype(np.int64),
        index=matrix.indices.astype(np.int64),
        value=matrix.data,
        row_lower=_joined([r.lower for _, r in blocks], float)[rows],
        row_upper=_joined([r.upper for _, r in blocks], float)[rows],
        column_lower=_joined([f.lower for f in families], float)[columns],
        column_upper=_joined([f.upper for f in families], float)[columns],
        cost=cost[columns],
        offset=offset,
        maximise=build.objective.sense == "max",
        column_position=columns,
        row_family=family[rows].tolist(),
        row_index=index[rows],
        impossible=[row_name(build, name, row) for name, row in build.impossible],
    )


def _joined(parts: list[Any], kind: Any) -> Any:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=kind)


def _starts(blocks: list[Rows]) -> Integers:
    """Start of every row in the joined arrays of all blocks."""
    lengths = _joined([np.diff(rows.start) for rows in blocks], np.int64)
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


def row_name(build: Build, family: str, row: int) -> str:
    """``family(key,key)`` of a row."""
    keys, _ = build.rows[family]
    return _label(family, [str(key) for key in keys.iloc[row]])


def all_row_names(build: Build, matrix: Matrix) -> list[str]:
    """Names of all rows of the matrix, in order."""
    return row_names(build, matrix, np.arange(len(matrix.row_lower)))


def row_names(build: Build, matrix: Matrix, rows: Integers) -> list[str]:
    """Names of the given rows of the matrix."""
    family = np.array(matrix.row_family, dtype=object)[rows]
    names = np.empty(len(rows), dtype=object)
    for name in dict.fromkeys(family):
        at = np.flatnonzero(family == name)
        keys = build.rows[name][0].iloc[matrix.row_index[rows[at]]]
        names[at] = _labels(name, keys)
    return names.tolist()


def all_column_names(build: Build, matrix: Matrix) -> list[str]:
    """Names of all columns of the matrix, in order."""
    return column_names(build, matrix, np.arange(len(matrix.cost)))


def column_names(build: Build, matrix: Matrix, columns: Integers) -> list[str]:
    """Names of the given columns of the matrix."""
    position = matrix.column_position[columns]
    names = np.empty(len(columns), dtype=object)
    for family in build.families.values():
        at = np.flatnonzero((position >= family.start) & (position < family.start + len(family)))
        names[at] = _labels(family.spec.name, family.frame.iloc[position[at] - family.start])
    return names.tolist()


def _labels(name: str, keys: pd.DataFrame) -> list[str]:
    """``name(key,key)`` for every row of ``keys``; columns turn into text at once."""
    columns = [keys[column].astype(str).tolist() for column in keys.columns]
    return [_label(name, key) for key in zip(*columns, strict=True)]


def _label(name: str, keys: Sequence[str]) -> str:
    """``name(key,key)``; the colon of a group of regions (``group:west``) ends a name in LP files and is written as a dot."""
    return f"{name}({','.join(keys)})".replace(":", ".")
