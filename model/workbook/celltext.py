"""What a cell of an Excel file says: its stored text as a number, word, yes/no, date or error, by the type it declares.

Also reads the two tables that cells point to: the shared texts, and the styles as far as they tell a date from a number.

Limits: a date is known by its number format only; formats that show a number otherwise (per cent, thousands) change nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

from .raw import Bad
from .xmlsafe import SPREADSHEET, Text, Tree, Walker, elements

#: Number formats of Office Open XML that have a number but no text: dates and times, those of East Asia included.
_DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_STYLES: Tree = {"styleSheet": {"numFmts": {"numFmt": {}}, "cellXfs": {"xf": {}}}}
#: Parts of a number format that say nothing about date or time: quoted and escaped text, padding, colours and conditions.
_SILENT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_DATE_LETTER = re.compile(r"[dmyhs]", re.IGNORECASE)
_SHARED: Tree = {"sst": {"si": {"t": {}, "r": {"t": {}}}}}
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
#: Digits of the position of a shared text: a part within the limits has far fewer than 10^9 of them.
_LONGEST_INDEX = 9
#: White space of XML; other spaces are content.
SPACE = " \t\r\n"
_YES, _NO = ("1", "true"), ("0", "false")
_UNKNOWN_ERROR = "#?"
#: Excel takes 1900 for a leap year: its days count from one day earlier after the 29 February that never was.
_DAY_ZERO, _NEVER_WAS, _DAY_ZERO_1904 = dt.datetime(1899, 12, 30), 60, dt.datetime(1904, 1, 1)


@dataclass(frozen=True)
class Tables:
    """What cells point to: the shared texts, the styles (by position) that show a number as a date, and where days begin."""

    texts: list[str] = field(default_factory=list)
    date_styles: frozenset[str] = frozenset()
    from_1904: bool = False


def date_styles(xml: bytes) -> frozenset[str]:
    """Positions, as cells write them, of the styles that show a number as a date or time."""
    formats: dict[str, bool] = {str(number): True for number in _DATE_FORMATS}
    found, position = [], 0
    for name, attributes in elements(xml, _STYLES, SPREADSHEET):
        if name == "numFmt":
            formats[attributes.get("numFmtId", "")] = bool(_DATE_LETTER.search(_SILENT.sub("", attributes.get("formatCode", ""))))
        elif name == "xf":
            if formats.get(attributes.get("numFmtId", "")):
                found.append(str(position))
            position += 1
    return frozenset(found)


class _SharedTexts(Walker):
    """Each entry is one text, or the pieces of a rich one; readings in another script (rPh) do not belong to it."""

    def __init__(self) -> None:
        super().__init__(_SHARED, SPREADSHEET)
        self.found: list[str] = []
        self._text = Text(self.parser)

    def entered(self, name: str, attributes: dict[str, str]) -> None:
        if name == "t":
            self._text.begin()
        elif name == "si":
            self.found.append("")

    def left(self, name: str) -> None:
        if name == "t":
            self.found[-1] += self._text.end()


def shared_texts(xml: bytes) -> list[str]:
    """The shared texts in order."""
    reader = _SharedTexts()
    reader.walk(xml)
    return [unescaped(text) for text in reader.found]


def unescaped(text: str) -> str:
    """The text with ``_x000D_`` and the like, by which Excel stores characters that XML can not hold, as those characters."""
    if "_x" not in text:
        return text
    made = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    # a character beyond the first plane is stored as two
    return made.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def value(kind: str, text: str, style: str, tables: Tables) -> object:
    """The value of a cell of type ``kind`` whose ``<v>`` holds ``text``; a Bad when it can not be told."""
    if kind in ("", "n"):
        return _number(text.strip(SPACE), style, tables)
    if kind == "s":
        index = text.strip(SPACE)
        if len(index) <= _LONGEST_INDEX and index.isascii() and index.isdigit() and int(index) < len(tables.texts):
            return tables.texts[int(index)]
    elif kind in ("str", "inlineStr"):
        return unescaped(text)
    elif kind == "b":
        word = text.strip(SPACE).lower()
        if word in _YES or word in _NO:
            return word in _YES
    elif kind == "e":
        return Bad("error_value", text.strip() or _UNKNOWN_ERROR)
    elif kind == "d":
        return _iso_date(text.strip(SPACE))
    return Bad("unreadable", text or kind)


def _number(text: str, style: str, tables: Tables) -> object:
    if not text:
        return ""
    if not _NUMBER.fullmatch(text):
        return Bad("unreadable", text)
    number = float(text)
    return _date(number, tables.from_1904) if style in tables.date_styles else number


def _date(days: float, from_1904: bool) -> object:
    """The date or time that Excel shows; the number itself where Excel can not show one either."""
    zero = _DAY_ZERO_1904 if from_1904 else _DAY_ZERO
    if not from_1904 and days < _NEVER_WAS:
        zero += dt.timedelta(days=1)
    try:
        moment = zero + dt.timedelta(days=days)
    except (OverflowError, ValueError):
        return days
    if 0.0 <= days < 1.0:
        return moment.time()
    return moment.date() if days.is_integer() else moment


def _iso_date(text: str) -> object:
    for read in (dt.date.fromisoformat, dt.datetime.fromisoformat, dt.time.fromisoformat):
        try:
            return read(text)
        except ValueError:
            continue
    return Bad("unreadable", text)
