"""The largest share of its product that any group spends: made by the limits on burdens, read by the objective.

Limits: a declaration alone; what it stands above is written in ``equity``.
"""

from __future__ import annotations

from ...core.declare.spec import Variable

#: The largest share is counted in thousandths: a share itself is so small beside the money of the rows that the solver loses its digits.
LARGEST_BURDEN = Variable("largest_burden", ("scope",), "‰", low=None, en="Largest share of its product that a group spends in a period", zh="地区组单期支出占生产总值的最大比重")
