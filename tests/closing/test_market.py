"""Carbon markets, by a hand-worked nation of three regions and periods of ten years without discounting.

Each emits 10 Mt of steel a year and may capture all of it: the west at 1 bn CNY per Mt, the centre at 2, the east at 4. Under a cap of 15 that trades
the west captures 10 and the centre 5: 10 + 10 = 20 bn CNY a year, and one more tonne allowed saves 2, so that the price is 2000 CNY/t.
Each may also treat grassland, 5 Mha that store 1 Mt a year each.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.closing.carbon import CarbonAccount
from model.closing.market.market import CarbonMarket
from model.closing.objective import ObjectiveClosing
from model.core.build.assemble import assemble
from model.core.build.build import Lever
from model.core.declare.spec import Variable
from model.core.solve.solution import Solution
from model.core.solve.solver import solve
from model.reporting.identities.burden import burden_adds_up
from model.reporting.identities.payments import payments_close
from model.reporting.tables.burden import STEPS, shares_of_product
from model.reporting.tables.every import Made
from tests.closing.market_toy import (
    CENTRE,
    EAST,
    MEASURES,
    STEEL,
    WEST,
    emit,
    held,
    industry,
    nation,
    one,
    plan,
    three,
    told,
)
from tests.levers.power_toy import yearly
from tests.levers.toy import poster, toy_data, value


def test_a_cap_that_binds_has_the_price_of_the_dearest_tonne_captured() -> None:
    """5 each by the base year: the west owes nothing and sells 5 at 2, the centre owes its 5, the east buys 5: -10, 0 and 10 bn CNY a year."""
    solution = plan(nation(one()))
    found = told(solution).set_index("region")
    assert pytest.approx(200.0) == solution.objective
    assert three(5.0, 5.0, 5.0) == found["allocated"].to_dict()
    assert three(0.0, 5.0, 10.0) == found["covered"].to_dict()
    assert three(-5.0, 0.0, 5.0) == found["bought"].to_dict()
    assert three(2000.0, 2000.0, 2000.0) == found["price"].to_dict()
    assert three(-10.0, 0.0, 10.0) == found["payment"].to_dict()
    assert {"market"} == set(found["price_of"])


@pytest.mark.parametrize(("rule", "given"), [("per_gdp", (3.75, 3.75, 7.5)), ("per_head", (7.5, 3.75, 3.75)), ("grandfathered", (5.0, 5.0, 5.0))])
def test_allowances_are_shared_by_the_rule_and_do_not_change_what_is_captured(rule: str, given: tuple[float, float, float]) -> None:
    """Product 1 : 1 : 2 and people 2 : 1 : 1 of 15; 0, 5 and 10 are owed whatever the rule."""
    found = held(one(rule=rule))
    assert three(*given) == found["allocated"].to_dict()
    assert three(0.0, 5.0, 10.0) == found["covered"].to_dict()
    assert three(*(2.0 * (owed - own) for owed, own in zip((0.0, 5.0, 10.0), given, strict=True))) == found["payment"].to_dict()


def test_without_trade_each_region_captures_its_own_and_has_its_own_price() -> None:
    """5 each at 1, 2 and 4 are 35 bn CNY a year, 15 more than with trade; prices 1000, 2000 and 4000, and nobody pays anybody."""
    solution = plan(nation(one(trade=0.0)))
    found = told(solution).set_index("region")
    assert pytest.approx(350.0) == solution.objective
    assert three(1000.0, 2000.0, 4000.0) == found["price"].to_dict()
    assert three(0.0, 0.0, 0.0) == found["payment"].to_dict()


@pytest.mark.parametrize("rule", ["grandfathered", "per_gdp", "per_head"])
@pytest.mark.parametrize("cap", [3.0, 15.0, 22.0])
def test_trade_is_never_dearer(rule: str, cap: float) -> None:
    free, bound = (plan(nation(one(rule=rule, trade=trade), cap=cap)).objective for trade in (1.0, 0.0))
    assert free <= bound + 1e-9


def test_a_market_holds_the_regions_of_its_scope_alone() -> None:
    """West and centre share 15, 7.5 each: the west captures 5, so that one more tonne saves 1; the east captures nothing."""
    found = held(one(scope="group:west"), groups=("west", "west", "developed"))
    assert [WEST, CENTRE] == list(found.index)
    assert [pytest.approx(1000.0)] * 2 == list(found["price"])
    assert [pytest.approx(-2.5), pytest.approx(2.5)] == list(found["payment"])


def test_the_limit_of_a_market_leads_to_its_cap() -> None:
    """The limit of a region is its share of the cell, and its price that of the market, in bn CNY of the year per Mt."""
    tables = Made(plan(nation(one())))
    found = tables["limits"].set_index(["name", "region"]).loc[("allowances_cover", EAST)]
    assert ("market_cap", pytest.approx(5.0), pytest.approx(2.0)) == (found["sheet"], found["limit"], found["price"])


def test_credits_are_used_up_to_their_share_and_cost_what_the_dearest_one_costs() -> None:
    """A tenth of what is owed may be credits; the west treats at 0.5, below any capture that is left.

    Of 30 emitted s is captured; 30 - s is owed, a tenth of it credited: 15 + (30 - s) / 10 = 30 - s, so 16.667 are owed, 1.667 credited and 13.333 captured:
    10 * 1 + 3.333 * 2 + 1.667 * 0.5 = 17.5 a year. A credit costs 500 CNY/t. One more allowance: 1 + 1/9 more owed, so 1.111 * 2 saved and 0.111 * 0.5 spent: 2.1667.
    """
    solution = plan(nation(one(credit_share=0.1), sink_credits=[{"item": MEASURES}]))
    found = told(solution).set_index("region")
    assert pytest.approx(175.0) == solution.objective
    assert (pytest.approx(5 / 3), pytest.approx(5 / 3)) == (found["credits_used"].sum(), found["credits_sold"].sum())
    assert three(500.0, 500.0, 500.0) == found["credit_price"].to_dict()
    assert pytest.approx(2000 * 10 / 9 - 500 / 9) == found["price"].iloc[0]
    limit = Made(solution)["limits"].set_index(["name", "region"]).loc[("credits_within_share", EAST)]
    assert ("carbon_markets", pytest.approx(found.loc[EAST, "covered"] / 10)) == (limit["sheet"], limit["limit"])


def test_a_buffer_withholds_its_share_of_what_is_credited() -> None:
    """Of the 5 that the west can add a fifth is withheld: 4 are sold, then the centre sells at 1 / 0.8 = 1.25 of its own.

    Half of what is owed may be credits, 10 of 20: with 10 captured by the west at 1 there remain 5 to find: 4 credits of the west at 0.625 and 1 of the centre at 1.25.
    10 + 2.5 + 1.25 = 13.75 a year; one more credit is worth 1250 CNY/t.
    """
    solution = plan(nation(one(credit_share=0.5), sink_credits=[{"item": MEASURES, "buffer": 0.2}]))
    found = told(solution).set_index("region")
    assert three(4.0, 1.0, 0.0) == found["credits_sold"].to_dict()
    assert pytest.approx(137.5) == solution.objective
    assert (pytest.approx(1250.0), pytest.approx(1250.0)) == (found["price"].iloc[0], found["credit_price"].iloc[0])
    assert pytest.approx(0.0, abs=1e-9) == found["payment"].sum()
    assert pytest.approx(4.0) == value(solution, "creditable_removal", region=WEST)
    limit = Made(solution)["limits"].set_index(["name", "region"]).loc[("credits_backed", WEST)]
    assert ("sink_credits", pytest.approx(4.0), pytest.approx(4.0), pytest.approx(1.25)) == tuple(limit[["sheet", "limit", "level", "price"]])


def test_credits_never_make_a_market_dearer() -> None:
    costs = [plan(nation(one(credit_share=share), sink_credits=[{"item": MEASURES}])).objective for share in (0.0, 0.05, 0.2, 1.0)]
    assert costs == sorted(costs, reverse=True)


def test_a_bank_moves_allowances_to_where_they_are_dear_and_its_price_grows_with_the_discount_rate() -> None:
    """Caps of 25 in the first decade and 11 in the second, 5 % a year: 5 are captured, then 19.

    Without a bank the price is 1 (5 of the west), then 2. With one the west captures all of its 10 in the first decade too, at 1 for what saves
    2 / 1.05 ** 10 = 1.228 later: 5 a year, 50 Mt, are kept, so that 16 a year are owed in the second decade. The price is 1.228, then 2.
    """
    years = (2020, 2030, 2040)
    cap = {2020: 30.0, 2030: 25.0, 2040: 11.0}
    found = told(plan(nation(one(banking=1.0), cap=cap, years=years, rate=0.05))).groupby("year", sort=True).agg({"price": "first", "banked": "sum", "covered": "sum"})
    assert [pytest.approx(50.0), pytest.approx(0.0, abs=1e-9)] == list(found["banked"])
    assert [pytest.approx(20.0), pytest.approx(16.0)] == list(found["covered"])
    assert pytest.approx(1.05**10) == found["price"].iloc[1] / found["price"].iloc[0]
    assert pytest.approx(2000.0) == found["price"].iloc[1]
    alone = told(plan(nation(one(), cap=cap, years=years, rate=0.05))).groupby("year", sort=True)["price"].first()
    assert [pytest.approx(1000.0), pytest.approx(2000.0)] == list(alone)


def test_a_price_of_the_sheet_is_told_apart_from_that_of_the_market() -> None:
    """Settled at 500 CNY/t, a quarter of what the market asks; what is captured stays the same."""
    found = held(one(price=0.5))
    assert three(2000.0, 2000.0, 2000.0) == found["price"].to_dict()
    assert three(500.0, 500.0, 500.0) == found["settled_price"].to_dict()
    assert three(-2.5, 0.0, 2.5) == found["payment"].to_dict()
    assert {"sheet"} == set(found["price_of"])


def test_a_market_that_does_not_bind_leaves_plan_and_cost_as_they_are() -> None:
    """A cap of 40 over 30 that are emitted, with everything that may move; something has to be captured for a payment for carbon."""
    def costed(*markets: Mapping[str, Any], **tables: Any) -> Solution:
        data = nation(*markets, cap=40.0, **tables)
        data.settings["carbon_value"] = 1.5
        return plan(data)

    without, beside = costed(), costed(one(banking=1.0, credit_share=0.1), sink_credits=[{"item": MEASURES}])
    assert pytest.approx(without.objective, rel=1e-9) == beside.objective
    assert pytest.approx(value(without, "stored_here")) == value(beside, "stored_here")
    assert three(0.0, 0.0, 0.0) == told(beside).set_index("region")["payment"].to_dict()


def test_empty_sheets_add_no_row_and_no_variable() -> None:
    build = assemble(nation(), [poster(emit)], [CarbonAccount, CarbonMarket, ObjectiveClosing])
    assert "carbon_market" not in build.parts
    assert set() == {"allowances_bought", "allowances_banked", "credits_sold", "credits_used"} & set(build.families)


def test_a_benchmark_gives_for_each_unit_made() -> None:
    """Half of the mean of 1.3, 0.65, for 4, 6 and 10 units: 2.6, 3.9 and 6.5 are 13; 17 are captured, 7 of the centre: price 2.

    Owed are 0, 3 and 10: -2.6, -0.9 and 3.5 at 2 bn CNY per Mt.
    """
    solution = plan(nation(one(rule="benchmark"), cap=None, industry=industry(), market_benchmark=yearly((2020, 2030), 0.5, market="one")))
    found = told(solution).set_index("region")
    assert three(2.6, 3.9, 6.5) == found["allocated"].to_dict()
    assert pytest.approx(240.0) == solution.objective
    assert three(-5.2, -1.8, 7.0) == found["payment"].to_dict()
    limit = Made(solution)["limits"].set_index(["name", "region"]).loc[("benchmark_covers", WEST)]
    assert ("market_benchmark", pytest.approx(2.0)) == (limit["sheet"], limit["price"])


def test_what_is_captured_elsewhere_lowers_nothing() -> None:
    """Without a word in the column captured, what is captured does not count: the cap can not be met."""
    data = nation(one(), market_coverage=[{**STEEL, "captured": ""}])
    assert "infeasible" == solve(assemble(data, [poster(emit)], [CarbonAccount, CarbonMarket, ObjectiveClosing])).status


FLOW = Variable("made_here", ("region", "sector", "year"), "million units/yr")
TAKEN = Variable("taken_here", ("region", "sector", "measure", "year"), "Mt CO2/yr")


def test_capture_counts_at_the_plants_of_what_is_covered_alone() -> None:
    """Steel and cement emit 10 each and capture under one name, at 3 and 1 bn CNY per Mt: for steel alone a cap of 5 asks for 5 of steel's, at 3."""

    def works(lever: Lever) -> None:
        keys = pd.DataFrame([(WEST, sector, 2030) for sector in ("steel", "cement")], columns=["region", "sector", "year"])
        made = lever.b.variable(FLOW, keys, low=10.0, high=10.0)
        for sector in ("steel", "cement"):
            lever.ledger.supply("emission", made.terms().where(keys["sector"] == sector), 1.0, item=sector, unit="Mt CO2/million units")
        taken = lever.b.variable(TAKEN, keys.assign(measure="stack"), high=10.0)
        lever.ledger.supply("captured", taken.terms(), 1.0, item="industry_ccs", unit="1")
        lever.ledger.use("money", taken.terms(), np.array([3.0, 1.0]), item="stack", unit="bn CNY/Mt CO2")

    data = toy_data((WEST,), (2020, 2030), {"carbon_markets": [one()], "market_coverage": [STEEL], "market_cap": yearly((2020, 2030), 5.0, market="one"), "base_year_emissions": [{"region": WEST, "emission": 10.0}]}, {"discount_rate": 0.0})
    solution = solve(assemble(data, [poster(works)], [CarbonAccount, CarbonMarket, ObjectiveClosing]))
    assert pytest.approx(150.0) == solution.objective
    assert (pytest.approx(10.0), pytest.approx(5.0)) == tuple(told(solution)[["emitted", "captured"]].iloc[0])


