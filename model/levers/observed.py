"""What happened between the base year and the first milestone: the sheet ``observed``, and what it says of that period.

    periods = of_period(data)
    periods[periods["quantity"] == "capacity"]      end: what stood at the milestone; mean: what stood on average

A stock stands at the end of a year and its mean over the period is that of the means of the ends of each year; a flow is that of a
year, and its mean over the period counts only when every year of it has a row.

Limits: nothing is decided by these rows; a row in a unit that does not measure its quantity is left out. Rows of the nation and
rows of its regions are kept apart: the nation may be reported where a region is spread from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..core.data import Data
from ..core.declare import units
from ..core.declare.spec import FIRST_YEAR, LAST_YEAR, Column, Table
from ..core.solve.amounts import NATION as NATION

STOCK, FLOW = "stock", "flow"
#: How a figure is held against the plan: as it stands; as its growth on the base year, put on the base year of the model; as the
#: yearly gain of a stock between its first row of the period and its last; or not at all.
LEVEL, GROWTH, GAIN, UNHELD = "level", "growth", "gain", "none"
#: An observed figure is a statistic of a region as long as no more years of the period than these are estimates.
ESTIMATED_YEARS = 1
ESTIMATE = "estimate"


@dataclass(frozen=True)
class Quantity:
    """What the rows of one quantity are: a stock or a flow, counted in ``unit``."""

    kind: str
    unit: str


QUANTITIES = {
    "capacity": Quantity(STOCK, "GW"),
    "capacity_added": Quantity(FLOW, "GW/yr"),
    "generation": Quantity(FLOW, "TWh/yr"),
    "load": Quantity(FLOW, "TWh/yr"),
    "output": Quantity(FLOW, "Mt/yr"),
    "emission": Quantity(FLOW, "Mt CO2/yr"),
    "planting": Quantity(FLOW, "kha/yr"),
    "roundwood": Quantity(FLOW, "million m3/yr"),
    "felling": Quantity(FLOW, "million m3/yr"),
    "grassland_treated": Quantity(FLOW, "kha/yr"),
    "growing_stock": Quantity(STOCK, "million m3"),
    "forest_area": Quantity(STOCK, "kha"),
    "electric_vehicles": Quantity(STOCK, "million units"),
    "vehicles": Quantity(STOCK, "million units"),
}
#: Item of a row that is of everything together.
EVERYTHING = "all"
#: The same by a second publisher, whose count has another scope: to look at, never to hold a plan against.
OTHER_COUNT = "all_by_other_count"
WIND, SOLAR, THERMAL, COAL_AND_WASTE_HEAT = "wind", "solar", "thermal", "coal_and_waste_heat"
#: Statistics that add up technologies or sectors, or part them otherwise than the sheets of the model.
TOTALS = (EVERYTHING, OTHER_COUNT, WIND, SOLAR, THERMAL, COAL_AND_WASTE_HEAT, "power", "cement", "heat", "cars")
#: Plants and products that statistics list: they may stand in the sheet although the workbook leaves out the lever that has them.
PLANTS = ("coal", "gas", "biomass", "waste_heat", "nuclear", "hydro", "wind_onshore", "wind_offshore", "pv_utility", "pv_distributed", "pumped_hydro", "battery")
PRODUCTS = ("steel", "cement_building_materials", "aluminium_primary", "ammonia", "methanol", "ethylene")
#: Technologies and classes that a statistic counts under another name.
COUNTED_AS = {"pv_agrivoltaic": "pv_utility", "pv_over_canal": "pv_utility", "compressed_air": "battery"}
#: Technologies of a total.
PARTS = {WIND: ("wind_onshore", "wind_offshore"), SOLAR: ("pv_utility", "pv_distributed")}

OBSERVED = Table(
    "observed",
    (
        Column("quantity", "", "text", key=True, choices=tuple(QUANTITIES), absent="untold", en="What was observed: a stock at the end of the year (capacity, growing_stock, forest_area, electric_vehicles, vehicles: electric and others together) or a flow in the year", zh="观测量：年末存量（装机、蓄积、森林面积、电动汽车、全部汽车）或当年流量"),
        Column("region", "", "text", key=True, ref="regions.region", choices=(NATION,), absent="untold", en="Region, or nation", zh="地区，或nation全国"),
        Column(
            "item", "", "text", key=True, choices=(*TOTALS, *PLANTS, *PRODUCTS), absent="untold",
            ref="sited_technologies.technology|thermal_technologies.fuel|storage_technologies.class|industry.sector",
            en="Technology (of thermal plants the fuel, of stores the class), sector or a total of several", zh="技术（火电为燃料、储能为类别）、行业或若干项合计",
        ),
        Column("year", "calendar year", "integer", key=True, absent="untold", low=FIRST_YEAR, high=LAST_YEAR, en="Year; of a stock its end", zh="年份；存量为年末"),
        Column("value", "1", low=0, en="Observed figure, in the unit beside it", zh="观测值，单位见右"),
        Column("figure_unit", "", "text", choices=tuple(dict.fromkeys(q.unit for q in QUANTITIES.values())), aggregate="first", en="Unit of the figure", zh="单位"),
        Column("basis", "", "text", free=True, aggregate="commonest", en="Whose count it is: one for each quantity and item, as counts of one thing differ by publisher", zh="统计口径：每一量、每一项只用一种，因各机构口径不同"),
        Column("held", "", "text", choices=(LEVEL, GROWTH, GAIN, UNHELD), default=UNHELD, aggregate="commonest", en="How the report holds the first period against it: level as it stands, growth on the base year, gain of a stock per year, none", zh="报告如何对照首个时期：level按原值，growth按较基年增长，gain按存量年增量，none不对照"),
    ),
    en="What happened from the base year to the first milestone: stocks at the end of each year, flows of each year", zh="基年至首个里程碑年的观测值：各年末存量与各年流量",
)  # fmt: skip


def observed(data: Data) -> pd.DataFrame:
    """The rows of the sheet that are counted in a unit of their quantity, ``value`` in the unit of ``QUANTITIES``."""
    frame = data.frame(OBSERVED)
    if frame.empty:
        return frame
    own = frame["quantity"].map(lambda quantity: QUANTITIES[str(quantity)].unit)
    fits = [units.same_dimension(given, unit) for given, unit in zip(frame["figure_unit"], own, strict=True)]
    frame, own = frame[fits], own[fits]
    values = [units.convert(float(value), given, unit) for value, given, unit in zip(frame["value"], frame["figure_unit"], own, strict=True)]
    return frame.assign(value=np.array(values, dtype=float), year=frame["year"].astype(int))


def of_period(data: Data, year: int | None = None) -> pd.DataFrame:
    """What each observed series says of the period that ends at ``year`` (the first): ``before``, ``mean``, ``end``, ``gain``, how sure it is.

    One row for each quantity, region and item. ``before`` is the figure of the milestone before, ``end`` that of the milestone (of a stock),
    ``mean`` that of the period, ``gain`` the yearly gain of a stock, each NaN where rows are missing; ``estimates`` counts the years
    of the period whose figure is an estimate (of a stock: whether that of the milestone is).
    """
    last = year if year is not None else data.years[0] if data.years else 0
    found: pd.DataFrame = data.once(f"observed period {last}", lambda own: _of_period(own, last))
    return found.copy()


def _of_period(data: Data, last: int) -> pd.DataFrame:
    frame = observed(data)
    columns = ["quantity", "region", "item", "held", "before", "mean", "end", "gain", "estimates", "end_is_estimate"]
    if frame.empty or not data.years:
        return pd.DataFrame(columns=columns)
    first = data.previous(last)
    keys = ["quantity", "region", "item"]
    within = frame[frame["year"].between(first, last)]
    wide = within.pivot_table(index=keys, columns="year", values="value", sort=False).reindex(columns=range(first, last + 1)).astype(float)
    stock = np.array([QUANTITIES[str(quantity)].kind == STOCK for quantity in wide.index.get_level_values("quantity")], dtype=bool)
    # What stood in a year is half-way between its ends.
    half_way = (wide + wide.shift(1, axis=1)) / 2
    yearly = pd.DataFrame(np.where(stock[:, np.newaxis], half_way, wide), index=wide.index, columns=wide.columns)
    quality = within["quality"] if "quality" in within else pd.Series("", index=within.index)
    doubtful = within[(quality == ESTIMATE) & (within["year"] > first)]
    made = pd.DataFrame({"before": wide[first], "mean": yearly.loc[:, first + 1 :].mean(axis=1, skipna=False), "end": wide[last].where(stock), "gain": _gain(wide).where(stock)})
    made["held"] = within.groupby(keys, sort=False)["held"].first()
    made["estimates"] = doubtful.groupby(keys)["year"].count().reindex(made.index, fill_value=0)
    made["end_is_estimate"] = made.index.isin(pd.MultiIndex.from_frame(doubtful.loc[doubtful["year"] == last, keys]))
    return made.reset_index()[columns]


def _gain(wide: pd.DataFrame) -> pd.Series:
    """What a stock gained a year between its first row and its last; NaN where it has one row only."""
    known = wide.notna()
    years = known.iloc[:, ::-1].idxmax(axis=1) - known.idxmax(axis=1)
    gained = wide.ffill(axis=1).iloc[:, -1] - wide.bfill(axis=1).iloc[:, 0]
    return gained / years.where(years > 0).astype(float)


def of_regions(data: Data, quantity: str, year: int, weights: Mapping[str, float]) -> dict[str, float] | None:
    """Region -> what was done of a flow a year, on average over the period that ends at ``year``, in solver units; None where no row tells.

    A region has its own figure where there is one. What the nation did beyond these regions is parted by ``weights`` among the
    others; where nothing has a weight it stays at ``nation``.
    """
    rows = of_period(data, year)
    rows = rows[(rows["quantity"] == quantity) & (rows["item"] == EVERYTHING) & rows["mean"].notna()]
    if rows.empty:
        return None
    unit = QUANTITIES[quantity].unit
    found = {str(row.region): float(units.convert(float(row.mean), unit, units.solver_unit(unit))) for row in rows.itertuples()}
    nation = found.pop(NATION, None)
    if nation is None:
        return found
    others = {region: weight for region, weight in weights.items() if region not in found and weight > 0.0}
    rest, whole = max(nation - sum(found.values()), 0.0), sum(others.values())
    if whole > 0.0:
        found.update({region: rest * weight / whole for region, weight in others.items()})
    return found or {NATION: nation}


def observed_cell(data: Data, quantity: str, region: str, year: int) -> str:
    """The cell of the figure of a year: of the region where it has one, else of the nation."""
    rows = data.frame(OBSERVED)
    rows = rows[(rows["quantity"] == quantity) & (rows["item"] == EVERYTHING) & (rows["year"] == year)]
    for place in (region, NATION):
        own = rows[rows["region"] == place]
        if len(own):
            return data.cell(OBSERVED.name, int(own.index[0]), "value")
    return ""
