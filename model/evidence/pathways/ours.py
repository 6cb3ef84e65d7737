"""Our figure beside a published one: from which result table it comes, of what, in which unit; or why there is none.

    value, why = ours(Run(data, tables, items), "generation", "coal", 2030)

A flow of a year lies on the straight line between the means of the periods around it, taken at their middles (the base year is a
year of its own, and after the last middle the mean of the last period holds to its end); what stands is read between milestones.
Emissions by sector follow the variable that each item declares (``Item.iamc``): a sector is net of what is captured there, the
total of all capture. Technologies are told by fuel, capture and class, as the workbook describes them.

Limits: sums of the nation; a figure of a part that the model does not tell apart is left out with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

import pandas as pd

from ...core.data import Data
from ...core.declare import units
from ...core.declare.iamc import CAPTURE, COMBINED, OF_INDUSTRY, REMOVAL
from ...core.declare.roles import Item
from ...levers.fuels import FOSSIL, SOURCE_NAMES
from ...levers.hydrogen.tables import ELECTROLYSIS_EFFICIENCY, TECHNOLOGY
from ...levers.power.parts.storage_input import STORAGE
from ...levers.power.tables import PLANT, SITED_TECHNOLOGIES, STORE, THERMAL
from .published import TECHNOLOGIES

#: Why there is no figure of ours: no account of it, not told apart, a run without targets is needed, not in this model, no such year.
NO_ACCOUNT, NOT_SPLIT, NO_BASELINE, NOT_IN_MODEL, OUTSIDE_YEARS = WHYS = ("no_account", "not_split", "no_baseline", "not_in_model", "outside_years")
PERCENT = 100.0
TOTAL, BEFORE_CAPTURE = "total", "total_before_capture"
#: Branches of the combined trunk by sector of the studies.
BRANCHES = {
    "power": (f"{COMBINED}|Electricity",), "heat": (f"{COMBINED}|Heat",), "power_and_heat": (f"{COMBINED}|Electricity", f"{COMBINED}|Heat"),
    "industry": (OF_INDUSTRY,), "buildings": (f"{COMBINED}|Residential and Commercial",), "transport": (f"{COMBINED}|Transportation",),
}  # fmt: skip
#: Captured items that are taken off a sector, by a variable of theirs.
CAPTURED_AT = {"power": f"{COMBINED}|Electricity", "power_and_heat": f"{COMBINED}|Electricity", "industry": f"{CAPTURE}|Industry"}
FINAL = "final_consumption"
FOREST = f"{REMOVAL}|Land Use|Forest"
#: What of ours holds more than the studies tell: of the coal of Power-Lab combined plants are left out.
WIDER = (("capacity", "coal_unabated"), ("capacity", "coal_ccs"))
#: Not split in the model: condensing plants from combined ones, and what is captured at the latter.
UNTOLD = ("coal_power_only", "chp_ccs")
WIND, SOLAR = "wind", "solar"
RENEWABLE_CLASSES, RENEWABLE_FUELS = (WIND, SOLAR, "hydro"), ("biomass",)
RENEWABLE_SOURCES = (*RENEWABLE_CLASSES, *RENEWABLE_FUELS)
#: Power of a nuclear plant per unit of its heat, by the convention of the International Energy Agency.
NUCLEAR, HEAT_OF_NUCLEAR = "nuclear", 0.33
#: Goes through the balance of power from one region to another; what stores take is told by their name.
SENT, CHARGING = "exports", "_charging"

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Run:
    """What our figures and the reasons are read from: the data, the result tables as written, and what the levers post."""

    data: Data
    tables: Tables
    items: Sequence[Item]
    _known: dict[tuple[str, str], Any] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def technologies(self) -> pd.DataFrame:
        """Every plant and store that the workbook describes: technology, class, fuel, captured, biogenic, emits, kind."""
        sited, thermal, stores = (self.data.frame(table) for table in (SITED_TECHNOLOGIES, THERMAL, STORAGE))
        burnt = thermal.reindex(columns=["captured_fossil", "captured_biogenic", "emission_factor"]).astype(float).fillna(0.0)
        parts = [
            pd.DataFrame({"technology": sited["technology"], "class": sited["class"], "fuel": "", "captured": 0.0, "biogenic": 0.0, "emits": 0.0, "kind": PLANT}),
            pd.DataFrame({
                "technology": thermal["technology"], "class": thermal["class"], "fuel": thermal["fuel"], "captured": burnt["captured_fossil"] + burnt["captured_biogenic"],
                "biogenic": burnt["captured_biogenic"], "emits": burnt["emission_factor"], "kind": PLANT,
            }),
            pd.DataFrame({"technology": stores["technology"], "class": stores["class"], "fuel": "", "captured": 0.0, "biogenic": 0.0, "emits": 0.0, "kind": STORE}),
        ]  # fmt: skip
        return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)

    @cached_property
    def groups(self) -> dict[str, pd.Series]:
        """Item of the studies -> which of the technologies belong to it."""
        known = self.technologies
        fuel, kind, captures, plant = known["fuel"], known["class"], known["captured"] > 0.0, known["kind"] == PLANT
        renewable = plant & (kind.isin(RENEWABLE_CLASSES) & (fuel == "") | fuel.isin(RENEWABLE_FUELS))
        return {
            TOTAL: plant, "coal": fuel == "coal", "coal_unabated": (fuel == "coal") & ~captures, "coal_ccs": (fuel == "coal") & captures,
            "gas": fuel == "gas", "gas_ccs": (fuel == "gas") & captures, "biomass": fuel == "biomass", "beccs": known["biogenic"] > 0.0,
            "nuclear": kind == "nuclear", "hydro": kind == "hydro", "pumped_hydro": kind == "pumped_hydro", WIND: kind == WIND,
            "wind_offshore": known["technology"] == "wind_offshore", SOLAR: kind == SOLAR, "wind_and_solar": kind.isin((WIND, SOLAR)),
            "renewables": renewable, "non_fossil": renewable | (kind == "nuclear"), "fossil": plant & (known["emits"] + known["captured"] - known["biogenic"] > 0.0),
        }  # fmt: skip

    @cached_property
    def middles(self) -> dict[int, float]:
        """Milestone -> middle of the period that ends there; the base year at itself."""
        years = self.data.all_years
        return {years[0]: float(years[0]), **{end: (start + end) / len((start, end)) for start, end in pairwise(years)}}

    def variables(self, balance: str) -> dict[str, tuple[str, ...]]:
        """Item of a balance -> the variables in which it stands; an item named in full goes before one of keys."""
        if (balance, "") not in self._known:
            found = sorted((item for item in self.items if balance in item.balances), key=lambda item: item.keys is None)
            self._known[balance, ""] = {name: item.variables for item in found for name in item.names(self.data.tables)}
        return dict(self._known[balance, ""])

    def amounts(self, quantity: str, item: str) -> pd.Series | str:
        """Sums by year of a quantity of ours, or why there are none; worked out once."""
        if (quantity, item) not in self._known:
            self._known[quantity, item] = QUANTITIES[quantity].amount(self, item)
        found: pd.Series | str = self._known[quantity, item]
        return found

    def by_year(self, table: str, column: str, rows: Callable[[pd.DataFrame], pd.Series]) -> pd.Series:
        """Sums of a column by year over the rows that are asked for; empty where the table has none of them."""
        frame = self.tables[table]
        if frame.empty:
            return pd.Series(dtype=float)
        part = frame[rows(frame)]
        return part[column].astype(float).groupby(part["year"].astype(int)).sum()


Amount = Callable[[Run, str], pd.Series | str]


@dataclass(frozen=True)
class Quantity:
    """How a quantity is found: sums by year (or why there are none) from a result table, which stand at the year or are means.

    ``since``: told as the change from that year, in per cent where ``unit`` is, else as the difference; ``whole`` is what a share is
    of; ``adds_up``: summed over the periods from the base year on; ``narrower``: ours holds a part of what is published.
    """

    unit: str
    table: str
    amount: Amount
    stock: bool = False
    since: int = 0
    whole: Amount | None = None
    adds_up: bool = False
    narrower: bool = False


def members(run: Run, item: str) -> list[str]:
    """Technologies of an item of the studies; none of an item that is of something else or is not told apart."""
    known = run.groups
    return list(run.technologies.loc[known[item], "technology"]) if item in known else []


def _power(column: str) -> Amount:
    def amount(run: Run, item: str) -> pd.Series | str:
        if item in UNTOLD:
            return NOT_SPLIT
        chosen = members(run, item)
        found = run.by_year("power", column, lambda frame: frame["technology"].isin(chosen))
        return found if chosen and len(found) else NOT_IN_MODEL

    return amount


def _under(variables: Mapping[str, tuple[str, ...]], trunks: tuple[str, ...]) -> list[str]:
    """Items with a variable at or below one of the trunks."""
    return [name for name, found in variables.items() if any(v == t or v.startswith(f"{t}|") for v in found for t in trunks)]


def _of_account(run: Run, account: str, names: list[str] | None = None, strict: bool = True) -> pd.Series:
    """Sums of an account by year, of some categories or of all."""
    return run.by_year("carbon", "value", lambda frame: (frame["account"] == account) & ((frame["in_target"].astype(int) == 1) | (not strict)) & (frame["category"].isin(names) if names is not None else True))


def _less(one: pd.Series, other: pd.Series) -> pd.Series:
    return one.sub(other.reindex(one.index, fill_value=0.0)) if len(one) else one


def _co2(run: Run, item: str) -> pd.Series | str:
    """Fossil and process CO2 of a sector, net of what is captured there; the total net of all that is captured."""
    if item in TECHNOLOGIES:
        return NOT_SPLIT
    emitted, caught = run.variables("emission"), run.variables("captured")
    if item in (TOTAL, BEFORE_CAPTURE):
        found = _of_account(run, "emission")
        found = _less(found, _of_account(run, "captured")) if item == TOTAL else found
    elif item == FINAL:
        apart, at_plants = _under(emitted, BRANCHES["power_and_heat"]), _under(caught, BRANCHES["power"])
        elsewhere = [name for name in _under(caught, (COMBINED,)) if name not in at_plants]
        found = _less(_of_account(run, "emission", [name for name in emitted if name not in apart]), _of_account(run, "captured", elsewhere))
    else:
        taken = _under(caught, (CAPTURED_AT[item],)) if item in CAPTURED_AT else []
        found = _less(_of_account(run, "emission", _under(emitted, BRANCHES.get(item, ()))), _of_account(run, "captured", taken))
    return found if len(found) else NOT_IN_MODEL


def _net(run: Run, item: str) -> pd.Series | str:
    """Net CO2 of the strict account, from the first year with a sink on."""
    sink = _of_account(run, "sink")
    found = _less(_less(_of_account(run, "emission"), sink), _of_account(run, "captured"))
    return found[found.index > run.data.base_year] if len(found) else NOT_IN_MODEL


def _captured(run: Run, item: str) -> pd.Series | str:
    found = _of_account(run, "captured")
    return found if len(found) else NOT_IN_MODEL


def _sink(run: Run, item: str) -> pd.Series | str:
    """The sink of all land, what no lever steers included; of forest what its items declare."""
    names = _under(run.variables("sink"), (FOREST,)) if item == "forest" else None
    found = _of_account(run, "sink", names, strict=item == "forest")
    found = found[found.index > run.data.base_year]
    return found if len(found) else NOT_IN_MODEL


def _load(run: Run, item: str) -> pd.Series | str:
    """All use of power, without what is sent on to other regions and what stores take to give it back."""
    stores = run.technologies.loc[run.technologies["kind"] == STORE, "technology"]
    through = {SENT, *(f"{name}{CHARGING}" for name in stores)}
    used = run.by_year("power_balance", "value", lambda frame: (frame["value"].astype(float) < 0.0) & ~frame["item"].isin(through))
    return -used if len(used) else NOT_IN_MODEL


def _hydrogen(run: Run, item: str) -> pd.Series | str:
    """Hydrogen that electrolysis makes, TWh of lower heating value a year."""
    used = -run.by_year("power_balance", "value", lambda frame: frame["item"] == TECHNOLOGY)
    efficiency = {year: share for (_, year), share in run.data.lookup(ELECTROLYSIS_EFFICIENCY).items()}
    made = pd.Series({year: units.convert(float(twh) * efficiency[year], "TWh", "PJ") for year, twh in used.items() if year in efficiency}, dtype=float)
    return made if len(made) else NOT_IN_MODEL


def _price(run: Run, item: str) -> pd.Series | str:
    """Mean over the regions of what a tonne of emission is worth."""
    frame = run.tables["prices"]
    part = frame[(frame["balance"] == "emission") & frame["price"].notna()] if len(frame) else frame
    return part["price"].astype(float).groupby(part["year"].astype(int)).mean() if len(part) else NOT_IN_MODEL


def _sources(item: str) -> tuple[str, ...] | None:
    """Sources of primary energy of an item of the studies; None for one that is not told apart."""
    parts = {TOTAL: tuple(SOURCE_NAMES), "fossil": FOSSIL, "non_fossil": tuple(s for s in SOURCE_NAMES if s not in FOSSIL), "renewables": RENEWABLE_SOURCES}
    return parts.get(item, (item,) if item in SOURCE_NAMES else None)


def _as_pledged(run: Run, item: str) -> pd.Series | str:
    """Primary energy as the pledges count it: clean power at the coal that it stands for."""
    chosen = _sources(item)
    if chosen is None:
        return NOT_SPLIT
    made = run.by_year("primary_energy", "value", lambda frame: frame["energy_source"].isin(chosen))
    return made if len(made) else NOT_IN_MODEL


def _content(run: Run, item: str) -> pd.Series | str:
    """Primary energy in EJ as most studies count it (physical energy content): power of water, wind and sun as it is, of nuclear plants as their heat."""
    chosen = _sources(item)
    if chosen is None:
        return NOT_SPLIT
    made = run.by_year("primary_energy", "content", lambda frame: frame["energy_source"].isin(chosen))
    if not len(made):
        return NOT_IN_MODEL
    heat = run.by_year("primary_energy", "content", lambda frame: frame["energy_source"].isin(chosen) & (frame["energy_source"] == NUCLEAR))
    return made.add(heat * (1.0 / HEAT_OF_NUCLEAR - 1.0), fill_value=0.0)


def _none(why: str) -> Amount:
    return lambda run, item: why


def _all(amount: Amount) -> Amount:
    return lambda run, item: amount(run, TOTAL)


_GENERATION, _CAPACITY = _power("generation_twh"), _power("capacity_gw")
#: Every quantity of the sheet; those that the model keeps no account of say why.
QUANTITIES: dict[str, Quantity] = {
    "co2": Quantity("Mt CO2/yr", "carbon", _co2),
    "net_co2": Quantity("Mt CO2/yr", "carbon", _net),
    "co2_change_2019": Quantity("%", "carbon", _co2, since=2019),
    "co2_change_2020": Quantity("%", "carbon", _co2, since=2020),
    "co2_change_2023": Quantity("%", "carbon", _co2, since=2023),
    "generation": Quantity("TWh/yr", "power", _GENERATION),
    "load": Quantity("TWh/yr", "power_balance", _load),
    "capacity": Quantity("GW", "power", _CAPACITY, stock=True),
    "capacity_added_2024": Quantity("GW", "power", _CAPACITY, stock=True, since=2024),
    "capacity_added_2025": Quantity("GW", "power", _CAPACITY, stock=True, since=2025),
    "share_generation": Quantity("%", "power", _GENERATION, whole=_all(_GENERATION)),
    "share_capacity": Quantity("%", "power", _CAPACITY, stock=True, whole=_all(_CAPACITY)),
    "share_primary": Quantity("%", "primary_energy", _as_pledged, whole=_all(_as_pledged)),
    "primary_energy": Quantity("EJ", "primary_energy", _content),
    "final_energy": Quantity("EJ", "", _none(NO_ACCOUNT)),
    "fuel_demand": Quantity("", "", _none(NO_ACCOUNT)),
    "fuel_change": Quantity("", "", _none(NO_ACCOUNT)),
    "hydrogen": Quantity("PJ", "power_balance", _hydrogen, narrower=True),
    "capture": Quantity("Mt CO2/yr", "carbon", _captured),
    "land_sink": Quantity("Mt CO2/yr", "carbon", _sink),
    "land_sink_cumulative": Quantity("Mt CO2", "carbon", _sink, adds_up=True),
    "co2_price": Quantity("CNY/t CO2", "prices", _price),
    "co2_intensity_change": Quantity("%", "", _none(NO_ACCOUNT)),
    "ghg_change": Quantity("%", "", _none(NO_ACCOUNT)),
    "against_no_policy": Quantity("%", "", _none(NO_BASELINE)),
}  # fmt: skip


def ours(run: Run, quantity: str, item: str, year: int) -> tuple[float | None, str]:
    """Our figure in the unit of the quantity, or None and the reason (one of ``WHYS``)."""
    of = QUANTITIES[quantity]
    found = run.amounts(quantity, item)
    if isinstance(found, str):
        return None, found
    if of.adds_up:
        return _summed(run, found, year)
    value = at(run, found, year, of.stock)
    if of.whole is not None:
        whole = of.whole(run, item)
        base = at(run, whole, year, of.stock) if not isinstance(whole, str) else None
        value = PERCENT * value / base if value is not None and base else None
    elif of.since:
        base = at(run, found, of.since, of.stock)
        if value is not None:
            value = None if base is None or (of.unit == "%" and base == 0.0) else PERCENT * (value / base - 1.0) if of.unit == "%" else value - base
    return (value, "") if value is not None else (None, OUTSIDE_YEARS)


def at(run: Run, found: pd.Series, year: int, stock: bool) -> float | None:
    """A series by milestone at a year: between milestones for what stands, between middles of periods for a mean."""
    place = {int(label): float(label) if stock else run.middles[int(label)] for label in found.index if int(label) in run.middles}
    labels = sorted(place)
    if not labels or not place[labels[0]] <= year <= labels[-1]:
        return None
    for before, after in pairwise(labels):
        if place[before] <= year <= place[after]:
            part = (year - place[before]) / (place[after] - place[before])
            return float((1.0 - part) * found[before] + part * found[after])
    return float(found[labels[-1]])


def labels_around(run: Run, year: int, stock: bool) -> list[int]:
    """The milestones whose numbers give the figure of a year."""
    place = {label: float(label) if stock else middle for label, middle in run.middles.items()}
    below = [label for label in place if place[label] <= year]
    above = [label for label in place if place[label] >= year]
    return sorted({*below[-1:], *above[:1]})


def _summed(run: Run, found: pd.Series, year: int) -> tuple[float | None, str]:
    """Sum over the periods from the base year to a milestone."""
    if year not in run.data.years:
        return None, OUTSIDE_YEARS
    return float(sum(found.get(label, 0.0) * run.data.length(label) for label in run.data.years if label <= year)), ""
