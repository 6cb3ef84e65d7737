"""Words for day types of the shipped workbooks, whose keys are dates, and for their slices: ``dec27``, ``dec27_evening``.

Limits: a day type or a block of another name has no translation, as any key that a user adds.
"""

from __future__ import annotations

import itertools
from functools import cache

MONTHS = {
    "jan": ("January", 1), "feb": ("February", 2), "mar": ("March", 3), "apr": ("April", 4), "may": ("May", 5), "jun": ("June", 6),
    "jul": ("July", 7), "aug": ("August", 8), "sep": ("September", 9), "oct": ("October", 10), "nov": ("November", 11), "dec": ("December", 12),
}  # fmt: skip
BLOCKS = {"night": ("night", "夜间"), "day": ("day", "白天"), "evening": ("evening", "傍晚")}


@cache
def day_labels() -> dict[str, tuple[str, str]]:
    """Words in English and Chinese for every date and for every block of it."""
    found: dict[str, tuple[str, str]] = {}
    for (key, (month, number)), day in itertools.product(MONTHS.items(), range(1, 32)):
        date = f"{key}{day:02}"
        english, chinese = f"Like {day} {month}", f"{number}月{day}日型"
        found[date] = (english, chinese)
        found |= {f"{date}_{block}": (f"{english}, {en}", f"{chinese}{zh}") for block, (en, zh) in BLOCKS.items()}
    return found
