"""Plants and stores that stand and do nothing: where, how long, and why they are kept.

A plant is idle in a period in which it runs less than one hour in a hundred of what it could. Three such periods one after the other
are told: a plan that pays for machines that stand still has to say why.

Limits: utilisation is that of all plants of a technology in a region together; the reason is the first that holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ....core.build.roles import closed
from ....core.data import Data
from ....core.declare.results import Field, ResultTable, number, text, texts
from ....core.declare.units import GWH_PER_TWH, HOURS_PER_YEAR
from ....core.solve.sides import Tables
from ..parts.storage_input import STORAGE
from ..tables import SITED_TECHNOLOGIES, STORE, THERMAL

if TYPE_CHECKING:
    from ....core.solve.solution import Solution

#: Share of the hours of a year below which a plant stands still; periods one after the other from which on it is told; capacity that counts.
STANDS_STILL, PERIODS, SMALLEST_GW = 0.01, 3, 0.1
#: Why it is kept: it is firm capacity where that is short; its life has not ended and nothing is saved by closing it.
FIRM, NOT_ENDED = "firm_capacity", "life_not_ended"
#: A price of firm capacity below this is the rounding of the solver.
NO_PRICE = 1e-9


def idle(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``idle_plants``: runs of periods, decided or after the plan, in which a technology of a region stands still."""
    power, data = tables["power"], solution.build.data
    if power.empty or not data.decided:
        return pd.DataFrame()
    used = power["generation_twh"].where(power["kind"] != STORE, power["discharge_twh"]).astype(float)
    frame = power.assign(hours=used * GWH_PER_TWH / power["capacity_gw"].where(power["capacity_gw"] > SMALLEST_GW))
    frame = frame[frame["year"].isin(data.decided) & frame["hours"].notna()]
    still = frame[frame["hours"] < STANDS_STILL * HOURS_PER_YEAR]
    found = [_told(solution, part) for _, part in still.groupby(["region", "technology"], sort=False) for part in _runs(data, part) if len(part) >= PERIODS]
    return pd.DataFrame(found)


def _runs(data: Data, part: pd.DataFrame) -> list[pd.DataFrame]:
    """The rows of a technology parted where a period is missing between two."""
    place = part["year"].map({year: number for number, year in enumerate(data.decided)}).to_numpy(dtype=np.int64)
    return [part.iloc[rows] for rows in np.split(np.arange(len(part)), np.flatnonzero(np.diff(place) > 1) + 1)]


def _told(solution: Solution, part: pd.DataFrame) -> dict[str, object]:
    region, technology = str(part["region"].iloc[0]), str(part["technology"].iloc[0])
    return {
        "region": region, "technology": technology, "from_year": int(part["year"].min()), "to_year": int(part["year"].max()),
        "capacity_gw": float(part["capacity_gw"].mean()), "hours": float(part["hours"].mean()), "reason": _reason(solution, region, technology, set(part["year"])),
    }  # fmt: skip


def _reason(solution: Solution, region: str, technology: str, years: set[int]) -> str:
    data = solution.build.data
    credits = {**data.lookup(THERMAL, "firm_credit"), **data.lookup(SITED_TECHNOLOGIES, "firm_credit"), **data.lookup(STORAGE, "firm_credit")}
    classes = {**data.lookup(SITED_TECHNOLOGIES, "credit_class"), **data.lookup(STORAGE, "credit_class")}
    if closed(solution.build, "reserve") and (credits.get(technology, 0.0) > 0.0 or classes.get(technology)):
        price = solution.duals("balance_reserve")
        here = price[(price["region"] == region) & price["year"].isin(list(years))]
        if (here["dual"].abs() > NO_PRICE).any():
            return FIRM
    return NOT_ENDED


RESULTS = (
    ResultTable(
        "idle_plants", "Plants and stores that stand still for three periods or more, and why they are kept.", "连续三个及以上时期闲置的电站与储能及其保留原因。",
        (
            *texts("region", "technology"), Field("from_year", "integer", said=("First period in which it stands still", "闲置起始时期")),
            Field("to_year", "integer", said=("Last period in which it stands still", "闲置终止时期")),
            number("capacity_gw", "GW", "Mean capacity at the milestones", "里程碑年平均装机"), number("hours", "h/yr", "Mean full-load hours", "平均利用小时"),
            text("reason", "firm_capacity: it is counted in the reserve, which is short; life_not_ended: it stands to the end of its life", "firm_capacity 计入紧缺的备用；life_not_ended 寿命未满"),
        ),
        ("region", "technology", "from_year"), make=idle,
    ),
)  # fmt: skip
