"""The workbook of an analysis: a first sheet with contents and what could not be done, its pictures, then a sheet for each table.

Charts are native and read the cells beside them.

Limits: a chart's numbers stand beside it once more, in the order in which they are drawn; the table itself has its own sheet.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.chart import BarChart, LineChart, Reference, ScatterChart
from openpyxl.chart import Series as ChartSeries
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.worksheet.worksheet import Worksheet

from ...core.declare.schema import CURVE, LINE, RANGE, STACK, TORNADO, AnalysisInfo, OutcomeTable
from ...core.solve.solution import Solution
from ..colours import CYCLE
from ..context import Context
from ..excel.charts import dress
from ..excel.style import (
    HEADER,
    HEADER_LEFT,
    LABEL,
    LINK,
    NUMBER,
    PROSE,
    SECTION,
    SUBTITLE,
    TITLE,
    WARN,
    add_styles,
    display_width,
    number_format,
    put,
)
from ..files.manifest import RunContext
from ..words.excel_words import WORDS
from .answers import answers
from .figures import Figure, entry, figures_of, head, words_of

SUMMARY, PICTURES = "summary", "pictures"
NAME_WIDTH, TEXT_WIDTH, LEAST_WIDTH, MOST_WIDTH, MARGIN = 30.0, 110.0, 11.0, 46.0, 3.0
#: Rows of a sheet above its table, and rows looked at for the width of a column.
HEADS, LOOKED_AT = 4, 60
#: Size of a chart in cm, cm of a row, and rows between two pictures.
CHART_WIDTH, CHART_HEIGHT, ROW_CM, APART = 18.0, 8.0, 0.53, 2
BAR_CM = 0.75
#: The longest name of a sheet (Excel).
LONGEST_NAME = 31
LINE_EMU, OVERLAID = 25400, 100
#: A style of charts without decoration (Excel).
PLAIN = 13


def analysis_workbook(tables: Sequence[OutcomeTable], info: AnalysisInfo, context: RunContext, solution: Solution) -> Workbook:
    """The whole workbook in memory."""
    lang, book = context.lang, Workbook()
    add_styles(book)
    ctx = Context({}, {}, lang, solution.build.data)
    own = words_of(ctx)
    figures = [figure for table in tables for figure in figures_of(table, lang, own)]
    first = book.worksheets[0]
    _summary(first, tables, info, context, bool(figures), answers(info.name, tables, ctx))
    if figures:
        _pictures(book.create_sheet(PICTURES), figures, lang)
    for table in tables:
        _table(book.create_sheet(table.name[:LONGEST_NAME]), table, lang, own)
    for sheet in book:
        sheet.sheet_view.showGridLines = False
        sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = "landscape", 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
    return book


def _summary(sheet: Worksheet, tables: Sequence[OutcomeTable], info: AnalysisInfo, context: RunContext, drawn: bool, said: Sequence[str]) -> None:
    """What was asked, of which plan, what was found, the sheets, and what could not be done."""
    chinese = context.lang == "zh"
    sheet.title = SUMMARY
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = NAME_WIDTH, TEXT_WIDTH
    put(sheet.cell(1, 1), info.zh if chinese else info.en, TITLE)
    put(sheet.cell(2, 1), f"{context.title} · {context.scenario}" if context.title and context.title != context.scenario else context.scenario, SUBTITLE)
    row = 4
    for number, text in enumerate(said):
        if number == 0:
            put(sheet.cell(row, 1), WORDS["answer_of_analysis"][chinese], SECTION)
        put(sheet.cell(row, 2), text, PROSE)
        row += 1
    row += bool(said)
    listed = [(table.name, table.zh if chinese else table.en) for table in tables]
    if drawn:
        listed.insert(0, (PICTURES, WORDS["pictures_of_analysis"][chinese]))
    for name, text in listed:
        cell = sheet.cell(row, 1)
        put(cell, name, LINK)
        cell.hyperlink = f"#'{name[:LONGEST_NAME]}'!A1"
        put(sheet.cell(row, 2), text, PROSE)
        row += 1
    row += 1
    for problem in context.warnings:
        put(sheet.cell(row, 1), "!", WARN)
        put(sheet.cell(row, 2), problem, PROSE)
        row += 1


def _table(sheet: Worksheet, table: OutcomeTable, lang: str, own: Mapping[str, str]) -> None:
    put(sheet.cell(1, 1), table.zh if lang == "zh" else table.en, SECTION)
    for column, name in enumerate(table.frame.columns, start=1):
        values = table.frame[name].tolist()
        texts = [_shown(str(name), value, lang, own) for value in values]
        is_text = all(isinstance(text, str) for text in texts if text is not None)
        told = head(table, str(name), lang)
        put(sheet.cell(HEADS - 1, column), told, HEADER_LEFT if is_text else HEADER)
        put(sheet.cell(HEADS, column), str(name), HEADER_LEFT if is_text else HEADER)
        numbers = [value for value in texts if isinstance(value, float | int)]
        pattern = "0" if all(float(n).is_integer() and str(name).endswith(YEARS) for n in numbers) else number_format(numbers)
        for row, value in enumerate(texts, start=HEADS + 1):
            put(sheet.cell(row, column), value, LABEL if isinstance(value, str) else NUMBER, "" if isinstance(value, str) else pattern)
        longest = max([display_width(told), display_width(str(name)), *(display_width(str(text)) for text in texts[:LOOKED_AT] if isinstance(text, str))])
        sheet.column_dimensions[sheet.cell(1, column).column_letter].width = min(MOST_WIDTH, max(LEAST_WIDTH, longest + MARGIN))
    sheet.freeze_panes = f"A{HEADS + 1}"
    if len(table.frame):
        sheet.auto_filter.ref = f"A{HEADS}:{sheet.cell(1, len(table.frame.columns)).column_letter}{HEADS + len(table.frame)}"


#: Columns whose whole numbers are years or places in a list.
YEARS = ("year", "point", "member", "number", "rank")


def _shown(name: str, value: Any, lang: str, own: Mapping[str, str]) -> Any:
    """A text in words, a number as it is, None where there is none."""
    if isinstance(value, str):
        return entry(name, value, lang, own)
    return None if value is None or pd.isna(value) else float(value) if not float(value).is_integer() else int(value)


def _pictures(sheet: Worksheet, figures: Sequence[Figure], lang: str) -> None:
    """Each picture below the one before: its numbers, and the chart that reads them on their right."""
    sheet.column_dimensions["A"].width = NAME_WIDTH
    row = 1
    for figure in figures:
        put(sheet.cell(row, 1), f"{figure.title}" + (f" ({figure.unit})" if figure.unit else ""), SECTION)
        last = _numbers(sheet, figure, row + 1)
        across = figure.kind in (RANGE, TORNADO)
        chart = _curve(sheet, figure, row + 1) if figure.kind == CURVE else _bars_across(sheet, figure, row + 1) if across else _upright(sheet, figure, row + 1)
        chart.width, chart.height = CHART_WIDTH, max(CHART_HEIGHT, BAR_CM * len(figure.labels) + APART) if across else CHART_HEIGHT
        # a chart of one series has no legend: its title names what is drawn
        dress(chart, figure.title, figure.unit, len(figure.series), figure.x_title)
        sheet.add_chart(chart, sheet.cell(row + 1, len(figure.series) + 4).coordinate)
        row = max(last, row + 1 + math.ceil(chart.height / ROW_CM)) + APART


def _numbers(sheet: Worksheet, figure: Figure, row: int) -> int:
    """The numbers of a picture; the first row below them."""
    for column, series in enumerate(figure.series, start=2):
        put(sheet.cell(row, column), series.name, HEADER)
        width = sheet.column_dimensions[sheet.cell(1, column).column_letter]
        width.width = max(width.width or LEAST_WIDTH, min(MOST_WIDTH, display_width(series.name) + MARGIN))
        pattern = number_format(series.values)
        for place, value in enumerate(series.values, start=row + 1):
            put(sheet.cell(place, column), value if math.isfinite(value) else None, NUMBER, pattern)
    if figure.kind == RANGE:
        put(sheet.cell(row, len(figure.series) + 2), "↔", HEADER)
    if figure.kind == CURVE:
        put(sheet.cell(row, 1), figure.x_title, HEADER)
        for place, number in enumerate(figure.along, start=row + 1):
            put(sheet.cell(place, 1), number, NUMBER, number_format(figure.along))
        return row + 1 + len(figure.along)
    for place, text in enumerate(figure.labels, start=row + 1):
        put(sheet.cell(place, 1), text, LABEL)
        if figure.kind == RANGE:  # what the bar is long; it begins at the first series
            low, high = (sheet.cell(place, column).coordinate for column in (2, 3))
            cell = sheet.cell(place, len(figure.series) + 2)
            put(cell, 0.0, NUMBER, number_format(figure.series[1].values))
            cell.value = f"={high}-{low}"
    return row + 1 + len(figure.labels)


def _upright(sheet: Worksheet, figure: Figure, row: int) -> BarChart | LineChart:
    """Lines or columns."""
    chart: BarChart | LineChart = LineChart() if figure.kind == LINE else BarChart()
    if isinstance(chart, BarChart):
        chart.type, chart.grouping = "col", "stacked" if figure.kind == STACK else "clustered"
        chart.overlap = OVERLAID if figure.kind == STACK else None
    _fill(chart, sheet, figure, row, range(2, len(figure.series) + 2))
    return chart


def _curve(sheet: Worksheet, figure: Figure, row: int) -> ScatterChart:
    """Points of numbers joined by straight lines."""
    chart = ScatterChart()
    chart.style, chart.scatterStyle, chart.x_axis.majorGridlines = PLAIN, "lineMarker", None
    last = row + len(figure.along)
    along = Reference(sheet, min_col=1, min_row=row + 1, max_row=last)
    for number in range(len(figure.series)):
        one = ChartSeries(Reference(sheet, min_col=number + 2, min_row=row, max_row=last), along, title_from_data=True)
        colour = CYCLE[number % len(CYCLE)]
        one.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=colour, w=LINE_EMU))
        one.smooth, one.marker.symbol = False, "circle"
        one.marker.graphicalProperties = GraphicalProperties(solidFill=colour, ln=LineProperties(solidFill=colour))
        chart.series.append(one)
    return chart


def _bars_across(sheet: Worksheet, figure: Figure, row: int) -> BarChart:
    """Bars from a low to a high value (upon a first one that is not seen), or from nothing to both of two changes."""
    chart = BarChart()
    chart.type, chart.gapWidth, chart.overlap = "bar", 40, OVERLAID
    chart.x_axis.scaling.orientation = "maxMin"
    if figure.kind == RANGE:
        chart.grouping = "stacked"
        _fill(chart, sheet, figure, row, (2, len(figure.series) + 2))
        chart.series[0].graphicalProperties = GraphicalProperties(noFill=True)
        chart.series[0].graphicalProperties.line.noFill = True
    else:
        chart.grouping = "clustered"
        _fill(chart, sheet, figure, row, range(2, len(figure.series) + 2))
    return chart


def _fill(chart: BarChart | LineChart, sheet: Worksheet, figure: Figure, row: int, columns: Sequence[int]) -> None:
    last = row + len(figure.labels)
    for number, column in enumerate(columns):
        chart.add_data(Reference(sheet, min_col=column, min_row=row, max_row=last), titles_from_data=True)
        colour = CYCLE[number % len(CYCLE)]
        one = chart.series[-1]
        if isinstance(chart, LineChart):
            one.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=colour, w=LINE_EMU))
            one.smooth = False
        else:
            one.graphicalProperties = GraphicalProperties(solidFill=colour)
            one.invertIfNegative = False
    chart.set_categories(Reference(sheet, min_col=1, min_row=row + 1, max_row=last))
