"""Where, when and how much to plant, by type and quality of land.

Good land is small and cheap, the rest dry and dear: it survives less, grows less and may have to be irrigated. Land
enters the forest with the soil it has; the vegetation that stood on it is lost at planting.

Limits: what does not survive stays as land used without carbon and is not planted again; tending is paid in the period
of planting; plantings of the horizon are never felled within it, so no land is planted twice. In periods of history that is
planted which was observed, spread over the land offered in proportion to what of it is left.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...core.build.build import Lever
from ...core.data import Data, regions_in
from ...core.declare.iamc import REMOVAL, WITHDRAWAL
from ...core.declare.roles import LAND_USERS, Decision, Headline, Item, State, Told
from ...core.declare.spec import Finding, Indicator, Variable, constraint
from ...core.declare.units import CO2_PER_C
from ...core.ledger import Terms
from ..forest.parts.rules import post_roadmap
from ..forest.stands import group_parameters
from ..forest.tables import FOREST_GROUPS, NEW_FOREST, new_stratum_name
from ..spread import Spread, spread
from ..years import each_year, no_milestones
from .tables import AFFORESTATION_LAND, NEW_FOREST_TARGETS, PLANTING_CAPACITY

PLANTED = Variable("planted", ("region", "water_zone", "land_type", "year"), "Mha", en="Planted in the period", zh="时期内造林面积")
EVAPOTRANSPIRATION = Variable(
    "extra_evapotranspiration", ("water_zone", "year"), "km3/yr", low=None, en="Extra evapotranspiration of rainfed planting", zh="雨养造林额外蒸散"
)

ROW = ["region", "water_zone", "land_type"]

def land_with_soil(data: Data) -> pd.DataFrame:
    """The land offered with the forest group planted on it, how far its soil lies below that group's, and how it comes back."""
    land, new, parameters = data.frame(AFFORESTATION_LAND), data.lookup(NEW_FOREST, "forest_group"), group_parameters(data)
    groups = [new[key] for key in land[ROW].itertuples(index=False, name=None)]
    soil, constant = parameters["soil_equilibrium"], parameters["soil_time_constant"]
    return land.assign(
        forest_group=groups,
        soil_deficit=[float(soil[group]) for group in groups] - land["soil_before"].astype(float),
        soil_time_constant=[float(constant[group]) for group in groups],
    )


def check_planted(data: Data) -> list[Finding]:
    """Something must be said about what is planted on every piece of land offered."""
    land = data.frame(AFFORESTATION_LAND)
    described = set(data.frame(NEW_FOREST)[ROW].itertuples(index=False, name=None))
    return [
        Finding(
            "error", AFFORESTATION_LAND.name, data.cell(AFFORESTATION_LAND.name, int(row), "land_type"),
            f"nothing is said about what is planted on {key[2]} in {key[1]}, {key[0]}", f"a row in {NEW_FOREST.name}",
            f"未说明 {key[0]} {key[1]} 的 {key[2]} 造何种林", f"应在 {NEW_FOREST.name} 中填写一行",
        )
        for row, key in zip(land.index, land[ROW].itertuples(index=False, name=None), strict=True)
        if key not in described
    ]  # fmt: skip


def planted_before(data: Data) -> Spread:
    """What was planted in periods of history, Mha by row of the land offered: nothing where no row of ``observed`` tells."""
    land = data.frame(AFFORESTATION_LAND)
    return spread(data, "planting", land.assign(room=land["area"].astype(float), part=1.0), ROW, ROW)


def check_planted_before(data: Data) -> list[Finding]:
    """What was planted somewhere needs land offered there."""
    return planted_before(data).findings(data)


