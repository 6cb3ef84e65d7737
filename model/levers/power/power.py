"""Who generates when: dispatch over the time slices, demand, reserve.

Every plant generates in each time slice within what siting and thermal plants make available. Demand of a region is
spread over the slices by its load shape; firm capacity covers the peak with a margin; heat plants must run. The base
year is dispatched too, with its fixed plants, as calibration: coal within a band of the hours that the generation plan
of the province allotted.

Limits: no unit commitment and no ramps beyond the must-run share; existing and new plants under one technology key are
dispatched together, with emission factor and efficiency of the fleet while any of it stands; the reserve counts from
the first year after the base year.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from ...core.build.build import Lever
from ...core.data import TIME_SLICES, WATER_ZONES, Data
from ...core.declare.iamc import CAPTURE, COMBINED, REMOVAL, WITHDRAWAL
from ...core.declare.roles import POWER_USERS, Item, State
from ...core.declare.spec import Column, Complete, Finding, Setting, Table, Variable, constraint
from ...core.declare.units import HOURS_PER_YEAR
from ...core.ledger import Terms
from ..fuels import BIOMASS, COAL, FOSSIL, FUEL, FUEL_FACTORS, POWER, PRIMARY
from ..hydrogen.tables import DAY_SEQUENCE, HYDROGEN_DAYS
from .capacity import TWH_PER_GW, surviving, totals
from .given.bounds import GENERATION_BOUNDS, GenerationBounds
from .given.fuels import FUEL_ITEMS, FUEL_LIMITS, FUEL_PRICES, FUEL_REGIONS, FuelLimits, check_fuel_prices, pay_fuels
from .given.yearly import (
    POWER_CARBON_TAX,
    TAX_ITEM,
    THERMAL_EFFICIENCY,
    THERMAL_VARIABLE_COST,
    pay_tax,
    with_efficiency,
    with_variable_cost,
)
from .parts.generation_plan import GENERATION_PLAN_BAND, HISTORY_BAND, GenerationPlan
from .plants import PLANT, generators, thermal_fleet, thermal_technologies
from .tables import DAILY_WEATHER, LOAD_SHAPE, RESERVE_CREDIT, THERMAL

POWER_DEMAND = Table(
    "power_demand",
    (
        Column("region", "", "text", key=True, ref="regions.region", en="Region", zh="地区"),
        Column("value", "TWh/yr", low=0, base_year=True, en="Conventional demand on the generation basis; vehicles, heat pumps and hydrogen are decided by the model", zh="常规用电（发电口径）；电动车、热泵、制氢由模型决定"),
    ),
    complete=(
        Complete(("region",), en="nobody there uses power", zh="该地区没有用电"),
    ),
    shape="years", en="Conventional electricity demand", zh="常规用电需求",
)

PEAK = Table(
    "peak_load",
    (
        Column("region", "", "text", key=True, ref="regions.region", en="Region", zh="地区"),
        Column("peak_factor", "1", low=1, high=3, aggregate="mean:weight", en="Peak hour relative to the mean hour", zh="最大小时负荷与均值之比"),
        Column("weight", "TWh/yr", low=0, en="Weight of the mean: base-year demand", zh="加权权重：基年用电量"),
    ),
    complete=(
        Complete(("region",), of="power_demand", en="its peak is not known", zh="最大负荷未知"),
    ),
    en="Peak load", zh="最大负荷",
)

MUST_RUN = Table(
    "must_run",
    (
        Column("region", "", "text", key=True, absent="none", ref="regions.region", en="Region", zh="地区"),
        Column("technology", "", "text", key=True, absent="none", ref="thermal_technologies.technology", en="Technology", zh="技术"),
        Column("season", "", "text", key=True, ref="time_slices.season", absent="none", en="Season", zh="季节"),
        Column("share", "1", low=0, high=1, aggregate="mean:weight", en="Least output in a slice as a share of the year's mean output", zh="时段最低出力占年均出力份额"),
        Column("weight", "GW", low=0, en="Weight of the mean: base-year capacity", zh="加权权重：基年装机"),
    ),
    en="Must-run share for heat", zh="供热强制出力",
)

RESERVE_MARGIN = Setting(
    "reserve_margin", "1", "number", 0.13, low=0, high=1,
    en="Firm capacity above the peak, share of the peak", zh="备用率（占最大负荷）",
)
VALUE_OF_LOST_LOAD = Setting(
    "value_of_lost_load", "CNY/MWh", "number", 20000.0, low=0, high=1e6,
    en="Cost of electricity not served", zh="失负荷价值",
)

GENERATION = Variable(
    "generation", ("region", "technology", "slice", "year"), "TWh/yr", en="Generation by time slice", zh="分时段发电量",
)
YEARLY_GENERATION = Variable(
    "yearly_generation", ("region", "technology", "year"), "TWh/yr",
    en="Generation over the year of thermal plants and of those that must run", zh="火电及必开机组年发电量",
)
YEARLY_LOAD = Variable("yearly_load", ("region", "year"), "TWh/yr", en="Electricity demand met", zh="满足的用电需求")
UNSERVED = Variable(
    "unserved", ("region", "slice", "year"), "TWh/yr", en="Electricity not served", zh="未供电量", penalty=True, goes_without=True,
)
FIRM_CREDIT_USED = Variable(
    "firm_credit_used", ("region", "credit_class", "year"), "GW",
    en="Firm capacity credited to wind, sun and batteries", zh="风光储计入的可靠容量",
)


def check_tangents(data: Data) -> list[Finding]:
    """The tangents of a class are numbered from 1 on, and a class is that of a technology: a misspelt row breaks one or the other."""
    table, found = data.frame(RESERVE_CREDIT), []
    used = {word for name, frame in data.tables.items() if name != RESERVE_CREDIT.name and "credit_class" in frame for word in frame["credit_class"]}
    for name, rows in table.groupby("credit_class", sort=False):
        numbers = sorted(int(number) for number in rows["tangent"])
        row = int(rows.index[0])
        if numbers != list(range(1, len(numbers) + 1)):
            told = ", ".join(map(str, numbers))
            found.append(Finding(
                "error", RESERVE_CREDIT.name, data.cell(RESERVE_CREDIT.name, row, "tangent"), f"the tangents of {name} are {told}", "every tangent from 1 to the last, once",
                f"{name} 的切线编号为 {told}", "应从1起连续编号，各一行",
            ))  # fmt: skip
        if name not in used:
            found.append(Finding(
                "warning", RESERVE_CREDIT.name, data.cell(RESERVE_CREDIT.name, row, "credit_class"), f"no technology has the class {name}: the row counts for nothing",
                "a class that a technology names in credit_class", f"没有技术属于类别 {name}，该行不起作用", "应为某技术在 credit_class 中填写的类别",
            ))  # fmt: skip
    return found


class Power(Lever):
    """Dispatch of all plants over the time slices, yearly demand, and firm capacity against the peak."""

    name = "power"
    tables = (POWER_DEMAND, LOAD_SHAPE, DAILY_WEATHER, PEAK, RESERVE_CREDIT, FUEL_PRICES, FUEL_REGIONS, MUST_RUN, GENERATION_BOUNDS, FUEL_LIMITS, THERMAL_EFFICIENCY, THERMAL_VARIABLE_COST, POWER_CARBON_TAX)
    needs = (POWER_DEMAND, LOAD_SHAPE, TIME_SLICES)
    checks = (check_tangents, check_fuel_prices)
    settings = (RESERVE_MARGIN, VALUE_OF_LOST_LOAD, GENERATION_PLAN_BAND, HISTORY_BAND)
    rules = (GenerationPlan, GenerationBounds, FuelLimits)
    items = (
        Item("{thermal_technologies.technology}", "power"),
        Item("generation", ("available_output", "minimum_output")),
        Item("conventional_demand", "electricity", en="Conventional demand", zh="常规用电需求"),
        Item("served_demand", "electricity", en="Demand served", zh="已满足的用电需求"),
        Item("demand", "power", en="Demand", zh="用电需求"),
        Item("unserved_energy", ("power", "money"), en="Energy not served", zh="失负荷", payer=POWER_USERS),
        Item("peak_load", ("reserve", "variable_credit")),
        Item("credited_capacity", ("reserve", "variable_credit"), en="Credited capacity", zh="计入的可靠容量"),
        Item("power", ("emission", "biomass", "hydrogen", HYDROGEN_DAYS, "primary_energy"), iamc=f"{COMBINED}|Electricity"),
        Item("power_ccs", ("captured", "co2_storage"), en="Capture at power stations", zh="电厂碳捕集", iamc=(f"{CAPTURE}|Electricity|Fossil", f"{COMBINED}|Electricity")),
        Item("beccs", ("captured", "co2_storage"), en="Bioenergy with capture", zh="生物质碳捕集", iamc=(f"{CAPTURE}|Electricity|Biomass", f"{REMOVAL}|Geological Storage|Biomass", f"{COMBINED}|Electricity")),
        Item("generation_variable_cost", "money", en="Variable cost of thermal generation", zh="火电变动成本", payer=POWER_USERS),
        *FUEL_ITEMS,
        TAX_ITEM,
        Item("thermal_cooling", "water", en="Thermal cooling", zh="火电冷却", iamc=f"{WITHDRAWAL}|Electricity"),
    )
    variables = (GENERATION, YEARLY_GENERATION, YEARLY_LOAD, UNSERVED, FIRM_CREDIT_USED)
    states = (State("yearly_generation", ("yearly_generation_sum",)), State("yearly_load", ("balance_electricity",)))
    operations = ("generation", "unserved", "firm_credit_used")

    def build(self) -> None:
        """Dispatch the plants, meet the load, and post fuel, emissions, water and cost of generation."""
        plants = generators(self.data)
        slices = self.data.slices[["slice", "season", "hours"]]
        self.generation = self.b.variable(GENERATION, plants.merge(slices, how="cross"))
        self.slice_list = list(slices["slice"])
        summed = {*thermal_technologies(self.data)["technology"], *self.data.frame(MUST_RUN)["technology"]}
        self.yearly_generation = self.b.variable(YEARLY_GENERATION, plants[plants["technology"].isin(summed)])
        self.b.constrain(self.yearly_generation_sum, self.yearly_generation.frame)
        self._post_generation()
        self._oblige_heat(slices)
        GenerationPlan(self.b, self.yearly_generation).constrain()
        GenerationBounds(self.b, self.yearly_generation).constrain()
        self._serve_load()
        if self.data.has(PEAK.name):
            self._hold_reserve()
        self._post_thermal()

    def _post_generation(self) -> None:
        terms = self.generation.terms()
        self.ledger.use("available_output", terms, 1.0, item="generation", unit="1")
        for technology, part in terms.frame.groupby("technology", sort=False):
            self.ledger.supply("power", Terms(part, terms.unit), 1.0, item=str(technology), unit="1")
        fleet = thermal_fleet(self.data)
        obliged = pd.MultiIndex.from_frame(fleet.loc[fleet["minimum_hours"] > 0, PLANT])
        yearly = self.yearly_generation.terms()
        counted = yearly.where(pd.MultiIndex.from_frame(yearly.frame[PLANT]).isin(obliged))
        self.ledger.supply("minimum_output", counted, 1.0, item="generation", unit="1")

    def _oblige_heat(self, slices: pd.DataFrame) -> None:
        rows = self.data.frame(MUST_RUN)[["region", "technology", "season", "share"]]
        rows = rows[rows["share"] > 0].merge(slices, on="season")
        rows = rows.merge(self.generation.frame, on=["region", "technology", "slice"])
        keys = ["region", "technology", "slice", "year"]
        self.least_output = totals(rows.assign(least=rows["share"] * rows["hours"] / HOURS_PER_YEAR), keys, "least")
        self.b.constrain(self.must_run_for_heat, rows[keys])

    @constraint(unit="TWh/yr")
    def must_run_for_heat(self, region: str, technology: str, slice_: str, year: int) -> Any:
        """Plants that heat towns run in the heating season at no less than a share of their yearly mean output.

        generation[r,k,h,t] >= share[r,k,season of h] * hours[h] / 8760 * yearly_generation[r,k,t]

        For: every row of must_run, each slice of its season, every year.
        Unit: TWh/yr.
        Dual: cost of one more unit of forced output in the slice.
        Data: must_run.share, time_slices.hours.
        """
        least = self.least_output[region, technology, slice_, year]
        yearly = self.yearly_generation[region, technology, year]
        return self.b.sum([(1.0, self.generation[region, technology, slice_, year]), (-least, yearly)]) >= 0

    @constraint(unit="TWh/yr")
    def yearly_generation_sum(self, region: str, technology: str, year: int) -> Any:
        """A plant's output of the year is the sum over its slices: fuel, emissions, water and must-run follow from it.

        yearly_generation[r,k,t] == sum(generation[r,k,h,t] for all h)

        For: every thermal plant and every technology of must_run, every year.
        Unit: TWh/yr.
        Dual: cost of one more unit of output a year beside the capacity: fuel, carbon, water.
        Data: none.
        """
        slices = self.b.sum((1.0, self.generation[region, technology, h, year]) for h in self.slice_list)
        return self.yearly_generation[region, technology, year] == slices

    def _serve_load(self) -> None:
        data, ledger = self.data, self.ledger
        demand = data.frame(POWER_DEMAND)
        demand = demand[demand["year"].isin(data.all_years)]
        cells = self.b.cells(POWER_DEMAND, demand)
        ledger.use_fixed(
            "electricity", demand, demand["value"].to_numpy(dtype=float), item="conventional_demand", unit="TWh/yr",
            sheet=POWER_DEMAND.name, cells=cells,
        )
        self.yearly_load = self.b.variable(YEARLY_LOAD, demand)
        load = self.yearly_load.terms()
        ledger.supply("electricity", load, 1.0, item="served_demand", unit="1")
        shape = data.frame(LOAD_SHAPE)[["region", "slice", "share"]]
        ledger.use("power", load.spread(shape, ["region"]), LOAD_SHAPE.column("share"), item="demand")
        unserved = self.b.variable(UNSERVED, demand.merge(data.slices[["slice"]], how="cross"))
        ledger.supply("power", unserved.terms(), 1.0, item="unserved_energy", unit="1")
        cost = data.number(VALUE_OF_LOST_LOAD.name)
        ledger.use("money", unserved.terms(), cost, item="unserved_energy", unit="bn CNY/TWh")

    def _hold_reserve(self) -> None:
        data, ledger = self.data, self.ledger
        load = self._load_at_milestones().join(data.frame(PEAK)[["region", "peak_factor"]], ["region"])
        # peak in GW per TWh of yearly load: the mean hour times the peak factor
        load = load.assign(peak=load.frame["share"] * load.frame["peak_factor"] / TWH_PER_GW)
        needed = ((1.0 + data.number(RESERVE_MARGIN.name)) * load.frame["peak"]).to_numpy(dtype=float)
        ledger.use("reserve", load, needed, item="peak_load", unit="GW*yr/TWh")
        tangents = data.frame(RESERVE_CREDIT)[["credit_class", "tangent", "intercept"]]
        classes = tangents[["credit_class"]].drop_duplicates()
        used = self.b.variable(FIRM_CREDIT_USED, load.frame[["region", "year"]].drop_duplicates().merge(classes, how="cross"))
        ledger.supply("reserve", used.terms(), 1.0, item="credited_capacity", unit="1")
        credited = used.terms().spread(tangents, ["credit_class"])
        ledger.use("variable_credit", credited, 1.0, item="credited_capacity", unit="1")
        share = load.cross(tangents)
        offset = (share.frame["intercept"] * share.frame["peak"]).to_numpy(dtype=float)
        ledger.supply("variable_credit", share, offset, item="peak_load", unit="GW*yr/TWh")

    def _load_at_milestones(self) -> Terms:
        """The load of the milestone's year, which lies between the means of two periods: firm capacity is counted there."""
        shares = [(near, milestone, share) for milestone in self.data.decided for share, near in self.data.flow_of_year(milestone)]
        near = pd.DataFrame(shares, columns=["near", "year", "share"])
        load = self.yearly_load.terms()
        load = load.where(load.frame["year"].isin(near["near"])).rename(year="near")
        return load.spread(near, ["near"])

    def _post_thermal(self) -> None:
        """Fuel, emissions, captured carbon, cooling water and variable cost of thermal generation."""
        technologies = thermal_technologies(self.data).drop(columns=["class", "buildable", "retrofit_of", "lifetime"])
        thermal = self._with_fleet_values(self.yearly_generation.terms().join(technologies, ["technology"]))
        thermal = with_efficiency(self.data, thermal)
        self._post_carbon(thermal)
        self._post_fuel(thermal)
        ledger, column = self.ledger, THERMAL.column
        ledger.use("money", with_variable_cost(self.data, thermal), column("variable_cost"), item="generation_variable_cost")
        pay_tax(ledger, self.data, thermal)
        if self.data.has(WATER_ZONES.name):
            zones = self.data.frame(WATER_ZONES)
            zones = zones.loc[zones["industry_share"] > 0, ["region", "water_zone", "industry_share"]]
            later = thermal.where((thermal.frame["year"] != self.data.base_year) & (thermal.frame["water"] > 0))
            zoned = later.spread(zones, ["region"])
            water = (zoned.frame["water"] * zoned.frame["industry_share"]).to_numpy(dtype=float)
            ledger.use("water", zoned, water, item="thermal_cooling", unit="km3/TWh")

    def _with_fleet_values(self, terms: Terms) -> Terms:
        """Emission factor and efficiency of the existing fleet where and as long as any of it stands."""
        fleet = surviving(self.data, thermal_fleet(self.data))
        fleet = fleet.loc[fleet["mean_gw"] > 0, [*PLANT, "year", "emission_factor", "efficiency"]]
        frame = terms.frame.merge(fleet, how="left", on=[*PLANT, "year"], suffixes=("", "_of_fleet"))
        own = {
            name: frame[f"{name}_of_fleet"].astype(float).fillna(frame[name].astype(float))
            for name in ("emission_factor", "efficiency")
        }
        return Terms(frame.assign(**own), terms.unit)

    def _post_carbon(self, terms: Terms) -> None:
        """Emissions are gross: what is captured stands in its own account and needs storage."""
        frame, ledger = terms.frame, self.ledger
        gross = (frame["emission_factor"] + frame["captured_fossil"]).to_numpy(dtype=float)
        ledger.supply("emission", terms, gross, item="power", unit="Mt CO2/TWh")
        for name, item in (("captured_fossil", "power_ccs"), ("captured_biogenic", "beccs")):
            ledger.supply("captured", terms, THERMAL.column(name), item=item)
            ledger.use("co2_storage", terms, THERMAL.column(name), item=item)

    def _post_fuel(self, terms: Terms) -> None:
        frame = terms.frame
        biomass = frame["biomass_share"].astype(float).mask(frame["fuel"] == "biomass", 1.0)
        fired = terms.assign(biomass_use=biomass / frame["efficiency"], fuel_use=(1.0 - biomass) / frame["efficiency"])
        unit = "1"
        burnt = fired.where(biomass > 0)
        self.ledger.use("biomass", burnt, burnt.frame["biomass_use"].to_numpy(dtype=float), item="power", unit=unit)
        self._post_primary(fired, biomass)
        hydrogen = fired.where(frame["fuel"] == "hydrogen")
        self.ledger.use("hydrogen", hydrogen, hydrogen.frame["fuel_use"].to_numpy(dtype=float), item="power", unit=unit)
        if self.data.has(DAY_SEQUENCE.name):
            burnt = hydrogen.frame.loc[hydrogen.frame["year"].isin(self.data.decided), [*PLANT, "year", "fuel_use"]]
            known = pd.MultiIndex.from_frame(burnt[[*PLANT, "year"]])
            days = self.generation.terms()
            days = days.where(pd.MultiIndex.from_frame(days.frame[[*PLANT, "year"]]).isin(known)).join(burnt, [*PLANT, "year"])
            days = days.join(self.data.slices[["slice", "season"]], ["slice"])
            self.ledger.use(HYDROGEN_DAYS, days, days.frame["fuel_use"].to_numpy(dtype=float), item="power", unit=unit)
        pay_fuels(self.ledger, self.data, fired)
        FuelLimits(self.b, self.yearly_generation, fired).constrain()

    def _post_primary(self, fired: Terms, biomass: pd.Series) -> None:
        """Coal and gas as burnt; what biomass gives as power; gases of other works by the coal behind their CO2."""
        ledger, fuel = self.ledger, fired.frame["fuel"]
        for source in FOSSIL:
            part = fired.where((fuel == source) & (fired.frame["fuel_use"] > 0.0)).assign(energy_source=source, form=FUEL)
            ledger.supply(PRIMARY, part, part.frame["fuel_use"].to_numpy(dtype=float), item="power", unit="1")
        grown = fired.assign(energy_source=BIOMASS, form=POWER, part=biomass).where(biomass > 0.0)
        ledger.supply(PRIMARY, grown, grown.frame["part"].to_numpy(dtype=float), item="power", unit="1")
        burnt = grown.assign(form=FUEL)  # beside the account: what these plants burn, for conventions that count fuel
        ledger.supply(PRIMARY, burnt, burnt.frame["biomass_use"].to_numpy(dtype=float), item="power", unit="1", memo=True)
        factor = self.data.lookup(FUEL_FACTORS, "emission_factor").get(COAL)
        if factor:
            gases = fired.where((fuel == "waste_heat") & (fired.frame["emission_factor"].astype(float) > 0.0)).assign(energy_source=COAL, form=FUEL)
            ledger.supply(PRIMARY, gases, gases.frame["emission_factor"].to_numpy(dtype=float) / factor, item="power", unit="1")
