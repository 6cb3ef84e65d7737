"""A solve that starts from another plan's basis finds the optimum that it finds from nothing, and a file that is no start does no harm."""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import sparse

import model
from model.api import Plan, with_starts
from model.closing.payments.allowances import BURDEN_BASELINE
from model.core.build.assemble import assemble
from model.core.data import Data
from model.core.solve import solver
from model.core.solve.highs import held, kept, shipped
from model.core.solve.highs.kept import keep, kept_file, kept_starts, start_of
from model.core.solve.highs.start import BASIC, LOWER, UPPER, ZERO, Start, StartError, allowed
from model.core.solve.solution import Solution
from model.core.solve.solver import SolveOptions, solve, solve_and_hold
from model.workbook.book import Book
from tests.levers.power_toy import coal, grid, power_data, wind

SAME = 1e-9
#: Of the largest term of a row.
CLOSE = 1e-10


def system(demand: float = 10.0, years: tuple[int, ...] = (2020, 2030), places: tuple[str, ...] = ("west",)) -> Data:
    """3 GW of coal and sites for 1 GW of wind in every region for a demand of so many TWh."""
    sizes = dict.fromkeys(places, 1.0)
    scaled = {name: {place: size * much for place, size in sizes.items()} for name, much in (("load", demand), ("coal", 3.0))}
    return power_data(grid(scaled["load"], years), coal(scaled["coal"], years), wind(sizes, years), years=years)


def solved(data: Data, options: SolveOptions | None = None) -> Solution:
    return solve(assemble(data), options)


@pytest.fixture(autouse=True)
def every_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """Starts are for large models: here for these, too."""
    for module in (solver, kept):
        monkeypatch.setattr(module, "INTERIOR_ROWS", 1)


def status_of(start: Start, family: str) -> dict[tuple[str, ...], int]:
    """Statuses of the names of a family, by the parts of their keys."""
    kinds = [key for key in start._kept if key[1] == family]
    codes, statuses = start._kept[kinds[0]]
    return {tuple(start.labels[code] for code in row): int(status) for row, status in zip(codes.tolist(), statuses, strict=True)}


def test_a_start_fits_its_own_model_and_the_solve_takes_no_step() -> None:
    first = solved(system())
    start = start_of(first)
    fit = start.basis_for(first.build, first.matrix)
    assert fit.known == 1.0
    assert first.basis is not None
    assert all(np.array_equal(mine, kept) for mine, kept in zip(fit.statuses, first.basis, strict=True))
    again = solved(system(), SolveOptions(starts=(start,)))
    assert again.started is not None
    assert (True, 0, start.digest) == (again.started.taken, again.started.steps, again.started.digest)
    assert np.array_equal(again.x, first.x)


CHANGED = {
    "a cell": system(demand=10.5),
    "a period more": system(years=(2020, 2030, 2040)),
    "a period less": system(years=(2020, 2040)),
    "a region more": system(places=("north", "west")),
}


@pytest.mark.parametrize("change", list(CHANGED))
def test_from_a_start_the_optimum_is_that_from_nothing(change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver, "START_KNOWN", 0.0)
    found = solved(CHANGED[change], SolveOptions(starts=(start_of(solved(system())),)))
    cold = solved(CHANGED[change])
    assert "optimal" == found.status == cold.status
    assert cold.started is None
    assert found.started is not None
    assert found.started.taken
    assert found.objective == pytest.approx(cold.objective, rel=SAME)


def test_a_name_keeps_its_status_wherever_it_stands_and_a_new_one_is_in_no_plan() -> None:
    """A region more, in front: what is said of the west stands at other places of the matrix, and is found by its name."""
    first = solved(system())
    start, larger = start_of(first), assemble(CHANGED["a region more"])
    matrix = solve(larger).matrix
    columns, rows = start.basis_for(larger, matrix).statuses
    made = Start.of(larger, matrix, (columns, rows))
    for family in ("generation", "new_sited", "balance_electricity"):
        before, after = status_of(start, family), status_of(made, family)
        of_west = {key: status for key, status in after.items() if "west" in key}
        of_north = {status for key, status in after.items() if "north" in key}
        assert before == of_west
        assert of_north == ({BASIC} if family.startswith("balance") else {LOWER})


