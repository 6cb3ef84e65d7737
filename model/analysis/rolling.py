"""What becomes of an announced plan when it is made anew at every milestone by somebody who looks only some years ahead.

The announced plan is that of the workbook, made at once to its end. The re-planned one is made step by step:

    at milestone n:  see all up to n + foresight (``horizon``), hold what was done up to n (``committed``), plan at least cost,
                     do what that plan says of the next period, go on to its milestone

What the steps have done is one plan of the whole workbook; its cost to the end, the targets that it misses and what it builds stand beside
the announced one. Each foresight is tried with carbon targets beyond sight known (as the straight way to them) and not known. In the steps a
target on carbon, climate or energy without a price of its own may be missed at ``miss_price``; where no plan is within the other targets, those that give way by
least are told, and keep the room that they were given. A limit of a milestone that is over (a reserve) gives
way before a target, a target before any other limit of the workbook.

With foresight to the end, and no target that costs more than ``miss_price``, the re-planned plan is the announced one: what is left of a best
plan is best for what is left.

Limits: a planner who sees less still knows all costs within sight, and holds the end of sight for the end of the world: what a plant earns
after it does not count. Prices, technology and what happened in periods of history are as in the workbook. Options of the solver hold for the announced plan alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from ..closing.analyses import FROM_START
from ..core.build.build import Build
from ..core.build.objective import COST_UNIT
from ..core.data import Data
from ..core.declare import units
from ..core.declare.balances import BALANCES
from ..core.declare.lines import Said
from ..core.declare.schema import OutcomeTable
from ..core.declare.spec import LIST_MARK, InputError
from ..core.frames import stack
from ..core.ledger import PostError
from ..core.solve.matrix import compile_matrix
from ..core.solve.row_prices import own_price_unit, row_prices
from ..core.solve.solution import Solution
from ..core.solve.solver import solve, solve_part
from .beside import beside, planned, what_levers_do
from .committed import Missed, committed, done_until, least_missed, relaxed
from .horizon import TOTALS, foreseen, in_sight, level_of
from .task import Outcome, Task, asks_least_cost

OPTIMAL, INFEASIBLE = "optimal", "infeasible"
ANNOUNCED, REPLANNED = "announced", "re_planned"
EMISSION = "emission"
#: An amount missed, in the unit of its row, below which nothing is: rounding.
NOTHING = 1e-6
KEYS = ["foresight", "target_known"]


@dataclass
class Roll:
    """A plan made step by step: its last solution, prices of the periods as they were when each was decided, and what gave way."""

    foresight: float
    target_known: str
    status: str = OPTIMAL
    year: int = 0
    plan: Solution | None = None
    fault: Exception | None = None
    price: dict[int, float] = field(default_factory=dict)
    missed: list[tuple[int, Missed]] = field(default_factory=list)

    @property
    def told(self) -> dict[str, float | str]:
        """Which one it is."""
        return {"foresight": self.foresight, "target_known": self.target_known}


def run(task: Task) -> Outcome:
    """Solve the announced plan, roll each foresight, and tabulate."""
    announced = task.solve(task.data, "solve")
    outcome = Outcome("rolling", announced)
    if announced.status != OPTIMAL:
        return outcome
    if not asks_least_cost(announced.build):
        outcome.problems.append(Said("rolling_needs_cost"))
        return outcome
    rolls = []
    for foresight in str(task.settings["foresight"]).split(LIST_MARK):
        for known in str(task.settings["target_known"]).split(LIST_MARK):
            task.say("replanned")
            rolls.append(roll(task, announced, float(foresight), known))
    outcome.problems = _remarks(rolls)
    outcome.tables = _tables(task, announced, rolls)
    return outcome


def roll(task: Task, announced: Solution, foresight: float, known: str) -> Roll:
    """Plan, do the next period, plan again, until the end of the plan is in sight."""
    data = task.data
    made, now, latest = Roll(foresight, known), data.history_until, announced
    done = done_until(announced.build, announced.matrix, announced.x, now)
    while True:
        end = in_sight(data, now, foresight)
        made.year = next(year for year in data.years if year > now)
        level = level_of(latest) if known == FROM_START else None
        try:
            build = task.assemble(foreseen(data, now, end, level, task.number("miss_price")))
        except (InputError, PostError) as error:  # what is in sight is no whole workbook
            made.status, made.fault = "error", error
            return made
        found = _step(build, done, made, now)
        made.status = found.status
        if found.status != OPTIMAL:
            return made
        price, latest = _prices(found), found
        if end == data.years[-1]:
            made.price.update({year: price[year] for year in price if year > now})
            made.plan = found
            return made
        made.price.update({year: price[year] for year in price if now < year <= made.year})
        now = made.year
        done = done_until(build, found.matrix, found.x, now)


def _step(build: Build, done: Mapping[str, float], made: Roll, now: int) -> Solution:
    """The plan of one step; where there is none, that with the least of its targets missed."""
    matrix = compile_matrix(build)
    if matrix.impossible:  # a row that no decision can meet: nothing for the solver
        return solve(build)
    given_way: dict[str, float] = {}
    for _, missed in made.missed:
        given_way[missed.name] = given_way.get(missed.name, 0.0) + missed.amount
    held = relaxed(build, committed(build, matrix, done), given_way)
    found = solve_part(build, held)
    if found.status == INFEASIBLE:
        short = least_missed(build, held, now)
        if short is not None:
            made.missed += [(made.year, missed) for missed in short]
            found = solve_part(build, relaxed(build, held, {missed.name: missed.amount for missed in short}))
    return replace(found, matrix=matrix)  # what the rows of the workbook say, not what was let go of them


def _prices(solution: Solution) -> dict[int, float]:
    """The price of a tonne emitted by year, CNY per tonne of that year; where it is dearest."""
    frame, spec = row_prices(solution, BALANCES[EMISSION]), BALANCES[EMISSION]
    if frame.empty:
        return {}
    dearest = frame.groupby("year", sort=True)["price"].max()
    return {int(str(year)): float(units.convert(price, own_price_unit(spec), spec.price_unit)) for year, price in dearest.items()}


def _remarks(rolls: Sequence[Roll]) -> list[str]:
    """Steps without a plan, and targets that can no longer be met."""
    found: list[str] = []
    for one in rolls:
        known = Said(f"rolling_{one.target_known}")
        for year, family in dict.fromkeys((year, missed.family) for year, missed in one.missed):
            alike = [missed for when, missed in one.missed if (when, missed.family) == (year, family)]
            most = max(alike, key=lambda missed: missed.amount)
            place = f"{family} ({', '.join(most.keys)})"
            found.append(Said("rolling_gives_way", foresight=f"{one.foresight:g}", known=known, year=year, limit=place, amount=f"{most.amount:.6g} {most.unit}", count=len(alike)))
        if one.fault is not None:
            found.append(Said("rolling_out_of_sight", foresight=f"{one.foresight:g}", known=known, year=one.year, why=_why(one.fault)))
        elif one.plan is None:
            found.append(Said("rolling_stopped", foresight=f"{one.foresight:g}", known=known, year=one.year, status=one.status))
    return found


def _why(fault: Exception) -> object:
    """What is wrong with a workbook that ends early, of several faults the first."""
    return fault.findings[0] if isinstance(fault, InputError) and fault.findings else fault


def _tables(task: Task, announced: Solution, rolls: Sequence[Roll]) -> list[OutcomeTable]:
    data, ended = task.data, [one for one in rolls if one.plan is not None]
    promised = what_levers_do(task, announced)
    done = {(one.foresight, one.target_known): what_levers_do(task, one.plan) for one in ended if one.plan is not None}
    paths = [_path(data, announced, _prices(announced), promised).assign(plan=ANNOUNCED, foresight=np.nan, target_known="")]
    paths += [_path(data, one.plan, one.price, done[one.foresight, one.target_known]).assign(plan=REPLANNED, **one.told) for one in ended if one.plan is not None]
    order = ["plan", *KEYS, "indicator", "year", "value", "unit"]
    missed = _missed(announced, rolls)
    found = [
        OutcomeTable("rolled_costs", _costs(announced, rolls), dict.fromkeys(("cost_to_end", "missed_cost", "announced_cost", "beyond_announced"), COST_UNIT) | {"foresight": "yr", "extra_share": "%"},
            en="What the re-planned plan costs to the end, discounted, beside the announced one; missed targets at their price are part of it",
            zh="滚动重订方案至期末的贴现成本与公布方案之比较（含按价计的未达目标）"),
        OutcomeTable(
            "rolled_path", stack(paths)[order], {"foresight": "yr"},
            en="Net emissions, spending, CO2 price and capacity of the announced and of the re-planned plan",
            zh="公布方案与滚动重订方案的净排放、支出、CO2价格与装机",
        ),
        OutcomeTable(
            "credibility", _credibility(promised, done), {"foresight": "yr"},
            en="What the announced plan promises and what the re-planned one does, where they differ",
            zh="公布方案的承诺与滚动重订方案的实际行动（仅列有差异者）",
        ),
        OutcomeTable(
            "rolled_missed", missed, {"foresight": "yr"},
            en="Targets missed and other ways out taken, by the announced and the re-planned plan",
            zh="未达目标及其他有价出路",
        ),
    ]  # fmt: skip
    return [table for table in found if len(table.frame)]


def _path(data: Data, solution: Solution, price: Mapping[int, float], levers: pd.DataFrame) -> pd.DataFrame:
    """Indicators of the nation by year."""
    years, parts = planned(data), list[pd.DataFrame]()
    if all(name in solution.build.families for name in TOTALS):
        sums = [sign * solution.values(name).groupby("year")["value"].sum() for name, sign in zip(TOTALS, (1.0, -1.0, -1.0), strict=True)]
        parts.append(_indicator("net_emissions", sum(sums[1:], sums[0]).reindex(years), "Mt CO2/yr"))
    money = solution.balance("money")
    parts.append(_indicator("spending", -money.groupby("year")["value"].sum().reindex(years).fillna(0.0), "bn CNY/yr"))
    parts.append(_indicator("co2_price", pd.Series(price, dtype=float).reindex(years), BALANCES[EMISSION].price_unit))
    for (lever, item, unit), part in levers[levers["unit"] == "GW"].groupby(["lever", "item", "unit"], sort=False) if len(levers) else ():
        parts.append(_indicator(f"{lever}:{item}", part.groupby("year")["value"].sum().reindex(years).fillna(0.0), str(unit)))
    return stack(parts)


def _indicator(name: str, by_year: pd.Series, unit: str) -> pd.DataFrame:
    frame = pd.DataFrame({"indicator": name, "year": by_year.index.astype(int), "value": by_year.to_numpy(dtype=float), "unit": unit})
    return frame[frame["value"].notna()]


def _credibility(promised: pd.DataFrame, done: Mapping[tuple[float, str], pd.DataFrame]) -> pd.DataFrame:
    parts = [beside(promised, frame, ("promised", "re_planned_value"), "difference").assign(foresight=foresight, target_known=known) for (foresight, known), frame in done.items()]
    frame = stack(parts) if parts else pd.DataFrame()
    return frame[[*KEYS, *(name for name in frame.columns if name not in KEYS)]] if len(frame) else frame


def _costs(announced: Solution, rolls: Sequence[Roll]) -> pd.DataFrame:
    percent, rows = 100.0, []
    rows.append({
        "plan": ANNOUNCED, "foresight": np.nan, "target_known": "", "status": announced.status, "stopped_in": pd.NA,
        "cost_to_end": announced.objective, "missed_cost": _missed_cost(announced),
    })  # fmt: skip
    for one in rolls:
        known = one.plan is not None
        rows.append({
            "plan": REPLANNED, **one.told, "status": one.status, "stopped_in": pd.NA if known else one.year,
            "cost_to_end": one.plan.objective if one.plan is not None else np.nan, "missed_cost": _missed_cost(one.plan) if one.plan is not None else np.nan,
        })  # fmt: skip
    frame = pd.DataFrame(rows).astype({"stopped_in": "Int64"})
    extra = frame["cost_to_end"] - announced.objective
    return frame.assign(announced_cost=announced.objective, beyond_announced=extra, extra_share=percent * extra / abs(announced.objective))


def _missed_cost(solution: Solution) -> float:
    """What missed targets and other penalties are priced at, discounted."""
    cost, _ = solution.build.objective.vector(solution.build.size) if solution.build.objective is not None else (np.zeros(solution.build.size), 0.0)
    penalties = [family for family in solution.build.families.values() if family.spec.penalty]
    return float(sum(cost[family.positions] @ solution.x[family.positions] for family in penalties))


def _missed(announced: Solution, rolls: Sequence[Roll]) -> pd.DataFrame:
    """Every penalty in use by family and year, and targets that gave way without a price."""
    parts = [_penalties(announced).assign(plan=ANNOUNCED, foresight=np.nan, target_known="")]
    for one in rolls:
        if one.plan is not None:
            parts.append(_penalties(one.plan).assign(plan=REPLANNED, **one.told))
        rows = [{"missed": missed.family, "place": ",".join(missed.keys), "year": year, "value": missed.amount, "unit": missed.unit, "priced": 0} for year, missed in one.missed]
        parts.append(pd.DataFrame(rows).assign(plan=REPLANNED, **one.told))
    frame = stack(parts)
    return frame[["plan", *KEYS, "missed", "place", "year", "priced", "value", "unit"]] if len(frame) else frame


def _penalties(solution: Solution) -> pd.DataFrame:
    parts = []
    for name, family in solution.build.families.items():
        if family.spec.penalty and len(family) and "year" in family.frame:
            frame = solution.values(name)
            frame = frame[frame["value"] > NOTHING]
            place = frame.drop(columns=["year", "value"]).astype(str).agg(",".join, axis=1) if len(frame) else ""
            parts.append(pd.DataFrame({"missed": name, "place": place, "year": frame["year"].astype(int), "value": frame["value"], "unit": family.spec.unit, "priced": 1}))
    return stack(parts) if parts else pd.DataFrame()
