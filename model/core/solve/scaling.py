"""Scales of the solver's columns and rows, by unit: a thousand hectares and a gigawatt hour weigh about the same.

Solver units are the field's (Mha, km3, bn CNY), in which areas and wood are a hundred to a thousand times smaller than
energy. Interior point feels that: unscaled it broke down on a larger matrix of the 31 provinces, and on the one that
ships it is slower (docs/benchmarks.md).
Scales are powers of two, so scaling and unscaling lose no digit.

Limits: by unit, not by value: a workbook in other magnitudes of the same unit is scaled alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..build.build import Build
from .matrix import Matrix

Floats = npt.NDArray[np.float64]

#: Size of one solver unit of the commodity that a unit begins with: Mha in about 8 kha, km3 in about a million m3.
COMMODITY_SCALES = {"Mha": 2.0**-7, "km3": 2.0**-10}


@dataclass(frozen=True)
class Scaling:
    """The solver sees ``x / column`` and ``row activity / row``; one entry per column and per row of a matrix."""

    column: Floats
    row: Floats

    def values(self, matrix: Matrix) -> Floats:
        """Coefficients as the solver sees them."""
        columns = np.repeat(self.column, np.diff(matrix.start))
        return matrix.value * columns / self.row[matrix.index]

    def cost(self, matrix: Matrix) -> Floats:
        """Costs as the solver sees them."""
        return matrix.cost * self.column


def unit_scaling(build: Build, matrix: Matrix) -> Scaling:
    """The scales of every column and row by the unit that its family declares."""
    by_position = np.concatenate([np.full(len(f), unit_scale(f.spec.unit)) for f in build.families.values()])
    of_family = {name: unit_scale(unit) for name, (_, unit) in build.rows.items()}
    return Scaling(by_position[matrix.column_position], np.array([of_family[name] for name in matrix.row_family]))


def no_scaling(matrix: Matrix) -> Scaling:
    """Every column and row as it is."""
    return Scaling(np.ones(len(matrix.cost)), np.ones(len(matrix.row_lower)))


def unit_scale(unit: str) -> float:
    """The scale of a solver unit: that of the commodity it begins with, 1 where none is listed."""
    return COMMODITY_SCALES.get(unit.split("/")[0].split("*")[0].strip(), 1.0)
