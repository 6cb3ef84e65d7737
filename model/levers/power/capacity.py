"""Standing plants: how much capacity stands in which year, and what standing capacity posts to the shared balances.

Plants of the base year age by the share that has not reached the end of its life; plants that the model builds are built
evenly over their period and leave as evenly when their life ends. What works in a period is a mean: it gives output and costs
money; what stands at the milestone takes land, keeps within potentials and gives firm capacity.

Limits: a base-year fleet without a row in ``fleet_survival`` outlives the horizon; plants do not wear before their end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from ...core.build.build import Build
from ...core.build.parts import Family
from ...core.data import Data
from ...core.declare.spec import Table
from ...core.declare.units import GWH_PER_TWH, HOURS_PER_YEAR
from ...core.frames import key_tuples
from ...core.ledger import Ledger, Terms
from ..lives import at_beginning, lives_of
from .given.capital import charge
from .tables import BUILD_LIMITS, FLEET_SURVIVAL, RESERVE_CREDIT

Pairs = dict[tuple[Any, ...], list[tuple[float, Any]]]

#: TWh/yr of one GW that runs all year.
TWH_PER_GW = HOURS_PER_YEAR / GWH_PER_TWH


@dataclass(frozen=True)
class Capacity:
    """Capacity by plant and year, as it stands at the milestone or as it works in the period on average.

    ``existing`` holds amounts in its column ``gw`` (GW), ``decided`` terms whose column ``gw`` is the GW that one unit
    of the variable adds (negative where it takes away). Both carry region, year and the plants' attributes.
    """

    existing: pd.DataFrame
    decided: Terms

    def change(self, function: Callable[[pd.DataFrame], pd.DataFrame]) -> Capacity:
        """The same function of a frame applied to amounts and terms."""
        return Capacity(function(self.existing), Terms(function(self.decided.frame), self.decided.unit))

    def where(self, mask: Callable[[pd.DataFrame], Any]) -> Capacity:
        """Only the rows for which ``mask`` of the frame holds."""
        return self.change(lambda frame: frame[mask(frame).to_numpy(dtype=bool)])

    def spread(self, table: pd.DataFrame, on: Sequence[str]) -> Capacity:
        """Every row with each of the rows of ``table`` that share its key; a row with none raises PostError."""
        return self.change(lambda frame: Terms(frame, "1").spread(table, on).frame)

    def post(
        self, ledger: Ledger, verb: Literal["supply", "use"], balance: str, column: str, unit: str, *, item: str = ""
    ) -> None:
        """Post ``column`` (per GW, in ``unit``) of every row, under ``item`` or the rows' own column ``item``."""
        whole = ledger.balances[balance].unit
        fixed = ledger.supply_fixed if verb == "supply" else ledger.use_fixed
        for name, part in _by_item(self.existing, item):
            fixed(balance, part, (part["gw"] * part[column]).to_numpy(dtype=float), item=name, unit=whole)
        linear = ledger.supply if verb == "supply" else ledger.use
        for name, part in _by_item(self.decided.frame, item):
            values = (part["gw"] * part[column]).to_numpy(dtype=float)
            linear(balance, Terms(part, self.decided.unit), values, item=name, unit=unit)


def _by_item(frame: pd.DataFrame, item: str) -> list[tuple[str, pd.DataFrame]]:
    """The whole frame under ``item``, or its parts by their own column ``item``; nothing when it is empty."""
    if frame.empty:
        return []
    return [(item, frame)] if item else [(str(name), part) for name, part in frame.groupby("item", sort=False)]


def survival(data: Data) -> Callable[[str, int], float]:
    """Share of the base-year fleet of a technology that has not reached the end of its life in a year."""
    shares = data.lookup(FLEET_SURVIVAL)
    return lambda technology, year: 1.0 if year == data.base_year else shares.get((technology, year), 1.0)


def surviving(data: Data, fleet: pd.DataFrame) -> pd.DataFrame:
    """The base-year fleet in every year: ``gw`` at the milestone, the capacity not yet at the end of its life, ``mean_gw`` over the period.

    Between two milestones it falls evenly, or at the beginning of the period where ``building_in_period`` says so; the base year is as it was.
    """
    share, start = survival(data), (lambda year: year) if at_beginning(data) else data.start
    years = fleet.merge(pd.DataFrame({"year": data.all_years}), how="cross")
    plants = list(zip(years["technology"], years["year"], strict=True))
    shares = pd.Series([share(technology, year) for technology, year in plants], index=years.index, dtype=float)
    means = pd.Series([(share(technology, start(year)) + share(technology, year)) / 2 for technology, year in plants], index=years.index, dtype=float)
    capacity = years["capacity"].astype(float)
    return years.assign(gw=capacity * shares, mean_gw=capacity * means)


def standing_fleet(data: Data, table: Table) -> pd.DataFrame:
    """A base-year fleet that outlives the horizon: region, technology, capacity, the same ``gw`` and ``mean_gw`` in every year."""
    fleet = data.frame(table)
    fleet = fleet.loc[fleet["capacity"] > 0, ["region", "technology", "capacity"]]
    every = fleet.merge(pd.DataFrame({"year": data.all_years}), how="cross")
    return every.assign(gw=every["capacity"].astype(float), mean_gw=every["capacity"].astype(float))


def working(existing: pd.DataFrame) -> pd.DataFrame:
    """A fleet as it works over the periods: ``gw`` is what stood on average."""
    return existing.assign(gw=existing["mean_gw"])


