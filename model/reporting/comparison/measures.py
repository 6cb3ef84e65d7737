"""What is measured of one run, from its tables as they stand: carbon, cost, price of CO2, penalties, scarce things, who pays and does what.

Net emissions are those of the strict account (``in_target`` 1): emission less sink less captured, from the first period after the base
year on. What is summed over the plan is a flow a year times the years of its period.

Limits: a measure whose table is missing is blank (NaN, None or empty); why stands among what the run lacks.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from ..context import NATION, pivot
from ..shown import CAPTURED, EMISSION, NET, SCARCEST, SINK, accounts, tasks, worth
from ..tables.burden import NET as BORNE
from ..tables.burden import PER_GDP, TOTAL
from .runs import Note, Run

#: A run that avoids less than this share of the CO2 of the base avoids none: what two plans under the same targets differ by is no abatement.
LEAST_AVOIDED = 1e-4
#: How a group begins where a table names it as a place.
OF_GROUP = "group:"


@dataclass(frozen=True)
class Measures:
    """The measures of one run."""

    run: Run

    @cached_property
    def _matrix(self) -> pd.DataFrame:
        return accounts(self.run.ctx)

    def account(self, name: str) -> pd.Series:
        """One account or the net of the nation by milestone of the plan, Mt CO2 a year."""
        known = len(self._matrix) > 0 and (NATION, name) in self._matrix.index
        return self._matrix.loc[(NATION, name)].dropna().astype(float) if known else pd.Series(dtype=float)

    def last(self, name: str) -> float:
        """An account in the last planned period; an account without a row there is nothing where others have rows."""
        found = self.account(name)
        end = self.run.planned[-1] if self.run.planned else None
        if end in found.index:
            return float(found[end])
        return 0.0 if name in (SINK, CAPTURED) and end in self.account(NET).index else math.nan

    @property
    def peak(self) -> tuple[float, float]:
        """Year and level of the highest net emissions up to the end of the plan."""
        net = self.account(NET)
        return (float(net.idxmax()), float(net.max())) if len(net) else (math.nan, math.nan)

    @property
    def cumulative(self) -> float:
        """Net CO2 of all planned years together, Mt."""
        net, years = self.account(NET), self.run.planned
        return sum(float(net[year]) * self.run.length[year] for year in years) if years and set(years) <= set(net.index) else math.nan

    @property
    def plan_cost(self) -> float:
        """The objective of the planned periods by the table ``objective``; blank where it has one year for all periods."""
        frame = self.run.tables.get("objective")
        if frame is None or len(set(frame["year"])) <= 1:
            return math.nan
        return float(frame.loc[frame["year"].isin(self.run.planned), "value"].sum())

    @cached_property
    def co2_price(self) -> pd.DataFrame:
        """Price of a tonne emitted by region (rows) and milestone of the plan; empty where the objective is no cost."""
        frame = self.run.tables.get("prices")
        if frame is None:
            return pd.DataFrame()
        return pivot(frame[(frame["balance"] == EMISSION) & frame["price"].notna()], "region", EMISSION, self.run.ctx.years, "price")

    def dearest_co2(self, year: int) -> float:
        """The price of a tonne in a year in the region where it is dearest."""
        return float(self.co2_price[year].max()) if year in self.co2_price.columns else math.nan

    @property
    def paid_penalties(self) -> float:
        """What is paid in penalties, discounted bn CNY."""
        return sum(float(entry.get("discounted_bn_cny") or 0.0) for entry in self.run.penalties)

    @cached_property
    def scarcest(self) -> list[dict[Hashable, Any]]:
        """The limits by whose relaxation by 1 % the objective gains most, each once with the year in which it does."""
        if "limits" not in self.run.tables:
            return []
        found = worth(self.run.ctx)
        return found.drop_duplicates("name").head(SCARCEST).to_dict("records") if len(found) else []

    def scarce(self, rank: int) -> Note | None:
        """One of the scarcest as a note."""
        if rank >= len(self.scarcest):
            return None
        row = self.scarcest[rank]
        year = "" if pd.isna(row["year"]) else int(row["year"])
        return Note("compare_scarce", {"limit": row["name"], "place": row["region"], "year": year, "gain": f"{float(row['worth']):,.2f}"})

    @cached_property
    def net_burden(self) -> pd.DataFrame:
        """Rows of what is borne in the end by regions of a group and by groups themselves, whose row counts with their regions as in the report."""
        frame = self.run.tables.get("burden")
        if frame is None:
            return pd.DataFrame()
        rows = frame[(frame["item"] == BORNE) & frame["own"].notna()]
        whose = rows["region_group"].where(rows["region_group"] != "", rows["region"].where(rows["region"].str.startswith(OF_GROUP), ""))
        return rows.assign(region_group=whose.str.removeprefix(OF_GROUP)).loc[whose != ""]

    def regions_of(self, group: str) -> list[str]:
        """The regions of a group."""
        return [region for region, of in self.run.ctx.group_of.items() if of == group]

    def borne(self, group: str) -> float:
        """What a group bears in all, mean of the planned years, bn CNY a year."""
        return self._mean_borne(group, TOTAL)

    def borne_of_product(self, group: str) -> float | Note:
        """The same in percent of its product; of a group of many regions each has its own on the sheet of regions."""
        if len(self.regions_of(group)) > 1:
            return Note("compare_by_region")
        return self._mean_borne(group, PER_GDP)

    def _mean_borne(self, group: str, basis: str) -> float:
        frame = self.net_burden
        rows = frame[(frame["basis"] == basis) & (frame["region_group"] == group)] if len(frame) else frame
        return self._mean(rows.groupby("year")["own"].sum()) if len(rows) else math.nan

    def _mean(self, by_year: pd.Series) -> float:
        """The mean of the planned years; blank where one of them has no number."""
        years, length = self.run.planned, self.run.length
        if not years or not set(years) <= set(by_year.index):
            return math.nan
        return sum(float(by_year[year]) * length[year] for year in years) / sum(length[year] for year in years)

    def does(self, group: str) -> dict[str, float]:
        """What a group does by headline (English words), mean of the planned years in the unit of the headline; nothing of a lever that is not there."""
        return {name: self._done(part, group) for name, _, part in tasks(self.run.ctx) if len(part)}

    def _done(self, part: pd.DataFrame, group: str) -> float:
        own = part[part["region_group"] == group].groupby("year")["value"].sum()
        # a year without rows of a lever that is in the model is one in which nothing of it is done
        return self._mean(own.reindex(self.run.planned, fill_value=0.0)) if group in set(part["region_group"]) else math.nan


def why_not_comparable(base: Run, run: Run) -> Note | None:
    """Why the objectives of two runs can not be held against each other; None where they can."""
    if "" not in (base.goal[0], run.goal[0]) and base.goal[0] != run.goal[0]:
        return Note("compare_other_goal")
    if base.goal[1] != run.goal[1]:
        return Note("compare_other_goal")
    if base.goal[2] != run.goal[2]:
        return Note("compare_other_unit")
    mine, other = base.ctx, run.ctx
    if (mine.base_year, mine.history_until, mine.plan_until) != (other.base_year, other.history_until, other.plan_until) or mine.after != other.after:
        return Note("compare_other_years")
    return None
