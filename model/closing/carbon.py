"""The carbon account: emission - sink - captured = net.

Every lever has posted what it emits, stores and captures. Here the posts that count in the strict account are summed
by region and year; ``targets`` holds them to the rows of ``carbon_targets``.

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
from ..core.declare.iamc import NOWHERE
from ..core.declare.roles import EMITTERS, Item, State
from ..core.declare.spec import (
    Column,
    Complete,
    ConstraintInfo,
    Setting,
    Table,
    Variable,
)
from ..core.frames import stack

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
#: The accounts whose totals the targets limit, each the balance of its name.
ACCOUNTS = ("emission", "sink", "captured")


class CarbonAccount(Lever):
    """Totals of the strict account by region and year."""

    name = "carbon"
    order = 1
    tables = (UNMANAGED_SINK,)
    settings = (CARBON_VALUE, PERMANENCE_BUFFER)
    items = (
        Item("unmanaged_{unmanaged_sink.category}", "sink", en="Unmanaged {}", zh="非管理{}"),
        Item("permanence_buffer", "sink", en="Permanence buffer (withheld)", zh="永久性缓冲（扣留）", iamc=NOWHERE),
        Item("carbon_payment", "money", en="Payment for carbon beside the targets", zh="目标外碳支付", payer=EMITTERS),
    )
    variables = (EMISSION_TOTAL, SINK_TOTAL, CAPTURED_TOTAL)
    states = tuple(State(f"{account}_total", (f"{account}_account",)) for account in ACCOUNTS)
    sums = (_account("emission", "emissions"), _account("sink", "sinks"), _account("captured", "captured CO2"))

    def build(self) -> None:
        """Post the unmanaged sink and the buffer, sum the accounts."""
        self._post_unmanaged_sink()
        self._withhold_buffer()
        keys = pd.MultiIndex.from_product([self.data.regions, self.data.years], names=["region", "year"]).to_frame(index=False)
        self.emission = self.b.variable(EMISSION_TOTAL, keys)
        self.sink = self.b.variable(SINK_TOTAL, keys)
        self.captured = self.b.variable(CAPTURED_TOTAL, keys)
        for account, family in (("emission", self.emission), ("sink", self.sink), ("captured", self.captured)):
            self._sum_account(account, family)
        self._pay_for_carbon()

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
        for post in self.ledger.posted("sink"):
            if post.item in covered and not post.memo:
                self.ledger.add(replace(post, item=BUFFER, coefficient=-share * post.coefficient, sheet="", cells=()))

    def _sum_account(self, account: str, family: Any) -> None:
        """total[r,t] == sum of the posts of the strict account."""
        table = self.ledger.table(account)
        strict = table[~table["memo"].astype(bool) & table["year"].isin(self.data.years)]
        total = family.frame.assign(position=family.positions, coefficient=-1.0)
        columns = ["region", "year", "position", "coefficient"]
        self.b.rows_from_terms(f"{account}_account", stack([total[columns], strict[columns]]), ["region", "year"], "==", "Mt CO2/yr")
