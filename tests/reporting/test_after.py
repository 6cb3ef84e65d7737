"""What must be kept up after the plan stands apart: its account, its part of the cost, and no year of it among those of the plan."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from model.core.build.assemble import assemble
from model.core.data import Data
from model.core.solve.solver import solve
from model.reporting.context import Context
from model.reporting.excel.book import write_report
from model.reporting.page.summary import summary_blocks
from model.reporting.sentences import sentences
from model.reporting.shown import accounts, cost_by_kind
from model.reporting.tables.every import result_tables

from .toy_plan import plan_data


@pytest.fixture(scope="module")
def plan() -> tuple[dict[str, object], Data]:
    """The toy plan, its last period one after the plan."""
    data = plan_data()
    data.tables["periods"] = data.tables["periods"].assign(kind=["plan", "plan", "after"])
    solution = solve(assemble(data))
    assert "optimal" == solution.status
    return dict(result_tables(solution)), data


def context(plan: tuple[dict[str, object], Data], lang: str = "en") -> Context:
    tables, data = plan
    return Context(tables, {"status": "optimal", "base_year": 2020}, lang, data)


def test_the_plan_ends_where_the_time_after_it_begins(plan: tuple[dict[str, object], Data]) -> None:
    ctx = context(plan)
    assert ([2020, 2030], [2040]) == (ctx.years, ctx.after)
    assert [2020, 2030] == list(accounts(ctx).columns)
    assert [2040] == list(accounts(ctx, years=ctx.after).columns)


def test_the_cost_of_the_plan_and_of_the_time_after_it_are_the_objective(plan: tuple[dict[str, object], Data]) -> None:
    ctx = context(plan)
    parts = cost_by_kind(ctx)
    assert ["history", "plan", "after"] == list(parts)
    assert sum(parts.values()) == pytest.approx(float(ctx.table("objective")["value"].sum()))
    late = ctx.table("objective").query("year == 2040")["value"].sum()
    assert parts["after"] == pytest.approx(float(late))


@pytest.mark.parametrize(("lang", "words"), [("en", "What must be kept up: from 2031 to 2040"), ("zh", "规划期后需维持：2031至2040年")])
def test_the_first_page_says_what_must_be_kept_up(plan: tuple[dict[str, object], Data], lang: str, words: str) -> None:
    ctx = context(plan, lang)
    told = sentences(ctx, accounts(ctx))
    assert 1 == sum(words in sentence for sentence in told)
    assert summary_blocks(ctx)


def test_the_sheet_lists_it_below_the_plan(plan: tuple[dict[str, object], Data], tmp_path: Path) -> None:
    tables, data = plan
    write_report(tmp_path / "report.xlsx", tables, {"status": "optimal", "base_year": 2020}, "en", data=data)
    rows = [[cell for cell in row if cell is not None] for row in load_workbook(tmp_path / "report.xlsx")["summary"].iter_rows(values_only=True)]
    at = next(number for number, row in enumerate(rows) if row and str(row[0]).startswith("What must be kept up after the plan"))
    assert 2040 == rows[at + 1][-1]


@pytest.fixture(scope="module")
def between() -> list[tuple[tuple[dict[str, object], Data], int]]:
    """Plans with a target of a year between two periods, of one after the plan, and of a period's own middle; how often its price is told beside theirs."""
    found = []
    for year, kind, told in ((2032, "plan", 1), (2032, "after", 1), (2035, "plan", 0)):
        data = plan_data()
        data.tables["periods"] = data.tables["periods"].assign(kind=["plan", "plan", kind])
        data.tables["carbon_targets"] = data.tables["carbon_targets"].assign(year=year)
        found.append(((dict(result_tables(solve(assemble(data)))), data), told))
    return found


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "What is asked of the year 2032 is held on 30 % of 2021–30 and 70 % of 2031–40 of what is emitted: its price"), ("zh", "2032年的目标按两个时期均值的2021–30年的30%、2031–40年的70%折算：其价格")],
)
def test_the_price_of_a_year_between_two_periods_is_told_beside_theirs(
    lang: str, words: str, between: list[tuple[tuple[dict[str, object], Data], int]]
) -> None:
    """The middles of the periods are 2025 and 2035: 2032 lies at 0.7 between them. A target of a period's own middle needs no word.

    The second period may come after the plan."""
    for plan, told in between:
        ctx = context(plan, lang)
        assert told == sum(words in sentence for sentence in sentences(ctx, accounts(ctx)))
