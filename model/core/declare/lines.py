"""The lines that a run prints besides findings: how it ended, what could not be written, where things lie; in both languages.

``Said`` is such a line that is not yet told to anybody: whoever finds a fault does not know the language, whoever prints it does.

Limits: of what the command line's own parser or the system says, the words met most are known; others stay as they come.
"""

from __future__ import annotations

import errno
import os
from typing import Any

from .fault_texts import FAULTS

#: What the system says of a file, by its number.
_REASONS: dict[int, str] = {
    errno.ENOENT: "没有该文件或文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "不允许的操作",
    errno.ENOSPC: "磁盘已满",
    errno.EROFS: "只读文件系统",
    errno.EISDIR: "这是文件夹",
    errno.ENOTDIR: "不是文件夹",
    errno.EEXIST: "文件已存在",
    errno.EBUSY: "文件正被使用",
    errno.ENAMETOOLONG: "文件名过长",
}

LINES: dict[str, tuple[str, str]] = {
    # how a run ended
    "solved": ("{name}: {status}, objective {objective} {unit}; report in {folder}", "{name}: {status}，目标值 {objective} {unit}；报告在 {folder}"),
    "analysed": ("{name}: {status}; report in {folder}", "{name}: {status}；报告在 {folder}"),
    "ended": ("{name}: {status}", "{name}: {status}"),
    "no_baseline": (
        "burdens are told by themselves: the plan of scenario {name} (setting burden_baseline) ended so: {status}",
        "负担未作对照：情景 {name}（设置 burden_baseline）的求解结果为：{status}",
    ),
    "no_baseline_input": (
        "burdens are told by themselves: the input of scenario {name} (setting burden_baseline) is wrong: {found}",
        "负担未作对照：情景 {name}（设置 burden_baseline）的输入有误：{found}",
    ),
    "credits_swing": (
        "what credits bring to funds does not settle: counted at {low} CNY/t the market pays {low_market}, at {high} CNY/t it pays {high_market}; "
        "the plan counts {low} ({solves} plans solved)",
        "资金所计信用收入未能收敛：按 {low} 元/吨计时市场价格为 {low_market}，按 {high} 元/吨计时为 {high_market}；方案按 {low} 计（共求解 {solves} 次）",
    ),
    "more_findings": ("and {count} more", "另有 {count} 项"),
    "relax": (": relax {limit} by {relax_by} {unit}", "：{limit} 放宽 {relax_by} {unit}"),
    "diagnosis": ("  diagnosis in {path}", "  诊断见 {path}"),
    "interrupted": ("interrupted; nothing half-written", "已中断；没有写了一半的文件"),
    "defect": ("a defect of the program: {kind}: {error}; {where}", "程序缺陷：{kind}: {error}；{where}"),
    "defect_log": ("details in {path}", "详情见 {path}"),
    "defect_above": ("details above", "详情见上"),
    "identities": ("{name}: {error}", "{name}: 恒等式不成立：{error}"),
    # the workbook
    "marked": ("findings marked in {path}", "问题已标注在 {path}"),
    "remarks": ("info: {count} remarks on the workbook (--verbose or --check lists them)", "info: 对工作簿有 {count} 条说明（--verbose 或 --check 可列出）"),
    "rows_off": ("info: {count} rows are switched off (active = 0): {sheets}", "info: 停用 {count} 行（active = 0）：{sheets}"),
    # two workbooks compared
    "differs": ("{place} {column}: {before} -> {after}{unit} (A: {a}, B: {b})", "{place} {column}：由 {before} 变为 {after}{unit}（A：{a}，B：{b}）"),
    "only_row": ("{place}: only in {side} ({side}: {cell}), missing or switched off in the other", "{place}：仅见于 {side}（{side}：{cell}），另一方缺失或停用"),
    "only_sheet": ("{place}: rows only in {side}: {count}", "{place}：仅 {side} 有数据行：{count}"),
    "differences": ("differences: {count}", "共 {count} 处不同"),
    "no_difference": ("no difference", "无差异"),
    "workbook_wrong": ("{path} is wrong and can not be compared:", "{path} 有误，无法比较："),
    "csv_name": ("--out {name}: expected a name ending in .csv", "--out {name}：文件名应以 .csv 结尾"),
    # files
    "io": ("can not write or read: {why}: {path}", "无法写入或读取：{why}：{path}"),
    "kept_not_a_run": (
        "{target}: it holds something that is not a report and stays as it is; the new report is kept in {kept}",
        "{target}：其中有不属于报告的文件，保持原样；新报告保存在 {kept}",
    ),
    "kept_in_use": ("{target}: in use ({why}); the new report is kept in {kept}", "{target}：正被使用（{why}）；新报告保存在 {kept}"),
    "kept_not_taken": ("{target}: can not be taken ({why}); the new report is kept in {kept}", "{target}：无法写入（{why}）；新报告保存在 {kept}"),
    # what was asked
    "option_unknown": ("--solver-option: HiGHS has no option {name!r}", "--solver-option：HiGHS 没有选项 {name!r}"),
    "option_value": ("--solver-option: {name} wants a value like {wanted}, not {value!r}", "--solver-option：{name} 的值应类似 {wanted}，不能是 {value!r}"),
    "option_refused": ("--solver-option: HiGHS refuses {name}={value}", "--solver-option：HiGHS 不接受 {name}={value}"),
    "option_form": ("--solver-option {name}: expected KEY=VALUE", "--solver-option {name}：应为 KEY=VALUE"),
    "usage_no_option": ("{program}: no such option: {name} (see --help)", "{program}：没有选项 {name}（见 --help）"),
    "usage_value": ("{program}: the value of {name} is not understood (see --help)", "{program}：选项 {name} 的值有误（见 --help）"),
    "usage_missing": ("{program}: {name} is missing (see --help)", "{program}：缺少 {name}（见 --help）"),
    "usage_argument": ("{program}: {name} needs a value (see --help)", "{program}：{name} 需要一个值（见 --help）"),
    "usage_other": ("{program}: not understood: {word} (see --help)", "{program}：无法识别：{word}（见 --help）"),
    "usage_parser": ("{program}: {why} (see --help)", "{program}：{why}（见 --help）"),
    "started": ("started from the basis of an earlier plan: {steps} simplex steps to the optimum", "从已有方案的基出发：单纯形 {steps} 步到达最优"),
    "start_given_up": (
        "the basis of an earlier plan was of no use after {steps} simplex steps: solved from nothing", "已有方案的基经单纯形 {steps} 步仍无用：已从头求解",
    ),
    "workers_number": ("--workers {given}: expected a whole number from 1 on", "--workers {given}：应为不小于 1 的整数"),
    "workers_and_scheduler": ("--workers and --scheduler: expected one of the two", "--workers 与 --scheduler 只能用其一"),
    # ensembles
    "worker_died": ("the worker died over it, and the next one too", "求解该成员的工作进程中止，换一个后仍中止"),
    "member_ended": ("ended with status {status}", "求解状态：{status}"),
    "members_done": ("{done} of {count}", "已完成 {done}/{count}"),
    "members_kept": ("{count} taken over from the run that was stopped before", "{count} 个沿用上次中断前的结果"),
    "cluster_missing": ("dask and distributed are not installed", "未安装 dask 与 distributed"),
    "cluster_silent": ("no scheduler answers at {address}", "{address} 没有调度器应答"),
    "cluster_empty": ("the scheduler at {address} has no workers", "{address} 的调度器没有工作进程"),
    "cluster_without": ("workers of {address} do not have this program", "{address} 的工作进程未安装本程序"),
    "cluster_version": ("workers of {address} run version {theirs} of this program, here it is {ours}", "{address} 的工作进程运行本程序 {theirs} 版，本机为 {ours} 版"),
    "cluster_wanted": (
        'expected the address of a Dask scheduler such as tcp://127.0.0.1:8786 whose workers run this program; pip install ".[cluster]"',
        '应为 Dask 调度器地址，如 tcp://127.0.0.1:8786，其工作进程须装有本程序；pip install ".[cluster]"',
    ),
    "language": ("--lang {given}: expected en or zh", "--lang {given}：应为 en 或 zh"),
    "all_without_check": ("--all: only with --check", "--all：只能与 --check 同用"),
    "model_name": ("--write-model {name}: expected a name ending in .mps or .lp", "--write-model {name}：文件名应以 .mps 或 .lp 结尾"),
    "folder_missing": ("{option}: there is no folder {path}", "{option}：文件夹不存在：{path}"),
    "folder_file": ("{option}: can not write, this is a file: {path}", "{option}：无法写入，这是文件：{path}"),
    # a finished plan that is checked, explained or repeated
    "proof_no_run": ("{path}: no finished run (it holds no run.json)", "{path}：不是已完成的运行（没有 run.json）"),
    "proof_no_matrix": ("{path} is not there: an analysis, a run without a plan, or one of an earlier version", "{path} 不存在：这是分析、无方案的运行，或由较早版本写成"),
    "proof_damaged": ("{path} is damaged or of another layout: {why}", "{path} 已损坏或格式不同：{why}"),
    "certify_ok": ("ok      {what}: {asked} compared", "通过    {what}：比较 {asked} 项"),
    "certify_broken": ("broken  {what}: {count} of {asked}", "不符    {what}：{asked} 项中 {count} 项"),
    "certify_place": ("          {place}: expected {expected}, found {found}", "          {place}：应为 {expected}，实为 {found}"),
    "certify_more": ("          and {count} more", "          另有 {count} 项"),
    "certify_skipped": ("skipped {what}: {why}", "未查    {what}：{why}"),
    "certify_not_asked": ("not asked (no check covers these tables): {tables}", "未涉及（没有检查涵盖这些表）：{tables}"),
    "certify_passed": ("{path}: certified, {count} checks hold", "{path}：已核证，{count} 项检查全部通过"),
    "certify_failed": ("{path}: not certified, {count} of {asked} checks broken", "{path}：未通过核证，{asked} 项检查中 {count} 项不符"),
    "check_status": ("the run says that it is optimal", "运行结果为最优"),
    "check_hash": ("the matrix is the one that run.json names", "矩阵与 run.json 所记一致"),
    "check_objective": ("the objective of run.json is costs times values", "run.json 的目标值等于成本与变量值之积"),
    "check_rows_upper": ("rows are below their upper sides", "各行不超过上限"),
    "check_rows_lower": ("rows are above their lower sides", "各行不低于下限"),
    "check_bounds_upper": ("variables are below their upper bounds", "变量不超过上界"),
    "check_bounds_lower": ("variables are above their lower bounds", "变量不低于下界"),
    "check_columns": ("bounds of columns are those of their variables", "列的界与变量的界一致"),
    "check_reduced": ("reduced costs are costs less duals times entries", "检验数等于成本减对偶值与系数之积"),
    "check_dual_signs": ("duals of rows have the sign of a side that there is", "行对偶值的符号与存在的一侧相符"),
    "check_reduced_signs": ("reduced costs have the sign of a bound that there is", "检验数的符号与存在的界相符"),
    "check_outside": ("variables in no row have no reduced cost", "不在任何行中的变量没有检验数"),
    "check_duality": ("duals times sides and bounds add up to the optimum", "对偶值与右端项、界之积合计等于最优值"),
    "check_slack_rows": ("rows with a dual have no slack", "对偶值非零的行没有余量"),
    "check_slack_bounds": ("variables with a reduced cost are at their bound", "检验数非零的变量处于其界"),
    "check_slackness_sum": ("slack times duals is what the first objective gave up", "余量与对偶值之积等于第一目标让出的量"),
    "check_link": ("{table}.csv, {column}: what the matrix holds", "{table}.csv 的 {column}：与矩阵一致"),
    "check_limit_rows": ("limits.csv has a line for each limit of the matrix", "limits.csv 的行与矩阵中的约束一一对应"),
    "check_limit_slack": ("limits.csv, slack: what is left of row or bound", "limits.csv 的 slack：行或界的余量"),
    "check_limit_dual": ("limits.csv, dual: that of row or bound", "limits.csv 的 dual：行或界的对偶值"),
    "check_limit_level": ("limits.csv: limit, level and slack go together", "limits.csv：limit、level 与 slack 相符"),
    "check_limit_gain_of_1_percent": ("limits.csv, gain_of_1_percent: dual times a hundredth of activity", "limits.csv 的 gain_of_1_percent：对偶值乘活动量的百分之一"),
    "check_limit_price": ("limits.csv, price: the dual in money of its year", "limits.csv 的 price：当年价的对偶值"),
    "check_limit_cell": ("limits.csv, cell_value: the cell of the workbook", "limits.csv 的 cell_value：与工作簿单元格一致"),
    "check_workbook": ("the workbook is the one that the run read (sha256)", "工作簿即运行所读（sha256）"),
    "check_table": ("{table}.csv is there and can be read", "{table}.csv 存在且可读"),
    "certify_no_workbook": ("{name} was not found (--workbook PATH)", "未找到 {name}（--workbook 路径）"),
    "explain_needs": ("a workbook is explained with --balance, a finished run with --value", "解释工作簿用 --balance，解释已完成的运行用 --value"),
    "explain_no_table": ("--value {name}: no such result table; the nearest: {known}", "--value {name}：没有该结果表；相近的有：{known}"),
    "explain_no_rows": ("--value {name}: the table has no rows in this run", "--value {name}：该表在本次运行中没有数据行"),
    "explain_no_numbers": ("--value {name}: the table holds no numbers", "--value {name}：该表没有数值"),
    "explain_several": ("--value {asked}: {count} numbers are named so:\n  {known}", "--value {asked}：对应 {count} 个数值：\n  {known}"),
    "explain_unknown": (
        "--value {asked}: no such number; expected {keys}; the nearest:\n  {known}",
        "--value {asked}：没有该数值；应为 {keys}；相近的有：\n  {known}",
    ),
    "explain_value": ("{table}, {keys}: {column} is {value}.", "{table}，{keys}：{column} 为 {value}。"),
    "explain_and": (", ", "，"),
    "explain_not_linked": ("It follows from other numbers of the tables and is no sum of variables: explain one of those.", "它由表中其他数值得出，不是变量之和：请解释那些数值。"),
    "explain_not_linked_but": (
        "It follows from other numbers of the tables and is no sum of variables. Of this table these are, or are prices: {columns}.", "它由表中其他数值得出，不是变量之和。本表中以下各列是变量之和或价格：{columns}。",
    ),
    "explain_fixed": ("No decision moves it: it follows from the workbook alone.", "它不受任何决策影响：仅由工作簿决定。"),
    "explain_made_of": (
        "It is made of {shown}{more}{given}.",
        "它由 {shown}{more}{given}构成。",
    ),
    "explain_and_more": (" and {count} more variables", " 及另外 {count} 个变量"),
    "explain_given": (", and of {fixed} that no decision moves", "，以及不受决策影响的 {fixed} "),
    "explain_binds": (
        "{count} rows with a price hold it; for one more {unit} they take or give, in discounted {money}, limits and prices first, the dearest first:",
        "{count} 个有价格的行约束它；每多 1 {unit}，它们收取或给予（贴现 {money}；约束与价格在前，最贵的在前）：",
    ),
    "explain_nothing_binds": ("No row with a price holds it: its own cost decides.", "没有带价格的行约束它：由其自身成本决定。"),
    "explain_costs": ("  takes {amount}: {what}", "  收取 {amount}：{what}"),
    "explain_brings": ("  gives {amount}: {what}", "  给予 {amount}：{what}"),
    "explain_limit": (
        "{name}, limit {limit} in {sheet}!{cell}, worth {price} {price_unit}",
        "{name}，约束 {limit}，见 {sheet}!{cell}，放宽的价值为 {price} {price_unit}",
    ),
    "explain_price": ("{name}, price {price} {unit}", "{name}，价格 {price} {unit}"),
    "explain_row": ("{name}, dual {dual}", "{name}，对偶值 {dual}"),
    "explain_enters": (
        "{name} is {value} {unit}: it enters, or grows, if its cost falls below {below} {money} per {unit} (now {now}), that is by more than {gap}.",
        "{name} 为 {value} {unit}：当其成本降至每 {unit} {below} {money} 以下（现为 {now}，即下降超过 {gap}）时才会采用或增加。",
    ),
    "explain_enters_share": (
        "{name} is {value} {unit}: it enters, or grows, if all that it costs falls by more than {share} %.", "{name} 为 {value} {unit}：当其全部成本下降超过 {share}% 时才会采用或增加。",
    ),
    "explain_enters_by": (
        "{name} is {value} {unit}: it enters, or grows, if it becomes cheaper, or worth more, by more than {gap} {money} per {unit}.",
        "{name} 为 {value} {unit}：当每 {unit} 成本下降或价值上升超过 {gap} {money} 时才会采用或增加。",
    ),
    "explain_full": ("{name} is at its upper bound: one {unit} more would be worth {gain} {money}.", "{name} 处于上界：每多 1 {unit} 值 {gain} {money}。"),
    "explain_gap": (
        "In no year does one more {item} pay there: it enters, or grows, if it becomes cheaper by more than {gap} {unit}, discounted, in the year in which it is nearest (gaps.csv: a lower bound).",
        "该地各年每多一单位 {item} 均不划算：在差距最小的年份，成本（贴现）下降超过 {gap} {unit} 时才会采用或增加（gaps.csv：下限）。",
    ),
    "explain_even": (
        "None of its variables is held by a bound: at the prices above, what one more {unit} costs is what it brings; a change of a cost, of a limit above or of what they price moves it.",
        "其变量均不受界约束：按上述价格，每多 1 {unit} 的成本等于其收益；成本、上述约束或价格变化时它会改变。",
    ),
    "explain_held": ("All its variables are held at given amounts.", "其变量均固定在给定数值。"),
    "explain_dual": (
        "It is the price of the row {name}: its sum {sides}. The largest terms:",
        "该价格属于行 {name}。其和{sides}。最大的项：",
    ),
    "explain_equal": ("is held at {left}", "固定为 {left}"),
    "explain_at_most": ("is {left}, at most {high}", "为 {left}，至多 {high}"),
    "explain_at_least": ("is {left}, at least {low}", "为 {left}，至少 {low}"),
    "explain_between": ("is {left}, between {low} and {high}", "为 {left}，介于 {low} 与 {high} 之间"),
    "explain_slack": ("Its price is zero: nothing changes if it is moved a little.", "其价格为零：稍作移动不会改变结果。"),
    "sum_land": ("land.csv: what is available is held or idle", "land.csv：可用面积等于占用与闲置之和"),
    "sum_land_transitions": ("land_transitions.csv: what comes and stays in a period leaves or stays in the next", "land_transitions.csv：一期转入与保持等于下一期转出与保持"),
    "sum_water": ("water.csv: supply of a zone is used or idle", "water.csv：各区供给等于使用与余量之和"),
    "sum_streams": ("streams.csv: what comes to a zone is used, kept or goes on", "streams.csv：各区来水等于使用、留存与下泄之和"),
    "sum_allowances": ("allowances.csv, payment: what is above the allowance at its price", "allowances.csv 的 payment：超出配额的量乘价格"),
    "sum_money": ("money.csv: every fund and payer spends what it gets", "money.csv：各资金渠道收支相等"),
    "sum_power_balance": ("power_balance.csv: supply of a slice is its use", "power_balance.csv：各时段供给等于使用"),
    "sum_power_generation_twh": ("power.csv, generation_twh: the sum of the slices", "power.csv 的 generation_twh：等于各时段之和"),
    "sum_objective": ("objective.csv adds up to the objective", "objective.csv 合计等于目标值"),
    "sum_objectives_optimum": ("objectives.csv, optimum: as run.json tells it", "objectives.csv 的 optimum：与 run.json 一致"),
    "sum_objectives_value": ("objectives.csv, value: as run.json tells it", "objectives.csv 的 value：与 run.json 一致"),
    "sum_objectives_tolerance": ("objectives.csv, tolerance: as run.json tells it", "objectives.csv 的 tolerance：与 run.json 一致"),
    "sum_by_group": ("by_group.csv: sums of its tables", "by_group.csv：等于各表之和"),
    "sum_additionality_with_plan": ("additionality.csv, with_plan: the sink of carbon.csv", "additionality.csv 的 with_plan：等于 carbon.csv 的碳汇"),
    "sum_additionality_added": ("additionality.csv, added: with the plan less without levers", "additionality.csv 的 added：方案减无措施"),
    "sum_burden_value": ("burden.csv, value: own less baseline", "burden.csv 的 value：本方案减对照"),
    "sum_burden_own": ("burden.csv, own: items add up to the net", "burden.csv 的 own：各项之和等于合计"),
    "sum_fiscal_received": ("fiscal.csv, received: payments of burden.csv", "fiscal.csv 的 received：等于 burden.csv 的收付"),
    "sum_fiscal_capacity_before": ("fiscal.csv, capacity_before: revenue over expenditure", "fiscal.csv 的 capacity_before：收入除以支出"),
    "sum_fiscal_capacity_after": ("fiscal.csv, capacity_after: the same with what is received", "fiscal.csv 的 capacity_after：计入净收到金额"),
    "sum_line_accounts_value_received": ("line_accounts.csv, value_received: value given, cost and rent", "line_accounts.csv 的 value_received：送端价值、成本与租金之和"),
    "sum_line_accounts_cost": ("line_accounts.csv, cost: those of both ends", "line_accounts.csv 的 cost：两端之和"),
    "sum_line_accounts_rent": ("line_accounts.csv, rent: those of both ends", "line_accounts.csv 的 rent：两端之和"),
    "sum_line_accounts_paid": ("line_accounts.csv, paid_from and paid_to: what the way adds to the worth", "line_accounts.csv 的 paid_from 与 paid_to：沿线增值"),
    "sum_trade_payment": ("trade.csv, payment: price times amount", "trade.csv 的 payment：价格乘数量"),
    "sum_stocks": ("stocks.csv: what pools gain is the sink of carbon.csv", "stocks.csv：碳库增量等于 carbon.csv 的碳汇"),
    "sum_non_fossil_share": ("non_fossil_share.csv: the quotient of its columns", "non_fossil_share.csv：等于各列之商"),
    "sum_primary_energy": ("primary_energy.csv, share: of the whole of the region and year", "primary_energy.csv 的 share：占该地区该年合计的比例"),
    "replay_begun": ("{path}: scenario {scenario} of {workbook} again", "{path}：重新运行 {workbook} 的情景 {scenario}"),
    "replay_equal": ("{path}: equal; {count} numbers compared", "{path}：一致；比较 {count} 个数值"),
    "replay_not_equal": ("{path}: not equal; {count} numbers compared", "{path}：不一致；比较 {count} 个数值"),
    "replay_matrix": ("the matrix is another one: {before} -> {after}", "矩阵不同：{before} -> {after}"),
    "replay_objective": ("the objective is another one: {before} -> {after} {unit}", "目标值不同：{before} -> {after} {unit}"),
    "replay_no_table": ("{table}.csv: only one of the runs has it", "{table}.csv：仅一方有此表"),
    "replay_rows": ("{table}.csv: other rows ({before}, {after})", "{table}.csv：数据行不同（{before}，{after}）"),
    "replay_numbers": (
        "{table}.csv, {column}: {count} of {asked} numbers differ, most: {shown}",
        "{table}.csv 的 {column}：{asked} 个数值中 {count} 个不同，最大：{shown}",
    ),
    "replay_more_tables": ("and {count} more columns", "另有 {count} 列"),
    "replay_version": ("why, perhaps: {name} was {before} and is {after}", "可能原因：{name} 由 {before} 变为 {after}"),
    "replay_another_plan": (
        "why, perhaps: matrix and objective are equal: several plans are optimal, and the solve ended at another of them",
        "可能原因：矩阵与目标值一致，存在多个最优方案，求解到达了另一个",
    ),
    "replay_workbook": ("why: the workbook is another file than the run read ({path})", "原因：工作簿与运行所读不同（{path}）"),
    "replay_cell": ("  {what}", "  {what}"),
    "replay_no_workbook": ("{name} was not found: --workbook PATH says where it is", "未找到 {name}：请用 --workbook 指明路径"),
    "replay_scenario": ("the workbook has no scenario {name}", "工作簿中没有情景 {name}"),
    "replay_no_plan": ("made again, it ends so: {status}", "重新运行的结果为：{status}"),
    "replay_beside": ("why, perhaps: burdens could not be told beside {name}: {status}", "可能原因：负担未能与 {name} 对照：{status}"),
    **FAULTS,
    **{f"system_{number}": (os.strerror(number), zh) for number, zh in _REASONS.items()},
}

