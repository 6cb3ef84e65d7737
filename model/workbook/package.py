"""Opens an Excel file safely: checks its parts before it unpacks them, then reads the sheets that the schema knows.

The file is read once. Only the list of sheets, the shared texts, the styles and the wanted sheets are unpacked, each found
by its relation to the one before and with a limit on its size; other parts (notes, pictures, macros) are only measured.

Limits: .xlsx and .xlsm, Transitional or Strict; other kinds of file are told from each other and refused; no chart sheets.
"""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from model.core.declare.lines import reason

from . import sheetscan
from .celltext import Tables, date_styles, shared_texts
from .messages import Notes
from .parts import Limits, Parts, Refused, each, megabytes
from .raw import RawBook, RawSheet
from .xmlsafe import OFFICE_LINKS, SPREADSHEET, BrokenXml, HostileXml, Tree, elements, parse

#: Far above any workbook of this model (a full national book is about 2 MB, 7 MB unpacked) and far below what fills a
#: laptop's memory.
MAX_FILE_BYTES = 100 * 1024**2
MAX_PART_BYTES = 30 * 1024**2
MAX_EXPANDED_BYTES = 200 * 1024**2
MAX_ENTRIES = 2000
#: Excel makes no workbook with more sheets than its memory allows; this model has about a hundred tables.
MAX_SHEETS = 1000
#: Files that the check itself writes; see checked.py.
REVIEW_PREFIX = "checked_"
REVIEW_SHEET = "review_copy"
_LOCK_PREFIX = "~$"
_OLD_OFFICE = bytes.fromhex("D0CF11E0A1B11AE1")
_ZIP = b"PK"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
#: Bytes below the space that occur in text: tab, line feed, form feed, carriage return.
_TEXT_CONTROLS = b"\t\n\x0c\r"
_HEAD = 4096
_WORKBOOK: Tree = {"workbook": {"workbookPr": {}, "sheets": {"sheet": {}}}}
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument"
_TRUE = ("1", "true")
#: What a damaged archive raises; all of it means the same to the user.
DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError, LookupError, MemoryError)


@dataclass(frozen=True)
class _Entry:
    """A sheet as the workbook lists it."""

    name: str
    part: str
    state: str
    is_table: bool


def read_package(path: Path, wanted: Callable[[str], bool], notes: Notes) -> RawBook | None:
    """Read the sheets whose name is ``wanted``; the others stay in the result as empty sheets, so that they are known.

    Everything wrong is noted; None when the file as a whole can not be used. Never raises for what a file contains.
    """
    try:
        return _book(path, _content(path), wanted, notes)
    except Refused as refused:
        notes.add(refused.kind, path.name, "", **refused.values)
    except DAMAGE as problem:
        notes.add("file_not_workbook", path.name, why=str(problem) or type(problem).__name__)
    return None


def may_be_opened(path: Path) -> bool:
    """Whether another reader may open the file: all its parts within the limits, none with a document type or with cells without end."""
    try:
        with zipfile.ZipFile(io.BytesIO(_content(path))) as archive:
            each(_parts(archive), (".xml", ".rels", ".vml"), _harmless)
    except (Refused, *DAMAGE):
        return False
    return True


def _harmless(xml: bytes) -> None:
    """Refuse a part that would keep another reader busy for a minute, or that is no harmless XML; cells are counted roughly."""
    if xml.count(b"<c") > sheetscan.MAX_VALUES:
        raise Refused("sheet_too_many")
    parse(xml)


def _parts(archive: zipfile.ZipFile) -> Parts:
    """The parts of the file, held to the limits."""
    return Parts(archive, Limits(MAX_PART_BYTES, MAX_EXPANDED_BYTES, MAX_ENTRIES))


def _content(path: Path) -> bytes:
    """The bytes of the file, if it may be a workbook at all."""
    if path.name.casefold().startswith(REVIEW_PREFIX):
        raise Refused("file_review_copy")
    try:
        if not path.exists():
            raise Refused("file_missing", path=path.absolute())
        if path.is_dir():
            raise Refused("file_folder", path=path.absolute())
        if path.name.startswith(_LOCK_PREFIX):
            raise Refused("file_lock", name=path.name.removeprefix(_LOCK_PREFIX))
        if not path.is_file():
            raise Refused("file_not_workbook", why=path.name)
        if path.stat().st_size > MAX_FILE_BYTES:
            raise Refused("file_too_large", why=megabytes(path.stat().st_size), limit=megabytes(MAX_FILE_BYTES))
        content = path.read_bytes()
    except (OSError, ValueError) as problem:
        raise Refused("file_locked", path=path.absolute(), why=reason(problem) if isinstance(problem, OSError) else str(problem)) from None
    _refuse_other_kinds(content)
    return content


def _refuse_other_kinds(content: bytes) -> None:
    """Tell a file that is no package of parts by its first bytes, whatever its name says."""
    if content.startswith(_OLD_OFFICE):
        if _stream("EncryptedPackage") in content:
            raise Refused("file_password")
        if _stream("Workbook") in content or _stream("Book") in content:
            raise Refused("file_format", format=".xls")
        raise Refused("file_encrypted")
    if content.startswith(_ZIP) or not content:
        return
    head = content[:_HEAD]
    if head.startswith(_UTF16_MARKS) or not any(byte < ord(" ") and byte not in _TEXT_CONTROLS for byte in head):
        raise Refused("file_format", format=".csv, .txt, .xml, .html")


