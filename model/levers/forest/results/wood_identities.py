"""The identity of wood: from the stands felled to products, fuel, losses and slash, in volume and in carbon.

Limits: in the base year only the volume is held; its carbon is that of the stands that the harvest is taken to come from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ....core.build.roles import closed
from ....core.declare import units
from ....core.declare.results import Identity
from ....core.solve.sides import Sides, Tables, compare, decided, sums, zero
from ..parts.posts import harvest_rows
from ..stands import Stands, stands_of
from ..wood_products import COUNT_SUBSTITUTION, PRODUCT_INFLOW, PRODUCT_SHARES, PRODUCTS
from .wood import FUEL, MARKETED, MILL_LOSS, STANDING

if TYPE_CHECKING:
    from ....core.solve.solution import Solution

PLACE = ["region", "year"]
#: Rows of ``wood`` by product class begin with this.
ENTERED = f"{PRODUCT_INFLOW.name}."
SUBSTITUTION = "wood_substitution"


def wood_balance(tables: Tables, solution: Solution) -> list[Sides]:
    """Volume felled is roundwood over recovery; its carbon and that of salvaged wood is products, fuel, mill loss and slash."""
    stands = stands_of(solution)
    if stands is None:
        return []
    wood = tables["wood"]
    item = {name: sums(part, PLACE) for name, part in wood.groupby("item", sort=True)}
    nothing = sums(wood[:0], PLACE)
    cut = _felled(tables, solution, stands)
    harvest = harvest_rows(solution.build.data, solution.build.data.regions).set_index("region")["recovery"].astype(float)
    felled = item.get(STANDING, nothing)
    recovered = felled * felled.index.get_level_values("region").map(harvest).to_numpy(dtype=float)
    later = felled[felled.index.get_level_values("year") != solution.build.data.base_year]
    slash, extracted = item.get("dead_wood.in.slash", nothing), item.get("extracted_carbon.in.forest", nothing)
    years = solution.build.data.years
    carbon = slash.add(extracted, fill_value=0.0)
    carbon = carbon[carbon.index.get_level_values("year").isin(years)]
    sides = [
        compare(later, sums(cut, PLACE, "volume")),
        compare(carbon, sums(cut, PLACE, "carbon")),
        compare(item.get(MARKETED, nothing), recovered),
    ]
    if closed(solution.build, "roundwood"):
        names = [name for name in item if name.startswith(ENTERED) or name in (FUEL, MILL_LOSS)]
        used = sums(wood[wood["item"].isin(names)], PLACE)
        # whoever else supplies roundwood or draws on it, salvage and levers of the user's own among them, counts as the forest does
        elsewhere = _of(wood, "extracted_carbon.out.").sub(item.get("extracted_carbon.out.mills", nothing), fill_value=0.0)
        milled = _of(wood, "extracted_carbon.in.").sub(elsewhere, fill_value=0.0)
        sold = recovered.sub(item.get(MARKETED, nothing), fill_value=0.0).add(_of(wood, "roundwood.in."), fill_value=0.0)
        sides += [compare(_of(wood, "roundwood.out."), sold), compare(used, milled), *_shares(solution, item, milled)]
        sides += _substitution(tables, solution)
    return sides


def _of(wood: pd.DataFrame, begins: str) -> pd.Series:
    """What all items that begin so add up to, by region and year."""
    return sums(wood[wood["item"].str.startswith(begins)], PLACE)


def _felled(tables: Tables, solution: Solution, stands: Stands) -> pd.DataFrame:
    """Volume (million m3/yr) and living carbon (Mt C/yr) of what was felled or cut in part, by region and year."""
    cut = decided(tables["forest"], solution)
    row = cut["stratum"].map({name: number for number, name in enumerate(stands.strata["stratum"])}).to_numpy(dtype=int)
    column = cut["age_class"].to_numpy(dtype=int) - 1
    area = cut["clearcut_kha"].to_numpy(dtype=float)
    volume = units.convert(area * stands.volume[row, column], "kha*km3/Mha", "million m3")
    whole = cut.assign(volume=volume, carbon=units.convert(area * stands.living[row, column], "kha*Mt C/Mha", "Mt C"))
    part = tables["partial_cutting"]
    row = part["stratum"].map({name: number for number, name in enumerate(stands.strata["stratum"])}).to_numpy(dtype=int)
    old, young = (part[c].to_numpy(dtype=int) - 1 for c in ("age_class", "younger_class"))
    area = part["area_kha"].to_numpy(dtype=float)
    removed = units.convert(area * (stands.volume[row, old] - stands.volume[row, young]), "kha*km3/Mha", "million m3")
    carbon = units.convert(area * (stands.living[row, old] - stands.living[row, young]), "kha*Mt C/Mha", "Mt C")
    return pd.concat([whole[[*PLACE, "volume", "carbon"]], part.assign(volume=removed, carbon=carbon)[[*PLACE, "volume", "carbon"]]])


def _shares(solution: Solution, item: dict[str, pd.Series], extracted: pd.Series) -> list[Sides]:
    """Each product class takes in its share of the carbon, less what the mill loses."""
    data = solution.build.data
    mill = data.frame(PRODUCTS).set_index("product")["mill_yield"].astype(float)
    shares = data.frame(PRODUCT_SHARES)
    sides = []
    for product, part in shares.groupby("product", sort=True):
        if f"{ENTERED}{product}" in item:
            share = part.set_index("region")["share"].astype(float) * mill[product]
            of_region = extracted.index.get_level_values("region").map(share).to_numpy(dtype=float)
            sides.append(compare(item[f"{ENTERED}{product}"], extracted * of_region))
    return sides


def _substitution(tables: Tables, solution: Solution) -> list[Sides]:
    """The credit of the products is a memo: what entered each class times its factor; nothing of it is in the target."""
    data, wood, carbon = solution.build.data, tables["wood"], tables["carbon"]
    if not data.flag(COUNT_SUBSTITUTION.name):
        return []
    products = data.frame(PRODUCTS)
    factor = dict(zip(ENTERED + products["product"], products["substitution"].astype(float), strict=True))
    entered = wood[wood["item"].isin(factor) & wood["year"].isin(data.years)]
    entered = entered.assign(value=entered["value"] * entered["item"].map(factor).astype(float))
    credit = carbon[carbon["category"] == SUBSTITUTION]
    return [compare(sums(credit[credit["in_target"] == 0], PLACE), sums(entered, PLACE)), zero(credit[credit["in_target"] == 1], PLACE)]


IDENTITIES = (
    Identity("wood_balance", "Balance of wood", "木材平衡", wood_balance),
)
