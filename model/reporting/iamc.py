"""Writes iamc.csv: results under the variable names of the IAMC data format, so that other teams can compare.

    pyam.IamDataFrame("reports/three_regions/reference/iamc.csv")

Rows are model, scenario, region, variable, unit, year, value. Regions are the keys of the workbook, groups
``group:west``, the nation ``China``. What the carbon table holds adds up along the tree: the branches of
``Emissions|CO2`` sum to it. Names declared by the levers (``Indicator.iamc``) are used as they stand.

Limits: electricity is given in TWh/yr, which pyam converts to EJ/yr; net emissions begin with the first decided year,
because the base year has no account of the sink; industry is one branch, energy and process emissions together; land
cover is given for forest only, since the land table lists land within reach of the plan and not whole classes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from .. import __version__
from ..core import units
from ..core.data import Data
from ._iamc_names import (
    CAPTURE_NAMES,
    EMISSION_NAMES,
    INDUSTRY,
    NEGATIVE_IN,
    REMOVAL_NAMES,
    SINK_NAMES,
    STORES,
    TECHNOLOGY_NAMES,
    WITHDRAWAL_NAMES,
    declared_names,
    named,
)  # fmt: skip
from .csvfiles import write_csv

MODEL_NAME = "carbon-neutrality-pathway"
COLUMNS = ["model", "scenario", "region", "variable", "unit", "year", "value"]
KEYS = ["region", "variable", "unit", "year"]
NATION, CHINA, GROUP = "nation", "China", "group:"
CO2, GW, TWH, AREA, WATER = "Mt CO2/yr", "GW", "TWh/yr", "million ha", "km3/yr"
ACCOUNTS = ("emission", "sink", "captured")
NET = "Emissions|CO2"

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
        *_carbon(tables, base),
        *_electricity(tables, data),
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


def _with_parents(rows: pd.DataFrame, root: str, with_root: bool = True) -> list[pd.DataFrame]:
    """The rows once for every name from their own up to ``root``: ``A|B|C``, ``A|B`` and, ``with_root``, ``A``."""
    found, current = [], rows
    while len(current):
        found.append(current)
        current = current.assign(variable=current["variable"].astype(str).str.rpartition("|")[0])
        shortest = len(root) if with_root else len(root) + 1
        current = current[current["variable"].str.len() >= shortest]
    return found


def _carbon(tables: Tables, base: int) -> list[pd.DataFrame]:
    frame = tables.get("carbon")
    if frame is None or frame.empty:
        return []
    counted = frame[frame["in_target"].astype(int) == 1]
    emission, sink, captured = (counted[counted["account"] == account] for account in ACCOUNTS)
    later = counted[counted["year"] != base]
    signed = later["value"].where(later["account"] == "emission", -later["value"])
    parts = [_rows(later, NET, CO2, signed)]
    net = ((emission, EMISSION_NAMES, 1.0), (captured, NEGATIVE_IN, -1.0))
    for part, names, sign in net:
        parts += _with_parents(_rows(part, _names(part, names, INDUSTRY), CO2, sign * part["value"]), NET, with_root=False)
    parts.append(_rows(sink, f"{NET}|AFOLU", CO2, -sink["value"]))
    sink_names, capture_names = SINK_NAMES | declared_names("sink"), CAPTURE_NAMES | declared_names("captured")
    parts += _with_parents(_rows(sink, _names(sink, sink_names, "Carbon Removal|Land Use|Other"), CO2), "Carbon Removal")
    parts += _with_parents(_rows(captured, _names(captured, REMOVAL_NAMES, ""), CO2), "Carbon Removal")
    parts += _with_parents(_rows(captured, _names(captured, capture_names, "Carbon Capture|Other"), CO2), "Carbon Capture")
    parts.append(_rows(captured, "Carbon Capture|Storage", CO2))
    return parts


def _names(frame: pd.DataFrame, names: Mapping[str, str], other: str) -> pd.Series:
    return frame["category"].map(lambda category: named(category, names, other)).astype(str)


def _electricity(tables: Tables, data: Data | None) -> list[pd.DataFrame]:
    frame = tables.get("power")
    if frame is None or frame.empty:
        return []
    listed = data.tables.get("storage_technologies") if data is not None else None
    stores = set(listed["technology"]) if listed is not None and len(listed) else set()
    store = frame["technology"].isin(stores) | frame["technology"].astype(str).str.startswith(STORES)
    plants, storage = frame[~store], frame[store]
    names = plants["technology"].map(lambda t: named(t, TECHNOLOGY_NAMES, "Other"))
    store_names = "Capacity|Electricity Storage|" + storage["technology"].astype(str).str.replace("_", " ").str.title()
    return [
        *_with_parents(_rows(plants, "Capacity|Electricity|" + names, GW, plants["capacity_gw"]), "Capacity|Electricity"),
        *_with_parents(_rows(plants, "Secondary Energy|Electricity|" + names, TWH, plants["generation_twh"]), "Secondary Energy|Electricity"),
        *_with_parents(_rows(storage, store_names, GW, storage["capacity_gw"]), "Capacity|Electricity Storage"),
    ]


def _forest(tables: Tables) -> list[pd.DataFrame]:
    frame = tables.get("forest")
    if frame is None or frame.empty:
        return []
    area = units.convert(frame["area_kha"].to_numpy(dtype=float), "kha", "Mha")
    new = frame["stratum"].astype(str).str.contains(".new.", regex=False)
    return [_rows(frame, "Land Cover|Forest", AREA, area), _rows(frame[new], "Land Cover|Forest|Afforestation and Reforestation", AREA, area[new])]


def _water(tables: Tables) -> list[pd.DataFrame]:
    frame = tables.get("water")
    if frame is None or frame.empty:
        return []
    used = frame[frame["direction"] == "use"]
    amount = units.convert(used["value"].to_numpy(dtype=float), "million m3", "km3")
    names = used["item"].map(lambda item: named(item, WITHDRAWAL_NAMES, ""))
    return [_rows(used, names, WATER, amount)]


def _wood(tables: Tables) -> list[pd.DataFrame]:
    frame = tables.get("wood")
    if frame is None or frame.empty:
        return []
    felled = frame[frame["item"] == "roundwood.in.forest"]
    return [_rows(felled, "Forestry Production|Roundwood", "million m3/yr")]


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


#: Regional prices that agree to this share are one national price (feasibility tolerance of the solver).
PRICE_ROUNDING = 1e-6
