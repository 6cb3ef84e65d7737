"""Regions, periods, zones, money, carbon targets and scenarios: what every lever shares, by province.

Limits: growth of GDP and population are paths of assumptions.
"""

from __future__ import annotations

import itertools

import pandas as pd

from model.core.data import AFTER, HISTORY, PLAN
from model.core.declare.units import CO2_PER_C

from . import pathways, published
from .frame import (
    AFTER_YEARS,
    BASE_YEAR,
    HISTORY_UNTIL,
    YEARS,
    Estimate,
    by_province,
    credited,
    join_sources,
    load,
    provinces,
    selected,
    year_frame,
)


def frames() -> dict[str, pd.DataFrame]:
    """All shared tables by name."""
    return {
        "regions": regions(),
        "periods": periods(),
        "water_zones": water_zones(),
        "unmanaged_sink": unmanaged_sink(),
        "carbon_targets": carbon_targets(),
        "new_forest_targets": new_forest_targets(),
        "gdp": gdp(),
        "population": population(),
        "trade_rules": selected(load("estimates", "trade_rules"), ("commodity", "rule", "price", "price_unit", "line_owner_share")),
        "allowance_rules": selected(load("estimates", "allowance_rules"), ("scheme", "rule", "scope", "from_year", "until_year", "price", "active")),
        "burden_limits": selected(load("estimates", "burden_limits"), ("bound", "scope", "most", "from_year", "active")),
        "paper_claims": load("estimates", "paper_claims"),
        "paper_measures": load("estimates", "paper_measures"),
        "published_levels": published.published_levels(),
        "published_pathways": pathways.published_pathways(),
    }


def regions() -> pd.DataFrame:
    """Provinces with names, the groups they may be merged into, and their place on the tile map."""
    made = provinces("land", "provinces")
    grids = provinces("energy", "provinces")[["region", "grid_region", "source", "quality"]]
    tiles = provinces("estimates", "tile_map")[["region", "map_row", "map_column"]]
    made = made.merge(grids, on="region", suffixes=("", "_grid"), validate="one_to_one")
    made = made.merge(tiles, on="region", validate="one_to_one")
    made["grid_region"] = made["grid_region"].str.lower()
    # The table names the other group only where it differs.
    made["alt_macro_region"] = made["alt_macro_region"].where(made["alt_macro_region"] != "", made["macro_region"])
    grid = made[["source_grid", "quality_grid"]].set_axis(["source", "quality"], axis=1)
    made = credited(made, grid, Estimate(0.0, "OWN_EST", made["quality_centroid_precip_region"].iloc[0], ""))
    made["note"] = "groups after FAN2022; place on the tile map is a drawing"
    groups = {"macro_region": "region_group", "alt_macro_region": "alt_region_group"}
    names = ("region", "name_en", "name_zh", *groups.values(), "grid_region", "map_row", "map_column")
    return selected(made, names, groups)


def periods() -> pd.DataFrame:
    """Milestone years: what happened to 2025, the plan to 2060, and what must be kept up after it."""
    years = [*YEARS, *AFTER_YEARS]
    kinds = [HISTORY if BASE_YEAR < year <= HISTORY_UNTIL else PLAN if year <= YEARS[-1] else AFTER for year in years]
    return pd.DataFrame({"year": years, "kind": kinds, "source": "OWN_EST", "quality": "estimate", "note": "choice of the project"})


def water_zones() -> pd.DataFrame:
    """One zone per province; its basin decides with whom it may trade rights, its group what three regions keep apart."""
    made = provinces("estimates", "basins").assign(industry_share=1.0)
    made["water_zone"] = made["region"]
    return selected(made, ("water_zone", "region", "basin", "zone_group", "industry_share"))


def unmanaged_sink() -> pd.DataFrame:
    """Sinks outside the levers, Mt CO2 a year: national figures spread over land, held constant."""
    land = provinces("land", "land_use")
    parts = []
    for row in load("estimates", "unmanaged_sink").to_dict("records"):
        weight = land[row["spread_by"]] / land[row["spread_by"]].sum()
        origin = Estimate(float(row["value_tg_c_per_yr"]), row["source"], row["quality"], row["note"])
        keys = credited(land[["region", "source", "quality"]].assign(category=row["category"]), origin)
        # A teragram of carbon is a million tonnes.
        value = weight * origin.value * CO2_PER_C
        parts.append(year_frame(keys[["region", "category", "source", "quality", "note"]], dict.fromkeys(YEARS, value)))
    return pd.concat(parts, ignore_index=True)


