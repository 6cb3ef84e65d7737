"""Relations are read off as Pyomo itself reads them; posts close to the same rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.core.build.build import Build
from model.core.build.guard import RuleError
from model.core.build.rows import rows_of_terms, unmet
from model.core.data import Data
from model.core.declare.spec import Variable, constraint
from model.core.ledger import FIXED, Ledger
from model.core.solve.matrix import compile_matrix
from tests.pyomo_twin import assert_same_matrix, pyomo_matrix

X = Variable("x", ("good",), "Mt", low=None)


def build_with(relations: list[Any], keep: bool = True) -> Build:
    """Variables a, b, c and one family whose rows are the functions of them in ``relations``."""
    build = Build(Data({}), Ledger({}), keep_relations=keep)
    family = build.variable(X, [("a",), ("b",), ("c",)])
    variables = [family[key] for key in "abc"]

    @constraint(unit="Mt")
    def held(number: int) -> Any:
        """As written in the test."""
        return relations[number](build, *variables)

    build.constrain(held, pd.DataFrame({"number": range(len(relations))}))
    from model.core.build.objective import Objective

    table = family.frame.assign(component="x", region="all", year=2030, position=family.positions, coefficient=[1.0, 0.0, 2.0])
    build.objective = Objective("min", "bn CNY", table)
    return build


SHAPES = {
    "a sum facing a number": lambda m, a, b, c: m.sum([(2.0, a), (3.0, b)]) <= 7.0,
    "a number facing a sum": lambda m, a, b, c: m.sum([(2.0, a), (3.0, b)]) >= 7.0,
    "equal to a number": lambda m, a, b, c: m.sum([(2.0, a)]) == 7.0,
    "sums on both sides": lambda m, a, b, c: m.sum([(2.0, a), (1.0, c)]) + 1.5 <= m.sum([(4.0, b)]) - 2.0,
    "equal sums": lambda m, a, b, c: a == m.sum([(4.0, b)]) + 3,
    "one variable twice": lambda m, a, b, c: m.sum([(2.0, a), (3.0, a), (1.0, b)]) <= 1.0,
    "a variable that cancels": lambda m, a, b, c: a + b - a <= 4.0,
    "a factor before a bracket": lambda m, a, b, c: 0.5 * (3.0 - a) + b >= 1.0,
    "a minus before a bracket": lambda m, a, b, c: -(a + b) <= c,
    "numpy numbers": lambda m, a, b, c: np.float64(2.0) * a + np.float64(1.0) <= np.float64(3.0),
    "an integer": lambda m, a, b, c: 2 * a - b + 1 <= 3,
    "a division": lambda m, a, b, c: (a + b) / 4.0 <= 3.0,
    "a nested sum": lambda m, a, b, c: sum([a, b, m.sum([(2.0, c), (1.0, a)])]) >= 2.0,
    "a lone variable": lambda m, a, b, c: b >= 1.0,
}


@pytest.mark.parametrize("shape", list(SHAPES))
def test_a_relation_is_read_as_pyomo_reads_it(shape: str) -> None:
    build = build_with([SHAPES[shape]])
    assert_same_matrix(pyomo_matrix(build), compile_matrix(build))


def test_all_shapes_together_keep_their_order() -> None:
    build = build_with(list(SHAPES.values()))
    assert_same_matrix(pyomo_matrix(build), compile_matrix(build))


def test_the_pyomo_model_made_of_the_arrays_is_the_same_model() -> None:
    build = build_with(list(SHAPES.values()), keep=False)
    assert build.relations == {}
    assert_same_matrix(pyomo_matrix(build), compile_matrix(build))


def test_a_product_of_variables_is_refused() -> None:
    with pytest.raises(RuleError, match="not linear"):
        build_with([lambda m, a, b, c: a * b <= 1.0])


def test_a_range_is_refused() -> None:
    import pyomo.environ as pyo

    with pytest.raises(RuleError, match="RangedExpression"):
        build_with([lambda m, a, b, c: pyo.inequality(0.0, a, 1.0)])


def test_a_rule_without_variables_keeps_its_meaning() -> None:
    build = build_with([lambda m, a, b, c: m.sum([]) <= 1.0, lambda m, a, b, c: m.sum([]) >= 1.0, lambda m, a, b, c: np.float64(2.0) <= np.float64(1.0)])
    assert [("held", 1), ("held", 2)] == build.impossible
    assert (0, 2) == compile_matrix(build).shape[:2]


def test_terms_close_to_rows_by_key_in_order_of_appearance() -> None:
    """Key east: 2 x0 - 5 >= 0, so 2 x0 >= 5; key west: 3 x1 + 1 x2 >= 0."""
    table = pd.DataFrame({"place": ["east", "west", "east", "west"], "position": [0, 1, FIXED, 2], "coefficient": [2.0, 3.0, -5.0, 1.0]})
    rows, keys = rows_of_terms(table, ["place"], ">=")
    assert ["east", "west"] == keys["place"].tolist()
    assert [0, 1, 3] == rows.start.tolist()
    assert [0, 1, 2] == rows.position.tolist()
    assert [2.0, 3.0, 1.0] == rows.coefficient.tolist()
    assert [5.0, 0.0] == rows.lower.tolist()
    assert [np.inf, np.inf] == rows.upper.tolist()


@pytest.mark.parametrize(("sense", "amount", "broken"), [(">=", -1.0, True), (">=", 1.0, False), ("<=", 1.0, True), ("==", 1.0, True), ("==", 0.0, False)])
def test_a_row_of_amounts_alone_must_close(sense: str, amount: float, broken: bool) -> None:
    """A supply of -1 can not be at least zero; one of 1 can not be at most zero, nor equal to it."""
    rows, _ = rows_of_terms(pd.DataFrame({"place": ["east"], "position": [FIXED], "coefficient": [amount]}), ["place"], sense)
    assert ([0] if broken else []) == unmet(rows)


def test_an_unknown_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="sense"):
        rows_of_terms(pd.DataFrame({"place": [], "position": [], "coefficient": []}), ["place"], "<")
