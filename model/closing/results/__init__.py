"""What the report tells of the accounts that are closed last: carbon, money, rivers, the objective."""
