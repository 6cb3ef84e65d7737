"""Measures one after the other, and energy paid for once: cases of one or two regions worked by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from model.core.build.assemble import assemble
from model.core.data import Data
from model.core.solve.solution import Solution
from model.levers.demand.end_use import EndUse
from model.levers.demand.industry import Industry
from model.levers.demand.measures import check_cost_holds, check_stages

from .test_end_use import electric, transport
from .test_end_use import run as run_transport
from .test_industry import CARBON, by_year, one_plant, plant, run, same, steel
from .toy import amount, cheapest, value

ALL_OF_IT = {2020: 0.0, 2030: 1.0, 2040: 1.0}
HALF = {2020: 0.0, 2030: 0.5, 2040: 0.5}
#: Prices of energy inside costs, in bn CNY per TWh.
PRICES = [*same({"energy": "electricity"}, 0.36), *same({"energy": "hydrogen"}, 0.5)]


def saving(**columns: Any) -> dict[str, Any]:
    """0.4 of the 2 t of every unit."""
    return {"measure": "saving", "stage": "efficiency", "abatement": 0.4, "shares": ALL_OF_IT, **columns}


def other_fuel(**columns: Any) -> dict[str, Any]:
    """1 of the 2 t on half of the units, with 0.3 TWh a million units."""
    return {"measure": "other_fuel", "stage": "fuel", "abatement": 1.0, "electricity": 0.3, "shares": HALF, **columns}


def kiln(**columns: Any) -> dict[str, Any]:
    """0.9 of the flue gas of three fifths of the plants, later seven tenths; 2 t a unit."""
    return {"measure": "kiln", "stage": "capture", "captured": 1.0, "capture_rate": 0.9, "abatement": 2.0, "shares": {2020: 0.0, 2030: 0.6, 2040: 0.7}, **columns}


def test_a_later_measure_saves_on_what_the_earlier_one_leaves_and_capture_takes_its_share_of_the_flue_gas() -> None:
    """200 Mt. Saving takes 0.2 of it: 160. The other fuel takes 0.5 of 0.8 on half of the units, 50 * 1 * 0.8 = 40: 120. Capture takes
    0.9 * 0.6 of that, 64.8, which is all the CO2 of 32.4 units; 55.2 = (1 - 0.54) * 120 stay. Added up they would leave nothing:
    40 + 50 + 0.6 * 200 > 200.

    One tonne more within reach is captured, at no cost: 1 bn CNY per Mt. (In 2040 0.63 * 120 = 75.6 may stay, more than the 64.8.)
    """
    data = one_plant([saving(), other_fuel(), kiln()])
    solution = run(data)
    assert pytest.approx(120.0) == amount(solution, "emission", "steel", year=2030)
    assert pytest.approx(64.8) == amount(solution, "captured", "industry_ccs", year=2030)
    assert pytest.approx(32.4) == value(solution, "adopted", measure="kiln", year=2030)
    limits = solution.limits()
    row = limits[(limits["name"] == "capture_of_flue") & (limits["year"] == 2030)].iloc[0]
    assert "measure_shares" == row["sheet"]
    assert pytest.approx(data.weight(2030)) == abs(row["dual"])
    blank = [{**m, "stage": ""} for m in (saving(), other_fuel(), kiln())]
    unstaged = run(one_plant(blank))
    assert pytest.approx(0.0, abs=1e-9) == amount(unstaged, "emission", "steel", year=2030) - amount(unstaged, "captured", "industry_ccs", year=2030)


def test_capture_finds_more_where_an_earlier_measure_is_not_taken() -> None:
    """The other fuel costs more than the tonne is worth, so 160 Mt are left: 0.54 * 160 = 86.4."""
    solution = run(one_plant([saving(), other_fuel(cost=5.0), kiln()]))
    assert pytest.approx(160.0) == amount(solution, "emission", "steel", year=2030)
    assert pytest.approx(86.4) == amount(solution, "captured", "industry_ccs", year=2030)


def test_energy_follows_the_tonnes_that_a_measure_saves() -> None:
    """50 units * 0.3 TWh * 0.8 = 12 TWh; in 2040 a unit emits half by itself and takes half: 6 TWh."""
    intensity = by_year({"sector": "steel"}, {2030: 1.0, 2040: 0.5})
    solution = run(one_plant([saving(), other_fuel()], industry_intensity=intensity))
    assert pytest.approx(12.0) == -amount(solution, "electricity", "industry_electrification", year=2030)
    assert pytest.approx(6.0) == -amount(solution, "electricity", "industry_electrification", year=2040)
    assert pytest.approx(100.0 - 20.0 - 20.0) == amount(solution, "emission", "steel", year=2040)


def test_a_unit_that_is_not_made_spares_all_that_it_takes_and_leaves_less_to_the_later_stages() -> None:
    """Half of the units are not asked for: 50 * 2 t, 50 * 0.5 TWh, whatever a unit emits. The other fuel then finds half: 50 * 1 * 0.5 t.

    In 2040 (intensity 0.5) tonnes halve, 50 and 12.5 Mt, the power spared does not."""
    unmade = {"measure": "unmade", "stage": "demand", "abatement": 2.0, "electricity": -0.5, "shares": HALF}
    intensity = by_year({"sector": "steel"}, {2030: 1.0, 2040: 0.5})
    solution = run(one_plant([unmade, other_fuel(electricity=0.0)], industry_intensity=intensity))
    assert pytest.approx([200.0 - 100.0 - 25.0, 100.0 - 50.0 - 12.5]) == [amount(solution, "emission", "steel", year=y) for y in (2030, 2040)]
    assert pytest.approx([25.0, 25.0]) == [amount(solution, "electricity", "industry_electrification", year=y) for y in (2030, 2040)]


def test_measures_of_one_stage_do_not_lessen_each_other() -> None:
    """40 Mt of saving and 0.5 * 40 Mt of another saving: both on the 200 Mt."""
    solution = run(one_plant([saving(), saving(measure="heat", shares=HALF)]))
    assert pytest.approx(140.0) == amount(solution, "emission", "steel", year=2030)


def test_a_measure_saves_the_same_share_where_a_unit_emits_less() -> None:
    """50 units of 1 t and 50 of 3 t, 2 t on average: 0.4 t are a fifth, so 10 of 50 and 30 of 150 Mt; power alike, 0.1 TWh * 50 * 0.5 and * 1.5."""
    tables = {
        "industry": [plant("west", 50.0, emission_factor=1.0), plant("east", 50.0, emission_factor=3.0)],
        "measures": [{"sector": "steel", "build_rate": 1.0, **saving(electricity=0.1)}],
        "measure_shares": by_year({"sector": "steel", "measure": "saving"}, ALL_OF_IT),
        "measure_costs": same({"sector": "steel", "measure": "saving"}, 0.0),
    }
    solution = run(steel(**tables))
    assert pytest.approx([40.0, 120.0]) == [amount(solution, "emission", "steel", region=r, year=2030) for r in ("west", "east")]
    assert pytest.approx([2.5, 7.5]) == [-amount(solution, "electricity", "industry_electrification", region=r, year=2030) for r in ("west", "east")]


def test_what_is_built_to_capture_keeps_its_flue_gas() -> None:
    """Capture pays in 2030, 0.54 * 200 = 108 Mt, 54 units; the other fuel is free only in 2040 and could halve 50 units.

    What captures stays, 2 * 54 = 108 <= 0.54 * flue asks for all 200 Mt: nothing is left for the other fuel."""
    cost = {2020: 0.0, 2030: 5.0, 2040: 0.0}
    measures = [other_fuel(electricity=0.0), kiln(shares={2020: 0.0, 2030: 0.6, 2040: 0.6})]
    data = one_plant(measures, measure_costs=[*by_year({"sector": "steel", "measure": "other_fuel"}, cost), *same({"sector": "steel", "measure": "kiln"}, 0.0)])
    data.tables["measure_costs"].loc[data.tables["measure_costs"]["measure"].eq("kiln") & data.tables["measure_costs"]["year"].eq(2030), "value"] = -3.0
    solution = run(data)
    assert pytest.approx(108.0) == amount(solution, "captured", "industry_ccs", year=2040)
    assert pytest.approx(0.0, abs=1e-9) == value(solution, "adopted", measure="other_fuel", year=2040)


def test_end_use_captures_its_share_of_what_is_left() -> None:
    """100 Mt; half of it electric: 50; 0.9 * 0.4 of that are captured: 18."""
    caught = {"measure": "stack", "stage": "capture", "captured": 1.0, "capture_rate": 0.9, "abatement": 1.0, "shares": {2020: 0.0, 2030: 0.4, 2040: 0.4}}
    solution = run_transport(transport([electric(stage="fuel", shares=HALF), caught]), prices=CARBON)
    assert pytest.approx(50.0) == amount(solution, "emission", "transport", year=2030)
    assert pytest.approx(18.0) == amount(solution, "captured", "end_use_ccs", year=2030)


def paid(solution: Solution, item: str) -> float:
    """Spending of 2030 on measures, bn CNY a year."""
    return -amount(solution, "money", item, year=2030)


def taken(data: Data, lever: type[Any], prices: Mapping[str, float]) -> Solution:
    solution = cheapest(assemble(data, [lever], []), feed_in=prices)
    assert "optimal" == solution.status
    return solution


def test_a_battery_car_pays_for_its_power_once() -> None:
    """30 Mt of cars at 300 CNY/t, which hold 1,100 kWh at 0.36 CNY: 30 * (0.3 - 1.1 * 0.36) = -2.88 bn CNY, and 33 TWh of the model's power.

    At 0.25 CNY the whole is 30 * (0.3 + 1.1 * (0.25 - 0.36)) = 5.37; charged twice it was 9 + 8.25."""
    car = electric(stage="fuel", electricity=1.1, cost={2020: 0.3, 2030: 0.3, 2040: 0.3})
    once = taken(transport([{**car, "cost_holds": "electricity"}], measure_energy_prices=PRICES), EndUse, CARBON)
    twice = taken(transport([car], measure_energy_prices=PRICES), EndUse, CARBON)
    assert pytest.approx(-2.88) == paid(once, "end_use_measures")
    assert pytest.approx(33.0) == -amount(once, "electricity", "end_use_electrification", year=2030)
    assert pytest.approx(5.37) == paid(once, "end_use_measures") + 0.25 * 33.0
    assert pytest.approx(9.0) == paid(twice, "end_use_measures")


def test_green_methanol_pays_for_its_power_once_and_not_for_hydrogen_that_it_does_not_list() -> None:
    """50 units * 2.8 t * 900 CNY less 10.5 TWh a unit at 0.36: 50 * (2.52 - 3.78) = -63 bn CNY, and 525 TWh of the model's power."""
    green = other_fuel(measure="green", abatement=2.8, electricity=10.5, cost=0.9, cost_holds="all")
    solution = taken(one_plant([green], industry=[plant("west", 100.0, emission_factor=2.8)], measure_energy_prices=PRICES), Industry, CARBON)
    assert pytest.approx(-63.0) == paid(solution, "industry_measures")
    assert pytest.approx(525.0) == -amount(solution, "electricity", "industry_electrification", year=2030)


