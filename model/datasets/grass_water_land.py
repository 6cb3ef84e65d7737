"""Grassland by zone and condition, water by zone, and land by class: one frame per table, by province.

Limits: the zone borders of grassland are an assumption of the source table and drive every grassland result; every
province is one water zone.
"""

from __future__ import annotations

import pandas as pd

from . import afforestation
from .frame import (
    BASE_YEAR,
    PER_THOUSAND,
    YEARS,
    Estimate,
    by_province,
    credited,
    estimates,
    join_sources,
    load,
    provinces,
    selected,
    year_frame,
)
from .period_means import means_of, period_means

LAND = "land"
ZONES = {
    "sustainable_grazing": "zone_sustainable_grazing_kha",
    "restoration": "zone_restoration_kha",
    "tibetan_core": "zone_tibetan_core_kha",
}
#: From the worst to the best: the order in which land came under a ban.
CONDITIONS = ("severe", "moderate", "light", "good")
#: A thousand hectares at a yuan each, in a billion yuan.
KHA_CNY_PER_BN = 1e6
USES = ("agriculture", "industry", "domestic", "ecology")


def frames() -> dict[str, pd.DataFrame]:
    """All grassland, water and land tables by name."""
    return {
        "grassland": grassland(),
        "grass_measures": grass_measures(),
        "grass_conditions": grass_conditions(),
        "grass_initial": grass_initial(),
        "livestock": livestock(),
        "water_base": water_base(),
        "water_available": water_available(),
        "water_growth": water_growth(),
        "water_saving": water_saving(),
        "water_runoff": water_runoff(),
        "environmental_flow": environmental_flow(),
        "water_sectors": water_sectors(),
        "water_rights": water_rights(),
        "land": land(),
        "dual_use_rules": dual_use_rules(),
        "wetland_recovery": wetland_recovery(),
    }


def grassland() -> pd.DataFrame:
    """Area, kha, by province, zone and condition, with the measures in force in the base year."""
    made, given = provinces(LAND, "grassland"), estimates("grassland")
    parts = []
    for zone, column in ZONES.items():
        for condition, share in zone_mix(made, zone, given["light_in_restoration"].value).items():
            rows = made.assign(grass_zone=zone, condition=condition, area=made[column] * share)
            parts.append(rows[rows["area"] > 0])
    made = pd.concat(parts, ignore_index=True)
    made["water_zone"] = made["region"]
    made["degradation"] = given["degradation"].value
    made.loc[made["condition"] == "good", "degradation"] = 0.0
    made["initial_ban"] = _initial_ban(made, given["initial_ban"].value)
    free = made["area"] - made["initial_ban"]
    made["initial_balance"] = free * min(1.0, given["initial_balance"].value / free.sum())
    note = "ban and balance in force since 2011 are national figures, spread by area"
    made = credited(made, given["initial_ban"], given["degradation"], note=note)
    amounts = ("area", "forage_yield", "degradation", "initial_ban", "initial_balance", "carbon_density")
    keys = ("region", "water_zone", "grass_zone", "condition")
    names = {"forage_yield_t_dm_per_ha_yr": "forage_yield", "ecosystem_c_density_tc_per_ha": "carbon_density"}
    return selected(made, (*keys, *amounts), names)


def zone_mix(table: pd.DataFrame, zone: str, light_share: float) -> dict[str, pd.Series]:
    """Condition -> its share of the zone's area, by row.

    The core zone has the mix of the province; the restoration zone holds all moderate and severe and ``light_share``
    of the light land outside the core, the sustainable zone the remainder.
    """
    light, moderate, severe = (table[f"degraded_{c}_frac"] for c in ("light", "moderate", "severe"))
    mix = {"severe": severe, "moderate": moderate, "light": light, "good": 1 - light - moderate - severe}
    if zone == "restoration":
        mix = {"severe": severe, "moderate": moderate, "light": light * light_share, "good": light * 0}
    if zone == "sustainable_grazing":
        mix = {"severe": light * 0, "moderate": light * 0, "light": light * (1 - light_share), "good": mix["good"]}
    whole = sum(mix.values())
    return {condition: share / whole for condition, share in mix.items()}


def _initial_ban(made: pd.DataFrame, national: float) -> pd.Series:
    """Area under a ban, kha: the same share of each zone that bans, filled from the worst condition."""
    banned = made["grass_zone"] != "sustainable_grazing"
    left = national / made.loc[banned, "area"].sum() * made["area"].where(banned, 0.0)
    left = left.groupby([made["region"], made["grass_zone"]]).transform("sum")
    ban = pd.Series(0.0, index=made.index)
    for condition in CONDITIONS:
        here = made["condition"] == condition
        ban = ban.mask(here, made["area"].clip(upper=left))
        used = ban.where(here, 0.0).groupby([made["region"], made["grass_zone"]]).transform("sum")
        left = left - used
    return ban


