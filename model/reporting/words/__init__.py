"""The words of keys, items, sheets and pages in both languages."""
