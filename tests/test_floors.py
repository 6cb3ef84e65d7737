"""The house has floors: who may import whom, no circles, no underscore from outside, and what must not be loaded before it is needed."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path

import pytest

from model.core.build import registry

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "model"

#: A package may import itself and what stands before it; workbook, analysis and reporting also leave each other alone.
FLOORS: dict[str, tuple[str, ...]] = {
    "core": ("core",),
    "levers": ("core", "levers"),
    "closing": ("core", "levers", "closing"),
    "evidence": ("core", "levers", "closing", "evidence"),
    "workbook": ("core", "workbook"),
    "datasets": ("core", "workbook", "datasets"),
    "analysis": ("core", "levers", "closing", "evidence", "analysis"),
    "reporting": ("core", "levers", "closing", "evidence", "reporting"),
    "members": ("core", "levers", "closing", "evidence", "workbook", "analysis", "members"),
    "screen": ("core", "workbook", "screen"),
}
#: The registry finds levers, closing modules and evidence by walking their packages; it names no module of them.
WALKED = {("model.core.build.registry", "levers"), ("model.core.build.registry", "closing"), ("model.core.build.registry", "evidence")}
#: Modules beside the packages that every floor may import; the others are the doors, which no floor knows.
LEAVES = ("version",)

#: Parts of reporting that leave each other alone: what both show stands beside them.
APART = ("model.reporting.excel", "model.reporting.page")

#: A module named in a string, in full or from where it is named; and what looks a module up by its name.
DOTTED = re.compile(rf"({PACKAGE}\.|\.+)\w+(\.\w+)*")
ASKING = ("import_module", "find_spec")

#: The folder of a room that holds its result tables and identities.
RESULTS = "results"

#: More modules than this in a folder are looked for, not found.
MOST_MODULES = 10
SMALL = ("core", "levers", "closing", "evidence", "reporting", "members", "screen")
#: Packages that are not yet divided into folders.
NOT_YET = ("analysis", "datasets", "workbook")


@dataclass(frozen=True)
class Import:
    """A module that another one names, wherever it does, and the name that it takes from it ("" for the module itself)."""

    module: str
    name: str = ""


class Code:
    """The modules of a package below ``root``, by dotted name, and what each of them imports."""

    def __init__(self, root: Path) -> None:
        self.paths: dict[str, Path] = {}
        for path in sorted((root / PACKAGE).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            self.paths[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
        self.imports = {module: list(dict.fromkeys(self._read(module))) for module in self.paths}

    def folder(self, module: str) -> str:
        """The package in whose folder a module's file lies."""
        return module if self.paths[module].name == "__init__.py" else module.rpartition(".")[0]

    def below(self, package: str) -> list[str]:
        """A package and every module within it: who names a package in a string walks it."""
        return [name for name in self.paths if name == package or name.startswith(f"{package}.")]

    def _read(self, module: str) -> Iterator[Import]:
        """Every import of a module: lazy ones, those for type checking, and modules that are named in strings."""
        tree = ast.parse(self.paths[module].read_text(encoding="utf-8"))
        asked = {id(call.args[0]) for call in ast.walk(tree) if isinstance(call, ast.Call) and call.args and name_of(call.func) in ASKING}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                source = self._resolved(module, "." * node.level + (node.module or ""))
                for alias in node.names:
                    inner = f"{source}.{alias.name}"
                    if inner in self.paths:
                        yield Import(inner)
                    elif source in self.paths:
                        yield Import(source, alias.name)
            elif isinstance(node, ast.Import):
                yield from (Import(alias.name) for alias in node.names if alias.name in self.paths)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and DOTTED.fullmatch(node.value):
                yield from (Import(name) for name in self.below(self._resolved(module, node.value)))
            elif isinstance(node, ast.JoinedStr):
                yield from (Import(name) for name in self.below(self._beginning(module, node, id(node) in asked)) if name != module)

    def _resolved(self, module: str, name: str) -> str:
        """A relative name, seen from a module, in full."""
        level = len(name) - len(name.lstrip("."))
        if not level:
            return name
        parts = self.folder(module).split(".")
        return ".".join([*parts[: len(parts) - level + 1], *filter(None, [name.lstrip(".")])])

    def _beginning(self, module: str, text: ast.JoinedStr, asked: bool) -> str:
        """The package of ours with which an f-string begins, before what is put in; "" where it begins otherwise.

        One that begins with a dot names a module only where it is given to ``import_module`` or ``find_spec``.
        """
        first = text.values[0]
        if isinstance(first, ast.FormattedValue) and name_of(first.value) == "__package__":
            return self.folder(module)
        begun = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
        if begun.startswith(f"{PACKAGE}.") or (asked and begun.startswith(".")):
            return self._resolved(module, begun.rpartition(".")[0] if begun.strip(".") else begun)
        return ""


