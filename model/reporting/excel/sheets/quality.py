"""The sheets of trust: the base year against statistics, what is changed of the input and where it comes from, the identities that were checked.

Limits: numbers as the run left them; nothing is checked again here.
"""

from __future__ import annotations

import pandas as pd
from openpyxl.workbook import Workbook

from ...context import NATION, Context
from ...trust import (
    CHANGED_HEADS,
    LEVEL_HEADS,
    QUALITIES,
    changed_rows,
    changed_told,
    happened,
    identities,
    level_rows,
    when,
)
from ..charts import Plot
from ..page import FIRST_NUMBER, Page
from ..style import BAD, GOOD, put

#: Regions that the sheet of the base year explains.
WORST = 5
CHECK_WIDTHS = (30.0, 24.0, 26.0, 14.0, 16.0, 16.0, 13.0, 13.0, 12.0)
SOURCE_WIDTHS = (28.0, 74.0, 14.0, 11.0, 11.0, 11.0)
CHANGED_WIDTHS = (24.0, 60.0, 16.0, 10.0, 18.0, 18.0, 14.0, 12.0)
IDENTITY_WIDTHS = (60.0, 18.0, 18.0, 14.0)


def _verdict(page: Page, first: int, column: int, oks: list[bool]) -> None:
    for number, ok in enumerate(oks):
        text = page.ctx.word("yes" if ok else "no")
        put(page.cell(first + number, column), text, GOOD if ok else BAD)


def write_calibration(book: Workbook, ctx: Context) -> Page:
    """The sheet ``calibration``: model against statistic in the base year, then the first period beside what happened in it."""
    page = Page(book, "calibration", ctx, ctx.word("lead_calibration", year=ctx.base_year), CHECK_WIDTHS)
    frame = ctx.table("calibration")
    later = happened(frame)
    _worst(page, frame[~later])
    _compared(page, frame[~later])
    if later.any():
        page.heading(ctx.word("happened"))
        is_history = ctx.history_until > ctx.base_year
        page.prose(ctx.word("lead_held" if is_history else "lead_happened"))
        for row in frame[later & (frame["reason"].astype(str) != "")].to_dict("records") if is_history else []:
            page.prose(f"{ctx.item(row['quantity'])}: {ctx.word('reason_' + str(row['reason']))}")
        _compared(page, frame[later], dated=True)
    rows = level_rows(ctx)
    if rows:
        page.heading(ctx.word("published_levels"))
        page.listing([ctx.word(h) for h in LEVEL_HEADS], rows, ("", "", "", "", "#,##0.0", "", "", "", ""))
    page.finish(freeze=f"D{page.header_to_repeat + 1}")
    return page


def _compared(page: Page, frame: pd.DataFrame, dated: bool = False) -> None:
    """Model beside statistic, difference, tolerance and verdict; ``dated`` says with the quantity when it is."""
    ctx = page.ctx
    rows: list[tuple[object, ...]] = []
    for row in frame.to_dict("records"):
        quantity = ctx.item(row["quantity"])
        names = f"{quantity}, {when(row, ctx)}" if dated else quantity, ctx.place(row["region"]), ctx.item(row["item"])
        numbers = row["model"], row["statistic"], ctx.unit(str(row["unit"])), row["difference_percent"], row["tolerance_percent"]
        rows.append((*names, *numbers, None))
    heads = ("quantity", "place", "item", "model", "statistic", "unit", "difference", "tolerance", "within")
    first = page.listing([ctx.word(h) for h in heads], rows, ("", "", "", "#,##0.0", "#,##0.0", "", "0.0", "0.0", ""), filtered=not dated)
    _verdict(page, first, len(heads), [bool(v) for v in frame["ok"]])


