"""Our figure for each checkable figure of the source paper, from the workbook's data or from the plan, at report time.

    consistency(solution, tables)

Every row of ``paper_claims`` names a rule; the rule gives our figure in the unit of the paper's, or none where the run
holds nothing to compare.

Limits: a rule gives one number for the nation; agreement is a relative difference or a bound, never a judgement of the text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from ..closing.pledges.series import BASE_YEAR_EMISSIONS
from ..core.data import Data
from ..core.declare import units
from ..core.declare.results import UNIT, ResultTable, number, texts
from ..core.declare.units import CO2_PER_C
from ..levers.forest.results.first_period import MT_PER_PG
from ..levers.forest.tables import FOREST_AREA, FOREST_INVENTORY
from ..levers.land.diversion_tables import DIVERSION_PHASES, OPENED_LAND
from ..levers.land.results.diversion import PANELS_AVOID
from ..levers.land.tables import GRASSLAND, LAND
from .paper_claims import AT_LEAST, BETWEEN, EQUALS, PAPER_CLAIMS

if TYPE_CHECKING:
    from ..core.solve.solution import Solution

PERCENT = 100.0
AGREES, DIFFERS, UNCHECKED = "agrees", "differs", "unchecked"
OLD = ("mature", "over_mature")
#: Parts of the sink account that make up the sink of all grassland begin so.
GRASS_ITEMS = "grassland_"
WHOLE, SEPARATOR = "all", ";"

Frames = Mapping[str, pd.DataFrame]
Row = Mapping[str, object]
Rule = Callable[[Row, Data, Frames], float | None]


def consistency(solution: Solution, tables: Frames) -> pd.DataFrame:
    """Table ``consistency``: the paper's figure, ours, and whether they agree, in the order of the workbook."""
    data = solution.build.data
    claims = data.frame(PAPER_CLAIMS)
    if claims.empty:
        return pd.DataFrame()
    claims = claims.reset_index(drop=True)
    claims = claims.astype({name: "float64" for name in ("figure", "figure_high", "first", "second", "tolerance")})
    ours = [RULES[str(row["rule"])](row, data, tables) for row in claims.to_dict("records")]
    found = claims.assign(ours=pd.Series(ours, dtype="float64"), unit=claims["figure_unit"])
    if "source" not in found:  # data made in Python may leave the common columns out
        found["source"] = ""
    texts = ["section", "source", "why_en", "why_zh", "unit"]
    found[texts] = found[texts].astype(object).fillna("")
    return found.assign(verdict=[verdict(row) for row in found.to_dict("records")])


def verdict(row: Row) -> str:
    """agrees, differs, or unchecked where one of the two figures is missing."""
    figure, ours = _number(row, "figure"), _number(row, "ours")
    if figure is None or ours is None:
        return UNCHECKED
    if row["relation"] == EQUALS:
        within = abs(ours - figure) <= float(str(row["tolerance"])) * abs(figure)
    elif row["relation"] == AT_LEAST:
        within = ours >= figure
    else:
        high = _number(row, "figure_high")
        within = row["relation"] == BETWEEN and figure <= ours and (high is None or ours <= high)
    return AGREES if within else DIFFERS


def _number(row: Row, name: str) -> float | None:
    value = float(str(row[name]))
    return None if value != value else value


def _need(row: Row, *names: str) -> list[float] | None:
    """The numbers that a rule takes; none when a cell is blank."""
    found = [_number(row, name) for name in names]
    return None if None in found else [value for value in found if value is not None]


def _none(row: Row, data: Data, tables: Frames) -> float | None:
    return None


def _carbon_to_co2(row: Row, data: Data, tables: Frames) -> float | None:
    """Carbon as CO2: first * 44/12."""
    taken = _need(row, "first")
    return taken[0] * CO2_PER_C if taken else None


def _co2_share(row: Row, data: Data, tables: Frames) -> float | None:
    """Carbon (Tg) as CO2 over the emissions of the base year, in per cent."""
    taken, emitted = _need(row, "first"), data.frame(BASE_YEAR_EMISSIONS)["emission"].astype(float).sum()
    return PERCENT * taken[0] * CO2_PER_C / float(emitted) if taken and emitted > 0.0 else None


def _sum(row: Row, data: Data, tables: Frames) -> float | None:
    """first + second."""
    taken = _need(row, "first", "second")
    return sum(taken) if taken else None


def _quotient(row: Row, data: Data, tables: Frames) -> float | None:
    """first / second."""
    taken = _need(row, "first", "second")
    return taken[0] / taken[1] if taken and taken[1] else None


def _ratio(row: Row, data: Data, tables: Frames) -> float | None:
    """first / second in per cent."""
    found = _quotient(row, data, tables)
    return None if found is None else PERCENT * found


def _land_area(row: Row, data: Data, tables: Frames) -> float | None:
    """Land of a class in the base year, Mha."""
    land = data.frame(LAND)
    return _positive(land.loc[land["land_class"] == row["subject"], "area"])


def _growing_stock(row: Row, data: Data, tables: Frames) -> float | None:
    """Growing stock of the inventory, billion m3 (km3)."""
    return _positive(data.frame(FOREST_INVENTORY)["volume"])


def _positive(column: pd.Series) -> float | None:
    amount = float(column.astype(float).sum())
    return amount if amount > 0.0 else None


