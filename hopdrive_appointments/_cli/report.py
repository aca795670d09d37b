"""Write the report of a check, with one write for each part."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from io import TextIOWrapper
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import Final, Self

from .._batch.blocks import Unreadable
from .formats import Format, Summary
from .streams import naming, write

_CHARACTERS_IN_MEMORY: Final = 1024 * 1024


class Report:
    """A report on standard output. A temporary file holds the parts that its head has to precede."""

    def __init__(self, format: Format) -> None:
        self._format = format
        self._has_parts = False
        self._kept: SpooledTemporaryFile[str] | None = None
        if not format.is_for_people and isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._kept is not None:
            self._kept.close()

    def start(self) -> None:
        """Write the head, unless it needs the counts of the whole run."""
        if self._format.has_counts_first:
            self._kept = _temporary_file()
        elif head := self._format.head(Summary()):
            write(head)

    def add(self, part: str) -> None:
        """Write the part about a block."""
        if not part:
            return
        text = self._format.separator + part if self._has_parts else part
        self._has_parts = True
        if self._kept is None:
            write(text)
        else:
            with _naming_temporary_file():
                self._kept.write(text)

    def add_unreadable(self, unreadable: Unreadable) -> None:
        """Write the part about an input that could not be read."""
        self.add(self._format.unreadable(unreadable))

    def finish(self, summary: Summary) -> None:
        """Write the end of the report."""
        if self._kept is not None:
            write(self._format.head(summary))
            for text in _read(self._kept):
                write(text)
        if end := self._format.end(summary):
            write(end)


def _temporary_file() -> SpooledTemporaryFile[str]:
    return SpooledTemporaryFile(_CHARACTERS_IN_MEMORY, "w+", encoding="utf-8")


def _read(kept: SpooledTemporaryFile[str]) -> Iterator[str]:
    with _naming_temporary_file():
        kept.seek(0)
        while text := kept.read(_CHARACTERS_IN_MEMORY):
            yield text


def _naming_temporary_file() -> contextlib.AbstractContextManager[None]:
    return naming("the temporary file of the report")
