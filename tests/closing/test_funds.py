"""Funds by level, in toys of periods of ten years without discounting: money, carry-over, leverage, local share, tied programmes, payers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import pytest

from model.closing.finance import Finance
from model.closing.funds.checks import check_funds
from model.closing.funds.tables import COST_FUNDS
from model.closing.objective import ObjectiveClosing
from model.closing.results.finance import money
from model.closing.results.funds import funds
from model.core.build import registry
from model.core.build.assemble import assemble
from model.core.build.build import Lever
from model.core.build.declared import checks_of_payers, found_by
from model.core.data import Data
from model.core.declare.roles import PAYERS, Item
from model.core.declare.spec import Variable
from model.core.solve.solution import Solution
from model.core.solve.solver import solve
from tests.levers.toy import poster, toy_data, value

PLANT = Variable("plant", ("region", "year"), "Mha")
GRASS = Variable("grass", ("region", "year"), "Mha")
#: Names of items that levers declare: what is planted, what is paid to herders, what the mill costs, what the land earns.
PLANTING, HERDERS, MILL, INCOME = "afforestation_planting", "grassland_compensation", "forest_harvest", "irrigated_land_income"
LATER = (2020, 2030, 2040)
Rows = Sequence[Mapping[str, Any]]


def fund(name: str, level: str, **more: float) -> dict[str, Any]:
    return {"fund": name, "level": level, **more}


NO_SOCIAL = fund("social_capital", "social", multiple=0.0)


def yearly(name: str, region: str, amount: float, years: Sequence[int] = (2020, 2030)) -> list[dict[str, Any]]:
    return [{"fund": name, "region": region, "year": year, "value": amount} for year in years]


def funded(
    budget: float = 0.0, money: Mapping[str, float] | None = None, regions: Sequence[str] = ("west",), years: Sequence[int] = (2020, 2030),
    settings: Mapping[str, float] | None = None, **tables: Rows,
) -> Data:
    """Data in which planting and herders are paid by funds; ``money`` of further funds is the same in every region and year."""
    rows = [row for name, amount in (money or {}).items() for region in regions for row in yearly(name, region, amount, years)]
    given: dict[str, Rows] = {
        "ecological_budget": [{"region": region, "year": year, "value": budget} for region in regions for year in years],
        "cost_funds": [{"item": item, "fund": "ecological"} for item in (PLANTING, HERDERS)],
        **({"fund_money": rows} if rows else {}), **tables,
    }
    return toy_data(regions, years, given, {"discount_rate": 0.0, "untied_money_price": 0.0, **(settings or {})})


def solved(data: Data, planted: Mapping[tuple[str, int], float] | None = None, grass: float = 0.0, income: float = 0.0, unknown: str = "") -> Solution:
    """At least ``planted`` Mha at 1 bn CNY a year each and 0.5 of mill, ``grass`` Mha of herders at 1; a Mha planted earns ``income``."""

    def works(lever: Lever) -> None:
        keys = pd.DataFrame([(region, year) for region in data.regions for year in data.years], columns=["region", "year"])
        least = [(planted or {}).get((region, year), 0.0) for region, year in keys.itertuples(index=False, name=None)]
        plant, herd = lever.b.variable(PLANT, keys, low=least), lever.b.variable(GRASS, keys, low=grass, high=grass)
        unit = "bn CNY/yr/Mha"
        lever.ledger.use("money", plant.terms(), 1.0, item=PLANTING, unit=unit)
        lever.ledger.supply("money", plant.terms(), income, item=INCOME, unit=unit)
        lever.ledger.use("money", herd.terms(), 1.0, item=HERDERS, unit=unit)
        lever.ledger.use("money", plant.terms(), 0.5, item=MILL, unit=unit)
        if unknown:
            lever.ledger.use("money", herd.terms(), 1.0, item=unknown, unit=unit)

    return solve(assemble(data, [poster(works)], [Finance, ObjectiveClosing]))


def test_each_region_spends_its_own_money_of_a_fund_and_no_more() -> None:
    """West and east have 2 of the centre each; a Mha costs 1 and 0.5 of mill and earns 5, so both plant 2: 10 * 2 * 2 * (1.5 - 5) = -140.

    One more yuan in the west buys 1 Mha that brings 3.5 for ten years: 35.
    """
    data = funded(money={"centre": 2.0}, regions=("west", "east"), funds=[fund("centre", "central"), NO_SOCIAL])
    solution = solved(data, income=5.0)
    assert [pytest.approx(2.0)] * 2 == [value(solution, "fund_pays", region=region) for region in data.regions]
    assert pytest.approx(-140.0) == solution.objective
    limit = solution.limits().set_index(["name", "region"]).loc[("fund_within_money", "west")]
    assert (pytest.approx(35.0), "fund_money", pytest.approx(2.0)) == (limit["dual"], limit["sheet"], limit["limit"])


def test_a_fund_without_money_in_a_region_pays_nothing_there() -> None:
    data = funded(regions=("west", "east"), funds=[fund("centre", "central"), NO_SOCIAL], fund_money=yearly("centre", "west", 2.0))
    assert "optimal" == solved(data, {("west", 2030): 2.0}).status
    assert "infeasible" == solved(data, {("east", 2030): 0.1}).status


@pytest.mark.parametrize(("name", "level"), [("centre", "central"), ("public_budget", "local")])
def test_what_is_left_of_a_period_may_go_on_in_its_share_to_the_next(name: str, level: str) -> None:
    """2 a year are left of the thirties' first decade, half of it goes on: 2 + 0.5 * 2 = 3 in the second, social capital pays the 4th.

    10 * (4 + 0.15 + 2) = 61.5. One more yuan a year saves 0.15 * 10 = 1.5 in the second decade, and half as much in the first.
    """
    own = name == "public_budget"
    data = funded(budget=2.0 if own else 0.0, money={} if own else {name: 2.0}, years=LATER, funds=[fund(name, level, carry_over=0.5)])
    solution = solved(data, {("west", 2040): 4.0})
    assert pytest.approx(61.5) == solution.objective
    assert pytest.approx(1.0) == value(solution, "social_capital")
    limits = solution.limits().set_index(["name", "year"])["dual"]
    assert (pytest.approx(0.75), pytest.approx(1.5)) == (limits["fund_within_money", 2030], limits["fund_within_money", 2040])
    told_funds = funds(solution, {}).set_index(["fund", "year"])
    assert (pytest.approx(2.0), pytest.approx(1.0)) == (told_funds.loc[(name, 2030), "carried_out"], told_funds.loc[(name, 2040), "carried_in"])
    assert [pytest.approx(0.075), pytest.approx(0.15)] == [told_funds.loc[(name, year), "price"] for year in (2030, 2040)]


@pytest.mark.parametrize(("carry_over", "most"), [(0.0, 2.0), (0.5, 3.0), (1.0, 4.0)])
def test_no_more_goes_on_than_the_share(carry_over: float, most: float) -> None:
    data = funded(money={"centre": 2.0}, years=LATER, funds=[fund("centre", "central", carry_over=carry_over), NO_SOCIAL])
    assert "optimal" == solved(data, {("west", 2040): most}).status
    assert "infeasible" == solved(data, {("west", 2040): most + 0.01}).status


def test_loans_join_public_money_up_to_their_multiple_and_are_taken_before_what_is_dearer() -> None:
    """2 of the budget, 0.5 * 2 = 1 of loans at 0.05, the 4th of social capital at 0.15: 10 * (4 + 0.05 + 0.15 + 2) = 62.

    One more yuan of loans saves 0.15 - 0.05, for ten years: 1.
    """
    solution = solved(funded(budget=2.0, funds=[fund("loans", "loan", premium=0.05, multiple=0.5)]), {("west", 2030): 4.0})
    assert pytest.approx(62.0) == solution.objective
    assert (pytest.approx(1.0), pytest.approx(1.0)) == (value(solution, "fund_pays"), value(solution, "social_capital"))
    limit = solution.limits().set_index("name").loc["fund_joins"]
    assert (pytest.approx(1.0), "funds") == (limit["dual"], limit["sheet"])


def test_a_row_of_social_capital_that_leaves_its_cells_blank_takes_the_settings() -> None:
    """Budget 1 and half as much at 0.3: 10 * (1.5 * 1.5 + 0.5 * 0.3) = 24, and no hectare more."""
    data = funded(budget=1.0, funds=[fund("social_capital", "social")], settings={"social_multiple": 0.5, "social_premium": 0.3})
    assert pytest.approx(24.0) == solved(data, {("west", 2030): 1.5}).objective
    assert "infeasible" == solved(data, {("west", 2030): 1.51}).status


def test_private_money_joins_the_money_of_every_public_fund() -> None:
    """Budget 1 and centre 1, social capital as much again: 4 at most; money of users is not public and is joined by nobody."""
    rows = [fund("centre", "central"), fund("levy", "user")]
    data = funded(budget=1.0, money={"centre": 1.0, "levy": 1.0}, funds=rows)
    assert "optimal" == solved(data, {("west", 2030): 5.0}).status
    assert "infeasible" == solved(data, {("west", 2030): 5.01}).status


def test_a_small_budget_holds_a_programme_back_by_its_local_share() -> None:
    """The budget of 0.2 is a fifth of 1 Mha, of the programme's 10 no more than 0.8 is taken; the centre plants 0.5 beside: 10 * 1.5 * (1.5 - 5) = -52.5.

    One more yuan of the budget plants five Mha.
    """
    solution = solved(programme(centre=0.5), income=5.0)
    assert (pytest.approx(1.5), pytest.approx(0.8)) == (value(solution, "plant"), value(solution, "fund_pays", fund="shelter"))
    assert pytest.approx(-52.5) == solution.objective
    limits = solution.limits().set_index("name")
    assert pytest.approx(35.0 * 5) == limits.loc["public_money", "dual"]
    assert ("payable", pytest.approx(0.2)) == (limits.loc["local_match", "sheet"], limits.loc["local_match", "limit"])


def test_what_a_region_spends_on_other_things_is_no_local_share() -> None:
    """The budget of 1 is spent on herders, who cost 1: nothing can be added to the programme, so nothing is planted."""
    data = funded(
        budget=1.0, money={"shelter": 10.0}, funds=[fund("shelter", "programme"), NO_SOCIAL],
        payable=[{"item": PLANTING, "fund": "shelter", "local_share": 0.2}],
    )  # fmt: skip
    assert pytest.approx(0.0, abs=1e-9) == value(solved(data, grass=1.0, income=5.0), "plant")


@pytest.mark.parametrize(("revenue", "most"), [(50.0, 2.0), (100.0, 1.0), (300.0, 1.0), (10.0, 10.0)])
def test_a_region_adds_the_share_as_far_as_its_revenue_goes(revenue: float, most: float) -> None:
    """A region whose revenue pays half of its expenditure adds half of a fifth: 0.2 is a tenth of 2 Mha; revenue beyond expenditure asks for no more.

    One that pays a tenth adds 2 %: 0.2 is that of 10 Mha, of which the programme pays 9.8.
    """
    capacity = [{"region": "west", "revenue": revenue, "expenditure": 100.0}]
    assert pytest.approx(most) == value(solved(programme(capacity), income=5.0), "plant")


def programme(capacity: Rows = (), centre: float = 0.0) -> Data:
    """10 bn CNY a year for planting alone, a fifth of it to be added from a budget of 0.2; the centre's money is tied to nothing."""
    return funded(
        budget=0.2, money={"shelter": 10.0, "centre": centre}, funds=[fund("shelter", "programme"), fund("centre", "central"), NO_SOCIAL],
        payable=[{"item": PLANTING, "fund": "shelter", "local_share": 0.2}], **({"fiscal_capacity": capacity} if capacity else {}),
    )  # fmt: skip


