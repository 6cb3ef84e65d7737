"""Sets every number of a small whole workbook to its bounds, one at a time, and solves: each plan is reported, or refused in words.

    python -m tests.workbook.bounds_solved [LOG]

goes through every number column of every table (its first row; of a table of years its first planned year) and every numeric
setting, at the least and the largest number that may stand there. How each ends goes to the log, a line each; cases that the
log holds are not tried again. Exit 1 and the cases when one ends otherwise than it may.

Limits: one number at a time; the report is written without its Excel and HTML pages, which hold the same tables.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import model
from model.analysis.diagnosis_report import lines
from model.api import diagnose
from model.core.build.registry import schema
from model.core.declare.bounds import NUMBERS
from model.core.declare.spec import InputError
from model.core.solve.solver import SolveOptions
from model.reporting import write
from model.workbook.book import Book, check_book
from tests.workbook.missing import Checked, cell_of
from tests.workbook.small_book import small_book

#: Seconds that the solver and a diagnosis may take.
PATIENCE, DIAGNOSIS = 60.0, 2.0
#: How a case may end.
ENDS = ("refused", "solved", "infeasible", "unbounded", "time_limit")


def cases(book: Checked) -> Iterator[str]:
    """SHEET!CELL=VALUE for the two bounds of every number."""
    for name, read in book.reads.items():
        if read.frame.empty:
            continue
        row = int(read.frame.index[0])
        is_years = read.table.shape == "years"
        for column in (c for c in read.table.columns if c.kind in NUMBERS):
            if is_years and not column.key:
                places = [str(year) for year in read.layout.years if year > book.data.base_year][:1] or [str(y) for y in read.layout.years][:1]
            else:
                places = [column.name] if column.name in read.layout.places else []
            for place in places:
                yield from (f"{name}!{cell_of(read, row, place)}={bound!r}" for bound in (column.low, column.high))
    known, page = schema().settings, book.raw.sheets["settings"]
    for number in range(2, len(page.grid) + 1):
        setting = known.get(str(page.value(number, 1)))
        if setting is not None and setting.kind in NUMBERS:
            yield from (f"settings!{page.address(number, 2)}={bound!r}" for bound in (setting.low, setting.high))


def end(path: Path, case: str, folder: Path) -> tuple[str, str]:
    """How a workbook with one cell changed ends, and what is said of it; a word that is none of ENDS is a fault."""
    book, found = check_book(path, schema(), (case,))
    if book is None:
        wrong = [finding for finding in found if finding.level == "error"]
        return "refused" if all(f.message and f.expected for f in wrong) else "refused without a way out", "; ".join(map(str, wrong[:3]))
    try:
        return _solved(book, folder)
    except InputError as problem:
        return "refused after the check", str(problem)
    except Exception as problem:  # whatever gets out is what is looked for here
        return f"raised {type(problem).__name__}", str(problem)


def _solved(book: Book, folder: Path) -> tuple[str, str]:
    plan = model.solve(book, options=SolveOptions(time_limit=PATIENCE))
    if plan.solution.has_values:
        plan.write(folder / "run")
        return ("solved" if plan.status == "optimal" else plan.status), f"{plan.objective:.6g}"
    if plan.status not in ("infeasible", "unbounded"):
        return plan.status, ""
    told = lines(diagnose(plan, DIAGNOSIS), "en")
    return plan.status if told else f"{plan.status} without words", "; ".join(told[:2])


def run(path: Path, chosen: list[str], folder: Path, told: Callable[[str], object], known: frozenset[str] = frozenset()) -> list[str]:
    """Try each case that is not known; what ended otherwise than it may."""
    wrong = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(write, "WRITERS", ())
        for case in chosen:
            if case in known:
                continue
            word, said = end(path, case, folder)
            line = f"{case}\t{word}\t{said}".replace("\n", " | ")
            told(line)
            if word not in ENDS:
                wrong.append(line)
    return wrong


def main(log: Path) -> int:
    """Try every case, writing to the log as it goes."""
    known = frozenset(line.partition("\t")[0] for line in log.read_text(encoding="utf-8").splitlines()) if log.exists() else frozenset()
    with tempfile.TemporaryDirectory() as name, log.open("a", encoding="utf-8") as out:
        path = small_book(Path(name))
        every = list(cases(Checked(path)))
        wrong = run(path, every, Path(name), lambda line: print(line, file=out, flush=True), known)
    print("\n".join([*wrong, f"{len(every)} cases, {len(known)} known before, {len(wrong)} ended wrongly"]))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "bounds.log")))
