"""Damaged and hostile files are refused with a finding, never with a crash or without end."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.core.declare.spec import Finding, InputError
from model.workbook import package
from model.workbook.book import book_from_frames, check_book
from model.workbook.checked import checked_name, write_checked
from model.workbook.package import REVIEW_SHEET
from tests.workbook.toy import SCHEMA, put, toy, workbook, write

SITES_PART = "xl/worksheets/sheet5.xml"


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return write(toy(), tmp_path / "toy.xlsx")


def errors(path: Path) -> list[Finding]:
    book, findings = check_book(path, SCHEMA)
    assert book is None
    return [f for f in findings if f.level == "error"]


def repack(path: Path, changes: dict[str, tuple[str, str]]) -> Path:
    """The workbook with one piece of text replaced in each of the named parts."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    for name, (before, after) in changes.items():
        assert before.encode() in parts[name]
        parts[name] = parts[name].replace(before.encode(), after.encode(), 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return path


def test_a_document_type_is_refused_in_a_sheet_and_in_the_list_of_sheets(good: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    sheet = repack(good, {SITES_PART: ("<worksheet", bomb + "<worksheet")})
    assert ["sites"] == [f.sheet for f in errors(sheet) if "document type" in f.message]
    listed = repack(good, {"xl/workbook.xml": ("<workbook ", bomb + "<workbook ")})
    assert ["toy.xlsx"] == [f.sheet for f in errors(listed)]


@pytest.mark.parametrize("cell", ["XFD1048576", "A20001", "GS3", "a1048576"])
def test_a_value_far_away_keeps_the_sheet_from_being_read(good: Path, cell: str) -> None:
    far = repack(good, {SITES_PART: ("</sheetData>", f'<row r="30000"><c r="{cell}"><v>1</v></c></row></sheetData>')})
    assert ["sites"] == [f.sheet for f in errors(far) if "beyond column 200 or row 20000" in f.message]


@pytest.mark.parametrize("cell", ["ABCD5", "A0", "5", "A99999999999999", "É3", ""])
def test_a_cell_without_a_proper_address_never_crashes(good: Path, cell: str) -> None:
    odd = repack(good, {SITES_PART: ("</sheetData>", f'<row r="30"><c r="{cell}"><v>1</v></c></row></sheetData>')})
    assert "sites" in [f.sheet for f in errors(odd)]


def test_misleading_counts_and_indices_do_no_harm(good: Path) -> None:
    """The stated extent of the sheet is a lie, and a text points beyond the table of shared texts."""
    wide = repack(good, {SITES_PART: ('<dimension ref="', '<dimension ref="A1:XFD1048576" x="')})
    assert check_book(wide, SCHEMA)[0] is not None
    beyond = repack(
        good, {SITES_PART: ("</sheetData>", '<row r="6"><c r="A6" t="s"><v>99999</v></c></row></sheetData>')}
    )
    assert {"sites"} == {f.sheet for f in errors(beyond)}


def test_bad_cells_are_found_where_addresses_are_left_out(good: Path) -> None:
    """After the empty C6 comes D6, an error value, then E6, a formula without result, then F6, one with an empty text."""
    cells = (
        '<c r="C6"/><c t="e"><v>#REF!</v></c><c><f>1+1</f></c><c t="str"><f>""</f><v></v></c><c><f>2</f><v>2</v></c>'
    )
    row = f'<row><c r="A6" t="inlineStr"><is><t>east</t></is></c>{cells}</row>'
    odd = repack(good, {SITES_PART: ("</sheetData>", row + "</sheetData>")})
    found = {f.cell: f.message for f in errors(odd)}
    assert ["B6", "C6", "D6", "E6"] == sorted(found)
    assert "#REF!" in found["D6"]
    assert "no stored result" in found["E6"]


def test_formatted_but_empty_cells_far_away_do_no_harm(good: Path) -> None:
    phantom = repack(
        good, {SITES_PART: ("</sheetData>", '<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>')}
    )
    book, findings = check_book(phantom, SCHEMA)
    assert ["sites!A6: the empty rows 6 to 1048576 are ignored"] == [str(f) for f in findings]
    assert book is not None


def test_more_parts_or_more_bytes_than_allowed_are_refused(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(good, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(2 * 1024**2))
    monkeypatch.setattr(package, "MAX_EXPANDED_BYTES", 1024**2)
    assert ["larger than the reader accepts" in f.message for f in errors(good)] == [True]
    monkeypatch.undo()
    monkeypatch.setattr(package, "MAX_ENTRIES", 5)
    assert ["larger than the reader accepts" in f.message for f in errors(good)] == [True]
    monkeypatch.undo()
    monkeypatch.setattr(package, "MAX_FILE_BYTES", 100)
    assert ["larger than the reader accepts" in f.message for f in errors(good)] == [True]


def test_a_part_that_lies_about_its_size_is_not_expanded_beyond_it(good: Path) -> None:
    """The sheet expands to 4 MB but its entries in the archive say 1000 bytes."""
    repack(good, {SITES_PART: ("</sheetData>", "</sheetData>" + " " * 4 * 1024**2)})
    content = bytearray(good.read_bytes())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = struct.pack("<L", archive.getinfo(SITES_PART).file_size)
    assert 2 == content.count(size)
    good.write_bytes(content.replace(size, struct.pack("<L", 1000)))
    assert ["sites"] == [f.sheet for f in errors(good)]


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.9, 0.999])
def test_a_half_saved_file_is_no_workbook(good: Path, share: float) -> None:
    content = good.read_bytes()
    good.write_bytes(content[: int(len(content) * share)])
    assert ["not an Excel workbook" in f.message for f in errors(good)] == [True]


def test_files_that_are_no_workbook_are_refused_with_the_reason(tmp_path: Path) -> None:
    cases = {
        "old.xlsx": bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600),
        "text.xlsx": b"region,year\n",
        "~$toy.xlsx": b"x",
        "checked_toy.xlsx": b"x",
    }
    words = {
        "old.xlsx": "password",
        "text.xlsx": "not an Excel workbook",
        "~$toy.xlsx": "not an Excel workbook",
        "checked_toy.xlsx": "review copy",
    }
    for name, content in cases.items():
        (tmp_path / name).write_bytes(content)
        assert [words[name] in f.message for f in errors(tmp_path / name)] == [True]
    assert ["no such file" in f.message for f in errors(tmp_path / "none.xlsx")] == [True]
    (tmp_path / "folder.xlsx").mkdir()
    assert ["not an Excel workbook" in f.message for f in errors(tmp_path / "folder.xlsx")] == [True]


