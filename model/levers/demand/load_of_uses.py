"""When the power of vehicles and heat pumps is drawn, and how far it can be moved within the day.

Conventional load has one shape in a region. A measure that names a ``load_use`` draws its power by the shape of that use instead: heating follows the
cold, charging the end of the working day. A share of it can be moved to other hours of the same day, up to a multiple of the mean.

    power of a use in a slice = (1 - flexible) * share[slice] * use_load + moved_load[slice]

The yearly power of the measure stays in the yearly demand of its region; here only the difference to the region's shape is posted, which adds up to
nothing over the year.

Limits: the peak that firm capacity covers keeps the region's peak factor; what is moved stays in its day type and loses nothing.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from ...core.build.build import Lever
from ...core.data import TIME_SLICES
from ...core.declare.roles import Item
from ...core.declare.spec import Variable, constraint
from ..power.tables import LOAD_SHAPE
from .measures import LOAD_USES, USE_SHAPE

USE_LOAD = Variable(
    "use_load", ("region", "load_use", "year"), "TWh/yr", en="Power of uses with a shape of their own", zh="有独立形状的用电量",
)
MOVED = Variable(
    "moved_load", ("region", "load_use", "slice", "year"), "TWh/yr", en="Power of such uses that could be moved, when it is drawn", zh="可转移用电的实际用电时段",
)


class LoadOfUses(Lever):
    """The load of vehicles and heat pumps by time slice."""

    name = "load_of_uses"
    tables = (LOAD_USES, USE_SHAPE)
    needs = (LOAD_USES, USE_SHAPE, LOAD_SHAPE, TIME_SLICES)
    items = (
        Item("use_load", "use_load"),
        Item("load_of_uses", "power", en="Vehicles and heat pumps against the region's shape", zh="车辆与热泵用电（相对地区负荷形状）"),
    )
    variables = (USE_LOAD, MOVED)
    operations = ("use_load", "moved_load")

    def build(self) -> None:
        """What the uses draw by slice beyond the region's shape; the balance use_load brings what measures draw."""
        data, ledger = self.data, self.ledger
        uses = data.frame(LOAD_USES)[["load_use", "flexible", "most"]]
        self.flexible, self.most = data.lookup(LOAD_USES, "flexible"), data.lookup(LOAD_USES, "most")
        shape = data.frame(USE_SHAPE)[["region", "load_use", "slice", "share"]].merge(data.slices[["slice", "season", "hours"]], on="slice")
        self.of_day = shape.groupby(["region", "load_use", "season"], sort=False)["share"].sum().astype(float).to_dict()
        self.slices_of: dict[str, list[str]] = {str(season): list(part["slice"]) for season, part in data.slices.groupby("season", sort=False)}
        self.hours, self.season_of = data.lookup(TIME_SLICES, "hours"), data.lookup(TIME_SLICES, "season")
        places = shape[["region", "load_use"]].drop_duplicates()
        every = places.merge(pd.DataFrame({"year": data.years}), how="cross")
        self.use_load = self.b.variable(USE_LOAD, every)
        ledger.supply("use_load", self.use_load.terms(), 1.0, unit="1", item="use_load")
        movable = every[every["load_use"].map(self.flexible).astype(float) > 0.0]
        self.moved = self.b.variable(MOVED, movable.merge(data.slices[["slice"]], how="cross"))
        load = data.frame(LOAD_SHAPE)[["region", "slice", "share"]].rename(columns={"share": "of_region"})
        shifted = shape.merge(load, on=["region", "slice"]).merge(uses, on="load_use")
        shifted["beyond"] = (1.0 - shifted["flexible"].astype(float)) * shifted["share"].astype(float) - shifted["of_region"].astype(float)
        spread = self.use_load.terms().spread(shifted[["region", "load_use", "slice", "beyond"]], ["region", "load_use"])
        ledger.use("power", spread, spread.frame["beyond"].to_numpy(dtype=float), unit="1", item="load_of_uses")
        ledger.use("power", self.moved.terms(), 1.0, unit="1", item="load_of_uses")
        days = movable.merge(pd.DataFrame({"season": list(self.slices_of)}), how="cross")[["region", "load_use", "season", "year"]]
        self.b.constrain(self.moved_load_of_day, days)
        self.b.constrain(self.moved_load_most, self.moved.frame)

    @constraint(unit="TWh/yr")
    def moved_load_of_day(self, region: str, load_use: str, season: str, year: int) -> Any:
        """What can be moved of a day's use is drawn on the same day.

        sum(moved_load[r,u,h,t] for h in the day type) == flexible[u] * share[r,u,day type] * use_load[r,u,t]

        For: every region, flexible use, day type and year after the base year.
        Unit: TWh/yr.
        Dual: what a unit that must be drawn on these days costs.
        Data: load_uses.flexible, use_shape.share.
        """
        drawn = [(1.0, self.moved[region, load_use, slice_, year]) for slice_ in self.slices_of[season]]
        share = self.flexible[load_use] * self.of_day[region, load_use, season]
        return self.b.sum([*drawn, (-share, self.use_load[region, load_use, year])]) == 0.0

    @constraint(unit="TWh/yr")
    def moved_load_most(self, region: str, load_use: str, slice_: str, year: int) -> Any:
        """No hour takes more of what can be moved than a multiple of its mean: sockets and tanks have a size.

        moved_load[r,u,h,t] <= most[u] * flexible[u] * share[r,u,day type of h] * hours[h] / hours[day type of h] * use_load[r,u,t]

        For: every region, flexible use, slice and year after the base year.
        Unit: TWh/yr.
        Dual: what one more unit that could be drawn in the slice is worth.
        Data: load_uses.most, load_uses.flexible, use_shape.share, time_slices.hours.
        """
        season = self.season_of[slice_]
        hours = sum(self.hours[each] for each in self.slices_of[season])
        most = self.most[load_use] * self.flexible[load_use] * self.of_day[region, load_use, season] * self.hours[slice_] / hours
        return self.b.sum([(1.0, self.moved[region, load_use, slice_, year]), (-most, self.use_load[region, load_use, year])]) <= 0.0
