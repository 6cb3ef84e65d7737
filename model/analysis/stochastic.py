"""What to decide before it is known which of several futures comes, and what it would be worth to know.

Futures are scenarios of the workbook with probabilities. Decisions up to a year are the same in all of them (``tree``): what is built, planted,
felled, treated, adopted, retired. What runs, is sent, goes unserved or is missed in a year answers to the future, and after that year all does.

    here_and_now         the least expected cost with decisions shared up to the year
    wait_and_see         the expected cost were the future known from the start: every future's own plan
    expected_value_plan  the expected cost where decisions up to the year are those of the plan for the mean of all numbers
    perfect_information  here_and_now - wait_and_see >= 0      what knowing from the start would be worth (EVPI)
    stochastic_solution  expected_value_plan - here_and_now      what is lost by deciding for the mean (VSS), never below 0 where nothing is moved

A plant that serves at 10 bn CNY a unit must be built before it is known whether demand is 4 (three in four) or 10; what is short is bought at
30. Building 4 and buying 6 in one of four costs 40 + 45 = 85; known from the start 30 + 25 = 55, the worth of knowing is 30. The mean is 5.5:
55 + 4.5 * 30 / 4 = 88.75 is the cost of deciding for it, and 3.75 what not doing so is worth.

Where decisions for the mean are too much for a future (a measure on more output than it has), they are moved as little as its limits ask, which is
told; what not deciding for the mean is worth is then a little too low, and may fall below zero.

Limits: two stages. Amounts are shared, not shares of what a future brings: a measure is adopted on so many tonnes. Futures have one objective, least
cost, and count by probability alone: nobody shuns risk. A decision whose bounds in the futures have nothing in common is left to each.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ..core.build.objective import COST_UNIT
from ..core.declare.lines import Said
from ..core.declare.schema import OutcomeTable
from ..core.declare.spec import LIST_MARK, Finding, InputError
from ..core.frames import stack
from ..core.solve.matrix import all_column_names, compile_matrix
from ..core.solve.solution import Solution
from ..core.solve.solver import SolveOptions, solve, solve_part
from .beside import KEYS, WORTH_TELLING, planned, what_levers_do
from .committed import committed, nearest
from .task import Outcome, Task, asks_least_cost
from .tree import Node, mean_of, node_of, solve_joined

OPTIMAL = "optimal"
HEDGED, FOR_THE_MEAN = "hedged", "for_the_mean"
#: Between the name of a future and its probability.
OF = ":"
#: Futures that there are at least.
FEWEST = 2
#: By how much probabilities may add up to something else than one: what three digits leave.
ROUNDING = 1e-3
#: A decision that is moved by less than this share has not been moved: rounding.
NOT_MOVED = 1e-6
#: Room about decisions that are taken over where they had to be moved: the solver's tolerance.
BAND = 1e-6
COLD = SolveOptions(cold=True)


def run(task: Task) -> Outcome:
    """Solve the futures, their mean, all together, and each with the decisions for the mean; InputError where the settings name no futures."""
    asked, until = read_nodes(str(task.settings["nodes"])), _until(task)
    wrong = _wrong(task, asked, until)
    if wrong:
        raise InputError(wrong)
    base = task.solve(task.data, "solve")
    outcome = Outcome("stochastic", base)
    if base.status != OPTIMAL:
        return outcome
    task.say("futures")
    nodes = []
    for name, probability in asked.items():
        build = task.assemble(task.scenario(name))
        nodes.append(node_of(name, probability, build, compile_matrix(build), until))
    if not all(asks_least_cost(node.build) for node in nodes):
        outcome.problems.append(Said("stochastic_needs_cost"))
        return outcome
    # a model with a row that nothing can meet is not handed to the solver
    known = [solve_part(node.build, node.matrix, COLD) if not node.matrix.impossible else solve(node.build) for node in nodes]
    outcome.problems += [Said("stochastic_no_future", name=node.name, status=plan.status) for node, plan in zip(nodes, known, strict=True) if plan.status != OPTIMAL]
    if outcome.problems:
        return outcome
    task.say("together")
    status, expected, hedged = solve_joined(nodes)
    if status != OPTIMAL:
        outcome.problems.append(Said("stochastic_no_plan", status=status))
        return outcome
    task.say("mean")
    mean = _for_the_mean(task, base, nodes, outcome)
    held = [_with_first(node, mean, outcome) for node in nodes] if mean is not None else []
    outcome.problems += [Said("stochastic_mean_fails", name=node.name, status=plan.status) for node, plan in zip(nodes, held, strict=False) if plan.status != OPTIMAL]
    outcome.tables = [_worth(nodes, known, expected, held), _by_node(nodes, known, hedged, held), _first_stage(task, nodes, known, hedged, mean, until)]
    outcome.tables = [table for table in outcome.tables if len(table.frame)]
    return outcome


def read_nodes(text: str) -> dict[str, float]:
    """Futures and probabilities of ``name:0.3;name:0.7``; none where the text says no such thing."""
    found: dict[str, float] = {}
    for part in text.split(LIST_MARK):
        name, _, share = (piece.strip() for piece in part.partition(OF))
        try:
            probability = float(share)
        except ValueError:
            return {}
        if not name or name in found or not 0.0 < probability < 1.0:
            return {}
        found[name] = probability
    total = sum(found.values())
    return {name: share / total for name, share in found.items()} if abs(total - 1.0) <= ROUNDING else {}


def _until(task: Task) -> int:
    """The last milestone of what is shared."""
    return max((year for year in planned(task.data) if year <= task.number("agree_until")), default=task.data.history_until)


def _wrong(task: Task, asked: Mapping[str, float], until: int) -> list[Finding]:
    if len(asked) < FEWEST:
        return [task.wrong("nodes", Said("stochastic_form", text=str(task.settings["nodes"])), Said("stochastic_form_wanted"))]
    unknown = [name for name in asked if name not in task.scenario_names]
    years = planned(task.data)
    wrong = [task.wrong("nodes", Said("stochastic_unknown", name=name), Said("one_of", known=", ".join(task.scenario_names))) for name in unknown]
    if until not in years[:-1]:
        known = ", ".join(map(str, years[:-1])) or "-"
        wrong.append(task.wrong("agree_until", Said("stochastic_until", year=f"{task.number('agree_until'):g}"), Said("one_of", known=known)))
    return wrong


def _for_the_mean(task: Task, base: Solution, nodes: Sequence[Node], outcome: Outcome) -> Solution | None:
    """The plan of the mean of all numbers; where the futures have other rows that of the scenario of the call."""
    matrix = mean_of(nodes)
    if matrix is None:
        outcome.problems.append(Said("stochastic_other_rows", name=nodes[0].name))
        return base if base.status == OPTIMAL else None
    found = solve_part(nodes[0].build, matrix, COLD)
    return found if found.status == OPTIMAL else None


def _with_first(node: Node, plan: Solution, outcome: Outcome) -> Solution:
    """The best that a future leaves once the decisions of the first stage are those of a plan, moved as little as its own limits ask."""
    value = dict(zip(all_column_names(plan.build, plan.matrix), plan.x[plan.matrix.column_position].tolist(), strict=True))
    wanted = {name: value[name] for name, first in zip(node.names, node.first, strict=True) if first and name in value}
    found = solve_part(node.build, committed(node.build, node.matrix, wanted), COLD)
    near = nearest(node.build, node.matrix, wanted) if found.status != OPTIMAL else None
    if near is None:
        return found
    share = {name: abs(near[name] - amount) / max(1.0, abs(amount)) for name, amount in wanted.items()}
    moved = max(share, key=lambda name: share[name])
    number = sum(one > NOT_MOVED for one in share.values())
    outcome.problems.append(Said("stochastic_moved", name=node.name, number=number, all=len(wanted), decision=moved, amount=f"{near[moved]:.6g}", wanted=f"{wanted[moved]:.6g}"))
    return solve_part(node.build, committed(node.build, node.matrix, near, BAND), COLD)


def _expected(nodes: Sequence[Node], plans: Sequence[Solution]) -> float:
    if len(plans) < len(nodes) or any(plan.status != OPTIMAL for plan in plans):
        return math.nan
    return sum(node.probability * plan.objective for node, plan in zip(nodes, plans, strict=True))


def _worth(nodes: Sequence[Node], known: Sequence[Solution], expected: float, held: Sequence[Solution]) -> OutcomeTable:
    see, mean = _expected(nodes, known), _expected(nodes, held)
    figures = {
        "here_and_now": expected, "wait_and_see": see, "expected_value_plan": mean, "perfect_information": expected - see, "stochastic_solution": mean - expected,
    }  # fmt: skip
    frame = pd.DataFrame({"figure": list(figures), "value": list(figures.values())})
    return OutcomeTable(
        "worth_of_knowing", frame, {"value": COST_UNIT},
        en="Expected cost decided before it is known, were it known, and decided for the mean; what knowing, and not deciding for the mean, is worth",
        zh="先决策、自始已知与按均值决策的期望成本；完全信息与随机解的价值",
    )


def _by_node(nodes: Sequence[Node], known: Sequence[Solution], hedged: Sequence[Solution], held: Sequence[Solution]) -> OutcomeTable:
    rows = []
    for place, node in enumerate(nodes):
        own, all_of_them = known[place].objective, hedged[place].objective
        mean = held[place].objective if place < len(held) and held[place].status == OPTIMAL else np.nan
        rows.append({
            "node": node.name, "probability": node.probability, "cost_known": own, "cost_hedged": all_of_them, "cost_mean": mean,
            "regret_hedged": all_of_them - own, "regret_mean": mean - own,
        })  # fmt: skip
    money = dict.fromkeys(("cost_known", "cost_hedged", "cost_mean", "regret_hedged", "regret_mean"), COST_UNIT)
    return OutcomeTable(
        "by_node", pd.DataFrame(rows), money,
        en="What each future costs, known from the start, with decisions for all, and with decisions for the mean; discounted",
        zh="各未来的成本：自始已知、兼顾各未来、按均值决策（贴现）",
    )


def _first_stage(task: Task, nodes: Sequence[Node], known: Sequence[Solution], hedged: Sequence[Solution], mean: Solution | None, until: int) -> OutcomeTable:
    """What every plan does up to the year, one below the other; only what is not the same in all."""
    plans = {HEDGED: hedged[0], **({FOR_THE_MEAN: mean} if mean is not None else {}), **{node.name: plan for node, plan in zip(nodes, known, strict=True)}}
    parts = []
    for name, plan in plans.items():
        frame = what_levers_do(task, plan)
        if len(frame):
            parts.append(frame[frame["year"] <= until].assign(plan=name))
    if not parts:
        return OutcomeTable("first_stage", pd.DataFrame())
    wide = stack(parts).pivot_table(index=KEYS, columns="plan", values="value", aggfunc="sum", sort=False).reindex(columns=list(plans)).fillna(0.0)
    most = wide.abs().max(axis=1).groupby(level=["lever", "item", "unit"]).transform("max")
    wide = wide[(wide.max(axis=1) - wide.min(axis=1)) > WORTH_TELLING * most]
    told = wide.reset_index().melt(id_vars=KEYS, value_vars=list(plans), var_name="plan", value_name="value")[["plan", *KEYS[:-1], "value", "unit"]]
    return OutcomeTable(
        "first_stage", told, {},
        en="Decisions until the futures part: for all of them, for the mean, and for each were it known; only what differs",
        zh="分岔之前的决策：兼顾各未来、按均值、各未来自始已知（仅列有差异者）",
    )
