"""Between which amounts a payment may lie, and the price of a tonne of CO2: the prices of a plan need not be unique.

A payment is a sum of duals of balances, each times what was sent at its price: ``c * y``. Where several ``y`` are optimal, its greatest and
its least are how fast the optimum of the plan rises and falls when right-hand sides move along ``c``:

    high = max c * y,   low = min c * y   over all optimal y  =  right and left derivative of the optimum along c

Both are found from the basis of the plan by a small step along ``c`` and against it. Duals found there that are optimal for the plan
itself too give the derivative exactly; else a smaller step is taken.

Limits: periods of the plan, rules that pay at the price of a balance; amounts are those of this plan, another optimal plan may send others;
each payment has its own interval: they need not be had together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..closing.payments.trade_rules import AT_GIVING
from ..core.build.roles import trades
from ..core.data import MIN_COST
from ..core.declare import units
from ..core.declare.balances import BALANCES
from ..core.declare.lines import Said
from ..core.declare.roles import Trade
from ..core.declare.schema import OutcomeTable
from ..core.frames import stack
from ..core.solve.amounts import ENDS, between_regions, lost_on_way
from ..core.solve.row_prices import own_price_unit, price_of_worth, row_prices, worth_of_dual
from ..core.solve.solution import Solution
from .task import Outcome, Task

OPTIMAL = "optimal"
#: The end whose price a part of a payment is at.
GIVEN, RECEIVED = "given", "received"
EMISSION = "emission"
#: How far the right-hand side that moves most is moved, in units of its row, and the smaller steps after it.
STEPS = (0.1, 1e-2, 1e-3, 1e-4)
#: Prices of regions that differ by less are one price.
ONE_PRICE = 1e-9

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Asked:
    """A sum of duals: rows of the matrix, what each dual is times, and the share of the sum (or its unit) that is told, never below zero."""

    told: dict[str, Any]
    rows: npt.NDArray[np.int64]
    coefficients: Floats
    factor: float = 1.0

    def of(self, duals: Floats) -> float:
        """The amount under these duals."""
        return float(self.coefficients @ duals[self.rows]) * self.factor


def run(task: Task) -> Outcome:
    """Solve the plan, then move right-hand sides along each payment and price, the largest payments first."""
    solution = task.solve(task.data, "solve")
    outcome = Outcome("price_intervals", solution)
    if solution.status != OPTIMAL:
        return outcome
    if task.data.words("objective") != [MIN_COST]:
        outcome.problems.append(Said("needs_cost_alone"))
        return outcome
    paid, tonnes = asked_payments(solution, task.tables(solution)["trade"]), asked_tonnes(solution)
    if not paid:
        outcome.problems.append(Said("nothing_paid"))
    paid.sort(key=lambda asked: -abs(asked.of(solution.row_dual)))
    most = int(task.number("most_intervals"))
    every = [*tonnes, *paid]
    task.say("intervals")
    found = [_interval(task, solution, asked) if number < most else (np.nan, np.nan) for number, asked in enumerate(every)]
    if len(every) > most:
        outcome.problems.append(Said("intervals_left_out", number=len(every) - most))
    lost = sum(bool(np.isnan(low)) for low, _ in found[:most])
    if lost:
        outcome.problems.append(Said("intervals_not_found", number=lost))
    rows = [{**asked.told, "now": asked.of(solution.row_dual), "low": low, "high": high} for asked, (low, high) in zip(every, found, strict=True)]
    outcome.tables = [table for table in (_payment_table(rows[len(tonnes) :]), _price_table(rows[: len(tonnes)])) if len(table.frame)]
    return outcome


def _interval(task: Task, solution: Solution, asked: Asked) -> tuple[float, float]:
    """The least and the greatest amount over the optimal duals; not a number where no step is small enough."""
    ends = []
    for sign in (-1.0, 1.0):
        direction = np.zeros(solution.matrix.shape[0])
        np.add.at(direction, asked.rows, asked.coefficients)
        largest = np.abs(direction).max(initial=0.0)
        duals = _duals_along(task, sign * direction / largest) if largest > 0.0 else solution.row_dual
        ends.append(np.nan if duals is None else asked.of(duals))
    return ends[0], ends[1]


def _duals_along(task: Task, direction: Floats) -> Floats | None:
    """Optimal duals of the plan that are worth most along a direction."""
    for step in STEPS:
        found = task.moved(step * direction)
        if found is not None and found[1]:
            return found[0]
    return None


def asked_payments(solution: Solution, trade: pd.DataFrame) -> list[Asked]:
    """Every payment of the plan that follows prices of balances, as a sum of duals."""
    if trade.empty:
        return []
    kept = trade["rule"].isin(AT_GIVING) & trade["payment"].notna() & trade["year"].isin(_planned(solution)) & (trade["value"] > 0.0)
    declared = {traded.commodity: traded for traded in trades(solution.build)}
    # what is agreed is paid by a rule of its own where it has one
    ruled = trade[trade["rule"] != ""]
    volume = {key: float(value) for *key_, value in ruled[["commodity", *ENDS, "year", "value"]].itertuples(index=False, name=None) for key in [tuple(key_)]}
    entries: dict[str, pd.DataFrame] = {}
    asked = []
    for line in trade[kept].to_dict("records"):
        traded, place = declared[str(line["commodity"])], (line["from_region"], line["to_region"], line["year"])
        source = declared[traded.within] if traded.within else traded
        if source.commodity not in entries:
            entries[source.commodity] = _entries(solution, source)
        own = entries[source.commodity]
        own = own[(own["from_region"] == place[0]) & (own["to_region"] == place[1]) & (own["year"] == place[2])]
        given = AT_GIVING[str(line["rule"])]
        weight = own["end"].map({GIVEN: given, RECEIVED: 1.0 - given}).to_numpy(dtype=float)
        told = {name: line[name] for name in ("commodity", *ENDS, "year", "value", "unit", "rule")}
        share = _share(traded, place, trade, volume, declared)
        asked.append(Asked(told, own["row"].to_numpy(dtype=np.int64), own["coefficient"].to_numpy(dtype=float) * weight, share))
    return asked


def _share(traded: Trade, place: tuple[Any, ...], trade: pd.DataFrame, volume: dict[tuple[Any, ...], float], declared: dict[str, Trade]) -> float:
    """Which part of what is sent a payment is for: what is agreed within another commodity, or what such agreements leave."""
    if traded.within:
        whole = trade[(trade["commodity"] == traded.within) & (trade[[*ENDS, "year"]] == list(place)).all(axis=1)]["value"].sum()
        return min(1.0, volume[(traded.commodity, *place)] / float(whole)) if whole > 0.0 else 0.0
    whole = volume[(traded.commodity, *place)]
    agreed = [volume.get((name, *place), 0.0) for name, other in declared.items() if other.within == traded.commodity]
    return max(0.0, 1.0 - sum(min(1.0, part / whole) for part in agreed))


def _entries(solution: Solution, traded: Trade) -> pd.DataFrame:
    """Ends, year, end (given or received), row and coefficient: what each dual is times in what is sent at the price of that end."""
    spec = solution.build.ledger.balances[traded.balance]
    flow, prices = solution.values(traded.variable), row_prices(solution, spec)[[*spec.index, "row"]]
    ends, (place, *keys) = list(flow.columns[: len(ENDS)]), spec.index
    amount = flow["value"].to_numpy(dtype=float) * worth_of_dual(solution, spec) * price_of_worth(solution, spec, flow["year"])
    kept = 1.0 - lost_on_way(solution, traded.way, flow[ends])
    named = between_regions(solution, flow)[[*ENDS, "year"]]
    parts = []
    for end, name, share in ((ends[0], GIVEN, 1.0), (ends[1], RECEIVED, kept)):
        rows = flow.merge(prices.rename(columns={place: end}), how="left", on=[end, *keys])["row"]
        parts.append(named.assign(end=name, row=rows.to_numpy(), coefficient=amount * share))
    found = stack(parts)
    return found[found["row"].notna()].reset_index(drop=True)


def _planned(solution: Solution) -> list[int]:
    """The decided periods of the plan."""
    data = solution.build.data
    return [year for year in data.decided if year <= data.plan_until]


def asked_tonnes(solution: Solution) -> list[Asked]:
    """The price of a tonne emitted in each period of the plan, once for regions that have the same."""
    spec = BALANCES[EMISSION]
    prices = row_prices(solution, spec)
    asked = []
    for year, part in prices[prices["year"].isin(_planned(solution))].groupby("year", sort=True):
        left = part
        while len(left):
            price = float(left["price"].iloc[0])
            same = (left["price"] - price).abs() <= ONE_PRICE * max(1.0, abs(price))
            one, left = left[same], left[~same]
            scale = worth_of_dual(solution, spec) * np.asarray(price_of_worth(solution, spec, one["year"]), dtype=float) / len(one)
            factor = float(units.convert(1.0, own_price_unit(spec), spec.price_unit))
            asked.append(Asked({"regions": ";".join(one["region"].astype(str)), "year": int(str(year))}, one["row"].to_numpy(dtype=np.int64), scale, factor))
    return asked


def _payment_table(rows: list[dict[str, Any]]) -> OutcomeTable:
    frame = pd.DataFrame(rows)
    if len(frame):
        frame = frame.rename(columns={"now": "payment", "low": "payment_low", "high": "payment_high"})
        frame = frame.sort_values(["commodity", *ENDS, "year"], kind="stable").reset_index(drop=True)
    amounts = {name: "bn CNY/yr" for name in ("payment", "payment_low", "payment_high")}
    return OutcomeTable(
        "payment_intervals", frame, amounts,
        en="What is paid for what regions send one another, and the least and the most that it could be under other optimal prices of the same plan",
        zh="地区间交易付款额，以及同一方案在其他最优价格下的最小值与最大值",
    )  # fmt: skip


def _price_table(rows: list[dict[str, Any]]) -> OutcomeTable:
    frame = pd.DataFrame(rows)
    if len(frame):
        frame = frame.rename(columns={"now": "price", "low": "price_low", "high": "price_high"})
    amounts = {name: BALANCES[EMISSION].price_unit for name in ("price", "price_low", "price_high")}
    return OutcomeTable(
        "co2_price_intervals", frame, amounts,
        en="The price of a tonne of CO2 in each period, and the least and the highest that it could be under other optimal prices of the same plan",
        zh="各时期每吨CO2的价格，以及同一方案在其他最优价格下的最低值与最高值",
    )  # fmt: skip
