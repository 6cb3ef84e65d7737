"""Measures of industry and end use: what they abate, use and cost, how far they can go, which exclude each other.

The pack counts a measure per tonne of product, per GJ of heat, per vehicle or as a fraction of a sector. The file of
estimates says which sector of the model it serves and how it is brought to that sector's unit:

- ``unit``: the sector's unit is the measure's;
- ``fraction``: the pack's fraction times the sector's mean CO2 per unit;
- ``heat``: per GJ times the GJ of heat in a unit, which is the sector's mean CO2 per unit times its share from heat
  over the CO2 of a GJ of coal heat;
- ``normalised``: per tonne of CO2 of the end use that it replaces;
- ``fraction_electric``: a fraction of the end use, with the listed electricity per tonne abated.

What the pack lists per unit is taken from a unit that nothing has changed: cement that is not made saves the whole mean of 0.51 t, capture
takes 0.45 of it, which is nine tenths, an electric kiln 0.15, which is all of its fuel, and a route of steel its difference to a blast
furnace. So they can not be added up; the file of estimates gives each its stage. A largest share is one of what the stages before leave:
of the trucks that rail does not replace, of the steel that is still asked for.

The pack's cost per tonne is net of the energy that a measure takes and spares, as costs per tonne avoided are by custom. Where it can be
put together anew from the pack's own costs of plants, it only comes out with its energy in it: of the 2020 figures green ammonia (3,510 CNY
a tonne, with 9 MWh of power), green methanol (3,920, 10.5 MWh), steel from hydrogen (1,620, 2.1 MWh of hydrogen), electric heat (43 CNY/GJ, 130
kWh), capture at kilns (capital 258, operation 75, heat and power 120 to 170 of 520 CNY/t). So ``cost_holds`` names the energy of every
measure that lists some, but not for steel and cement that are not made: a cost of nothing holds neither the power nor the coal and the ore
that they spare.

Limits: one abatement per unit for the whole nation, in proportion to what the units of a province emit. The shares of capture in steel,
ammonia and methanol are shares of the whole output and are read as shares of the flue gas left, which is cautious.
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
#: Measures whose power is drawn by a shape of its own: see the estimates ``load_uses``.
LOAD_USES = {
    ("cars", "bev_passenger"): "charging_cars",
    ("trucks", "bev_fcev_truck"): "charging_trucks",
    ("buildings_heating", "air_source_heat_pump"): "space_heating",
    ("heat_supply", "chp_to_heat_pump"): "space_heating",
}
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
        "measure_energy_prices": measure_energy_prices(),
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
    result["load_use"] = [LOAD_USES.get((sector, measure), "") for sector, measure in zip(result["sector"], result["measure"], strict=True)]
    columns = ["abatement", "captured", "electricity", "hydrogen", "biomass", "water", "build_rate", "life", "stage", "capture_rate", "cost_holds", "load_use"]
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
    counted, from which the activity and the intensity of that period are made, and must not be taken off once more. A share of capture never
    falls: the pack's falls where another route takes over, which the flue gas that is left already tells.
    """
    made = _mapped()
    listed = made[[f"max_share_{y}" for y in YEARS]].astype(float)
    captures = made["captured"].astype(float) > 0.0
    listed[captures] = listed[captures].cummax(axis=1)
    means = period_means({y: listed[f"max_share_{y}"] for y in YEARS})
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


def measure_energy_prices() -> pd.DataFrame:
    """Prices of the energy inside the costs of measures, CNY/MWh, mean of each period, straight between the first and the last year as the costs are."""
    made = load("estimates", "measure_energy_prices")
    ends = {BASE_YEAR: made["first"].astype(float), max(YEARS): made["last"].astype(float)}
    return year_frame(made[["energy", "source", "quality", "note"]], period_means(ends))
