"""Writes the figures and the picture of docs/renewal.md: python docs/renewal/make.py ANALYSIS_FOLDER WORKBOOK.

ANALYSIS_FOLDER is ``reports/<workbook>/analyses/renewal`` as ``solve.py --analysis renewal`` left it; WORKBOOK is the
one it was run on, solved again here over wider ranges. The text of the page between the marks is replaced.
Needs matplotlib, which the model itself does not (``pip install matplotlib``).

Limits: the sentences of the page outside the marks are not checked against the figures.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

import matplotlib
import pandas as pd

from model import api

matplotlib.use("Agg")
import matplotlib.pyplot as plt

HERE = Path(__file__).resolve().parent
PAGE, PICTURE = HERE.parent / "renewal.md", HERE / "renewal.png"
START, END = "<!-- figures: begin -->", "<!-- figures: end -->"
UNFELLED = "unfelled"
PLANS = {
    UNFELLED: ("nothing felled", "#2f7d4f"),
    "late": ("most sink in the years compared", "#b5482f"),
    "renewed_before": ("over-mature stands renewed until then", "#d9a441"),
    "renewed": ("over-mature stands renewed throughout", "#8c6d5a"),
    "stored": ("most carbon held at the end", "#3b6ea5"),
}
WHOLE = {"whole_model": "whole model, as it stands", "whole_model_unfelled": "whole model, nothing felled"}
CATEGORIES = {"living": "living trees", "dead_wood": "dead wood and slash", "soil": "soil", "products": "wood products"}
#: Name, unit of the greatest value, and what the workbook's unit is multiplied by to get it.
PARAMETERS = {
    "over_mature_loss": ("loss of over-mature stands", "% a year", 100.0),
    "soil_loss": ("soil carbon lost after a clearcut", "%", 100.0),
    "product_life": ("half-life of the longest-lived product", "years", 1.0),
}
DIFFERENCES = {"sink": "sink of the years compared", "horizon": "mean sink of the horizon"}
SIGNS = {-1: "less", 0: "the same", 1: "more"}
#: Far beyond what is plausible: to see how far off a turn is.
WIDE = {"over_mature_loss_high": 20.0, "soil_loss_high": 12.0, "product_life_low": 0.1, "product_life_high": 20.0}
#: Factors that are marked by a point in the picture: the workbook as it stands.
AS_IT_STANDS = 1.0


class Tables:
    """The tables of an analysis folder."""

    def __init__(self, folder: Path) -> None:
        self.manifest = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        for name in ("comparison", "sinks", "ranges", "turning_points"):
            setattr(self, name, pd.read_csv(folder / "tables" / f"{name}.csv", encoding="utf-8"))

    comparison: pd.DataFrame
    sinks: pd.DataFrame
    ranges: pd.DataFrame
    turning_points: pd.DataFrame


def row(*cells: object) -> str:
    """A line of a Markdown table."""
    return "| " + " | ".join(str(c) for c in cells) + " |"


def header(*cells: str, texts: int = 1) -> list[str]:
    """Head of a table whose first columns hold texts, the others numbers."""
    return [row(*cells), "|" + "|".join(["---"] * texts + ["---:"] * (len(cells) - texts)) + "|"]


def signed(value: float) -> str:
    """A change with its sign; empty where there is none."""
    return "" if pd.isna(value) else f"{value:+,.0f}" if round(value) else "0"


def comparison(tables: Tables) -> list[str]:
    """The plans side by side."""
    lines = header("plan", "sink of the first period", "sink of the last period", "sink of the years compared", "difference", "mean sink of the horizon", "difference", "felled, million m3/yr", "over-mature, %")
    names = {**{name: text for name, (text, _) in PLANS.items()}, **WHOLE}
    frame = tables.comparison.set_index("plan")
    for name, text in names.items():
        if name in frame.index:
            at = frame.loc[name]
            changes = [signed(at[c]) if name not in (UNFELLED, "whole_model_unfelled") else "" for c in ("sink_change", "horizon_change")]
            share = f"{at['over_mature_share'] * 100.0:,.0f}" if at["felled"] > 0.0 else ""
            lines.append(row(text, *(f"{at[c]:,.0f}" for c in ("first_period_sink", "last_period_sink", "sink")), changes[0], f"{at['horizon']:,.0f}", changes[1], f"{at['felled']:,.0f}", share))
    return lines


def by_category(tables: Tables) -> list[str]:
    """Sink by plan, category and year."""
    years = sorted(tables.sinks["year"].unique())
    lines = header("plan", "category", *(str(y) for y in years), texts=2)
    for plan in PLANS:
        here = tables.sinks[tables.sinks["plan"] == plan].pivot_table(index="category", columns="year", values="value")
        for name, text in CATEGORIES.items():
            if name in here.index:
                lines.append(row(PLANS[plan][0], text, *(f"{v:,.0f}" for v in here.loc[name])))
        lines.append(row(PLANS[plan][0], "**all**", *(f"**{v:,.0f}**" for v in here.sum())))
    return lines


def turning(frame: pd.DataFrame, ranges: pd.DataFrame) -> list[str]:
    """Every turning point, and where there is none the range that was searched and the differences at both ends."""
    lines = header("varied", "plan", "difference of", "range", "Mt CO2/yr at its ends", "turns at", texts=6)
    for parameter, (text, unit, scale) in PARAMETERS.items():
        spread = ranges[ranges["parameter"] == parameter].sort_values("factor")
        for plan in list(PLANS)[1:]:
            for name, difference in DIFFERENCES.items():
                here = frame[(frame["parameter"] == parameter) & (frame["plan"] == plan) & (frame["difference_of"] == name)]
                points = spread[spread["plan"] == plan]
                ends = " … ".join(f"{float(points[f'{name}_change'].iloc[at]):+,.1f}".replace("-0.0", "0.0") for at in (0, -1))
                low, high = (float(points["greatest_value"].iloc[at]) * scale for at in (0, -1))
                lines.append(row(text, PLANS[plan][0], difference, f"{low:,.3g} to {high:,.3g} {unit}", ends, "; ".join(_turn(t, unit, scale) for t in here.to_dict("records"))))
    return lines


def _turn(found: dict[str, Any], unit: str, scale: float) -> str:
    if found["state"] == "no_sign_change":
        return f"does not: {SIGNS[int(found['sign_below'])]} throughout"
    low, high = (float(found[name]) * scale for name in ("value_below", "value_above"))
    signs = [SIGNS[int(found[name])] for name in ("sign_below", "sign_above")]
    return f"{low:,.3g} to {high:,.3g} {unit}: {signs[0]}, then {signs[1]}"


def wide(workbook: Path) -> dict[str, pd.DataFrame]:
    """The tables of the same analysis over ranges far wider than plausible."""
    book = api.read(workbook)
    book.analyses["renewal"].settings.update(WIDE)
    return {table.name: table.frame for table in api.analyse(book, "renewal").tables}


def draw(tables: Tables) -> None:
    """Both curves by year, and the differences over the three ranges."""
    figure, panels = plt.subplots(2, 2, figsize=(11, 8), constrained_layout=True)
    years, *ranges = panels.flat
    for plan, (text, colour) in PLANS.items():
        total = tables.sinks[tables.sinks["plan"] == plan].groupby("year")["value"].sum()
        years.plot(total.index, total.to_numpy(), label=text, color=colour, linewidth=2.6 if plan in (UNFELLED, "late") else 1.4, marker="o", markersize=3)
    years.axhline(0.0, color="#333333", linewidth=0.8)
    years.set_ylabel("Mt CO2 a year, mean of the period to the year")
    years.set_title("Sink of the forest: trees, dead wood, soil, products", fontsize=10)
    years.legend(fontsize=7.5, frameon=False)
    for axes, (parameter, (text, unit, scale)) in zip(ranges, PARAMETERS.items(), strict=True):
        here = tables.ranges[tables.ranges["parameter"] == parameter].sort_values("factor")
        for plan in list(PLANS)[1:]:
            part = here[here["plan"] == plan]
            for name, style in (("sink", "-"), ("horizon", ":")):
                axes.plot(part["greatest_value"] * scale, part[f"{name}_change"], style, color=PLANS[plan][1], linewidth=1.8)
        stands = here.loc[here["factor"] == AS_IT_STANDS, "greatest_value"]
        if len(stands):
            axes.axvline(float(stands.iloc[0]) * scale, color="#999999", linewidth=0.8, linestyle="--")
        axes.axhline(0.0, color="#333333", linewidth=0.8)
        axes.set_xlabel(f"{text}, {unit}")
        axes.set_ylabel("difference to nothing felled, Mt CO2 a year")
        axes.set_title("solid: years compared; dotted: horizon; dashed line: workbook", fontsize=9)
    for axes in panels.flat:
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(PICTURE, dpi=110)


def main(folder: Path, workbook: Path) -> None:
    """Replace what stands between the marks, and draw."""
    tables = Tables(folder)
    draw(tables)
    beyond = wide(workbook)
    today = dt.datetime.now(tz=dt.UTC).date().isoformat()
    lines = [
        f"Run of {today} on `{tables.manifest['workbook']['name']}`, scenario `{tables.manifest['scenario']}`. Mt CO2 a year where no unit is given.", "",
        "### The plans", "", *comparison(tables), "",
        "### By category", "", *by_category(tables), "",
        "### Ranges and turning points", "", *turning(tables.turning_points, tables.ranges), "",
        "### Far beyond the plausible", "", "The same search over ranges that nobody holds for likely, to see how far off a turn is.", "",
        *turning(beyond["turning_points"], beyond["ranges"]),
    ]  # fmt: skip
    page = PAGE.read_text(encoding="utf-8")
    before, after = page.split(START)[0], page.split(END)[1]
    PAGE.write_text(before + START + "\n\n" + "\n".join(lines) + "\n\n" + END + after, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
