"""The page ``docs/plan_in_time.md``: no rate of the reference leaves its pace unseen, and the page tells what is solved."""

from __future__ import annotations

import re

import pytest

from benchmarks.horizon import PAGE, STEEP, out_of_bounds, prices, rates, rates_told, sinks
from model.api import Plan

pytestmark = pytest.mark.slow
#: The page holds three digits of a rate; two solvers may end at plans that differ by so much.
CLOSE = 0.02
#: A rate below this stands still.
STILL = 1e-6


def table(title: str) -> dict[tuple[str, ...], list[str]]:
    """Cells of the first table below a heading, by the texts before the numbers."""
    lines = PAGE.read_text(encoding="utf-8").split(f"## {title}\n", 1)[1].split("\n## ", 1)[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return {tuple(row[:2]): row for row in rows[1:]}


def test_no_rate_leaves_its_bounds_but_by_a_reported_drop(plan: Plan) -> None:
    found = rates(plan)
    assert [] == out_of_bounds(found).to_dict("records")
    # and the check sees one that does
    assert len(found) == len(out_of_bounds(found.assign(rate=found["ceiling"].fillna(0.0) + 1.0, dropped=0.0)).query("ceiling == ceiling")) + found["ceiling"].isna().sum()


def test_planting_felling_and_grassland_have_no_hole(plan: Plan) -> None:
    """From the first planned period to the last nothing pauses and begins anew."""
    found = rates(plan)
    for (decision, item), series in found[found["decision"].isin(["planted", "clearcut", "treated"])].groupby(["decision", "item"]):
        planned = series[series["year"] <= plan.data.plan_until].set_index("year")["rate"].sort_index()
        used = planned[planned > STILL]
        between = planned.loc[used.index[0] : used.index[-1]]
        assert (between > STILL).all(), (decision, item, planned.to_dict())


def test_the_page_tells_the_paces_that_are_solved(plan: Plan) -> None:
    committed = table("Paces")
    solved = {tuple(row[:2]): row for row in ([cell.strip() for cell in line.strip("|").split("|")] for line in rates_told(plan) if line.startswith("| ")) if row[0] != "decision"}
    assert list(committed) == list(solved)
    for key, row in solved.items():
        numbers = [float(cell) for cell in committed[key][3:-1]]
        assert numbers == pytest.approx([float(cell) for cell in row[3:-1]], rel=CLOSE, abs=CLOSE * max(numbers)), key


def test_every_steep_step_of_the_price_is_named(plan: Plan) -> None:
    found = prices(plan)
    before = found["price"].shift().fillna(0.0)
    steep = [year for year, price in found["price"].items() if price > 0.5 and price > STEEP * before[year]]
    named = re.findall(r"^- \d{4}-(\d{2}): `(\w+)` makes ([\d,]+) of", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [f"{int(year) % 100:02d}" for year in steep] == [year for year, _, _ in named]
    for year, (_, part, told) in zip(steep, named, strict=True):
        assert float(told.replace(",", "")) == pytest.approx(found[part][year], rel=CLOSE)


def test_the_sink_of_the_last_planned_year_does_not_rest_on_the_horizon(plan: Plan) -> None:
    """Within a tenth between a horizon that ends in 2080 and one that ends in 2100, as the page tells; the first of them is the reference."""
    rows = {key[0]: row for key, row in table("The sink, and what comes after the plan").items()}
    head = next(line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| horizon to"))
    place = [cell.strip() for cell in head.strip("|").split("|")].index(str(plan.data.plan_until))
    solved = sinks(plan)["with_plan"][plan.data.plan_until]
    shipped = float(rows[str(plan.data.years[-1])][place])
    assert solved == pytest.approx(shipped, rel=CLOSE)
    (longer,) = (row for name, row in rows.items() if name.startswith("2100"))
    assert float(longer[place]) == pytest.approx(shipped, rel=0.1)
