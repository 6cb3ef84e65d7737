"""Carbon markets in the report: what each region owes, is given, buys, keeps and credits, at which prices, and what it pays.

    payment[r,t] = settled_price[t] * bought[r,t] + settled_credit_price[t] * (credits_used[r,t] - credits_sold[r,t])

The price of a market is the dual of what clears it, or, without trade, of the account of the region; that of credits the dual of what
clears them. Where the sheet states a price both are settled at that, told apart from those of the market. Payments of a market add up to nothing.

Limits: prices with a cost objective alone; duals need not be unique, and payments with them. The price of a credit may fall below zero
where a fund lives on credits: what it may spend by selling one is then worth more than the credit. With trade, who keeps what is banked is
open: any region may.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ....core.declare import units
from ....core.declare.results import YEAR, Identity, ResultTable, number, text, texts
from ....core.solve.amounts import with_group
from ....core.solve.sides import compare, sums, zero
from ..covered import EMISSION, TERMS, captured, emitted, given_for
from ..given import Market, markets
from ..prices import ACCOUNTS, CNY_PER_TONNE, Found, Prices
from ..tables import ALLOWANCE, BANKED, BOUGHT, CREDIT, PLACE, RESULT, SOLD, USED

if TYPE_CHECKING:
    from ....core.build.build import Build
    from ....core.solve.sides import Sides, Tables
    from ....core.solve.solution import Solution

#: Whose price it is at which is settled: that of the market, or one of the sheet.
OF_MARKET, OF_SHEET = "market", "sheet"
_CO2, _MONEY, _PRICE = "Mt CO2/yr", "bn CNY/yr", "CNY/t CO2"


def carbon_market(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``carbon_market``: one row for each market, region and year in which it owes, moves or credits something."""
    build = solution.build
    if not any(family in build.rows for family in ACCOUNTS):
        return pd.DataFrame()
    moved = {name: _levels(solution, name) for name in (BOUGHT.name, BANKED.name, SOLD.name, USED.name)}
    prices = Prices(solution)
    rows = []
    for market in markets(build.data).values():
        posted = {name: _summed(solution, terms) for name, terms in (("emitted", emitted(build, market)), ("captured", captured(build, market)), ("allocated", given_for(build, market)))}
        for region in _taking_part(build, market):
            for year in market.years:
                key = (market.name, region, year)
                amounts = {name: found.get(key, 0.0) for name, found in posted.items()}
                named = ("bought", "banked", "credits_sold", "credits_used")
                amounts |= {name: found.get(key, 0.0) for name, found in zip(named, moved.values(), strict=True)}
                own, credit = prices.of(key)
                settled, credit_settled = (own, credit) if market.price is None else (market.price * CNY_PER_TONNE,) * 2
                rows.append({
                    "market": market.name, "region": region, "year": year, **amounts, "covered": amounts["emitted"] - amounts["captured"], "price": own, "credit_price": credit,
                    "settled_price": settled, "settled_credit_price": credit_settled, "price_of": OF_MARKET if market.price is None else OF_SHEET,
                    "payment": (settled * amounts["bought"] + credit_settled * (amounts["credits_used"] - amounts["credits_sold"])) / CNY_PER_TONNE,
                })  # fmt: skip
    return with_group(solution, pd.DataFrame(rows)) if rows else pd.DataFrame()


def _taking_part(build: Build, market: Market) -> list[str]:
    """Regions of the scope, and those beyond that may sell credits."""
    sold = build.families.get(SOLD.name)
    sells = sold is not None and bool((sold.frame["market"] == market.name).any())
    return [region for region in build.data.regions if sells or region in market.regions]


def _levels(solution: Solution, family: str) -> Found:
    frame = solution.values(family)
    return {tuple(key): float(value) for *key, value in frame.itertuples(index=False, name=None)} if len(frame) else {}


def _summed(solution: Solution, terms: pd.DataFrame) -> Found:
    """What terms add up to by market, region and year."""
    if terms.empty:
        return {}
    position = terms["position"].to_numpy(dtype=np.int64)
    value = terms["coefficient"].to_numpy(dtype=float) * np.where(position < 0, 1.0, solution.x[position])
    grouped = terms[TERMS[:3]].assign(value=value).groupby(list(PLACE), sort=False)["value"].sum()
    return {tuple(key): float(value) for key, value in grouped.items()}


