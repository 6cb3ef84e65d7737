"""How the plan lies in time: paces, prices of carbon and what comes after the plan: ``python benchmarks/horizon.py``.

Writes docs/plan_in_time.md from the reference of the three regions: each rate that has a pace beside its bounds, the price of CO2 with what
a jump is made of, and the sink of 2060 with horizons that end earlier and later, beside the sink of a plan without any decision.

Limits: the three regions; a horizon is moved by switching periods off or adding one, everything else as it is.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

HERE = Path(__file__).resolve().parent
if str(HERE.parent) not in sys.path:
    sys.path.insert(0, str(HERE.parent))

if TYPE_CHECKING:
    from model.api import Plan

WORKBOOK = HERE.parent / "inputs" / "three_regions.xlsx"
PAGE = HERE.parent / "docs" / "plan_in_time.md"
#: A price that is more than so many times that of the period before is named.
STEEP = 1.6
#: A horizon that is longer by this period.
LONGEST = 2100
RATE_KEY = ["decision", "item", "scope"]
#: Share of a rate by which rounding may leave its bound; share of the largest rate above which a drop is told.
ROUNDING, SHOWN = 1e-6, 1e-3
#: CNY per tonne below which there is no price.
PRICELESS = 0.5
FIRST_TOLD = 2045
HEAD = """# The plan in time

The reference of the three regions, written by `python benchmarks/horizon.py`, to be run anew when the workbook changes. A test works the paces and
prices out again from what is solved and holds this page to them.
"""


def rates(plan: Plan) -> pd.DataFrame:
    """Every rate with a pace, each planned period and after: rate, floor, ceiling and what is reported as dropped, in the unit of the row.

    Floor and ceiling are worked out from the table ``pace`` and the sheet ``build_dynamics``, not from the rows of the model.
    """
    from model.closing.dynamics import HALF_YEAR
    from model.closing.rates import BUILD_DYNAMICS

    data = plan.data
    pace = plan.tables["pace"].merge(data.frame(BUILD_DYNAMICS)[[*RATE_KEY, "growth", "decline", "seed", "first_rate", "first_year"]], on=RATE_KEY)
    found = []
    for _, series in pace.groupby(RATE_KEY, sort=False):
        row = series.iloc[0]
        seen = series.set_index("year")["rate"].astype(float)
        held = pd.isna(row["first_rate"]) and bool(data.history)
        for year in data.decided:
            before = data.previous(year)
            if before in data.decided or held:
                old, since = float(seen.get(before, 0.0)), data.middle(before)
            else:
                old = 0.0 if pd.isna(row["first_rate"]) else float(row["first_rate"])
                since = data.base_year if pd.isna(row["first_year"]) else float(row["first_year"]) - HALF_YEAR
            years = data.middle(year) - since
            mine = {name: float(series.loc[series["year"] == year, name].sum()) for name in ("rate", "dropped")}
            bound = years > 0.0
            seed = 0.0 if pd.isna(row["seed"]) else float(row["seed"])
            found.append({
                **{name: row[name] for name in RATE_KEY}, "unit": row["unit"], "year": year, "rate": mine["rate"], "dropped": mine["dropped"],
                "floor": (1.0 - float(row["decline"])) ** years * old if bound and not pd.isna(row["decline"]) else float("nan"),
                "ceiling": (1.0 + float(row["growth"])) ** years * old + seed if bound and not pd.isna(row["growth"]) else float("nan"),
            })  # fmt: skip
    return pd.DataFrame(found)


def out_of_bounds(found: pd.DataFrame) -> pd.DataFrame:
    """The rates above their ceiling, or below their floor by more than is reported as dropped."""
    size = found[["rate", "floor", "ceiling"]].abs().max(axis=1).clip(lower=1.0) * ROUNDING
    return found[(found["rate"] > found["ceiling"] + size) | (found["rate"] + found["dropped"] < found["floor"] - size)]


def prices(plan: Plan) -> pd.DataFrame:
    """Price of a tonne of CO2 in the nation by period, each target's part of it, and how many times that of the period before it is."""
    table = plan.tables["carbon_price"]
    by_target = table[table["region"] == plan.data.regions[0]].pivot_table(index="year", columns="target", values="value", aggfunc="sum", fill_value=0.0)
    every = by_target.reindex(plan.data.decided, fill_value=0.0)
    whole = every.sum(axis=1)
    return every.assign(price=whole, ratio=whole / whole.shift().where(whole.shift() > PRICELESS))


def sinks(plan: Plan) -> pd.DataFrame:
    """Mt CO2 a year that count for the target, by period: of the plan, and without any decision (table ``additionality``)."""
    table = plan.tables["additionality"]
    counted = table[table["in_target"] == 1]
    return counted.groupby("year")[["with_plan", "without_levers"]].sum()


def horizons(workbook: Path) -> dict[str, list[str]]:
    """The overrides of each horizon by its last year: periods of the time after the plan are switched off, or the last one moved."""
    import model
    from model.core.data import AFTER, PERIODS

    data = model.read(workbook).data("reference")
    frame = data.frame(PERIODS)
    after = frame[frame["kind"] == AFTER]
    cells = {int(year): data.cell(PERIODS.name, int(row), "active") for row, year in after["year"].items()}
    years = sorted(cells)
    last = data.cell(PERIODS.name, int(after.index[-1]), "year")
    found = {str(year): [f"{PERIODS.name}!{cells[later]}=0" for later in years if later > year] for year in (data.plan_until, *years)}
    return {**found, f"{LONGEST} (in place of {years[-1]})": [f"{PERIODS.name}!{last}={LONGEST}"]}


