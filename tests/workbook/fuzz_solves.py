"""Solves many spoilt workbooks: numbers, keys, rows and units of a small whole workbook changed at random, then solved in full.

    python -m tests.workbook.fuzz_solves 100 [FIRST_SEED]

A solve may end with 0 (solved and reported), 2 (and then ``--check`` refuses the workbook too), 3 (with a diagnosis) or 4; never
with a traceback or with 1. Exit 1 and the seeds when one ends otherwise. The suite runs a few of them.

Limits: the report is written without its Excel and HTML pages, and a diagnosis is given a few seconds; both have tests of their own.
"""

from __future__ import annotations

import contextlib
import io
import random
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from model.analysis import infeasibility
from model.cli import main
from model.core.aside import save_workbook
from model.core.build.registry import schema
from model.core.declare.bounds import LARGEST
from model.exits import EXIT_INFEASIBLE, EXIT_INPUT, EXIT_LIMIT, EXIT_SOLVED
from model.reporting import write
from tests.workbook.small_book import ROOT, small_book

#: Seconds of the solver and of a diagnosis.
PATIENCE, DIAGNOSIS = "60", 2.0
FACTORS = (0.0, 0.001, 0.1, 0.5, 0.9, 1.1, 2.0, 10.0, 1000.0, -1.0)
#: Units that stand for one another, as a person mixes them up.
ALIKE = (("kha", "ha"), ("kha", "万亩"), ("million m3", "亿立方米"), ("GW", "MW"), ("bn CNY", "亿元"), ("CNY", "万元"), ("Mt CO2", "t CO2"), ("TWh", "亿kWh"), ("/yr", "/h"))
TAIL = ("active", "source", "quality", "note")


def _first_row(page: Worksheet) -> int:
    table = schema().tables.get(page.title)
    return 3 if table is not None and table.shape == "attributes" else 2


def _cells(page: Worksheet, kind: type | tuple[type, ...]) -> list[tuple[int, int]]:
    """Cells of the data that hold a value of this kind."""
    own = [c.column for c in page[1] if c.value not in TAIL]
    return [
        (row, column) for row in range(_first_row(page), page.max_row + 1) for column in own
        if isinstance(value := page.cell(row, column).value, kind) and not isinstance(value, bool)
    ]  # fmt: skip


def _number(page: Worksheet, draw: random.Random) -> None:
    found = _cells(page, (int, float))
    if found:
        cell = page.cell(*draw.choice(found))
        cell.value = cell.value * draw.choice(FACTORS)


def _column(page: Worksheet, draw: random.Random) -> None:
    """Every number of a column by the same factor, as after a change of the unit in the head only."""
    found = _cells(page, (int, float))
    if found:
        column, factor = draw.choice(found)[1], draw.choice(FACTORS)
        for row, _ in [place for place in found if place[1] == column]:
            page.cell(row, column).value *= factor


def _blank(page: Worksheet, draw: random.Random) -> None:
    found = _cells(page, (int, float, str))
    if found:
        page.cell(*draw.choice(found)).value = None


def _swap(page: Worksheet, draw: random.Random) -> None:
    """Two entries of a column change places: keys, words or numbers."""
    found = _cells(page, (int, float, str))
    column = draw.choice(found)[1] if found else 0
    rows = [row for row, place in found if place == column]
    if len(rows) > 1:
        first, second = (page.cell(row, column) for row in draw.sample(rows, 2))
        first.value, second.value = second.value, first.value


def _drop(page: Worksheet, draw: random.Random) -> None:
    if page.max_row >= _first_row(page):
        page.delete_rows(draw.randint(_first_row(page), page.max_row))


def _double(page: Worksheet, draw: random.Random) -> None:
    """A row once more, at times with the key of another."""
    if page.max_row >= _first_row(page):
        row, last = draw.randint(_first_row(page), page.max_row), page.max_row + 1
        for cell in list(page[row]):
            page.cell(last, cell.column).value = cell.value
        _swap(page, draw)


