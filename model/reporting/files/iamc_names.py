"""Which IAMC variable stands for which category, technology or item of this model.

Names follow the public list of the Integrated Assessment Modeling Consortium (common-definitions) where it has one;
names declared by a lever replace those written here.

Limits: names only; keys that a user invents fall back to the branch ``Other``.
"""

from __future__ import annotations

from collections.abc import Mapping

NET = "Emissions|CO2"
#: All fossil and process emissions. Industry is one account of fuel and process, so that neither ``Energy`` nor
#: ``Industrial Processes`` of the public list can be told: their names would say more, or less, than the numbers hold.
COMBINED = f"{NET}|Energy and Industrial Processes"
INDUSTRY = f"{COMBINED}|Industry"
EMISSION_NAMES = {
    "power": f"{COMBINED}|Electricity",
    "heat": f"{COMBINED}|Heat",
    "buildings": f"{COMBINED}|Residential and Commercial",
    "transport": f"{COMBINED}|Transportation",
    "agriculture": f"{COMBINED}|AFOFI",
    "steel": f"{INDUSTRY}|Steel",
    "cement": f"{INDUSTRY}|Cement",
    "aluminium_primary": f"{INDUSTRY}|Non-Ferrous Metals",
    "ammonia": f"{INDUSTRY}|Chemicals|Ammonia",
    "methanol": f"{INDUSTRY}|Chemicals|Methanol",
    "ethylene": f"{INDUSTRY}|Chemicals|Ethylene",
    "other_industry": f"{INDUSTRY}|Other",
}
#: Emissions of a sector or category that is not listed.
OTHER_INDUSTRY, OTHER_EMISSION = f"{INDUSTRY}|Other", f"{COMBINED}|Other"
#: Branch of the emissions from which captured carbon is taken off; that of sectors goes to the sector itself.
NEGATIVE_IN = {"power_ccs": EMISSION_NAMES["power"], "beccs": EMISSION_NAMES["power"]}
CAPTURE_OF_SECTORS = ("industry_ccs", "end_use_ccs")
OTHER_CAPTURE = f"{NET}|Other Capture and Removal"
LAND_SINK = f"{NET}|AFOLU"
#: Sinks withheld in the account, which no stock holds: they are no flow of carbon and are exported nowhere.
WITHHELD = ("permanence_buffer",)
#: Net change of stocks; blank: a loss that no lever removes anything by, inside ``AFOLU`` only. Soil and dead wood are
#: those of all stands, old and new, so that what is planted and what stood before is told apart for living trees only.
SINK_NAMES = {
    "forest_living": "Carbon Removal|Land Use|Forest|Living Trees|Existing Stands",
    "new_forest_living": "Carbon Removal|Land Use|Forest|Living Trees|New Stands",
    "afforestation": "Carbon Removal|Land Use|Forest|Living Trees|New Stands",
    "forest_soil": "Carbon Removal|Land Use|Forest|Soil",
    "dead_wood": "Carbon Removal|Land Use|Forest|Dead Wood",
    "grassland_measures": "Carbon Removal|Land Use|Grassland Measures",
    "grassland_initial_replaced": "Carbon Removal|Land Use|Grassland Measures",
    "grassland_degradation": "",
    "wetland": "Carbon Removal|Land Use|Wetland Restoration",
    "wood_products": "Carbon Removal|Long-Lived Materials",
}
REMOVAL_NAMES = {
    "beccs": "Carbon Removal|Geological Storage|Biomass",
    "air_capture": "Carbon Removal|Geological Storage|Direct Air Capture",
}
#: By source; all that is captured is stored, so that the total is what is stored as well.
CAPTURE_NAMES = {
    "power_ccs": "Carbon Capture|Electricity|Fossil",
    "beccs": "Carbon Capture|Electricity|Biomass",
    "industry_ccs": "Carbon Capture|Industry",
    "end_use_ccs": "Carbon Capture|End Use",
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
#: Fuel of a thermal technology -> its branch, and whether the branch is parted by capture.
FUEL_NAMES = {"coal": ("Coal", True), "gas": ("Gas", True), "biomass": ("Biomass", True), "hydrogen": ("Hydrogen", False), "waste_heat": ("Other", False)}
CAPTURING, FREE = "w/ CCS", "w/o CCS"
#: Items of water that make up each withdrawal. An item of the model that changes a use outside the levers (a saving of
#: farms, the change of industry) stands with that use: a change alone is no withdrawal.
WITHDRAWAL_NAMES = {
    "exogenous_agriculture": "Water Withdrawal|Agriculture|Farms",
    "farm_water_cut": "Water Withdrawal|Agriculture|Farms",
    "afforestation_irrigation": "Water Withdrawal|Agriculture|New Forest",
    "grassland_irrigation": "Water Withdrawal|Agriculture|Grassland",
    "west_line_irrigation": "Water Withdrawal|Agriculture|Opened Land",
    "exogenous_industry": "Water Withdrawal|Industrial Water",
    "industry_water": "Water Withdrawal|Industrial Water",
    "exogenous_domestic": "Water Withdrawal|Municipal Water",
    "end_use_water": "Water Withdrawal|Municipal Water",
    "exogenous_ecology": "Water Withdrawal|Environment",
    "wetland_ecological_water": "Water Withdrawal|Environment",
    "thermal_cooling": "Water Withdrawal|Electricity",
    "nuclear_cooling": "Water Withdrawal|Electricity",
    "panel_washing": "Water Withdrawal|Electricity",
    "electrolysis_water": "Water Withdrawal|Hydrogen",
}
#: What no withdrawal is: transfers between places, rights to them, and evaporation that panels save.
NO_WITHDRAWAL = ("available", "idle", "rights_bought", "rights_sold", "west_line_delivery", "west_line_withdrawal", "evaporation_saved")


def named(key: object, names: Mapping[str, str], other: str) -> str:
    """The name of the longest listed beginning of ``key``; ``other`` when none fits. Parts end at ``_``."""
    text = str(key)
    fits = [start for start in names if text == start or text.startswith(f"{start}_")]
    return names[max(fits, key=len)] if fits else other


def declared_names(balance: str) -> dict[str, str]:
    """Item -> IAMC name that a lever declares for single items of a balance."""
    from ...core.build import registry

    found: dict[str, str] = {}
    for lever in (*registry.levers(), *registry.closings()):
        for indicator in lever.indicators:
            if indicator.iamc and indicator.balance == balance:
                found |= dict.fromkeys(indicator.items, indicator.iamc)
    return found
