"""The picture of a benchmark: where the time of each route goes, and how build and hand-over grow with the regions.

Plain SVG, written by hand, so that nothing need be installed to draw it.

Limits: shows what was measured and nothing else; routes stopped or failed have no bar.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

from benchmarks.report import COUNTED, Row

#: Colours that remain apart for the colour-blind (Okabe and Ito 2008).
COLOURS = {"build": "#0072B2", "hand_over": "#56B4E9", "solve": "#E69F00", "extract": "#009E73"}
WIDTH, LABEL, MARGIN = 900, 260, 24
BAR, GAP, TITLE = 18, 8, 40
PLOT_WIDTH, PLOT_HEIGHT = 560, 260
STYLE = "text{font:13px sans-serif;fill:#222}.title{font-weight:bold}.small{font-size:11px}line{stroke:#999}"
BELOW = 4

Tables = Mapping[tuple[str, str], Sequence[Row]]


def draw(tables: Tables) -> str:
    """The whole picture as SVG text; without any run it says so."""
    parts: list[str] = []
    top = MARGIN
    for (part, size), rows in tables.items():
        shown = [row for row in rows if row["status"] == "optimal" and not math.isnan(row["counted"])]
        if part == "routes" and shown:
            parts.append(_phases(size, shown, top))
            top += TITLE + len(shown) * (BAR + GAP) + MARGIN
    grown = [row for (part, _), rows in tables.items() if part == "growth" for row in rows if not math.isnan(row["counted"])]
    if parts:
        parts.append(_legend(top))
        top += TITLE
    if len(grown) > 1:
        parts.append(_growth(grown, top))
        top += TITLE + PLOT_HEIGHT + 2 * MARGIN
    if not parts:
        parts.append(f'<text x="{MARGIN}" y="{top}">nothing measured</text>')
    return "\n".join([f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top + MARGIN}">', f"<style>{STYLE}</style>", '<rect width="100%" height="100%" fill="white"/>', *parts, "</svg>"]) + "\n"


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{escape(text)}</text>'


def _phases(size: str, rows: Sequence[Row], top: float) -> str:
    """One stacked bar per route, all to one scale."""
    longest = max(row["counted"] for row in rows)
    scale = (WIDTH - LABEL - 4 * MARGIN) / longest if longest else 0.0
    drawn = [_text(MARGIN, top, f"{size.replace('_', ' ')}: seconds by phase", "title")]
    for number, row in enumerate(rows):
        y = top + MARGIN + number * (BAR + GAP)
        drawn.append(_text(MARGIN, y + BAR - BELOW, str(row["route"])))
        x = float(LABEL)
        for phase, colour in COLOURS.items():
            width = 0.0 if math.isnan(row[phase]) else row[phase] * scale
            drawn.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{BAR}" fill="{colour}"/>')
            x += width
        drawn.append(_text(x + BELOW, y + BAR - BELOW, f"{row['counted']:.1f} s", "small"))
    return "\n".join(drawn)


def _legend(top: float) -> str:
    drawn, x = [], float(LABEL)
    for phase in COUNTED:
        drawn.append(f'<rect x="{x:.1f}" y="{top - BAR / 2:.1f}" width="{BAR / 2}" height="{BAR / 2}" fill="{COLOURS[phase]}"/>')
        drawn.append(_text(x + BAR, top, phase.replace("_", "-"), "small"))
        x += LABEL / 2
    drawn.append(_text(MARGIN, top, "plain Pyomo: hand-over in solve", "small"))
    return "\n".join(drawn)


def _growth(rows: Sequence[Row], top: float) -> str:
    """Build + hand-over, and solve where it ended with an optimum, by regions; both axes logarithmic."""
    built = [(row["regions"], row["build"] + row["hand_over"]) for row in rows]
    solved = [(row["regions"], row["solve"]) for row in rows if row["status"] == "optimal" and not math.isnan(row["solve"])]
    values = [seconds for _, seconds in (*built, *solved) if seconds > 0]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    first, last = math.log10(built[0][0]), math.log10(built[-1][0])
    left, bottom = LABEL / 2, top + MARGIN + PLOT_HEIGHT

    def at(regions: float, seconds: float) -> tuple[float, float]:
        x = left + (math.log10(regions) - first) / (last - first) * PLOT_WIDTH
        return x, bottom - (math.log10(seconds) - low) / max(1, high - low) * PLOT_HEIGHT

    drawn = [_text(MARGIN, top, "seconds by number of regions (both axes logarithmic)", "title")]
    for power in range(low, high + 1):
        _, y = at(built[0][0], 10.0**power)
        drawn += [f'<line x1="{left}" x2="{left + PLOT_WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>', _text(left - 2 * BELOW, y + BELOW, f"{10.0**power:g}", "small", "end")]
    for regions, _ in built:
        drawn.append(_text(at(regions, 10.0**low)[0], bottom + BAR, str(regions), "small", "middle"))
    for name, points, colour in (("build + hand-over", built, COLOURS["build"]), ("solve", solved, COLOURS["solve"])):
        places = [at(*point) for point in points]
        drawn.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in places)}"/>')
        drawn += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>' for x, y in places]
        if places:
            drawn.append(_text(places[-1][0] + 2 * BELOW, places[-1][1] + BELOW, name, "small"))
    return "\n".join(drawn)
