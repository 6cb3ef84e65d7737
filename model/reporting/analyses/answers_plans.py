"""Sentences of the analyses that hold the plan against other plans: near the cheapest, along a front, re-planned, before futures part, and safe.

Limits: as in ``answers``.
"""

from __future__ import annotations

import math

import pandas as pd

from ...closing.analyses import SINKS
from ..context import NATION
from .said import PERCENT, Told, amount

NAMED = 3
#: Words of the menu of ``near_optimal``.
MUST, CHOICE, AVOID, UNSETTLED = "must", "choice", "avoid", "unsettled"
#: A share of the cost of the plan below which being safe changes next to nothing.
SMALL = 1e-4
PER_TONNE, CNY_PER_TONNE = "Mt CO2", 1000.0


def near_optimal(told: Told) -> list[str]:
    """How large the room is, what every plan does, and where most of the choice lies."""
    slacks, menu, ranges, costs = (told.frame(name) for name in ("near_slacks", "near_menu", "near_ranges", "alternative_costs"))
    found = []
    if len(slacks) and len(menu):
        row, words = slacks.iloc[0], menu["menu"].value_counts()
        open_ones = int(words.get(UNSETTLED, 0))
        found.append(told.word(
            "say_near_room", amount=amount(float(row["slack_amount"])), unit=told.unit("near_slacks", "slack_amount"), share=amount(float(row["slack_share"])), of_all=amount(float(row["of_plan_cost"])),
            musts=int(words.get(MUST, 0)), all=len(menu), choices=int(words.get(CHOICE, 0)), avoids=int(words.get(AVOID, 0)),
            unsettled=told.word("near_unsettled", count=open_ones) if open_ones else "",
        ))  # fmt: skip
    if len(menu):
        last = menu[menu["decade"] == max(menu["decade"])]
        firm = last[last["menu"] == MUST]
        order = (firm["least_added"] / firm["most_added"]).sort_values(ascending=False, kind="stable").index[:NAMED]
        place = next(name for name in menu.columns if name.startswith("region"))
        names = [
            told.word("near_must_one", what=told.lever(row), place=told.place(row[place]), least=amount(row["least_added"]), unit=told.ctx.unit(row["unit"]))
            for row in firm.loc[order].to_dict("records")
        ]
        if names:
            found.append(told.word("say_near_must", decade=last["decade"].iloc[0], names=told.listed(names)))
    if len(ranges):
        place = next(name for name in ranges.columns if name.startswith("region"))
        nation = ranges[(ranges[place] == NATION) & (ranges["slack_share"] == ranges["slack_share"].min())]
        room = ((nation["most"] - nation["least"]) / nation[["most", "least", "now"]].abs().max(axis=1)).sort_values(ascending=False, kind="stable")
        names = [
            told.word("near_choice_one", what=told.lever(row), least=amount(row["least"]), most=amount(row["most"]), now=amount(row["now"]), unit=told.ctx.unit(row["unit"]))
            for row in nation.loc[room.index[:NAMED]].to_dict("records")
        ]
        if names:
            found.append(told.word("say_near_choice", decade=nation["decade"].iloc[0], names=told.listed(names)))
    others = costs[costs["alternative"] > 0] if len(costs) else costs
    if len(others):
        found.append(told.word("say_near_alternative", count=len(others), nearest=amount(float(others["nearest"].mean())), cost=amount(float(others["of_extra_cost"].max()))))
    return found


