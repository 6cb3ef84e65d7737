"""Who pays what: spending by item and fund, and where the money comes from.

Items that ``cost_funds`` lists as ecological are paid by the ecological funds: tied money pays its purpose, the region adds its share, and
what is left is paid from untied money in the proportion in which it pays in that region and year. Everything else is paid by the payer
that its item declares, or that ``cost_funds`` names. Income of the plan (for instance of irrigated land) stands as a source beside what the payer pays.

Limits: within a region and year every item of a purpose has the same proportion of each fund.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...core.build.roles import items
from ...core.declare.results import SOURCE, SPEND, YEAR, Identity, Link, ResultTable, number, texts
from ...core.declare.roles import UNNAMED
from ...core.solve.amounts import entries, posted, stack, total, values
from ...core.solve.sides import Sides, Tables, not_negative, zero
from ..finance import PUBLIC_MONEY, SOCIAL_CAPITAL
from ..funds.given import given
from ..funds.payers import payers
from ..funds.pays import FUND_PAYS
from ..funds.tables import ANY, ECOLOGICAL, LOCAL, PUBLIC, SOCIAL
from ..funds.tables import SURPLUS as SURPLUS
from ..funds.tables import USERS as USERS

if TYPE_CHECKING:
    from ...core.solve.solution import Solution

PLACE = ["region", "year"]
BN = "bn CNY/yr"
#: A share below this is rounding.
ROUNDING = 1e-12


def money(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``money``: every spend item with its fund, and the sources, which add up to the same in each fund."""
    posted = entries(solution, "money", BN)
    if posted.empty:
        return pd.DataFrame()
    posted = total(posted, [*PLACE, "item"])
    paid_by = payers(solution.build.data, items(solution.build))
    fund = posted["item"].map(lambda item: paid_by.get(str(item), UNNAMED))
    funded = paid(solution)
    ecological = (fund == ECOLOGICAL) & _keys(posted).isin(_keys(funded))
    # without a budget nobody pays by funds: what is ecological falls to its declared payer
    declared = payers_without_funds(solution)
    others = posted[~ecological].assign(fund=fund[~ecological].where(fund[~ecological] != ECOLOGICAL, posted.loc[~ecological, "item"].map(declared)))
    rows = stack([_split(solution, posted[ecological], funded), others])
    rows = rows.assign(direction=np.where(rows["value"] < 0.0, SPEND, SOURCE), value=rows["value"].abs())
    rows = rows[rows["value"] != 0.0]
    pays = funded[funded["value"] != 0.0]
    return stack([rows, total(pays, [*PLACE, "fund"]).assign(item=lambda frame: frame["fund"], direction=SOURCE), _users(rows, set(funded["fund"]))])


def money_links(solution: Solution) -> list[Link]:
    """What all payers spend on an item, and what it brings, is what is posted under it."""
    found = posted(solution, "money", BN)
    return [Link("value", (*PLACE, "item"), found, signs=("direction", {SOURCE: 1.0, SPEND: -1.0}))] if len(found) else []


def payers_without_funds(solution: Solution) -> dict[str, str]:
    """Item of money -> the payer that it declares."""
    data = solution.build.data
    return {name: item.payer or UNNAMED for item in items(solution.build) if "money" in item.balances for name in item.names(data.tables)}


def is_paid_in(frame: pd.DataFrame) -> pd.Series:
    """Which rows of ``money`` say who pays: what balances a fund and is neither a cost nor an income of the plan."""
    return (frame["item"] == frame["fund"]) | (frame["item"] == USERS)


