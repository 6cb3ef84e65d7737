"""Native charts of the report workbook: they read cells, so they follow when somebody changes a number.

Limits: column, stacked column and line charts; colours come from the caller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from openpyxl.chart import BarChart, LineChart, Reference, ScatterChart, Series
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.data_source import StrRef
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties, RegularTextRun
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.worksheet import Worksheet

#: Type sizes in hundredths of a point, line widths in English metric units (12700 to the point).
TITLE_SIZE, AXIS_SIZE = 1100, 900
LINE_EMU, THIN_EMU = 25400, 6350
GAP_PERCENT, OVERLAP_STACKED, OVERLAP_BESIDE = 55, 100, 0
MARKER_POINTS = 5
#: With more series than this the legend stands at the right, where it has room.
BOTTOM_LEGEND_MOST = 5
GRID, AXIS_LINE = "E0E0E0", "7F7F7F"


@dataclass(frozen=True)
class Block:
    """A table of numbers on a sheet: where it is, and the key of each row.

    ``keys`` are (place, item) of the rows; names stand in columns 1 and 2, numbers from ``first_column`` on.
    """

    sheet: Worksheet
    header_row: int
    first_row: int
    first_column: int
    last_column: int
    keys: list[tuple[str, str]] = field(default_factory=list)

@dataclass(frozen=True)
class Plot:
    """What a chart shows of a block: ``rows`` stacked or beside one another, ``lines`` over them.

    ``name_column`` holds the names of the series; ``colours`` maps a key of that column to its colour.
    """

    block: Block
    title: str
    unit: str
    rows: Sequence[int]
    colours: dict[str, str]
    x_title: str = ""
    kind: str = "stacked"
    name_column: int = 2
    lines: Sequence[int] = ()


def chart_of(plot: Plot) -> BarChart | LineChart:
    """The chart, without size or place."""
    main = LineChart() if plot.kind == "line" else BarChart()
    if isinstance(main, BarChart):
        main.type, main.gapWidth = "col", GAP_PERCENT
        stacked = plot.kind == "stacked"
        main.grouping = "stacked" if stacked else "clustered"
        main.overlap = OVERLAP_STACKED if stacked else OVERLAP_BESIDE
    _fill(main, plot, plot.rows)
    if plot.lines:
        over = LineChart()
        _fill(over, plot, plot.lines)
        main += over
    dress(main, plot.title, plot.unit, len(plot.rows) + len(plot.lines), plot.x_title)
    return main


def _fill(chart: BarChart | LineChart, plot: Plot, rows: Sequence[int]) -> None:
    block = plot.block
    for number in rows:
        row = block.first_row + number
        values = Reference(block.sheet, min_col=block.first_column, max_col=block.last_column, min_row=row, max_row=row)
        series = Series(values)
        name = f"{quote_sheetname(block.sheet.title)}!${get_column_letter(plot.name_column)}${row}"
        series.tx = SeriesLabel(strRef=StrRef(name))
        colour = plot.colours.get(block.keys[number][plot.name_column - 1], AXIS_LINE)
        if isinstance(chart, LineChart):
            series.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=colour, w=LINE_EMU))
            series.smooth = False
            series.marker.symbol = "circle"
            series.marker.size = MARKER_POINTS
            series.marker.graphicalProperties = GraphicalProperties(solidFill=colour, ln=LineProperties(solidFill=colour))
        else:
            series.graphicalProperties = GraphicalProperties(solidFill=colour)
            series.invertIfNegative = False
        chart.series.append(series)
    header = Reference(
        block.sheet, min_col=block.first_column, max_col=block.last_column, min_row=block.header_row, max_row=block.header_row
    )
    chart.set_categories(header)


def dress(chart: BarChart | LineChart | ScatterChart, title: str, unit: str, series: int, x_title: str = "") -> None:
    """Titles, axes and legend of a chart with so many series."""
    chart.title = _text(title, TITLE_SIZE, bold=True)
    chart.x_axis.title = _text(x_title, AXIS_SIZE) if x_title else None
    chart.y_axis.title = _text(unit, AXIS_SIZE)
    grid = GraphicalProperties(ln=LineProperties(solidFill=GRID, w=THIN_EMU))
    edge = GraphicalProperties(ln=LineProperties(solidFill=AXIS_LINE, w=THIN_EMU))
    chart.y_axis.majorGridlines = ChartLines(spPr=grid)
    for axis in (chart.x_axis, chart.y_axis):
        axis.delete = False
        axis.txPr = _small()
        axis.graphicalProperties = edge
    chart.x_axis.tickLblPos = "low"
    chart.x_axis.number_format, chart.y_axis.number_format = "0", "General"
    chart.legend.position = "b" if series <= BOTTOM_LEGEND_MOST else "r"
    chart.legend.overlay = False
    chart.legend.txPr = _small()
    chart.display_blanks = "gap"
    if series == 1:
        chart.legend = None


def _text(text: str, size: int, bold: bool = False) -> Title:
    title = Title(overlay=False)
    properties = CharacterProperties(sz=size, b=bold)
    run = RegularTextRun(rPr=properties, t=text)
    title.tx = Text(rich=RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=properties), r=[run])]))
    return title


def _small() -> RichText:
    properties = CharacterProperties(sz=AXIS_SIZE)
    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=properties), endParaRPr=properties)])
