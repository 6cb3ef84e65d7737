"""The table of docs/formulation.md on the pace of growth: what nothing felled would hold until the plan ends, recomputed from the workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

import model
from model.core.data import Data
from model.core.declare import units
from model.levers.forest.stands import Stands, read_stands
from model.levers.forest.strata import area_by_age_group
from model.levers.forest.tables import AGE_GROUPS, FOREST_GROWTH

DOCS = Path(__file__).parents[2] / "docs" / "formulation.md"
INVENTORY = "inventory"


def rows() -> dict[str, list[str]]:
    """First cell -> the others, of the table between the marks."""
    text = DOCS.read_text(encoding="utf-8").split("<!-- pace: begin -->")[1].split("<!-- pace: end -->")[0]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    return {first.split(" ")[0]: rest for first, *rest in cells[2:]}


@pytest.fixture(scope="module")
def data(workbook: Path) -> Data:
    return model.read(workbook).data("reference")


def carbon(stands: Stands, lengths: Sequence[int]) -> list[float]:
    """Living biomass (Mt C) at the base year and after each period when nothing is felled."""
    return [float((area * stands.biomass).sum()) for area in stands.age_without_felling(lengths)]


def periods(data: Data) -> list[int]:
    """Years of each period until the plan ends; periods after it only tell what must be kept up."""
    return [data.length(year) for year in data.years if year <= data.plan_until]


@pytest.mark.parametrize("pace", ["1.0", "0.8", "0.6", "0.5"])
def test_the_table_of_the_docs_is_what_the_workbook_gives(data: Data, pace: str) -> None:
    growth = data.tables[FOREST_GROWTH.name]
    slower = Data({**data.tables, FOREST_GROWTH.name: growth.assign(age=growth["age"] / float(pace))}, dict(data.settings), data.columns)
    stands = read_stands(slower)
    lengths = periods(data)
    course = carbon(stands, lengths)
    sinks = [(course[1] - course[0]) / lengths[0], (course[-1] - course[-2]) / lengths[-1], (course[-1] - course[0]) / sum(lengths)]
    areas = area_by_age_group(slower, stands.strata, stands.area, stands.width)
    held = [(float((areas[name] * stands.volume).sum()), float(areas[name].sum())) for name in AGE_GROUPS]
    densities = [units.convert(volume / area, "km3/Mha", "m3/ha") for volume, area in held]
    assert [f"{value:.0f}" for value in (*sinks, *densities)] == rows()[pace]


def test_the_inventory_beside_it_is_that_of_the_workbook(data: Data) -> None:
    listed = data.tables["published_levels"].query("level == 'nfi9'").set_index(["quantity", "subject"])["low"].astype(float)
    found = [f"{1000 * listed['age_volume', name] / listed['age_area', name]:.0f}" for name in AGE_GROUPS]
    assert found == rows()[INVENTORY][3:]


def test_losses_take_what_the_page_says(data: Data) -> None:
    stands = read_stands(data)
    lengths = periods(data)
    with_losses, without = (carbon(s, lengths)[-1] for s in (stands, replace(stands, annual_loss=0.0 * stands.annual_loss)))
    assert f"Losses take {(without - with_losses) / sum(lengths):.0f} of it" in DOCS.read_text(encoding="utf-8")
