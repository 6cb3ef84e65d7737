"""Whatever a user can see exists in English and Chinese and follows the language of the run."""

from __future__ import annotations

import ast
import pickle
import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from model import verbs
from model.cli import main
from model.core.declare import units
from model.core.declare.fault_texts import FAULTS
from model.core.declare.lines import LINES, STATUS, Said, reason, told
from model.core.declare.spec import Finding
from model.core.ledger import PostError
from model.exits import EXIT_INPUT
from model.workbook.messages import Notes
from tests.workbook.fuzz_checks import small_workbook

ROOT = Path(__file__).resolve().parent.parent
#: Four English words in a row are a sentence; fewer may be a name, a unit or a status.
SENTENCE = re.compile(r"\b[A-Za-z]{2,} [A-Za-z]{1,} [A-Za-z]{2,} [A-Za-z]{2,}")
CHINESE = re.compile(r"[一-鿿]")


@pytest.fixture(scope="module")
def chinese(workbook: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The grassland of the shipped workbook, in a workbook that asks for Chinese."""
    path = small_workbook(workbook, tmp_path_factory.mktemp("chinese") / "grass.xlsx")
    book = openpyxl.load_workbook(path)
    for row in book["settings"].iter_rows():
        if row[0].value == "language":
            row[1].value = "zh"
    book.save(path)
    return path


@pytest.fixture(scope="module")
def wrong(chinese: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with a word for a number, a unit that there is not, and a region that is not in ``regions``."""
    book = openpyxl.load_workbook(chinese)
    book["livestock"]["C3"] = "many"
    unit = next(cell for cell in book["livestock"][2] if cell.value)
    unit.value = "hectars/yr"
    book["grass_initial"]["A3"] = "wset"
    path: Path = tmp_path_factory.mktemp("wrong") / "wrong.xlsx"
    book.save(path)
    return path


def english(text: str) -> list[str]:
    """Lines that hold an English sentence; what stands in quotes is the user's own."""
    return [line for line in re.sub(r"'[^']*'|“[^”]*”", "", text).splitlines() if SENTENCE.search(line)]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--unknown-option",), ("--time-limit", "soon"), ("--time-limit",), ("--time-limit", "-1"), ("second.xlsx",), ("--scenario", "no_such"),
        ("--analysis", "no_such_analysis"), ("--write-model", "model.txt"), ("--write-model", "no folder/model.mps"), ("--solver-option", "threads"),
        ("--solver-option", "no_such_option=1"), ("--solver-option", "time_limit=soon"), ("--set", "settings!Z99=1"), ("--set", "nonsense"),
        ("--all",),
    ],
)  # fmt: skip
def test_what_is_asked_wrongly_is_told_in_chinese(arguments: tuple[str, ...], chinese: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert EXIT_INPUT == main([str(chinese), "--out", str(tmp_path), "--lang", "zh", *arguments], ROOT)
    shown = capfd.readouterr().err
    assert CHINESE.search(shown)
    assert [] == english(shown)


@pytest.mark.parametrize("lang", [("--lang", "zh"), ()])
def test_a_wrong_workbook_speaks_its_own_language_to_the_last_line(lang: tuple[str, ...], wrong: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Its findings and the line on where they are marked, in Chinese whether the run asks for it or the workbook does."""
    assert EXIT_INPUT == main([str(wrong), "--out", str(tmp_path), *lang], ROOT)
    shown = capfd.readouterr()
    assert "问题已标注在" in shown.out
    assert 3 <= len(shown.err.splitlines())
    assert "未知单位" in shown.err
    assert [] == english(shown.out + shown.err)


def test_a_wrong_workbook_is_told_in_english_when_the_run_asks_for_it(wrong: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert EXIT_INPUT == main([str(wrong), "--out", str(tmp_path), "--lang", "en"], ROOT)
    shown = capfd.readouterr()
    assert "findings marked in" in shown.out
    assert not CHINESE.search(shown.out.replace(str(tmp_path), "") + shown.err)


@pytest.mark.parametrize(
    "arguments",
    [
        ("explain", "BOOK", "--balance", "no_such"), ("explain", "BOOK", "--balance", "forage", "--region", "nowhere"), ("explain", "BOOK"),
        ("explain", "no_such.xlsx", "--balance", "land"), ("aggregate", "BOOK", "no folder/out.xlsx", "--by", "grid_region"),
        ("aggregate", "BOOK", "OUT", "--by", "no_such"), ("aggregate", "WRONG", "OUT", "--by", "grid_region"), ("no_such_verb",), ("template",),
        ("template", "no folder/out.xlsx"), ("diff", "BOOK", "WRONG"), ("diff", "BOOK", "no_such.xlsx"), ("diff", "BOOK", "BOOK", "--out", "OUT"), ("diff", "BOOK", "BOOK", "--scenario", "no_such"),
    ],
)  # fmt: skip
def test_verbs_refuse_in_chinese(arguments: tuple[str, ...], chinese: Path, wrong: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    places = {"BOOK": str(chinese), "WRONG": str(wrong), "OUT": str(tmp_path / "out.xlsx")}
    assert EXIT_INPUT == verbs.main([*(places.get(word, word) for word in arguments), "--lang", "zh"])
    shown = capfd.readouterr().err
    assert CHINESE.search(shown)
    assert [] == english(shown)


def test_a_verb_speaks_the_language_of_the_workbook_that_it_reads(chinese: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for lang, words in (((), "供给 >= 使用"), (("--lang=en",), "supply >= use")):
        assert 0 == verbs.main(["explain", str(chinese), "--balance", "forage", *lang])
        assert words in capfd.readouterr().out


def test_a_language_that_there_is_not_is_refused(tmp_path: Path) -> None:
    assert [EXIT_INPUT, EXIT_INPUT] == [verbs.main(["template", str(tmp_path / "a.xlsx"), *lang]) for lang in (["--lang", "fr"], ["--lang"])]
    assert [] == list(tmp_path.iterdir())


def test_a_line_that_is_said_keeps_both_languages() -> None:
    """Within another line, in an exception, in a finding, and when it comes back from another process."""
    with pytest.raises(units.UnitError) as caught:
        units.factor("hectars")
    inner = caught.value.args[0]
    assert "未知单位 'hectars'" in told(caught.value, "zh")
    outer = Said("rule_bounds", count=3, why=inner)
    assert ("unknown unit" in outer, "未知单位" in outer.told("zh")) == (True, True)
    assert outer.told("zh") == pickle.loads(pickle.dumps(outer)).told("zh")
    assert "键重复" in Finding("error", "a", "", Said("rule_doubled")).told("zh").message
    notes = Notes("zh")
    notes.add("unit_unknown", "a", "B2", why=inner, unit="ha")
    assert "未知单位" in notes.items[0].message
    assert ("free words", "磁盘已满") == (told("free words", "zh"), told(reason(OSError(28, "No space left on device")), "zh"))


def test_what_a_lever_can_not_post_names_lever_and_key_in_both_languages() -> None:
    error = PostError(Said("post_no_row", keys="sector=cars"), {"sector": "cars"})
    error.lever = "end_use"
    assert ["end_use: no row for sector=cars", "end_use: 缺少 sector=cars 的行"] == [error.told(lang) for lang in ("en", "zh")]


def spoken(call: ast.Call) -> bool:
    """Whether the message of a finding knows both languages: Chinese beside it, or a line of LINES."""
    if len(call.args) >= 6 or {"zh"} & {word.arg for word in call.keywords} or any(isinstance(argument, ast.Starred) for argument in call.args):
        return True
    return len(call.args) > 3 and not isinstance(call.args[3], ast.Constant | ast.JoinedStr)


def test_every_finding_that_code_makes_has_two_languages() -> None:
    """A plain English text as the message, with no Chinese beside it, is one that somebody forgot."""
    lacking, count = [], 0
    for path in sorted((ROOT / "model").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding":
                count += 1
                lacking += [] if spoken(node) else [f"{path.relative_to(ROOT)}:{node.lineno}"]
    assert 40 < count
    assert [] == lacking


def test_every_line_that_is_said_exists() -> None:
    """The names that code gives to Said and line stand in LINES."""
    named = set()
    for path in sorted((ROOT / "model").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Said", "line") and node.args:
                first = node.args[0]
                chosen = (first.body, first.orelse) if isinstance(first, ast.IfExp) else (first,)
                named |= {part.value for part in chosen if isinstance(part, ast.Constant)}
    assert set() == {name for name in named if name not in LINES}
    assert 60 < len(named)


def test_the_command_line_needs_no_workbook_to_refuse_in_chinese() -> None:
    """In a process of its own: nothing that a library prints comes before the line."""
    done = subprocess.run([sys.executable, "solve.py", "--no-such", "--lang=zh"], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert (EXIT_INPUT, "solve.py：没有选项 --no-such（见 --help）\n", "") == (done.returncode, done.stderr, done.stdout)


def test_no_line_takes_the_place_of_another() -> None:
    """Catalogues are put together from parts: a name that stands in two of them would say what the later one says."""
    tree = ast.parse((ROOT / "model" / "core" / "declare" / "lines.py").read_text(encoding="utf-8"))
    names = [str(key.value) for node in ast.walk(tree) if isinstance(node, ast.Dict) for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
    assert len(names) > 50
    assert [] == [name for name in names if name in FAULTS or (names.count(name) > 1 and name in LINES and name not in STATUS)]
