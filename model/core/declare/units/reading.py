"""Reads a text as a unit, and converts between units.

The grammar is closed: ``ATOM*ATOM/ATOM/ATOM``. A product (``*`` or ``·``) comes before the first ``/``; every ``/``
divides by one atom. An atom is a name from the table ATOMS, and text is only ever looked up there, never evaluated.
Full-width characters and superscripts are normalised first (``m³`` is ``m3``), then the exact spelling is tried, then
the spelling regardless of case where that is safe: ``mha`` is refused, because m is milli and M is mega.

Limits: no parentheses and no exponents beyond those in a name (``km2``); at most 60 characters and 8 atoms.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from fractions import Fraction
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING, Any, overload

from ..lines import Said
from .table import ATOMS, PURE, SOLVER_UNITS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_TEXT = 60
#: Keeps the largest factor far inside the range of a float.
MAX_ATOMS = 8


class UnitError(ValueError):
    """A text is no unit, or two units do not fit together; the message is meant for the person who wrote them."""


@dataclass(frozen=True)
class Unit:
    """A unit that was understood.

    ``text`` is its tidy spelling, ``factor`` the solver units in one of it, ``dimension`` the sorted pairs of dimension
    and exponent, without zeros and without pure numbers: ``()`` is a pure number.
    """

    text: str
    factor: float
    dimension: tuple[tuple[str, int], ...]


def _fold(names: Iterable[str]) -> dict[str, list[str]]:
    """Spelling regardless of case -> the listed spellings that it may stand for."""
    folded: dict[str, list[str]] = {}
    for name in names:
        folded.setdefault(name.casefold(), []).append(name)
    return folded


_FOLDED = _fold(ATOMS)
#: A listed spelling and its exponent, +1 or -1.
_Term = tuple[str, int]


@lru_cache(maxsize=1024)
def _nearest(name: str) -> str:
    """The listed spelling most like ``name``; of equals, the one that begins like it."""

    def likeness(known: str) -> tuple[float, int]:
        low, other = name.casefold(), known.casefold()
        shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(low, other, strict=False)))
        return SequenceMatcher(None, low, other).ratio(), shared

    return max(ATOMS, key=likeness)


def _case_matters(written: str, known: str) -> bool:
    """Whether reading ``written`` as ``known`` would take milli for mega, pico for peta, or M for a metre."""
    return (known[0] in "MP" or known == "m") and written[0] != known[0]


def _look_up(name: str, text: str) -> str:
    """The listed spelling that ``name``, a part of ``text``, stands for; UnitError names the nearest one."""
    if name in ATOMS:
        return name
    known = [k for k in _FOLDED.get(name.casefold(), []) if not _case_matters(name, k)]
    if len({ATOMS[k] for k in known}) == 1:
        return known[0]
    where = "" if name == text else "_in"
    if not name:
        raise UnitError(Said(f"unit_beside{where}", text=text))
    raise UnitError(Said(f"unit_no_such{where}", name=name, text=text, nearest=_nearest(name)))


def _tidy(text: str) -> str:
    """The text with full-width characters and spaces normalised; UnitError when it is empty or too long."""
    # The length is checked before as well, so that no giant cell is normalised at all.
    tidy = " ".join(unicodedata.normalize("NFKC", text).split()) if len(text.strip()) <= MAX_TEXT else text.strip()
    if len(tidy) > MAX_TEXT:
        raise UnitError(Said("unit_long", most=MAX_TEXT, count=len(tidy), text=tidy[:MAX_TEXT]))
    if not tidy:
        raise UnitError(Said("unit_empty"))
    return tidy


def _split(text: str) -> list[_Term]:
    """The names in a tidy text, not yet looked up, each with its exponent."""
    above, *below = text.split("/")
    for part in below:
        if re.search(r"[*·]", part):
            raise UnitError(Said("unit_order", text=text))
    terms = [(name.strip(), 1) for name in re.split(r"[*·]", above)] + [(name.strip(), -1) for name in below]
    if len(terms) > MAX_ATOMS:
        raise UnitError(Said("unit_parts", most=MAX_ATOMS, text=text, count=len(terms)))
    return terms


@lru_cache(maxsize=4096)
def _read(text: str) -> tuple[_Term, ...]:
    """The listed spellings in a raw text, each with its exponent; UnitError when the text is no unit."""
    tidy = _tidy(text)
    return tuple((_look_up(name, tidy), power) for name, power in _split(tidy))


def _worth(terms: Iterable[_Term]) -> Fraction:
    """Solver units in one of the compound, exactly."""
    worth = Fraction(1)
    for name, power in terms:
        worth *= ATOMS[name].factor ** power
    return worth


def _powers(terms: Iterable[_Term]) -> dict[str, int]:
    """Dimension -> exponent, in the order of first appearance, without zeros and without pure numbers."""
    powers: dict[str, int] = {}
    for name, power in terms:
        dimension = ATOMS[name].dimension
        powers[dimension] = powers.get(dimension, 0) + power
    return {d: p for d, p in powers.items() if p and d != PURE}


def _spell(terms: Iterable[_Term]) -> str:
    """The text of a compound: products first, then each divisor after its own slash."""
    named = [(name, power) for name, power in terms if name != "1"]
    above = "*".join(name for name, power in named if power > 0) or "1"
    return "/".join([above, *(name for name, power in named if power < 0)])


def _unit(terms: tuple[_Term, ...]) -> Unit:
    return Unit(_spell(terms), float(_worth(terms)), tuple(sorted(_powers(terms).items())))


@lru_cache(maxsize=4096)
def parse(text: str) -> Unit:
    """The unit that ``text`` spells.

    Raises UnitError, whose message names the part that is not understood and the nearest known spelling.
    """
    return _unit(_read(text))


def factor(text: str) -> float:
    """Solver units in one ``text``: 1e-3 for kha, because the solver counts Mha. Raises UnitError."""
    return parse(text).factor


def same_dimension(a: str, b: str) -> bool:
    """Whether values in ``a`` can be converted into ``b``. Raises UnitError when either is no unit."""
    return parse(a).dimension == parse(b).dimension


@overload
def convert(value: float, from_unit: str, to_unit: str) -> float: ...
@overload
def convert(value: NDArray[Any], from_unit: str, to_unit: str) -> NDArray[np.float64]: ...
def convert(value: float | NDArray[Any], from_unit: str, to_unit: str) -> float | NDArray[np.float64]:
    """``value`` (a number, or an array of any shape) counted in ``to_unit`` instead of ``from_unit``.

    Raises UnitError when the dimensions differ, saying both.
    """
    if not same_dimension(from_unit, to_unit):
        first, second = _describe(from_unit), _describe(to_unit)
        raise UnitError(Said("unit_conversion", first=from_unit, first_dimension=first, second=to_unit, second_dimension=second))
    return value * _ratio(from_unit, to_unit)


@lru_cache(maxsize=4096)
def _ratio(from_unit: str, to_unit: str) -> float:
    """How many of one unit are in another; exact and rounded once, so that round numbers stay round: two rounded factors would drift."""
    return float(_worth(_read(from_unit)) / _worth(_read(to_unit)))


def multiply(a: str, b: str) -> Unit:
    """The product of two units: ``m3/ha`` times ``kha`` is ``m3*kha/ha``, a volume. Raises UnitError."""
    return _unit(_read(a) + _read(b))


def product_matches(a: str, b: str, c: str) -> bool:
    """Whether a value in ``a`` times a value in ``b`` is a value in ``c`` as it stands, with no number to add.

    Dimensions must agree, time included, and factors to 1e-9: the test "unit of the coefficient x unit of the variable
    = unit of the balance". Raises UnitError when any is no unit.
    """
    product, wanted = multiply(a, b), parse(c)
    return product.dimension == wanted.dimension and math.isclose(product.factor, wanted.factor, rel_tol=1e-9)


def solver_unit(text: str) -> str:
    """The solver's unit of the same dimension, in the order of ``text``: ``CNY/ha/yr`` gives ``bn CNY/Mha/yr``.

    What cancels is left out (``kha/ha`` gives ``1``). Raises UnitError.
    """
    terms: list[_Term] = []
    for dimension, power in _powers(_read(text)).items():
        terms += [(SOLVER_UNITS[dimension], 1 if power > 0 else -1)] * abs(power)
    return _spell(terms)


def _describe(text: str) -> str:
    """The dimension of a unit in words: ``money/area``."""
    powers = _powers(_read(text))
    above = "*".join(d for d, p in powers.items() for _ in range(p)) or "1"
    divisors = [d for d, p in powers.items() for _ in range(-p)]
    return "/".join([above, *divisors]) if powers else "a pure number"
