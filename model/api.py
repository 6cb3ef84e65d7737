"""The model from Python: read, solve, look at the tables, write the report.

``solve`` raises only InputError; a model without a solution is told by ``plan.status``.

Limits: one scenario at a time; the command line runs several.
"""

from __future__ import annotations

import importlib
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .core.declare.lines import Said
from .core.declare.spec import Finding, InputError

if TYPE_CHECKING:
    import pandas as pd

    from .analysis import Outcome
    from .analysis.infeasibility import Diagnosis
    from .core.build.build import Build, Lever
    from .core.build.guard import RuleError
    from .core.data import Data
    from .core.declare.spec import Table
    from .core.ledger import PostError
    from .core.solve.solution import Solution
    from .core.solve.solver import SolveOptions
    from .reporting.penalties import Penalty
    from .workbook.book import Book

Progress = Callable[[str], None]
#: What building and solving load; loaded before the clock starts, for imports are no phase of a run.
PACKAGES = ("pyomo.environ", "highspy")


def read(path: str | Path, overrides: Sequence[str] = (), lang: str | None = None) -> Book:
    """Read and validate a workbook; raises InputError whose ``findings`` hold everything wrong."""
    from .core.build.registry import schema
    from .workbook.book import read_book

    return read_book(path, schema(), overrides, lang="zh" if lang == "zh" else "en" if lang == "en" else None)


def book(tables: Mapping[str, pd.DataFrame], settings: Mapping[str, object] | None = None, name: str = "frames") -> Book:
    """A book made in code from frames in workbook units, with only the tables of the levers wanted."""
    from .core.build.registry import schema
    from .workbook.book import book_from_frames

    return book_from_frames(tables, settings, schema=schema(), name=name)


