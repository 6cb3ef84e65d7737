"""What the report tells of carbon markets."""
