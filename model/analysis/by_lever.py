"""What each lever brings and takes in each region group at the prices of the plan, and what is left of it.

    value[g,l,b] = sum over posts p of lever l to balance b in regions of g of worth[row of p] * coefficient[p] * variable[p]
    left[g,l]    = sum over b of value[g,l,b] - spent[g,l]

Carbon, power, water, land and goods count at the duals of their balances, money as it is spent. What is left above zero is the rent of
what holds the lever back: its land, its sites, the pace at which it may grow. Below zero it is what others pay: of a lever that serves a
demand (power, industry, wood) its users; of any other somebody who wants it done for a reason that is no balance (a pledge on the lever
itself, a pace that must not fall, what is under construction). So it tells what grassland, forest, the West line or space for panels
of a region group bring the nation, and whether what they sell pays for them.

Limits: at the margin: the value of all tonnes is that of the last. What a lever posts to a balance that is not closed has no price.
Duals need not be unique (see the analysis price_intervals). History is left out: nothing of it is decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..core.build.build import Build
from ..core.declare.balances import CAPTURED, EMISSION, MONEY, SINK
from ..core.frames import stack
from ..core.ledger import FIXED, Post
from ..core.solve.amounts import NATION, ZONE, period_weights, region_of_zone
from ..core.solve.row_prices import row_family
from ..core.solve.solution import Solution

#: What carbon is told as, whichever account it is posted to.
CARBON, OTHERS, SPENT = "carbon", "other", "spent"
ACCOUNTS = (EMISSION.name, SINK.name, CAPTURED.name)
#: Of the largest value: less is none.
NOTHING = 1e-9
KEYS = ["region_group", "lever"]


def by_lever(solution: Solution, groups: Sequence[str]) -> pd.DataFrame:
    """Region_group, lever, ``carbon_value``, ``other_value``, ``spent``, ``left``: bn CNY discounted, over all decided periods."""
    entries = stack(list(_entries(solution)))
    if entries.empty:
        return pd.DataFrame(columns=[*KEYS, "carbon_value", "other_value", "spent", "left"])
    wide = entries.pivot_table(index=KEYS, columns="what", values="value", aggfunc="sum", sort=False)
    wide = wide.reindex(columns=[CARBON, OTHERS, SPENT]).fillna(0.0)
    found = pd.DataFrame({"carbon_value": wide[CARBON], "other_value": wide[OTHERS], "spent": -wide[SPENT], "left": wide.sum(axis=1)})
    found = found[found.abs().max(axis=1) > NOTHING * max(float(found.abs().max().max()), 1.0)]
    place = {group: number for number, group in enumerate([*groups, NATION])}
    return found.reset_index().sort_values("region_group", key=lambda column: column.map(place), kind="stable").reset_index(drop=True)


def _entries(solution: Solution) -> Iterator[pd.DataFrame]:
    """The posts of each lever and closing module with their value, a frame for each post."""
    build, worth = solution.build, {}
    places, groups = _regions(build, solution), dict(build.data.region_group)
    for part in build.parts.values():
        for post in (post for post in part.posts if not post.memo):
            if post.balance not in worth:
                worth[post.balance] = _worth(solution, post.balance)
            of_row = worth[post.balance]
            frame = post.frame
            if of_row is None or frame.empty:
                continue
            level = np.where(post.position == FIXED, 1.0, solution.x[post.position])
            prices = of_row.reindex(pd.MultiIndex.from_frame(frame[list(of_row.index.names)])).to_numpy(dtype=float)
            region = frame["region"].to_numpy(dtype=object) if "region" in frame else places[post.position]
            value = np.nan_to_num(prices) * post.coefficient * level
            yield pd.DataFrame({
                "region_group": [groups.get(str(name), NATION) for name in region], "lever": part.name, "what": _what(post), "value": value,
            })[frame["year"].isin(build.data.decided).to_numpy()]  # fmt: skip


def _what(post: Post) -> str:
    return CARBON if post.balance in ACCOUNTS else SPENT if post.balance == MONEY.name else OTHERS


def _worth(solution: Solution, balance: str) -> pd.Series | None:
    """By the index of a balance, what one more unit of supply there is worth, discounted; None where the balance has no price."""
    spec = solution.build.ledger.balances[balance]
    if balance == MONEY.name:
        weights = period_weights(solution)
        keys = pd.MultiIndex.from_product([[*solution.build.data.regions, NATION], list(weights)], names=["region", "year"])
        return pd.Series([weights[year] for _, year in keys], index=keys)
    family = row_family(spec)
    if family not in solution.build.rows:
        return None
    rows = solution.rows(family)
    # of a burden (emissions), too, what one more unit does to the cost: it is worth less than nothing
    return pd.Series(-solution.improvement_sign * rows["dual"].to_numpy(dtype=float), index=pd.MultiIndex.from_frame(rows[list(spec.index)]))


def _regions(build: Build, solution: Solution) -> npt.NDArray[np.object_]:
    """The region of every variable by position: its own, that it leaves, or that of its water zone; the nation where it has none. Last, of amounts."""
    found = np.full(build.size + 1, NATION, dtype=object)
    zones = region_of_zone(solution)
    for family in build.families.values():
        for column in ("region", "from_region", *(name for name in family.frame if name.endswith(ZONE))):
            if column in family.frame:
                names = family.frame[column]
                found[family.positions] = (names.map(zones) if column.endswith(ZONE) else names).to_numpy(dtype=object)
                break
    return found
