"""Who bears what of the cost when each region is paid and pays at the prices of the plan, and whether a coalition could do better alone.

Every limit of the plan belongs to regions (``owners``): what a region must serve, may emit, has of land, water, sites and fleets. Valued at
the duals of the plan these add up to its cost (linear production game, Owen 1975):

    allocated[r] = sum over rows i of dual[i] * own[i,r] + sum over columns j of reduced_cost[j] * bound[j] * share[j,r] + constant[r]
    sum over r of allocated[r] = cost of the plan

A demand costs the region that has it, a scarce site or a right to emit counts for the region that has it. A coalition alone has what its
members own and nothing else (``alone``); the duals hold for it too, so it never pays less than it is allocated:

    excess[S] = cost[S] + lapsed[S] - sum over r of S of allocated[r] >= 0

Limits: at the margin: duals need not be unique, and every choice of them is in the core. What is national is divided by a stated rule. A
coalition has no plan of its own where its part of a pledge or a pace is more than it can do, or where its plants made power for others in
years that have happened; where history or a sum of the nation is divided by entitlement few can meet their part. Power that a coalition can
not make goes unserved at the price of the workbook, which can be most of its cost. Coalitions are sampled; which of them are solved within
their time depends on the machine, and options of the solver hold for the plan alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from math import comb
from random import Random

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..closing.analyses import AS_PLANNED
from ..closing.payments.entitled import BASES, is_known
from ..closing.pledges.series import GDP, series_at
from ..core.build.objective import COST_UNIT
from ..core.data import REGIONS, Data
from ..core.declare.balances import BALANCES
from ..core.declare.lines import Said
from ..core.declare.schema import OutcomeTable
from ..core.ledger import FIXED
from ..core.solve.row_prices import row_family
from ..core.solve.solution import Solution
from ..core.solve.solver import SolveOptions, solve_part
from .alone import alone, fixed_costs
from .entitlements import Coalition, Entitlements, groups_of, name_of
from .owners import Owners, owners_of
from .task import Outcome, Task, asks_least_cost

OPTIMAL = "optimal"
INFEASIBLE = "infeasible"
#: What constant amounts of the objective are told as.
CONSTANT = "fixed_amounts"
#: Families told for each region group, the largest.
LARGEST_FAMILIES = 8
#: What stands for the others.
REST = "all_other_limits"
#: Columns of the sheet regions that name coalitions worth asking.
GROUPINGS = ("region_group", "grid_region")
PERCENT = 100.0
#: A share of the cost of the plan by which a coalition may seem to do better: the solver's tolerance.
ROUNDING = 1e-7

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Allocated:
    """What each region bears: ``entries`` by family (rows) and region (columns), bn CNY discounted; ``spent`` where the money is spent."""

    entries: pd.DataFrame
    spent: pd.Series

    @property
    def total(self) -> pd.Series:
        """By region."""
        return self.entries.sum()


def run(task: Task) -> Outcome:
    """Solve the plan, value what each region owns, then solve coalitions by themselves."""
    rule = str(task.settings["entitlement"])
    refusal = _refusal(task.data, rule)
    solution = task.solve(task.data, "solve")
    outcome = Outcome("owen", solution, problems=[refusal] if refusal else [])
    if refusal or solution.status != OPTIMAL:
        return outcome
    if not asks_least_cost(solution.build):
        outcome.problems.append(Said("owen_needs_cost"))
        return outcome
    if not is_known(task.data, rule):
        outcome.problems.append(Said("no_basis", sheet=BASES[rule].name, rule=rule))
    owners = owners_of(solution, rule, task.settings["national_rows"] == AS_PLANNED)
    allocated = allocate(solution, owners)
    chosen = sampled(task.data, int(task.number("coalitions")), int(task.number("largest")), int(task.number("seed")))
    told = _coalitions(task, solution, owners, allocated, chosen)
    outcome.problems += _remarks(told, solution)
    outcome.tables = [_by_region(solution, allocated), told, _by_family(task.data, allocated)]
    return outcome


def _refusal(data: Data, rule: str) -> Said | None:
    """Why there is nothing to divide."""
    if len(data.regions) < 2:
        return Said("one_region")
    return Said("no_net_target") if Entitlements(data, rule, 0.0).divided.empty else None


def allocate(solution: Solution, owners: Owners) -> Allocated:
    """Every dual times what it holds, by family and region; all of it sums to the cost of the plan."""
    matrix, build = solution.matrix, solution.build
    reduced = solution.reduced_cost[matrix.column_position]
    by_row = owners.worth(solution.row_dual, active(solution.row_dual, matrix.row_lower, matrix.row_upper))
    by_column = reduced * active(reduced, matrix.column_lower, matrix.column_upper)
    balances = {row_family(spec): spec.name for spec in BALANCES.values()}
    family = np.repeat(np.array(list(build.families), dtype=object), [len(f) for f in build.families.values()])
    entries: dict[str, Floats] = {}
    for name, at in _places(matrix.row_family):
        entries[balances.get(name, name)] = np.asarray(by_row[at].sum(axis=0)).ravel()
    for name, at in _places(family[matrix.column_position].tolist()):
        entries[name] = entries.get(name, 0.0) + owners.columns.some(at).by_region(by_column[at])
    entries[CONSTANT] = owners.goal.by_region(fixed_costs(solution))
    goal = build.objective
    assert goal is not None
    position = goal.table["position"].to_numpy(dtype=np.int64)
    level = np.where(position == FIXED, 1.0, solution.x[position])
    spent = owners.goal.by_region(goal.table["coefficient"].to_numpy(dtype=float) * level)
    frame = pd.DataFrame.from_dict(entries, orient="index", columns=list(owners.regions))
    return Allocated(frame, pd.Series(spent, index=list(owners.regions)))


def _places(names: list[str]) -> list[tuple[str, npt.NDArray[np.int64]]]:
    """Every name with where it stands."""
    listed = pd.Series(names, dtype=object)
    return [(str(name), np.asarray(at, dtype=np.int64)) for name, at in listed.groupby(listed, sort=False).indices.items()]


def active(dual: Floats, lower: Floats, upper: Floats) -> Floats:
    """The side that each dual holds, in a plan of least cost the lower one where it is above zero; zero where it has none."""
    side = np.where(dual > 0.0, lower, upper)
    side = np.where(np.isfinite(side), side, np.where(dual > 0.0, upper, lower))
    return np.where(np.isfinite(side) & (dual != 0.0), side, 0.0)


def sampled(data: Data, number: int, largest: int, seed: int) -> list[Coalition]:
    """Coalitions to ask, small first: all where there are no more than ``number``, else region groups, grid regions, then random ones."""
    regions = list(data.regions)
    if 2 ** len(regions) - 2 <= number:
        return list(chain.from_iterable(combinations(regions, size) for size in range(1, len(regions))))
    found: list[Coalition] = []
    for column in GROUPINGS:
        of = data.lookup(REGIONS, column)
        for name in dict.fromkeys(str(of[region]) for region in regions if str(of.get(region) or "")):
            found.append(tuple(region for region in regions if str(of[region]) == name))
    found = [one for one in dict.fromkeys(found) if len(one) < len(regions)][:number]
    draw, most = Random(seed), min(largest, len(regions) - 1)
    room = sum(comb(len(regions), size) for size in range(2, most + 1)) - sum(1 < len(one) <= most for one in found)
    for _ in range(min(number - len(found), room)):
        one = found[0] if found else ()
        while not one or one in found:
            picked = draw.sample(range(len(regions)), draw.randint(2, most))
            one = tuple(regions[place] for place in sorted(picked))
        found.append(one)
    return sorted(found, key=len)


def _coalitions(task: Task, solution: Solution, owners: Owners, allocated: Allocated, chosen: Sequence[Coalition]) -> OutcomeTable:
    """What each coalition pays alone, beside what it is allocated; all together pay what the plan costs."""
    task.say("coalitions")
    total, rows = allocated.total, []
    options = SolveOptions(time_limit=task.number("seconds"))
    for members in [*chosen, tuple(owners.regions)]:
        owned = float(total[list(members)].sum())
        everybody = len(members) == len(owners.regions)
        status, cost, lapsed = (solution.status, solution.objective, 0.0) if everybody else _alone(solution, owners, members, options)
        known = status == OPTIMAL
        rows.append({
            "members": name_of(members), "size": len(members), "status": status, "cost_by_itself": cost if known else np.nan,
            "allocated": owned, "lapsed": lapsed, "excess": cost + lapsed - owned if known else np.nan,
            "least_possible": np.nan if known or status == INFEASIBLE else owned - lapsed,
        })  # fmt: skip
    amounts = dict.fromkeys(("cost_by_itself", "allocated", "lapsed", "excess", "least_possible"), COST_UNIT)
    return OutcomeTable(
        "sampled_coalitions", pd.DataFrame(rows), amounts,
        en="What coalitions would pay by themselves, and what they are allocated; an excess below zero is a reason to leave",
        zh="各地区联盟凭自有资源单独行动的成本与其分摊额；超出额为负则有理由退出",
    )  # fmt: skip


def _alone(solution: Solution, owners: Owners, members: Coalition, options: SolveOptions) -> tuple[str, float, float]:
    """Status, cost and what lapses of a coalition by itself."""
    made = alone(solution, owners, np.isin(np.array(owners.regions, dtype=object), members))
    if not made.can:
        return INFEASIBLE, np.nan, made.lapsed
    found = solve_part(solution.build, made.matrix, options)
    return found.status, found.objective, made.lapsed


def _remarks(told: OutcomeTable, solution: Solution) -> list[str]:
    """Coalitions without a plan, those that were not solved to the end, and any that would do better by itself."""
    frame, found = told.frame, list[str]()
    cannot = frame[frame["status"] == INFEASIBLE]
    if len(cannot):
        found.append(Said("owen_cannot", number=len(cannot), all=len(frame)))
    open_ones = frame[~frame["status"].isin([OPTIMAL, INFEASIBLE])]
    for row in open_ones.itertuples():
        found.append(Said("owen_unsolved", name=row.members, status=row.status, amount=f"{row.least_possible:.6g} {COST_UNIT}"))
    better = frame[frame["excess"] < -ROUNDING * abs(solution.objective)]
    found += [Said("owen_outside_core", name=row.members, amount=f"{-row.excess:.6g} {COST_UNIT}") for row in better.itertuples()]
    return found


def _by_region(solution: Solution, allocated: Allocated) -> OutcomeTable:
    data = solution.build.data
    planned = [year for year in data.decided if year <= data.plan_until]
    rows = []
    for region, borne in allocated.total.items():
        transfer = float(allocated.spent[region]) - borne
        years = planned if data.has(GDP.name) else []
        made = sum(data.weight(year) * series_at(data, GDP, data.middle(year), [str(region)]) for year in years)
        rows.append({
            "region": region, "region_group": data.region_group[str(region)], "spent": float(allocated.spent[region]),
            "allocated": borne, "transfer": transfer, "transfer_per_gdp": PERCENT * transfer / made if made > 0.0 else np.nan,
        })  # fmt: skip
    amounts = {**dict.fromkeys(("spent", "allocated", "transfer"), COST_UNIT), "transfer_per_gdp": "%"}
    return OutcomeTable(
        "allocation_by_region", pd.DataFrame(rows), amounts,
        en="What each region spends, what it bears at the prices of the plan, and what it receives or pays, discounted; of its product",
        zh="各地区在方案中的支出、按方案价格结算后的负担及收付（贴现）；占规划期地区生产总值的比例",
    )  # fmt: skip


def _by_family(data: Data, allocated: Allocated) -> OutcomeTable:
    """What the allocation of each region group is made of: the largest families of limits, then the rest."""
    groups = groups_of(data)
    by_group = allocated.entries.T.groupby(data.region_group).sum().T[groups]
    rows = []
    for group in groups:
        found = by_group[group][by_group[group] != 0.0].sort_values(key=lambda values: -values.abs(), kind="stable")
        rows += [{"region_group": group, "family": str(name), "allocated": value} for name, value in found.iloc[:LARGEST_FAMILIES].items()]
        if len(found) > LARGEST_FAMILIES:
            rows.append({"region_group": group, "family": REST, "allocated": float(found.iloc[LARGEST_FAMILIES:].sum())})
    return OutcomeTable(
        "allocation_by_family", pd.DataFrame(rows), {"allocated": COST_UNIT},
        en="What the allocation of each region group is made of: demands and duties above zero, what is scarce and its own below",
        zh="各地区组分摊额的构成：正值为需求与义务，负值为自有稀缺资源；列出最大项，其余合并",
    )  # fmt: skip
