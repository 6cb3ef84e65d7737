"""Demand: industry, end use, biomass, carbon capture."""