def test_tied_money_pays_its_purpose_and_nothing_else() -> None:
    """Of 5 for herders 1 is spent on them; the budget of 2 plants 2 Mha: 10 * (1 + 2 * (1.5 - 5)) = -60.

    If one yuan more could be taken from what is tied, the budget would plant for it: 35.
    """
    data = funded(budget=2.0, money={"herders": 5.0}, funds=[fund("herders", "programme"), NO_SOCIAL], payable=[{"item": HERDERS, "fund": "herders"}])
    solution = solved(data, grass=1.0, income=5.0)
    assert (pytest.approx(1.0), pytest.approx(2.0)) == (value(solution, "fund_pays"), value(solution, "plant"))
    assert pytest.approx(-60.0) == solution.objective
    assert pytest.approx(35.0) == abs(float(solution.duals("tied_within_spending")["dual"].iloc[0]))


def test_two_programmes_for_one_purpose_pay_no_more_than_is_spent_on_it() -> None:
    """2 of the shelterbelt and 2 of the fields for 3 Mha: nothing is asked of a budget of nothing; for 4.01 Mha there is no money."""
    rows = [fund("shelter", "programme"), fund("fields", "programme"), NO_SOCIAL]
    data = funded(money={"shelter": 2.0, "fields": 2.0}, funds=rows, payable=[{"item": PLANTING, "fund": "shelter"}, {"item": PLANTING, "fund": "fields"}])
    assert pytest.approx(3.0) == value(solved(data, {("west", 2030): 3.0}), "fund_pays")
    assert "infeasible" == solved(data, {("west", 2030): 4.01}).status


