"""Goods of the user's own: the unit in which the output of a sector, or of whatever a table lists, is counted and printed.

A column that says what one unit is (``Column.unit_of``) names the good of each entry of a key column. The workbook counts such
amounts in millions of units: a million of ``t_crude_steel`` is ``Mt crude steel``, a million of ``10k_CNY_value_added`` is
``10 bn CNY value added``. Numbers stay as they are, only the unit names the good, so that every output, limit and price can be
read beside the workbook.

Limits: a text that begins with no unit of the unit table is counted in millions of itself; a bare unit takes the name of
its entry. An entry is counted in the same unit in all rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from .data import Data
from .declare import units
from .declare.spec import Finding, Table

#: How the model counts goods of every kind; the word that the good's own unit takes the place of.
MILLION_UNITS = units.SOLVER_UNITS["output"]
A_MILLION = 10**6
#: Dimensions in which a good can be counted without naming it.
NAMELESS = ("mass", "money", "volume", "area", "energy", "power", "output")
#: Dimensions that name their good.
GOODS = ("steel", "cement", "aluminium", "ammonia", "methanol", "ethylene", "value_added", "dry_matter", "carbon", "co2", "methane", "livestock", "people")
#: Where tables do not print the solver's own unit.
PRINTED = {"volume": "million m3", "area": "kha"}


@dataclass(frozen=True)
class Good:
    """``one`` unit of what is counted (``t crude steel``) and a ``million`` of them (``Mt crude steel``)."""

    one: str
    million: str


@lru_cache(maxsize=1024)
def good(text: object, entry: str) -> Good:
    """The good of an entry whose unit the workbook spells ``text``."""
    words = [] if pd.isna(text) else str(text).replace("_", " ").split()
    for length in range(len(words), 0, -1):
        dimension = _dimension(" ".join(words[:length]))
        if dimension:
            named = words[length:] or ([] if dimension in GOODS else entry.replace("_", " ").split())
            unit = units.parse(" ".join(words[:length])).text
            return Good(" ".join([unit, *named]), " ".join([_million(unit, dimension), *named]))
    one = " ".join(words) or entry.replace("_", " ")
    return Good(one, f"million {one}")


def _dimension(text: str) -> str:
    """The dimension of one unit of the table in which goods can be counted; empty for any other text."""
    try:
        found = units.parse(text).dimension
    except units.UnitError:
        return ""
    return found[0][0] if len(found) == 1 and found[0][1] == 1 and found[0][0] in (*NAMELESS, *GOODS) else ""


def _million(unit: str, dimension: str) -> str:
    """A million of ``unit``: in the unit that tables print, with a number before it where it is not one of them."""
    printed = PRINTED.get(dimension, units.SOLVER_UNITS[dimension])
    amount = units.convert(float(A_MILLION), unit, printed)
    if amount < 1.0:
        return f"million {unit}"
    return printed if amount == 1.0 else f"{amount:g} {printed}"


def goods(data: Data, tables: Iterable[Table]) -> dict[str, Good]:
    """Entry -> its good, in the order of the workbook, by the columns of ``tables`` that say what one unit is."""
    return {entry: good for found in _by_key(data, tables).values() for entry, good in found.items()}


def _by_key(data: Data, tables: Iterable[Table]) -> dict[str, dict[str, Good]]:
    """Key column -> entry -> its good."""
    found: dict[str, dict[str, Good]] = {}
    for table in tables:
        frame = data.tables.get(table.name, pd.DataFrame())
        for column in table.columns:
            if column.unit_of and column.name in frame:
                first = frame.drop_duplicates(column.unit_of)
                entries = zip(first[column.unit_of].astype(str), first[column.name], strict=True)
                found.setdefault(column.unit_of, {}).update({entry: good(text, entry) for entry, text in entries})
    return found


def two_units(data: Data, table: Table) -> list[Finding]:
    """Each row that counts an entry in another unit than the first one: their sum would mean nothing."""
    findings = []
    for column in table.columns:
        frame = data.tables.get(table.name, pd.DataFrame())
        if not column.unit_of or column.name not in frame:
            continue
        first = frame.drop_duplicates(column.unit_of).set_index(column.unit_of)[column.name]
        for row, entry, text in zip(frame.index, frame[column.unit_of], frame[column.name], strict=True):
            if good(text, str(entry)) != good(first[entry], str(entry)):
                cell = data.cell(table.name, int(row), column.name)
                findings.append(Finding(
                    "error", table.name, cell, f"{entry} is counted in {text!r} here and in {first[entry]!r} above", f"one {column.name} for {entry} in all rows",
                    f"{entry} 在此以 {text!r} 计量，在上文以 {first[entry]!r} 计量", f"{entry} 在各行应采用同一 {column.name}",
                ))
    return findings


def named_units(data: Data, tables: Iterable[Table], sheets: Iterable[object], cells: Iterable[object], texts: Iterable[object]) -> list[str]:
    """``texts`` with the good in place of ``million units``, where the row of the cell in its sheet belongs to one."""
    known = _by_key(data, tables)
    of_row = {(name, key): dict(zip(map(int, frame.index), map(str, frame[key]), strict=True)) for name, frame in data.tables.items() for key in known if key in frame}
    found = []
    for sheet, cell, text in zip(sheets, cells, texts, strict=True):
        digits = "".join(sign for sign in str(cell) if sign.isdigit())
        row, told = int(digits) if digits else -1, str(text)
        for key, goods_of_key in known.items():
            entry = of_row.get((str(sheet), key), {}).get(row, "")
            if entry in goods_of_key:
                told = told.replace(MILLION_UNITS, goods_of_key[entry].million)
        found.append(told)
    return found
