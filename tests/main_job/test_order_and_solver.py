"""The plan depends neither on the order of the levers nor on the solver."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import model
from model.api import Plan
from model.core.build import registry
from model.core.build.assemble import assemble
from model.core.build.build import Build
from model.core.solve.highs.kept import start_of
from model.core.solve.matrix import Matrix, all_column_names, all_row_names
from model.core.solve.solution import Solution
from model.core.solve.solver import SolveOptions, solve
from model.workbook.book import Book

#: Seconds that the second solver may take before it counts as failed.
PATIENCE = 300.0
#: In a process of its own: both packages bring a HiGHS library, and two of them in one process do not get on.
GLOP = (
    "import sys; from ortools.linear_solver.python import model_builder as ortools; model = ortools.Model(); "
    "assert model.import_from_mps_file(sys.argv[1]); solver = ortools.Solver('GLOP'); "
    "solver.set_time_limit_in_seconds(float(sys.argv[2])); status = solver.solve(model); "
    "print(status.name, repr(solver.objective_value), model.num_constraints, model.num_variables)"
)
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def reversed_solution(plan: Plan) -> Solution:
    """The same data with the levers built last to first, solved from the basis of the plan: that the optimum is none of it is proven by its duals."""
    return solve(assemble(plan.data, tuple(reversed(registry.levers()))), SolveOptions(starts=(start_of(plan.solution),)))


def named(build: Build, matrix: Matrix) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Entries, rows and columns by name, each in the order of the names: permutations look the same."""
    rows, columns = np.array(all_row_names(build, matrix), dtype=object), np.array(all_column_names(build, matrix), dtype=object)
    column = np.repeat(np.arange(len(columns)), np.diff(matrix.start))
    entries = pd.DataFrame({"row": rows[matrix.index], "column": columns[column], "value": matrix.value})
    sides = pd.DataFrame({"row": rows, "lower": matrix.row_lower, "upper": matrix.row_upper})
    bounds = pd.DataFrame({"column": columns, "lower": matrix.column_lower, "upper": matrix.column_upper, "cost": matrix.cost})
    return (
        entries.sort_values(["row", "column"], ignore_index=True),
        sides.sort_values("row", ignore_index=True),
        bounds.sort_values("column", ignore_index=True),
    )


def test_levers_in_reverse_order_give_the_same_matrix_up_to_permutation(plan: Plan, reversed_solution: Solution) -> None:
    assert plan.solution.matrix.hash() != reversed_solution.matrix.hash()
    for first, second in zip(named(plan.build, plan.solution.matrix), named(reversed_solution.build, reversed_solution.matrix), strict=True):
        pd.testing.assert_frame_equal(first, second, check_exact=False, rtol=1e-11, atol=1e-14)


def test_names_of_rows_and_columns_are_unique_so_that_the_permutation_is_one(plan: Plan) -> None:
    for names in (all_row_names(plan.build, plan.solution.matrix), all_column_names(plan.build, plan.solution.matrix)):
        assert len(set(names)) == len(names)


def test_levers_in_reverse_order_give_the_same_optimum(plan: Plan, reversed_solution: Solution) -> None:
    assert "optimal" == reversed_solution.status
    assert pytest.approx(plan.objective, rel=1e-9) == reversed_solution.objective


def test_a_second_solver_finds_the_same_optimum_from_the_exported_file(short_book: Book, tmp_path: Path) -> None:
    """GLOP of OR-Tools reads the MPS file that --write-model leaves; nothing else passes between the two."""
    model_file = tmp_path / "short.mps"
    plan = model.solve(short_book, options=SolveOptions(write_model=model_file, cold=True))
    done = subprocess.run([sys.executable, "-c", GLOP, str(model_file), str(PATIENCE)], capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr[-500:]
    status, objective, rows, columns = done.stdout.split()
    assert "OPTIMAL" == status
    assert plan.solution.matrix.shape[:2] == (int(rows), int(columns))
    assert pytest.approx(plan.objective, rel=1e-6) == float(objective)
