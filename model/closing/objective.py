"""What is optimised: least discounted cost, most net removal within a spending limit, the least peak of net CO2, the least largest burden of a group, most harvest value, or several of these.

The setting names one or a list; each of a list is optimised with all before it held within ``objective_tolerance``. Tonnes leave nearly every plan
open, so least cost follows where no objective of the setting counts money. The cost objective is the money account, each year weighted with its discounted length: the cost report and the
objective are the same list of posts. Harvest value is sales of what is felled plus the worth of the stands left, less
all that the money account spends.

Limits: the peak is that of the means of periods, no year of a period is told apart; where tonnes come first no power goes unserved, other ways out that
have a price (a target missed, a pace dropped) are free until cost is minimised; ``max_net_removal`` alone is held so closely while cost is
least that nothing of it is given up; prices of products count in ``max_harvest_value`` only; duals are those of the first objective.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from ..core.build.build import Lever
from ..core.build.objective import COST_UNIT, TIE_BREAK, Objective
from ..core.data import HARVEST_VALUE, MIN_COST, MIN_MAX_BURDEN, MIN_PEAK, NET_REMOVAL, SMALLEST_FACTOR, Data
from ..core.declare.spec import FIRST_YEAR, LAST_YEAR, Column, Finding, Setting, Table, Variable, constraint
from ..core.frames import stack
from ..levers.forest.plan_tables import has_forest
from ..levers.years import no_milestones
from ._sums import check_forest_land, check_power_used
from .payments.equity_tables import LARGEST_BURDEN

HARVEST_DISCOUNT = Table(
    "harvest_discount",
    (
        Column("year", "calendar year", "integer", key=True, absent="own", low=FIRST_YEAR, high=LAST_YEAR, en="Milestone year", zh="里程碑年"),
        Column("period_factor", "1", low=SMALLEST_FACTOR, default=None, aggregate="first", en="Discount factor of all that a year of the period earns and costs; blank: from the discount rate", zh="该时期每年收支的贴现系数；空白则按贴现率"),
        Column("stand_factor", "1", low=0, default=None, aggregate="first", en="Factor on the stands left, read in the last year; blank: from the discount rate", zh="期末林分价值的贴现系数（末年读取）；空白则按贴现率"),
    ),
    en="Discount factors given by hand, for the objective max_harvest_value (optional)", zh="直接给定的贴现系数（可选）",
)

HARVEST_MOMENT = Setting("harvest_moment", "1", "number", 0.5, low=0, high=1, en="Where in its period a harvest earns, for max_harvest_value: 0 the beginning, 0.5 the middle, 1 the end", zh="时期内采伐收入计价时点：0期初，0.5期中，1期末")

OBJECTIVE_TOLERANCE = Setting(
    "objective_tolerance", "1", "number", 1e-4, low=1e-7, high=0.5, source="OWN_EST", quality="estimate",
    en="Share of its value that an objective may give up for those after it (of one unit at least); max_net_removal alone gives up nothing",
    zh="在前目标可为后续目标让出的比例（至少按一个单位计）；单独的 max_net_removal 不让出",
)
NET_PEAK = Variable("net_peak", ("scope",), "Mt CO2/yr", low=None, en="Peak of national net CO2", zh="全国净排放峰值")
#: The place of what the nation has one of.
NATION = "nation"
COLUMNS = ["component", "region", "year", "position", "coefficient"]


def harvest_weight(data: Data, year: int) -> float:
    """What a flow of one a year through the period is worth when harvest value is maximised, discounted to the base year.

    The period's length times the factor of ``harvest_discount``; without one times ``cost_factor`` of ``periods``; without that
    n * (1 + discount_rate) ** -(moment of the harvest - base year).
    """
    given = _given(data, year, "period_factor")
    if given is not None:
        return data.length(year) * given
    factor = data.tables["periods"].set_index("year").get("cost_factor")
    if year == data.base_year or (factor is not None and factor.notna().get(year, False)):
        return data.weight(year)
    moment = data.previous(year) + data.number("harvest_moment") * data.length(year)
    return float(data.length(year) * (1.0 + data.number("discount_rate")) ** (data.base_year - moment))


def stand_weight(data: Data) -> float:
    """What one yuan of stands left in the last year is worth, discounted to the base year."""
    end = data.years[-1]
    given = _given(data, end, "stand_factor")
    return float((1.0 + data.number("discount_rate")) ** (data.base_year - end)) if given is None else given


def _given(data: Data, year: int, column: str) -> float | None:
    frame = data.frame(HARVEST_DISCOUNT)
    found = frame.loc[frame["year"] == year, column].dropna()
    return float(found.iloc[0]) if len(found) else None


def period_weight(data: Data, year: int) -> float:
    """What a flow of one a year through the period is worth in the objective that the settings choose, of several the first."""
    return harvest_weight(data, year) if data.words("objective")[0] == HARVEST_VALUE else data.weight(year)


def check_harvest(data: Data) -> list[Finding]:
    """Harvest value needs a forest; discount factors given by hand need milestone years."""
    if HARVEST_VALUE not in data.words("objective"):
        return []
    found = no_milestones(data, HARVEST_DISCOUNT, data.frame(HARVEST_DISCOUNT), "year")
    if not has_forest(data):
        found.append(Finding(
            "error", "settings", data.setting_cell("objective"), "objective max_harvest_value: the workbook holds no forest that can be felled",
            "forest_class_area with forest_classes, or forest_area with forest_growth",
            "目标 max_harvest_value：工作簿没有可采伐的森林", "应填写 forest_class_area 与 forest_classes，或 forest_area 与 forest_growth",
        ))  # fmt: skip
    return found


class ObjectiveClosing(Lever):
    """The objectives named in the settings."""

    name = "objective"
    order = 9
    tables = (HARVEST_DISCOUNT,)
    checks = (check_harvest, check_power_used, check_forest_land)
    settings = (HARVEST_MOMENT, OBJECTIVE_TOLERANCE)
    variables = (NET_PEAK,)
    operations = ("net_peak",)

    @classmethod
    def present(cls, data: Data) -> bool:
        """Every model has an objective."""
        return True

    def build(self) -> None:
        """Set what is optimised, in the order of the setting; cost comes last where nothing of it counts money."""
        names = self.data.words("objective")
        tolerance = TIE_BREAK if names in ([MIN_COST], [NET_REMOVAL], [HARVEST_VALUE]) else self.data.number(OBJECTIVE_TOLERANCE.name)
        makers = {MIN_COST: self._cost, NET_REMOVAL: self._net_removal, MIN_PEAK: self._peak, HARVEST_VALUE: self._harvest_value, MIN_MAX_BURDEN: self._burden}
        if not {MIN_COST, HARVEST_VALUE}.intersection(names):
            names = [*names, MIN_COST]
        if names[0] in (MIN_PEAK, NET_REMOVAL):
            self._serve()
        goals = [replace(makers[name](), name=name, tolerance=tolerance) for name in names]
        self.b.objective, self.b.further = goals[0], goals[1:]

    def _cost(self) -> Objective:
        """sum over r, t, item of weight[t] * spending[r,t,item], and of targets that are missed, in bn CNY of the base year, discounted."""
        table = stack([self.ledger.table("money"), self._aims()])
        weight = {year: self.data.weight(year) for year in self.data.all_years}
        factor = table["year"].map(weight).astype(float)
        table = table.assign(component=table["item"], coefficient=-table["coefficient"].astype(float) * factor)
        return Objective("min", COST_UNIT, table[COLUMNS], weight)

    def _aims(self) -> pd.DataFrame:
        """What missed targets are priced at; the place is the scope of the target."""
        return self.ledger.table("aims").rename(columns={"scope": "region"})

    def _harvest_value(self) -> Objective:
        """sum over r, t of weight[t] * (sales - spending) + stand_weight * worth of the stands left, in bn CNY, discounted."""
        parts = []
        for account in ("harvest_value", "money", "stand_value", "aims"):
            table = self._aims() if account == "aims" else self.ledger.table(account)
            weight = {y: stand_weight(self.data) if account == "stand_value" else harvest_weight(self.data, y) for y in self.data.all_years}
            factor = table["year"].map(weight).astype(float)
            parts.append(table.assign(component=table["item"], coefficient=table["coefficient"].astype(float) * factor)[COLUMNS])
        return Objective("max", COST_UNIT, stack(parts), {year: harvest_weight(self.data, year) for year in self.data.all_years})

    def _peak(self) -> Objective:
        """net_peak of the nation, in Mt CO2/yr; it stands at the end of the plan."""
        self.peak = self.b.variable(NET_PEAK, [(NATION,)])
        self.flows = [(sign, self.b.of_other(f"{account}_total")) for account, sign in (("emission", 1.0), ("sink", -1.0), ("captured", -1.0))]
        planned = pd.DataFrame({"year": [year for year in self.data.decided if year <= self.data.plan_until]})
        self.b.constrain(self.net_below_peak, planned)
        table = self.peak.frame.assign(position=self.peak.positions, component=NET_PEAK.name, region=NATION, year=self.data.plan_until, coefficient=1.0)
        return Objective("min", NET_PEAK.unit, table[COLUMNS])

    def _burden(self) -> Objective:
        """largest_burden, a share of the product; it stands at the end of the plan."""
        largest = self.b.of_other(LARGEST_BURDEN.name)
        table = largest.frame.assign(position=largest.positions, component=LARGEST_BURDEN.name, region=NATION, year=self.data.plan_until, coefficient=1.0)
        return Objective("min", LARGEST_BURDEN.unit, table[COLUMNS])

    def _serve(self) -> None:
        """Rows by which nobody goes without for the sake of tonnes, of every year in which somebody could."""
        names = [name for name, family in self.b.families.items() if family.spec.goes_without]
        self.without: dict[int, list[Any]] = {}
        for family in map(self.b.of_other, names):
            for year, key in zip(family.frame["year"].tolist(), family.keys, strict=True):
                self.without.setdefault(int(year), []).append(family[key])
        years = pd.DataFrame({"year": [year for year in self.data.years if year in self.without]})
        if len(years):
            self.b.constrain(self.served_in_full, years)

    @constraint(unit="TWh/yr", kind="flow", en="Power served in full", zh="足额供电")
    def served_in_full(self, year: int) -> Any:
        """Where tonnes are optimised first nobody goes without power for them: they put no price on that, and cutting supply would lower any peak.

            sum over r, h of unserved[r,h,t] <= 0

        For: every period, those of history too, where the objective begins with min_peak or max_net_removal. Unit: TWh/yr. Dual: what one TWh a year
        that goes unserved would give to the objective. Data: setting objective.
        """
        return self.b.sum((1.0, short) for short in self.without[year]) <= 0.0

    @constraint(unit="Mt CO2/yr", kind="flow", en="Net CO2 below the peak", zh="净排放不超过峰值")
    def net_below_peak(self, year: int) -> Any:
        """The nation emits, net of sinks and capture in the strict account, no more than the peak in any planned period.

            sum over r of emission_total[r,t] - sink_total[r,t] - captured_total[r,t] <= net_peak

        For: every decided period up to the end of the plan, where the objective names min_peak. Unit: Mt CO2/yr. Dual: by how much the peak
        would fall if one tonne a year less were emitted in the period; these shares sum to 1. Data: setting objective.
        """
        return self.b.sum((sign, family[region, year]) for sign, family in self.flows for region in self.data.regions) - self.peak[NATION] <= 0.0

    def _net_removal(self) -> Objective:
        """sum over r, t of n[t] * (sink + captured - emission) in the strict account, in Mt CO2 over the horizon."""
        parts = []
        for account, sign in (("sink", 1.0), ("captured", 1.0), ("emission", -1.0)):
            table = self.ledger.table(account)
            table = table[~table["memo"].astype(bool) & table["year"].isin(self.data.years)]
            length = table["year"].map({year: float(self.data.length(year)) for year in self.data.years}).astype(float)
            part = table.assign(component=account + ":" + table["item"].astype(str), coefficient=sign * table["coefficient"].astype(float) * length)
            parts.append(part[COLUMNS])
        return Objective("max", "Mt CO2", stack(parts))