def _off(page: Worksheet, draw: random.Random) -> None:
    active = next((c.column for c in page[1] if c.value == "active"), 0)
    if active and page.max_row >= _first_row(page):
        page.cell(draw.randint(_first_row(page), page.max_row), active).value = draw.choice((0, 0, 1))


def _unit(page: Worksheet, draw: random.Random) -> None:
    """Another unit: of the same dimension it is converted, of another it is refused."""
    column = next((c.column for c in page[1] if c.value == "unit"), 0)
    places = [(row, column) for row in range(2, page.max_row + 1)] if column else [(2, c.column) for c in page[2] if c.value]
    places = [place for place in places if page.cell(*place).value]
    if places:
        cell = page.cell(*draw.choice(places))
        alike = [cell.value.replace(before, after) for before, after in ALIKE if before in cell.value]
        cell.value = draw.choice(alike) if alike and draw.random() < 0.8 else draw.choice(sorted(LARGEST))


SPOIL: tuple[Callable[[Worksheet, random.Random], None], ...] = (_number, _number, _number, _column, _blank, _swap, _drop, _double, _off, _unit)


def spoilt(good: Path, seed: int, target: Path) -> Path:
    """The workbook with one to three things changed as the seed says."""
    draw = random.Random(seed)
    book = openpyxl.load_workbook(good)
    pages = [book[name] for name in book.sheetnames if name in schema().tables or name == "settings"]
    for _ in range(draw.choice((1, 1, 2, 3))):
        draw.choice(SPOIL)(draw.choice(pages), draw)
    save_workbook(book, target)
    return target


def _call(path: Path, folder: Path, *options: str) -> tuple[int, str]:
    errors = io.StringIO()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(errors):
        code = main([str(path), "--out", str(folder / "out"), "--time-limit", PATIENCE, *options], ROOT)
    return code, errors.getvalue()


def solve(good: Path, seed: int, folder: Path) -> tuple[int, str]:
    """Solve one spoilt workbook: the exit code, and what is wrong with how that ended, "" when nothing is."""
    path = spoilt(good, seed, folder / "spoilt.xlsx")
    try:
        code, told = _call(path, folder)
        if code == EXIT_INPUT and _call(path, folder, "--check")[0] != EXIT_INPUT:
            return code, f"seed {seed}: refused after the check said OK: {told[-600:]}"
    except BaseException as problem:  # whatever gets out is what is looked for here
        return 1, f"seed {seed}: raised {type(problem).__name__}: {problem}"
    if code not in (EXIT_SOLVED, EXIT_INPUT, EXIT_INFEASIBLE, EXIT_LIMIT) or "Traceback" in told:
        return code, f"seed {seed}: exit {code}: {told[-900:]}"
    if code == EXIT_INFEASIBLE and len(told.strip().splitlines()) <= 2:
        return code, f"seed {seed}: no diagnosis: {told}"
    return code, ""


def run(good: Path, seeds: range, folder: Path, told: Callable[[str], object] = print) -> list[str]:
    """Solve a spoilt workbook for each seed; everything that ended wrongly."""
    problems = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(write, "WRITERS", ())
        patch.setattr(infeasibility, "SECONDS", DIAGNOSIS)
        for seed in seeds:
            code, wrong = solve(good, seed, folder)
            told(wrong or f"seed {seed}: exit {code}")
            problems += [wrong] if wrong else []
    return problems


if __name__ == "__main__":
    count, first = [*map(int, sys.argv[1:]), *(100, 0)[len(sys.argv) - 1 :]]
    with tempfile.TemporaryDirectory() as name:
        ended = run(small_book(Path(name)), range(first, first + count), Path(name), lambda line: print(line, flush=True))
    print(f"{count} solves, {len(ended)} ended wrongly")
    sys.exit(bool(ended))
