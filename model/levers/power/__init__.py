"""Power: plants, sites, lines, stores."""
