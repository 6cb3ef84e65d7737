"""Where industry produces, and which measures it takes.

National demand per sector is given; the regions share it inside bounds on movement, and each takes measures. Base
demand for power and water already holds today's industry, so only deviations from the reference output are posted.

Limits: the cost of producing a unit is the same everywhere and is left out, so output moves only for carbon, power and
water. A measure with a stage saves the same share of what a unit emits in every region. Energy other than power, hydrogen and biomass is
inside the cost of a measure. Emissions of the base year come from output times factor and are history. After a period of history output
starts from the shares of the base year again.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...core.data import Data
from ...core.declare.iamc import CAPTURE, COMBINED, OF_INDUSTRY, WITHDRAWAL
from ...core.declare.roles import INDUSTRY_FIRMS, Decision, Headline, Item, Told
from ...core.declare.spec import Column, Complete, Finding, Indicator, Table, Variable, constraint
from ...core.goods import two_units
from ...core.ledger import Terms, join
from ..fuels import FUEL_FACTORS, FUEL_SPLIT, PRIMARY, check_fuel_split, energy_of_co2, fuels_of
from .adoption import AdoptingLever
from .happened import output_shares
from .measures import (
    MEASURE_CAPS,
    MEASURE_COSTS,
    MEASURE_ENERGY_PRICES,
    MEASURE_SHARES,
    MEASURES,
    check_caps,
    check_cost_holds,
    check_stages,
    measure_rows,
)
from .relocation import RELOCATION_LIMITS, Relocation, check_limits, shares_of_base_year
from .sequence import Sequence

INDUSTRY = Table(
    "industry",
    (
        Column("region", "", "text", key=True, ref="regions.region", en="Region", zh="地区"),
        Column("sector", "", "text", key=True, free=True, absent="own", en="Sector", zh="行业"),
        Column("output", "million units/yr", low=0, en="Output in the base year", zh="基年产量"),
        Column("output_unit", "", "text", free=True, unit_of="sector", aggregate="first", en="What one unit of output is", zh="产量单位含义"),
        Column("emission_factor", "t CO2/unit", low=0, aggregate="mean:output", en="Direct CO2 per unit, process included", zh="单位直接排放（含过程）"),
        Column("electricity", "kWh/unit", low=0, aggregate="mean:output", en="Electricity per unit (for deviations from the reference output)", zh="单位电耗（用于偏离参考产量）"),
        Column("water", "m3/unit", low=0, aggregate="mean:output", en="Water per unit (for deviations)", zh="单位水耗（用于偏离参考产量）"),
    ),
    complete=(
        Complete(("region",), level="warning", en="no industry there", zh="该地区没有工业"),
    ),
    en="Industry in the base year", zh="基年工业",
)

INDUSTRY_DEMAND = Table(
    "industry_demand",
    (
        Column("sector", "", "text", key=True, ref="industry.sector", en="Sector", zh="行业"),
        Column("value", "million units/yr", low=0, en="National demand", zh="全国需求"),
    ),
    complete=(
        Complete(("sector",), of="industry", always=True, en="what the sector has to make is not known", zh="该行业需求未知"),
    ),
    shape="years", en="National demand by sector", zh="全国行业需求",
)

INDUSTRY_INTENSITY = Table(
    "industry_intensity",
    (
        Column("sector", "", "text", key=True, ref="industry.sector", en="Sector", zh="行业"),
        Column("value", "1", low=0, en="CO2 per unit relative to the base year, without measures (structural change)", zh="无措施时单位排放相对基年（结构变化）"),
    ),
    complete=(
        Complete(("sector",), of="industry", level="warning", en="CO2 per unit stays as in the base year", zh="单位排放保持基年水平"),
    ),
    shape="years", en="Autonomous change of CO2 per unit", zh="单位排放自发变化",
)

INDUSTRY_MOVEMENT = Table(
    "industry_movement",
    (
        Column("sector", "", "text", key=True, ref="industry.sector", en="Sector", zh="行业"),
        Column("value", "1", low=0, high=1, en="Largest change of a region's output against its reference share", zh="地区产量相对参考份额的最大变动"),
    ),
    complete=(
        Complete(("sector",), of="industry", level="warning", en="the sector stays where it is", zh="该行业不在地区间移动"),
    ),
    shape="years", en="Bounds on movement of output between regions", zh="产量地区间调整幅度",
)

NO_RELOCATION = Table(
    "no_relocation",
    (
        Column("region", "", "text", key=True, absent="unlimited", ref="regions.region", en="Region that may not take in emissions", zh="不得承接转移排放的地区"),
        Column("sector", "", "text", key=True, absent="unlimited", ref="industry.sector", en="Sector", zh="行业"),
        Column("factor", "1", low=0, high=5, aggregate="mean:weight", en="Emissions may not exceed this factor times the base year's", zh="排放不超过基年的倍数"),
        Column("weight", "Mt CO2/yr", low=0, en="Weight of the mean: base-year emissions", zh="加权权重：基年排放"),
    ),
    en="No relocation of emissions", zh="禁止排放转移",
)

OUTPUT = Variable(
    "output", ("region", "sector", "year"), "million units/yr", en="Output of industry", zh="工业产量",
    kind="flow", nets="other_cells",
)
ADOPTED = Variable(
    "adopted", ("region", "sector", "measure", "year"), "million units/yr",
    en="Output on which a measure is added to the base year's share", zh="在基年份额之上新增措施的产量",
)

#: Category of the carbon account where it differs from the sector's own name.
CATEGORY = {"cement_building_materials": "cement"}


def _measures(data: Data, industry: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Rows of the table ``industry`` that are measures of these sectors."""
    return measure_rows(data, industry, data.frame(INDUSTRY)["sector"])


