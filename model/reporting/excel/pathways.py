"""The sheet ``pathways``: published pathways beside ours, the key ones drawn as band and path, then every row with verdict and reason.

Limits: a chart has a point where a study has a figure of its own or is read between two of its years; between points it is blank.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from openpyxl.workbook import Workbook

from ...core.declare.palette import BLACK, BLUE, SKY, VERMILION
from ...evidence.pathways.table import ABOVE, BELOW, INSIDE
from ..colours import OTHER_COLOUR
from ..context import Context
from ..pathways import HEADS, drawn, rows, tally_sentence
from .charts import Plot
from .page import CHART_ROWS, PROSE_PER_WIDTH, ROWS_BELOW, Page
from .style import BAD, GOOD, ROW_POINTS, put, put_top, wrapped

#: Widths of the columns of words at both sides of the numbers, of a number, and how many columns of numbers the list takes.
FIRST_WIDTHS, LAST_WIDTHS, NUMBER_WIDTH, NUMBERS = (30.0, 21.0, 11.0), (50.0, 50.0), 9.0, HEADS.index("pathway_reason") - 3
COLOURS = {"pathway_low": SKY, "pathway_median": OTHER_COLOUR, "pathway_high": BLUE, "pathway_ours": VERMILION, "pathway_observed": BLACK}
FORMATS = ("", "", "", "0", "#,##0", "#,##0", "#,##0", "#,##0", "0", "0", "", "", "")
#: Charts beside one another.
PER_ROW = 4
VERDICT = HEADS.index("verdict")
Cell = TypeVar("Cell")


def write_pathways(book: Workbook, ctx: Context) -> Page:
    """The sheet ``pathways``: charts, the list, and at the end the numbers that the charts draw."""
    columns = max(NUMBERS, len(ctx.years))
    page = Page(book, "pathways", ctx, ctx.word("lead_pathways"), (*FIRST_WIDTHS, *[NUMBER_WIDTH] * columns, *LAST_WIDTHS))
    page.header_to_repeat = page.head_rows
    page.prose(tally_sentence(ctx))
    page.row += 1
    shown = drawn(ctx)
    page.heading(ctx.word("pathways_charts"))
    place = page.row
    page.row += -(-len(shown) // PER_ROW) * (CHART_ROWS + ROWS_BELOW)
    page.heading(ctx.word("pathways_list"))
    _list(page, columns - NUMBERS)
    page.heading(ctx.word("pathways_numbers"))
    plots = []
    for key, unit, matrix in shown:
        block = page.matrix(matrix, unit, bold=("pathway_ours",), head=("quantity", "item"), blanks=True)
        plots.append(Plot(block, ctx.item(key), ctx.unit(unit), list(range(len(matrix))), COLOURS, ctx.word("year"), "line"))
    end, page.row = page.row, place
    for start in range(0, len(plots), PER_ROW):
        page.charts(*plots[start : start + PER_ROW])
    page.row = end
    page.finish(freeze=f"C{page.head_rows + 1}")
    return page


def _list(page: Page, spare: int) -> None:
    """Every row, as high as its longest text; ``spare`` columns of years that the list does not need stay blank before its texts."""
    ctx, listed = page.ctx, rows(page.ctx)
    heads = [ctx.word(head) for head in HEADS]
    first = page.listing(_spread(heads, spare, ""), [_spread(row, spare, None) for row in listed], _spread(FORMATS, spare, ""), filtered=True)
    good, bad = ctx.word(f"pathway_verdict_{INSIDE}"), {ctx.word(f"pathway_verdict_{verdict}") for verdict in (BELOW, ABOVE)}
    for number, row in enumerate(listed, first):
        if row[VERDICT] == good or row[VERDICT] in bad:
            put(page.cell(number, VERDICT + 1), row[VERDICT], GOOD if row[VERDICT] == good else BAD)
        lines = 1
        for column, width in enumerate(page.widths, 1):
            cell = page.cell(number, column)
            long = column > len(page.widths) - len(LAST_WIDTHS)
            put_top(cell, long)
            lines = max(lines, len(wrapped(str(cell.value or ""), int(PROSE_PER_WIDTH * width)))) if long else lines
        page.sheet.row_dimensions[number].height = ROW_POINTS * lines


def _spread(row: Sequence[Cell], spare: int, blank: Cell) -> list[Cell]:
    """A row of the list with blanks before its last two texts."""
    return [*row[: VERDICT + 1], *[blank] * spare, *row[VERDICT + 1 :]]