def carbon_targets() -> pd.DataFrame:
    """Targets, some of them switched off."""
    columns = ("target", "kind", "scope", "year", "value", "total", "first_year", "counts", "hold", "active")
    return selected(load("estimates", "carbon_targets"), columns)


def new_forest_targets() -> pd.DataFrame:
    """New forest that the cover targets ask for, kha since the base year."""
    made = load("estimates", "new_forest_targets").rename(columns={"area_kha": "area"})
    return selected(made, ("target", "scope", "year", "area", "active"))


def gdp_path() -> pd.DataFrame:
    """GDP by province (rows) and year (columns), bn CNY of the base year: growth rates compounded."""
    table = by_province("energy", "economy_2020")
    path = {BASE_YEAR: table["gdp_2020_bn_cny"]}
    for start, end in itertools.pairwise(YEARS):
        growth = table[f"gdp_growth_pct_{start + 1}_{end}"].map(percent)
        path[end] = path[start] * (1 + growth) ** (end - start)
    return pd.DataFrame(path)


def percent(value: float) -> float:
    """A percentage as a share."""
    per_cent = 100.0
    return value / per_cent


def gdp() -> pd.DataFrame:
    """GDP by province, bn CNY a year in base-year prices, of the year itself: pledges read it at a year, straight between its years."""
    table = provinces("energy", "economy_2020")
    keys = credited(
        table[["region", "source", "quality"]],
        Estimate(0.0, "EXPERT", "estimate", "base year as published, growth assumed"),
    )
    values = gdp_path().reset_index(drop=True)
    return year_frame(keys, {year: values[year] for year in YEARS})


def population() -> pd.DataFrame:
    """Population by province, millions, of the year itself; what stands beyond the last year is that of the last."""
    table = provinces("energy", "economy_2020")
    keys = credited(
        table[["region", "source", "quality"]],
        Estimate(0.0, "EXPERT", "estimate", "base year as published, path assumed"),
    )
    return year_frame(keys, {year: table[f"population_{year}_m"] for year in YEARS})


def scenarios() -> pd.DataFrame:
    """The scenarios sheet: the reference first, the others declared and switched off."""
    made = load("estimates", "scenarios")
    sources = join_sources(["OWN_EST"])
    for column in ("sheet", "selector", "column", "operation", "value"):
        made[column] = [None if pd.isna(v) or v == "" else _cell(v) for v in made[column]]
    made = made.astype({c: object for c in ("sheet", "selector", "column", "operation", "value")})
    columns = ["scenario", "sheet", "selector", "column", "operation", "value", "active"]
    made = made.assign(source=sources, quality="estimate")
    return made[[*columns, "source", "quality", "note"]]


def settings(workbook: str) -> dict[str, tuple[float | str, str, str, str]]:
    """Settings that a workbook states, of the rows of all and its own: value, source, quality and note by name."""
    rows = [row for row in load("estimates", "settings").to_dict("records") if row["workbook"] in ("", workbook)]
    return {str(row["setting"]): (_cell(row["value"]), str(row["source"]), str(row["quality"]), str(row["note"])) for row in rows}


def analyses() -> pd.DataFrame:
    """The analyses sheet: declared with their settings and switched off."""
    table = load("estimates", "analyses")
    # a column that holds words too: its numbers are numbers nevertheless
    return table.assign(value=pd.Series([_cell(value) for value in table["value"]], index=table.index, dtype=object))


def ranges() -> pd.DataFrame:
    """The sheet of ranges: what is uncertain and matters, between which values it may lie."""
    table = load("estimates", "ranges")
    numbers = {name: [None if pd.isna(value) or value == "" else float(value) for value in table[name]] for name in ("low", "central", "high")}
    return table.assign(**{name: pd.Series(values, index=table.index, dtype=object) for name, values in numbers.items()})


def _cell(value: object) -> float | str:
    try:
        return float(str(value))
    except ValueError:
        return str(value)
