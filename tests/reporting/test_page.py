"""report.html: one offline file, both languages, text of the workbook never read as markup."""

from __future__ import annotations

import json
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from model.core.data import Data
from model.reporting.context import Context
from model.reporting.identities.every import identities
from model.reporting.page.blocks import number, printed
from model.reporting.page.html import page_text, script_json, write_page
from model.reporting.page.map import map_data
from model.reporting.page.sections import sections
from model.reporting.words.page_words import PAGE_WORDS

from .toy_plan import solved, solved_tables

MANIFEST = {
    "scenario": "reference", "status": "optimal", "base_year": 2020, "objective": {"value": 12.5, "unit": "bn CNY"},
    "identities": [{"name": "land_by_class", "largest_error": 1e-16, "tolerance": 1e-6, "ok": True}],
}  # fmt: skip
#: The page has to stay small enough to be sent by mail.
LARGEST_BYTES = 8_000_000
EVIL = "<script>alert('x')</script>"
HAN = re.compile(r"[\u4e00-\u9fff]")


class Reader(HTMLParser):
    """Collects elements with their attributes, and visible text by language."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {"en": [], "zh": []}
        self.scripts: list[str] = []
        self.inside, self.language = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.elements.append((tag, given))
        self.inside = tag
        if given.get("class") == "view":
            self.language = str(given["data-lang"])

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside == "script":
            self.scripts.append(data)
        elif self.language and self.inside != "button" and data.strip():
            self.texts[self.language].append(data.strip())


def small_tables() -> dict[str, pd.DataFrame]:
    """Emissions of two regions, and one limit that binds beside one that does not."""
    carbon = pd.DataFrame(
        [("west", "west", "emission", "power", 1, year, value) for year, value in ((2020, 10.0), (2030, 8.0), (2040, 2.0))]
        + [("east", "developed", "emission", "steel", 1, year, 5.0) for year in (2020, 2030, 2040)],
        columns=["region", "region_group", "account", "category", "in_target", "year", "value"],
    )
    limits = pd.DataFrame(
        [("net_limit", "nation", 2040, "carbon_targets", "E2", 7.0, 7.0, 0.0, "Mt CO2/yr", 0.1, "bn CNY per Mt CO2/yr", 0.2),
         ("cutting_quota", "west", 2040, "harvest_quota", "D2", 9.0, 1.0, 8.0, "million m3/yr", 0.0, "bn CNY per million m3/yr", 0.0)],
        columns=["name", "region", "year", "sheet", "cell", "limit", "level", "slack", "unit", "dual", "dual_unit", "price"],
    ).assign(kind="flow", target=[1, 0], nets="", cell_value=[7.0, float("nan")], cell_unit=["Mt CO2/yr", ""], gain_of_1_percent=[0.014, 0.0])  # fmt: skip
    return {"carbon": carbon, "limits": limits}


def small_data(name: str = "West") -> Data:
    regions = pd.DataFrame(
        [("west", name, name if name == EVIL else "西部", "west", 3, 1), ("east", "East", "东部", "developed", 7, 4)],
        columns=["region", "name_en", "name_zh", "region_group", "map_row", "map_column"],
    )
    periods = pd.DataFrame({"year": [2020, 2030, 2040]})
    return Data({"regions": regions, "periods": periods}, {"title_en": "Toy", "title_zh": "示例"})


@cache
def read_page(name: str = "West", lang: str = "en") -> Reader:
    reader = Reader()
    reader.feed(page_text(small_tables(), MANIFEST, lang, small_data(name)))
    return reader


def content(reader: Reader) -> dict[str, Any]:
    return dict(json.loads(reader.scripts[0]))


def test_the_page_of_a_whole_plan_is_one_file_below_the_size_limit(tmp_path: Path) -> None:
    path = tmp_path / "报告" / "report.html"
    write_page(path, solved_tables(), MANIFEST, "en", data=solved().build.data)
    assert path.stat().st_size < LARGEST_BYTES
    assert ["report.html"] == [p.name for p in path.parent.iterdir()]


def test_nothing_is_fetched_and_a_policy_forbids_it() -> None:
    found = read_page()
    assert [] == [tag for tag, _ in found.elements if tag in ("link", "iframe", "img", "object", "embed", "base")]
    assert [] == [a for _, attributes in found.elements for a in attributes if a in ("src", "srcset", "data", "action")]
    links = [str(attributes["href"]) for tag, attributes in found.elements if tag == "a"]
    assert all(link.startswith("#") for link in links)
    policy = next(str(a["content"]) for tag, a in found.elements if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'")
    assert "connect-src" not in policy


def test_the_chart_library_is_embedded_once() -> None:
    """Three scripts: the numbers, the library, the page's own."""
    text = page_text(small_tables(), MANIFEST, "en", small_data())
    assert 1 == text.count("* plotly.js v")
    assert 3 == len(read_page().scripts)


def test_a_name_from_the_workbook_is_never_markup() -> None:
    found = read_page(EVIL)
    assert 3 == len([tag for tag, _ in found.elements if tag == "script"])
    assert not any(EVIL in script for script in found.scripts)
    assert EVIL == content(found)["en"]["map"]["tiles"][0]["name"]


def test_json_inside_a_script_can_not_end_it() -> None:
    text = script_json({"name": "</script><!--&\u2028"})
    assert not set("<>&\u2028") & set(text)
    assert {"name": "</script><!--&\u2028"} == json.loads(text)


@pytest.mark.parametrize(("lang", "hidden"), [("en", ["zh"]), ("zh", ["en"])])
def test_both_languages_are_there_and_the_chosen_one_shows(lang: str, hidden: list[str]) -> None:
    views = [attributes for tag, attributes in read_page(lang=lang).elements if attributes.get("class") == "view"]
    assert ["en", "zh"] == [view["data-lang"] for view in views]
    assert hidden == [view["data-lang"] for view in views if "hidden" in view]


