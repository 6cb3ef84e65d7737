"""The colours of Excel and page: one belongs to one region group, technology or category throughout a report.

Here stand those of region groups, accounts and qualities; the others are named by the levers' rooms.

Limits: the palettes can be told apart by the colour-blind; a key that is not listed takes a colour of the cycle.
"""

from __future__ import annotations

from ..core.build import registry
from ..core.declare.palette import BLACK, BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILION, YELLOW

#: Okabe and Ito followed by the muted scheme of Paul Tol (SRON/EPS/TN/09-002), for whatever has no colour of its own.
CYCLE = (
    BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION, "332288", "DDCC77", "117733", "CC6677", "88CCEE", "999933", "882255",
    "44AA99", "AA4499", YELLOW,
)  # fmt: skip
OTHER_COLOUR = "BBBBBB"
COLOURS: dict[str, str] = {
    "west": GREEN, "industrial": VERMILION, "developed": BLUE, "nation": "404040", "other": OTHER_COLOUR,
    "emission": "4D4D4D", "sink": GREEN, "captured": PURPLE, "net": BLACK, "net_unmanaged": VERMILION, "idle": "D9D9D9",
    "reported": BLUE, "derived": SKY, "estimate": ORANGE,
    **registry.colours(),
}  # fmt: skip
