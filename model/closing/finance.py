"""Who pays for ecological construction: public budget by region and period, social capital with its premium.

Costs of the ecological levers are payable from the public budget of the region or from social capital, which joins in
at a multiple of public money and wants a premium. All other costs are paid by the users (fund ``market``).

Limits: no carry-over of budget between periods, no transfers between regions: the analysis compensation tells who would owe whom.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..core.build.build import Lever
from ..core.data import NET_REMOVAL, Data
from ..core.declare.roles import Item
from ..core.declare.spec import Column, Complete, ConstraintInfo, Setting, Table, Variable, constraint
from ..core.frames import stack
from .pledges.series import GDP, POPULATION

ECOLOGICAL_BUDGET = Table(
    "ecological_budget",
    (
        Column("region", "", "text", key=True, ref="regions.region", en="Region", zh="地区"),
        Column("value", "bn CNY/yr", low=0, en="Public money for the ecological levers a year", zh="生态措施年财政资金"),
    ),
    complete=(
        Complete(("region",), en="nobody there can pay for ecological measures", zh="该地区生态措施无人付费"),
    ),
    shape="years", en="Public ecological budget", zh="生态财政预算",
)

COST_FUNDS = Table(
    "cost_funds",
    (
        Column("item", "", "text", key=True, ref="{sited_technologies.class}_cost|{thermal_technologies.class}_cost", posted="money", absent="neutral", en="Cost item as posted to the money account", zh="成本项目"),
        Column("fund", "", "text", choices=("ecological", "market"), aggregate="first", en="ecological: payable from the public budget and social capital; market: paid by users", zh="资金来源"),
    ),
    en="Which cost is payable from which fund", zh="成本与资金来源对应",
)

PUBLIC_MONEY = Variable("public_money", ("region", "year"), "bn CNY/yr", en="Ecological spending paid from the public budget", zh="财政支付的生态支出", kind="flow", steers_forest=True)
SOCIAL_CAPITAL = Variable("social_capital", ("region", "year"), "bn CNY/yr", en="Ecological spending paid by social capital", zh="社会资本支付的生态支出")

SOCIAL_MULTIPLE = Setting(
    "social_multiple", "1", "number", 1.0, low=0, high=10, source="EXPERT", quality="estimate",
    en="Most social capital per public money", zh="社会资本与财政资金最大倍数",
)
SOCIAL_PREMIUM = Setting(
    "social_premium", "1", "number", 0.15, low=0, high=2, source="EXPERT", quality="estimate",
    en="Premium that social capital wants on each yuan it pays", zh="社会资本溢价率",
)
SPENDING_SHARE = Setting(
    "spending_share_of_gdp", "1", "number", 0.07, low=0, high=1, source="EXPERT", quality="estimate",
    en="Most of GDP that may be spent in a year when net removal is maximised", zh="最大化净移除时年支出占GDP上限",
)


SPENDING_PAID = ConstraintInfo(
    "ecological_spending_paid", "finance", "bn CNY/yr",
    """All ecological spending is paid from the public budget or by social capital.

        public_money[r,t] + social_capital[r,t] == sum over posts p to money with an ecological item of spending[p]

    For: every region and year with a budget. Unit: bn CNY/yr. Dual: what one more yuan of ecological money is worth.
    Data: cost_funds, the posts to money.
    """,
)
SPENDING_LIMIT = ConstraintInfo(
    "spending_limit", "finance", "bn CNY/yr",
    """When net removal is maximised the nation spends no more than a share of its product.

        sum over posts p to money of spending[p] <= spending_share_of_gdp * sum over r of gdp[r,t]

    For: every decided period, objective max_net_removal. Unit: bn CNY/yr. Dual: removal that one more bn CNY a
    year would buy. Data: setting spending_share_of_gdp (the cell of the limit), gdp.
    """,
    ("flow", "other_cells", False, False),
)


def is_spending_limited(data: Data) -> bool:
    """Whether the objective counts removal whatever it costs, and the product of which a share may be spent is known."""
    return NET_REMOVAL in data.words("objective") and data.has(GDP.name)


class Finance(Lever):
    """Ecological spending split over public budget and social capital; a spending limit for ``max_net_removal``."""

    name = "finance"
    order = 2
    tables = (ECOLOGICAL_BUDGET, GDP, POPULATION, COST_FUNDS)
    settings = (SOCIAL_MULTIPLE, SOCIAL_PREMIUM, SPENDING_SHARE)
    items = (Item("social_capital_premium", "money", en="Premium of social capital", zh="社会资本溢价"),)
    variables = (PUBLIC_MONEY, SOCIAL_CAPITAL)
    operations = ("public_money", "social_capital")
    sums = (SPENDING_PAID, SPENDING_LIMIT)

    @classmethod
    def present(cls, data: Data) -> bool:
        """Finance exists when a budget and the list of payable costs are given, or a spending limit is needed."""
        budget = data.has(ECOLOGICAL_BUDGET.name) and data.has(COST_FUNDS.name)
        return budget or is_spending_limited(data)

    def build(self) -> None:
        """Declare who pays, tie it to the posts, charge the premium."""
        if self.data.has(ECOLOGICAL_BUDGET.name) and self.data.has(COST_FUNDS.name):
            self._build_funds()
        if is_spending_limited(self.data):
            self._build_spending_limit()

    def _build_funds(self) -> None:
        budget = self.data.frame(ECOLOGICAL_BUDGET)
        budget = budget[budget["year"].isin(self.data.years)]
        cells = self.b.cells(ECOLOGICAL_BUDGET, budget)
        keys = budget[["region", "year"]].reset_index(drop=True)
        # what was done in a period of history was paid, whatever the budget says
        most = budget["value"].astype(float).where(~budget["year"].isin(self.data.history), np.inf)
        self.public = self.b.variable(PUBLIC_MONEY, keys, high=most.to_numpy(dtype=float), limit=(ECOLOGICAL_BUDGET.name, cells, "bn CNY/yr"))
        self.social = self.b.variable(SOCIAL_CAPITAL, keys)
        self.multiple = self.data.number("social_multiple")
        funds = self.data.frame(COST_FUNDS)
        payable = set(funds.loc[funds["fund"] == "ecological", "item"])
        table = self.ledger.table("money")
        spent = table[table["item"].isin(payable)]
        if spent.empty:
            return
        paid = stack([family.frame.assign(position=family.positions, coefficient=1.0) for family in (self.public, self.social)])
        columns = ["region", "year", "position", "coefficient"]
        self.b.rows_from_terms("ecological_spending_paid", stack([paid[columns], spent[columns]]), ["region", "year"], "==", "bn CNY/yr")
        cells = [self.data.setting_cell(SOCIAL_MULTIPLE.name)] * len(keys)
        self.b.constrain(self.social_capital_joins, keys, limit=("settings", cells, "bn CNY/yr"))
        self.ledger.use("money", self.social.terms(), self.data.number("social_premium"), item="social_capital_premium", unit="1")

    @constraint(unit="bn CNY/yr", kind="flow", nets="share_of_plan")
    def social_capital_joins(self, region: str, year: int) -> Any:
        """Social capital joins public money up to a multiple of it.

            social_capital[r,t] <= social_multiple * public_money[r,t]

        For: region r, year t. Unit: bn CNY/yr. Dual: what one more yuan of social capital is worth.
        Data: settings social_multiple.
        """
        return self.social[region, year] - self.multiple * self.public[region, year] <= 0.0

    def _build_spending_limit(self) -> None:
        gdp = self.data.frame(GDP)
        national = gdp[gdp["year"].isin(self.data.decided)].groupby("year", sort=False)["value"].sum()
        limit = pd.DataFrame({"year": national.index, "position": -1, "coefficient": -self.data.number("spending_share_of_gdp") * national.to_numpy(dtype=float)})
        table = self.ledger.table("money")
        table = table[table["year"].isin(self.data.decided)]
        spent = table.assign(coefficient=-table["coefficient"])[["year", "position", "coefficient"]]
        rows = self.b.rows_from_terms("spending_limit", stack([limit, spent]), ["year"], "<=", "bn CNY/yr")
        cells = [self.data.setting_cell(SPENDING_SHARE.name)] * len(rows)
        allowed = -limit.set_index("year")["coefficient"].reindex(rows["year"], fill_value=0.0)
        self.b.limit_rows(SPENDING_LIMIT, rows, ("settings", cells, "bn CNY/yr"), allowed)
