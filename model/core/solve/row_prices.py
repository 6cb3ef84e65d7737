"""What one more unit in a row of a balance is worth: its dual in money of the year.

A raw dual is the improvement of the discounted objective per solver unit; the price divides it by the weight of the period. What is had
once and not every year of the period is paid once: its price is the dual times the years of the period over the weight.

Limits: no price where the objective is no money, no row where a balance is not closed.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..build.objective import COST_UNIT
from ..data import Data
from ..declare.spec import ONCE, Balance
from .amounts import period_weights
from .solution import Solution


def row_family(spec: Balance) -> str:
    """The rows that close a balance, or that a closing module adds up an account by."""
    return f"{spec.name}_account" if spec.sense == "account" else f"balance_{spec.name}"


def is_cost(solution: Solution) -> bool:
    goal = solution.build.objective
    return goal is not None and goal.unit == COST_UNIT


def row_prices(solution: Solution, spec: Balance) -> pd.DataFrame:
    """Index of the rows that close a balance, ``row`` of the matrix, ``worth`` (the dual of one more unit) and ``price`` in the own unit of the balance.

    The price is missing where the objective is no money; there are no rows where the balance is not closed.
    """
    family = row_family(spec)
    if family not in solution.build.rows:
        return pd.DataFrame(columns=[*spec.index, "row", "worth", "price"])
    frame = solution.rows(family)[[*spec.index, "row", "dual"]]
    worth = worth_of_dual(solution, spec) * frame.pop("dual").to_numpy(dtype=float)
    return frame.assign(worth=worth, price=worth * price_of_worth(solution, spec, frame["year"]))


def worth_of_dual(solution: Solution, spec: Balance) -> float:
    """What a raw dual is times, to be the worth of one more unit: one more unit needed makes a cost objective rise by the dual, a removal objective fall."""
    return -solution.improvement_sign * (-1.0 if spec.burden else 1.0)


def price_of_worth(solution: Solution, spec: Balance, year: pd.Series) -> npt.NDArray[np.float64] | float:
    """What the worth of a unit in rows of these years is times, to be a price of the year; missing where the objective is no money."""
    if not is_cost(solution):
        return np.nan
    kind = pd.Series(spec.kind, index=year.index, dtype=object)
    return once(solution.build.data, year, kind) / _weights(solution, year)


def own_price_unit(spec: Balance) -> str:
    """Unit of the price of a balance: money per unit, and a rent a year for what stands."""
    return f"{COST_UNIT}/{spec.unit}/yr" if spec.kind == "standing" else f"{COST_UNIT}/{spec.unit.removesuffix('/yr')}"


def once(data: Data, year: pd.Series, kind: pd.Series) -> npt.NDArray[np.float64]:
    """Years of the period for what is had once, one for what is had every year of it.

    One yuan a year through the period costs the weight; one yuan spent once in it is a stream of 1/n a year: weight / n.
    """
    length = year.astype(float).map(lambda y: float("nan") if np.isnan(y) else float(data.length(data.period_of(y)))).to_numpy(dtype=float)
    return np.where(kind.isin(ONCE), length, 1.0)


def _weights(solution: Solution, year: pd.Series) -> npt.NDArray[np.float64]:
    weight = {float(y): w for y, w in period_weights(solution).items()}
    return year.astype(float).map(weight).to_numpy(dtype=float)
