"""Analyses: questions that take more than one solve, each a module of this package behind one door.

``ANALYSES`` declares what there is, with the settings that the sheet ``analyses`` may give; nothing heavy is imported for
that. ``run`` imports the module named like the analysis and calls its ``run(task)``.

To add one: declare it here, write ``model/analysis/<name>.py`` with ``run(task: Task) -> Outcome``.

Limits: an analysis solves in this process, one model after the other; it reports tables, not pages of its own.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..core.spec import AnalysisInfo, OutcomeTable, Setting

if TYPE_CHECKING:
    import pandas as pd

    from ..core.data import Data
    from ..core.solution import Solution

WEST_LINE = AnalysisInfo(
    "west_line",
    en="The West line: with and without it, and at which value of water and of carbon it pays",
    zh="西线调水：有无对比，以及水价值与碳价值的盈亏平衡点",
    settings=(
        Setting("precision", "1", "number", 0.02, low=0.0001, high=0.5, en="Width to which a break-even value is closed in, as a share of it", zh="盈亏平衡值的相对精度"),
        Setting("largest_carbon_value", "CNY/t CO2", "number", 2000.0, low=1, high=100000, en="Highest value of carbon that is tried", zh="碳价值试算上限"),
        Setting("most_solves", "1", "integer", 8.0, low=1, high=100, en="Most solves for each break-even value", zh="每个盈亏平衡值的最多求解次数"),
    ),
)

ANALYSES: dict[str, AnalysisInfo] = {info.name: info for info in (WEST_LINE,)}


@dataclass(frozen=True)
class Task:
    """What an analysis gets: the data of a scenario, its settings, how to solve, and how to make result tables."""

    data: Data
    settings: Mapping[str, float | str]
    solve: Callable[[Data, str], Solution]
    tables: Callable[[Solution], Mapping[str, pd.DataFrame]]

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


def defaults(name: str) -> dict[str, float | str]:
    """Settings of an analysis as declared."""
    return {s.name: s.default for s in ANALYSES[name].settings}


def run(name: str, task: Task) -> Outcome:
    """Run the analysis of that name; KeyError when there is none."""
    info = ANALYSES[name]
    module = importlib.import_module(f"{__package__}.{info.name}")
    outcome = module.run(task)
    assert isinstance(outcome, Outcome)
    return outcome
