"""What is left of something that decays by the same share every year.

Limits: what enters in a period enters evenly.
"""

from __future__ import annotations

import math


def period_retention(years: float, time_constant: float) -> float:
    """Share that is left after a period in which it entered evenly: tau/n * (1 - exp(-n/tau))."""
    return time_constant / years * (1.0 - math.exp(-years / time_constant))
