"""Tables of the analyses of futures, of foresight and of dear costs as they are written: every column and key has words in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.analysis import Outcome
from model.closing.analyses import ROBUST, ROLLING, STOCHASTIC
from model.core.declare.schema import AnalysisInfo
from model.reporting.analyses.report import write_analysis
from model.reporting.files.manifest import RunContext
from model.reporting.words.texts import label

from . import test_robust, test_rolling, test_stochastic


def made(info: AnalysisInfo) -> Outcome:
    if info is ROLLING:
        return test_rolling.analysed(test_rolling.toy(), foresight="10")
    return test_robust.analysed() if info is ROBUST else test_stochastic.analysed()


@pytest.mark.parametrize("info", [ROLLING, ROBUST, STOCHASTIC], ids=lambda info: info.name)
def test_every_table_is_written_in_both_languages_with_words_for_its_columns(info: AnalysisInfo, tmp_path: Path) -> None:
    found = made(info)
    for lang in ("en", "zh"):
        folder = write_analysis(found.tables, found.solution, info, tmp_path / lang, RunContext(lang=lang))
        assert {f"{t.name}.csv" for t in found.tables} <= {path.name for path in (folder / "tables").iterdir()}
        assert (folder / "report.xlsx").stat().st_size > 0
    words = {info.name, *(t.name for t in found.tables), *(str(column) for t in found.tables for column in t.frame.columns)}
    assert [] == sorted(word for word in words if label(word, "zh").isascii())


def test_keys_in_the_tables_have_words() -> None:
    keys = {"announced", "re_planned", "from_start", "in_sight", "net_emissions", "spending", "co2_price", "hedged", "for_the_mean"}
    keys |= set(test_stochastic.table(test_stochastic.analysed(), "worth_of_knowing")["figure"])
    assert [] == sorted(key for key in keys if label(key, "zh").isascii())