def _worst(page: Page, frame: pd.DataFrame) -> None:
    """The regions with the largest differences and why; nothing where regions are not compared one by one."""
    explained = frame[frame["reason"].astype(str) != ""] if "reason" in frame else frame.iloc[:0]
    if explained.empty:
        return
    ctx = page.ctx
    order = explained["difference_percent"].abs().sort_values(ascending=False, kind="stable").index[:WORST]
    page.heading(ctx.word("worst_calibration", count=len(order)))
    rows = []
    for row in explained.loc[order].to_dict("records"):
        key, _, item = str(row["reason"]).partition(":")
        reason = ctx.word(f"reason_{key}", item=ctx.item(item))
        rows.append((ctx.item(row["quantity"]), ctx.place(row["region"]), reason, row["model"], row["statistic"], ctx.unit(str(row["unit"])), row["difference_percent"]))
    heads = ("quantity", "place", "reason", "model", "statistic", "unit", "difference")
    page.listing([ctx.word(h) for h in heads], rows, ("", "", "", "#,##0.0", "#,##0.0", "", "0.0"))
    page.heading(ctx.word("sheet_calibration"))


def write_sources(book: Workbook, ctx: Context) -> Page:
    """The sheet ``sources``: rows of the input by quality, with a chart, then table by table."""
    page = Page(book, "sources", ctx, ctx.word("lead_sources"), SOURCE_WIDTHS)
    frame = ctx.table("sources")
    counts = frame.groupby("quality")["rows"].sum()
    names = [q for q in QUALITIES if q in counts.index] + [q for q in counts.index if q not in QUALITIES]
    summary = pd.DataFrame({ctx.word("rows"): [int(counts[q]) for q in names]})
    summary.index = pd.MultiIndex.from_tuples([(NATION, q) for q in names])
    page.heading(ctx.word("quality"))
    wide = summary.T
    wide.index = pd.MultiIndex.from_tuples([("all_tables", "rows")])
    wide.columns = [ctx.item(q) if q else "–" for q in names]
    block = page.matrix(wide, ctx.word("rows"), head=("table", "item"))
    page.charts(Plot(block, ctx.word("quality_chart"), ctx.word("rows"), [0], ctx.colours(["rows"]), ctx.word("quality"), "beside"))
    page.heading(ctx.word("source_list"))
    rows = [(r["table"], r["source"], ctx.item(r["quality"]) if r["quality"] else "–", r["rows"]) for r in frame.to_dict("records")]
    page.listing([ctx.word(h) for h in ("table", "source", "quality", "rows")], rows, ("", "", "", "0"), filtered=True)
    page.header_to_repeat = 0
    page.finish(freeze=f"A{page.head_rows + 1}")
    return page


def write_changed(book: Workbook, ctx: Context) -> Page:
    """The sheet ``changed``: what the run changes of the input; a number, which has a unit, stands as one, a word as a word."""
    page = Page(book, "changed", ctx, changed_told(ctx), CHANGED_WIDTHS)
    rows: list[tuple[object, ...]] = []
    for sheet, key, column, year, before, after, unit, cell in changed_rows(ctx):
        values = [float(value) if unit and value else value for value in (before, after)]
        rows.append((sheet, key, column, int(year) if year else None, *values, ctx.unit(unit), cell))
    page.listing([ctx.word(head) for head in CHANGED_HEADS], rows, ("", "", "", "0", "", "", "", ""), filtered=True)
    page.finish()
    return page


def write_identities(book: Workbook, ctx: Context) -> Page:
    """The sheet ``identities``: name, largest relative error, tolerance, verdict."""
    page = Page(book, "identities", ctx, ctx.word("lead_identities"), IDENTITY_WIDTHS)
    found = identities(ctx)
    rows = [(name, error, tolerance, None) for name, error, tolerance, _ in found]
    heads = ("identity", "largest_error", "tolerance_relative", "holds")
    first = page.listing([ctx.word(h) for h in heads], rows, ("", "0.0E+00", "0.0E+00", ""))
    _verdict(page, first, FIRST_NUMBER, [ok for *_, ok in found])
    page.finish()
    return page
