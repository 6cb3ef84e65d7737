"""The check of the base year and of the first period: what was solved beside the statistics, with tolerance and reason of each gap.

Where there are more regions than region groups, emissions and generation are also compared region by region; a reason is
found from the tables of the run, never written down beforehand.

Limits: the base year is compared with the same statistics that the workbook holds; a small region (20 Mt, 20 TWh) is not
held to a relative tolerance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..closing.pledges.series import BASE_YEAR_EMISSIONS
from ..core.data import Data
from ..core.declare import units
from ..core.declare.results import UNIT, YEAR, Field, ResultTable, number, text, texts
from ..core.declare.units import GWH_PER_TWH, HOURS_PER_YEAR
from ..core.solve.amounts import NATION, stack, total, with_group
from ..levers.forest.results.first_period import MT_PER_PG, first_period_sinks
from ..levers.forest.stands import stands_of
from ..levers.forest.tables import FOREST_INVENTORY
from ..levers.power.parts.generation_plan import GENERATION_PLAN_BAND
from ..levers.power.parts.storage_input import STORAGE_FLEET
from ..levers.power.tables import PLANT, SITED_FLEET, STORE, THERMAL_FLEET
from .history import BASE, FIRST, history

if TYPE_CHECKING:
    from ..core.solve.solution import Solution

#: Living biomass sink of China's forests by inventories, Pg C a year: 0.155 for 2009-2018 (Biogeosciences 19:2989, 2022) and
#: 0.163 for 2001-2010 (FANG2018); both net of the harvest of their time. The middle of the two.
PUBLISHED_FOREST_SINK = 0.159
#: Bands that hold a plausible first period, Pg C a year: uncut stands reach a little above the published value; the harvest
#: of 2020 takes some 0.04, of which dead wood and products keep a part.
UNCUT_BAND = (0.15, 0.18)
FELLED_BAND = (0.09, 0.16)
#: Largest difference between the solved base year and its statistics, in percent: nation, region group.
EMISSION_TOLERANCE = (2.0, 2.0)
GENERATION_TOLERANCE = (5.0, 10.0)
PERCENT = 100.0
#: The same for a region where there are more regions than groups, and from which statistic on it is held to it.
REGION_TOLERANCE = 10.0
SMALLEST = {"emission": 20.0, "generation": 20.0}
#: Forest of the base year beside the inventory: area, and volume after the site factor.
AREA_TOLERANCE, VOLUME_TOLERANCE = 0.1, 2.0
#: Item of a row that adds up all items.
ALL = "all"
#: A gap within this share of the edge of the band counts as being at it.
AT_EDGE = 1e-3

Frames = Mapping[str, pd.DataFrame]


def calibration(solution: Solution, tables: Frames) -> pd.DataFrame:
    """Table ``calibration``: the solved base year and the first period against their statistics, with the tolerance of each."""
    base = solution.build.data.base_year
    emission = _model_emission(tables["carbon"], base), _listed_emission(solution)
    generation = _model_power(tables["power"], base, "generation_twh", PLANT), _listed_generation(solution)
    discharge = _model_power(tables["power"], base, "discharge_twh", STORE), _listed_discharge(solution)
    parts = [
        _compared(solution, *emission, "emission", "Mt CO2/yr", EMISSION_TOLERANCE),
        _compared(solution, *generation, "generation", "TWh/yr", GENERATION_TOLERANCE),
        _compared(solution, *discharge, "discharge", "TWh/yr", GENERATION_TOLERANCE),
        _forest_stock(solution),
    ]
    data = solution.build.data
    if len(data.regions) > len(dict.fromkeys(data.region_group.values())):
        by_plant = _gaps(*generation)
        parts += [
            _by_region(solution, *emission, "emission", "Mt CO2/yr").pipe(_with_reason, lambda row: _emission_reason(row, by_plant, data)),
            _by_region(solution, *generation, "generation", "TWh/yr").pipe(_with_reason, lambda row: _generation_reason(row, by_plant, data)),
        ]
    made = stack([*(part.assign(year=base, window=BASE) for part in parts if len(part)), _forest_sinks(solution, tables), history(solution, tables)])
    return made.assign(reason=made["reason"].fillna("") if "reason" in made else "")


def _gaps(model: pd.DataFrame, listed: pd.DataFrame) -> pd.DataFrame:
    """Model, statistic and their gap by region and item; without rows when either is missing."""
    if model.empty or listed.empty:
        return pd.DataFrame()
    keys = ["region", "item"]
    made = total(model, keys, "model").merge(total(listed, keys, "statistic"), how="outer", on=keys)
    made[["model", "statistic"]] = made[["model", "statistic"]].fillna(0.0)
    return made.assign(gap=made["model"] - made["statistic"])


def _by_region(solution: Solution, model: pd.DataFrame, listed: pd.DataFrame, quantity: str, unit: str) -> pd.DataFrame:
    """All items together, region by region, for the regions whose statistic is large enough for a relative tolerance."""
    gaps = _gaps(model, listed)
    if gaps.empty:
        return gaps
    made = gaps.groupby("region", sort=False, as_index=False)[["model", "statistic"]].sum()
    made = made[made["statistic"] > SMALLEST[quantity]]
    return _judged(with_group(solution, made).assign(item=ALL, quantity=quantity, unit=unit, tolerance_percent=REGION_TOLERANCE))


def _judged(frame: pd.DataFrame) -> pd.DataFrame:
    """With the difference in per cent and whether it is within the tolerance; statistics are above zero."""
    difference = PERCENT * (frame["model"] / frame["statistic"] - 1.0)
    return frame.assign(difference_percent=difference, ok=difference.abs() <= frame["tolerance_percent"])


def _with_reason(frame: pd.DataFrame, reason: Callable[[pd.Series], str]) -> pd.DataFrame:
    return frame.assign(reason=[reason(row) for _, row in frame.iterrows()]) if len(frame) else frame


def _generation_reason(row: pd.Series, plants: pd.DataFrame, data: Data) -> str:
    """Why generation of a region differs: what bounds the plants with the largest gap, as ``key:technology``."""
    own = plants[plants["region"] == row["region"]]
    largest = own.loc[own["gap"].abs().idxmax()]
    technology, gap = str(largest["item"]), float(largest["gap"])
    fleet = data.frame(THERMAL_FLEET)
    here = fleet[(fleet["region"] == row["region"]) & (fleet["technology"] == technology)]
    planned = float((here["planned_hours"] * here["capacity"]).sum()) / GWH_PER_TWH if "planned_hours" in here else 0.0
    band = data.number(GENERATION_PLAN_BAND.name)
    if planned > 0.0:
        if abs(float(largest["model"]) - (1.0 + band) * planned) <= AT_EDGE * planned:
            return f"plan_upper_edge:{technology}"
        if abs(float(largest["model"]) - (1.0 - band) * planned) <= AT_EDGE * planned:
            return f"plan_lower_edge:{technology}"
        return f"plan_within_band:{technology}"
    return f"{'output_unused' if gap < 0.0 else 'more_dispatched'}:{technology}"


def _emission_reason(row: pd.Series, plants: pd.DataFrame, data: Data) -> str:
    """Why emissions of a region differ: its power plants, with the reason of the largest gap, or its industry."""
    fleet = data.frame(THERMAL_FLEET).rename(columns={"technology": "item"})[["region", "item", "emission_factor"]]
    own = plants[plants["region"] == row["region"]].merge(fleet, on=["region", "item"]) if len(plants) else pd.DataFrame()
    power = float((own["gap"] * own["emission_factor"]).sum()) if len(own) else 0.0
    rest = float(row["model"] - row["statistic"]) - power
    # Industry is the only other part that is not taken from the statistic of the region itself.
    return _generation_reason(row, plants, data) if abs(power) > abs(rest) else "product_factors"


def _forest_stock(solution: Solution) -> pd.DataFrame:
    """Area and growing stock of the stands beside the inventory, by region; the site factor has been applied."""
    stands, inventory = stands_of(solution), solution.build.data.frame(FOREST_INVENTORY)
    if stands is None or inventory.empty:
        return pd.DataFrame()
    region = stands.strata["region"].to_numpy(dtype=object)
    listed = inventory.groupby("region", sort=False)[["area", "volume"]].sum()
    parts = []
    for column, held, own, unit, tolerance in (
        ("area", stands.area, "Mha", "kha", AREA_TOLERANCE),
        ("volume", stands.area * stands.volume, "km3", "million m3", VOLUME_TOLERANCE),
    ):
        sums = pd.Series(held.sum(axis=1)).groupby(region).sum()
        made = pd.DataFrame({"region": listed.index, "model": sums.reindex(listed.index, fill_value=0.0), "statistic": listed[column]})
        made[["model", "statistic"]] = units.convert(made[["model", "statistic"]].to_numpy(dtype=float), own, unit)
        made = made[made["statistic"] > 0.0].reset_index(drop=True)
        parts.append(made.assign(quantity=f"forest_{column}", item=ALL, unit=unit, tolerance_percent=tolerance))
    return _judged(with_group(solution, stack(parts)))


def _forest_sinks(solution: Solution, tables: Frames) -> pd.DataFrame:
    """First-period forest sink of the nation beside the inventories: uncut, and with the harvest of the plan."""
    data = solution.build.data
    if "forest" not in solution.build.present or tables["carbon"].empty:
        return pd.DataFrame()
    first = data.years[0]
    uncut = first_period_sinks(data).set_index("quantity")["value_pg_c"]
    sinks = tables["carbon"]
    sinks = sinks[(sinks["account"] == "sink") & (sinks["year"] == first)]
    to_carbon = 1.0 / (units.CO2_PER_C * MT_PER_PG)
    kept = sinks[sinks["category"].isin(("forest_living", "dead_wood", "wood_products"))]["value"].sum() * to_carbon
    rows = [
        ("living_biomass_without_harvest", float(uncut["living_biomass"]), *UNCUT_BAND),
        ("living_with_standing_dead_wood_without_harvest", float(uncut["living_with_dead_wood_and_litter"]), *UNCUT_BAND),
        ("with_harvest_dead_wood_and_products", float(kept), *FELLED_BAND),
    ]
    frame = pd.DataFrame(rows, columns=["item", "model", "low", "high"]).assign(
        quantity="forest_sink", region_group=NATION, region=NATION, year=first, window=FIRST, unit="Pg C/yr", statistic=PUBLISHED_FOREST_SINK
    )
    away = PERCENT * (frame[["model", "low", "high"]] - PUBLISHED_FOREST_SINK) / PUBLISHED_FOREST_SINK
    frame["ok"] = frame["model"].between(frame["low"], frame["high"])
    frame["difference_percent"] = away["model"]
    frame["tolerance_percent"] = away[["low", "high"]].abs().max(axis=1)
    return frame.drop(columns=["low", "high"])


def _model_emission(table: pd.DataFrame, base: int) -> pd.DataFrame:
    if table.empty:
        return table
    now = table[(table["account"] == "emission") & (table["year"] == base) & (table["in_target"] == 1)]
    return now.assign(item=ALL).rename(columns={"value": "model"})[["region", "item", "model"]]


def _listed_emission(solution: Solution) -> pd.DataFrame:
    """Published emissions of the base year by region, when power, industry and end use are all in the model."""
    frame = solution.build.data.frame(BASE_YEAR_EMISSIONS)
    if frame.empty or not {"power", "industry", "end_use"} <= set(solution.build.present):
        return pd.DataFrame()
    return frame[["region"]].assign(item=ALL, statistic=frame["emission"].astype(float))


def _model_power(table: pd.DataFrame, base: int, column: str, kind: str) -> pd.DataFrame:
    """What plants generated or stores gave back in the base year, by region and technology."""
    if table.empty:
        return table
    now = table[(table["year"] == base) & (table["kind"] == kind)]
    return now.rename(columns={"technology": "item", column: "model"})[["region", "item", "model"]]


def _listed_generation(solution: Solution) -> pd.DataFrame:
    """Base-year generation by region and technology: fleet tables; sited plants at their capacity factor."""
    data, present = solution.build.data, solution.build.present
    parts = []
    for lever, table in (("thermal", THERMAL_FLEET), ("siting", SITED_FLEET)):
        frame = data.frame(table)
        if lever not in present or "power" not in present or frame.empty:
            continue
        yield_of_year = frame["capacity"].astype(float) * HOURS_PER_YEAR / GWH_PER_TWH
        amount = yield_of_year * frame["capacity_factor"].astype(float) if lever == "siting" else frame["generation"].astype(float)
        parts.append(frame[["region"]].assign(item=frame["technology"], statistic=amount))
    return stack(parts)


def _listed_discharge(solution: Solution) -> pd.DataFrame:
    """What stores gave back in the base year by the fleet table."""
    frame, present = solution.build.data.frame(STORAGE_FLEET), solution.build.present
    if frame.empty or not {"storage", "power"} <= set(present):
        return pd.DataFrame()
    return frame[["region"]].assign(item=frame["technology"], statistic=frame["generation"].astype(float))


def _compared(
    solution: Solution, model: pd.DataFrame, listed: pd.DataFrame, quantity: str, unit: str, tolerance: tuple[float, float]
) -> pd.DataFrame:
    """Model and statistic by region group and nation, per item; ``tolerance`` in per cent for the nation and a group."""
    if model.empty or listed.empty:
        return pd.DataFrame()
    merged = with_group(solution, _gaps(model, listed))
    levels = [
        merged.assign(region_group=NATION, region=NATION, tolerance_percent=tolerance[0]),
        merged.assign(region="group:" + merged["region_group"].astype(str), tolerance_percent=tolerance[1]),
    ]
    keys = ["region_group", "region", "item", "tolerance_percent"]
    frame = stack(levels).groupby(keys, sort=False, as_index=False)[["model", "statistic"]].sum()
    listed_value = frame["statistic"].to_numpy(dtype=float)
    gap = frame["model"].to_numpy(dtype=float) - listed_value
    difference = np.divide(PERCENT * gap, listed_value, out=np.where(gap == 0.0, 0.0, np.inf), where=listed_value > 0.0)
    return frame.assign(
        quantity=quantity, unit=unit, difference_percent=np.where(np.isfinite(difference), difference, np.nan),
        ok=np.abs(difference) <= frame["tolerance_percent"].to_numpy(dtype=float),
    )  # fmt: skip


RESULTS = (
    ResultTable(
        "calibration", "The solved base year and the first period against their statistics.", "求解所得基年和首个时期与统计对比。",
        (
            *texts("quantity", "region_group", "region", "item"), YEAR, number("model"), number("statistic"), UNIT,
            number("difference_percent", "%"), number("tolerance_percent", "%"), Field("ok", "boolean"), *texts("reason"),
            text(
                "window", "base: the base year; first: the first period beside published figures; mean, end: its mean and its end beside what happened",
                "base基年，first首期对照公布值，mean、end首期均值与期末对照实际",
            ),
        ),
        ("quantity", "region_group", "region", "item", "year", "window"), make=calibration,
    ),
)  # fmt: skip
