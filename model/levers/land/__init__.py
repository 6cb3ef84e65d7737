"""Land and water: land classes, planting, grassland, wetland, water use and the diversion."""
