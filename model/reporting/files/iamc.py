"""Writes iamc.csv: results under the variable names of the IAMC data format, so that other teams can compare.

    pyam.IamDataFrame("reports/three_regions/reference/iamc.csv")

Rows are model, scenario, region, variable, unit, year, value. Regions are the keys of the workbook, groups
``group:west``, the nation ``China``. A variable stands here only where the number is what its name says; where a branch
has parts, their total stands beside them and is their sum. Names declared by the levers (``Indicator.iamc``) are used as
they stand.

Limits: electricity is given in TWh/yr, which pyam converts to EJ/yr; generation is of plants, without discharge of
storage. Net emissions and removals begin with the first decided year, because the base year has no account of the sink:
of that year there is the branch of energy and industrial processes alone, with its parts. Fuel and process emissions of
industry are one account. Sinks are those of the strict account, net changes of stocks, negative where a stock falls.
Primary energy is the direct equivalent, not the coal equivalent of the pledges; feedstock is in it.
Forest is given as the area of stands, roundwood as what is marketed: other forest land and fuel wood gathered by
households are not in the model. Water begins with the first decided year.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from ...core.build import registry
from ...core.data import Data
from ...core.declare import units
from ...core.declare.iamc import CAPTURE, COMBINED, LAND_SINK, NET, NOWHERE, REMOVAL, WITHDRAWAL
from ...core.declare.results import IDLE
from ...core.declare.roles import Item
from ...core.frames import stack
from ...levers.demand.end_use import END_USE
from ...levers.demand.industry import CATEGORY
from ...levers.demand.measures import MEASURES
from ...levers.forest.results.wood import MARKETED
from ...levers.forest.tables import NEW
from ...levers.fuels import SOURCE_NAMES
from ...levers.land.water import OUTSIDE
from ...levers.power.plants import CAPTURING, FREE, FUEL_NAMES, OTHER_FUEL, TECHNOLOGY_NAMES
from ...levers.power.tables import STORE, THERMAL
from ...version import __version__
from .csvfiles import write_csv

MODEL_NAME = "carbon-neutrality-pathway"
COLUMNS = ["model", "scenario", "region", "variable", "unit", "year", "value"]
KEYS = ["region", "variable", "unit", "year"]
NATION, CHINA, GROUP = "nation", "China", "group:"
STANDS = "Land Cover|Forest Stands"
OTHER_EMISSION, OTHER_CAPTURE = f"{COMBINED}|Other", f"{NET}|Other Capture and Removal"
CO2, GW, TWH, AREA, WATER = "Mt CO2/yr", "GW", "TWh/yr", "million ha", "km3/yr"
ACCOUNTS = ("emission", "sink", "captured")

Tables = Mapping[str, pd.DataFrame]


def write_iamc(
    path: Path, tables: Tables, manifest: Mapping[str, Any], lang: str, *, data: Data | None = None
) -> None:
    """Write the IAMC file; ``tables`` may lack any table, ``lang`` has no effect because the names are fixed.

    Raises OSError when ``path`` can not be written.
    """
    frame = iamc_frame(tables, manifest, data)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_csv(frame, path)


def iamc_frame(tables: Tables, manifest: Mapping[str, Any], data: Data | None = None) -> pd.DataFrame:
    """All variables in IAMC long form, one row per region, variable and year, sorted."""
    base = int(manifest.get("base_year", 0))
    parts = [
        *_carbon(tables, base, data),
        *_electricity(tables, data),
        *_primary(tables),
        *_forest(tables),
        *_water(tables),
        *_wood(tables),
        *_trade(tables),
    ]
    rows = _summed([part for part in parts if len(part)])
    if rows.empty:
        return pd.DataFrame({column: [] for column in COLUMNS})
    rows = _summed([rows, *_upper_levels(rows, _groups(tables, data))])
    rows = pd.concat([rows, *_prices(tables)], ignore_index=True)
    rows = rows.assign(model=f"{MODEL_NAME} {__version__}", scenario=str(manifest.get("scenario", "reference")))
    return rows.sort_values(["variable", "region", "year"], kind="stable")[COLUMNS].reset_index(drop=True)


def _groups(tables: Tables, data: Data | None) -> dict[str, str]:
    if data is not None:
        return dict(data.region_group)
    frame = tables.get("carbon")
    return dict(zip(frame["region"], frame["region_group"], strict=True)) if frame is not None and len(frame) else {}


def _upper_levels(rows: pd.DataFrame, group_of: Mapping[str, str]) -> list[pd.DataFrame]:
    """The same rows booked to the region's group and to the nation."""
    known = rows[rows["region"].isin(list(group_of))]
    grouped = known.assign(region=GROUP + known["region"].map(dict(group_of)).astype(str))
    return [grouped, rows[rows["region"] != CHINA].assign(region=CHINA)]