@pytest.mark.parametrize(
    ("status", "lower", "upper", "expected"),
    [
        (LOWER, 0.0, np.inf, LOWER), (LOWER, -np.inf, 1.0, UPPER), (LOWER, -np.inf, np.inf, ZERO),
        (UPPER, 0.0, 1.0, UPPER), (UPPER, 0.0, np.inf, LOWER), (UPPER, -np.inf, np.inf, ZERO),
        (ZERO, -np.inf, np.inf, ZERO), (ZERO, 0.0, np.inf, LOWER), (ZERO, -np.inf, 1.0, UPPER), (BASIC, 0.0, 1.0, BASIC),
    ],
)  # fmt: skip
def test_nothing_is_at_a_bound_that_it_does_not_have(status: int, lower: float, upper: float, expected: int) -> None:
    assert allowed(np.array([status], dtype=np.int8), np.array([lower]), np.array([upper])).tolist() == [expected]


def test_a_start_that_knows_too_little_is_not_tried() -> None:
    foreign = start_of(solved(system(places=("south",))))
    assert foreign.basis_for(assemble(system()), solved(system()).matrix).known < solver.START_KNOWN
    found = solved(system(), SolveOptions(starts=(foreign,)))
    assert (None, "optimal") == (found.started, found.status)


def test_the_first_start_that_knows_the_model_is_taken() -> None:
    foreign, own = start_of(solved(system(places=("south",)))), start_of(solved(system()))
    found = solved(system(), SolveOptions(starts=(foreign, own)))
    assert found.started is not None
    assert found.started.digest == own.digest


def test_a_start_that_takes_long_is_given_up_and_the_optimum_found_from_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    start = start_of(solved(system(demand=1.0)))
    for name, most in (("FEWEST_ITERATIONS", 0), ("START_PATIENCE", 0.0)):
        monkeypatch.setattr(solver, name, most)
    found, cold = solved(system(), SolveOptions(starts=(start,))), solved(system())
    assert found.started is not None
    assert (False, "optimal") == (found.started.taken, found.status)
    assert found.objective == pytest.approx(cold.objective, rel=SAME)


def test_weights_that_cost_nothing_are_tried_first_and_exact_ones_after_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """One step with the first, the rest with the others: the optimum, all steps counted, and HiGHS left to choose for whoever runs it next."""
    start = start_of(solved(system(demand=1.0)))
    ways: list[int] = []
    own = held.run_held

    def watched(highs: Any, most_iterations: int | None = None) -> str:
        ways.append(highs.getOptionValue("simplex_dual_edge_weight_strategy")[1])
        return own(highs, most_iterations)

    monkeypatch.setattr(held, "run_held", watched)
    whole = solved(system(), SolveOptions(starts=(start,)))
    monkeypatch.setattr(held, "LIGHT_STEPS", 1)
    parts, loaded = solve_and_hold(assemble(system()), SolveOptions(starts=(start,)))
    monkeypatch.setattr(held, "LARGE_ROWS", 1)
    large = solved(system(), SolveOptions(starts=(start,)))
    assert [held.DEVEX, held.UNCHOSEN] == ways[:2]
    assert loaded is not None
    assert held.UNCHOSEN == loaded.highs.getOptionValue("simplex_dual_edge_weight_strategy")[1]
    for found in (whole, parts, large):
        assert found.started is not None
        assert found.started.taken
        assert found.started.steps >= 1
        assert found.objective == pytest.approx(whole.objective, rel=SAME)


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["demand_plus_10", "no_trade"])
def test_rows_are_kept_as_closely_from_a_start_as_from_nothing(scenario: str, short_book: Book, short_plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the model's own units: what the steps leave behind in the values was 6e-5 of a row once, and broke identities."""
    monkeypatch.setattr(solver, "START_PATIENCE", 1.0)
    found = model.solve(short_book, scenario, options=SolveOptions(starts=(start_of(short_plan.solution),))).solution
    assert found.started is not None
    assert found.started.taken
    assert found.started.steps > 0
    assert missed(found) < CLOSE


def missed(solution: Solution) -> float:
    """The most by which a row of the matrix misses its sides, against its largest term."""
    matrix = solution.matrix
    table = sparse.csc_matrix((matrix.value, matrix.index, matrix.start), shape=matrix.shape[:2])
    terms = table.multiply(solution.x[matrix.column_position]).tocsr()
    level, largest = np.asarray(terms.sum(axis=1)).ravel(), abs(terms).max(axis=1).toarray().ravel()
    return float((np.maximum(matrix.row_lower - level, level - matrix.row_upper) / np.maximum(1.0, largest)).max())


def test_weights_that_are_asked_for_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "LIGHT_STEPS", 1)
    asked = SolveOptions(starts=(start_of(solved(system(demand=1.0))),), solver={"simplex_dual_edge_weight_strategy": "2"})
    found, loaded = solve_and_hold(assemble(system()), asked)
    assert loaded is not None
    assert (2, "optimal") == (loaded.highs.getOptionValue("simplex_dual_edge_weight_strategy")[1], found.status)


