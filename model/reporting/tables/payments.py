"""What regions pay for what they send one another, and what the lines between them earn.

What is sent is worth ``price * amount`` where it leaves, and the price there times what is left of it where it arrives; prices are those
of the balances that the levers name, row by row, in money of the year. The rule of a commodity says at which of them it is paid.
Where it goes over a line, that earns the difference: whoever sells at the price of the other end carries the way and pays the line, and
the line gives back its cost to those who posted it and shares what is left between its ends. So under prices of balances each end
has in the end its own price and its share of the line, whatever the rule; a price by contract moves money between them.

Limits: duals need not be unique, and with them payments; a commodity that a rule leaves out is not paid for; where a balance is not
closed, or the objective is no money, there is no price and nothing is told.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...closing.payments.trade_rules import AT_GIVING, CONTRACT, HALF, TRADE_RULES
from ...core.build.roles import trades
from ...core.declare import units
from ...core.declare.roles import Trade, Way
from ...core.declare.spec import Balance
from ...core.ledger import FIXED
from ...core.solve.amounts import ENDS, between_regions, lost_on_way, stack
from ...core.solve.row_prices import own_price_unit, row_prices
from ...core.solve.sides import Tables
from ...core.solve.solution import Solution

PLACE = [*ENDS, "year"]
#: Name of the lines beside the regions that pay and are paid.
LINES = "lines"
#: Which part of the way the giving region carries.
CARRIED = {**{rule: 1.0 - share for rule, share in AT_GIVING.items()}, CONTRACT: HALF}
#: Both ends, year and the region that posted it to money -> cost a year, bn CNY.
Costs = dict[tuple[str, str, int, str], float]
#: What all lines of a pair earn in a year is nothing below this, bn CNY.
NOTHING = 1e-9


def payments(solution: Solution) -> pd.DataFrame:
    """Commodity, ends, year, ``amount`` (in the unit of the table ``trade``), rule, price, price_unit, payment, value_given, value_received, share.

    A row for everything that a rule has paid, also where it has no price. Of what is agreed within another commodity the amount is
    taken from that one.
    """
    rules = solution.build.data.frame(TRADE_RULES)
    declared = {traded.commodity: traded for traded in trades(solution.build)}
    ruled = {str(line["commodity"]): line for _, line in rules.iterrows() if line["commodity"] in declared}
    parts = []
    for name, line in ruled.items():
        traded = declared[name]
        source = declared[traded.within] if traded.within else traded
        whole = _exchanged(solution, source)
        if whole.empty:
            continue
        if traded.within:
            own = _part(whole, agreed(solution, traded))
            whole = _scaled(whole, own)[own > 0.0]
        else:
            shares = [_part(whole, agreed(solution, declared[child])) for child in ruled if declared[child].within == name]
            whole = _scaled(whole, (1.0 - sum(shares, pd.Series(0.0, index=whole.index))).clip(lower=0.0))
        parts.append(_paid(solution, whole, source, line).assign(commodity=name))
    return stack(parts)


def agreed(solution: Solution, traded: Trade) -> pd.DataFrame:
    """What is agreed, above zero and in years of the model: the keys of its table, year and value."""
    assert traded.agreed is not None
    frame = solution.build.data.frame(traded.agreed)
    held = frame["year"].isin(solution.build.data.all_years) & (frame["value"].astype(float) > 0.0)
    return frame.loc[held, [*traded.agreed.keys, "year", "value"]]


def _exchanged(solution: Solution, traded: Trade) -> pd.DataFrame:
    """Ends, year, amount and its worth at both ends and prices there, all in solver units, summed over what else the balance knows."""
    spec = solution.build.ledger.balances[traded.balance]
    flow = solution.values(traded.variable)
    if flow.empty:
        return flow
    prices, (place, *keys) = row_prices(solution, spec).drop(columns=["row", "worth"]), spec.index
    ends = list(flow.columns[: len(ENDS)])
    for end, named in zip(ends, ("price_given", "price_received"), strict=True):
        own = prices.rename(columns={place: end, "price": named})
        flow = flow.merge(own, how="left", on=[end, *keys]) if len(own) else flow.assign(**{named: np.nan})
    lost = lost_on_way(solution, traded.way, flow[ends])
    given, received = flow["price_given"] * flow["value"], flow["price_received"] * flow["value"]
    frame = between_regions(solution, flow).rename(columns={"value": "amount"})[[*PLACE, "amount"]]
    frame = frame.assign(value_given=given, value_received=received * (1.0 - lost), received=received)
    # a price that is missing leaves the sum without one
    grouped = frame.groupby(PLACE, sort=False)
    found = grouped.sum(min_count=1)
    found = found.mask(grouped.count() < grouped.count()[["amount"]].to_numpy())
    over = found["amount"].where(found["amount"] > 0.0)
    return found.assign(price_given=found["value_given"] / over, price_received=found.pop("received") / over).reset_index()


def _part(whole: pd.DataFrame, agreement: pd.DataFrame) -> pd.Series:
    """Which part of the amounts is agreed: never more than there is."""
    keys = [column for column in agreement if column != "value"]
    value = {key: float(amount) for *key_, amount in agreement.itertuples(index=False, name=None) for key in [tuple(key_)]}
    assert len(keys) == len(PLACE)
    held = pd.Series([value.get(key, 0.0) for key in whole[PLACE].itertuples(index=False, name=None)], index=whole.index, dtype=float)
    return (held / whole["amount"].where(whole["amount"] > 0.0)).clip(upper=1.0).fillna(0.0)


def _scaled(whole: pd.DataFrame, share: pd.Series) -> pd.DataFrame:
    amounts = ["amount", "value_given", "value_received"]
    return whole.assign(**{column: whole[column] * share for column in amounts})


def _paid(solution: Solution, frame: pd.DataFrame, source: Trade, line: pd.Series) -> pd.DataFrame:
    """Price and payment by the rule of a line of the sheet, in units that people read."""
    spec = solution.build.ledger.balances[source.balance]
    rule, own = str(line["rule"]), own_price_unit(spec)
    if rule == CONTRACT:
        # what is agreed is told where its worth is known, too, so that no account is told by half
        price = pd.Series(units.convert(float(line["price"]), str(line["price_unit"]), own), index=frame.index).where(frame["value_given"].notna())
        payment = price * frame["amount"]
    else:
        weight = AT_GIVING[rule]
        price = _between(frame, "price", weight)
        payment = _between(frame, "value", weight)
    return frame[[*PLACE, "value_given", "value_received"]].assign(
        amount=_in(spec, source, frame["amount"]), rule=rule, price=units.convert(price.to_numpy(dtype=float), own, spec.price_unit), price_unit=spec.price_unit,
        payment=payment, share=float(line["line_owner_share"]),
    )  # fmt: skip


def _between(frame: pd.DataFrame, what: str, weight: float) -> pd.Series:
    """What the end that gives and the one that receives say, ``weight`` on the first; an end without weight has no say."""
    given, received = frame[f"{what}_given"], frame[f"{what}_received"]
    return received if weight == 0.0 else given if weight == 1.0 else weight * given + (1.0 - weight) * received


def _in(spec: Balance, traded: Trade, amount: pd.Series) -> pd.Series:
    return pd.Series(units.convert(amount.to_numpy(dtype=float), spec.unit, traded.unit), index=amount.index)


def line_accounts(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``line_accounts``: what a line earns with each commodity in each direction, who pays it, and who gets what is left of its cost."""
    paid = payments(solution)
    if paid.empty:
        return paid
    declared = {traded.commodity: traded for traded in trades(solution.build)}
    sources = {name: declared[traded.within] if traded.within else traded for name, traded in declared.items()}
    ways = list(dict.fromkeys(sources[name].way for name in dict.fromkeys(paid["commodity"])))
    parts = []
    for way in (way for way in ways if way is not None):
        over = paid[paid["commodity"].map(lambda name, way=way: sources[name].way == way)]
        parts.append(_accounts(over.reset_index(drop=True), *_costs(solution, way, {sources[name].variable for name in over["commodity"]})))
    found = stack(parts)
    return found.assign(value=found["amount"], unit=found["commodity"].map(lambda name: sources[name].unit)) if len(found) else found


