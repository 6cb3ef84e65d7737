"""A corpus of broken workbooks: how each is broken, and the level, the place, the words and the exit code that it must end with.

Three kinds, by what is broken:
- ``FILES``: the shipped workbook reduced to its grassland, broken as a file (its bytes, its parts, the XML of a sheet, sheets,
  headers, cells) and checked through the command line;
- ``TABLES``: every sheet of the shipped workbook with a fault of its structure and one of its content, read again in memory;
- the cases that other tests hold: cells of the toy workbook, edits that only a lever refuses, other kinds of file.

Limits: one fault a case; what several at once do is tested beside the readers.
"""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.workbook import Workbook

from model.core.aside import workbook_bytes
from model.core.declare.bounds import NUMBERS
from model.core.declare.spec import Finding
from model.exits import EXIT_INPUT, EXIT_SOLVED
from model.workbook.messages import Notes
from model.workbook.raw import letters
from model.workbook.validate import read_table
from tests.workbook.missing import Checked
from tests.workbook.test_packages import KINDS

Parts = dict[str, bytes]
#: Gives the file from that of a right workbook.
Breaking = Callable[[bytes], bytes]
FILE = "file"
ERROR, WARNING, INFO = "error", "warning", "info"


@dataclass(frozen=True)
class Case:
    """One broken file: ``place`` is SHEET!CELL, a sheet, or FILE for the file itself."""

    name: str
    broken: Breaking
    place: str
    words: str
    level: str = ERROR

    @property
    def exit(self) -> int:
        """An error ends with 2; a warning or a remark with 0."""
        return EXIT_INPUT if self.level == ERROR else EXIT_SOLVED


def parts(content: bytes) -> Parts:
    """The parts of a package by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(content: Parts) -> bytes:
    """A package of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in content.items():
            archive.writestr(name, part)
    return buffer.getvalue()


# --- ways of breaking ------------------------------------------------------------------------------------------------


def edit(act: Callable[[Workbook], object]) -> Breaking:
    """As a person with a spreadsheet program does it."""

    def broken(content: bytes) -> bytes:
        book = openpyxl.load_workbook(io.BytesIO(content))
        act(book)
        return workbook_bytes(book)

    return broken


def cell(sheet: str, address: str, value: Any) -> Breaking:
    """Another value in a cell; a text that begins with = becomes a formula without result."""

    def put(book: Workbook) -> None:
        book[sheet][address].value = value

    return edit(put)


def error_cell(sheet: str, address: str, value: str) -> Breaking:
    """An error value as a spreadsheet program stores it."""

    def put(book: Workbook) -> None:
        book[sheet][address].value = value
        book[sheet][address].data_type = "e"

    return edit(put)


def part(name: str, before: str, after: str) -> Breaking:
    """A piece of the text of a part replaced, once."""

    def broken(content: bytes) -> bytes:
        found = parts(content)
        assert before.encode() in found[name], (name, before)
        found[name] = found[name].replace(before.encode(), after.encode(), 1)
        return packed(found)

    return broken


def sheet_xml(sheet: str, before: str, after: str) -> Breaking:
    """A piece of the XML of a sheet replaced, once."""
    return part(f"xl/worksheets/sheet{SHEETS.index(sheet) + 1}.xml", before, after)


def row_xml(sheet: str, xml: str) -> Breaking:
    """XML put behind the last row of a sheet."""
    return sheet_xml(sheet, "</sheetData>", xml + "</sheetData>")


def package(act: Callable[[Parts], object]) -> Breaking:
    """As a damaged or hostile package is."""

    def broken(content: bytes) -> bytes:
        found = parts(content)
        act(found)
        return packed(found)

    return broken


def renamed(before: str, after: str) -> Breaking:
    """A sheet with another name."""

    def act(book: Workbook) -> None:
        book[before].title = after

    return edit(act)


def added(sheet: str, *values: Any) -> Breaking:
    """A row more at the end of a sheet."""

    def act(book: Workbook) -> None:
        row = book[sheet].max_row + 1
        for column, value in enumerate(values, start=1):
            book[sheet].cell(row, column).value = value

    return edit(act)


