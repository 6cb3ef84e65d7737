"""Parts are found as a package relates them, held to limits before they are unpacked, and other kinds of file are named."""

from __future__ import annotations

import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from model.core.declare.spec import Finding
from model.workbook import package
from model.workbook.book import check_book
from model.workbook.checked import write_checked
from tests.workbook.toy import SCHEMA, toy, write

MEGABYTE = 1024**2
#: A size that no part has by chance.
ODD_SIZE = 30_977
SITES_PART = "xl/worksheets/sheet5.xml"
Parts = dict[str, bytes]


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return write(toy(), tmp_path / "toy.xlsx")


def parts_of(path: Path) -> Parts:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Parts, path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def errors(path: Path) -> list[Finding]:
    book, findings = check_book(path, SCHEMA)
    assert book is None
    return [f for f in findings if f.level == "error"]


def renamed(parts: Parts, before: str, after: str) -> None:
    """A part gets another name, and whatever relates to it follows; the parts that say so are left as they are otherwise."""
    parts[after] = parts.pop(before)
    for name in parts:
        if name.endswith((".rels", "[Content_Types].xml")):
            parts[name] = parts[name].replace(before.encode(), after.encode()).replace(before.rpartition("/")[2].encode(), after.rpartition("/")[2].encode())


def _other_workbook(parts: Parts) -> None:
    renamed(parts, "xl/workbook.xml", "xl/workbook2.xml")
    parts["xl/_rels/workbook2.xml.rels"] = parts.pop("xl/_rels/workbook.xml.rels")


def _other_folder(parts: Parts) -> None:
    """The workbook lies in the root, its sheets in a folder beside it, named from there."""
    parts["book.xml"] = parts.pop("xl/workbook.xml")
    links = parts.pop("xl/_rels/workbook.xml.rels")
    parts["_rels/book.xml.rels"] = links.replace(b'Target="/xl/', b'Target="./data/../xl/')
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(b"xl/workbook.xml", b"book.xml")


def _slashes(parts: Parts) -> None:
    for name in list(parts):
        parts["/" + name.replace("/", "\\")] = parts.pop(name)


def _case(parts: Parts) -> None:
    for name in list(parts):
        parts[name.upper()] = parts.pop(name)


def _percent(parts: Parts) -> None:
    links = "xl/_rels/workbook.xml.rels"
    parts["xl/worksheets/the sites.xml"] = parts.pop(SITES_PART)
    parts[links] = parts[links].replace(b"sheet5.xml", b"the%20sites.xml")


def _utf_16(parts: Parts) -> None:
    for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels", "_rels/.rels", SITES_PART):
        text = parts[name].decode("utf-8")
        text = text[text.index("?>") + 2 :] if text.startswith("<?xml") else text
        parts[name] = f'<?xml version="1.0" encoding="UTF-16"?>{text}'.encode("utf-16")


