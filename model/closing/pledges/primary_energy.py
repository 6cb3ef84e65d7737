"""Primary energy as the pledges count it: fuel as it is, power that burns nothing by the coal it stands for.

Levers post what they burn and what they give (account ``primary_energy``, in TWh of fuel or of power). ``power_equivalent`` says what
one unit of power of a source counts: the mean coal use of thermal supply by year, which is the convention of the national statistics
and of the pledges; with 8.141 kWh per kgce in all years it would be the direct equivalent. Power from biomass counts as power, biomass
burnt elsewhere as fuel.

Limits: heat from the ground, sun and air is not counted; trade of fuels and losses before their use are not known.
"""

from __future__ import annotations

import pandas as pd

from ...core.data import Data
from ...core.declare.spec import Column, Complete, Table
from ...levers.fuels import BIOMASS, CURTAILED, FOSSIL, FUEL, POWER

#: Sources whose power counts by its equivalent.
COUNTED = ("nuclear", "hydro", "wind", "solar", BIOMASS)

POWER_EQUIVALENT = Table(
    "power_equivalent",
    (
        Column("energy_source", "", "text", key=True, choices=COUNTED, en="Source of power", zh="电力来源"),
        Column("value", "gce/kWh", low=0, base_year=True, en="Coal equivalent of one unit of its power", zh="单位电量折标准煤"),
    ),
    complete=(
        Complete(("energy_source",), en="its power is missing from primary energy", zh="一次能源缺少该来源电力"),
    ),
    shape="years", en="Coal equivalent of power that burns no fossil fuel", zh="非化石电力折煤系数",
)


def counted(data: Data, posts: pd.DataFrame) -> pd.Series:
    """What one unit of each post counts (index of ``posts``): 1 for fuel, the equivalent for power, 0 for memo entries.

    What is curtailed counts as wind does: it is taken off all sources of a region together.
    """
    equivalent = data.lookup(POWER_EQUIVALENT)
    curtailed = {(CURTAILED, year): value for (source, year), value in equivalent.items() if source == "wind"}
    known = {**equivalent, **curtailed}
    keys = zip(posts["energy_source"], posts["year"].astype(int), posts["form"], strict=True)
    weight = pd.Series([1.0 if form == FUEL else known.get((source, year), 0.0) for source, year, form in keys], index=posts.index, dtype=float)
    return weight.where(~posts["memo"].astype(bool), 0.0)


def is_fossil(posts: pd.DataFrame) -> pd.Series:
    """Which posts are fossil fuel."""
    return posts["energy_source"].isin(FOSSIL) & (posts["form"] != POWER)
