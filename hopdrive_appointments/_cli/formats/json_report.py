"""The report for programs: one JSON document, written block by block."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from attrs import frozen

from ... import __version__
from ..._batch.results import Result
from ..._json.i_json import to_json_text
from ..rule_links import RuleLinks
from .base import Format, Summary


@frozen
class JsonFormat(Format):
    """An object with `version`, `results`, `unreadable` and `summary`. Each result is on its own line."""

    links: RuleLinks
    wants_clean: ClassVar[bool] = True
    separator: ClassVar[str] = ","

    def head(self, summary: Summary) -> str:
        """Return the version, and the beginning of the array of results."""
        return f'{{"version": {to_json_text(__version__)}, "results": ['

    def block(self, results: Sequence[Result]) -> str:
        """Return the results."""
        return ",".join([f"\n{to_json_text(result_to_json(result, self.links))}" for result in results])

    def end(self, summary: Summary) -> str:
        """Return the end of the array, unreadable inputs and the summary."""
        unreadable = [{"source": each.source, "message": each.message} for each in summary.unreadable]
        return f'\n], "unreadable": {to_json_text(unreadable)}, "summary": {to_json_text(summary.to_json())}}}\n'


def result_to_json(result: Result, links: RuleLinks) -> dict[str, object]:
    """Return a result as a JSON object. Its findings have a link to their rules if the documentation is configured."""
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
                **_documentation(links.url(located.finding.rule)),
            }
            for located in result.findings
        ],
    }


def _documentation(url: str | None) -> dict[str, object]:
    return {} if url is None else {"documentation": url}
