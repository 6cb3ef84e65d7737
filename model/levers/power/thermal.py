"""What becomes of coal, gas and biomass plants: run, retire, retrofit, replace.

The base-year fleet ages by ``fleet_survival``. A part of it may be retired early at a cost, a part converted; both age
with the fleet they were taken from. New plants stand for the life of their technology.

Limits: plants retired or converted have the age mix of the fleet, so that the same share of them reaches the end of
its life each period; a conversion is paid over its whole life even where the plant under it ends earlier, and when its
own life ends the plant runs as before; the existing fleet's minimum hours do not bind converted plants.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...core.build.build import Lever
from ...core.data import Data
from ...core.declare.roles import Decision, Item, Known, State, Told
from ...core.declare.spec import FIRST_YEAR, LAST_YEAR, Column, Complete, Setting, Table, Variable, constraint
from ...core.declare.units import GWH_PER_TWH
from ...core.frames import stack
from ...core.ledger import Terms
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
)
from .plants import PLANT, clean_thermal, thermal_fleet, thermal_options, thermal_technologies
from .tables import THERMAL, THERMAL_FLEET

THERMAL_CAPEX = Table(
    "thermal_capex",
    (
        Column("technology", "", "text", key=True, ref="thermal_technologies.technology", en="Technology", zh="技术"),
        Column("value", "CNY/kW", low=0, en="Investment (retrofit: added investment)", zh="单位投资（改造为追加投资）"),
    ),
    complete=(
        Complete(("technology",), of="thermal_technologies", where=("buildable", "retrofit_of"), always=True, en="what new plants cost is not known", zh="新建电站投资未知"),
    ),
    shape="years", en="Investment of thermal technologies", zh="火电单位投资",
)

THERMAL_FIXED_COST = Table(
    "thermal_fixed_cost",
    (
        Column("technology", "", "text", key=True, ref="thermal_technologies.technology", en="Technology", zh="技术"),
        Column("value", "CNY/kW/yr", low=0, base_year=True, en="Fixed operation and maintenance", zh="固定运维"),
    ),
    complete=(
        Complete(("technology",), of="thermal_technologies", always=True, en="what the plants cost a year is not known", zh="电站固定成本未知"),
    ),
    shape="years", en="Fixed cost of thermal technologies", zh="火电固定运维",
)

PLANT_YEAR = [*PLANT, "year"]

RETIRED = Variable(
    "retired", ("region", "technology", "year"), "GW",
    en="Capacity retired early and not yet at the end of its life", zh="提前退役且未到寿命的装机",
)
THERMAL_CAPACITY = Variable(
    "thermal_capacity", ("region", "technology", "year"), "GW", low=None,  # fleet_room keeps it from falling below zero
    en="Thermal capacity that stands", zh="在役火电装机",
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
    tables = (THERMAL, THERMAL_CAPEX, THERMAL_FIXED_COST, THERMAL_FLEET)
    needs = (THERMAL,)
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
        Item("{thermal_technologies.class}_cost", "money"),
        Item("early_retirement", "money", en="Early retirement", zh="提前退役"),
    )
    variables = (RETIRED, NEW_THERMAL, THERMAL_CAPACITY)
    knows = (Known("technology", ("class",), lambda data: data.frame(THERMAL)),)
    decisions = (
        Decision(
            "new_thermal", ("technology",), "CNY/kW", "clean_energy", ("build_limits",),
            Told("GW", table="power", amount="capacity_gw", rows=_clean_plants),
        ),
        Decision("retired", ("technology",)),
    )  # fmt: skip
    states = (State("thermal_capacity", ("thermal_capacity_stands",)),)

    def build(self) -> None:
        """Decide retirement, conversion and new plants; post output, minimum output, credit and cost."""
        self._prepare()
        self._limit()
        hours = self.data.slices[["slice", "hours"]]
        sliced = self.standing.change(lambda frame: frame.merge(hours, how="cross")).change(
            lambda frame: frame.assign(output=frame["availability"] * frame["hours"] / GWH_PER_TWH)
        )
        sliced.post(self.ledger, "supply", "available_output", "output", "TWh/yr/GW", item="capacity")
        obliged = self.capacity.where(lambda frame: frame["minimum_hours"] > 0).change(
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
        self.share = {key: self._share_left(*key) for key in self.fleet if key[2] != data.base_year}
        alive = existing[(existing["year"] != data.base_year) & (existing["gw"] > 0)]
        closed = data.stated("early_retirement_after")
        may_retire = alive["year"] > (data.base_year if closed is None else closed)
        self.retired = self.b.variable(RETIRED, alive, high=may_retire.map({True: np.inf, False: 0.0}).to_numpy(dtype=float))
        options = thermal_options(data).merge(pd.DataFrame({"vintage": data.years}), how="cross")
        sources = zip(options["region"], options["retrofit_of"], options["vintage"], strict=True)
        possible = [not source[1] or self.fleet[source] > 0 for source in sources]
        options = options[pd.Series(possible, index=options.index, dtype=bool)]
        self.new_thermal = self.b.variable(NEW_THERMAL, options)
        converted = options[["region", "technology", "vintage", "retrofit_of"]]
        self.new = self.new_thermal.terms().join(converted, ["region", "technology", "vintage"])
        lives = technologies[["technology", "lifetime"]]
        self.built = self._age_with_fleet(standing(self.new.join(lives, ["technology"]), data.years))
        self.capacity = self._capacity(existing, fleet[[*PLANT, "minimum_hours"]])
        self.standing = self._standing()

    def _share_left(self, region: str, technology: str, year: int) -> float:
        """Share of the fleet standing at the milestone before that still stands in the year."""
        before = self.fleet[region, technology, self.data.previous(year)]
        return self.fleet[region, technology, year] / before if before > 0 else 0.0

    def _age_with_fleet(self, terms: Terms) -> Terms:
        """A conversion stands on a plant of the fleet and ends with it: ``gw`` falls as the fleet does."""
        rows = zip(*(terms.frame[c] for c in ("region", "retrofit_of", "vintage", "year")), strict=True)
        left = [
            self.fleet[region, source, year] / self.fleet[region, source, vintage] if source else 1.0
            for region, source, vintage, year in rows
        ]
        return terms.assign(gw=left)

    def _capacity(self, existing: pd.DataFrame, minimum: pd.DataFrame) -> Capacity:
        """All that stands: the fleet less what is retired or converted, and what is built or converted to."""
        built = self.built.frame[[*PLANT_YEAR, "retrofit_of", "position", "gw"]]
        built = built[built["gw"] > 0.0]  # where the fleet has ended nothing stands of what was made of it
        converted = built[built["retrofit_of"] != ""]
        converted = converted.assign(technology=converted["retrofit_of"], gw=-converted["gw"])
        gone = stack([self.retired.terms().frame.assign(gw=-1.0), converted])[[*PLANT_YEAR, "position", "gw"]]
        taken = Terms(gone, "GW").join(minimum, PLANT)
        added = built[[*PLANT_YEAR, "position", "gw"]].assign(minimum_hours=0.0)
        decided = Terms(stack([taken.frame, added]), "GW")
        amounts = Terms(existing, "GW").join(minimum, PLANT).join(self.technologies, ["technology"])
        return Capacity(amounts.frame, decided.join(self.technologies, ["technology"]))

    def _standing(self) -> Capacity:
        """Standing capacity as one variable a plant and year, in the base year as an amount."""
        existing, decided = self.capacity.existing, self.capacity.decided.frame
        self.changed: Pairs = {}
        for family in (self.retired, self.new_thermal):
            mine = decided[decided["position"].isin(family.positions)]
            for key, found in pairs(family, mine, PLANT_YEAR, "gw").items():
                self.changed.setdefault(key, []).extend(found)
        alive = existing.loc[existing["gw"] > 0, PLANT_YEAR]
        later = stack([alive[alive["year"] != self.data.base_year], decided[PLANT_YEAR]]).drop_duplicates()
        self.thermal_capacity = self.b.variable(THERMAL_CAPACITY, later)
        terms = self.thermal_capacity.terms().join(self.technologies, ["technology"]).assign(gw=1.0)
        return Capacity(existing[existing["year"] == self.data.base_year], terms)

    def _limit(self) -> None:
        b = self.b
        b.constrain(self.thermal_capacity_stands, self.thermal_capacity.frame)
        self.converted = pairs(
            self.new_thermal,
            self.built.where(self.built.frame["retrofit_of"] != "").frame,
            ["region", "retrofit_of", "year"],
            "gw",
        )
        cell_of = self.data.lookup_cells(THERMAL_FLEET, "capacity")
        stood = [cell_of[plant] for plant in self.retired.frame[PLANT].itertuples(index=False, name=None)]
        b.constrain(self.fleet_room, self.retired.frame, limit=(THERMAL_FLEET.name, stood, "GW"))
        later = self.retired.frame[self.retired.frame["year"] != self.data.years[0]]
        b.constrain(self.retired_stays_retired, later)
        classes = self.data.lookup(THERMAL, "class")
        new = self.new.frame.assign(**{"class": self.new.frame["technology"].map(classes)})
        # a conversion inside its class adds no plant to the class: the limit on new plants is not meant for it
        adds = new["class"] != new["retrofit_of"].map(classes)
        self.pace = BuildPace(b, self.new_thermal, new[adds])
        self.pace.constrain(self.thermal_build_limit)

    @constraint(unit="GW")
    def thermal_capacity_stands(self, region: str, technology: str, year: int) -> Any:
        """What stands is what is left of the fleet, less what is retired early or converted, plus what is built.

        thermal_capacity[r,k,t] == fleet[r,k,t] - retired[r,k,t]
                                   - sum(new_thermal[r,k',v] * fleet[r,k,t] / fleet[r,k,v] for k' converting k)
                                   + sum(standing new_thermal[r,k,v])

        For: every plant that stands or may stand, every model year.
        Unit: GW.
        Dual: yearly worth of one more GW standing.
        Data: thermal_fleet.capacity, fleet_survival, thermal_technologies.lifetime and retrofit_of.
        """
        key = (region, technology, year)
        return self.thermal_capacity[key] == self.b.sum(self.changed.get(key, [])) + self.fleet.get(key, 0.0)

    @constraint(unit="GW", kind="standing", nets="other_cells")
    def fleet_room(self, region: str, technology: str, year: int) -> Any:
        """No more is retired early and converted than still stands of the base-year fleet.

        retired[r,k,t] + sum(new_thermal[r,k',v] * fleet[r,k,t] / fleet[r,k,v] for k' converting k) <= fleet[r,k,t]

        For: every fleet, every year in which some of it stands.
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

        For: every fleet, every year but the first.
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
        paid = with_capital(self.built.join(items, ["technology"]), data, data.frame(THERMAL_CAPEX)).assign(gw=1.0)
        Capacity(self.capacity.existing.head(0), paid).post(self.ledger, "use", "money", "capital", "bn CNY/GW/yr")
        costed = with_fixed_cost(self.standing, data.frame(THERMAL_FIXED_COST))
        costed.post(self.ledger, "use", "money", "fixed_cost", "bn CNY/GW/yr")
        self._post_retirement(self.retired.terms().join(items, ["technology"]))

    def _post_retirement(self, terms: Terms) -> None:
        """Early retirement is paid once, on what is added to ``retired`` in the period."""
        frame = terms.frame
        lengths = {year: float(self.data.length(year)) for year in self.data.years}
        following = dict(zip(self.data.years, self.data.years[1:], strict=False))
        kept = frame.assign(year=frame["year"].map(following)).dropna(subset=["year"]).astype({"year": "int64"})
        left = [self.share[key] for key in kept[PLANT_YEAR].itertuples(index=False, name=None)]
        for part, share in ((frame, 1.0), (kept, -pd.Series(left, index=kept.index, dtype=float))):
            cost = (share * part["retirement_cost"] / part["year"].map(lengths)).to_numpy(dtype=float)
            self.ledger.use("money", Terms(part, terms.unit), cost, item="early_retirement", unit="bn CNY/GW/yr")
