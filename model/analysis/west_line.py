"""What the West line adds, what it costs, and at which value of its water and of carbon it begins to pay.

Three plans are compared: as the workbook stands, without the line, and with every phase built in its earliest year.

The value of water is looked for in two ways. For the *first cubic metre* the prices of the plan without the line are
laid on the project's own decisions: the cheapest way to bring a cubic metre is a small linear programme over them, and
its optimum is the value at which the first of it pays. This holds near that plan only, and where its prices are not
unique it is a lower bound. For the *whole line* the value is the one at which the forced plan costs as much as the one
without; a few re-solves close in on it. Both are confirmed by plans solved just below and just above.

The value of carbon is a payment for every tonne of net emissions avoided anywhere, beside the targets. It changes the
whole plan, so no price tells it: it is found by halving between plans that build and plans that do not.

Limits: one value for every year and zone; whether the line pays is taken to turn only once as a value rises.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ..closing.results.finance import SURPLUS
from ..core.data import Data
from ..core.declare.lines import Said
from ..core.declare.schema import OutcomeTable
from ..core.frames import stack
from ..core.project import cheapest_unit
from ..core.solve.solution import Solution
from ..levers.land.diversion import PROJECT_FAMILIES, PROJECT_ROWS
from .task import Outcome, Task

DECISION, WATER_VALUE, CARBON_VALUE = "diversion_decision", "diverted_water_value", "carbon_value"
FREE, NONE, WHOLE = "free", "none", "whole"
#: A share of a phase above this counts as built (solver rounding lies well below).
SOME = 1e-4
#: bn CNY per Mt CO2 in one CNY per t CO2; a CNY per m3 is a bn CNY per km3.
MT_PRICE = 1e-3
COST_UNIT = "bn CNY"
OPTIMAL = "optimal"


@dataclass
class Runs:
    """Solves variants of the data and remembers every one for the table of runs."""

    task: Task
    log: list[dict[str, Any]]

    def solve(self, phase: str, decision: str, water: float = 0.0, carbon: float = 0.0) -> Solution:
        """A plan with the decision (free, none, whole), a value of water (CNY/m3) and of carbon (CNY/t CO2) added."""
        data = self.task.data
        added: dict[str, float | str] = {
            DECISION: decision,
            WATER_VALUE: data.number(WATER_VALUE) + water,
            CARBON_VALUE: data.number(CARBON_VALUE) + carbon * MT_PRICE,
        }
        solution = self.task.solve(replace_settings(data, added), phase)
        share = built_share(solution)
        self.log.append({
            "run": len(self.log) + 1, "decision": decision, "water_value": water, "carbon_value": carbon, "status": solution.status,
            "objective": solution.objective, "built": share,
        })  # fmt: skip
        return solution


def replace_settings(data: Data, changed: Mapping[str, float | str]) -> Data:
    """The same tables with other settings."""
    return replace(data, settings={**data.settings, **changed})


def built_share(solution: Solution) -> float:
    """The largest share of any phase in any year."""
    frame = solution.values("built") if solution.has_values else pd.DataFrame()
    return float(frame["value"].max()) if len(frame) else 0.0


def delivered_weight(solution: Solution) -> float:
    """Discounted km3 that are delivered: what one CNY/m3 more is worth, in bn CNY."""
    frame = solution.values("delivered")
    if frame.empty:
        return 0.0
    weight = frame["year"].map(solution.build.data.weight).astype(float)
    return float((frame["value"] * weight).sum())


def run(task: Task) -> Outcome:
    """Solve the twin plans, close in on the break-even values, and tabulate."""
    runs = Runs(task, [])
    free = runs.solve("solve", FREE)
    outcome = Outcome("west_line", free)
    if free.status != OPTIMAL:
        return outcome
    if "built" not in free.build.families:
        outcome.problems.append(Said("no_diversion"))
        return outcome
    goal = free.build.objective
    if goal is None or goal.unit != COST_UNIT:
        outcome.problems.append(Said("needs_min_cost"))
        return outcome
    without, whole = runs.solve("without", NONE), runs.solve("whole", WHOLE)
    plans = {"free": free, "without": without, "whole": whole}
    missing = [name for name, plan in plans.items() if plan.status != OPTIMAL]
    outcome.problems += [Said("plan_left_out", name=name, status=plans[name].status) for name in missing]
    found: list[dict[str, Any]] = []
    unit_account = pd.DataFrame()
    if not missing:
        marginal, unit_account = first_cubic_metre(free)
        found += water_values(runs, task, free, without, whole, marginal)
        found += carbon_values(runs, task, free)
    outcome.tables = [
        OutcomeTable("break_even", pd.DataFrame(found), {}, "Values at which the line pays", "盈亏平衡值"),
        OutcomeTable("twin_runs", twin_table(task, {n: p for n, p in plans.items() if n not in missing}), {}, "With and without the line", "有无工程对比"),
        OutcomeTable("unit_account", unit_account, {"value": "CNY/m3"}, "What the cheapest first cubic metre costs and brings, at the prices of the plan", "首单位水量的成本与收益（按影子价格）"),
        OutcomeTable("diversion_account", _accounts(task, plans, missing), {}, "Account of the project in each plan", "各方案的工程账户"),
        OutcomeTable("runs", pd.DataFrame(runs.log), {"water_value": "CNY/m3", "carbon_value": "CNY/t CO2", "objective": COST_UNIT}, "Every plan that was solved", "全部求解记录"),
    ]
    outcome.tables = [table for table in outcome.tables if len(table.frame)]
    return outcome


# ---------------------------------------------------------------------------------------------------------------------
# Water


def first_cubic_metre(solution: Solution) -> tuple[float, pd.DataFrame]:
    """Least cost of a discounted cubic metre delivered at the prices of the plan (CNY/m3), and what it consists of."""
    build = solution.build
    frames = [build.families[name].frame.assign(family=name) for name in PROJECT_FAMILIES if name in build.families]
    decisions = np.concatenate([build.families[name].positions for name in PROJECT_FAMILIES if name in build.families])
    each = pd.concat(frames, ignore_index=True)
    weight = np.where(each["family"] == "delivered", each["year"].map(build.data.weight), 0.0).astype(float)
    unit = cheapest_unit(solution, decisions.tolist(), PROJECT_ROWS, weight)
    account = unit.account.rename_axis("item").rename("value").reset_index()
    return unit.cost, account.assign(item=account["item"].astype(str).str.removeprefix("balance_"))


def water_values(runs: Runs, task: Task, free: Solution, without: Solution, whole: Solution, marginal: float) -> list[dict[str, Any]]:
    """Break-even values of water: first cubic metre (from prices, then confirmed), and the whole line."""
    line = _whole_water(runs, task, without, whole)
    if built_share(free) > SOME:
        return [_value("water", "first_cubic_metre", 0.0, 0.0, 0.0, "CNY/m3", "built_without"), line]
    return [_first_water(runs, task, marginal, float(line["solved_above"])), line]


def _first_water(runs: Runs, task: Task, marginal: float, most: float) -> dict[str, Any]:
    """Confirm the value that the prices give: nothing is built just below it, something just above; else close in.

    ``most`` is the value at which the whole line pays: the first cubic metre never needs more.
    """
    width = task.number("precision")
    if not np.isfinite(marginal):
        return _value("water", "first_cubic_metre", np.nan, np.nan, np.nan, "CNY/m3", "no_value")
    start = max(marginal, 0.0)
    low, high = start * (1.0 - width / 2), max(start * (1.0 + width / 2), width)

    def builds(value: float) -> bool:
        return built_share(runs.solve("water", FREE, water=value)) > SOME

    if builds(low):
        return _value("water", "first_cubic_metre", start, 0.0, low, "CNY/m3", "pays_below_the_price")
    if builds(high):
        return _value("water", "first_cubic_metre", start, low, high, "CNY/m3", "confirmed")
    # the prices of the plan are not unique: they gave a lower bound
    most = most * (1.0 + width) if np.isfinite(most) else 2.0 * high
    low, high, exact = close_in(builds, high, max(most, high * (1.0 + width)), width, int(task.number("most_solves")))
    return _value("water", "first_cubic_metre", start, low, high, "CNY/m3", "lower_bound" if exact else "not_reached")


def _whole_water(runs: Runs, task: Task, without: Solution, whole: Solution) -> dict[str, Any]:
    """The value at which the forced plan costs what the one without it costs: Newton steps on a concave function."""
    width, value, plan = task.number("precision"), 0.0, whole
    gap = plan.objective - without.objective
    tried = 0
    while tried < int(task.number("most_solves")):
        volume = delivered_weight(plan)
        if volume <= 0.0:
            # nobody takes the water while it is worth nothing: any value makes it flow
            value, tried = max(value, SOME), tried + 1
            plan = runs.solve("water", WHOLE, water=value)
            gap = plan.objective - without.objective
            if delivered_weight(plan) <= 0.0:
                break
            continue
        step = gap / volume
        if abs(step) <= width * max(abs(value), SOME) and tried > 0:
            return _value("water", "whole_line", value + step, value, value + step, "CNY/m3", "confirmed")
        value, tried = max(0.0, value + step), tried + 1
        plan = runs.solve("water", WHOLE, water=value)
        gap = plan.objective - without.objective
        if value <= 0.0 and gap <= 0.0:
            return _value("water", "whole_line", 0.0, 0.0, 0.0, "CNY/m3", "pays_without")
    return _value("water", "whole_line", value, np.nan, np.nan, "CNY/m3", "not_reached")


# ---------------------------------------------------------------------------------------------------------------------
# Carbon


def carbon_values(runs: Runs, task: Task, free: Solution) -> list[dict[str, Any]]:
    """The payment per tonne of net emissions avoided, beside the targets, from which some of the line is built."""
    if built_share(free) > SOME:
        return [_value("carbon", "some_of_the_line", 0.0, 0.0, 0.0, "CNY/t CO2", "built_without")]

    def builds(value: float) -> bool:
        return built_share(runs.solve("carbon_value", FREE, carbon=value)) > SOME

    top = task.number("largest_carbon_value")
    if not builds(top):
        return [_value("carbon", "some_of_the_line", np.nan, top, np.nan, "CNY/t CO2", "not_reached")]
    low, high = _halve(builds, 0.0, top, task.number("precision"), int(task.number("most_solves")) - 1)
    return [_value("carbon", "some_of_the_line", high, low, high, "CNY/t CO2", "confirmed")]


def close_in(builds: Callable[[float], bool], low: float, high: float, width: float, solves: int) -> tuple[float, float, bool]:
    """An interval whose lower end does not build and whose upper end does; False when no value tried builds."""
    while solves > 0 and not builds(high):
        low, high, solves = high, 2.0 * high, solves - 1
    if solves <= 0:
        return low, float("nan"), False
    return (*_halve(builds, low, high, width, solves - 1), True)


def _halve(builds: Callable[[float], bool], low: float, high: float, width: float, solves: int) -> tuple[float, float]:
    while solves > 0 and high - low > width * high:
        middle, solves = (low + high) / 2, solves - 1
        low, high = (low, middle) if builds(middle) else (middle, high)
    return low, high


def _value(of: str, what: str, value: float, low: float, high: float, unit: str, state: str) -> dict[str, Any]:
    return {"value_of": of, "pays_for": what, "value": value, "solved_below": low, "solved_above": high, "unit": unit, "state": state}


# ---------------------------------------------------------------------------------------------------------------------
# Tables


def twin_table(task: Task, plans: Mapping[str, Solution]) -> pd.DataFrame:
    """Quantities of the nation in each plan, by year; ``difference`` is whole less without."""
    parts = []
    for name, plan in plans.items():
        tables = task.tables(plan)
        carbon, money = tables["carbon"], tables["money"]
        strict = carbon[carbon["in_target"] == 1]
        net = strict.assign(value=np.where(strict["account"] == "emission", strict["value"], -strict["value"]))
        spent = money[(money["direction"] == "spend") & (money["item"] != SURPLUS)]
        water = tables["water"]
        for quantity, frame, unit in (
            ("net_emissions", net, "Mt CO2/yr"),
            ("sinks", strict[strict["account"] == "sink"], "Mt CO2/yr"),
            ("water_delivered", water[water["item"] == "west_line_delivery"], "million m3/yr"),
            ("water_idle", water[water["direction"] == "idle"], "million m3/yr"),
            ("planted_land_used", tables["land"][tables["land"]["use"] == "afforestation"], "kha"),
            ("spending", spent, "bn CNY/yr"),
        ):
            summed = frame.groupby("year", sort=True)["value"].sum().reset_index()
            parts.append(summed.astype({"year": "Int64"}).assign(quantity=quantity, unit=unit, plan=name))
        parts.append(pd.DataFrame({"year": pd.array([pd.NA], dtype="Int64"), "value": [plan.objective], "quantity": "objective", "unit": COST_UNIT, "plan": name}))
    long = stack(parts)
    wide = long.pivot_table(index=["quantity", "year", "unit"], columns="plan", values="value", sort=False, dropna=False).reset_index()
    wide = wide.dropna(subset=list(plans), how="all").fillna({name: 0.0 for name in plans})
    if {"without", "whole"} <= set(plans):
        wide["difference"] = wide["whole"] - wide["without"]
    return pd.DataFrame(wide[["quantity", "year", *plans, *(["difference"] if "difference" in wide else []), "unit"]])


def _accounts(task: Task, plans: Mapping[str, Solution], missing: list[str]) -> pd.DataFrame:
    parts = []
    for name in ("free", "whole"):
        if name in missing:
            continue
        account = task.tables(plans[name])["diversion_account"]
        parts.append(account.assign(plan=name))
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    return frame[["plan", *(c for c in frame.columns if c != "plan")]] if len(frame) else frame
