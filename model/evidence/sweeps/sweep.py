"""Which numbers that are not known exactly move cost, CO2 price and sink most, told on the first page of every report.

A sweep is the analysis ``sensitivity`` of a plan: each range of the sheet ``ranges`` at its low and at its high, all else as it stands.
Of a run it is its own where one of the same matrix lies beside it; else that of the shipped workbook of the same regions (``*.json`` in
this folder), as far as the ranges of the run are those of the sweep, and it says so.

    {"workbook": ..., "scenario": ..., "regions": [...], "objective": ..., "rows": [{"indicator": "discounted_cost", "range": ..., "at_low": ..., ...}]}

They are made anew when the plans of the shipped workbooks change (CONTRIBUTING.md).

Limits: one range at a time. The sweep of a shipped workbook is that of its reference, whatever the run changes of it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from ...core.declare.schema import Range

FOLDER = Path(__file__).parent
SUFFIX = ".json"
#: Where a sweep comes from: of this run, or of the reference of a shipped workbook.
OWN, SHIPPED = "own_sweep", "shipped_sweep"
#: What is told of, in this order: cost, price of CO2 in the last year of the plan, sink of its last ten years (names of ``analysis.measures``).
COST, PRICE, SINK = "discounted_cost", "co2_price", "sink_last_decade"
TOLD = (COST, PRICE, SINK)
#: How many ranges of each, as the first page has room for.
MOST = 3
#: Of each range and measure, as the table ``tornado`` of the analysis names it.
KEPT = ("indicator", "detail", "unit", "range", "range_low", "range_high", "base", "at_low", "at_high", "swing")
COLUMNS = (
    "indicator", "detail", "rank", "range", "base", "at_low", "at_high", "swing", "unit", "range_low", "range_high", "range_unit", "sheet", "cell",
    "quality", "source", "sweep",
)  # fmt: skip
MATRIX_HASH = "matrix_hash"
#: Objectives that differ by less than this share of themselves are those of one plan: what solvers leave is below 1e-10.
SAME = 1e-9
#: Where the analysis of a run lies, from the folder that its scenarios lie in.
SENSITIVITY = Path("analyses", "sensitivity")


@dataclass(frozen=True)
class Sweep:
    """The rows of a sweep that are told, and what it was made of; ``objective`` is that of the plan itself."""

    workbook: str
    scenario: str
    regions: list[str]
    objective: float
    rows: list[dict[str, Any]]

    def save(self, path: Path) -> None:
        """Write it as JSON, a row a line, so that a change of one shows as one."""
        head, rows = asdict(self), ",\n  ".join(json.dumps(row, ensure_ascii=False) for row in self.rows)
        del head["rows"]
        text = json.dumps(head, ensure_ascii=False, indent=1)[:-2]
        path.write_text(f'{text},\n "rows": [\n  {rows}\n ]\n}}\n', encoding="utf-8", newline="\n")


def told_rows(tornado: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a tornado that are told: of the price those of its last year."""
    found = tornado[tornado["indicator"].isin(TOLD) & tornado["swing"].notna()]
    # a year is a number in a file and a word in the frame of the analysis
    details = [detail if isinstance(detail, str) else "" if pd.isna(detail) else f"{detail:.0f}" for detail in found["detail"]]
    found = found.assign(detail=pd.Series(details, index=found.index, dtype=object))
    last = found.loc[found["indicator"] == PRICE, "detail"].max()
    rows: list[dict[str, Any]] = found.loc[(found["indicator"] != PRICE) | (found["detail"] == last), list(KEPT)].to_dict("records")
    return rows


@cache
def _shipped() -> tuple[Sweep, ...]:
    return tuple(Sweep(**json.loads(path.read_text(encoding="utf-8"))) for path in sorted(FOLDER.glob(f"*{SUFFIX}")))


def shipped_swings(regions: Sequence[str], ranges: Sequence[Range], objective: float) -> pd.DataFrame:
    """What is told of a workbook with these regions and ranges from the sweep of a shipped one; without rows where none has the same regions.

    Where the plan costs what the swept one does (``objective``) it is that plan.
    """
    fitting = [sweep for sweep in _shipped() if set(sweep.regions) == set(regions)]
    if not fitting:
        return _none()
    same = math.isclose(fitting[0].objective, objective, rel_tol=SAME)
    return dearest_estimates(fitting[0].rows, ranges, OWN if same else SHIPPED)


def own_swings(folder: Path, matrix_hash: str, ranges: Sequence[Range]) -> pd.DataFrame:
    """What is told of a run from a finished analysis ``sensitivity`` in ``folder``; without rows unless it stands on the same matrix."""
    try:
        made_of = json.loads((folder / "run.json").read_text(encoding="utf-8")).get(MATRIX_HASH)
        rows = told_rows(pd.read_csv(folder / "tables" / "tornado.csv")) if made_of == matrix_hash else []
    except (OSError, ValueError, KeyError, AttributeError):  # a folder of something else, or of an older program, is no sweep
        return _none()
    return dearest_estimates(rows, ranges, OWN)


def dearest_estimates(rows: Sequence[Mapping[str, Any]], ranges: Sequence[Range], sweep: str) -> pd.DataFrame:
    """The ranges that move each measure most, with the first cell that each moves in this workbook.

    A range that the workbook does not have, or has between other ends, is left out; so is one that moves the measure by nothing.
    """
    here = {(one.name, one.low, one.high): one for one in ranges}
    found = []
    for measure in TOLD:
        moving = [row for row in rows if row["indicator"] == measure and row["swing"] > 0.0 and (row["range"], row["range_low"], row["range_high"]) in here]
        moving.sort(key=lambda row: (-row["swing"], row["range"]))
        for rank, row in enumerate(moving[:MOST], 1):
            one = here[row["range"], row["range_low"], row["range_high"]]
            sheet, _, cell = one.place.partition("!")
            found.append({
                **row, "rank": rank, "range_unit": one.unit, "sheet": sheet, "cell": cell, "quality": one.quality, "source": one.source, "sweep": sweep,
            })  # fmt: skip
    return pd.DataFrame(found, columns=list(COLUMNS)) if found else _none()


def _none() -> pd.DataFrame:
    return pd.DataFrame(columns=list(COLUMNS))
