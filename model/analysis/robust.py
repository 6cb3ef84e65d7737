"""What it costs to be safe when some costs, nobody knows which, turn out higher than thought: budgeted uncertainty in costs.

Each group k of costs (``uncertain``: ranges of the sheet ``ranges``, or items of spending that are off by a share) moves as one, to where its terms cost
``up[k]`` more or to where they cost ``down[k]`` more (mostly less); no more than ``budget`` of them move fully against the plan at once, whichever hurt it
most (Bertsimas and Sim 2004, The price of robustness):

    min over x of   c * x + max over S with |S| <= budget of sum over k in S of max(up[k] * x, down[k] * x, 0)

With a share, ``up[k] * x = deviation * C[k](x) = - down[k] * x``, ``C[k](x)`` what the plan spends on the group. By duality of the inner maximum that is a
linear programme:

    min   c * x + budget * worst_share + sum over k of above_share[k]
    s.t.  worst_share + above_share[k] >= up[k] * x
          worst_share + above_share[k] >= down[k] * x                     with a share: a saving that falls short
          worst_share, above_share[k] >= 0

Two technologies that serve one unit at costs c1 < c2 and deviations d1, d2 (amounts), budget 1: where d1 > c2 - c1 both are used so that both
could hurt alike,

    x1 = d2 / (d1 + d2),    cost guaranteed = (c1 * d2 + c2 * d1 + d1 * d2) / (d1 + d2)

else, and with a budget of two and c1 + d1 < c2 + d2, the first alone. Were costs independent and symmetric, cost would exceed what is guaranteed with a probability of at
most ``chance_exceeded`` (theorem 3 there, n groups, v = (budget + n) / 2, m = v - floor(v)):

    B = 2**-n * ((1 - m) * sum over l >= floor(v) of C(n, l) + m * sum over l >= floor(v) + 1 of C(n, l))

Limits: costs alone. On right-hand sides (demand, water, land) a budget would be the plain worst case, row by row: each row holds one such
number and may meet it at its worst, so nothing is saved by a budget; ask for that by a scenario. Decisions do not answer to what is learned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import comb, floor
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..closing.analyses import ALL_GROUPS, BY_RANGES
from ..core.build.build import Build
from ..core.build.objective import COST_UNIT, Objective
from ..core.declare.lines import Said
from ..core.declare.schema import OutcomeTable
from ..core.declare.spec import LIST_MARK, Variable
from ..core.frames import stack
from ..core.ledger import FIXED
from ..core.solve.amounts import NATION
from ..core.solve.highs.held import FEWEST_ITERATIONS, run_from_basis
from ..core.solve.solution import Solution
from ..core.solve.solver import Loaded, SolveOptions, extract, solve_and_hold, solve_part
from .beside import beside, what_levers_do
from .task import Outcome, Task, asks_least_cost
from .uncertain import CostGroup, cost_groups, groups_of_ranges

Floats = npt.NDArray[np.float64]
OPTIMAL = "optimal"
WORST = Variable("worst_share", ("scope",), COST_UNIT, en="What a group must hurt to be among the worst", zh="列入最坏组合的门槛")
ABOVE = Variable("above_share", ("cost_group",), COST_UNIT, en="What a group hurts beyond that", zh="超出门槛的部分")
#: Rows of the two sides of a deviation.
DEARER, SAVES_LESS = "costs_more", "saves_less"
#: Simplex steps per row from one budget to the next before it is solved from nothing.
PATIENCE = 0.25
#: A share of the cost of the plan below which a group hurts nothing.
ROUNDING = 1e-9


@dataclass
class Counterpart:
    """The model with rows of deviations; ``nominal`` is its objective without them."""

    build: Build
    nominal: Objective
    groups: list[CostGroup]

    def spent(self, solution: Solution) -> Floats:
        """What a plan spends on each group, bn CNY discounted."""
        value = self.nominal.table["coefficient"].to_numpy(dtype=float) * self._amounts(solution)
        return np.array([value[group.terms].sum() for group in self.groups])

    def hurts(self, solution: Solution) -> Floats:
        """What each group adds to the cost of a plan at its worst."""
        amount = self._amounts(solution)
        return np.array([max(float(group.up @ amount[group.terms]), float(group.down @ amount[group.terms]), 0.0) for group in self.groups])

    def _amounts(self, solution: Solution) -> Floats:
        """Of every term of the objective the value of its variable, 1 of a constant."""
        position = self.nominal.table["position"].to_numpy(dtype=np.int64)
        return np.where(position == FIXED, 1.0, solution.x[position])

    def cost(self, solution: Solution) -> float:
        """Cost of a plan where every cost is as thought."""
        vector, constant = self.nominal.vector(self.build.size)
        return float(vector @ solution.x + constant)

    def goal(self, budget: float) -> Objective:
        """What is least for a budget."""
        worst, above = self.build.families[WORST.name], self.build.families[ABOVE.name]
        position = [*worst.positions.tolist(), *above.positions.tolist()]
        coefficient = [budget] * len(worst) + [1.0] * len(above)
        added = pd.DataFrame({"component": WORST.name, "region": NATION, "year": self.build.data.plan_until, "position": position, "coefficient": coefficient})
        return replace(self.nominal, table=stack([self.nominal.table, added]))


def counterpart(build: Build, groups: Sequence[CostGroup]) -> Counterpart:
    """Add the columns and rows of deviations to a model that has been assembled."""
    goal = build.objective
    assert goal is not None
    worst = build.variable(WORST, [(NATION,)])
    above = build.variable(ABOVE, [(group.name,) for group in groups])
    parts: dict[str, list[pd.DataFrame]] = {DEARER: [], SAVES_LESS: []}
    for place, group in enumerate(groups):
        terms = goal.table.iloc[group.terms][["position"]].astype({"position": np.int64})
        shares = pd.DataFrame({"position": [int(worst.positions[0]), int(above.positions[place])], "coefficient": [1.0, 1.0]})
        for name, more in ((DEARER, group.up), (SAVES_LESS, group.down)):
            own = terms.assign(coefficient=-more)
            parts[name].append(stack([shares, own]).assign(cost_group=group.name))
    for name, rows in parts.items():
        build.rows_from_terms(name, stack(rows), ["cost_group"], ">=", COST_UNIT)
    return Counterpart(build, goal, list(groups))


def run(task: Task) -> Outcome:
    """Solve the plan, then its counterpart for each budget, the smallest first, and tabulate."""
    nominal = task.solve(task.data, "solve")
    outcome = Outcome("robust", nominal)
    if nominal.status != OPTIMAL:
        return outcome
    if not asks_least_cost(nominal.build):
        outcome.problems.append(Said("robust_needs_cost"))
        return outcome
    build = task.assemble(task.data)
    groups = groups_of_ranges(build, task.ranges, task.varied) if task.settings["by"] == BY_RANGES else []
    if not groups:
        if task.settings["by"] == BY_RANGES:
            outcome.problems.append(Said("robust_no_ranges", share=f"{task.number('deviation'):g}"))
        groups = cost_groups(build, task.number("deviation"))
    if not groups:
        outcome.problems.append(Said("robust_no_costs"))
        return outcome
    made = counterpart(build, groups)
    asked = [float(len(groups)) if word == ALL_GROUPS else float(word) for word in str(task.settings["budgets"]).split(LIST_MARK)]
    budgets = sorted({0.0, *(min(one, float(len(groups))) for one in asked)})
    task.say("robust")
    plans = solve_budgets(made, budgets)
    outcome.problems += [Said("robust_unsolved", budget=f"{budget:g}", status=plan.status) for budget, plan in plans.items() if plan.status != OPTIMAL]
    solved = {budget: plan for budget, plan in plans.items() if plan.status == OPTIMAL}
    if 0.0 in solved:
        outcome.tables = _tables(task, made, solved)
    return outcome


def solve_budgets(made: Counterpart, budgets: Sequence[float]) -> dict[float, Solution]:
    """The plan of each budget, each from the basis of the one before; what takes long from there is solved from nothing."""
    plans: dict[float, Solution] = {}
    held: Loaded | None = None
    for budget in budgets:
        made.build.objective = made.goal(budget)
        if held is None:
            plans[budget], held = solve_and_hold(made.build, SolveOptions(cold=True))
            continue
        plans[budget] = _next(made, held)
    return plans


def _next(made: Counterpart, held: Loaded) -> Solution:
    """The plan of the objective that is set, from the basis that is held."""
    assert made.build.objective is not None
    cost, offset = made.build.objective.vector(made.build.size)
    matrix = replace(held.matrix, cost=cost[held.matrix.column_position], offset=offset)
    highs: Any = held.highs
    changed = np.flatnonzero(matrix.cost != held.matrix.cost).astype(np.int32)
    highs.changeColsCost(len(changed), changed, (matrix.cost * held.scaling.column)[changed])
    held.matrix = matrix
    status, steps = run_from_basis(highs, FEWEST_ITERATIONS + int(PATIENCE * matrix.shape[0]))
    if status != OPTIMAL:
        return solve_part(made.build, matrix, SolveOptions(cold=True))
    found = extract(made.build, held, status, {})
    found.iterations = steps
    return found


def at_worst(hurts: Floats, budget: float) -> float:
    """What the groups that hurt most add where ``budget`` of them move; of the last one its part."""
    largest = np.sort(hurts)[::-1]
    whole = min(floor(budget), len(largest))
    return float(largest[:whole].sum() + (budget - whole) * (largest[whole] if whole < len(largest) else 0.0))


def chance_exceeded(groups: int, budget: float) -> float:
    """The most likely that costs exceed what is guaranteed can be, were they independent and symmetric; 0 where all may move."""
    if budget >= groups:
        return 0.0
    middle = (budget + groups) / 2.0
    first, part = floor(middle), middle - floor(middle)
    tail = [sum(comb(groups, count) for count in range(start, groups + 1)) for start in (first, first + 1)]
    return float(((1.0 - part) * tail[0] + part * tail[1]) / 2**groups)


def _tables(task: Task, made: Counterpart, plans: dict[float, Solution]) -> list[OutcomeTable]:
    base = plans[0.0]
    price, groups, more = [], [], []
    least, first = made.cost(base), what_levers_do(task, base)
    small = ROUNDING * abs(least)
    for budget, plan in plans.items():
        cost, hurts = made.cost(plan), made.hurts(plan)
        exposed = least + at_worst(made.hurts(base), budget)
        guaranteed = cost + at_worst(hurts, budget)
        price.append({
            "budget": budget, "nominal_cost": cost, "guaranteed_cost": guaranteed, "price": cost - least, "exposed_cost": exposed, "spared": exposed - guaranteed,
            "chance_exceeded": chance_exceeded(len(made.groups), budget), "status": plan.status,
        })  # fmt: skip
        order = np.argsort(-hurts, kind="stable")
        worst = np.zeros(len(hurts))
        worst[order[: floor(budget)]] = 1.0
        if floor(budget) < len(order):
            worst[order[floor(budget)]] = budget - floor(budget)
        for place, group in enumerate(made.groups):
            spent = (float(made.spent(base)[place]), float(made.spent(plan)[place]))
            if max(map(abs, spent)) > small:
                groups.append({"budget": budget, "cost_group": group.name, "deviation": group.deviation, "spent_nominal": spent[0], "spent_robust": spent[1], "moves": worst[place], "hurts": hurts[place]})
        if budget > 0.0:
            more.append(beside(first, what_levers_do(task, plan), ("nominal", "robust_value"), "more").assign(budget=budget))
    money = dict.fromkeys(("nominal_cost", "guaranteed_cost", "price", "exposed_cost", "spared", "spent_nominal", "spent_robust", "hurts"), COST_UNIT)
    told = stack(more) if more else pd.DataFrame()
    told = told[["budget", *(name for name in told.columns if name != "budget")]] if len(told) else told
    found = [
        OutcomeTable(
            "price_of_robustness", pd.DataFrame(price), money,
            en="What a plan costs as thought, and what it is sure not to exceed when so many groups of costs turn against it",
            zh="方案的名义成本，以及在若干组成本同时恶化时保证不超过的成本",
        ),
        OutcomeTable(
            "robust_allocation", told, {},
            en="What the robust plan does more of (below zero: less) than the plan that trusts its costs",
            zh="稳健方案较名义方案多做（负值为少做）的内容",
        ),
        OutcomeTable(
            "robust_groups", pd.DataFrame(groups), money,
            en="What each group of costs comes to in both plans, whether it is among the worst, and what it then adds",
            zh="各组成本在两方案中的金额、是否属最坏组合及其增量",
        ),
    ]  # fmt: skip
    return [table for table in found if len(table.frame)]
