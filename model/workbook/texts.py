"""The wording of every finding of the reader, in English and Chinese, with its level.

Limits: only texts; who says them and when stands in the modules that read.
"""

from __future__ import annotations

from .file_texts import FILE
from .range_texts import RANGES
from .text_kinds import Text, error, info, warning

_LAYOUT = {
    "column_unknown": error(
        "unknown column {name!r}", "the nearest known name is {nearest}", "未知列 {name!r}", "最接近的名称为 {nearest}"
    ),
    "column_twice": error(
        "the column {name} occurs twice, first in {first}",
        "each column once",
        "列 {name} 重复，首次出现在 {first}",
        "每列只能出现一次",
    ),
    "column_unnamed": error(
        "values stand below an empty header", "a column name in row 1", "表头为空但下方有数值", "第 1 行应有列名"
    ),
    "column_missing": error(
        "the required column {name} is missing",
        "a column of this name in row 1",
        "缺少必需的列 {name}",
        "第 1 行应有此列名",
    ),
    "column_optional": info(
        "the optional column {name} is missing; its default {value} is used", "缺少可选列 {name}，采用默认值 {value}"
    ),
    "column_common": warning(
        "the column {name} is missing",
        "source and quality of every row travel to the report",
        "缺少列 {name}",
        "每行的来源和质量会写入报告",
    ),
    "header_read": info("the header {value!r} is read as {name}", "表头 {value!r} 读作 {name}"),
    "year_header": error(
        "{name!r} is not a year", "a whole number such as 2030", "{name!r} 不是年份", "应为整数年份，如 2030"
    ),
    "rows_empty": info("the empty rows {first} to {last} are ignored", "忽略空行 {first} 至 {last}"),
    "row_off": info("row switched off (active = 0)", "该行已停用（active = 0）"),
    "unit_unknown": error(
        "{why}", "{unit} or any unit of the same dimension", "无法识别单位：{why}", "应为 {unit} 或同量纲单位"
    ),
    "unit_missing": error(
        "the unit is missing", "{unit} or any unit of the same dimension", "缺少单位", "应为 {unit} 或同量纲单位"
    ),
    "unit_dimension": error(
        "{value!r} is of dimension {found}",
        "dimension {wanted}, such as {unit}",
        "{value!r} 的量纲为 {found}",
        "量纲应为 {wanted}，如 {unit}",
    ),
    "unit_on_text": warning(
        "a column of words has no unit; {value!r} is ignored",
        "leave the cell empty",
        "文本列没有单位，忽略 {value!r}",
        "请留空",
    ),
    "merged": error(
        "cells are merged inside the data ({range})",
        "one value in each cell",
        "数据区内有合并单元格（{range}）",
        "每个单元格一个值",
    ),
    "year_outside": error(
        "{year} lies outside the given years {first} to {last}",
        "values are interpolated, never extrapolated: add a column for it",
        "{year} 在给定年份 {first} 至 {last} 之外",
        "只内插不外推，请增加该年份列",
    ),
    "years_between": info(
        "the years {years} are interpolated between the given years", "年份 {years} 由给定年份线性内插"
    ),
    "years_flat": info(
        "the value of {last} goes on in the periods after the plan ({years})", "规划期后各时期（{years}）沿用 {last} 年的值"
    ),
    "years_extra": info(
        "the years {years} are no model years; they only serve to interpolate", "年份 {years} 不是模型年份，仅用于内插"
    ),
}