def name_of(node: ast.expr) -> str:
    """The last name of what is called or read: ``import_module`` of ``importlib.import_module``."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def floor_of(module: str) -> str:
    """The package right below ``model`` in which a module lies, or the module itself where it lies in none."""
    return module.split(".")[1] if "." in module else ""


def broken_floors(code: Code) -> list[str]:
    """Imports that lead up, across, or out through a door."""
    return [
        f"{module} imports {found.module}"
        for module, imports in code.imports.items()
        for found in imports
        if (floor := floor_of(module)) in FLOORS
        and floor_of(found.module) not in (*FLOORS[floor], *LEAVES)
        and (module, floor_of(found.module)) not in WALKED
    ]


def side_steps(code: Code) -> list[str]:
    """Imports of one of the parts that leave each other alone by another one."""

    def part(module: str) -> str:
        return next((room for room in APART if module == room or module.startswith(f"{room}.")), "")

    return [
        f"{module} imports {found.module}"
        for module, imports in code.imports.items()
        for found in imports
        if part(module) and part(found.module) not in ("", part(module))
    ]


def circles(code: Code) -> list[list[str]]:
    """Groups of modules that import each other, by whatever way (strongly connected components, by Tarjan's algorithm)."""
    graph = {module: [found.module for found in imports if found.module != module] for module, imports in code.imports.items()}
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    open_ones: list[str] = []
    found: list[list[str]] = []

    def visit(module: str) -> None:
        number[module] = lowest[module] = len(number)
        open_ones.append(module)
        for other in graph[module]:
            if other not in number:
                visit(other)
            if other in open_ones:
                lowest[module] = min(lowest[module], lowest[other])
        if lowest[module] == number[module]:
            start = open_ones.index(module)
            group = open_ones[start:]
            del open_ones[start:]
            if len(group) > 1:
                found.append(sorted(group))

    for module in graph:
        if module not in number:
            visit(module)
    return found


def taken_from_outside(code: Code) -> list[str]:
    """Names and modules that begin with an underscore and are imported from another folder."""

    def is_own(name: str) -> bool:
        return name.startswith("_") and not name.startswith("__")

    return [
        f"{module} imports {found.module} {found.name}".rstrip()
        for module, imports in code.imports.items()
        for found in imports
        if code.folder(module) != code.folder(found.module)
        and (module, floor_of(found.module)) not in WALKED
        and (is_own(found.name) or is_own(found.module.rpartition(".")[2]))
    ]


def crowded(code: Code, packages: tuple[str, ...]) -> dict[str, int]:
    """Folders of the packages, and the folder of the doors, that hold too many modules, with how many; what ``python -m`` runs is none."""
    count: dict[str, int] = {}
    for module, path in code.paths.items():
        folder = code.folder(module)
        if path.stem not in ("__init__", "__main__") and (folder == PACKAGE or floor_of(module) in packages):
            count[folder] = count.get(folder, 0) + 1
    return {folder: modules for folder, modules in count.items() if modules > MOST_MODULES}


def levers_by_levers(code: Code, levers: Set[str], floor: str) -> list[str]:
    """Imports of the modules of ``levers`` by other modules of their floor; what tells results reads the plan and builds nothing."""
    return [
        f"{module} imports {found.module}"
        for module, imports in code.imports.items()
        for found in imports
        if floor_of(module) == floor and RESULTS not in module.split(".") and found.module in levers and found.module != module
    ]


def room_of(module: str) -> str:
    """The room of a lever: ``levers.land`` for whatever lies in it; closing is one room, "" is what all levers share."""
    if floor_of(module) != "levers":
        return floor_of(module)
    return ".".join(module.split(".")[1:3]) if module.count(".") > 2 else ""


def from_inside(code: Code) -> list[tuple[str, str]]:
    """What is taken from levers and closing beside declarations and constants, which are written in capitals.

    Asked of reporting, and of what tells results where it reads another room than its own.
    """
    return [
        (module, found.name)
        for module, imports in code.imports.items()
        for found in imports
        if (floor_of(module) == "reporting" or (RESULTS in module.split(".") and room_of(found.module) not in ("", room_of(module))))
        and floor_of(found.module) in ("levers", "closing")
        and not found.name.isupper()
    ]


def builders_that_read_results(code: Code) -> list[str]:
    """Modules below reporting, outside of the folders of results, that import one within."""
    return [
        f"{module} imports {found.module}"
        for module, imports in code.imports.items()
        for found in imports
        if floor_of(module) in ("levers", "closing") and RESULTS not in module.split(".") and RESULTS in found.module.split(".")
    ]


@pytest.fixture(scope="module")
def code() -> Code:
    return Code(ROOT)


class Planter:
    """Makes a small package of files given as ``core/data.py`` -> text; packages get their ``__init__`` by themselves."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __call__(self, files: Mapping[str, str]) -> Code:
        for name, text in files.items():
            path = self.root / PACKAGE / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        for folder in {parent for path in self.root.rglob("*.py") for parent in path.parents if self.root in parent.parents}:
            (folder / "__init__.py").touch()
        return Code(self.root)


@pytest.fixture
def planted(tmp_path: Path) -> Planter:
    return Planter(tmp_path)


def test_every_package_has_a_floor(code: Code) -> None:
    assert set(FLOORS) == {floor_of(module) for module, path in code.paths.items() if path.name == "__init__.py" and module.count(".") == 1}


def test_a_package_imports_only_from_its_floor_and_below(code: Code) -> None:
    assert [] == broken_floors(code)


UPWARDS = {
    "an import": "from ..workbook import book\n",
    "a lazy import": "def f():\n    from ..workbook.book import read\n",
    "an import for type checking": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from ..workbook.book import Book\n",
    "an absolute import": "import model.workbook.book\n",
    "a string": "from importlib import import_module\nx = import_module('model.workbook.book')\n",
    "a relative string": "import importlib.util\nx = importlib.util.find_spec('..workbook.book', __package__)\n",
    "a table of strings": "WRITERS = (('model.workbook.book', 'write'),)\n",
    "an f-string": "from importlib import import_module\ndef f(name):\n    return import_module(f'model.workbook.{name}')\n",
    "a relative f-string": "from importlib import import_module\ndef f(name):\n    return import_module(f'..workbook.{name}', __package__)\n",
    "a door": "from ..cli import main\n",
}


@pytest.mark.parametrize("way", list(UPWARDS))
def test_an_import_upwards_is_seen_however_it_is_written(planted: Planter, way: str) -> None:
    code = planted({"core/data.py": UPWARDS[way], "workbook/book.py": "", "cli.py": ""})
    assert {"model.core.data"} == {line.split()[0] for line in broken_floors(code)}


def test_text_that_only_looks_like_a_module_is_no_import(planted: Planter) -> None:
    """A file name, a number format and the name of a folder that is put together begin with a dot, too."""
    text = "def f(x, digits):\n    return '.book', f'.{x}.part', f'{x:.{digits}g}', 'model', 'workbook.book'\n"
    assert [] == broken_floors(planted({"core/data.py": text, "workbook/book.py": ""}))


@pytest.mark.parametrize(("one", "other"), [("workbook", "reporting"), ("analysis", "reporting"), ("reporting", "analysis"), ("analysis", "workbook")])
def test_an_import_across_is_seen(planted: Planter, one: str, other: str) -> None:
    code = planted({f"{one}/a.py": f"from ..{other} import b\n", f"{other}/b.py": ""})
    assert [f"model.{one}.a imports model.{other}.b"] == broken_floors(code)


def test_excel_and_page_leave_each_other_alone(code: Code) -> None:
    assert [] == side_steps(code)


def test_a_page_that_takes_from_excel_is_seen(planted: Planter) -> None:
    files = {"reporting/excel/style.py": "", "reporting/shown.py": "", "reporting/page/html.py": "from ..excel.style import INK\nfrom ..shown import NET\n"}
    assert ["model.reporting.page.html imports model.reporting.excel.style"] == side_steps(planted(files))


def test_no_modules_import_each_other(code: Code) -> None:
    """Lazy imports and those for type checking count, too: two modules that need each other are one."""
    assert [] == circles(code)


@pytest.mark.parametrize(
    "back",
    ["from .a import f\n", "def g():\n    from . import a\n", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .a import f\n", "NAME = 'model.core.a'\n"],
)
def test_a_circle_is_seen_by_whatever_way_it_closes(planted: Planter, back: str) -> None:
    code = planted({"core/a.py": "from .b import g\n", "core/b.py": "from .c import h\n", "core/c.py": back, "core/d.py": "from . import a\n"})
    assert [["model.core.a", "model.core.b", "model.core.c"]] == circles(code)


def test_what_begins_with_an_underscore_is_imported_in_its_own_folder_only(code: Code) -> None:
    assert [] == taken_from_outside(code)


def test_an_underscore_taken_from_outside_is_seen(planted: Planter) -> None:
    inside = {"core/_own.py": "x = _y = 1\n", "core/data.py": "from ._own import _y\nfrom . import _own\n", "core/solve/__init__.py": "from __future__ import annotations\n"}
    code = planted({**inside, "core/solve/a.py": "from .._own import x\n", "core/solve/b.py": "from ..data import _y\n", "levers/c.py": "from ..core import _own\n"})
    assert [
        "model.core.solve.a imports model.core._own x",
        "model.core.solve.b imports model.core.data _y",
        "model.levers.c imports model.core._own",
    ] == taken_from_outside(code)


def test_a_folder_holds_few_modules(code: Code) -> None:
    assert {} == crowded(code, SMALL), f"at most {MOST_MODULES} modules a folder: put what belongs together into a folder of its own, or into a module that there is"


def test_packages_that_are_not_yet_divided_are_still_crowded(code: Code) -> None:
    """One that has been divided moves to SMALL."""
    assert set(NOT_YET) == {floor_of(folder) for folder in crowded(code, NOT_YET)}


def test_a_crowded_folder_is_seen(planted: Planter) -> None:
    files = {f"core/solve/part_{number}.py": "" for number in range(MOST_MODULES)}
    assert {} == crowded(planted(files), SMALL)
    assert {"model.core.solve": MOST_MODULES + 1} == crowded(planted({"core/solve/one_more.py": ""}), SMALL)


def test_too_many_doors_are_seen(planted: Planter) -> None:
    doors = {f"door_{number}.py": "" for number in range(MOST_MODULES)}
    assert {} == crowded(planted({**doors, "__main__.py": ""}), SMALL)
    assert {PACKAGE: MOST_MODULES + 1} == crowded(planted({"one_more.py": ""}), SMALL)


def test_a_lever_never_imports_another_lever(code: Code) -> None:
    assert [] == levers_by_levers(code, {lever.__module__ for lever in registry.levers()}, "levers")
    assert [] == levers_by_levers(code, {closing.__module__ for closing in registry.closings()}, "closing")


def test_a_lever_that_imports_a_lever_is_seen(planted: Planter) -> None:
    code = planted({"levers/land/water.py": "from ..power.plants import THERMAL\nfrom .land import LAND\n", "levers/land/land.py": "", "levers/power/plants.py": ""})
    assert ["model.levers.land.water imports model.levers.land.land"] == levers_by_levers(code, {"model.levers.land.water", "model.levers.land.land"}, "levers")


def test_what_builds_the_model_reads_no_results(code: Code) -> None:
    assert [] == builders_that_read_results(code)


def test_a_lever_that_reads_results_is_seen(planted: Planter) -> None:
    code = planted({"levers/land/results/water.py": "from ..water import WATER\n", "levers/land/water.py": "from .results.water import supply\n"})
    assert ["model.levers.land.water imports model.levers.land.results.water"] == builders_that_read_results(code)


def test_results_may_read_another_room_but_only_what_it_declares(planted: Planter) -> None:
    code = planted({"levers/land/results/water.py": "from ...power.plants import PLANTS, output\n", "levers/power/plants.py": ""})
    assert [] == levers_by_levers(code, {"model.levers.power.plants"}, "levers")
    assert [("model.levers.land.results.water", "output")] == from_inside(code)


def test_reports_take_declarations_and_constants_from_a_lever_and_nothing_else(code: Code) -> None:
    assert [] == from_inside(code)


def test_what_a_report_takes_from_inside_a_lever_is_seen(planted: Planter) -> None:
    code = planted({"levers/land.py": "", "reporting/a.py": "from ..levers.land import LAND, OPEN_AREA, open_area\nfrom ..levers import land\n"})
    assert [("model.reporting.a", "open_area"), ("model.reporting.a", "")] == from_inside(code)


def loaded_modules(*arguments: str) -> tuple[int, set[str]]:
    """Exit code of solve.py in a fresh interpreter, and the top-level packages it loaded."""
    code = (
        "import sys, runpy; sys.argv = ['solve.py', *sys.argv[1:]]\n"
        "try:\n    runpy.run_path('solve.py', run_name='__main__')\nexcept SystemExit as stop:\n    code = stop.code or 0\n"
        "print('LOADED', code, ' '.join(sorted({m.split('.')[0] for m in sys.modules})))"
    )
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    result = subprocess.run([sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", env=environment, check=False)
    last = [line for line in result.stdout.splitlines() if line.startswith("LOADED")]
    assert last, result.stdout + result.stderr
    words = last[-1].split()
    return int(words[1]), set(words[2:])


@pytest.mark.parametrize("arguments", [("--help",), ("--check",), ("--version",)])
def test_help_and_check_load_neither_pyomo_nor_plotly(arguments: tuple[str, ...]) -> None:
    code, modules = loaded_modules(*arguments)
    assert code == 0
    assert not modules & {"pyomo", "plotly", "highspy"}
