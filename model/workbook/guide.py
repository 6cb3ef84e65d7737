"""The two sheets for people: ``start_here``, which says what to change first, and ``guide``, which explains all.

Both are in English and Chinese and are made from the declarations; the reader of the model skips them.

Limits: general to every workbook; what is special to one belongs in its notes and sources.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from model.core.declare.schema import Schema

from .dictionary import FIXED_TEXT, HEADINGS, entries
from .style import (
    FONT,
    GROUP_COLOURS,
    HEADER,
    INPUT,
    KEY_HEADER,
    LINK,
    OPTIONAL_HEADER,
    PROSE,
    REMARK,
    SECTION,
    TITLE,
    UNITS,
    column_width,
    put,
    row_height,
)

START = "start_here"
GUIDE = "guide"
#: Widths of start_here in characters: name, English, Chinese, group.
START_WIDTHS: tuple[float, ...] = (24, 72, 60, 12)
#: Widest text columns of the guide (English and Chinese), in characters.
TEXT_WIDTH = 60

Lines = tuple[tuple[str, str, str], ...]

ABOUT: Lines = (
    (
        "",
        (
            "This workbook is the whole input of the model: every number that it uses is in one of these sheets, "
            "with unit and source. Change a yellow cell, save, run, and read the report."
        ),
        "本工作簿包含模型的全部输入：所用数值均在各表中，并注明单位和来源。修改黄色单元格，保存并运行，然后查看报告。",
    ),
)
FIRST: Lines = (
    (
        "1 scenarios",
        "Switch scenarios on or off in the column active, or add a line of your own.",
        "在 active 列开启或关闭情景，或新增一行。",
    ),
    (
        "2 settings",
        "Choose the objective, the discount rate and the language of the reports.",
        "选择优化目标、贴现率和报告语言。",
    ),
    (
        "3 periods, regions",
        "Set the milestone years and the regions; other sheets offer them as drop-down lists.",
        "设置里程碑年份和地区，其他表以下拉列表引用。",
    ),
    (
        "4 estimates",
        "Then replace the numbers whose quality is estimate with your own, and say where they come from.",
        "再将 quality 为 estimate 的数值换成自有数据，并注明来源。",
    ),
)
RUN: Lines = (
    (
        "Check",
        "python solve.py WORKBOOK.xlsx --check        lists everything that is wrong, with its cell; solves nothing",
        "仅检查：列出所有问题及其单元格，不求解。",
    ),
    (
        "Solve",
        "python solve.py WORKBOOK.xlsx        solves every active scenario and writes the reports",
        "求解所有启用的情景并生成报告。",
    ),
    (
        "Rules",
        (
            "Do not rename sheets or columns; a sheet whose name begins with _ is yours and is not read. Keep "
            "names and units in their rows: row 1 has the names, and where row 2 is grey it has the units. Years "
            "may be fewer than the milestones: numbers between are interpolated."
        ),
        (
            "不要修改表名和列名；以 _ 开头的工作表归用户自用，不读取。"
            "第 1 行为列名，灰色的第 2 行为单位。年份可少于里程碑年份，中间年份线性插值。"
        ),
    ),
)
MEANING: Lines = (
    (
        "Years",
        (
            "A flow, price or cost under a year is the mean of the period that ends there: 2030 is 2026 to 2030. Stocks (plants, lines, survival), "
            "GDP and gases beside the account stand at the year. The base year is that year itself."
        ),
        (
            "年份列中的流量、价格和成本为截至该年的时期均值：2030列为2026至2030年平均。"
            "存量（电站、线路、存活率）、GDP及账户之外的气体为当年值；基年为该年本身。"
        ),
    ),
)
COLOURS: tuple[tuple[str, str, str, str], ...] = (
    (INPUT, "input", "To be changed: the model reads it", "输入，可修改，模型读取"),
    (
        UNITS,
        "unit",
        "Unit; may be changed to another unit of the same dimension, the reader converts",
        "单位，可改为同一量纲的其他单位，自动换算",
    ),
    (
        REMARK,
        "source",
        "Source, quality and note: shown in the report, no effect on the result",
        "来源、质量和备注，出现在报告中，不影响结果",
    ),
    (KEY_HEADER, "key", "Header of a key column: says which row it is", "主键列的表头"),
    (HEADER, "required", "Header of a column that must be filled", "必填列的表头"),
    (
        OPTIONAL_HEADER,
        "optional",
        "Header of a column that may stay blank; the note on it states the default",
        "可留空列的表头，默认值见表头批注",
    ),
)


def sheet_texts(schema: Schema, sheet: str) -> tuple[str, str]:
    """One sentence on a sheet in English and in Chinese."""
    if sheet == GUIDE:
        return "Every sheet, column and setting explained", "所有工作表、列和参数的说明"
    if sheet in FIXED_TEXT:
        return FIXED_TEXT[sheet]
    table = schema.tables[sheet]
    return table.en, table.zh


def write_start(
    sheet: Worksheet, schema: Schema, titles: tuple[str, str], sheets: Sequence[str], groups: Mapping[str, str]
) -> str:
    """Fill ``start_here``; the answer is the range of cells that list the sheets."""
    _set_widths(sheet, START_WIDTHS)
    sheet.sheet_view.showGridLines = False
    row = 1
    for title in titles:
        put(sheet.cell(row, 1), title, TITLE)
        sheet.row_dimensions[row].height = row_height(["\n"], [1])
        row += 1
    for heading, lines in (
        ("What this is 内容", ABOUT),
        ("What to change first 首先修改", FIRST),
        ("How to run 运行方法", RUN),
        ("What a number means 数值含义", MEANING),
    ):
        row = _write_lines(sheet, row + 1, heading, lines)
    row = _write_colours(sheet, row + 1)
    put(sheet.cell(row + 1, 1), "Sheets 工作表", SECTION)
    first = row = row + len(("blank", "heading"))
    for name in sheets:
        _write_link(sheet, row, name, sheet_texts(schema, name), groups.get(name, "general"))
        row += 1
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    return f"{START}!$A${first}:$A${row - 1}"


def write_guide(sheet: Worksheet, schema: Schema) -> int:
    """Fill ``guide``: a header and one row for every column and setting; the answer is the last row."""
    rows = [line.cells for lines in entries(schema).values() for line in lines]
    widths = [column_width(h, [r[i] for r in rows]) for i, h in enumerate(HEADINGS)]
    texts = [i for i, h in enumerate(HEADINGS) if h in ("English", "中文")]
    for i in texts:
        widths[i] = TEXT_WIDTH
    _set_widths(sheet, widths)
    for i, heading in enumerate(HEADINGS):
        put(sheet.cell(1, i + 1), heading, HEADER)
    for number, cells in enumerate(rows, start=1 + 1):
        for i, text in enumerate(cells):
            put(sheet.cell(number, i + 1), text, PROSE)
        sheet.row_dimensions[number].height = row_height(cells, widths)
    return len(rows) + 1


def link(sheet: Worksheet, row: int, column: int, target: str) -> None:
    """Make a cell lead to the first cell of another sheet."""
    cell = sheet.cell(row, column)
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{target}'!A1", display=target)


def _write_lines(sheet: Worksheet, row: int, heading: str, lines: Lines) -> int:
    put(sheet.cell(row, 1), heading, SECTION)
    for cells in lines:
        row += 1
        for i, text in enumerate(cells):
            put(sheet.cell(row, i + 1), text, PROSE)
        sheet.row_dimensions[row].height = row_height(cells, START_WIDTHS[: len(cells)])
    return row + 1


def _write_colours(sheet: Worksheet, row: int) -> int:
    put(sheet.cell(row, 1), "Colours 颜色", SECTION)
    for style, name, en, zh in COLOURS:
        row += 1
        put(sheet.cell(row, 1), name, style)
        for i, text in enumerate((en, zh), start=1 + 1):
            put(sheet.cell(row, i), text, PROSE)
        sheet.row_dimensions[row].height = row_height((en, zh), START_WIDTHS[1:-1])
    return row + 1


def _write_link(sheet: Worksheet, row: int, name: str, texts: tuple[str, str], group: str) -> None:
    put(sheet.cell(row, 1), name, LINK)
    link(sheet, row, 1, name)
    sheet.cell(row, 1).style = LINK
    for i, text in enumerate(texts, start=1 + 1):
        put(sheet.cell(row, i), text, PROSE)
    shown = sheet.cell(row, len(START_WIDTHS))
    put(shown, group, PROSE)
    shown.font = Font(name=FONT, bold=True, color=GROUP_COLOURS[group])
    sheet.row_dimensions[row].height = row_height(texts, START_WIDTHS[1:-1])


def _set_widths(sheet: Worksheet, widths: Sequence[float]) -> None:
    for i, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(i)].width = width
