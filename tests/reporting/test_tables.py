"""Result tables have the columns of the interface, workbook units, the right signs, and survive absent levers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from model.closing.carbon import CarbonAccount
from model.closing.objective import ObjectiveClosing
from model.core.build.assemble import assemble
from model.core.solve.amounts import standing
from model.core.solve.solver import solve
from model.levers.land.land import Land
from model.levers.land.results.transitions import ROUNDING_KHA, _tidy
from model.levers.land.water import Water
from model.reporting.tables.columns import TABLES
from model.reporting.tables.every import result_tables
from model.reporting.words.texts import label
from tests.levers.forest_toy import FREE
from tests.levers.power_toy import yearly
from tests.levers.toy import toy_data
from tests.promised import PROMISED

from .toy_plan import YEARS, forest_tables, plan_data, solved


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return result_tables(solved())


def pick(frame: pd.DataFrame, column: str = "value", **keys: object) -> float:
    """Sum of a column over the rows with these keys, which must exist."""
    for key, word in keys.items():
        frame = frame[frame[key] == word]
    assert len(frame) > 0
    return float(frame[column].sum())


@pytest.mark.parametrize("name", list(PROMISED))
def test_a_table_has_the_promised_columns_in_order(tables: dict[str, pd.DataFrame], name: str) -> None:
    assert PROMISED[name].split(", ") == list(tables[name].columns)


def test_every_declared_table_is_there_in_order(tables: dict[str, pd.DataFrame]) -> None:
    assert list(TABLES) == list(tables)


@pytest.mark.parametrize("name", [name for name, table in TABLES.items() if table.keys])
def test_the_keys_of_a_table_name_each_row_once(tables: dict[str, pd.DataFrame], name: str) -> None:
    assert 0 == tables[name].duplicated(list(TABLES[name].keys)).sum()


def test_areas_are_in_kha_and_fellings_a_year(tables: dict[str, pd.DataFrame]) -> None:
    """8 Mha over-mature forest of which a quarter is restricted: 6,000 and 2,000 kha over the classes of ages 40 to 60."""
    forest = tables["forest"]
    old = forest[(forest["year"] == 2020) & (forest["age_class"] >= 5)]
    assert pytest.approx(6000.0) == pick(old, "area_kha", stratum="west.pine.planted.productive")
    assert pytest.approx(2000.0) == pick(old, "area_kha", stratum="west.pine.planted.restricted")
    cut = solved().values("clearcut")
    cut = cut[cut["year"] == 2040]
    assert pytest.approx(cut["value"].sum() * 1000.0 / 10.0) == pick(forest, "clearcut_kha", year=2040)


def test_carbon_of_a_stand_is_its_living_density_as_co2(tables: dict[str, pd.DataFrame]) -> None:
    """A quarter of 6 Mha mature forest (one class, ages 30 to 40, mid-age 35) is restricted: 1.5 Mha of 70 t C/ha and
    10 % dead wood. The inventory holds 4 km3 where the growth table gives 2 * 0.025 + 6 * 0.175 + 4 * 0.225 + 4 * 0.275
    = 3.1 km3, so all densities are 4 / 3.1 times the table's."""
    forest = tables["forest"]
    row = forest[(forest["year"] == 2020) & (forest["stratum"] == "west.pine.planted.restricted") & (forest["age_class"] == 4)].iloc[0]
    factor = 4.0 / 3.1
    assert pytest.approx(1500.0) == row["area_kha"]
    assert pytest.approx(1.5 * 70.0 * 1.1 * factor * 44 / 12) == row["carbon_mt_co2"]
    assert pytest.approx(1.5 * 175.0 * factor) == row["volume_mm3"]


def test_available_land_is_net_of_redline_and_of_what_is_opened(tables: dict[str, pd.DataFrame]) -> None:
    """18 Mha less 5 % redline and plus 1 Mha returned from cropland; unused 5 less 1 opened; cropland 10 + 0.6 - 1."""
    land = tables["land"][tables["land"]["use"] == "available"]
    assert pytest.approx(17100.0 + 1000.0) == pick(land, land_class="forest_land", year=2040)
    assert pytest.approx(4000.0) == pick(land, land_class="unused", year=2040)
    assert pytest.approx(9600.0) == pick(land, land_class="cropland", year=2040)