def standing(terms: Terms, data: Data, worked: Mapping[tuple[str, str, int], float] | None = None) -> Terms:
    """Terms with ``vintage`` and ``lifetime`` once for every year in which some of them works, by ``lives``.

    ``stands`` is the share at the milestone, ``gw`` that over the period on average; ``worked`` (region, technology, period) is the
    observed share of what was built in a period of history that worked in it.
    """
    lifetimes = terms.frame["lifetime"].astype(float)
    found = terms.assign(lifetime=lifetimes).spread(lives_of(data, lifetimes), ["vintage", "lifetime"])
    works = found.frame["works"].astype(float)
    if worked:
        own = found.frame["vintage"] == found.frame["year"]
        places = zip(found.frame["region"], found.frame["technology"], found.frame["vintage"], strict=True)
        observed = pd.Series([worked.get(place, np.nan) for place in places], index=works.index, dtype=float)
        works = works.mask(own & observed.notna(), observed)
    return found.assign(gw=works, stands=found.frame["stands"].astype(float))


def with_capital(terms: Terms, data: Data, capex: pd.DataFrame) -> Terms:
    """Add ``capital``, what the investment of the vintage is charged a year (bn CNY/GW/yr): the annuity over the technology's life, or as ``capital_charge`` says."""
    prices = capex.rename(columns={"year": "vintage", "value": "capex"})[["technology", "vintage", "capex"]]
    joined = terms.join(prices, ["technology", "vintage"])
    extra = joined.frame.get("extra_capex", 0.0)
    return joined.assign(capital=(joined.frame["capex"].astype(float) + extra) * charge(data, joined.frame))


def with_fixed_cost(capacity: Capacity, table: pd.DataFrame) -> Capacity:
    """Add ``fixed_cost`` of the technology in the year (bn CNY/GW/yr)."""
    costs = table.rename(columns={"value": "fixed_cost"})[["technology", "year", "fixed_cost"]]
    return capacity.spread(costs, ["technology", "year"])


def post_credit(ledger: Ledger, data: Data, capacity: Capacity, item: str) -> None:
    """Post firm capacity: at the fixed ``firm_credit``, or on each tangent of the technology's ``credit_class``.

    Only decided years count: nothing can be added to what stood in the base year and in history.
    """
    future = capacity.where(lambda frame: frame["year"].isin(data.decided))
    firm = future.where(lambda frame: (frame["credit_class"] == "") & (frame["firm_credit"] > 0))
    firm.post(ledger, "supply", "reserve", "firm_credit", "1", item=item)
    tangents = data.frame(RESERVE_CREDIT)[["credit_class", "tangent", "slope"]]
    falling = future.where(lambda frame: frame["credit_class"] != "").spread(tangents, ["credit_class"])
    falling.post(ledger, "supply", "variable_credit", "slope", "1", item=item)


def post_installed(ledger: Ledger, capacity: Capacity, item: str) -> None:
    """Post what stands, by technology, to the account that pledges on capacity read."""
    capacity.change(lambda frame: frame.assign(one=1.0)).post(ledger, "supply", "installed", "one", "1", item=item)


def pairs(family: Family, frame: pd.DataFrame, by: Sequence[str], coefficient: str = "") -> Pairs:
    """Variables of a terms frame grouped by the columns ``by``: key -> (coefficient, variable) for constraint rules."""
    variables = list(family.variables.values())
    factors = frame[coefficient].astype(float).tolist() if coefficient else [1.0] * len(frame)
    grouped: Pairs = {}
    keys = key_tuples(frame[list(by)])
    for key, position, factor in zip(keys, frame["position"].tolist(), factors, strict=True):
        grouped.setdefault(key, []).append((factor, variables[position - family.start]))
    return grouped


def totals(frame: pd.DataFrame, by: Sequence[str], column: str) -> dict[tuple[Any, ...], float]:
    """Sums of ``column`` by key, as plain floats for constraint rules."""
    sums: dict[tuple[Any, ...], float] = {}
    for key, value in zip(key_tuples(frame[list(by)]), frame[column].tolist(), strict=True):
        sums[key] = sums.get(key, 0.0) + float(value)
    return sums


class BuildPace:
    """How much of a class of plants the nation can build in a year, by the rows of ``build_limits`` that meet new plants."""

    def __init__(self, b: Build, family: Family, new: pd.DataFrame) -> None:
        """``new``: terms of the family of new plants, with ``class`` and ``vintage``."""
        self.b = b
        self.new = pairs(family, new, ["class", "vintage"])
        self.most = b.data.lookup(BUILD_LIMITS)

    def constrain(self, rule: Callable[[str, int], Any]) -> None:
        """A row of ``rule`` (class, year) for each cell of the table that limits something; history was built as it was."""
        rows = self.b.data.frame(BUILD_LIMITS)
        decided = self.b.data.decided
        met = [key in self.new and key[1] in decided for key in zip(rows["class"], rows["year"], strict=True)]
        rows = rows[pd.Series(met, index=rows.index, dtype=bool)]
        self.b.constrain(rule, rows[["class", "year"]], limit=(BUILD_LIMITS.name, self.b.cells(BUILD_LIMITS, rows), "GW/yr"))

    def keeps(self, plant_class: str, year: int) -> Any:
        """What is built of the class in the period, a year, is at most what the table allows."""
        return self.a_year(plant_class, year) <= self.most[plant_class, year]

    def a_year(self, plant_class: str, year: int) -> Any:
        """What is built of the class in the period, a year."""
        share = 1.0 / self.b.data.length(year)
        return self.b.sum((share, variable) for _, variable in self.new[plant_class, year])


def no_blanks(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Blank optional texts as empty texts."""
    return frame.assign(**{name: frame[name].astype(object).where(frame[name].notna(), "") for name in columns})
