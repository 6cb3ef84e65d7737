"""The sheets of the report workbook, a subject each."""
