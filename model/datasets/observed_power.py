"""Plants, generation and load of the first period by province: reported as far as they are, else spread by a stated key.

Capacity of 2025 by province is an estimate throughout. Panels: the provinces' totals are reported to 2024, the split between
plants and roofs for 2022 only. Coal and waste heat are told apart in capacity, not in generation.

Limits: turbines at sea are spread by a key from memory; batteries hold all storage of the new type, spread by wind and sun.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from model.core.declare.units import GWH_PER_TWH

from .frame import BASE_YEAR, join_sources, province_keys, provinces
from .observed_series import DERIVED, SPAN, Key, base_fleet, by, combined, joined, national, published, spread, years_of
from .parameters import Parameters

#: Item of the model -> technology of the fleet of the base year, where they differ.
FLEETS = {"waste_heat": "other_thermal"}
WIND, SOLAR = ("wind_onshore", "wind_offshore"), ("pv_utility", "pv_distributed")
#: Years whose observed hours stand for the period.
HOUR_YEARS = ("2021", "2022", "2023", "2024")
#: Halvings of the search for the split of panels, and the range of the logarithm of the factor on the odds.
STEPS, RANGE = 60, 20.0
#: File of estimates of this topic.
ESTIMATES = "observed"


@cache
def national_capacity() -> dict[str, pd.DataFrame]:
    """National GW at the end of each year by item."""
    of = {name: years_of(national("capacity", name)) for name in ("coal", "gas", "biomass", "nuclear", "thermal_total", "wind", "solar")}
    of |= {"hydro": years_of(national("capacity", "hydro_conventional")), "pumped_hydro": years_of(national("capacity", "pumped_hydro"))}
    of |= {"battery": years_of(national("capacity", "storage_new_type")), **{name: years_of(national("capacity", name)) for name in (*WIND, SOLAR[1])}}
    of[SOLAR[0]] = combined({1: [of["solar"]], -1: [of[SOLAR[1]]]}, "all panels less those of roofs")
    of["waste_heat"] = combined({1: [of["thermal_total"]], -1: [of["coal"], of["gas"], of["biomass"]]}, "all thermal plants less coal, gas and biomass")
    return {name: of[name] for name in ("coal", "gas", "biomass", "waste_heat", "nuclear", "hydro", "pumped_hydro", "battery", "wind", *WIND, "solar", *SOLAR)}


def national_generation() -> dict[str, pd.DataFrame]:
    """National TWh of each year by item: Ember, and all thermal plants by the statistics bureau."""
    of = {name: years_of(national("generation_ember", name)) for name in ("gas", "biomass", "hydro", "nuclear", "wind", "solar")}
    coal, other = (years_of(national("generation_ember", name)) for name in ("coal", "other_fossil"))
    of["coal_and_waste_heat"] = combined({1: [coal, other]}, "coal and other fossil fuel, own use and waste heat in it")
    of["thermal"] = years_of(national("generation_nbs", "thermal_total"))
    return of


@cache
def capacity_keys() -> dict[str, Key]:
    """By what national capacity is spread, by item; wind and panels apart."""
    fleet = {name: base_fleet(FLEETS.get(name, name)) for name in ("coal", "gas", "biomass", "waste_heat", "nuclear", "hydro", "pumped_hydro")}
    between = "shares of the provinces, straight between the years that have some"
    keys = {name: fleet[name] for name in ("biomass", "waste_heat")}
    keys["coal"] = joined(fleet["coal"], published("capacity", "coal"), note=f"{between}: base year, 2025 by plant lists")
    keys["gas"] = joined(fleet["gas"], published("capacity", "gas"), note=f"{between}: base year, early 2023 by plant lists")
    keys["pumped_hydro"] = joined(fleet["pumped_hydro"], published("capacity", "pumped_hydro"), note=f"{between}: base year, 2021, 2025")
    keys["nuclear"] = published("capacity", "nuclear")
    keys["hydro"] = _hydro(fleet["hydro"], keys["pumped_hydro"])
    sun = published("capacity", "solar").figures + published("capacity", "wind").figures
    keys["battery"] = Key(sun, "CREA_CC;GEM2026", "spread as wind and panels together")
    return keys


def _hydro(fleet: Key, pumped: Key) -> Key:
    """Conventional hydropower: published with pumped storage, which is taken off; provinces that are not listed share the rest."""
    listed = published("capacity", "hydro_incl_pumped", range(BASE_YEAR, SPAN[-1]))
    both = years_of(national("capacity", "hydro_incl_pumped"))["value"]
    stored = pumped.shares(SPAN) * years_of(national("capacity", "pumped_hydro"))["value"]
    absent = listed.figures.index[listed.figures.sum(axis=1) == 0]
    own = fleet.figures[BASE_YEAR]
    made = {}
    for year in listed.figures:
        whole = listed.figures[year].copy()
        whole[absent] = own[absent] / own[absent].sum() * max(both[year] - whole.sum(), 0.0)
        made[year] = (whole - stored[year]).clip(lower=0.0)
    note = "published with pumped storage, less its estimate; provinces that are not listed share the rest"
    return Key(pd.DataFrame(made), join_sources([listed.source, pumped.source]), note)


@cache
def capacity() -> pd.DataFrame:
    """GW at the end of each year by item and province."""
    of = national_capacity()
    parts = [spread(of[item], key).assign(item=item) for item, key in capacity_keys().items()]
    return pd.concat([*parts, _wind(), _panels()], ignore_index=True)


def _wind() -> pd.DataFrame:
    """On land and at sea: sea by key, land is what the province has besides."""
    of, whole = national_capacity(), published("capacity", "wind")
    siting = Parameters(ESTIMATES)
    weights = pd.Series({place: siting["offshore_weight", place].value for place in siting.keys("offshore_weight")})
    later = by(weights, "RECALL", "").figures.set_axis([SPAN[-2]], axis=1)
    note = "all turbines as published; at sea spread by the base year and, for 2024, a key from memory"
    key = joined(base_fleet("wind_offshore"), Key(later, "RECALL", ""), note=note)
    total = spread(of["wind"], whole)
    sea = _within(spread(of["wind_offshore"], key), total)
    land = total.merge(sea[["place", "year", "value"]], on=["place", "year"], how="left", suffixes=("", "_sea"))
    land["value"] -= land["value_sea"].fillna(0.0)
    coast = land["value_sea"].notna()
    land.loc[coast, "quality"], land.loc[coast, "note"] = "estimate", note
    land.loc[coast, "source"] = [join_sources([text, key.source]) for text in land.loc[coast, "source"]]
    return pd.concat([land.drop(columns="value_sea").assign(item=WIND[0]), sea.assign(item=WIND[1])], ignore_index=True)


def _within(part: pd.DataFrame, whole: pd.DataFrame) -> pd.DataFrame:
    """``part`` of no place larger than ``whole``; what is cut stands where the whole leaves room for it, by that room."""
    room = part.merge(whole[["place", "year", "value"]], on=["place", "year"], how="left", suffixes=("", "_whole"))["value_whole"].fillna(0.0)
    kept = part["value"].clip(upper=room)
    free = room - kept
    cut = (part["value"] - kept).groupby(part["year"]).transform("sum")
    return part.assign(value=kept + cut * free / free.groupby(part["year"]).transform("sum"))


def _panels() -> pd.DataFrame:
    """Plants and roofs: totals as published; the share of roofs moves so in all provinces that they add up to the nation."""
    of = national_capacity()
    whole, shares = spread(of["solar"], published("capacity", "solar")), _roof_shares()
    total = whole.pivot_table(index="place", columns="year", values="value")
    parts = []
    for year in SPAN:
        roofs = _moved(shares[year].reindex(total.index), total[year], float(of[SOLAR[1]].loc[year, "value"]))
        own = whole[whole["year"] == year].set_index("place")
        source = [join_sources([text, "NEA_PV2020;POWERLAB2025;NEA_PV2025Q3"]) for text in own["source"]]
        note = "all panels as published; split between plants and roofs straight between 2020, 2022 and 2025, moved to the nation's"
        for item, share in zip(SOLAR, (1.0 - roofs, roofs), strict=True):
            value = own["value"] * share.loc[own.index]
            parts.append(own.assign(value=value, item=item, source=source, quality="estimate", note=note).reset_index())
    return pd.concat(parts, ignore_index=True)


def _roof_shares() -> pd.DataFrame:
    """Share of roofs in the panels of a province by year."""
    figures = {item: pd.concat([base_fleet(item).figures, published("capacity", item).figures], axis=1) for item in SOLAR}
    roofs = figures[SOLAR[1]] / (figures[SOLAR[0]] + figures[SOLAR[1]])
    return roofs.T.reindex(list(SPAN)).interpolate("index").T


def _moved(shares: pd.Series, total: pd.Series, wanted: float) -> pd.Series:
    """The shares with all odds times one number, so that shares times totals add up to what is wanted."""
    low, high = -RANGE, RANGE
    for _ in range(STEPS):
        middle = (low + high) / 2
        odds = np.exp(middle)
        made = shares * odds / (1.0 - shares + shares * odds)
        low, high = (middle, high) if float((made * total).sum()) < wanted else (low, middle)
    return made


def _hours() -> dict[str, pd.Series]:
    """Full-load hours by item and province: mean of the observed years where there are some, else those of the base year."""
    fleet = provinces("energy", "power_2020")
    fleet = fleet[fleet["capacity_gw"] > 0]
    seen = provinces("observed", "capacity_factor").set_index(["technology", "region"])
    seen = seen[[f"observed_hours_{year}" for year in HOUR_YEARS]].mean(axis=1)
    made = {}
    for item in ("gas", "biomass", *WIND, *SOLAR):
        own = fleet[fleet["technology"] == item].set_index("region")
        usual = own["generation_twh"].sum() / own["capacity_gw"].sum() * GWH_PER_TWH
        hours = own["full_load_hours"].reindex(list(province_keys().values())).fillna(usual)
        made[item] = (seen[item].combine_first(hours) if item in seen.index.get_level_values(0) else hours).rename(item)
    return made


def generation() -> pd.DataFrame:
    """TWh of each year by item and province."""
    of, stock, hours = national_generation(), capacity(), _hours()
    parts = []
    for total, items in (("gas", ("gas",)), ("biomass", ("biomass",)), ("wind", WIND), ("solar", SOLAR)):
        figures = pd.concat({item: _at_work(stock, item).mul(hours[item], axis=0) for item in items})
        note = "spread by mean capacity times hours: observed ones of wind and panels, those of the base year of others"
        made = spread(of[total], Key(figures.fillna(0.0), "CREA_CC;CEC2020;EXPERT", note))
        item, place = (made["place"].map(lambda pair, n=n: pair[n]) for n in (0, 1))
        parts.append(made.assign(item=item, place=place))
    parts.append(spread(of["hydro"], published("generation", "hydro")).assign(item="hydro"))
    parts.append(spread(of["nuclear"], _nuclear()).assign(item="nuclear"))
    thermal = published("generation", "thermal_total")
    parts.append(spread(of["thermal"], thermal).assign(item="thermal"))
    parts.append(spread(of["coal_and_waste_heat"], _coal(thermal, parts[:2])).assign(item="coal_and_waste_heat"))
    return pd.concat(parts, ignore_index=True)


def _at_work(stock: pd.DataFrame, item: str) -> pd.DataFrame:
    """Mean GW of each year by province; of the base year what stood at its end."""
    ends = stock[stock["item"] == item].pivot_table(index="place", columns="year", values="value").fillna(0.0)
    return ((ends + ends.shift(1, axis=1).fillna(ends)) / 2).reindex(list(province_keys().values())).fillna(0.0)


def _nuclear() -> Key:
    """Published output; the province with plants that is not listed has the rest of the nation's."""
    listed = published("generation", "nuclear")
    whole, fleet = national("generation_nbs", "nuclear")["value"], base_fleet("nuclear").figures[BASE_YEAR]
    figures = listed.figures.copy()
    absent = figures.index[(figures.sum(axis=1) == 0) & (fleet > 0)]
    for year in figures:
        figures.loc[absent, year] = fleet[absent] / fleet[absent].sum() * (whole[year] - figures[year].sum())
    return Key(figures, listed.source, "provinces as published, scaled to the nation; the one not listed has the rest", listed.published)


