"""Plants and stores in the report: what stands and runs, who gives and takes power in each slice, what nobody needed.

Capacity stands at the milestone, base-year fleets included; generation is of a year and of plants only: what a store
gives back was generated before, and stands as its discharge. Power of a slice is positive when supplied and negative
when used.

Limits: the capacity of plants is added up from what was decided by the same rules as the levers use.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ....core.build.roles import closed
from ....core.declare.results import YEAR, Field, Identity, Link, ResultTable, number, text, texts
from ....core.ledger import FIXED
from ....core.solve.amounts import entries, posted, stack, terms, total, values
from ....core.solve.sides import Sides, Tables, compare, sums, zero
from ...lives import lives_of
from ..capacity import surviving
from ..parts.sited_output import CURTAILED
from ..parts.storage_input import STORAGE, STORAGE_FLEET
from ..plants import sited_fleet, thermal_fleet, thermal_technologies
from ..power import GENERATION
from ..siting import SITED_CAPACITY
from ..storage import CHARGE, CHARGING, DISCHARGE, STORAGE_NEW
from ..tables import PLANT, SITED, SITED_FLEET, STORE
from ..thermal import NEW_THERMAL, RETIRED

if TYPE_CHECKING:
    from ....core.data import Data
    from ....core.solve.solution import Solution

PLANT_YEAR = ["region", "technology", "year"]
#: What is kept of a family: of its values, or of the variables themselves.
TOLD = (*PLANT_YEAR, "position", "value")
#: Columns of amounts of ``power``.
POWER_AMOUNTS = ["capacity_gw", "generation_twh", "discharge_twh", "charge_twh"]
CURTAILMENT = "curtailment"
#: Capacity below this is the rounding of the solver (its feasibility tolerance is 1e-7).
ROUNDING_GW = 1e-6
#: Amounts of ``power`` by region group: kind, column, item, unit, whether all technologies are summed as well.
POWER_ITEMS = (
    (PLANT, "generation_twh", "generation", "TWh/yr", True),
    (PLANT, "capacity_gw", "capacity", "GW", True),
    (STORE, "capacity_gw", "storage", "GW", True),
    (STORE, "discharge_twh", DISCHARGE.name, "TWh/yr", False),
    (STORE, "charge_twh", CHARGE.name, "TWh/yr", False),
)


Reader = Callable[["Solution", str], pd.DataFrame]


def power(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``power``: plants and stores that stand or run, told apart by ``kind``.

    Plants generate; stores charge and discharge, and add nothing to what is generated.
    """
    plants = _joined(
        capacity_gw=stack([_sited(solution), _thermal(solution)]),
        generation_twh=stack([values(solution, GENERATION.name), _sited_generation(solution)]),
    )
    stores = _joined(capacity_gw=_storage(solution), discharge_twh=values(solution, DISCHARGE.name), charge_twh=values(solution, CHARGE.name))
    found = stack([plants.assign(kind=PLANT), stores.assign(kind=STORE)])
    if found.empty:
        return pd.DataFrame()
    amounts = found.reindex(columns=POWER_AMOUNTS).astype(float).fillna(0.0)
    # a fleet wholly retired or converted leaves the rounding of a difference
    stands_now = amounts["capacity_gw"]
    rounding = (stands_now < 0.0) & (stands_now > -ROUNDING_GW)
    return found[[*PLANT_YEAR, "kind"]].assign(**amounts.assign(capacity_gw=stands_now.mask(rounding, 0.0)))


def power_links(solution: Solution) -> list[Link]:
    """Fleets and what was built, as far as it stands; what each plant and store makes, takes and gives; of wind, sun and water what all of a year come to."""
    def link(column: str, *frames: pd.DataFrame) -> list[Link]:
        found = stack(frames)
        return [Link(column, tuple(PLANT_YEAR), found.assign(position=found["position"].fillna(FIXED).astype("int64")))] if len(found) else []

    standing = {PLANT: (_sited(solution, terms), _thermal(solution, terms)), STORE: (_storage(solution, terms),)}
    return [
        *link("capacity_gw", *(frame.assign(kind=kind) for kind, frames in standing.items() for frame in frames if len(frame))), *link("generation_twh", terms(solution, GENERATION.name)),
        *link("discharge_twh", terms(solution, DISCHARGE.name)), *link("charge_twh", terms(solution, CHARGE.name)),
    ]  # fmt: skip


def _joined(**amounts: pd.DataFrame) -> pd.DataFrame:
    """One row per region, technology and year with each amount in a column of its own."""
    columns = [total(frame, PLANT_YEAR).set_index(PLANT_YEAR)["value"].rename(name) for name, frame in amounts.items() if len(frame)]
    return pd.concat(columns, axis=1).reset_index() if columns else pd.DataFrame(columns=PLANT_YEAR)


def _sited_generation(solution: Solution) -> pd.DataFrame:
    """TWh of wind, solar, hydro and nuclear, curtailment taken off."""
    balance = power_balance(solution, {}).rename(columns={"item": "technology"})
    return total(balance[balance["technology"].isin(SITED)], PLANT_YEAR) if len(balance) else balance


