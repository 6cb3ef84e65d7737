"""Result tables as CSV files and back: UTF-8, LF, every number with all its digits.

Limits: a blank cell is a number that is not known, or an empty text.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from .columns import TABLES, conform


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write one table; floats are written so that they read back to the same bits."""
    with path.open("w", encoding="utf-8", newline="") as file:
        frame.to_csv(file, index=False, lineterminator="\n")


def read_csv(path: Path, name: str) -> pd.DataFrame:
    """Read table ``name`` back, with its declared columns and types."""
    frame = pd.read_csv(path, encoding="utf-8", dtype=str, keep_default_na=False)
    for field in TABLES[name].fields:
        # float() is exact on every version of pandas, its own parsers are not
        if field.type == "number":
            frame[field.name] = np.array([float(text) if text else np.nan for text in frame[field.name]], dtype=float)
        elif field.type == "integer":
            frame[field.name] = pd.array([int(text) if text else pd.NA for text in frame[field.name]], dtype="Int64")
        elif field.type == "boolean":
            frame[field.name] = frame[field.name] == str(True)
    return conform(name, frame)


def write_tables(tables: Mapping[str, pd.DataFrame], folder: Path) -> None:
    """Write every table as ``<name>.csv`` into ``folder``, which must exist."""
    for name, frame in tables.items():
        write_csv(frame, folder / f"{name}.csv")


def read_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Every declared table of a finished run, read back from its files; absent files are left out."""
    return {name: read_csv(folder / f"{name}.csv", name) for name in TABLES if (folder / f"{name}.csv").is_file()}
