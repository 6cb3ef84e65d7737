"""Methane in the report, beside the CO2 target: mass by source, and the same as CO2.

Limits: one warming potential for every source and year.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ....core.declare import units
from ....core.declare.results import YEAR, Identity, ResultTable, number, texts
from ....core.solve.amounts import entries, total, with_group
from ....core.solve.sides import Sides, Tables, compare, not_negative, sums
from ..methane import METHANE_GWP

if TYPE_CHECKING:
    from ....core.solve.solution import Solution


def methane(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Mass by source and year, and the same as CO2 by the workbook's potential; outside the target."""
    found = entries(solution, "methane", "kt CH4/yr")
    if found.empty:
        return found
    found = total(found.rename(columns={"item": "category", "value": "ch4_kt"}), ["region", "category", "year"], "ch4_kt")
    potential = solution.build.data.number(METHANE_GWP.name)
    equivalent = units.convert(found["ch4_kt"].to_numpy(dtype=float), "kt CH4", "Mt CH4") * potential
    return with_group(solution, found.assign(co2_equivalent_mt=equivalent))


def methane_is_a_memo(tables: Tables, solution: Solution) -> list[Sides]:
    """Methane as CO2 stands in the emissions as a memo, with the mass times its potential, and never in the target."""
    methane, carbon = tables["methane"], tables["carbon"]
    keys = ["region", "category", "year"]
    memo = carbon[carbon["category"].isin(methane["category"])]
    potential = solution.build.data.number(METHANE_GWP.name) * units.convert(1.0, "kt CH4", "Mt CH4")
    return [
        compare(sums(memo[memo["in_target"] == 0], keys), sums(methane, keys, "ch4_kt") * potential),
        compare(sums(methane, keys, "co2_equivalent_mt"), sums(methane, keys, "ch4_kt") * potential),
        not_negative(memo.assign(value=-memo["value"])[memo["in_target"] == 1]),
    ]


RESULTS = (
    ResultTable(
        "methane", "Methane by source, beside the CO2 target, and the same as CO2.", "各来源甲烷（CO2目标之外）及折合CO2。",
        (*texts("region", "region_group", "category"), YEAR, number("ch4_kt", "kt CH4/yr"), number("co2_equivalent_mt", "Mt CO2/yr")),
        ("region", "category", "year"), make=methane,
    ),
)  # fmt: skip
IDENTITIES = (
    Identity("methane_is_a_memo", "Methane counts for no target", "甲烷不计入目标", methane_is_a_memo),
)
