"""The command `segments`: reads the command line, calls one function, prints what it says."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from customer_segments.errors import StudyError

COLOURS = {"+": "\033[32m", "-": "\033[31m", "@": "\033[36m"}  # of a diff's lines, by their first sign
PLAIN = "\033[0m"
INTERRUPTED = 130


def main(argv: list[str] | None = None) -> int:
    """Run one command; a sentence and exit code 1 if it cannot be done."""
    try:
        _run(argv)
    except StudyError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def _run(argv: list[str] | None) -> None:
    parser = _parser()
    arguments = parser.parse_args(argv)
    if arguments.command is None:
        parser.print_help()
    else:
        arguments.run(arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="segments", description="Customer segments, from data to decision.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    use = commands.add_parser("use", help="make params.yaml describe a ready-made study")
    use.add_argument("study", nargs="?", metavar="NAME", help="which study; without it, all are listed")
    use.add_argument("--list", action="store_true", help="say what each study is and which file it wants")
    use.set_defaults(run=_use)
    check = commands.add_parser("check", help="say whether files can be used, and how they are understood")
    check.add_argument("files", nargs="+", type=Path, metavar="FILE", help="an export: CSV, Excel, JSON or Parquet")
    check.add_argument("--table", choices=["customers", "transactions"], help="what the rows are; else found out")
    check.set_defaults(run=_check)
    return parser


def _use(arguments: argparse.Namespace) -> None:
    from customer_segments.studies import catalogue

    if arguments.list or arguments.study is None:
        print(catalogue.listing())
        return
    from customer_segments.studies.use import use

    change = use(arguments.study)
    print("\n".join(_coloured(change.diff)) or f"Nothing to change: params.yaml describes `{arguments.study}` already.")
    print(f"\n{change.next_step}")


def _check(arguments: argparse.Namespace) -> None:
    from customer_segments.checking import verdict

    print(verdict(arguments.files, arguments.table))


def _coloured(diff: Iterable[str]) -> Iterable[str]:
    """The lines of a diff, in colours where a person is looking."""
    if not sys.stdout.isatty() or "NO_COLOR" in os.environ:
        return diff
    return [f"{COLOURS[line[0]]}{line}{PLAIN}" if line[:1] in COLOURS else line for line in diff]


if __name__ == "__main__":
    sys.exit(main())
