"""What the report says of the ecological funds: the sentence of the first page, the sheet of money."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from model.reporting.context import Context
from model.reporting.excel.book import write_report
from model.reporting.sentences import sentences
from model.reporting.shown import accounts

from .toy_plan import plan_data, solved_tables

YEARS = (2020, 2030, 2040, 2050)
MANIFEST = {"status": "optimal", "base_year": 2020}


def told(prices: dict[int, float], lang: str = "en") -> str:
    """The sentence on funds of a plan in which the west has 10 of the region's own money and spends 4, 6 and 5, and ``prices`` are those of the money."""
    carbon = pd.DataFrame({"region": "west", "region_group": "west", "account": "emission", "category": "power", "in_target": 1, "year": YEARS, "value": 1.0})
    rows = [
        {"region": "west", "fund": "public_budget", "level": "local", "year": year, "available": 10.0, "paid": paid, "price": prices.get(year, 0.0)}
        for year, paid in zip(YEARS[1:], (4.0, 6.0, 5.0), strict=True)
    ]
    rows += [{**row, "fund": "social_capital", "level": "social", "available": None, "paid": 3.0, "price": 0.0} for row in rows]
    ctx = Context({"carbon": carbon, "funds": pd.DataFrame(rows)}, dict(MANIFEST), lang)
    (found,) = [text for text in sentences(ctx, accounts(ctx)) if "funds" in text or "资金" in text]
    return found


def test_where_no_fund_binds_the_first_page_says_how_much_of_the_public_money_is_spent() -> None:
    """4 + 6 + 5 of 30 are 50 %, most in 2031-40: 6 of 10."""
    assert "No ecological fund binds from 2021 to 2050: public funds spend 50 % of what they have, at most 60 % (West and northeast, 2031–40)" in told({})
    assert "2021–2050年生态资金均未受限：财政资金支出占可用资金的50%，最高60%" in told({}, "zh")


def test_a_price_of_the_order_of_payment_is_no_binding_fund() -> None:
    assert told({2030: 2e-4}).startswith("No ecological fund binds")


def test_a_fund_that_binds_is_told_with_its_periods_and_the_worth_of_a_yuan() -> None:
    assert "West and northeast 2021–40, funds: 1, up to 0.16 yuan (Public budget of the region)" in told({2030: 0.1, 2040: 0.16})
    assert "West and northeast 2021–30, 2041–50, funds: 1, up to 0.20 yuan" in told({2030: 0.1, 2050: 0.2})
    assert "2021–40年1项资金，最高0.16元（地方生态财政资金）" in told({2030: 0.1, 2040: 0.16}, "zh")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_sheet_of_money_shows_what_each_fund_pays_has_and_is_worth(lang: str, tmp_path: Path) -> None:
    """The toy plan spends its budget of 0.3 in both decades, social capital the rest: so one more yuan of the budget is worth the premium at least."""
    tables = solved_tables()
    paid = tables["funds"].set_index(["fund", "year"])["paid"]
    assert [pytest.approx(0.3)] * 2 == [paid["public_budget", year] for year in (2030, 2040)]
    assert (tables["funds"].set_index(["fund", "year"]).loc["public_budget", "price"] >= 0.15 - 1e-9).all()
    write_report(tmp_path / "report.xlsx", tables, dict(MANIFEST), lang, data=plan_data())
    sheet = load_workbook(tmp_path / "report.xlsx")["money"]
    rows = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    heads = {"en": ("Ecological funds: what each pays", "Social capital"), "zh": ("生态资金：各项支付", "社会资本")}[lang]
    at = next(number for number, row in enumerate(rows) if row and row[0] == heads[0])
    (shown,) = [row for row in rows[at : at + 5] if heads[1] in row]
    assert [pytest.approx(paid["social_capital", year]) for year in (2030, 2040)] == shown[-2:]
