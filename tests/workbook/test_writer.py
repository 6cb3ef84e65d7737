"""A written workbook holds what it was given, where the layout says, with every help for the person who edits it.

Limits: Excel itself is not started; the parts that it reads are inspected.
"""

from __future__ import annotations

import math
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from model.core.data import PERIODS, REGIONS
from model.core.declare.schema import Schema
from model.core.declare.spec import Column, Setting, Table
from model.workbook.style import number_format
from model.workbook.writer import write_template, write_workbook

GROWTH = Table(
    "growth",
    (
        Column("region", "", "text", key=True, ref="regions.region", en="Region", zh="地区"),
        Column("species", "", "text", key=True, choices=("pine", "larch"), en="Species", zh="树种"),
        Column("carbon", "t C/ha", low=0, high=20, en="Growth of carbon", zh="碳增长"),
        Column("managed", "", "flag", default=1.0, en="Counts in the target", zh="计入目标"),
    ),
)
WATER = Table(
    "water_limit",
    (
        Column("region", "", "text", key=True, ref="regions.region", en="Region", zh="地区"),
        Column("value", "million m3", low=0, en="Water that may be used", zh="可用水量"),
    ),
    shape="years",
)
SCHEMA = Schema(
    {t.name: t for t in (REGIONS, PERIODS, GROWTH, WATER)},
    {
        "objective": Setting("objective", "", "text", "min_cost", choices=("min_cost", "max_removal")),
        "discount_rate": Setting("discount_rate", "1/yr", default=0.05, low=0, high=0.2, en="Rate", zh="贴现率"),
    },
)
YEARS = (2020, 2030, 2060)
COMMON = ["active", "source", "quality", "note"]


def _tables() -> dict[str, pd.DataFrame]:
    regions = pd.DataFrame({"region": ["west", "east"], "name_zh": ["西部", "东部"], "source": "Yearbook 2021"})
    growth = pd.DataFrame({"region": ["west"], "species": ["pine"], "carbon": [1.25], "note": ["=cmd|' /C calc'!A0"]})
    water = pd.DataFrame(
        {"region": ["west", "east"], 2030: [90.0, math.nan], 2020: [100.0, 50.0], "quality": "reported"}
    )
    return {"regions": regions, "growth": growth, "water_limit": water}


def _scenarios() -> pd.DataFrame:
    return pd.DataFrame({"scenario": ["reference", "dry"], "sheet": [None, "water_limit"], "value": [None, 0.9]})


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Path:
    path = tmp_path / "输入 book.xlsx"
    write_workbook(path, SCHEMA, _tables(), {"discount_rate": (0.04, "NDRC", "reported", "low")}, YEARS, _scenarios())
    return path


def _values(sheet: Worksheet) -> list[list[object]]:
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def _rule(sheet: Worksheet, cell: str) -> tuple[str, str, str | None, str]:
    found = [r for r in sheet.data_validations.dataValidation if cell in r.sqref]
    assert 1 == len(found)
    return found[0].type, found[0].formula1, found[0].formula2, found[0].errorStyle


def test_sheets_stand_in_order_between_start_and_guide(path: Path) -> None:
    expected = [
        "start_here",
        "settings",
        "scenarios",
        "analyses",
        "ranges",
        "regions",
        "periods",
        "growth",
        "water_limit",
        "guide",
    ]
    assert expected == openpyxl.load_workbook(path).sheetnames


def test_an_attribute_sheet_has_names_units_and_rows(path: Path) -> None:
    rows = _values(openpyxl.load_workbook(path)["growth"])
    assert ["region", "species", "carbon", "managed", *COMMON] == rows[0]
    assert [None, None, "t C/ha", None, None, None, None, None] == rows[1]
    assert [["west", "pine", 1.25, None, 1, None, None, "=cmd|' /C calc'!A0"]] == rows[2:]


def test_a_year_sheet_has_sorted_text_years_and_a_unit_in_every_row(path: Path) -> None:
    rows = _values(openpyxl.load_workbook(path)["water_limit"])
    assert ["region", "unit", "2020", "2030", *COMMON] == rows[0]
    assert ["west", "million m3", 100, 90, 1, None, "reported", None] == rows[1]
    assert ["east", "million m3", 50, None, 1, None, "reported", None] == rows[2]


def test_settings_are_all_listed_with_given_values_or_defaults(path: Path) -> None:
    rows = _values(openpyxl.load_workbook(path)["settings"])
    assert ["setting", "value", "unit", *COMMON] == rows[0]
    assert ["objective", "min_cost", None, 1] == rows[1][:4]
    assert ["discount_rate", 0.04, "1/yr", 1, "NDRC", "reported", "low"] == rows[2]


