"""The sheet ``paper_measures``: each part of the model that it names must exist, and what is not done has a reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from model.core.build import registry
from model.core.declare.results import OF_MANY
from model.core.declare.schema import KINDS_OF_PARTS, parts_in
from model.core.declare.spec import Finding
from model.evidence.paper_measures import check_told
from model.reporting.tables.columns import TABLES
from model.workbook.messages import Language, Notes
from model.workbook.named import check_named
from tests.levers.toy import toy_data


def measure(**more: Any) -> dict[str, Any]:
    """One row of paper_measures, which stands in row 3; its cells are A3 to H3."""
    given = {"measure": "felling", "section": "1.2.1", "statement_en": "Fell", "statement_zh": "采伐", "stands_for": "lever:forest", "status": "yes", "why_en": "", "why_zh": ""}
    return {**given, **more}


def found(text: str, lang: Language = "en") -> list[Finding]:
    """What is wrong in a row whose measure is stood for by ``text``, in a workbook with the scenarios reference and dry."""
    notes = Notes(lang)
    check_named(registry.schema(), toy_data(tables={"paper_measures": [measure(stands_for=text)]}), ["reference", "dry"], notes)
    return notes.items


def test_a_text_lists_parts_by_kind_and_name() -> None:
    assert [("lever", "forest"), ("limit", "cutting_quota")] == parts_in("lever:forest;  limit : cutting_quota ;")
    assert [("forest", "")] == parts_in("forest")
    assert [] == parts_in(None)


def test_parts_of_every_kind_are_found_where_they_exist() -> None:
    """A lever, a family of rows, a bound of a variable, a sheet, a scenario of the workbook, tables of a lever and of the report, an analysis."""
    text = "lever:forest; limit:cutting_quota; limit:public_money; sheet:harvest_quota; scenario:dry; table:roadmap; table:trade; analysis:renewal"
    assert [] == found(text)
    assert set(KINDS_OF_PARTS) == {kind for kind, _ in parts_in(text)}


@pytest.mark.parametrize(
    ("text", "message", "expected"),
    [
        ("limit:cutting_qouta", "there is no limit 'cutting_qouta'", "the nearest known one is cutting_quota"),
        ("lever:harvest_quota", "there is no lever 'harvest_quota'", "the nearest known one is forest_targets"),
        ("forest", "'forest' in stands_for names no part of the model", "kind:name with one of the kinds lever, limit, sheet, scenario, table, analysis, several parted by ;"),
        ("levers:forest", "'levers:forest' in stands_for names no part of the model", "kind:name with one of the kinds lever, limit, sheet, scenario, table, analysis, several parted by ;"),
    ],
)
def test_a_name_that_does_not_exist_is_an_error_at_its_cell(text: str, message: str, expected: str) -> None:
    """Two wrong parts of one cell are two errors; what exists beside them is none."""
    assert [("error", "paper_measures", "E3", message, expected)] == [(f.level, f.sheet, f.cell, f.message, f.expected) for f in found(text)]
    assert 2 == len(found(f"{text}; lever:forest; {text}"))
    assert all("model" not in f.message for f in found(text, "zh"))


def test_a_scenario_that_was_deleted_is_a_warning_at_its_cell() -> None:
    """A user may delete scenarios: the workbook stays solvable. In Chinese the kind has its Chinese word."""
    expected = "a scenario of the workbook, or the name taken out; the nearest known one is dry"
    assert [("warning", "paper_measures", "E3", "there is no scenario 'drie'", expected)] == [(f.level, f.sheet, f.cell, f.message, f.expected) for f in found("scenario:drie")]
    assert [("warning", "不存在情景 'drie'")] == [(f.level, f.message) for f in found("scenario:drie", "zh")]


@pytest.mark.parametrize(("kind", "word"), [("lever", "措施"), ("limit", "限值"), ("sheet", "输入表"), ("table", "结果表"), ("analysis", "分析")])
def test_every_other_part_is_an_error_with_its_kind_in_chinese(kind: str, word: str) -> None:
    assert [("error", f"不存在{word} 'none_such'")] == [(f.level, f.message) for f in found(f"{kind}:none_such", "zh")]


def test_a_workbook_without_scenarios_is_not_asked_for_them() -> None:
    """Only the reference is there: nothing to look a name up in. A wrong limit is wrong nevertheless."""
    notes = Notes()
    data = toy_data(tables={"paper_measures": [measure(stands_for="scenario:dry; limit:none_such")]})
    check_named(registry.schema(), data, ["reference"], notes)
    assert ["there is no limit 'none_such'"] == [finding.message for finding in notes.items]


def test_what_is_done_names_a_part_and_what_is_not_done_a_reason() -> None:
    """Rows 3 to 7: nothing stands for a yes; a part without a reason in Chinese; a no without any; a no with both; marks alone name no part."""
    rows = [
        measure(measure="a", stands_for=""), measure(measure="b", status="part", why_en="some"),
        measure(measure="c", status="no", stands_for=""), measure(measure="d", status="no", stands_for="", why_en="none", why_zh="无"),
        measure(measure="e", stands_for=";;;"),
    ]  # fmt: skip
    told = check_told(toy_data(tables={"paper_measures": rows}))
    assert ["E3", "H4", "G5", "H5", "E7"] == [finding.cell for finding in told]
    assert all(finding.zh and finding.zh_expected for finding in told)


def test_tables_that_many_levers_fill_are_known_by_name() -> None:
    assert set(OF_MANY) == set(TABLES) - {table.name for table in registry.results()}


def test_the_shipped_workbook_names_only_what_exists(book: Any, workbook: Path) -> None:
    """Every section of the paper has a row, in both languages; the reader has looked the names up: a name of this workbook that is wrong is refused."""
    table = book.data("reference").tables["paper_measures"]
    assert 25 <= len(table)
    assert {"1.1", "1.2.1", "1.2.2", "1.2.3", "2.1", "2.2", "2.3", "3.1", "3.2", "3.3"} == set(table["section"].astype(str))
    assert (table[["statement_en", "statement_zh", "source", "quality"]] != "").all(axis=None)
    notes = Notes()
    check_named(book.schema, book.data("reference"), ["reference", "dry"], notes)
    assert {"there is no scenario 'paper_paths'"} <= {finding.message for finding in notes.items}
