"""The command `export`: one subcommand for each format, and `--all` for all of them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from io import TextIOWrapper
from pathlib import Path
from typing import Final

import click

from ..errors import ArgumentValueError
from ..rules import METHODS, Operation, Status
from . import interrupts
from .messages import printable
from .streams import Unusable, naming, show, write

_STANDARD_OUTPUT: Final = "-"


def read_path(_: click.Context, parameter: click.Parameter, value: str | None) -> Path | None:
    """Return the path of an option. The empty name, which would be the current folder, is a usage error."""
    if value == "":
        raise click.BadParameter("the name is empty", param=parameter)
    return None if value is None else Path(value)


class ExportGroup(click.Group):
    """A command group with one command for each format. The formats are imported only when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the formats."""
        from ..export import FORMATS

        return list(FORMATS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of a format, or None if no format has this name."""
        from ..export import FORMATS

        if (row := FORMATS.get(cmd_name)) is None:
            return None
        return _command(row.name, row.summary, row.text)


def _command(name: str, summary: str, text: Callable[..., str]) -> click.Command:
    output = click.Option(
        ["--output"],
        metavar="FILE",
        callback=read_path,
        help="The file to write, or - for standard output.  [default: -]",
    )

    def run(output: Path | None, **options: str | None) -> None:
        with interrupts.allowed():
            write_text(_generated(text, options), None if str(output) == _STANDARD_OUTPUT else output)

    options = _options() if name == "json-schema" else []
    return click.Command(name, callback=run, params=[*options, output], help=f"Write {summary[0].lower()}{summary[1:]}")


def _options() -> list[click.Parameter]:
    """Return the options that choose a schema."""
    operations = click.Choice([operation.value for operation in METHODS.values()])
    statuses = click.Choice([status.value for status in Status])
    return [
        click.Option(
            ["--operation"],
            type=operations,
            default=Operation.CREATE.value,
            show_default=True,
            callback=lambda _, __, value: Operation(value),
            help="The operation whose bodies the schema describes.",
        ),
        click.Option(
            ["--status"],
            type=statuses,
            callback=lambda _, __, value: value and Status(value),
            help="List only the fields that the operation can change in this status.",
        ),
    ]


def _generated(text: Callable[..., str], options: dict[str, str | None]) -> str:
    try:
        return text(**options)
    except ArgumentValueError as error:
        raise click.UsageError(str(error)) from None


def write_text(text: str, output: Path | None) -> None:
    """Write a text to a file, or to standard output in UTF-8, whatever the locale. Raises Unusable."""
    if output is None:
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8", newline="\n")
        write(text)
        return
    with naming(printable(str(output))):
        output.write_bytes(text.encode())


def write_files(directory: Path) -> None:
    """Write every export below a directory, and show the paths. Raises Unusable."""
    from ..export import write_all

    with interrupts.allowed():
        try:
            written = write_all(directory)
        except OSError as error:
            raise Unusable(f"{printable(str(error.filename or directory))}: {error.strerror or error}") from error
        for path in written:
            show(printable(str(path)))
