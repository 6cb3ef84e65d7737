"""What the report tells of what regions pay one another by rules that are no trade."""
