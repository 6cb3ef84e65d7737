"""The stands of the base year and how they grow, age and are lost: numbers only, nothing is decided here.

A stratum is region x forest group x origin x status. ``productive`` strata may be felled, ``restricted`` ones never
are (their course is known in advance), ``new`` ones are planted within the horizon and are empty in the base year.
Age class a covers the ages (a-1)*w to a*w; densities are those of its mid-age.

Limits: one growth table per forest group serves both origins; a site factor per region and origin scales volume and
biomass alike. The inventory is taken as the state of the base year.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..core.data import Data
from ..core.spec import Finding, InputError, Table
from ._forest_tables import (
    AGE_CLASS_WIDTH,
    AGE_GROUPS,
    FOREST_AREA,
    FOREST_GROUPS,
    FOREST_GROWTH,
    FOREST_HARVEST,
    FOREST_INVENTORY,
    NEW_FOREST,
    new_stratum_name,
    stratum_name,
)

Floats = npt.NDArray[np.float64]

#: Upper age of each age group, in the order of AGE_GROUPS.
UPPER_AGES = tuple(f"{group}_max_age" for group in AGE_GROUPS)
#: What a stratum takes over from its row of ``forest_groups``.
PARAMETERS = (
    "mature_max_age", "minimum_cutting_age", "carbon_per_m3", "dead_wood_fraction", "soil_equilibrium",
    "soil_loss_fraction", "loss_young", "loss_over_mature", "regeneration_cost",
)  # fmt: skip
DENSITIES = ("volume", "biomass", "living")


@dataclass(frozen=True)
class Stands:
    """All strata with their classes; arrays have the shape (strata, classes), class a in column a-1.

    ``strata``: stratum, region, forest_group, origin, status, site_factor, classes and the parameters of the group.
    ``area`` in Mha, ``volume`` in km3/Mha, ``biomass`` and ``living`` (with standing dead wood and litter) in
    Mt C/Mha, ``annual_loss`` in 1/yr. Classes beyond a stratum's last one, which absorbs, hold zeros.
    """

    width: int
    strata: pd.DataFrame
    area: Floats
    volume: Floats
    biomass: Floats
    living: Floats
    annual_loss: Floats

    def steps(self, years: int) -> int:
        """Classes that a stand advances in a period of so many years."""
        return years // self.width

    def loss(self, years: int) -> Floats:
        """Share of each class that is lost and starts anew within a period of so many years."""
        return 1.0 - (1.0 - self.annual_loss) ** years

    def age_one_period(self, area: Floats, years: int, felled: Floats | None = None, entering: Floats | None = None) -> Floats:
        """Area after one period: cut first, then age.

        ``felled`` (strata, classes) regenerates in its own stratum; ``entering`` (strata,) comes from elsewhere.
        Felled, lost and entering area is spread evenly over the classes that the period spans.
        """
        kept = area if felled is None else area - felled
        lost = self.loss(years) * kept
        inflow = lost.sum(axis=1)
        if felled is not None:
            inflow = inflow + felled.sum(axis=1)
        if entering is not None:
            inflow = inflow + entering
        step = self.steps(years)
        last = self.strata["classes"].to_numpy(dtype=int)[:, None] - 1
        target = np.minimum(np.arange(area.shape[1])[None, :] + step, last)
        after = np.zeros_like(area)
        np.add.at(after, (np.arange(len(area))[:, None], target), kept - lost)
        after[:, :step] += inflow[:, None] / step
        return after

    def age_without_felling(self, lengths: Sequence[int]) -> list[Floats]:
        """Area at the base year and after each period of the given lengths when nothing is felled or planted."""
        course = [self.area]
        for years in lengths:
            course.append(self.age_one_period(course[-1], years))
        return course

    def reachable(self, lengths: Sequence[int]) -> list[npt.NDArray[np.bool_]]:
        """Which classes can hold area at the base year and after each period."""
        occupied = self.area > 0.0
        course = [occupied]
        rows, columns = np.arange(len(self.area))[:, None], np.arange(self.area.shape[1])[None, :]
        last = self.strata["classes"].to_numpy(dtype=int)[:, None] - 1
        new = (self.strata["status"] == "new").to_numpy()
        for years in lengths:
            step = self.steps(years)
            after = np.zeros_like(occupied)
            np.logical_or.at(after, (rows, np.minimum(columns + step, last)), course[-1])
            after[:, :step] |= (course[-1].any(axis=1) | new)[:, None]
            course.append(after)
        return course

    def table(self, mask: npt.NDArray[np.bool_], columns: Sequence[str] = ()) -> pd.DataFrame:
        """The marked (stratum, class) pairs as rows: stratum, region, age_class, densities and wanted columns."""
        row, column = np.nonzero(mask)
        picked = self.strata[["stratum", "region", "forest_group", "origin", "status", *columns]].iloc[row].reset_index(drop=True)
        values = {name: getattr(self, name)[row, column] for name in DENSITIES}
        return picked.assign(age_class=column + 1, row=row, **values)

    def of_status(self, *status: str) -> npt.NDArray[np.bool_]:
        """Which strata have one of these statuses."""
        return self.strata["status"].isin(status).to_numpy()


def read_stands(data: Data) -> Stands:
    """The stands of a workbook. Raises InputError when ages do not fit together or a region or group is not described."""
    width = class_width(data)
    parameters = _parameters(data)
    harvested = set(data.frame(FOREST_HARVEST)["region"]) if data.has(FOREST_HARVEST.name) else set()
    for table in (FOREST_AREA, NEW_FOREST):
        _require(data, table, "region", lambda row: row["region"] in harvested, f"no row in {FOREST_HARVEST.name}")
    _require(
        data, FOREST_AREA, "forest_group", lambda row: (row["forest_group"], row["origin"]) in parameters.index,
        f"no row for this group and origin in {FOREST_GROUPS.name}",
    )  # fmt: skip
    _require(
        data, NEW_FOREST, "forest_group", lambda row: row["forest_group"] in parameters.index.get_level_values(0),
        f"no row for this group in {FOREST_GROUPS.name}",
    )  # fmt: skip
    horizon = math.ceil((data.all_years[-1] - data.base_year) / width)
    existing, area = _existing(data, parameters, width, horizon)
    new = _new(data, parameters, horizon)
    strata = pd.concat([frame for frame in (existing, new) if len(frame)], ignore_index=True)
    count = int(strata["classes"].max())
    initial = np.zeros((len(strata), count))
    initial[: len(area), : area.shape[1]] = area[:, :count]
    return _with_densities(data, width, strata, initial)


def class_width(data: Data) -> int:
    """Width of an age class in years; InputError when it does not divide the length of every period."""
    width = int(data.number(AGE_CLASS_WIDTH.name))
    wrong = [year for year in data.years if data.length(year) % width]
    if wrong:
        message = f"age_class_width {width} does not divide the period of {data.length(wrong[0])} years that ends in {wrong[0]}"
        raise InputError([Finding("error", "settings", "", message, "a width that divides the length of every period")])
    return width


def group_parameters(data: Data) -> pd.DataFrame:
    """One row per forest group: the parameters of its planted row, or of the natural one when there is no other."""
    frame = data.frame(FOREST_GROUPS).sort_values("origin", ascending=False, kind="stable")
    return frame.drop_duplicates("forest_group").set_index("forest_group")


def classes_of_ages(low: float, high: float, width: int) -> list[int]:
    """Classes whose mid-age lies above ``low`` and not above ``high``; if none, the class of the middle of both."""
    first, last = math.floor(low / width + 0.5) + 1, math.floor(high / width + 0.5)
    return list(range(first, last + 1)) or [max(1, math.ceil((low + high) / 2 / width))]


def _parameters(data: Data) -> pd.DataFrame:
    frame = data.frame(FOREST_GROUPS)
    ages = frame[list(UPPER_AGES)].to_numpy(dtype=float)
    wrong = frame[(np.diff(ages, axis=1, prepend=0.0) <= 0).any(axis=1)]
    if len(wrong):
        raise InputError([
            Finding("error", FOREST_GROUPS.name, data.cell(FOREST_GROUPS.name, int(row), UPPER_AGES[0]),
                    f"the ages of {group} ({origin}) do not increase from age group to age group", "increasing upper ages")
            for row, group, origin in zip(wrong.index, wrong["forest_group"], wrong["origin"], strict=True)
        ])  # fmt: skip
    return frame.set_index(["forest_group", "origin"])


def _require(data: Data, table: Table, column: str, holds: Callable[[pd.Series], bool], message: str) -> None:
    """Raise InputError with one finding for each row of ``table`` that is not described elsewhere."""
    findings = [
        Finding("error", table.name, data.cell(table.name, int(index), column), f"{row[column]}: {message}")
        for index, row in data.frame(table).iterrows()
        if not holds(row)
    ]
    if findings:
        raise InputError(findings)


def _existing(data: Data, parameters: pd.DataFrame, width: int, horizon: int) -> tuple[pd.DataFrame, Floats]:
    """Productive and restricted strata with the initial area by class (strata, classes)."""
    keys = ["region", "forest_group", "origin"]
    area = data.frame(FOREST_AREA)
    if area.empty:
        return pd.DataFrame(), np.zeros((0, 0))
    restricted = _inventory(data, "restricted_share")
    oldest = math.ceil(float(parameters["over_mature_max_age"].max()) / width)
    rows: list[dict[str, object]] = []
    areas: list[Floats] = []
    for (region, group, origin), part in area.groupby(keys, sort=False):
        bounds = parameters.loc[(group, origin)]
        by_class = _spread(dict(zip(part["age_group"], part["area"].astype(float), strict=True)), bounds, width, oldest)
        share = restricted.get((region, origin), 0.0)
        classes = math.ceil(float(bounds["over_mature_max_age"]) / width) + horizon
        for status, fraction in (("productive", 1.0 - share), ("restricted", share)):
            if fraction > 0.0 and by_class.sum() > 0.0:
                name = stratum_name(region, group, origin, status)
                head = {"stratum": name, "region": region, "forest_group": group, "origin": origin, "status": status, "classes": classes}
                rows.append({**head, "site_factor": 1.0, **{p: float(bounds[p]) for p in PARAMETERS}})
                areas.append(by_class * fraction)
    return pd.DataFrame(rows), np.array(areas).reshape(len(rows), oldest)


def _spread(by_group: Mapping[str, float], bounds: pd.Series, width: int, count: int) -> Floats:
    """Area by age class: each age group evenly over the classes whose mid-age lies within its bounds."""
    spread = np.zeros(count)
    low = 0.0
    for group, column in zip(AGE_GROUPS, UPPER_AGES, strict=True):
        high = float(bounds[column])
        classes = classes_of_ages(low, high, width)
        spread[np.array(classes) - 1] += by_group.get(group, 0.0) / len(classes)
        low = high
    return spread


def _new(data: Data, parameters: pd.DataFrame, horizon: int) -> pd.DataFrame:
    """Strata that plantings enter, empty in the base year."""
    groups = group_parameters(data)
    table = data.frame(NEW_FOREST)
    # A stratum is named by its zone: a zone that two regions claim would merge their plantings.
    claimed = table.groupby("water_zone")["region"].nunique()
    shared = table["water_zone"].isin(claimed[claimed > 1].index) & (table["water_zone"] != "")
    if shared.any():
        raise InputError([
            Finding("error", NEW_FOREST.name, data.cell(NEW_FOREST.name, int(row), "water_zone"), f"{zone} lies in more than one region", "each zone with one region")
            for row, zone in table.loc[shared, "water_zone"].items()
        ])  # fmt: skip
    return pd.DataFrame([
        {
            "stratum": new_stratum_name(row.region, row.water_zone, row.land_type), "region": row.region, "forest_group": row.forest_group,
            "origin": "planted", "status": "new", "classes": horizon, "site_factor": float(row.growth_multiplier),
            **{p: float(groups.loc[row.forest_group, p]) for p in PARAMETERS},
        }
        for row in table.itertuples()
    ])  # fmt: skip


def _inventory(data: Data, column: str) -> dict[tuple[str, str], float]:
    frame = data.frame(FOREST_INVENTORY)
    return dict(zip(frame[["region", "origin"]].itertuples(index=False, name=None), frame[column].astype(float), strict=True))


def _with_densities(data: Data, width: int, strata: pd.DataFrame, area: Floats) -> Stands:
    """Densities and loss rates by class; the site factor makes the base-year volume meet the inventory."""
    ages = (np.arange(area.shape[1]) + 0.5) * width
    growth = {group: part.sort_values("age") for group, part in data.frame(FOREST_GROWTH).groupby("forest_group", sort=False)}
    missing = [group for group in strata["forest_group"].drop_duplicates() if group not in growth]
    if missing:
        raise InputError([Finding("error", FOREST_GROWTH.name, "", f"no growth is given for {group}") for group in missing])

    def curve(column: str) -> Floats:
        by_group = {g: np.interp(ages, part["age"].to_numpy(dtype=float), part[column].to_numpy(dtype=float)) for g, part in growth.items()}
        return np.array([by_group[g] for g in strata["forest_group"]])

    exists = np.arange(area.shape[1])[None, :] < strata["classes"].to_numpy(dtype=int)[:, None]
    volume = curve("volume") * exists
    strata = strata.assign(site_factor=_site_factors(data, strata, (area * volume).sum(axis=1)))
    factor = strata["site_factor"].to_numpy(dtype=float)[:, None]
    biomass = curve("biomass_carbon") * exists * factor
    living = biomass * (1.0 + strata["dead_wood_fraction"].to_numpy(dtype=float)[:, None])
    over_mature = ages[None, :] > strata["mature_max_age"].to_numpy(dtype=float)[:, None]
    rates = strata[["loss_young", "loss_over_mature"]].to_numpy(dtype=float)
    loss = np.where(over_mature, rates[:, [1]], rates[:, [0]]) * exists
    return Stands(width, strata, area, volume * factor, biomass, living, loss)


def _site_factors(data: Data, strata: pd.DataFrame, predicted: Floats) -> Floats:
    """Inventory volume over predicted volume by region and origin; growth multiplier for new strata; 1 where unknown."""
    inventory = _inventory(data, "volume")
    frame = strata.assign(predicted=predicted)
    existing = frame[frame["status"] != "new"]
    total = existing.groupby(["region", "origin"])["predicted"].sum()
    factors = {key: inventory[key] / value for key, value in total.items() if key in inventory and value > 0.0}
    given = strata["site_factor"].to_numpy(dtype=float)
    keys = zip(strata["region"], strata["origin"], strata["status"], strict=True)
    return np.array([g if status == "new" else factors.get((r, o), 1.0) for g, (r, o, status) in zip(given, keys, strict=True)])
