"""A finished plan held against its own matrix, without the libraries that built and solved it; and one number of it explained."""
