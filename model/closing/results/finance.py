"""Who pays what: spending by item and fund, and where the money comes from.

Items that ``cost_funds`` lists as ecological are paid from the public budget and by social capital, in the proportion
in which the two pay in that region and year; everything else is paid by the users. Income of the plan (for instance
of irrigated land) stands as a source beside what the users pay.

Limits: within a region and year every ecological item has the same proportion of public money and social capital.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...core.declare.results import SOURCE, SPEND, YEAR, Identity, ResultTable, number, texts
from ...core.solve.amounts import entries, stack, total, values
from ...core.solve.sides import Sides, Tables, not_negative, zero
from ..finance import COST_FUNDS, PUBLIC_MONEY, SOCIAL_CAPITAL

if TYPE_CHECKING:
    from ...core.solve.solution import Solution

PUBLIC, SOCIAL, MARKET = "public_budget", "social_capital", "market"
#: Item of what the users pay, and of what is left to them where income exceeds spending.
USERS, SURPLUS = "users", "surplus"
#: Who pays: what balances a fund and is neither a cost nor an income of the plan.
PAYERS = (USERS, PUBLIC, SOCIAL)
PLACE = ["region", "year"]


def money(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``money``: every spend item with its fund, and the sources, which add up to the same in each fund."""
    posted = entries(solution, "money", "bn CNY/yr")
    if posted.empty:
        return pd.DataFrame()
    posted = total(posted, [*PLACE, "item"])
    funded = _shares(solution)
    ecological = posted["item"].isin(_ecological(solution)) & _keys(posted).isin(_keys(funded))
    split = posted[ecological].merge(funded, on=PLACE)
    parts = [split.assign(fund=fund, value=split["value"] * split[fund])[[*PLACE, "item", "fund", "value"]] for fund in (PUBLIC, SOCIAL)]
    rows = stack([*parts, posted[~ecological].assign(fund=MARKET)])
    rows = rows.assign(direction=np.where(rows["value"] < 0.0, SPEND, SOURCE), value=rows["value"].abs())
    rows = rows[rows["value"] != 0.0]
    return stack([rows, *_payers(solution), _users(rows)])


def _ecological(solution: Solution) -> list[str]:
    funds = solution.build.data.frame(COST_FUNDS)
    return list(funds.loc[funds["fund"] == "ecological", "item"]) if len(funds) else []


def _keys(frame: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_arrays([frame["region"].astype(str), frame["year"].astype(int)])


def _shares(solution: Solution) -> pd.DataFrame:
    """Region, year and the share of ecological spending that each fund pays."""
    public, social = values(solution, PUBLIC_MONEY.name), values(solution, SOCIAL_CAPITAL.name)
    if public.empty:
        return pd.DataFrame({"region": pd.Series(dtype=object), "year": pd.Series(dtype="int64"), PUBLIC: pd.Series(dtype=float), SOCIAL: pd.Series(dtype=float)})
    frame = public.rename(columns={"value": PUBLIC}).merge(social.rename(columns={"value": SOCIAL}), on=PLACE)
    paid = (frame[PUBLIC] + frame[SOCIAL]).to_numpy(dtype=float)
    share = np.divide(frame[PUBLIC].to_numpy(dtype=float), paid, out=np.ones(len(frame)), where=paid > 0.0)
    return frame.assign(**{PUBLIC: share, SOCIAL: 1.0 - share})


def _payers(solution: Solution) -> list[pd.DataFrame]:
    """What the public budget and social capital pay in."""
    parts = []
    for family, fund in ((PUBLIC_MONEY.name, PUBLIC), (SOCIAL_CAPITAL.name, SOCIAL)):
        frame = values(solution, family, "bn CNY/yr")
        if len(frame):
            parts.append(frame[frame["value"] != 0.0].assign(fund=fund, item=fund, direction=SOURCE))
    return parts


def _users(rows: pd.DataFrame) -> pd.DataFrame:
    """What closes the market fund of each region and year: paid by the users, or left to them."""
    market = rows[rows["fund"] == MARKET]
    if market.empty:
        return market
    signed = market.assign(value=np.where(market["direction"] == SPEND, market["value"], -market["value"]))
    gap = total(signed, PLACE)
    pays = gap["value"] >= 0.0
    return gap.assign(
        fund=MARKET, item=np.where(pays, USERS, SURPLUS), direction=np.where(pays, SOURCE, SPEND), value=gap["value"].abs()
    )


def money_in_out(tables: Tables, solution: Solution) -> list[Sides]:
    """Every fund of a region and year spends what it gets."""
    money = tables["money"]
    signed = money.assign(value=np.where(money["direction"] == SOURCE, money["value"], -money["value"]))
    return [zero(signed, ["region", "fund", "year"]), not_negative(money)]


RESULTS = (
    ResultTable(
        "money", "What is spent on each item, from which fund, and what fills the fund.", "各项支出、资金渠道及其来源。",
        (*texts("region", "fund", "item", "direction"), YEAR, number("value", "bn CNY/yr", "Payment", "金额")),
        ("region", "fund", "item", "direction", "year"), make=money,
    ),
)  # fmt: skip
IDENTITIES = (
    Identity("money_in_is_money_out", "Money in is money out", "资金收支相等", money_in_out),
)
