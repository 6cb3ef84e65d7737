"""What becomes of coal, gas and biomass plants: run, retire, retrofit, replace.

The base-year fleet ages by ``fleet_survival``. A part of it may be retired early at a cost, a part converted; both age
with the fleet they were taken from. New plants stand for the life of their technology. What runs in a period is what stood in it
on average: what is built, retired or converted in a period counts half in it.

Limits: plants retired or converted have the age mix of the fleet, so that the same share of them reaches the end of
its life each period; a conversion is paid over its whole life even where the plant under it ends earlier, and when its
own life ends the plant runs as before; the existing fleet's minimum hours do not bind converted plants.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...core.build.build import Lever
from ...core.build.parts import Family
from ...core.data import Data
from ...core.declare.roles import POWER_USERS, Decision, Item, Known, State, Told
from ...core.declare.spec import FIRST_YEAR, LAST_YEAR, Setting, Variable, constraint
from ...core.declare.units import GWH_PER_TWH
from ...core.frames import stack
from ...core.ledger import Terms
from ..lives import at_beginning
from .capacity import (
    BuildPace,
    Capacity,
    Pairs,
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
from .given.bounds import THERMAL_BOUNDS, THERMAL_BUILD_BOUNDS, BuildBounds, StandingBounds, check_thermal_bounds
from .given.yearly import THERMAL_AVAILABILITY, available
from .happened import per_row
from .pace.closing import CLOSING_LIMITS, ClosingPace
from .pace.under_construction import ThermalBegun
from .parts.plant_history import check_thermal_history, thermal_history
from .parts.thermal_age import age_with_fleet, next_period, on_average
from .parts.thermal_input import THERMAL_CAPEX, THERMAL_FIXED_COST
from .plants import PLANT, clean_thermal, thermal_fleet, thermal_options, thermal_technologies
from .tables import THERMAL, THERMAL_FLEET

PLANT_YEAR = [*PLANT, "year"]

RETIRED = Variable(
    "retired", ("region", "technology", "year"), "GW",
    en="Capacity retired early and not yet at the end of its life", zh="提前退役且未到寿命的装机",
)
THERMAL_CAPACITY = Variable(
    "thermal_capacity", ("region", "technology", "year"), "GW", low=None,  # fleet_room keeps it from falling below zero
    en="Thermal capacity that stands", zh="在役火电装机",
)
THERMAL_WORKING = Variable(
    "thermal_working", ("region", "technology", "year"), "GW",
    en="Thermal capacity that stands over the period on average", zh="时期平均在役火电装机",
)
NEW_THERMAL = Variable(
    "new_thermal", ("region", "technology", "vintage"), "GW",
    en="New or converted thermal capacity", zh="新增或改造火电装机",
)


def _clean_plants(data: Data, power: pd.DataFrame) -> pd.Series:
    """Rows of the table ``power`` that are thermal plants of clean energy."""
    return power["technology"].isin(clean_thermal(data))


class Thermal(Lever):
    """The existing thermal fleet, its early retirement and conversion, and new thermal plants."""

    name = "thermal"
    tables = (THERMAL, THERMAL_CAPEX, THERMAL_FIXED_COST, THERMAL_FLEET, CLOSING_LIMITS, THERMAL_BOUNDS, THERMAL_BUILD_BOUNDS, THERMAL_AVAILABILITY)
    rules = (ThermalBegun, ClosingPace, StandingBounds, BuildBounds)
    needs = (THERMAL,)
    checks = (check_thermal_history, check_thermal_bounds)
    settings = (
        Setting(
            "early_retirement_after", "calendar year", "integer", None, low=FIRST_YEAR, high=LAST_YEAR,
            en="No plant of the base-year fleet retires early up to this year, which is history; blank: from the first period on", zh="该年及以前不得提前退役（已是历史）；空白则首期起可退役",
        ),
    )
    items = (
        Item("capacity", "available_output"),
        Item("obligation", "minimum_output", en="Contracted or heat-bound minimum", zh="合同或供热最低出力"),
        Item("thermal_plants", ("reserve", "variable_credit", "installed"), en="Thermal plants", zh="火电机组"),
        Item("{thermal_technologies.class}_cost", "money", payer=POWER_USERS),
        Item("early_retirement", "money", en="Early retirement", zh="提前退役", payer=POWER_USERS),
    )
    variables = (RETIRED, NEW_THERMAL, THERMAL_CAPACITY, THERMAL_WORKING)
    knows = (Known("technology", ("class",), lambda data: data.frame(THERMAL)),)
    decisions = (
        Decision(
            "new_thermal", ("technology",), "CNY/kW", "clean_energy", ("build_limits",),
            Told("GW", table="power", amount="capacity_gw", rows=_clean_plants),
        ),
        Decision("retired", ("technology",)),
    )  # fmt: skip
    states = (State("thermal_capacity", ("thermal_capacity_stands",)), State("thermal_working", ("thermal_capacity_works",)))

    def build(self) -> None:
        """Decide retirement, conversion and new plants; post output, minimum output, credit and cost."""
        self._prepare()
        self._limit()
        hours = self.data.slices[["slice", "hours"]]
        sliced = self.working.change(lambda frame: frame.merge(hours, how="cross")).change(
            lambda frame: available(self.data, frame)
        ).change(
            lambda frame: frame.assign(output=frame["availability"] * frame["hours"] / GWH_PER_TWH)
        )
        sliced.post(self.ledger, "supply", "available_output", "output", "TWh/yr/GW", item="capacity")
        obliged = self.runs.where(lambda frame: frame["minimum_hours"] > 0).change(
            lambda frame: frame.assign(minimum=frame["minimum_hours"] / GWH_PER_TWH)
        )
        obliged.post(self.ledger, "use", "minimum_output", "minimum", "TWh/yr/GW", item="obligation")
        post_credit(self.ledger, self.data, self.standing, "thermal_plants")
        post_installed(self.ledger, self.standing, "thermal_plants")
        self._post_money()

    def _prepare(self) -> None:
        data = self.data
        technologies = thermal_technologies(data)
        self.technologies = technologies.assign(item=technologies["class"] + "_cost", credit_class="")
        fleet = thermal_fleet(data)
        existing = surviving(data, fleet[[*PLANT, "capacity"]])
        self.fleet = totals(existing, PLANT_YEAR, "gw")
        self.fleet_mean = totals(existing, PLANT_YEAR, "mean_gw")
        self.share = {key: self._share_left(*key) for key in self.fleet if key[2] != data.base_year}
        alive = existing[(existing["year"] != data.base_year) & (existing["gw"] > 0)]
        closed = data.stated("early_retirement_after")
        may_retire = alive["year"] > (data.base_year if closed is None else closed)
        before = thermal_history(data)
        high = may_retire.map({True: np.inf, False: 0.0}).to_numpy(dtype=float)
        self.retired = self.b.variable(RETIRED, alive, high=high, happened=per_row(alive, before.closed, "year"))
        options = thermal_options(data).merge(pd.DataFrame({"vintage": data.years}), how="cross")
        sources = zip(options["region"], options["retrofit_of"], options["vintage"], strict=True)
        possible = [not source[1] or self.fleet[source] > 0 for source in sources]
        options = options[pd.Series(possible, index=options.index, dtype=bool)]
        self.new_thermal = self.b.variable(NEW_THERMAL, options, happened=per_row(options, before.built))
        converted = options[["region", "technology", "vintage", "retrofit_of"]]
        self.new = self.new_thermal.terms().join(converted, ["region", "technology", "vintage"])
        lives = technologies[["technology", "lifetime"]]
        self.built = age_with_fleet(standing(self.new.join(lives, ["technology"]), data, before.worked), self.fleet, self.fleet_mean)
        minimum = fleet[[*PLANT, "minimum_hours"]]
        stood = self.built.assign(gw=self.built.frame["stands"])
        self.capacity = self._capacity(existing, minimum, stood, self.retired.terms().assign(gw=-1.0))
        self.runs = self._capacity(working(existing), minimum, self.built, on_average(self.retired.terms(), data.years, at_once=at_beginning(data)))
        self.thermal_capacity, self.changed, self.standing = self._one_variable(THERMAL_CAPACITY, self.capacity)
        self.thermal_working, self.changed_on_average, self.working = self._one_variable(THERMAL_WORKING, self.runs)

    def _share_left(self, region: str, technology: str, year: int) -> float:
        """Share of the fleet standing at the milestone before that still stands in the year."""
        before = self.fleet[region, technology, self.data.previous(year)]
        return self.fleet[region, technology, year] / before if before > 0 else 0.0

    def _capacity(self, existing: pd.DataFrame, minimum: pd.DataFrame, new: Terms, retired: Terms) -> Capacity:
        """The fleet less what is retired or converted, and what is built or converted to."""
        built = new.frame.loc[new.frame["gw"] > 0.0, [*PLANT_YEAR, "retrofit_of", "position", "gw"]]
        converted = built[built["retrofit_of"] != ""]
        converted = converted.assign(technology=converted["retrofit_of"], gw=-converted["gw"])
        gone = stack([retired.frame, converted])[[*PLANT_YEAR, "position", "gw"]]
        taken = Terms(gone, "GW").join(minimum, PLANT)
        added = built[[*PLANT_YEAR, "position", "gw"]].assign(minimum_hours=0.0)
        decided = Terms(stack([taken.frame, added]), "GW")
        amounts = Terms(existing, "GW").join(minimum, PLANT).join(self.technologies, ["technology"])
        return Capacity(amounts.frame, decided.join(self.technologies, ["technology"]))

    def _one_variable(self, spec: Variable, capacity: Capacity) -> tuple[Family, Pairs, Capacity]:
        """Capacity as one variable a plant and year, in the base year as an amount; and what is decided of each."""
        existing, decided = capacity.existing, capacity.decided.frame
        alive = existing.loc[existing["gw"] > 0, PLANT_YEAR]
        later = stack([alive[alive["year"] != self.data.base_year], decided[PLANT_YEAR]]).drop_duplicates()
        family = self.b.variable(spec, later)
        terms = family.terms().join(self.technologies, ["technology"]).assign(gw=1.0)
        return family, self._changes(decided), Capacity(existing[existing["year"] == self.data.base_year], terms)

    def _changes(self, decided: pd.DataFrame) -> Pairs:
        """Plant and year -> what is decided of it, with the GW that each adds or takes."""
        changes: Pairs = {}
        for family in (self.retired, self.new_thermal):
            mine = decided[decided["position"].isin(family.positions)]
            for key, found in pairs(family, mine, PLANT_YEAR, "gw").items():
                changes.setdefault(key, []).extend(found)
        return changes

    def _limit(self) -> None:
        b = self.b
        b.constrain(self.thermal_capacity_stands, self.thermal_capacity.frame)
        b.constrain(self.thermal_capacity_works, self.thermal_working.frame)
        standing_now = self.built.frame[(self.built.frame["retrofit_of"] != "") & (self.built.frame["stands"] > 0.0)]
        self.converted = pairs(self.new_thermal, standing_now, ["region", "retrofit_of", "year"], "stands")
        cell_of = self.data.lookup_cells(THERMAL_FLEET, "capacity")
        ageing = self.retired.frame[self.retired.frame["year"].isin(self.data.decided)]
        stood = [cell_of[plant] for plant in ageing[PLANT].itertuples(index=False, name=None)]
        b.constrain(self.fleet_room, ageing, limit=(THERMAL_FLEET.name, stood, "GW"))
        later = ageing[ageing["year"] != self.data.years[0]]
        b.constrain(self.retired_stays_retired, later)
        ClosingPace(b, self.retired, self.share).constrain()
        classes = self.data.lookup(THERMAL, "class")
        new = self.new.frame.assign(**{"class": self.new.frame["technology"].map(classes)})
        # a conversion inside its class adds no plant to the class: the limit on new plants is not meant for it
        adds = new["class"] != new["retrofit_of"].map(classes)
        self.pace = BuildPace(b, self.new_thermal, new[adds])
        self.pace.constrain(self.thermal_build_limit)
        begun = ThermalBegun(b, self.pace)
        begun.constrain(begun.thermal_under_construction)
        StandingBounds(b, self.thermal_capacity).constrain()
        BuildBounds(b, self.new_thermal).constrain()

    @constraint(unit="GW")
    def thermal_capacity_stands(self, region: str, technology: str, year: int) -> Any:
        """What stands is what is left of the fleet, less what is retired early or converted, plus what is built.

        thermal_capacity[r,k,t] == fleet[r,k,t] - retired[r,k,t]
                                   - sum(stands[v,t] * new_thermal[r,k',v] * fleet[r,k,t] / fleet[r,k,v] for k' converting k)
                                   + sum(stands[v,t] * new_thermal[r,k,v])

        For: every plant that stands or may stand, every model year.
        Unit: GW.
        Dual: yearly worth of one more GW standing.
        Data: thermal_fleet.capacity, fleet_survival, thermal_technologies.lifetime and retrofit_of.
        """
        key = (region, technology, year)
        return self.thermal_capacity[key] == self.b.sum(self.changed.get(key, [])) + self.fleet.get(key, 0.0)

    @constraint(unit="GW")
    def thermal_capacity_works(self, region: str, technology: str, year: int) -> Any:
        """What runs in a period is what stood in it on average.

        thermal_working[r,k,t] == fleet_mean[r,k,t] - (retired[r,k,t-1] + retired[r,k,t]) / 2
                                  - sum(works[v,t] * new_thermal[r,k',v] * fleet_mean[r,k,t] / fleet[r,k,v] for k' converting k)
                                  + sum(works[v,t] * new_thermal[r,k,v])

        For: every plant of which something stands in the period, every model year; ``works`` as in ``lives``, in the period of the
        conversion without the fleet's share.
        Unit: GW.
        Dual: yearly worth of one more GW that runs.
        Data: thermal_fleet.capacity, fleet_survival, thermal_technologies.lifetime and retrofit_of, observed.
        """
        key = (region, technology, year)
        return self.thermal_working[key] == self.b.sum(self.changed_on_average.get(key, [])) + self.fleet_mean.get(key, 0.0)

    @constraint(unit="GW", kind="standing", nets="other_cells")
    def fleet_room(self, region: str, technology: str, year: int) -> Any:
        """No more is retired early and converted than still stands of the base-year fleet.

        retired[r,k,t] + sum(new_thermal[r,k',v] * fleet[r,k,t] / fleet[r,k,v] for k' converting k) <= fleet[r,k,t]

        For: every fleet, every decided year in which some of it stands.
        Unit: GW.
        Dual: worth of one more GW of old plant.
        Data: thermal_fleet.capacity, fleet_survival, thermal_technologies.retrofit_of and lifetime.
        """
        key = (region, technology, year)
        return self.b.sum([(1.0, self.retired[key]), *self.converted.get(key, [])]) <= self.fleet[key]

    @constraint(unit="GW")
    def retired_stays_retired(self, region: str, technology: str, year: int) -> Any:
        """What was retired early does not come back; it leaves the count when its life would have ended.

        retired[r,k,t] >= retired[r,k,t-1] * fleet[r,k,t] / fleet[r,k,t-1]

        For: every fleet, every decided year but the first.
        Unit: GW.
        Dual: worth of bringing one GW back.
        Data: fleet_survival.
        """
        before = self.retired[region, technology, self.data.previous(year)]
        return self.retired[region, technology, year] >= self.share[region, technology, year] * before

    @constraint(unit="GW/yr", kind="flow")
    def thermal_build_limit(self, plant_class: str, year: int) -> Any:
        """The nation builds no more of a class a year than its industry can deliver.

        sum(new_thermal of the class and vintage) / n[year] <= build_limits[class, year]

        For: every class of build_limits with thermal plants, every model year; conversions inside a class are free.
        Unit: GW/yr.
        Dual: worth of building one more GW a year in the period.
        Data: build_limits.
        """
        return self.pace.keeps(plant_class, year)

    def _post_money(self) -> None:
        data = self.data
        items = self.technologies[["technology", "item", "retirement_cost"]]
        built = self.built.assign(gw=self.built.frame["works"])  # a conversion is paid over its life, also without the plant under it
        paid = with_capital(built.join(items, ["technology"]), data, data.frame(THERMAL_CAPEX))
        Capacity(self.capacity.existing.head(0), paid).post(self.ledger, "use", "money", "capital", "bn CNY/GW/yr")
        costed = with_fixed_cost(self.working, data.frame(THERMAL_FIXED_COST))
        costed.post(self.ledger, "use", "money", "fixed_cost", "bn CNY/GW/yr")
        self._post_retirement(self.retired.terms().join(items, ["technology"]))

    def _post_retirement(self, terms: Terms) -> None:
        """Early retirement is paid once, on what is added to ``retired`` in the period."""
        frame = terms.frame
        lengths = {year: float(self.data.length(year)) for year in self.data.years}
        kept = next_period(frame, self.data.years)
        left = [self.share[key] for key in kept[PLANT_YEAR].itertuples(index=False, name=None)]
        for part, share in ((frame, 1.0), (kept, -pd.Series(left, index=kept.index, dtype=float))):
            cost = (share * part["retirement_cost"] / part["year"].map(lengths)).to_numpy(dtype=float)
            self.ledger.use("money", Terms(part, terms.unit), cost, item="early_retirement", unit="bn CNY/GW/yr")
