"""How the cells of a sheet were written: the units that their user chose, and which of them are blank.

Limits: what was written, not what the model made of it; that is read back by ``read_back``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Written:
    """How the cells of a sheet are written: the unit of a column or (year tables, settings) of a row, and what is blank.

    ``by_column`` has the name of the column as key, ``by_row`` the Excel row or the name of the setting; ``blank`` holds
    the addresses of cells without a number: their value is interpolated between years, or a default.
    """

    by_column: Mapping[str, str] = field(default_factory=dict)
    by_row: Mapping[int | str, str] = field(default_factory=dict)
    blank: frozenset[str] = frozenset()
