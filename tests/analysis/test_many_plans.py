"""Many plans from one: a power system whose plan is a known function of two numbers, and draws that are spread as they should be.

Demand of 10 TWh a year, half by day, and 3 GW of coal: 0.3 bn CNY a TWh. One GW of wind gives 4.38 TWh by day at 0.01, costs 0.05 a year and its
investment of 4 bn CNY over 20 years; nothing is discounted. What is built in the ten years stands for half of them, what retires as well: coal costs
0.1 a GW and year, 1.5 in all. With the investment times f and the demand of 2030 times d base year and period cost

    3.3 + 1.5 + 30 d - max(0, 5 * (4.38 * 0.3 - 4.38 * 0.01 - 0.05 - 0.2 f))  =  4.8 + 30 d - max(0, 6.101 - f)

so wind is built while f is below 6.101.
"""

from __future__ import annotations

import dataclasses
import pickle
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

import model
from model import analysis
from model.analysis import Outcome, Task
from model.analysis.importance import importance
from model.analysis.measures import DONE, MARK, last_decade, measured, units_of
from model.analysis.monte_carlo import effects
from model.analysis.sampling import drawn, latin_hypercube, shares, trajectories
from model.analysis.task import Measure, Member, Variant
from model.analysis.warm import WarmSolver
from model.core.build.assemble import assemble
from model.core.data import Data
from model.core.declare.schema import PERT, TRIANGULAR, UNIFORM, Range
from model.core.declare.spec import Finding, InputError
from model.core.solve.solver import solve
from model.members.work import WRONG
from model.reporting.tables.every import result_tables
from tests.levers.power_toy import YEARS, coal, grid, power_data, wind

WIND = Range("wind_cost", 0.5, 1.0, 10.5, distribution=UNIFORM, place="sited_capex!E2")
DEMAND = Range("demand", 0.9, 1.0, 1.1, distribution=UNIFORM, place="power_demand!E2")
TABLES = {"wind_cost": "sited_capex", "demand": "power_demand"}
WIND_ITEM = f"{DONE}{MARK}clean_energy{MARK}wind_onshore"
Vary = Callable[[Sequence[tuple[str, float]]], Data]


def cost(f: float, d: float = 1.0) -> float:
    return 4.8 + 30.0 * d - max(0.0, 6.101 - f)


@cache
def system() -> Data:
    return power_data(grid({"west": 10.0}), coal({"west": 3.0}), wind({"west": 1.0}))


def vary(changes: Sequence[tuple[str, float]]) -> Data:
    """The toy with its ranges moved, each a factor on a table."""
    data = system()
    for name, share in changes:
        one = WIND if name == WIND.name else DEMAND
        frame = data.tables[TABLES[name]]
        factor = np.where(frame["year"] > YEARS[0], one.value(share), 1.0)
        data = data.moved({TABLES[name]: frame.assign(value=frame["value"] * factor)}, data.settings)
    return data


def refusing(changes: Sequence[tuple[str, float]]) -> Data:
    """As ``vary``, for a workbook that allows no demand in the highest tenth."""
    if dict(changes).get("demand", 0.0) > 0.9:
        raise InputError([Finding("error", "power_demand", "E2", "too much", "less")])
    return vary(changes)


@cache
def solver_of_toy() -> WarmSolver:
    return WarmSolver(system())


def member_of(variant: Variant, how: Vary, solver: WarmSolver, measure: Measure) -> Member:
    """How a variant ends, as a worker tells it."""
    try:
        solution = solver.solve(how(variant.changes))
    except InputError as error:
        return Member(variant.name, WRONG, problem=str(error))
    return Member(variant.name, solution.status, solution.objective, solver.route, 0.0, "", measure(solution))


@cache
def found_before(how: Vary, variant: Variant, measure: Measure) -> Member:
    """A variant of the toy, solved once for all tests."""
    return member_of(variant, how, solver_of_toy(), measure)


def afresh(variants: Sequence[Variant]) -> list[Member]:
    """The variants in their order, by a solver that has solved nothing but the base."""
    solver = WarmSolver(system())
    return [member_of(variant, vary, solver, measured) for variant in variants]


def task(name: str, ranges: Sequence[Range] = (WIND, DEMAND), how: Vary = vary, **settings: float | str) -> Task:
    def members(variants: Sequence[Variant], measure: Measure) -> list[Member]:
        return [found_before(how, variant, measure) for variant in variants]

    return Task(system(), {**analysis.defaults(name), **settings}, lambda data, phase: solver_of_toy().base, result_tables, ranges=ranges, members=members)


def table(outcome: Outcome, name: str) -> pd.DataFrame:
    return next(one.frame for one in outcome.tables if one.name == name)


