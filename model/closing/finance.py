"""Who pays for ecological construction: public budget by region and period, social capital with its premium, further funds.

Costs of the ecological levers are payable from the public budget of the region, from the funds of the sheet ``funds`` (room ``funds``)
or from social capital, which joins in at a multiple of public money and wants a premium. All other costs have the payer that
their item declares, or that ``cost_funds`` names.

Limits: no transfers between regions: the analysis compensation tells who would owe whom.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..core.build.build import Lever
from ..core.data import NET_REMOVAL, Data
from ..core.declare.roles import LAND_USERS, Item
from ..core.declare.spec import ConstraintInfo, Setting, Variable, constraint
from ..core.frames import stack
from .funds.attraction import FUND_ATTRACTION, check_attraction
from .funds.checks import check_funds
from .funds.given import given
from .funds.pays import EARMARKED, FUND_PAYS, FUND_UNSPENT, FundPart, social_terms, spent_on
from .funds.tables import (
    COST_FUNDS,
    CREDIT_TOLERANCE,
    ECOLOGICAL_BUDGET,
    FUNDS,
    PUBLIC,
    SOCIAL,
    SOCIAL_MULTIPLE,
    SOCIAL_PREMIUM,
    TABLES,
    UNTIED_PRICE,
)
from .pledges.series import GDP, POPULATION

PUBLIC_MONEY = Variable("public_money", ("region", "year"), "bn CNY/yr", en="Ecological spending paid from the public budget", zh="财政支付的生态支出", kind="flow", steers_forest=True)
SOCIAL_CAPITAL = Variable("social_capital", ("region", "year"), "bn CNY/yr", en="Ecological spending paid by social capital", zh="社会资本支付的生态支出")

SPENDING_SHARE = Setting(
    "spending_share_of_gdp", "1", "number", 0.07, low=0, high=1, source="EXPERT", quality="estimate",
    en="Most of GDP that may be spent in a year when net removal is maximised", zh="最大化净移除时年支出占GDP上限",
)


SPENDING_PAID = ConstraintInfo(
    "ecological_spending_paid", "finance", "bn CNY/yr",
    """All ecological spending is paid from the public budget, by social capital or by a further fund.

        public_money[r,t] + social_capital[r,t] + sum over f, p of fund_pays[f,p,r,t] == sum over posts p to money with an ecological item of spending[p]

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


def has_funds(data: Data) -> bool:
    """Whether a budget is given, and what may be paid from it."""
    return data.has(ECOLOGICAL_BUDGET.name) and data.has(COST_FUNDS.name)


class Finance(Lever):
    """Ecological spending split over the funds; a spending limit for ``max_net_removal``."""

    name = "finance"
    order = 2
    tables = (ECOLOGICAL_BUDGET, *TABLES, FUND_ATTRACTION, GDP, POPULATION, COST_FUNDS)
    settings = (SOCIAL_MULTIPLE, SOCIAL_PREMIUM, UNTIED_PRICE, CREDIT_TOLERANCE, SPENDING_SHARE)
    items = (
        Item("social_capital_premium", "money", en="Premium of social capital", zh="社会资本溢价", payer=LAND_USERS),
        Item("{funds.fund}_premium", "money", en="Premium of {}", zh="{}溢价", payer=LAND_USERS),
        Item("untied_money", "aims", en="Order of payment: programmes first", zh="支付次序：专项优先"),
    )
    checks = (check_funds, check_attraction)
    variables = (PUBLIC_MONEY, SOCIAL_CAPITAL, FUND_PAYS, FUND_UNSPENT)
    operations = ("public_money", "social_capital", "fund_pays", "fund_unspent")
    sums = (SPENDING_PAID, SPENDING_LIMIT, EARMARKED)
    rules = (FundPart,)

    @classmethod
    def present(cls, data: Data) -> bool:
        """Finance exists when a budget and the list of payable costs are given, when funds are listed, or a spending limit is needed."""
        return has_funds(data) or data.has(FUNDS.name) or is_spending_limited(data)

    def build(self) -> None:
        """Declare who pays, tie it to the posts, charge the premium."""
        if has_funds(self.data):
            self._build_funds()
        if is_spending_limited(self.data):
            self._build_spending_limit()

    def _build_funds(self) -> None:
        budget = self.data.frame(ECOLOGICAL_BUDGET)
        budget = budget[budget["year"].isin(self.data.years)]
        cells = self.b.cells(ECOLOGICAL_BUDGET, budget)
        keys = budget[["region", "year"]].reset_index(drop=True)
        # what was done in a period of history was paid, whatever the budget says
        # what was kept from the period before may be spent, too: then a row says how much there is
        is_free = budget["year"].isin(self.data.history) | (given(self.data).funds[PUBLIC].carry_over > 0.0)
        most = budget["value"].astype(float).where(~is_free, np.inf)
        self.public = self.b.variable(PUBLIC_MONEY, keys, high=most.to_numpy(dtype=float), limit=(ECOLOGICAL_BUDGET.name, cells, "bn CNY/yr"))
        self.social = self.b.variable(SOCIAL_CAPITAL, keys)
        self.part = FundPart(self.b, self.public, self.social)
        spent = spent_on(self.data, self.ledger.table("money"))
        if spent.empty:
            return
        further = self.part.declare()
        paid = stack([*(family.frame.assign(position=family.positions, coefficient=1.0) for family in (self.public, self.social)), *further])
        columns = ["region", "year", "position", "coefficient"]
        self.b.rows_from_terms("ecological_spending_paid", stack([paid[columns], spent[columns]]), ["region", "year"], "==", "bn CNY/yr")
        self.multiple, premium, (sheet, cell) = social_terms(self.part)
        self.b.constrain(self.social_capital_joins, keys, limit=(sheet, [cell] * len(keys), "bn CNY/yr"))
        self.ledger.use("money", self.social.terms(), premium, item="social_capital_premium", unit="1")
        self.part.rows(spent)

    @constraint(unit="bn CNY/yr", kind="flow", nets="share_of_plan")
    def social_capital_joins(self, region: str, year: int) -> Any:
        """Social capital joins public money up to a multiple of it, and is drawn in by income.

            social_capital[r,t] <= social_multiple * (public_money[r,t] + sum over public funds f and p of fund_pays[f,p,r,t])
                + sum over incomes i of value[social_capital,i] * earned[i,r,t]

        For: region r, year t. Unit: bn CNY/yr. Dual: what one more yuan of social capital is worth.
        Data: settings social_multiple, or funds.multiple of the row social_capital; fund_attraction.
        """
        public = self.part.public_terms(region, year)
        pairs = [(1.0, self.social[region, year]), *((-self.multiple, money) for money in public), *self.part.drawn_in(SOCIAL, region, year)]
        return self.b.sum(pairs) <= self.part.attracted.amount(SOCIAL, region, year)

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
