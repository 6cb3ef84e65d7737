"""How fast yearly building, planting and felling may grow and fall: the sheet ``build_dynamics``, with the first rate observed.

    frames()["build_dynamics"]

The first rate is the mean of 2023 to 2025 of what was added (plants), planted, felled or treated; nothing was of what has no statistic.

Limits: growth, decline, seed and prices are estimates for the nation; the rows are switched off until the periods that are over are held to what happened.
"""

from __future__ import annotations

import pandas as pd

from . import observed
from .frame import join_sources, load, selected, worst

#: Years whose mean is the first rate.
FIRST_RATE_YEARS = (2023, 2024, 2025)
COLUMNS = ("decision", "item", "scope", "growth", "decline", "seed", "first_rate", "drop_price", "change_price", "unit", "active")


def frames() -> dict[str, pd.DataFrame]:
    """The sheet ``build_dynamics``."""
    return {"build_dynamics": build_dynamics()}


def build_dynamics() -> pd.DataFrame:
    """One row for each thing that is held to a pace: growth and decline a year, seed and first rate in its unit, prices of drops and changes."""
    table = load("estimates", "build_dynamics")
    seen = observed.frames()["observed"]
    seen = seen[(seen["region"] == observed.NATION) & seen["year"].isin(FIRST_RATE_YEARS)]
    # plants are items of what was added; what land sees is a quantity of its own
    names = seen["item"].where(seen["quantity"] == "capacity_added", seen["quantity"])
    rows = []
    for row in table.to_dict("records"):
        own = seen[(names == row["statistic"]) & seen["quantity"].isin(("capacity_added", row["statistic"]))] if row["statistic"] else seen.iloc[:0]
        sources, qualities = [str(row["source"]), *own["source"]], [str(row["quality"]), *own["quality"]]
        rows.append({**row, "first_rate": float(own["value"].mean()) if len(own) else 0.0, "source": join_sources(sources), "quality": worst(qualities)})
    return selected(pd.DataFrame(rows), COLUMNS)
