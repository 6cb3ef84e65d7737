"""Finished runs made by hand, small enough to work their figures out on paper.

    base year 2020, history to 2025, plan 2030 (5 years) and 2040 (10 years), 2050 after it
    net CO2 of the base: 2025 110-10 = 100, 2030 90-10 = 80, 2040 40-10-5 = 25; planned years together 80*5 + 25*10 = 650 Mt
    net CO2 of ``cleaner``: 100, 60, 5; together 350 Mt; it costs 30 bn CNY more: 100 CNY a tonne
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Rows = list[tuple[Any, ...]]
HEADS = {
    "carbon": "region,region_group,account,category,in_target,year,value",
    "allocation": "lever,region,region_group,item,year,value,unit",
    "power": "region,technology,year,capacity_gw,generation_twh,kind,discharge_twh,charge_twh",
    "prices": "balance,region,key,slice,year,dual,dual_unit,price,unit",
    "burden": "region,region_group,item,basis,year,value,unit,own,baseline,against",
    "objective": "component,region,year,value,unit",
    "limits": "name,region,year,sheet,cell,limit,dual,price,gain_of_1_percent",
}
PENALTY = {"kind": "penalty", "variable": "unserved", "place": "west", "year": 2030, "amount": 1.0, "unit": "TWh", "cost_bn_cny_per_year": 2.0, "discounted_bn_cny": 7.5}


def carbon(early: float, late: float, place: str = "west", years: tuple[int, ...] = (2020, 2025, 2030, 2040, 2050)) -> Rows:
    """Emissions of 2030 and 2040 as given; sinks of 10, 5 captured in 2040, and a sink outside the target that never counts."""
    gross = dict(zip(years, (100.0, 110.0, early, late, 0.0), strict=False))
    found: Rows = [(place, place, "emission", "fuel", 1, year, value) for year, value in gross.items()]
    found += [(place, place, "sink", "forest_living", 1, year, 10.0) for year in years[1:]]
    found += [(place, place, "captured", "air_capture", 1, years[3], 5.0)] if len(years) > 3 else []
    return [*found, *((place, place, "sink", "old_forest", 0, year, 20.0) for year in years)]


def tables(early: float = 90.0, late: float = 40.0, cost: tuple[float, ...] = (300.0, 400.0, 200.0, 100.0), tonne: float = 50.0, solar: float = 4.0, place: str = "west") -> dict[str, Rows]:
    """The tables of a run."""
    return {
        "carbon": carbon(early, late, place),
        "allocation": [
            ("clean_energy", place, place, "pv_utility", 2030, solar, "GW"), ("clean_energy", place, place, "pv_utility", 2040, 8.0, "GW"),
            ("clean_energy", place, place, "wind_onshore", 2030, 6.0, "GW"), ("clean_energy", place, place, "wind_onshore", 2040, 12.0, "GW"),
        ],
        "power": [(place, "pv_utility", 2030, solar, solar, "sited", 0.0, 0.0), (place, "pv_utility", 2040, 8.0, 9.5, "sited", 0.0, 0.0)],
        "prices": [
            ("emission", place, "", "", 2030, 0.0, "", 0.0, "CNY/t CO2"), ("emission", place, "", "", 2040, 0.0, "", tonne, "CNY/t CO2"),
            ("electricity", place, "", "day", 2040, 0.0, "", 100.0, "CNY/MWh"), ("electricity", place, "", "night", 2040, 0.0, "", 300.0, "CNY/MWh"),
            ("available_output", place, "coal", "day", 2040, 0.0, "", 5.0, "CNY/MWh"),
        ],
        "burden": [
            (place, place, "net", "total", 2030, 1.0, "bn CNY/yr", 10.0, 9.0, "other"), (place, place, "net", "total", 2040, 1.0, "bn CNY/yr", 40.0, 39.0, "other"),
            (place, place, "net", "per_gdp", 2030, 0.1, "%", 0.5, 0.4, "other"), (place, place, "net", "per_gdp", 2040, 0.1, "%", 2.0, 1.9, "other"),
            ("nation", "", "net", "total", 2030, 5.0, "bn CNY/yr", 5.0, 0.0, "other"),
        ],
        "objective": [("fuel", place, year, value, "bn CNY") for year, value in zip((2025, 2030, 2040, 2050), cost, strict=True)],
        "limits": [
            ("small", place, 2030, "a", "B2", 1.0, 0.5, 0.5, 1.0), ("large", place, 2030, "a", "B3", 1.0, 0.5, 0.5, 3.0), ("large", place, 2040, "a", "C3", 1.0, 0.5, 0.5, 9.0),
            ("past", place, 2025, "a", "B4", 1.0, 0.5, 0.5, 99.0), ("later", place, 2050, "a", "B4", 1.0, 0.5, 0.5, 99.0),
        ],
    }  # fmt: skip


def write_tiny(folder: Path, scenario: str = "reference", rows: Mapping[str, Rows] | None = None, workbook: str = "tiny.xlsx", **changes: Any) -> Path:
    """Write a run; ``changes`` are of its run.json."""
    (folder / "tables").mkdir(parents=True)
    told = {
        "workbook": {"name": workbook, "sha256": ""}, "scenario": scenario, "kind": "scenario", "overrides": [], "status": "optimal",
        "objective": {"value": 1000.0, "unit": "bn CNY", "sense": "min"}, "objectives": [{"name": "min_cost", "unit": "bn CNY", "sense": "min"}],
        "base_year": 2020, "history_until": 2025, "plan_until": 2040, "versions": {"model": "0.2.0"}, "warnings": [],
    }  # fmt: skip
    (folder / "run.json").write_text(json.dumps({**told, **changes}), encoding="utf-8")
    for name, found in (tables() if rows is None else rows).items():
        text = "\n".join([HEADS[name], *(",".join(map(str, row)) for row in found)])
        (folder / "tables" / f"{name}.csv").write_text(text + "\n", encoding="utf-8")
    return folder


def goal(value: float, unit: str = "bn CNY", sense: str = "min") -> dict[str, object]:
    """An objective as run.json tells it."""
    return {"value": value, "unit": unit, "sense": sense}


def pair(folder: Path) -> list[Path]:
    """The base, and the run that emits 300 Mt less and costs 30 bn CNY more, 25 of them in the planned years."""
    cleaner = tables(70.0, 20.0, (300.0, 420.0, 205.0, 105.0), 150.0, 5.0)
    return [write_tiny(folder / "reference", warnings=[PENALTY]), write_tiny(folder / "cleaner", "cleaner", cleaner, objective=goal(1030.0))]
