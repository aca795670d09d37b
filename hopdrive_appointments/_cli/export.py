"""The command `export`: one subcommand for each format, and `--all` for all of them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Final

import click

from ..errors import ArgumentValueError
from ..rules import WITH_BODY, Operation, Status
from . import interrupts
from .messages import printable
from .streams import Unusable, naming, show, write

_STANDARD_OUTPUT: Final = "-"


def read_path(_: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> Path | None:
    """Return the path of an option with `multiple`, or None if it is not given.

    Two paths are a usage error, and so is the empty one, which would be the current folder.
    """
    if len(values) > 1:
        raise click.BadParameter(f"{len(values)} names are given: keep one of them", param=parameter)
    if "" in values:
        raise click.BadParameter("the name is empty", param=parameter)
    return Path(values[0]) if values else None


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
        multiple=True,
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
    operations = click.Choice([operation.value for operation in WITH_BODY])
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
    from ..export._writing import write_file

    with naming(printable(str(output))):
        write_file(output, text.encode())


def write_files(directory: Path) -> None:
    """Write every export below a directory, and show the paths of the written files. Raises Unusable."""
    from ..export import _formats

    with interrupts.allowed():
        files = _formats.contents(directory)
    written = list[Path]()
    try:
        for path in _formats.write_each(files):
            written.append(path)
            with interrupts.allowed():
                pass  # Ctrl-C ends the command between two files
    except OSError as error:
        name = printable(str(error.filename or directory))
        outcome = _outcome(error, len(written), [path.relative_to(directory).as_posix() for path, _ in files])
        raise Unusable(f"{name}: {error.strerror or error}; {outcome}") from error
    finally:
        for path in written:
            show(printable(str(path)))


def _outcome(error: OSError, written: int, names: Sequence[str]) -> str:
    """Return how many of the named files were written, and which one was the first that was not."""
    if written:
        listed = f"{written} of {len(names)} files were written, as listed on standard output"
        return f"{listed}; the first missing one is {names[written]}"
    # The first file is in the directory itself, so only the directory can be a file in place of a folder.
    is_file = isinstance(error, FileExistsError | NotADirectoryError)
    return f"no file was written{'; name a directory instead' if is_file else ''}"
