"""Writes comparison.xlsx: the answer on the first sheet, then a sheet for levers, regions, carbon, power, prices and the cost of a tonne.

Limits: a sheet without a number is left out; a run that has none of a matrix has no rows in it.
"""

from __future__ import annotations

import pandas as pd
from openpyxl.workbook import Workbook

from ..context import Context
from ..excel.charts import Plot
from ..excel.page import ITEM_WIDTH, PLACE_WIDTH, UNIT_WIDTH, YEAR_WIDTH, Page
from ..excel.style import LABEL, NUMBER, ROW_POINTS, add_styles, number_format, put, put_top, wrapped
from ..sentences import PERCENT
from .differences import BASE, DIFFERENCE, MOST_ROWS, RUN, SHARE, UNIT, VALUE
from .figures import Compared, Figure, Value, is_known
from .parts import (
    ABATEMENT_COLUMNS,
    HEADED,
    LEADS,
    LINE,
    STACK,
    Beside,
    Part,
    abatement_rows,
    beside,
    described,
    parts_of,
)
from .runs import Note
from .said import gaps, sentences

FIRST, BY_LEVER, ABATEMENT = "comparison", "by_lever", "abatement"
NAME_WIDTH, TABLE_WIDTH, RUN_WIDTH, FIRST_RUN = 56.0, 13.0, 26.0, 4
LEVER_WIDTHS = (24.0, 24.0, 40.0, 22.0, 8.0, 16.0, 14.0, 14.0, 14.0, 14.0)
ABATEMENT_WIDTHS = (30.0, 20.0, 18.0, 18.0, 20.0, 14.0, 14.0, 18.0, 44.0)
TAB, TAB_FIRST = "56B4E9", "1F3864"
CREATOR = "carbon-neutrality-pathway"


def comparison_workbook(compared: Compared, changes: pd.DataFrame, lang: str) -> Workbook:
    """The whole comparison as a workbook in memory."""
    ctx = beside(compared, lang)
    book = Workbook()
    del book[book.sheetnames[0]]
    add_styles(book)
    _first(book, ctx, compared, changes)
    if len(changes):
        _by_lever(book, ctx, changes)
    for name, parts in parts_of(compared, ctx).items():
        _matrices(book, ctx, name, parts)
    _abatement(book, ctx, compared)
    for sheet in book:
        sheet.sheet_properties.tabColor = TAB_FIRST if sheet.title == FIRST else TAB
    book.properties.title = ctx.word(f"sheet_{FIRST}")
    book.properties.creator = CREATOR
    return book


def _first(book: Workbook, ctx: Beside, compared: Compared, changes: pd.DataFrame) -> None:
    """Sentences, the runs, and the figures with a column for each run."""
    page = Page(book, FIRST, ctx, ctx.word("lead_comparison"), [NAME_WIDTH, UNIT_WIDTH, TABLE_WIDTH, *[RUN_WIDTH] * max(len(compared.runs), 2)])
    for sentence in sentences(compared, changes, ctx):
        page.prose("• " + sentence)
    page.row += 1
    missing = gaps(compared, ctx)
    if missing:
        page.heading(ctx.word("compare_gaps"))
        for text in missing:
            page.prose("• " + text)
        page.row += 1
    _heads(page, ctx, compared)
    frozen = page.row
    for word, values in described(compared):
        _row(page, ctx, ctx.word(word), "", "run.json", values)
    before = ""
    for figure in compared.figures:
        heading = HEADED.get(figure.key, "")
        if heading and heading != before:
            page.row += 1
            page.heading(ctx.word(heading))
            _heads(page, ctx, compared)
        before = heading
        _figure(page, ctx, figure)
    page.row += 1
    page.prose(ctx.word("compare_scarce_note"))
    page.finish(freeze=f"B{frozen}")


def _heads(page: Page, ctx: Context, compared: Compared) -> None:
    page.headers([ctx.word("compared_figure"), ctx.word("unit"), ctx.word("compare_table"), *(page.short(run.name, FIRST_RUN) for run in compared.runs)])


