"""How the investment in plants, stores and lines is charged: as an annuity over their life, or when it is spent, less what is left at the end.

    annuity         capital_cost / (1 - (1 + capital_cost) ** -life) of the investment, every year that works
    straight_line   the investment when it is built; left = max(0, 1 - stood / life) of it is given back at the horizon
    sinking_fund    the same, left = 1 - ((1 + r) ** stood - 1) / ((1 + r) ** life - 1), r = discount_rate

``stood`` are the years from the building to the last milestone. What is built is paid at the beginning of its period where
``building_in_period`` is ``at_beginning``, else at its middle. The money account holds means of periods, which the objective multiplies with
``weight``; a payment is posted so that it counts as discounted from its own moment, also where ``periods.cost_factor`` weighs the flows of a period:

    paid[v]  = investment * (1 + r) ** -(bought[v] - to) / weight[v]      in the period of the vintage
    given[v] = investment * left * (1 + r) ** -(T - to) / weight[T]       in the last period T, taken off; to = base year + discount_shift

Limits: the two with a value left post lumps, so that the spending of a single year is no rent, and ``capital_cost`` is not read by them; of a
vintage of history of which nothing worked in its period nothing is charged; measures, capture and forests keep their annuity.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ....core.data import ANNUITY, STRAIGHT_LINE, Data, annuity
from ...lives import at_beginning


def charge(data: Data, frame: pd.DataFrame) -> pd.Series:
    """What is charged a year per unit of investment and of ``gw``, 1/yr, for rows with ``vintage``, ``year``, ``lifetime`` and ``gw``."""
    lifetime = frame["lifetime"].astype(float)
    if data.settings.get("capital_charge", ANNUITY) == ANNUITY:
        rate = data.number("capital_cost")
        payments = {life: annuity(rate, float(life)) for life in lifetime.unique()}
        return lifetime.map(payments).astype(float)
    rate, last, to = data.number("discount_rate"), data.years[-1], data.base_year + (data.stated("discount_shift") or 0.0)
    bought = frame["vintage"].map({year: data.start(year) if at_beginning(data) else data.middle(year) for year in data.years}).astype(float)
    paid = (1.0 + rate) ** -(bought - to) / frame["vintage"].map({year: data.weight(year) for year in data.years}).astype(float)
    given = value_left(data, last - bought, lifetime) * ((1.0 + rate) ** -(last - to) / data.weight(last))
    lumps = paid.where(frame["year"] == frame["vintage"], 0.0) - given.where(frame["year"] == last, 0.0)
    works = frame["gw"].astype(float)
    return (lumps / works.where(works > 0.0)).fillna(0.0)


def value_left(data: Data, stood: pd.Series, lifetime: pd.Series) -> pd.Series:
    """Share of an investment that is left after the years ``stood``."""
    rate = data.number("discount_rate")
    if data.settings.get("capital_charge", ANNUITY) == STRAIGHT_LINE or rate == 0.0:
        used = stood / lifetime
    else:
        used = ((1.0 + rate) ** stood - 1.0) / ((1.0 + rate) ** lifetime - 1.0)
    return pd.Series(np.maximum(0.0, 1.0 - used), index=stood.index)
