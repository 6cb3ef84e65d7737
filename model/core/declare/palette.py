"""The colours of pictures by name, for whoever gives a key a colour of its own.

A module of a room's results lists in ``COLOURS`` the colour of each key that is shown, the same throughout a report.

Limits: they can be told apart by the colour-blind, but not on a page printed in grey.
"""

from __future__ import annotations

#: Okabe and Ito, Color Universal Design (2008).
GREEN, VERMILION, BLUE, SKY, ORANGE, YELLOW, PURPLE, BLACK = (
    "009E73", "D55E00", "0072B2", "56B4E9", "E69F00", "F0E442", "CC79A7", "000000",
)  # fmt: skip
