"""The least and the most of two levers among plans that cost a little more than the cheapest, worked by hand; then the terms of the shipped tables."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from model.analysis import Outcome
from model.analysis.alternatives import directions
from model.analysis.near_cells import decade_of
from model.analysis.near_optimal import word_of
from model.analysis.near_plans import End, NearPlans
from model.api import Plan
from model.core.ledger import FIXED
from model.core.solve.solution import Solution
from model.reporting.tables.every import Made, allocation_terms

from .near_toy import analysed, nation, table


@cache
def outcome(workers: int = 1) -> Outcome:
    return analysed("near_optimal", nation(), workers=workers, slack=0.1, second_slack=0.2, third_slack=0.0, alternatives=3)


def ends(place: str, share: float) -> dict[str, tuple[float, float]]:
    frame = table(outcome(), "near_ranges")
    frame = frame[(frame["region_group"] == place) & np.isclose(frame["slack_share"], share)]
    return {row.lever: (pytest.approx(row.least, abs=1e-9), pytest.approx(row.most, abs=1e-9)) for row in frame.itertuples()}


def test_a_tenth_of_the_extra_cost_moves_the_levers_as_far_as_it_pays_for() -> None:
    """11 bn CNY more, 1.1 a year. A cheap cut left out is made dearly, at 3 more: 1.1 / 3 Mt. More than 3 cheap cuts there are not."""
    moved = 1.1 / 3.0
    assert {"cheap": (3.0 - moved, 3.0), "dear": (2.0, 2.0 + moved)} == ends("west", 10.0)


def test_the_nation_is_told_at_further_shares() -> None:
    moved = 2.2 / 3.0
    assert {"cheap": (3.0 - moved, 3.0), "dear": (2.0, 2.0 + moved)} == ends("nation", 20.0)


def test_the_slack_is_a_share_of_the_cost_beyond_the_baseline() -> None:
    """The plan costs 110, nothing asked costs nothing."""
    frame = table(outcome(), "near_slacks")
    assert [(10.0, 11.0), (20.0, 22.0)] == [(pytest.approx(row.slack_share), pytest.approx(row.slack_amount)) for row in frame.itertuples()]


def test_both_levers_are_needed_and_within_the_whole_extra_cost_one_is_a_choice() -> None:
    """With 110 more, 11 a year, cheap cuts may be left out: 5 dear ones cost 20, 9 more. Dear ones may not: 2 are needed."""
    wide = analysed("near_optimal", nation(), slack=1.0, second_slack=0.0, third_slack=0.0, alternatives=0)
    menus = [dict(zip(table(found, "near_menu")["lever"], table(found, "near_menu")["menu"], strict=True)) for found in (outcome(), wide)]
    assert [{"cheap": "must", "dear": "must"}, {"cheap": "choice", "dear": "must"}] == menus


def test_the_number_of_workers_changes_no_number() -> None:
    for one, other in zip(outcome().tables, outcome(2).tables, strict=True):
        pd.testing.assert_frame_equal(one.frame, other.frame)


def test_alternatives_stay_within_the_largest_share_and_cut_what_is_asked() -> None:
    """22 bn CNY more at most: a fifth of 110. 5 Mt a year at least."""
    costs, told = table(outcome(), "alternative_costs"), table(outcome(), "alternatives")
    assert 3 + 1 == len(costs)
    assert (pytest.approx(110.0), pytest.approx(132.0)) == (costs["plan_cost"].min(), costs["plan_cost"].max())
    assert (told.groupby("alternative")["value"].sum() >= 5.0 - 1e-9).all()


def test_without_a_baseline_there_is_nothing_to_take_a_share_of() -> None:
    assert ["near_no_baseline"] == [one.kind for one in analysed("near_optimal", nation(burden_baseline="")).problems]
    assert ["near_nothing_extra"] == [one.kind for one in analysed("near_optimal", nation(None)).problems]
    assert ["near_needs_cost"] == [one.kind for one in analysed("near_optimal", nation(objective="min_peak")).problems]


def test_ranges_beyond_the_most_are_told_as_left_out() -> None:
    """Two levers for the nation and for the west: three of four stay out."""
    found = analysed("near_optimal", nation(), second_slack=0.0, third_slack=0.0, most_ranges=1, alternatives=0)
    assert [("near_left_out", 3)] == [(one.kind, one.values["number"]) for one in found.problems]
    assert 1 == len(table(found, "near_ranges"))


def test_an_end_that_ran_out_of_steps_is_what_was_reached_and_settles_no_word() -> None:
    """Without a step the plan itself, 3 and 2, is all that is met. It is the most of cheap cuts and the least of dear ones anyway, which is seen at once.

    The other ends, two for the nation and two for the west, stay open: cheap cuts might be left out for all that is known.
    """
    found = analysed("near_optimal", nation(), second_slack=0.0, third_slack=0.0, most_steps=0, alternatives=0)
    assert [("near_not_found", 4)] == [(one.kind, one.values["number"]) for one in found.problems]
    told = table(found, "near_ranges").query("region_group == 'west'")
    assert [("reached", "found"), ("found", "reached")] == list(zip(told["least_is"], told["most_is"], strict=True))
    assert [(3.0, 3.0), (2.0, 2.0)] == [(pytest.approx(row.least), pytest.approx(row.most)) for row in told.itertuples()]
    assert ["unsettled", "must"] == table(found, "near_menu")["menu"].tolist()


@pytest.mark.parametrize(
    ("least", "most", "closed", "word"),
    [(2.0, 3.0, (True, True), "must"), (2.0, 3.0, (False, True), "unsettled"), (0.0, 3.0, (False, False), "choice"), (0.0, 0.5, (True, True), "avoid"), (0.0, 0.5, (True, False), "unsettled")],
)
def test_the_menu_says_only_what_more_steps_could_not_change(least: float, most: float, closed: tuple[bool, bool], word: str) -> None:
    assert word == word_of(least, most, closed, nothing=1.0)


def test_directions_lie_far_from_one_another_and_repeat() -> None:
    found = directions(5, 20, seed=3)
    assert all((one == other).all() for one, other in zip(found, directions(5, 20, seed=3), strict=True))
    assert max(float(one @ other) for place, one in enumerate(found) for other in found[:place]) < 0.1


def test_a_milestone_ends_its_decade() -> None:
    assert ["2021-2030", "2021-2030", "2031-2040"] == [decade_of(year) for year in (2021, 2030, 2031)]


def amounts(solution: Solution) -> pd.Series:
    terms = allocation_terms(solution)
    position = terms["position"].to_numpy(dtype=np.int64)
    level = np.where(position == FIXED, 1.0, solution.x[position])
    keys = ["lever", "region", "item", "year", "unit"]
    return terms.assign(value=terms["coefficient"].astype(float) * level).groupby(keys)["value"].sum()


def test_terms_add_up_to_what_the_table_of_what_to_do_tells(plan: Plan) -> None:
    """Every amount of ``allocation``, of every lever."""
    told = Made(plan.solution)["allocation"].set_index(["lever", "region", "item", "year", "unit"])["value"].astype(float)
    made = amounts(plan.solution).reindex(told.index).fillna(0.0)
    assert 8 == told.index.get_level_values("lever").nunique()
    assert 0.0 == pytest.approx(float((made - told).abs().max()), abs=1e-5)


def test_a_large_model_finds_its_alternatives_from_no_basis_and_they_cost_and_cut_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """The toy taken for large: the three directions are those of simplex, and so are their ends."""
    monkeypatch.setattr("model.analysis.alternatives.INTERIOR_ROWS", 0)
    found = analysed("near_optimal", nation(), slack=0.1, second_slack=0.2, third_slack=0.0, alternatives=3)
    for name in ("alternatives", "alternative_costs"):
        pd.testing.assert_frame_equal(table(outcome(), name), table(found, name), rtol=1e-6, atol=1e-6)


def test_alternatives_that_are_not_found_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NearPlans, "least", lambda plans, highs, direction, slack, basis: End("time_limit", None, basis, np.nan))
    found = analysed("near_optimal", nation(), second_slack=0.0, third_slack=0.0, alternatives=3)
    assert (3, 3) == next((one.values["number"], one.values["all"]) for one in found.problems if one.kind == "near_alternatives_lost")
    assert 1 == len(table(found, "alternative_costs"))
