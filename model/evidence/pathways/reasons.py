"""Why ours lies outside what is published: the limit, target or input row of the workbook that would move it in, found from the tables of the run.

    found = reason(run, "capacity", "wind", 2030, below=True)

1. *limit*: the binding limit of the workbook on what has to move, by the largest gain of relaxing it by one per cent. A limit
   belongs to an item where its row names one of its technologies, classes or sectors, or stands on one of its sheets; to capacity only
   limits in GW do. Where ours is too low it is one that holds it down (at most), where it is too high one that holds it up (at least).
   Too high emissions and too much fossil power answer to what holds the alternatives down.
2. *room*: where ours is too high, the limit that it runs up against: a lower number there would bring it in.
3. *target*: the carbon target with the highest price in that year, where the deviation is what a target asks for: less emissions and fossil
   power, more of everything that replaces or takes up.
4. *driver*: where nothing binds, the first row of the sheet that decides: demand, activity, price or cost of the item. *scope*: the same,
   where ours holds a part of what is published.

Limits: one reason a row, the strongest; that it would suffice by itself is not claimed. Of alternative optima another limit may bind.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from math import isnan
from typing import Any

import pandas as pd

from ...core.declare.spec import COMMON_COLUMNS, ONCE
from ...core.solve.limits import AT_LEAST, AT_MOST, EXACTLY
from ...levers.demand.end_use import END_USE
from ...levers.demand.industry import INDUSTRY
from ...levers.hydrogen.tables import TECHNOLOGY
from ...levers.power.tables import PLANT
from .ours import BRANCHES, FINAL, QUANTITIES, TOTAL, WIDER, Run, labels_around, members
from .published import SECTORS

LIMIT, ROOM, TARGET, DRIVER, SCOPE = FOUND = ("limit", "room", "target", "driver", "scope")
CO2 = ("co2", "net_co2", "co2_change_2019", "co2_change_2020", "co2_change_2023")
#: What a tonne is counted in on the rows of carbon targets.
TONNES = "Mt CO2"
FOSSIL = ("coal", "coal_unabated", "gas", "fossil")
HELD_DOWN, HELD_UP = (AT_MOST, EXACTLY), (AT_LEAST, EXACTLY)
TARGETS = "carbon_targets"
#: Sheets of the sink that are not about forest, and limits on where industry is rather than on what it emits.
NO_FOREST, MOVES = ("grassland", "livestock"), ("industry_movement", "no_relocation")
#: In what limits on capacity are counted.
CAPACITY_UNIT = "GW"
#: Sheets whose limits bear on a quantity whatever their row names.
SHEETS: dict[str, tuple[str, ...]] = {
    "load": ("power_demand",),
    "capture": ("co2_storage_sites", "air_capture"),
    "land_sink": ("forest_harvest", "harvest_quota", "timber_demand", "afforestation_land", "planting_capacity", "new_forest_targets", "grassland", "livestock"),
}  # fmt: skip
#: Limits that are a number of the settings, by name, and the quantity that they bear on.
NAMED = {"air_capture_build_limit": "capture", "even_flow_down": "land_sink", "even_flow_up": "land_sink", "terminal_carbon": "land_sink"}
#: Sheet that decides where nothing binds, by quantity; technologies and sectors have their own.
DRIVERS: dict[str, tuple[str, ...]] = {
    "load": ("power_demand",), "hydrogen": ("electrolysis_capex",), "capture": ("measure_costs", "air_capture", "thermal_capex"),
    "land_sink": ("forest_growth", "grass_measures"), "co2_price": (TARGETS, "measure_costs"), "net_co2": (TARGETS,),
}  # fmt: skip
OF_FOSSIL, OF_TECHNOLOGIES = ("fuel_prices", "thermal_capex"), ("sited_capex", "thermal_capex", "storage_capex")
OF_SECTORS = ("industry_demand", "end_use_activity", "power_demand")
#: A price below this share of a thousandth of a billion a unit is noise of the solver.
NOISE = 1e-9
#: A row of the table ``limits``.
Limit = dict[Any, Any]
NOTHING: dict[str, object] = {"reason": "", "limit": "", "place": "", "limit_year": None, "sheet": "", "cell": "", "price": None, "price_unit": "", "price_kind": ""}


@dataclass(frozen=True)
class Asked:
    """What may hold ours where it is: words that name it in rows of the workbook, sheets, senses of the limit, and what it is then called."""

    words: frozenset[str]
    sheets: tuple[str, ...]
    senses: tuple[str, ...]
    kind: str = LIMIT


@dataclass(frozen=True)
class Held:
    """The run, and its binding limits with the words of the input row on which each stands."""

    run: Run
    _asked: dict[tuple[str, str, bool], list[Asked]] = field(default_factory=dict, repr=False, compare=False)
    _named: dict[tuple[str, Asked], list[Limit]] = field(default_factory=dict, repr=False, compare=False)
    _words: dict[str, dict[int, frozenset[str]]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def limits(self) -> list[Limit]:
        """Rows of limits that are worth something, with year and gain as numbers and the ``words`` of their input row."""
        frame = self.run.tables["limits"]
        if frame.empty:
            return []
        numbers = {name: pd.to_numeric(frame[name], errors="coerce").astype(float) for name in ("year", "price", "gain_of_1_percent")}
        kept = frame.assign(**numbers)[numbers["gain_of_1_percent"] > NOISE].to_dict("records")
        return [{**row, "words": self.words(str(row["sheet"])).get(_row_of(str(row["cell"])), frozenset())} for row in kept]

    def words(self, sheet: str) -> dict[int, frozenset[str]]:
        """The words of each row of a sheet."""
        if sheet not in self._words:
            self._words[sheet] = row_words(self.run, sheet)
        return self._words[sheet]

    def asked(self, quantity: str, item: str, below: bool) -> list[Asked]:
        """What may hold ours where it is, the same in every year."""
        if (quantity, item, below) not in self._asked:
            self._asked[quantity, item, below] = asked(self.run, quantity, item, below)
        return self._asked[quantity, item, below]

    def named(self, quantity: str, one: Asked) -> list[Limit]:
        """The limits on an amount that bear on what is asked for, in whatever year."""
        if (quantity, one) not in self._named:
            self._named[quantity, one] = [row for row in self.limits if not int(row["target"]) and row["sense"] in one.senses and _bears(row, quantity, one)]
        return self._named[quantity, one]


def _row_of(cell: str) -> int:
    """The row of a cell; 0 where there is none."""
    return int("".join(filter(str.isdigit, cell)) or 0)


def _bears(row: Limit, quantity: str, one: Asked) -> bool:
    """Whether a limit is named by its words, its sheet or its own name, and is counted in what the quantity is."""
    counts = str(row["unit"]).startswith(CAPACITY_UNIT) if QUANTITIES[quantity].unit == CAPACITY_UNIT else row["sheet"] not in MOVES
    return counts and (not one.words.isdisjoint(row["words"]) or row["sheet"] in one.sheets or NAMED.get(row["name"]) == plain(quantity))


def sectors(run: Run, item: str) -> set[str]:
    """Sectors of industry and end use that make up a sector of the studies."""
    industry, uses = set(run.data.frame(INDUSTRY)["sector"].astype(str)), run.data.frame(END_USE)
    variables = run.variables("emission")
    branch = BRANCHES.get(item, ())
    ends = {str(sector) for sector, category in zip(uses["sector"], uses["category"], strict=True) if any(v in branch for v in variables.get(str(category), ()))}
    if item == "industry":
        return industry
    return {*industry, *map(str, uses["sector"])} if item in ("total", "total_before_capture", FINAL) else ends


def words_of(run: Run, technologies: list[str]) -> set[str]:
    """Technologies, and the classes that hold nothing else of what generates."""
    known = run.technologies
    own = known["technology"].isin(technologies)
    others = set(known.loc[~own, "class"].astype(str))
    return {*technologies, *(set(known.loc[own, "class"].astype(str)) - others)}


def alternatives(run: Run) -> set[str]:
    """Plants that emit nothing, and their classes."""
    known = run.technologies
    return words_of(run, list(known.loc[(known["kind"] == PLANT) & (known["emits"] == 0.0), "technology"]))


def asked(run: Run, quantity: str, item: str, below: bool) -> list[Asked]:
    """What may hold ours where it is, in the order in which it is looked at."""
    if quantity in CO2:
        if below:
            return []
        powered = item in ("power", "power_and_heat", "total", "total_before_capture")
        found = {*sectors(run, item), *(alternatives(run) if powered else ())}
        return [Asked(frozenset(found), (), HELD_DOWN)]
    if below and item in FOSSIL and not QUANTITIES[quantity].stock:
        return []  # what fossil plants could give is not used: no limit on them holds it down
    sheets = tuple(sheet for sheet in SHEETS.get(subject(quantity, item), ()) if item != "forest" or sheet not in NO_FOREST)
    own = own_words(run, quantity, item)
    if below:
        return [Asked(own, sheets, HELD_DOWN)]
    others = [Asked(frozenset(alternatives(run)), (), HELD_DOWN)] if item in FOSSIL else []
    return [Asked(own, sheets, HELD_UP), *others, Asked(own, sheets, (AT_MOST,), ROOM)]


def subject(quantity: str, item: str) -> str:
    """What decides about a quantity: all that is generated is what is used, a sum over the years is what is summed."""
    return "load" if (quantity, item) == ("generation", TOTAL) else plain(quantity)


def plain(quantity: str) -> str:
    """The quantity of which a sum over the years is told."""
    return quantity.removesuffix("_cumulative")


def own_words(run: Run, quantity: str, item: str) -> frozenset[str]:
    """The words that name what a quantity is of: technologies with their classes, sectors, measures that capture."""
    if quantity in CO2:
        return frozenset(sectors(run, item))
    if quantity == "capture":
        known = run.technologies
        measures = run.data.tables.get("measures", pd.DataFrame({"measure": [], "captured": []}))
        catching = set(measures.loc[measures["captured"].astype(float) > 0.0, "measure"].astype(str))
        return frozenset({*words_of(run, list(known.loc[known["captured"] > 0.0, "technology"])), *catching})
    if quantity == "hydrogen":
        return frozenset({TECHNOLOGY})
    return frozenset(words_of(run, members(run, item))) if subject(quantity, item) not in (*SHEETS, *DRIVERS) else frozenset()


def reason(held: Held, quantity: str, item: str, year: int, below: bool) -> dict[str, object]:
    """The limit, target or driver, with place, year, sheet, cell and price; ``NOTHING`` where the workbook has not even a driver."""
    partly = QUANTITIES[quantity].narrower if below else (quantity, item) in WIDER
    for one in held.asked(quantity, item, below) if not partly else ():
        found = _limit(held, quantity, one, year)
        if found is not None:
            return found
    if partly:
        return {**_driver(held, quantity, item, year), "reason": SCOPE}
    target = _target(held, year) if asks_target(quantity, item, below) else None
    return _driver(held, quantity, item, year) if target is None else target


def asks_target(quantity: str, item: str, below: bool) -> bool:
    """Whether the deviation goes the way that a carbon target pushes."""
    return below if quantity in CO2 or item in FOSSIL else (not below or quantity == "co2_price")


def _limit(held: Held, quantity: str, one: Asked, year: int) -> dict[str, object] | None:
    """The binding limit with the largest gain in the periods around the year."""
    around = labels_around(held.run, year, QUANTITIES[quantity].stock)
    now = [row for row in held.named(quantity, one) if isnan(row["year"]) or row["year"] in around]
    return _told(one.kind, max(now, key=lambda row: float(row["gain_of_1_percent"]))) if now else None


def texts_of(table: pd.DataFrame) -> list[str]:
    """The columns of words of a sheet, without those that every sheet has."""
    words = table.select_dtypes(exclude="number").columns
    return [str(name) for name in words if name not in COMMON_COLUMNS]


def row_words(run: Run, sheet: str) -> dict[int, frozenset[str]]:
    """The words of each row of a sheet by its row number; none of a sheet that is no table of rows."""
    table = run.data.tables.get(sheet)
    if table is None:
        return {}
    return {int(row): frozenset(map(str, values)) for row, values in zip(table.index, table[texts_of(table)].to_numpy(dtype=object), strict=True)}


def _target(held: Held, year: int) -> dict[str, object] | None:
    """The carbon target with the highest price among those that act on the year."""
    around = labels_around(held.run, year, stock=False)
    on_carbon = [row for row in held.limits if int(row["target"]) and str(row["unit"]).startswith(TONNES) and not isnan(row["price"])]
    acts = [row for row in on_carbon if isnan(row["year"]) or row["year"] in around or (row["kind"] in ONCE and row["year"] >= year)]
    return _told(TARGET, max(acts, key=lambda row: float(row["price"]))) if acts else None


def _told(kind: str, row: Limit) -> dict[str, object]:
    year, price = (None if isnan(row[name]) else float(row[name]) for name in ("year", "price"))
    return {
        "reason": kind, "limit": str(row["name"]), "place": str(row["region"]), "limit_year": None if year is None else int(year), "sheet": str(row["sheet"]), "cell": str(row["cell"]),
        "price": price, "price_unit": str(row["unit"]), "price_kind": str(row["kind"]),
    }  # fmt: skip


def drivers(quantity: str, item: str) -> tuple[str, ...]:
    """The sheets that decide about a quantity where nothing binds, the first first."""
    if subject(quantity, item) in DRIVERS:
        return DRIVERS[subject(quantity, item)]
    if quantity in CO2:
        return ("fuel_prices", *OF_SECTORS) if item in ("power", "power_and_heat") else OF_SECTORS
    return OF_FOSSIL if item in FOSSIL else (*OF_TECHNOLOGIES, *OF_SECTORS)


def _driver(held: Held, quantity: str, item: str, year: int) -> dict[str, object]:
    """The first row of the sheet that decides, one of the item's own where there is one, at the milestone nearest to the year."""
    run = held.run
    fuels = set(run.technologies.loc[run.technologies["technology"].isin(members(run, item)), "fuel"].astype(str)) if item not in SECTORS else set()
    own = {*own_words(run, quantity, item), *fuels, item} - {""}
    for sheet in drivers(quantity, item):
        table = run.data.tables.get(sheet)
        if table is None or table.empty:
            continue
        rows = [row for row, words in held.words(sheet).items() if own & words]
        columns = run.data.columns.get(sheet, {})
        nearest = min((name for name in columns if name.isdigit()), key=lambda name: abs(int(name) - year), default="")
        number = nearest or next((str(name) for name in table.select_dtypes(include="number") if str(name) in columns), "")
        if rows or sheet == drivers(quantity, item)[-1] or not own - {item}:
            return {**NOTHING, "reason": DRIVER, "sheet": sheet, "cell": run.data.cell(sheet, int((rows or list(table.index))[0]), number)}
    return dict(NOTHING)
