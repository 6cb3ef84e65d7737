"""Where wind, solar, hydro and nuclear plants can stand and stand already, and how their output runs over the year.

Sites are bound on the practical potential. The pack's land classes go over into those of the model by the crosswalk
below; land in sensitive places is offered as restricted, with its cost of mitigation.

Fleets give what they gave in the base year over what stood at its end, sites what plants give in full years.

Limits: existing hydropower is no site (new stations stand on grades 2 and 3 only); reservoirs flood land of many
kinds and take none of the model's classes; inland nuclear sites have no practical potential and are left out.
"""

from __future__ import annotations

from functools import cache

import pandas as pd

from model.core.declare.units import GWH_PER_TWH, HOURS_PER_YEAR

from .frame import by_province, credited, load, provinces, selected, year_frame
from .parameters import ENERGY, Parameters, cost_rows, evidence, merged, middle
from .site_yields import bounded, held_to_hours

#: Class of the potential table -> land class of the model; sea, roofs and reserved sites take none.
LAND_CLASSES = {
    "desert_bare": "unused",
    "grassland": "grassland",
    "cropland_agrivoltaic": "cropland",
    "ecologically_sensitive": "unused",
    "water": "water_surface",
    "other_hill_forest": "forest_land",
    "built": "none",
    "sea": "none",
    "coastal_site": "none",
}
SENSITIVE = "ecologically_sensitive"
FARMLAND = "cropland_agrivoltaic"
EXISTING_HYDRO = "existing end-2020"
WEST_ROUTE = "west-route corridor"
HYDRO_NOTE = "reservoirs flood land of several classes, in the source 3-5 ha/MW: no class is charged"
#: Technology -> class of limits, profile and class of falling credit.
TECHNOLOGIES = {
    "wind_onshore": ("wind", "wind_onshore", "wind"),
    "wind_offshore": ("wind", "wind_offshore", "wind"),
    "pv_utility": ("solar", "solar", "solar"),
    "pv_distributed": ("solar", "solar", "solar"),
    "pv_agrivoltaic": ("solar", "solar", "solar"),
    "pv_over_canal": ("solar", "solar", "solar"),
    "hydro": ("hydro", "hydro", ""),
    "nuclear": ("nuclear", "nuclear", ""),
}
#: Technologies whose potential leaves the present fleet out.
WITHOUT_FLEET = ("hydro",)
#: The profile of plants that run flat over the year.
FLAT = "nuclear"
#: Land class of the quota -> columns of the land survey.
QUOTA_AREAS = {
    "cropland": ("cropland_kha",),
    "forest_land": ("forest_land_kha",),
    "grassland": ("grassland_kha",),
    "unused": ("unused_residual_kha",),
    "water_surface": ("water_and_facilities_kha",),
}
SITE_KEYS = ["region", "water_zone", "technology", "land_class", "sensitivity", "grade"]
SITE_MEANS = ["capacity_factor", "land_ha_per_mw", "wash_m3_per_mwh", "evaporation_saving", "mitigation_cost"]


def frames() -> dict[str, pd.DataFrame]:
    """The tables of sited plants by name."""
    names = {technology: technology for technology in TECHNOLOGIES}
    return {
        "sites": sites(),
        "sited_technologies": sited_technologies(),
        "sited_capex": cost_rows(names, "capex"),
        "sited_fixed_cost": cost_rows(names, "fom_cny_per_kw_yr"),
        "sited_fleet": sited_fleet(),
        "build_limits": of_classes("build_limits"),
        "closing_limits": of_classes("closing_limits"),
        "under_construction": of_classes("under_construction"),
        "energy_land_quota": energy_land_quota(),
    }


