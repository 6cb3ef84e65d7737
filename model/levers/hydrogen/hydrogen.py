"""Hydrogen from electrolysis, made when power is cheap.

Electrolysers are built by region, draw power by time slice and give hydrogen by the year; compressing it into a store and
out of it has a flat cost. What the store holds, day by day, is ``hydrogen_store``.

Limits: hydrogen is made where it is used, it is not moved between regions. Efficiency follows the year, not the vintage. Hydrogen from coal or gas is inside industry, not here.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from ...core.build.build import Lever
from ...core.data import TIME_SLICES, WATER_ZONES, annuity
from ...core.declare.iamc import WITHDRAWAL
from ...core.declare.roles import INDUSTRY_FIRMS, Decision, Item
from ...core.declare.spec import Indicator, Setting, Variable, constraint
from ...core.declare.units import GWH_PER_TWH
from ...core.ledger import Terms
from ..lives import lives, works_in
from ..years import EVEN_LIFE_EN, EVEN_LIFE_ZH
from .tables import DAY_SEQUENCE, ELECTROLYSIS_CAPEX, ELECTROLYSIS_EFFICIENCY, HYDROGEN_DAYS, TECHNOLOGY

NEW = Variable(
    "electrolyser_new", ("region", "vintage"), "GW",
    en="Electrolysers built in the period (electric power)", zh="时期内新建电解槽（电功率）",
)
USE = Variable(
    "electrolysis_use", ("region", "slice", "year"), "TWh/yr", en="Electricity of electrolysis", zh="电解用电",
)


class Hydrogen(Lever):
    """Electrolysers and when they run."""

    name = "hydrogen"
    tables = (ELECTROLYSIS_CAPEX, ELECTROLYSIS_EFFICIENCY)
    needs = (ELECTROLYSIS_CAPEX, ELECTROLYSIS_EFFICIENCY, TIME_SLICES)
    settings = (
        Setting(
            "electrolysis_life", "yr", "number", 20.0, low=5, high=50, en=f"Life of electrolysers. {EVEN_LIFE_EN}", zh=f"电解槽寿命。{EVEN_LIFE_ZH}",
        ),
        Setting(
            "electrolysis_fixed_share", "1/yr", "number", 0.025, low=0, high=0.2,
            en="Fixed cost of electrolysers a year as a share of investment",
            zh="电解槽年固定运维占投资比例",
        ),
        Setting(
            "electrolysis_water", "m3/MWh", "number", 0.27, low=0, high=2,
            en="Water per MWh of hydrogen (lower heating value)", zh="单位制氢用水（按低位热值）",
        ),
        Setting(
            "hydrogen_storage_cost", "CNY/MWh", "number", 30.0, low=0, high=1000,
            en="Cost of compressing hydrogen for its store, per MWh of hydrogen; the store itself is paid by its volume where hydrogen_store_capex has rows",
            zh="氢压缩与储存循环成本（按氢量）；hydrogen_store_capex 有数据时储氢容量另行计费",
        ),
    )
    items = (
        Item("electrolysis", ("power", "hydrogen", HYDROGEN_DAYS), en="Electrolysis", zh="电解制氢"),
        Item("electrolysis_water", "water", en="Electrolysis", zh="电解制氢用水", iamc=f"{WITHDRAWAL}|Hydrogen"),
        Item("hydrogen_cost", "money", en="Hydrogen", zh="制氢成本", payer=INDUSTRY_FIRMS),
    )
    variables = (NEW, USE)
    decisions = (Decision("electrolyser_new"),)
    operations = ("electrolysis_use",)
    indicators = (
        Indicator(
            "hydrogen_production", "TWh/yr", balance="hydrogen", items=("electrolysis",),
            en="Hydrogen from electrolysis", zh="电解制氢量",
        ),
    )

    def build(self) -> None:
        """Electrolysers, their running by slice, hydrogen, water and money."""
        years = self.data.years
        self.life = self.data.number("electrolysis_life")
        self.vintages = works_in(self.data, years, self.life)
        self.hours = self.data.lookup(TIME_SLICES, "hours")
        regions = pd.DataFrame({"region": self.data.regions})
        self.new = self.b.variable(NEW, regions.merge(pd.DataFrame({"vintage": years}), how="cross"), happened=0.0)
        slices = self.data.slices[["slice"]]
        over = regions.merge(slices, how="cross").merge(pd.DataFrame({"year": years}), how="cross")
        self.running = self.b.variable(USE, over)
        self.b.constrain(self.electrolysis_capacity, over)
        efficiency = self.data.lookup(ELECTROLYSIS_EFFICIENCY)
        terms = self.running.terms()
        terms = terms.assign(efficiency=[efficiency[TECHNOLOGY, year] for year in terms.frame["year"]])
        self.ledger.use("power", terms, 1.0, unit="1", item="electrolysis")
        self.ledger.supply("hydrogen", terms, terms.frame["efficiency"], unit="1", item="electrolysis")
        if self.data.has(DAY_SEQUENCE.name):
            days = terms.where(terms.frame["year"].isin(self.data.decided)).join(self.data.slices[["slice", "season"]], ["slice"])
            self.ledger.supply(HYDROGEN_DAYS, days, days.frame["efficiency"], unit="1", item="electrolysis")
        cycling = terms.frame["efficiency"] * self.data.number("hydrogen_storage_cost")
        self.ledger.use("money", terms, cycling, unit="bn CNY/TWh", item="hydrogen_cost")
        self._post_water(terms)
        self._post_capital(years)

    def _post_water(self, terms: Terms) -> None:
        if not self.data.has(WATER_ZONES.name):
            return
        zones = self.data.frame(WATER_ZONES)[["region", "water_zone", "industry_share"]]
        spread = terms.spread(zones, ["region"])
        drawn = spread.frame["efficiency"] * spread.frame["industry_share"].astype(float)
        drawn = drawn * self.data.number("electrolysis_water")
        self.ledger.use("water", spread, drawn, unit="km3/TWh", item="electrolysis_water")

    def _post_capital(self, years: list[int]) -> None:
        """The annuity and the fixed cost of the electrolysers that work in the period."""
        capex = self.data.lookup(ELECTROLYSIS_CAPEX)
        share = annuity(self.data.number("capital_cost"), self.life) + self.data.number("electrolysis_fixed_share")
        standing = self.new.terms().spread(lives(self.data, years, self.life), ["vintage"])
        yearly = [share * capex[TECHNOLOGY, vintage] * works for vintage, works in zip(standing.frame["vintage"], standing.frame["works"], strict=True)]
        self.ledger.use("money", standing, yearly, unit="bn CNY/GW/yr", item="hydrogen_cost")

    @constraint(unit="TWh/yr")
    def electrolysis_capacity(self, region: str, slice_: str, year: int) -> Any:
        """Electrolysers draw no more than those that work in the period can take in the hours of the slice.

        electrolysis_use[region, slice, year]
            <= hours[slice] / 1000 * sum over vintage of works[vintage, year] * electrolyser_new[region, vintage]
        with works as in ``lives``

        For: every region, slice and year after the base year.
        Unit: TWh/yr.
        Dual: what one more TWh of electrolyser time in the slice is worth.
        Data: time_slices.hours, setting electrolysis_life.
        """
        energy = self.hours[slice_] / GWH_PER_TWH
        built = [(-energy * works, self.new[region, v]) for v, works in self.vintages[year]]
        return self.b.sum([(1.0, self.running[region, slice_, year]), *built]) <= 0.0
