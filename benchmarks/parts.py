"""What each part of the benchmark runs and how its runs become a table.

Limits: a part is measured only for the workbooks that exist; what is left out is said in the report.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import ensembles, growth, solvers
from benchmarks.processes import Store, Task
from benchmarks.report import Row, median_row, with_ratios

MODEL, BARE, CHOSEN = "this model", "bare matrix, highspy", "as this model chooses"
CHECK, LINOPY, PART_OF_MODEL = "matrices compared", "linopy", "this model, the same families"
COLD, WARM = "cold, one after the other", "warm, one kept solver"
ONE_WORKER, TWO_WORKERS = "warm, ensemble with 1 worker", "warm, ensemble with 2 workers"
PARTS = ("routes", "twin", "solvers", "ensembles", "growth")
INTERFACES = {"plain Pyomo, appsi_highs": "appsi_highs", "plain Pyomo, contrib.solver highs": "contrib_highs"}
NATION = "synthetic growth"

_SIZE = ("rows", "columns", "nonzeros")
COLUMNS: dict[str, tuple[str, ...]] = {
    "routes": ("route", "status", "read", "build", "hand_over", "solve", "extract", "report", "counted", "ratio", "ratio_to_values", "peak_mb", "objective", "runs"),
    "twin": ("route", "status", "build", "hand_over", "counted", "ratio", "peak_mb", *_SIZE, "share_of_rows", "share_of_nonzeros", "runs"),
    "solvers": ("route", "options", "chosen", "status", "solve", "ratio", "iterations", "peak_mb", "objective", "runs"),
    "ensembles": ("route", "status", "scenarios", "measured", "read", "build", "solve", "per_scenario", "ratio", "warm", "cold", "largest_difference", "peak_mb", "runs"),
    "growth": ("route", "status", "regions", *_SIZE, "prepare", "build", "hand_over", "solve", "peak_mb", "runs"),
}
TITLES = {
    "routes": "Routes to a plan", "twin": "Build and hand-over of the largest families, beside linopy", "solvers": "Solver options on the bare matrix",
    "ensembles": "A hundred scenarios", "growth": "Growth with the number of regions",
}  # fmt: skip
NOTES = {
    "routes": "Counted = build + hand-over + solve + extract; ratio to the bare matrix; ratio to values = without the result tables, which only this model makes.",
    "twin": "Counted = build + hand-over; ratio to this model. Timed only if the matrices are equal.",
    "solvers": "The matrix as the model passes it, scaled by unit where it scales. Ratio to what this model chooses. A run stopped by the limit is not repeated and has no objective.",
    "ensembles": "Ratio to cold. Build of the kept solver: its base plan. The ensembles count everything under solve: reading, the base plan, starting of processes. Warm and cold: how many scenarios went which way. Largest difference: of the objective, relative, to the same scenarios solved cold. Peak memory: of the calling process.",
    "growth": "Read is left out. Prepare: making and checking the tables. Status built: not solved.",
}


@dataclass(frozen=True)
class Settings:
    """What is asked for: repetitions, limits, number of scenarios, sizes of growth."""

    repeat: int = 3
    repeat_parallel: int = 5
    time_limit: float = 120.0
    growth_limit: float = 1800.0
    scenarios: int = ensembles.SCENARIOS
    sizes: Sequence[int] = growth.SIZES
    solved: Sequence[int] = growth.SOLVED


@dataclass(frozen=True)
class Case:
    """A workbook with its stored matrix and the options that the model chooses for it."""

    workbook: Path
    arrays: Path
    chosen: Mapping[str, str] = field(default_factory=dict)

    @property
    def size(self) -> str:
        """Name of the workbook: the size of the problem."""
        return self.workbook.stem


def tasks(part: str, case: Case, settings: Settings) -> list[Task]:
    """All measurements of a part on one workbook."""
    workbook, arrays = str(case.workbook), str(case.arrays)

    def task(route: str, *words: str, repeat: int = settings.repeat, **facts: Any) -> Task:
        return Task(part, case.size, route, words, repeat, facts)

    if part == "routes":
        pyomo = [task(name, "pyomo", interface, workbook, arrays) for name, interface in INTERFACES.items()]
        return [task(MODEL, "model", workbook), task(BARE, "bare", arrays, "chosen"), *pyomo]
    if part == "twin":
        return [task(CHECK, "twin", "check", workbook, repeat=1), task(LINOPY, "twin", "linopy", workbook), task(PART_OF_MODEL, "twin", "model", workbook)]
    if part == "solvers":
        limit = f"time_limit={settings.time_limit:g}"
        tried = {CHOSEN: dict(case.chosen), **solvers.TRIED}
        return [
            task(name, "bare", arrays, limit, *solvers.words(options), options=" ".join(solvers.words(options)), chosen=solvers.same_work(options, case.chosen))
            for name, options in tried.items()
        ]
    if part == "ensembles":
        count, often = str(settings.scenarios), settings.repeat_parallel
        return [
            task(COLD, "ensemble", "cold", workbook, count),
            task(WARM, "ensemble", "warm", workbook, count),
            task(ONE_WORKER, "ensemble", "workers", workbook, count, "1", repeat=often),
            task(TWO_WORKERS, "ensemble", "workers", workbook, count, "2", repeat=often),
        ]
    raise ValueError(f"no part {part}")


def growth_tasks(settings: Settings) -> list[Task]:
    """Build and hand-over of every size; some are solved too, the largest of them once and under a limit."""
    made = []
    for regions in settings.sizes:
        solved = regions in settings.solved
        words = ("growth", str(regions), *(("solve", f"{settings.growth_limit:g}") if solved else ()))
        made.append(Task("growth", NATION, f"{regions} regions", words, 1 if solved and regions > growth.PROVINCES else settings.repeat))
    return made


def table(part: str, chosen: Sequence[Task], store: Store) -> list[Row]:
    """The rows of a part on one workbook, of all its runs that are known; empty when none is."""
    rows = [{**median_row(task.route, results), **task.facts} for task in chosen if (results := store.results(task))]
    if part == "routes":
        return with_ratios(rows, BARE)
    if part == "twin":
        return with_ratios(rows, PART_OF_MODEL)
    if part == "solvers":
        return with_ratios(rows, CHOSEN, "solve")
    return _ensemble_rows(rows) if part == "ensembles" else rows


def _ensemble_rows(rows: Sequence[Row]) -> list[Row]:
    reference = next((row.get("objectives", []) for row in rows if row["route"] == COLD), [])
    made = []
    for row in with_ratios(rows, COLD, "solve"):
        found = row.get("objectives", [])
        gap = max((abs(a - b) / max(1.0, abs(b)) for a, b in zip(found, reference, strict=False)), default=math.nan)
        made.append({**row, "per_scenario": row["solve"] / row["scenarios"] if "scenarios" in row else math.nan, "largest_difference": gap if row["route"] == WARM else math.nan})
    return made


def stop_unequal(chosen: Sequence[Task], store: Store) -> list[Task]:
    """The twin's timings are not taken unless its matrix was found equal."""
    checked = [result for task in chosen if task.route == CHECK for result in store.results(task)]
    equal = bool(checked) and checked[0]["status"] == "equal"
    return list(chosen) if equal else [task for task in chosen if task.route == CHECK]
