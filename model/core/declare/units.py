"""Units of measure: which spellings the workbook may use, and what each is worth in the solver's own units.

The solver counts area in Mha, volume (water or wood) in km3 = bn m3, power in GW, energy of any kind in TWh, mass in
Mt, money in bn CNY, time in yr. These are chosen so that quotients need no further numbers: 1 CNY/MWh is 1e-3 bn CNY
per TWh. Carbon as C, carbon as CO2, dry matter, value added and every commodity are dimensions of their own: nothing
converts between them by accident, only a formula that names its constant does.

The grammar is closed: ``ATOM*ATOM/ATOM/ATOM``. A product (``*`` or ``·``) comes before the first ``/``; every ``/``
divides by one atom. An atom is a name from the table ATOMS, and text is only ever looked up there, never evaluated.
Full-width characters and superscripts are normalised first (``m³`` is ``m3``), then the exact spelling is tried, then
the spelling regardless of case where that is safe: ``mha`` is refused, because m is milli and M is mega.

Hours and years are two dimensions, so that hours of availability are never taken for years. Hence power times hours
(``GW*h``) is not ``energy``: who multiplies GW by h divides by GWH_PER_TWH to get TWh, in sight of the reader.

Limits: factors only, no offsets (no degrees Celsius); no numbers in a unit except those in a listed spelling
(``1000 m3``); no parentheses and no exponents beyond those in a name (``km2``); at most 60 characters and 8 atoms;
prices of different years are one ``money``. Percentages, flags and calendar years are all pure numbers here, so only
the range of a column can tell a year from a share.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from fractions import Fraction
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING, Any, overload

from .lines import Said

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: t CO2 per t C, the ratio of the molar masses.
CO2_PER_C = 44 / 12
#: h per yr that the time slices add up to.
HOURS_PER_YEAR = 8760.0
HOURS_PER_DAY = 24.0
#: GJ per MWh.
GJ_PER_MWH = 3.6
#: GW x h per TWh.
GWH_PER_TWH = 1000.0
#: GJ per t of standard coal equivalent (7000 kcal per kg).
GJ_PER_TCE = 29.3076

MAX_TEXT = 60
#: Keeps the largest factor far inside the range of a float.
MAX_ATOMS = 8
#: The dimension of pure numbers; it never appears in ``Unit.dimension``.
PURE = "fraction"


class UnitError(ValueError):
    """A text is no unit, or two units do not fit together; the message is meant for the person who wrote them."""


@dataclass(frozen=True)
class Atom:
    """One accepted spelling: its dimension, and the solver units in one of it (exact, so that ratios are exact)."""

    dimension: str
    factor: Fraction


@dataclass(frozen=True)
class Unit:
    """A unit that was understood.

    ``text`` is its tidy spelling, ``factor`` the solver units in one of it, ``dimension`` the sorted pairs of dimension
    and exponent, without zeros and without pure numbers: ``()`` is a pure number.
    """

    text: str
    factor: float
    dimension: tuple[tuple[str, int], ...]


# ---------------------------------------------------------------------------------------------------------------------
# The closed table: one entry per dimension, giving the solver unit and every accepted spelling.

_Spellings = dict[str, Fraction]

_ENGLISH = {
    "": 1,
    "1000 ": 10**3,
    "thousand ": 10**3,
    "10k ": 10**4,
    "million ": 10**6,
    "100 million ": 10**8,
    "bn ": 10**9,
    "billion ": 10**9,
}
#: Without 千, for names that already begin with it (千瓦).
_MYRIADS = {"": 1, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "十亿": 10**9}
_CHINESE = {**_MYRIADS, "千": 10**3}
_SI = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "P": 10**15, "E": 10**18}


def _si(*prefixes: str) -> dict[str, int]:
    """The named SI prefixes with their sizes."""
    return {prefix: _SI[prefix] for prefix in prefixes}


def _names(one: Fraction, scales: Mapping[str, int], *names: str) -> _Spellings:
    """Every scale put before every name; ``one`` is the worth of the bare name in solver units."""
    return {scale + name: one * size for name in names for scale, size in scales.items()}


def _just(one: Fraction, *names: str) -> _Spellings:
    """The names as they stand; ``one`` is their worth in solver units."""
    return _names(one, {"": 1}, *names)


_HECTARE = Fraction(1, 10**6)
_CUBIC_METRE = Fraction(1, 10**9)
_WATT = Fraction(1, 10**9)
_MWH = Fraction(1, 10**6)
_KWH = _MWH / 1000
_GJ = _MWH / Fraction(str(GJ_PER_MWH))
_TCE = _GJ * Fraction(str(GJ_PER_TCE))
_CNY = Fraction(1, 10**9)
_TONNE = Fraction(1, 10**6)
_ONE_OF_A_MILLION = Fraction(1, 10**6)
_KM = Fraction(1, 1000)
_YEAR = _HOUR = _NUMBER = Fraction(1)


def _tonnes(english: tuple[str, ...], chinese: tuple[str, ...]) -> _Spellings:
    """Tonnes and kg of a substance; ``english`` are endings such as " C" (t C), ``chinese`` whole words for a tonne."""
    tonnes = [f"t{ending}" for ending in english]
    return {
        **_names(_TONNE, _si("", "k", "M", "G"), *tonnes),
        **_names(_TONNE, _ENGLISH, *tonnes),
        **_names(_TONNE, _CHINESE, *tonnes, *chinese),
        **_names(_TONNE / 10**6, _si("k"), *(f"g{ending}" for ending in english)),
    }


def _grams(*endings: str) -> _Spellings:
    """Grams of a substance with the prefixes that ecologists use (g C, Mg C, Tg C, Pg C)."""
    return _names(_TONNE / 10**6, _si("", "k", "M", "G", "T", "P"), *(f"g{ending}" for ending in endings))


def _area() -> _Spellings:
    return {
        **_names(_HECTARE, _si("", "k", "M"), "ha"),
        **_names(_HECTARE, _ENGLISH, "ha"),
        **_names(_HECTARE, _CHINESE, "ha", "hm2", "公顷"),
        **_just(_HECTARE, "hectare", "hectares"),
        **_names(_HECTARE * 100, _ENGLISH, "km2"),
        **_names(_HECTARE * 100, _MYRIADS, "km2", "平方公里", "平方千米"),
        **_names(_HECTARE / 10**4, _CHINESE, "m2", "平方米"),
        **_names(_HECTARE / 15, _ENGLISH, "mu"),
        **_names(_HECTARE / 15, _CHINESE, "亩"),
    }


def _volume() -> _Spellings:
    return {
        **_names(_CUBIC_METRE, _ENGLISH, "m3"),
        **_names(_CUBIC_METRE, _CHINESE, "m3", "立方米", "方"),
        # Statistics write Mm3 for a million m3, although by the letter of SI it is a cubic megametre.
        **_just(_CUBIC_METRE * 10**6, "Mm3", "hm3"),
        **_just(_CUBIC_METRE * 10**9, "km3", "立方公里", "立方千米"),
    }


def _power() -> _Spellings:
    return {
        **_names(_WATT, _si("", "k", "M", "G", "T"), "W"),
        **_names(_WATT * 10**3, _ENGLISH, "kW"),
        **_names(_WATT * 10**3, _MYRIADS, "kW", "千瓦"),
        **_names(_WATT * 10**6, _MYRIADS, "兆瓦"),
        **_just(_WATT * 10**9, "吉瓦"),
    }


def _energy() -> _Spellings:
    return {
        **_names(_KWH / 1000, _si("", "k", "M", "G", "T"), "Wh"),
        **_names(_KWH, _ENGLISH, "kWh"),
        **_names(_KWH, _MYRIADS, "kWh", "千瓦时", "度"),
        **_names(_MWH, _MYRIADS, "兆瓦时"),
        **_names(_GJ / 10**9, _si("", "k", "M", "G", "T", "P", "E"), "J"),
        **_just(_GJ, "吉焦"),
        **_just(_GJ * 10**3, "太焦"),
        **_names(_TCE, _si("", "k", "M", "G"), "tce"),
        **_names(_TCE, _ENGLISH, "tce"),
        **_names(_TCE, _CHINESE, "tce", "吨标准煤", "吨标煤"),
        **_names(_TCE / 10**6, _si("", "k"), "gce"),
    }


def _money() -> _Spellings:
    return {
        **_names(_CNY, _ENGLISH, "CNY", "RMB", "yuan"),
        **_just(_CNY * 1000, "kCNY"),
        **_names(_CNY, _CHINESE, "元", "元人民币"),
    }


def _mass() -> _Spellings:
    return {
        **_tonnes(("",), ("吨",)),
        **_grams(""),
        **_names(_TONNE, _ENGLISH, "tonne", "tonnes"),
        **_just(_TONNE / 1000, "千克", "公斤"),
    }


def _length() -> _Spellings:
    return {
        **_names(_KM, _ENGLISH, "km"),
        **_names(_KM, _MYRIADS, "公里", "千米"),
        **_just(_KM / 1000, "m", "米"),
    }


def _counted(english: tuple[str, ...], chinese: tuple[str, ...]) -> _Spellings:
    """Things that are counted; the solver counts millions."""
    return {**_names(_ONE_OF_A_MILLION, _ENGLISH, *english), **_names(_ONE_OF_A_MILLION, _CHINESE, *chinese)}


def _pure() -> _Spellings:
    return {
        **_just(_NUMBER, "1", "fraction", "share", "ratio", "比例", "flag", "calendar year", "年份"),
        **_just(_NUMBER / 100, "%", "percent"),
        **_just(_NUMBER / 1000, "‰", "per mille"),
    }


_TABLE: dict[str, tuple[str, _Spellings]] = {
    "area": ("Mha", _area()),
    "volume": ("km3", _volume()),
    "power": ("GW", _power()),
    "energy": ("TWh", _energy()),
    "money": ("bn CNY", _money()),
    "value_added": ("bn CNY VA", {**_names(_CNY, _ENGLISH, "CNY VA"), **_names(_CNY, _CHINESE, "元增加值")}),
    "carbon": ("Mt C", {**_tonnes((" C", "C"), ("吨碳",)), **_grams(" C", "C")}),
    "co2": ("Mt CO2", {**_tonnes((" CO2", "CO2"), ("吨二氧化碳", "吨CO2")), **_grams(" CO2", "CO2")}),
    "methane": ("Mt CH4", {**_tonnes((" CH4", "CH4"), ("吨甲烷",)), **_grams(" CH4", "CH4")}),
    "mass": ("Mt", _mass()),
    "dry_matter": ("Mt DM", {**_tonnes((" DM", "DM"), ("吨干物质",)), **_grams(" DM", "DM")}),
    "output": ("million units", _counted(("unit", "units"), ("单位",))),
    "steel": ("Mt steel", _tonnes((" steel",), ("吨钢",))),
    "cement": ("Mt cement", _tonnes((" cement",), ("吨水泥",))),
    "aluminium": ("Mt aluminium", _tonnes((" aluminium", " aluminum"), ("吨铝",))),
    "ammonia": ("Mt ammonia", _tonnes((" ammonia",), ("吨合成氨",))),
    "methanol": ("Mt methanol", _tonnes((" methanol",), ("吨甲醇",))),
    "ethylene": ("Mt ethylene", _tonnes((" ethylene",), ("吨乙烯",))),
    "livestock": ("million sheep units", _counted(("sheep unit", "sheep units"), ("羊单位",))),
    "people": ("million persons", _counted(("person", "persons", "people", "capita"), ("人",))),
    "time": ("yr", _just(_YEAR, "yr", "yrs", "year", "years", "a", "年")),
    "hours": (
        "h",
        {
            **_just(_HOUR, "h", "hr", "hour", "hours", "小时"),
            **_just(_HOUR * 24, "d", "day", "days", "天", "日"),
        },
    ),
    "length": ("1000 km", _length()),
    PURE: ("1", _pure()),
}


def _flatten(table: Mapping[str, tuple[str, _Spellings]]) -> dict[str, Atom]:
    """Spelling -> atom; a spelling that stands under two dimensions is a mistake in the table and raises ValueError."""
    atoms: dict[str, Atom] = {}
    for dimension, (_, names) in table.items():
        for name, worth in names.items():
            if name in atoms:
                raise ValueError(f"unit {name!r} is listed under {atoms[name].dimension} and under {dimension}")
            atoms[name] = Atom(dimension, worth)
    return atoms


def _fold(names: Iterable[str]) -> dict[str, list[str]]:
    """Spelling regardless of case -> the listed spellings that it may stand for."""
    folded: dict[str, list[str]] = {}
    for name in names:
        folded.setdefault(name.casefold(), []).append(name)
    return folded


#: Every accepted spelling.
ATOMS: dict[str, Atom] = _flatten(_TABLE)
#: Dimension -> the solver's own unit of it.
SOLVER_UNITS: dict[str, str] = {dimension: solver for dimension, (solver, _) in _TABLE.items()}
_FOLDED = _fold(ATOMS)


# ---------------------------------------------------------------------------------------------------------------------
# Reading a text

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


# ---------------------------------------------------------------------------------------------------------------------
# What others call


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
    # The ratio is exact and rounded once, so that round numbers stay round; two rounded factors would drift.
    return value * float(_worth(_read(from_unit)) / _worth(_read(to_unit)))


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


def spellings() -> dict[str, list[str]]:
    """Dimension -> every accepted spelling, for the documentation."""
    return {dimension: list(names) for dimension, (_, names) in _TABLE.items()}


def _describe(text: str) -> str:
    """The dimension of a unit in words: ``money/area``."""
    powers = _powers(_read(text))
    above = "*".join(d for d, p in powers.items() for _ in range(p)) or "1"
    divisors = [d for d, p in powers.items() for _ in range(-p)]
    return "/".join([above, *divisors]) if powers else "a pure number"
