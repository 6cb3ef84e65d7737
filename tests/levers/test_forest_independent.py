"""Random forest plans against a second formulation, written here from the documentation and solved by scipy.

The second one knows nothing of the model's arrays: one variable for every hectare felled and standing by region, group, class
and period, stepped as docs/how-to/forest_planning_in_python.md says.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from scipy.optimize import linprog

import model

WIDTH, CLASSES = 5, 7
REGIONS, GROUPS, PRODUCTS = ("north", "south"), ("pine", "oak"), ("pulp", "saw")


class Case:
    """Data of one random plan. Areas in kha, volumes in m3/ha, money in CNY; a period is one or two classes long."""

    def __init__(self, seed: int) -> None:
        draw = np.random.default_rng(seed)
        self.step = int(draw.choice([1, 2]))
        self.length = WIDTH * self.step
        self.periods = int(draw.integers(2, 6))
        self.years = [2000 + self.length * t for t in range(self.periods + 1)]
        shape = (len(REGIONS), len(GROUPS), CLASSES)
        self.area = np.round(draw.uniform(0, 40, shape) * (draw.random(shape) < 0.6), 3)
        self.area[0, 0, -1] = 30.0  # something that can be felled
        self.volume = np.round(np.sort(draw.uniform(0, 300, (len(GROUPS), CLASSES)), axis=1), 2)
        self.first = draw.integers(2, CLASSES, len(GROUPS))  # youngest class that may be felled
        self.cost = np.round(draw.uniform(0, 4000, (len(GROUPS), CLASSES)), 0)
        self.product = np.round(draw.uniform(0, 1, (len(GROUPS), len(PRODUCTS), CLASSES)) * self.volume[:, None, :] / 2, 2)
        self.price = np.round(draw.uniform(50, 900, (len(PRODUCTS), self.periods)), 0)
        self.fire = np.round(draw.uniform(0, 0.3, (self.periods, CLASSES)), 3) * float(draw.random() < 0.7)
        self.worth = np.round(np.sort(draw.uniform(0, 60000, (len(GROUPS), CLASSES)), axis=1), 0)
        self.counts = str(draw.choice(["kept", "standing"]))
        self.rate, self.moment = float(np.round(draw.uniform(0, 0.06), 3)), float(draw.choice([0.0, 0.5, 1.0]))
        self.down, self.up = (float(v) for v in np.round(draw.uniform(0, 0.3, 2), 3))
        self.measure = str(draw.choice(["standing_volume", *PRODUCTS]))
        self.scope = str(draw.choice(["nation", REGIONS[0]]))
        self.reference = str(draw.choice(["previous", "initial"]))
        self.initial = float(np.round(draw.uniform(0.05, 0.5), 3)) if self.reference == "initial" or draw.random() < 0.5 else None
        self.penalty_down, self.penalty_up = (float(v) for v in np.round(draw.uniform(50, 2000, 2), 0))

    def plan(self) -> Any:
        """The plan of the public interface."""
        classes = list(range(1, CLASSES + 1))
        places = [(r, g, a) for r in range(len(REGIONS)) for g in range(len(GROUPS)) for a in range(CLASSES)]
        stands = [(g, a) for g in range(len(GROUPS)) for a in range(CLASSES)]
        years = [str(y) for y in self.years[1:]]
        tables = {
            "regions": {"region": REGIONS, "name_en": REGIONS, "name_zh": REGIONS, "region_group": "west"},
            "periods": {"year": self.years},
            "forest_classes": {
                "forest_group": [GROUPS[g] for g, _ in stands], "age_class": [a + 1 for _, a in stands], "volume": [self.volume[k] for k in stands],
                "felling_cost": [self.cost[k] for k in stands], "may_be_felled": [int(a + 1 >= self.first[g]) for g, a in stands],
            },
            "forest_class_area": {
                "region": [REGIONS[r] for r, _, _ in places], "forest_group": [GROUPS[g] for _, g, _ in places],
                "age_class": [a + 1 for _, _, a in places], "area": [self.area[k] for k in places],
            },
            "product_yields": pd.concat([
                pd.DataFrame({"forest_group": g, "product": p, "age_class": classes, "volume": self.product[i, j]})
                for i, g in enumerate(GROUPS) for j, p in enumerate(PRODUCTS)
            ]),
            "product_prices": {"product": PRODUCTS, **{y: self.price[:, t] for t, y in enumerate(years)}},
            "disturbance_share": {"forest_group": "all", "age_class": classes, **{y: self.fire[t] for t, y in enumerate(years)}},
            "stand_values": {"forest_group": [GROUPS[g] for g, _ in stands], "age_class": [a + 1 for _, a in stands], "value": [self.worth[k] for k in stands]},
            "flow_bands": {
                "band": ["even"], "measure": [self.measure], "scope": [self.scope], "reference": [self.reference], "initial": [self.initial],
                "down": [self.down], "up": [self.up], "penalty_down": [self.penalty_down], "penalty_up": [self.penalty_up],
            },
        }  # fmt: skip
        settings = {
            "objective": "max_harvest_value", "age_class_width": WIDTH, "terminal_share": 0, "discount_rate": self.rate,
            "harvest_moment": self.moment, "stand_value_counts": self.counts,
        }  # fmt: skip
        return model.solve(model.book({name: pd.DataFrame(columns) for name, columns in tables.items()}, settings))

    def optimum(self) -> float:
        """The same in bn CNY by a programme of its own: felled h, standing x, shortfall and excess of the band."""
        count, late = self.area.size, self.periods
        h, x = np.arange(count * late).reshape(late, *self.area.shape), np.arange(count * (late + 1)).reshape(late + 1, *self.area.shape) + count * late
        short, over = np.arange(late) + x.max() + 1, np.arange(late) + x.max() + 1 + late
        size = int(over.max()) + 1
        equal, right, below, bound = [], [], [], []
        gain, high = np.zeros(size), np.full(size, np.inf)
        counted = np.zeros((late, size))
        for t in range(late):
            # an amount a year over the period, discounted from the moment of the harvest
            factor = (1 + self.rate) ** -(self.length * (t + self.moment))
            for r in range(len(REGIONS)):
                for g in range(len(GROUPS)):
                    rows = np.zeros((CLASSES, size))
                    for a in range(CLASSES):
                        felled, stand = h[t, r, g, a], x[t, r, g, a]
                        if a + 1 < self.first[g]:
                            high[felled] = 0.0
                        within = np.zeros(size)
                        within[[felled, stand]] = 1.0, -1.0
                        below.append(within)
                        bound.append(0.0)
                        lost, older = self.fire[t, a], min(a + self.step, CLASSES - 1)
                        rows[older, stand] += 1 - lost
                        rows[older, felled] -= 1 - lost
                        for young in range(self.step):
                            rows[young, stand] += lost / self.step
                            rows[young, felled] += (1 - lost) / self.step
                        gain[felled] += factor * (self.price[:, t] @ self.product[g, :, a] - self.cost[g, a])
                        if self.scope in ("nation", REGIONS[r]):
                            counted[t, felled] = self.volume[g, a] if self.measure == "standing_volume" else self.product[g, PRODUCTS.index(self.measure), a]
                        if t + 1 == late:
                            end = self.worth[g, a] * (1 + self.rate) ** -(self.length * late)
                            if self.counts == "kept":
                                gain[stand] += end
                                gain[felled] -= end
                            else:
                                gain[x[late, r, g, a]] += end
                    for a in range(CLASSES):
                        rows[a, x[t + 1, r, g, a]] = -1.0
                        equal.append(rows[a])
                        right.append(0.0)
            # a level is in million m3 a year, an amount here in 1000 m3 a period
            level = None if self.initial is None else np.zeros(size), 0.0 if self.initial is None else self.initial * 1000 * self.length
            before = (counted[t - 1], 0.0) if t and self.reference == "previous" else level
            if before[0] is not None:
                floor, ceiling = (1 - self.down) * before[0] - counted[t], counted[t] - (1 + self.up) * before[0]
                floor[short[t]], ceiling[over[t]] = -1.0, -1.0
                below += [floor, ceiling]
                bound += [-(1 - self.down) * before[1], (1 + self.up) * before[1]]
            gain[short[t]], gain[over[t]] = -factor * self.penalty_down, -factor * self.penalty_up
        low = np.zeros(size)
        low[x[0].ravel()] = high[x[0].ravel()] = self.area.ravel()
        found = linprog(-gain, A_ub=np.array(below), b_ub=bound, A_eq=np.array(equal), b_eq=right, bounds=np.column_stack([low, high]), method="highs")
        assert found.status == 0
        worth: npt.NDArray[np.float64] = gain @ found.x
        return float(worth) * 1e-6  # 1 kha x 1 CNY/ha is 1000 CNY


@pytest.mark.parametrize("seed", range(16))
def test_a_random_plan_is_worth_what_a_second_formulation_finds(seed: int) -> None:
    """Two regions and groups, two products, fire by class and period, a soft band on volume or a product around the last or the first
    level, stands valued as left or as standing, harvests paid at the beginning, middle or end of periods of one or two classes."""
    case = Case(seed)
    plan = case.plan()
    assert plan.status == "optimal"
    assert plan.objective == pytest.approx(case.optimum(), rel=1e-7)


def test_the_random_plans_differ_in_all_that_they_draw() -> None:
    """The sixteen cases hold every kind of band, end, moment and period length, with and without fire."""
    cases = [Case(seed) for seed in range(16)]
    for name, kinds in (("step", 2), ("counts", 2), ("moment", 3), ("measure", 3), ("scope", 2), ("reference", 2)):
        assert len({getattr(case, name) for case in cases}) == kinds, name
    assert {bool(case.fire.any()) for case in cases} == {True, False}
    assert {case.initial is None for case in cases} == {True, False}
