"""Reporting names no item, no family of variables or of rows and no lever: it reads what the levers declare.

A text under ``model/reporting`` counts where it equals a declared name, except a name that means something else there as well: a
column or table of results or of the workbook, a setting, a balance, in the report workbook a sheet. Such a name counts, too, where it
is held against what holds names: a column or variable called as in ``NAMES`` (``frame["item"].isin(["power"])``, ``match item:``), the
levers of a model, a query in a text, the word of something. What begins or ends as a name does counts where texts are cut or put
together (``startswith("even_flow")``, an f-string), and so does taking apart a name whose parts a lever tells (``Known``).

The same word asked of a catalogue (``ctx.word("planted")``) and the keys of the catalogues do not count.

Limits: constants of the same module are followed, those of another one are not; a name put together by other means is not seen.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Set
from pathlib import Path

import pytest

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
#: Columns and variables that hold names of items, of variables and of levers.
NAMES = ("item", "items", "category", "lever", "levers", "use", "pool", "variable", "family")
#: Methods that hold what a column has against texts; calls that only list them.
LOOKS_UP = ("isin", "eq", "ne", "replace", "map", "get", "count", "index")
LISTS = ("set", "frozenset", "list", "tuple", "sorted", "dict")
#: Methods that read an expression from a text, and methods that cut texts.
QUERIES = ("query", "eval")
CUTS = ("startswith", "endswith", "removeprefix", "removesuffix", "contains", "match", "fullmatch", "extract", "split", "rsplit", "partition", "rpartition")
#: Where a part of a name ends; shorter beginnings are no names.
ENDS = ("_", ".")
#: How the rows of every balance begin: no name of one.
ROWS_OF_BALANCES = "balance_"
SHORTEST = 3


def beginning(item: Item) -> str:
    """The name of an item up to the key that stands in it."""
    return item.name.partition("{")[0]


def declared() -> set[str]:
    """Names of items, of families of variables and of rows and of levers, and the words under which decisions are listed."""
    decisions = registry.decisions()
    rows = {*(info.name for info in registry.constraints()), *(f"{ROWS_OF_BALANCES}{name}" for name in BALANCES)}
    names = {*map(beginning, registry.items()), *registry.variables(), *rows, *(lever.name for lever in LEVERS), *(decision.lever for decision in decisions)}
    return names - {""}


def told_in_parts() -> set[str]:
    """Columns of keys of which a lever tells the parts."""
    return {known.key for lever in LEVERS for known in lever.knows}


def shared() -> set[str]:
    """Names that mean a column, a table, a setting or a balance as well."""
    schema = registry.schema()
    columns = {column.name for table in schema.tables.values() for column in table.columns}
    return {*columns, *schema.tables, *schema.settings, *BALANCES, *TABLES, *(name for table in TABLES.values() for name in table.columns)}


def sheets() -> set[str]:
    """Sheets of the report."""
    return {word.removeprefix("sheet_") for word in WORDS if word.startswith("sheet_")}


Texts = Iterator[ast.Constant]


def constants_of(tree: ast.Module) -> dict[str, ast.expr]:
    """Constants of a module by name."""
    found: dict[str, ast.expr] = {}
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            found[node.target.id] = node.value
        for target in node.targets if isinstance(node, ast.Assign) else ():
            if isinstance(target, ast.Name):
                found[target.id] = node.value
            elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                found |= {name.id: value for name, value in zip(target.elts, node.value.elts, strict=False) if isinstance(name, ast.Name)}
    return found


def holds_names(node: ast.expr) -> bool:
    """Whether an expression is a column or variable of names: ``frame["item"].astype(str)``, ``row.lever``, ``str(item)``."""
    if isinstance(node, ast.Name):
        return node.id in NAMES
    if isinstance(node, ast.Attribute):
        return node.attr in NAMES or holds_names(node.value)
    if isinstance(node, ast.Subscript):
        last = node.slice.elts[-1] if isinstance(node.slice, ast.Tuple) and node.slice.elts else node.slice
        return last.value in NAMES if isinstance(last, ast.Constant) and isinstance(last.value, str) else holds_names(node.value)
    if isinstance(node, ast.Call):
        return holds_names(node.func.value) if isinstance(node.func, ast.Attribute) else any(map(holds_names, node.args))
    return False


def called(node: ast.Call) -> str:
    return str(getattr(node.func, "attr", getattr(node.func, "id", "")))


class Source:
    """The texts of a module that name something of ``names``; ``also`` are names that mean something else."""

    def __init__(self, source: str, names: Set[str], also: Set[str] = frozenset(), *, parted: Set[str] = frozenset(), catalogue: bool = False) -> None:
        self.tree, self.names, self.also, self.parted, self.catalogue = ast.parse(source), names, also, parted, catalogue
        self.constants = constants_of(self.tree)

    def texts(self, node: ast.expr | None) -> Texts:
        """The texts that an expression lists, in it or in a constant of the module; of a dictionary its keys."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node
        elif isinstance(node, ast.Name):
            yield from self.texts(self.constants.get(node.id))
        elif isinstance(node, ast.List | ast.Tuple | ast.Set):
            for element in node.elts:
                yield from self.texts(element)
        elif isinstance(node, ast.Dict):
            for key in node.keys:
                yield from self.texts(key)
        elif isinstance(node, ast.Starred):
            yield from self.texts(node.value)
        elif isinstance(node, ast.BinOp):
            yield from (*self.texts(node.left), *self.texts(node.right))
        elif isinstance(node, ast.Call) and called(node) in (*LISTS, *ASKS_FOR_WORDS):
            for argument in node.args:
                yield from self.texts(argument)

    def count(self) -> dict[str, int]:
        """How often the module names something."""
        asked: set[ast.AST] = set()
        held: set[ast.Constant] = set()
        found: list[str] = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and called(node) in ASKS_FOR_WORDS:
                asked |= set(node.args)
            elif isinstance(node, ast.Dict) and self.catalogue:
                asked |= {key for key in node.keys if key is not None}
            held |= set(self._held(node))
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole = node.value in self.names and node.value not in self.also and node not in asked
                found += [node.value] if whole or (node in held and self._named(node.value)) else []
            elif node not in asked:
                found += self._parts(node)
        return dict(Counter(found))

    def _held(self, node: ast.AST) -> Texts:
        """The texts that a comparison, a look-up or a case holds against what holds names."""
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            asks = any(isinstance(side, ast.Call) and called(side) in ASKS_FOR_WORDS for side in sides)
            of_names = asks or any(map(holds_names, sides)) or any(place in ast.unparse(node) for place in LEVERS_OF)
            for side in sides if of_names else ():
                yield from self.texts(side)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LOOKS_UP and holds_names(node.func.value):
            for argument in node.args:
                yield from self.texts(argument)
        elif isinstance(node, ast.Match) and holds_names(node.subject):
            for part in (part for case in node.cases for part in ast.walk(case.pattern)):
                yield from self.texts(part.value) if isinstance(part, ast.MatchValue) else ()

    def _parts(self, node: ast.AST) -> list[str]:
        """Names within a query, beginnings and ends of names where texts are cut or put together, and parts of a name taken apart."""
        if isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[0], ast.Constant):
            begin = str(node.values[0].value)
            return [begin] if begin.endswith(ENDS) and (begin[:-1] in self.names - self.also or self._begins(begin)) else []
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            return []
        texts = [text.value for argument in node.args for text in self.texts(argument)]
        if node.func.attr in QUERIES:
            words = [(word, text) for text in texts for word in re.findall(r"['\"]([^'\"]+)['\"]", text)]
            return [word for word, text in words if word in self.names and (word not in self.also or any(name in text for name in NAMES))]
        if node.func.attr in CUTS:
            if any(isinstance(part, ast.Constant) and part.value in self.parted for part in ast.walk(node.func.value)):
                return [ast.unparse(node)]
            # a whole name counts as a text already
            return [text for text in texts if text not in self.names and (self._begins(text) or self._ends(text))]
        return []

    def _named(self, text: str) -> bool:
        """Whether a text is a name, or a key that holds one: ``roundwood.in.forest``."""
        return text in self.names or any(part in self.names for part in text.split("."))

    def _begins(self, text: str) -> bool:
        return len(text) >= SHORTEST and text != ROWS_OF_BALANCES and any(name.startswith(text) and (text.endswith(ENDS) or name[len(text) :].startswith(ENDS)) for name in self.names)

    def _ends(self, text: str) -> bool:
        return len(text) >= SHORTEST and any(name.endswith(text) and (text.startswith(ENDS) or name[: -len(text)].endswith(ENDS)) for name in self.names)


