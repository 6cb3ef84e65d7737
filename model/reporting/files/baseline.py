"""The plan beside which burdens are told: taken from a finished run, from what an earlier run kept, or solved.

A finished run counts where it is of the same workbook, changes and version; what is kept, where the matrix of the scenario and every sheet are
the same. What is kept stands beside the reports, is no report and may be deleted: one that can not be read is made again. A table of a
finished run in which rows are missing, stand twice or do not add up is none.

Limits: the table of burdens alone is kept; a plan that is not optimal is none to be told beside; of a finished run a change that leaves
items adding up to their net is not seen.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ...core.build.build import Build
from ...core.solve.matrix import compile_matrix
from ...core.solve.solution import Solution
from ...version import __version__
from ..tables.burden import KEYS, NET, TOTAL
from ..tables.every import Made

OPTIMAL, TABLE = "optimal", "burden"
#: Share of its terms by which a sum of them may miss: they are written with all their digits.
ROUNDING = 1e-9
#: Letters of a hash in a name.
LETTERS = 16


@dataclass(frozen=True)
class Origin:
    """A scenario of a workbook: the hash of the file, one-off changes, the name, and the folder in which its run stands."""

    sha256: str
    overrides: Sequence[str]
    name: str
    folder: Path


def finished(origin: Origin, regions: Sequence[str], years: Sequence[int]) -> pd.DataFrame | None:
    """The table of a finished run of the same workbook; None where there is none, or not a whole one of these regions and milestones."""
    try:
        told = json.loads((origin.folder / "run.json").read_text(encoding="utf-8"))
        found = (told["workbook"]["sha256"], told["overrides"], told["status"], told["versions"]["model"])
        same = found == (origin.sha256, list(origin.overrides), OPTIMAL, __version__)
        found_rows = _read((origin.folder / "tables" / f"{TABLE}.csv").read_text(encoding="utf-8")) if same else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):  # the last: brackets in brackets without end
        return None
    return found_rows if found_rows is not None and _is_whole(found_rows, regions, years) else None


def _is_whole(rows: pd.DataFrame, regions: Sequence[str], years: Sequence[int]) -> bool:
    """Whether every region has a net in every milestone, no other year stands there, each net is the sum of its items, and what is
    told of a region for each unit of its product or head is told of all its items and years."""
    net = rows[rows["item"] == NET]
    there = set(zip(net.loc[net["basis"] == TOTAL, "region"], net.loc[net["basis"] == TOTAL, "year"], strict=True))
    if not {(region, year) for region in regions for year in years} <= there or not set(rows["year"]) <= set(years):
        return False
    by = ["region", "basis", "year"]
    items = rows[rows["item"] != NET].assign(size=lambda frame: frame["own"].abs()).groupby(by)[["own", "size"]].sum()
    nets = net.set_index(by)["own"]
    if set(items.index) != set(nets.index) or not ((items["own"] - nets.reindex(items.index)).abs() <= ROUNDING * items["size"]).all():
        return False
    counts = rows.groupby(["region", "basis"]).size().reset_index(name="rows")
    totals = counts[counts["basis"] == TOTAL].set_index("region")["rows"]
    return bool((counts["rows"] == counts["region"].map(totals)).all())


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
        for old in folder.iterdir():
            if _is_kept_of(origin.name, old.name):
                old.unlink(missing_ok=True)
        _keep(rows, path)
    return rows, OPTIMAL


def _is_kept_of(scenario: str, file: str) -> bool:
    """Whether a file is what was kept of this scenario, and not of another one whose name goes on where this one ends."""
    return re.fullmatch(rf"\.{re.escape(scenario)}\.{TABLE}-[0-9a-f]{{{LETTERS}}}\.csv", file) is not None


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
    """The table from its file; ValueError or KeyError for one of other columns, without rows, with a row twice or a cell that is no number."""
    frame = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)[[*KEYS, "unit", "own"]]
    # int() and float() take no half year and are exact on every version of pandas, its own parsers are not
    frame = frame.assign(year=[int(year) for year in frame["year"]], own=[float(own) for own in frame["own"]])
    if frame.empty or frame.duplicated(KEYS).any() or not np.isfinite(frame["own"]).all():
        raise ValueError(text[:LETTERS])
    return frame.astype({"year": "int64", "own": float})
