"""Lead from the id of a rule to its documentation, where the address of the documentation is configured."""

from __future__ import annotations

import re
from typing import Final

from attrs import frozen

from ..documentation import rule_url
from ..rules import RULES

_CITATION: Final = re.compile(r"\[([A-Z]+-?[0-9]+), [SPD]\]$")


@frozen
class RuleLinks:
    """Links to the documentation of rules. It is pickled to where bodies are checked."""

    documentation_url: str | None = None
    on_terminal: bool = False
    """Whether ids are shown as hyperlinks of the terminal."""

    def url(self, rule: str) -> str | None:
        """Return the URL of the documentation of a rule, or None if no documentation is configured."""
        return None if self.documentation_url is None else rule_url(self.documentation_url, rule)

    def statement_url(self, statement: str) -> str | None:
        """Return the URL of the documentation of a source statement, or None if no documentation is configured."""
        if self._rules_page is None:
            return None
        return f"{self._rules_page.rpartition('/')[0]}/traceability.html#{statement.lower()}"

    @property
    def _rules_page(self) -> str | None:
        url = self.url(next(iter(RULES)))
        return None if url is None else url.partition("#")[0]

    def shown(self, rule: str) -> str:
        """Return the id of a rule, as a hyperlink (OSC 8) where the terminal shows them."""
        url = self.url(rule) if self.on_terminal else None
        return rule if url is None else f"\x1b]8;;{url}\x1b\\{rule}\x1b]8;;\x1b\\"

    def in_line(self, line: str) -> str:
        """Return a line with the rule that it cites at its end, such as [UP-2, S], as `shown` returns it."""
        if not self.on_terminal or not (citation := _CITATION.search(line)):
            return line
        start, end = citation.span(1)
        return f"{line[:start]}{self.shown(citation[1])}{line[end:]}"

    @property
    def note(self) -> str | None:
        """A line that says where the rules are explained, or None if ids are hyperlinks or nothing is configured."""
        if self.on_terminal or self._rules_page is None:
            return None
        return f"the rules are explained at {self._rules_page}"
