"""What the report tells of demand: result tables and identities."""