def copied(sheet: str, row: int) -> Breaking:
    """A row once more at the end of a sheet."""

    def act(book: Workbook) -> None:
        last = book[sheet].max_row + 1
        for found in book[sheet][row]:
            book[sheet].cell(last, found.column).value = found.value

    return edit(act)


def merged(sheet: str, cells: str) -> Breaking:
    return edit(lambda book: book[sheet].merge_cells(cells))


def without_column(sheet: str, number: int) -> Breaking:
    return edit(lambda book: book[sheet].delete_cols(number))


def without_rows(sheet: str, first: int, count: int = 1) -> Breaking:
    return edit(lambda book: book[sheet].delete_rows(first, count))


def scenario(*values: Any, active: Any = 1) -> Breaking:
    """A row more in the sheet of scenarios: name, parent, sheet, selector, column, operation, value."""
    return added("scenarios", *values, active, "a book", "estimate", None)


def analysis(*values: Any, active: Any = 1) -> Breaking:
    """A sheet of analyses with one row: name, setting, value."""

    def act(book: Workbook) -> None:
        page = book.create_sheet("analyses")
        page.append(["analysis", "setting", "value", "active", "source", "quality", "note"])
        page.append([*values, active, "a book", "estimate", None])

    return edit(act)


# --- files -----------------------------------------------------------------------------------------------------------

#: Sheets of the reduced workbook, in the order of their parts.
SHEETS = (
    "settings", "scenarios", "regions", "periods", "time_slices", "water_zones", "grassland", "grass_measures", "grass_conditions", "grass_initial", "livestock",
)  # fmt: skip
GRASS = f"xl/worksheets/sheet{SHEETS.index('grassland') + 1}.xml"
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'


def _drop(name: str) -> Breaking:
    return package(lambda found: found.pop(name))


def _replaced(name: str, content: bytes) -> Breaking:
    return package(lambda found: found.update({name: content}))


def _kind(name: str) -> Breaking:
    content = KINDS[name][0]
    return lambda good: content if isinstance(content, bytes) else packed(content)


PACKAGES = [
    *(Case(f"not a workbook but {name}", _kind(name), FILE, words) for name, (_, words) in KINDS.items()),
    *(Case(f"cut off after {share:.1%}", lambda good, share=share: good[: int(len(good) * share)], FILE, "not an Excel workbook") for share in (0.001, 0.3, 0.7, 0.999)),
    Case("the list of sheets is missing", _drop("xl/workbook.xml"), FILE, "not an Excel workbook (xl/workbook.xml"),
    Case("the first relations are missing", _drop("_rels/.rels"), FILE, "not an Excel workbook (_rels/.rels"),
    Case("the list of sheets is empty", _replaced("xl/workbook.xml", b""), FILE, "xl/workbook.xml"),
    Case("the list of sheets ends early", part("xl/workbook.xml", "</sheets>", ""), FILE, "xl/workbook.xml"),
    Case("a document type in the list of sheets", part("xl/workbook.xml", "<workbook ", BOMB + "<workbook "), FILE, "document type"),
    Case("a document type in a sheet", sheet_xml("grassland", "<worksheet", BOMB + "<worksheet"), "grassland", "document type"),
    Case("a sheet without its part", _drop(GRASS), "grassland", "can not be read"),
    Case("a sheet whose part is empty", _replaced(GRASS, b""), "grassland", "can not be read"),
    Case("a sheet whose part is a picture", _replaced(GRASS, b"\x89PNG\r\n\x1a\n"), "grassland", "can not be read"),
    Case("a sheet that ends early", sheet_xml("grassland", "</sheetData>", ""), "grassland", "can not be read"),
    Case("a sheet with an open mark", row_xml("grassland", "<row"), "grassland", "can not be read"),
    Case("a sheet with a bare ampersand", row_xml("grassland", '<row r="90"><c r="A90" t="inlineStr"><is><t>a & b</t></is></c></row>'), "grassland", "can not be read"),
    Case("the relation of a sheet leads nowhere", part("xl/_rels/workbook.xml.rels", "sheet7.xml", "sheet77.xml"), "grassland", "sheet77.xml"),
    Case("a sheet in two parts of one name", package(lambda found: found.update({GRASS.upper(): found[GRASS]})), FILE, "x 2"),
    Case("a part protected by its own password", lambda good: _flagged(good), FILE, "protected by a password"),
]  # fmt: skip


