"""Many variants of one workbook: solved warm from one base plan, in this process or shared between several.

    import model

    kept = model.WarmBook(model.read("inputs/three_regions.xlsx"))
    plan = kept.plan("water_minus_10")                     # kept.route tells "warm" or "cold"

    model.run_ensemble("inputs/three_regions.xlsx", ["water_minus_10", ["settings!B7=0.04"]], workers=2)

Every variant starts from the basis of the base plan, so an answer depends neither on the order nor on the workers.

Limits: worker processes on this machine; what is returned by ``run_ensemble`` is status and objective of each variant.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .analysis.warm import WarmSolver
from .api import Plan, assemble_checked, read, with_starts
from .core.declare.spec import InputError
from .core.solve.highs.held import Basis
from .core.solve.solver import SolveOptions
from .input_fault import input_fault

if TYPE_CHECKING:
    import pandas as pd

    from .core.build.build import Build
    from .core.data import Data
    from .workbook.book import Book

#: A variant: the name of a scenario of the workbook, or changes ``SHEET!CELL=VALUE``.
Member = str | Sequence[str]
Row = dict[str, Any]


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

    def plan(self, scenario: str) -> Plan:
        """The plan of a scenario of the workbook."""
        return self.plan_data(self.book.data(scenario), scenario)

    def plan_data(self, data: Data, name: str = "") -> Plan:
        """The plan of the data of a changed workbook."""
        with input_fault():
            solution = self._solver.solve(data)
        return Plan(self.book, name or self.scenario, data, solution, dict(solution.seconds))


def run_ensemble(
    workbook: str | Path,
    members: Sequence[Member],
    *,
    workers: int = 1,
    scenario: str = "reference",
    options: SolveOptions | None = None,
) -> pd.DataFrame:
    """Solve every member, warm from the plan of ``scenario``; one row each, in their order.

    A member is the name of a scenario, or a list of changes ``SHEET!CELL=VALUE`` of the base. Columns: ``member``, ``status``,
    ``objective`` (in its unit), ``route`` (warm or cold), ``seconds``, ``problem``. With ``workers`` above 1 that many processes of
    this machine share the members; a script that asks for them needs the guard ``if __name__ == "__main__":``. A member whose input
    is wrong has status ``input`` and says why in ``problem``; a wrong workbook or an unknown base raises InputError.
    """
    import pandas as pd

    book = read(workbook)
    if workers <= 1:
        kept = WarmBook(book, scenario, options)
        rows = [_solve(kept, member) for member in members]
    else:
        book.data(scenario)  # what is wrong with the base is told here, not by a worker
        # spawn: a forked process would share the solver's state
        with ProcessPoolExecutor(workers, get_context("spawn"), _start, (str(workbook), scenario, options)) as pool:
            # workers start, read and build while the base is solved here
            for _ in range(workers):
                pool.submit(_ready)
            basis = WarmBook(book, scenario, options).basis
            rows = list(pool.map(partial(_in_worker, basis), members, chunksize=1))
    return pd.DataFrame([{"member": _label(m), **row} for m, row in zip(members, rows, strict=True)])


def _label(member: Member) -> str:
    return member if isinstance(member, str) else "; ".join(member)


def _solve(kept: WarmBook, member: Member) -> Row:
    started = time.perf_counter()
    try:
        plan = kept.plan(member) if isinstance(member, str) else kept.plan_data(kept.book.changed(member, kept.scenario))
    except InputError as error:
        problem = "; ".join(str(finding) for finding in error.findings if finding.level == "error")
        return {"status": "input", "objective": float("nan"), "route": "", "seconds": time.perf_counter() - started, "problem": problem}
    return {"status": plan.status, "objective": plan.objective, "route": kept.route, "seconds": time.perf_counter() - started, "problem": ""}


@dataclass
class _Worker:
    """What a worker process keeps: the workbook and the model of the base, then the base plan in the solver."""

    book: Book
    scenario: str
    options: SolveOptions | None
    build: Build
    kept: WarmBook | None = None


_WORKER: list[_Worker] = []


def _start(workbook: str, scenario: str, options: SolveOptions | None) -> None:
    book = read(workbook)
    _WORKER[:] = [_Worker(book, scenario, options, assemble_checked(book.data(scenario)))]


def _ready() -> bool:
    return bool(_WORKER)


def _in_worker(basis: Basis | None, member: Member) -> Row:
    worker = _WORKER[0]
    if worker.kept is None:
        worker.kept = WarmBook(worker.book, worker.scenario, worker.options, basis, worker.build)
    return _solve(worker.kept, member)