def grass_measures() -> pd.DataFrame:
    """Measures by zone: gain, costs, forage, with what each may be put on."""
    made, flags = load(LAND, "grass_measures"), load("estimates", "grass_measures")
    names = {"source": "source_flag", "quality": "quality_flag", "note": "note_flag"}
    made = made.merge(flags.rename(columns=names), on="measure", how="left", validate="many_to_one")
    flag = made[["source_flag", "quality_flag"]].set_axis(["source", "quality"], axis=1)
    made = credited(made, flag, note="what the measure may be put on is a judgement")
    names = {
        "zone": "grass_zone",
        "c_gain_tc_per_ha_yr": "rate",
        "saturation_yr": "saturation",
        "establishment_cost_cny_per_ha": "establishment_cost",
        "annual_cost_cny_per_ha_yr": "annual_cost",
        "compensation_cny_per_ha_yr": "compensation",
        "irrigation_m3_per_ha_yr": "irrigation",
        "forage_loss_frac_of_yield": "forage_loss",
        "measure_life_yr": "life",
    }
    return selected(
        made, ("grass_zone", "measure", *list(names.values())[1:], "light", "restores", "degraded_only"), names
    )


def grass_conditions() -> pd.DataFrame:
    """Factors of the condition on carbon gain and forage."""
    return selected(load("estimates", "grass_conditions"), ("condition", "carbon_factor", "forage_factor"))


def grass_initial() -> pd.DataFrame:
    """Rate and years left of the measures in force, each taken from the measure it is like."""
    made = load("estimates", "grass_initial")
    measures = load(LAND, "grass_measures").rename(columns={"zone": "like_zone", "measure": "like_measure"})
    made = made.merge(
        measures, on=["like_zone", "like_measure"], how="left", suffixes=("", "_like"), validate="many_to_one"
    )
    made["rate"] = made["c_gain_tc_per_ha_yr"]
    made["compensation"] = made["compensation_cny_per_ha_yr"]
    made["years_left"] = made["saturation_yr"] - made["years_in_force"]
    like = made[["source_like", "quality_like"]].set_axis(["source", "quality"], axis=1)
    return selected(credited(made, like), ("grass_zone", "measure", "rate", "years_left", "compensation"))


def compensation_in_force() -> pd.Series:
    """Yearly compensation and reward for the measures in force in the base year, bn CNY, by province."""
    columns = {"initial_ban": "ban", "initial_balance": "balance"}
    areas = grassland().rename(columns=columns).melt(
        ["region", "grass_zone"], list(columns.values()), var_name="measure", value_name="held"
    )
    paid = areas.merge(grass_initial(), on=["grass_zone", "measure"], validate="many_to_one")
    return (paid["held"] * paid["compensation"] / KHA_CNY_PER_BN).groupby(paid["region"]).sum()


def livestock() -> pd.DataFrame:
    """Livestock in million sheep units and treatment capacity in kha a year, by province."""
    made, given = provinces(LAND, "grassland"), estimates("grassland")
    area = made["grassland_tnls2019_kha"]
    made["sheep_units"] = made["carrying_capacity_sheep_units_per_ha"] * area / PER_THOUSAND * given["stocking"].value
    made["treatment_capacity"] = given["treatment_capacity"].value * area / area.sum()
    note = f"carrying capacity x area x {given['stocking'].value:g}; national treatment capacity spread by area"
    made = credited(made, given["stocking"], given["treatment_capacity"], note=note)
    return selected(made, ("region", "sheep_units", "treatment_capacity"))


def cooling() -> pd.Series:
    """Cooling water of the base year's thermal plants, million m3, by province: generation times water per MWh."""
    rules = load("estimates", "cooling")
    costs = load("energy", "tech_costs")
    water = costs[costs["year"] == BASE_YEAR].set_index("technology")["water_m3_per_mwh"]
    per_mwh = (rules["cost_technology"].map(water) * rules["factor"]).set_axis(rules["fleet_technology"])
    fleet = provinces("energy", "power_2020")
    used = fleet["generation_twh"] * fleet["technology"].map(per_mwh).fillna(0.0)
    return used.groupby(fleet["region"]).sum()


