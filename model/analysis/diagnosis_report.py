"""Tells a diagnosis: as lines for the screen and as ``infeasibility.xlsx``, with links to the cells of the workbook.

Limits: links lead to the file as it was named on the command line; a book made in code has no cells to link to.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd

from ..core.aside import save_workbook
from ..core.cellnumbers import CellNumber
from .candidates import Suggestion
from .diagnosis_words import both, text
from .infeasibility import Diagnosis

SUGGESTION_COLUMNS = ["rank", "sheet", "cell", "keys", "column", "from", "to", "unit", "needed", "neighbours", "cells", "plan_exists", "set_by"]
#: Lines on the screen; the file has all.
MOST_LINES = 20


def _spelled(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _keys(cell: Any) -> str:
    return ", ".join([*(word for word in cell.keys.values() if word), cell.name])


def suggestion_line(suggestion: Suggestion, lang: str) -> str:
    """One suggestion in words."""
    cell = suggestion.cells[0]
    place = f"{cell.sheet}!{cell.address}" if cell.address else cell.sheet
    if suggestion.kind == "zeros":
        unit = cell.unit if isinstance(cell, CellNumber) else ""
        told = text("zeros", lang, count=len(suggestion.cells), place=place, after=_spelled(suggestion.after[0]), unit=unit).strip()
    elif len(suggestion.cells) > 1:
        factor = float(str(suggestion.after[0])) / float(str(suggestion.before[0]))
        told = text("cells", lang, count=len(suggestion.cells), place=place, factor=_spelled(factor))
    else:
        unit = cell.unit if isinstance(cell, CellNumber) else ""
        told = text("change", lang, place=place, keys=_keys(cell), before=_spelled(suggestion.before[0]), after=_spelled(suggestion.after[0]), unit=unit).strip()
        if isinstance(cell, CellNumber) and math.isfinite(suggestion.least):
            told += f"; {text('needed', lang, least=_spelled(suggestion.least))}"
        if math.isfinite(suggestion.expected):
            told += f"; {text('neighbours', lang, expected=_spelled(suggestion.expected))}"
    if isinstance(cell, CellNumber) and cell.origin:
        told += f"; {text('scenario', lang, origin=cell.origin)}"
    return f"{told}; {text('proven' if suggestion.verified else 'unproven', lang)}"


def lines(diagnosis: Diagnosis, lang: str) -> list[str]:
    """The diagnosis for the screen."""
    told = [diagnosis.told(lang)] if diagnosis.reason else []
    for position, suggestion in enumerate(diagnosis.suggestions):
        told.append(f"{text('either' if position else 'first', lang)}: {suggestion_line(suggestion, lang)}")
    for record in diagnosis.arithmetic.head(MOST_LINES).to_dict("records"):
        told.append(text("reach", lang, row=record["row"], asked=f"{record['asked']:.6g}", most=f"{record['most']:.6g}"))
    for record in diagnosis.relaxations.head(MOST_LINES).to_dict("records"):
        place = f"{record['sheet']}!{record['cell']} " if record["cell"] else ""
        keys = f" ({record['keys']})" if record["keys"] else ""
        amount = f": {record['limit']:.6g} by {record['relax_by']:.6g} {record['unit']}" if record["unit"] else ""
        told.append(f"{place}{record['name']}{keys}{amount}")
    return told


def suggestions_frame(suggestions: list[Suggestion]) -> pd.DataFrame:
    """One row a cell to change: rank, sheet, cell, keys, column, from, to, unit and what else is known."""
    rows = []
    for rank, suggestion in enumerate(suggestions, start=1):
        for cell, before, after in zip(suggestion.cells, suggestion.before, suggestion.after, strict=True):
            one = len(suggestion.cells) == 1 and isinstance(cell, CellNumber)
            rows.append([
                rank, cell.sheet, cell.address, ", ".join(w for w in cell.keys.values() if w), cell.name, before, after,
                cell.unit if isinstance(cell, CellNumber) else "", suggestion.least if one else math.nan, suggestion.expected if one else math.nan,
                len(suggestion.cells), int(suggestion.verified), cell.origin if isinstance(cell, CellNumber) else "",
            ])  # fmt: skip
    return pd.DataFrame(rows, columns=SUGGESTION_COLUMNS)


def write_diagnosis(diagnosis: Diagnosis, path: Path, workbook: Path | None = None) -> None:
    """Write ``infeasibility.xlsx``: suggestions, conflict, arithmetic, relaxations; cells link into ``workbook``."""
    from openpyxl import Workbook

    book = Workbook()
    sheets = [
        ("suggestions", "head_suggestions", suggestions_frame(diagnosis.suggestions)),
        ("conflict", "head_conflict", diagnosis.conflict),
        ("arithmetic", "head_arithmetic", diagnosis.arithmetic),
        ("smallest_relaxation", "head_relaxation", diagnosis.relaxations),
    ]
    for position, (name, head, frame) in enumerate(sheets):
        sheet = book.active if position == 0 else book.create_sheet()
        assert sheet is not None
        sheet.title = name
        top = [[both("none")], [diagnosis.told("en") + "  " + diagnosis.told("zh") if diagnosis.reason else ""], [both(head)], list(frame.columns)]
        _fill(sheet, [*top, *frame.itertuples(index=False, name=None)], list(frame.columns), len(top), workbook)
    path.parent.mkdir(parents=True, exist_ok=True)
    save_workbook(book, path)


def _fill(sheet: Any, rows: list[Any], columns: list[str], head: int, workbook: Path | None) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    for r, row in enumerate(rows, start=1):
        for c, value in enumerate(row, start=1):
            cell = sheet.cell(r, c)
            if isinstance(value, str):
                cell.value, cell.data_type = value, "s"
            elif value is not None and math.isfinite(value):
                cell.value = float(value) if not isinstance(value, int) else value
            if r in (1, head):
                cell.font = Font(bold=True)
        if r > head and workbook is not None and "cell" in columns and row[columns.index("cell")]:
            link = sheet.cell(r, columns.index("cell") + 1)
            link.hyperlink = f"{workbook.resolve().as_uri()}#'{row[columns.index('sheet')]}'!{row[columns.index('cell')]}"
            link.style = "Hyperlink"
    for c, name in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(c)].width = 40 if name in ("keys", "row") else 18
    sheet.freeze_panes = f"A{head + 1}"
