"""What a person at the command line sees: progress, findings, and why a call is refused.

Limits: the texts themselves stand in the catalogue (``core.declare.lines``) and in that of the workbook.
"""
