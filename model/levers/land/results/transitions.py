"""How land goes over from class to class in each period.

Forest land of the survey has three parts here: ``forest`` (what items under trees hold, see ``Item.wooded``),
``other_wooded`` (present use that can not change) and ``barren`` (all else, offered for planting or not).

Limits: transitions are what the levers move; the survey's own changes of class since the base year are not in the data.
A period in which an item takes from several classes at once spreads what it gives in proportion. Amounts under trees that
no decision moves are those of the base year.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ....core.build.roles import closed, items, wooded
from ....core.declare.results import YEAR, Identity, ResultTable, number, texts
from ....core.ledger import FIXED
from ....core.solve.amounts import entries, total
from ....core.solve.sides import Sides, Tables, compare, not_negative, sums
from ..tables import AVAILABLE, FIXED_USE, LAND
from .land import BALANCE, CLASS_YEAR, in_kha

if TYPE_CHECKING:
    from ....core.solve.solution import Solution

#: The class of the survey that the transitions split, and its parts.
FOREST_LAND, FOREST, WOODED, BARREN = "forest_land", "forest", "other_wooded", "barren"
#: The balance of the places that are offered for planting, and what names a place in it.
OFFERED, PLACE = "offered_land", ["region", "water_zone", "land_type"]
#: The balance of what is planted; what posts to it stands in the table of that name.
PLANTING, PERIOD = "planting", ["region", "year"]
#: Region, from class, to class, year.
Flow = tuple[str, str, str, int]
#: Solver rounding of an area (feasibility tolerance 1e-7 Mha, some terms to a row), kha.
ROUNDING_KHA = 1e-3


def land_transitions(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Kha that go over from one class to another in the period, and what stays (diagonal).

    The rows of a class add up to its area at the milestone before, the columns to its area at the milestone.
    """
    data = solution.build.data
    if not closed(solution.build, BALANCE) or not solution.build.ledger.posts.get(BALANCE):
        return pd.DataFrame()
    moved = _moved(solution)
    area = _parts_of_base_year(tables, solution)
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


def _parts_of_base_year(tables: Tables, solution: Solution) -> dict[tuple[str, str], float]:
    """(region, class or part of the forest land) -> area in the base year, kha."""
    data = solution.build.data
    land = tables["land"]
    held = land[(land["year"] == data.base_year) & (land["land_class"] == FOREST_LAND)]
    trees = held[held["use"].isin(wooded(solution.build))].groupby("region")["value"].sum().to_dict()
    found: dict[tuple[str, str], float] = {}
    survey = in_kha(data.frame(LAND), "area", "fixed_use")
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


def _transfers(solution: Solution) -> list[str]:
    """Items that take land from one class and give it to another."""
    table = solution.build.ledger.table(BALANCE)
    signs = table.groupby("item", sort=False)["coefficient"].agg(["min", "max"])
    return [str(item) for item in signs[(signs["min"] < 0.0) & (signs["max"] > 0.0)].index]


def _pairs(solution: Solution) -> Iterable[tuple[str, str, str, int, float]]:
    """Cumulated transfers from class to class, by milestone."""
    trees = wooded(solution.build)
    posted = entries(solution, BALANCE, "kha")
    posted = total(posted[posted["item"].isin(_transfers(solution))], [*CLASS_YEAR, "item"])
    changes: dict[tuple[str, int, str], list[tuple[str, float]]] = {}
    for region, year, item, land_class, value in posted[["region", "year", "item", "land_class", "value"]].itertuples(index=False, name=None):
        changes.setdefault((region, int(year), item), []).append((land_class, value))
    for (region, year, item), found in changes.items():
        gains = [(name, value) for name, value in found if value > 0.0]
        whole = sum(value for _, value in gains)
        for losing, lost in found if whole > 0.0 else []:
            for gaining, gained in gains if lost < 0.0 else []:
                yield region, _part(losing, item in trees), _part(gaining, item in trees), year, -lost * gained / whole


def _part(land_class: str, is_wooded: bool) -> str:
    """The part of the forest land that an item gives to or takes from; other classes are whole."""
    if land_class != FOREST_LAND:
        return land_class
    return FOREST if is_wooded else BARREN


def _planted_on_barren(solution: Solution) -> dict[tuple[str, bool, int], float]:
    """(region, whether an item that transfers land offers the place, year) -> what comes under trees in the period, kha.

    Told by what each variable adds to what items under trees hold of forest land, less what they gave to it.
    """
    data, ledger = solution.build.data, solution.build.ledger
    trees = wooded(solution.build)
    table = ledger.table(BALANCE)
    held = table[(table["land_class"] == FOREST_LAND) & table["item"].isin(trees) & (table["position"] != FIXED)]
    if held.empty:
        return {}
    by_year = held.pivot_table(index=["region", "position"], columns="year", values="coefficient", aggfunc="sum", sort=False)
    by_year = by_year.reindex(columns=data.years).fillna(0.0)
    added = -np.diff(by_year.to_numpy(dtype=float), axis=1, prepend=0.0)
    position = by_year.index.get_level_values("position").to_numpy(dtype=np.int64)
    planted = pd.DataFrame(added * solution.x[position][:, None], index=by_year.index, columns=by_year.columns)
    rows = in_kha(planted.melt(ignore_index=False, var_name="year").reset_index(), "value")
    opened = _opened_positions(solution, trees)
    rows = rows.assign(is_opened=rows["position"].isin(opened))
    found = rows.groupby(["region", "is_opened", "year"], sort=False)["value"].sum()
    return {(str(region), bool(is_opened), int(year)): float(value) for (region, is_opened, year), value in found.items()}


