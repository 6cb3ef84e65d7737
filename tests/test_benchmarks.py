"""The pieces of the benchmark run on a toy and agree on the optimum; nothing here is timed."""

from __future__ import annotations

import ast
import csv
import json
import math
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest

from benchmarks import ensembles, goals, parts, routes, run, solvers
from benchmarks.charts import draw
from benchmarks.processes import Store, Task, in_process, nothing, turns
from benchmarks.report import PHASES, machine, markdown, median_row, with_ratios, write_results
from model.core.build import registry
from model.core.build.assemble import assemble
from model.core.solve import solver
from model.core.solve.absorb import absorb
from model.core.solve.matrix import compile_matrix
from model.core.solve.scaling import no_scaling, unit_scaling
from tests.reporting.toy_plan import plan_data, solved

MODEL, BARE = parts.MODEL, parts.BARE


class ToyBook:
    """Stands for a workbook that holds the toy plan, whatever is changed in it."""

    name, path, sha256, overrides, findings, ranges = "toy", None, "", (), (), ()

    def data(self, scenario: str) -> Any:
        return plan_data(language="en")

    def reference_of_file(self) -> Any:
        return self.data("reference")

    @property
    def schema(self) -> Any:
        return registry.schema()


@pytest.fixture(scope="module")
def arrays(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bare") / "matrix.npz"
    routes.save_arrays(assemble(plan_data()), path)
    return path


def result(build: float, solve: float, peak: float = 100.0, **more: Any) -> dict[str, Any]:
    return {"seconds": {"build": build, "solve": solve}, "status": "optimal", "objective": 1.0, "peak_mb": peak, **more}


# routes


@pytest.mark.parametrize("options", [None, {"solver": "simplex"}, {"solver": "ipx"}])
def test_the_bare_matrix_has_the_optimum_of_the_model(arrays: Path, options: dict[str, str] | None) -> None:
    found = routes.bare_route(arrays, options)
    assert "optimal" == found["status"]
    assert solved().objective == pytest.approx(found["objective"], rel=1e-7)


@pytest.mark.parametrize("method", ["simplex", "ipm"])
@pytest.mark.parametrize("interface", ["appsi_highs", "contrib_highs"])
def test_plain_pyomo_has_the_optimum_of_the_model(interface: str, method: str) -> None:
    found = routes.plain_pyomo(assemble(plan_data()), interface, {"solver": method, "threads": "1"})
    assert "optimal" == found["status"]
    assert solved().objective == pytest.approx(found["objective"], rel=1e-7)


def test_a_run_without_an_optimum_has_no_objective(arrays: Path) -> None:
    found = routes.bare_route(arrays, {"solver": "simplex", "presolve": "off", "simplex_iteration_limit": "1"})
    assert "iteration limit reached" == found["status"]
    assert math.isnan(found["objective"])


def test_a_solver_option_that_is_not_installed_is_told(arrays: Path) -> None:
    assert "not available: solver=none_such" == routes.bare_route(arrays, {"solver": "none_such"})["status"]


def test_peak_memory_is_known() -> None:
    """A Python process with pandas holds more than 20 MB and, with this toy, less than 20 GB."""
    assert 20.0 < routes.peak_megabytes() < 20_000.0


def test_this_model_is_measured_in_every_phase() -> None:
    """Reading is added by the route, which needs a workbook; all other phases come from here."""
    found = routes.measured_model(ToyBook(), "reference", {})
    assert {*PHASES} - {"read", "prepare"} <= set(found["seconds"])
    assert solved().objective == pytest.approx(found["objective"], rel=1e-9)
    json.dumps(found)


def test_the_model_never_loads_what_only_the_benchmark_needs() -> None:
    """linopy is an extra for the twin; benchmarks is no part of the package."""
    wrong = []
    for path in sorted((run.HERE.parent / "model").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            wrong += [f"{path.name} imports {name}" for name in names if name.split(".")[0] in ("linopy", "xarray", "benchmarks")]
    assert [] == wrong


# solver options


def test_the_options_of_the_model_are_those_set_before_its_first_run() -> None:
    """HiGHS itself is left as it was, and what only concerns logs is no option of the method."""
    import highspy

    original = highspy.Highs
    found, _ = solvers.handed_over(assemble(plan_data()))
    assert highspy.Highs is original
    assert "solver" in found
    assert "output_flag" not in found


def test_the_question_for_hipo_is_no_first_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """HiPO is looked for by a small problem solved: the options recorded are those of the model nevertheless, threads included."""
    monkeypatch.setattr(solver, "INTERIOR_ROWS", 1)
    monkeypatch.setattr(solver, "HIPO_ROWS", 1)
    method = "hipo" if solver.hipo_is_available() else "ipx"
    solver.hipo_is_available.cache_clear()
    found, _ = solvers.handed_over(assemble(plan_data()))
    assert {"solver": method, "threads": "1"} == found


@pytest.mark.parametrize("least_rows", [1, 1_000_000])
def test_the_bare_matrix_is_the_one_that_the_model_passes(least_rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the number of rows on where the model scales by unit the stored arrays are scaled too, by its own scales, without the rows that
    interior point need not see; below they are as compiled."""
    monkeypatch.setattr(solver, "INTERIOR_ROWS", least_rows)
    build = assemble(plan_data())
    matrix = compile_matrix(build)
    scaling = unit_scaling(build, matrix) if least_rows == 1 else no_scaling(matrix)
    if least_rows == 1:
        smaller = absorb(matrix)
        assert smaller is not None, "the toy has rows of two variables that are taken up"
        matrix, scaling = smaller.matrix, smaller.scaling(scaling)
    _, found = solvers.handed_over(build)
    assert scaling.values(matrix).tolist() == found["value"].tolist()
    assert scaling.cost(matrix).tolist() == found["cost"].tolist()
    assert (matrix.row_upper / scaling.row).tolist() == found["row_upper"].tolist()
    assert (matrix.column_upper / scaling.column).tolist() == found["column_upper"].tolist()
    assert (least_rows == 1) == (matrix.value.tolist() != found["value"].tolist())


def test_a_scaled_bare_matrix_has_the_optimum_of_the_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver, "INTERIOR_ROWS", 1)
    options = routes.save_arrays(assemble(plan_data()), tmp_path / "matrix.npz")
    assert "ipx" == options["solver"]
    found = routes.bare_route(tmp_path / "matrix.npz")
    assert "optimal" == found["status"]
    assert solved().objective == pytest.approx(found["objective"], rel=1e-7)


def test_every_option_tried_is_one_that_this_highs_knows() -> None:
    """A name that is misspelt would stand in the table as not available; values may need a package that is absent."""
    import highspy

    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    names = dict.fromkeys(name for options in solvers.TRIED.values() for name in options)
    assert [] == [name for name in names if highs.getOptionValue(name)[0] != highspy.HighsStatus.kOk]


def test_lines_that_do_the_same_work_are_known() -> None:
    assert solvers.same_work({"solver": "ipm", "threads": "1"}, {"solver": "ipx", "threads": "1", "run_crossover": "on"})
    assert not solvers.same_work({"solver": "ipx"}, {"solver": "ipx", "run_crossover": "off"})


# processes and what is remembered


def test_a_route_that_fails_or_lasts_too_long_says_so() -> None:
    assert in_process(("nonsense",), 60.0)["status"].startswith("failed: ValueError: no route nonsense")
    assert in_process(("nonsense",), 1e-3)["status"].startswith("given up after")


def task(route: str, repeat: int = 2) -> Task:
    return Task("routes", "toy", route, ("bare", route), repeat)


def test_what_is_known_is_not_run_again_and_what_is_not_available_not_repeated(tmp_path: Path) -> None:
    """Two tasks, two repetitions: 2 + 1 runs; a second store of the same file needs none, one of other versions all."""
    calls: list[str] = []

    def here(words: Sequence[str]) -> dict[str, Any]:
        calls.append(words[1])
        return nothing("not available: toy") if words[1] == "none" else result(1.0, 2.0)

    both = [task("some"), task("none")]
    for versions in ({"highspy": "1"}, {"highspy": "1"}, {"highspy": "2"}):
        turns(both, Store(tmp_path / "runs.jsonl", versions), here)
    assert ["some", "none", "some"] * 2 == calls


def test_a_failure_is_told_but_tried_again_by_the_next_run(tmp_path: Path) -> None:
    calls: list[str] = []

    def fails(words: Sequence[str]) -> dict[str, Any]:
        calls.append(words[1])
        return nothing("failed: toy")

    for _ in range(2):
        store = Store(tmp_path / "runs.jsonl", {})
        turns([task("some")], store, fails)
        assert "failed: toy" == store.results(task("some"))[0]["status"]
    assert 2 == len(calls)


def test_a_line_that_was_cut_off_while_writing_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "runs.jsonl"
    path.write_text('{"key": "a", "result": {"status": "optimal"}}\n{"key": "b", "res', encoding="utf-8")
    assert ["a"] == list(Store(path, {}).known)


def test_the_twin_is_timed_only_after_it_was_found_equal(tmp_path: Path) -> None:
    case = parts.Case(Path("toy.xlsx"), tmp_path / "toy.npz")
    chosen = [Task(t.part, t.size, t.route, t.words[:2], t.repeat) for t in parts.tasks("twin", case, parts.Settings())]
    for status, timed in (("equal", 3), ("differs: 1 coefficients", 1)):
        store = Store(tmp_path / f"{timed}.jsonl", {})
        assert [parts.CHECK] == [t.route for t in parts.stop_unequal(chosen, store)]
        turns(chosen[:1], store, lambda words, status=status: nothing(status))
        assert timed == len(parts.stop_unequal(chosen, store))


# tables


def test_medians_and_ratios() -> None:
    """Model: build median 2, solve median 4, together 6; bare 3: ratio 2. Phases not measured stay blank."""
    model = median_row(MODEL, [result(1.0, 9.0), result(2.0, 4.0), result(5.0, 3.0)])
    bare = median_row(BARE, [{**result(0.0, 3.0), "seconds": {"solve": 3.0}}])
    rows = with_ratios([model, bare], BARE)
    assert [6.0, 3.0] == [row["counted"] for row in rows]
    assert [2.0, 1.0] == [row["ratio"] for row in rows]
    assert [2.0, 1.0] == [row["ratio_to_values"] for row in rows]
    assert math.isnan(bare["build"])
    assert "| this model | 2.00 |  |" in markdown(rows, ("route", "build", "read"))


def test_result_tables_count_once_and_can_be_left_out() -> None:
    """Build 1, solve 3, tables 2: 6 with tables, 4 up to the values; bare 4: ratios 1.5 and 1."""
    with_tables = {**result(1.0, 3.0), "seconds": {"build": 1.0, "solve": 3.0, "extract": 2.0}, "table_seconds": 2.0}
    rows = with_ratios([median_row(MODEL, [with_tables]), median_row(BARE, [{**result(0.0, 4.0), "seconds": {"solve": 4.0}}])], BARE)
    assert [1.5, 1.0] == [row["ratio"] for row in rows]
    assert [1.0, 1.0] == [row["ratio_to_values"] for row in rows]


def test_without_the_base_there_is_no_ratio() -> None:
    assert math.isnan(with_ratios([median_row(MODEL, [result(1.0, 2.0)])], BARE)[0]["ratio"])


def test_the_written_tables_have_ratios_and_no_place_of_the_machine(tmp_path: Path) -> None:
    import platform

    rows = with_ratios([median_row(MODEL, [result(1.0, 2.0)]), median_row(BARE, [result(0.0, 2.0)])], BARE)
    write_results(tmp_path, [("Routes", "A note.", ("route", "ratio"), rows)], machine(), ["provinces.xlsx is not there."])
    text = (tmp_path / "results.md").read_text(encoding="utf-8")
    with (tmp_path / "results.csv").open(encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file))
    assert ["1.5", "1.0"] == [row["ratio"] for row in read]
    assert " 1.50 " in text
    assert "Not measured: provinces.xlsx is not there." in text
    assert {"cores", "memory", "pyomo", "highspy", "linopy"} <= set(read[0])
    assert str(Path.home()) not in text
    assert platform.node() not in text.split()


def canned(words: Sequence[str]) -> dict[str, Any]:
    """What each process would give: this model 10 s, the bare matrix 8 s, scenarios 1 s cold and 0.1 s warm."""
    if words[0] == "arrays":
        return {"status": "stored", "options": {"solver": "simplex", "threads": "1"}}
    if words[0] == "bare":
        return result(0.0, 8.0)
    if words[0] == "ensemble":
        seconds = {"cold": 100.0, "warm": 10.0}.get(words[1], 12.0 / int(words[-1] or 1))
        return result(0.0, seconds, scenarios=100, objectives=[1.0, 2.0 if words[1] == "cold" else 2.0 + 1e-9])
    return result(2.0, 8.0) if words[0] == "model" else {**result(1.0, 9.0), "regions": 3 if words[1] == "3" else 31}


def test_one_run_writes_goals_tables_and_picture_and_a_part_alone_keeps_the_others(tmp_path: Path) -> None:
    """10 s to 8 s is 1.25: met; 10 s warm to 1 s cold is 10: met; two workers 2.0 times one: met."""
    workbook = tmp_path / "three_regions.xlsx"
    workbook.write_bytes(b"toy")
    settings = parts.Settings(repeat=1, repeat_parallel=1, sizes=(3, 31))
    run.measure(["routes"], [workbook, tmp_path / "provinces.xlsx"], tmp_path, settings, canned)
    run.measure(["ensembles", "growth"], [workbook, tmp_path / "provinces.xlsx"], tmp_path, settings, canned)
    text = (tmp_path / "results.md").read_text(encoding="utf-8")
    assert "| at most 1.25 | 1.25 | yes |" in text
    assert "| at most 15 | 10.00 | yes |" in text
    assert "| at least 1.5 | 2.00 | yes |" in text
    assert "Routes to a plan: three regions" in text
    assert "Not measured: provinces.xlsx is not there." in text
    assert "Not measured: Solver options on the bare matrix: three regions." in text
    ElementTree.parse(tmp_path / "results.svg")


def test_a_goal_that_is_missed_or_not_measured_says_so() -> None:
    """13 s to 8 s is above 1.25; with no run of the provinces nothing is said of them."""
    rows = with_ratios([median_row(MODEL, [result(3.0, 10.0)]), median_row(BARE, [result(0.0, 8.0)])], BARE)
    found = goals.goals({("routes", goals.THREE): rows})
    assert ["no", "no"] == [row["met"] for row in found[:2]]
    assert {""} == {row["met"] for row in found if row["goal"].startswith("provinces")}


def test_a_goal_of_a_hundred_scenarios_is_not_judged_by_fewer() -> None:
    """Four scenarios, 1 s warm to 4 s cold each: within 15, yet nothing is said; a hundred in 100 s: 25, a no."""
    for count, told in ((4, ""), (100, "no")):
        rows = [{**median_row(route, [result(0.0, seconds)]), "scenarios": count, "per_scenario": 4.0} for route, seconds in ((parts.COLD, 4.0 * count), (parts.WARM, 1.0 * count))]
        found = [row["met"] for row in goals.goals({("ensembles", goals.THREE): rows}) if "from data to a plan" in row["goal"]]
        assert [told] == found


def option_row(route: str, solve: float, options: str = "", chosen: bool = False, status: str = "optimal") -> dict[str, Any]:
    return {"route": route, "solve": solve, "options": options, "chosen": chosen, "status": status}


def test_the_fastest_option_is_one_that_ends_with_a_vertex() -> None:
    """Chosen 4 s; 3 s without crossover and 1 s at the limit are no rivals, 3.5 s with crossover is: 4 / 3.5 = 1.14."""
    rows = [
        option_row(parts.CHOSEN, 4.0, chosen=True),
        option_row("loose", 3.0, "solver=ipx run_crossover=off"),
        option_row("stopped", 1.0, status="time limit reached"),
        option_row("rival", 3.5, "solver=ipx"),
    ]
    found = [row for row in goals.goals({("solvers", goals.THREE): rows}) if row["goal"].startswith("three_regions: solver")]
    assert [("1.14 (rival)", "no")] == [(row["measured"], row["met"]) for row in found]


def test_the_picture_has_a_bar_for_each_phase_of_finished_routes_only() -> None:
    """Two routes finished, one failed: eight bars beside the background and four keys of the legend."""
    rows = [median_row(name, [result(1.0, 2.0)]) for name in (MODEL, BARE)] + [median_row("other", [nothing("failed: toy")])]
    shapes = Counter(element.tag.rpartition("}")[2] for element in ElementTree.fromstring(draw({("routes", "toy"): rows})))
    assert 1 + 2 * 4 + 4 == shapes["rect"]
    assert "nothing measured" in draw({})


# ensembles


@pytest.fixture(scope="module")
def workbook() -> Path:
    return run.WORKBOOKS[0]


def test_the_scenarios_are_always_the_same_and_change_all_kinds(workbook: Path) -> None:
    """As many as asked for, every place in turn; another seed gives others."""
    import model

    book = model.read(workbook)
    made = ensembles.members(book, len(ensembles.PLACES))
    assert made == ensembles.members(book, len(ensembles.PLACES))
    assert made != ensembles.members(book, len(ensembles.PLACES), seed=1)
    assert [sheet for _, sheet, _ in ensembles.PLACES] == [member[0].partition("!")[0] for member in made]
    changed = model.read(workbook, made[0]).data("reference").tables["power_demand"]["value"]
    assert not changed.equals(book.data("reference").tables["power_demand"]["value"])


class KeptSolver:
    """Stands for the warm book: solves anew and says that the first one was warm."""

    def __init__(self, book: Any, scenario: str = "reference", options: Any = None) -> None:
        self.route = ""

    def plan_data(self, data: Any) -> Any:
        self.route = "cold" if self.route else "warm"
        return SimpleNamespace(status="optimal", objective=solved().objective)


def test_scenarios_are_counted_by_route_and_compared_with_cold_ones(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The stand-in is warm for the first scenario, then cold: of three scenarios one is warm, two are cold."""
    import model

    def ensemble(workbook: Path, members: Sequence[Any], workers: int = 1, options: Any = None) -> pd.DataFrame:
        return pd.DataFrame({"status": ["infeasible", "optimal", "optimal"], "objective": 1.0, "route": ["cold", "warm", "warm"]})

    monkeypatch.setitem(sys.modules, "model.ensemble", SimpleNamespace(WarmBook=KeptSolver, run_ensemble=ensemble))
    monkeypatch.setattr(ensembles, "members", lambda book, count: [["a!B1=1"]] * count)
    monkeypatch.setattr(model, "read", lambda path, overrides=(): ToyBook(), raising=False)
    cold, warm, shared = (routes.run_route(("ensemble", kind, "toy.xlsx", "3", "2")) for kind in ("cold", "warm", "workers"))
    assert (1, 2) == (warm["warm"], warm["cold"])
    assert cold["objectives"] == pytest.approx(warm["objectives"], rel=1e-9)
    assert "2 of 3 optimal" == shared["status"]
    assert (2, 1) == (shared["warm"], shared["cold"])
