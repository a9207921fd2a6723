"""The command `segments`: reads the command line, calls one function, prints what it says."""

import argparse
import json
import os
import signal
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customer_segments import StudyError, __version__

if TYPE_CHECKING:
    from customer_segments.commands.taken import Wanted
    from customer_segments.run.workspace import Workspace

COLOURS = {"+": "\033[32m", "-": "\033[31m", "@": "\033[36m"}  # of a diff's lines, by their first sign
PLAIN = "\033[0m"


def main(argv: list[str] | None = None) -> int:
    """Run one command; a sentence and an exit code if it cannot be done, also where it is stopped while it starts."""
    signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM, signal.SIGHUP))  # until `ended` answers
    from customer_segments.run import edge

    def asked() -> None:
        parser = _parser()
        arguments = parser.parse_args(argv)
        if arguments.command is None:
            parser.print_help()
        else:
            print(arguments.run(arguments))

    return edge.ended(asked)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="segments", description="Customer segments, from data to decision.")
    parser.add_argument("--version", action="version", version=f"segments {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, (run, told, options) in COMMANDS.items():
        command = commands.add_parser(name, help=told)
        command.set_defaults(run=run)
        for option, facts in options.items():
            command.add_argument(option, **facts)
    return parser


def _here() -> "Workspace":
    from customer_segments.run.workspace import Workspace

    return Workspace.here()


def _use(arguments: argparse.Namespace) -> str:
    from customer_segments.commands.use import listing, use

    if arguments.list or arguments.study is None:
        return listing()
    change = use(arguments.study, _here().root)
    told = "\n".join(_coloured(change.diff)) or f"Nothing to change: params.yaml describes `{arguments.study}` already."
    return f"{told}\n\n{change.next_step}"


def _new(arguments: argparse.Namespace) -> str:
    from customer_segments.commands.folders import new

    return new(
        arguments.folder, arguments.study, like=arguments.like, settings=arguments.settings, files=arguments.files
    )


def _run_study(_: argparse.Namespace) -> str:
    from customer_segments.commands.folders import run

    return run(_here())


def _lab(arguments: argparse.Namespace) -> None:
    from customer_segments.commands.lab import lab

    lab(_here(), arguments.options)


def _check(arguments: argparse.Namespace) -> str:
    from customer_segments.commands.asking import conversation
    from customer_segments.commands.check import OpenQuestionsError

    said = _look(arguments)
    questions = said.questions
    if questions and not arguments.json and sys.stdin.isatty() and sys.stdout.isatty():
        print(said.text)
        said, questions = conversation(said, lambda options: _look(_answered(arguments, options)), input)
    text = _as_json(said) if arguments.json else said.text
    if questions:
        print(text)
        raise OpenQuestionsError(questions)
    if not arguments.write:
        return text
    from customer_segments.commands.use import use_source

    change = use_source(said.source, _here().root)
    return "\n".join([text, "", *_coloured(change.diff), "", change.next_step])


def _look(arguments: argparse.Namespace) -> Any:
    """What the files are taken for, in words or for programs."""
    from customer_segments.commands.check import found, told

    here = _if_there(_here)
    base = Path.cwd() if arguments.files else _here().root  # the study's own files are named from there
    where: dict[str, Any] = {"base": base, "root": here and here.root}
    if arguments.json:
        return found(_to_check(arguments), **where)
    return told(_to_check(arguments), **where, settings=here and _if_there(lambda: here.params("preprocessing")))


def _answered(arguments: argparse.Namespace, options: list[str]) -> argparse.Namespace:
    """The arguments, with options that were given afterwards."""
    more, all_ = _parser().parse_args(["check", *options]), argparse.Namespace(**vars(arguments))
    all_.column = [*arguments.column, *more.column]
    for name in ("table", "sheet", "delimiter", "header"):
        if getattr(more, name) is not None:
            setattr(all_, name, getattr(more, name))
    return all_


def _as_json(said: Any) -> str:
    told = asdict(said) | {"questions": [question._asdict() for question in said.questions]}
    return json.dumps(told, ensure_ascii=False, indent=1)


def _to_check(arguments: argparse.Namespace) -> "list[Wanted]":
    """The files that are named, or else those of the study; with what is said of them."""
    from customer_segments.commands.taken import files_of, named

    columns = [*arguments.column, *(f"customer_id={each}" for each in (arguments.id,) if each is not None)]
    asked = {"sheet": arguments.sheet, "delimiter": arguments.delimiter, "header": arguments.header}
    written = {name: value for name, value in asked.items() if value is not None}
    if arguments.files:
        return named(arguments.files, arguments.table, columns, written)
    return files_of(_here(), columns, written)


def _assign(arguments: argparse.Namespace) -> str:
    from customer_segments.commands.assign import assign

    return assign(
        arguments.new, _here(), customers=arguments.customers, out=arguments.out, values=arguments.values,
        as_of=arguments.as_of, replace=arguments.replace,
    )  # fmt: skip


def _drift(arguments: argparse.Namespace) -> str:
    from customer_segments.commands.drift import drift

    here = _if_there(_here)  # two tables can be compared anywhere
    root = here.root if here else Path.cwd()
    smallest = here and _if_there(lambda: here.params("privacy").smallest_group)
    return drift(arguments.old, arguments.new, root, out=arguments.out, replace=arguments.replace, smallest=smallest)


def _export(arguments: argparse.Namespace) -> str:
    from customer_segments.commands import export

    to_table = arguments.database is not None or arguments.table is not None
    if to_table == (arguments.to is not None) or (arguments.database is None) != (arguments.table is None):
        raise StudyError("Name either a file to write, or a database with `--database URL --table NAME`.")
    columns = [name.strip() for name in arguments.columns.split(",")] if arguments.columns else None
    how: dict[str, Any] = {"columns": columns, "replace": arguments.replace}
    if to_table:
        return export.to_database(_here(), arguments.database, arguments.table, **how)
    return export.to_file(_here(), arguments.to, kind=arguments.format, **how)


def _trial(arguments: argparse.Namespace) -> str:
    from customer_segments.commands import trial

    here, settled = _here(), ("segment", "measure", "start", "days", "hold_out")
    if arguments.result is None:
        if arguments.early or arguments.until:
            raise StudyError("`--early` and `--until` are about a result: name the new orders with `--result ORDERS`.")
        drawn = trial.drawn(
            arguments.name, here, segments=arguments.segment, measure=arguments.measure, start=arguments.start,
            days=arguments.days, share=arguments.hold_out,
        )  # fmt: skip
        return trial.said(drawn, here, as_json=arguments.json)
    if given := [f"`--{name.replace('_', '-')}`" for name in settled if getattr(arguments, name) is not None]:
        raise StudyError(f"{given[0]} was settled when the trial was drawn: leave it out beside `--result`.")
    read = trial.result(arguments.name, arguments.result, here, until=arguments.until, early=arguments.early)
    return trial.said(read, here, as_json=arguments.json)


def _forget(arguments: argparse.Namespace) -> str:
    from customer_segments.commands.forget import forget

    listed = arguments.file.read_text(encoding="utf-8").splitlines() if arguments.file else []
    return forget([*arguments.ids, *filter(None, listed)], _here(), dry_run=arguments.dry_run)


def _serve(arguments: argparse.Namespace) -> str:
    from customer_segments.web.serve import serve

    return serve(arguments.home, arguments.port, arguments.host, arguments.origin, arguments.metrics_port)


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


FLAG = {"action": "store_true"}
REPLACE = {"--replace": FLAG | {"help": "overwrite a file that is there"}}
WHOLE_HISTORY = "a file or folder like the study's own: the customers' whole history"
COMPARED = "a run's folder, a git revision, or a segmented table"
# Each command: what runs it, what it is for, and what it takes.
COMMANDS: dict[str, tuple[Callable[[argparse.Namespace], str], str, dict[str, dict[str, Any]]]] = {
    "use": (_use, "make params.yaml describe a ready-made study", {
        "study": {"nargs": "?", "metavar": "NAME", "help": "which study; without it, all are listed"},
        "--list": FLAG | {"help": "say what each study is and which file it wants"},
    }),
    "new": (_new, "lay a folder for a study of its own", {
        "folder": {"type": Path, "metavar": "FOLDER", "help": "a folder that is new or empty"},
        "--study": {"metavar": "NAME", "help": "a ready-made study; else the demo shop"},
        "--like": {"type": Path, "metavar": "FOLDER", "help": "an earlier study, with all that it has made"},
        "--settings": {"type": Path, "metavar": "FILE", "help": "sections as in params.yaml that are to differ"},
        "--files": {"type": Path, "metavar": "FOLDER", "help": "files to copy into data/external"},
    }),
    "run": (_run_study, "run the study, as far as it is not up to date", {}),
    "lab": (_lab, "open the notebooks in JupyterLab, under the pipeline's settings", {
        "options": {"nargs": "*", "metavar": "-- OPTION", "help": "of JupyterLab itself, as in: lab -- --no-browser"},
    }),
    "serve": (_serve, "open the Explorer: studies, customers and an API in the browser", {
        "--home": {"type": Path, "default": Path("explorer"), "metavar": "FOLDER", "help": "where all is stored"},
        "--port": {"type": int, "default": 8000, "metavar": "N", "help": "the port to listen on"},
        "--host": {"default": "127.0.0.1", "metavar": "ADDRESS", "help": "the address to listen on"},
        "--origin": {"default": "", "metavar": "URL", "help": "the HTTPS address that people use, behind a proxy"},
        "--metrics-port": {"type": int, "metavar": "N", "help": "tell Prometheus figures on this port of this machine"},
    }),
    "check": (_check, "say whether files can be used, how they are understood, and what only you can tell", {
        "files": {"nargs": "*", "type": Path, "metavar": "FILE", "help": "an export: CSV, Excel, JSON or Parquet; "
                  "without one, those of the study's `source:` section"},
        "--table": {"choices": ["customers", "transactions"], "help": "what the rows are; else found out"},
        "--json": FLAG | {"help": "say it for programs"},
        "--write": FLAG | {"help": "put the section into params.yaml, once no question is open"},
        "--column": {"action": "append", "default": [], "metavar": "OURS=THEIRS", "help": "which column is which"},
        "--id": {"metavar": "COLUMN", "help": "the column that says who the customer is"},
        "--sheet": {"metavar": "NAME", "help": "which sheet of a workbook"},
        "--delimiter": {"metavar": "SIGN", "help": "what stands between the cells"},
        "--header": {"action": argparse.BooleanOptionalAction, "help": "whether the first line holds names"},
    }),
    "assign": (_assign, "give new or changed customers their segment", {
        "new": {"type": Path, "metavar": "NEW", "help": WHOLE_HISTORY},
        "--customers": {"type": Path, "metavar": "FILE", "help": "their attributes, where NEW is transactions"},
        "--out": {"type": Path, "metavar": "FILE", "help": "where to write: .csv, .parquet or .json"},
        "--values": FLAG | {"help": "write what the segments are told by, too"},
        "--as-of": {"type": date.fromisoformat, "metavar": "DAY", "help": "the day that features look back from"},
        **REPLACE,
    }),
    "drift": (_drift, "compare two runs or periods: who moved, what shifted, whether to refit", {
        "old": {"metavar": "OLD", "help": COMPARED},
        "new": {"metavar": "NEW", "help": COMPARED},
        "--out": {"type": Path, "metavar": "FILE", "help": "write it down, too: .html, .json, .csv or .txt"},
        **REPLACE,
    }),
    "export": (_export, "write the segmented customers to a file or a database", {
        "to": {"nargs": "?", "type": Path, "metavar": "FILE", "help": "a name ending in .csv, .parquet or .json"},
        "--format": {"choices": ["csv", "parquet", "json"], "help": "where the name's ending does not say it"},
        "--columns": {"metavar": "A,B,…", "help": "only these columns, in this order"},
        "--database": {"metavar": "URL", "help": "a database instead; passwords as ${NAME} of the environment"},
        "--table": {"metavar": "NAME", "help": "the table to write there"},
        "--replace": FLAG | {"help": "overwrite a file or a table that is there"},
    }),
    "trial": (_trial, "draw a hold-out group, and tell later whether the action did anything", {
        "name": {"nargs": "?", "default": "trial", "metavar": "NAME", "help": "what the trial is called"},
        "--segment": {"action": "append", "type": int, "metavar": "N", "help": "only this segment; may be repeated"},
        "--measure": {"choices": ["orders", "spend"], "help": "what is compared; else what the plays are for"},
        "--start": {"type": date.fromisoformat, "metavar": "DAY", "help": "its first day; else the study's"},
        "--days": {"type": int, "metavar": "N", "help": "how long; else `profiling.hold_out.days`"},
        "--hold-out": {"type": float, "metavar": "SHARE", "help": "how many are left alone; else as many as it needs"},
        "--result": {"type": Path, "metavar": "ORDERS", "help": "read the new orders, when the days are over"},
        "--until": {"type": date.fromisoformat, "metavar": "DAY", "help": "up to here ORDERS holds all there were"},
        "--early": FLAG | {"help": "look before the end, at the price of a larger error"},
        "--json": FLAG | {"help": "say it for programs"},
    }),
    "forget": (_forget, "remove customers from data, caches and outputs, and prove it", {
        "ids": {"nargs": "*", "metavar": "ID", "help": "as it stands in the column customer_id"},
        "--file": {"type": Path, "metavar": "FILE", "help": "a text file with more of them, one a line"},
        "--dry-run": FLAG | {"help": "say what would be done, and change nothing"},
    }),
}  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