def sites() -> pd.DataFrame:
    """Practical potential by province, technology, land class, sensitivity and grade; GW, yearly capacity factor held to observed hours."""
    table = provinces(ENERGY, "renewable_potential")
    existing = (table["technology"] == "hydro") & (table["note"] == EXISTING_HYDRO)
    table = table[(table["practical_gw"] > 0) & ~existing].reset_index(drop=True)
    table = table.rename(
        columns={
            "practical_gw": "potential",
            "cf": "capacity_factor",
            "pv_wash_water_m3_per_mwh": "wash_m3_per_mwh",
            "evaporation_saving_m3_per_mw_yr": "evaporation_saving",
            "land_class": "pack_class",
        }
    )
    table["water_zone"] = table["region"]
    table = bounded(held_to_hours(_mitigated(_canals(_classified(table)))))
    made = merged(table, SITE_KEYS, ["potential"], SITE_MEANS, "potential")
    # the source calls every practical share an estimate, whatever the row's technical potential is
    made["quality"] = "estimate"
    return selected(made, [*SITE_KEYS, "potential", *SITE_MEANS])


def _classified(table: pd.DataFrame) -> pd.DataFrame:
    """Land class, sensitivity and, on farm land, the technology of the model."""
    made = table.assign(land_class=table["pack_class"].map(LAND_CLASSES), sensitivity="open")
    made.loc[made["pack_class"] == SENSITIVE, "sensitivity"] = "restricted"
    farm = (made["pack_class"] == FARMLAND) & (made["technology"] == "pv_utility")
    made.loc[farm, "technology"] = "pv_agrivoltaic"
    hydro = made["technology"] == "hydro"
    made.loc[hydro, ["land_class", "note"]] = ["none", HYDRO_NOTE]
    made.loc[made["land_class"] == "none", "land_ha_per_mw"] = 0.0
    return made


def _canals(table: pd.DataFrame) -> pd.DataFrame:
    """Panels over canals: the west route's corridor is a land class of its own; both need the estimate of land."""
    estimate = Parameters("siting")["canal_land", "pv_over_canal"]
    canal = table["technology"] == "pv_over_canal"
    made = table.copy()
    made.loc[canal & made["note"].str.startswith(WEST_ROUTE), "land_class"] = "canal_corridor"
    made.loc[canal, "land_ha_per_mw"] = estimate.value
    return _touched(made, canal, pd.DataFrame([vars(estimate)] * len(made), index=made.index))


def _mitigated(table: pd.DataFrame) -> pd.DataFrame:
    """Restricted sites with their cost of mitigation, by class of technology."""
    classes = table["technology"].map(lambda technology: TECHNOLOGIES[technology][0])
    restricted = table["sensitivity"] == "restricted"
    found = Parameters("siting").column("mitigation_cost", classes.where(restricted, "hydro"))
    made = table.assign(mitigation_cost=found["value"].where(restricted, 0.0))
    return _touched(made, restricted, found)


def _touched(table: pd.DataFrame, rows: pd.Series, origins: pd.DataFrame) -> pd.DataFrame:
    """``table`` where only ``rows`` take over the evidence of ``origins``."""
    both = credited(table, origins)
    made = table.copy()
    for column in ("source", "quality"):
        made[column] = both[column].where(rows, table[column])
    return made


def sited_technologies() -> pd.DataFrame:
    """Life, running cost, cooling water, profile and capacity credit of each technology."""
    siting = Parameters("siting")
    rows = []
    for technology, (group, shape, credit) in TECHNOLOGIES.items():
        running, fuel = middle(technology, "vom_cny_per_mwh"), middle(technology, "fuel_cny_per_mwh_fuel")
        efficiency, life = middle(technology, "efficiency"), middle(technology, "lifetime_yr")
        water = siting.get("cooling_water", technology) or middle(technology, "water_m3_per_mwh")
        firm = siting.get("firm_credit", technology)
        rows.append(
            {
                "technology": technology,
                "class": group,
                "lifetime": life.value,
                "variable_cost": running.value + fuel.value / efficiency.value,
                "water": water.value,
                "shape": shape,
                "credit_class": credit,
                "firm_credit": firm.value if firm else 0.0,
                "sites_include_fleet": 0.0 if technology in WITHOUT_FLEET else 1.0,
                **evidence([running, water, *([firm] if firm else [])]),
            }
        )
    return pd.DataFrame(rows)


