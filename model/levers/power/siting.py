"""Where to build wind, solar, hydro and nuclear: by resource grade and land class.

New capacity is decided by site (region, water zone, technology, land class, sensitivity, grade) and vintage. What
stands gives output by time slice, takes land and water, earns capacity credit and costs its annuity and its fixed and
variable cost. The base-year fleet ages by ``fleet_survival``. Output that nobody needs is curtailed.

Limits: what is curtailed is decided for all these plants of a region together, since which of them stands idle makes no
difference to anything; reports take it off each in proportion. The variable cost is charged on the yearly yield of the capacity, so that curtailed output is charged too (it
is small for wind, sun and water, and nuclear is hardly ever curtailed); land and washing water of the base-year fleet
are part of today's land and water use; the existing fleet is not taken out before its end.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...core.build.build import Lever
from ...core.data import Data
from ...core.declare.iamc import NOWHERE, WITHDRAWAL
from ...core.declare.roles import POWER_USERS, Decision, Headline, Item, Known, State, Told
from ...core.declare.spec import Variable, constraint
from ...core.frames import key_tuples
from ...core.ledger import Terms
from ..years import each_year
from .capacity import (
    TWH_PER_GW,
    BuildPace,
    Capacity,
    no_blanks,
    pairs,
    post_credit,
    post_installed,
    standing,
    surviving,
    totals,
    with_capital,
    with_fixed_cost,
    working,
)
from .pace.under_construction import UNDER_CONSTRUCTION, SitedBegun, check_under_construction
from .parts.sited_history import as_seen, check_history_sites, on_sites, sited_history
from .parts.sited_input import (
    CAPACITY_HISTORY,
    ENERGY_LAND_QUOTA,
    SITED_CAPEX,
    SITED_FIXED_COST,
    check_history,
    check_shapes,
)
from .parts.sited_output import CURTAILED, SITED_OUTPUT, post_land, post_output, post_water
from .plants import open_sites, sited_fleet
from .tables import BUILD_LIMITS, FLEET_SURVIVAL, OUTPUT_SHAPE, SITED, SITED_FLEET, SITED_TECHNOLOGIES, SITES

SITE = ("region", "water_zone", "technology", "land_class", "sensitivity", "grade")
ZONE = ["region", "water_zone", "technology", "year"]

NEW_SITED = Variable(
    "new_sited", (*SITE, "vintage"), "GW",
    en="New wind, solar, hydro and nuclear capacity by site", zh="新增风光水核装机（按场址）",
)
SITED_CAPACITY = Variable(
    "sited_capacity", (*SITE, "year"), "GW",
    en="Standing capacity built by the model, by site", zh="模型新建并在役装机（按场址）",
    kind="standing",
)


def _sited_plants(data: Data, power: pd.DataFrame) -> pd.Series:
    """Rows of the table ``power`` that are wind, solar, hydro and nuclear plants."""
    return power["technology"].isin(SITED)


class Siting(Lever):
    """New wind, solar, hydro and nuclear by site, and the fleet of the base year."""

    name = "siting"
    tables = (
        SITES, SITED_TECHNOLOGIES, SITED_CAPEX, SITED_FIXED_COST, SITED_FLEET, FLEET_SURVIVAL, OUTPUT_SHAPE,
        CAPACITY_HISTORY, BUILD_LIMITS, UNDER_CONSTRUCTION, ENERGY_LAND_QUOTA,
    )
    needs = (SITED_TECHNOLOGIES, OUTPUT_SHAPE)
    checks = (check_history, check_shapes, check_history_sites, check_under_construction)
    rules = (SitedBegun,)
    items = (
        Item("{sited_technologies.technology}", ("power", "curtailable")),
        Item("capacity", "sited_output"),
        Item("output", ("sited_output", "curtailable", "primary_energy")),
        Item("curtailment", ("power", "curtailable", "primary_energy"), en="Curtailment", zh="弃电"),
        Item("sited_plants", ("reserve", "variable_credit", "installed"), en="Wind, solar, hydro and nuclear plants", zh="风光水核电站"),
        Item("wind_farms", "land", en="Wind farms", zh="风电场"),
        Item("solar_farms", ("land", "dual_panels"), en="Solar farms", zh="光伏电站"),
        Item("hydro_reservoirs", "land", en="Hydropower", zh="水电站"),
        Item("nuclear_sites", "land", en="Nuclear sites", zh="核电站"),
        Item("panel_washing", "water", en="Panel washing", zh="光伏清洗", iamc=f"{WITHDRAWAL}|Electricity"),
        Item("evaporation_saved", "water", en="Evaporation saved", zh="减少蒸发", iamc=NOWHERE),
        Item("nuclear_cooling", "water", en="Nuclear cooling", zh="核电冷却", iamc=f"{WITHDRAWAL}|Electricity"),
        Item("wind_cost", "money", en="Wind power", zh="风电成本", payer=POWER_USERS),
        Item("solar_cost", "money", en="Solar power", zh="光伏成本", payer=POWER_USERS),
        Item("hydro_cost", "money", en="Hydropower", zh="水电成本", payer=POWER_USERS),
        Item("nuclear_cost", "money", en="Nuclear power", zh="核电成本", payer=POWER_USERS),
    )
    variables = (NEW_SITED, SITED_CAPACITY, SITED_OUTPUT, CURTAILED)
    knows = (Known("technology", ("class",), lambda data: data.frame(SITED_TECHNOLOGIES)),)
    decisions = (
        Decision(
            "new_sited", ("technology",), "CNY/kW", "clean_energy", ("sites", "build_limits", "energy_land_quota", "capacity_history"),
            Told("GW", table="power", amount="capacity_gw", rows=_sited_plants, headline=Headline(4, "Wind and solar standing", "风电光伏装机", ("wind", "pv"))),
        ),
    )  # fmt: skip
    states = (State("sited_capacity", ("sited_capacity_stands",)), State("sited_output", ("balance_sited_output",)))
    operations = ("curtailed",)

    def build(self) -> None:
        """Decide new capacity by site; post output, land, water, credit and cost of all that stands."""
        self._prepare()
        self._limit()
        post_output(self.b, self.working)
        post_land(self.ledger, self.planned)
        post_water(self.ledger, self.working.decided)
        self._post_money()
        post_credit(self.ledger, self.data, self.capacity, "sited_plants")
        post_installed(self.ledger, self.capacity, "sited_plants")

    def _prepare(self) -> None:
        data = self.data
        technologies = no_blanks(data.frame(SITED_TECHNOLOGIES), "credit_class")
        self.technologies = technologies.assign(item=technologies["class"] + "_cost")
        self.sites = open_sites(data)
        vintages = pd.DataFrame({"vintage": data.years})
        new = self.sites.merge(vintages, how="cross")
        happened = sited_history(data)
        new = new.assign(built=on_sites(data, self.sites, new, happened))
        self.new_sited = self.b.variable(NEW_SITED, new, happened=new["built"].to_numpy(dtype=float))
        before = totals(new[new["built"] > 0.0], SITE, "built")
        self.built_sites = self.sites.assign(built=[before.get(site, 0.0) for site in key_tuples(self.sites[list(SITE)])])
        every = each_year(self.built_sites, data)
        listed = every["potential"].to_numpy(dtype=float)
        # what was built beyond the listed potential is history: it blocks the site, it does not break the model, and no cell is its limit
        high = every[["potential", "built"]].astype(float).max(axis=1).where(every["year"].isin(data.decided), np.inf).to_numpy(dtype=float)
        cells = [cell if most <= potential else "" for cell, most, potential in zip(self.b.cells(SITES, every, "potential"), high, listed, strict=True)]
        self.sited_capacity = self.b.variable(SITED_CAPACITY, every, high=high, limit=(SITES.name, cells, "GW"))
        attributes = self.sites.rename(columns={"potential": "site_potential"})
        self.new = self._with_technology(self.new_sited.terms().join(attributes, SITE))
        self.built = standing(self.new, data, happened.worked)
        existing = self._with_technology(Terms(surviving(data, sited_fleet(data)), "GW")).frame
        decided = self.sited_capacity.terms().join(attributes, SITE).assign(gw=1.0)
        self.capacity = Capacity(existing, self._with_technology(decided))
        held = self.built.frame[self.built.frame["position"].isin(self.new_sited.positions[self.new_sited.held])]
        held = held.assign(gw=held["gw"] * self.new_sited.lower[held["position"].to_numpy() - self.new_sited.start])
        self.working = as_seen(data, Capacity(working(existing), self.built), held)

    def _with_technology(self, terms: Terms) -> Terms:
        return terms.join(self.technologies, ["technology"])

    def _limit(self) -> None:
        b, data = self.b, self.data
        standing_new = self.built.frame[self.built.frame["stands"] > 0.0]
        self.standing_new = pairs(self.new_sited, standing_new, [*SITE, "year"], "stands")
        b.constrain(self.sited_capacity_stands, self.sited_capacity.frame)
        self._limit_zones()
        decided, existing = self.capacity.decided.frame, self.capacity.existing
        self.class_capacity = pairs(self.sited_capacity, decided, ["class", "year"])
        self.class_fleet = totals(existing, ["class", "year"], "gw")
        self.history = {bound: data.lookup(CAPACITY_HISTORY, bound) for bound in ("low", "high")}
        history = data.frame(CAPACITY_HISTORY)
        history = history[history["year"].isin(data.decided)]
        for rule, column in ((self.capacity_history_low, "low"), (self.capacity_history_high, "high")):
            rows = history[history[column].notna()]
            cells = b.cells(CAPACITY_HISTORY, rows, column)
            b.constrain(rule, rows[["class", "year"]], limit=(CAPACITY_HISTORY.name, cells, "GW"), amounts=rows[column])
        self.pace = BuildPace(b, self.new_sited, self.new.frame)
        self.pace.constrain(self.sited_build_limit)
        begun = SitedBegun(b, self.pace)
        begun.constrain(begun.sited_under_construction)
        quotas = each_year(data.frame(ENERGY_LAND_QUOTA), data)
        quotas = quotas[quotas["year"].isin(data.decided)]
        self.planned = self._planned()
        self.footprint = pairs(self.new_sited, self.planned.frame, ["region", "land_class", "year"], "land")
        self.quota = data.lookup(ENERGY_LAND_QUOTA, "quota")
        cells = b.cells(ENERGY_LAND_QUOTA, quotas, "quota")
        over = quotas[["region", "land_class", "year"]]
        b.constrain(self.energy_land_quota, over, limit=(ENERGY_LAND_QUOTA.name, cells, "kha"))

    def _limit_zones(self) -> None:
        """A zone needs its own limit only where a fleet shares the potential with new sites."""
        self.zone_capacity = pairs(self.sited_capacity, self.capacity.decided.frame, ZONE)
        existing = self.capacity.existing
        self.zone_fleet = totals(existing[existing["sites_include_fleet"] > 0], ZONE, "gw")
        self.zone_potential = totals(self.sites, ZONE[:-1], "potential")
        self.zone_built = totals(self.built_sites, ZONE[:-1], "built")
        rows = [key for key in self.zone_capacity if self.zone_fleet.get(key, 0.0) > 0 and key[-1] in self.data.decided]
        largest = self.sites.sort_values("potential", ascending=False, kind="stable").drop_duplicates(ZONE[:-1])
        places = largest[ZONE[:-1]].itertuples(index=False, name=None)
        cell_of = dict(zip(places, self.b.cells(SITES, largest, "potential"), strict=True))
        limit = (SITES.name, [cell_of[key[:-1]] for key in rows], "GW")
        amounts = [max(self.zone_potential[key[:-1]], self._zone_stands(key)) for key in rows]
        self.b.constrain(self.technology_potential, pd.DataFrame(rows, columns=ZONE), limit=limit, amounts=amounts)

    @constraint(unit="GW")
    def sited_capacity_stands(
        self, region: str, water_zone: str, technology: str, land_class: str, sensitivity: str, grade: int, year: int
    ) -> Any:
        """What stands on a site is what was built there and has not reached the end of its life.

        sited_capacity[site, year] == sum(stands[vintage, year] * new_sited[site, vintage])     stands: as in ``lives``

        For: every site that is not excluded, every year.
        Unit: GW.
        Dual: yearly worth of one more GW standing on the site.
        Data: sited_technologies.lifetime.
        """
        key = (region, water_zone, technology, land_class, sensitivity, grade, year)
        return self.sited_capacity[key] == self.b.sum(self.standing_new.get(key, []))

    @constraint(unit="GW", kind="standing", nets="several_rows")
    def technology_potential(self, region: str, water_zone: str, technology: str, year: int) -> Any:
        """New sites and the surviving fleet together stay within the zone's potential of the technology.

        sum(sited_capacity over sites) + fleet[year] <= max(sum(potential), fleet[year] + built in history)

        For: every region, water zone and technology with sites and a surviving fleet, every decided year, where the potential
        of the sites includes the fleet.
        Unit: GW.
        Dual: worth of one more GW of potential in the zone.
        Data: sites.potential (the limit is the sum over the sites; it names the cell of the largest), sited_fleet.capacity, fleet_survival, sited_technologies.sites_include_fleet.
        """
        key = (region, water_zone, technology, year)
        # a fleet larger than the listed potential is history: it blocks new sites, it does not break the model
        room = max(self.zone_potential[key[:-1]], self._zone_stands(key)) - self.zone_fleet[key]
        return self.b.sum(self.zone_capacity[key]) <= room

    def _zone_stands(self, key: tuple[Any, ...]) -> float:
        """The fleet of a zone and what was built there in history."""
        return self.zone_fleet[key] + self.zone_built.get(key[:-1], 0.0)

    @constraint(unit="GW", kind="standing", nets="earlier_plants")
    def capacity_history_low(self, plant_class: str, year: int) -> Any:
        """National capacity of a class is at least what was observed or is planned.

        sum(sited_capacity of the class) + fleet[class, year] >= low[class, year]

        For: every row of capacity_history with a lower value in a model year.
        Unit: GW.
        Dual: cost of having to hold one more GW.
        Data: capacity_history.low.
        """
        return self._national(plant_class, year) >= self._still_to_build("low", plant_class, year)

    @constraint(unit="GW", kind="standing", nets="earlier_plants")
    def capacity_history_high(self, plant_class: str, year: int) -> Any:
        """National capacity of a class is at most what was observed or is planned.

        sum(sited_capacity of the class) + fleet[class, year] <= high[class, year]

        For: every row of capacity_history with an upper value in a model year.
        Unit: GW.
        Dual: worth of one more GW allowed.
        Data: capacity_history.high.
        """
        return self._national(plant_class, year) <= self._still_to_build("high", plant_class, year)

    def _national(self, plant_class: str, year: int) -> Any:
        return self.b.sum(self.class_capacity.get((plant_class, year), []))

    def _still_to_build(self, bound: str, plant_class: str, year: int) -> float:
        return float(self.history[bound][plant_class, year]) - self.class_fleet.get((plant_class, year), 0.0)

    @constraint(unit="GW/yr", kind="flow")
    def sited_build_limit(self, plant_class: str, year: int) -> Any:
        """The nation builds no more of a class a year than its industry can deliver.

        sum(new_sited of the class and vintage) / n[year] <= build_limits[class, year]

        For: every class of build_limits with sites, every model year.
        Unit: GW/yr.
        Dual: worth of building one more GW a year in the period.
        Data: build_limits.
        """
        return self.pace.keeps(plant_class, year)

    @constraint(unit="Mha", kind="standing")
    def energy_land_quota(self, region: str, land_class: str, year: int) -> Any:
        """New energy takes no more land of a class than its special quota.

        sum(land_ha_per_mw * stands[v,t] * new_sited[site,v] on the class, v no period of history) <= quota

        For: every row of energy_land_quota, every decided year.
        Unit: Mha.
        Dual: worth of one more hectare of quota.
        Data: energy_land_quota.quota, sites.land_ha_per_mw.
        """
        key = (region, land_class, year)
        return self.b.sum(self.footprint.get(key, [])) <= self.quota[region, land_class]

    def _planned(self) -> Terms:
        """What the plan builds, as it stands, with the ``land`` that a unit takes: what was built in history lies, as the fleet does, on
        land that the account no longer offers."""
        frame = self.built.frame
        planned = frame[frame["vintage"].isin(self.data.decided) & (frame["stands"] > 0.0)]
        return Terms(planned.assign(land=planned["stands"] * planned["land_ha_per_mw"].astype(float)), self.built.unit)

    def _post_money(self) -> None:
        built = self.built.assign(extra_capex=self.built.frame["mitigation_cost"].astype(float))
        paid = with_capital(built, self.data, self.data.frame(SITED_CAPEX))
        Capacity(self.capacity.existing.head(0), paid).post(self.ledger, "use", "money", "capital", "bn CNY/GW/yr")
        costed = with_fixed_cost(self.working, self.data.frame(SITED_FIXED_COST)).change(
            lambda frame: frame.assign(
                yearly=frame["fixed_cost"] + frame["variable_cost"] * frame["capacity_factor"] * TWH_PER_GW
            )
        )
        costed.post(self.ledger, "use", "money", "yearly", "bn CNY/GW/yr")
