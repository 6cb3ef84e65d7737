"""A finished run beside the same run made again: matrix, objective, every number of every table; and what differs of what made them.

Limits: where several plans are optimal a solve that begins elsewhere, or another version of the solver, may find another of them: matrix and
objective are then equal and tables are not, which is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ...core.declare.lines import Said, line
from ...core.declare.results import Field
from ..proof.checks import FEASIBLE, number
from ..proof.finished import Finished
from ..tables.columns import TABLES

#: Two solves that end at the same plan differ by the rounding of the basis they end with, of the largest number of the column.
ROUNDED = 1e-9
#: How many differences are told, of tables and of one table.
MOST_TABLES, MOST_ROWS = 12, 3


@dataclass(frozen=True)
class Again:
    """The run made again: hash of its matrix, its objective, its tables as read back from the disk, and the versions that made it."""

    matrix_hash: str
    objective: float
    tables: Mapping[str, pd.DataFrame]
    versions: Mapping[str, str]


@dataclass(frozen=True)
class Replay:
    """What differs: lines on matrix, objective and tables; and on what made them, which may be why."""

    folder: Path
    differences: tuple[Said, ...]
    reasons: tuple[Said, ...]
    numbers: int

    @property
    def ok(self) -> bool:
        """Whether the run is the same again."""
        return not self.differences

    def told(self, lang: str | None) -> Iterator[str]:
        """A line on each."""
        for said in (*self.differences, *self.reasons):
            yield said.told(lang)
        yield line("replay_equal" if self.ok else "replay_not_equal", lang, path=self.folder, count=self.numbers)


def replayed(run: Finished, again: Again, reasons: tuple[Said, ...] = ()) -> Replay:
    """The run beside what came of it when it was made again."""
    found: list[Said] = []
    mark = str(run.manifest["matrix_hash"])
    if again.matrix_hash != mark:
        found.append(Said("replay_matrix", before=mark, after=again.matrix_hash))
    before = float(run.manifest["objective"]["value"])
    if not abs(again.objective - before) <= FEASIBLE * max(1.0, abs(before)):
        found.append(Said("replay_objective", before=number(before), after=number(again.objective), unit=run.manifest["objective"]["unit"]))
    is_same_model = not found
    tables = [said for name in TABLES for said in _table(name, run.tables.get(name), again.tables.get(name))]
    versions = run.manifest.get("versions", {})
    others = [Said("replay_version", name=name, before=versions.get(name, ""), after=version) for name, version in again.versions.items() if versions.get(name, "") != version]
    beside = (Said("replay_another_plan"),) if tables and is_same_model else ()
    more = (Said("replay_more_tables", count=len(tables) - MOST_TABLES),) if len(tables) > MOST_TABLES else ()
    count = sum(int(frame.select_dtypes("number").notna().to_numpy().sum()) for frame in run.tables.values())
    return Replay(run.folder, (*found, *tables[:MOST_TABLES], *more), (*reasons, *others, *beside), count)


def _table(name: str, before: pd.DataFrame | None, after: pd.DataFrame | None) -> list[Said]:
    """A line on a table that is not the same: rows that only one has, or the numbers that are furthest apart."""
    if before is None or after is None:
        return [Said("replay_no_table", table=name)] if (before is None) != (after is None) else []
    words = [field.name for field in TABLES[name].fields if field.type != "number"]
    if len(before) != len(after) or not before[words].astype(str).reset_index(drop=True).equals(after[words].astype(str).reset_index(drop=True)):
        return [Said("replay_rows", table=name, before=len(before), after=len(after))]
    found = [_column(name, field, before, after) for field in TABLES[name].fields if field.type == "number"]
    return [said for said in found if said is not None]


def _column(name: str, field: Field, before: pd.DataFrame, after: pd.DataFrame) -> Said | None:
    old, new = before[field.name].to_numpy(dtype=float), after[field.name].to_numpy(dtype=float)
    gap = np.abs(old - new)
    largest = float(np.nanmax(np.abs(old), initial=0.0)) if len(old) else 0.0
    wrong = np.flatnonzero(~((gap <= ROUNDED * max(largest, ROUNDED)) | (np.isnan(old) & np.isnan(new)) | (old == new)))
    if not len(wrong):
        return None
    keys = list(TABLES[name].keys) or [key.name for key in TABLES[name].fields if key.type != "number"][:MOST_ROWS]
    most = wrong[np.argsort(-np.nan_to_num(gap[wrong], nan=np.inf), kind="stable")][:MOST_ROWS].tolist()
    shown = "; ".join(f"{', '.join(str(before[key].iloc[at]) for key in keys)}: {number(old[at])} -> {number(new[at])}" for at in most)
    return Said("replay_numbers", table=name, column=field.name, count=len(wrong), asked=len(old), shown=shown)
