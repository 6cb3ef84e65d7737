"""Published national pathways beside the plan: the sheet, ours in the same quantity, the band of the studies, the verdict and its reason."""
