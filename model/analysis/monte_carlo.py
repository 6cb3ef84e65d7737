"""How sure the plan is: all ranges of the sheet ``ranges`` drawn at once, many times, and what the plans have in common.

Draws are a Latin hypercube (``sampling``), the same for the same seed; each is solved from the plan as it stands. Of the plans:

    fans         net emissions and the price of CO2 by year: what the lowest 5, 25, 50, 75 and 95 of a hundred draws stay below
    acts         in which share of the draws a lever's item acts, that is, is done by more than ``acts_above`` times the most in any draw
    importance   which ranges (groups of them) each measure hangs on, with intervals (``importance``)
    morris       beside the draws: elementary effects of every group over trajectories of one move at a time (``sampling``);
                 mean_effect, mean_absolute_effect and spread are of (result after - before) / step, a whole range being one

Limits: a draw is as likely as the distributions of the sheet say, most of which are conventions; ranges of different groups are drawn
independently. Draws without a plan are left out and counted: what remains is then told of the draws that have one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..core.declare.lines import Said
from ..core.declare.schema import OutcomeTable, Range
from .importance import importance
from .measures import DONE, MARK, NET, PRICE, measured, parts_of, units_of
from .members import OPTIMAL, begun, left_out
from .sampling import STEP, drawn, groups_of, shares, trajectories
from .sensitivity import main_measures
from .task import Member, Outcome, Task, Variant

Floats = npt.NDArray[np.float64]
#: Column -> the share of draws that lie below it.
QUANTILES = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}
FEWEST = 2


def run(task: Task) -> Outcome:
    """Solve the plan and every draw from it, then the trajectories of Morris if asked for; tabulate."""
    outcome, ranges = begun(task, "monte_carlo")
    if not ranges:
        return outcome
    base = outcome.solution
    samples, seed = int(task.number("samples")), int(task.number("seed"))
    draws = drawn(ranges, samples, seed)
    variants = [Variant(str(number + 1), tuple((name, float(share[number])) for name, share in draws.items())) for number in range(samples)]
    members = task.members(variants, measured)
    outcome.problems += left_out(members)
    values, units = measured(base), units_of(base)
    good = [number for number, member in enumerate(members) if member.status == OPTIMAL]
    outcome.tables.append(OutcomeTable(
        "samples", samples_table(ranges, draws, members, values), {one.name: one.unit for one in ranges} | {_column(name): unit for name, unit in units.items()},
        "Every draw: the value of each range and what was measured of the plan", "每次抽样：各区间取值与方案指标",
    ))  # fmt: skip
    if len(good) < FEWEST:
        outcome.problems.append(Said("few_members"))
        return outcome
    found = pd.DataFrame([members[number].values for number in good], columns=list(values)).astype(float)
    outcome.tables += [
        OutcomeTable("fans", fans(found, values, units), {}, "Net emissions and the price of CO2 by year over all draws", "各次抽样中逐年净排放与CO2价格的分布"),
        OutcomeTable("acts", acts(found, values, units, task.number("acts_above")), {"acts_share": "1"}, "In which share of the draws each item of a lever acts", "各措施项目在多大比例的抽样中被采用"),
        OutcomeTable(
            "importance", importance_table(ranges, {name: share[good] for name, share in draws.items()}, found, main_measures(values), int(task.number("resamples")), seed),
            {"rank_correlation": "1", "variance_share": "1"}, "Which ranges each measure hangs on, from the draws, with intervals of nine tenths", "各指标取决于哪些区间（由抽样结果估计，附90%区间）",
        ),
    ]  # fmt: skip
    if task.number("trajectories") > 0.0:
        outcome.tables.append(_morris(task, outcome, ranges, seed, main_measures(values), units))
    return outcome


def _column(name: str) -> str:
    """A measure as the name of a column."""
    return name.replace(MARK, ".")


def samples_table(ranges: Sequence[Range], draws: Mapping[str, Floats], members: Sequence[Member], base: Mapping[str, float]) -> pd.DataFrame:
    """A row for each draw: how it ended, the value of each range and each measure but the items of levers."""
    kept = [name for name in base if parts_of(name)[0] != DONE]
    columns: dict[str, object] = {"sample": np.arange(1, len(members) + 1), "status": [m.status for m in members], "route": [m.route for m in members]}
    columns |= {one.name: one.low + draws[one.name] * (one.high - one.low) for one in ranges}
    columns |= {_column(name): [member.values.get(name, np.nan) for member in members] for name in kept}
    return pd.DataFrame(columns).assign(problem=[member.problem for member in members])


def fans(found: pd.DataFrame, base: Mapping[str, float], units: Mapping[str, str]) -> pd.DataFrame:
    """Quantiles by year of net emissions and of the price."""
    rows = []
    for name in (name for name in base if parts_of(name)[0] in (NET, PRICE)):
        kind, year = parts_of(name)
        rows.append({"indicator": kind, "year": int(year), "base": base[name], **_spread(found[name]), "unit": units[name]})
    return pd.DataFrame(rows)


def _spread(column: pd.Series) -> dict[str, float]:
    known = column.dropna().to_numpy(dtype=float)
    return {name: float(np.quantile(known, share)) if len(known) else np.nan for name, share in QUANTILES.items()}


def acts(found: pd.DataFrame, base: Mapping[str, float], units: Mapping[str, str], above: float) -> pd.DataFrame:
    """Each item of each lever: the share of draws in which it acts and how its amount is spread; one that is done in no draw acts in none."""
    rows = []
    for name in (name for name in base if parts_of(name)[0] == DONE):
        lever, _, item = parts_of(name)[1].partition(MARK)
        amount = found[name].fillna(0.0)
        acting = (amount > above * amount.max()) & (amount > 0.0)
        rows.append({"lever": lever, "item": item, "acts_share": float(acting.mean()), "base": base[name], **_spread(amount), "unit": units[name]})
    return pd.DataFrame(rows)


def importance_table(ranges: Sequence[Range], draws: Mapping[str, Floats], found: pd.DataFrame, measures: Sequence[str], resamples: int, seed: int) -> pd.DataFrame:
    """Every group of ranges for every measure, the one that explains most of it first; a measure that is the same in all draws is left out."""
    groups = groups_of(ranges)
    inputs = np.stack([draws[members[0].name] for members in groups.values()], axis=1)
    told = [name for name in measures if found[name].notna().all() and found[name].max() > found[name].min()]
    if not told:
        return pd.DataFrame()
    every = importance(inputs, found[told].to_numpy(dtype=float), resamples, seed)
    rows = []
    for at, name in enumerate(told):
        kind, detail = parts_of(name)
        order = np.argsort(-every.share[:, at], kind="stable")
        for rank, place in enumerate(order, start=1):
            group, members = list(groups.items())[place]
            rows.append({
                "indicator": kind, "detail": detail, "rank": rank, "group": group, "ranges": "; ".join(one.name for one in members),
                "rank_correlation": every.correlation[place, at], "correlation_low": every.correlation_low[place, at], "correlation_high": every.correlation_high[place, at],
                "variance_share": every.share[place, at], "share_low": every.share_low[place, at], "share_high": every.share_high[place, at],
            })  # fmt: skip
    return pd.DataFrame(rows)


def _morris(task: Task, outcome: Outcome, ranges: Sequence[Range], seed: int, measures: Sequence[str], units: Mapping[str, str]) -> OutcomeTable:
    groups = groups_of(ranges)
    ways = trajectories(int(task.number("trajectories")), len(groups), seed)
    variants = [
        Variant(f"morris {way + 1}.{step}", tuple((one.name, float(shares(one, np.array([point[place]]))[0])) for place, held in enumerate(groups.values()) for one in held))
        for way, (points, _) in enumerate(ways)
        for step, point in enumerate(points)
    ]
    members = task.members(variants, measured)
    outcome.problems += left_out(members)
    frame = effects(list(groups), ways, members, measures, units)
    return OutcomeTable("morris", frame, {}, "Elementary effects of every group of ranges (Morris): what a whole range would do to each measure", "各区间组的基本效应（Morris 法）")


def effects(groups: Sequence[str], ways: Sequence[tuple[Floats, list[int]]], members: Sequence[Member], measures: Sequence[str], units: Mapping[str, str]) -> pd.DataFrame:
    """Mean, mean of absolute values and spread of the elementary effects; a step at whose ends a plan is missing is left out."""
    moves: dict[tuple[str, str], list[float]] = {(group, name): [] for name in measures for group in groups}
    first = 0
    for points, order in ways:
        held = members[first : first + len(points)]
        first += len(points)
        for step, place in enumerate(order, start=1):
            before, after = held[step - 1].values, held[step].values
            sign = float(np.sign(points[step][place] - points[step - 1][place]))
            for name in measures:
                if name in before and name in after:
                    moves[groups[place], name].append(sign * (after[name] - before[name]) / STEP)
    rows = []
    for (group, name), found in moves.items():
        kind, detail = parts_of(name)
        known = np.array(found)
        rows.append({
            "indicator": kind, "detail": detail, "group": group, "mean_effect": known.mean() if len(known) else np.nan,
            "mean_absolute_effect": np.abs(known).mean() if len(known) else np.nan,
            "spread_of_effects": known.std(ddof=1) if len(known) > 1 else np.nan, "effects": len(known), "unit": units[name],
        })  # fmt: skip
    return pd.DataFrame(rows)
