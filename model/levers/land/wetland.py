"""Where to bring wetland back with ecological water, and what it stores.

Land of another class becomes wetland where water is delivered to it every year. It gains carbon until saturation, costs
money and stays wetland. The water is withdrawn from the zone, so wetland competes with fields, trees and cities for it.

Limits: a hectare needs the same water in every year; no carbon is lost when it falls dry, because it never does; methane
is reported apart and only when asked for; birds, floods and fishery have no value here. In periods of history none is recovered:
no statistic tells it by place.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from ...core.build.build import Lever
from ...core.declare.iamc import REMOVAL, WITHDRAWAL
from ...core.declare.roles import LAND_USERS, Decision, Item, Told
from ...core.declare.spec import Column, Complete, Indicator, Table, Variable, constraint
from ...core.declare.units import CO2_PER_C
from ...core.ledger import Terms
from ..years import each_year, overlap, periods
from .methane import counts_methane, post_methane

WETLAND_RECOVERY = Table(
    "wetland_recovery",
    (
        Column("region", "", "text", key=True, ref="regions.region", en="Region", zh="地区"),
        Column("water_zone", "", "text", key=True, absent="none", ref="water_zones.water_zone", en="Water zone", zh="水资源区"),
        Column("from_class", "", "text", key=True, absent="none", choices=("unused", "grassland", "cropland"), en="Land class it comes from", zh="原土地类别"),
        Column("area", "kha", low=0, en="Area that may become wetland again", zh="可恢复湿地面积"),
        Column("capacity", "kha/yr", low=0, en="Most that can be recovered a year", zh="年恢复能力上限"),
        Column("water", "m3/ha/yr", low=0, high=50000, aggregate="mean:area", en="Ecological water that a hectare needs every year", zh="单位面积年生态补水"),
        Column("rate", "t C/ha/yr", low=0, high=5, aggregate="mean:area", en="Carbon gain a year until saturation", zh="饱和前年固碳"),
        Column("saturation", "yr", low=1, aggregate="first", en="Years until saturation", zh="饱和年限"),
        Column("recovery_cost", "CNY/ha", low=0, aggregate="mean:area", en="Cost of recovery", zh="恢复成本"),
        Column("annual_cost", "CNY/ha/yr", low=0, aggregate="mean:area", en="Cost a year", zh="年成本"),
        Column("methane", "kg CH4/ha/yr", low=0, default=0.0, aggregate="mean:area", en="Methane emitted a year (reported outside the target)", zh="年甲烷排放（目标外单列）"),
    ),
    complete=(
        Complete(("region",), level="warning", en="no wetland can be recovered there", zh="该地区没有可恢复湿地"),
    ),
    en="Wetland that may be recovered with ecological water", zh="生态补水可恢复湿地",
)

RECOVERED = Variable(
    "recovered", ("region", "water_zone", "from_class", "vintage"), "Mha",
    en="Wetland recovered in the period that ends at the vintage", zh="当期恢复湿地面积",
)
ROW = ["region", "water_zone", "from_class"]


class Wetland(Lever):
    """Recovery of wetland: land, water, carbon, money."""

    name = "wetland"
    tables = (WETLAND_RECOVERY,)
    needs = (WETLAND_RECOVERY,)
    items = (
        Item("wetland_recovered", "land", en="Recovered wetland", zh="恢复湿地"),
        Item("wetland_ecological_water", "water", en="Ecological water of wetland", zh="湿地生态补水", iamc=f"{WITHDRAWAL}|Environment"),
        Item("wetland_recovery", "sink", en="Recovered wetland", zh="恢复湿地", iamc=f"{REMOVAL}|Land Use|Wetland Restoration", only_added=True),
        Item("wetland_recovery_cost", "money", en="Recovery of wetland", zh="湿地恢复投入", payer=LAND_USERS),
        Item("wetland_annual_cost", "money", en="Yearly cost of recovered wetland", zh="恢复湿地年运行", payer=LAND_USERS),
        Item("wetland_methane", ("methane", "emission"), en="Methane of recovered wetland (as CO2, memo)", zh="恢复湿地甲烷（折CO2，仅报告）"),
    )
    variables = (RECOVERED,)
    decisions = (Decision("recovered", ("from_class",), "CNY/ha", "wetland", ("wetland_recovery", "water_available"), Told("kha")),)
    indicators = (
        Indicator("wetland_recovered", "kha", variable="recovered", en="Wetland recovered per period", zh="时期恢复湿地面积"),
        Indicator("wetland_sink", "Mt CO2/yr", balance="sink", items=("wetland_recovery",), en="Sink of recovered wetland", zh="恢复湿地碳汇"),
    )

    def build(self) -> None:
        """Declare what is recovered, limit it, post land, water, carbon and money."""
        places = self.data.frame(WETLAND_RECOVERY)
        places = places[places["area"].astype(float) > 0.0]
        if places.empty:
            return
        vintages = each_year(places, self.data).rename(columns={"year": "vintage"})
        self.recovered = self.b.variable(RECOVERED, vintages, happened=0.0)
        self.capacity = self.data.lookup(WETLAND_RECOVERY, "capacity")
        vintages = vintages[vintages["vintage"].isin(self.data.decided)]
        self.b.constrain(
            self.wetland_capacity, vintages[list(RECOVERED.index)],
            limit=(WETLAND_RECOVERY.name, self.b.cells(WETLAND_RECOVERY, vintages, "capacity"), "kha/yr"),
        )
        self.area = self.data.lookup(WETLAND_RECOVERY, "area")
        self.b.constrain(
            self.wetland_area, places[ROW], limit=(WETLAND_RECOVERY.name, self.b.cells(WETLAND_RECOVERY, places, "area"), "kha")
        )
        self._post(self._standing(places))

    @constraint(unit="Mha", kind="stock")
    def wetland_area(self, region: str, water_zone: str, from_class: str) -> Any:
        """No more wetland is recovered than there was.

        sum over v of recovered[region, water_zone, from_class, v] <= area[region, water_zone, from_class]

        For: every row of wetland_recovery with an area.
        Unit: Mha.
        Dual: what one more hectare of recoverable wetland is worth.
        Data: wetland_recovery.area.
        """
        key = (region, water_zone, from_class)
        return self.b.sum((1.0, self.recovered[(*key, v)]) for v in self.data.years) <= self.area[key]

    @constraint(unit="Mha/yr", kind="flow")
    def wetland_capacity(self, region: str, water_zone: str, from_class: str, vintage: int) -> Any:
        """No more wetland is recovered a year than can be.

        recovered[region, water_zone, from_class, vintage] / n[vintage] <= capacity[region, water_zone, from_class]

        For: every row of wetland_recovery with an area, every decided period.
        Unit: Mha/yr.
        Dual: what one more hectare a year is worth.
        Data: wetland_recovery.capacity.
        """
        key = (region, water_zone, from_class)
        pace = 1.0 / self.data.length(vintage)
        return self.b.sum([(pace, self.recovered[(*key, vintage)])]) <= self.capacity[key]

    def _standing(self, places: pd.DataFrame) -> Terms:
        """Recovered land in every year from its vintage on, with its age at the start and the end of the period."""
        steps = periods(self.data)
        middle = steps.assign(middle=(steps["start"] + steps["year"]) / 2).rename(columns={"year": "vintage"})
        columns = ["water", "rate", "saturation", "recovery_cost", "annual_cost", "methane"]
        terms = self.recovered.terms().join(places, ROW, columns).join(middle, ["vintage"], ["middle"]).cross(steps)
        terms = terms.where(terms.frame["vintage"] <= terms.frame["year"])
        frame = terms.frame
        return terms.assign(age_from=(frame["start"] - frame["middle"]).clip(lower=0.0), age_to=frame["year"] - frame["middle"])

    def _post(self, standing: Terms) -> None:
        ledger, frame = self.ledger, standing.frame
        taken = standing.assign(land_class=frame["from_class"])
        ledger.use("land", taken, 1.0, item="wetland_recovered", unit="1")
        ledger.supply("land", standing.assign(land_class="wetland"), 1.0, item="wetland_recovered", unit="1")
        ledger.use("water", standing, WETLAND_RECOVERY.column("water"), item="wetland_ecological_water")
        years = overlap(frame["age_from"], frame["age_to"], frame["saturation"])
        gain = frame["rate"] * CO2_PER_C * years / frame["length"]
        ledger.supply("sink", standing, gain, item="wetland_recovery", unit="Mt CO2/Mha/yr")
        new = standing.where(frame["vintage"] == frame["year"])
        once = new.frame["recovery_cost"] / new.frame["length"]
        ledger.use("money", new, once, item="wetland_recovery_cost", unit="bn CNY/Mha/yr")
        ledger.use("money", standing, WETLAND_RECOVERY.column("annual_cost"), item="wetland_annual_cost")
        if counts_methane(self.data):
            post_methane(ledger, self.data, standing, frame["methane"], item="wetland_methane", unit="Mt CH4/Mha/yr")
