"""The forest groups and what describes them: parameters by age for each origin, or rows by age class.

Every table of the forest names groups; one that nothing describes is found here, with its cell.

Limits: a forest group that only ``forest_classes`` describes has no losses, no soil, no dead wood and no carbon in its
roundwood unless a table of losses says otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping

import numpy as np
import pandas as pd

from ...core.data import Data
from ...core.declare.spec import Finding, InputError, Table
from .plan_tables import FOREST_CLASS_AREA, FOREST_CLASSES
from .tables import AGE_GROUPS, FOREST_AREA, FOREST_CONVERSIONS, FOREST_GROUPS, FOREST_HARVEST, NEW_FOREST

#: Upper age of each age group, in the order of AGE_GROUPS.
UPPER_AGES = tuple(f"{group}_max_age" for group in AGE_GROUPS)
#: What a stratum takes over from its row of ``forest_groups``, and what holds where there is no row: nothing is lost or stored.
NEUTRAL: dict[str, float] = {
    "mature_max_age": math.inf, "minimum_cutting_age": 0.0, "maximum_cutting_age": math.nan, "carbon_per_m3": 0.0,
    "dead_wood_fraction": 0.0, "soil_equilibrium": 0.0, "soil_loss_fraction": 0.0, "loss_young": 0.0, "loss_over_mature": 0.0,
    "regeneration_cost": 0.0,
}  # fmt: skip
PARAMETERS = tuple(NEUTRAL)


class Groups:
    """The rows of ``forest_groups`` as numbers, each read once."""

    def __init__(self, frame: pd.DataFrame) -> None:
        rows = frame.reset_index().to_dict("records")
        names = (*PARAMETERS, *UPPER_AGES)
        self.rows = {(str(row["forest_group"]), str(row["origin"])): {name: number(row, name) for name in names} for row in rows}

    def of(self, group: str, origin: str) -> Mapping[str, float]:
        """The parameters of a group and origin; the neutral ones when only its classes are described."""
        return self.rows.get((group, origin), NEUTRAL)


def group_parameters(data: Data) -> pd.DataFrame:
    """One row per forest group: the parameters of its planted row, or of the natural one when there is no other."""
    frame = data.frame(FOREST_GROUPS).sort_values("origin", ascending=False, kind="stable")
    return frame.drop_duplicates("forest_group").set_index("forest_group")


def known_groups(data: Data) -> list[str]:
    """Every forest group that is described, by age or by class."""
    return list(dict.fromkeys([*data.frame(FOREST_GROUPS)["forest_group"], *data.frame(FOREST_CLASSES)["forest_group"]]))


def lacking(data: Data, table: Table, column: str, holds: Callable[[Mapping[Hashable, object]], bool], *sheets: Table) -> list[Finding]:
    """One finding for each row of ``table`` whose entry in ``column`` none of ``sheets`` describes."""
    frame, named = data.frame(table), [sheet.name for sheet in sheets]
    return [
        Finding(
            "error", table.name, data.cell(table.name, int(index), column), f"{row[column]} has no row in {' or '.join(named)}", "a row for it there",
            f"{' 或 '.join(named)} 中没有 {row[column]} 的行", "应在该表中填写一行",
        )
        for index, row in zip(frame.index, frame.to_dict("records"), strict=True)
        if not holds(row)
    ]  # fmt: skip


def parameters_by_origin(data: Data) -> pd.DataFrame:
    frame = data.frame(FOREST_GROUPS)
    ages = frame[list(UPPER_AGES)].to_numpy(dtype=float)
    wrong = frame[(np.diff(ages, axis=1, prepend=0.0) <= 0).any(axis=1)]
    if len(wrong):
        raise InputError([
            Finding("error", FOREST_GROUPS.name, data.cell(FOREST_GROUPS.name, int(row), UPPER_AGES[0]),
                    f"the ages of {group} ({origin}) do not increase from age group to age group", "increasing upper ages",
                    f"{group}（{origin}）各龄组上限年龄未递增", "上限年龄应递增")
            for row, group, origin in zip(wrong.index, wrong["forest_group"], wrong["origin"], strict=True)
        ])  # fmt: skip
    return frame.set_index(["forest_group", "origin"])


def number(row: Mapping[Hashable, object], name: str) -> float:
    """A parameter of a group; an optional one that is blank is neutral."""
    found = row.get(name)
    return float(str(found)) if found is not None and not pd.isna(found) else NEUTRAL[name]


def undescribed(data: Data, groups: Groups) -> list[Finding]:
    """Every area must lie in a region that may fell and in a group that is described."""
    found: list[Finding] = []
    if data.has(FOREST_HARVEST.name):
        felling = set(data.frame(FOREST_HARVEST)["region"])
        for table in (FOREST_AREA, FOREST_CLASS_AREA, NEW_FOREST):
            found += lacking(data, table, "region", lambda row: row["region"] in felling, FOREST_HARVEST)
    by_class = set(data.frame(FOREST_CLASSES)["forest_group"])
    planted = {group for group, _ in groups.rows}
    found += lacking(data, FOREST_AREA, "forest_group", lambda row: (row["forest_group"], row["origin"]) in groups.rows, FOREST_GROUPS)
    found += lacking(
        data, FOREST_CLASS_AREA, "forest_group", lambda row: row["forest_group"] in by_class or (row["forest_group"], row["origin"]) in groups.rows,
        FOREST_CLASSES, FOREST_GROUPS,
    )  # fmt: skip
    found += lacking(data, NEW_FOREST, "forest_group", lambda row: row["forest_group"] in planted, FOREST_GROUPS)

    def described(group: str, origin: str) -> Callable[[Mapping[Hashable, object]], bool]:
        return lambda row: row[group] in by_class or (row[group], row[origin]) in groups.rows

    for column, origin in (("from_group", "from_origin"), ("to_group", "to_origin")):
        found += lacking(data, FOREST_CONVERSIONS, column, described(column, origin), FOREST_GROUPS, FOREST_CLASSES)
    for group, part in data.frame(FOREST_CLASSES).groupby("forest_group", sort=False):
        listed = sorted(part["age_class"].astype(int))
        if listed != list(range(1, len(listed) + 1)):
            found.append(Finding(
                "error", FOREST_CLASSES.name, data.cell(FOREST_CLASSES.name, int(part.index[0]), "age_class"),
                f"the classes of {group} are {listed}", "every class from 1 to the last, once",
                f"{group} 的龄级为 {listed}", "应从1到末级各一行",
            ))  # fmt: skip
    return found


def check_described(data: Data) -> None:
    """InputError with all areas that lie where nothing is felled or in a group that nothing describes, and ages out of order."""
    wrong = undescribed(data, Groups(parameters_by_origin(data)))
    if wrong:
        raise InputError(wrong)
