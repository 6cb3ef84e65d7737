"""The carbon account: emission - sink - captured = net, and the targets it must meet.

Every lever has posted what it emits, stores and captures. Here the posts that count in the strict account are summed
by region and year, and each row of ``carbon_targets`` becomes a constraint with a price.

Limits: carbon dioxide only; the unmanaged sink is reported beside the strict account and never counts in it. There is
no account of the sink in the base year, which is history. The permanence buffer is a share of the sink whatever its sign:
a loss of the stocks it covers gives its share back, also where they fall below those of the base year.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from ..core.build.build import Lever
from ..core.build.roles import buffered
from ..core.data import Data, regions_in
from ..core.declare.iamc import NOWHERE
from ..core.declare.roles import Item, State
from ..core.declare.spec import (
    FIRST_YEAR,
    LAST_YEAR,
    Column,
    Complete,
    ConstraintInfo,
    Finding,
    Setting,
    Table,
    Variable,
    constraint,
)
from ..core.frames import stack
from ..levers.years import no_milestones

CARBON_TARGETS = Table(
    "carbon_targets",
    (
        Column("target", "", "text", key=True, free=True, absent="own", en="Name of the target", zh="目标名称"),
        Column("kind", "", "text", choices=("peak", "net_limit", "cumulative", "emission_limit"), aggregate="first", en="peak: energy and industry net of capture never rise after the year; net_limit: net emissions of the year; cumulative: sum to the year; emission_limit: emissions of the year", zh="类型"),
        Column("scope", "", "text", ref="regions.region|group:{regions.region_group}", choices=("nation",), aggregate="first", en="nation, group:west, group:industrial, group:developed or a region", zh="范围"),
        Column("year", "calendar year", "integer", low=FIRST_YEAR, high=LAST_YEAR, aggregate="first", en="Year", zh="年份"),
        Column("value", "Mt CO2/yr", default=0.0, aggregate="first", en="Limit (net_limit, emission_limit: a year; cumulative: read as Mt CO2)", zh="限值"),
    ),
    en="Targets, each with a switch", zh="目标（可逐条开关）",
)

UNMANAGED_SINK = Table(
    "unmanaged_sink",
    (
        Column("region", "", "text", key=True, ref="regions.region", en="Region", zh="地区"),
        Column("category", "", "text", key=True, free=True, absent="own", en="Ecosystem", zh="生态系统"),
        Column("value", "Mt CO2/yr", en="Sink outside the levers", zh="措施外碳汇"),
    ),
    complete=(
        Complete(("region",), level="warning", en="no sink outside the levers is reported for it", zh="该地区不报告措施外碳汇"),
    ),
    shape="years", en="Unmanaged sink, outside the strict account", zh="非管理碳汇（不计入严格账户）",
)

EMISSION_TOTAL = Variable("emission_total", ("region", "year"), "Mt CO2/yr", low=None, en="Emissions in the strict account", zh="严格账户排放")
SINK_TOTAL = Variable("sink_total", ("region", "year"), "Mt CO2/yr", low=None, en="Sinks in the strict account", zh="严格账户碳汇")
CAPTURED_TOTAL = Variable("captured_total", ("region", "year"), "Mt CO2/yr", low=None, en="Captured and stored", zh="捕集封存合计")


def _account(name: str, what: str) -> ConstraintInfo:
    """The declaration of the rows that sum one account."""
    return ConstraintInfo(
        f"{name}_account", "carbon", "Mt CO2/yr",
        f"""The strict account of {what} is the sum of what the levers posted to it, memo items left out.

            {name}_total[r,t] == sum over posts p of coefficient[p] * variable[p]

        For: every region and year after the base year. Unit: Mt CO2/yr. Dual: the carbon price in that region and year.
        Data: the posts to the account {name}.
        """,
    )


CARBON_VALUE = Setting(
    "carbon_value", "CNY/t CO2", "number", 0.0, low=0, high=100000, source="OWN_EST", quality="estimate",
    en="Payment for each tonne of net emissions beside the targets (0: targets alone)", zh="目标之外对每吨净排放的支付（0为仅目标约束）",
)

PERMANENCE_BUFFER = Setting(
    "permanence_buffer", "1", "number", 0.0, low=0, high=1, source="OWN_EST", quality="estimate",
    en="Share of the sink of living forest, planted forest and forest soil that is withheld from the carbon targets", zh="现有林、新造林与森林土壤碳汇中不计入目标的永久性缓冲比例",
)
BUFFER = "permanence_buffer"


def check_target_years(data: Data) -> list[Finding]:
    """A target holds at a milestone; a peak must leave milestones on both sides, or it says nothing."""
    targets = data.frame(CARBON_TARGETS)
    peaks = targets["kind"] == "peak"
    first, last = data.years[0], data.years[-1]

    # with one planned milestone alone no year can be a peak
    expected = (f"a year from {first} on and before {last}", f"应不早于 {first} 且早于 {last}") if first < last else (
        "a second planned milestone year in periods", "periods 中应有第二个规划里程碑年",
    )  # fmt: skip

    def refused(row: int, english: str, chinese: str) -> Finding:
        return Finding("error", CARBON_TARGETS.name, data.cell(CARBON_TARGETS.name, row, "year"), english, expected[0], chinese, expected[1])

    found = no_milestones(data, CARBON_TARGETS, targets[~peaks], "year")
    for row, year in targets.loc[peaks, "year"].astype(float).items():
        if year >= last:
            found.append(refused(int(row), f"no milestone year follows {year:g}: the peak would limit nothing", f"{year:g} 之后没有里程碑年：达峰目标不起作用"))
        elif year < first:
            found.append(refused(int(row), f"no planned milestone year comes up to {year:g}: the base year has no account that could be a peak", f"到 {year:g} 为止没有规划里程碑年：基年没有可作峰值的账户"))
    return found


class CarbonAccount(Lever):
    """Totals of the strict account by region and year, and the targets."""

    name = "carbon"
    order = 1
    tables = (CARBON_TARGETS, UNMANAGED_SINK)
    checks = (check_target_years,)
    settings = (CARBON_VALUE, PERMANENCE_BUFFER)
    items = (
        Item("unmanaged_{unmanaged_sink.category}", "sink", en="Unmanaged {}", zh="非管理{}"),
        Item("permanence_buffer", "sink", en="Permanence buffer (withheld)", zh="永久性缓冲（扣留）", iamc=NOWHERE),
        Item("carbon_payment", "money", en="Payment for carbon beside the targets", zh="目标外碳支付"),
    )
    variables = (EMISSION_TOTAL, SINK_TOTAL, CAPTURED_TOTAL)
    states = tuple(State(f"{account}_total", (f"{account}_account",)) for account in ("emission", "sink", "captured"))
    sums = (_account("emission", "emissions"), _account("sink", "sinks"), _account("captured", "captured CO2"))

    def build(self) -> None:
        """Post the unmanaged sink and the buffer, sum the accounts, add the target rows."""
        self._post_unmanaged_sink()
        self._withhold_buffer()
        keys = pd.MultiIndex.from_product([self.data.regions, self.data.years], names=["region", "year"]).to_frame(index=False)
        self.emission = self.b.variable(EMISSION_TOTAL, keys)
        self.sink = self.b.variable(SINK_TOTAL, keys)
        self.captured = self.b.variable(CAPTURED_TOTAL, keys)
        for account, family in (("emission", self.emission), ("sink", self.sink), ("captured", self.captured)):
            self._sum_account(account, family)
        self._pay_for_carbon()
        self._add_targets()

    def _pay_for_carbon(self) -> None:
        """Net emissions of the strict account pay the value of carbon, when there is one, beside the targets."""
        value = self.data.number(CARBON_VALUE.name)
        if value > 0.0:
            self.ledger.use("money", self.emission.terms(), value, item="carbon_payment", unit="bn CNY/Mt CO2")
            for family in (self.sink, self.captured):
                self.ledger.supply("money", family.terms(), value, item="carbon_payment", unit="bn CNY/Mt CO2")

    def _post_unmanaged_sink(self) -> None:
        frame = self.data.frame(UNMANAGED_SINK)
        for category, part in frame.groupby("category", sort=False):
            self.ledger.supply_fixed("sink", part[["region", "year"]], part["value"], item=f"unmanaged_{category}", unit="Mt CO2/yr", memo=True)

    def _withhold_buffer(self) -> None:
        """Every post of the strict sink that the buffer covers once more, times minus the share: stocks and their sinks stay as they are."""
        share = self.data.number(PERMANENCE_BUFFER.name)
        if share <= 0.0:
            return
        covered = buffered(self.b)
        for post in list(self.ledger.posts.get("sink", [])):
            if post.item in covered and not post.memo:
                self.ledger.add(replace(post, item=BUFFER, coefficient=-share * post.coefficient, sheet="", cells=()))

    def _sum_account(self, account: str, family: Any) -> None:
        """total[r,t] == sum of the posts of the strict account."""
        table = self.ledger.table(account)
        strict = table[~table["memo"].astype(bool) & table["year"].isin(self.data.years)]
        total = family.frame.assign(position=family.positions, coefficient=-1.0)
        columns = ["region", "year", "position", "coefficient"]
        self.b.rows_from_terms(f"{account}_account", stack([total[columns], strict[columns]]), ["region", "year"], "==", "Mt CO2/yr")

    def _add_targets(self) -> None:
        targets = self.data.frame(CARBON_TARGETS)
        self.limit_of = self.data.lookup(CARBON_TARGETS)
        self.members = {target: regions_in(self.data, scope) for target, scope in self.data.lookup(CARBON_TARGETS, "scope").items()}
        for kind, rule, column in (
            ("net_limit", self.net_limit, "value"),
            ("emission_limit", self.emission_limit, "value"),
            ("cumulative", self.cumulative_limit, "value"),
        ):
            chosen = targets[targets["kind"] == kind]
            unit = "Mt CO2" if kind == "cumulative" else "Mt CO2/yr"
            over = chosen[["target", "scope", "year"]].astype({"year": int})
            self.b.constrain(rule, over, limit=(CARBON_TARGETS.name, self.b.cells(CARBON_TARGETS, chosen, column), unit))
        peaks = targets[targets["kind"] == "peak"]
        over = pd.DataFrame(
            [(t, s, y, row) for t, s, p, row in zip(peaks["target"], peaks["scope"], peaks["year"], peaks.index, strict=True) for y in self.data.years if y > int(p)],
            columns=["target", "scope", "year", "row"],
        )
        cells = [self.data.cell(CARBON_TARGETS.name, int(row), "year") for row in over["row"]]
        self.b.constrain(self.never_rises_after_peak, over[["target", "scope", "year"]], limit=(CARBON_TARGETS.name, cells, "Mt CO2/yr"))

    def _net(self, regions: list[str], year: int) -> Any:
        return self.b.sum([*((1.0, self.emission[r, year]) for r in regions), *((-1.0, self.sink[r, year]) for r in regions), *((-1.0, self.captured[r, year]) for r in regions)])

    def _gross_less_captured(self, regions: list[str], year: int) -> Any:
        return self.b.sum([*((1.0, self.emission[r, year]) for r in regions), *((-1.0, self.captured[r, year]) for r in regions)])

    @constraint(unit="Mt CO2/yr", kind="flow", target=True)
    def net_limit(self, target: str, scope: str, year: int) -> Any:
        """Net emissions of the period that ends at the target's year stay below its limit (neutrality: zero).

            sum over r of emission_total[r,t] - sink_total[r,t] - captured_total[r,t] <= limit[target]

        For: each active row of kind net_limit. Unit: Mt CO2/yr. Dual: the price of one more tonne allowed.
        Data: carbon_targets.
        """
        return self._net(self.members[target], year) <= self.limit_of[target]

    @constraint(unit="Mt CO2/yr", kind="flow", target=True)
    def emission_limit(self, target: str, scope: str, year: int) -> Any:
        """Emissions less what is captured stay below the limit in that year; sinks do not help.

            sum over r of emission_total[r,t] - captured_total[r,t] <= limit[target]

        For: each active row of kind emission_limit. Unit: Mt CO2/yr. Dual: the price of one more tonne allowed.
        Data: carbon_targets.
        """
        return self._gross_less_captured(self.members[target], year) <= self.limit_of[target]

    @constraint(unit="Mt CO2", kind="stock", nets="read_as_total", target=True)
    def cumulative_limit(self, target: str, scope: str, year: int) -> Any:
        """Net emissions added up from the base year to the target's year stay below its limit.

            sum over t <= year, r of n[t] * (emission_total - sink_total - captured_total)[r,t] <= limit[target]

        For: each active row of kind cumulative. Unit: Mt CO2. Dual: the price of one more tonne allowed.
        Data: carbon_targets (value read as Mt CO2).
        """
        total: Any = 0.0
        for t in self.data.years:
            if t <= year:
                total = total + float(self.data.length(t)) * self._net(self.members[target], t)
        return total <= self.limit_of[target]

    @constraint(unit="Mt CO2/yr", kind="flow", nets="year_only", target=True)
    def never_rises_after_peak(self, target: str, scope: str, year: int) -> Any:
        """After the peak year net energy and industry emissions never rise again.

            sum over r of (emission_total - captured_total)[r,t] <= sum over r of (emission_total - captured_total)[r,t-1]

        For: each active row of kind peak, every milestone after its year. Unit: Mt CO2/yr. Dual: what a later peak is
        worth. Data: carbon_targets.
        """
        regions = self.members[target]
        return self._gross_less_captured(regions, year) - self._gross_less_captured(regions, self.data.previous(year)) <= 0.0
