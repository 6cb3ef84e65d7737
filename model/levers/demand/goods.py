"""What the industrial sectors make: the unit in which the output of each is counted and printed.

The workbook counts output in millions of units and says in ``output_unit`` what one unit is: a million of ``t_crude_steel``
is ``Mt crude steel``, a million of ``10k_CNY_value_added`` is ``10 bn CNY value added``. Numbers stay as they are, only
the unit names the good, so that every output, limit and price can be read beside the workbook.

Limits: a text that begins with no unit of the unit table is counted in millions of itself; a bare unit takes the name of
its sector. All regions count a sector in the same unit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from ...core.data import Data
from ...core.declare import units
from ...core.declare.spec import Finding

INDUSTRY, SECTOR, UNIT = "industry", "sector", "output_unit"
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
    """``one`` unit of a sector's output (``t crude steel``) and a ``million`` of them (``Mt crude steel``)."""

    one: str
    million: str


@lru_cache(maxsize=1024)
def good(text: object, sector: str) -> Good:
    """The good of ``sector`` whose unit the workbook spells ``text``."""
    words = [] if pd.isna(text) else str(text).replace("_", " ").split()
    for length in range(len(words), 0, -1):
        dimension = _dimension(" ".join(words[:length]))
        if dimension:
            named = words[length:] or ([] if dimension in GOODS else sector.replace("_", " ").split())
            unit = units.parse(" ".join(words[:length])).text
            return Good(" ".join([unit, *named]), " ".join([_million(unit, dimension), *named]))
    one = " ".join(words) or sector.replace("_", " ")
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


def goods(data: Data) -> dict[str, Good]:
    """Sector -> its good, in the order of the workbook."""
    table = data.tables.get(INDUSTRY, pd.DataFrame())
    if UNIT not in table:
        return {}
    first = table.drop_duplicates(SECTOR)
    return {str(sector): good(text, str(sector)) for sector, text in zip(first[SECTOR], first[UNIT], strict=True)}


def check_one_unit(data: Data) -> list[Finding]:
    """Each row that counts a sector in another unit than the first one: their sum would mean nothing."""
    table = data.tables.get(INDUSTRY, pd.DataFrame())
    if UNIT not in table:
        return []
    first = table.drop_duplicates(SECTOR).set_index(SECTOR)[UNIT]
    findings = []
    for row, sector, text in zip(table.index, table[SECTOR], table[UNIT], strict=True):
        if good(text, str(sector)) != good(first[sector], str(sector)):
            cell = data.cell(INDUSTRY, int(row), UNIT)
            findings.append(Finding(
                "error", INDUSTRY, cell, f"{sector} is counted in {text!r} here and in {first[sector]!r} above", "one unit of output for a sector in all regions",
                f"{sector} 在此以 {text!r} 计量，在上文以 {first[sector]!r} 计量", "同一部门在各地区应采用同一产量单位",
            ))
    return findings


def named_units(data: Data, sheets: Iterable[object], cells: Iterable[object], texts: Iterable[object]) -> list[str]:
    """``texts`` with the good in place of ``million units``, where the row of the cell in its sheet belongs to one sector."""
    of_row = {name: _sectors(frame) for name, frame in data.tables.items() if SECTOR in frame}
    known = goods(data)
    found = []
    for sheet, cell, text in zip(sheets, cells, texts, strict=True):
        number = "".join(sign for sign in str(cell) if sign.isdigit())
        sector = of_row.get(str(sheet), {}).get(int(number) if number else -1, "")
        found.append(str(text).replace(MILLION_UNITS, known[sector].million) if sector in known else str(text))
    return found


def _sectors(frame: pd.DataFrame) -> dict[int, str]:
    return {int(row): str(sector) for row, sector in zip(frame.index, frame[SECTOR], strict=True)}