def _accounts(over: pd.DataFrame, costs: Costs, one_way: bool) -> pd.DataFrame:
    """The account of one way: its cost falls on what it earns something with, on all that goes over it where it earns nothing."""
    earned = over["value_received"] - over["value_given"]
    ends = [(a, b, int(year)) for a, b, year in over[PLACE].itertuples(index=False, name=None)]
    serves = [(*_served(a, b, one_way), year) for a, b, year in ends]
    gain, numbers = earned.clip(lower=0.0).fillna(0.0), pd.Series(pd.factorize(pd.Series(serves, dtype=object))[0])
    together, count = gain.groupby(numbers).transform("sum"), numbers.map(numbers.value_counts())
    bears = (gain / together.where(together > NOTHING)).where(together > NOTHING, 1.0 / count)
    posted = [[costs.get((*key, region), 0.0) for key, region in zip(serves, over[end], strict=True)] for end in ENDS]
    cost_from, cost_to = (pd.Series(cost, dtype=float) * bears for cost in posted)
    cost_from = cost_from.mask(over[ENDS[0]] == over[ENDS[1]], 0.0)  # what is sent inside a region is paid once
    cost, carried = cost_from + cost_to, over["rule"].map(CARRIED).astype(float)
    rent = earned - cost
    return over.assign(
        paid_from=earned * carried, paid_to=earned * (1.0 - carried), cost=cost, cost_from=cost_from, cost_to=cost_to,
        rent=rent, rent_from=rent * over["share"], rent_to=rent * (1.0 - over["share"]),
    )  # fmt: skip