def check_targets(data: Data) -> list[Finding]:
    """A target of new forest must name a milestone year, and a place with land to plant."""
    targets = data.frame(NEW_FOREST_TARGETS)
    planted = set(data.frame(AFFORESTATION_LAND)["region"])
    return [
        *no_milestones(data, NEW_FOREST_TARGETS, targets, "year"),
        *(
            Finding(
                "error", NEW_FOREST_TARGETS.name, data.cell(NEW_FOREST_TARGETS.name, int(row), "scope"),
                f"no land is offered in {scope}", f"a place with rows in {AFFORESTATION_LAND.name}, or no target",
                f"{scope} 没有可造林地", f"应为 {AFFORESTATION_LAND.name} 中有行的地区，或删除该目标",
            )
            for row, scope, area in zip(targets.index, targets["scope"], targets["area"], strict=True)
            if float(area) > 0.0 and not planted & set(regions_in(data, str(scope)))
        ),
    ]  # fmt: skip


class Afforestation(Lever):
    """Planting on offered land."""

    name = "afforestation"
    tables = (AFFORESTATION_LAND, PLANTING_CAPACITY, NEW_FOREST_TARGETS)
    needs = (AFFORESTATION_LAND, NEW_FOREST, FOREST_GROUPS)
    checks = (check_planted, check_targets, check_planted_before)
    items = (
        Item("offered", "offered_land", en="Land offered for planting", zh="可造林地"),
        Item("afforestation", ("offered_land", "land", "planting", "soil_planting"), wooded=True),
        Item("returned_to_forest", "land", en="Returned to forest", zh="退耕还林", wooded=True),
        Item("planted", "roadmap"),
        Item("extra_evapotranspiration", "river_flow", en="Extra evapotranspiration of plantings", zh="造林额外蒸散"),
        Item("afforestation_irrigation", "water", en="Irrigation of plantings", zh="造林灌溉", iamc=f"{WITHDRAWAL}|Agriculture|New Forest"),
        Item("afforestation_vegetation_lost", "sink", en="Vegetation lost at planting", zh="造林损失的原植被", iamc=f"{REMOVAL}|Land Use|Forest|Living Trees|New Stands", only_added=True),
        Item("afforestation_planting", "money", en="Planting", zh="造林投入", payer=LAND_USERS),
        Item("afforestation_tending", "money", en="Tending", zh="抚育", payer=LAND_USERS),
        Item("afforestation_forgone_income", "money", en="Income forgone on returned cropland", zh="退耕机会成本", payer=LAND_USERS),
    )
    variables = (PLANTED, EVAPOTRANSPIRATION)
    decisions = (
        Decision(
            "planted", ("land_type",), "CNY/ha", "afforestation", ("afforestation_land", "planting_capacity"),
            Told("kha/yr", headline=Headline(1, "Forest planted", "造林")),
        ),
    )  # fmt: skip
    states = (State("extra_evapotranspiration", ("extra_evapotranspiration_sum",)),)
    grows_with = "forest"
    indicators = (
        Indicator("afforested_area", "kha", variable="planted", en="Planted per period", zh="时期造林面积"),
        Indicator("afforestation_sink", "million t CO2/yr", "sink", ("afforestation_living", "afforestation_vegetation_lost"), en="Sink of new forest, less the vegetation lost", zh="新造林碳汇（扣除原植被）"),
        Indicator("afforestation_extra_evapotranspiration", "million m3/yr", variable="extra_evapotranspiration", en="Extra evapotranspiration of rainfed planting (not a withdrawal)", zh="雨养造林额外蒸散（不计取水）"),
    )

    def build(self) -> None:
        """Declare plantings and post what they take and bring."""
        data = self.data
        self.length = {y: data.length(y) for y in data.years}
        self.years = pd.DataFrame({"year": data.years})
        offered = self._offered()
        every = offered.reset_index(drop=True).merge(self.years, how="cross")
        self.planted = self.b.variable(PLANTED, every, happened=planted_before(data).on(every, PLANTED.index))
        planted = self.planted.terms().join(offered, ROW)
        planted = planted.assign(years=planted.frame["year"].map(self.length).astype(float))
        stands = planted.rename(year="vintage").cross(self.years)
        stands = stands.where(stands.frame["vintage"] <= stands.frame["year"])
        self._limit_planting()
        self._add_targets(offered)
        self._measure_evapotranspiration(offered)
        self._post_land(offered, stands)
        self._post_forest(planted)
        self._post_costs(planted, stands)
        post_roadmap(data, self.ledger, planted, "planted")

    def _offered(self) -> pd.DataFrame:
        """Rows of land with the stratum and the soil that plantings on them get."""
        land = land_with_soil(self.data)
        return land.assign(stratum=[new_stratum_name(*key) for key in land[ROW].itertuples(index=False, name=None)])

    def _limit_planting(self) -> None:
        if not self.data.has(PLANTING_CAPACITY.name):
            return
        capacity = self.data.frame(PLANTING_CAPACITY)
        self.planted_keys: dict[tuple[str, int], list[tuple[Any, ...]]] = {}
        for key in self.planted.keys:
            self.planted_keys.setdefault((key[0], key[3]), []).append(key)
        pairs = zip(capacity["region"], capacity["year"], strict=True)
        decided = [key for key in self.planted_keys if key[1] in self.data.decided]
        capacity = capacity[np.array([pair in decided for pair in pairs], dtype=bool)]
        over = capacity[["region", "year"]]
        self.capacity = self.data.lookup(PLANTING_CAPACITY)
        limit = (PLANTING_CAPACITY.name, self.b.cells(PLANTING_CAPACITY, capacity), "kha/yr")
        self.b.constrain(self.planting_capacity_kept, over, limit=limit)

    def _add_targets(self, offered: pd.DataFrame) -> None:
        targets = self.data.frame(NEW_FOREST_TARGETS)
        targets = targets[targets["year"].isin(self.data.decided)]
        if targets.empty:
            return
        self.survival = self.data.lookup(AFFORESTATION_LAND, "survival")
        self.target_area = self.data.lookup(NEW_FOREST_TARGETS, "area")
        limit = (NEW_FOREST_TARGETS.name, self.b.cells(NEW_FOREST_TARGETS, targets, "area"), "kha")
        self.b.constrain(self.new_forest_established, targets[["target", "scope", "year"]].astype({"year": int}), limit=limit)

    @constraint(unit="Mha", kind="stock", target=True, steers_forest=True)
    def new_forest_established(self, target: str, scope: str, year: int) -> Any:
        """The cover target is met: enough new forest has been established since the base year.

        sum over r in scope, z, l, v <= t of survival[r,z,l] * planted[r,z,l,v] >= area[target]

        For: every row of new_forest_targets, in decided periods.
        Unit: Mha.
        Dual: cost of one more hectare that the target asks for.
        Data: new_forest_targets, afforestation_land survival.
        """
        group = self.data.region_group
        pairs = [
            (self.survival[key[:3]], variable)
            for key, variable in self.planted.variables.items()
            if key[3] <= year and scope in ("nation", key[0], f"group:{group[key[0]]}")
        ]
        return self.b.sum(pairs) >= self.target_area[target]

    def _measure_evapotranspiration(self, offered: pd.DataFrame) -> None:
        thirsty = offered[offered["extra_evapotranspiration"] != 0.0]
        self.evapotranspiration_of: dict[str, list[tuple[tuple[str, str, str], float]]] = {}
        for row in thirsty.itertuples():
            rate = float(row.survival) * float(row.extra_evapotranspiration)
            self.evapotranspiration_of.setdefault(row.water_zone, []).append(((row.region, row.water_zone, row.land_type), rate))
        zones = pd.DataFrame({"water_zone": list(self.evapotranspiration_of)}).merge(self.years, how="cross")
        self.extra_evapotranspiration = self.b.variable(EVAPOTRANSPIRATION, zones)
        self.b.constrain(self.extra_evapotranspiration_sum, zones)
        self.ledger.use("river_flow", self.extra_evapotranspiration.terms(), 1.0, item="extra_evapotranspiration", unit="1")

    def _post_land(self, offered: pd.DataFrame, stands: Terms) -> None:
        """Land offered, taken, and given back as forest land; irrigation of what lives."""
        ledger, frame = self.ledger, stands.frame
        every = each_year(offered, self.data)
        cells = self.b.cells(AFFORESTATION_LAND, every, "area")
        ledger.supply_fixed(
            "offered_land", every, every["area"].astype(float), item="offered", unit="Mha", sheet=AFFORESTATION_LAND.name, cells=cells
        )
        ledger.use("offered_land", stands, 1.0, item="afforestation", unit="1")
        forest_land = stands.assign(land_class="forest_land")
        ledger.use("land", forest_land, 1.0, item="afforestation", unit="1")
        returned = frame["from_class"] == "cropland"
        ledger.supply("land", forest_land.where(returned), 1.0, item="returned_to_forest", unit="1")
        ledger.use("land", stands.where(returned).assign(land_class="cropland"), 1.0, item="returned_to_forest", unit="1")
        irrigated = stands.where(frame["irrigation"] > 0.0)
        withdrawn = irrigated.frame["irrigation"] * irrigated.frame["survival"]
        ledger.use("water", irrigated, withdrawn, item="afforestation_irrigation", unit="km3/Mha/yr")

    def _post_forest(self, planted: Terms) -> None:
        """What lives enters the forest with its soil; the vegetation before is lost."""
        frame, ledger = planted.frame, self.ledger
        ledger.supply("planting", planted, frame["survival"], item="afforestation", unit="1")
        ledger.supply("soil_planting", planted, frame["soil_deficit"] * frame["survival"], item="afforestation", unit="Mt C/Mha")
        lost = CO2_PER_C * frame["vegetation_before"] / frame["years"]
        ledger.use("sink", planted, lost, item="afforestation_vegetation_lost", unit="Mt CO2/Mha/yr")

    def _post_costs(self, planted: Terms, stands: Terms) -> None:
        frame = planted.frame
        self.ledger.use("money", planted, frame["planting_cost"] / frame["years"], item="afforestation_planting", unit="bn CNY/Mha/yr")
        self.ledger.use("money", planted, frame["tending_cost"] / frame["years"], item="afforestation_tending", unit="bn CNY/Mha/yr")
        farmed = stands.where(stands.frame["from_class"] == "cropland")
        forgone = AFFORESTATION_LAND.column("forgone_income")
        self.ledger.use("money", farmed, forgone, item="afforestation_forgone_income")

    @constraint(unit="Mha/yr", kind="flow", steers_forest=True)
    def planting_capacity_kept(self, region: str, year: int) -> Any:
        """No more is planted a year than nurseries and hands allow.

        sum over z, l of planted[r,z,l,t] / n[t] <= planting_capacity[r,t]

        For: every region with a capacity, every decided period.
        Unit: Mha/yr.
        Dual: what one more hectare of planting capacity a year is worth.
        Data: planting_capacity.
        """
        planted = self.b.sum([(1.0 / self.length[year], self.planted[key]) for key in self.planted_keys[region, year]])
        return planted <= self.capacity[region, year]

    @constraint(unit="km3/yr")
    def extra_evapotranspiration_sum(self, water_zone: str, year: int) -> Any:
        """Extra evapotranspiration is that of all plantings that live.

        extra_evapotranspiration[z,t] == sum over r, l, v <= t of survival[r,z,l] * extra_evapotranspiration[r,z,l] * planted[r,z,l,v]

        For: every water zone with rainfed land that evaporates more once planted.
        Unit: km3/yr.
        Dual: cost of one more cubic metre; zero while nothing limits it.
        Data: afforestation_land extra_evapotranspiration, survival.
        """
        pairs = [
            (rate, self.planted[(*row, v)])
            for row, rate in self.evapotranspiration_of[water_zone]
            for v in self.length
            if v <= year
        ]
        return self.extra_evapotranspiration[water_zone, year] == self.b.sum(pairs)
