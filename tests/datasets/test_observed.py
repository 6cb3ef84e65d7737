"""What happened 2020 to 2025 in the shipped workbooks: sums of the statistics, one province, one group, both books."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd
import pytest

import model
from model.core.data import Data
from model.datasets import dynamics, observed, observed_power
from model.datasets.afforestation import afforestation_land
from model.datasets.observed_series import Key, spread
from model.levers.observed import NATION, OBSERVED, QUANTITIES, of_period

INPUTS = Path(__file__).resolve().parents[2] / "inputs"
#: Six significant digits in the sum of 31 rounded rows.
ROUNDING = 1e-5


@cache
def table() -> pd.DataFrame:
    return observed.frames()["observed"]


@cache
def book(name: str) -> Data:
    return model.read(INPUTS / f"{name}.xlsx").data("reference")


def value(quantity: str, item: str, year: int, region: str = NATION) -> float:
    own = table()
    found = own[(own["quantity"] == quantity) & (own["item"] == item) & (own["year"] == year) & (own["region"] == region)]["value"]
    assert 1 == len(found)
    return float(found.iloc[0])


def of_nation(name: str) -> pd.DataFrame:
    made = of_period(book(name))
    return made[made["region"] == NATION].set_index(["quantity", "item"])


def test_every_row_has_source_unit_basis_and_quality_and_stands_once() -> None:
    own = table()
    assert not own.isna().any(axis=None)
    assert (own[["source", "figure_unit", "basis", "held"]] != "").all(axis=None)
    assert own["quality"].isin(["reported", "derived", "estimate"]).all()
    assert not own.duplicated(list(OBSERVED.keys)).any()
    assert [] == [q for q in QUANTITIES if set(own.loc[own["quantity"] == q, "figure_unit"]) != {QUANTITIES[q].unit}]
    assert (own["value"] >= 0.0).all()


def test_the_nation_is_the_sum_of_its_provinces_and_of_the_three_regions() -> None:
    """Panels and wind by technology add up to the nation's panels and wind; all others row by row."""
    whole = {"pv_utility": "solar", "pv_distributed": "solar", "wind_onshore": "wind", "wind_offshore": "wind"}
    for name in ("provinces", "three_regions"):
        own = book(name).tables["observed"]
        own = own.assign(item=own["item"].where((own["quantity"] != "generation") | (own["region"] == NATION), own["item"].replace(whole)))
        nation, regions = (own[(own["region"] == NATION) == here].groupby(["quantity", "item", "year"])["value"].sum() for here in (True, False))
        assert len(regions) > 150
        away = (regions / nation.reindex(regions.index) - 1.0).abs()
        assert {} == away[~(away <= ROUNDING)].to_dict(), name


def test_panels_at_the_end_of_2025_are_those_of_2024_and_what_was_added() -> None:
    """886.66 + 315.07 = 1201.73, published as 1,201.7 GW; 541 of them on roofs, the rest 660.7."""
    assert 1201.7 == value("capacity", "solar", 2025)
    assert pytest.approx(1201.7) == value("capacity", "pv_distributed", 2025) + value("capacity", "pv_utility", 2025)
    assert pytest.approx(660.7) == value("capacity", "pv_utility", 2025)
    assert pytest.approx(value("capacity", "solar", 2024) + value("capacity_added", "solar", 2025), abs=0.05) == 1201.7


@pytest.mark.parametrize("name", ["provinces", "three_regions"])
def test_means_of_the_period_are_those_of_the_statistics(name: str) -> None:
    """Panels 584.6 GW on average, 670.5 TWh a year of sun and 887.4 of wind; emissions 7.7 % above 2020 by the count that is held."""
    made = of_nation(name)
    assert pytest.approx(584.58, abs=0.01) == made.loc[("capacity", "solar"), "mean"]
    assert pytest.approx(670.48, abs=0.01) == made.loc[("generation", "solar"), "mean"]
    assert pytest.approx(887.36, abs=0.01) == made.loc[("generation", "wind"), "mean"]
    growth = made["mean"] / made["before"] - 1.0
    assert pytest.approx(0.077, abs=5e-4) == growth["emission", "all"]
    assert pytest.approx(0.059, abs=5e-4) == growth["emission", "all_by_other_count"]


def test_first_rates_are_the_mean_of_2023_to_2025() -> None:
    """Panels (216.02 + 277.98 + 315.07) / 3 = 269.7 GW a year, wind (75.66 + 79.82 + 119.33) / 3 = 91.6, coal (47.74 + 32.49 + 78.1) / 3 = 52.8."""
    for item, expected in (("solar", 269.69), ("wind", 91.60), ("coal", 52.78)):
        assert pytest.approx(expected, abs=0.01) == sum(value("capacity_added", item, year) for year in (2023, 2024, 2025)) / 3


def test_a_province_as_published_is_scaled_to_the_nation() -> None:
    """Steel of Hebei in 2024: 199.86 of the 999.3 Mt of 27 provinces, of the nation's 1,005.09 Mt; cement closes and stands as it is."""
    assert pytest.approx(199.86 * 1005.09 / 999.3, rel=1e-4) == value("output", "steel", 2024, "hebei")
    own = table()[(table()["quantity"] == "output") & (table()["year"] == 2024) & (table()["region"] == "hebei")].set_index("item")["quality"]
    assert ("derived", "reported") == (own["steel"], own["cement_building_materials"])


