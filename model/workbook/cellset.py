"""Applies ``--set SHEET!CELL=VALUE``: one-off changes of single cells, before any scenario.

Limits: a cell below the header in a row that is already filled; no new rows or columns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from . import cells
from .messages import Notes, nearest
from .raw import Bad, RawBook, is_blank, number

_FORM = re.compile(r"\s*'?([^!=']{1,64})'?!\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})\s*=(.*)", re.ASCII | re.DOTALL)


def apply_sets(book: RawBook, sets: Sequence[str], notes: Notes) -> RawBook:
    """The workbook with every ``SHEET!CELL=VALUE`` of ``sets`` applied; one that leads nowhere is noted."""
    sheets = dict(book.sheets)
    for text in sets:
        match = _FORM.fullmatch(text)
        if match is None:
            notes.add("set_form", "--set", "", text=text)
            continue
        name, letters, digits, value = match.groups()
        place = f"{letters.upper()}{digits}"
        known = [n for n, sheet in sheets.items() if sheet.grid]
        if name not in known:
            notes.add("override_sheet", name, place, name=name, nearest=nearest(name, known))
            continue
        sheet, row, column = sheets[name], int(digits), number(letters)
        is_named = not is_blank(sheet.value(1, column)) and not isinstance(sheet.value(1, column), Bad)
        is_filled = 1 < row <= len(sheet.grid) and any(not is_blank(v) for v in sheet.grid[row - 1])
        if not (is_named and is_filled):
            notes.add("set_address", name, place)
            continue
        plain = cells.read_number(value).value
        sheets[name] = sheet.changed({(row, column): value.strip() if plain is None else plain})
    return replace(book, sheets=sheets)
