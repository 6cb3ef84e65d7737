"""Clustered days of one weather year: when the sun shines, the wind blows and power is used, by province.

A day type is a real day (its key is its date: ``dec27``) that stands for the days of the year that are most like it; the day of highest load with
little wind and sun is among them and is never averaged. Typical days are scaled so that the year keeps its mean. How many types there are is a choice:
more of them cost time.

Limits: one weather year (2020); load is that of 2018 by its shape, so that cold and calm do not come together more often than by chance; hydropower has
seasons only.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from . import power, sites, thermal
from .frame import Estimate, by_province, credited, join_sources, load, provinces, selected, worst

TOPIC = "weather"
#: Day types of a set: for each the table of its days, and its column of the calendar.
SETS = (4, 8, 16)
#: Profile -> column of the tables of days.
PROFILES = {"solar": "solar", "wind_onshore": "wind", "wind_offshore": "wind_offshore", "hydro": "hydro"}
LOAD = "load"
HEATING = "space_heating"
#: TWh of space heat that a province counts with where the source has none.
LEAST_HEAT = 0.1
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def frames_of(count: int) -> dict[str, pd.DataFrame]:
    """Every table that depends on the set of day types, by name; ValueError for a count that is not in ``SETS``."""
    return {
        "time_slices": time_slices(count),
        "day_sequence": day_sequence(count),
        "output_shape": output_shape(count),
        "load_shape": load_shape(count),
        "must_run": must_run(count),
        "use_shape": use_shape(count),
    }


def key_of(date: str) -> str:
    """``12-27`` -> ``dec27``."""
    month, day = date.split("-")
    return f"{MONTHS[int(month) - 1]}{day}"


def days(count: int) -> pd.DataFrame:
    """A row for each province, day type and block, in the order of the year: hours a year and what the hour gives in each series."""
    if count not in SETS:
        raise ValueError(f"{count} day types: there are sets of {', '.join(map(str, SETS))}")
    table = provinces(TOPIC, f"weather_days_k{count}_b3")
    season = table["sample_date"].map(key_of)
    return table.assign(season=season, slice=season + "_" + table["block"], hours=table["hours"] * table["days"], note="")


def calendar(count: int) -> pd.DataFrame:
    """The days of the year in order: number, date, season of the year, and in ``day_type`` the type that stands for it."""
    table = days(count)
    names = dict(zip(table["day_type"], table["season"], strict=True))
    made = load(TOPIC, "day_sequence")
    return made[["day", "date", "season", "source", "quality"]].assign(day_type=made[f"k{count}"].map(names))


def time_slices(count: int) -> pd.DataFrame:
    """Day type x block with its hours, the same for all provinces."""
    made = days(count).drop_duplicates("slice")
    made["note"] = [f"{row.kind} day {row.sample_date}, stands for {row.days} days" for row in made.itertuples()]
    return selected(made, ("slice", "season", "block", "hours"))


def day_sequence(count: int) -> pd.DataFrame:
    """Which day type stands for each day of the year, as runs of days of one type."""
    table = calendar(count)
    run = (table["day_type"] != table["day_type"].shift()).cumsum()
    first = table.groupby(run, sort=False).first()
    made = first.assign(run=range(1, len(first) + 1), season=first["day_type"], days=table.groupby(run, sort=False).size())
    made["note"] = "from " + made["date"]
    return selected(made.reset_index(drop=True), ("run", "season", "days"))


def output_shape(count: int) -> pd.DataFrame:
    """Output in each time slice relative to the year's mean, by province and profile; weight in GW of the fleet."""
    table = days(count)
    parts = [sites.profile(table, shape, table[column]) for shape, column in PROFILES.items()]
    parts.append(sites.profile(table, sites.FLAT, pd.Series(1.0, index=table.index)))
    return selected(pd.concat(parts), ["region", "shape", "slice", "relative_output", "weight"])


