"""What a check of a finished plan asked and found: how much was compared, and of what broke the place, the number expected and the one found.

Limits: of many breaks only the largest are told, with how many there are.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...core.declare.lines import Said, line

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
#: The solver's feasibility tolerance is 1e-7 of its scaled model; ten of these of the largest term of a row in ours.
FEASIBLE = 1e-6
#: Sums of the same products in another order differ by rounding: some ten thousand terms at 1e-16 each.
SAME = 1e-11
#: Numbers of tables are told with all digits; what is added up on another way there and here differs by rounding.
TOLD = 1e-9
#: Tables tell as nothing what the solver's tolerance leaves of it: an amount below this that is told as 0.
NOTHING = 1e-6
#: How many breaks of a check are told.
MOST_TOLD = 5
#: Digits with which both numbers are told.
DIGITS = 12


@dataclass(frozen=True)
class Broken:
    """A place that does not hold: table and row key, or row of the matrix; what was expected and what was found there."""

    place: str
    expected: str
    found: str


@dataclass(frozen=True)
class Check:
    """A check: what it asks, of how many numbers, the largest breaks and how many there are; ``skipped`` where it could not be asked."""

    name: str
    what: Said
    asked: int = 0
    broken: tuple[Broken, ...] = ()
    count: int = 0
    skipped: str = ""
    #: Columns of tables that were asked: (table, column).
    covers: tuple[tuple[str, str], ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing broke."""
        return not self.count

    def told(self, lang: str | None) -> Iterator[str]:
        """A line on how it went, and one for each of the breaks that are told."""
        what = self.what.told(lang)
        if self.skipped:
            skipped = self.skipped.told(lang) if isinstance(self.skipped, Said) else self.skipped
            yield line("certify_skipped", lang, what=what, why=skipped)
            return
        yield line("certify_ok" if self.ok else "certify_broken", lang, what=what, asked=self.asked, count=self.count)
        for found in self.broken:
            yield line("certify_place", lang, place=found.place, expected=found.expected, found=found.found)
        if self.count > len(self.broken):
            yield line("certify_more", lang, count=self.count - len(self.broken))


def same(
    name: str, what: Said, places: Callable[[Integers], list[str]], expected: Floats, found: Floats, scale: Floats | float, tolerance: float,
    *, covers: tuple[tuple[str, str], ...] = (), nothing: float = 0.0,
) -> Check:  # fmt: skip
    """Two lists of numbers that are to be the same: apart by no more than ``tolerance`` of ``scale``; blank with blank is the same.

    ``places`` names the places with these numbers. Below ``nothing`` an expected number may be told as 0.
    """
    gap = np.abs(expected - found)
    size = np.maximum(np.broadcast_to(scale, gap.shape), np.maximum(np.abs(expected), np.abs(found)))
    both = np.isnan(expected) & np.isnan(found)
    fine = both | (gap <= tolerance * size) | ((found == 0.0) & (np.abs(expected) <= nothing)) | (expected == found)
    return of_breaks(name, what, len(gap), places, np.flatnonzero(~fine), expected, found, covers=covers, by=gap)


def at_most(name: str, what: Said, places: Callable[[Integers], list[str]], found: Floats, bound: Floats, slack: Floats) -> Check:
    """Numbers that are to be no greater than their bounds by more than ``slack``."""
    over = found - bound
    return of_breaks(name, what, len(found), places, np.flatnonzero(~(over <= slack)), bound, found, by=over)


def of_breaks(
    name: str, what: Said, asked: int, places: Callable[[Integers], list[str]], wrong: Integers, expected: Floats, found: Floats,
    *, covers: tuple[tuple[str, str], ...] = (), by: Floats | None = None,
) -> Check:  # fmt: skip
    """The check that these numbers of the places broke, the largest gaps told first."""
    order = wrong if by is None else wrong[np.argsort(-np.nan_to_num(by[wrong], nan=np.inf), kind="stable")]
    first = order[:MOST_TOLD]
    told = tuple(Broken(place, number(expected[at]), number(found[at])) for place, at in zip(places(first), first.tolist(), strict=True))
    return Check(name, what, asked, told, len(wrong), covers=covers)


def number(value: float) -> str:
    """A number with the digits that tell it from its neighbour; blank where there is none."""
    return "" if math.isnan(value) else f"{value:.{DIGITS}g}"
