"""Funds that live on credits of sinks, by a hand-worked nation of two regions and periods of ten years without discounting.

The east emits 10 Mt of steel a year under a cap of 5 and may capture at 2 bn CNY per Mt; all it surrenders may be credits. The west sells credits of
grassland that costs 0.5 bn CNY per Mt, all of it to be paid by the fund ``herds``: ``money`` a year and a share of what credits bring. So with g Mt
of grassland, all credited, 0.5 g <= money + share * price * g.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from model.api import _credits_settled, assemble_checked
from model.closing.carbon import CarbonAccount
from model.closing.finance import Finance
from model.closing.funds.checks import check_funds
from model.closing.funds.settle import MOST_SOLVES, Settled, at_price, feeds_funds, settle
from model.closing.market.market import CarbonMarket
from model.closing.objective import ObjectiveClosing
from model.closing.results.funds import funds_in_money
from model.core.build.assemble import assemble
from model.core.build.build import Lever
from model.core.build.rebuild import rebuild
from model.core.data import Data
from model.core.declare.spec import Variable
from model.core.solve.matrix import compile_matrix
from model.core.solve.solution import Solution
from model.core.solve.solver import SolveOptions, solve
from model.reporting.tables.every import Made
from tests.levers.power_toy import yearly
from tests.levers.toy import poster, toy_data, value

WEST, EAST = REGIONS = ("west", "east")
STORED = Variable("stored_here", ("region", "year"), "Mt CO2/yr")
TREATED = Variable("treated", ("region", "year"), "Mha")
HERDERS, MEASURES = "grassland_compensation", "grassland_measures"
YEARS = (2020, 2030)
CLOSINGS = [CarbonAccount, CarbonMarket, Finance, ObjectiveClosing]


def two(money: float = 1.0, share: float | None = 1.0, price: float | None = 2.0, market: dict[str, Any] | None = None, capture: float = 2.0, **tables: Any) -> Data:
    """Data of the toy; ``price`` is the setting credit_price in bn CNY per Mt, ``capture`` what capture costs."""
    given = {
        "carbon_markets": [{"market": "one", "rule": "grandfathered", "credit_share": 1.0, **(market or {})}],
        "market_coverage": [{"market": "one", "item": "steel", "captured": "industry_ccs"}], "market_cap": yearly(YEARS, 5.0, market="one"),
        "sink_credits": [{"item": MEASURES}], "base_year_emissions": [{"region": WEST, "emission": 0.0}, {"region": EAST, "emission": 10.0}],
        "ecological_budget": [row for region in REGIONS for row in yearly(YEARS, 0.0, region=region)],
        "cost_funds": [{"item": HERDERS, "fund": "ecological"}],
        "funds": [{"fund": "herds", "level": "user", "credit_share": share}, {"fund": "social_capital", "level": "social", "multiple": 0.0}],
        "fund_money": [row for region in REGIONS for row in yearly(YEARS, money if region == WEST else 0.0, fund="herds", region=region)] if money else [],
        **tables,
    }  # fmt: skip
    settings = {"discount_rate": 0.0, "untied_money_price": 0.0, "capital_cost": capture, **({} if price is None else {"credit_price": price})}
    return toy_data(REGIONS, YEARS, {name: rows for name, rows in given.items() if len(rows)}, settings)


def works(lever: Lever) -> None:
    """The east emits and captures, the west treats; the cost of capture stands in a setting that the toy does not use otherwise."""
    east, west = pd.DataFrame({"region": [EAST], "year": [2030]}), pd.DataFrame({"region": [WEST], "year": [2030]})
    lever.ledger.supply_fixed("emission", east, 10.0, item="steel", unit="Mt CO2/yr")
    stored, treated = lever.b.variable(STORED, east, high=10.0), lever.b.variable(TREATED, west, high=20.0)
    lever.ledger.supply("captured", stored.terms(), 1.0, item="industry_ccs", unit="1")
    lever.ledger.use("money", stored.terms(), lever.data.number("capital_cost"), item="stack", unit="bn CNY/Mt CO2")
    lever.ledger.supply("sink", treated.terms(), 1.0, item=MEASURES, unit="Mt CO2/Mha/yr")
    lever.ledger.use("money", treated.terms(), 0.5, item=HERDERS, unit="bn CNY/yr/Mha")


def solved(data: Data) -> Solution:
    return solve(assemble(data, [poster(works)], CLOSINGS))


def brought(data: Data) -> Settled:
    return settle(solved(data), lambda price: solved(at_price(data, price)))


def held(solution: Solution) -> Solution:
    """The plan, after the table of its funds has been held to its identity."""
    assert 0.0 == pytest.approx(max(sides.error() for sides in funds_in_money(Made(solution), solution)), abs=1e-9)
    return solution


def test_a_fund_pays_from_what_credits_bring() -> None:
    """Without them money of 1 pays for 2 Mt, and 3 are captured: 1 + 6 = 7 a year. At 0.1 per credit 0.4 g <= 1 pays for 2.5: 1.25 + 5 = 6.25."""
    without, beside = held(solved(two(share=None))), held(solved(two(price=0.1)))
    assert (pytest.approx(70.0), pytest.approx(62.5)) == (without.objective, beside.objective)
    table = Made(beside)["funds"].set_index(["region", "fund", "year"]).loc[(WEST, "herds", 2030)]
    assert (pytest.approx(0.25), pytest.approx(1.25), pytest.approx(1.25)) == (table["credits"], table["available"], table["paid"])
    assert pytest.approx(100.0) == table["credit_price"]


def test_a_fund_without_money_of_its_own_lives_on_credits_alone() -> None:
    """At 0.5 each credit pays for itself: the 5 Mt that the east lacks are all grassland, 2.5 a year."""
    solution = held(solved(two(money=0.0, price=0.5)))
    assert (pytest.approx(25.0), pytest.approx(5.0)) == (solution.objective, value(solution, "treated"))


@pytest.mark.parametrize(("start", "prices"), [(2.0, [2.0, 0.5]), (0.1, [0.1, 2.0, 0.5]), (0.5, [0.5])])
def test_the_price_is_brought_to_that_of_the_market(start: float, prices: list[float]) -> None:
    """Counted at 0.1 money is short and a credit saves capture at 2; counted at 2 it is not, and a credit costs what grassland does, 0.5; at 0.5 both agree."""
    found = brought(two(price=start))
    assert prices == [pytest.approx(tried.price) for tried in found.tried]
    assert found.swing is None
    assert (pytest.approx(0.5), pytest.approx(0.5)) == (found.plan.price, found.plan.market)
    assert (pytest.approx(25.0), pytest.approx(5.0)) == (found.plan.solution.objective, value(found.plan.solution, "treated"))


@pytest.mark.parametrize(("tolerance", "plans"), [(0.3, 1), (0.28, 2)])
def test_a_revenue_that_is_near_enough_is_taken(tolerance: float, plans: int) -> None:
    """Counted at 0.7 where the market pays 0.5: 0.2 / 0.7 = 0.286 of it too much."""
    data = two(price=0.7)
    data.settings["credit_tolerance"] = tolerance
    assert plans == len(brought(data).tried)


def test_where_the_price_jumps_the_lower_plan_stands_and_both_values_are_told() -> None:
    """A fifth of credits for the fund, money of 0.5, capture at 4: 5 Mt are paid for where 0.5 * 5 <= 0.5 + 0.2 * price * 5, from a price of 2 on.

    Below it a credit saves capture and is worth 4, above it it costs 0.5: 1 and 4 are tried, then halves between them, 2.5, 1.75, 2.125, 1.9375, 2.03125 and 1.984375.
    There 0.5 / (0.5 - 0.396875) = 4.848 Mt are paid for.
    """
    found = brought(two(money=0.5, share=0.2, price=1.0, capture=4.0))
    assert [1.0, 4.0, 2.5, 1.75, 2.125, 1.9375, 2.03125, 1.984375] == [pytest.approx(tried.price) for tried in found.tried]
    assert MOST_SOLVES == len(found.tried)
    assert found.swing is not None
    low, high = found.swing
    assert (pytest.approx(1.984375), pytest.approx(4.0)) == (low.price, low.market)
    assert (pytest.approx(2.03125), pytest.approx(0.5)) == (high.price, high.market)
    assert low is found.plan
    assert pytest.approx(0.5 / 0.103125) == value(found.plan.solution, "treated")


def test_a_swing_is_a_remark_of_the_plan_in_both_languages() -> None:
    data, seconds = two(money=0.5, share=0.2, price=1.0, capture=4.0), {"build": 0.0}
    phases: list[str] = []
    first = solve(assemble_checked(data, [poster(works)]))
    solution, (remark,) = _credits_settled(first, [poster(works)], SolveOptions(), phases.append, seconds)
    assert ["credits"] * (MOST_SOLVES - 1) == phases
    assert "counted at 1984 CNY/t the market pays 4000, at 2031 CNY/t it pays 500" in remark.text("en")
    assert "按 1984 元/吨计时市场价格为 4000，按 2031 元/吨计时为 500" in remark.text("zh")
    assert pytest.approx(1.984375) == solution.build.data.number("credit_price")
    assert seconds["solve"] > 0.0


def test_another_price_is_built_from_the_parts_of_the_first_plan() -> None:
    """Only what funds may pay is built anew, and the matrix is that of building everything."""
    data = two()
    first = assemble(data, [poster(works)], CLOSINGS)
    again = rebuild(first, at_price(data, 0.7), [poster(works)], CLOSINGS)
    assert again is not None
    assert compile_matrix(assemble(at_price(data, 0.7), [poster(works)], CLOSINGS)).hash() == compile_matrix(again).hash() != compile_matrix(first).hash()
    assert again.families["credits_sold"] is first.families["credits_sold"]


def test_a_price_of_the_sheet_is_what_credits_bring() -> None:
    """Settled at 0.3 whatever the market says: 0.2 g <= 1 pays for 5 Mt."""
    found = brought(two(price=2.0, market={"price": 0.3}))
    assert [pytest.approx(2.0), pytest.approx(0.3)] == [tried.price for tried in found.tried]
    assert pytest.approx(5.0) == value(found.plan.solution, "treated")


@pytest.mark.parametrize("given", [{"share": None}, {"price": None}, {"sink_credits": []}, {"market": {"credit_share": 0.0}}])
def test_where_no_fund_takes_credits_one_plan_is_solved(given: dict[str, Any]) -> None:
    solution = solved(two(**given))
    assert not feeds_funds(solution)
    assert (solution, []) == _credits_settled(solution, None, SolveOptions(), lambda phase: pytest.fail("solved again"), {})


def test_where_nothing_is_sold_nothing_is_brought_anywhere() -> None:
    """A cap above what is emitted: nobody buys a credit, and the first plan stands."""
    found = brought(two(market_cap=yearly(YEARS, 20.0, market="one")))
    assert 1 == len(found.tried)
    assert found.swing is None


#: What is wrong -> words of the finding in English and Chinese, its level, and the data.
WRONG: dict[str, tuple[str, str, str, dict[str, Any]]] = {
    "a built-in fund": ("takes no credit revenue", "不能计入信用收入", "error", {"funds": [{"fund": "social_capital", "level": "social", "credit_share": 0.5}], "money": 0.0}),
    "more than all": ("more than all", "超过全部", "error", {"funds": [{"fund": "herds", "level": "user", "credit_share": 0.6}, {"fund": "mills", "level": "user", "credit_share": 0.6}]}),
    "no price": ("credit_price is blank", "credit_price 为空", "warning", {"price": None}),
    "no market": ("no active market takes any", "没有接受信用的碳市场", "warning", {"market": {"credit_share": 0.0}}),
}  # fmt: skip


@pytest.mark.parametrize("case", list(WRONG))
def test_what_is_wrong_is_found_in_both_languages(case: str) -> None:
    english, chinese, level, given = WRONG[case]
    (finding,) = [finding for finding in check_funds(two(**given)) if "credit" in finding.message]
    assert (level, "funds") == (finding.level, finding.sheet)
    assert finding.cell.startswith("F")
    assert english in finding.message
    assert chinese in finding.told("zh").message
    assert finding.expected
    assert finding.zh_expected
