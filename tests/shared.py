"""What one process of a test run has made and the others take from it: solved plans of the shipped workbook, files.

A plan is kept as the numbers that the solver gave; whoever takes it builds the model anew, and the numbers are taken only
when its matrix is, bit for bit, the one that was solved. Nothing is kept from one test run to the next.

Limits: a process that is killed while it makes something leaves its lock; the others then wait PATIENCE and make it themselves.
"""

from __future__ import annotations

import os
import pickle
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import model
from model.api import Plan, assemble_checked
from model.core.solve.matrix import compile_matrix
from model.core.solve.solution import Solution
from model.core.solve.solver import SolveOptions
from model.workbook.book import Book

#: Seconds that another process is waited for, and between two looks.
PATIENCE, LOOK = 1500.0, 0.05
#: What is not written down: it is built anew.
BUILT = ("build", "matrix", "_entries")


@dataclass(frozen=True)
class Shared:
    """A folder of this test run that all its processes see."""

    folder: Path

    @contextmanager
    def alone(self, name: str) -> Iterator[None]:
        """One process at a time: a folder can be made once."""
        lock, until = self.folder / f"{name}.lock", time.monotonic() + PATIENCE
        while True:
            try:
                lock.mkdir()
                break
            except FileExistsError:
                if time.monotonic() > until:
                    break
            time.sleep(LOOK)
        try:
            yield
        finally:
            if lock.is_dir():
                lock.rmdir()

    def once(self, name: str, make: Callable[[Path], object]) -> Path:
        """The file or folder of that name, made by the first who asks; what fails half way is not left for the next."""
        done = self.folder / name
        with self.alone(name):
            if not done.exists():
                part = self.folder / f"{os.getpid()}" / name
                part.parent.mkdir(exist_ok=True)
                make(part)
                part.rename(done)
        return done

    def plan(self, book: Book, scenario: str, options: SolveOptions | None = None, beside: str = "") -> Plan:
        """The plan of a scenario of the shipped workbook, or of another one that ``beside`` names, solved by the first who asks."""
        solved: list[Plan] = []

        def make(path: Path) -> None:
            solved.append(model.solve(book, scenario, options=options))
            path.write_bytes(pickle.dumps(_numbers(solved[0])))

        kept = self.once(f"{beside}{scenario}.plan", make)
        return solved[0] if solved else _plan(book, scenario, pickle.loads(kept.read_bytes()))


def _numbers(plan: Plan) -> dict[str, Any]:
    """What can not be built anew."""
    found = {field.name: getattr(plan.solution, field.name) for field in fields(Solution) if field.name not in BUILT}
    return {"workbook": plan.book.sha256, "matrix": plan.solution.matrix.hash(), "seconds": plan.seconds, "solution": found}


def _plan(book: Book, scenario: str, kept: dict[str, Any]) -> Plan:
    data = book.data(scenario)
    build = assemble_checked(data)
    matrix = compile_matrix(build)
    assert (book.sha256, matrix.hash()) == (kept["workbook"], kept["matrix"])
    return Plan(book, scenario, data, Solution(build, matrix, **kept["solution"]), dict(kept["seconds"]))