def named(source: str, names: Set[str], also: Set[str] = frozenset(), *, parted: Set[str] = frozenset(), catalogue: bool = False) -> dict[str, int]:
    """How often a module names something of ``names``; ``also`` are names that mean something else, keys of a catalogue do not count."""
    return Source(source, names, also, parted=parted, catalogue=catalogue).count()


def found() -> dict[str, dict[str, int]]:
    """What is named in each file, where anything is."""
    names, also, of_workbook, parted = declared(), shared(), sheets(), told_in_parts()
    counts = {}
    for path in [*(MODEL / "reporting").rglob("*.py"), *(MODEL / name for name in FILES)]:
        name = path.relative_to(MODEL).as_posix()
        known = also | of_workbook if name.startswith("reporting/excel/") else also
        counts[name] = named(path.read_text(encoding="utf-8"), names, known, parted=parted, catalogue=name.startswith("reporting/words/"))
    return {name: count for name, count in counts.items() if count}


def test_no_file_of_reporting_names_an_item_a_variable_or_a_lever() -> None:
    assert {} == found(), (
        "read it from what levers declare (model/core/declare/roles.py, model/core/build/registry.py), import a constant of the lever, "
        "or move the table to results/ of the room"
    )


NAMED = {"clearcut", "area", "forest", "even_flow_down", "exogenous_farms"}
SHARED = {"area", "forest"}
SEEN = {
    'isin(["clearcut"])': "clearcut",
    'x in ("a", "clearcut")': "clearcut",
    'x in {"clearcut"}': "clearcut",
    'frame.query("column == \'clearcut\'")': "clearcut",
    "frame.query('use == \"forest\"')": "forest",
    'name.startswith("even_flow")': "even_flow",
    'name.removeprefix("exogenous_")': "exogenous_",
    'name.endswith(("_farms", ".csv"))': "_farms",
    'f"exogenous_{sector}"': "exogenous_",
    'f"clearcut_{region}"': "clearcut_",
    'match x:\n    case "clearcut" | "y": pass': "clearcut",
    'match row.item:\n    case "forest": pass': "forest",
    'ctx.word(x) == ctx.word("clearcut")': "clearcut",
    'ctx.word(x) == "forest"': "forest",
    'frame[frame["item"] == "forest"]': "forest",
    'frame["item"].astype(str).isin(["forest"])': "forest",
    'frame.loc[frame["use"].ne("area"), "value"]': "area",
    'frame["category"].map({"forest": 1})': "forest",
    'FOREST = "forest"\nrow.category == FOREST': "forest",
    'A, B = "x", ("forest", "y")\nlever in B': "forest",
    'str(item) == "roundwood.in.forest"': "roundwood.in.forest",
}
UNSEEN = (
    'ctx.word("clearcut")', 'frame["area"]', 'table("forest")', 'frame["year"] == "area"', 'frame[frame["item"] == x]["area"]', 'f"sheet_{area}"', 'name.startswith("sheet_")',
    'frame.query("forest > 0")', 'pivot(frame, "item", "area")', 'frame["item"] == row.use',
)  # fmt: skip


@pytest.mark.parametrize("source", list(SEEN))
def test_a_name_is_seen_however_it_is_held_against_something(source: str) -> None:
    assert SEEN[source] in named(source, NAMED, SHARED)


@pytest.mark.parametrize("source", UNSEEN)
def test_what_only_looks_like_a_name_is_not_seen(source: str) -> None:
    assert {} == named(source, NAMED, SHARED)


def test_a_key_that_a_lever_knows_is_not_taken_apart() -> None:
    source = 'frame["stratum"].astype(str).str.split(".").str[1]; frame["year"].str.split(".")'
    assert 1 == len(named(source, NAMED, parted={"stratum"}))
    assert {"stratum", "technology"} <= told_in_parts()


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
