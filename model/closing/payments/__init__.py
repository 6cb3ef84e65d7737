"""What regions pay one another."""
