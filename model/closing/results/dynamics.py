"""The pace of what is decided: yearly rates beside the floor and the ceiling that they are held to, drops and what they are priced at.

Limits: rows of ``build_dynamics`` alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...core.declare import units
from ...core.declare.results import UNIT, YEAR, ResultTable, number, texts
from ...core.solve.amounts import stack
from ..dynamics import CHANGED, DROPPED
from ..rates import KEY, RATES, Placed, held_rates, rate_terms

if TYPE_CHECKING:
    from ...core.solve.sides import Tables
    from ...core.solve.solution import Solution


def pace(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``pace``: rate, drop and price by row of ``build_dynamics`` and year, in the unit of the row."""
    build = solution.build
    rules = held_rates(build)
    if rules.empty or not any(spec.name in build.families for spec in DROPPED.values()):
        return pd.DataFrame()
    rate = _rates(solution)
    keys = [*KEY, "year"]
    found = rate
    for name, specs in (("dropped", DROPPED), ("changed", CHANGED)):
        used = stack([solution.values(spec.name) for spec in specs.values() if spec.name in build.families])
        used = used.rename(columns={"value": name})[[*keys, name]] if len(used) else pd.DataFrame(columns=[*keys, name])
        found = found.merge(used, how="left", on=keys)
    priced = found.merge(rules[[*KEY, "unit", "drop_price", "change_price"]], on=KEY)
    scale = np.array([units.convert(1.0, RATES[unit][0], unit) for unit in priced["unit"]])
    amounts = {name: priced[name].astype(float).fillna(0.0).to_numpy() * scale for name in ("value", "dropped", "changed")}
    paid = amounts["dropped"] * priced["drop_price"].astype(float).fillna(0.0) + amounts["changed"] * priced["change_price"].astype(float).fillna(0.0)
    return priced.assign(**amounts, rate=amounts["value"], paid=paid)


def _rates(solution: Solution) -> pd.DataFrame:
    """The rate of each row and year, in solver units."""
    parts: list[pd.DataFrame] = []
    placed: dict[str, Placed] = {}
    for row in held_rates(solution.build).itertuples():
        terms = rate_terms(solution.build, row, placed)
        rate = (terms["coefficient"] * solution.x[terms["position"].to_numpy()]).groupby(terms["year"]).sum()
        parts.append(rate.rename("value").reset_index().assign(decision=row.decision, item=row.item, scope=row.scope))
    return stack(parts)


RESULTS = (
    ResultTable(
        "pace", "Yearly rates that are held to a pace, and by how much they fall faster than they should.", "受节奏约束的年速率及超出允许的降速。",
        (
            *texts("decision", "item", "scope"), YEAR, number("rate", "", "Built, planted, felled or treated a year", "年建设、造林、采伐或治理量"),
            number("dropped", "", "By how much the rate falls below its floor", "低于下限的量"), number("changed", "", "Change on the period before, as far as it is priced", "较上一时期的变动（计价部分）"), UNIT,
            number("paid", "bn CNY/yr", "Price of drops and changes, in the objective alone", "降速与变动的价格（仅计入目标函数）"),
        ),
        ("decision", "item", "scope", "year"), make=pace,
    ),
)  # fmt: skip
