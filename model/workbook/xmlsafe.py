"""Walks through the XML of a workbook's parts: only the elements that count, in the right place and namespace.

An element is known by its whole path from the root, so that a drop-down list, a conditional format or a sparkline that
another program keeps elsewhere in the part is never taken for a cell. A document type is refused, and with it every entity.

Limits: the whole part is held in memory; how large it may be is limited where it is unpacked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from xml.parsers import expat

#: A tree of local names: the paths of the elements that are wanted.
Tree = Mapping[str, "Tree"]
#: What a tree becomes for the parser: full name -> (local name, what may stand below).
_Paths = dict[str, tuple[str, "_Paths"]]

#: Transitional and Strict Office Open XML.
SPREADSHEET = ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")
OFFICE_LINKS = ("http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://purl.oclc.org/ooxml/officeDocument/relationships")
PACKAGE_LINKS = ("http://schemas.openxmlformats.org/package/2006/relationships",)
_NOWHERE: _Paths = {}


class HostileXml(ValueError):
    """The XML declares a document type, which could expand to any size; no Excel workbook has one."""


class BrokenXml(ValueError):
    """The XML is not well formed, or is not of the kind that it should be."""


def parser() -> expat.XMLParserType:
    """An XML parser that tells namespaces apart and refuses document types, and with them every entity."""
    made = expat.ParserCreate(namespace_separator=" ")
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


class Walker:
    """Calls ``entered`` and ``left`` for each element on a path of the tree, and ``strayed`` for any other."""

    def __init__(self, tree: Tree, namespaces: Sequence[str]) -> None:
        self.parser = parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self._below = _paths(tree, namespaces)
        self._root = next(iter(tree))
        self._above: list[tuple[_Paths, str]] = []
        self._local = ""

    def walk(self, xml: bytes) -> None:
        """Walk through ``xml``; raises HostileXml or BrokenXml."""
        parse(xml, self.parser)

    def entered(self, name: str, attributes: dict[str, str]) -> None:
        """An element on a path begins."""

    def left(self, name: str) -> None:
        """An element on a path ends."""

    def strayed(self, within: str) -> None:
        """An element begins that is on no path, below the element ``within`` ("" below one that is on no path itself)."""

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        found = self._below.get(name)
        self._above.append((self._below, self._local))
        if found is None:
            if len(self._above) == 1:
                raise BrokenXml(f"{name.rpartition(' ')[2][:40]!r} where {self._root!r} is expected")
            self.strayed(self._local)
            self._below, self._local = _NOWHERE, ""
        else:
            self._local, self._below = found
            self.entered(self._local, attributes)

    def _end(self, _: str) -> None:
        ended = self._local
        self._below, self._local = self._above.pop()
        if ended:
            self.left(ended)


def _paths(tree: Tree, namespaces: Sequence[str]) -> _Paths:
    # what lies below a name is the same in each namespace: made for each, the paths would double with every step down
    below = {name: _paths(under, namespaces) for name, under in tree.items()}
    return {f"{space} {name}": (name, paths) for name, paths in below.items() for space in namespaces}


def elements(xml: bytes, tree: Tree, namespaces: Sequence[str]) -> list[tuple[str, dict[str, str]]]:
    """The elements of a part that are on a path of the tree, in order: local name and attributes."""
    found: list[tuple[str, dict[str, str]]] = []

    class Collector(Walker):
        def entered(self, name: str, attributes: dict[str, str]) -> None:
            found.append((name, attributes))

    Collector(tree, namespaces).walk(xml)
    return found


class Text:
    """Collects the characters of one element: plain, CDATA, character references and pieces between comments alike."""

    def __init__(self, using: expat.XMLParserType) -> None:
        self._parser, self._pieces = using, list[str]()
        self._append: Callable[[str], Any] = self._pieces.append

    def begin(self) -> None:
        """Characters count from here on."""
        self._pieces.clear()
        self._parser.CharacterDataHandler = self._append

    def end(self) -> str:
        """The characters since ``begin``."""
        self._parser.CharacterDataHandler = None
        pieces = self._pieces
        return pieces[0] if len(pieces) == 1 else "".join(pieces)
