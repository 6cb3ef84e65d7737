"""Reads one sheet: the value of every cell, and what stands in the way of using it.

One pass over the XML decides both where a cell is and what it says, so that nothing can be seen by one reader and missed
by another. Error values, formulas without a stored result and cells that can not be told are kept as such, in their place.

Limits: a value beyond the last row or column that is read is not kept, the sheet is then refused; formats, notes and
drop-down lists are not read.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .celltext import SPACE, Tables, value
from .raw import Bad, number
from .xmlsafe import SPREADSHEET, BrokenXml, Text, Tree, Walker

#: Beyond these no table of this model reaches; see the interface page.
MAX_COLUMNS = 200
MAX_ROWS = 20_000
#: Values in one sheet: twenty columns down to the last row, thirty times what the largest shipped sheet holds. Garbage is not read to its end.
MAX_VALUES = 500_000
#: The last column of Excel, XFD, has three letters; more is no cell address.
_MAX_LETTERS = 3
#: The last row of Excel, 1048576, has seven digits.
_MAX_DIGITS = 7
#: Merged cells are an error in a table; a thousand of them say so well enough.
_MAX_MERGES = 1000
_TREE: Tree = {
    "worksheet": {
        "sheetData": {"row": {"c": {"v": {}, "f": {}, "is": {"t": {}, "r": {"t": {}}}}}},
        "mergeCells": {"mergeCell": {}},
    }
}


@dataclass
class Scan:
    """What one pass over a sheet found: the values of each row as far as they reach, ``merges``, and the ``rows`` and
    ``columns`` that values reach; ``styled_rows`` is the last row with any cell, empty or not."""

    lines: dict[int, list[object]] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    rows: int = 0
    columns: int = 0
    styled_rows: int = 0
    values: int = 0
    #: There are more values than are read; what was read until then is not the sheet.
    too_many: bool = False

    @property
    def too_far(self) -> bool:
        """Whether a value lies beyond what is read."""
        return self.rows > MAX_ROWS or self.columns > MAX_COLUMNS

    def grid(self) -> list[list[object]]:
        """All rows at the same width; rows without a value are one and the same list, so that empty space costs nothing."""
        blank: list[object] = [""] * self.columns
        for line in self.lines.values():
            line.extend(blank[len(line) :])
        return [self.lines.get(row, blank) for row in range(1, self.rows + 1)]


def scan(xml: bytes, tables: Tables | None = None) -> Scan:
    """Read the XML of a sheet; raises HostileXml or BrokenXml."""
    reader = _Reader(tables or Tables())
    try:
        reader.walk(xml)
    except _TooMany:
        reader.found.too_many = True
    return reader.found


class _TooMany(Exception):
    """The sheet holds more values than are read."""


class _Reader(Walker):
    """Follows rows and cells, with or without addresses, and judges each cell when it ends."""

    def __init__(self, tables: Tables) -> None:
        super().__init__(_TREE, SPREADSHEET)
        self.found = Scan()
        self._tables = tables
        self._text = Text(self.parser)
        self._columns: dict[str, int] = {}
        self._row, self._column = 0, 0
        self._digits = "0"
        self._kind = self._style = ""
        self._stored: str | None = None
        self._inline: str | None = None
        self._has_formula = self._is_broken = False

    def entered(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._go_to(attributes.get("r", ""))
            self._kind, self._style = attributes.get("t", ""), attributes.get("s", "")
            self._stored = self._inline = None
            self._has_formula = self._is_broken = False
        elif name == "v":
            self._is_broken |= self._stored is not None
            self._text.begin()
        elif name == "t":
            self._text.begin()
        elif name == "is":
            self._is_broken |= self._inline is not None
            self._inline = ""
        elif name == "f":
            self._has_formula = True
        elif name == "row":
            self._row = _whole(attributes.get("r", ""), self._row + 1)
            self._digits = str(self._row)
            self._column = 0
            self.found.styled_rows = max(self.found.styled_rows, self._row)
        elif name == "mergeCell" and len(self.found.merges) < _MAX_MERGES:
            first, _, last = attributes.get("ref", "").partition(":")
            self.found.merges.append((*self._split(first), *self._split(last or first)))

    def left(self, name: str) -> None:
        if name == "v":
            self._stored = self._text.end()
        elif name == "t":
            self._inline = (self._inline or "") + self._text.end()
        elif name == "c" and (self._stored is not None or self._inline is not None or self._has_formula):
            self._keep(self._judge())

    def strayed(self, within: str) -> None:
        """An element inside the text of a cell: which part of the text counts nobody can tell."""
        if within in ("v", "t"):
            self._is_broken = True

    def _judge(self) -> object:
        """The value of the cell that has just ended."""
        stored, kind = self._stored, self._kind
        if self._is_broken:
            return Bad("unreadable", "<c>")
        if self._inline is not None:
            # a text in place where the type says something else, or beside a stored value: two readers would see two things
            is_plain = kind == "inlineStr" and stored is None
            return value(kind, self._inline, self._style, self._tables) if is_plain else Bad("unreadable", self._inline or "<is>")
        if self._has_formula and kind != "e" and not (kind == "str" and stored is not None) and not (stored or "").strip(SPACE):
            return Bad("no_stored_value")
        return value(kind, stored or "", self._style, self._tables)

    def _keep(self, found: object) -> None:
        """Put a value in its place; an empty text takes no place."""
        if found == "":
            return
        row, column, reach = self._row, self._column, self.found
        reach.values += 1
        if reach.values > MAX_VALUES:
            raise _TooMany
        if row > reach.rows:
            reach.rows = row
        if column > reach.columns:
            reach.columns = column
        if row > MAX_ROWS or column > MAX_COLUMNS:
            return
        line = reach.lines.setdefault(row, [])
        if len(line) < column:
            line.extend([""] * (column - len(line)))
        elif line[column - 1] != "":
            found = Bad("unreadable", "<c> x 2")
        line[column - 1] = found

    def _go_to(self, address: str) -> None:
        """Move to a cell; one without address follows the cell before it, even one that was empty."""
        if not address:
            self._column += 1
            return
        # Nearly every address is known letters followed by the row, which saves taking it apart.
        column = self._columns.get(address[: -len(self._digits)], 0) if address.endswith(self._digits) else 0
        if column:
            self._column = column
        else:
            self._row, self._column = self._split(address)
            self._digits = str(self._row)

    def _split(self, address: str) -> tuple[int, int]:
        """Row and column of an address."""
        letters = address.rstrip("0123456789")
        if letters not in self._columns:
            if not (letters.isascii() and letters.isalpha() and len(letters) <= _MAX_LETTERS):
                raise BrokenXml(f"{address[:20]!r} is no cell")
            self._columns[letters] = number(letters)
        row = _whole(address[len(letters) :], 0)
        if not row:
            raise BrokenXml(f"{address[:20]!r} is no cell")
        return row, self._columns[letters]


def _whole(digits: str, otherwise: int) -> int:
    if not digits:
        return otherwise
    if len(digits) > _MAX_DIGITS or not (digits.isascii() and digits.isdigit()) or int(digits) == 0:
        raise BrokenXml(f"{digits[:20]!r} is no row")
    return int(digits)
