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

from ...core.build.build import Lever
from ...core.data import Data, regions_in
from ...core.declare.spec import Finding, Setting
from .allowance_tables import ALLOWANCE_RULES, years_of
from .entitled import BASES, is_known

BURDEN_BASELINE = Setting(
    "burden_baseline", "", "text", "", scenario=True,
    en="Scenario beside which burdens are told: solved once and kept beside the reports, or taken from its finished run; blank: burdens are told by themselves",
    zh="负担对照情景：求解一次并保存在报告旁，或取自其已完成的运行；空白则不对照",
)


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
