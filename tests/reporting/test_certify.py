"""A finished plan is checked from its files alone, and what somebody changes in them is found and named."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

from model import verbs
from model.core.solve.matrix import all_column_names, all_row_names
from model.exits import EXIT_DEFECT, EXIT_INPUT, EXIT_SOLVED
from model.reporting.files.csvfiles import read_csv, write_csv
from model.reporting.proof.arithmetic import arithmetic
from model.reporting.proof.cells import cells
from model.reporting.proof.certify import certify, checks_of
from model.reporting.proof.checks import Check
from model.reporting.proof.finished import Finished, finished
from model.reporting.proof.kept import FILE, kept_arrays, packed
from model.reporting.proof.plan import KeptPlan, PlanError
from model.reporting.tables.columns import TABLES
from tests.reporting.proof_runs import ENDLESS, arrays, leave, write_hand
from tests.reporting.toy_plan import solved

ROOT = Path(__file__).resolve().parent.parent.parent
#: A little over rounding: one part in a million.
LITTLE = 1e-6


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy of the reports, left as a run."""
    return leave(solved(), tmp_path_factory.mktemp("certified") / "run")


@pytest.fixture(scope="module")
def run(folder: Path) -> Finished:
    return finished(folder)


def broken(checks: list[Check]) -> dict[str, str]:
    """The checks that broke, with the first place of each."""
    return {check.name: check.broken[0].place for check in checks if not check.ok}


def test_a_run_that_nobody_touched_is_certified(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert EXIT_SOLVED == verbs.main(["certify", str(folder)])
    shown = capsys.readouterr().out.splitlines()
    assert shown[-1].endswith("checks hold")
    assert {"ok", "skipped", "not"} == {text.split()[0] for text in shown[:-1]}
    assert 60 < sum(text.startswith("ok") for text in shown)


def test_what_is_kept_is_the_matrix_with_its_names_and_the_same_bytes_again(folder: Path) -> None:
    solution, plan = solved(), KeptPlan.load(folder / FILE)
    assert solution.matrix.hash() == plan.hash
    assert [name.replace(":", ".") for name in plan.row_names(np.arange(solution.matrix.shape[0]))] == all_row_names(solution.build, solution.matrix)
    assert [name.replace(":", ".") for name in plan.variable_names(plan.arrays["column"])] == all_column_names(solution.build, solution.matrix)
    assert np.array_equal(solution.row_activity, plan.activity)
    assert (folder / FILE).read_bytes() == packed(kept_arrays(solution))


#: Table, column, and which of its rows is changed: a number that is not zero, the largest of those that its words name.
PLANTED: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("allocation", "value", {"lever": "afforestation"}), ("allocation", "value", {"lever": "clean_energy"}), ("allocation", "value", {"lever": "harvest"}),
    ("carbon", "value", {"account": "emission"}), ("carbon", "value", {"account": "sink"}), ("additionality", "with_plan", {}), ("additionality", "without_levers", {}),
    ("additionality", "added", {}), ("forest", "area_kha", {}), ("forest", "clearcut_kha", {}), ("forest", "volume_mm3", {}), ("forest", "carbon_mt_co2", {}),
    ("land", "value", {"use": "available"}), ("land", "value", {"use": "idle"}), ("land_transitions", "value", {}), ("water", "value", {}), ("streams", "value", {}),
    ("money", "value", {"direction": "spend"}), ("money", "value", {"direction": "source"}), ("power", "capacity_gw", {}), ("power", "generation_twh", {}), ("power_balance", "value", {}),
    ("industry", "output", {"measure": "none"}), ("industry", "abated_mt_co2", {}), ("trade", "value", {"commodity": "water_right"}), ("trade", "payment", {}), ("line_accounts", "rent", {}),
    ("allowances", "payment", {}), ("burden", "own", {}), ("burden", "value", {}), ("fiscal", "received", {}), ("limits", "limit", {}), ("limits", "level", {}), ("limits", "slack", {}),
    ("limits", "dual", {}), ("limits", "price", {}), ("objective", "value", {}), ("objectives", "optimum", {}), ("certificate", "dual", {"kind": "row"}),
    ("certificate", "right_hand_side", {"kind": "bound"}), ("by_group", "value", {"table": "carbon"}), ("by_group", "value", {"table": "forest"}), ("stocks", "value", {}), ("wood", "value", {}),
    ("planting", "planted_kha", {}), ("grassland", "treated_kha", {}), ("siting", "capacity_gw", {}), ("transmission", "capacity_gw", {}), ("prices", "dual", {}), ("prices", "price", {}),
    ("targets", "price", {}), ("carbon_price", "value", {}), ("non_fossil_share", "share", {}), ("primary_energy", "share", {}),
)  # fmt: skip


