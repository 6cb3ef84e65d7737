"""Forest: stands and their growth, felling and renewal, dead wood, soil, wood products."""
