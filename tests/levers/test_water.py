"""Water balance and trade of rights, by hand-worked cases of two zones."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.closing.river_flow import RiverFlow
from model.core.build.assemble import assemble
from model.core.build.build import Lever
from model.core.data import Data
from model.core.declare.spec import InputError, Variable
from model.levers.land.water import Water

from .toy import amount, cheapest, poster, toy_data, value

EVAPOTRANSPIRATION = Variable("extra_evapotranspiration", ("water_zone", "year"), "km3/yr")
IRRIGATED = Variable("irrigated_fields", ("water_zone", "year"), "Mha")


def zone(name: str, basin: str = "yellow") -> dict[str, Any]:
    return {"water_zone": name, "region": name, "basin": basin, "industry_share": 1.0}


def water_data(share: float = 0.1, cost: float = 0.5, basins: tuple[str, str] = ("yellow", "yellow")) -> Data:
    """Zone up has 10 km3 and uses 4, zone down has 5 and uses 5; the base year would not close by itself."""
    available = [("up", 2020, 1.0), ("up", 2030, 10.0), ("down", 2020, 1.0), ("down", 2030, 5.0)]
    return toy_data(
        regions=("up", "down"),
        tables={
            "water_zones": [zone("up", basins[0]), zone("down", basins[1])],
            "water_available": [{"water_zone": z, "year": y, "value": v} for z, y, v in available],
            "water_base": [{"water_zone": z, "use_domestic": v} for z, v in (("up", 4.0), ("down", 5.0))],
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
    data.tables["water_base"]["use_domestic"] = 20.0
    data.tables["water_rights"]["share"] = 0.0
    assert "infeasible" == cheapest(assemble(data, [Water, fields(2.0)], [])).status


def test_rights_between_basins_are_refused_with_the_cell() -> None:
    with pytest.raises(InputError) as error:
        assemble(water_data(basins=("yellow", "yangtze")), [Water], [])
    finding = error.value.findings[0]
    assert ("water_rights", "B3") == (finding.sheet, finding.cell)
    assert "up (yellow) can not sell to down (yangtze)" == finding.message


def test_a_book_without_sectors_or_rights_has_water_all_the_same() -> None:
    data = water_data()
    del data.tables["water_base"], data.tables["water_rights"]
    solution = cheapest(assemble(data, [Water, fields(2.0)], []))
    assert pytest.approx(5.0) == value(solution, "irrigated_fields")


SECTORS: dict[str, Any] = {"water_zone": "down", "use_agriculture": 2.0, "use_industry": 1.5, "use_domestic": 0.5, "use_ecology": 0.4, "decided_use": 0.5}
GROWTH = (("agriculture", 0.9), ("industry", 1.2), ("domestic", 1.4), ("ecology", 1.5))


def sector_data(available: float = 10.0, saving: float = 0.3, **settings: float) -> Data:
    """One zone in which farms use 2, industry 1.5 (0.5 of it cooling), homes 0.5, ecology 0.4 km3."""
    years = (2020, 2030)
    tables: dict[str, Any] = {
        "water_zones": [zone("down")],
        "water_available": [{"water_zone": "down", "year": y, "value": available} for y in years],
        "water_base": [SECTORS],
        "water_growth": [{"sector": s, "year": y, "value": v if y == 2030 else 1.0} for s, v in GROWTH for y in years],
        "water_saving": [{"water_zone": "down", "year": y, "value": saving} for y in years],
    }
    return toy_data(regions=("down",), years=years, tables=tables, settings=settings)


def test_every_sector_grows_by_itself_and_farms_save() -> None:
    """Farms 2 * 0.9 - 0.3 = 1.5; industry (1.5 - 0.5) * 1.2 = 1.2; homes 0.5 * 1.4 = 0.7; ecology 0.4 * 1.5 = 0.6."""
    solution = cheapest(assemble(sector_data(), [Water, fields(2.0)], []))
    used = {s: -amount(solution, "water", f"exogenous_{s}", year=2030) for s, _ in GROWTH}
    assert {"agriculture": 1.5, "industry": 1.2, "domestic": 0.7, "ecology": 0.6} == pytest.approx(used)
    assert pytest.approx(10.0 - 4.0) == value(solution, "irrigated_fields")


def test_a_sector_without_a_row_of_growth_stays_at_its_base_use() -> None:
    data = sector_data()
    del data.tables["water_growth"]
    solution = cheapest(assemble(data, [Water, fields(2.0)], []))
    assert pytest.approx(-1.7) == amount(solution, "water", "exogenous_agriculture", year=2030)


def test_farm_use_is_cut_at_its_price_up_to_its_share() -> None:
    """3.9 km3 for a use of 4.0: 0.1 is cut at 5 CNY/m3. Other fields that earn 6 take the rest of 30 % of 1.5, 0.35."""
    short = cheapest(assemble(sector_data(available=3.9), [Water, fields(2.0)], []))
    assert pytest.approx(0.1) == value(short, "farm_water_cut")
    assert pytest.approx(-0.5) == amount(short, "money", "farm_water_cut", region="down")
    dear = cheapest(assemble(sector_data(available=3.9), [Water, fields(6.0)], []))
    assert pytest.approx(0.45) == value(dear, "farm_water_cut")
    assert pytest.approx(0.35) == value(dear, "irrigated_fields")


def test_water_that_no_cut_of_farms_can_free_is_infeasible() -> None:
    assert "infeasible" == cheapest(assemble(sector_data(available=3.5), [Water, fields(2.0)], [])).status


def test_what_does_not_fit_the_base_use_is_refused_with_its_cell() -> None:
    data = sector_data(saving=2.0)
    data.tables["water_base"]["decided_use"] = 2.0
    with pytest.raises(InputError) as error:
        assemble(data, [Water], [])
    assert [("water_base", "F3"), ("water_saving", "D2")] == [(f.sheet, f.cell) for f in error.value.findings]


# ---------------------------------------------------------------------------------------------------------------------
# What the rivers keep


def stream_data(share: float = 0.5, inflow: float = 1.0, runoff: float = 4.0, limit: float | None = None) -> Data:
    """The zone above with 10 km3 that may be withdrawn, of own resources of 4 km3 of which half stays in the river."""
    data = sector_data(saving=0.0)
    added = toy_data(
        regions=("down",),
        tables={
            "water_runoff": [{"water_zone": "down", "year": y, "value": runoff} for y in (2020, 2030)],
            "environmental_flow": [{"water_zone": "down", "share": share, "inflow_right": inflow, "evapotranspiration_limit": limit}],
            "water_sectors": [{"sector": s, "consumption": c} for s, c in (("agriculture", 0.5), ("industry", 0.25), ("domestic", 0.4), ("ecology", 1.0))],
        },
    )
    for name in ("water_runoff", "environmental_flow", "water_sectors"):
        data.tables[name], data.columns[name] = added.tables[name], added.columns[name]
    return data


def test_consumption_leaves_the_river_its_flow() -> None:
    """Farms 1.8*0.5 + industry 1.2*0.25 + homes 0.7*0.4 + ecology 0.6 = 2.08 are consumed; 4*(1-0.5) + 1 = 3 may be:
    fields take 0.92 km3 although 5.7 may be withdrawn. One more km3 earns 2 bn CNY a year."""
    data = stream_data()
    solution = cheapest(assemble(data, [Water, fields(2.0)], [RiverFlow]))
    assert pytest.approx(0.92) == value(solution, "irrigated_fields")
    assert pytest.approx(3.0) == value(solution, "water_consumed", year=2030)
    row = solution.limits().set_index("name").loc["water_consumed"]
    assert ("water_runoff", pytest.approx(3000.0), pytest.approx(3000.0)) == (row["sheet"], row["limit"], row["level"])
    assert pytest.approx(2.0 * data.weight(2030) / 1000.0) == row["dual"]


def test_a_dry_year_takes_from_the_river_before_it_takes_from_its_flow() -> None:
    """A quarter less runoff: 3 * 0.5 + 1 = 2.5 may be consumed, so fields fall to 0.42 km3."""
    solution = cheapest(assemble(stream_data(runoff=3.0), [Water, fields(2.0)], [RiverFlow]))
    assert pytest.approx(0.42) == value(solution, "irrigated_fields")


def test_cutting_farms_frees_only_what_they_would_consume() -> None:
    """Runoff of 2 km3: 2 may be consumed against 2.08. A cut of farms by 0.16 frees half of it, 0.08."""
    solution = cheapest(assemble(stream_data(runoff=2.0), [Water, fields(2.0)], [RiverFlow]))
    assert pytest.approx(0.16) == value(solution, "farm_water_cut")
    assert pytest.approx(0.0, abs=1e-9) == value(solution, "irrigated_fields")


def trees(lever: Lever) -> None:
    """Trees earn 3 bn CNY a year per km3 that they evaporate; nobody withdraws it."""
    terms = lever.b.variable(EVAPOTRANSPIRATION, pd.DataFrame({"water_zone": ["down"], "year": [2030]})).terms()
    lever.ledger.use("river_flow", terms, 1.0, item="extra_evapotranspiration", unit="1")
    lever.ledger.supply("money", terms.assign(region="down"), 3.0, item="shade", unit="bn CNY/km3")


def test_evaporation_of_rainfed_trees_counts_against_the_river_and_against_its_own_limit() -> None:
    """3 - 2.08 = 0.92 km3 are left for trees; with a limit of 0.5 for trees fields take the other 0.42."""
    levers = [Water, fields(2.0), poster(trees, "trees")]
    assert pytest.approx(0.92) == value(cheapest(assemble(stream_data(), levers, [RiverFlow])), "extra_evapotranspiration")
    limited = cheapest(assemble(stream_data(limit=0.5), levers, [RiverFlow]))
    assert pytest.approx(0.5) == value(limited, "extra_evapotranspiration")
    assert pytest.approx(0.42) == value(limited, "irrigated_fields")
    assert "D3" == limited.limits().set_index("name").loc["evapotranspiration_limit", "cell"]


amounts = st.floats(0.0, 5.0).map(lambda x: round(x, 2))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(amounts, amounts, amounts, st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 9.0))
def test_water_is_never_made(up: float, down: float, farms: float, share: float, kept: float, earns: float) -> None:
    """Whatever is available, used and traded: no zone uses more than it has, rights sold are rights bought, no stock is
    negative, and a zone without runoff lets nothing be consumed beyond its rights."""
    data = water_data(share=share)
    data.tables["water_available"]["value"] = [up + 4.0, up + 4.0, down + 5.0, down + 5.0]
    data.tables["water_base"]["use_agriculture"] = [0.0, farms]
    runoff = toy_data(tables={
        "water_runoff": [{"water_zone": z, "year": y, "value": 20.0} for z in ("up", "down") for y in (2020, 2030)],
        "environmental_flow": [{"water_zone": z, "share": kept * 0.5} for z in ("up", "down")],
    })  # fmt: skip
    data.tables.update({n: runoff.tables[n] for n in ("water_runoff", "environmental_flow")})
    solution = cheapest(assemble(data, [Water, fields(earns)], [RiverFlow]))
    if farms * 0.7 > down + min(up, share * (up + 4.0)) + 1e-6:
        assert "infeasible" == solution.status
        return
    if solution.status != "optimal":
        # at most rounding away from the line drawn above
        assert farms * 0.7 > down + min(up, share * (up + 4.0)) - 1e-6
        return
    balance = solution.balance("water")
    assert balance.groupby(["water_zone", "year"])["value"].sum().min() >= -1e-6
    assert pytest.approx(0.0, abs=1e-9) == amount(solution, "water", "rights_sold") + amount(solution, "water", "rights_bought")
    assert (solution.x >= -1e-7).all()
    assert solution.values("water_consumed")["value"].max() <= 20.0 * (1.0 - kept * 0.5) + 1e-6
