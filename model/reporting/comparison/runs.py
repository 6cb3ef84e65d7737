"""Finished runs as a comparison reads them: what run.json says, and the tables that are compared.

A run may be of another workbook or of an older version of the program. A table or column that it lacks is noted and not
compared; what is there and can not be read is an error.

Limits: a table is compared where it has every column that is needed of it; names of regions are the keys of the workbook.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PureWindowsPath
from typing import Any

import pandas as pd

from ...core.declare.bounds import FIRST_YEAR, LAST_YEAR
from ...core.declare.lines import Said, reason
from ...core.declare.spec import Finding, InputError
from ..context import Context
from ..files.csvfiles import read_columns
from ..files.manifest import FILE
from ..penalties import of_manifest
from ..write import OPTIMAL, TABLES_FOLDER

#: Tables that are compared, with the columns that are needed of each.
NEEDED: dict[str, tuple[str, ...]] = {
    "allocation": ("lever", "region", "region_group", "item", "year", "value", "unit"),
    "carbon": ("region", "region_group", "account", "category", "in_target", "year", "value"),
    "power": ("region", "technology", "year", "capacity_gw", "generation_twh"),
    "prices": ("balance", "region", "key", "slice", "year", "price", "unit"),
    "burden": ("region", "region_group", "item", "basis", "year", "unit", "own"),
    "objective": ("component", "region", "year", "value", "unit"),
    "limits": ("name", "region", "year", "limit", "price", "dual", "gain_of_1_percent"),
}
#: Tables whose years are the milestones of a run.
WITH_YEARS = ("carbon", "allocation", "objective")
#: Tables in which every row is of a year, and columns of them that are never blank.
DATED, WHOLE = ("allocation", "carbon", "power", "burden", "objective"), ("year", "in_target")
SCENARIO, FEWEST = "scenario", 2


@dataclass(frozen=True)
class Note:
    """Something said in words of the report; of its gaps those called limit, place and status are keys that have words."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def told(self, ctx: Context) -> str:
        """The note in the reader's language."""
        worded = {"limit": ctx.item, "status": ctx.item, "place": ctx.place}
        return ctx.word(self.key, **{name: worded[name](value) if name in worded else value for name, value in self.values.items()})


@dataclass
class RunContext(Context):
    """A run without its workbook: what is history, plan and after it is taken from run.json."""

    @cached_property
    def base_year(self) -> int:
        """The year that is history."""
        return int(self.manifest["base_year"])

    @cached_property
    def every_year(self) -> list[int]:
        """Base year and all milestones."""
        found = (self.tables[name]["year"].dropna() for name in WITH_YEARS if name in self.tables)
        return sorted({self.base_year, *(int(year) for column in found for year in column)})

    @cached_property
    def years(self) -> list[int]:
        """Base year and milestones of the plan."""
        return [year for year in self.every_year if year <= self.plan_until]

    @property
    def after(self) -> list[int]:
        """Milestones of periods after the plan."""
        return [year for year in self.every_year if year > self.plan_until]

    @property
    def plan_until(self) -> int:
        """The last milestone of the plan."""
        return int(self.manifest["plan_until"])

    @property
    def history_until(self) -> int:
        """The last milestone that is history."""
        return int(self.manifest["history_until"])


@dataclass(frozen=True)
class Run:
    """A finished run: ``goal`` is the first objective by name, sense and unit; ``missing`` what it lacks of what is compared."""

    folder: Path
    workbook: str
    scenario: str
    manifest: Mapping[str, Any]
    tables: dict[str, pd.DataFrame]
    missing: list[Note]
    name: str = ""

    def view(self, lang: str) -> RunContext:
        """The run as sheets and page see one."""
        return RunContext(self.tables, dict(self.manifest), lang)

    @cached_property
    def ctx(self) -> RunContext:
        """The run where no words are asked of it."""
        return self.view("en")

    @property
    def planned(self) -> list[int]:
        """Milestones that are neither history nor after the plan."""
        return [year for year in self.ctx.years if year > self.ctx.history_until]

    @property
    def length(self) -> dict[int, int]:
        """Years of the period that ends at a milestone."""
        return {year: year - before for before, year in zip(self.ctx.every_year, self.ctx.every_year[1:], strict=False)}

    @property
    def objective(self) -> float:
        """Value of the first objective."""
        return float(self.manifest["objective"]["value"])

    @property
    def goal(self) -> tuple[str, str, str]:
        """The first objective: name ("" where an older version does not tell it), sense, unit."""
        told, listed = self.manifest["objective"], self.manifest.get("objectives")
        name = str(listed[0].get("name", "")) if isinstance(listed, list) and listed and isinstance(listed[0], dict) else ""
        return name, str(told.get("sense", "")), str(told.get("unit", ""))

    @property
    def penalties(self) -> list[dict[str, Any]]:
        """The penalties that the plan pays."""
        return of_manifest(self.manifest)


