"""The result table ``pathways``: every published figure or band beside ours, with a verdict, and outside it a reason.

    pathways(solution, tables)

Ours is *inside* from low to high; a band with one end is held on that side only. *outdated*: history has overtaken every figure of the
row. *not_computed*: there is no figure of ours, and the reason says why. *no_figure*: nothing is published for the milestone of a quantity
that is drawn.

Limits: nothing is tuned to these rows; an input is changed for a source of its own, not for a verdict.
"""

from __future__ import annotations

from math import isnan, nan
from typing import TYPE_CHECKING

import pandas as pd

from ...core.build.roles import items
from ...core.declare.results import UNIT, YEAR, Field, ResultTable, number, text, texts, told
from .bands import COLUMNS, bands
from .ours import QUANTITIES, Run, ours
from .published import DRAWN, PATHWAY
from .reasons import NOTHING, Held, reason

if TYPE_CHECKING:
    from ...core.solve.sides import Tables
    from ...core.solve.solution import Solution

INSIDE, BELOW, ABOVE, NOT_COMPUTED, OUTDATED, NO_FIGURE = VERDICTS = ("inside", "below", "above", "not_computed", "outdated", "no_figure")
#: What ours may miss an end of the band by, as a share of the larger end: residues of the solver.
TOLERANCE = 1e-6
#: Rows that are counted have so many publications with a figure of their own.
ENOUGH_SOURCES = 3


def pathways(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Every band of the sheet ``published_pathways`` with our figure, verdict and reason."""
    return compared(Run(solution.build.data, tables, items(solution.build)))


def compared(run: Run) -> pd.DataFrame:
    """The bands in the order of the sheet and of the years, with the columns of the result table."""
    listed = bands(run.data, {name: of.unit for name, of in QUANTITIES.items()})
    if listed.empty:
        return pd.DataFrame()
    held = Held(run)
    return pd.DataFrame([_row(held, band) for band in [*listed.to_dict("records"), *_between(run, listed)]])


def _between(run: Run, listed: pd.DataFrame) -> list[dict[str, object]]:
    """Rows without a band for the milestones of what is drawn at which nothing is published."""
    blank: dict[str, object] = {**dict.fromkeys(COLUMNS, ""), **dict.fromkeys(("low", "median", "high", "observed", "observed_year"), nan), "sources": 0, "studies": 0, "between": 0, "current": True}
    there = set(zip(listed["quantity"], listed["item"], listed["year"].astype(int), strict=True))
    asked = [(quantity, item) for quantity, item in DRAWN if ((listed["quantity"] == quantity) & (listed["item"] == item)).any()]
    return [
        {**blank, "kind": PATHWAY, "quantity": quantity, "item": item, "year": year, "unit": QUANTITIES[quantity].unit}
        for quantity, item in asked for year in run.data.years if (quantity, item, year) not in there
    ]  # fmt: skip


def _row(held: Held, band: dict[str, object]) -> dict[str, object]:
    quantity, item, year = str(band["quantity"]), str(band["item"]), int(str(band["year"]))
    value, why = ours(held.run, quantity, item, year)
    found = verdict(value, float(str(band["low"])), float(str(band["high"])), current=bool(band["current"]))
    outside = reason(held, quantity, item, year, found == BELOW) if found in (BELOW, ABOVE) else {**NOTHING, "reason": why if found == NOT_COMPUTED else ""}
    return {
        **{key: given for key, given in band.items() if key not in ("quantity", "item", "current")},
        "indicator": quantity, "technology_or_sector": item, "ours": value, "inside": int(found == INSIDE) if found in (INSIDE, BELOW, ABOVE) else None,
        "verdict": found, **outside,
    }  # fmt: skip


def verdict(value: float | None, low: float, high: float, *, current: bool) -> str:
    """Inside, below or above; outdated where no figure of the row holds any more; not computed without a figure of ours."""
    if not current:
        return OUTDATED
    if value is None:
        return NOT_COMPUTED
    if isnan(low) and isnan(high):
        return NO_FIGURE
    room = TOLERANCE * max(1.0, *(abs(end) for end in (low, high) if not isnan(end)))
    return BELOW if value < low - room else ABOVE if value > high + room else INSIDE


def counted(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows by which the share inside is told: with a verdict on ours, from three publications on, and a band that is more than a point."""
    return frame[frame["inside"].notna() & (frame["sources"].astype(float) >= ENOUGH_SOURCES) & (frame["low"] < frame["high"])]


RESULTS = (
    ResultTable(
        "pathways", "Published national pathways beside ours: band, verdict, and outside it the row of the workbook that would move ours in.",
        "已发表的全国路径对照本模型：区间、结论，以及区间外时可使其移入的输入行。",
        (
            text("indicator", "Quantity", "指标"),
            text("technology_or_sector", "Sector, technology or fuel", "行业、技术或燃料"), YEAR, number("ours"), number("low"),
            number("median", "", "Published, median of the studies", "公布值中位数"), number("high"), UNIT,
            Field("inside", "integer", said=("1: ours lies inside; blank: it is not compared", "1为区间内；空白则未比较")),
            text("reason", "What holds ours outside, or why there is no figure of ours", "区间外的原因，或本模型无数值的原因"), *texts("verdict"),
            text("kind", "pathway of studies or aim (policy)", "研究路径（pathway）或政策目标（policy）"),
            text("limit", "Limit or target that holds ours where it is", "约束本模型数值的限制或目标"), text("place", "Where it holds", "约束所在地"),
            Field("limit_year", "integer", said=("Year in which it holds", "约束年份")), *texts("sheet", "cell"),
            told("price", "bn CNY of its year per `price_unit`", "当年十亿元/`price_unit`"), text("price_unit", "Unit of the limit", "限制的单位"),
            text("price_kind", "What the price is of: a flow, what stands, a stock, or an amount of the period", "价格对应：流量、在役量、存量或时期量"),
            Field("sources", "integer", said=("Publications with a figure of their own for the year", "当年有数值的出版物数")),
            Field("studies", "integer", said=("Scenarios with a figure of their own for the year", "当年有数值的情景数")),
            Field("between", "integer", said=("Scenarios read between two of their years", "在两个年份之间内插的情景数")),
            text("names", "Scenarios of the band", "构成区间的情景"), text("outdated", "Scenarios that history has overtaken", "已被历史超越的情景"),
            text("definitions", "What the totals of CO2 count", "CO2总量口径"), number("observed", "", "What was observed last", "最近实际值"),
            Field("observed_year", "integer", said=("Year of the observation", "实际值年份")), *texts("source", "quality"),
        ),
        ("kind", "indicator", "technology_or_sector", "year"), ordered=False, make=pathways,
    ),
)  # fmt: skip
