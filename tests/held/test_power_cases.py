"""Small power systems of another model whose optima are published, stated on sheets of a workbook and solved from it.

Source of both cases: the tests of tz-osemosys (transition-zero/tz-osemosys, ``test_most_simple`` and ``test_simple_re_target`` of its tests of
model construction), which state the optimum rounded to whole numbers: 45736 and 54671. Their pseudo units are read as hundredths of a bn CNY and as GW all year.
One region, 2020 to 2030, demand of 25 GW, plants of 400 or 800 a GW that live two years and cost 5 a GW and year to run, 5 % a year, running costs
from the middle of the year, investment from its beginning, and what is left at the end by a sinking fund.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import model
from model.core.build import registry
from model.workbook.writer import write_workbook

YEARS = range(2020, 2031)
#: The base year stands before the first year of the case; nothing is used in it.
ALL = (2019, *YEARS)
GW_YEAR = 8.76
#: Of a rounded whole number, in hundredths.
ROUNDED = 0.005
SETTINGS = {
    "discount_rate": 0.05, "capital_charge": "sinking_fund", "building_in_period": "at_beginning", "reserve_margin": 0.0,
}  # fmt: skip


def over_years(rows: list[dict[str, object]], value: dict[int, float] | float, years: tuple[int, ...] = ALL) -> pd.DataFrame:
    """Rows of a sheet of years, with the same numbers in each."""
    return pd.DataFrame([{**row, **{str(year): value[year] if isinstance(value, dict) else value for year in years}} for row in rows])


def plants(prices: dict[str, float]) -> dict[str, pd.DataFrame]:
    """Plants at so many CNY/kW; the fuel has a name of its own and costs nothing, what running costs is variable cost."""
    names = [{"technology": name} for name in prices]
    return {
        "thermal_technologies": pd.DataFrame([
            {
                "technology": name, "class": name, "buildable": 1, "fuel": "any", "efficiency": 1.0, "emission_factor": 0.0, "water": 0.0,
                "variable_cost": 50.0 / GW_YEAR, "lifetime": 2.0, "availability": 1.0, "firm_credit": 1.0,
            }
            for name in prices
        ]),
        "thermal_capex": pd.concat([over_years([{"technology": name}], price) for name, price in prices.items()]),
        "thermal_fixed_cost": over_years(names, 0.0),
        "fuel_prices": over_years([{"fuel": "any"}], 0.0),
    }  # fmt: skip


def case(path: Path, prices: dict[str, float], **more: pd.DataFrame) -> model.Plan:
    """Write the workbook, read it and solve it."""
    demand = {2019: 0.0, **dict.fromkeys(YEARS, 25.0 * GW_YEAR)}
    tables = {
        "regions": pd.DataFrame([{"region": "land", "name_en": "Land", "name_zh": "某地", "region_group": "west"}]),
        "periods": pd.DataFrame({"year": list(ALL)}),
        "time_slices": pd.DataFrame([{"slice": "year", "season": "all", "block": "all", "hours": 8760.0}]),
        "power_demand": over_years([{"region": "land"}], demand),
        "load_shape": pd.DataFrame([{"region": "land", "slice": "year", "share": 1.0, "weight": 1.0}]),
        **plants(prices), **more,
    }  # fmt: skip
    write_workbook(path, registry.schema(), tables, SETTINGS, ALL)
    return model.solve(model.read(path))


def test_the_most_simple_case_is_met(tmp_path: Path) -> None:
    """457.36: see the sum of the same case in tests/levers/test_capital_charge.py."""
    plan = case(tmp_path / "case.xlsx", {"coal_gen": 4000.0})
    assert 457.36 == pytest.approx(plan.objective, abs=ROUNDED)


def test_a_fifth_from_a_dearer_plant_is_met(tmp_path: Path) -> None:
    """A fifth of the energy, 5 GW all year, comes from a plant of twice the price: a fifth more investment: 457.36 + (457.36 - 10.64) / 5 = 546.71."""
    least = over_years([{"region": "land", "technology": "solar_gen", "bound": "least"}], 5.0 * GW_YEAR, tuple(YEARS))
    plan = case(tmp_path / "case.xlsx", {"coal_gen": 4000.0, "solar_gen": 8000.0}, generation_bounds=least)
    assert 546.71 == pytest.approx(plan.objective, abs=ROUNDED)
    price = plan.tables["limits"].query("sheet == 'generation_bounds'")
    assert 11 == len(price)
