"""The matrix of a build as Pyomo's own standard-form compiler makes it of the Pyomo model, to compare with ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from model.core.build.build import Build
from model.core.solve.matrix import Matrix

#: Terms of one variable are added up in another order by Pyomo: the last bits of a coefficient may differ.
LAST_BITS = 4e-16


@dataclass
class PyomoMatrix:
    """What Pyomo's compiler gives: the matrix by columns, right-hand sides, kinds (-1 >=, 0 ==, 1 <=) and row names."""

    form: Any
    variables: list[Any]

    @property
    def names(self) -> list[tuple[str, int]]:
        """(family, row) of every row."""
        return [(row.constraint.parent_component().local_name, row.constraint.index()) for row in self.form.rows]


def pyomo_matrix(build: Build) -> PyomoMatrix:
    """Compile the whole Pyomo model of a build with Pyomo's own compiler."""
    from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

    model = build.pyomo_model()
    order = [model.component(family.spec.name) for family in build.families.values() if len(family)]
    return PyomoMatrix(LinearStandardFormCompiler().write(model, mixed_form=True, set_sense=None, column_order=order), build.all_variables())


def assert_same_matrix(expected: PyomoMatrix, actual: Matrix) -> None:
    """Every array of the two is the same; coefficients to the last bits."""
    form = expected.form
    place = {id(variable): position for position, variable in enumerate(expected.variables)}
    kind = np.array([row.bound_type for row in form.rows], dtype=int)
    right = np.asarray(form.rhs, dtype=float)
    assert expected.names == list(zip(actual.row_family, actual.row_index.tolist(), strict=True))
    assert [place[id(v)] for v in form.columns] == actual.column_position.tolist()
    np.testing.assert_array_equal(form.A.indptr, actual.start)
    np.testing.assert_array_equal(form.A.indices, actual.index)
    np.testing.assert_allclose(actual.value, form.A.data, rtol=LAST_BITS, atol=0.0)
    np.testing.assert_allclose(actual.row_lower, np.where(kind <= 0, right, -np.inf), rtol=LAST_BITS, atol=0.0)
    np.testing.assert_allclose(actual.row_upper, np.where(kind >= 0, right, np.inf), rtol=LAST_BITS, atol=0.0)
    np.testing.assert_array_equal(np.asarray(form.c.todense()).ravel(), actual.cost)
    assert float(form.c_offset[0]) == actual.offset
    bounds = [(v.lb, v.ub) for v in form.columns]
    np.testing.assert_array_equal([-np.inf if low is None else low for low, _ in bounds], actual.column_lower)
    np.testing.assert_array_equal([np.inf if high is None else high for _, high in bounds], actual.column_upper)
