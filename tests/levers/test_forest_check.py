"""The figures of the first period without a plan, by hand."""

from __future__ import annotations

import pytest

from model.levers.forest.results.first_period import first_period_sinks

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
