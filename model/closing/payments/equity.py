"""How much of its product a group of regions may have to spend, and the plan in which the largest such share is least.

A row of ``burden_limits`` holds what is spent in a region, a group or several regions, less what they earn there, below a share of their product,
from a year on. With the objective ``min_max_burden`` the largest share of all groups and periods is least, and cost is least among the plans that
have it. Either counts from what ``burden_reference`` says is spent without the plan, where that has rows.

Limits: what is spent where it is posted, before anybody pays anybody: payments are products of prices and amounts, and prices are known when a plan
is, so no row can hold them. A plan that moves work away from a group moves its product and its jobs too, and the product is given. Missed targets,
whose price nobody spends, count in ``min_max_burden`` in the share of the product, else missing them would be the way out; no limit counts them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from ...core.build.build import Lever
from ...core.data import MIN_MAX_BURDEN, Data, regions_in
from ...core.declare import units
from ...core.declare.spec import ConstraintInfo, Finding
from ...core.frames import stack
from ...core.ledger import FIXED
from ..pledges.series import GDP, series_at
from .equity_tables import BURDEN_LIMITS, BURDEN_REFERENCE, LARGEST_BURDEN

NATION, GROUP = "nation", "group:"
HELD = ConstraintInfo(
    "burden_limit", "equity", "bn CNY/yr",
    """What is spent in a scope, less what is earned there, stays below a share of its product.

        sum over r in scope, posts p to money of spending[p] - sum over g in scope of burden_reference[g,t] <= most[bound] * gdp[scope,t]

    For: every active row of burden_limits (bound) and every decided period from its year on; product at the middle of the period. Unit: bn CNY/yr.
    Dual: what one more yuan a year that may be spent there is worth to the plan. Data: burden_limits, burden_reference, gdp.
    """,
    ("flow", "other_cells", False, False),
    en="Limit on what a group spends", zh="地区组支出上限",
)  # fmt: skip
BELOW = ConstraintInfo(
    "burden_below_largest", "equity", "bn CNY/yr",
    """No group spends a larger share of its product than the largest.

        sum over r in g, posts p to money of spending[p] + gdp[g,t] / gdp[scope,t] * missed[scope,t] - burden_reference[g,t] <= largest_burden / 1000 * gdp[g,t]

    For: every region group and every decided period up to the end of the plan, where the objective names min_max_burden; missed is what missed
    targets of a scope are priced at. Unit: bn CNY/yr. Dual: by how many thousandths the largest share would fall if one bn CNY a year less were spent there.
    Data: setting objective, gdp, burden_reference.
    """,
)  # fmt: skip
TERMS = ["scope", "year", "position", "coefficient"]


def check_product(data: Data) -> list[Finding]:
    """Who is held to a share of its product has one, and a limit has a year of the plan."""
    return list(_wrong(data))


def _wrong(data: Data) -> Iterator[Finding]:
    wanted = ("rows of gdp for its regions", "应填写该范围各地区的 gdp")
    for row, limit in data.frame(BURDEN_LIMITS).iterrows():
        scope = str(limit["scope"])

        def at(column: str, *words: str, row: int = int(str(row))) -> Finding:
            return Finding("error", BURDEN_LIMITS.name, data.cell(BURDEN_LIMITS.name, row, column), *words)

        if not years_held(data, limit):
            yield at("from_year", f"no milestone of the plan stands from {limit['from_year']:g} on", f"a year up to {data.decided[-1]}", f"{limit['from_year']:g} 年起没有规划里程碑年", f"应不晚于 {data.decided[-1]}")
        if product(data, scope, data.decided[-1]) <= 0.0:
            yield at("scope", f"the product of {scope} is not known", wanted[0], f"{scope} 的生产总值未知", wanted[1])
    if MIN_MAX_BURDEN in data.words("objective"):
        unknown = [group for group in _groups(data) if product(data, group, data.decided[-1]) <= 0.0]
        if unknown:
            named = ", ".join(unknown)
            yield Finding("error", "settings", data.setting_cell("objective"), f"objective {MIN_MAX_BURDEN}: the product of {named} is not known", wanted[0], f"目标 {MIN_MAX_BURDEN}：{named} 的生产总值未知", wanted[1])


def years_held(data: Data, limit: pd.Series) -> list[int]:
    """The decided milestones that a row holds."""
    first = limit["from_year"]
    return [year for year in data.decided if pd.isna(first) or year >= float(first)]


def product(data: Data, scope: str, year: int) -> float:
    """What the regions of a scope produce in the middle of a period, bn CNY a year."""
    return series_at(data, GDP, data.middle(year), regions_in(data, scope))


def _groups(data: Data) -> list[str]:
    return [f"{GROUP}{group}" for group in dict.fromkeys(data.region_group[region] for region in data.regions)]


class Equity(Lever):
    """Limits on what groups spend, and the largest share that any of them does."""

    name = "equity"
    order = 8
    tables = (BURDEN_LIMITS, BURDEN_REFERENCE)
    checks = (check_product,)
    variables = (LARGEST_BURDEN,)
    operations = ("largest_burden",)
    sums = (HELD, BELOW)

    @classmethod
    def present(cls, data: Data) -> bool:
        """A limit, or the objective."""
        return data.has(BURDEN_LIMITS.name) or MIN_MAX_BURDEN in data.words("objective")

    def build(self) -> None:
        """The rows of the limits, then those of the objective."""
        self.reference = self.data.lookup(BURDEN_REFERENCE)
        if self.data.has(BURDEN_LIMITS.name):
            self._limits()
        if MIN_MAX_BURDEN in self.data.words("objective"):
            self._largest()

    def _limits(self) -> None:
        limits = self.data.frame(BURDEN_LIMITS)
        spent = self._spent({scope: regions_in(self.data, scope) for scope in dict.fromkeys(limits["scope"].astype(str))})
        parts, allowed = [], {}
        for _, limit in limits.iterrows():
            bound, scope = str(limit["bound"]), str(limit["scope"])
            held = {(scope, year): float(limit["most"]) * product(self.data, scope, year) for year in years_held(self.data, limit)}
            own = spent[(spent["scope"] == scope) & spent["year"].isin([year for _, year in held])]
            if len(own):
                parts.append(stack([own, self._fixed(held)]).assign(bound=bound))
                allowed.update({(bound, year): value for (_, year), value in held.items()})
        if not parts:
            return
        rows = self.b.rows_from_terms(HELD.name, stack(parts), ["bound", "scope", "year"], "<=", "bn CNY/yr")
        cells = [self.data.cell_where(BURDEN_LIMITS, "most", bound=bound) for bound in rows["bound"]]
        self.b.limit_rows(HELD, rows, (BURDEN_LIMITS.name, cells, "bn CNY/yr"), [allowed[key] for key in zip(rows["bound"], rows["year"], strict=True)])

    def _largest(self) -> None:
        largest = self.b.variable(LARGEST_BURDEN, [(NATION,)])
        groups = _groups(self.data)
        planned = [year for year in self.data.decided if year <= self.data.plan_until]
        own = {(group, year): product(self.data, group, year) for group in groups for year in planned}
        spent = stack([self._spent({group: regions_in(self.data, group) for group in groups}), self._missed(groups)])
        spent = spent[spent["year"].isin(planned)]
        keys = pd.DataFrame(list(own), columns=["scope", "year"])
        of_one = units.convert(1.0, LARGEST_BURDEN.unit, "1")
        most = keys.assign(position=int(largest.positions[0]), coefficient=[-value * of_one for value in own.values()])
        self.b.rows_from_terms(BELOW.name, stack([spent[TERMS], most, self._fixed(dict.fromkeys(own, 0.0))]), ["scope", "year"], "<=", "bn CNY/yr")

    def _spent(self, scopes: Mapping[str, list[str]]) -> pd.DataFrame:
        """Terms of what is spent less earned in each scope."""
        money = self.ledger.table("money")
        money = money[money["year"].isin(self.data.decided)]
        parts = [money[money["region"].isin(regions)].assign(scope=scope) for scope, regions in scopes.items()]
        found = stack(parts) if parts else money.assign(scope="")
        return found.assign(coefficient=-found["coefficient"].astype(float))[TERMS]

    def _missed(self, groups: list[str]) -> pd.DataFrame:
        """Terms of what missed targets are priced at, in the part that a group has in the product of their scope."""
        aims = self.ledger.table("aims")
        if aims.empty:
            return pd.DataFrame(columns=TERMS)
        members = {group: set(regions_in(self.data, group)) for group in groups}
        parts = []
        for (scope, year), part in aims.groupby(["scope", "year"], sort=False):
            regions = regions_in(self.data, str(scope))
            whole = series_at(self.data, GDP, self.data.middle(int(year)), regions)
            for group in groups:
                share = series_at(self.data, GDP, self.data.middle(int(year)), [region for region in regions if region in members[group]]) / whole if whole > 0.0 else 0.0
                if share > 0.0:
                    parts.append(part.assign(scope=group, coefficient=-share * part["coefficient"].astype(float)))
        return stack(parts)[TERMS] if parts else pd.DataFrame(columns=TERMS)

    def _fixed(self, most: Mapping[tuple[str, int], float]) -> pd.DataFrame:
        """What is allowed and what counts as spent anyway, as amounts."""
        rows = [(scope, year, FIXED, -value - self._without(scope, year)) for (scope, year), value in most.items()]
        found = pd.DataFrame(rows, columns=TERMS)
        return found[np.asarray(found["coefficient"] != 0.0)]

    def _without(self, scope: str, year: int) -> float:
        """What is spent without the plan by the groups of which every region lies in a scope."""
        outside = {self.data.region_group[region] for region in self.data.regions if region not in regions_in(self.data, scope)}
        return sum(float(value) for (group, of), value in self.reference.items() if of == year and group not in outside)