def test_scenarios_keep_words_and_numbers(path: Path) -> None:
    rows = _values(openpyxl.load_workbook(path)["scenarios"])
    assert ["scenario", "parent", "sheet", "selector", "column", "operation", "value", *COMMON] == rows[0]
    assert ["dry", None, "water_limit", None, None, None, 0.9, 1, None, None, None] == rows[2]


def test_calamine_reads_the_same_text_and_chinese(path: Path) -> None:
    book = CalamineWorkbook.from_path(str(path))
    rows = book.get_sheet_by_name("regions").to_python(skip_empty_area=False)
    assert ["西部", "东部"] == [row[2] for row in rows[2:]]
    assert "=cmd|' /C calc'!A0" == book.get_sheet_by_name("growth").to_python(skip_empty_area=False)[2][7]


def test_no_part_of_a_sheet_holds_a_formula(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        sheets = [archive.read(n) for n in archive.namelist() if n.startswith("xl/worksheets/sheet")]
    assert 10 == len(sheets)
    assert not [s for s in sheets if b"<f>" in s or b"<f " in s]


def test_error_words_signs_and_control_characters_stay_harmless_text(tmp_path: Path) -> None:
    notes = ["#N/A", "+1", "x\x00\x0by\r\nz"]
    frame = pd.DataFrame({"region": ["a", "b", "c"], "note": notes})
    write_workbook(tmp_path / "t.xlsx", SCHEMA, {"regions": frame}, {}, YEARS)
    column = openpyxl.load_workbook(tmp_path / "t.xlsx")["regions"]["L"]
    assert ["note", None, "#N/A", "+1", "xy\nz"] == [c.value for c in column]
    assert {"s"} == {c.data_type for c in column[2:]}


def test_each_data_sheet_is_one_excel_table_over_header_and_rows(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    extents = {s.title: [t.ref for t in s.tables.values()] for s in book if s.title not in ("start_here", "guide")}
    assert {
        "settings": ["A1:G3"],
        "scenarios": ["A1:K3"],
        "analyses": ["A1:G2"],
        "ranges": ["A1:N2"],
        "regions": ["A1:L4"],
        "periods": ["A1:G3"],
        "growth": ["A1:H3"],
        "water_limit": ["A1:H3"],
    } == extents
    for sheet in book:
        for table in sheet.tables.values():
            headers = [c.value for c in sheet[1]][: len(table.tableColumns)]
            assert [c.name for c in table.tableColumns] == headers


def test_a_table_with_a_unit_row_has_no_filter_that_could_sort_it_away(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    assert book["growth"].tables["t_growth"].autoFilter is None
    assert "A1:H3" == book["water_limit"].tables["t_water_limit"].autoFilter.ref


def test_panes_are_frozen_below_units_and_right_of_keys(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    assert ["C3", "B2", "B2"] == [book[n].freeze_panes for n in ("growth", "water_limit", "settings")]


def test_every_header_carries_a_bilingual_note(path: Path) -> None:
    sheet = openpyxl.load_workbook(path)["growth"]
    assert all(cell.comment is not None for cell in sheet[1])
    text = sheet["C1"].comment.text
    for part in ("Growth of carbon", "碳增长", "t C/ha", "required", "0 to 20"):
        assert part in text


def test_drop_downs_and_ranges_follow_the_declarations(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    whole = "'regions'!$A$3:$A$20000"
    regions = f"'regions'!$A$3:INDEX({whole},MAX(1,COUNTA({whole})))"
    assert ("list", regions, None, "stop") == _rule(book["growth"], "A3")
    assert ("list", '"pine,larch"', None, "stop") == _rule(book["growth"], "B400")
    assert ("decimal", "0", "20", "warning") == _rule(book["growth"], "C3")
    assert ("list", '"1,0"', None, "stop") == _rule(book["growth"], "D3")
    assert ("list", '"reported,derived,estimate"', None, "stop") == _rule(book["growth"], "G3")
    assert ("list", '"t C/ha"', None, "warning") == _rule(book["growth"], "C2")
    assert ("custom", "COUNTIF($A$3:$A$504,A3)=1", None, "warning") == _rule(book["regions"], "A3")
    assert ("decimal", "0", "1000000", "warning") == _rule(book["water_limit"], "D2")
    assert ("list", '"min_cost,max_removal"', None, "stop") == _rule(book["settings"], "B2")
    assert ("decimal", "0", "0.2", "warning") == _rule(book["settings"], "B3")
    assert ("list", '"set,add,multiply"', None, "stop") == _rule(book["scenarios"], "F2")


def test_unit_drop_downs_begin_with_the_canonical_unit_and_offer_others(path: Path) -> None:
    kind, formula, _, style = _rule(openpyxl.load_workbook(path)["water_limit"], "B2")
    assert ("list", "warning") == (kind, style)
    assert formula.startswith('"million m3,')


def test_the_scenario_sheet_offers_the_names_listed_on_the_first_sheet(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    formula = _rule(book["scenarios"], "C2")[1]
    listed = [row[0].value for row in book["start_here"][formula.split("!")[1].replace("$", "")]]
    assert book.sheetnames[1:] == listed


def test_the_first_sheet_links_to_every_other(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    links = [c.hyperlink.location for row in book["start_here"] for c in row if c.hyperlink]
    assert [f"'{name}'!A1" for name in book.sheetnames[1:]] == links


def test_the_same_input_gives_the_same_parts(path: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.xlsx"
    write_workbook(again, SCHEMA, _tables(), {"discount_rate": (0.04, "NDRC", "reported", "low")}, YEARS, _scenarios())
    with zipfile.ZipFile(path) as one, zipfile.ZipFile(again) as two:
        assert one.namelist() == two.namelist()
        assert [one.read(n) for n in one.namelist()] == [two.read(n) for n in two.namelist()]
        assert b"2020-01-01T00:00:00Z</dcterms:modified>" in one.read("docProps/core.xml")


def test_the_template_has_every_sheet_empty_with_the_years_given(tmp_path: Path) -> None:
    write_template(tmp_path / "new" / "template.xlsx", SCHEMA, YEARS)
    book = openpyxl.load_workbook(tmp_path / "new" / "template.xlsx")
    headers = [c.value for c in book["water_limit"][1]]
    assert ["region", "unit", "2020", "2030", "2060", *COMMON] == headers
    assert [[None] * 9] == _values(book["water_limit"])[1:]
    assert 0.05 == book["settings"]["B3"].value


@pytest.mark.parametrize(
    ("name", "frame", "message"),
    [
        ("growth", pd.DataFrame({"region": ["west"], "carbn": [1.0]}), "growth declares no column carbn"),
        ("water_limit", pd.DataFrame({"region": ["west"], 20300: [1.0]}), "water_limit declares no column 20300"),
        ("grwth", pd.DataFrame(), "table grwth is not declared"),
        ("growth", pd.DataFrame({"carbon": [math.inf]}), "infinite"),
    ],
)
def test_what_is_not_declared_is_refused_by_name(tmp_path: Path, name: str, frame: pd.DataFrame, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        write_workbook(tmp_path / "t.xlsx", SCHEMA, {name: frame}, {}, YEARS)
    assert [] == list(tmp_path.iterdir())


def test_unknown_settings_groups_and_long_names_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    with pytest.raises(ValueError, match="setting rate is not declared"):
        write_workbook(path, SCHEMA, {}, {"rate": 1.0}, YEARS)
    with pytest.raises(ValueError, match="no group forest"):
        write_workbook(path, SCHEMA, {}, {}, YEARS, groups={"growth": "forest"})
    long = Table("a" * 32, (Column("key", "", "text", key=True),))
    with pytest.raises(ValueError, match="more than 31 characters"):
        write_template(path, Schema({long.name: long}, {}), YEARS)


def test_an_old_file_survives_a_failed_replacement(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = path.read_bytes()

    def refuse(*_: object) -> None:
        raise PermissionError("open in Excel")

    monkeypatch.setattr("model.workbook.writer.os.replace", refuse)
    with pytest.raises(PermissionError):
        write_template(path, SCHEMA, YEARS)
    assert before == path.read_bytes()
    assert [path] == list(path.parent.iterdir())


def test_number_formats_show_three_digits_of_the_smallest_number() -> None:
    """1.25 needs two decimals, 0.0012 needs four, 5000 none; 1e-9 would need eleven: scientific."""
    assert "#,##0.00" == number_format([1.25, 300])
    assert "#,##0.0000" == number_format([0.0012, 5000])
    assert "#,##0" == number_format([5000, 0, None])
    assert "0.00E+00" == number_format([1e-9])
    assert "0" == number_format([2030], "calendar year")
    assert "General" == number_format(["word", None])
