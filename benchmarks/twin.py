"""The largest families of the model built by linopy and by this model, and the proof that both are the same rows.

``FAMILIES`` are the constraint families that both sides build. The twin (``twin_power``, ``twin_forest``) starts from
the validated tables and knows nothing of the model's matrix. Before anything is timed its matrix is compared with those
rows of the whole model's matrix: names of rows and columns, coefficients, bounds of rows and columns. This model's
side of the clock is ``part_of_model``: the same levers, with every other family and balance left out.

Limits: no objective, nothing is solved: both matrices are equal, so the solver's time is the same.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import coo_array, csc_array, csr_array

from model.core.build.assemble import collector_paused
from model.core.build.build import Build, Lever
from model.core.build.objective import Objective
from model.core.data import Data
from model.core.declare.balances import BALANCES
from model.core.ledger import Ledger
from model.core.solve.matrix import Matrix, all_column_names, all_row_names, compile_matrix

BALANCE = "balance_"
#: Balances of the twin; what levers post to others is prepared and dropped.
TWIN_BALANCES = ("available_output", "curtailable", "power", "sited_output")
FAMILIES = (
    *(BALANCE + name for name in TWIN_BALANCES), "yearly_generation_sum", "must_run_for_heat", "sited_capacity_stands",
    "thermal_capacity_stands", "thermal_capacity_works", "storage_added_stands", "storage_added_works", "storage_power", "storage_season_balance", "storage_energy",
    "line_added_stands", "line_added_works", "line_capacity", "line_yearly_use", "firm_transfer_limit", "age_transition",
)  # fmt: skip
LEVERS = ("forest", "hydrogen", "load_of_uses", "power", "siting", "storage", "thermal", "transmission")
#: Names join their keys in this order of dimensions, which is the model's order of keys.
DIMENSIONS = ("site", "plant", "option", "store", "line", "corridor", "stratum", "region", "load_use", "age_class", "season", "slice", "vintage", "year")
#: Coefficients are the same numbers multiplied in another order: equal to this share of themselves.
ROUNDING = 1e-12
SHOWN = 3


@dataclass
class Named:
    """Rows and columns by name; explicit zeros, empty rows and unused columns are left out."""

    matrix: csr_array
    rows: pd.DataFrame
    columns: pd.DataFrame

    @property
    def shape(self) -> tuple[int, int, int]:
        """Rows, columns, nonzeros."""
        return len(self.rows), len(self.columns), int(self.matrix.nnz)


def _named(matrix: Any, row_names: Iterable[str], column_names: Iterable[str], rows: pd.DataFrame, columns: pd.DataFrame) -> Named:
    """Sorted by name, so that two of them can be compared number by number."""
    matrix = csr_array(matrix)
    matrix.eliminate_zeros()
    rows, columns = rows.set_axis(list(row_names)), columns.set_axis(list(column_names))
    used_rows = np.flatnonzero(np.diff(matrix.indptr))
    used_columns = np.flatnonzero(np.bincount(matrix.indices, minlength=matrix.shape[1]))
    row_order = used_rows[np.argsort(rows.index.to_numpy(dtype=str)[used_rows], kind="stable")]
    column_order = used_columns[np.argsort(columns.index.to_numpy(dtype=str)[used_columns], kind="stable")]
    sorted_matrix = csr_array(matrix[row_order][:, column_order])
    sorted_matrix.sort_indices()
    return Named(sorted_matrix, rows.iloc[row_order], columns.iloc[column_order])


def named_rows(build: Build, matrix: Matrix, families: Iterable[str] = FAMILIES) -> Named:
    """The rows of these families of a matrix of this model."""
    wanted = np.flatnonzero(np.isin(np.array(matrix.row_family, dtype=str), list(families)))
    whole = csc_array((matrix.value, matrix.index, matrix.start), shape=matrix.shape[:2])
    names = all_row_names(build, matrix)
    rows = pd.DataFrame({"lower": matrix.row_lower[wanted], "upper": matrix.row_upper[wanted]})
    columns = pd.DataFrame({"lower": matrix.column_lower, "upper": matrix.column_upper})
    return _named(csr_array(whole)[wanted], [names[i] for i in wanted], all_column_names(build, matrix), rows, columns)


def named_linopy(model: Any) -> Named:
    """The matrix of a linopy model, names made of its labels; a family may have parts called ``family:part``."""
    found = model.matrices
    matrix = coo_array(found.A)
    names = {}
    for collection in (model.constraints, model.variables):
        names[id(collection)] = _label_names(collection)
    row_names, column_names = names[id(model.constraints)], names[id(model.variables)]
    sense, right = np.asarray(found.sense, dtype=str), np.asarray(found.b, dtype=float)
    rows = pd.DataFrame({"lower": np.where(sense == "<", -np.inf, right), "upper": np.where(sense == ">", np.inf, right)})
    columns = pd.DataFrame({"lower": np.asarray(found.lb, dtype=float), "upper": np.asarray(found.ub, dtype=float)})
    return _named(matrix, (row_names[int(i)] for i in found.clabels), (column_names[int(i)] for i in found.vlabels), rows, columns)


def _label_names(collection: Any) -> dict[int, str]:
    names: dict[int, str] = {}
    for name in collection:
        labels = collection[name].labels
        labels = labels.transpose(*sorted(labels.dims, key=DIMENSIONS.index))
        index = [labels.indexes[dimension].astype(str).to_numpy(dtype=object) for dimension in labels.dims]
        keys = index[0]
        for more in index[1:]:
            keys = np.add.outer(keys + ",", more)
        flat = labels.to_numpy().ravel()
        family = str(name).partition(":")[0]
        names.update((int(label), f"{family}({key})") for label, key in zip(flat, np.ravel(keys), strict=True) if label >= 0)
    return names


def differences(ours: Named, theirs: Named) -> list[str]:
    """What is not the same in two named matrices; empty when they are equal."""
    found = []
    for what, mine, other in (("row", ours.rows, theirs.rows), ("column", ours.columns, theirs.columns)):
        for text, names in (("only in this model", mine.index.difference(other.index)), ("only in the twin", other.index.difference(mine.index))):
            if len(names):
                found.append(f"{len(names)} {what}s {text}: {', '.join(names[:SHOWN])}")
    if found:
        return found
    for what, mine, other in (("row", ours.rows, theirs.rows), ("column", ours.columns, theirs.columns)):
        for bound in ("lower", "upper"):
            wrong = ~np.isclose(mine[bound], other[bound], rtol=ROUNDING, atol=ROUNDING)
            if wrong.any():
                found.append(f"{wrong.sum()} {bound} bounds of {what}s: {', '.join(mine.index[wrong][:SHOWN])}")
    # values close to each other leave the pattern of the difference empty
    gap = abs(ours.matrix - theirs.matrix)
    size = abs(ours.matrix).maximum(abs(theirs.matrix))
    wrong = coo_array(gap - ROUNDING * size)
    far = wrong.data > 0
    if far.any():
        places = [f"{ours.rows.index[i]} x {ours.columns.index[j]}" for i, j in zip(wrong.row[far][:SHOWN], wrong.col[far][:SHOWN], strict=True)]
        found.append(f"{far.sum()} coefficients: {', '.join(places)}")
    return found


def linopy_twin(data: Data) -> Any:
    """The families in a linopy model."""
    import linopy

    from benchmarks.twin_forest import add_forest
    from benchmarks.twin_power import PowerTwin

    with warnings.catch_warnings():
        # a masked variable counts as nothing in a sum: said by linopy each time, and what is meant here
        warnings.simplefilter("ignore")
        # linopy's own way to faster group sums
        linopy.options["sparse_groupby"] = True
        model = linopy.Model()
        PowerTwin(model, data).build()
        add_forest(model, data)
    return model


@cache
def _kept_ledger() -> type[Ledger]:
    class KeptLedger(Ledger):
        """Takes posts to the balances of the twin only."""

        def _store(self, spec: Any, *arguments: Any) -> None:
            if spec.name in TWIN_BALANCES:
                super()._store(spec, *arguments)

    return KeptLedger


class PartBuild(Build):
    """Builds the rows of ``FAMILIES`` only."""

    def constrain(self, rule: Any, over: pd.DataFrame, *, name: str = "", **options: Any) -> None:
        """Add the family when it is one of the twin's."""
        if (name or rule.__name__) in FAMILIES:
            super().constrain(rule, over, name=name, **options)

    def rows_from_terms(self, name: str, *arguments: Any, **options: Any) -> Any:
        """Close the balance when it is one of the twin's."""
        return super().rows_from_terms(name, *arguments, **options) if name in FAMILIES else pd.DataFrame()


