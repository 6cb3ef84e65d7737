"""The tutorial holds: its steps are done one after the other as they stand, and the Chinese page has the same ones.

Limits: the workbook that is borrowed has few of its periods; cells are written by openpyxl and not by a spreadsheet program; sentences are not compared.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from model.cli import main
from model.core.aside import save_workbook
from model.reporting.words.excel_words import WORDS
from model.verbs import main as verbs
from tests.workbook.small_book import keep_days, keep_years

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "tutorial"
PAGES = {"en": FOLDER / "first_plan.md", "zh": FOLDER / "first_plan.zh.md"}
CELL = re.compile(
    r"^\| `(?P<book>[^`]+\.xlsx)` \| `(?P<sheet>\w+)!(?P<cell>[A-Z]+\d+)` \| (?:`(?P<holds>[^`]+)` )?\| `(?P<write>[^`]+)` \|$"
)
COPY = re.compile(r"^- \D*`(?P<source>[^`]+\.xlsx)`\D*`(?P<target>[^`]+\.xlsx)`")
COMMAND = re.compile(r"^python (?P<rest>.+?)(?:\s+#.*?(?P<code>\d+))?$")
MADE = re.compile(r"`(reports/[^`]+)`")


@dataclass(frozen=True)
class Step:
    """A thing to do: save a workbook under a name, write a cell, run a command, or find a file."""

    kind: str
    what: tuple[str, ...]
    code: int = 0


def steps(page: Path) -> list[Step]:
    """The steps of a page in order; the option ``--lang zh`` is left out, so that pages compare."""
    found = []
    for line in page.read_text(encoding="utf-8").splitlines():
        if cell := CELL.match(line):
            found.append(Step("cell", (cell["book"], cell["sheet"], cell["cell"], cell["holds"] or "", cell["write"])))
        elif copy := COPY.match(line):
            found.append(Step("copy", (copy["source"], copy["target"])))
        elif command := COMMAND.match(line):
            found.append(Step("command", tuple(shlex.split(command["rest"].replace(" --lang zh", ""))), int(command["code"] or 0)))
        else:
            found += [Step("file", (name,)) for name in MADE.findall(line)]
    return found


def text_of(value: object) -> str:
    return "" if value is None else str(value)


def write(text: str) -> object:
    """What a spreadsheet program makes of what is typed."""
    try:
        return float(text)
    except ValueError:
        return text


def type_in(cells: list[Step], path: Path, opened: dict[Path, Workbook]) -> None:
    """Write the cells of a workbook that follow one another, as a reader does who saves it when all are typed, and leaves it open."""
    if path not in opened:
        opened[path] = openpyxl.load_workbook(path)
    book = opened[path]
    for step in cells:
        _, sheet, cell, holds, typed = step.what
        held = book[sheet][cell].value
        assert holds == (f"{held:g}" if isinstance(held, float) else text_of(held)), f"{sheet}!{cell}"
        book[sheet][cell].value = write(typed)
    save_workbook(book, path)


def together(found: list[Step]) -> list[list[Step]]:
    """Each step by itself, cells of one workbook that follow one another together."""
    groups: list[list[Step]] = []
    for step in found:
        last = groups[-1][-1] if groups else None
        if last is not None and ("cell", step.what[0]) == (step.kind, last.what[0]) and last.kind == "cell":
            groups[-1].append(step)
        else:
            groups.append([step])
    return groups


def do(group: list[Step], folder: Path, opened: dict[Path, Workbook]) -> None:
    """Do a step, or some cells, in ``folder``, as a reader would in the folder of solve.py."""
    step = group[0]
    if step.kind == "copy":
        source, target = step.what
        book = openpyxl.load_workbook(ROOT / source)
        keep_years(book)
        keep_days(book)
        save_workbook(book, folder / target)
        opened[folder / target] = book
    elif step.kind == "cell":
        type_in(group, folder / step.what[0], opened)
    elif step.kind == "file":
        assert (folder / step.what[0]).is_file(), step.what[0]
    elif step.what[0] == "solve.py":
        assert step.code == main(list(step.what[1:]), folder), step.what
    else:
        assert ("-m", "model") == step.what[:2]
        assert step.code == verbs(list(step.what[2:])), step.what


def test_both_pages_have_the_same_steps_and_sections() -> None:
    assert steps(PAGES["en"]) == steps(PAGES["zh"])
    levels = {lang: re.findall(r"^(#+) ", page.read_text(encoding="utf-8"), re.MULTILINE) for lang, page in PAGES.items()}
    assert levels["en"] == levels["zh"]


def test_the_page_is_read_as_it_is_meant() -> None:
    """Every line of its tables, and every command, is a step: none is passed over because it is written otherwise."""
    text = PAGES["en"].read_text(encoding="utf-8")
    found = [step.kind for step in steps(PAGES["en"])]
    assert len(re.findall(r"^\| `", text, re.MULTILINE)) == found.count("cell")
    assert len(re.findall(r"^python ", text, re.MULTILINE)) == found.count("command")
    assert (1, True) == (found.count("copy"), found.count("file") > 4)
    assert [2, 3] == [step.code for step in steps(PAGES["en"]) if step.code]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_headings_that_the_page_names_are_those_of_the_first_sheet(lang: str) -> None:
    text = PAGES[lang].read_text(encoding="utf-8")
    words = [WORDS[name][lang == "zh"] for name in ("net_table", "group_table", "scarcest", "net")]
    assert [] == [word for word in words if re.split(r" \(|（", word)[0] not in text]


@pytest.mark.slow
def test_the_tutorial_runs_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """Each command ends as the page says, each file that it names is there, and the cell made wrong is the first that is told."""
    monkeypatch.chdir(tmp_path)
    opened: dict[Path, Workbook] = {}
    for group in together(steps(PAGES["en"])):
        step = group[0]
        capfd.readouterr()
        do(group, tmp_path, opened)
        told = capfd.readouterr()
        if step.code == 2:
            assert "settings!B7: " in told.err + told.out
        if step.code == 3:
            lines = [line.strip() for line in (told.out + told.err).splitlines()]
            assert [True] == ["new_forest_targets!D4" in line for line in lines if line.startswith("first: ")]
            assert any(line.startswith("or: ") for line in lines)
    assert "conflict" in openpyxl.load_workbook(tmp_path / "reports" / "two_regions" / "infeasibility.xlsx", read_only=True).sheetnames
