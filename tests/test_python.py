"""The model from Python: public names are there, load late, say what they give, and give it.

Most of it is tried on a small workbook: the shipped one reduced to its grassland, solved in less than a second.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import model
from model.reporting.files.csvfiles import read_tables
from model.reporting.tables.columns import TABLES
from tests.reporting.tiny_runs import pair
from tests.workbook.fuzz_checks import small_workbook

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def grass(workbook: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The grassland of the shipped workbook, with the reference scenario only."""
    return small_workbook(workbook, tmp_path_factory.mktemp("python") / "grass.xlsx")


def test_every_public_name_is_there_and_has_a_docstring() -> None:
    public = [name for name in model.__all__ if name != "__version__"]
    assert [] == [name for name in public if not (getattr(model, name).__doc__ or "").strip()]
    assert set(public) <= set(dir(model))


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = model.no_such_name


def test_importing_the_model_loads_nothing_heavy() -> None:
    code = "import sys, model; print(sorted({'pandas', 'numpy', 'pyomo', 'highspy', 'openpyxl', 'plotly'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "[]" == done.stdout.strip()


def test_limits_and_prices_of_a_plan_are_its_result_tables(grass: Path) -> None:
    plan = model.solve(model.read(grass))
    assert "optimal" == plan.status
    for name, frame in (("limits", plan.limits), ("prices", plan.prices)):
        assert TABLES[name].columns == list(frame.columns)
        assert frame.equals(plan.tables[name])
    assert 0 < len(plan.limits)


def test_what_a_user_makes_of_a_table_is_not_written(grass: Path, tmp_path: Path) -> None:
    """The tables are made once, for the user and for the report; what he changes is his copy."""
    plan = model.solve(model.read(grass))
    plan.tables["limits"].loc[0, "name"] = "mine"
    written = read_tables(plan.write(tmp_path / "run") / "tables")["limits"]
    assert ["mine"] == [name for name, other in zip(plan.limits["name"], written["name"], strict=True) if name != other]


def test_a_plan_without_a_solution_has_tables_without_rows(grass: Path) -> None:
    """Stopped before anything is found (which solvers do at different moments, so it is said here): nothing is raised."""
    solved = model.solve(model.read(grass))
    plan = replace(solved, solution=replace(solved.solution, status="time_limit", has_values=False))
    assert "time_limit" == plan.status
    assert (0, 0) == (len(plan.limits), len(plan.prices))
    assert TABLES["limits"].columns == list(plan.limits.columns)


def test_an_analysis_is_run_by_its_name(grass: Path) -> None:
    """A workbook without a diversion: the analysis of the West line says that there is none."""
    phases: list[str] = []
    outcome = model.analyse(model.read(grass), "west_line", progress=phases.append)
    assert isinstance(outcome, model.Outcome)
    assert "west_line" == outcome.name
    assert any("no diversion" in problem for problem in outcome.problems)
    assert phases
    assert all(isinstance(table, model.OutcomeTable) for table in outcome.tables)


def test_an_unknown_analysis_is_an_input_error(grass: Path) -> None:
    with pytest.raises(model.InputError) as raised:
        model.analyse(model.read(grass), "no_such")
    assert ["analyses"] == [finding.sheet for finding in raised.value.findings]
    assert all(isinstance(finding, model.Finding) for finding in raised.value.findings)


def test_finished_runs_are_compared_by_their_folders(tmp_path: Path) -> None:
    """The cleaner run costs 30 bn CNY more than the first (figures: ``tests/reporting/tiny_runs.py``)."""
    found = model.compare(pair(tmp_path / "runs"))
    assert isinstance(found, model.Comparison)
    assert ["reference", "cleaner"] == found.names
    figures = found.tables["figures"]
    assert [0.0, 30.0] == figures.loc[figures["figure"] == "extra_cost", "value"].tolist()
    assert ["comparison.csv", "comparison.html", "comparison.xlsx"] == sorted(path.name for path in found.write(tmp_path))


def test_an_ensemble_has_a_row_for_each_member(grass: Path) -> None:
    """Twice the same discount rate as in the workbook is the plan of the workbook; a cell that is no number says why."""
    frame = model.run_ensemble(grass, ["reference", ["settings!B7=0.05"], ["settings!B7=much"]])
    assert ["member", "status", "objective", "route", "seconds", "problem"] == list(frame.columns)
    assert ["reference", "settings!B7=0.05", "settings!B7=much"] == frame["member"].tolist()
    assert ["optimal", "optimal", "input"] == frame["status"].tolist()
    assert frame.loc[0, "objective"] == pytest.approx(frame.loc[1, "objective"], rel=1e-12)
    assert "settings!B7" in frame.loc[2, "problem"]