def test_tied_money_is_spent_first_then_untied_by_the_order_of_the_sheet() -> None:
    """4 Mha: 2 of the programme, then 2 of the 3 of the centre, none of the budget: 10 * (4 + 2) + 10 * 0.0001 * 2 = 60.002."""
    data = split({"untied_money_price": 1e-4})
    solution = solved(data, {("west", 2030): 4.0})
    assert pytest.approx(60.002, rel=1e-12) == solution.objective
    paid = solution.values("fund_pays").set_index("fund")["value"]
    assert (pytest.approx(2.0), pytest.approx(2.0), pytest.approx(0.0)) == (paid["shelter"], paid["centre"], value(solution, "public_money"))
    assert pytest.approx(2e-4) == funds(solution, {})["order_price"].sum()


def split(settings: Mapping[str, float] | None = None) -> Data:
    """10 bn CNY a year of public money: 5 of the region, 3 of the centre, 2 for planting with a tenth to be added."""
    return funded(
        budget=5.0, money={"shelter": 2.0, "centre": 3.0}, funds=[fund("shelter", "programme"), fund("centre", "central")],
        payable=[{"item": PLANTING, "fund": "shelter", "local_share": 0.0}], settings=settings,
    )  # fmt: skip


@pytest.mark.parametrize("income", [0.0, 5.0])
def test_funds_that_do_not_bind_leave_plan_and_cost_as_one_budget_would(income: float) -> None:
    """4 Mha, or as many as 10 of public and 10 of social money pay, of a budget of 10 or of one split in three."""
    whole, parted = (solved(data, {("west", 2030): 4.0}, income=income) for data in (funded(budget=10.0), split()))
    assert pytest.approx(whole.objective, rel=1e-9) == parted.objective
    assert pytest.approx(value(whole, "plant"), rel=1e-9) == value(parted, "plant")


