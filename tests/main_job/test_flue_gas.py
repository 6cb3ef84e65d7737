"""What each sector emits in the plan is at least what its capture can not reach: the tables, not the rows of the model."""

from __future__ import annotations

import pandas as pd
import pytest

from model.api import Plan

KEYS = ["region", "sector", "year"]


def accounts(plan: Plan) -> pd.DataFrame:
    """Gross CO2, what is left in the flue gas, what is captured and the largest share of it, Mt a year, by region, sector and decided year."""
    data = plan.data
    told = plan.tables["industry"]
    told = told[told["year"].isin(data.decided)]
    whole = told[told["measure"] == "none"].set_index(KEYS)["output"]
    factor = data.tables["industry"].set_index(["region", "sector"])["emission_factor"].astype(float)
    intensity = data.tables["industry_intensity"].set_index(["sector", "year"])["value"].astype(float)
    gross = pd.Series([output * factor.get((r, s), 1.0) * intensity.get((s, t), 1.0) for (r, s, t), output in whole.items()], index=whole.index)
    rows = data.tables["measures"].set_index(["sector", "measure"])
    last = rows[rows["stage"] == "capture"]
    measures = told[told["measure"] != "none"]
    catches = pd.MultiIndex.from_frame(measures[["sector", "measure"]]).isin(last.index)
    before = measures[~catches].groupby(KEYS)["abated_mt_co2"].sum().reindex(whole.index).fillna(0.0)
    caught = measures[catches].groupby(KEYS)["abated_mt_co2"].sum().reindex(whole.index).fillna(0.0)
    shares = data.tables["measure_shares"].set_index(["sector", "measure", "year"])["value"].astype(float)
    reach = {(s, t): sum(float(last.loc[(s, m), "capture_rate"]) * (shares[s, m, t] - shares[s, m, data.base_year]) for of, m in last.index if of == s) for _, s, t in whole.index}
    return pd.DataFrame({"gross": gross, "flue": gross - before, "caught": caught, "reach": [reach[s, t] for _, s, t in whole.index]})


@pytest.fixture(scope="module")
def told(short_plan: Plan) -> pd.DataFrame:
    return accounts(short_plan)


def test_no_sector_emits_less_than_capture_leaves_of_its_flue_gas(told: pd.DataFrame) -> None:
    """emission >= (1 - capture_rate * share) * flue for every sector, end use, region and year."""
    assert (told["flue"] - told["caught"] >= (1.0 - told["reach"]) * told["flue"] - 1e-6 * told["gross"]).all()
    assert told.loc[told.index.get_level_values("year") == 2060, "caught"].sum() > 1.0


def test_no_sector_and_no_end_use_that_emits_comes_to_nothing(told: pd.DataFrame) -> None:
    """What the stages leave where all have gone as far as they may is a part of the whole: cement, where most is done, keeps a twentieth or more."""
    emitting = told[told["gross"] > 0.0]
    assert (emitting["flue"] - emitting["caught"] > 0.02 * emitting["gross"]).all()


def test_the_account_of_carbon_holds_the_same_flue_gas(short_plan: Plan, told: pd.DataFrame) -> None:
    """Steel is its own category of the account: its gross CO2 less what measures before capture save."""
    carbon = short_plan.tables["carbon"]
    steel = carbon[(carbon["account"] == "emission") & (carbon["category"] == "steel")].set_index(["region", "year"])["value"]
    own = told.xs("steel", level="sector")["flue"]
    assert own.to_dict() == pytest.approx(steel.loc[own.index].to_dict())
