"""What the studies say together: one band for each quantity, item and year, and which of them history has overtaken.

    bands(data)

- A figure is *outdated* where its year is over (not after the last year with an observed figure), or where it is of something that
  has only grown so far (``GROWING``) and lies below what was observed. Outdated figures are named and left out of the band, unless nothing else is there.
- A band is the lowest low, the median of the figures (of a range without a figure its middle) and the highest high. A single end
  (at least, at most) is an end of the band and no part of the median.
- In a planned milestone year that a study skips between two of its own years, at most twenty apart, it is read on the straight line (counted in ``between``);
  ``sources`` counts publications with a figure of their own for the year: scenarios of one publication are no independent sources.

Limits: studies count alike, whatever their date and quality; definitions differ and are named, not put on one footing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import isnan, nan
from statistics import median
from typing import Any

import numpy as np
import pandas as pd

from ...core.data import Data
from ...core.declare import units
from ...core.declare.spec import QUALITIES
from .published import OBSERVED, PUBLISHED_PATHWAYS

#: One figure of one study: a row of the sheet by its columns.
Figure = dict[Any, Any]
KEYS = ["kind", "quantity", "item", "year"]
PATH = ["kind", "quantity", "item", "study"]
ENDS = ("low", "middle", "high")
#: Of what there has only been more so far: quantities, and the items of them.
GROWING: dict[str, tuple[str, ...]] = {
    "capacity": ("total", "wind", "wind_offshore", "solar", "wind_and_solar", "renewables", "nuclear", "hydro", "pumped_hydro"),
    "generation": ("total", "wind", "wind_offshore", "solar", "wind_and_solar", "renewables", "nuclear"),
    "load": ("total",),
}  # fmt: skip
#: Years of one study further apart than this say nothing about those between them. A choice of the project.
LONGEST_SPAN = 20
JOINT = "; "
#: Columns of a band, besides its keys.
COLUMNS = ("low", "median", "high", "unit", "sources", "studies", "between", "names", "outdated", "definitions", "observed", "observed_year", "source", "quality", "current")


def figures(data: Data, unit_of: Mapping[str, str]) -> pd.DataFrame:
    """The rows of the sheet with low, middle and high in the unit of the quantity (as written where it has none)."""
    given = data.frame(PUBLISHED_PATHWAYS).reset_index(drop=True)
    for name in ("source", "quality"):  # data made in Python may leave the common columns out
        if name not in given:
            given[name] = ""
    texts = ["definition", "source", "quality", "study_name"]
    given[texts] = given[texts].astype(object).fillna("").astype(str)
    given["study_name"] = given["study_name"].where(given["study_name"] != "", given["study"].astype(str))
    low, value, high = (pd.to_numeric(given[name], errors="coerce").astype(float) for name in ("low", "value", "high"))
    middle = value.fillna((low + high) / len((low, high)))
    given = given.assign(low=low.fillna(value), middle=middle, high=high.fillna(value), year=given["year"].astype(int))
    unit = [unit_of.get(quantity) or written for quantity, written in zip(given["quantity"], given["figure_unit"], strict=True)]
    rows = zip(given["figure_unit"].astype(str), unit, strict=True)
    factor = np.array([1.0 if one == other else units.convert(1.0, one, other) for one, other in rows], dtype=float)
    return given.assign(unit=unit, **{end: given[end].astype(float) * factor for end in ENDS})


def last_observed(listed: pd.DataFrame) -> pd.DataFrame:
    """The latest observed figure of each quantity and item: observed, observed_year."""
    seen = listed[(listed["kind"] == OBSERVED) & listed["middle"].notna()].sort_values("year", kind="stable")
    latest = seen.drop_duplicates(["quantity", "item"], keep="last")
    return latest.rename(columns={"middle": "observed", "year": "observed_year"})[["quantity", "item", "observed", "observed_year"]]


def over_until(listed: pd.DataFrame, data: Data) -> int:
    """The last year that is over: of the observed figures; without any the base year."""
    seen = listed.loc[listed["kind"] == OBSERVED, "year"]
    return int(seen.max()) if len(seen) else data.base_year


def with_verdict_of_history(listed: pd.DataFrame, until: int) -> pd.DataFrame:
    """The figures that are compared, with what was observed last and whether history has overtaken them (``overtaken``)."""
    asked = listed[listed["kind"] != OBSERVED].merge(last_observed(listed), how="left", on=["quantity", "item"])
    grows = pd.Series([item in GROWING.get(quantity, ()) for quantity, item in zip(asked["quantity"], asked["item"], strict=True)], index=asked.index, dtype=bool)
    most = asked[list(ENDS)].max(axis=1)
    return asked.assign(overtaken=(asked["year"] <= until) | (grows & (most < asked["observed"])))


def read_between(asked: list[Figure], years: list[int]) -> list[Figure]:
    """Figures of studies for those of ``years`` that they skip, on the straight line between their own two years; ``read`` is true."""
    made = []
    for path in _grouped([figure for figure in asked if not isnan(figure["middle"])], PATH).values():
        for before, after in pairwise(sorted(path, key=lambda figure: int(figure["year"]))):
            if after["year"] - before["year"] > LONGEST_SPAN:
                continue
            for year in [y for y in years if before["year"] < y < after["year"]]:
                part = (year - before["year"]) / (after["year"] - before["year"])
                ends = {end: (1.0 - part) * before[end] + part * after[end] for end in ENDS}
                made.append({**after, **ends, "year": year, "overtaken": before["overtaken"] or after["overtaken"], "read": True})
    return made


def _grouped(figures: list[Figure], keys: Sequence[str]) -> dict[tuple[Any, ...], list[Figure]]:
    """Figures by keys in order of appearance; plain lists, for some hundred frames of a few rows each take a second."""
    found: dict[tuple[Any, ...], list[Figure]] = {}
    for figure in figures:
        found.setdefault(tuple(figure[key] for key in keys), []).append(figure)
    return found


def bands(data: Data, unit_of: Mapping[str, str]) -> pd.DataFrame:
    """One row for each kind, quantity, item and year, in the order of the sheet and of the years: ``KEYS`` and ``COLUMNS``."""
    listed = figures(data, unit_of)
    until = over_until(listed, data)
    asked = with_verdict_of_history(listed, until).assign(read=False).to_dict("records")
    if not asked:
        return pd.DataFrame(columns=[*KEYS, *COLUMNS])
    read = read_between(asked, [year for year in data.years if year > until])
    together = _grouped([*asked, *(figure for figure in read if not figure["overtaken"])], KEYS)
    place = {key: number for number, key in enumerate(_grouped(asked, KEYS[:-1]))}
    order = sorted(together.items(), key=lambda entry: (place[entry[0][:-1]], entry[0][-1]))
    return pd.DataFrame([{**dict(zip(KEYS, key, strict=True)), **_band(part)} for key, part in order])[[*KEYS, *COLUMNS]]


def _band(part: list[Figure]) -> dict[str, object]:
    """Low, median and high of the figures that hold (of all where none does), who they are, and what was observed last."""
    holds = [figure for figure in part if not figure["overtaken"]]
    shown = holds or part
    own = [figure for figure in shown if not figure["read"]]
    low, middle, high = ([figure[end] for figure in shown if not isnan(figure[end])] for end in ENDS)
    first = part[0]
    return {
        "low": min(low, default=nan), "median": median(middle) if middle else nan, "high": max(high, default=nan), "unit": first["unit"],
        "sources": len(_keys(figure["source"] or figure["study"] for figure in own)), "studies": len(own), "between": len(shown) - len(own),
        "names": _words(shown, "study_name"), "outdated": _words([figure for figure in part if figure["overtaken"]], "study_name"),
        "definitions": _words(shown, "definition"), "observed": first["observed"], "observed_year": first["observed_year"],
        "source": ";".join(_keys(figure["source"] for figure in shown)),
        "quality": max(filter(None, (figure["quality"] for figure in shown)), key=QUALITIES.index, default=""), "current": bool(holds),
    }  # fmt: skip


def _keys(sources: Iterable[str]) -> list[str]:
    """The citation keys that occur, each once, in order."""
    return sorted({key for text in sources for key in str(text).split(";") if key})


def _words(figures: list[Figure], column: str) -> str:
    return JOINT.join(dict.fromkeys(str(figure[column]) for figure in figures if figure[column]))
