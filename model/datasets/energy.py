"""Collects the tables of energy and of the measures of industry and end use.

Limits: it holds no numbers; each table is made in its own module.
"""

from __future__ import annotations

import pandas as pd

from . import end_use, grid, measures, sites, supply, thermal

MODULES = (sites, thermal, grid, supply, measures, end_use)


def frames() -> dict[str, pd.DataFrame]:
    """Every table of the energy modules by name."""
    return {name: frame for module in MODULES for name, frame in module.frames().items()}
