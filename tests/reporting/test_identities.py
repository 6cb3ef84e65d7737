"""Every identity holds on a solved plan, read back from its files, and breaks when a written number is changed by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.closing.results.target_identities import recomputed
from model.closing.target_table import CARBON_TARGETS
from model.closing.targets import CarbonTargets
from model.core.build.assemble import assemble
from model.core.solve.solution import Solution
from model.core.solve.solver import solve
from model.reporting.files.csvfiles import read_tables, write_tables
from model.reporting.identities.every import check_identities, identities
from model.reporting.tables.every import result_tables
from tests.levers.power_toy import yearly
from tests.levers.toy import toy_data

from .toy_plan import YEARS, plan_data, solved, toy_tables

Tables = dict[str, pd.DataFrame]

#: Identity, table, column, and the row whose number is changed: texts that its columns hold.
CHANGES = [
    ("land_by_class", "land", "value", {"use": "idle"}),
    ("land_by_class", "land", "value", {"use": "dual_use"}),
    ("land_transfers_conserve_area", "land", "value", {"use": "available", "land_class": "unused"}),
    ("land_transitions_add_up", "land_transitions", "value", {"from_class": "unused", "to_class": "cropland"}),
    ("land_transitions_add_up", "land_transitions", "value", {"from_class": "cropland", "to_class": "forest"}),
    ("land_transitions_add_up", "land", "value", {"use": "afforestation"}),
    ("forest_stands_fill_their_land", "land", "value", {"use": "forest_stand"}),
    ("plantings_hold_their_land", "planting", "planted_kha", {}),
    ("age_classes_sum_to_strata", "forest", "area_kha", {}),
    ("forest_area_is_conserved", "forest", "area_kha", {}),
    ("forest_area_is_conserved", "planting", "established_kha", {}),
    ("forest_forward_simulation", "forest", "clearcut_kha", {}),
    ("forest_forward_simulation", "forest", "volume_mm3", {}),
    ("forest_forward_simulation", "forest", "carbon_mt_co2", {}),
    ("stock_change_is_sink", "stocks", "value", {"pool": "forest_living"}),
    ("stock_change_is_sink", "stocks", "value", {"pool": "new_forest_living"}),
    ("stock_change_is_sink", "stocks", "value", {"pool": "dead_wood"}),
    ("stock_change_is_sink", "stocks", "value", {"pool": "soil_deficit"}),
    ("stock_change_is_sink", "stocks", "value", {"pool": "soil_deficit_brought"}),
    ("stock_change_is_sink", "stocks", "value", {"pool": "wood_products"}),
    ("stock_change_is_sink", "carbon", "value", {"category": "dead_wood"}),
    ("stock_change_is_sink", "carbon", "value", {"category": "afforestation_living"}),
    ("wood_balance", "wood", "value", {"item": "standing_volume_felled"}),
    ("wood_balance", "wood", "value", {"item": "roundwood.in.forest"}),
    ("wood_balance", "wood", "value", {"item": "roundwood.out.market"}),
    ("wood_balance", "wood", "value", {"item": "product_inflow.sawn"}),
    ("wood_balance", "wood", "value", {"item": "fuel_wood"}),
    ("wood_balance", "wood", "value", {"item": "mill_loss"}),
    ("wood_balance", "wood", "value", {"item": "dead_wood.in.slash", "year": 2040}),
    ("pools_follow_their_inflow", "wood", "value", {"item": "product_stock.sawn"}),
    ("pools_follow_their_inflow", "wood", "value", {"item": "dead_wood.out.forest_floor"}),
    ("pools_follow_their_inflow", "stocks", "value", {"pool": "dead_wood"}),
    ("water_by_zone", "water", "value", {"direction": "use"}),
    ("water_by_zone", "water", "value", {"direction": "idle"}),
    ("water_by_zone", "trade", "value", {"commodity": "water_right"}),
    ("streams_of_zones", "streams", "value", {"item": "consumed"}),
    ("streams_of_zones", "streams", "value", {"item": "idle"}),
    ("streams_of_zones", "water", "value", {"item": "exogenous_agriculture"}),
    ("diversion_in_accounts", "diversion_account", "value", {"item": "delivered"}),
    ("diversion_in_accounts", "diversion_account", "value", {"item": "west_line_operation"}),
    ("diversion_in_accounts", "diversion_account", "value", {"item": "irrigated_land_income"}),
    ("diversion_in_accounts", "water", "value", {"item": "west_line_irrigation"}),
    ("power_by_slice", "power_balance", "value", {"item": "demand"}),
    ("power_by_slice", "power", "generation_twh", {}),
    ("power_by_slice", "power", "discharge_twh", {"kind": "storage"}),
    ("power_by_slice", "power", "charge_twh", {"kind": "storage"}),
    ("primary_energy_adds_up", "primary_energy", "value", {"energy_source": "coal"}),
    ("primary_energy_adds_up", "primary_energy", "share", {}),
    ("primary_energy_adds_up", "non_fossil_share", "share", {"region": "nation"}),
    ("pledges_met", "pledges", "level", {}),
    ("pledges_met", "power", "capacity_gw", {"technology": "pv_utility", "year": 2040}),
    ("power_trade", "power_balance", "value", {"item": "imports"}),
    ("power_trade", "trade", "value", {"commodity": "power"}),
    ("power_trade", "transmission", "flow_twh", {}),
    ("lines_at_prices", "line_accounts", "value_received", {"commodity": "power"}),
    ("lines_at_prices", "line_accounts", "value_given", {"commodity": "power"}),
    ("lines_at_prices", "line_accounts", "cost_from", {}),
    ("lines_at_prices", "money", "value", {"item": "transmission_cost"}),
    ("payments_close", "trade", "payment", {"commodity": "power"}),
    ("payments_close", "trade", "payment", {"commodity": "water_right"}),
    ("payments_close", "line_accounts", "paid_from", {"commodity": "power"}),
    ("payments_close", "line_accounts", "value_received", {"commodity": "power"}),
    ("payments_close", "line_accounts", "cost", {}),
    ("payments_close", "line_accounts", "rent", {}),
    ("payments_close", "line_accounts", "rent_to", {}),
    ("fiscal_follows", "fiscal", "received", {}),
    ("fiscal_follows", "fiscal", "capacity_after", {}),
    ("work_follows", "work", "spent", {}),
    ("work_follows", "work", "income", {}),
    ("burden_adds_up", "burden", "own", {"item": "own_spending", "basis": "total"}),
    ("burden_adds_up", "burden", "own", {"item": "power", "basis": "total"}),
    ("burden_adds_up", "burden", "own", {"item": "net", "basis": "total"}),
    ("burden_adds_up", "burden", "value", {"item": "net"}),
    ("allowances_close", "allowances", "allowance", {}),
    ("allowances_close", "allowances", "net", {}),
    ("allowances_close", "allowances", "payment", {"year": 2040}),
    ("allowances_close", "carbon", "value", {"account": "emission", "in_target": 1, "year": 2040}),
    ("carbon_markets_close", "carbon_market", "emitted", {}),
    ("carbon_markets_close", "carbon_market", "covered", {}),
    ("carbon_markets_close", "carbon_market", "bought", {}),
    ("carbon_markets_close", "carbon_market", "payment", {}),
    ("carbon_markets_close", "carbon_market", "settled_price", {}),
    ("carbon_markets_close", "carbon", "value", {"category": "steel", "year": 2030}),
    ("carbon_markets_close", "trade", "payment", {"commodity": "carbon_allowance"}),
    ("money_in_is_money_out", "money", "value", {"direction": "spend"}),
    ("money_in_is_money_out", "money", "value", {"direction": "source", "fund": "social_capital"}),
    ("funds_pay_what_is_spent_from_them", "funds", "paid", {"fund": "social_capital"}),
    ("funds_pay_what_is_spent_from_them", "funds", "paid", {"fund": "public_budget"}),
    ("nation_is_sum_of_regions", "carbon", "value", {"account": "emission"}),
    ("nation_is_sum_of_regions", "by_group", "value", {"table": "carbon", "region_group": "nation", "item": "net"}),
    ("nation_is_sum_of_regions", "by_group", "value", {"table": "carbon", "region_group": "west", "item": "emission.steel"}),
    ("strict_account_and_targets", "carbon", "value", {"account": "sink", "in_target": 1}),
    ("strict_account_and_targets", "carbon", "value", {"account": "captured"}),
    ("strict_account_and_targets", "targets", "level", {"rule": "net_limit"}),
    ("carbon_targets_met", "carbon", "value", {"account": "emission", "in_target": 1, "year": 2040}),
    ("additionality_adds_up", "additionality", "with_plan", {"category": "grassland_measures"}),
    ("additionality_adds_up", "additionality", "without_levers", {"category": "forest_living"}),
    ("additionality_adds_up", "additionality", "without_levers", {"category": "dead_wood"}),
    ("additionality_adds_up", "additionality", "added", {"category": "wood_products"}),
    ("additionality_adds_up", "carbon", "value", {"account": "sink", "category": "afforestation_living"}),
    ("methane_is_a_memo", "methane", "ch4_kt", {"category": "livestock_methane"}),
    ("methane_is_a_memo", "carbon", "value", {"category": "livestock_methane"}),
    ("industry_meets_demand", "industry", "output", {"sector": "steel", "measure": "none", "year": 2040}),
    ("abatement_listed_once", "industry", "abated_mt_co2", {}),
    ("captured_is_stored", "carbon", "value", {"account": "captured"}),
    ("objective_is_sum_of_parts", "objective", "value", {}),
    ("objective_is_sum_of_parts", "money", "value", {"item": "solar_cost"}),
    ("carbon_price_is_its_parts", "carbon_price", "value", {}),
    ("carbon_price_is_its_parts", "prices", "price", {"balance": "emission"}),
    ("primal_is_dual", "certificate", "dual", {"kind": "row"}),
    ("plantings_hold_their_land", "land", "value", {"use": "afforestation"}),
    ("living_pools_are_the_stands", "stocks", "value", {"pool": "forest_living"}),
    ("living_pools_are_the_stands", "forest", "carbon_mt_co2", {}),
    ("forest_without_levers", "additionality", "without_levers", {"category": "forest_living"}),
    ("forest_without_levers", "additionality", "without_levers", {"category": "dead_wood"}),
]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """The tables of the toy plan as they come back from their files."""
    folder = tmp_path_factory.mktemp("tables")
    write_tables(result_tables(solved()), folder)
    return read_tables(folder)


def broken(tables: Tables) -> list[str]:
    return [str(found["name"]) for found in check_identities(tables, solved()) if not found["ok"]]


def changed(tables: Tables, name: str, column: str, where: dict[str, object], factor: float) -> Tables:
    """The tables with the largest number of the chosen rows of one table multiplied, years after 2020 only."""
    frame = tables[name].copy()
    chosen = pd.Series(True, index=frame.index)
    for key, word in where.items():
        chosen &= frame[key] == word
    if "year" in frame and "year" not in where and name != "limits":
        chosen &= frame["year"] > 2020
    row = frame.loc[chosen, column].abs().idxmax()
    assert frame.loc[row, column] != 0.0, "the toy plan must hold a number to change"
    frame.loc[row, column] = float(frame.loc[row, column]) * factor
    return {**tables, name: frame}


def test_every_identity_holds_on_the_written_tables(written: Tables) -> None:
    found = check_identities(written, solved())
    assert [identity.name for identity in identities()] == [f["name"] for f in found]
    assert [] == [f for f in found if not f["ok"]]


@pytest.mark.parametrize(("identity", "table", "column", "where"), CHANGES)
def test_an_identity_breaks_when_a_written_number_is_changed(
    written: Tables, identity: str, table: str, column: str, where: dict[str, object]
) -> None:
    """The largest number of the row is made a thousandth smaller (output, so that demand is missed) or larger."""
    factor = 0.999 if identity == "industry_meets_demand" else 1.001
    assert not checked(identity, changed(written, table, column, where, factor), solved())


def test_every_identity_is_shown_to_break() -> None:
    declared, changed_here = {identity.name for identity in identities()}, {name for name, *_ in CHANGES}
    assert set() == declared - changed_here, "identities that no test breaks: name in CHANGES of tests/reporting/test_identities.py a number of their tables that they must miss"
    assert set() == changed_here - declared, "take these out of CHANGES of tests/reporting/test_identities.py: there are no such identities"


def test_a_number_that_is_missing_breaks_its_identity(written: Tables) -> None:
    """A blank level of a target is infinitely wrong, it is not skipped."""
    assert "strict_account_and_targets" in broken(changed(written, "targets", "level", {"rule": "net_limit"}, np.nan))


def test_a_target_is_told_by_its_own_accounts_and_years() -> None:
    """Emitted 10 and 8, captured 2 and 1, stored 3 and 4 in 2030 and 2040; 100 of a memo and 50 in the base year never count.

    Net 5 and 3, gross less captured 8 and 7: cumulative 10 * 5 + 10 * 3 = 80 (50 up to 2030), the rise 7 - 8 = -1.
    """
    posted = [("emission", 10.0, 8.0), ("captured", 2.0, 1.0), ("sink", 3.0, 4.0)]
    rows = [(account, 1, year, value) for account, *two in posted for year, value in zip((2030, 2040), two, strict=True)]
    rows += [("emission", 0, 2040, 100.0), ("emission", 1, 2020, 50.0)]
    carbon = pd.DataFrame(rows, columns=["account", "in_target", "year", "value"]).assign(region="west", region_group="west")
    targets = [
        {"target": f"{kind}_{scope}", "kind": kind, "scope": scope, "year": year, "total": 0.0}
        for scope in ("nation", "west", "group:west")
        for kind, year in (("net_limit", 2040), ("emission_limit", 2035), ("cumulative", 2040), ("peak", 2030))
    ]
    data = toy_data(years=(2020, 2030, 2040), tables={"carbon_targets": targets})
    found = {(name.partition("_")[0], rule): amount for (name, rule, _), amount, _ in recomputed({"carbon": carbon}, data)}
    assert {("net", "net_limit"): 3.0, ("emission", "emission_limit"): 7.0, ("cumulative", "cumulative_limit"): 80.0, ("peak", "never_rises_after_peak"): -1.0} == found
    assert 12 == len(list(recomputed({"carbon": carbon}, data)))


def limited(target: dict[str, Any]) -> tuple[Tables, Solution]:
    """The toy plan under another target, and its tables; under a peak cars drive 2.5 times as much after it, as else it would not bind."""
    tables = {**toy_tables(), "carbon_targets": [{"target": "other", "scope": "nation", **target}]}
    if target["kind"] == "peak":
        tables["end_use_activity"] = yearly(YEARS, {2020: 1.2, 2030: 1.2, 2040: 3.0}, sector="cars")
    solution = solve(assemble(plan_data(tables)))
    assert solution.status == "optimal"
    return result_tables(solution), solution


def checked(name: str, tables: Tables, solution: Solution) -> bool:
    (found,) = check_identities(tables, solution, [identity for identity in identities() if identity.name == name])
    return bool(found["ok"])


@pytest.mark.parametrize(
    ("kind", "year", "value", "at"),
    [("cumulative", 2040, 1000.0, 2030), ("emission_limit", 2040, 40.0, 2040), ("peak", 2030, 0.0, 2040)],
)
def test_a_target_that_binds_is_broken_by_a_little_more_emission(kind: str, year: int, value: float, at: int) -> None:
    """A thousandth more of the largest emission breaks the limit in the account and the level that is told of it."""
    tables, solution = limited({"kind": kind, "year": year, "value": value})
    assert checked("carbon_targets_met", tables, solution)
    assert checked("strict_account_and_targets", tables, solution)
    more = changed(tables, "carbon", "value", {"account": "emission", "in_target": 1, "year": at}, 1.001)
    assert not checked("carbon_targets_met", more, solution)
    told = tables["targets"]
    assert not checked("strict_account_and_targets", {**tables, "targets": told.assign(level=told["level"] + 0.01)}, solution)


def test_a_store_that_generates_breaks_the_identity_of_power(written: Tables) -> None:
    """Discharge counted as generation, as it once was."""
    power = written["power"]
    counted = power.assign(generation_twh=power["generation_twh"] + power["discharge_twh"])
    assert "power_by_slice" in broken({**written, "power": counted})


def test_a_row_that_is_missing_breaks_its_identity(written: Tables) -> None:
    """Without the imports of a year the flows of the lines arrive nowhere."""
    balance = written["power_balance"]
    assert "power_trade" in broken({**written, "power_balance": balance[balance["item"] != "imports"]})


def test_negative_land_breaks_the_land_identity_even_where_it_adds_up(written: Tables) -> None:
    """Idle land of -1 kha beside one more kha of use adds up but is no land."""
    land = written["land"].copy()
    unused = land[(land["land_class"] == "unused") & (land["year"] == 2040)].set_index("use")["value"]
    idle = (land["land_class"] == "unused") & (land["year"] == 2040) & (land["use"] == "idle")
    land.loc[idle, "value"] = -1.0
    more = land[idle].assign(use="fixed_use", value=unused["idle"] + 1.0)
    assert "land_by_class" in broken({**written, "land": pd.concat([land, more], ignore_index=True)})


def test_tables_read_back_to_the_same_bits(written: Tables, tmp_path: Path) -> None:
    """Writing what was read gives the same files."""
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    write_tables(result_tables(solved()), first)
    write_tables(written, second)
    for name in written:
        assert (first / f"{name}.csv").read_bytes() == (second / f"{name}.csv").read_bytes()


def test_every_kind_of_carbon_target_is_checked_against_the_written_account() -> None:
    """A kind, or a way of holding, that the identities do not know would go unchecked."""
    rows = [{"target": kind, "kind": kind, "scope": "nation", "year": 2030} for kind in CARBON_TARGETS.column("kind").choices]
    rows.append({"target": "held", "kind": "net_limit", "scope": "nation", "year": 2025, "hold": "from"})
    data = toy_data(years=(2020, 2030, 2040), tables={"carbon_targets": rows})
    carbon = pd.DataFrame({"account": [], "in_target": [], "year": [], "value": [], "region": [], "region_group": []})
    assert {info.name for info in CarbonTargets.constraints()} == {rule for (_, rule, _), _, _ in recomputed({"carbon": carbon}, data)}
