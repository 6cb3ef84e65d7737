"""What an allowance and a credit are worth in the markets of a solved plan: duals of the rows that clear them, in money of the year.

Limits: no price where the objective is no money; duals need not be unique.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...core.declare import units
from ...core.solve.amounts import period_weights
from ...core.solve.row_prices import is_cost

if TYPE_CHECKING:
    from ...core.solve.solution import Solution

CNY_PER_TONNE = units.convert(1.0, "bn CNY/Mt CO2", "CNY/t CO2")
ACCOUNTS, CLEARS, CREDITS_CLEAR = ("allowances_cover", "benchmark_covers"), "allowances_clear", "credits_clear"
#: Amounts by key.
Found = dict[tuple[object, ...], float]


class Prices:
    """What an allowance and a credit are worth in a market, region and year, in CNY of the year per tonne."""

    def __init__(self, solution: Solution) -> None:
        self.solution = solution
        self.weights = period_weights(solution)
        self.own = {key: value for family in ACCOUNTS for key, value in self._worth(family).items()}
        self.shared, self.credits = self._worth(CLEARS), self._worth(CREDITS_CLEAR)

    def _worth(self, family: str) -> Found:
        if family not in self.solution.build.rows or not is_cost(self.solution):
            return {}
        frame = self.solution.duals(family)
        raw = self.solution.improvement_sign * frame.pop("dual").to_numpy(dtype=float)
        keys = list(frame.itertuples(index=False, name=None))
        return {key: CNY_PER_TONNE * float(worth) / self.weights[int(key[-1])] for key, worth in zip(keys, raw, strict=True)}

    def of(self, key: tuple[str, str, int]) -> tuple[float, float]:
        """Price of an allowance and of a credit; missing where the objective is no money."""
        market, _, year = key
        nothing = 0.0 if is_cost(self.solution) else np.nan
        return self.shared.get((market, year), self.own.get(key, nothing)), self.credits.get((market, year), nothing)
