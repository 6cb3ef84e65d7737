"""The sheet ``carbon_targets``: what a row asks, of which years, and what is wrong with it.

Limits: carbon dioxide of the strict account.
"""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd

from ..core.data import Data
from ..core.declare.spec import FIRST_YEAR, LAST_YEAR, Column, Finding, Table

PEAK, CUMULATIVE = "peak", "cumulative"
#: Kinds that limit the flow of a year -> the sign of emissions, sinks and captured CO2 in what is held below the limit.
FLOWS: dict[str, tuple[float, float, float]] = {
    "net_limit": (1.0, -1.0, -1.0), "emission_limit": (1.0, 0.0, -1.0), "sink_at_least": (0.0, -1.0, 0.0),
}  # fmt: skip
#: What a budget counts -> the same signs.
ACCOUNTS_COUNTED = {"net": FLOWS["net_limit"], "gross": FLOWS["emission_limit"]}
AT, FROM, LINE = "at", "from", "line"

CARBON_TARGETS = Table(
    "carbon_targets",
    (
        Column("target", "", "text", key=True, free=True, absent="own", en="Name of the target; rows of one name and several years make a path", zh="目标名称；同名多年各行构成路径"),
        Column("kind", "", "text", choices=(PEAK, *FLOWS, CUMULATIVE), aggregate="first", en="peak: energy and industry net of capture never rise after the year; net_limit: net emissions of the year; emission_limit: emissions of the year net of capture; sink_at_least: sink of the year; cumulative: sum to the year", zh="类型：peak 该年后能源与工业排放（扣除捕集）不再上升；net_limit 当年净排放上限；emission_limit 当年排放（扣除捕集）上限；sink_at_least 当年碳汇下限；cumulative 累计上限"),
        Column("scope", "", "text", ref="regions.region|group:{regions.region_group}", choices=("nation",), aggregate="first", en="nation, group:west, group:industrial, group:developed or a region", zh="范围：nation、group:加地区类别，或地区代码"),
        Column("year", "calendar year", "integer", key=True, absent="own", low=FIRST_YEAR, high=LAST_YEAR, en="Year", zh="年份"),
        Column("value", "Mt CO2/yr", default=0.0, aggregate="first", en="Limit of the flow (net_limit, emission_limit: at most; sink_at_least: at least)", zh="流量限值（net_limit、emission_limit为上限，sink_at_least为下限）"),
        Column("total", "Mt CO2", default=None, aggregate="first", en="Limit of a cumulative target: the sum over its years", zh="累计目标限值（各年之和）"),
        Column("first_year", "calendar year", "integer", default=None, low=FIRST_YEAR, high=LAST_YEAR, aggregate="first", en="First year that a cumulative target counts; blank: the first after the base year", zh="累计目标的首个计入年份；空白为基年后第一年"),
        Column("counts", "", "text", default="net", choices=tuple(ACCOUNTS_COUNTED), aggregate="first", en="What a cumulative target counts: net, or gross (emissions net of capture, without sinks)", zh="累计目标口径：net 净排放，gross 不含碳汇"),
        Column("hold", "", "text", default=AT, choices=(AT, FROM, LINE), aggregate="first", en="at: in its year; from: in its year and every later period; line: straight from the row of the same name before it to this one", zh="at：仅当年；from：当年及其后各时期；line：自同名上一行起直线至本行"),
        Column("miss_price", "CNY/t CO2", default=None, low=0.01, aggregate="first", en="Price of a tonne by which the target is missed; blank: it may not be missed", zh="未达目标时每吨的价格；空白表示必须达到"),
    ),
    en="Targets, each with a switch", zh="目标（可逐条开关）",
)  # fmt: skip


def total_of(row: Any) -> float:
    """The limit of a cumulative row; books of the first layout wrote it under ``value``."""
    return float(row.value) if pd.isna(row.total) else float(row.total)


def first_year_of(row: Any, data: Data) -> int:
    """The first year that a cumulative row counts."""
    return data.base_year + 1 if pd.isna(row.first_year) else int(row.first_year)


def years_counted(data: Data, year: int, first: int, last: int) -> float:
    """How many years of the period that ends at ``year`` lie between ``first`` and ``last``, both counted."""
    return float(max(0, min(year, last) - max(data.previous(year) + 1, first) + 1))


def held_periods(data: Data, targets: pd.DataFrame) -> pd.DataFrame:
    """What ``from`` and ``line`` ask of whole periods: target, kind, scope, year (milestone), limit and the Excel row of each.

    A period is read at its middle: after the year of a row that holds ``from`` it on; between the years of a ``line`` and the row
    of its name before it.
    """
    rows: list[tuple[str, str, str, int, float, int]] = []
    for name, part in targets[targets["kind"].isin(FLOWS)].groupby("target", sort=False):
        before: Any = None
        for row in part.sort_values("year", kind="stable").itertuples():
            for year in data.years:
                at = data.middle(year)
                if row.hold == FROM and at > row.year:
                    rows.append((str(name), row.kind, row.scope, year, float(row.value), int(row.Index)))
                if row.hold == LINE and before is not None and before.year < at < row.year:
                    share = (at - before.year) / (row.year - before.year)
                    limit = (1.0 - share) * float(before.value) + share * float(row.value)
                    rows.append((str(name), row.kind, row.scope, year, limit, int(row.Index)))
            before = row
    return pd.DataFrame(rows, columns=["target", "kind", "scope", "year", "limit", "row"]).drop_duplicates(["target", "year"], keep="last")


