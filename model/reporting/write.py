"""Leaves a finished run on the disk: tables, data package, manifest and reports.

Everything is built beside the target and swapped in at the end, so that a report is whole or not there. Tables are
read back from the disk and held to the identities before anything is called finished.

Limits: a folder that holds something other than a run is never replaced; files that somebody put into a finished run go
with it when it is replaced.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from ..core.build.assemble import collector_paused
from ..core.data import Data
from ..core.declare.lines import line, reason
from ..core.solve.solution import Solution
from .excel.book import write_report
from .files import datapackage
from .files.csvfiles import read_tables, write_tables
from .files.iamc import write_iamc
from .files.manifest import FILE, RunContext, manifest, write_manifest
from .identities.every import IdentityError, check_identities
from .page.html import write_page
from .proof.kept import FILE as MATRIX
from .proof.kept import keep_matrix
from .tables.every import result_tables

__all__ = ["IdentityError", "ReportTargetError", "RunContext", "write_run"]

TABLES_FOLDER = "tables"
REJECTED = ".rejected"
OPTIMAL = "optimal"
#: Further files of a run: writer, called as writer(path, tables, manifest, lang, data=data), and name.
WRITERS = ((write_report, "report.xlsx"), (write_page, "report.html"), (write_iamc, "iamc.csv"))


class ReportTargetError(OSError):
    """The report is ready but its place can not be taken; ``kept`` is the folder where it waits.

    ``kind`` is that of the line which tells it: kept_not_a_run, kept_in_use or kept_not_taken.
    """

    def __init__(self, target: Path, kept: Path, kind: str, why: str | None = "") -> None:
        self.target, self.kept, self.kind, self.why = target, kept, kind, why or ""
        super().__init__(self.told("en"))

    def told(self, lang: str) -> str:
        """What happened, in a language."""
        return line(self.kind, lang, target=self.target, kept=self.kept, why=self.why)


def write_run(solution: Solution, out_dir: Path, *, context: RunContext, made: Mapping[str, pd.DataFrame] | None = None) -> Path:
    """Write tables, data package, manifest and reports of a run, then swap them in as ``out_dir``.

    ``made`` are the result tables where they are there already; the context then tells how long they took (``extract``).

    Raises IdentityError when a plan breaks an identity (tables stay in ``<out_dir>.rejected``), ReportTargetError when
    the target can not be replaced, OSError when the disk is full or may not be written.
    """
    part = out_dir.with_name(f".{out_dir.name}.part")
    try:
        fresh(part)
        with collector_paused():  # a report makes a hundred thousand small things and no cycles worth looking for
            broken = _fill(solution, part, context, made)
        if broken:
            _reject(part, out_dir, broken)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return swap_in(part, out_dir)


def fresh(folder: Path) -> Path:
    """An empty folder in place of whatever an interrupted run left there."""
    if folder.exists():
        shutil.rmtree(folder)
    (folder / TABLES_FOLDER).mkdir(parents=True)
    return folder


def _fill(solution: Solution, part: Path, context: RunContext, made: Mapping[str, pd.DataFrame] | None) -> list[dict[str, Any]]:
    """Write everything into ``part``; returns the identities that do not hold."""
    seconds = {"report": 0.0}
    started = time.perf_counter()
    if made is None:
        made = dict(result_tables(solution))
        seconds["extract"] = time.perf_counter() - started
    extracted = time.perf_counter()
    write_tables(made, part / TABLES_FOLDER)
    datapackage.write_package(made, part / TABLES_FOLDER, context.title)
    keep_matrix(solution, part / MATRIX)
    tables = read_tables(part / TABLES_FOLDER)
    identities = check_identities(tables, solution) if solution.has_values else []
    broken = [i for i in identities if not i["ok"]] if solution.status == OPTIMAL else []
    content = manifest(solution, context, identities, seconds)
    if not broken:
        _further(part, tables, content, context.lang, solution.build.data)
    seconds["report"] = time.perf_counter() - extracted
    write_manifest(manifest(solution, context, identities, seconds), part)
    return broken


def _further(part: Path, tables: Mapping[str, pd.DataFrame], content: Mapping[str, Any], lang: str, data: Data) -> None:
    """Write what is made from the tables as they stand on the disk."""
    for writer, name in WRITERS:
        writer(part / name, tables, content, lang, data=data)


def _reject(part: Path, out_dir: Path, broken: list[dict[str, Any]]) -> None:
    """Keep the tables of a broken run under a name of their own and say so."""
    kept = out_dir.with_name(out_dir.name + REJECTED)
    if kept.exists():
        shutil.rmtree(kept)
    os.replace(part, kept)
    raise IdentityError(broken, str(kept))


def swap_in(part: Path, out_dir: Path) -> Path:
    """Put ``part`` in the place of ``out_dir``; what stood there is moved aside first and then removed."""
    if not out_dir.exists():
        return _take(part, out_dir)
    if not out_dir.is_dir() or not _is_run(out_dir):
        raise ReportTargetError(out_dir, _keep(part, out_dir), "kept_not_a_run")
    old = out_dir.with_name(f".{out_dir.name}.old")
    if old.exists():
        shutil.rmtree(old, ignore_errors=True)
    try:
        os.replace(out_dir, old)
    except OSError as error:
        raise ReportTargetError(out_dir, _keep(part, out_dir), "kept_in_use", reason(error)) from error
    try:
        _take(part, out_dir)
    except OSError:
        os.replace(old, out_dir)
        raise
    shutil.rmtree(old, ignore_errors=True)
    return out_dir


def _take(part: Path, out_dir: Path) -> Path:
    try:
        os.replace(part, out_dir)
    except OSError as error:
        raise ReportTargetError(out_dir, _keep(part, out_dir), "kept_not_taken", reason(error)) from error
    return out_dir


def _keep(part: Path, out_dir: Path) -> Path:
    """Give the new report a visible name beside the target; where even that fails it stays where it was built."""
    kept = out_dir.with_name(f"{out_dir.name}.new")
    try:
        if kept.exists() and _is_run(kept):
            shutil.rmtree(kept)
        os.replace(part, kept)
    except OSError:
        return part
    return kept


def _is_run(folder: Path) -> bool:
    """Whether a folder is empty or holds a run."""
    return folder.is_dir() and ((folder / FILE).is_file() or not any(folder.iterdir()))
