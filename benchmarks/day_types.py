"""What more day types change and cost, at three regions: the table of docs/day_types.md.

    python benchmarks/day_types.py [--sets 4 8 16]

Workbooks are made from inputs/data with each number of day types, solved from nothing, and run through every day of the years.

Limits: one machine, one run; seconds are those of the processor.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

YEARS, LAST, NATION = (2030, 2045, 2060), 2060, "nation"


def figures(book: Path) -> dict[str, object]:
    """One column of the table: the plan of a workbook, and its years run through their days."""
    from model import api
    from model.analysis.days_of_year import run_days
    from model.analysis.full_year import compared, programme, ratios, sequence
    from model.core.solve.solver import SolveOptions

    read = api.read(book)
    started = time.process_time()
    plan = api.solve(read, options=SolveOptions(cold=True))
    seconds = time.process_time() - started
    solution, data, power = plan.solution, plan.data, plan.tables["power"]
    last = power[power["year"] == LAST]
    lost, stores = plan.tables["curtailment"], solution.values("hydrogen_store_new")  # a store outlives the plan
    curtailed = lost.loc[lost["year"] == LAST, "value"].sum()
    row: dict[str, object] = {
        "time slices": len(data.slices), "rows": solution.matrix.shape[0], "seconds": round(seconds), "cost, bn CNY": round(plan.objective, 1),
        "backup 2060, GW": round(last[last["technology"].isin(data.tables["thermal_technologies"]["technology"])]["capacity_gw"].sum()),
        "batteries 2060, GW": round(last[last["technology"] == "battery_4h"]["capacity_gw"].sum()),
        "hydrogen store 2060, TWh": round(stores.loc[stores["vintage"] <= LAST, "value"].sum(), 1),
        "curtailed 2060, TWh": round(curtailed),
    }  # fmt: skip
    calendar, weather = sequence(data), ratios(data)
    for year in YEARS:
        ran = compared(solution, year, run_days(solution, programme(solution, data, power, year, calendar, weather)))
        nation = ran[ran["region"] == NATION].set_index("item")
        row[f"not served {year}, %"] = round(100.0 * max(float(nation.loc["unserved_share", "run"]), 0.0), 4)
        row[f"CO2 of power {year}, Mt: plan / run"] = f"{nation.loc['co2_of_power', 'planned']:.0f} / {nation.loc['co2_of_power', 'run']:.0f}"
    return row


def main() -> None:
    """Print the table."""
    from model.datasets.generate import PROVINCES, THREE_REGIONS, generate
    from model.datasets.weather import SETS

    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--sets", type=int, nargs="*", default=list(SETS))
    rows = {}
    for count in asked.parse_args().sets:
        with tempfile.TemporaryDirectory() as folder:
            generate(folder, day_types={THREE_REGIONS: count, PROVINCES: min(SETS)})
            rows[f"{count} day types"] = figures(Path(folder) / f"{THREE_REGIONS}.xlsx")
    table = pd.DataFrame(rows)
    print("| figure |", " | ".join(table.columns), "|")
    print("|---|" + "---:|" * len(table.columns))
    for name, values in table.iterrows():
        print(f"| {name} |", " | ".join(f"{value:,}" if isinstance(value, int | float) else str(value) for value in values), "|")


if __name__ == "__main__":
    main()
