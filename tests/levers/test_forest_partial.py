"""Selective cutting, thinning, salvage and losses by age, by hand: what is removed is the difference of the growth table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from model.core.build.assemble import assemble
from model.core.data import Data
from model.core.declare.spec import InputError
from model.core.declare.units import CO2_PER_C
from model.core.solve.solution import Solution
from model.levers.forest.forest import Forest
from model.levers.forest.stands import read_stands

from .forest_toy import GROWTH, PINE, STAND, forest_data, stand
from .toy import amount, cheapest, value

WOOD = {"roundwood": 1e3}
#: Only partial cuts: no stand gets old enough for a clearcut.
NO_CLEARCUT = {"minimum_cutting_age": 999.0}
SELECTIVE: dict[str, Any] = {"method": "selective", "forest_group": "pine", "origin": "planted", "removed_share": 0.3, "first_age": 30.0}
OAK = "west.oak.planted.productive"


def cut_data(cut: dict[str, Any] | None = None, **more: Any) -> Data:
    """2 Mha of pine in class 4, cut selectively unless the test says otherwise."""
    tables = {"partial_cuts": [{**SELECTIVE, **(cut or {})}], **more.pop("tables", {})}
    return forest_data([stand("mature", 2.0)], group={**NO_CLEARCUT, **more.pop("group", {})}, tables=tables, **more)


def fell(data: Data, prices: dict[str, float] | None = None) -> Solution:
    solution = cheapest(assemble(data, [Forest], []), feed_in=WOOD if prices is None else prices)
    assert solution.status == "optimal"
    return solution


def areas(solution: Solution, stratum: str) -> dict[tuple[int, int], float]:
    frame = solution.values("area")
    frame = frame[(frame["stratum"] == stratum) & (frame["value"].abs() > 1e-9)]
    return dict(zip(frame[["age_class", "year"]].itertuples(index=False, name=None), frame["value"], strict=True))


def test_two_strata_over_three_periods_one_cut_selectively_one_left() -> None:
    """Pine and oak, 2 Mha each in class 4 (0.175 km3/Mha); pine is cut by 0.3 from age 30 on: the oldest class with at most
    0.7 * 0.175 = 0.1225 is class 2 (0.075), so 0.1 km3/Mha is removed. 2030: cut, put into class 2, aged to 3. 2040: class 3
    (mid-age 25 at the start) is too young, aged to 4. 2050: cut again, aged to 3. Felled 0.2 / 10 km3/yr in 2030 and 2050; to wait
    for 2040 and 2050 would remove as much, later. Oak is class 5, 6, 7."""
    oak = {**PINE, **NO_CLEARCUT, "forest_group": "oak"}
    data = cut_data(years=(2020, 2030, 2040, 2050), tables={
        "forest_groups": [{**PINE, **NO_CLEARCUT}, oak],
        "forest_growth": [*GROWTH, *({**row, "forest_group": "oak"} for row in GROWTH)],
        "forest_area": [stand("mature", 2.0), stand("mature", 2.0, forest_group="oak")],
    })  # fmt: skip
    solution = fell(data)
    assert pytest.approx({(3, 2030): 2.0, (4, 2040): 2.0, (3, 2050): 2.0}) == areas(solution, STAND)
    assert pytest.approx({(5, 2030): 2.0, (6, 2040): 2.0, (7, 2050): 2.0}) == areas(solution, OAK)
    assert pytest.approx([0.02, 0.0, 0.02], abs=1e-12) == solution.values("felled_volume")["value"].tolist()
    assert (solution.duals("kept_non_negative")["dual"].abs() > 1.0).any()


def test_what_is_removed_in_wood_and_carbon_is_the_difference_of_the_table() -> None:
    """2 Mha from class 4 to 2: living 70 - 30 = 40 Mt C/Mha removed, 0.1 km3/Mha * 0.8 * 200 = 16 in roundwood, 24 slash: 3.2 and
    4.8 Mt C/yr. It then ages to class 3 (50): the living sink is 2 * (50 - 70) / 10 = -4 Mt C/yr. Soil: half of what a clearcut
    loses, 0.5 * 0.1 * 100 * 2 = 10 Mt C. A hectare costs 3 bn CNY/Mha: 0.6 bn CNY/yr."""
    solution = fell(cut_data({"soil_loss_share": 0.5, "cost": 3.0}))
    assert pytest.approx(2.0) == value(solution, "partial_cut")
    assert pytest.approx(3.2) == amount(solution, "extracted_carbon", "forest", year=2030)
    assert pytest.approx(4.8) == amount(solution, "dead_wood", "slash", year=2030)
    assert pytest.approx(-4.0 * CO2_PER_C) == amount(solution, "sink", "forest_living")
    assert pytest.approx(10.0) == amount(solution, "soil_felling", "forest", forest_group="pine")
    assert pytest.approx(-0.6) == amount(solution, "money", "forest_partial_cutting")


def test_a_light_cut_moves_the_stand_one_class_and_never_keeps_it_there() -> None:
    """A share of 0.01 leaves at most 0.99 * 0.175: still class 3 (0.125) at the oldest: 0.05 km3/Mha is removed, 0.1 in all: no cut
    leaves class 4 where it is. The youngest class that stands has nothing below it: no cut at all."""
    assert pytest.approx(0.01) == value(fell(cut_data({"removed_share": 0.01})), "felled_volume")
    young = forest_data([stand("young", 2.0)], group=NO_CLEARCUT, tables={"partial_cuts": [{**SELECTIVE, "first_age": 0.0}]})
    assert 0 == len(fell(young).values("partial_cut"))


def test_a_cut_is_done_between_its_ages_only() -> None:
    """Thinning from 20 to 30 years: class 3 (25) of the near-mature, not class 4 (35) of the mature: 1 Mha, never the 2."""
    cut = {**SELECTIVE, "method": "thinning", "first_age": 20.0, "last_age": 30.0}
    data = forest_data([stand("near_mature", 1.0), stand("mature", 2.0)], group=NO_CLEARCUT, tables={"partial_cuts": [cut]})
    assert [(3, 1.0)] == list(fell(data).values("partial_cut")[["age_class", "value"]].itertuples(index=False, name=None))


def test_what_is_cut_in_part_is_lost_at_the_rate_of_the_class_it_is_put_into() -> None:
    """A tenth lost in ten years; 2 Mha put into class 2 (living 30): 0.2 Mha start anew, 1.8 are class 3; 0.1 * 2 * 30 / 10 = 0.6 Mt
    C/yr die, not 0.1 * 2 * 70 / 10 = 1.4."""
    solution = fell(cut_data(group={"loss_young": 1 - 0.9**0.1}))
    assert pytest.approx({(1, 2030): 0.2, (3, 2030): 1.8}) == areas(solution, STAND)
    assert pytest.approx(0.6) == amount(solution, "dead_wood", "mortality", year=2030)


def test_clearcut_and_partial_cuts_together_take_no_more_than_stands() -> None:
    """Clearcut gives 0.175 km3/Mha, a selective cut 0.1, and clearcut is limited by a quota of 0.0275 km3/yr in all: x clearcut and y
    cut in part, x + y <= 2, 0.175 x + 0.1 y <= 0.275: many mixes reach the quota, none takes more than 2 Mha."""
    quota = [{"region": "west", "year": 2030, "value": 0.0275}]
    data = cut_data(group={"minimum_cutting_age": 30.0}, tables={"harvest_quota": quota})
    solution = fell(data)
    assert pytest.approx(0.0275) == value(solution, "felled_volume")
    assert value(solution, "clearcut") + value(solution, "partial_cut") <= 2.0 + 1e-9


@pytest.mark.parametrize(("allowed", "expected"), [(1.0, [2030, 2040]), (0.0, [2040])])
def test_tending_may_be_allowed_under_the_logging_ban(allowed: float, expected: list[int]) -> None:
    """Natural pine, ban until 2030: a cut that is allowed under the ban exists in both periods, another only after it."""
    cut = {"origin": "natural", "under_ban": allowed}
    data = forest_data(
        [stand("mature", 2.0, origin="natural")], years=(2020, 2030, 2040), group={**NO_CLEARCUT, "origin": "natural"},
        tables={"partial_cuts": [{**SELECTIVE, **cut}]}, settings={"natural_logging_ban_until": 2030.0},
    )  # fmt: skip
    assert expected == sorted(fell(data).values("partial_cut")["year"].unique())


def test_a_cut_that_would_take_more_carbon_than_the_stand_loses_is_refused() -> None:
    """0.1 km3/Mha * 0.8 at 600 Mt C/km3 is 48 Mt C/Mha, the stand loses 40."""
    with pytest.raises(InputError, match=r"partial_cuts!D3: selective of pine \(planted\) at age 35 would take 48 t C/ha"):
        assemble(cut_data(group={"carbon_per_m3": 600.0}), [Forest], [])


def test_salvage_brings_a_share_of_the_killed_wood_to_market_and_keeps_it_out_of_dead_wood() -> None:
    """A tenth of 2 Mha of class 4 killed in ten years, half of it salvaged: 0.1 * 2 * 0.175 / 10 * 0.5 = 0.00175 km3/yr standing, 0.8 of
    it roundwood, 200 Mt C/km3: 0.28 Mt C/yr; dead wood takes 1.4 - 0.28 = 1.12. In the base year 1.12 as well and no wood. It is
    hauled at the cost of any roundwood: 0.0014 km3/yr * 300 bn CNY/km3 = 0.42."""
    group = {**NO_CLEARCUT, "loss_young": 1 - 0.9**0.1}
    data = forest_data([stand("mature", 2.0)], group=group, harvest={"harvest_cost": 300.0}, settings={"salvage_share": 0.5})
    solution = fell(data, {})
    assert pytest.approx(0.00175) == value(solution, "salvaged_volume")
    assert pytest.approx(0.0014) == amount(solution, "roundwood", "salvage", year=2030)
    assert pytest.approx(0.28) == amount(solution, "extracted_carbon", "salvage", year=2030)
    assert pytest.approx([1.12, 1.12]) == [amount(solution, "dead_wood", "mortality", year=y) for y in (2020, 2030)]
    assert pytest.approx(0.0, abs=1e-15) == amount(solution, "roundwood", "salvage", year=2020)
    assert pytest.approx(-0.42) == amount(solution, "money", "forest_harvest")
    assert 1 == len(solution.rows("salvaged_volume_sum"))


def test_what_is_felled_can_not_be_salvaged_as_well() -> None:
    """All 2 Mha felled before anything is lost: nothing to salvage."""
    data = forest_data([stand("mature", 2.0)], group={"loss_young": 1 - 0.9**0.1}, settings={"salvage_share": 0.5})
    solution = fell(data)
    assert pytest.approx(2.0) == value(solution, "clearcut")
    assert pytest.approx(0.0, abs=1e-12) == value(solution, "salvaged_volume")
    assert pytest.approx(0.0, abs=1e-12) == amount(solution, "roundwood", "salvage", year=2030)


def test_salvage_that_would_hold_more_carbon_than_what_died_is_refused() -> None:
    """0.175 * 0.8 * 900 = 126 Mt C/Mha in roundwood against 70 living: even a share of 0.6 takes 75.6."""
    data = forest_data([stand("mature", 2.0)], group={**NO_CLEARCUT, "carbon_per_m3": 900.0, "loss_young": 0.01}, settings={"salvage_share": 0.6})
    with pytest.raises(InputError, match="salvage_share"):
        assemble(data, [Forest], [])


def test_losses_by_age_replace_both_rates_and_run_straight_between_the_ages() -> None:
    """0.01 a year at age 0 and 0.03 at 40: class 4 (35) loses 0.0275 a year, class 1 (5) 0.0125; over ten years 1 - (1 - x)^10."""
    rows = [{"forest_group": "pine", "origin": "planted", "age": age, "annual_loss": loss} for age, loss in ((0, 0.01), (40, 0.03))]
    data = forest_data([stand("mature", 2.0), stand("young", 1.0)], group={"loss_young": 0.2, "loss_over_mature": 0.2}, tables={"disturbance_by_age": rows})
    loss = read_stands(data).loss(10)[0]
    assert pytest.approx([1 - (1 - 0.0125) ** 10, 1 - (1 - 0.0275) ** 10]) == [loss[0], loss[3]]
    np.testing.assert_allclose(loss[4:6], 1 - 0.97**10)