def test_allowances_and_credits_stand_in_trade_from_every_seller_to_every_buyer() -> None:
    """A cap of 13 by the base year and a tenth of credits, settled at 500 CNY/t: what each gets less what it pays is that of the market."""
    solution = plan(nation(one(credit_share=0.1, price=0.5), cap=13.0, sink_credits=[{"item": MEASURES}]))
    tables = Made(solution)
    market, trade = told(solution).set_index("region"), tables["trade"]
    assert {"carbon_allowance", "carbon_credit"} == set(trade["commodity"])
    assert ({"market"}, {"CNY/t CO2"}) == (set(trade["rule"]), set(trade["price_unit"]))
    assert [pytest.approx(500.0)] * len(trade) == list(trade["price"])
    for name, sold in (("carbon_allowance", -market["bought"].clip(upper=0.0)), ("carbon_credit", (market["credits_sold"] - market["credits_used"]).clip(lower=0.0))):
        own = trade[trade["commodity"] == name]
        assert pytest.approx(sold.sum()) == own["value"].sum()
        assert pytest.approx(0.5 * sold.sum()) == own["payment"].sum()


def test_what_one_sells_to_two_is_divided_as_they_buy() -> None:
    """By product the west holds 3.75 and the east 7.5 of 15; a cap of 8 has 2, 2 and 4 given and 22 captured: the east owes 8 and buys 4, of the west's 2 and the centre's 2."""
    tables = Made(plan(nation(one(rule="per_gdp"), cap=8.0)))
    trade = tables["trade"].set_index(["from_region", "to_region"])
    assert {(WEST, EAST): pytest.approx(2.0), (CENTRE, EAST): pytest.approx(2.0)} == trade["value"].to_dict()
    assert [pytest.approx(8.0)] * 2 == list(trade["payment"])


