"""Hydrogen: making it, keeping it."""
