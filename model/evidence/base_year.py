"""Emissions of the base year by statistics, beside which the report holds the solved base year.

Limits: calibration, and the shares of grandfathered allowances; no limit of the plan depends on them.
"""

from __future__ import annotations

from ..closing.pledges.series import BASE_YEAR_EMISSIONS
from ..core.declare.schema import Evidence

BASE_YEAR = Evidence("emissions_of_base_year", (BASE_YEAR_EMISSIONS,), order=1)
