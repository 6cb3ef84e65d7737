"""Grassland in the report: the area under each measure.

Limits: all vintages together; what stays untreated has no row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ....core.declare.results import YEAR, Link, ResultTable, number, texts
from ....core.solve.amounts import standing, terms, values
from ..grassland import TREATED

if TYPE_CHECKING:
    from ....core.solve.sides import Tables
    from ....core.solve.solution import Solution


def grassland(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Area under each measure at the milestone, all vintages together, in kha."""
    treated = standing(solution, values(solution, TREATED.name, "kha"))
    return treated.rename(columns={"value": "treated_kha"}) if len(treated) else treated


def grassland_links(solution: Solution) -> list[Link]:
    """What is treated is the sum over vintages."""
    found = standing(solution, terms(solution, TREATED.name, "kha"))
    return [Link("treated_kha", ("region", "water_zone", "grass_zone", "condition", "measure", "year"), found)] if len(found) else []


RESULTS = (
    ResultTable(
        "grassland", "Area under each measure at the milestone, all vintages together.", "里程碑年各措施下的草地面积（各批次合计）。",
        (*texts("region", "water_zone", "grass_zone", "condition", "measure"), YEAR, number("treated_kha", "kha")),
        ("region", "water_zone", "grass_zone", "condition", "measure", "year"), make=grassland, links=grassland_links,
    ),
)  # fmt: skip
