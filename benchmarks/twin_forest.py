"""The age transition of the forest written a second time, in linopy: what was kept and not lost is older.

Limits: one of the forest's families, the largest; stands, their classes and losses are read by the model's own
functions of the tables, which decide nothing.
"""

from __future__ import annotations

import linopy
import numpy as np
import xarray as xr

from model.core.data import Data
from model.levers.forest.parts.history import felled_before
from model.levers.forest.parts.posts import forest_classes
from model.levers.forest.stands import read_stands


def add_forest(m: linopy.Model, data: Data) -> None:
    """Areas and fellings by stratum, age class and year, and their transition from period to period."""
    stands = read_stands(data)
    classes = forest_classes(data, stands)
    years, all_years = data.years, data.all_years
    lengths = [data.length(year) for year in years]
    stratum, age = list(stands.strata["stratum"]), list(range(1, stands.area.shape[1] + 1))
    axes = {"stratum": stratum, "age_class": age, "year": all_years}
    decided = stands.of_status("productive", "new")[:, None]
    reach = np.stack(stands.reachable(lengths), axis=2)
    # the base year is no decision: its classes are given
    held = xr.DataArray(reach & decided[:, :, None], coords=axes) & (xr.DataArray(all_years, coords={"year": all_years}) > data.base_year)
    cuttable = np.zeros(stands.area.shape, dtype=bool)
    cuttable[classes["row"], classes["age_class"] - 1] = classes["cuttable"]
    natural = (stands.strata["origin"] == "natural").to_numpy()[:, None, None]
    banned = data.stated("natural_logging_ban_until")
    allowed = ~natural | (np.array(all_years) > (data.base_year if banned is None else banned))
    stood = np.concatenate([np.zeros_like(reach[:, :, :1]), reach[:, :, :-1]], axis=2)
    cut = xr.DataArray(cuttable[:, :, None] & stood & allowed, coords=axes)
    # in periods of history that is felled which was, also where the rules of the plan allow none
    past = xr.DataArray(np.isin(all_years, data.history), coords={"year": all_years})
    felled_then = xr.zeros_like(cut, dtype=float)
    for (name, age_class, year), mha in felled_before(data).area.items():
        felled_then.loc[{"stratum": name, "age_class": age_class, "year": year}] = mha
        cut.loc[{"stratum": name, "age_class": age_class, "year": year}] = True
    area = m.add_variables(lower=0.0, coords=list(axes.values()), dims=list(axes), mask=held, name="area")
    clearcut = m.add_variables(lower=felled_then, upper=felled_then.where(past, np.inf), coords=list(axes.values()), dims=list(axes), mask=cut, name="clearcut")
    base = xr.DataArray(stands.area, coords={"stratum": stratum, "age_class": age}).expand_dims(year=[years[0]])
    base = base.reindex(year=all_years, fill_value=0.0).transpose(*axes)
    last = xr.DataArray(stands.strata["classes"].to_numpy(dtype=int), coords={"stratum": stratum})
    number = xr.DataArray(age, coords={"age_class": age})
    annual = xr.DataArray(stands.annual_loss, coords={"stratum": stratum, "age_class": age})
    for length in dict.fromkeys(lengths):
        step = stands.steps(length)
        these = [year for year, n in zip(years, lengths, strict=True) if n == length]
        kept = ((1.0 - annual) ** length).shift(age_class=step, fill_value=0.0)
        before = area.shift(age_class=step, year=1)
        felled = clearcut.shift(age_class=step)
        left = area - kept * before + kept * felled
        right = kept * base.shift(age_class=step, fill_value=0.0)
        ageing = held & (number > step) & (number < last)
        name = "age_transition" if length == lengths[0] else f"age_transition:{length}"
        m.add_constraints(left.sel(year=these) == right.sel(year=these), mask=ageing.sel(year=these), name=name)
