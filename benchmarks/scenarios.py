"""What the scenarios of the shipped workbook come to: ``python benchmarks/scenarios.py``.

Every scenario of the three regions is solved, one after the other; docs/scenarios_compared.md tells its cost, its peak, what is left at the end,
the price of CO2, what changes most in money and in deeds, and how much of what a group cuts comes back in the others.

Limits: a cost is the difference of two optima of the whole horizon; the lever that changes most is that of ``allocation`` with the largest change
relative to the reference, small levers included.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

HERE = Path(__file__).resolve().parent
if str(HERE.parent) not in sys.path:
    sys.path.insert(0, str(HERE.parent))

WORKBOOK = HERE.parent / "inputs" / "three_regions.xlsx"
PAGE = HERE.parent / "docs" / "scenarios_compared.md"
REFERENCE, OPTIMAL = "reference", "optimal"
#: The goal whose plans can be compared by their cost.
LEAST_COST = ["min_cost"]
#: Scenarios in which groups are held apart: what one cuts may come back in another.
BY_GROUP = ("developed_first", "paper_paths", "poor_regions_exempt", "no_relocation")
#: A difference below this share of the objective is the solver's; a change of a lever below this share of its amount is not told.
NOISE, TOLD = 1e-8, 0.01
#: Parts of the cost that are told, the largest changes first.
MOST_PARTS = 2
#: A group that cuts less than this many Mt over the plan has cut nothing that could come back.
CUT = 100.0
MT_PER_GT = 1000.0
PERCENT = 100.0


@dataclass(frozen=True)
class Told:
    """What the page tells of one solved scenario; amounts are means over the planned periods, net is Mt by group over the plan."""

    name: str
    status: str
    cost: float = float("nan")
    peak: tuple[int, float] = (0, float("nan"))
    left: float = float("nan")
    price: tuple[float, float] = (float("nan"), float("nan"))
    amounts: pd.Series | None = None
    parts: pd.Series | None = None
    net: pd.Series | None = None


def solved(workbook: str, name: str) -> Told:
    """The figures of one scenario."""
    import model

    plan = model.solve(model.read(workbook), scenario=name)
    if plan.status != OPTIMAL:
        return Told(name, plan.status)
    data, tables = plan.data, plan.tables
    carbon = tables["carbon"]
    counted = carbon[carbon["in_target"].astype(int) == 1]
    sign = counted["account"].map({"emission": 1.0, "sink": -1.0, "captured": -1.0}).astype(float)
    net = (counted["value"].astype(float) * sign).groupby([counted["region_group"], counted["year"]]).sum()
    nation = net.groupby("year").sum()
    planned = [year for year in data.decided if year <= data.plan_until]
    in_plan = net[net.index.get_level_values("year").isin(planned)]
    years = [float(data.length(int(year))) for year in in_plan.index.get_level_values("year")]
    by_group = (in_plan * years).groupby("region_group", sort=False).sum()
    prices = tables["carbon_price"]
    last = prices[prices["year"] == data.plan_until].groupby("region")["value"].sum() if len(prices) else pd.Series([0.0])
    told = tables["allocation"]
    told = told[told["year"].isin(planned)]
    amounts = told["value"].astype(float).groupby([told["lever"], told["unit"]]).sum() / len(planned)
    parts = tables["objective"].groupby("component")["value"].sum()
    to_plan = nation[nation.index <= data.plan_until]
    cost = float(plan.objective) if data.words("objective") == LEAST_COST else float("nan")
    return Told(
        name, plan.status, cost, (int(to_plan.idxmax()), float(to_plan.max())), float(nation[data.plan_until]),
        (float(last.min()), float(last.max())), amounts, parts, by_group,
    )  # fmt: skip


def most_visible(here: pd.Series, there: pd.Series) -> str:
    """The lever that changes most relative to the reference, in words."""
    from model.reporting.words.texts import label

    both = pd.concat([there, here], axis=1, keys=["before", "after"]).fillna(0.0)
    size = both.abs().max(axis=1)
    change = ((both["after"] - both["before"]) / size.where(size > 0.0)).abs().fillna(0.0)
    if change.empty or change.max() < TOLD:
        return "nothing above 1 %"
    lever, unit = change.idxmax()
    before, after = both.loc[(lever, unit)]
    return f"{label(lever, 'en')}: {before:,.4g} to {after:,.4g} {unit}"


def dearest(here: pd.Series, there: pd.Series) -> str:
    """The parts of the cost that change most, in words."""
    from model.reporting.words.texts import label

    change = here.sub(there, fill_value=0.0)
    change = change[change.round() != 0.0]
    first = change.reindex(change.abs().sort_values(ascending=False, kind="stable").index)[:MOST_PARTS]
    return "; ".join(f"{label(str(name), 'en')} {value:+,.0f}" for name, value in first.items())


def page(found: list[Told], labels: dict[str, str]) -> str:
    """Both tables in Markdown."""
    reference = next(told for told in found if told.name == REFERENCE)
    lines = [
        "# The scenarios compared",
        "",
        "Every scenario of `inputs/three_regions.xlsx`, solved with everything else as it is; written by `python benchmarks/scenarios.py`, to be run anew when the workbook changes.",
        "Costs are discounted bn CNY of the whole horizon, and so are the parts of it that change most. Net CO2 is the mean a year of a period, which is named by its last year: a plan that is neutral in 2060 still emits in the years before. Where the peak is that of 2025 it is the mean of 2021-25, which is history: nothing of it is decided but which plants ran, and that differs by a few Mt.",
        "The lever that changes most is that of the table `allocation` with the largest change relative to the reference, as mean of the planned periods, small ones included.",
        "",
        "| scenario | what it is | cost | above reference | peak of net CO2, Mt | net CO2 of the last period, Mt | price of CO2 in 2060, CNY/t | largest changes of cost | lever that changes most |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for told in found:
        what = labels.get(told.name, "")
        if told.status != OPTIMAL:
            lines.append(f"| `{told.name}` | {what} | {told.status} | | | | | | |")
            continue
        assert reference.amounts is not None
        assert told.amounts is not None
        assert reference.parts is not None
        assert told.parts is not None
        above = told.cost - reference.cost
        extra = "0" if abs(above) < NOISE * reference.cost else f"{above:,.4g}"
        low, high = told.price
        price = f"{low:,.0f}" if round(low) == round(high) else f"{low:,.0f} to {high:,.0f}"
        change = "" if told.name == REFERENCE else most_visible(told.amounts, reference.amounts)
        money = dearest(told.parts, reference.parts)
        if told.cost != told.cost:
            lines.append(f"| `{told.name}` | {what} | another goal | | {told.peak[1]:,.0f} ({told.peak[0]}) | {told.left:,.0f} | | | {change} |")
            continue
        lines.append(f"| `{told.name}` | {what} | {told.cost:,.0f} | {extra} | {told.peak[1]:,.0f} ({told.peak[0]}) | {told.left:,.0f} | {price} | {money} | {change} |")
    return "\n".join([*lines, *leakage(found, reference)]) + "\n"


def leakage(found: list[Told], reference: Told) -> list[str]:
    """How much of what the groups cut comes back in the others."""
    assert reference.net is not None
    groups = list(reference.net.index)
    lines = [
        "",
        "## What comes back elsewhere",
        "",
        "Net CO2 of the planned periods together against the reference, Gt. What groups cut and what comes back in the others are added up apart; a share of 100 % means that nothing is gained for the climate, a larger one that the whole emits more.",
        "",
        "| scenario | " + " | ".join(groups) + " | cut | comes back | share, % |",
        "|---|" + "---|" * (len(groups) + 3),
    ]
    for told in found:
        if told.name not in BY_GROUP or told.net is None:
            continue
        change = told.net - reference.net
        cut, back = float(-change[change < 0.0].sum()), float(change[change > 0.0].sum())
        share = f"{PERCENT * back / cut:,.0f}" if cut >= CUT else ""
        cells: list[Any] = [f"{change[group] / MT_PER_GT:+.1f}" for group in groups]
        lines.append(f"| `{told.name}` | " + " | ".join(cells) + f" | {cut / MT_PER_GT:.1f} | {back / MT_PER_GT:.1f} | {share} |")
    return lines


def main(arguments: list[str] | None = None) -> int:
    """Solve all, one after the other, and write the page."""
    import model

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workbook", type=Path, default=WORKBOOK)
    parser.add_argument("--out", type=Path, default=PAGE)
    parser.add_argument("--scenario", action="append", default=[])
    chosen = parser.parse_args(arguments)
    known = {scenario.name: scenario for scenario in model.read(chosen.workbook).scenarios}
    names = [name for name in dict.fromkeys([REFERENCE, *(chosen.scenario or list(known))])]
    found = []
    for number, name in enumerate(names, start=1):
        found.append(solved(str(chosen.workbook), name))
        print(f"{number}/{len(names)} {name} {found[-1].status} {found[-1].cost:.2f}", file=sys.stderr, flush=True)
    labels = {name: english(known[name].label) for name in names}
    chosen.out.write_text(page(found, labels), encoding="utf-8", newline="\n")
    return 0


def english(label: str) -> str:
    """The English part of a note in two languages."""
    first = next((place for place, letter in enumerate(label) if ord(letter) > 0x2E80), len(label))
    return label[:first].rsplit(" ", 1)[0] if first < len(label) else label


if __name__ == "__main__":
    raise SystemExit(main())