def test_land_goes_over_from_class_to_class_and_the_rest_stays(tables: dict[str, pd.DataFrame]) -> None:
    """1 Mha of unused land becomes 0.6 fields and 0.4 grass with the diversion in 2030; of 5 Mha 4 stay. 0.1 Mha a year of
    wetland at most: 100 kha in each period come from 30 Mha of grass, which gains 400: 29,900 stay, then 30,200."""
    moves = tables["land_transitions"]
    assert pytest.approx(600.0) == pick(moves, from_class="unused", to_class="cropland", year=2030)
    assert pytest.approx(400.0) == pick(moves, from_class="unused", to_class="grassland", year=2030)
    assert pytest.approx(4000.0) == pick(moves, from_class="unused", to_class="unused", year=2030)
    assert pytest.approx(100.0) == pick(moves, from_class="grassland", to_class="wetland", year=2030)
    assert pytest.approx(29900.0) == pick(moves, from_class="grassland", to_class="grassland", year=2030)
    assert pytest.approx(30200.0) == pick(moves, from_class="grassland", to_class="grassland", year=2040)
    assert pytest.approx(1000.0) == pick(moves, from_class="cropland", to_class="forest")
    # the whole survey, 64 Mha, in every period
    assert [64000.0, 64000.0] == pytest.approx(list(moves.groupby("year")["value"].sum()))


def test_land_that_is_opened_and_planted_in_one_period_goes_to_the_forest_at_once() -> None:
    """2 Mha opened for forest in 2030, 1.5 of them planted in 2030 and 0.5 in 2040: 1500 kha go from unused to forest and 500
    to barren in 2030; in 2040 500 go from barren to forest."""
    grown = {"region": "west", "water_zone": "dry", "land_type": "opened", "forest_group": "pine", "growth_multiplier": 1.0}
    offer = {"region": "west", "water_zone": "dry", "land_type": "opened", "from_class": "forest_land", "survival": 1.0}
    phase = {"phase": "one", "volume": 1.0, "earliest_year": 2030, "construction_years": 5.0, "asset_life": 50.0, "donor_zone": "wet", "opened_land": 2.0}
    tables: dict[str, Any] = {
        **{name: rows for name, rows in forest_tables().items() if name not in ("planting_capacity", "afforestation_land", "new_forest")},
        "new_forest": [grown], "afforestation_land": [offer], "planting_capacity": yearly(YEARS, 0.15, region="west"),
        "land": [{"region": "west", "land_class": c, "area": a} for c, a in (("forest_land", 16.0), ("unused", 5.0))],
        "water_zones": [{"water_zone": z, "region": "west", "basin": z} for z in ("wet", "dry")],
        "water_available": [*yearly(YEARS, 5.0, water_zone="wet"), *yearly(YEARS, 5.0, water_zone="dry")],
        "diversion_phases": [phase],
        "diversion_receivers": [{"phase": "one", "water_zone": "dry", "min_share": 0.0, "max_share": 1.0}],
        "opened_land": [{"phase": "one", "region": "west", "water_zone": "dry", "use": "forest", "share": 1.0, "land_type": "opened"}],
        "new_forest_targets": [
            {"target": "a", "scope": "nation", "year": 2030, "area": 1.5}, {"target": "b", "scope": "nation", "year": 2040, "area": 2.0},
        ],
    }  # fmt: skip
    data = toy_data(("west",), YEARS, tables, {**FREE, "diversion_decision": "whole"})
    data.tables["opened_land"]["income"] = 1.0
    moves = result_tables(solve(assemble(data)))["land_transitions"]
    moves = moves[moves["from_class"] != moves["to_class"]].set_index(["from_class", "to_class", "year"])["value"]
    expected = {("unused", "forest", 2030): 1500.0, ("unused", "barren", 2030): 500.0, ("barren", "forest", 2040): 500.0}
    assert expected == pytest.approx({key: value for key, value in moves.items() if value > 1e-3})


