"""Series that begin with what happened: growth observed up to the first milestone, then the path of the source brought onto it.

    continued(path, grown, until)       2021 to 2025 the base year times the growth observed, later the path times what is left of the gap

Where 2025 turned out otherwise than the source expected, the ratio of the two fades in a straight line to nothing by a stated year, so
that nothing jumps between what happened and what is planned, and the far end stays that of the source.

CO2 of sectors without a statistic of output grows as the fuels behind it: the parts of CREA's count, weighted by ``fuel_split``.

Limits: growth is national; one count of each fuel, whose part "other sectors" stands for all coal that is not listed. A year without a
figure is as the last one that has one.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from .frame import BASE_YEAR, YEARS, Estimate, join_sources, load, worst
from .observed_series import DERIVED, SPAN, combined, national, years_of
from .parameters import Parameters
from .period_means import Value, of_year

PART = "fossil_and_cement_crea_part"
#: Fuel -> part of the count; coal by sector where the count tells it apart.
FUELS = {"oil": "oil_products", "gas": "natural_gas", "coal": "steam_coal_other_sectors"}
COAL_OF = {"heat_supply": "steam_coal_heating"}
#: Sector of industry -> parts whose sum is all its CO2.
OWN_PARTS = {
    "steel": ("coking_coal_metallurgy", "steam_coal_metallurgy"),
    "cement_building_materials": ("cement", "steam_coal_building_materials"),
}  # fmt: skip
#: Part -> published change on the year before, or product whose output changed as much, that gives the last year, which the count does not reach.
LAST_CHANGE = {"oil_products": "transport", "cement": "cement_process", "steam_coal_building_materials": "building_materials"}
LAST_OUTPUT = {"coking_coal_metallurgy": "pig_iron", "steam_coal_metallurgy": "pig_iron"}
PERCENT = 100.0
Path = Mapping[int, Value]


def continued(path: Path, grown: Path, until: int) -> dict[int, Value]:
    """The path by calendar year: ``grown`` times its base year as long as that was observed, later the path with the fading ratio."""
    last = max(grown)
    made = {year: of_year(path, BASE_YEAR) * factor for year, factor in grown.items()}
    ratio = made[last] / of_year(path, last)
    for year in range(last + 1, YEARS[-1] + 1):
        left = max(0.0, (until - year) / (until - last))
        made[year] = of_year(path, year) * (1.0 + (ratio - 1.0) * left)
    return made


def fade(of: str) -> Estimate:
    """By which year the ratio of what happened to what was expected has faded, for one kind of series."""
    return Parameters("observed")["fade_until", of]


def growth(series: pd.DataFrame) -> dict[int, float]:
    """A national series relative to its base year, from the base year to the first milestone."""
    values = years_of(series)["value"]
    return {int(year): float(value / values.loc[BASE_YEAR]) for year, value in values.items()}


def origin(series: pd.DataFrame, note: str = "") -> Estimate:
    """What a series rests on, as the evidence of a row."""
    return Estimate(0.0, join_sources(series["source"]), worst(series["quality"]), note)


def part(name: str) -> pd.DataFrame:
    """One part of CREA's count of CO2 from the base year to the first milestone; the last year by what is known of its change, else as the one before."""
    series = national(PART, name).loc[BASE_YEAR:]
    if SPAN[-1] in series.index or name not in LAST_CHANGE | LAST_OUTPUT:
        return years_of(series)
    if name in LAST_CHANGE:
        told = national("change_on_year", LAST_CHANGE[name]).loc[SPAN[-1]]
        change = float(told["value"]) / PERCENT
    else:
        output = national("output", LAST_OUTPUT[name])
        told = output.loc[SPAN[-1]]
        change = float(told["value"] / output.loc[SPAN[-2], "value"]) - 1.0
    before = series.loc[SPAN[-2]]
    series.loc[SPAN[-1]] = {
        "value": float(before["value"]) * (1.0 + change), "source": join_sources([before["source"], told["source"]]),
        "quality": worst([DERIVED, before["quality"], told["quality"]]), "note": f"year before {change * PERCENT:+.1f} %",
    }  # fmt: skip
    return years_of(series)


def emission_growth(sector: str) -> tuple[dict[int, float], Estimate]:
    """CO2 of a sector relative to the base year, and what it rests on: of its own parts of the count, else of its fuels."""
    if sector in OWN_PARTS:
        whole = combined({1: [part(name) for name in OWN_PARTS[sector]]}, "")
        return growth(whole), origin(whole)
    split = load("estimates", "fuel_split")
    own = split[split["sector"] == sector]
    parts = {str(fuel): part(COAL_OF.get(sector, FUELS["coal"]) if fuel == "coal" else FUELS[str(fuel)]) for fuel in own["fuel"]}
    weights = dict(zip(own["fuel"].astype(str), own["share"].astype(float), strict=True))
    whole_weight = sum(weights.values())
    relative = {fuel: growth(series) for fuel, series in parts.items()}
    made = {year: sum(weights[fuel] * relative[fuel][year] for fuel in parts) / whole_weight for year in SPAN}
    sources = [*own["source"], *(text for series in parts.values() for text in series["source"])]
    return made, Estimate(0.0, join_sources(sources), "estimate", "")


def electric_cars() -> tuple[dict[int, float], Estimate]:
    """Share of electric ones in all vehicles relative to the base year: the mean of the two ends of each year; the base year is its end.

    An estimate: electric ones and all others are counted with trucks and buses, and their share is taken for that of cars.
    """
    stock, whole = (years_of(national(name, item)) for name, item in (("ev_stock", "nev"), ("vehicle_stock", "all")))
    ends = {year: float(stock.loc[year, "value"] / whole.loc[year, "value"]) for year in SPAN}
    made = {BASE_YEAR: 1.0} | {year: (ends[year - 1] + ends[year]) / 2 / ends[BASE_YEAR] for year in SPAN[1:]}
    return made, Estimate(0.0, join_sources([*stock["source"], *whole["source"]]), "estimate", "")
