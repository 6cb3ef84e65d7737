"""The carbon sheet: emissions, sinks and capture by category, net emissions in both accounts, nation and groups.

Limits: the strict account counts rows with ``in_target`` 1; the second account adds every sink outside the target.
There is no account of the sink in the base year, so that net emissions begin with the first period.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from openpyxl.workbook import Workbook

from ...context import NATION, OTHER, Context, ordered, pivot, ranked, with_total
from ..charts import Block, Plot
from ..page import Page

CO2 = "Mt CO2/yr"
EMISSION, SINK, CAPTURED = "emission", "sink", "captured"
ACCOUNTS = (EMISSION, SINK, CAPTURED)
NET, NET_UNMANAGED, OUTSIDE = "net", "net_unmanaged", "sink_outside"


def account_rows(ctx: Context, frame: pd.DataFrame) -> pd.DataFrame:
    """Long rows place, item, year, value: emission, sink, captured, sink outside the target, both nets.

    ``frame`` has the columns of ``carbon`` and a column ``place``. Nets are given from the first decided year on.
    """
    counted = frame["in_target"].astype(int) == 1
    parts = [frame[counted].assign(item=frame["account"])]
    outside = frame[~counted & (frame["account"] == SINK)]
    parts.append(outside.assign(item=OUTSIDE))
    later = frame[frame["year"] != ctx.base_year]
    strict = later[later["in_target"].astype(int) == 1]
    signed = strict.assign(item=NET, value=strict["value"] * np.where(strict["account"] == EMISSION, 1.0, -1.0))
    less = outside[outside["year"] != ctx.base_year]
    parts += [signed, pd.concat([signed, less.assign(value=-less["value"])]).assign(item=NET_UNMANAGED)]
    return pd.concat(parts, ignore_index=True)[["place", "item", "year", "value"]]


def accounts(ctx: Context, column: str = "") -> pd.DataFrame:
    """Matrix of ``account_rows`` by ``column`` of the carbon table; without one for the nation."""
    frame = ctx.table("carbon")
    if frame.empty:
        return frame
    rows = account_rows(ctx, frame.assign(place=frame[column].astype(str) if column else NATION))
    wanted = [*ACCOUNTS, OUTSIDE, NET, NET_UNMANAGED]
    matrix = pivot(rows, "place", "item", ctx.years)
    places = list(dict.fromkeys(matrix.index.get_level_values(0)))
    keys = [(p, i) for p in places for i in wanted if (p, i) in matrix.index]
    matrix = matrix.loc[keys]
    # net emissions begin with the first decided year, and so do sinks and capture that have no entry before
    base = ctx.base_year
    if base in matrix.columns:
        posted = frame[(frame["year"] == base) & (frame["in_target"].astype(int) == 1)]["account"]
        blank = [key for key in keys if key[1] in (NET, NET_UNMANAGED) or (key[1] in (SINK, CAPTURED) and key[1] not in set(posted))]
        matrix.loc[blank, base] = np.nan
    return matrix


def signed_accounts(matrix: pd.DataFrame) -> pd.DataFrame:
    """Emissions above zero, sinks and capture below, nets as they are: what the chart stacks."""
    below = [key for key in matrix.index if key[1] in (SINK, CAPTURED, OUTSIDE)]
    signed = matrix.copy()
    signed.loc[below] = -signed.loc[below]
    return signed


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