def test_land_of_the_base_year_is_that_of_the_survey(tables: dict[str, pd.DataFrame]) -> None:
    """18 Mha of forest land less 5 % hold 16 Mha of stands and leave 1.1 idle."""
    land = tables["land"][(tables["land"]["year"] == 2020) & (tables["land"]["land_class"] == "forest_land")]
    assert {"available": 17100.0, "forest_stand": 16000.0, "idle": 1100.0} == pytest.approx(land.set_index("use")["value"].to_dict())


def test_a_hectare_in_dual_use_is_counted_once(tables: dict[str, pd.DataFrame]) -> None:
    """20 GW of panels at 0.01 Mha per GW share 200 kha with 10,000 kha of restored grassland, so 9,800 are left alone."""
    land = tables["land"]
    assert pytest.approx(200.0) == pick(land, use="dual_use", year=2040)
    assert pytest.approx(9800.0) == pick(land, use="grassland_restored", year=2040)
    assert pytest.approx(0.0, abs=1e-9) == pick(land, use="solar_farms", year=2040)


def test_water_has_a_direction_and_the_idle_rest(tables: dict[str, pd.DataFrame]) -> None:
    """The line takes 1,000 million m3 from the coast and delivers 900; whoever sells a right uses it."""
    water = tables["water"]
    assert pytest.approx(1000.0) == pick(water, item="west_line_withdrawal", direction="use", year=2040)
    assert pytest.approx(900.0) == pick(water, item="west_line_delivery", direction="supply", year=2040)
    sold = pick(water, item="rights_sold", direction="use", year=2040)
    assert pytest.approx(sold) == pick(tables["trade"], commodity="water_right", year=2040)
    assert (water["value"] >= 0.0).all()


def test_the_diversion_has_an_account_of_its_own(tables: dict[str, pd.DataFrame]) -> None:
    """1 km3 taken, 0.9 delivered; 0.6 Mha of fields and 0.4 of grass opened take 0.3 km3; hydropower 0.1 TWh lost, 0.045 gained,
    0.018 used. Construction of 1 bn CNY in 2026-30 is 0.1 a year in 2021-30."""
    account = tables["diversion_account"]
    assert pytest.approx(1.0) == pick(account, item="built", year=2040)
    assert pytest.approx(0.0) == pick(account, item="partly_built", year=2040)
    expected = {"withdrawn": 1000.0, "delivered": 900.0, "kept_in_stream_or_lost": 100.0, "irrigation_of_opened_land": 300.0}
    assert expected == pytest.approx({item: pick(account, account="water", item=item, year=2040) for item in expected})
    assert {"opened_farm": 600.0, "opened_grass": 400.0} == pytest.approx({i: pick(account, item=i, year=2040) for i in ("opened_farm", "opened_grass")})
    power = {"west_line_hydropower_lost": -0.1, "west_line_hydropower_gained": 0.045, "west_line_operation_power": -0.018}
    assert power == pytest.approx({item: pick(account, account="power", item=item, year=2040) for item in power})
    assert pytest.approx(0.1) == pick(account, account="finance", item="west_line_investment", year=2030)
    assert pytest.approx(-(0.6 * 6.0 + 0.4 * 5.0)) == pick(account, account="finance", item="irrigated_land_income", year=2040)


def test_methane_stands_in_tonnes_and_as_co2_outside_the_target(tables: dict[str, pd.DataFrame]) -> None:
    """4 million sheep units at 6 kg: 24 kt CH4 a year, at 27 times its mass 0.648 Mt CO2; the memo says the same."""
    assert pytest.approx(24.0) == pick(tables["methane"], "ch4_kt", category="livestock_methane", year=2040)
    assert pytest.approx(0.648) == pick(tables["methane"], "co2_equivalent_mt", category="livestock_methane", year=2040)
    memo = tables["carbon"][tables["carbon"]["category"] == "livestock_methane"]
    assert {0} == set(memo["in_target"])
    assert pytest.approx(0.648) == pick(memo, year=2040)


