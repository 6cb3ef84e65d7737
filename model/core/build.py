"""From data to a Pyomo model: variables, constraint families, closed balances, and what each row came from.

``Build`` is what a lever sees: it declares variable families, adds constraint families row by row with plain Pyomo
expressions, and posts to the ledger. Every variable has an integer position; every limit remembers its cell.

Limits: linear models only; variable bounds are numbers.
"""

from __future__ import annotations

import gc
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from .data import Data
from .ledger import FIXED, Ledger, Terms
from .spec import Balance, ConstraintInfo, Indicator, Setting, Table, Variable

Key = tuple[Any, ...]


@dataclass
class Family:
    """One variable family: ``frame`` holds its index columns in order, position = ``start`` + row."""

    spec: Variable
    frame: pd.DataFrame
    start: int
    lower: npt.NDArray[np.float64]
    upper: npt.NDArray[np.float64]
    variables: dict[Key, Any]

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
        return Terms(self.frame.assign(position=self.positions).reset_index(drop=True), self.spec.unit)


@dataclass(frozen=True)
class Limits:
    """Limits of the workbook that became rows (``constraint``) or bounds (``variable``): keys and their cells.

    ``unit`` is the unit in which the report shows limit and level; ``frame`` holds the key columns, ``sheets`` and
    ``cells`` the addresses, all of the same length.
    """

    name: str
    kind: str
    frame: pd.DataFrame
    sheets: tuple[str, ...]
    cells: tuple[str, ...]
    solver_unit: str
    unit: str


class Lever(ABC):
    """Base of every lever: what it declares, and how it builds itself. One file, one lever.

    ``needs`` are the tables without which the lever does not exist in a model.
    """

    name: ClassVar[str] = ""
    tables: ClassVar[tuple[Table, ...]] = ()
    needs: ClassVar[tuple[Table, ...]] = ()
    settings: ClassVar[tuple[Setting, ...]] = ()
    variables: ClassVar[tuple[Variable, ...]] = ()
    indicators: ClassVar[tuple[Indicator, ...]] = ()
    #: Families of rows that are closed from posts (``rows_from_terms``), not written rule by rule.
    sums: ClassVar[tuple[ConstraintInfo, ...]] = ()

    def __init__(self, build: Build) -> None:
        self.b = build
        self.data = build.data
        self.ledger = build.ledger

    @classmethod
    def present(cls, data: Data) -> bool:
        """Whether the workbook holds what this lever needs."""
        return all(data.has(table.name) for table in cls.needs)

    @abstractmethod
    def build(self) -> None:
        """Declare variables, add constraints, post to the ledger."""

    @classmethod
    def constraints(cls) -> list[ConstraintInfo]:
        """The registered constraint families of this lever."""
        found = []
        for attribute in dir(cls):
            member = getattr(cls, attribute)
            unit = getattr(member, "__constraint_unit__", None)
            if unit is not None:
                found.append(ConstraintInfo(attribute, cls.name, unit, member.__doc__ or ""))
        return [*found, *cls.sums]


@dataclass
class Objective:
    """The objective as a list of terms: component, region, year, position (or FIXED) and coefficient."""

    sense: str
    unit: str
    table: pd.DataFrame


