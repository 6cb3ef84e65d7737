"""Keeps the matrix of a finished plan in its folder, as arrays with names, so that anybody can check the plan without the model.

``matrix.npz`` is a compressed archive of arrays without a pickle; the same plan gives the same bytes. ``text`` is JSON: parts of keys (``labels``),
families of variables and rows, what tables are made of (``links``), the objective, years. The others:

    start, index, value         entries of the matrix, column by column (as in scipy.sparse.csc_matrix)
    row_lower, row_upper        bounds of rows; row_dual what the solver gave
    column                      the variable that each column is; column_lower, column_upper, cost of these
    x, reduced, lower, upper    value, reduced cost and bounds of every variable, those in no row included
    variable_codes, row_codes   a column for each part of the key, family by family, numbers among the labels
    link_codes, link_at, link_value     the same of links: keys, variable (-1: an amount) or row, coefficient
    limit_at, limit_scale       for each row of limits.csv: its row, or -1 less its variable; what a solver unit is in the unit of the table;
                                limit_mixed: whether its year lies between the means of two periods (``between``: their shares)

Limits: amounts are in solver units; a plan without values keeps nothing.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...core.aside import aside
from ...core.declare.results import Link
from ...core.ledger import FIXED
from ...core.solve.amounts import period_weights
from ...core.solve.matrix import Matrix
from ...core.solve.solution import Solution
from ..tables.every import links

FILE = "matrix.npz"
#: Layout of the file; another one is not read.
LAYOUT = 1
#: Compression: the first level packs these arrays to a tenth more than the last, in a fifth of the time.
LEVEL = 1
#: The least and the greatest that kinds of whole numbers hold, smallest first.
WHOLE = (np.int16, np.int32)

Arrays = dict[str, npt.NDArray[Any]]


def keep_matrix(solution: Solution, path: Path) -> None:
    """Write the file, all of it or nothing; nothing for a plan without values. Raises OSError when it can not be written."""
    if solution.has_values:
        arrays = kept_arrays(solution)
        with aside(path) as part:
            part.write_bytes(packed(arrays))


def kept_arrays(solution: Solution) -> Arrays:
    """Everything that is kept, by name."""
    matrix, labels = solution.matrix, dict[str, int]()
    variables = [(family.spec.name, family.spec.unit, family.frame) for family in solution.build.families.values()]
    rows = [(name, solution.build.rows[name][1], solution.build.rows[name][0].iloc[at]) for name, at in _families(matrix)]
    linked = [(table, link) for table, found in links(solution).items() for link in found]
    limits = solution.limits()
    limits = limits[limits["level"].notna()]
    arrays = {
        **_of_matrix(matrix),
        "row_dual": solution.row_dual, "x": solution.x, "reduced": solution.reduced_cost,
        **{side: np.concatenate([np.zeros(0), *(getattr(family, side) for family in solution.build.families.values())]) for side in ("lower", "upper")},
        "variable_codes": _codes((frame for _, _, frame in variables), labels), "row_codes": _codes((keys for _, _, keys in rows), labels),
        "link_codes": _codes((link.frame[list(link.keys)] for _, link in linked), labels),
        "link_at": _joined([link.frame["position"].to_numpy(dtype=np.int64) for _, link in linked], np.int64),
        "link_value": _joined([link.frame["value"].to_numpy(dtype=float) for _, link in linked], float),
        "limit_at": np.where(limits["row"] >= 0, limits["row"], FIXED - limits["position"]).astype(np.int64) if len(limits) else np.zeros(0, dtype=np.int64),
        "limit_mixed": limits["mixed"].astype(bool).to_numpy(dtype=np.int64) if len(limits) else np.zeros(0, dtype=np.int64),
        "limit_scale": limits["scale"].to_numpy(dtype=float) if len(limits) else np.zeros(0),
    }  # fmt: skip
    text = {
        "layout": LAYOUT, "labels": list(labels),
        "variables": [_named(*family) for family in variables], "rows": [_named(*family) for family in rows], "links": [_of_link(*found) for found in linked],
        **_of_plan(solution), "between": _between(solution, limits),
    }  # fmt: skip
    words = np.frombuffer(json.dumps(text, ensure_ascii=True).encode(), dtype=np.uint8)
    return {"text": words, **{name: _small(array) for name, array in arrays.items()}}


def packed(arrays: Arrays) -> bytes:
    """The arrays as an archive that numpy reads: the same arrays give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, array in arrays.items():
            content = io.BytesIO()
            np.lib.format.write_array(content, np.ascontiguousarray(array), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), content.getvalue(), zipfile.ZIP_DEFLATED, LEVEL)
    return buffer.getvalue()


