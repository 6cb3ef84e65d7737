"""What the report tells of power: result tables and identities."""
