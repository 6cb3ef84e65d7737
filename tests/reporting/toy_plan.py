"""A plan of two regions with every lever, solved in a fraction of a second, for the tests of the reports.

West has forest, grassland, coal and wind; east has coal and steel. Water goes from west to east by right and by the
diversion; a net limit in 2040 makes planting, felling, measures and capture worth something.

Limits: numbers are chosen so that every table has rows that are not zero, not to be realistic.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd

from model.core.build.assemble import assemble
from model.core.data import Data
from model.core.solve.solution import Solution
from model.core.solve.solver import solve
from model.reporting.tables.every import result_tables
from tests.levers.forest_toy import FREE, GROWTH, HARVEST, PINE, stand
from tests.levers.power_toy import coal, grid, merged, wind, yearly
from tests.levers.toy import toy_data

YEARS = (2020, 2030, 2040)
REGIONS = ("west", "east")
Rows = list[dict[str, Any]]


def forest_tables() -> dict[str, Rows]:
    """80-90 year old pine to renew, land to plant, products of two lives."""
    return {
        "forest_groups": [{**PINE, "loss_young": 0.001, "loss_over_mature": 0.005, "regeneration_cost": 5.0, "dead_wood_fraction": 0.1}],
        "forest_growth": GROWTH,
        "forest_area": [stand("young", 2.0), stand("mature", 6.0), stand("over_mature", 8.0)],
        "forest_inventory": [{"region": "west", "origin": "planted", "area": 16.0, "volume": 4.0, "restricted_share": 0.25}],
        "forest_harvest": [{**HARVEST, "roundwood_base": 0.02, "harvest_cost": 200.0, "capacity_cost": 100.0, "energy_wood_share": 0.3}],
        "new_forest": [{"region": "west", "water_zone": "dry", "land_type": "barren", "forest_group": "pine", "growth_multiplier": 0.8}],
        "afforestation_land": [
            {
                "region": "west", "water_zone": "dry", "land_type": "barren", "area": 3.0, "from_class": "cropland", "planting_cost": 3.0,
                "tending_cost": 1.0, "survival": 0.8, "irrigation": 0.1, "soil_before": 60.0, "vegetation_before": 2.0, "forgone_income": 1.0,
            }
        ],
        "planting_capacity": yearly(YEARS, 0.1, region="west"),
        "wood_products": [
            {"product": "sawn", "half_life": 35.0, "mill_yield": 0.55, "inherited_years": 60.0},
            {"product": "fuel", "half_life": 0.0, "mill_yield": 0.0, "inherited_years": 0.0},
        ],
        "wood_product_shares": [
            {"region": "west", "product": "sawn", "share": 0.75, "roundwood": 1.0},
            {"region": "west", "product": "fuel", "share": 0.25, "roundwood": 1.0},
        ],
        "timber_demand": yearly(YEARS, 0.03, market="nation"),
    }  # fmt: skip


def land_tables() -> dict[str, Rows]:
    """Land, water, grassland, and a diversion that opens land and brings a canal."""
    grass = {"grass_zone": "restoration", "region": "west", "water_zone": "dry", "forage_yield": 2.0, "degradation": 0.05}
    return {
        "land": [
            {"region": "west", "land_class": "forest_land", "area": 18.0, "redline_share": 0.05},
            {"region": "west", "land_class": "cropland", "area": 10.0},
            {"region": "west", "land_class": "grassland", "area": 30.0},
            {"region": "west", "land_class": "unused", "area": 5.0},
            {"region": "west", "land_class": "wetland", "area": 1.0},
        ],
        "dual_use_rules": [{"land_class": "grassland", "shares_with": "restored", "share": 1.0, "benefit": 0.6}],
        "wetland_recovery": [
            {
                "region": "west", "water_zone": "dry", "from_class": "grassland", "area": 0.2, "capacity": 0.01, "water": 3.0, "rate": 0.6,
                "saturation": 50.0, "recovery_cost": 1.0, "annual_cost": 0.02,
            }
        ],
        "water_zones": [
            {"water_zone": "dry", "region": "west", "basin": "river", "industry_share": 1.0},
            {"water_zone": "coast", "region": "east", "basin": "river", "industry_share": 1.0},
        ],
        "water_available": [*yearly(YEARS, 30.0, water_zone="dry"), *yearly(YEARS, 20.0, water_zone="coast")],
        "water_base": [
            {"water_zone": "dry", "use_agriculture": 4.0, "use_domestic": 1.0},
            {"water_zone": "coast", "use_domestic": 19.0, "use_ecology": 1.1},
        ],
        "water_runoff": [*yearly(YEARS, 40.0, water_zone="dry"), *yearly(YEARS, 50.0, water_zone="coast")],
        "environmental_flow": [{"water_zone": "dry", "share": 0.4}, {"water_zone": "coast", "share": 0.5, "inflow_right": 3.0}],
        "water_sectors": [{"sector": "agriculture", "consumption": 0.6}, {"sector": "domestic", "consumption": 0.4}],
        "water_rights": [{"from_zone": "dry", "to_zone": "coast", "share": 0.2, "cost": 0.1}],
        "diversion_phases": [
            {
                "phase": "one", "volume": 1.0, "loss": 0.1, "earliest_year": 2030, "construction_years": 5.0, "investment": 1.0, "operation_cost": 0.01,
                "asset_life": 50.0, "donor_zone": "coast", "hydropower_lost": 0.1, "hydropower_gained": 0.05, "operation_power": 0.02, "opened_land": 1.0,
            }
        ],
        "diversion_receivers": [{"phase": "one", "water_zone": "dry", "min_share": 1.0, "max_share": 1.0}],
        "opened_land": [
            {"phase": "one", "region": "west", "water_zone": "dry", "use": "farm", "share": 0.6, "irrigation": 0.3, "opening_cost": 1.0, "income": 6.0},
            {"phase": "one", "region": "west", "water_zone": "dry", "use": "grass", "share": 0.4, "irrigation": 0.3, "opening_cost": 1.0, "income": 5.0},
        ],
        "grassland": [{**grass, "condition": "moderate", "area": 12.0, "initial_ban": 1.0, "initial_balance": 2.0}],
        "grass_measures": [
            {
                "grass_zone": "restoration", "measure": "fencing", "rate": 0.5, "saturation": 30.0, "establishment_cost": 0.5, "annual_cost": 0.02,
                "compensation": 0.01, "irrigation": 0.0, "forage_loss": 0.2, "life": 15.0, "restores": 1.0,
            }
        ],
        "grass_conditions": [{"condition": "moderate", "carbon_factor": 1.0, "forage_factor": 0.6}],
        "grass_initial": [{"grass_zone": "restoration", "measure": "ban", "rate": 0.2, "years_left": 15.0}],
        "livestock": [{"region": "west", "sheep_units": 4.0, "treatment_capacity": 0.5}],
    }  # fmt: skip


def energy_tables() -> dict[str, Rows]:
    """Coal in both regions, wind and panels in the west, a line, a battery, steel in the east, cars in both."""
    panels = {
        "technology": "pv_utility", "land_class": "grassland", "sensitivity": "open", "grade": 1, "capacity_factor": 0.2,
        "land_ha_per_mw": 0.01, "region": "west", "water_zone": "dry", "potential": 20.0, "wash_m3_per_mwh": 0.0001,
    }  # fmt: skip
    sun = {
        "sites": [panels],
        "sited_technologies": [{"technology": "pv_utility", "class": "solar", "lifetime": 25.0, "shape": "sun"}],
        "sited_capex": yearly(YEARS, 1.5, technology="pv_utility"),
        "sited_fixed_cost": yearly(YEARS, 0.02, technology="pv_utility"),
        "output_shape": [{"region": "west", "shape": "sun", "slice": s, "relative_output": x} for s, x in (("day", 2.0), ("night", 0.0))],
    }
    others: dict[str, Rows] = {
        "transmission_lines": [{"from_region": "west", "to_region": "east", "capacity": 2.0, "length": 1.0, "loss": 0.05, "expansion_limit": 1.0}],
        "storage_technologies": [{"technology": "battery", "class": "battery", "hours": 6.0, "efficiency": 0.9, "lifetime": 15.0}],
        "storage_capex": yearly(YEARS, 0.5, technology="battery"),
        "storage_fixed_cost": yearly(YEARS, 0.01, technology="battery"),
        "base_year_emissions": [{"region": "west", "emission": 43.0 * 0.9 + 20.0}, {"region": "east", "emission": 27.0 * 0.9 + 40.0 * 2.0}],
        "industry": [{"region": "east", "sector": "steel", "output": 40.0, "output_unit": "t", "emission_factor": 2.0, "electricity": 0.5, "water": 0.004}],
        "industry_demand": yearly(YEARS, 45.0, sector="steel"),
        "end_use": [{"region": r, "sector": "cars", "category": "transport", "emission": 10.0} for r in REGIONS],
        "end_use_activity": yearly(YEARS, 1.2, sector="cars"),
        "measures": [
            {"sector": "steel", "measure": "scrap", "abatement": 1.0, "build_rate": 0.1},
            {"sector": "steel", "measure": "ccs", "abatement": 1.8, "captured": 1.0, "build_rate": 0.1},
            {"sector": "cars", "measure": "batteries", "abatement": 1.0, "electricity": 0.5, "build_rate": 0.05},
        ],
        "measure_shares": [
            row
            for sector, measure in (("steel", "scrap"), ("steel", "ccs"), ("cars", "batteries"))
            for row in yearly(YEARS, {2020: 0.0, 2030: 0.3, 2040: 0.4}, sector=sector, measure=measure)
        ],
        "measure_costs": [
            row
            for sector, measure, cost in (("steel", "scrap", 0.1), ("steel", "ccs", 0.3), ("cars", "batteries", 0.2))
            for row in yearly(YEARS, cost, sector=sector, measure=measure)
        ],
        "co2_storage_sites": [{"region": "east", "proven": 2000.0, "injection_limit": 60.0, "cost": 0.05}],
        "air_capture": yearly(YEARS, 3.0, item="capex"),
    }
    demand = {"west": {2020: 40.0, 2030: 50.0, 2040: 60.0}, "east": {2020: 30.0, 2030: 35.0, 2040: 40.0}}
    whole = merged(grid(demand, YEARS), coal({"west": 7.0, "east": 6.0}, YEARS, water=0.001), wind({"west": 15.0}, YEARS, water_zone="dry"), sun, others)
    for row in whole["thermal_fleet"]:
        row["generation"] = 43.0 if row["region"] == "west" else 27.0
    return whole


def money_tables() -> dict[str, Rows]:
    """A net limit in 2040, a public budget that needs social capital beside it, and a market for steel in 2030 whose cap is no burden, settled at a price of the sheet."""
    items = ("afforestation_planting", "afforestation_tending", "forest_regeneration", "grassland_establishment", "grassland_annual_cost")
    return {
        "carbon_targets": [{"target": "limit", "kind": "net_limit", "scope": "nation", "year": 2040, "value": 20.0}],
        "unmanaged_sink": yearly(YEARS, 3.0, region="west", category="shrub"),
        "ecological_budget": yearly(YEARS, 0.3, region="west"),
        "cost_funds": [{"item": item, "fund": "ecological"} for item in items],
        "gdp": [row for region in REGIONS for row in yearly(YEARS, 1000.0, region=region)],
        "fiscal_capacity": [{"region": region, "revenue": 100.0, "expenditure": 200.0} for region in REGIONS],
        "work_factors": [{"item": "afforestation_planting", "work": 5.0, "income": 0.4}, {"item": "grassland_establishment", "work": 3.0, "income": 0.2}],
        "allowance_rules": [{"scheme": "before", "rule": "grandfathered", "from_year": 2040.0}],
        "carbon_markets": [{"market": "mills", "rule": "grandfathered", "until_year": 2030.0, "credit_share": 0.1, "price": 0.1}],
        "market_coverage": [{"market": "mills", "item": "steel", "captured": "industry_ccs"}],
        "market_cap": yearly(YEARS, 120.0, market="mills"),
        "sink_credits": [{"item": "grassland_measures", "buffer": 0.2}],
        "trade_rules": [{"commodity": "power", "rule": "receiving"}, {"commodity": "water_right", "rule": "mean"}, {"commodity": "firm_capacity", "rule": "giving"}],
    }


def pledge_tables() -> dict[str, Rows]:
    """How power counts in primary energy, what fuel stands behind steel, and a pledge on capacity that is met by itself."""
    return {
        "power_equivalent": [row for source in ("nuclear", "hydro", "wind", "solar", "biomass") for row in yearly(YEARS, 2.5, energy_source=source)],
        "fuel_factors": [{"fuel": "coal", "emission_factor": 0.34}],
        "fuel_split": [{"sector": "steel", "fuel": "coal", "share": 0.9}],
        "capacity_targets": [{"target": "plants", "scope": "nation", "year": 2040, "capacity": 0.1}],
        "capacity_target_members": [{"target": "plants", "technology": technology} for technology in ("wind_onshore", "pv_utility", "coal")],
    }


def toy_tables() -> dict[str, Rows]:
    """All tables of the toy plan."""
    return {**forest_tables(), **land_tables(), **energy_tables(), **money_tables(), **pledge_tables()}


def plan_data(tables: dict[str, Rows] | None = None, **settings: float | str) -> Data:
    """Data of the toy plan, or of ``tables`` under its settings."""
    chosen = {**FREE, "social_multiple": 5.0, "count_methane": 1.0, **settings}
    return toy_data(REGIONS, YEARS, toy_tables() if tables is None else tables, chosen)


@cache
def solved() -> Solution:
    """The toy plan, solved once for all tests."""
    return solve(assemble(plan_data()))


@cache
def _tables() -> dict[str, pd.DataFrame]:
    return result_tables(solved())


def solved_tables() -> dict[str, pd.DataFrame]:
    """The result tables of the toy plan, made once; whoever asks gets frames of his own."""
    return {name: frame.copy() for name, frame in _tables().items()}
