"""What members of an ensemble cost, and that it does not matter who solves them: ``python benchmarks/members.py --samples 40``.

The first draws of the analysis ``monte_carlo`` of a workbook are solved by this process, by two processes of this machine and by a Dask cluster of two worker
processes; beside them a few are solved from nothing. Prints a table in Markdown: processor seconds of each way (of this process and all that it waits for),
of a member in solves from nothing, and how far the objectives are apart at most; whether all took the same route. Exit 1 where they differ.

Limits: seconds of a busy machine are too high, all of them alike; workers of the cluster are told apart by the seconds that they say a member took.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
if str(HERE.parent) not in sys.path:
    sys.path.insert(0, str(HERE.parent))

WORKBOOK = HERE.parent / "inputs" / "three_regions.xlsx"
SCENARIO, ANALYSIS = "reference", "monte_carlo"
#: Largest relative difference of two optima that are the same.
SAME = 1e-6
#: Seconds that a scheduler and its workers are given to come up.
PATIENCE = 60.0


def spent() -> float:
    """Processor seconds of this process and of those that it has waited for."""
    return sum(os.times()[:4])


@contextlib.contextmanager
def cluster(workers: int) -> Iterator[str]:
    """The address of a Dask scheduler with worker processes, which end with the context."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    dask, place = [sys.executable, "-m", "dask"], {**os.environ, "PYTHONPATH": str(HERE.parent)}
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": place}
    started = [subprocess.Popen([*dask, "scheduler", "--host", "127.0.0.1", "--port", address.rpartition(":")[2], "--no-dashboard"], **quiet)]
    try:
        started += [subprocess.Popen([*dask, "worker", address, "--nthreads", "1", "--no-dashboard"], **quiet) for _ in range(workers)]
        from distributed import Client

        with Client(address, timeout=PATIENCE) as client:
            client.wait_for_workers(workers, timeout=PATIENCE)
        yield address
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait(PATIENCE)


def main(arguments: list[str] | None = None) -> int:
    """Solve, compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workbook", type=Path, default=WORKBOOK)
    parser.add_argument("--samples", type=int, default=40)
    parser.add_argument("--cold", type=int, default=3, help="how many are solved from nothing as well")
    chosen = parser.parse_args(arguments)
    import model
    from model.analysis.measures import measured
    from model.analysis.sampling import drawn
    from model.analysis.task import Variant
    from model.api import assemble_checked
    from model.core.solve.solver import SolveOptions, solve
    from model.ensemble import WarmBook
    from model.members.ensemble import crew_of, solve_members
    from model.members.work import Job

    book = model.read(chosen.workbook)
    settings = book.analysis_settings(ANALYSIS)
    draws = drawn(book.ranges, int(settings["samples"]), int(settings["seed"]))
    variants = [Variant(str(number + 1), tuple((name, float(share[number])) for name, share in draws.items())) for number in range(chosen.samples)]
    base = WarmBook(book, SCENARIO)
    job = Job.of(book, SCENARIO, base.options, base.basis, measured)
    rows, seconds = {}, {}

    def told(way: str, **who: Any) -> None:
        before = spent()
        rows[way] = solve_members(job, variants, crew_of(**who), opened=base.opened(job))
        seconds[way] = spent() - before
        print(way, f"{seconds[way]:.1f}", file=sys.stderr, flush=True)

    told("this process")
    told("two processes", workers=2)
    before = spent()
    with cluster(2) as address:
        told("Dask, two workers", scheduler=address)
    seconds["Dask, two workers"] = spent() - before
    before, cold = time.process_time(), []
    for variant in variants[: chosen.cold]:
        cold.append(solve(assemble_checked(book.varied(variant.changes, SCENARIO)), SolveOptions(cold=True)).objective)
    nothing = (time.process_time() - before) / max(1, len(cold))

    first, wrong = rows["this process"], 0
    print(f"{chosen.samples} draws of `{chosen.workbook.name}`; from nothing a draw takes {nothing:.1f} s, its model included.\n")
    print("| solved by | processor seconds | of a draw, in solves from nothing | largest difference of an objective | of a measure | warm | same routes |")
    print("|---|---|---|---|---|---|---|")
    for way, found in rows.items():
        pairs = list(zip(first, found, strict=True))
        apart = max((abs(a.objective - b.objective) / abs(a.objective) for a, b in pairs if a.status == b.status == "optimal"), default=0.0)
        other = max((abs(a.values[name] - b.values.get(name, float("inf"))) / max(1.0, abs(a.values[name])) for a, b in pairs for name in a.values), default=0.0)
        same = all((a.status, a.route) == (b.status, b.route) for a, b in pairs)
        wrong += apart > SAME or not same
        each = seconds[way] / len(found) / nothing
        print(f"| {way} | {seconds[way]:.0f} | {each:.2f} | {apart:.1e} | {other:.1e} | {sum(row.route == 'warm' for row in found)} | {'yes' if same else 'no'} |")
    far = max((abs(row.objective - value) / abs(value) for row, value in zip(first, cold, strict=False)), default=0.0)
    print(f"\nThe first {len(cold)} from nothing: objectives differ by {far:.1e} of themselves at most.")
    return int(wrong > 0 or far > SAME)


if __name__ == "__main__":
    raise SystemExit(main())
