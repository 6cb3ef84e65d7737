"""Forest planning through the public interface, against answers found by hand or by small independent code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from model.core.declare.spec import InputError

from .plan_toy import THOUSAND_CNY, felled, plan_tables, prices, solve_plan

#: Rotation example: volume by ten-year class, price, cost of felling a hectare, factor a period.
VOLUME = (0.0, 20.0, 90.0, 180.0, 250.0, 290.0, 300.0)
PRICE, COST, FACTOR = 300.0, 6000.0, 0.75


def faustmann(volume: tuple[float, ...], price: float, cost: float, factor: float, fire: float = 0.0) -> list[float]:
    """Value of a hectare by class at the beginning of a period, for ever: fell it now or wait, whichever is more (value iteration)."""
    count = len(volume)
    value = [0.0] * count
    for _ in range(2000):
        value = [
            max(
                price * volume[a] - cost + factor * value[0],
                factor * ((1 - fire) * value[min(a + 1, count - 1)] + fire * value[0]),
            )
            for a in range(count)
        ]
    return value


def valued(values: list[float]) -> dict[str, Any]:
    return {"forest_group": "stand", "age_class": list(range(1, len(values) + 1)), "value": values}


def class_table(volume: tuple[float, ...], **more: Any) -> dict[str, Any]:
    return {"forest_group": "stand", "age_class": list(range(1, len(volume) + 1)), "volume": list(volume), **more}


@pytest.mark.parametrize("fire", [0.0, 0.1])
def test_with_faustmann_values_at_the_end_a_finite_plan_is_worth_what_the_forest_is_worth_for_ever(fire: float) -> None:
    """Hectares are independent without a band, so the optimum is area times the value for ever by class (value iteration),
    whatever the horizon; with fire a tenth of what is kept starts anew each period (Reed and Errico's forest without flow)."""
    value = faustmann(VOLUME, PRICE, COST, FACTOR, fire)
    area = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]
    tables = plan_tables(
        area, VOLUME, 5, forest_classes=class_table(VOLUME, felling_cost=COST), product_prices=prices("standing_volume", *[PRICE] * 5),
        stand_values=valued(value), disturbance_share={"forest_group": ["all"], "age_class": [0], "2010": [fire], "2050": [fire]},
        harvest_discount={"year": [2010, 2020, 2030, 2040, 2050], "period_factor": [FACTOR**t for t in range(5)], "stand_factor": FACTOR**5},
    )  # fmt: skip
    plan = solve_plan(tables, stand_value_counts="standing")
    assert pytest.approx(sum(a * v for a, v in zip(area, value, strict=True)) * THOUSAND_CNY, rel=1e-9) == plan.objective
    # the rotation: never younger than the first class that value iteration fells
    first = next(a for a in range(7) if PRICE * VOLUME[a] - COST + FACTOR * value[0] >= value[a] - 1e-9) + 1
    cut = plan.solution.values("clearcut")
    assert first == int(cut.loc[cut["value"] > 1e-9, "age_class"].min())


def test_a_normal_forest_held_to_its_structure_gives_its_mean_increment_in_every_period() -> None:
    """Four classes of 10 kha, 0, 40, 120 and 200 m3/ha: the best mean growth is 200 / 4 = 50 m3/ha a period, on 40 kha 2000
    thousand m3. With every class back at 10 kha at the end and even flow no plan gives more, and felling class 4 gives it."""
    end = {"limit": [f"class_{a}" for a in range(1, 5)], "first_class": [1, 2, 3, 4], "last_class": [1, 2, 3, 4], "area_at_least": 10.0}
    tables = plan_tables(
        [10.0] * 4, (0.0, 40.0, 120.0, 200.0, 235.0), 6, flow_bands={"band": ["even"], "down": [0.0], "up": [0.0]},
        product_prices=prices("standing_volume", *[1.0] * 6), stand_limits=end,
    )  # fmt: skip
    plan = solve_plan(tables)
    assert pytest.approx([2000.0] * 6) == felled(plan)
    for family in ("flow_band_floor", "flow_band_ceiling", "stand_area_at_least"):
        assert len(plan.solution.rows(family)) > 0