def test_empty_sheets_of_the_funds_add_no_row_and_no_variable() -> None:
    solution = solved(funded(budget=10.0), {("west", 2030): 4.0})
    assert set() == {"fund_pays", "fund_unspent"} & set(solution.build.families)
    assert set() == {"fund_within_money", "fund_joins", "local_match", "tied_within_spending"} & set(solution.build.rows)
    assert [] == solution.build.ledger.items("aims")


WIDER: dict[str, dict[str, Any]] = {
    "money of the centre": {"money": {"centre": 0.5}, "funds": [fund("centre", "central")]},
    "a programme": {"money": {"shelter": 0.5}, "funds": [fund("shelter", "programme")], "payable": [{"item": PLANTING, "fund": "shelter", "local_share": 0.3}]},
    "loans": {"funds": [fund("loans", "loan", premium=0.05, multiple=0.5)]},
    "a dear levy": {"money": {"levy": 1.0}, "funds": [fund("levy", "user", premium=0.5)]},
    "carry-over": {"funds": [fund("public_budget", "local", carry_over=0.5)]},
}


@pytest.mark.parametrize("more", list(WIDER))
def test_wider_funds_are_never_dearer(more: str) -> None:
    """1.8 Mha in both decades of a budget of 1 and social capital: whatever is added, the plan costs no more."""
    planted = {("west", year): 1.8 for year in LATER[1:]}
    narrow, wide = (solved(funded(budget=1.0, years=LATER, **wider), planted) for wider in ({}, WIDER[more]))
    assert pytest.approx(10 * 2 * (1.8 * 1.5 + 0.8 * 0.15)) == narrow.objective
    assert wide.objective <= narrow.objective + 1e-9


