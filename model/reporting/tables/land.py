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

from ...core.build.roles import closed
from ...core.declare import units
from ...core.solve.amounts import entries, stack, total, values
from ...core.solve.sides import Tables
from ...core.solve.solution import Solution
from ...levers.forest.stands import stands_of
from ...levers.land.afforestation import AFFORESTATION_LAND
from ...levers.land.afforestation import PLANTED as PLANTINGS
from ...levers.land.diversion import OPENED_LAND
from ...levers.land.land import DUAL_USE_RULES as RULES
from ...levers.land.land import LAND, RESTORED
from .accounts import AVAILABLE, DUAL_USE, IDLE

CLASS_YEAR = ["region", "land_class", "year"]
SHARED_WITH = {RESTORED: "grassland_restored"}
FIXED, PANELS, STANDS, PLANTED = "fixed_use", "solar_farms", "forest_stand", "afforestation"
#: The class of the survey that the transitions split, and its parts.
FOREST_LAND, FOREST, WOODED, BARREN = "forest_land", "forest", "other_wooded", "barren"
RETURNED = "returned_to_forest"
#: Region, from class, to class, year.
Flow = tuple[str, str, str, int]
#: Solver rounding of an area (feasibility tolerance 1e-7 Mha, some terms to a row), kha.
ROUNDING_KHA = 1e-3


def land(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``land``: what is available, who holds it, what is idle; all non-negative.

    Land that changes class is part of ``available`` of both classes. A hectare in dual use is counted once: it stands
    in its own row and is taken off the panels and off the use that it is shared with.
    """
    posted = entries(solution, "land", "kha")
    if posted.empty or not closed(solution.build, "land"):
        return pd.DataFrame()
    posted = total(posted, [*CLASS_YEAR, "item"])
    adds = posted["item"].isin(_adding(solution))
    shared = posted[posted["item"] == DUAL_USE][[*CLASS_YEAR, "value"]].rename(columns={"value": "shared"})
    available = total(posted[adds & (posted["item"] != DUAL_USE)], CLASS_YEAR).assign(use=AVAILABLE)
    uses = posted[~adds].rename(columns={"item": "use"})
    uses = uses.assign(value=-uses["value"]).merge(shared, how="left", on=CLASS_YEAR)
    partner = uses["land_class"].map(_partners(solution))
    shares = (uses["use"] == PANELS) | (uses["use"] == partner)
    uses = uses.assign(value=uses["value"] - np.where(shares, uses["shared"].astype(float).fillna(0.0), 0.0))
    dual = shared.rename(columns={"shared": "value"}).assign(use=DUAL_USE)
    held = stack([uses[[*CLASS_YEAR, "use", "value"]], dual])
    return stack([_with_idle(available, held), _base_year(solution)])


def _with_idle(available: pd.DataFrame, held: pd.DataFrame) -> pd.DataFrame:
    taken = total(held, CLASS_YEAR).rename(columns={"value": "taken"}) if len(held) else pd.DataFrame(columns=[*CLASS_YEAR, "taken"])
    idle = available.merge(taken, how="left", on=CLASS_YEAR)
    idle = idle.assign(use=IDLE, value=idle["value"] - idle["taken"].astype(float).fillna(0.0))
    return stack([available, held, idle.drop(columns="taken")])


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


def land_transitions(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``land_transitions``: kha that go over from one class to another in the period, and what stays (diagonal).

    The rows of a class add up to its area at the milestone before, the columns to its area at the milestone.
    """
    data = solution.build.data
    if not closed(solution.build, "land") or not solution.build.ledger.posts.get("land"):
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
    flows = _flows(solution)
    for (region, is_opened, year), planted in _planted_on_barren(solution).items():
        # land that is opened and planted in one period goes to the forest at once; the rest was barren before
        for key in [k for k in flows if k[0] == region and k[2] == BARREN and k[3] == year] if is_opened else []:
            through = max(0.0, min(flows[key], planted))
            _add(flows, (region, key[1], FOREST, year), through)
            flows[key] -= through
            planted -= through
        _add(flows, (region, BARREN, FOREST, year), planted)
    # a transfer that is taken back goes the other way; anything smaller is the rounding of the solver
    rows = [(r, a, b, y, v) if v > 0.0 else (r, b, a, y, -v) for (r, a, b, y), v in flows.items() if v > 0.0 or v < -ROUNDING_KHA]
    frame = pd.DataFrame(rows, columns=["region", "from_class", "to_class", "year", "value"])
    return total(frame, ["region", "from_class", "to_class", "year"])


def _add(flows: dict[Flow, float], key: Flow, value: float) -> None:
    flows[key] = flows.get(key, 0.0) + value


def _flows(solution: Solution) -> dict[Flow, float]:
    """Transfers of the land balance by period, kha: the change of what has been transferred by each milestone."""
    data = solution.build.data
    stood: dict[Flow, float] = {}
    for region, losing, gaining, year, value in _pairs(solution):
        _add(stood, (region, losing, gaining, year), value)
    flows = {}
    for region, losing, gaining in dict.fromkeys(key[:3] for key in stood):
        for year in data.years:
            before = stood.get((region, losing, gaining, data.previous(year)), 0.0)
            flows[region, losing, gaining, year] = stood.get((region, losing, gaining, year), 0.0) - before
    return flows


def _pairs(solution: Solution) -> Iterable[tuple[str, str, str, int, float]]:
    """Cumulated transfers of every item that takes land from one class and gives it to another, by milestone."""
    table = solution.build.ledger.table("land")
    signs = table.groupby("item", sort=False)["coefficient"].agg(["min", "max"])
    items = signs[(signs["min"] < 0.0) & (signs["max"] > 0.0)].index
    posted = entries(solution, "land", "kha")
    posted = total(posted[posted["item"].isin(items)], [*CLASS_YEAR, "item"])
    changes: dict[tuple[str, int, str], list[tuple[str, float]]] = {}
    for region, year, item, land_class, value in posted[["region", "year", "item", "land_class", "value"]].itertuples(index=False, name=None):
        changes.setdefault((region, int(year), item), []).append((land_class, value))
    for (region, year, item), found in changes.items():
        gains = [(name, value) for name, value in found if value > 0.0]
        whole = sum(value for _, value in gains)
        for losing, lost in found if whole > 0.0 else []:
            for gaining, gained in gains if lost < 0.0 else []:
                yield region, _part(losing, item), _part(gaining, item), year, -lost * gained / whole


def _part(land_class: str, item: str) -> str:
    """The part of the forest land that an item gives to or takes from; other classes are whole."""
    if land_class != FOREST_LAND:
        return land_class
    return FOREST if item == RETURNED else BARREN


def _planted_on_barren(solution: Solution) -> dict[tuple[str, bool, int], float]:
    """(region, whether the land type is one that the diversion opens, year) -> planted in the period, kha."""
    planted = values(solution, PLANTINGS.name, "kha")
    if planted.empty:
        return {}
    data = solution.build.data
    keys = ["region", "water_zone", "land_type"]
    planted = planted.merge(data.frame(AFFORESTATION_LAND)[[*keys, "from_class"]], on=keys)
    planted = planted[planted["from_class"] == FOREST_LAND]
    opened = [str(kind) for kind in data.frame(OPENED_LAND)["land_type"] if kind]
    planted = planted.assign(is_opened=planted["land_type"].isin(opened))
    found = planted.groupby(["region", "is_opened", "year"], sort=False)["value"].sum()
    return {(str(region), bool(is_opened), int(year)): float(value) for (region, is_opened, year), value in found.items()}
