"""The data dictionary says what the declarations say, for every column and setting.

Limits: wording is not tested, only presence and the marks for key, required, default and range.
"""

from __future__ import annotations

from model.core.declare.schema import Schema
from model.core.declare.spec import COMMON_COLUMNS, Column, Setting, Table
from model.workbook.dictionary import COMMON, dictionary_markdown, entries

AREA = Table(
    "area",
    (
        Column("region", "", "text", key=True, ref="regions.region", en="Region", zh="地区"),
        Column("value", "kha", low=0, high=40, en="Area of forest", zh="森林面积"),
    ),
    shape="years",
    en="Forest area",
    zh="森林面积表",
)
SPECIES = Table(
    "species",
    (
        Column("species", "", "text", key=True, en="Species", zh="树种"),
        Column("wood", "", "text", choices=("soft", "hard"), default=None, en="soft | hard", zh="材种"),
        Column("density", "t C/m3", default=0.25, low=0, en="Carbon density", zh="碳密度"),
    ),
)
SCHEMA = Schema(
    {t.name: t for t in (AREA, SPECIES)},
    {"discount_rate": Setting("discount_rate", "1/yr", default=0.05, high=0.2, en="Discount rate", zh="贴现率")},
)


def _line(sheet: str, column: str) -> tuple[str, ...]:
    return next(e.cells for e in entries(SCHEMA)[sheet] if e.column == column)


def test_every_column_and_setting_has_a_line_with_both_languages() -> None:
    text = dictionary_markdown(SCHEMA)
    for table in SCHEMA.tables.values():
        section = text.split(f"## {table.name}\n")[1].split("\n## ")[0]
        for column in table.columns:
            assert f"| {column.name}" in section
            assert column.zh in section
    assert "| discount_rate | 1/yr | number | default 0.05 | -1 to 0.2 |  | Discount rate | 贴现率 |" in text


def test_common_columns_are_those_of_the_declaration_and_are_listed() -> None:
    assert tuple(c.name for c in COMMON) == COMMON_COLUMNS
    assert COMMON_COLUMNS == tuple(e.column for e in entries(SCHEMA)["every data sheet"])


def test_a_line_states_unit_need_range_and_allowed_entries() -> None:
    assert ("area", "region", "", "text", "key", "", "entries of regions.region", "Region", "地区") == _line(
        "area", "region"
    )
    expected = (
        "area",
        "value (a column per year)",
        "kha",
        "number",
        "required",
        "0 to 40",
        "",
        "Area of forest",
        "森林面积",
    )
    assert expected == _line("area", "value (a column per year)")
    assert ("optional", "", "soft, hard") == _line("species", "wood")[4:7]
    assert ("default 0.25", "0 to 1") == _line("species", "density")[4:6]


def test_a_bar_in_a_text_does_not_break_the_markdown_table() -> None:
    assert "| soft \\| hard |" in dictionary_markdown(SCHEMA)


def test_the_sheets_without_a_lever_are_described() -> None:
    assert ["settings", "scenarios", "analyses", "ranges", "area", "species", "every data sheet"] == list(entries(SCHEMA))