#: Tables that a table is held against; of the others nothing is asked, which saves time.
BESIDE = {
    "additionality": ("carbon",), "fiscal": ("burden",), "trade": ("line_accounts",), "stocks": ("carbon",), "power": ("power_balance",), "power_balance": ("power",),
    "non_fossil_share": ("primary_energy",), "primary_energy": ("non_fossil_share",), "by_group": tuple(TABLES),
}  # fmt: skip
#: What names the place of a break where it is not region and year.
NAMED_BY = {"water": ("water_zone", "year"), "streams": ("water_zone", "year"), "land_transitions": ("region",), "forest": ("stratum", "year"), "objectives": ("place",)}


@pytest.mark.parametrize(("table", "column", "words"), PLANTED, ids=[f"{table}.{column} {'.'.join(words.values())}" for table, column, words in PLANTED])
def test_one_changed_number_is_found_and_its_table_and_row_named(table: str, column: str, words: dict[str, str], run: Finished, tmp_path: Path) -> None:
    frame = run.tables[table].copy()
    chosen = frame.loc[np.logical_and.reduce([frame[key] == word for key, word in words.items()])] if words else frame
    place = chosen[column].abs().fillna(0.0).idxmax()
    frame.loc[place, column] = float(frame.loc[place, column]) * (1.0 + LITTLE)
    write_csv(frame, tmp_path / f"{table}.csv")
    assert abs(float(frame.loc[place, column])) > 0.0
    beside = {name: run.tables[name] for name in BESIDE.get(table, ())}
    found = broken(checks_of(replace(run, tables={**beside, table: read_csv(tmp_path / f"{table}.csv", table)})))
    mine = [where for name, where in found.items() if name.partition(".")[0] == table]
    row = frame.loc[place]
    keys = [str(row[key]) for key in NAMED_BY.get(table, ("region", "year")) if key in TABLES[table].keys] or [str(row["name"])]
    assert any(all(key in where for key in keys) for where in mine), found


def test_a_row_that_is_left_out_or_added_is_found(run: Finished) -> None:
    kept = {name: run.tables[name] for name in ("carbon", "limits", "allocation", "money", "by_group")}
    carbon, limits = kept["carbon"], kept["limits"]
    place = int(carbon["value"].abs().idxmax())
    without = broken(checks_of(replace(run, tables={**kept, "carbon": carbon.drop(index=place)})))
    assert {"carbon.value", "by_group"} <= set(without)
    assert {"carbon.value"} == set(broken(checks_of(replace(run, tables={"carbon": pd.concat([carbon, carbon.iloc[[place]]])}))))
    assert "limits.csv" == broken(checks_of(replace(run, tables={"limits": limits.iloc[1:]})))["limits.rows"]


def test_a_table_that_is_gone_or_cut_off_is_told_and_the_others_are_checked(tmp_path: Path) -> None:
    place = write_hand(tmp_path / "run")
    table = place / "tables" / "allocation.csv"
    assert "allocation.unread" not in broken(checks_of(finished(place)))
    table.write_text(table.read_text(encoding="utf-8")[:-1], encoding="utf-8")
    assert "allocation.csv" == broken(checks_of(finished(place)))["allocation.unread"]


