"""Income that draws private money in, in toys of one period of ten years without discounting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest

from model.closing.finance import Finance
from model.closing.funds.attraction import check_attraction
from model.closing.objective import ObjectiveClosing
from model.core.build.assemble import assemble
from model.core.build.build import Lever
from model.core.data import Data
from model.core.solve.solution import Solution
from model.core.solve.solver import solve
from tests.closing.test_funds import NO_SOCIAL, PLANT, PLANTING, fund, funded
from tests.levers.toy import poster, value

#: km3 of roundwood a year from a Mha planted, and TWh of output.
WOOD, OUTPUT = 0.01, 4.0


def solved(data: Data, least: float, fixed: float = 0.0) -> Solution:
    """At least so many Mha planted at 1 bn CNY a year each; each gives ``WOOD`` and ``OUTPUT``, and ``fixed`` km3 are cut whatever is decided."""

    def works(lever: Lever) -> None:
        keys = pd.DataFrame([(region, year) for region in data.regions for year in data.years], columns=["region", "year"])
        plant = lever.b.variable(PLANT, keys, low=least)
        lever.ledger.use("money", plant.terms(), 1.0, item=PLANTING, unit="bn CNY/yr/Mha")
        lever.ledger.supply("roundwood", plant.terms(), WOOD, item="harvest", unit="km3/yr/Mha")
        lever.ledger.supply("sited_output", plant.terms().assign(technology="sun"), OUTPUT, item="capacity", unit="TWh/yr/Mha")
        if fixed:
            lever.ledger.supply_fixed("roundwood", keys, fixed, item="harvest", unit="km3/yr")

    return solve(assemble(data, [poster(works)], [Finance, ObjectiveClosing]))


def drawn(income: str, amount: float, unit: str, name: str = "social_capital", **more: Any) -> Data:
    """A budget of 1 bn CNY a year, nothing that joins it by a multiple, and income that draws in ``amount`` a unit."""
    rows = [{"fund": name, "income": income, "value": amount, "price_unit": unit}]
    return funded(budget=1.0, funds=more.pop("funds", [NO_SOCIAL]), fund_attraction=rows, **more)


@pytest.mark.parametrize(("income", "amount", "unit"), [("timber", 50.0, "CNY/m3"), ("power", 125.0, "CNY/MWh")])
def test_income_draws_in_what_the_budget_lacks_and_no_more(income: str, amount: float, unit: str) -> None:
    """A Mha earns 0.01 km3 at 50 CNY, or 4 TWh at 125 CNY, of which each brings 0.5 bn CNY: the budget of 1 pays the other half of 2 Mha."""
    data = drawn(income, amount, unit)
    solution = solved(data, 2.0)
    assert "optimal" == solution.status
    assert (pytest.approx(1.0), pytest.approx(1.0)) == (value(solution, "public_money"), value(solution, "social_capital"))
    assert "infeasible" == solved(data, 2.01).status


def test_what_is_earned_whatever_is_decided_draws_in_too() -> None:
    """0.02 km3 at 50 CNY are 1 bn CNY beside the half of each Mha: 1 + 1 + 0.5 * 4 = 4 Mha."""
    data = drawn("timber", 50.0, "CNY/m3")
    assert "optimal" == solved(data, 4.0, fixed=0.02).status
    assert "infeasible" == solved(data, 4.01, fixed=0.02).status


def test_it_comes_beside_the_multiple_and_to_a_fund_of_ones_own() -> None:
    """Loans join the budget of 1 by half of it and get 0.25 bn CNY a Mha: 1 + 0.5 + 0.25 * 2 = 2 Mha, of which loans pay 1 at a premium of 0.05: 10 * 2.05."""
    data = drawn("timber", 25.0, "CNY/m3", "loans", funds=[NO_SOCIAL, fund("loans", "loan", premium=0.05, multiple=0.5)])
    solution = solved(data, 2.0)
    assert pytest.approx(20.5) == solution.objective
    assert pytest.approx(1.0) == value(solution, "fund_pays")
    assert "infeasible" == solved(data, 2.01).status


def test_an_empty_sheet_leaves_the_rows_as_they_are() -> None:
    with_rows, without = funded(budget=1.0, fund_attraction=[]), funded(budget=1.0)
    assert solved(without, 1.5).objective == solved(with_rows, 1.5).objective


WRONG: dict[str, tuple[Mapping[str, Any], str]] = {
    "no multiple": ({"fund": "centre", "income": "timber", "value": 1.0, "price_unit": "CNY/m3"}, "A3"),
    "public budget": ({"fund": "public_budget", "income": "timber", "value": 1.0, "price_unit": "CNY/m3"}, "A3"),
    "another unit": ({"fund": "social_capital", "income": "power", "value": 1.0, "price_unit": "CNY/m3"}, "D3"),
}


@pytest.mark.parametrize("case", list(WRONG))
def test_what_can_not_be_drawn_in_is_told_at_its_cell_in_both_languages(case: str) -> None:
    row, cell = WRONG[case]
    data = funded(budget=1.0, money={"centre": 1.0}, funds=[fund("centre", "central"), fund("public_budget", "local")], fund_attraction=[row])
    (finding,) = check_attraction(data)
    assert ("error", "fund_attraction", cell) == (finding.level, finding.sheet, finding.cell)
    assert all((finding.message, finding.expected, finding.zh, finding.zh_expected))


@pytest.mark.parametrize(("share", "worth", "told"), [(0.5, 10.0, ["B3"]), (0.0, 10.0, []), (0.5, 0.0, [])])
def test_credits_that_are_paid_to_one_fund_and_draw_in_another_are_told(share: float, worth: float, told: list[str]) -> None:
    row = {"fund": "social_capital", "income": "credits", "value": worth, "price_unit": "CNY/t CO2"}
    funds = [{**fund("centre", "central"), "credit_share": share}, fund("social_capital", "social", multiple=1.0)]
    data = funded(budget=1.0, money={"centre": 1.0}, funds=funds, fund_attraction=[row])
    found = check_attraction(data)
    assert told == [finding.cell for finding in found]
    assert all(finding.level == "warning" and "centre" in finding.message and "centre" in finding.zh for finding in found)
