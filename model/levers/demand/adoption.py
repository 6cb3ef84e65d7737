"""Measures that a sector can adopt: what industry and end use have in common.

A measure is adopted on a part of the sector's activity; shares have maxima, measures that exclude each other have
joint caps, and adoption grows no faster than its build rate. What is decided is the activity on which a measure is *added* to the
base year's share, on average over the period: it acts on a flow of the period. So what spreads between two periods spreads in the
years between their middles. In periods of history nothing spreads but what was observed.

Limits: what a sector had already adopted in the base year is inside its base-year emissions; only what is added abates.
A measure without a row of shares is never adopted. What captures is told as the activity whose flue gas, had no other measure changed it,
holds what is captured: once built it keeps what it captures, so nothing later may take its flue gas away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...core.build.build import Lever
from ...core.build.parts import Family
from ...core.data import WATER_ZONES
from ...core.ledger import Terms, join
from ..fuels import BIOMASS, FUEL, PRIMARY, energy_of_co2, fuels_of
from .happened import electric_shares
from .measures import (
    ENERGIES,
    MEASURE_CAPS,
    MEASURE_COSTS,
    MEASURE_ENERGY_PRICES,
    MEASURE_SHARES,
    MEASURES,
    USE_SHAPE,
    held_in,
)
from .sequence import Sequence

#: What a measure draws on, as listed per unit.
DRAWN = (*ENERGIES, "water")
#: What is more than the whole by less than this is rounding.
WHOLE = 1.0 + 1e-9


class AdoptingLever(Lever):
    """What industry and end use share: which measures can be added where, their limits as expressions, their posts.

    A lever sets ``activity`` (region, sector, year) -> variable or amount, ``reference`` (the same keys -> amount),
    ``category`` (region, sector) -> item of the emission account, and gives its measures in ``sequence``.
    ``activity_unit`` is the solver unit of activity without the year.
    """

    activity_unit: ClassVar[str] = ""
    measures: pd.DataFrame
    rooms: pd.DataFrame
    adopted: Family

    def read_measures(self, sectors: Iterable[str], sequence: Sequence) -> None:
        """Read the measures of ``sectors`` and how far each may still rise above its share in the base year."""
        self.sequence = sequence
        self.activity: dict[tuple[str, str, int], Any] = {}
        self.reference: dict[tuple[str, str, int], float] = {}
        self.category: dict[tuple[str, str], str] = {}
        # asked for once per row below: plain dictionaries
        self.before = {year: self.data.previous(year) for year in self.data.years}
        # adopted is a mean of its period: what is added since the one before is added between the middles of the two
        self.years_since = {year: self.data.middle(year) - self.data.middle(self.before[year]) for year in self.data.years}
        self.decided = frozenset(self.data.decided)
        wanted = list(sectors)
        table = self.data.frame(MEASURES)
        self.measures = table[table["sector"].isin(wanted)]
        self.measures_of: dict[str, list[str]] = {}
        for sector, measure in zip(self.measures["sector"], self.measures["measure"], strict=True):
            self.measures_of.setdefault(sector, []).append(measure)
        self.build_rate: dict[tuple[str, str], float] = self.data.lookup(MEASURES, "build_rate")
        self.base_share = {(s, m): share for (s, m, year), share in self.data.lookup(MEASURE_SHARES).items() if year == self.data.base_year}
        self.happened = electric_shares(self.data, self.measures, self.base_share)
        self.rooms = self._rooms()
        keys = zip(self.rooms["sector"], self.rooms["measure"], self.rooms["year"], strict=True)
        self.room: dict[tuple[str, str, int], float] = dict(zip(keys, self.rooms["room"], strict=True))
        self.caps: dict[tuple[str, str], list[tuple[float, str]]] = {}
        for (sector, cap, measure), weight in self.data.lookup(MEASURE_CAPS, "weight").items():
            if sector in wanted:
                self.caps.setdefault((sector, cap), []).append((weight, measure))

    def _rooms(self) -> pd.DataFrame:
        """Per measure and year the share that may be added, with the row of the workbook."""
        shares = self.data.frame(MEASURE_SHARES)
        shares = shares.assign(row=shares.index)
        known = pd.MultiIndex.from_frame(self.measures[["sector", "measure"]])
        shares = shares[pd.MultiIndex.from_frame(shares[["sector", "measure"]]).isin(known)]
        new = shares[shares["year"].isin(self.data.years)].copy()
        new["year"] = new["year"].astype(int)
        new["room"] = [self.sequence.room[key] for key in new[["sector", "measure", "year"]].itertuples(index=False, name=None)]
        new = new.sort_values("year", kind="stable")
        opened = new.groupby(["sector", "measure"], sort=False)["room"].cummax() > 0
        # what happened stands in the plan whatever was allowed
        seen = [key in self.happened for key in zip(new["sector"], new["measure"], new["year"], strict=True)]
        opened |= np.array(seen, dtype=bool)
        # years after a maximum has fallen back to zero stay, so that what was adopted still has to leave
        return new.loc[opened, ["sector", "measure", "year", "room", "row"]]

    def adoptable(self) -> pd.DataFrame:
        """Where measures can be added: region, sector, measure, year, room (a share), row (of ``measure_shares``)."""
        keys = [key for key, amount in self.reference.items() if amount > 0.0]
        places = pd.DataFrame(keys, columns=["region", "sector", "year"]).astype({"year": int})
        order = self.measures[["sector", "measure"]].assign(order=range(len(self.measures)))
        found = places.merge(self.rooms, on=["sector", "year"]).merge(order, on=["sector", "measure"])
        places_order = {key: i for i, key in enumerate(keys)}
        rank = [places_order[key] for key in found[["region", "sector", "year"]].itertuples(index=False, name=None)]
        return found.assign(rank=rank).sort_values(["rank", "order"], kind="stable").set_index("row")

    def happened_on(self, over: pd.DataFrame) -> npt.NDArray[np.float64]:
        """Activity on which a measure was added to the base year's share in periods of history, row by row: nothing where none was seen."""
        added = []
        for region, sector, measure, year in over[["region", "sector", "measure", "year"]].itertuples(index=False, name=None):
            seen = self.happened.get((sector, measure, year), 0.0)
            added.append(max(0.0, seen - self.base_share.get((sector, measure), 0.0)) * self.reference[region, sector, year])
        return np.array(added, dtype=float)

    def within(self, pairs: Iterable[tuple[float, Any]], share: float, region: str, sector: str, year: int) -> Any:
        """The relation: sum of ``pairs`` <= share * activity."""
        activity = self.activity[region, sector, year]
        if isinstance(activity, float):
            return self.b.sum(pairs) <= share * activity
        return self.b.sum([*pairs, (-share, activity)]) <= 0.0

    def cap_row(self, region: str, sector: str, cap: str, year: int) -> Any:
        """The relation: weighted additions under a joint cap <= what the base year left of it."""
        members = self.caps[sector, cap]
        pairs = [(weight, self.adopted.get(region, sector, measure, year)) for weight, measure in members]
        return self.within(pairs, self._cap_left(sector, cap), region, sector, year)

    def _cap_left(self, sector: str, cap: str) -> float:
        members = self.caps[sector, cap]
        taken = sum(weight * self.base_share.get((sector, measure), 0.0) for weight, measure in members)
        return max(0.0, 1.0 - taken)

    def over_caps(self) -> pd.DataFrame:
        """Region, sector, cap, year of every joint cap that its measures' own maxima could exceed."""
        rows = []
        for region, sector, year in self._adopting_places():
            for (of, cap), members in self.caps.items():
                most = sum(weight * self.room.get((sector, measure, year), 0.0) for weight, measure in members)
                if of == sector and most > self._cap_left(sector, cap):
                    rows.append((region, sector, cap, year))
        return pd.DataFrame(rows, columns=["region", "sector", "cap", "year"])

    def limit_of_caps(self, over: pd.DataFrame) -> tuple[str, list[str], str]:
        """The limit of ``over_caps``: the weight of the first measure under each cap; the cap itself is 1, a number of no cell."""
        cell_of = self.data.lookup_cells(MEASURE_CAPS, "weight")
        firsts = [cell_of[sector, cap, self.caps[sector, cap][0][1]] for sector, cap in over[["sector", "cap"]].itertuples(index=False, name=None)]
        return MEASURE_CAPS.name, firsts, self.adopted.spec.unit

    def rate_row(self, region: str, sector: str, measure: str, year: int) -> Any:
        """The relation: rise of what is added since the period before <= build rate * years between the middles * activity."""
        before = self.adopted.get(region, sector, measure, self.before[year])
        pairs = [(1.0, self.adopted[region, sector, measure, year]), (-1.0, before)]
        return self.within(pairs, self._most_built(sector, measure, year), region, sector, year)

    def _most_built(self, sector: str, measure: str, year: int) -> float:
        return self.build_rate[sector, measure] * self.years_since[year]

    def over_rates(self) -> pd.DataFrame:
        """Region, sector, measure, year where the build rate is below the maximum."""
        keys = [k for k in self.adopted.keys if k[3] in self.decided and self.room[k[1], k[2], k[3]] > self._most_built(k[1], k[2], k[3])]
        return pd.DataFrame(keys, columns=list(self.adopted.spec.index))

    def limit_of_rates(self, over: pd.DataFrame) -> tuple[str, list[str], str]:
        """The limit of ``over_rates``: the build rate of each measure."""
        cell_of = self.data.lookup_cells(MEASURES, "build_rate")
        return MEASURES.name, [cell_of[pair] for pair in over[["sector", "measure"]].itertuples(index=False, name=None)], self.adopted.spec.unit

    def stock_row(self, region: str, sector: str, measure: str, year: int) -> Any:
        """The relation: what is added >= what was added before, shrunk with the reference activity."""
        now, then = self.adopted[region, sector, measure, year], self.adopted[region, sector, measure, self.before[year]]
        return self.b.sum([(1.0, now), (-self._kept(region, sector, year), then)]) >= 0.0

    def _kept(self, region: str, sector: str, year: int) -> float:
        """Share of an earlier measure that stays: it shrinks only with the reference activity."""
        return min(1.0, self.reference[region, sector, year] / self.reference[region, sector, self.before[year]])

    def spreading(self) -> pd.DataFrame:
        """What is built a year, as ``Family.gains`` tells it: what is added since the period before, and what of that is built anew.

            (adopted[t] - kept[t] * adopted[t-1]) / years between the middles + kept[t] * adopted[t-1] / life

        It is never below nothing, since what stays of an earlier measure is not undone.
        """
        life: dict[tuple[str, str], float] = self.data.lookup(MEASURES, "life")
        row_of = {key: row for row, key in enumerate(self.adopted.keys)}
        rows = []
        for key, row in row_of.items():
            region, sector, measure, year = key
            a_year = 1.0 / self.years_since[year]
            rows.append((row, row, a_year))
            earlier = row_of.get((*key[:3], self.before[year]))
            if earlier is not None:
                lasts = life[sector, measure]
                anew = 0.0 if np.isnan(lasts) else 1.0 / lasts
                rows.append((row, earlier, (anew - a_year) * self._kept(region, sector, year)))
        return pd.DataFrame(rows, columns=["row", "of", "coefficient"])

    def over_stocks(self) -> pd.DataFrame:
        """Region, sector, measure, year in which the measure could already stand the period before."""
        keys = [k for k in self.adopted.keys if k[3] in self.decided and (*k[:3], self.before[k[3]]) in self.adopted]
        return pd.DataFrame(keys, columns=list(self.adopted.spec.index))

    def abated(self, region: str, sector: str, year: int) -> list[tuple[float, Any]]:
        """Coefficients (Mt CO2 per unit of activity) and variables of all that is abated or captured there."""
        return [(self.sequence.abates(region, sector, measure, year), self.adopted[region, sector, measure, year]) for measure in self._adopted_at(region, sector, year)]

    def _adopted_at(self, region: str, sector: str, year: int) -> list[str]:
        return [measure for measure in self.measures_of.get(sector, []) if (region, sector, measure, year) in self.adopted]

    def capture_row(self, region: str, sector: str, measure: str, year: int, gross: float) -> Any:
        """The relation: captured <= largest share * (gross * activity - what is abated before), with ``gross`` the CO2 of a unit."""
        most = self.sequence.most_captured(sector, measure, year)
        pairs = [(self.sequence.abates(region, sector, measure, year), self.adopted[region, sector, measure, year])]
        for other in self._adopted_at(region, sector, year):
            if not self.sequence.captures(sector, other):
                pairs.append((most * self.sequence.abates(region, sector, other, year), self.adopted[region, sector, other, year]))
        return self.within(pairs, most * gross, region, sector, year)

    def over_captures(self) -> pd.DataFrame:
        """Region, sector, measure, year in which a measure of the last stage may capture."""
        keys = [k for k in self.adopted.keys if k[3] in self.decided and self.sequence.captures(k[1], k[2])]
        return pd.DataFrame(keys, columns=list(self.adopted.spec.index))

    def limit_of_captures(self, over: pd.DataFrame) -> tuple[str, list[str], str]:
        """The limit of ``over_captures``: the largest share of each measure in the year."""
        cell_of = self.data.lookup_cells(MEASURE_SHARES)
        return MEASURE_SHARES.name, [cell_of[key] for key in over[["sector", "measure", "year"]].itertuples(index=False, name=None)], "Mt CO2/yr"

    def over_emissions(self, gross: Callable[[str, str, int], float]) -> pd.DataFrame:
        """Region, sector, year in which the measures together could abate more than ``gross`` per unit of activity."""
        rows = []
        for region, sector, year in self._adopting_places():
            whole = gross(region, sector, year)
            if whole > 0.0 and self.sequence.most_abated(region, sector, year, whole) > whole * WHOLE:
                rows.append((region, sector, year))
        return pd.DataFrame(rows, columns=["region", "sector", "year"])

    def _adopting_places(self) -> list[tuple[str, str, int]]:
        """Where something is decided to be adopted; history is held to no limit of the plan."""
        return list(dict.fromkeys((region, sector, year) for region, sector, _, year in self.adopted.keys if year in self.decided))

    def post_measures(self) -> None:
        """Post what the measures abate, capture, cost and draw on; items carry the lever's name."""
        costs = self.data.frame(MEASURE_COSTS).rename(columns={"value": "cost"})
        terms = self.adopted.terms().join(self.measures, ["sector", "measure"], ["captured", "cost_holds", "load_use", *DRAWN])
        frame = self.sequence.of_rows(join(terms.frame, costs, ["sector", "measure", "year"], ["cost"]))
        frame = frame.assign(**{name: frame[name].astype(float) * frame["drawn"] for name in DRAWN})
        category = [self.category[key] for key in zip(frame["region"], frame["sector"], strict=True)]
        spent = frame["abated"] * frame["cost"].astype(float) - self._energy_in_cost(frame)
        terms = Terms(frame.assign(category=category), terms.unit)
        self._post_carbon(terms)
        self.ledger.use("money", terms, spent, unit=f"bn CNY/{self.activity_unit}", item=f"{self.name}_measures")
        for balance, item in (("electricity", "electrification"), ("hydrogen", "hydrogen"), ("biomass", "biomass")):
            values = terms.frame[balance].astype(float)
            self.ledger.use(balance, terms, values, unit=f"TWh/{self.activity_unit}", item=f"{self.name}_{item}")
        if self.data.has(USE_SHAPE.name):
            shaped = terms.where(terms.frame["load_use"].astype(str) != "")
            self.ledger.use("use_load", shaped, shaped.frame["electricity"].astype(float), unit=f"TWh/{self.activity_unit}", item=f"{self.name}_electrification")
        self._post_primary(terms)
        self.post_water(terms)

    def _energy_in_cost(self, frame: pd.DataFrame) -> pd.Series:
        """bn CNY per unit of activity that the cost of a measure holds for energy which the model prices as well.

        sum over energies that the cost holds of price in the cost * what is drawn
        """
        price = self.data.lookup(MEASURE_ENERGY_PRICES)
        held = frame["cost_holds"].map(held_in)
        amounts = [
            sum(price[energy, year] * draws[place] for place, energy in enumerate(ENERGIES) if energy in energies and draws[place] != 0.0)
            for energies, year, draws in zip(held, frame["year"], frame[list(ENERGIES)].to_numpy(dtype=float), strict=True)
        ]
        return pd.Series(amounts, index=frame.index, dtype=float)

    def _post_carbon(self, terms: Terms) -> None:
        """Avoided CO2 lowers the emission; captured CO2 leaves the gross emission as it is and needs storage."""
        captures = terms.frame["captured"].astype(float) > 0.0
        unit = f"Mt CO2/{self.activity_unit}"
        for item in dict.fromkeys(terms.frame["category"]):
            part = terms.where(~captures & (terms.frame["category"] == item))
            self.ledger.use("emission", part, part.frame["abated"], unit=unit, item=item)
        part = terms.where(captures)
        self.ledger.supply("captured", part, part.frame["abated"], unit=unit, item=f"{self.name}_ccs")
        self.ledger.use("co2_storage", part, part.frame["abated"], unit=unit, item=f"{self.name}_ccs")

    def _post_primary(self, terms: Terms) -> None:
        """Avoided CO2 takes its fuel away; biomass that a measure burns comes instead; what is captured still burns."""
        unit, item = f"TWh/{self.activity_unit}", f"{self.name}_fuel"
        spared = terms.where(terms.frame["captured"].astype(float) == 0.0)
        fuels = fuels_of(spared.frame, spared.frame["abated"], energy_of_co2(self.data))
        self.ledger.use(PRIMARY, Terms(fuels, terms.unit), fuels["burnt"], unit=unit, item=item)
        grown = terms.assign(energy_source=BIOMASS, form=FUEL)
        self.ledger.supply(PRIMARY, grown, grown.frame["biomass"].astype(float), unit=unit, item=f"{self.name}_biomass")

    def post_water(self, terms: Terms) -> None:
        """Post the column ``water`` of ``terms`` as use in the zones of each region."""
        spread = self.water_by_zone(terms)
        if len(spread.frame):
            unit = f"km3/{self.activity_unit}"
            self.ledger.use("water", spread, spread.frame["drawn"], unit=unit, item=f"{self.name}_water")

    def water_by_zone(self, terms: Terms) -> Terms:
        """Terms that need water, once per zone of their region, with ``drawn`` (km3 per unit of activity)."""
        needed = terms.where(terms.frame["water"].astype(float) != 0.0)
        if not len(needed.frame) or not self.data.has(WATER_ZONES.name):
            return Terms(needed.frame.iloc[:0], terms.unit)
        zones = self.data.frame(WATER_ZONES)[["region", "water_zone", "industry_share"]]
        spread = needed.spread(zones, ["region"])
        return spread.assign(drawn=spread.frame["water"].astype(float) * spread.frame["industry_share"].astype(float))
