"""What the forest lever is made of: its input, its rules, the flow of wood, what it posts."""
