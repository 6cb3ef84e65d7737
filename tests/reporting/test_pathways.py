"""Published pathways on the first screen, in Excel and on the page: what is counted, what is argued, what is drawn, in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook

from model.reporting.context import Context
from model.reporting.excel.book import write_report
from model.reporting.page.pathways import pathway_blocks
from model.reporting.pathways import HEADS, drawn, rows, sentences, tally, tally_sentence
from model.reporting.tables.columns import TABLES, conform

MANIFEST = {"status": "optimal", "base_year": 2020}
YEARS = (2020, 2030, 2035, 2040)
TARGET = {
    "reason": "target", "limit": "net_limit", "place": "nation", "limit_year": 2060, "sheet": "carbon_targets", "cell": "E4", "price": 0.4, "price_unit": "Mt CO2/yr",
    "price_kind": "flow",
}  # fmt: skip


def row(year: int, ours: float, low: float, high: float, verdict: str, **more: Any) -> dict[str, Any]:
    """One row of the table: CO2 of power, of three publications unless told otherwise."""
    blank = {f.name: "" if f.type == "string" else None for f in TABLES["pathways"].fields}
    inside = {"inside": 1, "below": 0, "above": 0}.get(verdict)
    given = {"kind": "pathway", "indicator": "co2", "technology_or_sector": "power", "year": year, "ours": ours, "low": low, "median": (low + high) / 2, "high": high}
    return {**blank, **given, "unit": "Mt CO2/yr", "inside": inside, "verdict": verdict, "sources": 3, "studies": 3, "between": 0, "names": "one; two", **more}


def context(lang: str, *given: dict[str, Any]) -> Context:
    """The report of these rows; the years of the plan stand in the table ``carbon``."""
    carbon = conform("carbon", pd.DataFrame([{"region": "west", "region_group": "west", "account": "emission", "category": "power", "in_target": 1, "year": y, "value": 1.0} for y in YEARS]))
    return Context({"pathways": conform("pathways", pd.DataFrame(list(given))), "carbon": carbon}, MANIFEST, lang)


NAN = float("nan")
GIVEN = (
    row(2025, 9.0, 1.0, 2.0, "outdated"), row(2030, 1700.0, 3500.0, 3900.0, "below", **TARGET), row(2035, 2500.0, 2300.0, 2800.0, "inside"),
    row(2040, 500.0, 1000.0, 1400.0, "below", sources=2), row(2050, 5.0, 5.0, 5.0, "inside"), row(2055, 7.0, NAN, NAN, "no_figure", sources=0),
    row(2030, NAN, 20.0, 30.0, "not_computed", indicator="share_primary", technology_or_sector="non_fossil", reason="no_account", unit="%"),
)  # fmt: skip


def test_only_bands_of_three_publications_that_are_more_than_a_point_are_counted() -> None:
    """2030 and 2035 of the seven rows; 2040 has two publications, 2050 is a point, the others are not compared."""
    assert (1, 2) == tally(context("en", *GIVEN))
    assert "Inside: 1 of 2 rows" in tally_sentence(context("en", *GIVEN))
    assert "All 6 rows: inside 2, below 2, not computed 1, outdated 1." in tally_sentence(context("en", *GIVEN))
    assert (0, 0) == tally(context("en"))


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "CO₂ of energy and industry: power, Mt CO₂/yr: 1,700 in 2030, below the published 3,500–3,900; 2,500 in 2035, inside the published 2,300–2,800 – asked for by the target Limit on net emissions (Nation 2060), carbon_targets!E4, priced 400.0 CNY/t CO₂."),
        ("zh", "能源与工业CO₂：电力（Mt CO₂/yr）：2030年1,700，低于公布的3,500–3,900；2035年2,500，在公布的2,300–2,800之内——由目标净排放限值要求（全国 2060），carbon_targets!E4，价格400.0 CNY/t CO₂。"),
    ],
)  # fmt: skip
def test_the_first_screen_argues_the_first_two_planned_years(lang: str, said: str) -> None:
    """Ours and the band of 2030 and 2035, and why ours is outside in 2030."""
    found = sentences(context(lang, *GIVEN))
    assert 2 == len(found)
    assert said == found[1]


def test_a_row_tells_its_reason_what_its_totals_count_and_whom_history_overtook() -> None:
    given = row(2030, 1.0, 2.0, 3.0, "below", kind="policy", reason="driver", sheet="power_demand", cell="E2", definitions="energy; all_co2", outdated="old")
    (found,) = rows(context("en", given))
    assert "CO₂ of energy and industry (aim)" == found[0]
    assert "no limit binds on it: power_demand!E2 decides" == found[HEADS.index("pathway_reason")]
    assert "one, two; counts energy, all CO₂; overtaken by history: old" == found[HEADS.index("pathway_names")]


def test_a_chart_has_the_band_ours_and_what_was_observed_but_no_outdated_band() -> None:
    """The band of 2020 is outdated; observed are 11 in 2020."""
    given = (row(2020, 10.0, 8.0, 9.0, "outdated", observed=11.0, observed_year=2020), row(2030, 5.0, 4.0, 6.0, "inside", observed=11.0, observed_year=2020))
    ((key, unit, matrix),) = drawn(context("en", *given))
    assert ("pathway_co2__power", "Mt CO2/yr") == (key, unit)
    lines = matrix.droplevel(0)
    assert [2020, 2030] == list(matrix.columns)
    assert [10.0, 5.0] == lines.loc["pathway_ours"].tolist()
    assert [True, False] == lines.loc["pathway_high"].isna().tolist()
    assert 11.0 == lines.loc["pathway_observed", 2020]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_sheet_lists_every_published_row_and_draws_the_key_ones(tmp_path: Path, lang: str) -> None:
    ctx = context(lang, *GIVEN)
    write_report(tmp_path / "report.xlsx", ctx.tables, MANIFEST, lang)
    sheet = load_workbook(tmp_path / "report.xlsx")["pathways"]
    listed = [cells for cells in sheet.iter_rows(values_only=True) if cells[HEADS.index("year")] in (2025, 2030, 2035, 2040, 2050) and cells[HEADS.index("verdict")]]
    assert [HEADS.index("verdict"), 6] == [10, len(listed)]
    assert 1 == len(sheet._charts)
    assert any(ctx.word("pathway_verdict_below") in cells for cells in listed)


def test_the_section_of_the_page_fills_the_band_only_where_it_has_no_gap() -> None:
    """Bands in 2030, 2035 and 2040 are one after the other; with 2035 missing nothing is filled."""
    for given, filled in ((GIVEN[1:4], True), ((GIVEN[1], GIVEN[3], row(2035, 2500.0, NAN, NAN, "no_figure")), False)):
        blocks = pathway_blocks(context("en", *given))
        assert ["prose", "chart", "list"] == [block["kind"] for block in blocks]
        bands = [series for series in blocks[1]["figure"]["series"] if series.get("band")]
        assert filled == bool(bands)
    assert [] == pathway_blocks(context("en"))
