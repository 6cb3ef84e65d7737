"""A power system of two regions stated in a workbook, and the same one as rows of its own: both have one optimum.

Six single years, three slices, an old fleet that retires, a gas plant and one that lives on weather, a line, bounds by region and year, a carbon
tax, a cap on emissions, a reserve margin, investment paid when built with what is left of it given back by a straight line. The second formulation shares no code with the model.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

import model
from model.core.build import registry
from model.workbook.writer import write_workbook

BASE, YEARS = 2020, tuple(range(2021, 2027))
ALL, END, RATE = (BASE, *YEARS), YEARS[-1], 0.07
PLACES, SLICES = ("hill", "port"), {"high": 1760.0, "middle": 3000.0, "low": 4000.0}
SHARE = {"high": 0.3, "middle": 0.35, "low": 0.35}
DEMAND = {"hill": {y: 20.0 + (y - BASE) for y in YEARS}, "port": {y: 30.0 + 2.0 * (y - BASE) for y in YEARS}}
FLEET, LEFT = {"hill": 3.0, "port": 2.5}, {y: 1.0 - 0.15 * (y - BASE) for y in YEARS}
#: Efficiency, emission (t/MWh), variable cost (CNY/MWh), life, firm credit, investment (CNY/kW), fixed cost (CNY/kW/yr).
PLANTS = {"old": (0.35, 1.0, 30.0, 30.0, 0.9, 0.0, 120.0), "turbine": (0.5, 0.4, 20.0, 4.0, 1.0, 4000.0, 80.0), "breeze": (1.0, 0.0, 1.0, 8.0, 0.2, 6000.0, 60.0)}
FUEL, PRICE, WIND = {"old": "lignite", "turbine": "naphtha", "breeze": "air"}, {"lignite": 80.0, "naphtha": 260.0, "air": 0.0}, {"high": 0.2, "middle": 0.5, "low": 0.35}
DEARER = {y: 20.0 + 5.0 * (y - BASE) for y in YEARS}
BETTER = {y: 0.5 + 0.01 * (y - BASE) for y in YEARS}
TAX = {"hill": 0.0, "port": 150.0}
LINE, LOSS, LINE_LIFE, LINE_PRICE, LINE_FIXED, WIDER = 0.5, 0.05, 3.0, 900.0, 0.02, 0.2
MARGIN, PEAK = 0.1, 1.2
#: Bounds: GW of the turbine that stand in port in 2024, GW of the breeze built a year in hill, TWh a year of the old fleet in port.
STANDS, BUILT, OLD = 3.8, 0.4, 1.5
#: Mt of CO2 that both regions together may emit in a year.
CAP = {2025: 10.0}
#: TWh of naphtha that both regions together may burn a year.
NAPHTHA = 19.5


def over(value: float | dict[int, float], years: tuple[int, ...] = YEARS, **keys: str) -> dict[str, object]:
    """A row of a sheet of years."""
    return {**keys, **{str(y): value[y] if isinstance(value, dict) else value for y in years}}


def tables() -> dict[str, pd.DataFrame]:
    """The system on sheets."""
    names = ("efficiency", "emission_factor", "variable_cost", "lifetime", "firm_credit")
    technologies: list[dict[str, object]] = [
        {"technology": k, "class": k, "buildable": int(k != "old"), "fuel": FUEL[k], "availability": 1.0, "water": 0.0, **dict(zip(names, row[:5], strict=True))} for k, row in PLANTS.items()
    ]
    line = {"capacity": LINE, "length": 100.0, "loss": LOSS, "expansion_limit": WIDER, "investment": LINE_PRICE, "life": LINE_LIFE}
    rows: dict[str, list[dict[str, object]]] = {
        "regions": [{"region": r, "name_en": r, "name_zh": r, "region_group": "west"} for r in PLACES],
        "periods": [{"year": y} for y in ALL],
        "time_slices": [{"slice": s, "season": s, "block": "all", "hours": hours} for s, hours in SLICES.items()],
        "power_demand": [over({BASE: 0.0, **DEMAND[r]}, ALL, region=r) for r in PLACES],
        "load_shape": [{"region": r, "slice": s, "share": SHARE[s], "weight": 1.0} for r in PLACES for s in SLICES],
        "peak_load": [{"region": r, "peak_factor": PEAK, "weight": 1.0} for r in PLACES],
        "thermal_technologies": technologies,
        "thermal_capex": [over(row[5], ALL, technology=k) for k, row in PLANTS.items()],
        "thermal_fixed_cost": [over({BASE: 0.0, **dict.fromkeys(YEARS, row[6])}, ALL, technology=k) for k, row in PLANTS.items()],
        "fuel_prices": [over(price, ALL, fuel=fuel) for fuel, price in PRICE.items()],
        "thermal_fleet": [{"region": r, "technology": "old", "capacity": gw, "emission_factor": 1.0, "efficiency": 0.35, "minimum_hours": 0.0, "generation": 0.0} for r, gw in FLEET.items()],
        "fleet_survival": [over({BASE: 1.0, **LEFT}, ALL, technology="old")],
        "transmission_lines": [{"from_region": a, "to_region": b, **line} for a, b in (PLACES, PLACES[::-1])],
        "thermal_availability": [over(WIND[s], region=r, technology="breeze", slice=s) for r in PLACES for s in SLICES],
        "thermal_variable_cost": [over(DEARER, technology="turbine")],
        "thermal_efficiency": [over(BETTER, technology="turbine")],
        "fuel_limits": [over(NAPHTHA, region="nation", fuel="naphtha")],
        "power_carbon_tax": [over(TAX[r], region=r) for r in PLACES],
        "carbon_targets": [{"target": "cap", "kind": "emission_limit", "scope": "nation", "year": y, "value": mt, "hold": "at"} for y, mt in CAP.items()],
        "thermal_bounds": [over({y: STANDS if y == 2024 else 0.0 for y in YEARS}, region="port", technology="turbine", bound="least")],
        "thermal_build_bounds": [over(BUILT, region="hill", technology="breeze", bound="most")],
        "generation_bounds": [over(OLD, region="port", technology="old", bound="most")],
    }  # fmt: skip
    return {name: pd.DataFrame(part) for name, part in rows.items()}


def second_optimum() -> float:
    """The same system as rows over a list of variables, in bn CNY."""
    new = ("turbine", "breeze")
    names = [
        *(("build", r, k, y) for r, k, y in product(PLACES, new, YEARS)), *(("run", r, k, s, y) for r, k, s, y in product(PLACES, PLANTS, SLICES, YEARS)),
        *(("send", r, s, y) for r, s, y in product(PLACES, SLICES, YEARS)), *(("line", y) for y in YEARS),
    ]  # fmt: skip
    at = {name: place for place, name in enumerate(names)}
    cost, rows, limits = np.zeros(len(names)), [], []
    bounds = [(0.0, WIDER if name[0] == "line" else BUILT if name[:3] == ("build", "hill", "breeze") else None) for name in names]

    def middle(y: int) -> float:
        return float((1.0 + RATE) ** -(y - BASE - 0.5))

    def bought(price: float, life: float, fixed: float, y: int) -> float:
        left = max(0.0, 1.0 - (END - (y - 1)) / life)
        kept = sum(middle(t) for t in YEARS if y <= t < y + life)
        return (price * (1.0 + RATE) ** -(y - 1 - BASE) - price * left * (1.0 + RATE) ** -(END - BASE) + fixed * kept) / 1000.0

    def standing(r: str, k: str, y: int) -> dict[int, float]:
        return {} if k == "old" else {at["build", r, k, v]: 1.0 for v in YEARS if v <= y < v + PLANTS[k][3]}

    def at_most(terms: dict[int, float], limit: float) -> None:
        row = np.zeros(len(names))
        for place, factor in terms.items():
            row[place] += factor
        rows.append(row)
        limits.append(limit)

    fixed_fleet = 0.0
    for y in YEARS:
        cost[at["line", y]] = bought(LINE_PRICE, LINE_LIFE, LINE_PRICE * LINE_FIXED, y)
        wider = {at["line", v]: -1.0 for v in YEARS if v <= y < v + LINE_LIFE}
        for s, hours in SLICES.items():
            at_most({at["send", "hill", s, y]: 1000.0 / hours, at["send", "port", s, y]: 1000.0 / hours, **wider}, LINE)
        for r, other in (PLACES, PLACES[::-1]):
            fixed_fleet += FLEET[r] * LEFT[y] * PLANTS["old"][6] / 1000.0 * middle(y)
            firm = {place: -PLANTS[k][4] * one for k in new for place, one in standing(r, k, y).items()}
            at_most(firm, FLEET[r] * LEFT[y] * PLANTS["old"][4] - (1.0 + MARGIN) * PEAK * DEMAND[r][y] / 8.76)
            for s, hours in SLICES.items():
                given = {at["run", r, k, s, y]: -1.0 for k in PLANTS}
                at_most({**given, at["send", r, s, y]: 1.0, at["send", other, s, y]: LOSS - 1.0}, -SHARE[s] * DEMAND[r][y])
                for k, (efficiency, emission, variable, *_) in PLANTS.items():
                    own, now = (DEARER[y], BETTER[y]) if k == "turbine" else (variable, efficiency)
                    cost[at["run", r, k, s, y]] = (PRICE[FUEL[k]] / now + own + TAX[r] * emission * efficiency / now) / 1000.0 * middle(y)
                    share = WIND[s] if k == "breeze" else 1.0
                    fleet = FLEET[r] * LEFT[y] if k == "old" else 0.0
                    at_most({at["run", r, k, s, y]: 1000.0 / hours, **{p: -share * one for p, one in standing(r, k, y).items()}}, share * fleet)
            for k in new:
                cost[at["build", r, k, y]] = bought(PLANTS[k][5], PLANTS[k][3], PLANTS[k][6], y)
        at_most({at["run", "port", "old", s, y]: 1.0 for s in SLICES}, OLD)
    for y in YEARS:
        at_most({at["run", r, "turbine", s, y]: 1.0 / BETTER[y] for r, s in product(PLACES, SLICES)}, NAPHTHA)
    for y, mt in CAP.items():
        at_most({at["run", r, k, s, y]: PLANTS[k][1] * (0.5 / BETTER[y] if k == "turbine" else 1.0) for r, k, s in product(PLACES, PLANTS, SLICES)}, mt)
    at_most({place: -1.0 for place in standing("port", "turbine", 2024)}, -STANDS)
    found = linprog(cost, A_ub=np.array(rows), b_ub=np.array(limits), bounds=bounds, method="highs")
    return float(found.fun) + fixed_fleet


def test_a_workbook_and_rows_of_its_own_have_one_optimum(tmp_path: Path) -> None:
    """To 1e-6 of the cost; each of the bounds binds, so that each is part of what is compared; the report is written."""
    path = tmp_path / "system.xlsx"
    settings = {
        "discount_rate": RATE, "capital_charge": "straight_line", "building_in_period": "at_beginning", "reserve_margin": MARGIN, "reserve_sharing": 0.0,
        "line_fixed_share": LINE_FIXED, "early_retirement_after": float(END),
    }  # fmt: skip
    write_workbook(path, registry.schema(), tables(), settings, ALL)
    plan = model.solve(model.read(path))
    assert pytest.approx(second_optimum(), rel=1e-6) == plan.objective
    priced = plan.tables["limits"]
    bound = set(priced.loc[priced["price"].abs() > 1e-6, "sheet"])
    assert {"carbon_targets", "fuel_limits", "thermal_bounds", "thermal_build_bounds", "generation_bounds"} <= bound
    # every identity of the report holds, with fuels, taxes and lumps that no shipped workbook has
    assert (plan.write(tmp_path / "report") / "report.xlsx").is_file()
