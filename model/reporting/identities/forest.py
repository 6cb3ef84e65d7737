"""The identities of the forest: area, forward simulation from the decisions, carbon stocks, wood.

Limits: the forward simulation regenerates a felled stand as its own kind unless ``regeneration`` says otherwise.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...core.build.roles import closed
from ...core.declare import units
from ...core.declare.units import CO2_PER_C
from ...core.solve.sides import Sides, Tables, compare, sums, zero
from ...core.solve.solution import Solution
from ...levers.forest.parts.posts import harvest_rows
from ...levers.forest.stands import Stands, stands_of
from ...levers.forest.tables import FOREST_HARVEST
from ...levers.forest.wood_pools import ProductPools, hwp_pool, read_pools
from ...levers.forest.wood_products import COUNT_SUBSTITUTION, PRODUCT_SHARES, PRODUCTS

Floats = npt.NDArray[np.float64]
PLACE = ["region", "year"]
#: Pool of ``stocks`` -> category of the sink; the soil deficit falls when the soil gains.
POOL_SINKS = {
    "forest_living": ("forest_living", 1.0), "new_forest_living": ("afforestation_living", 1.0),
    "dead_wood": ("dead_wood", 1.0), "soil_deficit": ("forest_soil", -1.0), "wood_products": ("wood_products", 1.0),
}  # fmt: skip
BROUGHT = "soil_deficit_brought"
STANDS, PLANTED = "forest_stand", "afforestation"


def _lengths(solution: Solution) -> dict[int, float]:
    data = solution.build.data
    return {year: float(data.length(year)) for year in data.years}


def _decided(frame: pd.DataFrame, solution: Solution) -> pd.DataFrame:
    """Rows after the base year, with ``years``, the length of their period."""
    later = frame[frame["year"].isin(solution.build.data.years)].astype({"year": "int64"})
    return later.assign(years=later["year"].map(_lengths(solution)).astype(float))


def _status(stands: Stands) -> dict[str, str]:
    return dict(zip(stands.strata["stratum"], stands.strata["status"], strict=True))


def stands_on_land(tables: Tables, solution: Solution) -> list[Sides]:
    """Stands of the base year and plantings hold the land that they are posted on."""
    stands = stands_of(solution)
    if stands is None or not closed(solution.build, "land"):
        return []
    forest, land = _decided(tables["forest"], solution), _decided(tables["land"], solution)
    existing = forest[forest["stratum"].map(_status(stands)) != "new"]
    sides = [compare(sums(land[land["use"] == STANDS], PLACE), sums(existing, PLACE, "area_kha"))]
    if closed(solution.build, "offered_land"):
        planted = _cumulated(tables["planting"], solution, ["region"], "planted_kha")
        sides.append(compare(sums(land[land["use"] == PLANTED], PLACE), planted))
    return sides


def _cumulated(frame: pd.DataFrame, solution: Solution, keys: list[str], column: str) -> pd.Series:
    """What was planted or established up to each year, by ``keys`` and year."""
    later = _decided(frame, solution)
    later = later.assign(amount=later[column] * later["years"])
    spread = later.rename(columns={"year": "vintage"}).merge(pd.DataFrame({"year": solution.build.data.years}), how="cross")
    return sums(spread[spread["vintage"] <= spread["year"]], [*keys, "year"], "amount")


def strata_area(tables: Tables, solution: Solution) -> list[Sides]:
    """Age classes add up to the stratum: its area of the base year, conversions, and what was established."""
    stands = stands_of(solution)
    if stands is None:
        return []
    found = sums(tables["forest"], ["stratum", "year"], "area_kha")
    base = pd.Series(units.convert(stands.area.sum(axis=1), "Mha", "kha"), index=stands.strata["stratum"])
    expected = _every_year(base, solution)
    for end, sign in (("to_stratum", 1.0), ("from_stratum", -1.0)):
        moved = tables["regeneration"].rename(columns={end: "stratum"})
        expected = expected.add(sign * _cumulated(moved, solution, ["stratum"], "area_kha"), fill_value=0.0)
    expected = expected.add(_cumulated(tables["planting"], solution, ["stratum"], "established_kha"), fill_value=0.0)
    return [compare(found, expected)]


def _every_year(base: pd.Series, solution: Solution) -> pd.Series:
    frame = pd.DataFrame({"stratum": base.index, "value": base.to_numpy(dtype=float)})
    return sums(frame.merge(pd.DataFrame({"year": solution.build.data.all_years}), how="cross"), ["stratum", "year"])


def area_conserved(tables: Tables, solution: Solution) -> list[Sides]:
    """Forest of a region is that of its base year and what was established: nothing is deforested."""
    stands = stands_of(solution)
    if stands is None:
        return []
    forest = tables["forest"]
    found = sums(forest, PLACE, "area_kha")
    base = forest[forest["year"] == solution.build.data.base_year].groupby("region")["area_kha"].sum()
    established = _cumulated(tables["planting"], solution, ["region"], "established_kha").reindex(found.index).fillna(0.0)
    # a region without forest in the base year has only what was established
    start = base.reindex(found.index.get_level_values("region"), fill_value=0.0).to_numpy(dtype=float)
    return [compare(found, pd.Series(start, index=found.index) + established)]


def forward_simulation(tables: Tables, solution: Solution) -> list[Sides]:
    """The stands of the base year, felled and planted as decided, grow into the stocks of the tables."""
    stands = stands_of(solution)
    if stands is None:
        return []
    data = solution.build.data
    area = stands.area
    parts = [_stock(stands, area, data.base_year)]
    for period, year in enumerate(data.years):
        felled, entering, moved = _decisions(tables, solution, stands, year)
        area = stands.age_one_period(area, data.length(year), felled, entering, period=period, moved=moved)
        parts.append(_stock(stands, area, year))
    simulated = pd.concat(parts)
    keys = ["region", "year"]
    forest = tables["forest"]
    columns = ("area_kha", "volume_mm3", "carbon_mt_co2")
    return [compare(sums(forest, keys, column), sums(simulated, keys, column)) for column in columns]


def _decisions(tables: Tables, solution: Solution, stands: Stands, year: int) -> tuple[Floats, Floats, Floats]:
    """Felled (strata, classes), entering (strata,) and moved (strata, classes) area of a period in Mha, from the tables."""
    number = {name: row for row, name in enumerate(stands.strata["stratum"])}
    size = float(solution.build.data.length(year)) * units.convert(1.0, "kha", "Mha")
    felled, entering = np.zeros_like(stands.area), np.zeros(len(stands.area))
    cut = tables["forest"]
    cut = cut[(cut["year"] == year) & (cut["clearcut_kha"] != 0.0)]
    rows = cut["stratum"].map(number).to_numpy(dtype=int)
    np.add.at(felled, (rows, cut["age_class"].to_numpy(dtype=int) - 1), cut["clearcut_kha"].to_numpy(dtype=float) * size)
    for name, end, column, sign in (
        ("planting", "stratum", "established_kha", 1.0), ("regeneration", "to_stratum", "area_kha", 1.0),
        ("regeneration", "from_stratum", "area_kha", -1.0),
    ):  # fmt: skip
        moved = tables[name]
        moved = moved[moved["year"] == year]
        np.add.at(entering, moved[end].map(number).to_numpy(dtype=int), sign * size * moved[column].to_numpy(dtype=float))
    moved = np.zeros_like(felled)
    cut = tables["partial_cutting"]
    cut = cut[cut["year"] == year]
    rows = cut["stratum"].map(number).to_numpy(dtype=int)
    for column, sign in (("age_class", -1.0), ("younger_class", 1.0)):
        np.add.at(moved, (rows, cut[column].to_numpy(dtype=int) - 1), sign * size * cut["area_kha"].to_numpy(dtype=float))
    return felled, entering, moved


def _stock(stands: Stands, area: Floats, year: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "region": stands.strata["region"],
            "year": year,
            "area_kha": units.convert(area.sum(axis=1), "Mha", "kha"),
            "volume_mm3": units.convert((area * stands.volume).sum(axis=1), "km3", "million m3"),
            "carbon_mt_co2": (area * stands.living).sum(axis=1) * CO2_PER_C,
        }
    )


def stock_change(tables: Tables, solution: Solution) -> list[Sides]:
    """What a pool gains over a period is its sink; the living pools are those of the forest table as well."""
    stands, stocks, carbon = stands_of(solution), tables["stocks"], tables["carbon"]
    if stands is None or "carbon" not in tables:
        return []
    held = sums(stocks, ["pool", "region", "year"])
    sink = carbon[carbon["account"] == "sink"]
    sides = [_living_is_forest(tables, stands, held)]
    for pool, (category, sign) in POOL_SINKS.items():
        if pool not in held.index.get_level_values("pool"):
            continue
        stock = held[pool]
        gained, size = _gain(solution, stock, sign, held[BROUGHT] if pool == "soil_deficit" and BROUGHT in held.index.get_level_values("pool") else None)
        booked = sums(sink[(sink["category"] == category) & sink["year"].isin(solution.build.data.years)], PLACE)
        sides.append(compare(gained, booked, size))
    return sides


def _gain(solution: Solution, stock: pd.Series, sign: float, brought: pd.Series | None) -> tuple[pd.Series, pd.Series]:
    """Yearly gain of a pool in Mt CO2 and the largest term of the difference, by region and year."""
    data = solution.build.data
    regions = list(dict.fromkeys(stock.index.get_level_values("region")))
    gains: dict[tuple[str, int], float] = {}
    sizes: dict[tuple[str, int], float] = {}
    for region, year in ((r, y) for r in regions for y in data.years):
        now, then = float(stock.get((region, year), 0.0)), float(stock.get((region, data.previous(year)), 0.0))
        entered = float(brought.get((region, year), 0.0)) if brought is not None else 0.0
        per_year = CO2_PER_C / data.length(year)
        gains[region, year] = (sign * (now - then) + entered) * per_year
        sizes[region, year] = max(abs(now), abs(then)) * per_year
    return _series(gains), _series(sizes)


def _series(values: dict[tuple[str, int], float]) -> pd.Series:
    index = pd.MultiIndex.from_tuples(list(values), names=PLACE) if values else pd.MultiIndex.from_arrays([[], []], names=PLACE)
    return pd.Series(list(values.values()), index=index, dtype=float)


def _living_is_forest(tables: Tables, stands: Stands, held: pd.Series) -> Sides:
    status = _status(stands)
    forest = tables["forest"]
    pool = np.where(forest["stratum"].map(status) == "new", "new_forest_living", "forest_living")
    found = sums(forest.assign(pool=pool, value=forest["carbon_mt_co2"] / CO2_PER_C), ["pool", "region", "year"])
    pools = ["forest_living", "new_forest_living"]
    return compare(held[held.index.get_level_values("pool").isin(pools)], found)


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
    felled = item.get("standing_volume_felled", nothing)
    recovered = felled * felled.index.get_level_values("region").map(harvest).to_numpy(dtype=float)
    later = felled[felled.index.get_level_values("year") != solution.build.data.base_year]
    slash, extracted = item.get("dead_wood.in.slash", nothing), item.get("extracted_carbon.in.forest", nothing)
    years = solution.build.data.years
    carbon = slash.add(extracted, fill_value=0.0)
    carbon = carbon[carbon.index.get_level_values("year").isin(years)]
    sides = [
        compare(later, sums(cut, PLACE, "volume")),
        compare(carbon, sums(cut, PLACE, "carbon")),
        compare(item.get("roundwood.in.forest", nothing), recovered),
    ]
    if closed(solution.build, "roundwood"):
        names = [name for name in item if name.startswith("product_inflow.") or name in ("fuel_wood", "mill_loss")]
        used = sums(wood[wood["item"].isin(names)], PLACE)
        # whoever else supplies roundwood or draws on it, salvage and levers of the user's own among them, counts as the forest does
        elsewhere = _of(wood, "extracted_carbon.out.").sub(item.get("extracted_carbon.out.mills", nothing), fill_value=0.0)
        milled = _of(wood, "extracted_carbon.in.").sub(elsewhere, fill_value=0.0)
        sold = recovered.sub(item.get("roundwood.in.forest", nothing), fill_value=0.0).add(_of(wood, "roundwood.in."), fill_value=0.0)
        sides += [compare(_of(wood, "roundwood.out."), sold), compare(used, milled), *_shares(solution, item, milled)]
        sides += _substitution(tables, solution)
    return sides


def _of(wood: pd.DataFrame, begins: str) -> pd.Series:
    """What all items that begin so add up to, by region and year."""
    return sums(wood[wood["item"].str.startswith(begins)], PLACE)


def _felled(tables: Tables, solution: Solution, stands: Stands) -> pd.DataFrame:
    """Volume (million m3/yr) and living carbon (Mt C/yr) of what was felled or cut in part, by region and year."""
    cut = _decided(tables["forest"], solution)
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
        if f"product_inflow.{product}" in item:
            share = part.set_index("region")["share"].astype(float) * mill[product]
            of_region = extracted.index.get_level_values("region").map(share).to_numpy(dtype=float)
            sides.append(compare(item[f"product_inflow.{product}"], extracted * of_region))
    return sides


def _substitution(tables: Tables, solution: Solution) -> list[Sides]:
    """The credit of the products is a memo: what entered each class times its factor; nothing of it is in the target."""
    data, wood, carbon = solution.build.data, tables["wood"], tables["carbon"]
    if not data.flag(COUNT_SUBSTITUTION.name):
        return []
    products = data.frame(PRODUCTS)
    factor = dict(zip("product_inflow." + products["product"], products["substitution"].astype(float), strict=True))
    entered = wood[wood["item"].isin(factor) & wood["year"].isin(data.years)]
    entered = entered.assign(value=entered["value"] * entered["item"].map(factor).astype(float))
    credit = carbon[carbon["category"] == "wood_substitution"]
    return [compare(sums(credit[credit["in_target"] == 0], PLACE), sums(entered, PLACE)), zero(credit[credit["in_target"] == 1], PLACE)]


def pools_follow(tables: Tables, solution: Solution) -> list[Sides]:
    """Dead wood and products are what was left of the pool before and what entered evenly through the period."""
    stands = stands_of(solution)
    if stands is None:
        return []
    data, wood = solution.build.data, tables["wood"]
    item = {str(name): sums(part, PLACE) for name, part in wood.groupby("item", sort=True)}
    stocks = {str(pool): sums(part, PLACE) for pool, part in tables["stocks"].groupby("pool", sort=True)}
    sides = _products_followed(solution, item, read_pools(data.frame(PRODUCTS))) if closed(solution.build, "roundwood") else []
    if "dead_wood" in stocks:
        decay = data.frame(FOREST_HARVEST).set_index("region")["slash_decay"].astype(float)
        inflow = item.get("dead_wood.out.forest_floor")
        sides.append(_followed(solution, stocks["dead_wood"], inflow, decay))
        entering = sums(wood[wood["item"].str.startswith("dead_wood.in.")], PLACE)
        leaving = sums(wood[wood["item"].str.startswith("dead_wood.out.")], PLACE)
        sides.append(compare(entering, leaving))
    if any(name.startswith("product_stock.") for name in item):
        sides.append(compare(sums(wood[wood["item"].str.startswith("product_stock.")], PLACE), stocks["wood_products"]))
    return sides


def _products_followed(solution: Solution, item: dict[str, pd.Series], pools: ProductPools) -> list[Sides]:
    """Each product class is what was left of the pools before and of the inflows, recycled carbon included."""
    data = solution.build.data
    nothing = _series({})
    courses = {year: pools.course(float(data.length(year))) for year in data.years}
    sides = []
    for product in pools.half_life:
        stock = item.get(f"product_stock.{product}", nothing)
        expected = {(r, y): 0.0 for r in dict.fromkeys(stock.index.get_level_values("region")) for y in data.years}
        for source in (q for q in pools.half_life if product in pools.reached(q)):
            held, entered = item.get(f"product_stock.{source}", nothing), item.get(f"product_inflow.{source}", nothing)
            for region, year in expected:
                stays, enters = (part[product, source] for part in courses[year])
                before, inflow = held.get((region, data.previous(year)), 0.0), entered.get((region, year), 0.0)
                expected[region, year] += stays * float(before) + enters * float(inflow)
        sides.append(compare(stock[stock.index.get_level_values("year").isin(data.years)], _series(expected)))
    return sides


def _followed(solution: Solution, stock: pd.Series, inflow: pd.Series | None, rates: pd.Series) -> Sides:
    """A pool against the pool before and its inflow, by region and year after the base year."""
    data = solution.build.data
    keys = [(r, y) for r in dict.fromkeys(stock.index.get_level_values("region")) for y in data.years]
    entering = inflow if inflow is not None else stock[:0]
    expected = {
        (r, y): hwp_pool(
            float(stock.get((r, data.previous(y)), 0.0)), float(entering.get((r, y), 0.0)), math.log(2.0) / float(rates[r]), data.length(y)
        )
        for r, y in keys
    }  # fmt: skip
    return compare(stock[stock.index.get_level_values("year").isin(data.years)], _series(expected))
