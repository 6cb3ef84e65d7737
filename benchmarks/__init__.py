"""Measurements of the model: where time goes, beside the bare matrix, beside linopy and beside plain Pyomo.

``run`` is the command; ``parts`` says what is measured, ``processes`` runs and remembers it, ``report``, ``goals`` and
``charts`` write it. ``routes``, ``twin``, ``solvers``, ``ensembles`` and ``growth`` (with ``synthetic``) do the work.

Limits: not part of the installed package; run from a checkout.
"""
