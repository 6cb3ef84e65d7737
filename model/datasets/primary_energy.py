"""Fuels behind the CO2 of industry and end use, and the convention by which power that burns nothing counts as primary energy.

The split of each sector is an estimate, set so that coal, oil and gas of the base year together come near the national balance
(4.98 Gtce: 56.8, 18.9 and 8.4 %); shares of a sector may leave a rest, because the inventories of the sectors add up to more CO2 than
the fuels of that balance can emit.

Limits: one split for all provinces.
"""

from __future__ import annotations

import pandas as pd

from .frame import join_sources, load, selected, worst, year_frame
from .period_means import row_means

#: Sources whose power counts by its coal equivalent.
COUNTED = ("nuclear", "hydro", "wind", "solar", "biomass")


def frames() -> dict[str, pd.DataFrame]:
    """The tables of primary energy by name."""
    return {
        "fuel_factors": selected(load("estimates", "fuel_factors"), ["fuel", "emission_factor"]),
        "fuel_split": selected(load("estimates", "fuel_split"), ["sector", "fuel", "share", "feedstock"]),
        "power_equivalent": power_equivalent(),
    }


def power_equivalent() -> pd.DataFrame:
    """Coal equivalent of a unit of power by source, mean of each period; the last given year holds on."""
    given = load("estimates", "power_equivalent")
    path = row_means(given.set_index("year")["value"])
    keys = pd.DataFrame({"energy_source": COUNTED})
    note = "; ".join(given["note"])
    keys = keys.assign(source=join_sources(given["source"]), quality=worst(given["quality"]), note=note)
    return year_frame(keys, {int(str(year)): pd.Series(float(value), index=keys.index) for year, value in path.items()})