def _served(a: str, b: str, one_way: bool) -> tuple[str, str]:
    """What a cost is of: its direction, or both of a pair."""
    return (a, b) if one_way else (min(a, b), max(a, b))


def _costs(solution: Solution, way: Way, sent: set[str]) -> tuple[Costs, bool]:
    """What a way costs, and whether it is ``sent`` itself that pays, each direction for its own; what stands serves both."""
    table = solution.build.ledger.table("money")
    table = table[(table["item"] == way.cost) & (table["position"] != FIXED)]
    families = [family for family in solution.build.families.values() if table["position"].isin(family.positions).any()]
    one_way = bool(families) and {family.spec.name for family in families} <= sent
    found: Costs = {}
    for family in families:
        own = table[table["position"].isin(family.positions)]
        position = own["position"].to_numpy(dtype=np.int64)
        ends = between_regions(solution, family.frame.iloc[position - family.start, : len(ENDS)])
        cost = -own["coefficient"].to_numpy(dtype=float) * solution.x[position]
        for (a, b), region, year, amount in zip(ends.itertuples(index=False, name=None), own["region"], own["year"], cost, strict=True):
            key = (*_served(str(a), str(b), one_way), int(year), str(region))
            found[key] = found.get(key, 0.0) + float(amount)
    return found, one_way


def accounts_of_payments(tables: Tables) -> pd.DataFrame:
    """Who (a region or the lines), commodity, year, value: what each gets less what it pays, entry by entry, bn CNY a year."""
    trade, lines = tables["trade"], tables["line_accounts"]
    entries = [
        (trade, "from_region", "payment", 1.0), (trade, "to_region", "payment", -1.0),
        (lines, "from_region", "paid_from", -1.0), (lines, "to_region", "paid_to", -1.0), (lines, LINES, "paid_from", 1.0), (lines, LINES, "paid_to", 1.0),
        (lines, "from_region", "cost_from", 1.0), (lines, "to_region", "cost_to", 1.0), (lines, LINES, "cost", -1.0),
        (lines, "from_region", "rent_from", 1.0), (lines, "to_region", "rent_to", 1.0), (lines, LINES, "rent", -1.0),
    ]  # fmt: skip
    parts = []
    for frame, who, column, sign in entries:
        told = frame[frame["payment" if frame is trade else "rent"].notna()] if len(frame) else frame
        if len(told):
            parts.append(pd.DataFrame({"region": told.get(who, LINES), "commodity": told["commodity"], "year": told["year"].astype("int64"), "value": sign * told[column].astype(float)}))
    return stack(parts) if parts else pd.DataFrame(columns=["region", "commodity", "year", "value"])
