"""Reporting names no item, no family of variables and no lever: it reads what the levers declare.

A text under ``model/reporting`` counts where it equals a declared name, except a name that means something else there as well: a
column or table of results or of the workbook, a setting, a balance, in the report workbook a sheet. The same word asked of a
catalogue (``ctx.word("planted")``) and the keys of the catalogues do not count; a text that is compared with the levers of a model or
of a table always does.

Limits: whole texts only; a name put together from parts is not seen, and a declared name that is a column as well may stand.
"""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

from model.core.build import registry
from model.core.declare.balances import BALANCES
from model.core.declare.roles import Item
from model.reporting.tables.columns import TABLES
from model.reporting.words.excel_words import WORDS

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "model"
#: Where nothing is named, besides all of ``reporting``.
FILES = ("api.py", "core/solve/amounts.py")
#: Calls whose text is a key of a catalogue of words.
ASKS_FOR_WORDS = ("word", "page_word", "_word", "_own", "label")
#: What names the levers of a model or of a table: a text beside it is the name of a lever.
LEVERS_OF = ("build.present", '["lever"]', "['lever']")
LEVERS = (*registry.levers(), *registry.closings())


def beginning(item: Item) -> str:
    """The name of an item up to the key that stands in it."""
    return item.name.partition("{")[0]


def declared() -> set[str]:
    """Names of items, of families of variables and of levers, and the words under which decisions are listed."""
    decisions = registry.decisions()
    names = {*map(beginning, registry.items()), *registry.variables(), *(lever.name for lever in LEVERS), *(decision.lever for decision in decisions)}
    return names - {""}


def shared() -> set[str]:
    """Names that mean a column, a table, a setting or a balance as well."""
    schema = registry.schema()
    columns = {column.name for table in schema.tables.values() for column in table.columns}
    return {*columns, *schema.tables, *schema.settings, *BALANCES, *TABLES, *(name for table in TABLES.values() for name in table.columns)}


def sheets() -> set[str]:
    """Sheets of the report."""
    return {word.removeprefix("sheet_") for word in WORDS if word.startswith("sheet_")}


def named(source: str, names: set[str], also: set[str], *, catalogue: bool = False) -> dict[str, int]:
    """How often a module names something of ``names``; ``also`` are names that mean something else, keys of a catalogue do not count."""
    texts: dict[ast.AST, str] = {}
    asked: set[ast.AST] = set()
    levers: set[ast.AST] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            texts[node] = node.value
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in ASKS_FOR_WORDS:
            asked |= set(node.args)
        elif isinstance(node, ast.Dict) and catalogue:
            asked |= {key for key in node.keys if key is not None}
        elif isinstance(node, ast.Compare) and any(place in ast.unparse(node) for place in LEVERS_OF):
            levers |= {node.left, *node.comparators}
    return dict(Counter(text for node, text in texts.items() if text in names and node not in asked and (node in levers or text not in also)))


def found() -> dict[str, dict[str, int]]:
    """What is named in each file, where anything is."""
    names, also, of_workbook = declared(), shared(), sheets()
    counts = {}
    for path in [*(MODEL / "reporting").rglob("*.py"), *(MODEL / name for name in FILES)]:
        name = path.relative_to(MODEL).as_posix()
        known = also | of_workbook if name.startswith("reporting/excel/") else also
        counts[name] = named(path.read_text(encoding="utf-8"), names, known, catalogue=name.startswith("reporting/words/"))
    return {name: count for name, count in counts.items() if count}


def test_no_file_of_reporting_names_an_item_a_variable_or_a_lever() -> None:
    assert {} == found()


def test_a_name_counts_and_a_word_a_column_and_a_key_of_a_catalogue_do_not() -> None:
    """Of six texts one is a name; with the keys of a catalogue counted, two are."""
    source = 'values("clearcut"); ctx.word("clearcut"); frame["area"]; {"clearcut": "felled"}; "clearcut area"'
    names, also = {"clearcut", "area"}, {"area"}
    assert {"clearcut": 1} == named(source, names, also, catalogue=True)
    assert {"clearcut": 2} == named(source, names, also)


def test_a_lever_counts_where_it_is_compared_with_levers_though_a_table_is_called_so() -> None:
    source = '"forest" in solution.build.present; frame["lever"] == "forest"; table("forest")'
    assert {"forest": 2} == named(source, {"forest"}, {"forest"})


def test_the_search_knows_items_families_and_levers() -> None:
    assert {"wetland_recovery", "clearcut", "siting", "clean_energy"} <= declared()
