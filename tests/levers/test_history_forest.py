"""What was felled in periods of history, by hand: the observed volume, one fraction of every class of a stratum that it is taken from."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from model.core.data import Data
from model.core.solve.solution import Solution
from model.levers.forest.parts.history import _fractions, check_felled_before, felled_before

from .forest_toy import HARVEST, PINE, STAND, forest_data, stand
from .test_forest import NO_WOOD, fell, nonzero
from .test_history_land import periods, seen
from .toy import Rows, amount, value

FELLED_UNIT = "million m3/yr"
NATURAL = {**PINE, "origin": "natural"}


def history(areas: Rows, rows: Rows, *, years: tuple[int, ...] = (2030,), tables: dict[str, Rows] | None = None, **more: Any) -> Data:
    """The toy forest with periods of history up to ``years``, and one that is planned, to 2040."""
    given = {"periods": periods(*years), "observed": rows, **(tables or {})}
    return forest_data(areas, years=(2020, *years, 2040), tables=given, **more)


def felling(region: str, rate: float, years: Any = range(2021, 2031)) -> Rows:
    return seen("felling", region, rate, years, FELLED_UNIT)


def volume(solution: Solution, year: int, **keys: str) -> float:
    return value(solution, "felled_volume", year=year, **keys)


def test_the_same_fraction_is_felled_of_every_class_past_the_cutting_age() -> None:
    """One Mha each of ages 30-40, 40-50 and 50-60: 0.175 + 0.225 + 0.275 = 0.675 km3. 13.5 million m3 a year for ten years are 0.135:
    a fifth, 0.2 Mha of each class; younger stands are left although wood is worth all."""
    data = history([stand("mature", 1.0), stand("over_mature", 2.0), stand("young", 1.0)], felling("nation", 13.5))
    solution = fell(data)
    felled = {age: area for (age, year), area in nonzero(solution, "clearcut").items() if year == 2030}
    assert {4: 0.2, 5: 0.2, 6: 0.2} == pytest.approx(felled)
    assert pytest.approx(0.0135) == volume(solution, 2030)
    assert pytest.approx(4.0) == value(solution, "area", year=2030), "what is felled is forest again"
    assert [] == check_felled_before(data)


def test_stands_that_reach_the_cutting_age_within_the_period_are_felled_where_older_ones_do_not_hold_the_volume() -> None:
    """0.1 Mha of ages 30-40 hold 0.0175 km3, 1 Mha of ages 20-30 0.125. Asked are 0.057: two fifths of both classes. Of 0.01425 four fifths of the
    older would go, more than three quarters: a tenth of both."""
    solution = fell(history([stand("mature", 0.1), stand("near_mature", 1.0)], felling("nation", 5.7)), NO_WOOD)
    assert {(3, 2030): 0.4, (4, 2030): 0.04} == pytest.approx(nonzero(solution, "clearcut"))
    solution = fell(history([stand("mature", 0.1), stand("near_mature", 1.0)], felling("nation", 1.425)), NO_WOOD)
    assert {(3, 2030): 0.1, (4, 2030): 0.01} == pytest.approx(nonzero(solution, "clearcut"))


def test_a_ban_holds_until_the_volume_can_not_be_had_without() -> None:
    """Natural and planted stands of ages 30-40, 1 Mha each; the ban lasts to 2030. Half of the 0.175 km3 of the planted ones is asked: only they
    are felled. Of 0.28 km3 four fifths of both."""
    areas = [stand("mature", 1.0), stand("mature", 1.0, origin="natural")]
    natural = STAND.replace("planted", "natural")
    for rate, shares in ((8.75, (0.5, 0.0)), (28.0, (0.8, 0.8))):
        data = history(areas, felling("nation", rate), tables={"forest_groups": [PINE, NATURAL]}, settings={"natural_logging_ban_until": 2030.0})
        solution = fell(data, NO_WOOD)
        assert pytest.approx(shares) == tuple(value(solution, "clearcut", stratum=s, year=2030) for s in (STAND, natural))


def test_a_stratum_gives_in_proportion_to_what_it_holds_for_two_periods() -> None:
    """Planted and natural stands of ages 30-40, 0.175 km3 each; of the natural ones 0.125 km3 more of ages 20-30 can be felled a period later. Of
    0.19 km3 that are asked the planted stands give 0.19 * 0.175 / (0.175 + 0.3) = 0.07, two fifths; the natural ones 0.12."""
    areas = [stand("mature", 1.0), stand("mature", 1.0, origin="natural"), stand("near_mature", 1.0, origin="natural")]
    solution = fell(history(areas, felling("nation", 19.0), tables={"forest_groups": [PINE, NATURAL]}), NO_WOOD)
    natural = STAND.replace("planted", "natural")
    assert pytest.approx((0.4, 0.12 / 0.175)) == tuple(value(solution, "clearcut", stratum=s, year=2030) for s in (STAND, natural))


def test_what_a_stratum_holds_is_the_most_that_it_gives() -> None:
    """Of pools of 1, 1 and 2 with 8, 0 and 0 to come 3 are asked: 3 * 9 / 12 is more than the first holds, so the others give 2 / 3 of theirs."""
    found = _fractions(3.0, np.array([1.0, 1.0, 2.0]), np.array([8.0, 0.0, 0.0]))
    assert [1.0, 2.0 / 3.0, 2.0 / 3.0] == pytest.approx(found.tolist())
    assert [1.0, 1.0, 0.0] == _fractions(9.0, np.array([1.0, 1.0, 0.0]), np.zeros(3)).tolist()


TWO = ({**HARVEST, "roundwood_base": 0.008}, {**HARVEST, "region": "east", "roundwood_base": 0.024})


def two_regions(west: float, east: float, rows: Rows) -> Data:
    """Stands of ages 30-40 in two regions, which felled 0.01 and 0.03 km3 a year in the base year."""
    areas = [stand("mature", west), stand("mature", east, region="east")]
    return history(areas, rows, tables={"forest_harvest": TWO}, regions=("west", "east"))


def test_what_only_the_nation_reports_is_parted_as_the_regions_felled_in_the_base_year() -> None:
    """20 million m3 a year, of which the west felled a quarter in 2020: 5 and 15."""
    solution = fell(two_regions(1.0, 2.0, felling("nation", 20.0)))
    assert [pytest.approx(0.005), pytest.approx(0.015)] == [volume(solution, 2030, region=r) for r in ("west", "east")]


def test_what_the_stands_of_a_region_do_not_hold_is_felled_in_the_others_and_told() -> None:
    """The west reports 6 million m3 a year, its 0.2 Mha hold 0.035 km3; three quarters are 2.625 a year: 3.375 are felled in the east beside its own 10."""
    data = two_regions(0.2, 2.0, [*felling("west", 6.0), *felling("east", 10.0)])
    solution = fell(data)
    assert [pytest.approx(0.002625), pytest.approx(0.013375)] == [volume(solution, 2030, region=r) for r in ("west", "east")]
    (found,) = check_felled_before(data)
    assert ("info", "observed", "E12") == (found.level, found.sheet, found.cell)
    assert found.message.endswith("do not hold 3.375 million m3/yr of what was felled; it is felled in the others")
    assert found.zh.endswith("3.375 million m3/yr；改由其他地区采伐")


def test_what_no_stand_holds_is_left_out_and_told() -> None:
    """0.2 Mha hold 3.5 million m3 a year, 5 are reported: all is felled, 1.5 are told."""
    data = history([stand("mature", 0.2)], felling("nation", 5.0))
    assert pytest.approx(0.0035) == volume(fell(data), 2030)
    (found,) = check_felled_before(data)
    assert "warning" == found.level
    assert found.message.endswith("do not hold 1.5 million m3/yr of what was felled; nor do those of the others")


def test_the_felling_of_the_base_year_goes_on_where_none_was_observed() -> None:
    """0.008 km3 roundwood at a recovery of 0.8: 0.01 a year."""
    assert pytest.approx(0.01) == volume(fell(history([stand("mature", 2.0)], [], harvest={"roundwood_base": 0.008})), 2030)


def test_a_second_period_of_history_fells_what_the_first_left() -> None:
    """1 Mha of ages 30-40. 8.75 million m3 a year for ten years fell half; the rest grows to 40-50: 0.5 * 0.225 = 0.1125 km3. 4.5 a year
    are 0.045, two fifths: 0.2 Mha of class 5. The plan may fell the 0.3 left, and the 0.5 that were felled first are 20-30 only in 2050."""
    rows = [*felling("nation", 8.75, range(2021, 2031)), *felling("nation", 4.5, range(2031, 2041))]
    data = forest_data([stand("mature", 1.0)], years=(2020, 2030, 2040, 2050), tables={"periods": periods(2030, 2040, plan=(2050,)), "observed": rows})
    assert {(4, 2030): 0.5, (5, 2040): 0.2, (6, 2050): 0.3} == pytest.approx(nonzero(fell(data), "clearcut"))


def test_quota_capacity_and_band_hold_from_the_first_planned_period_on_the_harvest_of_history() -> None:
    """Base felling 0.01, quota 0.015 km3 a year, capacity that can not grow, a band of a tenth: 0.02 was felled in history. The plan fells its
    quota, 0.015; without quota what history could bring out, 0.02; with a capacity that grows a tenth more than history, 0.022."""
    def planned(growth: float, **tables: Rows) -> float:
        data = history(
            [stand("mature", 9.0)], felling("nation", 20.0), tables=dict(tables), harvest={"roundwood_base": 0.008, "capacity_growth": growth}, settings={"even_flow_up": 0.1},
        )  # fmt: skip
        solution = fell(data)
        assert pytest.approx(0.02) == volume(solution, 2030)
        assert 0.0 == value(solution, "harvest_capacity_added", year=2030)
        return volume(solution, 2040)

    quota: Rows = [{"region": "west", "year": y, "value": 0.015} for y in (2030, 2040)]
    found = planned(0.0, harvest_quota=quota), planned(0.0), planned(1.0)
    assert pytest.approx((0.015, 0.02, 0.022)) == found


def test_the_plan_may_not_fall_from_the_harvest_of_history_by_more_than_the_band() -> None:
    """0.02 was felled, wood is a burden, a tenth may be missed: 0.018 without a shortfall, as it costs 1000."""
    data = history([stand("mature", 9.0)], felling("nation", 20.0), settings={"even_flow_down": 0.1, "even_flow_penalty": 1e6})
    assert pytest.approx(0.018) == volume(fell(data, NO_WOOD), 2040)


def test_a_stand_past_the_longest_rotation_need_not_have_been_felled_in_history() -> None:
    """1 Mha of ages 30-40 must be felled whole by the rule of the plan; a tenth was, the rest is in 2040."""
    data = history([stand("mature", 1.0)], felling("nation", 1.75), group={"maximum_cutting_age": 30.0})
    assert {(4, 2030): 0.1, (5, 2040): 0.9} == pytest.approx(nonzero(fell(data, NO_WOOD), "clearcut"))


def test_what_was_felled_in_history_is_followed_by_its_own_kind() -> None:
    """Pine may be followed by larch, which costs nothing while pine costs: in history the 0.2 Mha felled are pine again."""
    groups: Rows = [{**PINE, "regeneration_cost": 1.0}, {**PINE, "forest_group": "larch"}]
    growth: Rows = [{"forest_group": g, "age": a, "volume": v, "biomass_carbon": c} for g in ("pine", "larch") for a, v, c in ((0, 0.0, 0.0), (60, 0.3, 120.0))]
    follows: Rows = [{"from_group": "pine", "from_origin": "planted", "to_group": "larch", "to_origin": "planted"}]
    areas = [stand("mature", 1.0), stand("young", 1.0, forest_group="larch")]
    data = history(areas, felling("nation", 3.5), tables={"forest_groups": groups, "forest_growth": growth, "forest_conversions": follows})
    solution = fell(data)
    larch = STAND.replace("pine", "larch")
    assert [pytest.approx(0.2), 0.0] == [value(solution, "regenerated", to_stratum=s, year=2030) for s in (STAND, larch)]
    assert value(solution, "regenerated", to_stratum=larch, year=2040) > 0.5


def test_no_partial_cut_is_made_in_history() -> None:
    """Natural stands under a ban may be thinned; wood is worth all. Nothing was felled in history, so nothing is thinned before the plan."""
    cuts: Rows = [{"method": "thinning", "forest_group": "pine", "origin": "natural", "removed_share": 0.3, "first_age": 20.0, "under_ban": 1.0}]
    tables: dict[str, Rows] = {"partial_cuts": cuts, "forest_groups": [PINE, NATURAL]}
    solution = fell(history([stand("mature", 1.0, origin="natural")], felling("nation", 0.0), tables=tables, settings={"natural_logging_ban_until": 2040.0}))
    assert [0.0, pytest.approx(1.0)] == [value(solution, "partial_cut", year=y) for y in (2030, 2040)]


def test_wood_and_carbon_follow_what_was_felled() -> None:
    """0.1 of 1 Mha of ages 30-40 in ten years: 0.00175 km3 a year standing, 0.8 of it roundwood, at 200 Mt C/km3 0.28 Mt C; the rest of the
    70 t C/ha, 0.7 Mt C a year, is slash: 0.42."""
    solution = fell(history([stand("mature", 1.0)], felling("nation", 1.75)))
    assert pytest.approx(0.0014) == amount(solution, "roundwood", "forest", year=2030)
    assert pytest.approx(0.28) == amount(solution, "extracted_carbon", "forest", year=2030)
    assert pytest.approx(0.42) == amount(solution, "dead_wood", "slash", year=2030)


def test_without_history_nothing_is_known_before() -> None:
    data = forest_data([stand("mature", 1.0)])
    assert ({}, {}) == (dict(felled_before(data).area), dict(felled_before(data).volume))
    assert [] == check_felled_before(data)
