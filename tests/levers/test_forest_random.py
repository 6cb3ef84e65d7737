"""Random small forests: whatever is decided, area is kept, nothing is negative and a forward simulation gives the same stands."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.core.build.assemble import assemble
from model.levers.forest.forest import Forest
from model.levers.forest.stands import read_stands

from .forest_toy import GROWTH, PINE, forest_data, stand
from .toy import cheapest

AGE_GROUPS = ("young", "middle", "near_mature", "mature", "over_mature")


#: The solver drops coefficients below 1e-9 (its option small_matrix_value): a share is nothing or something it sees.
LOSS = st.just(0.0) | st.floats(1e-4, 0.5)
SALVAGE = st.just(0.0) | st.floats(1e-3, 1.0)
#: A row of the solver holds to 1e-7 (its option primal_feasibility_tolerance), in Mha here.
FEASIBLE = 1e-7


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    areas=st.lists(st.floats(0.1, 5.0), min_size=5, max_size=5),
    share=st.floats(0.05, 0.9),
    fire=st.lists(LOSS, min_size=3, max_size=3),
    price=st.floats(-1.0, 5.0),
    oldest=st.sampled_from([None, 50.0, 80.0]),
    salvage=SALVAGE,
)  # fmt: skip
def test_area_is_kept_and_the_stands_are_those_of_a_forward_simulation(
    areas: list[float], share: float, fire: list[float], price: float, oldest: float | None, salvage: float
) -> None:
    """Partial cuts, conversion to oak (of which none stands), fire by period, a longest rotation and salvage at once: the plan's areas
    are those of stepping the stands with its decisions, as far as the solver holds its rows, and in every year they add up to the base year's."""
    years = (2020, 2030, 2050, 2060)
    loss = [{"forest_group": "all", "age_class": 0, "year": y, "value": v} for y, v in zip(years[1:], fire, strict=True)]
    cut = {"method": "selective", "forest_group": "pine", "origin": "planted", "removed_share": share}
    rule = {"from_group": "pine", "from_origin": "planted", "to_group": "oak", "to_origin": "planted"}
    pine: dict[str, Any] = {**PINE, "maximum_cutting_age": oldest}
    data = forest_data(
        [stand(group, area) for group, area in zip(AGE_GROUPS, areas, strict=True)], years=years,
        tables={
            "forest_groups": [pine, {**PINE, "forest_group": "oak", "regeneration_cost": 0.1}],
            "forest_growth": [*GROWTH, *({**row, "forest_group": "oak"} for row in GROWTH)],
            "partial_cuts": [cut], "forest_conversions": [rule], "disturbance_share": loss,
        },
        settings={"salvage_share": salvage},
    )  # fmt: skip
    solution = cheapest(assemble(data, [Forest], []), feed_in={"roundwood": price})
    assert solution.status == "optimal"
    stands = read_stands(data)
    number = {name: row for row, name in enumerate(stands.strata["stratum"])}
    younger = solution.build.families["partial_cut"]
    assert len(younger) > 0
    area = stands.area
    for period, year in enumerate(data.years):
        felled, planned, moved, entering = np.zeros_like(area), np.zeros_like(area), np.zeros_like(area), np.zeros(len(area))
        for family, array in (("clearcut", felled), ("area", planned)):
            rows = solution.values(family)
            rows = rows[rows["year"] == year]
            array[rows["stratum"].map(number), rows["age_class"] - 1] = rows["value"]
        for row in solution.values("partial_cut").query("year == @year").itertuples():
            at, volume = number[row.stratum], stands.volume[number[row.stratum]]
            into = max(a for a in range(row.age_class - 1) if volume[a] <= (1 - share) * volume[row.age_class - 1])
            moved[at, row.age_class - 1] -= row.value
            moved[at, into] += row.value
        for row in solution.values("regenerated").query("year == @year").itertuples():
            entering[number[row.to_stratum]] += row.value
            entering[number[row.from_stratum]] -= row.value
        area = stands.age_one_period(area, data.length(year), felled, entering, period=period, moved=moved)
        np.testing.assert_allclose(area, planned, rtol=0.0, atol=FEASIBLE)
        assert area.min() >= -FEASIBLE
        assert pytest.approx(sum(areas), rel=1e-9) == area.sum()
