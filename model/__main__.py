"""``python -m model VERB``: everything that is not solving."""

import sys

from .verbs import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
