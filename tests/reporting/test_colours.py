"""The colours of pictures: reporting names those that many share, each room those of its own keys."""

from __future__ import annotations

import pytest

from model.core.build import registry
from model.levers.forest.results import colours as forest
from model.levers.power.results import colours as power
from model.reporting.colours import COLOURS


def test_keys_of_the_rooms_have_their_colours_in_every_picture() -> None:
    assert {**forest.COLOURS, **power.COLOURS}.items() <= COLOURS.items()
    assert {"nation", "sink", "idle", "estimate"} <= set(COLOURS)


def test_a_key_has_one_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    """The forest has green for what is planted; black from the room of power is a defect, the same green is none."""
    monkeypatch.setitem(power.COLOURS, "planted", forest.COLOURS["planted"])
    assert forest.COLOURS["planted"] == registry.colours.__wrapped__()["planted"]
    monkeypatch.setitem(power.COLOURS, "planted", "000000")
    with pytest.raises(ValueError, match="planted is given two colours"):
        registry.colours.__wrapped__()
