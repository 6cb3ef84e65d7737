"""What a measure still saves after those that come before it.

Measures come in stages: demand, efficiency, fuel, capture. What a measure saves on a unit that nothing has changed is listed; with a stage
it saves that share of what the earlier stages leave where they have all gone as far as they may:

    saved[m]      = abatement[m] / mean over regions of emission_factor[r,s]
    left[m,t]     = product over measures j of an earlier stage of max(0, 1 - room[j,t] * saved[j])
    abates[r,m,t] = abatement[m] * scale[r,m,t]
    scale[r,m,t]  = intensity[s,t] * left[m,t] * emission_factor[r,s] / mean

``room`` is what the share of a measure may still rise above that of the base year. Energy and water that a measure draws on follow what it
saves (``drawn`` = ``scale``), so that a tonne takes the same energy everywhere and at all times; a unit that is not made at all (stage
demand) spares what a unit takes (``drawn`` = 1). Capture is not lessened here: it is limited by the flue gas that the plan leaves,

    captured <= capture_rate * room * (emission_factor * intensity * output - sum over measures j of other stages of abates[j] * adopted[j])

so a sector never emits less than 1 - capture_rate * room of its flue gas. Measures of one stage act on different units or on different
parts of the CO2; where they do not, a joint cap says so.

A measure without a stage saves its listed tonnes times ``intensity``, whatever else is done, and draws what is listed.

Limits: where the earlier stages have not gone as far as they may, a measure saves less here than it would, which is cautious. The shares
of the base year are inside the emission factor. A region whose units emit little because its route is another one (gas in place of
coal) is given less energy along with less CO2, which is too little.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ...core.data import Data
from .measures import CAPTURE, DEMAND, MEASURE_SHARES, MEASURES, STAGES

Place = tuple[str, str]
OfYear = tuple[str, str, int]


def rooms(data: Data) -> dict[OfYear, float]:
    """Sector, measure and year -> the share by which the measure may rise above that of the base year."""
    shares: dict[OfYear, float] = data.lookup(MEASURE_SHARES)
    return {(s, m, year): max(0.0, high - shares.get((s, m, data.base_year), 0.0)) for (s, m, year), high in shares.items() if year != data.base_year}


class Sequence:
    """What the measures of some sectors save and draw per unit of activity, by region and year.

    ``factor`` (region, sector) is the CO2 of a unit in the base year, ``weight`` the activity by which its mean over the regions is
    weighted, ``intensity`` (sector, year) what a unit emits relative to the base year (1 where it is not listed).
    """

    def __init__(self, data: Data, factor: Mapping[Place, float], weight: Mapping[Place, float], intensity: Mapping[tuple[str, int], float]) -> None:
        self.abatement: dict[Place, float] = data.lookup(MEASURES, "abatement")
        self.stage: dict[Place, str] = data.lookup(MEASURES, "stage")
        self.capture_rate: dict[Place, float] = data.lookup(MEASURES, "capture_rate")
        self.room = rooms(data)
        self.factor, self.intensity = factor, intensity
        self.mean = _means(factor, weight)
        self._left = {(*pair, year): self._left_for(pair, year) for pair in self.stage if pair[0] in self.mean for year in data.years}

    def _left_for(self, pair: Place, year: int) -> float:
        stage = self.stage[pair]
        if stage in ("", CAPTURE):
            return 1.0
        sector, place = pair[0], STAGES.index(stage)
        left = 1.0
        for other, then in self.stage.items():
            if other[0] == sector and then and STAGES.index(then) < place:
                left *= max(0.0, 1.0 - self.room.get((*other, year), 0.0) * self.saved(other))
        return left

    def saved(self, pair: Place) -> float:
        """Share of the mean CO2 of a unit that a measure saves where nothing else has changed it; 0 where units emit nothing."""
        mean = self.mean[pair[0]]
        return self.abatement[pair] / mean if mean > 0.0 else 0.0

    def captures(self, sector: str, measure: str) -> bool:
        """Whether the measure captures what is left in the flue gas."""
        return self.stage[sector, measure] == CAPTURE

    def most_captured(self, sector: str, measure: str, year: int) -> float:
        """Largest share of the flue gas that a measure of the last stage captures: its rate times its room."""
        return self.capture_rate[sector, measure] * self.room.get((sector, measure, year), 0.0)

    def scale(self, region: str, sector: str, measure: str, year: int) -> float:
        """What a measure saves of what is listed for it."""
        intensity = self.intensity.get((sector, year), 1.0)
        if not self.stage[sector, measure]:
            return intensity
        mean = self.mean[sector]
        here = self.factor[region, sector] / mean if mean > 0.0 else 1.0
        return intensity * self._left[sector, measure, year] * here

    def abates(self, region: str, sector: str, measure: str, year: int) -> float:
        """Mt CO2 that a measure abates or captures per unit of activity on which it is added."""
        return self.abatement[sector, measure] * self.scale(region, sector, measure, year)

    def drawn(self, region: str, sector: str, measure: str, year: int) -> float:
        """What a measure draws of the energy and water that is listed for it."""
        return 1.0 if self.stage[sector, measure] in ("", DEMAND) else self.scale(region, sector, measure, year)

    def most_abated(self, region: str, sector: str, year: int, gross: float) -> float:
        """Mt CO2 that all measures of a sector together abate and capture per unit of activity, each as far as it may go; ``gross`` is what it emits."""
        abated, caught = 0.0, 0.0
        for of, measure in self.stage:
            if of == sector and self.captures(sector, measure):
                caught += self.most_captured(sector, measure, year)
            elif of == sector:
                abated += self.abates(region, sector, measure, year) * self.room.get((sector, measure, year), 0.0)
        return abated + caught * max(0.0, gross - abated)

    def of_rows(self, frame: pd.DataFrame) -> pd.DataFrame:
        """``frame`` (region, sector, measure, year) with ``abated`` (Mt CO2 per unit) and ``drawn`` (share of what is listed)."""
        keys = list(frame[["region", "sector", "measure", "year"]].itertuples(index=False, name=None))
        return frame.assign(abated=np.array([self.abates(*key) for key in keys], dtype=float), drawn=np.array([self.drawn(*key) for key in keys], dtype=float))


def _means(factor: Mapping[Place, float], weight: Mapping[Place, float]) -> dict[str, float]:
    """Sector -> mean CO2 of a unit over the regions, weighted by what they make."""
    emitted: dict[str, float] = {}
    whole: dict[str, float] = {}
    for (region, sector), per_unit in factor.items():
        emitted[sector] = emitted.get(sector, 0.0) + per_unit * weight[region, sector]
        whole[sector] = whole.get(sector, 0.0) + weight[region, sector]
    return {sector: emitted[sector] / whole[sector] if whole[sector] > 0.0 else 0.0 for sector in whole}
