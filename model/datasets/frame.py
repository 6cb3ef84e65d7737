"""Reads the cited tables and estimates, and carries source and quality along while tables are combined.

Every number of a workbook comes from a row under ``inputs/data``; a combination of rows has all their sources and the
worst of their qualities, so an estimate never looks better than it is.

Limits: quality has three levels and no figure for the error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from model.core.declare.spec import QUALITIES

DATA = Path(__file__).resolve().parents[2] / "inputs" / "data"
SOURCE_COLUMNS = ("source", "quality", "note")
#: Spellings of the key of a province in the cited tables.
CODES = ("code", "gb_code")
#: Steps between the units of the cited tables and those of the workbook.
PER_THOUSAND = 1000.0
#: The tables give timber in units of 10 000 m3.
TEN_THOUSANDS_PER_MILLION = 100.0
BASE_YEAR = 2020
YEARS = (2020, 2025, 2030, 2035, 2040, 2045, 2050, 2055, 2060)
#: The last year of which it is known what happened; nothing is decided up to it.
HISTORY_UNTIL = 2025
#: Milestones after the plan, in which it must be kept up. The width of an age class divides their periods.
AFTER_YEARS = (2065, 2070, 2080)


@dataclass(frozen=True)
class Estimate:
    """One number with where it comes from, how good it is and why it was chosen."""

    value: float
    source: str
    quality: str
    note: str


def load(topic: str, name: str) -> pd.DataFrame:
    """The table ``inputs/data/<topic>/<name>.csv``; codes stay whole numbers, blank text stays empty."""
    return _read(topic, name).copy()


@cache
def _read(topic: str, name: str) -> pd.DataFrame:
    frame = pd.read_csv(DATA / topic / f"{name}.csv", encoding="utf-8")
    for column in frame.columns:
        if not pd.api.types.is_numeric_dtype(frame[column]):  # text is of type str from pandas 3 on, before of type object
            frame[column] = frame[column].fillna("")
    for column in SOURCE_COLUMNS:
        if column in frame and frame[column].isna().all():
            frame[column] = ""
    return frame


def estimates(name: str, key: str = "item") -> dict[str, Estimate]:
    """The rows of ``inputs/data/estimates/<name>.csv`` by item: value, source, quality, note."""
    frame = load("estimates", name)
    return {
        str(row[key]): Estimate(float(row["value"]), row["source"], row["quality"], row["note"])
        for row in frame.to_dict("records")
    }


@cache
def province_keys() -> dict[int, str]:
    """GB code of a province -> region key, in the order of the codes."""
    frame = _read("estimates", "tile_map")
    return {int(code): str(key) for code, key in zip(frame["code"], frame["key"], strict=True)}


def provinces(topic: str, name: str) -> pd.DataFrame:
    """A provincial table with the column ``region`` (key of the province) in front."""
    frame = load(topic, name)
    code = next(c for c in CODES if c in frame)
    region = frame[code].astype(int).map(province_keys())
    # The energy tables call their region group ``region``; here the word means the province.
    return frame.drop(columns=["region"], errors="ignore").assign(region=region)


def by_province(topic: str, name: str) -> pd.DataFrame:
    """A table with one row per province, indexed by region key."""
    return provinces(topic, name).set_index("region")


def worst(qualities: Iterable[str]) -> str:
    """The worst of some qualities: estimate below derived below reported; blank ones say nothing; ValueError for an unknown one."""
    ranks = [QUALITIES.index(str(quality)) for quality in qualities if not (pd.isna(quality) or quality == "")]
    return QUALITIES[max(ranks)] if ranks else ""


def join_sources(sources: Iterable[str]) -> str:
    """All citation keys that occur, sorted, each once, parted by semicolons."""
    return ";".join(sorted({key for text in sources if not pd.isna(text) for key in str(text).split(";") if key}))


def credited(frame: pd.DataFrame, *origins: Estimate | pd.DataFrame, note: str | None = None) -> pd.DataFrame:
    """``frame`` with the sources and qualities of ``origins`` added to its own.

    A frame among the origins must have the index of ``frame``; an estimate counts for every row. ``note`` replaces
    the note; without it a note of the frame stays, and a missing one is made of the notes of the estimates.
    """
    made = frame.copy()
    sources = [made[c] for c in ("source",) if c in made]
    qualities = [made[c] for c in ("quality",) if c in made]
    for origin in origins:
        if isinstance(origin, Estimate):
            sources.append(pd.Series(origin.source, index=made.index))
            qualities.append(pd.Series(origin.quality, index=made.index))
        else:
            sources.append(origin["source"])
            qualities.append(origin["quality"])
    made["source"] = [join_sources(row) for row in zip(*sources, strict=True)]
    made["quality"] = [worst(row) for row in zip(*qualities, strict=True)]
    if note is not None:
        made["note"] = note
    elif "note" not in made:
        reasons = [o.note for o in origins if isinstance(o, Estimate) and o.note]
        made["note"] = "; ".join(dict.fromkeys(reasons))
    return made


def selected(frame: pd.DataFrame, columns: Sequence[str], names: Mapping[str, str] | None = None) -> pd.DataFrame:
    """``frame`` with ``names`` applied and only ``columns`` plus source, quality and note, index renewed."""
    renamed = frame.rename(columns=dict(names or {}))
    for column in SOURCE_COLUMNS:
        if column not in renamed:
            renamed[column] = ""
    return renamed[[*columns, *SOURCE_COLUMNS]].reset_index(drop=True)


def year_frame(keys: pd.DataFrame, values: Mapping[int, pd.Series | float]) -> pd.DataFrame:
    """A wide year table: the key columns, one column per year, then source, quality and note of ``keys``."""
    names = [c for c in keys.columns if c not in SOURCE_COLUMNS]
    wide = keys[names].assign(**{str(year): column for year, column in values.items()})
    wide = wide.rename(columns={str(year): year for year in values})
    for column in SOURCE_COLUMNS:
        wide[column] = keys.get(column, "")
    return wide.reset_index(drop=True)
