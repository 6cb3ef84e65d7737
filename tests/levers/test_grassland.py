"""Grassland measures, by hand-worked cases of one zone: land, carbon, money, water and forage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import pytest

from model.core.build.assemble import assemble
from model.core.data import Data
from model.core.solve.solution import Solution
from model.levers.land.grassland import Grassland

from .toy import amount, cheapest, toy_data, value

CO2 = 44 / 12
RESEED: dict[str, Any] = {
    "grass_zone": "restoration", "measure": "reseed", "rate": 0.5, "saturation": 15.0, "establishment_cost": 2.0,
    "annual_cost": 0.1, "compensation": 0.2, "irrigation": 0.3, "forage_loss": 1.0, "life": 12.0, "light": 0.0,
    "restores": 1.0, "degraded_only": 0.0,
}
GRAZE: dict[str, Any] = {
    "grass_zone": "restoration", "measure": "balance", "rate": 0.1, "saturation": 20.0, "forage_loss": 0.15,
    "life": 50.0, "light": 1.0, "restores": 0.0, "degraded_only": 0.0,
}
CONDITIONS = [
    {"condition": "good", "carbon_factor": 0.25, "forage_factor": 1.0},
    {"condition": "moderate", "carbon_factor": 1.0, "forage_factor": 0.6},
]


def grass(condition: str = "moderate", **values: float) -> dict[str, Any]:
    return {"region": "west", "water_zone": "dry", "grass_zone": "restoration", "condition": condition, "area": 10.0, **values}


def grass_data(
    land: Sequence[Mapping[str, Any]] = (grass(),),
    measures: Sequence[Mapping[str, Any]] = (RESEED,),
    years: Sequence[int] = (2020, 2030, 2040),
    capacity: float | None = None,
    sheep: float = 0.0,
    initial: Sequence[Mapping[str, Any]] = (),
    **settings: float,
) -> Data:
    tables: dict[str, Any] = {"grassland": land, "grass_measures": measures, "grass_conditions": CONDITIONS}
    if capacity is not None:
        tables["livestock"] = [{"region": "west", "sheep_units": sheep, "treatment_capacity": capacity}]
    if initial:
        tables["grass_initial"] = initial
    return toy_data(years=years, tables=tables, settings=settings)


def best(data: Data, carbon_price: float = 100.0) -> Solution:
    """The plan at a carbon price so high that all that can be treated is treated."""
    solution = cheapest(assemble(data, [Grassland], []), carbon_price)
    assert solution.status == "optimal"
    return solution


def test_treated_land_never_exceeds_the_area_not_yet_banned() -> None:
    """10 Mha less 4 under a ban: two measures together take 6 Mha, never more in any year."""
    solution = best(grass_data([grass(initial_ban=4.0)], [RESEED, GRAZE]))
    assert pytest.approx(6.0) == value(solution, "treated")
    used = [-amount(solution, "grass_land", "treated", year=y) for y in (2030, 2040)]
    assert pytest.approx([6.0, 6.0]) == used


def test_the_dual_of_grassland_is_the_worth_of_one_more_hectare_and_points_to_its_cell() -> None:
    solution = best(grass_data())
    limits = solution.limits()
    row = limits[(limits["name"] == "balance_grass_land") & (limits["dual"] > 0)].iloc[0]
    assert ("grassland", "E3", "kha") == (row["sheet"], row["cell"], row["unit"])
    assert pytest.approx(10_000.0) == row["limit"]


def test_a_light_measure_never_goes_on_land_already_under_balance() -> None:
    """10 Mha, 4 under a ban, 5 under balance: 1 Mha is left for balance although 6 Mha are not banned."""
    solution = best(grass_data([grass(initial_ban=4.0, initial_balance=5.0)], [GRAZE]))
    assert pytest.approx(1.0) == value(solution, "treated")
    limits = solution.limits()
    row = limits[limits["name"] == "light_measure_room"].iloc[0]
    assert (1000.0, "I3", "kha") == (pytest.approx(row["limit"]), row["cell"], row["unit"])
    assert row["dual"] > 0


def test_a_stronger_measure_may_replace_balance() -> None:
    """Reseeding is not light: it takes all 6 Mha that are not banned."""
    solution = best(grass_data([grass(initial_ban=4.0, initial_balance=5.0)], [RESEED]))
    assert pytest.approx(6.0) == value(solution, "treated")


def test_a_zone_wholly_under_measures_offers_no_light_measure() -> None:
    """More is reported under measures (12 Mha) than there is land (10 Mha): room 0, no negative area."""
    build = assemble(grass_data([grass(initial_ban=4.0, initial_balance=8.0)], [GRAZE]), [Grassland], [])
    assert "treated" not in build.families


def test_a_measure_for_degraded_land_stays_off_good_land() -> None:
    data = grass_data([grass("good"), grass("moderate", area=2.0)], [{**RESEED, "degraded_only": 1.0}])
    treated = best(data).values("treated")
    assert ["moderate"] == sorted(treated["condition"].unique())


def test_capacity_limits_what_is_newly_treated_each_year() -> None:
    """0.3 Mha a year over ten years: 3 Mha in each period; the limit reads 300 kha a year in cell C3."""
    solution = best(grass_data(capacity=0.3))
    new = solution.values("treated").groupby("vintage")["value"].sum()
    assert pytest.approx([3.0, 3.0]) == list(new)
    limits = solution.limits()
    rows = limits[limits["name"] == "grass_treatment_capacity"]
    assert [300.0, 300.0] == pytest.approx(list(rows["limit"]))
    assert {"C3"} == set(rows["cell"])
    assert (rows["dual"] > 0).all()


def test_carbon_is_gained_until_saturation_counted_from_the_middle_of_the_vintage() -> None:
    """10 Mha in 2021-30, 0.5 t C/ha/yr for 15 years from 2025: 5 years of the first period, 10 of the second, 0 later.

    First: 10*0.5*5/10 = 2.5 Mt C/yr; second: 10*0.5*10/10 = 5; all years together 10*0.5*15 = 75 Mt C.
    """
    solution = best(grass_data(years=(2020, 2030, 2040, 2050)))
    assert pytest.approx(10.0) == value(solution, "treated", vintage=2030)
    gained = [amount(solution, "sink", "grassland_measures", year=y) for y in (2030, 2040, 2050)]
    assert pytest.approx([2.5 * CO2, 5.0 * CO2, 0.0]) == gained


def test_the_condition_scales_the_carbon_gain() -> None:
    """Good land gains a quarter: 10*0.5*0.25*5/10 = 0.625 Mt C/yr in the first period."""
    solution = best(grass_data([grass("good")]))
    assert pytest.approx(0.625 * CO2) == amount(solution, "sink", "grassland_measures", year=2030)


def test_untreated_land_loses_carbon_and_treated_land_does_not() -> None:
    """10 Mha at 0.025 t C/ha/yr lose 0.25 Mt C/yr; with 0.3 Mha a year treated, 7 and 4 Mha go on losing."""
    data = grass_data([grass(degradation=0.025)], capacity=0.3)
    solution = best(data)
    lost = [amount(solution, "sink", "grassland_degradation", year=y) for y in (2030, 2040)]
    assert pytest.approx([-7 * 0.025 * CO2, -4 * 0.025 * CO2]) == lost


def test_stopping_degradation_is_never_credited_on_land_that_did_not_degrade() -> None:
    """10 Mha of which 8 under balance: 2 Mha lose 0.05 Mt C/yr; treating all 10 stops that and no more."""
    solution = best(grass_data([grass(degradation=0.025, initial_balance=8.0)]))
    assert pytest.approx(10.0) == value(solution, "treated")
    assert pytest.approx(0.0, abs=1e-9) == amount(solution, "sink", "grassland_degradation", year=2030)


def test_measures_of_the_base_year_gain_carbon_until_their_years_are_over_and_are_a_memo() -> None:
    """4 Mha under a ban gain 0.2 t C/ha/yr for 15 more years: 0.8 Mt C/yr, then 0.8*5/10 = 0.4; not additional."""
    initial = [{"grass_zone": "restoration", "measure": "ban", "rate": 0.2, "years_left": 15.0}]
    solution = best(grass_data([grass(initial_ban=4.0)], initial=initial))
    gained = [amount(solution, "sink", "grassland_initial", year=y) for y in (2030, 2040)]
    assert pytest.approx([0.8 * CO2, 0.4 * CO2]) == gained
    sink = solution.balance("sink")
    assert {"grassland_initial"} == set(sink.loc[sink["memo"].astype(bool), "item"])


def test_what_a_new_measure_takes_over_is_not_additional() -> None:
    """10 Mha, 8 under balance with 0.1 t C/ha/yr for 12 more years and a reward of 0.3 bn CNY/Mha. Reseeding takes all 10:
    the balance would have gained 8 * 0.1 a year from 2025 on, 5 years of the first period: 0.8 * 5/10 = 0.4 Mt C/yr, and
    two years of the second: 0.16. The reward of 8 * 0.3 = 2.4 ends with the first period."""
    initial = [{"grass_zone": "restoration", "measure": "balance", "rate": 0.1, "years_left": 12.0, "compensation": 0.3}]
    solution = best(grass_data([grass(initial_balance=8.0)], initial=initial))
    assert pytest.approx(10.0) == value(solution, "treated", vintage=2030)
    lost = [amount(solution, "sink", "grassland_initial_replaced", year=y) for y in (2030, 2040)]
    assert pytest.approx([-0.4 * CO2, -0.16 * CO2]) == lost
    old = [amount(solution, "sink", "grassland_initial", year=y) for y in (2030, 2040)]
    assert pytest.approx([0.8 * CO2, 0.16 * CO2]) == old
    assert pytest.approx(0.0, abs=1e-9) == amount(solution, "money", "grassland_compensation_initial", year=2030)


def test_a_light_measure_takes_over_nothing() -> None:
    """Balance goes on the 2 Mha that are not yet under balance: the old measure goes on as it was."""
    initial = [{"grass_zone": "restoration", "measure": "balance", "rate": 0.1, "years_left": 12.0, "compensation": 0.3}]
    solution = best(grass_data([grass(initial_balance=8.0)], [GRAZE], initial=initial))
    assert pytest.approx(2.0) == value(solution, "treated")
    assert pytest.approx(0.0) == amount(solution, "sink", "grassland_initial_replaced")
    assert pytest.approx(-2.4) == amount(solution, "money", "grassland_compensation_initial", year=2030)


def test_livestock_methane_is_off_by_default_and_a_memo_when_asked_for() -> None:
    """10 million sheep units at 6 kg: 0.06 Mt CH4 a year, 27 times as much CO2, and the plan stays as it is."""
    silent = best(grass_data([grass(forage_yield=2.0)], capacity=0.3, sheep=10.0))
    assert silent.balance("methane").empty
    asked = best(grass_data([grass(forage_yield=2.0)], capacity=0.3, sheep=10.0, count_methane=1.0))
    assert pytest.approx(0.06) == amount(asked, "methane", "livestock_methane", year=2030)
    emission = asked.balance("emission")
    assert emission["memo"].all()
    assert pytest.approx(0.06 * 27.0) == amount(asked, "emission", "livestock_methane", year=2030)
    assert pytest.approx(silent.objective) == asked.objective


def test_methane_follows_its_settings() -> None:
    """10 million sheep units at 5 kg (0.005 Mt per million): 0.05 Mt CH4; at a potential of 30 1.5 Mt CO2."""
    given = {"count_methane": 1.0, "methane_per_sheep_unit": 0.005, "methane_gwp": 30.0}
    solution = best(grass_data([grass(forage_yield=2.0)], capacity=0.3, sheep=10.0, **given))
    assert pytest.approx(0.05) == amount(solution, "methane", "livestock_methane", year=2040)
    assert pytest.approx(1.5) == amount(solution, "emission", "livestock_methane", year=2040)


def test_two_measures_share_a_zone_by_what_they_gain_and_cost() -> None:
    """4 Mha moderate. Reseeding gains 0.5 t C/ha for 15 years and costs 2 bn CNY/Mha once, 0.3 a year, from 2030 on; balance
    gains 0.1 for 20 years and costs nothing. At 0.02 bn CNY per Mt CO2 (20 CNY/t) reseeding earns at most
    0.5 * 3.667 * 0.02 = 0.037 a year per Mha, less than its 0.3: balance takes all. At 5 bn CNY per Mt reseeding earns 9.2
    against 1.8 and takes all."""
    data = grass_data([grass(area=4.0)], [RESEED, GRAZE])
    cheap = cheapest(assemble(data, [Grassland], []), carbon_price=0.02)
    assert pytest.approx(4.0) == value(cheap, "treated", measure="balance")
    assert pytest.approx(4.0) == value(best(data, carbon_price=5.0), "treated", measure="reseed")


def test_establishment_is_paid_again_when_the_life_of_the_measure_ends() -> None:
    """10 Mha at 2 bn CNY/Mha from 2025, life 12: 2 a year in 2021-30, again in 2037 and in 2049, not in 2051-60."""
    solution = best(grass_data(years=(2020, 2030, 2040, 2050, 2060)))
    assert pytest.approx(10.0) == value(solution, "treated", vintage=2030)
    paid = [amount(solution, "money", "grassland_establishment", year=y) for y in (2030, 2040, 2050, 2060)]
    assert pytest.approx([-2.0, -2.0, -2.0, 0.0]) == paid


def test_cost_compensation_and_water_follow_the_treated_area() -> None:
    """3 then 6 Mha: 0.1 bn CNY/Mha a year, 0.2 of compensation, 0.3 km3/Mha of water in the zone."""
    solution = best(grass_data(capacity=0.3))
    for year, area in ((2030, 3.0), (2040, 6.0)):
        assert pytest.approx(-0.1 * area) == amount(solution, "money", "grassland_annual_cost", year=year)
        assert pytest.approx(-0.2 * area) == amount(solution, "money", "grassland_compensation", year=year)
        assert pytest.approx(-0.3 * area) == amount(solution, "water", "grassland_irrigation", water_zone="dry", year=year)


def test_restored_land_is_held_on_grassland_and_offered_for_dual_use_but_a_light_measure_is_not() -> None:
    restored = best(grass_data(capacity=0.3))
    assert pytest.approx(-6.0) == amount(restored, "land", "grassland_restored", land_class="grassland", year=2040)
    assert pytest.approx(6.0) == amount(restored, "dual_restored", "grassland_restored", year=2040)
    light = best(grass_data(measures=[GRAZE]))
    assert light.balance("land").empty


def test_feed_is_bought_for_what_the_grass_does_not_give() -> None:
    """10 Mha at 2 t/ha * 0.6 * 0.25 = 3 Mt DM; 10 million sheep units eat 6.57: 3.57 Mt bought at 1300 CNY/t."""
    solution = best(grass_data([grass(forage_yield=2.0)], capacity=0.0, sheep=10.0))
    assert pytest.approx(3.0) == amount(solution, "forage", "grassland_forage", year=2030)
    assert pytest.approx(-6.57) == amount(solution, "forage", "livestock", year=2030)
    assert pytest.approx(3.57) == value(solution, "feed", year=2030)
    assert pytest.approx(-3.57 * 1.3) == amount(solution, "money", "bought_feed", year=2030)


def test_a_ban_removes_forage_and_more_feed_is_bought() -> None:
    """3 of 10 Mha newly banned: 3 * 0.3 = 0.9 Mt DM less, so 6.57 - 3 + 0.9 = 4.47 Mt are bought."""
    solution = best(grass_data([grass(forage_yield=2.0)], capacity=0.3, sheep=10.0))
    assert pytest.approx(-0.9) == amount(solution, "forage", "grassland_measures_forage", year=2030)
    assert pytest.approx(4.47) == value(solution, "feed", year=2030)


def test_a_measure_that_raises_the_yield_supplies_forage() -> None:
    """Half more forage on 3 Mha: 3 * 0.5 * 0.3 = 0.45 Mt DM."""
    solution = best(grass_data([grass(forage_yield=2.0)], [{**RESEED, "forage_loss": -0.5}], capacity=0.3, sheep=10.0))
    assert pytest.approx(0.45) == amount(solution, "forage", "grassland_measures_forage", year=2030)


def test_measures_in_force_have_given_up_their_forage_once() -> None:
    """10 Mha, 2 banned, 4 under balance: (8 - 0.15*4) * 0.3 = 2.22; a ban on all 8 leaves nothing, never less."""
    land = [grass(forage_yield=2.0, initial_ban=2.0, initial_balance=4.0)]
    solution = best(grass_data(land))
    assert pytest.approx(2.22) == amount(solution, "forage", "grassland_forage", year=2030)
    assert pytest.approx(8.0) == value(solution, "treated")
    assert pytest.approx(-2.22) == amount(solution, "forage", "grassland_measures_forage", year=2030)


def test_without_measures_in_any_zone_history_and_herds_remain() -> None:
    data = grass_data([grass(forage_yield=2.0)], [{**RESEED, "grass_zone": "tibetan_core"}], capacity=1.0, sheep=10.0)
    solution = best(data)
    assert solution.values("treated").empty
    assert pytest.approx(3.57) == value(solution, "feed", year=2030)


def test_treated_land_stays_treated() -> None:
    """Compensation of 0.2 a year goes on when carbon has ended: the area in use never falls."""
    solution = best(grass_data(years=(2020, 2030, 2040, 2050, 2060), capacity=0.3))
    used = pd.Series([-amount(solution, "grass_land", "treated", year=y) for y in (2030, 2040, 2050, 2060)])
    assert (used.diff().dropna() >= -1e-9).all()
    assert pytest.approx(10.0) == used.iloc[-1]
