"""The diversion as a project: what is built, its water, land, power, carbon and money, line by line.

``diversion_account`` repeats what the balances hold for the project and adds what follows from it: carbon of the trees
on opened land, what its water is worth at the plan's prices, and its panels and hydropower at the fossil factor of the
base year. The last are comparisons, in no account of the plan: what they avoid is inside the dispatch.

Limits: trees on land types that the diversion opens count whole, also where such land was offered without it; the base
year's factor stays as it is while the real one falls.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from ....core.build.objective import COST_UNIT
from ....core.declare import units
from ....core.declare.results import SPEND, UNIT, YEAR, Identity, ResultTable, number, texts
from ....core.declare.units import CO2_PER_C
from ....core.solve.amounts import stack, total, values
from ....core.solve.sides import Sides, Tables, compare, sums
from ...decay import period_retention
from ...power.siting import NEW_SITED, SITED_CAPACITY
from ..afforestation import PLANTED, ROW, land_with_soil
from ..diversion import BUILT, DELIVERED, OPENED, PROJECT_FAMILIES
from ..diversion_tables import CANAL, CORRIDOR, DIVERSION_ITEMS, GIVEN, IRRIGATION, OPENED_LAND, TAKEN

if TYPE_CHECKING:
    from ....core.solve.solution import Solution

#: Published abatement of photovoltaics along the canal (FAN2022, WEI2022), Mt CO2 a year.
PUBLISHED_CANAL_ABATEMENT = 6.03
POWER_CATEGORY = "power"
FOSSIL = ("coal", "gas", "oil")
#: Shares of a phase below this are the rounding of the solver.
ROUNDING_SHARE = 1e-6
ALL = "all"
STATE, WATER, LAND, POWER, CARBON, FINANCE, WORTH = "state", "water", "land", "power", "carbon", "finance", "worth"
COMPARED = "carbon_compared"
#: A phase that stands in part; what panels on the canal give, what that avoids at the fossil factor of the base year and as published.
PARTLY = "partly_built"
PANELS, PANELS_AVOID, PANELS_PUBLISHED = "canal_panels_available", "canal_panels_at_base_factor", "canal_panels_published"
#: Line of the account of water -> item of the water balance.
WITHDRAWN, IRRIGATES = "withdrawn", "irrigation_of_opened_land"
POSTED = {WITHDRAWN: TAKEN, DELIVERED.name: GIVEN, IRRIGATES: IRRIGATION}
COLUMNS = ["account", "phase", "item", "year", "value", "unit"]


def diversion_account(solution: Solution, tables: Tables) -> pd.DataFrame:
    """The account, item by item; without rows when the diversion is not in the model.

    Power and carbon are positive where the project gives, finance is positive where it spends, worth is positive.
    """
    if BUILT.name not in solution.build.families:
        return pd.DataFrame()
    trees = _trees(solution, tables)
    power = _power(solution)
    parts = [
        _state(solution), _water(solution), _land(solution), power, trees, _compared(tables, power),
        _finance(solution), _worth(solution),
    ]  # fmt: skip
    return stack([part[COLUMNS] for part in parts if len(part)])


def _rows(frame: pd.DataFrame, account: str, item: str | pd.Series, unit: str) -> pd.DataFrame:
    return frame.assign(account=account, item=item, unit=unit)


def _state(solution: Solution) -> pd.DataFrame:
    built = values(solution, BUILT.name)
    part = (built["value"] > ROUNDING_SHARE) & (built["value"] < 1.0 - ROUNDING_SHARE)
    return stack([_rows(built, STATE, BUILT.name, "1"), _rows(built.assign(value=part.astype(float)), STATE, PARTLY, "1")])


def _posted(solution: Solution, balance: str, families: tuple[str, ...] = PROJECT_FAMILIES) -> pd.DataFrame:
    """Entries of a balance that belong to decisions of the project, with its phase; supply positive, solver units."""
    table = solution.build.ledger.table(balance)
    parts = []
    for name in families:
        family = solution.build.families.get(name)
        if family is None:
            continue
        own = table[table["position"].isin(family.positions)]
        place = own["position"].to_numpy(dtype=np.int64) - family.start
        value = own["coefficient"].to_numpy(dtype=float) * solution.x[own["position"].to_numpy(dtype=np.int64)]
        parts.append(own.assign(phase=family.frame["phase"].to_numpy(dtype=object)[place], value=value))
    return stack(parts)


def _summed(frame: pd.DataFrame, scale: float = 1.0, sign: float = 1.0) -> pd.DataFrame:
    if frame.empty:
        return frame
    return total(frame.assign(value=sign * scale * frame["value"]), ["phase", "item", "year"])


def _water(solution: Solution) -> pd.DataFrame:
    posted = _summed(_posted(solution, "water"), units.convert(1.0, "km3", "million m3"))
    taken = posted[posted["item"] == TAKEN].assign(value=lambda frame: -frame["value"])
    given = posted[posted["item"] == GIVEN]
    used = posted[posted["item"] == IRRIGATION].assign(value=lambda frame: -frame["value"])
    kept = taken.merge(given[["phase", "year", "value"]], on=["phase", "year"], suffixes=("", "_given"))
    kept = kept.assign(value=kept["value"] - kept["value_given"], item="kept_in_stream_or_lost")
    named = [taken.assign(item=WITHDRAWN), given.assign(item=DELIVERED.name), kept, used.assign(item=IRRIGATES)]
    return _rows_named(stack(named), WATER, "million m3/yr")


def _rows_named(frame: pd.DataFrame, account: str, unit: str) -> pd.DataFrame:
    return frame.assign(account=account, unit=unit) if len(frame) else frame


def _land(solution: Solution) -> pd.DataFrame:
    kha = units.convert(1.0, "Mha", "kha")
    opened = values(solution, OPENED.name)
    parts = []
    if len(opened):
        plots = solution.build.data.frame(OPENED_LAND)[["phase", "use", "share"]]
        each = opened.merge(plots, on="phase")
        each = each.assign(value=each["value"] * each["share"].astype(float) * kha, item="opened_" + each["use"].astype(str))
        parts.append(total(each, ["phase", "item", "year"]))
    posted = _posted(solution, "land", (BUILT.name,))
    if len(posted):
        surface = posted[(posted["item"] == CANAL) & (posted["land_class"] == CORRIDOR)]
        parts.append(_summed(surface, kha).assign(item="canal_surface"))
    return _rows_named(stack(parts), LAND, "kha")


def _power(solution: Solution) -> pd.DataFrame:
    posted = _summed(_posted(solution, "electricity", (BUILT.name, DELIVERED.name)))
    panels = _panels(solution, "sited_output")
    if len(panels):
        panels = total(panels.assign(phase=ALL, item=PANELS), ["phase", "item", "year"])
    return _rows_named(stack([posted, panels]), POWER, "TWh/yr")


def _panels(solution: Solution, balance: str) -> pd.DataFrame:
    """Entries of panels on the canal corridor in a balance, supply positive."""
    table = solution.build.ledger.table(balance)
    parts = []
    for name in (NEW_SITED.name, SITED_CAPACITY.name):
        family = solution.build.families.get(name)
        if family is None or "land_class" not in family.frame:
            continue
        own = family.positions[(family.frame["land_class"] == CORRIDOR).to_numpy()]
        rows = table[table["position"].isin(own)]
        position = rows["position"].to_numpy(dtype=np.int64)
        parts.append(rows.assign(value=rows["coefficient"].to_numpy(dtype=float) * solution.x[position]))
    return stack(parts)


def _finance(solution: Solution) -> pd.DataFrame:
    """Spending of the project, income negative: its own items, panels on its canal, trees on its land."""
    own = _summed(_posted(solution, "money"), sign=-1.0)
    parts = [own]
    panels = _panels(solution, "money")
    if len(panels):
        parts.append(_summed(panels.assign(phase=ALL, item="canal_panels"), sign=-1.0))
    trees = solution.build.families.get(PLANTED.name)
    if trees is not None:
        table = solution.build.ledger.table("money")
        rows = table[table["position"].isin(trees.positions[_opened(solution, trees.frame)])]
        value = rows["coefficient"].to_numpy(dtype=float) * solution.x[rows["position"].to_numpy(dtype=np.int64)]
        parts.append(_summed(rows.assign(value=value, phase=ALL, item="trees_on_opened_land"), sign=-1.0))
    return _rows_named(stack(parts), FINANCE, "bn CNY/yr")


def _opened(solution: Solution, frame: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Which rows (region, water_zone, land_type) are on land types that the diversion opens."""
    plots = solution.build.data.frame(OPENED_LAND)
    listed = {tuple(row) for row in plots.loc[plots["land_type"].astype(str) != "", ROW].itertuples(index=False)}
    return np.array([tuple(row) in listed for row in frame[ROW].itertuples(index=False)], dtype=bool)


