"""What comparing runs writes and refuses: hostile texts, folders without a run, all files or none, the verb, and solve.py after several scenarios."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook

import model
from model import verbs
from model.cli import main
from model.core.aside import together
from model.exits import EXIT_INPUT, EXIT_SOLVED
from model.reporting.comparison.compared import BOOK, PAGE, ROWS
from model.reporting.files.csvfiles import read_tables
from tests.reporting.tiny_runs import PENALTY, goal, pair, tables, write_tiny
from tests.workbook.fuzz_checks import small_workbook

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = sorted((PAGE, ROWS, BOOK))
HOSTILE = "=1+1"
SCRIPT = "<script>alert(1)</script>"


def test_text_of_a_workbook_is_data_in_every_file(tmp_path: Path) -> None:
    """A formula stays text in Excel and is marked in CSV, where its mark is taken off when it is read; a script stays text on the page."""
    def hostile(solar: float) -> dict[str, Any]:
        rows = tables(solar=solar)
        rows["allocation"] = [(*row[:3], f"'{HOSTILE}" if row[3] == "pv_utility" else SCRIPT, *row[4:]) for row in rows["allocation"]]
        rows["power"] = [(row[0], SCRIPT, *row[2:]) for row in rows["power"]]
        rows["limits"] = [(HOSTILE, *row[1:]) for row in rows["limits"]]
        return rows

    found = model.compare([write_tiny(tmp_path / "a", HOSTILE, hostile(4.0)), write_tiny(tmp_path / "b", SCRIPT, hostile(5.0), workbook=f"{SCRIPT}.xlsx")])
    assert [HOSTILE] == found.tables["by_lever"]["item"].tolist()
    found.write(tmp_path)
    book = load_workbook(tmp_path / BOOK)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [] == [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert HOSTILE in [cell.value for cell in cells]
    page = (tmp_path / PAGE).read_text(encoding="utf-8")
    assert SCRIPT not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    lines = (tmp_path / ROWS).read_text(encoding="utf-8").splitlines()
    assert [] == [line for line in lines for cell in line.split(",") if cell.startswith(("=", "+", "@"))]


def test_runs_of_the_same_name_are_told_apart(tmp_path: Path) -> None:
    runs = [write_tiny(tmp_path / "x" / "reference"), write_tiny(tmp_path / "x" / "reference+set-1"), write_tiny(tmp_path / "y" / "reference", workbook="other.xlsx"), write_tiny(tmp_path / "x" / "dry", "dry")]
    assert ["tiny/reference", "tiny/reference+set-1", "other/reference", "dry"] == model.compare(runs).names
    twice = model.compare([runs[0], runs[0]]).names
    assert 2 == len(set(twice))


def edit(folder: Path, **changes: Any) -> None:
    """Change what run.json tells."""
    told = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    (folder / "run.json").write_text(json.dumps(told | changes), encoding="utf-8")


def cut(path: Path) -> None:
    """Leave the first part of a file, to the middle of its last line."""
    path.write_bytes(path.read_bytes()[:-3])


WRONG = {
    "no run": (lambda folder: shutil.rmtree(folder), ("no finished run", "没有已完成的运行")),
    "no json": (lambda folder: (folder / "run.json").write_text("{", encoding="utf-8"), ("what tells of a run", "无法作为运行说明读取")),
    "other json": (lambda folder: (folder / "run.json").write_text('{"base_year": "x"}', encoding="utf-8"), ("what tells of a run", "无法作为运行说明读取")),
    "no text": (lambda folder: (folder / "run.json").write_bytes(b"\xff\xfe\x00"), ("what tells of a run", "无法作为运行说明读取")),
    "no number": (lambda folder: (folder / "tables" / "carbon.csv").write_text("region,region_group,account,category,in_target,year,value\na,a,sink,b,1,2030,much\n"), ("carbon.csv: it can not be read as a table", "carbon.csv: 无法作为结果表读取")),
    "a year is missing": (lambda folder: (folder / "tables" / "objective.csv").write_text("component,region,year,value,unit\nfuel,west,,1.0,bn CNY\n"), ("objective.csv: it can not be read as a table", "objective.csv: 无法作为结果表读取")),
    "a penalty of words": (lambda folder: edit(folder, warnings=[PENALTY | {"discounted_bn_cny": "much"}]), ("what tells of a run", "无法作为运行说明读取")),
    "a year without end": (lambda folder: edit(folder, plan_until=float("inf")), ("what tells of a run", "无法作为运行说明读取")),
    "a plan before its history": (lambda folder: edit(folder, plan_until=-5), ("what tells of a run", "无法作为运行说明读取")),
    "a year too large": (lambda folder: (folder / "tables" / "objective.csv").write_text("component,region,year,value,unit\nfuel,west,99999999999999999999,1.0,bn CNY\n"), ("objective.csv: it can not be read as a table", "objective.csv: 无法作为结果表读取")),
    "cut in half": (lambda folder: cut(folder / "tables" / "carbon.csv"), ("carbon.csv: it can not be read as a table", "carbon.csv: 无法作为结果表读取")),
    "empty": (lambda folder: (folder / "tables" / "power.csv").write_bytes(b""), ("power.csv: it can not be read as a table", "power.csv: 无法作为结果表读取")),
}  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("what", list(WRONG))
def test_what_is_no_finished_run_is_told_in_a_line(tmp_path: Path, what: str, lang: str, capfd: pytest.CaptureFixture[str]) -> None:
    runs = pair(tmp_path)
    spoil, words = WRONG[what]
    spoil(runs[1])
    assert EXIT_INPUT == verbs.main(["compare", *map(str, runs), str(tmp_path / "nowhere"), "--lang", lang])
    told = capfd.readouterr()
    lines = told.err.splitlines()
    assert ("", 2) == (told.out, len(lines))
    assert words[lang == "zh"] in lines[0]
    assert str(tmp_path / "nowhere") in lines[1]
    assert [] == [path.name for path in tmp_path.iterdir() if path.name.startswith(("comparison", "."))]


def test_an_analysis_a_run_without_a_plan_and_one_run_alone_are_refused(tmp_path: Path) -> None:
    runs = [write_tiny(tmp_path / "a", kind="analysis"), write_tiny(tmp_path / "b", status="infeasible", objective=goal(1.0) | {"value": None})]
    with pytest.raises(model.InputError) as raised:
        model.compare(runs)
    assert [str(run) for run in runs] == [finding.sheet for finding in raised.value.findings]
    with pytest.raises(model.InputError, match="at least two"):
        model.compare([write_tiny(tmp_path / "c")])


def test_the_verb_writes_beside_the_runs_or_where_it_is_told_and_loads_no_solver(tmp_path: Path) -> None:
    runs = pair(tmp_path / "book")
    code = f"import sys; from model.verbs import main; code = main({['compare', *map(str, runs)]!r}); print(code, sorted({{'pyomo', 'highspy'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "0 []" == done.stdout.splitlines()[-1]
    assert FILES == sorted(path.name for path in (tmp_path / "book").iterdir() if path.is_file())
    assert EXIT_SOLVED == verbs.main(["compare", *map(str, runs), "--out", str(tmp_path / "out")])
    assert FILES == sorted(path.name for path in (tmp_path / "out").iterdir())
    assert EXIT_INPUT == verbs.main(["compare", *map(str, runs), "--out", str(tmp_path / "no" / "such")])


def test_files_come_together_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page is open elsewhere: the workbook, which had its place already, is the old one again; nothing else is left."""
    two, out = model.compare(pair(tmp_path)), tmp_path / "out"
    out.mkdir()
    (out / BOOK).write_text("old", encoding="utf-8")
    replace = os.replace

    def refuse(source: Path, target: Path) -> None:
        if Path(target).name == PAGE:
            raise PermissionError(13, "in use", str(target))
        replace(source, target)

    with monkeypatch.context() as patch:
        patch.setattr("os.replace", refuse)
        with pytest.raises(PermissionError):
            two.write(out)
    assert [BOOK] == [path.name for path in out.iterdir()]
    assert "old" == (out / BOOK).read_text(encoding="utf-8")


