"""Which IAMC variable stands for which category, technology or item of this model.

Names follow the public list of the Integrated Assessment Modeling Consortium (common-definitions) where it has one;
names declared by a lever replace those written here.

Limits: names only; keys that a user invents fall back to the branch ``Other``.
"""

from __future__ import annotations

from collections.abc import Mapping

INDUSTRY = "Emissions|CO2|Industry|Other"
EMISSION_NAMES = {
    "power": "Emissions|CO2|Energy|Supply|Electricity",
    "heat": "Emissions|CO2|Energy|Supply|Heat",
    "buildings": "Emissions|CO2|Energy|Demand|Residential and Commercial",
    "transport": "Emissions|CO2|Energy|Demand|Transportation",
    "agriculture": "Emissions|CO2|Energy|Demand|AFOFI",
    "steel": "Emissions|CO2|Industry|Steel",
    "cement": "Emissions|CO2|Industry|Cement",
    "aluminium_primary": "Emissions|CO2|Industry|Non-Ferrous Metals",
    "ammonia": "Emissions|CO2|Industry|Chemicals|Ammonia",
    "methanol": "Emissions|CO2|Industry|Chemicals|Methanol",
    "ethylene": "Emissions|CO2|Industry|Chemicals|Ethylene",
}
#: Branch of the emissions from which captured carbon is taken off.
NEGATIVE_IN = {
    "power_ccs": "Emissions|CO2|Energy|Supply|Electricity",
    "beccs": "Emissions|CO2|Energy|Supply|Electricity",
    "industry_ccs": "Emissions|CO2|Industry|Captured",
    "air_capture": "Emissions|CO2|Other Capture and Removal",
}
SINK_NAMES = {
    "afforestation": "Carbon Removal|Land Use|Re/Afforestation",
    "forest": "Carbon Removal|Land Use|Forest Management",
    "dead_wood": "Carbon Removal|Land Use|Forest Management",
    "grassland_measures": "Carbon Removal|Land Use|Grassland Measures",
    "grassland_initial_replaced": "Carbon Removal|Land Use|Grassland Measures",
    "permanence_buffer": "Carbon Removal|Land Use|Permanence Buffer",
    "wetland": "Carbon Removal|Land Use|Wetland Restoration",
    "wood_products": "Carbon Removal|Long-Lived Materials",
}
REMOVAL_NAMES = {
    "beccs": "Carbon Removal|Geological Storage|Biomass",
    "air_capture": "Carbon Removal|Geological Storage|Direct Air Capture",
}
CAPTURE_NAMES = {
    "power_ccs": "Carbon Capture|Energy|Supply|Electricity|Fossil",
    "beccs": "Carbon Capture|Energy|Supply|Electricity|Biomass",
    "industry_ccs": "Carbon Capture|Industry",
    "air_capture": "Carbon Capture|Direct Air Capture",
}
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
STORES = ("battery", "compressed_air", "pumped_hydro")
WITHDRAWAL_NAMES = {
    "thermal_cooling": "Water Withdrawal|Electricity",
    "panel_washing": "Water Withdrawal|Electricity",
    "electrolysis_water": "Water Withdrawal|Hydrogen",
    "industry_water": "Water Withdrawal|Industry",
    "afforestation_irrigation": "Water Withdrawal|Irrigation|Forest",
    "grassland_irrigation": "Water Withdrawal|Irrigation|Grassland",
    "wetland_ecological_water": "Water Withdrawal|Environment",
    "west_line_irrigation": "Water Withdrawal|Irrigation|Opened Land",
}


def named(key: object, names: Mapping[str, str], other: str) -> str:
    """The name of the longest listed beginning of ``key``; ``other`` when none fits. Parts end at ``_``."""
    text = str(key)
    fits = [start for start in names if text == start or text.startswith(f"{start}_")]
    return names[max(fits, key=len)] if fits else other


def declared_names(balance: str) -> dict[str, str]:
    """Item -> IAMC name that a lever declares for single items of a balance."""
    from ..core import registry

    found: dict[str, str] = {}
    for lever in (*registry.levers(), *registry.closings()):
        for indicator in lever.indicators:
            if indicator.iamc and indicator.balance == balance:
                found |= dict.fromkeys(indicator.items, indicator.iamc)
    return found
