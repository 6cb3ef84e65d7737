"""The ecological funds of a plan: what each had, paid and kept for the next period, by region and period, and what one more yuan of it is worth.

Limits: a fund of which a row is worth nothing may have been spent in full or not: among funds without a price the order of payment
is that of ``untied_money_price``; history has no limit on the public budget and is told without one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...core.declare.results import YEAR, Identity, ResultTable, number, text, texts
from ...core.solve.amounts import period_weights, total, values
from ...core.solve.sides import Sides, Tables, compare, not_negative, sums
from ..finance import PUBLIC_MONEY
from ..funds.given import given
from ..funds.pays import FUND_UNSPENT
from ..funds.tables import ECOLOGICAL_BUDGET, FUND_MONEY, PUBLIC, SOCIAL, UNTIED_PRICE
from ..market.prices import CNY_PER_TONNE
from ..market.tables import CREDIT_PRICE, SOLD
from .finance import BN, paid

if TYPE_CHECKING:
    from ...core.solve.solution import Solution

KEYS = ["fund", "region", "year"]
WITHIN, JOINS, SOCIAL_JOINS = "fund_within_money", "fund_joins", "social_capital_joins"


def funds(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``funds``: one row a fund, region and period in which it may pay."""
    pays = paid(solution)
    if pays.empty:
        return pd.DataFrame()
    data = solution.build.data
    told = given(data).funds
    frame = total(pays.astype({"year": "int64"}), KEYS).rename(columns={"value": "paid"})
    keys = [tuple(key) for key in frame[KEYS].itertuples(index=False, name=None)]
    amounts, credits = _money(solution), credit_revenue(solution)
    counted = float(data.stated(CREDIT_PRICE.name) or 0.0) * CNY_PER_TONNE
    for key, revenue in credits.items():
        amounts[key] = amounts.get(key, 0.0) + revenue
    kept = {tuple(key): float(value) for *key, value in values(solution, FUND_UNSPENT.name).itertuples(index=False, name=None)}
    before = [kept.get((fund, region, data.previous(year)), 0.0) * told[fund].carry_over / data.length(year) for fund, region, year in keys]
    left = [kept.get(key, 0.0) / data.length(key[2]) for key in keys]
    return frame.assign(
        level=[told[fund].level for fund, *_ in keys], available=[amounts.get(key, np.nan) for key in keys], credits=[credits.get(key, 0.0) for key in keys], credit_price=[counted if key in credits else np.nan for key in keys], carried_in=before, carried_out=left,
        premium=[told[fund].premium * amount for (fund, *_), amount in zip(keys, frame["paid"], strict=True)], price=_prices(solution, keys),
        order_price=[data.number(UNTIED_PRICE.name) * given(data).places.get(fund, 0.0) * amount for (fund, *_), amount in zip(keys, frame["paid"], strict=True)],
    )  # fmt: skip


def _money(solution: Solution) -> dict[tuple[str, str, int], float]:
    """Money a year by fund, region and year, where it holds: the public budget pays what was done in history."""
    data = solution.build.data
    own = {(PUBLIC, region, int(year)): float(value) for (region, year), value in data.lookup(ECOLOGICAL_BUDGET).items() if year not in data.history}
    return own | {(fund, region, int(year)): float(value) for (fund, region, year), value in data.lookup(FUND_MONEY).items()}


def credit_revenue(solution: Solution) -> dict[tuple[str, str, int], float]:
    """What funds get of credits a year, by fund, region and year, at the price that the plan counts on."""
    data, price = solution.build.data, solution.build.data.stated(CREDIT_PRICE.name)
    taking = [fund for fund in given(data).further if fund.credit_share > 0.0] if price is not None else []
    sold = total(values(solution, SOLD.name), ["region", "year"]) if taking else pd.DataFrame()
    return {
        (fund.name, str(region), int(year)): fund.credit_share * float(price or 0.0) * float(amount)
        for fund in taking for region, year, amount in sold.itertuples(index=False, name=None)
    }  # fmt: skip


