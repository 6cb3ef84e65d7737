"""Forest of the base year, its growth, its harvest, and what the timber becomes: one frame per table, by province.

Limits: one growth curve per forest group; ages of the inventory 2014-2018 are taken as those of the base year.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from . import frame as f
from .frame import BASE_YEAR, YEARS, Estimate, credited, estimates, load, provinces, selected, year_frame
from .period_means import means_of

LAND = "land"
#: Column of the base-year timber output in the harvest table.
OUTPUT = "timber_output_2020_1e4_m3"
#: Columns that turn volume into biomass carbon.
BIOMASS = ["biomass_slope_t_per_m3", "biomass_intercept_t_per_ha", "carbon_fraction"]


def frames() -> dict[str, pd.DataFrame]:
    """All forest, harvest and wood tables by name."""
    return {
        "forest_groups": forest_groups(),
        "forest_growth": forest_growth(),
        "forest_area": forest_area(),
        "forest_inventory": forest_inventory(),
        "forest_harvest": forest_harvest(),
        "harvest_quota": harvest_quota(),
        "wood_products": wood_products(),
        "wood_product_shares": wood_product_shares(),
        "timber_demand": timber_demand(),
        "roadmap_phases": roadmap_phases(),
        "partial_cuts": partial_cuts(),
        "forest_conversions": forest_conversions(),
    }


def parameters() -> dict[str, Estimate]:
    """Parameters of wood and harvest by name."""
    return estimates_of(load(LAND, "hwp_params"))


def estimates_of(frame: pd.DataFrame) -> dict[str, Estimate]:
    """Rows of a parameter table as numbers with source and quality."""
    return {
        row["parameter"]: Estimate(float(row["value"]), row["source"], row["quality"], "")
        for row in frame.to_dict("records")
    }


def growth_parameters() -> pd.DataFrame:
    """Curve, densities and soil by forest group (index); the published curves kept for comparison are left out.

    The cited row of fast-growing plantations is replaced by one row for each kind of tree that it stands for.
    """
    frame = load(LAND, "forest_growth_params")
    cited = frame[frame["curve"] == "chapman_richards"].set_index("forest_group")
    split = load("estimates", "plantation_groups").set_index("forest_group")
    made = cited.loc[split["parameters_of"]].set_index(split.index)
    made[BIOMASS] = cited.loc[split["biomass_of"], BIOMASS].to_numpy()
    own = ["k_per_yr", "rotation_age_yr", "note"]
    made[own] = split[own]
    made = credited(made, split)
    return pd.concat([cited.drop(index=split["parameters_of"].unique()), made])


def group_shares() -> pd.DataFrame:
    """Share of each forest group by province and origin; fast-growing plantations are named by their kind of tree.

    KeyError for a province with such plantations but without a kind.
    """
    shares = provinces(LAND, "forest_group_shares")
    kinds = provinces("estimates", "plantation_species").set_index("region")
    mixed = shares["forest_group"].isin(load("estimates", "plantation_groups")["parameters_of"])
    named = kinds.loc[shares.loc[mixed, "region"]].set_index(shares.index[mixed])
    shares.loc[mixed, "forest_group"] = named["forest_group"]
    shares.loc[mixed, ["source", "quality"]] = credited(shares[mixed], named)[["source", "quality"]]
    return shares


def forest_groups() -> pd.DataFrame:
    """Groups by origin: age bounds of a representative species, densities, soil, losses."""
    chosen = load("estimates", "forest_groups")
    split = load("estimates", "plantation_groups").set_index("forest_group")
    chosen["cited_group"] = chosen["forest_group"].replace(split["parameters_of"].to_dict())
    names = {"origin": "bounds_origin", "forest_group": "cited_group"}
    bounds = load(LAND, "forest_age_class_bounds").rename(columns=names)
    keys = ["cited_group", "species_group", "bounds_origin"]
    made = chosen.merge(bounds, on=keys, how="left", suffixes=("", "_bounds"), validate="many_to_one")
    growth = growth_parameters().loc[made["forest_group"]].reset_index(drop=True)
    wood, given = parameters(), estimates("forest")
    carbon = carbon_by_wood(wood)
    made["carbon_per_m3"] = made["wood"].map(carbon)
    # Where the kind of tree is known, its own wood counts: dry mass of a cubic metre times the carbon in it.
    own = made["forest_group"].map(split["basic_density_t_per_m3"]) * growth["carbon_fraction"]
    made["carbon_per_m3"] = own.fillna(made["carbon_per_m3"])
    made["over_mature_max_age_yr"] = 2 * made["mature_max_age_yr"] - made["near_mature_max_age_yr"]
    made["dead_wood_fraction"] = growth["dead_wood_and_litter_fraction_of_biomass_c"]
    made["soil_equilibrium"] = growth["soc_1m_equilibrium_tc_per_ha"]
    made["soil_loss_fraction"] = growth["soc_loss_fraction_after_clearcut"]
    made["soil_time_constant"] = growth["soc_time_constant_yr"]
    made["loss_young"] = given["loss_young"].value
    made["loss_over_mature"] = given["loss_over_mature"].value
    made["regeneration_cost"] = wood["replanting_after_harvest"].value
    made["note"] = [
        "; ".join(t for t in (f"age bounds: {s}", n) if t)
        for s, n in zip(made["species_group"], made["note"], strict=True)
    ]
    origin = made[["source_bounds", "quality_bounds"]].set_axis(["source", "quality"], axis=1)
    made = credited(
        made,
        origin,
        growth[["source", "quality"]],
        given["loss_young"],
        wood["replanting_after_harvest"],
        wood["carbon_per_m3_roundwood_conifer"],
    )
    ages = ("young_max_age", "middle_max_age", "near_mature_max_age", "mature_max_age", "over_mature_max_age")
    names = {f"{name}_yr": name for name in ages} | {"earliest_final_harvest_age_yr": "minimum_cutting_age"}
    soil = ("carbon_per_m3", "dead_wood_fraction", "soil_equilibrium", "soil_loss_fraction", "soil_time_constant")
    money = ("loss_young", "loss_over_mature", "regeneration_cost")
    return selected(made, ("forest_group", "origin", *ages, "minimum_cutting_age", *soil, *money), names)


def carbon_by_wood(wood: dict[str, Estimate]) -> dict[str, float]:
    """Carbon in a cubic metre of roundwood, t C/m3, by kind of wood; mixed stands take the mean."""
    conifer = wood["carbon_per_m3_roundwood_conifer"].value
    other = wood["carbon_per_m3_roundwood_nonconifer"].value
    return {"conifer": conifer, "nonconifer": other, "mixed": (conifer + other) / 2}


def forest_growth() -> pd.DataFrame:
    """Volume (m3/ha) and biomass carbon (t C/ha) by group and age, from the Chapman-Richards curves."""
    given = estimates("forest")
    scale = given["biomass_volume_scale"].value
    made = growth_parameters().reset_index().drop(columns="note").merge(growth_ages(), how="cross")
    made["volume"] = made["v_max_m3_per_ha"] * (1 - np.exp(-made["k_per_yr"] * made["age"])) ** made["c_shape"]
    mass = made["biomass_slope_t_per_m3"] * made["volume"]
    mass += made["biomass_intercept_t_per_ha"] * (1 - np.exp(-made["volume"] / scale))
    made["biomass_carbon"] = made["carbon_fraction"] * mass
    made = credited(made, given["biomass_volume_scale"], note="")
    return selected(made, ("forest_group", "age", "volume", "biomass_carbon"))


def growth_ages() -> pd.DataFrame:
    """Ages of the growth table, yr, in the column ``age``: small steps while stands are young, larger ones later."""
    ages, last = [0], 0
    for until, step in load("estimates", "growth_ages")[["until_yr", "step_yr"]].itertuples(index=False):
        ages += range(last + int(step), int(until) + 1, int(step))
        last = int(until)
    return pd.DataFrame({"age": ages})


def forest_area() -> pd.DataFrame:
    """Arboreal area, kha, by province, group, origin and age group: area by age times share of the group; no districts."""
    area = provinces(LAND, "forest_area_by_age")
    shares = group_shares()[["region", "origin", "forest_group", "share", "source", "quality"]]
    made = area.merge(shares, on=["region", "origin"], how="left", suffixes=("", "_share"), validate="many_to_many")
    made["area"] = made["area_kha"] * made["share"]
    made = made[made["area"] > 0].reset_index(drop=True)
    origin = made[["source_share", "quality_share"]].set_axis(["source", "quality"], axis=1)
    made = credited(made, origin, note="")
    made["district"] = ""
    columns = ("region", "district", "forest_group", "origin", "age_group", "area")
    return selected(made, columns, {"age_class": "age_group"})


def forest_inventory() -> pd.DataFrame:
    """Area, kha, and growing stock, million m3, by province and origin, with the share that may never be felled."""
    area = provinces(LAND, "forest_area_by_age")
    groups = area.groupby(["region", "origin"], sort=False)
    made = groups.agg(
        area=("area_kha", "sum"),
        volume=("volume_mm3", "sum"),
        source=("source", f.join_sources),
        quality=("quality", f.worst),
    )
    made = made.reset_index()
    given = estimates("forest")
    natural, planted = given["restricted_natural"], given["restricted_planted"]
    made["restricted_share"] = np.where(made["origin"] == "natural", natural.value, planted.value)
    made = credited(made, natural, note="share that may never be felled is an estimate: public-benefit forest")
    for own in provinces("estimates", "restricted_share").to_dict("records"):
        here = (made["region"] == own["region"]) & (made["origin"] == own["origin"])
        made.loc[here, ["restricted_share", "note"]] = [own["restricted_share"], own["note"]]
    return selected(made, ("region", "origin", "area", "volume", "restricted_share"))


def forest_harvest() -> pd.DataFrame:
    """Base-year roundwood, recovery, cost, decay and growth of capacity by province."""
    made = provinces(LAND, "harvest")
    given = estimates("forest")
    made["roundwood_base"] = made[OUTPUT] / f.TEN_THOUSANDS_PER_MILLION
    felled = (made["roundwood_base"] / made["recovery_frac"]).sum()
    quota = made["quota_14fyp_1e4_m3_per_yr"]
    made["capacity_growth"] = given["capacity_growth"].value * felled * quota / quota.sum()
    made["capacity_cost"] = given["capacity_cost"].value
    made["energy_wood_share"] = given["energy_wood_share"].value
    made = credited(made, given["capacity_growth"], note=given["capacity_growth"].note)
    names = {
        "recovery_frac": "recovery",
        "harvest_cost_cny_per_m3": "harvest_cost",
        "slash_decay_per_yr": "slash_decay",
    }
    columns = (
        "roundwood_base",
        "recovery",
        "harvest_cost",
        "slash_decay",
        "energy_wood_share",
        "capacity_growth",
        "capacity_cost",
    )
    return selected(made, ("region", *columns), names)


def harvest_quota() -> pd.DataFrame:
    """Cutting quota, million m3 of standing volume a year: that of the 14th plan in every year."""
    made = provinces(LAND, "harvest")
    quota = made["quota_14fyp_1e4_m3_per_yr"] / f.TEN_THOUSANDS_PER_MILLION
    keys = made[["region", "source", "quality"]].assign(note="quota of the 14th five-year plan held for all years")
    return year_frame(keys, dict.fromkeys(YEARS, quota))


def wood_products() -> pd.DataFrame:
    """Half-life, mill yield, years behind the inherited pool, recycled share and substitution factor by product class."""
    made, wood = load("estimates", "wood"), parameters()
    lives = [wood[item] for item in made["half_life_item"]]
    made["half_life"] = [life.value for life in lives]
    origin = pd.DataFrame({"source": [e.source for e in lives], "quality": [e.quality for e in lives]})
    return selected(credited(made, origin), ("product", "half_life", "mill_yield", "inherited_years", "recycled_share", "substitution"))


def wood_product_shares() -> pd.DataFrame:
    """Share of the roundwood of a province by product class, weighted by base-year roundwood."""
    harvest, products = provinces(LAND, "harvest"), load("estimates", "wood")
    made = harvest.merge(products[["product", "share_column"]], how="cross")
    made["share"] = [row[row["share_column"]] for row in made.to_dict("records")]
    made["roundwood"] = made[OUTPUT] / f.TEN_THOUSANDS_PER_MILLION
    return selected(made, ("region", "product", "share", "roundwood"))


def timber_demand() -> pd.DataFrame:
    """National demand, million m3 of roundwood a year: production and imports of the base year, then growth, mean of each period."""
    given = estimates("timber_demand")
    base = given["domestic_roundwood"].value + given["imported_logs"].value
    base += given["imported_sawnwood"].value * given["roundwood_per_sawnwood"].value
    growth, until = 1 + given["growth"].value, int(given["growth_until"].value)
    keys = credited(
        pd.DataFrame({"market": ["nation"]}),
        *given.values(),
        note="base year from output and customs; growth to 2035, then flat",
    )
    return year_frame(keys, means_of(lambda year: base * growth ** (min(year, until) - BASE_YEAR)))


def roadmap_phases() -> pd.DataFrame:
    """The three phases of the paper's roadmap as rules, switched off: the paper gives words, the ratios are estimates."""
    return selected(load("estimates", "roadmap_phases"), ("phase", "scope", "first_year", "last_year", "sense", "ratio", "active"))


def partial_cuts() -> pd.DataFrame:
    """Selection cutting, tending and thinning by forest group, switched off; ages are the group's own bounds."""
    rules = load("estimates", "partial_cuts")
    groups = forest_groups()
    made = rules.merge(groups, on="origin", suffixes=("", "_bounds"), validate="many_to_many")
    rows = made.to_dict("records")
    made["first_age"] = [row[row["from_bound"]] for row in rows]
    made["last_age"] = [row[row["until_bound"]] if row["until_bound"] else None for row in rows]
    made["active"] = 0.0
    made = credited(made, made[["source_bounds", "quality_bounds"]].set_axis(["source", "quality"], axis=1))
    columns = ("removed_share", "first_age", "last_age", "cost", "soil_loss_share", "under_ban", "active")
    return selected(made, ("method", "forest_group", "origin", *columns))


def forest_conversions() -> pd.DataFrame:
    """Species that may follow others after felling, switched off."""
    return selected(load("estimates", "forest_conversions"), ("from_group", "from_origin", "to_group", "to_origin", "active"))
