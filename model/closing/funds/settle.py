"""Brings the price at which funds count on credits to that of the market: one factor on the setting ``credit_price``, the same in all years.

    counted[f] = sum over r, t of weight[t] * credit_share[f] * price * credits_sold[r,t]
    at market  = sum over r, t of weight[t] * credit_share[f] * price of the market[t] * credits_sold[r,t]

The price of the market is a dual of the plan, and money times credits is no linear row: so the plan is solved at a price, and the price
moved until both revenues, over all funds and years, agree to ``credit_tolerance``: to the price that the market had where that may be it, else
to the middle between one at which the market pays more and one at which it pays less; ``MOST_SOLVES`` plans at most. Without a fund that takes
credits there is one.

Limits: one price for all years; where the price of the market jumps there may be none at which both agree: then the plan is that of the
lower price, at which funds count on no more than the market pays, and the values between which it swings are told. Analyses and ensembles
keep the price that the setting states, and a model file is that of the first plan.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...core.data import Data
from ...core.solve.amounts import period_weights, total, values
from ...core.solve.row_prices import is_cost
from ...core.solve.solution import Solution
from ..market.given import markets
from ..market.prices import CNY_PER_TONNE, Prices
from ..market.tables import CREDIT_PRICE, PLACE, SOLD
from .given import given
from .pays import FUND_PAYS
from .tables import CREDIT_TOLERANCE

#: Plans that are solved at most, the first included.
MOST_SOLVES = 8
#: What is sold is nothing below this, Mt CO2 discounted.
NOTHING = 1e-9
HALF = 0.5


@dataclass(frozen=True)
class Tried:
    """A plan, the price at which funds count on credits in it, and the mean price of the market, both in bn CNY per Mt; ``sold`` is discounted."""

    solution: Solution
    price: float
    market: float
    sold: float

    def agrees(self, tolerance: float) -> bool:
        """Whether the revenue that is counted on is that at the price of the market."""
        return abs(self.sold) <= NOTHING or abs(self.price - self.market) <= tolerance * max(abs(self.price), abs(self.market))


@dataclass(frozen=True)
class Settled:
    """The plan that stands, all that were tried, and the two between which the price swings, where it does."""

    plan: Tried
    tried: tuple[Tried, ...]
    swing: tuple[Tried, Tried] | None = None


def feeds_funds(solution: Solution) -> bool:
    """Whether any fund of a solved plan takes a share of what credits bring, and they have a price."""
    build = solution.build
    takes = SOLD.name in build.families and FUND_PAYS.name in build.families and any(fund.credit_share > 0.0 for fund in given(build.data).further)
    return takes and build.data.stated(CREDIT_PRICE.name) is not None and is_cost(solution) and solution.status == "optimal"


def at_price(data: Data, price: float) -> Data:
    """The same data with another price of credits."""
    return Data(dict(data.tables), {**data.settings, CREDIT_PRICE.name: price}, data.columns, data.written)


def settle(first: Solution, solve_at: Callable[[float], Solution]) -> Settled:
    """Solve at other prices until the revenue agrees; ``solve_at`` gives the plan in which funds count on a price."""
    tolerance = first.build.data.number(CREDIT_TOLERANCE.name)
    tried = [_tried(first)]
    below: Tried | None = None
    above: Tried | None = None
    while not tried[-1].agrees(tolerance):
        last = tried[-1]
        below, above = (last, above) if last.market > last.price else (below, last)
        narrow = below is not None and above is not None and above.price - below.price <= tolerance * above.price
        if len(tried) == MOST_SOLVES or narrow:
            break
        solution = solve_at(_next(last, below, above))
        if solution.status != "optimal":
            break
        tried.append(_tried(solution))
    if tried[-1].agrees(tolerance):
        return Settled(tried[-1], tuple(tried))
    stands = below or tried[-1]
    return Settled(stands, tuple(tried), (stands, above or tried[-1]))


def _next(last: Tried, below: Tried | None, above: Tried | None) -> float:
    """The price that the market had, where it may be the one looked for; else the middle."""
    if below is not None and above is not None and not below.price < last.market < above.price:
        return HALF * (below.price + above.price)
    return max(0.0, last.market)


def _tried(solution: Solution) -> Tried:
    data = solution.build.data
    share = sum(fund.credit_share for fund in given(data).further)
    weights, prices, of_sheet = period_weights(solution), Prices(solution), {name: market.price for name, market in markets(data).items()}
    sold = revenue = 0.0
    for market, region, year, amount in total(values(solution, SOLD.name), list(PLACE)).itertuples(index=False, name=None):
        own = of_sheet[str(market)]
        price = prices.of((str(market), str(region), int(year)))[1] / CNY_PER_TONNE if own is None else own
        sold += share * weights[int(year)] * float(amount)
        revenue += share * weights[int(year)] * float(amount) * price
    return Tried(solution, float(data.stated(CREDIT_PRICE.name) or 0.0), revenue / sold if sold > NOTHING else 0.0, sold)
