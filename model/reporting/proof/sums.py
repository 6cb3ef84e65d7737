"""Whether the tables agree with one another: accounts that close, totals that are sums, shares that are quotients, stocks that the sink fills.

Everything is worked out from the tables themselves; the matrix is not asked.

Limits: where a sum breaks, its key is named, of which one of several rows may be the wrong one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ...closing.payments.trade_rules import CONTRACT, GIVING, HALF, MEAN, RECEIVING
from ...core.build import registry
from ...core.declare import units
from ...core.declare.lines import Said
from ...core.declare.results import IDLE, SOURCE, SUPPLY
from ...core.declare.units import CO2_PER_C
from ...core.solve.amounts import NATION, joined
from ...levers.land.tables import AVAILABLE
from ..tables.burden import NET, RESOURCES, TOTAL
from ..tables.columns import TABLES
from .checks import NOTHING, TOLD, Check, Integers, same
from .linked import LEAST
from .plan import KeptPlan

Tables = Mapping[str, pd.DataFrame]
Covers = tuple[tuple[str, str], ...]
#: Sums of some hundred parts of very unlike sizes, each told with all digits.
SUMMED = 1e-8
PLACE = ["region", "year"]
CLASS_YEAR = ["region", "land_class", "year"]
EMISSION, SINK = "emission", "sink"
#: Unit of the price of a tonne in allowances.csv.
CARBON_PRICE = "CNY/t CO2"


def sums(plan: KeptPlan, manifest: Mapping[str, Any], tables: Tables) -> list[Check]:
    """Every check of the tables by themselves; those of tables that have no rows are left out."""
    found: list[Check] = []
    for needed, rule in RULES:
        if all(len(tables.get(name, ())) for name in needed):
            found += rule(plan, manifest, tables)
    return found


def _grouped(frame: pd.DataFrame, keys: Sequence[str], column: str = "value") -> pd.Series:
    return frame.groupby(list(keys), sort=False)[column].sum().astype(float)


def _equal(name: str, covers: Covers, expected: pd.Series, found: pd.Series, largest: pd.Series | None = None, *, nothing: float = NOTHING, tolerance: float = SUMMED) -> Check:
    """Two series by the same keys; a key that one lacks counts as zero there."""
    keys = expected.index.union(found.index, sort=False)
    left, right = (series.reindex(keys).fillna(0.0).to_numpy(dtype=float) for series in (expected, found))
    size = np.full(len(keys), LEAST) if largest is None else np.maximum(LEAST, largest.reindex(keys).fillna(0.0).to_numpy(dtype=float))
    names = list(keys.names)
    table = name.partition(".")[0]

    def places(at: Integers) -> list[str]:
        told = [key if isinstance(key, tuple) else (key,) for key in keys[at]]
        return [f"{table}.csv {', '.join(f'{part}={word}' for part, word in zip(names, key, strict=True))}" for key in told]

    return same(name, Said(f"sum_{name.replace('.', '_')}"), places, left, right, size, tolerance, covers=covers, nothing=nothing)


def _closes(name: str, covers: Covers, frame: pd.DataFrame, keys: Sequence[str], column: str = "value") -> Check:
    """Signed amounts that add up to nothing."""
    total = _grouped(frame, keys, column)
    largest = frame.assign(size=frame[column].abs()).groupby(list(keys), sort=False)["size"].max()
    return _equal(name, covers, 0.0 * total, total, largest)


def _rowwise(name: str, covers: Covers, frame: pd.DataFrame, expected: pd.Series, found: pd.Series, largest: pd.Series | None = None) -> Check:
    """Two columns worked out row by row; blank with blank is the same."""
    table = name.partition(".")[0]
    keys = list(TABLES[table].keys)
    size = np.maximum(LEAST, (largest.abs() if largest is not None else found.abs()).fillna(0.0).to_numpy(dtype=float))

    def places(at: Integers) -> list[str]:
        return [f"{table}.csv {', '.join(f'{key}={frame[key].iloc[number]}' for key in keys)}" for number in at.tolist()]

    values = expected.to_numpy(dtype=float), found.to_numpy(dtype=float)
    return same(name, Said(f"sum_{name.replace('.', '_')}"), places, *values, size, TOLD, covers=covers)


def _land(plan: KeptPlan, manifest: Mapping[str, Any], tables: Tables) -> Iterator[Check]:
    land = tables["land"]
    yield _closes("land", (("land", "value"),), land.assign(value=land["value"].where(land["use"] == AVAILABLE, -land["value"])), CLASS_YEAR)


def _transitions(plan: KeptPlan, manifest: Mapping[str, Any], tables: Tables) -> Iterator[Check]:
    """What comes to a class in a period, and stays, leaves it or stays in the next."""
    moves = tables["land_transitions"]
    years = plan.text["years"]
    came = _grouped(moves.assign(land_class=moves["to_class"]), CLASS_YEAR)
    after = moves[moves["year"] != years[0]]
    before = dict(zip(years[1:], years[:-1], strict=True))
    left = _grouped(after.assign(land_class=after["from_class"], year=after["year"].map(before)), CLASS_YEAR)
    yield _equal("land_transitions", (("land_transitions", "value"),), left, came[came.index.get_level_values("year") != years[-1]])


def _water(plan: KeptPlan, manifest: Mapping[str, Any], tables: Tables) -> Iterator[Check]:
    water = tables["water"]
    closed = water[water["water_zone"].isin(water.loc[water["item"] == IDLE, "water_zone"])]
    if len(closed):
        yield _closes("water", (("water", "value"),), closed.assign(value=closed["value"].where(closed["direction"] == SUPPLY, -closed["value"])), ["water_zone", "year"])


def _streams(plan: KeptPlan, manifest: Mapping[str, Any], tables: Tables) -> Iterator[Check]:
    found = tables["streams"]
    yield _closes("streams", (("streams", "value"),), found.assign(value=found["value"].where(found["direction"] == SUPPLY, -found["value"])), ["water_zone", "year"])


def _allowances(plan: KeptPlan, manifest: Mapping[str, Any], tables: Tables) -> Iterator[Check]:
    """What is above the allowance is paid for at the price."""
    found = tables["allowances"]
    price = _in_solver_units(found["price"].to_numpy(dtype=float), pd.Series(CARBON_PRICE, index=found.index))
    covers = tuple(("allowances", column) for column in ("payment", "net", "allowance", "price"))
    yield _rowwise("allowances", covers, found, (found["net"] - found["allowance"]) * price, found["payment"], (found[["net", "allowance"]].max(axis=1) * price).abs())


def _money(plan: KeptPlan, manifest: Mapping[str, Any], tables: Tables) -> Iterator[Check]:
    money = tables["money"]
    yield _closes("money", (("money", "value"),), money.assign(value=money["value"].where(money["direction"] == SOURCE, -money["value"])), ["region", "fund", "year"])


def _power(plan: KeptPlan, manifest: Mapping[str, Any], tables: Tables) -> Iterator[Check]:
    """Slices close, and those of a plant add up to what it generates; what a store gives back stands apart and is linked."""
    balance, power = tables["power_balance"], tables["power"]
    yield _closes("power_balance", (("power_balance", "value"),), balance, ["region", "slice", "year"])
    plants = power[(power["charge_twh"] == 0.0) & (power["discharge_twh"] == 0.0)]
    posted = balance.rename(columns={"item": "technology"})
    posted = _grouped(posted[posted["technology"].isin(plants["technology"]) & ~posted["technology"].isin(power.loc[power["discharge_twh"] != 0.0, "technology"])], ["region", "technology", "year"])
    found = _grouped(plants, ["region", "technology", "year"], "generation_twh")
    yield _equal("power.generation_twh", (("power", "generation_twh"),), posted.reindex(found.index).fillna(0.0), found)


def _objective(plan: KeptPlan, manifest: Mapping[str, Any], tables: Tables) -> Iterator[Check]:
    parts = tables["objective"]["value"].astype(float)
    told = pd.Series([float(manifest["objective"]["value"])], index=pd.Index(["all"], name="component"))
    found = pd.Series([float(parts.sum())], index=told.index)
    yield _equal("objective", (("objective", "value"),), told, found, pd.Series([float(parts.abs().max())], index=told.index))


def _objectives(plan: KeptPlan, manifest: Mapping[str, Any], tables: Tables) -> Iterator[Check]:
    listed = [goal for goal in manifest["objectives"] if goal["value"] is not None]
    place = pd.Index(range(1, len(listed) + 1), name="place")
    for column in ("optimum", "value", "tolerance"):
        told = pd.Series([float(goal[column]) for goal in listed], index=place)
        yield _equal(f"objectives.{column}", (("objectives", column),), told, tables["objectives"].set_index("place")[column].astype(float), nothing=0.0)


def _by_group(plan: KeptPlan, manifest: Mapping[str, Any], tables: Tables) -> Iterator[Check]:
    """Every sum over a group, and the nation, added up from the table that it names."""
    group: dict[str, str] = {}
    for name in ("carbon", "allocation", "burden"):
        frame = tables.get(name)
        if frame is not None and len(frame):
            group |= dict(zip(frame["region"], frame["region_group"], strict=True))
    parts = []
    if len(tables.get("allocation", ())):
        parts.append(tables["allocation"].assign(table="allocation", item=joined(tables["allocation"][["lever", "item"]])))
    if len(tables.get("carbon", ())):
        carbon = tables["carbon"].assign(table="carbon", unit="Mt CO2/yr")
        net = carbon["value"].where(carbon["account"] == EMISSION, -carbon["value"]) * carbon["in_target"].astype(float)
        parts += [carbon.assign(item=joined(carbon[["account", "category"]])), carbon.assign(item="net", value=net)]
    if len(tables.get("money", ())):
        parts.append(tables["money"].assign(table="money", unit="bn CNY/yr", item=joined(tables["money"][["direction", "fund", "item"]])))
    parts += [table.grouped(tables[name]).assign(table=name) for name, table in TABLES.items() if table.grouped is not None and len(tables.get(name, ()))]
    keys = ["table", "item", "region_group", "year", "unit"]
    columns = [*keys, "value"]
    rows = pd.concat([part.assign(region_group=part["region"].map(group))[columns].astype({"year": "int64"}) for part in parts], ignore_index=True)
    whole = pd.concat([rows, rows.assign(region_group=NATION)], ignore_index=True)
    largest = whole.assign(size=whole["value"].abs()).groupby(keys, sort=False)["size"].max()
    found = tables["by_group"].astype({"year": "int64"})
    yield _equal("by_group", (("by_group", "value"),), _grouped(whole, keys), _grouped(found, keys), largest)


def _additionality(plan: KeptPlan, manifest: Mapping[str, Any], tables: Tables) -> Iterator[Check]:
    found, carbon, keys = tables["additionality"], tables["carbon"], ["region", "category", "in_target", "year"]
    yield _equal("additionality.with_plan", (("additionality", "with_plan"),), _grouped(carbon[carbon["account"] == SINK], keys), _grouped(found, keys, "with_plan"))
    covers = (("additionality", "added"), ("additionality", "without_levers"))
    yield _rowwise("additionality.added", covers, found, found["with_plan"] - found["without_levers"], found["added"], found[["with_plan", "without_levers"]].abs().max(axis=1))


def _burden(plan: KeptPlan, manifest: Mapping[str, Any], tables: Tables) -> Iterator[Check]:
    found = tables["burden"]
    size = found[["own", "baseline"]].abs().max(axis=1)
    yield _rowwise("burden.value", (("burden", "value"), ("burden", "baseline")), found, (found["own"] - found["baseline"].fillna(0.0)).where(found["value"].notna()), found["value"], size)
    keys = ["region", "basis", "year"]
    items, net = found[(found["item"] != NET) & found["own"].notna()], found[(found["item"] == NET) & found["own"].notna()]
    summed = _grouped(items, keys, "own")
    largest = items.assign(size=items["own"].abs()).groupby(keys, sort=False)["size"].max()
    told = _grouped(net, keys, "own")
    yield _equal("burden.own", (("burden", "own"),), summed.reindex(told.index).fillna(0.0), told, largest)


def _fiscal(plan: KeptPlan, manifest: Mapping[str, Any], tables: Tables) -> Iterator[Check]:
    found, borne = tables["fiscal"], tables["burden"]
    paid = borne[(borne["basis"] == TOTAL) & ~borne["item"].isin([*RESOURCES, NET])]
    told = _grouped(found, PLACE, "received")
    yield _equal("fiscal.received", (("fiscal", "received"),), -_grouped(paid, PLACE, "own").reindex(told.index).fillna(0.0), told, paid.assign(size=paid["own"].abs()).groupby(PLACE)["size"].max())
    spent = found["expenditure"]
    yield _rowwise("fiscal.capacity_before", (("fiscal", "capacity_before"), ("fiscal", "revenue"), ("fiscal", "expenditure")), found, found["revenue"] / spent, found["capacity_before"])
    yield _rowwise("fiscal.capacity_after", (("fiscal", "capacity_after"),), found, (found["revenue"] + found["received"]) / spent, found["capacity_after"])


def _lines(plan: KeptPlan, manifest: Mapping[str, Any], tables: Tables) -> Iterator[Check]:
    """A line keeps nothing; its cost and its rent fall to both ends."""
    found = tables["line_accounts"]
    found = found[found["rent"].notna()]
    sums_of: dict[str, tuple[str, ...]] = {"value_received": ("value_given", "cost", "rent"), "cost": ("cost_from", "cost_to"), "rent": ("rent_from", "rent_to")}
    for column, parts in sums_of.items():
        size = found[["value_received", "value_given"]].abs().max(axis=1)
        covers = tuple(("line_accounts", part) for part in (column, *parts))
        yield _rowwise(f"line_accounts.{column}", covers, found, found[list(parts)].sum(axis=1), found[column], size)
    paid = found["value_received"] - found["value_given"]
    covers = (("line_accounts", "paid_from"), ("line_accounts", "paid_to"))
    yield _rowwise("line_accounts.paid", covers, found, paid, found["paid_from"] + found["paid_to"], found[["value_received", "value_given"]].abs().max(axis=1))


def _trade(plan: KeptPlan, manifest: Mapping[str, Any], tables: Tables) -> Iterator[Check]:
    """What is paid is the price times the amount, both in solver units, in which they multiply to bn CNY a year; over a line the worth at the end that the rule names."""
    found = tables["trade"]
    found = found[found["payment"].notna() & found["price"].notna()]
    keys = ["commodity", "from_region", "to_region", "year"]
    lines = tables.get("line_accounts", pd.DataFrame(columns=[*keys, "value", "value_given", "value_received", "rent"]))
    over = found[keys].merge(lines[lines["rent"].notna()][[*keys, "value", "value_given", "value_received"]], how="left", on=keys)
    sent = over["value"].fillna(found["value"].reset_index(drop=True)).to_numpy(dtype=float)
    price = _in_solver_units(found["price"].to_numpy(dtype=float), found["price_unit"])
    weight = found["rule"].map({RECEIVING: 0.0, GIVING: 1.0, MEAN: HALF}).to_numpy(dtype=float)
    way = weight * over["value_given"].to_numpy(dtype=float) + (1.0 - weight) * over["value_received"].to_numpy(dtype=float)
    paid = np.where((found["rule"] == CONTRACT).to_numpy() | np.isnan(way), price * _in_solver_units(sent, found["unit"]), way)
    yield _rowwise("trade.payment", (("trade", "payment"), ("trade", "price")), found, pd.Series(paid, index=found.index), found["payment"])


def _in_solver_units(values: Any, told: pd.Series) -> Any:
    factor = {unit: units.convert(1.0, unit, units.solver_unit(unit)) for unit in told.unique()}
    return values * told.map(factor).to_numpy(dtype=float)


def _stocks(plan: KeptPlan, manifest: Mapping[str, Any], tables: Tables) -> Iterator[Check]:
    """What pools gain over a period, and what enters uncounted, is the item of the sink that they feed."""
    stocks, carbon, years = tables["stocks"], tables["carbon"], plan.text["years"]
    base = int(manifest["base_year"])
    before = dict(zip(years, [base, *years[:-1]], strict=True))
    declared = [*registry.pools(), *(state.pool for part in (*registry.levers(), *registry.closings()) for state in part.states if state.pool is not None)]
    feeds = {pool.name: pool for pool in declared if pool.feeds}
    rows = stocks[stocks["pool"].isin(list(feeds))]
    now = rows[rows["year"].isin(years)].astype({"year": "int64"})
    then = rows.rename(columns={"value": "then", "year": "before"})[["region", "pool", "before", "then"]].astype({"before": "int64"})
    both = now.assign(before=now["year"].map(before)).merge(then, how="left", on=["region", "pool", "before"])
    of_period = both["pool"].map({name: pool.of_period for name, pool in feeds.items()}).astype(bool)
    start = both["then"].fillna(0.0).where(~of_period, 0.0)
    length = both["year"].map({int(year): float(years) for year, years in plan.text["lengths"].items()})
    sign = both["pool"].map({name: pool.sign for name, pool in feeds.items()})
    both = both.assign(category=both["pool"].map({name: pool.feeds for name, pool in feeds.items()}), gain=sign * (both["value"] - start) * CO2_PER_C / length)
    both = both.assign(size=np.maximum(both["value"].abs(), start.abs()) * CO2_PER_C / length)
    keys = ["region", "category", "year"]
    gained = _grouped(both, keys, "gain")
    sink = _grouped(carbon[(carbon["account"] == SINK) & carbon["category"].isin(both["category"])].astype({"year": "int64"}), keys)
    yield _equal("stocks", (("stocks", "value"),), gained, sink.reindex(gained.index).fillna(0.0), both.groupby(keys, sort=False)["size"].max())


def _quotients(plan: KeptPlan, manifest: Mapping[str, Any], tables: Tables) -> Iterator[Check]:
    """Shares are quotients: of the whole of a place and year, or of what stands beside."""
    found = tables["non_fossil_share"]
    yield _rowwise("non_fossil_share", tuple(("non_fossil_share", column) for column in ("share", "value", "non_fossil")), found, found["non_fossil"] / found["value"], found["share"])
    used = tables.get("primary_energy", pd.DataFrame())
    if len(used):
        whole = used.groupby(PLACE, sort=False)["value"].transform("sum")
        yield _rowwise("primary_energy", (("primary_energy", "share"), ("primary_energy", "value")), used, used["value"] / whole, used["share"])


Rule = Callable[[KeptPlan, Mapping[str, Any], Tables], Iterator[Check]]
#: Which tables a check needs, and the check.
RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    (("land",), _land), (("land_transitions",), _transitions), (("water",), _water), (("streams",), _streams), (("allowances",), _allowances), (("money",), _money), (("power_balance", "power"), _power),
    (("objective",), _objective), (("objectives",), _objectives), (("by_group",), _by_group), (("additionality", "carbon"), _additionality), (("burden",), _burden),
    (("fiscal", "burden"), _fiscal), (("line_accounts",), _lines), (("trade",), _trade), (("stocks", "carbon"), _stocks), (("non_fossil_share",), _quotients),
)  # fmt: skip
