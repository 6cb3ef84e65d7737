"""What one call of solve.py does: read, check, then build, solve and report each scenario, compare them, and do each analysis.

Limits: without ``--workers`` scenarios run one after the other; an analysis looks at the first scenario of the call.
"""

from __future__ import annotations

import hashlib
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from .core.declare.lines import line, reason, status_word, told
from .core.declare.spec import Finding, InputError
from .exits import BY_STATUS, EXIT_DEFECT, EXIT_INPUT, EXIT_INTERRUPTED, EXIT_SOLVED, worst
from .screen.findings import print_findings, print_ok
from .screen.progress import ProgressDisplay

if TYPE_CHECKING:
    from .analysis.infeasibility import Diagnosis
    from .api import Plan
    from .core.solve.solution import Solution
    from .workbook.book import Book
    from .workbook.messages import Language

LOG = "solve.log"
#: What --analysis says when none is to run.
NO_ANALYSIS = "none"
ANALYSES_FOLDER = "analyses"
#: The scenario that others are compared with where it is among those of the call.
REFERENCE = "reference"


@dataclass(frozen=True)
class Request:
    """One call of solve.py, options parsed."""

    workbook: Path
    out: Path
    check: bool = False
    every: bool = False
    scenarios: tuple[str, ...] = ()
    analyses: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    lang: str | None = None
    solver: dict[str, str] = field(default_factory=dict)
    time_limit: float | None = None
    write_model: Path | None = None
    quiet: bool = False
    verbose: bool = False
    apply: bool = False
    cold: bool = False
    workers: int = 1
    scheduler: str | None = None
    log: str = LOG

    @property
    def folder(self) -> Path:
        """Where everything about this workbook goes."""
        return self.out / self.workbook.stem


def run(request: Request) -> int:
    """Do what was asked; returns the exit code. Defects go to the log with one line on the screen."""
    try:
        wrong = _wrong_place(request)
        if wrong:
            return _fail(wrong, EXIT_INPUT)
        return _run(request)
    except KeyboardInterrupt:
        raise
    except OSError as error:
        return _not_written(error, request, request.lang)
    except Exception as error:  # the last door: one line for the person, the traceback for whoever mends it
        return _defect(request, error)


def _fail(text: str, code: int) -> int:
    print(text, file=sys.stderr)
    return code


def _not_written(error: OSError, request: Request, lang: str | None) -> int:
    """A line that names the whole path; where the error names none it is the folder of the reports."""
    place = Path(str(error.filename2 or error.filename or request.folder)).absolute()
    return _fail(line("io", lang, why=reason(error), path=place), EXIT_INPUT)


def _wrong_place(request: Request) -> str:
    """What is wrong with the places to write to, before any work is done; "" when nothing is.

    The folder of the reports is made where it is missing, the folder that it lies in is not: that is a mistyped path.
    """
    for option, path in (("--out", request.out), ("--write-model", request.write_model)):
        if path is not None and not path.absolute().parent.is_dir():
            is_file = any(parent.is_file() for parent in path.absolute().parents)
            return line("folder_file" if is_file else "folder_missing", request.lang, option=option, path=path.absolute().parent)
    if request.out.exists() and not request.out.is_dir():
        return line("folder_file", request.lang, option="--out", path=request.out.absolute())
    return ""


def _defect(request: Request, error: Exception) -> int:
    place = request.folder / request.log
    text = "".join(traceback.format_exception(error))
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("a", encoding="utf-8") as log:
            log.write(text)
        where = line("defect_log", request.lang, path=place.absolute())
    except OSError:
        print(text, file=sys.stderr)
        where = line("defect_above", request.lang)
    return _fail(line("defect", request.lang, kind=type(error).__name__, error=error, where=where), EXIT_DEFECT)


def _run(request: Request) -> int:
    started = time.perf_counter()
    book, lang = _read(request)
    if book is None:
        return EXIT_INPUT
    unknown = [name for name in request.scenarios if name not in book.scenario_names(active_only=False)]
    if unknown:
        return _unknown("scenario_asked", "scenarios", unknown, book.scenario_names(active_only=False), request, lang)
    analyses, unknown = _analyses(request, book)
    if unknown:
        return _unknown("analysis_asked", "analyses", unknown, list(book.schema.analyses), request, lang)
    if not request.scenarios and not book.scenario_names() and not analyses:
        return _unknown("scenario_none", "scenarios", [""], [], request, lang, is_of_book=True)
    if request.check:
        if not request.quiet:
            print_ok(book, lang)
        return EXIT_SOLVED
    try:
        return _run_all(request, book, analyses, lang, time.perf_counter() - started)
    except OSError as error:
        return _not_written(error, request, lang)
    except Exception as error:
        return _defect(replace(request, lang=lang), error)