def test_the_plan_made_by_hand_is_one_and_the_best(tmp_path: Path) -> None:
    """5 * 10 - 2 * 4 = 42 = 3 * 4 + 5 * 6."""
    run = finished(write_hand(tmp_path / "run"))
    assert {} == broken(arithmetic(run.plan, run.manifest))


#: What is changed of the plan made by hand, and what breaks: of rows, bounds, duals, reduced costs, and of what they come to together.
WRONG: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "less than is needed": ({"x": [4.0, 5.9, 0.0]}, {"rows_lower": "need(west,2040)", "strong": "", "slack_rows": "need(west,2040)", "objective": "run.json: objective"}),
    "more than there is room for": ({"x": [4.1, 5.9, 0.0]}, {"bounds_upper": "made(wind)", "slack_bounds": "made(wind)"}),
    "below nothing": ({"x": [4.0, 6.1, -0.1]}, {"bounds_lower": "made(sun)"}),
    "a plan that is not the best": ({"x": [4.0, 5.0, 1.0]}, {"slack_bounds": "made(sun)", "objective": "run.json: objective"}),
    "a dual that does not fit the costs": ({"row_dual": [4.0]}, {"reduced_costs": "made(wind)", "strong_duality": "c x = b y"}),
    "a dual of the wrong sign": ({"row_dual": [-5.0], "reduced": [8.0, 10.0, 12.0]}, {"dual_signs": "need(west,2040)", "strong_duality": "c x = b y"}),
    "a reduced cost without its bound": ({"row_dual": [6.0], "reduced": [-3.0, -1.0, 1.0]}, {"reduced_signs": "made(coal)"}),
    "a reduced cost of its own": ({"reduced": [-2.0, 0.0, 3.0]}, {"reduced_costs": "made(sun)"}),
    "another cost": ({"cost": [3.0, 5.0, 6.9]}, {"hash": "run.json: matrix_hash", "reduced_costs": "made(sun)"}),
    "another right side": ({"row_lower": [9.0]}, {"hash": "run.json: matrix_hash", "strong_duality": "c x = b y", "slack_rows": "need(west,2040)"}),
    "bounds of a column that are not its variable's": ({"upper": [5.0, ENDLESS, ENDLESS]}, {"columns": "made(wind)"}),
}


@pytest.mark.parametrize("way", list(WRONG))
def test_what_makes_it_no_plan_or_not_the_best_is_named(way: str, tmp_path: Path) -> None:
    changed, expected = WRONG[way]
    run = finished(write_hand(tmp_path / "run", **{name: np.array(values) for name, values in changed.items()}))
    found = broken(arithmetic(run.plan, run.manifest))
    assert {name: place for name, place in expected.items() if place} == {name: found.get(name, "") for name, place in expected.items() if place}


