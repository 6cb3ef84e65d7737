"""What comes back from the solver means what it says: duals against finite differences, names, hash, tie-break."""

from __future__ import annotations

import itertools
import random
from pathlib import Path
from typing import Any, ClassVar

import highspy
import numpy as np
import pandas as pd
import pytest

from model.core.build.build import Build
from model.core.build.objective import Objective
from model.core.data import Data, annuity
from model.core.declare.spec import Variable, constraint
from model.core.ledger import Ledger
from model.core.solve.highs.held import quiet_highs, run
from model.core.solve.matrix import compile_matrix
from model.core.solve.solver import (
    OBJECTIVE_POWERS,
    SolveOptions,
    SolverOptionError,
    _run_interior,
    _run_patiently,
    solve,
)

X = Variable("x", ("good",), "Mt", kind="stock")


def toy(sense: str = "min", relation: str = ">=", right: float = 4.0, bound: float = 3.0) -> Build:
    """Two goods a and b: a + 2 b (relation) right, b <= bound, cost 1 a + 3 b (min) or value 3 a + 1 b (max)."""
    build = Build(Data({}), Ledger({}))
    family = build.variable(X, [("a",), ("b",)], high=[50.0, bound], limit=("goods", ["C2", "C3"], "Mt"))
    first, second = family["a"], family["b"]

    @constraint(unit="Mt", kind="stock")
    def together(good: str) -> Any:
        """first + 2 * second (relation) right."""
        left = first + 2.0 * second
        return left >= right if relation == ">=" else left <= right if relation == "<=" else left == right

    build.constrain(together, pd.DataFrame({"good": ["a"]}), limit=("goods", ["D2"], "Mt"))
    value = [1.0, 3.0] if sense == "min" else [3.0, 1.0]
    table = family.frame.assign(component="x", region="all", year=2030, position=family.positions, coefficient=value)
    build.objective = Objective(sense, "bn CNY", table)
    return build


@pytest.mark.parametrize(("sense", "relation"), list(itertools.product(["min", "max"], [">=", "<=", "=="])))
def test_a_dual_is_the_improvement_per_unit_of_relaxation(sense: str, relation: str) -> None:
    """Relaxing by 0.1 (down for >=, up for <=) changes the objective by 0.1 * dual, measured by solving again."""
    step = 0.1
    base = solve(toy(sense, relation, right=4.0))
    dual = base.limits().set_index("cell").loc["D2", "dual"]
    looser = -step if relation == ">=" else step
    moved = solve(toy(sense, relation, right=4.0 + looser))
    change = (base.objective - moved.objective) if sense == "min" else (moved.objective - base.objective)
    assert dual >= 0.0
    assert abs(change) == pytest.approx(step * dual, abs=1e-9)


def test_a_bound_of_the_workbook_has_a_dual_too() -> None:
    """Most of 3 a + b with room in the row: one more b (bound 3 to 3.1) is worth 1 each, so 0.1."""
    base = solve(toy("max", "<=", right=200.0, bound=3.0))
    more = solve(toy("max", "<=", right=200.0, bound=3.1))
    assert base.limits().set_index("cell").loc["C3", "dual"] == pytest.approx(1.0, abs=1e-12)
    assert more.objective - base.objective == pytest.approx(0.1, abs=1e-9)


def test_a_bound_that_saves_cost_has_a_dual_too() -> None:
    """a + 2 b >= 54 with a <= 50 needs b = 2; one more a saves half a b: 3/2 - 1 = 0.5."""
    limits = solve(toy("min", ">=", right=54.0)).limits().set_index("cell")
    assert limits.loc["C2", "dual"] == pytest.approx(0.5, abs=1e-12)
    assert limits.loc["C3", "dual"] == 0.0


@pytest.mark.parametrize(("sense", "relation"), list(itertools.product(["min", "max"], [">=", "<=", "=="])))
def test_primal_equals_dual_from_the_certificate_alone(sense: str, relation: str) -> None:
    solution = solve(toy(sense, relation))
    certificate = solution.certificate()
    assert (certificate["dual"] * certificate["right_hand_side"]).sum() == pytest.approx(solution.objective, abs=1e-9)


def test_infeasible_and_unbounded_are_told_apart() -> None:
    assert solve(toy("min", ">=", right=500.0)).status == "infeasible"
    build = toy("max", ">=")
    build.families["x"].upper[:] = np.inf
    for variable in build.families["x"].variables.values():
        variable.setub(None)
    assert solve(build).status == "unbounded"


def test_the_exported_file_has_readable_names(tmp_path: Path) -> None:
    import highspy

    path = tmp_path / "toy.mps"
    solution = solve(toy(), SolveOptions(write_model=path))
    other = highspy.Highs()
    other.setOptionValue("output_flag", False)
    other.setOptionValue("threads", 1)  # HiGHS keeps the number of its first run in a process
    other.readModel(str(path))
    other.run()
    assert other.getColName(0)[1] == "x(a)"
    assert other.getRowName(0)[1] == "together(a)"
    assert other.getInfo().objective_function_value == pytest.approx(solution.objective, rel=1e-9)


def test_the_same_model_has_the_same_hash_and_another_has_not() -> None:
    assert compile_matrix(toy()).hash() == compile_matrix(toy()).hash()
    assert compile_matrix(toy()).hash() != compile_matrix(toy(right=4.0 + 1e-12)).hash()


