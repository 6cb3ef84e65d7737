"""What is wrong with the sheets of carbon markets is found at its cell, in both languages."""

from __future__ import annotations

from typing import Any

import pytest

from model.closing.carbon import CarbonAccount
from model.closing.market.checks import check_credits, check_markets
from model.closing.market.market import CarbonMarket
from model.closing.market.tables import MARKET_COVERAGE, SINK_CREDITS
from model.closing.objective import ObjectiveClosing
from model.core.build.assemble import assemble
from model.core.build.declared import checks_of_kinds
from model.core.build.registry import closings, levers
from model.core.data import Data
from model.core.declare.spec import Finding, InputError, Table
from tests.closing.market_toy import (
    MEASURES,
    STEEL,
    emit,
    industry,
    nation,
    one,
)
from tests.levers.power_toy import yearly
from tests.levers.toy import poster

#: What is wrong -> the sheet and column that are named, words of the finding in English and Chinese, and the data.
WRONG: dict[str, tuple[str, str, str, str, dict[str, Any]]] = {
    "no year": ("carbon_markets", "from_year", "no milestone year", "不含任何", {"markets": [one(from_year=2031.0)]}),
    "nothing covered": ("carbon_markets", "market", "covers nothing", "未覆盖", {"market_coverage": [{"market": "two", "item": "steel"}]}),
    "no cap": ("carbon_markets", "rule", "nothing in market_cap for 2030", "没有 2030 年", {"cap": None}),
    "no benchmark": ("carbon_markets", "rule", "nothing in market_benchmark", "market_benchmark 表中没有", {"markets": [one(rule="benchmark")], "cap": None, "industry": industry()}),
    "a cap beside a benchmark": ("market_cap", "market", "does not read this sheet", "不使用本表", {"markets": [one(rule="benchmark")], "industry": industry(), "market_benchmark": yearly((2020, 2030), 0.5, market="one")}),
    "a benchmark of power": ("market_coverage", "item", "no sector of industry", "不是 industry 表的部门", {
        "markets": [one(rule="benchmark")], "cap": None, "industry": industry(), "market_benchmark": yearly((2020, 2030), 0.5, market="one"), "market_coverage": [{"market": "one", "item": "power"}],
    }),
    "covered twice": ("carbon_markets", "market", "both cover steel of west in 2030", "都覆盖 west 的 steel", {
        "markets": [one(), one(market="two")], "market_coverage": [STEEL, {**STEEL, "market": "two"}], "market_cap": [*yearly((2020, 2030), 15.0, market="one"), *yearly((2020, 2030), 15.0, market="two")],
    }),
    "settled twice": ("carbon_markets", "market", "paid twice", "重复付款", {"allowance_rules": [{"scheme": "old", "rule": "per_head"}]}),
}  # fmt: skip


@pytest.mark.parametrize("case", list(WRONG))
def test_what_is_wrong_is_found_at_its_cell_in_both_languages(case: str) -> None:
    sheet, column, english, chinese, given = WRONG[case]
    given = {"markets": [one()], **given}
    data = nation(*given.pop("markets"), **given)
    with pytest.raises(InputError) as caught:
        assemble(data, [poster(emit)], [CarbonAccount, CarbonMarket, ObjectiveClosing])
    found = [finding for finding in caught.value.findings if finding.level == "error"]
    assert [sheet] == [finding.sheet for finding in found]
    assert english in found[0].message
    assert chinese in found[0].told("zh").message
    assert found[0].expected
    assert found[0].zh_expected
    assert data.columns[sheet][column] == found[0].cell.rstrip("0123456789")


def of_kinds(data: Data, table: Table) -> list[Finding]:
    """What the reader finds of items that are not of the kind that a column asks for."""
    return [finding for check in checks_of_kinds(table, (*levers(), *closings())) if check.applies(data) for finding in check.find(data)]


@pytest.mark.parametrize("item", ["forest_living", "dead_wood", "wood_products", "grassland_degradation", "wood_substitution"])
def test_only_what_levers_add_is_credited(item: str) -> None:
    """A sink that exists without levers is refused at its cell, whatever it is called."""
    data = nation(one(), sink_credits=[{"item": MEASURES}, {"item": item}])
    (finding,) = of_kinds(data, SINK_CREDITS)
    assert ("error", "sink_credits", "A4") == (finding.level, finding.sheet, finding.cell)
    assert f"{item} exists without any lever" in finding.message
    assert "没有措施时也存在" in finding.told("zh").message
    assert MEASURES in finding.expected


@pytest.mark.parametrize("item", ["air_capture", "beccs"])
def test_what_takes_co2_from_the_air_lowers_no_emission(item: str) -> None:
    data = nation(one(), market_coverage=[{**STEEL, "captured": item}])
    (finding,) = of_kinds(data, MARKET_COVERAGE)
    assert ("market_coverage", "C3") == (finding.sheet, finding.cell)
    assert "lowers no emission" in finding.message
    assert "不减少排放" in finding.told("zh").message
    assert [] == of_kinds(nation(one()), MARKET_COVERAGE)


@pytest.mark.parametrize("given", [{"markets": [one(rule="per_gdp")], "gdp": []}, {"markets": [one(credit_share=0.1)]}])
def test_what_is_doubtful_is_a_warning(given: dict[str, Any]) -> None:
    """A rule whose sheet says nothing; credits that nobody can sell."""
    data = nation(*given.pop("markets"), **given)
    (finding,) = [*check_markets(data), *check_credits(data)]
    assert "warning" == finding.level
    assert finding.zh


def test_an_emission_that_nobody_posts_is_a_warning_of_the_build() -> None:
    build = assemble(nation(one(), market_coverage=[STEEL, {"market": "one", "item": "cement"}]), [poster(emit)], [CarbonAccount, CarbonMarket, ObjectiveClosing])
    assert ["market_coverage"] == [finding.sheet for finding in build.findings]
    assert "没有记为 cement" in build.findings[0].told("zh").message
