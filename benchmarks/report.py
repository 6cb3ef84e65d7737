"""Medians, ratios and the written table of a benchmark.

Limits: a ratio compares medians of one machine in one run; seconds of different machines are not compared.
"""

from __future__ import annotations

import csv
import math
import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PHASES = ("read", "build", "hand_over", "solve", "extract", "report")
#: What the ratio to the bare matrix counts; reading and writing files are listed apart.
COUNTED = ("build", "hand_over", "solve", "extract")
PACKAGES = ("pyomo", "highspy", "highspy-extras", "numpy", "scipy", "pandas")
MODEL, BARE = "this model", "bare matrix, highspy"
DECIMALS = 2
GIBI = 2.0**30

Row = dict[str, Any]


def machine() -> dict[str, str]:
    """Cores, memory, system and versions; neither names nor folders of the machine."""
    found = {"cores": str(os.cpu_count()), "memory": _memory(), "system": f"{platform.system()} {platform.machine()}", "Python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def _memory() -> str:
    try:
        return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / GIBI:.0f} GiB"
    except (AttributeError, ValueError, OSError):
        return "unknown"


def median_row(route: str, results: Sequence[Mapping[str, Any]]) -> Row:
    """Median of each phase over the repetitions of one route."""
    last = results[-1]
    row: Row = {"route": route, "status": last["status"], "runs": len(results), "objective": last["objective"]}
    for phase in PHASES:
        times = [r["seconds"][phase] for r in results if phase in r["seconds"]]
        row[phase] = statistics.median(times) if times else math.nan
    known = [row[phase] for phase in COUNTED if not math.isnan(row[phase])]
    row["counted"] = sum(known) if known else math.nan
    # result tables are made by this model only: without them all routes end with the same thing, the values
    made = [r["table_seconds"] for r in results if "table_seconds" in r]
    row["to_values"] = row["counted"] - (statistics.median(made) if made else 0.0)
    row["peak_mb"] = statistics.median([r["peak_mb"] for r in results])
    return row


def with_ratios(rows: Sequence[Row], base: str = BARE) -> list[Row]:
    """``ratio`` = build + hand-over + solve + extract over that of the route ``base``; ``ratio_to_values`` without tables."""
    reference = next(row["counted"] for row in rows if row["route"] == base)
    return [{**row, "ratio": row["counted"] / reference, "ratio_to_values": row["to_values"] / reference} for row in rows]


def markdown(rows: Sequence[Row], columns: Sequence[str]) -> str:
    """A Markdown table; what was not measured stays blank."""
    lines = ["| " + " | ".join(column.replace("_", " ") for column in columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(_text(row.get(column, ""), column) for column in columns) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _text(value: object, column: str) -> str:
    if not isinstance(value, float):
        return str(value)
    if math.isnan(value):
        return ""
    digits = 0 if column == "peak_mb" else 3 if column == "objective" else DECIMALS
    return f"{value:.{digits}f}"


def write_results(folder: Path, tables: Mapping[str, Sequence[Row]], size: Mapping[str, int], described: Mapping[str, str]) -> None:
    """Write ``results.md`` and ``results.csv`` (all tables, with the machine) into ``folder``."""
    columns = ("route", "status", *PHASES, "counted", "ratio", "ratio_to_values", "peak_mb", "objective", "runs")
    parts = ["# Measured\n", "Seconds, medians; counted = build + hand-over + solve + extract, ratio to the bare matrix; ratio to values = without the result tables, which only this model makes.\n"]
    parts.append(", ".join(f"{key} {value:,}" for key, value in size.items()) + ".\n")
    parts.append("; ".join(f"{key} {value}" for key, value in described.items()) + ".\n")
    for title, rows in tables.items():
        parts += [f"## {title}\n", markdown(rows, columns)]
    (folder / "results.md").write_text("\n".join(parts), encoding="utf-8", newline="\n")
    with (folder / "results.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["table", *columns, *size, *described])
        for title, rows in tables.items():
            for row in rows:
                writer.writerow([title, *(row.get(column, "") for column in columns), *size.values(), *described.values()])
