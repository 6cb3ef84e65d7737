"""The parts of an Excel package: found by their relations, unpacked within limits.

A part is looked up as programs write it: with or without a leading slash, with either slash, in any case, with or without
percent signs. What the archive says of its parts is held to the limits before any of them is unpacked, and no part is
unpacked beyond what the archive says of it.

Limits: parts stored or deflated, as every office program writes them; no other packing, nothing encrypted.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from .xmlsafe import PACKAGE_LINKS, Tree, elements

_MEGABYTE = 1024**2
_ENCRYPTED = 1
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_LINKS: Tree = {"Relationships": {"Relationship": {}}}
_ELSEWHERE = "External"


class Refused(Exception):
    """The file or a part of it can not be used; carries the kind of finding and its values."""

    def __init__(self, kind: str, **values: object) -> None:
        super().__init__(kind)
        self.kind, self.values = kind, values


@dataclass(frozen=True)
class Limits:
    """How much an archive may hold: bytes of one part, bytes of all, number of parts."""

    part: int
    expanded: int
    entries: int


@dataclass(frozen=True)
class Link:
    """A relation of one part to another: the last word of its type, and the name of the other part."""

    kind: str
    part: str


def megabytes(size: int) -> str:
    """A size in words."""
    return f"{size / _MEGABYTE:.0f} MB"


class Parts:
    """The parts of an open archive by name; raises Refused for one beyond the limits."""

    def __init__(self, archive: zipfile.ZipFile, limits: Limits) -> None:
        self._archive = archive
        self._infos: dict[str, zipfile.ZipInfo] = {}
        infos = archive.infolist()
        if len(infos) > limits.entries:
            raise Refused("file_too_large", why=f"{len(infos)} parts", limit=f"{limits.entries} parts")
        for info in infos:
            if info.flag_bits & _ENCRYPTED:
                raise Refused("file_password")
            if info.file_size > limits.part:
                raise Refused("file_too_large", why=f"{info.filename}: {megabytes(info.file_size)}", limit=megabytes(limits.part))
            if not info.is_dir():
                known = self._infos.setdefault(_plain(info.filename), info)
                if known is not info:
                    raise Refused("file_not_workbook", why=f"{info.filename} x 2")
        expanded = sum(info.file_size for info in infos)
        if expanded > limits.expanded:
            raise Refused("file_too_large", why=megabytes(expanded), limit=megabytes(limits.expanded))

    def names(self) -> list[str]:
        """Names of all parts, in lower case and without a leading slash."""
        return list(self._infos)

    def read(self, name: str) -> bytes | None:
        """The bytes of a part; None when there is none."""
        info = self._infos.get(_plain(name)) or self._infos.get(_plain(unquote(name)))
        if info is None:
            return None
        if info.compress_type not in _PACKINGS:
            raise Refused("file_not_workbook", why=f"{info.filename}: compression {info.compress_type}")
        with self._archive.open(info) as stream:
            # with a size, no more is unpacked than was limited before; a part that has more fails its checksum
            return stream.read(info.file_size)

    def links(self, name: str = "") -> dict[str, Link]:
        """The relations of a part by their identity, those of the package itself when no part is named."""
        folder, base = posixpath.split(name)
        xml = self.read(posixpath.join(folder, "_rels", f"{base}.rels"))
        found = {}
        for kind, attributes in elements(xml, _LINKS, PACKAGE_LINKS) if xml is not None else []:
            if kind == "Relationship" and attributes.get("TargetMode") != _ELSEWHERE:
                target = attributes.get("Target", "").replace("\\", "/")
                part = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                found[attributes.get("Id", "")] = Link(attributes.get("Type", "").rpartition("/")[2], part)
        return found

    def linked(self, name: str, kind: str) -> str:
        """The name of the part that ``name`` is related to in the given way; "" when there is none."""
        return next((link.part for link in self.links(name).values() if link.kind == kind), "")


def _plain(name: str) -> str:
    """The name by which a part is looked up."""
    return posixpath.normpath(name.replace("\\", "/")).lstrip("/").casefold()


def each(parts: Parts, suffixes: tuple[str, ...], look: Callable[[bytes], None]) -> None:
    """Look at every part whose name ends in one of ``suffixes``."""
    for name in parts.names():
        if name.endswith(suffixes):
            content = parts.read(name)
            if content is not None:
                look(content)