def test_a_band_around_an_initial_level_forces_that_volume() -> None:
    """Prices rise, so a free plan would wait; a band of nothing around 0.1 million m3 a year fells 1000 thousand m3 each period."""
    free = plan_tables([0, 0, 30.0], (0.0, 0.0, 100.0), 3, product_prices=prices("standing_volume", 1.0, 2.0, 4.0))
    assert pytest.approx([0.0, 0.0, 3000.0], abs=1e-6) == felled(solve_plan(free))
    band = {"band": ["exact"], "reference": ["initial"], "initial": [0.1], "down": [0.0], "up": [0.0]}
    forced = plan_tables([0, 0, 30.0], (0.0, 0.0, 100.0), 3, product_prices=prices("standing_volume", 1.0, 2.0, 4.0), flow_bands=band)
    plan = solve_plan(forced)
    assert pytest.approx([1000.0] * 3) == felled(plan)
    assert pytest.approx((1.0 + 2.0 + 4.0) * 1000.0 * THOUSAND_CNY) == plan.objective


def test_the_first_band_starts_from_the_initial_level_or_not_at_all() -> None:
    """30 kha of 100 m3/ha, prices fall: everything at once, 3000. With an initial level of 100 thousand m3 a year (1000 a period) and a
    tenth up: 1100 at first, then 1210, then what is left of 3000: 690."""
    fall = prices("standing_volume", 4.0, 2.0, 1.0)
    without = plan_tables([0, 0, 30.0], (0.0, 0.0, 100.0), 3, product_prices=fall, flow_bands={"band": ["up"], "up": [0.1]})
    assert pytest.approx([3000.0, 0.0, 0.0], abs=1e-6) == felled(solve_plan(without))
    band = {"band": ["up"], "initial": [0.1], "up": [0.1]}
    plan = solve_plan(plan_tables([0, 0, 30.0], (0.0, 0.0, 100.0), 3, product_prices=fall, flow_bands=band))
    assert pytest.approx([1100.0, 1210.0, 690.0]) == felled(plan)


@pytest.mark.parametrize(("penalty", "later"), [(0.4, 3000.0), (0.6, 3000.0 / 1.9)])
def test_a_soft_band_is_broken_where_its_penalty_is_worth_less_than_waiting(penalty: float, later: float) -> None:
    """Prices 1 and 2 draw all 3000 to period 2; P2 may exceed P1 / 0.9 (a rise of a ninth) at a penalty q. One m3 moved from 1 to 2
    earns 1 and raises the excess by 1 + 1/0.9 = 2.111: it moves while q < 1/2.111 = 0.474. At 0.4 all goes to period 2; at 0.6
    P2 = P1 / 0.9, so P2 = 3000 / 1.9."""
    band = {"band": ["soft"], "up": [1 / 9], "penalty_up": [penalty]}
    tables = plan_tables([0, 0, 30.0], (0.0, 0.0, 100.0), 2, product_prices=prices("standing_volume", 1.0, 2.0), flow_bands=band)
    plan = solve_plan(tables)
    assert pytest.approx([3000.0 - later, later], abs=1e-6) == felled(plan)
    excess = later - (3000.0 - later) / 0.9
    assert pytest.approx((3000.0 + later - penalty * excess) * THOUSAND_CNY) == plan.objective
    assert pytest.approx(excess / 1e4, abs=1e-9) == plan.solution.values("band_excess")["value"].sum() * 1e3


def test_a_penalty_may_differ_from_period_to_period() -> None:
    """Prices 4, 1 and 1; a fall costs 9 a m3 in period 2 and nothing in period 3. All 3000 at once would earn 12000 and cost 27000;
    each m3 moved from period 1 to 2 loses 3 and saves 18: half in each, 4 * 1500 + 1500 = 7500, and nothing is left for period 3."""
    penalties = {"band": ["down"], "2010": [0.0], "2020": [9.0], "2030": [0.0]}
    tables = plan_tables(
        [0, 0, 30.0], (0.0, 0.0, 100.0), 3, product_prices=prices("standing_volume", 4.0, 1.0, 1.0),
        flow_bands={"band": ["down"], "down": [0.0]}, flow_penalties=penalties,
    )  # fmt: skip
    plan = solve_plan(tables)
    assert pytest.approx([1500.0, 1500.0, 0.0], abs=1e-6) == felled(plan)
    assert pytest.approx(7500.0 * THOUSAND_CNY) == plan.objective
    # what falls to nothing in the third period is 1500 thousand m3 in ten years
    assert pytest.approx([0.0, 0.15e-3], abs=1e-12) == plan.solution.values("band_shortfall").set_index("year")["value"].loc[[2020, 2030]].tolist()


