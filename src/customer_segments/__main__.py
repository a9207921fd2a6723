"""The command `segments`, which is `python -m customer_segments` as well."""

import sys


def main() -> int:
    """Run one command; Ctrl-C is answered in a sentence from the first moment."""
    from customer_segments.run import edge

    edge.not_yet()
    from customer_segments import cli

    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