def _stream(name: str) -> bytes:
    """How a file of Office before 2007, or one with a password, writes the name of a stream in its list of contents."""
    return f"{name}\0".encode("utf-16-le")


def _book(path: Path, content: bytes, wanted: Callable[[str], bool], notes: Notes) -> RawBook:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = _parts(archive)
        workbook = _workbook_part(parts)
        entries, from_1904 = _entries(parts, workbook)
        if any(entry.name == REVIEW_SHEET for entry in entries):
            raise Refused("file_review_copy")
        tables = _tables(parts, workbook, from_1904)
        book = RawBook(path.stem, {}, hashlib.sha256(content).hexdigest())
        taken: set[str] = set()
        for entry in entries:
            if entry.name in book.sheets:
                notes.add("sheet_twice", entry.name)
            elif not wanted(entry.name):
                book.sheets[entry.name] = RawSheet(entry.name, [])
            elif not entry.is_table:
                notes.add("sheet_chart", entry.name)
            else:
                book.sheets[entry.name] = _sheet(parts, entry, tables, taken, notes)
    return book


def _workbook_part(parts: Parts) -> str:
    """The name of the part that lists the sheets; raises Refused for another kind of file."""
    names = parts.names()
    if (parts.read("mimetype") or b"").startswith(_OPEN_DOCUMENT):
        raise Refused("file_format", format=".ods")
    if any(name.endswith(".iwa") for name in names) or "index.zip" in names:
        raise Refused("file_format", format=".numbers")
    with _needed("_rels/.rels"):
        part = parts.linked("", "officeDocument")
    if not part:
        raise Refused("file_not_workbook", why="_rels/.rels")
    if part.casefold().endswith(".bin"):
        raise Refused("file_format", format=".xlsb")
    return part


def _tables(parts: Parts, workbook: str, from_1904: bool) -> Tables:
    """Shared texts and styles, each of which a workbook may do without."""
    found = Tables(from_1904=from_1904)
    for kind in ("sharedStrings", "styles"):
        part = parts.linked(workbook, kind)
        with _needed(part):
            xml = parts.read(part) if part else None
            if xml is not None:
                found = replace(found, texts=shared_texts(xml)) if kind == "sharedStrings" else replace(found, date_styles=date_styles(xml))
    return found


@contextmanager
def _needed(part: str) -> Iterator[None]:
    """A part that the whole workbook needs is read here; one that can not be read refuses the file."""
    try:
        yield
    except HostileXml:
        raise Refused("file_doctype", part=part) from None
    except BrokenXml as problem:
        raise Refused("file_not_workbook", why=f"{part}: {problem}") from None


def _entries(parts: Parts, workbook: str) -> tuple[list[_Entry], bool]:
    """The sheets in their order, and whether days are counted from 1904."""
    xml = parts.read(workbook)
    if xml is None:
        raise Refused("file_not_workbook", why=workbook)
    with _needed(f"{workbook}.rels"):
        links = parts.links(workbook)
    with _needed(workbook):
        listed = elements(xml, _WORKBOOK, SPREADSHEET)
    found, from_1904 = [], False
    for name, attributes in listed:
        if name == "workbookPr":
            from_1904 = attributes.get("date1904", "") in _TRUE
        elif name == "sheet":
            link = next((links[i] for i in (attributes.get(f"{space} id", "") for space in OFFICE_LINKS) if i in links), None)
            found.append(
                _Entry(
                    attributes.get("name", ""), link.part if link else "", attributes.get("state", "visible"), link is None or link.kind == "worksheet"
                )
            )
    if len(found) > MAX_SHEETS:
        raise Refused("file_too_large", why=f"{len(found)} sheets", limit=f"{MAX_SHEETS} sheets")
    return found, from_1904


def _sheet(parts: Parts, entry: _Entry, tables: Tables, taken: set[str], notes: Notes) -> RawSheet:
    """One sheet with its values; empty, and noted, when it may not be read."""
    empty = RawSheet(entry.name, [], hidden=entry.state != "visible")
    try:
        xml = None if entry.part.casefold() in taken else parts.read(entry.part)
        taken.add(entry.part.casefold())
        if xml is None:
            notes.add("sheet_unreadable", entry.name, why=entry.part)
            return empty
        found = sheetscan.scan(xml, tables)
    except HostileXml:
        notes.add("file_doctype", entry.name, part=entry.part)
        return empty
    except Refused as refused:
        notes.add("sheet_unreadable", entry.name, why=refused.values.get("why", ""))
        return empty
    except DAMAGE as problem:
        notes.add("sheet_unreadable", entry.name, why=str(problem) or type(problem).__name__)
        return empty
    if found.too_many:
        notes.add("sheet_too_many", entry.name, limit=sheetscan.MAX_VALUES)
        return empty
    if found.too_far:
        notes.add("sheet_too_far", entry.name, columns=sheetscan.MAX_COLUMNS, rows=sheetscan.MAX_ROWS)
        return empty
    return RawSheet(entry.name, found.grid(), empty.hidden, tuple(found.merges), True, found.styled_rows)
