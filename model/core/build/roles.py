"""What is posted and decided in a model and what follows from it, as its levers and closing modules declare.

Limits: of decisions and states only families of variables that the model has.
"""

from __future__ import annotations

import pandas as pd

from ..declare.balances import BALANCES
from ..declare.roles import Decision, Item, State, Trade
from .build import Build


def items(build: Build) -> list[Item]:
    """Everything that the levers of the model may post."""
    return [item for lever in build.levers for item in lever.items]


def buffered(build: Build) -> set[str]:
    """Items of the sink of which the permanence buffer withholds a share."""
    return {item.name for item in items(build) if item.buffered}


def wooded(build: Build) -> set[str]:
    """Items of land that are under trees."""
    return {item.name for item in items(build) if item.wooded}


def decisions(build: Build) -> dict[str, Decision]:
    """Decisions by variable, in the order of the levers."""
    return {decision.variable: decision for lever in build.levers for decision in lever.decisions if decision.variable in build.families}


def states(build: Build) -> dict[str, State]:
    """States by variable, in the order of the levers."""
    return {state.variable: state for lever in build.levers for state in lever.states if state.variable in build.families}


def known_keys(build: Build, key: str) -> pd.DataFrame:
    """Every key of a column with what the levers of the model know of it; without rows where none knows any."""
    found = [knowledge.of(build.data)[[key, *knowledge.columns]] for lever in build.levers for knowledge in lever.knows if knowledge.key == key]
    return pd.concat(found, ignore_index=True).drop_duplicates(key) if found else pd.DataFrame()


def known(build: Build, frame: pd.DataFrame) -> pd.DataFrame:
    """``frame`` with what the levers of the model know of its keys; a column that it has stays as it is."""
    keys = [knowledge.key for lever in build.levers for knowledge in lever.knows if knowledge.key in frame]
    for key in dict.fromkeys(keys):
        found = known_keys(build, key).set_index(key)
        frame = frame.assign(**{column: frame[key].map(found[column]) for column in found if column not in frame})
    return frame


def trades(build: Build) -> list[Trade]:
    """What regions send one another, by the levers of the model."""
    return [trade for lever in build.levers for trade in lever.trades]


def closed(build: Build, balance: str) -> bool:
    """Whether the lever that brings a balance is in the model, so that supply and use are held against each other."""
    return BALANCES[balance].owner in build.present
