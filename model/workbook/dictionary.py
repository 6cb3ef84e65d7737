"""The data dictionary: what every sheet and column means, in which unit, and what may stand in it.

The same declarations give the Markdown page, the ``guide`` sheet and the notes on the header cells, so the three
cannot disagree. The sheets that no lever declares (``settings``, ``scenarios``, ``analyses``, ``ranges``) are described here.

Limits: it describes the layout, not the data; conversions between units are described with the units.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from model.core.declare.schema import DISTRIBUTIONS, TRIANGULAR, Schema
from model.core.declare.spec import LIST_MARK, QUALITIES, Column, Required, Setting, Table

SETTINGS = "settings"
SCENARIOS = "scenarios"
ANALYSES = "analyses"
RANGES = "ranges"
FIXED_SHEETS: tuple[str, ...] = (SETTINGS, SCENARIOS, ANALYSES, RANGES)
OPERATIONS: tuple[str, ...] = ("set", "add", "multiply")
FLAGS: tuple[str, ...] = ("1", "0")

COMMON: tuple[Column, ...] = (
    Column(
        "active", "", "flag", default=1.0, en="1 uses the row, 0 leaves it out of the model", zh="1 使用该行，0 不使用"
    ),
    Column(
        "source",
        "",
        "text",
        default=None,
        en="Where the numbers come from; shown in the report",
        zh="数据来源，将出现在报告中",
    ),
    Column(
        "quality",
        "",
        "text",
        choices=QUALITIES,
        default=None,
        en="reported: as published; derived: computed from published numbers; estimate: our judgement",
        zh="reported 为公布值，derived 为由公布值推算，estimate 为估计值",
    ),
    Column("note", "", "text", default=None, en="Remark for people; the model does not read it", zh="备注，模型不读取"),
)

UNIT = Column(
    "unit",
    "",
    "text",
    en="Unit of the numbers in the row; any listed unit of the same dimension, numbers are converted",
    zh="该行数值的单位，可改为同一量纲的其他单位，数值自动换算",
)

SETTINGS_COLUMNS: tuple[Column, ...] = (
    Column("setting", "", "text", key=True, en="Name of the setting", zh="参数名称"),
    Column(
        "value",
        "",
        "text",
        en="A number or a word; the allowed ones are in the guide",
        zh="数值或选项，允许值见 guide 表",
    ),
    UNIT,
)

SCENARIO_COLUMNS: tuple[Column, ...] = (
    Column(
        "scenario",
        "",
        "text",
        key=True,
        en="Name of the scenario: small letters, digits and _; one row per change",
        zh="情景名称（小写字母、数字和下划线），每行一项修改",
    ),
    Column(
        "parent",
        "",
        "text",
        ref="scenarios.scenario",
        default=None,
        en="Scenario whose changes are made first",
        zh="上级情景，先执行其修改",
    ),
    Column("sheet", "", "text", default=None, en="Sheet that is changed", zh="被修改的工作表"),
    Column(
        "selector",
        "",
        "text",
        default=None,
        en="Rows that are changed, for instance region=west; year=2030; blank means all rows. Without year the years after the base year change, which is history",
        zh="被修改的行，例如 region=west; year=2030；留空表示全部行；未写 year 时只修改基年之后的年份（基年为历史）",
    ),
    Column("column", "", "text", default=None, en="Column that is changed", zh="被修改的列"),
    Column(
        "operation",
        "",
        "text",
        choices=OPERATIONS,
        default=None,
        en="set replaces the number, add adds to it, multiply multiplies it",
        zh="set 替换，add 相加，multiply 相乘",
    ),
    Column(
        "value", "", "text", default=None, en="The new number or word, the addend or the factor", zh="新值、增量或倍数"
    ),
)

ANALYSIS_COLUMNS: tuple[Column, ...] = (
    Column("analysis", "", "text", key=True, en="Name of the analysis", zh="分析名称"),
    Column("setting", "", "text", key=True, default=None, en="What is set for the analysis", zh="该分析的参数"),
    Column("value", "", "text", default=None, en="Its value, a number or a word", zh="参数值，数值或文字"),
)

RANGES_COLUMNS: tuple[Column, ...] = (
    Column("range", "", "text", key=True, en="Name of the range; the rows of one name move together", zh="区间名称；同名各行一起变动"),
    Column("sheet", "", "text", en="Sheet that holds the uncertain cells", zh="不确定数值所在的工作表"),
    *(column for column in SCENARIO_COLUMNS if column.name == "selector"),
    Column("column", "", "text", default=None, en="Column of the cells; blank for a sheet of years", zh="单元格所在列；年份表留空"),
    Column(
        "operation", "", "text", choices=OPERATIONS,
        en="What low, central and high are: a number that replaces (set), one that is added (add), or a factor (multiply)",
        zh="low、central、high 的含义：set 为替换值，add 为增量，multiply 为倍数",
    ),
    Column("low", "", "number", en="Lowest value, addend or factor", zh="最低值、增量或倍数"),
    Column(
        "central", "", "number", default=None,
        en="Most likely one, between low and high; blank: as the workbook stands (factor 1, addend 0, the number in the cells)",
        zh="最可能值，介于 low 与 high 之间；留空表示工作簿现值（倍数 1、增量 0、单元格中的数值）",
    ),
    Column("high", "", "number", en="Highest value, addend or factor", zh="最高值、增量或倍数"),
    Column(
        "distribution", "", "text", choices=DISTRIBUTIONS, default=TRIANGULAR,
        en="How likely the values in between are: all the same (uniform), or most likely the central one (triangular; pert: closer to it); said in the first row of a range",
        zh="取值分布：uniform 均匀；triangular 三角，pert 更集中于 central；写在区间的第一行",
    ),
    Column(
        "group", "", "text", default=None,
        en="Ranges of one group are drawn together: low with low, high with high; said in the first row of a range",
        zh="同组区间同向抽取：同低同高；写在区间的第一行",
    ),
)  # fmt: skip

FIXED_COLUMNS: dict[str, tuple[Column, ...]] = {
    SETTINGS: SETTINGS_COLUMNS,
    SCENARIOS: SCENARIO_COLUMNS,
    ANALYSES: ANALYSIS_COLUMNS,
    RANGES: RANGES_COLUMNS,
}

FIXED_TEXT: dict[str, tuple[str, str]] = {
    SETTINGS: (
        "Single numbers and words that steer the whole model, one a row",
        "影响整个模型的单个参数，每行一个",
    ),
    SCENARIOS: (
        "Scenarios as changes to other sheets, one change a row; the sheets themselves stay as they are. "
        "The base year changes only where year= names it",
        "情景：对其他工作表的修改，每行一项；原表不变；只有 year= 写明基年时才修改基年",
    ),
    ANALYSES: ("Which analyses are run, with what settings", "运行哪些分析及其参数"),
    RANGES: (
        "Numbers that are not known exactly, with the lowest and the highest they may be; analyses try them, a plan does not",
        "不确定的数值及其可能的最低和最高值；供分析使用，不影响方案",
    ),
}

HEADINGS: tuple[str, ...] = (
    "sheet",
    "column",
    "unit",
    "kind",
    "required or default",
    "range",
    "allowed values",
    "English",
    "中文",
)


@dataclass(frozen=True)
class Entry:
    """One line of the dictionary, as text; the fields follow ``HEADINGS``."""

    sheet: str
    column: str
    unit: str
    kind: str
    needed: str
    limits: str
    allowed: str
    en: str
    zh: str

    @property
    def cells(self) -> tuple[str, ...]:
        """The fields in the order of ``HEADINGS``."""
        return (
            self.sheet,
            self.column,
            self.unit,
            self.kind,
            self.needed,
            self.limits,
            self.allowed,
            self.en,
            self.zh,
        )


def number_text(number: float) -> str:
    """A number as a person writes it: 40, not 40.0."""
    return str(int(number)) if float(number).is_integer() else repr(float(number))


def needed_text(column: Column) -> str:
    """``key``, ``required``, the default, or ``optional`` when a blank stands for nothing."""
    if isinstance(column.default, Required):
        return "key" if column.key else "required"
    if column.default is None:
        return "optional"
    default = column.default if isinstance(column.default, str) else number_text(column.default)
    return f"default {default}"


def range_text(low: float | None, high: float | None) -> str:
    """The allowed range: ``0 to 40``, ``>= 0``, ``<= 1`` or nothing."""
    if low is not None and high is not None:
        return f"{number_text(low)} to {number_text(high)}"
    if low is not None:
        return f">= {number_text(low)}"
    return f"<= {number_text(high)}" if high is not None else ""


def allowed_text(column: Column) -> str:
    """The allowed words, or the column whose entries are allowed."""
    if column.ref:
        within = f" with the same {', '.join(column.within)}" if column.within else ""
        return ", ".join([*column.choices, f"entries of {column.ref.replace('|', ' or ')}{within}"])
    if column.choices:
        return ", ".join(column.choices) + (f"; several with {LIST_MARK} between them" if column.several else "")
    return ", ".join(FLAGS) if column.kind == "flag" else ""


def setting_column(setting: Setting) -> Column:
    """The setting described as a column, so that both are shown and checked alike."""
    return Column(
        setting.name,
        setting.unit,
        setting.kind,
        choices=setting.choices,
        several=setting.several,
        low=setting.low,
        high=setting.high,
        default=setting.default,
        en=setting.en,
        zh=setting.zh,
    )


def own_tables(schema: Schema) -> Iterator[Table]:
    """The tables that have a sheet of their own, in the order of the schema."""
    return (t for t in schema.tables.values() if t.name not in FIXED_SHEETS and t.shape != "settings")


def entries(schema: Schema) -> dict[str, tuple[Entry, ...]]:
    """Sheet -> its lines; ``settings`` first, then scenarios, analyses, ranges, every table, and the common columns last."""
    lines = {name: tuple(_entry(name, c) for c in columns) for name, columns in FIXED_COLUMNS.items()}
    lines[SETTINGS] += tuple(_entry(SETTINGS, setting_column(s)) for s in schema.settings.values())
    lines[ANALYSES] += tuple(
        _entry(ANALYSES, setting_column(s), f"{info.name}: {s.name}") for info in schema.analyses.values() for s in info.settings
    )
    for table in own_tables(schema):
        lines[table.name] = tuple(_table_entries(table))
    lines["every data sheet"] = tuple(_entry("every data sheet", c) for c in COMMON)
    return lines


def dictionary_markdown(schema: Schema) -> str:
    """The data dictionary in Markdown, English and Chinese: a section a sheet, a line a column or setting."""
    parts = ["# Data dictionary 数据字典", "", *_PREFACE, ""]
    for name, lines in entries(schema).items():
        parts += [f"## {name}", "", *_section_text(schema, name), ""]
        parts += _markdown_table(HEADINGS[1:], [line.cells[1:] for line in lines])
        parts.append("")
    return "\n".join(parts)


_PREFACE = (
    "Made from the declarations in the code; the reader, the checks and the drop-down lists use the same ones.",
    "由代码中的声明生成；读取、检查和下拉列表均使用同一声明。",
)


def _table_entries(table: Table) -> Iterator[Entry]:
    if table.shape != "years":
        yield from (_entry(table.name, c) for c in table.columns)
        return
    yield from (_entry(table.name, c) for c in table.columns if c.key)
    yield _entry(table.name, UNIT)
    yield from (_entry(table.name, c, "value (a column per year)") for c in table.columns if not c.key)


def _entry(sheet: str, column: Column, shown: str = "") -> Entry:
    return Entry(
        sheet,
        shown or column.name,
        column.unit,
        column.kind,
        needed_text(column),
        range_text(column.low, column.high),
        allowed_text(column),
        column.en,
        column.zh,
    )


def _section_text(schema: Schema, name: str) -> list[str]:
    if name in FIXED_TEXT:
        return [*FIXED_TEXT[name]]
    if name not in schema.tables:
        return ["Columns at the end of every data sheet.", "每张数据表末尾的公共列。"]
    table = schema.tables[name]
    shape = (
        "a column per year, unit in each row" if table.shape == "years" else "a column per attribute, units in row 2"
    )
    need = "required" if table.required else "optional; without it that part of the model does not exist"
    return [f"{line}  " for line in (table.en, table.zh) if line] + [f"Layout: {shape}; {need}."]


def _markdown_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(c.replace("|", "\\|").replace("\n", " ") for c in cells) + " |"

    return [line(headings), line(["---"] * len(headings)), *(line(row) for row in rows)]
