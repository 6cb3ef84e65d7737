"""Rows to numbers: the matrix, its scales, the solver, the solution and the limits in it."""
