"""What a model optimises: terms of variables and a constant, to be made least or most.

Limits: one objective; a lexicographic tie-break is a second one of the same kind.
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


@dataclass
class Objective:
    """The objective as a list of terms: component, region, year, position (or FIXED) and coefficient.

    ``weights``: what a flow of one a year through the period is worth, by year; the data's own where nothing is said.
    """

    sense: str
    unit: str
    table: pd.DataFrame
    weights: Mapping[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.sense not in SENSES_OF_OBJECTIVE:
            raise RuleError("objective", Said("rule_sense", sense=self.sense, known=", ".join(SENSES_OF_OBJECTIVE)))
        wrong = ~np.isfinite(self.table["coefficient"].to_numpy(dtype=float))
        if wrong.any():
            key = key_of(self.table[["component", "region", "year"]], int(np.flatnonzero(wrong)[0]))
            raise RuleError("objective", Said("rule_objective"), key)

    def vector(self, size: int) -> tuple[npt.NDArray[np.float64], float]:
        """Cost by variable position (``size`` entries), and the constant."""
        position = self.table["position"].to_numpy(dtype=np.int64)
        coefficient = self.table["coefficient"].to_numpy(dtype=float)
        fixed = position == FIXED
        cost = np.bincount(position[~fixed], weights=coefficient[~fixed], minlength=size)
        return cost.astype(float), float(coefficient[fixed].sum())
