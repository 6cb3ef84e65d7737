"""What a plan costs each region group, year by year, and what it is paid for tonnes at the price of the pooled plan.

    cost[g,t] = discounted spending that is posted in the regions of g, and what missed targets of g are priced at

What is posted for the nation, or for a target of several groups, is borne by gross emissions of the period.

Limits: spending counts where it is posted: a plant, or half a line, in the region that it stands in, whoever uses the power.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..closing.results.targets import BUDGET, CNY_PER_TONNE, OF_YEAR
from ..closing.targets import BUDGET_MISSED, MISSED
from ..core.data import Data, regions_in
from ..core.frames import stack
from ..core.ledger import FIXED
from ..core.solve.amounts import weight_at
from ..core.solve.solution import Solution
from .entitlements import AT, Coalition, name_of
from .sharing import as_shares

#: Families of rows that hold a divided target.
HELD = ("net_limit", "target_held", BUDGET)


def gross(solution: Solution, groups: Sequence[str]) -> pd.DataFrame:
    """Gross emissions by year and group, Mt CO2 a year."""
    frame, group = solution.values("emission_total"), solution.build.data.region_group
    wide = frame.assign(region_group=frame["region"].map(group)).pivot_table(index="year", columns="region_group", values="value", aggfunc="sum")
    return wide.reindex(columns=list(groups)).clip(lower=0.0)


def spent(solution: Solution, groups: Sequence[str]) -> pd.DataFrame:
    """Every cost with who bears it: item, region_group, year, value in bn CNY discounted; all of it sums to the objective."""
    goal = solution.build.objective
    assert goal is not None
    position = goal.table["position"].to_numpy(dtype=np.int64)
    level = np.where(position == FIXED, 1.0, solution.x[position])
    entries = goal.table[["component", "region", "year"]].assign(value=goal.table["coefficient"].to_numpy(dtype=float) * level)
    entries = entries.groupby(["component", "region", "year"], sort=False)["value"].sum().reset_index()
    emitted, rows = gross(solution, groups), []
    for (place, year), part in entries.groupby(["region", "year"], sort=False):
        for group, share in bearers(solution.build.data, emitted, str(place), int(year)).items():
            rows.append(pd.DataFrame({"item": part["component"], "region_group": str(group), "year": year, "value": share * part["value"]}))
    return stack(rows)


def costs(entries: pd.DataFrame, data: Data, groups: Sequence[str]) -> pd.DataFrame:
    """What ``spent`` lists, by year and group."""
    wide = entries.pivot_table(index="year", columns="region_group", values="value", aggfunc="sum")
    return wide.reindex(index=pd.Index(data.all_years, name="year"), columns=list(groups)).fillna(0.0)


def moved(alone: pd.DataFrame, together: pd.DataFrame, groups: Sequence[str], least: float) -> pd.DataFrame:
    """What each group spends on each item alone and together, where they differ by more than ``least``; the largest difference first."""
    keys = ["region_group", "item"]
    sums = [plan.groupby(keys, sort=False)["value"].sum() for plan in (alone, together)]
    found = pd.concat(sums, axis=1, keys=["cost_alone", "cost_before"]).fillna(0.0).reset_index()
    found = found.assign(cost_moved=found["cost_before"] - found["cost_alone"], place=found["region_group"].map({g: i for i, g in enumerate(groups)}))
    found = found[found["cost_moved"].abs() > least].sort_values(["place", "cost_moved", "item"], ascending=[True, False, True], kind="stable")
    return found.drop(columns="place").reset_index(drop=True)


def traded(alone: pd.DataFrame, together: pd.DataFrame, data: Data) -> pd.DataFrame:
    """What passes from group to group in both plans, by commodity and year, from their tables of trade."""
    keys = ["commodity", "from_group", "to_group", "year", "unit"]
    sums = []
    for trade in (alone, together):
        if trade.empty:
            return pd.DataFrame()
        placed = trade.assign(from_group=trade["from_region"].map(data.region_group), to_group=trade["to_region"].map(data.region_group))
        sums.append(placed[placed["from_group"] != placed["to_group"]].groupby(keys, sort=False)["value"].sum())
    found = pd.concat(sums, axis=1, keys=["sent_alone", "sent_together"]).fillna(0.0).reset_index()
    return found[[*keys[:-1], "sent_alone", "sent_together", "unit"]].sort_values(keys, kind="stable").reset_index(drop=True)


def bearers(data: Data, emitted: pd.DataFrame, place: str, year: int) -> pd.Series:
    """Who bears what is posted to a place: the group it lies in; where it lies in several, these by their gross emissions."""
    groups = list(dict.fromkeys(data.region_group[region] for region in regions_in(data, place))) or list(emitted.columns)
    return as_shares({group: float(emitted.loc[year, group]) if year in emitted.index else 0.0 for group in groups})


def tonnes(alone: Solution, together: Solution, groups: Sequence[str]) -> pd.DataFrame:
    """One row for each row of a divided target and each group: what it is entitled to, emits alone and together, and the price of a tonne.

    ``price`` and ``value`` are discounted, in bn CNY per Mt CO2 and bn CNY; ``missed`` is that of the group alone.
    """
    data, everybody = alone.build.data, tuple(groups)
    short = {name: _missed(plan) for name, plan in (("alone", alone), ("together", together))}
    emitted, rows = gross(together, groups), []
    for family in (family for family in HELD if family in together.build.rows):
        own, pooled = (plan.rows(family).set_index(["target", "year"]) for plan in (alone, together))
        for target, asked in (key for key in pooled.index if key[0].endswith(AT + name_of(everybody))):
            base, price = target.removesuffix(name_of(everybody)), -float(pooled.loc[(target, asked), "dual"])
            period = data.period_of(asked)
            borne = bearers(data, emitted, str(pooled.loc[(target, asked), "scope"]), period) * short["together"].get((target, asked), 0.0)
            for group in groups:
                key = (base + name_of((group,)), asked)
                entitled, net = float(own.loc[key, "upper"]), float(pooled.loc[key, "activity"])
                missed = short["alone"].get(key, 0.0)
                rows.append({
                    "divided_target": base.removesuffix(AT), "held_by": family, "year": int(asked), "period": period, "region_group": group, "entitlement": entitled,
                    "net_alone": float(own.loc[key, "activity"]) + missed, "missed": missed, "net_together": net, "bought": net - entitled - float(borne[group]),
                    "price": price, "value": price * (entitled + float(borne[group]) - net),
                })  # fmt: skip
    return pd.DataFrame(rows)


def _missed(solution: Solution) -> dict[tuple[str, int], float]:
    parts = [solution.values(spec.name) for spec in (MISSED, BUDGET_MISSED)]
    return {(str(row.target), int(row.asked)): float(row.value) for part in parts if len(part) for row in part.itertuples()}


def missed_by(solution: Solution, coalition: Coalition) -> tuple[float, str]:
    """The most by which a block misses what it is entitled to, and the year asked for."""
    found = {asked: value for (target, asked), value in _missed(solution).items() if target.endswith(AT + name_of(coalition))}
    year = max(found, key=lambda asked: found[asked], default=0)
    return found.get(year, 0.0), str(year)


def paid_by_year(rows: pd.DataFrame, data: Data, groups: Sequence[str]) -> pd.DataFrame:
    """What tonnes sold bring at the pooled price by year and group, in bn CNY discounted; below zero what is bought.

    What a row brings is paid in the periods that its year lies between, in their shares; that of a budget in its last period.
    """
    found = pd.DataFrame(0.0, index=pd.Index(data.all_years, name="year"), columns=list(groups))
    for row in rows.itertuples():
        parts = data.flow_of_year(row.year) if row.held_by in OF_YEAR else [(1.0, row.period)]
        weight = sum(share * data.weight(year) for share, year in parts)
        for share, year in parts:
            found.loc[year, row.region_group] += row.value * share * data.weight(year) / weight
    return found


def price_of_year(rows: pd.DataFrame, together: Solution) -> pd.Series:
    """The price of each row in CNY per tonne of its own year: of a flow over the years that it holds, of a budget as it is paid once."""
    data = together.build.data
    weight = [weight_at(together, year, rule in OF_YEAR) for year, rule in zip(rows["year"], rows["held_by"], strict=True)]
    once = rows["period"].map(data.length).astype(float).where(rows["held_by"] == BUDGET, 1.0)
    return rows["price"] * once / np.array(weight) * CNY_PER_TONNE
