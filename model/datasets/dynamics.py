"""How fast yearly building, planting, felling and converting may grow and fall: the sheet ``build_dynamics``, with the first rate observed.

    frames()["build_dynamics"]

The first rate is the mean of 2023 to 2025 of what was added (plants), planted, felled or treated, of electric cars what their share of
the fleet gained times what cars emit, and of capture what runs; nothing was of what has no statistic. Measures of industry and end
use that add power, hydrogen or biomass or capture have a row each.

Limits: growth, decline, seed and prices are estimates for the nation; rows of plants, planting, felling and grassland are switched off
until the periods that are over are held to what happened.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

import pandas as pd

from . import end_use, industry, measures, observed
from .frame import BASE_YEAR, YEARS, Estimate, join_sources, load, selected, worst
from .observed import CARS, VEHICLES
from .observed_growth import electric_cars

#: Years whose mean is the first rate.
FIRST_RATE_YEARS = (2023, 2024, 2025)
COLUMNS = ("decision", "item", "scope", "growth", "decline", "seed", "first_rate", "first_year", "drop_price", "change_price", "unit", "active")
#: Statistic of a row whose first rate is what the model holds in history.
HELD = "held"
#: Item of a row that stands for one row of each measure.
EACH = "each"
#: Statistic of a row that rests on what captures today.
CAPTURE = ("ccs", "capture_operating")
FIRST_PERIOD, *_ = YEARS[1:]


def frames() -> dict[str, pd.DataFrame]:
    """The sheet ``build_dynamics``."""
    return {"build_dynamics": build_dynamics()}


def build_dynamics() -> pd.DataFrame:
    """One row for each thing that is held to a pace: growth and decline a year, seed and first rate in its unit, prices of drops and changes."""
    listed = load("estimates", "build_dynamics")
    rows = []
    for row in listed.to_dict("records"):
        rows += _each_measure(row, set(listed["item"])) if row["item"] == EACH else [_credited(row, _first_rate(str(row["statistic"])))]
    middle = FIRST_RATE_YEARS[len(FIRST_RATE_YEARS) // 2]
    return selected(pd.DataFrame(rows).assign(first_year=middle), COLUMNS)


def _credited(row: dict[str, object], first: Estimate | None) -> dict[str, object]:
    """A row with its first rate and what that rests on."""
    if first is None:
        return {**row, "first_rate": None if row["statistic"] == HELD else 0.0}
    sources, qualities = [str(row["source"]), first.source], [str(row["quality"]), first.quality]
    return {**row, "first_rate": first.value, "source": join_sources(sources), "quality": worst(qualities)}


def _first_rate(statistic: str) -> Estimate | None:
    """What was added a year by a statistic; nothing where there is none."""
    if statistic in VEHICLES:
        return _electric_cars()
    if statistic == CAPTURE[0]:
        runs = load("observed", "deployment")
        runs = runs[(runs["technology"] == CAPTURE[0]) & (runs["indicator"] == CAPTURE[1])]
        return Estimate(float(runs["value"].mean()), join_sources(runs["source"]), worst(runs["quality"]), "")
    seen = _seen()
    seen = seen[(seen["region"] == observed.NATION) & seen["year"].isin(FIRST_RATE_YEARS)]
    # plants are items of what was added; what land sees is a quantity of its own
    names = seen["item"].where(seen["quantity"] == "capacity_added", seen["quantity"])
    own = seen[(names == statistic) & seen["quantity"].isin(("capacity_added", statistic))]
    return Estimate(float(own["value"].mean()), join_sources(own["source"]), worst(own["quality"]), "") if len(own) else None


@cache
def _seen() -> pd.DataFrame:
    """What happened, made once for all rows: not to be changed."""
    return observed.frames()["observed"]


def _each_measure(row: dict[str, object], listed: Collection[str]) -> list[dict[str, object]]:
    """The row once for each measure that electrifies, captures or brings another fuel and is not ``listed`` with a row of its own.

    Its seed is told per build rate on the activity of the base year, its prices per Mt CO2 that is abated.
    """
    activity = _activity()
    rows = []
    for measure in measures.measures().to_dict("records"):
        sector = str(measure["sector"])
        of_industry = sector in industry.DEMAND
        item = f"{sector}.{measure['measure']}"
        if of_industry != (row["decision"] == "adopted") or not _converts(measure) or item in listed:
            continue
        most, abated = float(measure["build_rate"]) * activity[sector], float(measure["abatement"])
        scaled = {"item": item, "seed": float(str(row["seed"])) * most}
        prices = {name: float(str(row[name])) * abated for name in ("drop_price", "change_price")}
        rows.append(_credited({**row, **scaled, **prices}, None))
    return rows


def _converts(measure: dict[str, object]) -> bool:
    return any(float(str(measure[name])) > 0.0 for name in ("captured", "electricity", "hydrogen", "biomass"))


def _activity() -> dict[str, float]:
    """National activity of the base year by sector: million units of industry, Mt CO2 of an end use."""
    made = industry.industry().groupby("sector")["output"].sum().astype(float)
    emitted = end_use.end_use().groupby("sector")["emission"].sum().astype(float)
    return {str(sector): float(value) for series in (made, emitted) for sector, value in series.items()}


def _electric_cars() -> Estimate:
    """Mt CO2 of cars a year by which electric ones took over, a year: gain of their share times what cars would emit without them."""
    first, *_, last = FIRST_RATE_YEARS
    told = _seen()
    electric, everything = (told[(told["quantity"] == quantity) & (told["item"] == CARS)].set_index("year")["value"].astype(float) for quantity in VEHICLES)
    fleet = electric / everything
    # the share of the activity grows as that in the fleet
    share = end_use.electric_share()[BASE_YEAR] * fleet / fleet[BASE_YEAR]
    gain = float(share[last] - share[first - 1]) / len(FIRST_RATE_YEARS)
    path = end_use.frames()["end_use_activity"].set_index("sector")
    emitted = _activity()[CARS] * float(path.loc[CARS, FIRST_PERIOD])
    rests = [electric_cars()[1], Estimate(0.0, str(path.loc[CARS, "source"]), str(path.loc[CARS, "quality"]), "")]
    return Estimate(gain * emitted, join_sources([r.source for r in rests]), worst([r.quality for r in rests]), "")