def _figure(page: Page, ctx: Beside, figure: Figure) -> None:
    numbers = [value for value in figure.values if isinstance(value, float)]
    pattern = "0" if figure.whole else number_format(numbers)
    _row(page, ctx, figure.name(ctx), ctx.unit(figure.unit), figure.table, [_shown(value, ctx) for value in figure.values], pattern)


def _shown(value: Value, ctx: Context) -> object:
    return value.told(ctx) if isinstance(value, Note) else value if is_known(value) else None


def _row(page: Page, ctx: Context, name: str, unit: str, table: str, values: list[str] | list[object], pattern: str = "") -> None:
    """One row; long texts of the runs are wrapped within their columns."""
    for column, text in enumerate((name, unit, table), 1):
        put(page.cell(page.row, column), page.short(text, column), LABEL)
    most = 1
    for column, value in enumerate(values, FIRST_RUN):
        cell = page.cell(page.row, column)
        put(cell, value, NUMBER, "" if isinstance(value, str) else pattern)
        if isinstance(value, str):
            lines = len(wrapped(value, int(RUN_WIDTH) - 2))
            if lines > 1:
                put_top(cell, wrap=True)
            most = max(most, lines)
    if most > 1:
        page.sheet.row_dimensions[page.row].height = most * ROW_POINTS
    page.row += 1


def _by_lever(book: Workbook, ctx: Beside, changes: pd.DataFrame) -> None:
    page = Page(book, BY_LEVER, ctx, ctx.word("lead_by_lever", most=MOST_ROWS), LEVER_WIDTHS)
    heads = [RUN, "lever", "item", "place", "year", UNIT, "base_value", "run_value", "to_base", "share_of_lever"]
    number = "#,##0.00"
    rows = [
        (
            row[RUN], ctx.item(row["lever"]), ctx.item(row["item"]), ctx.place(row["place"]), row["year"], ctx.unit(str(row[UNIT])),
            row[BASE], row[VALUE], row[DIFFERENCE], PERCENT * float(row[SHARE]),
        )
        for row in changes.groupby(RUN, sort=False).head(MOST_ROWS).to_dict("records")
    ]  # fmt: skip
    page.listing([ctx.word(head) for head in heads], rows, ("", "", "", "", "0", "", number, number, number, "0.0"), filtered=True)
    page.finish(freeze=f"A{page.header_to_repeat + 1}")


def _matrices(book: Workbook, ctx: Beside, name: str, parts: list[Part]) -> None:
    """A sheet of matrices, each with its table and, where it has one, a chart of it."""
    columns = max(len(ctx.years), len(ctx.names))
    page = Page(book, name, ctx, ctx.word(LEADS[name]), [PLACE_WIDTH, ITEM_WIDTH, UNIT_WIDTH, *[max(YEAR_WIDTH, RUN_WIDTH / 2)] * columns])
    for part in parts:
        page.heading(part.heading)
        block = page.matrix(part.matrix, part.unit, head=part.heads, blanks=part.chart == STACK)
        if part.chart:
            column = 1 if part.by == "place" else 2
            rows = range(len(block.keys) if part.charted is None else part.charted)
            colours = ctx.colours([block.keys[row][column - 1] for row in rows])
            title = ctx.word("year") if part.chart == LINE else ctx.word("run")
            page.charts(Plot(block, part.heading, ctx.unit(part.unit), rows, colours, title, "line" if part.chart == LINE else "stacked", column))
    page.finish(freeze=f"D{page.head_rows + 1}")


def _abatement(book: Workbook, ctx: Beside, compared: Compared) -> None:
    page = Page(book, ABATEMENT, ctx, ctx.word("lead_abatement"), ABATEMENT_WIDTHS)
    heads, rows = abatement_rows(compared, ctx)
    page.listing(heads, rows, ("", *("#,##0.0" for _ in ABATEMENT_COLUMNS), ""))
    page.finish()
