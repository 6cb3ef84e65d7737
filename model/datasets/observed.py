"""What happened from 2020 to 2025, as the sheet ``observed`` holds it: one named count for each quantity.

Panels, wind, water, nuclear, gas and biomass generate by Ember, all thermal plants by the statistics bureau; capacity and load are
those of the energy administration; emissions are the Global Carbon Budget's, the other count stands beside it.

Limits: the compiled tables hold no output of other industry, no heat pumps and no capability of lines after 2020. Forest stock and
area of 2018 rest on the ninth inventory, those of 2021 and 2025 on the map of the land survey: only the latter two give a gain.
"""

from __future__ import annotations

import pandas as pd

from . import observed_power as power
from .afforestation import afforestation_land
from .frame import BASE_YEAR, PER_THOUSAND, SOURCE_COLUMNS, credited, join_sources, load, provinces, worst
from .grass_water_land import grassland
from .industry import PRODUCTS, industry
from .observed_series import DERIVED, SPAN, by, combined, national, published, spread, years_of
from .parameters import Parameters

NATION = "nation"
EMBER, BUREAU, ENERGY_BODY, BUDGET, MODEL, FOREST = "Ember", "NBS", "NEA and CEC", "GCB", "CREA", "NFGA"
COLUMNS = ["quantity", "region", "item", "year", "value", "figure_unit", "basis", "held"]
#: Products that the provinces report.
BY_PROVINCE = ("steel", "cement_building_materials")
#: Category of the carbon account -> parts of the count of CREA, and whose change gives 2025 where that has none.
PARTS = {
    "power": (("steam_coal_power",), "power"),
    "steel": (("coking_coal_metallurgy", "steam_coal_metallurgy"), ""),
    "cement": (("cement", "steam_coal_building_materials"), "cement_process"),
    "heat": (("steam_coal_heating",), ""),
}
PART = "fossil_and_cement_crea_part"
PERCENT = 100.0
#: Quantity of the sheet -> indicator and technology of the statistics: registered at the end of the year.
VEHICLES = {"electric_vehicles": ("ev_stock", "nev"), "vehicles": ("vehicle_stock", "all")}
CARS = "cars"
NEW_TREES = "new planting only: {share:g} of all afforestation (closure for natural regrowth, aerial seeding and restoration are the rest)"
#: What statistics count as grass sown and improved is done on such land; where it is under a ban since before the base year, the
#: measure stands already and the work adds none.
IMPROVED = ("moderate", "severe")
NEW_MEASURES = (
    "brought under a new measure: {share:.2f} of all grass sown and improved, the part of the moderately and severely degraded grassland that is"
    " under no ban of before the base year; the rest is work on land whose measure stands already"
)
THOUSAND_MILLIONS = 1000.0


#: Digits that sums and shares leave sure.
SURE_DIGITS = 12


def frames() -> dict[str, pd.DataFrame]:
    """The table of what happened."""
    parts = [*_power(), *_industry(), *_emissions(), *_land(), *_stocks()]
    made = pd.concat(parts, ignore_index=True)[[*COLUMNS, *SOURCE_COLUMNS]]
    # what is rounded later must not hang on a last digit, in which versions of pandas differ
    return {"observed": made.assign(value=[float(f"{value:.{SURE_DIGITS}g}") for value in made["value"].astype(float)])}


def _nation(series: pd.DataFrame, quantity: str, item: str, unit: str, basis: str, held: str) -> pd.DataFrame:
    """Rows of the nation."""
    return series.reset_index().assign(quantity=quantity, region=NATION, item=item, figure_unit=unit, basis=basis, held=held)


def _regions(made: pd.DataFrame, quantity: str, unit: str, basis: str, held: str) -> pd.DataFrame:
    """Rows of the provinces; ``made`` has their items."""
    return made.rename(columns={"place": "region"}).assign(quantity=quantity, figure_unit=unit, basis=basis, held=held)