def test_a_model_without_a_plan_is_told_as_from_nothing() -> None:
    """Plants must make more than those that stand can."""
    start = start_of(solved(system()))

    def ended(options: SolveOptions) -> str:
        impossible = assemble(system())
        impossible.families["generation"].lower[:] = 1e6
        return solve(impossible, options).status

    assert "infeasible" == ended(SolveOptions()) == ended(SolveOptions(starts=(start,)))


@pytest.mark.parametrize("options", [{"cold": True}, {"solver": {"solver": "ipx"}}, {"solver": {"simplex_iteration_limit": "100000"}}])
def test_who_asks_for_a_cold_solve_or_a_solver_gets_it(options: dict[str, Any]) -> None:
    found = solved(system(), SolveOptions(starts=(start_of(solved(system())),), **options))
    assert (None, "optimal") == (found.started, found.status)


def test_cold_takes_none_of_those_that_come_with_the_program_either() -> None:
    assert () == with_starts(SolveOptions(cold=True), "reference").starts
    assert () == with_starts(SolveOptions(time_limit=1.0), "reference").starts
    assert len(with_starts(SolveOptions(), "reference").starts) > 0


# files


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    start = start_of(solved(system()))
    start.save(tmp_path / "a.npz")
    read = Start.load(tmp_path / "a.npz")
    assert (start.labels, start.families, start.digest) == (read.labels, read.families, read.digest)
    assert [path.name for path in tmp_path.iterdir()] == ["a.npz"]


def test_another_status_is_another_digest() -> None:
    start = start_of(solved(system()))
    assert start.digest != replace(start, statuses=np.where(start.statuses == BASIC, LOWER, BASIC).astype(np.int8)).digest


def archive(**arrays: Any) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def text(**content: Any) -> Any:
    return np.frombuffer(json.dumps({"layout": 1, "labels": ["a"], "families": [["row", "f", 2, 1]], **content}).encode(), dtype=np.uint8)


CODES, STATUSES = np.zeros(2, dtype=np.int32), np.zeros(2, dtype=np.int8)


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("text.npy", b"\0" * 60_000_000)
    return buffer.getvalue()


def members() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, content in (("text", b'{"layout":1,"labels":[],"families":[]}'), ("codes", b"abc"), ("statuses", b"\x93NUMPY\x01\x00\x10\x00{'descr': (       ")):
            file.writestr(f"{name}.npy", content)
    return buffer.getvalue()


DAMAGED: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "no archive": lambda: b"PK\x03\x04 not really",
    "half of a file": lambda: archive(text=text(), codes=CODES, statuses=STATUSES)[:200],
    "another letter in the middle": lambda: archive(text=text(), codes=CODES, statuses=STATUSES)[:100] + b"?" + archive(text=text(), codes=CODES, statuses=STATUSES)[101:],
    "no statuses": lambda: archive(text=text(), codes=CODES),
    "another layout": lambda: archive(text=text(layout=2), codes=CODES, statuses=STATUSES),
    "text that is none": lambda: archive(text=np.frombuffer(b"{", dtype=np.uint8), codes=CODES, statuses=STATUSES),
    "a list": lambda: archive(text=np.frombuffer(b"[]", dtype=np.uint8), codes=CODES, statuses=STATUSES),
    "brackets without end": lambda: archive(text=np.frombuffer(b"[" * 100_000, dtype=np.uint8), codes=CODES, statuses=STATUSES),
    "more names than statuses": lambda: archive(text=text(families=[["row", "f", 3, 1]]), codes=CODES, statuses=STATUSES),
    "fewer than none": lambda: archive(text=text(families=[["row", "f", -2, -1]]), codes=CODES, statuses=STATUSES),
    "a label that is not there": lambda: archive(text=text(), codes=CODES + 1, statuses=STATUSES),
    "a status that is none": lambda: archive(text=text(), codes=CODES, statuses=STATUSES + 7),
    "statuses of another kind": lambda: archive(text=text(), codes=CODES, statuses=STATUSES.astype(float)),
    "a layout that is no number": lambda: archive(text=text(layout=True), codes=CODES, statuses=STATUSES),
    "members that are no arrays": members,
    "a pickle": lambda: archive(text=text(), codes=np.array([{}, {}], dtype=object), statuses=STATUSES),
    "a pickle alone": lambda: pickle.dumps({"text": "no"}),
    "more than any start": bomb,
}


