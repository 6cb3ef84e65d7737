"""The sheets of carbon: emissions, sinks and capture by category with net emissions in both accounts; the pools that hold it.

Limits: the strict account counts rows with ``in_target`` 1; the second account adds every sink outside the target.
There is no account of the sink in the base year, so that net emissions begin with the first period.
"""

from __future__ import annotations

import pandas as pd
from openpyxl.workbook import Workbook

from ....core.build import registry
from ...context import NATION, OTHER, Context, ordered, pivot, ranked, with_total
from ...shown import ACCOUNTS, CO2, EMISSION, NET, NET_UNMANAGED, accounts, signed_accounts
from ..charts import Block, Plot
from ..page import Page


def write_carbon(book: Workbook, ctx: Context) -> Page:
    """The sheet ``carbon``."""
    page = Page(book, "carbon", ctx, ctx.word("lead_carbon"))
    _nation(page, ctx)
    _categories(page, ctx)
    _by_place(page, ctx, "region_group", "by_group", ctx.groups)
    if ctx.finer:
        _by_place(page, ctx, "region", "by_region", ctx.regions)
    page.finish(freeze=f"D{page.head_rows + 1}")
    return page


def net_plot(ctx: Context, block: Block, matrix: pd.DataFrame) -> Plot:
    """Sources above, sinks below, nets as lines."""
    items = [key[1] for key in matrix.index]
    bars = [n for n, item in enumerate(items) if item in ACCOUNTS]
    lines = [n for n, item in enumerate(items) if item in (NET, NET_UNMANAGED)]
    return Plot(block, ctx.word("chart_net"), ctx.unit(CO2), bars, ctx.colours(items), ctx.word("year"), lines=lines)


def write_stocks(book: Workbook, ctx: Context) -> Page:
    """The sheet ``stocks``: every pool of the nation and, where they say more, of the regions; what is no stock is not stacked."""
    page = Page(book, "stocks", ctx, ctx.word("lead_stocks"))
    frame, unit = ctx.table("stocks"), "Mt C"
    no_stock = {pool.name for pool in registry.pools() if not pool.is_stock}
    page.heading(ctx.word("stocks"))
    block = page.matrix(pivot(frame, NATION, "pool", ctx.years), unit)
    keys = [key[1] for key in block.keys]
    stacked = [n for n, key in enumerate(keys) if key not in no_stock]
    page.charts(Plot(block, ctx.word("stocks"), unit, stacked, ctx.colours(keys), ctx.word("year")))
    if ctx.finer:
        page.matrix(ordered(pivot(frame, "region", "pool", ctx.years), ctx.regions), unit)
    page.finish(freeze=f"D{page.head_rows + 1}")
    return page


def _nation(page: Page, ctx: Context) -> None:
    matrix = signed_accounts(accounts(ctx))
    page.heading(ctx.word("carbon_nation"))
    page.prose(ctx.word("signs_note"))
    block = page.matrix(matrix, CO2, bold=(NET,))
    page.charts(net_plot(ctx, block, matrix))


def _categories(page: Page, ctx: Context) -> None:
    """Tables by category of all accounts, their charts in one row, then what is reported beside the target."""
    frame = ctx.table("carbon")
    for account in ACCOUNTS:
        part = frame[(frame["account"] == account) & (frame["in_target"].astype(int) == 1)]
        matrix, shown = ranked(pivot(part, NATION, "category", ctx.years))
        if matrix.empty:
            continue
        total = with_total(matrix[matrix.index.get_level_values(1) != OTHER], (NATION, "total"))
        page.heading(ctx.word(f"carbon_{account}"))
        block = page.matrix(pd.concat([matrix, total.iloc[[-1]]]), CO2, bold=("total",))
        colours = ctx.colours([k[1] for k in block.keys])
        page.charts(Plot(block, ctx.word(f"carbon_{account}"), ctx.unit(CO2), range(shown), colours, ctx.word("year")))
    memo = pd.concat([pivot(frame[(frame["account"] == a) & (frame["in_target"].astype(int) == 0)], a, "category", ctx.years) for a in ACCOUNTS])
    if len(memo):
        page.heading(ctx.word("carbon_memo"))
        page.matrix(memo, CO2, head=("account", "item"))


def _by_place(page: Page, ctx: Context, column: str, heading: str, places: list[str]) -> None:
    matrix = ordered(accounts(ctx, column), places)
    page.heading(ctx.word(f"carbon_{heading}"))
    block = page.matrix(matrix, CO2, bold=(NET,))
    if column != "region_group":
        return
    plots = []
    for item, title in ((EMISSION, "chart_emission_groups"), (NET, "chart_net_groups")):
        rows = [n for n, key in enumerate(block.keys) if key[1] == item]
        kind = "stacked" if item == EMISSION else "line"
        plots.append(Plot(block, ctx.word(title), ctx.unit(CO2), rows, ctx.colours(places), ctx.word("year"), kind, name_column=1))
    page.charts(*plots)