def read_runs(folders: Sequence[str | Path]) -> list[Run]:
    """The runs in these folders, each under a name of its own.

    Raises InputError with everything that is wrong: a folder without a finished run, a file that can not be read.
    """
    found: list[Run] = []
    findings: list[Finding] = []
    for folder in map(Path, folders):
        try:
            found.append(_read(folder))
        except InputError as error:
            findings += error.findings
    if len(folders) < FEWEST:
        findings.append(Finding("error", "compare", "", Said("compare_few", count=len(folders))))
    if findings:
        raise InputError(findings)
    return [Run(run.folder, run.workbook, run.scenario, run.manifest, run.tables, run.missing, name) for run, name in zip(found, _names(found), strict=True)]


def _read(folder: Path) -> Run:
    """One run; raises InputError."""
    place = folder / FILE
    if not place.is_file():
        raise InputError([Finding("error", str(folder), "", Said("compare_no_run"))])
    try:
        manifest = _manifest(json.loads(place.read_text(encoding="utf-8")))
    except OSError as error:
        raise InputError([Finding("error", str(place), "", Said("compare_unread", why=reason(error)))]) from error
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:  # the last: brackets in brackets without end
        raise InputError([Finding("error", str(place), "", Said("compare_manifest"))]) from error
    if manifest["kind"] != SCENARIO:
        raise InputError([Finding("error", str(folder), "", Said("compare_analysis"))])
    if manifest["objective"]["value"] is None:
        raise InputError([Finding("error", str(folder), "", Said("compare_no_plan", status=manifest["status"]))])
    tables, missing = _tables(folder / TABLES_FOLDER)
    if manifest["status"] != OPTIMAL:
        missing.insert(0, Note("compare_not_optimal", {"status": f"status_{manifest['status']}"}))
    return Run(folder, manifest["workbook"]["name"], manifest["scenario"], manifest, tables, missing)


def _manifest(told: dict[str, Any]) -> dict[str, Any]:
    """What run.json holds, with what is asked of it in its type; KeyError, TypeError or ValueError where it can not be."""
    value = told["objective"]["value"]
    if value is not None and not math.isfinite(float(value)):
        raise ValueError(value)
    base, plan = int(told["base_year"]), int(told["plan_until"])
    history = int(told.get("history_until", base))
    if not FIRST_YEAR <= base <= history <= plan <= LAST_YEAR:
        raise ValueError(f"{base}, {history}, {plan}")
    for entry in of_manifest(told):
        float(entry.get("discounted_bn_cny") or 0.0)
    return {
        **told,
        "workbook": {**told["workbook"], "name": str(told["workbook"]["name"])},
        "scenario": str(told["scenario"]),
        "kind": str(told.get("kind", SCENARIO)),
        "status": str(told.get("status", OPTIMAL)),
        "base_year": base,
        "history_until": history,
        "plan_until": plan,
        "warnings": list(told.get("warnings", [])),
    }


def _tables(folder: Path) -> tuple[dict[str, pd.DataFrame], list[Note]]:
    """The tables that are compared, and which of them, or of their columns, are not there; raises InputError for all that can not be read."""
    tables: dict[str, pd.DataFrame] = {}
    missing: list[Note] = []
    findings: list[Finding] = []
    for name, columns in NEEDED.items():
        path = folder / f"{name}.csv"
        if not path.is_file():
            missing.append(Note("compare_no_table", {"table": name}))
            continue
        try:
            if not path.read_bytes().endswith(b"\n"):
                raise ValueError("cut off: the last line has no end")
            frame = read_columns(path, name, columns)
        except OSError as error:
            findings.append(Finding("error", str(path), "", Said("compare_unread", why=reason(error))))
            continue
        except (ValueError, OverflowError):  # of a text that is no number, of bytes that are no text, of rows of other lengths, of a number too large
            findings.append(Finding("error", str(path), "", Said("compare_table")))
            continue
        absent = [column for column in columns if column not in frame]
        if not absent and name in DATED and bool(frame[[column for column in WHOLE if column in frame]].isna().any(axis=None)):
            findings.append(Finding("error", str(path), "", Said("compare_table")))
            continue
        if absent:
            missing.append(Note("compare_no_column", {"table": name, "columns": ", ".join(absent)}))
        else:
            tables[name] = frame
    if findings:
        raise InputError(findings)
    return tables, missing


def _names(runs: Sequence[Run]) -> list[str]:
    """The name of each run: its scenario, and of those that share one so much of where they come from as tells them apart."""
    choices = [_choices(run) for run in runs]
    taken = [0] * len(runs)
    while True:
        names = [choice[number] for choice, number in zip(choices, taken, strict=True)]
        again = [n for n, name in enumerate(names) if names.count(name) > 1 and taken[n] + 1 < len(choices[n])]
        if not again:
            break
        for n in again:
            taken[n] += 1
    # the same folder twice, or folders of equal names in equal folders
    return [name if names[:n].count(name) == 0 else f"{name} ({names[:n].count(name) + 1})" for n, name in enumerate(names)]


def _choices(run: Run) -> list[str]:
    """Names of a run, each longer than the one before."""
    place = run.folder.absolute()
    workbook = PureWindowsPath(run.workbook).stem
    return [run.scenario, f"{workbook}/{run.scenario}", f"{workbook}/{place.name}", "/".join(place.parts[-3:])]
