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

from ..core.declare.spec import FIRST_YEAR, LAST_YEAR, AnalysisInfo, OutcomeTable, Setting

if TYPE_CHECKING:
    import pandas as pd

    from ..core.build.build import Build
    from ..core.data import Data
    from ..core.solve.solution import Solution

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

RENEWAL = AnalysisInfo(
    "renewal",
    en="Renewal of the forest: does felling over-mature stands raise the sink of later years?",
    zh="森林更新：采伐过熟林能否提高后期碳汇？",
    settings=(
        Setting("first_year", "calendar year", "integer", 2050.0, low=FIRST_YEAR, high=LAST_YEAR, en="Milestone year in which the decade that is compared begins", zh="比较时段起始里程碑年"),
        Setting("last_year", "calendar year", "integer", 2060.0, low=FIRST_YEAR, high=LAST_YEAR, en="Milestone year in which it ends", zh="比较时段结束里程碑年"),
        Setting("points", "1", "integer", 5.0, low=2, high=50, en="Points of each range, ends included", zh="每个区间的取点数（含端点）"),
        Setting("over_mature_loss_low", "1", "number", 0.4, low=0, high=20, en="Least factor on the loss of over-mature stands (loss_over_mature)", zh="过熟林损失率系数下限"),
        Setting("over_mature_loss_high", "1", "number", 2.0, low=0, high=20, en="Greatest factor on the loss of over-mature stands", zh="过熟林损失率系数上限"),
        Setting("soil_loss_low", "1", "number", 0.0, low=0, high=20, en="Least factor on the soil carbon lost after a clearcut (soil_loss_fraction)", zh="皆伐后土壤碳损失系数下限"),
        Setting("soil_loss_high", "1", "number", 3.0, low=0, high=20, en="Greatest factor on the soil carbon lost after a clearcut", zh="皆伐后土壤碳损失系数上限"),
        Setting("product_life_low", "1", "number", 0.25, low=0.01, high=100, en="Least factor on the half-life of wood products", zh="木质林产品半衰期系数下限"),
        Setting("product_life_high", "1", "number", 4.0, low=0.01, high=100, en="Greatest factor on the half-life of wood products", zh="木质林产品半衰期系数上限"),
        Setting("smallest_change", "Mt CO2/yr", "number", 0.1, low=0, high=100, en="Change of the national sink below which it counts as unchanged", zh="低于此值视为碳汇不变"),
        Setting("precision", "1", "number", 0.02, low=0.0001, high=0.5, en="Width to which a turning point is closed in, as a share of it", zh="转折点的相对精度"),
        Setting("most_solves", "1", "integer", 8.0, low=1, high=100, en="Most points tried for each turning point", zh="每个转折点的最多试算次数"),
    ),
)  # fmt: skip

ANALYSES: dict[str, AnalysisInfo] = {info.name: info for info in (WEST_LINE, RENEWAL)}


def _assemble(data: Data) -> Build:
    from ..core.build.assemble import assemble

    return assemble(data)


def _solve_build(build: Build, phase: str) -> Solution:
    from ..core.solve.solver import solve

    return solve(build)


@dataclass(frozen=True)
class Task:
    """What an analysis gets: the data of a scenario, its settings, how to solve, and how to make result tables.

    ``assemble`` and ``solve_build`` are ``solve`` in two steps, for an analysis that sets an objective of its own.
    """

    data: Data
    settings: Mapping[str, float | str]
    solve: Callable[[Data, str], Solution]
    tables: Callable[[Solution], Mapping[str, pd.DataFrame]]
    assemble: Callable[[Data], Build] = _assemble
    solve_build: Callable[[Build, str], Solution] = _solve_build

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
    return {s.name: s.default for s in ANALYSES[name].settings if s.default is not None}


def run(name: str, task: Task) -> Outcome:
    """Run the analysis of that name; KeyError when there is none."""
    info = ANALYSES[name]
    module = importlib.import_module(f"{__package__}.{info.name}")
    outcome = module.run(task)
    assert isinstance(outcome, Outcome)
    return outcome
