"""Data to rows: the parts that levers build, the rules as rows, assembling a model and building parts of it again."""
