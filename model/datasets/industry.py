"""Industry of the base year by province, its national demand, and how far its output may move.

Emissions of other industry are what the chemicals, non-ferrous and other sectors of the emission table leave after
the listed products (ammonia, methanol, ethylene, aluminium) and a part of the gap between the provinces' inventories
of steel and cement and their output at national intensity; at least nothing in each province, scaled to the national
remainder. So the sectors together add up to the account, and each region group to its own within 2 %.

Limits: products are listed once; a province without output of a sector in the base year never starts one. Steel and
cement carry the national mean per tonne with the provinces' routes, not the provinces' own inventories. Output and CO2 of 2021 to
2025 are observed, but for the output of other industry, which keeps its path and takes what its CO2 did into its intensity.
"""

from __future__ import annotations

import pandas as pd

from .frame import (
    BASE_YEAR,
    YEARS,
    Estimate,
    credited,
    join_sources,
    load,
    province_keys,
    provinces,
    selected,
    worst,
    year_frame,
)
from .observed_growth import OWN_PARTS, continued, emission_growth, fade, growth, origin
from .observed_series import national
from .parameters import ENERGY, Parameters
from .period_means import compounded, of_year, period_means

#: Sector -> item of the demand table.
DEMAND = {
    "steel": "steel_mt",
    "cement_building_materials": "cement_mt",
    "aluminium_primary": "aluminium_primary_mt",
    "ammonia": "ammonia_mt",
    "methanol": "methanol_mt",
    "ethylene": "ethylene_mt",
    "other_industry": "other_industry_va_index",
}
OTHER = "other_industry"
#: Sector -> product of the statistics of output.
PRODUCTS = {
    "steel": "crude_steel", "cement_building_materials": "cement", "aluminium_primary": "primary_aluminium",
    "ammonia": "ammonia", "methanol": "methanol", "ethylene": "ethylene",
}  # fmt: skip
#: Sectors whose CO2 was counted in 2021 to 2025; per unit of the others it follows the slow gain alone.
COUNTED = (*OWN_PARTS, OTHER)
#: Sectors of the emission table that the listed products and other industry share.
SHARED = ("other_industry", "chemicals", "nonferrous")
LISTED = ("ammonia", "methanol", "ethylene", "aluminium_primary")
#: Sector of the emission table -> sector of the product table that carries all of it at national intensity.
CARRIED = {"steel": "steel", "cement": "cement_building_materials"}
PROTECTED_GROUP = "west"


def frames() -> dict[str, pd.DataFrame]:
    """The tables of industry by name."""
    return {
        "industry": industry(),
        "industry_demand": industry_demand(),
        "industry_intensity": industry_intensity(),
        "industry_movement": industry_movement(),
        "no_relocation": no_relocation(),
        "relocation_limits": relocation_limits(),
    }


def industry() -> pd.DataFrame:
    """Output (million units), CO2 (t), electricity (kWh) and water (m3) per unit by province and sector."""
    table = provinces(ENERGY, "industry_2020")
    table = table[table["output_2020_million_units"] > 0].rename(
        columns={
            "output_2020_million_units": "output",
            "co2_t_per_unit": "emission_factor",
            "electricity_kwh_per_unit": "electricity",
            "water_m3_per_unit": "water",
        }
    )
    other = table["sector"] == OTHER
    rest = _rest(table)
    gap = Parameters("industry")["inventory_difference_share", OTHER]
    made = table.copy()
    made.loc[other, "emission_factor"] = made.loc[other, "region"].map(rest) / made.loc[other, "output"]
    made.loc[other, "note"] = (
        "1 million units of 10k CNY = 10 bn CNY; CO2 is what chemicals, non-ferrous and other sectors leave "
        "after the listed products, and half of the gap of steel and cement to the provincial inventory"
    )
    made.loc[other, "source"] = [join_sources([text, gap.source]) for text in made.loc[other, "source"]]
    made.loc[other, "quality"] = [worst([text, gap.quality]) for text in made.loc[other, "quality"]]
    columns = ["region", "sector", "output", "output_unit", "emission_factor", "electricity", "water"]
    return selected(made, columns)


def _rest(table: pd.DataFrame) -> pd.Series:
    """Mt CO2 of other industry by province."""
    emissions = provinces(ENERGY, "emissions_2020")
    gap = Parameters("industry")["inventory_difference_share", OTHER].value
    rest = _inventory(emissions, SHARED).sub(_products(table, LISTED), fill_value=0.0)
    carried = _inventory(emissions, tuple(CARRIED)).sub(_products(table, tuple(CARRIED.values())), fill_value=0.0)
    mixed = rest.add(gap * carried, fill_value=0.0)
    positive = mixed.clip(lower=0.0)
    return positive * (rest.sum() / positive.sum())


