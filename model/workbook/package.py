"""Opens an Excel file safely: checks its parts one by one, then hands only what was checked to the fast reader.

The file is read once. Only the workbook list, the shared texts, the styles and the sheets that the schema knows are
unpacked, each with a limit on its size; calamine then reads a small workbook made of exactly these parts.

Limits: .xlsx and .xlsm only; neither .xls nor .xlsb nor .ods, nothing encrypted; no chart sheets.
"""

from __future__ import annotations

import hashlib
import io
import lzma
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import quoteattr

from python_calamine import CalamineWorkbook

from . import sheetscan
from .messages import Notes
from .raw import RawBook, RawSheet

#: Far above any workbook of this model (a full national book is about 2 MB) and far below what fills a laptop's memory.
MAX_FILE_BYTES = 100 * 1024**2
MAX_EXPANDED_BYTES = 400 * 1024**2
MAX_ENTRIES = 2000
#: Files that the check itself writes; see checked.py.
REVIEW_PREFIX = "checked_"
REVIEW_SHEET = "review_copy"
_LOCK_PREFIX = "~$"
_OLD_OFFICE = bytes.fromhex("D0CF11E0A1B11AE1")
_ENCRYPTED = 1
_MEGABYTE = 1024**2
#: What a damaged archive raises; all of it means the same to the user.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    LookupError,
    MemoryError,
)


class _Refused(Exception):
    """The file or a part of it can not be used; carries the kind of finding and its values."""

    def __init__(self, kind: str, **values: object) -> None:
        super().__init__(kind)
        self.kind, self.values = kind, values


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
        content = _content(path)
        return _book(path, content, wanted, notes)
    except _Refused as refused:
        notes.add(refused.kind, path.name, "", **refused.values)
    except sheetscan.HostileXml:
        notes.add("file_doctype", path.name, part="xl/workbook.xml")
    except DAMAGE as problem:
        notes.add("file_not_workbook", path.name, why=str(problem) or type(problem).__name__)
    return None


def _content(path: Path) -> bytes:
    if path.name.casefold().startswith(REVIEW_PREFIX):
        raise _Refused("file_review_copy")
    if path.name.startswith(_LOCK_PREFIX):
        raise _Refused("file_not_workbook", why="~$")
    try:
        if not path.exists():
            raise _Refused("file_missing")
        if not path.is_file():
            raise _Refused("file_not_workbook", why=path.name)
        if path.stat().st_size > MAX_FILE_BYTES:
            raise _Refused(
                "file_too_large",
                why=f"{path.stat().st_size // _MEGABYTE} MB",
                limit=f"{MAX_FILE_BYTES // _MEGABYTE} MB",
            )
        return path.read_bytes()
    except (OSError, ValueError) as problem:
        raise _Refused("file_locked", why=getattr(problem, "strerror", "") or str(problem)) from None


def _book(path: Path, content: bytes, wanted: Callable[[str], bool], notes: Notes) -> RawBook:
    if content.startswith(_OLD_OFFICE):
        raise _Refused("file_encrypted")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        _limits(archive)
        entries = _entries(archive)
        if any(e.name == REVIEW_SHEET for e in entries):
            raise _Refused("file_review_copy")
        book = RawBook(path.stem, {}, hashlib.sha256(content).hexdigest())
        parts: dict[str, bytes] = {}
        scans: dict[str, sheetscan.Scan] = {}
        for entry in entries:
            _scan_entry(archive, entry, wanted, book, parts, scans, notes)
        shared = _checked(archive, "xl/sharedStrings.xml")
        styles = _checked(archive, "xl/styles.xml")
    _fill(book, parts, scans, shared, styles, notes)
    return book


def _limits(archive: zipfile.ZipFile) -> None:
    infos = archive.infolist()
    if len(infos) > MAX_ENTRIES:
        raise _Refused("file_too_large", why=f"{len(infos)} parts", limit=f"{MAX_ENTRIES} parts")
    expanded = sum(i.file_size for i in infos)
    if expanded > MAX_EXPANDED_BYTES:
        raise _Refused(
            "file_too_large", why=f"{expanded // _MEGABYTE} MB", limit=f"{MAX_EXPANDED_BYTES // _MEGABYTE} MB"
        )
    if any(i.flag_bits & _ENCRYPTED for i in infos):
        raise _Refused("file_encrypted")


def _part(archive: zipfile.ZipFile, name: str) -> bytes | None:
    """The bytes of a part; None when there is none. Never more than the part declares, which was limited before."""
    known = {n.replace("\\", "/").casefold(): n for n in archive.namelist()}
    found = known.get(name.casefold())
    return None if found is None else archive.read(found)


def _checked(archive: zipfile.ZipFile, name: str) -> bytes | None:
    """A part that declares no document type."""
    xml = _part(archive, name)
    if xml is not None:
        try:
            sheetscan.parse(xml)
        except sheetscan.HostileXml:
            raise _Refused("file_doctype", part=name) from None
    return xml


def _elements(xml: bytes) -> list[tuple[str, dict[str, str]]]:
    """All elements of a small part: local name and attributes by local name."""
    found: list[tuple[str, dict[str, str]]] = []
    reader = sheetscan.parser()

    def start(name: str, attributes: dict[str, str]) -> None:
        found.append((name.rpartition(":")[2], {k.rpartition(":")[2]: v for k, v in attributes.items()}))

    reader.StartElementHandler = start
    sheetscan.parse(xml, reader)
    return found


