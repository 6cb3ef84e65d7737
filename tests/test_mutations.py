"""The list of planted faults fits the code: each names a text that stands in its file, and tests that exist; its page is that of the list."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FAULTS = json.loads((ROOT / "tests" / "mutations" / "list.json").read_text(encoding="utf-8"))


def test_the_text_of_every_fault_stands_once_in_its_function() -> None:
    """A text that was moved or reworded would be a fault that nobody plants: ``mutated`` refuses it."""
    plant = runpy.run_path(str(ROOT / "tests" / "mutations" / "run.py"))["mutated"]
    for fault in FAULTS:
        code = (ROOT / fault["file"]).read_text(encoding="utf-8")
        assert code != plant(code, fault), fault


def test_the_tests_of_every_fault_exist() -> None:
    for fault in FAULTS:
        files = [word for word in [*fault["tests"], fault.get("killed_by", "")] if word.startswith("tests/")]
        assert files, fault
        assert [] == [name for name in files if not (ROOT / name.partition("::")[0]).exists()], fault


def test_the_page_is_that_of_the_list() -> None:
    run = runpy.run_path(str(ROOT / "tests" / "mutations" / "run.py"))
    page = (ROOT / "tests" / "mutations" / "README.md").read_text(encoding="utf-8")
    assert run["table"](FAULTS, run["last_run"]()) == page, "python tests/mutations/run.py --page writes it anew"
