"""Whether felling over-mature stands and letting young ones grow raises the forest's sink in later years.

The claim that is tested: renewal of over-mature stands raises the national forest sink of the decade at the end of the
pathway, products and slash included. The forest stands alone for that (``_renewal_plans``), so that neither prices nor
the value of carbon elsewhere enter; quota, harvest capacity, the rise of the harvest and what must stand at the end hold.
Against a forest in which nothing is felled stand four others: the one with the most sink in the years compared
(``late``), the one that holds the most carbon at the end (``stored``), the one that renews as much over-mature forest
as the limits let it (``renewed``), and one that does so until the years compared begin (``renewed_before``).
For each, two differences to the unfelled forest, in Mt CO2 a year:

    sink     mean sink of the years compared
    horizon  mean sink from the base year to the end, that is the carbon held at the end: what was lost before counts here

``late`` is the best that any felling can do for the sink compared: it is never below the unfelled forest, and the claim
is false where it is not above. Its ``horizon`` says whether the gain is more than a loss made good. ``stored`` is never
below in ``horizon``; where it is above in both, the claim holds on the scale of what it fells. The two renewed ones do what the claim says without choosing what pays; all their signs are open.
Felling that has just ended flatters the sink that follows: the loss lies before, the regrowth within the years compared.

Each of mortality of over-mature stands, soil loss after a clearcut and half-life of products runs over its range while
the others stay; where the sign of a difference changes between two points, halving closes in on the value.
Beside this the whole model is solved as it stands and with a quota of nothing, all its targets kept.

Limits: one parameter at a time; a sign that changes twice between two points is not seen; growth curves as they stand:
what old stands lose enters by their mortality alone; after the horizon nothing is counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from ..core.data import Data
from ..core.declare.lines import Said
from ..core.declare.schema import OutcomeTable
from ..core.solve.solution import Solution
from ._renewal_plans import (
    FELLING_PLANS,
    NONE,
    PARAMETERS,
    felled,
    forest_only,
    left_out,
    mean_sink,
    over_mature_share,
    set_objective,
    sinks,
    span,
    unfelled,
    varied,
    window,
)
from .task import Outcome, Task

OPTIMAL = "optimal"
UNIT = "Mt CO2/yr"
MEASURES = ("sink", "horizon")
#: Names of the two plans of the whole model.
WHOLE, WHOLE_UNFELLED = "whole_model", "whole_model_unfelled"


@dataclass
class Point:
    """What one plan at one point of a range gives: mean sink of the years compared and of the horizon; NaN without a plan."""

    status: str
    values: Mapping[str, float]


@dataclass
class Forest:
    """The forest alone; remembers every point that was solved."""

    task: Task
    data: Data
    years: Sequence[int]
    points: dict[tuple[str, float, str], Point] = field(default_factory=dict)
    #: What is being done, told with the next solve.
    phase: str = ""

    def plan(self, data: Data, name: str) -> Solution:
        """The plan of that name."""
        build = self.task.assemble(unfelled(data) if name == NONE else data)
        set_objective(build, name, self.years)
        told, self.phase = self.phase, ""
        return self.task.solve_build(build, told)

    def point(self, parameter: str, factor: float, plan: str) -> Point:
        """A plan with one parameter times a factor; factor 1 is the same point of every range."""
        key = ("", 1.0, plan) if factor == 1.0 else (parameter, factor, plan)
        if key not in self.points:
            self.points[key] = self.measured(self.plan(varied(self.data, parameter, factor), plan))
        return self.points[key]

    def measured(self, solution: Solution) -> Point:
        """Both measures of a plan."""
        if solution.status != OPTIMAL:
            return Point(solution.status, dict.fromkeys(MEASURES, np.nan))
        table, data = sinks(solution), self.data
        return Point(solution.status, {"sink": mean_sink(data, table, self.years), "horizon": mean_sink(data, table, data.years)})

    def difference(self, parameter: str, factor: float, plan: str, measure: str) -> float:
        """What the plan has more than the unfelled forest under the same parameter."""
        base = self.point(parameter, factor, NONE)
        return self.point(parameter, factor, plan).values[measure] - base.values[measure]

    def sign(self, parameter: str, factor: float, plan: str, measure: str) -> int:
        """+1, 0 or -1: above, as, or below the unfelled forest; a change smaller than ``smallest_change`` is none."""
        change = self.difference(parameter, factor, plan, measure)
        return 0 if abs(change) < self.task.number("smallest_change") else int(np.sign(change))


def run(task: Task) -> Outcome:
    """Solve the whole model with and without felling, the plans of the forest alone, and their ranges; tabulate."""
    years = window(task.data, int(task.number("first_year")), int(task.number("last_year")))
    reference = task.solve(task.data, "solve")
    outcome = Outcome("renewal", reference)
    if reference.status != OPTIMAL:
        return outcome
    if "forest" not in reference.build.present:
        outcome.problems.append(Said("no_forest"))
        return outcome
    outcome.problems += left_out(task.data)
    plans: dict[str, Solution] = {WHOLE: reference, WHOLE_UNFELLED: task.solve(unfelled(task.data), "unfelled")}
    forest = Forest(task, forest_only(task.data), years, phase="forest_alone")
    for name in (NONE, *FELLING_PLANS):
        plans[name] = forest.plan(forest.data, name)
        forest.points["", 1.0, name] = forest.measured(plans[name])
    solved = {name: plan for name, plan in plans.items() if plan.status == OPTIMAL}
    outcome.problems += [Said("plan_left_out", name=name, status=plan.status) for name, plan in plans.items() if name not in solved]
    outcome.tables = [
        OutcomeTable("comparison", _comparison(task.data, years, solved), _units("sink", "horizon", "sink_change", "horizon_change", "first_period_sink", "last_period_sink") | {"felled": "million m3/yr", "over_mature_share": "1"}, "Sink of each plan, and its difference to the forest in which nothing is felled", "各方案碳汇及其与不采伐之差"),
        OutcomeTable("sinks", _stacked({name: sinks(plan) for name, plan in solved.items()}), _units("value"), "Sink by year and category", "分年分类碳汇"),
        OutcomeTable("felled_by_age_group", _stacked({name: felled(plan) for name, plan in solved.items()}), {"value": "million m3/yr", "share": "1"}, "Standing volume felled by age group", "分龄组采伐蓄积"),
    ]  # fmt: skip
    if NONE in solved:
        ranges = {parameter: _factors(task, parameter) for parameter in PARAMETERS if len(forest.data.frame(PARAMETERS[parameter][0]))}
        outcome.tables += [
            OutcomeTable("ranges", _ranges(forest, ranges), _units("sink", "horizon", "sink_change", "horizon_change"), "The same over ranges of what is uncertain", "不确定参数区间内的结果"),
            OutcomeTable("turning_points", _turning_points(forest, ranges), _units("smallest_change"), "Where the answer turns", "结论转折点"),
        ]  # fmt: skip
    outcome.tables = [table for table in outcome.tables if len(table.frame)]
    return outcome


def _units(*columns: str) -> dict[str, str]:
    return dict.fromkeys(columns, UNIT)


def _factors(task: Task, parameter: str) -> list[float]:
    """Evenly spaced factors from the least to the greatest, with 1 where it lies between them; low first."""
    low, high = sorted((task.number(f"{parameter}_low"), task.number(f"{parameter}_high")))
    spaced = [float(f) for f in np.linspace(low, high, int(task.number("points")))]
    return sorted(dict.fromkeys([*spaced, *([1.0] if low < 1.0 < high else [])]))


# ---------------------------------------------------------------------------------------------------------------------
# Tables


def _comparison(data: Data, years: Sequence[int], plans: Mapping[str, Solution]) -> pd.DataFrame:
    """One row per plan; changes are against the unfelled plan of the same model."""
    rows = []
    means: dict[str, dict[str, float]] = {}
    for name, plan in plans.items():
        table, cut = sinks(plan), felled(plan)
        by_year = table.groupby("year")["value"].sum()
        means[name] = {"sink": mean_sink(data, table, years), "horizon": mean_sink(data, table, data.years)}
        rows.append({
            "plan": name, "first_period_sink": float(by_year[data.years[0]]), "last_period_sink": float(by_year[data.years[-1]]), **means[name],
            "felled": mean_sink(data, cut, data.years), "over_mature_share": over_mature_share(data, cut),
        })  # fmt: skip
    frame = pd.DataFrame(rows)
    for measure in MEASURES:
        base = [means.get(WHOLE_UNFELLED if name in (WHOLE, WHOLE_UNFELLED) else NONE, {}).get(measure, np.nan) for name in frame["plan"]]
        frame[f"{measure}_change"] = frame[measure] - base
    return frame[["plan", "first_period_sink", "last_period_sink", "sink", "sink_change", "horizon", "horizon_change", "felled", "over_mature_share"]]


def _stacked(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    return pd.concat([table.assign(plan=name)[["plan", *table.columns]] for name, table in tables.items()], ignore_index=True)


def _ranges(forest: Forest, ranges: Mapping[str, Sequence[float]]) -> pd.DataFrame:
    rows = []
    forest.phase = "ranges"
    for parameter, factors in ranges.items():
        for factor in factors:
            low, high = span(forest.data, parameter, factor)
            for plan in (NONE, *FELLING_PLANS):
                point = forest.point(parameter, factor, plan)
                changes = {f"{m}_change": forest.difference(parameter, factor, plan, m) for m in MEASURES}
                rows.append({
                    "parameter": parameter, "factor": factor, "least_value": low, "greatest_value": high, "plan": plan, "status": point.status, **point.values, **changes,
                })  # fmt: skip
    return pd.DataFrame(rows)


def _turning_points(forest: Forest, ranges: Mapping[str, Sequence[float]]) -> pd.DataFrame:
    """Every change of sign between neighbouring points, closed in; a row that says so where there is none."""
    rows: list[dict[str, Any]] = []
    forest.phase = "turning_points"
    for parameter, factors in ranges.items():
        for plan in FELLING_PLANS:
            for measure in MEASURES:
                rows += _turns(forest, parameter, [f for f in factors if _solved(forest, parameter, f, plan)], plan, measure)
    return pd.DataFrame(rows).assign(smallest_change=forest.task.number("smallest_change")) if rows else pd.DataFrame()


def _solved(forest: Forest, parameter: str, factor: float, plan: str) -> bool:
    return all(forest.point(parameter, factor, name).status == OPTIMAL for name in (NONE, plan))


def _turns(forest: Forest, parameter: str, factors: Sequence[float], plan: str, measure: str) -> list[dict[str, Any]]:
    if not factors:
        return []
    signs = [forest.sign(parameter, f, plan, measure) for f in factors]
    head = {"parameter": parameter, "plan": plan, "difference_of": measure}
    rows = []
    for low, high, below, above in zip(factors[:-1], factors[1:], signs[:-1], signs[1:], strict=True):
        if below != above:
            rows.append({**head, **_closed_in(forest, parameter, plan, measure, low, high)})
    if rows:
        return rows
    return [{**head, "state": "no_sign_change", "sign_below": signs[0], "sign_above": signs[-1], "factor_below": factors[0], "factor_above": factors[-1], **_values(forest, parameter, factors[0], factors[-1])}]


def _closed_in(forest: Forest, parameter: str, plan: str, measure: str, low: float, high: float) -> dict[str, Any]:
    """Halve until the two factors are as near as ``precision`` asks; the signs are those solved at both."""
    below, left = forest.sign(parameter, low, plan, measure), int(forest.task.number("most_solves"))
    while left > 0 and high - low > forest.task.number("precision") * high:
        middle, left = (low + high) / 2, left - 1
        if not _solved(forest, parameter, middle, plan):
            break
        low, high = (middle, high) if forest.sign(parameter, middle, plan, measure) == below else (low, middle)
    above = forest.sign(parameter, high, plan, measure)
    near = high - low <= forest.task.number("precision") * high
    return {"state": "turns" if near else "turns_between", "sign_below": below, "sign_above": above, "factor_below": low, "factor_above": high, **_values(forest, parameter, low, high)}


def _values(forest: Forest, parameter: str, low: float, high: float) -> dict[str, float]:
    """Greatest value of the parameter in the workbook's tables at either factor."""
    return {"value_below": span(forest.data, parameter, low)[1], "value_above": span(forest.data, parameter, high)[1]}
