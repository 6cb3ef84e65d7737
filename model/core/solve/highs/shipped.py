"""The starts that come with the program: bases of plans of the two shipped workbooks, one file for each plan.

    folder/three_regions.reference.npz, three_regions.no_targets.npz, provinces.reference.npz, ...

They are made anew when the shipped workbooks change (CONTRIBUTING.md). One that is older only saves less time.

Limits: nothing is known of the workbook that is solved but the names in its model; which start knows them is for the solver to see.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from .start import Start, StartError

FOLDER = Path(__file__).parent / "shipped"
#: The plan whose start serves any scenario that has none of its own.
REFERENCE = "reference"
SUFFIX = ".npz"


def file_name(workbook: str, scenario: str) -> str:
    """What the start of a scenario of a shipped workbook is called."""
    return f"{workbook}.{scenario}{SUFFIX}"


def scenarios_with_start(workbook: str) -> list[str]:
    """The scenarios of a shipped workbook whose start comes with the program."""
    return [file.name.removeprefix(f"{workbook}.").removesuffix(SUFFIX) for file in sorted(FOLDER.glob(file_name(workbook, "*")))]


def shipped_starts(scenario: str) -> tuple[Start, ...]:
    """Those that may suit the scenario: of a plan of the same name, then of the references; one that can not be read is none."""
    files = sorted(FOLDER.glob(f"*{SUFFIX}"))
    named = [[file for file in files if file.name == file_name(file.name.partition(".")[0], name)] for name in dict.fromkeys((scenario, REFERENCE))]
    loaded = [_loaded(file) for group in named for file in group]
    return tuple(start for start in loaded if start is not None)


@cache
def _loaded(file: Path) -> Start | None:
    try:
        return Start.load(file)
    except (OSError, StartError):
        return None
