"""Checks a finished plan without what built and solved it: the matrix by itself, tables against it and one another, limits against the workbook.

Neither Pyomo nor HiGHS is imported. What is not asked is told: tables that no check covers.

Limits: that the matrix says what the workbook means is not checked here (``replay`` builds it again); that the plan in the tables is the best
one for that matrix is.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ...core.declare.lines import Said, line
from ..tables.columns import TABLES
from .arithmetic import arithmetic
from .cells import cells, limits
from .checks import Broken, Check
from .finished import Finished, finished, workbook_of
from .linked import certificate, linked
from .plan import PlanError
from .sums import sums


@dataclass(frozen=True)
class Certificate:
    """Every check of a run."""

    folder: Path
    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Whether none broke."""
        return all(check.ok for check in self.checks)

    @property
    def not_asked(self) -> list[str]:
        """Tables that no check covers."""
        asked = {table for check in self.checks for table, _ in check.covers}
        return [name for name in TABLES if name not in asked]

    def told(self, lang: str | None) -> Iterator[str]:
        """A line for each check, and the sum of them."""
        for check in self.checks:
            yield from check.told(lang)
        yield line("certify_not_asked", lang, tables=", ".join(self.not_asked))
        asked = [check for check in self.checks if not check.skipped]
        kind = "certify_passed" if self.ok else "certify_failed"
        yield line(kind, lang, path=self.folder, count=len(asked) if self.ok else sum(not check.ok for check in asked), asked=len(asked))


def certify(folder: Path, workbook: Path | None = None) -> Certificate:
    """Every check of the run in a folder.

    ``workbook``: the one that it was made from; without it one of its name is looked for beside. Raises PlanError when the folder holds no run
    with a matrix or something in it is damaged, OSError when it, or the workbook that is named, can not be read.
    """
    run = finished(folder)
    return Certificate(folder, (*checks_of(run), *_of_workbook(run, workbook)))


def checks_of(run: Finished) -> list[Check]:
    """Every check of a run that needs no workbook."""
    found = [*arithmetic(run.plan, run.manifest), *(_unread(name) for name in run.unread)]
    found += [*linked(run.plan, run.tables), *certificate(run.plan, run.tables), *limits(run.plan, run.tables)]
    return [*found, *sums(run.plan, run.manifest, run.tables)]


def _unread(name: str) -> Check:
    return Check(f"{name}.unread", Said("check_table", table=name), 1, (Broken(f"{name}.csv", "", ""),), 1)


def _of_workbook(run: Finished, workbook: Path | None) -> list[Check]:
    place = workbook if workbook is not None else workbook_of(run.folder, run.manifest)
    if place is None:
        return [Check("workbook", Said("check_workbook"), skipped=Said("certify_no_workbook", name=run.workbook))]
    try:
        return cells(place, run.manifest, run.tables)
    except (ValueError, KeyError, zipfile.BadZipFile) as error:
        raise PlanError(Said("proof_damaged", path=place, why=str(error))) from error
