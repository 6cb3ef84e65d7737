"""Amounts of levers by place and decade, as sums over the columns of the matrix.

    amount[lever,place,decade] = sum over periods t of the decade of n[t] / n[decade] * amount[lever,place,t]

Limits: decided periods of the plan; a period belongs to the decade of its milestone, also where it began in the one before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..core.solve.amounts import NATION
from .near_plans import NearPlans

#: Years of a decade.
TEN = 10
#: Share of the greatest amount of a lever by which one may lie beside what is given: the solver's tolerance.
ROUNDING = 1e-6

Floats = npt.NDArray[np.float64]


@dataclass
class Cell:
    """An amount of a lever in a place and a decade: what it is called, its coefficients by column, and what nothing can change of it."""

    told: dict[str, Any]
    vector: Floats
    given: float
    now: float
    slacks: tuple[float, ...] = ()
    #: (share, side) -> amount and how it was found; side is 1 for the least and -1 for the most.
    ends: dict[tuple[float, int], tuple[float, str]] = field(default_factory=dict)

    @property
    def lever(self) -> tuple[str, ...]:
        """The lever, or its item, as a key."""
        return tuple(self.told[name] for name in ("lever", "item", "unit") if name in self.told)

    @property
    def row(self) -> tuple[str, ...]:
        """Everything that names it but the decade."""
        return tuple(str(value) for name, value in self.told.items() if name != "decade")

    def amount(self, columns: Floats) -> float:
        """In a plan, in its unit."""
        added = float(self.vector @ columns)
        return self.given + (0.0 if abs(added) <= ROUNDING * max(abs(self.now - self.given), ROUNDING) else added)


def decade_of(year: int) -> str:
    """The decade of a milestone, ``2031-2040`` for 2031 to 2040."""
    first = (year - 1) // TEN * TEN + 1
    return f"{first}-{first + TEN - 1}"


def cells_of(plans: NearPlans, terms: pd.DataFrame, place: str, by_item: bool) -> tuple[list[Cell], list[Cell]]:
    """Amounts by place and decade, and those of the nation; only such as a plan can change, in order of the levers. ``terms`` are those of the task."""
    data = plans.solution.build.data
    planned = [year for year in data.decided if year <= data.plan_until]
    terms = terms[terms["year"].isin(planned)].assign(decade=lambda frame: [decade_of(int(year)) for year in frame["year"]])
    length = {year: float(data.length(year)) for year in planned}
    whole: dict[str, float] = {}
    for year in planned:
        whole[decade_of(year)] = whole.get(decade_of(year), 0.0) + length[year]
    terms = terms.assign(coefficient=terms["coefficient"].astype(float) * terms["year"].map(length) / terms["decade"].map(whole))
    named = ["lever", "item", "unit"] if by_item else ["lever", "unit"]
    made = []
    for places in (terms, terms.assign(**{place: NATION})):
        found = [_cell(plans, dict(zip([*named, place, "decade"], key, strict=True)), part) for key, part in places.groupby([*named, place, "decade"], sort=False)]
        decades = list(whole)
        order = {key: number for number, key in enumerate(dict.fromkeys((*cell.lever, cell.told[place]) for cell in found))}
        made.append(sorted((cell for cell in found if cell.vector.any()), key=lambda cell: (order[(*cell.lever, cell.told[place])], decades.index(cell.told["decade"]))))
    return made[0], made[1]


def _cell(plans: NearPlans, told: dict[str, Any], terms: pd.DataFrame) -> Cell:
    matrix = plans.matrix
    vector, constant = plans.vector(terms["position"].to_numpy(dtype=np.int64), terms["coefficient"].to_numpy(dtype=float))
    settled = matrix.column_lower == matrix.column_upper
    given = constant + float(vector[settled] @ matrix.column_lower[settled])
    free = np.where(settled, 0.0, vector)
    now = given + float(free @ plans.solution.x[matrix.column_position])
    return Cell(told, free, given, now)


def scales(cells: Sequence[Cell]) -> dict[tuple[str, ...], float]:
    """By lever and place the greatest amount above what is given, in any decade, in the plan or at an end of a range."""
    found: dict[tuple[str, ...], float] = {}
    for cell in cells:
        amounts = [cell.now, *(value for value, _ in cell.ends.values())]
        found[cell.row] = max(found.get(cell.row, 0.0), *(value - cell.given for value in amounts))
    return found


def ordered(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    """Rows with these columns; without the item where whole levers are told."""
    by_item = any("item" in row for row in rows)
    return pd.DataFrame(rows, columns=[name for name in columns if name != "item" or by_item])
