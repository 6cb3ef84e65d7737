"""The plan beside which burdens are told: named by a setting, taken from where it is, solved once, and never trusted when broken."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # the package carries no types

import model.core.solve.solver as solver
from model.api import Plan, assemble_checked, told_beside
from model.core.build import registry
from model.core.data import Data
from model.core.declare.lines import STATUS
from model.core.declare.schema import Range, Schema
from model.core.declare.spec import Finding, InputError
from model.core.solve.solver import SolveOptions
from model.exits import EXIT_INTERRUPTED
from model.reporting.context import Context
from model.reporting.excel.book import write_report
from model.reporting.files.csvfiles import read_csv, write_csv
from model.reporting.files.manifest import RunContext, manifest
from model.reporting.page.summary import head
from model.reporting.tables.columns import conform
from model.run import Request, run
from model.version import __version__
from model.workbook.book import check_book
from tests.levers.power_toy import coal, grid, power_data
from tests.levers.test_transmission import lines
from tests.workbook.toy import toy, write

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "run.schema.json"
#: What a plan of the toy is told beside: the same with more coal in the east and no line.
NAMED = "apart"


@dataclass
class TwoScenarios:
    """A book of two scenarios: a line from the west, and none but coal in the east."""

    sha256: str = "of the workbook"
    overrides: list[str] = field(default_factory=list)
    known: tuple[str, ...] = ("linked", NAMED)
    findings: tuple[Finding, ...] = ()
    ranges: tuple[Range, ...] = ()
    path: Path | None = None
    name: str = "toy"
    schema: Schema = field(default_factory=registry.schema)

    def reference_of_file(self) -> Data:
        return self.data("linked")

    def scenario_names(self, active_only: bool = True) -> list[str]:
        return list(self.known)

    def data(self, scenario: str) -> Data:
        east = 5.0 if scenario == NAMED else 0.0
        parts = () if scenario == NAMED else (lines(),)
        fleet = coal({"west": 5.0, "east": east}) if east else coal({"west": 5.0})
        return power_data(grid({"west": 1.0, "east": 8.0}), fleet, *parts, regions=("west", "east"), settings={"burden_baseline": NAMED})


@cache
def solved_once(scenario: str, solve: Callable[..., Any] = solver.solve) -> tuple[Data, Any]:
    """The plan of a scenario of the toy as its tests find it: nothing in them changes its model."""
    data = TwoScenarios().data(scenario)
    return data, solve(assemble_checked(data))


def linked(book: TwoScenarios, scenario: str = "linked") -> Plan:
    data, solution = solved_once(scenario)
    return Plan(book, scenario, data, replace(solution, against=None, changed=None))  # type: ignore[arg-type]


def solved_anew(book: TwoScenarios, scenario: str) -> Plan:
    """As the command line does it: by a solve that counts."""
    data = book.data(scenario)
    return Plan(book, scenario, data, solver.solve(assemble_checked(data)))  # type: ignore[arg-type]


class Told:
    """Tells plans beside the other one and counts how often that is solved."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.solved, self.own = folder, 0, solver.solve
        monkeypatch.setattr(solver, "solve", self._solve)

    def _solve(self, *given: Any, **named: Any) -> Any:
        self.solved += 1
        return self.own(*given, **named)

    def __call__(self, plan: Plan) -> str:
        return told_beside(plan, lambda name: self.folder / name, SolveOptions(), lambda phase: None)


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Told:
    return Told(tmp_path, monkeypatch)


def kept(told: Told) -> list[Path]:
    return sorted(told.folder.glob(f".{NAMED}.burden-*.csv"))


def spent(plan: Plan, column: str) -> float:
    """What the east spends in 2030."""
    found = plan.tables["burden"]
    rows = found[(found["region"] == "east") & (found["item"] == "net") & (found["basis"] == "total") & (found["year"] == 2030)]
    return float(rows[column].sum())


