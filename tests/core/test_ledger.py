"""The ledger takes only posts that fit, and closes them to the rows they say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from model.core.build.build import Build
from model.core.build.objective import Objective
from model.core.data import Data
from model.core.declare.spec import Balance, Column, Variable
from model.core.ledger import FIXED, Ledger, PostError, Terms, join
from model.core.solve.solver import solve

WATER = Balance("water", ("zone", "year"), "km3/yr", ">=", en="Water", dual="price of water")
MONEY = Balance("money", ("zone", "year"), "bn CNY/yr", "account")
AREA = Variable("area", ("zone",), "Mha")
IRRIGATION = Column("irrigation", "m3/ha/yr")


def toy_build() -> Build:
    """Two zones, one variable each, three km3 of water in both."""
    build = Build(Data({}), Ledger({"water": WATER, "money": MONEY}))
    family = build.variable(AREA, [("dry",), ("wet",)])
    terms = family.terms().assign(year=2030, irrigation=[2.0, 1.0])
    build.ledger.use("water", terms, IRRIGATION, item="irrigation")
    frame = pd.DataFrame({"zone": ["dry", "wet"], "year": 2030})
    build.ledger.supply_fixed("water", frame, [3.0, 3.0], item="available", unit="km3/yr", sheet="water", cells=["B3", "B4"])
    build.ledger.use("money", terms, [10.0, 1.0], item="planting", unit="bn CNY/Mha/yr")
    build.close_balances()
    table = terms.frame.assign(component="area", region=terms.frame["zone"], coefficient=[1.0, 1.0])
    build.objective = Objective("max", "Mha", table[["component", "region", "year", "position", "coefficient"]])
    return build


def test_a_table_holds_later_posts_and_nothing_that_a_reader_added() -> None:
    ledger = toy_build().ledger
    read = ledger.table("water")
    read["value"] = 1.0
    assert "value" not in ledger.table("water")
    late = pd.DataFrame({"zone": ["dry"], "year": [2030]})
    ledger.use_fixed("water", late, [1.0], item="late", unit="km3/yr")
    assert list(ledger.table("water")["item"]) == [*read["item"], "late"]


def test_entries_hold_nothing_that_a_reader_added() -> None:
    solution = solve(toy_build())
    read = solution.balance("water")
    read["item"] = "changed"
    assert set(solution.balance("water")["item"]) == {"irrigation", "available"}


def test_a_balance_row_is_supply_minus_use() -> None:
    """dry: 2 * area <= 3, wet: 1 * area <= 3, so the most area is 1.5 + 3 = 4.5 Mha."""
    solution = solve(toy_build())
    assert solution.status == "optimal"
    assert solution.objective == pytest.approx(4.5, abs=1e-12)


def test_the_report_of_a_balance_is_the_posts_times_the_solution() -> None:
    """Irrigation uses 2 * 1.5 = 3 and 1 * 3 = 3 km3, the same numbers that close the rows."""
    found = solve(toy_build()).balance("water").set_index(["zone", "item"])["value"]
    assert found["dry", "irrigation"] == pytest.approx(-3.0, abs=1e-12)
    assert found["dry", "available"] == 3.0


def test_a_limit_knows_its_cell_level_and_improvement() -> None:
    """In million m3, as the workbook writes it: one more in the dry zone gives 0.0005 Mha, in the wet zone 0.001 Mha."""
    limits = solve(toy_build()).limits().set_index("cell")
    assert limits.loc["B3", "limit"] == 3000.0
    assert limits.loc["B3", "slack"] == pytest.approx(0.0, abs=1e-9)
    assert limits.loc["B3", "dual"] == pytest.approx(0.0005, abs=1e-15)
    assert limits.loc["B4", "dual"] == pytest.approx(0.001, abs=1e-15)


def test_the_certificate_alone_gives_the_objective() -> None:
    """sum of dual x right-hand side = 0.5*3 + 1*3 = 4.5."""
    certificate = solve(toy_build()).certificate()
    assert (certificate["dual"] * certificate["right_hand_side"]).sum() == pytest.approx(4.5, abs=1e-12)


def terms(**columns: object) -> Terms:
    frame = pd.DataFrame({"zone": ["dry"], "year": [2030], "position": [0], **{k: [v] for k, v in columns.items()}})
    return Terms(frame, "Mha")


@pytest.mark.parametrize(
    ("balance", "post", "coefficient", "unit", "message"),
    [
        ("wetter", terms(), 1.0, "km3/Mha/yr", "unknown balance"),
        ("water", terms(), 1.0, "km3/yr", "is not km3/yr"),
        ("water", terms(), np.nan, "km3/Mha/yr", "not finite"),
        ("water", terms(), 1.0, "", "needs unit"),
        ("water", terms(), IRRIGATION, "", "no column irrigation"),
        ("water", Terms(terms().frame.drop(columns="year"), "Mha"), 1.0, "km3/Mha/yr", "without index column year"),
    ],
)
def test_a_post_that_does_not_fit_fails_where_it_is_posted(balance: str, post: Terms, coefficient: object, unit: str, message: str) -> None:
    ledger = Ledger({"water": WATER})
    with pytest.raises(PostError, match=message):
        ledger.use(balance, post, coefficient, item="x", unit=unit)  # type: ignore[arg-type]


def test_a_join_never_loses_or_doubles_a_row() -> None:
    left = pd.DataFrame({"zone": ["dry", "wet"]})
    with pytest.raises(PostError, match="zone=wet"):
        join(left, pd.DataFrame({"zone": ["dry"], "rain": [1.0]}), ["zone"])
    with pytest.raises(PostError, match="doubled key zone=dry"):
        join(left, pd.DataFrame({"zone": ["dry", "dry", "wet"], "rain": [1.0, 2.0, 3.0]}), ["zone"])
    assert [1.0, 3.0] == list(join(left, pd.DataFrame({"zone": ["wet", "dry"], "rain": [3.0, 1.0]}), ["zone"])["rain"])


def test_a_balance_that_fixed_amounts_break_is_infeasible_not_a_defect() -> None:
    """Five km3 used of three available leaves no plan."""
    build = toy_build()
    build.ledger.balances["frozen"] = Balance("frozen", ("zone",), "km3/yr", ">=")
    build.ledger.use_fixed("frozen", pd.DataFrame({"zone": ["dry"]}), 5.0, item="use", unit="km3/yr")
    build._close(build.ledger.balances["frozen"])
    solution = solve(build)
    assert solution.status == "infeasible"
    assert solution.matrix.impossible == ["balance_frozen(dry)"]


def test_a_balance_without_its_owner_is_only_added_up() -> None:
    build = Build(Data({}), Ledger({"water": Balance("water", ("zone", "year"), "km3/yr", ">=", owner="water")}))
    family = build.variable(AREA, [("dry",)])
    build.ledger.use("water", family.terms().assign(year=2030), 1.0, item="irrigation", unit="km3/Mha/yr")
    build.close_balances()
    assert "balance_water" not in build.rows
    assert build.ledger.table("water")["position"].tolist() == [0]
    assert FIXED not in build.ledger.table("water")["position"].tolist()


def test_an_amount_of_zero_is_kept_where_a_cell_sets_it() -> None:
    """A limit of nothing is a limit of the workbook; nothing that no cell asks for needs no row."""
    frame = pd.DataFrame({"zone": ["dry", "wet"], "year": 2030})
    ledger = Ledger({"water": WATER})
    ledger.supply_fixed("water", frame, [0.0, 3.0], item="by cell", unit="km3/yr", sheet="water", cells=["B3", "B4"])
    ledger.supply_fixed("water", frame, [0.0, 3.0], item="by rule", unit="km3/yr")
    by_cell, by_rule = ledger.posts["water"]
    assert ([0.0, 3.0], ("B3", "B4")) == (by_cell.coefficient.tolist(), by_cell.cells)
    assert ([3.0], ()) == (by_rule.coefficient.tolist(), by_rule.cells)


def test_the_base_year_counts_as_one_year_and_a_period_as_its_own() -> None:
    """2020, 2030, 2045: one year, ten, fifteen."""
    data = Data({"periods": pd.DataFrame({"year": [2020, 2030, 2045]})}, {"discount_rate": 0.0})
    assert [1, 10, 15] == [data.length(year) for year in data.all_years]
    assert [1.0, 10.0, 15.0] == [data.weight(year) for year in data.all_years]
