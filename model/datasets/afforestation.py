"""Land offered for planting, what grows on it, how much can be planted; cut to what the land survey leaves room for.

The forestry administration counts some land as suitable for planting that the land survey counts as grass or sand.
Where arboreal forest and suitable land together exceed the forest land of the survey, suitable land is cut, the poor
grade first; where arboreal forest alone exceeds it (rubber, field shelter belts), the rest is taken over from the
classes that hold such trees, gardens first.

Limits: one forest group per province; quality of land within a grade is uniform.
"""

from __future__ import annotations

import pandas as pd

from . import forest
from .frame import (
    Estimate,
    by_province,
    credited,
    estimates,
    join_sources,
    load,
    province_keys,
    provinces,
    selected,
    year_frame,
)
from .period_means import period_means
from .west_line import scheme

LAND = "land"
#: Grades of suitable land in the order in which an excess is cut.
CUT_ORDER = ("poor", "medium", "good")
#: Classes that hold trees which the forest inventory counts, in the order in which area is taken over.
TREE_CLASSES = ("garden_kha", "water_and_facilities_kha")


def frames() -> dict[str, pd.DataFrame]:
    """The planting tables by name."""
    return {
        "afforestation_land": afforestation_land(),
        "new_forest": new_forest(),
        "planting_capacity": planting_capacity(),
    }


def survey() -> pd.DataFrame:
    """Classes of the land survey by province, kha, with arboreal forest fitted in and suitable land cut to the rest.

    Added columns: ``arboreal``, ``suitable_<grade>``, ``cut`` (suitable land given up) and ``taken_over`` (area moved
    from other classes to forest land), all in kha.
    """
    made = by_province(LAND, "land_use")
    # What must fit is what the forest tables hold, age by age: the printed total of a province is rounded apart from it.
    made["arboreal"] = provinces(LAND, "forest_area_by_age").groupby("region")["area_kha"].sum()
    made["taken_over"] = 0.0
    for column in TREE_CLASSES:
        moved = (made["arboreal"] - made["forest_land_kha"]).clip(lower=0).clip(upper=made[column])
        made[column] -= moved
        made["forest_land_kha"] += moved
        made["taken_over"] += moved
    offered = by_province(LAND, "afforestation")
    suitable = sum(offered[f"suitable_land_{grade}_kha"] for grade in CUT_ORDER)
    excess = (suitable + made["arboreal"] - made["forest_land_kha"]).clip(lower=0)
    made["cut"] = excess
    for grade in CUT_ORDER:
        column = offered[f"suitable_land_{grade}_kha"]
        taken = excess.clip(upper=column)
        made[f"suitable_{grade}"] = column - taken
        excess = excess - taken
    return made


def cropland_floor() -> pd.Series:
    """Cropland that must stay, kha, by province: the national floor spread by cropland."""
    cropland = by_province(LAND, "land_use")["cropland_kha"]
    return cropland * min(1.0, estimates("land")["cropland_floor"].value / cropland.sum())


def main_groups() -> pd.Series:
    """Forest group with the largest share of the planted forest, by province; the first listed where two are equal."""
    shares = forest.group_shares()
    planted = shares[shares["origin"] == "planted"]
    largest = planted.groupby("region", sort=False)["share"].idxmax()
    return planted.loc[largest].set_index("region")["forest_group"]


def _offers() -> pd.DataFrame:
    """Province x land type that is offered, with area, the costs of the province and the factors of the land type."""
    kinds = load("estimates", "afforestation").rename(columns={"source": "source_kind", "quality": "quality_kind"})
    made = provinces(LAND, "afforestation").drop(columns="note", errors="ignore").merge(kinds, how="cross")
    land, floor = survey(), cropland_floor()
    sloped = pd.concat([land["cropland_slope_over25_kha"], land["cropland_kha"] - floor], axis=1).min(axis=1)
    columns = {grade: land[f"suitable_{grade}"] for grade in CUT_ORDER} | {"sloped": sloped, "irrigated": sloped * 0}
    made["area"] = [float(columns[grade][region]) for region, grade in zip(made["region"], made["grade"], strict=True)]
    made["cut"] = made["region"].map(land["cut"])
    irrigated = province_keys()[int(estimates("planting")["irrigated_province"].value)]
    arid = made["moisture_zone"] == "arid"
    where = made["provinces"]
    kept = (where == "all") | ((where == "arid") & arid) | ((where == "not_arid") & ~arid)
    kept |= (where == "irrigated") & (made["region"] == irrigated)
    return made[kept & ((made["area"] > 0) | (made["grade"] == "irrigated"))].reset_index(drop=True)