@dataclass
class Plan:
    """A solved scenario: ``status``, ``objective``, ``warnings``, ``tables`` (frames in report units), ``write``."""

    book: Book
    scenario: str
    data: Data
    solution: Solution
    seconds: dict[str, float] = field(default_factory=dict)

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
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every result table by name; see the data dictionary."""
        from .reporting.tables.every import result_tables

        return result_tables(self.solution)

    @cached_property
    def penalties(self) -> list[Penalty]:
        """What the plan could not do and pays a penalty for: place, year, amount, unit and cost, the dearest first."""
        from .reporting.penalties import penalties

        return penalties(self.solution)

    @property
    def warnings(self) -> list[str]:
        """Penalties in use and what is doubtful in the input, as sentences."""
        lang = self.data.word("language")
        found = [str(finding) for finding in self.book.findings if finding.level == "warning"]
        return [*(penalty.text(lang) for penalty in self.penalties), *found]

    @cached_property
    def diagnosis(self) -> Diagnosis:
        """Why there is no plan and which cells to change; for a solved plan an empty one."""
        return diagnose(self)

    def write(self, folder: str | Path, lang: str = "", *, solver_options: Mapping[str, str] | None = None) -> Path:
        """Write tables, manifest and report workbook into ``folder``; raises IdentityError when an identity is broken.

        ``solver_options`` are those that the plan was solved with, for the manifest.
        """
        from .reporting.additionality import undeclared_roles
        from .reporting.write import RunContext, write_run

        used = lang or self.data.word("language")
        context = RunContext(
            workbook=self.book.path.name if self.book.path is not None else self.book.name,
            sha256=self.book.sha256,
            scenario=self.scenario,
            overrides=tuple(self.book.overrides),
            lang=used,
            title=str(self.data.settings.get(f"title_{used}", "") or self.scenario),
            seconds=self.seconds,
            solver_options=solver_options or {},
            warnings=[*(str(finding) for finding in self.book.findings if finding.level == "warning"), *undeclared_roles(self.build, used)],
        )
        return write_run(self.solution, Path(folder), context=context)


def solve(
    book: Book,
    scenario: str = "reference",
    *,
    options: SolveOptions | None = None,
    levers: Sequence[type[Lever]] | None = None,
    progress: Progress | None = None,
) -> Plan:
    """Build and solve one scenario of a book; raises only InputError."""
    from .core.solve.solver import SolveOptions
    from .core.solve.solver import solve as solve_build

    say = progress or (lambda phase: None)
    for package in PACKAGES:
        importlib.import_module(package)
    started = time.perf_counter()
    data = book.data(scenario)
    say("build")
    build = assemble_checked(data, levers)
    built = time.perf_counter()
    say("solve")
    solution = solve_build(build, scaled_to_extent(build, options or SolveOptions()))
    seconds = {"build": built - started, **solution.seconds}
    return Plan(book, scenario, data, solution, seconds)


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
) -> Outcome:
    """Run an analysis of a book on a scenario; raises InputError for wrong input and for an unknown name."""
    from . import analysis
    from .analysis.warm import WarmSolver
    from .core.solve.solver import solve as solve_build
    from .reporting.tables.every import result_tables

    if name not in analysis.ANALYSES:
        raise InputError([Finding("error", "analyses", "", Said("analysis_not_yet", name=name), Said("one_of", known=", ".join(analysis.ANALYSES)))])
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
            kept.append(WarmSolver(data, options))
        return kept[0].base

    task = analysis.Task(book.data(scenario), book.analysis_settings(name), solved, result_tables, assemble_checked, solved_build)
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


@contextmanager
def input_fault() -> Iterator[None]:
    """Turn what a lever could not post, because tables do not fit together, into an InputError."""
    from .core.build.guard import RuleError
    from .core.ledger import PostError

    try:
        yield
    except RuleError as error:
        raise InputError([_finding_of_rule(error)]) from error
    except PostError as error:
        sheets = _sheets_without(error)
        place = sheets[0] if len(sheets) == 1 else "workbook"
        wanted = _wanted_rows(sheets)
        raise InputError([Finding("error", place, "", error.told("en"), wanted, error.told("zh"), wanted.told("zh"))]) from error


def _finding_of_rule(error: RuleError) -> Finding:
    """Where a rule went wrong: the blank cell that its key leads to, else the cell of its limit, else the sheet without the key."""
    from .core.build import registry
    from .core.build.guard import blank_cells

    sheet, cell = error.sheet, error.cell
    if error.lookup:
        sheets = _sheets_without(error)
        wanted = _wanted_rows(sheets)
        place = sheets[0] if len(sheets) == 1 else sheet or "workbook"
        return Finding("error", place, "" if sheets else cell, error.told("en"), wanted, error.told("zh"), wanted.told("zh"))
    if error.data is not None and error.key:
        read = [table for name, table in registry.schema().tables.items() if name in error.reads]
        blank = blank_cells(error.data, read, error.key)
        if len(blank) == 1 and (sheet, cell) not in blank:
            sheet, cell = blank[0]
    wanted = Said("wanted_numbers")
    return Finding("error", sheet or "workbook", cell, error.told("en"), wanted, error.told("zh"), wanted.told("zh"))


def _wanted_rows(sheets: Sequence[str]) -> Said:
    return Said("wanted_row", sheets=", ".join(sheets)) if sheets else Said("wanted_keys")


def _sheets_without(error: PostError) -> list[str]:
    """Sheets that have the columns of the key which was not found, and not the key: those of the lever, else of any lever."""
    from .core.build import registry

    if error.data is None or not error.key:
        return []
    # a vintage is a year of the table that gives the figures of new plants
    key = {"year" if name == "vintage" else name: value for name, value in error.key.items()}
    levers = (*registry.levers(), *registry.closings())
    for tables in ([t for lever in levers if lever.name == error.lever for t in lever.tables], [t for lever in levers for t in lever.tables]):
        found = [table.name for table in tables if _lacks(error.data, table, key)]
        if found:
            return found
    return []


def _lacks(data: Data, table: Table, key: Mapping[str, object]) -> bool:
    columns = {c.name for c in table.columns if c.key} | ({"year"} if table.shape == "years" else set())
    frame = data.tables.get(table.name)
    return columns >= set(key) and (frame is None or not (frame[list(key)] == list(key.values())).all(axis=1).any())
