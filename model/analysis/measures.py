"""What an analysis of many plans keeps of each: a handful of numbers, read off the solution without making its tables.

    measured(solution) -> {"discounted_cost": ..., "net_emissions:2035": ..., "cost_borne:west": ..., "done:clean_energy:wind_onshore": ...}

    discounted_cost      the objective, where it is money; ``objective`` elsewhere
    net_emissions:YEAR   sum over r of emission_total[r,t] - sink_total[r,t] - captured_total[r,t]
    net_peak             the greatest of these among the periods of the plan
    sink_last_decade     mean of sum over r of sink_total[r,t] over the last ten years of the plan, weighted with the years of the periods
    co2_price:YEAR       price of a tonne emitted in the region where it is dearest, money of that year
    cost_borne:PLACE     discounted cost posted in a region group (what it spends, less what it earns, with penalties), as the objective counts it
    done:LEVER:ITEM      what the table ``allocation`` tells of an item, of all regions, mean of the last ten years of the plan

Limits: payments between regions are left out of what a place bears: they need prices of every good. A plan whose last ten years fall within one period
is told of by that period.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from ..core.build import registry
from ..core.data import Data
from ..core.declare import units
from ..core.declare.balances import BALANCES
from ..core.ledger import FIXED
from ..core.solve.amounts import NATION, told_decisions
from ..core.solve.row_prices import is_cost, own_price_unit, row_prices
from ..core.solve.solution import Solution

COST, OBJECTIVE, NET, PEAK, SINK, PRICE, BURDEN, DONE = (
    "discounted_cost", "objective", "net_emissions", "net_peak", "sink_last_decade", "co2_price", "cost_borne", "done",
)  # fmt: skip
#: Years of the plan that are told together at its end.
LAST_YEARS = 10
EMISSION = "emission"
ACCOUNTS = {"emission_total": 1.0, "sink_total": -1.0, "captured_total": -1.0}
SINK_FAMILY = "sink_total"
FLOW, PRICE_UNIT, MONEY = "Mt CO2/yr", "CNY/t CO2", "bn CNY"
#: A net of less than this share of what it is the net of is nothing: what adding up leaves.
ROUNDING = 1e-12
#: Between the parts of a name.
MARK = ":"
OF_GROUP = "group:"


class _Made(Mapping[str, pd.DataFrame]):
    """The result tables of the levers, each made when it is asked for."""

    def __init__(self, solution: Solution) -> None:
        self._solution = solution
        self._makers = {table.name: table.make for table in registry.results() if table.make is not None}
        self._held: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._held:
            self._held[name] = self._makers[name](self._solution, self)
        return self._held[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


def measured(solution: Solution) -> dict[str, float]:
    """Every measure of a plan by its name, in the units of ``units_of``; none without values."""
    if not solution.has_values:
        return {}
    data = solution.build.data
    planned = [year for year in data.years if year <= data.plan_until]
    found = {COST if is_cost(solution) else OBJECTIVE: float(solution.objective)}
    found |= _emissions(solution, planned)
    found |= _prices(solution)
    found |= _burdens(solution)
    done = _done(solution)
    return found | {f"{DONE}{MARK}{lever}{MARK}{item}": float(value) for (lever, item, _), value in done.items()}


def units_of(solution: Solution) -> dict[str, str]:
    """The unit of every measure of a plan."""
    goal = solution.build.objective
    fixed = {COST: MONEY, OBJECTIVE: goal.unit if goal is not None else "1", NET: FLOW, PEAK: FLOW, SINK: FLOW, PRICE: PRICE_UNIT, BURDEN: MONEY}
    told = {f"{DONE}{MARK}{lever}{MARK}{item}": str(unit) for lever, item, unit in _done(solution).index}
    return {name: told.get(name, fixed.get(name.partition(MARK)[0], "")) for name in measured(solution)}


def parts_of(name: str) -> tuple[str, str]:
    """The kind of a measure and of what it is one: a year, a place, an item; "" where there is one of the kind."""
    kind, _, detail = name.partition(MARK)
    return kind, detail


def last_decade(data: Data) -> dict[int, float]:
    """Share of each period in the last ten years of the plan, by milestone; shares sum to 1."""
    end = data.plan_until
    spans = {year: float(min(data.length(year), year - (end - LAST_YEARS))) for year in data.years if end - LAST_YEARS < year <= end}
    return {year: years / sum(spans.values()) for year, years in spans.items()}


def _emissions(solution: Solution, planned: list[int]) -> dict[str, float]:
    net = pd.Series(0.0, index=planned)
    sink, gross = net.copy(), net.copy()
    for family, sign in ACCOUNTS.items():
        frame = solution.values(family)
        if len(frame):
            by_year = frame.groupby("year")["value"].sum().reindex(planned).fillna(0.0)
            net, gross = net + sign * by_year, gross + by_year.abs()
            sink = by_year if family == SINK_FAMILY else sink
    if not any(family in solution.build.families for family in ACCOUNTS):
        return {}
    net = net.where(net.abs() > ROUNDING * gross, 0.0)
    shares = last_decade(solution.build.data)
    return {
        **{f"{NET}{MARK}{year}": float(value) for year, value in net.items()},
        PEAK: float(net[[year for year in planned if year in solution.build.data.decided]].max()),
        SINK: float(sum(share * sink[year] for year, share in shares.items())),
    }


def _prices(solution: Solution) -> dict[str, float]:
    """The dearest price of a tonne in each period in which something is decided."""
    data, spec = solution.build.data, BALANCES[EMISSION]
    frame = row_prices(solution, spec)
    if frame.empty or not is_cost(solution):
        return {}
    price = pd.Series(units.convert(frame["price"].to_numpy(dtype=float), own_price_unit(spec), PRICE_UNIT)).groupby(frame["year"].to_numpy()).max()
    return {f"{PRICE}{MARK}{year}": float(price[year]) for year in data.decided if year <= data.plan_until and year in price.index}


def _burdens(solution: Solution) -> dict[str, float]:
    """Discounted cost by region group; what is posted for the nation stands there."""
    goal, data = solution.build.objective, solution.build.data
    if goal is None or not is_cost(solution):
        return {}
    position = goal.table["position"].to_numpy(dtype=np.int64)
    value = goal.table["coefficient"].to_numpy(dtype=float) * np.where(position == FIXED, 1.0, solution.x[position])
    codes, places = pd.factorize(goal.table["region"])
    sums = np.bincount(codes, weights=value, minlength=len(places))
    found = {f"{BURDEN}{MARK}{group}": 0.0 for group in [*dict.fromkeys(data.region_group.values()), NATION]}
    for place, amount in zip(places, sums, strict=True):
        name = f"{BURDEN}{MARK}{data.region_group.get(str(place), str(place).removeprefix(OF_GROUP))}"
        found[name] = found.get(name, 0.0) + float(amount)
    return found


def _done(solution: Solution) -> pd.Series:
    """Amount of each item of each lever (lever, item, unit), national, mean of the last ten years of the plan."""
    frame = told_decisions(solution, _Made(solution))
    if frame.empty:
        return pd.Series(dtype=float, index=pd.MultiIndex.from_arrays([[], [], []]))
    share = frame["year"].astype("int64").map(last_decade(solution.build.data)).fillna(0.0)
    return frame.assign(value=frame["value"] * share).groupby(["lever", "item", "unit"], sort=False)["value"].sum()
