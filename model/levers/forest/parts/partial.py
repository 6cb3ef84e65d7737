"""Selective cutting and thinning: part of a stand is taken, the rest stands on as a younger stand would.

One growth table serves here too: after a cut of share f the stand is put into the oldest class a' below its own whose
volume is at most (1-f) of its volume. What is removed is exactly the difference of the table between both classes, in
wood and in carbon; a stand never keeps its class, that would be wood for nothing.

Limits: the rest grows on like the younger class and is lost at its rate; it may be cut again after it has aged. As classes
are steps, at least the share is removed, often more: narrower classes come closer.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ....core.build.parts import Family
from ....core.data import Data
from ....core.declare.spec import Column, Finding, InputError, Table, Variable
from ....core.ledger import Ledger
from ...stocks import period_frame
from ..stands import Stands
from ..tables import ORIGINS
from .posts import FELLING, post_felling

PARTIAL_CUTS = Table(
    "partial_cuts",
    (
        Column("method", "", "text", key=True, free=True, absent="own", en="Name of the cut, for instance selective or thinning", zh="采伐方式，如择伐、抚育间伐"),
        Column("forest_group", "", "text", key=True, ref="forest_groups.forest_group|forest_classes.forest_group", absent="unused", en="Forest group", zh="森林类型组"),
        Column("origin", "", "text", key=True, absent="unused", choices=ORIGINS, en="Origin", zh="起源"),
        Column("removed_share", "1", low=0.01, high=0.99, aggregate="first", en="Share of the volume that is removed, at least", zh="至少伐除的蓄积比例"),
        Column("first_age", "yr", low=0, default=0.0, aggregate="first", en="Youngest stand that is cut so", zh="最低林龄"),
        Column("last_age", "yr", low=0, default=None, aggregate="first", en="Oldest stand that is cut so; blank: no limit", zh="最高林龄；空白则不限"),
        Column("cost", "CNY/ha", low=0, default=0.0, aggregate="first", en="Cost of a hectare cut so, besides felling and hauling", zh="每公顷附加成本"),
        Column("soil_loss_share", "1", low=0, high=1, default=1.0, aggregate="first", en="Soil carbon lost, as a share of what a clearcut loses", zh="土壤碳损失占皆伐比例"),
        Column("under_ban", "1", "flag", default=0.0, aggregate="first", en="1: allowed where clearcut is not yet (tending under a logging ban)", zh="1：禁伐期内允许（抚育）"),
    ),
    en="Selective cutting and thinning (optional)", zh="择伐与抚育间伐（可选）",
)  # fmt: skip

PARTIAL = Variable("partial_cut", ("stratum", "method", "age_class", "year"), "Mha", en="Selectively cut or thinned in the period", zh="时期内择伐与间伐面积")
CUT = ["stratum", "method", "age_class"]


def partial_classes(data: Data, stands: Stands, classes: pd.DataFrame) -> pd.DataFrame:
    """Every class that a partial cut may be done in, with the class it moves to and what a Mha of it gives.

    Columns stratum, method, age_class, younger, row, removed (km3/Mha), cost, under_ban and those of ``post_felling``.
    InputError when a cut would remove more carbon in roundwood than the stand loses.
    """
    productive = classes[classes["status"] == "productive"]
    joined = productive.merge(data.frame(PARTIAL_CUTS), how="inner", on=["forest_group", "origin"], sort=False)
    last_age = joined["last_age"].astype(float).fillna(np.inf)
    joined = joined[(joined["mid_age"] >= joined["first_age"].astype(float)) & (joined["mid_age"] <= last_age)].reset_index(drop=True)
    row, column = joined["row"].to_numpy(dtype=int), joined["age_class"].to_numpy(dtype=int) - 1
    volume = stands.volume[row]
    wanted = (1.0 - joined["removed_share"].to_numpy(dtype=float)) * stands.volume[row, column]
    fits = (volume <= wanted[:, None]) & (np.arange(volume.shape[1])[None, :] < column[:, None])
    younger = np.where(fits.any(axis=1), volume.shape[1] - np.argmax(fits[:, ::-1], axis=1), 0)
    kept = younger - 1
    removed = stands.volume[row, column] - stands.volume[row, kept]
    extracted = removed * joined["recovery"].to_numpy(dtype=float) * joined["carbon_per_m3"].to_numpy(dtype=float)
    made = joined.assign(
        younger=younger, removed=removed, extracted=extracted, slash=stands.living[row, column] - stands.living[row, kept] - extracted,
        soil_loss_fraction=joined["soil_loss_fraction"].astype(float) * joined["soil_loss_share"].astype(float),
    )  # fmt: skip
    made = made[(made["younger"] > 0) & (made["removed"] > 0.0)]
    short = made[made["slash"] < 0.0].drop_duplicates(["method", "forest_group", "origin"])
    if len(short):
        raise InputError([
            Finding("error", PARTIAL_CUTS.name, data.cell_where(PARTIAL_CUTS, "removed_share", method=r.method, forest_group=r.forest_group, origin=r.origin), f"{r.method} of {r.forest_group} ({r.origin}) at age {r.mid_age:g} would take {r.extracted:.3g} t C/ha in roundwood, more than the stand loses",
                    "less carbon per cubic metre, less recovery or a narrower range of ages",
                    f"{r.forest_group}（{r.origin}）在 {r.mid_age:g} 年的 {r.method} 采出原木含碳 {r.extracted:.3g} t C/ha，超过林分损失", "应减少每立方米含碳量或出材率，或缩小林龄范围")
            for r in short.itertuples()
        ])  # fmt: skip
    return made.reset_index(drop=True)


class PartialCuts:
    """The partial cuts that are decided, found by the class that they take from or give to; empty without their table.

    ``partials`` are the rows of ``partial_classes``, ``family`` the variable PARTIAL. ``done_in`` lists (method, class) by (stratum, year);
    ``removed`` (km3/Mha) and ``younger`` (the class that a stand moves to) are by (stratum, method, class).
    """

    def __init__(self, partials: pd.DataFrame, family: Family) -> None:
        self.family = family
        self.out_of: dict[tuple[str, int], list[str]] = {}
        self.into: dict[tuple[str, int], list[tuple[str, int]]] = {}
        for cut in partials.itertuples():
            self.out_of.setdefault((cut.stratum, cut.age_class), []).append(cut.method)
            self.into.setdefault((cut.stratum, cut.younger), []).append((cut.method, cut.age_class))
        self.done_in: dict[tuple[str, int], list[tuple[str, int]]] = {}
        for stratum, method, age_class, year in family.keys:
            self.done_in.setdefault((stratum, year), []).append((method, age_class))
        numbers = partials.set_index(CUT)
        self.removed: dict[tuple[str, str, int], float] = numbers["removed"].astype(float).to_dict()
        self.younger: dict[tuple[str, str, int], int] = numbers["younger"].astype(int).to_dict()

    def taken_out(self, s: str, a: int, t: int) -> list[Any]:
        """Variables of the partial cuts that take area out of a class."""
        return [self.family[s, m, a, t] for m in self.out_of.get((s, a), []) if (s, m, a, t) in self.family]

    def put_back(self, s: str, a: int, t: int) -> list[Any]:
        """Variables of the partial cuts that put area into a class."""
        return [self.family[s, m, older, t] for m, older in self.into.get((s, a), []) if (s, m, older, t) in self.family]


def post_partial(data: Data, ledger: Ledger, partials: pd.DataFrame, family: Family) -> None:
    """Wood, carbon, soil and cost of the partial cuts."""
    if not len(family):
        return
    cut = family.terms().join(partials, CUT, [*FELLING, "cost", "row", "younger"])
    post_felling(data, ledger, cut)
    years = cut.join(period_frame(data), ["year"]).frame["years"].to_numpy(dtype=float)
    ledger.use("money", cut, cut.frame["cost"].to_numpy(dtype=float) / years, item="forest_partial_cutting", unit="bn CNY/Mha/yr")
