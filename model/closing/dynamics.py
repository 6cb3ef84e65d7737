"""How fast what is built, planted, felled or treated may grow and fall back from one period to the next.

Each row of ``build_dynamics`` holds the gross yearly rate of one thing (replacement included) between two bounds: it grows no
faster than ``growth`` a year on the rate before plus a ``seed``, and falls no faster than ``decline`` a year, unless a drop is
taken at its price; every drop is reported. The rate before the first decided period is the observed ``first_rate``, also where
periods of history lie between: nothing of them is bounded. A small ``change_price`` on every change keeps one of several equal
plans, the steady one.

Limits: the price of a drop and of a change is in the objective alone, nobody pays it; a rate is the mean of its period.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..core.build.build import Lever
from ..core.data import Data
from ..core.declare import units
from ..core.declare.roles import Item
from ..core.declare.spec import Variable, constraint
from .rates import BUILD_DYNAMICS, KEY, RATES, Placed, held_rates, holds_nothing, rate_terms

DROPPED = {
    solver: Variable(f"rate_dropped_{suffix}", ("decision", "item", "scope", "year"), solver, en="Pace that falls faster than it should", zh="降速超出允许", penalty=True)
    for solver, suffix in RATES.values()
}
CHANGED = {
    solver: Variable(f"rate_changed_{suffix}", ("decision", "item", "scope", "year"), solver, en="Change of pace", zh="速率变动")
    for solver, suffix in RATES.values()
}

HALF_YEAR = 0.5


def price_unit(rate: str) -> str:
    """What a price of one unit of a rate is counted in, so that price times rate is bn CNY a year."""
    amount = rate.split("/")[0]
    return f"bn CNY{'*yr' * (rate.count('/yr') - 1)}/{amount}"


class BuildDynamics(Lever):
    """The rows of ``build_dynamics`` as floors and ceilings of rates."""

    name = "build_dynamics"
    order = 3
    tables = (BUILD_DYNAMICS,)
    items = (
        Item("rate_drop", "aims", en="Pace that falls faster than it should", zh="降速超出允许"),
        Item("rate_change", "aims", en="Change of pace", zh="速率变动"),
    )
    variables = (*DROPPED.values(), *CHANGED.values())
    operations = tuple(variable.name for variable in (*DROPPED.values(), *CHANGED.values()))

    @classmethod
    def present(cls, data: Data) -> bool:
        """Any rate that is held."""
        return data.has(BUILD_DYNAMICS.name)

    def build(self) -> None:
        """Rates of what is decided, their ceilings and floors, drops and changes at their prices."""
        self.rows, self.rates = {}, {}
        placed: dict[str, Placed] = {}
        for row in held_rates(self.b).itertuples():
            terms, key = rate_terms(self.b, row, placed), (str(row.decision), str(row.item), str(row.scope))
            if terms.empty:
                self.b.findings.append(holds_nothing(self.b, row))
            else:
                self.rows[key], self.rates[key] = row, self._rates(row, terms)
        self.dropped = self._priced(DROPPED, "drop_price", "rate_drop")
        self.changed = self._priced(CHANGED, "change_price", "rate_change")
        self._limit(self.rate_ceiling, "growth")
        self._limit(self.rate_floor, "decline")
        over = self._over("change_price")
        self.b.constrain(self.rate_rises, over)
        self.b.constrain(self.rate_falls, over)

    def _rates(self, row: Any, terms: pd.DataFrame) -> dict[int, list[tuple[float, Any]]]:
        """Milestone -> the terms of the yearly rate of a row, in solver units."""
        family = self.b.of_other(str(row.decision))
        variables = list(family.variables.values())
        rates: dict[int, list[tuple[float, Any]]] = {year: [] for year in self.data.years}
        for year, position, share in terms.itertuples(index=False, name=None):
            rates[int(year)].append((share, variables[position - family.start]))
        return rates

    def _over(self, column: str) -> pd.DataFrame:
        """Rows with a number above nothing, or any number of a rate, in a column, in every decided year; bounds where they have a time to count."""
        bound = column in ("growth", "decline")
        wanted = [key for key, row in self.rows.items() if not pd.isna(getattr(row, column)) and (bound or getattr(row, column) > 0.0)]
        over = [(*key, year) for key in wanted for year in self.data.decided if not bound or self._before(key, year)[2] > 0.0]
        return pd.DataFrame(over, columns=[*KEY, "year"])

    def _priced(self, specs: dict[str, Variable], column: str, item: str) -> dict[tuple[str, str, str, int], Any]:
        """Variables of the rows with a price, and their posts."""
        over, found = self._over(column), {}
        for solver, spec in specs.items():
            mine = over[np.array([RATES[self.rows[key].unit][0] == solver for key in over[KEY].itertuples(index=False, name=None)], dtype=bool)]
            family = self.b.variable(spec, mine)
            if len(mine):
                price = [float(getattr(self.rows[key], column)) / units.convert(1.0, self.rows[key].unit, solver) for key in mine[KEY].itertuples(index=False, name=None)]
                self.ledger.use("aims", family.terms(), np.array(price), item=item, unit=price_unit(solver))
            found.update(family.variables)
        return found

    def _limit(self, rule: Any, column: str) -> None:
        over = self._over(column)
        cells = [self.data.cell(BUILD_DYNAMICS.name, int(self.rows[key].Index), column) for key in over[KEY].itertuples(index=False, name=None)]
        self.b.constrain(rule, over, limit=(BUILD_DYNAMICS.name, cells, ""))

    def _before(self, key: tuple[str, str, str], year: int) -> tuple[list[tuple[float, Any]], float, float]:
        """Terms of the rate before, the rate itself where it is observed, and the years between the middles."""
        row, before = self.rows[key], self.data.previous(year)
        if before in self.data.history and pd.isna(row.first_rate):
            return self.rates[key][before], 0.0, self.data.middle(year) - self.data.middle(before)
        if before not in self.data.decided:
            # milestones are ends of years: the middle of a calendar year lies half a year before
            first = self.data.base_year if pd.isna(row.first_year) else float(row.first_year) - HALF_YEAR
            return [], self._number(row, "first_rate"), self.data.middle(year) - first
        return self.rates[key][before], 0.0, self.data.middle(year) - self.data.middle(before)

    def _number(self, row: Any, column: str) -> float:
        value = getattr(row, column)
        return 0.0 if pd.isna(value) else float(units.convert(float(value), row.unit, RATES[row.unit][0]))

    @constraint(unit="1", kind="flow", nets="share_of_plan", en="Growth of a rate", zh="速率增幅")
    def rate_ceiling(self, decision: str, item: str, scope: str, year: int) -> Any:
        """A rate grows no faster than its bound.

        rate[t] <= (1 + growth) ** m * rate[t-1] + seed        m: years between the middles of the periods; rate before the first decided: first_rate, of first_year

        For: every row of build_dynamics with a growth, every decided period. Unit: that of the row.
        Dual: worth of one more unit a year. Data: build_dynamics.growth, seed, first_rate, first_year.
        """
        key = (decision, item, scope)
        before, observed, years = self._before(key, year)
        factor = (1.0 + float(self.rows[key].growth)) ** years
        return self.b.sum([*self.rates[key][year], *((-factor * share, v) for share, v in before)]) <= factor * observed + self._number(self.rows[key], "seed")

    @constraint(unit="1", kind="flow", nets="share_of_plan", en="Decline of a rate", zh="速率降幅")
    def rate_floor(self, decision: str, item: str, scope: str, year: int) -> Any:
        """A rate falls no faster than its bound, unless a drop is taken at its price.

        rate[t] + rate_dropped[t] >= (1 - decline) ** m * rate[t-1]

        For: every row of build_dynamics with a decline, every decided period. Unit: that of the row.
        Dual: cost of one more unit a year. Data: build_dynamics.decline, first_rate, first_year, drop_price.
        """
        key = (decision, item, scope)
        before, observed, years = self._before(key, year)
        factor = (1.0 - float(self.rows[key].decline)) ** years
        return self.b.sum([*self.rates[key][year], (1.0, self.dropped.get((*key, year), 0.0)), *((-factor * share, v) for share, v in before)]) >= factor * observed

    def _change(self, key: tuple[str, str, str], year: int, sign: float) -> Any:
        before, observed, _ = self._before(key, year)
        pairs = [*((-sign * share, v) for share, v in self.rates[key][year]), *((sign * share, v) for share, v in before)]
        return self.b.sum([(1.0, self.changed[(*key, year)]), *pairs]) >= -sign * observed

    @constraint(unit="1")
    def rate_rises(self, decision: str, item: str, scope: str, year: int) -> Any:
        """A rise of a rate is a change of it.

        rate_changed[t] >= rate[t] - rate[t-1]

        For: every row of build_dynamics with a price of change, every decided period. Unit: that of the row.
        Dual: between nothing and the price of change. Data: build_dynamics.change_price.
        """
        return self._change((decision, item, scope), year, 1.0)

    @constraint(unit="1")
    def rate_falls(self, decision: str, item: str, scope: str, year: int) -> Any:
        """A fall of a rate is a change of it.

        rate_changed[t] >= rate[t-1] - rate[t]

        For: every row of build_dynamics with a price of change, every decided period. Unit: that of the row.
        Dual: between nothing and the price of change. Data: build_dynamics.change_price.
        """
        return self._change((decision, item, scope), year, -1.0)