def _coal(thermal: Key, others: list[pd.DataFrame]) -> Key:
    """Published output of all thermal plants less the estimate of gas and biomass."""
    figures = thermal.figures.copy()
    for made in others:
        figures -= made.pivot_table(index="place", columns="year", values="value").reindex(index=figures.index, columns=figures.columns).fillna(0.0)
    note = "spread by the published output of all thermal plants less gas and biomass"
    return Key(figures.clip(lower=0.0), join_sources([thermal.source, "CREA_CC;CEC2020;EXPERT"]), note)


def added() -> dict[str, pd.DataFrame]:
    """National GW added a year, gross where that is reported, else the difference of the ends of the years."""
    ends = national_capacity()
    gross = {name: national("capacity_added", name) for name in ("coal", "gas", "nuclear", "wind", "solar")}
    made = {}
    for item, series in ends.items():
        own = series.assign(value=series["value"].diff(), quality=[*map(_derived, series["quality"])], note="difference of the ends of the years: net of what retired")
        if item in gross:
            known = gross[item].reindex(own.index).dropna(subset=["value"])
            own.loc[known.index] = known
        made[item] = own.loc[SPAN[1] :]
    return made


def _derived(quality: str) -> str:
    return DERIVED if quality != "estimate" else quality


def load_of_year() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Consumption of the nation and of the provinces, TWh a year."""
    series = years_of(national("consumption", "all"))
    return series, spread(series, published("consumption", "all"))