def curtailment(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``curtailment``: what wind, solar, hydro and nuclear could have given and nobody needed, by technology.

    The plan decides it for all these plants of a region and slice together, because which of them stands idle makes no
    difference to anything; each bears its proportional part.
    """
    given = _given(solution)
    return total(given.assign(value=given["lost"]), PLANT_YEAR) if len(given) else pd.DataFrame()


def _given(solution: Solution) -> pd.DataFrame:
    """Posts of wind, solar, hydro and nuclear to the power balance, with ``lost``, their part of what is curtailed."""
    curtailed = values(solution, CURTAILED.name)
    if curtailed.empty:
        return curtailed
    where = ["region", "slice", "year"]
    given = total(entries(solution, "power", "TWh/yr").rename(columns={"item": "technology"}), [*where, "technology"])
    given = given[given["technology"].isin(SITED)]
    whole = given.groupby(where)["value"].transform("sum").to_numpy(dtype=float)
    lost = given[where].merge(curtailed, how="left", on=where)["value"].fillna(0.0).to_numpy(dtype=float)
    share = np.divide(lost, whole, out=np.zeros(len(given)), where=whole > 0.0)
    return given.assign(lost=given["value"].to_numpy(dtype=float) * share)


def _sited(solution: Solution, of: Reader = values) -> pd.DataFrame:
    """GW of wind, solar, hydro and nuclear: fleet of the base year and sites."""
    data = solution.build.data
    if not closed(solution.build, "sited_output"):
        return pd.DataFrame()
    parts = [total(surviving(data, sited_fleet(data)), PLANT_YEAR, "gw").rename(columns={"gw": "value"})] if data.has(SITED_FLEET.name) else []
    decided = of(solution, SITED_CAPACITY.name)
    return stack([*parts, total(decided, [column for column in decided if column in TOLD[:-1]])])


def _thermal(solution: Solution, of: Reader = values) -> pd.DataFrame:
    """GW of thermal plants: fleet less what is retired or converted, plus what is built or converted to."""
    data = solution.build.data
    if RETIRED.name not in solution.build.families:
        return pd.DataFrame()
    fleet = surviving(data, thermal_fleet(data)).rename(columns={"gw": "value"})[[*PLANT_YEAR, "value"]]
    retired = of(solution, RETIRED.name)
    retired = retired.assign(value=-retired["value"]) if len(retired) else retired
    built = _built_thermal(solution, data, fleet, of)
    converted = built[built["retrofit_of"] != ""] if len(built) else built
    if len(converted):
        converted = converted.assign(technology=converted["retrofit_of"], value=-converted["value"])
    return stack([fleet, retired, built, converted])


def _built_thermal(solution: Solution, data: Data, fleet: pd.DataFrame, of: Reader = values) -> pd.DataFrame:
    new = of(solution, NEW_THERMAL.name)
    if new.empty:
        return new
    kinds = thermal_technologies(data)[["technology", "lifetime", "retrofit_of"]]
    every = _standing(data, new.merge(kinds, on="technology"))
    of_year = fleet.set_index(PLANT_YEAR)["value"]
    now, then = (of_year.reindex(pd.MultiIndex.from_frame(every[["region", "retrofit_of", y]])).to_numpy() for y in ("year", "vintage"))
    # a conversion stands on a plant of the fleet and leaves with it
    share = np.where(every["retrofit_of"] == "", 1.0, np.divide(now, then, out=np.zeros(len(every)), where=then > 0))
    every = every.assign(value=every["value"] * share)
    return every[[column for column in every if column in (*TOLD, "retrofit_of")]]


def _standing(data: Data, new: pd.DataFrame) -> pd.DataFrame:
    """What was built, with ``lifetime``, in every year in which some of it stands at the milestone: ``value`` is what does."""
    ages = lives_of(data, new["lifetime"].astype(float))
    every = new.astype({"lifetime": float}).merge(ages[ages["stands"] > 0.0], on=["vintage", "lifetime"])
    return every.assign(value=every["value"] * every["stands"])


def _storage(solution: Solution, of: Reader = values) -> pd.DataFrame:
    data = solution.build.data
    if CHARGE.name not in solution.build.families:
        return pd.DataFrame()
    fleet = data.frame(STORAGE_FLEET)[["region", "technology", "capacity"]].rename(columns={"capacity": "value"})
    fleet = fleet.merge(pd.DataFrame({"year": data.all_years}), how="cross")
    new = of(solution, STORAGE_NEW.name).merge(data.frame(STORAGE)[["technology", "lifetime"]], on="technology")
    if new.empty:
        return fleet
    every = _standing(data, new)
    return stack([fleet, every[[column for column in every if column in TOLD]]])


def power_balance(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``power_balance``."""
    if not closed(solution.build, "power"):
        return pd.DataFrame()
    keys = ["region", "slice", "year", "item"]
    entered = total(entries(solution, "power", "TWh/yr"), keys)
    given = _given(solution)
    if given.empty:
        return entered
    # each technology stands net of its part of the curtailment, which is then no item of its own
    lost = given.rename(columns={"technology": "item"}).assign(value=-given["lost"])[[*keys, "value"]]
    return total(stack([entered[entered["item"] != CURTAILMENT], lost]), keys)


def power_balance_links(solution: Solution) -> list[Link]:
    """What is no wind, sun, water or nuclear is what is posted; these share what is curtailed."""
    if not closed(solution.build, "power"):
        return []
    found = posted(solution, "power", "TWh/yr")
    found = found[~found["item"].isin([*SITED, CURTAILMENT])]
    return [Link("value", ("region", "slice", "year", "item"), found)] if len(found) else []


def curtailment_links(solution: Solution) -> list[Link]:
    """All technologies of a region together lose what the plan curtails."""
    found = terms(solution, CURTAILED.name)
    return [Link("value", ("region", "year"), found)] if len(found) else []


def siting_links(solution: Solution) -> list[Link]:
    """What stands on each site is decided."""
    found = terms(solution, SITED_CAPACITY.name, "GW")
    keys = tuple(column for column in found.columns if column not in ("position", "value"))
    return [Link("capacity_gw", keys, found)] if len(found) else []


def siting(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``siting``: capacity that the plan builds, by site."""
    return values(solution, SITED_CAPACITY.name, "GW").rename(columns={"value": "capacity_gw"})


def added_up(power: pd.DataFrame) -> pd.DataFrame:
    """What plants generate and stores hold, by technology and in sum."""
    parts = []
    for kind, column, item, unit, is_summed in POWER_ITEMS:
        rows = power[power["kind"] == kind]
        rows = rows.assign(value=rows[column], unit=unit, item=item + "." + rows["technology"].astype(str))
        parts += [rows, rows.assign(item=item)] if is_summed else [rows]
    return stack(parts)


def power_by_slice(tables: Tables, solution: Solution) -> list[Sides]:
    """Power of a region and slice adds up to nothing; a year's generation, discharge and charge are those of its slices."""
    balance, power = tables["power_balance"], tables["power"]
    if not closed(solution.build, "power"):
        return []
    keys = ["region", "technology", "year"]
    posted = balance.rename(columns={"item": "technology"})
    charged = posted.assign(technology=posted["technology"].str.removesuffix(CHARGING), value=-posted["value"])
    plants, stores = power[power["kind"] == PLANT], power[power["kind"] == STORE]
    return [
        zero(balance, ["region", "slice", "year"]),
        compare(sums(posted[posted["technology"].isin(plants["technology"])], keys), sums(plants, keys, "generation_twh")),
        compare(sums(posted[posted["technology"].isin(stores["technology"])], keys), sums(stores, keys, "discharge_twh")),
        compare(sums(charged[posted["technology"].isin(stores["technology"] + CHARGING)], keys), sums(stores, keys, "charge_twh")),
        # a store generates nothing, a plant stores nothing
        compare(sums(stores, keys, "generation_twh"), 0.0 * sums(stores, keys, "discharge_twh")),
    ]


RESULTS = (
    ResultTable(
        "power", "What stands and runs: plants generate, stores charge and discharge.", "装机与运行：电站发电，储能充放电。",
        (
            *texts("region", "technology"), YEAR, number("capacity_gw", "GW"), number("generation_twh", "TWh/yr"),
            text("kind", "plant or storage", "电站（plant）或储能（storage）"), number("discharge_twh", "TWh/yr"), number("charge_twh", "TWh/yr"),
        ),
        ("region", "technology", "year"), make=power, links=power_links, grouped=added_up,
    ),
    ResultTable(
        "curtailment", "What wind, sun, water and nuclear could have given and nobody needed.", "风光水核可发而未用的电量。",
        (
            *texts("region", "technology"), YEAR, number("value", "TWh/yr", "Power that nobody took", "弃电量"),
        ),
        ("region", "technology", "year"), make=curtailment, links=curtailment_links,
    ),
    ResultTable(
        "power_balance", "Who gives and who takes power in each time slice; uses are negative.", "各时段电力的供给与使用；使用为负。",
        (
            *texts("region", "slice"), YEAR, *texts("item"),
            number("value", "TWh/yr", "Power: supply positive, use negative", "电量：供给为正，使用为负"),
        ),
        ("region", "slice", "year", "item"), make=power_balance, links=power_balance_links,
    ),
    ResultTable(
        "siting", "Capacity that the plan builds in each period, by site.", "方案各时期新建装机，按场址。",
        (
            *texts("region", "water_zone", "technology", "land_class", "sensitivity"), Field("grade", "integer"), YEAR,
            number("capacity_gw", "GW"),
        ),
        ("region", "water_zone", "technology", "land_class", "sensitivity", "grade", "year"), make=siting, links=siting_links,
    ),
)  # fmt: skip
IDENTITIES = (
    Identity("power_by_slice", "Balance of power of each time slice", "分时段电力平衡", power_by_slice),
)