def _summed(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    whole = pd.concat([part[[*KEYS, "value"]] for part in parts], ignore_index=True) if parts else pd.DataFrame()
    if whole.empty:
        return whole
    whole = whole[whole["value"].notna()].astype({"region": str, "variable": str, "year": int, "value": float})
    whole["region"] = whole["region"].replace(NATION, CHINA)
    return whole.groupby(KEYS, sort=False, as_index=False)["value"].sum()


def _rows(frame: pd.DataFrame, variable: object, unit: str, value: object = None) -> pd.DataFrame:
    """Rows of one table under ``variable`` (a name or a column of names); a blank name is left out."""
    found = frame.assign(variable=variable, unit=unit)
    if value is not None:
        found = found.assign(value=value)
    return found[found["variable"].astype(str) != ""][[*KEYS, "value"]]


def _with_parents(rows: pd.DataFrame, root: str) -> list[pd.DataFrame]:
    """The rows once for every name from their own up to ``root``: ``A|B|C``, ``A|B`` and ``A``."""
    found, current = [], rows
    while len(current):
        found.append(current)
        current = current.assign(variable=current["variable"].astype(str).str.rpartition("|")[0])
        current = current[current["variable"].str.len() >= len(root)]
    return found


def _carbon(tables: Tables, base: int, data: Data | None) -> list[pd.DataFrame]:
    frame = tables.get("carbon")
    if frame is None or frame.empty:
        return []
    withheld = [name for name, variable in _variables("sink").items() if variable == NOWHERE]
    counted = frame[(frame["in_target"].astype(int) == 1) & ~frame["category"].isin(withheld)]
    emission, sink, captured = (counted[counted["account"] == account] for account in ACCOUNTS)
    later = counted[counted["year"] != base]
    signed = later["value"].where(later["account"] == "emission", -later["value"])
    parts = [_rows(later, NET, CO2, signed), *_sources(tables, emission, captured, data)]
    net_sink = sink[sink["year"] != base]
    parts.append(_rows(net_sink, LAND_SINK, CO2, -net_sink["value"]))
    removals = _names(net_sink["category"], _variables("sink"), f"{REMOVAL}|Land Use|Other")
    parts += _with_parents(_rows(net_sink, removals.replace(LAND_SINK, ""), CO2), REMOVAL)
    parts += _with_parents(_rows(captured, _names(captured["category"], _variables("captured", REMOVAL), ""), CO2), REMOVAL)
    parts += _with_parents(_rows(captured, _names(captured["category"], _variables("captured", CAPTURE), f"{CAPTURE}|Other"), CO2), CAPTURE)
    return parts


def _variables(balance: str, trunk: str = "") -> dict[str, str]:
    """Item of a balance -> the variable in which it stands, of those under ``trunk``; items of keys are left out."""
    return {item.name: name for item in _items(balance) if item.keys is None for name in item.variables if name.startswith(trunk)}


def _items(balance: str) -> list[Item]:
    return [item for item in registry.items() if balance in item.balances]


def _sources(tables: Tables, emission: pd.DataFrame, captured: pd.DataFrame, data: Data | None) -> list[pd.DataFrame]:
    """Emissions by source, net of what is captured there; in total only where capture can not be told by sector."""
    taken_off = _names(captured["category"], _variables("captured", NET), "")
    own, others = captured[taken_off == COMBINED], captured[taken_off == ""]
    at_plants = captured.drop(index=[*own.index, *others.index])
    listed = _variables("emission")
    given: Tables = data.tables if data is not None else {}
    of_keys = {name: variable for item in _items("emission") if item.keys for name in item.names(given) for variable in item.variables}

    def by_source(part: pd.DataFrame) -> pd.Series:
        return part["category"].map(lambda category: named(category, listed, of_keys.get(str(category), OTHER_EMISSION))).astype(str)

    sectors = _captured_by_category(tables, data)
    told = abs(float(sectors["value"].sum()) - float(own["value"].sum())) <= ROUNDING * max(1.0, float(own["value"].abs().sum()))
    rows = [
        _rows(emission, by_source(emission), CO2),
        _rows(at_plants, taken_off[at_plants.index], CO2, -at_plants["value"]),
        _rows(sectors, by_source(sectors), CO2, -sectors["value"]) if told else _rows(own, COMBINED, CO2, -own["value"]),
    ]
    branches = stack([part if told else part.assign(variable=COMBINED) for part in rows])
    return [*_with_parents(branches, COMBINED), _rows(others, OTHER_CAPTURE, CO2, -others["value"])]


def _captured_by_category(tables: Tables, data: Data | None) -> pd.DataFrame:
    """What the sectors' own measures capture: region, category of the emission, year, value; without rows when not known."""
    table = tables.get("industry")
    empty = pd.DataFrame({"region": [], "category": [], "year": [], "value": []})
    if table is None or table.empty or data is None or not data.has(MEASURES.name):
        return empty
    measures = data.tables[MEASURES.name]
    capturing = pd.MultiIndex.from_frame(measures.loc[measures["captured"].astype(float) > 0.0, ["sector", "measure"]])
    found = table[pd.MultiIndex.from_frame(table[["sector", "measure"]]).isin(capturing)]
    uses = data.frame(END_USE)
    category = {(str(r), str(s)): str(c) for r, s, c in zip(uses["region"], uses["sector"], uses["category"], strict=True)}
    names = [category.get((str(r), str(s)), CATEGORY.get(str(s), str(s))) for r, s in zip(found["region"], found["sector"], strict=True)]
    return found.assign(category=names, value=found["abated_mt_co2"].astype(float)) if len(found) else empty


def _names(item: pd.Series, names: Mapping[str, str], other: str) -> pd.Series:
    return item.astype(str).map(lambda name: names.get(name, other)).astype(str)


def named(key: object, names: Mapping[str, str], other: str) -> str:
    """The name of the longest listed beginning of ``key``; ``other`` when none fits. Parts end at ``_``."""
    text = str(key)
    fits = [start for start in names if text == start or text.startswith(f"{start}_")]
    return names[max(fits, key=len)] if fits else other


def _electricity(tables: Tables, data: Data | None) -> list[pd.DataFrame]:
    frame = tables.get("power")
    if frame is None or frame.empty:
        return []
    store = frame["kind"] == STORE
    plants, storage = frame[~store], frame[store]
    names, fired = _plant_names(plants, data)
    store_names = "Capacity|Electricity Storage|" + storage["technology"].astype(str).str.replace("_", " ").str.title()
    made, whole = plants["generation_twh"], "Secondary Energy|Electricity"
    biomass = names.map(lambda name: f"Biomass|{CAPTURING if name.endswith(CAPTURING) else FREE}")
    return [
        *_with_parents(_rows(plants, "Capacity|Electricity|" + names, GW, plants["capacity_gw"]), "Capacity|Electricity"),
        *_with_parents(_rows(plants, f"{whole}|" + names, TWH, made * (1.0 - fired)), whole),
        *_with_parents(_rows(plants[fired > 0.0], (f"{whole}|" + biomass)[fired > 0.0], TWH, (made * fired)[fired > 0.0]), whole),
        *_with_parents(_rows(storage, store_names, GW, storage["capacity_gw"]), "Capacity|Electricity Storage"),
    ]


def _primary(tables: Tables) -> list[pd.DataFrame]:
    """Primary energy by its content, which is the direct equivalent: power that burns nothing counts as power."""
    frame = tables.get("primary_energy")
    if frame is None or frame.empty:
        return []
    names = "Primary Energy|" + _names(frame["energy_source"], SOURCE_NAMES, "Other")
    return _with_parents(_rows(frame, names, "EJ/yr", frame["content"]), "Primary Energy")


def _plant_names(plants: pd.DataFrame, data: Data | None) -> tuple[pd.Series, pd.Series]:
    """The branch of each plant by its fuel and capture, and the share of biomass that it burns beside another fuel."""
    thermal = data.frame(THERMAL) if data is not None else pd.DataFrame()
    branch: dict[str, str] = {}
    share: dict[str, float] = {}
    for row in thermal.to_dict("records"):
        name, parted = FUEL_NAMES.get(str(row["fuel"]), OTHER_FUEL)
        captures = float(row["captured_fossil"]) + float(row["captured_biogenic"]) > 0.0
        branch[str(row["technology"])] = f"{name}|{CAPTURING if captures else FREE}" if parted else name
        share[str(row["technology"])] = 0.0 if row["fuel"] == "biomass" else float(row["biomass_share"])
    technology = plants["technology"].astype(str)
    return technology.map(lambda t: branch.get(t) or named(t, TECHNOLOGY_NAMES, "Other")), technology.map(lambda t: share.get(t, 0.0)).astype(float)


def _forest(tables: Tables) -> list[pd.DataFrame]:
    """Area of forest stands, those of the base year and those planted since."""
    frame = tables.get("forest")
    if frame is None or frame.empty:
        return []
    area = units.convert(frame["area_kha"].to_numpy(dtype=float), "kha", "Mha")
    new = registry.read_names("stratum", frame["stratum"])["status"] == NEW
    names = new.map({True: f"{STANDS}|New", False: f"{STANDS}|Base Year"})
    return _with_parents(_rows(frame, names, AREA, area), STANDS)


def _water(tables: Tables) -> list[pd.DataFrame]:
    """Withdrawals by user, where the workbook tells the uses outside the levers: without them there is no total."""
    frame = tables.get("water")
    if frame is None or frame.empty or not set(OUTSIDE) <= set(frame["item"]):
        return []
    frame = frame[frame["direction"] != IDLE]
    supply = frame["direction"] == "supply"
    names = _names(frame["item"], _variables("water"), f"{WITHDRAWAL}|Other").replace(NOWHERE, "")
    amount = units.convert(frame["value"].to_numpy(dtype=float), "million m3", "km3")
    signed = pd.Series(amount, index=frame.index).where(~supply, -amount)
    return _with_parents(_rows(frame, names, WATER, signed), WITHDRAWAL)


def _wood(tables: Tables) -> list[pd.DataFrame]:
    frame = tables.get("wood")
    if frame is None or frame.empty:
        return []
    felled = frame[frame["item"] == MARKETED]
    return [_rows(felled, "Forestry Production|Marketed Roundwood", "million m3/yr")]


def _trade(tables: Tables) -> list[pd.DataFrame]:
    """Electricity sent less received over lines, by region; over the nation it sums to zero."""
    frame = tables.get("transmission")
    if frame is None or frame.empty:
        return []
    name = "Trade|Secondary Energy|Electricity|Volume"
    sent = frame.assign(region=frame["from_region"], value=frame["flow_twh"])
    received = frame.assign(region=frame["to_region"], value=-frame["flow_twh"])
    return [_rows(sent, name, TWH), _rows(received, name, TWH)]


def _prices(tables: Tables) -> list[pd.DataFrame]:
    """Price of CO2 by region; for the nation where all regions see the same one."""
    frame = tables.get("prices")
    if frame is None or frame.empty:
        return []
    carbon = frame[(frame["balance"] == "emission") & frame["price"].notna()]
    if carbon.empty:
        return []
    rows = carbon.assign(variable="Price|Carbon", value=carbon["price"].astype(float), year=carbon["year"].astype(int))
    rows = rows.groupby(KEYS, sort=False, as_index=False)["value"].max()
    spread = rows.groupby(["variable", "unit", "year"], sort=False)["value"].agg(["min", "max"]).reset_index()
    same = spread[(spread["max"] - spread["min"]) <= PRICE_ROUNDING * spread["max"].abs()]
    return [rows, same.assign(region=CHINA, value=same["max"])[[*KEYS, "value"]]]


#: Capture by sector meets the account to this share of it (that of the identities).
ROUNDING = 1e-6
#: Regional prices that agree to this share are one national price (feasibility tolerance of the solver).
PRICE_ROUNDING = 1e-6
