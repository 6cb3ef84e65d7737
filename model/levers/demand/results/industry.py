"""Industry and end use in the report: what each sector makes, and the part of it that each measure covers.

Limits: the part that a measure of the stage capture covers is the output whose flue gas, had no other measure changed it, holds what is captured.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ....core.build.roles import decisions
from ....core.declare.results import YEAR, Identity, Link, ResultTable, number, texts
from ....core.goods import MILLION_UNITS, goods
from ....core.solve.amounts import stack, terms, values
from ....core.solve.sides import Sides, Tables, compare, sums
from ..end_use import ADOPTED_END_USE, END_USE, END_USE_ACTIVITY, end_use_sequence
from ..industry import ADOPTED, INDUSTRY, INDUSTRY_DEMAND, OUTPUT, industry_sequence
from ..sequence import Sequence

if TYPE_CHECKING:
    from ....core.solve.solution import Solution

PLACE = ["region", "sector", "year"]
#: Measure of rows of ``industry`` that hold the whole output of a sector.
WHOLE = "none"
END_USE_UNIT = "Mt CO2/yr"


def industry(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``industry``: sectors and end uses; measure ``none`` is the whole output, the others the part they cover.

    ``share`` is the share of the output on which the measure is added to what the base year had.
    """
    return stack([*_industry(solution), *_end_use(solution)])


def _industry(solution: Solution) -> list[pd.DataFrame]:
    build = solution.build
    if OUTPUT.name not in build.families:
        return []
    data = build.data
    table = data.frame(INDUSTRY)
    history = table[["region", "sector", "output"]].assign(year=data.base_year)
    decided = values(solution, OUTPUT.name).rename(columns={"value": "output"})
    units = {sector: f"{good.million}/yr" for sector, good in goods(data, (INDUSTRY,)).items()}
    whole = stack([history, decided])
    whole = whole.assign(output_unit=whole["sector"].map(units).fillna(f"{MILLION_UNITS}/yr"))
    return [whole.assign(measure=WHOLE, share=0.0, abated_mt_co2=0.0), _adopted(solution, ADOPTED.name, whole, industry_sequence(data))]


def _end_use(solution: Solution) -> list[pd.DataFrame]:
    build = solution.build
    if ADOPTED_END_USE.name not in build.families:
        return []
    data = build.data
    table = data.frame(END_USE)[["region", "sector", "emission"]]
    index = data.frame(END_USE_ACTIVITY)[["sector", "year", "value"]]
    index = index[index["year"].isin(data.years)].astype({"year": "int64", "value": "float64"})
    base = table[["sector"]].drop_duplicates().assign(year=data.base_year, value=1.0)
    whole = table.merge(stack([base, index]), on="sector")
    whole = whole.assign(output=whole["emission"].astype(float) * whole["value"], output_unit=END_USE_UNIT)
    whole = whole[[*PLACE, "output", "output_unit"]]
    return [whole.assign(measure=WHOLE, share=0.0, abated_mt_co2=0.0), _adopted(solution, ADOPTED_END_USE.name, whole, end_use_sequence(data))]


def _adopted(solution: Solution, family: str, whole: pd.DataFrame, sequence: Sequence) -> pd.DataFrame:
    """One row per measure adopted: what it covers and what it abates or captures."""
    adopted = values(solution, family)
    if adopted.empty:
        return adopted
    frame = sequence.of_rows(adopted.merge(whole, how="left", on=PLACE))
    output = frame["output"].astype(float).to_numpy()
    share = np.divide(frame["value"].to_numpy(dtype=float), output, out=np.zeros(len(frame)), where=output > 0.0)
    return frame.assign(share=share, abated_mt_co2=frame["value"] * frame["abated"])


def industry_links(solution: Solution) -> list[Link]:
    """Outputs are decided (those of end uses are given), and so is what a measure covers: its share times the output; what it abates goes with that."""
    found, keys = [], (*PLACE, "measure")
    made = terms(solution, OUTPUT.name)
    if len(made):
        found.append(Link("output", keys, made.assign(measure=WHOLE)))
    data = solution.build.data
    for family, sequence_of in ((ADOPTED.name, industry_sequence), (ADOPTED_END_USE.name, end_use_sequence)):
        adopted = terms(solution, family)
        if adopted.empty:
            continue
        abated = sequence_of(data).of_rows(adopted)["abated"]
        found += [Link("share", keys, adopted, times="output"), Link("abated_mt_co2", keys, adopted.assign(value=adopted["value"] * abated))]
    return found


def industry_demand(tables: Tables, solution: Solution) -> list[Sides]:
    """The regions together produce what the nation asks for."""
    data = solution.build.data
    if OUTPUT.name not in solution.build.families:
        return []
    demand = data.frame(INDUSTRY_DEMAND)
    asked = sums(demand[demand["year"].isin(data.years)].astype({"value": "float64"}), ["sector", "year"])
    table = tables["industry"]
    made = sums(table[table["measure"] == WHOLE], ["sector", "year"], "output").reindex(asked.index).fillna(0.0)
    return [compare(np.minimum(made, asked), asked)]


def abatement_listed_once(tables: Tables, solution: Solution) -> list[Sides]:
    """What the allocation says that measures abate is what the industry table says."""
    table, listed = tables["industry"], tables["allocation"]
    keys = ["region", "year"]
    taken = sums(table[table["measure"] != WHOLE], keys, "abated_mt_co2")
    told = [decision.lever for decision in decisions(solution.build).values() if decision.told and decision.told.table == "industry"]
    return [compare(sums(listed[listed["lever"].isin(told)], keys), taken)]


RESULTS = (
    ResultTable(
        "industry", "Output of each sector and end use, and the part that each measure covers; `none` is the whole.",
        "各行业与终端的产量及各措施覆盖部分；`none`为全部。",
        (
            *texts("region", "sector", "measure"), YEAR, number("output", beside="output_unit"), *texts("output_unit"),
            number("share", "1"), number("abated_mt_co2", "Mt CO2/yr"),
        ),
        ("region", "sector", "measure", "year"), make=industry, links=industry_links,
    ),
)  # fmt: skip
IDENTITIES = (
    Identity("industry_meets_demand", "Industry meets demand", "工业产出满足需求", industry_demand),
    Identity("abatement_listed_once", "Abatement is listed once", "减排量不重复计", abatement_listed_once),
)
