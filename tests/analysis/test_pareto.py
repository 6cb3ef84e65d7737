"""What each further tonne costs with two levers, worked by hand; then quantities of the shipped workbook."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from math import isnan

import pytest

from model.analysis import Outcome
from model.analysis.pareto import quantity_of
from model.api import Plan
from model.closing.analyses import CUMULATIVE_CO2, SINKS
from model.core.build.assemble import assemble
from model.reporting.tables.every import Made

from .near_toy import analysed, nation, table

CLOSE = 1e-4


@cache
def front(points: int = 6, limit: float | None = None, **given: float | str) -> Outcome:
    return analysed("pareto", nation(limit), points=points, **given)


def test_the_front_of_two_levers_is_cheap_first_and_dear_after() -> None:
    """100 Mt in ten years where nothing is cut, -30 where all 13 a year are: steps of 26.

    The first 26 are cheap and cost 1 each. Of the second 4 are cheap and 22 dear: 4 + 88 = 92 more. After that each step costs 104.
    """
    told = table(front(), "front")
    assert [100.0, 74.0, 48.0, 22.0, -4.0, -30.0] == pytest.approx(told["value"].tolist(), abs=CLOSE * 10)
    assert [0.0, 26.0, 118.0, 222.0, 326.0, 430.0] == pytest.approx(told["plan_cost"].tolist(), abs=CLOSE * 10)
    assert {"optimal"} == set(told["status"])


def test_the_dual_of_the_limit_is_what_the_next_tonne_costs() -> None:
    """At the best there is no next one."""
    told = table(front(), "front")["marginal_cost"].tolist()
    assert [0.0, 1.0, 4.0, 4.0, 4.0] == pytest.approx(told[:-1], abs=CLOSE)
    assert isnan(told[-1])


def test_a_target_of_the_workbook_holds_at_every_point() -> None:
    """5 Mt a year are cut anyway, for 11 a year: the front begins at 50 Mt and 110 bn CNY."""
    told = table(front(limit=5.0), "front")
    assert (50.0, 110.0) == (pytest.approx(told["value"].iloc[0]), pytest.approx(told["plan_cost"].iloc[0]))


def test_steps_by_region_add_up_to_the_front() -> None:
    """The one region avoids 26 Mt in each step; the second costs 92 bn CNY: 92 / 26 = 3.538 bn CNY per Mt, 3538 CNY a tonne."""
    told = table(front(), "abatement_by_region")
    step = told[told["point"] == 2].iloc[0]
    assert (26.0, 92.0, 92000.0 / 26.0) == (pytest.approx(step["avoided"], abs=CLOSE), pytest.approx(step["cost_of_step"], abs=CLOSE), pytest.approx(step["mean_cost"], rel=CLOSE))
    assert 130.0 == pytest.approx(told["avoided"].sum(), abs=CLOSE * 10)


def test_the_peak_is_another_front() -> None:
    """One period: the peak falls from 10 to -3 Mt a year in steps of 2.6, each Mt a year of which is ten in all."""
    found = front(against="peak")
    told = table(found, "front")
    assert [10.0, 7.4, 4.8, 2.2, -0.4, -3.0] == pytest.approx(told["value"].tolist(), abs=CLOSE)
    assert [0.0, 10.0, 40.0, 40.0, 40.0] == pytest.approx(told["marginal_cost"].tolist()[:-1], abs=CLOSE * 10)
    assert ["front"] == [one.name for one in found.tables]


def test_nothing_to_gain_is_told() -> None:
    """Nobody stores anything: there are no sinks to be made more of."""
    assert ["pareto_nothing_between"] == [one.kind for one in front(against="sinks").problems]
    assert ["pareto_needs_cost"] == [one.kind for one in analysed("pareto", nation(objective="min_peak")).problems]


def test_points_that_take_too_long_are_told() -> None:
    """Without a step the points after the cheapest are not found."""
    found = analysed("pareto", nation(None), points=3, most_steps=0)
    assert [("pareto_lost", 2)] == [(one.kind, one.values["number"]) for one in found.problems]
    assert ["optimal", "limit", "limit"] == table(found, "front")["status"].tolist()


def test_quantities_of_the_shipped_workbook_are_those_of_its_tables(plan: Plan) -> None:
    """Net CO2 and sinks of the strict account over the planned years, from the table ``carbon``."""
    data = plan.data
    build = assemble(replace(data, settings={**data.settings, "objective": "max_net_removal;min_cost"}))
    found = {}
    for against in (CUMULATIVE_CO2, SINKS):
        vector, constant = quantity_of(build, against).vector(build.size)
        found[against] = float(vector @ plan.solution.x + constant)
    told = Made(plan.solution)["carbon"]
    told = told[told["in_target"].astype(bool) & told["year"].isin([year for year in data.decided if year <= data.plan_until])]
    amount = told["value"].astype(float) * told["year"].map(data.length)
    emitted = amount[told["account"] == "emission"].sum()
    taken = amount[told["account"] != "emission"].sum()
    assert {CUMULATIVE_CO2: pytest.approx(emitted - taken), SINKS: pytest.approx(amount[told["account"] == "sink"].sum())} == found
