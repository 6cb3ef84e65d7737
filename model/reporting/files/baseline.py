"""The plan beside which burdens are told: taken from a finished run, from what an earlier run kept, or solved.

A finished run counts where it is of the same workbook, changes and version; what is kept, where the matrix of the scenario and every sheet are
the same. What is kept stands beside the reports, is no report and may be deleted: one that can not be read is made again.

Limits: the table of burdens alone is kept; a plan that is not optimal is none to be told beside.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ...core.build.build import Build
from ...core.solve.matrix import compile_matrix
from ...core.solve.solution import Solution
from ...version import __version__
from ..tables.every import Made

OPTIMAL, TABLE = "optimal", "burden"
#: Letters of a hash in a name.
LETTERS = 16


@dataclass(frozen=True)
class Origin:
    """A scenario of a workbook: the hash of the file, one-off changes, the name, and the folder in which its run stands."""

    sha256: str
    overrides: Sequence[str]
    name: str
    folder: Path


def finished(origin: Origin) -> pd.DataFrame | None:
    """The table of a finished run of the same workbook; None where there is none."""
    try:
        told = json.loads((origin.folder / "run.json").read_text(encoding="utf-8"))
        found = (told["workbook"]["sha256"], told["overrides"], told["status"], told["versions"]["model"])
        same = found == (origin.sha256, list(origin.overrides), OPTIMAL, __version__)
        return _read((origin.folder / "tables" / f"{TABLE}.csv").read_text(encoding="utf-8")) if same else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def kept_or_solved(origin: Origin, build: Build, solve: Callable[[Build], Solution]) -> tuple[pd.DataFrame | None, str]:
    """What an earlier run kept of the scenario, or the scenario solved and kept; and how the solve ended."""
    folder = origin.folder.parent
    path = folder / f".{origin.name}.{TABLE}-{_fingerprint(build)[:LETTERS]}.csv"
    found = _kept(path)
    if found is not None:
        return found, OPTIMAL
    solution = solve(build)
    if solution.status != OPTIMAL:
        return None, solution.status
    rows = Made(solution)[TABLE]
    with suppress(OSError):  # what can not be kept is solved again next time
        for old in folder.glob(f".{origin.name}.{TABLE}-*.csv"):
            old.unlink(missing_ok=True)
        _keep(rows, path)
    return rows, OPTIMAL


def _fingerprint(build: Build) -> str:
    """A hash of the matrix and of every sheet: payments and shares read sheets that the matrix does not hold."""
    digest = hashlib.sha256(f"{__version__} {compile_matrix(build).hash()}".encode())
    for name in sorted(build.data.tables):
        digest.update(f"\n{name}\n{build.data.tables[name].to_csv()}".encode())
    return digest.hexdigest()


def _keep(rows: pd.DataFrame, path: Path) -> None:
    """Write aside and rename; the first line is the hash of the rest."""
    text = rows.to_csv(index=False, lineterminator="\n")
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_text(f"{hashlib.sha256(text.encode()).hexdigest()}\n{text}", encoding="utf-8", newline="\n")
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _kept(path: Path) -> pd.DataFrame | None:
    """What was kept; None where there is nothing, or not what was written."""
    try:
        first, _, text = path.read_text(encoding="utf-8").partition("\n")
        return _read(text) if hashlib.sha256(text.encode()).hexdigest() == first else None
    except (OSError, ValueError, KeyError):
        return None


def _read(text: str) -> pd.DataFrame:
    """The table from its file; ValueError or KeyError for one of other columns."""
    frame = pd.read_csv(io.StringIO(text))
    return frame[["region", "item", "basis", "year", "unit", "own"]].astype({"year": "int64", "own": float})
