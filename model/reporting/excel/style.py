"""How the report workbook looks: fonts, number formats, and how a value enters a cell.

Text always enters as text, so that nothing that was read from elsewhere can become a formula.

Limits: appearance only; the input workbook has its own styles.
"""

from __future__ import annotations

import math
import numbers
import re
import unicodedata
from collections.abc import Iterable
from copy import copy
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.workbook import Workbook

FONT = "Calibri"
TITLE, SUBTITLE, SECTION, PROSE, HEADER, HEADER_LEFT, LABEL, NUMBER, TOTAL_LABEL, TOTAL, LINK, GOOD, BAD, WARN = (
    "report_title",
    "report_subtitle",
    "report_section",
    "report_prose",
    "report_header",
    "report_header_left",
    "report_label",
    "report_number",
    "report_total_label",
    "report_total",
    "report_link",
    "report_good",
    "report_bad",
    "report_warn",
)
#: Longest text that an Excel cell holds, in characters (Excel specifications and limits).
LONGEST_TEXT = 32767
#: Below this, whole floats are exact (IEEE 754 double).
EXACT_BELOW = 2.0**53
#: Type sizes and row height in points.
TITLE_POINTS, SECTION_POINTS, TEXT_POINTS, ROW_POINTS = 16, 12, 10, 15.0
INK, ACCENT, RULE = "262626", "1F3864", "BFBFBF"

#: From which size of the largest number on how many decimals are shown.
DECIMALS = ((1000.0, 0), (10.0, 1), (1.0, 2), (0.01, 4))
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def add_styles(book: Workbook) -> None:
    """Register the named styles of the report."""
    hair = Side(style="hair", color=RULE)
    line = Side(style="thin", color=ACCENT)
    box = Border(bottom=hair)
    above = Border(top=line, bottom=hair)
    left, right = (Alignment(horizontal=h, vertical="center") for h in ("left", "right"))
    indented = Alignment(horizontal="left", vertical="center", indent=1)
    wrap = Alignment(horizontal="right", vertical="center", wrap_text=True)
    text = {"name": FONT, "size": TEXT_POINTS, "color": INK}
    looks: dict[str, tuple[Font, str, Border, Alignment]] = {
        TITLE: (Font(name=FONT, bold=True, size=TITLE_POINTS, color=ACCENT), "", Border(), left),
        SUBTITLE: (Font(name=FONT, italic=True, size=TEXT_POINTS, color="595959"), "", Border(), left),
        SECTION: (Font(name=FONT, bold=True, size=SECTION_POINTS, color=ACCENT), "", Border(), left),
        PROSE: (Font(**text), "", Border(), left),
        HEADER: (Font(name=FONT, bold=True, size=TEXT_POINTS, color="FFFFFF"), ACCENT, Border(), wrap),
        HEADER_LEFT: (Font(name=FONT, bold=True, size=TEXT_POINTS, color="FFFFFF"), ACCENT, Border(), indented),
        LABEL: (Font(**text), "", box, indented),
        NUMBER: (Font(**text), "", box, right),
        TOTAL_LABEL: (Font(**text, bold=True), "EEF2F8", above, indented),
        TOTAL: (Font(**text, bold=True), "EEF2F8", above, right),
        LINK: (Font(name=FONT, size=TEXT_POINTS, color="0563C1", underline="single"), "", Border(), left),
        GOOD: (Font(name=FONT, size=TEXT_POINTS, bold=True, color="00724F"), "", box, indented),
        BAD: (Font(name=FONT, size=TEXT_POINTS, bold=True, color="B22222"), "", box, indented),
        WARN: (Font(name=FONT, size=TEXT_POINTS, bold=True, color="7A4A00"), "FFE08A", box, indented),
    }
    for name, (font, colour, border, alignment) in looks.items():
        fill = PatternFill("solid", start_color=colour, end_color=colour) if colour else PatternFill()
        book.add_named_style(NamedStyle(name, font=font, fill=fill, border=border, alignment=alignment))


