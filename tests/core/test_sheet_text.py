"""A workbook saved our way is, part by part and byte by byte, the one that openpyxl saves."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path

import openpyxl
from openpyxl.cell.rich_text import CellRichText
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font
from openpyxl.workbook import Workbook

from model.core.saved.sheet_text import save

#: Holds the time of saving.
STAMPED = "docProps/core.xml"
CELLS = (
    0, -1, 1.5, 1 / 3, 1e300, 1e-300, 2**53, float("nan"), float("inf"), True, False, "", " ", "plain", " before", "after ", "two\nlines", "a\n",
    "<&>\"'", "中文", "=1+1", "#N/A", "=A1", None, dt.datetime(2020, 1, 2, 3, 4), dt.date(2060, 12, 31), dt.time(12), dt.timedelta(days=2),
    CellRichText("rich ", "text"), "rows stand here",
)  # fmt: skip


def made() -> Workbook:
    """Every kind of cell, plain and in a style; a comment, links, a high row, one without cells."""
    book = Workbook()
    first, second = book.active, book.create_sheet("第二")
    assert first is not None
    for number, value in enumerate(CELLS, 1):
        first.cell(number, 1, value)
        styled = second.cell(number + 2, 28, value)
        styled.font, styled.alignment, styled.number_format = Font(bold=number % 2 == 0), Alignment(wrap_text=True), "0.0"
    first["C1"].comment = Comment("why", "who")
    first["C2"].comment, first["C2"].value = Comment("more", "who"), "noted"
    first["D1"].hyperlink, first["D2"].hyperlink = "https://example.org/?a=1&b=2", "#'第二'!A1"
    first["E1"].data_type, first["E1"].value = "s", "text"
    second["A1"].value, second["A1"].data_type, second["A1"].quotePrefix = "=no formula", "s", True
    first.row_dimensions[2].height, second.row_dimensions[99].height = 33.5, 20.0
    return book


def parts(content: io.BytesIO) -> dict[str, bytes]:
    with zipfile.ZipFile(content) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name != STAMPED}


def both(first: Workbook, second: Workbook) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """What openpyxl saves of the first and we of the second: saving leaves traces in a book, so there are two."""
    theirs, ours = io.BytesIO(), io.BytesIO()
    first.save(theirs)
    save(second, ours)
    return parts(theirs), parts(ours)


def test_every_kind_of_cell_is_written_as_openpyxl_writes_it() -> None:
    theirs, ours = both(made(), made())
    assert list(theirs) == list(ours)
    assert theirs == ours


def test_the_shipped_workbook_is_written_as_openpyxl_writes_it(workbook: Path) -> None:
    theirs, ours = both(openpyxl.load_workbook(workbook), openpyxl.load_workbook(workbook))
    assert [] == [name for name in theirs if theirs[name] != ours.get(name)]
    assert list(theirs) == list(ours)