def _prices(solution: Solution, keys: list[tuple[str, str, int]]) -> list[float]:
    """What one more yuan of the fund is worth in yuan of its year: by its money, and by what it joins; missing where the objective is no money."""
    weights = period_weights(solution)
    goal = solution.build.objective
    if goal is None or not goal.weights:
        return [float("nan")] * len(keys)
    found: dict[tuple[str, str, int], float] = {}
    for family in (WITHIN, JOINS, SOCIAL_JOINS):
        if family in solution.build.rows:
            rows = solution.rows(family)
            names = rows["fund"] if "fund" in rows else pd.Series(SOCIAL, index=rows.index)
            for fund, region, year, dual in zip(names, rows["region"], rows["year"], rows["dual"], strict=True):
                key = (str(fund), str(region), int(year))
                found[key] = found.get(key, 0.0) + max(0.0, solution.improvement_sign * float(dual))
    family_of = solution.build.families[PUBLIC_MONEY.name]
    for (region, year), position in zip(family_of.keys, family_of.positions, strict=True):
        key = (PUBLIC, str(region), int(year))
        found[key] = found.get(key, 0.0) + max(0.0, solution.improvement_sign * float(solution.reduced_cost[position]))
    return [found.get(key, 0.0) / weights[key[2]] for key in keys]


def funds_in_money(tables: Tables, solution: Solution) -> list[Sides]:
    """What a fund pays is what is spent from it, and it pays no more than it has."""
    table, money = tables["funds"], tables["money"]
    if table.empty:
        return []
    spent = money[money["fund"].isin(set(table["fund"]))]
    signed = spent.assign(value=np.where(spent["direction"] == "spend", spent["value"], -spent["value"]))
    own = signed[signed["item"] != signed["fund"]]
    limited = table[table["available"].notna()]
    left = limited.assign(value=limited["available"] + limited["carried_in"] - limited["paid"] - limited["carried_out"])
    return [compare(sums(table, KEYS, "paid"), sums(own, KEYS)), not_negative(left), not_negative(table, "paid"), *_of_credits(tables, solution)]


def _of_credits(tables: Tables, solution: Solution) -> list[Sides]:
    """What funds get of credits is their share of what regions sell in the markets."""
    table, market = tables["funds"], tables["carbon_market"]
    if market.empty or not table["credits"].any():
        return []
    data = solution.build.data
    sold = sums(market, ["region", "year"], "credits_sold")
    share = table["fund"].map({fund.name: fund.credit_share for fund in given(data).further}).fillna(0.0)
    of_place = [float(sold.get((region, int(year)), 0.0)) for region, year in zip(table["region"], table["year"], strict=True)]
    return [compare(sums(table, KEYS, "credits"), sums(table.assign(own=share * float(data.stated(CREDIT_PRICE.name) or 0.0) * np.array(of_place)), KEYS, "own"))]


RESULTS = (
    ResultTable(
        "funds", "What each ecological fund had, paid and kept, by level, region and period.", "各级生态资金的可用、支付与结转。",
        (
            *texts("region", "fund"), text("level", "Whose money it is", "资金层级"), YEAR,
            number("available", BN, "Money of the period; blank where only public money beside it limits it, or nothing", "本期资金；仅受配套限制或无限制时为空"),
            number("credits", BN, "Of it from credits of sinks, at the price that the plan counts on", "其中碳汇信用收入（按方案所计价格）"),
            number("credit_price", "CNY/t CO2", "Price at which the plan counts on credits; blank: the fund takes none there", "方案所计信用价格；空白为不计"),
            number("carried_in", BN, "Kept from the period before", "上期结转"), number("paid", BN, "Paid", "支付"),
            number("carried_out", BN, "Kept for the next period (of which a share goes on)", "留待下期（按比例结转）"), number("premium", BN, "Premium on what it pays", "溢价"),
            number("order_price", BN, "Price of the order of payment, in the objective alone", "支付次序的价格（仅计入目标函数）"),
            number("price", "1", "What one more yuan of it is worth, in yuan of the year", "每增加一元的价值（当年元）"),
        ),
        ("region", "fund", "year"), make=funds,
    ),
)  # fmt: skip
IDENTITIES = (
    Identity("funds_pay_what_is_spent_from_them", "Funds pay what is spent from them, within what they have", "资金支付与支出一致且不超过可用资金", funds_in_money),
)
