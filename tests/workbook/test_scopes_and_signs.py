"""What may stand for a scope is told word by word; a key that a spreadsheet would take for a formula is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.core.declare.schema import Schema
from model.core.declare.spec import Column, Finding, Table
from model.workbook.book import check_book
from model.workbook.messages import Language
from tests.workbook.toy import SCHEMA, put, toy, write

RULES = Table(
    "rules",
    (
        Column("rule", "", "text", key=True, free=True, en="Rule", zh="规则"),
        Column("scope", "", "text", ref="regions.region|group:{regions.region_group}", choices=("nation",), en="Scope", zh="范围"),
    ),
)
OF_RULES = Schema({**SCHEMA.tables, RULES.name: RULES}, SCHEMA.settings)
HEAD = [["rule", "scope", "active", "source", "quality", "note"], ["", ""]]


def found(path: Path, rule: str = "a", scope: str = "nation", regions: int = 0, lang: Language = "en") -> list[Finding]:
    """Errors of a workbook with one row of rules in row 3, and so many regions more than west and east."""
    sheets = toy()
    sheets["rules"] = [*HEAD, [rule, scope, 1, "a book", "reported", ""]]
    for number in range(regions):
        put(sheets, "regions", f"A{5 + number}", f"r{number}")
        for column, value in zip("BCDEFGHIJKL", (f"R{number}", f"区{number}", "developed", 2, number + 1, 1, "a book", "reported", "", "developed", "east"), strict=True):
            put(sheets, "regions", f"{column}{5 + number}", value)
    return [finding for finding in check_book(write(sheets, path / "toy.xlsx"), OF_RULES, lang=lang)[1] if finding.sheet == "rules" and finding.level == "error"]


def test_an_unknown_scope_is_told_what_may_be_written(tmp_path: Path) -> None:
    """The nation, the regions, and the groups with their beginning; never the pattern of the declaration."""
    (finding,) = found(tmp_path, scope="group:wset")
    assert ("B3", "'group:wset' is not in nation, west, east, group:west, group:developed") == (finding.cell, finding.message)
    (chinese,) = found(tmp_path, scope="group:wset", lang="zh")
    assert "'group:wset' 不在 nation, west, east, group:west, group:developed 中" == chinese.message


def test_a_long_list_of_scopes_is_shortened(tmp_path: Path) -> None:
    """Eight of the eleven regions, then how many more there are: three."""
    (finding,) = found(tmp_path, scope="moon", regions=9)
    assert "'moon' is not in nation, west, east, r0, r1, r2, r3, r4, r5, … (+3), group:west, group:developed" == finding.message


@pytest.mark.parametrize("sign", ["+", "-"])
def test_a_free_key_does_not_begin_like_a_formula(tmp_path: Path, sign: str) -> None:
    """Within a key a sign is fine."""
    (finding,) = found(tmp_path, rule=f"{sign}1")
    assert ("A3", f"the key '{sign}1' in rule would be a formula in a spreadsheet that opens the results") == (finding.cell, finding.message)
    assert finding.expected == "a name that begins with neither + nor -"
    assert [] == found(tmp_path, rule=f"a{sign}1")
