"""Does the planned system hold through every day of the year? Its plants are run over all of them, in their order.

Capacities are those of the plan. Each day has the wind, sun, water and load of that day (sheet ``daily_weather``) with the course over the day of its
day type; hydrogen is kept from day to day along the year. What is not of the power system (fuel, CO2, water, contracts of the year) counts at the
prices of the plan (``days_of_year``). Compared are what was planned and what was run: energy not served, generation by technology, CO2 of power.

Limits: foresight over the year; one weather year; plants do not fail; a store moves power within a day, as in the plan; a yearly limit is held by its price
alone, and of dispatches that cost the same the one nearest to the plan is taken. Runs of days are read as whole days.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..closing.analyses import POWER_CO2, THERMAL_OUTPUT, UNSERVED, UNSERVED_SHARE
from ..core.data import TIME_SLICES, Data
from ..core.declare.lines import Said
from ..core.declare.schema import OutcomeTable
from ..core.declare.spec import LIST_MARK, InputError
from ..core.declare.units import GWH_PER_TWH, HOURS_PER_YEAR
from ..core.frames import stack
from ..core.solve.solution import Solution
from ..levers.hydrogen.hydrogen_store import days_of_types
from ..levers.hydrogen.tables import DAY_SEQUENCE
from ..levers.power.power import VALUE_OF_LOST_LOAD
from ..levers.power.tables import DAILY_LOAD, DAILY_SERIES, DAILY_WEATHER, LOAD_SHAPE, OUTPUT_SHAPE, SITED_TECHNOLOGIES
from .days_of_year import DEMAND, DayProgramme, Ran, run_days
from .task import Outcome, Task, asks_least_cost

#: Most that a day may have of what its day type has: beyond it a little wind on a calm type would become a storm.
MOST_RATIO = 5.0
NATION = "nation"
#: What is told of each day, TWh.
DAILY = [DEMAND, "possible_output", "curtailed", "generation", "discharge", "charge", "electrolysis_use", "unserved", "hydrogen_level"]


def run(task: Task) -> Outcome:
    """Run the plan's system of each asked year through its days: tables ``full_year`` and ``full_year_days``."""
    data = task.data
    asked = [part.strip() for part in str(task.settings["years"]).split(LIST_MARK) if part.strip()]
    known = ", ".join(map(str, data.decided))
    unknown = [part for part in asked if part not in map(str, data.decided)]
    if unknown or not asked:
        raise InputError([task.wrong("years", Said("full_year_years", years=", ".join(unknown) or "-"), known)])
    missing = [table.name for table in (DAILY_WEATHER, DAY_SEQUENCE) if not data.has(table.name)]
    solution = task.solve(data, "base")
    if missing or not solution.has_values:
        why = [Said("full_year_sheet", sheet=name) for name in missing] or [Said("full_year_plan", status=solution.status)]
        return Outcome("full_year", solution, problems=[*why])
    if not asks_least_cost(solution.build) or data.number(VALUE_OF_LOST_LOAD.name) <= 0.0:
        return Outcome("full_year", solution, problems=[Said("full_year_cost")])
    calendar, weather = sequence(data), ratios(data)
    tables = task.tables(solution)
    told, daily = [], []
    for year in map(int, asked):
        task.say(f"full_year {year}")
        ran = run_days(solution, programme(solution, data, tables["power"], year, calendar, weather))
        told.append(compared(solution, year, ran))
        daily.append(by_day(year, ran))
    return Outcome("full_year", solution, [
        OutcomeTable(
            "full_year", stack(told), {},
            "What was planned of a year and what running its days gives", "年度规划值与逐日运行值",
        ),
        OutcomeTable(
            "full_year_days", stack(daily), dict.fromkeys(DAILY, "TWh"), "The nation's power system day by day", "全国电力系统逐日运行",
        ),
    ])  # fmt: skip


def sequence(data: Data) -> list[str]:
    """The day type of each day of the year, in order."""
    rows = data.frame(DAY_SEQUENCE).sort_values("run")
    return [str(row.season) for row in rows.itertuples() for _ in range(round(float(row.days)))]


def ratios(data: Data) -> pd.DataFrame:
    """Region, series, day and ``ratio``: the day relative to its day type; 1 where the type has nothing, at most MOST_RATIO."""
    hours = data.slices.set_index("slice")["hours"].astype(float)
    season = data.lookup(TIME_SLICES, "season")
    load = data.frame(LOAD_SHAPE)[["region", "slice", "share"]].assign(series=DAILY_LOAD)
    load["level"] = load["share"].astype(float) * HOURS_PER_YEAR
    output = data.frame(OUTPUT_SHAPE).rename(columns={"shape": "series"})[["region", "series", "slice", "relative_output"]]
    output = output.assign(level=output["relative_output"].astype(float) * output["slice"].map(hours))
    both = stack([load, output])[["region", "series", "slice", "level"]]
    both = both.assign(season=both["slice"].map(season), hours=both["slice"].map(hours))
    types = both.groupby(["region", "series", "season"], sort=False)[["level", "hours"]].sum()
    mean = (types["level"] / types["hours"]).rename("typical").reset_index()
    days = data.frame(DAILY_WEATHER).melt(["region", "day"], list(DAILY_SERIES), "series", "relative").dropna(subset="relative")
    calendar = pd.DataFrame({"season": sequence(data)}).assign(day=lambda frame: range(1, len(frame) + 1))
    found = days.merge(calendar, on="day").merge(mean, on=["region", "series", "season"])
    known = found["typical"] > 0.0
    ratio = (found["relative"].astype(float) / found["typical"].where(known, 1.0)).where(known, 1.0)
    return found.assign(ratio=ratio.clip(upper=MOST_RATIO))[["region", "series", "day", "ratio"]]


