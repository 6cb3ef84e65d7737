"""What the standing forest would do in the first period by itself: figures to hold against published inventories.

Nothing is decided and nothing is solved; the stands of the base year age once, without felling and planting.

Limits: soil, wood products and dead wood on the ground are left out; lost stands count as carbon lost at once. What
may be felled is looked at by volume and capacity alone, without quota, even flow and markets.
"""

from __future__ import annotations

import pandas as pd

from ....core.data import Data
from ....core.declare.units import convert
from ..stands import read_stands
from ..tables import FOREST_HARVEST
from .posts import forest_classes
from .rules import is_banned

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


def first_period_harvest(data: Data) -> pd.DataFrame:
    """Whether the harvest of the base year can be kept up in the first period, by region and in km3/yr standing volume.

    Columns region, felled_base, cuttable, missing and possible: ``cuttable`` is the volume of productive stands past the
    cutting age at the base year spread over the period (natural ones only when the logging ban is over), ``missing`` what
    it falls short of the base-year felling, ``possible`` the part of it within the capacity that can be built by then.
    InputError as read_stands.
    """
    stands, year = read_stands(data), data.years[0]
    classes = forest_classes(data, stands)
    banned = is_banned(data, year)
    open_ = classes[classes["cuttable"] & ~(banned & (classes["origin"] == "natural"))]
    cuttable = (open_["area"] * open_["volume"]).groupby(open_["region"]).sum() / data.length(year)
    table = data.frame(FOREST_HARVEST)
    felled = (table["roundwood_base"] / table["recovery"].where(table["recovery"] > 0.0)).astype(float).fillna(0.0)
    made = pd.DataFrame({"region": table["region"], "felled_base": felled}).reset_index(drop=True)
    made["cuttable"] = made["region"].map(cuttable).astype(float).fillna(0.0)
    made["missing"] = (made["felled_base"] - made["cuttable"]).clip(lower=0.0)
    capacity = felled + data.length(year) * table["capacity_growth"].astype(float)
    made["possible"] = made["cuttable"].clip(upper=capacity.to_numpy())
    return made