def _inventory(emissions: pd.DataFrame, sectors: tuple[str, ...]) -> pd.Series:
    """Mt CO2 of sectors of the emission table by province."""
    return emissions[emissions["sector"].isin(sectors)].groupby("region")["co2_mt"].sum()


def _products(table: pd.DataFrame, sectors: tuple[str, ...]) -> pd.Series:
    """Mt CO2 of listed products by province."""
    own = table[table["sector"].isin(sectors)]
    return (own["output"] * own["emission_factor"]).groupby(own["region"]).sum()


def industry_demand() -> pd.DataFrame:
    """National demand by sector, million units a year, mean of each period; the base year is the sum of the outputs, the first period what was observed."""
    table = load(ENERGY, "industry_demand")
    output = industry().groupby("sector")["output"].sum()
    parts = []
    for sector, item in DEMAND.items():
        path = table[table["item"] == item].set_index("year")
        note = "relative path of the source x output of the base year"
        seen = []
        if sector in PRODUCTS:
            seen = [origin(national("output", PRODUCTS[sector])), fade("output")]
            note = f"2021 to 2025 as observed, on the output of the base year; later the {note}, {fade('output').note}"
        later = Estimate(0.0, path["source"].iloc[-1], path["quality"].iloc[-1], note)
        keys = credited(
            pd.DataFrame(
                {"sector": [sector], "source": [path["source"].iloc[0]], "quality": [path["quality"].iloc[0]]}
            ),
            later,
            *seen,
            note=note,
        )
        parts.append(year_frame(keys, period_means({year: output[sector] * factor for year, factor in demand_path(sector).items()})))
    return pd.concat(parts, ignore_index=True)


def demand_path(sector: str) -> dict[int, float]:
    """Demand relative to the base year by calendar year: output as observed where it is counted, then the path of the source."""
    table = load(ENERGY, "industry_demand")
    own = table[table["item"] == DEMAND[sector]].set_index("year")["value"].astype(float)
    path = {year: float(own[year] / own[BASE_YEAR]) for year in YEARS}
    return continued(path, growth(national("output", PRODUCTS[sector])), int(fade("output").value)) if sector in PRODUCTS else path


def industry_intensity() -> pd.DataFrame:
    """CO2 per unit of the mean of a period relative to the base year without measures, by sector; of 2021 to 2025 what was counted per unit."""
    numbers = Parameters("industry")
    parts = []
    for sector in DEMAND:
        change, demand = numbers["intensity_change", sector], demand_path(sector)
        slow = compounded(change.value)
        path = {year: slow(year) for year in range(BASE_YEAR, YEARS[-1] + 1)}
        keys = credited(pd.DataFrame({"sector": [sector]}), change)
        if sector in COUNTED:
            emitted, counted = emission_growth(sector)
            path = continued(path, {year: factor / of_year(demand, year) for year, factor in emitted.items()}, int(fade("emission").value))
            note = f"2021 to 2025 CO2 as counted over demand, measures in it; later: {change.note}; {fade('emission').note}"
            keys = credited(keys, counted, fade("emission"), note=note)
        # weighted by demand, so that the mean of a period times its demand is what was emitted in it
        emission = period_means({year: factor * of_year(demand, year) for year, factor in path.items()})
        whole = period_means(demand)
        parts.append(year_frame(keys, {year: emission[year] / whole[year] for year in YEARS}))
    return pd.concat(parts, ignore_index=True)


def industry_movement() -> pd.DataFrame:
    """Largest change of a province's output against its share in the base year, by sector and year."""
    table = load("estimates", "industry_movement")
    rows = table.loc[table.index.repeat(len(DEMAND))].reset_index(drop=True).assign(sector=list(DEMAND))
    return year_frame(rows[["sector", "source", "quality", "note"]], period_means({y: rows[str(y)].astype(float) for y in YEARS}))


def no_relocation() -> pd.DataFrame:
    """Western provinces and sectors whose emissions may not exceed a factor times the base year's; weight in Mt."""
    numbers = Parameters("industry")
    land = load("land", "provinces")
    west = set(land.loc[land["macro_region"] == PROTECTED_GROUP, "code"].astype(int).map(province_keys()))
    table = industry()
    sectors = numbers.keys("relocation_factor")
    table = table[table["region"].isin(sorted(west)) & table["sector"].isin(sectors)]
    factors = numbers.column("relocation_factor", table["sector"])
    made = table.assign(
        factor=factors["value"], weight=table["output"] * table["emission_factor"], note=factors["note"]
    )
    return selected(credited(made, factors), ["region", "sector", "factor", "weight"])


def relocation_limits() -> pd.DataFrame:
    """Sectors whose share in the west may not rise, switched off."""
    return selected(load("estimates", "relocation_limits"), ("rule", "scope", "sector", "factor", "active"))
