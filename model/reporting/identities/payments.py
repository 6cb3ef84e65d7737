"""What regions pay one another and what lines earn, held together by the written tables.

Limits: rows without prices are not asked; what is paid by contract is held to its price, not to the prices of balances.
"""

from __future__ import annotations

import pandas as pd

from ...closing.payments.trade_rules import CONTRACT, GIVING, HALF, MEAN, RECEIVING
from ...core.declare import units
from ...core.solve.sides import Sides, Tables, compare, sums, zero
from ...core.solve.solution import Solution
from ..tables.payments import LINES, accounts_of_payments

KEYS = ["commodity", "from_region", "to_region", "year"]


def payments_close(tables: Tables, solution: Solution) -> list[Sides]:
    """Regions and lines together gain nothing; lines keep nothing; the way a line goes on from what is given to what is received."""
    found = accounts_of_payments(tables)
    if found.empty:
        return []
    lines = tables["line_accounts"]
    lines = lines[lines["rent"].notna()]
    sides = [zero(found, ["commodity", "year"]), *_payments_at_prices(tables["trade"], lines)]
    if lines.empty:
        return sides
    by_line = {column: sums(lines, KEYS, column) for column in lines.columns if column not in (*KEYS, "unit")}
    return [
        *sides, zero(found[found["region"] == LINES], ["commodity", "year"]),
        compare(by_line["value_given"] + by_line["cost"] + by_line["rent"], by_line["value_received"]),
        compare(by_line["paid_from"] + by_line["paid_to"], by_line["value_received"] - by_line["value_given"], by_line["value_received"].abs()),
        compare(by_line["cost_from"] + by_line["cost_to"], by_line["cost"]),
        compare(by_line["rent_from"] + by_line["rent_to"], by_line["rent"]),
    ]  # fmt: skip


def _payments_at_prices(trade: pd.DataFrame, lines: pd.DataFrame) -> list[Sides]:
    """What is paid is the price times the amount; over a line, the worth at the end that the rule names."""
    paid = trade[trade["payment"].notna() & trade["price"].notna()].astype({"year": "int64"})
    over = lines[[*KEYS, "value", "value_given", "value_received"]].rename(columns={"value": "settled"}).astype({"year": "int64"})
    paid = paid.merge(over, how="left", on=KEYS)
    sent = paid["settled"].fillna(paid["value"]).astype(float)
    worth = pd.Series([_money(*row) for row in zip(paid["price"], paid["price_unit"], sent, paid["unit"], strict=True)], index=paid.index, dtype=float)
    weight = paid["rule"].map({RECEIVING: 0.0, GIVING: 1.0, MEAN: HALF})
    way = weight * paid["value_given"] + (1.0 - weight) * paid["value_received"]
    told = paid.assign(worth=worth.where((paid["rule"] == CONTRACT) | way.isna(), way))
    return [compare(sums(told, KEYS, "payment"), sums(told, KEYS, "worth"))]


def _money(price: float, price_unit: str, amount: float, unit: str) -> float:
    """Price times amount in bn CNY a year: both in solver units, in which the two multiply."""
    return float(units.convert(float(price), price_unit, units.solver_unit(price_unit)) * units.convert(amount, unit, units.solver_unit(unit)))