def test_each_language_speaks_itself() -> None:
    found = read_page()
    assert [] == [text for text in found.texts["en"] if HAN.search(text)]
    english_words = [text for text in found.texts["zh"] if re.search(r"\b(?:the|of|and|by|Sinks|Emissions|Year)\b", text)]
    assert [] == english_words
    assert "示例" in found.texts["zh"]


def test_every_word_of_the_page_stands_in_two_languages() -> None:
    for english, chinese in PAGE_WORDS.values():
        assert not HAN.search(english)
        assert HAN.search(chinese)
        assert set(re.findall(r"{\w+}", english)) == set(re.findall(r"{\w+}", chinese))


def test_every_identity_has_words_in_two_languages() -> None:
    unnamed = [identity.name for identity in identities() if HAN.search(identity.en) or not identity.en or not HAN.search(identity.zh)]
    assert [] == unnamed, "an identity says what it is called: Identity(name, en, zh, check)"


def test_every_chart_has_its_numbers_as_a_table() -> None:
    """Emission of power 10, 8, 2 stands in the drawing and, printed, in the table below it."""
    ctx = Context(small_tables(), MANIFEST, "en", small_data())
    block = next(b for s in sections(ctx) for b in s.blocks if b.get("id") == "emission-en")
    assert [10.0, 8.0, 2.0] == next(s["values"] for s in block["figure"]["series"] if s["name"].startswith("Power"))
    assert ["10.0", "8.0", "2.0"] == next(row[1:] for row in block["table"]["rows"] if row[0].startswith("Power"))


def test_limits_are_listed_dearest_first_with_their_cell() -> None:
    ctx = Context(small_tables(), MANIFEST, "en", small_data())
    block = next(b for s in sections(ctx) for b in s.blocks if b.get("id") == "limits-en")
    rows, binding = block["list"]["rows"], block["list"]["binding"]
    assert ["carbon_targets!E2", "harvest_quota!D2"] == [row[3] for row in rows]
    assert [True, False] == [row[binding] > 0 for row in rows]
    # 0.2 bn CNY per Mt = 200 CNY per t
    assert 200.0 == rows[0][binding]
    # what a cell holds stands beside the limit, and nothing where that is not known
    at = block["list"]["heads"].index(ctx.word("cell_value"))
    assert [7.0, ""] == [row[at] for row in rows]


def test_a_list_holds_each_text_of_a_column_once_and_every_row() -> None:
    """By columns; the script puts the rows together again, as is done here."""
    own = content(read_page())["en"]["lists"]["limits-en"]
    block = next(b for s in sections(Context(small_tables(), MANIFEST, "en", small_data())) for b in s.blocks if b.get("id") == "limits-en")
    columns = [column.get("cells") or [column["texts"][place] for place in column["at"]] for column in own["columns"]]
    assert block["list"]["rows"] == [list(row) for row in zip(*columns, strict=True)]
    # both limits are of the same year
    year = block["list"]["heads"].index("Year")
    assert {"texts": ["2040"], "at": [0, 0]} == own["columns"][year]


def test_tiles_keep_their_order_without_empty_rows() -> None:
    """Rows 3 and 7 become 0 and 1, columns 1 and 4 become 0 and 1."""
    found = map_data(Context(small_tables(), MANIFEST, "en", small_data()))
    assert [(0, 0), (1, 1)] == [(tile["row"], tile["column"]) for tile in found["tiles"]]


def test_net_emissions_on_the_map_are_those_of_the_table() -> None:
    found = map_data(Context(small_tables(), MANIFEST, "en", small_data()))
    assert {"west": {"2030": 8.0, "2040": 2.0}, "east": {"2030": 5.0, "2040": 5.0}} == found["quantities"][0]["values"]


def test_a_run_without_tables_still_gives_a_page() -> None:
    reader = Reader()
    reader.feed(page_text({}, {"status": "time_limit"}, "en"))
    assert any("not optimal" in text for text in reader.texts["en"])


@pytest.mark.parametrize(("values", "expected"), [([1234.5, 2.0], ["1,234", "2"]), ([12.34, -0.01], ["12.3", "0.0"]), ([0.0], ["0"]), ([float("nan"), 1.0], ["", "1.00"])])
def test_numbers_of_one_row_are_printed_alike(values: list[float], expected: list[str]) -> None:
    assert expected == printed(values)


def test_noise_of_the_solver_is_shown_as_zero() -> None:
    assert 0.0 == number(2e-10)
    assert number(float("inf")) is None


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_shows_what_the_levers_add_and_the_claims_of_the_paper(lang: str) -> None:
    """Three courses, categories and groups of the toy plan; one claim whose figure differs."""
    claims = pd.DataFrame([{
        "claim": "a", "statement_en": "It is so", "statement_zh": "如此", "section": "", "relation": "equals", "figure": 6.9, "figure_high": float("nan"),
        "ours": 4.77, "unit": "t CO2/ha/yr", "verdict": "differs", "rule": "carbon_to_co2", "tolerance": 0.05, "why_en": "", "why_zh": "", "source": "FAN2022",
    }])  # fmt: skip
    ctx = Context({**solved_tables(), "consistency": claims}, dict(MANIFEST), lang, solved().build.data)
    found = {section.name: section.blocks for section in sections(ctx)}
    assert ["chart", "chart", "chart"] == [block["kind"] for block in found["additionality"]]
    rows = [row for block in found["trust"] if block["kind"] == "table" for row in block["rows"] if row[0] in ("It is so", "如此")]
    assert [("6.9", "4.77", ctx.word("verdict_differs"))] == [(row[1], row[2], row[4]) for row in rows]
