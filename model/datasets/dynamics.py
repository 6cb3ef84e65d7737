"""How fast yearly building, planting and felling may grow and fall: rows ready for a table ``build_dynamics``, with the first rate observed.

    build_dynamics()

The first rate is the mean of 2023 to 2025 of what was added (plants), planted, felled or treated; nothing was of what has no statistic.
The price of a drop is a share of the investment of the first milestone: plant of the makers that stands idle.

Limits: no lever reads it and no sheet holds it yet. Growth, decline and seed are estimates for the nation.
"""

from __future__ import annotations

import pandas as pd

from . import observed
from .frame import SOURCE_COLUMNS, join_sources, load, worst
from .observed import NATION

#: Years whose mean is the first rate.
FIRST_RATE_YEARS = (2023, 2024, 2025)
COLUMNS = ("class", "scope", "growth", "decline", "seed", "first_rate", "drop_share", "unit")


def build_dynamics() -> pd.DataFrame:
    """One row a class: growth and decline a year, seed and first rate in its unit, price of a drop as a share of investment."""
    table = load("estimates", "build_dynamics")
    seen = observed.frames()["observed"]
    seen = seen[(seen["region"] == NATION) & seen["year"].isin(FIRST_RATE_YEARS)]
    # Plants are items of what was added; what land sees is a quantity of its own.
    names = seen["item"].where(seen["quantity"] == "capacity_added", seen["quantity"])
    rows = []
    for row in table.to_dict("records"):
        own = seen[(names == row["statistic"]) & seen["quantity"].isin(("capacity_added", row["statistic"]))] if row["statistic"] else seen.iloc[:0]
        sources, qualities = [str(row["source"]), *own["source"]], [str(row["quality"]), *own["quality"]]
        rows.append({**row, "first_rate": float(own["value"].mean()) if len(own) else 0.0, "source": join_sources(sources), "quality": worst(qualities)})
    made = pd.DataFrame(rows)
    return made[[*COLUMNS, *SOURCE_COLUMNS]]
