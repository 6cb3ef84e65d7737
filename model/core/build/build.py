"""From data to a model: variables, constraint families, closed balances, and what each row came from.

``Build`` is what a lever sees: it declares variable families, adds constraint families row by row with plain Pyomo
expressions, and posts to the ledger. Every variable has an integer position; every limit remembers its cell. Rows are
kept as arrays (``Rows``); ``pyomo_model`` gives the whole model as a Pyomo ConcreteModel for whoever wants one.

Each lever's contribution is kept as a ``Part`` with the tables and settings that it read, so that a changed workbook
builds anew only the parts that read what has changed.

Limits: linear models only; variable bounds are numbers.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..data import Data
from ..declare.lines import Said
from ..declare.spec import Balance, ConstraintInfo, Finding, Table, Variable
from ..frames import key_tuples
from ..ledger import Ledger, PostError
from .declared import Declared, info_of
from .guard import (
    RowError,
    RuleError,
    check_bounds,
    check_cells,
    check_keys,
    check_terms,
    fault_of,
    key_of,
    place_of,
)
from .objective import Objective
from .parts import WORKBOOK_UNITS, Family, Key, Limits, Part, kind_of
from .rows import RelationReader, Rows, load_pyomo, relations_of, rows_of_terms, unmet

#: Columns that name the period of a decision: when it was built, or when it is done.
PERIOD_COLUMNS = ("vintage", "year")
#: Numbers that may stand in place of a variable in a sum.
NUMBERS = (float, int, np.number)


@dataclass
class Build:
    """A model under construction, or built.

    ``blocks`` holds the rows of every constraint family, ``rows`` their keys and unit. ``relations`` keeps the Pyomo
    relations that the rules gave, only when ``keep_relations`` is set: the model can be compared with its arrays then.
    """

    data: Data
    ledger: Ledger
    keep_relations: bool = False
    #: Where parts were taken over from another build: the same model from the start. Rows and posts are whole here, the Pyomo variables are not.
    whole: Callable[[], Build] | None = None
    families: dict[str, Family] = field(default_factory=dict)
    blocks: dict[str, Rows] = field(default_factory=dict)
    relations: dict[str, list[Any]] = field(default_factory=dict)
    limits: list[Limits] = field(default_factory=list)
    rows: dict[str, tuple[pd.DataFrame, str]] = field(default_factory=dict)
    present: list[str] = field(default_factory=list)
    #: The levers and closing modules that the model is made of, in their order.
    levers: list[type[Declared]] = field(default_factory=list)
    objective: Objective | None = None
    #: What is optimised after the objective, in this order, each with all before it held.
    further: list[Objective] = field(default_factory=list)
    impossible: list[tuple[str, int]] = field(default_factory=list)
    #: What was doubtful in the input as the model was built: warnings, for the report.
    findings: list[Finding] = field(default_factory=list)
    parts: dict[str, Part] = field(default_factory=dict)
    size: int = 0

    def __post_init__(self) -> None:
        pyo = load_pyomo()
        from pyomo.common.errors import PyomoException
        from pyomo.core.expr.numeric_expr import LinearExpression

        self.pyo = pyo
        self.linear_expression = LinearExpression
        self.model = pyo.ConcreteModel()
        self._place: dict[int, int] = {}
        self._reader = RelationReader(self._place)
        # what a rule raises over something that no linear relation can hold; whatever else it raises is a defect of its own
        self._faults = (LookupError, TypeError, ValueError, ArithmeticError, PyomoException)

    def variable(
        self,
        spec: Variable,
        index: pd.DataFrame | Sequence[Key],
        *,
        high: npt.ArrayLike | None = None,
        low: npt.ArrayLike | None = None,
        limit: tuple[str, Sequence[str], str] | None = None,
        happened: npt.ArrayLike | None = None,
    ) -> Family:
        """Declare a variable family over ``index`` (a frame with the columns of ``spec.index`` or a list of keys).

        ``high`` and ``low`` are bounds in solver units, one number or one per row. ``limit`` = (sheet, cells, report
        unit) says that the upper bounds come from the workbook. ``happened`` is what a decision was in a period of history, one
        number or one per row: there it is held at that, whatever its bounds; NaN leaves it free.
        """
        columns = list(spec.index)
        frame = index[columns].reset_index(drop=True) if isinstance(index, pd.DataFrame) else pd.DataFrame(list(index), columns=columns)
        keys = key_tuples(frame)
        count = len(keys)
        default_low = -np.inf if spec.low is None else spec.low
        lower = _bound(spec.name, default_low if low is None else low, count)
        upper = _bound(spec.name, np.inf if high is None else high, count)
        check_cells(spec.name, limit, count)
        held = _held(self.data, frame, _bound(spec.name, np.nan if happened is None else happened, count), lower, upper)
        check_bounds(spec.name, frame, lower, upper, limit)
        check_keys(spec.name, frame, keys)
        var = self.pyo.Var(range(count))
        self.model.add_component(spec.name, var)
        data = list(var.values())
        for variable, lo in zip(data, lower.tolist(), strict=True):
            if lo > -math.inf:
                variable.setlb(lo)
        for variable, hi in zip(data, upper.tolist(), strict=True):
            if hi < math.inf:
                variable.setub(hi)
        variables = dict(zip(keys, data, strict=True))
        family = Family(spec, frame, self.size, lower, upper, variables, held)
        self._place.update(zip(map(id, data), range(self.size, self.size + count), strict=True))
        self.size += count
        self.families[spec.name] = family
        if limit is not None:
            sheet, cells, unit = limit
            lasts = kind_of(spec.name, spec.unit, spec.kind)
            self.limits.append(Limits(spec.name, "variable", frame, (sheet,) * count, tuple(cells), spec.unit, unit, lasts, spec.nets))
        return family

    def of_other(self, name: str) -> Family:
        """A family that another part declared, for rules of a closing module; KeyError where there is none.

        A part that was taken over from another build (``rebuild``) brings its variables from there: their places are learned here.
        """
        family = self.families[name]
        self._place.update(zip(map(id, family.variables.values()), family.positions.tolist(), strict=True))
        return family

    def constrain(
        self,
        rule: Callable[..., Any],
        over: pd.DataFrame,
        *,
        limit: tuple[str, Sequence[str], str] | None = None,
        amounts: Iterable[float] = (),
        name: str = "",
    ) -> None:
        """Add the constraint family of the method ``rule``, one row per row of ``over``.

        The columns of ``over`` are the arguments of ``rule``; it returns a Pyomo relation. ``limit`` = (sheet, cells,
        report unit) says that the right-hand sides come from the workbook; ``amounts`` are then what the cells ask or
        allow, in the unit of the family, where the right-hand sides are other numbers.
        """
        info = info_of(rule, name)
        name = info.name
        keys = key_tuples(over)
        if not keys:
            return
        check_cells(name, limit, len(keys))
        check_keys(name, over, keys)
        relations: list[Any] = []
        try:
            for key in keys:
                relations.append(rule(*key))
            relations = [bool(r) if isinstance(r, np.bool_) else r for r in relations]
            rows = self._reader.read(relations)
        except PostError:
            raise
        except RowError as error:
            raise RuleError(name, error.what, key_of(over, error.row), place_of(limit, error.row)) from error
        except self._faults as error:
            row = len(relations)
            raise RuleError(name, fault_of(error), key_of(over, row), place_of(limit, row), isinstance(error, KeyError)) from error
        self._add_rules(name, relations, rows)
        self.rows[name] = (over.reset_index(drop=True), info.unit)
        if limit is not None:
            self.limit_rows(info, over, limit, amounts)

    def limit_rows(self, info: ConstraintInfo, over: pd.DataFrame, limit: tuple[str, Sequence[str], str], amounts: Iterable[float] = ()) -> None:
        """Remember the cells of rows of a family, ``over`` their keys; ``limit`` and ``amounts`` as in ``constrain``.

        ``info_of`` tells of a marked method what is asked for here: so some rows of a family may have cells and others none.
        """
        sheet, cells, report_unit = limit
        kind, nets, is_target, asks = info.limit
        lasts, own = kind_of(info.name, info.unit, kind), tuple(float(amount) for amount in amounts)
        sheets = (sheet,) * len(over)
        self.limits.append(Limits(info.name, "constraint", over.reset_index(drop=True), sheets, tuple(cells), info.unit, report_unit, lasts, nets, is_target, own, is_use=asks))

    def _add_rules(self, name: str, relations: list[Any], rows: Rows) -> None:
        """Keep the rows of a rule; a relation without any variable collapses to a bool in Python: keep its meaning."""
        self.impossible.extend((name, row) for row, relation in enumerate(relations) if relation is False)
        self._store(name, rows)
        if self.keep_relations:
            self.relations[name] = relations

    def _store(self, name: str, rows: Rows) -> None:
        if name in self.blocks:
            raise ValueError(f"constraint family {name} is added twice")
        self.blocks[name] = rows
        self.impossible.extend((name, row) for row in unmet(rows))

    def sum(self, pairs: Iterable[tuple[float, Any]]) -> Any:
        """A linear expression from (coefficient, variable) pairs, built at once.

        0.0 in place of a variable (``Family.get`` of a combination that does not exist) adds nothing; other numbers raise.
        """
        coefficients, variables = [], []
        for coefficient, variable in pairs:
            if isinstance(variable, NUMBERS):
                if variable != 0:  # 0.0 is a combination that does not exist
                    raise TypeError(Said("rule_sum", number=variable))
            else:
                coefficients.append(float(coefficient))
                variables.append(variable)
        if not variables:
            return 0.0
        return self.linear_expression(constant=0.0, linear_coefs=coefficients, linear_vars=variables)

    def close_balances(self, only: Collection[str] | None = None) -> None:
        """Close every balance whose owner is present to rows ``supply - use >= 0`` (or ``== 0``), or those named."""
        for spec in self.ledger.balances.values():
            if spec.sense == "account" or (spec.owner and spec.owner not in self.present):
                continue
            if only is None or spec.name in only:
                self._close(spec)

    def _close(self, spec: Balance) -> None:
        table = self.ledger.table(spec.name)
        if not table.empty:
            self.rows_from_terms(f"balance_{spec.name}", table, list(spec.index), spec.sense, spec.unit)
            self._balance_limits(spec)

    def rows_from_terms(self, name: str, table: pd.DataFrame, index: list[str], sense: str, unit: str) -> pd.DataFrame:
        """One row per key of ``index``: sum of coefficient x variable (position FIXED: amount) ``sense`` 0.

        ``table`` has the index columns, ``position`` and ``coefficient``; ``sense`` is ">=", "==" or "<=". Returns the
        keys in row order.
        """
        check_terms(name, table, index, self.size)
        rows, keys = rows_of_terms(table, index, sense)
        self._store(name, rows)
        self.rows[name] = (keys, unit)
        return keys

    def _balance_limits(self, spec: Balance) -> None:
        """Remember the cell of each fixed amount that the workbook set: the row is then a limit of the workbook."""
        for post in self.ledger.posts.get(spec.name, []):
            if post.sheet and post.cells:
                sheets = (post.sheet,) * len(post.frame)
                unit = WORKBOOK_UNITS.get(spec.unit, spec.unit)
                own = tuple(np.abs(post.coefficient).tolist())
                self.limits.append(Limits(f"balance_{spec.name}", "constraint", post.frame, sheets, post.cells, spec.unit, unit, spec.kind, post.nets, False, own, post.item, post.is_use))

    @property
    def objectives(self) -> list[Objective]:
        """What is optimised, in its order; empty where nothing is."""
        return [] if self.objective is None else [self.objective, *self.further]

    def all_variables(self) -> list[Any]:
        """Every Pyomo variable by position."""
        return [v for family in self.families.values() for v in family.variables.values()]

    def pyomo_model(self) -> Any:
        """The whole model as a Pyomo ConcreteModel: variables, one Constraint component a family, the objective.

        Constraints are made of the relations that the rules gave where they were kept, else of the arrays.
        """
        if self.whole is not None:
            return self.whole().pyomo_model()
        variables = self.all_variables()
        for name, rows in self.blocks.items():
            if self.model.component(name) is None:
                kept = self.relations.get(name)
                relations = relations_of(rows, variables, self.linear_expression) if kept is None else kept
                self._add_component(name, relations)
        if self.objective is not None and self.model.component("objective") is None:
            cost, offset = self.objective.vector(self.size)
            used = np.flatnonzero(cost)
            expression = self.linear_expression(
                constant=offset, linear_coefs=cost[used].tolist(), linear_vars=[variables[p] for p in used]
            )
            sense = self.pyo.maximize if self.objective.sense == "max" else self.pyo.minimize
            self.model.add_component("objective", self.pyo.Objective(expr=expression, sense=sense))
        return self.model

    def _add_component(self, name: str, relations: Sequence[Any]) -> None:
        pyo = self.pyo

        def give(_: Any, row: int) -> Any:
            relation = relations[row]
            return (pyo.Constraint.Feasible if relation else pyo.Constraint.Infeasible) if isinstance(relation, bool) else relation

        self.model.add_component(name, pyo.Constraint(range(len(relations)), rule=give))

    @contextmanager
    def part(self, lever: type[Declared]) -> Iterator[Part]:
        """Everything added while this context is open is the part of the lever; what it posts is declared, what it reads is noted."""
        found = Part(lever.name)
        self.ledger.declared = {(balance, name) for item in lever.items for name in item.names(self.data.tables) for balance in item.balances}
        before = (list(self.families), list(self.blocks), len(self.limits), len(self.impossible), len(self.ledger.order))
        self.ledger.seen = found.balances
        with self.data.noting(found.reads):
            try:
                yield found
            except PostError as error:
                error.lever, error.data, error.reads = found.name, self.data, found.reads
                raise
            finally:
                self.ledger.declared = self.ledger.seen = None
        found.families = list(self.families)[len(before[0]):]
        found.rows = list(self.blocks)[len(before[1]):]
        found.limits, found.impossible = self.limits[before[2]:], self.impossible[before[3]:]
        found.posts = self.ledger.order[before[4]:]
        self.parts[found.name] = found

    def cells(self, table: Table, frame: pd.DataFrame, column: str = "") -> list[str]:
        """Cell addresses of ``column`` (or of the frame's own ``year`` when empty) for rows whose index is the Excel row."""
        columns = [str(y) for y in frame["year"]] if not column else [column] * len(frame)
        return [self.data.cell(table.name, int(row), c) for row, c in zip(frame.index, columns, strict=True)]


def _bound(name: str, value: Any, count: int) -> npt.NDArray[np.float64]:
    try:
        return np.array(np.broadcast_to(np.asarray(value, dtype=float), (count,)))
    except (TypeError, ValueError) as error:
        raise RuleError(name, Said("rule_bounds", count=count, why=error)) from error


def _held(data: Data, frame: pd.DataFrame, happened: npt.NDArray[np.float64], lower: npt.NDArray[np.float64], upper: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Set both bounds of what is decided in a period of history to what happened; which rows those are."""
    period = next((name for name in PERIOD_COLUMNS if name in frame), None)
    if period is None or not data.history:
        return np.zeros(len(frame), dtype=bool)
    held = frame[period].isin(data.history).to_numpy(dtype=bool) & ~np.isnan(happened)
    lower[held] = upper[held] = happened[held]
    return held


class Lever(Declared, ABC):
    """Base of every lever: what it declares, and how it builds itself. One file, one lever."""

    def __init__(self, build: Build) -> None:
        self.b = build
        self.data = build.data
        self.ledger = build.ledger

    @abstractmethod
    def build(self) -> None:
        """Declare variables, add constraints, post to the ledger."""