def _of_matrix(matrix: Matrix) -> Arrays:
    return {
        "start": matrix.start, "index": matrix.index, "value": matrix.value, "row_lower": matrix.row_lower, "row_upper": matrix.row_upper,
        "column": matrix.column_position, "column_lower": matrix.column_lower, "column_upper": matrix.column_upper, "cost": matrix.cost,
    }  # fmt: skip


def _of_plan(solution: Solution) -> dict[str, Any]:
    """The objective, years and what each is worth."""
    goal, data = solution.build.objective, solution.build.data
    return {
        "goal": {
            "unit": goal.unit if goal is not None else "", "maximise": solution.matrix.maximise, "offset": solution.matrix.offset, "value": solution.objective,
            "optimum": solution.optimum, "objectives": len(solution.build.objectives), "status": solution.status,
        },
        "years": [int(year) for year in data.years],
        "lengths": {int(year): float(data.length(year)) for year in data.all_years},
        "weights": {int(year): float(weight) for year, weight in period_weights(solution).items()},
    }  # fmt: skip


def _between(solution: Solution, limits: pd.DataFrame) -> dict[int, list[tuple[float, int]]]:
    """Years of limits that lie between the means of two periods, with the share of each."""
    mixed = limits.loc[limits["mixed"].astype(bool) & limits["year"].notna(), "year"] if len(limits) else []
    return {int(year): [(float(share), int(period)) for share, period in solution.build.data.flow_of_year(int(year))] for year in dict.fromkeys(mixed)}


def _families(matrix: Matrix) -> list[tuple[str, npt.NDArray[np.int64]]]:
    """Families of rows in the order of the matrix, in which they stand together, with the rows of each."""
    of_row = pd.Series(matrix.row_family, dtype=object)
    return [(str(name), matrix.row_index[group.index.to_numpy(dtype=np.int64)]) for name, group in of_row.groupby(of_row, sort=False)]


def _named(name: str, unit: str, keys: pd.DataFrame) -> dict[str, Any]:
    return {"name": name, "unit": unit, "keys": [str(column) for column in keys.columns], "count": len(keys)}


def _of_link(table: str, link: Link) -> dict[str, Any]:
    return {
        "table": table, "column": link.column, "keys": list(link.keys), "count": len(link.frame), "of": link.of, "times": link.times,
        "signs": [link.signs[0], dict(link.signs[1])] if link.signs is not None else None,
    }  # fmt: skip


def _codes(frames: Iterable[pd.DataFrame], labels: dict[str, int]) -> npt.NDArray[np.int64]:
    """Every part of every key as its number among the labels, column by column and frame by frame; labels not met before are added."""
    parts = []
    for frame in frames:
        for name in frame.columns:
            number, level = pd.factorize(frame[name], use_na_sentinel=False)
            numbers = np.array([labels.setdefault(str(label), len(labels)) for label in level], dtype=np.int64)
            parts.append(numbers[number] if len(numbers) else np.zeros(0, dtype=np.int64))
    return _joined(parts, np.int64)


def _joined(parts: list[Any], kind: Any) -> Any:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=kind)


def _small(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The array in the smallest of the kinds that hold it, bytes in one order on every machine."""
    if array.dtype.kind != "i":
        return array.astype("<f8")
    low, high = (int(array.min()), int(array.max())) if len(array) else (0, 0)
    kind = next((kind for kind in WHOLE if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max), np.int64)
    return array.astype(np.dtype(kind).newbyteorder("<"))
