"""What the harvest is worth: products by age class, their prices, the stands left at the end, and limits on what stands.

Sales and stand values are booked on accounts of their own, beside the money that is spent: only the objective
``max_harvest_value`` sets them against costs.

Limits: prices do not answer to the amount sold; products of stands lost to fire or pests are those of a felled stand, for
the share that is salvaged; restricted and planted stands are not valued at the end.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np
import pandas as pd

from ....core.build.build import Family, Lever
from ....core.declare.spec import Variable, constraint
from ....core.ledger import Terms
from ..plan_tables import (
    PRODUCT_PRICES,
    PRODUCT_YIELDS,
    STAND_LIMITS,
    STAND_VALUES,
    STANDING_VOLUME,
    harvest_measures,
)
from ..stands import ALL, Stands, by_class
from .posts import Killed
from .rules import regions_in

PRODUCTS = Variable("product_harvest", ("region", "product", "year"), "km3/yr", en="Product harvested", zh="年采伐产品量")
SALVAGED = Variable("salvaged_volume", ("region", "year"), "km3/yr", en="Standing volume of killed stands that is salvaged", zh="受灾林分回收蓄积")
VALUE_VARIABLES = (PRODUCTS, SALVAGED)


class HarvestValue(Lever):
    """The part of the forest lever that prices what is felled and what is left; nothing of it exists without its tables."""

    stands: Stands
    classes: pd.DataFrame
    area: Family
    clearcut: Family
    partial: Family
    felled_volume: Family
    years: list[int]
    length: dict[int, int]
    before: dict[int, int]
    lost: Killed
    row_of: dict[str, int]
    region_years: pd.DataFrame
    strata_of: dict[str, list[str]]
    cut_classes: dict[tuple[str, int], list[int]]
    standing_classes: dict[tuple[str, int], list[int]]
    partials_of: dict[tuple[str, int], list[tuple[str, int]]]
    cut_into: dict[tuple[str, int], list[tuple[str, int]]]
    removed: dict[tuple[str, str, int], float]
    volume: dict[tuple[str, int], float]

    @abstractmethod
    def _kept(self, s: str, a: int, t: int) -> Any:
        ...

    @abstractmethod
    def _standing(self, s: str, a: int, t: int) -> Any:
        ...

    def measures(self) -> list[str]:
        """Standing volume and every product."""
        return harvest_measures(self.data)

    def harvested(self, measure: str, region: str, year: int) -> list[Any]:
        """Variables whose sum is the harvest of a region in a measure, in km3/yr."""
        if measure != STANDING_VOLUME:
            return [v for v in [self.product_harvest.get(region, measure, year)] if not isinstance(v, float)]
        salvaged = [self.salvaged_volume[region, year]] if (region, year) in self.salvaged_volume else []
        return [self.felled_volume[region, year], *salvaged]

    def declare_value(self) -> None:
        """Products and salvaged volume by region and year."""
        yields = self.data.frame(PRODUCT_YIELDS)
        count = self.stands.area.shape[1]
        self.yields = {key: np.nan_to_num(by_class(part, "volume", count)) for key, part in yields.groupby(["forest_group", "product"], sort=False)}
        self.group = dict(zip(self.stands.strata["stratum"], self.stands.strata["forest_group"], strict=True))
        here = [(r, p) for r, strata in self.strata_of.items() for p in self.measures()[1:] if any((self.group[s], p) in self.yields for s in strata)]
        keys = pd.DataFrame([(r, p, y) for r, p in here for y in self.years], columns=["region", "product", "year"])
        self.product_harvest: Family = self.b.variable(PRODUCTS, keys)
        salvages = self.data.number("salvage_share") > 0.0
        self.salvaged_volume: Family = self.b.variable(SALVAGED, self.region_years if salvages else self.region_years[:0])

    def constrain_value(self) -> None:
        """Sums of products and of salvage, and the limits on what stands."""
        self.b.constrain(self.product_harvest_sum, self.product_harvest.frame)
        self.b.constrain(self.salvaged_volume_sum, self.salvaged_volume.frame)
        table = self.data.frame(STAND_LIMITS)
        if table.empty:
            return
        last = self.years[-1]
        table["year"] = [last if pd.isna(y) else int(y) for y in table["year"]]
        self.stand_limits = {str(row["limit"]): row for row in table.to_dict("records")}
        for rule, column, unit in (
            (self.stand_area_at_least, "area_at_least", "kha"), (self.stand_area_at_most, "area_at_most", "kha"), (self.stand_volume_at_least, "volume_at_least", "million m3"),
        ):  # fmt: skip
            over = table[table[column].notna()]
            cells = self.b.cells(STAND_LIMITS, over, column)
            self.b.constrain(rule, over[["limit", "scope", "year"]], limit=(STAND_LIMITS.name, cells, unit), amounts=over[column])

    def post_value(self) -> None:
        """Sales by product, and the stands left at the end."""
        data, ledger = self.data, self.ledger
        prices = data.frame(PRODUCT_PRICES)
        prices = prices[prices["year"].isin(self.years)] if len(prices) else prices
        sold = [self.product_harvest.terms(), *(f.terms().assign(product=STANDING_VOLUME) for f in (self.felled_volume, self.salvaged_volume))]
        keys = list(prices[["product", "year"]].itertuples(index=False, name=None))
        for terms in sold:
            priced = terms.where([key in keys for key in zip(terms.frame["product"], terms.frame["year"], strict=True)])
            if len(priced.frame):
                priced = priced.join(prices, ["product", "year"], ["value"])
                for product in dict.fromkeys(priced.frame["product"]):
                    part = priced.where(priced.frame["product"] == product)
                    ledger.supply("harvest_value", part, part.frame["value"].to_numpy(dtype=float), item=str(product), unit="bn CNY/km3")
        self._post_stand_value()

    def _post_stand_value(self) -> None:
        values = self.data.frame(STAND_VALUES)
        if values.empty:
            return
        count, end = self.stands.area.shape[1], self.years[-1]
        by_group = {g: np.nan_to_num(by_class(part, "value", count)) for g, part in values.groupby("forest_group", sort=False)}
        worth = {
            (row.stratum, row.age_class): float(by_group[row.forest_group][row.age_class - 1])
            for row in self.classes[self.classes["status"] == "productive"].itertuples() if row.forest_group in by_group
        }  # fmt: skip
        if self.data.word("stand_value_counts") == "standing":
            self._value_of(self.area.terms().where(self.area.frame["year"] == end), worth, 1.0)
            return
        start = self.before[end]
        self._value_of(self.area.terms().where(self.area.frame["year"] == start).assign(year=end), worth, 1.0)
        self._value_of(self.clearcut.terms().where(self.clearcut.frame["year"] == end), worth, -1.0)
        cut = self.partial.terms().where(self.partial.frame["year"] == end)
        self._value_of(cut, worth, -1.0)
        moved = [self.younger_of(key) for key in cut.frame[["stratum", "method", "age_class"]].itertuples(index=False, name=None)]
        self._value_of(cut.assign(age_class=moved), worth, 1.0)
        if start == self.data.base_year:
            base = self.classes[(self.classes["status"] == "productive") & (self.classes["area"] > 0.0)]
            keys = base[["stratum", "age_class"]].itertuples(index=False, name=None)
            amount = [worth.get(key, 0.0) * area for key, area in zip(keys, base["area"], strict=True)]
            self.ledger.supply_fixed("stand_value", base[["region"]].assign(year=end), amount, item="stands_left", unit="bn CNY")

    @abstractmethod
    def younger_of(self, key: tuple[str, str, int]) -> int:
        """Class that a partial cut moves a stand to."""

    def _value_of(self, terms: Terms, worth: dict[tuple[str, int], float], sign: float) -> None:
        """Book the worth of what the terms hold; a class without a value is worth nothing."""
        number = np.array([worth.get(key, 0.0) for key in terms.frame[["stratum", "age_class"]].itertuples(index=False, name=None)], dtype=float)
        placed = terms.assign(region=terms.frame["stratum"].map(self.region_of()))
        self.ledger.supply("stand_value", placed.where(number != 0.0), sign * number[number != 0.0], item="stands_left", unit="bn CNY/Mha")

    def region_of(self) -> dict[str, str]:
        """Stratum -> region."""
        return dict(zip(self.stands.strata["stratum"], self.stands.strata["region"], strict=True))

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
        n, pairs = self.length[year], []
        for s in self.strata_of[region]:
            pairs += [(self._per_area(s, product, a) / n, self.clearcut[s, a, year]) for a in self.cut_classes.get((s, year), [])]
            for m, a in self.partials_of.get((s, year), []):
                share = self.removed[s, m, a] / self.volume[s, a]
                pairs.append((self._per_area(s, product, a) * share / n, self.partial[s, m, a, year]))
        total = self.b.sum([pair for pair in pairs if pair[0] != 0.0])
        if len(self.salvaged_volume):
            saved = self.data.number("salvage_share")
            for s, a, kept in self._kept_of(region, year):
                total += saved * self._lost_share(s, a, year) * self._per_area(s, product, a) / n * kept
        return self.product_harvest[region, product, year] == total

    def _lost_share(self, s: str, a: int, t: int) -> float:
        return float(self.lost.share[self.years.index(t), self.row_of[s], a - 1])

    def _kept_of(self, region: str, year: int) -> list[tuple[str, int, Any]]:
        """(stratum, class, area kept) of every class of a region that may hold area after the felling."""
        found = []
        for s in self.strata_of[region]:
            moved = [a for (stratum, a) in self.cut_into if stratum == s]
            for a in dict.fromkeys([*self.standing_classes.get((s, self.before[year]), []), *moved]):
                kept = self._kept(s, a, year)
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
        rate = self.lost.volume[self.years.index(year)] / self.length[year]
        return self.salvaged_volume[region, year] == sum(float(rate[self.row_of[s], a - 1]) * kept for s, a, kept in self._kept_of(region, year))

    def _held(self, limit: str, year: int, density: Any) -> Any:
        """What the stands that a limit counts hold at a milestone: decided ones by variable, restricted ones by number."""
        row = self.stand_limits[limit]
        strata = self.stands.strata
        inside = strata["region"].isin(regions_in(self.data, str(row["scope"])))
        inside &= (strata["forest_group"] == row["forest_group"]) | (row["forest_group"] == ALL)
        first, last = int(row["first_class"]), row["last_class"]
        names = dict.fromkeys(strata.loc[inside, "stratum"])
        count = self.stands.area.shape[1]
        counts = [a for a in range(1, count + 1) if a >= first and (pd.isna(last) or a <= int(last))]
        pairs = [(float(density[self.row_of[s], a - 1]), self.area.get(s, a, year)) for s in names for a in counts]
        course = self.stands.age_without_felling([self.length[y] for y in self.years])[self.years.index(year) + 1]
        fixed = (self.stands.of_status("restricted") & inside.to_numpy())[:, None] * course * density
        return self.b.sum([pair for pair in pairs if pair[0] != 0.0]) + float(fixed[:, [a - 1 for a in counts]].sum())

    @constraint(unit="Mha", kind="stock", nets="restricted_stands", target=True)
    def stand_area_at_least(self, limit: str, scope: str, year: int) -> Any:
        """At least a stated area of certain age classes stands at a milestone.

        sum over s in scope, first_class <= a <= last_class of area[s,a,t] >= area_at_least

        For: every row of stand_limits with area_at_least.
        Unit: Mha.
        Dual: cost of one more hectare that must stand.
        Data: stand_limits.
        """
        return self._held(limit, year, np.ones_like(self.stands.volume)) >= float(self.stand_limits[limit]["area_at_least"])

    @constraint(unit="Mha", kind="stock", nets="restricted_stands", target=True)
    def stand_area_at_most(self, limit: str, scope: str, year: int) -> Any:
        """At most a stated area of certain age classes stands at a milestone.

        sum over s in scope, first_class <= a <= last_class of area[s,a,t] <= area_at_most

        For: every row of stand_limits with area_at_most.
        Unit: Mha.
        Dual: what one more hectare that may stand is worth.
        Data: stand_limits.
        """
        return self._held(limit, year, np.ones_like(self.stands.volume)) <= float(self.stand_limits[limit]["area_at_most"])

    @constraint(unit="km3", kind="stock", nets="restricted_stands", target=True)
    def stand_volume_at_least(self, limit: str, scope: str, year: int) -> Any:
        """At least a stated volume stands at a milestone.

        sum over s in scope, first_class <= a <= last_class of volume[s,a] * area[s,a,t] >= volume_at_least

        For: every row of stand_limits with volume_at_least.
        Unit: km3.
        Dual: cost of one more cubic metre that must stand.
        Data: stand_limits, forest_growth or forest_classes volume.
        """
        return self._held(limit, year, self.stands.volume) >= float(self.stand_limits[limit]["volume_at_least"])
