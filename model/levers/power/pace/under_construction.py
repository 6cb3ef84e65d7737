"""What is under construction is built: a floor on new plants of a class, for the nation.

Plants whose building has begun are mostly paid for, and stand soon whatever is decided now. A plan that cancels them would have to say
who loses that money; this one lets them stand and decides how much they run.

Limits: where they are built is decided; a class of stores has no floor (a target of capacity serves).
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from ....core.build.build import Build
from ....core.data import Data
from ....core.declare.spec import Column, Finding, Table, constraint
from ..capacity import BuildPace
from ..tables import BUILD_LIMITS, SITED_TECHNOLOGIES, THERMAL

UNDER_CONSTRUCTION = Table(
    "under_construction",
    (
        Column("class", "", "text", key=True, absent="none", ref="sited_technologies.class|thermal_technologies.class", en="Class of plants (wind, solar, hydro, nuclear, coal, gas, ...)", zh="电源类别"),
        Column("value", "GW/yr", low=0, en="Least that is built a year, nation: what is under construction", zh="全国年新增下限（在建规模）"),
    ),
    shape="years", en="Plants under construction (optional)", zh="在建电源（可选）",
)


def check_under_construction(data: Data) -> list[Finding]:
    """No more is under construction than can be built, and nothing of a class of which nothing is built."""
    rows, most = data.frame(UNDER_CONSTRUCTION), data.lookup(BUILD_LIMITS)
    rows = rows[rows["year"].isin(data.decided) & (rows["value"].astype(float) > 0.0)] if len(rows) else rows
    thermal, sited = data.frame(THERMAL), data.frame(SITED_TECHNOLOGIES)
    built = {*thermal.loc[thermal["buildable"].astype(float) > 0.0, "class"], *sited["class"]} if len(rows) else set()
    unbuilt = [
        Finding(
            "warning", UNDER_CONSTRUCTION.name, data.cell(UNDER_CONSTRUCTION.name, int(row), year), f"no plant of {plant} can be built: the row holds nothing", "a class with plants that can be built",
            f"{plant} 没有可新建的电源，该行不起作用", "应为可新建电源的类别",
        )
        for row, plant, year in zip(rows.index, rows["class"], rows["year"], strict=True)
        if plant not in built
    ]  # fmt: skip
    return unbuilt + [
        Finding(
            "error", UNDER_CONSTRUCTION.name, data.cell(UNDER_CONSTRUCTION.name, int(row), year),
            f"{least:g} GW/yr of {plant} are under construction, more than the {most[plant, year]:g} GW/yr that can be built (build_limits)", "no more than build_limits of that year",
            f"{plant} 在建 {least:g} GW/yr，超过 build_limits 允许的 {most[plant, year]:g} GW/yr", "应不大于 build_limits 同年数值",
        )
        for row, plant, year, least in zip(rows.index, rows["class"], rows["year"], rows["value"].astype(float), strict=True)
        if least > most.get((plant, year), least)
    ]  # fmt: skip


class Begun:
    """What is under construction of the classes whose pace of building is given."""

    def __init__(self, b: Build, pace: BuildPace) -> None:
        self.b = b
        self.pace = pace
        self.least = b.data.lookup(UNDER_CONSTRUCTION)

    def constrain(self, rule: Any) -> None:
        """A row of ``rule`` for each class that ``pace`` knows new plants of and each planned year with something under construction."""
        rows = self.b.data.frame(UNDER_CONSTRUCTION)
        met = [(plant, year) in self.pace.new and year in self.b.data.decided and least > 0.0 for plant, year, least in zip(rows["class"], rows["year"], rows["value"].astype(float), strict=True)]
        rows = rows[pd.Series(met, index=rows.index, dtype=bool)]
        self.b.constrain(rule, rows[["class", "year"]], limit=(UNDER_CONSTRUCTION.name, self.b.cells(UNDER_CONSTRUCTION, rows), "GW/yr"))

    def built(self, plant_class: str, year: int) -> Any:
        """What is built of the class in the period, a year, is at least what is under construction."""
        return self.pace.a_year(plant_class, year) >= self.least[plant_class, year]


class SitedBegun(Begun):
    """Rows of wind, solar, hydro and nuclear plants under construction."""

    @constraint(unit="GW/yr", kind="flow")
    def sited_under_construction(self, plant_class: str, year: int) -> Any:
        """Of wind, solar, hydro and nuclear plants at least those under construction are built.

        sum(new_sited of the class and vintage) / n[year] >= under_construction[class, year]

        For: every class of under_construction with sites, every planned year.
        Unit: GW/yr.
        Dual: what one GW a year less would save.
        Data: under_construction.
        """
        return self.built(plant_class, year)


class ThermalBegun(Begun):
    """Rows of thermal plants under construction."""

    @constraint(unit="GW/yr", kind="flow")
    def thermal_under_construction(self, plant_class: str, year: int) -> Any:
        """Of thermal plants at least those under construction are built.

        sum(new_thermal of the class and vintage) / n[year] >= under_construction[class, year]

        For: every class of under_construction with thermal plants, every planned year; conversions inside a class do not count.
        Unit: GW/yr.
        Dual: what one GW a year less would save.
        Data: under_construction.
        """
        return self.built(plant_class, year)
