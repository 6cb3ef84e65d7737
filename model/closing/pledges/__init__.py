"""Pledges beside the carbon account: energy, capacity, forest."""
