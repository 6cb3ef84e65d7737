"""Fuels that power plants buy at a given price, by the names that the modeller gives them.

``coal``, ``gas`` and ``waste_heat`` are known to other sheets (primary energy, statistics, the IAMC file); ``biomass`` and ``hydrogen`` are
priced by their own balances. Any other name in ``thermal_technologies.fuel`` is a fuel that is bought: it needs its row in ``fuel_prices``.

    spending[r,fuel_<name>,t] = sum over k of generation * (1 - biomass_share) / efficiency * price[name,t] * factor[r,name]

Limits: a fuel of a free name is any amount at its price; it emits by ``emission_factor`` of the plant and stands in no account of primary energy.
"""

from __future__ import annotations

from ....core.data import Data
from ....core.declare.roles import POWER_USERS, Item
from ....core.declare.spec import Column, Complete, Finding, Table
from ....core.ledger import Ledger, Terms
from ..tables import THERMAL

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
