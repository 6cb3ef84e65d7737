"""How files are saved."""