def _power() -> list[pd.DataFrame]:
    """Capacity, what was added, generation and load."""
    parts = [_nation(series, "capacity", item, "GW", ENERGY_BODY, "level") for item, series in power.national_capacity().items()]
    parts.append(_regions(power.capacity(), "capacity", "GW", ENERGY_BODY, "level"))
    parts += [_nation(series, "capacity_added", item, "GW/yr", ENERGY_BODY, "none") for item, series in power.added().items()]
    for item, series in power.national_generation().items():
        parts.append(_nation(series, "generation", item, "TWh/yr", *_generation_basis(item)))
    made = power.generation()
    parts += [_regions(own, "generation", "TWh/yr", *_generation_basis(str(item))) for item, own in made.groupby("item", sort=False)]
    series, regional = power.load_of_year()
    parts.append(_nation(series, "load", "all", "TWh/yr", ENERGY_BODY, "growth"))
    parts.append(_regions(regional.assign(item="all"), "load", "TWh/yr", ENERGY_BODY, "growth"))
    return parts


def _generation_basis(item: str) -> tuple[str, str]:
    """Whose count of generation it is, and how it is held: coal and thermal plants have another scope than the account of the model."""
    if item == "thermal":
        return BUREAU, "growth"
    return EMBER, "growth" if item == "coal_and_waste_heat" else "level"


def _industry() -> list[pd.DataFrame]:
    """Output by product: steel and cement as the provinces report, the rest spread by the output of the base year."""
    base, parts = industry(), []
    for sector, product in PRODUCTS.items():
        series = years_of(national("output", product))
        own = base[base["sector"] == sector].set_index("region")
        by_base = by(own["output"], join_sources(own["source"]), "spread by output of the base year")
        key = published("output", product) if sector in BY_PROVINCE else by_base
        parts.append(_nation(series, "output", sector, "Mt/yr", BUREAU, "growth"))
        parts.append(_regions(spread(series, key).assign(item=sector), "output", "Mt/yr", BUREAU, "growth"))
    return parts


def _emissions() -> list[pd.DataFrame]:
    """CO2 of the nation by two counts, of which one is held, and of the parts that the other one tells apart."""
    unit = "Mt CO2/yr"
    parts = [_nation(years_of(national("fossil_incl_cement", "all")), "emission", "all", unit, BUDGET, "growth")]
    other = years_of(national("fossil_and_cement_crea", "all")).assign(note="second count, not held: one count for each quantity")
    parts.append(_nation(other, "emission", "all_by_other_count", unit, MODEL, "none"))
    for item, (names, changed) in PARTS.items():
        series = combined({1: [national(PART, name).loc[BASE_YEAR:] for name in names]}, "")
        if changed:
            change = national("change_on_year", changed).loc[SPAN[-1]]
            last = series.iloc[-1]
            series.loc[SPAN[-1]] = {
                "value": float(last["value"]) * (1.0 + float(change["value"]) / PERCENT), "note": f"year before {float(change['value']):+g} %",
                "source": join_sources([last["source"], change["source"]]), "quality": worst([DERIVED, change["quality"]]),
            }  # fmt: skip
        parts.append(_nation(years_of(series), "emission", item, unit, MODEL, "growth"))
    return parts


