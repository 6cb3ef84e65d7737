"""A forest of one kind for the tests of the forest levers: ten-year classes, growth along a straight line to age 60.

Volume is 5 m3/ha and biomass 2 t C/ha per year of age, so a stand of mid-age 35 holds 175 m3/ha and 70 t C/ha.

Limits: nothing is lost, dead wood and litter are nil and felling is free, unless a test says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model.core.data import Data

from .toy import Rows, toy_data

STAND = "west.pine.planted.productive"

PINE: dict[str, Any] = {
    "forest_group": "pine", "origin": "planted", "young_max_age": 10.0, "middle_max_age": 20.0, "near_mature_max_age": 30.0,
    "mature_max_age": 40.0, "over_mature_max_age": 60.0, "minimum_cutting_age": 30.0, "carbon_per_m3": 200.0,
    "dead_wood_fraction": 0.0, "soil_equilibrium": 100.0, "soil_loss_fraction": 0.1, "soil_time_constant": 20.0,
}  # fmt: skip
GROWTH = [
    {"forest_group": "pine", "age": 0, "volume": 0.0, "biomass_carbon": 0.0},
    {"forest_group": "pine", "age": 60, "volume": 0.3, "biomass_carbon": 120.0},
]
HARVEST: dict[str, Any] = {"region": "west", "recovery": 0.8, "slash_decay": 0.1, "capacity_growth": 1.0}
#: Steps of ten years, no even flow, nothing that must be left: a test switches on what it looks at.
FREE: dict[str, float] = {"age_class_width": 10.0, "even_flow_down": 1.0, "even_flow_up": 100.0, "even_flow_restart": 0.0, "terminal_share": 0.0, "natural_logging_ban_until": 2020.0}


def stand(age_group: str, area: float, **more: Any) -> dict[str, Any]:
    """One row of forest_area."""
    return {"region": "west", "forest_group": "pine", "origin": "planted", "age_group": age_group, "area": area, **more}


def forest_data(
    areas: Rows,
    *,
    years: tuple[int, ...] = (2020, 2030),
    group: Mapping[str, Any] | None = None,
    harvest: Mapping[str, Any] | None = None,
    tables: Mapping[str, Rows] | None = None,
    settings: Mapping[str, float] | None = None,
    regions: tuple[str, ...] = ("west",),
) -> Data:
    """Data of the toy forest; ``group`` and ``harvest`` change the row of pine and of the harvest."""
    given: dict[str, Rows] = {
        "forest_groups": [{**PINE, **(group or {})}],
        "forest_growth": GROWTH,
        "forest_area": areas,
        "forest_harvest": [{**HARVEST, **(harvest or {})}],
        **(tables or {}),
    }
    return toy_data(regions, years, given, {**FREE, **(settings or {})})
