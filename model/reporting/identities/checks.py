"""The identities of money, carbon and objective, and the list of those across levers.

Limits: an identity of a lever that is not in the model has no rows and holds.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...closing.carbon import BUFFER, PERMANENCE_BUFFER, SINK_TOTAL
from ...closing.objective import period_weight, stand_weight
from ...core.build.roles import buffered
from ...core.data import Data
from ...core.declare import units
from ...core.declare.results import TIGHT, Identity
from ...core.solve.amounts import NATION
from ...core.solve.sides import Sides, Tables, compare, not_negative, sums, zero
from ...core.solve.solution import Solution
from ...levers.land.methane import METHANE_GWP
from ..tables.accounts import ACCOUNTS
from ..tables.money import PAYERS, SOURCE, SPEND, SURPLUS
from ..tables.prices import COST_UNIT
from . import forest as forest
from . import land as land
from . import targets as targets
from .additionality import additionality_adds_up


def money_in_out(tables: Tables, solution: Solution) -> list[Sides]:
    """Every fund of a region and year spends what it gets."""
    money = tables["money"]
    signed = money.assign(value=np.where(money["direction"] == SOURCE, money["value"], -money["value"]))
    return [zero(signed, ["region", "fund", "year"]), not_negative(money)]


def nation_is_sum(tables: Tables, solution: Solution) -> list[Sides]:
    """Carbon of the nation is that of its regions, and that of its groups."""
    carbon, groups = tables["carbon"], tables["by_group"]
    groups = groups[groups["table"] == "carbon"]
    named = carbon.assign(item=carbon["account"] + "." + carbon["category"])
    keys = ["item", "year"]
    accounts = groups[groups["item"] != "net"]
    nation = accounts["region_group"] == NATION
    by_region = sums(named, [*keys, "region_group"])
    strict = carbon["in_target"].astype(float) * carbon["value"]
    net = carbon.assign(value=np.where(carbon["account"] == "emission", strict, -strict))
    listed = groups[(groups["item"] == "net") & (groups["region_group"] == NATION)]
    return [
        compare(sums(accounts[nation], keys), sums(named, keys)),
        compare(sums(accounts[~nation], [*keys, "region_group"]), by_region),
        compare(sums(listed, ["year"]), sums(net, ["year"])),
    ]


def strict_account(tables: Tables, solution: Solution) -> list[Sides]:
    """The strict accounts are the totals that the targets limit, and each target's level is that of its scope."""
    carbon = tables["carbon"]
    strict = carbon[(carbon["in_target"] == 1) & carbon["year"].isin(solution.build.data.years)]
    found = []
    for account in ACCOUNTS:
        total = f"{account}_total"
        if total in solution.build.families:
            found.append(compare(sums(strict[strict["account"] == account], ["region", "year"]), sums(solution.values(total), ["region", "year"])))
    if SINK_TOTAL.name in solution.build.families:
        found.append(_buffer(strict, solution))
    return [*found, *targets.levels_of_targets(tables, solution)]


def _buffer(strict: pd.DataFrame, solution: Solution) -> Sides:
    """The permanence buffer takes its share of the sinks that it covers, no more and no less."""
    keys = ["region", "year"]
    share = solution.build.data.number(PERMANENCE_BUFFER.name)
    sink = strict[strict["account"] == "sink"]
    return compare(sums(sink[sink["category"] == BUFFER], keys), -share * sums(sink[sink["category"].isin(buffered(solution.build))], keys))


def methane_is_a_memo(tables: Tables, solution: Solution) -> list[Sides]:
    """Methane as CO2 stands in the emissions as a memo, with the mass times its potential, and never in the target."""
    methane, carbon = tables["methane"], tables["carbon"]
    keys = ["region", "category", "year"]
    memo = carbon[carbon["category"].isin(methane["category"])]
    potential = solution.build.data.number(METHANE_GWP.name) * units.convert(1.0, "kt CH4", "Mt CH4")
    return [
        compare(sums(memo[memo["in_target"] == 0], keys), sums(methane, keys, "ch4_kt") * potential),
        compare(sums(methane, keys, "co2_equivalent_mt"), sums(methane, keys, "ch4_kt") * potential),
        not_negative(memo.assign(value=-memo["value"])[memo["in_target"] == 1]),
    ]


def objective_parts(tables: Tables, solution: Solution) -> list[Sides]:
    """The objective is the sum of its parts; one in money is the discounted money of all years, less what is sold, as well."""
    parts = tables["objective"]["value"].to_numpy(dtype=float)
    goal = np.array([solution.objective])
    sides = [Sides(np.array([parts.sum()]), goal, np.abs(goal))]
    if solution.build.objective is not None and solution.build.objective.unit == COST_UNIT:
        money, data = tables["money"], solution.build.data
        cost = money[(money["direction"] == SPEND) & (money["item"] != SURPLUS)]["value"].mul(_weight(money, data)).sum()
        income = money[(money["direction"] == SOURCE) & ~money["item"].isin(PAYERS)]
        paid = float(cost) - float(income["value"].mul(_weight(income, data)).sum())
        if solution.build.objective.sense == "max":
            value = tables["harvest_value"]
            yearly, left = value[value["unit"] == "bn CNY/yr"], value[value["unit"] == COST_UNIT]
            paid = float(yearly["value"].mul(_weight(yearly, data)).sum()) + stand_weight(data) * float(left["value"].sum()) - paid
        sides.append(Sides(np.array([paid]), goal, np.abs(goal)))
    return sides


def _weight(frame: pd.DataFrame, data: Data) -> pd.Series:
    return frame["year"].astype("int64").map({year: period_weight(data, year) for year in data.all_years}).astype(float)


def primal_is_dual(tables: Tables, solution: Solution) -> list[Sides]:
    """Duals times right-hand sides add up to the objective."""
    certificate = tables["certificate"]
    products = (certificate["dual"] * certificate["right_hand_side"]).to_numpy(dtype=float)
    largest = float(np.abs(products).max()) if len(products) else 0.0
    return [Sides(np.array([products.sum()]), np.array([solution.objective]), np.array([max(abs(solution.objective), largest)]))]


#: The identities across levers; levers and closing modules bring their own.
IDENTITIES: tuple[Identity, ...] = (
    Identity("land_by_class", land.land_by_class),
    Identity("land_transfers_conserve_area", land.land_transfers),
    Identity("land_transitions_add_up", land.land_transitions),
    Identity("forest_stands_fill_their_land", forest.stands_on_land),
    Identity("age_classes_sum_to_strata", forest.strata_area),
    Identity("forest_area_is_conserved", forest.area_conserved),
    Identity("forest_forward_simulation", forest.forward_simulation, TIGHT),
    Identity("stock_change_is_sink", forest.stock_change),
    Identity("additionality_adds_up", additionality_adds_up),
    Identity("wood_balance", forest.wood_balance),
    Identity("pools_follow_their_inflow", forest.pools_follow),
    Identity("water_by_zone", land.water_by_zone),
    Identity("streams_of_zones", land.streams_of_zones),
    Identity("diversion_in_accounts", land.diversion_in_accounts),
    Identity("money_in_is_money_out", money_in_out),
    Identity("nation_is_sum_of_regions", nation_is_sum),
    Identity("strict_account_and_targets", strict_account),
    Identity("carbon_targets_met", targets.targets_met),
    Identity("methane_is_a_memo", methane_is_a_memo),
    Identity("objective_is_sum_of_parts", objective_parts),
    Identity("primal_is_dual", primal_is_dual),
)
