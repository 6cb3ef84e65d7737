"""The stands of the base year, by hand: areas, densities, losses and how a period moves them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from model.core.data import Data
from model.core.declare.spec import InputError
from model.levers.forest.stands import class_width, classes_of_ages, group_parameters, read_stands

from .forest_toy import GROWTH, HARVEST, PINE, STAND, forest_data, stand


def by_class(data: Data, area: Any, stratum: str = STAND) -> dict[int, float]:
    """Area of the occupied classes of a stratum."""
    row = list(read_stands(data).strata["stratum"]).index(stratum)
    return {a + 1: float(v) for a, v in enumerate(area[row]) if v != 0.0}


def test_an_age_group_covers_the_classes_whose_middle_lies_in_its_bounds() -> None:
    """Above 20 and up to 40 with five-year classes: middles 22.5, 27.5, 32.5 and 37.5 are classes 5 to 8."""
    assert [5, 6, 7, 8] == classes_of_ages(20.0, 40.0, 5)


def test_a_middle_on_the_bound_belongs_to_the_younger_group() -> None:
    """Middle 22.5 of class 5: up to 22.5 takes it in, above 22.5 does not."""
    assert [5] == classes_of_ages(20.0, 22.5, 5)
    assert [6] == classes_of_ages(22.5, 27.5, 5)


def test_an_age_group_too_narrow_for_any_middle_takes_the_class_around_its_own_middle() -> None:
    """Above 4 and up to 5, five-year classes: the only middle near is 2.5, so class 1, which covers 4.5."""
    assert [1] == classes_of_ages(4.0, 5.0, 5)


def test_the_area_of_an_age_group_is_spread_evenly_over_its_classes() -> None:
    """6 Mha over-mature, above 40 and up to 60: classes 5 and 6 hold 3 Mha each; 2 Mha young are class 1."""
    data = forest_data([stand("over_mature", 6.0), stand("young", 2.0)])
    assert {1: 2.0, 5: 3.0, 6: 3.0} == by_class(data, read_stands(data).area)


def test_densities_are_those_of_the_middle_of_the_class() -> None:
    """Class 4, middle 35: 0.3 * 35/60 = 0.175 km3/Mha; biomass 120 * 35/60 = 70; with a tenth of dead wood 77 Mt C/Mha."""
    stands = read_stands(forest_data([stand("mature", 1.0)], group={"dead_wood_fraction": 0.1}))
    assert pytest.approx(0.175, rel=1e-12) == stands.volume[0, 3]
    assert pytest.approx(70.0, rel=1e-12) == stands.biomass[0, 3]
    assert pytest.approx(77.0, rel=1e-12) == stands.living[0, 3]


def test_beyond_the_last_age_of_the_table_nothing_grows() -> None:
    """Class 7, middle 65, is beyond 60: 0.3 km3/Mha."""
    assert pytest.approx(0.3, rel=1e-12) == read_stands(forest_data([stand("mature", 1.0)])).volume[0, 6]


def test_the_site_factor_makes_the_volume_meet_the_inventory() -> None:
    """2 Mha of class 4 would hold 0.35 km3, the inventory says 0.7: factor 2 on volume and biomass alike."""
    inventory = {"region": "west", "origin": "planted", "area": 2.0, "volume": 0.7}
    stands = read_stands(forest_data([stand("mature", 2.0)], tables={"forest_inventory": [inventory]}))
    assert pytest.approx(2.0, rel=1e-12) == stands.strata["site_factor"][0]
    assert pytest.approx(0.7, rel=1e-12) == (stands.area * stands.volume).sum()
    assert pytest.approx(140.0, rel=1e-12) == stands.biomass[0, 3]


def test_the_restricted_share_becomes_a_stratum_of_its_own() -> None:
    """0.4 of 5 Mha is never felled: 2 Mha restricted, 3 Mha productive."""
    inventory = {"region": "west", "origin": "planted", "area": 5.0, "volume": 0.875, "restricted_share": 0.4}
    stands = read_stands(forest_data([stand("mature", 5.0)], tables={"forest_inventory": [inventory]}))
    assert [STAND, "west.pine.planted.restricted"] == list(stands.strata["stratum"])
    assert pytest.approx([3.0, 2.0], rel=1e-12) == stands.area.sum(axis=1)


def test_without_an_inventory_nothing_is_restricted_and_growth_is_as_in_the_table() -> None:
    """One productive stratum with factor 1."""
    strata = read_stands(forest_data([stand("mature", 1.0)])).strata
    assert [("productive", 1.0)] == list(zip(strata["status"], strata["site_factor"], strict=True))


def test_land_types_make_empty_strata_that_grow_by_their_multiplier() -> None:
    """Poor land grows half as well: class 1, middle 5, holds 0.025 * 0.5 km3/Mha; ten years make one class."""
    new = {"region": "west", "water_zone": "dry", "land_type": "poor", "forest_group": "pine", "growth_multiplier": 0.5}
    stands = read_stands(forest_data([stand("mature", 1.0)], tables={"new_forest": [new]}))
    assert ("dry.new.poor", "new", 1) == tuple(stands.strata.loc[1, ["stratum", "status", "classes"]])
    assert 0.0 == stands.area[1].sum()
    assert pytest.approx(0.0125, rel=1e-12) == stands.volume[1, 0]


def test_old_stands_are_lost_more_often_than_others() -> None:
    """0.01 a year up to age 40, 0.02 beyond: in ten years 1 - 0.99^10 of class 4 and 1 - 0.98^10 of class 5."""
    stands = read_stands(forest_data([stand("mature", 1.0)], group={"loss_young": 0.01, "loss_over_mature": 0.02}))
    loss = stands.loss(10)[0]
    assert pytest.approx([1 - 0.99**10, 1 - 0.98**10], rel=1e-12) == [loss[3], loss[4]]


def test_first_cut_then_age_and_everything_that_goes_starts_anew() -> None:
    """4 Mha in class 4, 1 felled; ten years in five-year classes. Of 3 kept a tenth is lost: 2.7 are two classes older;
    1 + 0.3 = 1.3 start anew, 0.65 in each of the two youngest classes."""
    annual = 1 - 0.9**0.1
    data = forest_data(
        [stand("middle", 4.0)],
        group={"young_max_age": 15.0, "middle_max_age": 20.0, "loss_young": annual},
        settings={"age_class_width": 5.0},
    )
    stands = read_stands(data)
    felled = np.zeros_like(stands.area)
    felled[0, 3] = 1.0
    after = by_class(data, stands.age_one_period(stands.area, 10, felled))
    assert [1, 2, 6] == list(after)
    assert pytest.approx([0.65, 0.65, 2.7], rel=1e-12) == list(after.values())


def test_the_last_class_keeps_what_it_has_and_takes_in_what_grows_into_it() -> None:
    """Of seven classes the last holds 2 Mha and the one before 3: after ten years the last holds 5."""
    data = forest_data([stand("mature", 1.0)])
    stands = read_stands(data)
    area = np.zeros_like(stands.area)
    area[0, 5], area[0, 6] = 3.0, 2.0
    assert {7: 5.0} == by_class(data, stands.age_one_period(area, 10))


def test_area_is_kept_when_stands_age_without_felling() -> None:
    """Nothing is felled or planted: 7.5 Mha at every milestone, whatever is lost."""
    data = forest_data([stand("over_mature", 7.5)], years=(2020, 2030, 2050), group={"loss_over_mature": 0.05})
    course = read_stands(data).age_without_felling([10, 20])
    assert pytest.approx([7.5, 7.5, 7.5], rel=1e-12) == [area.sum() for area in course]


def test_plantings_enter_the_youngest_classes() -> None:
    """0.6 Mha planted within twenty years of ten-year classes: 0.3 in each of the classes 1 and 2."""
    new = {"region": "west", "water_zone": "dry", "land_type": "good", "forest_group": "pine", "growth_multiplier": 1.0}
    data = forest_data([stand("mature", 1.0)], years=(2020, 2040), tables={"new_forest": [new]})
    stands = read_stands(data)
    after = stands.age_one_period(stands.area, 20, entering=np.array([0.0, 0.6]))
    assert {1: 0.3, 2: 0.3} == by_class(data, after, "dry.new.good")


def test_a_class_counts_as_reachable_only_when_area_can_get_there() -> None:
    """1 Mha in class 4: after ten years class 5 and, by losses and felling, class 1; after twenty 6, 2 and 1."""
    stands = read_stands(forest_data([stand("mature", 1.0)], years=(2020, 2030, 2040)))
    course = [list(np.nonzero(r[0])[0] + 1) for r in stands.reachable([10, 10])]
    assert [[4], [1, 5], [1, 2, 6]] == course


def test_planted_parameters_stand_for_a_group_with_both_origins() -> None:
    """Natural pine has a soil of 150, planted pine of 100: what is planted gets 100."""
    natural = {**PINE, "origin": "natural", "soil_equilibrium": 150.0}
    data = forest_data([stand("mature", 1.0)], tables={"forest_groups": [natural, PINE]})
    assert 100.0 == group_parameters(data).loc["pine", "soil_equilibrium"]


def test_a_class_width_that_does_not_divide_a_period_is_refused() -> None:
    """Five-year classes and a period of seven years do not go together."""
    data = forest_data([stand("mature", 1.0)], years=(2020, 2030, 2037), settings={"age_class_width": 5.0})
    with pytest.raises(InputError, match="age_class_width 5 does not divide the period of 7 years that ends in 2037"):
        class_width(data)


def test_ages_that_do_not_increase_are_refused_with_their_cell() -> None:
    """Mature until 30 after near-mature until 30 leaves no room; the row of pine is row 3."""
    with pytest.raises(InputError, match=r"forest_groups!C3: the ages of pine \(planted\) do not increase"):
        read_stands(forest_data([stand("mature", 1.0)], group={"mature_max_age": 30.0}))


def test_an_area_of_an_unknown_kind_or_place_is_refused() -> None:
    """Natural pine has no row of ages; a region without a row of harvest has no recovery and no decay."""
    with pytest.raises(InputError, match="forest_area!B3: pine has no row in forest_groups"):
        read_stands(forest_data([stand("mature", 1.0, origin="natural")]))
    with pytest.raises(InputError, match="forest_area!A3: west has no row in forest_harvest"):
        read_stands(forest_data([stand("mature", 1.0)], tables={"forest_harvest": [{**HARVEST, "region": "east"}]}))


def test_a_group_without_growth_is_refused() -> None:
    """Growth is given for another group only."""
    other = [{**row, "forest_group": "oak"} for row in GROWTH]
    with pytest.raises(InputError, match="no growth is given for pine"):
        read_stands(forest_data([stand("mature", 1.0)], tables={"forest_growth": other}))