def test_a_felled_hectare_gives_several_products_each_at_its_price() -> None:
    """Class 3 gives 60 m3/ha of pulp and none of saw, class 4 (and older) 50 and 100. Prices: pulp 10 then 5, saw 30 and 30.
    10 kha of class 3: felled now 600 each kha; later 50 * 5 + 100 * 30 = 3250: it waits: 32500 thousand CNY in period 2."""
    yields = {"forest_group": "stand", "product": ["pulp", "pulp", "saw"], "age_class": [3, 4, 4], "volume": [60.0, 50.0, 100.0]}
    price = {"product": ["pulp", "saw"], "2010": [10.0, 30.0], "2020": [5.0, 30.0]}
    plan = solve_plan(plan_tables([0, 0, 10.0], (0.0, 0.0, 60.0, 150.0), 2, product_yields=yields, product_prices=price))
    assert pytest.approx(32500.0 * THOUSAND_CNY) == plan.objective
    table = plan.tables["harvest_value"].set_index(["item", "year"])
    # a year, in million m3 and bn CNY: 500 and 1000 thousand m3 over ten years
    assert pytest.approx((0.05, 0.1)) == (table.loc[("pulp", 2020), "amount"], table.loc[("saw", 2020), "amount"])
    assert pytest.approx(3e-3) == table.loc[("saw", 2020), "value"]
    harvested = plan.solution.values("product_harvest").groupby("product")["value"].sum() * 1e4
    assert pytest.approx({"pulp": 0.5, "saw": 1.0}) == harvested.to_dict()
    assert len(plan.solution.rows("product_harvest_sum")) == 4


def test_a_band_may_hold_one_product_only() -> None:
    """Pulp must not fall; 10 kha of class 3 now (60 pulp) or class 4 later (50 pulp): x now and 10 - x later, 50 (10-x) >= 60 x:
    x <= 4.5454..., and pulp now at 10 against 1 later draws all of that: objective 60 x * 10 + 50 (10 - x)."""
    yields = {"forest_group": "stand", "product": ["pulp", "pulp"], "age_class": [3, 4], "volume": [60.0, 50.0]}
    band = {"band": ["pulp"], "measure": ["pulp"], "down": [0.0]}
    tables = plan_tables([0, 0, 10.0], (0.0, 0.0, 60.0, 150.0), 2, product_yields=yields, product_prices=prices("pulp", 10.0, 1.0), flow_bands=band)
    x = 500.0 / 110.0
    assert pytest.approx((600.0 * x + 50.0 * (10.0 - x)) * THOUSAND_CNY) == solve_plan(tables).objective


def test_rates_discount_from_the_moment_of_the_harvest_and_the_end_of_the_horizon() -> None:
    """10 kha of 100 m3/ha felled in period 1 at price 8: at 5 % and the end of the period 1.05^-10; nothing else stands of worth.
    A stand kept to the end is worth 1000 CNY/ha at 1.05^-20: 20 kha of class 1 that may not be felled."""
    tables = plan_tables(
        [20.0, 0.0, 10.0], (0.0, 0.0, 100.0), 2, product_prices=prices("standing_volume", 8.0, 0.0),
        forest_classes=class_table((0.0, 0.0, 100.0), may_be_felled=[0, 0, 1]),
        stand_values={"forest_group": ["stand", "stand"], "age_class": [2, 3], "value": [1000.0, 0.0]},
    )  # fmt: skip
    del tables["harvest_discount"]
    expected = 8000.0 * 1.05**-10 + 20.0 * 1000.0 * 1.05**-20
    assert pytest.approx(expected * THOUSAND_CNY) == solve_plan(tables, discount_rate=0.05, harvest_moment=1.0).objective
    tables["periods"] = pd.DataFrame({"year": [2000, 2010, 2020], "cost_factor": [1.0, 0.7, 0.5]})
    # a factor of periods is that of each of its ten years, in which 800 of the 8000 are earned
    assert pytest.approx((800.0 * 7.0 + 20000.0 * 1.05**-20) * THOUSAND_CNY) == solve_plan(tables, discount_rate=0.05).objective


def test_the_share_burnt_may_differ_by_period_and_class() -> None:
    """10 kha of class 2, nothing felled. Period 1: class 2 loses 0.1, 9 kha to class 3, 1 kha to class 1. Period 2: class 3 loses a
    half (4.5 kept), class 1 nothing: class 1 has 4.5, class 2 has 1, class 3 (the last) 4.5."""
    fire = {"forest_group": "stand", "age_class": [1, 2, 3], "2010": [0.0, 0.1, 0.1], "2020": [0.0, 0.0, 0.5]}
    never = class_table((0.0, 0.0, 100.0), may_be_felled=[0, 0, 0])
    plan = solve_plan(plan_tables([0, 10.0, 0], (0.0, 0.0, 100.0), 2, forest_classes=never, disturbance_share=fire, product_prices=prices("standing_volume", 1.0, 1.0)))
    area = plan.solution.values("area")
    area = area[area["year"] == 2020]
    assert pytest.approx([4.5e-3, 1e-3, 4.5e-3]) == area.sort_values("age_class")["value"].tolist()