def test_money_tells_the_local_share_beside_the_programme_and_every_fund_spends_what_it_gets() -> None:
    """2 Mha at 1: 1.8 of the programme and 0.2 of the region; the mill's 1 is paid by who buys wood, the income of 10 is left to who uses the land."""
    capacity = [{"region": "west", "revenue": 50.0, "expenditure": 100.0}]
    table = money(solved(programme(capacity), income=5.0), {})
    table = table[table["value"] > 1e-9]
    rows = {(row.fund, row.item, row.direction): row.value for row in table.itertuples()}
    assert {
        ("shelter", PLANTING, "spend"): pytest.approx(1.8), ("shelter", "shelter", "source"): pytest.approx(1.8),
        ("public_budget", PLANTING, "spend"): pytest.approx(0.2), ("public_budget", "public_budget", "source"): pytest.approx(0.2),
        ("wood_users", MILL, "spend"): pytest.approx(1.0), ("wood_users", "users", "source"): pytest.approx(1.0),
        ("land_users", INCOME, "source"): pytest.approx(10.0), ("land_users", "surplus", "spend"): pytest.approx(10.0),
    } == rows  # fmt: skip


def test_a_row_of_cost_funds_names_another_payer_and_who_is_not_named_is_told_so() -> None:
    data = funded(budget=2.0, cost_funds=[{"item": PLANTING, "fund": "ecological"}, {"item": MILL, "fund": "industry_firms"}])
    solution = solved(data, {("west", 2030): 1.0}, grass=1.0, unknown="rain_cost")
    table = money(solution, {})
    paid_by = table[table["direction"] == "spend"].set_index("item")["fund"]
    assert ("industry_firms", "land_users", "payer_not_named") == (paid_by[MILL], paid_by[HERDERS], paid_by["rain_cost"])


def test_every_item_of_money_names_who_pays_it() -> None:
    items = [item for lever in (*registry.levers(), *registry.closings()) for item in lever.items if "money" in item.balances]
    assert len(items) > 40
    assert [] == [item.name for item in items if item.payer not in PAYERS]
    assert [] == [item.name for item in registry.items() if item.payer and "money" not in item.balances]


def test_an_item_that_nobody_pays_is_found_until_a_row_names_a_payer() -> None:
    class Rain(Lever):
        name = "rain"
        items = (Item("rain_cost", "money"), Item("snow_cost", "money", payer="water_users"))

        def build(self) -> None:
            """Nothing."""

    (check,) = checks_of_payers(COST_FUNDS, [Rain])
    (finding,) = found_by(check, toy_data())
    assert ("error", "cost_funds", "nobody pays rain_cost") == (finding.level, finding.sheet, finding.message)
    assert finding.zh == "rain_cost 没有付费者"
    assert [] == found_by(check, toy_data(tables={"cost_funds": [{"item": "rain_cost", "fund": "market"}]}))


