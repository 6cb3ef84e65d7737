"""Pledges of the workbook beside the carbon account, all switched off, and what stands beside that account.

Limits: numbers as pledged; where a pledge is on another definition than the model, the row says how it was brought to ours.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from .frame import YEARS, join_sources, load, selected, worst, year_frame

#: Sheet -> its columns.
SHEETS = {
    "climate_targets": ("target", "kind", "scope", "year", "cut", "reference_year", "reference_intensity", "emission", "hold", "active"),
    "energy_targets": ("target", "kind", "scope", "year", "share", "coal", "hold", "active"),
    "capacity_targets": ("target", "scope", "year", "capacity", "miss_price", "hold", "active"),
    "capacity_target_members": ("target", "technology", "active"),
    "forest_targets": ("target", "kind", "scope", "year", "stock_gain", "reference_year", "stock_miss_price", "cover", "hold", "active"),
}


def frames() -> dict[str, pd.DataFrame]:
    """The sheets of pledges by name."""
    return {**{name: selected(load("estimates", name), columns) for name, columns in SHEETS.items()}, "ghg_beside": ghg_beside()}


def ghg_beside() -> pd.DataFrame:
    """What stands beside the carbon account, straight between the given years."""
    parts = []
    for item, rows in load("estimates", "ghg_beside").groupby("item", sort=False):
        keys = pd.DataFrame({"item": [item], "source": [join_sources(rows["source"])], "quality": [worst(rows["quality"])], "note": [rows["note"].iloc[0]]})
        parts.append(year_frame(keys, {year: float(np.interp(year, rows["year"], rows["value"])) for year in YEARS}))
    return pd.concat(parts, ignore_index=True)
