"""A finished run made again, and held against itself."""
