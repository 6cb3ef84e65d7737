"""Who pays what: the funds, what each may pay, and who pays the rest."""
