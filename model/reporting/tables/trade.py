"""What regions send, sell or owe one another, as the levers declare it, and what they pay for it.

Limits: what is agreed counts where it is above zero, and only in years of the model; what is agreed of another commodity is paid by its
own rule, where it has one, and the rest by that of the other.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...core.build.roles import trades
from ...core.declare import units
from ...core.declare.results import Link
from ...core.declare.roles import Trade
from ...core.solve.amounts import ENDS, between_regions, stack, terms, total, values
from ...core.solve.sides import Tables
from ...core.solve.solution import Solution
from .columns import TABLES
from .payments import NOTHING, PLACE, agreed, payments

#: The rule of what clears in a market, and the unit of its prices.
MARKET, CARBON_PRICE = "market", "CNY/t CO2"
PAID = ["rule", "price", "price_unit", "payment"]


def trade(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``trade``: for each commodity who sends whom how much, or has agreed to, and what is paid for it."""
    found = stack([_rows(solution, traded) for traded in trades(solution.build) if not traded.table])
    paid = payments(solution)
    keys = ["commodity", *PLACE]
    found = found.merge(paid[[*keys, *PAID]], how="left", on=keys) if len(paid) else found.assign(rule="", price=np.nan, price_unit="", payment=np.nan)
    found = stack([found, *(_cleared(traded, tables) for traded in trades(solution.build) if traded.table)])
    return found.assign(**{column: found[column].fillna("") for column in ("rule", "price_unit")}) if len(found) else found


def trade_links(solution: Solution) -> list[Link]:
    """What is sent or sold is decided; what is agreed is given, what clears in markets follows from their table."""
    told = [traded for traded in trades(solution.build) if not traded.table and traded.agreed is None]
    found = [(traded, terms(solution, traded.variable, traded.unit)) for traded in told]
    parts = [between_regions(solution, frame).assign(commodity=traded.commodity) for traded, frame in found if len(frame)]
    return [Link("value", ("commodity", *PLACE), stack([part[["commodity", *PLACE, "position", "value"]] for part in parts]))] if parts else []


def _cleared(traded: Trade, tables: Tables) -> pd.DataFrame:
    """What clears in markets: from every seller to every buyer, in proportion to both; the price is the mean over markets."""
    frame = tables[traded.table]
    if frame.empty:
        return pd.DataFrame()
    net = frame[traded.gets] - (frame[traded.gives] if traded.gives else 0.0)
    frame = frame.assign(sold=(-net).where(net < -NOTHING, 0.0), bought=net.where(net > NOTHING, 0.0))
    markets = [key for key in TABLES[traded.table].keys if key not in PLACE and key != "region"]
    both = [*markets, "year"]
    sellers, buyers = (frame.loc[frame[side] > 0.0, [*both, "region", side, *more]].rename(columns={"region": end}) for side, end, more in (("sold", ENDS[0], []), ("bought", ENDS[1], [traded.priced])))
    pairs = sellers.merge(buyers, on=both)
    if pairs.empty:
        return pd.DataFrame()
    whole = pairs.merge(buyers.groupby(both, as_index=False)["bought"].sum().rename(columns={"bought": "whole"}), on=both)
    value = whole["sold"] * whole["bought"] / whole["whole"]
    payment = units.convert(whole[traded.priced].to_numpy(dtype=float), CARBON_PRICE, units.solver_unit(CARBON_PRICE)) * value
    summed = whole.assign(value=value, payment=payment).groupby(PLACE, sort=False)[["value", "payment"]].sum(min_count=1).reset_index()
    price = units.convert((summed["payment"] / summed["value"]).to_numpy(dtype=float), units.solver_unit(CARBON_PRICE), CARBON_PRICE)
    return summed.assign(commodity=traded.commodity, unit=traded.unit, price=price, price_unit=CARBON_PRICE, rule=MARKET)


def _rows(solution: Solution, traded: Trade) -> pd.DataFrame:
    found = agreed(solution, traded) if traded.agreed is not None else values(solution, traded.variable, traded.unit)
    if found.empty:
        return pd.DataFrame()
    return total(between_regions(solution, found), PLACE).assign(commodity=traded.commodity, unit=traded.unit)