def test_stand_limits_hold_area_and_volume_at_a_milestone_and_point_to_their_cells() -> None:
    """30 kha of class 3 at 100 m3/ha sell at 1, but at most 10 kha of class 1 may stand in 2010 and 2500 thousand m3 must stand: at most
    5 kha are felled. Without the volume 10 kha."""
    for row, expected in (({"area_at_most": [10.0]}, 1000.0), ({"area_at_most": [10.0], "volume_at_least": [2.5]}, 500.0)):
        limit = {"limit": ["young"], "year": [2010], "first_class": [1], "last_class": [1], **{k: v for k, v in row.items() if k == "area_at_most"}}
        rows = pd.DataFrame(limit)
        if "volume_at_least" in row:
            rows = pd.concat([rows, pd.DataFrame({"limit": ["stock"], "year": [2010], "first_class": [1], "volume_at_least": row["volume_at_least"]})])
        tables = plan_tables([0, 0, 30.0], (0.0, 0.0, 100.0), 1, product_prices=prices("standing_volume", 1.0))
        plan = solve_plan({**tables, "stand_limits": rows})
        assert pytest.approx([expected]) == felled(plan)
        names = plan.tables["limits"].query("dual > 0")["name"].tolist()
        assert ("stand_volume_at_least" if expected == 500.0 else "stand_area_at_most") in names


def test_a_stand_past_the_longest_rotation_is_felled_although_it_does_not_pay() -> None:
    """Felling costs 1 CNY/m3 net; class 4 (mid-age 35) must be felled at 30 by maximum_cutting_age, class 3 (25) not yet."""
    from .forest_toy import GROWTH, PINE

    group = {k: [v] for k, v in {**PINE, "maximum_cutting_age": 30.0, "loss_young": 0.0, "loss_over_mature": 0.0, "regeneration_cost": 0.0, "carbon_per_m3": 0.0}.items()}
    growth = pd.DataFrame(GROWTH).assign(volume=lambda f: f["volume"] * 1000.0)
    tables = plan_tables([0, 0, 5.0, 2.0], (0.0,), 1, product_prices=prices("standing_volume", -1.0), forest_groups={**group, "minimum_cutting_age": [20.0]})
    tables["forest_growth"] = growth
    tables["forest_class_area"] = tables["forest_class_area"].assign(forest_group="pine")
    del tables["forest_classes"]
    plan = solve_plan(tables)
    cut = plan.solution.values("clearcut").query("value > 1e-12")
    assert [4] == cut["age_class"].tolist()
    assert pytest.approx(2e-3) == cut["value"].sum()
    assert len(plan.solution.rows("rotation_end")) == 1


