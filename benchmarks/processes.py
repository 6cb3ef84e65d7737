"""Runs each measurement in a process of its own, one after the other, and remembers it, so that a stopped run goes on.

Every finished run is a line of ``runs.jsonl``, known by what was run, on which workbook, by which code and versions. A
run that is there is not repeated; a change of the model, of these scripts, of the workbook or of a package makes it a new one.
Routes take turns, so that a busy minute does not fall on one route alone.

Limits: failures are told in the table but not remembered: the next run tries them again.
"""

from __future__ import annotations

import hashlib
import json
import math
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
#: What writes the report takes no part in a measurement.
NOT_MEASURED = ("report.py", "goals.py", "charts.py", "processes.py")
#: Statuses after which the same run again would tell nothing new.
ENOUGH = ("not available", "failed", "given up", "time limit reached", "differs")

Result = dict[str, Any]


@dataclass(frozen=True)
class Task:
    """One line of a table: ``words`` say what the process does, ``repeat`` how often."""

    part: str
    size: str
    route: str
    words: tuple[str, ...]
    repeat: int
    facts: Mapping[str, Any] = field(default_factory=dict, compare=False)


@dataclass
class Store:
    """The runs on disk; ``versions`` are those of the machine and its packages."""

    path: Path
    versions: Mapping[str, str]
    known: dict[str, Result] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.path.exists():
            for line in self.path.read_text(encoding="utf-8").splitlines():
                try:
                    entry = json.loads(line)
                except json.JSONDecodeError:
                    continue  # the last line of a run that was stopped while writing
                self.known[entry["key"]] = entry["result"]

    def key(self, task: Task, number: int) -> str:
        """What the run is known by."""
        what = [task.part, task.size, *(_content(word) for word in task.words), str(number), _code(), *sorted(f"{k} {v}" for k, v in self.versions.items())]
        return hashlib.sha256("\0".join(what).encode()).hexdigest()

    def results(self, task: Task) -> list[Result]:
        """All runs of the task that are known."""
        keys = [self.key(task, number) for number in range(task.repeat)]
        return [self.known[key] for key in keys if key in self.known]

    def add(self, key: str, result: Result) -> None:
        """Remember a run, on disk too unless it failed."""
        self.known[key] = result
        if not str(result["status"]).startswith(("failed", "given up")):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8", newline="\n") as file:
                file.write(json.dumps({"key": key, "result": result}) + "\n")


@cache
def workbook_hash(path: Path) -> str:
    """SHA-256 of a workbook: its stored matrix is named by it."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _content(word: str) -> str:
    """A workbook counts by what is in it, a stored matrix by its name, which is the workbook's hash; other words as they are."""
    path = Path(word)
    if path.suffix == ".xlsx":
        return workbook_hash(path)
    return path.name if path.suffix == ".npz" else word


@cache
def _code() -> str:
    digest = hashlib.sha256()
    files = [*sorted((HERE.parent / "model").rglob("*.py")), *sorted(p for p in HERE.glob("*.py") if p.name not in NOT_MEASURED)]
    for path in files:
        digest.update(path.relative_to(HERE.parent).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def in_process(words: Sequence[str], patience: float) -> Result:
    """One route in a new Python process; its last line of output is the result. What fails or lasts too long says so."""
    command = [sys.executable, str(HERE / "run.py"), "--route", *words]
    try:
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=patience)
    except subprocess.TimeoutExpired:
        return nothing(f"given up after {patience:.0f} s")
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        return nothing(f"failed: {last}")
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def nothing(status: str) -> Result:
    """The result of a run that measured nothing."""
    return {"status": status, "seconds": {}, "objective": math.nan, "peak_mb": math.nan}


def turns(tasks: Sequence[Task], store: Store, run: Callable[[Sequence[str]], Result]) -> None:
    """Every task once, then again, until each has its repetitions; one that is not available is not repeated."""
    for number in range(max((task.repeat for task in tasks), default=0)):
        for task in tasks:
            key = store.key(task, number)
            if number >= task.repeat or key in store.known:
                continue
            if any(str(result["status"]).startswith(ENOUGH) for result in store.results(task)):
                continue
            print(f"{task.part}, {task.size}, {number + 1}/{task.repeat}: {task.route}", file=sys.stderr, flush=True)
            store.add(key, run(task.words))