def test_a_file_that_can_not_be_opened_is_reported(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", locked)
    assert ["can not be opened (Permission denied)" in f.message for f in errors(good)] == [True]


def test_shared_texts_and_prefixed_names_are_read_like_plain_ones(good: Path) -> None:
    """Excel stores texts in a table of their own; other programs put a prefix before every name."""
    shared = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><r><t>po</t></r><r><t>or</t></r></si></sst>'
    link = '<Relationship Id="rX" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/>'
    repack(good, {"xl/_rels/workbook.xml.rels": ("</Relationships>", link + "</Relationships>")})
    with zipfile.ZipFile(good) as archive:
        sheet = archive.read(SITES_PART).decode()
    before = sheet[sheet.index('<c r="H3"') : sheet.index('<c r="I3"')]
    repack(good, {SITES_PART: (before, '<c r="H3" t="s"><v>0</v></c>')})
    with zipfile.ZipFile(good, "a") as archive:
        archive.writestr("xl/sharedStrings.xml", shared)
    book, findings = check_book(good, SCHEMA)
    assert book is not None, findings
    assert "poor" == book.data().tables["sites"].loc[3, "class"]


def test_the_review_copy_marks_cells_lists_findings_and_is_refused_as_input(tmp_path: Path) -> None:
    sheets = toy()
    put(sheets, "sites", "C3", "=HYPERLINK(1)")
    put(sheets, "sites", "H3", "'=cmd|x")
    path = write(sheets, tmp_path / "toy.xlsx")
    findings = [*check_book(path, SCHEMA)[1], Finding("info", "sites", "D3", "=1+1\x07 said", "=2")]
    copy = write_checked(path, findings, tmp_path / checked_name(path))
    book = openpyxl.load_workbook(copy)
    assert [REVIEW_SHEET, "checks"] == book.sheetnames[:2]
    assert "no stored result" in book["sites"]["C3"].comment.text
    assert "FFF4B6B6" == book["sites"]["C3"].fill.fgColor.rgb
    listed = {row[2].value: row for row in book["checks"].iter_rows(min_row=2)}
    assert ("=1+1 said", "s") == (listed["D3"][3].value, listed["D3"][3].data_type)
    assert "'sites'!C3" == listed["C3"][2].hyperlink.location
    assert ["review copy" in f.message for f in errors(copy)] == [True]
    renamed = copy.rename(tmp_path / "mine.xlsx")
    assert ["review copy" in f.message for f in errors(renamed)] == [True]


def test_a_finding_within_merged_cells_is_marked_at_the_first_of_them(tmp_path: Path) -> None:
    book = workbook(toy())
    book["sites"].merge_cells("C3:C5")
    book.save(tmp_path / "toy.xlsx")
    findings = [f for f in check_book(tmp_path / "toy.xlsx", SCHEMA)[1] if f.cell == "C5"]
    assert 1 == len(findings)
    marked = openpyxl.load_workbook(write_checked(tmp_path / "toy.xlsx", findings, tmp_path / "checked_toy.xlsx"))
    assert "area is empty" in marked["sites"]["C3"].comment.text


ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.dates(),
    st.binary(max_size=3),
    st.sampled_from(["west", "1e999", "２", "=", "kha/", "nan", "{x}", "%s"]),
)
NAMES = st.sampled_from(
    ["region", "item", "area", "cost", "cap", "open", "life", "class", "active", "quality", "unit", "2020", "2030", "x"]
)


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(NAMES, st.lists(ANYTHING, min_size=2, max_size=2), max_size=6),
    st.sampled_from(["sites", "demand", "periods", "scenarios"]),
    st.dictionaries(st.text(max_size=8), ANYTHING, max_size=2),
)
def test_whatever_stands_in_the_cells_only_findings_come_out(
    columns: dict[str, list[Any]], sheet: str, values: dict[str, Any]
) -> None:
    tables = {"periods": pd.DataFrame({"year": [2020, 2030]}), sheet: pd.DataFrame(columns, dtype=object)}
    try:
        book_from_frames(tables, values, schema=SCHEMA)
    except InputError as problem:
        levels = [f.level for f in problem.findings]
    else:
        levels = ["error"]
    assert "error" in levels


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(toy(), tmp_path_factory.mktemp("scratch") / "toy.xlsx")


