"""The sheet of what the levers add: sinks with the plan, without any lever, and the difference, category by category.

Limits: totals count the strict account; sinks outside the target stand in a table of their own. Categories influence one
another: what felling takes from living forest is partly found again in dead wood and products.
"""

from __future__ import annotations

import pandas as pd
from openpyxl.workbook import Workbook

from ...context import NATION, OTHER, Context, ordered, pivot, ranked, with_total
from ...shown import ADDED, CO2, KINDS, WITH, WITHOUT, added_by, counted, totals
from ..charts import Plot
from ..page import Page


def write_additionality(book: Workbook, ctx: Context) -> Page:
    """The sheet ``additionality``."""
    page = Page(book, "additionality", ctx, ctx.word("lead_additionality"))
    _nation(page, ctx)
    for column, places in (("region_group", ctx.groups), ("region", ctx.regions if ctx.finer else [])):
        if places:
            _by_place(page, ctx, column, places)
    _details(page, ctx)
    outside = ctx.table("additionality")
    outside = outside[(outside["in_target"].astype(int) == 0) & (outside["year"] != ctx.base_year)]
    if len(outside):
        page.heading(ctx.word("carbon_memo"))
        for kind in KINDS:
            page.matrix(pivot(outside.assign(kind=kind), "kind", "category", ctx.decided, kind), CO2, head=("course", "item"))
    page.finish(freeze=f"D{page.head_rows + 1}")
    return page


def _nation(page: Page, ctx: Context) -> None:
    """The three courses in total, then what is added by category, then both courses by category."""
    page.heading(ctx.word("additionality_total"))
    matrix = totals(ctx)
    block = page.matrix(matrix, CO2, bold=(ADDED,))
    keys = [key[1] for key in block.keys]
    page.charts(Plot(block, ctx.word("additionality_total"), ctx.unit(CO2), range(len(keys)), ctx.colours(keys), ctx.word("year"), "line"))
    page.heading(ctx.word("additionality_added"))
    added, shown = ranked(added_by(ctx, NATION, "category"))
    if added.empty:
        page.prose(ctx.word("additionality_nothing"))
    else:
        whole = with_total(added[added.index.get_level_values(1) != OTHER], (NATION, "total")).iloc[[-1]]
        found = page.matrix(pd.concat([added, whole]), CO2, bold=("total",))
        colours = ctx.colours([key[1] for key in found.keys])
        page.charts(Plot(found, ctx.word("additionality_added"), ctx.unit(CO2), range(shown), colours, ctx.word("year")))
    for kind in (WITH, WITHOUT):
        page.heading(ctx.word(f"additionality_{kind}"))
        part = pivot(counted(ctx), NATION, "category", ctx.decided, kind)
        page.matrix(with_total(part, (NATION, "total")), CO2, bold=("total",))


def _by_place(page: Page, ctx: Context, column: str, places: list[str]) -> None:
    page.heading(ctx.word(f"additionality_{column}"))
    block = page.matrix(ordered(totals(ctx, column), places), CO2, bold=(ADDED,))
    if column == "region_group":
        rows = [number for number, key in enumerate(block.keys) if key[1] == ADDED]
        title = ctx.word("additionality_chart_groups")
        page.charts(Plot(block, title, ctx.unit(CO2), rows, ctx.colours(places), ctx.word("year"), "line", name_column=1))
    matrix = ordered(added_by(ctx, column, "category"), places)
    if len(matrix):
        page.heading(ctx.word(f"additionality_added_{column}"))
        page.matrix(matrix, CO2)


def _details(page: Page, ctx: Context) -> None:
    """Grassland by measure and planted forest by kind of land."""
    frame = counted(ctx)
    frame = frame[frame["detail"].fillna("").astype(str) != ""]
    if frame.empty:
        return
    matrix = added_by(ctx, NATION, "part", frame.assign(part=frame["category"].astype(str) + "." + frame["detail"].astype(str)))
    if len(matrix):
        page.heading(ctx.word("additionality_details"))
        page.matrix(matrix, CO2)
