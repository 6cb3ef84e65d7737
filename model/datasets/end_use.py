"""Emissions of transport, buildings, heat and farms in the base year, and how their activity grows.

Sectors of the emission table are split by national shares. In 2021 to 2025 activity is the CO2 counted, with what electric cars
saved added back; later it follows the indices of the demand table, less a slow gain that comes without measures.

Limits: every province has the same split and the same growth. What other measures did in 2021 to 2025 is in the activity.
"""

from __future__ import annotations

import pandas as pd

from .frame import BASE_YEAR, YEARS, Estimate, credited, join_sources, load, provinces, selected, worst, year_frame
from .observed_growth import continued, electric_cars, emission_growth, fade
from .parameters import ENERGY
from .period_means import compounded, of_year, period_means

#: Activities that are not an item of the demand table.
MEAN_OF = ("passenger_transport_index", "freight_transport_index")
MEAN, CONSTANT = "mean", "constant"
#: End use whose share of electric vehicles is observed: sector and measure.
ELECTRIC = ("cars", "bev_passenger")


def frames() -> dict[str, pd.DataFrame]:
    """The tables of end use by name."""
    return {
        "end_use": end_use(),
        "end_use_activity": end_use_activity(),
        "base_year_emissions": base_year_emissions(),
    }


def base_year_emissions() -> pd.DataFrame:
    """Emissions of the base year by province as the emission table has them, all sectors, Mt CO2."""
    emissions = provinces(ENERGY, "emissions_2020")
    grouped = emissions.groupby("region", sort=False)
    made = grouped["co2_mt"].sum().rename("emission").reset_index()
    made["source"] = made["region"].map(grouped["source"].agg(lambda s: join_sources(list(s))))
    made["quality"] = made["region"].map(grouped["quality"].agg(lambda s: worst(list(s))))
    return selected(made.assign(note="sum over all sectors; for calibration only"), ["region", "emission"])


def end_use() -> pd.DataFrame:
    """Emissions of the base year by province and end use, Mt CO2."""
    emissions = provinces(ENERGY, "emissions_2020")
    parts = []
    for row in load("estimates", "end_use").to_dict("records"):
        own = emissions[emissions["sector"] == row["pack_sector"]]
        if row["pack_subsector"]:
            own = own[own["subsector"] == row["pack_subsector"]]
        made = own.assign(sector=row["sector"], category=row["category"], emission=own["co2_mt"] * float(row["share"]))
        if float(row["share"]) < 1:
            made = credited(made, Estimate(float(row["share"]), row["source"], row["quality"], row["note"]))
        else:
            made = made.assign(note="")
        parts.append(made[made["emission"] > 0])
    return selected(pd.concat(parts), ["region", "sector", "category", "emission"])


def end_use_activity() -> pd.DataFrame:
    """Emissions relative to the base year without measures, by end use, mean of each period."""
    parts = []
    for row in load("estimates", "end_use").to_dict("records"):
        sector = str(row["sector"])
        own = Estimate(0.0, row["source"], row["quality"], row["note"])
        counted = emission_growth(sector)[1]
        note = f"2021 to 2025 CO2 as counted by its fuels, measures in it{', electric cars added back' if sector == ELECTRIC[0] else ''}; later: {row['note']}; {fade('emission').note}"
        cars = [electric_cars()[1]] if sector == ELECTRIC[0] else []
        keys = credited(pd.DataFrame({"sector": [sector]}), own, *_index(row["activity"])[1], counted, *cars, fade("emission"), note=note)
        parts.append(year_frame(keys, period_means(activity_path(sector))))
    return pd.concat(parts, ignore_index=True)


def activity_path(sector: str) -> dict[int, float]:
    """Emissions of an end use without measures relative to the base year, by calendar year."""
    table = load("estimates", "end_use").set_index("sector")
    index, gain = _index(str(table.loc[sector, "activity"]))[0], compounded(float(table.loc[sector, "improvement"]))
    path = {int(str(year)): float(value) for year, value in index.items()}
    eased = {year: float(of_year(path, year) * gain(year)) for year in range(BASE_YEAR, YEARS[-1] + 1)}
    emitted = emission_growth(sector)[0]
    if sector == ELECTRIC[0]:
        share = electric_share()
        emitted = {year: factor / (1.0 - (share[year] - share[BASE_YEAR])) for year, factor in emitted.items()}
    return continued(eased, emitted, int(fade("emission").value))


def electric_share() -> dict[int, float]:
    """Share of electric cars by year as observed: that of the base year as listed with the measure, times the growth of the share in the stock."""
    measures = load(ENERGY, "transition_measures")
    plan = load("estimates", "measure_map").set_index(["sector", "measure"]).loc[ELECTRIC]
    own = measures[(measures["sector"] == plan["pack_sector"]) & (measures["measure"] == plan["pack_measure"])]
    base = float(own[f"max_share_{BASE_YEAR}"].iloc[0])
    return {year: base * factor for year, factor in electric_cars()[0].items()}


def _index(activity: str) -> tuple[pd.Series, list[Estimate]]:
    """Activity by year relative to the base year, and what it rests on."""
    if activity == CONSTANT:
        return pd.Series(1.0, index=list(YEARS)), []
    items = MEAN_OF if activity == MEAN else (activity,)
    table = load(ENERGY, "industry_demand")
    table = table[table["item"].isin(items)]
    value = table.set_index(["item", "year"])["value"]
    relative = value / value.xs(BASE_YEAR, level="year")
    index = relative.groupby("year").mean()
    return index, [Estimate(0.0, join_sources(table["source"]), worst(table["quality"]), "")]
