"""A power system small enough to add up by hand: two slices of half a year, coal that costs 0.3 bn CNY per TWh.

Units are the solver's: GW, TWh/yr, bn CNY (0.3 bn CNY/TWh = 300 CNY/MWh). One GW gives 4.38 TWh in a slice.

Limits: base year 2020 and one period to 2030, no discounting, unless a test says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from model.core.data import Data

from .toy import toy_data

YEARS = (2020, 2030)
#: TWh/yr of one GW in a slice of 4380 h.
SLICE = 4.38
NO_DISCOUNT: dict[str, float | str] = {"discount_rate": 0.0, "capital_cost": 0.0}
Tables = dict[str, list[dict[str, Any]]]


def yearly(years: Sequence[int], value: float | Mapping[int, float], **keys: Any) -> list[dict[str, Any]]:
    """Rows of a year table: the same value in all years, or one value per year."""
    return [{**keys, "year": y, "value": value[y] if isinstance(value, Mapping) else value} for y in years]


def grid(demand: Mapping[str, float | Mapping[int, float]], years: Sequence[int] = YEARS, seasons: int = 1) -> Tables:
    """Two slices, day and night, 4380 h each; a day's share of demand of 0.5; with two seasons each is one of its own."""
    return {
        "time_slices": [
            {"slice": "day", "season": "first", "block": "day", "hours": 4380.0},
            {"slice": "night", "season": "first" if seasons == 1 else "second", "block": "night", "hours": 4380.0},
        ],
        "power_demand": [row for region, value in demand.items() for row in yearly(years, value, region=region)],
        "load_shape": [{"region": r, "slice": s, "share": 0.5, "weight": 1.0} for r in demand for s in ("day", "night")],
    }


def coal(
    fleet: Mapping[str, float], years: Sequence[int] = YEARS, minimum_hours: float = 0.0, **attributes: Any
) -> Tables:
    """Existing coal plants (GW by region): efficiency 0.4, fuel 0.1 bn CNY/TWh, variable 0.05, 0.9 Mt CO2/TWh."""
    plant = {
        "technology": "coal", "class": "coal", "buildable": 0.0, "fuel": "coal", "efficiency": 0.5,
        "emission_factor": 0.8, "variable_cost": 0.05, "lifetime": 35.0, "availability": 1.0, "firm_credit": 1.0,
    }
    existing = {"technology": "coal", "emission_factor": 0.9, "efficiency": 0.4, "minimum_hours": minimum_hours}
    return {
        "thermal_technologies": [{**plant, **attributes}],
        "thermal_fleet": [{**existing, "region": r, "capacity": gw} for r, gw in fleet.items()],
        "thermal_capex": yearly(years, 3.5, technology="coal"),
        "thermal_fixed_cost": yearly(years, 0.1, technology="coal"),
        "fuel_prices": yearly(years, 0.1, fuel="coal"),
    }


def wind(potential: Mapping[str, float], years: Sequence[int] = YEARS, **site: Any) -> Tables:
    """Wind sites (GW by region) with a capacity factor of 0.5, all of it by day; 4 bn CNY per GW over 20 years."""
    place = {
        "technology": "wind_onshore", "land_class": "grassland", "sensitivity": "open", "grade": 1,
        "capacity_factor": 0.5, "land_ha_per_mw": 0.001,
    }
    return {
        "sites": [{**place, "region": r, "water_zone": r, "potential": gw, **site} for r, gw in potential.items()],
        "sited_technologies": [
            {"technology": "wind_onshore", "class": "wind", "lifetime": 20.0, "variable_cost": 0.01, "shape": "wind"}
        ],
        "sited_capex": yearly(years, 4.0, technology="wind_onshore"),
        "sited_fixed_cost": yearly(years, 0.05, technology="wind_onshore"),
        "output_shape": [
            {"region": r, "shape": "wind", "slice": s, "relative_output": x}
            for r in potential
            for s, x in (("day", 2.0), ("night", 0.0))
        ],
    }


def merged(*parts: Tables) -> Tables:
    """Tables of several parts; rows of the same table follow each other."""
    whole: Tables = {}
    for part in parts:
        for name, rows in part.items():
            whole.setdefault(name, []).extend(rows)
    return whole


def power_data(
    *parts: Tables,
    regions: Sequence[str] = ("west",),
    years: Sequence[int] = YEARS,
    settings: Mapping[str, float | str] | None = None,
) -> Data:
    """Data of the merged parts, without discounting and with capital free of interest."""
    zones = [{"water_zone": r, "region": r, "basin": "b", "industry_share": 1.0} for r in regions]
    tables = merged({"water_zones": zones}, *parts)
    return toy_data(regions, years, tables, {**NO_DISCOUNT, **(settings or {})})
