"""Writes the figures of docs/scales.md from two finished runs: python docs/scales/make.py THREE_REGIONS_RUN PROVINCES_RUN.

Both runs are folders that ``solve.py`` wrote; provinces are added up to region groups. The table between the two marks
of the page is replaced, the text around it stays.

Limits: flows inside a region have no line in the run of three regions; only lines between groups are compared.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import sys
from pathlib import Path

import pandas as pd

PAGE = Path(__file__).resolve().parents[1] / "scales.md"
START, END = "<!-- figures: begin -->", "<!-- figures: end -->"
YEARS = (2025, 2030, 2045, 2060)
GROUPS = ("west", "industrial", "developed")
NATION = "nation"
PER_CENT = 100.0

Figures = dict[tuple[str, str, str], float]


class Run:
    """A run folder: manifest, tables, region group of each region, length of each period."""

    def __init__(self, folder: Path) -> None:
        self.manifest = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        self.folder = folder
        carbon = self.table("carbon")
        self.group = dict(zip(carbon["region"], carbon["region_group"], strict=True))
        years = sorted(carbon["year"].unique())
        self.length = {int(after): int(after - before) for before, after in itertools.pairwise(years)}

    def table(self, name: str) -> pd.DataFrame:
        """A result table with the region group where it has a region."""
        frame = pd.read_csv(self.folder / "tables" / f"{name}.csv", encoding="utf-8", low_memory=False)
        if "region" in frame and "region_group" not in frame and hasattr(self, "group"):
            frame["region_group"] = frame["region"].map(self.group)
        return frame


def figures(run: Run) -> Figures:
    """(name, unit, place) -> figure, in the order of the page."""
    made: Figures = {("objective, discounted cost", "bn CNY", NATION): float(run.manifest["objective"]["value"])}
    carbon = run.table("carbon")
    counted = carbon[carbon["in_target"] == 1]
    signed = counted["value"].where(counted["account"] == "emission", -counted["value"])
    for year in YEARS:
        _add(made, f"net emissions {year}", "Mt CO2/yr", counted.assign(value=signed)[counted["year"] == year])
    prices = run.table("prices")
    for year in YEARS:
        here = prices[(prices["balance"] == "emission") & (prices["year"] == year)]
        made[f"price of CO2 {year}", "CNY/t", NATION] = float(here["price"].mean())
    planting = run.table("planting")
    planting = planting[planting["year"] <= YEARS[-1]]
    _add(made, "planted 2021-2060", "kha", planting.assign(value=planting["planted_kha"] * planting["year"].map(run.length)))
    wood = run.table("wood")
    felled = wood[wood["item"] == "standing_volume_felled"]
    for year in YEARS:
        _add(made, f"standing volume felled {year}", "million m3/yr", felled[felled["year"] == year])
    grass = run.table("grassland").rename(columns={"treated_kha": "value"})
    _add(made, "grassland under new measures 2060", "kha", grass[grass["year"] == YEARS[-1]])
    power = run.table("power").rename(columns={"capacity_gw": "value"})
    for name, start in (("wind", "wind_"), ("solar", "pv_"), ("nuclear", "nuclear")):
        of_year = power[power["technology"].str.startswith(start) & (power["year"] == YEARS[-1])]
        _add(made, f"{name} capacity 2060", "GW", of_year)
    lines = run.table("transmission")
    lines["crosses"] = lines["from_region"].map(run.group) != lines["to_region"].map(run.group)
    for year in (2020, *YEARS):
        here = lines[(lines["year"] == year) & lines["crosses"]]
        # A line is listed once in each direction.
        made[f"lines between groups {year}", "GW", NATION] = float(here["capacity_gw"].sum()) / 2
        made[f"flow between groups {year}", "TWh/yr", NATION] = float(here["flow_twh"].sum())
    return made


def _add(made: Figures, name: str, unit: str, frame: pd.DataFrame) -> None:
    made[name, unit, NATION] = float(frame["value"].sum())
    for group in GROUPS:
        made[name, unit, group] = float(frame.loc[frame["region_group"] == group, "value"].sum())


def page_table(three: Figures, provinces: Figures, day: str) -> str:
    """The figures as Markdown; a difference is given where the three regions have a figure."""
    lines = [f"Runs of {day}.", "", "| figure | unit | place | three regions | provinces | difference, % |", "|---|---|---|---:|---:|---:|"]
    for (name, unit, place), one in three.items():
        other = provinces[name, unit, place]
        gap = f"{PER_CENT * (other / one - 1.0):+.1f}" if abs(one) > 0.5 else ""
        lines.append(f"| {name} | {unit} | {place} | {one:,.0f} | {other:,.0f} | {gap} |".replace("-0 |", "0 |"))
    return "\n".join(lines)


def main(arguments: list[str]) -> None:
    three, provinces = (figures(Run(Path(folder))) for folder in arguments)
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
    _, _, after = rest.partition(END)
    made = page_table(three, provinces, dt.date.today().isoformat())
    PAGE.write_text(f"{before}{START}\n\n{made}\n\n{END}{after}", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
