"""What less CO2 (or more sink, less water, ...) costs: plans between the cheapest and the one that has the best of a quantity.

    minimise cost * x   over all plans x with   quantity * x <= limit

for limits evenly between what the cheapest plan has and the best that can be had. The dual of that limit is the price of one more unit at
the point. Quantities, over the decided periods t of the plan with n[t] years, N their sum:

    cumulative_co2   sum over r, t of n[t] * (emission - sink - captured), strict account      sinks    sum over r, t of n[t] * sink
    water, land      -sum over posts of decisions to the balance of n[t] / N * post             peak     net_peak (objective min_peak)
    burden           largest_burden (objective min_max_burden)

Water and land are what decisions take less what they save, free or bring; what is fixed is left out. Nobody goes without power for the sake of a
quantity, but for burden, which counts what is paid for going without.

Each point starts from the basis of the one before it, from the cheapest on; the order is fixed and the optimum of a point does not depend on it.

Limits: objective ``min_cost`` alone; the best is held to a millionth of the front, and has no price; limits and targets of the workbook hold at every point, so the front is what is possible beyond them. The
price stands for one side of a kink where the front has one; what regions avoid in a step is that of one of several plans of the same cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..closing.analyses import BURDEN, CUMULATIVE_CO2, LAND, PEAK, SINKS, WATER
from ..core.build.build import Build
from ..core.build.objective import COST_UNIT, Objective
from ..core.data import MIN_COST, MIN_MAX_BURDEN, MIN_PEAK, NET_REMOVAL, Data
from ..core.declare.lines import Said
from ..core.declare.schema import OutcomeTable
from ..core.declare.spec import LIST_MARK
from ..core.ledger import FIXED
from ..core.solve.amounts import NATION
from ..core.solve.solution import Solution
from .measures import OF_GROUP
from .near_plans import OPTIMAL, NearPlans
from .task import Outcome, Task

#: The objective that states a quantity or brings the rows that it needs.
STATED_BY = {CUMULATIVE_CO2: NET_REMOVAL, SINKS: NET_REMOVAL, WATER: NET_REMOVAL, LAND: NET_REMOVAL, PEAK: MIN_PEAK, BURDEN: MIN_MAX_BURDEN}
#: Balance -> unit of what is taken of it in a mean year.
TAKEN = {WATER: "km3/yr", LAND: "Mha"}
#: Quantities that are told by region, what a region avoids or stores in a step.
BY_REGION = (CUMULATIVE_CO2, SINKS)
#: Where posts of sinks stand among those of net removal.
SINK_MARK = "sink:"
#: bn CNY per Mt CO2 in CNY/t CO2.
CNY_PER_TONNE = 1000.0
#: Share of the front by which the last point stays before the best: what the solver's tolerance may have made of it.
ROUNDING = 1e-6

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Point:
    """A plan on the front: by column, or None where none was found; ``price`` is the dual of the limit, not a number at the best."""

    limit: float
    status: str
    columns: Floats | None
    price: float


def run(task: Task) -> Outcome:
    """Solve the cheapest plan and the best of the quantity, then the points between them."""
    against = str(task.settings["against"])
    if task.data.words("objective") != [MIN_COST]:
        solution = task.solve(task.data, "solve")
        return Outcome("pareto", solution, problems=[Said("pareto_needs_cost")])
    build = task.assemble(_both(task.data, STATED_BY[against]))
    cost = next(goal for goal in build.objectives if goal.name == MIN_COST)
    quantity = quantity_of(build, against)
    build.objective, build.further = cost, []
    solution = task.solve_build(build, "solve")
    outcome = Outcome("pareto", solution)
    if solution.status != OPTIMAL or solution.basis is None:
        return outcome
    build.objective = quantity
    best = task.solve_build(build, "best_of_quantity")
    build.objective = cost
    if best.status != OPTIMAL:
        outcome.problems.append(Said("pareto_no_end", status=best.status))
        return outcome
    task.say("front")
    front = _Front(solution, quantity, int(task.number("most_steps")))
    points = front.points(best.optimum, int(task.number("points")))
    if points is None:
        outcome.problems.append(Said("pareto_nothing_between"))
        return outcome
    lost = sum(point.columns is None for point in points)
    if lost:
        outcome.problems.append(Said("pareto_lost", number=lost))
    outcome.tables = [front.table(points, against)]
    if against in BY_REGION:
        outcome.tables.append(front.by_region(points, cost))
    return outcome


def _both(data: Data, other: str) -> Data:
    """The same input with an objective beside cost, for its variables and rows."""
    return replace(data, settings={**data.settings, "objective": f"{other}{LIST_MARK}{MIN_COST}"})


def quantity_of(build: Build, against: str) -> Objective:
    """The quantity as something to be made least or most."""
    data = build.data
    planned = [year for year in data.decided if year <= data.plan_until]
    stated = next(goal for goal in build.objectives if goal.name == STATED_BY[against])
    if against in (PEAK, BURDEN):
        return stated
    table = stated.table
    if against in TAKEN:
        posts = build.ledger.table(against)
        posts = posts[posts["year"].isin(planned) & (posts["position"] != FIXED)]
        length = {year: float(data.length(year)) for year in planned}
        weight = posts["year"].map(length).astype(float) / sum(length.values())
        place = posts[next(name for name in ("region", "water_zone") if name in posts)]
        taken = posts.assign(component=posts["item"], region=place, coefficient=-posts["coefficient"].astype(float) * weight)
        return Objective("min", TAKEN[against], taken[list(table.columns)])
    table = table[table["year"].isin(planned)]
    if against == SINKS:
        return replace(stated, table=table[table["component"].str.startswith(SINK_MARK)])
    return replace(stated, sense="min", table=table.assign(coefficient=-table["coefficient"]))


class _Front:
    """The plans between the cheapest one and the best of a quantity."""

    def __init__(self, solution: Solution, quantity: Objective, most_steps: int) -> None:
        self.plans, self.quantity = NearPlans(solution, most_steps), quantity
        #: Above zero: more of the row is worse.
        self.sign = -1.0 if quantity.sense == "max" else 1.0
        self.row, self.constant = self._vector(quantity.table)
        self.norm = float(np.abs(self.row).max(initial=0.0))
        self.cheapest = solution.x[solution.matrix.column_position]

    def _vector(self, table: pd.DataFrame) -> tuple[Floats, float]:
        return self.plans.vector(table["position"].to_numpy(dtype=np.int64), table["coefficient"].to_numpy(dtype=float))

    def value(self, columns: Floats) -> float:
        """What the quantity comes to."""
        return float(self.row @ columns) + self.constant

    def points(self, best: float, number: int) -> list[Point] | None:
        """The cheapest plan, then ``number`` less one limits up to the best; None where the cheapest is the best."""
        first = self.value(self.cheapest)
        width = self.sign * (first - best)
        if self.norm == 0.0 or width <= ROUNDING * max(1.0, abs(best)):
            return None
        found = [Point(first, OPTIMAL, self.cheapest, 0.0)]
        highs, basis = self.plans.held(self.sign * self.row / self.norm), self.plans.first
        for step in range(1, number):
            limit = first - self.sign * width * min(step / (number - 1), 1.0 - ROUNDING)
            end = self.plans.below(highs, self.sign * (limit - self.constant) / self.norm, basis)
            basis = end.basis
            columns = end.columns if end.status == OPTIMAL else None
            status = "limit" if end.status == "time_limit" else end.status
            # at the best nothing more can be had: what the tolerance leaves there has a price of its own
            found.append(Point(limit, status, columns, -end.dual / self.norm if step < number - 1 else np.nan))
        return found

    def table(self, points: Sequence[Point], against: str) -> OutcomeTable:
        """Table ``front``."""
        rows = []
        for number, point in enumerate(points):
            known = point.columns is not None
            cost = self.plans.cost_of(point.columns) if point.columns is not None else np.nan
            rows.append({
                "point": number, "quantity": against, "held_to": point.limit, "value": self.value(point.columns) if point.columns is not None else np.nan,
                "unit": self.quantity.unit, "plan_cost": cost, "dearer": cost - self.plans.cost_of(self.cheapest), "marginal_cost": point.price if known else np.nan,
                "status": point.status,
            })  # fmt: skip
        units = dict.fromkeys(("plan_cost", "dearer"), COST_UNIT)
        return OutcomeTable(
            "front", pd.DataFrame(rows), units,
            en="Plans between the cheapest and the best of the quantity; amounts in the unit of the row, marginal cost in bn CNY, discounted, per unit",
            zh="最低成本方案与该量最优方案之间的前沿；数量单位见行内，边际成本为每单位贴现十亿元",
        )  # fmt: skip

    def by_region(self, points: Sequence[Point], cost: Objective) -> OutcomeTable:
        """Table ``abatement_by_region``: what each place avoids or stores more in each step and what it spends more, against the point before that was found."""
        # what belongs to a group of regions is no region's either
        tables = {name: goal.table.assign(region=goal.table["region"].where(~goal.table["region"].astype(str).str.startswith(OF_GROUP), NATION)) for name, goal in (("amount", self.quantity), ("cost", cost))}
        parts = {name: [(str(place), *self._vector(part)) for place, part in table.groupby("region", sort=False)] for name, table in tables.items()}
        known = [(number, point.columns) for number, point in enumerate(points) if point.columns is not None]
        rows: list[dict[str, Any]] = []
        for (_, before), (number, after) in pairwise(known):
            moved = {name: {place: float(vector @ (after - before)) for place, vector, _ in listed} for name, listed in parts.items()}
            for place in dict.fromkeys((*moved["amount"], *moved["cost"])):
                avoided, spent = -self.sign * moved["amount"].get(place, 0.0), moved["cost"].get(place, 0.0)
                least = ROUNDING * abs(points[0].limit - points[-1].limit)
                if abs(avoided) > least or abs(spent) > ROUNDING:
                    mean = CNY_PER_TONNE * spent / avoided if avoided > least else np.nan
                    rows.append({"point": number, "region": place, "avoided": avoided + 0.0, "cost_of_step": spent, "mean_cost": mean})
        units = {"avoided": "Mt CO2", "cost_of_step": COST_UNIT, "mean_cost": "CNY/t CO2"}
        return OutcomeTable(
            "abatement_by_region", pd.DataFrame(rows, columns=["point", "region", "avoided", "cost_of_step", "mean_cost"]), units,
            en="What each region avoids or stores more from the point before to this one, and what is spent more there; costs stand where the money is spent",
            zh="从上一点到本点各地区多减排或多固碳的数量与多支出的成本；成本计在支出地",
        )  # fmt: skip
