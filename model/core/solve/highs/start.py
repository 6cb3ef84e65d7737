"""A basis kept by the names of rows and columns, so that a changed model can start from it.

    start = Start.of(build, matrix, basis_of(highs))
    start.save(path)
    columns, rows = Start.load(path).basis_for(changed, its_matrix).statuses

What a plan consists of hardly moves when a few cells do: the columns that were basic mostly are again. A name that the kept basis does not know gets the
status that it has in no plan: a column at its bound, a row that does not bind. HiGHS repairs what is then missing or too much.

The file is a compressed archive of three arrays without a pickle: a text (families and labels as JSON), their codes, and a status for each name.

Limits: a start changes how long a solve takes and, where several plans are optimal, which of them is found; never the optimum.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...aside import aside
from ...build.build import Build
from ..matrix import Matrix

Statuses = npt.NDArray[np.int8]
Integers = npt.NDArray[np.int64]
#: Statuses of HiGHS (HighsBasisStatus) as the numbers that are kept.
LOWER, BASIC, UPPER, ZERO = 0, 1, 2, 3
#: Layout of the file; another one is not read.
LAYOUT = 1
#: What a row and what a column is called in the file.
ROW, COLUMN = "row", "column"
#: Largest file that is looked into, and largest size of what it holds: a start of 31 provinces takes a hundredth.
MOST_BYTES, MOST_ENTRIES = 50_000_000, 50_000_000


class StartError(ValueError):
    """A file that is no start: not ours, of another layout, or damaged."""


@dataclass(frozen=True)
class Names:
    """The names of one family: ``codes`` has a row for each, a column for each part of its key, as a number among the labels."""

    kind: str
    family: str
    codes: npt.NDArray[np.int32]
    #: Position of each in the matrix.
    place: Integers


@dataclass(frozen=True)
class Fit:
    """A basis for a model: ``statuses`` of its columns and rows, and the share of its names that the start knows."""

    statuses: tuple[Statuses, Statuses]
    known: float


@dataclass(frozen=True)
class Start:
    """Statuses of all names of a plan's model. ``labels`` are the parts of keys; ``families`` (kind, family, count, parts) in order of ``codes`` and ``statuses``."""

    labels: tuple[str, ...]
    families: tuple[tuple[str, str, int, int], ...]
    codes: npt.NDArray[np.int32]
    statuses: Statuses

    @classmethod
    def of(cls, build: Build, matrix: Matrix, basis: tuple[Statuses, Statuses]) -> Start:
        """The start that a basis (columns, rows) of the matrix of a build is."""
        labels: dict[str, int] = {}
        names = list(_names(build, matrix, labels))
        by_kind = {COLUMN: basis[0], ROW: basis[1]}
        return cls(
            tuple(labels),
            tuple((n.kind, n.family, *n.codes.shape) for n in names),
            np.concatenate([n.codes.ravel(order="F") for n in names]),
            np.concatenate([by_kind[n.kind][n.place] for n in names]),
        )

    @cached_property
    def _kept(self) -> dict[tuple[str, str], tuple[npt.NDArray[np.int32], Statuses]]:
        """Codes and statuses of each family."""
        kept, code, status = {}, 0, 0
        for kind, family, count, parts in self.families:
            codes = self.codes[code : code + count * parts].reshape(count, parts, order="F")
            kept[kind, family] = codes, self.statuses[status : status + count]
            code, status = code + count * parts, status + count
        return kept

    def basis_for(self, build: Build, matrix: Matrix) -> Fit:
        """The basis of another model that is closest to this one: what both name has the status it had, if its bounds still allow that."""
        labels = {label: number for number, label in enumerate(self.labels)}
        columns, rows = np.full(len(matrix.cost), LOWER, dtype=np.int8), np.full(len(matrix.row_lower), BASIC, dtype=np.int8)
        known = 0
        for names in _names(build, matrix, labels):
            found = self._kept.get((names.kind, names.family))
            if found is None or found[0].shape[1] != names.codes.shape[1]:
                continue
            there, status = _aligned(names.codes, *found)
            (columns if names.kind == COLUMN else rows)[names.place[there]] = status
            known += len(there)
        return Fit(
            (allowed(columns, matrix.column_lower, matrix.column_upper), allowed(rows, matrix.row_lower, matrix.row_upper)),
            known / max(1, len(columns) + len(rows)),
        )

    def save(self, path: Path) -> None:
        """Write the file, all of it or nothing; OSError when that is not possible."""
        with aside(path) as part:
            part.write_bytes(self._bytes)

    @property
    def _bytes(self) -> bytes:
        text = json.dumps({"layout": LAYOUT, "labels": self.labels, "families": self.families}, ensure_ascii=True)
        buffer = io.BytesIO()
        np.savez_compressed(buffer, text=np.frombuffer(text.encode(), dtype=np.uint8), codes=self.codes, statuses=self.statuses)
        return buffer.getvalue()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what is kept."""
        made = hashlib.sha256(json.dumps([self.labels, self.families]).encode())
        for array in (self.codes.astype("<i4"), self.statuses):
            made.update(np.ascontiguousarray(array).tobytes())
        return made.hexdigest()

    @classmethod
    def load(cls, path: Path) -> Start:
        """Read a file; StartError when it is no start, OSError when it can not be read."""
        if path.stat().st_size > MOST_BYTES:
            raise StartError(f"{path.name} is larger than any start")
        try:
            with zipfile.ZipFile(path) as archive:
                if sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES:
                    raise StartError(f"{path.name} holds more than any start")
            with np.load(path, allow_pickle=False) as file:
                text = json.loads(bytes(file["text"]).decode())
                codes, statuses = file["codes"], file["statuses"]
            if text["layout"] != LAYOUT:
                raise StartError(f"{path.name} has another layout")
            if type(text["layout"]) is not int or (codes.dtype, statuses.dtype) != (np.int32, np.int8):
                raise StartError(f"{path.name} holds other kinds of numbers")
            families = tuple((str(kind), str(family), int(count), int(parts)) for kind, family, count, parts in text["families"])
            start = cls(tuple(str(label) for label in text["labels"]), families, codes, statuses)
        except (StartError, OSError):
            raise
        except Exception as error:  # what reading damaged bytes ends in is as manifold as the parsers behind it
            raise StartError(f"{path.name} is no start: {error}") from error
        if not start._is_whole:
            raise StartError(f"{path.name} is damaged")
        return start

    @property
    def _is_whole(self) -> bool:
        counts = [(count, parts) for _, _, count, parts in self.families]
        return (
            all(0 <= count < MOST_ENTRIES and 0 <= parts < MOST_ENTRIES for count, parts in counts)
            and self.codes.shape == (sum(count * parts for count, parts in counts),)
            and self.statuses.shape == (sum(count for count, _ in counts),)
            and bool(np.isin(self.statuses, (LOWER, BASIC, UPPER, ZERO)).all())
            and bool(((self.codes >= 0) & (self.codes < max(1, len(self.labels)))).all())
        )


def _names(build: Build, matrix: Matrix, labels: dict[str, int]) -> Iterator[Names]:
    """Names of columns, then of rows, family by family; labels not met before are added to ``labels``."""
    for family in build.families.values():
        first, last = np.searchsorted(matrix.column_position, (family.start, family.start + len(family)))
        at = np.arange(first, last, dtype=np.int64)
        yield Names(COLUMN, family.spec.name, _codes(family.frame.iloc[matrix.column_position[at] - family.start], labels), at)
    of_row = pd.Series(matrix.row_family, dtype=object)
    for name, group in of_row.groupby(of_row, sort=False):
        at = group.index.to_numpy(dtype=np.int64)
        yield Names(ROW, str(name), _codes(build.rows[str(name)][0].iloc[matrix.row_index[at]], labels), at)


def _codes(keys: pd.DataFrame, labels: dict[str, int]) -> npt.NDArray[np.int32]:
    """Every part of every key as its number among the labels."""
    codes = np.empty(keys.shape, dtype=np.int32)
    for column, name in enumerate(keys.columns):
        number, level = pd.factorize(keys[name])
        numbers = np.array([labels.setdefault(str(label), len(labels)) for label in level], dtype=np.int32)
        codes[:, column] = numbers[number] if len(numbers) else 0
    return codes


def _aligned(codes: npt.NDArray[np.int32], kept: npt.NDArray[np.int32], statuses: Statuses) -> tuple[Integers, Statuses]:
    """Which of the names are kept, and the status of each of these."""
    if codes.shape == kept.shape and np.array_equal(codes, kept):
        return np.arange(len(codes), dtype=np.int64), statuses
    if not codes.shape[1] or not len(kept) or not len(codes):
        return np.arange(0, dtype=np.int64), statuses[:0]
    both = pd.DataFrame(np.concatenate([kept, codes])).groupby(list(range(codes.shape[1])), sort=False).ngroup().to_numpy()
    place = np.full(both.max() + 1, -1, dtype=np.int64)
    place[both[: len(kept)]] = np.arange(len(kept))
    where = place[both[len(kept) :]]
    there = np.flatnonzero(where >= 0)
    return there, statuses[where[there]]


def allowed(status: Statuses, lower: npt.NDArray[np.float64], upper: npt.NDArray[np.float64]) -> Statuses:
    """Statuses that the bounds allow: nothing is at a bound that it does not have."""
    low, high = np.isfinite(lower), np.isfinite(upper)
    outside = np.where(high, UPPER, ZERO)
    status = np.where((status == LOWER) & ~low, outside, status)
    inside = np.where(low, LOWER, ZERO)
    status = np.where((status == UPPER) & ~high, inside, status)
    at_bound = np.where(low, LOWER, UPPER)
    return np.where((status == ZERO) & (low | high), at_bound, status).astype(np.int8)