def load_shape(count: int) -> pd.DataFrame:
    """Share of the year's demand in each time slice, by province; weight in TWh."""
    table = days(count)
    table["energy"] = table[LOAD] * table["hours"]
    made = table.assign(
        share=table["energy"] / table.groupby("region")["energy"].transform("sum"),
        weight=table["region"].map(power.base_demand()),
    )
    return selected(made, ["region", "slice", "share", "weight"])


def must_run(count: int) -> pd.DataFrame:
    """Least output in a slice as a share of the year's mean output: of a day type the mean of the days that it stands for."""
    table = calendar(count)
    cold = (table["season"] == thermal.HEATING_SEASON).groupby(table["day_type"], sort=False).mean()
    return thermal.must_run(cold)


def use_shape(count: int) -> pd.DataFrame:
    """Share of the year's power of each use in each time slice: heating by the cold of its province, charging the same everywhere and every day."""
    table = days(count)
    heat = provinces(TOPIC, "heating_load").query("day_types == @count")
    heat = heat.drop(columns=["source", "quality"]).rename(columns={"block": "heat_block"})
    heated = table.merge(heat, left_on=["region", "day_type", "block"], right_on=["region", "day_type", "heat_block"], suffixes=("", "_heat"))
    parts = [heated.assign(load_use=HEATING, level=heated["factor"], weight=heated["region"].map(_heat_weight()))]
    charging = load(TOPIC, "charging")
    for use, part in charging.groupby("load_use", sort=False):
        level = table["block"].map(part.set_index("block")["factor"])
        rows = table.assign(load_use=use, level=level, weight=table["region"].map(power.base_demand()))
        parts.append(credited(rows, Estimate(0.0, str(part["source"].iloc[0]), str(part["quality"].iloc[0]), "")))
    made = pd.concat(parts)
    energy = made["level"] * made["hours"]
    made["share"] = energy / energy.groupby([made["region"], made["load_use"]]).transform("sum")
    return selected(made, ["region", "load_use", "slice", "share", "weight"])


def _heat_weight() -> pd.Series:
    """Space heat of a province as the weight of its shape: TWh, a little where the source has none."""
    table = by_province(TOPIC, "space_heat")
    return table["space_heat_twh"].clip(lower=LEAST_HEAT)


def daily_weather(groups: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Each day of the weather year relative to the year's mean, by province or by ``groups`` of them: load, and profiles of plants with the weights of the slices.

    In groups each profile is weighted by its own plants, which a merge by one weight of the row could not do.
    """
    table = provinces(TOPIC, "daily_means")
    place = table["region"] if groups is None else table["region"].map(groups)
    keys = pd.DataFrame({"region": place, "day": table["day"]})
    made = keys.drop_duplicates().set_index(["region", "day"])
    for series, column in {LOAD: LOAD, **PROFILES}.items():
        weight = _weight_of(series, table["region"]).where(table[column].notna(), 0.0).fillna(0.0)
        year = (table[column] * weight).groupby(place).transform("sum") / weight.groupby(place).transform("sum")
        relative = (table[column] / year * weight).groupby([keys["region"], keys["day"]]).sum()
        made[series] = (relative / weight.groupby([keys["region"], keys["day"]]).sum()).reindex(made.index)
    load_of = table["region"].map(power.base_demand()).groupby([keys["region"], keys["day"]]).sum()
    made["weight"] = load_of.reindex(made.index)
    source = join_sources(table["source"])
    return selected(made.reset_index().assign(source=source, quality=worst(table["quality"]), note=""), ["region", "day", LOAD, *PROFILES, "weight"])


def _weight_of(series: str, region: pd.Series) -> pd.Series:
    """What weighs the provinces of a series: demand, or the fleet as in ``output_shape``; blank where there is none."""
    if series == LOAD:
        return region.map(power.base_demand())
    return sites.fleet_weight(series, region).where(region.isin(sites.places(series)))
