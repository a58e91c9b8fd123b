"""`python -m dblint`."""

import sys

from dblint.cli import main

if __name__ == "__main__":
    sys.exit(main())
