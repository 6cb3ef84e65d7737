"""Phases of planting and felling, what switched them, and the forest by group and district, from solved toy plans."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from model.core.build.assemble import assemble
from model.core.build.registry import schema
from model.core.data import Data
from model.core.solve.solution import Solution
from model.core.solve.solver import solve
from model.levers.forest.forest import FOREST_AREA, Forest
from model.levers.forest.results.roadmap import PHASES, cause, phase_of
from model.levers.land.afforestation import Afforestation
from model.reporting.files.csvfiles import read_tables
from model.reporting.identities.every import check_identities
from model.reporting.tables.columns import TABLES
from model.reporting.tables.every import result_tables
from model.reporting.write import write_tables
from tests.levers.forest_toy import forest_data, stand
from tests.levers.toy import cheapest, toy_frame

from .toy_plan import forest_tables, plan_data, solved


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return result_tables(solved())


def test_the_roadmap_has_a_row_for_every_region_and_the_nation_in_every_period(tables: dict[str, pd.DataFrame]) -> None:
    """West, east and nation, two periods: six rows; the ratio is that of the areas beside it, and the nation is the sum."""
    found = tables["roadmap"]
    assert ["nation", "nation", "west", "west", "east", "east"] == found["region"].tolist()
    for row in found.itertuples():
        ratio, phase = phase_of(row.clearcut_kha, row.planted_kha, 0.8, 1.25)
        assert phase == row.phase
        assert (pd.isna(ratio) and pd.isna(row.ratio)) or pytest.approx(ratio) == row.ratio
    by_year = found[found["region"] != "nation"].groupby("year")[["planted_kha", "clearcut_kha"]].sum()
    nation = found[found["region"] == "nation"].set_index("year")
    assert by_year["clearcut_kha"].tolist() == pytest.approx(nation["clearcut_kha"].tolist())
    assert by_year["planted_kha"].tolist() == pytest.approx(nation["planted_kha"].tolist())
    forest = tables["forest"]
    assert forest.loc[forest["year"] == 2040, "clearcut_kha"].sum() == pytest.approx(nation.loc[2040, "clearcut_kha"])


def test_a_ratio_on_the_line_between_two_phases_is_in_step() -> None:
    """Planting leads below 0.8, harvest above 1.25; 8 to 10 and 5 to 4 are neither."""
    assert [phase_of(felled, planted, 0.8, 1.25)[1] for felled, planted in ((7.0, 10.0), (8.0, 10.0), (5.0, 4.0), (6.0, 4.0))] == [
        PHASES[0], PHASES[1], PHASES[1], PHASES[2],
    ]  # fmt: skip


def with_rows(data: Data, **rows: list[dict[str, Any]]) -> Data:
    made = {name: toy_frame(schema().tables[name], part) for name, part in rows.items()}
    return Data({**data.tables, **made}, data.settings, data.columns)


def switching_plan(**more: Any) -> Solution:
    """4 Mha of class 4, wood at 1 bn CNY/km3, a quota of 0.0175 then 0.0225 km3/yr; a cover target of 0.8 Mha in 2030 alone, planting at
    2 bn CNY/Mha with a survival of 0.8."""
    land = {"region": "west", "water_zone": "arid", "land_type": "good", "area": 3.0, "from_class": "forest_land", "survival": 0.8, "planting_cost": 2.0}
    given: dict[str, Any] = {
        "new_forest": [{"region": "west", "water_zone": "arid", "land_type": "good", "forest_group": "pine", "growth_multiplier": 1.0}],
        "afforestation_land": [land],
        "harvest_quota": [{"region": "west", "year": y, "value": v} for y, v in ((2030, 0.0175), (2040, 0.0225))],
        "new_forest_targets": [{"target": "cover", "scope": "nation", "year": 2030, "area": 0.8}],
        **more,
    }
    data = forest_data([stand("mature", 4.0)], years=(2020, 2030, 2040), tables={k: v for k, v in given.items() if v})
    solution = cheapest(assemble(data, [Afforestation, Forest], []), feed_in={"roundwood": 1.0})
    assert solution.status == "optimal"
    return solution


def test_a_change_of_phase_names_the_limit_that_changed_its_worth_most() -> None:
    """2030: 1 Mha felled (class 4, 0.175 km3/Mha) and 0.8 / 0.8 = 1 Mha planted: in step. 2040: 1 Mha felled (class 5), none planted:
    felling leads. The target was worth 2 / 10 * 1 / 0.8 bn CNY/Mha/yr * 0.8 Mha = 0.2 bn CNY a year and then nothing; the quota 0.8 *
    0.0175 = 0.014 and then 0.018: the target switched the phase."""
    made = result_tables(switching_plan())["roadmap"]
    west = made[made["region"] == "west"].set_index("year")
    assert ["in_step", "harvest_leads"] == west["phase"].tolist()
    assert pytest.approx([100.0, 100.0]) == west["clearcut_kha"].tolist()
    assert pytest.approx([100.0, 0.0]) == west["planted_kha"].tolist()
    change = west.loc[2040]
    assert ("in_step", "limit", "new_forest_established", "new_forest_targets", "D3") == tuple(change[["previous_phase", "kind", "cause", "sheet", "cell"]])
    assert pytest.approx(-0.2) == change["worth_change"]
    assert west.loc[2030, "kind"] == ""


def test_a_phase_that_is_a_rule_is_named_when_it_switches_the_phase() -> None:
    """Without a target, in 2040 alone clearcut at most half of planting: 2030 fells 1 Mha and plants nothing, 2040 fells 1 Mha and plants
    2. The rule is worth its price times what is felled, nothing in 2030; the quota's worth changes by less."""
    rule = {"phase": "lead", "scope": "west", "first_year": 2040, "last_year": 2040, "sense": "at_most", "ratio": 0.5}
    cheap = {"region": "west", "water_zone": "arid", "land_type": "good", "area": 9.0, "from_class": "forest_land", "survival": 0.8, "planting_cost": 0.04}
    plan = switching_plan(new_forest_targets=[], roadmap_phases=[rule], afforestation_land=[cheap])
    made = result_tables(plan)
    west = made["roadmap"].set_index(["region", "year"]).loc["west"]
    assert ["harvest_leads", "planting_leads"] == west["phase"].tolist()
    assert ("limit", "balance_roadmap", "roadmap_phases", "F3") == tuple(west.loc[2040, ["kind", "cause", "sheet", "cell"]])
    # a hectare felled needs two planted at 0.04 / 10 bn CNY/Mha/yr: 0.008 * 1 Mha
    assert pytest.approx(0.008) == west.loc[2040, "worth_change"]
    assert ["west"] == made["prices"].query("balance == 'roadmap'")["region"].tolist()


