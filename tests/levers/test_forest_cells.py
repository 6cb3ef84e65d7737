"""What stands in the base year limits the first period: its rows name the cell in which the area stands, worked out by hand.

In the toy a table stands on a sheet in declared order: areas by age group in column E, areas by age class in column F, from row 3.
"""

from __future__ import annotations

import pandas as pd
import pytest

from model.core.build.assemble import assemble
from model.core.data import Data
from model.levers.forest.forest import Forest
from tests.levers.forest_toy import forest_data, stand
from tests.levers.toy import cheapest

Named = dict[tuple[str, int], tuple[str, str, float]]


def named(data: Data) -> Named:
    """(family, age class) -> sheet, cell and limit (kha) of the rows that start from the base year."""
    solution = cheapest(assemble(data, [Forest], []), feed_in={"roundwood": -1.0})
    rows = solution.limits()
    rows = rows[rows["sheet"].isin(["forest_area", "forest_class_area"])]
    keys = pd.concat([block.frame for block in solution.build.limits if block.sheets[:1] in (("forest_area",), ("forest_class_area",))])
    assert {2030} == set(rows["year"])
    assert {"west"} == set(rows["region"])
    values = zip(rows["sheet"], rows["cell"], rows["limit"], strict=True)
    return dict(zip(zip(rows["name"], keys["age_class"], strict=True), values, strict=True))


def test_each_class_of_the_first_period_names_the_cell_of_its_age_group() -> None:
    """4 Mha mature are class 4; 2 Mha over-mature are 1 Mha in each of the classes 5 and 6. All may be felled, and grow one class older;
    the last class is 6 + 1 = 7. The second period starts from what is decided in the first and names no cell."""
    found = named(forest_data([stand("mature", 4.0), stand("over_mature", 2.0)], years=(2020, 2030)))
    mature, old = ("forest_area", "E3", pytest.approx(4000.0)), ("forest_area", "E4", pytest.approx(1000.0))
    assert {
        ("kept_non_negative", 4): mature, ("kept_non_negative", 5): old, ("kept_non_negative", 6): old,
        ("age_transition", 5): mature, ("age_transition", 6): old, ("open_class_transition", 7): old,
    } == found  # fmt: skip


def test_what_is_lost_is_taken_off_the_cell() -> None:
    """A fifth is lost in ten years: of 4 Mha in class 4 no more than 3.2 Mha are class 5, for as long as none is felled."""
    found = named(forest_data([stand("mature", 4.0)], group={"loss_young": 1 - 0.8**0.1, "loss_over_mature": 1 - 0.8**0.1}))
    assert ("forest_area", "E3", pytest.approx(3200.0)) == found["age_transition", 5]
    assert ("forest_area", "E3", pytest.approx(4000.0)) == found["kept_non_negative", 4]


def test_of_a_class_that_holds_two_age_groups_the_larger_is_named() -> None:
    """Classes of twenty years: up to 10 and up to 20 years are both class 1, which holds 1 + 3 Mha and is class 2 in 2040."""
    data = forest_data([stand("young", 1.0), stand("middle", 3.0)], years=(2020, 2040), settings={"age_class_width": 20.0})
    solution = cheapest(assemble(data, [Forest], []), feed_in={"roundwood": -1.0})
    row = solution.limits().query("name == 'age_transition'").iloc[0]
    assert ("E4", pytest.approx(4000.0)) == (row["cell"], row["limit"])


def test_the_last_class_names_the_largest_of_the_cells_that_it_sums() -> None:
    """By class: 3, 4 and 6 Mha, the third being the last. It takes in 4 + 6 = 10 Mha and names the cell of the 6."""
    classes = [{"forest_group": "pine", "age_class": a, "volume": 0.1 * a, "may_be_felled": 1.0} for a in (1, 2, 3)]
    areas = [{"region": "west", "forest_group": "pine", "origin": "planted", "age_class": a, "area": area} for a, area in ((1, 3.0), (2, 4.0), (3, 6.0))]
    found = named(forest_data([], group={"carbon_per_m3": 0.0}, tables={"forest_classes": classes, "forest_class_area": areas}))
    assert ("forest_class_area", "F5", pytest.approx(10000.0)) == found["open_class_transition", 3]
    assert ("forest_class_area", "F3", pytest.approx(3000.0)) == found["age_transition", 2]
