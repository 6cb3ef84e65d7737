"""A finished plan as its folder holds it: the matrix with names, values and duals, read with numpy alone.

    plan = KeptPlan.load(Path("reports/three_regions/reference/matrix.npz"))
    plan.row_names(rows), plan.x, plan.row_dual

Limits: amounts are in solver units; a file of another layout is not read.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ...core.declare.lines import Said

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
#: Layout of the file that is read.
LAYOUT = 1
#: Largest file that is looked into, and largest size of what it holds: 31 provinces take a tenth.
MOST_BYTES, MOST_ENTRIES = 500_000_000, 4_000_000_000
WHOLE_ARRAYS = ("start", "index", "column", "variable_codes", "row_codes", "link_codes", "link_at", "limit_at", "limit_mixed")
REAL_ARRAYS = ("value", "row_lower", "row_upper", "row_dual", "column_lower", "column_upper", "cost", "x", "reduced", "lower", "upper", "link_value", "limit_scale")


class PlanError(ValueError):
    """A folder that holds no plan that can be checked: what is missing or damaged."""


@dataclass(frozen=True)
class Named:
    """A family of variables or rows: where it begins, how many there are, and its keys as numbers among the labels."""

    name: str
    unit: str
    keys: tuple[str, ...]
    start: int
    codes: Integers


@dataclass(frozen=True)
class KeptLink:
    """What numbers of a column of a table are: a key (numbers among the labels), variable or row, and coefficient for each term."""

    table: str
    column: str
    keys: tuple[str, ...]
    of: str
    times: str
    signs: tuple[str, Mapping[str, float]] | None
    codes: Integers
    places: Integers
    value: Floats


@dataclass(frozen=True)
class KeptPlan:
    """The arrays of the file by name, and its text."""

    text: Mapping[str, Any]
    arrays: Mapping[str, npt.NDArray[Any]]

    @classmethod
    def load(cls, path: Path) -> KeptPlan:
        """Read a file; PlanError when it is none, or damaged, OSError when it can not be read."""
        if not path.is_file():
            raise PlanError(Said("proof_no_matrix", path=path))
        try:
            with zipfile.ZipFile(path) as archive:
                if path.stat().st_size > MOST_BYTES or sum(entry.file_size for entry in archive.infolist()) > MOST_ENTRIES:
                    raise ValueError("too large")
            with np.load(path, allow_pickle=False) as file:
                text = json.loads(bytes(file["text"]).decode())
                arrays = {name: file[name].astype(np.int64) for name in WHOLE_ARRAYS} | {name: file[name].astype(np.float64) for name in REAL_ARRAYS}
            plan = cls(text, arrays)
            if text["layout"] != LAYOUT:
                raise ValueError(f"layout {text['layout']}")
            plan._ask_whole()
        except OSError:
            raise
        except Exception as error:  # what reading damaged bytes ends in is as manifold as the parsers behind it
            raise PlanError(Said("proof_damaged", path=path, why=str(error))) from error
        return plan

    def _ask_whole(self) -> None:
        """Raise ValueError where arrays do not fit one another, before anything is worked out with them."""
        a = self.arrays
        columns, rows, size = len(a["cost"]), len(a["row_lower"]), len(a["x"])
        if any(array.ndim != 1 for array in a.values()):
            raise ValueError("an array has more than one dimension")
        lengths = {
            "start": columns + 1, "column": columns, "column_lower": columns, "column_upper": columns, "row_upper": rows, "row_dual": rows,
            "reduced": size, "lower": size, "upper": size, "index": len(a["value"]), "limit_scale": len(a["limit_at"]), "limit_mixed": len(a["limit_at"]), "link_at": len(a["link_value"]),
            "variable_codes": sum(f["count"] * len(f["keys"]) for f in self.text["variables"]), "row_codes": sum(f["count"] * len(f["keys"]) for f in self.text["rows"]),
            "link_codes": sum(f["count"] * len(f["keys"]) for f in self.text["links"]), "link_value": sum(f["count"] for f in self.text["links"]),
        }  # fmt: skip
        wrong = [name for name, length in lengths.items() if len(a[name]) != length]
        if wrong or sum(f["count"] for f in self.text["variables"]) != size or sum(f["count"] for f in self.text["rows"]) != rows:
            raise ValueError(f"lengths of arrays: {', '.join(wrong) or 'families'}")
        labels = len(self.text["labels"])
        bounds = {"index": (0, rows), "column": (0, size), "start": (0, len(a["value"]) + 1), "link_at": (-1, max(size, rows)), "limit_at": (-1 - size, rows)}
        bounds |= dict.fromkeys(("variable_codes", "row_codes", "link_codes"), (0, labels))
        outside = [name for name, (low, high) in bounds.items() if len(a[name]) and not (low <= a[name].min() and a[name].max() < high)]
        if outside or (np.diff(a["start"]) < 0).any() or a["start"][-1] != len(a["value"]):
            raise ValueError(f"numbers outside of their arrays: {', '.join(outside) or 'start'}")
        finite = [name for name in ("value", "cost", "x", "reduced", "row_dual", "link_value") if not np.isfinite(a[name]).all()]
        if finite:
            raise ValueError(f"no finite numbers: {', '.join(finite)}")

    def __getattr__(self, name: str) -> Any:
        arrays = self.__dict__.get("arrays", {})
        if name in arrays:
            return arrays[name]
        raise AttributeError(name)

    @property
    def goal(self) -> Mapping[str, Any]:
        """The objective: unit, maximise, offset, value, optimum (of the first of ``objectives``), status."""
        return dict(self.text["goal"])

    @property
    def labels(self) -> list[str]:
        """Parts of keys, by their number."""
        return list(self.text["labels"])

    @cached_property
    def entry_column(self) -> Integers:
        """The column of each entry of the matrix."""
        return np.repeat(np.arange(len(self.arrays["cost"])), np.diff(self.arrays["start"]))

    @cached_property
    def column_of(self) -> Integers:
        """The column of each variable, -1 where it has none."""
        found = np.full(len(self.arrays["x"]), -1, dtype=np.int64)
        found[self.arrays["column"]] = np.arange(len(self.arrays["column"]))
        return found

    @cached_property
    def activity(self) -> Floats:
        """Left-hand side of every row."""
        a = self.arrays
        terms = a["value"] * a["x"][a["column"]][self.entry_column]
        return np.bincount(a["index"], weights=terms, minlength=len(a["row_lower"])).astype(float)

    @cached_property
    def largest_term(self) -> Floats:
        """The largest term of every row, in size."""
        a = self.arrays
        found = np.zeros(len(a["row_lower"]))
        np.maximum.at(found, a["index"], np.abs(a["value"] * a["x"][a["column"]][self.entry_column]))
        return found

    @cached_property
    def variables(self) -> list[Named]:
        """Families of variables."""
        return _families(self.text["variables"], self.arrays["variable_codes"])

    @cached_property
    def rows(self) -> list[Named]:
        """Families of rows."""
        return _families(self.text["rows"], self.arrays["row_codes"])

    @cached_property
    def links(self) -> list[KeptLink]:
        """What tables are made of."""
        found, code, term = [], 0, 0
        for told in self.text["links"]:
            count, parts = int(told["count"]), len(told["keys"])
            codes = self.arrays["link_codes"][code : code + count * parts].reshape(count, parts, order="F")
            signs = (str(told["signs"][0]), {str(word): float(sign) for word, sign in told["signs"][1].items()}) if told["signs"] else None
            at, value = (self.arrays[name][term : term + count] for name in ("link_at", "link_value"))
            found.append(KeptLink(told["table"], told["column"], tuple(told["keys"]), told["of"], told["times"], signs, codes, at, value))
            code, term = code + count * parts, term + count
        return found

    def variable_names(self, positions: Integers) -> list[str]:
        """``name(key,key)`` of variables."""
        return self._names(self.variables, positions)

    def row_names(self, rows: Integers) -> list[str]:
        """``name(key,key)`` of rows."""
        return self._names(self.rows, rows)

    def _names(self, families: list[Named], places: Integers) -> list[str]:
        starts = np.array([family.start for family in families] or [0], dtype=np.int64)
        # families without members begin where the next one does: the last that begins there is meant
        which = np.searchsorted(starts, places, side="right") - 1
        labels, names = self.labels, []
        for number, place in zip(which.tolist(), places.tolist(), strict=True):
            family = families[number]
            names.append(f"{family.name}({','.join(labels[code] for code in family.codes[place - family.start])})")
        return names

    @property
    def hash(self) -> str:
        """SHA-256 of matrix, bounds and cost as run.json tells it."""
        digest = hashlib.sha256()
        for name in ("start", "index", "value", "row_lower", "row_upper", "column_lower", "column_upper", "cost"):
            digest.update(np.ascontiguousarray(self.arrays[name]).astype(self.arrays[name].dtype.newbyteorder("<")).tobytes())
        digest.update(repr((float(self.goal["offset"]), bool(self.goal["maximise"]))).encode())
        return digest.hexdigest()


def _families(told: list[Mapping[str, Any]], codes: Integers) -> list[Named]:
    found, start, code = [], 0, 0
    for family in told:
        count, parts = int(family["count"]), len(family["keys"])
        found.append(Named(family["name"], family["unit"], tuple(family["keys"]), start, codes[code : code + count * parts].reshape(count, parts, order="F")))
        start, code = start + count, code + count * parts
    return found
