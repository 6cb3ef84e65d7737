"""Thermal plants: the technologies and their costs, the fleet of the base year and its age, fuels and must-run heat.

Efficiency and running cost of a technology are those of the middle year of the cost table; investment and fixed cost
are series. A retrofit carries the fixed cost of the plant it converts and its own.

Limits: one coal fleet per province, without unit sizes; heat-and-power plants are part of the fleet, by their must-run
share.
"""

from __future__ import annotations

import pandas as pd

from model.core.declare.units import GWH_PER_TWH

from . import supply
from .frame import AFTER_YEARS, BASE_YEAR, YEARS, Estimate, credited, load, provinces, selected
from .parameters import ENERGY, MIDDLE_YEAR, Parameters, cost_rows, costs, evidence, middle, ordered, year_row
from .period_means import row_means

#: Technology -> class of build limits, buildable, what it converts, fuel, row of the cost table.
TECHNOLOGIES = {
    "coal": ("coal", 0.0, "", "coal", "coal"),
    "coal_new": ("coal", 1.0, "", "coal", "coal"),
    "coal_flexible": ("coal_retrofit", 1.0, "coal", "coal", "coal"),
    "coal_cofire": ("coal_retrofit", 1.0, "coal", "coal", "coal_biomass_cofire_20pct"),
    "coal_ccs_retrofit": ("coal_ccs", 1.0, "coal", "coal", "coal_ccs_retrofit"),
    "coal_ccs_new": ("coal_ccs", 1.0, "", "coal", "coal_ccs_new"),
    "gas": ("gas", 0.0, "", "gas", "gas_ccgt"),
    "gas_new": ("gas", 1.0, "", "gas", "gas_ccgt"),
    "gas_ccs": ("gas_ccs", 1.0, "", "gas", "gas_ccs"),
    "biomass": ("biomass", 1.0, "", "biomass", "biomass"),
    "beccs": ("beccs", 1.0, "", "biomass", "beccs"),
    "other_thermal": ("other_thermal", 1.0, "", "waste_heat", "coal"),
    "hydrogen_turbine": ("hydrogen_turbine", 1.0, "", "hydrogen", "h2_turbine"),
}
FLEETS = ("coal", "gas", "biomass", "other_thermal")
#: Retrofits whose row of the cost table holds what is added to the plant.
ADDED_FIXED = ("coal_cofire", "coal_ccs_retrofit")
ADDED_VARIABLE = ("coal_ccs_retrofit",)
CAPTURING = ("coal_ccs_retrofit", "coal_ccs_new", "gas_ccs")
#: Fuel -> row of the cost table that holds its price; waste heat costs nothing.
FUEL_ROWS = {"coal": "coal", "gas": "gas_ccgt"}
FREE_FUEL = "waste_heat"
NORTHERN_GRIDS = ("North", "Northeast", "Northwest")
HEATING_SEASON = "winter"
#: One PJ is 1/3.6 TWh.
TWH_PER_PJ = 1 / 3.6


def frames() -> dict[str, pd.DataFrame]:
    """The tables of thermal plants by name."""
    return {
        "thermal_technologies": thermal_technologies(),
        "thermal_capex": thermal_capex(),
        "thermal_fixed_cost": thermal_fixed_cost(),
        "fuel_prices": fuel_prices(),
        "fuel_price_factors": fuel_price_factors(),
        "thermal_fleet": thermal_fleet(),
        "fleet_survival": fleet_survival(),
    }


def thermal_technologies() -> pd.DataFrame:
    """One row per technology; factors in t CO2/MWh, costs in CNY/MWh and CNY/kW, life in years."""
    thermal = Parameters("thermal")
    return pd.DataFrame([_technology(name, thermal) for name in TECHNOLOGIES])


