"""The regional carbon-neutrality pathway model: read a workbook, solve, report.

    import model
    book = model.read("inputs/three_regions.xlsx")
    plan = model.solve(book, scenario="reference")
    plan.write("reports/mine")

Everything is loaded on first use, so that ``--help`` and ``--check`` start neither Pyomo nor the solver.

Limits: see ``docs/formulation.md``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .version import __version__ as __version__

if TYPE_CHECKING:
    from .analysis.infeasibility import Diagnosis
    from .analysis.task import Outcome
    from .api import Plan, analyse, book, diagnose, read, solve
    from .core.declare.schema import OutcomeTable
    from .core.declare.spec import Finding, InputError
    from .core.solve.solver import SolveOptions
    from .ensemble import WarmBook, run_ensemble
    from .reporting.comparison.compared import Comparison, compare
    from .workbook.book import Book

__all__ = [
    "Book", "Comparison", "Diagnosis", "Finding", "InputError", "Outcome", "OutcomeTable", "Plan", "SolveOptions", "WarmBook",
    "__version__", "analyse", "book", "compare", "diagnose", "read", "run_ensemble", "solve",
]  # fmt: skip

#: Module of each public name.
_HOME = {
    "read": ".api", "book": ".api", "Book": ".workbook.book", "solve": ".api", "SolveOptions": ".core.solve.solver", "Plan": ".api",
    "diagnose": ".api", "Diagnosis": ".analysis.infeasibility", "analyse": ".api", "Outcome": ".analysis.task",
    "OutcomeTable": ".core.declare.schema", "compare": ".reporting.comparison.compared", "Comparison": ".reporting.comparison.compared",
    "run_ensemble": ".ensemble", "WarmBook": ".ensemble", "InputError": ".core.declare.spec", "Finding": ".core.declare.spec",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOME[name], __name__), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
