"""Writes report.xlsx: a summary of one page and a sheet for every lever, price, limit and check.

    write_report(Path("report.xlsx"), tables, manifest, "en", data=data)

A sheet whose table is missing or empty is left out, and the contents on the first sheet say so.

Limits: charts hold no stored picture of their numbers; they are drawn when the workbook is opened.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl.workbook import Workbook

from ...core.aside import workbook_bytes
from ...core.data import Data
from ..context import Context
from .burden import write_burden
from .page import Page
from .pathways import write_pathways
from .sheets.additionality import write_additionality
from .sheets.carbon import write_carbon, write_stocks
from .sheets.claims import write_consistency, write_measures
from .sheets.diversion import write_diversion
from .sheets.energy import write_clean_energy, write_power
from .sheets.forest import write_afforestation, write_grassland, write_harvest
from .sheets.industry import write_industry, write_money
from .sheets.prices import write_limits, write_prices, write_who_acts
from .sheets.quality import write_calibration, write_changed, write_identities, write_sources
from .sheets.water import write_land, write_water
from .style import add_styles
from .summary import add_links, write_summary

Writer = Callable[[Workbook, Context], Page]
#: Sheet, table it needs, writer, colour of its tab.
SHEETS: tuple[tuple[str, str, Writer, str], ...] = (
    ("carbon", "carbon", write_carbon, "404040"),
    ("additionality", "additionality", write_additionality, "117733"),
    ("stocks", "stocks", write_stocks, "117733"),
    ("harvest", "forest", write_harvest, "117733"),
    ("afforestation", "planting", write_afforestation, "117733"),
    ("grassland", "grassland", write_grassland, "117733"),
    ("water", "water", write_water, "0072B2"),
    ("diversion", "diversion_account", write_diversion, "0072B2"),
    ("land", "land", write_land, "117733"),
    ("clean_energy", "power", write_clean_energy, "E69F00"),
    ("power", "power", write_power, "E69F00"),
    ("industry", "industry", write_industry, "AA4499"),
    ("money", "money", write_money, "DDCC77"),
    ("burden", "burden", write_burden, "DDCC77"),
    ("prices", "prices", write_prices, "DDCC77"),
    ("limits", "limits", write_limits, "DDCC77"),
    ("who_acts", "allocation", write_who_acts, "56B4E9"),
    ("calibration", "calibration", write_calibration, "999999"),
    ("pathways", "pathways", write_pathways, "999999"),
    ("consistency", "consistency", write_consistency, "999999"),
    ("paper_measures", "paper_measures", write_measures, "999999"),
    ("changed", "changed", write_changed, "999999"),
    ("sources", "sources", write_sources, "999999"),
)
IDENTITIES = "identities"


def write_report(
    path: Path, tables: Mapping[str, pd.DataFrame], manifest: Mapping[str, Any], lang: str, *, data: Data | None = None
) -> None:
    """Write the report workbook to ``path``: aside first, then renamed.

    ``tables`` are result tables by name in workbook units, any of which may be missing; ``manifest`` is the content of
    run.json; ``lang`` is en or zh; ``data`` gives names of regions and settings. Raises OSError when ``path`` can not
    be written, for instance while it is open in Excel; an older report is then intact.
    """
    book = report_workbook(Context(dict(tables), dict(manifest), lang, data))
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.part")
    try:
        aside.write_bytes(workbook_bytes(book))
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)


def report_workbook(ctx: Context) -> Workbook:
    """The whole report as a workbook in memory."""
    book = Workbook()
    del book[book.sheetnames[0]]
    add_styles(book)
    shown = [sheet for sheet in SHEETS if ctx.has(sheet[1])]
    absent = [name for name, table, _, _ in SHEETS if not ctx.has(table)]
    summary = write_summary(book, ctx)
    summary.sheet.sheet_properties.tabColor = "1F3864"
    for _, _, write, colour in shown:
        write(book, ctx).sheet.sheet_properties.tabColor = colour
    names = [name for name, *_ in shown]
    if ctx.manifest.get(IDENTITIES):
        write_identities(book, ctx).sheet.sheet_properties.tabColor = "999999"
        names.append(IDENTITIES)
    else:
        absent.append(IDENTITIES)
    add_links(summary, names, absent)
    book.properties.title = book[summary.name].cell(1, 1).value
    book.properties.creator = "carbon-neutrality-pathway"
    return book
