"""What is optimised: least discounted cost, or most net removal within a spending limit.

The cost objective is the money account, each year weighted with its discounted length: the cost report and the
objective are the same list of posts.

Limits: ``max_net_removal`` takes, among all plans with the most removal, the cheapest one.
"""

from __future__ import annotations

import pandas as pd

from ..core.build import Lever, Objective
from ..core.data import Data


class ObjectiveClosing(Lever):
    """The objective named in the settings."""

    name = "objective"
    order = 9

    @classmethod
    def present(cls, data: Data) -> bool:
        """Every model has an objective."""
        return True

    def build(self) -> None:
        """Set the objective, and for ``max_net_removal`` the cost as tie-break."""
        if self.data.word("objective") == "max_net_removal":
            self.b.objective = self._net_removal()
            self.b.tie_break = self._cost()
        else:
            self.b.objective = self._cost()

    def _cost(self) -> Objective:
        """sum over r, t, item of weight[t] * spending[r,t,item], in bn CNY of the base year, discounted."""
        table = self.ledger.table("money")
        weight = {year: self.data.weight(year) for year in self.data.all_years}
        factor = table["year"].map(weight).astype(float)
        table = table.assign(component=table["item"], coefficient=-table["coefficient"].astype(float) * factor)
        return Objective("min", "bn CNY", table[["component", "region", "year", "position", "coefficient"]])

    def _net_removal(self) -> Objective:
        """sum over r, t of n[t] * (sink + captured - emission) in the strict account, in Mt CO2 over the horizon."""
        parts = []
        for account, sign in (("sink", 1.0), ("captured", 1.0), ("emission", -1.0)):
            table = self.ledger.table(account)
            table = table[~table["memo"].astype(bool) & table["year"].isin(self.data.years)]
            length = table["year"].map({year: float(self.data.length(year)) for year in self.data.years}).astype(float)
            part = table.assign(component=account + ":" + table["item"].astype(str), coefficient=sign * table["coefficient"].astype(float) * length)
            parts.append(part[["component", "region", "year", "position", "coefficient"]])
        return Objective("max", "Mt CO2", pd.concat(parts, ignore_index=True))