def industry_sequence(data: Data) -> Sequence:
    """What the measures of industry save and draw per unit of output."""
    return Sequence(data, data.lookup(INDUSTRY, "emission_factor"), data.lookup(INDUSTRY, "output"), data.lookup(INDUSTRY_INTENSITY))


def check_relocation(data: Data) -> list[Finding]:
    """A rule on relocation is about somebody who makes the good, and leaves room for what has to be made."""
    return check_limits(data, INDUSTRY, INDUSTRY_MOVEMENT)


def check_one_unit(data: Data) -> list[Finding]:
    """All regions count a sector in the same unit."""
    return two_units(data, INDUSTRY)


class Industry(AdoptingLever):
    """Output by region and sector, and the measures added there."""

    name = "industry"
    activity_unit = "million units"
    tables = (
        INDUSTRY, INDUSTRY_DEMAND, INDUSTRY_INTENSITY, INDUSTRY_MOVEMENT, NO_RELOCATION, RELOCATION_LIMITS,
        MEASURES, MEASURE_SHARES, MEASURE_COSTS, MEASURE_ENERGY_PRICES, MEASURE_CAPS, FUEL_FACTORS, FUEL_SPLIT,
    )
    needs = (INDUSTRY, INDUSTRY_DEMAND)
    checks = (check_caps, check_stages, check_cost_holds, check_one_unit, check_fuel_split, check_relocation)
    rules = (Relocation,)
    items = (
        Item("steel", "emission", en="Steel", zh="钢铁", iamc=f"{OF_INDUSTRY}|Steel"),
        Item("cement", "emission", en="Cement and building materials", zh="水泥建材", iamc=f"{OF_INDUSTRY}|Cement"),
        Item("aluminium_primary", "emission", iamc=f"{OF_INDUSTRY}|Non-Ferrous Metals"),
        Item("ammonia", "emission", iamc=f"{OF_INDUSTRY}|Chemicals|Ammonia"),
        Item("methanol", "emission", iamc=f"{OF_INDUSTRY}|Chemicals|Methanol"),
        Item("ethylene", "emission", iamc=f"{OF_INDUSTRY}|Chemicals|Ethylene"),
        Item("other_industry", "emission", en="Other industry", zh="其他工业", iamc=f"{OF_INDUSTRY}|Other"),
        Item("{industry.sector}", "emission", iamc=f"{OF_INDUSTRY}|Other"),
        Item("industry_electricity", "electricity", en="Industry: change of electricity against reference", zh="工业用电变动（相对参考）"),
        Item("industry_measures", "money", en="Measures in industry", zh="工业措施", payer=INDUSTRY_FIRMS),
        Item("industry_electrification", ("electricity", "use_load")),
        Item("industry_hydrogen", "hydrogen", en="Hydrogen added by industrial measures", zh="工业措施新增用氢"),
        Item("industry_fuel", "primary_energy", en="Fuels of industry", zh="工业燃料"),
        Item("industry_biomass", ("biomass", "primary_energy"), en="Biomass added by industrial measures", zh="工业措施新增生物质"),
        Item("industry_ccs", ("captured", "co2_storage"), en="Capture in industry", zh="工业碳捕集", iamc=(f"{CAPTURE}|Industry", COMBINED)),
        Item("industry_water", "water", en="Industry: change against reference", zh="工业用水变动", iamc=f"{WITHDRAWAL}|Industrial Water"),
    )
    variables = (OUTPUT, ADOPTED)
    decisions = (
        Decision(
            "adopted", ("sector", "measure"), lever="industry",
            sheets=("measure_shares", "measures", "measure_caps", "industry_movement", "no_relocation", "relocation_limits"),
            told=Told("Mt CO2/yr", table="industry", amount="abated_mt_co2", rows=_measures, headline=Headline(5, "Industry and end use: abated", "工业与终端：减排")),
        ),
    )  # fmt: skip
    operations = ("output",)
    indicators = (
        Indicator(
            "industry_captured", "Mt CO2/yr", balance="captured", items=("industry_ccs",),
            en="CO2 captured in industry", zh="工业捕集的二氧化碳",
        ),
        Indicator(
            "industry_measure_cost", "bn CNY/yr", balance="money", items=("industry_measures",),
            en="Cost of industrial measures", zh="工业措施成本",
        ),
        Indicator(
            "industry_electrification", "TWh/yr", balance="electricity", items=("industry_electrification",),
            en="Electricity added by industrial measures", zh="工业措施新增用电",
        ),
    )

    def build(self) -> None:
        """Output and its bounds, demand, measures, no relocation; then the posts."""
        self.frame = self._reference()
        self.read_measures(dict.fromkeys(self.frame["sector"]), industry_sequence(self.data))
        self._remember()
        decided = (self.frame["reference"] > 0.0) & (self.frame["year"] != self.data.base_year)
        producing = self.frame[decided]
        low, high = 1.0 - producing["movement"], 1.0 + producing["movement"]
        cell_of = self.data.lookup_cells(INDUSTRY_MOVEMENT)
        cells = [cell_of.get(key, "") for key in zip(producing["sector"], producing["year"], strict=True)]
        bounded = (INDUSTRY_MOVEMENT.name, cells, OUTPUT.unit)
        self.output = self.b.variable(
            OUTPUT, producing, low=producing["reference"] * low, high=producing["reference"] * high,
            limit=bounded if self.data.has(INDUSTRY_MOVEMENT.name) else None, happened=producing["reference"],
        )
        self.activity = dict(self.output.variables)
        self._meet_demand()
        self._add_measures()
        self._forbid_relocation()
        shares = shares_of_base_year(self.data.frame(INDUSTRY))
        Relocation(self.b, self.output, shares, self.data.lookup(INDUSTRY_MOVEMENT)).constrain()
        self._post_output()
        if len(self.adopted):
            self.post_measures()

    def _reference(self) -> pd.DataFrame:
        """Industry by region, sector and every year with demand, movement, intensity and reference output.

        In periods of history the reference is what was made there, so that demand for power and water holds it already.
        """
        table = self.data.frame(INDUSTRY)
        share = shares_of_base_year(table)
        table = table.assign(base_share=[share[key] for key in zip(table["region"], table["sector"], strict=True)])
        frame = table.merge(pd.DataFrame({"year": self.data.all_years}), how="cross")
        later = frame["year"] != self.data.base_year
        demand = self.data.frame(INDUSTRY_DEMAND).rename(columns={"value": "demand"})
        met = join(frame[later], demand, ["sector", "year"], ["demand"])
        met = met.assign(share=met["base_share"])
        for year in self.data.history:
            seen = output_shares(self.data, table, year)
            here = met["year"] == year
            places = zip(met.loc[here, "region"], met.loc[here, "sector"], met.loc[here, "base_share"], strict=True)
            met.loc[here, "share"] = [seen.get((region, sector), share) for region, sector, share in places]
        met = met.assign(reference=met["share"] * met["demand"].astype(float))
        history = frame[~later].assign(reference=frame.loc[~later, "output"].astype(float))
        whole = pd.concat([history, met], ignore_index=True)
        intensity = self.data.lookup(INDUSTRY_INTENSITY)
        movement = self.data.lookup(INDUSTRY_MOVEMENT)
        keys = list(zip(whole["sector"], whole["year"], strict=True))
        # a sector without a row of movement stays where it is
        return whole.assign(
            intensity=[1.0 if key[1] == self.data.base_year else intensity.get(key, 1.0) for key in keys],
            movement=[movement.get(key, 0.0) for key in keys],
        )

    def _remember(self) -> None:
        """Plain dictionaries for the rules."""
        frame = self.frame
        keys = list(frame[["region", "sector", "year"]].itertuples(index=False, name=None))
        base = self.data.base_year
        self.reference = {k: float(v) for k, v in zip(keys, frame["reference"], strict=True) if k[2] != base}
        self.intensity = {(k[1], k[2]): float(v) for k, v in zip(keys, frame["intensity"], strict=True)}
        self.category = {k[:2]: CATEGORY.get(k[1], k[1]) for k in keys}
        self.factor = self.data.lookup(INDUSTRY, "emission_factor")
        self.base_output = self.data.lookup(INDUSTRY, "output")
        self.demand = self.data.lookup(INDUSTRY_DEMAND)

    def _meet_demand(self) -> None:
        table = self.data.frame(INDUSTRY_DEMAND)
        # the output of history is held, so a row could only fail by a last digit
        over = table[table["year"].isin(self.data.decided)][["sector", "year"]]
        places = self.data.frame(INDUSTRY).groupby("sector", sort=False)
        self.producers = {sector: list(part["region"]) for sector, part in places}
        limit = (INDUSTRY_DEMAND.name, self.b.cells(INDUSTRY_DEMAND, over), OUTPUT.unit)
        self.b.constrain(self.industry_demand_met, over, limit=limit)

    def _add_measures(self) -> None:
        over = self.adoptable()
        self.adopted = self.b.variable(ADOPTED, over, happened=self.happened_on(over))
        self.adopted.gains = self.spreading()
        # what captures is held by the flue gas that is left
        captures = [self.sequence.captures(*pair) for pair in zip(over["sector"], over["measure"], strict=True)]
        index = over.loc[over["year"].isin(self.data.decided) & ~np.array(captures, dtype=bool), ["region", "sector", "measure", "year"]]
        limit = (MEASURE_SHARES.name, self.b.cells(MEASURE_SHARES, index), ADOPTED.unit)
        self.b.constrain(self.measure_maximum, index, limit=limit)
        caps = self.over_caps()
        self.b.constrain(self.measure_joint_cap, caps, limit=self.limit_of_caps(caps))
        rates = self.over_rates()
        self.b.constrain(self.measure_build_rate, rates, limit=self.limit_of_rates(rates))
        self.b.constrain(self.measure_stock, self.over_stocks())
        caught = self.over_captures()
        self.b.constrain(self.capture_of_flue, caught, limit=self.limit_of_captures(caught))
        self.b.constrain(self.no_negative_sector, self.over_emissions(self._gross))

    def _gross(self, region: str, sector: str, year: int) -> float:
        """CO2 of a unit of output without measures, t."""
        return self.factor[region, sector] * self.intensity.get((sector, year), 1.0)

    def _forbid_relocation(self) -> None:
        table = self.data.frame(NO_RELOCATION)
        years = pd.DataFrame({"year": self.data.decided})
        rows = table.assign(row=table.index).merge(years, how="cross").set_index("row")
        exists = [key in self.output for key in rows[["region", "sector", "year"]].itertuples(index=False, name=None)]
        rows = rows[np.array(exists, dtype=bool)]
        self.ceiling = {
            (r, s): float(factor) * self.factor[r, s] * self.base_output[r, s]
            for r, s, factor in rows[["region", "sector", "factor"]].itertuples(index=False, name=None)
        }
        over = rows[["region", "sector", "year"]]
        limit = (NO_RELOCATION.name, self.b.cells(NO_RELOCATION, over, "factor"), "Mt CO2/yr")
        self.b.constrain(self.no_relocation, over, limit=limit)

    @constraint(unit="million units/yr", kind="flow")
    def industry_demand_met(self, sector: str, year: int) -> Any:
        """The regions together produce what the nation asks for.

        sum over region of output[region, sector, year] >= demand[sector, year]

        For: every sector and year that is decided; in history output is held to what was made.
        Unit: million units/yr.
        Dual: what the nation would save if one unit less were asked for.
        Data: industry_demand.
        """
        made = self.b.sum((1.0, self.output.get(region, sector, year)) for region in self.producers.get(sector, []))
        return made >= self.demand[sector, year]

    @constraint(unit="million units/yr", kind="flow", nets="share_of_plan")
    def measure_maximum(self, region: str, sector: str, measure: str, year: int) -> Any:
        """A measure is added at most up to its largest share of the output.

        adopted <= max(0, max_share[year] - max_share[base year]) * output

        For: every region, sector, measure and year in which the measure may have risen above its base-year share; not for the stage capture.
        Unit: million units/yr.
        Dual: what one more unit of output open to the measure is worth.
        Data: measure_shares.
        """
        room = self.room[sector, measure, year]
        return self.within([(1.0, self.adopted[region, sector, measure, year])], room, region, sector, year)

    @constraint(unit="million units/yr", kind="flow", nets="share_of_plan")
    def measure_joint_cap(self, region: str, sector: str, cap: str, year: int) -> Any:
        """Measures that exclude each other do not share the same unit of output.

        sum over measure of weight * adopted <= max(0, 1 - sum over measure of weight * base_share) * output

        For: every region, sector, joint cap and year in which the measures' own maxima could exceed the cap.
        Unit: million units/yr.
        Dual: what one more unit of output not yet claimed by these measures is worth.
        Data: measure_caps (the limit names the weight of the cap's first measure), measure_shares (base year).
        """
        return self.cap_row(region, sector, cap, year)

    @constraint(unit="million units/yr", kind="flow", nets="share_of_plan")
    def measure_build_rate(self, region: str, sector: str, measure: str, year: int) -> Any:
        """A measure spreads no faster than its build rate.

        adopted[year] - adopted[previous year] <= build_rate * years * output[year]
        with years between the middles of the two periods, as adopted is the mean of a period

        For: every region, sector, measure and year in which the maximum allows a faster rise.
        Unit: million units/yr.
        Dual: what one more unit converted in the period is worth.
        Data: measures.build_rate.
        """
        return self.rate_row(region, sector, measure, year)

    @constraint(unit="million units/yr")
    def measure_stock(self, region: str, sector: str, measure: str, year: int) -> Any:
        """A measure in place is not undone; it shrinks only with the sector's reference output.

        adopted[year] >= min(1, reference[year] / reference[previous year]) * adopted[previous year]

        For: every region, sector, measure and year after the first in which the measure may be added.
        Unit: million units/yr.
        Dual: what it would save to give up one unit of an earlier measure.
        Data: industry_demand (through the reference output).
        """
        return self.stock_row(region, sector, measure, year)

    @constraint(unit="Mt CO2/yr", kind="flow", nets="share_of_plan", en="Capture from what the flue gas of industry holds", zh="工业烟气剩余排放的捕集")
    def capture_of_flue(self, region: str, sector: str, measure: str, year: int) -> Any:
        """A measure captures at most its share of the CO2 that the measures before it leave in the flue gas.

        abates * adopted <= capture_rate * (max_share[year] - max_share[base year]) * flue
        flue = emission_factor * intensity * output - sum over measures of other stages of abates * adopted
        with abates as in ``sequence``

        For: every region, sector, measure of the stage capture and year in which it may be added.
        Unit: Mt CO2/yr.
        Dual: what one more tonne of CO2 within reach of capture is worth.
        Data: measures.capture_rate, measure_shares, industry.emission_factor, industry_intensity.
        """
        return self.capture_row(region, sector, measure, year, self._gross(region, sector, year))

    @constraint(unit="Mt CO2/yr")
    def no_negative_sector(self, region: str, sector: str, year: int) -> Any:
        """Measures abate and capture no more than the sector emits.

        sum over measure of abates * adopted <= emission_factor * intensity * output
        with abates as in ``sequence``

        For: every region, sector and year in which the measures together could abate more than the emission factor.
        Unit: Mt CO2/yr.
        Dual: what one more tonne that could be abated is worth.
        Data: measures.abatement, industry.emission_factor, industry_intensity.
        """
        return self.within(self.abated(region, sector, year), self._gross(region, sector, year), region, sector, year)

    @constraint(unit="Mt CO2/yr", kind="flow", nets="other_cells")
    def no_relocation(self, region: str, sector: str, year: int) -> Any:
        """A listed region takes in no emissions of a listed sector beyond a factor of its base year.

        emission_factor * intensity * output - sum over measure of abates * adopted
            <= factor * emission_factor * base output
        with abates as in ``sequence``

        For: every row of no_relocation and year that is decided. Captured CO2 counts as abated.
        Unit: Mt CO2/yr.
        Dual: what one more tonne allowed in the region is worth to the nation.
        Data: no_relocation.factor, industry.
        """
        pairs = [(self._gross(region, sector, year), self.output[region, sector, year])]
        pairs += [(-amount, variable) for amount, variable in self.abated(region, sector, year)]
        return self.b.sum(pairs) <= self.ceiling[region, sector]

    def _post_output(self) -> None:
        """Gross emissions of all years; power and water as deviation from the reference output."""
        columns = ["emission_factor", "intensity", "electricity", "water", "reference"]
        terms = self.output.terms().join(self.frame, ["region", "sector", "year"], columns)
        for sector in dict.fromkeys(self.frame["sector"]):
            item = CATEGORY.get(sector, sector)
            part = terms.where(terms.frame["sector"] == sector)
            gross = part.frame["emission_factor"].astype(float) * part.frame["intensity"]
            self.ledger.supply("emission", part, gross, unit="Mt CO2/million units", item=item)
            old = self.frame[(self.frame["sector"] == sector) & (self.frame["year"] == self.data.base_year)]
            emitted = old["output"].astype(float) * old["emission_factor"].astype(float)
            self.ledger.supply_fixed("emission", old, emitted, unit="Mt CO2/yr", item=item)
        self._post_fuels(terms)
        frame = terms.frame
        electricity = frame["electricity"].astype(float)
        item = "industry_electricity"
        self.ledger.use("electricity", terms, electricity, unit="TWh/million units", item=item)
        self.ledger.supply_fixed("electricity", frame, electricity * frame["reference"], unit="TWh/yr", item=item)
        self.post_water(terms)
        self._post_reference_water(terms)

    def _post_fuels(self, terms: Terms) -> None:
        """Fuels behind the gross CO2 of all years, as far as the split of the sector is known."""
        energy = energy_of_co2(self.data)
        fuels = fuels_of(terms.frame, terms.frame["emission_factor"].astype(float) * terms.frame["intensity"], energy)
        self.ledger.supply(PRIMARY, Terms(fuels, terms.unit), fuels["burnt"], unit="TWh/million units", item="industry_fuel")
        old = self.frame[self.frame["year"] == self.data.base_year]
        fuels = fuels_of(old, old["output"].astype(float) * old["emission_factor"].astype(float), energy)
        self.ledger.supply_fixed(PRIMARY, fuels, fuels["burnt"], unit="TWh/yr", item="industry_fuel")

    def _post_reference_water(self, terms: Terms) -> None:
        """Give back the water of the reference output, which the exogenous use already holds."""
        frame = self.water_by_zone(terms).frame
        if len(frame):
            known = frame["drawn"] * frame["reference"]
            self.ledger.supply_fixed("water", frame, known, unit="km3/yr", item="industry_water")