def programme(solution: Solution, data: Data, capacity: pd.DataFrame, year: int, calendar: list[str], weather: pd.DataFrame) -> DayProgramme:
    """What each day of the year has of the fixed part of each slice: output of wind, sun and water (no more than what stands can give), and load."""
    shape = data.lookup(SITED_TECHNOLOGIES, "shape")
    posts = solution.balance("power")
    posts = posts[(posts["year"] == year) & ~posts["memo"].astype(bool)]
    sited = posts[posts["item"].isin(list(shape))].assign(series=lambda frame: frame["item"].map(shape))
    demand = posts[posts["item"] == DEMAND].assign(series=DAILY_LOAD)
    fixed = stack([sited, demand])[["region", "slice", "item", "series", "value"]]
    fixed = fixed.assign(season=fixed["slice"].map(data.lookup(TIME_SLICES, "season")), hours=fixed["slice"].map(data.lookup(TIME_SLICES, "hours")))
    most = capacity[capacity["year"] == year].rename(columns={"technology": "item", "capacity_gw": "gw"})[["region", "item", "gw"]]
    days = pd.DataFrame({"season": calendar}).assign(day=lambda frame: range(1, len(frame) + 1))
    length = days_of_types(data)
    each = days.merge(fixed, on="season").merge(weather, how="left", on=["region", "series", "day"])
    typical = each["value"].astype(float) / each["season"].map(length)
    value = typical * each["ratio"].fillna(1.0)
    limit = each.merge(most, how="left", on=["region", "item"])["gw"].fillna(np.inf) * each["hours"].astype(float) / each["season"].map(length) / GWH_PER_TWH
    value = np.where(each["item"] == DEMAND, value, np.minimum(value, np.maximum(limit, typical)))
    return DayProgramme(year, tuple(calendar), length, each.assign(typical=typical, value=value)[["day", "region", "slice", "item", "typical", "value"]])


def compared(solution: Solution, year: int, ran: Ran) -> pd.DataFrame:
    """Rows of ``full_year``: planned and run by region, and of the nation, in TWh, Mt CO2 and shares of load."""
    flows = [ran.flows[["region", "item", "detail", "planned", "run"]].assign(unit="TWh")]
    power = solution.build.ledger.table("emission")
    power = power[(power["item"] == "power") & (power["year"] == year)]
    made = solution.build.families["yearly_generation"].terms().frame
    emitting = made[made["year"] == year].merge(power[["position", "coefficient"]], on="position")
    plants = emitting.merge(ran.flows[ran.flows["item"] == THERMAL_OUTPUT], left_on=["region", "technology"], right_on=["region", "detail"])
    co2 = plants.assign(planned=plants["coefficient"] * plants["planned"], run=plants["coefficient"] * plants["run"])
    flows.append(co2.groupby("region", sort=False)[["planned", "run"]].sum().reset_index().assign(item=POWER_CO2, detail="", unit="Mt CO2"))
    found = stack(flows)
    nation = found.groupby(["item", "detail", "unit"], sort=False)[["planned", "run"]].sum().reset_index().assign(region=NATION)
    share = _share_not_served(nation)
    made = stack([nation, share, found]).assign(year=year)
    return made.assign(difference=made["run"] - made["planned"])[["year", "region", "item", "detail", "planned", "run", "difference", "unit"]]


def _share_not_served(nation: pd.DataFrame) -> pd.DataFrame:
    """Energy not served as a share of the load, planned and run."""
    total = nation.groupby("item", sort=False)[["planned", "run"]].sum()
    share = total.loc[UNSERVED] / total.loc[DEMAND]
    return pd.DataFrame([{"region": NATION, "item": UNSERVED_SHARE, "detail": "", "unit": "1", "planned": share["planned"], "run": share["run"]}])


def by_day(year: int, ran: Ran) -> pd.DataFrame:
    """Rows of ``full_year_days``: the nation's load, generation, storage, energy not served and hydrogen in store of each day, a column each."""
    wide = ran.days.pivot_table(index="day", columns="item", values="value", aggfunc="sum", sort=False).reindex(columns=DAILY).fillna(0.0)
    return wide.rename_axis(columns=None).reset_index().assign(year=year)[["year", "day", *DAILY]]