def test_power_is_positive_when_supplied_and_unserved_energy_is_visible(tables: dict[str, pd.DataFrame]) -> None:
    balance = tables["power_balance"]
    assert {"unserved_energy", "demand", "exports", "imports"} <= set(balance["item"])
    assert pick(balance, item="demand", year=2040) < 0.0 < pick(balance, item="wind_onshore", year=2040)


def test_ecological_spending_is_split_as_the_two_funds_pay(tables: dict[str, pd.DataFrame]) -> None:
    """The budget of 0.3 bn CNY is used up; social capital pays the rest of every item in the same proportion."""
    money = tables["money"][tables["money"]["year"] == 2040]
    paid = {fund: pick(money, fund=fund, direction="source") for fund in ("public_budget", "social_capital")}
    assert pytest.approx(0.3) == paid["public_budget"]
    for item in ("afforestation_planting", "forest_regeneration"):
        share = pick(money, fund="public_budget", item=item) / pick(money, item=item)
        assert pytest.approx(0.3 / sum(paid.values())) == share


def test_income_is_a_source_beside_what_the_users_pay(tables: dict[str, pd.DataFrame]) -> None:
    """0.6 Mha of fields at 6 and 0.4 Mha of grass at 5 bn CNY per Mha a year give 5.6."""
    assert pytest.approx(5.6) == pick(tables["money"], item="irrigated_land_income", direction="source", year=2040)


def test_memo_entries_do_not_count_in_the_target(tables: dict[str, pd.DataFrame]) -> None:
    carbon = tables["carbon"]
    memo = carbon[carbon["category"].isin(["unmanaged_shrub", "grassland_initial", "timber_import_leakage"])]
    assert {0} == set(memo["in_target"])
    assert {1} == set(carbon.loc[carbon["category"] == "forest_living", "in_target"])


def test_rows_of_the_base_year_are_there_where_they_exist(tables: dict[str, pd.DataFrame]) -> None:
    """40 million t of steel at 2 t CO2 in 2020; 13 GW of coal; 16,000 kha of forest."""
    assert pytest.approx(80.0) == pick(tables["carbon"], category="steel", year=2020)
    assert pytest.approx(13.0) == pick(tables["power"], "capacity_gw", technology="coal", year=2020)
    assert pytest.approx(16000.0) == pick(tables["forest"], "area_kha", year=2020)


def test_a_price_is_the_dual_over_the_weight_of_its_period(tables: dict[str, pd.DataFrame]) -> None:
    limits = tables["limits"]
    target = limits[limits["name"] == "net_limit"].iloc[0]
    assert target["dual"] > 0.0
    assert pytest.approx(target["dual"] / solved().build.data.weight(2040)) == target["price"]
    assert ("carbon_targets", 2040, "nation") == (target["sheet"], target["year"], target["region"])


def test_the_price_of_carbon_is_the_same_in_limits_and_prices(tables: dict[str, pd.DataFrame]) -> None:
    """1 bn CNY per Mt CO2 is 1000 CNY per t CO2; an emission costs what a sink is worth."""
    target = tables["limits"].set_index("name").loc["net_limit", "price"]
    prices = tables["prices"]
    for account in ("emission", "sink", "captured"):
        row = prices[(prices["balance"] == account) & (prices["region"] == "west") & (prices["year"] == 2040)].iloc[0]
        assert "CNY/t CO2" == row["unit"]
        assert pytest.approx(1000.0 * target) == row["price"]


def test_feed_costs_what_it_is_bought_for(tables: dict[str, pd.DataFrame]) -> None:
    """Feed is bought in 2040 at 1,300 CNY/t, so one more tonne of forage is worth that."""
    row = tables["prices"].query("balance == 'forage' and year == 2040").iloc[0]
    assert ("CNY/t DM", pytest.approx(1300.0)) == (row["unit"], row["price"])


