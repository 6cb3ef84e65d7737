"""Infeasible workbooks of different causes, made from a shipped one by changing cells: what a slip of the hand or of units does.

A plant names sheet, words of the key columns, column (a year, ``*`` for all years) and what happens to the number there.

    python -m tests.analysis.infeasible_corpus [--provinces] [NAME ...]      the whole corpus or some of it, with the score

Limits: made for the shipped three regions; ``PROVINCES`` names the plants that are also used at 31 provinces.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import model
from model.workbook.book import Book
from model.workbook.raw import letters

ROOT = Path(__file__).resolve().parents[2]
THREE, THIRTY_ONE = ROOT / "inputs" / "three_regions.xlsx", ROOT / "inputs" / "provinces.xlsx"
Change = Callable[[float], float] | float | str


def times(factor: float) -> Callable[[float], float]:
    """The number times ``factor``."""
    return lambda number: number * factor


@dataclass(frozen=True)
class Plant:
    """One cause: the cells of ``column`` in rows of ``sheet`` whose key columns hold ``keys``."""

    sheet: str
    column: str
    change: Change
    keys: dict[str, str] = field(default_factory=dict)

    def sets(self, book: Book) -> list[str]:
        """The changes as --set texts."""
        sheet = book._raw.sheets[self.sheet]
        head = [str(int(v)) if isinstance(v, float) else str(v) for v in sheet.grid[0]]
        is_years = book.schema.tables[self.sheet].shape == "years"
        columns = [c for c in head if c.isdigit()] if self.column == "*" else [self.column]
        found = []
        for row, values in enumerate(sheet.grid[(1 if is_years else 2) :], start=2 if is_years else 3):
            if any(str(values[head.index(k)]) != word for k, word in self.keys.items()):
                continue
            for column in columns:
                at = head.index(column)
                new = self.change(float(str(values[at]))) if callable(self.change) else self.change
                found.append(f"{self.sheet}!{letters(at + 1)}{row}={new}")
        assert found, self
        return found


@dataclass(frozen=True)
class Unit:
    """One cause: another unit in the unit cell of a column."""

    sheet: str
    cell: str
    unit: str

    def sets(self, book: Book) -> list[str]:
        """The change as a --set text."""
        return [f"{self.sheet}!{self.cell}={self.unit}"]


PLANTS: dict[str, tuple[Plant | Unit, ...]] = {
    "water_of_a_zone": (Plant("water_available", "2025", 1000.0, {"water_zone": "west_arid"}),),
    "steel_48_times": (Plant("industry_demand", "2030", times(48), {"sector": "steel"}),),
    "steel_48_times_all_years": (Plant("industry_demand", "*", times(48), {"sector": "steel"}),),
    "cement_100_times": (Plant("industry_demand", "2040", times(100), {"sector": "cement_building_materials"}),),
    "no_biomass": (Plant("biomass_supply", "supply", 0.0),),
    "supply_in_kwh": (Unit("power_demand", "B2", "million kWh/yr"),),
    "environmental_flow_1": (Plant("environmental_flow", "share", 1.0, {"water_zone": "west_arid"}),),
    "measure_shares_per_cent": (Plant("measure_shares", "*", times(0.01)),),
    "no_storage_of_co2": (Plant("co2_storage_sites", "injection_limit", 0.0),),
    "no_proven_storage": (Plant("co2_storage_sites", "proven", 0.0),),
    "net_target_far_below_zero": (Plant("carbon_targets", "value", -6000.0, {"target": "neutrality_2060"}),),
    "carbon_budget_hundredth": (Plant("carbon_targets", "total", times(0.01), {"target": "area_2036_2060"}), Plant("carbon_targets", "active", 1.0, {"target": "area_2036_2060"})),
    "demand_of_power_10_times": (Plant("power_demand", "2035", times(10), {"region": "west"}),),
    "forest_target_10_times": (Plant("new_forest_targets", "area", 84700.0, {"target": "cover_2030"}),),
    "last_forest_target_10_times": (Plant("new_forest_targets", "area", 127900.0, {"target": "cover_2035"}),),
    "contract_beyond_the_lines": (Plant("power_contracts", "2030", 6453.0, {"from_region": "west", "to_region": "industrial"}),),
    "contract_of_the_centre": (Plant("power_contracts", "2040", 9000.0, {"from_region": "industrial", "to_region": "developed"}),),
    "hours_of_biomass": (Plant("thermal_fleet", "minimum_hours", 8500.0, {"region": "west", "technology": "biomass"}),),
    "relocation_factor": (Plant("no_relocation", "factor", 0.105, {"region": "west", "sector": "steel"}),),
    "no_ecological_money": (Plant("ecological_budget", "*", 0.0, {"region": "west"}), Plant("fund_money", "*", 0.0, {"region": "west"})),
    "farm_water_10_times": (Plant("water_base", "use_agriculture", 851800.0, {"water_zone": "west_arid"}),),
    "hours_planned_beyond_the_year": (Plant("thermal_fleet", "planned_hours", 8700.0, {"region": "west", "technology": "coal"}),),
    "demand_of_2030_10_times": (Plant("power_demand", "2030", times(10), {"region": "developed"}),),
    "no_water_of_a_zone": (Plant("water_available", "*", 0.0, {"water_zone": "northeast"}),),
    "runoff_of_all_years_in_billions": (Plant("water_runoff", "*", times(0.001), {"water_zone": "west_arid"}),),
    "availability_of_coal": (Plant("thermal_technologies", "availability", 0.085, {"technology": "coal"}),),
    "emissions_of_trucks_100_times": (Plant("end_use", "emission", times(100), {"region": "west", "sector": "trucks"}),),
    "runoff_in_billions": (Plant("water_runoff", "2030", 273.07, {"water_zone": "west_arid"}),),
    "no_flow_of_steel_water": (Plant("water_available", "2040", 71.298, {"water_zone": "northeast"}),),
}
PROVINCES = ("steel_48_times", "carbon_budget_hundredth", "forest_target_10_times", "no_biomass")
#: A few of different kinds that are quick: what the suite runs.
SAMPLE = ("runoff_in_billions", "water_of_a_zone", "steel_48_times", "contract_beyond_the_lines")


@dataclass(frozen=True)
class Outcome:
    """How the diagnosis of one plant went."""

    name: str
    first: bool
    proven: bool
    seconds: float
    told: str


def lean(book: Book) -> list[str]:
    """Changes that leave of a workbook the plan alone: every period up to its end is decided, none follows, nothing has a pace."""
    data = book.data("reference")
    periods, paces = data.tables["periods"], data.tables["build_dynamics"]
    sets = [f"periods!{data.cell('periods', int(row), 'kind')}=plan" for row in periods.index[periods["kind"] == "history"]]
    sets += [f"periods!{data.cell('periods', int(row), 'active')}=0" for row in periods.index[periods["kind"] == "after"]]
    return sets + [f"build_dynamics!{data.cell('build_dynamics', int(row), 'active')}=0" for row in paces.index]


def try_plant(name: str, workbook: Path = THREE, seconds: float | None = None, aside: Sequence[str] = (), book: Book | None = None) -> Outcome:
    """Plant, solve, diagnose; ``first``: the first suggestion changes a planted cell; ``proven``: with it there is a plan.

    ``aside`` are changes of the workbook that are no fault; ``book`` is the workbook where it has been read already.
    """
    from model.analysis.diagnosis_report import suggestion_line

    read = book if book is not None else model.read(workbook)
    sets = [text for plant in PLANTS[name] for text in plant.sets(read)]
    planted = {text.partition("=")[0] for text in sets}
    plan = model.solve(model.read(workbook, [*aside, *sets]))
    if plan.status != "infeasible":
        return Outcome(name, False, False, 0.0, f"not infeasible but {plan.status}")
    started = time.perf_counter()
    diagnosis = model.diagnose(plan, seconds)
    spent = time.perf_counter() - started
    if not diagnosis.suggestions:
        return Outcome(name, False, False, spent, diagnosis.told("en"))
    best = diagnosis.suggestions[0]
    named = any(f"{cell.sheet}!{cell.address}" in planted for cell in best.cells)
    return Outcome(name, named, best.verified, spent, suggestion_line(best, "en"))


def main(names: list[str]) -> None:
    """Print a line for each plant and the score; ``--provinces`` uses those of PROVINCES at 31 provinces."""
    workbook = THIRTY_ONE if "--provinces" in names else THREE
    names = [name for name in names if name != "--provinces"] or list(PROVINCES if workbook == THIRTY_ONE else PLANTS)
    done = []
    for name in names:
        one = try_plant(name, workbook)
        print(f"{one.name}: {'first' if one.first else 'NOT FIRST'}, {'proven' if one.proven else 'NOT PROVEN'}, {one.seconds:.1f} s: {one.told}", flush=True)
        done.append(one)
    print(f"{sum(o.first for o in done)} first, {sum(o.proven for o in done)} proven, of {len(done)}")


if __name__ == "__main__":
    main(sys.argv[1:])