WRONG: dict[str, tuple[dict[str, Any], tuple[str, str]]] = {
    "is of level local, not central": ({"funds": [fund("public_budget", "central")]}, ("funds", "B3")),
    "may pay every ecological item": ({"funds": [fund("public_budget", "local")], "fund_money": [{"fund": "public_budget", "region": "west", "year": 2030, "value": 1.0}]}, ("fund_money", "A2")),
    "is not marked ecological": ({"money": {"centre": 1.0}, "funds": [fund("centre", "central")], "payable": [{"item": MILL, "fund": "centre"}]}, ("payable", "A3")),
    "nothing limits loans": ({"funds": [fund("loans", "loan")]}, ("funds", "D3")),
    "without expenditure": ({"fiscal_capacity": [{"region": "west", "revenue": 1.0, "expenditure": 0.0}]}, ("fiscal_capacity", "C3")),
    "funds pay nothing": ({"funds": [fund("loans", "loan", multiple=1.0)], "ecological_budget": []}, ("funds", "A3")),
}


@pytest.mark.parametrize("name", ["power_users", "payer_not_named", "ecological", "market", "users", "surplus", "any"])
def test_a_fund_is_not_named_like_a_payer_or_a_purpose(name: str) -> None:
    (finding,) = check_funds(funded(money={"centre": 1.0, name: 1.0}, funds=[fund("centre", "central"), fund(name, "central")]))
    assert ("error", "funds", "A4", f"{name} is the name of a payer or of a purpose") == (finding.level, finding.sheet, finding.cell, finding.message)
    assert finding.zh == f"{name} 已是付费者或用途的名称"


@pytest.mark.parametrize("name", ["forest_regeneration", "hydro_new_cost", "centre_premium"])
def test_a_fund_is_not_named_like_a_cost_item(name: str) -> None:
    """An item of a lever, one named after a class of power stations, and the premium of the fund in row 3: each in row 4. Other names are free."""
    (check,) = (check for check in registry.schema().checks if check.name == "funds fund beside items")
    tables = {"funds": [fund("centre", "central"), fund(name, "central")], "thermal_technologies": [{"class": "hydro_new"}]}
    (finding,) = found_by(check, toy_data(tables=tables))
    assert ("error", "funds", "A4", f"{name} is the name of an item of money") == (finding.level, finding.sheet, finding.cell, finding.message)
    assert finding.zh == f"{name} 已是 money 的项目名称"


def test_a_programme_without_rows_of_payable_is_a_warning_and_a_tied_or_central_one_is_none() -> None:
    """Programme in row 3 is tied by no row; forests in row 4 by one; the centre in row 5 is no programme."""
    told = [fund("grain", "programme"), fund("forests", "programme"), fund("centre", "central")]
    (finding,) = check_funds(funded(money={"grain": 1.0, "forests": 1.0, "centre": 1.0}, funds=told, payable=[{"item": PLANTING, "fund": "forests"}]))
    assert ("warning", "funds", "A3") == (finding.level, finding.sheet, finding.cell)
    assert finding.message == "the programme grain is tied to nothing: it may pay every ecological item"
    assert finding.zh == "专项 grain 未限定用途，可支付全部生态项目"


@pytest.mark.parametrize("said", list(WRONG))
def test_what_the_sheets_of_the_funds_must_keep_is_found_at_its_cell(said: str) -> None:
    given, place = WRONG[said]
    (finding,) = check_funds(funded(**given))
    assert said in finding.message
    assert place == (finding.sheet, finding.cell)
    assert any("一" <= letter <= "鿿" for letter in finding.zh)