def _land() -> list[pd.DataFrame]:
    """New trees, felling and measures on grassland, spread by what the provinces did in the base year or have."""
    period = SPAN[1:]
    share = Parameters("observed")["new_trees_share", "planting"]
    all_planting = years_of(national("afforestation_area", "forest"), period)
    planted = credited(all_planting.assign(value=all_planting["value"] * PER_THOUSAND * share.value), share, note=NEW_TREES.format(share=share.value))
    trees, wood, grass = provinces("land", "afforestation"), provinces("land", "harvest"), provinces("land", "grassland")
    wanted = pd.Series(trees["of_which_new_planting_kha_per_yr"].to_numpy(dtype=float), index=trees["region"])
    room = afforestation_land().groupby("region")["area"].sum().reindex(wanted.index, fill_value=0.0)
    fitted = within(wanted, room, float(planted["value"].sum()))
    made = [_shared(planted, "planting", "kha/yr", trees, fitted, "spread by new planting of the base year, in no province more than the land offered there", "level")]
    logs = years_of(national("roundwood_harvest", "forest"))
    output = wood["timber_output_2020_1e4_m3"]
    made.append(_shared(logs, "roundwood", "million m3/yr", wood, output, "spread by roundwood of the base year", "none"))
    felled = output / wood["recovery_frac"]
    standing = logs.assign(value=logs["value"] * felled.sum() / output.sum(), quality="estimate", note="roundwood over the recovery of the base year")
    made.append(_shared(standing, "felling", "million m3/yr", wood, felled, "spread by felling of the base year", "level"))
    treated = years_of(national("degraded_grassland_treated", "grass"), period)
    land = grassland()
    land = land[land["condition"].isin(IMPROVED)].groupby("region", sort=False)[["area", "initial_ban"]].sum()
    closed = land["initial_ban"].sum() / land["area"].sum()
    note = NEW_MEASURES.format(share=1.0 - closed)
    treated = treated.assign(value=treated["value"] * PER_THOUSAND * (1.0 - closed), quality="estimate", note=note)
    free = (land["area"] - land["initial_ban"]).reindex(grass["region"], fill_value=0.0)
    made.append(_shared(treated, "grassland_treated", "kha/yr", grass, free, "spread by degraded grassland under no ban", "level"))
    return [part for pair in made for part in pair]


def within(weight: pd.Series, room: pd.Series, whole: float) -> pd.Series:
    """``whole`` shared by weight, in no place more than its room: what finds none goes to the others, by their weight. ValueError when all is too little."""
    given = pd.Series(0.0, index=weight.index)
    free = weight > 0.0
    while free.any():
        part = (whole - given.sum()) * weight.where(free, 0.0) / weight[free].sum()
        full = free & (part >= room)
        if not full.any():
            return given.mask(free, part)
        given, free = given.mask(full, room), free & ~full
    raise ValueError(f"no room for {whole:g}: all places hold {room.sum():g}")


def _shared(
    series: pd.DataFrame, quantity: str, unit: str, table: pd.DataFrame, weight: pd.Series, note: str, held: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A national series, and its provinces by a column of a provincial table."""
    key = by(pd.Series(weight.to_numpy(dtype=float), index=table["region"]), join_sources(table["source"]), note)
    return (
        _nation(series, quantity, "all", unit, FOREST, held),
        _regions(spread(series, key).assign(item="all"), quantity, unit, FOREST, held),
    )


def _stocks() -> list[pd.DataFrame]:
    """Forest by the ninth inventory and by the map of 2021 and 2025, and vehicles: electric ones and all."""
    known = load("observed", "nation")["indicator"]
    if not {"forest_stock", "forest_area"} <= set(known):
        raise KeyError("nation.csv has no forest stock")
    inventory, survey = "ninth inventory, 2014-18: another definition", "map of the land survey"
    stock, area = national("forest_stock", "forest"), national("forest_area", "forest")
    stock, area = (series[series.index >= min(BASE_YEAR - 2, series.index.max())] for series in (stock, area))
    parts = []
    for quantity, series, unit, scale, held in (
        ("growing_stock", stock, "million m3", THOUSAND_MILLIONS, "gain"),
        ("forest_area", area, "kha", PER_THOUSAND, "none"),
    ):
        notes = [inventory if year < BASE_YEAR else survey for year in series.index]
        parts.append(_nation(series.assign(value=series["value"] * scale, note=notes), quantity, "all", unit, FOREST, held))
    for quantity, statistic in VEHICLES.items():
        parts.append(_nation(years_of(national(*statistic)), quantity, CARS, "million units", "MPS", "none"))
    return parts
