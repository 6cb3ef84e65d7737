"""Checks many spoilt workbooks: whatever a file holds, a check ends with 0 or 2 and says so without a traceback.

    python -m tests.workbook.fuzz_checks 2000 [FIRST_SEED]

spoils the shipped workbook, reduced to its grassland, in one to three ways for each seed, and runs ``solve.py --check`` on it
in this process. Exit 1 and the seeds when any check ends otherwise, raises, or takes too long. The suite runs a few of them.

Limits: one way of spoiling at a time is drawn blindly; what it means is not judged, only that the check ends well.
"""

from __future__ import annotations

import contextlib
import io
import random
import re
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import openpyxl

from model.cli import main
from model.core.aside import workbook_bytes
from model.exits import EXIT_INPUT, EXIT_SOLVED
from tests.workbook.small_book import tell_alone

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT = (
    "settings", "scenarios", "regions", "periods", "time_slices", "water_zones", "grassland", "grass_measures", "grass_conditions", "grass_initial", "livestock",
)  # fmt: skip
#: Seconds that one check may take.
PATIENCE = 20.0
Parts = dict[str, bytes]

ODD_VALUES = (
    "", "0", "-1", "1e308", "1e400", "-1e-320", "NaN", "INF", "45 ", "0,250", "1,250", "１２", "4&#53;", "&#x202e;", "<![CDATA[7]]>", "#N/A", "=1+1", "&lt;", "é" * 40,
    "x" * 40_000, "_x0000_", "_xD800_", "2030", "2030.5", "west", "West", "reference", "nation", "all", "true", "kha", "t C", "NUL", "%s", "{name}", "{0}", "../x",
)  # fmt: skip
ODD_TYPES = ("", "n", "s", "str", "inlineStr", "b", "e", "d", "x")
ODD_ADDRESSES = ("A1", "XFD1048576", "A0", "AAAA1", "a3", "A20001", "GS2", "$A$1", "B2:C3", "", "A3", "é9")
SNIPPETS = (
    "<f>1</f>", "<v>1</v>", "<c/>", "<row/>", '<row r="5"/>', "<is><t>x</t></is>", "</c>", "<", "&", "&amp;", "<!--", "]]>", "<!DOCTYPE a>", '<x:f xmlns:x="u">1</x:f>',
    '<mergeCells><mergeCell ref="A1:C5"/></mergeCells>', '<mergeCell ref="A1"/>', ' t="e"', ' r="A3"', "\ufffd", "9" * 400,
)  # fmt: skip
_CELL = re.compile(rb"<c [^>]*?(?:/>|>.*?</c>)", re.DOTALL)
_ATTRIBUTE = re.compile(rb'"[^"]*"')


def small_workbook(source: Path, target: Path) -> Path:
    """The shipped workbook reduced to its grassland, with the reference scenario alone."""
    target.write_bytes(_reduced(source))
    return target


@cache
def _reduced(source: Path) -> bytes:
    book = openpyxl.load_workbook(source)
    for name in book.sheetnames:
        if name not in KEPT:
            del book[name]
    book["scenarios"].delete_rows(3, book["scenarios"].max_row)
    tell_alone(book)
    return workbook_bytes(book)


def _sheet(parts: Parts, draw: random.Random) -> str:
    return draw.choice([name for name in sorted(parts) if "/sheet" in name and name.endswith(".xml")] or sorted(parts))


def _odd_cell(parts: Parts, draw: random.Random) -> None:
    name = _sheet(parts, draw)
    found = list(_CELL.finditer(parts[name]))
    if not found:
        return
    at = draw.choice(found)
    address = re.search(rb' r="([A-Z]+[0-9]+)"', at.group())
    place = address.group(1).decode() if address and draw.random() < 0.8 else draw.choice(ODD_ADDRESSES)
    kind, text = draw.choice(ODD_TYPES), draw.choice(ODD_VALUES)
    inner = draw.choice((f"<v>{text}</v>", f"<is><t>{text}</t></is>", f"<f>{text}</f>", f"<f>1</f><v>{text}</v>", f"<v>{text}</v><v>1</v>", ""))
    cell = f'<c r="{place}"' + (f' t="{kind}"' if kind else "") + f">{inner}</c>"
    parts[name] = parts[name][: at.start()] + cell.encode("utf-8", "replace") + parts[name][at.end() :]


def _snippet(parts: Parts, draw: random.Random) -> None:
    name = draw.choice([_sheet(parts, draw), draw.choice(sorted(parts))])
    at = draw.randrange(len(parts[name]) + 1)
    if draw.random() < 0.7:  # between two elements, where it may stand
        at = parts[name].rfind(b"<", 0, at) if b"<" in parts[name][:at] else at
    parts[name] = parts[name][:at] + draw.choice(SNIPPETS).encode() + parts[name][at:]


