"""Pumped hydro, batteries and other storage that move power inside a season.

New storage is decided by region, technology and vintage. Charging and discharging are decided by time slice; over a
season what is discharged is what was charged times the round-trip efficiency, and a day's discharge fits the hours of
the store. The fleet of the base year outlives the horizon.

Limits: nothing is carried from one season to the next; the order of the blocks of a day is not looked at.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from ...core.build.build import Lever
from ...core.build.declared import info_of
from ...core.data import TIME_SLICES, Data
from ...core.declare.roles import POWER_USERS, Decision, Item, Known, State, Told
from ...core.declare.spec import Variable, constraint
from ...core.declare.units import GWH_PER_TWH, HOURS_PER_DAY
from ...core.ledger import Terms
from .capacity import (
    BuildPace,
    Capacity,
    no_blanks,
    pairs,
    post_credit,
    post_installed,
    standing,
    standing_fleet,
    totals,
    with_capital,
    with_fixed_cost,
)
from .happened import per_row
from .parts.plant_history import check_storage_history, storage_history
from .parts.storage_input import STORAGE, STORAGE_CAPEX, STORAGE_FIXED_COST, STORAGE_FLEET, check_seasons
from .parts.storage_service import Service, darkness, load_per_hour, service_slices

#: Ending of the item under which a store charges: its key with this.
CHARGING = "_charging"
STORE = ["region", "technology"]
STORE_YEAR = [*STORE, "year"]

STORAGE_NEW = Variable(
    "storage_new", ("region", "technology", "vintage"), "GW", en="New storage capacity", zh="新增储能装机",
)
STORAGE_ADDED = Variable(
    "storage_added", ("region", "technology", "year"), "GW", en="New storage capacity that stands", zh="在役新增储能装机",
)
STORAGE_WORKING = Variable(
    "storage_working", ("region", "technology", "year"), "GW", en="New storage capacity that stands over the period on average", zh="时期平均在役新增储能装机",
)
CHARGE = Variable("charge", ("region", "technology", "slice", "year"), "TWh/yr", en="Charging", zh="储能充电")
DISCHARGE = Variable("discharge", ("region", "technology", "slice", "year"), "TWh/yr", en="Discharging", zh="储能放电")


def _stores(data: Data, power: pd.DataFrame) -> pd.Series:
    """Rows of the table ``power`` that are stores."""
    return power["technology"].isin(data.frame(STORAGE)["technology"])


class Storage(Lever):
    """Storage that moves power between the time slices of a season."""

    name = "storage"
    tables = (STORAGE, STORAGE_CAPEX, STORAGE_FIXED_COST, STORAGE_FLEET)
    needs = (STORAGE, TIME_SLICES)
    checks = (check_seasons, check_storage_history)
    items = (
        Item("{storage_technologies.technology}", "power"),
        Item(f"{{storage_technologies.technology}}{CHARGING}", "power", en="{}: charging", zh="{}：充电"),
        Item("storage", ("reserve", "variable_credit", "installed")),
        Item("storage_cost", "money", en="Storage", zh="储能成本", payer=POWER_USERS),
    )
    variables = (STORAGE_NEW, STORAGE_ADDED, STORAGE_WORKING, CHARGE, DISCHARGE)
    knows = (Known("technology", ("class",), lambda data: data.frame(STORAGE)),)
    decisions = (
        Decision(
            "storage_new", ("technology",), "CNY/kW", "storage", ("build_limits", "storage_technologies"),
            Told("GW", table="power", amount="capacity_gw", rows=_stores),
        ),
    )  # fmt: skip
    states = (State("storage_added", ("storage_added_stands",)), State("storage_working", ("storage_added_works",)))
    operations = ("charge", "discharge")

    def build(self) -> None:
        """Decide new storage and its use; post power, credit and cost."""
        self._prepare()
        self._limit()
        self._post()

    def _prepare(self) -> None:
        data = self.data
        technologies = no_blanks(data.frame(STORAGE), "credit_class").assign(item="storage_cost")
        self.technologies = technologies
        fleet = data.frame(STORAGE_FLEET)
        self.fleet = fleet[fleet["capacity"] > 0]
        existing = standing_fleet(data, STORAGE_FLEET)
        possible = pd.DataFrame({"region": data.regions}).merge(technologies[["technology"]], how="cross")
        vintages = pd.DataFrame({"vintage": data.years})
        new = possible.merge(vintages, how="cross")
        before = storage_history(data)
        self.storage_new = self.b.variable(STORAGE_NEW, new, happened=per_row(new, before.built))
        self.new = self.storage_new.terms().join(technologies, ["technology"])
        self.built = standing(self.new, data, before.worked)
        existing = Terms(existing, "GW").join(technologies, ["technology"]).frame
        self.standing_storage = pairs(self.storage_new, self.built.frame[self.built.frame["stands"] > 0.0], STORE_YEAR, "stands")
        self.working_storage = pairs(self.storage_new, self.built.frame, STORE_YEAR, "gw")
        self.storage_added = self.b.variable(STORAGE_ADDED, list(self.standing_storage))
        self.storage_working = self.b.variable(STORAGE_WORKING, list(self.working_storage))
        added, works = (family.terms().join(technologies, ["technology"]).assign(gw=1.0) for family in (self.storage_added, self.storage_working))
        self.capacity, self.working = Capacity(existing, added), Capacity(existing, works)
        past = self.fleet[STORE].assign(year=data.base_year)
        future = possible.merge(pd.DataFrame({"year": data.years}), how="cross")
        self.stores = pd.concat([past, future], ignore_index=True)
        used = self.stores.merge(data.slices[["slice"]], how="cross")
        self.charge = self.b.variable(CHARGE, used)
        self.discharge = self.b.variable(DISCHARGE, used)

    def _limit(self) -> None:
        b, slices = self.b, self.data.slices
        b.constrain(self.storage_added_stands, self.storage_added.frame)
        b.constrain(self.storage_added_works, self.storage_working.frame)
        self.fleet_storage = totals(self.capacity.existing, STORE_YEAR, "gw")
        self.hours = self.data.lookup(TIME_SLICES, "hours")
        self.season_slices = {str(key): list(part["slice"]) for key, part in slices.groupby("season", sort=False)}
        self.efficiency = self.data.lookup(STORAGE, "efficiency")
        self.store_hours = self.data.lookup(STORAGE, "hours")
        b.constrain(self.storage_power, self.charge.frame)
        self._name_fleet()
        seasons = pd.DataFrame({"season": list(self.season_slices)})
        over = self.stores.merge(seasons, how="cross")[[*STORE, "season", "year"]]
        b.constrain(self.storage_season_balance, over)
        # a store of many hours outlasts its machines, that must charge it first: there storage_power holds the day
        machine_hours = {name: HOURS_PER_DAY * gives / (1.0 + gives) for name, gives in self.efficiency.items()}
        short = [technology for technology, most in machine_hours.items() if self.store_hours[technology] < most]
        b.constrain(self.storage_energy, over[over["technology"].isin(short)])
        self._oblige_service()
        self.pace = BuildPace(b, self.storage_new, self.new.frame)
        self.pace.constrain(self.storage_build_limit)

    def _oblige_service(self) -> None:
        data, base = self.data, self.data.base_year
        rows = self.fleet[self.fleet["minimum_hours"] > 0]
        over = rows[STORE].merge(pd.DataFrame({"year": data.all_years}), how="cross")
        self.service: dict[tuple[str, str, int], Service] = {}
        self.least_service: dict[tuple[str, str, int], float] = {}
        for row in rows.to_dict("records"):
            region, technology, wanted = row["region"], row["technology"], float(row["minimum_hours"])
            load = load_per_hour(data, region)
            store = (wanted, self.efficiency[technology], self.store_hours[technology])
            past = service_slices(data.slices, load, *store, fewest=True)
            later = service_slices(data.slices, darkness(data, region) or load, *store, fewest=False)
            for year in data.all_years:
                found = past if year == base else later
                self.service[region, technology, year] = found
                self.least_service[region, technology, year] = min(wanted, found.hours) * float(row["capacity"]) / GWH_PER_TWH
        obliged = [self.least_service[key] > 0.0 for key in zip(over["region"], over["technology"], over["year"], strict=True)]
        over = over[pd.Series(obliged, index=over.index, dtype=bool)]
        cell_of = data.lookup_cells(STORAGE_FLEET, "minimum_hours")
        cells = [cell_of[store] for store in over[STORE].itertuples(index=False, name=None)]
        self.b.constrain(self.storage_service, over, limit=(STORAGE_FLEET.name, cells, "TWh/yr"))

    def _name_fleet(self) -> None:
        """Where stores of the base year stand, the power of a slice leads back to their cell."""
        cell_of = self.data.lookup_cells(STORAGE_FLEET, "capacity")
        rows = self.charge.frame.merge(self.fleet[STORE], on=STORE)
        cells = [cell_of[store] for store in rows[STORE].itertuples(index=False, name=None)]
        self.b.limit_rows(info_of(self.storage_power), rows, (STORAGE_FLEET.name, cells, "TWh/yr"))

    def _flow_fits(self, flow: Any, region: str, technology: str, year: int, hours: float) -> Any:
        """``flow`` (TWh/yr) fits the capacity that works in the period, used for ``hours`` a year."""
        key = (region, technology, year)
        most = hours / GWH_PER_TWH
        return self.b.sum([*flow, (-most, self.storage_working.get(*key))]) <= most * self.fleet_storage.get(key, 0.0)

    @constraint(unit="GW")
    def storage_added_stands(self, region: str, technology: str, year: int) -> Any:
        """What stands of new storage is what was built and has not reached the end of its life.

        storage_added[r,k,t] == sum(stands[v,t] * storage_new[r,k,v])     stands: as in ``lives``

        For: every region and technology, every model year.
        Unit: GW.
        Dual: yearly worth of one more GW standing.
        Data: storage_technologies.lifetime.
        """
        key = (region, technology, year)
        return self.storage_added[key] == self.b.sum(self.standing_storage[key])

    @constraint(unit="GW")
    def storage_added_works(self, region: str, technology: str, year: int) -> Any:
        """What works of new storage in a period is what stood in it on average.

        storage_working[r,k,t] == sum(works[v,t] * storage_new[r,k,v])     works: as in ``lives``

        For: every region and technology, every model year.
        Unit: GW.
        Dual: yearly worth of one more GW that works.
        Data: storage_technologies.lifetime, observed.
        """
        key = (region, technology, year)
        return self.storage_working[key] == self.b.sum(self.working_storage[key])

    @constraint(unit="TWh/yr", kind="flow", nets="share_of_plan")
    def storage_power(self, region: str, technology: str, slice_: str, year: int) -> Any:
        """Charging and discharging share the machines: an hour used for one is lost to the other.

        charge[r,k,h,t] + discharge[r,k,h,t] <= (fleet[r,k] + storage_working[r,k,t]) * hours[h] / 1000

        For: every region, technology, slice, year; in the base year where there is a fleet.
        Unit: TWh/yr.
        Dual: worth of one more unit of charging or discharging in the slice.
        Data: storage_fleet.capacity (the cell of the limit where there is a fleet), storage_technologies.lifetime, time_slices.hours.
        """
        key = (region, technology, slice_, year)
        flow = [(1.0, self.charge[key]), (1.0, self.discharge[key])]
        return self._flow_fits(flow, region, technology, year, self.hours[slice_])

    @constraint(unit="TWh/yr")
    def storage_season_balance(self, region: str, technology: str, season: str, year: int) -> Any:
        """Over a season, what is discharged is what was charged, less the losses.

        sum(efficiency[k] * charge[r,k,h,t] for h in season) == sum(discharge[r,k,h,t] for h in season)

        For: every region, technology, season, year.
        Unit: TWh/yr.
        Dual: value of stored power in the season.
        Data: storage_technologies.efficiency, time_slices.season.
        """
        slices = self.season_slices[season]
        efficiency = self.efficiency[technology]
        charged = [(efficiency, self.charge[region, technology, s, year]) for s in slices]
        return self.b.sum([*charged, *((-1.0, self.discharge[region, technology, s, year]) for s in slices)]) == 0

    @constraint(unit="TWh/yr")
    def storage_energy(self, region: str, technology: str, season: str, year: int) -> Any:
        """A day's discharge fits the hours of the store: one full cycle a day at most.

        sum(discharge[r,k,h,t] for h in season) <= hours[k] * (fleet[r,k] + storage_working[r,k,t]) * days[season] / 1000

        For: every region, season, year, and every technology with hours < 24 * efficiency / (1 + efficiency): with more of them
            the machines, which charge before they discharge, are the limit (storage_power).
        Unit: TWh/yr.
        Dual: worth of one more unit of stored energy in the season.
        Data: storage_technologies.hours, storage_fleet.capacity, time_slices.hours (days = hours / 24).
        """
        slices = self.season_slices[season]
        days = sum(self.hours[s] for s in slices) / HOURS_PER_DAY
        flow = [(1.0, self.discharge[region, technology, s, year]) for s in slices]
        return self._flow_fits(flow, region, technology, year, self.store_hours[technology] * days)

    @constraint(unit="TWh/yr", kind="flow", nets="other_cells")
    def storage_service(self, region: str, technology: str, year: int) -> Any:
        """The existing fleet gives its service in the hours that need it; what it charges in them does not count.

        sum(discharge[r,k,h,t] - charge[r,k,h,t] for h in H[r,k,t]) >= minimum_hours[r,k] * fleet[r,k] / 1000

        H in the base year: the slices of highest load per hour of each season, the fewest that can hold the hours. Later:
        all slices of a season but that in which the sun gives most (without sun: that of least load). Net of charging,
        because otherwise a store could meet its obligation by pumping and generating at once.

        For: every fleet with minimum hours, every year; no more hours than a store can give in H.
        Unit: TWh/yr.
        Dual: cost of one more unit of obliged service.
        Data: storage_fleet.minimum_hours, storage_fleet.capacity, load_shape, output_shape.
        """
        key = (region, technology, year)
        flows = [(sign, family[region, technology, s, year]) for s in self.service[key].slices
                 for sign, family in ((1.0, self.discharge), (-1.0, self.charge))]  # fmt: skip
        return self.b.sum(flows) >= self.least_service[key]

    @constraint(unit="GW/yr", kind="flow")
    def storage_build_limit(self, plant_class: str, year: int) -> Any:
        """The nation builds no more of a class a year than its industry can deliver.

        sum(storage_new of the class and vintage) / n[year] <= build_limits[class, year]

        For: every class of build_limits with storage, every model year.
        Unit: GW/yr.
        Dual: worth of building one more GW a year in the period.
        Data: build_limits.
        """
        return self.pace.keeps(plant_class, year)

    def _post(self) -> None:
        data, ledger = self.data, self.ledger
        charged, discharged = self.charge.terms(), self.discharge.terms()
        for technology in self.technologies["technology"]:
            part = discharged.where(discharged.frame["technology"] == technology)
            ledger.supply("power", part, 1.0, item=str(technology), unit="1")
            part = charged.where(charged.frame["technology"] == technology)
            ledger.use("power", part, 1.0, item=f"{technology}{CHARGING}", unit="1")
        costs = self.technologies[["technology", "variable_cost"]]
        priced = discharged.join(costs, ["technology"])
        ledger.use("money", priced, STORAGE.column("variable_cost"), item="storage_cost")
        paid = with_capital(self.built, data, data.frame(STORAGE_CAPEX))
        Capacity(self.capacity.existing.head(0), paid).post(ledger, "use", "money", "capital", "bn CNY/GW/yr")
        costed = with_fixed_cost(self.working, data.frame(STORAGE_FIXED_COST))
        costed.post(ledger, "use", "money", "fixed_cost", "bn CNY/GW/yr")
        post_credit(ledger, data, self.capacity, "storage")
        post_installed(ledger, self.capacity, "storage")
