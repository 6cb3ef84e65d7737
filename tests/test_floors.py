"""The house has floors: who may import whom, and what must not be loaded before it is needed."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "model"

#: A package may import itself and what stands before it; the last four must also leave each other alone.
FLOORS: dict[str, tuple[str, ...]] = {
    "core": ("core",),
    "levers": ("core", "levers"),
    "closing": ("core", "levers", "closing"),
    "workbook": ("core", "workbook"),
    "datasets": ("core", "workbook", "datasets"),
    "analysis": ("core", "levers", "closing", "analysis"),
    "reporting": ("core", "levers", "closing", "reporting"),
}

#: The registry finds levers by walking their package; it names no lever.
EXCEPTIONS = {("core/build/registry.py", "levers"), ("core/build/registry.py", "closing")}


def imports_of(path: Path) -> list[str]:
    """Packages below ``model`` that a module imports, wherever the import stands, type-checking blocks left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    found = []
    skipped = {id(n) for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test) for n in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            full = (*base, *(node.module.split(".") if node.module else ()))
            names = [full] if node.module else [(*full, alias.name) for alias in node.names]
            found += [name[1] for name in names if len(name) > 1 and name[0] == "model"]
        elif isinstance(node, ast.Import):
            found += [a.name.split(".")[1] for a in node.names if a.name.startswith("model.")]
    return found


@pytest.mark.parametrize("floor", list(FLOORS))
def test_a_package_imports_only_from_its_floor_and_below(floor: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sorted((MODEL / floor).rglob("*.py"))
        for name in imports_of(path)
        if name in FLOORS and name not in FLOORS[floor] and (path.relative_to(MODEL).as_posix(), name) not in EXCEPTIONS
    ]
    assert wrong == []


def test_a_lever_never_imports_another_lever() -> None:
    """Helper modules begin with an underscore; everything else under levers and closing is a lever."""
    wrong = []
    for floor in ("levers", "closing"):
        levers = {p.stem for p in (MODEL / floor).glob("*.py") if not p.stem.startswith("_")}
        for path in sorted((MODEL / floor).glob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                if isinstance(node, ast.ImportFrom) and node.level == 1 and (node.module or "").split(".")[0] in levers:
                    wrong.append(f"{path.name} imports {node.module}")
                if isinstance(node, ast.ImportFrom) and node.level == 1 and node.module is None:
                    wrong += [f"{path.name} imports {a.name}" for a in node.names if a.name in levers]
    assert wrong == []


def test_the_floor_test_sees_a_forbidden_import(tmp_path: Path) -> None:
    """A lever that imports the workbook package is caught by the same reading of imports."""
    path = MODEL / "levers" / "land" / "land.py"
    text = path.read_text(encoding="utf-8")
    assert "workbook" not in imports_of(path)
    tree = ast.parse(text + "\nfrom ..workbook import book\n")
    assert any(isinstance(n, ast.ImportFrom) and n.module == "workbook" for n in ast.walk(tree))


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
