"""Who should be compensated by how much when the nation is neutral together, and not each region group for itself.

Every group is entitled to a share of the national net targets, by a stated rule. Alone, each meets its own; together, they pool
what they are entitled to and cut where it is cheapest. A coalition S saves what the nation saves when the members of S pool and
every group outside meets its own:

    v(S) = cost of the nation, everyone alone - cost of the nation, S pooled and the others alone

Groups send power and goods to one another, so the cost of one group alone is not what it would pay in a world without the others;
what is saved by pooling is. Transfers settle all that changes between the two plans, power that is sent more or less for it
included; what groups pay one another for power and goods in the plan alone is taken to stay as it is.

Rules that divide what is saved: ``shapley``, ``saving_per_gdp``, ``saving_per_head``. Rules that divide what the target costs:
``cost_per_gdp``, ``cost_per_head``, ``polluter_pays``. ``dual_price`` pays for tonnes at the price of the pooled plan,
``least_transfer`` moves just enough that nobody is worse off than alone. See ``sharing``.

Limits: spending counts in the region where it is posted; where several plans cost the same it may stand elsewhere. The periods
after the plan count. A coalition is worth what the nation saves, those outside it included.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ..closing.analyses import PER_GDP, PER_HEAD
from ..closing.payments.entitled import BASES, entitlement_shares, is_known, weights
from ..closing.results.targets import BUDGET
from ..core.build.objective import COST_UNIT
from ..core.data import Data
from ..core.declare import units
from ..core.declare.lines import Said
from ..core.declare.schema import OutcomeTable
from ..core.solve.solution import Solution
from .by_lever import by_lever
from .entitlements import Coalition, Entitlements, coalitions, name_of
from .own_costs import costs, gross, missed_by, moved, paid_by_year, price_of_year, spent, tonnes, traded
from .sharing import as_shares, dividing_cost, dividing_saving, least, least_excess, shapley
from .task import Outcome, Task

OPTIMAL = "optimal"
FREE, ALONE = "without_target", "alone"
SHAPLEY, DUAL_PRICE, LEAST = "shapley", "dual_price", "least_transfer"
#: Rules that divide what is saved, or what the target costs, by something that each group has.
BY_SAVING = {"saving_per_gdp": PER_GDP, "saving_per_head": PER_HEAD}
BY_COST = {"cost_per_gdp": PER_GDP, "cost_per_head": PER_HEAD}
POLLUTER = "polluter_pays"
#: A share of the cost of the nation below which a loss is none: the solver's tolerance.
ROUNDING = 1e-7
#: Mt CO2 a year below which nothing is missed.
NOTHING_MISSED = 1e-4


@dataclass
class Game:
    """The plans that were solved, by name; the coalition that pools names a plan, ``alone`` that of nobody, ``without_target`` the one in which nobody is asked for anything."""

    entitled: Entitlements
    plans: dict[str, Solution] = field(default_factory=dict)

    @property
    def groups(self) -> list[str]:
        """The players."""
        return self.entitled.groups

    @property
    def together(self) -> Solution:
        """The plan in which all pool."""
        return self.plans[name_of(tuple(self.groups))]

    def solve(self, task: Task) -> None:
        """All together first; every other coalition starts from there; the plan without the target is far away and built anew."""
        everybody = tuple(self.groups)
        self.plans[name_of(everybody)] = task.solve(self.entitled.pooled([everybody]), "solve")
        if self.together.status != OPTIMAL:
            return
        self.plans[ALONE] = task.solve(self.entitled.pooled(self.blocks(())), "coalitions")
        for coalition in self.pairs():
            self.plans[name_of(coalition)] = task.solve(self.entitled.pooled(self.blocks(coalition)), "")
        self.plans[FREE] = task.solve_build(task.assemble(self.entitled.pooled([])), "without_target")

    def pairs(self) -> list[Coalition]:
        """Coalitions of more than one group and fewer than all."""
        return [one for one in coalitions(self.groups) if 1 < len(one) < len(self.groups)]

    def blocks(self, coalition: Coalition) -> list[Coalition]:
        """Who meets what together when a coalition pools: the coalition, and each other group for itself."""
        return [*([coalition] if coalition else []), *((group,) for group in self.groups if group not in coalition)]

    def worth(self) -> dict[Coalition, float]:
        """What each coalition saves, bn CNY discounted; one alone saves nothing."""
        alone = self.plans[ALONE].objective
        return {one: alone - self.plans[name_of(one)].objective if len(one) > 1 else 0.0 for one in coalitions(self.groups)}


def run(task: Task) -> Outcome:
    """Solve every coalition, divide what is saved by each rule, and tabulate."""
    entitled = Entitlements(task.data, str(task.settings["entitlement"]), units.convert(task.number("miss_price"), "CNY/t CO2", "bn CNY/Mt CO2"))
    refusal = _refusal(entitled)
    if refusal:
        return Outcome("compensation", task.solve(task.data, "solve"), problems=[refusal])
    game = Game(entitled)
    game.solve(task)
    outcome = Outcome("compensation", game.together)
    if game.together.status != OPTIMAL:
        return outcome
    goal = game.together.build.objective
    if goal is None or goal.unit != COST_UNIT or goal.sense != "min":
        outcome.problems.append(Said("needs_least_cost"))
        return outcome
    outcome.problems += _remarks(game)
    missing = [name for name, plan in game.plans.items() if plan.status != OPTIMAL]
    outcome.tables = [_coalitions(game), _shares_of_targets(entitled)]
    if not missing:
        outcome.tables = [*_divided(game, task), *outcome.tables]
    return outcome


def _refusal(entitled: Entitlements) -> Said | None:
    """Why there is nothing to divide."""
    if len(entitled.groups) < 2:
        return Said("one_group")
    return Said("no_net_target") if entitled.divided.empty else None


def _remarks(game: Game) -> list[str]:
    """Plans that do not exist, sheets that say nothing, and what groups miss."""
    data = game.entitled.data
    found: list[str] = []
    found += [Said("plan_left_out", name=name, status=plan.status) for name, plan in game.plans.items() if plan.status != OPTIMAL]
    for rule, sheet in BASES.items():
        used = [name for name, base in {**BY_SAVING, **BY_COST}.items() if base == rule]
        used += [rule] if rule == game.entitled.rule else []
        if used and not is_known(data, rule):
            found.append(Said("no_basis", sheet=sheet.name, rule=", ".join(used)))
    price = f"{units.convert(game.entitled.miss_price, 'bn CNY/Mt CO2', 'CNY/t CO2'):.6g}"
    for name, plan, blocks in _solved_blocks(game):
        for block in blocks:
            amount, year = missed_by(plan, block)
            if amount > NOTHING_MISSED:
                found.append(Said("entitlement_missed", name=name, group=name_of(block), amount=f"{amount:.6g} Mt CO2", year=year, price=price))
    return found


def _solved_blocks(game: Game) -> list[tuple[str, Solution, list[Coalition]]]:
    """The plans of coalitions, each with who meets what together."""
    everybody = tuple(game.groups)
    of_plan = {ALONE: game.blocks(()), **{name_of(one): game.blocks(one) for one in [*game.pairs(), everybody]}}
    return [(name, game.plans[name], blocks) for name, blocks in of_plan.items() if game.plans[name].status == OPTIMAL]


def rule_shares(data: Data, groups: Sequence[str], worth: dict[Coalition, float], together: Solution) -> dict[str, pd.Series]:
    """The share of each group in what a rule divides; what a group has counts over all years, each with its weight in the objective."""

    def held(rule: str) -> pd.Series:
        total = dict.fromkeys(groups, 0.0)
        for year in data.years:
            for region, weight in weights(data, rule, year).items():
                total[data.region_group[region]] += data.weight(year) * weight
        return as_shares(total)

    emitted = gross(together, groups)
    weighted = emitted.mul(pd.Series({year: data.weight(year) for year in emitted.index}), axis=0).sum()
    by_base = {name: held(base) for name, base in {**BY_SAVING, **BY_COST}.items()}
    return {SHAPLEY: as_shares(shapley(groups, worth)), **by_base, POLLUTER: as_shares(weighted.to_dict())}


def transfers(shares: dict[str, pd.Series], paid: pd.DataFrame, before: pd.DataFrame, alone: pd.DataFrame, free: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """What each group receives under each rule by year, bn CNY discounted; below zero what it pays. ``paid`` is what tonnes bring."""
    found = {
        name: dividing_cost(before, free, share) if name in BY_COST or name == POLLUTER else dividing_saving(before, alone, share) for name, share in shares.items()
    }
    return {**found, DUAL_PRICE: paid, LEAST: least(before, alone)}


def _divided(game: Game, task: Task) -> list[OutcomeTable]:
    """What each rule leaves each group."""
    data, groups, worth = game.together.build.data, game.groups, game.worth()
    rows = tonnes(game.plans[ALONE], game.together, groups)
    shares = rule_shares(data, groups, worth, game.together)
    listed = [spent(plan, groups) for plan in (game.together, game.plans[ALONE], game.plans[FREE])]
    by_plan = [costs(entries, data, groups) for entries in listed]
    paid = transfers(shares, paid_by_year(rows, data, groups), *by_plan)
    before, alone, free = (plan.sum() for plan in by_plan)
    summary, verdict, yearly = [], [], []
    least_loss = ROUNDING * abs(game.together.objective)
    trades = [task.tables(plan)["trade"] for plan in (game.plans[ALONE], game.together)]
    for name, by_year in paid.items():
        received = by_year.sum()
        saving = alone - before + received
        loss = (-saving).where(saving < -least_loss, 0.0)
        for group in groups:
            summary.append({
                "region_group": group, "sharing_rule": name, "cost_alone": alone[group], "cost_before": before[group], "transfer": received[group],
                "cost_after": before[group] - received[group], "saving": saving[group], "worse_off_by": loss[group], "target_cost": before[group] - received[group] - free[group],
            })  # fmt: skip
        verdict.append({
            "sharing_rule": name, "transferred": float(received.clip(lower=0.0).sum()), "sum_of_transfers": float(received.sum()),
            "nobody_worse_off": int(float(loss.max()) == 0.0), "worse_off_by": float(loss.max()), "least_excess": least_excess(saving, worth),
        })  # fmt: skip
        weight = pd.Series({year: data.weight(year) for year in by_year.index})
        told = by_year.loc[data.years].div(weight.loc[data.years], axis=0).rename_axis("year").reset_index()
        yearly.append(told.melt("year", var_name="region_group", value_name="transfer").assign(sharing_rule=name)[["region_group", "sharing_rule", "year", "transfer"]])
    dealt = rows.assign(price=price_of_year(rows, game.together), unit=np.where(rows["held_by"] == BUDGET, "Mt CO2", "Mt CO2/yr"))
    share_rows = [{"sharing_rule": name, "region_group": group, "share": share[group]} for name, share in shares.items() for group in groups]
    money = dict.fromkeys(("cost_alone", "cost_before", "transfer", "cost_after", "saving", "worse_off_by", "target_cost", "transferred", "sum_of_transfers", "least_excess", "cost_moved"), COST_UNIT)
    found = [
        OutcomeTable("compensation", pd.DataFrame(summary), money, "What each group pays and receives under each rule, discounted", "各规则下各组的收付（贴现）"),
        OutcomeTable("rules", pd.DataFrame(verdict), money, "Is anybody worse off than alone?", "是否有组比单独时更差"),
        OutcomeTable("compensation_by_year", pd.concat(yearly, ignore_index=True), {"transfer": "bn CNY/yr"}, "Transfers by year, in money of the year's price level, not discounted", "分年补偿（未贴现）"),
        OutcomeTable("rule_shares", pd.DataFrame(share_rows), {}, "Share of each group in what a rule divides", "各规则的分摊份额"),
        OutcomeTable("moved_costs", moved(listed[1], listed[0], groups, least_loss), money, "What each group spends more and less together than alone: what transfers pay for", "各组联合与单独相比多支出和少支出的项目"),
        OutcomeTable("by_lever", by_lever(game.together, groups), dict.fromkeys(("carbon_value", "other_value", "spent", "left"), COST_UNIT), "What each lever brings at the prices of the plan together, what it spends, and what is left (below zero: what others pay)", "各措施按联合方案价格的收益、支出与剩余（负值由他方支付）"),
        OutcomeTable("traded", traded(trades[0], trades[1], data), {}, "What passes from group to group, alone and together", "组间交易量：单独与联合"),
        OutcomeTable("entitlements", dealt.drop(columns=["period", "value"]), {"price": "CNY/t CO2"}, "What each group is entitled to, emits alone and together, and buys", "各组配额、单独与联合排放及购买量"),
    ]
    return [table for table in found if len(table.frame)]


def _coalitions(game: Game) -> OutcomeTable:
    """What each coalition costs and saves, and by how much its blocks miss what they are entitled to."""
    alone = game.plans[ALONE]
    blocks = {name: held for name, _, held in _solved_blocks(game)}
    frame = pd.DataFrame([
        {
            "coalition": name, "status": plan.status, "national_cost": plan.objective if plan.status == OPTIMAL else np.nan,
            "saving": alone.objective - plan.objective if plan.status == alone.status == OPTIMAL and name != FREE else np.nan,
            "most_missed": max((missed_by(plan, block)[0] for block in blocks.get(name, [])), default=0.0),
        }
        for name, plan in game.plans.items()
    ])  # fmt: skip
    of = {"national_cost": COST_UNIT, "saving": COST_UNIT, "most_missed": "Mt CO2/yr"}
    return OutcomeTable("coalitions", frame, of, "What the nation pays when a coalition pools and the others do not, and what that saves", "各联盟联合时的全国成本与节省")


def _shares_of_targets(entitled: Entitlements) -> OutcomeTable:
    frame = entitlement_shares(entitled.data, entitled.rule, entitled.years())
    group = frame["region"].map(entitled.data.region_group)
    return OutcomeTable("entitlement_shares", frame.assign(region_group=group, entitlement_rule=entitled.rule), {}, "Share of each region in the national targets that are divided", "各地区在所分配全国目标中的份额")