_CELL = {
    "blank": error("{name} is empty", "a value is required", "{name} 为空", "必须填写"),
    "error_value": error(
        "the cell holds the error value {value}", "a number or text", "单元格为错误值 {value}", "应为数字或文本"
    ),
    "no_stored_value": error(
        "the formula has no stored result",
        "open the workbook in Excel, calculate and save it",
        "公式没有已保存的结果",
        "请在 Excel 中打开、计算并保存",
    ),
    "unreadable": error(
        "what the file stores for this cell can not be read ({value})", "type the value again and save", "无法读取文件中该单元格的内容（{value}）", "请重新输入并保存"
    ),
    "decimal_comma": error(
        "{value!r} in {name} is not a number: no comma separates decimals", "a number with a decimal point", "{name} 中的 {value!r} 不是数字：逗号不作小数点", "应为数字（小数点用 .）"
    ),
    "not_number": error(
        "{value!r} in {name} is not a number",
        "a number with a decimal point",
        "{name} 中的 {value!r} 不是数字",
        "应为数字（小数点用 .）",
    ),
    "not_finite": error(
        "{value!r} in {name} is not a finite number",
        "a finite number",
        "{name} 中的 {value!r} 不是有限数",
        "应为有限数",
    ),
    "not_whole": error(
        "{value} in {name} is not a whole number", "a whole number", "{name} 中的 {value} 不是整数", "应为整数"
    ),
    "not_text": error("{value!r} in {name} is a {kind}", "text", "{name} 中的 {value!r} 是 {kind}", "应为文本"),
    "not_flag": error(
        "{value!r} in {name} is neither yes nor no",
        "1 or 0, yes or no, 是 or 否",
        "{name} 中的 {value!r} 不是“是/否”",
        "应为 1/0、yes/no 或 是/否",
    ),
    "too_low": error(
        "{value}{unit} in {name} is too low",
        "at least {limit}{unit}",
        "{name} 中的 {value}{unit} 过低",
        "至少 {limit}{unit}",
    ),
    "too_high": error(
        "{value}{unit} in {name} is too high",
        "at most {limit}{unit}",
        "{name} 中的 {value}{unit} 过高",
        "至多 {limit}{unit}",
    ),
    "choice": error(
        "{value!r} is not allowed in {name}",
        "one of {choices}; the nearest is {nearest}",
        "{name} 不允许 {value!r}",
        "应为 {choices} 之一，最接近的是 {nearest}",
    ),
    "choice_of_list": error(
        "{value!r} is not allowed in {name}",
        "one of {choices}, or several with {mark} between them; the nearest is {nearest}",
        "{name} 不允许 {value!r}",
        "应为 {choices} 之一，或以 {mark} 分隔的多个，最接近的是 {nearest}",
    ),
    "choice_twice": error(
        "{value!r} stands twice in {name}",
        "each of {choices} once at most, with {mark} between them",
        "{name} 中 {value!r} 重复",
        "{choices} 各至多一次，以 {mark} 分隔",
    ),
    "quality": error(
        "{value!r} is no known quality",
        "one of {choices}; the nearest is {nearest}",
        "未知的质量等级 {value!r}",
        "应为 {choices} 之一，最接近的是 {nearest}",
    ),
    "key_characters": error(
        "the key {value!r} in {name} has characters that row names can not carry",
        "1 to 60 of A-Z a-z 0-9 _ . + -",
        "{name} 中的代码 {value!r} 含不允许的字符",
        "应为 1 至 60 个 A-Z a-z 0-9 _ . + -",
    ),
    "key_sign": error(
        "the key {value!r} in {name} would be a formula in a spreadsheet that opens the results", "a name that begins with neither + nor -",
        "{name} 中的代码 {value!r} 在电子表格打开结果时会成为公式", "开头不得为 + 或 -",
    ),
    "key_reserved": error(
        "the key {value!r} in {name} is a word by which results name a total",
        "a name other than {reserved}",
        "{name} 中的代码 {value!r} 是结果中表示合计的词",
        "不得使用 {reserved}",
    ),
    "word_long": error(
        "the text in {name} has {count} characters",
        "at most {most} characters; long texts go into the column note",
        "{name} 的文本有 {count} 个字符",
        "最多 {most} 个字符；较长说明请写入 note 列",
    ),
    "key_twice": error(
        "the key {value} occurs twice, first in row {first}",
        "each key once",
        "键 {value} 重复，首次出现在第 {first} 行",
        "每个键只能出现一次",
    ),
    "reference": error(
        "{value!r} is not in {target}",
        "the nearest known value is {nearest}",
        "{value!r} 不在 {target} 中",
        "最接近的值为 {nearest}",
    ),
    "name_unused": warning(
        "no sheet holds the key {value!r}: its words are shown nowhere", "a key of the workbook; the nearest is {nearest}",
        "没有工作表使用代码 {value!r}：其名称不会显示", "应为工作簿中的代码，最接近的是 {nearest}",
    ),
    "row_missing": error(
        "no row for {keys}: {means}", "a row for each that {asks} names",
        "缺少 {keys} 的行：{means}", "应为 {asks} 中的每一项填写一行",
    ),
    "row_lacking": warning(
        "no row for {keys}: {means}", "a row for each that {asks} names, if that is not meant",
        "缺少 {keys} 的行：{means}", "如非有意，应为 {asks} 中的每一项填写一行",
    ),
    "year_first_blank": error(
        "{name} is empty although later years are given", "the value of the base year",
        "{name} 为空而其后年份已填", "应填写基年数值",
    ),
    "nothing_decided": warning(
        "no lever has the tables that it needs: there is nothing to decide", "the sheets of at least one lever",
        "没有任何措施具备所需数据表：模型无可决策内容", "应至少填写一项措施的数据表",
    ),
    "reference_absent": error(
        "{value!r} refers to {target}, but that sheet is missing or empty",
        "fill that sheet",
        "{value!r} 引用 {target}，但该表缺失或为空",
        "请填写该表",
    ),
    "part_form": error(
        "{value!r} in {name} names no part of the model", "kind:name with one of the kinds {kinds}, several parted by ;",
        "{name} 中的 {value!r} 未指明模型组成部分", "应为 类型:名称，类型为 {kinds} 之一，多项以 ; 分隔",
    ),
    "part_unknown": error(
        "there is no {kind} {value!r}", "the nearest known one is {nearest}", "不存在{kind} {value!r}", "最接近的为 {nearest}",
    ),
    "scenario_gone": warning(
        "there is no {kind} {value!r}", "a scenario of the workbook, or the name taken out; the nearest known one is {nearest}",
        "不存在{kind} {value!r}", "应为工作簿中的情景，或删去该名称；最接近的为 {nearest}",
    ),
    "source_blank": warning("{name} is empty", "say where the row comes from", "{name} 为空", "请注明该行的出处"),
    "read_as": info("{value!r} in {name} is read as {number}", "{name} 中的 {value!r} 读作 {number}"),
    "control_removed": info("control characters in {name} were removed", "{name} 中的控制字符已删除"),
    "interpolated": info("the empty cell is interpolated to {number} {unit}", "空单元格内插为 {number} {unit}"),
}

