"""Who may emit how much of what the nation emits, so that carbon can be settled between regions.

A row of ``allowance_rules`` is a scheme: a rule, the years for which it holds, and the regions among which it divides. What is divided is
what the plan emits there net of sinks and capture in the strict account; where a target on the mean of the period binds that is its limit (one of a year between two periods is not told as such). Who emits more than
its part buys from who emits less, at the price of carbon of the plan (the sum of its parts), or at a price of the sheet.

Nothing here adds to the model: settlement is told of a solved plan and changes neither its plan nor its cost.

Limits: one price for a scheme in a year; what a region's own target asks beyond that is its own cost and is not settled. A price of the sheet is
told as such beside that of the plan. No banking: each year is settled by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pandas as pd

from ...core.build.build import Lever
from ...core.data import Data, regions_in
from ...core.declare.spec import FIRST_YEAR, LAST_YEAR, Column, Finding, Setting, Table
from .entitled import BASES, RULES, is_known

ALLOWANCE_RULES = Table(
    "allowance_rules",
    (
        Column("scheme", "", "text", key=True, free=True, absent="own", en="Name of the scheme", zh="方案名称"),
        Column(
            "rule", "", "text", choices=RULES, aggregate="first",
            en="What is shared by: grandfathered, emissions of the base year; per_gdp, the product; per_head, the people; benchmark, what industry makes at the nation's mean emission of a unit",
            zh="分配依据：grandfathered 基年排放；per_gdp 地区生产总值；per_head 人口；benchmark 工业产量乘全国平均单位排放",
        ),
        Column("scope", "", "text", default="nation", ref="regions.region|group:{regions.region_group}", choices=("nation",), aggregate="first", en="Among which regions: nation, group:west, group:industrial, group:developed or a region", zh="范围：nation、group:加地区类别，或地区代码"),
        Column("from_year", "calendar year", "integer", default=None, low=FIRST_YEAR, high=LAST_YEAR, aggregate="first", en="First milestone year that is settled; blank: the first of the plan", zh="首个结算里程碑年；空白为规划首期"),
        Column("until_year", "calendar year", "integer", default=None, low=FIRST_YEAR, high=LAST_YEAR, aggregate="first", en="Last milestone year that is settled; blank: to the end", zh="最后结算里程碑年；空白为直至期末"),
        Column("price", "CNY/t CO2", default=None, low=0, aggregate="first", en="Price at which it is settled; blank: the price of carbon of the plan", zh="结算价格；空白为方案的碳价"),
    ),
    en="By which rule carbon is settled between regions (optional; adds nothing to the model)", zh="地区间碳结算的配额规则（可选，不影响模型求解）",
)  # fmt: skip

BURDEN_BASELINE = Setting(
    "burden_baseline", "", "text", "", scenario=True,
    en="Scenario beside which burdens are told: solved once and kept beside the reports, or taken from its finished run; blank: burdens are told by themselves",
    zh="负担对照情景：求解一次并保存在报告旁，或取自其已完成的运行；空白则不对照",
)


def years_of(data: Data, scheme: pd.Series) -> list[int]:
    """The decided milestones that a row settles."""
    first, last = ((float(scheme[column]) if pd.notna(scheme[column]) else other) for column, other in (("from_year", 0.0), ("until_year", float(LAST_YEAR))))
    return [year for year in data.decided if first <= year <= last]


def check_schemes(data: Data) -> list[Finding]:
    """Every scheme has years and a sheet to share by, and no region stands in two of one year."""
    return list(_wrong(data))


def _wrong(data: Data) -> Iterator[Finding]:
    taken: dict[tuple[str, int], str] = {}
    for row, scheme in data.frame(ALLOWANCE_RULES).iterrows():
        name, rule, years = str(scheme["scheme"]), str(scheme["rule"]), years_of(data, scheme)

        def at(column: str, *words: str, level: Literal["error", "warning"] = "error", row: int = int(str(row))) -> Finding:
            return Finding(level, ALLOWANCE_RULES.name, data.cell(ALLOWANCE_RULES.name, row, column), *words)

        if not years:
            yield at(
                "from_year", f"{name} settles no milestone year of the plan", f"years among {data.decided[0]} to {data.decided[-1]}, the first not after the last",
                f"{name} 不含任何规划里程碑年", f"应在 {data.decided[0]} 至 {data.decided[-1]} 之间，且首年不晚于末年",
            )  # fmt: skip
        if not is_known(data, rule):
            sheet = BASES[rule].name
            yield at(
                "rule", f"{name} shares by {rule}, of which the sheet {sheet} says nothing: every region gets the same", f"rows of {sheet}, or another rule",
                f"{name} 按 {rule} 分配，但表 {sheet} 没有数据：各地区均分", f"应填写 {sheet}，或改用其他规则", level="warning",
            )  # fmt: skip
        keys = [(region, year) for region in regions_in(data, str(scheme["scope"])) for year in years]
        met = next((key for key in keys if key in taken), None)
        if met is not None:
            yield at(
                "scheme", f"{name} and {taken[met]} both settle {met[0]} in {met[1]}", "one active scheme for a region and year",
                f"{name} 与 {taken[met]} 都结算 {met[0]} 的 {met[1]} 年", "每个地区每年只能有一个启用的方案",
            )  # fmt: skip
        taken.update(dict.fromkeys(keys, name))


class AllowanceRules(Lever):
    """Which part of what may be emitted each region is entitled to, told of a solved plan."""

    name = "allowance_rules"
    order = 8
    tables = (ALLOWANCE_RULES,)
    needs = (ALLOWANCE_RULES,)
    settings = (BURDEN_BASELINE,)
    checks = (check_schemes,)

    def build(self) -> None:
        """Nothing is decided and nothing limited: the settlement is told by the report."""