def part_of_model(data: Data) -> Build:
    """The same families by this model's own levers, without an objective."""
    from model.core.build import registry

    with collector_paused():
        build = PartBuild(data, _kept_ledger()(dict(BALANCES)))
        living: list[type[Lever]] = [lever for lever in registry.levers() if lever.name in LEVERS and lever.present(data)]
        build.present = [lever.name for lever in living]
        for lever in living:
            lever(build).build()
        build.close_balances()
        build.objective = Objective("min", "1", pd.DataFrame({"position": pd.Series(dtype="int64"), "coefficient": pd.Series(dtype=float)}))
    return build


def coverage(matrix: Matrix) -> tuple[float, float]:
    """Share of the whole model's rows and nonzeros that lie in ``FAMILIES``."""
    mine = np.isin(np.array(matrix.row_family, dtype=str), FAMILIES)
    entries = np.bincount(matrix.index, minlength=len(mine))
    return float(mine.mean()), float(entries[mine].sum() / entries.sum())


def check(data: Data) -> dict[str, Any]:
    """Compare twin, part and whole model; ``differences`` is empty when all three hold the same rows."""
    from model.api import assemble_checked

    build = assemble_checked(data)
    matrix = compile_matrix(build)
    whole = named_rows(build, matrix)
    part = part_of_model(data)
    found = [f"linopy: {text}" for text in differences(whole, named_linopy(linopy_twin(data)))]
    found += [f"part of this model: {text}" for text in differences(whole, named_rows(part, compile_matrix(part)))]
    rows, nonzeros = coverage(matrix)
    return {"differences": found, "rows": whole.shape[0], "columns": whole.shape[1], "nonzeros": whole.shape[2], "share_of_rows": rows, "share_of_nonzeros": nonzeros}


def timed_linopy(data: Data) -> dict[str, float]:
    """Seconds of build and hand-over to a HiGHS object by linopy."""
    started = time.perf_counter()
    model = linopy_twin(data)
    built = time.perf_counter()
    model.to_highspy()
    return {"build": built - started, "hand_over": time.perf_counter() - built}


def timed_model(data: Data) -> dict[str, float]:
    """Seconds of build and hand-over to a HiGHS object by this model."""
    from benchmarks.solvers import load_as_the_model_does

    started = time.perf_counter()
    build = part_of_model(data)
    built = time.perf_counter()
    load_as_the_model_does(build)
    return {"build": built - started, "hand_over": time.perf_counter() - built}
