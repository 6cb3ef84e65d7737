"""Small faults put into the model one at a time: does a test of the neighbourhood notice each?

Every entry of ``list.json`` names a file, a function (``Class.method``), a text that stands in it exactly once, what the text
becomes, and the tests to run. The fault is put into a scratch copy of the tree, never into the tree itself; what the tests
said is written back to the list and to ``README.md``. Run from the root: ``python tests/mutations/run.py``; with ``--page`` nothing is
run, and ``README.md`` is made anew of the list, which a file that moved or a reworded text makes necessary.

Limits: not part of the suite; the entries are chosen by hand; a fault that makes the tests hang counts as noticed; a fault
that no test can see carries the reason why it changes nothing under ``equivalent``.
"""

from __future__ import annotations

import argparse
import ast
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from queue import Queue
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
LIST, TABLE = HERE / "list.json", HERE / "README.md"
#: What pytest returns when a test failed; 0 is all green, anything else no verdict (a file that is missing, no test chosen).
GREEN, RED = 0, 1
#: Without another seed the faults are drawn in this order.
SEED = 10
#: Seconds after which tests that hang are stopped.
PATIENCE = 300
SURVIVED = "survived"
Entry = dict[str, Any]


def span_of(source: str, function: str) -> tuple[int, int]:
    """First and one past the last character of a function (or ``Class.method``), its decorators included."""
    body: list[ast.stmt] = ast.parse(source).body
    node: Any = None
    for name in function.split("."):
        found = [n for n in body if isinstance(n, ast.FunctionDef | ast.ClassDef) and n.name == name]
        if len(found) != 1:
            raise LookupError(f"{function}: {name} is there {len(found)} times")
        node, body = found[0], found[0].body
    lines = source.splitlines(keepends=True)
    first = min([node.lineno, *(d.lineno for d in node.decorator_list)]) - 1
    return sum(map(len, lines[:first])), sum(map(len, lines[:node.end_lineno]))


def mutated(source: str, entry: Entry) -> str:
    """The source with the fault of the entry in it."""
    start, end = span_of(source, entry["function"])
    within = source[start:end]
    count = within.count(entry["original"])
    if count != 1:
        raise LookupError(f"{entry['file']} {entry['function']}: {entry['original']!r} is there {count} times")
    if entry["original"] == entry["mutated"]:
        raise LookupError(f"{entry['file']} {entry['function']}: nothing changes")
    return source[:start] + within.replace(entry["original"], entry["mutated"]) + source[end:]


def verdict(entry: Entry, tree: Path) -> str:
    """The first test that notices the fault in the scratch tree, or that it survived."""
    path = tree / entry["file"]
    source = path.read_text(encoding="utf-8")
    path.write_text(mutated(source, entry), encoding="utf-8")
    try:
        return tested(entry["tests"], tree)
    finally:
        path.write_text(source, encoding="utf-8")


def tested(tests: list[str], tree: Path) -> str:
    """What the tests say in the scratch tree: the first that fails, or that all are green."""
    command = [sys.executable, "-B", "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider", "--tb=no", "-rfE", *tests]
    try:
        done = subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return "timeout"
    if done.returncode not in (GREEN, RED):
        raise RuntimeError(f"{' '.join(tests)}: no verdict\n{done.stdout}{done.stderr}")
    if done.returncode == GREEN:
        return SURVIVED
    named = [line.split()[1] for line in done.stdout.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    return named[0]


def chosen(entries: list[Entry], words: list[str], sample: int, seed: int) -> list[int]:
    """Numbers of the entries whose file or function holds a word, in the order of the seed, ``sample`` of them (0: all)."""
    found = [n for n, entry in enumerate(entries) if not words or any(word in f"{entry['file']} {entry['function']}" for word in words)]
    random.Random(seed).shuffle(found)
    return found[:sample] if sample else found


def run(entries: list[Entry], numbers: list[int], workers: int) -> None:
    """Write into each chosen entry what noticed it; the unchanged tree must be green first."""
    with tempfile.TemporaryDirectory() as folder:
        trees: Queue[Path] = Queue()
        for worker in range(workers):
            tree = Path(folder) / str(worker)
            for name in ("model", "tests", "inputs"):
                shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
            for name in ("pyproject.toml", "solve.py"):
                shutil.copy(ROOT / name, tree / name)
            trees.put(tree)

        def one(number: int) -> None:
            tree = trees.get()
            try:
                entries[number]["killed_by"] = verdict(entries[number], tree)
            finally:
                trees.put(tree)
            entry = entries[number]
            save(entries)  # a run that is cut short keeps what it has found
            print(f"{entry['file']} {entry['function']}: {entry['original']} -> {entry['mutated']}: {entry['killed_by']}", flush=True)

        def green(tests: tuple[str, ...]) -> None:
            tree = trees.get()
            try:
                found = tested(list(tests), tree)
                if found != SURVIVED:
                    raise RuntimeError(f"{found} fails without any fault")
            finally:
                trees.put(tree)

        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(green, dict.fromkeys(tuple(entries[n]["tests"]) for n in numbers)))
            list(pool.map(one, numbers))


