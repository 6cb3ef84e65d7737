"""Emissions of transport, buildings, heat and farms in the base year, and how their activity grows.

Sectors of the emission table are split by national shares; activity follows the indices of the demand table, less a
slow gain that comes without measures.

Limits: every province has the same split.
"""

from __future__ import annotations

import pandas as pd

from .frame import BASE_YEAR, YEARS, Estimate, credited, join_sources, load, provinces, selected, worst, year_frame
from .parameters import ENERGY

#: Activities that are not an item of the demand table.
MEAN_OF = ("passenger_transport_index", "freight_transport_index")
MEAN, CONSTANT = "mean", "constant"


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
    """Emissions relative to the base year without measures, by end use and year."""
    parts = []
    for row in load("estimates", "end_use").to_dict("records"):
        index, origin = _index(row["activity"])
        gain = 1 + float(row["improvement"])
        own = Estimate(0.0, row["source"], row["quality"], row["note"])
        keys = credited(pd.DataFrame({"sector": [row["sector"]]}), own, *origin, note=row["note"])
        parts.append(year_frame(keys, {y: index[y] * gain ** (y - BASE_YEAR) for y in YEARS}))
    return pd.concat(parts, ignore_index=True)


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
