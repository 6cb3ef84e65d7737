"""How carbon in wood products decays and is recycled: the pools of all classes after so many years.

Each class loses carbon at its own rate k = ln 2 / half-life (IPCC 2006 volume 4, equation 12.1). The share rho[p] of what
leaves class p enters class into[p] again, at the moment it leaves:

    dC[q]/dt = inflow[q] - k[q] * C[q] + sum over p with into[p] = q of rho[p] * k[p] * C[p],  that is dC/dt = inflow + A C

With a constant inflow the pools after n years are linear in pools and inflows, exactly:

    C(n) = exp(A n) C(0) + (integral of exp(A s) from 0 to n) inflow

A class recycled into itself follows equation 12.1 with the rate (1 - rho) * k.

Limits: one class takes what is recycled of another; what reprocessing loses must be left out of the share.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

#: (class after, class before or of the inflow) -> Mt C of the first per Mt C, or per Mt C a year, of the second.
Parts = dict[tuple[str, str], float]


def decay_rate(half_life: float) -> float:
    """First-order decay rate in 1/yr of a half-life in years."""
    return math.log(2.0) / half_life


def hwp_pool(stock: float, inflow: float, half_life: float, years: float) -> float:
    """Carbon in a product class after so many years of a constant yearly inflow (IPCC 2006 volume 4, equation 12.1).

    stock * exp(-k*years) + inflow * (1 - exp(-k*years)) / k,  k = ln(2) / half_life; ``stock`` and result in Mt C.
    """
    k = decay_rate(half_life)
    return stock * math.exp(-k * years) + inflow * (1.0 - math.exp(-k * years)) / k


@dataclass(frozen=True)
class ProductPools:
    """The lasting product classes: half-life by class, and class -> (class it is recycled into, share) where there is one."""

    half_life: Mapping[str, float]
    recycled: Mapping[str, tuple[str, float]]

    def course(self, years: float) -> tuple[Parts, Parts]:
        """What a pool, and what a yearly inflow, of each class has become after so many years, by class."""
        lives = self.half_life
        if not self.recycled:
            return ({(p, p): hwp_pool(1.0, 0.0, life, years) for p, life in lives.items()}, {(p, p): hwp_pool(0.0, 1.0, life, years) for p, life in lives.items()})
        number = {product: place for place, product in enumerate(lives)}
        size = len(number)
        rates = np.zeros((2 * size, 2 * size))
        rates[:size, size:] = np.eye(size)
        for product, place in number.items():
            rates[place, place] -= decay_rate(lives[product])
            into, share = self.recycled.get(product, (product, 0.0))
            rates[number[into], place] += share * decay_rate(lives[product])
        from scipy.linalg import expm  # a fifth of a second that a check of the workbook need not pay

        whole = expm(rates * years)
        pairs = [(after, before) for before in number for after in self.reached(before)]
        stays = {(q, p): float(whole[number[q], number[p]]) for q, p in pairs}
        enters = {(q, p): float(whole[number[q], size + number[p]]) for q, p in pairs}
        return stays, enters

    def reached(self, product: str) -> list[str]:
        """The class itself and those that its carbon comes to by recycling."""
        found = [product]
        while found[-1] in self.recycled and self.recycled[found[-1]][0] not in found:
            found.append(self.recycled[found[-1]][0])
        return found


def read_pools(products: pd.DataFrame) -> ProductPools:
    """The lasting classes of the table ``wood_products``; a class that names no other is recycled into itself."""
    lasting = products[products["half_life"] > 0.0]
    rows = zip(lasting["product"], lasting["recycled_into"], lasting["recycled_share"].astype(float), strict=True)
    return ProductPools(
        dict(zip(lasting["product"], lasting["half_life"].astype(float), strict=True)),
        {product: (into or product, share) for product, into, share in rows if share > 0.0},
    )