def test_the_other_plan_is_solved_once_and_kept(told: Told) -> None:
    """8 TWh of coal in the east at 0.3 and 5 GW kept at 0.05 are 2.65 bn CNY a year beside what the plan with the line spends there."""
    first = linked(TwoScenarios())
    told.solved = 0
    assert "" == told(first)
    assert (1, 1) == (told.solved, len(kept(told)))
    second = linked(TwoScenarios())
    told.solved = 0
    assert "" == told(second)
    assert 0 == told.solved
    assert pytest.approx(2.65) == spent(first, "baseline")
    assert spent(first, "value") == pytest.approx(spent(second, "value"))
    assert [NAMED] == list(second.tables["burden"]["against"].unique())


@pytest.mark.parametrize("broken", ["", "no table", "cut"])
def test_what_is_kept_and_broken_is_made_again(told: Told, broken: str) -> None:
    plan = linked(TwoScenarios())
    told(plan)
    (path,) = kept(told)
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole[: len(whole) // 2] if broken == "cut" else broken, encoding="utf-8")
    again = linked(TwoScenarios())
    told.solved = 0
    told(again)
    assert 1 == told.solved
    assert whole == path.read_text(encoding="utf-8")
    assert [] == list(told.folder.glob("*.part"))


def test_another_number_of_the_workbook_is_another_plan(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """One file is kept of a scenario, the newest: also where only a sheet that the matrix does not hold has changed."""
    plan = linked(TwoScenarios())
    told(plan)
    (before,) = kept(told)
    own = TwoScenarios.data

    def with_rule(book: TwoScenarios, scenario: str) -> Data:
        data = own(book, scenario)
        frame = pd.DataFrame([{"commodity": "power", "rule": "giving", "price": None, "price_unit": "", "line_owner_share": 0.5}])
        return replace(data, tables={**data.tables, "trade_rules": frame})

    monkeypatch.setattr(TwoScenarios, "data", with_rule)
    told.solved = 0
    told(plan)
    (after,) = kept(told)
    assert (1, True) == (told.solved, before != after)


def test_what_can_not_be_kept_is_told_all_the_same(told: Told) -> None:
    """A file stands where the folder should be."""
    (told.folder / "reports").write_text("in the way", encoding="utf-8")
    told.folder = told.folder / "reports"
    plan = linked(TwoScenarios())
    assert "" == told(plan)
    assert pytest.approx(2.65) == spent(plan, "baseline")


@pytest.mark.parametrize("status", ["infeasible", "interrupted", "time_limit"])
def test_how_the_other_plan_ended_is_said_where_it_is_no_optimum(told: Told, status: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = linked(TwoScenarios())
    monkeypatch.setattr(told, "own", lambda *given, **named: replace(plan.solution, status=status))
    assert status == told(plan)
    assert (None, []) == (plan.solution.against, kept(told))
    (remark,) = plan.remarks
    assert f"burdens are told by themselves: the plan of scenario {NAMED} (setting burden_baseline) ended so: {status}" == remark.text()
    assert f"负担未作对照：情景 {NAMED}（设置 burden_baseline）的求解结果为：{STATUS[status]}" == remark.text("zh")
    assert remark.text(plan.data.word("language")) in plan.warnings


def test_which_cells_keep_the_other_plan_from_being_solved_is_said(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four cells are wrong: three are named, in both languages, the fourth is counted; an info is none of them."""
    plan, own = linked(TwoScenarios()), TwoScenarios.data
    wrong = [Finding("info", "gdp", "A1", "a remark"), *(Finding("error", "gdp", f"C{row}", "too low", "more", "过低", "更高") for row in (3, 4, 5, 6))]

    def refused(book: TwoScenarios, scenario: str) -> Data:
        if scenario == NAMED:
            raise InputError(wrong)
        return own(book, scenario)

    monkeypatch.setattr(TwoScenarios, "data", refused)
    assert "error" == told(plan)
    (remark,) = plan.remarks
    assert remark.text().endswith("is wrong: gdp!C3: too low; more; gdp!C4: too low; more; gdp!C5: too low; more; and 1 more")
    assert remark.text("zh").endswith("的输入有误：gdp!C3: 过低; 更高; gdp!C4: 过低; 更高; gdp!C5: 过低; 更高; 另有 1 项")


def test_why_there_is_no_other_plan_stands_in_the_manifest_and_on_the_first_pages(told: Told, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    plan = linked(TwoScenarios())
    monkeypatch.setattr(told, "own", lambda *given, **named: replace(plan.solution, status="infeasible"))
    told(plan)
    content = manifest(plan.solution, RunContext(workbook="toy.xlsx", remarks=plan.remarks), [], {})
    (remark,) = plan.remarks
    entry = {"kind": "remark", "message_en": remark.en, "message_zh": remark.zh}
    assert [entry] == [one for one in content["warnings"] if not isinstance(one, str) and one["kind"] == "remark"]
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert [] == [error.message for error in Draft202012Validator(schema).iter_errors(json.loads(json.dumps(content)))]
    for lang in ("en", "zh"):
        assert remark.text(lang) == head(Context({}, content, lang, None))["warnings"][-1]
        write_report(tmp_path / f"{lang}.xlsx", {}, content, lang, data=plan.data)
        sheet = openpyxl.load_workbook(tmp_path / f"{lang}.xlsx")["summary"]
        amber = [str(row[0].value) for row in sheet.iter_rows() if row[0].style == "report_warn"]
        assert remark.text(lang).replace(" ", "") in "".join(amber).replace(" ", "")


def test_a_report_that_is_written_holds_the_remark(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the plan to the manifest: what ``Plan.write`` hands over."""
    plan, given = linked(TwoScenarios()), []
    monkeypatch.setattr(told, "own", lambda *given, **named: replace(plan.solution, status="infeasible"))
    told(plan)
    monkeypatch.setattr("model.reporting.write.write_run", lambda solution, folder, *, context, made: given.append(context) or folder)
    plan.write(told.folder / "linked")
    assert plan.remarks == given[0].remarks


def finished(told: Told, **changes: Any) -> None:
    """A run of the other scenario as it stands beside: the east spends 7."""
    folder = told.folder / NAMED / "tables"
    folder.mkdir(parents=True)
    run = {"workbook": {"sha256": "of the workbook"}, "overrides": [], "status": "optimal", "versions": {"model": __version__}, **changes}
    (folder.parent / "run.json").write_text(json.dumps(run), encoding="utf-8")
    key = ["region", "item", "basis", "year"]
    rows = [(*row, "bn CNY/yr", 7.0) for row in product(("west", "east"), ("net", "own_spending"), ("total",), (2020, 2030))]
    pd.DataFrame(rows, columns=[*key, "unit", "own"]).to_csv(folder / "burden.csv", index=False)


def test_a_finished_run_of_the_same_workbook_is_taken(told: Told) -> None:
    plan = linked(TwoScenarios())
    finished(told)
    told.solved = 0
    told(plan)
    assert (0, []) == (told.solved, kept(told))
    assert 7.0 == spent(plan, "baseline")


@pytest.mark.parametrize("changes", [{"workbook": {"sha256": "of another"}}, {"overrides": ["gdp!C2=1"]}, {"status": "time_limit"}, {"versions": {"model": "0"}}, {"status": None}])
def test_a_finished_run_of_anything_else_is_not(told: Told, changes: dict[str, Any]) -> None:
    plan = linked(TwoScenarios())
    finished(told, **changes)
    told.solved = 0
    told(plan)
    assert 1 == told.solved
    assert pytest.approx(2.65) == spent(plan, "baseline")


#: What may have happened to the nine lines of the table of a finished run, of which the second is the net of the west in 2020.
FAULTS: dict[str, Callable[[list[str]], list[str]]] = {
    "no rows": lambda lines: lines[:1],
    "nothing": lambda lines: [],
    "cut between rows": lambda lines: lines[:-1],
    "a region is gone": lambda lines: lines[:5],
    "a year is gone": lambda lines: [line for line in lines if ",2020," not in line],
    "a row stands twice": lambda lines: [*lines, lines[-1]],
    "a number was doubled": lambda lines: [*lines[:-1], lines[-1].replace("7.0", "14.0")],
    "a number is blank": lambda lines: [*lines[:-1], lines[-1].replace("7.0", "")],
    "a number is none": lambda lines: [*lines[:-1], lines[-1].replace("7.0", "nan")],
    "half a year": lambda lines: [line.replace("2030", "2030.5") for line in lines],
    "a year of no milestone": lambda lines: [*lines, *(line.replace("2030", "2031") for line in lines if "east" in line and ",2030," in line)],
    "no items": lambda lines: [line for line in lines if "own_spending" not in line],
    "a share lacks a year": lambda lines: [*lines, *(line.replace("total", "per_gdp") for line in lines if "east" in line and ",2030," in line)],
    "shares alone": lambda lines: [line.replace("total", "per_gdp") for line in lines],
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_finished_run_whose_table_is_not_whole_is_solved_again(told: Told, fault: str) -> None:
    """The east spends 7 in the finished run and 2.65 in the plan that is solved instead."""
    plan = linked(TwoScenarios())
    finished(told)
    path = told.folder / NAMED / "tables" / "burden.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    assert 9 == len(lines)
    path.write_text("".join(f"{line}\n" for line in FAULTS[fault](lines)), encoding="utf-8")
    told.solved = 0
    assert "" == told(plan)
    assert 1 == told.solved
    assert pytest.approx(2.65) == spent(plan, "baseline")


def test_a_whole_table_with_shares_is_taken(told: Told) -> None:
    """What the fault of a share that lacks a year is held against: with both years nothing is wrong."""
    plan = linked(TwoScenarios())
    finished(told)
    path = told.folder / NAMED / "tables" / "burden.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    shares = [line.replace("total", "per_gdp") for line in lines if "east" in line]
    path.write_text("".join(f"{line}\n" for line in [*lines, *shares]), encoding="utf-8")
    told.solved = 0
    assert "" == told(plan)
    assert 0 == told.solved


@pytest.mark.parametrize("text", ["[" * 100_000, "[]", "1", '{"workbook": 1}'])
def test_a_manifest_that_is_none_is_no_finished_run(told: Told, text: str) -> None:
    plan = linked(TwoScenarios())
    finished(told)
    (told.folder / NAMED / "run.json").write_text(text, encoding="utf-8")
    told.solved = 0
    assert "" == told(plan)
    assert 1 == told.solved


def test_a_finished_run_written_by_the_program_is_taken(told: Told) -> None:
    """The other plan's own table, as the report writes it."""
    folder = told.folder / NAMED / "tables"
    finished(told)
    write_csv(conform("burden", linked(TwoScenarios(), NAMED).tables["burden"]), folder / "burden.csv")
    plan = linked(TwoScenarios())
    told.solved = 0
    assert "" == told(plan)
    assert 0 == told.solved
    assert pytest.approx(2.65) == spent(plan, "baseline")


def test_only_what_was_kept_of_this_scenario_is_deleted(told: Told) -> None:
    """A name may go on where another ends, and hold a dot: of ``apart`` nothing but the file with its own hash goes."""
    own = f".{NAMED}.burden-{'0' * 16}.csv"
    others = [f".{NAMED}.burden-b.burden-{'0' * 16}.csv", f".{NAMED}2.burden-{'0' * 16}.csv", f".{NAMED}.burden-notes.csv", f"x.{NAMED}.burden-{'0' * 16}.csv"]
    for name in (own, *others):
        (told.folder / name).write_text("kept", encoding="utf-8")
    told(linked(TwoScenarios()))
    left = {path.name for path in told.folder.iterdir()}
    assert set(others) <= left
    assert own not in left
    assert 1 == len(left - set(others))


@pytest.mark.parametrize(("scenario", "known"), [(NAMED, ("linked", NAMED)), ("linked", ("linked",))])
def test_the_other_plan_itself_and_one_that_is_not_there_are_told_alone(told: Told, scenario: str, known: tuple[str, ...]) -> None:
    plan = linked(TwoScenarios(known=known), scenario)
    told.solved = 0
    assert "" == told(plan)
    assert (0, None) == (told.solved, plan.solution.against)


def test_in_python_any_plan_may_be_told_beside_another() -> None:
    plan, base = linked(TwoScenarios()), linked(TwoScenarios(), NAMED)
    alone = spent(plan, "value")
    plan.tell_beside(base)
    assert pytest.approx(alone - 2.65) == spent(plan, "value")


@pytest.mark.parametrize(("lang", "words"), [("en", "names the scenario 'nowhere'"), ("zh", "不存在")])
def test_a_setting_that_names_no_scenario_is_a_warning_at_its_cell(lang: str, words: str, tmp_path: Path) -> None:
    sheets = {name: rows for name, rows in toy().items() if name in ("start_here", "regions", "periods")}
    head = ["setting", "value", "unit", "active", "source", "quality", "note"]
    sheets["settings"] = [head, *([name, value, "", 1, "a book", "reported", ""] for name, value in (("language", lang), ("burden_baseline", "nowhere")))]
    found = [finding for finding in check_book(write(sheets, tmp_path / "b.xlsx"), registry.schema())[1] if "burden_baseline" in finding.message]
    assert [("settings", "B3", "warning")] == [(one.sheet, one.cell, one.level) for one in found]
    assert words in found[0].message


@pytest.fixture
def linked_run(told: Told, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """The command line from the solved plan on: its scenario and the next one are asked for, the book is the toy's."""
    monkeypatch.setattr("model.api.solve", lambda book, name, **named: solved_anew(book, name))
    monkeypatch.setattr("model.run._read", lambda request: (TwoScenarios(known=("linked", "next", NAMED)), "en"))
    return lambda: run(Request(Path("toy.xlsx"), told.folder, scenarios=("linked", "next"), quiet=True))


@pytest.mark.parametrize("raised", [True, False])
def test_ctrl_c_while_the_other_plan_is_solved_keeps_the_plan(
    told: Told, linked_run: Callable[[], int], raised: bool, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Noticed by the solver or raised by Python: the report of the plan alone is whole, no other scenario follows, exit 130."""
    own, calls = told.own, []

    def second_interrupted(*given: Any, **named: Any) -> Any:
        calls.append(given)
        if len(calls) == 1:
            return own(*given, **named)
        if raised:
            raise KeyboardInterrupt
        return replace(own(*given, **named), status="interrupted")

    monkeypatch.setattr(told, "own", second_interrupted)
    assert EXIT_INTERRUPTED == linked_run()
    assert 2 == len(calls)
    (report,) = [path.parent for path in told.folder.rglob("run.json")]
    assert "linked" == report.name
    content = json.loads((report / "run.json").read_text(encoding="utf-8"))
    said = "burdens are told by themselves: the plan of scenario apart (setting burden_baseline) ended so: interrupted"
    assert [said] == [one["message_en"] for one in content["warnings"] if not isinstance(one, str) and one["kind"] == "remark"]
    assert "optimal" == content["status"]
    assert said in capfd.readouterr().err
    found = read_csv(report / "tables" / "burden.csv", "burden")
    assert len(found)
    assert found["baseline"].isna().all()
    assert [] == [path for path in told.folder.rglob("*") if ".part" in path.name or path.name.startswith(".")]
