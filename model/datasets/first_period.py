"""Paths of the model brought to what happened in the first period: later years keep their course from there.

    matched(industry_intensity, {"steel": growth})

A path is an assumption, and it began in 2020. Where a statistic says what its mean of 2021 to 2025 was, the path is multiplied so that
the first period is what happened; every later period is multiplied alike, so the assumed change from period to period stays.

Limits: the difference of the first period is taken to last.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from .frame import YEARS, join_sources, worst
from .observed_demand import Growth

FIRST, *_ = YEARS[1:]
NOTE = "the mean of 2021-25 is what happened, later periods follow the path from there"


def matched(frame: pd.DataFrame, seen: Mapping[str, Growth]) -> pd.DataFrame:
    """A wide year table by ``sector`` with the paths of some sectors brought to ``seen`` in the first period."""
    made = frame.copy()
    for sector, growth in seen.items():
        own = made["sector"] == sector
        if not own.any():
            raise KeyError(f"no path of {sector}")
        scale = growth.value / made.loc[own, FIRST].astype(float)
        for year in YEARS[1:]:
            made.loc[own, year] = made.loc[own, year].astype(float) * scale
        made.loc[own, "source"] = [join_sources([source, growth.source]) for source in made.loc[own, "source"]]
        made.loc[own, "quality"] = [worst([quality, growth.quality]) for quality in made.loc[own, "quality"]]
        made.loc[own, "note"] = [f"{note}; {NOTE}" if note else NOTE for note in made.loc[own, "note"]]
    return made
