"""The West-line diversion: phases, receivers, opened land, canal surface, from published schemes and assumptions.

Limits: the revised scheme only; that of 2002, with half the first phase, is for a scenario.
"""

from __future__ import annotations

import pandas as pd

from .frame import PER_THOUSAND, Estimate, credited, estimates, load, province_keys, provinces, selected

LAND = "land"
#: Marks the canals of the diversion among all canals of the potential table.
WEST_ROUTE = "west-route"
#: Class that the canals are dug into.
CANAL_LAND = "unused"


def frames() -> dict[str, pd.DataFrame]:
    """The diversion tables by name."""
    return {
        "diversion_phases": diversion_phases(),
        "diversion_receivers": diversion_receivers(),
        "opened_land": opened_land(),
        "canal_corridor": canal_corridor(),
    }


def scheme(item: str, phase: object, name: str = "") -> Estimate:
    """The row of the scheme table with that item, phase and (when given) scheme; KeyError when it is not there."""
    table = load(LAND, "west_line")
    found = table[(table["item"] == item) & (table["phase"].astype(str) == str(phase))]
    if name:
        found = found[found["scheme"] == name]
    if len(found) != 1:
        raise KeyError(f"west_line: {len(found)} rows for {item}, phase {phase} {name}")
    row = found.iloc[0]
    return Estimate(float(row["value"]), row["source"], row["quality"], "")


def diversion_phases() -> pd.DataFrame:
    """Volume, cost and dates of each phase."""
    rows = []
    for row in load("estimates", "diversion_phases").to_dict("records"):
        number = row["volume_phase"]
        volume, investment = scheme("volume", number, row["volume_scheme"]), scheme("investment", number)
        loss, opened = scheme("supply_use_split", 1), scheme("area_total_heishanxia", 1)
        one = pd.DataFrame([row]).assign(
            volume=volume.value * PER_THOUSAND,
            loss=loss.value,
            investment=investment.value,
            donor_zone=province_keys()[int(row["donor_code"])],
            opened_land=opened.value,
        )
        rows.append(credited(one, volume, investment, loss, opened))
    columns = (
        "phase",
        "volume",
        "loss",
        "earliest_year",
        "construction_years",
        "investment",
        "operation_cost",
        "asset_life",
    )
    names = {"operation_cost_bn_cny_per_yr": "operation_cost"}
    tail = ("donor_zone", "hydropower_lost", "hydropower_gained", "operation_power", "opened_land")
    return selected(pd.concat(rows, ignore_index=True), (*columns, *tail), names)


def diversion_receivers() -> pd.DataFrame:
    """Least and largest share of each receiver: the scheme's share with a band, the same in every phase."""
    table, band = load(LAND, "west_line"), estimates("diversion")["share_band"]
    shares = table[table["item"] == "receiving_share"]
    names = load(LAND, "provinces").set_index("name_en")["code"].map(province_keys())
    phases = load("estimates", "diversion_phases")[["phase"]]
    made = phases.merge(shares.drop(columns="phase"), how="cross")
    made["water_zone"] = made["province"].map(names)
    made["min_share"] = made["value"] * (1 - band.value)
    made["max_share"] = made["value"] * (1 + band.value)
    made = credited(made, band)
    return selected(made, ("phase", "water_zone", "min_share", "max_share"))


def opened_land() -> pd.DataFrame:
    """Irrigated land that each phase opens, by use: shares of the published project."""
    uses, given = load("estimates", "opened_land"), estimates("diversion")
    phases = load("estimates", "diversion_phases")[["phase"]]
    made = phases.merge(uses, how="cross")
    areas = {item: scheme(item, 1) for item in uses["area_item"]}
    made["share"] = made["area_item"].map({k: e.value for k, e in areas.items()}) / sum(e.value for e in areas.values())
    region = province_keys()[int(estimates("planting")["irrigated_province"].value)]
    made["region"] = made["water_zone"] = region
    gross = scheme("gross_irrigation_heishanxia", 1)
    made["irrigation"], made["opening_cost"] = gross.value, given["opening_cost"].value
    made = credited(made, *areas.values(), gross, given["opening_cost"])
    columns = (
        "phase",
        "region",
        "water_zone",
        "use",
        "share",
        "irrigation",
        "opening_cost",
        "income",
        "forage",
        "land_type",
    )
    return selected(made, columns)


def canal_corridor() -> pd.DataFrame:
    """Canal surface, kha, by province: the potential of the west route times the surface per MW."""
    given, table = estimates("diversion"), provinces("energy", "renewable_potential")
    canals = table[(table["technology"] == "pv_over_canal") & table["note"].str.contains(WEST_ROUTE)]
    made = canals.reset_index(drop=True)
    phases = load("estimates", "diversion_phases").set_index("volume_phase")["phase"]
    made["phase"] = phases[int(given["canal_phase"].value)]
    made["area"] = made["potential_gw"] * given["canal_ha_per_mw"].value
    made["from_class"] = CANAL_LAND
    note = "canal surface of the west route, all with the first phase; dug into land without use"
    return selected(credited(made, given["canal_ha_per_mw"], note=note), ("phase", "region", "area", "from_class"))
