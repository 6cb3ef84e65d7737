"""Whatever limits the plan leads back to the sheet that sets it; a sheet to which nothing leads says here why."""

from __future__ import annotations

import pandas as pd

from model.core.build import registry
from model.core.build.build import Build
from tests.main_job.test_limits import at_zero

#: Why no limit names a sheet that holds numbers -> these sheets.
COEFFICIENT_ONLY: dict[str, tuple[str, ...]] = {
    "what the indices are: years, hours, places": ("regions", "periods", "time_slices", "day_sequence", "water_zones"),
    "what a unit costs or earns": (
        "air_capture", "electrolysis_capex", "fuel_price_factors", "fuel_prices", "hydrogen_store_capex", "measure_costs", "measure_energy_prices", "sited_capex", "sited_fixed_cost", "storage_capex",
        "storage_fixed_cost", "thermal_capex", "thermal_fixed_cost",
    ),
    "what a unit gives, takes or emits, and how long it lasts": (
        "canal_corridor", "dual_use_rules", "electrolysis_efficiency", "forest_groups", "forest_growth", "fuel_factors", "fuel_split", "power_equivalent", "grass_conditions", "grass_measures", "industry_intensity", "load_shape", "load_uses", "use_shape",
        "must_run", "new_forest", "opened_land", "output_shape", "peak_load", "reserve_credit", "sited_technologies", "storage_technologies",
        "thermal_technologies", "water_sectors", "wood_products",
    ),
    "makes the limit of a row together with the cell that the row names": (
        "end_use", "end_use_activity", "environmental_flow", "fiscal_capacity", "fleet_survival", "industry", "transmission_committed", "water_growth", "water_saving",
    ),
    "what stood in the base year: it gives, costs and takes its part of the limits of other sheets": ("forest_inventory", "grass_initial", "sited_fleet"),
    "given beside the target: nobody decides on it": ("unmanaged_sink",),
    "read once the plan is solved: at what price regions pay one another, by which rule carbon is settled, and how a saving is divided": ("trade_rules", "allowance_rules", "population"),
    "what the plan is held against, or what another objective needs": ("base_year_emissions", "daily_weather", "gdp", "ghg_beside", "observed", "paper_claims", "published_levels", "published_pathways"),
}  # fmt: skip
LISTED = {sheet for sheets in COEFFICIENT_ONLY.values() for sheet in sheets}


def with_numbers(build: Build) -> set[str]:
    """Sheets of the workbook that hold at least one number of the user's."""
    found = set()
    for name, table in registry.schema().tables.items():
        frame = build.data.tables.get(name, pd.DataFrame())
        columns = [column.name for column in table.columns if column.kind != "text" and column.name in frame]
        if columns and frame[columns].notna().to_numpy().any():
            found.add(name)
    return found


def named(build: Build) -> set[str]:
    """Sheets whose cells the table of limits names."""
    found = at_zero(build)
    return set(found.loc[found["cell"] != "", "sheet"])


def test_every_sheet_with_numbers_is_named_by_a_limit_or_says_why_not(reference_build: Build) -> None:
    unnamed = sorted(with_numbers(reference_build) - named(reference_build) - LISTED)
    assert [] == unnamed, "sheets that no limit names: give the rows their cells (limit= in constrain(), sheet= and cells= of a post), or list them in COEFFICIENT_ONLY of this file under why not"


def test_no_sheet_is_listed_that_has_a_way_back_or_holds_no_number(reference_build: Build) -> None:
    """A sheet that a limit comes to name is taken off the list."""
    assert [] == sorted(LISTED & named(reference_build))
    assert [] == sorted(LISTED - with_numbers(reference_build))


def test_fleets_and_lines_are_named_by_the_rows_that_they_hold(reference_build: Build) -> None:
    """Old plants by what can be retired, stores by their power and their service, lines by what they carry."""
    found = at_zero(reference_build)
    pairs = set(found[["name", "sheet"]].itertuples(index=False, name=None))
    assert pairs >= {
        ("fleet_room", "thermal_fleet"), ("generation_plan_met", "thermal_fleet"), ("storage_power", "storage_fleet"),
        ("storage_service", "storage_fleet"), ("line_capacity", "transmission_lines"), ("line_expansion_limit", "transmission_lines"),
    }  # fmt: skip
