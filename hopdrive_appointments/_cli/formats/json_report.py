"""The report for programs: one JSON document, written result by result."""

from __future__ import annotations

import json
from typing import ClassVar, TextIO

from attrs import Factory, define

from ... import __version__
from ..._batch.blocks import Unreadable
from ..._batch.results import Result
from .base import Summary


@define
class JsonReporter:
    """Writes an object with `version`, `results`, `unreadable` and `summary`."""

    wants_clean: ClassVar[bool] = True
    _stream: TextIO
    _results: int = 0
    _unreadable: list[dict[str, str]] = Factory(list)

    def start(self) -> None:
        """Write the version, and open the array of results."""
        self._stream.write(f'{{"version": {json.dumps(__version__)}, "results": [')

    def add(self, result: Result) -> None:
        """Write one result on its own line."""
        self._stream.write(",\n" if self._results else "\n")
        self._results += 1
        self._stream.write(json.dumps(result_to_json(result)))

    def add_unreadable(self, unreadable: Unreadable) -> None:
        """Keep the input for the end of the document."""
        self._unreadable.append({"source": unreadable.source, "message": unreadable.message})

    def finish(self, summary: Summary) -> None:
        """Close the array, and write unreadable inputs and the summary."""
        self._stream.write(f'\n], "unreadable": {json.dumps(self._unreadable)}')
        self._stream.write(f', "summary": {json.dumps(summary.to_json())}}}\n')


def result_to_json(result: Result) -> dict[str, object]:
    """Return a result as a JSON object."""
    return {
        "source": result.source,
        "line": result.line,
        "index": result.index,
        "operation": result.operation,
        "accepted": result.accepted,
        "status": result.status,
        "tier": result.tier,
        "note": result.note,
        "findings": [
            {
                **located.finding.to_json(),
                "pointer": located.pointer,
                "line": located.line,
                "column": located.column,
                "suppressed": located.suppressed,
            }
            for located in result.findings
        ],
    }
