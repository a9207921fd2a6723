"""The command `segments`: reads the command line, calls one function, prints what it says."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customer_segments.base.errors import StudyError

if TYPE_CHECKING:
    from customer_segments.run.workspace import Workspace

COLOURS = {"+": "\033[32m", "-": "\033[31m", "@": "\033[36m"}  # of a diff's lines, by their first sign
PLAIN = "\033[0m"
INTERRUPTED = 130


def main(argv: list[str] | None = None) -> int:
    """Run one command; a sentence and exit code 1 if it cannot be done."""
    try:
        _run(argv)
    except StudyError as error:
        print(error.in_a_study_folder(), file=sys.stderr)
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
    _add_study_folders(commands)
    check = commands.add_parser("check", help="say whether files can be used, and how they are understood")
    check.add_argument("files", nargs="+", type=Path, metavar="FILE", help="an export: CSV, Excel, JSON or Parquet")
    check.add_argument("--table", choices=["customers", "transactions"], help="what the rows are; else found out")
    check.set_defaults(run=_check)
    _add_assign(commands)
    _add_drift(commands)
    _add_export(commands)
    _add_forget(commands)
    return parser


def _add_study_folders(commands: Any) -> None:
    new = commands.add_parser("new", help="lay a folder for a study of its own")
    new.add_argument("folder", type=Path, metavar="FOLDER", help="a folder that is new or empty")
    new.add_argument("--study", default="demo", metavar="NAME", help="a ready-made study; else the demo shop")
    new.set_defaults(run=_new)
    run = commands.add_parser("run", help="run the study, as far as it is not up to date")
    run.set_defaults(run=_run_study)


def _add_assign(commands: Any) -> None:
    assign = commands.add_parser("assign", help="give new or changed customers their segment")
    assign.add_argument(
        "new", type=Path, metavar="NEW", help="a file or folder like the study's own: the customers' whole history"
    )
    assign.add_argument("--customers", type=Path, metavar="FILE", help="their attributes, where NEW is transactions")
    assign.add_argument("--out", type=Path, metavar="FILE", help="where to write: .csv, .parquet or .json")
    assign.add_argument("--values", action="store_true", help="write what the segments are told by, too")
    assign.add_argument("--as-of", type=date.fromisoformat, metavar="DAY", help="the day that features look back from")
    assign.add_argument("--replace", action="store_true", help="overwrite a file that is there")
    assign.set_defaults(run=_assign)


def _add_drift(commands: Any) -> None:
    drift = commands.add_parser("drift", help="compare two runs or periods: who moved, what shifted, whether to refit")
    for name in ("old", "new"):
        drift.add_argument(name, metavar=name.upper(), help="a run's folder, a git revision, or a segmented table")
    drift.add_argument("--out", type=Path, metavar="FILE", help="write it down, too: .html, .json, .csv or .txt")
    drift.add_argument("--replace", action="store_true", help="overwrite a file that is there")
    drift.set_defaults(run=_drift)


def _add_export(commands: Any) -> None:
    export = commands.add_parser("export", help="write the segmented customers to a file or a database")
    export.add_argument("to", nargs="?", type=Path, metavar="FILE", help="a name ending in .csv, .parquet or .json")
    export.add_argument("--format", choices=["csv", "parquet", "json"], help="where the name's ending does not say it")
    export.add_argument("--columns", metavar="A,B,…", help="only these columns, in this order")
    export.add_argument("--database", metavar="URL", help="a database instead; passwords as ${NAME} of the environment")
    export.add_argument("--table", metavar="NAME", help="the table to write there")
    export.add_argument("--replace", action="store_true", help="overwrite a file or a table that is there")
    export.set_defaults(run=_export)


def _add_forget(commands: Any) -> None:
    forget = commands.add_parser("forget", help="remove customers from data, caches and outputs, and prove it")
    forget.add_argument("ids", nargs="+", metavar="ID", help="as it stands in the column customer_id")
    forget.add_argument("--dry-run", action="store_true", help="say what would be done, and change nothing")
    forget.set_defaults(run=_forget)


def _use(arguments: argparse.Namespace) -> None:
    from customer_segments.studies import catalogue

    if arguments.list or arguments.study is None:
        print(catalogue.listing())
        return
    from customer_segments.commands.use import use

    change = use(arguments.study, _here().root)
    print("\n".join(_coloured(change.diff)) or f"Nothing to change: params.yaml describes `{arguments.study}` already.")
    print(f"\n{change.next_step}")


def _new(arguments: argparse.Namespace) -> None:
    from customer_segments.commands.new import new

    print(new(arguments.folder, arguments.study))


def _run_study(_: argparse.Namespace) -> None:
    from customer_segments.commands.run import run

    print(run(_here()))


def _check(arguments: argparse.Namespace) -> None:
    from customer_segments.commands.check import check

    here = _if_there(_here)
    settings = here and _if_there(lambda: here.params("preprocessing"))
    print(check(arguments.files, arguments.table, base=Path.cwd(), root=here and here.root, settings=settings))


def _assign(arguments: argparse.Namespace) -> None:
    from customer_segments.commands.assign import assign

    print(
        assign(
            arguments.new, _here(), customers=arguments.customers, out=arguments.out, values=arguments.values,
            as_of=arguments.as_of, replace=arguments.replace,
        )
    )  # fmt: skip


def _drift(arguments: argparse.Namespace) -> None:
    from customer_segments.base.params import PrivacyParams
    from customer_segments.commands.drift import drift

    try:
        here = _here()
        root, privacy = here.root, here.params("privacy")
    except StudyError:  # two tables can be compared anywhere
        root, privacy = Path.cwd(), PrivacyParams()
    told = drift(
        arguments.old, arguments.new, root, out=arguments.out, replace=arguments.replace,
        smallest=privacy.smallest_group,
    )  # fmt: skip
    print(told)


def _export(arguments: argparse.Namespace) -> None:
    from customer_segments.commands import export

    to_table = arguments.database is not None or arguments.table is not None
    if to_table == (arguments.to is not None) or (arguments.database is None) != (arguments.table is None):
        raise StudyError("Name either a file to write, or a database with `--database URL --table NAME`.")
    columns = [name.strip() for name in arguments.columns.split(",")] if arguments.columns else None
    if to_table:
        said = export.to_database(
            _here(), arguments.database, arguments.table, columns=columns, replace=arguments.replace
        )
    else:
        said = export.to_file(_here(), arguments.to, kind=arguments.format, columns=columns, replace=arguments.replace)
    print(said)


def _forget(arguments: argparse.Namespace) -> None:
    from customer_segments.commands.forget import forget

    print(forget(arguments.ids, _here(), dry_run=arguments.dry_run))


def _here() -> Workspace:
    from customer_segments.run.workspace import Workspace

    return Workspace.here()


def _if_there(found: Callable[[], Any]) -> Any:
    """What a study's folder says; None where there is no such folder, or nothing that can be read in it."""
    try:
        return found()
    except StudyError:
        return None


def _coloured(diff: Iterable[str]) -> Iterable[str]:
    """The lines of a diff, in colours where a person is looking."""
    if not sys.stdout.isatty() or "NO_COLOR" in os.environ:
        return diff
    return [f"{COLOURS[line[0]]}{line}{PLAIN}" if line[:1] in COLOURS else line for line in diff]


if __name__ == "__main__":
    sys.exit(main())
