"""How fast what is built, planted, felled or treated may grow and fall back from one period to the next.

Each row of ``build_dynamics`` holds the gross yearly rate of one thing (replacement included) between two bounds: it grows no
faster than ``growth`` a year on the rate before plus a ``seed``, and falls no faster than ``decline`` a year, unless a drop is
taken at its price; every drop is reported. The rate before the first decided period is the observed ``first_rate``. A small
``change_price`` on every change keeps one of several equal plans, the steady one.

Limits: the price of a drop and of a change is in the objective alone, nobody pays it; a rate is the mean of its period.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..core.build.build import Lever
from ..core.build.parts import Family
from ..core.build.roles import decisions, known
from ..core.data import WATER_ZONES, Data, regions_in
from ..core.declare import units
from ..core.declare.roles import Item
from ..core.declare.spec import Column, Finding, InputError, Table, Variable, constraint
from ..core.solve.amounts import item_of
from ..levers.years import middle

#: Unit of a rate in the workbook -> the same in solver units, and what a name of a variable ends in.
RATES: dict[str, tuple[str, str]] = {
    "GW/yr": ("GW/yr", "capacity"), "kha/yr": ("Mha/yr", "area"), "Mt CO2/yr": ("Mt CO2/yr", "carbon"), "TWh/yr": ("TWh/yr", "energy"), "Mt/yr": ("Mt/yr", "goods"),
}  # fmt: skip

BUILD_DYNAMICS = Table(
    "build_dynamics",
    (
        Column("decision", "", "text", key=True, absent="unlimited", decided=True, en="What is decided: name of the variable", zh="决策变量名称"),
        Column("item", "", "text", key=True, free=True, absent="unlimited", en="Which of it: technology, forest group, measure; blank or all: together", zh="其中哪一项（技术、林组、措施）；空白为合计"),
        Column("scope", "", "text", key=True, absent="unlimited", ref="regions.region|group:{regions.region_group}", choices=("nation",), en="nation, group: and a region group, or a region", zh="范围"),
        Column("growth", "1/yr", low=0, default=None, aggregate="first", en="Fastest growth of the rate a year; blank: free", zh="速率年最大增幅；空白不限"),
        Column("decline", "1/yr", low=0, high=1, default=None, aggregate="first", en="Fastest decline of the rate a year; blank: free", zh="速率年最大降幅；空白不限"),
        Column("seed", "1", low=0, default=0.0, aggregate="sum", en="What the rate may rise by besides, in `unit`, so that what is new can begin", zh="另可增加的速率（单位见 unit），便于起步"),
        Column("first_rate", "1", low=0, default=0.0, aggregate="sum", en="Observed rate before the first decided period, in `unit`", zh="首个规划时期之前的观测速率（单位见 unit）"),
        Column("drop_price", "bn CNY", low=0, default=None, aggregate="first", en="Price of each unit (as `unit`, without the year) by which the rate falls below its floor; blank: it may not", zh="速率低于下限时每单位每年的价格；空白不允许"),
        Column("change_price", "bn CNY", low=0, default=0.0, aggregate="first", en="Price of each unit (as `unit`, without the year) of change of the rate: keeps equal plans steady", zh="速率每变动一单位每年的价格（使等值方案平稳）"),
        Column("unit", "", "text", choices=tuple(RATES), aggregate="first", en="Unit of the rate", zh="速率单位"),
    ),
    en="How fast rates of building, planting, felling and treating grow and fall", zh="建设、造林、采伐与治理速率的增减限制",
)  # fmt: skip

DROPPED = {
    solver: Variable(f"rate_dropped_{suffix}", ("decision", "item", "scope", "year"), solver, en="Pace that falls faster than it should", zh="降速超出允许", penalty=True)
    for solver, suffix in RATES.values()
}
CHANGED = {
    solver: Variable(f"rate_changed_{suffix}", ("decision", "item", "scope", "year"), solver, en="Change of pace", zh="速率变动")
    for solver, suffix in RATES.values()
}
KEY = ["decision", "item", "scope"]
ALL = ("", "all")


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
        self.rows = {(str(row.decision), str(row.item), str(row.scope)): row for row in self.data.frame(BUILD_DYNAMICS).itertuples()}
        self.rates = {key: self._rates(key) for key in self.rows}
        self.dropped = self._priced(DROPPED, "drop_price", "rate_drop")
        self.changed = self._priced(CHANGED, "change_price", "rate_change")
        self._limit(self.rate_ceiling, "growth")
        self._limit(self.rate_floor, "decline")
        over = self._over("change_price")
        self.b.constrain(self.rate_rises, over)
        self.b.constrain(self.rate_falls, over)

    def _rates(self, key: tuple[str, str, str]) -> dict[int, list[tuple[float, Any]]]:
        """Milestone -> the terms of the yearly rate of a row, in solver units."""
        name, item, scope = key
        decision, row = decisions(self.b)[name], self.rows[key]
        family = self.b.families[name]
        frame, period = family.frame, "vintage" if "vintage" in family.frame else "year"
        placed = self._placed(frame)
        chosen = np.ones(len(frame), dtype=bool) if item in ALL else (item_of(placed, decision) == item).to_numpy(dtype=bool)
        chosen = chosen & placed["region"].isin(regions_in(self.data, scope)).to_numpy(dtype=bool)
        if not chosen.any():
            raise InputError([self._nothing(row, family)])
        rates: dict[int, list[tuple[float, Any]]] = {year: [] for year in self.data.years}
        variables = list(family.variables.values())
        scale = units.convert(1.0, f"{family.spec.unit}/yr" if not family.spec.unit.endswith("/yr") else family.spec.unit, RATES[row.unit][0])
        for place in np.flatnonzero(chosen):
            year = int(frame[period].iloc[place])
            share = 1.0 if family.spec.unit.endswith("/yr") else 1.0 / self.data.length(year)
            rates[year].append((scale * share, variables[place]))
        return rates

    def _placed(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A family's frame with what is known of its keys, and its region."""
        found = known(self.b, frame)
        if "region" in found:
            return found
        zones = self.data.lookup(WATER_ZONES, "region")
        places = found["water_zone"].map(zones) if "water_zone" in found else found["from_region"] if "from_region" in found else pd.Series(self.data.regions[0], index=found.index)
        return found.assign(region=places)

    def _nothing(self, row: Any, family: Family) -> Finding:
        cell = self.data.cell(BUILD_DYNAMICS.name, int(row.Index), "item")
        return Finding(
            "error", BUILD_DYNAMICS.name, cell, f"nothing of {row.decision} is called {row.item} in {row.scope}", "a technology, group or measure that the plan decides there, or all",
            f"{row.scope} 的 {row.decision} 中没有 {row.item}", "应为该范围内可决策的技术、林组或措施，或 all",
        )  # fmt: skip

    def _over(self, column: str) -> pd.DataFrame:
        """Rows with a number above nothing, or any number of a rate, in a column, in every decided year."""
        wanted = [key for key, row in self.rows.items() if not pd.isna(getattr(row, column)) and (column in ("growth", "decline") or getattr(row, column) > 0.0)]
        return pd.DataFrame([(*key, year) for key in wanted for year in self.data.years], columns=[*KEY, "year"])

    def _priced(self, specs: dict[str, Variable], column: str, item: str) -> dict[tuple[str, str, str, int], Any]:
        """Variables of the rows with a price, and their posts."""
        over, found = self._over(column), {}
        for solver, spec in specs.items():
            mine = over[np.array([RATES[self.rows[key].unit][0] == solver for key in over[KEY].itertuples(index=False, name=None)], dtype=bool)]
            family = self.b.variable(spec, mine)
            if len(mine):
                price = [float(getattr(self.rows[key], column)) / units.convert(1.0, self.rows[key].unit, solver) for key in mine[KEY].itertuples(index=False, name=None)]
                self.ledger.use("aims", family.terms(), np.array(price), item=item, unit=f"bn CNY/{solver.removesuffix('/yr')}")
            found.update(family.variables)
        return found

    def _limit(self, rule: Any, column: str) -> None:
        over = self._over(column)
        cells = [self.data.cell(BUILD_DYNAMICS.name, int(self.rows[key].Index), column) for key in over[KEY].itertuples(index=False, name=None)]
        self.b.constrain(rule, over, limit=(BUILD_DYNAMICS.name, cells, ""))

    def _before(self, key: tuple[str, str, str], year: int) -> tuple[list[tuple[float, Any]], float, float]:
        """Terms of the rate before, the rate itself where it is observed, and the years between the middles."""
        row, before = self.rows[key], self.data.previous(year)
        if before == self.data.base_year:
            return [], self._number(row, "first_rate"), middle(self.data, year) - self.data.base_year
        return self.rates[key][before], 0.0, middle(self.data, year) - middle(self.data, before)

    def _number(self, row: Any, column: str) -> float:
        return float(units.convert(float(getattr(row, column)), row.unit, RATES[row.unit][0]))

    @constraint(unit="1", kind="flow", nets="share_of_plan", en="Growth of a rate", zh="速率增幅")
    def rate_ceiling(self, decision: str, item: str, scope: str, year: int) -> Any:
        """A rate grows no faster than its bound.

        rate[t] <= (1 + growth) ** m * rate[t-1] + seed        m: years between the middles of the periods; rate before the first: first_rate

        For: every row of build_dynamics with a growth, every decided period. Unit: that of the row.
        Dual: worth of one more unit a year. Data: build_dynamics.growth, seed, first_rate.
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
        Dual: cost of one more unit a year. Data: build_dynamics.decline, first_rate, drop_price.
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
