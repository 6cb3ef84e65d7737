"""Result tables as CSV files and back: UTF-8, LF, every number with all its digits.

A spreadsheet program takes a cell that begins with ``=``, ``+``, ``-`` or ``@`` for a formula, whatever it was in the
workbook. A text (not a number) that begins so, or with a tab, a line break or an apostrophe, is written with one apostrophe
before it; who reads a file back takes the first apostrophe of a text away.

Limits: a blank cell is a number that is not known, or an empty text; a carriage return is written as a line break.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from ...core.declare.results import Field
from ..tables.columns import TABLES, conform

#: The first characters of a text that a spreadsheet program may take for a formula, and of one that is marked already.
RISKY = ("=", "+", "-", "@", "\t", "\n", "'")
MARK = "'"
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write one table; floats are written so that they read back to the same bits, texts so that none is a formula."""
    safe = frame.copy(deep=False)
    for name in frame.columns:
        if not pd.api.types.is_numeric_dtype(frame[name].dtype):
            safe[name] = _replaced(frame[name], _marked)
    with path.open("w", encoding="utf-8", newline="") as file:
        safe.to_csv(file, index=False, lineterminator="\n")


def _marked(value: object) -> object:
    """A text as it stands in a file: one that could be taken for a formula has a mark before it."""
    if not isinstance(value, str):
        return value
    # a bare carriage return is put in no quotes and would end the row
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    return f"{MARK}{text}" if text.startswith(RISKY) and not _NUMBER.fullmatch(text) else text


def _plain(value: object) -> object:
    """A text without the mark that ``_marked`` put before it."""
    return value[1:] if isinstance(value, str) and value.startswith(MARK) else value


def _replaced(column: pd.Series, change: Callable[[object], object]) -> pd.Series:
    """The column with each of its values changed; the same column when that changes none."""
    changed = {value: change(value) for value in column.dropna().unique().tolist() if change(value) != value}
    return column.map(lambda value: changed.get(value, value)) if changed else column


def read_csv(path: Path, name: str) -> pd.DataFrame:
    """Read table ``name`` back, with its declared columns and types."""
    frame = pd.read_csv(path, encoding="utf-8", dtype=str, keep_default_na=False)
    return conform(name, pd.DataFrame({field.name: _typed(frame[field.name], field) for field in TABLES[name].fields}))


def read_columns(path: Path, name: str, columns: Collection[str]) -> pd.DataFrame:
    """Those of the ``columns`` of table ``name`` that a file has, with their declared types; a run of another version may lack some."""
    frame = pd.read_csv(path, encoding="utf-8", dtype=str, keep_default_na=False, usecols=lambda column: column in columns)
    return pd.DataFrame({field.name: _typed(frame[field.name], field) for field in TABLES[name].fields if field.name in frame})


def _typed(column: pd.Series, field: Field) -> object:
    """A column of texts in the type that is declared for it; ValueError where a cell has none of that type."""
    texts = column.tolist()
    # float() is exact on every version of pandas, its own parsers are not
    if field.type == "number":
        return np.array([float(text) if text else np.nan for text in texts], dtype=float)
    if field.type == "integer":
        return pd.array([int(text) if text else pd.NA for text in texts], dtype="Int64")
    if field.type == "boolean":
        return column == str(True)
    return _replaced(column, _plain)


def write_tables(tables: Mapping[str, pd.DataFrame], folder: Path) -> None:
    """Write every table as ``<name>.csv`` into ``folder``, which must exist."""
    for name, frame in tables.items():
        write_csv(frame, folder / f"{name}.csv")


def read_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Every declared table of a finished run, read back from its files; absent files are left out."""
    return {name: read_csv(folder / f"{name}.csv", name) for name in TABLES if (folder / f"{name}.csv").is_file()}
