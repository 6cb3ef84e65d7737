"""How far the soil under planted and felled forest lies below its equilibrium, and how it comes back.

The soil's course is exponential, so a deficit per region and forest group says all: planting on poor soil brings a
deficit that recovers as a sink; a clearcut loses soil carbon, which recovers too.

Limits: the soil of existing forest is at equilibrium in the base year and earns no sink; lost stands (fire, wind) keep
their soil; one time constant per forest group.
"""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from ...core.build.build import Lever
from ...core.data import Data
from ...core.declare.iamc import REMOVAL
from ...core.declare.roles import Item, Pool, State
from ...core.declare.spec import Indicator, Variable, constraint
from ...core.declare.units import CO2_PER_C
from ..decay import period_retention
from .plan_tables import has_forest
from .stands import group_parameters, read_stands
from .tables import FOREST_GROUPS

INDEX = ("region", "forest_group", "year")
PLACE = ["region", "forest_group"]
SOIL_DEFICIT = Variable("soil_deficit", INDEX, "Mt C", low=None, en="Soil carbon below equilibrium", zh="土壤碳亏缺")
SOIL_ENTERED = Variable("soil_entered", INDEX, "Mt C", low=None, en="Deficit that planted land brings in the period", zh="造林带入的土壤碳亏缺")
SOIL_LOST = Variable("soil_lost", INDEX, "Mt C", en="Soil carbon lost after felling in the period", zh="采伐后土壤碳损失")


class ForestSoil(Lever):
    """Soil carbon under planted and felled forest."""

    name = "forest_soil"
    needs = (FOREST_GROUPS,)
    items = (
        Item("forest_soil", ("soil_planting", "soil_felling", "sink"), en="Forest soil", zh="森林土壤", iamc=f"{REMOVAL}|Land Use|Forest|Soil", only_added=True, buffered=True),
    )
    variables = (SOIL_DEFICIT, SOIL_ENTERED, SOIL_LOST)
    states = (
        State("soil_entered", ("balance_soil_planting",), Pool("soil_deficit_brought", feeds="forest_soil", of_period=True, empty_at_first=True)),
        State("soil_lost", ("balance_soil_felling",)),
        State("soil_deficit", ("soil_recovery",), Pool("soil_deficit", feeds="forest_soil", sign=-1.0, empty_at_first=True)),
    )
    grows_with = "forest"
    indicators = (Indicator("forest_soil_sink", "million t CO2/yr", "sink", ("forest_soil",), en="Sink in forest soil", zh="森林土壤碳汇"),)

    @classmethod
    def present(cls, data: Data) -> bool:
        """Soil follows where there is a forest and its parameters are given."""
        return super().present(data) and has_forest(data)

    def build(self) -> None:
        """Declare the deficit of each region and group, follow it, post the sink."""
        data, b, ledger = self.data, self.b, self.ledger
        self.base_year = data.base_year
        self.length = {y: data.length(y) for y in data.years}
        self.before = {y: data.previous(y) for y in data.years}
        constants = group_parameters(data)["soil_time_constant"].astype(float)
        self.time_constant = dict(zip(constants.index, constants, strict=True))
        # conversions and plantings bring groups to regions where they do not stand yet
        strata, years = read_stands(data).strata, pd.DataFrame({"year": data.years})
        strata = strata[strata["forest_group"].isin(list(self.time_constant))]
        index = strata[PLACE].drop_duplicates().merge(years, how="cross")
        planted = strata.loc[strata["status"] == "new", PLACE].drop_duplicates().merge(years, how="cross")
        self.soil_deficit = b.variable(SOIL_DEFICIT, index)
        self.soil_entered = b.variable(SOIL_ENTERED, planted)
        self.soil_lost = b.variable(SOIL_LOST, index)
        b.constrain(self.soil_recovery, index)
        ledger.use("soil_planting", self.soil_entered.terms(), 1.0, item="forest_soil", unit="1")
        ledger.use("soil_felling", self.soil_lost.terms(), 1.0, item="forest_soil", unit="1")
        self._post_sink()

    def _post_sink(self) -> None:
        """sink[t] = (deficit[t-1] + entered[t] - deficit[t]) / n * 44/12: felling shows as it raises the deficit."""
        unit, item = "Mt CO2/Mt C/yr", "forest_soil"
        deficit, entered = self.soil_deficit.terms(), self.soil_entered.terms()
        self.ledger.supply("sink", entered, CO2_PER_C / entered.frame["year"].map(self.length).astype(float), item=item, unit=unit)
        lengths = deficit.frame["year"].map(self.length).astype(float)
        self.ledger.use("sink", deficit, CO2_PER_C / lengths, item=item, unit=unit)
        following = {p: y for y, p in self.before.items() if p != self.base_year}
        earlier = deficit.where(deficit.frame["year"].isin(list(following)))
        earlier = earlier.assign(year=earlier.frame["year"].map(following))
        later_lengths = earlier.frame["year"].map(self.length).astype(float)
        self.ledger.supply("sink", earlier, CO2_PER_C / later_lengths, item=item, unit=unit)

    @constraint(unit="Mt C")
    def soil_recovery(self, region: str, forest_group: str, year: int) -> Any:
        """The deficit shrinks by the same share every year while planting and felling add to it evenly.

        soil_deficit[r,g,t] == soil_deficit[r,g,t-1] * exp(-n/tau) + tau/n * (1 - exp(-n/tau)) * (soil_entered + soil_lost)

        For: every region and forest group that is there or can be planted, every year after the base year.
        Unit: Mt C.
        Dual: cost of one more tonne of deficit at the end of the period.
        Data: forest_groups soil_time_constant, soil_equilibrium, soil_loss_fraction; afforestation_land soil_before.
        """
        key = (region, forest_group, year)
        n, tau = self.length[year], self.time_constant[forest_group]
        earlier = self.soil_deficit.get(region, forest_group, self.before[year])
        entering = period_retention(n, tau) * (self.soil_entered.get(*key) + self.soil_lost[key])
        return self.soil_deficit[key] == math.exp(-n / tau) * earlier + entering
