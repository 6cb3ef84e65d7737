"""The pictures that the tables of an analysis ask for, as labels and series: what workbook and page draw alike.

Limits: a picture shows the first rows of its table, as many as it says; a number that is not known is left out of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from ...core.declare.schema import CURVE, OutcomeTable, Picture
from ..context import Context
from ..words.analysis_words import COLUMN_LABELS
from ..words.texts import is_listed_item, label

#: Pictures of one kind that a table has at most; further values of what they are drawn for stand in the table.
MOST_FIGURES = 8
UNIT, NO_UNIT = "unit", "1"
#: Between names of columns in a declaration, and between their words.
JOINT, BETWEEN = "+", " · "
#: Columns whose words stand as they are: addresses, sources, sentences, and units.
AS_WRITTEN = ("sheet", "cell", "source", "problem")


@dataclass(frozen=True)
class Series:
    """One series: a number for each label, NaN where there is none."""

    key: str
    name: str
    values: list[float]


@dataclass(frozen=True)
class Figure:
    """A picture ready to be drawn: what is along, and the series; of a curve the numbers that lie along, and what they are."""

    title: str
    unit: str
    kind: str
    labels: list[str]
    series: list[Series]
    along: list[float] = field(default_factory=list)
    x_title: str = ""


def words_of(ctx: Context) -> dict[str, str]:
    """What the workbook itself calls keys: its sheet ``names``, and names of its regions."""
    return {region: ctx.place(region) for region in ctx.regions if not is_listed_item(region)} | ctx.own_words


def entry(column: str, text: str, lang: str, own: Mapping[str, str]) -> str:
    """The words of an entry of a table; an address, a source, a sentence or a unit as it stands."""
    return text if not text or column in AS_WRITTEN or column.endswith(UNIT) else label(text, lang, own)


def printed_unit(unit: str) -> str:
    """A unit as it is printed, with its index figures; a share has none."""
    return "" if unit == NO_UNIT else unit.replace("m3", "m³").replace("CO2", "CO₂")


def head(table: OutcomeTable, column: str, lang: str) -> str:
    """The head of a column: what it is called in this table or everywhere, and its unit."""
    own, unit = f"{table.name}:{column}", printed_unit(table.units.get(column, ""))
    return COLUMN_LABELS.get(own, (label(column, "en"), label(column, "zh")))[lang == "zh"] + (f" ({unit})" if unit else "")


def figures_of(table: OutcomeTable, lang: str, own: Mapping[str, str]) -> list[Figure]:
    """The pictures of a table; one without a number but 0 is left out."""
    found = []
    for picture in table.pictures:
        found += [figure for figure in _figures(table, picture, lang, own) if _tells(figure)][:MOST_FIGURES]
    return found


def _tells(figure: Figure) -> bool:
    return any(math.isfinite(value) and value != 0.0 for series in figure.series for value in series.values)


def _figures(table: OutcomeTable, picture: Picture, lang: str, own: Mapping[str, str]) -> Iterator[Figure]:
    frame = table.frame
    if frame.empty:
        return
    for column, value in picture.only.items():
        frame = frame[frame[column] == value]
    title = label(table.name, lang)
    if not picture.each:
        yield _figure(table, picture, frame, title, lang, own)
        return
    key = _joined(frame, picture.each, lang, own, table.units)
    for value in dict.fromkeys(key):
        yield _figure(table, picture, frame[key == value], f"{title}: {value}", lang, own)


def _figure(table: OutcomeTable, picture: Picture, frame: pd.DataFrame, title: str, lang: str, own: Mapping[str, str]) -> Figure:
    less = frame[picture.less].astype(float) if picture.less else 0.0
    drawn = pd.DataFrame({column: frame[column].astype(float) - less for column in picture.y})
    along = _joined(frame, picture.x, lang, own, table.units)
    labels = _labels(drawn, along, picture)

    def name_of(column: str) -> str:
        return head(replace(table, units={}), column, lang)

    series = []
    if picture.by:
        (column,) = picture.y
        by = _joined(frame, picture.by, lang, own, table.units)
        for name in dict.fromkeys(by):
            series.append(Series(name, name, _values(drawn.loc[by == name, column], along[by == name], labels)))
    else:
        series = [Series(column, name_of(column), _values(drawn[column], along, labels)) for column in picture.y]
    made = Figure(title, _unit(table, picture.y[0], frame, lang), picture.kind, labels, series)
    if picture.kind != CURVE:
        return made
    unit = _unit(table, picture.x, frame, lang)
    known = frame[frame[picture.x].notna()].drop_duplicates(picture.x)
    values = [Series(column, name_of(column), drawn.loc[known.index, column].tolist()) for column in picture.y]
    return replace(made, series=values, along=known[picture.x].astype(float).tolist(), x_title=label(picture.x, lang, own) + (f" ({unit})" if unit else ""))


def _labels(drawn: pd.DataFrame, along: pd.Series, picture: Picture) -> list[str]:
    """What lies along, as much of it as may be."""
    if not picture.largest:
        return list(dict.fromkeys(along))[: picture.most]
    size = drawn.abs().max(axis=1).groupby(along, sort=False).max()
    return [str(name) for name in size[size > 0.0].sort_values(ascending=False, kind="stable").index[: picture.most]]


def _joined(frame: pd.DataFrame, columns: str, lang: str, own: Mapping[str, str], units: Mapping[str, str]) -> pd.Series:
    """The words of one or several columns, parted by plus signs, for every row, numbers with the unit of their column; blank ones are left out."""
    names = columns.split(JOINT)
    after = [f" {printed_unit(units[name])}" if units.get(name) and len(names) > 1 else "" for name in names]
    words = [[_word(value, lang, own) for value in row] for row in frame[names].itertuples(index=False, name=None)]
    rows = [[text + unit for text, unit in zip(row, after, strict=True) if text] for row in words]
    return pd.Series([BETWEEN.join(texts) for texts in rows], index=frame.index, dtype=object)


def _values(column: pd.Series, along: pd.Series, labels: list[str]) -> list[float]:
    """The first number of each label, NaN where it has none."""
    found: dict[str, float] = {}
    for name, value in zip(along, column.tolist(), strict=True):
        found.setdefault(name, float(value))
    return [found.get(name, math.nan) for name in labels]


def _unit(table: OutcomeTable, column: str, frame: pd.DataFrame, lang: str) -> str:
    """The unit of what is drawn: of its column, else the one that all its rows state."""
    unit = table.units.get(column, "")
    stated = list(dict.fromkeys(frame[UNIT])) if not unit and UNIT in frame else []
    return printed_unit(str(stated[0]) if len(stated) == 1 else unit)


def _word(value: Any, lang: str, own: Mapping[str, str]) -> str:
    """An entry as it is read: a key by its words, a whole number without decimals."""
    if isinstance(value, str):
        return label(value, lang, own) if value else ""
    if pd.isna(value):
        return ""
    return f"{value:g}" if not float(value).is_integer() else f"{int(value)}"
