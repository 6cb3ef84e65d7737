"""Wood in the report: what was felled, where it and its carbon went, and what it was sold for.

Limits: in the base year only volumes are known; the carbon of its harvest is that of the stands that it is taken to come from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ....core.build.roles import closed
from ....core.declare import units
from ....core.declare.results import UNIT, YEAR, Link, ResultTable, number, texts
from ....core.solve.amounts import entries, is_supply, posted, stack, terms, total, values
from ..parts.harvest import FELLED
from ..parts.posts import harvest_rows
from ..parts.value import PRODUCTS as SOLD
from ..parts.value import SALVAGED
from ..wood_products import PRODUCT_INFLOW, PRODUCT_POOL, PRODUCT_SHARES, PRODUCTS, ROUNDWOOD_CARBON

if TYPE_CHECKING:
    from ....core.solve.sides import Tables
    from ....core.solve.solution import Solution

#: Balances whose entries are listed in ``wood``, with the unit there.
WOOD_BALANCES = {"roundwood": "million m3/yr", "extracted_carbon": "Mt C/yr", "dead_wood": "Mt C/yr", "slash": "Mt C/yr"}
#: The entry of ``wood`` that is what the forest brings to market.
MARKETED = "roundwood.in.forest"
#: Rows of ``wood`` that are no entry of a balance.
STANDING, FUEL, MILL_LOSS, PRODUCT_STOCK = "standing_volume_felled", "fuel_wood", "mill_loss", "product_stock"


def wood(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``wood``: volumes and carbon of the harvest by region and year, all positive.

    ``<balance>.in.<item>`` and ``<balance>.out.<item>`` are entries of the balances; ``product_inflow.<class>``,
    ``fuel_wood`` and ``mill_loss`` are what becomes of the carbon in roundwood (the last two oxidise in the period);
    ``product_stock.<class>`` is at the milestone, in Mt C.
    """
    parts = [_felled(solution)]
    for balance, unit in WOOD_BALANCES.items():
        frame = entries(solution, balance, unit)
        if len(frame):
            direction = pd.Series(np.where(is_supply(solution, balance, frame), ".in.", ".out."), index=frame.index)
            frame = frame.assign(item=balance + direction + frame["item"], value=frame["value"].abs())
            parts.append(total(frame, ["region", "item", "year"]).assign(unit=unit))
    parts += _products(solution)
    return stack(parts)


def _felled(solution: Solution) -> pd.DataFrame:
    """Standing volume felled; in the base year what its roundwood came from."""
    if not closed(solution.build, "planting"):
        return pd.DataFrame()
    # where nothing stands that may be felled, the base year has its harvest all the same
    felled = values(solution, FELLED.name, "million m3/yr")
    data = solution.build.data
    table = harvest_rows(data, list(dict.fromkeys(felled["region"])) if len(felled) else data.regions)
    recovery = table["recovery"].astype(float)
    history = (table["roundwood_base"].astype(float) / recovery.where(recovery > 0.0)).fillna(0.0)
    base = pd.DataFrame({"region": table["region"], "year": data.base_year, "value": units.convert(history.to_numpy(), "km3/yr", "million m3/yr")})
    return stack([base, felled]).assign(item=STANDING, unit="million m3/yr")


def _products(solution: Solution) -> list[pd.DataFrame]:
    """Where the carbon of the roundwood goes, and the products in use."""
    carbon = values(solution, ROUNDWOOD_CARBON.name, "Mt C/yr")
    if carbon.empty:
        return []
    data = solution.build.data
    parts = []
    for item, family, unit in ((PRODUCT_INFLOW.name, PRODUCT_INFLOW.name, "Mt C/yr"), (PRODUCT_STOCK, PRODUCT_POOL.name, "Mt C")):
        frame = values(solution, family, unit)
        parts.append(frame.assign(item=item + "." + frame["product"].astype(str), unit=unit).drop(columns="product"))
    oxidised = data.frame(PRODUCTS).query("half_life <= 0")["product"]
    shares = data.frame(PRODUCT_SHARES)
    fuel_share = shares[shares["product"].isin(oxidised)].groupby("region")["share"].sum()
    fuel = carbon.assign(value=carbon["value"] * carbon["region"].map(fuel_share).astype(float).fillna(0.0))
    kept = total(parts[0], ["region", "year"]).rename(columns={"value": "kept"})
    rest = carbon.merge(kept, how="left", on=["region", "year"]).merge(fuel.rename(columns={"value": "fuel"}), on=["region", "year"])
    loss = rest.assign(value=rest["value"] - rest["kept"].astype(float).fillna(0.0) - rest["fuel"])
    named = [(fuel, FUEL), (loss, MILL_LOSS)]
    return [*parts, *(f[["region", "year", "value"]].assign(item=item, unit="Mt C/yr") for f, item in named)]


