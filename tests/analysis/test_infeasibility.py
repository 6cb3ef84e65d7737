"""The smallest relaxation of what can not be met, worked by hand on two goods: a + 2 b against a limit, a <= 50, b <= 3."""

from __future__ import annotations

import pytest

from model.analysis import infeasibility
from model.analysis.infeasibility import diagnose
from model.core.solution import Solution
from model.core.solver import solve
from tests.core.test_solver import toy


def stuck(relation: str, right: float) -> Solution:
    solution = solve(toy("min", relation, right=right))
    assert "infeasible" == solution.status
    return solution


def test_the_limit_that_gives_way_by_the_smallest_share_is_named() -> None:
    """At most 50 + 2 * 3 = 56 of 500: 444 short are 0.888 of the row, but 8.9 of the bound of a and 74 of that of b."""
    found = diagnose(stuck(">=", 500.0)).relaxations
    assert [("goods", "D2")] == list(zip(found["sheet"], found["cell"], strict=True))
    assert (500.0, 444.0, 0.888) == pytest.approx(tuple(found.loc[0, ["limit", "relax_by", "share"]]))


@pytest.mark.parametrize(("right", "short", "share"), [(500.0, 444.0, 0.888), (-4.0, 4.0, 1.0)])
def test_a_limit_that_must_be_met_exactly_gives_way_on_either_side(right: float, short: float, share: float) -> None:
    found = diagnose(stuck("==", right)).relaxations
    assert ["D2"] == found["cell"].tolist()
    assert (right, short, share) == pytest.approx(tuple(found.loc[0, ["limit", "relax_by", "share"]]))


def test_a_bound_gives_way_where_the_row_may_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """60 asked, 56 there: 4 more of a are 4 / 50 of its bound, 2 more of b are 2 / 3 of its own."""
    rows = infeasibility._limit_rows
    monkeypatch.setattr(infeasibility, "_limit_rows", lambda solution: rows(solution).query("kind == 'bound'").reset_index(drop=True))
    found = diagnose(stuck(">=", 60.0)).relaxations
    assert ["C2"] == found["cell"].tolist()
    assert (50.0, 4.0, 0.08) == pytest.approx(tuple(found.loc[0, ["limit", "relax_by", "share"]]))


def test_where_nothing_may_give_way_the_rows_of_the_model_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = infeasibility._limit_rows
    monkeypatch.setattr(infeasibility, "_limit_rows", lambda solution: rows(solution).iloc[:0])
    diagnosis = diagnose(stuck(">=", 500.0))
    assert ["together(a)"] == diagnosis.relaxations["name"].tolist()
    assert "no limit with a cell helps" in diagnosis.reason
