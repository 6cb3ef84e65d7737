"""Turns the cited tables under ``inputs/data`` into the shipped workbooks.

Limits: it fetches nothing; what it knows stands in the tables.
"""
