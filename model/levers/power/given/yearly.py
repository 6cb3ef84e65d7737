"""What changes of thermal plants from slice to slice and from year to year: availability, efficiency, variable cost, a tax on what they emit.

Four optional sheets of calendar years: ``thermal_availability`` (region, technology, slice), ``thermal_efficiency`` and ``thermal_variable_cost``
(technology) take the place of the columns of ``thermal_technologies`` and ``thermal_fleet`` where they have a row. With the efficiency the CO2 of a MWh moves as the
fuel of it does, ``emission_factor[t] = emission_factor * efficiency / efficiency[t]``, and what is captured likewise. ``power_carbon_tax`` (region) is paid on the CO2 that plants emit to
the air, ``emission_factor`` of the technology or of the fleet. A plant whose efficiency depends on its vintage is one technology for each vintage, held to
its years by ``thermal_build_bounds``.

Limits: calendar years, the same for old and new plants; the tax is spending of those who use power and nobody's income, it is not paid for what others
emit nor given back for biogenic CO2 that is captured; where regions are merged the first one's availability and tax are taken.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ....core.data import Data
from ....core.declare.roles import POWER_USERS, Item
from ....core.declare.spec import Column, Table
from ....core.ledger import Ledger, Terms
from ..tables import LEAST_EFFICIENCY

THERMAL_AVAILABILITY = Table(
    "thermal_availability",
    (
        Column("region", "", "text", key=True, absent="neutral", ref="regions.region", en="Region", zh="地区"),
        Column("technology", "", "text", key=True, absent="neutral", ref="thermal_technologies.technology", en="Thermal technology", zh="火电技术"),
        Column("slice", "", "text", key=True, absent="neutral", ref="time_slices.slice", en="Time slice", zh="时段"),
        Column("value", "1", low=0, high=1, aggregate="first", en="Availability in the slice, instead of that of the technology", zh="该时段可用率，替代技术可用率"),
    ),
    shape="years", en="Availability of thermal plants by time slice (optional)", zh="火电分时段可用率（可选）",
)

THERMAL_VARIABLE_COST = Table(
    "thermal_variable_cost",
    (
        Column("technology", "", "text", key=True, absent="neutral", ref="thermal_technologies.technology", en="Thermal technology", zh="火电技术"),
        Column("value", "CNY/MWh", low=0, aggregate="first", en="Variable cost without fuel in the year, instead of that of the technology", zh="该年变动成本（不含燃料），替代技术变动成本"),
    ),
    shape="years", en="Variable cost of thermal plants by year (optional)", zh="火电分年变动成本（可选）",
)

THERMAL_EFFICIENCY = Table(
    "thermal_efficiency",
    (
        Column("technology", "", "text", key=True, absent="neutral", ref="thermal_technologies.technology", en="Thermal technology", zh="火电技术"),
        Column("value", "1", low=LEAST_EFFICIENCY, high=1, aggregate="first", en="Efficiency of all its plants in the year; CO2 per MWh moves with it", zh="该年全部机组效率；单位排放随之变动"),
    ),
    shape="years", en="Efficiency of thermal plants by year (optional)", zh="火电分年效率（可选）",
)

POWER_CARBON_TAX = Table(
    "power_carbon_tax",
    (
        Column("region", "", "text", key=True, absent="neutral", ref="regions.region", en="Region", zh="地区"),
        Column("value", "CNY/t CO2", low=0, aggregate="first", en="Tax on the CO2 that thermal plants emit to the air", zh="火电排放每吨CO2的税"),
    ),
    shape="years", en="Carbon tax on power plants (optional)", zh="电力碳税（可选）",
)

#: What of a TWh is in proportion to the fuel that it takes.
BY_FUEL = ("emission_factor", "captured_fossil", "captured_biogenic")

TAX_ITEM = Item("power_carbon_tax_paid", "money", en="Carbon tax of power plants", zh="电厂碳税", payer=POWER_USERS)


def _replaced(data: Data, table: Table, frame: pd.DataFrame, keys: list[str], column: str) -> pd.DataFrame:
    """``frame`` with the numbers of ``column`` taken from a table where it has the row and year."""
    if not data.has(table.name):
        return frame
    given = data.lookup(table)
    rows = [key if len(key) > 1 else key[0] for key in zip(*(frame[name] for name in [*keys, "year"]), strict=True)]
    found = pd.Series([given.get(row, np.nan) for row in rows], index=frame.index, dtype=float)
    return frame.assign(**{column: found.fillna(frame[column].astype(float))})


def available(data: Data, sliced: pd.DataFrame) -> pd.DataFrame:
    """Rows with region, technology, slice, year and ``availability``: that of the slice where the workbook gives it."""
    return _replaced(data, THERMAL_AVAILABILITY, sliced, ["region", "technology", "slice"], "availability")


def with_efficiency(data: Data, thermal: Terms) -> Terms:
    """Terms with the efficiency of the year where the workbook gives it, and emission and capture per TWh by the fuel that this takes."""
    if not data.has(THERMAL_EFFICIENCY.name):
        return thermal
    frame = _replaced(data, THERMAL_EFFICIENCY, thermal.frame, ["technology"], "efficiency")
    fuel = thermal.frame["efficiency"].astype(float) / frame["efficiency"]
    return Terms(frame.assign(**{name: frame[name].astype(float) * fuel for name in BY_FUEL}), thermal.unit)


def with_variable_cost(data: Data, thermal: Terms) -> Terms:
    """Terms with technology, year and ``variable_cost``: that of the year where the workbook gives it."""
    return Terms(_replaced(data, THERMAL_VARIABLE_COST, thermal.frame, ["technology"], "variable_cost"), thermal.unit)


def pay_tax(ledger: Ledger, data: Data, thermal: Terms) -> None:
    """Post the tax on what is emitted to the air, by region and year."""
    if not data.has(POWER_CARBON_TAX.name):
        return
    tax = data.lookup(POWER_CARBON_TAX)
    rates = np.array([tax.get(place, 0.0) for place in zip(thermal.frame["region"], thermal.frame["year"], strict=True)], dtype=float)
    cost = rates * thermal.frame["emission_factor"].to_numpy(dtype=float)
    paid = cost > 0.0
    ledger.use("money", thermal.where(paid), cost[paid], item=TAX_ITEM.name, unit="bn CNY/TWh")
