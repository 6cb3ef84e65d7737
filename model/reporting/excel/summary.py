"""The first sheet: the answer on one printed page, in sentences, tables and a chart made from the numbers of the run.

Limits: sentences state what the tables hold; they do not judge. The five scarcest things are limits by the gain of
relaxing each by 1 % of the activity it rules, named once with the year in which it is dearest; every target follows.
"""

from __future__ import annotations

import math

import pandas as pd
from openpyxl.workbook import Workbook

from ..context import Context
from ..penalties import first_page
from ..sentences import sentences, state
from ..shown import ACCOUNTS, CO2, NET, NET_UNMANAGED, NOISE, SCARCEST, accounts, scarcest, signed_accounts, tasks
from .charts import Block, Plot
from .page import Page
from .style import (
    BAD,
    GOOD,
    LABEL,
    LINK,
    NUMBER,
    PROSE,
    SUBTITLE,
    TITLE,
    TOTAL,
    TOTAL_LABEL,
    WARN,
    number_format,
    put,
    wrapped,
)

ITEM_WIDTH, UNIT_WIDTH, YEAR_WIDTH = 36.0, 15.0, 9.5
FEWEST_COLUMNS, CHART_ROWS, LINKS_PER_ROW, LINK_STEP = 11, 19, 3, 4
PRICE_COLUMN, WORTH_COLUMN = 5, 8
#: Columns of the list of scarce things: word, column, columns that its text may fill (0: a year, 1: a number).
SCARCE_COLUMNS = (
    ("limit_name", 1, 1), ("year", 2, 0), ("place", 3, 2), ("price", PRICE_COLUMN, 1), ("price_unit", 6, 2),
    ("worth_short", WORTH_COLUMN, 1), ("input_cell", 9, 3),
)  # fmt: skip
FIRST_YEAR = 3


def write_summary(book: Workbook, ctx: Context) -> Page:
    """The sheet ``summary`` up to its contents, which ``add_links`` adds when the other sheets are known."""
    numbers = max(len(ctx.years), FEWEST_COLUMNS - FIRST_YEAR + 1)
    page = Page(book, "summary", ctx, "", [ITEM_WIDTH, UNIT_WIDTH, *[YEAR_WIDTH] * numbers])
    _titles(page, ctx)
    _status(page, ctx)
    matrix = accounts(ctx)
    for sentence in sentences(ctx, matrix):
        page.prose("• " + sentence)
    page.row += 1
    if len(matrix):
        _net_table(page, ctx, matrix)
    _after_table(page, ctx)
    _group_table(page, ctx)
    _scarcest(page, ctx)
    return page


def _titles(page: Page, ctx: Context) -> None:
    names = [ctx.data.word(f"title_{lang}") if ctx.data is not None and f"title_{lang}" in ctx.data.settings else "" for lang in ("en", "zh")]
    english, chinese = names[0] or "Regional carbon-neutrality pathway", names[1] or "区域碳中和路径"
    first, second = (chinese, english) if ctx.lang == "zh" else (english, chinese)
    put(page.cell(1, 1), first, TITLE)
    put(page.cell(2, 1), second, SUBTITLE)
    scenario = ctx.manifest.get("scenario", "")
    put(page.cell(2, FIRST_YEAR + 1), ctx.word("scenario", name=scenario) if scenario else "", SUBTITLE)
    page.row = 3


def _status(page: Page, ctx: Context) -> None:
    parts, well = state(ctx)
    warned = first_page(ctx.manifest, ctx.lang)
    put(page.cell(page.row, 1), "  |  ".join(parts), WARN if well and warned else GOOD if well else BAD)
    page.row += 1
    for number, line in enumerate(warned):
        for text in wrapped(line if number == 0 else f"• {line}", int(sum(page.widths))):
            put(page.cell(page.row, 1), text, WARN)
            page.row += 1
    page.row += 1


def _net_table(page: Page, ctx: Context, matrix: pd.DataFrame) -> None:
    page.heading(ctx.word("net_table"))
    signed = signed_accounts(matrix)
    header_row = page.row
    page.headers([ctx.word("account"), ctx.word("unit"), *signed.columns], (1, 2))
    pattern = number_format(signed.to_numpy().ravel())
    first = page.row
    for (_, item), values in zip(signed.index, signed.itertuples(index=False, name=None), strict=True):
        strong = item == NET
        put(page.cell(page.row, 1), ctx.item(item), TOTAL_LABEL if strong else LABEL)
        put(page.cell(page.row, 2), ctx.unit(CO2), TOTAL_LABEL if strong else LABEL)
        for column, value in enumerate(values, FIRST_YEAR):
            put(page.cell(page.row, column), value, TOTAL if strong else NUMBER, pattern)
        page.row += 1
    # names of series stand in the first column here
    keys = [(i, i) for _, i in signed.index]
    block = Block(page.sheet, header_row, first, FIRST_YEAR, FIRST_YEAR + len(signed.columns) - 1, keys)
    items = [k[0] for k in keys]
    bars = [n for n, i in enumerate(items) if i in ACCOUNTS]
    lines = [n for n, i in enumerate(items) if i in (NET, NET_UNMANAGED)]
    page.row += 1
    plot = Plot(block, ctx.word("chart_net"), ctx.unit(CO2), bars, ctx.colours(items), ctx.word("year"), name_column=1, lines=lines)
    page.place_chart(plot, 0.0, 1.0, CHART_ROWS)
    page.row += CHART_ROWS + 1


