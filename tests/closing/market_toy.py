"""A nation of three regions with carbon markets, small enough to be worked by hand; periods of ten years without discounting.

Each emits 10 Mt of steel a year and may capture all of it: the west at 1 bn CNY per Mt, the centre at 2, the east at 4. Under a cap of 15 that trades
the west captures 10 and the centre 5: 10 + 10 = 20 bn CNY a year, and one more tonne allowed saves 2, so that the price is 2000 CNY/t.
Each may also treat grassland, 5 Mha that store 1 Mt a year each.

Limits: what is made and emitted is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest

from model.closing.carbon import CarbonAccount
from model.closing.market.market import CarbonMarket
from model.closing.market.results.carbon_market import market_closes
from model.closing.objective import ObjectiveClosing
from model.core.build.assemble import assemble
from model.core.build.build import Lever
from model.core.data import Data
from model.core.declare.spec import Variable
from model.core.solve.solution import Solution
from model.core.solve.solver import solve
from model.levers.demand.industry import OUTPUT
from model.reporting.tables.every import Made
from tests.levers.power_toy import yearly
from tests.levers.toy import poster, toy_data

WEST, CENTRE, EAST = REGIONS = ("west", "industrial", "developed")
STORED = Variable("stored_here", ("region", "year"), "Mt CO2/yr")
TREATED = Variable("treated", ("region", "year"), "Mha")
COST = {WEST: 1.0, CENTRE: 2.0, EAST: 4.0}
#: What a hectare of grassland costs: dear enough to be left alone where nobody pays for its carbon.
GRASS_COST = {WEST: 0.5, CENTRE: 1.0, EAST: 3.0}
MEASURES = "grassland_measures"
STEEL = {"market": "one", "item": "steel", "captured": "industry_ccs"}


def one(**row: Any) -> dict[str, Any]:
    return {"market": "one", "rule": "grandfathered", **row}


def nation(*markets: Mapping[str, Any], cap: float | Mapping[int, float] | None = 15.0, years: tuple[int, ...] = (2020, 2030), rate: float = 0.0, groups: tuple[str, ...] = REGIONS, **tables: Any) -> Data:
    """Three regions: product 1 : 1 : 2, people 2 : 1 : 1, the same emissions in the base year."""
    product, people = {WEST: 100.0, CENTRE: 100.0, EAST: 200.0}, {WEST: 50.0, CENTRE: 25.0, EAST: 25.0}
    caps = yearly(years, cap, market="one") if cap is not None else []
    given = {
        "regions": [{"region": r, "name_en": r, "name_zh": r, "region_group": g} for r, g in zip(REGIONS, groups, strict=True)],
        "carbon_markets": list(markets), "market_coverage": [STEEL] if markets else [], "market_cap": caps if markets else [],
        "base_year_emissions": [{"region": r, "emission": 10.0} for r in REGIONS],
        "gdp": [row for r in REGIONS for row in yearly(years, product[r], region=r)], "population": [row for r in REGIONS for row in yearly(years, people[r], region=r)],
        **tables,
    }  # fmt: skip
    return toy_data(REGIONS, years, {name: rows for name, rows in given.items() if len(rows)}, {"discount_rate": rate})


def emit(lever: Lever) -> None:
    """What is emitted, captured and stored in grassland."""
    keys = pd.MultiIndex.from_product([REGIONS, lever.data.years], names=["region", "year"]).to_frame(index=False)
    lever.ledger.supply_fixed("emission", keys, 10.0, item="steel", unit="Mt CO2/yr")
    stored = lever.b.variable(STORED, keys, high=10.0)
    lever.ledger.supply("captured", stored.terms(), 1.0, item="industry_ccs", unit="1")
    lever.ledger.use("money", stored.terms(), keys["region"].map(COST).to_numpy(dtype=float), item="stack", unit="bn CNY/Mt CO2")
    treated = lever.b.variable(TREATED, keys, high=5.0)
    lever.ledger.supply("sink", treated.terms(), 1.0, item=MEASURES, unit="Mt CO2/Mha/yr")
    lever.ledger.use("money", treated.terms(), keys["region"].map(GRASS_COST).to_numpy(dtype=float), item="grass", unit="bn CNY/yr/Mha")
    if lever.data.has("industry"):
        made = keys.assign(sector="steel")[["region", "sector", "year"]]
        amount = made["region"].map({WEST: 4.0, CENTRE: 6.0, EAST: 10.0}).to_numpy(dtype=float)
        lever.b.variable(OUTPUT, made, low=amount, high=amount)


def plan(data: Data) -> Solution:
    solution = solve(assemble(data, [poster(emit)], [CarbonAccount, CarbonMarket, ObjectiveClosing]))
    assert solution.status == "optimal"
    return solution


def told(solution: Solution) -> pd.DataFrame:
    """The table, after it has been held to its identity."""
    tables = Made(solution)
    assert 0.0 == pytest.approx(max(sides.error() for sides in market_closes(tables, solution)), abs=1e-9)
    return tables["carbon_market"]


def held(*markets: Mapping[str, Any], **given: Any) -> pd.DataFrame:
    """The table of a plan of one period, by region."""
    return told(plan(nation(*markets, **given))).set_index("region")


def three(*values: float) -> dict[str, Any]:
    return {region: pytest.approx(amount, abs=1e-9) for region, amount in zip(REGIONS, values, strict=True)}


def industry() -> list[dict[str, Any]]:
    """Steel of 3, 1 and 0.8 t CO2 a unit, 4, 6 and 10 million units: 26 / 20 = 1.3 on the mean."""
    made = {WEST: (4.0, 3.0), CENTRE: (6.0, 1.0), EAST: (10.0, 0.8)}
    return [{"region": r, "sector": "steel", "output": made[r][0], "output_unit": "t", "emission_factor": made[r][1]} for r in REGIONS]
