"""How many plants may be closed before the end of their life in a year: a ceiling by class, for the nation.

A plant that is closed early has to be replaced, its people placed and its heat taken over; no country has closed more than some
per cent of its fleet a year. What ends with its life is not counted.

Limits: plants built in the plan are not closed early; a conversion is no closing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ....core.build.build import Build
from ....core.build.parts import Family
from ....core.declare.spec import Column, Table, constraint
from ..tables import THERMAL

CLOSING_LIMITS = Table(
    "closing_limits",
    (
        Column("class", "", "text", key=True, absent="unlimited", ref="thermal_technologies.class", en="Class of plants (coal, gas, ...)", zh="电源类别"),
        Column("value", "GW/yr", low=0, en="Most that is closed early a year, nation", zh="全国年提前退役上限"),
    ),
    shape="years", en="Limits on early closing of plants (optional)", zh="提前退役上限（可选）",
)


class ClosingPace:
    """Rows that keep what is closed early in a year to what is given."""

    def __init__(self, b: Build, retired: Family, share: Mapping[tuple[str, str, int], float]) -> None:
        """``share``: what of the fleet at the milestone before still stands, by region, technology and year."""
        self.b = b
        self.retired = retired
        self.share = share
        self.most = b.data.lookup(CLOSING_LIMITS)
        classes = b.data.lookup(THERMAL, "class")
        self.of_class: dict[tuple[str, int], list[tuple[str, str, int]]] = {}
        for key in retired.variables:
            self.of_class.setdefault((classes[key[1]], key[2]), []).append(key)

    def constrain(self) -> None:
        """A row for each class that can be closed early and each planned year with a limit."""
        rows = self.b.data.frame(CLOSING_LIMITS)
        met = [key in self.of_class and key[1] in self.b.data.decided for key in zip(rows["class"], rows["year"], strict=True)]
        rows = rows[pd.Series(met, index=rows.index, dtype=bool)]
        self.b.constrain(self.closed_early, rows[["class", "year"]], limit=(CLOSING_LIMITS.name, self.b.cells(CLOSING_LIMITS, rows), "GW/yr"))

    @constraint(unit="GW/yr", kind="flow")
    def closed_early(self, plant_class: str, year: int) -> Any:
        """The nation closes no more plants of a class before the end of their life in a year than is given.

        sum((retired[r,k,t] - share[r,k,t] * retired[r,k,t-1]) / n[t] for r, k of the class) <= closing_limits[class, year]

        For: every class of closing_limits with a fleet, every planned year; share: what of the fleet of t-1 still stands at t.
        Unit: GW/yr.
        Dual: worth of closing one more GW a year.
        Data: closing_limits.
        """
        before, a_year = self.b.data.previous(year), 1.0 / self.b.data.length(year)
        terms = []
        for region, technology, _ in self.of_class[plant_class, year]:
            terms.append((a_year, self.retired[region, technology, year]))
            if (region, technology, before) in self.retired.variables:
                terms.append((-a_year * self.share[region, technology, year], self.retired[region, technology, before]))
        return self.b.sum(terms) <= self.most[plant_class, year]
