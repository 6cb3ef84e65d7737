"""The identities of power, money, carbon, industry and objective, and the list of all.

Limits: an identity of a lever that is not in the model has no rows and holds.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...closing.carbon import BUFFER, PERMANENCE_BUFFER, SINK_TOTAL
from ...closing.objective import period_weight, stand_weight
from ...core.build.roles import buffered, closed, decisions
from ...core.data import Data
from ...core.declare import units
from ...core.declare.results import Identity
from ...core.solve.amounts import NATION
from ...core.solve.sides import Sides, Tables, compare, not_negative, renamed, sums, zero
from ...core.solve.solution import Solution
from ...levers.demand.industry import INDUSTRY_DEMAND, OUTPUT
from ...levers.land.methane import METHANE_GWP
from ...levers.power.tables import PLANT, STORE
from ...levers.power.transmission import LINES
from ..tables.accounts import ACCOUNTS
from ..tables.energy import CHARGING, WHOLE
from ..tables.money import PAYERS, SOURCE, SPEND, SURPLUS
from ..tables.prices import COST_UNIT
from . import land as land
from . import stocks as stocks
from . import targets as targets
from .additionality import additionality_adds_up


def power_by_slice(tables: Tables, solution: Solution) -> list[Sides]:
    """Power of a region and slice adds up to nothing; a year's generation, discharge and charge are those of its slices."""
    balance, power = tables["power_balance"], tables["power"]
    if not closed(solution.build, "power"):
        return []
    keys = ["region", "technology", "year"]
    posted = balance.rename(columns={"item": "technology"})
    charged = posted.assign(technology=posted["technology"].str.removesuffix(CHARGING), value=-posted["value"])
    plants, stores = power[power["kind"] == PLANT], power[power["kind"] == STORE]
    return [
        zero(balance, ["region", "slice", "year"]),
        compare(sums(posted[posted["technology"].isin(plants["technology"])], keys), sums(plants, keys, "generation_twh")),
        compare(sums(posted[posted["technology"].isin(stores["technology"])], keys), sums(stores, keys, "discharge_twh")),
        compare(sums(charged[posted["technology"].isin(stores["technology"] + CHARGING)], keys), sums(stores, keys, "charge_twh")),
        # a store generates nothing, a plant stores nothing
        compare(sums(stores, keys, "generation_twh"), 0.0 * sums(stores, keys, "discharge_twh")),
    ]


def power_trade(tables: Tables, solution: Solution) -> list[Sides]:
    """What arrives is what was sent less the losses of each line; without demand there is no balance of power to hold it against."""
    if not closed(solution.build, "power"):
        return []
    balance, trade = tables["power_balance"], tables["trade"]
    sent = trade[trade["commodity"] == "power"]
    lines = solution.build.data.frame(LINES)[["from_region", "to_region", "loss"]]
    sent = sent.merge(lines, how="left", on=["from_region", "to_region"])
    sent = sent.assign(arrives=sent["value"] * (1.0 - sent["loss"].astype(float)))
    keys = ["region", "year"]
    exports = sums(balance[balance["item"] == "exports"], keys)
    imports = sums(balance[balance["item"] == "imports"], keys)
    ends = ["from_region", "to_region", "year"]
    return [
        compare(-exports, renamed(sums(sent, ["from_region", "year"]), keys)),
        compare(imports, renamed(sums(sent, ["to_region", "year"], "arrives"), keys)),
        compare(sums(tables["transmission"], ends, "flow_twh"), sums(sent, ends)),
    ]


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


def industry_demand(tables: Tables, solution: Solution) -> list[Sides]:
    """The regions together produce what the nation asks for."""
    data = solution.build.data
    if OUTPUT.name not in solution.build.families:
        return []
    demand = data.frame(INDUSTRY_DEMAND)
    asked = sums(demand[demand["year"].isin(data.years)].astype({"value": "float64"}), ["sector", "year"])
    table = tables["industry"]
    made = sums(table[table["measure"] == WHOLE], ["sector", "year"], "output").reindex(asked.index).fillna(0.0)
    return [compare(np.minimum(made, asked), asked)]


def abatement_listed_once(tables: Tables, solution: Solution) -> list[Sides]:
    """What the allocation says that measures abate is what the industry table says."""
    table, listed = tables["industry"], tables["allocation"]
    keys = ["region", "year"]
    taken = sums(table[table["measure"] != WHOLE], keys, "abated_mt_co2")
    told = [decision.lever for decision in decisions(solution.build).values() if decision.told and decision.told.table == "industry"]
    return [compare(sums(listed[listed["lever"].isin(told)], keys), taken)]


def captured_is_stored(tables: Tables, solution: Solution) -> list[Sides]:
    """No more is captured than is stored, whichever lever stores it."""
    if not closed(solution.build, "co2_storage"):
        return []
    carbon, posted = tables["carbon"], solution.balance("co2_storage")
    captured = sums(carbon[carbon["account"] == "captured"], ["region", "year"])
    stored = sums(posted[posted["value"] > 0.0], ["region", "year"]).reindex(captured.index).fillna(0.0)
    return [compare(captured, np.minimum(captured, stored))]


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
    Identity("stock_change_is_sink", stocks.stock_change),
    Identity("additionality_adds_up", additionality_adds_up),
    Identity("water_by_zone", land.water_by_zone),
    Identity("streams_of_zones", land.streams_of_zones),
    Identity("diversion_in_accounts", land.diversion_in_accounts),
    Identity("power_by_slice", power_by_slice),
    Identity("power_trade", power_trade),
    Identity("money_in_is_money_out", money_in_out),
    Identity("nation_is_sum_of_regions", nation_is_sum),
    Identity("strict_account_and_targets", strict_account),
    Identity("carbon_targets_met", targets.targets_met),
    Identity("methane_is_a_memo", methane_is_a_memo),
    Identity("industry_meets_demand", industry_demand),
    Identity("abatement_listed_once", abatement_listed_once),
    Identity("captured_is_stored", captured_is_stored),
    Identity("objective_is_sum_of_parts", objective_parts),
    Identity("primal_is_dual", primal_is_dual),
)
