"""Electricity demand and its shape, reserve, storage, electrolysis and capture from the air.

Demand of the base year is brought to the basis of generation: what is generated less the charge of pumped storage
above its discharge and less the losses on the lines between provinces, both of which the model computes itself,
spread by the closed consumption of the provinces. Later years grow with the conventional demand of the reference
scenario; vehicles, heat pumps and hydrogen are decided by the model.

Limits: demand of the reference scenario only; the low scenario stays in the pack.
"""

from __future__ import annotations

import pandas as pd

from .frame import BASE_YEAR, YEARS, Estimate, credited, join_sources, load, provinces, selected, worst, year_frame
from .parameters import ENERGY, MIDDLE_YEAR, Parameters, cost_rows, evidence, middle
from .period_means import period_means

SCENARIO = "reference"
#: Technology -> class of build limits, class of falling credit.
STORAGE = {
    "pumped_hydro": ("pumped_hydro", ""),
    "battery_4h": ("battery", "battery"),
    "compressed_air_10h": ("compressed_air", ""),
}
PUMPED = "pumped_hydro"
ELECTROLYSER = {"electrolysis": "electrolyser_alk"}
AIR_CAPTURE = {"capex": "dac"}


def frames() -> dict[str, pd.DataFrame]:
    """The tables of demand, reserve, storage and electrolysis by name."""
    names = {technology: technology for technology in STORAGE}
    return {
        "power_demand": power_demand(),
        "load_shape": load_shape(),
        "peak_load": peak_load(),
        "reserve_credit": selected(
            load("estimates", "reserve_credit"), ["credit_class", "tangent", "slope", "intercept"]
        ),
        "storage_technologies": storage_technologies(),
        "storage_capex": cost_rows(names, "capex"),
        "storage_fixed_cost": cost_rows(names, "fom_cny_per_kw_yr"),
        "storage_fleet": storage_fleet(),
        "electrolysis_capex": cost_rows(ELECTROLYSER, "capex"),
        "electrolysis_efficiency": cost_rows(ELECTROLYSER, "efficiency"),
        "air_capture": cost_rows(AIR_CAPTURE, "capex").rename(columns={"technology": "item"}),
    }


def demand_factor() -> Estimate:
    """Modelled demand of the base year over closed consumption."""
    fleet = provinces(ENERGY, "power_2020")
    pumped = fleet.loc[fleet["technology"] == PUMPED, "generation_twh"].sum()
    charged = pumped / middle(PUMPED, "efficiency").value
    losses = Parameters("power")["line_loss", str(BASE_YEAR)]
    served = fleet["generation_twh"].sum() - charged - losses.value
    closed = provinces(ENERGY, "power_balance_2020")["consumption_closed_twh"].sum()
    note = (
        f"closed consumption of the base year x {served / closed:.6f} "
        f"(generation {fleet['generation_twh'].sum():.1f} TWh less {charged:.1f} TWh charged to pumped storage "
        f"and {losses.value:.0f} TWh lost on lines between provinces); "
        "later years grow with conventional demand of the reference scenario"
    )
    return Estimate(served / closed, join_sources(["NBS2021;CEC2020", losses.source]), losses.quality, note)


def power_demand() -> pd.DataFrame:
    """Conventional demand by province, TWh a year, mean of each period."""
    table = provinces(ENERGY, "power_demand")
    table = table[table["scenario"] == SCENARIO]
    path = table.pivot_table(index="region", columns="year", values="conventional_twh")
    growth = path.div(path[BASE_YEAR], axis=0)
    factor = demand_factor()
    balance = provinces(ENERGY, "power_balance_2020").set_index("region")
    base = balance["consumption_closed_twh"] * factor.value
    of = table.groupby("region")
    origins = pd.DataFrame({"source": of["source"].agg(join_sources), "quality": of["quality"].agg(worst)}).loc[
        base.index
    ]
    keys = credited(balance[["source", "quality"]], origins, factor, note=factor.note)
    keys = keys.assign(region=base.index)[["region", "source", "quality", "note"]]
    return year_frame(keys, period_means({year: base * growth.loc[base.index, year] for year in YEARS}))


def _base_demand() -> pd.Series:
    demand = power_demand()
    return pd.Series(demand[BASE_YEAR].to_numpy(), index=demand["region"])


def load_shape() -> pd.DataFrame:
    """Share of the year's demand in each time slice, by province; weight in TWh."""
    table = provinces(ENERGY, "load_slices")
    whole = table.groupby("region")["load_share"].transform("sum")
    made = table.assign(
        slice=table["season"] + "_" + table["block"],
        share=table["load_share"] / whole,
        weight=table["region"].map(_base_demand()),
    )
    return selected(made, ["region", "slice", "share", "weight"])


def peak_load() -> pd.DataFrame:
    """Highest hour of the year relative to the mean hour, by province; weight in TWh."""
    table = provinces(ENERGY, "load_slices")
    highest = table.loc[table.groupby("region", sort=False)["max_hour_vs_mean"].idxmax()]
    made = highest.assign(peak_factor=highest["max_hour_vs_mean"], weight=highest["region"].map(_base_demand()))
    return selected(made, ["region", "peak_factor", "weight"])


def storage_technologies() -> pd.DataFrame:
    """Hours, efficiency, life, running cost and capacity credit of storage."""
    storage = Parameters("storage")
    rows = []
    for name, (group, credit) in STORAGE.items():
        firm = storage.get("firm_credit", name)
        used = {
            "hours": storage["hours", name],
            "efficiency": middle(name, "efficiency"),
            "lifetime": middle(name, "lifetime_yr"),
            "variable_cost": middle(name, "vom_cny_per_mwh"),
        }
        rows.append(
            {
                "technology": name,
                "class": group,
                **{column: estimate.value for column, estimate in used.items()},
                "credit_class": credit,
                "firm_credit": firm.value if firm else 0.0,
                **evidence([*used.values(), *([firm] if firm else [])]),
                "note": f"efficiency of {MIDDLE_YEAR}",
            }
        )
    return pd.DataFrame(rows)


def storage_fleet() -> pd.DataFrame:
    """Pumped storage of the base year by province: GW, least hours of discharge, discharge in TWh."""
    table = provinces(ENERGY, "power_2020")
    table = table[(table["technology"] == PUMPED) & (table["capacity_gw"] > 0)]
    share = Parameters("storage")["minimum_hours_share", PUMPED]
    made = table.assign(
        capacity=table["capacity_gw"],
        minimum_hours=table["full_load_hours"] * share.value,
        generation=table["generation_twh"],
    )
    made = credited(made.drop(columns="note", errors="ignore"), share)
    return selected(made, ["region", "technology", "capacity", "minimum_hours", "generation"])