def test_a_tornado_has_the_swings_worked_by_hand() -> None:
    """Cost 29.699 as it stands; demand 26.699 and 32.699, wind 29.199 at f = 0.5 and 34.8 at 10.5. Demand stands first: 6 is more than 5.601."""
    outcome = analysis.run("sensitivity", task("sensitivity"))
    tornado = table(outcome, "tornado")
    rows = tornado[tornado["indicator"] == "discounted_cost"]
    assert ["demand", "wind_cost"] == rows["range"].tolist()
    assert [29.699] * 2 == pytest.approx(rows["base"].tolist())
    assert [26.699, 29.199] == pytest.approx(rows["at_low"].tolist())
    assert [32.699, 34.8] == pytest.approx(rows["at_high"].tolist())
    assert [6.0, 5.601] == pytest.approx(rows["swing"].tolist())
    assert [("power_demand", "E2"), ("sited_capex", "E2")] == list(zip(rows["sheet"], rows["cell"], strict=True))


def test_a_tornado_names_the_item_that_a_range_takes_out_of_the_plan() -> None:
    """One GW of wind as it stands and at its low cost, none at its high; demand moves it by nothing."""
    outcome = analysis.run("sensitivity", task("sensitivity"))
    (row,) = table(outcome, "moved_items").to_dict("records")
    assert ("clean_energy", "wind_onshore", "wind_cost", "GW") == (row["lever"], row["item"], row["range"], row["unit"])
    assert [1.0, 1.0, 0.0, 1.0] == pytest.approx([row["base"], row["at_low"], row["at_high"], row["swing"]])
    first = table(outcome, "dearest").iloc[0]
    assert ("discounted_cost", 1, "demand") == (first["indicator"], first["rank"], first["range"])


def test_an_end_without_a_plan_is_told_and_its_range_keeps_the_other() -> None:
    """Demand at its high is refused: what is known of its swing is 29.699 less 26.699, and one of four plans is missing."""
    outcome = analysis.run("sensitivity", task("sensitivity", how=refusing))
    rows = table(outcome, "tornado")
    row = rows[(rows["range"] == "demand") & (rows["indicator"] == "discounted_cost")].iloc[0]
    assert 3.0 == pytest.approx(row["swing"])
    assert np.isnan(row["at_high"])
    (problem,) = outcome.problems
    assert "1 of 4" in str(problem)
    assert "too much" in str(problem)
    assert [WRONG] == table(outcome, "tried").loc[lambda frame: frame["status"] != "optimal", "status"].tolist()


def test_without_ranges_nothing_is_tried_and_an_unknown_name_is_refused() -> None:
    outcome = analysis.run("sensitivity", task("sensitivity", ranges=()))
    assert ([], 1) == (outcome.tables, len(outcome.problems))
    with pytest.raises(InputError, match="wind"):
        analysis.run("sensitivity", dataclasses.replace(task("sensitivity"), settings={**analysis.defaults("sensitivity"), "ranges": "wind"}))


def test_the_share_of_draws_in_which_wind_acts_is_that_of_its_range() -> None:
    """f = 0.5 + 10 u is below 6.101 for u below 0.5601. Of 10 draws, one in every tenth, the lowest 5 act, perhaps the next (0.5 to 0.6), no other."""
    outcome = analysis.run("monte_carlo", task("monte_carlo", samples=10.0, resamples=50.0))
    acts = table(outcome, "acts").set_index("item")
    share = float(acts.loc["wind_onshore", "acts_share"])
    assert round(share * 10) in (5, 6)
    samples = table(outcome, "samples")
    assert [cost(f, d) for f, d in zip(samples["wind_cost"], samples["demand"], strict=True)] == pytest.approx(samples["discounted_cost"].tolist())
    assert round(share * 10) == int((samples["wind_cost"] < 6.101).sum())


def test_a_draw_without_a_plan_is_counted_and_left_out() -> None:
    """Of 10 draws of demand, one in every tenth, the highest is refused."""
    outcome = analysis.run("monte_carlo", task("monte_carlo", how=refusing, samples=10.0, resamples=50.0))
    assert 1 == (table(outcome, "samples")["status"] == WRONG).sum()
    assert "1 of 10" in str(outcome.problems[0])
    assert (table(outcome, "importance")["indicator"] == "discounted_cost").any()


def test_the_same_seed_gives_the_same_tables_and_another_one_others() -> None:
    def found(seed: float) -> list[pd.DataFrame]:
        return [one.frame for one in analysis.run("monte_carlo", task("monte_carlo", samples=3.0, seed=seed, resamples=20.0, trajectories=1.0)).tables]

    first, again, other = found(3.0), found(3.0), found(4.0)
    assert 5 == len(first)
    for one, two in zip(first, again, strict=True):
        pd.testing.assert_frame_equal(one, two)
    assert not first[0].equals(other[0])


