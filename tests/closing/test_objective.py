"""What is optimised, worked out by hand: discounted cost, net removal with the cheapest of equals, weights of a harvest."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from model.closing.objective import ObjectiveClosing, harvest_weight, period_weight, stand_weight
from model.core.build.assemble import assemble
from model.core.build.build import Lever
from model.core.declare.spec import Variable
from model.core.solve.solution import Solution
from model.core.solve.solver import solve
from tests.levers.toy import poster, toy_data, value

YEARS = (2020, 2025, 2035)
CUTS = {name: Variable(name, ("region", "year"), "Mt CO2/yr") for name in ("dear", "cheap")}
PRICE = {"dear": 2.0, "cheap": 1.0}


def removal(order: tuple[str, str]) -> Solution:
    """10 Mt a year are emitted, 3 may be cut in one of two ways; a memo sink of 100 counts nowhere."""

    def cut(lever: Lever) -> None:
        keys = pd.DataFrame({"region": "west", "year": list(YEARS[1:])})
        lever.ledger.supply_fixed("emission", keys, 10.0, item="burnt", unit="Mt CO2/yr")
        lever.ledger.supply_fixed("sink", keys, 100.0, item="shrub", unit="Mt CO2/yr", memo=True)
        ways = {name: lever.b.variable(CUTS[name], keys) for name in order}
        for name, family in ways.items():
            lever.ledger.use("emission", family.terms(), 1.0, item="cut", unit="1")
            lever.ledger.use("money", family.terms(), PRICE[name], item=name, unit="bn CNY/Mt CO2")

        def together(region: str, year: int) -> Any:
            return lever.b.sum((1.0, family[region, year]) for family in ways.values()) <= 3.0

        lever.b.constrain(together, keys)

    data = toy_data(years=YEARS, settings={"objective": "max_net_removal", "discount_rate": 0.0})
    return solve(assemble(data, [poster(cut)], [ObjectiveClosing]))


@pytest.mark.parametrize("order", [("dear", "cheap"), ("cheap", "dear")])
def test_most_removal_counts_every_year_of_a_period_and_takes_the_cheapest_of_equal_plans(order: tuple[str, str]) -> None:
    """5 * (3 - 10) + 10 * (3 - 10) = -105 Mt; the cheap way does all of it, whichever is declared first."""
    solution = removal(order)
    assert pytest.approx(-105.0) == solution.objective
    assert pytest.approx(6.0) == value(solution, "cheap")
    assert pytest.approx(0.0, abs=1e-7) == value(solution, "dear")


def test_cost_is_discounted_from_the_middle_of_its_period_with_its_length() -> None:
    """3 bn CNY a year from 2021 to 2025 at 4 %: 3 * 5 * 1.04^-2.5; from 2026 to 2035: 3 * 10 * 1.04^-10."""

    def pay(lever: Lever) -> None:
        keys = pd.DataFrame({"region": "west", "year": list(YEARS[1:])})
        paid = lever.b.variable(CUTS["cheap"], keys, low=3.0)
        lever.ledger.use("money", paid.terms(), 1.0, item="cut", unit="bn CNY/Mt CO2")

    data = toy_data(years=YEARS, settings={"discount_rate": 0.04})
    solution = solve(assemble(data, [poster(pay)], [ObjectiveClosing]))
    assert pytest.approx(15.0 * 1.04**-2.5 + 30.0 * 1.04**-10.0, rel=1e-9) == solution.objective


@pytest.mark.parametrize(("moment", "years"), [(0.0, 5.0), (0.5, 10.0), (1.0, 15.0)])
def test_a_harvest_is_discounted_from_its_moment_in_the_period(moment: float, years: float) -> None:
    """The period from 2025 to 2035: at its beginning, middle and end 5, 10 and 15 years after the base year."""
    data = toy_data(years=YEARS, settings={"discount_rate": 0.04, "harvest_moment": moment, "objective": "max_harvest_value"})
    assert pytest.approx(10.0 * 1.04**-years, rel=1e-12) == harvest_weight(data, 2035) == period_weight(data, 2035)
    assert pytest.approx(1.04**-15.0, rel=1e-12) == stand_weight(data)


def test_factors_given_by_hand_replace_the_rate_and_never_the_length() -> None:
    """0.5 over five years is 2.5 years; the stands left count at 0.3; a cost factor of 0.7 over ten years is 7."""
    given = [{"year": 2025, "period_factor": 0.5}, {"year": 2035, "stand_factor": 0.3}]
    periods = [{"year": 2020}, {"year": 2025}, {"year": 2035, "cost_factor": 0.7}]
    data = toy_data(years=YEARS, tables={"harvest_discount": given, "periods": periods}, settings={"discount_rate": 0.04})
    assert 2.5 == harvest_weight(data, 2025)
    assert pytest.approx(7.0) == harvest_weight(data, 2035)
    assert 0.3 == stand_weight(data)
