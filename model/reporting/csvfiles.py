"""Result tables as CSV files and back: UTF-8, LF, every number with all its digits.

Limits: a blank cell is a number that is not known, or an empty text.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from .columns import TABLES, conform

NUMERIC = ("number", "integer")


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write one table; floats are written so that they read back to the same bits."""
    with path.open("w", encoding="utf-8", newline="") as file:
        frame.to_csv(file, index=False, lineterminator="\n")


def read_csv(path: Path, name: str) -> pd.DataFrame:
    """Read table ``name`` back, with its declared columns and types."""
    fields = TABLES[name].fields
    frame = pd.read_csv(
        path, encoding="utf-8", dtype={f.name: str for f in fields if f.type == "string"}, keep_default_na=False,
        na_values={f.name: [""] for f in fields if f.type in NUMERIC}, float_precision="round_trip",
    )  # fmt: skip
    return conform(name, frame)


def write_tables(tables: Mapping[str, pd.DataFrame], folder: Path) -> None:
    """Write every table as ``<name>.csv`` into ``folder``, which must exist."""
    for name, frame in tables.items():
        write_csv(frame, folder / f"{name}.csv")


def read_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Every declared table of a finished run, read back from its files; absent files are left out."""
    return {name: read_csv(folder / f"{name}.csv", name) for name in TABLES if (folder / f"{name}.csv").is_file()}