def afforestation_land() -> pd.DataFrame:
    """Land offered by province and land type: area, costs, survival, water, carbon before planting."""
    made, given = _offers(), estimates("planting")
    tree = made["cost_tree_cny_per_ha"]
    mean = (tree + made["cost_shrub_or_closure_cny_per_ha"]) / 2
    made["planting_cost"] = tree.where(made["cost"] == "tree", mean)
    made["tending_cost"] = made["tending_cost_first5yr_cny_per_ha_yr"] * given["tending_years"].value
    made["survival"] = made["survival_rate_5yr_frac"] * made["survival_factor"]
    wet = made["grade"] == "irrigated"
    # What the project takes for a hectare, trees or fields: the diversion leaves the water of trees to the planting.
    project = scheme("gross_irrigation_heishanxia", 1)
    made["irrigation"] = made["irrigation_m3_per_ha_yr"].astype(float).mask(wet, project.value)
    growth = forest.growth_parameters()
    made["soil_before"] = made["region"].map(main_groups()).map(growth["soc_1m_before_afforestation_tc_per_ha"])
    made["water_zone"] = made["region"]
    made["note"] = [_offer_note(row) for row in made.to_dict("records")]
    water = made[["source", "quality"]].copy()
    water.loc[wet, ["source", "quality"]] = [project.source, project.quality]
    kind = made[["source_kind", "quality_kind"]].set_axis(["source", "quality"], axis=1)
    soil = Estimate(0.0, join_sources(growth["source"]), "derived", "")
    made = credited(made, kind, soil, water)
    names = {
        "extra_et_m3_per_ha_yr": "extra_evapotranspiration",
        "vegetation_before_tc_per_ha": "vegetation_before",
        "forgone_income_cny_per_ha_yr": "forgone_income",
    }
    amounts = (
        "planting_cost",
        "tending_cost",
        "survival",
        "irrigation",
        "extra_evapotranspiration",
        "soil_before",
        "vegetation_before",
    )
    return selected(
        made, ("region", "water_zone", "land_type", "area", "from_class", *amounts, "forgone_income"), names
    )


def _offer_note(row: dict[str, object]) -> str:
    cut = float(str(row["cut"]))
    if row["grade"] in CUT_ORDER and cut > 0:
        return (
            f"{row['note']}; {cut:,.0f} kha of suitable land of the province cut to fit the forest land of the survey"
        )
    return str(row["note"])


def new_forest() -> pd.DataFrame:
    """What is planted by province and land type; the water zone is a key, so that dry land gets no trees of the wet one."""
    made = _offers()
    made["forest_group"] = made["region"].map(main_groups())
    made["water_zone"] = made["region"]
    shares = forest.group_shares()
    origin = Estimate(0.0, join_sources(shares["source"]), "estimate", "")
    kind = made[["source_kind", "quality_kind"]].set_axis(["source", "quality"], axis=1)
    note = "group with the largest share of planted forest; that of the zone's largest offer where provinces are merged"
    made = credited(made.drop(columns=["source", "quality"]), kind, origin, note=note)
    return selected(made, ("region", "water_zone", "land_type", "forest_group", "growth_multiplier"))


def planting_capacity() -> pd.DataFrame:
    """Most that can be planted a year, kha, by province, mean of each period: the new planting of the base year times a factor."""
    made, factors = provinces(LAND, "afforestation"), load("estimates", "planting_capacity")
    base = made["of_which_new_planting_kha_per_yr"]
    origin = Estimate(0.0, join_sources(factors["source"]), "estimate", "")
    made = credited(made.drop(columns="note", errors="ignore"), origin, note="new planting of 2020, 20 % less by 2040")
    path = period_means({int(y): float(x) for y, x in zip(factors["year"], factors["factor"], strict=True)})
    return year_frame(made[["region", "source", "quality", "note"]], {year: base * factor for year, factor in path.items()})