@pytest.mark.parametrize("kind", list(DAMAGED))
def test_a_file_that_is_no_start_is_refused_and_then_none(kind: str, tmp_path: Path) -> None:
    file = kept_file(tmp_path, "reference")
    file.write_bytes(DAMAGED[kind]())
    with pytest.raises(StartError):
        Start.load(file)
    assert () == kept_starts(tmp_path, "reference", "reference")


def test_a_whole_file_of_the_same_make_is_read(tmp_path: Path) -> None:
    """So the cases above are refused for what they say."""
    file = kept_file(tmp_path, "reference")
    file.write_bytes(archive(text=text(), codes=CODES, statuses=STATUSES))
    assert 1 == len(kept_starts(tmp_path, "reference", "reference"))


def test_the_likeliest_start_of_earlier_runs_comes_first(tmp_path: Path) -> None:
    starts = {run: start_of(solved(system(demand))) for run, demand in (("dry", 2.0), ("reference", 11.0), ("reference+set-abc", 12.0))}
    for run_name, start in starts.items():
        start.save(kept_file(tmp_path, run_name))
    found = [start.digest for start in kept_starts(tmp_path, "dry+set-abc", "dry")]
    assert found == [starts[name].digest for name in ("reference+set-abc", "dry", "reference")]


def test_what_can_not_be_kept_is_no_failure(tmp_path: Path) -> None:
    keep(solved(system()), tmp_path / "no such folder" / "a.npz")
    keep(replace(solved(system()), basis=None), tmp_path / "b.npz")
    assert [] == list(tmp_path.iterdir())


def test_a_model_that_gains_nothing_leaves_no_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "INTERIOR_ROWS", 3_000)
    keep(solved(system()), tmp_path / "a.npz")
    assert [] == list(tmp_path.iterdir())


# those that come with the program


def test_every_shipped_file_is_a_start_of_a_shipped_workbook() -> None:
    """Each workbook has that of its reference and of the plan that burdens are told beside; others are of scenarios that it has."""
    root = Path(model.__file__).parents[1]
    wanted, known = set(), set()
    for path in (root / "inputs").glob("*.xlsx"):
        book = model.read(path)
        beside = book.data("reference").word(BURDEN_BASELINE.name)
        wanted |= {shipped.file_name(path.stem, plan) for plan in ("reference", beside) if plan}
        known |= {shipped.file_name(path.stem, scenario) for scenario in book.scenario_names(active_only=False)}
    files = sorted(shipped.FOLDER.iterdir())
    names = {file.name for file in files}
    assert set() == wanted - names
    assert set() == names - known
    assert all(Start.load(file).families for file in files)


def test_the_scenarios_of_a_workbook_that_have_a_start_are_found_by_their_files() -> None:
    assert {"reference", "no_targets", "paper_paths"} <= set(shipped.scenarios_with_start("three_regions"))
    assert ["reference"] == shipped.scenarios_with_start("provinces")


def test_the_shipped_start_is_of_the_shipped_workbook(plan: Plan) -> None:
    """Where it is not, it was forgotten when the workbook changed (CONTRIBUTING.md)."""
    assert plan.solution.started is not None
    assert plan.solution.started.taken
    assert plan.solution.started.known == 1.0
    assert plan.solution.started.steps < 100


@pytest.mark.slow
def test_from_nothing_the_reference_has_the_same_optimum(plan: Plan) -> None:
    cold = solve(plan.build, SolveOptions(cold=True))
    assert cold.started is None
    assert cold.objective == pytest.approx(plan.objective, rel=SAME)
