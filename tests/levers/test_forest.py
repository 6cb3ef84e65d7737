"""The standing forest, by hand: fellings and ages, what each post says, a published plan met."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from model.core.build.assemble import assemble
from model.core.data import Data
from model.core.declare.spec import InputError
from model.core.declare.units import CO2_PER_C
from model.core.solve.solution import Solution
from model.levers.forest.forest import Forest
from model.levers.forest.stands import read_stands

from .forest_toy import GROWTH, HARVEST, PINE, STAND, forest_data, stand
from .toy import amount, cheapest, poster, value

#: Wood sells so well that all that may be felled is felled.
WOOD = {"roundwood": 1e3}
#: Wood is a burden: nothing is felled.
NO_WOOD = {"roundwood": -1.0}


def fell(data: Data, prices: dict[str, float] | None = None) -> Solution:
    """The forest alone, felling for the price of wood."""
    solution = cheapest(assemble(data, [Forest], []), feed_in=WOOD if prices is None else prices)
    assert solution.status == "optimal"
    return solution


def nonzero(solution: Solution, family: str, stratum: str = STAND) -> dict[tuple[int, int], float]:
    """(age_class, year) -> value of what is not zero."""
    frame = solution.values(family)
    frame = frame[(frame["stratum"] == stratum) & (frame["value"].abs() > 1e-9)]
    return dict(zip(frame[["age_class", "year"]].itertuples(index=False, name=None), frame["value"], strict=True))


def test_no_more_is_felled_than_stands_and_nothing_below_the_cutting_age() -> None:
    """2 Mha of class 4 (35 years) are felled whole, 1 Mha of class 2 (15 years) must not: cutting begins at 30."""
    solution = fell(forest_data([stand("mature", 2.0), stand("middle", 1.0)]))
    assert pytest.approx({(4, 2030): 2.0}) == nonzero(solution, "clearcut")
    assert (solution.duals("kept_non_negative")["dual"].abs() > 1.0).any()


def test_a_later_period_fells_only_what_an_earlier_one_has_left() -> None:
    """2 Mha of class 4, a quota of 0.02 km3/yr in the first ten years: 0.2 km3 at 0.175 km3/Mha is 1.142857 Mha; the
    rest, 0.857143 Mha, is class 5 ten years later and is felled then. The row kept_non_negative holds it."""
    quota = [{"region": "west", "year": y, "value": v} for y, v in ((2030, 0.02), (2040, 1.0))]
    solution = fell(forest_data([stand("mature", 2.0)], years=(2020, 2030, 2040), tables={"harvest_quota": quota}))
    assert pytest.approx({(4, 2030): 0.2 / 0.175, (5, 2040): 2.0 - 0.2 / 0.175}) == nonzero(solution, "clearcut")


def test_kept_stands_grow_older_less_what_is_lost() -> None:
    """Nothing felled, a tenth lost in ten years: of 2 Mha in class 4, 1.8 are class 5 and 0.2 start anew in class 1."""
    solution = fell(forest_data([stand("mature", 2.0)], group={"loss_young": 1 - 0.9**0.1}), NO_WOOD)
    assert pytest.approx({(5, 2030): 1.8, (1, 2030): 0.2}) == nonzero(solution, "area")


def test_felled_and_lost_area_starts_anew_evenly_over_the_classes_of_the_period() -> None:
    """Twenty years are two classes: of 2 Mha in class 4 a fifth would be lost, but all is felled: 1 Mha each in the
    classes 1 and 2. In the next twenty years nothing may be felled (middle 5 and 15 at the start); a fifth of each is
    lost: 0.8 and 0.8 in the classes 3 and 4, and 0.2 + 0.2 = 0.4 start anew, 0.2 in each of the two youngest."""
    data = forest_data([stand("mature", 2.0)], years=(2020, 2040, 2060), group={"loss_young": 1 - 0.8**0.05, "loss_over_mature": 1 - 0.8**0.05})
    solution = fell(data)
    expected = {(1, 2040): 1.0, (2, 2040): 1.0, (3, 2060): 0.8, (4, 2060): 0.8, (1, 2060): 0.2, (2, 2060): 0.2}
    assert pytest.approx(expected) == nonzero(solution, "area")
    assert pytest.approx([2.0, 0.4]) == solution.values("inflow")["value"].tolist()


def test_the_last_class_takes_in_the_oldest_stands() -> None:
    """4 Mha over-mature are classes 5 and 6; the last class is 6 + 2 = 8: after twenty years class 5 is 7, 6 is 8."""
    solution = fell(forest_data([stand("over_mature", 4.0)], years=(2020, 2030, 2040)), NO_WOOD)
    at_end = {key: v for key, v in nonzero(solution, "area").items() if key[1] == 2040}
    assert pytest.approx({(7, 2040): 2.0, (8, 2040): 2.0}) == at_end
    assert 1 == len(solution.build.rows["open_class_transition"][0])


def test_natural_stands_are_not_felled_until_the_ban_ends() -> None:
    """Ban until 2030: of natural pine nothing can be felled by 2030, all 2 Mha (then class 5) by 2040."""
    data = forest_data(
        [stand("mature", 2.0, origin="natural")], years=(2020, 2030, 2040), group={"origin": "natural"},
        settings={"natural_logging_ban_until": 2030.0},
    )  # fmt: skip
    solution = fell(data)
    assert [2040] == sorted(solution.values("clearcut")["year"].unique())
    assert pytest.approx({(5, 2040): 2.0}) == nonzero(solution, "clearcut", "west.pine.natural.productive")


def test_restricted_stands_hold_no_variable_but_their_stock_and_land_count() -> None:
    """0.4 of 5 Mha is restricted: 2 Mha of class 4 grow from 70 to 90 t C/ha in ten years: 2 * 20 / 10 = 4 Mt C/yr; the
    productive 3 Mha, unfelled, 6 Mt C/yr. Together 10 Mt C a year, and all 5 Mha hold forest land."""
    inventory = {"region": "west", "origin": "planted", "area": 5.0, "volume": 0.875, "restricted_share": 0.4}
    solution = fell(forest_data([stand("mature", 5.0)], tables={"forest_inventory": [inventory]}), NO_WOOD)
    assert [STAND] == list(solution.values("area")["stratum"].unique())
    assert pytest.approx(10.0 * CO2_PER_C) == amount(solution, "sink", "forest_living")
    assert pytest.approx(-5.0) == amount(solution, "land", "forest_stand", land_class="forest_land", year=2030)


def test_the_volume_felled_a_year_is_that_of_the_classes_cut() -> None:
    """2 Mha of class 4 at 0.175 km3/Mha within ten years: 0.035 km3/yr standing, 0.8 of it roundwood: 0.028 km3/yr."""
    solution = fell(forest_data([stand("mature", 2.0)]))
    assert pytest.approx(0.035) == value(solution, "felled_volume")
    assert pytest.approx(0.028) == amount(solution, "roundwood", "forest", year=2030)
    assert (solution.duals("felled_volume_sum")["dual"].abs() > 1.0).all()


def test_the_quota_holds_the_harvest_and_points_to_its_cell() -> None:
    """A quota of 0.014 km3/yr lets 0.14 km3 go in ten years: 0.8 Mha at 0.175 km3/Mha. Wood at 1000 bn CNY/km3 makes one
    more km3 of quota worth 0.8 * 1000 a year."""
    quota = [{"region": "west", "year": 2030, "value": 0.014}]
    data = forest_data([stand("mature", 2.0)], tables={"harvest_quota": quota})
    solution = fell(data)
    assert pytest.approx(0.8) == value(solution, "clearcut")
    row = solution.limits().query("name == 'cutting_quota'").iloc[0]
    assert ("harvest_quota", "D2") == (row["sheet"], row["cell"])
    assert pytest.approx(14.0) == row["limit"]
    assert pytest.approx(-800.0 * data.weight(2030)) == solution.duals("cutting_quota")["dual"].iloc[0]


def test_harvest_capacity_grows_from_the_base_year_at_its_rate_and_is_paid_as_an_annuity() -> None:
    """Base harvest 0.008 km3/yr roundwood at recovery 0.8 is a capacity of 0.01 standing; 0.0005 km3/yr may be added each
    year: 0.015 after ten years, on average half of what is added works: 0.0125 * 10 / 0.175 Mha felled. 400 bn CNY per km3/yr over
    20 years at 6 %: 0.06 / (1 - 1.06^-20) * 400 * 0.0025 = 0.087185 bn CNY/yr."""
    harvest = {"roundwood_base": 0.008, "capacity_growth": 0.0005, "capacity_cost": 400.0}
    solution = fell(forest_data([stand("mature", 2.0)], harvest=harvest))
    assert pytest.approx(0.125 / 0.175) == value(solution, "clearcut")
    assert (solution.duals("harvest_capacity")["dual"].abs() > 1.0).all()
    assert pytest.approx(-0.06 / (1 - 1.06**-20) * 1.0) == amount(solution, "money", "forest_harvest_capacity")
    row = solution.limits().query("name == 'harvest_capacity_added'").iloc[0]
    assert pytest.approx((0.5, 0.5)) == (row["limit"], row["level"])


def test_added_capacity_leaves_as_evenly_as_it_came() -> None:
    """A life of ten years: of the 0.001 * 10 = 0.01 km3/yr that a period adds half works in it, and half in the next, in which it
    leaves: 0.005 to 2030, 0.005 + 0.005 to 2040, never 0.02."""
    data = forest_data([stand("mature", 20.0)], years=(2020, 2030, 2040), harvest={"capacity_growth": 0.001}, settings={"harvest_capacity_life": 10.0})
    assert pytest.approx([0.005, 0.01]) == fell(data).values("felled_volume")["value"].tolist()


def test_the_harvest_rises_no_faster_than_the_band() -> None:
    """0.01 km3/yr standing in the base year, a tenth more each period: 0.011, then 0.0121."""
    data = forest_data([stand("mature", 9.0)], years=(2020, 2030, 2040), harvest={"roundwood_base": 0.008}, settings={"even_flow_up": 0.1})
    solution = fell(data)
    assert pytest.approx([0.011, 0.0121]) == solution.values("felled_volume")["value"].tolist()
    assert (solution.duals("even_flow_up")["dual"].abs() > 1.0).all()


def test_felling_can_begin_again_after_a_stop_by_the_restart_allowance() -> None:
    """0.01 km3/yr in the base year; a quota stops all felling in the first period. Then 1.1 * 0 + 0.05 * 0.01 = 0.0005, and
    1.1 * 0.0005 + 0.0005 = 0.00105; without the allowance felling stays at nothing."""
    quota = [{"region": "west", "year": y, "value": v} for y, v in ((2030, 0.0), (2040, 1.0), (2050, 1.0))]
    for restart, expected in ((0.05, [0.0, 0.0005, 0.00105]), (0.0, [0.0, 0.0, 0.0])):
        settings = {"even_flow_up": 0.1, "even_flow_restart": restart}
        years = (2020, 2030, 2040, 2050)
        data = forest_data([stand("mature", 9.0)], years=years, harvest={"roundwood_base": 0.008}, tables={"harvest_quota": quota}, settings=settings)
        assert pytest.approx(expected, abs=1e-12) == fell(data).values("felled_volume")["value"].tolist()


def test_a_fall_beyond_the_band_is_possible_at_its_price() -> None:
    """0.01 km3/yr in the base year may fall to 0.009; felling costs 300 CNY/m3 of roundwood (240 standing), the penalty is
    200 CNY/m3: not felling at all is cheaper and costs 0.009 * 200 = 1.8 bn CNY/yr. A penalty of 250 makes it fell 0.009."""
    for penalty, felled, short in ((200.0, 0.0, 0.009), (250.0, 0.009, 0.0)):
        harvest = {"roundwood_base": 0.008, "harvest_cost": 300.0}
        settings = {"even_flow_down": 0.1, "even_flow_penalty": penalty}
        solution = fell(forest_data([stand("mature", 2.0)], harvest=harvest, settings=settings), {})
        assert pytest.approx(felled, abs=1e-12) == value(solution, "felled_volume")
        assert pytest.approx(short, abs=1e-12) == value(solution, "flow_shortfall")
        assert pytest.approx(-short * penalty) == amount(solution, "money", "harvest_flow_penalty")
        assert pytest.approx(-felled * 0.8 * 300.0) == amount(solution, "money", "forest_harvest")
        assert (solution.duals("even_flow_down")["dual"].abs() > 1.0).all()


def test_the_penalty_is_shared_by_the_harvest_of_the_base_year() -> None:
    """Standing harvests of 0.03 and 0.01 km3/yr and none now: 0.04 * 200 = 8 bn CNY/yr, 6 for west and 2 for east."""
    rows = [{**HARVEST, "region": r, "roundwood_base": v, "harvest_cost": 1e3} for r, v in (("west", 0.024), ("east", 0.008))]
    data = forest_data([stand("mature", 2.0)], regions=("west", "east"), tables={"forest_harvest": rows}, settings={"even_flow_down": 0.0, "even_flow_penalty": 200.0})
    solution = fell(data, {})
    assert pytest.approx([-6.0, -2.0]) == [amount(solution, "money", "harvest_flow_penalty", region=r) for r in ("west", "east")]


def test_a_share_of_the_volume_is_left_at_the_end() -> None:
    """Unfelled, 2 Mha of class 4 are class 5 with 0.225 km3/Mha: 0.45 km3; 0.8 of it is 0.36. A felled Mha ends as class 1
    with 0.025: 0.45 - x * 0.2 >= 0.36 gives x = 0.45 Mha. Carbon has the same shape here: the same share binds it."""
    solution = fell(forest_data([stand("mature", 2.0)], settings={"terminal_share": 0.8}))
    assert pytest.approx(0.45) == value(solution, "clearcut")
    assert (solution.duals("terminal_volume")["dual"].abs() + solution.duals("terminal_carbon")["dual"].abs() > 1.0).all()


def test_volume_and_carbon_each_bind_when_the_other_regrows_faster() -> None:
    """Volume stands still up to age 10 and is 0.3 beyond 40; biomass is flat at 120 from age 0: carbon never falls, volume
    binds: 2 * 0.3 - x * 0.3 >= 0.48 gives x = 0.4. With the curves exchanged carbon binds at the same area."""
    ages = (0, 10, 40, 60)
    steep, flat = (0.0, 0.0, 1.0, 1.0), (1.0, 1.0, 1.0, 1.0)
    for volume, carbon, name in ((steep, flat, "terminal_volume"), (flat, steep, "terminal_carbon")):
        growth = [
            {"forest_group": "pine", "age": a, "volume": 0.3 * v, "biomass_carbon": 120.0 * c}
            for a, v, c in zip(ages, volume, carbon, strict=True)
        ]
        data = forest_data([stand("mature", 2.0)], group={"carbon_per_m3": 0.0}, tables={"forest_growth": growth}, settings={"terminal_share": 0.8})
        solution = fell(data)
        assert pytest.approx(0.4) == value(solution, "clearcut")
        assert abs(solution.duals(name)["dual"].iloc[0]) > 1.0


def test_restricted_stands_count_towards_what_is_left() -> None:
    """Half of 4 Mha is restricted: unfelled 0.9 km3, 0.8 of it is 0.72, of which 0.45 is safe: the productive stands must
    keep 0.27 of their 0.45: x * 0.2 <= 0.18, x = 0.9 Mha. The limit is told whole: 720 million m3."""
    inventory = {"region": "west", "origin": "planted", "area": 4.0, "volume": 0.7, "restricted_share": 0.5}
    data = forest_data([stand("mature", 4.0)], tables={"forest_inventory": [inventory]}, settings={"terminal_share": 0.8})
    solution = fell(data)
    assert pytest.approx(0.9) == value(solution, "clearcut")
    assert pytest.approx(720.0) == solution.limits().set_index("name").loc["terminal_volume", "limit"]


def oak_and_pine(**settings: float) -> Data:
    """Natural oak, 2 Mha mature, may be followed by planted pine, of which there is 1 Mha young; oak costs 5, pine 1."""
    oak = {**PINE, "forest_group": "oak", "origin": "natural", "regeneration_cost": 5.0}
    areas = [stand("mature", 2.0, forest_group="oak", origin="natural"), stand("young", 1.0)]
    conversion = {"from_group": "oak", "from_origin": "natural", "to_group": "pine", "to_origin": "planted"}
    return forest_data(areas, settings=settings, tables={
        "forest_groups": [oak, {**PINE, "regeneration_cost": 1.0}],
        "forest_growth": [*GROWTH, *({**row, "forest_group": "oak"} for row in GROWTH)],
        "forest_conversions": [conversion],
    })  # fmt: skip


def test_every_felled_hectare_is_forest_again_of_its_kind_or_of_one_that_may_follow() -> None:
    """2 Mha of oak felled; pine is cheaper: all is regenerated as pine, 2 Mha in its class 1, none in oak's, for 2 * 1 / 10
    bn CNY/yr."""
    solution = fell(oak_and_pine())
    oak = "west.oak.natural.productive"
    regenerated = solution.values("regenerated").set_index("to_stratum")["value"].to_dict()
    assert pytest.approx({oak: 0.0, STAND: 2.0}, abs=1e-12) == regenerated
    assert pytest.approx({(1, 2030): 2.0, (2, 2030): 1.0}) == nonzero(solution, "area")
    assert {} == nonzero(solution, "area", oak)
    assert pytest.approx(-0.2) == amount(solution, "money", "forest_regeneration")
    # Felling one more Mha obliges to regenerate it as pine: 1 bn CNY over ten years.
    weight = solution.build.data.weight(2030)
    assert pytest.approx(0.1 * weight) == abs(solution.duals("no_deforestation")["dual"].iloc[0])


def test_without_an_alternative_a_stand_follows_itself_at_its_cost() -> None:
    """2 Mha of pine felled at 9 bn CNY/Mha over ten years: 1.8 bn CNY/yr; no conversions are decided."""
    solution = fell(forest_data([stand("mature", 2.0)], group={"regeneration_cost": 9.0}))
    assert pytest.approx(-1.8) == amount(solution, "money", "forest_regeneration")
    assert 0 == len(solution.values("regenerated"))


def test_what_a_felled_hectare_gives_adds_up_to_what_stood_on_it() -> None:
    """2 Mha of class 4, living 70 Mt C/Mha, within ten years: 14 Mt C/yr. Roundwood 0.14 km3/Mha at 200 Mt C/km3: 5.6
    Mt C/yr extracted, 8.4 slash, of which a quarter may be collected; soil 0.1 * 100 * 2 = 20 Mt C in the period."""
    solution = fell(forest_data([stand("mature", 2.0)], harvest={"energy_wood_share": 0.25}))
    assert pytest.approx(5.6) == amount(solution, "extracted_carbon", "forest", year=2030)
    assert pytest.approx(8.4) == amount(solution, "dead_wood", "slash", year=2030)
    assert pytest.approx(2.1) == amount(solution, "slash", "forest", year=2030)
    assert pytest.approx(20.0) == amount(solution, "soil_felling", "forest", forest_group="pine")
    # 140 Mt C gone, 2 Mha of class 1 with 10 Mt C/Mha grown: -12 Mt C a year.
    assert pytest.approx(-12.0 * CO2_PER_C) == amount(solution, "sink", "forest_living")


def test_lost_stands_go_to_dead_wood_and_what_is_felled_can_no_longer_be_lost() -> None:
    """A tenth of 2 Mha at 70 Mt C/Mha lost in ten years is 1.4 Mt C/yr, in the base year as in the next period; all
    felled, none is lost: only slash."""
    group = {"loss_young": 1 - 0.9**0.1}
    kept, felled = fell(forest_data([stand("mature", 2.0)], group=group), NO_WOOD), fell(forest_data([stand("mature", 2.0)], group=group))
    assert pytest.approx(1.4) == amount(kept, "dead_wood", "mortality", year=2030)
    assert pytest.approx(1.4) == amount(kept, "dead_wood", "mortality", year=2020)
    assert pytest.approx(0.0, abs=1e-12) == amount(felled, "dead_wood", "mortality", year=2030)


def test_the_base_year_posts_its_roundwood_with_carbon_and_slash_of_old_planted_stands() -> None:
    """0.014 km3/yr of roundwood is 0.1 Mha a year of class 4 (0.14 km3/Mha): 2.8 Mt C/yr extracted and 4.2 slash."""
    solution = fell(forest_data([stand("mature", 2.0), stand("young", 5.0)], harvest={"roundwood_base": 0.014}), NO_WOOD)
    assert pytest.approx(0.014) == amount(solution, "roundwood", "forest", year=2020)
    assert pytest.approx(2.8) == amount(solution, "extracted_carbon", "forest", year=2020)
    assert pytest.approx(4.2) == amount(solution, "dead_wood", "slash", year=2020)


def test_a_stand_with_less_carbon_than_its_roundwood_is_refused() -> None:
    """Class 4: 0.14 km3/Mha at 600 Mt C/km3 is 84 Mt C/Mha in roundwood alone, more than the 70 of the stand."""
    with pytest.raises(InputError, match=r"forest_groups!I3: roundwood of pine \(planted\) felled at age 35 would hold 84 t C/ha"):
        assemble(forest_data([stand("mature", 2.0)], group={"carbon_per_m3": 600.0}), [Forest], [])


def test_plantings_grow_in_their_own_stratum_and_are_never_felled() -> None:
    """0.5 Mha established by 2030 is class 1 then and class 2 in 2040, with 10 and 30 Mt C/Mha: sinks of 0.5 and 1 Mt C/yr;
    although wood is dear, only the old stratum is ever felled."""
    new = {"region": "west", "water_zone": "dry", "land_type": "good", "forest_group": "pine", "growth_multiplier": 1.0}
    data = forest_data([stand("mature", 2.0)], years=(2020, 2030, 2040), group={"minimum_cutting_age": 1.0}, tables={"new_forest": [new]})
    planting = pd.DataFrame({"stratum": ["dry.new.good"], "year": [2030]})
    other = poster(lambda lever: lever.ledger.supply_fixed("planting", planting, 0.5, item="planting", unit="Mha"))
    solution = cheapest(assemble(data, [Forest, other], []), feed_in=WOOD)
    assert pytest.approx({(1, 2030): 0.5, (2, 2040): 0.5}) == nonzero(solution, "area", "dry.new.good")
    assert pytest.approx([0.5 * CO2_PER_C, CO2_PER_C]) == [amount(solution, "sink", "afforestation_living", year=y) for y in (2030, 2040)]
    assert [STAND] == list(solution.values("clearcut")["stratum"].unique())
    assert pytest.approx([0.5, 0.0]) == solution.values("established")["value"].tolist()


def test_the_areas_of_the_plan_are_those_of_a_forward_simulation_and_their_carbon_is_the_sink() -> None:
    """Uneven periods, losses, several ages and a quota that leaves a mix: stepping the stands with the plan's fellings gives
    the plan's areas to 1e-9, and the sum of the stock changes is the sink."""
    quota = [{"region": "west", "year": y, "value": 0.03} for y in (2030, 2040, 2060)]
    data = forest_data(
        [stand("young", 1.0), stand("near_mature", 2.0), stand("mature", 3.0), stand("over_mature", 4.0)],
        years=(2020, 2030, 2040, 2060), group={"loss_young": 0.002, "loss_over_mature": 0.01}, tables={"harvest_quota": quota},
    )  # fmt: skip
    solution = fell(data)
    stands = read_stands(data)
    area, stock = stands.area, [float((stands.area * stands.living).sum())]
    for year in data.years:
        felled, planned = np.zeros_like(area), np.zeros_like(area)
        for name, array in (("clearcut", felled), ("area", planned)):
            rows = solution.values(name).query("year == @year")
            array[0, rows["age_class"].to_numpy() - 1] = rows["value"].to_numpy()
        assert felled.sum() > 0.5
        area = stands.age_one_period(area, data.length(year), felled)
        np.testing.assert_allclose(area, planned, rtol=0.0, atol=1e-9)
        stock.append(float((area * stands.living).sum()))
    yearly = [CO2_PER_C * (after - before) / data.length(y) for y, before, after in zip(data.years, stock, stock[1:], strict=False)]
    assert pytest.approx(yearly, rel=1e-9) == [amount(solution, "sink", "forest_living", year=y) for y in data.years]
