"""The identities across levers: power, industry, sums of the nation, primal and dual; and the list of these.

Limits: an identity of a lever that is not in the model has no rows and holds.
"""

from __future__ import annotations

import numpy as np

from ...core.build.roles import closed, decisions
from ...core.declare.results import Identity
from ...core.solve.amounts import NATION
from ...core.solve.sides import Sides, Tables, compare, renamed, sums, zero
from ...core.solve.solution import Solution
from ...levers.demand.industry import INDUSTRY_DEMAND, OUTPUT
from ...levers.power.tables import PLANT, STORE
from ...levers.power.transmission import LINES
from ..tables.energy import CHARGING, WHOLE
from . import stocks as stocks
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


def primal_is_dual(tables: Tables, solution: Solution) -> list[Sides]:
    """Duals times right-hand sides add up to the objective."""
    certificate = tables["certificate"]
    products = (certificate["dual"] * certificate["right_hand_side"]).to_numpy(dtype=float)
    largest = float(np.abs(products).max()) if len(products) else 0.0
    return [Sides(np.array([products.sum()]), np.array([solution.objective]), np.array([max(abs(solution.objective), largest)]))]


#: The identities across levers; levers and closing modules bring their own.
IDENTITIES: tuple[Identity, ...] = (
    Identity("stock_change_is_sink", stocks.stock_change),
    Identity("additionality_adds_up", additionality_adds_up),
    Identity("power_by_slice", power_by_slice),
    Identity("power_trade", power_trade),
    Identity("nation_is_sum_of_regions", nation_is_sum),
    Identity("industry_meets_demand", industry_demand),
    Identity("abatement_listed_once", abatement_listed_once),
    Identity("captured_is_stored", captured_is_stored),
    Identity("primal_is_dual", primal_is_dual),
)