def differing(rows: list[Any], column: str) -> list[Any]:
    """Rows whose entry in a column is another one than that of the first row, a blank and a number included."""
    first = getattr(rows[0], column, None)
    same = [pd.isna(first) if pd.isna(found := getattr(row, column, None)) else found == first for row in rows]
    return [row for row, is_same in zip(rows, same, strict=True) if not is_same]


def one_for_a_name(name: object, column: str) -> tuple[str, str, str, str]:
    """What is said of a row whose entry differs from that of the first row of its name."""
    return (f"the rows of {name} have more than one {column}", f"one {column} for the rows of one name, or another name", f"{name} 各行的 {column} 不一致", f"同名各行的 {column} 应一致，或另取名称")


def check_target_years(data: Data) -> list[Finding]:
    """A target holds within the horizon; a peak must leave milestones on both sides, or it says nothing."""
    targets = data.frame(CARBON_TARGETS)
    first, last = data.years[0], data.years[-1]
    # with one planned milestone alone no year can be a peak
    expected = (f"a year from {first} on and before {last}", f"应不早于 {first} 且早于 {last}") if first < last else (
        "a second planned milestone year in periods", "periods 中应有第二个规划里程碑年",
    )  # fmt: skip
    within = (f"a year after {data.base_year} and up to {last}", f"应晚于 {data.base_year} 且不晚于 {last}")

    def refused(row: Any, column: str, english: str, chinese: str, wanted: tuple[str, str]) -> Finding:
        return Finding("error", CARBON_TARGETS.name, data.cell(CARBON_TARGETS.name, int(row.Index), column), english, wanted[0], chinese, wanted[1])

    found = []
    for row in targets.dropna(subset=["year"]).itertuples():
        year = int(row.year)
        if row.kind == PEAK and year >= last:
            found.append(refused(row, "year", f"no milestone year follows {year}: the peak would limit nothing", f"{year} 之后没有里程碑年：达峰目标不起作用", expected))
        elif row.kind == PEAK and year < first:
            found.append(refused(row, "year", f"no planned milestone year comes up to {year}: the base year has no account that could be a peak", f"到 {year} 为止没有规划里程碑年：基年没有可作峰值的账户", expected))
        elif row.kind != PEAK and not data.base_year < year <= last:
            found.append(refused(row, "year", f"{year} is not among the years of the plan", f"{year} 不在规划年份内", within))
        if row.kind == CUMULATIVE and first_year_of(row, data) > year:
            found.append(refused(row, "first_year", f"the first year {first_year_of(row, data)} is after {year}", f"首年 {first_year_of(row, data)} 晚于 {year}", (f"a year up to {year}", f"应不晚于 {year}")))
    return found


def check_target_paths(data: Data) -> list[Finding]:
    """Rows of one name are one path: of one kind and scope, a line with a row before it; a hold is one of a flow."""
    targets = data.frame(CARBON_TARGETS)
    found = []

    def told(level: Literal["error", "warning"], row: Any, column: str, words: tuple[str, str, str, str]) -> None:
        found.append(Finding(level, CARBON_TARGETS.name, data.cell(CARBON_TARGETS.name, int(row.Index), column), *words))

    for name, part in targets.groupby("target", sort=False):
        rows = list(part.sort_values("year", kind="stable").itertuples())
        for column in ("kind", "scope", "miss_price"):
            for row in differing(rows, column):
                told("error", row, column, one_for_a_name(name, column))
        for row in rows:
            if row.kind == PEAK and row is not rows[0]:
                told("error", row, "year", (f"{name} names a second year of one peak", "one row for a peak, or another name", f"{name} 给出了第二个达峰年份", "一个达峰目标一行，或另取名称"))
            if row.kind == CUMULATIVE and not pd.isna(row.first_year) and row.first_year <= data.base_year:
                told("warning", row, "first_year", (f"years up to {data.base_year} are not counted: the base year has no account", f"a year after {data.base_year}, or blank", f"{data.base_year} 年及以前不计入（基年无账户）", f"应晚于 {data.base_year} 或留空"))
            if row.hold == LINE and (row is rows[0] or row.kind not in FLOWS):
                told("error", row, "hold", (f"no row of {name} stands before {row.year:g}, from which a line could begin", "a row of the same name for an earlier year, or at", f"{name} 在 {row.year:g} 年之前没有可作起点的行", "应有同名的较早年份，或改为 at"))
            elif row.hold == FROM and row.kind not in FLOWS:
                told("error", row, "hold", (f"a target of kind {row.kind} holds by itself after its year", "at", f"{row.kind} 类目标无需 from", "应为 at"))
            if row.kind == CUMULATIVE and pd.isna(row.total) and row.value != 0.0:
                told("warning", row, "value", ("the limit of a cumulative target is read as Mt CO2 from the column value", "the number in the column total", "累计目标的限值按 Mt CO2 从 value 列读取", "应填写在 total 列"))
            if row.kind == PEAK and not pd.isna(row.miss_price):
                told("error", row, "miss_price", ("a peak can not be missed at a price", "a blank cell", "达峰目标不能以价格放弃", "应留空"))
    return found
