"""The stands of the base year and how they grow, age and are lost: numbers only, nothing is decided here.

A stratum is region x forest group x origin x status. ``productive`` strata may be felled, ``restricted`` ones never
are (their course is known in advance), ``new`` ones are planted within the horizon and are empty in the base year.
Age class a covers the ages (a-1)*w to a*w; densities are those of its mid-age.

Limits: one growth table per forest group serves both origins; a site factor per region and origin scales volume and
biomass alike. The inventory is taken as the state of the base year.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...core.data import Data
from ...core.declare.spec import Finding, InputError
from .groups import group_parameters, known_groups, lacking
from .plan_tables import DISTURBANCE_BY_AGE, DISTURBANCE_SHARE, FOREST_CLASSES, PRODUCT_YIELDS, STAND_VALUES
from .strata import Floats, classes_of_ages, inventory, strata_and_area
from .tables import AGE_CLASS_WIDTH, FOREST_GROUPS, FOREST_GROWTH

if TYPE_CHECKING:
    from ...core.solve.solution import Solution

__all__ = ["ALL", "Stands", "by_class", "class_width", "classes_of_ages", "group_parameters", "read_stands", "stands_of"]

#: Forest group that means every group.
ALL = "all"
DENSITIES = ("volume", "biomass", "living")


@dataclass(frozen=True)
class Stands:
    """All strata with their classes; arrays have the shape (strata, classes), class a in column a-1.

    ``strata``: stratum, region, district, forest_group, origin, status, site_factor, classes and the parameters of the group.
    ``area`` in Mha, ``volume`` in km3/Mha, ``biomass`` and ``living`` (with standing dead wood and litter) in
    Mt C/Mha, ``annual_loss`` in 1/yr. Classes beyond a stratum's last one, which absorbs, hold zeros. ``given_loss``
    (periods, strata, classes) is the share lost within a period where a table gives it, NaN elsewhere.
    """

    width: int
    strata: pd.DataFrame
    area: Floats
    volume: Floats
    biomass: Floats
    living: Floats
    annual_loss: Floats
    given_loss: Floats | None = None

    def steps(self, years: int) -> int:
        """Classes that a stand advances in a period of so many years."""
        return years // self.width

    def loss(self, years: int, period: int = 0) -> Floats:
        """Share of each class that is lost and starts anew within a period of so many years, the ``period``-th after the base year (from 0)."""
        by_rate = 1.0 - (1.0 - self.annual_loss) ** years
        return by_rate if self.given_loss is None else np.where(np.isnan(self.given_loss[period]), by_rate, self.given_loss[period])

    def age_one_period(
        self, area: Floats, years: int, felled: Floats | None = None, entering: Floats | None = None, *, period: int = 0, moved: Floats | None = None
    ) -> Floats:
        """Area after one period: cut first, then age.

        ``felled`` (strata, classes) regenerates in its own stratum; ``entering`` (strata,) comes from elsewhere; ``moved``
        (strata, classes) is what partial cuts bring to a class less what they take from it. Felled, lost and entering
        area is spread evenly over the classes that the period spans.
        """
        kept = area if felled is None else area - felled
        kept = kept if moved is None else kept + moved
        lost = self.loss(years, period) * kept
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
        for period, years in enumerate(lengths):
            course.append(self.age_one_period(course[-1], years, period=period))
        return course

    def reachable(self, lengths: Sequence[int], thinned: Sequence[tuple[int, int, int]] = ()) -> list[npt.NDArray[np.bool_]]:
        """Which classes can hold area at the base year and after each period.

        ``thinned`` are (row, class, younger class) between which partial cuts may move area before it ages.
        """
        occupied = self.area > 0.0
        course = [occupied]
        rows, columns = np.arange(len(self.area))[:, None], np.arange(self.area.shape[1])[None, :]
        last = self.strata["classes"].to_numpy(dtype=int)[:, None] - 1
        # plantings and conversions enter strata on which nothing stands in the base year
        new = self.of_status("new") | (self.of_status("productive") & ~occupied.any(axis=1))
        for years in lengths:
            step = self.steps(years)
            after = np.zeros_like(occupied)
            kept = course[-1].copy()
            for row, age_class, younger in thinned:
                kept[row, younger - 1] |= course[-1][row, age_class - 1]
            np.logical_or.at(after, (rows, np.minimum(columns + step, last)), kept)
            after[:, :step] |= (course[-1].any(axis=1) | new)[:, None]
            course.append(after)
        return course

    def table(self, mask: npt.NDArray[np.bool_], columns: Sequence[str] = ()) -> pd.DataFrame:
        """The marked (stratum, class) pairs as rows: stratum, region, age_class, densities and wanted columns."""
        row, column = np.nonzero(mask)
        picked = self.strata[["stratum", "region", "district", "forest_group", "origin", "status", *columns]].iloc[row].reset_index(drop=True)
        values = {name: getattr(self, name)[row, column] for name in DENSITIES}
        return picked.assign(age_class=column + 1, row=row, **values)

    def of_status(self, *status: str) -> npt.NDArray[np.bool_]:
        """Which strata have one of these statuses."""
        return self.strata["status"].isin(status).to_numpy()


def read_stands(data: Data) -> Stands:
    """The stands of a workbook. Raises InputError when ages do not fit together or a region or group is not described."""
    stands = data.once("stands", _read_stands)
    assert isinstance(stands, Stands)
    return stands


def _read_stands(data: Data) -> Stands:
    width = class_width(data)
    check_plan_groups(data)
    strata, area = strata_and_area(data, width)
    _check_span(data, strata, width)
    return _with_densities(data, width, strata, area)


def class_width(data: Data) -> int:
    """Width of an age class in years; InputError when it does not divide the length of every period."""
    width = int(data.number(AGE_CLASS_WIDTH.name))
    wrong = [year for year in data.years if data.length(year) % width]
    if wrong:
        message = f"age_class_width {width} does not divide the period of {data.length(wrong[0])} years that ends in {wrong[0]}"
        raise InputError([Finding(
            "error", "settings", data.setting_cell(AGE_CLASS_WIDTH.name), message, "a width that divides the length of every period",
            f"age_class_width {width} 不能整除止于 {wrong[0]} 的时期（{data.length(wrong[0])} 年）", "宽度应整除各时期长度",
        )])  # fmt: skip
    return width


def by_class(frame: pd.DataFrame, column: str, count: int) -> Floats:
    """A list by ``age_class`` as an array of ``count`` classes: a class left out takes the nearest younger one, else NaN."""
    found = pd.Series(frame[column].to_numpy(dtype=float), index=frame["age_class"].astype(int))
    return found.sort_index().reindex(range(1, count + 1), method="ffill").to_numpy(dtype=float)


def _is_one_of(groups: Collection[str]) -> Callable[[Mapping[Hashable, object]], bool]:
    return lambda row: row["forest_group"] in groups


def check_plan_groups(data: Data) -> None:
    """Every table by forest group must name one that is described: InputError with all that do not."""
    known = known_groups(data)
    wrong = []
    for table in (PRODUCT_YIELDS, STAND_VALUES, DISTURBANCE_SHARE, DISTURBANCE_BY_AGE):
        named = [*known, ALL] if table is DISTURBANCE_SHARE else known
        wrong += lacking(data, table, "forest_group", _is_one_of(named), FOREST_GROUPS, FOREST_CLASSES)
    if wrong:
        raise InputError(wrong)


def _check_span(data: Data, strata: pd.DataFrame, width: int) -> None:
    """A period must not span all classes of a stratum: what was felled and what grew into the last class would be mixed."""
    longest = max(data.length(year) for year in data.years) // width
    short = strata[strata["classes"].astype(int) <= longest]
    short = short[short["status"] != "new"]
    if len(short):
        name, classes = short.iloc[0]["stratum"], int(short.iloc[0]["classes"])
        message = f"a period spans {longest} age classes, {name} has only {classes}"
        raise InputError([Finding(
            "error", "settings", data.setting_cell(AGE_CLASS_WIDTH.name), message, "wider age classes, shorter periods or more classes",
            f"一个时期跨越 {longest} 个龄级，而 {name} 只有 {classes} 个", "应加宽龄级、缩短时期或增加龄级数",
        )])  # fmt: skip


def _with_densities(data: Data, width: int, strata: pd.DataFrame, area: Floats) -> Stands:
    """Densities and loss rates by class; the site factor makes the base-year volume meet the inventory."""
    count = area.shape[1]
    ages: Floats = (np.arange(count, dtype=np.float64) + 0.5) * width
    growth = {group: part.sort_values("age") for group, part in data.frame(FOREST_GROWTH).groupby("forest_group", sort=False)}
    classes = dict(list(data.frame(FOREST_CLASSES).groupby("forest_group", sort=False)))
    names = list(dict.fromkeys(strata["forest_group"]))
    missing = [group for group in names if group not in growth and group not in classes]
    if missing:
        raise InputError([
            Finding(
                "error", FOREST_GROWTH.name, "", f"no growth is given for {group}, which grows in the base year or is planted", f"rows for it here or in {FOREST_CLASSES.name}",
                f"未给出 {group} 的生长，而基年有该类型或将营造该类型", f"应在本表或 {FOREST_CLASSES.name} 中填写",
            )
            for group in missing
        ])  # fmt: skip

    def curve(column: str) -> Floats:
        curves = {
            g: by_class(classes[g], column, count) if g in classes
            else np.interp(ages, growth[g]["age"].to_numpy(dtype=float), growth[g][column].to_numpy(dtype=float))
            for g in names
        }  # fmt: skip
        return np.array([curves[g] for g in strata["forest_group"]])

    exists = np.arange(count)[None, :] < strata["classes"].to_numpy(dtype=int)[:, None]
    volume = curve("volume") * exists
    strata = strata.assign(site_factor=_site_factors(data, strata, (area * volume).sum(axis=1)))
    factor = strata["site_factor"].to_numpy(dtype=float)[:, None]
    biomass = curve("biomass_carbon") * exists * factor
    living = biomass * (1.0 + strata["dead_wood_fraction"].to_numpy(dtype=float)[:, None])
    loss = _annual_loss(data, strata, ages) * exists
    return Stands(width, strata, area, volume * factor, biomass, living, loss, _given_loss(data, strata, exists))


def _annual_loss(data: Data, strata: pd.DataFrame, ages: Floats) -> Floats:
    """Yearly loss by class: from the list by age where there is one, else the rate of young or of over-mature stands."""
    over_mature = ages[None, :] > strata["mature_max_age"].to_numpy(dtype=float)[:, None]
    rates = strata[["loss_young", "loss_over_mature"]].to_numpy(dtype=float)
    loss = np.where(over_mature, rates[:, [1]], rates[:, [0]])
    for (group, origin), part in data.frame(DISTURBANCE_BY_AGE).groupby(["forest_group", "origin"], sort=False):
        part = part.sort_values("age")
        here = ((strata["forest_group"] == group) & (strata["origin"] == origin)).to_numpy()
        loss[here] = np.interp(ages, part["age"].to_numpy(dtype=float), part["annual_loss"].to_numpy(dtype=float))
    return loss


def _given_loss(data: Data, strata: pd.DataFrame, exists: npt.NDArray[np.bool_]) -> Floats | None:
    """Share lost by period, stratum and class where ``disturbance_share`` gives it; a group beats all, a class beats 0."""
    table = data.frame(DISTURBANCE_SHARE)
    if table.empty:
        return None
    given = np.full((len(data.years), *exists.shape), np.nan)
    number = {year: period for period, year in enumerate(data.years)}
    table = table[table["year"].isin(data.years)].assign(named=table["forest_group"] != ALL, single=table["age_class"] != 0)
    for (_, single, group, year), part in table.groupby(["named", "single", "forest_group", "year"], sort=True):
        here = np.ones(len(strata), dtype=bool) if group == ALL else (strata["forest_group"] == group).to_numpy()
        values = by_class(part, "value", exists.shape[1]) if single else np.full(exists.shape[1], float(part["value"].iloc[0]))
        known = ~np.isnan(values)
        given[number[int(year)]][np.ix_(here, known)] = values[known]
    return np.where(exists[None, :, :], given, np.nan)


def _site_factors(data: Data, strata: pd.DataFrame, predicted: Floats) -> Floats:
    """Inventory volume over predicted volume by region and origin; growth multiplier for new strata; 1 where unknown."""
    known = inventory(data, "volume")
    frame = strata.assign(predicted=predicted)
    existing = frame[frame["status"] != "new"]
    total = existing.groupby(["region", "origin"])["predicted"].sum()
    factors = {key: known[key] / value for key, value in total.items() if key in known and value > 0.0}
    given = strata["site_factor"].to_numpy(dtype=float)
    keys = zip(strata["region"], strata["origin"], strata["status"], strict=True)
    return np.array([g if status == "new" else factors.get((r, o), 1.0) for g, (r, o, status) in zip(given, keys, strict=True)])


def stands_of(solution: Solution) -> Stands | None:
    """The stands of a solved plan, where the forest is in its model."""
    return read_stands(solution.build.data) if "forest" in solution.build.present else None
