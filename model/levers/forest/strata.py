"""Which strata there are and what stands on them in the base year, read from the tables of areas and groups.

Areas come by age group (``forest_area``), by age class (``forest_class_area``) or both. A stratum that felled stands may be
converted into exists although nothing stands on it yet.

Limits: the area of an age group lies evenly over its classes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...core.data import Data
from ...core.declare.spec import Finding, InputError
from .groups import PARAMETERS, UPPER_AGES, Groups, check_described, group_parameters, number, parameters_by_origin
from .plan_tables import FOREST_CLASS_AREA, FOREST_CLASSES
from .tables import (
    AGE_GROUPS,
    FOREST_AREA,
    FOREST_CONVERSIONS,
    FOREST_INVENTORY,
    NEW_FOREST,
    new_stratum_name,
    stratum_name,
)

Floats = npt.NDArray[np.float64]
#: (region, district, forest_group, origin)
Key = tuple[str, str, str, str]
PLACE = ["region", "district", "forest_group", "origin"]


def strata_and_area(data: Data, width: int) -> tuple[pd.DataFrame, Floats]:
    """Every stratum with its parameters and number of classes, and its area by class; InputError when tables do not fit."""
    check_described(data)
    groups = Groups(parameters_by_origin(data))
    horizon = math.ceil((data.all_years[-1] - data.base_year) / width)
    found = _areas(data, groups, width)
    listed = data.frame(FOREST_CLASSES).groupby("forest_group")["age_class"].max().astype(int).to_dict()
    rows: list[dict[str, object]] = []
    areas: list[Floats] = []
    restricted = inventory(data, "restricted_share")
    for key, by_class in found.items():
        region, _, group, origin = key
        bounds = groups.of(group, origin)
        last = listed.get(group) or _oldest(bounds, by_class, width) + horizon
        _check_last(data, key, by_class, last)
        share = restricted.get((region, origin), 0.0)
        for status, fraction in (("productive", 1.0 - share), ("restricted", share)):
            if fraction > 0.0 and by_class.sum() > 0.0:
                rows.append({**_head(key, status), "classes": last, **{p: bounds[p] for p in PARAMETERS}})
                areas.append(by_class * fraction)
    for key in _conversion_targets(data, rows):
        bounds = groups.of(key[2], key[3])
        rows.append({**_head(key, "productive"), "classes": listed.get(key[2]) or horizon, **{p: bounds[p] for p in PARAMETERS}})
    rows += _new(data, horizon)
    strata = pd.DataFrame(rows)
    initial = np.zeros((len(strata), int(strata["classes"].max())))
    for row, by_class in enumerate(areas):
        held = by_class[: initial.shape[1]]
        initial[row, : len(held)] = held
    return strata, initial


def area_by_age_group(data: Data, strata: pd.DataFrame, area: Floats, width: int) -> dict[str, Floats]:
    """Age group -> its part of ``area`` (strata, classes), as ``forest_area`` lists it: a class may hold parts of two groups.

    Areas that are entered by class belong to no group.
    """
    groups = Groups(parameters_by_origin(data))
    found = {group: np.zeros_like(area) for group in AGE_GROUPS}
    for key, part in _parts(data.frame(FOREST_AREA)):
        listed = dict(zip(part["age_group"], part["area"].astype(float), strict=True))
        whole = sum(listed.values())
        if whole <= 0.0:  # a forest that is listed with no area has no parts
            continue
        bounds = groups.of(key[2], key[3])
        rows = np.flatnonzero((strata[PLACE].to_numpy(dtype=object) == np.array(key, dtype=object)).all(axis=1))
        for group, amount in listed.items():
            spread = _spread({group: amount}, bounds, width)[: area.shape[1]]
            for row in rows:
                found[group][row, : len(spread)] += spread * area[row].sum() / whole
    return found


def area_cells(data: Data, strata: pd.DataFrame, area: Floats, width: int) -> pd.DataFrame:
    """The cell behind the area of every class of the base year: columns stratum, age_class, area, sheet and cell.

    Of a class that holds parts of two age groups the cell of the larger part.
    """
    groups = area_by_age_group(data, strata, area, width)
    largest = np.stack([groups[group] for group in AGE_GROUPS]).argmax(axis=0)
    row_of: dict[tuple[str, Key, object], int] = {}
    for table, number_of in ((FOREST_AREA, "age_group"), (FOREST_CLASS_AREA, "age_class")):
        for key, part in _parts(data.frame(table)):
            row_of.update({(table.name, key, number): int(row) for row, number in part[number_of].items()})
    places = list(strata[PLACE].itertuples(index=False, name=None))
    names, found = strata["stratum"].tolist(), []
    for row, column in np.argwhere(area > 0.0).tolist():
        place = places[row]
        by_group = (FOREST_AREA.name, place, AGE_GROUPS[largest[row, column]])
        behind = by_group if by_group in row_of else (FOREST_CLASS_AREA.name, place, column + 1)
        found.append((names[row], column + 1, area[row, column], behind[0], data.cell(behind[0], row_of[behind], "area")))
    return pd.DataFrame(found, columns=["stratum", "age_class", "area", "sheet", "cell"])


def inventory(data: Data, column: str) -> dict[tuple[str, str], float]:
    """A column of the inventory by (region, origin); empty when there is none."""
    frame = data.frame(FOREST_INVENTORY)
    return dict(zip(frame[["region", "origin"]].itertuples(index=False, name=None), frame[column].astype(float), strict=True))


def classes_of_ages(low: float, high: float, width: int) -> list[int]:
    """Classes whose mid-age lies above ``low`` and not above ``high``; if none, the class of the middle of both."""
    first, last = math.floor(low / width + 0.5) + 1, math.floor(high / width + 0.5)
    return list(range(first, last + 1)) or [max(1, math.ceil((low + high) / 2 / width))]


def _head(key: Key, status: str) -> dict[str, object]:
    region, district, group, origin = key
    name = stratum_name(region, group, origin, status, district)
    return {
        "stratum": name, "region": region, "district": district, "forest_group": group, "origin": origin, "status": status,
        "site_factor": 1.0,
    }  # fmt: skip


def _areas(data: Data, groups: Groups, width: int) -> dict[Key, Floats]:
    """Area by class of every region, district, group and origin."""
    found: dict[Key, Floats] = {}
    for key, part in _parts(data.frame(FOREST_AREA)):
        bounds = groups.of(key[2], key[3])
        found[key] = _spread(dict(zip(part["age_group"], part["area"].astype(float), strict=True)), bounds, width)
    for key, part in _parts(data.frame(FOREST_CLASS_AREA)):
        if key in found:
            place = data.cell(FOREST_CLASS_AREA.name, int(part.index[0]), "area")
            name = ".".join(k for k in key if k)
            message, wanted = f"{name} has its area in {FOREST_AREA.name} as well", "the area in one of the two tables"
            raise InputError([Finding("error", FOREST_CLASS_AREA.name, place, message, wanted, f"{name} 的面积在 {FOREST_AREA.name} 中也有", "面积只应填在其中一张表")])
        number = part["age_class"].to_numpy(dtype=int)
        found[key] = np.zeros(int(number.max()))
        np.add.at(found[key], number - 1, part["area"].to_numpy(dtype=float))
    return found


def _parts(frame: pd.DataFrame) -> list[tuple[Key, pd.DataFrame]]:
    """The rows of an area table by place, in order of appearance."""
    if frame.empty:
        return []
    frame = frame.assign(district=frame.get("district", ""))
    return [((str(r), str(d), str(g), str(o)), part) for (r, d, g, o), part in frame.groupby(PLACE, sort=False)]


def _oldest(bounds: Mapping[str, float], by_class: Floats, width: int) -> int:
    """The oldest class that the base year may hold."""
    age = bounds.get("over_mature_max_age", 0.0)
    return max(math.ceil(age / width), len(by_class))


def _check_last(data: Data, key: Key, by_class: Floats, last: int) -> None:
    if len(np.trim_zeros(by_class, "b")) > last:
        name = ".".join(k for k in key if k)
        message, wanted = f"{name} has area in a class older than {last}, the last one of {FOREST_CLASSES.name}", "a row for every class that holds area"
        raise InputError([Finding("error", FOREST_CLASSES.name, "", message, wanted, f"{name} 有面积的龄级超过末级 {last}", "每个有面积的龄级应有一行")])


def _spread(by_group: Mapping[str, float], bounds: Mapping[str, float], width: int) -> Floats:
    """Area by age class: each age group evenly over the classes whose mid-age lies within its bounds."""
    spread = np.zeros(math.ceil(bounds["over_mature_max_age"] / width))
    low = 0.0
    for group, column in zip(AGE_GROUPS, UPPER_AGES, strict=True):
        high = float(bounds[column])
        classes = classes_of_ages(low, high, width)
        if classes[-1] > len(spread):
            spread = np.pad(spread, (0, classes[-1] - len(spread)))
        spread[np.array(classes) - 1] += by_group.get(group, 0.0) / len(classes)
        low = high
    return spread


def _conversion_targets(data: Data, rows: list[dict[str, object]]) -> list[Key]:
    """Places that felled stands may be converted into although nothing of that kind stands there yet."""
    known = [(str(r["region"]), str(r["district"]), str(r["forest_group"]), str(r["origin"])) for r in rows if r["status"] == "productive"]
    rules = list(data.frame(FOREST_CONVERSIONS).itertuples(index=False))
    there = dict.fromkeys(known)
    for region, district, group, origin in (queue := list(known)):
        for rule in rules:
            target = (region, district, str(rule.to_group), str(rule.to_origin))
            if (rule.from_group, rule.from_origin) == (group, origin) and target not in there:
                there[target] = None
                queue.append(target)
    return [key for key in there if key not in dict.fromkeys(known)]


def _new(data: Data, horizon: int) -> list[dict[str, object]]:
    """Strata that plantings enter, empty in the base year."""
    groups = {name: {p: number(row, p) for p in PARAMETERS} for name, row in group_parameters(data).to_dict("index").items()}
    table = data.frame(NEW_FOREST)
    # A stratum is named by its zone: a zone that two regions claim would merge their plantings.
    claimed = table.groupby("water_zone")["region"].nunique()
    shared = table["water_zone"].isin(claimed[claimed > 1].index) & (table["water_zone"] != "")
    if shared.any():
        raise InputError([
            Finding("error", NEW_FOREST.name, data.cell(NEW_FOREST.name, int(row), "water_zone"), f"{zone} lies in more than one region", "each zone with one region",
                    f"{zone} 位于多个地区", "每个水资源区只属于一个地区")
            for row, zone in table.loc[shared, "water_zone"].items()
        ])  # fmt: skip
    return [
        {
            "stratum": new_stratum_name(row.region, row.water_zone, row.land_type), "region": row.region, "district": "",
            "forest_group": row.forest_group, "origin": "planted", "status": "new", "classes": horizon,
            "site_factor": float(row.growth_multiplier), **groups[row.forest_group],
        }
        for row in table.itertuples()
    ]  # fmt: skip
