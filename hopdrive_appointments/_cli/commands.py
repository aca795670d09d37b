"""The commands with their options and arguments. Other modules do the work, and are imported when a command runs."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NoReturn

import click

from .. import __version__
from .._batch.configuration import problem_of_url
from .._batch.inputs import STANDARD_INPUT
from .._grammar.problems import InvalidValue
from .._grammar.times import parse_time
from .._json.quoting import quote
from ..errors import AppointmentError
from ..rules import WITH_BODY, Operation, Severity
from . import interrupts
from .export import ExportGroup, read_path, write_files
from .formats import FORMATS
from .messages import PROGRAM
from .streams import accept_all_characters, naming, standard_input

# These stay text, because a Path of "./-" would be the same as one of "-", which is standard input.
_FILE: Final = click.Path(exists=False, dir_okay=False, allow_dash=True)
_PATH: Final = click.Path(exists=False, allow_dash=True)
_CONFIGURATION: Final = click.Path(exists=False, dir_okay=False, path_type=Path)
_MOST_JOBS: Final = 128


def _read_time(_: click.Context, parameter: click.Parameter, value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        return parse_time(value)
    except InvalidValue as error:
        problem = error.problems[0]
        raise click.BadParameter(f"{quote(value)} {problem.message}: {problem.hint}", param=parameter) from None


def _check_url(_: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and (problem := problem_of_url(value)):
        raise click.BadParameter(problem, param=parameter)
    return value


_documentation_option: Final = click.option(
    "--documentation-url",
    metavar="URL",
    callback=_check_url,
    help="The address of the published documentation, to which the ids of rules lead.  [default: by configuration]",
)


class Ended(AppointmentError):
    """Carries an exception out of click, which would handle it in its own way."""

    def __init__(self, reason: BaseException) -> None:
        super().__init__(reason)
        self.reason = reason


class Program(click.Group):
    """A command group that raises Ended for Ctrl-C, for the end of an input, and for errors of the system."""

    def make_context(self, *arguments: Any, **options: Any) -> click.Context:
        """Parse the arguments, or show the help."""
        with _carrying(), naming("standard output"):
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: click.Context) -> object:
        """Run the requested command."""
        with _carrying():
            return super().invoke(ctx)


@contextlib.contextmanager
def _carrying() -> Iterator[None]:
    try:
        yield
    except (KeyboardInterrupt, EOFError, OSError) as error:
        raise Ended(error) from error


def _exit(code: int) -> NoReturn:
    click.get_current_context().exit(code)


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name=PROGRAM)
def command() -> None:
    """Check bodies of HopDrive service appointments, simulate and explain appointments, and export the rules."""
    accept_all_characters()


@command.command()
@click.option(
    "--operation",
    type=click.Choice([operation.value for operation in WITH_BODY]),
    default=Operation.CREATE.value,
    show_default=True,
    help="The operation of bodies that are not in envelopes: create (POST), replace (PUT) or patch (PATCH).",
)
@click.option(
    "--record",
    type=_FILE,
    help="The JSON record before a replace or patch. Without it, findings that depend on the record are not included.",
)
@click.option(
    "--now",
    metavar="TIME",
    callback=_read_time,
    help="The time of the check, RFC 3339 with offset.  [default: the current time]",
)
@click.option(
    "--feed/--document",
    "is_feed",
    default=None,
    help="Read every input as JSON Lines, or as one JSON document.  [default: by suffix, then by contents]",
)
@click.option(
    "--fail-on",
    type=click.Choice([severity.value for severity in Severity]),
    default=Severity.REFUSED.value,
    show_default=True,
    help="The lowest severity that sets exit code 1.",
)
@click.option(
    "--format",
    "report_format",
    type=click.Choice(list(FORMATS)),
    default=next(iter(FORMATS)),
    show_default=True,
    help="The format of the report.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, _MOST_JOBS),
    default=1,
    show_default=True,
    metavar="NUMBER",
    help=f"The number of processes that check, at most {_MOST_JOBS}.",
)
@click.option("--dask", metavar="ADDRESS", help="Use the workers of the dask cluster at this address (extra dask).")
@click.option(
    "--config",
    type=_CONFIGURATION,
    help="The file with the suppressions and the address of the documentation.  "
    "[default: hopdrive-appointments.toml or pyproject.toml in the current folder]",
)
@_documentation_option
@click.argument("paths", nargs=-1, required=True, type=_PATH, metavar="PATH...")
def check(
    operation: str,
    record: str | None,
    now: datetime | None,
    is_feed: bool | None,
    fail_on: str,
    report_format: str,
    jobs: int,
    dask: str | None,
    config: Path | None,
    documentation_url: str | None,
    paths: tuple[str, ...],
) -> None:
    """Check request bodies before they are sent.

    The report says with which status each body in PATH... would be accepted, or why it would be refused.

    A path is a JSON file, a JSON Lines feed (.jsonl or .ndjson), a folder of them, or - for standard input. A file that
    ends in .gz is decompressed. A body is an object, an element of an array, a line of a feed, or the member "body" of
    a request envelope, an object with "method", "path", "body" and optionally "record".

    Exit code 0: no finding reaches --fail-on; 1: at least one does; 2: wrong usage or unreadable input; 3: internal
    error, or a worker process was killed; 130: Ctrl-C.
    """
    from .check import Options, check_paths

    if record is not None and operation == Operation.CREATE:
        raise click.UsageError("--record does not apply to a create: leave it out, or set --operation")
    if record == STANDARD_INPUT and STANDARD_INPUT in paths:
        raise click.UsageError("standard input cannot be both the record and a body: use a file for one of them")
    options = Options(
        Operation(operation),
        paths,
        record,
        now or datetime.now(UTC),
        is_feed,
        Severity(fail_on),
        report_format,
        jobs,
        dask,
        config,
        documentation_url,
    )
    _exit(check_paths(options))


@command.command()
@click.argument("script", type=_FILE)
@_documentation_option
def simulate(script: str, documentation_url: str | None) -> None:
    """Apply a script of operations to appointments in memory.

    The output is a table with one row for each operation. SCRIPT is a JSON Lines file, or - for standard input. Each
    line is an object with "now", "operation" (create, replace, patch or trigger), "id", and either "body" or, for a
    trigger, "trigger". It can also have "expected_version".

    Exit code 0: all operations are accepted; 1: at least one is refused; 2: wrong usage or unreadable script.
    """
    from .simulate import simulate_file

    with interrupts.allowed():
        _exit(simulate_file(script, documentation_url))


@command.command()
@click.argument("record", type=_FILE)
@click.option(
    "--now",
    metavar="TIME",
    callback=_read_time,
    help="The time of the explanation, RFC 3339 with offset.  [default: the current time]",
)
@_documentation_option
def explain(record: str, now: datetime | None, documentation_url: str | None) -> None:
    """Explain one record.

    RECORD is a JSON file, or - for standard input. The output has its status, why it is pending and how to resolve
    that, what can change, and what can happen next.

    Exit code 0: the record is explained; 1: it is not consistent; 2: wrong usage or unreadable input.
    """
    from .explain import explain_file

    with interrupts.allowed():
        _exit(explain_file(record, now or datetime.now(UTC), documentation_url))


@command.group()
def conformance() -> None:
    """Serve the conformance protocol, version 1."""


@conformance.command()
def serve() -> None:
    """Answer standard input on standard output.

    Each line is a message of the protocol. The answers are those of the reference implementation.
    """
    from ..conformance import serve as answer_lines

    with interrupts.allowed(), naming("standard input or standard output"):
        answer_lines(standard_input(), sys.stdout.buffer)


@command.group(cls=ExportGroup, invoke_without_command=True, subcommand_metavar="[FORMAT] [ARGS]...")
@click.option(
    "--all",
    "directory",
    multiple=True,
    callback=read_path,
    metavar="DIRECTORY",
    help="Write every format to its file below DIRECTORY.",
)
@click.pass_context
def export(context: click.Context, directory: Path | None) -> None:
    """Write the rules in another format, to standard output or to a file.

    Every format is generated from the tables of the package. Name a format, or use --all.
    """
    if (directory is None) is (context.invoked_subcommand is None):
        raise click.UsageError("name one format, or use --all DIRECTORY")
    if directory is not None:
        write_files(directory)
