"""The sheet ``build_dynamics`` and the yearly rates of what its rows name.

Limits: rates of what is decided by region, water zone, stratum or line; a rate is the mean of its period.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..core.build.build import Build
from ..core.build.roles import decisions, known
from ..core.data import WATER_ZONES, Data, regions_in
from ..core.declare import units
from ..core.declare.roles import Decision
from ..core.declare.spec import FIRST_YEAR, LAST_YEAR, Column, Finding, InputError, Table
from ..core.solve.amounts import item_of

#: Unit of a rate in the workbook -> the same in solver units, and what a name of a variable ends in.
RATES: dict[str, tuple[str, str]] = {
    "GW/yr": ("GW/yr", "capacity"), "kha/yr": ("Mha/yr", "area"), "Mt CO2/yr": ("Mt CO2/yr", "carbon"), "TWh/yr": ("TWh/yr", "energy"), "Mt/yr": ("Mt/yr", "goods"), "million m3/yr": ("km3/yr", "volume"),
    "Mt CO2/yr/yr": ("Mt CO2/yr/yr", "emission"), "million units/yr/yr": ("million units/yr/yr", "output"),
}  # fmt: skip

BUILD_DYNAMICS = Table(
    "build_dynamics",
    (
        Column("decision", "", "text", key=True, absent="unlimited", decided=True, en="What is decided, or follows: name of the variable", zh="决策或状态变量名称"),
        Column("item", "", "text", key=True, free=True, absent="unlimited", en="Which of it: technology or its class, forest group, measure (sector.measure); every: all together", zh="其中哪一项（技术或其类别、林组、措施（部门.措施））；every 为合计"),
        Column("scope", "", "text", key=True, absent="unlimited", ref="regions.region|group:{regions.region_group}", choices=("nation",), en="nation, group: and a region group, or a region", zh="范围"),
        Column("growth", "1/yr", low=0, default=None, aggregate="first", en="Fastest growth of the rate a year; blank: free", zh="速率年最大增幅；空白不限"),
        Column("decline", "1/yr", low=0, high=1, default=None, aggregate="first", en="Fastest decline of the rate a year; blank: free", zh="速率年最大降幅；空白不限"),
        Column("seed", "1", low=0, default=0.0, aggregate="sum", en="What the rate may rise by besides, in `unit`, so that what is new can begin", zh="另可增加的速率（单位见 unit），便于起步"),
        Column("first_rate", "1", low=0, default=None, aggregate="sum", en="Observed rate before the first decided period, in `unit`; blank: the rate of the last period of history as it is held, without one none", zh="首个规划时期之前的观测速率（单位见 unit）；空白取最后一个历史时期的固定速率，无历史则为零"),
        Column("first_year", "calendar year", "integer", low=FIRST_YEAR, high=LAST_YEAR, default=None, aggregate="first", en="Year of the first rate: the middle one of the years of which it is the mean; the bounds count from it to the middle of the first decided period, and leave that period free where its middle is not later. Blank: the base year", zh="首个速率所属年份（求均值各年的中间年）；增减幅自该年计至首个规划时期中点，若中点不晚于该年则该时期不受限；空白为基年"),
        Column("drop_price", "bn CNY", low=0, default=None, aggregate="first", en="Price of each unit (as `unit`, without the year) by which the rate falls below its floor; blank: it may not", zh="速率低于下限时每单位每年的价格；空白不允许"),
        Column("change_price", "bn CNY", low=0, default=0.0, aggregate="first", en="Price of each unit (as `unit`, without the year) of change of the rate: keeps equal plans steady", zh="速率每变动一单位每年的价格（使等值方案平稳）"),
        Column("unit", "", "text", choices=tuple(RATES), aggregate="first", en="Unit of the rate", zh="速率单位"),
    ),
    en="How fast rates of building, planting, felling and treating grow and fall", zh="建设、造林、采伐与治理速率的增减限制",
)  # fmt: skip

KEY = ["decision", "item", "scope"]
#: Word for all that a variable decides, together.
EVERY = "every"


def held_rates(build: Build) -> pd.DataFrame:
    """The rows whose lever is in the model; a row of another one holds nothing (``checks_of_absent`` of the registry tells it)."""
    frame = build.data.frame(BUILD_DYNAMICS)
    return frame[frame["decision"].isin(list(build.families))]


#: What is known of the rows of a variable: their region, and the words by which they may be called.
Placed = tuple[pd.DataFrame, list[pd.Series]]


def rate_terms(build: Build, row: Any, placed: dict[str, Placed]) -> pd.DataFrame:
    """The yearly rate of a row of ``build_dynamics`` as terms: ``year`` (milestone), ``position``, ``coefficient`` (solver units).

    Amounts of a period count a year, flows as they are, and of what spreads (``Family.gains``) what is added a year. Without rows where nothing is decided of
    what the row names; InputError, with the cell, where no other table of the workbook knows the name, or where it is no rate.
    ``placed`` keeps what is known of a variable for the next row that names it.
    """
    decision, family = decisions(build).get(str(row.decision)), build.families.get(str(row.decision))
    if family is None or not len(family.frame):
        return no_terms()
    period = "vintage" if "vintage" in family.frame else "year"
    spreads = family.gains is not None
    is_flow = family.spec.unit.endswith("/yr") and period == "year" and not spreads
    own = family.spec.unit if is_flow else f"{family.spec.unit}/yr"
    if (decision is None and not is_flow) or period not in family.frame:
        raise InputError([_refused(build, row, "decision", f"{row.decision} stands, it is no rate", "what is built, planted or felled in a period, or a flow", f"{row.decision} 为存量，不是速率", "应为时期内建设、造林、采伐的量或流量")])
    if not units.same_dimension(row.unit, own):
        raise InputError([_refused(build, row, "unit", f"{row.unit} does not measure {row.decision}, which is counted in {own}", f"a unit of {own}", f"{row.unit} 不能计量 {row.decision}（单位为 {own}）", f"应为与 {own} 同量纲的单位")])
    if row.decision not in placed:
        frame = _placed(build, family.frame)
        placed[row.decision] = frame, _names(frame, decision)
    frame, names = placed[row.decision]
    chosen = frame["region"].isin(regions_in(build.data, str(row.scope))).to_numpy(dtype=bool)
    if row.item != EVERY:
        chosen = chosen & _named(names, str(row.item), len(frame))
    if not chosen.any():
        if row.item != EVERY and not _is_known(build.data, str(row.item)):
            raise InputError([_nothing(build, row, "error")])
        return no_terms()
    chosen = chosen & family.frame[period].isin(build.data.years).to_numpy(dtype=bool)  # the base year is no rate of the plan
    years = family.frame[period].to_numpy(dtype=np.int64)
    scale = units.convert(1.0, own, RATES[row.unit][0])
    if family.gains is not None:
        gains = family.gains[chosen[family.gains["row"].to_numpy(dtype=np.int64)]]
        at, of, a_year = gains["row"].to_numpy(dtype=np.int64), gains["of"].to_numpy(dtype=np.int64), gains["coefficient"].to_numpy(dtype=float)
        return pd.DataFrame({"year": years[at], "position": family.positions[of], "coefficient": scale * a_year})
    lengths = np.array([1.0 if is_flow else float(build.data.length(int(year))) for year in years[chosen]])
    return pd.DataFrame({"year": years[chosen], "position": family.positions[chosen], "coefficient": scale / lengths})


def _names(placed: pd.DataFrame, decision: Decision | None) -> list[pd.Series]:
    """What each row may be called by: one part of what is decided, its class, or the whole name."""
    parts = decision.item if decision is not None else ()
    names = [placed[column] for column in (*parts, "class") if column in placed]
    if parts and decision is not None:
        names.append(item_of(placed, decision))
    return names


def _named(names: list[pd.Series], item: str, count: int) -> npt.NDArray[np.bool_]:
    """Which of so many rows are called so."""
    return np.any([(name == item).to_numpy(dtype=bool) for name in names], axis=0) if names else np.zeros(count, dtype=bool)


def _placed(build: Build, frame: pd.DataFrame) -> pd.DataFrame:
    """A family's frame with what is known of its keys, and its region: a line belongs where it begins."""
    found = known(build, frame)
    if "region" in found:
        return found
    if "water_zone" in found:
        return found.assign(region=found["water_zone"].map(build.data.lookup(WATER_ZONES, "region")))
    return found.assign(region=found["from_region"] if "from_region" in found else build.data.regions[0])