def _flagged(good: bytes) -> bytes:
    """The entry of a sheet in the list of contents says that it is encrypted."""
    content, name = bytearray(good), GRASS.encode()
    at = content.rindex(name) - 46  # of the entry, whose flags stand eight bytes on
    content[at + 8] |= 1
    return bytes(content)


CELLS_IN_XML = [
    Case("a value beyond the last column", row_xml("grassland", '<row r="90"><c r="GS90"><v>1</v></c></row>'), "grassland", "beyond column 200"),
    Case("a value beyond the last row", row_xml("grassland", '<row r="20001"><c r="A20001"><v>1</v></c></row>'), "grassland", "row 20000"),
    Case("a value in the last cell of all", row_xml("grassland", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "grassland", "beyond column 200"),
    Case("an address in row 0", row_xml("grassland", '<row r="90"><c r="A0"><v>1</v></c></row>'), "grassland", "can not be read"),
    Case("an address of four letters", row_xml("grassland", '<row r="90"><c r="ABCD90"><v>1</v></c></row>'), "grassland", "'ABCD90' is no cell"),
    Case("a shared text that does not exist", row_xml("grassland", '<row r="36"><c r="A36" t="s"><v>99999</v></c></row>'), "grassland!A36", "can not be read"),
    Case("a number that is none", row_xml("livestock", '<row r="6"><c r="B6"><v>a lot</v></c></row>'), "livestock!B6", "can not be read"),
    Case("a number too large for a computer", row_xml("livestock", '<row r="6"><c r="B6"><v>1e400</v></c></row>'), "livestock!B6", "not a finite number"),
    Case("a number that is not a number", row_xml("livestock", '<row r="6"><c r="B6"><v>NaN</v></c></row>'), "livestock!B6", "can not be read (NaN)"),
    Case("a type of cell that does not exist", row_xml("livestock", '<row r="6"><c r="B6" t="x"><v>1</v></c></row>'), "livestock!B6", "can not be read (1)"),
    Case("a formula without result", row_xml("livestock", '<row r="6"><c r="B6"><f>1+1</f></c></row>'), "livestock!B6", "no stored result"),
    Case("a formula whose result is an error", row_xml("livestock", '<row r="6"><c r="B6" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'), "livestock!B6", "#DIV/0!"),
    Case("an error value in a cell without address", row_xml("livestock", '<row><c t="e"><v>#REF!</v></c></row>'), "livestock!A6", "#REF!"),
    Case("formatted cells far below", row_xml("livestock", '<row r="1048576"><c r="XFD1048576" s="0"/></row>'), "livestock!A6", "are ignored", INFO),
]  # fmt: skip
ERROR_VALUES = [
    Case(f"the error value {value}", error_cell("livestock", "B3", value), "livestock!B3", value)
    for value in ("#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!")
]
SHEETS_AND_HEADERS = [
    Case("no regions", edit(lambda book: book.remove(book["regions"])), "regions", "required sheet is missing"),
    Case("no periods", edit(lambda book: book.remove(book["periods"])), "periods", "required sheet is missing"),
    Case("regions without a row", without_rows("regions", 3, 9), "regions", "no active row"),
    Case("periods with the base year only", without_rows("periods", 4, 20), "periods!A3", "no milestone year after the base year"),
    Case("no zones under the grassland", edit(lambda book: book.remove(book["water_zones"])), "grassland!B3", "refers to water_zones"),
    Case("a sheet misspelt", renamed("livestock", "livestok"), "livestok", "nearest known name is livestock"),
    Case("a sheet in Chinese", renamed("livestock", "牲畜"), "牲畜", "unknown sheet"),
    Case("a sheet of the user's without _", edit(lambda book: book.create_sheet("mine").append(["x"])), "mine", "begin the name with _"),
    Case("a sheet hidden", edit(lambda book: setattr(book["livestock"], "sheet_state", "hidden")), "livestock", "hidden", WARNING),
    Case("a sheet very hidden", edit(lambda book: setattr(book["livestock"], "sheet_state", "veryHidden")), "livestock", "hidden", WARNING),
    Case("a column misspelt", cell("livestock", "B1", "sheep_unit"), "livestock!B1", "nearest known name is sheep_units"),
    Case("a required column deleted", without_column("livestock", 2), "livestock!A1", "required column sheep_units is missing"),
    Case("a key column deleted", without_column("livestock", 1), "livestock!A1", "required column region is missing"),
    Case("an optional column deleted", without_column("grass_measures", 13), "grass_measures!A1", "its default", INFO),
    Case("the source deleted", without_column("livestock", 5), "livestock!A1", "source is missing", WARNING),
    Case("a column twice", cell("livestock", "C1", "sheep_units"), "livestock!C1", "occurs twice, first in B1"),
    Case("values under an empty header", cell("livestock", "H4", 5), "livestock!H1", "empty header"),
    Case("a header without its name", cell("livestock", "B1", None), "livestock!B1", "empty header"),
    Case("a header that is a formula", cell("livestock", "B1", "=A1"), "livestock!B1", "no stored result"),
    Case("a header that is an error", error_cell("livestock", "B1", "#REF!"), "livestock!B1", "#REF!"),
    Case("a header in capitals", cell("livestock", "B1", "Sheep_Units"), "livestock!B1", "is read as sheep_units", INFO),
    Case("no header row", without_rows("livestock", 1), "livestock!A1", "empty header"),
    Case("no row of units", without_rows("livestock", 2), "livestock!B2", "unknown unit '192.271'"),
    Case("a title above the header", edit(lambda book: book["livestock"].insert_rows(1)), "livestock!A1", "empty header"),
    Case("an empty row inside", edit(lambda book: book["livestock"].insert_rows(4)), "livestock!A4", "are ignored", INFO),
    Case("cells merged in the data", merged("livestock", "B3:B4"), "livestock!B3", "merged inside the data (B3:B4)"),
    Case("cells merged in the header", merged("livestock", "A1:B1"), "livestock!A1", "merged"),
    Case("keys merged over their rows", merged("grassland", "A3:A5"), "grassland!A3", "merged"),
    Case("a total below the table", added("livestock", "total", 201.5), "livestock!A6", "'total' is not in regions.region"),
    Case("a note below the table", added("livestock", "see the other sheet"), "livestock!A6", "see the other sheet"),
]  # fmt: skip
CELLS = [
    Case("a required number left blank", cell("livestock", "B3", None), "livestock!B3", "sheep_units is empty"),
    Case("a name as long as a page", cell("regions", "B4", "long " * 400), "regions!B4", "at most 1000 characters"),
    Case("a number of spaces", cell("livestock", "B3", "   "), "livestock!B3", "sheep_units is empty"),
    Case("a dash for nothing", cell("livestock", "B3", "-"), "livestock!B3", "'-' in sheep_units is not a number"),
    Case("a word for a number", cell("livestock", "B3", "many"), "livestock!B3", "'many' in sheep_units is not a number"),
    Case("a decimal comma", cell("livestock", "B3", "192,2"), "livestock!B3", "not a number"),
    Case("a decimal comma with three digits", cell("livestock", "B3", "0,250"), "livestock!B3", "no comma separates decimals"),
    Case("a number with its unit", cell("livestock", "B3", "192 million"), "livestock!B3", "not a number"),
    Case("a range for a number", cell("livestock", "B3", "150-200"), "livestock!B3", "not a number"),
    Case("about a number", cell("livestock", "B3", "~190"), "livestock!B3", "not a number"),
    Case("a percentage as text", cell("grass_measures", "I3", "15%"), "grass_measures!I3", "not a number"),
    Case("a yes for a number", cell("livestock", "B3", True), "livestock!B3", "not a number"),
    Case("infinite", cell("livestock", "B3", "inf"), "livestock!B3", "not a"),
    Case("a number out of any range", cell("livestock", "B3", 1e300), "livestock!B3", "is too high"),
    Case("a negative amount", cell("livestock", "B3", -1), "livestock!B3", "-1 million sheep units in sheep_units is too low"),
    Case("a share above 1", cell("grass_measures", "I3", 15), "grass_measures!I3", "15 in forage_loss is too high"),
    Case("a negative rate", cell("livestock", "C3", -0.1), "livestock!C3", "is too low"),
    Case("an old formula", cell("livestock", "B3", "=B4*2"), "livestock!B3", "no stored result"),
    Case("thousands with commas", cell("livestock", "B3", "1,192"), "livestock!B3", "is read as 1192", INFO),
    Case("full-width digits", cell("livestock", "B3", "１９２"), "livestock!B3", "is read as 192", INFO),
    Case("a number as text", cell("livestock", "B3", "192.27"), "livestock!B3", "is read as 192.27", INFO),
    Case("a region misspelt", cell("livestock", "A3", "wset"), "livestock!A3", "nearest known value is west"),
    Case("a region in capitals", cell("livestock", "A3", "WEST"), "livestock!A3", "nearest known value is west"),
    Case("a region in Chinese", cell("livestock", "A3", "西部"), "livestock!A3", "is not in regions.region"),
    Case("a number for a region", cell("livestock", "A3", 1), "livestock!A3", "'1' is not in regions.region"),
    Case("a region left blank", cell("livestock", "A3", None), "livestock!A3", "region is empty"),
    Case("a region twice", cell("livestock", "A4", "west"), "livestock!A4", "west occurs twice, first in row 3"),
    Case("a row twice", copied("grassland", 3), "grassland!A36", "occurs twice, first in row 3"),
    Case("a region without its row", without_rows("livestock", 3), "livestock", "west"),
    Case("a condition misspelt", cell("grassland", "D3", "god"), "grassland!D3", "good"),
    Case("a zone misspelt", cell("grassland", "B3", "west_ardi"), "grassland!B3", "nearest known value is west_arid"),
    Case("a measure zone misspelt", cell("grass_measures", "A3", "restoraton"), "grass_measures!A3", "restoration"),
    Case("a yes that is none", cell("grass_measures", "L3", "perhaps"), "grass_measures!L3", "neither yes nor no"),
    Case("a two for a yes", cell("grass_measures", "L3", 2), "grass_measures!L3", "neither yes nor no"),
    Case("active that is neither", cell("livestock", "D3", "on"), "livestock!D3", "neither yes nor no"),
    Case("every row of a region switched off", cell("livestock", "D3", 0), "livestock", "west"),
    Case("a quality that is none", cell("livestock", "F3", "good"), "livestock!F3", "no known quality"),
    Case("a source left blank", cell("livestock", "E3", None), "livestock!E3", "source is empty", WARNING),
    Case("a unit misspelt", cell("livestock", "B2", "milion sheep units"), "livestock!B2", "million sheep units"),
    Case("a unit of another dimension", cell("livestock", "C2", "t C/ha"), "livestock!C2", "dimension"),
    Case("a unit left blank", cell("livestock", "B2", None), "livestock!B2", "unit is missing"),
    Case("a unit on a column of words", cell("livestock", "A2", "kha"), "livestock!A2", "no unit", WARNING),
    Case("a tonne of what", cell("grassland", "J2", "t/ha"), "grassland!J2", "dimension mass/area"),
    Case("CO2 where C is asked", cell("grassland", "J2", "t CO2/ha"), "grassland!J2", "dimension"),
    Case("a control character in a note", row_xml("livestock", '<row r="6"><c r="G6" t="inlineStr"><is><t>a_x0007_b</t></is></c></row>'), "livestock!A6", "region is empty"),
    Case("a region called nation", cell("regions", "A3", "nation"), "regions!A3", "name a total"),
    Case("a region called China", cell("regions", "A3", "China"), "regions!A3", "name a total"),
    Case("a region called all", cell("regions", "A3", "all"), "regions!A3", "name a total"),
    Case("a region with a space", cell("regions", "A3", "far west"), "regions!A3", "characters that row names can not carry"),
    Case("a region with a sign", cell("regions", "A3", "=west"), "regions!A3", "no stored result"),
    Case("a region of 61 letters", cell("regions", "A3", "w" * 61), "regions!A3", "1 to 60"),
    Case("a group that is none", cell("regions", "D3", "south"), "regions!D3", "not allowed in region_group"),
    Case("years out of order", cell("periods", "A5", 2024), "periods!A5", "2024 does not follow 2025"),
    Case("a year twice", cell("periods", "A5", 2025), "periods!A5", "2025 occurs twice"),
    Case("a year and a half", cell("periods", "A5", 2030.5), "periods!A5", "not a whole number"),
    Case("a year of two digits", cell("periods", "A5", 30), "periods!A5", "is too low"),
    Case("a year as a word", cell("periods", "A5", "next year"), "periods!A5", "not a number"),
    Case("a year of five digits", cell("periods", "A11", 20600), "periods!A11", "is too high"),
    Case("a discount factor of nothing", cell("periods", "B5", 0), "periods!B5", "is too low"),
    Case("a year that lacks hours", cell("time_slices", "D3", 674), "time_slices!D3", "add up to 8750"),
    Case("a slice of negative hours", cell("time_slices", "D3", -810), "time_slices!D3", "is too low"),
    Case("a slice without a name", cell("time_slices", "A3", None), "time_slices!A3", "slice is empty"),
    Case("a slice twice", cell("time_slices", "A4", "mar05_night"), "time_slices!A4", "occurs twice, first in row 3"),
    Case("industry shares below 1", cell("water_zones", "E3", 0.1), "water_zones!E3", "adds up to"),
    Case("a zone in no region", cell("water_zones", "B3", "wset"), "water_zones!B3", "nearest known value is west"),
]  # fmt: skip
SETTINGS = [
    Case("a setting misspelt", cell("settings", "A7", "discount_rat"), "settings!A7", "nearest known setting is discount_rate"),
    Case("a setting twice", cell("settings", "A8", "discount_rate"), "settings!A8", "occurs twice, first in row 7"),
    Case("a discount rate in per cent", cell("settings", "B7", 5), "settings!B7", "is too high"),
    Case("a discount rate below nothing", cell("settings", "B7", -0.01), "settings!B7", "is too low"),
    Case("a discount rate as a word", cell("settings", "B7", "five"), "settings!B7", "not a number"),
    Case("a rate in a unit of length", cell("settings", "C7", "km"), "settings!C7", "dimension"),
    Case("a setting with an error value", error_cell("settings", "B7", "#N/A"), "settings!B7", "#N/A"),
    Case("a setting that is an old formula", cell("settings", "B7", "=1/20"), "settings!B7", "no stored result"),
    Case("a list of aims of which one is none", cell("settings", "B6", "min_peak;least_cost"), "settings!B6", "min_peak, max_harvest_value, min_max_burden, or several with ; between them"),
    Case("a list that holds an aim twice", cell("settings", "B6", "min_peak; min_cost;min_peak"), "settings!B6", "'min_peak' stands twice in objective"),
    Case("a list of aims that ends with a mark", cell("settings", "B6", "min_peak;"), "settings!B6", "'' is not allowed in objective"),
    Case("an aim that is none", cell("settings", "B6", "max_profit"), "settings!B6", "min_cost"),
    Case("a language that is not spoken", cell("settings", "B4", "fr"), "settings!B4", "one of en, zh"),
    Case("a layout of tomorrow", cell("settings", "B5", 99), "settings!B5", "newer than this program"),
    Case("a setting without a name", cell("settings", "A7", None), "settings!A7", "setting is empty"),
    Case("settings without values", without_column("settings", 2), "settings!A1", "value"),
]  # fmt: skip
SCENARIOS = [
    Case("a scenario with a space", scenario("dry years", None, None, None, None, None, None), "scenarios!A3", "is not allowed"),
    Case("a scenario in capitals", scenario("Dry", None, None, None, None, None, None), "scenarios!A3", "is not allowed"),
    Case("a scenario named as a device", scenario("nul", None, None, None, None, None, None), "scenarios!A3", "no name that Windows reserves"),
    Case("a scenario of another sheet", scenario("dry", None, "livestok", None, "sheep_units", "multiply", 0.9), "scenarios!C3", "nearest sheet is livestock"),
    Case("a scenario of another column", scenario("dry", None, "livestock", None, "sheep_unit", "multiply", 0.9), "scenarios!E3", "nearest column is sheep_units"),
    Case("a scenario with another act", scenario("dry", None, "livestock", None, "sheep_units", "divide", 2), "scenarios!F3", "set, add or multiply"),
    Case("a scenario times a word", scenario("dry", None, "livestock", None, "sheep_units", "multiply", "half"), "scenarios!G3", "need a number"),
    Case("a scenario without a value", scenario("dry", None, "livestock", None, "sheep_units", "multiply", None), "scenarios!G3", "need a number"),
    Case("a scenario of a place that is none", scenario("dry", None, "livestock", "region=wset", "sheep_units", "multiply", 0.9), "scenarios!D3", "nearest known value is west"),
    Case("a scenario by what is no key", scenario("dry", None, "livestock", "place=west", "sheep_units", "multiply", 0.9), "scenarios!D3", "is no key of livestock"),
    Case("a scenario with half a selector", scenario("dry", None, "livestock", "west", "sheep_units", "multiply", 0.9), "scenarios!D3", "key=value"),
    Case("a scenario of a year that no sheet has", scenario("dry", None, "livestock", "year=2030", "sheep_units", "multiply", 0.9), "scenarios!D3", "year"),
    Case("a scenario on a parent that is none", scenario("dry", "refrence", None, None, None, None, None), "scenarios!B3", "reference"),
    Case("a scenario that is its own parent", scenario("dry", "dry", None, None, None, None, None), "scenarios!B3", "its own ancestor"),
    Case("a scenario that sets a number out of range", scenario("dry", None, "livestock", None, "sheep_units", "set", -5), "livestock!B3", "scenarios!G3"),
    Case("a scenario that adds to a word", scenario("dry", None, "livestock", None, "region", "add", 1), "scenarios!E3", "can not be set in livestock"),
    Case("a scenario that breaks a whole", scenario("dry", None, "water_zones", "water_zone=west_arid", "industry_share", "multiply", 0.5), "water_zones!E3", "adds up to"),
    Case("a scenario switched off that is wrong", scenario("dry", None, "livestock", None, "sheep_unit", "multiply", 0.9, active=0), "scenarios!E3", "sheep_units", WARNING),
    Case("a scenario of the sheet of scenarios", scenario("dry", None, "scenarios", None, "value", "set", 1), "scenarios!C3", "holds no data that could be set"),
    Case("every scenario switched off", cell("scenarios", "H2", 0), "scenarios", "nothing to solve"),
    Case("an analysis that is none", analysis("fortune_telling", "draws", 10), "analyses!A2", "no analysis"),
    Case("an analysis that is none, switched off", analysis("fortune_telling", "draws", 10, active=0), "analyses!A2", "is not available", WARNING),
    Case("an analysis with a setting of another", analysis("renewal", "most_solvs", 8), "analyses!B2", "most_solves"),
    Case("an analysis with a number out of range", analysis("renewal", "most_solves", -8), "analyses!C2", "is too low"),
    Case("an analysis with a word for a number", analysis("renewal", "most_solves", "few"), "analyses!C2", "not a number"),
    Case("an analysis with a rule that there is not", analysis("compensation", "entitlement", "per_province"), "analyses!C2", "per_gdp"),
]  # fmt: skip
FILES: list[Case] = [*PACKAGES, *CELLS_IN_XML, *ERROR_VALUES, *SHEETS_AND_HEADERS, *CELLS, *SETTINGS, *SCENARIOS]


# --- every table of the shipped workbook -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fault:
    """A cell of a table that holds another value, and the finding that must stand there."""

    table: str
    row: int
    column: int
    value: object
    words: str

    @property
    def address(self) -> str:
        """Such as D17."""
        return f"{letters(self.column)}{self.row}"


def faults(book: Checked) -> Iterator[Fault]:
    """For each table a fault of its structure and one of a number, the kinds in turn."""
    structure, content = itertools.cycle((_misspelt_column, _unit_of_time, _key_twice)), itertools.cycle((_word, _too_high, _error_text, _blank, _decimal_comma))
    for name in book.reads:
        for kinds in (structure, content):
            tried = itertools.islice(kinds, 5)  # the next kind that this table can have
            yield next(fault for kind in tried if (fault := kind(book, name)) is not None)


def _misspelt_column(book: Checked, name: str) -> Fault | None:
    read = book.reads[name]
    column, place = next((c.name, read.layout.places[c.name]) for c in read.table.columns if c.name in read.layout.places)
    return Fault(name, 1, place, f"{column}x", f"nearest known name is {column}")


def _unit_of_time(book: Checked, name: str) -> Fault | None:
    read = book.reads[name]
    if read.table.shape == "years":
        return Fault(name, int(read.frame.index[0]), read.layout.places["unit"], "h/km", "dimension hours/length")
    found = next((c for c in read.table.columns if c.kind == "number" and c.name in read.layout.places), None)
    return None if found is None else Fault(name, 2, read.layout.places[found.name], "h/km", "dimension hours/length")


def _key_twice(book: Checked, name: str) -> Fault | None:
    """A text key of the second row made that of the first, where the other keys are the same."""
    read = book.reads[name]
    rows = read.frame[~read.frame.index.duplicated()]
    texts = [c.name for c in read.table.columns if c.key and c.kind == "text"]
    if len(rows) < 2 or not texts or not read.table.keys:
        return None
    for column in texts:
        others = [key for key in read.table.keys if key != column]
        if all(rows[key].iloc[0] == rows[key].iloc[1] for key in others) and rows[column].iloc[0] != rows[column].iloc[1]:
            first = read.layout.places[read.table.keys[0]]
            fault = Fault(name, int(rows.index[1]), read.layout.places[column], rows[column].iloc[0], "occurs twice")
            return fault if first == fault.column else None
    return None


def _number(book: Checked, name: str) -> tuple[int, int, str, float] | None:
    """Row and column of a number that must be filled, its name and its largest."""
    read = book.reads[name]
    row = int(read.frame.index[0])
    for column in (c for c in read.table.columns if c.kind in NUMBERS and not c.key and repr(c.default) == "REQUIRED"):
        assert column.high is not None
        if read.table.shape == "years":
            year = next(iter(read.layout.years))
            return row, read.layout.years[year], str(year), column.high
        if column.name in read.layout.places:
            return row, read.layout.places[column.name], column.name, column.high
    return None


def _with_number(value: Callable[[float], object], words: str) -> Callable[[Checked, str], Fault | None]:
    def fault(book: Checked, name: str) -> Fault | None:
        found = _number(book, name)
        if found is None:
            return _misspelt_key(book, name)
        row, place, _, high = found
        return Fault(name, row, place, value(high), words)

    return fault


def _misspelt_key(book: Checked, name: str) -> Fault | None:
    """For a table that holds no number that must be there: a word that no row name can carry, or that no list has."""
    read = book.reads[name]
    column = next((c.name for c in read.table.columns if c.kind == "text" and not c.free and c.name in read.layout.places), None)
    column = column or next(c.name for c in read.table.columns if c.name in read.layout.places)
    return Fault(name, int(read.frame.index[0]), read.layout.places[column], "no such word", "'no such word'")


_word = _with_number(lambda high: "many", "'many' in")
_too_high = _with_number(lambda high: 10.0 * (abs(high) + 1.0), "is too high")
_error_text = _with_number(lambda high: "#N/A", "#N/A")
def _blank(book: Checked, name: str) -> Fault | None:
    """An empty cell; where the first year of a row is missing, the year is named that has no value."""
    fault = _with_number(lambda high: "", "is empty")(book, name)
    found = _number(book, name)
    return fault if fault is None or found is None or book.reads[name].table.shape != "years" else replace(fault, words=found[2])


_decimal_comma = _with_number(lambda high: "0,250", "no comma separates decimals")


def findings(book: Checked, fault: Fault) -> list[Finding]:
    """Everything found with that cell changed."""
    read, notes = book.reads[fault.table], Notes()
    sheet = book.raw.sheets[fault.table].changed({(fault.row, fault.column): fault.value})
    again = read_table(read.table, sheet, book.years, notes)
    if any(finding.level == ERROR for finding in notes.items):
        return notes.items
    return [*notes.items, *book.changed(replace(again))]


def write(case: Case, good: bytes, folder: Path) -> Path:
    """The broken file of a case."""
    path = folder / "broken.xlsx"
    path.write_bytes(case.broken(good))
    return path
