"""A rule that is no linear relation of finite numbers raises where it is made, with its family, its key and its cell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.api import assemble_checked
from model.core.build.build import Build, Lever
from model.core.build.guard import RuleError
from model.core.build.objective import Objective
from model.core.data import Data
from model.core.declare.spec import Balance, Column, InputError, Table, Variable, constraint
from model.core.ledger import FIXED, Ledger
from tests.levers.toy import toy_data

X = Variable("x", ("good",), "Mt", low=None)
NAN, INFINITE = float("nan"), float("inf")
Rule = Callable[[Build, Any, Any], Any]


def toy_build() -> tuple[Build, Any, Any]:
    build = Build(Data({}), Ledger({}))
    family = build.variable(X, [("a",), ("b",)])
    return build, family["a"], family["b"]


def held(relation: Rule) -> Build:
    """Two rows of the family ``held``: a <= 1 for good ``fine``, and for good ``wrong`` what is given."""
    build, a, b = toy_build()

    @constraint(unit="Mt", kind="standing")
    def held(good: str) -> Any:
        """As written in the test."""
        return a <= 1.0 if good == "fine" else relation(build, a, b)

    build.constrain(held, pd.DataFrame({"good": ["fine", "wrong"]}), limit=("sheet", ["B3", "B4"], "Mt"))
    return build


WRONG: dict[str, tuple[Rule, str]] = {
    "a coefficient that is missing": (lambda m, a, b: NAN * a + b <= 1.0, "coefficient is nan"),
    "a missing coefficient in a sum": (lambda m, a, b: m.sum([(1.0, a), (NAN, b)]) <= 1.0, "coefficient is nan"),
    "an infinite coefficient": (lambda m, a, b: m.sum([(INFINITE, a)]) <= 1.0, "coefficient is inf"),
    "a missing right-hand side": (lambda m, a, b: a + b <= NAN, "right-hand side is missing"),
    "a missing left-hand side": (lambda m, a, b: NAN <= a, "right-hand side is missing"),
    "a missing amount of an equation": (lambda m, a, b: a + b == NAN, "right-hand side is missing"),
    "a limit of infinity": (lambda m, a, b: a <= INFINITE, "right-hand side is infinite"),
    "a least of minus infinity": (lambda m, a, b: a >= -INFINITE, "right-hand side is infinite"),
    "an equation with infinity": (lambda m, a, b: a == INFINITE, "right-hand side is infinite"),
    "a limit of minus infinity": (lambda m, a, b: a <= -INFINITE, "right-hand side is infinite"),
    "a number in a sum": (lambda m, a, b: m.sum([(2.0, 5.0), (1.0, a)]) <= 11.0, "holds the number 5.0"),
    "a whole numpy number in a sum": (lambda m, a, b: m.sum([(2.0, np.int64(5)), (1.0, a)]) <= 11.0, "holds the number 5"),
    "a missing number in a sum": (lambda m, a, b: m.sum([(2.0, NAN), (1.0, a)]) <= 11.0, "holds the number nan"),
    "a strict comparison": (lambda m, a, b: a < 1.0, "strict"),
    "a strict comparison the other way": (lambda m, a, b: 1.0 > m.sum([(1.0, a)]), "strict"),
    "not equal": (lambda m, a, b: a != 1.0, "bool"),
    "a chain": (lambda m, a, b: 0.0 <= a <= 1.0, "bool"),
    "nothing": (lambda m, a, b: None, "NoneType"),
    "a number": (lambda m, a, b: 1.0, "float"),
    "a text": (lambda m, a, b: "a <= 1", "str"),
    "a sum without a comparison": (lambda m, a, b: a + b, "not a comparison"),
    "a product of variables": (lambda m, a, b: a * b <= 1.0, "not linear"),
    "a square": (lambda m, a, b: a**2 <= 1.0, "not linear"),
    "a blank coefficient": (lambda m, a, b: m.sum([(None, a)]) <= 1.0, "NoneType"),
    "a blank limit": (lambda m, a, b: a <= None, "NoneType"),
    "a key that a table lacks": (lambda m, a, b: a <= {"fine": 1.0}["wrong"], "wrong"),
    "a division by nothing": (lambda m, a, b: a <= 1.0 / 0.0, "ZeroDivisionError"),
    "a variable of another model": (lambda m, a, b: toy_build()[1] <= 1.0, "not of this model"),
    "a sum over another model": (lambda m, a, b: m.sum([(1.0, a), (1.0, toy_build()[1])]) <= 1.0, "not of this model"),
}


@pytest.mark.parametrize("kind", list(WRONG))
def test_a_wrong_rule_raises_with_family_key_and_cell(kind: str) -> None:
    relation, what = WRONG[kind]
    with pytest.raises(RuleError, match=what) as caught:
        held(relation)
    assert str(caught.value).startswith("held(good=wrong): ")
    assert ("sheet", "B4") == (caught.value.sheet, caught.value.cell)


def test_a_combination_that_does_not_exist_adds_nothing_to_a_sum() -> None:
    """0.0 stands where there is no variable: 1 a + 2 * nothing <= 1 is a <= 1, whatever the coefficient of nothing."""
    build = held(lambda m, a, b: m.sum([(1.0, a), (2.0, 0.0), (NAN, 0)]) <= 1.0)
    assert [1.0, 1.0] == build.blocks["held"].coefficient.tolist()
    assert [1.0, 1.0] == build.blocks["held"].upper.tolist()


@pytest.mark.parametrize(("low", "high"), [(0.0, [1.0, NAN]), ([0.0, NAN], 1.0), ([0.0, INFINITE], INFINITE), (-INFINITE, [1.0, -INFINITE]), ([0.0, None], 1.0)])
def test_a_wrong_bound_raises_with_its_key_and_cell(low: Any, high: Any) -> None:
    build = Build(Data({}), Ledger({}))
    with pytest.raises(RuleError, match=r"x\(good=b\): a bound is") as caught:
        build.variable(X, [("a",), ("b",)], low=low, high=high, limit=("sheet", ["B3", "B4"], "Mt"))
    assert ("sheet", "B4") == (caught.value.sheet, caught.value.cell)


@pytest.mark.parametrize(("index", "what"), [([("a",), ("a",)], r"x\(good=a\): doubled key"), ([("a",), (None,)], "part of the key is missing")])
def test_a_doubled_or_missing_key_of_a_variable_raises_with_the_key(index: list[Any], what: str) -> None:
    with pytest.raises(RuleError, match=what):
        Build(Data({}), Ledger({})).variable(X, index)


def test_two_rows_of_a_rule_with_the_same_key_raise_with_it() -> None:
    """The report finds a row by its key: with two of them it would show one, or both, twice."""
    build, a, _ = toy_build()
    over = pd.DataFrame({"good": ["a", "b", "b"], "year": [2030, 2030, 2030]})
    with pytest.raises(RuleError, match=r"named\(good=b, year=2030\): doubled key"):
        build.constrain(lambda good, year: a <= 1.0, over, name="named")


def test_as_many_bounds_and_cells_as_rows_are_wanted() -> None:
    build, a, _ = toy_build()
    with pytest.raises(RuleError, match="y: bounds"):
        build.variable(Variable("y", ("good",), "Mt"), [("a",), ("b",)], high=[1.0, 2.0, 3.0])
    with pytest.raises(RuleError, match="z: 1 cells for 2 rows"):
        build.variable(Variable("z", ("good",), "Mt"), [("a",), ("b",)], limit=("sheet", ["B3"], "Mt"))
    with pytest.raises(RuleError, match="1 cells for 2 rows"):
        build.constrain(lambda good: a <= 1.0, pd.DataFrame({"good": ["a", "b"]}), name="named", limit=("sheet", ["B3"], "Mt"))


@pytest.mark.parametrize(
    ("column", "value", "what"),
    [("coefficient", NAN, "missing or infinite"), ("coefficient", INFINITE, "missing or infinite"), ("position", 7.0, "no variable"), ("position", 2.0, "no variable"), ("position", -2.0, "no variable"), ("position", NAN, "no variable"), ("year", NAN, "part of the key")],
)
def test_a_wrong_term_of_a_sum_of_posts_raises_with_its_key(column: str, value: float, what: str) -> None:
    table = pd.DataFrame({"place": ["east", "west"], "year": [2030.0, 2040.0], "position": [0.0, FIXED], "coefficient": [1.0, 2.0]})
    table.loc[1, column] = value
    build, _, _ = toy_build()
    with pytest.raises(RuleError, match=f"summed.*place=west.*{what}"):
        build.rows_from_terms("summed", table, ["place", "year"], ">=", "Mt")


def test_a_wrong_term_of_the_objective_raises_with_component_region_and_year() -> None:
    table = pd.DataFrame({"component": ["wind", "sun"], "region": "west", "year": 2030, "position": [0, 1], "coefficient": [1.0, NAN]})
    with pytest.raises(RuleError, match="component=sun, region=west, year=2030"):
        Objective("min", "bn CNY", table)
    with pytest.raises(RuleError, match="maximum"):
        Objective("maximum", "bn CNY", table[:1])


GOODS = Table("goods", (Column("good", "", "text", key=True), Column("most", "Mt", default=None), Column("share", "1", default=None)))


class Goods(Lever):
    """Goods whose limit and coefficient come from cells that may be blank."""

    name = "goods"
    tables = (GOODS,)
    variables = (X,)

    def build(self) -> None:
        """One row a good."""
        self.table = self.data.frame(GOODS)
        self.x = self.b.variable(X, self.table[["good"]])
        self.read = self.table.set_index("good")
        self.b.constrain(self.kept, self.table[["good"]], limit=("goods", self.b.cells(GOODS, self.table, "most"), "Mt"))

    @constraint(unit="Mt")
    def kept(self, good: str) -> Any:
        """As written here."""
        return self.b.sum([(self.read.loc[good, "share"], self.x[good])]) <= self.read.loc[good, "most"]


@pytest.mark.parametrize(("share", "most", "cell"), [(NAN, 2.0, "C4"), (1.0, NAN, "B4")])
def test_the_finding_names_the_blank_cell_that_the_key_leads_to(share: float, most: float, cell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Good ``b`` stands in row 4: ``most`` in column B, the cell of the limit, ``share`` in column C."""
    from model.core.build import registry

    schema = registry.schema()
    monkeypatch.setitem(schema.tables, "goods", GOODS)
    data = toy_data(tables={"goods": [{"good": "a", "most": 1.0, "share": 1.0}, {"good": "b", "most": most, "share": share}]})
    with pytest.raises(InputError) as caught:
        assemble_checked(data, [Goods])
    finding = caught.value.findings[0]
    assert ("goods", cell) == (finding.sheet, finding.cell)
    assert finding.message.startswith("goods: kept(good=b): ")


def test_a_balance_is_guarded_when_it_closes() -> None:
    """A post that comes past the ledger's own check, as one taken over does, is caught when its balance closes."""
    from dataclasses import replace

    water = Balance("water", ("zone",), "km3/yr", ">=")
    build = Build(Data({}), Ledger({"water": water}))
    build.ledger.supply_fixed("water", pd.DataFrame({"zone": ["dry"]}), 1.0, item="rain", unit="km3/yr")
    post = build.ledger.posts["water"][0]
    build.ledger.add(replace(post, coefficient=np.array([NAN])))
    with pytest.raises(RuleError, match=r"balance_water\(zone=dry\)"):
        build.close_balances()
