"""Transport, buildings, heat and farms: what they emit and how they change.

Gross emissions follow the activity of each end use; measures take emissions away and add power, hydrogen or biomass.

Limits: activity does not answer to prices. The unit of activity is one tonne of gross CO2, so a measure saves at most
one tonne per tonne; vehicles, floor area and households are not counted. Where people and traffic are does not move.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...core.data import Data
from ...core.declare.iamc import CAPTURE, COMBINED, WITHDRAWAL
from ...core.declare.roles import END_USERS, Decision, Item, Told
from ...core.declare.spec import Column, Complete, Indicator, Table, Variable, constraint
from ...core.ledger import join
from ..fuels import PRIMARY, energy_of_co2, fuels_of
from .adoption import AdoptingLever
from .measures import MEASURE_SHARES, measure_rows
from .sequence import Sequence

END_USE = Table(
    "end_use",
    (
        Column("region", "", "text", key=True, ref="regions.region", en="Region", zh="地区"),
        Column("sector", "", "text", key=True, free=True, absent="own", en="End use", zh="终端部门"),
        Column("category", "", "text", free=True, aggregate="first", en="Category of the carbon account", zh="碳账户类别"),
        Column("emission", "Mt CO2/yr", low=0, en="CO2 in the base year", zh="基年排放"),
    ),
    complete=(
        Complete(("region",), en="its end uses emit nothing", zh="该地区终端没有排放"),
    ),
    en="End uses in the base year", zh="基年终端排放",
)

END_USE_ACTIVITY = Table(
    "end_use_activity",
    (
        Column("sector", "", "text", key=True, ref="end_use.sector", en="End use", zh="终端部门"),
        Column("value", "1", low=0, en="Emissions relative to the base year without measures (activity x autonomous intensity)", zh="无措施排放相对基年（活动量×自发强度）"),
    ),
    complete=(
        Complete(("sector",), of="end_use", always=True, en="how the end use develops is not known", zh="终端活动变化未知"),
    ),
    shape="years", en="Activity of end uses", zh="终端活动指数",
)

ADOPTED_END_USE = Variable(
    "adopted_end_use", ("region", "sector", "measure", "year"), "Mt CO2/yr",
    en="Gross emission of end uses on which a measure is added to the base year's share",
    zh="在基年份额之上新增措施的终端排放量",
    kind="flow", nets="other_cells",
)


def _measures(data: Data, industry: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Rows of the table ``industry`` that are measures of these sectors."""
    return measure_rows(data, industry, data.frame(END_USE)["sector"])


def end_use_sequence(data: Data) -> Sequence:
    """What the measures of end use save and draw per tonne of gross CO2: a unit emits one tonne in every region and year."""
    emission: dict[tuple[str, str], float] = data.lookup(END_USE, "emission")
    return Sequence(data, dict.fromkeys(emission, 1.0), emission, {})