def test_what_is_paid_in_a_market_settles_carbon() -> None:
    """Of a product of 100 the west spends 10 on capture; what regions pay one another for other things is nothing, with the market it bears nothing."""
    data = nation(one())
    shares = shares_of_product(Made(plan(data))["burden"], data, {"all": [2030]}, "region")["all"]
    assert (pytest.approx(10.0), pytest.approx(10.0), pytest.approx(0.0, abs=1e-9)) == tuple(shares[WEST, step] for step in STEPS)


def test_a_market_of_what_nobody_emits_holds_nothing() -> None:
    """Everything that may move is there, nothing is owed, and nothing is captured."""
    everything = one(banking=1.0, credit_share=0.1)
    found = held(everything, cap=0.0, market_coverage=[{"market": "one", "item": "cement"}], sink_credits=[{"item": MEASURES}])
    assert three(0.0, 0.0, 0.0) == found["covered"].to_dict() == found["credits_used"].to_dict()


def test_payments_of_a_market_stand_in_the_burden_and_close_it() -> None:
    """What the west sells lowers what it bears: 10 of its own capture less 10 that it is paid are nothing; the identities of burdens and payments hold."""
    solution = plan(nation(one()))
    tables = Made(solution)
    burden = tables["burden"]
    burden = burden[(burden["basis"] == "total") & (burden["year"] == 2030)].set_index(["region", "item"])["own"]
    assert (pytest.approx(10.0), pytest.approx(-10.0), pytest.approx(0.0, abs=1e-9)) == tuple(burden[WEST, item] for item in ("own_spending", "carbon_allowance", "net"))
    for check in (burden_adds_up, payments_close):
        assert 0.0 == pytest.approx(max(sides.error() for sides in check(tables, solution)), abs=1e-9)
