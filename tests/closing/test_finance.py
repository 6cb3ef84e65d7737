"""Who pays for ecological work, in toys of one period of ten years without discounting."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from model.closing.finance import Finance
from model.closing.objective import ObjectiveClosing
from model.core.build.assemble import assemble
from model.core.build.build import Lever
from model.core.declare.spec import Variable
from model.core.solve.solution import Solution
from model.core.solve.solver import solve
from tests.levers.toy import poster, toy_data, value

WORK = Variable("work", ("region", "year"), "Mha")
MILL = Variable("mill", ("region", "year"), "Mha")


def worked(least: float, income: float = 0.0, budget: float = 2.0, **settings: float) -> Solution:
    """Ecological work at 1 bn CNY a year per Mha, ``least`` of it asked for, each Mha with ``income``; a mill at 7 that users pay."""

    def works(lever: Lever) -> None:
        keys = pd.DataFrame({"region": ["west"], "year": [2030]})
        work, mill = lever.b.variable(WORK, keys, low=least), lever.b.variable(MILL, keys, low=7.0, high=7.0)
        lever.ledger.use("money", work.terms(), 1.0, item="planting", unit="bn CNY/yr/Mha")
        lever.ledger.supply("money", work.terms(), income, item="income", unit="bn CNY/yr/Mha")
        lever.ledger.use("money", mill.terms(), 1.0, item="milling", unit="bn CNY/yr/Mha")

    tables: dict[str, list[dict[str, Any]]] = {
        "ecological_budget": [{"region": "west", "year": year, "value": budget} for year in (2020, 2030)],
        "cost_funds": [{"item": "planting", "fund": "ecological"}, {"item": "milling", "fund": "market"}],
    }
    data = toy_data(tables=tables, settings={"discount_rate": 0.0, **settings})
    return solve(assemble(data, [poster(works)], [Finance, ObjectiveClosing]))


def test_the_budget_pays_first_and_social_capital_the_rest_with_its_premium() -> None:
    """3 bn CNY a year: 2 from the budget, 1 from social capital with 0.15 on it; with the mill 10 * (3 + 0.15 + 7) = 101.5."""
    solution = worked(3.0)
    assert pytest.approx(2.0) == value(solution, "public_money")
    assert pytest.approx(1.0) == value(solution, "social_capital")
    assert pytest.approx(101.5) == solution.objective


def test_social_capital_joins_up_to_its_multiple_and_no_further() -> None:
    """Work that earns 5 goes as far as the money: 2 + 0.5 * 2 = 3 Mha; 10 * (3 + 0.15 - 15 + 7) = -48.5."""
    solution = worked(0.0, income=5.0, social_multiple=0.5)
    assert pytest.approx(3.0) == value(solution, "work")
    assert pytest.approx(-48.5) == solution.objective
    limit = solution.limits().set_index("name").loc["public_money"]
    # one more yuan of budget pays for 1.5 Mha that earn 4 each, less 0.15 on half a yuan: 10 * (6 - 0.075)
    assert pytest.approx(59.25) == limit["dual"]


def test_more_work_than_budget_and_multiple_can_pay_is_infeasible() -> None:
    """2 + 1 * 2 = 4 bn CNY a year are the most."""
    assert "optimal" == worked(4.0).status
    assert "infeasible" == worked(4.1).status


def test_spending_of_a_year_is_held_to_a_share_of_the_product_of_all_regions() -> None:
    """0.07 * (100 + 50) = 10.5 bn CNY a year; at 2 bn CNY per Mt that stores 5.25 Mt a year, 52.5 Mt in ten years."""

    def stores(lever: Lever) -> None:
        work = lever.b.variable(WORK, pd.DataFrame({"region": ["west"], "year": [2030]}))
        lever.ledger.use("money", work.terms(), 2.0, item="planting", unit="bn CNY/yr/Mha")
        lever.ledger.supply("sink", work.terms(), 1.0, item="trees", unit="Mt CO2/yr/Mha")

    gdp = [{"region": r, "year": y, "value": v} for r, v in (("west", 100.0), ("east", 50.0)) for y in (2020, 2030)]
    data = toy_data(("west", "east"), tables={"gdp": gdp}, settings={"objective": "max_net_removal", "spending_share_of_gdp": 0.07})
    solution = solve(assemble(data, [poster(stores)], [Finance, ObjectiveClosing]))
    assert pytest.approx(5.25) == value(solution, "work")
    assert pytest.approx(52.5) == solution.objective
