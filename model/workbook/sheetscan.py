"""Looks through the XML of one sheet before its values are read, so that nothing in it can do harm or be overlooked.

What the fast reader hides is found here: error values, formulas without a stored result, merged cells, and how far the
values reach (one value in the very last cell of a sheet would make the fast reader ask for all the memory there is).

Limits: values themselves are not read here, except the text of an error value.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

from .raw import Bad, number

#: Beyond these no table of this model reaches; see the interface page.
MAX_COLUMNS = 200
MAX_ROWS = 20_000
#: The last column of Excel, XFD, has three letters; more is no cell address.
_MAX_LETTERS = 3
#: The last row of Excel, 1048576, has seven digits.
_MAX_DIGITS = 7
_CONTENT = ("v", "is", "t")


class HostileXml(ValueError):
    """The XML declares a document type, which could expand to any size; no Excel workbook has one."""


class BrokenXml(ValueError):
    """The XML is not well formed, or has addresses that are none."""


def parser() -> expat.XMLParserType:
    """An XML parser that refuses document types, and with them every entity."""
    made = expat.ParserCreate()
    made.buffer_text = True

    def refuse(*_: object) -> None:
        raise HostileXml

    made.StartDoctypeDeclHandler = refuse
    made.EntityDeclHandler = refuse
    return made


def parse(xml: bytes, using: expat.XMLParserType | None = None) -> None:
    """Run ``xml`` through the parser; raises HostileXml or BrokenXml."""
    try:
        (using or parser()).Parse(xml, True)
    except expat.ExpatError as problem:
        raise BrokenXml(str(problem)) from None


@dataclass
class Scan:
    """What one pass over a sheet found: ``bad`` cells by (row, column), ``merges``, and the ``rows`` and ``columns`` that
    values reach; ``styled_rows`` is the last row with any cell, empty or not."""

    bad: dict[tuple[int, int], Bad] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    rows: int = 0
    columns: int = 0
    styled_rows: int = 0

    @property
    def too_far(self) -> bool:
        """Whether a value lies beyond what is read."""
        return self.rows > MAX_ROWS or self.columns > MAX_COLUMNS


def scan(xml: bytes) -> Scan:
    """Look through the XML of a sheet; raises HostileXml or BrokenXml."""
    reader = _Reader()
    parse(xml, reader.parser)
    reader.finish()
    return reader.found


class _Reader:
    """The handlers of the parser: one call for each element, none for text except in suspicious cells."""

    def __init__(self) -> None:
        self.found = Scan()
        self.parser = parser()
        self.parser.StartElementHandler = self._start
        self._local: dict[str, str] = {}
        self._columns: dict[str, int] = {}
        self._row = 0
        self._digits = "0"
        self._column = 0
        self._address = ""
        self._kind = ""
        self._is_placed = True
        self._is_suspicious = False
        self._text: list[str] = []

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = self._local.get(name) or self._local.setdefault(name, name.rpartition(":")[2])
        if local == "c":
            if self._is_suspicious:
                self.finish()
            before, self._address = self._address, attributes.get("r", "")
            if not self._address:
                # A cell without address follows the cell before it, even one that was empty.
                self._column = 1 + (self._split(before)[1] if before and not self._is_placed else self._column)
            self._kind = attributes.get("t", "")
            self._is_placed = False
            if self._kind == "e":
                self._is_suspicious = True
        elif local in _CONTENT:
            if not self._is_placed:
                self._place()
            if self._is_suspicious:
                self._text[:] = [""]
                self.parser.CharacterDataHandler = self._text.append
        elif local == "row":
            self.finish()
            self._row = _whole(attributes.get("r", ""), self._row + 1)
            self._digits = str(self._row)
            self._column = 0
            self._address = ""
            self.found.styled_rows = max(self.found.styled_rows, self._row)
        elif local == "f":
            self._place()
            self._is_suspicious = True
            # The formula's own text is no result.
            self.parser.CharacterDataHandler = None
        elif local == "mergeCell":
            first, _, last = attributes.get("ref", "").partition(":")
            self.found.merges.append((*self._split(first), *self._split(last or first)))

    def finish(self) -> None:
        """Judge the suspicious cell that has just ended, if any."""
        if not self._is_suspicious:
            return
        self._place()
        # Every <v> leaves a mark in the list, so that an empty stored text differs from none.
        text = "".join(self._text).strip()
        if self._kind == "e":
            self.found.bad[self._row, self._column] = Bad("error_value", text or "#?")
        elif not self._has_result(text):
            self.found.bad[self._row, self._column] = Bad("no_stored_value")
        self.parser.CharacterDataHandler = None
        self._is_suspicious = False
        self._text.clear()

    def _has_result(self, text: str) -> bool:
        return bool(text) or (self._kind == "str" and "" in self._text)

    def _place(self) -> None:
        """Book that the current cell holds something."""
        self._is_placed = True
        address = self._address
        if address:
            # Nearly every address is known letters followed by the row, which saves taking it apart.
            column = self._columns.get(address[: -len(self._digits)], 0) if address.endswith(self._digits) else 0
            if column:
                self._column = column
            else:
                self._row, self._column = self._split(address)
                self._digits = str(self._row)
        found = self.found
        if self._column > found.columns:
            found.columns = self._column
        if self._row > found.rows:
            found.rows = self._row

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