def wood_links(solution: Solution) -> list[Link]:
    """Entries are sums of posts, on whichever side they stand; volumes felled, inflows and stocks of products are variables."""
    parts = []
    for balance, unit in WOOD_BALANCES.items():
        supplies = entries(solution, balance, unit)
        if len(supplies):
            keys, found = ["region", "item", "year", "memo"], posted(solution, balance, unit)
            inwards = is_supply(solution, balance, supplies)
            sides = supplies[keys].assign(side=np.where(inwards, ".in.", ".out."), sign=np.where(inwards, 1.0, -1.0)).drop_duplicates(keys)
            found = found.merge(sides, on=keys)
            parts.append(found.assign(item=balance + found["side"] + found["item"], value=found["value"] * found["sign"]))
    parts.append(terms(solution, FELLED.name, "million m3/yr").assign(item=STANDING))
    for item, family, unit in ((PRODUCT_INFLOW.name, PRODUCT_INFLOW.name, "Mt C/yr"), (PRODUCT_STOCK, PRODUCT_POOL.name, "Mt C")):
        frame = terms(solution, family, unit)
        parts.append(frame.assign(item=item + "." + frame["product"].astype(str)) if len(frame) else frame)
    found = stack([part[["region", "item", "year", "position", "value"]] for part in parts if len(part)])
    return [Link("value", ("region", "item", "year"), found)] if len(found) else []


def harvest_value(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``harvest_value``: what is sold, with its amount, and the worth of the stands left at the end."""
    sold, left = entries(solution, "harvest_value", "bn CNY/yr"), entries(solution, "stand_value", "bn CNY")
    amount = values(solution, SOLD.name, "million m3/yr").rename(columns={"product": "item", "value": "amount"})
    standing_volume = [values(solution, family, "million m3/yr") for family in (FELLED.name, SALVAGED.name)]
    volume = stack([frame.assign(item="standing_volume") for frame in standing_volume]).rename(columns={"value": "amount"})
    amounts = total(stack([amount, volume]), ["region", "item", "year"], "amount")
    if sold.empty and amount.empty and left.empty:
        return pd.DataFrame()
    keys = ["region", "item", "year"]
    sales = total(sold, keys) if len(sold) else pd.DataFrame(columns=[*keys, "value"])
    frame = amounts.merge(sales, how="left", on=keys).assign(amount_unit="million m3/yr", unit="bn CNY/yr")
    worth = total(left, keys).assign(amount=np.nan, amount_unit="", unit="bn CNY") if len(left) else pd.DataFrame()
    return stack([frame.assign(value=frame["value"].astype(float).fillna(0.0)), worth])


RESULTS = (
    ResultTable(
        "wood", "Volumes and carbon of what is felled, from the stand to products.", "采伐木材的体积与碳，从林分到产品。",
        (*texts("region", "item"), YEAR, number("value", "", "Volume or carbon", "体积或碳量"), UNIT), ("region", "item", "year"), make=wood, links=wood_links,
    ),
    ResultTable(
        "harvest_value", "What is sold of the harvest, and the worth of the stands left at the end.", "采伐产品销售，以及期末林分价值。",
        (
            *texts("region", "item"), YEAR, number("amount", beside="amount_unit"), *texts("amount_unit"),
            number("value", "", "Sales, or worth of the stands left", "销售额或期末林分价值"), UNIT,
        ),
        ("region", "item", "year"), make=harvest_value,
    ),
)  # fmt: skip
