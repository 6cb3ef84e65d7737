"""What the report tells of the forest: result tables, pools of carbon and identities."""
