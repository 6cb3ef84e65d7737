"""The result table ``pathways``: every published figure or band beside ours, with a verdict, and outside it a reason.

    pathways(solution, tables)

Ours is *inside* from low to high; a band with one end is held on that side only. *outdated*: history has overtaken every figure of the
row. *not_computed*: there is no figure of ours, and the reason says why.

Limits: nothing is tuned to these rows; an input is changed for a source of its own, not for a verdict.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ...core.declare.results import UNIT, YEAR, Field, ResultTable, number, text, texts, told
from .bands import bands
from .ours import QUANTITIES, Run, ours
from .reasons import NOTHING, Held, reason

if TYPE_CHECKING:
    from ...core.solve.sides import Tables
    from ...core.solve.solution import Solution

INSIDE, BELOW, ABOVE, NOT_COMPUTED, OUTDATED = VERDICTS = ("inside", "below", "above", "not_computed", "outdated")
#: What ours may miss an end of the band by, as a share of the larger end: residues of the solver.
TOLERANCE = 1e-6
#: Rows that are counted have so many publications with a figure of their own.
ENOUGH_SOURCES = 3


def pathways(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Every band of the sheet ``published_pathways`` with our figure, verdict and reason."""
    return compared(Run(solution.build.data, tables))


def compared(run: Run) -> pd.DataFrame:
    """The bands in the order of the sheet and of the years, with the columns of the result table."""
    listed = bands(run.data, {name: of.unit for name, of in QUANTITIES.items()})
    if listed.empty:
        return pd.DataFrame()
    held = Held(run)
    return pd.DataFrame([_row(held, band) for band in listed.to_dict("records")])


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
    room = TOLERANCE * max(1.0, *(abs(end) for end in (low, high) if end == end))
    return BELOW if value < low - room else ABOVE if value > high + room else INSIDE


def counted(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows by which the share inside is told: with a verdict on ours, from three publications on, and a band that is more than a point."""
    return frame[frame["inside"].notna() & (frame["sources"].astype(float) >= ENOUGH_SOURCES) & (frame["low"] < frame["high"])]


RESULTS = (
    ResultTable(
        "pathways", "Published national pathways beside ours: band, verdict, and outside it the row of the workbook that would move ours in.",
        "已发表的全国路径对照本模型：区间、结论，以及区间外时可使其移入的输入行。",
        (
            text("kind", "pathway of studies or aim (policy)", "研究路径或政策目标"), text("indicator", "Quantity", "指标"), *texts("technology_or_sector"), YEAR,
            number("ours"), number("low"), number("median"), number("high"), UNIT, Field("inside", "integer"), *texts("verdict", "reason"),
            text("limit", "Limit or target that holds ours where it is", "约束本模型数值的限制或目标"), text("place", "Where it holds", "约束所在地"), Field("limit_year", "integer"),
            *texts("sheet", "cell"), told("price", "bn CNY of its year per `price_unit`", "当年十亿元/`price_unit`"), *texts("price_unit", "price_kind"),
            Field("sources", "integer"), Field("studies", "integer"), Field("between", "integer"),
            text("names", "Studies of the band", "构成区间的研究"), text("outdated", "Studies that history has overtaken", "已被历史超越的研究"),
            text("definitions", "What the totals of CO2 count", "CO2总量口径"), number("observed"), Field("observed_year", "integer"), *texts("source", "quality"),
        ),
        ("kind", "indicator", "technology_or_sector", "year"), ordered=False, make=pathways,
    ),
)  # fmt: skip
