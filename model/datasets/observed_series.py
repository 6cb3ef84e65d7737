"""Series of what happened: of the nation, of the provinces, and a national figure spread over provinces by a stated key.

Shares of a key are taken in the years that it has, straight between them and as in the nearest one before and after, so that
the provinces always add up to the nation.

Limits: years from the base year to the first milestone. A figure of a province is reported only where the provinces as published
add up to the nation within a thousandth; scaled to it they are derived, by any other key an estimate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .frame import BASE_YEAR, YEARS, join_sources, load, province_keys, provinces, worst

OBSERVED = "observed"
#: The base year, for growth and for mean stocks, and the years of the first period.
SPAN = tuple(range(BASE_YEAR, YEARS[1] + 1))
REPORTED, DERIVED, ESTIMATE = "reported", "derived", "estimate"
#: Provinces that add up to the nation this closely stand as they were published.
CLOSED = 1e-3
RECALLED, FROM_MEMORY = "recalled", "from memory: look at the source before quoting"
COLUMNS = ["value", "source", "quality", "note"]


def national(indicator: str, technology: str) -> pd.DataFrame:
    """The national series by year: value, source, quality, note; KeyError when there is none."""
    table = load(OBSERVED, "nation")
    found = table[(table["indicator"] == indicator) & (table["technology"] == technology)]
    if found.empty:
        raise KeyError(f"nation.csv has no {indicator} of {technology}")
    memory = np.where(found["seen"] == RECALLED, FROM_MEMORY, "")
    notes = ["; ".join(filter(None, pair)) for pair in zip(found["note"], memory, strict=True)]
    return found.assign(note=notes).set_index("year")[COLUMNS].sort_index()


def years_of(series: pd.DataFrame, years: Iterable[int] = SPAN) -> pd.DataFrame:
    """``series`` in these years only; those without a figure lie between their neighbours or are as the last one, as estimates."""
    made = series.reindex(list(years))
    gaps = made.index[made["value"].isna()]
    made["value"] = made["value"].astype(float).interpolate("index").ffill().bfill()
    made.loc[gaps, "source"], made.loc[gaps, "quality"] = join_sources(series["source"]), ESTIMATE
    made.loc[gaps, "note"] = "no figure found: straight between the years that have one, else as the nearest"
    return made


def combined(sign: Mapping[int, Iterable[pd.DataFrame]], note: str) -> pd.DataFrame:
    """Series added up with signs: what a year rests on is all of them, and it is derived at best."""
    parts = [(factor, series) for factor, group in sign.items() for series in group]
    made = parts[0][1].copy()
    made["value"] = sum(factor * series["value"] for factor, series in parts)
    made["source"] = [join_sources(row) for row in zip(*(series["source"] for _, series in parts), strict=True)]
    made["quality"] = [worst([DERIVED, *row]) for row in zip(*(series["quality"] for _, series in parts), strict=True)]
    return made.assign(note=note)


@dataclass(frozen=True)
class Key:
    """By what a national figure is spread: a figure for each place (rows) in the years that have one (columns).

    ``published``: years in which these are the published figures of the provinces themselves.
    """

    figures: pd.DataFrame
    source: str
    note: str
    published: tuple[int, ...] = ()

    def shares(self, years: Iterable[int]) -> pd.DataFrame:
        """Shares of the places in each year."""
        given = self.figures / self.figures.sum()
        made = given.T.reindex(sorted({*years, *given.columns})).interpolate("index").ffill().bfill()
        return made.T[list(years)]


def published(indicator: str, technology: str, years: Iterable[int] = SPAN) -> Key:
    """The figures of the provinces as published or estimated by the compilers, as a key; only those not estimated count as published."""
    table = provinces(OBSERVED, "province")
    own = table[(table["indicator"] == indicator) & (table["technology"] == technology) & table["year"].isin(list(years))]
    if own.empty:
        raise KeyError(f"province.csv has no {indicator} of {technology}")
    figures = own.pivot_table(index="region", columns="year", values="value", aggfunc="sum")
    figures = figures.reindex(list(province_keys().values())).fillna(0.0)
    told = [int(year) for year in figures.columns if ESTIMATE not in set(own.loc[own["year"] == year, "quality"])]
    return Key(figures, join_sources(own["source"]), "provinces as published, scaled to the nation", tuple(told))


def base_fleet(technology: str, column: str = "capacity_gw") -> Key:
    """The plants of the base year by province as a key."""
    table = provinces("energy", "power_2020")
    own = table[table["technology"] == technology]
    figures = own.groupby("region")[column].sum().reindex(list(province_keys().values())).fillna(0.0)
    return Key(figures.to_frame(BASE_YEAR), join_sources(own["source"]), "spread as the plants of the base year")


def by(values: pd.Series, source: str, note: str) -> Key:
    """One figure a place as a key of all years."""
    return Key(values.reindex(list(province_keys().values())).fillna(0.0).to_frame(BASE_YEAR), source, note)


def joined(*keys: Key, note: str) -> Key:
    """The shares of several keys, each in its own years; of a year that several have the first one's."""
    shares = pd.concat([key.figures / key.figures.sum() for key in keys], axis=1)
    shares = shares.loc[:, ~shares.columns.duplicated()].sort_index(axis=1)
    told = tuple(year for key in keys for year in key.published)
    return Key(shares.fillna(0.0), join_sources(key.source for key in keys), note, told)


def spread(series: pd.DataFrame, key: Key) -> pd.DataFrame:
    """The national series over the places of the key: place, year, value, source, quality, note; places without a share are left out."""
    shares = key.shares(list(series.index))
    parts = []
    for year, row in series.iterrows():
        own = key.figures[year].sum() if year in key.published else np.nan
        made = pd.DataFrame({"place": shares.index, "year": year, "value": shares[year].to_numpy() * float(row["value"])})
        quality, note = ESTIMATE, key.note
        if year in key.published:
            closes = abs(own / float(row["value"]) - 1.0) <= CLOSED
            quality = str(row["quality"]) if closes else worst([DERIVED, str(row["quality"])])
            note = "" if closes else key.note
        elif key.published:
            note = f"{key.note}; shares of the nearest years that were published"
        parts.append(made.assign(source=join_sources([row["source"], key.source]), quality=quality, note=note))
    made = pd.concat(parts, ignore_index=True)
    return made[made["value"] > 0].reset_index(drop=True)