def test_the_thresholds_of_the_phases_are_settings() -> None:
    """A ratio of 1 in 2030: below 1.5 planting leads when the setting says so; above 1.0 felling leads only when it is larger."""
    plan = switching_plan()
    plan.build.data.settings.update({"planting_leads_below": 1.5, "harvest_leads_above": 2.0})
    assert "planting_leads" == result_tables(plan)["roadmap"].set_index(["region", "year"]).loc[("west", 2030), "phase"]


def test_a_change_that_no_limit_goes_with_is_said_to_have_none() -> None:
    """Without planting and quota felling waits for its first year, 2040: from none to felling, and no limit has a price."""
    plan = switching_plan(
        new_forest=[], afforestation_land=[], harvest_quota=[], new_forest_targets=[], felling_start=[{"region": "west", "origin": "all", "first_year": 2040}]
    )
    west = result_tables(plan)["roadmap"].query("region == 'west'").set_index("year")
    assert ["none", "harvest_leads"] == west["phase"].tolist()
    assert ("none", "none", "") == tuple(west.loc[2040, ["previous_phase", "kind", "cause"]])


def test_where_no_limit_changed_its_worth_the_price_that_changed_most_is_named() -> None:
    """Carbon from 10 to 20, half of the larger; roundwood from 100 to 110, a tenth; the price of another region does not count."""
    rows = [("sink", "west", 2030, 10.0), ("sink", "west", 2040, 20.0), ("roundwood", "west", 2030, 100.0), ("roundwood", "west", 2040, 110.0)]
    prices = pd.DataFrame([*rows, ("planting", "east", 2040, 5.0)], columns=["balance", "region", "year", "price"]).assign(unit="CNY/t")
    found = cause(solved(), pd.DataFrame(), prices, "west", 2030, 2040)
    assert {"kind": "price", "cause": "sink", "worth_change": 10.0, "unit": "CNY/t"} == found


def test_groups_and_districts_add_up_to_the_forest(tables: dict[str, pd.DataFrame]) -> None:
    """Two districts hold all pine: the by_district areas are those of the forest table, as are those of the group."""
    rows = [{**row, "district": name} for name, row in zip(("upper", "lower", "lower"), forest_tables()["forest_area"], strict=True)]
    data = plan_data()
    solution = solve(assemble(Data({**data.tables, "forest_area": toy_frame(FOREST_AREA, rows)}, data.settings, data.columns)))
    made = result_tables(solution)
    districts, forest, groups = made["by_district"], made["forest"], made["by_group"]
    assert {"upper", "lower"} == set(districts["district"])
    strata = forest[~forest["stratum"].str.contains(".new.", regex=False)]
    for item, column in (("area", "area_kha"), ("clearcut", "clearcut_kha"), ("volume", "volume_mm3"), ("carbon", "carbon_mt_co2")):
        expected = strata.groupby("year")[column].sum().tolist()
        assert pytest.approx(expected) == districts[districts["item"] == item].groupby("year")["value"].sum().tolist()
        nation = groups[(groups["table"] == "forest") & (groups["item"] == item) & (groups["region_group"] == "nation")]
        assert pytest.approx(forest.groupby("year")[column].sum().tolist()) == nation.sort_values("year")["value"].tolist()
    assert tables["by_district"].empty


def test_a_plan_with_partial_cuts_and_salvage_keeps_every_identity(tmp_path: Path) -> None:
    """Selective cutting, salvage of half of what dies and products: areas, carbon and wood are recomputed from the tables alone."""
    cuts = [{"method": "selective", "forest_group": "pine", "origin": "planted", "removed_share": 0.3, "first_age": 30.0, "soil_loss_share": 0.5}]
    data = with_rows(plan_data(salvage_share=0.5), partial_cuts=cuts)
    solution: Solution = solve(assemble(data))
    made = result_tables(solution)
    assert made["partial_cutting"]["area_kha"].sum() > 1.0
    write_tables(made, tmp_path)
    broken = [identity for identity in check_identities(read_tables(tmp_path), solution) if not identity["ok"]]
    assert [] == broken
    # and a wrong area is noticed
    wrong = {**read_tables(tmp_path)}
    wrong["partial_cutting"] = wrong["partial_cutting"].assign(area_kha=wrong["partial_cutting"]["area_kha"] * 1.01)
    names = [identity["name"] for identity in check_identities(wrong, solution) if not identity["ok"]]
    assert {"forest_forward_simulation", "wood_balance"} <= set(names)


def test_every_new_table_is_declared() -> None:
    assert {"roadmap", "by_district", "partial_cutting", "harvest_value"} <= set(TABLES)
