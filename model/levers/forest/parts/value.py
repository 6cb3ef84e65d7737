"""What the harvest is worth: products by age class, their prices, the stands left at the end, and limits on what stands.

Sales and stand values are booked on accounts of their own, beside the money that is spent: only the objective
``max_harvest_value`` sets them against costs.

Limits: prices do not answer to the amount sold; products of stands lost to fire or pests are those of a felled stand, for
the share that is salvaged; restricted and planted stands are not valued at the end.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ....core.build.build import Build
from ....core.build.parts import Family
from ....core.data import Data, regions_in
from ....core.declare.spec import Variable, constraint
from ....core.ledger import Ledger, Terms
from ..plan_tables import (
    PRODUCT_PRICES,
    PRODUCT_YIELDS,
    STAND_LIMITS,
    STAND_VALUES,
    STANDING_VOLUME,
    harvest_measures,
)
from ..stands import ALL, by_class
from .areas import Areas
from .given import Given

PRODUCTS = Variable("product_harvest", ("region", "product", "year"), "km3/yr", en="Product harvested", zh="年采伐产品量")
SALVAGED = Variable("salvaged_volume", ("region", "year"), "km3/yr", en="Standing volume of killed stands that is salvaged", zh="受灾林分回收蓄积")
VALUE_VARIABLES = (PRODUCTS, SALVAGED)


class Products:
    """What is harvested by product, and what is salvaged of stands that fire, pests and wind kill."""

    def __init__(self, b: Build, given: Given, areas: Areas, felled_volume: Family) -> None:
        self.b, self.given, self.areas, self.felled_volume = b, given, areas, felled_volume
        count, strata = given.stands.area.shape[1], given.stands.strata
        listed = b.data.frame(PRODUCT_YIELDS).groupby(["forest_group", "product"], sort=False)
        self.yields = {key: np.nan_to_num(by_class(part, "volume", count)) for key, part in listed}
        self.group = dict(zip(strata["stratum"], strata["forest_group"], strict=True))
        products = harvest_measures(b.data)[1:]
        here = [(r, p) for r, inside in given.strata_of.items() for p in products if any((self.group[s], p) in self.yields for s in inside)]
        keys = pd.DataFrame([(r, p, y) for r, p in here for y in given.years], columns=["region", "product", "year"])
        self.product_harvest = b.variable(PRODUCTS, keys)
        self.saved = b.data.number("salvage_share")
        self.salvaged_volume = b.variable(SALVAGED, given.region_years if self.saved > 0.0 else given.region_years[:0])

    def harvested(self, measure: str, region: str, year: int) -> list[Any]:
        """Variables whose sum is the harvest of a region in a measure, in km3/yr."""
        if measure != STANDING_VOLUME:
            return [v for v in [self.product_harvest.get(region, measure, year)] if not isinstance(v, float)]
        salvaged = [self.salvaged_volume[region, year]] if (region, year) in self.salvaged_volume else []
        return [self.felled_volume[region, year], *salvaged]

    def constrain(self) -> None:
        """Add the sums of products and of salvage."""
        self.b.constrain(self.product_harvest_sum, self.product_harvest.frame)
        self.b.constrain(self.salvaged_volume_sum, self.salvaged_volume.frame)

    def post(self, ledger: Ledger) -> None:
        """Sales by product."""
        prices = self.b.data.frame(PRODUCT_PRICES)
        prices = prices[prices["year"].isin(self.given.years)] if len(prices) else prices
        sold = [self.product_harvest.terms(), *(f.terms().assign(product=STANDING_VOLUME) for f in (self.felled_volume, self.salvaged_volume))]
        keys = list(prices[["product", "year"]].itertuples(index=False, name=None))
        for terms in sold:
            priced = terms.where([key in keys for key in zip(terms.frame["product"], terms.frame["year"], strict=True)])
            if len(priced.frame):
                priced = priced.join(prices, ["product", "year"], ["value"])
                for product in dict.fromkeys(priced.frame["product"]):
                    part = priced.where(priced.frame["product"] == product)
                    ledger.supply("harvest_value", part, part.frame["value"].to_numpy(dtype=float), item=str(product), unit="bn CNY/km3")

    def _per_area(self, s: str, product: str, a: int) -> float:
        found = self.yields.get((self.group[s], product))
        return float(found[a - 1]) if found is not None else 0.0

    @constraint(unit="km3/yr")
    def product_harvest_sum(self, region: str, product: str, year: int) -> Any:
        """What is harvested of a product a year is what the felled classes yield, by the age they had at the period's beginning.

        product_harvest[r,p,t] == sum over s in r, a of y[p,s,a] * (clearcut[s,a,t] + removed/volume[s,a] * partial_cut[s,m,a,t]
                                  + salvage_share * loss[s,a,t] * kept[s,a,t]) / n[t]

        For: every region that has the product and every year after the base year.
        Unit: km3/yr.
        Dual: what one more cubic metre of the product is worth.
        Data: product_yields volume; partial_cuts; setting salvage_share.
        """
        given, areas, cuts = self.given, self.areas, self.areas.cuts
        n, pairs = given.length[year], []
        for s in given.strata_of[region]:
            pairs += [(self._per_area(s, product, a) / n, areas.clearcut[s, a, year]) for a in areas.cut_classes.get((s, year), [])]
            for m, a in cuts.done_in.get((s, year), []):
                share = cuts.removed[s, m, a] / given.volume[s, a]
                pairs.append((self._per_area(s, product, a) * share / n, cuts.family[s, m, a, year]))
        total = self.b.sum([pair for pair in pairs if pair[0] != 0.0])
        if len(self.salvaged_volume):
            for s, a, kept in self._kept_of(region, year):
                total += self.saved * given.loss(s, a, year) * self._per_area(s, product, a) / n * kept
        return self.product_harvest[region, product, year] == total

    def _kept_of(self, region: str, year: int) -> list[tuple[str, int, Any]]:
        """(stratum, class, area kept) of every class of a region that may hold area after the felling."""
        found = []
        for s in self.given.strata_of[region]:
            moved = [a for (stratum, a) in self.areas.cuts.into if stratum == s]
            for a in dict.fromkeys([*self.areas.standing_classes.get((s, self.given.before[year]), []), *moved]):
                kept = self.areas.kept(s, a, year)
                if not (isinstance(kept, float) and kept == 0.0):
                    found.append((s, a, kept))
        return found

    @constraint(unit="km3/yr")
    def salvaged_volume_sum(self, region: str, year: int) -> Any:
        """What is salvaged a year is a stated share of the volume that fire, pests and wind kill in productive stands.

        salvaged_volume[r,t] == salvage_share * sum over s in r, a of loss[s,a,t] * volume[s,a] * kept[s,a,t] / n[t]

        For: every region with productive stands and every year after the base year, when salvage_share is not 0.
        Unit: km3/yr.
        Dual: what one more cubic metre salvaged is worth.
        Data: setting salvage_share; forest_groups losses, disturbance_share, disturbance_by_age.
        """
        rate = self.given.lost.volume[self.given.years.index(year)] / self.given.length[year]
        return self.salvaged_volume[region, year] == sum(float(rate[self.given.row_of[s], a - 1]) * kept for s, a, kept in self._kept_of(region, year))


class StandLimits:
    """Limits on what stands at the milestone of a decided period, by age class; nothing of them exists without the table ``stand_limits``."""

    def __init__(self, b: Build, given: Given, area: Family) -> None:
        self.b, self.given, self.area = b, given, area
        self.table = b.data.frame(STAND_LIMITS)
        self.table["year"] = [given.years[-1] if pd.isna(y) else int(y) for y in self.table["year"]]
        self.table = self.table[self.table["year"].isin(b.data.decided)]
        self.limits = {str(row["limit"]): row for row in self.table.to_dict("records")}

    def constrain(self) -> None:
        """Add the rows."""
        for rule, column, unit in (
            (self.stand_area_at_least, "area_at_least", "kha"), (self.stand_area_at_most, "area_at_most", "kha"), (self.stand_volume_at_least, "volume_at_least", "million m3"),
        ):  # fmt: skip
            over = self.table[self.table[column].notna()]
            cells = self.b.cells(STAND_LIMITS, over, column)
            self.b.constrain(rule, over[["limit", "scope", "year"]], limit=(STAND_LIMITS.name, cells, unit), amounts=over[column])

    def _held(self, limit: str, year: int, density: Any) -> Any:
        """What the stands that a limit counts hold at a milestone: decided ones by variable, restricted ones by number."""
        row, given, stands = self.limits[limit], self.given, self.given.stands
        strata = stands.strata
        inside = strata["region"].isin(regions_in(self.b.data, str(row["scope"])))
        inside &= (strata["forest_group"] == row["forest_group"]) | (row["forest_group"] == ALL)
        first, last = int(row["first_class"]), row["last_class"]
        names = dict.fromkeys(strata.loc[inside, "stratum"])
        count = stands.area.shape[1]
        counts = [a for a in range(1, count + 1) if a >= first and (pd.isna(last) or a <= int(last))]
        pairs = [(float(density[given.row_of[s], a - 1]), self.area.get(s, a, year)) for s in names for a in counts]
        course = stands.age_without_felling(given.lengths)[given.years.index(year) + 1]
        fixed = (stands.of_status("restricted") & inside.to_numpy())[:, None] * course * density
        return self.b.sum([pair for pair in pairs if pair[0] != 0.0]) + float(fixed[:, [a - 1 for a in counts]].sum())

    @constraint(unit="Mha", kind="stock", nets="restricted_stands", target=True, steers_forest=True)
    def stand_area_at_least(self, limit: str, scope: str, year: int) -> Any:
        """At least a stated area of certain age classes stands at a milestone.

        sum over s in scope, first_class <= a <= last_class of area[s,a,t] >= area_at_least

        For: every row of stand_limits with area_at_least.
        Unit: Mha.
        Dual: cost of one more hectare that must stand.
        Data: stand_limits.
        """
        return self._held(limit, year, np.ones_like(self.given.stands.volume)) >= float(self.limits[limit]["area_at_least"])

    @constraint(unit="Mha", kind="stock", nets="restricted_stands", target=True, steers_forest=True)
    def stand_area_at_most(self, limit: str, scope: str, year: int) -> Any:
        """At most a stated area of certain age classes stands at a milestone.

        sum over s in scope, first_class <= a <= last_class of area[s,a,t] <= area_at_most

        For: every row of stand_limits with area_at_most.
        Unit: Mha.
        Dual: what one more hectare that may stand is worth.
        Data: stand_limits.
        """
        return self._held(limit, year, np.ones_like(self.given.stands.volume)) <= float(self.limits[limit]["area_at_most"])

    @constraint(unit="km3", kind="stock", nets="restricted_stands", target=True, steers_forest=True)
    def stand_volume_at_least(self, limit: str, scope: str, year: int) -> Any:
        """At least a stated volume stands at a milestone.

        sum over s in scope, first_class <= a <= last_class of volume[s,a] * area[s,a,t] >= volume_at_least

        For: every row of stand_limits with volume_at_least.
        Unit: km3.
        Dual: cost of one more cubic metre that must stand.
        Data: stand_limits, forest_growth or forest_classes volume.
        """
        return self._held(limit, year, self.given.stands.volume) >= float(self.limits[limit]["volume_at_least"])


def post_stand_value(data: Data, ledger: Ledger, given: Given, areas: Areas) -> None:
    """What the stands left at the end are worth; a class without a value is worth nothing."""
    values = data.frame(STAND_VALUES)
    if values.empty:
        return
    count, end, strata = given.stands.area.shape[1], given.years[-1], given.stands.strata
    by_group = {g: np.nan_to_num(by_class(part, "value", count)) for g, part in values.groupby("forest_group", sort=False)}
    productive = given.classes[given.classes["status"] == "productive"]
    worth = {
        (row.stratum, row.age_class): float(by_group[row.forest_group][row.age_class - 1])
        for row in productive.itertuples() if row.forest_group in by_group
    }  # fmt: skip
    region_of = dict(zip(strata["stratum"], strata["region"], strict=True))

    def post(terms: Terms, sign: float) -> None:
        number = np.array([worth.get(key, 0.0) for key in terms.frame[["stratum", "age_class"]].itertuples(index=False, name=None)], dtype=float)
        placed = terms.assign(region=terms.frame["stratum"].map(region_of))
        ledger.supply("stand_value", placed.where(number != 0.0), sign * number[number != 0.0], item="stands_left", unit="bn CNY/Mha")

    area, clearcut, partial = areas.area.terms(), areas.clearcut.terms(), areas.cuts.family.terms()
    if data.word("stand_value_counts") == "standing":
        post(area.where(area.frame["year"] == end), 1.0)
        return
    start = given.before[end]
    post(area.where(area.frame["year"] == start).assign(year=end), 1.0)
    post(clearcut.where(clearcut.frame["year"] == end), -1.0)
    cut = partial.where(partial.frame["year"] == end)
    post(cut, -1.0)
    moved = [areas.cuts.younger[key] for key in cut.frame[["stratum", "method", "age_class"]].itertuples(index=False, name=None)]
    post(cut.assign(age_class=moved), 1.0)
    if start == given.base_year:
        base = productive[productive["area"] > 0.0]
        keys = base[["stratum", "age_class"]].itertuples(index=False, name=None)
        amount = [worth.get(key, 0.0) * area for key, area in zip(keys, base["area"], strict=True)]
        ledger.supply_fixed("stand_value", base[["region"]].assign(year=end), amount, item="stands_left", unit="bn CNY")
