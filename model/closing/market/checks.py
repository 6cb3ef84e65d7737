"""What the sheets of carbon markets must keep.

Limits: whether a cap can be met is for the plan to find, and for the diagnosis to tell where it can not.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.data import Data, regions_in
from ...core.declare.spec import Finding, Table
from ...levers.demand.industry import CATEGORY, INDUSTRY
from ..payments.allowance_tables import ALLOWANCE_RULES, years_of
from ..payments.entitled import BASES, is_known
from .given import Market, markets
from .tables import CARBON_MARKETS, MARKET_BENCHMARK, MARKET_CAP, MARKET_COVERAGE, SINK_CREDITS

#: What is wrong and what is wanted, in English, then the same in Chinese.
Words = tuple[str, str, str, str]


def check_markets(data: Data) -> list[Finding]:
    """Every market has years, emissions that it covers, and what its rule gives; nothing is surrendered for, or paid, twice."""
    return [finding for market in markets(data).values() for finding in (*_market(data, market), *_coverage(data, market), *_amounts(data, market))] + list(_twice(data)) + list(_settled(data))


def check_credits(data: Data) -> list[Finding]:
    """A market that takes credits finds some."""
    return list(_wanted(data))


def _at(data: Data, table: Table, row: int, column: str, said: Words, warns: bool = False) -> Finding:
    return Finding("warning" if warns else "error", table.name, data.cell(table.name, row, column), *said)


def _market(data: Data, market: Market) -> Iterator[Finding]:
    first, last = data.decided[0], data.decided[-1]
    if not market.years:
        yield _at(data, CARBON_MARKETS, market.row, "from_year", (
            f"{market.name} holds in no milestone year of the plan", f"years among {first} to {last}, the first not after the last",
            f"{market.name} 不含任何规划里程碑年", f"应在 {first} 至 {last} 之间，且首年不晚于末年",
        ))  # fmt: skip
    if not market.covers:
        yield _at(data, CARBON_MARKETS, market.row, "market", (
            f"{market.name} covers nothing", f"active rows of {MARKET_COVERAGE.name} for it", f"{market.name} 未覆盖任何排放", f"应在 {MARKET_COVERAGE.name} 表中填写",
        ))  # fmt: skip
    if market.has_cap and not is_known(data, market.rule):
        sheet = BASES[market.rule].name
        yield _at(data, CARBON_MARKETS, market.row, "rule", (
            f"{market.name} shares by {market.rule}, of which the sheet {sheet} says nothing: every region gets the same", f"rows of {sheet}, or another rule",
            f"{market.name} 按 {market.rule} 分配，但表 {sheet} 没有数据：各地区均分", f"应填写 {sheet}，或改用其他规则",
        ), warns=True)  # fmt: skip


def _coverage(data: Data, market: Market) -> Iterator[Finding]:
    """A benchmark needs the units that are made."""
    made = {CATEGORY.get(sector, sector) for sector in data.frame(INDUSTRY)["sector"].astype(str)}
    for row, line in data.frame(MARKET_COVERAGE).iterrows():
        if str(line["market"]) != market.name:
            continue
        item = str(line["item"])
        if not market.has_cap and item not in made:
            yield _at(data, MARKET_COVERAGE, int(str(row)), "item", (
                f"{market.name} gives allowances for what is made, but {item} is no sector of {INDUSTRY.name}", "a sector of industry, or a market with a cap",
                f"{market.name} 按产量给予配额，但 {item} 不是 {INDUSTRY.name} 表的部门", "应为工业部门，或改用总量规则",
            ))  # fmt: skip


def _amounts(data: Data, market: Market) -> Iterator[Finding]:
    """What the rule reads is there for every year, and the sheet of the other rule is not filled in beside it."""
    table, other = (MARKET_CAP, MARKET_BENCHMARK) if market.has_cap else (MARKET_BENCHMARK, MARKET_CAP)
    known = data.lookup(table)
    missing = [year for year in market.years if (market.name, year) not in known]
    if missing:
        yield _at(data, CARBON_MARKETS, market.row, "rule", (
            f"{market.name} has nothing in {table.name} for {missing[0]}", f"a row of {table.name} for it, its years up to the last of the market",
            f"{market.name} 在 {table.name} 表中没有 {missing[0]} 年的数据", f"应在 {table.name} 表中填写至市场末年",
        ))  # fmt: skip
    unused = data.frame(other)
    for row in unused.index[unused["market"].astype(str) == market.name][:1]:
        yield _at(data, other, int(row), "market", (
            f"{market.name} gives by the rule {market.rule}, which does not read this sheet", f"a row of {table.name}, or another rule",
            f"{market.name} 的规则 {market.rule} 不使用本表", f"应填写 {table.name} 表，或改用其他规则",
        ))  # fmt: skip


def _twice(data: Data) -> Iterator[Finding]:
    """An emission stands in one market of a region and year."""
    taken: dict[tuple[str, str, int], str] = {}
    for market in markets(data).values():
        keys = [(item, region, year) for item in market.covers for region in market.regions for year in market.years]
        met = next((key for key in keys if key in taken), None)
        if met is not None:
            item, region, year = met
            yield _at(data, CARBON_MARKETS, market.row, "market", (
                f"{market.name} and {taken[met]} both cover {item} of {region} in {year}", "one active market for an emission, region and year",
                f"{market.name} 与 {taken[met]} 都覆盖 {region} 的 {item}（{year} 年）", "每项排放在每个地区每年只能属于一个启用的市场",
            ))  # fmt: skip
        taken.update(dict.fromkeys(keys, market.name))


def _settled(data: Data) -> Iterator[Finding]:
    """Carbon of a region is settled by a scheme, or in a market: by both it would be paid twice."""
    schemes = {
        (region, year): str(scheme["scheme"])
        for _, scheme in data.frame(ALLOWANCE_RULES).iterrows()
        for region in regions_in(data, str(scheme["scope"])) for year in years_of(data, scheme)
    }  # fmt: skip
    for market in markets(data).values():
        met = next(((region, year) for year in market.years for region in market.regions if (region, year) in schemes), None)
        if met is not None:
            yield _at(data, CARBON_MARKETS, market.row, "market", (
                f"{market.name} and the scheme {schemes[met]} of {ALLOWANCE_RULES.name} both settle {met[0]} in {met[1]}: its carbon would be paid twice",
                "the market, or the scheme, of other regions or years", f"{market.name} 与 {ALLOWANCE_RULES.name} 的方案 {schemes[met]} 都结算 {met[0]} 的 {met[1]} 年，将重复付款",
                "只启用市场或方案之一，或改用其他地区、年份",
            ))  # fmt: skip


def _wanted(data: Data) -> Iterator[Finding]:
    taking = [market for market in markets(data).values() if market.credit_share > 0.0]
    if not data.has(SINK_CREDITS.name):
        for market in taking:
            yield _at(data, CARBON_MARKETS, market.row, "credit_share", (
                f"{market.name} takes credits, but nothing is credited", f"rows of {SINK_CREDITS.name}, or 0", f"{market.name} 接受信用，但没有可签发的碳汇", f"应填写 {SINK_CREDITS.name} 表，或填 0",
            ), warns=True)  # fmt: skip
