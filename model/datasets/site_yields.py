"""What a site gives and how much room it has, held to what was seen: yields by province to observed hours, room to what stands and can come.

    table = bounded(held_to_hours(table))

The potential table takes yields from gridded means. ``observed/capacity_factor.csv`` sets beside them the hours of plants of 6 MW and more
of 2018 to 2024, with what was curtailed added back, and proposes a factor by province for turbines on land, panels on the ground and panels
on roofs. Turbines at sea keep their yields: their hours are published only together with those on land.

Limits: hours of the first years of a plant; ageing (0.4 to 0.5 % a year of panels) is left out. Hours of roofs are no series of their own but
0.90 of those of plants. Room in Tibet is one number for all years, not a path.
"""

from __future__ import annotations

import pandas as pd

from .frame import Estimate, credited, join_sources, provinces
from .observed_power import capacity
from .observed_series import SPAN
from .parameters import Parameters

#: Technology of the model -> technology whose observed hours and plants it shares.
SEEN_AS = {
    "wind_onshore": "wind_onshore", "pv_distributed": "pv_distributed",
    "pv_utility": "pv_utility", "pv_agrivoltaic": "pv_utility", "pv_over_canal": "pv_utility",
}  # fmt: skip
ROOM = "most_potential"


def held_to_hours(table: pd.DataFrame) -> pd.DataFrame:
    """``table`` (sites by province) with capacity factors times the factor of the province and technology; KeyError where there is none."""
    seen = provinces("observed", "capacity_factor").set_index(["region", "technology"])
    touched = table["technology"].isin(list(SEEN_AS))
    own = table[touched]
    found = seen.loc[list(zip(own["region"], own["technology"].map(SEEN_AS), strict=True))].set_index(own.index)
    made = table.copy()
    made.loc[touched, "capacity_factor"] = own["capacity_factor"] * found["proposed_factor"]
    made.loc[touched, "source"] = [join_sources(pair) for pair in zip(own["source"], found["source"], strict=True)]
    return made


def bounded(table: pd.DataFrame) -> pd.DataFrame:
    """``table`` with room for what stood at the end of 2025, and with no more than a stated room where little can be built or led away."""
    kinds = table["technology"].map(SEEN_AS)
    room = table.groupby([table["region"], kinds])["potential"].sum()
    stood = capacity()
    stood = stood[stood["year"] == SPAN[-1]].set_index(["place", "item"])
    given = Parameters("siting")
    made = table.copy()
    for place, kind in room.index:
        own = (table["region"] == place) & (kinds == kind)
        limit = given.get(ROOM, f"{place}:{kind}")
        stands = stood.loc[(place, kind)] if (place, kind) in stood.index else None
        if limit is not None and room[place, kind] > limit.value:
            made.loc[own, "potential"] *= limit.value / room[place, kind]
            made = _rested(made, own, limit)
        elif stands is not None and stands["value"] > room[place, kind]:
            made.loc[own, "potential"] *= stands["value"] / room[place, kind]
            made = _rested(made, own, Estimate(0.0, stands["source"], "estimate", "room for what stood at the end of 2025, more than the potential of the source"))
    return made


def _rested(table: pd.DataFrame, rows: pd.Series, on: Estimate) -> pd.DataFrame:
    """``table`` where ``rows`` rest on that estimate as well."""
    both = credited(table[rows], on)
    made = table.copy()
    made.loc[rows, ["source", "quality"]] = both[["source", "quality"]]
    made.loc[rows, "note"] = on.note
    return made
