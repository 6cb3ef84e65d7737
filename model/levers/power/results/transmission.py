"""Lines between regions in the report: what they can carry and what they carry.

Limits: power sent is that of all slices of a year together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ....core.build.roles import closed
from ....core.declare import units
from ....core.declare.balances import POWER
from ....core.declare.results import YEAR, Identity, Link, ResultTable, number, texts
from ....core.ledger import FIXED
from ....core.solve.amounts import stack, terms, total, values
from ....core.solve.sides import Sides, Tables, compare, renamed, sums
from ..parts.line_input import LINES, LINES_COMMITTED
from ..transmission import CONTRACTS, ENDS, FLOW, LENT, LINE_ADDED, SENT, WAY

if TYPE_CHECKING:
    from ....core.solve.solution import Solution

#: Unit in which the table ``prices`` tells the price of power.
PRICE = POWER.price_unit


def transmission(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``transmission``: capacity of a line and direction at the milestone, power sent in the year."""
    flow = values(solution, FLOW.name)
    if flow.empty:
        return flow
    data = solution.build.data
    frame = total(flow, [*ENDS, "year"]).rename(columns={"value": "flow_twh"})
    lines = data.frame(LINES)[[*ENDS, "capacity"]]
    frame = frame.merge(lines, how="left", on=ENDS)
    committed = data.frame(LINES_COMMITTED)[[*ENDS, "year", "value"]].astype({"year": "int64"}).rename(columns={"value": "committed"})
    frame = frame.merge(committed, how="left", on=[*ENDS, "year"])
    added = values(solution, LINE_ADDED.name).rename(columns={"value": "added"})
    # a new line carries power both ways
    back = added.rename(columns={"from_region": "to_region", "to_region": "from_region"})
    frame = frame.merge(stack([added, back]), how="left", on=[*ENDS, "year"])
    held = frame[["capacity", "committed", "added"]].astype(float).fillna(0.0).sum(axis=1)
    return frame.assign(capacity_gw=held)


def transmission_links(solution: Solution) -> list[Link]:
    """What a line carries is the sum over slices; what it can carry is what there is and what was added, both ways."""
    flow = terms(solution, FLOW.name)
    if flow.empty:
        return []
    keys, data = (*ENDS, "year"), solution.build.data
    listed = flow[[*keys]].drop_duplicates()
    stands = listed.merge(data.frame(LINES)[[*ENDS, "capacity"]].rename(columns={"capacity": "value"}), on=ENDS)
    committed = listed.merge(data.frame(LINES_COMMITTED)[[*keys, "value"]].astype({"year": "int64"}), on=[*keys])
    added = terms(solution, LINE_ADDED.name)
    back = added.rename(columns={"from_region": "to_region", "to_region": "from_region"})
    fixed = stack([stands, committed]).assign(position=FIXED)
    return [Link("flow_twh", keys, flow), Link("capacity_gw", keys, stack([fixed, *(listed.merge(side, on=[*keys]) for side in (added, back) if len(side))]))]


def power_trade(tables: Tables, solution: Solution) -> list[Sides]:
    """What arrives is what was sent less the losses of each line; without demand there is no balance of power to hold it against."""
    if not closed(solution.build, "power"):
        return []
    balance, trade = tables["power_balance"], tables["trade"]
    sent = trade[trade["commodity"] == SENT.commodity]
    lines = solution.build.data.frame(LINES)[[*ENDS, "loss"]]
    sent = sent.merge(lines, how="left", on=ENDS)
    sent = sent.assign(arrives=sent["value"] * (1.0 - sent["loss"].astype(float)))
    keys = ["region", "year"]
    exports = sums(balance[balance["item"] == "exports"], keys)
    imports = sums(balance[balance["item"] == "imports"], keys)
    return [
        compare(-exports, renamed(sums(sent, ["from_region", "year"]), keys)),
        compare(imports, renamed(sums(sent, ["to_region", "year"], "arrives"), keys)),
        compare(sums(tables["transmission"], [*ENDS, "year"], "flow_twh"), sums(sent, [*ENDS, "year"])),
    ]


def lines_at_prices(tables: Tables, solution: Solution) -> list[Sides]:
    """What goes over lines is worth what the balance of power prices each slice at, and they cost what money says; asked where power is paid for."""
    accounts = tables["line_accounts"]
    accounts = accounts[accounts["rent"].notna() & accounts["commodity"].isin([SENT.commodity, CONTRACTS.commodity, LENT.commodity])]
    power = accounts[accounts["commodity"] != LENT.commodity]
    if SENT.commodity not in set(power["commodity"]):
        return []
    balance, prices, money, keys = tables["power_balance"], tables["prices"], tables["money"], ["region", "year"]
    prices = prices[prices["balance"] == SENT.balance][["region", "slice", "year", "price"]]
    worth = balance.merge(prices, how="left", on=["region", "slice", "year"])
    worth = worth.assign(value=worth["value"] * units.convert(worth["price"].to_numpy(dtype=float), PRICE, units.solver_unit(PRICE)))
    ends = [renamed(sums(accounts, [end, "year"], column), keys) for end, column in (("from_region", "cost_from"), ("to_region", "cost_to"))]
    return [
        compare(-sums(worth[worth["item"] == "exports"], keys), renamed(sums(power, ["from_region", "year"], "value_given"), keys)),
        compare(sums(worth[worth["item"] == "imports"], keys), renamed(sums(power, ["to_region", "year"], "value_received"), keys)),
        compare(ends[0].add(ends[1], fill_value=0.0), sums(money[money["item"] == WAY.cost], keys)),
    ]


RESULTS = (
    ResultTable(
        "transmission", "Lines between regions by direction: what they can carry and what they carry.", "地区间线路（分方向）：输电能力与输电量。",
        (*texts("from_region", "to_region"), YEAR, number("capacity_gw", "GW"), number("flow_twh", "TWh/yr")),
        ("from_region", "to_region", "year"), make=transmission, links=transmission_links,
    ),
)  # fmt: skip
IDENTITIES = (
    Identity("lines_at_prices", "Lines earn what the prices of power say", "线路收入与电价相符", lines_at_prices),
    Identity("power_trade", "Power that arrives is what was sent less the losses", "输电收支平衡", power_trade),
)