def _strict(parts: Parts) -> None:
    for name in parts:
        parts[name] = parts[name].replace(b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main")
        parts[name] = parts[name].replace(b"http://schemas.openxmlformats.org/officeDocument/2006/", b"http://purl.oclc.org/ooxml/officeDocument/")


WAYS: list[Callable[[Parts], None]] = [_other_workbook, _other_folder, _slashes, _case, _percent, _utf_16, _strict]


@pytest.mark.parametrize("way", WAYS, ids=[way.__name__.strip("_") for way in WAYS])
def test_parts_are_found_by_their_relations_however_they_are_written(way: Callable[[Parts], None], good: Path, tmp_path: Path) -> None:
    parts = parts_of(good)
    way(parts)
    book, findings = check_book(packed(parts, tmp_path / "other.xlsx"), SCHEMA)
    wanted, _ = check_book(good, SCHEMA)
    assert book is not None, findings
    assert wanted is not None
    assert [] == [name for name, frame in wanted.data().tables.items() if not frame.equals(book.data().tables[name])]


def test_a_sheet_without_a_relation_is_no_sheet_by_its_name(good: Path, tmp_path: Path) -> None:
    """The part that openpyxl would call so exists, but the workbook relates the sheet to nothing."""
    parts = parts_of(good)
    links = "xl/_rels/workbook.xml.rels"
    parts[links] = parts[links].replace(b"sheet5.xml", b"sheet55.xml")
    assert ["sites"] == [f.sheet for f in errors(packed(parts, tmp_path / "other.xlsx")) if "sheet55.xml" in f.message]


def test_two_parts_of_one_name_are_refused(good: Path, tmp_path: Path) -> None:
    """Which of them counts depends on the reader."""
    parts = parts_of(good)
    parts[SITES_PART.upper()] = parts[SITES_PART]
    assert ["x 2" in f.message for f in errors(packed(parts, tmp_path / "other.xlsx"))] == [True]


@pytest.mark.parametrize("name", ["xl/comments1.xml", "xl/media/image1.png", "customXml/item1.xml", "xl/drawings/drawing1.xml", SITES_PART])
def test_a_part_of_three_hundred_megabytes_is_refused_by_its_size(name: str, good: Path, tmp_path: Path) -> None:
    """It is told from the list of contents: in no time, in no memory, and the review copy does not open it either."""
    path = tmp_path / "large.xlsx"
    packed({**parts_of(good), name: bytes(ODD_SIZE)}, path)
    content = bytearray(path.read_bytes())
    at = content.rindex(struct.pack("<L", ODD_SIZE))  # in the list of contents, which stands last
    content[at : at + 4] = struct.pack("<L", 300 * MEGABYTE)
    path.write_bytes(content)
    tracemalloc.start()
    started = time.perf_counter()
    found = errors(path)
    copy = write_checked(path, found, tmp_path / "checked_large.xlsx")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [f"{name}: 300 MB" in f.message for f in found] == [True]
    assert ["review_copy", "checks"] == openpyxl.load_workbook(copy).sheetnames
    assert time.perf_counter() - started < 5.0
    assert most < 50 * MEGABYTE


def test_a_part_that_unpacks_to_more_than_it_says_is_not_unpacked_further(good: Path, tmp_path: Path) -> None:
    """The sheet has 25 MB of spaces but says 1000 bytes: no more than that is made of it."""
    parts = parts_of(good)
    parts[SITES_PART] = parts[SITES_PART].replace(b"</sheetData>", b"</sheetData>" + b" " * 25 * MEGABYTE)
    path = packed(parts, tmp_path / "lie.xlsx")
    size = struct.pack("<L", len(parts[SITES_PART]))
    content = path.read_bytes().replace(size, struct.pack("<L", 1000))
    path.write_bytes(content)
    del parts
    tracemalloc.start()
    found = errors(path)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "sites" in [f.sheet for f in found]
    assert most < 10 * MEGABYTE


def test_a_workbook_that_can_be_opened_but_not_saved_again_gives_the_list_only(good: Path, tmp_path: Path) -> None:
    """openpyxl opens a date that is none and fails on it when it saves."""
    parts = parts_of(good)
    parts[SITES_PART] = parts[SITES_PART].replace(b"</sheetData>", b'<row r="6"><c r="A6" t="d"><v>soon</v></c></row></sheetData>')
    path = packed(parts, tmp_path / "date.xlsx")
    found = errors(path)
    assert "A6" in [f.cell for f in found]
    copy = openpyxl.load_workbook(write_checked(path, found, tmp_path / "checked_date.xlsx"))
    assert ["review_copy", "checks"] == copy.sheetnames
    assert 1 + len(found) == copy["checks"].max_row


def test_a_packing_that_no_office_program_uses_is_refused(good: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "odd.xlsx", "w", zipfile.ZIP_BZIP2) as archive:
        for name, content in parts_of(good).items():
            archive.writestr(name, content)
    assert ["compression 12" in f.message for f in errors(tmp_path / "odd.xlsx")] == [True]


def test_many_sheets_are_refused(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MAX_SHEETS", 3)
    assert ["sheets)" in f.message for f in errors(good)] == [True]


KINDS: dict[str, tuple[bytes | Parts, str]] = {
    "csv": (b"region,year\nwest,2030\n", "but .csv"),
    "csv in GBK": ("地区,年份\n西部,2030\n".encode("gbk"), "but .csv"),
    "text in UTF-16": ("region\tyear\n".encode("utf-16"), "but .csv"),
    "html": (b"<html><table><tr><td>1</td></tr></table></html>", "but .csv, .txt, .xml, .html"),
    "xls": (bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600) + "Workbook\0".encode("utf-16-le"), "but .xls"),
    "password": (bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600) + "EncryptedPackage\0".encode("utf-16-le"), "protected by a password"),
    "ods": ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}, "but .ods"),
    "xlsb": (
        {"_rels/.rels": b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
         b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.bin"/></Relationships>',
         "xl/workbook.bin": b"\x83\x01"}, "but .xlsb",
    ),
    "docx": (
        {"_rels/.rels": b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
         b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
         "word/document.xml": b'<w:document xmlns:w="urn:w"/>'}, "not an Excel workbook (word/document.xml: 'document'",
    ),
    "numbers": ({"Index/Document.iwa": b"\0"}, "but .numbers"),
    "zip": ({"readme.txt": b"x"}, "not an Excel workbook (_rels/.rels)"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(50), "not an Excel workbook"),
    "nothing": (b"", "not an Excel workbook"),
}  # fmt: skip


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize("suffix", [".xlsx", ".ods", ".csv"])
def test_a_file_is_judged_by_what_it_holds_and_the_way_out_is_named(kind: str, suffix: str, tmp_path: Path) -> None:
    content, words = KINDS[kind]
    path = tmp_path / f"mine{suffix}"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        packed(content, path)
    found = errors(path)
    assert [words in f.message for f in found] == [True], found
    assert ".xlsx" in found[0].expected
    assert ["mine.xlsx", ""] == [str(f.sheet).replace(suffix, ".xlsx") for f in found] + [f.cell for f in found]


def test_a_workbook_under_another_name_or_with_macros_is_read(good: Path, tmp_path: Path) -> None:
    parts = parts_of(good)
    parts["xl/vbaProject.bin"] = bytes.fromhex("D0CF11E0A1B11AE1")
    for name in ("mine.xlsm", "mine.XLSX", "mine.xls", "mine"):
        book, findings = check_book(packed(parts, tmp_path / name), SCHEMA)
        assert book is not None, findings


def test_a_file_that_is_missing_or_a_folder_is_told_with_its_whole_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    deep = Path("a" * 60) / ("b" * 60) / "none.xlsx"
    assert [str(tmp_path / deep) in f.message for f in errors(deep)] == [True]
    (tmp_path / "folder.xlsx").mkdir()
    assert [f"a folder, not an Excel workbook: {tmp_path / 'folder.xlsx'}" in f.message for f in errors(Path("folder.xlsx"))] == [True]