def _run_all(request: Request, book: Book, analyses: list[str], lang: str, read_seconds: float) -> int:
    """Every scenario and every analysis asked for."""
    names = list(request.scenarios) or book.scenario_names()
    codes = []
    written: dict[str, Path] = {}
    # what the first leaves behind (the plan to tell burdens beside, a basis to start from) serves the others
    first, *others = dict.fromkeys(names)
    here, there = ([first, *others], []) if request.workers == 1 or len(others) < 2 else ([first], others)
    for name in here:
        code = _run_scenario(request, book, name, lang, read_seconds, written)
        codes.append(code)
        if code == EXIT_INTERRUPTED:
            return worst(codes)
    codes += _run_apart(request, there, lang, written)
    if len(written) > 1:
        codes.append(_compare(request, written, lang))
    for analysis in analyses:
        codes.append(_run_analysis(request, book, analysis, next(iter(names), "reference"), lang, read_seconds))
    return worst(codes)


def _run_apart(request: Request, names: list[str], lang: str, written: dict[str, Path]) -> list[int]:
    """Scenarios in processes of this machine, each with its report; what they print follows in the order of the scenarios."""
    from .members.apart import apart

    codes = []
    for name, done in apart(partial(_scenario_apart, request, lang), names, request.workers) if names else ():
        sys.stdout.write(done.out)
        sys.stderr.write(done.err)
        if done.died:
            codes.append(_fail(line("ended", lang, name=name, status=line("worker_died", lang)), EXIT_DEFECT))
            continue
        code, folder = done.result
        codes.append(code)
        if folder is not None:
            written[name] = folder
    return codes


def _scenario_apart(request: Request, lang: str, name: str) -> tuple[int, Path | None]:
    """Exit code and folder of a scenario that another process solves; its log is added to that of the call when it is done."""
    from .api import read

    started = time.perf_counter()
    own = replace(request, log=f"{Path(LOG).stem}.{name}{Path(LOG).suffix}", lang=lang)
    written: dict[str, Path] = {}
    try:
        code = _run_scenario(own, read(request.workbook, request.overrides), name, lang, time.perf_counter() - started, written)
    except InputError as error:
        _told(error.findings, own, lang)
        code = EXIT_INPUT
    except OSError as error:
        code = _not_written(error, own, lang)
    except Exception as error:
        code = _defect(own, error)
    log = own.folder / own.log
    if log.is_file():
        with (own.folder / LOG).open("a", encoding="utf-8") as every:
            every.write(log.read_text(encoding="utf-8", errors="replace"))
        log.unlink()
    return code, written.get(name)


def _compare(request: Request, written: dict[str, Path], lang: str) -> int:
    """Compare the scenarios whose reports were written, with the reference as base where it is among them; what goes wrong here leaves reports as they are."""
    from .reporting.comparison.compared import compare

    base = REFERENCE if REFERENCE in written else next(iter(written))
    folders = [written[base], *(folder for name, folder in written.items() if name != base)]
    try:
        paths = compare(folders).write(request.folder, lang)
    except InputError as error:
        _told(error.findings, request, lang)
        return EXIT_INPUT
    except OSError as error:
        place = Path(str(error.filename2 or error.filename or request.folder)).absolute()
        return _fail(line("not_compared", lang, why=reason(error), path=place), EXIT_INPUT)
    except Exception as error:  # the reports are whole and analyses may follow
        return _defect(replace(request, lang=lang), error)
    if not request.quiet:
        print(line("compared", lang, count=len(folders), base=base, path=paths[0]))
    return EXIT_SOLVED


def _unknown(kind: str, sheet: str, names: list[str], known: list[str], request: Request, lang: str, *, is_of_book: bool = False) -> int:
    """Say which of the names asked for the workbook does not have; what is wrong with the book itself stands in its review copy too."""
    from .workbook.messages import Notes

    notes = Notes("zh" if lang == "zh" else "en")
    for name in names:
        notes.add(kind, sheet, "", name=name, known=known)
    _told(notes.items, request, lang)
    if is_of_book:
        _write_checked(request, notes.items, lang)
    return EXIT_INPUT


def _analyses(request: Request, book: Book) -> tuple[list[str], list[str]]:
    """Analyses to run: those asked for, else, when no scenario was asked for, those switched on; and those that do not exist."""
    asked = [name for name in dict.fromkeys(request.analyses) if name != NO_ANALYSIS]
    unknown = [name for name in asked if name not in book.schema.analyses]
    return asked if request.analyses or request.scenarios else book.analysis_names(), unknown


