"""The matrix of a model: compiled once from Pyomo, handed to the solver as arrays, hashed, exported.

Row and column names are ``name(key,key)`` from ASCII keys, so that any other solver reads the exported file.

Limits: continuous linear models; range rows are not used by this project and are refused.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .build import Build, Objective, collector_paused
from .ledger import FIXED

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass
class Matrix:
    """A linear programme as arrays: column-wise matrix, bounds, cost, and where each row and column came from.

    ``column_position[j]`` is the position of column j among the model's variables; ``row_family[i]`` and
    ``row_index[i]`` name the constraint family and the row in it. Variables in no row and no objective have no column.
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


def objective_vector(objective: Objective, size: int) -> tuple[Floats, float]:
    """Cost by variable position, and the constant."""
    position = objective.table["position"].to_numpy(dtype=np.int64)
    coefficient = objective.table["coefficient"].to_numpy(dtype=float)
    fixed = position == FIXED
    cost = np.bincount(position[~fixed], weights=coefficient[~fixed], minlength=size)
    return cost.astype(float), float(coefficient[fixed].sum())


def add_objective(build: Build) -> None:
    """Put the objective into the Pyomo model, so that the model is whole without this package's solver."""
    pyo = build.pyo
    if build.objective is None:
        raise ValueError("the model has no objective")
    cost, offset = objective_vector(build.objective, build.size)
    variables = build.all_variables()
    used = np.flatnonzero(cost)
    expression = build.linear_expression(
        constant=offset, linear_coefs=cost[used].tolist(), linear_vars=[variables[p] for p in used]
    )
    if hasattr(build.model, "objective"):
        build.model.del_component("objective")
    sense = pyo.maximize if build.objective.sense == "max" else pyo.minimize
    build.model.add_component("objective", pyo.Objective(expr=expression, sense=sense))


def compile_matrix(build: Build) -> Matrix:
    """Compile the Pyomo model to arrays (standard form, mixed senses); Pyomo's own order of rows and columns is kept."""
    from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

    with collector_paused():
        add_objective(build)
        families = list(build.families.values())
        order = [build.model.component(f.spec.name) for f in families if len(f)]
        form = LinearStandardFormCompiler().write(build.model, mixed_form=True, set_sense=None, column_order=order)
    place = {id(v): position for position, v in enumerate(build.all_variables())}
    column_position = np.fromiter((place[id(v)] for v in form.columns), dtype=np.int64, count=len(form.columns))
    lower = np.concatenate([f.lower for f in families]) if families else np.zeros(0)
    upper = np.concatenate([f.upper for f in families]) if families else np.zeros(0)
    right = np.asarray(form.rhs, dtype=float)
    kind = np.fromiter((row.bound_type for row in form.rows), dtype=np.int64, count=len(form.rows))
    names, indices = _row_names(form.rows)
    return Matrix(
        start=form.A.indptr.astype(np.int64),
        index=form.A.indices.astype(np.int64),
        value=form.A.data.astype(float),
        row_lower=np.where(kind <= 0, right, -np.inf),
        row_upper=np.where(kind >= 0, right, np.inf),
        column_lower=lower[column_position],
        column_upper=upper[column_position],
        cost=np.asarray(form.c.todense(), dtype=float).ravel(),
        offset=float(form.c_offset[0]),
        maximise=build.objective is not None and build.objective.sense == "max",
        column_position=column_position,
        row_family=names,
        row_index=indices,
        impossible=[row_name(build, name, row) for name, row in build.impossible],
    )


def _row_names(rows: list[Any]) -> tuple[list[str], Integers]:
    names: list[str] = []
    indices = np.empty(len(rows), dtype=np.int64)
    for i, row in enumerate(rows):
        names.append(row.constraint.parent_component().local_name)
        indices[i] = row.constraint.index()
    return names, indices


def row_name(build: Build, family: str, row: int) -> str:
    """``family(key,key)`` of a row."""
    keys, _ = build.rows[family]
    return f"{family}({','.join(str(k) for k in keys.iloc[row])})"


def all_row_names(build: Build, matrix: Matrix) -> list[str]:
    """Names of all rows of the matrix, in order."""
    labels = {family: ["(" + ",".join(map(str, key)) + ")" for key in keys.itertuples(index=False, name=None)] for family, (keys, _) in build.rows.items()}
    return [family + labels[family][index] for family, index in zip(matrix.row_family, matrix.row_index, strict=True)]


def all_column_names(build: Build, matrix: Matrix) -> list[str]:
    """Names of all columns of the matrix, in order."""
    names = [f"{f.spec.name}({','.join(map(str, key))})" for f in build.families.values() for key in f.keys]
    return [names[p] for p in matrix.column_position]
