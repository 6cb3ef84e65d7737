"""Biomass that can be had, and room for carbon dioxide under ground.

Limits: residues of the forest are no source here, they come from harvest; energy crops on grassland are left out.
"""

from __future__ import annotations

import pandas as pd

from .frame import Estimate, credited, provinces, selected
from .parameters import ENERGY, Parameters, middle

#: Source of biomass -> column of the pack, Mt of dry matter.
SOURCES = {"agricultural_residue": "agri_residue_mt_dm", "energy_crop_marginal": "energy_crop_marginal_mt_dm"}


def frames() -> dict[str, pd.DataFrame]:
    """The tables of biomass and storage by name."""
    return {"biomass_supply": biomass_supply(), "co2_storage_sites": co2_storage_sites()}


def biomass_supply() -> pd.DataFrame:
    """Biomass by province and source: Mt dry matter a year, share collectable, GJ/t, CNY/GJ."""
    table = provinces(ENERGY, "biomass_and_storage")
    parts = []
    for source, column in SOURCES.items():
        share = Parameters("supply")["collectable_share", source]
        made = table.assign(
            source_type=source,
            supply=table[column],
            collectable_share=share.value,
            heating_value=table["lhv_gj_per_t"],
            cost=table["biomass_cost_cny_per_gj"],
        )
        parts.append(credited(made[made["supply"] > 0], share))
    parts.append(_municipal_waste())
    return selected(pd.concat(parts), ["region", "source_type", "supply", "collectable_share", "heating_value", "cost"])


def _municipal_waste() -> pd.DataFrame:
    """Waste that is burnt in power plants, spread over the provinces by population."""
    given = Parameters("supply")
    supply, heat, cost = (given[name, "municipal_waste"] for name in ("supply", "heating_value", "cost"))
    people = provinces(ENERGY, "economy_2020")
    share = people["population_2020_m"] / people["population_2020_m"].sum()
    made = people.assign(
        source_type="municipal_waste",
        supply=share * supply.value,
        collectable_share=1.0,
        heating_value=heat.value,
        cost=cost.value,
    )
    return credited(made, supply, heat, cost)


def co2_storage_sites() -> pd.DataFrame:
    """Proven storage by province, Mt; most injected a year, Mt; cost in CNY/t."""
    table = provinces(ENERGY, "biomass_and_storage")
    table = table[table["co2_storage_proven_mt"] > 0]
    supply = Parameters("supply")
    share, cap = supply["injection_share", "all"], supply["injection_cap", "province"]
    pack = middle("co2_transport_storage", "opex_cny_per_tco2")
    cost = Estimate(pack.value, pack.source, pack.quality, "")
    proven = table["co2_storage_proven_mt"]
    made = table.assign(proven=proven, injection_limit=(proven * share.value).clip(upper=cap.value), cost=cost.value)
    return selected(credited(made, share, cap, cost), ["region", "proven", "injection_limit", "cost"])
