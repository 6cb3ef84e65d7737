"""Measures of industry and end use: what they abate, use and cost, how far they can go, which exclude each other.

The pack counts a measure per tonne of product, per GJ of heat, per vehicle or as a fraction of a sector. The file of
estimates says which sector of the model it serves and how it is brought to that sector's unit:

- ``unit``: the sector's unit is the measure's;
- ``fraction``: the pack's fraction times the sector's mean CO2 per unit;
- ``heat``: per GJ times the GJ of heat in a unit, which is the sector's mean CO2 per unit times its share from heat
  over the CO2 of a GJ of coal heat;
- ``normalised``: per tonne of CO2 of the end use that it replaces;
- ``fraction_electric``: a fraction of the end use, with the listed electricity per tonne abated.

Limits: one abatement per unit for the whole nation; a province below the mean gains at most its emissions.
"""

from __future__ import annotations

import pandas as pd

from . import end_use, industry
from .frame import BASE_YEAR, YEARS, credited, load, selected, year_frame
from .observed_growth import electric_cars
from .observed_series import SPAN
from .parameters import ENERGY, Parameters
from .period_means import period_means

KEYS = ["sector", "measure"]
#: Side effect -> column of the pack; hydrogen and biomass are in the file of estimates only.
SIDE_EFFECTS = {"electricity": "electricity_side_effect_kwh_per_unit", "water": "water_side_effect_m3_per_unit"}
#: What the first period holds.
SEEN = "2021 to 2025 as the base year: what was done is in the CO2 that was counted"
SEEN_CARS = "2021 to 2025 share in the stock of cars as observed, relative to the base year"
FIRST_COST, LAST_COST = "cost_2020_cny_per_tco2", "cost_2060_cny_per_tco2"


def frames() -> dict[str, pd.DataFrame]:
    """The tables of measures by name."""
    return {
        "measures": measures(),
        "measure_shares": measure_shares(),
        "measure_costs": measure_costs(),
        "measure_caps": selected(load("estimates", "measure_caps"), ["sector", "cap", "measure", "weight"]),
    }


def _mapped() -> pd.DataFrame:
    """Rows of the map with the pack's row beside them; sources and the worst quality of both."""
    plan = load("estimates", "measure_map")
    pack = load(ENERGY, "transition_measures").rename(columns={"sector": "pack_sector", "measure": "pack_measure"})
    made = plan.merge(
        pack, on=["pack_sector", "pack_measure"], how="left", suffixes=("", "_pack"), validate="many_to_one"
    )
    origin = pd.DataFrame({"source": made["source_pack"], "quality": made["quality_pack"]})
    notes = [_both(own, theirs) for own, theirs in zip(made["note"], made["note_pack"], strict=True)]
    return credited(made, origin).assign(note=notes)


def _both(own: str, theirs: str) -> str:
    return "; ".join(text for text in (own, theirs) if text)


def measures() -> pd.DataFrame:
    """Abatement (t CO2), electricity, hydrogen and biomass (kWh) and water (m3) per unit; build rate in 1/yr, life in yr."""
    made = _mapped()
    size = made.apply(_size, axis=1)
    abatement, per_unit = size.map(lambda pair: pair[0]), size.map(lambda pair: pair[1])
    result = made.assign(abatement=abatement)
    listed = made["electricity"].astype(float)
    electricity = listed.where(listed.notna(), made[SIDE_EFFECTS["electricity"]])
    result["electricity"] = electricity * per_unit
    # the pack counts the water of a fraction per percent of energy CO2: no unit of the sector, so it is left out
    result["water"] = (made[SIDE_EFFECTS["water"]] * per_unit).where(made["basis"] != "fraction", 0.0)
    for fuel in ("hydrogen", "biomass"):
        result[fuel] = made[fuel].astype(float) * per_unit
    columns = ["abatement", "captured", "electricity", "hydrogen", "biomass", "water", "build_rate", "life"]
    return selected(result, [*KEYS, *columns])


def _size(row: pd.Series) -> tuple[float, float]:
    """Abatement per unit of the sector, and units of the pack's side effects per unit of the sector."""
    given, fraction = float(row["abatement_per_unit"]), float(row["fraction"])
    basis = row["basis"]
    if basis == "unit":
        return given, 1.0
    if basis == "fraction":
        return given * _mean_emission(row["sector"]), 1.0
    if basis == "heat":
        heat = _heat_per_unit(row["sector"])
        return given * heat, heat
    if basis == "normalised":
        return fraction, fraction / given
    if basis == "fraction_electric":
        return given, given
    raise ValueError(f"measure_map.csv: unknown basis {basis} of {row['measure']}")


def _mean_emission(sector: str) -> float:
    """National mean CO2 per unit of a sector, t."""
    table = industry.industry()
    own = table[table["sector"] == sector]
    return float((own["output"] * own["emission_factor"]).sum() / own["output"].sum())


def _heat_per_unit(sector: str) -> float:
    """GJ of heat in a unit of the sector."""
    heat = Parameters("measure_heat")
    return _mean_emission(sector) * heat["heat_share", sector].value / heat["heat_emission", "coal"].value


def measure_shares() -> pd.DataFrame:
    """Largest share by measure, mean of each period; the base year's share is already in place.

    In the first period nothing is added to it but electric cars, as observed: what other measures did until 2025 is in the CO2 that was
    counted, from which the activity and the intensity of that period are made, and must not be taken off once more.
    """
    made = _mapped()
    means = period_means({y: made[f"max_share_{y}"].astype(float) for y in YEARS})
    seen = period_means(end_use.electric_share())[SPAN[-1]]
    cars = (made["sector"] == end_use.ELECTRIC[0]) & (made["measure"] == end_use.ELECTRIC[1])
    means[SPAN[-1]] = means[BASE_YEAR].mask(cars, seen)
    notes = ["; ".join(filter(None, (text, SEEN_CARS if car else SEEN))) for text, car in zip(made["note"], cars, strict=True)]
    rest = made[~cars]
    keys = pd.concat([rest, credited(made[cars], electric_cars()[1])]).loc[made.index].assign(note=notes)
    return year_frame(keys[[*KEYS, "source", "quality", "note"]], means)


def measure_costs() -> pd.DataFrame:
    """Cost in CNY per t CO2 by measure, mean of each period, straight between the first and the last year."""
    made = _mapped()
    last = max(YEARS)
    start, end = made[FIRST_COST].astype(float), made[LAST_COST].astype(float)
    return year_frame(made[[*KEYS, "source", "quality", "note"]], period_means({BASE_YEAR: start, last: end}))
