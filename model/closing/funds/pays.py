"""What each fund pays: within its money and its purpose, with the share that the region adds, beside so much public money.

Money that is tied to nothing pays whatever is left, so only tied money is told by purpose: it fits into what is spent on the purpose
together with the share that the region adds. Rows and variables exist for the funds of the sheet alone; without it there are none.

Limits: money moves neither between regions nor between funds; what is left over is kept for the next period only; a fund pays in the
period in which something is spent, so a loan is repaid nowhere in the model: its premium stands for what it costs. An item whose spending
can fall below zero (income booked under it) does not bear tied money: no plan could then spend it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...core.build.build import Build
from ...core.build.declared import info_of
from ...core.build.parts import Family
from ...core.data import Data
from ...core.declare.spec import ConstraintInfo, Variable, constraint
from ...core.frames import stack
from ...core.ledger import Ledger
from ..market.tables import CREDIT_PRICE, SOLD
from .attraction import attracted
from .given import Fund, Given, ecological_items, given
from .tables import ANY, ECOLOGICAL_BUDGET, FUND_MONEY, LOCAL, PAYABLE, PUBLIC, SOCIAL, UNTIED_PRICE

FUND_PAYS = Variable("fund_pays", ("fund", "purpose", "region", "year"), "bn CNY/yr", en="Ecological spending paid by a further fund", zh="其他资金支付的生态支出", kind="flow")
FUND_UNSPENT = Variable("fund_unspent", ("fund", "region", "year"), "bn CNY", en="Money of a fund left for the next period", zh="结转下期的资金")

EARMARKED = ConstraintInfo(
    "tied_within_spending", "finance", "bn CNY/yr",
    """Money that is tied to a purpose, with what the region adds to it, pays no more than is spent on the purpose.

        sum over f of fund_pays[f,p,r,t] / (1 - s[f,p,r]) <= sum over posts to money with an item of the purpose of spending
        s[f,p,r] = local_share[f,p] * min(1, revenue[r] / expenditure[r])

    For: every purpose of a fund that has rows in payable, region and year. Unit: bn CNY/yr. Dual: what one more yuan that may be
    paid from tied money is worth. Data: payable, fiscal_capacity, the posts to money.
    """,
)  # fmt: skip


class FundPart:
    """Variables and rows of the funds of the sheet; ``public`` and ``social`` are what the built-in funds pay."""

    def __init__(self, build: Build, public: Family, social: Family) -> None:
        self.b: Build = build
        self.data: Data = build.data
        self.ledger: Ledger = build.ledger
        self.public, self.social = public, social
        self.given: Given = given(self.data)
        self.keys = public.frame[["region", "year"]].reset_index(drop=True)
        self.credit_price = 0.0
        self.sold = self._sold()
        self.attracted = attracted(build)
        self.money, self.cells = self._money()
        self.paid: dict[tuple[str, str, int], list[Any]] = {}
        self.pays: Family | None = None
        self.unspent: Family | None = None

    def _money(self) -> tuple[dict[tuple[str, str, int], float], dict[tuple[str, str, int], tuple[str, str]]]:
        """Money a year by fund, region and year, and where it stands."""
        amounts, places = {}, {}
        for table in (ECOLOGICAL_BUDGET, FUND_MONEY):
            cells = self.data.lookup_cells(table)
            for key, value in self.data.lookup(table).items():
                full = key if table is FUND_MONEY else (PUBLIC, *key)
                amounts[full], places[full] = float(value), (table.name, cells[key])
        for fund in self.given.further:
            for region, year in self.keys.itertuples(index=False, name=None) if fund.credit_share > 0.0 else ():
                if (region, year) in self.sold:
                    amounts.setdefault((fund.name, region, year), 0.0)
                    places.setdefault((fund.name, region, year), ("", ""))
        return amounts, places

    def _sold(self) -> dict[tuple[str, int], list[Any]]:
        """Credits that a region may sell in a year, by market, where a price says what they bring."""
        price = self.data.stated(CREDIT_PRICE.name)
        if price is None or SOLD.name not in self.b.families or not any(fund.credit_share > 0.0 for fund in self.given.further):
            return {}
        self.credit_price = price
        found: dict[tuple[str, int], list[Any]] = {}
        for (_, region, year), variable in self.b.of_other(SOLD.name).variables.items():
            found.setdefault((region, year), []).append(variable)
        return found

    def keeps(self, fund: Fund) -> bool:
        """Whether what the fund leaves may be spent later."""
        return fund.is_limited and fund.carry_over > 0.0

    def declare(self) -> list[pd.DataFrame]:
        """What funds pay and keep; terms of the former by region and year, for the row of all spending."""
        lists = [
            (fund.name, purpose, region, year)
            for fund in self.given.further
            for purpose in fund.purposes
            for region, year in self.keys.itertuples(index=False, name=None)
            if not fund.is_limited or (fund.name, region, year) in self.money
        ]
        if lists:
            self.pays = self.b.variable(FUND_PAYS, lists)
            for fund, _, region, year in lists:
                self.paid.setdefault((fund, region, year), [])
            for (fund, _, region, year), variable in self.pays.variables.items():
                self.paid[fund, region, year].append(variable)
        kept = [
            (fund.name, region, year)
            for fund in self.given.funds.values()
            if self.keeps(fund)
            for region, year in self.keys.itertuples(index=False, name=None)
            if year in self.data.decided[:-1] and (fund.name, region, year) in self.money
        ]
        if kept:
            self.unspent = self.b.variable(FUND_UNSPENT, kept)
        return [] if self.pays is None else [self.pays.frame.assign(position=self.pays.positions, coefficient=1.0)]

    def rows(self, spent: pd.DataFrame) -> None:
        """The rows of all funds; ``spent`` are the posts of ecological items."""
        self._within_money()
        self._joins()
        if self.pays is not None:
            self._tied(spent)
            self._premiums(self.pays)

    def _within_money(self) -> None:
        """Rows for the funds of the sheet, and for the public budget where it may carry over."""
        budget = [(PUBLIC, region, year) for region, year in self.keys.itertuples(index=False, name=None) if year in self.data.decided]
        over = budget if self.keeps(self.given.funds[PUBLIC]) else []
        over = over + [key for key in self.paid if self.given.funds[key[0]].is_limited]
        if not over:
            return
        frame = pd.DataFrame(over, columns=["fund", "region", "year"])
        self.b.constrain(self.fund_within_money, frame)
        for sheet in (ECOLOGICAL_BUDGET.name, FUND_MONEY.name):
            part = [key for key in over if self.cells[key][0] == sheet]
            if part:
                cells = [self.cells[key][1] for key in part]
                self.b.limit_rows(info_of(self.fund_within_money, lever="finance"), pd.DataFrame(part, columns=frame.columns), (sheet, cells, "bn CNY/yr"), [self.money[key] for key in part])

    @constraint(unit="bn CNY/yr", kind="flow", steers_forest=True, en="Money of a fund", zh="资金量")
    def fund_within_money(self, fund: str, region: str, year: int) -> Any:
        """A fund pays no more than its money, what it kept from the period before, and its share of what credits of sinks bring there.

            sum over p of fund_pays[f,p,r,t] + fund_unspent[f,r,t] / n[t] - carry_over[f] * fund_unspent[f,r,t-1] / n[t]
                <= money[f,r,t] + credit_share[f] * credit_price * sum over m of credits_sold[m,r,t]

        For: every fund with money in fund_money or a credit_share, region and year; the public budget where its carry_over is above zero, in
        decided years, with public_money in place of what it pays. Unit: bn CNY/yr. Dual: what one more yuan of the fund is worth.
        Data: fund_money, ecological_budget, funds.carry_over, funds.credit_share, setting credit_price (brought to the price of the market).
        """
        pays = [self.public[region, year]] if fund == PUBLIC else self.paid[fund, region, year]
        length = float(self.data.length(year))
        pairs = [(1.0, variable) for variable in pays]
        if self.unspent is not None:
            pairs.append((1.0 / length, self.unspent.get(fund, region, year)))
            pairs.append((-self.given.funds[fund].carry_over / length, self.unspent.get(fund, region, self.data.previous(year))))
        share = self.given.funds[fund].credit_share
        pairs += [(-share * self.credit_price, sold) for sold in (self.sold.get((region, year), []) if share > 0.0 else [])]
        return self.b.sum(pairs) <= self.money[fund, region, year]

    def public_terms(self, region: str, year: int) -> list[Any]:
        """What public funds pay in a region and year."""
        further = [variable for fund in self.given.further if fund.is_public for variable in self.paid.get((fund.name, region, year), [])]
        return [self.public[region, year], *further]

    def _joins(self) -> None:
        joins = [(key, self.given.funds[key[0]].cell) for key in self.paid if self.given.funds[key[0]].multiple is not None]
        if joins:
            frame = pd.DataFrame([key for key, _ in joins], columns=["fund", "region", "year"])
            self.b.constrain(self.fund_joins, frame, limit=(joins[0][1][0], [cell for _, (_, cell) in joins], "bn CNY/yr"))

    @constraint(unit="bn CNY/yr", kind="flow", nets="share_of_plan", en="A fund beside public money", zh="资金配套倍数")
    def fund_joins(self, fund: str, region: str, year: int) -> Any:
        """A fund that joins public money pays no more than its multiple of it, and what income draws in.

            sum over p of fund_pays[f,p,r,t] <= multiple[f] * (public_money[r,t] + sum over public funds g and p of fund_pays[g,p,r,t])
                + sum over incomes i of value[f,i] * earned[i,r,t]

        For: every fund of the sheet with a multiple, region and year. Unit: bn CNY/yr. Dual: what one more yuan of the fund is worth.
        Data: funds.multiple, funds.level (central, local and programme are public), fund_attraction.
        """
        multiple = self.given.funds[fund].multiple
        assert multiple is not None
        beside = [(-multiple, variable) for variable in self.public_terms(region, year)]
        return self.b.sum([*((1.0, variable) for variable in self.paid[fund, region, year]), *beside, *self.drawn_in(fund, region, year)]) <= self.attracted.amount(fund, region, year)

    def drawn_in(self, fund: str, region: str, year: int) -> list[tuple[float, Any]]:
        """What income draws into a fund, as terms that are taken off what it pays."""
        return [(-value, variable) for value, variable in self.attracted.of(fund, region, year)]

    def _tied(self, spent: pd.DataFrame) -> None:
        """Tied money fits into its purpose, and the region adds its share."""
        assert self.pays is not None
        purpose_of = {item: purpose for purpose, items in self.given.items.items() for item in items}
        frame = self.pays.frame.assign(position=self.pays.positions)
        tied = frame[frame["purpose"] != ANY]
        if tied.empty:
            return
        beside = np.array([self.given.beside(*key) for key in tied[["fund", "purpose", "region"]].itertuples(index=False, name=None)])
        posts = spent.assign(purpose=spent["item"].map(purpose_of))
        used = pd.MultiIndex.from_frame(tied[["purpose", "region", "year"]])
        posts = posts[pd.MultiIndex.from_frame(posts[["purpose", "region", "year"]]).isin(used)]
        columns = ["purpose", "region", "year", "position", "coefficient"]
        # a post to money that is spent has a coefficient below zero
        self.b.rows_from_terms(EARMARKED.name, stack([tied.assign(coefficient=1.0 + beside)[columns], posts[columns]]), columns[:3], "<=", EARMARKED.unit)
        asked = tied[beside > 0.0]
        if len(asked):
            self._match(asked)

    def _match(self, asked: pd.DataFrame) -> None:
        self.added: dict[tuple[str, int], list[tuple[float, Any]]] = {}
        cells: dict[tuple[str, int], str] = {}
        assert self.pays is not None
        for fund, purpose, region, year in asked[["fund", "purpose", "region", "year"]].itertuples(index=False, name=None):
            added = self.given.beside(fund, purpose, region), self.pays[fund, purpose, region, year]
            self.added.setdefault((region, year), []).append(added)
            cells.setdefault((region, year), self.given.share_cell[fund, purpose])
        over = pd.DataFrame(list(self.added), columns=["region", "year"])
        self.b.constrain(self.local_match, over, limit=(PAYABLE.name, list(cells.values()), "bn CNY/yr"))

    @constraint(unit="bn CNY/yr", kind="flow", nets="share_of_plan", en="Local share beside programmes", zh="专项的地方配套")
    def local_match(self, region: str, year: int) -> Any:
        """A region adds its share to what programmes pay there, from its own public money.

            sum over f, p of s[f,p,r] / (1 - s[f,p,r]) * fund_pays[f,p,r,t] <= public_money[r,t] + sum over untied local funds g of fund_pays[g,any,r,t]
            s[f,p,r] = local_share[f,p] * min(1, revenue[r] / expenditure[r])

        For: every region and year with a fund that asks for a local share. Unit: bn CNY/yr. Dual: what one yuan less to be added is
        worth. Data: payable.local_share (the cell is that of the first such row), fiscal_capacity.
        """
        own = [self.public[region, year]]
        own += [variable for fund in self.given.further if fund.level == LOCAL and not fund.is_tied for variable in self.paid.get((fund.name, region, year), [])]
        return self.b.sum([*self.added[region, year], *((-1.0, variable) for variable in own)]) <= 0.0

    def _premiums(self, pays: Family) -> None:
        """Each fund's premium to money, and the price by which tied money is spent before untied."""
        terms = pays.terms()
        for fund in self.given.further:
            if fund.premium > 0.0:
                self.ledger.use("money", terms.where(terms.frame["fund"] == fund.name), fund.premium, item=premium_of(fund.name), unit="1")
        places = self.given.places
        for part in (terms.where(terms.frame["fund"].isin(list(places))), self.public.terms().assign(fund=PUBLIC)) if places else ():
            if len(part.frame):
                price = self.data.number(UNTIED_PRICE.name) * part.frame["fund"].map(places).to_numpy(dtype=float)
                self.ledger.use("aims", part.assign(scope=part.frame["region"]), price, item="untied_money", unit="1")


def premium_of(fund: str) -> str:
    """The item of money under which the premium of a fund is posted."""
    return f"{fund}_premium"


def social_terms(part: FundPart) -> tuple[float, float, tuple[str, str]]:
    """Multiple and premium of social capital, and where the multiple stands."""
    fund = part.given.funds[SOCIAL]
    return float(fund.multiple or 0.0), fund.premium, fund.cell


def spent_on(data: Data, table: pd.DataFrame) -> pd.DataFrame:
    """The posts to money that the ecological funds pay."""
    return table[table["item"].isin(ecological_items(data))]
