"""What a diagnosis says, in English and Chinese: lines on the screen, headings and explanations of the sheets.

Limits: names of rows, sheets and columns are keys of the workbook and stay as they are.
"""

from __future__ import annotations

from typing import Literal

Words = dict[Literal["en", "zh"], str]

TEXTS: dict[str, Words] = {
    "none": {"en": "no plan meets all limits", "zh": "没有方案能满足全部约束"},
    "change": {"en": "{place} ({keys}): change {before} to {after} {unit}", "zh": "{place}（{keys}）：把 {before} 改为 {after} {unit}"},
    "needed": {"en": "needed: {least}", "zh": "所需数值：{least}"},
    "neighbours": {"en": "its neighbours let expect {expected}", "zh": "相邻单元格推断值 {expected}"},
    "cells": {"en": "all {count} numbers from {place} on, times {factor}", "zh": "自 {place} 起的 {count} 个数均乘以 {factor}"},
    "zeros": {"en": "all {count} numbers from {place} on: change 0 to {after} {unit}", "zh": "自 {place} 起的 {count} 个数：把 0 改为 {after} {unit}"},
    "proven": {"en": "a plan exists then", "zh": "改后有可行方案"},
    "unproven": {"en": "resolves this conflict; not tried on the whole model", "zh": "可消除此矛盾，未在整个模型上验证"},
    "scenario": {"en": "set by scenarios!{origin}", "zh": "由 scenarios!{origin} 设定"},
    "either": {"en": "or", "zh": "或"},
    "first": {"en": "first", "zh": "首选"},
    "applied": {
        "en": "the workbook with the first suggestion is {path}; solve it with: python solve.py {path}",
        "zh": "已写出采用首选建议的工作簿 {path}；求解：python solve.py {path}",
    },
    "formulas": {
        "en": "{count} formulas of the workbook were replaced by their stored values in the copy",
        "zh": "副本中 {count} 个公式已替换为其已存数值",
    },
    "not_applied": {"en": "no suggestion could be proven: nothing applied", "zh": "没有经证明的建议：未作修改"},
    "contradict": {"en": "these rows contradict the fixed numbers of the workbook", "zh": "这些行与工作簿的固定数值矛盾"},
    "unbounded": {
        "en": "the objective can improve without end: a cost is negative or a limit is missing; these decisions run away",
        "zh": "目标可无限改善：有成本为负或缺少上限；以下决策无界",
    },
    "rows": {"en": "no limit with a cell helps; these rows of the model gave way", "zh": "放宽任何有单元格的约束都无济于事；以下模型行被放宽"},
    "bounds": {"en": "no relaxation of rows helps: a lower and an upper bound cross", "zh": "放宽各行无济于事：有下界高于上界"},
    "numeric": {
        "en": "the solver came to no answer (coefficients from {low} to {high}): look for a number that is wrong by its unit",
        "zh": "求解器未得出结论（系数范围 {low} 至 {high}）：请查找单位有误的数值",
    },
    "reach": {"en": "{row}: asks for {asked}, at most {most} can be had", "zh": "{row}：需要 {asked}，最多可得 {most}"},
    "head_suggestions": {"en": "What to change: any one of these lines gives a plan where it says so", "zh": "修改建议：任选其一（注明“有可行方案”者已验证）"},
    "head_conflict": {"en": "The rows that contradict each other", "zh": "相互矛盾的行"},
    "head_arithmetic": {"en": "Rows that can not hold by simple arithmetic on the bounds", "zh": "仅凭上下界算术即不成立的行"},
    "head_relaxation": {"en": "The smallest relaxation of limits", "zh": "约束的最小放宽"},
}


def text(name: str, lang: str, **values: object) -> str:
    """The text of that name with its gaps filled."""
    words = TEXTS[name]
    return words["zh" if lang == "zh" else "en"].format(**values)


def both(name: str, **values: object) -> str:
    """The text in both languages, one after the other."""
    return f"{text(name, 'en', **values)}  {text(name, 'zh', **values)}"
