"""One sheet of the report workbook, written from top to bottom: headings, matrices, lists, charts below their tables.

Column A names the place, B the item, C the unit, numbers follow; charts stand in rows of their own, never over a table.

Limits: one arrangement of columns per sheet.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd
from openpyxl.cell.cell import Cell
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.utils import get_column_letter
from openpyxl.utils.units import pixels_to_EMU
from openpyxl.workbook import Workbook
from openpyxl.worksheet.pagebreak import Break

from ..context import Context
from ..shown import RESIDUE
from .charts import Block, Plot, chart_of
from .style import (
    HEADER,
    HEADER_LEFT,
    LABEL,
    NUMBER,
    PROSE,
    ROW_POINTS,
    SECTION,
    SUBTITLE,
    TITLE,
    TOTAL,
    TOTAL_LABEL,
    display_width,
    number_format,
    put,
    wrapped,
)

FIRST_NUMBER = 4
PLACE_WIDTH, ITEM_WIDTH, UNIT_WIDTH, YEAR_WIDTH = 24.0, 38.0, 14.0, 10.0
#: Pixels of a column: so many to the character, and the cell's margins (Excel, Calibri 11).
PIXELS_PER_CHARACTER, PIXELS_OF_MARGIN = 7, 5
#: Rows that a chart spans, blank rows below it, and the part of the sheet's width that a single one takes.
CHART_ROWS, ROWS_BELOW, SINGLE_SHARE = 15, 1, 0.75
#: Fewest rows of a table that are worth beginning at the foot of a printed page.
FEWEST_ROWS = 9
#: A4 landscape less margins, in cm, and what is safely used of its height.
PAGE_WIDTH, PAGE_HEIGHT, ROW_CM = 27.7, 17.8, 0.529
A4_PAPER = 9
MARGIN_INCHES = 0.4
TITLE_ROWS = 2
TITLE_HEIGHT = 24.0
EMU_PER_CM = 360000
LINE_HEADER = 2
#: Running text is set tighter than figures: characters of it to one of column width.
PROSE_PER_WIDTH = 1.15


class Page:
    """A sheet being written; ``row`` is the next free row."""

    def __init__(self, book: Workbook, name: str, ctx: Context, lead: str = "", widths: Sequence[float] = ()) -> None:
        self.sheet = book.create_sheet(name)
        self.ctx, self.name = ctx, name
        numbers = max(len(ctx.years), 1)
        self.widths = list(widths) or [PLACE_WIDTH, ITEM_WIDTH, UNIT_WIDTH, *[YEAR_WIDTH] * numbers]
        for number, width in enumerate(self.widths, 1):
            self.sheet.column_dimensions[get_column_letter(number)].width = width
        self.sheet.sheet_format.defaultRowHeight = ROW_POINTS
        self.sheet.sheet_format.customHeight = True
        self.sheet.sheet_view.showGridLines = False
        put(self.sheet.cell(1, 1), ctx.word(f"sheet_{name}"), TITLE)
        self.sheet.row_dimensions[1].height = TITLE_HEIGHT
        self.row = TITLE_ROWS
        for line in wrapped(lead, int(sum(self.widths))) or [""]:
            put(self.sheet.cell(self.row, 1), line, SUBTITLE)
            self.row += 1
        self.head_rows = self.row - 1
        self.row += 1
        self._starts: list[int] = [self.row]
        self._chart_rows: list[tuple[int, int]] = []
        self.header_to_repeat = 0

    def heading(self, text: str) -> None:
        """A heading; what follows, charts included, is kept on one printed page where it fits."""
        if self.row > self._starts[-1]:
            self._starts.append(self.row)
        put(self.sheet.cell(self.row, 1), text, SECTION)
        self.row += 1

    def prose(self, text: str, column: int = 1) -> None:
        """Sentences over the width of the sheet, a row for each line."""
        for line in wrapped(text, int(PROSE_PER_WIDTH * sum(self.widths[column - 1 :]))):
            put(self.sheet.cell(self.row, column), line, PROSE)
            self.row += 1

    def headers(self, texts: Sequence[object], left: Collection[int] = (1, 2, 3)) -> None:
        """One row of column headers; those of texts (columns ``left``) stand left, others right and wrapped."""
        for number, text in enumerate(texts, 1):
            put(self.sheet.cell(self.row, number), text, HEADER_LEFT if number in left else HEADER, "0")
            if number not in left and display_width(str(text)) >= self._width(number):
                self.sheet.row_dimensions[self.row].height = LINE_HEADER * ROW_POINTS
        self.row += 1

    def _width(self, column: int) -> float:
        return self.widths[column - 1] if column <= len(self.widths) else YEAR_WIDTH

    def matrix(
        self, matrix: pd.DataFrame, unit: str, bold: Collection[str] = (), head: Sequence[str] = ("place", "item"), *, blanks: bool = False
    ) -> Block:
        """Write a matrix (place, item) x columns with names and unit; returns where its numbers are.

        Columns without any number are left out at both ends and stay blank between others, so that years stand in step;
        ``blanks`` keeps all, for a table that is read column by column with the one above. What the solver leaves of a
        zero is written as zero.
        """
        if not blanks:
            matrix = _without_empty_ends(matrix)
        matrix = matrix.mask(matrix.abs() < RESIDUE, 0.0)
        header_row = self.row
        self.headers([*(self.ctx.word(h) for h in head), self.ctx.word("unit"), *matrix.columns])
        first = self.row
        pattern = number_format(matrix.to_numpy().ravel())
        for (place, item), values in zip(matrix.index, matrix.to_numpy(dtype=object).tolist(), strict=True):
            strong = item in bold
            names = (self.ctx.place(place), self.ctx.item(item), self.ctx.unit(unit))
            for number, text in enumerate(names, 1):
                put(self.sheet.cell(self.row, number), self.short(text, number), TOTAL_LABEL if strong else LABEL)
            for number, value in enumerate(values, FIRST_NUMBER):
                put(self.sheet.cell(self.row, number), value, TOTAL if strong else NUMBER, pattern)
            self.row += 1
        self.row += 1
        last = FIRST_NUMBER + len(matrix.columns) - 1
        return Block(self.sheet, header_row, first, FIRST_NUMBER, last, [(str(p), str(i)) for p, i in matrix.index])

    def listing(self, headers: Sequence[str], rows: Sequence[Sequence[object]], formats: Sequence[str], filtered: bool = False) -> int:
        """Write a plain list with one header row; ``formats`` per column (empty: text). Returns its first row."""
        self.headers(headers, [number for number, pattern in enumerate(formats, 1) if not pattern])
        first = self.row
        if not self.header_to_repeat:
            self.header_to_repeat = first - 1
        for row in rows:
            for number, (value, pattern) in enumerate(zip(row, formats, strict=True), 1):
                put(self.sheet.cell(self.row, number), value, NUMBER if pattern else LABEL, pattern)
            self.row += 1
        if filtered and rows:
            self.sheet.auto_filter.ref = f"A{first - 1}:{get_column_letter(len(headers))}{self.row - 1}"
        self.row += 1
        return first

    def plain(self, values: Sequence[object], pattern: str = "#,##0") -> None:
        """One row of texts and numbers; a mark in a column of numbers stands right, below the header of its column."""
        for number, value in enumerate(values, 1):
            is_text = isinstance(value, str) and number < FIRST_NUMBER
            put(self.sheet.cell(self.row, number), value, LABEL if is_text else NUMBER, pattern)
        self.row += 1

    def cell(self, row: int, column: int) -> Cell:
        """A cell of the sheet."""
        return self.sheet.cell(row, column)

    def charts(self, *plots: Plot | None) -> None:
        """Charts side by side in rows below what was written; a plot without rows is left out."""
        shown = [p for p in plots if p is not None and (p.rows or p.lines)]
        if not shown:
            return
        edges = [0.0, SINGLE_SHARE] if len(shown) == 1 else [n / len(shown) for n in range(len(shown) + 1)]
        for plot, left, right in zip(shown, edges, edges[1:], strict=False):
            self.place_chart(plot, left, right, CHART_ROWS)
        self._chart_rows.append((self.row, self.row + CHART_ROWS))
        self.row += CHART_ROWS + ROWS_BELOW

    def place_chart(self, plot: Plot, left: float, right: float, rows: int) -> None:
        """Put a chart over ``rows`` rows from the current one, between two shares of the width of the sheet."""
        chart = chart_of(plot)
        (first, offset), (last, end) = self._column_at(left), self._column_at(right)
        chart.anchor = TwoCellAnchor(
            editAs="oneCell",
            _from=AnchorMarker(col=first, colOff=offset, row=self.row - 1),
            to=AnchorMarker(col=last, colOff=end, row=self.row - 1 + rows),
        )
        chart.graphical_properties = GraphicalProperties(ln=LineProperties(noFill=True))
        self.sheet.add_chart(chart)

    @property
    def total_cm(self) -> float:
        """Width of the sheet in cm."""
        return sum(map(_emu, self.widths)) / EMU_PER_CM

    def _column_at(self, share: float) -> tuple[int, int]:
        """Column and offset at a share of the sheet's width."""
        rest = share * sum(map(_emu, self.widths))
        for number, width in enumerate(self.widths):
            if rest < _emu(width):
                return number, int(rest)
            rest -= _emu(width)
        return len(self.widths), 0

    def short(self, text: str, column: int, columns: int = 1) -> str:
        """The text, shortened so that it does not run beyond ``columns`` columns."""
        most = int(sum(self.widths[column - 1 : column - 1 + columns]))
        if display_width(text) <= most:
            return text
        while display_width(text) > most - 1:
            text = text[:-1]
        return text + "…"

    def finish(self, freeze: str = "", portrait: bool = False, one_page: bool = False) -> None:
        """Freeze panes, page set-up, print area, repeated rows and page breaks."""
        sheet = self.sheet
        repeat = self.header_to_repeat or self.head_rows + 1
        sheet.freeze_panes = freeze or f"A{repeat + 1}"
        sheet.print_area = f"A1:{get_column_letter(len(self.widths))}{self.row}"
        sheet.print_title_rows = f"1:{repeat}"
        sheet.page_setup.orientation = "portrait" if portrait else "landscape"
        sheet.page_setup.paperSize = A4_PAPER
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 1 if one_page else 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        margins = sheet.page_margins
        margins.left = margins.right = margins.top = MARGIN_INCHES
        margins.bottom = margins.header = margins.footer = MARGIN_INCHES
        sheet.oddFooter.left.text, sheet.oddFooter.right.text = "&A", "&P / &N"
        if not one_page:
            self._break_pages(repeat)

    def _break_pages(self, repeated: int) -> None:
        """Page breaks before what would not fit: a section with its charts, or of a longer one each row of charts."""
        scale = min(1.0, PAGE_WIDTH / self.total_cm)
        room = int(PAGE_HEIGHT / (ROW_CM * scale))
        starts = set(self._starts)
        for start, end in zip(self._starts, [*self._starts[1:], self.row], strict=True):
            if end - start > room - repeated:
                starts |= {top for top, _ in self._chart_rows if start < top < end}
        order = sorted(starts)
        used = order[0] - 1
        for start, end in zip(order, [*order[1:], self.row], strict=True):
            length = end - start
            holds_chart = any(start <= top < end for top, _ in self._chart_rows)
            needed = length if holds_chart else min(length, FEWEST_ROWS)
            # charts parted from a long table always begin a page: where that table ends is not known for sure
            if (used + needed > room or start not in self._starts) and start > order[0]:
                self.sheet.row_breaks.append(Break(id=start - 1))
                used = repeated
            used += length
            if used > room:
                used = repeated + (used - room) % max(1, room - repeated)


def _without_empty_ends(matrix: pd.DataFrame) -> pd.DataFrame:
    """The matrix from its first to its last column that holds a number."""
    filled = [number for number, empty in enumerate(matrix.isna().all(axis=0)) if not empty]
    return matrix.iloc[:, filled[0] : filled[-1] + 1] if filled else matrix.iloc[:, :0]


def _emu(width: float) -> int:
    return int(pixels_to_EMU(width * PIXELS_PER_CHARACTER + PIXELS_OF_MARGIN))