def test_a_plan_that_says_it_is_not_optimal_is_not_certified(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_hand(tmp_path / "run")
    told = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    (folder / "run.json").write_text(json.dumps({**told, "status": "time_limit"}), encoding="utf-8")
    assert EXIT_DEFECT == verbs.main(["certify", str(folder)])
    assert "run.json: status: expected optimal, found time_limit" in capsys.readouterr().out


def _cut(folder: Path) -> None:
    (folder / FILE).write_bytes((folder / FILE).read_bytes()[:500])


def _nothing(folder: Path) -> None:
    (folder / FILE).unlink()


def _no_manifest(folder: Path) -> None:
    (folder / "run.json").unlink()


def _other_layout(folder: Path) -> None:
    text = json.loads(bytes(arrays()["text"]).decode())
    (folder / FILE).write_bytes(packed({**arrays(), "text": np.frombuffer(json.dumps({**text, "layout": 2}).encode(), dtype=np.uint8)}))


def _outside(folder: Path) -> None:
    (folder / FILE).write_bytes(packed({**arrays(), "index": np.array([0, 0, 7])}))


def _short(folder: Path) -> None:
    (folder / FILE).write_bytes(packed({**arrays(), "x": np.array([4.0, 6.0])}))


@pytest.mark.parametrize("harm", [_cut, _nothing, _no_manifest, _other_layout, _outside, _short])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_folder_that_can_not_be_checked_is_told_in_a_line(harm: Callable[[Path], None], lang: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_hand(tmp_path / "run")
    harm(folder)
    assert EXIT_INPUT == verbs.main(["certify", str(folder), "--lang", lang])
    shown = capsys.readouterr().err
    assert 1 == len(shown.splitlines())
    assert str(folder) in shown


def test_a_limit_is_held_against_the_cell_that_sets_it(tmp_path: Path) -> None:
    """306.2 kha a year stand in C3 and 4 GW in B4, told as 306.2 and, in MW, as 4000; then somebody writes 306.3 and 5."""
    book = openpyxl.Workbook()
    book.active.title = "caps"
    for row in (("region", "unit", "2030", "2040"), ("west", "kha/yr", 306.2, None), ("east", "GW", 4, "5")):
        book.active.append(row)
    book.save(tmp_path / "caps.xlsx")
    frame = pd.DataFrame(
        [
            ("cap", "west", 2030, "caps", "C2", 306.2, "kha/yr", 1), ("cap", "east", 2030, "caps", "C3", 4000.0, "MW", 1), ("cap", "east", 2040, "caps", "D3", 5.0, "GW", 1),
            ("cap", "west", 2040, "caps", "D2", 300.0, "kha/yr", 0),
        ],
        columns=["name", "region", "year", "sheet", "cell", "cell_value", "cell_unit", "cell_given"],
    )  # fmt: skip
    manifest = {"workbook": {"name": "caps.xlsx", "sha256": ""}}

    def held(told: pd.DataFrame, changed: pd.DataFrame) -> dict[str, str]:
        return broken([check for check in cells(tmp_path / "caps.xlsx", manifest, {"limits": told, "changed": changed}) if check.name != "workbook"])

    nothing = pd.DataFrame(columns=["sheet", "cell", "after", "unit"])
    assert {} == held(frame, nothing)
    other = frame.assign(cell_value=[306.3, 4000.0, 5.0, 300.0])
    assert {"limits.cell_value": "limits.csv cap west 2030 (caps!C2)"} == held(other, nothing)
    assert {} == held(other, pd.DataFrame([("caps", "C2", "306.3", "kha/yr")], columns=nothing.columns))
    assert {"limits.cell_value": "limits.csv cap east 2040 (caps!D3)"} == held(frame.assign(cell_value=[306.2, 4000.0, 6.0, 300.0]), nothing)


def test_the_shipped_run_is_certified_without_pyomo_and_highs(run_folder: Path, workbook: Path) -> None:
    """In a process of its own: what it loaded is told at its end."""
    code = (
        "import sys; from model import verbs; code = verbs.main(sys.argv[1:]); "
        "print('LOADED', code, ' '.join(sorted({name.split('.')[0] for name in sys.modules})))"
    )
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", code, "certify", str(run_folder), "--workbook", str(workbook)], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", env=environment, check=False
    )
    told = done.stdout.splitlines()
    assert [] == [text for text in told if text.startswith(("broken", "skipped"))]
    assert "0" == told[-1].split()[1], done.stderr
    assert {"numpy", "pandas"} == {"numpy", "pandas", "pyomo", "highspy", "scipy"} & set(told[-1].split()) - {"scipy"}


def test_a_certificate_names_what_it_does_not_ask(folder: Path) -> None:
    found = certify(folder)
    assert {"diversion_account", "pace", "pledges"} <= set(found.not_asked)
    assert not {"allocation", "carbon", "power", "limits", "objective"} & set(found.not_asked)


def test_a_folder_without_a_run_is_no_plan(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"run\.json"):
        certify(tmp_path)
