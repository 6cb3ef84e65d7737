"""What a declaration is: tables, columns, settings, variables, balances, units, bounds, and the words of faults."""
