"""What a worker does: open the workbook and its base plan once, then solve members of the ensemble, each from the basis of that plan.

    opened = Opened(job)
    row = opened.solved("water_minus_10")

Every member starts from the basis of the base plan and from nothing else, so its row depends neither on the order nor on who solves it.

Limits: a job holds the workbook as it was read, so that a worker needs no file; functions that measure are found by their name.
"""

from __future__ import annotations

import hashlib
import pickle
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from ..analysis.task import Measure, Variant
from ..analysis.task import Member as Ended
from ..analysis.warm import WarmSolver
from ..core.build.registry import schema
from ..core.declare.spec import InputError
from ..core.solve.highs.held import Basis
from ..core.solve.solver import SolveOptions
from ..workbook.book import Book, book_as_read
from ..workbook.input_fault import input_fault
from ..workbook.raw import RawBook

if TYPE_CHECKING:
    from ..core.data import Data
    from ..core.solve.solution import Solution

#: A variant: the name of a scenario of the workbook, changes ``SHEET!CELL=VALUE``, or values of ranges.
Member = str | Sequence[str] | Variant
#: How a member ended.
Row = Ended
OPTIMAL = "optimal"
#: Status of a member whose input is wrong, and of one whose workers died.
WRONG, LOST = "input", "lost"


def nothing(solution: Solution) -> dict[str, float]:
    """Measures nothing."""
    return {}


@dataclass(frozen=True)
class Job:
    """What all members have in common: the workbook as it was read, the base scenario, how to solve, the basis of the base plan, what to measure."""

    raw: RawBook
    overrides: tuple[str, ...]
    scenario: str
    options: SolveOptions
    basis: Basis | None = None
    measure: Measure = nothing

    @classmethod
    def of(cls, book: Book, scenario: str, options: SolveOptions, basis: Basis | None, measure: Measure = nothing) -> Job:
        """The job of a book. Starts are left out where there is a basis; logs and model files are those of the base plan alone."""
        starts = () if basis is not None else tuple(options.starts)
        return cls(book.as_read, tuple(book.overrides), scenario, replace(options, log_file=None, write_model=None, starts=starts), basis, measure)

    @cached_property
    def packed(self) -> bytes:
        """The job as bytes, as they go to a worker."""
        return pickle.dumps(self)

    @cached_property
    def digest(self) -> str:
        """The same for the same job only."""
        return hashlib.sha256(self.packed).hexdigest()


class Opened:
    """A job whose base plan is in the solver. Raises InputError when the base is wrong."""

    def __init__(self, job: Job, solver: WarmSolver | None = None, book: Book | None = None) -> None:
        """``solver`` and ``book`` where they are open already."""
        self.job = job
        self.book = book or book_as_read(job.raw, schema(), job.overrides, job.scenario)
        with input_fault():
            self.solver = solver or WarmSolver(self.book.data(job.scenario), job.options, job.basis)

    def solved(self, member: Member) -> Row:
        """The row of a member; one whose input is wrong says why."""
        started = time.perf_counter()
        try:
            data = data_of(self.book, self.job.scenario, member)
            with input_fault():
                solution = self.solver.solve(data)
        except InputError as error:
            wrong = [finding for finding in error.findings if finding.level == "error"] or error.findings
            problem = "; ".join(str(finding) for finding in wrong)
            return Row(label_of(member), WRONG, seconds=time.perf_counter() - started, problem=problem)
        values = dict(self.job.measure(solution)) if solution.status == OPTIMAL else {}
        return Row(label_of(member), solution.status, float(solution.objective), self.solver.route, time.perf_counter() - started, "", values)


def data_of(book: Book, scenario: str, member: Member) -> Data:
    """The data of a member; raises InputError when it is wrong."""
    if isinstance(member, str):
        return book.data(member)
    if isinstance(member, Variant):
        return book.varied(member.changes, scenario)
    return book.changed(member, scenario)


_HERE = threading.local()


def solved_by_worker(packed: bytes, digest: str, member: Member) -> Row:
    """The row of a member, solved by a thread that keeps the last job open: HiGHS objects are not shared between threads."""
    if getattr(_HERE, "digest", "") != digest:
        _HERE.opened, _HERE.digest = Opened(pickle.loads(packed)), digest
    row: Row = _HERE.opened.solved(member)
    return row


def label_of(member: Member) -> str:
    """What a member is called where it is told of."""
    return member if isinstance(member, str) else member.name if isinstance(member, Variant) else "; ".join(member)


def key_of(member: Member) -> str:
    """A text that is the same for the same member only."""
    return repr(member) if isinstance(member, Variant | str) else repr(list(member))

