"""Units of measure: which spellings the workbook may use, and what each is worth in the solver's own units.

The solver counts area in Mha, volume (water or wood) in km3 = bn m3, power in GW, energy of any kind in TWh, mass in
Mt, money in bn CNY, time in yr. These are chosen so that quotients need no further numbers: 1 CNY/MWh is 1e-3 bn CNY
per TWh. Carbon as C, carbon as CO2, dry matter, value added and every commodity are dimensions of their own: nothing
converts between them by accident, only a formula that names its constant does.

Hours and years are two dimensions, so that hours of availability are never taken for years. Hence power times hours
(``GW*h``) is not ``energy``: who multiplies GW by h divides by GWH_PER_TWH to get TWh, in sight of the reader.

Limits: those of the ``table`` and of ``reading``.
"""

from __future__ import annotations

from .reading import MAX_ATOMS as MAX_ATOMS
from .reading import MAX_TEXT as MAX_TEXT
from .reading import Unit as Unit
from .reading import UnitError as UnitError
from .reading import convert as convert
from .reading import factor as factor
from .reading import multiply as multiply
from .reading import parse as parse
from .reading import product_matches as product_matches
from .reading import same_dimension as same_dimension
from .reading import solver_unit as solver_unit
from .table import ATOMS as ATOMS
from .table import CO2_PER_C as CO2_PER_C
from .table import GJ_PER_MWH as GJ_PER_MWH
from .table import GJ_PER_TCE as GJ_PER_TCE
from .table import GWH_PER_TWH as GWH_PER_TWH
from .table import HOURS_PER_DAY as HOURS_PER_DAY
from .table import HOURS_PER_YEAR as HOURS_PER_YEAR
from .table import PURE as PURE
from .table import SOLVER_UNITS as SOLVER_UNITS
from .table import spellings as spellings
