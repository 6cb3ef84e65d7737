"""Makes the sheets of a workbook from data frames, so that a book made in code passes the same checks.

Limits: units are the declared ones except in a ``unit`` column of a year table; cells have no address.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from model.core.declare.schema import Schema

from .layout import VALUE_COLUMN
from .raw import RawBook, RawSheet
from .settings import SETTINGS_SHEET


def raw_book(tables: Mapping[str, pd.DataFrame], settings: Mapping[str, object], name: str, schema: Schema) -> RawBook:
    """The sheets that the frames would be in a workbook."""
    sheets = {key: _sheet(key, frame, schema) for key, frame in tables.items()}
    if settings:
        rows: list[list[object]] = [
            ["setting", VALUE_COLUMN],
            *([key, _plain(value)] for key, value in settings.items()),
        ]
        sheets[SETTINGS_SHEET] = RawSheet(SETTINGS_SHEET, rows, addressed=False)
    return RawBook(name, sheets)


def _sheet(name: str, frame: pd.DataFrame, schema: Schema) -> RawSheet:
    plain = frame.astype(object).where(frame.notna(), "")
    header: list[object] = [_plain(column) for column in plain.columns]
    grid = [header]
    table = schema.tables.get(name)
    if table is not None and table.shape == "attributes":
        grid.append([""] * len(header))
    grid.extend([_plain(value) for value in row] for row in plain.itertuples(index=False, name=None))
    return RawSheet(name, grid, addressed=False)


def _plain(value: object) -> object:
    """The value as the reader of a file would give it: numpy numbers become floats."""
    value = value.item() if hasattr(value, "item") else value
    return float(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53 else value
