"""Every constraint family binds somewhere: in a toy worked by hand one of its rows has a price.

A family that is only present may be wrong by any amount without a test that notices. Each toy is a test, or a function,
of the neighbourhood that solves a small plan and asserts its numbers; here it runs once more, what it solves is looked at,
and at least one row of each family listed with it must have a dual that is not zero.

Limits: that a row has a price does not say that the numbers the toy asserts are those of this row.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from model.core.build import registry
from model.core.solve.solution import Solution

#: A price below this is rounding of the solver.
ROUNDING = 1e-9

#: Toy -> families that bind in it.
TOYS: dict[str, tuple[str, ...]] = {
    "closing.test_carbon.test_a_cumulative_limit_counts_every_period_up_to_its_year_and_none_after": (
        "cumulative_limit", "emission_account", "sink_account", "captured_account",
    ),
    "closing.test_carbon.test_after_the_peak_emissions_never_rise_and_up_to_it_they_may": ("never_rises_after_peak",),
    "closing.test_carbon.test_a_limit_on_emissions_counts_capture_and_no_sink": ("emission_limit",),
    "closing.test_carbon.test_a_limit_on_net_emissions_counts_sinks_and_capture": ("net_limit",),
    "closing.test_carbon.test_a_line_is_straight_between_two_rows_of_one_name": ("target_held",),
    "closing.test_carbon.test_a_sink_is_asked_for": ("sink_at_least",),
    "closing.test_dynamics.test_a_drop_is_taken_where_it_costs_less_and_is_told": ("rate_floor",),
    "closing.test_dynamics.test_a_rate_grows_no_faster_than_its_bound_on_the_observed_one": ("rate_ceiling",),
    "closing.test_dynamics.test_a_rise_is_priced_as_a_fall_is": ("rate_rises", "rate_falls"),
    "closing.test_objective.test_the_peak_rests_on_the_period_that_can_not_be_cut_further": ("net_below_peak",),
    "closing.test_objective.test_nobody_goes_without_power_for_the_sake_of_tonnes": ("served_in_full",),
    "closing.test_pledges.test_the_share_counts_power_by_its_equivalent_in_the_middle_of_its_period": ("non_fossil_share", "primary_energy_sum"),
    "closing.test_pledges.test_coal_is_limited_and_its_dual_points_to_the_cell": ("coal_at_most",),
    "closing.test_pledges.test_capacity_of_the_listed_technologies_counts_what_stood_before": ("capacity_at_least",),
    "closing.test_pledges.test_a_gain_counts_since_the_base_year_or_since_the_year_that_is_given": ("stock_gain_at_least",),
    "closing.test_pledges.test_cover_counts_what_holds_forest_land_under_trees": ("cover_at_least",),
    "closing.test_pledges.test_co2_per_gdp_falls_from_a_number_before_the_plan": ("intensity",),
    "closing.test_pledges.test_greenhouse_gases_add_what_the_account_does_not_hold": ("ghg_limit",),
    "closing.test_equity.test_a_group_spends_no_more_than_its_share_and_another_takes_over": ("burden_limit",),
    "closing.test_equity.test_the_largest_share_is_least": ("burden_below_largest",),
    "closing.test_market.test_a_cap_that_binds_has_the_price_of_the_dearest_tonne_captured": ("allowances_cover", "allowances_clear"),
    "closing.test_market.test_a_benchmark_gives_for_each_unit_made": ("benchmark_covers",),
    "closing.test_market.test_credits_are_used_up_to_their_share_and_cost_what_the_dearest_one_costs": ("credits_within_share", "credits_backed", "credits_clear", "creditable_removal_sum"),
    "closing.test_finance.test_social_capital_joins_up_to_its_multiple_and_no_further": (
        "social_capital_joins", "ecological_spending_paid",
    ),
    "closing.test_funds.test_each_region_spends_its_own_money_of_a_fund_and_no_more": ("fund_within_money",),
    "closing.test_funds.test_loans_join_public_money_up_to_their_multiple_and_are_taken_before_what_is_dearer": ("fund_joins",),
    "closing.test_funds.test_tied_money_pays_its_purpose_and_nothing_else": ("tied_within_spending",),
    "closing.test_funds.test_a_small_budget_holds_a_programme_back_by_its_local_share": ("local_match",),
    "closing.test_finance.test_spending_of_a_year_is_held_to_a_share_of_the_product_of_all_regions": ("spending_limit",),
    "levers.test_afforestation.test_a_cover_target_is_met_by_what_survives_when_nothing_else_pays_for_it": ("new_forest_established",),
    "levers.test_afforestation.test_a_limit_on_extra_evapotranspiration_holds_the_planting_back": ("extra_evapotranspiration_sum",),
    "levers.test_afforestation.test_no_more_is_planted_a_year_than_the_capacity": ("planting_capacity_kept",),
    "levers.test_afforestation.test_no_carbon_comes_with_new_land": ("soil_recovery",),
    "levers.test_carbon_capture.test_air_capture_grows_no_faster_than_its_industry": ("air_capture_build_limit",),
    "levers.test_carbon_capture.test_storage_over_all_periods_stops_at_what_is_proven": ("air_capture_capacity", "proven_storage"),
    "levers.test_dead_wood.test_each_decay_row_tells_what_a_tonne_of_dead_wood_is_worth": ("dead_wood_decay", "dead_wood_in_balance"),
    "levers.test_diversion.test_a_phase_stays_built_when_its_water_is_no_longer_worth_anything": (
        "delivered_within_built", "phase_stays_built", "receiving_share_max",
    ),
    "levers.test_diversion.test_a_receiver_gets_at_least_its_least_share": ("receiving_share_min",),
    "levers.test_diversion.test_opened_land_is_limited_by_the_part_that_is_built": ("opened_within_built",),
    "levers.test_diversion.test_opened_land_stays_opened_when_water_becomes_worth_more_elsewhere": ("opened_land_stays",),
    "levers.test_end_use.test_a_measure_spreads_no_faster_than_its_build_rate_in_end_use": ("end_use_build_rate",),
    "levers.test_end_use.test_an_end_use_emits_nothing_less_than_nothing": ("end_use_not_negative",),
    "levers.test_end_use.test_an_end_use_measure_in_place_is_not_undone_but_shrinks_with_activity": ("end_use_stock",),
    "levers.test_end_use.test_end_use_measures_under_a_joint_cap_do_not_share_the_same_tonne": ("end_use_joint_cap",),
    "levers.test_forest.test_a_fall_beyond_the_band_is_possible_at_its_price": ("even_flow_down",),
    "levers.test_forest.test_every_felled_hectare_is_forest_again_of_its_kind_or_of_one_that_may_follow": ("no_deforestation",),
    "levers.test_forest.test_felling_can_begin_again_after_a_stop_by_the_restart_allowance": ("cutting_quota", "even_flow_up"),
    "levers.test_forest.test_harvest_capacity_grows_from_the_base_year_at_its_rate_and_is_paid_as_an_annuity": ("harvest_capacity",),
    "levers.test_forest.test_volume_and_carbon_each_bind_when_the_other_regrows_faster": ("terminal_carbon", "terminal_volume"),
    "levers.test_forest_partial.test_salvage_brings_a_share_of_the_killed_wood_to_market_and_keeps_it_out_of_dead_wood": (
        "salvaged_volume_sum",
    ),
    "levers.test_forest_plan.test_a_band_may_hold_one_product_only": ("flow_band_floor",),
    "levers.test_forest_plan.test_a_felled_hectare_gives_several_products_each_at_its_price": ("product_harvest_sum",),
    "levers.test_forest_plan.test_a_normal_forest_held_to_its_structure_gives_its_mean_increment_in_every_period": (
        "age_transition", "felled_volume_sum", "flow_band_ceiling", "kept_non_negative", "open_class_transition", "renewed_area",
        "stand_area_at_least", "youngest_inflow",
    ),
    "levers.test_forest_plan.test_a_stand_past_the_longest_rotation_is_felled_although_it_does_not_pay": ("rotation_end",),
    "levers.test_forest_plan.test_stand_limits_hold_area_and_volume_at_a_milestone_and_point_to_their_cells": (
        "stand_area_at_most", "stand_volume_at_least",
    ),
    "levers.test_grassland.test_restored_land_is_held_on_grassland_and_offered_for_dual_use_but_a_light_measure_is_not": (
        "grass_treatment_capacity", "light_measure_room",
    ),
    "levers.test_hydrogen_store.test_a_year_that_begins_calm_begins_with_a_full_store": ("hydrogen_store_volume", "hydrogen_store_least", "hydrogen_store_closes"),
    "levers.test_load_of_uses.test_no_hour_takes_more_than_its_multiple_of_the_mean": ("moved_load_most", "moved_load_of_day"),
    "levers.test_hydrogen.test_electrolysers_run_no_longer_than_the_hours_of_the_slice": ("electrolysis_capacity",),
    "levers.test_industry.test_a_measure_spreads_no_faster_than_its_build_rate": ("measure_build_rate",),
    "levers.test_industry.test_a_place_makes_no_larger_share_of_the_national_output_than_its_factor_allows": ("relocated_output",),
    "levers.test_industry.test_measures_abate_no_more_than_the_sector_emits": ("no_negative_sector",),
    "levers.test_industry.test_measures_make_room_under_the_ceiling_on_emissions": (
        "industry_demand_met", "measure_maximum", "measure_stock", "no_relocation",
    ),
    "levers.test_industry.test_measures_under_a_joint_cap_do_not_share_the_same_unit": ("measure_joint_cap",),
    "levers.test_power.test_a_generation_plan_holds_the_base_year_within_its_band": ("generation_plan_not_exceeded",),
    "levers.test_power.test_a_generation_plan_makes_dear_plants_run_beside_cheap_ones": ("generation_plan_met",),
    "levers.test_power.test_heat_plants_run_through_the_season_although_wind_is_cheaper": ("must_run_for_heat",),
    "levers.test_power.test_the_credit_of_wind_falls_along_its_tangents": ("capacity_history_low",),
    "levers.test_power_history.test_what_was_seen_of_a_fuel_holds_its_plants_within_a_band": ("generation_as_seen", "generation_not_beyond_seen"),
    "levers.test_sequence.test_a_later_measure_saves_on_what_the_earlier_one_leaves_and_capture_takes_its_share_of_the_flue_gas": ("capture_of_flue",),
    "levers.test_sequence.test_end_use_captures_its_share_of_what_is_left": ("end_use_capture_of_flue",),
    "levers.test_siting.test_national_capacity_is_held_below_plans": ("capacity_history_high",),
    "levers.test_siting.test_new_energy_stays_within_its_land_quota": ("energy_land_quota",),
    "levers.test_siting.test_the_nation_builds_no_faster_than_its_limit": ("sited_build_limit",),
    "levers.test_siting.test_the_surviving_fleet_takes_its_part_of_the_potential": ("sited_capacity_stands", "technology_potential"),
    "levers.test_storage.test_a_day_discharges_no_more_than_the_hours_of_the_store": ("storage_energy",),
    "levers.test_storage.test_a_store_gives_back_what_it_took_less_the_losses": (
        "yearly_generation_sum", "storage_added_works", "storage_build_limit", "storage_power", "storage_season_balance",
    ),
    "levers.test_storage.test_a_store_is_built_for_its_credit_alone": ("storage_added_stands",),
    "levers.test_storage.test_the_service_is_no_more_than_a_store_can_give": ("storage_service",),
    "levers.test_thermal.test_an_idle_plant_that_is_needed_later_is_kept": ("retired_stays_retired",),
    "levers.test_siting.test_what_is_under_construction_is_built_at_the_least": ("sited_under_construction",),
    "levers.test_thermal.test_what_is_under_construction_is_built_although_nobody_uses_it": ("thermal_under_construction",),
    "levers.test_thermal.test_no_more_is_closed_early_a_year_than_the_limit": ("closed_early",),
    "levers.test_thermal.test_new_plants_are_built_within_the_national_limit": ("thermal_build_limit",),
    "levers.test_free_fuels.test_no_more_of_a_fuel_is_burnt_than_there_is": ("fuel_burnt",),
    "levers.test_thermal_bounds.test_a_most_of_nothing_keeps_a_plant_out_of_one_region": ("thermal_built_at_most",),
    "levers.test_thermal_bounds.test_least_building_is_a_rate_of_the_year": ("thermal_built_at_least",),
    "levers.test_thermal_bounds.test_capacity_that_stands_is_held_between_its_bounds": ("thermal_at_least", "thermal_at_most"),
    "levers.test_thermal_bounds.test_generation_is_held_between_its_bounds": ("generated_at_least", "generated_at_most"),
    "levers.test_thermal.test_no_more_is_converted_than_stands": ("fleet_room", "thermal_capacity_stands", "thermal_capacity_works"),
    "levers.test_transmission.test_a_contract_binds_where_own_power_is_cheaper": ("contract_flow",),
    "levers.test_transmission.test_a_flow_fits_the_line_in_every_slice": ("line_added_works", "line_capacity", "line_expansion_limit"),
    "levers.test_transmission.test_a_line_is_not_used_beyond_its_yearly_mean": ("line_yearly_use",),
    "levers.test_transmission.test_more_lending_needs_a_wider_line": ("firm_transfer_limit", "line_added_stands"),
    "levers.test_water.test_evaporation_of_rainfed_trees_counts_against_the_river_and_against_its_own_limit": (
        "evapotranspiration_limit", "water_consumption_sum",
    ),
    "levers.test_water.test_rights_are_bought_up_to_the_share_of_the_sellers_water": ("water_rights_limit",),
    "levers.test_wetland.test_wetland_is_recovered_at_its_pace_up_to_what_there_was": ("wetland_area", "wetland_capacity"),
    "levers.test_wood_products.test_imports_fill_the_gap_at_their_price_and_leak_abroad": ("timber_demand_met",),
    "reporting.toy_plan.solved": ("inherited_products", "product_decay", "product_share"),
}
#: Family without a toy -> why there is none.
WITHOUT: dict[str, str] = {}


def toy(name: str) -> Callable[[], Any]:
    module, function = name.rsplit(".", 1)
    return getattr(import_module(f"tests.{module}"), function)


def binding(solutions: list[Solution]) -> set[str]:
    """Families of which a row has a price in a plan that is optimal."""
    found: set[str] = set()
    for solution in solutions:
        if solution.status == "optimal":
            priced = np.abs(solution.row_dual) > ROUNDING
            found |= set(np.array(solution.matrix.row_family, dtype=object)[priced])
    return found


@pytest.mark.parametrize("name", list(TOYS))
def test_the_families_of_a_toy_bind_in_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    solutions: list[Solution] = []
    made = Solution.__init__

    def noted(solution: Solution, *args: Any, **more: Any) -> None:
        made(solution, *args, **more)
        solutions.append(solution)

    monkeypatch.setattr(Solution, "__init__", noted)
    given = toy(name)()
    solutions += [given] if isinstance(given, Solution) else []
    loose = set(TOYS[name]) - binding(solutions)
    assert set() == loose, f"no row of these families has a price in {name}: change the toy, or name another one for them in TOYS of tests/test_binding.py"


def test_every_constraint_family_has_a_toy_in_which_it_binds_or_a_reason_for_none() -> None:
    declared = {info.name for info in registry.constraints()}
    bound = {family for families in TOYS.values() for family in families}
    listed = bound | set(WITHOUT)
    assert set() == declared - listed, (
        "families of rows without a toy in which they bind: write a test that solves a small plan in which a row of them has a price, "
        "and name it with them in TOYS of tests/test_binding.py, or say in WITHOUT why there is none"
    )
    assert set() == listed - declared, "take these out of TOYS and WITHOUT of tests/test_binding.py: there are no such rows"
    assert set() == bound & set(WITHOUT), "these bind in a toy: take them out of WITHOUT"


def test_a_family_that_does_not_bind_is_not_taken_for_one_that_does() -> None:
    """In the toy of the cumulative limit no other target is there, and a row without a price counts for nothing."""
    from tests.closing.test_carbon import solved

    loose = solved([10.0, 10.0, 10.0], [1.0, 1.0, 1.0], {"kind": "net_limit", "year": 2040, "value": 40.0})
    assert "net_limit" in loose.build.rows
    assert "net_limit" not in binding([loose])
