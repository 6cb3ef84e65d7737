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
    from .api import Plan, book, diagnose, read, solve
    from .core.declare.spec import InputError

__all__ = ["InputError", "Plan", "__version__", "book", "diagnose", "read", "solve"]

_HOME = {"InputError": ".core.declare.spec", "Plan": ".api", "book": ".api", "diagnose": ".api", "read": ".api", "solve": ".api"}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOME[name], __name__), name)
