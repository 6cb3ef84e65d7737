"""The break-even values of a diversion that nobody needs, worked by hand, and the tools that close in on a value."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pandas as pd
import pytest

from model import analysis
from model.analysis import Outcome, Task
from model.analysis.west_line import close_in
from model.closing.objective import ObjectiveClosing
from model.core.build.assemble import assemble
from model.core.data import Data
from model.core.solve.solution import Solution
from model.core.solve.solver import solve
from model.levers.land.diversion import Diversion
from model.levers.land.water import Water
from model.reporting.tables.every import result_tables
from tests.levers.test_diversion import city, line_data

#: A city that would pay nothing: the plan without the line has a decision too.
CITY = city("upper", dict.fromkeys((2030, 2040, 2050), 0.0), high=0.1)


def solved(data: Data, phase: str) -> Solution:
    return solve(assemble(data, [Diversion, Water, CITY], [ObjectiveClosing]))


def task(data: Data, **given: float) -> Task:
    settings: dict[str, float | str] = {**analysis.defaults("west_line"), "largest_carbon_value": 100.0, **given}
    return Task(data, settings, solved, result_tables)


@cache
def outcome() -> Outcome:
    """One phase: 8 km3 of which 6 arrive, 100 bn CNY over five years, 2 a year, life 40; from 2030 on; nobody needs water."""
    return analysis.run("west_line", task(line_data({"opened_land": 0.0})))


def table(name: str) -> pd.DataFrame:
    return next(t.frame for t in outcome().tables if t.name == name)


def cost_of(start: int) -> tuple[float, float]:
    """Discounted cost (bn CNY) and water (km3) of a line in operation from ``start``: investment 100 / 10 a year in the
    period before, 2 a year, less what straight-line life of 40 years leaves of 100 in 2050."""
    data = line_data()
    weight = {year: data.weight(year) for year in data.years}
    runs = [year for year in data.years if year >= start]
    left = 100.0 * (1.0 - (2050 - start) / 40.0)
    residual = left * 1.05**-5 / 10.0 * weight[2050]
    years = sum(weight[year] for year in runs)
    return 10.0 * weight[start] + 2.0 * years - residual, 6.0 * years


def row(of: str, what: str) -> Mapping[str, object]:
    frame = table("break_even")
    found = frame[(frame["value_of"] == of) & (frame["pays_for"] == what)]
    assert 1 == len(found)
    return dict(found.iloc[0])


def test_the_whole_line_pays_when_its_water_is_worth_its_cost() -> None:
    """In operation from 2030 on: cost of ``cost_of(2030)`` over its water."""
    cost, water = cost_of(2030)
    found = row("water", "whole_line")
    assert pytest.approx(cost / water, rel=1e-6) == found["value"]
    assert "confirmed" == found["state"]


def test_the_first_cubic_metre_pays_from_the_cheapest_start_on() -> None:
    """Starting in 2030, 2040 or 2050, whichever brings a discounted cubic metre at least cost; confirmed by two plans."""
    best = min(cost / water for cost, water in (cost_of(start) for start in (2030, 2040, 2050)))
    found = row("water", "first_cubic_metre")
    assert pytest.approx(best, rel=1e-6) == found["value"]
    assert "confirmed" == found["state"]
    runs = table("runs")
    near = runs[(runs["decision"] == "free") & (runs["water_value"] > 0.0)]
    assert [0.0] == pytest.approx(near.loc[near["water_value"] < best, "built"].tolist(), abs=1e-6)
    assert near.loc[near["water_value"] > best, "built"].max() > 0.5


def test_without_any_carbon_no_value_of_carbon_makes_it_pay() -> None:
    found = row("carbon", "some_of_the_line")
    assert ("not_reached", 100.0) == (found["state"], found["solved_below"])


def test_the_twin_plans_differ_by_the_cost_of_the_line() -> None:
    twins = table("twin_runs")
    objective = twins[twins["quantity"] == "objective"].iloc[0]
    assert pytest.approx(cost_of(2030)[0]) == objective["difference"]
    delivered = twins[twins["quantity"] == "water_delivered"]
    assert (delivered["without"] == 0.0).all()


def test_the_first_cubic_metre_is_told_by_what_it_consists_of() -> None:
    """Only money: the parts add up to the value that the prices give."""
    account = table("unit_account")
    assert pytest.approx(row("water", "first_cubic_metre")["value"]) == account["value"].sum()
    assert "money" in set(account["item"])


def test_a_line_that_users_pay_for_has_a_value_of_zero() -> None:
    """With water worth 20 CNY/m3 by itself some of the line is built in the plan as it stands."""
    data = line_data({"opened_land": 0.0}, diverted_water_value=20.0)
    found = next(t.frame for t in analysis.run("west_line", task(data)).tables if t.name == "break_even")
    assert {"built_without"} == set(found[found["pays_for"] != "whole_line"]["state"])
    assert "pays_without" == found.set_index("pays_for").loc["whole_line", "state"]


def test_without_a_diversion_the_analysis_says_so() -> None:
    data = line_data({"earliest_year": 2060})
    outcome = analysis.run("west_line", task(data))
    assert "no diversion" in outcome.problems[0]
    assert outcome.tables == []


def test_closing_in_halves_between_what_builds_and_what_does_not() -> None:
    """From 1 on in doublings, then halves until the width is a hundredth: pi lies between."""
    low, high, reached = close_in(lambda value: value > 3.14159, 1.0, 2.0, 0.01, 30)
    assert reached
    assert low <= 3.14159 < high <= low * 1.011


def test_closing_in_gives_up_when_nothing_builds() -> None:
    low, _, reached = close_in(lambda value: False, 1.0, 2.0, 0.01, 4)
    assert not reached
    assert 16.0 == low
