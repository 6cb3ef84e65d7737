"""Afforestation in the report: what is planted and what of it lives, on which land and into which stratum.

Limits: a stratum has its name from the forest; without a forest in the model none is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ....core.build.roles import closed, known_keys
from ....core.declare.results import YEAR, Identity, Link, ResultTable, number, texts
from ....core.solve.amounts import rate, terms, values
from ....core.solve.sides import compare, cumulated, decided, sums
from ..afforestation import PLANTED, ROW
from ..tables import AFFORESTATION_LAND

if TYPE_CHECKING:
    from ....core.solve.sides import Sides, Tables
    from ....core.solve.solution import Solution

#: The use of land that is planted.
PLANTINGS = "afforestation"


def planting(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``planting``: kha a year planted and established, by land and the stratum that it enters."""
    planted = values(solution, PLANTED.name, "kha")
    if planted.empty:
        return planted
    survival = solution.build.data.frame(AFFORESTATION_LAND).set_index(ROW)["survival"].astype(float)
    frame = rate(solution, planted).rename(columns={"value": "planted_kha"})
    lives = survival.reindex(pd.MultiIndex.from_frame(frame[ROW])).to_numpy()
    entered = _strata(solution)
    names = [entered.get(key, "") for key in frame[ROW].itertuples(index=False, name=None)]
    return frame.assign(stratum=names, established_kha=frame["planted_kha"] * lives)


def planting_links(solution: Solution) -> list[Link]:
    """What is planted is decided, what is established the share of it that lives."""
    planted = terms(solution, PLANTED.name, "kha")
    if planted.empty:
        return []
    survival = solution.build.data.frame(AFFORESTATION_LAND).set_index(ROW)["survival"].astype(float)
    frame, keys = rate(solution, planted), (*ROW, "year")
    lives = survival.reindex(pd.MultiIndex.from_frame(frame[ROW])).to_numpy()
    return [Link("planted_kha", keys, frame), Link("established_kha", keys, frame.assign(value=frame["value"] * lives))]


def _strata(solution: Solution) -> dict[tuple[str, ...], str]:
    """Region, water zone and land type -> the stratum that plantings there enter."""
    strata = known_keys(solution.build, "stratum")
    return dict(zip(strata[ROW].itertuples(index=False, name=None), strata["stratum"], strict=True)) if len(strata) else {}


def plantings_on_land(tables: Tables, solution: Solution) -> list[Sides]:
    """Plantings hold the land that they are posted on."""
    if not closed(solution.build, "land") or not closed(solution.build, "offered_land"):
        return []
    land = decided(tables["land"], solution)
    held = sums(land[land["use"] == PLANTINGS], ["region", "year"])
    return [compare(held, cumulated(tables["planting"], solution, ["region"], "planted_kha"))]


RESULTS = (
    ResultTable(
        "planting", "Area planted and established, by land and by the stratum it enters.", "造林与成活面积，按地类与进入的分层。",
        (
            *texts("region", "water_zone", "land_type", "stratum"), YEAR, number("planted_kha", "kha/yr"),
            number("established_kha", "kha/yr"),
        ),
        ("region", "water_zone", "land_type", "year"), make=planting, links=planting_links,
    ),
)  # fmt: skip

IDENTITIES = (
    Identity("plantings_hold_their_land", "Plantings hold their land", "造林面积等于所占林地", plantings_on_land),
)
