"""The command line keeps its contract: exit codes, options, messages, and reports that are whole or not there.

Most of it is tried on a small workbook: the shipped one reduced to its grassland, solved in less than a second.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pytest

from model import __version__
from model.api import Plan
from model.cli import EXAMPLES, main
from model.core.aside import save_workbook
from model.core.solve import solver
from model.core.solve.highs import kept, shipped
from model.core.solve.solution import Solution
from model.exits import EXIT_INPUT, EXIT_INTERRUPTED, EXIT_LIMIT, EXIT_SOLVED
from tests.workbook.fuzz_checks import small_workbook

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "solve.py"
SCREEN_ROWS, SCREEN_COLUMNS = 40, 80
#: Seconds that a process may take to get somewhere.
PATIENCE = 120.0
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def small(workbook: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The grassland of the shipped workbook, with the reference scenario only."""
    return small_workbook(workbook, tmp_path_factory.mktemp("small") / "grass.xlsx")


def discount_rate(path: Path) -> str:
    """Cell of the discount rate."""
    sheet = openpyxl.load_workbook(path, read_only=True)["settings"]
    return next(f"settings!B{number}" for number, row in enumerate(sheet.iter_rows(values_only=True), 1) if row[0] == "discount_rate")


def solve(*arguments: object) -> int:
    return main([str(argument) for argument in arguments], ROOT)


