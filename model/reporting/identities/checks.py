"""The identities across levers: sums of the nation, primal and dual; and the list of these.

Limits: an identity of a lever that is not in the model has no rows and holds.
"""

from __future__ import annotations

import numpy as np

from ...core.declare.results import Identity
from ...core.solve.amounts import NATION
from ...core.solve.sides import Sides, Tables, compare, sums
from ...core.solve.solution import Solution
from . import burden as borne
from . import payments as paid
from . import stocks as stocks
from .additionality import additionality_adds_up


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


def primal_is_dual(tables: Tables, solution: Solution) -> list[Sides]:
    """Duals times right-hand sides add up to the objective; of several to the optimum of the first, whose duals they are."""
    certificate = tables["certificate"]
    products = (certificate["dual"] * certificate["right_hand_side"]).to_numpy(dtype=float)
    largest = float(np.abs(products).max()) if len(products) else 0.0
    return [Sides(np.array([products.sum()]), np.array([solution.optimum]), np.array([max(abs(solution.optimum), largest)]))]


#: The identities across levers; levers and closing modules bring their own.
IDENTITIES: tuple[Identity, ...] = (
    Identity("stock_change_is_sink", "Change of carbon stocks is the sink", "碳储量变化等于碳汇", stocks.stock_change),
    Identity("additionality_adds_up", "What levers add agrees with the carbon account", "额外碳汇与碳账户相符", additionality_adds_up),
    Identity("payments_close", "Payments of regions and lines add up to nothing", "地区与线路的收付合计为零", paid.payments_close),
    Identity("fiscal_follows", "Capacity after is that before with what regions pay one another", "收付后财力等于收付前财力加净收到金额", borne.fiscal_follows),
    Identity("burden_adds_up", "What is borne adds up to the cost of the plan", "各地负担合计等于方案成本", borne.burden_adds_up),
    Identity("nation_is_sum_of_regions", "The nation is the sum of its regions", "全国等于各地区之和", nation_is_sum),
    Identity("primal_is_dual", "Primal objective is the dual one", "原问题与对偶相等", primal_is_dual),
)