def _entries(archive: zipfile.ZipFile) -> list[_Entry]:
    workbook = _part(archive, "xl/workbook.xml")
    links = _part(archive, "xl/_rels/workbook.xml.rels")
    if workbook is None or links is None:
        raise _Refused("file_not_workbook", why="xl/workbook.xml")
    targets = {a.get("Id", ""): a for name, a in _elements(links) if name == "Relationship"}
    entries = []
    for name, attributes in _elements(workbook):
        if name == "sheet":
            link = targets.get(attributes.get("id", ""), {})
            part = posixpath.normpath(posixpath.join("/xl", link.get("Target", ""))).lstrip("/")
            entries.append(
                _Entry(
                    attributes.get("name", ""),
                    part,
                    attributes.get("state", "visible"),
                    link.get("Type", "").endswith("/worksheet"),
                )
            )
    return entries


def _scan_entry(
    archive: zipfile.ZipFile,
    entry: _Entry,
    wanted: Callable[[str], bool],
    book: RawBook,
    parts: dict[str, bytes],
    scans: dict[str, sheetscan.Scan],
    notes: Notes,
) -> None:
    """Scan one sheet; note what is wrong; keep its XML in ``parts`` only when it may be read."""
    name = entry.name
    if name in book.sheets:
        notes.add("sheet_twice", name)
        return
    if not wanted(name):
        book.sheets[name] = RawSheet(name, [])
        return
    if not entry.is_table:
        notes.add("sheet_chart", name)
        return
    book.sheets[name] = RawSheet(name, [], hidden=entry.state != "visible")
    try:
        xml = _part(archive, entry.part)
        if xml is None:
            notes.add("sheet_unreadable", name, why=entry.part)
            return
        scan = sheetscan.scan(xml)
    except sheetscan.HostileXml:
        notes.add("file_doctype", name, part=entry.part)
    except DAMAGE as problem:
        notes.add("sheet_unreadable", name, why=str(problem) or type(problem).__name__)
    else:
        if scan.too_far:
            notes.add("sheet_too_far", name, columns=sheetscan.MAX_COLUMNS, rows=sheetscan.MAX_ROWS)
            return
        parts[name], scans[name] = xml, scan


def _fill(
    book: RawBook,
    parts: dict[str, bytes],
    scans: dict[str, sheetscan.Scan],
    shared: bytes | None,
    styles: bytes | None,
    notes: Notes,
) -> None:
    """Read the values of the scanned sheets with calamine and put the cells that it hides in their place."""
    if not parts:
        return
    try:
        reader = CalamineWorkbook.from_filelike(io.BytesIO(_small_workbook(list(parts.values()), shared, styles)))
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as problem:  # a panic of the fast reader is no Exception
        raise _Refused("file_not_workbook", why=str(problem) or type(problem).__name__) from None
    for position, name in enumerate(parts, start=1):
        scan, hidden = scans[name], book.sheets[name].hidden
        try:
            grid: list[list[object]] = [
                list(row) for row in reader.get_sheet_by_name(f"s{position}").to_python(skip_empty_area=False)
            ]
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as problem:  # a panic of the fast reader is no Exception
            notes.add("sheet_unreadable", name, why=str(problem) or type(problem).__name__)
            continue
        _pad(grid, scan)
        for (row, column), bad in scan.bad.items():
            grid[row - 1][column - 1] = bad
        book.sheets[name] = RawSheet(name, grid, hidden, tuple(scan.merges), True, scan.styled_rows)


def _pad(grid: list[list[object]], scan: sheetscan.Scan) -> None:
    """Make the grid as large as the values reach: calamine leaves out what it takes for empty."""
    width = max(scan.columns, len(grid[0]) if grid else 0)
    for row in grid:
        row.extend([""] * (width - len(row)))
    grid.extend([""] * width for _ in range(scan.rows - len(grid)))


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def _small_workbook(sheets: list[bytes], shared: bytes | None, styles: bytes | None) -> bytes:
    """An uncompressed workbook of the given sheets, named s1, s2, ..."""
    listed, links = [], []
    files = {"_rels/.rels": _links([_link("r1", "officeDocument", "xl/workbook.xml")])}
    for position, xml in enumerate(sheets, start=1):
        listed.append(f'<sheet name="s{position}" sheetId="{position}" r:id="r{position}"/>')
        links.append(_link(f"r{position}", "worksheet", f"worksheets/s{position}.xml"))
        files[f"xl/worksheets/s{position}.xml"] = xml
    for name, kind, part in (("rt", "sharedStrings", shared), ("rs", "styles", styles)):
        if part is not None:
            links.append(_link(name, kind, f"{kind}.xml"))
            files[f"xl/{kind}.xml"] = part
    files["xl/workbook.xml"] = (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{"".join(listed)}</sheets></workbook>'.encode()
    )
    files["xl/_rels/workbook.xml.rels"] = _links(links)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, xml in files.items():
            archive.writestr(name, xml)
    return buffer.getvalue()


def _links(links: list[str]) -> bytes:
    return f'<Relationships xmlns="{_PACKAGE}">{"".join(links)}</Relationships>'.encode()


def _link(identity: str, kind: str, target: str) -> str:
    return f"<Relationship Id={quoteattr(identity)} Type={quoteattr(f'{_OFFICE}/{kind}')} Target={quoteattr(target)}/>"
