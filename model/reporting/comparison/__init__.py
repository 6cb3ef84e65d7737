"""Finished runs beside one another: figures, differences to the first run, and the files that tell them."""
