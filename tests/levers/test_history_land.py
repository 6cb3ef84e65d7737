"""What was planted, treated and built on land in periods of history, by hand: spread over what is open, nothing decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from model.core.build.assemble import assemble
from model.core.build.build import Lever
from model.core.data import Data
from model.core.solve.solution import Solution
from model.levers.land.afforestation import Afforestation, check_planted_before
from model.levers.land.diversion import Diversion
from model.levers.land.grass_land import check_treated_before
from model.levers.land.grassland import Grassland
from model.levers.land.water import Water
from model.levers.land.wetland import Wetland

from .forest_toy import PINE
from .toy import Rows, cheapest, toy_data, value

#: So dear is an established hectare that all that may be planted is planted.
TREES = {"planting": 1e3}
ZONES = ("west", "east", "north")


def seen(quantity: str, region: str, rate: float, years: Sequence[int] = range(2021, 2031), unit: str = "kha/yr") -> Rows:
    """The same figure in every year."""
    return [{"quantity": quantity, "region": region, "item": "all", "year": y, "value": rate, "figure_unit": unit} for y in years]


def periods(*history: int, plan: Sequence[int] = (2040,)) -> Rows:
    kinds = {2020: "plan", **dict.fromkeys(history, "history"), **dict.fromkeys(plan, "plan")}
    return [{"year": year, "cost_factor": None, "kind": kind} for year, kind in sorted(kinds.items())]


def land(land_type: str, area: float, region: str = "west") -> dict[str, Any]:
    return {"region": region, "water_zone": region, "land_type": land_type, "area": area, "from_class": "forest_land", "survival": 0.8}


def planting(offered: Rows, rows: Rows, *history: int, **tables: Rows) -> Data:
    """Land of several regions on which pine is planted, with what was observed; 2030 is history unless other years are named."""
    new = [{"region": r["region"], "water_zone": r["water_zone"], "land_type": r["land_type"], "forest_group": "pine", "growth_multiplier": 1.0} for r in offered]
    given = {"forest_groups": [PINE], "new_forest": new, "afforestation_land": offered, "observed": rows, **tables}
    regions = list(dict.fromkeys(str(row["region"]) for row in offered))
    return toy_data(regions, (2020, *(history or (2030,)), 2040), {"periods": periods(*(history or (2030,))), **given})


def planted(data: Data) -> Solution:
    solution = cheapest(assemble(data, [Afforestation], []), feed_in=TREES)
    assert solution.status == "optimal"
    return solution


def test_what_was_planted_is_spread_over_the_land_offered_in_proportion_to_it() -> None:
    """80 kha a year for ten years are 0.8 Mha; of 8 Mha offered a quarter is good: 0.2 on good land, 0.6 on poor. The plan may take the rest."""
    data = planting([land("good", 2.0), land("poor", 6.0)], seen("planting", "nation", 80.0))
    solution = planted(data)
    assert [pytest.approx(0.2), pytest.approx(0.6)] == [value(solution, "planted", land_type=kind, year=2030) for kind in ("good", "poor")]
    assert pytest.approx(7.2) == value(solution, "planted", year=2040)
    assert [] == check_planted_before(data)


def test_a_region_has_its_own_figure_and_the_others_share_what_the_nation_did_besides() -> None:
    """The west planted 30 kha of 70 a year; east and north offer 1 and 3 Mha: 10 and 30. Ten years: 0.3, 0.1 and 0.3 Mha."""
    offered = [land("good", 5.0), land("good", 1.0, "east"), land("good", 3.0, "north")]
    solution = planted(planting(offered, [*seen("planting", "nation", 70.0), *seen("planting", "west", 30.0)]))
    assert [pytest.approx(0.3), pytest.approx(0.1), pytest.approx(0.3)] == [value(solution, "planted", region=r, year=2030) for r in ZONES]


def test_no_more_is_planted_than_is_offered_and_the_rest_is_told_at_its_cell() -> None:
    """300 kha a year for ten years are 3 Mha, 2 are offered: 1000 kha find no land. The figure of 2030 stands in row 12, column E."""
    data = planting([land("good", 2.0)], seen("planting", "west", 300.0))
    assert pytest.approx(2.0) == value(planted(data), "planted", year=2030)
    (found,) = check_planted_before(data)
    assert ("warning", "observed", "E12") == (found.level, found.sheet, found.cell)
    assert found.message.startswith("1000 kha of planting in west in the period to 2030 find no room there")
    assert "1000 kha" in found.zh


def test_a_region_without_land_offered_is_told_and_plants_nothing() -> None:
    """The east planted 10 kha a year and offers nothing: 100 kha are left out, the west keeps its own."""
    offered = [land("good", 2.0), land("good", 0.0, "east")]
    data = planting(offered, [*seen("planting", "west", 20.0), *seen("planting", "east", 10.0)])
    assert pytest.approx(0.2) == value(planted(data), "planted", year=2030)
    (found,) = check_planted_before(data)
    assert ("E22", True) == (found.cell, "100 kha" in found.message and "east" in found.message)


def test_the_capacity_of_planting_and_a_target_hold_decided_periods_only() -> None:
    """At most 1 kha a year, and 1 Mha established by 2030: in history 20 kha a year were planted, and the target is over."""
    capacity = [{"region": "west", "year": y, "value": 0.001} for y in (2030, 2040)]
    target = [{"target": "cover", "scope": "nation", "year": 2030, "area": 1.0}]
    data = planting([land("good", 2.0)], seen("planting", "west", 20.0), planting_capacity=capacity, new_forest_targets=target)
    solution = planted(data)
    assert [pytest.approx(0.2), pytest.approx(0.01)] == [value(solution, "planted", year=y) for y in (2030, 2040)]
    assert [2040] == solution.limits().query("name == 'planting_capacity_kept'")["year"].tolist()


def test_a_second_period_of_history_has_what_the_first_left() -> None:
    """8 Mha, a quarter good. 80 kha a year to 2025 take 0.1 and 0.3 of it; 76 kha a year to 2030 take a twentieth of the 1.9 and 5.7 left."""
    rows = [*seen("planting", "nation", 80.0, range(2021, 2026)), *seen("planting", "nation", 76.0, range(2026, 2031))]
    solution = planted(planting([land("good", 2.0), land("poor", 6.0)], rows, 2025, 2030))
    found = [[value(solution, "planted", land_type=kind, year=y) for kind in ("good", "poor")] for y in (2025, 2030)]
    assert [pytest.approx([0.1, 0.3]), pytest.approx([0.095, 0.285])] == found


def test_nothing_is_planted_in_history_where_nothing_was_observed() -> None:
    solution = planted(planting([land("good", 2.0)], []))
    assert [0.0, pytest.approx(2.0)] == [value(solution, "planted", year=y) for y in (2030, 2040)]


WORK: dict[str, Any] = {"grass_zone": "restoration", "rate": 0.5, "saturation": 20.0, "forage_loss": 1.0, "life": 50.0, "light": 0.0, "restores": 1.0, "degraded_only": 0.0}
MEASURES: Rows = [
    {**WORK, "measure": "fence", "establishment_cost": 1.0}, {**WORK, "measure": "sow", "establishment_cost": 3.0},
    {**WORK, "measure": "ban", "establishment_cost": 0.0}, {**WORK, "measure": "balance", "light": 1.0, "restores": 0.0, "establishment_cost": 1.0},
]  # fmt: skip
CONDITIONS: Rows = [{"condition": c, "carbon_factor": 1.0, "forage_factor": 1.0} for c in ("good", "moderate", "severe")]


def grass(condition: str, area: float, **more: float) -> dict[str, Any]:
    return {"region": "west", "water_zone": "dry", "grass_zone": "restoration", "condition": condition, "area": area, **more}


def treated(rows: Rows, pasture: Rows, *, price: float = 0.0, **tables: Rows) -> tuple[Data, Solution]:
    given = {"grassland": pasture, "grass_measures": MEASURES, "grass_conditions": CONDITIONS, "observed": rows, "periods": periods(2030), **tables}
    data = toy_data(years=(2020, 2030, 2040), tables=given)
    solution = cheapest(assemble(data, [Grassland], []), price)
    assert solution.status == "optimal"
    return data, solution


def test_improved_grass_is_degraded_land_and_as_much_money_goes_to_each_measure_with_work() -> None:
    """100 kha a year for ten years are 1 Mha. Open are 6 Mha moderate and 10 - 8 severe: three quarters and one quarter of it.
    A fence costs 1, sowing 3: of each place three quarters are fenced. Good land, the ban without work and the light measure get none."""
    pasture = [grass("good", 50.0), grass("moderate", 6.0), grass("severe", 10.0, initial_ban=8.0)]
    data, solution = treated(seen("grassland_treated", "nation", 100.0), pasture)
    frame = solution.values("treated").query("vintage == 2030 and value != 0")
    found = {(row.condition, row.measure): row.value for row in frame.itertuples()}
    wanted = {("moderate", "fence"): 0.5625, ("moderate", "sow"): 0.1875, ("severe", "fence"): 0.1875, ("severe", "sow"): 0.0625}
    assert wanted == pytest.approx(found)
    assert [] == check_treated_before(data)


def test_grass_once_treated_stays_so_and_its_capacity_holds_decided_periods_only() -> None:
    """At most 10 kha a year may be treated; 100 were. What was treated gains carbon for 5 of 10 years to 2030, then for all ten:
    1 Mha * 0.5 t C * 44/12 is 1.8333 Mt CO2, half of it in the first period."""
    herds = [{"region": "west", "sheep_units": 0.0, "treatment_capacity": 0.01}]
    _, solution = treated(seen("grassland_treated", "nation", 100.0), [grass("moderate", 6.0)], livestock=herds)
    gains = solution.balance("sink").query("item == 'grassland_measures'").groupby("year")["value"].sum()
    assert [pytest.approx(0.5 * 44 / 12 / 2), pytest.approx(0.5 * 44 / 12)] == [gains[2030], gains[2040]]
    assert [2040] == solution.limits().query("name == 'grass_treatment_capacity'")["year"].tolist()


def test_more_grass_improved_than_is_open_is_told() -> None:
    """100 kha a year are 1 Mha; only 0.25 Mha of degraded land is under no ban: 750 kha are left out."""
    data, solution = treated(seen("grassland_treated", "west", 100.0), [grass("moderate", 1.0, initial_ban=0.75), grass("good", 9.0)])
    assert pytest.approx(0.25) == value(solution, "treated", vintage=2030)
    (found,) = check_treated_before(data)
    assert ("E12", True) == (found.cell, found.message.startswith("750 kha of grassland_treated in west"))


def test_no_wetland_is_recovered_no_water_diverted_and_no_right_sold_in_history() -> None:
    """All three pay in every period: a wetland stores carbon, delivered water and water rights are worth more than they cost. They begin after history."""
    zones = [{"water_zone": z, "region": "west", "basin": "river", "industry_share": s} for z, s in (("wet", 0.5), ("dry", 0.5))]
    tables: dict[str, Rows] = {
        "periods": periods(2030), "water_zones": zones,
        "wetland_recovery": [{"region": "west", "water_zone": "wet", "from_class": "unused", "area": 1.0, "capacity": 1.0, "rate": 1.0, "saturation": 50.0}],
        "water_available": [{"water_zone": z, "year": y, "value": 10.0} for z in ("wet", "dry") for y in (2030, 2040)],
        "water_rights": [{"from_zone": "wet", "to_zone": "dry", "share": 0.1, "cost": -1.0}],
        "diversion_phases": [{"phase": "one", "donor_zone": "wet", "volume": 1.0, "earliest_year": 2030, "asset_life": 50.0, "construction_years": 5.0}],
        "diversion_receivers": [{"phase": "one", "water_zone": "dry", "min_share": 0.0, "max_share": 1.0}],
    }  # fmt: skip
    levers: list[type[Lever]] = [Wetland, Water, Diversion]
    data = toy_data(years=(2020, 2030, 2040), tables=tables, settings={"diverted_water_value": 5.0})
    solution = cheapest(assemble(data, levers, []), 1.0)
    assert solution.status == "optimal"
    families = {"recovered": "vintage", "delivered": "year", "built": "year", "rights": "year"}
    assert [0.0] * 4 == [value(solution, name, **{period: 2030}) for name, period in families.items()]
    assert all(value(solution, name, **{period: 2040}) > 0.0 for name, period in families.items())