#: Below this a value is the rounding of the solver (tolerance 1e-7 of a row), not a result.
SOLVER_RESIDUE = 1e-6


def clean_text(text: str) -> str:
    """The text without control characters, cut at what a cell holds."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))[:LONGEST_TEXT]


def clean_value(value: object) -> str | float | None:
    """What is stored for ``value``: None for blank or what is not finite, else text or a number."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, bool | np.bool_):
        return int(value)
    if isinstance(value, numbers.Real):
        number = float(value)
        if not math.isfinite(number):
            return None
        return int(number) if number.is_integer() and abs(number) < EXACT_BELOW else number
    return clean_text(str(value)) or None


def put(cell: Cell, value: object, style: str, number_format: str = "") -> None:
    """Store a cleaned value in a style; text is stored as text even when it begins with ``=``."""
    stored = clean_value(value)
    if stored is None:
        _dress(cell, style)
    elif isinstance(stored, str):
        cell.value = stored
        cell.data_type = "s"
        _dress(cell, style, quoted=stored[0] in "=+-@")
    else:
        # what the solver leaves of a zero would read "-0" otherwise
        is_residue = number_format and "E" not in number_format and abs(stored) < SOLVER_RESIDUE
        cell.value = 0 if is_residue else stored
        _dress(cell, style, number_format)


#: What the cells of a workbook keep of each look that occurs in it: a report has tens of thousands of cells and some dozens of looks.
_looks: WeakKeyDictionary[Workbook, dict[tuple[str, str, bool], StyleArray]] = WeakKeyDictionary()
#: The same of looks whose cells are moved to the top.
_tops: WeakKeyDictionary[Workbook, dict[tuple[bytes, bool], StyleArray]] = WeakKeyDictionary()


def _dress(cell: Cell, style: str, number_format: str = "", quoted: bool = False) -> None:
    """Give a cell a named style, a number format, and the mark of a text that could be taken for a formula."""
    known = _looks.setdefault(cell.parent.parent, {})
    look = (style, number_format, quoted)
    if look not in known:
        cell.style = style
        if number_format:
            cell.number_format = number_format
        if quoted:
            cell.quotePrefix = True
        known[look] = copy(cell._style)
    cell._style = copy(known[look])


def put_top(cell: Cell, wrap: bool) -> None:
    """Move what a cell shows to its top, in lines where ``wrap`` is asked for."""
    known = _tops.setdefault(cell.parent.parent, {})
    look = (cell._style.tobytes(), wrap)
    if look not in known:
        cell.alignment = Alignment(vertical="top", horizontal=cell.alignment.horizontal, indent=cell.alignment.indent, wrap_text=wrap)
        known[look] = copy(cell._style)
    cell._style = copy(known[look])


def number_format(values: Iterable[object]) -> str:
    """A format that suits the largest of the numbers; an exact zero is shown as a dash."""
    sizes = [abs(float(v)) for v in map(clean_value, values) if isinstance(v, int | float)]
    largest = max(sizes, default=0.0)
    if largest == 0.0:
        pattern = "0"
    else:
        decimals = next((d for size, d in DECIMALS if largest >= size), None)
        pattern = "0.00E+00" if decimals is None else "#,##0" + ("." + "0" * decimals if decimals else "")
    return f'{pattern};-{pattern};"–"'


def display_width(text: str) -> int:
    """Columns that the text takes on the screen; a Chinese character takes two."""
    return sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in text)


def wrapped(text: str, width: int) -> list[str]:
    """``text`` in lines of at most ``width`` screen columns, broken at blanks or between Chinese characters."""
    lines, line, room = [], "", width
    for piece in re.findall(r"[^\u2e80-\uffef\s]+\s*|[\u2e80-\uffef]\s*", text):
        size = display_width(piece.rstrip())
        if size > room and line and piece[0] not in "，。；：、）":
            lines.append(line.rstrip())
            line, room = "", width
        line, room = line + piece, room - display_width(piece)
    return [*lines, line.rstrip()] if line else lines