def state(entry: Entry) -> str:
    """What is known of an entry: killed, equivalent, survived or not yet run."""
    if entry.get("equivalent"):
        return "equivalent"
    by = entry.get("killed_by", "")
    return "not run" if not by else SURVIVED if by == SURVIVED else "killed"


def table(entries: list[Entry], day: str) -> str:
    """The result as a page."""
    states = [state(entry) for entry in entries]
    counts = {name: states.count(name) for name in ("killed", "equivalent", SURVIVED, "not run")}
    total = ", ".join(f"{number} {name}" for name, number in counts.items())
    lines = [
        "# Faults that the tests must notice", "",
        "Generated by `python tests/mutations/run.py` from `list.json`; do not edit.", "",
        f"Last run {day}: {len(entries)} faults, {total}.", "",
        "| File, function | Original | Fault | Noticed by |", "| --- | --- | --- | --- |",
    ]  # fmt: skip
    for entry, how in zip(entries, states, strict=True):
        by = entry.get("killed_by", "") if how == "killed" else f"{how}: {entry['equivalent']}" if how == "equivalent" else how
        cells = (f"`{entry['file'].removeprefix('model/')}` {entry['function']}", f"`{entry['original']}`", f"`{entry['mutated']}`", by)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def last_run() -> str:
    """The day of the last run, as the page has it."""
    found = re.search(r"^Last run (\S+):", TABLE.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else "never"


def save(entries: list[Entry]) -> None:
    """Write the list and the page."""
    LIST.write_text(json.dumps(entries, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    TABLE.write_text(table(entries, date.today().isoformat()), encoding="utf-8")


def main() -> int:
    """Run the chosen faults; 0 when none survives."""
    parser = argparse.ArgumentParser(description="Put the faults of list.json into a copy of the model and run their tests.")
    parser.add_argument("words", nargs="*", help="only entries whose file or function holds one of these words")
    parser.add_argument("--sample", type=int, default=0, help="only so many, drawn with the seed (0: all)")
    parser.add_argument("--missing", action="store_true", help="only entries that were not run yet")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--page", action="store_true", help="run nothing, write README.md anew from the list")
    asked = parser.parse_args()
    entries: list[Entry] = json.loads(LIST.read_text(encoding="utf-8"))
    for entry in entries:  # a list that no longer fits the code fails before anything runs
        mutated((ROOT / entry["file"]).read_text(encoding="utf-8"), entry)
    if asked.page:
        TABLE.write_text(table(entries, last_run()), encoding="utf-8")
        return 0
    numbers = chosen(entries, asked.words, asked.sample, asked.seed)
    if asked.missing:
        numbers = [n for n in numbers if state(entries[n]) == "not run"]
    run(entries, numbers, asked.workers)
    save(entries)
    lost = [entries[n] for n in numbers if state(entries[n]) == SURVIVED]
    print(f"{len(numbers)} run, {len(lost)} survived")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
