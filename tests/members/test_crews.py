"""The same rows whoever solves: this process, two others, or a Dask cluster; a worker that dies costs its member at most, a stopped ensemble goes on."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from model.core.declare.spec import InputError
from model.ensemble import run_ensemble
from model.members.cluster import Cluster
from model.members.crews import Crew, Here, Processes
from model.members.ensemble import crew_of, solve_members
from model.members.work import Member, Row, Variant
from tests.members.toy import FACTORS, MEMBERS, Fatal, forest_book, opened

ROOT = Path(__file__).resolve().parent.parent.parent


def numbers(rows: list[Row]) -> list[tuple[str, float, str, dict[str, float]]]:
    """What does not depend on the clock."""
    return [(row.status, row.objective if row.objective == row.objective else -1.0, row.route, dict(row.values)) for row in rows]


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    """All members, solved here."""
    job, base = opened(Fatal(tmp_path_factory.mktemp("alone")))
    return solve_members(job, MEMBERS, Here(), opened=base)


def test_each_member_has_its_plan(alone: list[Row]) -> None:
    """What is felled now, for 8 CNY/m3, has 50 m3/ha again later; what is left has 100 m3/ha then. Later a m3 is paid 5 CNY times the factor."""
    for row, factor in zip(alone, FACTORS.values(), strict=False):
        assert "optimal" == row.status
        later = 5.0 * factor
        young, old = (max(volume * 8.0 + 50.0 * later, 100.0 * later) for volume in (50.0, 100.0))
        assert row.objective == pytest.approx((10.0 * young + 10.0 * old) * 1e-6, rel=1e-9)
    assert "input" == alone[-1].status
    assert "no_such_scenario" in alone[-1].problem


def test_order_does_not_matter(alone: list[Row], tmp_path: Path) -> None:
    _, base = opened(Fatal(tmp_path))
    backwards = [base.solved(member).objective for member in reversed(MEMBERS[:-1])]
    assert [row.objective for row in alone[:-1]] == pytest.approx(backwards[::-1], rel=1e-12)


def test_two_processes_give_the_same_rows(alone: list[Row], tmp_path: Path) -> None:
    job, _ = opened(Fatal(tmp_path))
    assert numbers(alone) == numbers(solve_members(job, MEMBERS, Processes(2)))
    assert 2 == len(list(tmp_path.glob("pid_*")))


def test_a_worker_that_dies_costs_its_member_at_most(alone: list[Row], tmp_path: Path) -> None:
    """Over the dearest member each process dies, over the next one the first only: one is lost, the other is solved by the next process."""
    *_, second, first = sorted(row.objective for row in alone[:-1])
    job, _ = opened(Fatal(tmp_path, first * 0.999, above_once=second * 0.999))
    rows = solve_members(job, MEMBERS, Processes(2))
    assert ["lost" if row.objective == first else row.status for row in alone] == [row.status for row in rows]
    assert [row.objective for row in alone if row.objective < first] == [row.objective for row in rows if row.status == "optimal"]
    assert (tmp_path / "dead").exists()
    assert "died" in next(row.problem for row in rows if row.status == "lost")


class Stopping:
    """Solves three members here, then Ctrl-C comes."""

    def rows(self, job: object, members: list[Member], base: object = None) -> Iterator[tuple[int, Row]]:
        for number, row in Here().rows(job, members, base):  # type: ignore[arg-type]  # whatever was handed in is handed on
            if number == 3:
                raise KeyboardInterrupt
            yield number, row


class Counting:
    """Solves here and counts."""

    def __init__(self) -> None:
        self.solved = 0

    def rows(self, job: object, members: list[Member], base: object = None) -> Iterator[tuple[int, Row]]:
        for found in Here().rows(job, members, base):  # type: ignore[arg-type]  # whatever was handed in is handed on
            self.solved += 1
            yield found


def test_a_stopped_ensemble_goes_on_where_it_was(alone: list[Row], tmp_path: Path) -> None:
    """Three of ten are on disk, with a fourth half written; the second run solves seven and leaves no file."""
    kept = tmp_path / "kept.jsonl"
    job, base = opened()
    stopping: Crew = Stopping()  # type: ignore[assignment]  # a stand-in
    with pytest.raises(KeyboardInterrupt):
        solve_members(job, MEMBERS, stopping, opened=base, kept=kept)
    assert 4 == len(kept.read_text(encoding="utf-8").splitlines())
    with kept.open("a", encoding="utf-8") as file:
        file.write('{"key":"half')
    counting = Counting()
    rows = solve_members(job, MEMBERS, counting, opened=base, kept=kept)  # type: ignore[arg-type]  # a stand-in
    assert 7 == counting.solved
    assert [row.objective for row in alone[:-1]] == pytest.approx([row.objective for row in rows[:-1]], rel=1e-12)
    assert not kept.exists()


def test_what_another_job_left_is_not_taken_over(tmp_path: Path) -> None:
    kept = tmp_path / "kept.jsonl"
    job, base = opened()
    kept.write_text('{"job":"of another workbook"}\nnot json\n{"key":"x","row":{}}\n', encoding="utf-8")
    counting = Counting()
    solve_members(job, MEMBERS[:2], counting, opened=base, kept=kept)  # type: ignore[arg-type]  # a stand-in
    assert 2 == counting.solved


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """A Dask scheduler and two worker processes, reached over TCP."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    environment = os.environ | {"PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__WORKER__DAEMON": "False"}
    options = ["--no-dashboard", "--host", "127.0.0.1"]
    commands = [["scheduler", "--port", str(port), *options], *[["worker", address, "--nthreads", "1", *options]] * 2]
    began = [
        subprocess.Popen([sys.executable, "-m", "dask", *command], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for command in commands
    ]
    try:
        from distributed import Client

        with Client(address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
        yield address
    finally:
        for process in reversed(began):
            process.terminate()
        for process in began:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:  # a worker that waits for its scheduler
                process.kill()
                process.wait()


def test_a_cluster_gives_the_same_rows(alone: list[Row], scheduler: str, tmp_path: Path) -> None:
    job, _ = opened(Fatal(tmp_path))
    assert numbers(alone) == numbers(solve_members(job, MEMBERS, Cluster(scheduler)))
    assert 2 == len(list(tmp_path.glob("pid_*")))
    assert os.getpid() not in {int(path.name[4:]) for path in tmp_path.glob("pid_*")}


def test_a_worker_of_a_cluster_that_dies_costs_nothing(alone: list[Row], scheduler: str, tmp_path: Path) -> None:
    """The nanny of a dask worker starts it again."""
    dear = sorted(row.objective for row in alone[:-1])[-1]
    job, _ = opened(Fatal(tmp_path, above_once=dear * 0.999))
    assert numbers(alone) == numbers(solve_members(job, MEMBERS, Cluster(scheduler)))
    assert (tmp_path / "dead").exists()


def test_a_cluster_that_does_not_answer_is_told_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("model.members.cluster.ANSWERS_WITHIN", 1.0)
    for address in ("tcp://127.0.0.1:9", "nowhere", "http://127.0.0.1:9/x"):
        began = time.perf_counter()
        with pytest.raises(InputError) as told:
            run_ensemble(forest_book(), MEMBERS[:1], scheduler=address)
        assert address in str(told.value)
        assert "pip install" in str(told.value)
        assert time.perf_counter() - began < 30


def test_who_solves_follows_from_what_is_asked() -> None:
    assert isinstance(crew_of(1), Here)
    assert Processes(3) == crew_of(3)
    assert Cluster("tcp://x:1") == crew_of(3, "tcp://x:1")


def test_a_variant_is_named_by_its_ranges() -> None:
    assert Variant("a", (("wind", 1.0),)) != Variant("a", (("wind", 2.0),))
