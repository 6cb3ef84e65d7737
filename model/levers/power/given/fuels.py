"""Fuels that power plants buy at a given price, by the names that the modeller gives them.

``coal``, ``gas`` and ``waste_heat`` are known to other sheets (primary energy, statistics, the IAMC file); ``biomass`` and ``hydrogen`` are
priced by their own balances. Any other name in ``thermal_technologies.fuel`` is a fuel that is bought: it needs its row in ``fuel_prices``.

    spending[r,fuel_<name>,t] = sum over k of generation * (1 - biomass_share) / efficiency * price[name,t] * factor[r,name]

``fuel_limits`` says how much of a bought fuel there is a year, in a region or in the nation.

Limits: a fuel of a free name is any amount at its price, up to its limit; it emits by ``emission_factor`` of the plant and stands in no account of primary energy.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from ....core.build.build import Build
from ....core.build.parts import Family
from ....core.data import Data
from ....core.declare.roles import POWER_USERS, Item
from ....core.declare.spec import Column, Complete, Finding, Table, constraint
from ....core.frames import stack
from ....core.ledger import Ledger, Terms
from ..capacity import pairs
from ..tables import THERMAL

#: All regions together.
NATION = "nation"
#: Fuels bought at a given price that other sheets know too.
PRICED_FUELS = ("coal", "gas", "waste_heat")
#: Fuels that are priced by balances of their own.
BALANCED_FUELS = ("biomass", "hydrogen")

FUEL_PRICES = Table(
    "fuel_prices",
    (
        Column("fuel", "", "text", key=True, choices=PRICED_FUELS, ref="thermal_technologies.fuel", absent="unused", en="Fuel (biomass and hydrogen are priced by their own balances)", zh="燃料（生物质与氢由各自平衡定价）"),
        Column("value", "CNY/MWh", low=0, base_year=True, en="Price per MWh of fuel", zh="燃料价格"),
    ),
    complete=(
        Complete(("fuel",), of="thermal_technologies", always=True, en="what the plants burn has no price", zh="电站燃料没有价格"),
    ),
    shape="years", en="Fuel prices", zh="燃料价格",
)

FUEL_REGIONS = Table(
    "fuel_price_factors",
    (
        Column("region", "", "text", key=True, absent="neutral", ref="regions.region", en="Region", zh="地区"),
        Column("fuel", "", "text", key=True, absent="neutral", choices=PRICED_FUELS, ref="thermal_technologies.fuel", en="Fuel", zh="燃料"),
        Column("factor", "1", low=0, high=3, aggregate="mean:weight", en="Price relative to the nation", zh="相对全国价格"),
        Column("weight", "TWh/yr", low=0, en="Weight of the mean: base-year generation", zh="加权权重：基年发电量"),
    ),
    en="Regional fuel prices relative to the nation", zh="地区燃料相对价格",
)

FUEL_LIMITS = Table(
    "fuel_limits",
    (
        Column("region", "", "text", key=True, absent="unlimited", ref="regions.region", choices=(NATION,), en="Region, or nation for all together", zh="地区；nation 为全国合计"),
        Column("fuel", "", "text", key=True, absent="unlimited", ref="thermal_technologies.fuel", en="Fuel", zh="燃料"),
        Column("value", "TWh/yr", low=0, en="Most of the fuel that plants burn a year (energy of the fuel)", zh="电站年用燃料上限（燃料热量）"),
    ),
    shape="years", en="Limits on fuels of power plants (optional)", zh="电站燃料用量上限（可选）",
)  # fmt: skip

FUEL_ITEMS = (
    Item("fuel_coal", "money", en="Coal", zh="煤炭", payer=POWER_USERS),
    Item("fuel_gas", "money", en="Gas", zh="天然气", payer=POWER_USERS),
    Item("fuel_waste_heat", "money", en="Waste heat", zh="余热", payer=POWER_USERS),
    Item("fuel_{fuel_prices.fuel}", "money", en="Fuel: {}", zh="燃料：{}", payer=POWER_USERS),
)


def bought(data: Data) -> list[str]:
    """Fuels of the plants that are bought, those that other sheets know first."""
    named = [str(fuel) for fuel in data.frame(THERMAL)["fuel"].unique() if fuel not in BALANCED_FUELS]
    return [*PRICED_FUELS, *(fuel for fuel in named if fuel not in PRICED_FUELS)]


def check_fuel_prices(data: Data) -> list[Finding]:
    """A fuel of a free name has a price, and none is given for what its own balance prices."""
    table, priced = data.frame(THERMAL), {str(fuel) for fuel in data.frame(FUEL_PRICES)["fuel"]}
    found = []
    for fuel in bought(data)[len(PRICED_FUELS):]:
        if fuel in priced:
            continue
        row = int(table.index[table["fuel"] == fuel][0])
        found.append(Finding(
            "error", THERMAL.name, data.cell(THERMAL.name, row, "fuel"), f"the fuel {fuel} has no price", "a row of fuel_prices, or one of " + ", ".join((*PRICED_FUELS, *BALANCED_FUELS)),
            f"燃料 {fuel} 没有价格", "应在 fuel_prices 中填写，或为 " + "、".join((*PRICED_FUELS, *BALANCED_FUELS)),
        ))  # fmt: skip
    prices = data.frame(FUEL_PRICES).drop_duplicates("fuel")
    for index, fuel in prices.loc[prices["fuel"].isin(BALANCED_FUELS), "fuel"].items():
        found.append(Finding(
            "warning", FUEL_PRICES.name, data.cell(FUEL_PRICES.name, int(index), "fuel"), f"{fuel} is priced by its own balance: the row holds nothing", "no row",
            f"{fuel} 由自身平衡定价，该行不起作用", "不应填写",
        ))  # fmt: skip
    return found


def pay_fuels(ledger: Ledger, data: Data, fired: Terms) -> None:
    """Post what the fuels cost: terms of yearly generation with ``fuel`` and ``fuel_use`` (TWh of fuel per TWh)."""
    prices = data.frame(FUEL_PRICES)[["fuel", "year", "value"]]
    factors = data.frame(FUEL_REGIONS)[["region", "fuel", "factor"]]
    for fuel in bought(data):
        part = fired.where((fired.frame["fuel"] == fuel) & (fired.frame["fuel_use"] > 0)).join(prices, ["fuel", "year"])
        factor = part.frame.merge(factors, how="left", on=["region", "fuel"])["factor"].astype(float).fillna(1.0)
        cost = part.frame["fuel_use"].to_numpy(dtype=float) * part.frame["value"].to_numpy(dtype=float) * factor
        ledger.use("money", part, cost.to_numpy(dtype=float), item=f"fuel_{fuel}", unit="bn CNY/TWh")


class FuelLimits:
    """Rows of ``fuel_limits``: how much of a fuel plants burn a year."""

    def __init__(self, b: Build, yearly_generation: Family, fired: Terms) -> None:
        """``fired``: terms of yearly generation with ``fuel`` and ``fuel_use``."""
        self.b = b
        self.most: dict[tuple[str, str, int], float] = b.data.lookup(FUEL_LIMITS)
        burnt = fired.frame[fired.frame["fuel_use"] > 0.0] if self.most else fired.frame.head(0)
        everywhere = burnt.assign(region=NATION)
        self.burnt = pairs(yearly_generation, stack([burnt, everywhere]), ["region", "fuel", "year"], "fuel_use")

    def constrain(self) -> None:
        """A row for each planned cell whose fuel is burnt."""
        rows = self.b.data.frame(FUEL_LIMITS)
        keys = ["region", "fuel", "year"]
        met = [key in self.burnt and key[-1] in self.b.data.decided for key in rows[keys].itertuples(index=False, name=None)]
        rows = rows[pd.Series(met, index=rows.index, dtype=bool)]
        self.b.constrain(self.fuel_burnt, rows[keys], limit=(FUEL_LIMITS.name, self.b.cells(FUEL_LIMITS, rows), "TWh/yr"))

    @constraint(unit="TWh/yr", kind="flow", nets="other_cells", en="Fuel of power plants", zh="电站燃料用量上限")
    def fuel_burnt(self, region: str, fuel: str, year: int) -> Any:
        """Plants burn no more of a fuel a year than there is.

        sum((1 - biomass_share[k]) / efficiency[r,k,t] * yearly_generation[r,k,t] for k of the fuel) <= fuel_limits[r,fuel,t]

        For: every row of fuel_limits whose fuel some plant burns, every planned year; the row nation for all regions together.
        Unit: TWh/yr.
        Dual: worth of one more TWh of the fuel a year.
        Data: fuel_limits, thermal_technologies.efficiency and biomass_share, thermal_fleet.efficiency, thermal_efficiency.
        """
        return self.b.sum(self.burnt[region, fuel, year]) <= self.most[region, fuel, year]
