"""The first period beside what happened in it: stocks at its milestone, flows as the mean of its years.

    history(solution, tables)

Every series of the sheet ``observed`` that is held (``level``, ``growth``, ``gain``) stands beside what the plan holds: of the nation,
and of a group or region where no more than one year of the series is an estimate. Growth is that of the statistic on its own base
year, put on the base year of the model, so that two scopes of one thing can be compared.

Limits: where the plan decides the first period a row may be far away; it says so and fails nothing. Where that period is history,
what is decided is held to what happened, and only what follows from it can differ. What the model holds no row of is not compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..core.data import Data
from ..core.declare.schema import Evidence
from ..core.solve.amounts import NATION, stack
from ..levers.observed import (
    COAL_AND_WASTE_HEAT,
    COUNTED_AS,
    ESTIMATED_YEARS,
    EVERYTHING,
    GAIN,
    GROWTH,
    OBSERVED,
    PARTS,
    QUANTITIES,
    STOCK,
    THERMAL,
    UNHELD,
    of_period,
)
from ..levers.power.parts.storage_input import STORAGE
from ..levers.power.tables import PLANT
from ..levers.power.tables import THERMAL as THERMAL_TECHNOLOGIES

if TYPE_CHECKING:
    from ..core.solve.solution import Solution

#: The sheet stands among those of evidence.
SHEET = Evidence("observed", (OBSERVED,), order=1)
#: Largest difference in per cent: of a stock, of generation, of emissions as growth; other flows as generation.
STOCK_TOLERANCE, FLOW_TOLERANCE = 1.0, 2.0
TOLERANCES = {"emission": 3.0}
PERCENT = 100.0
#: What a row of ``calibration`` is: the base year beside its statistics, the first period beside what is published of years before,
#: the mean of the first period and what stands at its end beside what happened.
BASE, FIRST, MEAN, END = "base", "first", "mean", "end"
HAPPENED = (MEAN, END)
#: Reason of a difference of a first period that is no history: it is decided, nothing holds it to what happened.
DECIDED = "decided"
#: The same of the gain of a stock in a period of history: the statistic counts another stock than the model.
OTHER_STOCK = "other_stock"
#: Fuels that one statistic of generation does not tell apart.
COAL_FUELS = ("coal", "waste_heat")
#: What it is called in the table where it is the yearly gain of a stock.
GAINED = "_gain"
KEYS = ["quantity", "region", "item"]

Frames = Mapping[str, pd.DataFrame]


def history(solution: Solution, tables: Frames) -> pd.DataFrame:
    """Rows of the first period for the table ``calibration``; without rows where the sheet holds none of the period."""
    data = solution.build.data
    told = of_period(data)
    told = told[told["held"] != UNHELD]
    if told.empty:
        return pd.DataFrame()
    ours = _ours(data, tables)
    made = stack([_nation(told, ours), *_regions(data, told, ours)])
    return _judged(data, made) if len(made) else made


def _nation(told: pd.DataFrame, ours: pd.DataFrame) -> pd.DataFrame:
    """Rows of the nation beside the sum of our regions."""
    both = ours.groupby(["quantity", "item"], sort=False, as_index=False)[["start", "model", "grown"]].sum()
    return _beside(told[told["region"] == NATION], both, ["quantity", "item"]).assign(region=NATION, region_group=NATION)


def _regions(data: Data, told: pd.DataFrame, ours: pd.DataFrame) -> list[pd.DataFrame]:
    """Rows of the groups and, where there are more regions than groups, of the regions, as far as they are no estimates."""
    own = told[told["region"] != NATION]
    sure = np.where(own["quantity"].map(lambda name: QUANTITIES[name].kind == STOCK), ~own["end_is_estimate"].astype(bool), own["estimates"] <= ESTIMATED_YEARS)
    made = _beside(own.assign(sure=sure), ours, KEYS)
    if made.empty:
        return []
    made["region_group"] = made["region"].map(data.region_group)
    keys = ["quantity", "item", "held", "region_group"]
    # A group is told where each of its regions can be.
    whole = made[made.groupby(keys)["sure"].transform("all")]
    groups = whole.groupby(keys, sort=False, as_index=False)[["model", "statistic"]].sum()
    found = [groups.assign(region="group:" + groups["region_group"].astype(str))]
    if len(data.regions) > len(dict.fromkeys(data.region_group.values())):
        found.append(made[made["sure"]])
    return found


def _beside(told: pd.DataFrame, ours: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Observed series with what the model has of them, and what the statistic asks of the model."""
    made = told.merge(ours, how="inner", on=keys)
    stock = made["quantity"].map(lambda name: QUANTITIES[name].kind == STOCK)
    seen = made["end"].where(stock, made["mean"])
    made["statistic"] = np.where(made["held"] == GROWTH, made["start"] * seen / made["before"], seen)
    made["statistic"] = made["statistic"].where(made["held"] != GAIN, made["gain"])
    made["model"] = made["model"].where(made["held"] != GAIN, made["grown"])
    return made[made["statistic"].astype(float) > 0.0]


