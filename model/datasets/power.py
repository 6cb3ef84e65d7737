"""Electricity demand and its shape, reserve, storage, electrolysis and capture from the air.

Demand of the base year is brought to the basis of generation: what is generated less the charge of pumped storage
above its discharge and less the losses on the lines between provinces, both of which the model computes itself,
spread by the closed consumption of the provinces. In 2021 to 2025 it grows with the load observed in each province, less the charging
of the electric cars that have come; later with the conventional demand of the reference scenario, the ratio of 2025 observed to
expected fading; vehicles, heat pumps and hydrogen are decided by the model.

Limits: demand of the reference scenario only; the low scenario stays in the pack. Electric uses other than cars that came in 2021 to
2025 stay in this demand until the ratio has faded.
"""

from __future__ import annotations

from functools import cache

import pandas as pd

from model.core.declare.units import GWH_PER_TWH

from . import end_use, measures
from .frame import BASE_YEAR, YEARS, Estimate, credited, join_sources, load, provinces, selected, worst, year_frame
from .observed_growth import continued, electric_cars, fade, growth
from .observed_power import load_of_year
from .observed_series import SPAN
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
HYDROGEN_STORE = {"cavern": "h2_cavern_storage"}
AIR_CAPTURE = {"capex": "dac"}


def frames() -> dict[str, pd.DataFrame]:
    """The tables of demand, reserve, storage and electrolysis by name."""
    names = {technology: technology for technology in STORAGE}
    return {
        "power_demand": power_demand(),
        "load_uses": selected(load("estimates", "load_uses"), ["load_use", "flexible", "most"]),
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
        "hydrogen_store_capex": cost_rows(HYDROGEN_STORE, "capex"),
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
        "2021 to 2025 grow with the load observed in the province, less the charging of new electric cars; later years with conventional "
        f"demand of the reference scenario, {fade('load').note}"
    )
    return Estimate(served / closed, join_sources(["NBS2021;CEC2020", losses.source]), losses.quality, note)


def power_demand() -> pd.DataFrame:
    """Conventional demand by province, TWh a year, mean of each period."""
    table = provinces(ENERGY, "power_demand")
    table = table[table["scenario"] == SCENARIO]
    path = table.pivot_table(index="region", columns="year", values="conventional_twh")
    factor = demand_factor()
    balance = provinces(ENERGY, "power_balance_2020").set_index("region")
    base = balance["consumption_closed_twh"] * factor.value
    expected = {year: base * (path[year] / path[BASE_YEAR]).loc[base.index] for year in YEARS}
    demand = continued(expected, {year: load / base for year, load in _observed(base).items()}, int(fade("load").value))
    of = table.groupby("region")
    origins = pd.DataFrame({"source": of["source"].agg(join_sources), "quality": of["quality"].agg(worst)}).loc[
        base.index
    ]
    nation, regional = load_of_year()
    seen = Estimate(0.0, join_sources([*nation["source"], *regional["source"], *electric_cars()[1].source.split(";")]), "estimate", "")
    keys = credited(balance[["source", "quality"]], origins, factor, seen, fade("load"), note=factor.note)
    keys = keys.assign(region=base.index)[["region", "source", "quality", "note"]]
    return year_frame(keys, period_means(demand))


def _observed(base: pd.Series) -> dict[int, pd.Series]:
    """Demand of 2021 to 2025 by province, TWh: the growth of its load, all together that of the nation's, less the charging of new electric cars."""
    nation, regional = load_of_year()
    loads = regional.pivot_table(index="place", columns="year", values="value").reindex(base.index)
    grown, charged = growth(nation), _charged()
    made = {BASE_YEAR: base}
    for year in SPAN[1:]:
        own = base * loads[year] / loads[BASE_YEAR]
        made[year] = own * (grown[year] * base.sum() / own.sum()) - charged[year].reindex(base.index, fill_value=0.0)
    return made


def _charged() -> dict[int, pd.Series]:
    """What electric cars beyond those of the base year take, TWh by province and year: a measure of the model, no part of this demand."""
    rows = measures.measures().set_index(["sector", "measure"])
    uses = end_use.end_use()
    cars = uses[uses["sector"] == end_use.ELECTRIC[0]].groupby("region")["emission"].sum()
    share, activity = end_use.electric_share(), end_use.activity_path(end_use.ELECTRIC[0])
    # a million tonnes times kilowatt-hours a tonne are gigawatt-hours
    per_tonne = float(rows.loc[end_use.ELECTRIC, "electricity"]) / GWH_PER_TWH
    return {year: cars * activity[year] * (share[year] - share[BASE_YEAR]) * per_tonne for year in SPAN}


@cache
def base_demand() -> pd.Series:
    """TWh of the base year by province."""
    demand = power_demand()
    return pd.Series(demand[BASE_YEAR].to_numpy(), index=demand["region"])


def peak_load() -> pd.DataFrame:
    """Highest hour of the year relative to the mean hour, by province; weight in TWh."""
    table = provinces(ENERGY, "load_slices")
    highest = table.loc[table.groupby("region", sort=False)["max_hour_vs_mean"].idxmax()]
    made = highest.assign(peak_factor=highest["max_hour_vs_mean"], weight=highest["region"].map(base_demand()))
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
