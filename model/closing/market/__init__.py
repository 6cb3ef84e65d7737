"""A compliance market for carbon: allowances, a bank, and credits of sinks, cleared inside the plan."""
