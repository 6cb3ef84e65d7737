"""A hydrogen store that is paid by its volume, along the days of the year.

Sheet ``day_sequence`` lists the days of the year in order as runs of one day type. What is made beyond its use on the days of a type goes into the store,
evenly over them, and comes out of it where more is used than made: the store's level moves straight along a run, so that the ends of the runs hold the
highest and the lowest. What is in the store at such an end is linear in what goes in by day type, so that only the corners of their convex hull can be
the highest or the lowest: rows stand for those alone (35 of 126 runs with four day types), and the answer is exact. Volume is built by vintage and paid by its investment.

Limits: one volume for a region, caverns wherever it is; users outside turbines take the same each day of the year; nothing is carried from year to
year; without the sheets hydrogen is kept at a flat cost and in any amount.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from ...core.build.build import Lever
from ...core.data import TIME_SLICES, Data, annuity
from ...core.declare.roles import INDUSTRY_FIRMS, Decision, Item
from ...core.declare.spec import Finding, Setting, Variable, constraint
from ...core.declare.units import HOURS_PER_DAY, HOURS_PER_YEAR
from ..lives import lives, works_in
from ..years import EVEN_LIFE_EN, EVEN_LIFE_ZH
from .tables import (
    CAVERN,
    DAY_SEQUENCE,
    ELECTROLYSIS_CAPEX,
    ELECTROLYSIS_EFFICIENCY,
    HYDROGEN_DAYS,
    HYDROGEN_STORE_CAPEX,
)

#: Of more day types the hull has nearly every point as a corner, and takes long to find.
MOST_DIRECTIONS = 7

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
    "hydrogen_level", ("region", "year"), "TWh", en="Hydrogen in the store at the beginning of the year, and at its end", zh="年初（年末）储氢量",
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


def past_shares(data: Data) -> pd.DataFrame:
    """Of each day type (columns) the share of its days that lie up to the end of each run (rows by number, in order)."""
    runs = data.frame(DAY_SEQUENCE).sort_values("run")
    runs = runs[runs["days"].astype(float) > 0.0].set_index("run")
    days = days_of_types(data)
    each = pd.DataFrame({season: runs["days"].astype(float).where(runs["season"] == season, 0.0) / days[season] for season in days})
    return each.cumsum()


def corners(points: pd.DataFrame) -> pd.DataFrame:
    """Those rows of ``points`` of which a sum of their entries with weights that add up to 0 can be the largest or the smallest: corners of their convex hull.

    The weights leave one direction without meaning, so that the last column is taken off the others. Beyond MOST_DIRECTIONS, and where all points lie in a
    plane, every row is kept: more rows are asked then, not other ones.
    """
    from scipy.spatial import ConvexHull, QhullError

    flat = points.drop_duplicates()
    reduced = flat.iloc[:, :-1].sub(flat.iloc[:, -1], axis=0)
    directions = reduced.shape[1]
    if directions == 0:
        return flat.iloc[:1]
    if directions == 1:
        return flat.loc[sorted({reduced.iloc[:, 0].idxmin(), reduced.iloc[:, 0].idxmax()})]
    if directions > MOST_DIRECTIONS or len(flat) <= directions + 1:
        return flat
    try:
        hull = ConvexHull(reduced.to_numpy(dtype=float))
    except QhullError:
        return flat
    return flat.iloc[sorted(hull.vertices)]


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
        self.past = {run: [*shares.items()] for run, shares in corners(past_shares(data)).T.to_dict().items()}
        self.life = data.number("hydrogen_store_life")
        self.vintages = works_in(data, data.years, self.life)
        places = pd.DataFrame({"region": data.regions})
        years = places.merge(pd.DataFrame({"year": decided}), how="cross")
        seasons = pd.DataFrame({"season": list(self.days), "share": [days * HOURS_PER_DAY / HOURS_PER_YEAR for days in self.days.values()]})
        self.new = self.b.variable(NEW, places.merge(pd.DataFrame({"vintage": data.years}), how="cross"), happened=0.0)
        self.stored = self.b.variable(STORED, years.merge(seasons[["season"]], how="cross"))
        delivered = self.b.variable(DELIVERED, years)
        self.level = self.b.variable(LEVEL, years)
        self.ledger.use(HYDROGEN_DAYS, self.stored.terms(), 1.0, unit="1", item="hydrogen_store")
        spread = delivered.terms().cross(seasons)
        self.ledger.use(HYDROGEN_DAYS, spread, spread.frame["share"].to_numpy(dtype=float), unit="1", item="hydrogen_delivered")
        ends = self.level.frame.merge(pd.DataFrame({"run": list(self.past)}), how="cross")[["region", "run", "year"]]
        self.b.constrain(self.hydrogen_store_closes, self.level.frame)
        self.b.constrain(self.hydrogen_store_least, ends)
        self.b.constrain(self.hydrogen_store_volume, ends)
        self._post_capital()

    def _post_capital(self) -> None:
        """The annuity and the fixed cost of the volume that works in the period."""
        data, capex = self.data, self.data.lookup(HYDROGEN_STORE_CAPEX)
        share = annuity(data.number("capital_cost"), self.life) + data.number("hydrogen_store_fixed_share")
        standing = self.new.terms().spread(lives(data, data.years, self.life), ["vintage"])
        yearly = [share * capex[CAVERN, vintage] * works for vintage, works in zip(standing.frame["vintage"], standing.frame["works"], strict=True)]
        self.ledger.use("money", standing, yearly, unit="bn CNY/TWh/yr", item="hydrogen_store_cost")

    def _in_store(self, region: str, run: int, year: int) -> list[tuple[float, Any]]:
        """What is in the store at the end of a run: what was at the beginning of the year and what went in since."""
        since = [(share, self.stored[region, season, year]) for season, share in self.past[run] if share]
        return [(1.0, self.level[region, year]), *since]

    @constraint(unit="TWh/yr")
    def hydrogen_store_closes(self, region: str, year: int) -> Any:
        """Over the year what goes into the store comes out of it.

        sum(hydrogen_stored[region, season, year] for season) == 0

        For: every region, every planned year.
        Unit: TWh/yr.
        Dual: price of hydrogen that is carried over the year.
        Data: none.
        """
        return self.b.sum((1.0, self.stored[region, season, year]) for season in self.days) == 0.0

    @constraint(unit="TWh")
    def hydrogen_store_least(self, region: str, run: int, year: int) -> Any:
        """No more is taken out of the store than is in it.

        hydrogen_level[region, year] + sum(past[run, season] * hydrogen_stored[region, season, year] for season) >= 0
        past[run, season]: days of the type up to the end of the run / days of the type in the year

        For: every region, every run of day_sequence that may hold the lowest level (``corners``), every planned year.
        Unit: TWh.
        Dual: worth of one more TWh in the store then.
        Data: day_sequence.days, time_slices.hours.
        """
        return self.b.sum(self._in_store(region, run, year)) >= 0.0

    @constraint(unit="TWh")
    def hydrogen_store_volume(self, region: str, run: int, year: int) -> Any:
        """The store holds no more than the volume that works in the period.

        hydrogen_level[region, year] + sum(past[run, season] * hydrogen_stored[region, season, year] for season)
            <= sum(works[vintage, year] * hydrogen_store_new[region, vintage])     past: as above; works: as in ``lives``

        For: every region, every run of day_sequence that may hold the highest level (``corners``), every planned year.
        Unit: TWh.
        Dual: what one more TWh of volume at the end of the run is worth.
        Data: day_sequence.days, setting hydrogen_store_life.
        """
        built = [(-works, self.new[region, vintage]) for vintage, works in self.vintages[year]]
        return self.b.sum([*self._in_store(region, run, year), *built]) <= 0.0
