"""Published stocks and sinks that the report holds beside the plan: cited rows, and sums of the tables of the inventories.

Limits: area and growing stock by age group are the margins of the cited table, which close on the national inventory.
"""

from __future__ import annotations

import pandas as pd

from .frame import join_sources, load, worst

#: Quantity -> the table of ``land`` and its column that are summed where the cited row leaves the figure to it.
SUMMED = {
    "age_area": ("forest_area_by_age", "area_kha"),
    "age_volume": ("forest_area_by_age", "volume_mm3"),
    "age_biomass": ("carbon_stocks", "value"),
    "grass_area": ("grassland", "grassland_tnls2019_kha"),
}  # fmt: skip
#: Source of a row whose figure is a sum of another table.
SUM = "DERIVE_SUM"
WHOLE = "all"
#: Quantity of ``carbon_stocks`` that is summed over the provinces.
BIOMASS = "arboreal forest biomass carbon"


def published_levels() -> pd.DataFrame:
    """The cited rows; those of source ``DERIVE_SUM`` take sum, sources and quality from the table of the inventory."""
    made = load("land", "published_levels")
    for index, row in made[made["source"] == SUM].iterrows():
        name, column = SUMMED[str(row["quantity"])]
        table = load("land", name)
        part = table if row["subject"] == WHOLE else table[table["age_class"] == row["subject"]]
        part = part[part["quantity"] == BIOMASS] if "quantity" in part else part
        made.loc[index, "low"] = float(part[column].sum())
        made.loc[index, "source"] = join_sources([*part["source"], SUM])
        made.loc[index, "quality"] = worst([*part["quality"], str(row["quality"])])
    return made