def test_neither_order_nor_number_of_the_variants_makes_a_difference() -> None:
    variants = [Variant(str(number), (("wind_cost", share), ("demand", 1.0 - share))) for number, share in enumerate((0.0, 0.3, 0.9))]
    forth, back, alone = afresh(variants), afresh(variants[::-1])[::-1], afresh(variants[1:2])

    def told(member: Member) -> tuple[object, ...]:
        return member.name, member.status, member.route, member.objective, dict(member.values)

    assert [told(member) for member in forth] == [told(member) for member in back]
    assert told(alone[0]) == told(forth[1])


def test_what_goes_to_another_process_and_comes_back_can_be_sent() -> None:
    variant = Variant("a", (("wind_cost", 0.5),))
    member = task("sensitivity").members([variant], measured)[0]
    assert (variant, member) == pickle.loads(pickle.dumps((variant, member)))
    assert measured is pickle.loads(pickle.dumps(measured))


def test_every_part_of_a_range_is_drawn_from_once() -> None:
    """Fifty draws of three columns: each fiftieth of each column holds one."""
    columns = latin_hypercube(50, 3, 7)
    for column in columns.T:
        assert list(range(50)) == sorted(np.floor(column * 50).astype(int))
    np.testing.assert_array_equal(columns, latin_hypercube(50, 3, 7))
    assert not np.array_equal(columns, latin_hypercube(50, 3, 8))


def test_ranges_of_a_group_are_drawn_together() -> None:
    one, two, alone = Range("a", 0.0, 1.0, 2.0, group="x"), Range("b", 5.0, 6.0, 9.0, group="x", distribution=PERT), Range("c", 0.0, 1.0, 2.0)
    found = drawn([one, alone, two], 40, 1)
    ranks = {name: np.argsort(np.argsort(share)).tolist() for name, share in found.items()}
    assert ranks["a"] == ranks["b"]
    assert ranks["a"] != ranks["c"]


def test_quantiles_of_the_distributions_are_those_of_their_formulas() -> None:
    """Triangular with mode 0.25: below it u = s^2 / 0.25, so s = 0.125 at u = 1/16; above 1 - u = (1 - s)^2 / 0.75, so s = 0.5 at u = 2/3.

    Pert with mode 0.5 is beta(3, 3): by symmetry the median is 0.5, and at s = 0.25 its probability is 10 s^3 - 15 s^4 + 6 s^5 = 0.103515625.
    """
    triangle = Range("a", 0.0, 1.0, 4.0, distribution=TRIANGULAR)
    assert [0.0, 0.125, 0.25, 0.5, 1.0] == pytest.approx(shares(triangle, np.array([0.0, 1 / 16, 0.25, 2 / 3, 1.0])).tolist())
    pert = Range("a", 0.0, 2.0, 4.0, distribution=PERT)
    assert [0.25, 0.5] == pytest.approx(shares(pert, np.array([0.103515625, 0.5])).tolist())


def test_an_input_that_is_the_result_explains_it_and_one_that_is_not_explains_nothing() -> None:
    """Result 0 to 159 in order of the first input: of its variance 63/25599 lies within 20 bins of 8, (160^2 - 1)/12 against (8^2 - 1)/12.

    Share 1 - 63/25599 - 19/140 * 63/25599 = 0.997205. The second input goes up and down in every bin of the first: its rank correlation is near 0.
    """
    first = np.arange(160.0)
    second = np.tile(np.array([0.0, 5.0, 3.0, 6.0, 1.0, 7.0, 2.0, 4.0]), 20)
    found = importance(np.stack([first, second], axis=1), np.stack([first, np.ones(160)], axis=1), 100, 1)
    within = 63 / 25599
    assert 1.0 == pytest.approx(found.correlation[0, 0])
    assert 1.0 - within - 19 / 140 * within == pytest.approx(found.share[0, 0])
    assert abs(found.share[1, 0]) < 0.05
    assert found.share_low[0, 0] <= found.share[0, 0] <= found.share_high[0, 0]
    assert np.isnan(found.correlation[:, 1]).all()


def test_elementary_effects_of_a_straight_line_are_its_slopes() -> None:
    """y = 3 a - 2 b over every trajectory: effects 3 and -2, the same at every step."""
    ways = trajectories(4, 2, 1)
    members = [Member(str(number), "optimal", values={"y": 3.0 * point[0] - 2.0 * point[1]}) for points, _ in ways for number, point in enumerate(points)]
    found = effects(["a", "b"], ways, members, ["y"], {"y": "1"}).set_index("group")
    assert [3.0, -2.0] == pytest.approx(found["mean_effect"].tolist())
    assert [3.0, 2.0] == pytest.approx(found["mean_absolute_effect"].tolist())
    assert [0.0, 0.0] == pytest.approx(found["spread_of_effects"].tolist())
    assert [4, 4] == found["effects"].tolist()
    assert all(0.0 <= value <= 1.0 for points, _ in ways for value in points.ravel())


