"""What a model is made of: families of variables, the limits of the workbook behind rows and bounds, the part that each lever added.

Limits: bounds are numbers; what the rows say stands in ``rows``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..declare.spec import LimitKind, Variable
from ..ledger import Post, Terms

Key = tuple[Any, ...]
#: Solver units that the workbook writes in a smaller unit.
WORKBOOK_UNITS = {"Mha": "kha", "km3/yr": "million m3/yr"}


@dataclass
class Family:
    """One variable family: ``frame`` holds its index columns in order, position = ``start`` + row."""

    spec: Variable
    frame: pd.DataFrame
    start: int
    lower: npt.NDArray[np.float64]
    upper: npt.NDArray[np.float64]
    variables: dict[Key, Any]
    #: Rows of history, held at what happened.
    held: npt.NDArray[np.bool_]
    #: What a row of the family gains a year where its rate is not its own level: sum over ``of`` (rows of the family) of coefficient (1/yr) * variable.
    gains: pd.DataFrame | None = None

    def __getitem__(self, key: Any) -> Any:
        """The Pyomo variable with that key; KeyError when the combination does not exist."""
        return self.variables[key if isinstance(key, tuple) else (key,)]

    def get(self, *key: Any) -> Any:
        """The Pyomo variable with that key, or 0.0 when the combination does not exist."""
        return self.variables.get(key, 0.0)

    def __contains__(self, key: object) -> bool:
        return (key if isinstance(key, tuple) else (key,)) in self.variables

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def keys(self) -> list[Key]:
        """All keys, in order of position."""
        return list(self.variables)

    @property
    def positions(self) -> npt.NDArray[np.int64]:
        """Positions of all variables of the family."""
        return np.arange(self.start, self.start + len(self.frame), dtype=np.int64)

    def terms(self) -> Terms:
        """The family as terms for the ledger: index columns and ``position``."""
        return Terms(self.frame.assign(position=self.positions), self.spec.unit)


@dataclass(frozen=True)
class Limits:
    """Limits of the workbook that became rows (``constraint``) or bounds (``variable``): keys and their cells.

    ``unit`` is the unit in which the report shows limit and level; ``frame`` holds the key columns, ``sheets`` and
    ``cells`` the addresses, all of the same length. ``lasts`` says what one unit is had for (flow, standing, stock, period).

    ``amounts`` is what the cell asks or allows, in solver units, where the right-hand side is another number: fixed
    amounts stand beside it in the row. ``nets`` says which, ``item`` names the post of a balance, ``is_use`` that it asks (a post
    used, or what a row ``needed - had <= 0`` needs).
    """

    name: str
    kind: str
    frame: pd.DataFrame
    sheets: tuple[str, ...]
    cells: tuple[str, ...]
    solver_unit: str
    unit: str
    lasts: LimitKind = "flow"
    nets: str = ""
    is_target: bool = False
    amounts: tuple[float, ...] = ()
    item: str = ""
    is_use: bool = False


@dataclass
class Part:
    """What one lever or closing module added to a model, and which tables and settings (``reads``) and balances it read to do so."""

    name: str
    families: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)
    limits: list[Limits] = field(default_factory=list)
    impossible: list[tuple[str, int]] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    reads: set[str] = field(default_factory=set)
    balances: set[str] = field(default_factory=set)


def kind_of(name: str, unit: str, stated: LimitKind) -> LimitKind:
    """The stated kind of a limit; a rate is a flow where nothing is stated, anything else must say what it is."""
    if stated or unit.endswith("/yr"):
        return stated or "flow"
    raise ValueError(f"{name}: a limit in {unit} must state its kind: standing, stock or period")
