"""Classes of the national land survey, and those on which solar panels may share a hectare.

Limits: names only.
"""

from __future__ import annotations

LAND_CLASSES = (
    "cropland", "garden", "forest_land", "grassland", "wetland", "built_up", "transport", "water_surface", "unused", "canal_corridor",
)
#: Classes on which panels may share a hectare with another use.
SHARED_CLASSES = ("grassland", "cropland", "water_surface")
