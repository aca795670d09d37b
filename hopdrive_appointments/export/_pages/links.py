"""Links from one generated page to another, and the words that the pages share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ...rules import Provenance, Rule

RULES_PAGE: Final = "rules.md"
PROTOCOL_PAGE: Final = "protocol.md"
TRACEABILITY_PAGE: Final = "traceability.md"
_ORIGINS: Final = {
    Provenance.SOURCE: "stated by HopDrive's page on appointments, the source page (S)",
    Provenance.PUBLISHED: "stated by HopDrive's other API pages (P)",
    Provenance.DECISION: "decided by this project (D)",
}


def link(id: str, page: str = RULES_PAGE) -> str:
    """Return a link to the section of a rule, a decision or a source statement; its heading is the id.

    The page is left out for a link inside it.
    """
    return f"[{id}]({page}#{id.lower()})"


def links(ids: Iterable[str], page: str = RULES_PAGE) -> str:
    """Return links to sections, with commas between them."""
    return ", ".join(link(id, page) for id in ids)


def count(number: int, noun: str) -> str:
    """Return a number with its noun, such as "1 test" or "2 tests"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def origin_of(rule: Rule) -> str:
    """Return the provenance of a rule in words."""
    return sentence("; ".join(_ORIGINS[provenance] for provenance in rule.provenances))


def sentence(text: str) -> str:
    """Return text with a capital letter at its beginning and a full stop at its end."""
    return f"{text[0].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"