def _quota_share(row: Row, data: Data, tables: Frames) -> float | None:
    """Quota a year (first, million m3) times years (second) over the growing stock, in per cent."""
    taken, stock = _need(row, "first", "second"), _growing_stock(row, data, tables)
    if not taken or stock is None:
        return None
    return PERCENT * float(units.convert(taken[0], "million m3", "km3")) * taken[1] / stock


def _old_area(row: Row, data: Data, tables: Frames) -> float | None:
    """Mature and over-mature arboreal forest in the base year, Mha."""
    forest = data.frame(FOREST_AREA)
    return _positive(forest.loc[forest["age_group"].isin(OLD), "area"])


def _old_share(row: Row, data: Data, tables: Frames) -> float | None:
    """The same over arboreal forest, or over ``first`` (Mha) where given, in per cent."""
    old, taken = _old_area(row, data, tables), _need(row, "first")
    whole = taken[0] if taken else _positive(data.frame(FOREST_AREA)["area"])
    return PERCENT * old / whole if old and whole else None


def _highest_cover(row: Row, data: Data, tables: Frames) -> float | None:
    """Highest share of arboreal forest in the land of the named regions, in per cent; none where one is not a region of the run."""
    named = [name.strip() for name in str(row["subject"]).split(SEPARATOR)]
    if not set(named) <= set(data.regions):
        return None
    forest = data.frame(FOREST_AREA).groupby("region")["area"].sum()
    land = data.frame(LAND).groupby("region")["area"].sum()
    return max(PERCENT * float(forest.get(name, 0.0)) / float(land[name]) for name in named) if set(named) <= set(land.index) else None


def _grass_rate(row: Row, data: Data, tables: Frames) -> float | None:
    """All sinks of grassland in the first period, those outside the target too, over all grassland: t C/ha a year."""
    sinks, area = _first_sinks(data, tables), _positive(data.frame(GRASSLAND)["area"])
    grass = sinks[sinks["category"].astype(str).str.startswith(GRASS_ITEMS)]
    return float(grass["value"].sum()) / CO2_PER_C / area if area and len(grass) else None


def _national_sink(row: Row, data: Data, tables: Frames) -> float | None:
    """All sinks of the plan in the first period, those outside the target too: Pg C a year."""
    sinks = _first_sinks(data, tables)
    return float(sinks["value"].sum()) / CO2_PER_C / MT_PER_PG if len(sinks) else None


def _first_sinks(data: Data, tables: Frames) -> pd.DataFrame:
    carbon = tables["carbon"]
    return carbon[(carbon["account"] == "sink") & (carbon["year"] == data.years[0])]


def _first_phase(data: Data, use: str) -> pd.DataFrame:
    """Plots of the first phase with ``opened`` (Mha): all of them, or those of one use."""
    phases, plots = data.frame(DIVERSION_PHASES), data.frame(OPENED_LAND)
    if phases.empty or plots.empty:
        return pd.DataFrame({"opened": [], "irrigation": []})
    first = phases.iloc[0]
    mine = plots[plots["phase"] == first["phase"]]
    mine = mine.assign(opened=mine["share"].astype(float) * float(first["opened_land"]))
    return mine if use == WHOLE else mine[mine["use"] == use]


def _opened_area(row: Row, data: Data, tables: Frames) -> float | None:
    """Land that the first phase may open for a use, kha."""
    area = _positive(_first_phase(data, str(row["subject"]))["opened"])
    return None if area is None else float(units.convert(area, "Mha", "kha"))


def _opened_water(row: Row, data: Data, tables: Frames) -> float | None:
    """What that land takes when all of it is irrigated, billion m3 (km3) a year."""
    plots = _first_phase(data, WHOLE)
    return _positive(plots["opened"].astype(float) * plots["irrigation"].astype(float))


def _canal(row: Row, data: Data, tables: Frames) -> float | None:
    """What panels along the canal avoid in the largest year of the plan, Mt CO2; none where the plan builds none."""
    account = tables["diversion_account"]
    found = account.loc[account["item"] == PANELS_AVOID, "value"].astype(float)
    return float(found.max()) if len(found) and found.max() > 0.0 else None


RULES: dict[str, Rule] = {
    "none": _none, "carbon_to_co2": _carbon_to_co2, "co2_share_of_emissions": _co2_share, "sum": _sum, "ratio": _ratio,
    "quotient": _quotient, "land_area": _land_area, "growing_stock": _growing_stock, "quota_share": _quota_share,
    "old_stand_area": _old_area, "old_stand_share": _old_share, "highest_cover": _highest_cover,
    "grassland_mean_rate": _grass_rate, "national_sink": _national_sink, "opened_area": _opened_area,
    "opened_water": _opened_water, "canal_abatement": _canal,
}  # fmt: skip


RESULTS = (
    ResultTable(
        "consistency", "Figures of the source paper beside ours, with verdict and reason.", "论文数值对照本模型，附结论与原因。",
        (
            *texts("claim", "statement_en", "statement_zh", "section", "relation"), number("figure"), number("figure_high"), number("ours"),
            UNIT,
            *texts("verdict", "rule"), number("tolerance", "1"), *texts("why_en", "why_zh", "source"),
        ),
        ("claim",), ordered=False, make=consistency,
    ),
)  # fmt: skip