_SHEETS = {
    "setting_unknown": error(
        "unknown setting {name!r}",
        "the nearest known setting is {nearest}",
        "未知设置 {name!r}",
        "最接近的设置为 {nearest}",
    ),
    "setting_twice": error(
        "the setting {name} occurs twice, first in row {first}",
        "each setting once",
        "设置 {name} 重复，首次出现在第 {first} 行",
        "每个设置只能出现一次",
    ),
    "schema_newer": error(
        "the workbook's layout {value} is newer than this program knows ({limit})",
        "a newer version of the program",
        "工作簿版式 {value} 比本程序支持的版本 {limit} 新",
        "请使用更新的程序",
    ),
    "analysis_unavailable": error(
        "there is no analysis {name!r}",
        "one of {known}, or switch the row off (active = 0)",
        "没有分析 {name!r}",
        "可用：{known}；或停用该行（active = 0）",
    ),
    "analysis_unknown": warning(
        "the analysis {name!r}, which is switched off, is not available", "one of {known}", "已停用的分析 {name!r} 不存在", "可用：{known}",
    ),
    "periods_order": error(
        "the year {year} does not follow {previous}",
        "milestone years in increasing order",
        "年份 {year} 不在 {previous} 之后",
        "里程碑年份应递增",
    ),
    "periods_few": error(
        "there is no milestone year after the base year",
        "the base year and at least one later year",
        "基年之后没有里程碑年份",
        "应有基年和至少一个之后的年份",
    ),
    "periods_kinds": error(
        "a period of kind {kind} does not stand here",
        "periods of history first, then those of the plan, at least one, then those after it",
        "{kind} 类时期位置不当",
        "应先列历史时期，再列规划期（至少一个），最后列规划期后各时期",
    ),
    "periods_no_plan": error(
        "every period is history: nothing is left to plan",
        "a period of kind plan after those of history",
        "所有时期均为历史，没有可规划的时期",
        "历史时期之后应有 plan 类时期",
    ),
    "slices_sum": error(
        "the hours of the time slices add up to {total}", "{wanted} h", "时段小时数合计为 {total}", "应为 {wanted} h"
    ),
    "whole_sum": error(
        "{column} of {key} adds up to {total} (rows: {rows})", "numbers that add up to 1",
        "{key} 的 {column} 合计为 {total}（{rows} 行）", "合计应为 1",
    ),
    "whole_mean": error(
        "{column} of {key} has a mean of {total} over the hours of the year (rows: {rows})", "a mean of 1",
        "{key} 的 {column} 按小时加权均值为 {total}（{rows} 行）", "均值应为 1",
    ),
}