def test_a_solved_workbook_is_exit_0_and_leaves_a_report(small: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert EXIT_SOLVED == solve(small, "--out", tmp_path)
    assert {"report.xlsx", "run.json", "tables"} <= {p.name for p in (tmp_path / "grass" / "reference").iterdir()}
    assert (tmp_path / "grass" / "solve.log").stat().st_size > 0
    assert "reference: optimal, objective" in capfd.readouterr().out


def test_check_prints_counts_solves_nothing_and_writes_nothing(small: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert EXIT_SOLVED == solve(small, "--check", "--out", tmp_path / "out")
    lines = capfd.readouterr().out.splitlines()
    counted = next(line for line in lines if line.startswith("OK"))
    assert "OK: 3 regions, 11 periods, 24 slices" == counted
    assert "grassland 33" in lines[lines.index(counted) + 1]
    assert not list(tmp_path.rglob("run.json"))


def test_a_check_loads_neither_pyomo_nor_plotly(small: Path) -> None:
    code = f"import sys; from pathlib import Path; from model.cli import main; main([{str(small)!r}, '--check'], Path('.')); print(sorted({{'pyomo', 'plotly', 'highspy'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "[]" == done.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--scenario", "no_such"), "no scenario 'no_such'"),
        (("--unknown-option",), "--unknown-option"),
        (("--lang", "fr"), "expected en or zh"),
        (("--write-model", "model.txt"), ".mps or .lp"),
        (("--solver-option", "threads"), "KEY=VALUE"),
        (("--solver-option", "no_such_option=1"), "no_such_option"),
        (("--time-limit", "soon"), "time-limit"),
        (("--set", "settings!Z99=1"), "settings!Z99"),
        (("--set", "nonsense"), "nonsense"),
        (("--analysis", "no_such_analysis"), "no analysis"),
        (("second.xlsx",), "second.xlsx"),
    ],
)  # fmt: skip
def test_what_is_asked_wrongly_is_exit_2_and_named(
    arguments: tuple[str, ...], words: str, small: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert EXIT_INPUT == solve(small, "--out", tmp_path, *arguments)
    told = capfd.readouterr()
    assert words in told.err
    assert "Traceback" not in told.err
    assert not list(tmp_path.rglob("run.json"))


@pytest.mark.parametrize(
    ("asked", "words"),
    [(["--workers", "0"], "--workers 0"), (["--workers", "2", "--scheduler", "tcp://here:8786"], "--scheduler"), (["--workers", "two"], "--workers")],
    ids=["none", "both", "no number"],
)
def test_who_is_to_work_is_asked_rightly_or_told(asked: list[str], words: str, small: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert EXIT_INPUT == solve(small, "--check", "--out", tmp_path, *asked)
    assert words in capfd.readouterr().err


def test_two_workers_leave_what_one_leaves(small: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Three scenarios, one of them wrong: the same tables, the same lines in the same order, the same exit code, one log."""
    path = tmp_path / "three.xlsx"
    book = openpyxl.load_workbook(small)
    heads = [cell.value for cell in book["scenarios"][1]]
    for row, (name, value) in enumerate((("fewer", 0.9), ("wrong", -1.0), ("more", 1.1)), 3):
        given = {"scenario": name, "sheet": "livestock", "column": "sheep_units", "operation": "multiply", "value": value, "active": 0}
        for head, entry in given.items():
            book["scenarios"].cell(row, heads.index(head) + 1).value = entry
    save_workbook(book, path)
    left, said = {}, {}
    for workers in (1, 2):
        out = tmp_path / str(workers)
        asked = [word for name in ("reference", "fewer", "wrong", "more") for word in ("--scenario", name)]
        assert EXIT_INPUT == solve(path, "--out", out, "--workers", workers, *asked)
        told = capfd.readouterr()
        said[workers] = [line.replace(str(out), "") for line in (told.out + told.err).splitlines() if ": optimal, objective" in line or "livestock!" in line]
        left[workers] = {str(file.relative_to(out)): file.read_bytes() for file in sorted(out.rglob("*.csv"))}
        assert ["solve.log"] == [file.name for file in (out / "three").glob("*.log")]
        assert 3 == (out / "three" / "solve.log").read_text(encoding="utf-8").count("HiGHS run time")
    assert said[1] == said[2]
    assert len(left[1]) > 30
    assert left[1] == left[2]


def test_an_analysis_leaves_a_folder_of_its_own(small: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A workbook without a diversion: the analysis says so, and its manifest is that of an analysis."""
    assert EXIT_SOLVED == solve(small, "--out", tmp_path, "--analysis", "west_line")
    told = capfd.readouterr()
    assert "no diversion" in told.err
    folder = tmp_path / "grass" / "analyses" / "west_line"
    assert {"report.xlsx", "run.json", "tables"} <= {p.name for p in folder.iterdir()}
    manifest = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert ("analysis", "reference", "optimal") == (manifest["kind"], manifest["scenario"], manifest["status"])
    assert (tmp_path / "grass" / "reference" / "run.json").is_file()


def test_an_analysis_runs_only_when_it_is_asked_for_or_switched_on(small: Path, tmp_path: Path) -> None:
    assert EXIT_SOLVED == solve(small, "--out", tmp_path, "--scenario", "reference", "--quiet")
    assert not (tmp_path / "grass" / "analyses").exists()


def test_analysis_none_is_allowed(small: Path, tmp_path: Path) -> None:
    assert EXIT_SOLVED == solve(small, "--check", "--analysis", "none", "--out", tmp_path)


def test_help_fits_a_screen_and_shows_examples(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(SCREEN_COLUMNS))
    assert EXIT_SOLVED == solve("--help")
    lines = capfd.readouterr().out.splitlines()
    assert len(lines) <= SCREEN_ROWS
    assert [] == [line for line in lines if len(line) > SCREEN_COLUMNS]
    assert any(line.strip().startswith("python solve.py") for line in lines)
    told = "\n".join(lines)
    options = ("check", "scenario", "analysis", "set", "out", "lang", "solver-option", "time-limit", "write-model", "quiet", "verbose", "version", "help")
    assert [] == [option for option in options if f"--{option}" not in told]


def test_the_example_of_a_changed_cell_names_the_discount_rate(workbook: Path) -> None:
    assert f'--set "{discount_rate(workbook)}=0.04"' in EXAMPLES


def test_the_version_is_that_of_the_package(capfd: pytest.CaptureFixture[str]) -> None:
    assert EXIT_SOLVED == solve("--version")
    assert __version__ in capfd.readouterr().out


def test_a_one_off_change_goes_to_a_folder_of_its_own_and_is_recorded(small: Path, tmp_path: Path) -> None:
    change = f"{discount_rate(small)}=0.03"
    assert EXIT_SOLVED == solve(small, "--out", tmp_path, "--set", change, "--quiet")
    (folder,) = list((tmp_path / "grass").glob("reference+set-*"))
    assert len("reference+set-") + 6 == len(folder.name)
    assert [change] == json.loads((folder / "run.json").read_text(encoding="utf-8"))["overrides"]
    assert not (tmp_path / "grass" / "reference").exists()


def test_quiet_prints_nothing(small: Path, tmp_path: Path) -> None:
    """In a process of its own: what libraries print when they are first used shows there only."""
    command = [sys.executable, str(SCRIPT), str(small), "--out", str(tmp_path), "--quiet"]
    done = subprocess.run(command, capture_output=True, check=False, timeout=PATIENCE)
    assert (EXIT_SOLVED, b"", b"") == (done.returncode, done.stdout, done.stderr)


def test_chinese_is_spoken_when_asked_for(small: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert EXIT_SOLVED == solve(small, "--out", tmp_path, "--lang", "zh")
    assert "reference: 求解" in capfd.readouterr().out
    titles = openpyxl.load_workbook(tmp_path / "grass" / "reference" / "report.xlsx")["summary"]
    assert "区域碳中和路径" == titles["A1"].value


def test_the_time_limit_is_exit_4(workbook: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert EXIT_LIMIT == solve(workbook, "--out", tmp_path, "--time-limit", "0.01")
    told = capfd.readouterr()
    assert "time_limit" in told.out + told.err
    assert "optimal" not in told.out


@pytest.mark.parametrize("suffix", [".mps", ".lp"])
def test_the_matrix_is_written_with_readable_names_into_a_folder_of_any_name(suffix: str, small: Path, tmp_path: Path) -> None:
    path = tmp_path / "模型 file" / f"矩阵{suffix}"
    path.parent.mkdir()
    assert EXIT_SOLVED == solve(small, "--out", tmp_path, "--quiet", "--write-model", path)
    assert "treated(west" in path.read_text(encoding="utf-8")
    assert [path.name] == [p.name for p in path.parent.iterdir()]


def test_a_matrix_that_can_not_be_written_is_exit_2(small: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert EXIT_INPUT == solve(small, "--out", tmp_path, "--write-model", tmp_path / "no folder" / "model.mps")
    assert "Traceback" not in capfd.readouterr().err


def test_an_output_that_can_not_be_written_is_exit_2(small: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The parent of the folder is a file."""
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    assert EXIT_INPUT == solve(small, "--out", tmp_path / "file")
    told = capfd.readouterr().err
    assert "can not write" in told
    assert "Traceback" not in told
    assert "mine" == (tmp_path / "file").read_text(encoding="utf-8")


def test_a_folder_that_is_not_a_run_is_never_replaced(small: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The new report is kept beside it and named."""
    mine = tmp_path / "grass" / "reference" / "thesis.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine", encoding="utf-8")
    assert EXIT_INPUT == solve(small, "--out", tmp_path)
    assert ["thesis.txt"] == [p.name for p in mine.parent.iterdir()]
    assert "reference.new" in capfd.readouterr().err
    assert (tmp_path / "grass" / "reference.new" / "run.json").is_file()


def test_a_run_is_replaced_by_the_next(small: Path, tmp_path: Path) -> None:
    assert EXIT_SOLVED == solve(small, "--out", tmp_path, "--quiet")
    (tmp_path / "grass" / "reference" / "tables" / "carbon.csv").unlink()
    assert EXIT_SOLVED == solve(small, "--out", tmp_path, "--quiet")
    assert (tmp_path / "grass" / "reference" / "tables" / "carbon.csv").is_file()
    assert ["reference", "solve.log"] == sorted(p.name for p in (tmp_path / "grass").iterdir())


def test_the_second_run_of_a_workbook_starts_from_the_first(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Starts are for large models: here for this one, too. Reports are left out: they tell nothing of it that the manifest does not."""
    found: list[Solution] = []
    for module in (solver, kept):
        monkeypatch.setattr(module, "INTERIOR_ROWS", 1)
    monkeypatch.setattr(shipped, "FOLDER", tmp_path / "none")
    monkeypatch.setattr(Plan, "write", lambda plan, folder, lang, *, solver_options: found.append(plan.solution) or folder)

    def told(*, cold: bool = False) -> str:
        assert EXIT_SOLVED == solve(small, "--out", tmp_path, *(["--cold"] if cold else []))
        return capfd.readouterr().out

    assert "earlier plan" not in told()
    assert "started from the basis of an earlier plan: 0 simplex steps" in told()
    assert "earlier plan" not in told(cold=True)
    first, second, cold = (solution.started for solution in found)
    assert (None, None) == (first, cold)
    assert second is not None
    assert (True, 0) == (second.taken, second.steps)


def test_a_report_that_fails_half_way_leaves_nothing_behind(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while the report is written: exit 130, no part, the old report whole."""
    assert EXIT_SOLVED == solve(small, "--out", tmp_path, "--quiet")
    before = (tmp_path / "grass" / "reference" / "run.json").read_bytes()

    def interrupted(*arguments: object, **more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("model.reporting.write.write_manifest", interrupted)
    assert EXIT_INTERRUPTED == solve(small, "--out", tmp_path, "--quiet")
    assert before == (tmp_path / "grass" / "reference" / "run.json").read_bytes()
    assert [] == [p.name for p in (tmp_path / "grass").iterdir() if ".part" in p.name]


def test_a_defect_is_exit_1_with_one_line_and_the_traceback_in_the_log(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(*arguments: object, **more: object) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr("model.reporting.write.write_manifest", broken)
    assert 1 == solve(small, "--out", tmp_path, "--quiet")
    assert 1 == len(capfd.readouterr().err.strip().splitlines())
    assert "ZeroDivisionError: planted" in (tmp_path / "grass" / "solve.log").read_text(encoding="utf-8")


def test_several_scenarios_are_all_tried_and_the_worst_code_counts(small: Path, tmp_path: Path) -> None:
    """The second scenario asks for more sheep units than a cell may hold: input error; the first is solved."""
    book = openpyxl.load_workbook(small)
    heads = [cell.value for cell in book["scenarios"][1]]
    row = {"scenario": "mad", "sheet": "livestock", "selector": "region=west", "column": "sheep_units", "operation": "set", "value": -1, "active": 0}
    for name, value in row.items():
        book["scenarios"].cell(3, heads.index(name) + 1).value = value
    path = tmp_path / "grass.xlsx"
    save_workbook(book, path)
    assert EXIT_INPUT == solve(path, "--out", tmp_path, "--scenario", "mad", "--scenario", "reference", "--quiet")
    assert (tmp_path / "grass" / "reference" / "run.json").is_file()
    assert not (tmp_path / "grass" / "mad").exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGINT to another process")
def test_ctrl_c_while_solving_is_exit_130_and_leaves_no_report(workbook: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-u", str(SCRIPT), str(workbook), "--out", str(tmp_path), "--cold"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    lines = iter(process.stdout.readline, "")
    assert any("reference: solving" in line for line in lines)
    time.sleep(2.0)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=PATIENCE)
    assert EXIT_INTERRUPTED == process.returncode
    assert "Traceback" not in told
    assert [] == [p.name for p in (tmp_path / workbook.stem).iterdir() if p.name != "solve.log"]


def test_defaults_lie_beside_the_script_and_given_paths_count_from_here(small: Path, tmp_path: Path) -> None:
    """Started from another folder: a bare --check reads the shipped workbook, a relative path is looked up here."""
    done = [
        subprocess.run([sys.executable, str(SCRIPT), *arguments], cwd=small.parent, capture_output=True, text=True, encoding="utf-8", check=False)
        for arguments in (["--check", "--out", str(tmp_path)], [small.name, "--check", "--out", str(tmp_path)])
    ]
    assert [0, 0] == [run.returncode for run in done]
    assert "afforestation_land" in done[0].stdout
    assert "afforestation_land" not in done[1].stdout
