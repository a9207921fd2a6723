"""`python -m customer_segments` is the command `segments`."""

import sys

from customer_segments.cli import main

if __name__ == "__main__":
    sys.exit(main())
