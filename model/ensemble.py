"""Many variants of one workbook: solved warm from one base plan, in this process or shared between several.

    import model

    kept = model.WarmBook(model.read("inputs/three_regions.xlsx"))
    plan = kept.plan("water_minus_10")                     # kept.route tells "warm" or "cold"

    model.run_ensemble("inputs/three_regions.xlsx", ["water_minus_10", ["settings!B7=0.04"]], workers=2)

Every variant starts from the basis of the base plan, so an answer depends neither on the order nor on the workers.

Limits: what is returned by ``run_ensemble`` is status and objective of each variant.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .analysis.warm import WarmSolver
from .api import Plan, read, with_starts
from .core.solve.highs.held import Basis
from .core.solve.solver import SolveOptions
from .members.ensemble import crew_of, solve_members
from .members.work import Job, Member, Opened
from .workbook.book import Book
from .workbook.input_fault import input_fault

if TYPE_CHECKING:
    import pandas as pd

    from .core.build.build import Build
    from .core.data import Data

COLUMNS = ("status", "objective", "route", "seconds", "problem")


class WarmBook:
    """A workbook with its base plan in the solver; plans of its variants start from there.

    ``route`` tells how the last variant was solved: ``warm``, or ``cold`` where the change adds or removes rows or
    variables or changes what is optimised. Raises InputError when the workbook, or a variant, is wrong.
    """

    def __init__(
        self,
        book: Book,
        scenario: str = "reference",
        options: SolveOptions | None = None,
        basis: Basis | None = None,
        build: Build | None = None,
    ) -> None:
        self.book, self.scenario = book, scenario
        with input_fault():
            self._solver = WarmSolver(book.data(scenario), with_starts(options or SolveOptions(), scenario), basis, build)
        self.options = self._solver.options

    @property
    def route(self) -> str:
        """How the last variant was solved: ``warm`` or ``cold``."""
        return self._solver.route

    @property
    def basis(self) -> Basis | None:
        """The basis of the base plan, to start another process from; None when there is no base plan."""
        return self._solver.basis

    @property
    def base(self) -> Plan:
        """The base plan."""
        solution = self._solver.base
        return Plan(self.book, self.scenario, solution.build.data, solution, dict(solution.seconds))

    def opened(self, job: Job) -> Opened:
        """What a worker of this process has open."""
        return Opened(job, self._solver, self.book)

    def plan(self, scenario: str) -> Plan:
        """The plan of a scenario of the workbook."""
        return self.plan_data(self.book.data(scenario), scenario)

    def plan_data(self, data: Data, name: str = "") -> Plan:
        """The plan of the data of a changed workbook."""
        with input_fault():
            solution = self._solver.solve(data)
        return Plan(self.book, name or self.scenario, data, solution, dict(solution.seconds))


def run_ensemble(
    workbook: str | Path | Book | WarmBook,
    members: Sequence[Member],
    *,
    workers: int = 1,
    scheduler: str | None = None,
    scenario: str = "reference",
    options: SolveOptions | None = None,
    kept: str | Path | None = None,
) -> pd.DataFrame:
    """Solve every member, warm from the plan of ``scenario``; one row each, in their order. A ``WarmBook`` brings its scenario and base plan with it.

    A member is the name of a scenario, or a list of changes ``SHEET!CELL=VALUE`` of the base. Columns: ``member``, ``status``,
    ``objective`` (in its unit), ``route`` (warm or cold), ``seconds``, ``problem``. With ``workers`` above 1 that many processes of
    this machine share the members; a script that asks for them needs the guard ``if __name__ == "__main__":``. With ``scheduler``, the
    address of a Dask scheduler, the workers of that cluster do. ``kept`` is a file for what is finished, from which a stopped ensemble goes on.
    A member whose input is wrong has status ``input`` and says why in ``problem``, one over which workers die has status ``lost``; a wrong
    workbook, an unknown base or a cluster that can not be used raises InputError.
    """
    import pandas as pd

    base = workbook if isinstance(workbook, WarmBook) else WarmBook(workbook if isinstance(workbook, Book) else read(workbook), scenario, options)
    job = Job.of(base.book, base.scenario, base.options, base.basis)
    rows = solve_members(job, members, crew_of(workers, scheduler), opened=base.opened(job), kept=Path(kept) if kept is not None else None)
    told = [{"member": row.name, "status": row.status, "objective": row.objective, "route": row.route, "seconds": row.seconds, "problem": str(row.problem)} for row in rows]
    return pd.DataFrame(told, columns=["member", *COLUMNS])
