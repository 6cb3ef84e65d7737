"""What must hold between the written tables, recomputed from them."""
