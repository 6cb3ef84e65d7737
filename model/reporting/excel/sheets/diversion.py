"""The sheet of the diversion as a project: what is built, its water, land and power, its carbon and its finance.

Limits: what it adds to the whole plan is told by the analysis ``west_line``, which solves with and without it.
"""

from __future__ import annotations

from openpyxl.workbook import Workbook

from ....levers.land.diversion import BUILT
from ....levers.land.results.diversion import (
    ALL,
    CARBON,
    COMPARED,
    FINANCE,
    LAND,
    PARTLY,
    POWER,
    ROUNDING_SHARE,
    STATE,
    WATER,
    WORTH,
)
from ...context import NATION, Context, pivot
from ..charts import Plot
from ..page import Page

ACCOUNTS = (STATE, WATER, LAND, POWER, CARBON, COMPARED, FINANCE, WORTH)


def write_diversion(book: Workbook, ctx: Context) -> Page:
    """The sheet ``diversion``."""
    page = Page(book, "diversion", ctx, ctx.word("lead_diversion"))
    frame = ctx.table("diversion_account")
    built = frame[(frame["account"] == STATE) & (frame["item"] == BUILT.name)]
    if built["value"].max() <= ROUNDING_SHARE:
        page.prose(ctx.word("west_line_absent"))
    part = frame[(frame["account"] == STATE) & (frame["item"] == PARTLY) & (frame["value"] > 0.0)]
    for phase, rows in part.groupby("phase", sort=False):
        years = ", ".join(str(int(y)) for y in rows["year"])
        page.prose(ctx.word("diversion_partly", phase=str(phase), years=years))
    for account in ACCOUNTS:
        rows = frame[frame["account"] == account]
        if rows.empty or (account != STATE and rows["value"].abs().max() <= 0.0):
            continue
        page.heading(ctx.word(f"diversion_{account}"))
        rows = rows.assign(phase=rows["phase"].where(rows["phase"] != ALL, NATION))
        named = rows.assign(entry=[_entry(p, i) for p, i in zip(rows["phase"], rows["item"], strict=True)])
        matrix = pivot(named, NATION, "entry", ctx.decided)
        block = page.matrix(matrix, str(rows["unit"].iloc[0]))
        if account in (CARBON, FINANCE):
            keys = [k[1] for k in block.keys]
            word = ctx.word(f"diversion_{account}")
            page.charts(Plot(block, word, ctx.unit(str(rows["unit"].iloc[0])), range(len(keys)), ctx.colours(keys), ctx.word("year")))
    page.finish(freeze=f"D{page.head_rows + 1}")
    return page


def _entry(phase: object, item: object) -> str:
    """Phase and item as one key; what belongs to no phase stands by its item."""
    return str(item) if phase == NATION else f"{phase}.{item}"
