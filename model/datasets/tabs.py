"""The colours of the tabs: to which group a sheet belongs, by the beginning of its name.

Limits: a sheet that is not listed is general.
"""

from __future__ import annotations

from collections.abc import Sequence

#: Sheets by tab colour; the others are general.
GROUPS = {
    "land": (
        "forest_",
        "harvest_",
        "new_forest",
        "afforestation_",
        "planting_",
        "wood_",
        "timber_",
        "grass",
        "livestock",
        "land",
        "dual_use",
        "wetland",
    ),
    "water": ("water_", "environmental_", "diversion_", "opened_land", "canal_"),
    "money": ("gdp", "population", "ecological_budget", "cost_funds", "fund", "payable", "fiscal_", "trade_rules", "allowance_rules", "burden_", "carbon_markets", "market_", "sink_credits"),
    "industry": ("industry", "no_relocation", "relocation_", "measure", "end_use"),
    "energy": (
        "sit",
        "thermal",
        "storage",
        "transmission",
        "power",
        "fuel",
        "load_",
        "peak_",
        "output_",
        "capacity_",
        "build_",
        "fleet_",
        "must_run",
        "reserve_",
        "electrolysis",
        "hydrogen_",
        "day_",
        "daily_",
        "time_slices",
        "use_",
        "biomass",
        "co2_",
        "air_",
        "energy_",
    ),
}


def tab_colours(tables: Sequence[str]) -> dict[str, str]:
    """Sheet -> group of the tab colours; what is not listed is general."""
    return {table: group for table in tables for group, starts in GROUPS.items() if table.startswith(starts)}
