"""The door: reads a workbook, solves it, writes the reports. ``python solve.py --help`` shows the options."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
INSTALL = "python3 -m venv .venv && .venv/bin/python -m pip install . && .venv/bin/python solve.py"
INSTALL_WINDOWS = r"py -m venv .venv && .venv\Scripts\python -m pip install . && .venv\Scripts\python solve.py"


def main() -> int:
    """Run the command line with the checkout's own ``model``; tell how to install when a package is missing."""
    if sys.path[0] != str(HERE):
        sys.path.insert(0, str(HERE))
    try:
        from model.cli import main as run
    except ModuleNotFoundError as error:
        print(f"The package {error.name!r} is missing. Install and run with:\n  {INSTALL}\non Windows:\n  {INSTALL_WINDOWS}", file=sys.stderr)
        return 2
    return run(sys.argv[1:], HERE)


if __name__ == "__main__":
    sys.exit(main())
