"""A finished run as a folder: its manifest, the plan of its matrix.npz, its tables, and the workbook that it was made from, where that is found.

Limits: a workbook is looked for beside the run, in the folders above it and their ``inputs``, and in the current folder, by its name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Any

import pandas as pd

from ...core.declare.lines import Said
from ..files.csvfiles import read_csv
from ..tables.columns import TABLES
from .plan import KeptPlan, PlanError

MANIFEST, MATRIX, TABLES_FOLDER, INPUTS = "run.json", "matrix.npz", "tables", "inputs"
#: Folders above a run in which its workbook is looked for: <inputs beside reports>/reports/<workbook>/<scenario>.
FOLDERS_ABOVE = 4
#: What is asked of run.json before anything is read from it.
NEEDED = ("workbook", "scenario", "status", "objective", "matrix_hash", "base_year")


@dataclass(frozen=True)
class Finished:
    """A run read from its folder; ``unread`` are the tables that are missing or damaged."""

    folder: Path
    manifest: Mapping[str, Any]
    plan: KeptPlan
    tables: Mapping[str, pd.DataFrame]
    unread: tuple[str, ...]

    @property
    def workbook(self) -> str:
        """File name of the workbook."""
        return PureWindowsPath(str(self.manifest["workbook"]["name"])).name


def is_run(folder: Path) -> bool:
    """Whether a path is the folder of a run."""
    return (folder / MANIFEST).is_file()


def manifest_of(folder: Path) -> dict[str, Any]:
    """What run.json of a run holds; PlanError when there is none or it is damaged, OSError when it can not be read."""
    path = folder / MANIFEST
    if not path.is_file():
        raise PlanError(Said("proof_no_run", path=folder))
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        lacking = [name for name in NEEDED if name not in told]
        if lacking:
            raise ValueError(", ".join(lacking))
        float(told["objective"]["value"] or 0.0), str(told["workbook"]["name"]), str(told["workbook"]["sha256"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise PlanError(Said("proof_damaged", path=path, why=str(error))) from error
    return dict(told)


def finished(folder: Path) -> Finished:
    """The run in a folder; PlanError when it is none, or its manifest or matrix are damaged, OSError when they can not be read."""
    manifest = manifest_of(folder)
    plan = KeptPlan.load(folder / MATRIX)
    tables, unread = {}, []
    for name in TABLES:
        try:
            content = (folder / TABLES_FOLDER / f"{name}.csv").read_bytes()
            if not content.endswith(b"\n"):
                raise ValueError("cut off: the last line has no end")
            tables[name] = read_csv(folder / TABLES_FOLDER / f"{name}.csv", name)
        except (OSError, ValueError, KeyError, OverflowError):
            unread.append(name)
    return Finished(folder, manifest, plan, tables, tuple(unread))


def workbook_of(folder: Path, manifest: Mapping[str, Any]) -> Path | None:
    """The workbook of a run: one of its name and its hash where there is one, else one of its name; None where none is found."""
    name = PureWindowsPath(str(manifest["workbook"]["name"])).name
    if not name:
        return None
    above = [folder.absolute(), *list(folder.absolute().parents)[:FOLDERS_ABOVE], Path.cwd()]
    places = [place / part for place in above for part in (name, f"{INPUTS}/{name}")]
    found = [place for place in dict.fromkeys(places) if place.is_file()]
    mark = str(manifest["workbook"]["sha256"])
    return next((place for place in found if sha256(place) == mark), found[0] if found else None)


def sha256(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
