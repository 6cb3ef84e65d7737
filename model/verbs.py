"""``python -m model VERB``: template, dictionary, generate, starts, sweeps, aggregate, diff, compare, certify, replay, docs, explain. Solving is ``solve.py``.

Limits: a verb reads workbooks and finished runs; only ``starts``, ``sweeps`` and ``replay`` solve.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.exceptions import TyperException

from .core.declare.lines import line, reason, told
from .core.declare.spec import InputError
from .exits import EXIT_DEFECT, EXIT_INPUT, EXIT_SOLVED
from .screen.usage import OPTION, asked_language, refused_call
from .workbook.messages import Language

if TYPE_CHECKING:
    from .api import Plan
    from .core.solve.solver import SolveOptions
    from .workbook.book import Book

PROGRAM = "python -m model"
app = typer.Typer(
    add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False,
    help="Everything that is not solving. Example: python -m model explain inputs/three_regions.xlsx --balance land --region west --year 2040\n\n"
    "With --lang en or zh anywhere messages are in that language, else in that of the workbook that is read, else in English.",
)


class Spoken:
    """The language of a call: that of ``--lang``, else of the workbook that a verb reads, else English."""

    asked: Language | None = None



#: Milestone years of an empty template.
TEMPLATE_YEARS = tuple(range(2020, 2061, 5))


@app.command()
def template(out: Annotated[Path, typer.Argument(help="Workbook to write.")]) -> None:
    """Write an empty, fully annotated workbook."""
    from .core.aside import require_folder
    from .core.build.registry import schema
    from .workbook.writer import write_template

    require_folder(out)
    write_template(out, schema(), TEMPLATE_YEARS)
    print(line("written", Spoken.asked, path=out))


@app.command()
def dictionary() -> None:
    """Print the data dictionary in Markdown."""
    from .core.build.registry import schema
    from .workbook.dictionary import dictionary_markdown

    print(dictionary_markdown(schema()))


@app.command()
def generate(
    out: Annotated[Path, typer.Argument(help="Folder of the workbooks.")] = Path("inputs"),
    day_types: Annotated[int | None, typer.Option(help="Day types of both workbooks: 4, 8 or 16.", show_default="8 at three regions, 4 in the provinces")] = None,
) -> None:
    """Write the shipped workbooks, provinces and three regions, from the cited tables under inputs/data."""
    from .datasets.generate import DAY_TYPES
    from .datasets.generate import generate as write_all
    from .datasets.weather import SETS

    if day_types is not None and day_types not in SETS:
        raise typer.BadParameter(f"one of {', '.join(map(str, SETS))}", param_hint="--day-types")
    for path in write_all(out, day_types=DAY_TYPES if day_types is None else dict.fromkeys(DAY_TYPES, day_types)):
        print(line("written", Spoken.asked, path=path))


@app.command()
def starts(
    workbooks: Annotated[list[Path], typer.Argument(help="Shipped workbooks.")],
    out: Annotated[Path | None, typer.Option(help="Folder to write to.", show_default="that of the program")] = None,
    scenario: Annotated[list[str] | None, typer.Option(help="Scenario that gets a start, too; repeatable.")] = None,
) -> None:
    """Solve shipped workbooks from nothing and keep the bases that solves may start from: of the reference, of the plan that burdens are told beside,
    of the scenarios that have one already and of those that are named."""
    from .api import read, solve
    from .closing.payments.allowances import BURDEN_BASELINE
    from .core.solve.highs.kept import start_of
    from .core.solve.highs.shipped import FOLDER, REFERENCE, file_name, scenarios_with_start
    from .core.solve.solver import SolveOptions

    for workbook in workbooks:
        book = read(workbook)
        beside = book.data(REFERENCE).word(BURDEN_BASELINE.name)
        for name in dict.fromkeys(filter(None, (REFERENCE, beside, *scenarios_with_start(workbook.stem), *(scenario or ())))):
            path = (out or FOLDER) / file_name(workbook.stem, name)
            start_of(solve(book, name, options=SolveOptions(cold=True)).solution).save(path)
            print(line("written", Spoken.asked, path=path), flush=True)


@app.command()
def sweeps(
    workbooks: Annotated[list[Path], typer.Argument(help="Shipped workbooks.")],
    out: Annotated[Path | None, typer.Option(help="Folder to write to.", show_default="that of the program")] = None,
    workers: Annotated[int, typer.Option(help="Processes that share the plans.")] = 1,
) -> None:
    """Solve the analysis sensitivity of shipped workbooks and keep what reports tell of it on their first page."""
    from .api import analyse, read
    from .core.solve.highs.shipped import REFERENCE
    from .evidence.sweeps.sweep import FOLDER, SUFFIX, Sweep, told_rows

    for workbook in workbooks:
        book = read(workbook)
        found = analyse(book, "sensitivity", REFERENCE, workers=workers)
        tornado = next(table.frame for table in found.tables if table.name == "tornado")
        path = (out or FOLDER) / f"{workbook.stem}{SUFFIX}"
        Sweep(workbook.stem, REFERENCE, book.data(REFERENCE).regions, found.solution.objective, told_rows(tornado)).save(path)
        print(line("written", Spoken.asked, path=path), flush=True)


@app.command()
def aggregate(
    workbook: Annotated[Path, typer.Argument(help="Workbook to merge.")],
    out: Annotated[Path, typer.Argument(help="Workbook to write.")],
    by: Annotated[str, typer.Option(help="Column of the sheet regions whose words are the new regions, for instance grid_region.")],
    zones: Annotated[str, typer.Option(help="Column of the sheet water_zones whose words keep water apart inside a new region.")] = "basin",
) -> None:
    """Merge the regions of a workbook into larger ones: amounts are summed, rates averaged, what can not be kept is listed."""
    from .core.aside import require_folder
    from .datasets.carried import write_merged

    require_folder(out)
    book = _read(workbook)
    made = write_merged(book, out, by, zones)
    for remark in made.remarks:
        print(line("left_out", book.lang, what=remark.told(book.lang)))
    print(line("merged", book.lang, path=out, count=len(made.whole.tables["regions"])))


@app.command()
def diff(
    workbook_a: Annotated[Path, typer.Argument(help="Workbook A.")],
    workbook_b: Annotated[Path, typer.Argument(help="Workbook B.")],
    scenario: Annotated[str, typer.Option(help="Compare this scenario of both; by default what stands in the sheets.")] = "",
    out: Annotated[Path | None, typer.Option(metavar="FILE.csv", help="Write the same as a table.")] = None,
) -> int:
    """Compare two workbooks, rows matched by their keys: a line for each difference, with both cells.

    Compared is what the model reads: rows that are switched on, years of the plan, numbers in the units of the dictionary, whatever unit the cells are in.
    Without a scenario also the sheets scenarios, analyses and ranges. Ends with 0 whether the workbooks differ or not, with 2 when one of them is wrong.
    """
    from .core.aside import aside, require_folder
    from .reporting.files.csvfiles import write_csv
    from .workbook.changes import SHEET_KEYS, differences, frame_of, listed_differences

    if out is not None:
        if out.suffix.lower() != ".csv":
            print(line("csv_name", Spoken.asked, name=out), file=sys.stderr)
            return EXIT_INPUT
        require_folder(out)
    books = [_compared(path, scenario) for path in (workbook_a, workbook_b)]
    if None in books:
        return EXIT_INPUT
    before, after = (book for book in books if book is not None)
    tables = [book.data(scenario) if scenario else book.stated for book in (before, after)]
    found = list(differences(tables[0], tables[1], before.schema))
    for sheet in () if scenario else SHEET_KEYS:
        found += listed_differences(sheet, before.listed(sheet), after.listed(sheet))
    for difference in found:
        print(difference.told(Spoken.asked))
    print(line("differences" if found else "no_difference", Spoken.asked, count=len(found)))
    if out is not None:
        with aside(out) as part:
            write_csv(frame_of(found).rename(columns={"before": "in_a", "after": "in_b", "cell_before": "cell_a", "cell_after": "cell_b"}), part)
        print(line("written", Spoken.asked, path=out))
    return EXIT_SOLVED


def _compared(workbook: Path, scenario: str) -> Book | None:
    """A workbook that is to be compared; None when it, or the scenario in it, is wrong, which is printed."""
    try:
        book = _read(workbook)
        if scenario:
            book.data(scenario)
    except InputError as error:
        print(line("workbook_wrong", Spoken.asked, path=workbook), file=sys.stderr)
        print(InputError([finding.told(Spoken.asked or "en") for finding in error.findings]), file=sys.stderr)
        return None
    return book


@app.command()
def compare(
    runs: Annotated[list[Path], typer.Argument(help="Folders of finished runs; the first is the base.", metavar="RUN RUN ...")],
    out: Annotated[Path | None, typer.Option(help="Folder to write to.", show_default="the folder that all runs lie in")] = None,
) -> None:
    """Compare finished runs, of one workbook or of several: comparison.xlsx, comparison.html and comparison.csv."""
    from .reporting.comparison.compared import common_folder
    from .reporting.comparison.compared import compare as compare_runs

    found = compare_runs(runs)
    paths = found.write(out or common_folder(runs), Spoken.asked or "en")
    print(line("compared", Spoken.asked, count=len(runs), base=found.names[0], path=paths[0]))
    for gap in found.gaps(Spoken.asked or "en"):
        print(f"  {gap}")


@app.command()
def certify(
    run: Annotated[Path, typer.Argument(help="Folder of a finished run.")],
    workbook: Annotated[Path | None, typer.Option(help="Workbook of the run.", show_default="one of its name beside")] = None,
) -> int:
    """Check a finished plan without Pyomo and HiGHS: rows, bounds, duals, primal = dual; tables against them; limits against cells.

    A line for each check: ok, or what broke, in which table and row, with the number expected and the one found. Ends with 0 when all hold,
    1 when one does not, 2 for a folder that holds no run with a matrix.
    """
    from .reporting.proof.certify import certify as certify_run
    from .reporting.proof.plan import PlanError

    try:
        found = certify_run(run, workbook)
    except PlanError as error:
        print(told(error, Spoken.asked), file=sys.stderr)
        return EXIT_INPUT
    for text in found.told(Spoken.asked):
        print(text)
    return EXIT_SOLVED if found.ok else EXIT_DEFECT


class Doors:
    """What a run is made again with."""

    def read(self, path: Path, overrides: tuple[str, ...]) -> Book:
        from .api import read

        return read(path, overrides)

    def solve(self, book: Book, scenario: str, options: SolveOptions) -> Plan:
        from .api import solve

        return solve(book, scenario, options=options)

    def told_beside(self, plan: Plan, place: Callable[[str], Path], options: SolveOptions) -> str:
        from .api import told_beside

        return told_beside(plan, place, options)

    def differences(self, before: Path, after: Path) -> Iterator[str]:
        """Lines of ``diff``."""
        from .workbook.changes import differences

        books = [_read(path) for path in (before, after)]
        return (difference.told(Spoken.asked) for difference in differences(books[0].stated, books[1].stated, books[0].schema))

    def versions(self) -> dict[str, str]:
        from platform import python_version

        from .version import __version__

        return {"model": __version__, "python": python_version()}


@app.command()
def replay(
    run: Annotated[Path, typer.Argument(help="Folder of a finished run.")],
    workbook: Annotated[Path | None, typer.Option(help="Workbook of the run.", show_default="one of its name beside")] = None,
) -> int:
    """Make a finished run again from its run.json and compare matrix, objective and every number of its tables; nothing of it is overwritten.

    Ends with 0 when they are equal, 1 when they are not, with what differs and what may be why (versions, cells of the workbook), 2 when it can not be made again.
    """
    from .reporting.proof.plan import PlanError
    from .reporting.replay.again import make_again

    try:
        found = make_again(run, workbook, Doors(), lambda text: print(text.told(Spoken.asked), flush=True))
    except PlanError as error:
        print(told(error, Spoken.asked), file=sys.stderr)
        return EXIT_INPUT
    for text in found.told(Spoken.asked):
        print(text)
    return EXIT_SOLVED if found.ok else EXIT_DEFECT


@app.command()
def explain(
    workbook: Annotated[Path, typer.Argument(help="Workbook, or folder of a finished run.", metavar="WORKBOOK|RUN")],
    balance: Annotated[str, typer.Option(help="Of a workbook: balance or account, for instance land.")] = "",
    value: Annotated[str, typer.Option(metavar="TABLE:KEY:KEY", help="Of a run: a number, for instance allocation:clean_energy:west:wind_onshore:2040.")] = "",
    region: Annotated[str, typer.Option(help="Region or zone; empty: the first.")] = "",
    year: Annotated[int, typer.Option(help="Year; 0: the first.")] = 0,
    scenario: Annotated[str, typer.Option(help="Scenario.")] = "reference",
) -> int:
    """Of a workbook: the rows of a balance with who posts what. Of a finished run: one number, what holds it and what would change it.

    Parts of a value are words of the key columns of its table in any order, or COLUMN=WORD; one may name the column that is meant.
    """
    from .api import assemble_checked
    from .reporting.files.explain import explain_rows
    from .reporting.proof.finished import is_run

    if value or (workbook.is_dir() and is_run(workbook)):
        return _explain_value(workbook, value)
    if not balance:
        print(line("usage_missing", Spoken.asked, program=PROGRAM, name="--balance"), file=sys.stderr)
        return EXIT_INPUT
    book = _read(workbook)
    build = assemble_checked(book.data(scenario))
    for text in explain_rows(build, balance, region, year, book.lang):
        print(text)
    return EXIT_SOLVED


def _explain_value(folder: Path, value: str) -> int:
    """Print the sentences on a number of a finished run."""
    from .reporting.proof.explained import UnknownValue, explain_value
    from .reporting.proof.finished import finished
    from .reporting.proof.plan import PlanError

    if not value:
        print(line("explain_needs", Spoken.asked), file=sys.stderr)
        return EXIT_INPUT
    try:
        sentences = list(explain_value(finished(folder), value, Spoken.asked))
    except (PlanError, UnknownValue) as error:
        print(told(error, Spoken.asked), file=sys.stderr)
        return EXIT_INPUT
    for text in sentences:
        print(text)
    return EXIT_SOLVED


@app.command()
def docs(
    out: Annotated[Path, typer.Argument(help="Folder of the pages.")] = Path("docs"),
    workbook: Annotated[Path, typer.Option(help="Workbook whose posts are listed.")] = Path("inputs/three_regions.xlsx"),
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 when a page is out of date.")] = False,
) -> int:
    """Write the generated pages of docs: data dictionary; variables, constraints and balances; result tables; Python."""
    import model

    from .core.build.registry import schema
    from .reporting.files.doc_pages import generated_pages, stale_pages, write_pages
    from .workbook.dictionary import dictionary_markdown

    public = {name: getattr(model, name) for name in model.__all__ if name != "__version__"}
    pages = generated_pages(dictionary_markdown(schema()), model.read(workbook).data("reference"), public)
    stale = stale_pages(pages, out)
    if check:
        for name in stale:
            print(line("page_stale", Spoken.asked, path=out / name), file=sys.stderr)
        return EXIT_DEFECT if stale else EXIT_SOLVED
    write_pages(pages, out)
    for name in pages:
        print(line("written", Spoken.asked, path=out / name))
    return EXIT_SOLVED


def _read(workbook: Path) -> Book:
    """The workbook that a verb reads: from here on its language is that of the call, unless one was asked for."""
    from .core.build.registry import schema
    from .workbook.book import check_told

    book, findings, lang = check_told(workbook, schema(), lang=Spoken.asked)
    Spoken.asked = lang
    if book is None:
        raise InputError(findings)
    return book


def _without_language(arguments: Sequence[str]) -> list[str]:
    """The arguments without ``--lang``, which every verb takes."""
    kept: list[str] = []
    skip = False
    for word in arguments:
        if skip or word.startswith(f"{OPTION}="):
            skip = False
        elif word == OPTION:
            skip = True
        else:
            kept.append(word)
    return kept


def main(arguments: Sequence[str]) -> int:
    """Run a verb; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    Spoken.asked = asked_language(arguments)
    try:
        if OPTION in (word.partition("=")[0] for word in arguments) and Spoken.asked is None:
            print(line("language", "en", given=""), file=sys.stderr)
            return EXIT_INPUT
        result = typer.main.get_command(app).main(args=_without_language(arguments), prog_name=PROGRAM, standalone_mode=False)
        return int(result or 0)
    except TyperException as error:
        print(refused_call(error, PROGRAM, Spoken.asked), file=sys.stderr)
        return EXIT_INPUT
    except InputError as error:
        print(InputError([finding.told(Spoken.asked or "en") for finding in error.findings]), file=sys.stderr)
        return EXIT_INPUT
    except OSError as error:
        print(line("io", Spoken.asked, why=reason(error), path=error.filename2 or error.filename or ""), file=sys.stderr)
        return EXIT_INPUT
