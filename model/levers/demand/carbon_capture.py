"""Storage of carbon dioxide under ground, and its capture from the air.

Power stations and industry hand over what they capture; what is stored has a yearly and a lifelong limit. Capture from
the air is the priced option that keeps neutrality within reach.

Limits: carbon dioxide is not piped between regions, so a region without storage captures nothing and has no capture
from the air. Stores do not leak. The heat for air capture is made with heat pumps and counted as electricity.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from ...core.build.build import Lever
from ...core.build.parts import Family
from ...core.data import annuity
from ...core.declare.iamc import CAPTURE, REMOVAL
from ...core.declare.roles import EMITTERS, Decision, Item
from ...core.declare.spec import Column, Indicator, Setting, Table, Variable, constraint
from ..lives import lives, works_in
from ..years import EVEN_LIFE_EN, EVEN_LIFE_ZH

CO2_STORAGE_SITES = Table(
    "co2_storage_sites",
    (
        Column("region", "", "text", key=True, absent="none", ref="regions.region", en="Region", zh="地区"),
        Column("proven", "Mt CO2", low=0, en="Proven storage", zh="探明封存量"),
        Column("injection_limit", "Mt CO2/yr", low=0, en="Most that can be injected a year", zh="年注入上限"),
        Column("cost", "CNY/t CO2", low=0, aggregate="mean:proven", en="Transport and storage cost", zh="运输封存成本"),
    ),
    en="Carbon dioxide storage", zh="二氧化碳封存",
)

AIR_CAPTURE = Table(
    "air_capture",
    (
        Column("item", "", "text", key=True, absent="unused", choices=("capex",), en="Item", zh="项目"),
        Column("value", "CNY*yr/t CO2", low=0, en="Investment per tonne of yearly capacity", zh="单位年产能投资"),
    ),
    shape="years", en="Direct air capture: investment", zh="直接空气捕集投资",
)

STORED = Variable(
    "co2_stored", ("region", "year"), "Mt CO2/yr", en="CO2 stored under ground", zh="地质封存二氧化碳",
    kind="flow",
)
NEW = Variable(
    "air_capture_new", ("region", "vintage"), "Mt CO2/yr",
    en="Yearly capacity of air capture built in the period", zh="时期内新建空气捕集年产能",
)
CAPTURED_FROM_AIR = Variable(
    "air_captured", ("region", "year"), "Mt CO2/yr", en="CO2 captured from the air", zh="空气捕集二氧化碳",
)


class CarbonCapture(Lever):
    """Storage in every region that has a site, and air capture on top of it."""

    name = "carbon_capture"
    tables = (CO2_STORAGE_SITES, AIR_CAPTURE)
    needs = (CO2_STORAGE_SITES,)
    settings = (
        Setting(
            "air_capture_life", "yr", "number", 20.0, low=5, high=50,
            en=f"Life of air capture plants. {EVEN_LIFE_EN}", zh=f"空气捕集装置寿命。{EVEN_LIFE_ZH}",
        ),
        Setting(
            "air_capture_electricity", "MWh/t CO2", "number", 1.04, low=0, high=5,
            en="Electricity of air capture: 0.40 MWh plus 1.6 MWh of heat at a heat-pump performance of 2.5",
            zh="空气捕集用电：0.40 MWh 加 1.6 MWh 热量（热泵性能系数2.5）",
        ),
        Setting(
            "air_capture_growth", "Mt CO2/yr/yr", "number", 60.0, low=0, high=10000, source="OWN_EST", quality="estimate",
            en="Most by which what the nation captures from the air can rise a year (industry growth)", zh="全国空气捕集量年增长上限（产业增长）",
        ),
        Setting(
            "air_capture_operation", "CNY/t CO2", "number", 260.0, low=0, high=5000,
            en="Operation and maintenance of air capture, without electricity and storage",
            zh="空气捕集运维（不含电与封存）",
        ),
    )
    items = (
        Item("co2_storage", ("co2_storage", "money"), en="Transport and storage of CO2", zh="二氧化碳运输封存", payer=EMITTERS),
        Item("air_capture", ("captured", "co2_storage", "electricity"), en="Direct air capture", zh="直接空气捕集", iamc=(f"{CAPTURE}|Direct Air Capture", f"{REMOVAL}|Geological Storage|Direct Air Capture")),
        Item("air_capture_cost", "money", en="Direct air capture", zh="直接空气捕集成本", payer=EMITTERS),
    )
    variables = (STORED, NEW, CAPTURED_FROM_AIR)
    decisions = (Decision("air_capture_new"),)
    operations = ("co2_stored", "air_captured")
    indicators = (
        Indicator(
            "stored_co2", "Mt CO2/yr", variable="co2_stored",
            en="CO2 stored under ground", zh="地质封存二氧化碳",
        ),
        Indicator(
            "air_capture", "Mt CO2/yr", balance="captured", items=("air_capture",),
            en="CO2 captured from the air", zh="空气捕集二氧化碳",
        ),
    )

    def build(self) -> None:
        """Storage with its two limits and its cost; air capture where its investment is given."""
        sites = self.data.frame(CO2_STORAGE_SITES)
        sites = sites[(sites["injection_limit"].astype(float) > 0.0) & (sites["proven"].astype(float) > 0.0)]
        years = pd.DataFrame({"year": self.data.years})
        over = sites.assign(row=sites.index).merge(years, how="cross").set_index("row")
        name = CO2_STORAGE_SITES.name
        limit = (name, self.b.cells(CO2_STORAGE_SITES, over, "injection_limit"), STORED.unit)
        self.stored = self.b.variable(STORED, over, high=over["injection_limit"].astype(float), limit=limit)
        self.proven = self.data.lookup(CO2_STORAGE_SITES, "proven")
        limit = (name, self.b.cells(CO2_STORAGE_SITES, sites, "proven"), "Mt CO2")
        self.b.constrain(self.proven_storage, sites[["region"]], limit=limit)
        terms = self.stored.terms().join(sites, ["region"], ["cost"])
        self.ledger.supply("co2_storage", terms, 1.0, unit="1", item="co2_storage")
        self.ledger.use("money", terms, CO2_STORAGE_SITES.column("cost"), item="co2_storage")
        if self.data.has(AIR_CAPTURE.name) and len(sites):
            self._capture_from_air(list(sites["region"]))

    @constraint(unit="Mt CO2", kind="stock")
    def proven_storage(self, region: str) -> Any:
        """All that is ever stored fits the proven storage.

        sum over year of years in the period * co2_stored[region, year] <= proven[region]

        For: every region with a storage site.
        Unit: Mt CO2.
        Dual: what one more tonne of proven storage is worth.
        Data: co2_storage_sites.proven.
        """
        pairs = [(float(self.data.length(year)), self.stored[region, year]) for year in self.data.years]
        return self.b.sum(pairs) <= self.proven[region]

    def _capture_from_air(self, regions: list[str]) -> None:
        years = self.data.years
        life = self.data.number("air_capture_life")
        self.vintages = works_in(self.data, years, life)
        self.new: Family = self.b.variable(NEW, [(r, v) for r in regions for v in years], happened=0.0)
        self.captured: Family = self.b.variable(CAPTURED_FROM_AIR, [(r, t) for r in regions for t in years])
        self.b.constrain(self.air_capture_capacity, self.captured.frame)
        self.capture_regions = regions
        decided = self.data.decided
        cells = [self.data.setting_cell("air_capture_growth")] * len(decided)
        self.b.constrain(self.air_capture_build_limit, pd.DataFrame({"year": decided}), limit=("settings", cells, "Mt CO2/yr"))
        captured = self.captured.terms()
        self.ledger.supply("captured", captured, 1.0, unit="1", item="air_capture")
        self.ledger.use("co2_storage", captured, 1.0, unit="1", item="air_capture")
        electricity = self.data.number("air_capture_electricity")
        self.ledger.use("electricity", captured, electricity, unit="TWh/Mt CO2", item="air_capture")
        operation = self.data.number("air_capture_operation")
        self.ledger.use("money", captured, operation, unit="bn CNY/Mt CO2", item="air_capture_cost")
        capex = self.data.lookup(AIR_CAPTURE)
        payment = annuity(self.data.number("capital_cost"), life)
        standing = self.new.terms().spread(lives(self.data, years, life), ["vintage"])
        yearly = [payment * capex["capex", vintage] * works for vintage, works in zip(standing.frame["vintage"], standing.frame["works"], strict=True)]
        self.ledger.use("money", standing, yearly, unit="bn CNY/Mt CO2", item="air_capture_cost")

    @constraint(unit="Mt CO2/yr")
    def air_capture_capacity(self, region: str, year: int) -> Any:
        """Air capture takes no more than the plants that work in the period.

        air_captured[region, year] <= sum over vintage of works[vintage, year] * air_capture_new[region, vintage]
        with works as in ``lives``

        For: every region with a storage site and every year.
        Unit: Mt CO2/yr.
        Dual: what one more tonne of standing capacity is worth.
        Data: setting air_capture_life.
        """
        plants = [(-works, self.new[region, v]) for v, works in self.vintages[year]]
        return self.b.sum([(1.0, self.captured[region, year]), *plants]) <= 0.0

    @constraint(unit="Mt CO2/yr", kind="flow", nets="share_of_plan")
    def air_capture_build_limit(self, year: int) -> Any:
        """What the nation captures from the air rises no faster than an industry can grow.

        sum over region of air_captured[region, year] - air_captured[region, previous year] <= years * air_capture_growth
        with years between the middles of the two periods; what is captured counts, not the plant that stands and is idle

        For: every period that is decided.
        Unit: Mt CO2/yr.
        Dual: what one more tonne captured in the period is worth.
        Data: setting air_capture_growth.
        """
        before = self.data.previous(year)
        most = self.data.number("air_capture_growth") * (self.data.middle(year) - self.data.middle(before))
        pairs = [(sign, self.captured.get(r, t)) for sign, t in ((1.0, year), (-1.0, before)) for r in self.capture_regions]
        return self.b.sum(pairs) <= most
