"""The colours of Excel and page: one belongs to one region group, technology or category throughout a report.

Limits: the palettes can be told apart by the colour-blind; a key that is not listed takes a colour of the cycle.
"""

from __future__ import annotations

#: Okabe and Ito, Color Universal Design (2008).
GREEN, VERMILION, BLUE, SKY, ORANGE, YELLOW, PURPLE, BLACK = (
    "009E73", "D55E00", "0072B2", "56B4E9", "E69F00", "F0E442", "CC79A7", "000000",
)  # fmt: skip
#: Okabe and Ito followed by the muted scheme of Paul Tol (SRON/EPS/TN/09-002), for whatever has no colour of its own.
CYCLE = (
    BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION, "332288", "DDCC77", "117733", "CC6677", "88CCEE", "999933", "882255",
    "44AA99", "AA4499", YELLOW,
)  # fmt: skip
OTHER_COLOUR = "BBBBBB"
COLOURS: dict[str, str] = {
    "west": GREEN, "industrial": VERMILION, "developed": BLUE, "nation": "404040", "other": OTHER_COLOUR,
    "coal": "4D4D4D", "coal_new": "262626", "coal_flexible": "737373", "coal_ccs": "8C6D46", "coal_cofiring": "A6A68C",
    "gas": "A6761D", "gas_ccs": "C9A66B", "oil": "5C4033", "nuclear": PURPLE, "hydro": BLUE, "wind_onshore": SKY,
    "wind_offshore": "0099A8", "pv_utility": ORANGE, "pv_distributed": YELLOW, "pv_agrivoltaic": "D9B44A",
    "pv_over_canal": "B35900", "biomass": "117733", "beccs": "55A868", "hydrogen_turbine": "88CCEE",
    "pumped_hydro": "332288", "battery_4h": "AA4499", "compressed_air_10h": "44AA99", "power": "4D4D4D",
    "natural": "117733", "planted": "88CC88", "new": ORANGE, "emission": "4D4D4D", "sink": GREEN, "captured": PURPLE,
    "net": BLACK, "net_unmanaged": VERMILION, "clearcut": VERMILION, "planting": GREEN, "idle": "D9D9D9",
    "reported": BLUE, "derived": SKY, "estimate": ORANGE, "forest_living": "117733", "new_forest_living": "88CC88",
    "wood_products": "A6761D", "dead_wood": "737373", "soil_deficit": PURPLE,
}  # fmt: skip
