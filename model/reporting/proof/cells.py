"""Whether limits.csv tells the limits that the matrix holds, and the cells of the workbook that set them.

Each line is held against its row or bound (slack, dual), against itself (limit, level and slack; price; gain) and, where the workbook is at
hand, its cell: the number that stands there in the unit that stands there.

Limits: a cell that the scenario or a one-off change sets is held against what ``changed.csv`` says that it was set to; one that is blank,
where the model took a default or a value between years, is only asked to be blank; a formula is taken for the number that Excel left in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd

from ...core.declare import units
from ...core.declare.lines import Said
from ...core.declare.spec import ONCE
from ...core.solve.limits import AT_LEAST, AT_MOST, ONE_PERCENT
from .checks import TOLD, Broken, Check, Integers, same
from .linked import LEAST
from .plan import KeptPlan

Tables = Mapping[str, pd.DataFrame]
TABLE = "limits"
#: Numbers are told back from solver units to 15 digits; this much of one is the rounding of that.
SAME_CELL = 1e-12
#: Where a year table has its years and a sheet its names: the first row; units stand in the second.
NAMES, UNITS = 0, 1
UNIT, VALUE, PARAMETER = "unit", "value", "parameter"


def limits(plan: KeptPlan, tables: Tables) -> list[Check]:
    """What limits.csv says against the matrix, and against itself."""
    frame = tables.get(TABLE)
    if frame is None:
        return []
    at = plan.arrays["limit_at"]
    if len(frame) != len(at):
        told = (Broken(f"{TABLE}.csv", str(len(at)), str(len(frame))),)
        return [Check("limits.rows", Said("check_limit_rows"), 1, told, 1)]
    return list(_limits(plan, frame)) if len(frame) else []


def _limits(plan: KeptPlan, frame: pd.DataFrame) -> Iterator[Check]:
    a, at, scale = plan.arrays, plan.arrays["limit_at"], plan.arrays["limit_scale"]
    is_row, improves = at >= 0, 1.0 if plan.goal["maximise"] else -1.0
    row, variable = np.where(is_row, at, 0), np.where(is_row, 0, -1 - at)
    upper = np.where(is_row, _of(a["row_upper"], row), _of(a["upper"], variable))
    lower = np.where(is_row, _of(a["row_lower"], row), -np.inf)
    left = np.where(is_row, _of(plan.activity, row), _of(a["x"], variable))
    raw = np.where(is_row, _of(a["row_dual"], row), _of(a["reduced"], variable))
    is_upper = np.isfinite(upper)
    slack = np.where(is_upper, upper - left, left - np.where(np.isfinite(lower), lower, 0.0)) * scale
    turned = np.where(is_upper, improves * raw, -improves * raw)
    dual = np.where(is_upper & np.isfinite(lower), np.abs(raw), np.maximum(0.0, turned)) / scale
    largest = np.where(is_row, _of(plan.largest_term, row), np.abs(left)) * scale

    def column(name: str) -> Any:
        return frame[name].to_numpy(dtype=float)

    def held(name: str, expected: Any, found: Any, size: Any, covers: tuple[str, ...] = ()) -> Check:
        return same(f"limits.{name}", Said(f"check_limit_{name}"), lambda n: _places(frame, n), expected, found, size, TOLD, covers=tuple((TABLE, part) for part in (covers or (name,))))

    size = np.maximum(LEAST, np.maximum(np.maximum(np.abs(column("limit")), np.abs(column("level"))), largest))
    yield held("slack", slack, column("slack"), size)
    yield held("dual", dual, column("dual"), np.abs(dual))
    sense = frame["sense"]
    gap = np.where(sense == AT_MOST, column("limit") - column("level"), np.where(sense == AT_LEAST, column("level") - column("limit"), np.abs(column("limit") - column("level"))))
    yield held("level", np.where(sense.isin([AT_MOST, AT_LEAST]), column("slack"), np.abs(column("slack"))), gap, size, ("level", "limit"))
    yield held("gain_of_1_percent", column("dual") * column("activity") * ONE_PERCENT, column("gain_of_1_percent"), np.abs(column("gain_of_1_percent")), ("gain_of_1_percent", "activity"))
    yield _prices(plan, frame)


def _of(values: Any, places: Any) -> Any:
    return values[places] if len(values) else np.zeros(len(places))


def _prices(plan: KeptPlan, frame: pd.DataFrame) -> Check:
    """Money of the year: the dual over the weight of its period, times its years for what is had once; of a year between two periods over both weights."""
    weights = {int(year): float(weight) for year, weight in plan.text["weights"].items()}
    lengths = {int(year): float(length) for year, length in plan.text["lengths"].items()}
    mixed = {int(year): sum(float(share) * weights[int(period)] for share, period in shares) for year, shares in plan.text["between"].items()}
    milestones = np.array(sorted(weights))
    told, expected = frame["price"].to_numpy(dtype=float), frame["price"].to_numpy(dtype=float, copy=True)
    kind, dual = frame["kind"].isin(ONCE).to_numpy(), frame["dual"].to_numpy(dtype=float)
    year = frame["year"].astype(float).to_numpy(dtype=float)
    for number in np.flatnonzero(np.isfinite(told) & np.isfinite(year)).tolist():
        period = int(milestones[min(int(np.searchsorted(milestones, year[number])), len(milestones) - 1)])
        weight = mixed[int(year[number])] if plan.arrays["limit_mixed"][number] and int(year[number]) in mixed else weights[period]
        expected[number] = dual[number] * (lengths[period] if kind[number] else 1.0) / weight
    return same("limits.price", Said("check_limit_price"), lambda n: _places(frame, n), expected, told, np.abs(told), TOLD, covers=((TABLE, "price"),))


def _places(frame: pd.DataFrame, at: Integers) -> list[str]:
    rows = frame[["name", "region", "year", "sheet", "cell"]].iloc[at]
    return [f"{TABLE}.csv {name} {region} {'' if pd.isna(year) else year} ({sheet}!{cell})" for name, region, year, sheet, cell in rows.itertuples(index=False, name=None)]


def cells(workbook: Path, manifest: Mapping[str, Any], tables: Tables) -> list[Check]:
    """Each limit against its cell. Raises OSError or ValueError where the workbook can not be read."""
    found = hashlib.sha256(workbook.read_bytes()).hexdigest()
    mark = str(manifest["workbook"]["sha256"])
    other = () if found == mark else (Broken(workbook.name, mark, found),)
    checks = [Check("workbook", Said("check_workbook"), 1, other, len(other))]
    frame = tables.get(TABLE)
    if frame is not None and len(frame):
        checks.append(_cells(workbook, frame, tables.get("changed", pd.DataFrame())))
    return checks


def _cells(workbook: Path, frame: pd.DataFrame, changed: pd.DataFrame) -> Check:
    sheets = _read(workbook, list(dict.fromkeys(frame["sheet"])))
    set_to = {(row.sheet, row.cell): (row.after, row.unit) for row in changed.itertuples(index=False) if row.cell} if len(changed) else {}
    expected, told, places = [], [], []
    given = frame["cell_given"].fillna(0).astype(int)
    for number, (sheet, cell, value, unit, is_given) in enumerate(zip(frame["sheet"], frame["cell"], frame["cell_value"], frame["cell_unit"], given, strict=True)):
        if not unit or np.isnan(value):
            continue
        stands, stands_in = sheets.get(sheet, {}).get(cell, (np.nan, ""))
        if (sheet, cell) in set_to:
            stands, stands_in = _number(set_to[sheet, cell][0]), set_to[sheet, cell][1]
        elif not is_given:
            stands, stands_in = (value, unit) if np.isnan(stands) else (stands, stands_in)
        expected.append(_converted(stands, stands_in, unit))
        told.append(value)
        places.append(number)
    at = np.array(places, dtype=np.int64)
    found, stood = np.array(told, dtype=float), np.array(expected, dtype=float)
    return same("limits.cell_value", Said("check_limit_cell"), lambda n: _places(frame, at[n]), stood, found, np.abs(found), SAME_CELL, covers=((TABLE, "cell_value"),))


def _converted(value: float, unit: str, wanted: str) -> float:
    """A number of a cell in the unit that limits.csv tells it in; as it stands where the units are the same, or one names a good of the workbook."""
    if unit == wanted or not unit:
        return value
    try:
        return float(units.convert(value, unit, wanted))
    except units.UnitError:
        return value


def _read(workbook: Path, wanted: list[str]) -> dict[str, dict[str, tuple[float, str]]]:
    """Sheet -> address -> number and the unit that stands with it: in the column ``unit`` of its row, else in the second row."""
    book = openpyxl.load_workbook(workbook, read_only=True, data_only=True)
    found: dict[str, dict[str, tuple[float, str]]] = {}
    try:
        for sheet in wanted:
            if sheet not in book.sheetnames:
                continue
            rows = list(book[sheet].iter_rows(values_only=True))
            names = [str(name) if name is not None else "" for name in rows[NAMES]] if rows else []
            place = names.index(UNIT) if UNIT in names else -1
            letters = [openpyxl.utils.get_column_letter(number + 1) for number in range(max(map(len, rows), default=0))]
            own: dict[str, tuple[float, str]] = {}
            for number, row in enumerate(rows, 1):
                beside = str(row[place] or "") if 0 <= place < len(row) else ""
                for column, value in enumerate(row):
                    if value is not None and not np.isnan(_number(value)):
                        second = str(rows[UNITS][column] or "") if place < 0 and len(rows) > UNITS and column < len(rows[UNITS]) else ""
                        own[f"{letters[column]}{number}"] = (_number(value), beside or second)
            found[sheet] = own
    finally:
        book.close()
    return found


def _number(value: object) -> float:
    """A cell as a number; NaN for what is none."""
    try:
        return float(str(value).replace(",", "").strip()) if not isinstance(value, bool) else np.nan
    except ValueError:
        return np.nan
