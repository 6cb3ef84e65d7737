"""Measures this model, beside the bare matrix, linopy and plain Pyomo: ``python benchmarks/run.py [--parts routes,growth]``.

Parts: routes, twin, solvers, ensembles, growth. Writes results.md, results.csv and results.svg. A run that was stopped
goes on where it was: finished measurements are kept in runs.jsonl until the code, the workbook or a package changes.

Limits: one scenario of each workbook; close other programs before.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
if str(HERE.parent) not in sys.path:
    sys.path.insert(0, str(HERE.parent))

from benchmarks import goals, parts  # noqa: E402  needs the path
from benchmarks.charts import draw  # noqa: E402
from benchmarks.processes import Result, Store, Task, in_process, turns, workbook_hash  # noqa: E402
from benchmarks.report import Row, machine, write_results  # noqa: E402

INPUTS = HERE.parent / "inputs"
WORKBOOKS = (INPUTS / "three_regions.xlsx", INPUTS / "provinces.xlsx")
#: A process that has not ended after so many seconds is given up.
PATIENCE = 3600.0
RUNS = "runs.jsonl"
Run = Callable[[Sequence[str]], Result]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts asked for and write the tables, or (hidden) one route in this process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", default=",".join(parts.PARTS), help="comma-separated: %(default)s")
    parser.add_argument("--workbook", type=Path, action="append", help="may be given twice (default: three regions and provinces)")
    parser.add_argument("--out", type=Path, default=HERE, help="folder of the results")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each line (default 3)")
    parser.add_argument("--repeat-parallel", type=int, default=5, help="runs of the lines with workers (default 5)")
    parser.add_argument("--time-limit", type=float, default=120.0, help="seconds for each solver option (default 120)")
    parser.add_argument("--growth-limit", type=float, default=1800.0, help="seconds for solving a size of the growth table (default 1800)")
    parser.add_argument("--scenarios", type=int, default=parts.Settings.scenarios, help="scenarios of the ensembles (default 100)")
    parser.add_argument("--sizes", default=",".join(map(str, parts.Settings.sizes)), help="regions of the growth table (default %(default)s)")
    parser.add_argument("--patience", type=float, default=PATIENCE, help="seconds after which a process is given up (default 3600)")
    parser.add_argument("--again", action="store_true", help="forget what is known and measure everything again")
    parser.add_argument("--route", nargs="+", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.route:
        from benchmarks.routes import run_route

        print(json.dumps(run_route(chosen.route)))
        return 0
    wanted = chosen.parts.split(",")
    if unknown := [part for part in wanted if part not in parts.PARTS]:
        parser.error(f"no part {', '.join(unknown)}; there are {', '.join(parts.PARTS)}")
    sizes = tuple(int(number) for number in chosen.sizes.split(","))
    settings = parts.Settings(chosen.repeat, chosen.repeat_parallel, chosen.time_limit, chosen.growth_limit, chosen.scenarios, sizes)
    if chosen.again:
        (chosen.out / RUNS).unlink(missing_ok=True)
    measure(wanted, chosen.workbook or WORKBOOKS, chosen.out, settings, lambda words: in_process(words, chosen.patience))
    print((chosen.out / "results.md").read_text(encoding="utf-8"))
    return 0


def measure(wanted: Sequence[str], workbooks: Sequence[Path], out: Path, settings: parts.Settings, run: Run) -> None:
    """Measure the parts on the workbooks and write the tables, after every part, into ``out``."""
    described = machine()
    store = Store(out / RUNS, described)
    missing = [f"{path.name} is not there." for path in workbooks if not path.exists()]
    with tempfile.TemporaryDirectory() as folder:
        cases, failed = _cases([path for path in workbooks if path.exists()], Path(folder), run)
        missing += failed
        for part in parts.PARTS:
            if part in wanted:
                for chosen in _tasks(part, cases, settings).values():
                    if part == "twin":
                        turns([task for task in chosen if task.route == parts.CHECK], store, run)
                    turns(parts.stop_unequal(chosen, store) if part == "twin" else chosen, store, run)
            tables = {(name, size): parts.table(name, found, store) for name in parts.PARTS for size, found in _tasks(name, cases, settings).items()}
            write(out, tables, described, missing)


def _cases(workbooks: Sequence[Path], folder: Path, run: Run) -> tuple[list[parts.Case], list[str]]:
    """Each workbook with its matrix stored once, not measured; a workbook that can not be built is told."""
    cases, failed = [], []
    for workbook in workbooks:
        arrays = folder / f"{workbook_hash(workbook)}.npz"
        stored = run(("arrays", str(workbook), str(arrays)))
        if "options" in stored:
            cases.append(parts.Case(workbook, arrays, stored["options"]))
        else:
            failed.append(f"{workbook.name}: {stored['status']}.")
    return cases, failed


def _tasks(part: str, cases: Sequence[parts.Case], settings: parts.Settings) -> dict[str, list[Task]]:
    """Size -> tasks; ensembles on the first workbook only, growth on none."""
    if part == "growth":
        return {parts.NATION: parts.growth_tasks(settings)}
    chosen = cases[:1] if part == "ensembles" else cases
    return {case.size: parts.tasks(part, case, settings) for case in chosen}


def write(out: Path, tables: dict[tuple[str, str], list[Row]], described: dict[str, str], missing: Sequence[str]) -> None:
    """All that is known so far: goals first, then a table for each part and size, and the picture."""
    pages: list[tuple[str, str, Sequence[str], Sequence[Row]]] = [("Goals", "", goals.COLUMNS, goals.goals(tables))]
    unknown = list(missing)
    for (part, size), rows in tables.items():
        title = f"{parts.TITLES[part]}: {size.replace('_', ' ')}"
        if rows:
            pages.append((title, parts.NOTES[part], parts.COLUMNS[part], rows))
        else:
            unknown.append(f"{title}.")
    write_results(out, pages, described, unknown)
    (out / "results.svg").write_text(draw(tables), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    sys.exit(main())
