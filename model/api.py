"""The model from Python: read, solve, look at the tables, write the report.

``solve`` raises only InputError; a model without a solution is told by ``plan.status``.

Limits: one scenario at a time; ``run_ensemble`` and the command line run several.
"""

from __future__ import annotations

import importlib
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .core.declare.lines import Said, line, status_word
from .core.declare.spec import Finding, InputError
from .workbook.input_fault import input_fault

if TYPE_CHECKING:
    import pandas as pd

    from .analysis import Outcome
    from .analysis.infeasibility import Diagnosis
    from .analysis.task import Measure, Member, Variant
    from .core.build.build import Build, Lever
    from .core.data import Data
    from .core.solve.solution import Solution
    from .core.solve.solver import SolveOptions
    from .reporting.penalties import Penalty, Remark
    from .workbook.book import Book

Progress = Callable[[str], None]
#: Findings that a remark lists; the rest is counted.
MOST_LISTED = 3
#: The solver; it and Pyomo are loaded before the clock starts, for imports are no phase of a run.
SOLVER = "highspy"


def read(path: str | Path, overrides: Sequence[str] = (), lang: str | None = None) -> Book:
    """Read and validate a workbook.

    ``overrides`` are one-off changes ``SHEET!CELL=VALUE`` of cells as they stand in the file. ``lang`` is the language of the
    findings, ``en`` or ``zh``; by default that of the workbook. Raises InputError whose ``findings`` hold everything that is wrong.
    """
    from .core.build.registry import schema
    from .workbook.book import read_book

    return read_book(path, schema(), overrides, lang="zh" if lang == "zh" else "en" if lang == "en" else None)


def book(tables: Mapping[str, pd.DataFrame], settings: Mapping[str, object] | None = None, name: str = "frames") -> Book:
    """A book made in code, with only the tables of the levers wanted.

    ``tables``: frames by sheet name, with the columns and in the units of the data dictionary; a year table has a column for each year.
    ``settings``: values by name, in the unit of the dictionary; what is left out takes its default. Raises InputError like ``read``.
    """
    from .core.build.registry import schema
    from .workbook.book import book_from_frames

    return book_from_frames(tables, settings, schema=schema(), name=name)


