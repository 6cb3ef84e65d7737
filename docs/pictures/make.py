"""Draws the picture of the README from a finished run: python docs/pictures/make.py RUN_FOLDER.

Needs matplotlib, which the model itself does not (``pip install matplotlib``).

Limits: the strict account only; sinks that the target does not count are left out.
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib
import pandas as pd

matplotlib.use("Agg")
import matplotlib.pyplot as plt

#: Label and colour of each part of the picture, and the categories of the carbon account in it; the rest is "other".
EMISSIONS = {
    "power and heat": ("#5b5b5b", ("power", "heat")),
    "steel": ("#8c6d5a", ("steel",)),
    "cement": ("#b79f8a", ("cement",)),
    "transport": ("#d9a441", ("transport",)),
    "buildings": ("#e8cf8f", ("buildings",)),
    "other": ("#cfcfcf", ()),
}
REMOVALS = {
    "forest and wood": ("#2f7d4f", ("sink",), ("forest", "afforestation", "dead_wood", "wood_products")),
    "grassland": ("#9cc26b", ("sink",), ("grassland",)),
    "captured and stored": ("#3b6ea5", ("captured",), ("",)),
}
GT = 1000.0


def emissions(account: pd.DataFrame) -> pd.DataFrame:
    """Emissions in Gt CO2 a year: one column per part, years as index."""
    part_of = {category: label for label, (_, categories) in EMISSIONS.items() for category in categories}
    chosen = account[account["account"] == "emission"]
    chosen = chosen.assign(part=chosen["category"].map(part_of).fillna("other"))
    table = chosen.pivot_table(index="year", columns="part", values="value", aggfunc="sum", fill_value=0.0)
    return table.reindex(columns=list(EMISSIONS), fill_value=0.0) / GT


def removals(account: pd.DataFrame) -> pd.DataFrame:
    """Sinks and captured CO2 in Gt a year, removals negative."""
    found = {}
    for label, (_, accounts, starts) in REMOVALS.items():
        mask = account["account"].isin(accounts) & account["category"].str.startswith(starts)
        found[label] = account[mask].groupby("year")["value"].sum()
    return -pd.DataFrame(found).fillna(0.0) / GT


def stack(axes: plt.Axes, frame: pd.DataFrame, colours: dict[str, str]) -> None:
    """Bars on both sides of zero: a sink that releases in a year stands above it."""
    above, below = pd.Series(0.0, index=frame.index), pd.Series(0.0, index=frame.index)
    for label in frame:
        height = frame[label]
        bottom = above.where(height >= 0, below)
        axes.bar(frame.index, height, width=3.6, bottom=bottom, label=label, color=colours[label], linewidth=0)
        above, below = above + height.clip(lower=0), below + height.clip(upper=0)


def draw(run: Path, out: Path) -> None:
    """Read ``tables/carbon.csv`` of the run and write the picture."""
    account = pd.read_csv(run / "tables" / "carbon.csv")
    account = account[account["in_target"] == 1]
    # the base year has no account of sinks
    account = account[account["year"] > account["year"].min()]
    up, down = emissions(account), removals(account)
    colours = {label: entry[0] for label, entry in {**EMISSIONS, **REMOVALS}.items()}
    figure, axes = plt.subplots(figsize=(9, 4.6), dpi=110)
    stack(axes, pd.concat([up, down], axis=1).fillna(0.0), colours)
    net = up.sum(axis=1) + down.sum(axis=1)
    axes.plot(net.index, net, color="black", marker="o", linewidth=1.6, label="net")
    axes.axhline(0.0, color="black", linewidth=0.6)
    axes.set_ylabel("Gt CO$_2$ a year")
    axes.set_xticks(net.index)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)
    figure.tight_layout()
    figure.savefig(out, metadata={"Software": None})


if __name__ == "__main__":
    draw(Path(sys.argv[1]), Path(__file__).with_name("net_emissions.png"))
