"""How fast plants come and go beside what is decided: what is under construction, and how many may be closed early."""