# ---------------------------------------------------------------------------------------------------------------------
# The small workbook


@pytest.fixture(scope="module")
def book(small_workbook: Path, tmp_path_factory: pytest.TempPathFactory) -> model.Book:
    """The small workbook with three ranges of its own."""
    pages = openpyxl.load_workbook(small_workbook)
    if "ranges" in pages.sheetnames:
        del pages["ranges"]
    page = pages.create_sheet("ranges")
    page.append(["range", "sheet", "selector", "column", "operation", "low", "high", "active", "source", "quality"])
    for row in (
        ("wind", "sited_capex", "technology=wind_onshore", None, "multiply", 0.8, 1.2),
        ("demand", "power_demand", None, None, "multiply", 0.95, 1.05),
        ("growth", "forest_growth", None, "biomass_carbon", "multiply", 0.9, 1.1),
    ):
        page.append([*row, 1, "OWN_EST", "estimate"])
    place = tmp_path_factory.mktemp("ranges") / "small.xlsx"
    pages.save(place)
    return model.read(place)


@pytest.fixture(scope="module")
def solver(book: model.Book) -> WarmSolver:
    return WarmSolver(book.data())


@pytest.fixture(scope="module")
def tables(solver: WarmSolver) -> dict[str, pd.DataFrame]:
    return result_tables(solver.base)


def test_members_of_the_small_workbook_equal_cold_solves(book: model.Book, solver: WarmSolver) -> None:
    """Costs, right-hand sides and coefficients all change: simplex goes in two steps, first to a plan of the new rows, then to the one of the new costs."""
    data = book.varied([("wind", 0.9), ("demand", 0.8), ("growth", 0.3)])
    warm = solver.solve(data)
    assert "warm" == solver.route
    assert solve(assemble(data)).objective == pytest.approx(warm.objective, rel=1e-6)


def test_the_measures_of_a_plan_are_what_its_tables_say(solver: WarmSolver, tables: dict[str, pd.DataFrame]) -> None:
    """Cost, net emissions, sink, price, burdens and amounts of the small workbook, each added up from the tables of the report."""
    plan = solver.base
    data, found = plan.build.data, measured(plan)
    strict = tables["carbon"][tables["carbon"]["in_target"] == 1]
    signed = strict.assign(value=np.where(strict["account"] == "emission", 1.0, -1.0) * strict["value"])
    net = signed.groupby("year")["value"].sum()
    planned = [year for year in data.years if year <= data.plan_until]
    assert [float(net[year]) for year in planned] == pytest.approx([found[f"net_emissions:{year}"] for year in planned], abs=1e-6)
    assert max(float(net[year]) for year in planned if year in data.decided) == pytest.approx(found["net_peak"])
    decade = last_decade(data)
    sinks = strict[strict["account"] == "sink"].groupby("year")["value"].sum()
    assert sum(share * float(sinks[year]) for year, share in decade.items()) == pytest.approx(found["sink_last_decade"])
    prices = tables["prices"][tables["prices"]["balance"] == "emission"].groupby("year")["price"].max()
    assert float(prices[data.plan_until]) == pytest.approx(found[f"co2_price:{data.plan_until}"])
    assert float(tables["objective"]["value"].sum()) == pytest.approx(found["discounted_cost"])
    told = tables["allocation"].assign(share=tables["allocation"]["year"].map(decade).fillna(0.0))
    amounts = (told["value"] * told["share"]).groupby([told["lever"], told["item"]]).sum()
    assert {f"done:{lever}:{item}": pytest.approx(float(value)) for (lever, item), value in amounts.items()} == {k: v for k, v in found.items() if k.startswith("done:")}
    assert set(found) == set(units_of(plan))


def test_burdens_are_those_of_the_report_before_anybody_pays_another(solver: WarmSolver, tables: dict[str, pd.DataFrame]) -> None:
    """Own spending less revenue, with what missed targets are priced at, of each group, times the weight of its year; all of them are the objective."""
    plan = solver.base
    data, found = plan.build.data, measured(plan)
    rows = tables["burden"]
    own = rows[(rows["basis"] == "total") & rows["item"].isin(["own_spending", "own_revenue", "missed_targets"])]
    weighted = own["own"] * own["year"].map({year: data.weight(year) for year in data.all_years})
    place = own["region_group"].where(own["region_group"] != "", own["region"].str.removeprefix("group:"))
    by_place = weighted.groupby(place).sum()
    burdens = {name.removeprefix("cost_borne:"): value for name, value in found.items() if name.startswith("cost_borne:")}
    assert {name: pytest.approx(float(value), rel=1e-6, abs=1e-6) for name, value in by_place.items()} == burdens
    assert sum(burdens.values()) == pytest.approx(found["discounted_cost"])
