"""The sheets ``consistency`` and ``paper_measures``: the source paper's figures beside ours, and its measures beside what stands for them.

Limits: statements and reasons are those of the workbook's sheets ``paper_claims`` and ``paper_measures``; our figures are those of the table.
"""

from __future__ import annotations

import math

from openpyxl.styles import Alignment
from openpyxl.workbook import Workbook

from ....evidence.claim_rules import AGREES, DIFFERS, UNCHECKED
from ....evidence.paper_measures import NO, STATUSES, YES
from ...context import Context
from ...trust import CLAIM_HEADS, MEASURE_HEADS, claim_rows, measure_rows
from ..page import PROSE_PER_WIDTH, Page
from ..style import BAD, GOOD, LABEL, NUMBER, ROW_POINTS, put, wrapped

WIDTHS = (44.0, 14.0, 11.0, 14.0, 17.0, 56.0, 36.0, 22.0)
VERDICTS = (AGREES, DIFFERS, UNCHECKED)
OURS, VERDICT = CLAIM_HEADS.index("ours") + 1, CLAIM_HEADS.index("verdict") + 1
FIGURE = CLAIM_HEADS.index("figure") + 1
MEASURE_WIDTHS = (44.0, 9.0, 64.0, 11.0, 48.0)
STATUS = MEASURE_HEADS.index("measure_status") + 1
LEFT, RIGHT = Alignment(vertical="top", horizontal="left", wrap_text=True, indent=1), Alignment(vertical="top", horizontal="right", indent=1)
#: Digits of our figure: one more than most of the paper's.
SIGNIFICANT = 4


def _pattern(value: object) -> str:
    """Number format with the same significant digits for every size."""
    if not isinstance(value, float) or value == 0.0:
        return "0"
    decimals = max(0, SIGNIFICANT - 1 - math.floor(math.log10(abs(value))))
    return "#,##0." + "0" * decimals if decimals else "#,##0"


def lead(ctx: Context) -> str:
    """How many claims agree, do not, and can not be checked."""
    found = ctx.table("consistency")["verdict"].astype(str)
    return ctx.word("lead_consistency", **{name: int((found == name).sum()) for name in VERDICTS})


def write_consistency(book: Workbook, ctx: Context) -> Page:
    """The sheet ``consistency``, a row for each claim, as high as its longest text."""
    page = Page(book, "consistency", ctx, lead(ctx), WIDTHS)
    page.header_to_repeat = page.row
    page.headers([ctx.word(head) for head in CLAIM_HEADS], [n for n in range(1, len(CLAIM_HEADS) + 1) if n not in (FIGURE, OURS)])
    for row in claim_rows(ctx):
        lines = [wrapped(str(text), int(PROSE_PER_WIDTH * width)) for text, width in zip(row, WIDTHS, strict=True) if isinstance(text, str)]
        for number, value in enumerate(row, 1):
            cell = page.cell(page.row, number)
            if number == VERDICT:
                put(cell, ctx.word(f"verdict_{value}"), GOOD if value == AGREES else BAD if value == DIFFERS else LABEL)
            elif number == OURS:
                put(cell, value, NUMBER, _pattern(value))
            else:
                put(cell, value, LABEL)
            cell.alignment = RIGHT if number in (FIGURE, OURS) else LEFT
        page.sheet.row_dimensions[page.row].height = ROW_POINTS * max(len(text) for text in lines)
        page.row += 1
    page.finish(freeze=f"B{page.header_to_repeat + 1}")
    return page


def write_measures(book: Workbook, ctx: Context) -> Page:
    """The sheet ``paper_measures``, a row for each measure, as high as its longest text."""
    found = ctx.table("paper_measures")["status"].astype(str)
    told = ctx.word("lead_paper_measures", **{status: int((found == status).sum()) for status in STATUSES})
    page = Page(book, "paper_measures", ctx, told, MEASURE_WIDTHS)
    page.header_to_repeat = page.row
    page.headers([ctx.word(head) for head in MEASURE_HEADS], list(range(1, len(MEASURE_HEADS) + 1)))
    for row in measure_rows(ctx):
        lines = [wrapped(text, int(PROSE_PER_WIDTH * width)) for text, width in zip(row, MEASURE_WIDTHS, strict=True)]
        for number, value in enumerate(row, 1):
            cell = page.cell(page.row, number)
            if number == STATUS:
                put(cell, ctx.word(f"done_{value}"), GOOD if value == YES else BAD if value == NO else LABEL)
            else:
                put(cell, value, LABEL)
            cell.alignment = LEFT
        page.sheet.row_dimensions[page.row].height = ROW_POINTS * max(len(text) for text in lines)
        page.row += 1
    page.finish(freeze=f"B{page.header_to_repeat + 1}")
    return page
