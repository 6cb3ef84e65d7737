"""Saves an openpyxl workbook in half the time: cells that hold numbers and plain text are written as text, not as a tree of elements each.

What is written is what openpyxl itself would write, byte for byte (a test holds it to that); only the cells take another way.

Limits: cells of other kinds (formulas, dates, rich text, links) are left to openpyxl.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable
from math import isfinite
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl.cell._writer import etree_write_cell
from openpyxl.cell.cell import Cell
from openpyxl.comments.comment_sheet import CommentRecord
from openpyxl.compat import safe_string
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.workbook import Workbook
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter
from openpyxl.xml.functions import tostring

#: Stands in a sheet where its rows belong until all else is written.
ROWS = "rows stand here"
NUMBER, TEXT = "n", "s"


def save(book: Workbook, file: IO[bytes]) -> None:
    """Save a workbook as ``book.save`` does."""
    if book.write_only or book.read_only:
        book.save(file)
        return
    with ZipFile(file, "w", ZIP_DEFLATED, allowZip64=True) as archive:
        book.properties.modified = dt.datetime.now(tz=dt.UTC).replace(tzinfo=None)
        _BookWriter(book, archive).save()


class _BookWriter(ExcelWriter):  # type: ignore[misc]  # openpyxl has no types
    """openpyxl's writer of a workbook, with our own of its sheets."""

    def write_worksheet(self, ws: Worksheet) -> None:
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images
        writer = _SheetWriter(ws, io.BytesIO())
        writer.write()
        ws._rels = writer._rels
        self._archive.writestr(ws.path[1:], writer.read())
        self.manifest.append(ws)


class _SheetWriter(WorksheetWriter):  # type: ignore[misc]  # openpyxl has no types
    """openpyxl's writer of a sheet, which leaves a mark in the place of the rows and puts them there at the end."""

    def write_rows(self) -> None:
        file = self.xf.send(True)
        with file.element("sheetData"):
            file.write(ROWS)
        self.xf.send(None)
        self._looks: dict[bytes, str] = {}
        self._text = "".join(self._row(number, cells) for number, cells in self.rows())

    def read(self) -> bytes:
        """The whole sheet."""
        rest: bytes = super().read()
        return rest.replace(f">{ROWS}<".encode(), f">{self._text}<".encode(), 1)

    def _row(self, number: int, cells: Iterable[Cell]) -> str:
        given = {"r": f"{number}", **dict(self.ws.row_dimensions.get(number, {}))}
        words = "".join(f" {name}={quoteattr(value)}" for name, value in given.items())
        return f"<row{words}>{''.join(map(self._cell, cells))}</row>"

    def _cell(self, cell: Cell) -> str:
        value, kind = cell._value, cell.data_type
        if cell._comment is not None:
            self.ws._comments.append(CommentRecord.from_cell(cell))
        elif value is None and not cell.has_style:
            return ""
        number = isinstance(value, int | float) and isfinite(value)
        if cell.hyperlink or not (value is None or (number if kind == NUMBER else kind == TEXT and type(value) is str)):
            tree = _Taken()
            etree_write_cell(tree, self.ws, cell, cell.has_style)
            return tree.text
        head = f'<c r="{cell.coordinate}"{self._look(cell)}'
        if value is None or value == "":
            return f'{head} t="{"inlineStr" if kind == TEXT else kind}" />'
        if number:
            return f'{head} t="n"><v>{safe_string(value)}</v></c>'
        space = ' xml:space="preserve"' if value.strip() not in ("", value) else ""
        return f'{head} t="inlineStr"><is><t{space}>{escape(value)}</t></is></c>'

    def _look(self, cell: Cell) -> str:
        """The number of the cell's style, which the stylesheet is asked for once for each look; nothing for a plain cell."""
        if cell._style is None:
            return ""
        key = cell._style.tobytes()
        if key not in self._looks:
            self._looks[key] = f' s="{cell.style_id}"' if cell.has_style else ""
        return self._looks[key]


class _Taken:
    """Takes the element that openpyxl makes of a cell."""

    text = ""

    def write(self, element: Any) -> None:
        self.text = tostring(element).decode()