def page(plan: Plan, by_horizon: dict[str, pd.DataFrame]) -> str:
    """The page in Markdown."""
    return "\n".join([HEAD, *rates_told(plan), "", *prices_told(plan), "", *sinks_told(by_horizon)]) + "\n"


def rates_told(plan: Plan) -> list[str]:
    """The section of rates."""
    found = rates(plan)
    out = out_of_bounds(found)
    years = [year for year in plan.data.decided if year <= plan.data.plan_until]
    later = [year for year in plan.data.decided if year > plan.data.plan_until]
    lines = ["## Paces", "", f"Rates a year of {len(found.drop_duplicates(RATE_KEY))} rows of `build_dynamics` over {found['year'].nunique()} periods; {len(out)} of {len(found)} rates leave their bounds but by what is reported as dropped.", ""]
    lines += ["| decision | item | unit | " + " | ".join(f"{plan.data.previous(year) + 1}-{year % 100}" for year in years) + " | dropped, by period |", "|---|---|---|" + "---:|" * len(years) + "---|"]
    for (decision, item, _), series in found.groupby(RATE_KEY, sort=False):
        by_year = series.set_index("year")
        drops = [f"{by_year['dropped'][year]:.3g} to {year}" for year in [*years, *later] if by_year["dropped"][year] > SHOWN * by_year["rate"].max()]
        if by_year["rate"].max() > 0.0:
            lines.append(f"| {decision} | {item} | {by_year['unit'].iloc[0]} | " + " | ".join(f"{by_year['rate'][year]:.3g}" for year in years) + f" | {'; '.join(drops)} |")
    still = [f"{decision} {item}" for (decision, item, _), series in found.groupby(RATE_KEY, sort=False) if series["rate"].max() <= 0.0]
    return [*lines, "", "Never used: " + (", ".join(still) or "none") + "."]


def prices_told(plan: Plan) -> list[str]:
    """The section of prices: what each is made of, and each jump with its part named."""
    found = prices(plan)
    targets = [name for name in found if name not in ("price", "ratio") and found[name].abs().max() > PRICELESS]
    lines = ["## Prices of CO2", "", "| period | " + " | ".join(f"`{name}`" for name in targets) + " | price, CNY/t | times the one before |", "|---|" + "---:|" * (len(targets) + 2)]
    named = []
    for year, row in found.iterrows():
        period = f"{plan.data.previous(int(year)) + 1}-{int(year) % 100}"
        ratio = "" if row["ratio"] != row["ratio"] else f"{row['ratio']:.2f}"
        lines.append(f"| {period} | " + " | ".join(f"{row[name]:,.0f}" for name in targets) + f" | {row['price']:,.0f} | {ratio} |")
        before = found["price"].shift()[year]
        if row["price"] > PRICELESS and row["price"] > STEEP * (before if before == before else 0.0):
            part = max(targets, key=lambda name: row[name])
            named.append(f"- {period}: `{part}` makes {row[part]:,.0f} of {row['price']:,.0f} CNY/t; the period before it bore {0.0 if before != before else before:,.0f}.")
    return [*lines, "", f"Prices more than {STEEP} times those of the period before, with the target that makes the most of them:", "", *named]


def sinks_told(by_horizon: dict[str, pd.DataFrame]) -> list[str]:
    """The section of what comes after."""
    years = sorted({int(year) for frame in by_horizon.values() for year in frame.index if year >= FIRST_TOLD})
    lines = ["## The sink, and what comes after the plan", "", "Mt CO2 a year that count for the targets (`additionality`), mean of the period that ends there; `without` is the sink of the same forest and grassland when nothing is planted, felled or treated.", ""]
    lines += ["| horizon to | " + " | ".join(str(year) for year in years) + " |", "|---|" + "---:|" * len(years)]
    for name, frame in by_horizon.items():
        lines.append(f"| {name} | " + " | ".join(f"{frame['with_plan'][year]:,.0f}" if year in frame.index else "" for year in years) + " |")
    longest = by_horizon[list(by_horizon)[-2]]
    lines.append("| without | " + " | ".join(f"{longest['without_levers'][year]:,.0f}" if year in longest.index else "" for year in years) + " |")
    return lines


def main(arguments: list[str] | None = None) -> int:
    """Solve the reference and every horizon, and write the page."""
    import model

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workbook", type=Path, default=WORKBOOK)
    parser.add_argument("--out", type=Path, default=PAGE)
    chosen = parser.parse_args(arguments)
    plan, found = None, {}
    for name, overrides in horizons(chosen.workbook).items():
        made = model.solve(model.read(chosen.workbook, overrides=overrides))
        print(name, made.status, file=sys.stderr)
        if not overrides:
            plan = made
        found[name] = sinks(made)
    assert plan is not None
    chosen.out.write_text(page(plan, found), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