def _read(request: Request) -> tuple[Book | None, str]:
    from .core.build.registry import schema
    from .workbook.book import check_told

    asked: Language | None = "zh" if request.lang == "zh" else "en" if request.lang == "en" else None
    with ProgressDisplay(request.workbook.name, asked or "en", request.quiet or request.check) as show:
        show("read")
        # a run tries every scenario asked for, each by itself: one that is wrong does not keep the others from being solved
        asked_for = request.scenarios if request.check else ()
        book, findings, own = check_told(request.workbook, schema(), request.overrides, lang=asked, scenarios=asked_for, every=request.every)
        show.lang = own
    lang = asked or own
    _told(findings, request, lang)
    if any(finding.level != "info" for finding in findings) and (book is None or request.check):
        _write_checked(request, findings, lang)
    return book, lang


def _told(findings: Sequence[Finding], request: Request, lang: str) -> None:
    print_findings(findings, lang, every=request.verbose or request.check, quiet=request.quiet)


def _write_checked(request: Request, findings: list[Finding], lang: str) -> None:
    if not request.workbook.is_file():
        return
    from .workbook.checked import checked_name, write_checked

    out = request.folder / checked_name(request.workbook)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_checked(request.workbook, findings, out, "zh" if lang == "zh" else "en")
    if not request.quiet:
        print(line("marked", lang, path=out))


def scenario_folder(request: Request, name: str) -> Path:
    """Where a run goes: ``<scenario>``, or ``<scenario>+set-<hash6>`` with one-off changes."""
    if request.overrides:
        digest = hashlib.sha256("\n".join(request.overrides).encode()).hexdigest()
        name = f"{name}+set-{digest[:6]}"
    return request.folder / name


def _run_scenario(request: Request, book: Book, name: str, lang: str, read_seconds: float, written: dict[str, Path]) -> int:
    """Solve and report a scenario; ``written`` gets its folder when it ends with a plan and its report stands there."""
    from .api import solve, told_beside
    from .core.solve.highs.kept import keep, kept_file, kept_starts
    from .core.solve.solver import SolveOptions, SolverOptionError

    request.folder.mkdir(parents=True, exist_ok=True)
    place = scenario_folder(request, name)
    starts = () if request.cold else kept_starts(request.folder, place.name, name)
    options = SolveOptions(request.solver, request.time_limit, request.folder / request.log, request.write_model, starts, request.cold)
    with ProgressDisplay(name, lang, request.quiet) as show:
        try:
            plan = solve(book, name, options=options, progress=show)
        except InputError as error:
            _told(error.findings, request, lang)
            return EXIT_INPUT
        except SolverOptionError as error:
            return _fail(line(f"option_{error.kind}", lang, name=error.name, value=error.value, wanted=error.wanted), EXIT_INPUT)
        plan.seconds["read"] = read_seconds
        if not plan.solution.has_values:
            return _without_plan(request, plan, name, lang, show)
        ended = told_beside(plan, partial(scenario_folder, request), replace(options, write_model=None, starts=()), show)
        if ended:
            show("")
        for remark in plan.remarks:
            print(remark.text(lang), file=sys.stderr)
        code = _report(request, plan, name, lang, show, written)
        if code != EXIT_DEFECT:
            keep(plan.solution, kept_file(request.folder, place.name))
        # the plan is whole and its report written, but no more is done
        return worst([code, EXIT_INTERRUPTED]) if BY_STATUS.get(ended) == EXIT_INTERRUPTED else code


def _run_analysis(request: Request, book: Book, name: str, scenario: str, lang: str, read_seconds: float) -> int:
    """Solve what the analysis asks for and write its tables; the exit code is that of the model it stands on."""
    from .api import analyse
    from .core.solve.highs.kept import kept_starts
    from .core.solve.solver import SolveOptions, SolverOptionError
    from .reporting.analyses.report import answers_of, write_analysis
    from .reporting.write import ReportTargetError, RunContext

    request.folder.mkdir(parents=True, exist_ok=True)
    starts = () if request.cold else kept_starts(request.folder, scenario_folder(request, scenario).name, scenario)
    options = SolveOptions(request.solver, request.time_limit, request.folder / request.log, None, starts, request.cold)
    started = time.perf_counter()
    with ProgressDisplay(name, lang, request.quiet) as show:
        try:
            folder = request.folder / ANALYSES_FOLDER
            outcome = analyse(book, name, scenario, options=options, progress=show, workers=request.workers, scheduler=request.scheduler, kept_in=folder)
        except InputError as error:
            _told(error.findings, request, lang)
            return EXIT_INPUT
        except SolverOptionError as error:
            return _fail(line(f"option_{error.kind}", lang, name=error.name, value=error.value, wanted=error.wanted), EXIT_INPUT)
        show("report")
        if not outcome.solution.has_values:
            show("")
            return _fail(line("ended", lang, name=name, status=status_word(outcome.solution.status, lang)), BY_STATUS[outcome.solution.status])
        title = str(book.data(scenario).settings.get(f"title_{lang}", "") or name)
        file = book.path.name if book.path is not None else book.name
        context = RunContext(
            file, book.sha256, scenario, book.overrides, "analysis", lang, title, {"read": read_seconds, "solve": time.perf_counter() - started},
            request.solver, [told(problem, lang) for problem in outcome.problems],
        )  # fmt: skip
        place = scenario_folder(request, name)
        try:
            folder = write_analysis(outcome.tables, outcome.solution, book.schema.analyses[name], place.parent / ANALYSES_FOLDER / place.name, context, outcome.problems)
        except ReportTargetError as error:
            return _fail(f"{name}: {error.told(lang)}", EXIT_INPUT)
        said = answers_of(outcome.tables, book.schema.analyses[name], outcome.solution, lang)
        show("")
    for problem in outcome.problems:
        print(f"{name}: {told(problem, lang)}", file=sys.stderr)
    if not request.quiet:
        print(line("analysed", lang, name=name, status=status_word(outcome.solution.status, lang), folder=folder))
        for text in said:
            print(f"  {text}")
        _print_penalties(outcome.solution, lang)
    return BY_STATUS[outcome.solution.status]


