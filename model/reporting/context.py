"""What Excel and page both need: the tables of the run, names in the reader's language, colours.

A matrix here is a frame whose index holds (place, item) keys and whose columns are years; that is what people paste.

Limits: a table that is missing or empty gives an empty frame; sheets then say that the lever is not in the model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..core.build import registry
from ..core.build.objective import COST_UNIT
from ..core.data import Data
from ..core.declare import units
from ..core.goods import A_MILLION, Good, goods
from ..core.names import own_words
from .colours import COLOURS, CYCLE
from .words.excel_words import ITEMS, WORDS
from .words.texts import is_listed_item, label

NATION, OTHER = "nation", "other"
#: Between the two ends of a composite key: ``p1->west_arid``.
JOINT = "->"
GROUPS = ("west", "industrial", "developed")
#: Years of which the report speaks where it has no room for all; the nearest milestone is taken.
KEY_YEARS = (2030, 2045, 2060)
#: Rows that a stacked chart shows at most; the rest is added up.
MOST_SERIES = 12
#: Unit of a limit -> unit in which its price is easily read (the factor comes from the unit table).
PRICE_UNITS = {
    "kha": "CNY/ha", "Mha": "CNY/ha", "kha/yr": "CNY/ha", "million m3/yr": "CNY/m3", "km3/yr": "CNY/m3", "Mt CO2/yr": "CNY/t CO2",
    "Mt CO2": "CNY/t CO2", "TWh/yr": "CNY/MWh", "million units/yr": "CNY/unit", "GW": "CNY/kW", "GW/yr": "CNY/kW", "Mt DM/yr": "CNY/t DM", "PJ/yr": "CNY/GJ",
}  # fmt: skip


@dataclass
class Context:
    """One run as sheets and page see it; ``data`` may be missing, names and settings then fall back to keys."""

    tables: dict[str, pd.DataFrame]
    manifest: dict[str, Any]
    lang: str
    data: Data | None = None
    _colours: dict[str, str] = field(default_factory=lambda: dict(COLOURS))
    _next: int = 0
    #: Tables once asked for.
    _grouped: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)

    def table(self, name: str) -> pd.DataFrame:
        """The table with ``region_group`` beside ``region``; without columns when missing or empty."""
        if name not in self._grouped:
            frame = self.tables.get(name)
            if frame is None or len(frame) == 0:
                frame = pd.DataFrame()
            elif "region" in frame and "region_group" not in frame:
                frame = frame.assign(region_group=frame["region"].map(self.group_of))
            self._grouped[name] = frame
        return self._grouped[name]

    def has(self, name: str) -> bool:
        """Whether the table has rows."""
        return len(self.table(name)) > 0

    @cached_property
    def group_of(self) -> dict[str, str]:
        """Region -> region group."""
        if self.data is not None:
            return dict(self.data.region_group)
        for name in ("carbon", "allocation", "calibration"):
            frame = self.tables.get(name)
            if frame is not None and len(frame) and {"region", "region_group"} <= set(frame.columns):
                return dict(zip(frame["region"], frame["region_group"], strict=True))
        return {}

    @cached_property
    def regions(self) -> list[str]:
        """Regions in the order of the workbook."""
        return list(self.group_of)

    @cached_property
    def groups(self) -> list[str]:
        """Region groups that have regions."""
        present = list(self.group_of.values())
        return [g for g in GROUPS if g in present] + [g for g in dict.fromkeys(present) if g not in GROUPS]

    @property
    def finer(self) -> bool:
        """Whether there are more regions than groups, so that tables by region say more."""
        return len(self.regions) > len(self.groups)

    @cached_property
    def years(self) -> list[int]:
        """Base year and milestones of the plan; what must be kept up afterwards stands in ``after``."""
        if self.data is not None:
            return [year for year in self.data.all_years if year not in self.data.after]
        found = [self.tables[n]["year"] for n in ("carbon", "allocation") if n in self.tables and len(self.tables[n])]
        return sorted({int(y) for column in found for y in column})

    @property
    def after(self) -> list[int]:
        """Milestones of periods after the plan."""
        return [] if self.data is None else self.data.after

    @property
    def history_until(self) -> int:
        """The last milestone that is history: the base year, or that of the last period held to what happened."""
        return self.base_year if self.data is None else self.data.history_until

    @cached_property
    def base_year(self) -> int:
        """The year that is history."""
        return int(self.manifest.get("base_year", self.years[0] if self.years else 0))

    @property
    def decided(self) -> list[int]:
        """Years that are decided."""
        return [y for y in self.years if y != self.base_year]

    def near(self, wanted: Sequence[int] = KEY_YEARS) -> list[int]:
        """The milestones nearest to the wanted years, each once."""
        pool = self.decided or self.years
        return list(dict.fromkeys(min(pool, key=lambda y: abs(y - w)) for w in wanted)) if pool else []

    def word(self, key: str, **values: object) -> str:
        """A heading, header or sentence of the report."""
        english, chinese = WORDS[key]
        return (chinese if self.lang == "zh" else english).format(**values)

    def unit(self, unit: str) -> str:
        """A unit as it is printed, with its index figures."""
        return unit.replace("m3", "m³").replace("CO2", "CO₂").replace("_", " ")

    def item(self, key: object) -> str:
        """The name of an item in the reader's language; parts of a dotted key are named one by one."""
        text = str(key)
        if text in self.own_words:
            return self.own_words[text]
        if text in ITEMS:
            return self.word(text)
        parts = text.split(".")
        if len(parts) > 1 and all(parts):
            return " · ".join(self.item(part) for part in parts)
        if JOINT in text.strip(JOINT):
            return " → ".join(self.item(part) for part in text.split(JOINT) if part)
        # a key that is a region's is called as the workbook calls the region, wherever it stands
        return self._region_names[text] if text in self._region_names and not is_listed_item(text) else label(text, self.lang, self.own_words)

    def sheet(self, name: str) -> str:
        """The name of an input sheet, whatever the workbook calls a key that is spelt the same."""
        return label(name, self.lang)

    @cached_property
    def own_words(self) -> dict[str, str]:
        """What the workbook's sheet ``names`` calls its keys."""
        return own_words(self.data.tables, registry.schema().tables, self.lang) if self.data is not None else {}

    @cached_property
    def _region_names(self) -> dict[str, str]:
        if self.data is None or "regions" not in self.data.tables:
            return {}
        frame = self.data.tables["regions"]
        return dict(zip(frame["region"], frame["name_zh" if self.lang == "zh" else "name_en"], strict=True))

    def place(self, key: object) -> str:
        """The name of a region, region group, water zone or the nation."""
        text = str(key).removeprefix("group:")
        return str(self._region_names[text]) if text in self._region_names and text not in self.own_words else self.item(text)

    def colours(self, keys: Sequence[str]) -> dict[str, str]:
        """Key -> colour, the same on every sheet; a new key takes one that no other of ``keys`` has, if there is one."""
        taken = {self._colours[key] for key in keys if key in self._colours}
        for key in dict.fromkeys(keys):
            if key in self._colours:
                continue
            turned = [CYCLE[(self._next + step) % len(CYCLE)] for step in range(len(CYCLE))]
            found = next((colour for colour in turned if colour not in taken), turned[0])
            self._colours[key] = found
            self._next = CYCLE.index(found) + 1
            taken.add(found)
        return {key: self._colours[key] for key in keys}

    @cached_property
    def _goods(self) -> dict[str, Good]:
        """Unit of a limit on a good -> the good."""
        if self.data is None:
            return {}
        return {f"{good.million}/yr": good for good in goods(self.data, registry.schema().tables.values()).values()}

    def price_text(self, price: float, unit: str, kind: str = "", dual_unit: str = "") -> tuple[float, str]:
        """A price in bn CNY per ``unit`` as number and readable unit; of what stands (``kind``) it is a rent a year.

        Where ``dual_unit`` counts no money there is no price: the number is what the objective gains by one more unit, in its own unit.
        """
        if dual_unit and not dual_unit.startswith(COST_UNIT):
            return price, self.unit(dual_unit)
        readable = PRICE_UNITS.get(unit)
        rent = "/yr" if kind == "standing" else ""
        if unit in self._goods:
            return float(units.convert(price, "bn CNY", "CNY")) / A_MILLION, self.unit(f"CNY/{self._goods[unit].one}") + rent
        if readable is None:
            return price, self.unit(f"bn CNY / {unit}") + rent
        return float(units.convert(price, f"bn CNY/{unit.removesuffix('/yr')}", readable)), self.unit(readable + rent)


