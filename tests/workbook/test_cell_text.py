"""What one cell says: every way in which a file may store it, in the right place and nowhere else."""

from __future__ import annotations

import datetime as dt

import pytest

from model.workbook.cells import Cell, read_number
from model.workbook.celltext import Tables, date_styles, shared_texts
from model.workbook.raw import Bad
from model.workbook.sheetscan import MAX_COLUMNS, MAX_ROWS, scan
from model.workbook.xmlsafe import SPREADSHEET, BrokenXml, HostileXml

MAIN = SPREADSHEET[0]
TABLES = Tables(["zero", "one"], frozenset({"3"}))


def sheet(cells: str, after: str = "", space: str = MAIN) -> bytes:
    return f'<worksheet xmlns="{space}"><sheetData><row r="1">{cells}</row></sheetData>{after}</worksheet>'.encode()


CASES: list[tuple[str, object]] = [
    ('<c r="A1"><v>45</v></c>', 45.0),
    ('<c r="A1" t="n"><v>\n 45 \t</v></c>', 45.0),
    ('<c r="A1"><v><![CDATA[45]]></v></c>', 45.0),
    ('<c r="A1"><v>4&#53;</v></c>', 45.0),
    ('<c r="A1"><v>4<!-- and -->5<?more?></v></c>', 45.0),
    ('<c r="A1"><v>-4.5E-1</v></c>', -0.45),
    ('<c r="A1"><v>4_5</v></c>', Bad("unreadable", "4_5")),
    ('<c r="A1"><v>٤٥</v></c>', Bad("unreadable", "٤٥")),
    ('<c r="A1"><v>4,5</v></c>', Bad("unreadable", "4,5")),
    ('<c r="A1"><v>NaN</v></c>', Bad("unreadable", "NaN")),
    ('<c r="A1"><v>4<b>5</b></v></c>', Bad("unreadable", "<c>")),
    ('<c r="A1"><v>4</v><v>5</v></c>', Bad("unreadable", "<c>")),
    ('<c r="A1"><v>4</v></c><c r="A1"><v>5</v></c>', Bad("unreadable", "<c> x 2")),
    ('<c r="A1" t="s"><v> 1 </v></c>', "one"),
    ('<c r="A1" t="s"><v>2</v></c>', Bad("unreadable", "2")),
    (f'<c r="A1" t="s"><v>{"9" * 5000}</v></c>', Bad("unreadable", "9" * 5000)),
    ('<c r="A1" t="s"><v>-1</v></c>', Bad("unreadable", "-1")),
    ('<c r="A1" t="str"><v> a &amp; b </v></c>', " a & b "),
    ('<c r="A1" t="str"><v>a_x000D_b_x005F_x0041__xD83D__xDE00_</v></c>', "a\rb_x0041_\U0001f600"),
    ('<c r="A1" t="inlineStr"><is><t>ab</t></is></c>', "ab"),
    ('<c r="A1" t="inlineStr"><is><r><rPr><b/></rPr><t>a</t></r><r><t xml:space="preserve"> b</t></r><rPh sb="0" eb="1"><t>x</t></rPh></is></c>', "a b"),
    ('<c r="A1" t="inlineStr"><v>5</v><is><t>6</t></is></c>', Bad("unreadable", "6")),
    ('<c r="A1"><is><t>6</t></is></c>', Bad("unreadable", "6")),
    ('<c r="A1" t="b"><v>1</v></c>', True),
    ('<c r="A1" t="b"><v>false</v></c>', False),
    ('<c r="A1" t="b"><v>2</v></c>', Bad("unreadable", "2")),
    ('<c r="A1" t="e"><v>#N/A</v></c>', Bad("error_value", "#N/A")),
    ('<c r="A1" t="e"><f>NA()</f></c>', Bad("error_value", "#?")),
    ('<c r="A1" t="x"><v>5</v></c>', Bad("unreadable", "5")),
    ('<c r="A1"><f>1+1</f></c>', Bad("no_stored_value")),
    ('<c r="A1"><f>1+1</f><v> </v></c>', Bad("no_stored_value")),
    ('<c r="A1" t="str"><f>""</f></c>', Bad("no_stored_value")),
    ('<c r="A1"><f t="shared" si="0"/><v>2</v></c>', 2.0),
    ('<c r="A1" s="3"><v>45000</v></c>', dt.date(2023, 3, 15)),
    ('<c r="A1" s="3"><v>45000.5</v></c>', dt.datetime(2023, 3, 15, 12)),
    ('<c r="A1" s="3"><v>1</v></c>', dt.date(1900, 1, 1)),
    ('<c r="A1" s="3"><v>0.25</v></c>', dt.time(6)),
    ('<c r="A1" s="3"><v>1e300</v></c>', 1e300),
    ('<c r="A1" t="d"><v>2023-03-15</v></c>', dt.date(2023, 3, 15)),
    ('<c r="A1" t="d"><v>2023-03-15T06:00:00</v></c>', dt.datetime(2023, 3, 15, 6)),
    ('<c r="A1" t="d"><v>soon</v></c>', Bad("unreadable", "soon")),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "value"), CASES, ids=[case[0][:60] for case in CASES])