class EndUse(AdoptingLever):
    """Emissions of end uses by region, and the measures added there."""

    name = "end_use"
    activity_unit = "Mt CO2"
    tables = (END_USE, END_USE_ACTIVITY)
    needs = (END_USE, END_USE_ACTIVITY)
    items = (
        Item("buildings", "emission", en="Buildings", zh="建筑", iamc=f"{COMBINED}|Residential and Commercial"),
        Item("transport", "emission", en="Transport", zh="交通", iamc=f"{COMBINED}|Transportation"),
        Item("heat", "emission", en="Heat supply", zh="供热", iamc=f"{COMBINED}|Heat"),
        Item("agriculture", "emission", en="Agriculture", zh="农业", iamc=f"{COMBINED}|AFOFI"),
        Item("{end_use.category}", "emission", iamc=f"{COMBINED}|Other"),
        Item("end_use_measures", "money", en="Measures in end use", zh="终端措施", payer=END_USERS),
        Item("end_use_electrification", ("electricity", "use_load")),
        Item("end_use_hydrogen", "hydrogen", en="Hydrogen added by end-use measures", zh="终端措施新增用氢"),
        Item("end_use_fuel", "primary_energy", en="Fuels of end use", zh="终端燃料"),
        Item("end_use_biomass", ("biomass", "primary_energy"), en="Biomass added by end-use measures", zh="终端措施新增生物质"),
        Item("end_use_ccs", ("captured", "co2_storage"), en="Capture in end use", zh="终端碳捕集", iamc=(f"{CAPTURE}|End Use", COMBINED)),
        Item("end_use_water", "water", en="End use: change", zh="终端用水变动", iamc=f"{WITHDRAWAL}|Municipal Water"),
    )
    variables = (ADOPTED_END_USE,)
    decisions = (
        Decision(
            "adopted_end_use", ("sector", "measure"), lever="industry", sheets=("end_use", "measures", "measure_shares"),
            told=Told("Mt CO2/yr", table="industry", amount="abated_mt_co2", rows=_measures),
        ),
    )  # fmt: skip
    indicators = (
        Indicator(
            "end_use_measure_cost", "bn CNY/yr", balance="money", items=("end_use_measures",),
            en="Cost of end-use measures", zh="终端措施成本",
        ),
        Indicator(
            "end_use_electrification", "TWh/yr", balance="electricity", items=("end_use_electrification",),
            en="Electricity added by end-use measures", zh="终端措施新增用电",
        ),
    )

    def build(self) -> None:
        """Gross emissions, measures and their limits; then the posts."""
        frame = self._gross()
        self.read_measures(dict.fromkeys(frame["sector"]), end_use_sequence(self.data))
        later = frame[frame["year"] != self.data.base_year]
        keys = list(later[["region", "sector", "year"]].itertuples(index=False, name=None))
        self.reference = dict(zip(keys, later["gross"].astype(float).tolist(), strict=True))
        self.activity = dict(self.reference)
        self.category = self.data.lookup(END_USE, "category")
        for item in dict.fromkeys(frame["category"]):
            part = frame[frame["category"] == item]
            self.ledger.supply_fixed("emission", part, part["gross"], unit="Mt CO2/yr", item=item)
        fuels = fuels_of(frame, frame["gross"], energy_of_co2(self.data))
        self.ledger.supply_fixed(PRIMARY, fuels, fuels["burnt"], unit="TWh/yr", item="end_use_fuel")
        self._add_measures()
        if len(self.adopted):
            self.post_measures()

    def _gross(self) -> pd.DataFrame:
        """End uses by region, sector and every year with their gross emission (Mt CO2/yr)."""
        frame = self.data.frame(END_USE).merge(pd.DataFrame({"year": self.data.all_years}), how="cross")
        activity = {(sector, self.data.base_year): 1.0 for sector in frame["sector"]}
        activity |= self.data.lookup(END_USE_ACTIVITY)
        table = pd.DataFrame([(*key, value) for key, value in activity.items()], columns=["sector", "year", "activity"])
        frame = join(frame, table, ["sector", "year"])
        return frame.assign(gross=frame["emission"].astype(float) * frame["activity"])

    def _add_measures(self) -> None:
        over = self.adoptable()
        index = over[["region", "sector", "measure", "year"]]
        places = over[["region", "sector", "year"]].itertuples(index=False, name=None)
        most = [room * self.reference[place] for room, place in zip(over["room"], places, strict=True)]
        limit = (MEASURE_SHARES.name, self.b.cells(MEASURE_SHARES, index), "Mt CO2/yr")
        self.adopted = self.b.variable(ADOPTED_END_USE, over, high=most, limit=limit, happened=self.happened_on(over))
        self.adopted.gains = self.spreading()
        caps = self.over_caps()
        self.b.constrain(self.end_use_joint_cap, caps, limit=self.limit_of_caps(caps))
        rates = self.over_rates()
        self.b.constrain(self.end_use_build_rate, rates, limit=self.limit_of_rates(rates))
        self.b.constrain(self.end_use_stock, self.over_stocks())
        caught = self.over_captures()
        self.b.constrain(self.end_use_capture_of_flue, caught, limit=self.limit_of_captures(caught))
        self.b.constrain(self.end_use_not_negative, self.over_emissions(lambda region, sector, year: 1.0))

    @constraint(unit="Mt CO2/yr", kind="flow", nets="other_cells")
    def end_use_joint_cap(self, region: str, sector: str, cap: str, year: int) -> Any:
        """Measures that exclude each other do not share the same tonne of gross emission.

        sum over measure of weight * adopted_end_use <= max(0, 1 - sum over measure of weight * base_share) * gross

        For: every region, end use, joint cap and year in which the measures' own maxima could exceed the cap.
        Unit: Mt CO2/yr.
        Dual: what one more tonne not yet claimed by these measures is worth.
        Data: measure_caps (the limit names the weight of the cap's first measure), measure_shares (base year).
        """
        return self.cap_row(region, sector, cap, year)

    @constraint(unit="Mt CO2/yr", kind="flow", nets="other_cells")
    def end_use_build_rate(self, region: str, sector: str, measure: str, year: int) -> Any:
        """A measure spreads no faster than its build rate.

        adopted_end_use[year] - adopted_end_use[previous year] <= build_rate * years * gross[year]
        with years between the middles of the two periods, as adopted_end_use is the mean of a period

        For: every region, end use, measure and year in which the maximum allows a faster rise.
        Unit: Mt CO2/yr.
        Dual: what one more tonne converted in the period is worth.
        Data: measures.build_rate.
        """
        return self.rate_row(region, sector, measure, year)

    @constraint(unit="Mt CO2/yr")
    def end_use_stock(self, region: str, sector: str, measure: str, year: int) -> Any:
        """A measure in place is not undone; it shrinks only with the activity of the end use.

        adopted_end_use[year] >= min(1, gross[year] / gross[previous year]) * adopted_end_use[previous year]

        For: every region, end use, measure and year after the first in which the measure may be added.
        Unit: Mt CO2/yr.
        Dual: what it would save to give up one tonne of an earlier measure.
        Data: end_use_activity.
        """
        return self.stock_row(region, sector, measure, year)

    @constraint(unit="Mt CO2/yr", kind="flow", nets="other_cells", en="Capture from what the flue gas of end use holds", zh="终端烟气剩余排放的捕集")
    def end_use_capture_of_flue(self, region: str, sector: str, measure: str, year: int) -> Any:
        """A measure captures at most its share of the CO2 that the measures before it leave.

        abates * adopted_end_use <= capture_rate * (max_share[year] - max_share[base year]) * flue
        flue = gross - sum over measures of other stages of abates * adopted_end_use
        with abates as in ``sequence``

        For: every region, end use, measure of the stage capture and year in which it may be added.
        Unit: Mt CO2/yr.
        Dual: what one more tonne of CO2 within reach of capture is worth.
        Data: measures.capture_rate, measure_shares, end_use.
        """
        return self.capture_row(region, sector, measure, year, 1.0)

    @constraint(unit="Mt CO2/yr")
    def end_use_not_negative(self, region: str, sector: str, year: int) -> Any:
        """Measures abate no more than the end use emits.

        sum over measure of abates * adopted_end_use <= gross
        with abates as in ``sequence``

        For: every region, end use and year in which the measures together could abate more than everything.
        Unit: Mt CO2/yr.
        Dual: what one more tonne that could be abated is worth.
        Data: measures.abatement, end_use.
        """
        return self.within(self.abated(region, sector, year), 1.0, region, sector, year)