def sited_fleet() -> pd.DataFrame:
    """Capacity (GW) and capacity factor of the plants of the base year by province."""
    table = provinces(ENERGY, "power_2020")
    table = table[table["technology"].isin(list(TECHNOLOGIES)) & (table["capacity_gw"] > 0)]
    factor = table["generation_twh"] / (table["capacity_gw"] * HOURS_PER_YEAR / GWH_PER_TWH)
    made = table.assign(water_zone=table["region"], capacity=table["capacity_gw"], capacity_factor=factor, note="")
    # one province's output is more than its small plants can give: it gets the factor of its sites
    over = made["capacity_factor"] > 1
    listed = _existing_sites().reindex(pd.MultiIndex.from_frame(made[["region", "technology"]])).to_numpy()
    made["capacity_factor"] = factor.where(~over, pd.Series(listed, index=made.index))
    made.loc[over, "note"] = "output of the source exceeds full use: capacity factor of the existing site"
    return selected(made, ["region", "water_zone", "technology", "capacity", "capacity_factor"])


def _existing_sites() -> pd.Series:
    """Capacity factor of the existing stations in the potential table, by province and technology."""
    table = provinces(ENERGY, "renewable_potential")
    return table[table["note"] == EXISTING_HYDRO].set_index(["region", "technology"])["cf"]


def profile(table: pd.DataFrame, shape: str, availability: pd.Series) -> pd.DataFrame:
    """Output in each slice of ``table`` relative to the mean of the hours, in the provinces that have such plants; weight in GW of the fleet."""
    here = places(shape)
    rows = table.assign(shape=shape, availability=availability)[availability.notna() & table["region"].isin(here)]
    energy = (rows["availability"] * rows["hours"]).groupby(rows["region"]).transform("sum")
    hours = rows["hours"].groupby(rows["region"]).transform("sum")
    made = rows.assign(relative_output=rows["availability"] * hours / energy, weight=fleet_weight(shape, rows["region"]))
    return made.assign(quality="estimate", source="OWN_EST", note="flat over the year") if shape == FLAT else made


def fleet_weight(shape: str, region: pd.Series) -> pd.Series:
    """GW of the plants of the base year that run on the profile in each of ``region``; a little where none stands, so that sites count there."""
    floor = Parameters("siting")["empty_fleet_weight", "all"]
    fleet = sited_fleet()
    fleet = fleet[fleet["technology"].map(lambda technology: TECHNOLOGIES[technology][1] == shape)]
    return region.map(fleet.groupby("region")["capacity"].sum()).fillna(0.0).clip(lower=floor.value)


@cache
def places(shape: str) -> tuple[str, ...]:
    """Provinces with a fleet or a site that runs on the profile."""
    both = pd.concat([sites()[["region", "technology"]], sited_fleet()[["region", "technology"]]])
    return tuple(sorted(both.loc[both["technology"].map(lambda technology: TECHNOLOGIES[technology][1] == shape), "region"].unique()))


def of_classes(name: str) -> pd.DataFrame:
    """A table of GW a year by class of plants: most that the nation can build, or what is under construction."""
    table = load("estimates", name)
    years = {int(c): table[c].astype(float) for c in table.columns if c.isdigit()}
    return year_frame(table[["class", "source", "quality", "note"]], years)


def energy_land_quota() -> pd.DataFrame:
    """Land that new-energy plants may take by province and class, kha: a share of the class."""
    land = by_province("land", "land_use")
    parts = []
    for land_class, columns in QUOTA_AREAS.items():
        share = Parameters("siting")["land_quota_share", land_class]
        part = pd.DataFrame({"land_class": land_class, "quota": land[list(columns)].sum(axis=1) * share.value})
        part[["source", "quality"]] = land[["source", "quality"]]
        parts.append(credited(part, share, note=share.note).reset_index())
    return selected(pd.concat(parts), ["region", "land_class", "quota"])
