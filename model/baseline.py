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
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from .api import assemble_checked, scaled_to_extent
from .closing.payments.allowances import BURDEN_BASELINE
from .core.declare.spec import InputError
from .version import __version__

if TYPE_CHECKING:
    import pandas as pd

    from .api import Plan
    from .core.build.build import Build
    from .core.data import Data
    from .core.solve.solution import Solution
    from .core.solve.solver import SolveOptions

OPTIMAL, TABLE = "optimal", "burden"
#: Letters of a hash in a name, bytes of it in the first line.
LETTERS = 16


def told_beside(plan: Plan, place: Callable[[str], Path], options: SolveOptions, say: Callable[[str], None]) -> str:
    """Give the plan the one beside which it is told, where its workbook names one; how that ended where it was solved and is no optimum.

    ``place`` gives the folder of a scenario's run; what is kept stands beside it.
    """
    name = plan.data.word(BURDEN_BASELINE.name)
    if name == plan.scenario or name not in plan.book.scenario_names(active_only=False):
        return ""
    from .core.solve.solution import Against

    rows = _finished(plan, place(name))
    if rows is None:
        say("baseline")
        rows, status = _kept_or_solved(plan, name, place(name).parent, options)
        if rows is None:
            return status
    plan.solution.against = Against(name, rows)
    return ""


def _finished(plan: Plan, folder: Path) -> pd.DataFrame | None:
    """The table of a finished run of the same workbook; None where there is none."""
    try:
        told = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        same = (told["workbook"]["sha256"], told["overrides"], told["status"], told["versions"]["model"]) == (plan.book.sha256, list(plan.book.overrides), OPTIMAL, __version__)
        return _read((folder / "tables" / f"{TABLE}.csv").read_text(encoding="utf-8")) if same else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _kept_or_solved(plan: Plan, name: str, folder: Path, options: SolveOptions) -> tuple[pd.DataFrame | None, str]:
    """What an earlier run kept of the scenario, or the scenario solved and kept; and how the solve ended."""
    from .core.solve.solver import solve
    from .reporting.tables.every import Made

    try:
        data = plan.book.data(name)
        build = assemble_checked(data)
    except InputError:
        return None, "error"
    path = folder / f".{name}.{TABLE}-{_fingerprint(build, data)[:LETTERS]}.csv"
    found = _kept(path)
    if found is not None:
        return found, OPTIMAL
    solution: Solution = solve(build, scaled_to_extent(build, options))
    if solution.status != OPTIMAL:
        return None, solution.status
    rows = Made(solution)[TABLE]
    for old in folder.glob(f".{name}.{TABLE}-*.csv"):
        old.unlink(missing_ok=True)
    _keep(rows, path)
    return rows, OPTIMAL


def _fingerprint(build: Build, data: Data) -> str:
    """A hash of the matrix and of every sheet: payments and shares read sheets that the matrix does not hold."""
    from .core.solve.matrix import compile_matrix

    digest = hashlib.sha256(f"{__version__} {compile_matrix(build).hash()}".encode())
    for name in sorted(data.tables):
        digest.update(f"\n{name}\n".encode())
        digest.update(data.tables[name].to_csv().encode())
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
    import pandas as pd

    frame = pd.read_csv(io.StringIO(text), keep_default_na=True)
    return frame[["region", "item", "basis", "year", "unit", "own"]].astype({"year": "int64", "own": float})