def test_a_folder_in_the_place_of_a_file_stays_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "b" / "mine").mkdir(parents=True)

    def write() -> None:
        with together([tmp_path / "a", tmp_path / "b"]) as parts:
            for part in parts:
                part.write_text("new", encoding="utf-8")

    with pytest.raises(IsADirectoryError):
        write()
    assert ["b", "b/mine"] == sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*"))


@pytest.fixture(scope="module")
def two_scenarios(workbook: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The grassland of the shipped workbook with a second scenario: a tenth fewer sheep units."""
    path = small_workbook(workbook, tmp_path_factory.mktemp("compare") / "grass.xlsx")
    book = load_workbook(path)
    heads = [cell.value for cell in book["scenarios"][1]]
    for name, value in {"scenario": "fewer", "sheet": "livestock", "column": "sheep_units", "operation": "multiply", "value": 0.9, "active": 0}.items():
        book["scenarios"].cell(3, heads.index(name) + 1).value = value
    book.save(path)
    return path


def test_several_scenarios_of_a_call_are_compared_and_agree_with_their_tables(two_scenarios: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The reference is the base though it was asked for last; every number of comparison.csv stands in the tables of its run."""
    assert EXIT_SOLVED == main([str(two_scenarios), "--out", str(tmp_path), "--scenario", "fewer", "--scenario", "reference"], ROOT)
    folder = tmp_path / "grass"
    assert f"2 runs compared with reference: {folder / BOOK}" in capfd.readouterr().out.splitlines()
    rows = pd.read_csv(folder / ROWS)
    runs = {name: read_tables(folder / name / "tables") for name in ("reference", "fewer")}
    for name, held in runs.items():
        own = rows[(rows["run"] == name) & (rows["table"] == "carbon")]
        carbon = held["carbon"]
        assert carbon["value"].sum() == pytest.approx(own["value"].sum(), rel=1e-12)
        assert len(carbon) == len(own) > 0
    both = runs["fewer"]["objective"]["value"].sum() - runs["reference"]["objective"]["value"].sum()
    figures = model.compare([folder / "reference", folder / "fewer"]).tables["figures"]
    assert [0.0, both] == pytest.approx(figures.loc[figures["figure"] == "extra_cost", "value"].tolist(), rel=1e-6)
    load_workbook(folder / BOOK)


def test_a_comparison_that_can_not_be_written_loses_no_report(two_scenarios: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "grass" / PAGE).mkdir(parents=True)
    asked = [str(two_scenarios), "--out", str(tmp_path), "--scenario", "reference", "--scenario", "fewer", "--quiet", "--lang"]
    for lang, words in (("en", "the comparison is not written, the reports are whole"), ("zh", "比较未能写出，各报告完整")):
        assert EXIT_INPUT == main([*asked, lang], ROOT)
        told = capfd.readouterr()
        assert ("", 1) == (told.out, len(told.err.splitlines()))
        assert words in told.err
        assert str(tmp_path / "grass" / PAGE) in told.err
    assert [True, True] == [(tmp_path / "grass" / name / "report.xlsx").is_file() for name in ("reference", "fewer")]
    assert not (tmp_path / "grass" / BOOK).exists()
