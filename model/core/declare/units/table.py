"""The closed table of units: one entry per dimension, giving the solver unit and every accepted spelling.

Limits: factors only, no offsets (no degrees Celsius); no numbers in a unit except those in a listed spelling (``1000 m3``);
prices of different years are one ``money``. Percentages, flags and calendar years are all pure numbers here, so only the range
of a column can tell a year from a share.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

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

#: The dimension of pure numbers; it never appears in ``Unit.dimension``.
PURE = "fraction"


@dataclass(frozen=True)
class Atom:
    """One accepted spelling: its dimension, and the solver units in one of it (exact, so that ratios are exact)."""

    dimension: str
    factor: Fraction


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


#: Every accepted spelling.
ATOMS: dict[str, Atom] = _flatten(_TABLE)
#: Dimension -> the solver's own unit of it.
SOLVER_UNITS: dict[str, str] = {dimension: solver for dimension, (solver, _) in _TABLE.items()}


def spellings() -> dict[str, list[str]]:
    """Dimension -> every accepted spelling, for the documentation."""
    return {dimension: list(names) for dimension, (_, names) in _TABLE.items()}