def _water() -> pd.DataFrame:
    """Water use by province in million m3, with cooling, cap and what is above the cap."""
    made, given = provinces(LAND, "water"), estimates("water")
    for use in USES:
        made[f"use_{use}"] = made[f"use_{use}_bcm"] * PER_THOUSAND
    wanted = made["region"].map(cooling())
    limit = made["use_industry"] * given["cooling_limit"].value
    made["decided_use"] = wanted.clip(upper=limit)
    made["capped"] = wanted > limit
    made["cap"] = made["cap_2030_bcm"] * PER_THOUSAND
    made["base_use"] = sum(made[f"use_{use}"] for use in USES)
    return made.assign(water_zone=made["region"])


def water_base() -> pd.DataFrame:
    """Base-year use by sector, thermal cooling in it, and the cap, million m3 a year."""
    made, given = _water(), estimates("water")
    rules = load("estimates", "cooling")
    origin = Estimate(0.0, join_sources([*rules["source"], "CEC2020", "POWERLAB2025"]), "estimate", "")
    limited = f"; held at {given['cooling_limit'].value:.0%} of industrial use"
    note = "decided_use: generation of 2020 x cooling water per MWh, sea water not split off"
    made["note"] = [note + (limited if capped else "") for capped in made["capped"]]
    made = credited(made, origin)
    return selected(made, ("water_zone", *(f"use_{use}" for use in USES), "decided_use", "cap"))


def _available(made: pd.DataFrame, year: int) -> pd.Series:
    """Withdrawals allowed in a year: the larger of cap and base use, falling to the cap in a straight line."""
    last = estimates("water")["cap_year"].value
    left = max(0.0, (last - year) / (last - BASE_YEAR))
    return made["cap"] + (made["base_use"] - made["cap"]).clip(lower=0) * left


def water_available() -> pd.DataFrame:
    """Withdrawals allowed by zone, million m3 a year, in a normal year, mean of each period."""
    made, given = _water(), estimates("water")
    note = "cap of 2030, or base use where larger, falling to the cap by 2035"
    made = credited(made, given["cap_year"], note=note)
    return year_frame(made[["water_zone", "source", "quality", "note"]], means_of(lambda year: _available(made, year)))


def water_growth() -> pd.DataFrame:
    """Use of each sector relative to the base year, mean of each period."""
    made = load("estimates", "water_growth")
    return year_frame(made[["sector", "source", "quality", "note"]], period_means({y: made[str(y)].astype(float) for y in YEARS}))


def water_saving() -> pd.DataFrame:
    """What farms save, million m3 a year, so that grown use fits what is available; zones below their cap save nothing."""
    made, given = _water(), estimates("water")
    growth, available = water_growth().set_index("sector"), water_available()
    saving = {}
    for year in YEARS:
        factor = growth[year]
        fixed = sum(made[f"use_{use}"] * factor[use] for use in USES) - made["decided_use"] * (factor["industry"] - 1.0)
        saving[year] = (fixed - available[year]).clip(lower=0.0)
    origin = Estimate(0.0, join_sources(growth["source"]), "estimate", "")
    note = "grown use above what is available comes off farm use; cooling decided by the model is kept at its base use here"
    made = credited(made, given["cap_year"], given["cooling_limit"], origin, note=note)
    over = sum(saving.values()) > 0
    frame = year_frame(made[["water_zone", "source", "quality", "note"]], saving)
    return frame[over.to_numpy()].reset_index(drop=True)


def water_runoff() -> pd.DataFrame:
    """Own water resources of a normal year by zone, million m3, the same in every year."""
    made = provinces("estimates", "water_runoff").assign(water_zone=lambda frame: frame["region"])
    value = made["runoff_bcm"] * PER_THOUSAND
    return year_frame(made[["water_zone", "source", "quality", "note"]], dict.fromkeys(YEARS, value))


def environmental_flow() -> pd.DataFrame:
    """Share of the runoff that rivers keep, and rights to water from elsewhere, by zone."""
    made = provinces("estimates", "environmental_flow").assign(water_zone=lambda frame: frame["region"])
    runoff = by_province("estimates", "water_runoff")["runoff_bcm"]
    made["weight"] = made["region"].map(runoff) * PER_THOUSAND
    made["inflow_right"] = made["inflow_right_bcm"] * PER_THOUSAND
    made["evapotranspiration_limit"] = None
    return selected(made, ("water_zone", "share", "inflow_right", "evapotranspiration_limit", "weight"))


def water_sectors() -> pd.DataFrame:
    """What each sector consumes of its withdrawals."""
    return selected(load("estimates", "water_sectors"), ("sector", "consumption"))


