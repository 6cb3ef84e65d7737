"""What levers ask of the data, gathered: the reader tells it with all else that is wrong, the build relies on it.

A check is a plain function of the data and needs no model; each is asked once for the same data.

Limits: a check sees one scenario at a time and the tables as they were read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..data import Data
from ..declare.spec import Check, Finding, InputError
from .build import Lever


def checks_of(lever: type[Lever]) -> list[Check]:
    """The checks of a lever, which count where the lever is present."""
    return [Check(f"{lever.name} {check.__name__}", lever.present, check) for check in lever.checks]


def found_by(check: Check, data: Data) -> list[Finding]:
    """What the check finds, looked for once for the same data."""
    found = data.once(f"check {check.name}", check.find)
    assert isinstance(found, list)
    return found


def refuse(data: Data, living: Sequence[type[Lever]]) -> None:
    """InputError with everything that the levers given refuse."""
    wrong = [finding for lever in living for check in checks_of(lever) for finding in found_by(check, data) if finding.level == "error"]
    if wrong:
        raise InputError(wrong)


def refused(*steps: Callable[[], object]) -> list[Finding]:
    """Everything that the steps refuse, each by an InputError of its own; a step that another one stands on comes later, by itself."""
    found: list[Finding] = []
    for step in steps:
        try:
            step()
        except InputError as error:
            found.extend(finding for finding in error.findings if finding not in found)
    return found
