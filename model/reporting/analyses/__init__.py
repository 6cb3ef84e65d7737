"""The report of an analysis: its tables and pictures as a workbook and as a page, its tables as files, and the manifest.

Limits: the plan that an analysis stands on is reported by its own scenario.
"""