def water_rights() -> pd.DataFrame:
    """Pairs of zones of one basin that may trade rights, in both directions."""
    given, zones = estimates("water"), provinces("estimates", "basins")
    zones = zones[zones["basin"].isin(load("estimates", "trading_basins")["basin"])][["region", "basin"]]
    made = zones.merge(zones, on="basin", suffixes=("_from", "_to"))
    made = made[made["region_from"] != made["region_to"]].reset_index(drop=True)
    made["share"], made["cost"] = given["rights_share"].value, given["rights_cost"].value
    made = credited(made, given["rights_share"], given["rights_cost"])
    names = {"region_from": "from_zone", "region_to": "to_zone"}
    return selected(made, ("from_zone", "to_zone", "share", "cost"), names)


def land() -> pd.DataFrame:
    """Land by province and class, kha, with the present use that can not change."""
    survey, floor = afforestation.survey().reset_index(), afforestation.cropland_floor()
    classes = load("estimates", "land_classes")
    suitable = sum(survey[f"suitable_{grade}"] for grade in afforestation.CUT_ORDER)
    fixed = {
        "cropland": survey["region"].map(floor),
        "forest_land": (survey["forest_land_kha"] - survey["arboreal"] - suitable).clip(lower=0),
        "water_surface": survey["water_and_facilities_kha"],
    }
    parts = []
    for row in classes.to_dict("records"):
        rows = survey.assign(land_class=row["land_class"], area=survey[row["column"]], note="")
        rows["fixed_use"] = fixed.get(row["land_class"], 0.0)
        parts.append(rows.assign(note=_land_notes(survey, row["land_class"])))
    parts.append(
        survey.assign(
            land_class="canal_corridor", area=0.0, fixed_use=0.0, note="empty until a diversion brings canals"
        )
    )
    made = pd.concat(parts, ignore_index=True).assign(redline_share=0.0)
    # Only these classes hold a number that is more than the survey's.
    judged = made["land_class"].isin([*fixed, "canal_corridor"])
    made.loc[judged] = credited(made[judged], Estimate(0.0, "OWN_EST", "estimate", ""))
    order = {region: i for i, region in enumerate(survey["region"])}
    made = made.sort_values("region", key=lambda column: column.map(order), kind="stable")
    return selected(made, ("region", "land_class", "area", "redline_share", "fixed_use"))


def dual_use_rules() -> pd.DataFrame:
    """Where panels may share their land, with co-benefit and cost."""
    return selected(load("estimates", "dual_use_rules"), ("land_class", "shares_with", "share", "benefit", "cost"))


def wetland_recovery() -> pd.DataFrame:
    """Wetland that may come back by province: a share of the present one, with the water of the moisture zone."""
    given, water = estimates("wetland"), load("estimates", "wetland_water").set_index("moisture_zone")
    made = provinces(LAND, "land_use").merge(provinces(LAND, "provinces")[["region", "moisture_zone"]], on="region")
    made["from_class"] = made["moisture_zone"].map(water["from_class"])
    made["water"] = made["moisture_zone"].map(water["water"]).astype(float)
    origin = made["grassland_kha"].where(made["from_class"] == "grassland", made["unused_residual_kha"])
    lost = made["wetland_kha"] * given["recoverable_share"].value
    made["area"] = lost.clip(upper=origin * given["class_share"].value)
    made["capacity"] = made["area"] / given["years_to_recover"].value
    for column in ("rate", "saturation", "recovery_cost", "annual_cost", "methane"):
        made[column] = given[column].value
    made["water_zone"] = made["region"]
    kind = pd.DataFrame({c: made["moisture_zone"].map(water[c]) for c in ("source", "quality")})
    made = credited(made, kind, *given.values(), note="share of the wetland of the survey; rates and costs are estimates")
    columns = ("area", "capacity", "water", "rate", "saturation", "recovery_cost", "annual_cost", "methane")
    return selected(made[made["area"] > 0], ("region", "water_zone", "from_class", *columns))


def _land_notes(survey: pd.DataFrame, land_class: str) -> list[str]:
    common = "red line already left out of the practical potentials"
    if land_class == "cropland":
        return [f"fixed use: share of the national cropland floor; {common}"] * len(survey)
    if land_class == "water_surface":
        return [f"fixed use: reservoirs and ponds stay; panels share them; {common}"] * len(survey)
    if land_class != "forest_land":
        return [common] * len(survey)
    text = "fixed use: wooded land other than arboreal forest"
    return [
        text + (f"; {moved:,.0f} kha taken over from gardens and water facilities" if moved > 0 else "")
        for moved in survey["taken_over"]
    ]
