"""Writes the review copy of a workbook: every finding coloured at its cell, with a note, and listed with links.

The copy says on its first sheet that it is one; the reader refuses it as input, because saving it has dropped the stored
results of formulas.

Limits: cells keep their own formulas and styles except for the fill; findings without a cell stand in the list only; of
very many infos on one sheet only the first thousand are marked at their cells.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from model.core.aside import aside, workbook_bytes
from model.core.declare.spec import Finding

from .messages import Language, clean
from .package import REVIEW_PREFIX, REVIEW_SHEET, may_be_opened

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

CHECKS_SHEET = "checks"
LEVELS = ("error", "warning", "info")
#: Red, amber and blue of the usual office palettes, light enough to read black text on.
_COLOURS = {"error": "FFF4B6B6", "warning": "FFFFE08A", "info": "FFCFE2F3"}
_AUTHOR = "check"
_MOST_MARKED = 1000
_WIDTHS = (10, 24, 12, 70, 60)
_HEADER = {
    "en": ("level", "sheet", "cell", "what is wrong", "what is expected"),
    "zh": ("级别", "工作表", "单元格", "问题", "应为"),
}
_BANNER = {
    "en": (
        "This is a review copy. Correct the original workbook: this copy is not accepted as input.",
        "Stored results of formulas are lost here. See the sheet checks for all findings.",
    ),
    "zh": ("这是审阅副本。请修改原工作簿：本副本不能作为输入。", "此处公式的已存结果已丢失。全部问题见 checks 表。"),
}
#: Excel holds no more in a cell or a note that anybody reads.
_LONGEST = 1000


def checked_name(path: Path) -> str:
    """The file name of the review copy of a workbook."""
    return f"{REVIEW_PREFIX}{path.stem}.xlsx"


def write_checked(path: str | Path, findings: Sequence[Finding], out_path: str | Path, lang: Language = "en") -> Path:
    """Write the review copy of the workbook at ``path`` to ``out_path`` and return that path.

    A workbook that can not be opened, or not be saved again, gives a copy with the list of findings only. The file is
    written aside and renamed. Raises OSError when it can not be written.
    """
    out = Path(out_path)
    try:
        content = _copy(_load(Path(path)), findings, lang)
    except Exception:  # a damaged workbook raises almost anything, when it is opened or only when it is saved
        content = _copy(_empty(), findings, lang)
    with aside(out) as part:
        part.write_bytes(content)
    return out


def _copy(book: Workbook, findings: Sequence[Finding], lang: Language) -> bytes:
    """The workbook with everything found in it."""
    _mark(book, findings)
    _banner(book, lang)
    _list(book, findings, lang)
    return workbook_bytes(book)


def _empty() -> Workbook:
    """A workbook without a sheet."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    return book


def _load(path: Path) -> Workbook:
    """The workbook, or an empty one when it is too large or otherwise not to be opened without harm."""
    import openpyxl

    if not may_be_opened(path):
        return _empty()
    # what the copy loses (extensions) is no news: a warning of it would stand among the findings
    with warnings.catch_warnings(action="ignore"), path.open("rb") as content:
        book = openpyxl.load_workbook(content)
    for name in (REVIEW_SHEET, CHECKS_SHEET):
        if name in book.sheetnames:
            del book[name]
    return book


def _write(cell: Cell, text: str) -> None:
    """Text that is never taken for a formula."""
    cell.value = clean(text)[:_LONGEST]
    cell.data_type = "s"


def _mark(book: Workbook, findings: Sequence[Finding]) -> None:
    """Colour each cell by its worst finding and put all of them into its note."""
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    by_place: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        if finding.cell and finding.sheet in book.sheetnames:
            by_place.setdefault((finding.sheet, finding.cell), []).append(finding)
    infos: dict[str, int] = {}
    for (sheet, address), here in by_place.items():
        worst = min((f.level for f in here), key=LEVELS.index)
        if worst == "info":
            infos[sheet] = infos.get(sheet, 0) + 1
            if infos[sheet] > _MOST_MARKED:
                continue
        page = book[sheet]
        cell = _anchor(page, address) if hasattr(page, "merged_cells") else None
        if cell is None:
            continue
        cell.fill = PatternFill("solid", fgColor=_COLOURS[worst])
        text = "\n".join(f"{f.level}: {f.message}" + (f"; {f.expected}" if f.expected else "") for f in here)
        cell.comment = Comment("".join(clean(line) + "\n" for line in text.split("\n"))[:_LONGEST], _AUTHOR)


def _anchor(page: Worksheet, address: str) -> Cell | None:
    """The cell at an address, or the first of the merged range that it belongs to."""
    from openpyxl.cell.cell import MergedCell

    for merged in page.merged_cells.ranges:
        if address in merged:
            address = merged.start_cell.coordinate
    found = page[address]
    return None if isinstance(found, MergedCell) else found


def _banner(book: Workbook, lang: Language) -> None:
    from openpyxl.styles import Font

    page = book.create_sheet(REVIEW_SHEET, 0)
    for row, line in enumerate(_BANNER[lang], start=1):
        _write(page.cell(row, 1), line)
        page.cell(row, 1).font = Font(bold=row == 1)
    page.column_dimensions["A"].width = sum(_WIDTHS[:-1])
    book.active = 0


def _list(book: Workbook, findings: Sequence[Finding], lang: Language) -> None:
    """The sheet of all findings, worst first, each linked to its cell."""
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.hyperlink import Hyperlink

    page = book.create_sheet(CHECKS_SHEET, 1)
    for column, (name, width) in enumerate(zip(_HEADER[lang], _WIDTHS, strict=True), start=1):
        _write(page.cell(1, column), name)
        page.cell(1, column).font = Font(bold=True)
        page.column_dimensions[get_column_letter(column)].width = width
    page.freeze_panes = "A2"
    ordered = sorted(findings, key=lambda f: LEVELS.index(f.level))
    for row, finding in enumerate(ordered, start=2):
        for column, text in enumerate(
            (finding.level, finding.sheet, finding.cell, finding.message, finding.expected), start=1
        ):
            _write(page.cell(row, column), text)
        page.cell(row, 1).fill = PatternFill("solid", fgColor=_COLOURS[finding.level])
        if finding.sheet in book.sheetnames:
            quoted = finding.sheet.replace("'", "''")
            link = page.cell(row, 3)
            link.hyperlink = Hyperlink(ref=link.coordinate, location=f"'{quoted}'!{finding.cell or 'A1'}")
            link.font = Font(underline="single", color="FF0563C1")
