"""The manifest of a run: which workbook and scenario, how it was solved, and that every identity holds.

Limits: no path of the machine is recorded, only the name of the workbook and its hash; times depend on the machine.
"""

from __future__ import annotations

import json
import math
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PureWindowsPath
from typing import Any

from ...core.solve.solution import Solution
from ...version import __version__
from ..penalties import Remark, penalties

FILE = "run.json"
SOLVER_NAME = "HiGHS"
SOLVER_PACKAGE = "highspy"
PACKAGES = ("pyomo", "highspy", "scipy", "pandas", "numpy", "openpyxl")
PHASES = ("read", "build", "solve", "extract", "report")
#: Coefficients outside this range are worth a warning.
SMALLEST, LARGEST = 1e-4, 1e4


@dataclass(frozen=True)
class RunContext:
    """What a run knows besides its solution; ``workbook`` is a file name, folders are cut off."""

    workbook: str = ""
    sha256: str = ""
    scenario: str = "reference"
    overrides: Sequence[str] = ()
    kind: str = "scenario"
    lang: str = "en"
    title: str = "Results"
    seconds: Mapping[str, float] = field(default_factory=dict)
    solver_options: Mapping[str, str] = field(default_factory=dict)
    warnings: Sequence[str] = ()
    #: What the run could not do; these stand on the first page too.
    remarks: Sequence[Remark] = ()


def manifest(
    solution: Solution, context: RunContext, identities: Sequence[Mapping[str, Any]], seconds: Mapping[str, float]
) -> dict[str, Any]:
    """The manifest as plain values for JSON; ``seconds`` of this run's own phases win over those of the context."""
    rows, columns, nonzeros = solution.matrix.shape
    low, high = solution.matrix.coefficient_range()
    goal, data = solution.build.objective, solution.build.data
    return {
        "workbook": {"name": PureWindowsPath(context.workbook).name, "sha256": context.sha256},
        "scenario": context.scenario,
        "kind": context.kind,
        "overrides": list(context.overrides),
        "status": solution.status,
        "objective": {
            "value": number(solution.objective), "unit": goal.unit if goal is not None else "", "sense": goal.sense if goal is not None else "",
        },
        "objectives": _objectives(solution),
        "base_year": data.base_year,
        "history_until": data.history_until,
        "plan_until": data.plan_until,
        "size": {"rows": rows, "columns": columns, "nonzeros": nonzeros},
        "coefficient_range": {"smallest": number(low), "largest": number(high)},
        "seconds": _seconds({**context.seconds, **solution.seconds, **seconds}),
        "solver": {
            "name": SOLVER_NAME, "version": installed(SOLVER_PACKAGE), "options": dict(context.solver_options),
            "iterations": solution.iterations, "start": _start(solution),
        },
        "versions": {"model": __version__, "python": platform.python_version(), **{p: installed(p) for p in PACKAGES}},
        "identities": [{**i, "largest_error": number(i["largest_error"])} for i in identities],
        "matrix_hash": solution.matrix.hash(),
        "warnings": [*context.warnings, *_range_warning(low, high), *(r.entry() for r in context.remarks), *(p.entry() for p in penalties(solution))],
    }  # fmt: skip


def _start(solution: Solution) -> dict[str, Any] | None:
    """What the solve began from; None where that was nothing."""
    used = solution.started
    return None if used is None else {"sha256": used.digest, "known": number(used.known), "steps": used.steps, "taken": used.taken}


def _objectives(solution: Solution) -> list[dict[str, Any]]:
    """What was optimised, in order; without numbers what was not brought to its optimum."""
    found = {place: (done.optimum, done.value) for place, done in enumerate(solution.reached)}
    return [
        {
            "name": goal.name, "unit": goal.unit, "sense": goal.sense, "tolerance": goal.tolerance,
            **dict(zip(("optimum", "value"), map(number, found.get(place, (math.nan, math.nan))), strict=True)),
        }
        for place, goal in enumerate(solution.build.objectives)
    ]  # fmt: skip


def _seconds(seconds: Mapping[str, float]) -> dict[str, float]:
    """Times by phase; handing over to the solver counts as solving."""
    solve = seconds.get("solve", 0.0) + seconds.get("hand_over", 0.0)
    found = {phase: float(seconds.get(phase, 0.0)) for phase in PHASES} | {"solve": float(solve)}
    return {**found, "total": sum(found.values())}


def _range_warning(low: float, high: float) -> list[str]:
    if high == 0.0 or (low >= SMALLEST and high <= LARGEST):
        return []
    return [f"matrix coefficients from {low:.3g} to {high:.3g} lie outside {SMALLEST:g} to {LARGEST:g}"]


def number(value: float) -> float | None:
    """A number for JSON: None when it is not finite."""
    return float(value) if math.isfinite(value) else None


def installed(package: str) -> str:
    """Version of an installed package; empty when it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def write_manifest(content: Mapping[str, Any], folder: Path) -> None:
    """Write ``run.json`` into ``folder``."""
    text = json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False)
    (folder / FILE).write_text(text + "\n", encoding="utf-8", newline="\n")
