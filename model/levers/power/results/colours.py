"""The colours of plants and stores.

Limits: technologies that a workbook names otherwise take a colour of the cycle.
"""

from __future__ import annotations

from ....core.declare.palette import BLUE, ORANGE, PURPLE, SKY, YELLOW

COLOURS = {
    "coal": "4D4D4D", "coal_new": "262626", "coal_flexible": "737373", "coal_ccs": "8C6D46", "coal_cofiring": "A6A68C",
    "gas": "A6761D", "gas_ccs": "C9A66B", "oil": "5C4033", "nuclear": PURPLE, "hydro": BLUE, "wind_onshore": SKY,
    "wind_offshore": "0099A8", "pv_utility": ORANGE, "pv_distributed": YELLOW, "pv_agrivoltaic": "D9B44A",
    "pv_over_canal": "B35900", "biomass": "117733", "beccs": "55A868", "hydrogen_turbine": "88CCEE",
    "pumped_hydro": "332288", "battery_4h": "AA4499", "compressed_air_10h": "44AA99", "power": "4D4D4D",
}  # fmt: skip