def _technology(name: str, thermal: Parameters) -> dict[str, object]:
    group, buildable, converts, fuel, row = TECHNOLOGIES[name]

    def pick(column: str, pack_column: str) -> Estimate:
        return thermal.get(column, name) or middle(row, pack_column)

    zero = Estimate(0.0, "", "reported", "")
    used = {
        "efficiency": pick("efficiency", "efficiency"),
        "biomass_share": thermal.get("biomass_share", name) or zero,
        "emission_factor": _emission_factor(name, thermal),
        "captured_biogenic": thermal.get("captured_biogenic", name) or zero,
        "variable_cost": pick("variable_cost", "vom_cny_per_mwh"),
        "lifetime": pick("lifetime", "lifetime_yr"),
        "availability": thermal["availability", name],
        "water": pick("water", "water_m3_per_mwh"),
        "firm_credit": thermal["firm_credit", name],
        "retirement_cost": thermal.get("retirement_cost", name) or zero,
    }
    values = {column: estimate.value for column, estimate in used.items()}
    if name in ADDED_VARIABLE:
        values["variable_cost"] += middle(TECHNOLOGIES[converts][-1], "vom_cny_per_mwh").value
    rate = middle(row, "ccs_capture_rate").value if name in CAPTURING else 0.0
    captured = values["emission_factor"] * rate / (1 - rate)
    keys = {"technology": name, "class": group, "buildable": buildable, "retrofit_of": converts, "fuel": fuel}
    return {
        **keys,
        **{c: values[c] for c in ("efficiency", "biomass_share", "emission_factor")},
        "captured_fossil": captured,
        **{
            c: values[c]
            for c in ("captured_biogenic", "variable_cost", "lifetime", "availability", "water", "firm_credit")
        },
        "retirement_cost": values["retirement_cost"],
        **evidence(used.values()),
        "note": _note(name, used),
    }


def _note(name: str, used: dict[str, Estimate]) -> str:
    """What is particular about the row: reasons of what is not plain availability or credit."""
    plain = ("availability", "firm_credit", "retirement_cost")
    reasons = [e.note for column, e in used.items() if column not in plain and e.note]
    year = f"cost table of {MIDDLE_YEAR}"
    return "; ".join(dict.fromkeys([*reasons, *([year] if name not in FLEETS else [])]))


def _emission_factor(name: str, thermal: Parameters) -> Estimate:
    """Of a fleet the mean by generation in the base year; biogenic and hydrogen plants emit no fossil CO2."""
    given = thermal.get("emission_factor", name)
    if given:
        return given
    if name in FLEETS:
        fleet = _pack_fleet(name)
        mean = (fleet["ef_tco2_per_mwh"] * fleet["generation_twh"]).sum() / fleet["generation_twh"].sum()
        return Estimate(
            float(mean), ";".join(fleet["source"]), "derived", "emission factor is the fleet mean of the base year"
        )
    found = middle(TECHNOLOGIES[name][-1], "ef_tco2_per_mwh")
    return Estimate(max(found.value, 0.0), found.source, found.quality, found.note)


def _pack_fleet(name: str) -> pd.DataFrame:
    table = provinces(ENERGY, "power_2020")
    return table[(table["technology"] == name) & (table["capacity_gw"] > 0)]


def thermal_capex() -> pd.DataFrame:
    """Investment by year, CNY/kW, of technologies that can be built; of a retrofit what is added."""
    given = Parameters("thermal")
    rows = {n: t[-1] for n, t in TECHNOLOGIES.items() if t[1] and given.get("capex", n) is None}
    made = cost_rows(rows, "capex")
    flat = [
        year_row(
            {"technology": n}, pd.Series(given["capex", n].value, index=list(YEARS)), evidence([given["capex", n]])
        )
        for n in given.keys("capex")
    ]
    return pd.concat([made, ordered(flat, ["technology"])], ignore_index=True)


def thermal_fixed_cost() -> pd.DataFrame:
    """Fixed cost by year, CNY/kW/yr; a retrofit carries the cost of the plant it converts and its own."""
    made = cost_rows({n: t[-1] for n, t in TECHNOLOGIES.items()}, "fom_cny_per_kw_yr").set_index("technology")
    for name in ADDED_FIXED:
        base = row_means(costs(TECHNOLOGIES[TECHNOLOGIES[name][2]][-1])["fom_cny_per_kw_yr"])
        for year in YEARS:
            made.loc[name, year] += base[year]
        made.loc[name, "note"] = "fixed cost of the coal plant plus what the retrofit adds"
    return made.reset_index()


def fuel_prices() -> pd.DataFrame:
    """Price of coal, gas and waste heat, mean of each period, CNY per MWh of fuel."""
    made = cost_rows(FUEL_ROWS, "fuel_cny_per_mwh_fuel").rename(columns={"technology": "fuel"})
    free = {"source": "OWN_EST", "quality": "estimate", "note": "waste heat and process gas are there anyway"}
    free_row = ordered([year_row({"fuel": FREE_FUEL}, pd.Series(0.0, index=list(YEARS)), free)], ["fuel"])
    return pd.concat([made, free_row], ignore_index=True)


def fuel_price_factors() -> pd.DataFrame:
    """Regional price of coal relative to the nation; weight is the coal generation of the base year."""
    table = load("estimates", "fuel_price_factors")
    fleet = _pack_fleet("coal").set_index("region")["generation_twh"]
    made = table.assign(weight=table["region"].map(fleet).fillna(0.0))
    # a province without coal plants buys no coal: its factor would weigh nothing in any mean
    return selected(made[made["weight"] > 0], ["region", "fuel", "factor", "weight"])


