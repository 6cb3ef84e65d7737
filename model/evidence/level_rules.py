"""Published stocks and sinks of forest and grassland beside ours: age groups, grassland, levels of the forest sink.

    published_levels(solution, tables)

Every row of the input sheet ``published_levels`` names a quantity of ours, what of it, and when. Where ours lies outside
the published range the reason is found from the stands and the plan, never written down beforehand; what differs in
definition is the text of the row.

Limits: sums of the nation. Stands described by class alone have no age group and stand in no row but ``all``.
Biomass is that of living trees of the strata, roots included; what stood on planted land before is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..core.data import Data
from ..core.declare import units
from ..core.declare.results import UNIT, ResultTable, number, text, texts
from ..core.declare.units import CO2_PER_C
from ..levers.forest.stands import Stands, stands_of
from ..levers.forest.strata import area_by_age_group
from ..levers.land.tables import CONDITIONS, GRASSLAND, ZONES
from .calibration import ALL, PERCENT, VOLUME_TOLERANCE
from .published_levels import BASE, FIRST, LAST, PUBLISHED_LEVELS

if TYPE_CHECKING:
    from ..core.solve.solution import Solution

WITHIN, BELOW, ABOVE, NO_FIGURE, NOT_HELD = "within", "below", "above", "no_figure", "not_held"
VERDICTS = (WITHIN, BELOW, ABOVE, NO_FIGURE, NOT_HELD)
#: Reasons of a difference, as keys of words.
FELLS, GROWS_SLOWLY, GROWS_FASTER, BY_AREA, BY_DENSITY = "fells", "grows_slowly", "grows_faster", "group_area", "group_density"
CARBON_PER_VOLUME, LARGEST_PART = "carbon_per_volume", "largest_"
#: Parts of the sink of grassland: what is not treated, what was in force, what the plan adds (less what it takes over).
GRASS_PARTS = {
    "untreated": ("grassland_degradation",),
    "in_force": ("grassland_initial",),
    "new": ("grassland_measures", "grassland_initial_replaced"),
}  # fmt: skip

Frames = Mapping[str, pd.DataFrame]
Row = Mapping[str, object]
Measure = Callable[["Run", str, str], float | None]


@dataclass(frozen=True)
class Run:
    """What the measures look at: the data, the stands where there is a forest, and the result tables."""

    data: Data
    stands: Stands | None
    tables: Frames

    @cached_property
    def area_of(self) -> dict[str, npt.NDArray[np.float64]]:
        """Area of the base year (strata, classes) by age group; ``all`` holds every stand."""
        assert self.stands is not None
        by_group = area_by_age_group(self.data, self.stands.strata, self.stands.area, self.stands.width)
        return {**by_group, ALL: self.stands.area}


def published_levels(solution: Solution, tables: Frames) -> pd.DataFrame:
    """Table ``published_levels``: published range, our figure, verdict and reason, in the order of the workbook."""
    return compared(Run(solution.build.data, stands_of(solution), tables))


def compared(run: Run) -> pd.DataFrame:
    """The rows of the sheet with our figure (empty where the run holds none), the distance to the nearest end, verdict, reason."""
    given = run.data.frame(PUBLISHED_LEVELS).reset_index(drop=True)
    if given.empty:
        return pd.DataFrame()
    given = given.astype({name: "float64" for name in ("low", "high", "tolerance")})
    given["high"] = given["high"].fillna(given["low"])
    if "source" not in given:  # data made in Python may leave the common columns out
        given = given.assign(source="", quality="")
    ours = [MEASURES[str(row["quantity"])](run, str(row["subject"]), str(row["window"])) for row in given.to_dict("records")]
    found = given.assign(model=pd.Series(ours, dtype="float64"), unit=given["figure_unit"])
    found["without_felling"] = pd.Series([_uncut(run, row) for row in given.to_dict("records")], dtype="float64")
    nearest = found["model"].clip(lower=found["low"], upper=found["high"])
    found["difference_percent"] = (PERCENT * (found["model"] - nearest) / nearest.abs()).where(found["low"].notna() & (nearest != 0.0))
    found["verdict"] = [verdict(row) for row in found.to_dict("records")]
    found["reason"] = [_reason(run, row) for row in found.to_dict("records")]
    texts = ["why_en", "why_zh", "source", "quality"]
    found[texts] = found[texts].astype(object).fillna("")
    return found


def verdict(row: Row) -> str:
    """Whether ours lies within the published range, widened by the tolerance; or which of the two is missing."""
    model, low, high, tolerance = (float(str(row[name])) for name in ("model", "low", "high", "tolerance"))
    if np.isnan(model):
        return NOT_HELD
    if np.isnan(low):
        return NO_FIGURE
    if model < low - tolerance * abs(low):
        return BELOW
    return ABOVE if model > high + tolerance * abs(high) else WITHIN


def _reason(run: Run, row: Row) -> str:
    """Why ours lies outside: felling or growth, area or density of an age group, carbon per volume, largest part."""
    if row["verdict"] not in (BELOW, ABOVE):
        return ""
    return REASON_OF.get(str(row["quantity"]), lambda run, row: "")(run, row)


def _sink_reason(run: Run, row: Row) -> str:
    """Below: whether the stands would reach the range if nothing were felled."""
    if row["verdict"] == ABOVE:
        return GROWS_FASTER
    uncut = {**row, "model": row["without_felling"]}
    return GROWS_SLOWLY if verdict(uncut) == BELOW else FELLS


def _published(run: Run, quantity: str, row: Row) -> float | None:
    """The published figure of another quantity for the same age group; of several the first."""
    given = run.data.frame(PUBLISHED_LEVELS)
    same = given[(given["quantity"] == quantity) & (given["subject"] == row["subject"]) & given["low"].notna()]
    return None if same.empty else float(same["low"].iloc[0])


def _stock_reason(run: Run, row: Row) -> str:
    """The larger of two parts of the gap of a growing stock: area against the published area, or volume per hectare."""
    listed, held = _published(run, "age_area", row), _age_area(run, str(row["subject"]), BASE)
    stock, published = float(str(row["model"])), float(str(row["low"]))
    if listed is None or held is None or not min(listed, held, stock, published) > 0.0:
        return ""
    by_area = held / listed
    by_density = stock / published / by_area
    return BY_AREA if abs(np.log(by_area)) > abs(np.log(by_density)) else BY_DENSITY


def _biomass_reason(run: Run, row: Row) -> str:
    """Carbon per volume, where the growing stock itself meets the inventory as closely as ``calibration`` asks."""
    listed, held = _published(run, "age_volume", row), _age_volume(run, str(row["subject"]), BASE)
    return CARBON_PER_VOLUME if listed and held and PERCENT * abs(held / listed - 1.0) <= VOLUME_TOLERANCE else ""


def _grass_reason(run: Run, row: Row) -> str:
    """The part that weighs most."""
    parts = {part: _grass_sink(run, part, str(row["window"])) or 0.0 for part in GRASS_PARTS}
    return LARGEST_PART + max(parts, key=lambda part: abs(parts[part]))


REASON_OF: dict[str, Callable[[Run, Row], str]] = {
    "age_area": lambda run, row: BY_AREA, "age_volume": _stock_reason, "age_biomass": _biomass_reason,
    "biomass_sink": _sink_reason, "grass_sink": _grass_reason,
}  # fmt: skip


# --------------------------------------------------------------------------------------------------------------------
# Forest


def _age_sum(run: Run, subject: str, per_hectare: npt.NDArray[np.float64]) -> float:
    return float((run.area_of[subject] * per_hectare).sum())


def _age_area(run: Run, subject: str, window: str) -> float | None:
    """Arboreal area of an age group in the base year, kha."""
    if run.stands is None:
        return None
    return float(units.convert(_age_sum(run, subject, np.ones_like(run.stands.area)), "Mha", "kha"))


def _age_volume(run: Run, subject: str, window: str) -> float | None:
    """Growing stock of an age group in the base year, million m3."""
    return None if run.stands is None else float(units.convert(_age_sum(run, subject, run.stands.volume), "km3", "million m3"))


def _age_biomass(run: Run, subject: str, window: str) -> float | None:
    """Carbon in living biomass of an age group in the base year, Mt C."""
    return None if run.stands is None else _age_sum(run, subject, run.stands.biomass)


def _biomass_sink(run: Run, subject: str, window: str) -> float | None:
    """Yearly change of the carbon in living biomass with the plan, Mt C a year."""
    return _sink_in(run, _plan_course(run), window)


def _plan_course(run: Run) -> list[float]:
    """Carbon in living biomass (Mt C) of the base year and each year of the plan, from the table ``forest``."""
    forest = run.tables["forest"]
    if run.stands is None or forest.empty:
        return []
    number = {name: row for row, name in enumerate(run.stands.strata["stratum"])}
    row = forest["stratum"].map(number).to_numpy(dtype=int)
    area = units.convert(forest["area_kha"].to_numpy(dtype=float), "kha", "Mha")
    carbon = area * run.stands.biomass[row, forest["age_class"].to_numpy(dtype=int) - 1]
    by_year = pd.Series(carbon).groupby(forest["year"].to_numpy(dtype=int)).sum()
    return [float(by_year.get(year, 0.0)) for year in run.data.all_years]


def _uncut_course(run: Run) -> list[float]:
    """The same when nothing is felled or planted."""
    if run.stands is None:
        return []
    areas = run.stands.age_without_felling([run.data.length(year) for year in run.data.years])
    return [float((area * run.stands.biomass).sum()) for area in areas]


def _uncut(run: Run, row: Row) -> float | None:
    """What stands beside a sink of the plan: the same when nothing is felled or planted, Mt C a year."""
    return _sink_in(run, _uncut_course(run), str(row["window"])) if row["quantity"] == "biomass_sink" else None


def _sink_in(run: Run, course: list[float], window: str) -> float | None:
    """Change a year of a course over the first period, the last, or the whole horizon."""
    if not course:
        return None
    start, end = {FIRST: (0, 1), LAST: (-2, -1)}.get(window, (0, -1))
    years = run.data.all_years
    return (course[end] - course[start]) / float(years[end] - years[start])


# --------------------------------------------------------------------------------------------------------------------
# Grassland


def _grass_rows(run: Run, subject: str) -> pd.DataFrame:
    """Grassland of the base year of a zone or of a condition, or all of it."""
    grass = run.data.frame(GRASSLAND)
    column = "grass_zone" if subject in ZONES else "condition" if subject in CONDITIONS else ""
    return grass[grass[column] == subject] if column and len(grass) else grass


def _grass_area(run: Run, subject: str, window: str) -> float | None:
    """Area of grassland in the base year, kha."""
    grass = _grass_rows(run, subject)
    return None if grass.empty else float(units.convert(float(grass["area"].astype(float).sum()), "Mha", "kha"))


def _grass_stock(run: Run, subject: str, window: str) -> float | None:
    """Carbon in vegetation, litter and soil in the base year, Mt C; None unless every row with area gives its density."""
    grass = _grass_rows(run, subject)
    if grass.empty or "carbon_density" not in grass:
        return None
    held = grass["area"].astype(float) * grass["carbon_density"].astype(float)
    return None if held[grass["area"].astype(float) > 0.0].isna().any() else float(held.sum())


def _grass_sink(run: Run, subject: str, window: str) -> float | None:
    """Sink of grassland, all of it or one part, those outside the target too, Mt C a year; loss is negative."""
    carbon = run.tables["carbon"]
    parts = [name for part, names in GRASS_PARTS.items() if subject in (ALL, part) for name in names]
    grass = carbon[(carbon["account"] == "sink") & carbon["category"].isin(parts)]
    if grass.empty:
        return None
    by_year = grass.groupby(grass["year"].astype(int))["value"].sum() / CO2_PER_C
    years = {FIRST: run.data.years[:1], LAST: run.data.years[-1:]}.get(window, run.data.years)
    lengths = [float(run.data.length(year)) for year in years]
    return float(np.average([float(by_year.get(year, 0.0)) for year in years], weights=lengths))


MEASURES: dict[str, Measure] = {
    "age_area": _age_area, "age_volume": _age_volume, "age_biomass": _age_biomass, "biomass_sink": _biomass_sink,
    "grass_area": _grass_area, "grass_stock": _grass_stock, "grass_sink": _grass_sink,
}  # fmt: skip


RESULTS = (
    ResultTable(
        "published_levels", "Published stocks and sinks beside ours, with verdict and reason.", "公布的储量与碳汇对照本模型，附结论与原因。",
        (
            text("level", "Name of the published level", "公布值名称"), *texts("quantity", "subject", "window"), number("low"), number("high"),
            number("model"), number("without_felling"), UNIT, number("difference_percent", "%"), number("tolerance", "1"),
            *texts("verdict", "reason", "why_en", "why_zh", "source", "quality"),
        ),
        ("level", "quantity", "subject", "window"), ordered=False, make=published_levels,
    ),
)  # fmt: skip
