"""Parts of the levers of power: input and output of sites, service of stores."""
