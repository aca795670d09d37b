"""Standard output and standard input, with errors that say which of them failed."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from io import BufferedReader, TextIOWrapper
from pathlib import Path
from typing import IO, Any, Final, cast

import click

from .._batch.blocks import READ_ERRORS, reason_of
from .._batch.inputs import STANDARD_INPUT, Input, read_within
from ..errors import AppointmentError
from ..rules import DOCUMENT_BYTES
from . import exits
from .colours import coloured
from .messages import complain, printable

LARGEST_FILE: Final = DOCUMENT_BYTES.value
"""The most bytes of a file that is read whole (D121)."""


class Unusable(AppointmentError, click.ClickException):
    """The command cannot work, because an input, an output or the system does not allow it."""

    exit_code = exits.UNUSABLE

    def show(self, file: IO[Any] | None = None) -> None:
        """Write the message to standard error."""
        complain(self.message)


@contextlib.contextmanager
def naming(what: str) -> Iterator[None]:
    """Raise Unusable with the name of what failed for a system error, except for an output that its reader closed."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Unusable(f"{what}: {error.strerror or error}") from error


def accept_all_characters() -> None:
    """Let standard output and standard error accept characters that their encoding does not have."""
    for stream in (sys.stdout, sys.stderr):
        # The output shows text from files, which can have characters that the encoding of the terminal cannot write.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def write(text: str, in_colour: bool | None = None) -> None:
    """Write text to standard output at once, with its colours if that is a terminal. Raises Unusable."""
    with naming("standard output"):
        click.echo(text, nl=False, color=in_colour)


def show(text: str, fg: str | None = None) -> None:
    """Write a line, in colour if the output is a terminal and NO_COLOR is not set."""
    write(f"{text if fg is None or os.environ.get('NO_COLOR') else coloured(text, fg)}\n")


def is_in_colour() -> bool:
    """Return whether standard output is a terminal and NO_COLOR is not set."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def standard_input() -> BufferedReader:
    """Return the stream of standard input. Raises Unusable if it is closed."""
    if sys.stdin is None:
        raise Unusable("standard input: the stream is closed")
    return cast(BufferedReader, sys.stdin.buffer)


def read_bytes(name: str) -> bytes:
    """Return the contents of a file, or of standard input for the name `-`.

    Raises Unusable if it cannot be read, or is larger than the limit (D121).
    """
    source = Input(None if name == STANDARD_INPUT else Path(name), False)
    try:
        with source.open() as stream:
            text = read_within(stream, LARGEST_FILE)
    except READ_ERRORS as error:
        raise Unusable(f"{name_of(name)}: {reason_of(error)}") from error
    if len(text) > LARGEST_FILE:
        raise Unusable(f"{name_of(name)}: larger than the limit of {LARGEST_FILE} bytes")
    return text


def name_of(name: str) -> str:
    """Return the name of a file for messages, without control characters."""
    return "standard input" if name == STANDARD_INPUT else printable(name)
