"""The trunks of the tree of IAMC variables on which several levers grow branches.

Names follow the public list of the Integrated Assessment Modeling Consortium (common-definitions) where it has one.

Limits: names only; which item stands where is said by the lever that posts it (``Item.iamc``).
"""

from __future__ import annotations

NET = "Emissions|CO2"
#: All fossil and process emissions. Industry is one account of fuel and process, so that neither ``Energy`` nor
#: ``Industrial Processes`` of the public list can be told: their names would say more, or less, than the numbers hold.
#: Of what is captured it takes off where no sector can be told.
COMBINED = f"{NET}|Energy and Industrial Processes"
OF_INDUSTRY = f"{COMBINED}|Industry"
#: Net of all land; by itself for what changes the stocks without being a removal.
LAND_SINK = f"{NET}|AFOLU"
REMOVAL, CAPTURE, WITHDRAWAL = "Carbon Removal", "Carbon Capture", "Water Withdrawal"
#: In no variable: what no stock holds, and what is no withdrawal (transfers between places, rights, evaporation saved).
NOWHERE = "nowhere"
