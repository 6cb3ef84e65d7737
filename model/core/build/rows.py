"""Rows of a constraint family as plain arrays: read from the Pyomo relations of a rule, or closed from ledger posts.

The rules of the levers are ordinary Pyomo algebra. Almost every relation they give is a comparison of sums of
coefficient x variable, and such a relation is read off directly, once, as it is made; anything else goes through
Pyomo's own linear walker. The result is what Pyomo's standard-form compiler gives (a test compares the two on both
shipped workbooks), at a fraction of its time and memory.

Limits: linear relations with one side that is bounded; range rows and fixed Pyomo variables are not used here.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..declare.lines import Said
from ..frames import key_tuples
from ..ledger import FIXED
from .guard import RowError, check_numbers, words_of

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: A row without any variable holds when its fixed amounts close to this (solver units): sums of published figures
#: carry at most nine digits.
BALANCE_ROUNDING = 1e-9
SENSES = (">=", "==", "<=")
#: Terms from which on pandas groups them faster than a dictionary does.
MANY_TERMS = 5_000


def load_pyomo() -> Any:
    """``pyomo.environ``, without what it loads wherever scipy is loaded already: scipy.stats and all below it take most of a second that no model needs.

    Pyomo then takes scipy for not yet loaded, and loads those parts when it is asked for one.
    """
    import scipy

    if "pyomo.environ" not in sys.modules:
        del sys.modules[scipy.__name__]
    try:
        import pyomo.environ as environ
    finally:
        sys.modules[scipy.__name__] = scipy
    return environ


@dataclass(frozen=True)
class Rows:
    """``lower <= sum of coefficient x variable <= upper`` for each row of a family.

    Row i holds ``position`` and ``coefficient`` from ``start[i]`` to ``start[i+1]``; a position may occur twice in a
    row. ``lower`` and ``upper`` have one entry a row, in the solver unit of the family.
    """

    start: Integers
    position: Integers
    coefficient: Floats
    lower: Floats
    upper: Floats

    def __len__(self) -> int:
        return len(self.lower)


def rows_of_terms(table: pd.DataFrame, index: Sequence[str], sense: str) -> tuple[Rows, pd.DataFrame]:
    """One row per key of ``index``: sum of coefficient x variable (position FIXED: an amount) ``sense`` 0; and the keys.

    ``table`` has the index columns, ``position`` and ``coefficient``; rows come in the order of first appearance.
    """
    if sense not in SENSES:
        raise ValueError(f"sense {sense!r} is none of {', '.join(SENSES)}")
    codes, first = _numbered(table, list(index))
    keys = table[list(index)].take(first).reset_index(drop=True)
    count = len(keys)
    coefficient = table["coefficient"].to_numpy(dtype=float)
    position = table["position"].to_numpy(dtype=np.int64)
    fixed = position == FIXED
    bound = -np.bincount(codes[fixed], weights=coefficient[fixed], minlength=count).astype(float)
    order = np.argsort(codes[~fixed], kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(codes[~fixed], minlength=count))]).astype(np.int64)
    lower = bound if sense != "<=" else np.full(count, -np.inf)
    upper = bound if sense != ">=" else np.full(count, np.inf)
    return Rows(start, position[~fixed][order], coefficient[~fixed][order], lower, upper), keys


def _numbered(table: pd.DataFrame, index: list[str]) -> tuple[Integers, list[int]]:
    """The number of the key of each row, and the first row of each key; keys are numbered as they appear."""
    if len(table) > MANY_TERMS:
        codes = table.groupby(index, sort=False).ngroup().to_numpy()
        return codes, np.flatnonzero(~pd.Series(codes).duplicated().to_numpy()).tolist()
    numbers: dict[tuple[Any, ...], int] = {}
    codes = np.array([numbers.setdefault(key, len(numbers)) for key in key_tuples(table, index)], dtype=np.int64)
    first = np.unique(codes, return_index=True)[1]
    return codes, first.tolist()


class RelationReader:
    """Reads Pyomo relations; ``place`` gives the position of a variable by its ``id``."""

    def __init__(self, place: Mapping[int, int]) -> None:
        from pyomo.core.expr.numeric_expr import (
            LinearExpression,
            MonomialTermExpression,
            NegationExpression,
            ProductExpression,
            SumExpression,
        )
        from pyomo.core.expr.relational_expr import EqualityExpression, InequalityExpression

        self._place = place
        self._equality, self._inequality = EqualityExpression, InequalityExpression
        self._monomial, self._sums = MonomialTermExpression, (LinearExpression, SumExpression)
        self._product, self._negation = ProductExpression, NegationExpression

    def read(self, relations: Sequence[Any]) -> Rows:
        """The rows of ``relations``; a bool stands for a row without variables and must be handled by the caller."""
        count = len(relations)
        position: list[int] = []
        coefficient: list[float] = []
        start = np.zeros(count + 1, dtype=np.int64)
        lower, upper = np.full(count, -np.inf), np.full(count, np.inf)
        row = 0
        try:
            for row, relation in enumerate(relations):
                if relation.__class__ is not bool:
                    self._sides(row, relation, position, coefficient, lower, upper)
                start[row + 1] = len(position)
        except KeyError as error:
            raise RowError(row, Said("rule_foreign")) from error
        except (TypeError, ValueError, AttributeError) as error:
            raise RowError(row, words_of(error)) from error
        rows = Rows(start, np.array(position, dtype=np.int64), np.array(coefficient, dtype=float), lower, upper)
        check_numbers(start, rows.coefficient, lower, upper, [relation.__class__ is not bool for relation in relations])
        return rows

    def _sides(self, row: int, relation: Any, position: list[int], coefficient: list[float], lower: Floats, upper: Floats) -> None:
        """left <= right or left == right. As in Pyomo the variables keep their sign on a side that faces a number."""
        kind = relation.__class__
        if kind is not self._inequality and kind is not self._equality:
            raise TypeError(Said("rule_kind", kind=kind.__name__))
        if kind is self._inequality and relation._strict:
            raise TypeError(Said("rule_strict"))
        left, right = relation._args_
        before = len(position)
        constant = self._take(left, 1.0, position, coefficient)
        if len(position) == before:  # a number stands on the left
            bound = constant - self._take(right, 1.0, position, coefficient)
            lower[row] = bound
            if kind is self._equality:
                upper[row] = bound
            return
        bound = -constant - self._take(right, -1.0, position, coefficient)
        upper[row] = bound
        if kind is self._equality:
            lower[row] = bound

    def _take(self, expression: Any, sign: float, position: list[int], coefficient: list[float]) -> float:
        """Append the terms of ``expression`` times ``sign``; returns its constant times ``sign``."""
        kind = expression.__class__
        if kind is float or kind is int:
            return sign * float(expression)
        place, monomial = self._place, self._monomial
        if kind in self._sums:
            constant = 0.0
            for part in expression.args:
                if part.__class__ is monomial:
                    factor, variable = part._args_
                    coefficient.append(sign * factor)
                    position.append(place[id(variable)])
                else:
                    constant += self._take(part, sign, position, coefficient)
            return constant
        if kind is monomial:
            factor, variable = expression._args_
            coefficient.append(sign * factor)
            position.append(place[id(variable)])
            return 0.0
        found = place.get(id(expression))
        if found is not None:
            coefficient.append(sign)
            position.append(found)
            return 0.0
        if kind is self._negation:
            return self._take(expression._args_[0], -sign, position, coefficient)
        if kind is self._product and expression._args_[0].__class__ is float:
            return self._take(expression._args_[1], sign * expression._args_[0], position, coefficient)
        return self._walk(expression, sign, position, coefficient)

    def _walk(self, expression: Any, sign: float, position: list[int], coefficient: list[float]) -> float:
        """Whatever else there is, numbers of other types among them, is read by Pyomo itself."""
        from pyomo.repn import generate_standard_repn

        form = generate_standard_repn(expression)
        if not form.is_linear():
            raise TypeError(Said("rule_expression"))
        for factor, variable in zip(form.linear_coefs, form.linear_vars, strict=True):
            coefficient.append(sign * float(factor))
            position.append(self._place[id(variable)])
        return sign * float(form.constant)


def relations_of(rows: Rows, variables: Sequence[Any], make: Callable[..., Any]) -> list[Any]:
    """The rows as Pyomo relations; ``make`` is Pyomo's LinearExpression. A row without a variable gives True."""
    relations: list[Any] = []
    for row in range(len(rows)):
        part = slice(rows.start[row], rows.start[row + 1])
        if part.start == part.stop:
            relations.append(True)
            continue
        body = make(constant=0.0, linear_coefs=rows.coefficient[part].tolist(), linear_vars=[variables[p] for p in rows.position[part]])
        low, high = float(rows.lower[row]), float(rows.upper[row])
        relations.append(body == low if low == high else body >= low if low > -np.inf else body <= high)
    return relations


def unmet(rows: Rows) -> list[int]:
    """Rows that hold no variable (or only zero coefficients) and whose fixed numbers contradict each other."""
    nonzero = np.concatenate([[0], np.cumsum(rows.coefficient != 0.0)])
    empty = nonzero[rows.start[1:]] == nonzero[rows.start[:-1]]
    broken = (rows.lower > BALANCE_ROUNDING) | (rows.upper < -BALANCE_ROUNDING)
    return [int(row) for row in np.flatnonzero(empty & broken)]
