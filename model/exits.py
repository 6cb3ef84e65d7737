"""The exit codes of the contract.

Limits: none.
"""

from __future__ import annotations

from collections.abc import Iterable

EXIT_SOLVED = 0
EXIT_DEFECT = 1
EXIT_INPUT = 2
EXIT_INFEASIBLE = 3
EXIT_LIMIT = 4
EXIT_INTERRUPTED = 130

#: When several runs end differently, the first of these that is present is the exit code.
PRECEDENCE = (EXIT_INTERRUPTED, EXIT_DEFECT, EXIT_INFEASIBLE, EXIT_LIMIT, EXIT_INPUT, EXIT_SOLVED)

BY_STATUS = {
    "optimal": EXIT_SOLVED,
    "infeasible": EXIT_INFEASIBLE,
    "unbounded": EXIT_INFEASIBLE,
    "time_limit": EXIT_LIMIT,
    "interrupted": EXIT_INTERRUPTED,
    "error": EXIT_DEFECT,
}


def worst(codes: Iterable[int]) -> int:
    """The exit code of several runs."""
    present = list(codes)
    return next((code for code in PRECEDENCE if code in present), EXIT_SOLVED)
