"""What the report tells of land, water and grass: result tables and identities."""
