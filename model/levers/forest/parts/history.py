"""Which stands were felled in periods of history: the observed volume, from every stratum in proportion to what it can go on giving.

    clearcut[s,a,t] = fraction[s,t] * area[s,a,t-1]        for the classes of a pool
    fraction[s,t]   = min(1, scale[r,t] * (pool[s,t] + coming[s,t]) / pool[s,t])
    sum over s in r of fraction[s,t] * pool[s,t] == n[t] * volume felled a year

``pool`` is the volume of the classes that are felled, ``coming`` that of those which reach their cutting age a period later: what is taken
from a stratum follows what it holds for two periods, so that quick plantations are not emptied in the first and still in the second.
The pool of a region is the smallest of which no more than a share has to be felled: stands past their cutting age that may be felled;
those too that reach that age within the period; those too that a ban closes and that are past it. Where nothing is observed the
base-year felling goes on.

Limits: the volume of a class is that at the beginning of the period, as for every felling, so what a stand grows before it is felled is
left out. What the share of a region's pool does not hold is felled in the others, in proportion to what theirs hold besides; thinning
counts as felling.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from ....core.data import Data
from ....core.declare import units
from ....core.declare.spec import Finding
from ...observed import OBSERVED, QUANTITIES, observed_cell, of_regions
from ...spread import ROUNDING
from ..stands import Stands, read_stands
from ..strata import Floats
from .input import check_stands
from .posts import forest_classes, harvest_rows
from .rules import may_fell

FELLING = "felling"
#: Share of a pool that is felled in a region before other stands or regions are: some are kept for seed, on banks, or out of reach. An
#: estimate.
MOST_OF_A_POOL = 0.75


@dataclass(frozen=True)
class Felled:
    """What was felled: ``area`` (Mha in the period) by stratum, class and milestone; ``volume`` (km3/yr) and ``asked`` by region and milestone."""

    area: dict[tuple[str, int, int], float] = field(default_factory=dict)
    volume: dict[tuple[str, int], float] = field(default_factory=dict)
    asked: dict[tuple[str, int], float] = field(default_factory=dict)


def felled_before(data: Data) -> Felled:
    """What was felled in periods of history; nothing where there is none. InputError as read_stands."""
    found = data.once("felling of history", _felled_before)
    assert isinstance(found, Felled)
    return found


def base_felling(data: Data, regions: Sequence[str]) -> dict[str, float]:
    """Standing volume felled a year in the base year by region, km3/yr."""
    table = harvest_rows(data, list(regions))
    felled = table["roundwood_base"] / table["recovery"].where(table["recovery"] > 0.0)
    return dict(zip(table["region"], felled.astype(float).fillna(0.0), strict=True))


def _felled_before(data: Data) -> Felled:
    found = Felled()
    if not data.history:
        return found
    stands = read_stands(data)
    classes = forest_classes(data, stands)
    strata, standing = stands.strata, stands.area
    region = strata["region"].to_numpy(dtype=object)
    base = base_felling(data, list(dict.fromkeys(region)))
    for period, year in enumerate(data.history):
        years = data.length(year)
        pools = _pools(data, stands, classes, year)
        by_stratum = [(pool * standing * stands.volume).sum(axis=1) for pool in pools]
        # those that the next period can fell besides: grown up in this one, or, where these are felled too, in the next
        coming = [(_coming(stands, classes, pool, years * (1 if number == 0 else 2)) * standing * stands.volume).sum(axis=1) for number, pool in enumerate(pools)]
        held = [pd.Series(volumes / years).groupby(region, sort=False).sum().to_dict() for volumes in by_stratum]
        weights = base if sum(base.values()) > 0.0 else held[-1]
        asked = of_regions(data, FELLING, year, weights)
        asked = dict(base) if asked is None else asked
        volume = _placed(asked, held)
        share = np.zeros_like(standing)
        for name, wanted in volume.items():
            if wanted > 0.0:
                number = _pool_of(wanted, [room[name] for room in held])
                own = region == name
                share[own] = pools[number][own] * _fractions(wanted * years, *(volumes[own] for volumes in (by_stratum[number], coming[number])))[:, None]
        felled = np.minimum(share, 1.0) * standing
        for row, column in zip(*np.nonzero(felled), strict=True):
            found.area[str(strata["stratum"].iloc[row]), int(column) + 1, year] = float(felled[row, column])
        found.volume.update({(name, year): amount for name, amount in volume.items()})
        found.asked.update({(name, year): amount for name, amount in asked.items()})
        standing = stands.age_one_period(standing, years, felled, period=period)
    return found


def _pools(data: Data, stands: Stands, classes: pd.DataFrame, year: int) -> list[Floats]:
    """The classes that felling is taken from, 1 or 0 by stratum and class: each pool holds the one before."""
    row, column = classes["row"].to_numpy(dtype=int), classes["age_class"].to_numpy(dtype=int) - 1
    allowed, sound = (np.zeros(stands.area.shape, dtype=bool) for _ in range(2))
    allowed[row, column] = may_fell(data, classes, year)
    # a stand too young for its roundwood is not felled
    sound[row, column] = classes["slash"] >= 0.0
    past = _past(stands, classes, 0)
    reaching = _past(stands, classes, data.length(year)) & sound & allowed
    return [pool.astype(float) for pool in (past & allowed, reaching, reaching | past)]


def _past(stands: Stands, classes: pd.DataFrame, years: int) -> npt.NDArray[np.bool_]:
    """Classes that are past their cutting age within so many years."""
    past: npt.NDArray[np.bool_] = np.zeros(stands.area.shape, dtype=np.bool_)
    past[classes["row"].to_numpy(dtype=int), classes["age_class"].to_numpy(dtype=int) - 1] = classes["cuttable"]
    last = stands.strata["classes"].to_numpy(dtype=int)[:, None] - 1
    grown = np.minimum(np.arange(stands.area.shape[1])[None, :] + stands.steps(years), last)
    later: npt.NDArray[np.bool_] = np.take_along_axis(past, grown, axis=1)
    return np.logical_or(past, later)


def _coming(stands: Stands, classes: pd.DataFrame, pool: Floats, years: int) -> Floats:
    """The classes beyond a pool that are past their cutting age within so many years, 1 or 0, where the stratum has a pool at all."""
    return _past(stands, classes, years).astype(float) * (pool == 0.0) * np.max(pool > 0.0, axis=1, keepdims=True)


def _fractions(wanted: float, pool: Floats, coming: Floats) -> Floats:
    """Fraction of the pool of each stratum that is felled, so that all of them give ``wanted``, or everything where they hold less."""
    open_: npt.NDArray[np.bool_] = np.greater(pool, 0.0)
    felled = np.zeros_like(pool)
    left = min(wanted, float(pool.sum()))
    while open_.any() and left > 0.0:
        scale = left / float((pool + coming)[open_].sum())
        full: npt.NDArray[np.bool_] = np.logical_and(open_, scale * (pool + coming) >= pool)
        if not full.any():
            felled[open_] = scale * (pool + coming)[open_]
            break
        felled[full] = pool[full]
        left -= float(pool[full].sum())
        open_ = np.logical_and(open_, ~full)
    return np.divide(felled, pool, out=np.zeros_like(felled), where=pool > 0.0)


def _placed(asked: Mapping[str, float], held: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """What is felled in each region: what was observed as far as its stands hold it, the rest where more is held."""
    whole = sum(asked.values())
    shares = [{name: MOST_OF_A_POOL * room for name, room in pool.items()} for pool in held[1:]]
    wide = next((room for room in shares if sum(room.values()) >= whole), held[-1])
    own = {name: min(asked.get(name, 0.0), room) for name, room in wide.items()}
    short = whole - sum(own.values())
    spare = {name: room - own[name] for name, room in wide.items()}
    more = sum(spare.values())
    if short <= ROUNDING * whole or more <= 0.0:
        return own
    return {name: amount + min(short / more, 1.0) * spare[name] for name, amount in own.items()}


def _pool_of(wanted: float, held: Sequence[float]) -> int:
    """Number of the smallest pool of which no more than a share is felled, else of the smallest that holds the volume, else the last."""
    for share in (MOST_OF_A_POOL, 1.0):
        for number, room in enumerate(held):
            if share * room * (1.0 + ROUNDING) >= wanted:
                return number
    return len(held) - 1


def check_felled_before(data: Data) -> list[Finding]:
    """What was felled somewhere needs stands there that can have been felled: a remark where others hold it, a warning where nobody does."""
    if not data.history or check_stands(data):
        return []
    found, unit = felled_before(data), QUANTITIES[FELLING].unit
    told = []
    for (name, year), asked in found.asked.items():
        missing = asked - found.volume.get((name, year), 0.0)
        if missing <= ROUNDING * asked:
            continue
        all_asked, all_felled = (sum(amount for (_, t), amount in amounts.items() if t == year) for amounts in (found.asked, found.volume))
        lost = all_asked - all_felled > ROUNDING * all_asked
        much = f"{units.convert(missing, units.solver_unit(unit), unit):.4g} {unit}"
        told.append(Finding(
            "warning" if lost else "info", OBSERVED.name, observed_cell(data, FELLING, name, year),
            f"{MOST_OF_A_POOL:.0%} of the stands of {name} that reach their cutting age by {year} do not hold {much} of what was felled; " + ("nor do those of the others" if lost else "it is felled in the others"),
            "no more than its stands hold",
            f"{name} 在 {year} 年前达到主伐年龄的林分的{MOST_OF_A_POOL:.0%}不足以提供采伐量中的 {much}；" + ("其他地区也不足" if lost else "改由其他地区采伐"), "不应超过林分蓄积",
        ))  # fmt: skip
    return told
