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
from ...core.declare.roles import Decision, Item, Known, State, Told
from ...core.declare.spec import Column, Complete, Finding, Table, Variable, constraint
from ...core.declare.units import GWH_PER_TWH, HOURS_PER_DAY
from ...core.ledger import Terms
from ..years import WHOLE_PERIODS_EN, WHOLE_PERIODS_ZH
from .capacity import (
    BuildPace,
    Capacity,
    no_blanks,
    pairs,
    post_credit,
    post_installed,
    standing,
    totals,
    with_capital,
    with_fixed_cost,
)
from .parts.storage_service import Service, darkness, load_per_hour, service_slices

STORAGE = Table(
    "storage_technologies",
    (
        Column("technology", "", "text", key=True, free=True, absent="own", en="Technology", zh="技术"),
        Column("class", "", "text", free=True, aggregate="first", en="Class of build limits", zh="建设限速类别"),
        Column("hours", "h", low=0, aggregate="first", en="Hours of discharge at full power", zh="满功率放电小时"),
        Column("efficiency", "1", low=0, high=1, aggregate="first", en="Round-trip efficiency", zh="循环效率"),
        Column("lifetime", "yr", low=1, aggregate="first", en=f"Life. {WHOLE_PERIODS_EN}", zh=f"寿命。{WHOLE_PERIODS_ZH}"),
        Column("variable_cost", "CNY/MWh", low=0, aggregate="first", en="Variable cost of discharge", zh="放电变动成本"),
        Column("credit_class", "", "text", ref="reserve_credit.credit_class", default="", aggregate="first", en="Class of falling capacity credit; empty: firm_credit applies", zh="递减容量置信类别"),
        Column("firm_credit", "1", low=0, high=1, default=0.0, aggregate="first", en="Fixed capacity credit", zh="固定容量置信度"),
    ),
    en="Storage technologies", zh="储能技术",
)

STORAGE_CAPEX = Table(
    "storage_capex",
    (
        Column("technology", "", "text", key=True, ref="storage_technologies.technology", en="Technology", zh="技术"),
        Column("value", "CNY/kW", low=0, en="Investment, pack and converter", zh="单位投资"),
    ),
    complete=(
        Complete(("technology",), of="storage_technologies", always=True, en="what new storage costs is not known", zh="新建储能投资未知"),
    ),
    shape="years", en="Investment of storage", zh="储能单位投资",
)

STORAGE_FIXED_COST = Table(
    "storage_fixed_cost",
    (
        Column("technology", "", "text", key=True, ref="storage_technologies.technology", en="Technology", zh="技术"),
        Column("value", "CNY/kW/yr", low=0, base_year=True, en="Fixed operation and maintenance", zh="固定运维"),
    ),
    complete=(
        Complete(("technology",), of="storage_technologies", always=True, en="what storage costs a year is not known", zh="储能固定成本未知"),
    ),
    shape="years", en="Fixed cost of storage", zh="储能固定运维",
)

STORAGE_FLEET = Table(
    "storage_fleet",
    (
        Column("region", "", "text", key=True, absent="none", ref="regions.region", en="Region", zh="地区"),
        Column("technology", "", "text", key=True, absent="none", ref="storage_technologies.technology", en="Technology", zh="技术"),
        Column("capacity", "GW", low=0, en="Capacity in the base year (outlives the horizon)", zh="基年装机（寿命超出展望期）"),
        Column("minimum_hours", "h/yr", low=0, high=8760, aggregate="mean:capacity", en="Least full-load hours a year given in the slices of service, net of charging in them: those of highest load in the base year, all but the sunniest of each season later; no more than a store can give there", zh="服务时段内扣除同时段充电后的年最低放电小时：基年为负荷最高时段，其后为各季节除日照最强时段外的时段；不超过储能在该时段可提供的小时"),
        Column("generation", "TWh/yr", low=0, en="Discharge in the base year: calibration, never a limit", zh="基年放电量：仅作校准"),
    ),
    en="Existing storage", zh="既有储能",
)

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
CHARGE = Variable("charge", ("region", "technology", "slice", "year"), "TWh/yr", en="Charging", zh="储能充电")
DISCHARGE = Variable("discharge", ("region", "technology", "slice", "year"), "TWh/yr", en="Discharging", zh="储能放电")


def check_seasons(data: Data) -> list[Finding]:
    """Power moves between the blocks of a season: one whose blocks differ from those of the others is likely misspelt."""
    slices = data.slices
    blocks = {season: tuple(sorted(part["block"])) for season, part in slices.groupby("season", sort=False)}
    usual = max(blocks.values(), key=lambda found: (list(blocks.values()).count(found), len(found)))
    return [
        Finding(
            "warning", TIME_SLICES.name, data.cell_where(TIME_SLICES, "season", season=str(season)), f"season {season} has the blocks {', '.join(found)}, others {', '.join(usual)}",
            "the same blocks in every season; storage moves power between the slices of one season only",
            f"季节 {season} 的时段为 {', '.join(found)}，其他季节为 {', '.join(usual)}", "各季节应有相同时段；储能只在同一季节内转移电量",
        )
        for season, found in blocks.items()
        if found != usual
    ]  # fmt: skip