def _keys(frame: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_arrays([frame["region"].astype(str), frame["year"].astype(int)])


def paid(solution: Solution) -> pd.DataFrame:
    """Fund, purpose (``ANY`` of untied money), region, year and value: what every fund pays."""
    parts = []
    for family, fund in ((PUBLIC_MONEY.name, PUBLIC), (SOCIAL_CAPITAL.name, SOCIAL)):
        frame = values(solution, family, BN)
        if len(frame):
            parts.append(frame.assign(fund=fund, purpose=ANY))
    further = values(solution, FUND_PAYS.name, BN)
    columns = ["fund", "purpose", *PLACE, "value"]
    found = stack([*parts, *([further] if len(further) else [])]) if parts else pd.DataFrame({name: pd.Series(dtype=object) for name in columns})
    return found[columns]


def _split(solution: Solution, posted: pd.DataFrame, funded: pd.DataFrame) -> pd.DataFrame:
    """Ecological items by fund: tied money on its purpose, what the region adds to it, and the rest in the proportion of untied money."""
    if posted.empty:
        return posted.assign(fund="")
    terms = given(solution.build.data)
    purpose_of = {item: purpose for purpose, names in terms.items.items() for item in names}
    posted = posted.assign(purpose=[purpose_of.get(str(item), "") for item in posted["item"]])
    place = ["purpose", *PLACE]
    spent = total(posted, place).rename(columns={"value": "spent"})
    tied = funded[(funded["purpose"] != ANY) & (funded["value"] != 0.0)]
    beside = [terms.beside(*key) for key in tied[["fund", "purpose", "region"]].itertuples(index=False, name=None)]
    added = tied.assign(value=tied["value"].to_numpy(dtype=float) * np.array(beside, dtype=float))
    untied = funded[funded["purpose"] == ANY].drop(columns="purpose")
    local = untied[untied["fund"].map(lambda name: terms.funds[name].level == LOCAL)]
    parts = [tied, _shared(added[added["value"] != 0.0], local)]
    left = _less(untied, total(parts[1], ["fund", *PLACE]))
    told = stack([part[["fund", *place, "value"]] for part in parts])
    share = told.merge(spent, on=place) if len(told) else told.assign(spent=1.0)
    # of a purpose on which nothing is spent nothing is paid
    share = share.assign(share=np.where(share["spent"] < 0.0, -share["value"] / share["spent"].where(share["spent"] < 0.0, 1.0), 0.0))
    direct = posted.merge(share[["fund", *place, "share"]], on=place)
    direct = direct.assign(value=direct["value"] * direct["share"])
    rest = posted.merge(total(share, place, "share"), how="left", on=place) if len(share) else posted.assign(share=0.0)
    left_share = 1.0 - rest.pop("share").fillna(0.0)
    rest = rest.assign(value=rest["value"] * left_share.where(left_share.abs() > ROUNDING, 0.0))
    spread = rest.merge(left[["fund", *PLACE, "part"]], on=PLACE)
    spread = spread.assign(value=spread["value"] * spread["part"])
    return total(stack([frame[[*PLACE, "item", "fund", "value"]] for frame in (direct, spread)]), [*PLACE, "item", "fund"])


def _shared(added: pd.DataFrame, local: pd.DataFrame) -> pd.DataFrame:
    """What a region adds to tied money, by the local funds that pay it, in proportion."""
    whole = total(local, PLACE).rename(columns={"value": "whole"})
    parts = local.merge(whole, on=PLACE)
    parts = parts[parts["whole"] > 0.0]
    parts = parts.assign(part=parts["value"] / parts["whole"])[["fund", *PLACE, "part"]]
    sums = total(added, ["purpose", *PLACE])
    found = sums.merge(parts, on=PLACE) if len(sums) else sums.assign(fund="", part=1.0)
    return found.assign(value=found["value"] * found["part"])[["fund", "purpose", *PLACE, "value"]]


def _less(untied: pd.DataFrame, used: pd.DataFrame) -> pd.DataFrame:
    """Untied money less what was added to tied, and each fund's ``part`` of it; all of it the public budget where nothing is left."""
    left = untied.merge(used.rename(columns={"value": "used"}), how="left", on=["fund", *PLACE]) if len(used) else untied.assign(used=0.0)
    amount = (left["value"] - left["used"].fillna(0.0)).clip(lower=0.0).astype(float)
    whole = amount.groupby([left["region"], left["year"]], sort=False).transform("sum")
    return left.assign(part=np.where(whole > 0.0, amount / whole.where(whole > 0.0, 1.0), (left["fund"] == PUBLIC).astype(float)))


def _users(rows: pd.DataFrame, funds: set[str]) -> pd.DataFrame:
    """What closes the account of every payer that is no fund, by region and year: paid by them, or left to them."""
    market = rows[~rows["fund"].isin(funds)]
    if market.empty:
        return market
    signed = market.assign(value=np.where(market["direction"] == SPEND, market["value"], -market["value"]))
    gap = total(signed, [*PLACE, "fund"])
    pays = gap["value"] >= 0.0
    return gap.assign(item=np.where(pays, USERS, SURPLUS), direction=np.where(pays, SOURCE, SPEND), value=gap["value"].abs())


def money_in_out(tables: Tables, solution: Solution) -> list[Sides]:
    """Every fund and payer of a region and year spends what it gets."""
    money = tables["money"]
    signed = money.assign(value=np.where(money["direction"] == SOURCE, money["value"], -money["value"]))
    return [zero(signed, ["region", "fund", "year"]), not_negative(money)]


RESULTS = (
    ResultTable(
        "money", "What is spent on each item, from which fund or by whom, and what fills the fund.", "各项支出、资金渠道或付费者及其来源。",
        (*texts("region", "fund", "item", "direction"), YEAR, number("value", BN, "Payment", "金额")),
        ("region", "fund", "item", "direction", "year"), make=money, links=money_links,
    ),
)  # fmt: skip
IDENTITIES = (
    Identity("money_in_is_money_out", "Money in is money out", "资金收支相等", money_in_out),
)
