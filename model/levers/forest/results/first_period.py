"""What the standing forest would do in the first period by itself: figures to hold against published inventories.

Nothing is decided and nothing is solved; the stands of the base year age once, without felling and planting.

Limits: soil, wood products and dead wood on the ground are left out; lost stands count as carbon lost at once.
"""

from __future__ import annotations

import pandas as pd

from ....core.data import Data
from ....core.declare.units import convert
from ..stands import read_stands

#: Mt C in one Pg C.
MT_PER_PG = 1000.0


def first_period_sinks(data: Data) -> pd.DataFrame:
    """National yearly change over the first period when nothing is felled or planted.

    Columns quantity, value_pg_c (Pg C/yr; empty where no carbon is counted), value and unit. Quantities: ``living_biomass``,
    ``living_with_dead_wood_and_litter`` (standing dead wood and litter in proportion to it: the stock that the forest
    lever follows), both in Pg C/yr, and ``volume_increment`` in million m3/yr, net of losses. InputError as read_stands.
    """
    stands = read_stands(data)
    years = data.length(data.years[0])
    grown = stands.age_one_period(stands.area, years) - stands.area
    biomass, living = (float((grown * density).sum()) / years / MT_PER_PG for density in (stands.biomass, stands.living))
    volume = float(convert(float((grown * stands.volume).sum()) / years, "km3/yr", "million m3/yr"))
    rows = [
        ("living_biomass", biomass, biomass, "Pg C/yr"),
        ("living_with_dead_wood_and_litter", living, living, "Pg C/yr"),
        ("volume_increment", None, volume, "million m3/yr"),
    ]
    return pd.DataFrame(rows, columns=["quantity", "value_pg_c", "value", "unit"])