@settings(max_examples=100, deadline=None)
@given(st.binary(min_size=1, max_size=8), st.floats(0, 1, exclude_max=True))
def test_whatever_bytes_are_overwritten_only_findings_come_out(scratch: Path, noise: bytes, place: float) -> None:
    content = bytearray(scratch.read_bytes())
    at = int(place * len(content))
    content[at : at + len(noise)] = noise
    damaged = scratch.with_name("damaged.xlsx")
    damaged.write_bytes(content)
    book, findings = check_book(damaged, SCHEMA)
    assert book is not None or any(f.level == "error" for f in findings)


@settings(max_examples=100, deadline=None)
@given(st.text('<>/="&;crvfist ABZ019-:', min_size=1, max_size=6), st.floats(0, 1, exclude_max=True))
def test_whatever_is_written_into_the_xml_of_a_sheet_only_findings_come_out(
    scratch: Path, noise: str, place: float
) -> None:
    with zipfile.ZipFile(scratch) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    at = int(place * len(parts[SITES_PART]))
    parts[SITES_PART] = parts[SITES_PART][:at] + noise.encode() + parts[SITES_PART][at + len(noise) :]
    damaged = scratch.with_name("damaged.xlsx")
    with zipfile.ZipFile(damaged, "w") as new:
        for name, content in parts.items():
            new.writestr(name, content)
    book, findings = check_book(damaged, SCHEMA)
    assert book is not None or any(f.level == "error" for f in findings)
