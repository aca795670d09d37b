"""What can be asked for on the command line; the work is done elsewhere."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from io import BufferedReader, TextIOWrapper
from pathlib import Path
from typing import cast

import click

from .. import __version__
from ..rules import METHOD_OF, Operation, Severity
from ..values import Invalid, parse_time
from . import exits
from .formats import FORMATS


def _read_time(_: click.Context, parameter: click.Parameter, value: str | None) -> datetime | None:
    """Return the time that an option gives."""
    if value is None:
        return None
    time = parse_time(value)
    if isinstance(time, Invalid):
        problem = time.problems[0]
        raise click.BadParameter(f"{value!a} {problem.message}: {problem.hint}", param=parameter)
    return time


_FILE = click.Path(exists=False, dir_okay=False, allow_dash=True, path_type=Path)
_PATH = click.Path(exists=False, allow_dash=True, path_type=Path)


_STANDARD_INPUT = Path("-")


class Program(click.Group):
    """The command as a whole; it ends as `exits` says also where click would end it otherwise."""

    def invoke(self, ctx: click.Context) -> object:
        """Run what was asked for."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            ctx.exit(exits.INTERRUPTED)
        except BrokenPipeError:
            # Nobody reads the output any more; what is left in the buffer has nowhere to go either.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(exits.CLOSED)


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="hopdrive-appointments")
def command() -> None:
    """HopDrive service appointments: check bodies, simulate appointments, answer as the reference implementation."""
    for stream in (sys.stdout, sys.stderr):
        # What is shown comes from files: a character that the terminal lacks must not end the command.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@command.command()
@click.option(
    "--operation",
    type=click.Choice([operation.value for operation in METHOD_OF]),
    default=Operation.CREATE.value,
    show_default=True,
    help="What bodies outside of envelopes are for: POST, PUT or PATCH.",
)
@click.option("--record", type=_FILE, help="The record before a replace or patch; without it, the check is partial.")
@click.option(
    "--now",
    metavar="TIME",
    callback=_read_time,
    help="The time to decide at, RFC 3339 with offset.  [default: the current time]",
)
@click.option(
    "--feed/--document",
    "is_feed",
    default=None,
    help="Read all as JSON Lines, or each as one JSON document.  [default: by suffix, else by contents]",
)
@click.option(
    "--fail-on",
    type=click.Choice([severity.value for severity in Severity]),
    default=Severity.REFUSED.value,
    show_default=True,
    help="The least grave finding that makes the exit code 1.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default=next(iter(FORMATS)),
    show_default=True,
    help="The form of the report.",
)
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="How many processes to use.")
@click.option("--dask", metavar="ADDRESS", help="Use the workers of the dask cluster at this address (extra dask).")
@click.option(
    "--config",
    type=_FILE,
    help="Where findings are suppressed.  [default: hopdrive-appointments.toml or pyproject.toml, in this folder]",
)
@click.argument("paths", nargs=-1, required=True, type=_PATH, metavar="PATH...")
def check(
    operation: str,
    record: Path | None,
    now: datetime | None,
    is_feed: bool | None,
    fail_on: str,
    form: str,
    jobs: int,
    dask: str | None,
    config: Path | None,
    paths: tuple[Path, ...],
) -> None:
    """Say of each body in PATH... whether it would be accepted, and as what, or refused, and why.

    A path is a JSON file, a JSON Lines feed (.jsonl, .ndjson; .gz is unpacked), a folder of them, or - for standard
    input. A body is an object, an element of an array, a line of a feed, or the body of a request envelope
    {"method", "path", "body", optionally "record"}.

    Exit code 0: clean; 1: findings; 2: wrong usage or unreadable input; 3: internal error.
    """
    from .checking import Options, check_paths

    if record is not None and operation == Operation.CREATE:
        raise click.UsageError("a create has no record before it: leave out --record, or give --operation")
    if record == _STANDARD_INPUT and _STANDARD_INPUT in paths:
        raise click.UsageError("standard input can be the record or a body, not both")
    options = Options(
        Operation(operation),
        paths,
        record,
        now or datetime.now(UTC),
        is_feed,
        Severity(fail_on),
        form,
        jobs,
        dask,
        config,
    )
    sys.exit(check_paths(options))


@command.command()
@click.argument("script", type=_FILE)
def simulate(script: Path) -> None:
    """Walk a JSON Lines SCRIPT of operations through appointments in memory, and show the timeline.

    Each line is an object with "now", "operation" (create, replace, patch or trigger), "id", and "body" or "trigger";
    "expected_version" may stand beside them.

    Exit code 0: all accepted; 1: something refused; 2: wrong usage, or a script that cannot be read.
    """
    from .simulating import simulate_file

    sys.exit(simulate_file(script))


@command.command()
@click.argument("record", type=_FILE)
@click.option(
    "--now",
    metavar="TIME",
    callback=_read_time,
    help="The time to look at it, RFC 3339 with offset.  [default: the current time]",
)
def explain(record: Path, now: datetime | None) -> None:
    """Explain a RECORD: why it has its status, what would resolve it, what can change and how, what can happen next.

    Exit code 0: explained; 1: the record contradicts itself; 2: wrong usage or unreadable input.
    """
    from .explaining import explain_file

    sys.exit(explain_file(record, now or datetime.now(UTC)))


@command.group()
def conformance() -> None:
    """Speak the conformance protocol."""


@conformance.command()
def serve() -> None:
    """Answer the protocol's lines from standard input on standard output, as the reference implementation."""
    from ..conformance import serve as answer_lines

    answer_lines(cast(BufferedReader, sys.stdin.buffer), sys.stdout.buffer)


@command.group()
def export() -> None:
    """Write the rules in other forms to standard output."""


@export.command("rulebook")
def export_rulebook() -> None:
    """Write the rulebook with its decision register, as Markdown."""
    from ..export import rulebook

    click.echo(rulebook(), nl=False)
