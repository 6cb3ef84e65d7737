"""What a model optimises: terms of variables and a constant, to be made least or most.

Several objectives are a list: each is optimised with all before it held at what they reached, up to their tolerance.

Limits: a tolerance is a share of the value itself; a value near zero gives way by that share of one unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..declare.lines import Said
from ..ledger import FIXED
from .guard import RuleError, key_of

#: What can be done with an objective.
SENSES_OF_OBJECTIVE = ("min", "max")
#: Unit of an objective that counts money.
COST_UNIT = "bn CNY"
#: The share of itself by which an objective gives way to those after it where nothing else is said: no more than the solver needs.
TIE_BREAK = 1e-7
#: A tolerance is a share of at least one unit of the objective: of a value of zero nothing could be given.
ONE_UNIT = 1.0


@dataclass
class Objective:
    """The objective as a list of terms: component, region, year, position (or FIXED) and coefficient.

    ``weights``: what a flow of one a year through the period is worth, by year; the data's own where nothing is said.
    ``name`` is what the settings call it, ``tolerance`` the share of its optimum by which it gives way to objectives after it.
    """

    sense: str
    unit: str
    table: pd.DataFrame
    weights: Mapping[int, float] = field(default_factory=dict)
    name: str = ""
    tolerance: float = TIE_BREAK

    def __post_init__(self) -> None:
        if self.sense not in SENSES_OF_OBJECTIVE:
            raise RuleError("objective", Said("rule_sense", sense=self.sense, known=", ".join(SENSES_OF_OBJECTIVE)))
        wrong = ~np.isfinite(self.table["coefficient"].to_numpy(dtype=float))
        if wrong.any():
            key = key_of(self.table[["component", "region", "year"]], int(np.flatnonzero(wrong)[0]))
            raise RuleError("objective", Said("rule_objective"), key)

    def slack(self, optimum: float) -> float:
        """By how much it may be worse than its optimum while objectives after it are optimised, in its unit."""
        return self.tolerance * max(ONE_UNIT, abs(optimum))

    def vector(self, size: int) -> tuple[npt.NDArray[np.float64], float]:
        """Cost by variable position (``size`` entries), and the constant."""
        position = self.table["position"].to_numpy(dtype=np.int64)
        coefficient = self.table["coefficient"].to_numpy(dtype=float)
        fixed = position == FIXED
        cost = np.bincount(position[~fixed], weights=coefficient[~fixed], minlength=size)
        return cost.astype(float), float(coefficient[fixed].sum())
