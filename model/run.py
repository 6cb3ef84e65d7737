"""What one call of solve.py does: read, check, then build, solve and report each scenario and each analysis.

Limits: scenarios and analyses run one after the other; an analysis looks at the first scenario of the call.
"""

from __future__ import annotations

import hashlib
import sys
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from .core.spec import Finding, InputError
from .exits import BY_STATUS, EXIT_DEFECT, EXIT_INPUT, EXIT_INTERRUPTED, EXIT_SOLVED, worst
from .progress import ProgressDisplay

if TYPE_CHECKING:
    from .api import Plan
    from .workbook.book import Book
    from .workbook.messages import Language

LOG = "solve.log"
#: What --analysis says when none is to run.
NO_ANALYSIS = "none"
ANALYSES_FOLDER = "analyses"


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

    @property
    def folder(self) -> Path:
        """Where everything about this workbook goes."""
        return self.out / self.workbook.stem


def run(request: Request) -> int:
    """Do what was asked; returns the exit code. Defects go to the log with one line on the screen."""
    try:
        return _run(request)
    except KeyboardInterrupt:
        raise
    except OSError as error:
        print(f"can not write or read: {error.strerror or error}: {Path(str(error.filename or request.folder)).name}", file=sys.stderr)
        return EXIT_INPUT
    except Exception as error:  # the last door: one line for the person, the traceback for whoever mends it
        return _defect(request, error)


def _defect(request: Request, error: Exception) -> int:
    place = request.folder / LOG
    text = "".join(traceback.format_exception(error))
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("a", encoding="utf-8") as log:
            log.write(text)
        where = f"details in {place}"
    except OSError:
        print(text, file=sys.stderr)
        where = "details above"
    print(f"a defect of the program: {type(error).__name__}: {error}; {where}", file=sys.stderr)
    return EXIT_DEFECT


def _run(request: Request) -> int:
    started = time.perf_counter()
    book, lang = _read(request)
    if book is None:
        return EXIT_INPUT
    names = list(request.scenarios) or book.scenario_names()
    unknown = [name for name in names if name not in book.scenario_names(active_only=False)]
    if unknown:
        known = ", ".join(book.scenario_names(active_only=False))
        _print_findings([Finding("error", "scenarios", "", f"no scenario {name!r}", f"one of {known}") for name in unknown], request)
        return EXIT_INPUT
    analyses = _analyses(request, book)
    if analyses is None:
        return EXIT_INPUT
    if request.check:
        if not request.quiet:
            _print_ok(book, lang)
        return EXIT_SOLVED
    read_seconds = time.perf_counter() - started
    codes = []
    for name in dict.fromkeys(names):
        code = _run_scenario(request, book, name, lang, read_seconds)
        codes.append(code)
        if code == EXIT_INTERRUPTED:
            return worst(codes)
    for analysis in analyses:
        codes.append(_run_analysis(request, book, analysis, next(iter(names), "reference"), lang, read_seconds))
    return worst(codes)


def _analyses(request: Request, book: Book) -> list[str] | None:
    """Analyses to run: those asked for, else, when no scenario was asked for, those switched on; None when one is unknown."""
    asked = [name for name in dict.fromkeys(request.analyses) if name != NO_ANALYSIS]
    unknown = [name for name in asked if name not in book.schema.analyses]
    if unknown:
        known = ", ".join(book.schema.analyses)
        _print_findings([Finding("error", "analyses", "", f"the analysis {name!r} is not available yet", f"one of {known}") for name in unknown], request)
        return None
    return asked if request.analyses or request.scenarios else book.analysis_names()


def _read(request: Request) -> tuple[Book | None, str]:
    from .core.registry import schema
    from .workbook.book import check_book

    asked: Language | None = "zh" if request.lang == "zh" else "en" if request.lang == "en" else None
    with ProgressDisplay(request.workbook.name, asked or "en", request.quiet or request.check) as show:
        show("read")
        book, findings = check_book(request.workbook, schema(), request.overrides, lang=asked, scenarios=request.scenarios, every=request.every)
    lang = asked or (book.lang if book is not None else "en")
    _print_findings(findings, request)
    if any(finding.level != "info" for finding in findings) and (book is None or request.check):
        _write_checked(request, findings, lang)
    return book, lang


def _print_findings(findings: list[Finding], request: Request) -> None:
    """Each finding on a line; infos only when asked for, otherwise their number."""
    infos = 0
    for finding in findings:
        if finding.level == "info" and not (request.verbose or request.check):
            infos += 1
            continue
        if finding.level != "error" and request.quiet:
            continue
        stream = sys.stderr if finding.level == "error" else sys.stdout
        print(f"{'' if finding.level == 'error' else finding.level + ': '}{finding}", file=stream)
    if infos and not request.quiet:
        print(f"info: {infos} remarks on the workbook (--verbose or --check lists them)")


def _write_checked(request: Request, findings: list[Finding], lang: str) -> None:
    if not request.workbook.is_file():
        return
    from .workbook.checked import checked_name, write_checked

    out = request.folder / checked_name(request.workbook)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_checked(request.workbook, findings, out, "zh" if lang == "zh" else "en")
    if not request.quiet:
        print(f"findings marked in {out}")