def test_a_cell_says_one_thing_or_is_refused_in_its_place(cell: str, value: object) -> None:
    """In the Transitional and in the Strict namespace alike."""
    for space in SPREADSHEET:
        assert [[value]] == scan(sheet(cell, space=space), TABLES).grid()


def test_a_cell_that_holds_nothing_takes_no_place() -> None:
    cells = '<c r="A1"><v>1</v></c><c r="C1" s="1"/><c r="D1" t="str"><f>""</f><v></v></c><c r="E1" t="inlineStr"><is/></c><c r="F1"><v/></c>'
    found = scan(sheet(cells))
    assert ([[1.0]], 1, 1) == (found.grid(), found.rows, found.columns)


ELSEWHERE = [
    '<extLst><ext xmlns:m="http://schemas.microsoft.com/office/excel/2006/main"><m:f>regions!$A$3</m:f></ext></extLst>',
    f'<extLst><ext><row xmlns="{MAIN}" r="9"><c r="A9"><v>9</v></c></row></ext></extLst>',
    '<row r="9"><c r="A9"><v>9</v></c></row>',
    '<f>1</f><v>2</v><c r="B1"><v>3</v></c>',
    '<conditionalFormatting><cfRule><formula>1</formula></cfRule></conditionalFormatting>',
]


@pytest.mark.parametrize("after", ELSEWHERE)
def test_what_looks_like_a_cell_elsewhere_in_the_part_is_none(after: str) -> None:
    for cells, wanted in (('<c r="A1"><v>1</v></c>', [[1.0]]), ('<c r="A1" s="2"/>', [])):
        assert wanted == scan(sheet(cells, after)).grid()


def test_a_foreign_element_within_a_row_or_a_cell_is_passed_over() -> None:
    other = '<x:c xmlns:x="urn:other" r="Z9"><x:v>7</x:v></x:c>'
    assert [[1.0, 2.0]] == scan(sheet(f'<c r="A1">{other}<v>1</v><extLst><ext><v>5</v></ext></extLst></c>{other}<c><v>2</v></c>')).grid()


def test_the_last_row_and_column_are_read_and_the_next_are_too_far() -> None:
    def reach(row: int, column: str) -> bool:
        return scan(f'<worksheet xmlns="{MAIN}"><sheetData><row><c r="{column}{row}"><v>1</v></c></row></sheetData></worksheet>'.encode()).too_far

    assert (20_000, 200) == (MAX_ROWS, MAX_COLUMNS)
    assert [False, True, True] == [reach(20_000, "GR"), reach(20_001, "A"), reach(1, "GS")]


