"""What the basis of another plan is worth to a solve: ``python benchmarks/starts.py``.

Every scenario of a workbook is solved from nothing and from the start of the reference that comes with the program, one right after the other in one
process; seconds are of the processor, from the rows to the values. Writes docs/starts.md.

Limits: one run of each; what a scenario gains depends on how far it lies from the reference.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
if str(HERE.parent) not in sys.path:
    sys.path.insert(0, str(HERE.parent))

WORKBOOK = HERE.parent / "inputs" / "three_regions.xlsx"
PAGE = HERE.parent / "docs" / "starts.md"
REFERENCE = "reference"
#: Largest relative difference of two optima that are the same.
SAME = 1e-7


@dataclass(frozen=True)
class Told:
    """One scenario: how its model was solved, simplex steps from the start, seconds from it and from nothing, and how far the optima are apart."""

    name: str
    taken: bool
    steps: int
    warm: float
    cold: float
    apart: float


def measured(workbook: Path, names: list[str]) -> list[Told]:
    """Both solves of every scenario."""
    import model
    from model.api import assemble_checked
    from model.core.solve.highs.shipped import shipped_starts
    from model.core.solve.solver import SolveOptions, solve

    book, starts, found = model.read(workbook), shipped_starts(REFERENCE), []
    for name in names or book.scenario_names(active_only=False):
        build = assemble_checked(book.data(name))
        began = time.process_time()
        cold = solve(build, SolveOptions(cold=True))
        between = time.process_time()
        warm = solve(build, SolveOptions(starts=starts))
        seconds = (time.process_time() - between, between - began)
        used = warm.started
        apart = abs(warm.objective - cold.objective) / abs(cold.objective)
        found.append(Told(name, used is not None and used.taken, used.steps if used is not None else 0, *seconds, apart))
        print(found[-1], file=sys.stderr, flush=True)
    return found


def page(found: list[Told], workbook: str) -> str:
    """The table in Markdown, what gains most first."""
    lines = [
        "# What a start is worth",
        "",
        f"Every scenario of `inputs/{workbook}` solved from nothing and from the basis of the reference, as `solve.py` does where there is no earlier run ([how](formulation.md#12-solving-and-what-every-solution-is-held-to)); "
        "written by `python benchmarks/starts.py`. Seconds of the processor from the rows to the values, on whatever machine this was run: read the ratio.",
        "",
        "| scenario | simplex steps | solved from the start | seconds | from nothing | ratio |",
        "|---|---|---|---|---|---|",
    ]
    for told in sorted(found, key=lambda told: told.warm / told.cold):
        lines.append(f"| `{told.name}` | {told.steps:,} | {'yes' if told.taken else 'given up'} | {told.warm:.2f} | {told.cold:.2f} | {told.warm / told.cold:.2f} |")
    taken = [told for told in found if told.taken]
    whole, cold = sum(told.warm for told in found), sum(told.cold for told in found)
    lines += [
        "",
        f"{len(taken)} of {len(found)} are solved from the start; all together take {whole / cold:.2f} of the time from nothing. "
        f"The optima differ by {max(told.apart for told in found):.1e} of themselves at most.",
    ]
    return "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Measure and write the page; 1 where two optima differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workbook", type=Path, default=WORKBOOK)
    parser.add_argument("--scenario", action="append", default=[])
    parser.add_argument("--out", type=Path, default=PAGE)
    chosen = parser.parse_args(arguments)
    found = measured(chosen.workbook, chosen.scenario)
    chosen.out.write_text(page(found, chosen.workbook.name), encoding="utf-8", newline="\n")
    return int(any(told.apart > SAME for told in found))


if __name__ == "__main__":
    raise SystemExit(main())
