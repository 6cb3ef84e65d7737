"""Pledges on the forest: how much growing stock is gained since a year, and how much land is under trees.

Growing stock is that of all stands, those planted since the base year too; area under trees is what stands and plantings hold of forest
land. Both are read at milestones, and between them on the straight line. A gain is told on one definition, so that it does not matter
what else a published stock counts.

Limits: arboreal stands alone, no shrub and no trees outside forest land; area at the age of planting counts as planted.
"""

from __future__ import annotations

import pandas as pd

from ...core.build.build import Lever
from ...core.build.roles import wooded
from ...core.data import Data
from ...core.declare.roles import Item
from ...core.declare.spec import FIRST_YEAR, LAST_YEAR, Column, ConstraintInfo, Finding, Table, Variable
from .held import FIXED, MISSED_INDEX, Pledge, check_pledges, hold_to, pledge_columns

GAIN, COVER = "stock_gain_at_least", "cover_at_least"
FOREST_TARGETS = Table(
    "forest_targets",
    pledge_columns(
        Column("stock_gain", "million m3", default=None, aggregate="first", en="Least gain of growing stock since the reference year (stock_gain_at_least)", zh="自参照年以来蓄积量增量下限（stock_gain_at_least）"),
        Column("reference_year", "calendar year", "integer", default=None, low=FIRST_YEAR, high=LAST_YEAR, aggregate="first", en="Year since which a gain counts; blank: the base year", zh="增量参照年；空白为基年"),
        Column("stock_miss_price", "CNY/m3", low=0.01, default=None, aggregate="first", en="Price of a cubic metre by which the gain is missed, once; blank: it may not be missed", zh="未达增量时每立方米的价格（一次性）；空白表示必须达到"),
        Column("cover", "kha", low=0, default=None, aggregate="first", en="Least area under trees (cover_at_least)", zh="林木覆盖面积下限（cover_at_least）"),
        Column("cover_miss_price", "CNY/ha/yr", low=0.01, default=None, aggregate="first", en="Price a year of a hectare by which the cover is missed; blank: it may not be missed", zh="未达覆盖面积时每公顷每年的价格；空白表示必须达到"),
        kinds=(GAIN, COVER), kinds_en="stock_gain_at_least: gain of growing stock between two years; cover_at_least: area under trees", kinds_zh="stock_gain_at_least：两年间蓄积量增量；cover_at_least：林木覆盖面积",
    ),
    en="Pledges on the forest, each with a switch", zh="森林目标（可逐条开关）",
)  # fmt: skip

STOCK, LAND, FOREST_LAND = "growing_stock", "land", "forest_land"
GAIN_MISSED = Variable("stock_target_missed", MISSED_INDEX, "km3", en="Gain of growing stock missed", zh="未达到的蓄积量增量", penalty=True)
COVER_MISSED = Variable("cover_target_missed", MISSED_INDEX, "Mha", en="Area under trees missed", zh="未达到的覆盖面积", penalty=True)
GAIN_HELD = ConstraintInfo(
    GAIN, "forest_targets", "km3",
    """Growing stock gains at least what is asked since the reference year.

        stock_gain[target,y] - sum over r of (growing_stock[r,y] - growing_stock[r,y0]) - stock_target_missed[target,hold,y] <= 0
        with s[y] = (1-l) * s[t-1] + l * s[t], l = (y - Y[t-1]) / (Y[t] - Y[t-1]) in both years

    For: each active row of kind stock_gain_at_least and each milestone that it holds. Unit: km3. Dual: the cost of one more cubic metre asked for.
    Data: forest_targets (stock_gain, reference_year, hold); the posts to the account growing_stock.
    """,
    ("stock", "between_periods", True, True), steers_forest=True,
    en="Pledge on growing stock", zh="森林蓄积目标",
)
COVER_HELD = ConstraintInfo(
    COVER, "forest_targets", "Mha",
    """At least so much land is under trees.

        cover[target,y] - sum over r of what items under trees hold of forest_land[r,y] - cover_target_missed[target,hold,y] <= 0
        with s[y] as in stock_gain_at_least

    For: each active row of kind cover_at_least and each milestone that it holds. Unit: Mha. Dual: the cost a year of one more hectare asked for.
    Data: forest_targets (cover, hold); the posts to the balance land of items under trees.
    """,
    ("standing", "between_periods", True, True), steers_forest=True,
    en="Pledge on forest cover", zh="森林覆盖目标",
)
ITEM = "forest_target_missed"
PLEDGES = (
    Pledge(FOREST_TARGETS, GAIN, "stock_gain", GAIN_HELD, GAIN_MISSED, ITEM, "stock_miss_price", "bn CNY/km3/yr", is_stock=True, once=True, against="reference_year"),
    Pledge(FOREST_TARGETS, COVER, "cover", COVER_HELD, COVER_MISSED, ITEM, "cover_miss_price", "bn CNY/Mha/yr", is_stock=True),
)


def check_forest_targets(data: Data) -> list[Finding]:
    """Pledges that say something sensible; a gain is one since an earlier year that the plan knows."""
    found = check_pledges(data, PLEDGES)
    for row in data.frame(FOREST_TARGETS).dropna(subset=["reference_year"]).itertuples():
        if not data.base_year <= int(row.reference_year) < int(row.year):
            found.append(Finding(
                "error", FOREST_TARGETS.name, data.cell(FOREST_TARGETS.name, int(row.Index), "reference_year"), f"a gain of {row.year:g} can not count since {row.reference_year:g}", f"a year from {data.base_year} on and before {row.year:g}",
                f"{row.year:g} 年的增量不能自 {row.reference_year:g} 年起算", f"应不早于 {data.base_year} 且早于 {row.year:g}",
            ))  # fmt: skip
    return found


class ForestTargets(Lever):
    """The rows of ``forest_targets`` as constraints with prices."""

    name = "forest_targets"
    order = 2
    tables = (FOREST_TARGETS,)
    checks = (check_forest_targets,)
    items = (Item(ITEM, "aims", en="Pledges on the forest missed", zh="未达到的森林目标"),)
    variables = (GAIN_MISSED, COVER_MISSED)
    operations = (GAIN_MISSED.name, COVER_MISSED.name)
    sums = (GAIN_HELD, COVER_HELD)

    @classmethod
    def present(cls, data: Data) -> bool:
        """A pledge on the forest."""
        return data.has(FOREST_TARGETS.name)

    def build(self) -> None:
        """The rows that hold growing stock and area under trees."""
        columns = ["region", "year", "position", "coefficient"]
        hold_to(self.b, PLEDGES[0], self.ledger.table(STOCK)[columns])
        hold_to(self.b, PLEDGES[1], self._under_trees()[columns])

    def _under_trees(self) -> pd.DataFrame:
        """What items under trees hold of forest land; in the base year what nobody decides on."""
        posts = self.ledger.table(LAND)
        held = posts[posts["item"].isin(wooded(self.b)) & (posts["land_class"] == FOREST_LAND) & (posts["coefficient"] < 0.0)]
        held = held.assign(coefficient=-held["coefficient"])
        known = held[(held["position"] == FIXED) & (held["year"] == self.data.years[0])].assign(year=self.data.base_year)
        return pd.concat([known, held[held["year"] != self.data.base_year]], ignore_index=True)
