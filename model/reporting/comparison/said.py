"""The comparison in sentences made from its figures: one for the base, one for each other run.

Limits: sentences state what the figures hold; a part whose figures are missing is left out.
"""

from __future__ import annotations

import math

import pandas as pd

from ...core.declare import units
from ..context import Context, amount
from ..sentences import PERCENT
from ..shown import NET
from .differences import BASE, RUN, UNIT, VALUE
from .figures import DISCOUNTED, Compared
from .measures import Measures
from .runs import Note, Run

MINIMISED = "min"


def sentences(compared: Compared, changes: pd.DataFrame, ctx: Context) -> list[str]:
    """A sentence for each run, the base first."""
    told = [_of_base(compared, ctx)]
    told += [_of_run(compared, n, changes, ctx) for n in range(1, len(compared.runs))]
    return [ctx.word("say_compare", name=run.name, parts=ctx.word("compare_one_way").join(parts)) for run, parts in zip(compared.runs, told, strict=True)]


def gaps(compared: Compared, ctx: Context) -> list[str]:
    """What could not be compared, run by run."""
    return [ctx.word("compare_gap", name=run.name, what=note.told(ctx)) for run in compared.runs for note in run.missing]


def _of_base(compared: Compared, ctx: Context) -> list[str]:
    run, measures = compared.base, compared.measured[0]
    parts = [ctx.word("part_is_base", value=amount(run.objective), unit=ctx.unit(run.goal[2]))]
    year, level = measures.peak
    if math.isfinite(year):
        parts.append(ctx.word("part_peak", year=int(year), level=_whole(level), net=_whole(measures.last(NET))))
    if math.isfinite(measures.cumulative):
        parts.append(ctx.word("part_total", value=_gt(measures.cumulative), **_span(run)))
    end = run.planned[-1] if run.planned else 0
    if math.isfinite(measures.dearest_co2(end)):
        parts.append(ctx.word("part_base_price", own=_whole(measures.dearest_co2(end)), year=end))
    return parts


def _of_run(compared: Compared, n: int, changes: pd.DataFrame, ctx: Context) -> list[str]:
    run, measures, first = compared.runs[n], compared.measured[n], compared.measured[0]
    parts = [*_cost(compared, n, ctx), *_carbon(compared, n, ctx), *_price(measures, first, ctx)]
    row = compared.abatement.set_index(RUN).loc[run.name]
    if math.isfinite(float(row["average"])):
        parts.append(ctx.word("part_tonne", value=_whole(float(row["average"]))))
    known = changes[(changes[RUN] == run.name) & changes[VALUE].notna() & changes[BASE].notna()]
    if len(known):
        most = known.iloc[0].to_dict()
        words = {"lever": ctx.item(most["lever"]), "what": ctx.item(most["item"]), "place": ctx.place(most["place"]), "year": int(most["year"])}
        parts.append(ctx.word("part_lever", before=amount(float(most[BASE])), after=amount(float(most[VALUE])), unit=ctx.unit(str(most[UNIT])), **words))
    return parts


def _cost(compared: Compared, n: int, ctx: Context) -> list[str]:
    """What the objective is more or less than that of the base, and how much of it in the planned years."""
    run, base, extra = compared.runs[n], compared.base, compared.extra_cost[n]
    if isinstance(extra, Note):
        return [ctx.word("part_not_cost", base=base.name, why=extra.told(ctx))]
    if extra is None or not math.isfinite(extra):
        return []
    is_cost = run.goal[1:] == (MINIMISED, DISCOUNTED)
    share = f"{PERCENT * extra / abs(base.objective):+.2f}" if base.objective else "–"
    key = f"part_{'cost' if is_cost else 'goal'}_{'more' if extra >= 0.0 else 'less'}"
    parts = [ctx.word(key, value=amount(abs(extra)), unit=ctx.unit(run.goal[2]), base=base.name, share=share)]
    plan = compared.extra_plan_cost[n]
    if is_cost and isinstance(plan, float) and math.isfinite(plan):
        parts.append(ctx.word(f"part_plan_{'more' if plan >= 0.0 else 'less'}", value=amount(abs(plan)), **_span(run)))
    return parts


def _carbon(compared: Compared, n: int, ctx: Context) -> list[str]:
    run, avoided, parts = compared.runs[n], compared.avoided[n], []
    if isinstance(avoided, float) and math.isfinite(avoided):
        key = "part_co2_less" if compared.counts(avoided) else "part_co2_more" if compared.counts(-avoided) else "part_co2_same"
        parts.append(ctx.word(key, value=_gt(abs(avoided)), **_span(run)))
    own, other = compared.measured[n].last(NET), compared.measured[0].last(NET)
    if math.isfinite(own) and math.isfinite(other):
        parts.append(ctx.word("part_net", own=_whole(own), other=_whole(other)))
    return parts


def _price(measures: Measures, first: Measures, ctx: Context) -> list[str]:
    """The price of CO2 in the last planned period of both, where it is the same year."""
    run, base = measures.run, first.run
    if not run.planned or run.planned[-1:] != base.planned[-1:]:
        return []
    end = run.planned[-1]
    own, other = measures.dearest_co2(end), first.dearest_co2(end)
    return [ctx.word("part_price", own=_whole(own), other=_whole(other), year=end)] if math.isfinite(own) and math.isfinite(other) else []


def _span(run: Run) -> dict[str, object]:
    """First and last planned year."""
    return {"first": run.planned[0] - run.length[run.planned[0]] + 1, "last": run.planned[-1]} if run.planned else {"first": "", "last": ""}


def _whole(value: float) -> str:
    """Rounded to whole numbers, without a negative zero."""
    return f"{round(value) + 0:,.0f}"


def _gt(value: float) -> str:
    """Mt as Gt."""
    return f"{float(units.convert(value, 'Mt CO2', 'Gt CO2')):,.1f}"
