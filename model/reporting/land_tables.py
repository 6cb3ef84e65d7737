"""Land of a plan: who holds which class, and how land goes over from class to class in each period.

Forest land of the survey has three parts in the transitions: ``forest`` (stands of the base year and plantings),
``other_wooded`` (present use that can not change) and ``barren`` (all else, offered for planting or not).

Limits: transitions are what the levers move; the survey's own changes of class since the base year are not in the data.
A period in which an item takes from several classes at once spreads what it gives in proportion.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from ..core import units
from ..core.solution import Solution
from ..levers.afforestation import AFFORESTATION_LAND
from ..levers.diversion import OPENED_LAND
from ..levers.land import DUAL_USE_RULES as RULES
from ..levers.land import LAND, RESTORED
from .account_tables import AVAILABLE, DUAL_USE, IDLE
from .forest_tables import stands_of
from .frames import entries, stack, total, values

CLASS_YEAR = ["region", "land_class", "year"]
SHARED_WITH = {RESTORED: "grassland_restored"}
FIXED, PANELS, STANDS, PLANTED = "fixed_use", "solar_farms", "forest_stand", "afforestation"
#: The class of the survey that the transitions split, and its parts.
FOREST_LAND, FOREST, WOODED, BARREN = "forest_land", "forest", "other_wooded", "barren"
RETURNED = "returned_to_forest"
#: Solver rounding of an area (feasibility tolerance 1e-7 Mha, some terms to a row), kha.
ROUNDING_KHA = 1e-3


def land(solution: Solution) -> pd.DataFrame:
    """Table ``land``: what is available, who holds it, what is idle; all non-negative.

    Land that changes class is part of ``available`` of both classes. A hectare in dual use is counted once: it stands
    in its own row and is taken off the panels and off the use that it is shared with.
    """
    posted = entries(solution, "land", "kha")
    if posted.empty or "land" not in solution.build.present:
        return pd.DataFrame()
    posted = total(posted, [*CLASS_YEAR, "item"])
    adds = posted["item"].isin(_adding(solution))
    shared = posted[posted["item"] == DUAL_USE][[*CLASS_YEAR, "value"]].rename(columns={"value": "shared"})
    available = total(posted[adds & (posted["item"] != DUAL_USE)], CLASS_YEAR).assign(use=AVAILABLE)
    uses = posted[~adds].rename(columns={"item": "use"})
    uses = uses.assign(value=-uses["value"]).merge(shared, how="left", on=CLASS_YEAR)
    partner = uses["land_class"].map(_partners(solution))
    shares = (uses["use"] == PANELS) | (uses["use"] == partner)
    uses = uses.assign(value=uses["value"] - np.where(shares, uses["shared"].fillna(0.0).astype(float), 0.0))
    dual = shared.rename(columns={"shared": "value"}).assign(use=DUAL_USE)
    held = stack([uses[[*CLASS_YEAR, "use", "value"]], dual])
    return stack([_with_idle(available, held), _base_year(solution)])


def _with_idle(available: pd.DataFrame, held: pd.DataFrame) -> pd.DataFrame:
    taken = total(held, CLASS_YEAR).rename(columns={"value": "taken"}) if len(held) else pd.DataFrame(columns=[*CLASS_YEAR, "taken"])
    idle = available.merge(taken, how="left", on=CLASS_YEAR)
    idle = idle.assign(use=IDLE, value=idle["value"] - idle["taken"].fillna(0.0).astype(float))
    return stack([available, held, idle])


def _partners(solution: Solution) -> dict[str, str]:
    """Land class -> the use that shares a hectare with panels."""
    rules = solution.build.data.frame(RULES)
    return {c: SHARED_WITH.get(w, FIXED) for c, w in zip(rules["land_class"], rules["shares_with"], strict=True)}


def _adding(solution: Solution) -> list[str]:
    """Items that may add land to some class: they belong to what is available, on all classes."""
    table = solution.build.ledger.table("land")
    return [AVAILABLE, DUAL_USE, *table.loc[table["coefficient"] > 0.0, "item"].drop_duplicates()]


def _base_year(solution: Solution) -> pd.DataFrame:
    """The same rows for the base year: the survey, present use, and the stands of the inventory."""
    data = solution.build.data
    survey = _in_kha(data.frame(LAND), "area", "fixed_use").assign(year=data.base_year)
    open_area = survey["area"] * (1.0 - survey["redline_share"].astype(float))
    available = survey.assign(use=AVAILABLE, value=open_area)[[*CLASS_YEAR, "use", "value"]]
    fixed = survey[survey["fixed_use"] > 0.0].assign(use=FIXED)
    fixed = fixed.assign(value=fixed["fixed_use"])[[*CLASS_YEAR, "use", "value"]]
    trees = stand_area(solution).assign(land_class=FOREST_LAND, year=data.base_year, use=STANDS)
    listed = available.set_index(["region", "land_class"]).index
    trees = trees[pd.MultiIndex.from_frame(trees[["region", "land_class"]]).isin(listed)]
    return _with_idle(available, stack([fixed, trees]))


def stand_area(solution: Solution) -> pd.DataFrame:
    """Region and ``value``: area of the stands of the base year, kha."""
    stands = stands_of(solution)
    if stands is None:
        return pd.DataFrame({"region": pd.Series(dtype=object), "value": pd.Series(dtype=float)})
    kha = units.convert(1.0, "Mha", "kha")
    frame = stands.strata[["region"]].assign(value=stands.area.sum(axis=1) * kha)
    return total(frame, ["region"])


def _in_kha(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    kha = units.convert(1.0, "Mha", "kha")
    return frame.assign(**{column: frame[column].astype(float) * kha for column in columns})


def land_transitions(solution: Solution) -> pd.DataFrame:
    """Table ``land_transitions``: kha that go over from one class to another in the period, and what stays (diagonal).

    The rows of a class add up to its area at the milestone before, the columns to its area at the milestone.
    """
    data = solution.build.data
    if "land" not in solution.build.present or not solution.build.ledger.posts.get("land"):
        return pd.DataFrame()
    moved = _moved(solution)
    area = _parts_of_base_year(solution)
    found: list[tuple[str, str, str, int, float]] = []
    for year in data.years:
        step = moved[moved["year"] == year]
        for row in step.itertuples(index=False):
            area[row.region, row.from_class] = area.get((row.region, row.from_class), 0.0) - row.value
            found.append((row.region, row.from_class, row.to_class, year, row.value))
        # what has not left stays; what comes is added afterwards
        found += [(region, name, name, year, _tidy(left)) for (region, name), left in area.items()]
        for row in step.itertuples(index=False):
            area[row.region, row.to_class] = area.get((row.region, row.to_class), 0.0) + row.value
    frame = pd.DataFrame(found, columns=["region", "from_class", "to_class", "year", "value"])
    return total(frame, ["region", "from_class", "to_class", "year"])


def _tidy(area: float) -> float:
    """An area without the rounding of the solver below zero."""
    return 0.0 if -ROUNDING_KHA < area < 0.0 else area


def _parts_of_base_year(solution: Solution) -> dict[tuple[str, str], float]:
    """(region, class or part of the forest land) -> area in the base year, kha."""
    survey = _in_kha(solution.build.data.frame(LAND), "area", "fixed_use")
    trees = dict(stand_area(solution).itertuples(index=False, name=None))
    found: dict[tuple[str, str], float] = {}
    for region, name, area, fixed in survey[["region", "land_class", "area", "fixed_use"]].itertuples(index=False, name=None):
        if name == FOREST_LAND:
            found[region, FOREST] = trees.get(region, 0.0)
            found[region, WOODED] = fixed
            found[region, BARREN] = area - fixed - trees.get(region, 0.0)
        else:
            found[region, name] = area
    return found


def _moved(solution: Solution) -> pd.DataFrame:
    """What goes over in each period: region, from_class, to_class, year, value (kha, above the solver's rounding)."""
    years = solution.build.data.years
    stock: dict[tuple[str, str, str], dict[int, float]] = {}
    for region, losing, gaining, year, value in _pairs(solution):
        stock.setdefault((region, losing, gaining), dict.fromkeys(years, 0.0))[year] += value
    opened = {key: course for key, course in stock.items() if key[2] == BARREN}
    for (region, on_opened), course in _planted_on_barren(solution).items():
        sources = [key for key in opened if key[0] == region] if on_opened else []
        _plant(stock, region, course, sources, years)
    rows = []
    for (region, losing, gaining), course in stock.items():
        before = 0.0
        for year in years:
            rows.append((region, losing, gaining, year, course[year] - before))
            before = course[year]
    frame = pd.DataFrame(rows, columns=["region", "from_class", "to_class", "year", "value"])
    back = frame["value"] < -ROUNDING_KHA
    swapped = frame[back].rename(columns={"from_class": "to_class", "to_class": "from_class"})
    frame = pd.concat([frame[frame["value"] > 0.0], swapped.assign(value=-swapped["value"])], ignore_index=True)
    return total(frame, ["region", "from_class", "to_class", "year"])


def _plant(
    stock: dict[tuple[str, str, str], dict[int, float]], region: str, course: dict[int, float],
    sources: list[tuple[str, str, str]], years: list[int],
) -> None:  # fmt: skip
    """Book what is planted on barren land; land that is opened and planted in one period goes to forest at once."""
    before = dict.fromkeys([*sources, (region, BARREN, FOREST)], 0.0)
    done, through_all = 0.0, dict.fromkeys(sources, 0.0)
    rest_all = 0.0
    original = {key: dict(stock[key]) for key in sources}
    for year in years:
        planted = course[year] - done
        for key in sources:
            fresh = original[key][year] - before[key]
            through = max(0.0, min(fresh, planted))
            through_all[key] += through
            planted -= through
            before[key] = original[key][year]
            stock[key][year] -= through_all[key]
            stock.setdefault((region, key[1], FOREST), dict.fromkeys(years, 0.0))[year] += through_all[key]
        rest_all += planted
        stock.setdefault((region, BARREN, FOREST), dict.fromkeys(years, 0.0))[year] += rest_all
        done = course[year]


def _pairs(solution: Solution) -> Iterable[tuple[str, str, str, int, float]]:
    """Cumulated transfers of every item that takes land from one class and gives it to another, by milestone."""
    table = solution.build.ledger.table("land")
    signs = table.groupby("item", sort=False)["coefficient"].agg(["min", "max"])
    items = signs[(signs["min"] < 0.0) & (signs["max"] > 0.0)].index
    posted = entries(solution, "land", "kha")
    posted = total(posted[posted["item"].isin(items)], [*CLASS_YEAR, "item"])
    for (region, year, item), rows in posted.groupby(["region", "year", "item"], sort=False):
        gains, losses = rows[rows["value"] > 0.0], rows[rows["value"] < 0.0]
        whole = float(gains["value"].sum())
        if whole <= 0.0:
            continue
        for losing, lost in losses[["land_class", "value"]].itertuples(index=False, name=None):
            for gaining, gained in gains[["land_class", "value"]].itertuples(index=False, name=None):
                yield region, _part(losing, item), _part(gaining, item), int(year), -lost * gained / whole


def _part(land_class: str, item: str) -> str:
    """The part of the forest land that an item gives to or takes from; other classes are whole."""
    if land_class != FOREST_LAND:
        return land_class
    return FOREST if item == RETURNED else BARREN


def _planted_on_barren(solution: Solution) -> dict[tuple[str, bool], dict[int, float]]:
    """(region, whether the land type is opened by the diversion) -> planted since the base year by milestone, kha."""
    planted = values(solution, "planted", "kha")
    if planted.empty:
        return {}
    data = solution.build.data
    keys = ["region", "water_zone", "land_type"]
    origin = data.frame(AFFORESTATION_LAND)[[*keys, "from_class"]]
    planted = planted.merge(origin, on=keys)
    planted = planted[planted["from_class"] == FOREST_LAND]
    opened = set(data.frame(OPENED_LAND)["land_type"])
    planted = planted.assign(opened=planted["land_type"].isin(sorted(map(str, opened))))
    found: dict[tuple[str, bool], dict[int, float]] = {}
    for (region, on_opened), rows in planted.groupby(["region", "opened"], sort=False):
        by_year = rows.groupby("year")["value"].sum()
        cumulated, course = 0.0, {}
        for year in data.years:
            cumulated += float(by_year.get(year, 0.0))
            course[year] = cumulated
        found[str(region), bool(on_opened)] = course
    return found
