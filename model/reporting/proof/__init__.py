"""A finished plan held against its own matrix, without the libraries that built and solved it; one number explained; a run repeated."""
