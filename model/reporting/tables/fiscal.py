"""What a region's own revenue pays of its expenditure, before and after what regions pay one another in the plan.

    growth[r,t]          = product[r] in the middle of t / product[r] in the base year
    received[r,t]        = what r is paid for goods, carbon and its part of lines, less what it pays
    capacity_before[r,t] = revenue[r] / expenditure[r]
    capacity_after[r,t]  = (growth[r,t] * revenue[r] + received[r,t]) / (growth[r,t] * expenditure[r])

Limits: revenue and expenditure are those of the sheet ``fiscal_capacity`` and grow with the product; all that is received is counted as revenue,
though firms and users get and pay most of it: it is the most that a treasury could tax away or would have to make good. What the plan spends
of public money stands in the table ``funds``.
"""

from __future__ import annotations

import pandas as pd

from ...closing.funds.tables import FISCAL_CAPACITY
from ...closing.pledges.series import GDP
from ...core.solve.sides import Tables
from ...core.solve.solution import Solution
from .burden import NET, RESOURCES, TOTAL, per_period

KEYS = ["region", "year"]


def fiscal(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``fiscal``: region, year, revenue, expenditure, received, capacity_before, capacity_after; no row where the sheet or the product is not known, or nothing has a price."""
    data, frame = solution.build.data, solution.build.data.frame(FISCAL_CAPACITY)
    borne = tables["burden"]
    if frame.empty or not data.has(GDP.name) or borne.empty or not borne.loc[borne["item"] == NET, "own"].notna().any():
        return pd.DataFrame()
    got, product = _received(borne), per_period(data, GDP)
    rows = []
    for region, revenue, spent in zip(frame["region"], frame["revenue"].astype(float), frame["expenditure"].astype(float), strict=True):
        first = float(product.loc[region, data.base_year]) if region in product.index else 0.0
        for year in data.decided if first > 0.0 and spent > 0.0 else ():
            growth = float(product.loc[region, year]) / first
            received = float(got.get((region, year), 0.0))
            rows.append({
                "region": region, "region_group": data.region_group[region], "year": year, "revenue": growth * revenue, "expenditure": growth * spent, "received": received,
                "capacity_before": revenue / spent, "capacity_after": (growth * revenue + received) / (growth * spent),
            })  # fmt: skip
    return pd.DataFrame(rows)


def _received(borne: pd.DataFrame) -> pd.Series:
    """By region and year, bn CNY: all that is borne in this plan but its own spending, with the other sign."""
    own = borne[(borne["basis"] == TOTAL) & ~borne["item"].isin([*RESOURCES, NET])]
    return -own.groupby(KEYS)["own"].sum()
