"""The wording of findings about the file itself and its sheets, before any cell is read.

Limits: only texts; who says them and when stands in the modules that read.
"""

from __future__ import annotations

from .text_kinds import error, info, warning

FILE = {
    "file_missing": error(
        "there is no such file: {path}", "give the path of an .xlsx workbook", "文件不存在：{path}", "请给出 .xlsx 工作簿的路径"
    ),
    "file_locked": error(
        "the file can not be opened ({why}): {path}",
        "close it in other programs and check your rights",
        "无法打开文件（{why}）：{path}",
        "请在其他程序中关闭该文件并检查权限",
    ),
    "file_folder": error(
        "this is a folder, not an Excel workbook: {path}", "give the path of an .xlsx workbook", "这是文件夹，不是 Excel 工作簿：{path}", "请给出 .xlsx 工作簿的路径"
    ),
    "file_lock": error(
        "this is not an Excel workbook but the mark (~$) that Excel leaves while one is open", "the workbook {name} itself",
        "这不是 Excel 工作簿，而是 Excel 打开工作簿时留下的标记文件（~$）", "请使用工作簿 {name} 本身",
    ),
    "file_password": error("the file is protected by a password", "save it as .xlsx without a password", "文件有密码保护", "请另存为无密码的 .xlsx"),
    "file_format": error(
        "this is not an Excel workbook in the format .xlsx but {format}", "open it in a spreadsheet program and save it as .xlsx",
        "不是 .xlsx 格式的 Excel 工作簿，而是 {format}", "请用表格软件打开并另存为 .xlsx",
    ),
    "file_encrypted": error(
        "the file is protected by a password or is an old .xls",
        "save it as .xlsx without a password",
        "文件有密码保护或为旧版 .xls",
        "请另存为无密码的 .xlsx",
    ),
    "file_not_workbook": error(
        "this is not an Excel workbook ({why})",
        "an .xlsx file, completely saved",
        "不是 Excel 工作簿（{why}）",
        "应为完整保存的 .xlsx 文件",
    ),
    "file_too_large": error(
        "the file is larger than the reader accepts ({why})",
        "at most {limit}",
        "文件超过读取上限（{why}）",
        "最多 {limit}",
    ),
    "file_doctype": error(
        "the part {part} declares a document type, which no Excel workbook does",
        "save the workbook anew in Excel",
        "部件 {part} 含文档类型声明，正常的 Excel 工作簿没有",
        "请用 Excel 重新保存",
    ),
    "file_review_copy": error(
        "this is a review copy written by the check, its formula results are lost",
        "correct and use the original workbook",
        "这是检查生成的审阅副本，公式结果已丢失",
        "请修改并使用原工作簿",
    ),
    "sheet_unreadable": error(
        "the sheet can not be read ({why})",
        "save the workbook anew in Excel",
        "工作表无法读取（{why}）",
        "请用 Excel 重新保存",
    ),
    "sheet_too_far": error(
        "a value lies beyond column {columns} or row {rows}; the sheet was not read",
        "delete what lies there",
        "有数值超出第 {columns} 列或第 {rows} 行，未读取该表",
        "请删除该处内容",
    ),
    "sheet_too_many": error(
        "the sheet holds more than {limit} values and was not read", "delete what is no row of the table", "工作表中的数值超过 {limit} 个，未读取该表", "请删除不属于该表的内容",
    ),
    "sheet_unknown": error(
        "unknown sheet",
        "the nearest known name is {nearest}; begin the name with _ for a sheet of your own",
        "未知工作表",
        "最接近的名称为 {nearest}；自用工作表请以 _ 开头",
    ),
    "sheet_twice": error(
        "the sheet name occurs twice", "one sheet of each name", "工作表名称重复", "每个名称只能有一个工作表"
    ),
    "sheet_missing": error(
        "the required sheet is missing or has no active row",
        "a sheet of this name with at least one row",
        "缺少必需的工作表或无有效行",
        "应有此名称的工作表且至少一行",
    ),
    "sheet_hidden": warning(
        "the sheet is hidden but is read", "unhide it or delete it", "工作表被隐藏但仍会读取", "请取消隐藏或删除"
    ),
    "lever_without": warning(
        "without rows here {lever} is left out of the model, and {filled} count for nothing", "rows here, or none in those sheets",
        "本表无数据，模型不含 {lever}，{filled} 不起作用", "应填写本表，或清空上述工作表",
    ),
    "lever_off": info(
        "all rows are switched off: {lever} is left out of the model, and {filled} count for nothing", "所有行均已停用：模型不含 {lever}，{filled} 不起作用"
    ),
    "sheet_summary": info("the sheet that Numbers adds when it exports holds no table and is ignored", "Numbers 导出时附加的工作表不含数据，已忽略"),
    "sheet_chart": info("a chart sheet holds no table and is ignored", "图表工作表不含数据，已忽略"),
}