def _print_start(solution: Solution, lang: str) -> None:
    """Whether the basis of an earlier plan was of use."""
    if solution.started is not None:
        print(line("started" if solution.started.taken else "start_given_up", lang, steps=f"{solution.started.steps:,}"))


def _print_penalties(solution: Solution, lang: str) -> None:
    """What a penalty is paid for, on a line each."""
    from .reporting.penalties import lines, penalties

    for number, text in enumerate(lines([p.entry() for p in penalties(solution)], lang)):
        print(f"{'warning:' if number == 0 else '  '} {text}")


def _without_plan(request: Request, plan: Plan, name: str, lang: str, show: ProgressDisplay) -> int:
    """Nothing to report: say why, and for an infeasible model which cells would have to change."""
    show("")
    print(line("ended", lang, name=name, status=status_word(plan.status, lang)), file=sys.stderr)
    if plan.status not in ("infeasible", "unbounded", "error"):
        return BY_STATUS[plan.status]
    from .analysis.diagnosis_report import lines, write_diagnosis
    from .api import diagnose

    diagnosis = diagnose(plan)
    for text in lines(diagnosis, lang):
        print(f"  {text}", file=sys.stderr)
    path = request.folder / "infeasibility.xlsx"
    write_diagnosis(diagnosis, path, request.workbook)
    print(line("diagnosis", lang, path=path), file=sys.stderr)
    if request.apply and plan.status == "infeasible":
        _apply(request, diagnosis, lang)
    return BY_STATUS[plan.status]


def _apply(request: Request, diagnosis: Diagnosis, lang: str) -> None:
    """Write a copy of the workbook with the first proven suggestion, beside the diagnosis, never over the user's file."""
    from .analysis.diagnosis_words import text
    from .workbook.suggested import suggested_name, write_suggested

    proven = next((s for s in diagnosis.suggestions if s.verified and all(getattr(c, "origin", "") == "" for c in s.cells)), None)
    if proven is None:
        print(f"  {text('not_applied', lang)}", file=sys.stderr)
        return
    place = request.folder / suggested_name(request.workbook)
    formulas = write_suggested(request.workbook, request.overrides, proven.changes, place)
    if formulas:
        print(f"  {text('formulas', lang, count=formulas)}", file=sys.stderr)
    print(f"  {text('applied', lang, path=place)}", file=sys.stderr)


def _report(request: Request, plan: Plan, name: str, lang: str, show: ProgressDisplay, written: dict[str, Path]) -> int:
    from .reporting.additionality import undeclared_roles
    from .reporting.write import IdentityError, ReportTargetError

    show("report")
    try:
        folder = plan.write(scenario_folder(request, name), lang, solver_options=request.solver)
    except IdentityError as error:
        return _fail(line("identities", lang, name=name, error=error), EXIT_DEFECT)
    except ReportTargetError as error:
        return _fail(f"{name}: {error.told(lang)}", EXIT_INPUT)
    written[name] = folder
    show("")
    if not request.quiet:
        for role in undeclared_roles(plan.build, lang):
            print(f"warning: {role}")
        unit = plan.build.objective.unit if plan.build.objective else ""
        _print_start(plan.solution, lang)
        print(line("solved", lang, name=name, status=status_word(plan.status, lang), objective=f"{plan.objective:,.3f}", unit=unit, folder=folder))
        _print_penalties(plan.solution, lang)
    return BY_STATUS[plan.status]