def thermal_fleet() -> pd.DataFrame:
    """Fleet of the base year by province: GW, t CO2/MWh, efficiency, least and planned hours a year, generation in TWh."""
    thermal = Parameters("thermal")
    parts = []
    for name in FLEETS:
        share, planned = thermal["minimum_hours_share", name], thermal.get("planned_hours_share", name)
        efficiency = thermal.get("efficiency", name) or _first_year_efficiency(name)
        fleet = _pack_fleet(name)
        made = pd.DataFrame(
            {
                "region": fleet["region"],
                "technology": name,
                "capacity": fleet["capacity_gw"],
                "emission_factor": fleet["ef_tco2_per_mwh"],
                "efficiency": efficiency.value,
                "minimum_hours": fleet["full_load_hours"] * share.value,
                "planned_hours": fleet["full_load_hours"] * (planned.value if planned else 0.0),
                "generation": fleet["generation_twh"],
                "source": fleet["source"],
                "quality": fleet["quality"],
            }
        )
        if TECHNOLOGIES[name][3] == "biomass":
            local = thermal["local_fuel_share", name]
            for hours in ("minimum_hours", "planned_hours"):
                made[hours] = made[hours].clip(upper=_fuelled_hours(made) * local.value)
        reasons = [share, planned] if planned else [share]
        parts.append(credited(made, *reasons, efficiency, note="; ".join(reason.note for reason in reasons)))
    amounts = ["capacity", "emission_factor", "efficiency", "minimum_hours", "planned_hours", "generation"]
    return selected(pd.concat(parts), ["region", "technology", *amounts])


def _fuelled_hours(fleet: pd.DataFrame) -> pd.Series:
    """Full-load hours a year for which the collectable biomass of the province suffices."""
    biomass = supply.biomass_supply()
    twh = biomass["supply"] * biomass["collectable_share"] * biomass["heating_value"] * TWH_PER_PJ
    fuel = fleet["region"].map(twh.groupby(biomass["region"]).sum()).fillna(0.0)
    return fuel * fleet["efficiency"] / fleet["capacity"] * GWH_PER_TWH


def _first_year_efficiency(name: str) -> Estimate:
    row = costs(TECHNOLOGIES[name][-1]).loc[BASE_YEAR]
    return Estimate(float(row["efficiency"]), row["source"], row["quality"], row["note"])


def fleet_survival() -> pd.DataFrame:
    """Share of the base-year fleet that has not reached the end of its life, by technology, at the milestone."""
    blocks = load("estimates", "fleet_age")
    rows = []
    for technology in dict.fromkeys(blocks["technology"]):
        own = blocks[blocks["technology"] == technology]
        shares = pd.Series({year: _standing(own, year) for year in (*YEARS, *AFTER_YEARS)})
        reasons = [Estimate(0.0, r.source, r.quality, r.note) for r in own.itertuples()]
        rows.append(year_row({"technology": technology}, shares, evidence(reasons)))
    return ordered(rows, ["technology"])


def _standing(blocks: pd.DataFrame, year: int) -> float:
    """Plants of a block are built evenly between its two years and stand for their life."""
    left = (blocks["built_to"] + blocks["lifetime"] - year) / (blocks["built_to"] - blocks["built_from"])
    return float((blocks["share"] * left.clip(0.0, 1.0)).sum())


def must_run(heating: pd.Series) -> pd.DataFrame:
    """Least output in a slice as a share of the year's mean output, by province, coal technology and day type.

    ``heating`` has for each day type the share of its days that lie in the heating season.
    """
    thermal = Parameters("thermal")
    fleet = _pack_fleet("coal")
    grids = provinces(ENERGY, "provinces").set_index("region")["grid_region"]
    northern, other = thermal["must_run", "northern_winter"], thermal["must_run", "other"]
    rows = []
    for place in fleet.itertuples():
        for name in thermal.keys("must_run_factor"):
            factor = thermal["must_run_factor", name]
            for season, cold in heating.items():
                cold = cold if grids[place.region] in NORTHERN_GRIDS else 0.0
                keys = {"region": place.region, "technology": name, "season": season}
                capacity = Estimate(place.capacity_gw, place.source, place.quality, "")
                used = [share for share, part in ((northern, cold), (other, 1.0 - cold)) if part > 0.0]
                value = (northern.value * cold + other.value * (1.0 - cold)) * factor.value
                rows.append({**keys, "share": value, "weight": place.capacity_gw, **evidence([*used, factor, capacity])})
    return pd.DataFrame(rows)
