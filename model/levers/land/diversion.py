"""The West-line diversion as a carbon project: phases, water, opened land, canal photovoltaics.

A phase takes water from its donor zone and delivers it, less losses, to receiving zones within stated shares. It costs
money while it is built, loses hydropower upstream and gains some downstream, lets desert become irrigated land in the
project's proportions, and brings canal surface on which solar panels may stand.

Limits: no carbon is booked here: panels abate through the dispatch, trees through the forest, and the published
figure is only compared in the report. A phase may be built in part; that is shown, not forbidden. The part of the
cost that falls before the base year is charged to the first period. In periods of history nothing of it operates.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...core.build.build import Lever
from ...core.data import WATER_ZONES
from ...core.declare.roles import Decision, Headline, Project, Told
from ...core.declare.spec import Indicator, Setting, Variable, constraint
from ...core.ledger import Terms, join
from ..years import each_year, periods
from .diversion_tables import (
    CANAL,
    CANAL_CORRIDOR,
    CLASS_OF_USE,
    CORRIDOR,
    DIVERSION_ITEMS,
    DIVERSION_PHASES,
    DIVERSION_RECEIVERS,
    GIVEN,
    IRRIGATED,
    IRRIGATION,
    OPENED_LAND,
    TAKEN,
    check_phase_shares,
    investment_rows,
)

BUILT = Variable("built", ("phase", "year"), "1", en="Share of the phase in operation", zh="调水工程投运比例")
DELIVERED = Variable("delivered", ("phase", "water_zone", "year"), "km3/yr", en="Water delivered", zh="受水量")
OPENED = Variable("opened", ("phase", "year"), "Mha", en="Irrigated land opened", zh="新增灌区面积")
#: The decisions of the project, and the rows that tie them to one another and to nothing else.
PROJECT_FAMILIES = ("built", "delivered", "opened")
PROJECT_ROWS = (
    "phase_stays_built", "delivered_within_built", "receiving_share_min", "receiving_share_max", "opened_within_built", "opened_land_stays",
)  # fmt: skip


class Diversion(Lever):
    """Phases of the West-line diversion, the water they bring and cost, the land they open, and their canals."""

    name = "diversion"
    tables = (DIVERSION_PHASES, DIVERSION_RECEIVERS, OPENED_LAND, CANAL_CORRIDOR)
    needs = (WATER_ZONES, DIVERSION_PHASES, DIVERSION_RECEIVERS)
    checks = (check_phase_shares,)
    settings = (
        Setting("diversion_decision", "", "text", "free", choices=("free", "none", "whole"), en="free: the model decides; none: never built; whole: every phase built in its earliest year", zh="free由模型决定；none不建；whole各期按最早年份全建"),
        Setting("diverted_water_value", "CNY/m3", default=0.0, low=0, high=1000, source="OWN_EST", en="Value of each cubic metre delivered beyond what the model's own users gain from it (0 in the reference)", zh="受水单位附加价值（模型用户收益之外，基准为0）"),
    )
    items = DIVERSION_ITEMS
    variables = (BUILT, DELIVERED, OPENED)
    decisions = (
        Decision("built", ("phase",), "bn CNY", "water_diversion", ("diversion_phases",), project=Project(PROJECT_FAMILIES, PROJECT_ROWS)),
        Decision(
            "delivered", ("phase",), lever="water_diversion", sheets=("diversion_receivers", "water_available"),
            told=Told("million m3/yr", to="water_zone", headline=Headline(6, "Diverted water delivered", "西线调水")),
        ),
        Decision("opened", ("phase",)),
    )  # fmt: skip
    indicators = (
        Indicator("diversion_built", "1", variable="built", en="Share of the diversion in operation", zh="调水工程投运比例"),
        Indicator("diverted_water_delivered", "million m3/yr", balance="water", items=(GIVEN,), en="Diverted water delivered", zh="调水受水量"),
        Indicator("irrigated_land_opened", "kha", variable="opened", en="Irrigated land opened", zh="新增灌区面积"),
    )

    def build(self) -> None:
        """Declare what is built, delivered and opened, then post water, power, land, forage and money."""
        self.phases = self.data.frame(DIVERSION_PHASES)
        self.works = self.phases.set_index("phase")
        self.receivers = self.data.frame(DIVERSION_RECEIVERS)
        self.zones = self.data.frame(WATER_ZONES)[["water_zone", "region"]]
        over = each_year(self.phases[["phase", "earliest_year"]], self.data)
        over = over.loc[over["year"] >= over["earliest_year"], ["phase", "year"]].reset_index(drop=True)
        if over.empty or self.data.word("diversion_decision") == "none":
            return
        whole = self.data.word("diversion_decision") == "whole"
        self.built = self.b.variable(BUILT, over, high=1.0, low=1.0 if whole else 0.0, happened=0.0)
        self.delivered = self.b.variable(DELIVERED, over.merge(self.receivers[["phase", "water_zone"]], on="phase"), happened=0.0)
        self._constrain_built(over)
        self._post_water()
        self._post_hydropower()
        self._post_money()
        if self.data.has(CANAL_CORRIDOR.name):
            self._post_canal()
        if self.data.has(OPENED_LAND.name):
            self._build_opened(over)

    # ------------------------------------------------------------------------------------------------------------
    # Limits

    def _constrain_built(self, over: pd.DataFrame) -> None:
        self.min_share = self.data.lookup(DIVERSION_RECEIVERS, "min_share")
        self.max_share = self.data.lookup(DIVERSION_RECEIVERS, "max_share")
        self.b.constrain(self.phase_stays_built, self._with_previous(over))
        self.b.constrain(self.delivered_within_built, over, limit=(DIVERSION_PHASES.name, self._phase_cells(over, "volume"), "million m3/yr"))
        each = self.delivered.frame
        places = list(each[["phase", "water_zone"]].itertuples(index=False, name=None))
        for rule, column in ((self.receiving_share_min, "min_share"), (self.receiving_share_max, "max_share")):
            cell_of = self.data.lookup_cells(DIVERSION_RECEIVERS, column)
            self.b.constrain(rule, each, limit=(DIVERSION_RECEIVERS.name, [cell_of[place] for place in places], "million m3/yr"))

    def _phase_cells(self, over: pd.DataFrame, column: str) -> list[str]:
        """The cell of a column for the phase of each row."""
        cell_of = self.data.lookup_cells(DIVERSION_PHASES, column)
        return [cell_of[phase] for phase in over["phase"]]

    def _with_previous(self, over: pd.DataFrame) -> pd.DataFrame:
        """Phases and years whose year before is decided as well."""
        pairs = over[["phase", "year"]].itertuples(index=False)
        return over[np.array([(p, self.data.previous(y)) in self.built for p, y in pairs], dtype=bool)]

    @constraint(unit="1")
    def phase_stays_built(self, phase: str, year: int) -> Any:
        """A phase in operation stays in operation.

        built[phase, year] >= built[phase, previous year]

        For: every phase and every year after its first possible one.
        Unit: 1.
        Dual: what it would be worth to close part of the phase again.
        Data: diversion_phases.earliest_year.
        """
        return self.built[phase, year] - self.built[phase, self.data.previous(year)] >= 0

    @constraint(unit="km3/yr", kind="flow", nets="share_of_plan")
    def delivered_within_built(self, phase: str, year: int) -> Any:
        """What is delivered stays within what the phase diverts, less losses and what stays in the stream.

        sum over water_zone of delivered[phase, water_zone, year] <= built[phase, year] * volume * (1 - loss)

        For: every phase and year in which it may operate.
        Unit: km3/yr.
        Dual: what one more cubic metre a year of diverted water is worth to the receivers.
        Data: diversion_phases.volume (the cell of the limit), diversion_phases.loss.
        """
        carried = self._number(phase, "volume") * (1.0 - self._number(phase, "loss"))
        return self.b.sum([*self._deliveries(phase, year, 1.0), (-carried, self.built[phase, year])]) <= 0

    @constraint(unit="km3/yr", kind="flow", nets="share_of_plan")
    def receiving_share_min(self, phase: str, water_zone: str, year: int) -> Any:
        """A receiving zone gets at least its least share of the water delivered.

        delivered[phase, water_zone, year] >= min_share * sum over zones of delivered[phase, zone, year]

        For: every receiving zone of every phase and year in which it may operate.
        Unit: km3/yr.
        Dual: what it costs to give this zone one more cubic metre a year.
        Data: diversion_receivers.min_share.
        """
        least = self.min_share[phase, water_zone]
        own = (1.0, self.delivered[phase, water_zone, year])
        return self.b.sum([own, *self._deliveries(phase, year, -least)]) >= 0

    @constraint(unit="km3/yr", kind="flow", nets="share_of_plan")
    def receiving_share_max(self, phase: str, water_zone: str, year: int) -> Any:
        """A receiving zone gets at most its largest share of the water delivered.

        delivered[phase, water_zone, year] <= max_share * sum over zones of delivered[phase, zone, year]

        For: every receiving zone of every phase and year in which it may operate.
        Unit: km3/yr.
        Dual: what one more cubic metre a year is worth in this zone above the others.
        Data: diversion_receivers.max_share.
        """
        most = self.max_share[phase, water_zone]
        own = (1.0, self.delivered[phase, water_zone, year])
        return self.b.sum([own, *self._deliveries(phase, year, -most)]) <= 0

    @constraint(unit="Mha", kind="standing", nets="share_of_plan")
    def opened_within_built(self, phase: str, year: int) -> Any:
        """Irrigated land is opened only in proportion to the part of the phase that operates.

        opened[phase, year] <= opened_land * built[phase, year]

        For: every phase and year in which it may operate.
        Unit: Mha.
        Dual: what one more hectare of irrigated land is worth.
        Data: diversion_phases.opened_land.
        """
        most = self._number(phase, "opened_land")
        return self.b.sum([(1.0, self.opened[phase, year]), (-most, self.built[phase, year])]) <= 0

    @constraint(unit="Mha")
    def opened_land_stays(self, phase: str, year: int) -> Any:
        """Land once opened stays opened.

        opened[phase, year] >= opened[phase, previous year]

        For: every phase and every year after its first possible one.
        Unit: Mha.
        Dual: what it would be worth to give opened land back.
        Data: diversion_phases.earliest_year.
        """
        return self.opened[phase, year] - self.opened[phase, self.data.previous(year)] >= 0

    def _number(self, phase: str, column: str) -> float:
        """A number of the phase, in solver units."""
        return float(self.works[column].astype(float)[phase])

    def _deliveries(self, phase: str, year: int, factor: float) -> list[tuple[float, Any]]:
        zones = self.receivers.loc[self.receivers["phase"] == phase, "water_zone"]
        return [(factor, self.delivered[phase, zone, year]) for zone in zones]

    # ------------------------------------------------------------------------------------------------------------
    # Posts

    def _built_terms(self, *columns: str) -> Terms:
        """``built`` with columns of its phase."""
        return self.built.terms().join(self.phases, on=["phase"], columns=list(columns))

    def _post_water(self) -> None:
        taken = self._built_terms("volume", "donor_zone").rename(donor_zone="water_zone")
        self.ledger.use("water", taken, DIVERSION_PHASES.column("volume"), item=TAKEN)
        self.ledger.supply("water", self.delivered.terms(), 1.0, item=GIVEN, unit="1")
        value = self.data.number("diverted_water_value")
        if value > 0.0:
            given = self.delivered.terms().join(self.zones, on=["water_zone"])
            self.ledger.supply("money", given, value, item="west_line_water_value", unit="bn CNY/km3")

    def _post_hydropower(self) -> None:
        taken = self._built_terms("volume", "donor_zone", "hydropower_lost").rename(donor_zone="water_zone")
        taken = taken.join(self.zones, on=["water_zone"])
        lost = taken.frame["hydropower_lost"] * taken.frame["volume"]
        self.ledger.use("electricity", taken, lost, item="west_line_hydropower_lost", unit="TWh/yr")
        given = self.delivered.terms().join(self.zones, on=["water_zone"])
        given = given.join(self.phases, on=["phase"], columns=["hydropower_gained"])
        gained = DIVERSION_PHASES.column("hydropower_gained")
        self.ledger.supply("electricity", given, gained, item="west_line_hydropower_gained")
        run = self.delivered.terms().join(self.zones, on=["water_zone"]).join(self.phases, on=["phase"], columns=["operation_power"])
        self.ledger.use("electricity", run, DIVERSION_PHASES.column("operation_power"), item="west_line_operation_power")

    def _post_canal(self) -> None:
        canal = self.data.frame(CANAL_CORRIDOR)
        terms = self.built.terms()
        # A phase without a canal surface has no row and brings no corridor.
        terms = terms.where(terms.frame["phase"].isin(canal["phase"])).spread(canal, on=["phase"])
        surface = CANAL_CORRIDOR.column("area")
        self.ledger.supply("land", terms.assign(land_class=CORRIDOR), surface, item=CANAL)
        self.ledger.use("land", terms.assign(land_class=terms.frame["from_class"]), surface, item=CANAL)

    def _post_money(self) -> None:
        paid = self._built_terms("operation_cost").spread(self._payers(), on=["phase"])
        cost = paid.frame["operation_cost"] * paid.frame["weight"]
        self.ledger.use("money", paid, cost, item="west_line_operation", unit="bn CNY/yr")
        rows = [
            (phase, year, paid_in, spending, residual)
            for phase, year in self.built.keys
            for paid_in, spending, residual in investment_rows(self.data, self.works.loc[phase], year)
        ]
        flows = pd.DataFrame(rows, columns=["phase", "year", "paid_in", "spending", "residual"])
        terms = self.built.terms().spread(flows, on=["phase", "year"]).spread(self._payers(), on=["phase"])
        terms = terms.rename(year="built_in", paid_in="year")
        share = terms.frame["weight"]
        spending, residual = terms.frame["spending"] * share, terms.frame["residual"] * share
        self.ledger.use("money", terms, spending, item="west_line_investment", unit="bn CNY/yr")
        self.ledger.supply("money", terms, residual, item="west_line_residual_value", unit="bn CNY/yr")

    def _payers(self) -> pd.DataFrame:
        """Regions that pay for a phase, with weights from the largest shares of their zones."""
        paying = join(self.receivers, self.zones, on=["water_zone"])
        paying = paying.groupby(["phase", "region"], sort=False)["max_share"].sum().reset_index()
        paying["weight"] = paying["max_share"] / paying.groupby("phase")["max_share"].transform("sum")
        return paying[["phase", "region", "weight"]]

    # ------------------------------------------------------------------------------------------------------------
    # Opened land

    def _build_opened(self, over: pd.DataFrame) -> None:
        plots = self.data.frame(OPENED_LAND)
        over = over[over["phase"].isin(plots["phase"])].reset_index(drop=True)
        self.opened = self.b.variable(OPENED, over, happened=0.0)
        self.b.constrain(self.opened_within_built, over, limit=(DIVERSION_PHASES.name, self._phase_cells(over, "opened_land"), "kha"))
        self.b.constrain(self.opened_land_stays, self._with_previous(over))
        terms = self.opened.terms().spread(plots, on=["phase"])
        self._post_transfer(terms)
        self._post_irrigation(terms)
        self._post_opening(terms)

    def _post_transfer(self, terms: Terms) -> None:
        """Unused land becomes land of another class; what grass and fields take is used again at once."""
        share = OPENED_LAND.column("share")
        self.ledger.use("land", terms.assign(land_class="unused"), share, item="land_opened")
        gains = terms.assign(land_class=terms.frame["use"].map(CLASS_OF_USE))
        self.ledger.supply("land", gains, share, item="land_opened")
        for use, item in IRRIGATED.items():
            self.ledger.use("land", gains.where(gains.frame["use"] == use), share, item=item)
        forest = terms.where((terms.frame["use"] == "forest") & (terms.frame["land_type"] != ""))
        self.ledger.supply("offered_land", forest, share, item="land_opened")

    def _post_irrigation(self, terms: Terms) -> None:
        # Trees planted on opened land post their own water with the afforestation lever.
        watered = terms.where(terms.frame["use"].isin(list(IRRIGATED)))
        frame = watered.frame
        need = frame["share"] * frame["irrigation"]
        self.ledger.use("water", watered, need, item=IRRIGATION, unit="km3/Mha/yr")
        grown = frame["share"] * frame["forage"]
        self.ledger.supply("forage", watered, grown, item="irrigated_grass_forage", unit="Mt DM/Mha/yr")

    def _post_opening(self, terms: Terms) -> None:
        income = terms.frame["share"] * terms.frame["income"]
        self.ledger.supply("money", terms, income, item="irrigated_land_income", unit="bn CNY/Mha/yr")
        lengths = periods(self.data).set_index("year")["length"]
        following = dict(zip(self.data.years, self.data.years[1:], strict=False))
        cost = terms.frame["share"] * terms.frame["opening_cost"]
        year = terms.frame["year"]
        self.ledger.use("money", terms, cost / year.map(lengths), item="land_opening", unit="bn CNY/Mha/yr")
        # Only the increase pays: what already stood at the milestone before is taken off in the next period.
        stood = terms.assign(year=year.map(following), cost=cost).where(year.map(following).notna())
        stood = stood.assign(year=stood.frame["year"].astype(int))
        already = stood.frame["cost"] / stood.frame["year"].map(lengths)
        self.ledger.supply("money", stood, already, item="land_opening", unit="bn CNY/Mha/yr")
