"""What the sheets and sections of a comparison show, once for both: matrices by sheet, with unit, table and chart.

Limits: prices are those of the balances that the report shows first; time slices are averaged as there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from ..context import NATION, Context, pivot, ranked
from ..shown import CAPTURED, CO2, EMISSION, NET, NOISE, SHOWN, SINK, accounts
from ..tables.burden import BN, PER_GDP, PERCENT, TOTAL
from ..tables.burden import NET as BORNE
from ..tables.columns import TABLES
from .differences import RUN
from .figures import Compared
from .measures import Measures
from .runs import Note

LINE, STACK = "line", "stack"
CARBON, POWER, PRICES, REGIONS = "carbon", "power", "prices", "regions"
GENERATION, CAPACITY = "generation_twh", "capacity_gw"
LEADS = {REGIONS: "lead_regions", CARBON: "lead_compare_carbon", POWER: "lead_compare_power", PRICES: "lead_compare_prices"}
#: Keys of figures that stand under a heading of their own.
HEADED = {"borne": "group_pays", "borne_of_product": "group_pays", "does": "group_does"}
#: Columns of the table of abatement with the unit that stands in their header ("" where the word has it).
ABATEMENT_COLUMNS = (
    ("cumulative", "Mt CO2"), ("avoided", "Mt CO2"), ("extra_cost", "bn CNY"), ("extra_plan_cost", "bn CNY"), ("average", ""), ("step", ""), ("price", "CNY/t CO2"),
)  # fmt: skip
ABATEMENT_WORDS = {"price": "co2_price_last"}


@dataclass
class Beside(Context):
    """Names and words of a comparison: names of runs are shown as they are; years are those of all runs."""

    names: tuple[str, ...] = ()
    milestones: tuple[int, ...] = ()

    @cached_property
    def years(self) -> list[int]:
        """Milestones of the plans of all runs."""
        return list(self.milestones)

    def item(self, key: object) -> str:
        """The name of an item, or of a run."""
        return str(key) if key in self.names else super().item(key)

    def place(self, key: object) -> str:
        """The name of a place, or of a run."""
        return str(key) if key in self.names else super().place(key)


@dataclass(frozen=True)
class Part:
    """One matrix with (place, item) rows; ``chart`` says how it is drawn, named by place where ``by`` is so."""

    name: str
    heading: str
    unit: str
    table: str
    matrix: pd.DataFrame
    chart: str = ""
    by: str = "place"
    heads: tuple[str, str] = ("place", "run")
    charted: int | None = None


def beside(compared: Compared, lang: str) -> Beside:
    """The context of a comparison."""
    years = sorted({year for run in compared.runs for year in run.ctx.years})
    return Beside({}, {}, lang, names=tuple(run.name for run in compared.runs), milestones=tuple(years))


def parts_of(compared: Compared, ctx: Beside) -> dict[str, list[Part]]:
    """The matrices of each sheet that has some."""
    found = {REGIONS: _regions(compared, ctx), CARBON: _carbon(compared, ctx), POWER: _power(compared, ctx), PRICES: _prices(compared, ctx)}
    shown = {name: [part for part in parts if len(part.matrix)] for name, parts in found.items()}
    return {name: parts for name, parts in shown.items() if parts}


def _by_run(compared: Compared, item: str, series: Sequence[pd.Series], years: Sequence[int]) -> pd.DataFrame:
    """A matrix (run, item) x years, without runs that have no number."""
    rows = {(run.name, item): found for run, found in zip(compared.runs, series, strict=True) if len(found)}
    if not rows:
        return pd.DataFrame()
    matrix = pd.DataFrame({key: found.reindex(list(years)).to_numpy(dtype=float) for key, found in rows.items()}, index=list(years)).T
    matrix.index = pd.MultiIndex.from_tuples(list(rows), names=["place", "item"])
    return matrix


def _joined(compared: Compared, matrices: Sequence[pd.DataFrame], places: Sequence[str]) -> pd.DataFrame:
    """Matrices of the runs, with places as rows, as one: (place, run), place by place."""
    keys, rows = [], []
    for place in places:
        for run, matrix in zip(compared.runs, matrices, strict=True):
            if len(matrix) and place in matrix.index.get_level_values(0):
                keys.append((place, run.name))
                rows.append(matrix.loc[[place]].iloc[0])
    if not rows:
        return pd.DataFrame()
    found = pd.concat([row.to_frame().T for row in rows]).astype(float)
    found.index = pd.MultiIndex.from_tuples(keys, names=["place", "item"])
    return found


def _places(matrices: Sequence[pd.DataFrame]) -> list[str]:
    """Places of all matrices in order of appearance."""
    return list(dict.fromkeys(str(place) for matrix in matrices if len(matrix) for place in matrix.index.get_level_values(0)))


def _carbon(compared: Compared, ctx: Beside) -> list[Part]:
    parts = []
    for name in (NET, EMISSION, SINK, CAPTURED):
        heading = ctx.word("net_by_run") if name == NET else ctx.word("account_by_run", account=ctx.item(name))
        matrix = _by_run(compared, name, [_after_base(measures, name) for measures in compared.measured], ctx.years)
        parts.append(Part(f"carbon-{name}", heading, CO2, "carbon", matrix, LINE if name == NET else "", heads=("run", "item")))
    return parts


def _after_base(measures: Measures, name: str) -> pd.Series:
    """An account from the first period after the base year on, as nets are told: so all tables have the same years."""
    found = measures.account(name)
    return found[[year for year in found.index if year > measures.run.ctx.base_year]]


def _regions(compared: Compared, ctx: Beside) -> list[Part]:
    borne = [_borne(measures, TOTAL, "region_group", ctx.years) for measures in compared.measured]
    shares = [_borne(measures, PER_GDP, "region", ctx.years) for measures in compared.measured]
    net = [_net_of_groups(measures, ctx.years) for measures in compared.measured]
    return [
        Part("borne", ctx.word("borne_by_run"), BN, "burden", _joined(compared, borne, compared.groups)),
        Part("borne-product", ctx.word("product_by_run"), PERCENT, "burden", _joined(compared, shares, _places(shares))),
        Part("net-groups", ctx.word("net_group_by_run"), CO2, "carbon", _joined(compared, net, compared.groups)),
    ]


def _borne(measures: Measures, basis: str, place: str, years: Sequence[int]) -> pd.DataFrame:
    """The net of what each place bears by year; the base year and history are rounding and stand in the table."""
    frame = measures.net_burden
    rows = frame[(frame["basis"] == basis) & frame["year"].isin(measures.run.planned)] if len(frame) else frame
    return pivot(rows, place, BORNE, years, "own")


def _net_of_groups(measures: Measures, years: Sequence[int]) -> pd.DataFrame:
    matrix = accounts(measures.run.ctx, "region_group")
    return matrix[matrix.index.get_level_values(1) == NET].reindex(columns=list(years)) if len(matrix) else matrix


def _power(compared: Compared, ctx: Beside) -> list[Part]:
    frames = [run.tables.get("power", pd.DataFrame()) for run in compared.runs]
    if not any(len(frame) for frame in frames):
        return []
    fields = {field.name: field.unit for field in TABLES["power"].fields}
    parts = []
    for column, heading in ((GENERATION, "generation_by"), (CAPACITY, "capacity_by")):
        matrices = [pivot(frame, "technology", NATION, ctx.years, column) if len(frame) else frame for frame in frames]
        joined = _joined(compared, matrices, _places(matrices))
        parts.append(Part(column, ctx.word(heading), fields[column], "power", joined[joined.abs().max(axis=1) > NOISE], heads=("item", "run")))
    return [_last_mix(compared, ctx, frames, fields[GENERATION]), *parts]


def _last_mix(compared: Compared, ctx: Beside, frames: Sequence[pd.DataFrame], unit: str) -> Part:
    """Generation of each run in its last planned period: technologies as rows, runs as columns."""
    columns = {}
    for run, frame in zip(compared.runs, frames, strict=True):
        if len(frame) and run.planned:
            columns[run.name] = frame[frame["year"] == run.planned[-1]].groupby("technology", sort=False)[GENERATION].sum()
    matrix = pd.DataFrame(columns).fillna(0.0)
    matrix.index = pd.MultiIndex.from_tuples([(NATION, str(technology)) for technology in matrix.index], names=["place", "item"])
    found, shown = ranked(matrix)
    return Part("last-mix", ctx.word("last_year_mix"), unit, "power", found, STACK, "item", ("place", "item"), shown)


def _prices(compared: Compared, ctx: Beside) -> list[Part]:
    dearest = [measures.co2_price.max() if len(measures.co2_price) else pd.Series(dtype=float) for measures in compared.measured]
    parts = [Part("co2-price", ctx.word("co2_price_by_run"), "CNY/t CO2", "prices", _by_run(compared, EMISSION, dearest, ctx.years), LINE, heads=("run", "item"))]
    frames = [run.tables.get("prices", pd.DataFrame()) for run in compared.runs]
    for balance in SHOWN:
        own = [frame[(frame["balance"] == balance) & frame["price"].notna()] if len(frame) else frame for frame in frames]
        for unit in dict.fromkeys(str(unit) for frame in own if len(frame) for unit in frame["unit"]):
            matrices = [_mean_prices(frame[frame["unit"] == unit], ctx.years) if len(frame) else frame for frame in own]
            parts.append(Part(f"price-{balance}", ctx.word("price_of", balance=ctx.item(balance)), unit, "prices", _joined(compared, matrices, _places(matrices))))
    return parts


def _mean_prices(frame: pd.DataFrame, years: Sequence[int]) -> pd.DataFrame:
    """Prices of a balance by place and year, time slices averaged; a place is a region, a key (a water zone, say) or both."""
    if frame.empty:
        return pd.DataFrame()
    per_slice = frame.groupby(["region", "key", "slice", "year"], sort=False)["price"].sum().reset_index()
    mean = per_slice.groupby(["region", "key", "year"], sort=False)["price"].mean().reset_index()
    joint = (mean["region"] != "") & (mean["key"] != "")
    return pivot(mean.assign(place=mean["region"] + joint.map({True: ".", False: ""}) + mean["key"]), "place", "price", years, "price")


def described(compared: Compared) -> list[tuple[str, list[str]]]:
    """What each run is, row by row: word and texts; a row without any text is left out."""
    runs = compared.runs
    versions = [run.manifest.get("versions") for run in runs]
    rows = [
        ("workbook", [run.workbook for run in runs]),
        ("scenario_word", [run.scenario for run in runs]),
        ("planned_years", [f"{run.planned[0] - run.length[run.planned[0]] + 1}–{run.planned[-1]}" if run.planned else "" for run in runs]),
        ("one_off", ["; ".join(map(str, run.manifest.get("overrides") or [])) for run in runs]),
        ("version", [str(version.get("model", "")) if isinstance(version, dict) else "" for version in versions]),
    ]
    return [(word, texts) for word, texts in rows if any(texts)]


def abatement_rows(compared: Compared, ctx: Context) -> tuple[list[str], list[tuple[object, ...]]]:
    """Headers and rows of the cost of a tonne."""
    words = [ctx.word(ABATEMENT_WORDS.get(name, name)) + (f", {ctx.unit(unit)}" if unit else "") for name, unit in ABATEMENT_COLUMNS]
    rows: list[tuple[object, ...]] = []
    for row in compared.abatement.to_dict("records"):
        numbers = [float(row[name]) if math.isfinite(float(row[name])) else None for name, _ in ABATEMENT_COLUMNS]
        rows.append((row[RUN], *numbers, row["why"].told(ctx) if isinstance(row["why"], Note) else ""))
    return [ctx.word("run"), *words, ctx.word("why_blank")], rows