def _after_table(page: Page, ctx: Context) -> None:
    """The account of the periods after the plan: what must be kept up."""
    matrix = accounts(ctx, years=ctx.after) if ctx.after else pd.DataFrame()
    if not len(matrix):
        return
    page.heading(ctx.word("after_table"))
    signed = signed_accounts(matrix)
    page.headers([ctx.word("account"), ctx.word("unit"), *signed.columns], (1, 2))
    pattern = number_format(signed.to_numpy().ravel())
    for (_, item), values in zip(signed.index, signed.itertuples(index=False, name=None), strict=True):
        put(page.cell(page.row, 1), ctx.item(item), LABEL)
        put(page.cell(page.row, 2), ctx.unit(CO2), LABEL)
        for column, value in enumerate(values, FIRST_YEAR):
            put(page.cell(page.row, column), value, NUMBER, pattern)
        page.row += 1
    page.row += 1


def _group_table(page: Page, ctx: Context) -> None:
    """Rows of levers, columns of groups by year."""
    if not ctx.has("allocation"):
        return
    years = ctx.near()
    page.heading(ctx.word("group_table"))
    names = [ctx.place(g) if n == 0 else "" for g in ctx.groups for n, _ in enumerate(years)]
    page.headers([ctx.word("lever"), ctx.word("unit"), *names], range(1, len(names) + FIRST_YEAR))
    page.headers(["", "", *(y for _ in ctx.groups for y in years)], (1, 2))
    for name, unit, part in tasks(ctx):
        sums = part.groupby(["region_group", "year"])["value"].sum() if len(part) else pd.Series(dtype=float)
        values = [float(sums.get((g, y), math.nan if part.empty else 0.0)) for g in ctx.groups for y in years]
        values = [0.0 if abs(value) < NOISE else value for value in values]
        put(page.cell(page.row, 1), name, LABEL)
        put(page.cell(page.row, 2), ctx.unit(unit), LABEL)
        if part.empty:
            put(page.cell(page.row, FIRST_YEAR), ctx.word("not_in_model"), LABEL)
        else:
            for column, value in enumerate(values, FIRST_YEAR):
                put(page.cell(page.row, column), value, NUMBER, number_format(values))
        page.row += 1
    page.row += 1


def _scarcest(page: Page, ctx: Context) -> None:
    found = scarcest(ctx, SCARCEST)
    if not found:
        return
    page.heading(ctx.word("scarcest"))
    last = len(page.widths)
    heads = {column: ctx.word(word) for word, column, _ in SCARCE_COLUMNS}
    numbers = [column for _, column, room in SCARCE_COLUMNS if room == 0] + [PRICE_COLUMN, WORTH_COLUMN]
    page.headers([heads.get(column, "") for column in range(1, last + 1)], [c for c in range(1, last + 1) if c not in numbers])
    for row in found:
        price, unit = ctx.price_text(float(row["used_price"]), str(row["unit"]), str(row["kind"]), str(row["dual_unit"]))
        cell = f"{row['sheet']}!{row['cell']}" if row["cell"] else str(row["sheet"])
        values = (ctx.item(row["name"]), row["year"], ctx.place(row["region"]), price, unit, row["worth"], cell)
        for column in range(1, last + 1):
            put(page.cell(page.row, column), None, LABEL)
        for value, (_, column, room) in zip(values, SCARCE_COLUMNS, strict=True):
            if isinstance(value, str):
                put(page.cell(page.row, column), page.short(value, column, room), LABEL)
            else:
                put(page.cell(page.row, column), value, NUMBER, "0" if room == 0 else "#,##0.0")
        page.row += 1
    page.row += 1


def add_links(page: Page, sheets: list[str], absent: list[str]) -> None:
    """The list of sheets with links, and what was left out because the lever is not in the model."""
    ctx = page.ctx
    page.heading(ctx.word("contents"))
    columns = (1, FIRST_YEAR, FIRST_YEAR + LINK_STEP)
    for number, name in enumerate(sheets):
        cell = page.cell(page.row + number // LINKS_PER_ROW, columns[number % LINKS_PER_ROW])
        put(cell, ctx.word(f"sheet_{name}"), LINK)
        cell.hyperlink = f"#'{name}'!A1"
        cell.style = LINK
    page.row += math.ceil(len(sheets) / LINKS_PER_ROW)
    if absent:
        names = ", ".join(ctx.word(f"sheet_{name}") for name in absent)
        put(page.cell(page.row, 1), ctx.word("left_out", names=names), PROSE)
        page.row += 1
    page.finish(freeze="A3", portrait=True, one_page=True)
