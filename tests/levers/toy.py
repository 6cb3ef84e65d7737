"""Small hand-made data and plans for the tests of levers: a few rows in solver units, solved in milliseconds.

Limits: no workbook is read; what a test does not name gets the default of its declaration, else 0 or an empty text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from string import ascii_uppercase
from typing import Any

import pandas as pd

from model.core.build import registry
from model.core.build.build import Build, Lever
from model.core.build.objective import Objective
from model.core.data import Data
from model.core.declare import units
from model.core.declare.spec import REQUIRED, Column, Table
from model.core.solve.solution import Solution
from model.core.solve.solver import solve

Rows = Sequence[Mapping[str, Any]]


def toy_data(
    regions: Sequence[str] = ("west",),
    years: Sequence[int] = (2020, 2030),
    tables: Mapping[str, Rows | pd.DataFrame] | None = None,
    settings: Mapping[str, float | str] | None = None,
) -> Data:
    """Data with regions, periods, every default setting (in solver units) and the given tables.

    A table is a frame, or rows as dicts in solver units; columns that a row leaves out get their default. Cells have
    addresses as if the table stood on a sheet in declared order.
    """
    schema = registry.schema()
    given: dict[str, Rows | pd.DataFrame] = {
        "regions": [{"region": r, "name_en": r, "name_zh": r, "region_group": "west"} for r in regions],
        "periods": [{"year": y, "cost_factor": None} for y in years],
        **(tables or {}),
    }
    frames = {name: toy_frame(schema.tables[name], rows) for name, rows in given.items()}
    defaults = {name: _solver_default(s.default, s.kind, s.unit) for name, s in schema.settings.items() if s.default is not None}
    return Data(frames, {**defaults, **(settings or {})}, {name: _letters(schema.tables[name], years) for name in given})


def toy_frame(table: Table, rows: Rows | pd.DataFrame) -> pd.DataFrame:
    """Rows as the reader would hand them over: every declared column, the Excel row number as index."""
    if isinstance(rows, pd.DataFrame):
        return rows
    columns = list(table.columns)
    records = [{c.name: row.get(c.name, _blank(c)) for c in columns} for row in rows]
    frame = pd.DataFrame(records, columns=[c.name for c in columns])
    if table.shape == "years":
        frame["year"] = [row["year"] for row in rows]
    first = 2 if table.shape == "years" else 3
    frame.index = pd.RangeIndex(first, first + len(frame), name="row")
    return frame


def _blank(column: Column) -> Any:
    if column.default is not REQUIRED:
        return column.default
    return "" if column.kind == "text" else 0.0


def _solver_default(default: float | str, kind: str, unit: str) -> float | str:
    if kind == "text" or isinstance(default, str):
        return default
    return units.convert(float(default), unit, units.solver_unit(unit))


def _letters(table: Table, years: Sequence[int]) -> dict[str, str]:
    names = [c.name for c in table.columns]
    if table.shape == "years":
        names = [*names[:-1], "unit", *(str(y) for y in years)]
    return dict(zip(names, ascii_uppercase, strict=False))


def poster(post: Callable[[Lever], None], name: str = "poster") -> type[Lever]:
    """A lever that only does what the function does: it stands for all levers that the test leaves out, with their items; other names need no declaration."""

    class Poster(Lever):
        items = registry.items()

        def build(self) -> None:
            self.ledger.declared = None
            post(self)

    Poster.name = name
    return Poster


def cheapest(build: Build, carbon_price: float = 0.0, feed_in: Mapping[str, float] | None = None) -> Solution:
    """Solve for the least discounted spending; sinks earn ``carbon_price`` (bn CNY per Mt CO2), ``feed_in`` prices other
    balances per unit of net supply."""
    prices = {"money": 1.0, "sink": carbon_price, **(feed_in or {})}
    parts = []
    for balance, price in prices.items():
        posts = build.ledger.table(balance)
        if price and len(posts):
            weight = posts["year"].map(build.data.weight).astype(float)
            earned = posts["coefficient"].astype(float) * weight * price
            parts.append(pd.DataFrame({"component": balance, "region": "all", "year": posts["year"], "position": posts["position"], "coefficient": -earned}))
    columns = ["component", "region", "year", "position", "coefficient"]
    build.objective = Objective("min", "bn CNY", pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns))
    return solve(build)


def amount(solution: Solution, balance: str, item: str, **keys: Any) -> float:
    """Sum of the entries of an item in a balance, for the given keys."""
    frame = solution.balance(balance)
    frame = frame[frame["item"] == item]
    for column, key in keys.items():
        frame = frame[frame[column] == key]
    return float(frame["value"].sum())


def value(solution: Solution, family: str, **keys: Any) -> float:
    """Sum of the variables of a family, for the given keys."""
    frame = solution.values(family)
    for column, key in keys.items():
        frame = frame[frame[column] == key]
    return float(frame["value"].sum())