def test_a_cost_holds_as_much_energy_as_the_measure_takes_after_others() -> None:
    """After a saving of a fifth 50 units save 0.8 t each at 500 CNY and take 0.4 * 0.8 TWh of hydrogen: 50 * (0.4 - 0.32 * 0.5) = 12 bn CNY."""
    heat = other_fuel(electricity=0.0, hydrogen=0.4, cost=0.5, cost_holds="hydrogen")
    solution = run(one_plant([saving(), heat], measure_energy_prices=PRICES))
    assert pytest.approx(16.0) == -amount(solution, "hydrogen", "industry_hydrogen", year=2030)
    assert pytest.approx(12.0) == paid(solution, "industry_measures")


def test_measures_without_a_stage_are_told_once_and_one_alone_is_not() -> None:
    """Two measures of steel, one without a stage: a warning at its cell; a sector with one measure needs none."""
    found = check_stages(one_plant([saving(), other_fuel(stage="")]))
    assert [("warning", "measures", "K4")] == [(f.level, f.sheet, f.cell) for f in found]
    assert "steel" in str(found[0])
    assert [] == check_stages(one_plant([other_fuel(stage="")]))
    assert [] == check_stages(one_plant([saving(), other_fuel(), kiln()]))


@pytest.mark.parametrize(
    ("change", "cell"), [({"stage": "fuel"}, "K4"), ({"captured": 0.0}, "D4"), ({"capture_rate": None}, "L4")], ids=["stage", "captured", "rate"]
)
def test_what_captures_is_of_the_last_stage_and_says_how_much(change: dict[str, Any], cell: str) -> None:
    """Each of the three is found at its cell."""
    found = check_stages(one_plant([saving(), kiln(**change)]))
    assert [("error", cell)] == [(f.level, f.cell) for f in found]


def test_energy_in_a_cost_without_a_price_is_found_at_its_cell() -> None:
    """Electricity has a price, hydrogen has none; a word for energy that the measure does not take asks for nothing."""
    power = same({"energy": "electricity"}, 0.36)
    heat = other_fuel(hydrogen=0.4, cost_holds="all")
    found = check_cost_holds(one_plant([heat], measure_energy_prices=power))
    assert [("error", "measures", "M3")] == [(f.level, f.sheet, f.cell) for f in found]
    assert "hydrogen" in str(found[0])
    assert [] == check_cost_holds(one_plant([other_fuel(cost_holds="hydrogen")]))
    assert [] == check_cost_holds(one_plant([heat], measure_energy_prices=PRICES))
