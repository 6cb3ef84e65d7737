"""Which of the numbers that are not known exactly move the plan most: every range of the sheet ``ranges`` to its low and to its high, all else as it stands.

    swing = greatest less least of (the plan, at low, at high)

for every measure (``measures``): cost, net emissions at their peak, sink of the last ten years, price of CO2 in the last year, what each region group
bears, and of each lever the item of which the plan does most. Ranges stand by the swing of the cost, the largest first.

Limits: one range at a time; two that are high together may do more, or less, than both swings: see ``monte_carlo``. A range stands for as much as
its ends are apart: a swing is no more likely than they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..core.declare.schema import HIGH_SHARE, LOW_SHARE, OutcomeTable, Range
from .measures import BURDEN as BORNE
from .measures import COST, DONE, MARK, OBJECTIVE, PEAK, PRICE, SINK, measured, parts_of, units_of
from .members import begun, left_out
from .task import Member, Outcome, Task, Variant

LOW, HIGH = "low", "high"
ENDS = {LOW: LOW_SHARE, HIGH: HIGH_SHARE}
KEYS = ["range", "group", "sheet", "cell", "range_low", "range_high", "range_unit", "source", "quality"]


def run(task: Task) -> Outcome:
    """Solve the plan, then both ends of every range from it; tabulate."""
    outcome, ranges = begun(task, "sensitivity")
    if not ranges:
        return outcome
    base = outcome.solution
    variants = [Variant(f"{one.name} {end}", ((one.name, share),)) for one in ranges for end, share in ENDS.items()]
    members = task.members(variants, measured)
    outcome.problems += left_out(members)
    values, units = measured(base), units_of(base)
    swings = swings_of(ranges, members, values, units)
    shown = main_measures(values)
    tornado = swings[swings["name"].isin(shown)]
    last = tornado.drop(columns="name").reset_index(drop=True)
    outcome.tables = [
        OutcomeTable(
            "tornado", last, {}, "Every range at its low and at its high, the rest as the plan has it; the range that moves the cost most stands first",
            "各区间取最低与最高值、其余不变时的结果；按成本变动由大到小排列",
        ),
        OutcomeTable("dearest", dearest(tornado, shown, int(task.number("top"))), {}, "The ranges that move each measure most", "对各指标影响最大的区间"),
        OutcomeTable(
            "moved_items", moved_items(swings, task.number("least_move")), {}, "Items of levers whose amount in the last ten years of the plan moves with a range",
            "规划期最后十年数量随区间变动的措施项目",
        ),
        OutcomeTable("tried", tried(ranges, members), {}, "Every plan that was solved", "全部求解的方案"),
    ]  # fmt: skip
    return outcome


def main_measures(values: Mapping[str, float]) -> list[str]:
    """The measures of a tornado: money, peak, sink, the price of the last year, burdens, and of each lever the item of which most is done."""
    names = list(values)
    prices = [name for name in names if parts_of(name)[0] == PRICE]
    items: dict[str, str] = {}
    for name in (name for name in names if parts_of(name)[0] == DONE):
        lever = parts_of(name)[1].partition(MARK)[0]
        if lever not in items or values[name] > values[items[lever]]:
            items[lever] = name
    plain = [name for name in (COST, OBJECTIVE, PEAK, SINK) if name in values]
    return [*plain, *prices[-1:], *(name for name in names if parts_of(name)[0] == BORNE), *items.values()]


def swings_of(ranges: Sequence[Range], members: Sequence[Member], base: Mapping[str, float], units: Mapping[str, str]) -> pd.DataFrame:
    """A row for each range and measure: what it is in the plan, at low and at high, and the swing; blank where an end has no plan."""
    by_name = {member.name: member for member in members}
    rows = []
    for one in ranges:
        ends = {end: by_name[f"{one.name} {end}"].values for end in ENDS}
        for name, value in base.items():
            at = {end: ends[end].get(name, np.nan) for end in ENDS}
            known = [value, *(number for number in at.values() if not np.isnan(number))]
            swing = max(known) - min(known) if len(known) > 1 else np.nan
            kind, detail = parts_of(name)
            rows.append({
                **about(one), "indicator": kind, "detail": detail, "unit": units[name], "base": value, "at_low": at[LOW], "at_high": at[HIGH],
                "swing": swing, "name": name,
            })  # fmt: skip
    found = pd.DataFrame(rows)
    cost = found[found["name"].isin([COST, OBJECTIVE])].set_index("range")["swing"].fillna(0.0)
    place = {name: number for number, name in enumerate(cost.sort_values(ascending=False, kind="stable").index)}
    return found.assign(place=found["range"].map(place)).sort_values("place", kind="stable").drop(columns="place").reset_index(drop=True)


def about(one: Range) -> dict[str, Any]:
    """What a table says of a range: its name and group, the first cell that it moves, its ends."""
    sheet, _, cell = one.place.partition("!")
    return dict(zip(KEYS, (one.name, one.group, sheet, cell, one.low, one.high, one.unit, one.source, one.quality), strict=True))


def dearest(tornado: pd.DataFrame, measures: Sequence[str], top: int) -> pd.DataFrame:
    """The ranges with the largest swing of each measure; one that moves it by nothing is left out."""
    parts = []
    for name in measures:
        part = tornado[(tornado["name"] == name) & (tornado["swing"] > 0.0)].sort_values("swing", ascending=False, kind="stable").head(top)
        parts.append(part.assign(rank=np.arange(1, len(part) + 1)))
    found = pd.concat(parts, ignore_index=True) if parts else tornado.assign(rank=0)
    return found[["indicator", "detail", "rank", "range", "sheet", "cell", "quality", "base", "at_low", "at_high", "swing", "unit"]]


def moved_items(swings: pd.DataFrame, least: float) -> pd.DataFrame:
    """Items of levers that move by more than a share of the greatest amount that they have at any end."""
    items = swings[swings["indicator"] == DONE]
    greatest = items[["base", "at_low", "at_high"]].max(axis=1).groupby(items["name"]).transform("max")
    items = items[(items["swing"] > least * greatest) & (greatest > 0.0)]
    names = items["detail"].str.partition(MARK)
    items = items.assign(lever=names[0], item=names[2])
    return items[["lever", "item", "range", "base", "at_low", "at_high", "swing", "unit"]].reset_index(drop=True)


def tried(ranges: Sequence[Range], members: Sequence[Member]) -> pd.DataFrame:
    """How each end of each range was solved, and its value."""
    by_name = {member.name: member for member in members}
    rows = []
    for one in ranges:
        for end, share in ENDS.items():
            member = by_name[f"{one.name} {end}"]
            rows.append({"range": one.name, "end": end, "value": one.value(share), "range_unit": one.unit, "status": member.status, "route": member.route, "objective_value": member.objective, "problem": member.problem})
    return pd.DataFrame(rows)
