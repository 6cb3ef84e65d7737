"""The terms of what a market covers, of what is given for what is made, and of the sinks that are credited: posts that levers have made.

Capture is posted under one name for many plants. What is captured at the plants of an item is found by the words of its variable: a
word of a key, such as a sector, leads to the items of emission that variables with that word post.

Limits: capture by a variable none of whose words leads to any emission is that of every item that names it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from ...core.build.build import Build
from ...core.build.parts import Family
from ...core.frames import stack
from ...core.ledger import FIXED
from ...levers.demand.industry import OUTPUT
from .given import Market, allocated, buffers, for_a_unit
from .tables import PLACE

TERMS = [*PLACE, "position", "coefficient"]
#: Columns of keys that say where and when, not what.
WHERE = ("region", "year", "vintage")
EMISSION, CAPTURED, SINK = "emission", "captured", "sink"


def emitted(build: Build, market: Market) -> pd.DataFrame:
    """Terms of the emissions that a market covers, before capture."""
    return _of_market(_strict(build, EMISSION, market.covers), market)


def captured(build: Build, market: Market) -> pd.DataFrame:
    """Terms of what is captured at the plants of what a market covers, above zero."""
    named = {captured for captured in market.covers.values() if captured}
    posts = _strict(build, CAPTURED, dict.fromkeys(named, ""))
    leads = _leads(build) if len(posts) else {}
    words = {int(position): found for family in build.families.values() if len(posts) for position, found in _words(family, posts["position"])}
    held = [_is_covered(market, item, [leads[word] for word in words.get(position, ()) if word in leads]) for item, position in zip(posts["item"], posts["position"], strict=True)]
    return _of_market(posts[np.array(held, dtype=bool)], market)


def covered(build: Build, market: Market) -> pd.DataFrame:
    """Terms of what has to be surrendered for: emissions less what is captured there."""
    taken = captured(build, market)
    return stack([emitted(build, market), taken.assign(coefficient=-taken["coefficient"])])


def given_for(build: Build, market: Market) -> pd.DataFrame:
    """Terms of the allowances that are given: amounts of the cap, or so many for each unit made."""
    if market.has_cap:
        rows = [(market.name, region, year, FIXED, amount) for (region, year), amount in allocated(build.data, market).items()]
        return pd.DataFrame(rows, columns=TERMS)
    factor = for_a_unit(build.data, market)
    if OUTPUT.name not in build.families:
        return pd.DataFrame(columns=TERMS)
    made = build.families[OUTPUT.name]
    frame = made.frame.assign(position=made.positions, coefficient=[factor.get(key, 0.0) for key in zip(made.frame["sector"], made.frame["year"], strict=True)])
    return _of_market(frame[frame["coefficient"] > 0.0], market)


def credited(build: Build) -> pd.DataFrame:
    """Terms of what may be sold as credits, by region and year: sinks that levers add, less what is withheld."""
    kept = {item: 1.0 - share for item, share in buffers(build.data).items()}
    posts = _strict(build, SINK, dict.fromkeys(kept, ""))
    return posts.assign(coefficient=posts["coefficient"].astype(float) * posts["item"].map(kept).astype(float))[TERMS[1:]]


def _strict(build: Build, balance: str, items: Mapping[str, str]) -> pd.DataFrame:
    table = build.ledger.table(balance)
    return table[~table["memo"].astype(bool) & table["item"].isin(list(items)) & table["year"].isin(build.data.decided)]


def _of_market(posts: pd.DataFrame, market: Market) -> pd.DataFrame:
    held = posts["region"].isin(market.regions) & posts["year"].isin(market.years)
    return posts[held].assign(market=market.name)[TERMS]


def _words(family: Family, positions: pd.Series) -> Iterator[tuple[int, list[str]]]:
    """The words of the keys of those positions that are of the family."""
    own = np.unique(positions[positions.isin(family.positions)].to_numpy(dtype=np.int64))
    names = [column for column in family.frame if column not in WHERE and not pd.api.types.is_numeric_dtype(family.frame[column])]
    frame = family.frame.iloc[own - family.start]
    columns = [frame[name].astype(str).tolist() for name in names]
    yield from zip(own.tolist(), map(list, zip(*columns, strict=True)) if columns else [[]] * len(own), strict=True)


def _leads(build: Build) -> dict[str, set[str]]:
    """Word of a key -> items of emission that variables with this word post."""
    table = build.ledger.table(EMISSION)
    table = table[table["position"] != FIXED].drop_duplicates("position")
    found: dict[str, set[str]] = {}
    for family in build.families.values():
        own = table[table["position"].isin(family.positions)]
        items = dict(zip(own["position"].astype(int), own["item"].astype(str), strict=True))
        for position, words in _words(family, own["position"]):
            for word in words:
                found.setdefault(word, set()).add(items[position])
    return found


def _is_covered(market: Market, item: str, leads: list[set[str]]) -> bool:
    """Whether what is captured as ``item`` is so at plants that a market covers; ``leads`` are the items that its words lead to."""
    names = {emission for emission, captured in market.covers.items() if captured == item}
    return not leads or bool(set.intersection(*leads) & names)
