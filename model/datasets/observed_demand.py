"""What demand did from 2020 to 2025: emissions and output by sector, vehicles, and the mean of 2021-25 against 2020.

    growth(emission_part("steel"))      0.964: the mean of the period over the base year

Limits: parts of one count of CO2 (CREA) stand for sectors of the model whose scope is another, so only their growth is used; a year
without a figure is as the one before.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from .frame import BASE_YEAR, join_sources, worst
from .observed_series import DERIVED, SPAN, combined, national, years_of

#: Sector of the model -> product of the statistics.
PRODUCTS = {
    "steel": "crude_steel", "cement_building_materials": "cement", "aluminium_primary": "primary_aluminium",
    "ammonia": "ammonia", "methanol": "methanol", "ethylene": "ethylene",
}  # fmt: skip
#: Category of the carbon account -> parts of the count of CREA, and whose change gives 2025 where that has none.
PARTS = {
    "power": (("steam_coal_power",), "power"),
    "steel": (("coking_coal_metallurgy", "steam_coal_metallurgy"), ""),
    "cement": (("cement", "steam_coal_building_materials"), "cement_process"),
    "heat": (("steam_coal_heating",), ""),
}
PART = "fossil_and_cement_crea_part"
PERCENT = 100.0
#: Quantity of the sheet ``observed`` -> indicator and technology of the statistics.
VEHICLES = {"electric_vehicles": ("ev_stock", "nev"), "vehicles": ("vehicle_stock", "all")}
CARS = "cars"


@dataclass(frozen=True)
class Growth:
    """The mean of the first period over the base year, and what it rests on."""

    value: float
    source: str
    quality: str

    def per(self, other: Growth) -> Growth:
        """This growth for each unit of the other one."""
        return Growth(self.value / other.value, join_sources([self.source, other.source]), worst([self.quality, other.quality]))


def emission_part(item: str) -> pd.DataFrame:
    """CO2 of a category of the account by year."""
    names, changed = PARTS[item]
    series = combined({1: [national(PART, name).loc[BASE_YEAR:] for name in names]}, "")
    if changed:
        change = national("change_on_year", changed).loc[SPAN[-1]]
        last = series.iloc[-1]
        series.loc[SPAN[-1]] = {
            "value": float(last["value"]) * (1.0 + float(change["value"]) / PERCENT), "note": f"year before {float(change['value']):+g} %",
            "source": join_sources([last["source"], change["source"]]), "quality": worst([DERIVED, change["quality"]]),
        }  # fmt: skip
    return years_of(series)


def output_of(sector: str) -> pd.DataFrame:
    """Output of a sector by year, Mt."""
    return years_of(national("output", PRODUCTS[sector]))


def vehicles(quantity: str) -> pd.DataFrame:
    """Registered vehicles at the end of each year, million: all, or electric ones with plug-in hybrids."""
    return years_of(national(*VEHICLES[quantity]))


def growth(series: pd.DataFrame) -> Growth:
    """Mean of the first period over the base year."""
    mean = float(series.loc[list(SPAN[1:]), "value"].mean())
    return Growth(mean / float(series.loc[BASE_YEAR, "value"]), join_sources(series["source"]), worst(series["quality"]))


def electric_gain(first: int, last: int) -> Growth:
    """What the share of electric vehicles in the fleet gained a year between the ends of two years."""
    electric, everything = vehicles("electric_vehicles"), vehicles("vehicles")
    share = electric["value"].astype(float) / everything["value"].astype(float)
    both = [join_sources(series["source"]) for series in (electric, everything)]
    quality = worst([DERIVED, *(quality for series in (electric, everything) for quality in series["quality"])])
    return Growth(float(share[last] - share[first]) / (last - first), join_sources(both), quality)
