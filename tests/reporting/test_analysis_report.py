"""What an analysis found is drawn in workbook and page, in both languages, from the numbers of its tables."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from model.core.declare.schema import LINE, RANGE, STACK, TORNADO, AnalysisInfo, OutcomeTable, Picture
from model.core.solve.solution import Solution
from model.reporting.analyses.figures import MOST_FIGURES, figures_of
from model.reporting.analyses.report import write_analysis
from model.reporting.write import RunContext
from tests.levers.plan_toy import plan_tables, prices, solve_plan

CHANGES = pd.DataFrame({"item": ["wind", "=1+1", "<b>"], "at_low": [-10.0, -5.0, float("nan")], "at_high": [12.0, 4.0, 1.0]})
PATHS = pd.DataFrame({"year": [2025, 2030] * 2, "item": ["wind"] * 2 + ["solar"] * 2, "value": [1.0, 2.0, 3.0, float("nan")], "unit": "GW"})
TABLES = [
    OutcomeTable("tornado", CHANGES, {"at_low": "bn CNY", "at_high": "bn CNY"}, "A tornado", "龙卷风图", (Picture(TORNADO, "item", ("at_low", "at_high")),)),
    OutcomeTable("paths", PATHS, {}, "Paths", "路径", (Picture(LINE, "year", ("value",), by="item"), Picture(STACK, "year", ("value",), by="item"))),
    OutcomeTable("ranges", CHANGES, {}, "Ranges", "区间", (Picture(RANGE, "item", ("at_low", "at_high"), most=2),)),
]  # fmt: skip


@pytest.fixture(scope="module")
def solution() -> Solution:
    return solve_plan(plan_tables([10.0, 10.0], [50.0, 100.0], 2, product_prices=prices("standing_volume", 8.0, 5.0))).solution


@pytest.fixture(scope="module")
def folder(solution: Solution, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("report") / "trial"
    return write_analysis(TABLES, solution, AnalysisInfo("trial", en="What if <i>", zh="若"), place, RunContext("a.xlsx", lang="en"), ["not found: x"])


def test_a_picture_has_the_numbers_of_its_table() -> None:
    tornado, lines, stack, ranged = (figure for table in TABLES for figure in figures_of(table, "en", {}))
    assert [[-10.0, -5.0], [12.0, 4.0]] == [one.values[:2] for one in tornado.series]
    assert ("bn CNY", "GW") == (tornado.unit, lines.unit)
    assert ["2025", "2030"] == lines.labels == stack.labels
    assert [1.0, 2.0] == lines.series[0].values
    assert 2 == len(ranged.labels)


def test_a_picture_for_each_value_stops_at_a_few_and_one_without_numbers_is_left_out() -> None:
    frame = pd.DataFrame({"group": [f"g{n}" for n in range(20)], "x": 1, "y": [float("nan"), 0.0] + [1.0] * 18})
    few = OutcomeTable("few", frame.head(4), {}, "Few", "少", (Picture(LINE, "x", ("y",), each="group"),))
    table = OutcomeTable("many", frame, {}, "Many", "多", (Picture(LINE, "x", ("y",), each="group"),))
    assert MOST_FIGURES == len(figures_of(table, "en", {}))
    assert 2 == len(figures_of(few, "en", {}))
    assert [] == figures_of(OutcomeTable("none", frame.iloc[:0], {}, "", "", table.pictures), "en", {})


def test_the_workbook_holds_charts_that_read_its_cells_and_no_text_is_a_formula(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "report.xlsx")
    assert ["summary", "pictures", "tornado", "paths", "ranges"] == book.sheetnames
    assert 4 == len(book["pictures"]._charts)
    written = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert ["s"] * 4 == [cell.data_type for cell in written if cell.value == "=1+1"]
    # the length of a bar is what its ends leave
    assert all(re.fullmatch(r"=C\d+-B\d+", str(cell.value)) for cell in written if cell.data_type == "f")
    assert 2 == sum(cell.data_type == "f" for cell in written)


def test_the_page_holds_both_languages_and_escapes_what_the_workbook_says(folder: Path) -> None:
    text = (folder / "report.html").read_text(encoding="utf-8")
    assert "What if &lt;i&gt;" in text
    assert "龙卷风图" in text
    assert "not found: x" in text
    content: dict[str, Any] = json.loads(text.split('id="content">')[1].split("</script>")[0])
    assert {"en", "zh"} == set(content)
    drawn = content["en"]["charts"]["picture-0-0-en"]
    assert ["tornado", [-10.0, -5.0, None]] == [drawn["kind"], drawn["series"][0]["values"]]
    years = content["en"]["lists"]["table-1-en"]["columns"][0]
    assert "2025" in years["texts"]


def test_tables_are_files_with_their_units(folder: Path) -> None:
    pd.testing.assert_frame_equal(PATHS, pd.read_csv(folder / "tables" / "paths.csv"))
    package = json.loads((folder / "tables" / "datapackage.json").read_text(encoding="utf-8"))
    assert "bn CNY" in {field.get("unit") for resource in package["resources"] for field in resource["schema"]["fields"]}
