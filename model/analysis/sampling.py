"""Draws values between the ends of ranges: spread evenly over every range, ranges of one group together, the same for the same seed.

Latin hypercube: with N samples every range is cut in N parts of equal probability and each part is drawn from once, in an order of its own:

    u[s,g] = (order[g][s] + v[s,g]) / N       order[g] a permutation of 0..N-1, v uniform in [0, 1)

A range takes the u of its group through the inverse of its distribution; the result is a share of the way from its low to its high:

    uniform      u
    triangular   with mode c (the central share):  sqrt(u * c) for u <= c,  1 - sqrt((1 - u) * (1 - c)) above
    pert         inverse of the beta distribution with a = 1 + 4 c, b = 1 + 4 (1 - c)

Morris: a trajectory starts at a random point of a grid of four levels and moves one group after the other, in random order, by two thirds of its range
in probability, up or down; what a measure changes by, over that step, is the elementary effect of the group (Morris 1991).

Limits: groups are independent of one another; within a group ranks are the same.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv

from ..core.declare.schema import PERT, UNIFORM, Range

Floats = npt.NDArray[np.float64]
#: Weight of the central value of a pert distribution against that of each end (Malcolm et al. 1959).
PERT_WEIGHT = 4.0
#: Levels of the grid of Morris, and its step: half of the levels over their number less one, so that every level is as likely (Morris 1991).
LEVELS = 4
STEP = (LEVELS // 2) / (LEVELS - 1)


def groups_of(ranges: Sequence[Range]) -> dict[str, list[Range]]:
    """The ranges that are drawn together, by the name of their group, or their own where they have none; in the order of the sheet."""
    found: dict[str, list[Range]] = {}
    for one in ranges:
        found.setdefault(one.group or one.name, []).append(one)
    return found


def latin_hypercube(samples: int, columns: int, seed: int) -> Floats:
    """``samples`` rows of ``columns`` numbers from 0 to 1, each column spread evenly."""
    generator = np.random.default_rng(seed)
    orders = np.stack([generator.permutation(samples) for _ in range(columns)], axis=1) if columns else np.zeros((samples, 0))
    return (orders + generator.random((samples, columns))) / samples


def shares(one: Range, probability: Floats) -> Floats:
    """Where a range stands between its low and its high at a cumulative probability."""
    mode = one.central_share
    if one.distribution == UNIFORM:
        return probability
    if one.distribution == PERT:
        return np.asarray(betaincinv(1.0 + PERT_WEIGHT * mode, 1.0 + PERT_WEIGHT * (1.0 - mode), probability), dtype=float)
    return np.where(probability <= mode, np.sqrt(probability * mode), 1.0 - np.sqrt((1.0 - probability) * (1.0 - mode)))


def drawn(ranges: Sequence[Range], samples: int, seed: int) -> dict[str, Floats]:
    """A share of each range for every sample, by name."""
    groups = groups_of(ranges)
    columns = latin_hypercube(samples, len(groups), seed)
    return {one.name: shares(one, columns[:, place]) for place, members in enumerate(groups.values()) for one in members}


def trajectories(number: int, columns: int, seed: int) -> list[tuple[Floats, list[int]]]:
    """Trajectories of Morris: ``columns`` + 1 points (rows) each, and the column that moved before each point but the first."""
    generator = np.random.default_rng(seed)
    found = []
    for _ in range(number):
        levels = generator.integers(0, LEVELS, columns) / (LEVELS - 1)
        order = [int(place) for place in generator.permutation(columns)]
        points = [levels.astype(float)]
        for place in order:
            point = points[-1].copy()
            point[place] += STEP if point[place] < STEP else -STEP
            points.append(point)
        found.append((np.stack(points), order))
    return found