def test_a_tie_is_broken_without_giving_up_the_first_objective() -> None:
    """Max 3 a with a <= 50 leaves b free in a + 2 b <= 56 (b <= 3): the tie-break takes the cheapest b = 0."""
    build = toy("max", "<=", right=56.0)
    assert build.objective is not None
    build.objective = Objective("max", "Mt", build.objective.table.assign(coefficient=[3.0, 0.0]))
    build.further = [Objective("min", "bn CNY", build.objective.table.assign(coefficient=[0.0, 1.0]))]
    solution = solve(build)
    assert solution.objective == pytest.approx(150.0, rel=1e-6)
    assert solution.values("x")["value"].iloc[1] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(("name", "value"), [("no_such_option", "1"), ("time_limit", "soon"), ("presolve", "perhaps")])
def test_a_solver_option_that_highs_refuses_is_named(name: str, value: str) -> None:
    with pytest.raises(SolverOptionError, match=name):
        solve(toy(), SolveOptions(solver={name: value}))


def test_the_pyomo_model_carries_the_bounds_that_the_solver_gets() -> None:
    build = toy()
    bounds = [(v.lb, v.ub) for v in build.all_variables()]
    assert bounds == [(0.0, 50.0), (0.0, 3.0)]


def test_an_annuity_pays_back_its_capital() -> None:
    """Payments of annuity(6 %, 20 yr) discounted at 6 % add up to 1."""
    payment = annuity(0.06, 20)
    assert sum(payment / 1.06**year for year in range(1, 21)) == pytest.approx(1.0, rel=1e-12)
    assert annuity(0.0, 10) == pytest.approx(0.1, rel=1e-15)


def test_random_small_models_close_their_certificate() -> None:
    """Twenty random bounded models: primal equals dual from the certificate to 1e-8."""
    source = random.Random(7)
    for _ in range(20):
        sense = source.choice(["min", "max"])
        solution = solve(toy(sense, source.choice([">=", "<="]), right=source.uniform(0.0, 50.0), bound=source.uniform(0.1, 9.0)))
        certificate = solution.certificate()
        assert (certificate["dual"] * certificate["right_hand_side"]).sum() == pytest.approx(solution.objective, abs=1e-8)


@pytest.mark.parametrize("given_up", [highspy.HighsModelStatus.kSolveError, highspy.HighsModelStatus.kNotset], ids=str)
def test_where_the_simplex_gives_up_on_the_numbers_interior_point_takes_over(given_up: highspy.HighsModelStatus) -> None:
    """Huge numbers in one row drive the dual simplex to an error of its own; interior point tells what the model is."""
    ran: list[str] = []

    class GivesUp:
        """The part of HiGHS that a run uses; only interior point comes to an end."""

        options: ClassVar[dict[str, Any]] = {"solver": "simplex"}

        def getOptionValue(self, name: str) -> tuple[object, Any]:
            return None, self.options.get(name)

        def setOptionValue(self, name: str, value: object) -> None:
            self.options[name] = value

        def solve(self) -> None:
            ran.append(self.options["solver"])

        def clearSolver(self) -> None:
            ran.append("cleared")

        def getModelStatus(self) -> highspy.HighsModelStatus:
            kind = highspy.HighsModelStatus
            return given_up if self.options["solver"] == "simplex" else kind.kInfeasible

    assert "infeasible" == _run_patiently(GivesUp(), compile_matrix(toy()), SolveOptions())
    assert ["simplex", "cleared", "ipx"] == ran


def test_where_interior_point_makes_no_progress_the_objective_is_scaled_before_simplex_is_left_alone() -> None:
    """The first scale ends in the clean-up by simplex, which is stopped; the second comes to an end. A scale that the user sets is the only one."""
    tried: list[tuple[int, bool]] = []

    class Stuck:
        """The part of HiGHS that a run uses; interior point comes to an end in the second scale only."""

        def __init__(self) -> None:
            self.options: dict[str, Any] = {"user_objective_scale": 0}

        def getOptionValue(self, name: str) -> tuple[object, Any]:
            return highspy.HighsStatus.kOk, self.options.get(name)

        def setOptionValue(self, name: str, value: object) -> None:
            self.options[name] = value

        def solve(self) -> None:
            tried.append((self.options["user_objective_scale"], self.options.get("simplex_iteration_limit", highspy.kHighsIInf) < highspy.kHighsIInf))

        def clearSolver(self) -> None:
            pass

        def getModelStatus(self) -> highspy.HighsModelStatus:
            kind = highspy.HighsModelStatus
            return kind.kOptimal if self.options["user_objective_scale"] == OBJECTIVE_POWERS[1] else kind.kIterationLimit

    assert "optimal" == _run_interior(Stuck(), SolveOptions())
    assert [(OBJECTIVE_POWERS[0], True), (OBJECTIVE_POWERS[1], True)] == tried
    tried.clear()
    assert "time_limit" == _run_interior(Stuck(), SolveOptions(solver={"user_objective_scale": "0"}))
    assert [(0, False)] == tried


def test_ctrl_c_where_highs_asks_no_more_is_not_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program is solved before anybody asks HiGHS to stop: it has no time to notice, and the next run would begin."""
    highs = quiet_highs()
    highs.setOptionValue("output_flag", False)
    highs.HandleKeyboardInterrupt = True
    highs.addConstr(highs.addVariable(0.0, 10.0, 1.0) >= 2.0)
    first = highs.wait

    def pressed(timeout: float = -1.0) -> Any:
        monkeypatch.setattr(highs, "wait", first)
        while highs.is_solver_running():
            pass
        raise KeyboardInterrupt

    monkeypatch.setattr(highs, "wait", pressed)
    with pytest.raises(KeyboardInterrupt):
        run(highs)
    assert run(highs) == "optimal"
