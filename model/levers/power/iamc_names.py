"""The branch of the IAMC tree on which the capacity and the electricity of a technology stand.

Limits: names only; technologies that a user invents take the name of their fuel, else the branch ``Other``.
"""

from __future__ import annotations

#: By beginning of the key; the longest that fits is taken.
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
FUEL_NAMES = {"coal": ("Coal", True), "gas": ("Gas", True), "biomass": ("Biomass", True), "hydrogen": ("Hydrogen", False), "waste_heat": ("Other", False)}
CAPTURING, FREE = "w/ CCS", "w/o CCS"
