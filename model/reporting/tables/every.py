"""Every result table of a plan, in workbook units: kha, million m3, GW, TWh, Mt and bn CNY.

    tables = result_tables(solution)
    tables["carbon"]

The tables are those of ``columns.TABLES``; a table whose lever is not in the model is there without rows.

Limits: finest regions; other levels stand in ``by_group``.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...core.solve.solution import Solution
from ...evidence.calibration import calibration
from ...evidence.claim_rules import consistency
from ...evidence.level_rules import published_levels
from ...levers.demand.goods import named_units
from ..additionality import additionality
from ..roadmap import roadmap
from . import accounts as account
from . import diversion as diversion
from . import energy as energy
from . import forest as forests
from . import land as lands
from . import money as funds
from . import prices as priced
from . import summary as summary
from .columns import TABLES, conform


def result_tables(solution: Solution) -> dict[str, pd.DataFrame]:
    """All result tables by name, in the order of ``columns.TABLES``. A plan without values gives empty tables."""
    if not solution.has_values:
        return {name: conform(name, pd.DataFrame()) for name in TABLES}
    made: dict[str, pd.DataFrame] = {}

    def keep(name: str, frame: pd.DataFrame) -> None:
        made[name] = _finish(solution, name, frame)

    for name, function in (
        ("carbon", account.carbon), ("additionality", additionality), ("forest", forests.forest), ("land", lands.land), ("land_transitions", lands.land_transitions), ("water", account.water), ("streams", account.streams), ("methane", account.methane),
        ("money", funds.money), ("power", energy.power), ("power_balance", energy.power_balance), ("curtailment", energy.curtailment),
        ("industry", energy.industry), ("trade", energy.trade), ("limits", _limits), ("objective", funds.objective),
        ("wood", forests.wood), ("planting", forests.planting), ("regeneration", forests.regeneration),
        ("partial_cutting", forests.partial_cutting), ("harvest_value", forests.harvest_value),
        ("grassland", forests.grassland), ("siting", energy.siting), ("transmission", energy.transmission),
        ("prices", priced.prices), ("gaps", priced.gaps), ("sources", summary.sources),
    ):  # fmt: skip
        keep(name, function(solution))
    keep("certificate", solution.certificate())
    keep("stocks", forests.stocks(solution, made["forest"]))
    keep("allocation", summary.allocation(solution, made))
    keep("by_group", summary.by_group(solution, made))
    keep("roadmap", roadmap(solution, made))
    keep("by_district", forests.by_district(solution, made["forest"]))
    keep("calibration", calibration(solution, made))
    keep("published_levels", published_levels(solution, made))
    keep("diversion_account", diversion.diversion_account(solution, made))
    keep("consistency", consistency(solution, made))
    return {name: made[name] for name in TABLES}


def _limits(solution: Solution) -> pd.DataFrame:
    """Table ``limits``; limits on goods name the good that they are counted in."""
    frame = priced.limits(solution)
    named = [column for column in frame if str(column) == "unit" or str(column).endswith("_unit")]
    data = solution.build.data
    return frame.assign(**{column: named_units(data, frame["sheet"], frame["cell"], frame[column]) for column in named}) if len(frame) else frame


def _finish(solution: Solution, name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Declared columns and types, no negative zeros, rows in a stable order."""
    table = TABLES[name]
    found = conform(name, frame)
    numbers = [field.name for field in table.fields if field.type == "number"]
    if numbers:
        amounts = found[numbers].to_numpy(dtype=float) + 0.0  # adding zero turns -0.0 into 0.0
        found[numbers] = np.where(np.isfinite(amounts), amounts, np.nan)
    return _ordered(solution, found, table.keys) if table.ordered else found


def _ordered(solution: Solution, frame: pd.DataFrame, keys: tuple[str, ...]) -> pd.DataFrame:
    """Rows by the table's keys; regions stand in the order of the workbook, everything else by name or number."""
    rank = {region: number for number, region in enumerate(solution.build.data.regions)}

    def sort_key(column: pd.Series) -> pd.Series:
        if column.name in ("region", "from_region", "to_region"):
            return column.map(lambda region: rank.get(region, -1)).astype("int64")
        return column if column.dtype.kind in "iuf" or str(column.dtype) == "Int64" else column.astype(str)

    return frame.sort_values(list(keys), key=sort_key, kind="stable").reset_index(drop=True) if keys else frame
