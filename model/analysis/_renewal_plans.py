"""The forest on its own: the same stands and limits without prices, and plans that are asked for one thing each.

Five plans of the same forest, each the best of its kind:

    unfelled nothing is felled from the first period on
    late     the most sink in the years that are compared; of all such plans the one that holds most carbon at the end
    stored   the most carbon held at the end of the horizon; of all such plans the one with most sink in the years compared
    renewed  the most over-mature area clearcut and nothing else felled that need not be; of all such plans the one that
             holds most carbon at the end
    renewed_before  the same, but felling ends when the years that are compared begin

A sink counts living trees, dead wood with slash, soil and wood products, as the account of targets does.

Limits: planted forest is left out, so are prices, timber demand and energy; the fall of the harvest beyond the even-flow
band costs only money and is therefore free here, its rise and all other limits of the harvest hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from ..core.build.build import Build
from ..core.build.objective import Objective
from ..core.data import CORE_TABLES, Data
from ..core.declare.lines import Said
from ..core.declare.spec import Finding, InputError, Table
from ..core.declare.units import convert
from ..core.frames import stack
from ..core.solve.solution import Solution
from ..levers.forest.dead_wood import DeadWood
from ..levers.forest.forest import Forest
from ..levers.forest.forest_soil import ForestSoil
from ..levers.forest.groups import UPPER_AGES
from ..levers.forest.parts.partial import partial_classes
from ..levers.forest.parts.posts import forest_classes
from ..levers.forest.parts.rules import ROADMAP_PHASES
from ..levers.forest.stands import read_stands
from ..levers.forest.tables import AGE_GROUPS, FOREST_GROUPS, FOREST_HARVEST, HARVEST_QUOTA, NEW_FOREST
from ..levers.forest.wood_products import PRODUCTS, TIMBER_DEMAND, WoodProducts

NONE, LATE, STORED, RENEWED, RENEWED_BEFORE = "unfelled", "late", "stored", "renewed", "renewed_before"
FELLING_PLANS = (LATE, STORED, RENEWED, RENEWED_BEFORE)
EVEN_FLOW_PENALTY = "even_flow_penalty"
#: Item of the sink account -> category of the tables; the last one exists only where new forest is planted.
CATEGORIES = {
    "forest_living": "living", "dead_wood": "dead_wood", "forest_soil": "soil", "wood_products": "products", "afforestation_living": "planted_living",
}  # fmt: skip
#: What is varied: parameter -> (table, column), multiplied by a factor.
PARAMETERS: dict[str, tuple[Table, str]] = {
    "over_mature_loss": (FOREST_GROUPS, "loss_over_mature"),
    "soil_loss": (FOREST_GROUPS, "soil_loss_fraction"),
    "product_life": (PRODUCTS, "half_life"),
}
#: Tables of the forest levers that speak of planting or of the market for timber.
OUTSIDE = (NEW_FOREST, ROADMAP_PHASES, TIMBER_DEMAND)
OVER_MATURE = AGE_GROUPS[-1]
TERMS = ["component", "region", "year", "position", "coefficient"]


def forest_only(data: Data) -> Data:
    """The forest, its dead wood, soil and products, with every limit of the harvest; nothing else of the workbook."""
    own = [table for lever in (Forest, DeadWood, ForestSoil, WoodProducts) for table in lever.tables]
    outside = [table.name for table in OUTSIDE]
    names = [table.name for table in (*CORE_TABLES, *own) if table.name in data.tables and table.name not in outside]
    return replace(data, tables={name: data.tables[name] for name in names})


def unfelled(data: Data) -> Data:
    """The same data with a quota of nothing for every region and year and no penalty on the fall of the harvest."""
    regions, years = pd.DataFrame({"region": data.regions}), pd.DataFrame({"year": data.all_years})
    quota = regions.merge(years, how="cross").assign(value=0.0).rename_axis("row")
    tables = {**data.tables, HARVEST_QUOTA.name: quota}
    return replace(data, tables=tables, settings={**data.settings, EVEN_FLOW_PENALTY: 0.0})


def varied(data: Data, parameter: str, factor: float) -> Data:
    """The data with one parameter times a factor; InputError when a value would leave the range of its column."""
    table, column = PARAMETERS[parameter]
    frame = data.frame(table)
    frame[column] = frame[column].astype(float) * factor
    high = table.column(column).high
    if high is not None and bool((frame[column] > high).any()):
        message = Said("factor_range", parameter=parameter, factor=f"{factor:g}", sheet=table.name, column=column, high=f"{high:g}")
        raise InputError([Finding("error", "analyses", "", message, Said("smaller_factor"))])
    return replace(data, tables={**data.tables, table.name: frame})


def span(data: Data, parameter: str, factor: float) -> tuple[float, float]:
    """Least and greatest value of the parameter with the factor; of products only the lasting ones."""
    table, column = PARAMETERS[parameter]
    values = data.frame(table)[column].astype(float)
    values = values[values > 0.0] if parameter == "product_life" else values
    return (float(values.min()) * factor, float(values.max()) * factor) if len(values) else (0.0, 0.0)


def window(data: Data, first: int, last: int) -> list[int]:
    """The milestone years whose periods lie between two milestones; InputError when they are none or in wrong order."""
    if first not in data.all_years or last not in data.all_years or first >= last:
        known = ", ".join(map(str, data.all_years))
        raise InputError([Finding("error", "analyses", "", Said("no_periods", first=first, last=last), Said("two_of", known=known))])
    return [year for year in data.years if first < year <= last]


# ---------------------------------------------------------------------------------------------------------------------
# Objectives


def set_objective(build: Build, plan: str, years: Sequence[int]) -> None:
    """Ask a built forest for the plan of that name; ``years`` end the periods that are compared."""
    late, stored = most_sink(build, years), most_sink(build, build.data.years)
    if plan == LATE:
        build.objective, build.further = late, [stored]
    elif plan == RENEWED:
        build.objective, build.further = most_renewed(build, build.data.years), [stored]
    elif plan == RENEWED_BEFORE:
        build.objective, build.further = most_renewed(build, [year for year in build.data.years if year < min(years)]), [stored]
    else:
        build.objective, build.further = stored, [late]


def most_sink(build: Build, years: Sequence[int]) -> Objective:
    """max sum over r, t in years of n[t] * sink[r,t] in the strict account, in Mt CO2: what the stocks gain over them."""
    table = build.ledger.table("sink")
    table = table[~table["memo"].astype(bool) & table["year"].isin(list(years))]
    length = table["year"].map({year: float(build.data.length(year)) for year in years}).astype(float)
    terms = table.assign(component=table["item"], coefficient=table["coefficient"].astype(float) * length)
    return Objective("max", "Mt CO2", terms[TERMS])


def most_renewed(build: Build, years: Sequence[int]) -> Objective:
    """max over-mature area clearcut in the periods that end in ``years`` less all else that is clearcut or cut in part, in Mha."""
    ages = ages_of_classes(build.data)
    parts = []
    for name in ("clearcut", "partial_cut"):
        family = build.families[name]
        cut = family.frame.assign(position=family.positions).merge(ages, how="left", on=["stratum", "age_class"], sort=False)
        renews = (cut["age_group"] == OVER_MATURE) & cut["year"].isin(list(years)) & (name == "clearcut")
        parts.append(cut.assign(component=name, coefficient=np.where(renews, 1.0, -1.0))[TERMS])
    return Objective("max", "Mha", stack(parts))


def ages_of_classes(data: Data) -> pd.DataFrame:
    """Region and age group of every class of every stratum: columns stratum, age_class, region, age_group, volume (km3/Mha).

    A class belongs to the youngest group whose last age is not below its mid-age, the oldest ones to over-mature; a
    forest group that is described by class only has no age groups: its stands count as ``young``.
    """
    classes = forest_classes(data, read_stands(data))
    bounds = data.frame(FOREST_GROUPS)[["forest_group", "origin", *UPPER_AGES[:-1]]]
    joined = classes.merge(bounds, how="left", on=["forest_group", "origin"], sort=False)
    older = joined[list(UPPER_AGES[:-1])].astype(float).lt(joined["mid_age"], axis=0)
    return joined.assign(age_group=np.array(AGE_GROUPS, dtype=object)[older.sum(axis=1).to_numpy()])[
        ["stratum", "age_class", "region", "age_group", "volume"]
    ]


# ---------------------------------------------------------------------------------------------------------------------
# What a plan gives


def sinks(solution: Solution) -> pd.DataFrame:
    """Sink of the nation by year and category in Mt CO2 a year: columns year, category, value; zero where there is none."""
    data = solution.build.data
    table = solution.balance("sink")
    table = table[~table["memo"].astype(bool) & table["item"].isin(list(CATEGORIES)) & table["year"].isin(data.years)]
    table = table.assign(category=table["item"].map(CATEGORIES))
    found = table.groupby(["year", "category"])["value"].sum()
    names = [c for c in CATEGORIES.values() if c in set(table["category"])]
    grid = pd.MultiIndex.from_product([data.years, names], names=["year", "category"])
    return found.reindex(grid, fill_value=0.0).reset_index()


def mean_sink(data: Data, table: pd.DataFrame, years: Sequence[int]) -> float:
    """Mean over the years of the periods: sum of n[t] * sink[t] over sum of n[t]."""
    length = {year: float(data.length(year)) for year in years}
    inside = table[table["year"].isin(list(years))]
    return float((inside["value"] * inside["year"].map(length)).sum() / sum(length.values()))


def felled(solution: Solution) -> pd.DataFrame:
    """Standing volume felled by year and age group in million m3 a year, and its share: year, age_group, value, share."""
    data = solution.build.data
    ages = ages_of_classes(data)
    clearcut = solution.values("clearcut").merge(ages, how="left", on=["stratum", "age_class"], sort=False)
    clearcut["amount"] = clearcut["value"] * clearcut["volume"]
    parts = [clearcut]
    if len(solution.values("partial_cut")):
        stands = read_stands(data)
        removed = partial_classes(data, stands, forest_classes(data, stands))
        keys = ["stratum", "method", "age_class"]
        cut = solution.values("partial_cut").merge(removed[[*keys, "removed"]], how="left", on=keys, sort=False)
        cut = cut.merge(ages.drop(columns="volume"), how="left", on=["stratum", "age_class"], sort=False)
        parts.append(cut.assign(amount=cut["value"] * cut["removed"]))
    table = pd.concat(parts, ignore_index=True)[["year", "age_group", "amount"]]
    grid = pd.MultiIndex.from_product([data.years, list(AGE_GROUPS)], names=["year", "age_group"])
    volume = table.groupby(["year", "age_group"])["amount"].sum().reindex(grid, fill_value=0.0).reset_index()
    years = volume["year"].map({year: data.length(year) for year in data.years}).astype(float)
    volume["value"] = volume["amount"] / years * convert(1.0, "km3", "million m3")
    total = volume.groupby("year")["value"].transform("sum")
    return volume.assign(share=(volume["value"] / total.where(total > 0.0)).fillna(0.0))[["year", "age_group", "value", "share"]]


def over_mature_share(data: Data, table: pd.DataFrame) -> float:
    """Share of over-mature stands in the volume felled over the horizon; 0 when nothing is felled."""
    weighted: Mapping[str, float] = (table["value"] * table["year"].map({y: float(data.length(y)) for y in data.years})).groupby(table["age_group"]).sum().to_dict()
    total = sum(weighted.values())
    return float(weighted.get(OVER_MATURE, 0.0) / total) if total > 0.0 else 0.0


def left_out(data: Data) -> list[str]:
    """What of the workbook the ranges do not reach, in words."""
    replaced = (("disturbance_by_age", "age_losses"), ("disturbance_share", "year_losses"), (ROADMAP_PHASES.name, "felling_rules"))
    found: list[str] = [Said(kind, sheet=name) for name, kind in replaced if data.has(name)]
    return found if data.has(FOREST_HARVEST.name) else [*found, Said("no_harvest_table")]
