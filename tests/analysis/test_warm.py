"""A variant solved from the base plan has the optimum that it has when it is built and solved whole."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from model.analysis import warm
from model.analysis.warm import Changes, WarmSolver, same_shape
from model.core.build.assemble import assemble
from model.core.data import Data
from model.core.solve.matrix import compile_matrix
from model.core.solve.solver import solve
from model.workbook.book import Book
from tests.levers.power_toy import Tables, coal, grid, power_data, wind, yearly

#: Of the objective: both stop at HiGHS's tolerances.
SAME = 1e-9


def system(demand: float = 10.0, *, years: tuple[int, ...] = (2020, 2030)) -> Data:
    """3 GW of coal and sites for 1 GW of wind for a demand of 10 TWh."""
    parts: list[Tables] = [grid({"west": demand}, years), coal({"west": 3.0}, years), wind({"west": 1.0}, years)]
    return power_data(*parts, years=years)


def with_column(data: Data, table: str, column: str, change: Callable[[pd.Series], pd.Series]) -> Data:
    frame = data.tables[table]
    return Data({**data.tables, table: frame.assign(**{column: change(frame[column])})}, dict(data.settings), data.columns)


KINDS: dict[str, Callable[[Data], Data]] = {
    "right-hand side": lambda d: with_column(d, "power_demand", "value", lambda v: v * 1.1),
    "upper bound": lambda d: with_column(d, "sites", "potential", lambda v: v * 0.5),
    "cost": lambda d: with_column(d, "sited_capex", "value", lambda v: v * 3.0),
    "coefficient": lambda d: with_column(d, "sites", "capacity_factor", lambda v: v * 0.8),
    "coefficient that vanishes": lambda d: with_column(d, "sites", "land_ha_per_mw", lambda v: v * 0.0),
    "setting": lambda d: Data(d.tables, {**d.settings, "reserve_margin": 0.5}, d.columns),
    "discounting": lambda d: Data(d.tables, {**d.settings, "discount_rate": 0.08}, d.columns),
    "nothing": lambda d: d,
}


@pytest.mark.parametrize("kind", list(KINDS))
def test_warm_and_cold_give_the_same_optimum(kind: str) -> None:
    base = system()
    solver = WarmSolver(base)
    changed = KINDS[kind](base)
    found = solver.solve(changed)
    assert solver.route == "warm"
    whole = solve(assemble(changed))
    assert "optimal" == found.status == whole.status
    assert whole.objective == pytest.approx(found.objective, rel=SAME)


def test_every_kind_after_every_other_leaves_the_base_as_it_was() -> None:
    """All kinds in turn, then nothing: the base again, from the same basis in no iteration."""
    base = system()
    solver = WarmSolver(base)
    for change in KINDS.values():
        solver.solve(change(base))
    again = solver.solve(base)
    assert solver.base.objective == again.objective
    assert 0 == again.iterations
    np.testing.assert_array_equal(solver.base.x, again.x)


def test_an_answer_does_not_depend_on_what_was_asked_before() -> None:
    base = system()
    changed = KINDS["right-hand side"](base)
    alone = WarmSolver(base).solve(changed)
    solver = WarmSolver(base)
    solver.solve(KINDS["cost"](base))
    after = solver.solve(changed)
    np.testing.assert_array_equal(alone.x, after.x)


def test_a_change_of_structure_is_solved_cold() -> None:
    base = system()
    solver = WarmSolver(base)
    longer = system(years=(2020, 2030, 2040))
    found = solver.solve(longer)
    assert solver.route == "cold"
    assert solve(assemble(longer)).objective == pytest.approx(found.objective, rel=SAME)
    assert solver.solve(base).objective == pytest.approx(solver.base.objective, rel=SAME)


def test_a_warm_start_that_takes_too_long_is_solved_cold(monkeypatch: pytest.MonkeyPatch) -> None:
    """No iteration is granted: the variant is solved from scratch, and the next ones start warm from the base again."""
    base = system()
    solver = WarmSolver(base)
    changed = with_column(base, "power_demand", "value", lambda v: v * 3.0)
    with monkeypatch.context() as patch:
        patch.setattr(warm, "FEWEST_ITERATIONS", 0)
        patch.setattr(warm, "WARM_PATIENCE", 0.0)
        found = solver.solve(changed)
        assert solver.route == "cold"
    assert solve(assemble(changed)).objective == pytest.approx(found.objective, rel=SAME)
    again = solver.solve(changed)
    assert ("warm", "optimal") == (solver.route, again.status)
    assert again.iterations > 0
    assert again.objective == pytest.approx(found.objective, rel=SAME)


def test_a_variant_without_a_plan_says_so_and_the_next_one_is_right() -> None:
    """Wind that must stand at 1 GW, as the sites would allow, where 0.05 GW a year over ten years may be built."""
    history, pace = [{"class": "wind", "year": 2030, "low": 0.5}], yearly((2020, 2030), 0.05, **{"class": "wind"})
    base = power_data(grid({"west": 10.0}), coal({"west": 3.0}), wind({"west": 1.0}), {"capacity_history": history, "build_limits": pace})
    solver = WarmSolver(base)
    assert "infeasible" == solver.solve(with_column(base, "capacity_history", "low", lambda v: v * 2.0)).status
    assert solver.base.objective == pytest.approx(solver.solve(base).objective, rel=SAME)


def test_a_base_of_another_process_is_taken_up_at_once() -> None:
    base = system()
    first = WarmSolver(base)
    second = WarmSolver(base, basis=first.basis)
    assert 0 == second.base.iterations
    assert first.base.objective == pytest.approx(second.base.objective, rel=SAME)


def test_changes_of_a_matrix_name_what_differs_and_nothing_else() -> None:
    one, other = compile_matrix(assemble(system())), compile_matrix(assemble(system(demand=11.0)))
    assert same_shape(one, other)
    changes = Changes(one, other)
    assert len(changes.rows) > 0
    assert 0 == len(changes.costs) == len(changes.columns) == len(changes.value)


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["water_minus_10", "half_afforestation_land", "demand_plus_10"])
def test_scenarios_of_the_shipped_workbook_have_the_same_optimum_warm(
    scenario: str, short_book: Book, warm_solver: WarmSolver
) -> None:
    data = short_book.data(scenario)
    found = warm_solver.solve(data)
    assert warm_solver.route == "warm"
    assert solve(assemble(data)).objective == pytest.approx(found.objective, rel=SAME)


@pytest.fixture(scope="module")
def warm_solver(short_book: Book) -> WarmSolver:
    return WarmSolver(short_book.data("reference"))
