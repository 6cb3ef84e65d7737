"""Reads the estimates of the energy side: single numbers by name and key, and the costs of a technology by year.

Limits: a missing row is an error, never a default.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from .frame import SOURCE_COLUMNS, YEARS, Estimate, join_sources, load, worst
from .period_means import row_means

ENERGY = "energy"
#: Year whose costs and efficiency stand for a technology where a table holds a single number.
MIDDLE_YEAR = 2040


class Parameters:
    """The rows of one file of estimates (columns name, key, value, unit, source, quality, note)."""

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self.rows = {
            (str(row["name"]), str(row["key"])): Estimate(
                float(row["value"]), row["source"], row["quality"], row["note"]
            )
            for row in load("estimates", topic).to_dict("records")
        }

    def __getitem__(self, place: tuple[str, str]) -> Estimate:
        if place not in self.rows:
            raise KeyError(f"{self.topic}.csv has no row {place}")
        return self.rows[place]

    def get(self, name: str, key: str) -> Estimate | None:
        """The row of that name and key, or None."""
        return self.rows.get((name, key))

    def keys(self, name: str) -> list[str]:
        """Keys under a name, in the order of the file."""
        return [key for of, key in self.rows if of == name]

    def column(self, name: str, keys: pd.Series) -> pd.DataFrame:
        """The rows of ``name`` for a column of keys: value, source, quality, note; index of ``keys``."""
        found = [self[name, str(key)] for key in keys]
        return pd.DataFrame(
            {
                "value": [e.value for e in found],
                "source": [e.source for e in found],
                "quality": [e.quality for e in found],
                "note": [e.note for e in found],
            },
            index=keys.index,
        )


def costs(technology: str) -> pd.DataFrame:
    """Rows of the cost table of one technology, indexed by year."""
    table = load(ENERGY, "tech_costs")
    found = table[table["technology"] == technology].set_index("year")
    if found.empty:
        raise KeyError(f"tech_costs.csv has no technology {technology}")
    return found.loc[list(YEARS)]


def middle(technology: str, column: str) -> Estimate:
    """One number of the cost table in the middle year."""
    row = costs(technology).loc[MIDDLE_YEAR]
    return Estimate(float(row[column]), row["source"], row["quality"], row["note"])


def evidence(origins: Iterable[Estimate]) -> dict[str, str]:
    """Source, quality and note that several numbers in one row have together."""
    listed = list(origins)
    return {
        "source": join_sources(o.source for o in listed),
        "quality": worst(o.quality for o in listed),
        "note": "; ".join(dict.fromkeys(o.note for o in listed if o.note)),
    }


def year_row(keys: dict[str, str], series: pd.Series, origin: dict[str, str]) -> dict[object, object]:
    """One row of a year table: keys, a column per year, source, quality and note."""
    row: dict[object, object] = {}
    row.update(keys)
    row.update({int(str(year)): float(value) for year, value in series.items()})
    row.update(origin)
    return row


def ordered(rows: list[dict[object, object]], keys: Iterable[str]) -> pd.DataFrame:
    """Rows of a year table as a frame: keys, years, then source, quality and note."""
    frame = pd.DataFrame(rows)
    years = sorted(c for c in frame.columns if isinstance(c, int))
    return frame[[*keys, *years, *SOURCE_COLUMNS]]


def cost_rows(cost_names: dict[str, str], column: str) -> pd.DataFrame:
    """A year table of one column of the cost table, means of periods; ``cost_names`` maps technology -> row of the cost table."""
    rows = []
    for technology, name in cost_names.items():
        table = costs(name)
        origins = [Estimate(0.0, r.source, r.quality, r.note) for r in table.itertuples()]
        rows.append(year_row({"technology": technology}, row_means(table[column]), evidence(origins)))
    return ordered(rows, ["technology"])


def merged(frame: pd.DataFrame, keys: list[str], sums: list[str], means: list[str], weight: str) -> pd.DataFrame:
    """Rows with equal keys as one: ``sums`` added, ``means`` weighted by ``weight``, evidence combined."""
    weighted = frame.assign(**{c: frame[c] * frame[weight] for c in means})
    grouped = weighted.groupby(keys, sort=True)
    made = grouped[[*sums, *means]].sum()
    for column in means:
        made[column] = made[column] / made[weight]
    made["source"] = grouped["source"].agg(join_sources)
    made["quality"] = grouped["quality"].agg(worst)
    made["note"] = grouped["note"].agg(lambda notes: "; ".join(dict.fromkeys(n for n in notes if n)))
    return made.reset_index()