@dataclass
class Build:
    """A model under construction."""

    data: Data
    ledger: Ledger
    model: Any = None
    families: dict[str, Family] = field(default_factory=dict)
    limits: list[Limits] = field(default_factory=list)
    rows: dict[str, tuple[pd.DataFrame, str]] = field(default_factory=dict)
    present: list[str] = field(default_factory=list)
    objective: Objective | None = None
    tie_break: Objective | None = None
    impossible: list[tuple[str, int]] = field(default_factory=list)
    size: int = 0

    def __post_init__(self) -> None:
        import pyomo.environ as pyo
        from pyomo.core.expr.numeric_expr import LinearExpression

        self.pyo = pyo
        self.linear_expression = LinearExpression
        self.model = pyo.ConcreteModel()

    def variable(
        self,
        spec: Variable,
        index: pd.DataFrame | Sequence[Key],
        *,
        high: npt.ArrayLike | None = None,
        low: npt.ArrayLike | None = None,
        limit: tuple[str, Sequence[str], str] | None = None,
    ) -> Family:
        """Declare a variable family over ``index`` (a frame with the columns of ``spec.index`` or a list of keys).

        ``high`` and ``low`` are bounds in solver units, one number or one per row. ``limit`` = (sheet, cells, report
        unit) says that the upper bounds come from the workbook.
        """
        columns = list(spec.index)
        frame = index[columns].reset_index(drop=True) if isinstance(index, pd.DataFrame) else pd.DataFrame(list(index), columns=columns)
        keys = _keys(frame)
        count = len(keys)
        default_low = -np.inf if spec.low is None else spec.low
        lower = np.array(np.broadcast_to(np.asarray(default_low if low is None else low, dtype=float), (count,)))
        upper = np.array(np.broadcast_to(np.asarray(np.inf if high is None else high, dtype=float), (count,)))
        if np.isnan(lower).any() or np.isnan(upper).any():
            raise ValueError(f"variable {spec.name}: a bound is missing")
        var = self.pyo.Var(range(count))
        self.model.add_component(spec.name, var)
        data = [var[i] for i in range(count)]
        for variable, lo, hi in zip(data, lower, upper, strict=True):
            if lo > -np.inf:
                variable.setlb(float(lo))
            if hi < np.inf:
                variable.setub(float(hi))
        variables = dict(zip(keys, data, strict=True))
        if len(variables) != count:
            raise ValueError(f"variable {spec.name}: doubled key")
        family = Family(spec, frame, self.size, lower, upper, variables)
        self.size += count
        self.families[spec.name] = family
        if limit is not None:
            sheet, cells, unit = limit
            self.limits.append(Limits(spec.name, "variable", frame, (sheet,) * count, tuple(cells), spec.unit, unit))
        return family

    def constrain(
        self,
        rule: Callable[..., Any],
        over: pd.DataFrame,
        *,
        limit: tuple[str, Sequence[str], str] | None = None,
        name: str = "",
    ) -> None:
        """Add the constraint family of the method ``rule``, one row per row of ``over``.

        The columns of ``over`` are the arguments of ``rule``; it returns a Pyomo relation. ``limit`` = (sheet, cells,
        report unit) says that the right-hand sides come from the workbook.
        """
        name = name or rule.__name__
        unit = getattr(rule, "__constraint_unit__", "1")
        keys = _keys(over)
        if not keys:
            return
        relations = [rule(*key) for key in keys]
        self._add_rows(name, relations)
        self.rows[name] = (over.reset_index(drop=True), unit)
        if limit is not None:
            sheet, cells, report_unit = limit
            self.limits.append(Limits(name, "constraint", over.reset_index(drop=True), (sheet,) * len(keys), tuple(cells), unit, report_unit))

    def _add_rows(self, name: str, relations: Sequence[Any]) -> None:
        pyo = self.pyo

        def give(_: Any, row: int) -> Any:
            relation = relations[row]
            # a relation without any variable collapses to a bool in Python: keep its meaning
            if isinstance(relation, bool | np.bool_):
                if not relation:
                    self.impossible.append((name, row))
                return pyo.Constraint.Feasible
            return relation

        self.model.add_component(name, pyo.Constraint(range(len(relations)), rule=give))

    def sum(self, pairs: Iterable[tuple[float, Any]]) -> Any:
        """A linear expression from (coefficient, variable) pairs, built at once."""
        coefficients, variables = [], []
        for coefficient, variable in pairs:
            if not isinstance(variable, float | int):
                coefficients.append(float(coefficient))
                variables.append(variable)
        if not variables:
            return 0.0
        return self.linear_expression(constant=0.0, linear_coefs=coefficients, linear_vars=variables)

    def close_balances(self) -> None:
        """Close every balance whose owner is present to rows ``supply - use >= 0`` (or ``== 0``)."""
        variables = self.all_variables()
        for spec in self.ledger.balances.values():
            if spec.sense == "account" or (spec.owner and spec.owner not in self.present):
                continue
            self._close(spec, variables)

    def _close(self, spec: Balance, variables: list[Any]) -> None:
        table = self.ledger.table(spec.name)
        if not table.empty:
            keys = self.rows_from_terms(f"balance_{spec.name}", table, list(spec.index), spec.sense, spec.unit, variables)
            self._balance_limits(spec, keys)

    def rows_from_terms(
        self, name: str, table: pd.DataFrame, index: list[str], sense: str, unit: str, variables: list[Any] | None = None
    ) -> pd.DataFrame:
        """One row per key of ``index``: sum of coefficient x variable (position FIXED: amount) ``sense`` 0.

        ``table`` has the index columns, ``position`` and ``coefficient``; ``sense`` is ">=", "==" or "<=". Returns the
        keys in row order.
        """
        variables = self.all_variables() if variables is None else variables
        codes = table.groupby(index, sort=False).ngroup().to_numpy()
        keys = table.loc[~pd.Series(codes).duplicated().to_numpy(), index].reset_index(drop=True)
        count = len(keys)
        coefficients = table["coefficient"].to_numpy(dtype=float)
        positions = table["position"].to_numpy(dtype=np.int64)
        fixed = positions == FIXED
        constant = np.bincount(codes[fixed], weights=coefficients[fixed], minlength=count)
        order = np.argsort(codes[~fixed], kind="stable")
        position, coefficient = positions[~fixed][order], coefficients[~fixed][order]
        starts = np.searchsorted(codes[~fixed][order], np.arange(count + 1))
        make = self.linear_expression
        relations: list[Any] = []
        for row in range(count):
            part = slice(starts[row], starts[row + 1])
            bound = float(-constant[row])
            if starts[row] == starts[row + 1]:
                relations.append(_holds(0.0, sense, bound))
                continue
            body = make(constant=0.0, linear_coefs=coefficient[part].tolist(), linear_vars=[variables[p] for p in position[part]])
            relations.append(body >= bound if sense == ">=" else body <= bound if sense == "<=" else body == bound)
        self._add_rows(name, relations)
        self.rows[name] = (keys, unit)
        return keys

    def _balance_limits(self, spec: Balance, keys: pd.DataFrame) -> None:
        """Remember the cell of each fixed amount that the workbook set: the row is then a limit of the workbook."""
        for post in self.ledger.posts.get(spec.name, []):
            if post.sheet and post.cells:
                sheets = (post.sheet,) * len(post.frame)
                unit = WORKBOOK_UNITS.get(spec.unit, spec.unit)
                self.limits.append(Limits(f"balance_{spec.name}", "constraint", post.frame, sheets, post.cells, spec.unit, unit))

    def all_variables(self) -> list[Any]:
        """Every Pyomo variable by position."""
        return [v for family in self.families.values() for v in family.variables.values()]

    def cells(self, table: Table, frame: pd.DataFrame, column: str = "") -> list[str]:
        """Cell addresses of ``column`` (or of the frame's own ``year`` when empty) for rows whose index is the Excel row."""
        columns = [str(y) for y in frame["year"]] if not column else [column] * len(frame)
        return [self.data.cell(table.name, int(row), c) for row, c in zip(frame.index, columns, strict=True)]


#: Solver units that the workbook writes in a smaller unit.
WORKBOOK_UNITS = {"Mha": "kha", "km3/yr": "million m3/yr"}

#: A balance row without any variable holds when its fixed amounts close to this (solver units): sums of published
#: figures carry at most nine digits.
BALANCE_ROUNDING = 1e-9


def _keys(frame: pd.DataFrame) -> list[Key]:
    """Rows as tuples of plain Python values; columns turn into lists at once, which is much faster for text."""
    return list(zip(*(frame[column].tolist() for column in frame.columns), strict=True))


def _holds(left: float, sense: str, right: float) -> bool:
    if sense == ">=":
        return left >= right - BALANCE_ROUNDING
    if sense == "<=":
        return left <= right + BALANCE_ROUNDING
    return abs(left - right) <= BALANCE_ROUNDING


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the garbage collector: half the time of a Pyomo build is spent in it."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
