"""Output for people: colour only on a terminal, and no control characters from files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, TextIO

import click

from .._batch.blocks import READ_ERRORS, reason_of
from .._batch.inputs import STANDARD_INPUT, Input, read_within
from .._json.quoting import shorten
from ..rules import DOCUMENT_BYTES, Severity

COLOURS: Final = {Severity.REFUSED: "red", Severity.FLAGGED: "yellow", Severity.ADVISED: "cyan"}
ACCEPTED_COLOUR: Final = "green"
_LONGEST_MESSAGE: Final = 5000
LARGEST_FILE: Final = DOCUMENT_BYTES.value
"""The most bytes of a file that is read whole (D121)."""


def printable(text: str) -> str:
    """Return text with every unprintable character escaped, because text from files cannot be trusted."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text)


def show(text: str, stream: TextIO | None = None, fg: str | None = None) -> None:
    """Write a line, in colour if the output is a terminal and NO_COLOR is not set."""
    plain = fg is None or os.environ.get("NO_COLOR")
    click.echo(text if plain else click.style(text, fg=fg), file=stream)


def complain(text: str) -> None:
    """Write an error message to standard error."""
    click.echo(f"hopdrive-appointments: {printable(shorten(text, _LONGEST_MESSAGE))}", err=True)


def read_bytes(name: str) -> bytes | None:
    """Return the contents of a file, or of standard input for the name `-`.

    Complain and return None if it cannot be read, or is larger than the limit (D121).
    """
    source = Input(None if name == STANDARD_INPUT else Path(name), False)
    try:
        with source.open() as stream:
            text = read_within(stream, LARGEST_FILE)
    except READ_ERRORS as error:
        complain(f"{name_of(name)}: {reason_of(error)}")
        return None
    if len(text) > LARGEST_FILE:
        complain(f"{name_of(name)}: larger than the limit of {LARGEST_FILE} bytes")
        return None
    return text


def name_of(name: str) -> str:
    """Return the name of a file for messages, without control characters."""
    return "standard input" if name == STANDARD_INPUT else printable(name)
