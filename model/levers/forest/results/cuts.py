"""What is cut in part and what follows on felled area, in the report.

Limits: felled area has rows only where more than one kind may follow; what is clearcut stands in ``forest``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ....core.declare import units
from ....core.declare.results import YEAR, Field, Link, ResultTable, number, texts
from ....core.solve.amounts import rate, terms, values
from ..parts.areas import REGENERATED
from ..parts.partial import CUT, PARTIAL, partial_classes
from ..parts.posts import forest_classes
from ..stands import stands_of

if TYPE_CHECKING:
    from ....core.solve.sides import Tables
    from ....core.solve.solution import Solution


def regeneration(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``regeneration``: felled area by what follows, in kha a year, where more than one kind may follow."""
    frame = values(solution, REGENERATED.name, "kha")
    return rate(solution, frame).rename(columns={"value": "area_kha"}) if len(frame) else frame


def regeneration_links(solution: Solution) -> list[Link]:
    """What follows on felled area is decided."""
    frame = terms(solution, REGENERATED.name, "kha")
    return [Link("area_kha", ("from_stratum", "to_stratum", "year"), rate(solution, frame))] if len(frame) else []


def partial_links(solution: Solution) -> list[Link]:
    """What is cut in part is decided."""
    frame = terms(solution, PARTIAL.name, "kha")
    return [Link("area_kha", (*CUT, "year"), rate(solution, frame))] if len(frame) else []


def partial_cutting(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``partial_cutting``: area cut in part (kha a year), the class it stands on as, and the volume removed."""
    cut = values(solution, PARTIAL.name, "kha")
    stands = stands_of(solution)
    if cut.empty or stands is None:
        return pd.DataFrame()
    data = solution.build.data
    ways = partial_classes(data, stands, forest_classes(data, stands))
    frame = rate(solution, cut).merge(ways, how="left", on=CUT, validate="many_to_one")
    removed = units.convert((frame["value"] * frame["removed"]).to_numpy(dtype=float), "kha*km3/Mha", "million m3")
    return frame.assign(younger_class=frame["younger"], area_kha=frame["value"], removed_mm3=removed)


RESULTS = (
    ResultTable(
        "regeneration", "Felled area by what follows, where more than one kind may follow.", "采伐迹地面积，按更新后的分层（有多种可选时）。",
        (*texts("from_stratum", "to_stratum"), YEAR, number("area_kha", "kha/yr")), ("from_stratum", "to_stratum", "year"), make=regeneration, links=regeneration_links,
    ),
    ResultTable(
        "partial_cutting", "Area cut in part, the class it stands on as, and the volume removed.", "择伐与间伐面积、其后龄级与采出蓄积。",
        (
            *texts("region", "stratum", "method"), Field("age_class", "integer"), Field("younger_class", "integer"), YEAR,
            number("area_kha", "kha/yr"), number("removed_mm3", "million m3/yr"),
        ),
        ("region", "stratum", "method", "age_class", "year"), make=partial_cutting, links=partial_links,
    ),
)  # fmt: skip
