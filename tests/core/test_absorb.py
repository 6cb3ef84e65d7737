"""Rows taken up by a variable while interior point works: by hand, the smaller matrix and the basis that it gives back.

A heat plant gives y over the year at 1 a unit, of which at least 0.4 in winter, g, at 2 more; power from elsewhere, w, costs 5.
Ten units are asked for. What g has above 0.4 y takes its place: one row is left, in which a unit of y costs 1 + 0.4 * 2 = 1.8.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.core.build.build import Build
from model.core.build.objective import Objective
from model.core.data import Data
from model.core.declare.spec import Variable, constraint
from model.core.ledger import Ledger
from model.core.solve import solver
from model.core.solve.absorb import absorb
from model.core.solve.matrix import compile_matrix
from model.core.solve.solver import SolveOptions, solve, solve_and_hold

OUTPUT = Variable("output", ("what",), "TWh/yr")
ASKED, LEAST, LOWER, BASIC = 10.0, 0.4, 0, 1


def heat_plant(asked: float = ASKED, most: float = np.inf, lowest: float = 0.0, elsewhere: float = np.inf) -> Build:
    """The plant above; ``most`` bounds g from above, ``lowest`` y from below, ``elsewhere`` w from above."""
    build = Build(Data({}), Ledger({}))
    family = build.variable(OUTPUT, [("g",), ("y",), ("w",)], high=[most, np.inf, elsewhere], low=[0.0, lowest, 0.0])

    @constraint(unit="TWh/yr")
    def winter(place: str) -> Any:
        """g - 0.4 * y >= 0."""
        return build.sum([(1.0, family["g"]), (-LEAST, family["y"])]) >= 0

    @constraint(unit="TWh/yr")
    def demand(place: str) -> Any:
        """y + w >= 10."""
        return build.sum([(1.0, family["y"]), (1.0, family["w"])]) >= asked

    for rule in (winter, demand):
        build.constrain(rule, pd.DataFrame({"place": ["here"]}))
    table = family.frame.assign(component="x", region="all", year=2030, position=family.positions, coefficient=[2.0, 1.0, 5.0])
    build.objective = Objective("min", "bn CNY", table)
    return build


def test_what_stands_above_the_multiple_takes_the_place_of_the_variable() -> None:
    found = absorb(compile_matrix(heat_plant()))
    assert found is not None
    assert ([0], [1], [0]) == (found.row.tolist(), found.kept.tolist(), found.column.tolist())
    assert pytest.approx([2.0, 1.8, 5.0]) == found.matrix.cost
    assert (["demand"], [0, 0, 1, 2], [1.0, 1.0]) == (found.matrix.row_family, found.matrix.start.tolist(), found.matrix.value.tolist())


def test_the_basis_of_the_whole_has_the_variable_in_it_and_the_row_as_what_is_above() -> None:
    """y = 10 is basic, nothing is above (at its bound), the demand binds: in the whole matrix y and g = 4 are basic, both rows bind."""
    found = absorb(compile_matrix(heat_plant()))
    assert found is not None
    columns, rows = found.whole(np.array([LOWER, BASIC, LOWER], dtype=np.int8), np.array([LOWER], dtype=np.int8), BASIC)
    assert ([BASIC, BASIC, LOWER], [LOWER, LOWER]) == (columns.tolist(), rows.tolist())


def test_a_plan_found_so_is_told_of_the_whole_matrix() -> None:
    """Ten units cost 18; one more of demand costs 1.8, and one more that must run in winter 2."""
    plan, held = solve_and_hold(heat_plant(), SolveOptions(solver={"solver": "ipx"}))
    assert "optimal" == plan.status
    assert pytest.approx(18.0) == plan.objective
    assert pytest.approx([4.0, 10.0, 0.0], abs=1e-9) == plan.x
    assert pytest.approx([2.0, 1.8]) == plan.row_dual
    assert pytest.approx([0.0, 0.0, 3.2], abs=1e-9) == plan.reduced_cost
    assert held is not None
    assert (2, 0) == (held.highs.getNumRow(), held.highs.getInfo().simplex_iteration_count)


def test_no_plan_is_told_as_such() -> None:
    """At most 1 from elsewhere and 2 of y: three of ten."""
    build = heat_plant(elsewhere=1.0)
    build.families["output"].upper[1] = 2.0
    assert "infeasible" == solve(build, SolveOptions(solver={"solver": "ipx"})).status


@pytest.mark.parametrize("changed", [{"most": 20.0}, {"lowest": -1.0}])
def test_a_row_stays_where_the_bound_of_a_variable_would_be_lost(changed: dict[str, float]) -> None:
    """A variable that is bounded above would need a row for that; and 0.4 of a negative y does not keep g from falling below 0."""
    assert absorb(compile_matrix(heat_plant(**changed))) is None


def test_a_row_stays_where_the_matrix_would_get_denser() -> None:
    """g stands in three more rows, none of which holds y: three new entries for two that go."""
    matrix = compile_matrix(heat_plant())
    more = 3
    start = np.array([0, 1 + more, 3 + more, 4 + more])
    index = np.array([0, *range(2, 2 + more), 0, 1, 1])
    value = np.array([1.0, *[1.0] * more, -LEAST, 1.0, 1.0])
    denser = replace(
        matrix, start=start, index=index, value=value, row_family=[*matrix.row_family, *["more"] * more], row_index=np.zeros(2 + more, dtype=np.int64),
        row_lower=np.append(matrix.row_lower, [-1.0] * more), row_upper=np.append(matrix.row_upper, [9.0] * more),
    )  # fmt: skip
    assert absorb(denser) is None


def test_without_crossover_the_whole_matrix_is_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no basis to take over then."""
    monkeypatch.setattr(solver, "absorb", lambda matrix: pytest.fail("nothing is to be taken up"))
    plan = solve(heat_plant(), SolveOptions(solver={"solver": "ipx", "run_crossover": "off"}))
    assert "optimal" == plan.status
    assert pytest.approx(18.0, rel=1e-6) == plan.objective