STATUS: dict[str, str] = {
    "optimal": "已求得最优解",
    "infeasible": "无可行解",
    "unbounded": "目标无界",
    "time_limit": "达到时限，非最优",
    "interrupted": "已中断",
    "error": "求解器出错",
}


class Said(str):
    """A line of LINES in English that remembers how to say itself in the other language; its gaps may hold such lines too."""

    kind: str
    values: dict[str, Any]

    def __new__(cls, kind: str, /, **values: object) -> Said:
        said = super().__new__(cls, line(kind, "en", **values))
        said.kind, said.values = kind, values
        return said

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        return (self.kind,), self.values

    def told(self, lang: str | None) -> str:
        """The line in a language."""
        return line(self.kind, lang, **self.values)


def told(text: object, lang: str | None) -> str:
    """A text, or what an exception was raised with, in a language where it knows how to say itself, else as it stands."""
    if isinstance(text, Exception) and len(text.args) == 1:
        text = text.args[0]
    return text.told(lang) if isinstance(text, Said) else str(text)


def line(kind: str, lang: str | None, /, **values: object) -> str:
    """A line of LINES in the given language, English unless zh, with its gaps filled."""
    return LINES[kind][lang == "zh"].format(**{name: value.told(lang) if isinstance(value, Said) else value for name, value in values.items()})


def reason(error: OSError) -> str:
    """Why a file could not be written or read: the system's words, which know both languages where they are met often."""
    return Said(f"system_{error.errno}") if error.errno in _REASONS else error.strerror or str(error)



def status_word(status: str, lang: str | None) -> str:
    """The status of a run as it is printed."""
    return STATUS.get(status, status) if lang == "zh" else status