def _trees(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Carbon of trees on opened land, Mt CO2 a year: living with its dead wood, vegetation lost, soil."""
    data = solution.build.data
    planting = tables["planting"]
    if planting.empty or not data.has(OPENED_LAND.name):
        return pd.DataFrame()
    planting = planting[_opened(solution, planting)].astype({"year": "int64"})
    if planting.empty:
        return pd.DataFrame()
    stock = tables["forest"]
    stock = stock[stock["stratum"].isin(planting["stratum"])].groupby("year")["carbon_mt_co2"].sum()
    land = land_with_soil(data).set_index(ROW)
    rows: list[tuple[str, int, float]] = []
    deficits: dict[tuple[str, ...], float] = {}
    before = 0.0
    to_mha = units.convert(1.0, "kha", "Mha")
    for year in data.years:
        n = float(data.length(year))
        now = float(stock.get(year, 0.0))
        rows.append(("trees_living", year, (now - before) / n))
        before = now
        lost = soil = 0.0
        for place in planting[planting["year"] == year].itertuples(index=False):
            key = (place.region, place.water_zone, place.land_type)
            area = float(place.planted_kha) * n * to_mha
            lost += area * float(land.loc[key, "vegetation_before"]) / n
            tau = float(land.loc[key, "soil_time_constant"])
            entered = float(land.loc[key, "soil_deficit"]) * area * float(land.loc[key, "survival"])
            old = deficits.get(key, 0.0)
            deficits[key] = old * math.exp(-n / tau) + period_retention(n, tau) * entered
            soil += (old + entered - deficits[key]) / n
        rows += [("trees_vegetation_lost", year, -lost * CO2_PER_C), ("trees_soil", year, soil * CO2_PER_C)]
    frame = pd.DataFrame(rows, columns=["item", "year", "value"]).assign(phase=ALL)
    return _rows_named(frame, CARBON, "Mt CO2/yr")


def _compared(tables: Tables, power: pd.DataFrame) -> pd.DataFrame:
    """Canal panels and hydropower at the fossil factor of the base year, and the published abatement beside them."""
    factor = base_factor(tables)
    if factor is None or power.empty:
        return pd.DataFrame()
    panels = power[power["item"] == PANELS].assign(item=PANELS_AVOID)
    hydro = power[power["phase"] != ALL]
    hydro = total(hydro, ["year"]).assign(phase=ALL, item="hydropower_and_operation_at_base_factor") if len(hydro) else hydro
    found = stack([panels, hydro])
    found = found.assign(value=found["value"] * factor)
    published = panels.assign(item=PANELS_PUBLISHED, value=PUBLISHED_CANAL_ABATEMENT)
    return stack([found, published]).assign(account=COMPARED, unit="Mt CO2/yr")


def base_factor(tables: Tables) -> float | None:
    """Mean emission factor of fossil power in the base year, Mt CO2 per TWh."""
    power, carbon = tables["power"], tables["carbon"]
    if power.empty or carbon.empty:
        return None
    base = int(power["year"].min())
    burnt = power[(power["year"] == base) & power["technology"].astype(str).str.split("_").str[0].isin(FOSSIL)]
    emitted = carbon[(carbon["year"] == base) & (carbon["category"] == POWER_CATEGORY) & (carbon["account"] == "emission")]
    generated = float(burnt["generation_twh"].sum())
    return float(emitted["value"].sum()) / generated if generated > 0.0 else None


def _worth(solution: Solution) -> pd.DataFrame:
    """What water and power of the project are worth at the prices of the plan, bn CNY a year."""
    goal = solution.build.objective
    if goal is None or goal.unit != COST_UNIT:
        return pd.DataFrame()
    parts = []
    for balance in ("water", "electricity", "forage", "land"):
        if f"balance_{balance}" not in solution.build.rows:
            continue
        posted = _posted(solution, balance)
        if posted.empty:
            continue
        keys = list(solution.build.ledger.balances[balance].index)
        priced = posted.merge(solution.duals(f"balance_{balance}"), how="left", on=keys)
        weight = priced["year"].map(solution.build.data.weight).astype(float)
        price = -solution.improvement_sign * priced["dual"].astype(float).fillna(0.0) / weight
        parts.append(total(priced.assign(value=priced["value"] * price, item=balance), ["phase", "item", "year"]))
    return _rows_named(stack(parts), WORTH, "bn CNY/yr")


def diversion_in_accounts(tables: Tables, solution: Solution) -> list[Sides]:
    """Water and money of the project are those of the water and money tables; a phase is flagged where it is in part."""
    account = tables["diversion_account"]
    if account.empty:
        return []
    water, money = tables["water"], tables["money"]
    sides = []
    for item, posted in POSTED.items():
        own = account[(account["account"] == WATER) & (account["item"] == item)]
        sides.append(compare(sums(own, ["year"]), sums(water[water["item"] == posted], ["year"])))
    spent = money.assign(value=np.where(money["direction"] == SPEND, money["value"], -money["value"]))
    items = {item.name for item in DIVERSION_ITEMS if "money" in item.balances}
    own = account[(account["account"] == FINANCE) & account["item"].isin(items)]
    sides.append(compare(sums(own, ["item", "year"]), sums(spent[spent["item"].isin(items)], ["item", "year"])))
    state = account[account["account"] == STATE].pivot_table(index=["phase", "year"], columns="item", values="value")
    part = ((state[BUILT.name] > ROUNDING_SHARE) & (state[BUILT.name] < 1.0 - ROUNDING_SHARE)).astype(float)
    return [*sides, compare(state[PARTLY], part)]


RESULTS = (
    ResultTable(
        "diversion_account", "The West line as a project: water, land, power, carbon and finance of each phase.", "西线工程账户：各期水、土地、电力、碳与资金。",
        (
            *texts("account", "phase", "item"), YEAR,
            number("value", "", "Amount: positive where the project gives, in finance where it spends", "数量：工程产出为正，资金账户支出为正"), UNIT,
        ),
        ("account", "phase", "item", "year"), make=diversion_account,
    ),
)  # fmt: skip
IDENTITIES = (
    Identity("diversion_in_accounts", "The diversion's account agrees with those of water and money", "调水账户与各账一致", diversion_in_accounts),
)