def _stores(data: Data, power: pd.DataFrame) -> pd.Series:
    """Rows of the table ``power`` that are stores."""
    return power["technology"].isin(data.frame(STORAGE)["technology"])


class Storage(Lever):
    """Storage that moves power between the time slices of a season."""

    name = "storage"
    tables = (STORAGE, STORAGE_CAPEX, STORAGE_FIXED_COST, STORAGE_FLEET)
    needs = (STORAGE, TIME_SLICES)
    checks = (check_seasons,)
    items = (
        Item("{storage_technologies.technology}", "power"),
        Item(f"{{storage_technologies.technology}}{CHARGING}", "power", en="{}: charging", zh="{}：充电"),
        Item("storage", ("reserve", "variable_credit", "installed")),
        Item("storage_cost", "money", en="Storage", zh="储能成本"),
    )
    variables = (STORAGE_NEW, STORAGE_ADDED, CHARGE, DISCHARGE)
    knows = (Known("technology", ("class",), lambda data: data.frame(STORAGE)),)
    decisions = (
        Decision(
            "storage_new", ("technology",), "CNY/kW", "storage", ("build_limits", "storage_technologies"),
            Told("GW", table="power", amount="capacity_gw", rows=_stores),
        ),
    )  # fmt: skip
    states = (State("storage_added", ("storage_added_stands",)),)
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
        existing = self.fleet[[*STORE, "capacity"]].merge(pd.DataFrame({"year": data.all_years}), how="cross")
        existing = existing.assign(gw=existing["capacity"].astype(float))
        possible = pd.DataFrame({"region": data.regions}).merge(technologies[["technology"]], how="cross")
        vintages = pd.DataFrame({"vintage": data.years})
        self.storage_new = self.b.variable(STORAGE_NEW, possible.merge(vintages, how="cross"))
        self.new = self.storage_new.terms().join(technologies, ["technology"])
        self.built = standing(self.new, data.years)
        existing = Terms(existing, "GW").join(technologies, ["technology"]).frame
        self.standing_storage = pairs(self.storage_new, self.built.frame, STORE_YEAR)
        self.storage_added = self.b.variable(STORAGE_ADDED, list(self.standing_storage))
        added = self.storage_added.terms().join(technologies, ["technology"]).assign(gw=1.0)
        self.capacity = Capacity(existing, added)
        past = self.fleet[STORE].assign(year=data.base_year)
        future = possible.merge(pd.DataFrame({"year": data.years}), how="cross")
        self.stores = pd.concat([past, future], ignore_index=True)
        used = self.stores.merge(data.slices[["slice"]], how="cross")
        self.charge = self.b.variable(CHARGE, used)
        self.discharge = self.b.variable(DISCHARGE, used)

    def _limit(self) -> None:
        b, slices = self.b, self.data.slices
        b.constrain(self.storage_added_stands, self.storage_added.frame)
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
        """``flow`` (TWh/yr) fits the standing capacity used for ``hours`` a year."""
        key = (region, technology, year)
        most = hours / GWH_PER_TWH
        return self.b.sum([*flow, (-most, self.storage_added.get(*key))]) <= most * self.fleet_storage.get(key, 0.0)

    @constraint(unit="GW")
    def storage_added_stands(self, region: str, technology: str, year: int) -> Any:
        """What stands of new storage is what was built and has not reached the end of its life.

        storage_added[r,k,t] == sum(storage_new[r,k,v] for v <= t < v + lifetime[k])

        For: every region and technology, every model year.
        Unit: GW.
        Dual: yearly worth of one more GW standing.
        Data: storage_technologies.lifetime.
        """
        key = (region, technology, year)
        return self.storage_added[key] == self.b.sum(self.standing_storage[key])

    @constraint(unit="TWh/yr", kind="flow", nets="share_of_plan")
    def storage_power(self, region: str, technology: str, slice_: str, year: int) -> Any:
        """Charging and discharging share the machines: an hour used for one is lost to the other.

        charge[r,k,h,t] + discharge[r,k,h,t] <= (fleet[r,k] + storage_added[r,k,t]) * hours[h] / 1000

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

        sum(discharge[r,k,h,t] for h in season) <= hours[k] * (fleet[r,k] + storage_added[r,k,t]) * days[season] / 1000

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
        costed = with_fixed_cost(self.capacity, data.frame(STORAGE_FIXED_COST))
        costed.post(ledger, "use", "money", "fixed_cost", "bn CNY/GW/yr")
        post_credit(ledger, data, self.capacity, "storage")
        post_installed(ledger, self.capacity, "storage")
