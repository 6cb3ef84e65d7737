"""What regions send one another is told as their levers declare it, a new lever's commodity among them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from model.core.build import registry
from model.core.build.assemble import assemble
from model.core.build.build import Lever
from model.core.declare.roles import Trade
from model.core.declare.spec import Column, Table, Variable, constraint
from model.reporting.tables.trade import trade
from model.reporting.words.texts import label
from tests.levers.toy import cheapest, toy_data

SENT = Variable("heat_sent", ("from_zone", "to_zone", "season", "year"), "km3/yr")
AGREED = Table(
    "heat_contracts",
    (Column("from_region", "", "text", key=True, free=True), Column("to_region", "", "text", key=True, free=True), Column("value", "TWh/yr")), shape="years",
)


class Heat(Lever):
    """Two zones, one in each region, of which the first sends the other warm water in two seasons."""

    name = "heat"
    variables = (SENT,)
    trades = (Trade("warm_water", "million m3/yr", "heat_sent"), Trade("heat_contract", "TWh/yr", agreed=AGREED))

    def build(self) -> None:
        """What is sent is fixed."""
        self.sent = self.b.variable(SENT, [("w", "e", "summer", 2030), ("w", "e", "winter", 2030)])
        self.b.constrain(self.heat_given, self.sent.frame)

    @constraint(unit="km3/yr")
    def heat_given(self, from_zone: str, to_zone: str, season: str, year: int) -> Any:
        """Twice as much in winter."""
        return self.sent[from_zone, to_zone, season, year] == {"summer": 0.001, "winter": 0.002}[season]


def test_a_commodity_of_a_new_lever_is_told_by_region_and_year() -> None:
    """0.001 and 0.002 km3 are 3 million m3 a year from west to east; of the contracts 5 TWh are of a year of the model and above zero."""
    zones = [{"water_zone": zone, "region": region} for zone, region in (("w", "west"), ("e", "east"))]
    data = toy_data(("west", "east"), tables={"water_zones": zones})
    agreed = [("west", "east", 2020, 0.0), ("west", "east", 2030, 5.0), ("east", "west", 2045, 7.0)]
    data.tables["heat_contracts"] = pd.DataFrame(agreed, columns=["from_region", "to_region", "year", "value"])
    found = trade(cheapest(assemble(data, [Heat], [])), {})
    columns = ["commodity", "from_region", "to_region", "year", "value", "unit"]
    assert [("warm_water", "west", "east", 2030, pytest.approx(3.0), "million m3/yr"), ("heat_contract", "west", "east", 2030, 5.0, "TWh/yr")] == list(
        found[columns].itertuples(index=False, name=None)
    )


def test_every_commodity_has_words_in_both_languages() -> None:
    traded = [trade.commodity for lever in (*registry.levers(), *registry.closings()) for trade in lever.trades]
    assert len(set(traded)) == len(traded) > 0
    unnamed = [name for name in traded if label(name, "zh").isascii() or not label(name, "en").isascii()]
    assert [] == unnamed, "words of what is traded stand with it: Trade(..., en=, zh=)"
