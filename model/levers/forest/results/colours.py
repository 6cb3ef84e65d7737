"""The colours of stands, what is done with them, and pools of carbon.

Limits: kinds of forest that a workbook names otherwise take a colour of the cycle.
"""

from __future__ import annotations

from ....core.declare.palette import GREEN, ORANGE, PURPLE, VERMILION

COLOURS = {
    "natural": "117733", "planted": "88CC88", "new": ORANGE, "clearcut": VERMILION, "planting": GREEN,
    "forest_living": "117733", "new_forest_living": "88CC88", "wood_products": "A6761D", "dead_wood": "737373", "soil_deficit": PURPLE,
}  # fmt: skip
