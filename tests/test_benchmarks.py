"""The pieces of the benchmark run on a toy and agree on the optimum; nothing here is timed."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import pytest

from benchmarks import routes
from benchmarks.report import BARE, MODEL, PHASES, machine, markdown, median_row, with_ratios, write_results
from benchmarks.run import ROUTES, SOLVERS, turns
from model.core.assemble import assemble
from model.core.matrix import compile_matrix
from tests.reporting.toy_plan import plan_data, solved


@pytest.fixture(scope="module")
def arrays(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bare") / "matrix.npz"
    routes.save_arrays(compile_matrix(assemble(plan_data())), path)
    return path


def result(build: float, solve: float, peak: float = 100.0) -> dict[str, object]:
    return {"seconds": {"build": build, "solve": solve}, "status": "optimal", "objective": 1.0, "peak_mb": peak}


def test_the_bare_matrix_has_the_optimum_of_the_model(arrays: Path) -> None:
    found = routes.bare_route(arrays, {})
    assert "optimal" == found["status"]
    assert solved().objective == pytest.approx(found["objective"], rel=1e-9)


def test_interior_point_finds_the_same_optimum(arrays: Path) -> None:
    assert solved().objective == pytest.approx(routes.bare_route(arrays, {"solver": "ipx"})["objective"], rel=1e-7)


@pytest.mark.parametrize("interface", ["appsi_highs", "contrib_highs"])
def test_plain_pyomo_has_the_optimum_of_the_model(interface: str) -> None:
    found = routes.plain_pyomo(assemble(plan_data()), interface)
    assert solved().objective == pytest.approx(found["objective"], rel=1e-9)


def test_a_solver_option_that_is_not_installed_is_told_and_not_repeated(arrays: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def here(words: tuple[str, ...], workbook: Path, matrix: Path, time_limit: float | None) -> dict[str, object]:
        calls.append(words)
        return routes.run_route(words, workbook, matrix, time_limit)

    monkeypatch.setattr("benchmarks.run.in_process", here)
    found = turns({"none such": ("bare", "solver=none_such"), BARE: ("bare",)}, 2, Path(), arrays, None)
    assert ["not available"] == [r["status"] for r in found["none such"]]
    assert 2 == len(found[BARE])
    assert 3 == len(calls)


def test_peak_memory_is_known() -> None:
    """A Python process with pandas holds more than 20 MB and, with this toy, less than 20 GB."""
    assert 20.0 < routes.peak_megabytes() < 20_000.0


def test_medians_and_ratios() -> None:
    """Model: build median 2, solve median 4, together 6; bare 3: ratio 2. Phases not measured stay blank."""
    model = median_row(MODEL, [result(1.0, 9.0), result(2.0, 4.0), result(5.0, 3.0)])
    bare = median_row(BARE, [{**result(0.0, 3.0), "seconds": {"solve": 3.0}}])
    rows = with_ratios([model, bare])
    assert [6.0, 3.0] == [row["counted"] for row in rows]
    assert [2.0, 1.0] == [row["ratio"] for row in rows]
    assert [2.0, 1.0] == [row["ratio_to_values"] for row in rows]
    assert math.isnan(bare["build"])
    assert "| this model | 2.00 |  |" in markdown(rows, ("route", "build", "read"))


def test_result_tables_count_once_and_can_be_left_out() -> None:
    """Build 1, solve 3, tables 2: 6 with tables, 4 up to the values; bare 4: ratios 1.5 and 1."""
    with_tables = {**result(1.0, 3.0), "seconds": {"build": 1.0, "solve": 3.0, "extract": 2.0}, "table_seconds": 2.0}
    rows = with_ratios([median_row(MODEL, [with_tables]), median_row(BARE, [{**result(0.0, 4.0), "seconds": {"solve": 4.0}}])])
    assert [1.5, 1.0] == [row["ratio"] for row in rows]
    assert [1.0, 1.0] == [row["ratio_to_values"] for row in rows]


def test_the_written_tables_have_ratios_and_no_place_of_the_machine(tmp_path: Path) -> None:
    import platform

    rows = with_ratios([median_row(MODEL, [result(1.0, 2.0)]), median_row(BARE, [result(0.0, 2.0)])])
    write_results(tmp_path, {"Routes": rows}, {"rows": 3}, machine())
    text = (tmp_path / "results.md").read_text(encoding="utf-8")
    with (tmp_path / "results.csv").open(encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file))
    assert ["1.5", "1.0"] == [row["ratio"] for row in read]
    assert " 1.50 " in text
    assert {"cores", "memory", "pyomo", "highspy"} <= set(read[0])
    assert str(Path.home()) not in text
    assert platform.node() not in text.split()


def test_every_route_is_one_that_a_process_can_take() -> None:
    assert {"model", "bare", "pyomo"} == {words[0] for words in (*ROUTES.values(), *SOLVERS.values())}
    assert BARE in ROUTES
    assert BARE in SOLVERS


def test_this_model_is_measured_in_every_phase(tmp_path: Path) -> None:
    """Reading is added by the route, which needs a workbook; all other phases come from here."""
    from model.workbook.book import Book

    class ToyBook:
        name, path, sha256, overrides, findings = "toy", None, "", (), ()

        def data(self, scenario: str) -> object:
            return plan_data(language="en")

    assert hasattr(Book, "data")
    found = routes.measured_model(ToyBook(), "reference", {}, tmp_path / "matrix.npz")
    assert {*PHASES} - {"read"} <= set(found["seconds"])
    assert solved().objective == pytest.approx(found["objective"], rel=1e-9)
    json.dumps(found)
