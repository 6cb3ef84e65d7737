"""What an analysis found, in two or three sentences made of the numbers of its tables: what workbook, page and screen say first.

    answers("pareto", tables, ctx)    ["Cumulative net CO2: the cheapest plan has ...", ...]

Limits: sentences state what the tables hold; where a table or a number is missing its sentence is left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import pandas as pd

from ...closing.analyses import (
    COMPENSATION,
    FULL_YEAR,
    MONTE_CARLO,
    NEAR_OPTIMAL,
    OWEN,
    PARETO,
    POWER_CO2,
    PRICE_INTERVALS,
    RENEWAL,
    ROBUST,
    ROLLING,
    SENSITIVITY,
    STOCHASTIC,
    THERMAL_OUTPUT,
    UNSERVED,
    UNSERVED_SHARE,
    WEST_LINE,
)
from ...core.declare.schema import OutcomeTable
from ..context import NATION, Context
from .answers_plans import near_optimal, pareto, robust, rolling, stochastic
from .said import PERCENT, Told, amount

#: How many things a sentence names; a swing below this share of the cost is next to nothing.
NAMED, SMALL = 3, 1e-3
#: Between these shares of the draws nine in ten lie; half of them.
NINE_IN_TEN, HALF = (0.05, 0.95), 0.5
#: Words of the tables of ``sensitivity`` and ``monte_carlo``: the indicator that is the cost, the one that is told of year by year, what items are called.
COST, PRICE, SINK = "discounted_cost", "co2_price", "sink_last_decade"
#: States of a break-even value in ``west_line``.
REACHED, UNREACHED, PAYS = ("confirmed", "lower_bound"), "not_reached", ("built_without", "pays_without")
#: Between the members of a coalition.
MEMBERS = ":"
WHOLE_MODEL, UNFELLED_PLANS = "whole_model", ("unfelled", "whole_model_unfelled")


def answers(name: str, tables: Sequence[OutcomeTable], ctx: Context) -> list[str]:
    """The sentences on the analysis of that name, in the language of ``ctx``."""
    makers: dict[str, Callable[[Told], list[str]]] = {
        NEAR_OPTIMAL.name: near_optimal, PARETO.name: pareto, ROLLING.name: rolling, STOCHASTIC.name: stochastic, ROBUST.name: robust,
        SENSITIVITY.name: sensitivity, MONTE_CARLO.name: monte_carlo, WEST_LINE.name: west_line, RENEWAL.name: renewal,
        COMPENSATION.name: compensation, PRICE_INTERVALS.name: price_intervals, OWEN.name: owen, FULL_YEAR.name: full_year,
    }  # fmt: skip
    return makers[name](Told(ctx, {table.name: table for table in tables})) if name in makers and tables else []


def sensitivity(told: Told) -> list[str]:
    """What moves the cost, the last price and the sink most, and what moves next to nothing."""
    tornado = told.frame("tornado")
    cost = tornado[tornado["indicator"] == COST] if len(tornado) else tornado
    found = []
    if len(cost):
        base, unit = float(cost["base"].iloc[0]), told.ctx.unit(str(cost["unit"].iloc[0]))
        moving = cost[cost["swing"] >= SMALL * cost["base"].abs()].sort_values("swing", ascending=False, kind="stable")
        names = [_range(told, row) for row in moving.head(NAMED).to_dict("records")]
        if names:
            found.append(told.word("say_sensitivity_cost", base=amount(base), unit=unit, names=told.listed(names)))
    for kind in (PRICE, SINK):
        part = tornado[(tornado["indicator"] == kind) & (tornado["swing"] > 0.0)] if len(tornado) else tornado
        if len(part):
            row = part.sort_values("swing", ascending=False, kind="stable").iloc[0]
            ends = sorted(value for value in (row["base"], row["at_low"], row["at_high"]) if math.isfinite(value))
            what = told.word("named_of", what=told.name(kind), of=told.name(row["detail"])) if row["detail"] else told.name(kind)
            found.append(told.word("say_sensitivity_other", what=what, name=told.name(row["range"]), low=amount(ends[0]), high=amount(ends[-1]), base=amount(float(row["base"])), unit=told.ctx.unit(str(row["unit"]))))
    still = cost[cost["swing"] < SMALL * cost["base"].abs()] if len(cost) else cost
    if len(still):
        found.append(told.word("say_sensitivity_none", count=len(still), all=len(cost), names=told.listed([told.name(name) for name in still["range"]])))
    return found


def _range(told: Told, row: dict[str, object]) -> str:
    low, high = (amount(float(str(row[end]))) if math.isfinite(float(str(row[end]))) else "–" for end in ("at_low", "at_high"))
    return told.word("sensitivity_one", name=told.name(row["range"]), low=low, high=high)


def monte_carlo(told: Told) -> list[str]:
    """How the cost is spread, what it hangs on, and which items are done whatever is drawn."""
    samples, importance, acts = told.frame("samples"), told.frame("importance"), told.frame("acts")
    found = []
    known = samples[COST].dropna() if COST in samples else pd.Series(dtype=float)
    if len(known) > 1:
        low, high = (float(known.quantile(share)) for share in NINE_IN_TEN)
        unit = told.unit("samples", COST)
        found.append(told.word("say_monte_carlo_spread", count=len(known), low=amount(low), high=amount(high), middle=amount(float(known.median())), unit=unit))
    part = importance[(importance["indicator"] == COST) & (importance["rank"] == 1)] if len(importance) else importance
    for row in part.head(1).to_dict("records"):
        shares = {name: told.percent(float(row[column])) for name, column in (("share", "variance_share"), ("low", "share_low"), ("high", "share_high"))}
        found.append(told.word("say_monte_carlo_group", name=told.name(row["group"]), **shares))
    if len(acts):
        open_ones = acts[(acts["acts_share"] > 0.0) & (acts["acts_share"] < 1.0)]
        order = (open_ones["acts_share"] - HALF).abs().sort_values(kind="stable").index[:NAMED]
        names = [told.word("monte_carlo_act", what=told.lever(row), share=told.percent(row["acts_share"])) for row in open_ones.loc[order].to_dict("records")]
        always, never = int((acts["acts_share"] == 1.0).sum()), int((acts["acts_share"] == 0.0).sum())
        key = "say_monte_carlo_acts" if names else "say_monte_carlo_fixed"
        found.append(told.word(key, always=always, never=never, all=len(acts), names=told.listed(names)))
    return found


def west_line(told: Told) -> list[str]:
    """What water and carbon would have to be worth, and what the whole line costs."""
    found = []
    for row in told.frame("break_even").to_dict("records"):
        of, what, unit = told.name(row["value_of"]), told.name(row["pays_for"]), told.ctx.unit(str(row["unit"]))
        value = row["solved_below"] if row["state"] == UNREACHED else row["value"] if row["state"] == REACHED[0] else row["solved_above"]
        key = "say_line_value" if row["state"] in REACHED else "say_line_pays" if row["state"] in PAYS else "say_line_unreached"
        if key == "say_line_pays" or math.isfinite(float(value)):
            found.append(told.word(key, of=of, what=what, unit=unit, value=amount(float(value)) if math.isfinite(float(value)) else "–"))
    twins = told.frame("twin_runs")
    rows = twins[twins["quantity"] == "objective"] if "difference" in twins else pd.DataFrame()
    for more in rows["difference"].astype(float) if len(rows) else ():
        found.append(told.word("say_line_cost" if more >= 0.0 else "say_line_saves", amount=amount(abs(more)), unit=told.ctx.unit(str(rows["unit"].iloc[0]))))
    return found


def renewal(told: Told) -> list[str]:
    """What felling does to the sink, in the plan and at its best, and whether that answer turns."""
    frame, turns = told.frame("comparison"), told.frame("turning_points")
    found = []
    for row in frame[frame["plan"] == WHOLE_MODEL].to_dict("records") if len(frame) else ():
        if math.isfinite(row["sink_change"]):
            found.append(told.word("say_renewal_whole", sink=amount(row["sink"]), change=_change(told, row["sink_change"]), horizon=_change(told, row["horizon_change"])))
    alone = frame[~frame["plan"].isin([WHOLE_MODEL, *UNFELLED_PLANS]) & frame["sink_change"].notna()] if len(frame) else frame
    if len(alone):
        best = alone.loc[alone["sink_change"].idxmax()]
        found.append(told.word("say_renewal_best", name=told.name(best["plan"]), change=_change(told, float(best["sink_change"]))))
    if len(turns):
        moved = list(dict.fromkeys(turns[turns["state"] != "no_sign_change"]["parameter"]))
        found.append(told.word("say_renewal_turns", names=told.listed([told.name(name) for name in moved])) if moved else told.word("say_renewal_stays"))
    return found


def _change(told: Told, value: float) -> str:
    return told.word("renewal_more" if value >= 0.0 else "renewal_less", value=amount(abs(value)))


def compensation(told: Told) -> list[str]:
    """What pooling saves, who pays whom under the first rule, and who loses."""
    frame, rules = told.frame("compensation"), told.frame("rules")
    if frame.empty:
        return []
    first = frame[frame["sharing_rule"] == frame["sharing_rule"].iloc[0]]
    saved = float(first["cost_alone"].sum() - first["cost_before"].sum())
    unit = told.unit("compensation", "transfer")
    found = [told.word("say_compensation_saves", amount=amount(saved), share=amount(PERCENT * saved / abs(float(first["cost_alone"].sum()))), unit=unit)]
    sides = []
    for key, part in (("compensation_pays", first[first["transfer"] < 0.0]), ("compensation_gets", first[first["transfer"] > 0.0])):
        sides += [told.word(key, place=told.place(row["region_group"]), amount=amount(abs(row["transfer"])), unit=unit) for row in part.to_dict("records")]
    if sides:
        found.append(told.word("say_compensation_pays", rule=told.name(first["sharing_rule"].iloc[0]), names=told.listed(sides)))
    losing = rules[rules["nobody_worse_off"] == 0]["sharing_rule"] if len(rules) else []
    found.append(told.word("say_compensation_core", names=told.listed([told.name(name) for name in losing])) if len(losing) else told.word("say_compensation_fine"))
    return found


def price_intervals(told: Told) -> list[str]:
    """How many payments could be others, and within which bounds the last price of CO2 lies."""
    paid, prices = told.frame("payment_intervals"), told.frame("co2_price_intervals")
    found = []
    if len(paid):
        one = (paid["payment_high"] - paid["payment_low"]).abs() <= SMALL * paid["payment"].abs()
        found.append(told.word("say_intervals_unique", all=len(paid), fixed=int(one.sum())))
    known = prices[prices["price_low"].notna()] if len(prices) else prices
    if len(known):
        row = known[known["year"] == known["year"].max()].sort_values("price", ascending=False, kind="stable").iloc[0]
        numbers = {name: amount(float(row[column])) for name, column in (("now", "price"), ("low", "price_low"), ("high", "price_high"))}
        key = "say_intervals_co2" if numbers["low"] != numbers["high"] else "say_intervals_co2_one"
        found.append(told.word(key, year=int(row["year"]), unit=told.unit("co2_price_intervals", "price"), **numbers))
    return found


def full_year(told: Told) -> list[str]:
    """What of the load the planned plants do not serve in each year that was run, and how CO2 of power and generation leave the plan."""
    ran = told.frame("full_year")
    found = []
    for year, part in ran[ran["region"] == NATION].groupby("year", sort=True) if len(ran) else []:
        total = part.groupby("item", sort=False)[["planned", "run"]].sum()
        beyond = float(total["run"][THERMAL_OUTPUT] - total["planned"][THERMAL_OUTPUT])
        found.append(told.word(
            "say_full_year", year=int(year), unserved=amount(float(total["run"][UNSERVED])), share=amount(PERCENT * float(total["run"][UNSERVED_SHARE])),
            co2=amount(float(total["run"][POWER_CO2])), planned=amount(float(total["planned"][POWER_CO2])),
            beyond=told.word("full_year_more" if beyond >= 0.0 else "full_year_less", amount=amount(abs(beyond))),
        ))  # fmt: skip
    return found


def owen(told: Told) -> list[str]:
    """Who pays and who is paid at the prices of the plan, and which coalition is nearest to leaving."""
    regions, coalitions = told.frame("allocation_by_region"), told.frame("sampled_coalitions")
    found = []
    if len(regions) > 1:
        payer, paid = regions.loc[regions["transfer"].idxmin()], regions.loc[regions["transfer"].idxmax()]
        found.append(told.word(
            "say_owen_most", payer=told.place(payer["region"]), pays=amount(abs(float(payer["transfer"]))), receiver=told.place(paid["region"]), gets=amount(float(paid["transfer"])),
            unit=told.unit("allocation_by_region", "transfer"),
        ))  # fmt: skip
    known = coalitions[coalitions["excess"].notna() & (coalitions["size"] < coalitions["size"].max())] if len(coalitions) else coalitions
    if len(known) and float(known["excess"].min()) >= 0.0:
        near = known.loc[known["excess"].idxmin()]
        names = told.listed([told.place(one) for one in str(near["members"]).split(MEMBERS)])
        found.append(told.word("say_owen_core", all=len(known), name=names, amount=amount(float(near["excess"])), unit=told.unit("sampled_coalitions", "excess")))
    return found
