"""Which plants there are and which may be built: the index that siting, thermal plants and dispatch share.

Limits: a technology that may be built may be built in every region; limits of a region are rows of other levers.
"""

from __future__ import annotations

import pandas as pd

from ...core.data import Data
from ...core.frames import stack
from .capacity import no_blanks, surviving
from .tables import SITED_FLEET, SITES, THERMAL, THERMAL_FLEET

PLANT = ["region", "technology"]
#: Fuels of which burning counts as clean.
CLEAN_FUELS = ("biomass", "hydrogen")
#: Branch of the IAMC tree on which a technology stands, by beginning of its key; the longest that fits is taken.
TECHNOLOGY_NAMES = {
    "coal": "Coal|w/o CCS",
    "coal_ccs": "Coal|w/ CCS",
    "gas": "Gas|w/o CCS",
    "gas_ccs": "Gas|w/ CCS",
    "oil": "Oil",
    "nuclear": "Nuclear",
    "hydro": "Hydro",
    "hydrogen": "Hydrogen",
    "biomass": "Biomass|w/o CCS",
    "beccs": "Biomass|w/ CCS",
    "wind": "Wind|Onshore",
    "wind_offshore": "Wind|Offshore",
    "pv": "Solar|PV|Utility-scale",
    "pv_agrivoltaic": "Solar|PV|Agrivoltaic",
    "pv_distributed": "Solar|PV|Rooftop",
    "pv_over_canal": "Solar|PV|Over Canals",
    "geothermal": "Geothermal",
}
#: Fuel of a thermal technology -> its branch, and whether the branch is parted by capture.
FUEL_NAMES = {"coal": ("Coal", True), "gas": ("Gas", True), "biomass": ("Biomass", True), "hydrogen": ("Hydrogen", False), "waste_heat": ("Other", False), "oil": ("Oil", False)}
#: Where plants on a fuel of any other name stand.
OTHER_FUEL = ("Other", False)
CAPTURING, FREE = "w/ CCS", "w/o CCS"


def open_sites(data: Data) -> pd.DataFrame:
    """Sites on which something may be built; the index stays the Excel row."""
    sites = data.frame(SITES)
    return sites[(sites["sensitivity"] != "excluded") & (sites["potential"] > 0)]


def sited_fleet(data: Data) -> pd.DataFrame:
    """The existing wind, solar, hydro and nuclear plants."""
    fleet = data.frame(SITED_FLEET)
    return fleet[fleet["capacity"] > 0]


def thermal_technologies(data: Data) -> pd.DataFrame:
    """Thermal technologies with empty texts for blanks."""
    return no_blanks(data.frame(THERMAL), "retrofit_of")


def clean_thermal(data: Data) -> list[str]:
    """Thermal technologies that generate clean energy: on biomass or hydrogen, or with capture."""
    table = data.frame(THERMAL)
    if table.empty:
        return []
    captured = table[["captured_fossil", "captured_biogenic"]].astype(float).sum(axis=1)
    return list(table.loc[table["fuel"].isin(CLEAN_FUELS) | (captured > 0.0), "technology"])


def thermal_fleet(data: Data) -> pd.DataFrame:
    """The existing thermal plants."""
    fleet = data.frame(THERMAL_FLEET)
    return fleet[fleet["capacity"] > 0]


def thermal_options(data: Data) -> pd.DataFrame:
    """Thermal plants that may be built or converted: region, technology, retrofit_of (empty for new plants)."""
    technologies = thermal_technologies(data)[["technology", "buildable", "retrofit_of"]]
    fresh = technologies[(technologies["retrofit_of"] == "") & (technologies["buildable"].astype(float) > 0)]
    regions = pd.DataFrame({"region": data.regions})
    new = regions.merge(fresh, how="cross")
    source = thermal_fleet(data)[PLANT].rename(columns={"technology": "retrofit_of"})
    retrofits = source.merge(technologies[technologies["retrofit_of"] != ""], on="retrofit_of")
    return pd.concat([new, retrofits], ignore_index=True)[[*PLANT, "retrofit_of"]]


def generators(data: Data) -> pd.DataFrame:
    """Every thermal plant that can be dispatched: region, technology, year; in the base year only what existed, later
    what may be built, what is left of the fleets and what they may be converted to."""
    fleets = surviving(data, thermal_fleet(data)[[*PLANT, "capacity"]])
    existing = fleets.loc[fleets["mean_gw"] > 0, [*PLANT, "year"]]
    options = thermal_options(data).merge(pd.DataFrame({"year": data.years}), how="cross")
    # what was converted ends with the plants that it was made of
    alive = pd.MultiIndex.from_frame(existing)
    stands = (options["retrofit_of"] == "") | pd.MultiIndex.from_frame(options[["region", "retrofit_of", "year"]]).isin(alive)
    possible = options.loc[stands.to_numpy(dtype=bool), [*PLANT, "year"]]
    return stack([existing, possible]).drop_duplicates().sort_values("year", kind="stable").reset_index(drop=True)
