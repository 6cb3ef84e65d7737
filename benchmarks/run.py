"""Measures this model against the bare matrix and plain Pyomo: ``python benchmarks/run.py [--repeat 3]``.

Each route runs in a process of its own, one after the other, and the routes take turns, so that a busy minute of the
machine does not fall on one route alone. Writes results.md and results.csv.

Limits: one workbook, one scenario; close other programs before.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
if str(HERE.parent) not in sys.path:
    sys.path.insert(0, str(HERE.parent))

from benchmarks.report import BARE, MODEL, machine, median_row, with_ratios, write_results  # noqa: E402  needs the path

ROUTES: dict[str, tuple[str, ...]] = {
    MODEL: ("model",),
    BARE: ("bare",),
    "plain Pyomo, appsi_highs": ("pyomo", "appsi_highs"),
    "plain Pyomo, contrib.solver highs": ("pyomo", "contrib_highs"),
}
DUAL, PRIMAL = "1", "4"
SOLVERS: dict[str, tuple[str, ...]] = {
    BARE: ("bare",),
    "dual simplex": ("bare", "solver=simplex", f"simplex_strategy={DUAL}"),
    "primal simplex": ("bare", "solver=simplex", f"simplex_strategy={PRIMAL}"),
    "interior point (IPX) + crossover": ("bare", "solver=ipx"),
    "interior point (HiPO) + crossover": ("bare", "solver=hipo"),
    "first order (PDLP)": ("bare", "solver=pdlp"),
}
#: Seconds after which a solver option is given up.
TIME_LIMIT = 60.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run everything and write the tables, or (hidden) one route in this process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=3, help="runs of each route (default 3)")
    parser.add_argument("--workbook", type=Path, default=HERE.parent / "inputs" / "three_regions.xlsx")
    parser.add_argument("--out", type=Path, default=HERE, help="folder of results.md and results.csv")
    parser.add_argument("--time-limit", type=float, default=TIME_LIMIT, help="seconds for each solver option")
    parser.add_argument("--skip-solvers", action="store_true", help="without the table of solver options")
    parser.add_argument("--route", nargs="+", help=argparse.SUPPRESS)
    parser.add_argument("--arrays", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.route:
        from benchmarks.routes import run_route

        print(json.dumps(run_route(chosen.route, chosen.workbook, chosen.arrays, chosen.time_limit)))
        return 0
    measure(chosen.workbook, chosen.out, chosen.repeat, chosen.time_limit, not chosen.skip_solvers)
    return 0


def measure(workbook: Path, out: Path, repeat: int, time_limit: float, solvers: bool = True) -> None:
    """Measure all routes ``repeat`` times and write the tables into ``out``."""
    with tempfile.TemporaryDirectory() as folder:
        arrays = Path(folder) / "matrix.npz"
        first = turns(ROUTES, repeat, workbook, arrays, None)
        tables = {"Routes": with_ratios([median_row(name, results) for name, results in first.items()])}
        if solvers:
            second = turns(SOLVERS, repeat, workbook, arrays, time_limit)
            tables["Solver options on the bare matrix"] = with_ratios([median_row(name, results) for name, results in second.items()])
    size = {key: first[MODEL][0][key] for key in ("rows", "columns", "nonzeros")}
    out.mkdir(parents=True, exist_ok=True)
    write_results(out, tables, size, machine())
    print((out / "results.md").read_text(encoding="utf-8"))


def turns(routes: Mapping[str, Sequence[str]], repeat: int, workbook: Path, arrays: Path, time_limit: float | None) -> dict[str, list[dict[str, Any]]]:
    """Every route once, then again, ``repeat`` times; one that is not available is not repeated."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in routes}
    for number in range(repeat):
        for name, words in routes.items():
            if found[name] and found[name][0]["status"] == "not available":
                continue
            print(f"{number + 1}/{repeat} {name}", file=sys.stderr, flush=True)
            found[name].append(in_process(words, workbook, arrays, time_limit))
    return found


def in_process(words: Sequence[str], workbook: Path, arrays: Path, time_limit: float | None) -> dict[str, Any]:
    """One route in a new Python process; its last line of output is the result."""
    command = [sys.executable, str(HERE / "run.py"), "--workbook", str(workbook), "--arrays", str(arrays)]
    command += ["--time-limit", str(time_limit)] if time_limit is not None else []
    done = subprocess.run([*command, "--route", *words], capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        raise RuntimeError(f"route {' '.join(words)} failed:\n{done.stderr}")
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


if __name__ == "__main__":
    sys.exit(main())
