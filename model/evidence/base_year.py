"""Emissions of the base year by statistics, beside which the report holds the solved base year.

Limits: calibration only; nothing of the plan depends on them.
"""

from __future__ import annotations

from ..core.declare.schema import Evidence
from ..core.declare.spec import Column, Complete, Table

BASE_YEAR_EMISSIONS = Table(
    "base_year_emissions",
    (
        Column("region", "", "text", key=True, ref="regions.region", en="Region", zh="地区"),
        Column("emission", "Mt CO2/yr", low=0, en="Published emissions of energy and industry in the base year: calibration only, never a limit", zh="基年能源与工业排放统计值：仅作校准"),
    ),
    complete=(
        Complete(("region",), level="warning", en="its emissions of the base year are not compared", zh="该地区基年排放不参与校准"),
    ),
    en="Emissions of the base year by statistics, for calibration", zh="基年排放统计（校准用）",
)

BASE_YEAR = Evidence("emissions_of_base_year", (BASE_YEAR_EMISSIONS,), order=1)
