"""Power: plants, sites, lines, stores, hydrogen."""