@pytest.mark.parametrize(
    ("table", "columns", "message"),
    [
        ("product_prices", {"product": ["gold"], "2010": [1.0], "2020": [1.0]}, "product_prices: .gold. is not in standing_volume"),
        ("flow_bands", {"band": ["x"], "scope": ["moon"]}, "flow_bands: 'moon' is not in nation"),
        ("flow_bands", {"band": ["x"], "measure": ["gold"]}, "flow_bands: .gold. is not in standing_volume"),
        ("flow_bands", {"band": ["x"], "reference": ["initial"], "down": [0.1]}, "flow_bands: a band around an initial level needs one"),
        ("stand_values", {"forest_group": ["oak"], "age_class": [1], "value": [1.0]}, "stand_values: 'oak' is not in forest_groups"),
        ("stand_limits", {"limit": ["x"], "year": [2015], "area_at_most": [1.0]}, "stand_limits: 2015 is no milestone year"),
        ("harvest_discount", {"year": [2015], "period_factor": [1.0]}, "harvest_discount: 2015 is no milestone year"),
        ("forest_class_area", {"region": ["wood"], "forest_group": ["stand"], "age_class": [4], "area": [1.0]}, "older than 3, the last one of forest_classes"),
        ("forest_class_area", {"region": "wood", "forest_group": "stand", "age_class": [1, 1], "area": 1.0}, "stand, planted, 1"),
        ("forest_classes", {"forest_group": "stand", "age_class": [1, 3], "volume": [0.0, 1.0]}, "the classes of stand are"),
        ("periods", {"year": [2000, 2030, 2040]}, "a period spans 3 age classes"),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_said(table: str, columns: dict[str, Any], message: str) -> None:
    """Each mistake is a finding that names the table."""
    tables = plan_tables([0, 0, 30.0], (0.0, 0.0, 100.0), 2, product_prices=prices("standing_volume", 1.0, 1.0))
    tables[table] = pd.DataFrame(columns)
    if table == "periods":
        tables["harvest_discount"] = pd.DataFrame({"year": [2030, 2040], "period_factor": 1.0})
        tables["product_prices"] = pd.DataFrame({"product": ["standing_volume"], "2030": [1.0], "2040": [1.0]})
    with pytest.raises(InputError, match=message):
        solve_plan(tables)


def test_the_report_of_a_forest_alone_is_written_with_every_identity(tmp_path: Path) -> None:
    """Two products, a soft band, fire and stand values: the run is written, which holds all identities."""
    yields = {"forest_group": "stand", "product": ["pulp", "saw"], "age_class": [2, 3], "volume": [20.0, 100.0]}
    price = {"product": ["pulp", "saw"], "2010": [10.0, 30.0], "2030": [5.0, 30.0]}
    tables = plan_tables(
        [5.0, 10.0, 30.0], (0.0, 20.0, 100.0), 3, product_yields=yields, product_prices=price, stand_values=valued([1.0, 50.0, 900.0]),
        flow_bands={"band": ["even"], "down": [0.1], "up": [0.1], "penalty_down": [3.0]},
        disturbance_share={"forest_group": ["all"], "age_class": [0], "2010": [0.05], "2030": [0.05]},
    )  # fmt: skip
    folder = solve_plan(tables).write(tmp_path / "run")
    value = pd.read_csv(folder / "tables" / "harvest_value.csv")
    assert {"pulp", "saw", "standing_volume", "stands_left"} == set(value["item"])


@pytest.mark.parametrize(("counts", "expected"), [("kept", 20.0 * 900.0), ("standing", 20.0 * 0.9 * 1000.0 + 20.0 * 0.1 * 50.0)])
def test_stands_left_count_as_the_last_felling_leaves_them_or_as_they_stand_at_the_end(counts: str, expected: float) -> None:
    """One period, 30 kha of class 2 (900 CNY/ha), of which a band lets 10 kha be felled for 9500 CNY/ha; a tenth of what is kept
    burns. Kept: 20 kha at 900. Standing: 18 kha are class 3 (1000), 2 kha burnt and 10 felled are class 1 (50)."""
    band = {"band": ["cap"], "reference": ["initial"], "initial": [0.1], "up": [0.0]}
    tables = plan_tables(
        [0, 30.0, 0], (0.0, 100.0, 120.0), 1, product_prices=prices("standing_volume", 95.0), stand_values=valued([50.0, 900.0, 1000.0]),
        flow_bands=band, disturbance_share={"forest_group": ["all"], "age_class": [0], "2010": [0.1]},
    )  # fmt: skip
    felled_again = 10.0 * 50.0 if counts == "standing" else 0.0
    plan = solve_plan(tables, stand_value_counts=counts)
    assert pytest.approx((95000.0 + expected + felled_again) * THOUSAND_CNY) == plan.objective
    assert pytest.approx((expected + felled_again) * THOUSAND_CNY) == plan.solution.balance("stand_value")["value"].sum()


def test_a_band_over_a_place_without_forest_is_refused() -> None:
    """Two regions, forest in one: a band over the other would limit nothing."""
    tables = plan_tables([0, 0, 30.0], (0.0, 0.0, 100.0), 1, flow_bands={"band": ["x"], "scope": ["plain"], "down": [0.1]})
    tables["regions"] = pd.DataFrame({"region": ["wood", "plain"], "name_en": ["Wood", "Plain"], "name_zh": ["林", "原"], "region_group": "west"})
    with pytest.raises(InputError, match="flow_bands: no forest that may be felled lies in plain"):
        solve_plan(tables)


def test_most_harvest_value_without_a_forest_is_refused() -> None:
    """An area without growth is no forest: the finding says which tables make one."""
    tables = plan_tables([0, 0, 30.0], (0.0, 0.0, 100.0), 1, product_prices=prices("standing_volume", 1.0))
    del tables["forest_classes"]
    with pytest.raises(InputError, match="holds no forest that can be felled; forest_class_area with forest_classes"):
        solve_plan(tables)
