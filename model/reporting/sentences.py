"""The answer in sentences made from the numbers of the run, the same in Excel and on the page.

Limits: sentences state what the tables hold; they do not judge.
"""

from __future__ import annotations

import pandas as pd

from ..closing.funds.tables import PUBLIC_LEVELS
from ..closing.results.targets import OF_YEAR
from ..core.data import AFTER, HISTORY, PLAN
from . import pathways
from .context import NATION, Context, amount
from .shown import (
    ACCOUNTS,
    CAPTURED,
    EMISSION,
    FEN,
    NET,
    NET_UNMANAGED,
    PHASES,
    RESIDUE,
    SINK,
    accounts,
    against,
    borne_shares,
    cost_by_kind,
    decades,
    net_cost,
    roadmap,
)
from .tables.burden import SETTLED, STEPS
from .trust import identities

PERCENT = 100.0
GDP = "gdp"


def state(ctx: Context) -> tuple[list[str], bool]:
    """Status, objective and identities of the run in words, and whether all is well."""
    manifest = ctx.manifest
    checks = identities(ctx)
    broken = [name for name, *_, ok in checks if not ok]
    objective = manifest.get("objective")
    goal = ctx.table("objective")
    unit = str(goal["unit"].iloc[0]) if len(goal) else str(manifest.get("objective_unit", ""))
    if isinstance(objective, dict):
        unit, objective = str(objective.get("unit", unit)), objective.get("value")
    parts = [ctx.item(f"status_{manifest.get('status', '')}")]
    if objective is not None:
        parts.append(ctx.word("objective_is", value=amount(float(objective)), unit=ctx.unit(unit)))
    parts += _objectives(ctx)
    if checks:
        key = "identities_broken" if broken else "identities_hold"
        largest = max(error for _, error, _, _ in checks)
        parts.append(ctx.word(key, number=len(checks), largest=f"{largest:.1e}", names=", ".join(broken)))
    return parts, manifest.get("status") == "optimal" and not broken


def _objectives(ctx: Context) -> list[str]:
    """What was optimised, in its order, where it is more than one thing."""
    rows = ctx.table("objectives").to_dict("records")
    names = [ctx.word("objective_part", name=ctx.item(row["goal"]), value=amount(float(row["value"])), unit=ctx.unit(str(row["unit"]))) for row in rows]
    joint = "；" if ctx.lang == "zh" else "; "
    return [ctx.word("objectives_are", names=joint.join(names))] if len(names) > 1 else []


def sentences(ctx: Context, matrix: pd.DataFrame) -> list[str]:
    """The answer in words; a sentence whose numbers are missing is left out."""
    found: list[str] = []
    if len(matrix):
        found += _carbon_sentences(ctx, matrix)
    found += _after_sentence(ctx)
    found += _cost_sentences(ctx)
    found += _money_sentences(ctx)
    found += _fund_sentence(ctx)
    found += _burden_sentence(ctx)
    found += _price_sentence(ctx)
    found += _roadmap_sentence(ctx)
    found += pathways.sentences(ctx)
    found += _dearest_sentences(ctx)
    return found


def _dearest_sentences(ctx: Context) -> list[str]:
    """Which numbers that are not known exactly move cost, price and sink most, each with its cell."""
    frame = ctx.table("dearest_estimates")
    if not len(frame):
        return []
    joint, texts = "；" if ctx.lang == "zh" else "; ", []
    for (indicator, detail, unit), part in frame.fillna({"detail": ""}).groupby(["indicator", "detail", "unit"], sort=False):
        parts = [
            ctx.word(
                "say_range", range=ctx.item(row["range"]), cell=f"{row['sheet']}!{row['cell']}" if row["cell"] else row["sheet"],
                low=amount(row["at_low"]), high=amount(row["at_high"]),
            )
            for row in part.to_dict("records")
        ]  # fmt: skip
        measure = " ".join(filter(None, (ctx.item(indicator), str(detail))))
        texts.append(ctx.word("say_dearest", measure=measure, unit=ctx.unit(unit), base=amount(float(part["base"].iloc[0])), parts=joint.join(parts)))
    return [ctx.word("say_sweep", sweep=ctx.word(str(frame["sweep"].iloc[0])), parts=" ".join(texts))]