def market_closes(tables: Tables, solution: Solution) -> list[Sides]:
    """What some buy others sell, credits used are sold, money adds up to nothing, nobody surrenders less than is covered, and what is emitted is that of ``carbon``."""
    found = tables["carbon_market"]
    if found.empty:
        return []
    found = found.astype({"year": "int64"})
    market, place, data = ["market", "year"], list(PLACE), solution.build.data
    known = {tuple(key): float(value) for *key, value in found[[*place, "banked"]].itertuples(index=False, name=None)}
    drawn = [(known.get((m, r, data.previous(y)), 0.0) - known[m, r, y]) / data.length(y) for m, r, y in found[place].itertuples(index=False, name=None)]
    spare = found["allocated"] + found["bought"] + found["credits_used"] + pd.Series(drawn, index=found.index) - found["covered"]
    told = found.assign(surrendered=found["covered"] + spare.clip(lower=0.0), had=found["covered"] + spare, net=found["emitted"] - found["captured"])
    sides = [
        zero(told, market, "bought"), compare(sums(told, market, "credits_used"), sums(told, market, "credits_sold")),
        compare(sums(told, place, "surrendered"), sums(told, place, "had")), compare(sums(told, place, "covered"), sums(told, place, "net")),
        compare(sums(told, place, "emitted"), _of_account(tables, solution)),
    ]  # fmt: skip
    paid = told[told["payment"].notna()]
    if len(paid):
        worth = paid["settled_price"] * paid["bought"] + paid["settled_credit_price"] * (paid["credits_used"] - paid["credits_sold"])
        worth = pd.Series(units.convert(worth.to_numpy(dtype=float), "CNY/t CO2", "bn CNY/Mt CO2"), index=paid.index)
        sides += [zero(paid, market, "payment"), compare(sums(paid, place, "payment"), sums(paid.assign(worth=worth), place, "worth"))]
        sides.append(compare(sums(paid, ["region", "year"], "payment"), _as_traded(tables), sums(paid.assign(size=paid["payment"].abs()), ["region", "year"], "size")))
    return sides


def _as_traded(tables: Tables) -> pd.Series:
    """What each region pays less what it is paid for allowances and credits in ``trade``, by region and year."""
    trade = tables["trade"]
    trade = trade[trade["commodity"].isin([ALLOWANCE, CREDIT]) & trade["payment"].notna()] if len(trade) else pd.DataFrame(columns=["from_region", "to_region", "year", "payment"])
    sides = [trade[[end, "year"]].rename(columns={end: "region"}).assign(value=sign * trade["payment"].astype(float)) for end, sign in (("from_region", -1.0), ("to_region", 1.0))]
    return sums(pd.concat(sides, ignore_index=True), ["region", "year"])


def _of_account(tables: Tables, solution: Solution) -> pd.Series:
    """What the account of carbon holds of the emissions that markets cover, by market, region and year."""
    carbon = tables["carbon"]
    carbon = carbon[(carbon["account"] == EMISSION) & (carbon["in_target"] == 1)]
    parts = [
        carbon[carbon["category"].isin(list(market.covers)) & carbon["region"].isin(market.regions) & carbon["year"].isin(market.years)].assign(market=market.name)
        for market in markets(solution.build.data).values()
    ]  # fmt: skip
    return sums(pd.concat(parts, ignore_index=True), list(PLACE))


RESULTS = (
    ResultTable(
        RESULT, "What each region owes, is given, buys, keeps and credits in each carbon market, at which prices, and what it pays.",
        "各碳市场各地区的应清缴量、配额、买卖、结转、信用、价格与付款。",
        (
            text("market", "Market of `carbon_markets`", "`carbon_markets` 的市场"), *texts("region", "region_group"), YEAR,
            number("emitted", _CO2, "Emissions that are covered, before capture", "覆盖的排放（捕集前）"), number("captured", _CO2, "Captured at their plants", "其装置捕集量"),
            number("covered", _CO2, "What has to be surrendered for", "应清缴量"), number("allocated", _CO2, "Allowances given", "分得配额"),
            number("bought", _CO2, "Allowances bought less sold", "净购入配额"), number("banked", "Mt CO2", "Allowances kept for later, at the milestone", "结转配额（里程碑年）"),
            number("credits_sold", _CO2, "Credits of sinks sold", "售出信用"), number("credits_used", _CO2, "Credits of sinks surrendered", "清缴所用信用"),
            number("price", _PRICE, "Price of an allowance in the market; without trade that of the region", "市场配额价格；不可交易时为本地区价格"), number("credit_price", _PRICE, "Price of a credit in the market", "市场信用价格"),
            number("settled_price", _PRICE, "Price at which allowances are settled", "配额结算价格"), number("settled_credit_price", _PRICE, "Price at which credits are settled", "信用结算价格"),
            text("price_of", "market: settled at the prices of the market; sheet: at the price of `carbon_markets`", "market 为按市场价格结算；sheet 为按 `carbon_markets` 给定价格"),
            number("payment", _MONEY, "What the region pays for allowances and credits; below zero what it gets", "地区支付额；为负则为收入"),
        ),
        ("market", "region", "year"), make=carbon_market,
    ),
)  # fmt: skip
IDENTITIES = (
    Identity("carbon_markets_close", "Carbon markets close: what is bought is sold, and all that is covered is surrendered for", "碳市场闭合：买卖相抵，应清缴量均已清缴", market_closes),
)
