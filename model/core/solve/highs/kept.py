"""The starts that runs leave beside their reports, for the next run of the same workbook, edited or not.

    folder/.<run>.start.npz

Like what is kept of the scenario that burdens are told beside: no report, may be deleted at any time, and one that can not be read is none.

Limits: the last plan of each run alone is kept.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from ..solution import Solution
from .held import INTERIOR_ROWS
from .shipped import REFERENCE
from .start import Start, StartError


def kept_file(folder: Path, run: str) -> Path:
    """Where the start of a run stands; ``folder`` holds the runs of a workbook."""
    return folder / f".{run}.start.npz"


def kept_starts(folder: Path, run: str, scenario: str) -> tuple[Start, ...]:
    """Those that earlier runs left, the likeliest first: of this run, of the reference with the same one-off changes, then of both without them."""
    changes = run.removeprefix(scenario)
    files = [kept_file(folder, name) for name in dict.fromkeys((run, REFERENCE + changes, scenario, REFERENCE))]
    found = []
    for file in files:
        with suppress(OSError, StartError):
            found.append(Start.load(file))
    return tuple(found)


def keep(solution: Solution, file: Path) -> None:
    """Leave the start of a plan of a model that is large enough to gain by it; what can not be written is not kept."""
    if solution.basis is not None and solution.matrix.shape[0] >= INTERIOR_ROWS:
        with suppress(OSError):
            start_of(solution).save(file)


def start_of(solution: Solution) -> Start:
    """The start that a plan is; ValueError for a solution without a basis."""
    if solution.basis is None:
        raise ValueError("this solution has no basis")
    return Start.of(solution.build, solution.matrix, solution.basis)
