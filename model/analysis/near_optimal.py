"""What every good plan does, and where there is a choice: the least and the most of each lever among plans that cost a little more than the cheapest.

How much more is a share of the *extra* cost, what the plan costs beyond the scenario that the setting ``burden_baseline`` names:

    extra = cost of the plan - cost of the baseline
    least, most = min, max of amount[lever,place,decade] over all plans with cost <= optimum + share * extra

An amount is the mean of a decade in the unit of the table ``allocation``. What no plan can change (a fleet that stands, a period that has
happened) is told beside it as ``given`` and is no choice: the menu looks at what lies above it, beside the greatest such amount of the lever in its place:

    must    least - given is above threshold * scale         avoid   most - given is not
    choice  most - given is above it, least - given is not   scale = greatest (most - given) of the lever in its place in any decade

Alternatives are plans within the largest share that differ from one another (``alternatives``).

Limits: objective ``min_cost`` alone; ranges are told one by one, two ends need not be had together. An end that took too many steps is what was
reached until then: the range is at least that wide, and the menu calls it unsettled where more steps could change the word. Amounts of all
technologies of a lever are added up; with ``by`` item each stands for itself. Alternatives are spread, not all that there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from ..closing.payments.allowances import BURDEN_BASELINE
from ..core.build.objective import COST_UNIT
from ..core.data import MIN_COST
from ..core.declare.lines import Said
from ..core.declare.schema import OutcomeTable
from ..core.solve.amounts import NATION
from ..core.solve.solution import Solution
from .alternatives import alternatives
from .near_cells import ROUNDING, Cell, cells_of, ordered, scales
from .near_plans import FOUND, LOST, OPTIMAL, REACHED, End, NearPlans
from .task import Outcome, Task

PERCENT = 100.0
MUST, CHOICE, AVOID, UNSETTLED = "must", "choice", "avoid", "unsettled"


def run(task: Task) -> Outcome:
    """Solve the plan and the baseline, then one end of one range after the other, then the alternatives."""
    solution = task.solve(task.data, "solve")
    outcome = Outcome("near_optimal", solution)
    if solution.status != OPTIMAL:
        return outcome
    if task.data.words("objective") != [MIN_COST] or solution.basis is None:
        outcome.problems.append(Said("near_needs_cost"))
        return outcome
    baseline = _baseline(task)
    if isinstance(baseline, Said):
        outcome.problems.append(baseline)
        return outcome
    extra = solution.optimum - baseline
    shares = sorted({task.number(name) for name in ("slack", "second_slack", "third_slack")} - {0.0})
    if extra <= 0.0:
        outcome.problems.append(Said("near_nothing_extra", name=task.data.word(BURDEN_BASELINE.name)))
        return outcome
    plans = NearPlans(solution, int(task.number("most_steps")))
    place = str(task.settings["place"])
    cells, nation = cells_of(plans, task.terms(solution), place, task.settings["by"] == "item")
    chosen = _chosen(cells, nation, task.number("slack"), shares, int(task.number("most_ranges")))
    possible = sum(len(shares) for cell in nation if cell.told["decade"] == nation[-1].told["decade"]) + len(cells)
    task.say("ranges")
    _find_ends(task, plans, chosen, extra)
    told = sum(len(cell.slacks) for cell in chosen)
    if possible > told:
        outcome.problems.append(Said("near_left_out", number=possible - told))
    ends = [how for cell in chosen for _, how in cell.ends.values() if how != FOUND]
    if ends:
        outcome.problems.append(Said("near_not_found", number=len(ends)))
    outcome.tables = [_slacks(solution, baseline, shares), _ranges(chosen, place), _menu(chosen, place, task)]
    if int(task.number("alternatives")) > 0 and cells:
        task.say("alternatives")
        number, seed = int(task.number("alternatives")), int(task.number("seed"))
        outcome.tables += alternatives(plans, cells, number, seed, max(shares) * extra, extra, place, task.workers, outcome.problems)
    return outcome


def _baseline(task: Task) -> float | Said:
    """What the scenario costs beside which burdens are told, or why that is not known."""
    name = task.data.word(BURDEN_BASELINE.name)
    data = task.scenario(name) if name in task.scenario_names else None
    if data is None:
        return Said("near_no_baseline")
    if data.words("objective") != [MIN_COST]:
        return Said("near_needs_cost")
    found = task.solve(data, "baseline")
    return found.optimum if found.status == OPTIMAL else Said("near_baseline_ended", name=name, status=found.status)


def _chosen(cells: Sequence[Cell], nation: Sequence[Cell], slack: float, shares: Sequence[float], most: int) -> list[Cell]:
    """The nation in the last decade at every share, then cells at the first, those first that are most of their lever; as many as may be."""
    whole: dict[tuple[str, ...], float] = {}
    for cell in cells:
        whole[cell.lever] = whole.get(cell.lever, 0.0) + abs(cell.now)
    last = max((cell.told["decade"] for cell in nation), default="")
    chosen, left = [], most
    for cell in [cell for cell in nation if cell.told["decade"] == last]:
        cell.slacks = tuple(shares[:left])
        left -= len(cell.slacks)
        chosen.append(cell)
    rank = sorted(cells, key=lambda cell: -abs(cell.now) / whole[cell.lever] if whole[cell.lever] > 0.0 else 0.0)
    for cell in rank[: max(0, left)]:
        cell.slacks = (slack,)
    return [cell for cell in [*chosen, *cells] if cell.slacks]


def _find_ends(task: Task, plans: NearPlans, chosen: Sequence[Cell], extra: float) -> None:
    """Both ends of every chosen cell: a job for each lever, place and side, which goes from the last decade to the first and from the small share to the large one."""
    rows: dict[tuple[Any, ...], list[Cell]] = {}
    for cell in chosen:
        rows.setdefault(cell.row, []).append(cell)
    jobs = [(row[::-1], side) for row in rows.values() for side in (1, -1)]

    def work(highs: Any, job: tuple[list[Cell], int]) -> None:
        row, side = job
        start = plans.first
        for cell in row:
            basis = start
            for number, share in enumerate(cell.slacks):
                end = plans.least(highs, side * cell.vector, share * extra, basis)
                basis = end.basis
                if number == 0 and end.status == OPTIMAL:
                    start = end.basis
                cell.ends[share, side] = _end(cell, end, cell.ends.get((cell.slacks[number - 1], side)) if number else None)

    plans.each(jobs, work, task.workers)


def _end(cell: Cell, end: End, smaller: tuple[float, str] | None) -> tuple[float, str]:
    """The amount at an end and how it was found; where nothing was, that of the smaller share, which is within this one too."""
    if end.columns is not None:
        return cell.amount(end.columns), FOUND if end.status == OPTIMAL else REACHED
    return (smaller[0], REACHED if smaller[1] != LOST else LOST) if smaller is not None else (cell.now, LOST)


def _slacks(solution: Solution, baseline: float, shares: Sequence[float]) -> OutcomeTable:
    extra = solution.optimum - baseline
    rows = [
        {"slack_share": PERCENT * share, "slack_amount": share * extra, "extra_cost": extra, "plan_cost": solution.optimum, "baseline_cost": baseline, "of_plan_cost": PERCENT * share * extra / abs(solution.optimum)}
        for share in shares
    ]  # fmt: skip
    units = {"slack_share": "%", **dict.fromkeys(("slack_amount", "extra_cost", "plan_cost", "baseline_cost"), COST_UNIT), "of_plan_cost": "%"}
    return OutcomeTable(
        "near_slacks", pd.DataFrame(rows), units,
        en="By how much plans may cost more than the cheapest: a share of what the plan costs beyond the baseline; discounted",
        zh="方案成本可高于最低成本的幅度：相对基准情景额外成本的比例（贴现）",
    )  # fmt: skip


def _ranges(chosen: Sequence[Cell], place: str) -> OutcomeTable:
    rows = []
    for cell in chosen:
        for share in cell.slacks:
            (least, low), (most, high) = cell.ends[share, 1], cell.ends[share, -1]
            rows.append({"slack_share": PERCENT * share, **cell.told, "given": cell.given, "now": cell.now, "least": least, "most": most, "least_is": low, "most_is": high})
    columns = ["slack_share", "lever", "item", place, "decade", "unit", "given", "now", "least", "most", "least_is", "most_is"]
    frame = ordered(rows, columns)
    return OutcomeTable(
        "near_ranges", frame, {"slack_share": "%"},
        en="The least and the most of each lever among plans that cost a little more, mean of the decade in the unit of the row; beside them the plan itself",
        zh="成本略高的方案中各措施的最小值与最大值（十年均值，单位见行内），并列方案本身的数值",
    )  # fmt: skip


def word_of(least: float, most: float, closed: tuple[bool, bool], nothing: float) -> str:
    """The word of the menu for what lies above the given; ``closed`` says whether least and most are the true ends."""
    if least > nothing:
        return MUST if closed[0] else UNSETTLED
    if most > nothing:
        return CHOICE
    return AVOID if closed[1] else UNSETTLED


def _menu(chosen: Sequence[Cell], place: str, task: Task) -> OutcomeTable:
    slack = task.number("slack")
    cells = [cell for cell in chosen if cell.told[place] != NATION]
    scale, rows = scales(cells), []
    for cell in cells:
        (least, low), (most, high) = cell.ends[slack, 1], cell.ends[slack, -1]
        nothing = max(task.number("threshold"), ROUNDING) * scale[cell.row]
        word = word_of(least - cell.given, most - cell.given, (low == FOUND, high == FOUND), nothing)
        rows.append({**cell.told, "menu": word, "least_added": least - cell.given, "most_added": most - cell.given, "nothing_below": nothing})
    columns = ["lever", "item", place, "decade", "unit", "menu", "least_added", "most_added", "nothing_below"]
    frame = ordered(rows, columns)
    return OutcomeTable(
        "near_menu", frame, {},
        en="What every plan near the cheapest does (must), what some do (choice) and what hardly any does (avoid), beyond what is given",
        zh="接近最优的方案都采用（必选）、部分采用（可选）与几乎不采用（回避）的措施（既有部分除外）",
    )  # fmt: skip
