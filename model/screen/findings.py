"""Prints what was found in a workbook, and what an ``OK`` counts.

Limits: errors go to the error output, the rest to the output.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..core.declare.lines import line
from ..core.declare.spec import Finding

if TYPE_CHECKING:
    from ..workbook.book import Book


def print_findings(findings: Sequence[Finding], lang: str, *, every: bool, quiet: bool) -> None:
    """Each finding on a line, but rows switched off and sheets that end with the plan on one; infos only with ``every``, otherwise their number."""
    from ..workbook.messages import goes_on, is_row_off

    off = Counter(finding.sheet for finding in findings if is_row_off(finding))
    if off and every and not quiet:
        print(line("rows_off", lang, count=off.total(), sheets=", ".join(f"{sheet} {count}" for sheet, count in off.items())))
    infos = 0
    flat: dict[str, list[str]] = {}
    for finding in (finding.told(lang) for finding in findings):
        if is_row_off(finding):
            continue
        if goes_on(finding):
            flat.setdefault(finding.message, []).append(finding.sheet)
            continue
        if finding.level == "info" and not every:
            infos += 1
            continue
        if finding.level != "error" and quiet:
            continue
        stream = sys.stderr if finding.level == "error" else sys.stdout
        print(f"{'' if finding.level == 'error' else finding.level + ': '}{finding}", file=stream)
    if every and not quiet:
        for message, sheets in flat.items():
            print(f"info: {', '.join(sheets)}: {message}")
    else:
        infos += sum(len(sheets) for sheets in flat.values())
    if infos and not quiet:
        print(line("remarks", lang, count=infos))


def print_ok(book: Book, lang: str) -> None:
    """What a workbook that is right holds: regions, periods, slices, and rows by sheet."""
    counts = book.counts()
    rows = counts["rows"]
    assert isinstance(rows, dict)
    words = ("regions", "periods", "slices") if lang != "zh" else ("地区", "时期", "时段")
    print(f"OK: {counts['regions']} {words[0]}, {counts['periods']} {words[1]}, {counts['slices']} {words[2]}")
    print(", ".join(f"{name} {number}" for name, number in rows.items()))
