"""Makes a finished run again from its manifest: the same workbook, scenario, one-off changes and solver options, into a temporary folder.

Limits: a limit of time is not in run.json and none is set; a run that began from a plan that is no longer there begins from what is.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from ...core.declare.lines import Said
from ...core.solve.highs.kept import kept_starts
from ...core.solve.solver import SolveOptions
from ..files.csvfiles import read_tables, write_tables
from ..files.manifest import installed
from ..proof.cells import cells
from ..proof.finished import MANIFEST, TABLES_FOLDER, Finished, finished, sha256, workbook_of
from ..proof.plan import PlanError
from .replayed import Again, Replay, replayed


class Doors(Protocol):
    """What the package's door hands over: reading, solving, telling burdens beside another plan, what two workbooks differ in, versions."""

    def read(self, path: Path, overrides: tuple[str, ...]) -> Any:
        """A workbook; raises InputError."""

    def solve(self, book: Any, scenario: str, options: SolveOptions) -> Any:
        """The plan of a scenario; raises InputError."""

    def told_beside(self, plan: Any, place: Callable[[str], Path], options: SolveOptions) -> str:
        """Tell burdens beside the scenario that the setting names; how that ended where it is not told."""

    def differences(self, before: Path, after: Path) -> Iterator[str]:
        """Lines on what two workbooks differ in."""

    def versions(self) -> Mapping[str, str]:
        """Versions of the model and of Python."""


def make_again(folder: Path, workbook: Path | None, doors: Doors, say: Callable[[Said], None]) -> Replay:
    """The run of a folder made again and held against it.

    Raises PlanError when the folder holds no run with a plan, its workbook is not found or has no such scenario, or there is no plan; InputError
    when the workbook is wrong; OSError when something can not be read.
    """
    run = finished(folder)
    place = workbook if workbook is not None else workbook_of(folder, run.manifest)
    if place is None:
        raise PlanError(Said("replay_no_workbook", name=run.workbook))
    reasons = list(_other_workbook(run, place, doors))
    scenario = str(run.manifest["scenario"])
    book = doors.read(place, tuple(run.manifest.get("overrides", ())))
    if scenario not in book.scenario_names(active_only=False):
        raise PlanError(Said("replay_scenario", name=scenario))
    say(Said("replay_begun", path=folder, scenario=scenario, workbook=place))
    options = _options(run, scenario)
    plan = doors.solve(book, scenario, options)
    if not plan.solution.has_values:
        raise PlanError(Said("replay_no_plan", status=plan.status))
    with tempfile.TemporaryDirectory() as made:
        reasons += _beside(run, plan, Path(made), doors, options)
        tables = Path(made) / TABLES_FOLDER
        tables.mkdir()
        write_tables(plan.tables, tables)
        again = Again(plan.solution.matrix.hash(), plan.solution.objective, read_tables(tables), _versions(run, doors))
    return replayed(run, again, tuple(reasons))


def _options(run: Finished, scenario: str) -> SolveOptions:
    """Options of the solver as the run had them; from nothing where it began from nothing."""
    solver = run.manifest.get("solver", {})
    options = SolveOptions({str(name): str(value) for name, value in solver.get("options", {}).items()})
    if solver.get("start") is None:
        return replace(options, cold=True)
    return replace(options, starts=kept_starts(run.folder.absolute().parent, run.folder.absolute().name, scenario))


def _other_workbook(run: Finished, place: Path, doors: Doors) -> Iterator[Said]:
    """What is another in the workbook: its cells where the one that was read is still there, else the limits whose cells hold other numbers."""
    if sha256(place) == str(run.manifest["workbook"]["sha256"]):
        return
    yield Said("replay_workbook", path=place)
    first = workbook_of(run.folder, run.manifest)
    if first is not None and sha256(first) == str(run.manifest["workbook"]["sha256"]):
        for difference in doors.differences(first, place):
            yield Said("replay_cell", what=difference)
        return
    for check in cells(place, run.manifest, run.tables):
        for broken in check.broken if check.covers else ():
            yield Said("certify_place", place=broken.place, expected=broken.expected, found=broken.found)


def _beside(run: Finished, plan: Any, made: Path, doors: Doors, options: SolveOptions) -> Iterator[Said]:
    """Burdens are told beside the plan that they were told beside, from its run where it lies beside this one."""
    burden = run.tables.get("burden")
    against = [name for name in dict.fromkeys(burden["against"].astype(str)) if name] if burden is not None and len(burden) else []
    if not against:
        return
    above = run.folder.absolute().parent
    ended = doors.told_beside(plan, lambda name: above / name if (above / name / MANIFEST).is_file() else made / name, replace(options, starts=()))
    if ended:
        yield Said("replay_beside", name=against[0], status=ended)


def _versions(run: Finished, doors: Doors) -> dict[str, str]:
    """Versions of what the run names, as they are now."""
    own = doors.versions()
    return {name: own.get(name) or installed(name) for name in run.manifest.get("versions", {})}
