"""Units: every listed spelling, the factors the solver relies on, and what must be refused.

Limits: pint judges only the spellings that it can represent; the Chinese ones are checked against numbers written here.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.core.declare import units
from model.core.declare.units import Unit, UnitError, table

SPELLINGS = units.spellings()
COMMODITIES = {
    "steel": "钢",
    "cement": "水泥",
    "aluminium": "铝",
    "ammonia": "合成氨",
    "methanol": "甲醇",
    "ethylene": "乙烯",
}

#: Our spelling -> pint's, written out by hand: no text of ours is ever given to pint to interpret.
PINT_NAMES = {
    "area": {
        "ha": "hectare",
        "kha": "kilohectare",
        "Mha": "megahectare",
        "km2": "kilometer**2",
        "m2": "meter**2",
        "million ha": "1e6 * hectare",
        "10k ha": "1e4 * hectare",
    },
    "volume": {
        "m3": "meter**3",
        "1000 m3": "1e3 * meter**3",
        "million m3": "1e6 * meter**3",
        "Mm3": "1e6 * meter**3",
        "hm3": "hectometer**3",
        "bn m3": "1e9 * meter**3",
        "km3": "kilometer**3",
    },
    "power": {"W": "watt", "kW": "kilowatt", "MW": "megawatt", "GW": "gigawatt", "TW": "terawatt"},
    "energy": {
        "kWh": "kilowatt_hour",
        "MWh": "megawatt_hour",
        "GWh": "gigawatt_hour",
        "TWh": "terawatt_hour",
        "MJ": "megajoule",
        "GJ": "gigajoule",
        "PJ": "petajoule",
        "EJ": "exajoule",
        "tce": "29.3076 * gigajoule",
        "Mtce": "29.3076 * petajoule",
    },
    "mass": {
        "g": "gram",
        "kg": "kilogram",
        "t": "metric_ton",
        "kt": "kilometric_ton",
        "Mt": "megametric_ton",
        "Gt": "gigametric_ton",
        "Tg": "teragram",
        "Pg": "petagram",
    },
    "length": {"m": "meter", "km": "kilometer", "1000 km": "megameter"},
    "hours": {"h": "hour", "d": "day"},
}

#: The factors that the formulation counts on.
FACTORS = {
    "kha": 1e-3,
    "million m3": 1e-3,
    "m3/ha": 1e-3,
    "CNY/ha": 1e-3,
    "CNY/kW": 1e-3,
    "CNY/MWh": 1e-3,
    "CNY/t CO2": 1e-3,
    "ha/MW": 1e-3,
    "m3/MWh": 1e-3,
    "kWh/t steel": 1e-3,
    "t C/ha": 1.0,
    "t CO2/MWh": 1.0,
    "g C/m2/yr": 1e-2,
    "%/yr": 1e-2,
    "1/yr": 1.0,
    "GW*h": 1.0,
    "mu": 1e-6 / 15,
    "tce": 29.3076 / 3.6 * 1e-6,
    "亿元": 0.1,
    "亿立方米": 0.1,
    "亿千瓦时": 0.1,
    "万千瓦": 0.01,
    "万公顷": 0.01,
    "亿吨二氧化碳": 100.0,
    "万人": 0.01,
    "万羊单位": 0.01,
}

#: Spellings promised to users, by dimension; the table may hold more, never fewer.
PROMISED = {
    "area": "ha|kha|Mha|km2|km²|mu|亩|公顷|万公顷|万亩|平方公里|hm²",
    "volume": "m3|m³|1000 m3|million m3|Mm3|bn m3|km3|立方米|万立方米|百万立方米|亿立方米|亿m³",
    "power": "W|kW|MW|GW|TW|千瓦|万千瓦|亿千瓦",
    "energy": "kWh|MWh|GWh|TWh|GJ|PJ|EJ|tce|Mtce|千瓦时|亿千瓦时|吨标准煤|万吨标准煤",
    "money": "CNY|kCNY|10k CNY|million CNY|bn CNY|元|万元|亿元|十亿元|元人民币",
    "carbon": "t C|kt C|Mt C|Gt C|Tg C|Pg C|tC|MtC|吨碳|万吨碳",
    "co2": "t CO2|kt CO2|Mt CO2|Gt CO2|tCO2|MtCO2|t CO₂|吨二氧化碳|万吨二氧化碳|亿吨二氧化碳",
    "mass": "kg|t|kt|Mt|Gt|吨|万吨|亿吨",
    "methane": "t CH4|kt CH4|Mt CH4|kg CH4|吨甲烷",
    "dry_matter": "t DM|Mt DM|kg DM|吨干物质",
    "output": "unit|million units",
    "value_added": "CNY VA|10k CNY VA|bn CNY VA|万元增加值|亿元增加值",
    "livestock": "sheep unit|million sheep units|羊单位|万羊单位",
    "people": "person|million persons|人|万人|亿人",
    "time": "yr|year|a|年",
    "hours": "h|hour|小时|d|day|天",
    "length": "km|m|公里|1000 km",
    **{name: f"t {name}|Mt {name}|万吨{chinese}" for name, chinese in COMMODITIES.items()},
}


@pytest.mark.parametrize(("dimension", "names"), SPELLINGS.items(), ids=list(SPELLINGS))
def test_every_listed_spelling_converts_to_the_solver_unit_and_back(dimension: str, names: list[str]) -> None:
    solver = units.SOLVER_UNITS[dimension]
    for name in names:
        there = units.convert(7.0, name, solver)
        assert there == pytest.approx(7.0 * units.factor(name), rel=1e-12, abs=0.0), name
        assert units.convert(there, solver, name) == pytest.approx(7.0, rel=1e-12), name


@pytest.mark.parametrize(("dimension", "names"), SPELLINGS.items(), ids=list(SPELLINGS))
def test_every_listed_spelling_is_read_as_it_is_listed(dimension: str, names: list[str]) -> None:
    expected = () if dimension == units.PURE else ((dimension, 1),)
    for name in names:
        assert units.parse(name) == Unit(name, float(units.ATOMS[name].factor), expected)


@pytest.mark.parametrize(("dimension", "name"), [(d, n) for d, names in PROMISED.items() for n in names.split("|")])
def test_every_promised_spelling_has_its_dimension(dimension: str, name: str) -> None:
    assert units.parse(name).dimension == ((dimension, 1),)


@pytest.mark.parametrize("dimension", units.SOLVER_UNITS)
def test_the_solver_unit_of_every_dimension_has_factor_one(dimension: str) -> None:
    solver = units.SOLVER_UNITS[dimension]
    assert units.factor(solver) == 1.0
    assert units.solver_unit(solver) == solver


@pytest.fixture(scope="module")
def registry() -> pint.UnitRegistry[float]:
    return pint.UnitRegistry()


@pytest.mark.parametrize("names", PINT_NAMES.values(), ids=list(PINT_NAMES))
def test_pint_agrees_on_the_ratio_of_any_two_units(registry: pint.UnitRegistry[float], names: dict[str, str]) -> None:
    sizes = {ours: registry(theirs).to_base_units().magnitude for ours, theirs in names.items()}
    for a, b in product(sizes, repeat=2):
        assert units.convert(1.0, a, b) == pytest.approx(sizes[a] / sizes[b], rel=1e-12, abs=0.0), (a, b)


@pytest.mark.parametrize(("text", "expected"), FACTORS.items())
def test_the_factors_that_the_formulation_counts_on_hold(text: str, expected: float) -> None:
    assert units.factor(text) == pytest.approx(expected, rel=1e-12, abs=0.0)


def test_round_factors_are_exact_and_not_off_by_a_rounding() -> None:
    assert units.factor("CNY/ha") == units.factor("CNY/kW") == units.factor("m3/MWh") == 1e-3
    assert units.factor("t C/ha") == units.factor("t CO2/MWh") == 1.0
    assert units.convert(1500.0, "kha", "Mha") == 1.5
    assert units.convert(15.0, "mu", "ha") == 1.0


def test_the_constants_have_their_values() -> None:
    assert units.CO2_PER_C == 44 / 12
    assert units.HOURS_PER_YEAR == 8760.0
    assert units.convert(1.0, "MWh", "GJ") == units.GJ_PER_MWH == 3.6
    assert units.convert(1.0, "tce", "GJ") == pytest.approx(units.GJ_PER_TCE, rel=1e-12)
    assert units.convert(1.0, "TWh", "GWh") == units.GWH_PER_TWH == 1000.0


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("t C", "t CO2"),
        ("Mt", "Mt C"),
        ("t DM", "t C"),
        ("t steel", "t cement"),
        ("bn CNY", "bn CNY VA"),
        ("h", "yr"),
        ("GW*h", "GWh"),
        ("kt C", "kt C/yr"),
        ("kha", "1"),
    ],
)
def test_different_dimensions_refuse_to_convert_either_way(a: str, b: str) -> None:
    assert not units.same_dimension(a, b)
    for one, other in ((a, b), (b, a)):
        with pytest.raises(UnitError):
            units.convert(1.0, one, other)


def test_a_refused_conversion_names_both_dimensions() -> None:
    with pytest.raises(UnitError, match=r"'t C/ha' \(carbon/area\).*'t CO2/ha' \(co2/area\)"):
        units.convert(1.0, "t C/ha", "t CO2/ha")
    with pytest.raises(UnitError, match=r"'1/yr' \(1/time\).*'%' \(a pure number\)"):
        units.convert(1.0, "1/yr", "%")


@pytest.mark.parametrize(
    ("wrong", "nearest"),
    [("kh", "kha"), ("hectar", "hectare"), ("t CO", "t CO2"), ("milion m3", "million m3"), ("万公倾", "万公顷")],
)
def test_an_unknown_unit_is_named_with_the_nearest_spelling(wrong: str, nearest: str) -> None:
    with pytest.raises(UnitError, match=rf"unknown unit '{wrong}'; the nearest known spelling is '{nearest}'"):
        units.parse(wrong)


def test_an_unknown_part_of_a_compound_is_named_with_the_whole() -> None:
    with pytest.raises(UnitError, match=r"unknown unit 'hh' in 't C/hh/yr'"):
        units.parse("t C/hh/yr")


@pytest.mark.parametrize(
    "text", ["", "  ", "/", "/yr", "kha/", "kha//yr", "*", "kha*", "m3/ha*yr", "2 kha", "ha^2", "(ha)"]
)
def test_texts_outside_the_grammar_are_refused(text: str) -> None:
    with pytest.raises(UnitError):
        units.parse(text)


def test_overlong_texts_are_refused_before_anything_else() -> None:
    with pytest.raises(UnitError, match="at most 60 characters; this text has 1000000"):
        units.parse("k" * 1_000_000)
    with pytest.raises(UnitError, match="at most 60 characters"):
        units.parse("\ufdfa" * 60)  # one character that normalises to eighteen
    with pytest.raises(UnitError, match="at most 8 parts"):
        units.parse("1" + "/g" * 20)
    assert units.parse(" " * 100 + "kha" + " " * 100) == units.parse("kha")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("MHA", "Mha"),
        ("HA", "ha"),
        ("gwh", "GWh"),
        ("T co2", "t CO2"),
        ("BN cny", "bn CNY"),
        ("Million M3", "million m3"),
        ("\uff4b\uff4d\uff12", "km2"),  # full-width
        (" t C / ha / 年 ", "t C/ha/年"),
        ("GW · h", "GW*h"),
        ("t\u00a0C", "t C"),
        ("\uff05\uff0f\uff59\uff52", "%/yr"),  # full-width
    ],
)
def test_case_width_and_spaces_are_forgiven(written: str, meant: str) -> None:
    assert units.parse(written) == units.parse(meant)


@pytest.mark.parametrize(
    ("milli", "mega"), [("mt", "Mt"), ("mha", "Mha"), ("mW", "MW"), ("pJ", "PJ"), ("mt CO2", "Mt CO2")]
)
def test_milli_is_never_read_as_mega(milli: str, mega: str) -> None:
    with pytest.raises(UnitError, match=f"nearest known spelling is '{mega}'"):
        units.parse(milli)


def test_no_two_spellings_that_differ_only_in_case_mean_different_things() -> None:
    seen: dict[str, units.Atom] = {}
    for name, atom in units.ATOMS.items():
        assert seen.setdefault(name.casefold(), atom) == atom, name


def test_dimensions_are_sorted_and_hold_no_zeros() -> None:
    assert units.parse("CNY/ha/yr").dimension == (("area", -1), ("money", 1), ("time", -1))
    assert units.parse("m3/ha/ha").dimension == (("area", -2), ("volume", 1))
    assert units.parse("kha/ha") == Unit("kha/ha", 1000.0, ())
    assert units.parse("%").dimension == units.parse("flag").dimension == units.parse("calendar year").dimension == ()


@pytest.mark.parametrize(
    ("text", "solver"),
    [
        ("kha", "Mha"),
        ("CNY/ha/yr", "bn CNY/Mha/yr"),
        ("t C/ha", "Mt C/Mha"),
        ("%", "1"),
        ("%/yr", "1/yr"),
        ("1/a", "1/yr"),
        ("kha/ha", "1"),
        ("万元/公里", "bn CNY/1000 km"),
        ("MW*day", "GW*h"),
        ("万吨钢/年", "Mt steel/yr"),
        ("m3/ha/ha", "km3/Mha/Mha"),
    ],
)
def test_the_solver_unit_keeps_the_order_of_the_text(text: str, solver: str) -> None:
    assert units.solver_unit(text) == solver
    assert units.same_dimension(text, solver)
    assert units.factor(solver) == 1.0


@pytest.mark.parametrize(
    ("a", "b", "c"),
    [
        ("m3/ha", "kha", "1000 m3"),
        ("km3/Mha", "Mha", "bn m3"),
        ("t C/ha/yr", "kha", "kt C/yr"),
        ("bn CNY/TWh", "TWh/yr", "bn CNY/yr"),
        ("CNY/kW", "GW", "million CNY"),
        ("1", "Mt CO2", "Mt CO2"),
        ("flag", "kha", "kha"),
        ("%", "kha/yr", "kha*%/yr"),
        ("1/yr", "yr", "1"),
    ],
)
def test_a_product_with_the_right_unit_matches(a: str, b: str, c: str) -> None:
    assert units.product_matches(a, b, c)
    assert units.product_matches(b, a, c)


@pytest.mark.parametrize(
    ("a", "b", "c", "why"),
    [
        ("m3/ha", "kha", "million m3", "a factor of 1000"),
        ("t C/ha/yr", "kha", "kt C", "a missing year"),
        ("t C/ha", "kha", "kt CO2", "carbon is not CO2"),
        ("GW", "h", "GWh", "power times hours is explicit"),
        ("%", "kha", "kha", "a factor of 100"),
    ],
)
def test_a_product_with_the_wrong_unit_does_not_match(a: str, b: str, c: str, why: str) -> None:
    assert not units.product_matches(a, b, c), why


def test_the_text_of_a_product_can_be_read_again() -> None:
    result = units.multiply("m3/ha", "kha/yr")
    assert result == Unit("m3*kha/ha/yr", 1e-6, (("time", -1), ("volume", 1)))
    assert units.parse(result.text) == result
    assert units.multiply("1/yr", "1").text == "1/yr"


def test_arrays_convert_element_by_element_and_stay_untouched() -> None:
    values = np.array([[1, 2], [3, 4]])
    np.testing.assert_array_equal(units.convert(values, "Mha", "kha"), [[1000.0, 2000.0], [3000.0, 4000.0]])
    np.testing.assert_array_equal(values, [[1, 2], [3, 4]])


def test_a_spelling_listed_under_two_dimensions_is_found_when_the_table_is_built() -> None:
    one = next(iter(units.ATOMS.values())).factor
    with pytest.raises(ValueError, match="'t' is listed under mass and under carbon"):
        table._flatten({"mass": ("t", {"t": one}), "carbon": ("t", {"t": one})})


@given(st.text(max_size=80) | st.text(alphabet="tkMGhaCO2 /*·%1yr亿万元m3", max_size=20))
def test_arbitrary_text_is_a_unit_or_a_unit_error(text: str) -> None:
    try:
        unit = units.parse(text)
    except UnitError:
        return
    assert unit.factor > 0.0
    assert units.parse(unit.text).dimension == unit.dimension


@given(st.lists(st.sampled_from(list(units.ATOMS)), min_size=1, max_size=3))
def test_a_quotient_of_listed_spellings_has_the_quotient_of_their_factors(names: list[str]) -> None:
    text = "/".join(names)
    if len(text) > units.MAX_TEXT:
        return
    expected = units.factor(names[0])
    for name in names[1:]:
        expected /= units.factor(name)
    assert units.factor(text) == pytest.approx(expected, rel=1e-12, abs=0.0)
