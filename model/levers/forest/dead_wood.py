"""What slash and killed trees leave in the forest, how it decays, and how much of it is collected for energy.

Limits: one decay rate per region for slash and killed trees alike; standing dead wood and litter of living stands are
counted with the living stands; the pool inherited in the base year is in balance with that year's inflow.
"""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from ...core.build.build import Lever
from ...core.data import Data
from ...core.declare.iamc import REMOVAL
from ...core.declare.roles import POWER_USERS, Decision, Item, Pool, State
from ...core.declare.spec import Indicator, Setting, Variable, constraint
from ..stocks import post_stock_change
from .plan_tables import has_forest
from .tables import FOREST_HARVEST

DEAD_WOOD_POOL = Variable("dead_wood_pool", ("region", "year"), "Mt C", en="Carbon in dead wood", zh="枯死木碳库")
DEAD_WOOD_INFLOW = Variable("dead_wood_inflow", ("region", "year"), "Mt C/yr", en="Carbon entering dead wood", zh="进入枯死木的碳")
ENERGY_WOOD = Variable("energy_wood", ("region", "year"), "Mt C/yr", en="Slash collected for energy", zh="收集用作能源的采伐剩余物")


class DeadWood(Lever):
    """The pool of dead wood, and energy wood out of slash."""

    name = "dead_wood"
    needs = (FOREST_HARVEST,)
    settings = (
        Setting("energy_wood_heating_value", "GJ/t DM", "number", 18.0, low=0, high=25, en="Heating value of energy wood", zh="能源木材热值"),
        Setting("energy_wood_carbon_fraction", "t C/t DM", "number", 0.5, low=0.1, high=1, en="Carbon fraction of energy wood", zh="能源木材含碳率"),
        Setting("energy_wood_cost", "CNY/GJ", "number", 28.0, low=0, en="Cost of collecting and hauling energy wood", zh="能源木材收集运输成本"),
    )
    items = (
        Item("dead_wood", "sink", en="Dead wood", zh="枯死木", iamc=f"{REMOVAL}|Land Use|Forest|Dead Wood"),
        Item("forest_floor", "dead_wood", en="Entering the pool", zh="进入枯死木库"),
        Item("energy_wood", ("dead_wood", "slash", "biomass", "money"), en="Energy wood from slash", zh="采伐剩余物能源", payer=POWER_USERS),
    )
    variables = (DEAD_WOOD_POOL, DEAD_WOOD_INFLOW, ENERGY_WOOD)
    decisions = (Decision("energy_wood"),)
    states = (
        State("dead_wood_inflow", ("balance_dead_wood",)),
        State("dead_wood_pool", ("dead_wood_in_balance", "dead_wood_decay"), Pool("dead_wood", feeds="dead_wood")),
    )
    grows_with = "forest"
    indicators = (
        Indicator("dead_wood_sink", "million t CO2/yr", "sink", ("dead_wood",), en="Sink in dead wood", zh="枯死木碳汇"),
        Indicator("energy_wood_supply", "TWh/yr", "biomass", ("energy_wood",), en="Energy wood from slash", zh="采伐剩余物能源"),
    )

    @classmethod
    def present(cls, data: Data) -> bool:
        """Dead wood follows where there is a forest and its parameters are given."""
        return super().present(data) and has_forest(data)

    def build(self) -> None:
        """Declare pool, inflow and collection; follow the pool; post sink, fuel and cost."""
        data, b, ledger = self.data, self.b, self.ledger
        self.length = {y: data.length(y) for y in data.years}
        self.before = {y: data.previous(y) for y in data.years}
        self.base_year = data.base_year
        table = data.frame(FOREST_HARVEST)
        self.decay = dict(zip(table["region"], table["slash_decay"].astype(float), strict=True))
        index = table[["region"]].merge(pd.DataFrame({"year": data.all_years}), how="cross")
        self.dead_wood_pool = b.variable(DEAD_WOOD_POOL, index)
        self.dead_wood_inflow = b.variable(DEAD_WOOD_INFLOW, index)
        collects = table.loc[table["energy_wood_share"] > 0.0, ["region"]]
        self.energy_wood = b.variable(ENERGY_WOOD, collects.merge(pd.DataFrame({"year": data.years}), how="cross"))
        b.constrain(self.dead_wood_in_balance, table[["region"]])
        b.constrain(self.dead_wood_decay, index[index["year"] > self.base_year])
        pool, collected = self.dead_wood_pool.terms().assign(carbon=1.0), self.energy_wood.terms()
        ledger.use("dead_wood", self.dead_wood_inflow.terms(), 1.0, item="forest_floor", unit="1")
        ledger.use("dead_wood", collected, 1.0, item="energy_wood", unit="1")
        ledger.use("slash", collected, 1.0, item="energy_wood", unit="1")
        post_stock_change(data, ledger, pool, "carbon", item="dead_wood", unit="Mt CO2/Mt C/yr")
        fuel = data.number("energy_wood_heating_value") / data.number("energy_wood_carbon_fraction")
        ledger.supply("biomass", collected, fuel, item="energy_wood", unit="TWh/Mt C")
        ledger.use("money", collected, fuel * data.number("energy_wood_cost"), item="energy_wood", unit="bn CNY/Mt C")

    @constraint(unit="Mt C")
    def dead_wood_in_balance(self, region: str) -> Any:
        """The dead wood of the base year is what that year's inflow keeps up for ever.

        dead_wood_pool[r,base] == dead_wood_inflow[r,base] / k[r]

        For: every region with a row in forest_harvest.
        Unit: Mt C.
        Dual: cost of one more tonne of inherited dead wood.
        Data: forest_harvest slash_decay.
        """
        return self.dead_wood_pool[region, self.base_year] == self.dead_wood_inflow[region, self.base_year] / self.decay[region]

    @constraint(unit="Mt C")
    def dead_wood_decay(self, region: str, year: int) -> Any:
        """Dead wood decays while slash and killed trees enter it evenly through the period.

        dead_wood_pool[r,t] == dead_wood_pool[r,t-1] * exp(-k*n) + dead_wood_inflow[r,t] * (1 - exp(-k*n)) / k

        For: every region with a row in forest_harvest and every year after the base year.
        Unit: Mt C.
        Dual: what one more tonne of carbon in dead wood at the end of the period is worth.
        Data: forest_harvest slash_decay.
        """
        k = self.decay[region]
        stays = math.exp(-k * self.length[year])
        entering = (1.0 - stays) / k * self.dead_wood_inflow[region, year]
        return self.dead_wood_pool[region, year] == stays * self.dead_wood_pool[region, self.before[year]] + entering
