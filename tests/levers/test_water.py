"""Water balance and trade of rights, by hand-worked cases of two zones."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from model.core.assemble import assemble
from model.core.build import Lever
from model.core.data import Data
from model.core.spec import InputError, Variable
from model.levers.water import Water

from .toy import amount, cheapest, poster, toy_data, value

IRRIGATED = Variable("irrigated_fields", ("water_zone", "year"), "Mha")


def zone(name: str, basin: str = "yellow") -> dict[str, Any]:
    return {"water_zone": name, "region": name, "basin": basin, "industry_share": 1.0}


def water_data(share: float = 0.1, cost: float = 0.5, basins: tuple[str, str] = ("yellow", "yellow")) -> Data:
    """Zone up has 10 km3 and uses 4, zone down has 5 and uses 5; the base year would not close by itself."""
    available = [("up", 2020, 1.0), ("up", 2030, 10.0), ("down", 2020, 1.0), ("down", 2030, 5.0)]
    exogenous = [("up", 2020, 2.0), ("up", 2030, 4.0), ("down", 2020, 2.0), ("down", 2030, 5.0)]
    return toy_data(
        regions=("up", "down"),
        tables={
            "water_zones": [zone("up", basins[0]), zone("down", basins[1])],
            "water_available": [{"water_zone": z, "year": y, "value": v} for z, y, v in available],
            "water_exogenous": [{"water_zone": z, "year": y, "value": v} for z, y, v in exogenous],
            "water_rights": [{"from_zone": "up", "to_zone": "down", "share": share, "cost": cost}],
        },
    )


def fields(earns: float) -> Any:
    """Fields in zone down need 1 km3 per Mha and earn ``earns`` bn CNY a year per Mha."""

    def post(lever: Lever) -> None:
        terms = lever.b.variable(IRRIGATED, pd.DataFrame({"water_zone": ["down"], "year": [2030]})).terms()
        lever.ledger.use("water", terms, 1.0, item="irrigation", unit="km3/Mha/yr")
        lever.ledger.supply("money", terms.assign(region="down"), earns, item="crops", unit="bn CNY/Mha/yr")

    return poster(post)


def test_rights_are_bought_up_to_the_share_of_the_sellers_water() -> None:
    """A tenth of 10 km3 is 1 km3; fields earn 2 per km3 and rights cost 0.5, so all of it is bought."""
    solution = cheapest(assemble(water_data(), [Water, fields(2.0)], []))
    assert pytest.approx(1.0) == value(solution, "rights", year=2030)
    assert pytest.approx(1.0) == value(solution, "irrigated_fields")
    assert pytest.approx(-1.0) == amount(solution, "water", "rights_sold", water_zone="up")
    assert pytest.approx(1.0) == amount(solution, "water", "rights_bought", water_zone="down")


def test_the_buyer_pays_for_rights() -> None:
    """1 km3 a year at 0.5 CNY/m3 is 0.5 bn CNY a year in the region of the buyer."""
    solution = cheapest(assemble(water_data(), [Water, fields(2.0)], []))
    assert pytest.approx(-0.5) == amount(solution, "money", "water_rights", region="down")
    assert pytest.approx(0.0) == amount(solution, "money", "water_rights", region="up")


def test_rights_dearer_than_what_they_earn_are_not_bought() -> None:
    solution = cheapest(assemble(water_data(cost=3.0), [Water, fields(2.0)], []))
    assert pytest.approx(0.0) == value(solution, "rights")


def test_the_seller_never_sells_water_it_uses() -> None:
    """The share would allow 9 km3, but 4 of the 10 km3 are used: 6 km3 are sold at most."""
    solution = cheapest(assemble(water_data(share=0.9), [Water, fields(2.0)], []))
    assert pytest.approx(6.0) == value(solution, "rights", year=2030)


def test_the_limit_on_rights_points_to_its_cell_and_price() -> None:
    """One more km3 of rights earns 2 - 0.5 = 1.5 bn CNY a year; limit 1000 million m3 in cell C3."""
    data = water_data()
    limits = cheapest(assemble(data, [Water, fields(2.0)], [])).limits()
    row = limits[limits["name"] == "water_rights_limit"].iloc[0]
    assert ("water_rights", "C3") == (row["sheet"], row["cell"])
    assert pytest.approx(1000.0) == row["limit"]
    assert pytest.approx(1000.0) == row["level"]
    assert pytest.approx(1.5 * data.weight(2030) / 1000.0) == row["dual"]


def test_water_in_each_zone_closes() -> None:
    """Up: 10 - 4 - 1 = 5 km3 idle; down: 5 + 1 - 5 - 1 = 0."""
    balance = cheapest(assemble(water_data(), [Water, fields(2.0)], [])).balance("water")
    left = balance.groupby("water_zone")["value"].sum()
    assert pytest.approx(5.0) == left["up"]
    assert pytest.approx(0.0, abs=1e-9) == left["down"]


def test_the_base_year_is_history_and_has_no_row() -> None:
    build = assemble(water_data(), [Water], [])
    assert [2030] == sorted(build.rows["balance_water"][0]["year"].unique())


def test_more_exogenous_use_than_water_is_infeasible() -> None:
    data = water_data()
    data.tables["water_exogenous"]["value"] = 20.0
    data.tables["water_rights"]["share"] = 0.0
    assert "infeasible" == cheapest(assemble(data, [Water, fields(2.0)], [])).status


def test_rights_between_basins_are_refused_with_the_cell() -> None:
    with pytest.raises(InputError) as error:
        assemble(water_data(basins=("yellow", "yangtze")), [Water], [])
    finding = error.value.findings[0]
    assert ("water_rights", "B3") == (finding.sheet, finding.cell)
    assert "up (yellow) can not sell to down (yangtze)" == finding.message


def test_a_book_without_exogenous_use_or_rights_has_water_all_the_same() -> None:
    data = water_data()
    del data.tables["water_exogenous"], data.tables["water_rights"]
    solution = cheapest(assemble(data, [Water, fields(2.0)], []))
    assert pytest.approx(5.0) == value(solution, "irrigated_fields")
