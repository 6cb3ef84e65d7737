"""An ensemble of nine variants of a small forest, and measures that end a worker: what worker processes import.

Limits: the forest is that of tests/levers/plan_toy.py; a measure kills the process that it runs in.
"""

from __future__ import annotations

import math
import os
import signal
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

import model
from model.core.solve.solution import Solution
from model.ensemble import WarmBook
from model.members.work import Job, Measure, Opened, nothing
from model.workbook.book import Book
from tests.levers.plan_toy import plan_tables, prices

#: Scenarios by the factor on the price of the last period.
FACTORS = {f"times_{number}": 0.4 + 0.3 * number for number in range(1, 10)}
MEMBERS = [*FACTORS, "no_such_scenario"]


def forest_book() -> Book:
    """Two classes, two periods, 8 CNY/m3 now and 5 later, with a scenario for each factor on what is paid later."""
    rows = [{"scenario": "reference", "parent": "", "sheet": "", "selector": "", "column": "", "operation": "", "value": None}]
    rows += [
        {"scenario": name, "parent": "reference", "sheet": "product_prices", "selector": "product=standing_volume; year=2020", "column": "value", "operation": "multiply", "value": factor}
        for name, factor in FACTORS.items()
    ]
    tables = plan_tables([10.0, 10.0], [50.0, 100.0], 2, product_prices=prices("standing_volume", 8.0, 5.0), scenarios=pd.DataFrame(rows).to_dict("list"))
    return model.book(tables, {"objective": "max_harvest_value", "age_class_width": 10, "terminal_share": 0})


def opened(measure: Measure = nothing) -> tuple[Job, Opened]:
    """The job of the forest, and what this process has open of it."""
    book = forest_book()
    base = WarmBook(book)
    job = Job.of(book, "reference", model.SolveOptions(), base.basis, measure)
    return job, base.opened(job)


@dataclass(frozen=True)
class Fatal:
    """Measures what is felled; kills its process at an objective ``above`` each time, at one ``above_once`` the first time only. A process notes its number in ``folder``."""

    folder: Path
    above: float = math.inf
    above_once: float = math.inf

    def __call__(self, solution: Solution) -> dict[str, float]:
        (self.folder / f"pid_{os.getpid()}").touch()
        dead = self.folder / "dead"
        if solution.objective > self.above or (solution.objective > self.above_once and not dead.exists()):
            if solution.objective <= self.above:
                dead.touch()
            os.kill(os.getpid(), signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
        return {"felled": float(solution.values("felled_volume")["value"].sum())}
