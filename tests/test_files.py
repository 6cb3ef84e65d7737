"""What a run leaves on the disk and says of it: whole paths, both languages, no folder by mistake, no part of a file."""

from __future__ import annotations

import errno
import os
import re
import string
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from model.cli import main
from model.core.aside import aside, require_folder
from model.core.declare.lines import LINES, STATUS, status_word
from model.exits import BY_STATUS, EXIT_INPUT, EXIT_SOLVED
from model.reporting.files.csvfiles import read_csv, write_csv
from model.reporting.tables.columns import TABLES, conform
from model.workbook.texts import CATALOGUE
from tests.workbook.fuzz_checks import run as fuzz
from tests.workbook.fuzz_checks import small_workbook

ROOT = Path(__file__).resolve().parent.parent
CHINESE = re.compile("[\u4e00-\u9fff]")
#: Few enough for every run of the suite; ``python -m tests.workbook.fuzz_checks 2000`` does more.
FUZZED = 60
#: Bytes of a disk on which no report fits.
TINY_DISK = 96 * 1024


@pytest.fixture(scope="module")
def small(workbook: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_workbook(workbook, tmp_path_factory.mktemp("small") / "grass.xlsx")


@pytest.fixture(scope="module")
def wrong(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook with a mistake in a cell."""
    book = openpyxl.load_workbook(small)
    book["livestock"]["C3"] = "many"
    path = tmp_path_factory.mktemp("wrong") / "wrong.xlsx"
    book.save(path)
    return path


def solve(*arguments: object) -> int:
    return main([str(argument) for argument in arguments], ROOT)


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_line_and_finding_has_two_languages_with_the_same_gaps() -> None:
    pairs = {**LINES, **{kind: (f"{t.en} {t.en_expected}", f"{t.zh} {t.zh_expected}") for kind, t in CATALOGUE.items()}}
    assert [] == [kind for kind, (en, zh) in pairs.items() if gaps(en) != gaps(zh) or CHINESE.search(en.replace("是 or 否", ""))]
    # the bare status, in a word of its own, a comma and a list of names need no Chinese around them
    assert ["ended", "explain_and", "replay_cell"] == [kind for kind, (_, zh) in pairs.items() if not CHINESE.search(zh)]
    assert set(BY_STATUS) == set(STATUS)
    assert ("optimal", "已求得最优解", "other") == (status_word("optimal", None), status_word("optimal", "zh"), status_word("other", "zh"))


def test_a_clean_check_writes_nothing_and_tells_rows_that_are_off_on_one_line(workbook: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The shipped workbook holds rows that are switched off, sheets that end with the plan, and felling that the stands of one region do not hold.

    Five lines: one for each of these, then the two of what was read.
    """
    for lang, words in (("en", "rows are switched off (active = 0): scenarios "), ("zh", "行（active = 0）：scenarios ")):
        assert EXIT_SOLVED == solve(workbook, "--check", "--out", tmp_path / "out", "--lang", lang)
        told = capfd.readouterr()
        assert ("", 1) == (told.err, sum(words in text for text in told.out.splitlines()))
        assert 5 == len(told.out.splitlines())
        assert 3 == sum(text.startswith("info: ") for text in told.out.splitlines())
        assert 1 == sum("2065, 2070, 2080" in text for text in told.out.splitlines())
        assert [] == list(tmp_path.iterdir())


def test_a_check_with_findings_leaves_a_copy_and_names_it(wrong: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert EXIT_INPUT == solve(wrong, "--check", "--out", tmp_path / "out", "--lang", "zh")
    told = capfd.readouterr()
    assert f"问题已标注在 {tmp_path / 'out' / 'wrong' / 'checked_wrong.xlsx'}" in told.out
    assert "livestock!C3: " in told.err
    assert ["out", "out/wrong", "out/wrong/checked_wrong.xlsx"] == sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*"))


def test_a_sheet_of_garbage_is_refused_and_not_copied(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """With 600 values as the most that a sheet may hold, 700 numbers below the last row are one finding, and the copy holds the list only."""
    book = openpyxl.load_workbook(small)
    for _ in range(70):
        book["livestock"].append([7] * 10)
    path = tmp_path / "garbage.xlsx"
    book.save(path)
    monkeypatch.setattr("model.workbook.sheetscan.MAX_VALUES", 600)
    assert EXIT_INPUT == solve(path, "--check", "--out", tmp_path / "out")
    assert "livestock: the sheet holds more than 600 values" in capfd.readouterr().err
    assert "livestock" not in openpyxl.load_workbook(tmp_path / "out" / "garbage" / "checked_garbage.xlsx").sheetnames


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("check", [(), ("--check",)])
def test_a_mistyped_workbook_is_told_with_its_path_and_makes_no_folder(
    check: tuple[str, ...], lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert EXIT_INPUT == solve("no/such.xlsx", "--out", "out", "--lang", lang, *check)
    told = capfd.readouterr().err
    assert str(tmp_path / "no" / "such.xlsx") in told
    assert (lang == "zh") == bool(CHINESE.search(told))
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("option", ["--out", "--write-model"])
def test_a_mistyped_folder_is_told_before_any_work_and_is_not_made(option: str, small: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The folder of the reports itself may be missing, the one it lies in may not."""
    for lang, words in (("en", "there is no folder"), ("zh", "文件夹不存在")):
        assert EXIT_INPUT == solve(small, option, tmp_path / "typo" / "x.mps", "--lang", lang)
        told = capfd.readouterr()
        assert ("", [True]) == (told.out, [f"{words}{' ' if lang == 'en' else '：'}{tmp_path / 'typo'}" in text for text in told.err.splitlines()])
    assert [] == list(tmp_path.iterdir())


def test_a_template_is_not_written_into_a_folder_that_is_not_there(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from model.verbs import main as verb

    assert EXIT_INPUT == verb(["template", str(tmp_path / "typo" / "deep" / "x.xlsx")])
    assert str(tmp_path / "typo" / "deep") in capfd.readouterr().err
    assert [] == list(tmp_path.iterdir())


ASKED_WRONGLY = [
    (("--scenario", "no_such"), "没有情景 'no_such'"),
    (("--analysis", "no_such"), "没有分析 'no_such'"),
    (("--write-model", "model.txt"), "文件名应以 .mps 或 .lp 结尾"),
    (("--solver-option", "threads"), "--solver-option threads：应为 KEY=VALUE"),
    (("--set", "settings!Z99=1"), "单元格不在该表的数据区内"),
]


@pytest.mark.parametrize(("arguments", "words"), ASKED_WRONGLY)
def test_what_is_asked_wrongly_is_told_in_chinese(arguments: tuple[str, ...], words: str, small: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert EXIT_INPUT == solve(small, "--out", tmp_path, "--lang", "zh", *arguments)
    assert [True] == [words in text for text in capfd.readouterr().err.splitlines()]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("option", "words"),
    [("no_such=1", "HiGHS 没有选项 'no_such'"), ("threads=many", "threads 的值应类似"), ("presolve=perhaps", "HiGHS 不接受 presolve=perhaps")],
)
def test_a_wrong_solver_option_is_told_in_chinese(option: str, words: str, small: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert EXIT_INPUT == solve(small, "--out", tmp_path, "--lang", "zh", "--quiet", "--solver-option", option)
    assert words in capfd.readouterr().err


@pytest.mark.slow
def test_how_a_run_ended_is_told_in_chinese(small: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert EXIT_SOLVED == solve(small, "--out", tmp_path, "--lang", "zh")
    last = capfd.readouterr().out.splitlines()[-1]
    assert re.fullmatch(rf"reference: 已求得最优解，目标值 -?[\d,.]+ .*；报告在 {re.escape(str(tmp_path / 'grass' / 'reference'))}", last), last


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    def write(text: str, is_full: bool) -> None:
        with aside(tmp_path / "a.txt") as part:
            part.write_text(text, encoding="utf-8")
            assert "a.txt" != part.name
            if is_full:
                raise OSError(errno.ENOSPC, "full")

    write("new", is_full=False)
    with pytest.raises(OSError, match="full"):
        write("half", is_full=True)
    assert ["a.txt"] == [p.name for p in tmp_path.iterdir()]
    assert "new" == (tmp_path / "a.txt").read_text(encoding="utf-8")
    require_folder(tmp_path / "b.txt")


def test_a_full_disk_leaves_no_part_of_a_review_copy(wrong: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """The disk takes half of the file."""
    write = Path.write_bytes

    def full(self: Path, data: bytes) -> int:
        write(self, data[: len(data) // 2])
        raise OSError(errno.ENOSPC, "No space left on device", str(self))

    monkeypatch.setattr(Path, "write_bytes", full)
    assert EXIT_INPUT == solve(wrong, "--check", "--out", tmp_path)
    told = capfd.readouterr().err
    assert f"can not write or read: No space left on device: {tmp_path / 'wrong'}" in told
    assert [] == list((tmp_path / "wrong").iterdir())


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk on which no report fits."""
    place = tmp_path / "disk"
    place.mkdir()
    if os.name != "posix" or os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={TINY_DISK}", "tmpfs", place], capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")
    yield place
    subprocess.run(["umount", "-l", place], check=True)  # lazily: the log may be open still


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [(), ("--analysis", "west_line"), ("--write-model", "model.mps")])
def test_a_disk_that_is_really_full_is_exit_2_without_remains(arguments: tuple[str, ...], small: Path, tiny_disk: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Only the solver's log, which is written while there is room, may be there."""
    given = [str(tiny_disk / text) if text.endswith(".mps") else text for text in arguments]
    assert EXIT_INPUT == solve(small, "--out", tiny_disk / "out", "--quiet", *given)
    told = capfd.readouterr().err
    assert str(tiny_disk) in told
    assert "Traceback" not in told
    assert "Exception ignored" not in told
    assert set() == {p.name for p in tiny_disk.rglob("*")} - {"out", "grass", "solve.log"}


TEXTS = ["=1+1", "+a", "-a", "@SUM(A1)", "\tx", "\rx", "\nx", "'quoted", "''", "-5", "+1.5e3", "-5-5", "plain", "a=b", "", "-", "中"]


def test_texts_that_could_be_formulas_are_marked_in_csv_and_read_back_as_they_were(tmp_path: Path) -> None:
    """A number is no formula, whether it stands as one or in a text; a text that bears the mark by itself gets another.

    A carriage return becomes a line break, which is put in quotes.
    """
    frame = pd.DataFrame({"region": TEXTS, "value": np.arange(len(TEXTS)) - 5.0})
    write_csv(frame, tmp_path / "a.csv")
    written = pd.read_csv(tmp_path / "a.csv", keep_default_na=False, dtype=str)
    marked = ["'=1+1", "'+a", "'-a", "'@SUM(A1)", "'\tx", "'\nx", "'\nx", "''quoted", "'''", "-5", "+1.5e3", "'-5-5", "plain", "a=b", "", "'-", "中"]
    assert marked == list(written["region"])
    assert "-5.0" == written["value"][0]
    assert TEXTS == list(frame["region"])


def test_a_table_with_such_keys_is_read_back_the_same(tmp_path: Path) -> None:
    name = "carbon"
    texts = [text.replace("\r", "\n") for text in TEXTS]
    words = {field.name: texts for field in TABLES[name].fields if field.type == "string"}
    numbers = {field.name: [1] * len(TEXTS) for field in TABLES[name].fields if field.type != "string"}
    frame = conform(name, pd.DataFrame({**words, **numbers}))
    write_csv(frame, tmp_path / f"{name}.csv")
    pd.testing.assert_frame_equal(frame, read_csv(tmp_path / f"{name}.csv", name))


def test_spoilt_workbooks_are_checked_without_a_crash() -> None:
    assert [] == fuzz(FUZZED)