@dataclass
class Plan:
    """A solved scenario: how it ended, what was found, in frames of workbook units, and its report.

    A model without a solution has a ``status`` that says so and tables without rows; ``diagnosis`` tells why.
    """

    book: Book
    scenario: str
    data: Data
    solution: Solution
    seconds: dict[str, float] = field(default_factory=dict)
    #: What could not be done beside the plan; it stands in run.json and on the first page.
    remarks: list[Remark] = field(default_factory=list)
    #: The input as it was given, where the solves settled a number of it (the price of credits) themselves.
    _given: Data | None = field(default=None, repr=False)

    @property
    def status(self) -> str:
        """optimal, infeasible, unbounded, time_limit, interrupted or error."""
        return self.solution.status

    @property
    def objective(self) -> float:
        """Value of the objective, in its unit; NaN without a solution."""
        return self.solution.objective

    @property
    def build(self) -> Build:
        """The built model: families, rows, ledger."""
        return self.solution.build

    @cached_property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Every result table by name, made when it is first asked for; what each holds, column by column with its unit, stands in docs/results.md."""
        from .reporting.tables.every import Copied

        return Copied(self._each)

    @cached_property
    def _each(self) -> Mapping[str, pd.DataFrame]:
        """The tables as they are written, whatever a user makes of those handed out; each made once."""
        from .evidence.sweeps.sweep import shipped_swings
        from .reporting.tables.every import result_tables
        from .workbook.changes import changed_input

        if self.solution.changed is None:
            given = self.data if self._given is None else self._given
            self.solution.changed = changed_input(self.book.reference_of_file(), given, self.book.schema)
        if self.solution.dearest is None:
            self.solution.dearest = shipped_swings(self.data.regions, self.book.ranges, self.objective)
        return result_tables(self.solution)

    def _made(self) -> dict[str, pd.DataFrame]:
        """All tables, and the time of those that had not been asked for counted."""
        started = time.perf_counter()
        made = dict(self._each)
        self.seconds.setdefault("extract", time.perf_counter() - started)
        return made

    def tell_beside(self, base: Plan) -> None:
        """Tell who bears what beside another plan: table ``burden`` then holds what this one has more. Tables are made anew."""
        from .core.solve.solution import Against

        self.solution.against = Against(base.scenario, base.tables["burden"])
        for made in ("tables", "_each"):
            self.__dict__.pop(made, None)

    @property
    def limits(self) -> pd.DataFrame:
        """Table ``limits``: a row for each limit of the workbook in each place and year, with its cell, slack, dual and price.

        Amounts are in the unit of the column ``unit``; ``price`` is in bn CNY of that year per unit, blank where the objective is no cost.
        """
        return self.tables["limits"]

    @property
    def prices(self) -> pd.DataFrame:
        """Table ``prices``: a row for each balance, place, slice and year, with the worth of one more unit.

        ``price`` is in the unit of the column ``unit``, in money of that year; blank where the objective is no cost.
        """
        return self.tables["prices"]

    @cached_property
    def penalties(self) -> list[Penalty]:
        """What the plan could not do and pays a penalty for: place, year, amount, unit and cost, the dearest first."""
        from .reporting.penalties import penalties

        return penalties(self.solution)

    @property
    def warnings(self) -> list[str]:
        """Penalties in use, what could not be done beside the plan and what is doubtful in the input, as sentences."""
        lang = self.data.word("language")
        found = [str(finding) for finding in (*self.book.findings, *self.build.findings) if finding.level == "warning"]
        return [*(penalty.text(lang) for penalty in self.penalties), *(remark.text(lang) for remark in self.remarks), *found]

    @cached_property
    def diagnosis(self) -> Diagnosis:
        """Why there is no plan and which cells to change; for a solved plan an empty one."""
        return diagnose(self)

    def write(self, folder: str | Path, lang: str = "", *, solver_options: Mapping[str, str] | None = None) -> Path:
        """Write tables, manifest and report workbook into ``folder``; raises IdentityError when an identity is broken.

        ``solver_options`` are those that the plan was solved with, for the manifest. Where a finished analysis ``sensitivity`` of the same matrix lies
        beside the folder (``analyses/sensitivity``), the report tells its ranges.
        """
        from .evidence.sweeps.sweep import SENSITIVITY, own_swings
        from .reporting.additionality import undeclared_roles
        from .reporting.tables.columns import conform
        from .reporting.write import RunContext, write_run

        used, made = lang or self.data.word("language"), self._made()
        own = own_swings(Path(folder).parent / SENSITIVITY, self.solution.matrix.hash(), self.book.ranges)
        if len(own):
            made = {**made, "dearest_estimates": conform("dearest_estimates", own)}
        context = RunContext(
            workbook=self.book.path.name if self.book.path is not None else self.book.name,
            sha256=self.book.sha256,
            scenario=self.scenario,
            overrides=tuple(self.book.overrides),
            lang=used,
            title=str(self.data.settings.get(f"title_{used}", "") or self.scenario),
            seconds=self.seconds,
            solver_options=solver_options or {},
            warnings=[*(str(finding) for finding in (*self.book.findings, *self.build.findings) if finding.level == "warning"), *undeclared_roles(self.build, used)],
            remarks=self.remarks,
        )
        return write_run(self.solution, Path(folder), context=context, made=made)


def solve(
    book: Book,
    scenario: str = "reference",
    *,
    options: SolveOptions | None = None,
    levers: Sequence[type[Lever]] | None = None,
    progress: Progress | None = None,
) -> Plan:
    """Build and solve one scenario of a book.

    ``options``: solver options, time limit, log, starts; with ``cold`` nothing is started from. ``levers``: only these, by default every lever whose tables the book has. ``progress`` is
    called with the name of each phase as it begins. Raises only InputError, also for an unknown scenario.
    """
    from .core.build.rows import load_pyomo
    from .core.solve.solver import SolveOptions
    from .core.solve.solver import solve as solve_build

    say = progress or (lambda phase: None)
    load_pyomo()
    importlib.import_module(SOLVER)
    started = time.perf_counter()
    data = book.data(scenario)
    say("build")
    build = assemble_checked(data, levers)
    built = time.perf_counter()
    say("solve")
    options = with_starts(options or SolveOptions(), scenario)
    solution = solve_build(build, scaled_to_extent(build, options))
    seconds = {"build": built - started, **solution.seconds}
    solution, remarks = _credits_settled(solution, levers, options, say, seconds)
    return Plan(book, scenario, solution.build.data, solution, seconds, remarks, data)


def _credits_settled(solution: Solution, levers: Sequence[type[Lever]] | None, options: SolveOptions, say: Progress, seconds: dict[str, float]) -> tuple[Solution, list[Remark]]:
    """The plan in which funds count on credits at the price of the market, and a remark where there is none; where no fund takes credits, the plan as it is."""
    from .closing.funds.settle import at_price, feeds_funds, settle
    from .closing.market.prices import CNY_PER_TONNE
    from .core.build.rebuild import rebuild
    from .core.solve.highs.kept import start_of
    from .core.solve.solver import solve as solve_build
    from .reporting.penalties import Remark

    if not feeds_funds(solution):
        return solution, []
    first = solution.build
    again = replace(options, write_model=None)
    if solution.basis is not None and not options.cold:
        again = replace(again, starts=(start_of(solution),))

    def solve_at(price: float) -> Solution:
        say("credits")
        started, data = time.perf_counter(), at_price(first.data, price)
        with input_fault():
            build = rebuild(first, data, levers) or assemble_checked(data, levers)
        build.findings = list(first.findings)
        seconds["build"] += time.perf_counter() - started
        found = solve_build(build, scaled_to_extent(build, again))
        for phase, spent in found.seconds.items():
            seconds[phase] = seconds.get(phase, 0.0) + spent
        return found

    settled = settle(solution, solve_at)
    settled.plan.solution.seconds = {}  # those of all solves stand in the plan's
    if settled.swing is None:
        return settled.plan.solution, []
    low, high = settled.swing
    told = {"low": low.price, "low_market": low.market, "high": high.price, "high_market": high.market}
    numbers = {name: f"{value * CNY_PER_TONNE:.4g}" for name, value in told.items()}
    return settled.plan.solution, [Remark(*(line("credits_swing", lang, **numbers, solves=len(settled.tried)) for lang in ("en", "zh")))]


def told_beside(plan: Plan, place: Callable[[str], Path], options: SolveOptions | None = None, progress: Progress | None = None) -> str:
    """Tell who bears what beside the scenario that the setting burden_baseline names; how its solve ended where that is no optimum, else "".

    It is taken from its finished run of the same workbook, from what an earlier call kept beside that, or solved and kept.
    ``place`` gives the folder of a scenario's run. Ctrl-C meanwhile ends the other plan alone: ``interrupted``. Why there is no other plan stands in ``plan.remarks``.
    """
    from .closing.payments.allowances import BURDEN_BASELINE
    from .core.solve.solution import Against
    from .core.solve.solver import SolveOptions
    from .core.solve.solver import solve as solve_build
    from .reporting.files.baseline import Origin, finished, kept_or_solved

    name = plan.data.word(BURDEN_BASELINE.name)
    if name == plan.scenario or name not in plan.book.scenario_names(active_only=False):
        return ""
    origin = Origin(plan.book.sha256, plan.book.overrides, name, place(name))
    rows = finished(origin, plan.data.regions, plan.data.all_years)
    if rows is None:
        if progress is not None:
            progress("baseline")
        try:
            build = assemble_checked(plan.book.data(name))
            started = with_starts(options or SolveOptions(), name)
            rows, ended = kept_or_solved(origin, build, lambda build: solve_build(build, scaled_to_extent(build, started)))
        except InputError as error:
            plan.remarks.append(_not_beside(name, "error", error.findings))
            return "error"
        except KeyboardInterrupt:  # the plan itself is solved: who asked for it keeps it
            rows, ended = None, "interrupted"
        if rows is None:
            plan.remarks.append(_not_beside(name, ended))
            return ended
    plan.solution.against = Against(name, rows)
    return ""


def _not_beside(name: str, ended: str, findings: Sequence[Finding] = ()) -> Remark:
    """Why a plan is not told beside the scenario ``name``: what is wrong with its input, the first cells of it, or how its solve ended."""
    from .reporting.penalties import Remark

    wrong = [finding for finding in findings if finding.level == "error"] or list(findings)

    def text(lang: str) -> str:
        if not wrong:
            return line("no_baseline", lang, name=name, status=status_word(ended, lang))
        found = [str(finding.told(lang)) for finding in wrong[:MOST_LISTED]]
        more = [line("more_findings", lang, count=len(wrong) - MOST_LISTED)] if len(wrong) > MOST_LISTED else []
        return line("no_baseline_input", lang, name=name, found="; ".join([*found, *more]))

    return Remark(text("en"), text("zh"))


def diagnose(plan: Plan, seconds: float | None = None) -> Diagnosis:
    """Why a plan does not exist: ``suggestions`` of cells to change, ``conflict``, ``arithmetic``, ``relaxations``.

    Raises nothing; a plan that was solved gives an empty diagnosis. ``seconds`` bounds the search; by default it grows with the rows of the model.
    """
    import pandas as pd

    from .analysis.infeasibility import COLUMNS, Diagnosis
    from .analysis.infeasibility import diagnose as diagnose_solution
    from .workbook.desk import BookDesk

    if plan.solution.has_values:
        return Diagnosis(pd.DataFrame(columns=COLUMNS))
    return diagnose_solution(plan.solution, BookDesk(plan.book, plan.scenario), seconds)


def with_starts(options: SolveOptions, scenario: str) -> SolveOptions:
    """The options with the starts that come with the program, after those that they hold; none where the solve is to be cold.

    Nor under a limit of time: what it stops is not to hang on how near to a shipped plan the workbook is.
    """
    from .core.solve.highs.shipped import shipped_starts

    return options if options.cold or options.time_limit is not None else replace(options, starts=(*options.starts, *shipped_starts(scenario)))


#: Extent from which a model needs no scaling: the solver's tolerance of 1e-7 is then far below any share of it.
LARGE_EXTENT = 100.0
#: The solver's name for a power of two that all bounds and right-hand sides are multiplied by while it works.
BOUND_SCALE = "user_bound_scale"


def scaled_to_extent(build: Build, options: SolveOptions) -> SolveOptions:
    """Options for a model whose levers all grow with one thing, as one of forest alone with its area: a small one is solved as if
    it were large, else tolerances would eat it.

    Every amount of such a model is in proportion to that extent, so a power of two on all bounds changes nothing but rounding.
    """
    levers = [lever for lever in build.levers if lever.name in build.present]
    grow_with = {lever.grows_with for lever in levers}
    extents = [lever.extent(build.data) for lever in levers if {lever.name} == grow_with]
    if BOUND_SCALE in options.solver or not extents or not 0.0 < extents[0] < LARGE_EXTENT:
        return options
    scale = math.ceil(math.log2(LARGE_EXTENT / extents[0]))
    return replace(options, solver={**options.solver, BOUND_SCALE: str(scale)})


def analyse(
    book: Book,
    name: str,
    scenario: str = "reference",
    *,
    options: SolveOptions | None = None,
    progress: Progress | None = None,
    workers: int = 1,
    scheduler: str | None = None,
    kept_in: Path | None = None,
) -> Outcome:
    """Answer a question that takes more than one solve: run the analysis ``name`` of a book on a scenario.

    ``.tables`` of what is returned are its result tables (``name``, ``frame``, ``units`` by column), ``.problems`` what could not
    be done. Settings are those of the sheet ``analyses``; ``options`` and ``progress`` as in ``solve``. ``workers`` processes of this machine,
    or the Dask cluster of a ``scheduler``, share the members of an analysis of many plans; what is finished of it is kept in the folder
    ``kept_in`` until all is. Raises InputError for wrong input, an unknown name and a cluster that can not be used.
    """
    from . import analysis
    from .analysis.warm import WarmSolver
    from .core.solve.solver import SolveOptions
    from .core.solve.solver import solve as solve_build
    from .members.ensemble import crew_of, solve_members
    from .members.work import Job, Opened
    from .reporting.tables.every import allocation_terms, result_tables

    if name not in analysis.ANALYSES:
        raise InputError([Finding("error", "analyses", "", Said("analysis_not_there", name=name), Said("one_of", known=", ".join(analysis.ANALYSES)))])
    say = progress or (lambda phase: None)

    def solved_build(build: Build, phase: str) -> Solution:
        if phase:  # without one the phase before goes on
            say(phase)
        return solve_build(build, options)

    kept: list[WarmSolver] = []

    def solved(data: Data, phase: str) -> Solution:
        """The first plan is solved from scratch, the others start from its optimum."""
        if phase:
            say(phase)
        with input_fault():
            if kept:
                return kept[0].solve(data)
            kept.append(WarmSolver(data, with_starts(options or SolveOptions(), scenario)))
        return kept[0].base

    asked = 0

    def members(variants: Sequence[Variant], measure: Measure) -> list[Member]:
        nonlocal asked
        if not kept:
            solved(book.data(scenario), "solve")
        say("members")
        asked += 1
        job = Job.of(book, scenario, with_starts(options or SolveOptions(), scenario), kept[0].basis, measure)
        finished = kept_in / f".{name}.{asked}.members.jsonl" if kept_in is not None else None
        # a display of progress can count, too
        tell = getattr(progress, "count", None) or (lambda done, count: None)
        return solve_members(job, variants, crew_of(workers, scheduler), opened=Opened(job, kept[0], book), kept=finished, tell=tell)

    task = analysis.Task(
        book.data(scenario), book.analysis_settings(name), solved, result_tables, assemble_checked, solved_build, lambda change: kept[0].duals_when_moved(change), say,
        book.data, book.scenario_names(active_only=False), book.ranges, lambda changes: book.varied(changes, scenario), members, workers, allocation_terms,
        book.analysis_cells(name),
    )  # fmt: skip
    return analysis.run(name, task)


def assemble_checked(data: Data, levers: Sequence[type[Lever]] | None = None) -> Any:
    """Assemble the model; a key that one table uses and another lacks is the input's fault and becomes an InputError.

    What the result tables could not do with this model is a defect of the program and is found here, before a solve is spent on it.
    """
    from .core.build.assemble import assemble
    from .reporting.additionality import check_states

    with input_fault():
        build = assemble(data, levers)
    check_states(build)
    return build