def test_a_group_is_the_sum_of_its_provinces() -> None:
    """Nuclear plants of the west at the end of 2024: Liaoning 6.68 and Guangxi 4.53 GW; the developed coast has the other 49.6 of 60.83."""
    own = book("three_regions").tables["observed"].query("quantity == 'capacity' and item == 'nuclear' and year == 2024").set_index("region")["value"]
    assert pytest.approx(6.68 + 4.53, abs=0.02) == own["west"]
    assert pytest.approx(60.83 - 6.68 - 4.53, abs=0.02) == own["developed"]


def test_new_trees_are_a_stated_share_of_all_afforestation() -> None:
    """0.45 of 3.60 Mha in 2021; 19.4 Mha in five years hold closure for natural regrowth and restoration too."""
    assert pytest.approx(1620.0) == value("planting", "all", 2021)
    assert pytest.approx(0.45 * 19_438.0, abs=1.0) == sum(value("planting", "all", year) for year in range(2021, 2026))
    row = table()[(table()["quantity"] == "planting") & (table()["region"] == NATION)].iloc[0]
    assert "0.45" in row["note"]
    assert "closure" in row["note"]


def test_felling_is_roundwood_over_its_recovery() -> None:
    """115.9 million m3 of roundwood in 2021 at 0.7 are 165.6 of standing volume."""
    assert pytest.approx(115.9 / 0.7, rel=1e-6) == value("felling", "all", 2021)


def test_conventional_hydropower_is_published_with_pumped_storage_and_tibet_has_what_is_not_listed() -> None:
    """Sichuan 97.70 GW in 2024, none of it pumped; 435.95 of the nation less 432.8 of those listed leave about 3 GW, most of it Tibet's."""
    assert pytest.approx(97.70, abs=0.2) == value("capacity", "hydro", 2024, "sichuan")
    assert pytest.approx(3.0, abs=0.2) == value("capacity", "hydro", 2024, "tibet")


def test_turbines_at_sea_are_never_more_than_the_province_has() -> None:
    made = observed_power.capacity()
    assert (made["value"] >= 0.0).all()
    assert value("capacity", "wind_offshore", 2023, "shanghai") <= 1.08


def test_shares_lie_straight_between_the_years_of_a_key_and_the_parts_add_up() -> None:
    """A has 1/4 in 2020 and 3/4 in 2024: half in 2022, and 3/4 still in 2025; only 2020, which closes, stays reported."""
    key = Key(pd.DataFrame({2020: [1.0, 3.0], 2024: [6.0, 2.0]}, index=["a", "b"]), "KEY", "by key", (2020, 2024))
    series = pd.DataFrame({"value": [4.0, 10.0, 16.0, 20.0], "source": "S", "quality": "reported", "note": ""}, index=[2020, 2022, 2024, 2025])
    made = spread(series, key).set_index(["place", "year"])
    assert [1.0, 5.0, 12.0, 15.0] == made.loc["a", "value"].tolist()
    assert series["value"].tolist() == made.groupby("year")["value"].sum().tolist()
    assert ["reported", "estimate", "derived", "estimate"] == made.loc["a", "quality"].tolist()
    assert ["", "by key; shares of the nearest years that were published"] == made.loc["a", "note"].tolist()[:2]
    assert {"KEY;S"} == set(made["source"])


def test_first_rates_of_building_stand_beside_growth_and_decline() -> None:
    """Panels 269.69 GW a year; planting (1,799.1 + 2,002.5 + 1,602) / 3 = 1,801.2 kha; capture 4 Mt run; coal may fall as fast as it will."""
    made = dynamics.build_dynamics()
    made = made[made["scope"] == "nation"].set_index(["decision", "item"])
    assert pytest.approx(269.69, abs=0.01) == made.loc[("new_sited", "solar"), "first_rate"]
    assert pytest.approx(1801.2, abs=0.1) == made.loc[("planted", "every"), "first_rate"]
    assert 4.0 == made.loc[("captured_total", "every"), "first_rate"]
    assert {2024} == set(made["first_year"])
    assert [("new_thermal", "coal"), ("new_thermal", "gas")] == list(made.index[made["decline"].isna()])
    assert (made["source"] != "").all()


def test_an_item_stands_although_the_lever_that_has_it_is_left_out() -> None:
    """A sheet left empty switches its lever off; what happened is no error then, so each item belongs to the closed list."""
    assert set() == set(table()["item"]) - set(OBSERVED.column("item").choices)


def test_what_finds_no_room_in_a_place_goes_to_the_others_by_their_weight() -> None:
    """12 by 3:2:1 would be 6, 4, 2; the first holds 3, so that 9 are left by 2:1: 6 and 3; the second holds 5, and the third takes 4."""
    weight, room = (pd.Series(values, index=["a", "b", "c", "d"]) for values in ([3.0, 2.0, 1.0, 0.0], [3.0, 5.0, 9.0, 9.0]))
    assert [3.0, 5.0, 4.0, 0.0] == pytest.approx(list(observed.within(weight, room, 12.0)))
    with pytest.raises(ValueError, match="no room for 30"):
        observed.within(weight, room, 30.0)


def test_no_province_planted_more_than_the_land_offered_there() -> None:
    """Jiangsu offers none, Jiangxi and Hainan all that they have; the nation is what it was: 0.45 of 19,438 kha."""
    own = table().query("quantity == 'planting' and region != 'nation'").groupby("region")["value"].sum()
    room = afforestation_land().groupby("region")["area"].sum()
    assert "jiangsu" not in own.index
    assert [1.0, 1.0] == pytest.approx(list((own / room)[["jiangxi", "hainan"]]), rel=1e-9)
    assert (own <= room.reindex(own.index) * (1.0 + 1e-9)).all()
    assert own.sum() == pytest.approx(0.45 * 19_438.0, abs=1.0)
