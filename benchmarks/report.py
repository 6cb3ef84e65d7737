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

PHASES = ("prepare", "read", "build", "hand_over", "solve", "extract", "report")
#: What the ratio to the bare matrix counts; reading and writing files are listed apart.
COUNTED = ("build", "hand_over", "solve", "extract")
PACKAGES = ("pyomo", "highspy", "highspy-extras", "linopy", "numpy", "scipy", "pandas")
DECIMALS = 2
#: Decimals of columns that are not seconds or ratios.
DIGITS = {"peak_mb": 0, "objective": 3, "largest_difference": 12}
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
    """Median of each phase over the repetitions of one route; other facts are those of the last one."""
    last = results[-1]
    row: Row = {name: value for name, value in last.items() if name not in ("seconds", "table_seconds")}
    row |= {"route": route, "runs": len(results)}
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


def with_ratios(rows: Sequence[Row], base: str, column: str = "counted") -> list[Row]:
    """``ratio`` = ``column`` over that of the route ``base``; ``ratio_to_values`` without the result tables.

    Without a base, or with one that was not finished, there is no ratio.
    """
    reference = next((row[column] for row in rows if row["route"] == base), math.nan)
    return [{**row, "ratio": row[column] / reference, "ratio_to_values": row["to_values"] / reference} for row in rows]


def markdown(rows: Sequence[Row], columns: Sequence[str]) -> str:
    """A Markdown table; what was not measured stays blank."""
    lines = ["| " + " | ".join(column.replace("_", " ") for column in columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(_text(row.get(column, ""), column) for column in columns) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _text(value: object, column: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if not isinstance(value, float):
        return str(value).replace("|", "/")
    if math.isnan(value):
        return ""
    digits = DIGITS.get(column, DECIMALS)
    return f"{value:.1e}" if column == "largest_difference" and value else f"{value:.{digits}f}"


def write_results(
    folder: Path, tables: Sequence[tuple[str, str, Sequence[str], Sequence[Row]]], described: Mapping[str, str], missing: Sequence[str] = ()
) -> None:
    """Write ``results.md`` and ``results.csv`` (all tables, with the machine) into ``folder``.

    Each table is (title, note, columns, rows); ``missing`` are sentences on what was not measured and why.
    """
    parts = ["# Measured\n", "Seconds, medians. What each line and column means: [docs/benchmarks.md](../docs/benchmarks.md).\n"]
    parts.append("; ".join(f"{key} {value}" for key, value in described.items()) + ".\n")
    parts += [f"Not measured: {sentence}\n" for sentence in missing]
    for title, note, columns, rows in tables:
        parts += [f"## {title}\n", *([f"{note}\n"] if note else []), markdown(rows, columns)]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.md").write_text("\n".join(parts), encoding="utf-8", newline="\n")
    every = list(dict.fromkeys(column for _, _, columns, _ in tables for column in columns))
    with (folder / "results.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["table", *every, *described])
        for title, _, columns, rows in tables:
            for row in rows:
                writer.writerow([title, *(_plain(row.get(column, "")) if column in columns else "" for column in every), *described.values()])


def _plain(value: object) -> object:
    return "" if isinstance(value, float) and math.isnan(value) else value