def _print_ok(book: Book, lang: str) -> None:
    counts = book.counts()
    rows = counts["rows"]
    assert isinstance(rows, dict)
    words = ("regions", "periods", "slices") if lang != "zh" else ("地区", "时期", "时段")
    print(f"OK: {counts['regions']} {words[0]}, {counts['periods']} {words[1]}, {counts['slices']} {words[2]}")
    print(", ".join(f"{name} {number}" for name, number in rows.items()))


def scenario_folder(request: Request, name: str) -> Path:
    """Where a run goes: ``<scenario>``, or ``<scenario>+set-<hash6>`` with one-off changes."""
    if request.overrides:
        digest = hashlib.sha256("\n".join(request.overrides).encode()).hexdigest()
        name = f"{name}+set-{digest[:6]}"
    return request.folder / name


def _run_scenario(request: Request, book: Book, name: str, lang: str, read_seconds: float) -> int:
    from .api import solve
    from .core.solver import SolveOptions, SolverOptionError

    request.folder.mkdir(parents=True, exist_ok=True)
    options = SolveOptions(request.solver, request.time_limit, request.folder / LOG, request.write_model)
    with ProgressDisplay(name, lang, request.quiet) as show:
        try:
            plan = solve(book, name, options=options, progress=show)
        except InputError as error:
            _print_findings(error.findings, request)
            return EXIT_INPUT
        except SolverOptionError as error:
            print(f"--solver-option: {error}", file=sys.stderr)
            return EXIT_INPUT
        plan.seconds["read"] = read_seconds
        if not plan.solution.has_values:
            return _without_plan(request, plan, name, show)
        return _report(request, plan, name, lang, show)


def _run_analysis(request: Request, book: Book, name: str, scenario: str, lang: str, read_seconds: float) -> int:
    """Solve what the analysis asks for and write its tables; the exit code is that of the model it stands on."""
    from .api import analyse
    from .core.solver import SolveOptions, SolverOptionError
    from .reporting.analysis_report import write_analysis
    from .reporting.write import ReportTargetError, RunContext

    request.folder.mkdir(parents=True, exist_ok=True)
    options = SolveOptions(request.solver, request.time_limit, request.folder / LOG, None)
    started = time.perf_counter()
    with ProgressDisplay(name, lang, request.quiet) as show:
        try:
            outcome = analyse(book, name, scenario, options=options, progress=show)
        except InputError as error:
            _print_findings(error.findings, request)
            return EXIT_INPUT
        except SolverOptionError as error:
            print(f"--solver-option: {error}", file=sys.stderr)
            return EXIT_INPUT
        show("report")
        if not outcome.solution.has_values:
            show("")
            print(f"{name}: {outcome.solution.status}", file=sys.stderr)
            return BY_STATUS[outcome.solution.status]
        title = str(book.data(scenario).settings.get(f"title_{lang}", "") or name)
        file = book.path.name if book.path is not None else book.name
        context = RunContext(
            file, book.sha256, scenario, book.overrides, "analysis", lang, title, {"read": read_seconds, "solve": time.perf_counter() - started},
            request.solver, outcome.problems,
        )  # fmt: skip
        place = scenario_folder(request, name)
        try:
            folder = write_analysis(outcome.tables, outcome.solution, book.schema.analyses[name], place.parent / ANALYSES_FOLDER / place.name, context)
        except ReportTargetError as error:
            print(f"{name}: {error}", file=sys.stderr)
            return EXIT_INPUT
        show("")
    for problem in outcome.problems:
        print(f"{name}: {problem}", file=sys.stderr)
    if not request.quiet:
        print(f"{name}: {outcome.solution.status}; report in {folder}")
    return BY_STATUS[outcome.solution.status]


def _without_plan(request: Request, plan: Plan, name: str, show: ProgressDisplay) -> int:
    """Nothing to report: say why, and for an infeasible model what would have to give way."""
    show("")
    print(f"{name}: {plan.status}", file=sys.stderr)
    if plan.status not in ("infeasible", "unbounded"):
        return BY_STATUS[plan.status]
    from .analysis.infeasibility import diagnose, write_diagnosis

    diagnosis = diagnose(plan.solution)
    if diagnosis.reason:
        print(f"  {diagnosis.reason}", file=sys.stderr)
    for row in diagnosis.relaxations.head(20).to_dict("records"):
        place = f"{row['sheet']}!{row['cell']} " if row["cell"] else ""
        keys = f" ({row['keys']})" if row["keys"] else ""
        amount = f": relax {row['limit']:.6g} by {row['relax_by']:.6g} {row['unit']}" if row["unit"] else ""
        print(f"  {place}{row['name']}{keys}{amount}", file=sys.stderr)
    path = request.folder / "infeasibility.xlsx"
    write_diagnosis(diagnosis, path)
    print(f"  diagnosis in {path}", file=sys.stderr)
    return BY_STATUS[plan.status]


def _report(request: Request, plan: Plan, name: str, lang: str, show: ProgressDisplay) -> int:
    from .reporting.write import IdentityError, ReportTargetError, write_plan

    show("report")
    try:
        folder = write_plan(plan, scenario_folder(request, name), lang, solver_options=request.solver)
    except IdentityError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return EXIT_DEFECT
    except ReportTargetError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return EXIT_INPUT
    show("")
    if not request.quiet:
        unit = plan.build.objective.unit if plan.build.objective else ""
        print(f"{name}: {plan.status}, objective {plan.objective:,.3f} {unit}; report in {folder}")
    return BY_STATUS[plan.status]
