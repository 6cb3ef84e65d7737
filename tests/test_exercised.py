"""Nothing that is declared goes untried: tables, columns, settings, variables and balances.

A declaration counts as exercised when the shipped workbook's reference model really holds or reads it, so that the tests
of the main job run it, or when a test names it.

Constraint families are asked for more: each must bind in a toy (``test_binding.py``).

Limits: a name that a test holds in a text or as an identifier counts as named; what the test asserts is not judged.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from model.api import Plan
from model.core.build import registry
from model.core.build.assemble import assemble
from model.core.data import Data
from model.core.declare.balances import BALANCES
from model.core.declare.spec import Column, Table

TESTS = Path(__file__).resolve().parent
pytestmark = pytest.mark.slow
#: What to do with names that nothing tries.
UNTRIED = "neither the shipped workbook nor a test tries these: write a test that names them, or give them rows in the shipped workbook"


@cache
def words_of_tests() -> frozenset[str]:
    """Identifiers and words of texts in all tests but this one, docstrings left out."""
    found: set[str] = set()
    for path in sorted(TESTS.rglob("*.py")):
        if path.resolve() == Path(__file__).resolve():
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        documented = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Name):
                found.add(node.id)
            elif isinstance(node, ast.Attribute):
                found.add(node.attr)
            elif isinstance(node, ast.keyword | ast.arg):
                found.add(node.arg or "")
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented:
                found.update("".join(c if c.isalnum() or c == "_" else " " for c in node.value).split())
    return frozenset(found)


def missing(names: list[str], held: set[str]) -> list[str]:
    return [name for name in names if name not in held and name not in words_of_tests()]


def test_every_variable_family_is_in_the_reference_model_or_named_by_a_test(plan: Plan) -> None:
    held = {name for name, family in plan.build.families.items() if len(family)}
    assert [] == missing(list(registry.variables()), held), UNTRIED


def test_every_balance_is_posted_to_in_the_reference_model_or_named_by_a_test(plan: Plan) -> None:
    held = {name for name in BALANCES if plan.build.ledger.posts.get(name)}
    assert [] == missing(list(BALANCES), held), UNTRIED


def test_every_table_has_rows_in_the_shipped_workbook_or_is_named_by_a_test(plan: Plan) -> None:
    held = {name for name in registry.schema().tables if plan.data.has(name)}
    assert [] == missing(list(registry.schema().tables), held), UNTRIED


def is_used(frame: pd.DataFrame, column: Column) -> bool:
    """Whether a row says something else than the default."""
    values = frame[column.name]
    said = values[values.notna()]
    return bool(len(said)) and bool((said != column.default).any())


def test_every_column_is_filled_in_the_shipped_workbook_or_named_by_a_test(plan: Plan) -> None:
    untried: list[str] = []
    for table in registry.schema().tables.values():
        filled = filled_columns(plan.data, table)
        untried += [f"{table.name}.{c.name}" for c in table.columns if c.name not in filled and c.name not in words_of_tests()]
    assert [] == untried, UNTRIED


def filled_columns(data: Data, table: Table) -> set[str]:
    if not data.has(table.name):
        return set()
    frame = data.tables[table.name]
    return {c.name for c in table.columns if c.name in frame and is_used(frame, c)}


def test_every_setting_is_read_by_the_reference_model_or_named_by_a_test(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[str] = set()
    number, word = Data.number, Data.word

    def noted_number(data: Data, name: str) -> float:
        asked.add(name)
        return number(data, name)

    def noted_word(data: Data, name: str) -> str:
        asked.add(name)
        return word(data, name)

    monkeypatch.setattr(Data, "number", noted_number)
    monkeypatch.setattr(Data, "word", noted_word)
    assemble(plan.data)
    assert "discount_rate" in asked
    assert [] == missing(list(registry.schema().settings), asked), UNTRIED


def test_a_declaration_that_nobody_tries_would_be_noticed(plan: Plan) -> None:
    """A name made of parts, so that this file itself does not hold it whole."""
    unheard = "_".join(("never", "heard", "of", "this", "family"))
    assert [unheard] == missing([unheard], set(plan.solution.matrix.row_family))
