"""A basis found on what presolve leaves is optimal for the whole: no step is left, and the optimum is that of a solve from nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version

import numpy as np
import pytest
from scipy import sparse

from model.core.solve.highs.held import run_held, set_basis
from model.core.solve.highs.reduced import Reduction, left_of
from model.core.solve.matrix import Matrix
from model.core.solve.scaling import Scaling, no_scaling
from model.core.solve.solver import SolveOptions, load

ROWS, COLUMNS = 30, 60
#: The crossover of HiGHS 1.15 refuses values and duals that are handed to it: there is no reduced model then, and members go on with the whole one.
CROSSES = tuple(int(part) for part in version("highspy").split(".")[:2]) >= (1, 16)
crosses = pytest.mark.skipif(not CROSSES, reason="the crossover of this release of HiGHS takes no values")


def dense(seed: int = 1) -> Matrix:
    """Least cost of meeting thirty needs, each of which every one of sixty mixtures serves a little; of the first a little is asked for by a row of its own."""
    draw = np.random.default_rng(seed)
    table = draw.uniform(0.5, 1.5, (ROWS, COLUMNS)).round(3)
    table = sparse.csc_matrix(np.vstack([table, np.eye(1, COLUMNS)]))
    low = np.append(draw.uniform(5.0, 10.0, ROWS).round(3), 0.25)
    return Matrix(
        start=table.indptr.astype(np.int64), index=table.indices.astype(np.int64), value=table.data,
        row_lower=low, row_upper=np.full(ROWS + 1, np.inf), column_lower=np.zeros(COLUMNS), column_upper=np.full(COLUMNS, 3.0),
        cost=draw.uniform(1.0, 2.0, COLUMNS).round(3), offset=7.0, maximise=False, column_position=np.arange(COLUMNS, dtype=np.int64),
        row_family=["need"] * (ROWS + 1), row_index=np.arange(ROWS + 1, dtype=np.int64), impossible=[],
    )  # fmt: skip


def solved(matrix: Matrix, scaling: Scaling) -> tuple[float, np.ndarray, np.ndarray]:
    """Optimum, values and duals from nothing, scaled."""
    highs = load(matrix, SolveOptions(), scaling).highs
    highs.run()
    answer = highs.getSolution()
    return highs.getInfo().objective_function_value, np.asarray(answer.col_value), np.asarray(answer.row_dual)


def halves(matrix: Matrix) -> Scaling:
    """Columns in halves of their unit, rows in quarters."""
    return Scaling(np.full(len(matrix.cost), 0.5), np.full(len(matrix.row_lower), 0.25))


CHANGES = {
    "costs": lambda m: replace(m, cost=m.cost[::-1].copy(), offset=1.0),
    "right-hand sides": lambda m: replace(m, row_lower=m.row_lower * np.linspace(0.5, 1.5, ROWS + 1)),
    "bounds and coefficients": lambda m: replace(m, column_upper=m.column_upper * 0.3, value=np.where(np.arange(len(m.value)) % 7 == 0, m.value * 1.3, m.value)),
    "everything": lambda m: replace(m, cost=m.cost[::-1].copy(), row_lower=m.row_lower * np.linspace(0.5, 1.5, ROWS + 1), value=m.value * 0.9),
}


@crosses
@pytest.mark.parametrize("scaling", [no_scaling, halves])
@pytest.mark.parametrize("kind", list(CHANGES))
def test_the_basis_of_a_variant_leaves_the_whole_no_step_to_go(kind: str, scaling: Callable[[Matrix], Scaling]) -> None:
    base = dense()
    scales = scaling(base)
    _, value, dual = solved(base, scales)
    known = Reduction.of(base, scales, value, dual)
    assert known is not None
    changed = CHANGES[kind](base)
    basis, steps = known.basis_for(changed, costs=kind in ("costs", "everything"), rows=kind != "costs", most=1000)
    assert basis is not None
    assert steps > 0
    highs = load(changed, SolveOptions(), scales).highs
    assert set_basis(highs, basis)
    assert "optimal" == run_held(highs)
    assert 0 == highs.getInfo().simplex_iteration_count
    assert solved(changed, scales)[0] == pytest.approx(highs.getInfo().objective_function_value, rel=1e-9)


@crosses
def test_the_start_of_a_variant_does_not_depend_on_those_before() -> None:
    base = dense()
    known = Reduction.of(base, no_scaling(base), *solved(base, no_scaling(base))[1:])
    assert known is not None
    first = known.basis_for(CHANGES["everything"](base), costs=True, rows=True, most=1000)
    known.basis_for(CHANGES["costs"](base), costs=True, rows=False, most=1000)
    again = known.basis_for(CHANGES["everything"](base), costs=True, rows=True, most=1000)
    assert first[0] is not None
    assert again[0] is not None
    assert first[1] == again[1]
    for one, other in zip(first[0], again[0], strict=True):
        np.testing.assert_array_equal(one, other)


@crosses
def test_what_takes_more_steps_than_granted_or_has_no_plan_gives_none() -> None:
    base = dense()
    known = Reduction.of(base, no_scaling(base), *solved(base, no_scaling(base))[1:])
    assert known is not None
    assert known.basis_for(CHANGES["everything"](base), costs=True, rows=True, most=1)[0] is None
    impossible = replace(base, row_lower=base.row_lower * 100.0)
    assert known.basis_for(impossible, costs=False, rows=True, most=1000)[0] is None


def test_a_matrix_of_which_presolve_leaves_nothing_has_no_reduction() -> None:
    """One column of three units at least: presolve has solved it."""
    one = replace(
        dense(), start=np.array([0, 1]), index=np.array([0]), value=np.array([1.0]), row_lower=np.array([3.0]), row_upper=np.array([np.inf]),
        column_lower=np.zeros(1), column_upper=np.full(1, np.inf), cost=np.ones(1), column_position=np.zeros(1, dtype=np.int64), row_family=["need"], row_index=np.zeros(1, dtype=np.int64),
    )  # fmt: skip
    assert left_of(one, no_scaling(one)) is None


@pytest.mark.skipif(CROSSES, reason="this release of HiGHS takes values")
def test_without_a_crossover_of_given_values_there_is_no_reduced_model() -> None:
    base = dense()
    assert Reduction.of(base, no_scaling(base), *solved(base, no_scaling(base))[1:]) is None