def _opened_positions(solution: Solution, trees: set[str]) -> list[int]:
    """Variables that plant on a place which an item that transfers land offers."""
    offered = solution.build.ledger.table(OFFERED)
    opened = offered.loc[offered["item"].isin(_transfers(solution)), PLACE].drop_duplicates()
    planting = offered.loc[offered["item"].isin(trees) & (offered["position"] != FIXED), [*PLACE, "position"]]
    return planting.merge(opened, on=PLACE)["position"].drop_duplicates().tolist()


def transitions_add_up(tables: Tables, solution: Solution) -> list[Sides]:
    """What leaves and stays of a class is its area at the milestone before, what comes and stays that at the milestone."""
    moves = tables["land_transitions"]
    if not closed(solution.build, BALANCE):
        return []
    area = _class_areas(tables, solution)
    data = solution.build.data
    before = {year: data.previous(year) for year in data.years}
    left = sums(moves.assign(year=moves["year"].map(before), land_class=moves["from_class"]), CLASS_YEAR)
    came = sums(moves.assign(land_class=moves["to_class"]), CLASS_YEAR)
    years = area.index.get_level_values("year")
    sides = [compare(left, area[years < data.years[-1]]), compare(came, area[years > data.base_year]), not_negative(moves)]
    return [*sides, *_forest_gains_what_is_planted(tables, solution)]


def _forest_gains_what_is_planted(tables: Tables, solution: Solution) -> list[Sides]:
    """What goes over to the forest is what the table ``planting`` lists, and what else comes under trees."""
    moves, planting = tables["land_transitions"], tables["planting"]
    if not closed(solution.build, OFFERED) or planting.empty:
        return []
    planters = {item.name for item in items(solution.build) if PLANTING in item.balances}
    length = planting["year"].astype("int64").map(solution.build.data.length).astype(float)
    planted = sums(planting.assign(value=planting["planted_kha"] * length), PERIOD)
    land = tables["land"]
    others = land[(land["land_class"] == FOREST_LAND) & land["use"].isin(wooded(solution.build) - planters)]
    risen = sums(others, PERIOD).groupby(level="region").diff().fillna(0.0)
    into = sums(moves[(moves["to_class"] == FOREST) & (moves["from_class"] != FOREST)], PERIOD)
    return [compare(into, planted.add(risen, fill_value=0.0))]


def _class_areas(tables: Tables, solution: Solution) -> pd.Series:
    """Area of every class, and of the parts of the forest land, by region and milestone, from the table ``land``."""
    land = tables["land"].astype({"year": "int64"})
    survey = in_kha(solution.build.data.frame(LAND), "area")
    shut = survey["redline_share"].astype(float) * survey["area"]
    shut_area = dict(zip(zip(survey["region"], survey["land_class"], strict=True), shut, strict=True))
    whole = land[land["use"] == AVAILABLE]
    keys = zip(whole["region"], whole["land_class"], strict=True)
    whole = whole.assign(value=whole["value"] + [shut_area.get(key, 0.0) for key in keys])
    inside = land[land["land_class"] == FOREST_LAND]
    parts = {FOREST: inside[inside["use"].isin(wooded(solution.build))], WOODED: inside[inside["use"] == FIXED_USE]}
    named = [part.assign(land_class=name) for name, part in parts.items()]
    rest = [part.assign(land_class=BARREN, value=-part["value"]) for part in parts.values()]
    barren = whole[whole["land_class"] == FOREST_LAND].assign(land_class=BARREN)
    return sums(pd.concat([whole[whole["land_class"] != FOREST_LAND], *named, barren, *rest]), CLASS_YEAR)


RESULTS = (
    ResultTable(
        "land_transitions", "Land that goes over from one class to another in the period; the diagonal is what stays.",
        "时期内地类之间的转换；对角线为不变部分。",
        (
            *texts("region", "from_class", "to_class"), YEAR, number("value", "kha", "Area that goes over or stays", "转换或保持的面积"),
        ),
        ("region", "from_class", "to_class", "year"), make=land_transitions,
    ),
)  # fmt: skip
IDENTITIES = (
    Identity("land_transitions_add_up", "Changes of class lead from one period's land to the next", "地类转换与各类面积相符", transitions_add_up),
)