def no_terms() -> pd.DataFrame:
    """The terms of a rate of which nothing is decided."""
    return pd.DataFrame({"year": np.empty(0, dtype=np.int64), "position": np.empty(0, dtype=np.int64), "coefficient": np.empty(0)})


def holds_nothing(build: Build, row: Any) -> Finding:
    """A warning for a row whose rate has no terms: a group without area, a measure that begins after the last period."""
    return _nothing(build, row, "warning")


def _is_known(data: Data, item: str) -> bool:
    """Whether another table of the workbook has the name, or each of its parts, among its words: then it is not misspelt."""
    words = data.once("words of all tables but build_dynamics", _words)
    return all(part in words for part in item.split("."))


def _words(data: Data) -> set[str]:
    columns = [frame[name] for table, frame in data.tables.items() if table != BUILD_DYNAMICS.name for name in frame if frame[name].dtype == object or isinstance(frame[name].dtype, pd.StringDtype)]
    return {word for column in columns for word in column if isinstance(word, str)}


def _nothing(build: Build, row: Any, level: Literal["error", "warning"]) -> Finding:
    holds = level == "warning"
    return _refused(
        build, row, "item", f"nothing of {row.decision} is called {row.item} in {row.scope}" + (": the row holds nothing" if holds else ""),
        "a technology, group or measure that the plan decides there, or every", f"{row.scope} 的 {row.decision} 中没有 {row.item}" + ("，该行不起作用" if holds else ""),
        "应为该范围内可决策的技术、林组或措施，或 every", level,
    )  # fmt: skip


def _refused(build: Build, row: Any, column: str, english: str, expected: str, chinese: str, wanted: str, level: Literal["error", "warning"] = "error") -> Finding:
    return Finding(level, BUILD_DYNAMICS.name, build.data.cell(BUILD_DYNAMICS.name, int(row.Index), column), english, expected, chinese, wanted)
