"""The targets that the carbon account must meet: pledges, limits of a year, straight lines between them, budgets.

Each row of ``carbon_targets`` is a target with a switch, a price, and a way of holding: ``at`` its year, ``from`` its year on,
or along the straight ``line`` from the row of the same name before it. A flow of a year lies on the straight line between the
means of the periods around it (``Data.flow_of_year``). A target with a ``miss_price`` may be missed: what is missing is paid for and
told on the first page; without one the target is hard.

Limits: carbon dioxide of the strict account; what is missed is paid by nobody's fund, it is a price in the objective alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..core.build.build import Lever
from ..core.build.parts import Family
from ..core.data import Data, regions_in
from ..core.declare.roles import Item
from ..core.declare.spec import Variable, constraint
from ..core.frames import stack
from .target_table import (
    ACCOUNTS_COUNTED,
    CARBON_TARGETS,
    CUMULATIVE,
    FLOWS,
    PEAK,
    check_target_paths,
    check_target_years,
    first_year_of,
    held_periods,
    total_of,
    years_counted,
)

MISSED = Variable(
    "target_missed", ("target", "asked", "year"), "Mt CO2/yr", en="Carbon target missed", zh="未达到的碳目标", penalty=True,
)
BUDGET_MISSED = Variable(
    "budget_missed", ("target", "asked", "year"), "Mt CO2", en="Carbon budget exceeded", zh="超出的碳预算", penalty=True,
)


class CarbonTargets(Lever):
    """The rows of ``carbon_targets`` as constraints with prices."""

    name = "carbon_targets"
    order = 2
    tables = (CARBON_TARGETS,)
    checks = (check_target_years, check_target_paths)
    items = (Item("target_missed", "aims", en="Carbon targets missed", zh="未达到的碳目标"),)
    variables = (MISSED, BUDGET_MISSED)
    operations = ("target_missed", "budget_missed")

    @classmethod
    def present(cls, data: Data) -> bool:
        """A target of any kind."""
        return data.has(CARBON_TARGETS.name)

    def build(self) -> None:
        """Rows of the years, rows of the periods that a target holds, budgets and peaks; what may be missed is priced."""
        self.flows = [self.b.of_other(f"{account}_total") for account in ("emission", "sink", "captured")]
        targets = self.data.frame(CARBON_TARGETS)
        self.members = {name: regions_in(self.data, scope) for name, scope in zip(targets["target"], targets["scope"], strict=True)}
        self.kind_of = dict(zip(targets["target"], targets["kind"], strict=True))
        self.scope_of = dict(zip(targets["target"], targets["scope"], strict=True))
        #: What may be missed, by target and year asked for.
        self.short: dict[tuple[str, int], Any] = {}
        self.price_of = {name: float(price) for name, price in zip(targets["target"], targets["miss_price"], strict=True) if not pd.isna(price)}
        flows = targets[targets["kind"].isin(FLOWS)].astype({"year": int})
        self.limit_of = {(row.target, row.year): float(row.value) for row in flows.itertuples()}
        held = held_periods(self.data, targets)
        self.held_limit = {(row.target, row.year): row.limit for row in held.itertuples()}
        self._missable(MISSED, [flows[["target", "year"]], held[["target", "year"]]])
        for kind, rule in (("net_limit", self.net_limit), ("emission_limit", self.emission_limit), ("sink_at_least", self.sink_at_least)):
            self._limit_year(rule, flows[flows["kind"] == kind])
        self._limit_held(held)
        self._limit_budgets(targets[targets["kind"] == CUMULATIVE])
        self._limit_peaks(targets[targets["kind"] == PEAK])

    def _missable(self, spec: Variable, rows: list[pd.DataFrame]) -> Family:
        """What may be missed of priced targets, by the year asked for; paid in the period in which that year lies."""
        frame = stack(rows)
        frame = frame[frame["target"].isin(list(self.price_of))].drop_duplicates().astype({"year": int}) if len(frame) else frame
        frame = frame.rename(columns={"year": "asked"}).reindex(columns=["target", "asked"])
        frame = frame.assign(year=[self.data.period_of(year) for year in frame["asked"]])
        family = self.b.variable(spec, frame)
        if len(frame):
            price = frame["target"].map(self.price_of).to_numpy(dtype=float)
            placed = family.terms().assign(scope=frame["target"].map(self.scope_of).to_numpy(dtype=object))
            if spec is BUDGET_MISSED:  # missed once: paid a year over its last period
                years = frame["year"].map(self.data.length).to_numpy(dtype=float)
                self.ledger.use("aims", placed, price / years, item="target_missed", unit="bn CNY/Mt CO2/yr")
            else:
                self.ledger.use("aims", placed, price, item="target_missed", unit="bn CNY/Mt CO2")
        self.short.update({(target, asked): family[target, asked, year] for target, asked, year in family.keys})
        return family

    def _limit_year(self, rule: Any, rows: pd.DataFrame) -> None:
        cells = self.b.cells(CARBON_TARGETS, rows, "value")
        self.b.constrain(rule, rows[["target", "scope", "year"]], limit=(CARBON_TARGETS.name, cells, "Mt CO2/yr"))

    def _limit_held(self, held: pd.DataFrame) -> None:
        cells = [self.data.cell(CARBON_TARGETS.name, int(row), "value") for row in held["row"]]
        self.b.constrain(self.target_held, held[["target", "scope", "year"]], limit=(CARBON_TARGETS.name, cells, "Mt CO2/yr"))

    def _limit_budgets(self, rows: pd.DataFrame) -> None:
        self.budget_of = {(str(row.target), int(row.year)): row for row in rows.itertuples()}
        over = rows[["target", "scope", "year"]].astype({"year": int})
        self._missable(BUDGET_MISSED, [over[["target", "year"]]])
        cells = [self.data.cell(CARBON_TARGETS.name, int(row.Index), "value" if np.isnan(row.total) else "total") for row in rows.astype({"total": float}).itertuples()]
        self.b.constrain(self.cumulative_limit, over, limit=(CARBON_TARGETS.name, cells, "Mt CO2"))

    def _limit_peaks(self, peaks: pd.DataFrame) -> None:
        over = pd.DataFrame(
            [(t, s, y, row) for t, s, p, row in zip(peaks["target"], peaks["scope"], peaks["year"], peaks.index, strict=True) for y in self.data.years if int(p) < y <= self.data.plan_until],
            columns=["target", "scope", "year", "row"],
        )
        cells = [self.data.cell(CARBON_TARGETS.name, int(row), "year") for row in over["row"]]
        self.b.constrain(self.never_rises_after_peak, over[["target", "scope", "year"]], limit=(CARBON_TARGETS.name, cells, "Mt CO2/yr"))

    def _flow(self, target: str, signs: tuple[float, float, float], year: int, weight: float = 1.0) -> list[tuple[float, Any]]:
        """Emissions, sinks and captured CO2 of the scope in a period, times ``weight``."""
        return [(weight * sign, family[region, year]) for family, sign in zip(self.flows, signs, strict=True) if sign for region in self.members[target]]

    def _held_below(self, target: str, kind: str, at: list[tuple[float, int]], limit: float, year: int) -> Any:
        signs = FLOWS[kind]
        flow = [pair for share, milestone in at for pair in self._flow(target, signs, milestone, share)]
        most = -limit if kind == "sink_at_least" else limit
        return self.b.sum([*flow, (-1.0, self.short.get((target, year), 0.0))]) <= most

    def _in_year(self, target: str, year: int) -> Any:
        return self._held_below(target, self.kind_of[target], self.data.flow_of_year(year), self.limit_of[target, year], year)

    @constraint(unit="Mt CO2/yr", kind="flow", nets="between_periods", target=True)
    def net_limit(self, target: str, scope: str, year: int) -> Any:
        """Net emissions of the target's year stay below its limit (neutrality: zero).

            sum over r of emission_total[r,y] - sink_total[r,y] - captured_total[r,y] - target_missed[target,y] <= value[target,y]
            with f[y] = (1-l) * f[t] + l * f[t+1], l = (y - mid[t]) / (mid[t+1] - mid[t])

        For: each active row of kind net_limit. Unit: Mt CO2/yr. Dual: the price of one more tonne allowed.
        Data: carbon_targets.
        """
        return self._in_year(target, year)

    @constraint(unit="Mt CO2/yr", kind="flow", nets="between_periods", target=True)
    def emission_limit(self, target: str, scope: str, year: int) -> Any:
        """Emissions less what is captured stay below the limit in that year; sinks do not help.

            sum over r of emission_total[r,y] - captured_total[r,y] - target_missed[target,y] <= value[target,y]
            with f[y] as in net_limit

        For: each active row of kind emission_limit. Unit: Mt CO2/yr. Dual: the price of one more tonne allowed.
        Data: carbon_targets.
        """
        return self._in_year(target, year)

    @constraint(unit="Mt CO2/yr", kind="flow", nets="between_periods", target=True, asks=True, en="Sink asked for", zh="碳汇下限")
    def sink_at_least(self, target: str, scope: str, year: int) -> Any:
        """The sink of the strict account in the target's year is at least what is asked.

            value[target,y] - sum over r of sink_total[r,y] - target_missed[target,y] <= 0
            with f[y] as in net_limit

        For: each active row of kind sink_at_least. Unit: Mt CO2/yr. Dual: the cost of one more tonne asked for.
        Data: carbon_targets.
        """
        return self._in_year(target, year)

    @constraint(unit="Mt CO2/yr", kind="flow", nets="other_cells", target=True, en="Target held on", zh="目标持续保持")
    def target_held(self, target: str, scope: str, year: int) -> Any:
        """A target that is held from its year on, or along a line, limits the mean of each period.

            flow[target,t] - target_missed[target,t] <= value[target]                                          hold from, mid[t] > y
            flow[target,t] - target_missed[target,t] <= value[before] + (mid[t]-y0)/(y-y0)*(value-value[before])      hold line, y0 < mid[t] < y

        For: each active row with hold from or line, every period whose middle lies after its year, or between the rows of its name.
        Unit: Mt CO2/yr. Dual: the price of one more tonne allowed in the period.
        Data: carbon_targets (value, hold; the cell of the row that holds).
        """
        kind = self.kind_of[target]
        return self._held_below(target, kind, [(1.0, year)], self.held_limit[target, year], year)

    @constraint(unit="Mt CO2", kind="stock", target=True)
    def cumulative_limit(self, target: str, scope: str, year: int) -> Any:
        """Emissions added up from the first year to the target's year stay below its limit.

            sum over t, r of years_counted[t] * (emission_total - sink_total - captured_total)[r,t] - budget_missed[target] <= total[target]

        For: each active row of kind cumulative; counted gross, sinks are left out. Unit: Mt CO2.
        Dual: the price of one more tonne allowed. Data: carbon_targets.
        """
        row = self.budget_of[target, year]
        signs, first = ACCOUNTS_COUNTED[row.counts], first_year_of(row, self.data)
        counted = [(years_counted(self.data, t, first, year), t) for t in self.data.years]
        flow = [pair for years, t in counted if years > 0.0 for pair in self._flow(target, signs, t, years)]
        return self.b.sum([*flow, (-1.0, self.short.get((target, year), 0.0))]) <= total_of(row)

    @constraint(unit="Mt CO2/yr", kind="flow", nets="year_only", target=True)
    def never_rises_after_peak(self, target: str, scope: str, year: int) -> Any:
        """After the peak year net energy and industry emissions never rise again.

            sum over r of (emission_total - captured_total)[r,t] <= sum over r of (emission_total - captured_total)[r,t-1]

        For: each active row of kind peak, every milestone of the plan after its year: what is kept up after the plan is a matter of
        the targets that are held on. Unit: Mt CO2/yr. Dual: what a later peak is
        worth. Data: carbon_targets.
        """
        signs = FLOWS["emission_limit"]
        return self.b.sum([*self._flow(target, signs, year), *self._flow(target, signs, self.data.previous(year), -1.0)]) <= 0.0