#: Amounts from here on are printed with one decimal, smaller ones with four significant digits.
LARGE = 100.0


def amount(value: float) -> str:
    """A number for a sentence."""
    return f"{value:,.1f}" if abs(value) >= LARGE or value == 0.0 else f"{value:.4g}"


def pivot(frame: pd.DataFrame, place: str, item: str, years: Sequence[int], value: str = "value") -> pd.DataFrame:
    """Sums as a matrix (place, item) x years in order of appearance; a year without any entry stays blank.

    ``place`` and ``item`` are columns of ``frame``, or constants when no such column exists.
    """
    if frame.empty:
        return pd.DataFrame()
    (at, places), (of, items) = _numbered(frame, place), _numbered(frame, item)
    rows, pairs = pd.factorize(at * len(items) + of)
    columns, found = pd.factorize(frame["year"].astype(int))
    # one key made of whole numbers: a report asks for some two hundred matrices, and three keys of words take most of their time
    cells = frame[value].astype(float).groupby(rows * len(found) + columns).sum()
    sums = np.zeros((len(pairs), len(found)))
    sums.flat[cells.index.to_numpy()] = cells.to_numpy()
    index = pd.MultiIndex.from_arrays([places[pairs // len(items)], items[pairs % len(items)]], names=["place", "item"])
    return pd.DataFrame(sums, index=index, columns=pd.Index(found, name="year")).reindex(columns=list(years))


def _numbered(frame: pd.DataFrame, name: str) -> tuple[npt.NDArray[np.int64], pd.Index]:
    """The words of a column in order of appearance, and which of them each row holds; the name itself where there is no such column."""
    if name in frame:
        return pd.factorize(frame[name].astype(str))
    return np.zeros(len(frame), dtype=np.int64), pd.Index([name])


def ordered(matrix: pd.DataFrame, places: Sequence[str]) -> pd.DataFrame:
    """Rows by place in the given order, items as they stand."""
    if matrix.empty:
        return matrix
    rank = {p: n for n, p in enumerate(places)}
    position = sorted(range(len(matrix)), key=lambda n: (rank.get(matrix.index[n][0], len(rank)), n))
    return matrix.iloc[position]


def ranked(matrix: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Rows by size, and how many of the first ones make up a chart.

    With more rows than a chart can show, those beyond are added up in a row ``other`` and listed below it.
    """
    if matrix.empty:
        return matrix, 0
    size = matrix.abs().sum(axis=1)
    matrix = matrix.loc[size.sort_values(ascending=False, kind="stable").index]
    matrix = matrix[matrix.abs().sum(axis=1) > 0.0]
    if len(matrix) <= MOST_SERIES:
        return matrix, len(matrix)
    head, tail = matrix.iloc[: MOST_SERIES - 1], matrix.iloc[MOST_SERIES - 1 :]
    rest = tail.sum(axis=0, min_count=1).to_frame().T
    rest.index = pd.MultiIndex.from_tuples([(matrix.index[0][0], OTHER)])
    return pd.concat([head, rest, tail]), MOST_SERIES


def with_total(matrix: pd.DataFrame, key: tuple[str, str]) -> pd.DataFrame:
    """The matrix with its column sums in a last row ``key``."""
    if matrix.empty:
        return matrix
    total = matrix.sum(axis=0, min_count=1).to_frame().T
    total.index = pd.MultiIndex.from_tuples([key])
    return pd.concat([matrix, total])