def _carbon_sentences(ctx: Context, matrix: pd.DataFrame) -> list[str]:
    blank = pd.Series(0.0, index=matrix.columns)
    row = {item: matrix.loc[(NATION, item)] if (NATION, item) in matrix.index else blank for item in (*ACCOUNTS, NET, NET_UNMANAGED)}
    gross = row[EMISSION] - row[CAPTURED].fillna(0.0)
    peak = int(gross.idxmax())
    last = ctx.years[-1]
    early = ctx.near((2030,))[0]
    # a plan that falls from its first year on, or rises to its last, has no peak to tell of
    peak_word = "say_peak_base" if peak == ctx.base_year else "say_peak_last" if peak == last else "say_peak"
    texts = [
        ctx.word(peak_word, year=peak, level=f"{gross[peak]:,.0f}", base=ctx.base_year, then=f"{gross[ctx.base_year]:,.0f}"),
        ctx.word(
            "say_net_one" if early == last else "say_net", early=span(ctx, early), first=_signed(row[NET][early]), last=span(ctx, last), final=_signed(row[NET][last]),
            emission=f"{row[EMISSION][last]:,.0f}", sink=f"{row[SINK][last]:,.0f}", captured=f"{row[CAPTURED].fillna(0.0)[last]:,.0f}",
        ),
    ]  # fmt: skip
    if (NATION, NET_UNMANAGED) in matrix.index and row[NET_UNMANAGED][last] != row[NET][last]:
        texts.append(ctx.word("say_unmanaged", last=span(ctx, last), value=_signed(row[NET_UNMANAGED][last])))
    return texts


def _net(ctx: Context) -> pd.Series:
    """Net emissions of the nation by milestone of the plan."""
    return accounts(ctx).loc[(NATION, NET)]


def span(ctx: Context, year: int) -> str:
    """A flow is the mean of its period: ``2026–30``."""
    first = period_start(ctx, year)
    return str(year) if first == year else f"{first}–{year % 100:02d}" if first // 100 == year // 100 else f"{first}–{year}"


def spans(ctx: Context, years: list[int]) -> str:
    """Milestones as the periods that they end, those that follow one another as one: ``2026–40, 2051–60``."""
    runs: list[list[int]] = []
    for year in years:
        if runs and ctx.years.index(year) == ctx.years.index(runs[-1][1]) + 1:
            runs[-1][1] = year
        else:
            runs.append([year, year])
    return ", ".join(f"{period_start(ctx, first)}–{last % 100:02d}" for first, last in runs)


def _after_sentence(ctx: Context) -> list[str]:
    """What is kept up after the plan, and what it costs apart from the plan."""
    if not ctx.after:
        return []
    matrix = accounts(ctx, years=ctx.after)
    if not len(matrix) or (NATION, NET) not in matrix.index:
        return []
    net = matrix.loc[(NATION, NET)]
    words = {"first": ctx.years[-1] + 1, "last": ctx.after[-1], "worst": _signed(float(net.max())), "sink": f"{matrix.loc[(NATION, SINK)].iloc[-1]:,.0f}"}
    texts = []
    if ctx.data is not None:
        between = [(share, float(pd.concat([_net(ctx), net]).loc[t])) for share, t in ctx.data.flow_of_year(ctx.years[-1])]
        texts.append(ctx.word("say_in_year", year=ctx.years[-1], value=_signed(sum(share * value for share, value in between))))
    texts.append(ctx.word("say_after", **words))
    return texts


def _cost_sentences(ctx: Context) -> list[str]:
    """What the plan costs apart from what was before it and what comes after it."""
    cost = cost_by_kind(ctx)
    if not cost:
        return []
    unit = ctx.unit(str(ctx.table("objective")["unit"].iloc[0]))
    words = [ctx.word("say_cost_plan", value=f"{cost[PLAN]:,.0f}", unit=unit, first=ctx.history_until + 1, last=ctx.years[-1])]
    return words + [ctx.word(f"say_cost_{kind}", value=f"{cost[kind]:,.0f}") for kind in (HISTORY, AFTER) if kind in cost]


def _signed(value: float) -> str:
    """Rounded to whole numbers, without a negative zero."""
    return f"{round(value) + 0:,.0f}"


def _money_sentences(ctx: Context) -> list[str]:
    cost = net_cost(ctx)
    years = [y for y in ctx.near() if y in cost.index]
    if not years:
        return []
    gdp = _gdp(ctx)
    parts = []
    for year in years:
        amount = ctx.word("say_cost_part", year=year, value=f"{cost[year]:,.0f}")
        if year in gdp.index and gdp[year] > 0.0:
            amount += ctx.word("say_cost_share", share=f"{PERCENT * cost[year] / gdp[year]:.1f}")
        parts.append(amount)
    joint = "；" if ctx.lang == "zh" else "; "
    return [ctx.word("say_cost", parts=joint.join(parts))]


