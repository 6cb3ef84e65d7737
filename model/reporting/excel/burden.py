"""The sheet of who bears what: in % of the product by period and decade, by item, and per head.

Limits: shares are of groups and of regions; what is the nation's alone (the price of a missed target) stands by item only.
"""

from __future__ import annotations

import pandas as pd
from openpyxl.workbook import Workbook

from ..context import Context, ordered, pivot
from ..shown import against, borne_items, borne_shares, capacities, decades, market_matrices, work_matrices
from ..tables.burden import BN, HEAD, NET, NET_BURDEN, PER_HEAD, PERCENT, SETTLED, SPENT
from .charts import Block, Plot
from .page import Page


def write_burden(book: Workbook, ctx: Context) -> Page:
    """The sheet ``burden``."""
    page = Page(book, "burden", ctx, ctx.word("lead_burden", against=against(ctx)))
    places = [("region_group", ctx.groups), *([("region", ctx.regions)] if ctx.finer else [])]
    for place, names in places:
        _shares(page, ctx, place, names)
    for place, names in places:
        page.heading(ctx.word("burden_items"))
        found = ordered(borne_items(ctx, place), names)
        block = page.matrix(found, BN, bold=(NET_BURDEN,))
        if NET_BURDEN in set(found.index.get_level_values(1)):
            page.charts(_plot(ctx, block, NET_BURDEN, BN))
    heads = ctx.table("burden")
    heads = heads[(heads["basis"] == PER_HEAD) & (heads["item"] == NET) & heads["value"].notna()].assign(item=NET_BURDEN)
    if len(heads):
        page.heading(ctx.word("burden_heads"))
        page.matrix(ordered(pivot(heads, "region", "item", ctx.years), ctx.regions), HEAD)
    treasury = capacities(ctx)
    if len(treasury):
        page.heading(ctx.word("burden_fiscal"))
        page.matrix(ordered(treasury, ctx.regions), PERCENT)
    for heading, unit, matrix in (*work_matrices(ctx), *market_matrices(ctx)):
        page.heading(heading)
        page.matrix(ordered(matrix, ctx.groups), unit)
    page.finish(freeze=f"D{page.head_rows + 1}")
    return page


def _shares(page: Page, ctx: Context, place: str, names: list[str]) -> None:
    """Shares of the product by period, with a chart of what is spent and of what is left with all payments; then by decade."""
    years = {year: [year] for year in ctx.decided if year > ctx.history_until}
    found = ordered(borne_shares(ctx, years, place), names)
    if found.empty:
        return
    page.heading(ctx.word("burden_years"))
    block = page.matrix(found, PERCENT, bold=(SETTLED,))
    page.charts(*(_plot(ctx, block, step, PERCENT) for step in (SPENT, SETTLED) if step in set(found.index.get_level_values(1))))
    by_decade: pd.DataFrame = ordered(borne_shares(ctx, decades(ctx), place), names)
    page.heading(ctx.word("burden_decades"))
    page.matrix(by_decade, PERCENT, bold=(SETTLED,))


def _plot(ctx: Context, block: Block, step: str, unit: str) -> Plot:
    """A line for each place of one kind of rows."""
    rows = [number for number, (_, item) in enumerate(block.keys) if item == step]
    return Plot(block, ctx.word(f"{step}_chart"), ctx.unit(unit), rows, ctx.colours([block.keys[row][0] for row in rows]), ctx.word("year"), "line", 1)
