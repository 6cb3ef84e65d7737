"""Clustered days as tables: the hours of a year, means kept, the order of the year, and which days the heating season holds."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest

from model.datasets import weather
from model.datasets.weather import SETS

YEAR = 8760.0


@cache
def tables(count: int) -> dict[str, pd.DataFrame]:
    return weather.frames_of(count)


@pytest.mark.parametrize("count", SETS)
def test_slices_are_a_year_and_the_sequence_has_all_its_days(count: int) -> None:
    slices, runs = tables(count)["time_slices"], tables(count)["day_sequence"]
    assert len(slices) == 3 * count
    assert slices["hours"].sum() == pytest.approx(YEAR)
    assert runs["days"].sum() == 365
    assert (slices.groupby("season")["hours"].sum() / 24.0).to_dict() == pytest.approx(runs.groupby("season")["days"].sum().to_dict())
    assert (runs["season"] != runs["season"].shift()).all(), "a run ends where another type begins"


@pytest.mark.parametrize("count", SETS)
def test_shapes_keep_the_mean_of_the_year_in_every_province(count: int) -> None:
    hours = tables(count)["time_slices"].set_index("slice")["hours"]
    shape = tables(count)["output_shape"]
    mean = (shape["relative_output"] * shape["slice"].map(hours)).groupby([shape["region"], shape["shape"]]).sum() / YEAR
    assert (mean - 1.0).abs().max() < 1e-9
    assert tables(count)["load_shape"].groupby("region")["share"].sum().to_numpy() == pytest.approx(1.0)
    assert tables(count)["use_shape"].groupby(["region", "load_use"])["share"].sum().to_numpy() == pytest.approx(1.0)


def test_the_hardest_day_of_winter_is_in_every_set_and_asks_more_than_the_mean() -> None:
    for count in SETS:
        load = weather.days(count).query("season == 'dec27'")
        assert len(load) == 31 * 3
        assert (load["load"] * load["hours"]).sum() / load["hours"].sum() > 1.1


def test_heat_pumps_draw_their_power_in_the_cold() -> None:
    """On the hardest winter days of the north several times the mean, in August nothing."""
    hours = tables(8)["time_slices"].set_index("slice")["hours"]
    heat = tables(8)["use_shape"].query("load_use == 'space_heating' and region == 'heilongjiang'").set_index("slice")["share"]
    relative = heat / hours.reindex(heat.index) * YEAR
    assert relative["dec27_night"] > 2.0
    assert relative["aug09_day"] == pytest.approx(0.0, abs=0.02)


def test_must_run_of_a_day_type_is_the_mean_of_its_days() -> None:
    """0.35 on a winter day of the north, 0.10 on any other, half of it for flexible coal; one of the 26 days like 9 August lies in winter."""
    shares = tables(8)["must_run"].set_index(["region", "technology", "season"])["share"]
    assert shares["hebei", "coal", "dec27"] == pytest.approx(0.35)
    assert shares["hebei", "coal", "aug09"] == pytest.approx(0.10 + 0.25 / 26)
    assert shares["hebei", "coal_flexible", "dec27"] == pytest.approx(0.175)
    assert shares["jiangsu", "coal", "dec27"] == pytest.approx(0.10)


def test_days_of_the_year_have_the_mean_of_the_year_alone_and_in_groups() -> None:
    for made in (weather.daily_weather(), weather.daily_weather(dict.fromkeys(weather.daily_weather()["region"], "all"))):
        assert set(made["day"]) == set(range(1, 366))
        for series in ("load", "solar", "wind_onshore", "wind_offshore", "hydro"):
            mean = made[made[series].notna()].groupby("region")[series].mean()
            assert mean.to_numpy() == pytest.approx(1.0), series


def test_other_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="sets of 4, 8, 16"):
        weather.days(5)