def _cut(parts: Parts, draw: random.Random) -> None:
    name = draw.choice(sorted(parts))
    first = draw.randrange(len(parts[name]) + 1)
    parts[name] = parts[name][:first] + parts[name][first + draw.choice((1, 5, 50, 500, 10**6)) :]


def _attribute(parts: Parts, draw: random.Random) -> None:
    name = draw.choice([_sheet(parts, draw), draw.choice(sorted(parts))])
    found = list(_ATTRIBUTE.finditer(parts[name]))
    if found:
        at = draw.choice(found)
        text = draw.choice((*ODD_ADDRESSES, *ODD_TYPES, "-1", "1", "99999999999", "http://purl.oclc.org/ooxml/spreadsheetml/main"))
        parts[name] = parts[name][: at.start()] + f'"{text}"'.encode() + parts[name][at.end() :]


def _part(parts: Parts, draw: random.Random) -> None:
    name, other = draw.choice(sorted(parts)), draw.choice(sorted(parts))
    act = draw.choice(("drop", "swap", "rename", "empty", "encode", "case"))
    if act == "drop":
        del parts[name]
    elif act == "swap":
        parts[name], parts[other] = parts[other], parts[name]
    elif act == "empty":
        parts[name] = b""
    elif act == "encode":
        parts[name] = parts[name].decode("utf-8", "replace").encode("utf-16")
    else:
        parts[name.upper() if act == "case" else f"{name}2"] = parts.pop(name)


def _swap_cells(parts: Parts, draw: random.Random) -> None:
    """Two cells change their places in the file but not their addresses; or one is doubled."""
    name = _sheet(parts, draw)
    found = list(_CELL.finditer(parts[name]))
    if len(found) > 1:
        first, second = sorted(draw.sample(found, 2), key=lambda match: match.start())
        text = parts[name]
        parts[name] = text[: first.start()] + second.group() + text[first.end() : second.start()] + first.group() + text[second.end() :]


SPOIL: tuple[Callable[[Parts, random.Random], None], ...] = (_odd_cell, _odd_cell, _snippet, _cut, _attribute, _part, _swap_cells)


def spoilt(good: Path, seed: int) -> bytes:
    """The bytes of the workbook, spoilt as the seed says: some of its parts, or the file as a whole."""
    draw = random.Random(seed)
    with zipfile.ZipFile(good) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for _ in range(draw.choice((1, 1, 2, 3))):
        if parts:
            draw.choice(SPOIL)(parts, draw)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", draw.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    content = bytearray(buffer.getvalue())
    if draw.random() < 0.2:
        for _ in range(draw.choice((1, 3, 30))):
            content[draw.randrange(len(content))] = draw.randrange(256)
    if draw.random() < 0.03:
        del content[draw.randrange(len(content)) :]
    return bytes(content)


def check(good: Path, seed: int, folder: Path) -> str:
    """Check one spoilt workbook; what is wrong with how that ended, "" when nothing is."""
    path = folder / f"spoilt_{seed}.xlsx"
    path.write_bytes(spoilt(good, seed))
    out, errors = io.StringIO(), io.StringIO()
    started = time.perf_counter()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
            code = main([str(path), "--check", "--out", str(folder / "out")], ROOT)
    except BaseException as problem:  # whatever gets out is what is looked for here
        return f"seed {seed}: raised {type(problem).__name__}: {problem}"
    finally:
        path.unlink()
    seconds = time.perf_counter() - started
    told = errors.getvalue()
    if code not in (EXIT_SOLVED, EXIT_INPUT) or "Traceback" in told or "Exception ignored" in told:
        return f"seed {seed}: exit {code}: {told[-600:]}"
    if (code == EXIT_INPUT) != bool(told.strip()):
        return f"seed {seed}: exit {code} with {len(told)} characters of errors"
    left = [p.name for p in (folder / "out").rglob("*") if p.name.endswith(".part")]
    if left or seconds > PATIENCE:
        return f"seed {seed}: {seconds:.0f} s, left behind: {left}"
    return ""


def run(count: int, first: int = 0) -> list[str]:
    """Check ``count`` spoilt workbooks; everything that ended wrongly."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        good = small_workbook(ROOT / "inputs" / "three_regions.xlsx", folder / "grass.xlsx")
        return [wrong for seed in range(first, first + count) if (wrong := check(good, seed, folder))]


if __name__ == "__main__":
    asked = [int(text) for text in sys.argv[1:]] or [2000]
    problems = run(*asked)
    print("\n".join([*problems, f"{asked[0]} checks, {len(problems)} ended wrongly"]))
    sys.exit(bool(problems))