def pareto(told: Told) -> list[str]:
    """From where to where the front goes and for how much, what half of the way costs, and where it is gone."""
    front = told.frame("front")
    known = front[front["value"].notna()] if len(front) else front
    if len(known) < 2:
        return []
    first, last = known.iloc[0], known.iloc[-1]
    quantity, unit, money = str(first["quantity"]), str(first["unit"]), told.unit("front", "dearer")
    way = float(last["value"] - first["value"])
    best = told.word("pareto_most" if way > 0.0 else "pareto_least")
    share = PERCENT * float(last["dearer"]) / abs(float(first["plan_cost"]))
    found = [told.word(
        "say_pareto_span", quantity=told.name(quantity), first=amount(float(first["value"])), best=best, last=amount(float(last["value"])), unit=told.ctx.unit(unit), dearer=amount(float(last["dearer"])), share=amount(share), money=money,
    )]  # fmt: skip
    inner = known.iloc[1:-1]
    if len(inner):
        middle = inner.iloc[(len(inner) - 1) // 2]
        done = PERCENT * (float(middle["value"]) - float(first["value"])) / way
        spent = PERCENT * float(middle["dearer"]) / float(last["dearer"]) if last["dearer"] else math.nan
        means = [_mean(one, other, unit) for one, other in ((known.iloc[0], known.iloc[1]), (known.iloc[-2], known.iloc[-1]))]
        per = told.ctx.unit("CNY/t CO2") if unit == PER_TONNE else f"{money}/{told.ctx.unit(unit)}"
        if all(map(math.isfinite, (*means, spent))):
            found.append(told.word("say_pareto_half", part=amount(done), cost_part=amount(spent), first=amount(means[0]), last=amount(means[1]), per=per))
    places = told.frame("abatement_by_region")
    if len(places):
        sums = places.groupby("region", sort=False)["avoided"].sum().sort_values(ascending=False, kind="stable")
        whole = float(sums.sum())
        names = [told.word("pareto_place", place=told.place(name), share=amount(PERCENT * value / whole)) for name, value in sums.head(NAMED).items() if value > 0.0]
        if names and whole > 0.0:
            found.append(told.word("say_pareto_sinks" if quantity == SINKS else "say_pareto_places", names=told.listed(names)))
    return found


def _mean(one: pd.Series, other: pd.Series, unit: str) -> float:
    """What a unit costs from one point to the next, of CO2 in CNY per tonne."""
    moved = abs(float(other["value"] - one["value"]))
    return (CNY_PER_TONNE if unit == PER_TONNE else 1.0) * float(other["dearer"] - one["dearer"]) / moved if moved > 0.0 else math.nan


def rolling(told: Told) -> list[str]:
    """What re-planning costs, what is missed, and which promise is kept least."""
    costs, missed, promises = told.frame("rolled_costs"), told.frame("rolled_missed"), told.frame("credibility")
    again = costs[costs["foresight"].notna()] if len(costs) else costs
    ended = again[again["beyond_announced"].notna()] if len(again) else again
    found = []
    if len(ended):
        best, worst = ended.loc[ended["beyond_announced"].idxmin()], ended.loc[ended["beyond_announced"].idxmax()]
        numbers = {
            "announced": amount(float(best["announced_cost"])), "least": amount(float(best["beyond_announced"])), "most": amount(float(worst["beyond_announced"])),
            "least_share": amount(float(best["extra_share"])), "most_share": amount(float(worst["extra_share"])), "unit": told.unit("rolled_costs", "announced_cost"),
        }  # fmt: skip
        found.append(told.word("say_rolled" if len(ended) > 1 else "say_rolled_one", best=_way(told, best), worst=_way(told, worst), **numbers))
        found += _missed(told, missed, worst)
    if len(again) > len(ended):
        found.append(told.word("say_rolled_stopped", count=len(again) - len(ended), all=len(again)))
    if len(promises):
        most = promises.groupby(["lever", "item", "unit"], sort=False)["promised"].transform("max")
        broken = promises.assign(share=promises["difference"] / most.where(most > 0.0)).sort_values("share", kind="stable").iloc[0]
        if broken["share"] < 0.0:
            found.append(told.word(
                "say_rolled_promise", what=told.lever(broken.to_dict()), place=told.place(broken["region_group"]), year=int(broken["year"]), promised=amount(float(broken["promised"])),
                done=amount(float(broken["re_planned_value"])), unit=told.ctx.unit(str(broken["unit"])), way=_way(told, broken),
            ))  # fmt: skip
    return found


def _way(told: Told, row: pd.Series) -> str:
    return told.word("rolled_way", years=f"{float(row['foresight']):g}", known=told.word(f"rolled_{row['target_known']}"))


def _missed(told: Told, missed: pd.DataFrame, worst: pd.Series) -> list[str]:
    """What the dearest of the re-planned plans misses, the priced first; a sentence that nothing is where nothing is."""
    own = missed[(missed["foresight"] == worst["foresight"]) & (missed["target_known"] == worst["target_known"])] if len(missed) else missed
    if not len(own):
        return [told.word("say_rolled_kept")] if not len(missed) else []
    most = own.sort_values(["priced", "value"], ascending=False, kind="stable").drop_duplicates("missed").head(NAMED)
    names = [told.word("rolled_missed_one", what=told.name(row["missed"]), year=int(row["year"]), value=amount(row["value"]), unit=told.ctx.unit(row["unit"])) for row in most.to_dict("records")]
    return [told.word("say_rolled_missed", missed=amount(float(worst["missed_cost"])), unit=told.unit("rolled_costs", "missed_cost"), names=told.listed(names))]


def stochastic(told: Told) -> list[str]:
    """What knowing and what not deciding for the mean is worth, who pays for not knowing, and what is done about it."""
    worth, nodes, first = told.frame("worth_of_knowing"), told.frame("by_node"), told.frame("first_stage")
    if worth.empty:
        return []
    figure = dict(zip(worth["figure"], worth["value"], strict=True))
    here, known, mean = (float(figure.get(name, math.nan)) for name in ("here_and_now", "perfect_information", "stochastic_solution"))
    unit = told.unit("worth_of_knowing", "value")
    found = [told.word("say_stochastic_worth", here=amount(here), known=amount(known), share=amount(PERCENT * known / abs(here)), unit=unit)] if math.isfinite(known) else []
    if math.isfinite(mean):
        found.append(told.word("say_stochastic_mean", amount=amount(mean), unit=unit))
    if len(nodes) and nodes["regret_hedged"].notna().any():
        row = nodes.loc[nodes["regret_hedged"].idxmax()]
        found.append(told.word("say_stochastic_regret", name=told.name(row["node"]), amount=amount(float(row["regret_hedged"])), unit=unit))
    keys = ["lever", "item", "region_group", "year", "unit"]
    wide = first.pivot_table(index=keys, columns="plan", values="value", sort=False) if len(first) else pd.DataFrame()
    if {"hedged", "for_the_mean"} <= set(wide.columns):
        most = wide.abs().max(axis=1).groupby(level=["lever", "item", "unit"]).transform("max")
        share = ((wide["hedged"] - wide["for_the_mean"]).abs() / most).sort_values(ascending=False, kind="stable")
        if len(share) and share.iloc[0] > 0.0:
            row = dict(zip(keys, share.index[0], strict=True))
            values = wide.loc[share.index[0]]
            found.append(told.word(
                "say_stochastic_first", what=told.lever(row), place=told.place(row["region_group"]), year=int(row["year"]), unit=told.ctx.unit(str(row["unit"])),
                hedged=amount(float(values["hedged"])), mean=amount(float(values["for_the_mean"])),
            ))  # fmt: skip
    return found


def robust(told: Told) -> list[str]:
    """What the trusting plan risks, what safety costs and spares where it is dearest, and which costs hurt most."""
    price, groups = told.frame("price_of_robustness"), told.frame("robust_groups")
    asked = price[price["budget"] > 0.0] if len(price) else price
    if not len(asked):
        return []
    unit = told.unit("price_of_robustness", "price")
    row, least = asked.loc[asked["price"].idxmax()], float(price["nominal_cost"].min())
    budget = f"{float(row['budget']):g}"
    found = [told.word("say_robust_trusting", budget=budget, exposed=amount(float(row["exposed_cost"])), more=amount(float(row["exposed_cost"]) - least), unit=unit)]
    if float(asked["price"].max()) <= SMALL * abs(least):
        found.append(told.word("say_robust_nothing"))
    else:
        found.append(told.word("say_robust_price", price=amount(float(row["price"])), spared=amount(float(row["spared"])), unit=unit))
    part = groups[groups["budget"] == row["budget"]].sort_values("hurts", ascending=False, kind="stable").head(NAMED) if len(groups) else groups
    names = [told.word("robust_group", name=told.name(one["cost_group"]), amount=amount(one["hurts"]), unit=unit) for one in part.to_dict("records")]
    if names:
        found.append(told.word("say_robust_groups", names=told.listed(names)))
    return found
