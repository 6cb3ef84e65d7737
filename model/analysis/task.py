"""What an analysis gets and what it gives back.

Limits: how models are solved and tables made is handed over by the door; an analysis reaches for neither.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ..core.build.objective import COST_UNIT
from ..core.declare.schema import OutcomeTable, Range
from ..core.declare.spec import Finding

if TYPE_CHECKING:
    import pandas as pd

    from ..core.build.build import Build
    from ..core.data import Data
    from ..core.solve.solution import Solution


def _assemble(data: Data) -> Build:
    from ..core.build.assemble import assemble

    return assemble(data)


def _solve_build(build: Build, phase: str) -> Solution:
    from ..core.solve.solver import solve

    return solve(build)


def asks_least_cost(build: Build) -> bool:
    """Whether the plan is that of least cost and of nothing else: only then do its prices and its optimum tell money."""
    goal = build.objective
    return goal is not None and goal.unit == COST_UNIT and goal.sense == "min" and not build.further


Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Variant:
    """One of many plans that an analysis asks for: ranges of the sheet ``ranges`` (by name) at shares between their low (0) and high (1).

    Ranges that it does not name stay as the workbook has them.
    """

    name: str
    changes: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Member:
    """How one of many plans ended: ``values`` are what was measured of it, empty unless it is optimal; ``problem`` says why there is none.

    ``route`` is warm or cold, "" where nothing was solved, ``seconds`` what it took from its input to its measures.
    """

    name: str
    status: str
    objective: float = float("nan")
    route: str = ""
    seconds: float = 0.0
    problem: str = ""
    values: Mapping[str, float] = field(default_factory=dict)


#: What is kept of a plan: a function of a module, so that it can be sent to another process.
Measure = Callable[["Solution"], dict[str, float]]


def _no_members(variants: Sequence[Variant], measure: Measure) -> list[Member]:
    raise RuntimeError("this task holds no workbook whose ranges could be moved")


def _not_moved(change: Floats) -> tuple[Floats, bool] | None:
    raise RuntimeError("this task holds no plan whose rows could be moved")


def _no_ranges(changes: Sequence[tuple[str, float]]) -> Data:
    raise RuntimeError("this task holds no workbook whose ranges could be moved")


def _no_scenario(name: str) -> Data:
    raise RuntimeError("this task holds no scenarios of a workbook")


def _no_terms(solution: Solution) -> pd.DataFrame:
    raise RuntimeError("this task does not say what its tables are made of")


def _unsaid(phase: str) -> None:
    """Nobody listens."""


@dataclass(frozen=True)
class Task:
    """What an analysis gets: the data of a scenario, its settings, how to solve, and how to make result tables.

    ``assemble`` and ``solve_build`` are ``solve`` in two steps, for an analysis that sets an objective of its own. ``moved`` gives the duals of the
    plan solved first with its right-hand sides moved, and whether they are duals of that plan too; ``say`` tells a phase. ``scenario`` gives the data of another scenario of the workbook
    by its name, one of ``scenario_names``; it raises InputError where that is wrong.
    ``ranges`` are those of the workbook, ``varied`` gives the data with some of them (by name) at shares between their ends; ``members`` solves variants of the plan, each from the plan itself, and gives what is measured of each in
    their order. Neither order nor number of the variants makes a difference to any of them. ``workers`` says how many solves may run side by side.
    ``cells`` are those of the sheet ``analyses`` in which settings stand.
    ``terms`` gives what the table ``allocation`` of a plan is made of: lever, region, region_group, item, year, unit, position (or FIXED) and coefficient.
    """

    data: Data
    settings: Mapping[str, float | str]
    solve: Callable[[Data, str], Solution]
    tables: Callable[[Solution], Mapping[str, pd.DataFrame]]
    assemble: Callable[[Data], Build] = _assemble
    solve_build: Callable[[Build, str], Solution] = _solve_build
    moved: Callable[[Floats], tuple[Floats, bool] | None] = _not_moved
    say: Callable[[str], None] = _unsaid
    scenario: Callable[[str], Data] = _no_scenario
    scenario_names: Sequence[str] = ()
    ranges: Sequence[Range] = ()
    varied: Callable[[Sequence[tuple[str, float]]], Data] = _no_ranges
    members: Callable[[Sequence[Variant], Measure], list[Member]] = _no_members
    workers: int = 1
    terms: Callable[[Solution], pd.DataFrame] = _no_terms
    cells: Mapping[str, str] = field(default_factory=dict)

    def wrong(self, setting: str, message: str, expected: str = "") -> Finding:
        """What is wrong with a setting, with its cell where the sheet has one."""
        return Finding("error", "analyses", self.cells.get(setting, ""), message, expected)

    def number(self, name: str) -> float:
        """A numeric setting of the analysis."""
        return float(self.settings[name])


@dataclass
class Outcome:
    """What an analysis found: the solution that stands for the run, and tables; ``problems`` says what could not be done."""

    name: str
    solution: Solution
    tables: list[OutcomeTable] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
