"""What is finished of an ensemble, kept on disk while it runs, so that one that was stopped goes on where it was.

One line of JSON for each finished member, under a first line that names the job; a line that is not whole was being written when the run was stopped.

Limits: rows of another job (another workbook, other options, another version) are not taken over.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from .work import LOST, Job, Row

JOB, KEY, ROW = "job", "key", "row"


class Journal:
    """The rows of a job in a file. OSError where it can not be written."""

    def __init__(self, path: Path, job: Job) -> None:
        self.path = path
        self.known: dict[str, Row] = {}
        self._file: IO[str] | None = None
        lines = _lines(path)
        if lines and lines[0].get(JOB) == job.digest:
            for entry in lines[1:]:
                row = _row(entry)
                if row is not None:
                    self.known[str(entry.get(KEY))] = row
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("w", encoding="utf-8", newline="\n")
        self._write({JOB: job.digest})
        for key, row in self.known.items():
            self._write({KEY: key, ROW: _plain(row)})

    def add(self, key: str, row: Row) -> None:
        """Keep a row; one that was lost is to be tried again next time."""
        if row.status != LOST:
            self._write({KEY: key, ROW: _plain(row)})

    def close(self, finished: bool) -> None:
        """Close the file; of a finished ensemble nothing is kept."""
        if self._file is not None:
            self._file.close()
            self._file = None
        if finished:
            self.path.unlink(missing_ok=True)

    def _write(self, entry: Mapping[str, Any]) -> None:
        assert self._file is not None
        self._file.write(json.dumps(entry, ensure_ascii=False, separators=(",", ":")) + "\n")
        self._file.flush()


def short(key: str) -> str:
    """A member's key in a few letters."""
    return hashlib.sha256(key.encode()).hexdigest()[:24]


def _plain(row: Row) -> dict[str, Any]:
    """A row as JSON holds it exactly: numbers by their shortest text, those that are none as nothing."""
    found = asdict(row) | {"problem": str(row.problem)}
    found["objective"] = None if math.isnan(row.objective) else row.objective
    found["values"] = {name: None if math.isnan(value) else value for name, value in row.values.items()}
    return found


def _row(entry: Mapping[str, Any]) -> Row | None:
    """A row as it was kept, None where it is none."""
    try:
        found = dict(entry[ROW])
        values = {str(name): _number(value) for name, value in dict(found["values"]).items()}
        return Row(str(found["name"]), str(found["status"]), _number(found["objective"]), str(found["route"]), float(found["seconds"]), str(found["problem"]), values)
    except (KeyError, TypeError, ValueError):
        return None


def _number(value: object) -> float:
    return math.nan if value is None else float(str(value))


def _lines(path: Path) -> list[dict[str, Any]]:
    """The whole lines of a file; none where there is no such file or it holds something else."""
    try:
        texts = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError):
        return []
    found = []
    for text in texts:
        try:
            entry = json.loads(text)
        except ValueError:
            continue
        if isinstance(entry, dict):
            found.append(entry)
    return found