def _fund_sentence(ctx: Context) -> list[str]:
    """Which ecological funds bind where, the dearest first, or how much of them the plan spends where none does."""
    frame = ctx.table("funds")
    frame = frame[frame["year"].isin([year for year in ctx.years if year > ctx.history_until])] if len(frame) else frame
    if frame.empty:
        return []
    joint = "；" if ctx.lang == "zh" else "; "
    bound = frame[frame["price"].astype(float) > FEN]
    if len(bound):
        parts = []
        for place, rows in bound.groupby("region", sort=False):
            dearest = rows.loc[rows["price"].astype(float).idxmax()]
            words = {"place": ctx.place(place), "number": rows["fund"].nunique(), "fund": ctx.item(dearest["fund"])}
            parts.append(ctx.word("say_funds_part", years=spans(ctx, sorted(set(rows["year"].astype(int)))), price=f"{float(dearest['price']):.2f}", **words))
        return [ctx.word("say_funds_bind", parts=joint.join(parts))]
    public = frame[frame["level"].isin(PUBLIC_LEVELS)]
    sums = public.groupby(["region", "year"], sort=False)[["paid", "available"]].sum().astype(float)
    sums = sums[sums["available"] > 0.0]
    if sums.empty:
        return []
    place, year = (sums["paid"] / sums["available"]).idxmax()
    most, share = float((sums["paid"] / sums["available"]).max()), float(sums["paid"].sum() / sums["available"].sum())
    words = {"share": f"{PERCENT * share:.0f}", "most": f"{PERCENT * most:.0f}", "place": ctx.place(place), "year": span(ctx, int(year))}
    return [ctx.word("say_funds_free", first=ctx.history_until + 1, last=ctx.years[-1], **words)]


def _burden_sentence(ctx: Context) -> list[str]:
    """Who bears how much of its product by decade: spent, with payments, with carbon settled too."""
    spans = decades(ctx)
    found = borne_shares(ctx, spans) if spans else pd.DataFrame()
    groups = [group for group in ctx.groups if len(found) and (group, STEPS[0]) in found.index]
    if not groups:
        return []
    comma, semicolon = ("，", "；") if ctx.lang == "zh" else (", ", "; ")
    parts = []
    for group in groups:
        steps = [step for step in STEPS if (group, step) in found.index]
        told = [f"{name}: " + " / ".join(f"{round(float(found.loc[(group, step), name]), 2) + 0.0:.2f}" for step in steps) for name in spans]
        parts.append(f"{ctx.place(group)} {comma.join(told)}")
    word = "say_burden" if (groups[0], SETTLED) in found.index else "say_burden_spent"
    return [ctx.word(word, against=against(ctx), parts=semicolon.join(parts))]


def _gdp(ctx: Context) -> pd.Series:
    """Gross domestic product of the nation by year, bn CNY; empty when the workbook has none."""
    frame = ctx.data.tables.get(GDP) if ctx.data is not None else None
    if frame is None or len(frame) == 0:
        return pd.Series(dtype=float)
    return frame.groupby("year")["value"].sum().astype(float)


def _price_sentence(ctx: Context) -> list[str]:
    prices = ctx.table("prices")
    if prices.empty:
        return []
    carbon = prices[(prices["balance"] == EMISSION) & prices["price"].notna()]
    parts = []
    for year in ctx.near():
        price = carbon.loc[carbon["year"] == year, "price"]
        if len(price):
            parts.append(ctx.word("say_price_part", year=span(ctx, year), value=f"{float(price.max()):,.0f}"))
    joint = "，" if ctx.lang == "zh" else ", "
    return [ctx.word("say_price", parts=joint.join(parts)), *_between_periods(ctx)] if parts else []


def _between_periods(ctx: Context) -> list[str]:
    """Why a target of a year has another price than the periods beside it, where it lies between their means."""
    frame = ctx.table("targets")
    if frame.empty or ctx.data is None:
        return []
    priced = frame[frame["rule"].isin(OF_YEAR) & (frame["price"].fillna(0.0) > RESIDUE)]
    found = []
    for year, price in zip(priced["year"].astype(int), priced["price"].astype(float), strict=True):
        shares = ctx.data.flow_of_year(year)
        if len(shares) > 1:
            parts = [ctx.word("share_of_period", share=f"{PERCENT * share:.3g}", period=span(ctx, milestone)) for share, milestone in shares]
            found.append(ctx.word("say_between", year=year, price=f"{price:,.0f}", parts=("、" if ctx.lang == "zh" else " and ").join(parts)))
    return found


def _roadmap_sentence(ctx: Context) -> list[str]:
    if not (ctx.has("roadmap") and ctx.has("planting")):
        return []
    found = roadmap(ctx)
    found = found[found["year"].astype(int) <= ctx.years[-1]]
    runs: list[list[object]] = []
    for year, phase in zip(found["year"], found["phase"], strict=True):
        if runs and runs[-1][2] == phase:
            runs[-1][1] = year
        else:
            runs.append([year, year, phase])
    parts = [ctx.word("say_phase", phase=ctx.word(str(phase)), start=period_start(ctx, first), end=last) for first, last, phase in runs]
    joint = "；" if ctx.lang == "zh" else "; "
    order = " → ".join(ctx.word(p) for p in PHASES)
    return [ctx.word("say_roadmap", parts=joint.join(parts), order=order)]


def period_start(ctx: Context, year: object) -> int:
    """The year after the milestone before ``year``: where its period begins."""
    every = [*ctx.years, *ctx.after]
    number = every.index(int(str(year)))
    return every[number - 1] + 1 if number else every[0]
