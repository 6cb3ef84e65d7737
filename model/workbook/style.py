"""How the input workbook looks: colours, fonts, widths, number formats, and how a value enters a cell.

One colour means one thing everywhere: light yellow with blue figures is for the user to change. Text always enters
as text, so that nothing that was read from elsewhere can become a formula.

Limits: appearance of the input workbook only; the report has its own styles.
"""

from __future__ import annotations

import math
import numbers
import re
import unicodedata
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.workbook import Workbook

FONT = "Calibri"
INPUT, UNITS, KEY_HEADER, HEADER, OPTIONAL_HEADER, REMARK, LABEL, TITLE, SECTION, PROSE, LINK = (
    "model_input",
    "model_unit",
    "model_header_key",
    "model_header",
    "model_header_optional",
    "model_remark",
    "model_label",
    "model_title",
    "model_section",
    "model_prose",
    "model_link",
)
#: Longest text that an Excel cell holds, in characters (Excel specifications and limits).
LONGEST_TEXT = 32767
#: Below this, whole floats are exact (IEEE 754 double).
EXACT_BELOW = 2.0**53
#: Column widths in characters: narrow columns stay readable, long notes do not push the numbers off the screen.
NARROWEST, WIDEST, FILTER_BUTTON = 9, 44, 4
#: Digits shown of the smallest number of a column, and the most decimals before scientific notation.
SHOWN_DIGITS, MOST_DECIMALS = 3, 6
#: Height of one line of text in points at 11 point type, and of a header note line in pixels.
LINE_POINTS, NOTE_LINE_PIXELS, NOTE_WIDTH_PIXELS, NOTE_LINE_CHARACTERS = 15, 20, 340, 46
#: Size of the title in points.
TITLE_POINTS = 16
SECTION_POINTS = 12

GROUP_COLOURS: dict[str, str] = {
    "general": "7F7F7F",
    "land": "548235",
    "water": "2E75B6",
    "energy": "ED7D31",
    "industry": "7030A0",
    "money": "BF9000",
}

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def add_styles(book: Workbook) -> None:
    """Register the named styles; a person finds them in Excel's style gallery."""
    hair = Side(style="hair", color="BFBFBF")
    box = Border(left=hair, right=hair, top=hair, bottom=hair)
    wrap = Alignment(wrap_text=True, vertical="top")
    middle = Alignment(vertical="center")
    indented = Alignment(horizontal="left", vertical="center", indent=1)
    looks: dict[str, tuple[Font, str, Border, Alignment]] = {
        INPUT: (Font(name=FONT, color="0000FF"), "FFF9DB", box, middle),
        UNITS: (Font(name=FONT, color="7F7F7F", italic=True), "F2F2F2", box, indented),
        KEY_HEADER: (Font(name=FONT, color="FFFFFF", bold=True), "1F3864", box, middle),
        HEADER: (Font(name=FONT, color="FFFFFF", bold=True), "2F5597", box, middle),
        OPTIONAL_HEADER: (Font(name=FONT, color="1F3864", bold=True), "C9D6EC", box, middle),
        REMARK: (Font(name=FONT, color="595959"), "", box, indented),
        LABEL: (Font(name=FONT, bold=True), "", box, middle),
        TITLE: (Font(name=FONT, bold=True, size=TITLE_POINTS, color="1F3864"), "", Border(), middle),
        SECTION: (Font(name=FONT, bold=True, size=SECTION_POINTS, color="1F3864"), "", Border(), middle),
        PROSE: (Font(name=FONT), "", Border(), wrap),
        LINK: (Font(name=FONT, color="0563C1", underline="single"), "", Border(), Alignment(vertical="top")),
    }
    for name, (font, colour, border, alignment) in looks.items():
        fill = PatternFill("solid", start_color=colour, end_color=colour) if colour else PatternFill()
        book.add_named_style(NamedStyle(name, font=font, fill=fill, border=border, alignment=alignment))


def clean_text(text: str) -> str:
    """The text without control characters; line ends become line feeds, tabs stay.

    Raises ValueError when the text is longer than a cell holds.
    """
    clean = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(clean) > LONGEST_TEXT:
        raise ValueError(f"a text of {len(clean)} characters does not fit a cell ({LONGEST_TEXT} at most)")
    return clean


def clean_value(value: object) -> str | float | None:
    """What is stored for ``value``: None for blank (None, NaN, NA, empty text), else text or a finite number.

    Raises ValueError for an infinite number and TypeError for what is neither number nor text.
    """
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, str):
        return clean_text(value) or None
    if isinstance(value, bool | np.bool_):
        return int(value)
    if isinstance(value, numbers.Integral):
        return int(value)
    if not isinstance(value, numbers.Real):
        raise TypeError(f"{value!r} is neither a number nor a text")
    number = float(value)
    if math.isnan(number):
        return None
    if math.isinf(number):
        raise ValueError("an infinite number cannot be stored in a workbook")
    return int(number) if number.is_integer() and abs(number) < EXACT_BELOW else number


def put(cell: Cell, value: object, style: str, number_format: str = "") -> None:
    """Store a cleaned value in a style; text is stored as text even when it begins with ``=`` or looks like #N/A."""
    stored = clean_value(value)
    cell.style = style
    if stored is None:
        pass
    elif isinstance(stored, str):
        cell.value = stored
        cell.data_type = "s"
        if stored[0] in "=+-@":
            cell.quotePrefix = True
    else:
        cell.value = stored
    if number_format and not isinstance(stored, str):
        cell.number_format = number_format


def number_format(values: Iterable[object], unit: str = "") -> str:
    """A format that shows at least three digits of the smallest number; calendar years carry no separator."""
    if unit == "calendar year":
        return "0"
    floats = [abs(float(v)) for v in map(clean_value, values) if isinstance(v, int | float)]
    nonzero = [f for f in floats if f > 0]
    if not nonzero:
        return "General"
    decimals = max(_decimals(f) for f in nonzero)
    if decimals > MOST_DECIMALS:
        return "0.00E+00"
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def _decimals(number: float) -> int:
    wanted = max(0, SHOWN_DIGITS - 1 - math.floor(math.log10(number)))
    if wanted > MOST_DECIMALS:
        return wanted
    digits = f"{number:.{wanted}f}"
    return len(digits.rstrip("0").partition(".")[2]) if "." in digits else 0


def display_width(text: str) -> int:
    """Columns that the text takes on the screen; a Chinese character takes two."""
    return sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in text)


def column_width(header: str, values: Iterable[object]) -> float:
    """A width that shows the header beside its filter button and the values, within limits."""
    widest = max((display_width(line) for v in values if v is not None for line in str(v).split("\n")), default=0)
    return float(min(WIDEST, max(NARROWEST, display_width(header) + FILTER_BUTTON, widest + 1)))


def line_count(text: str, width: float) -> int:
    """Lines that the text takes in a column of ``width`` characters."""
    return sum(max(1, math.ceil(display_width(line) / width)) for line in text.split("\n"))


def row_height(texts: Sequence[str], widths: Sequence[float]) -> float:
    """Height in points of a row of wrapped texts."""
    return float(LINE_POINTS * max(line_count(t, w) for t, w in zip(texts, widths, strict=True)))


def note(text: str) -> Comment:
    """A cell note, large enough to be read without dragging its corner."""
    lines = line_count(text, NOTE_LINE_CHARACTERS) + 1
    return Comment(clean_text(text), "model", height=lines * NOTE_LINE_PIXELS, width=NOTE_WIDTH_PIXELS)
