"""The solver HiGHS: an object of it that is filled and run, and the bases that it may start from."""
