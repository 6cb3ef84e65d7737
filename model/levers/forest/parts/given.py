"""What the workbook gives of the standing forest, read once: stands, classes, losses, partial cuts and the years.

Every part of the forest is handed this; nothing in it is decided.

Limits: figures of a class are those of its mid-age, as in ``stands``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ....core.data import Data
from ..stands import Stands, read_stands
from ..strata import area_cells
from .partial import partial_classes
from .posts import CLASS, Killed, forest_classes, killed

#: (stratum, age class)
Class = tuple[str, int]


@dataclass(frozen=True)
class Given:
    """The forest as it is given, with the years of the plan.

    ``length`` and ``before`` are the years of the period that ends at a milestone and the milestone before it. ``classes`` are the
    rows of ``forest_classes``, ``partials`` those of ``partial_classes``, ``lost`` what stands lose. ``reach`` marks the
    classes (strata, classes) that may hold area at the base year and after each period.
    By (stratum, class): ``volume`` (km3/Mha), ``living`` (Mt C/Mha) and ``base_area`` (Mha). By stratum: ``row_of`` (its row
    in the arrays) and ``last_class``. By region: ``strata_of``, its productive strata. ``area_cells`` are the cells of ``base_area``.
    """

    years: list[int]
    base_year: int
    length: dict[int, int]
    before: dict[int, int]
    stands: Stands
    classes: pd.DataFrame
    partials: pd.DataFrame
    lost: Killed
    reach: list[npt.NDArray[np.bool_]]
    volume: dict[Class, float]
    living: dict[Class, float]
    base_area: dict[Class, float]
    row_of: dict[str, int]
    last_class: dict[str, int]
    strata_of: dict[str, list[str]]
    loss_in: dict[int, list[list[float]]]
    area_cells: pd.DataFrame

    @property
    def lengths(self) -> list[int]:
        """Years of every period, in order."""
        return [self.length[year] for year in self.years]

    @property
    def region_years(self) -> pd.DataFrame:
        """Every region with productive stands in every milestone year: columns region and year."""
        return pd.DataFrame({"region": list(self.strata_of)}).merge(pd.DataFrame({"year": self.years}), how="cross")

    def loss(self, stratum: str, age_class: int, year: int) -> float:
        """Share of the class that is lost within the period: 1 - (1 - annual)^n, or as given for the period."""
        return float(self.loss_in[year][self.row_of[stratum]][age_class - 1])


def read_given(data: Data) -> Given:
    """The forest of a workbook; InputError when stands, losses or partial cuts do not fit together."""
    stands = read_stands(data)
    classes = forest_classes(data, stands)
    keys = list(classes[CLASS].itertuples(index=False, name=None))
    lost = killed(data, stands, classes)
    partials = partial_classes(data, stands, classes)
    length = {year: data.length(year) for year in data.years}
    moved = list(dict.fromkeys(partials[["row", "age_class", "younger"]].itertuples(index=False, name=None)))
    strata = stands.strata
    productive = strata[stands.of_status("productive")]

    def by_class(name: str) -> dict[Class, float]:
        return dict(zip(keys, classes[name].tolist(), strict=True))

    return Given(
        years=data.years,
        base_year=data.base_year,
        length=length,
        before={year: data.previous(year) for year in data.years},
        stands=stands,
        classes=classes,
        partials=partials,
        lost=lost,
        reach=stands.reachable(list(length.values()), moved),
        volume=by_class("volume"),
        living=by_class("living"),
        base_area=by_class("area"),
        row_of={name: row for row, name in enumerate(strata["stratum"])},
        last_class=dict(zip(strata["stratum"], strata["classes"].astype(int), strict=True)),
        strata_of={region: list(part["stratum"]) for region, part in productive.groupby("region", sort=False)},
        loss_in={year: lost.share[period].tolist() for period, year in enumerate(data.years)},
        area_cells=area_cells(data, strata, stands.area, stands.width),
    )