_SCENARIOS = {
    "scenario_name": error(
        "the scenario name {name!r} is not allowed",
        "1 to 40 of a-z 0-9 _ and no name that Windows reserves",
        "情景名称 {name!r} 不允许",
        "应为 1 至 40 个 a-z 0-9 _，且不是 Windows 保留名",
    ),
    "scenario_unknown": error(
        "there is no scenario {name!r}",
        "the nearest known scenario is {nearest}",
        "没有情景 {name!r}",
        "最接近的情景为 {nearest}",
    ),
    "scenario_named": warning(
        "{setting} names the scenario {name!r}, which the workbook does not have",
        "a name of the sheet scenarios (the nearest is {nearest}), or a blank cell",
        "{setting} 所填情景 {name!r} 不存在",
        "应为 scenarios 表中的情景（最接近的是 {nearest}），或留空",
    ),
    "scenario_none": error(
        "every scenario and analysis is switched off: there is nothing to solve",
        "active = 1 in a row of scenarios, or --scenario NAME",
        "所有情景与分析均已关闭，没有可求解的内容",
        "请将 scenarios 中一行的 active 设为 1，或使用 --scenario 名称",
    ),
    "scenario_asked": error("there is no scenario {name!r}", "one of {known}", "没有情景 {name!r}", "应为 {known} 之一"),
    "analysis_asked": error("there is no analysis {name!r}", "one of {known}", "没有分析 {name!r}", "应为 {known} 之一"),
    "scenario_cycle": error(
        "the scenario {name} is its own ancestor",
        "a parent that does not lead back to it",
        "情景 {name} 是自身的上级",
        "上级情景不能循环",
    ),
    "scenario_parent": error(
        "the scenario {name} already has the parent {parent!r}",
        "the same parent or an empty cell",
        "情景 {name} 已有上级 {parent!r}",
        "应为同一上级或留空",
    ),
    "scenario_implied": info(
        "no scenario reference is declared; the workbook as it stands is used under this name",
        "未声明情景 reference，以工作簿原样作为该情景",
    ),
    "override_sheet": error(
        "the sheet {name!r} is not in the workbook",
        "the nearest sheet is {nearest}",
        "工作簿中没有工作表 {name!r}",
        "最接近的工作表为 {nearest}",
    ),
    "override_not_data": error(
        "the sheet {name!r} holds no data that could be set", "a sheet of data or settings",
        "工作表 {name!r} 没有可设定的数据", "应为数据表或 settings",
    ),
    "override_column": error(
        "the column {name!r} can not be set in {sheet}",
        "the nearest column is {nearest}",
        "{sheet} 中不能设置列 {name!r}",
        "最接近的列为 {nearest}",
    ),
    "override_operation": error(
        "unknown operation {name!r}", "set, add or multiply", "未知操作 {name!r}", "应为 set、add 或 multiply"
    ),
    "override_value": error(
        "{value!r} is not a number", "add and multiply need a number", "{value!r} 不是数字", "add 和 multiply 需要数字"
    ),
    "override_target": error(
        "{target} holds {value!r}, which can not be added to or multiplied",
        "a number in that cell, or the operation set",
        "{target} 的内容 {value!r} 无法加或乘",
        "该单元格应为数字，或使用 set",
    ),
    "selector_form": error(
        "the selector part {part!r} is not understood",
        "key=value; key=value",
        "无法识别选择条件 {part!r}",
        "应为 键=值; 键=值",
    ),
    "selector_key": error(
        "{name!r} is no key of {sheet}",
        "one of {keys}; the nearest is {nearest}",
        "{name!r} 不是 {sheet} 的键",
        "应为 {keys} 之一，最接近的是 {nearest}",
    ),
    "selector_empty": error(
        "no active row of {sheet} matches {selector!r}",
        "the nearest known value is {nearest}",
        "{sheet} 中没有符合 {selector!r} 的有效行",
        "最接近的值为 {nearest}",
    ),
    "selector_year": error(
        "{sheet} has no column for the year {year!r}",
        "one of {years}",
        "{sheet} 没有年份列 {year!r}",
        "应为 {years} 之一",
    ),
    "selector_planned": error(
        "{sheet} has no column after the base year, and a change that names no year leaves the base year as it is",
        "year= and one of {years}",
        "{sheet} 没有基年之后的年份列，未指明年份的修改不改变基年",
        "请写 year= 加 {years} 之一",
    ),
    "set_form": error(
        "--set {text!r} is not understood", "SHEET!CELL=VALUE", "无法识别 --set {text!r}", "应为 SHEET!CELL=VALUE"
    ),
    "set_address": error(
        "--set: the cell lies outside the data of the sheet",
        "a cell in a named column and a filled row below the header",
        "--set：单元格不在该表的数据区内",
        "应为有列名且已填写行中的单元格",
    ),
}

CATALOGUE: dict[str, Text] = {**FILE, **_LAYOUT, **_CELL, **_SHEETS, **_SCENARIOS, **RANGES}
