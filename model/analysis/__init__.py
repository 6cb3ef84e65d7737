"""Analyses: questions that take more than one solve, each a module of this package behind one door.

What there is and the settings of each are declared in ``model/closing/analyses.py``; nothing heavy is imported for that.

Limits: an analysis makes tables; who solves its many members, and how tables become sheets and pages, is not its matter.
"""

from __future__ import annotations

from dataclasses import replace

from ..closing.analyses import (
    ANALYSES,
    COMPENSATION,
    FULL_YEAR,
    MONTE_CARLO,
    NEAR_OPTIMAL,
    OWEN,
    PARETO,
    PRICE_INTERVALS,
    RENEWAL,
    ROBUST,
    ROLLING,
    SENSITIVITY,
    STOCHASTIC,
    WEST_LINE,
)
from ..core.declare.schema import OutcomeTable, Picture, columns_of
from .pictures import PICTURES
from .task import Outcome, Task

__all__ = ["ANALYSES", "Outcome", "Task", "defaults", "run"]


def defaults(name: str) -> dict[str, float | str]:
    """Settings of an analysis as declared."""
    return {s.name: s.default for s in ANALYSES[name].settings if s.default is not None}


def run(name: str, task: Task) -> Outcome:
    """Run the analysis of that name; KeyError when there is none."""
    from .compensation import run as compensation
    from .full_year import run as full_year
    from .monte_carlo import run as monte_carlo
    from .near_optimal import run as near_optimal
    from .owen import run as owen
    from .pareto import run as pareto
    from .price_intervals import run as price_intervals
    from .renewal import run as renewal
    from .robust import run as robust
    from .rolling import run as rolling
    from .sensitivity import run as sensitivity
    from .stochastic import run as stochastic
    from .west_line import run as west_line

    known = {
        WEST_LINE: west_line, RENEWAL: renewal, COMPENSATION: compensation, PRICE_INTERVALS: price_intervals, OWEN: owen, ROLLING: rolling, ROBUST: robust,
        STOCHASTIC: stochastic, SENSITIVITY: sensitivity, MONTE_CARLO: monte_carlo,
        NEAR_OPTIMAL: near_optimal, PARETO: pareto, FULL_YEAR: full_year,
    }  # fmt: skip
    outcome = {info.name: door for info, door in known.items()}[name](task)
    outcome.tables = [replace(table, pictures=_drawn(table)) for table in outcome.tables]
    return outcome


def _drawn(table: OutcomeTable) -> tuple[Picture, ...]:
    """The pictures of a table whose columns it has: some have other ones by what was asked."""
    return tuple(picture for picture in PICTURES.get(table.name, ()) if columns_of(picture) <= set(table.frame.columns))
