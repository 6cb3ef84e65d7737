"""What a modeller lays down of single thermal plants: the least and the most that stands, is built or is generated, by region and year.

Three optional sheets of the same form, each with rows ``least`` and ``most``: ``thermal_bounds`` (GW that stand at the milestone),
``thermal_build_bounds`` (GW built a year) and ``generation_bounds`` (TWh a year). Least and most of the same number fix it; a most of 0
keeps a technology out of a region.

Limits: of planned years alone, history was as it was; of one technology in one region, never of several together; where regions are
merged their bounds are added up, which is right only where each of the merged regions has one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from ....core.build.build import Build
from ....core.build.parts import Family
from ....core.data import Data
from ....core.declare.spec import Column, Finding, Table, constraint

LEAST, MOST = "least", "most"
PLACE = ["region", "technology", "year"]


def _keys() -> tuple[Column, ...]:
    return (
        Column("region", "", "text", key=True, absent="unlimited", ref="regions.region", en="Region", zh="地区"),
        Column("technology", "", "text", key=True, absent="unlimited", ref="thermal_technologies.technology", en="Thermal technology", zh="火电技术"),
        Column("bound", "", "text", key=True, absent="unlimited", choices=(LEAST, MOST), en="least: at least so much; most: at most so much", zh="least 为下限，most 为上限"),
    )


THERMAL_BOUNDS = Table(
    "thermal_bounds",
    (*_keys(), Column("value", "GW", low=0, en="Capacity that stands at the milestone, at least or at most", zh="里程碑年在役装机的下限或上限")),
    shape="years", en="Least and most thermal capacity by region (optional)", zh="分地区火电装机上下限（可选）",
)  # fmt: skip

THERMAL_BUILD_BOUNDS = Table(
    "thermal_build_bounds",
    (*_keys(), Column("value", "GW/yr", low=0, en="Capacity built or converted a year in the period, at least or at most", zh="时期内年新增（含改造）装机的下限或上限")),
    shape="years", en="Least and most thermal building by region (optional)", zh="分地区火电年新增上下限（可选）",
)  # fmt: skip

GENERATION_BOUNDS = Table(
    "generation_bounds",
    (*_keys(), Column("value", "TWh/yr", low=0, en="Generation of the year, at least or at most", zh="年发电量的下限或上限")),
    shape="years", en="Least and most thermal generation by region (optional)", zh="分地区火电年发电量上下限（可选）",
)  # fmt: skip


def _planned(data: Data, table: Table, bound: str) -> pd.DataFrame:
    rows = data.frame(table)
    if rows.empty:
        return rows
    chosen = (rows["bound"] == bound) & rows["year"].isin(data.decided)
    if bound == LEAST:
        chosen &= rows["value"].astype(float) > 0.0
    return rows[chosen]


def _crossed(data: Data, table: Table) -> list[Finding]:
    """A least above its most can never be met."""
    if not data.has(table.name):
        return []
    most = {key: float(value) for *key, value in _planned(data, table, MOST)[[*PLACE, "value"]].itertuples(index=False, name=None) for key in [tuple(key)]}
    found = []
    for row in _planned(data, table, LEAST).itertuples():
        least, top = float(row.value), most.get((row.region, row.technology, row.year))
        if top is not None and least > top:
            found.append(Finding(
                "error", table.name, data.cell(table.name, int(row.Index), int(row.year)), f"{row.technology} in {row.region}: at least {least:g}, at most {top:g}", "no more than the row most of that year",
                f"{row.region} 的 {row.technology}：下限 {least:g} 大于上限 {top:g}", "应不大于同年 most 行",
            ))  # fmt: skip
    return found


def check_thermal_bounds(data: Data) -> list[Finding]:
    """No least above its most."""
    return [finding for table in (THERMAL_BOUNDS, THERMAL_BUILD_BOUNDS, GENERATION_BOUNDS) for finding in _crossed(data, table)]


class _Bounds:
    """Rows of one of the sheets over a family of variables."""

    table: Table

    def __init__(self, b: Build, family: Family) -> None:
        self.b = b
        self.family = family
        self.value: Mapping[tuple[str, str, str, int], float] = b.data.lookup(self.table)

    def _hold(self, rule: Callable[[str, str, int], Any], bound: str) -> None:
        """A row of ``rule`` for each planned cell; of a plant that is not there a least can not be met, and a most holds nothing."""
        data = self.b.data
        if not data.has(self.table.name):
            return
        rows = _planned(data, self.table, bound)
        there = [key in self.family.variables for key in rows[PLACE].itertuples(index=False, name=None)]
        absent = rows[[not here for here in there]] if bound == LEAST else rows.head(0)
        for row in absent.itertuples():
            self.b.findings.append(Finding(
                "warning", self.table.name, data.cell(self.table.name, int(row.Index), int(row.year)), f"no {row.technology} stands or may be built in {row.region} in {row.year}: the row holds nothing",
                "a technology that is buildable, or part of the fleet there", f"{row.year} 年 {row.region} 没有也不能新建 {row.technology}，该行不起作用", "应为该地区既有或可新建的技术",
            ))  # fmt: skip
        rows = rows[pd.Series(there, index=rows.index, dtype=bool)]
        self.b.constrain(rule, rows[PLACE], limit=(self.table.name, self.b.cells(self.table, rows), self.table.columns[-1].unit))


class StandingBounds(_Bounds):
    """Rows of ``thermal_bounds``."""

    table = THERMAL_BOUNDS

    def constrain(self) -> None:
        """A row for each planned cell."""
        self._hold(self.thermal_at_least, LEAST)
        self._hold(self.thermal_at_most, MOST)

    @constraint(unit="GW", kind="standing", nets="other_cells", en="Least thermal capacity", zh="火电装机下限")
    def thermal_at_least(self, region: str, technology: str, year: int) -> Any:
        """At least so much of a thermal technology stands in a region.

        thermal_capacity[r,k,t] >= thermal_bounds[r,k,least,t]

        For: every row least of thermal_bounds above nothing, every planned year.
        Unit: GW.
        Dual: what one GW less would save a year.
        Data: thermal_bounds.
        """
        return self.family[region, technology, year] >= self.value[region, technology, LEAST, year]

    @constraint(unit="GW", kind="standing", nets="other_cells", en="Most thermal capacity", zh="火电装机上限")
    def thermal_at_most(self, region: str, technology: str, year: int) -> Any:
        """At most so much of a thermal technology stands in a region.

        thermal_capacity[r,k,t] <= thermal_bounds[r,k,most,t]

        For: every row most of thermal_bounds, every planned year.
        Unit: GW.
        Dual: worth of one more GW a year.
        Data: thermal_bounds.
        """
        return self.family[region, technology, year] <= self.value[region, technology, MOST, year]


class BuildBounds(_Bounds):
    """Rows of ``thermal_build_bounds``."""

    table = THERMAL_BUILD_BOUNDS

    def constrain(self) -> None:
        """A row for each planned cell."""
        self._hold(self.thermal_built_at_least, LEAST)
        self._hold(self.thermal_built_at_most, MOST)

    def _a_year(self, region: str, technology: str, year: int) -> Any:
        return self.b.sum([(1.0 / self.b.data.length(year), self.family[region, technology, year])])

    @constraint(unit="GW/yr", kind="flow", nets="other_cells", en="Least thermal building", zh="火电年新增下限")
    def thermal_built_at_least(self, region: str, technology: str, year: int) -> Any:
        """At least so much of a thermal technology is built a year in a region.

        new_thermal[r,k,t] / n[t] >= thermal_build_bounds[r,k,least,t]

        For: every row least of thermal_build_bounds above nothing, every planned year.
        Unit: GW/yr.
        Dual: what building one GW a year less would save.
        Data: thermal_build_bounds.
        """
        return self._a_year(region, technology, year) >= self.value[region, technology, LEAST, year]

    @constraint(unit="GW/yr", kind="flow", nets="other_cells", en="Most thermal building", zh="火电年新增上限（地区）")
    def thermal_built_at_most(self, region: str, technology: str, year: int) -> Any:
        """At most so much of a thermal technology is built a year in a region.

        new_thermal[r,k,t] / n[t] <= thermal_build_bounds[r,k,most,t]

        For: every row most of thermal_build_bounds, every planned year.
        Unit: GW/yr.
        Dual: worth of building one more GW a year.
        Data: thermal_build_bounds.
        """
        return self._a_year(region, technology, year) <= self.value[region, technology, MOST, year]


class GenerationBounds(_Bounds):
    """Rows of ``generation_bounds``."""

    table = GENERATION_BOUNDS

    def constrain(self) -> None:
        """A row for each planned cell."""
        self._hold(self.generated_at_least, LEAST)
        self._hold(self.generated_at_most, MOST)

    @constraint(unit="TWh/yr", kind="flow", nets="other_cells", en="Least generation", zh="发电量下限")
    def generated_at_least(self, region: str, technology: str, year: int) -> Any:
        """A thermal technology generates at least so much a year in a region.

        yearly_generation[r,k,t] >= generation_bounds[r,k,least,t]

        For: every row least of generation_bounds above nothing, every planned year.
        Unit: TWh/yr.
        Dual: what one TWh a year less would save.
        Data: generation_bounds.
        """
        return self.family[region, technology, year] >= self.value[region, technology, LEAST, year]

    @constraint(unit="TWh/yr", kind="flow", nets="other_cells", en="Most generation", zh="发电量上限")
    def generated_at_most(self, region: str, technology: str, year: int) -> Any:
        """A thermal technology generates at most so much a year in a region.

        yearly_generation[r,k,t] <= generation_bounds[r,k,most,t]

        For: every row most of generation_bounds, every planned year.
        Unit: TWh/yr.
        Dual: worth of one more TWh a year.
        Data: generation_bounds.
        """
        return self.family[region, technology, year] <= self.value[region, technology, MOST, year]
