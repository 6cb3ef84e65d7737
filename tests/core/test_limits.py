"""A limit is told in the sense of its cell, and what more of it is worth in the money of its year: small programmes by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from model.core.build import registry
from model.core.build.build import Build
from model.core.build.objective import Objective
from model.core.data import Data
from model.core.declare.balances import BALANCES
from model.core.declare.spec import Balance, LimitKind, Variable, constraint
from model.core.ledger import Ledger
from model.core.solve.limits import NETS
from model.core.solve.solution import Solution
from model.core.solve.solver import solve
from model.reporting.tables.prices import limits
from model.reporting.words.texts import label

YEARS = (2020, 2030)
COST = 3.0
LEVERS = (*registry.levers(), *registry.closings())


def data() -> Data:
    frame = pd.DataFrame({"year": YEARS, "cost_factor": [None, None]}, index=[3, 4])
    return Data({"periods": frame}, {"discount_rate": 0.05, "objective": "min_cost"})


def need(kind: LimitKind, relation: str, right: float) -> Solution:
    """Cheap x (1 bn CNY a year per unit) and dear y (3) together are 10 a year in 2030.

    ">=": y must be at least ``right``; "<=": x at most ``right``; "==": x is ``right``: one unit more or less changes the
    cost by 3 - 1 = 2 bn CNY a year. Of a stock the row sums the ten years of the period: x * 10 against ten times ``right``.
    """
    build = Build(data(), Ledger({}))
    family = build.variable(Variable("x", ("good",), "Mt/yr"), [("cheap",), ("dear",)])
    years = 10.0 if kind in ("stock", "period") else 1.0

    @constraint(unit="Mt/yr" if kind == "flow" else "Mt", kind=kind)
    def held(year: int) -> Any:
        """x or y against its limit."""
        amount = years * family["dear" if relation == ">=" else "cheap"]
        return amount >= years * right if relation == ">=" else amount <= years * right if relation == "<=" else amount == years * right

    @constraint(unit="Mt/yr")
    def together(year: int) -> Any:
        """Both together are 10 a year."""
        return family["cheap"] + family["dear"] == 10.0

    over = pd.DataFrame({"year": [2030]})
    build.constrain(held, over, limit=("sheet", ["B2"], "Mt"  if kind != "flow" else "Mt/yr"))
    build.constrain(together, over)
    weight = build.data.weight(2030)
    build.objective = Objective(
        "min", "bn CNY", family.frame.assign(component="x", region="all", year=2030, position=family.positions, coefficient=[weight, COST * weight])
    )
    return solve(build)


def band(right: float) -> Solution:
    """What is had, y, must be four fifths of what was had before: x in 2030, or the fixed amount ``right``; x + y = 10, y is dear."""
    build = Build(data(), Ledger({}))
    family = build.variable(Variable("x", ("good",), "Mt/yr"), [("cheap",), ("dear",)])

    @constraint(unit="Mt/yr", kind="flow", nets="share_of_plan", asks=True)
    def falls(year: int) -> Any:
        """0.8 of what was had before, less what is had, is nothing or less."""
        before = family["cheap"] if right == 0.0 else right
        return 0.8 * before - family["dear"] <= 0.0

    @constraint(unit="Mt/yr")
    def together(year: int) -> Any:
        """Both together are 10 a year."""
        return family["cheap"] + family["dear"] == 10.0

    over = pd.DataFrame({"year": [2030]})
    build.constrain(falls, over, limit=("settings", ["B2"], "Mt/yr"))
    build.constrain(together, over)
    build.objective = Objective(
        "min", "bn CNY", family.frame.assign(component="x", region="all", year=2030, position=family.positions, coefficient=[1.0, COST])
    )
    return solve(build)


@pytest.mark.parametrize(("right", "limit"), [(0.0, 0.8 * 10.0 / 1.8), (5.0, 4.0)])
def test_what_a_band_asks_is_told_as_what_is_asked(right: float, limit: float) -> None:
    """y = 0.8 x and x + y = 10: y = 8 / 1.8; against 5 of the base year 4. The row reads needed - had <= 0: at least, and no minus."""
    found = band(right).limits().iloc[0]
    assert ("at_least", "share_of_plan") == (found["sense"], found["nets"])
    assert [limit, limit, 0.0] == pytest.approx([found["limit"], found["level"], found["slack"]], abs=1e-9)


@pytest.mark.parametrize("relation", ["<=", ">=", "=="])
@pytest.mark.parametrize("kind", ["flow", "standing", "stock", "period"])
def test_a_price_is_what_one_more_unit_saves_in_money_of_its_year(kind: LimitKind, relation: str) -> None:
    """Measured by solving again with the limit loosened by 0.1 a year (or 1 over the ten years): it saves 0.2 bn CNY a year.

    A flow or what stands: 0.2 a year per 0.1 = 2 a year. What is had once: 0.2 a year for ten years per 1 = 2 bn CNY, once.
    Without the years of the period the price of a stock would be 0.2.
    """
    base = need(kind, relation, 4.0)
    moved = need(kind, relation, 4.0 + (0.1 if relation != ">=" else -0.1))
    of_year = (base.objective - moved.objective) / base.build.data.weight(2030)
    loosened = 1.0 if kind in ("stock", "period") else 0.1
    once = 10.0 if kind in ("stock", "period") else 1.0
    found = limits(base).iloc[0]
    assert found["price"] == pytest.approx(2.0, abs=1e-9)
    assert found["price"] == pytest.approx(of_year * once / loosened, abs=1e-6)


WATER = Balance("water", ("zone", "year"), "km3/yr", ">=")


def river() -> Solution:
    """8 available in B2, 3 asked for in C2, 1 used by towns beside it; a canal brings 2 and a farm takes what is left, 6."""
    build = Build(data(), Ledger({"water": WATER}))
    family = build.variable(Variable("farm", ("zone", "year"), "km3/yr"), [("dry", 2030)])
    key = pd.DataFrame({"zone": ["dry"], "year": [2030]})
    build.ledger.supply_fixed("water", key, [8.0], item="available", unit="km3/yr", sheet="water", cells=["B2"])
    build.ledger.supply_fixed("water", key, [2.0], item="canal", unit="km3/yr")
    build.ledger.use_fixed("water", key, [3.0], item="demand", unit="km3/yr", sheet="water", cells=["C2"])
    build.ledger.use_fixed("water", key, [1.0], item="towns", unit="km3/yr")
    build.ledger.use("water", family.terms(), 1.0, item="farm", unit="1")
    build.close_balances()
    build.objective = Objective("max", "bn CNY", family.frame.assign(component="farm", region="dry", position=family.positions, coefficient=1.0))
    return solve(build)


def test_each_cell_of_a_balance_has_its_own_amount() -> None:
    """Water available: 8,000 million m3, all used; the demand: 3,000 asked and delivered, never minus; farm 8+2-3-1 = 6."""
    found = river().limits().set_index("cell")
    assert found.loc["B2", ["limit", "level", "sense"]].tolist() == [8000.0, 8000.0, "at_most"]
    assert found.loc["C2", ["limit", "level", "sense"]].tolist() == [3000.0, 3000.0, "at_least"]
    assert found["slack"].abs().max() == pytest.approx(0.0, abs=1e-9)


def test_what_else_the_row_holds_is_named() -> None:
    """Beside B2 stand canal, demand and towns; beside C2 available, canal and towns."""
    found = river().limits().set_index("cell")["nets"]
    assert found["B2"] == "fixed_amounts:canal,demand,towns"
    assert found["C2"] == "fixed_amounts:available,canal,towns"


def test_the_gain_of_one_percent_is_of_all_that_is_supplied() -> None:
    """Supplied are 8 + 2 = 10 km3; one percent, 0.1, lets the farm earn 0.1 more."""
    found = river().limits().set_index("cell").loc["B2"]
    assert found["activity"] == pytest.approx(10000.0, abs=1e-9)
    assert found["gain_of_1_percent"] == pytest.approx(0.1, abs=1e-12)


def test_a_limit_that_is_no_rate_must_state_its_kind() -> None:
    """A limit in Mt may be a stock or an amount per period: its price differs, so nobody guesses."""
    with pytest.raises(ValueError, match="must state its kind"):
        need("", "<=", 4.0)


def test_what_stands_in_each_year_is_no_flow() -> None:
    """A balance in a rate is a flow, any other states what it is: a price of land is a rent, one of planting is paid once."""
    wrong = [b.name for b in BALANCES.values() if b.unit.endswith("/yr") != (b.kind == "flow")]
    assert [] == wrong, "say what these balances hold: Balance(..., kind=)"


def test_reasons_are_those_of_the_closed_list() -> None:
    """Every reason a rule or a variable names is one that the report has words for."""
    families = [info for lever in LEVERS for info in lever.constraints()]
    named = [info.limit[1] for info in families] + [variable.nets for variable in registry.variables().values()]
    assert set() == set(named) - {"", *NETS}, "reasons of nets= that the report has no words for: NETS in model/core/solve/limits.py, nets_<reason> in model/reporting/words/excel_words.py"


#: Rows besides those of a State in which no number of a cell stands alone on the right: how something passes on, what can not be less than nothing, or
#: what was seen in history (a mean of several cells of ``observed``, within a band).
NO_LIMIT = frozenset([
    "air_capture_capacity", "allowances_clear", "burden_below_largest", "creditable_removal_sum", "credits_clear", "ecological_spending_paid", "electrolysis_capacity", "end_use_not_negative", "end_use_stock", "generation_as_seen", "generation_not_beyond_seen",
    "hydrogen_store_closes", "hydrogen_store_least", "hydrogen_store_volume", "moved_load_most", "moved_load_of_day",
    "measure_stock", "must_run_for_heat", "no_deforestation", "no_negative_sector", "opened_land_stays", "phase_stays_built", "product_harvest_sum", "rate_falls", "rate_rises", "retired_stays_retired", "storage_energy",
    "storage_season_balance", "tied_within_spending",
])  # fmt: skip


def stated() -> dict[str, bool]:
    """Family of rows -> whether it states a kind, and so gives its cells."""
    return {info.name: bool(info.limit[0]) for lever in LEVERS for info in lever.constraints()}


def of_states() -> set[str]:
    """Families of rows that say what something is: those of a State."""
    return {row for lever in LEVERS for state in lever.states for row in state.rows}


def test_every_family_of_rows_has_a_cell_or_a_reason() -> None:
    """A new family states its kind and gives its cells, or says what a State is."""
    without = {name for name, has_cell in stated().items() if not has_cell} - of_states()
    assert set() == without - NO_LIMIT, (
        "rows that name no cell: say what they limit, @constraint(unit, kind=...) with limit= in constrain(), name them in the State that they define, "
        "or, where no number of a cell stands alone on their right, list them in NO_LIMIT of tests/core/test_limits.py"
    )
    assert set() == NO_LIMIT - without, "take these out of NO_LIMIT of tests/core/test_limits.py: they name a cell, are those of a State, or are gone"


def test_every_limit_has_a_name_in_chinese() -> None:
    """Families of rows whose limits the report lists; without a label a reader of Chinese would meet the key in plain letters."""
    unnamed = [name for name, has_cell in stated().items() if has_cell and label(name, "zh").isascii()]
    assert [] == unnamed, "say what reports call these rows: @constraint(..., en=, zh=)"


#: Rows of the shipped model that name a cell in the first period only, and have none in it: no stand of 2020 is in the last class; what was felled
#: in the first period is known, so that its stands bound nothing.
NONE_IN_THE_FIRST_PERIOD = {"open_class_transition", "kept_non_negative"}


def test_a_family_that_states_its_kind_gives_its_cells(reference_build: Build) -> None:
    """Every family of the shipped model with a kind stands among its limits, and no other does."""
    wanted = {name for name, has_cell in stated().items() if has_cell and len(reference_build.blocks.get(name, ()))}
    given = {block.name for block in reference_build.limits if block.kind == "constraint" and not block.name.startswith("balance_")}
    assert wanted - NONE_IN_THE_FIRST_PERIOD == given
