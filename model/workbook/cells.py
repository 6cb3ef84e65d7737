"""Turns the value of one cell into a number, a word or a yes/no, as people write them.

Read, and noted as info: numbers written as text, full-width digits, thousand separators, outer spaces, ``2025.0``.

A comma between groups of three digits separates thousands (``1,250`` is 1250); any other comma, and one behind a first
group that begins with 0 (``0,250``), can only be a decimal one, which is refused.

Limits: no percent signs (the unit cell says per cent); no dates.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass

from .messages import clean
from .raw import Bad, is_blank

_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}([ ,'_])\d{3}(\1\d{3})*(\.\d+)?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?(\d+|\d{1,3}([ .'_]\d{3})+),\d+([eE][+-]?\d+)?", re.ASCII)
_SEPARATORS = str.maketrans("", "", " ,'_")
_KEY = re.compile(r"[A-Za-z0-9_.+-]{1,60}", re.ASCII)
_INFINITE = ("inf", "+inf", "-inf", "infinity", "+infinity", "-infinity", "nan")
_YES = ("1", "yes", "true", "是")
_NO = ("0", "no", "false", "否")
#: A number longer than this is no number of a person; it also keeps the conversion fast.
_LONGEST = 60
#: Every whole number below is exact as a float.
_EXACT = 2**53


@dataclass(frozen=True)
class Cell:
    """What a cell was read as: ``value`` when it could be read, ``problem`` (a kind of finding) when not;
    ``info`` is a kind of finding that says how it was read. All None: the cell is blank."""

    value: float | str | None = None
    problem: str | None = None
    info: str | None = None


_BLANK = Cell()


def read_number(value: object) -> Cell:
    """A finite float from a cell."""
    if isinstance(value, float | int) and not isinstance(value, bool) and not is_blank(value):
        try:
            number = float(value)
        except OverflowError:
            return Cell(problem="not_finite")
        return Cell(number) if math.isfinite(number) else Cell(problem="not_finite")
    if is_blank(value):
        return _BLANK
    if isinstance(value, Bad):
        return Cell(problem=value.kind)
    return _number_in_text(value) if isinstance(value, str) else Cell(problem="not_number")


def _number_in_text(text: str) -> Cell:
    if len(text) > _LONGEST:
        return Cell(problem="not_number")
    tidy = unicodedata.normalize("NFKC", clean(text)).strip().replace("\u2212", "-")
    if _GROUPED.fullmatch(tidy):
        tidy = tidy.translate(_SEPARATORS)
    elif _DECIMAL_COMMA.fullmatch(tidy):
        return Cell(problem="decimal_comma")
    if not _PLAIN.fullmatch(tidy):
        return Cell(problem="not_finite" if tidy.casefold() in _INFINITE else "not_number")
    number = float(tidy)
    return Cell(number, info="read_as") if math.isfinite(number) else Cell(problem="not_finite")


def read_text(value: object) -> Cell:
    """Free text from a cell, without control characters and outer spaces; a number becomes its shortest spelling."""
    if isinstance(value, str):
        tidy = value.strip()
        if tidy.isascii() and tidy.isprintable():
            return _BLANK if not tidy else Cell(tidy, info=None if tidy == value else "read_as")
        cleaned = clean(tidy).strip()
        if not cleaned:
            return _BLANK
        # A tab or line break inside a note is no mistake of anybody's.
        spaced = tidy.translate({ord(c): " " for c in "\t\r\n"})
        return Cell(cleaned, info="control_removed" if cleaned != spaced else None if tidy == value else "read_as")
    if is_blank(value):
        return _BLANK
    if isinstance(value, Bad):
        return Cell(problem=value.kind)
    if isinstance(value, float | int) and not isinstance(value, bool):
        return Cell(spelled(value), info="read_as")
    return Cell(problem="not_text")


def read_word(value: object) -> Cell:
    """A key or a choice: text in which full-width characters are read as plain ones."""
    cell = read_text(value)
    if isinstance(cell.value, str) and not cell.value.isascii():
        tidy = unicodedata.normalize("NFKC", cell.value).strip()
        return Cell(tidy, info=cell.info if tidy == cell.value else "read_as")
    return cell


def read_flag(value: object) -> Cell:
    """1.0 or 0.0 from yes or no in its usual spellings."""
    if isinstance(value, bool):
        return Cell(float(value))
    if isinstance(value, str) and not is_blank(value):
        tidy = unicodedata.normalize("NFKC", value).strip().casefold()
        if tidy in _YES or tidy in _NO:
            return Cell(1.0 if tidy in _YES else 0.0)
    cell = read_number(value)
    if cell.problem in ("not_number", "decimal_comma") or (cell.value is not None and cell.value not in (0.0, 1.0)):
        return Cell(problem="not_flag")
    return cell


def is_key(text: str) -> bool:
    """Whether the text may be part of the name of a row of the matrix."""
    return _KEY.fullmatch(text) is not None


def spelled(value: object) -> str:
    """A number as a person writes it (2025 for 2025.0); other values as text."""
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    if isinstance(value, int) and abs(value) >= _EXACT:
        return "a very large number"
    return str(value)


def kind_of(value: object) -> str:
    """The kind of a value in a word, for messages."""
    return "yes/no value" if isinstance(value, bool) else type(value).__name__
