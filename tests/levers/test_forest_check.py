"""The figures of the first period without a plan, by hand."""

from __future__ import annotations

import pytest

from model.levers.forest.parts.check import first_period_harvest, first_period_sinks

from .forest_toy import forest_data, stand


def test_growth_of_the_first_period_is_counted_per_year_with_and_without_dead_wood() -> None:
    """2 Mha of class 4 grow from 35 to 45 years: 20 t C/ha and 50 m3/ha in ten years. 2 * 20 / 10 = 4 Mt C/yr = 0.004 Pg C;
    a tenth of dead wood and litter makes it 0.0044; 2 * 50 / 10 = 10 million m3/yr."""
    found = first_period_sinks(forest_data([stand("mature", 2.0)], group={"dead_wood_fraction": 0.1})).set_index("quantity")
    assert pytest.approx(0.004, rel=1e-12) == found.loc["living_biomass", "value_pg_c"]
    assert pytest.approx(0.0044, rel=1e-12) == found.loc["living_with_dead_wood_and_litter", "value_pg_c"]
    assert pytest.approx(10.0, rel=1e-12) == found.loc["volume_increment", "value"]
    assert bool(found["value_pg_c"].isna()["volume_increment"])
    assert ["Pg C/yr", "Pg C/yr", "million m3/yr"] == found["unit"].tolist()


def test_losses_lower_the_growth_of_the_first_period() -> None:
    """A tenth of 2 Mha is lost in ten years and starts anew: 1.8 * 90 + 0.2 * 10 - 2 * 70 = 24 Mt C in ten years."""
    found = first_period_sinks(forest_data([stand("mature", 2.0)], group={"loss_young": 1 - 0.9**0.1}))
    assert pytest.approx(0.0024, rel=1e-12) == found["value_pg_c"][0]


def test_what_may_be_felled_is_held_against_the_harvest_of_the_base_year() -> None:
    """2 Mha of class 4 at 0.175 km3/Mha: 0.035 km3/yr in ten years. 0.04 roundwood at recovery 0.8 takes 0.05 standing: 0.015
    are missing. Natural stands do not count while the ban lasts."""
    data = forest_data([stand("mature", 2.0)], harvest={"roundwood_base": 0.04})
    found = first_period_harvest(data).iloc[0]
    assert ("west", pytest.approx(0.05), pytest.approx(0.035), pytest.approx(0.015)) == tuple(found.iloc[:4])
    natural = forest_data(
        [stand("mature", 2.0, origin="natural")], group={"origin": "natural"}, settings={"natural_logging_ban_until": 2030.0}
    )
    assert 0.0 == first_period_harvest(natural)["cuttable"].sum()


def test_no_more_is_possible_than_the_capacity_that_can_be_built() -> None:
    """0.008 roundwood at recovery 0.8 is 0.01 standing; 0.001 more a year makes 0.02 km3/yr after ten, of 0.035 that stand."""
    data = forest_data([stand("mature", 2.0)], harvest={"roundwood_base": 0.008, "capacity_growth": 0.001})
    assert pytest.approx(0.02) == first_period_harvest(data)["possible"][0]
