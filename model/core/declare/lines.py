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
