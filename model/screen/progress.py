"""Shows how far a long run is: a live line on a terminal, plain lines when piped.

Limits: phases are shown, not iterations; the solver's own log goes to a file.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType

PHASES = {
    "en": {"read": "reading", "build": "building the model", "solve": "solving", "extract": "collecting results", "report": "writing the report", "without": "solving without it", "whole": "solving with all of it", "water": "closing in on the value of water", "carbon_value": "closing in on the value of carbon", "unfelled": "solving without felling", "forest_alone": "solving the forest alone", "ranges": "solving the ranges", "turning_points": "closing in on the turning points", "coalitions": "solving the coalitions", "intervals": "looking for intervals of prices", "without_target": "solving without the target", "members": "solving the variants of the plan", "baseline": "the plan beside which burdens are told", "credits": "bringing the price of credits to that of the market", "alternatives": "looking for alternatives", "front": "solving along the front", "best_of_quantity": "the best of the quantity"},
    "zh": {"read": "读取", "build": "建模", "solve": "求解", "extract": "整理结果", "report": "写报告", "without": "求解无工程情景", "whole": "求解全建情景", "water": "逼近水价值", "carbon_value": "逼近碳价值", "unfelled": "求解不采伐情景", "forest_alone": "求解森林子模型", "ranges": "求解参数区间", "turning_points": "逼近转折点", "coalitions": "正在求解各联盟", "intervals": "求取价格区间", "without_target": "正在求解无目标方案", "members": "正在求解方案的各变体", "baseline": "负担对照方案", "credits": "使信用价格与市场价格一致", "alternatives": "求取备选方案", "front": "沿前沿求解", "best_of_quantity": "求解该量的最优值"},
}


#: Parts of a count that are worth a line.
TENTHS = 10


class ProgressDisplay:
    """A context that is called with the next phase; remembers how long each phase took in ``seconds``."""

    def __init__(self, title: str, lang: str = "en", quiet: bool = False) -> None:
        self.title, self.lang, self.quiet = title, lang if lang in PHASES else "en", quiet
        self.seconds: dict[str, float] = {}
        self._phase = ""
        self._since = time.perf_counter()
        self._live = sys.stdout.isatty() and not quiet
        self._stop: Callable[[], None] = lambda: None

    def __enter__(self) -> ProgressDisplay:
        return self

    def __call__(self, phase: str) -> None:
        self._close_phase()
        self._phase, self._since = phase, time.perf_counter()
        if self.quiet or not phase:
            return
        label = f"{self.title}: {PHASES[self.lang].get(phase, phase)}"
        if self._live:
            self._show_live(label)
        else:
            print(f"{label} ...", flush=True)

    def count(self, done: int, of: int) -> None:
        """How many of several are done: on a terminal beside the phase, else a line at every tenth."""
        if self.quiet:
            return
        label = f"{self.title}: {PHASES[self.lang].get(self._phase, self._phase)} {done}/{of}"
        if self._live:
            self._stop()
            self._show_live(label)
        elif done and done < of and done * TENTHS // of > (done - 1) * TENTHS // of:
            print(label, flush=True)

    def _show_live(self, label: str) -> None:
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        live = Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), transient=True)
        live.add_task(label, total=None)
        live.start()
        self._stop = live.stop

    def _close_phase(self) -> None:
        self._stop()
        self._stop = lambda: None
        if self._phase:
            spent = time.perf_counter() - self._since
            self.seconds[self._phase] = self.seconds.get(self._phase, 0.0) + spent
            if not self.quiet:
                print(f"{self.title}: {PHASES[self.lang].get(self._phase, self._phase)} {spent:.1f} s", flush=True)
        self._phase = ""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop()
        if error is None:
            self._close_phase()
