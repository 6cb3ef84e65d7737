"""The smallest relaxation of what can not be met, worked by hand on two goods: a + 2 b against a limit, a <= 50, b <= 3."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

import model
from model.analysis import suggest
from model.analysis.candidates import rounded_away, state_of
from model.analysis.conflict import (
    Certificate,
    Scaled,
    Soft,
    certify,
    contradiction_by_arithmetic,
    gap,
    has_plan,
    least_step,
    out_of_reach,
    part,
)
from model.analysis.infeasibility import SECONDS, diagnose
from model.analysis.narrow import narrowed
from model.analysis.ruled import Ruled
from model.analysis.suspects import expectations, row_factors
from model.core.build.assemble import assemble
from model.core.cellnumbers import CellNumber
from model.core.solve.matrix import Matrix
from model.core.solve.solution import Solution
from model.core.solve.solver import solve
from model.workbook.book import Book
from tests.analysis.infeasible_corpus import PLANTS, SAMPLE, lean, try_plant
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


def _only(monkeypatch: pytest.MonkeyPatch, *, rows: bool, bounds: bool) -> None:
    """Limits of the workbook give way as rows, as bounds, or not at all."""
    soft = Ruled.soft

    def chosen(limits: Ruled, matrix: Matrix) -> Soft:
        found = soft(limits, matrix)
        return Soft(found.rows & rows, found.columns & bounds)

    monkeypatch.setattr(Ruled, "soft", chosen)


def test_a_bound_gives_way_where_the_row_may_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """60 asked, 56 there: 4 more of a are 4 / 50 of its bound, 2 more of b are 2 / 3 of its own."""
    _only(monkeypatch, rows=False, bounds=True)
    found = diagnose(stuck(">=", 60.0)).relaxations
    assert ["C2"] == found["cell"].tolist()
    assert (50.0, 4.0, 0.08) == pytest.approx(tuple(found.loc[0, ["limit", "relax_by", "share"]]))


def test_where_nothing_may_give_way_the_rows_of_the_model_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    _only(monkeypatch, rows=False, bounds=False)
    diagnosis = diagnose(stuck(">=", 500.0))
    assert ["together(a)"] == diagnosis.relaxations["name"].tolist()
    assert "no limit with a cell helps" in diagnosis.told("en")


def two_limits() -> Scaled:
    """x >= 5 as a row, x <= 3 as a bound; y is free to do anything else."""
    table = sparse.csr_matrix(np.array([[1.0, 0.0], [1.0, 1.0]]))
    return Scaled(table, np.array([5.0, 1.0]), np.array([np.inf, np.inf]), np.zeros(2), np.array([3.0, np.inf]))


def test_arithmetic_names_the_row_that_asks_for_more_than_can_be_had_and_no_other() -> None:
    """The first row asks for 5 of at most 3; the second for 1 of any amount."""
    assert [0] == out_of_reach(two_limits()).tolist()


def test_a_chain_of_rows_is_followed_back_to_its_beginning() -> None:
    """a <= 2 (row 0), b <= a (row 1), b >= 3 (row 2): no row fails alone, the three together do; row 3 has no part."""
    table = sparse.csr_matrix(np.array([[1.0, 0.0, 0.0], [-1.0, 1.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]))
    chain = Scaled(table, np.array([-np.inf, -np.inf, 3.0, 1.0]), np.array([2.0, 0.0, np.inf, np.inf]), np.zeros(3), np.full(3, np.inf))
    rows = contradiction_by_arithmetic(chain)
    assert rows is not None
    assert {0, 1, 2} == set(rows.tolist())


def test_the_weights_of_a_contradiction_leave_a_gap_of_what_is_missing() -> None:
    """5 asked, 3 there: 2 missing, by one weight on the first row."""
    found = certify(two_limits())
    assert isinstance(found, Certificate)
    assert [0] == found.rows.tolist()
    assert 2.0 == pytest.approx(gap(two_limits(), found.weight))


def test_rows_that_can_be_met_have_no_contradiction() -> None:
    room = two_limits()
    assert certify(replace(room, column_high=np.array([5.0, np.inf]))) is None


@pytest.mark.slow
@pytest.mark.parametrize("name", ["contract_beyond_the_lines", "runoff_in_billions"])
def test_no_row_of_a_conflict_can_be_left_out(name: str, short_workbook: Path, short_book: Book) -> None:
    """A contract that no line carries, a river that brings too little: together the rows have no plan, without any one of them they have."""
    changed = model.read(short_workbook, [text for plant in PLANTS[name] for text in plant.sets(short_book)])
    state = state_of(assemble(changed.data("reference")))
    rows = narrowed(state.build, state.matrix, state.model, SECONDS)
    assert rows is not None
    assert not has_plan(part(state.model, rows), SECONDS)
    assert [] == [row for row in rows if not has_plan(part(state.model, rows[rows != row]), SECONDS)]


def test_what_presolve_does_not_see_is_not_narrowed() -> None:
    state = state_of(toy("min", ">=", right=4.0))
    assert narrowed(state.build, state.matrix, state.model, SECONDS) is None


def number(value: float, year: int) -> CellNumber:
    return CellNumber("goods", 2, year - 2019, f"B{year}", str(year), value, "GW", {"good": "a"}, year)


def test_only_the_number_that_breaks_the_row_of_years_stands_out() -> None:
    """100, 100, 1, 100, 100: the third is a hundredth of what its neighbours let expect; the habit of the row is nothing."""
    cells = [number(value, 2020 + i) for i, value in enumerate((100.0, 100.0, 1.0, 100.0, 100.0))]
    expected = expectations(cells)
    assert [0.0, 0.0, pytest.approx(math.log(100)), 0.0, 0.0] == [expected[c.place].oddness for c in cells]
    assert 100.0 == pytest.approx(expected[cells[2].place].number)


def budget() -> Scaled:
    """A limit x + y <= 4 (row 0), asked x >= 3 and y >= 5 (rows 1 and 2)."""
    table = sparse.csr_matrix(np.array([[1.0, 1.0], [1.0, 0.0], [0.0, 1.0]]))
    return Scaled(table, np.array([-np.inf, 3.0, 5.0]), np.array([4.0, np.inf, np.inf]), np.zeros(2), np.full(2, np.inf))


@pytest.mark.parametrize(("limit", "missed"), [(0, -4.0), (2, 4.0)])
def test_only_a_limit_gives_way_where_limits_are_named(limit: int, missed: float) -> None:
    """4 there of 8 asked: the limit would have to grow by 4, or y to fall by 4."""
    given = np.arange(3) == limit
    found = certify(budget(), soft=Soft(given, np.zeros(2, dtype=bool)))
    assert isinstance(found, Certificate)
    assert missed == pytest.approx(found.missed[limit])
    assert 0.0 == pytest.approx(np.abs(found.missed[~given]).sum())
    assert gap(budget(), found.weight) > 0


def test_only_what_limits_gave_way_by_is_a_relaxation_of_limits() -> None:
    """Where every row may give way, what was missed is no answer in terms of limits; nor is it where some rows were left out."""
    limits = Soft(np.arange(3) == 0, np.zeros(2, dtype=bool))
    asked = ((None, limits), (None, None), (np.arange(3), limits))
    found = [certify(budget(), rows=rows, soft=soft) for rows, soft in asked]
    assert [True, False, False] == [isinstance(one, Certificate) and one.whole for one in found]


def test_where_the_limits_named_can_not_help_the_status_is_told() -> None:
    """x can fall by 3 at most, 4 are missing."""
    assert "Infeasible" == certify(budget(), soft=Soft(np.arange(3) == 1, np.zeros(2, dtype=bool)))


def test_a_bound_gives_way_where_it_is_named() -> None:
    """x >= 5 against x <= 3: nothing but the bound may give way, the row weighs the contradiction of 2."""
    found = certify(two_limits(), soft=Soft(np.zeros(2, dtype=bool), np.array([True, False])))
    assert isinstance(found, Certificate)
    assert 2.0 == pytest.approx(gap(two_limits(), found.weight))


def test_the_step_towards_another_limit_is_as_long_as_needed() -> None:
    """From a limit of 4 towards 12, 8 are needed: half the way. Towards 2 no step helps; other coefficients are not compared."""
    wider = replace(budget(), high=np.array([12.0, np.inf, np.inf]))
    assert 0.5 == pytest.approx(least_step(budget(), wider, 60.0))
    assert least_step(budget(), replace(budget(), high=np.array([2.0, np.inf, np.inf])), 60.0) is None
    assert "other coefficients" == least_step(budget(), replace(wider, table=2.0 * wider.table), 60.0)


def test_the_step_towards_a_wider_bound_is_as_long_as_needed() -> None:
    """x >= 5, x <= 3 towards x <= 7: half the way."""
    assert 0.5 == pytest.approx(least_step(two_limits(), replace(two_limits(), column_high=np.array([7.0, np.inf])), 60.0))


def test_a_row_of_years_that_is_wrong_by_one_factor_stands_out_among_the_rows_that_share_its_keys() -> None:
    """Three regions of 1, 2, 4 times four goods of 1, 3, 5, 7; one row is 100 times too large in all its years."""
    cells = []
    for r, region in enumerate(("a", "b", "c")):
        for g, size in enumerate((1.0, 3.0, 5.0, 7.0)):
            factor = 100.0 if (r, g) == (1, 2) else 1.0
            for year in (2020, 2025):
                cells.append(CellNumber("goods", 2 + 4 * r + g, year - 2019, "", str(year), 2.0**r * size * factor, "GW", {"region": region, "good": str(g)}, year))
    found = row_factors(cells)
    assert [("goods", 8)] == [row for row, known in found.items() if known.oddness > 1.0]
    assert 0.01 == pytest.approx(found["goods", 8].number)


@pytest.mark.parametrize(("value", "start", "written"), [(1187.29, 1000.0, 1188.0), (0.9994, 0.2, 1.0), (887.26, 43200.0, 887.0)])
def test_a_suggested_number_is_rounded_away_from_the_number_in_the_cell(value: float, start: float, written: float) -> None:
    assert written == pytest.approx(rounded_away(value, start))


#: Of the time, what is spent on numbers that are no limits; half of it in earnest.
FEW_OTHERS = 0.05
#: Seconds for other ways out once one was proven: what comes first is looked at here, not what comes after it.
SOON_DONE = 0.5


@pytest.fixture(scope="module")
def plan_alone(short_book: Book) -> list[str]:
    return lean(short_book)


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLE)
def test_the_planted_cell_is_named_first_and_its_change_gives_a_plan(name: str, short_workbook: Path, short_book: Book, plan_alone: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """In the plan alone, of few periods, without history, paces and the time after it. The whole corpus, of all periods: python -m tests.analysis.infeasible_corpus."""
    monkeypatch.setattr(suggest, "OTHERS_SHARE", FEW_OTHERS)
    monkeypatch.setattr(suggest, "SECONDS_FOR_OTHERS", SOON_DONE)
    found = try_plant(name, short_workbook, seconds=60.0, aside=plan_alone, book=short_book)  # slow machines have the time that it takes
    assert (True, True) == (found.first, found.proven), found.told
