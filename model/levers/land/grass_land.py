"""The grassland that measures may go on, what each of them does there, and what of it was done in periods of history.

What statistics count as grass sown and improved is work on the ground: measures that restore degraded land and cost something to
establish. As much money goes to each of them on a piece of land, so that the cheap ones cover most of it.

Limits: a hectare is an average one of those not yet under a ban; by which measure and where in a region grass was improved is a rule,
no statistic tells it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...core.data import Data
from ...core.declare.spec import Finding
from ...core.declare.units import CO2_PER_C
from ...core.ledger import join
from ..spread import Spread, spread
from .tables import GRASS_CONDITIONS, GRASS_INITIAL, GRASS_MEASURES, GRASSLAND

LAND_KEY = ["region", "water_zone", "grass_zone", "condition"]
DEGRADED = ("moderate", "severe")


def open_grass(data: Data) -> pd.DataFrame:
    """Grassland with what its condition and the measures in force leave of it (Mha) and forage (Mt DM/Mha/yr)."""
    grass = data.frame(GRASSLAND)
    grass = grass[grass["area"] > 0]
    factors = data.frame(GRASS_CONDITIONS)
    rows = grass.index
    grass = join(grass, factors, on=["condition"], columns=["carbon_factor", "forage_factor"]).set_index(rows)
    # More land may be reported under the measures of the base year than the survey counts: the ban comes first.
    grass["treatable"] = (grass["area"] - grass["initial_ban"]).clip(lower=0.0)
    grass["balanced"] = np.minimum(grass["initial_balance"], grass["treatable"])
    grass["free"] = grass["treatable"] - grass["balanced"]
    grass["forage"] = grass["forage_yield"] * grass["forage_factor"] * data.number("forage_use_limit")
    return grass


def candidates(data: Data, grass: pd.DataFrame) -> pd.DataFrame:
    """Every measure on every piece of grassland where it may go, with the coefficients of both."""
    pairs = grass.merge(data.frame(GRASS_MEASURES), on="grass_zone")
    light = pairs["light"] > 0
    room = np.where(light, pairs["free"], pairs["treatable"])
    allowed = (pairs["degraded_only"] == 0) | pairs["condition"].isin(DEGRADED)
    # A hectare is an average of those not banned: only its part without a measure in force was degrading, and
    # its part under balance had already given up some forage. Nothing is credited twice whatever the plan.
    balanced_share = pairs["balanced"] / pairs["treatable"].where(pairs["treatable"] > 0, 1.0)
    given_up = np.where(light, 0.0, data.number("initial_balance_forage_loss") * balanced_share)
    pairs["degradation_stopped"] = pairs["degradation"] * (1.0 - balanced_share) * CO2_PER_C
    pairs["forage_lost"] = pairs["forage_loss"] * pairs["forage"] * (1.0 - given_up)
    pairs["gain"] = pairs["rate"] * pairs["carbon_factor"] * CO2_PER_C
    # Measures in force that a new one takes over: their gain and their reward end there. A light measure goes on
    # land without a measure, a stronger one on the average of what is not banned.
    taken_over = np.where(light, 0.0, balanced_share)
    old = _balance_in_force(data, pairs["grass_zone"])
    pairs["replaced_gain"] = taken_over * old["rate"] * pairs["carbon_factor"] * CO2_PER_C
    pairs["replaced_years"] = old["years_left"]
    pairs["replaced_compensation"] = taken_over * old["compensation"]
    return pairs[(room > 0) & allowed].reset_index(drop=True)


def _balance_in_force(data: Data, zones: pd.Series) -> pd.DataFrame:
    """Rate, years left and compensation of the balance in force since before the base year, by zone; else 0."""
    initial = data.frame(GRASS_INITIAL)
    columns = ["rate", "years_left", "compensation"]
    old = initial[initial["measure"] == "balance"].set_index("grass_zone")[columns].astype(float)
    return old.reindex(zones).fillna(0.0).set_axis(zones.index)


def treated_before(data: Data, grass: pd.DataFrame, possible: pd.DataFrame) -> Spread:
    """What was brought under measures in periods of history, Mha by piece of grassland and measure."""
    works = possible[possible["condition"].isin(DEGRADED) & (possible["light"] == 0) & (possible["restores"] > 0) & (possible["establishment_cost"].astype(float) > 0.0)]
    each = 1.0 / works["establishment_cost"].astype(float)
    whole = each.groupby([works[column] for column in LAND_KEY]).transform("sum")
    return spread(data, "grassland_treated", works.assign(room=works["treatable"], part=each / whole), LAND_KEY, [*LAND_KEY, "measure"])


def check_treated_before(data: Data) -> list[Finding]:
    """Grassland that was treated somewhere must be open there."""
    if not data.history:
        return []
    grass = open_grass(data)
    return treated_before(data, grass, candidates(data, grass)).findings(data)
