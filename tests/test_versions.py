"""Every floor of pyproject.toml is a version that CI installs and runs: the constraints of the lowest environment are those floors."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pandas as pd
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from model.core.frames import stack

ROOT = Path(__file__).resolve().parent.parent
LOWEST = ROOT / ".ci" / "lowest.txt"


def declared() -> list[Requirement]:
    """The requirements of the package and of its extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    return [Requirement(text) for listed in (project["dependencies"], *extras) for text in listed]


def versions(requirement: Requirement, operator: str) -> list[Version]:
    """The versions that the requirement names after ``operator``."""
    return [Version(part.version) for part in requirement.specifier if part.operator == operator]


def test_each_floor_is_the_version_that_the_lowest_environment_installs() -> None:
    lines = [line for line in LOWEST.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    installed = {canonicalize_name(r.name): versions(r, "==") for r in map(Requirement, lines)}
    floors: dict[str, set[Version]] = {}
    for requirement in declared():
        floors.setdefault(canonicalize_name(requirement.name), set()).update(versions(requirement, ">="))
    assert {name: sorted(found) for name, found in floors.items()} == installed


def test_ci_installs_every_extra_in_the_lowest_environment() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (line,) = [line for line in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines() if "lowest.txt" in line and "pip install" in line]
    assert set(project["optional-dependencies"]) == set(line.split("[")[1].split("]")[0].split(","))


@pytest.mark.filterwarnings("error")
def test_an_empty_frame_has_no_say_in_the_type_of_a_column() -> None:
    """An empty table of objects above two rows of whole numbers: the rows stay whole numbers and are numbered from 0."""
    empty = pd.DataFrame({"year": pd.Series([], dtype=object)})
    filled = pd.DataFrame({"year": [2020, 2030]}, index=[5, 6])
    found = stack([empty, filled])
    assert "int64" == str(found["year"].dtype)
    assert [0, 1] == list(found.index)
    assert ["year"] == list(stack([empty, empty]).columns)
