"""What the sheet ``names`` calls a key is what reports show, in each language, and never as a formula or markup."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook

from model.core.build import registry
from model.core.declare.schema import AnalysisInfo, OutcomeTable
from model.core.names import own_words
from model.reporting.analyses.report import write_analysis
from model.reporting.context import Context
from model.reporting.excel.book import write_report
from model.reporting.page.html import page_text
from model.reporting.words.texts import label
from model.reporting.write import RunContext

from .toy_plan import plan_data, solved, solved_tables, toy_tables

FORMULA, MARKUP = "=1+1", "<b>粗体</b>"
NAMED = [
    {"key": "scrap", "en": "", "zh": FORMULA},
    {"key": "fencing", "en": "A fence of ours", "zh": MARKUP},
    {"key": "battery", "en": "", "zh": "自有电池"},
    {"key": "steel", "en": "Our steel", "zh": "本地钢铁"},
    {"key": "east", "en": "", "zh": "东岸"},
    {"key": "grassland", "en": "", "zh": "我们的草场"},
    {"key": "nobody", "en": "Nobody", "zh": "无人"},
]
MANIFEST: dict[str, Any] = {"scenario": "reference", "status": "optimal", "base_year": 2020, "objective": {"value": 1.0, "unit": "bn CNY"}, "identities": []}


def context(lang: str) -> Context:
    return Context(solved_tables(), MANIFEST, lang, plan_data({**toy_tables(), "names": NAMED}))


def test_a_key_is_called_as_the_workbook_calls_it_alone_and_within_composite_keys() -> None:
    ctx = context("zh")
    assert ["本地钢铁", f"本地钢铁 · {FORMULA}"] == [ctx.item(key) for key in ("steel", "steel.scrap")]
    assert f"{label('restoration', 'zh')} · {MARKUP}" == ctx.item("restoration.fencing")
    assert "自有电池：充电" == ctx.item("battery_charging")
    assert ("东岸", "东岸") == (ctx.place("east"), ctx.item("east"))


def test_a_blank_leaves_the_word_of_the_program() -> None:
    assert (label("battery"), "east", "Our steel") == (context("en").item("battery"), context("en").place("east"), context("en").item("steel"))


def test_words_are_those_of_one_workbook() -> None:
    """Nothing is remembered from one context to the next."""
    assert "本地钢铁" == context("zh").item("steel")
    plain = Context({}, MANIFEST, "zh", plan_data())
    assert ({}, label("steel", "zh")) == (plain.own_words, plain.item("steel"))


def test_a_key_that_no_sheet_holds_has_no_words_and_a_sheet_keeps_its_name() -> None:
    ctx = context("zh")
    assert "nobody" not in ctx.own_words
    assert ("我们的草场", label("grassland", "zh")) == (ctx.item("grassland"), ctx.sheet("grassland"))
    assert label("grassland", "zh") != "我们的草场"


def test_words_of_a_language_are_no_keys() -> None:
    """The English name of a region, West, does not make West a key."""
    tables = {"regions": pd.DataFrame({"region": ["west"], "name_en": ["West"]}), "names": pd.DataFrame({"key": ["West", "west"], "en": ["a", "b"], "zh": ""})}
    assert {"west": "b"} == own_words(tables, registry.schema().tables, "en")


def test_in_excel_a_word_is_a_text_whatever_it_begins_with(tmp_path: Path) -> None:
    ctx = context("zh")
    write_report(tmp_path / "report.xlsx", ctx.tables, MANIFEST, "zh", data=ctx.data)
    cells = [c for page in load_workbook(tmp_path / "report.xlsx") for row in page.iter_rows() for c in row if isinstance(c.value, str)]
    own = [c for c in cells if c.value.startswith(FORMULA) or FORMULA in c.value]
    assert own
    assert {"s"} == {c.data_type for c in own}
    assert any("本地钢铁" in c.value for c in cells)
    assert any(MARKUP in c.value for c in cells)


def test_on_the_page_a_word_is_never_markup() -> None:
    ctx = context("zh")
    text = page_text(ctx.tables, MANIFEST, "zh", ctx.data)
    assert MARKUP not in text
    assert "&lt;b&gt;粗体&lt;/b&gt;" in text
    assert "\\u003cb\\u003e粗体" in text
    assert "A fence of ours" in text  # the page holds both languages


def test_the_workbook_of_an_analysis_knows_the_words_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    solution = solved()
    monkeypatch.setitem(solution.build.data.tables, "names", context("zh").data.tables["names"])  # type: ignore[union-attr]
    table = OutcomeTable("found", pd.DataFrame({"measure": ["steel.scrap"]}))
    folder = write_analysis([table], solution, AnalysisInfo("trial"), tmp_path / "trial", RunContext(lang="zh"))
    cell = load_workbook(folder / "report.xlsx")["found"]["A5"]
    assert (f"本地钢铁 · {FORMULA}", "s") == (cell.value, cell.data_type)