def _judged(data: Data, made: pd.DataFrame) -> pd.DataFrame:
    """With unit, window, difference, tolerance and verdict."""
    stock = made["quantity"].map(lambda name: QUANTITIES[name].kind == STOCK) & (made["held"] != GAIN)
    unit = made["quantity"].map(lambda name: QUANTITIES[name].unit)
    usual = np.where(stock, STOCK_TOLERANCE, FLOW_TOLERANCE)
    tolerance = made["quantity"].map(TOLERANCES).astype(float).fillna(pd.Series(usual, index=made.index))
    difference = PERCENT * (made["model"] / made["statistic"] - 1.0)
    ok = difference.abs() <= tolerance
    gain = made["held"] == GAIN
    why = np.where(gain, OTHER_STOCK, "") if data.years[0] in data.history else DECIDED
    return made.assign(
        quantity=made["quantity"].where(~gain, made["quantity"] + GAINED), unit=unit.where(~gain, unit + "/yr"), year=data.years[0],
        window=np.where(stock, END, MEAN), difference_percent=difference, tolerance_percent=tolerance, ok=ok, reason=np.where(ok, "", why),
    )  # fmt: skip


def _ours(data: Data, tables: Frames) -> pd.DataFrame:
    """What the model holds of each quantity by region and item: ``start`` in the base year, ``model`` in the first period."""
    first, base = data.years[0], data.base_year
    parts = [*_power(data, tables["power"]), _demand(tables["power_balance"]), _output(tables["industry"]), *_emission(tables["carbon"])]
    parts += [_all(tables["planting"], "planting", "planted_kha"), _wood(tables["wood"], "roundwood", "roundwood.in.forest")]
    parts += [_wood(tables["wood"], "felling", "standing_volume_felled"), _grass(data, tables["grassland"])]
    parts.append(_all(tables["forest"], "growing_stock", "volume_mm3"))
    long = stack([part for part in parts if len(part)])
    if long.empty:
        return pd.DataFrame(columns=[*KEYS, "start", "model", "grown"])
    wide = long[long["year"].isin((base, first))].pivot_table(index=KEYS, columns="year", values="value", aggfunc="sum", sort=False)
    wide = wide.reindex(columns=[base, first]).set_axis(["start", "model"], axis=1)
    # What the base year does not hold is nothing there; what the first period does not hold is not compared.
    wide = wide[wide["model"].notna()].fillna(0.0).reset_index()
    return wide.assign(grown=(wide["model"] - wide["start"]) / data.length(first))


def _rows(quantity: str, frame: pd.DataFrame, item: str | pd.Series, value: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({"quantity": quantity, "region": frame["region"], "item": item, "year": frame["year"].astype(int), "value": value.astype(float)})


def _power(data: Data, table: pd.DataFrame) -> list[pd.DataFrame]:
    """Capacity and generation by what the statistics count the technologies as, and their totals."""
    if table.empty:
        return []
    fuels = {str(name): str(fuel) for name, fuel in data.lookup(THERMAL_TECHNOLOGIES, "fuel").items()}
    classes = {str(name): str(kind) for name, kind in data.lookup(STORAGE, "class").items()}
    names = table["technology"].map(lambda name: fuels.get(name, classes.get(name, name))).replace(COUNTED_AS)
    burns = table["technology"].isin(list(fuels))
    plants = table["kind"] == PLANT
    generated = names.where(~names.isin(COAL_FUELS), COAL_AND_WASTE_HEAT)
    parts = [_rows("capacity", table, names, table["capacity_gw"]), _rows("generation", table[plants], generated[plants], table["generation_twh"][plants])]
    parts.append(_rows("generation", table[burns], THERMAL, table["generation_twh"][burns]))
    for whole, members in PARTS.items():
        own = names.isin(members)
        parts += [_rows("capacity", table[own], whole, table["capacity_gw"][own]), _rows("generation", table[own], whole, table["generation_twh"][own])]
    return parts


def _demand(table: pd.DataFrame) -> pd.DataFrame:
    """Power that is asked for, all uses; in the table a use is below zero."""
    own = table[table["item"] == "demand"] if len(table) else table
    return _rows("load", own, EVERYTHING, -own["value"]) if len(own) else own


def _output(table: pd.DataFrame) -> pd.DataFrame:
    """Output of each sector, which stands in the row of its course without a measure."""
    own = table[table["measure"] == "none"] if len(table) else table
    return _rows("output", own, own["sector"], own["output"]) if len(own) else own


def _emission(table: pd.DataFrame) -> list[pd.DataFrame]:
    """Emissions by category, and all together."""
    if table.empty:
        return []
    own = table[(table["account"] == "emission") & (table["in_target"] == 1)]
    return [_rows("emission", own, own["category"], own["value"]), _rows("emission", own, EVERYTHING, own["value"])]


def _all(table: pd.DataFrame, quantity: str, column: str) -> pd.DataFrame:
    """A column of a table, all its rows together."""
    return _rows(quantity, table, EVERYTHING, table[column]) if len(table) else table


def _wood(table: pd.DataFrame, quantity: str, item: str) -> pd.DataFrame:
    """One item of the table of wood."""
    own = table[table["item"] == item] if len(table) else table
    return _rows(quantity, own, EVERYTHING, own["value"]) if len(own) else own


def _grass(data: Data, table: pd.DataFrame) -> pd.DataFrame:
    """Grassland that the plan treats in the first period, a year."""
    own = table[table["year"] == data.years[0]] if len(table) else table
    return _rows("grassland_treated", own, EVERYTHING, own["treated_kha"] / data.length(data.years[0])) if len(own) else own
