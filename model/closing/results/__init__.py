"""What the report tells of accounts across levers: result tables and identities."""
