"""Which grassland to rest, reseed or protect, zone by zone, and what it does to forage and carbon.

Land comes under a measure in a period (its vintage) and stays there. It gains carbon until saturation, costs money,
may need water and changes the forage; livestock is fed from forage and bought feed. Measures in force in the base
year go on as history: they are reported beside the strict target, because nothing about them is decided here.
Where a new measure takes over land under one of these, only what it gains and pays beyond the old one is additional.

Limits: a hectare treated is an average one of those not yet under a ban; herds are given, not decided, and so is their
methane; annual cost, water and forage count in full from the period of treatment, carbon from the middle of it. In periods of
history that is treated which was observed (``grass_land``); feed is bought as it is needed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...core.build.build import Lever
from ...core.declare.iamc import LAND_SINK, REMOVAL, WITHDRAWAL
from ...core.declare.roles import LAND_USERS, Decision, Headline, Item, Told
from ...core.declare.spec import Indicator, Setting, Variable, constraint
from ...core.declare.units import CO2_PER_C
from ...core.ledger import Terms
from ..years import each_year, overlap, periods
from .grass_land import LAND_KEY, candidates, check_treated_before, open_grass, treated_before
from .methane import COUNT_METHANE, METHANE_GWP, counts_methane, post_fixed_methane
from .tables import GRASS_CONDITIONS, GRASS_INITIAL, GRASS_MEASURES, GRASSLAND, LIVESTOCK

TREATED = Variable(
    "treated", (*LAND_KEY, "measure", "vintage"), "Mha",
    en="Grassland newly brought under a measure in the period that ends at the vintage", zh="当期新增治理草地面积",
)
FEED = Variable("feed", ("region", "year"), "Mt DM/yr", en="Feed bought", zh="外购饲料")


class Grassland(Lever):
    """Measures on grassland by zone and condition, their carbon, cost, water and forage; livestock must be fed."""

    name = "grassland"
    tables = (GRASSLAND, GRASS_MEASURES, GRASS_CONDITIONS, GRASS_INITIAL, LIVESTOCK)
    needs = (GRASSLAND, GRASS_MEASURES, GRASS_CONDITIONS)
    checks = (check_treated_before,)
    settings = (
        Setting("feed_price", "CNY/t DM", default=1300.0, low=0, high=10000, en="Price of bought feed", zh="外购饲料价格"),
        Setting("dry_matter_per_sheep_unit", "t DM/sheep unit/yr", default=0.657, low=0.1, high=2, en="Feed that a sheep unit eats a year (1.8 kg a day)", zh="每羊单位年采食干物质（日1.8千克）"),
        Setting("forage_use_limit", "1", default=0.25, low=0, high=1, en="Share of the forage yield that may be grazed", zh="饲草利用率上限"),
        COUNT_METHANE,
        METHANE_GWP,
        Setting("methane_per_sheep_unit", "kg CH4/sheep unit/yr", default=6.0, low=0, high=30, source="IPCC2019;OWN_EST", en="Methane of a grazing sheep unit a year (order of the default of sheep, tier 1)", zh="每羊单位年甲烷排放（绵羊一级缺省值量级）"),
        Setting("initial_balance_forage_loss", "1", default=0.15, low=0, high=1, en="Share of the forage yield given up on land under balance in the base year", zh="基年草畜平衡草地产草量让渡比例"),
    )
    items = (
        Item("available", "grass_land"),
        Item("treated", "grass_land"),
        Item("grassland_restored", ("land", "dual_restored"), en="Restored grassland", zh="修复草地"),
        Item("grassland_measures", "sink", en="New grassland measures", zh="新增草地措施", iamc=f"{REMOVAL}|Land Use|Grassland Measures", only_added=True),
        Item("grassland_initial_replaced", "sink", en="Gain of base-year measures taken over by new ones", zh="新措施替代的基年措施碳汇", iamc=f"{REMOVAL}|Land Use|Grassland Measures", only_added=True),
        Item("grassland_degradation", "sink", en="Degradation of untreated grassland", zh="未治理草地退化", iamc=LAND_SINK),
        Item("grassland_initial", "sink", en="Grassland measures of the base year (not additional)", zh="基年已实施草地措施（非新增）"),
        Item("grassland_establishment", "money", en="Establishment of grassland measures", zh="草地措施建设", payer=LAND_USERS),
        Item("grassland_annual_cost", "money", en="Yearly cost of grassland measures", zh="草地措施年运行", payer=LAND_USERS),
        Item("grassland_compensation", "money", en="Compensation to herders", zh="牧民补助奖励", payer=LAND_USERS),
        Item("grassland_compensation_initial", "money", en="Compensation in force since 2011", zh="2011年以来持续的补助奖励", payer=LAND_USERS),
        Item("grassland_irrigation", "water", en="Irrigation of grassland", zh="草地灌溉", iamc=f"{WITHDRAWAL}|Agriculture|Grassland"),
        Item("grassland_forage", "forage", en="Forage of grassland", zh="草地产草"),
        Item("grassland_measures_forage", "forage", en="Forage given up by measures", zh="治理措施让渡的产草"),
        Item("livestock", "forage"),
        Item("bought_feed", ("forage", "money"), en="Bought feed", zh="外购饲料", payer=LAND_USERS),
        Item("livestock_methane", ("methane", "emission"), en="Methane of livestock (as CO2, memo)", zh="牲畜甲烷（折CO2，仅报告）"),
    )
    variables = (TREATED, FEED)
    decisions = (
        Decision(
            "treated", ("grass_zone", "measure"), "CNY/ha", "grassland", ("grassland", "livestock"),
            Told("kha", headline=Headline(3, "Grassland under measures", "草地治理")),
        ),
    )  # fmt: skip
    operations = ("feed",)
    indicators = (
        Indicator("grassland_sink", "Mt CO2/yr", balance="sink", items=("grassland_measures",), en="Sink of new grassland measures", zh="新增草地措施碳汇"),
        Indicator("grassland_initial_sink", "Mt CO2/yr", balance="sink", items=("grassland_initial",), en="Sink of grassland measures in force in the base year (not additional)", zh="基年已实施草地措施碳汇（非新增）"),
        Indicator("grassland_initial_replaced", "Mt CO2/yr", balance="sink", items=("grassland_initial_replaced",), en="Gain of base-year measures that new measures take over (taken off what is additional)", zh="新措施替代的基年措施碳汇（从新增量中扣除）"),
        Indicator("livestock_methane", "Mt CH4/yr", balance="methane", items=("livestock_methane",), en="Methane of grazing livestock (outside the CO2 target)", zh="放牧牲畜甲烷（CO2目标之外）"),
        Indicator("grassland_degradation_loss", "Mt CO2/yr", balance="sink", items=("grassland_degradation",), en="Carbon lost by untreated grassland", zh="未治理草地碳损失"),
        Indicator("feed_bought", "Mt DM/yr", variable="feed", en="Feed bought", zh="外购饲料"),
    )

    def build(self) -> None:
        """Declare treated land and feed, then post land, carbon, money, water and forage."""
        self.periods = periods(self.data)
        self.grass = open_grass(self.data)
        self.livestock = self.data.frame(LIVESTOCK)
        self._post_grass_land()
        self._post_history()
        self._post_forage()
        possible = candidates(self.data, self.grass)
        if possible.empty:
            return
        every = possible.merge(self.periods[["year"]].rename(columns={"year": "vintage"}), how="cross")
        before = treated_before(self.data, self.grass, possible)
        self.treated = self.b.variable(TREATED, every, happened=before.on(every, TREATED.index))
        self._add_limits(possible)
        standing = self._standing(possible)
        self._post_land_use(standing)
        self._post_carbon(standing)
        self._post_money(standing)
        self._post_water_and_forage(standing)

    # ------------------------------------------------------------------------------------------------------------
    # Limits

    def _add_limits(self, possible: pd.DataFrame) -> None:
        light = {tuple(row) for row in possible.loc[possible["light"] > 0, [*LAND_KEY, "measure"]].itertuples(index=False)}
        self.light_on: dict[tuple[str, ...], list[Any]] = {}
        self.newly_in: dict[tuple[str, int], list[Any]] = {}
        for key, variable in self.treated.variables.items():
            self.newly_in.setdefault((key[0], key[-1]), []).append(variable)
            if key[:5] in light:
                self.light_on.setdefault(key[:4], []).append(variable)
        self.light_room = dict(zip(self.grass[LAND_KEY].itertuples(index=False, name=None), self.grass["free"], strict=True))
        has_light = [key in self.light_on for key in self.grass[LAND_KEY].itertuples(index=False, name=None)]
        room = self.grass[np.array(has_light, dtype=bool)]
        self.b.constrain(
            self.light_measure_room, room[LAND_KEY],
            limit=(GRASSLAND.name, self.b.cells(GRASSLAND, room, "initial_balance"), "kha"),
        )
        self.capacity = self.data.lookup(LIVESTOCK, "treatment_capacity")
        capped = each_year(self.livestock, self.data).rename(columns={"year": "vintage"})
        capped = capped[capped["vintage"].isin(self.data.decided)]
        has_new = [key in self.newly_in for key in zip(capped["region"], capped["vintage"], strict=True)]
        capped = capped[np.array(has_new, dtype=bool)]
        self.b.constrain(
            self.grass_treatment_capacity, capped[["region", "vintage"]],
            limit=(LIVESTOCK.name, self.b.cells(LIVESTOCK, capped, "treatment_capacity"), "kha/yr"),
        )

    @constraint(unit="Mha", kind="stock", nets="closed_area")
    def light_measure_room(self, region: str, water_zone: str, grass_zone: str, condition: str) -> Any:
        """Light measures never go on land that is under balance since before the base year: it is the same measure.

        sum over light measures and vintages of treated <= max(0, area - initial_ban - initial_balance)

        For: every zone and condition with a light measure; the last year holds all vintages, so earlier years follow.
        Unit: Mha.
        Dual: what one more hectare without a measure in force is worth.
        Data: grassland.area, grassland.initial_ban, grassland.initial_balance, grass_measures.light.
        """
        key = (region, water_zone, grass_zone, condition)
        return self.b.sum((1.0, variable) for variable in self.light_on[key]) <= float(self.light_room[key])

    @constraint(unit="Mha/yr", kind="flow")
    def grass_treatment_capacity(self, region: str, vintage: int) -> Any:
        """Grassland newly brought under measures a year stays within the region's capacity.

        sum over zones, conditions and measures of treated[..., vintage] / n[vintage] <= treatment_capacity[region]

        For: every region with a row in livestock and every decided period.
        Unit: Mha/yr.
        Dual: what one more hectare a year of capacity is worth.
        Data: livestock.treatment_capacity.
        """
        per_year = 1.0 / self.data.length(vintage)
        return self.b.sum((per_year, v) for v in self.newly_in[region, vintage]) <= float(self.capacity[region])

    # ------------------------------------------------------------------------------------------------------------
    # Posts

    def _standing(self, possible: pd.DataFrame) -> Terms:
        """Treated land in every year from its vintage on, with the age (yr) at which it starts and ends the period."""
        columns = [
            "gain", "saturation", "establishment_cost", "annual_cost", "compensation", "irrigation", "life", "restores",
            "degradation_stopped", "forage_lost", "replaced_gain", "replaced_years", "replaced_compensation",
        ]
        terms = self.treated.terms().join(possible, on=[*LAND_KEY, "measure"], columns=columns)
        middle = self.periods.assign(middle=(self.periods["start"] + self.periods["year"]) / 2)
        terms = terms.join(middle.rename(columns={"year": "vintage"}), on=["vintage"], columns=["middle"])
        terms = terms.cross(self.periods)
        terms = terms.where(terms.frame["vintage"] <= terms.frame["year"])
        frame = terms.frame
        # Treated evenly through the period: the mean hectare is treated in its middle.
        return terms.assign(
            age_from=(frame["start"] - frame["middle"]).clip(lower=0.0), age_to=frame["year"] - frame["middle"]
        )

    def _post_grass_land(self) -> None:
        grass = each_year(self.grass, self.data)
        self.ledger.supply_fixed(
            "grass_land", grass, grass["treatable"], item="available", unit="Mha",
            sheet=GRASSLAND.name, cells=self.b.cells(GRASSLAND, grass, "area"), nets="closed_area",
        )

    def _post_land_use(self, standing: Terms) -> None:
        self.ledger.use("grass_land", standing, 1.0, item="treated", unit="1")
        restored = standing.where(standing.frame["restores"] > 0).assign(land_class="grassland")
        self.ledger.use("land", restored, 1.0, item="grassland_restored", unit="1")
        self.ledger.supply("dual_restored", restored, 1.0, item="grassland_restored", unit="1")

    def _post_carbon(self, standing: Terms) -> None:
        frame = standing.frame
        years = overlap(frame["age_from"], frame["age_to"], frame["saturation"])
        self.ledger.supply(
            "sink", standing, frame["gain"] * years / frame["length"], item="grassland_measures", unit="Mt CO2/Mha/yr"
        )
        since = self.data.base_year
        # The old measure would have gone on until its years are over; it ends when the new one begins, mid-period.
        begins = (frame["start"].where(frame["vintage"] < frame["year"], frame["middle"]) - since).clip(lower=0.0)
        left = overlap(begins, frame["year"].astype(float) - since, frame["replaced_years"])
        replaced = frame["replaced_gain"] * left / frame["length"]
        self.ledger.use("sink", standing, replaced, item="grassland_initial_replaced", unit="Mt CO2/Mha/yr")
        self.ledger.supply(
            "sink", standing, frame["degradation_stopped"], item="grassland_degradation", unit="Mt CO2/Mha/yr"
        )

    def _post_history(self) -> None:
        """What goes on without any decision: untreated land degrades, old measures gain carbon until saturation."""
        grass = each_year(self.grass, self.data)
        loss = grass["free"] * grass["degradation"] * CO2_PER_C
        self.ledger.use_fixed("sink", grass, loss, item="grassland_degradation", unit="Mt CO2/yr")
        initial = self.data.frame(GRASS_INITIAL)
        if initial.empty:
            return
        areas = self.grass.rename(columns={"initial_ban": "ban", "initial_balance": "balance"})
        areas = areas.melt([*LAND_KEY, "carbon_factor"], ["ban", "balance"], var_name="measure", value_name="initial_area")
        old = areas.merge(initial, on=["grass_zone", "measure"]).merge(self.periods, how="cross")
        age = self.data.base_year
        years = overlap(old["start"] - age, old["year"] - age, old["years_left"])
        gain = old["initial_area"] * old["rate"] * old["carbon_factor"] * CO2_PER_C * years / old["length"]
        # Not additional: reported, but outside the strict target.
        self.ledger.supply_fixed("sink", old, gain, item="grassland_initial", unit="Mt CO2/yr", memo=True)
        paid = old["initial_area"] * old["compensation"]
        self.ledger.use_fixed("money", old, paid, item="grassland_compensation_initial", unit="bn CNY/yr")

    def _post_money(self, standing: Terms) -> None:
        frame = standing.frame
        renewed = np.floor(frame["age_to"] / frame["life"]) - np.floor(frame["age_from"] / frame["life"])
        times = renewed + (frame["vintage"] == frame["year"])
        cost = frame["establishment_cost"] * times / frame["length"]
        self.ledger.use("money", standing, cost, item="grassland_establishment", unit="bn CNY/Mha/yr")
        self.ledger.use("money", standing, GRASS_MEASURES.column("annual_cost"), item="grassland_annual_cost")
        self.ledger.use("money", standing, GRASS_MEASURES.column("compensation"), item="grassland_compensation")
        ended = frame["replaced_compensation"]
        self.ledger.supply("money", standing, ended, item="grassland_compensation_initial", unit="bn CNY/Mha/yr")

    def _post_water_and_forage(self, standing: Terms) -> None:
        self.ledger.use("water", standing, GRASS_MEASURES.column("irrigation"), item="grassland_irrigation")
        lost = standing.frame["forage_lost"]
        self.ledger.use("forage", standing, lost, item="grassland_measures_forage", unit="Mt DM/Mha/yr")

    def _post_forage(self) -> None:
        """Forage that stands without new measures, livestock to be fed, and feed that may be bought."""
        grass = each_year(self.grass, self.data)
        given_up = self.data.number("initial_balance_forage_loss") * grass["balanced"]
        self.ledger.supply_fixed(
            "forage", grass, (grass["treatable"] - given_up) * grass["forage"], item="grassland_forage", unit="Mt DM/yr"
        )
        if self.livestock.empty:
            return
        herds = each_year(self.livestock, self.data)
        eaten = herds["sheep_units"] * self.data.number("dry_matter_per_sheep_unit")
        self.ledger.use_fixed(
            "forage", herds, eaten, item="livestock", unit="Mt DM/yr",
            sheet=LIVESTOCK.name, cells=self.b.cells(LIVESTOCK, herds, "sheep_units"), nets="other_cells",
        )
        if counts_methane(self.data):
            emitted = herds["sheep_units"] * self.data.number("methane_per_sheep_unit")
            post_fixed_methane(self.ledger, self.data, herds, emitted, item="livestock_methane")
        self.feed = self.b.variable(FEED, herds)
        self.ledger.supply("forage", self.feed.terms(), 1.0, item="bought_feed", unit="1")
        price = self.data.number("feed_price")
        self.ledger.use("money", self.feed.terms(), price, item="bought_feed", unit="bn CNY/Mt DM")
