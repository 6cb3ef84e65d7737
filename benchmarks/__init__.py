"""Measurements of the model: where time goes, beside the bare matrix and beside plain Pyomo.

Limits: not part of the installed package; run from a checkout.
"""
