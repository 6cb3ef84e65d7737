"""Who bears what, by the nation of three regions of ``test_allowances`` and by two regions with a line.

The west stores 12 Mt a year at 1 bn CNY per Mt, the centre 3 at 2, the east nothing; net emissions are -2, 7 and 10 of 15 allowed, and carbon
costs 2 bn CNY per Mt. Product 100, 100 and 200 bn CNY a year, 50, 25 and 25 million people. The period counts ten years, undiscounted.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from model.closing.payments.results.work import work_follows
from model.core.solve.solution import Against, Solution
from model.reporting.context import Context
from model.reporting.excel.book import report_workbook
from model.reporting.identities.burden import burden_adds_up, fiscal_follows
from model.reporting.page.burden import burden_blocks
from model.reporting.page.sections import sections
from model.reporting.sentences import sentences
from model.reporting.shown import accounts, borne_items, borne_shares, capacities, decades, market_matrices
from model.reporting.tables.every import Made
from tests.closing.market_toy import nation as market_nation
from tests.closing.market_toy import one as market_row
from tests.closing.market_toy import plan as market_plan
from tests.closing.test_allowances import GROUPS, TARGET, nation, plan, scheme

from .test_payments import lines, power, rules


def held(solution: Solution) -> pd.DataFrame:
    """The table, after it has been held to its identity."""
    tables = Made(solution)
    found = tables["burden"]
    assert 0.0 == pytest.approx(max(sides.error() for sides in burden_adds_up(tables, solution)), abs=1e-9)
    return found


def of(found: pd.DataFrame, item: str, basis: str = "total", column: str = "value", year: int = 2030) -> dict[str, Any]:
    rows = found[(found["item"] == item) & (found["basis"] == basis) & (found["year"] == year)]
    return {str(region): pytest.approx(float(value), abs=1e-9) for region, value in zip(rows["region"], rows[column], strict=True)}


def three(*values: float) -> dict[str, float]:
    return dict(zip(GROUPS, values, strict=True))


def test_each_region_bears_what_it_spends_and_what_carbon_is_settled_for() -> None:
    """12, 6 and 0 are spent; -14, 4 and 10 settled: -2, 10 and 10 a year."""
    found = held(plan(nation(scheme())))
    assert three(12.0, 6.0, 0.0)["west"] == of(found, "own_spending")["west"]
    assert {"west": 12.0, "industrial": 6.0} == {region: value for region, value in of(found, "own_spending").items() if region != "developed"}
    assert three(-14.0, 4.0, 10.0) == of(found, "carbon_settlement")
    assert three(-2.0, 10.0, 10.0) == of(found, "net")
    assert ["bn CNY/yr"] == list(found.loc[found["basis"] == "total", "unit"].unique())


def test_the_same_per_product_and_per_head() -> None:
    """-2 of 100, 10 of 100 and 10 of 200 are -2, 10 and 5 %; of 50, 25 and 25 million people -40, 400 and 400 yuan a head."""
    found = held(plan(nation(scheme())))
    assert three(-2.0, 10.0, 5.0) == of(found, "net", "per_gdp")
    assert three(-40.0, 400.0, 400.0) == of(found, "net", "per_head")
    assert {"per_gdp": ["%"], "per_head": ["CNY/person/yr"]} == {basis: list(found.loc[found["basis"] == basis, "unit"].unique()) for basis in ("per_gdp", "per_head")}


def test_without_product_or_people_there_are_totals_alone() -> None:
    found = held(plan(nation(scheme(), gdp=(), population=())))
    assert ["total"] == list(found["basis"].unique())


def test_where_no_money_is_counted_there_is_no_price_and_nothing_is_settled() -> None:
    """The least peak: all that can be stored is, up to what is asked for, and what is spent is told."""
    data = nation(scheme())
    solution = plan(replace(data, settings={**data.settings, "objective": "min_peak"}))
    found = held(solution)
    assert "carbon_settlement" not in set(found["item"])
    assert pytest.approx(12.0) == of(found, "own_spending")["west"]
    assert Made(solution)["allowances"]["payment"].isna().all()
    assert "net" not in set(found["item"])


def test_a_payment_that_has_no_price_is_blank_beside_another_plan_and_not_nothing() -> None:
    """Beside the plan of least cost the one of the least peak spends nothing more in the west, 12 in both; what is settled in either is not told as a difference."""
    data = nation(scheme())
    unpriced = plan(replace(data, settings={**data.settings, "objective": "min_peak"}))
    priced = plan(data)
    bases = {"priced": Made(priced)["burden"], "unpriced": Made(unpriced)["burden"]}
    for solution, other in ((unpriced, "priced"), (priced, "unpriced")):
        solution.against = Against(other, bases[other])
        found = held(solution)
        assert pytest.approx(0.0, abs=1e-9) == of(found, "own_spending")["west"]
        assert found.loc[found["item"].isin(["carbon_settlement", "net"]), "value"].isna().all()
        for lang, words in (("en", "is not known"), ("zh", "付款未知")):
            ctx = Context(dict(Made(solution)), {"status": "optimal", "base_year": 2020}, lang, solution.build.data)
            assert [("west", "burden_spent"), ("industrial", "burden_spent"), ("developed", "burden_spent")] == sorted(borne_shares(ctx, decades(ctx)).index, key=lambda key: GROUPS.index(key[0]))
            assert 1 == sum(words in sentence for sentence in sentences(ctx, accounts(ctx)))
            assert "burden" in report_workbook(ctx).sheetnames


def test_what_is_missed_is_borne_by_nobody_but_the_nation() -> None:
    """5 allowed, at 3 bn CNY per Mt missed: 22 are stored in west and centre, 12 and 20 a year, 3 missed at 9."""
    found = held(plan(nation(scheme(), targets=({**TARGET, "value": 5.0, "miss_price": 3.0},))))
    assert {"nation": 9.0} == of(found, "missed_targets")
    assert {**three(12.0 + 3.0 * (-2.0 - 8.0 / 3.0), 20.0 + 3.0 * (0.0 - 8.0 / 3.0), 3.0 * (10.0 - 8.0 / 3.0)), "nation": 9.0} == of(found, "net")


def test_power_is_paid_for_by_who_gets_it() -> None:
    """The west has 2.628 for what it sends and half of the 155.052 that the line earns; the east pays it (``test_payments``)."""
    found = held(power(lines(), rules(power="receiving")))
    assert {"west": -80.154, "east": 80.154, "lines": 0.0} == of(found, "power")


def test_beside_another_plan_the_difference_is_told() -> None:
    """20 allowed: the west stores 10 at 1, carbon costs 1: 0, 10, 10 of 6.667 each. Beside that the west spends 2 more and is settled 7.333 less."""
    base = held(plan(nation(scheme(), targets=({**TARGET, "value": 20.0},))))
    assert {"west": 10.0} == {region: value for region, value in of(base, "own_spending").items() if region == "west"}
    solution = plan(nation(scheme()))
    solution.against = Against("looser", base)
    found = held(solution)
    assert ["looser"] == list(found["against"].unique())
    assert 2.0 == of(found, "own_spending")["west"]
    assert three(-14.0 + 20.0 / 3.0, 4.0 - 10.0 / 3.0, 10.0 - 10.0 / 3.0) == of(found, "carbon_settlement")
    assert three(-2.0, 10.0, 10.0) == of(found, "net", column="own")
    assert three(10.0 / 3.0, 10.0 / 3.0, 10.0 / 3.0) == of(found, "net", column="baseline")


def test_what_the_other_plan_alone_has_is_told_as_less() -> None:
    """Beside a plan in which 9 are missed the nation bears 9 less."""
    base = held(plan(nation(scheme(), targets=({**TARGET, "value": 5.0, "miss_price": 3.0},))))
    solution = plan(nation(scheme()))
    solution.against = Against("strict", base)
    assert {"nation": -9.0} == of(held(solution), "missed_targets")


def test_without_another_plan_it_is_said_that_there_is_none() -> None:
    found = held(plan(nation(scheme())))
    assert [""] == list(found["against"].unique())
    assert found["baseline"].isna().all()
    assert of(found, "net") == of(found, "net", column="own")


@pytest.mark.parametrize(("basis", "column"), [("total", "own"), ("per_head", "own"), ("total", "value")])
def test_a_number_that_is_changed_breaks_the_identity(basis: str, column: str) -> None:
    solution = plan(nation(scheme()))
    tables = dict(Made(solution))
    found = tables["burden"].copy()
    row = found.index[(found["basis"] == basis) & (found["region"] == "west")][0]
    found.loc[row, column] += 1.0
    tables["burden"] = found
    assert max(sides.error() for sides in burden_adds_up(tables, solution)) > 1e-3


def context(lang: str, against: bool = False) -> Context:
    solution = plan(nation(scheme()))
    if against:
        solution.against = Against("no_targets", held(plan(nation(scheme(), targets=()))))
    return Context(dict(Made(solution)), {}, lang, solution.build.data)


def test_shares_of_groups_follow_the_burden_step_by_step() -> None:
    """West: 12 % spent, nothing paid, -2 % with carbon settled; 2021 to 2030 is one decade."""
    ctx = context("en")
    assert {"2021–30": [2030]} == decades(ctx)
    found = borne_shares(ctx, decades(ctx))
    steps = [float(found.loc[("west", step), "2021–30"]) for step in ("burden_spent", "burden_paid", "burden_settled")]
    assert [pytest.approx(12.0), pytest.approx(12.0), pytest.approx(-2.0)] == steps
    assert pytest.approx(-2.0) == borne_items(ctx).loc[("west", "net_burden"), 2030]


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "West and northeast 2021–30: 12.00 / 12.00 / -2.00"), ("zh", "2021–30: 12.00 / 12.00 / -2.00")],
)
def test_the_first_page_says_who_bears_how_much(lang: str, said: str) -> None:
    (found,) = [sentence for sentence in sentences(context(lang), pd.DataFrame()) if "12.00" in sentence]
    assert said.removeprefix("West and northeast ") in found
    (beside,) = [sentence for sentence in sentences(context(lang, against=True), pd.DataFrame()) if "12.00" in sentence]
    assert ("more than" in beside) == (lang == "en")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_sheet_and_section_hold_the_shares(lang: str) -> None:
    ctx = context(lang, against=True)
    cells = {value for row in report_workbook(ctx)["burden"].iter_rows(values_only=True) for value in row}
    assert -2.0 in {round(value, 9) for value in cells if isinstance(value, int | float)}
    (section,) = [section for section in sections(ctx) if section.name == "burden"]
    assert {"chart", "table", "prose"} == {str(block["kind"]) for block in section.blocks}


def test_a_carbon_market_is_told_by_group_on_the_sheet_and_on_the_page() -> None:
    """5 allowances each; the west captures all of its 10 and sells 5, the centre keeps its 5, the east buys 5 at 2000 CNY/t: 10 bn CNY a year."""
    solution = market_plan(market_nation(market_row()))
    made = Made(solution)
    tables = {name: made[name] for name in ("carbon", "carbon_market", "burden")}
    for lang, words in (("en", "Carbon market One"), ("zh", "碳市场One")):
        ctx = Context(tables, {"status": "optimal", "base_year": 2020}, lang, solution.build.data)
        told = {unit: matrix[2030].to_dict() for heading, unit, matrix in market_matrices(ctx) if words in heading}
        tonnes = {("west", "bought"): -5.0, ("developed", "bought"): 5.0, ("industrial", "covered"): 5.0, ("developed", "covered"): 10.0, **{(group, "allowances_given"): 5.0 for group in GROUPS}}
        assert {key: pytest.approx(value) for key, value in tonnes.items()} == told["Mt CO2/yr"]
        assert {("nation", "settled_price"): pytest.approx(2000.0)} == told["CNY/t CO2"]
        assert {("west", "payment"): pytest.approx(-10.0), ("developed", "payment"): pytest.approx(10.0)} == told["bn CNY/yr"]
        shown = [str(cell.value) for page in report_workbook(ctx).worksheets for row in page.iter_rows() for cell in row]
        assert 3 == len({text for text in shown if words in text})
        assert words in str(burden_blocks(ctx))


def test_fiscal_capacity_is_told_before_and_after_what_regions_pay_one_another() -> None:
    """The product stays; the west earns 20 of 80, a quarter, and is paid 14 for carbon: 34 of 80. Centre and east pay 4 and 10: 26 of 50, 70 of 100."""
    rows = [{"region": r, "revenue": earns, "expenditure": spends} for r, earns, spends in zip(GROUPS, (20.0, 30.0, 80.0), (80.0, 50.0, 100.0), strict=True)]
    data = nation(scheme())
    solution = plan(replace(data, tables={**data.tables, "fiscal_capacity": pd.DataFrame(rows)}))
    tables = Made(solution)
    assert 0.0 == pytest.approx(max(sides.error() for sides in fiscal_follows(tables, solution)), abs=1e-12)
    found = tables["fiscal"].set_index("region")
    assert {"west": 0.25, "industrial": 0.6, "developed": 0.8} == found["capacity_before"].to_dict()
    assert {"west": pytest.approx(34 / 80), "industrial": pytest.approx(26 / 50), "developed": pytest.approx(70 / 100)} == found["capacity_after"].to_dict()
    ctx = Context(dict(tables), {"status": "optimal", "base_year": 2020}, "en", solution.build.data)
    assert pytest.approx(42.5) == capacities(ctx).loc[("west", "capacity_after"), 2030]
    shown = [str(cell.value) for page in report_workbook(ctx).worksheets for row in page.iter_rows() for cell in row]
    assert any("Fiscal capacity" in text for text in shown)


@pytest.mark.parametrize(("lang", "words"), [("en", "Work that the spending keeps"), ("zh", "支出带动的就业")])
def test_work_and_income_are_told_of_what_is_spent(lang: str, words: str) -> None:
    """12 and 6 bn CNY are spent a year on storing; 5 years of work for each million are 60 and 30 thousand jobs, a quarter of it 3 and 1.5 bn CNY of income."""
    data = nation(scheme())
    factors = pd.DataFrame([{"item": "stack", "work": 5.0, "income": 0.25}])
    solution = plan(replace(data, tables={**data.tables, "work_factors": factors}))
    tables = Made(solution)
    found = tables["work"].set_index("region")
    assert {"west": (12.0, 60.0, 3.0), "industrial": (6.0, 30.0, 1.5)} == {r: tuple(row) for r, row in found[["spent", "work", "income"]].iterrows()}
    assert 0.0 == max(sides.error() for sides in work_follows(tables, solution))
    ctx = Context(dict(tables), {"status": "optimal", "base_year": 2020}, lang, solution.build.data)
    shown = [str(cell.value) for page in report_workbook(ctx).worksheets for row in page.iter_rows() for cell in row]
    assert any(words in text for text in shown)
    assert words in str(burden_blocks(ctx))


def test_without_factors_no_work_is_told() -> None:
    solution = plan(nation(scheme()))
    assert Made(solution)["work"].empty


def test_without_the_sheet_or_without_prices_no_fiscal_capacity_is_told() -> None:
    solution = plan(nation(scheme()))
    assert Made(solution)["fiscal"].empty