def test_a_sheet_with_values_without_end_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three values are read, the fourth is too many: what follows it, even broken XML, is not looked at; blank cells do not count."""
    monkeypatch.setattr("model.workbook.sheetscan.MAX_VALUES", 3)
    three = "<c><v>1</v></c>" * 3
    assert [False, False, True] == [scan(sheet(cells)).too_many for cells in (three, "<c/>" * 9 + three, three + "<c><v>1</v></c><broken")]


@pytest.mark.parametrize("xml", [b"<worksheet/>", b"<x/>", f'<chartsheet xmlns="{MAIN}"/>'.encode(), b"", b"<worksheet", sheet('<c r="A1"><v>1</c>')])
def test_what_is_no_sheet_is_broken(xml: bytes) -> None:
    with pytest.raises(BrokenXml):
        scan(xml)


def test_a_document_type_is_refused_in_every_encoding() -> None:
    text = f'<!DOCTYPE x [<!ENTITY a "b">]><worksheet xmlns="{MAIN}"/>'
    for encoding in ("utf-8", "utf-16"):
        with pytest.raises(HostileXml):
            scan(f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding))


def test_shared_texts_keep_their_order_and_leave_readings_out() -> None:
    entries = '<si/><si><t> a </t></si><si><r><t>b</t></r><r><t><![CDATA[<c>]]></t></r><rPh><t>x</t></rPh></si><si><t>d&#x4e2d;</t></si>'
    assert ["", " a ", "b<c>", "d中"] == shared_texts(f'<sst xmlns="{MAIN}">{entries}</sst>'.encode())


FORMATS = {
    "General": False, "0.00E+00": False, '#,##0" d/m"': False, "[Red]0.00": False, "0\\d": False, "_d0": False, "@": False, "[$-804]0": False,
    "yyyy-mm-dd": True, 'yyyy"年"m"月"': True, "[h]:mm": True, "[$-F400]h:mm:ss": True, "mmm": True, "ss.0": True,
}  # fmt: skip


@pytest.mark.parametrize("code", list(FORMATS))
def test_a_number_format_is_a_date_when_it_shows_a_part_of_one(code: str) -> None:
    """The format is number 200 and used by the second style; styles for styles (cellStyleXfs) do not count."""
    quoted = code.replace('"', "&quot;")
    xml = (
        f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="200" formatCode="{quoted}"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="200"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    )
    assert frozenset({"1", "2"} if FORMATS[code] else {"2"}) == date_styles(xml.encode())


def test_days_may_be_counted_from_1904() -> None:
    """Day 0 is 1 January 1904."""
    tables = Tables(date_styles=frozenset({"3"}), from_1904=True)
    assert [[dt.date(1904, 1, 2)]] == scan(sheet('<c r="A1" s="3"><v>1</v></c>'), tables).grid()


NUMBERS: list[tuple[str, float | str]] = [
    ("1,250", 1250.0), ("-1,250.5", -1250.5), ("12 345 678", 12345678.0), ("1'250", 1250.0), ("１，２５０", 1250.0), ("0.250", 0.25), ("00.5", 0.5),
    ("0,250", "decimal_comma"), ("-0,250", "decimal_comma"), ("00,123", "decimal_comma"), ("000,123,456", "not_number"), ("1,5", "decimal_comma"),
    ("12,3456", "decimal_comma"), ("1.250,5", "decimal_comma"), ("1 250,5", "decimal_comma"), ("0 250", "not_number"), ("1,250 300", "not_number"),
    ("1,25,000", "not_number"), ("1,250,5", "not_number"), (",5", "not_number"), ("1,", "not_number"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), NUMBERS, ids=[case[0] for case in NUMBERS])
def test_a_comma_separates_thousands_or_is_refused(text: str, wanted: float | str) -> None:
    assert read_number(text) == (Cell(problem=wanted) if isinstance(wanted, str) else Cell(wanted, info="read_as"))
