"""Which coalitions of regions are asked what they would pay by themselves."""

from __future__ import annotations

from model.analysis.owen import sampled
from model.core.data import Data
from tests.levers.toy import toy_data

PLACES = [("a", "west", "north"), ("b", "west", "south"), ("c", "west", "south"), *((name, "developed", "north") for name in "defgh")]


def many() -> Data:
    rows = [{"region": r, "name_en": r, "name_zh": r, "region_group": group, "grid_region": grid} for r, group, grid in PLACES]
    return toy_data([place[0] for place in PLACES], tables={"regions": rows})


def test_region_groups_and_grid_regions_are_asked_before_random_coalitions() -> None:
    found = sampled(many(), 4, 3, 1)
    assert {("b", "c"), ("a", "b", "c"), tuple("defgh"), tuple("adefgh")} == set(found)
    assert found == sorted(found, key=len)


def test_random_coalitions_differ_keep_to_their_size_and_repeat_with_their_seed() -> None:
    found = sampled(many(), 20, 4, 1)
    assert 20 == len(found) == len(set(found))
    assert max(len(one) for one in found if one != tuple("adefgh") and one != tuple("defgh")) <= 4
    assert found == sampled(many(), 20, 4, 1) != sampled(many(), 20, 4, 2)


def test_where_there_are_few_pairs_all_are_asked_and_no_more() -> None:
    """28 pairs of eight, one of which is a grid region, and three larger groupings."""
    assert 31 == len(sampled(many(), 100, 2, 1))
