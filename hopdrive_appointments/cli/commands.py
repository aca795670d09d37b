"""What can be asked for on the command line; the work is done elsewhere."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from io import BufferedReader, TextIOWrapper
from pathlib import Path
from typing import cast

import click

from .. import __version__
from ..rules import METHOD_OF, Operation
from ..values import Invalid, parse_time

ACCEPTED, REFUSED, UNUSABLE = 0, 1, 2
"""Exit codes: everything was accepted; something was refused; wrong usage, or input that cannot be read."""


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


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
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
    help="What the bodies are for: POST, PUT or PATCH.",
)
@click.option(
    "--record", type=_FILE, help="The record before, for replace and patch; without it, the check is partial."
)
@click.option(
    "--now",
    metavar="TIME",
    callback=_read_time,
    help="The time to decide at, RFC 3339 with offset.  [default: the current time]",
)
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILE...")
def check(operation: str, record: Path | None, now: datetime | None, files: tuple[Path, ...]) -> None:
    """Say of each JSON body in FILE... whether it would be accepted, and as what; - reads standard input.

    Exit code 0: all accepted; 1: something refused; 2: wrong usage or unreadable input.
    """
    from .checking import check_files

    if record is not None and operation == Operation.CREATE:
        raise click.UsageError("a create has no record before it: leave out --record, or give --operation")
    sys.exit(check_files(Operation(operation), files, record, now or datetime.now(UTC)))


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
