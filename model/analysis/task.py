"""What an analysis gets and what it gives back.

Limits: how models are solved and tables made is handed over by the door; an analysis reaches for neither.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ..core.declare.schema import OutcomeTable

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


Floats = npt.NDArray[np.float64]


def _not_moved(change: Floats) -> tuple[Floats, bool] | None:
    raise RuntimeError("this task holds no plan whose rows could be moved")


def _no_scenario(name: str) -> Data | None:
    """There is none."""
    return None


def _unsaid(phase: str) -> None:
    """Nobody listens."""


@dataclass(frozen=True)
class Task:
    """What an analysis gets: the data of a scenario, its settings, how to solve, and how to make result tables.

    ``assemble`` and ``solve_build`` are ``solve`` in two steps, for an analysis that sets an objective of its own. ``moved`` gives the duals of the
    plan solved first with its right-hand sides moved, and whether they are duals of that plan too; ``say`` tells a phase.
    ``scenario`` gives the data of another scenario of the workbook, None where it has none of that name; ``workers`` says how many solves may run side by side.
    """

    data: Data
    settings: Mapping[str, float | str]
    solve: Callable[[Data, str], Solution]
    tables: Callable[[Solution], Mapping[str, pd.DataFrame]]
    assemble: Callable[[Data], Build] = _assemble
    solve_build: Callable[[Build, str], Solution] = _solve_build
    moved: Callable[[Floats], tuple[Floats, bool] | None] = _not_moved
    say: Callable[[str], None] = _unsaid
    scenario: Callable[[str], Data | None] = _no_scenario
    workers: int = 1

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
