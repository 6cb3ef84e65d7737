"""Rules that divide what is saved by pooling, or what neutrality costs, between the groups: who pays whom how much.

All money of a rule is a frame of years (rows) and groups (columns); a transfer is what a group receives, below zero what it pays.

    divides a saving   after[g,t] = alone[g,t] - share[g] * (sum of alone - sum of before)[t]
    divides a cost     after[g,t] = free[g,t]  + share[g] * (sum of before - sum of free)[t]
    transfer[g,t]    = before[g,t] - after[g,t]

``alone`` is the cost of a group when everyone meets its own entitlement, ``before`` that in the pooled plan before any transfer,
``free`` that without the target. Whatever the shares, the transfers of a year sum to zero.

Limits: one share for all years; the Shapley value takes the coalitions as given, whatever they do to those outside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import permutations
from math import factorial

import pandas as pd

from .entitlements import Coalition

Worth = Mapping[Coalition, float]


def shapley(groups: Sequence[str], worth: Worth) -> dict[str, float]:
    """What each group adds to those before it, the mean over all orders in which they may come; sums to the worth of all.

    ``worth`` is by coalition, its members in the order of ``groups``; that of nobody is zero.
    """
    added = dict.fromkeys(groups, 0.0)
    for order in permutations(groups):
        for place, group in enumerate(order):
            with_it, without = (tuple(g for g in groups if g in order[:end]) for end in (place + 1, place))
            added[group] += worth[with_it] - (worth[without] if without else 0.0)
    return {group: total / factorial(len(groups)) for group, total in added.items()}


def as_shares(parts: Mapping[str, float]) -> pd.Series:
    """Parts as shares that sum to one; the same for all where there is nothing to share."""
    found = pd.Series(parts, dtype=float)
    total = float(found.sum())
    return found / total if total > 0.0 else pd.Series(1.0 / len(found), index=found.index)


def dividing_saving(before: pd.DataFrame, alone: pd.DataFrame, share: pd.Series) -> pd.DataFrame:
    """Transfers that leave each group its cost alone less its share of what pooling saves."""
    saving = alone.sum(axis=1) - before.sum(axis=1)
    return before - alone + _outer(saving, share)


def dividing_cost(before: pd.DataFrame, free: pd.DataFrame, share: pd.Series) -> pd.DataFrame:
    """Transfers that leave each group its share of what the target costs."""
    extra = before.sum(axis=1) - free.sum(axis=1)
    return before - free - _outer(extra, share)


def least(before: pd.DataFrame, alone: pd.DataFrame) -> pd.DataFrame:
    """The least transfers that leave nobody worse off than alone: who loses is made whole, who gains pays in proportion to its gain."""
    loss = (before - alone).sum()
    made_whole = (before - alone) * (loss > 0.0).astype(float)
    gain = (-loss).clip(lower=0.0)
    if float(gain.sum()) <= 0.0:
        return before * 0.0
    return made_whole - _outer(made_whole.sum(axis=1), gain / float(gain.sum()))


def least_excess(saving: pd.Series, worth: Worth) -> float:
    """By how much the coalition that is served worst saves more (below zero: less) under a rule than by itself; the core is where it is not below zero."""
    return min(float(saving[list(coalition)].sum()) - value for coalition, value in worth.items())


def _outer(by_year: pd.Series, share: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({group: by_year * part for group, part in share.items()})
