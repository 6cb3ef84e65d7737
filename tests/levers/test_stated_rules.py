"""A rule comes from the book: what a book made in code never mentions neither restricts it nor makes it pay."""

from __future__ import annotations

import pandas as pd
import pytest

import model
from model.api import Plan
from model.closing.funds.tables import FUNDS
from model.core.build import registry
from model.core.declare.spec import FIRST_YEAR, LAST_YEAR, InputError

from .plan_toy import THOUSAND_CNY, felled, plan_tables, prices
from .test_thermal import coal, grid, solved, value

CLASSES, VOLUME = [0.0, 0.0, 30.0], (0.0, 50.0, 100.0)
HARVEST = {"objective": "max_harvest_value", "age_class_width": 10, "terminal_share": 0.0}


def natural_forest(**settings: object) -> Plan:
    """30 kha of natural stands of 100 m3/ha in 2000, sold at 8 CNY/m3 in 2010 and 1 in 2020; no table of bands."""
    tables = plan_tables(CLASSES, VOLUME, 2, product_prices=prices("standing_volume", 8.0, 1.0))
    tables["forest_class_area"] = tables["forest_class_area"].assign(origin="natural")
    del tables["flow_bands"]
    plan = model.solve(model.book(tables, {**HARVEST, **settings}))
    assert plan.status == "optimal"
    return plan


def test_natural_stands_are_felled_where_no_ban_and_no_band_is_stated() -> None:
    """All 3,000 thousand m3 in the period of the better price: 24,000 thousand CNY. In 2020 class 2 of what regrew holds nothing of worth."""
    plan = natural_forest()
    assert pytest.approx([3000.0, 0.0], abs=1e-6) == felled(plan)
    assert pytest.approx(24000.0 * THOUSAND_CNY) == plan.objective


def test_a_ban_that_the_book_states_holds() -> None:
    """Until 2010: nothing in the first period, 3,000 thousand m3 at 1 CNY in the second; until 2020 nothing at all."""
    assert pytest.approx([0.0, 3000.0], abs=1e-6) == felled(natural_forest(natural_logging_ban_until=2010))
    assert 0.0 == sum(felled(natural_forest(natural_logging_ban_until=2020)))


def test_an_end_and_a_band_that_the_book_states_hold() -> None:
    """2,400 of the unfelled 3,000 thousand m3 must be left: x kha felled in the first period have 50 m3/ha again in 2020, so
    100 * (30 - x) + 50 x = 2400, x = 12. Without any fall the two harvests are equal: 15 kha each."""
    assert pytest.approx([1200.0, 0.0], abs=1e-6) == felled(natural_forest(terminal_share=0.8))
    assert not {"even_flow_up", "even_flow_down"} & set(natural_forest().build.rows)
    assert pytest.approx([1500.0, 1500.0]) == felled(natural_forest(even_flow_down=0.0))
    assert {"even_flow_up"} == {"even_flow_up", "even_flow_down"} & set(natural_forest(even_flow_up=0.0).build.rows)


def test_plants_may_retire_from_the_first_period_where_the_book_closes_no_year() -> None:
    """2 GW of which 1 is needed on average: what leaves by 2030 saves half of 0.1 bn CNY a year and costs 0.4 once, 0.04 a year."""
    tables = (grid({"west": 8.76}), coal({"west": 2.0}, retirement_cost=0.4))
    assert pytest.approx(2.0) == value(solved(*tables), "retired", year=2030)
    assert 0.0 == value(solved(*tables, early_retirement_after=2030.0), "retired", year=2030)


def test_settings_that_rule_unless_blank_are_stated_by_the_shipped_workbooks(book: model.workbook.book.Book) -> None:
    """What a workbook of before would have taken by default stands in its own sheet: no figure of it moves. No active fund takes credits, so their price rules nothing."""
    data = book.data()
    assert not (data.frame(FUNDS)["credit_share"] > 0.0).any()
    stated = {name: data.stated(name) for name, setting in registry.schema().settings.items() if setting.default is None}
    assert {"natural_logging_ban_until": 2025.0, "even_flow_down": 0.1, "even_flow_up": 0.1, "early_retirement_after": 2025.0, "credit_price": 0.02} == stated
    assert 0.8 == data.number("terminal_share")


def history(first: int) -> dict[str, pd.DataFrame]:
    """The forest of the toy with milestones ten years apart from ``first`` on."""
    years = {2000: first, 2010: first + 10, 2020: first + 20}
    tables = plan_tables(CLASSES, VOLUME, 2, product_prices=prices("standing_volume", 8.0, 1.0))
    tables = {name: frame.rename(columns={str(old): str(new) for old, new in years.items()}) for name, frame in tables.items()}
    for name in ("periods", "harvest_discount"):
        tables[name] = tables[name].assign(year=tables[name]["year"].map(years))
    return tables


@pytest.mark.parametrize("first", [1950, 1830, FIRST_YEAR])
def test_milestones_of_any_calendar_year_give_the_same_plan(first: int) -> None:
    plan = model.solve(model.book(history(first), HARVEST))
    assert pytest.approx(24000.0 * THOUSAND_CNY) == plan.objective


def test_a_number_that_is_no_calendar_year_is_refused() -> None:
    for wrong in (FIRST_YEAR - 1, LAST_YEAR + 1):
        tables = history(1950)
        tables["periods"] = tables["periods"].assign(year=[1950, 1960, wrong] if wrong > LAST_YEAR else [wrong, 1960, 1970])
        with pytest.raises(InputError, match=f"at {'most' if wrong > LAST_YEAR else 'least'} {LAST_YEAR if wrong > LAST_YEAR else FIRST_YEAR}"):
            model.book(tables, HARVEST)


def test_no_table_has_a_floor_of_its_own_for_calendar_years() -> None:
    declared = [(t.name, c) for t in registry.schema().tables.values() for c in t.columns if c.unit == "calendar year"]
    declared += [("settings", s) for s in registry.schema().settings.values() if s.unit == "calendar year"]
    assert len(declared) > 5
    assert [] == [(where, c.name) for where, c in declared if (c.low, c.high) != (FIRST_YEAR, LAST_YEAR)]


def weighted(factors: list[float | None], rate: float = 0.05) -> list[float]:
    tables = plan_tables(CLASSES, VOLUME, 2, product_prices=prices("standing_volume", 8.0, 1.0))
    tables["periods"] = tables["periods"].assign(cost_factor=factors)
    data = model.book(tables, {**HARVEST, "discount_rate": rate}).data()
    return [data.weight(year) for year in data.all_years]


def test_a_cost_factor_replaces_the_discount_factor_and_not_the_length() -> None:
    """Ten years at 0.7 are 7, at the usual 1.05^-15 in the second period 10 x 0.481; the factors that hold anyway change nothing."""
    assert pytest.approx([1.0, 7.0, 10.0 * 1.05**-15]) == weighted([None, 0.7, None])
    assert weighted([None, None, None]) == pytest.approx(weighted([1.0, 1.05**-5, 1.05**-15]))


def test_a_factor_of_nothing_is_refused_with_its_place() -> None:
    with pytest.raises(InputError, match=r"cost_factor.*at least 1e-06"):
        weighted([1.0, 0.0, 1.0])
    tables = plan_tables(CLASSES, VOLUME, 2, product_prices=prices("standing_volume", 8.0, 1.0))
    tables["harvest_discount"] = tables["harvest_discount"].assign(period_factor=0.0)
    with pytest.raises(InputError, match=r"period_factor.*at least 1e-06"):
        model.book(tables, HARVEST)
