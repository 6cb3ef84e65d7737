"""A hydrogen store that is paid by its volume, along the days of the year.

Sheet ``day_sequence`` lists the days of the year in order as runs of one day type. What is made beyond its use on the days of a type goes into the store,
evenly over them, and comes out of it where more is used than made: the store's level moves straight along a run, so that its ends hold the highest and
the lowest. Volume is built by vintage and paid by its investment.

Limits: one volume for a region, caverns wherever it is; users outside turbines take the same each day of the year; nothing is carried from year to
year; without the sheets hydrogen is kept at a flat cost and in any amount.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from ...core.build.build import Lever
from ...core.data import TIME_SLICES, Data, annuity
from ...core.declare.roles import INDUSTRY_FIRMS, Decision, Item
from ...core.declare.spec import Column, Finding, Setting, Table, Variable, constraint
from ...core.declare.units import HOURS_PER_DAY, HOURS_PER_YEAR
from ..lives import lives, works_in
from ..years import EVEN_LIFE_EN, EVEN_LIFE_ZH
from .hydrogen import ELECTROLYSIS_CAPEX, ELECTROLYSIS_EFFICIENCY

#: The only kind of store.
CAVERN = "cavern"
HYDROGEN_DAYS = "hydrogen_days"

DAY_SEQUENCE = Table(
    "day_sequence",
    (
        Column("run", "1", "integer", key=True, absent="own", low=1, high=366, en="Number of the run, in the order of the year", zh="连续段序号（按全年顺序）"),
        Column("season", "", "text", ref="time_slices.season", aggregate="first", en="Day type (season) of its days", zh="该段日期的典型日"),
        Column("days", "1", low=0, high=366, aggregate="first", en="Days one after another of that type", zh="连续天数"),
    ),
    en="The days of the year in order, as runs of one day type", zh="全年日期顺序（典型日连续段）",
)

HYDROGEN_STORE_CAPEX = Table(
    "hydrogen_store_capex",
    (
        Column("technology", "", "text", key=True, absent="unused", choices=(CAVERN,), en="Kind of store", zh="储氢方式"),
        Column("value", "CNY/kWh", low=0, en="Investment per kWh of hydrogen (lower heating value) that it holds", zh="单位储氢容量投资（按低位热值）"),
    ),
    shape="years", en="Investment of hydrogen stores", zh="储氢单位投资",
)

NEW = Variable(
    "hydrogen_store_new", ("region", "vintage"), "TWh", en="Volume of hydrogen stores built in the period", zh="时期内新建储氢容量",
)
STORED = Variable(
    "hydrogen_stored", ("region", "season", "year"), "TWh/yr", low=None,
    en="Hydrogen put into the store on the days of a type, less what is taken out", zh="典型日净储氢量",
)
DELIVERED = Variable(
    "hydrogen_delivered", ("region", "year"), "TWh/yr", en="Hydrogen for users outside turbines, the same each day", zh="电厂以外用氢（各日相同）",
)
LEVEL = Variable(
    "hydrogen_level", ("region", "run", "year"), "TWh", en="Hydrogen in the store at the end of a run of days", zh="连续段末储氢量",
)


def days_of_types(data: Data) -> dict[str, float]:
    """Days a year of each day type."""
    hours = data.slices.groupby("season", sort=False)["hours"].sum()
    return {str(season): float(value) / HOURS_PER_DAY for season, value in hours.items()}


def check_sequence(data: Data) -> list[Finding]:
    """The runs of a day type have together as many days as its slices."""
    table = data.frame(DAY_SEQUENCE)
    listed = table.groupby("season", sort=False)["days"].sum()
    found = []
    for season, days in days_of_types(data).items():
        given = float(listed.get(season, 0.0))
        if abs(given - days) > HOURS_PER_DAY / HOURS_PER_YEAR:
            rows = table.index[table["season"] == season]
            cell = data.cell(DAY_SEQUENCE.name, int(rows[0]), "days") if len(rows) else ""
            found.append(Finding(
                "error", DAY_SEQUENCE.name, cell, f"the runs of day type {season} have {given:g} days together", f"{days:g}, the hours of its time slices by 24",
                f"典型日 {season} 各段合计 {given:g} 天", f"应为 {days:g} 天（其时段小时数除以24）",
            ))  # fmt: skip
    return found


class HydrogenStore(Lever):
    """Volume of hydrogen stores and what is in them through the year."""

    name = "hydrogen_store"
    tables = (DAY_SEQUENCE, HYDROGEN_STORE_CAPEX)
    needs = (DAY_SEQUENCE, HYDROGEN_STORE_CAPEX, ELECTROLYSIS_CAPEX, ELECTROLYSIS_EFFICIENCY, TIME_SLICES)
    checks = (check_sequence,)
    settings = (
        Setting("hydrogen_store_life", "yr", "number", 40.0, low=5, high=100, en=f"Life of hydrogen stores. {EVEN_LIFE_EN}", zh=f"储氢设施寿命。{EVEN_LIFE_ZH}"),
        Setting(
            "hydrogen_store_fixed_share", "1/yr", "number", 0.02, low=0, high=0.2,
            en="Fixed cost of hydrogen stores a year as a share of investment", zh="储氢设施年固定运维占投资比例",
        ),
    )
    items = (
        Item("hydrogen_store", HYDROGEN_DAYS, en="Into the store", zh="净储氢"),
        Item("hydrogen_delivered", HYDROGEN_DAYS, en="Users outside turbines", zh="电厂以外用氢"),
        Item("hydrogen_store_cost", "money", en="Hydrogen stores", zh="储氢成本", payer=INDUSTRY_FIRMS),
    )
    variables = (NEW, STORED, DELIVERED, LEVEL)
    decisions = (Decision("hydrogen_store_new"),)
    operations = ("hydrogen_stored", "hydrogen_delivered", "hydrogen_level")

    def build(self) -> None:
        """The store, what goes into it by day type, its level along the year, and its cost."""
        data, decided = self.data, self.data.decided
        self.days = days_of_types(data)
        runs = data.frame(DAY_SEQUENCE).sort_values("run")
        runs = runs[runs["days"].astype(float) > 0.0]
        order = [int(run) for run in runs["run"]]
        self.before = dict(zip(order, [order[-1], *order[:-1]], strict=True))
        self.type_of = dict(zip(order, runs["season"].astype(str), strict=True))
        self.length = dict(zip(order, runs["days"].astype(float), strict=True))
        self.life = data.number("hydrogen_store_life")
        self.vintages = works_in(data, data.years, self.life)
        places = pd.DataFrame({"region": data.regions})
        years = places.merge(pd.DataFrame({"year": decided}), how="cross")
        seasons = pd.DataFrame({"season": list(self.days), "share": [days * HOURS_PER_DAY / HOURS_PER_YEAR for days in self.days.values()]})
        self.new = self.b.variable(NEW, places.merge(pd.DataFrame({"vintage": data.years}), how="cross"), happened=0.0)
        self.stored = self.b.variable(STORED, years.merge(seasons[["season"]], how="cross"))
        delivered = self.b.variable(DELIVERED, years)
        self.level = self.b.variable(LEVEL, years.merge(pd.DataFrame({"run": order}), how="cross"))
        self.ledger.use(HYDROGEN_DAYS, self.stored.terms(), 1.0, unit="1", item="hydrogen_store")
        spread = delivered.terms().cross(seasons)
        self.ledger.use(HYDROGEN_DAYS, spread, spread.frame["share"].to_numpy(dtype=float), unit="1", item="hydrogen_delivered")
        self.b.constrain(self.hydrogen_store_level, self.level.frame)
        self.b.constrain(self.hydrogen_store_volume, self.level.frame)
        self._post_capital()

    def _post_capital(self) -> None:
        """The annuity and the fixed cost of the volume that works in the period."""
        data, capex = self.data, self.data.lookup(HYDROGEN_STORE_CAPEX)
        share = annuity(data.number("capital_cost"), self.life) + data.number("hydrogen_store_fixed_share")
        standing = self.new.terms().spread(lives(data, data.years, self.life), ["vintage"])
        yearly = [share * capex[CAVERN, vintage] * works for vintage, works in zip(standing.frame["vintage"], standing.frame["works"], strict=True)]
        self.ledger.use("money", standing, yearly, unit="bn CNY/TWh/yr", item="hydrogen_store_cost")

    @constraint(unit="TWh")
    def hydrogen_store_level(self, region: str, run: int, year: int) -> Any:
        """The level at the end of a run of days is that before it and what went in on its days; the last run comes before the first.

        hydrogen_level[region, run, year] == hydrogen_level[region, run before it, year]
            + days[run] / days[season] * hydrogen_stored[region, season, year]     season: the day type of the run

        Over the year what goes in comes out, because the sequence closes.

        For: every region, every run of day_sequence, every planned year.
        Unit: TWh.
        Dual: worth of one more TWh in the store from then on.
        Data: day_sequence.days, time_slices.hours.
        """
        season = self.type_of[run]
        change = self.length[run] / self.days[season]
        ends = [(1.0, self.level[region, run, year]), (-change, self.stored[region, season, year])]
        before = self.before[run]
        if before != run:
            ends.append((-1.0, self.level[region, before, year]))
            return self.b.sum(ends) == 0.0
        return self.b.sum([(change, self.stored[region, season, year])]) == 0.0

    @constraint(unit="TWh")
    def hydrogen_store_volume(self, region: str, run: int, year: int) -> Any:
        """The store holds no more than the volume that works in the period.

        hydrogen_level[region, run, year] <= sum(works[vintage, year] * hydrogen_store_new[region, vintage])     works: as in ``lives``

        For: every region, every run of day_sequence, every planned year.
        Unit: TWh.
        Dual: what one more TWh of volume at the end of the run is worth.
        Data: setting hydrogen_store_life.
        """
        built = [(-works, self.new[region, vintage]) for vintage, works in self.vintages[year]]
        return self.b.sum([(1.0, self.level[region, run, year]), *built]) <= 0.0