def test_calibration_compares_the_base_year_with_the_statistics(tables: dict[str, pd.DataFrame]) -> None:
    """Nation: 70 TWh of coal were listed (43 + 27); emissions 70 * 0.9 + 40 * 2 + 20 = 163 Mt CO2."""
    table = tables["calibration"]
    nation = table[table["region"] == "nation"].drop_duplicates("quantity").set_index("quantity")
    assert pytest.approx(163.0) == nation.loc["emission", "statistic"]
    assert pytest.approx(70.0) == nation.loc["generation", "statistic"]
    solved = table[table["quantity"] != "forest_sink"]  # that one is held to a band, not to a distance
    assert ((solved["difference_percent"].abs() <= solved["tolerance_percent"]) == solved["ok"]).all()


def test_by_group_holds_the_nation_beside_its_groups(tables: dict[str, pd.DataFrame]) -> None:
    """Both toy regions are of group west, so group and nation are the same."""
    table = tables["by_group"]
    both = table.pivot_table(index=["table", "item", "year", "unit"], columns="region_group", values="value")
    assert ["nation", "west"] == list(both.columns)
    assert both["nation"].tolist() == pytest.approx(both["west"].tolist())


def test_absent_levers_leave_empty_tables_with_their_columns() -> None:
    """Land and water alone: the forest tables hold no rows but all columns."""
    build = assemble(plan_data(), levers=[Land, Water], closings=[CarbonAccount, ObjectiveClosing])
    build.limits = [limit for limit in build.limits if limit.name != "net_limit"]
    solution = solve(build)
    found = result_tables(solution)
    assert [] == found["forest"].values.tolist()
    assert TABLES["forest"].columns == list(found["forest"].columns)
    assert len(found["land"]) > 0


def test_a_plan_without_values_gives_empty_tables() -> None:
    """A limit of minus a million tonnes cannot be met."""
    data = plan_data()
    data.tables["carbon_targets"]["value"] = -1e6
    found = result_tables(solve(assemble(data)))
    assert [0] * len(TABLES) == [len(frame) for frame in found.values()]
    assert list(TABLES) == list(found)


def test_every_item_of_the_toy_plan_has_words_in_chinese(tables: dict[str, pd.DataFrame]) -> None:
    """Keys of the toy's own making aside, everything posted to money, carbon, land and water is translated."""
    keys: set[str] = set()
    for name, column in (("money", "item"), ("carbon", "category"), ("land", "use"), ("land", "land_class"), ("water", "item"), ("allocation", "lever")):
        keys |= set(tables[name][column])
    own = {"unmanaged_shrub"}
    unnamed = [key for key in sorted(keys - own) if label(key, "zh").isascii()]
    assert [] == unnamed, "words stand with what is declared (Item, Variable, Table, Decision.lever: en=, zh=), those of other keys in model/reporting/words/key_labels.py"


def test_composite_keys_and_unknown_keys_are_readable() -> None:
    assert "Restoration · Fencing" == label("restoration.fencing", "en")
    assert "One → Dry" == label("one->dry", "en")
    assert "Made up by a user" == label("made_up_by_a_user", "zh")


def test_the_water_that_a_diversion_takes_is_worth_less_than_nothing() -> None:
    """1 km3 withdrawn on the coast, where it is worth 0.1 CNY/m3, and 0.9 delivered where water is idle: -0.1 bn CNY a year."""
    account = result_tables(solved())["diversion_account"].query("account == 'worth' and item == 'water'")
    assert [pytest.approx(-0.1)] * 2 == account["value"].tolist()


def test_only_what_the_solver_rounds_below_zero_is_no_area() -> None:
    assert [-5.0, 0.0, 3.0] == [_tidy(area) for area in (-5.0, -0.5 * ROUNDING_KHA, 3.0)]


def test_what_was_begun_in_a_year_stands_in_that_year_and_after() -> None:
    """2 begun in 2030, 1 in 2040: 2 stand in 2030, 3 in 2040."""
    solution: Any = SimpleNamespace(build=SimpleNamespace(data=SimpleNamespace(years=[2030, 2040])))
    frame = pd.DataFrame({"region": "west", "vintage": [2030, 2040], "value": [2.0, 1.0]})
    found = standing(solution, frame).set_index("year")["value"]
    assert {2030: 2.0, 2040: 3.0} == found.to_dict()
