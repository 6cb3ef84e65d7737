"""Puts tables below one another, the same under every admitted version of pandas; rows as keys.

What an empty table says about the type of a column differs between pandas 2 and 3; so an empty one has no say here.

Limits: a column that only some of the tables have is missing (NaN) in the rows of the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd


def stack(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The frames below one another, rows numbered anew; empty ones are left out."""
    filled = [part for part in parts if len(part)]
    if not filled:  # columns stay, so that what is done next finds them
        return parts[0].reset_index(drop=True) if parts else pd.DataFrame()
    return pd.concat(filled, ignore_index=True)


def key_tuples(frame: pd.DataFrame, columns: Sequence[str] | None = None) -> list[tuple[Any, ...]]:
    """Rows, or these columns of them, as tuples of plain Python values; columns turn into lists at once, which is much faster for text."""
    return list(zip(*(frame[column].to_numpy(dtype=object).tolist() for column in (frame.columns if columns is None else columns)), strict=True))
