"""The sheet ``consistency``: the source paper's figures beside ours, whether they agree, and why.

Limits: statements and reasons are those of the workbook's sheet ``paper_claims``; our figures are those of the table.
"""

from __future__ import annotations

import math

import pandas as pd
from openpyxl.styles import Alignment
from openpyxl.workbook import Workbook

from ....evidence.claim_rules import AGREES, DIFFERS, UNCHECKED
from ....evidence.paper_claims import AT_LEAST, BETWEEN
from ...context import Context
from ..page import PROSE_PER_WIDTH, Page
from ..style import BAD, GOOD, LABEL, NUMBER, ROW_POINTS, put, wrapped

WIDTHS = (44.0, 14.0, 11.0, 14.0, 17.0, 56.0, 36.0, 22.0)
HEADS = ("claim", "figure", "ours", "unit", "verdict", "claim_why", "claim_rule", "source")
VERDICTS = (AGREES, DIFFERS, UNCHECKED)
OURS, VERDICT = HEADS.index("ours") + 1, HEADS.index("verdict") + 1
FIGURE = HEADS.index("figure") + 1
LEFT, RIGHT = Alignment(vertical="top", horizontal="left", wrap_text=True, indent=1), Alignment(vertical="top", horizontal="right", indent=1)
#: Digits of our figure: one more than most of the paper's.
SIGNIFICANT = 4


def paper_figure(row: dict[str, object]) -> str:
    """The paper's figure as text: a bound, a range, a number; a dash for words."""
    figure, high = (float(str(row[name])) for name in ("figure", "figure_high"))
    if math.isnan(figure):
        return "–"
    if row["relation"] == AT_LEAST:
        return f"≥ {figure:g}"
    return f"{figure:g}–{high:g}" if row["relation"] == BETWEEN else f"{figure:g}"


def claim_rows(ctx: Context) -> list[tuple[object, ...]]:
    """Statement, paper's figure, ours, unit, verdict, why, rule and source, in the reader's language."""
    rows: list[tuple[object, ...]] = []
    for row in ctx.table("consistency").to_dict("records"):
        ours = float(row["ours"])
        section = str(row["section"] or "") if not pd.isna(row["section"]) else ""
        statement = str(row[f"statement_{ctx.lang}"]) + (f" ({section})" if section else "")
        rows.append((
            statement, paper_figure(row), None if math.isnan(ours) else ours, ctx.unit(_text(row["unit"])), str(row["verdict"]),
            _text(row[f"why_{ctx.lang}"]), ctx.word(f"rule_{row['rule']}"), _text(row["source"]).replace(";", "; "),
        ))  # fmt: skip
    return rows


def _text(value: object) -> str:
    return "" if pd.isna(value) else str(value)


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
    page.headers([ctx.word(head) for head in HEADS], [n for n in range(1, len(HEADS) + 1) if n not in (FIGURE, OURS)])
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
