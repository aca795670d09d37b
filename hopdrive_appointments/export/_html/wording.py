"""The words of the page for what the tables say in letters and codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from ... import rules
from ...rules import Access, Code, Provenance
from .._tables.rules_by_status import EFFECTS_RULE
from .elements import Html, element, joined, link, rule_links

PROVENANCES: Final[Mapping[Provenance, str]] = {
    Provenance.SOURCE: "stated by HopDrive's page on appointments",
    Provenance.PUBLISHED: "stated by HopDrive's other API pages",
    Provenance.DECISION: "decided by this project",
}


class Word(NamedTuple):
    """What a request may do with a field, in words, and the class of its badge."""

    word: str
    style: str
    meaning: str = ""
    condition: str = ""
    """When the code is reported."""


# By the code that refuses a different value; None if nothing refuses it.
CHANGE_WORDS: Final[Mapping[Code | None, Word]] = {
    None: Word("can change", "yes"),
    Code.FIELD_FROZEN: Word("frozen", "no", "a value that is different from the record's is refused", "if different"),
    Code.FIELD_PATCH_ONLY: Word(
        "by PATCH only", "partly", "a value that is different from the record's is refused", "if different"
    ),
    Code.APPOINTMENT_TERMINAL: Word("closed", "no", "the request is refused, whatever its body has", "always"),
}
BODY_WORDS: Final[Mapping[str, Word]] = {
    Access.REQUIRED: Word("required", "yes"),
    Access.OPTIONAL: Word("optional", "yes"),
    Access.NOT_ALLOWED: Word("not allowed", "no"),
}
UNKNOWN_WORD: Final = Word("unknown", "no")
# Words that a search ignores, because they are only a part of a question. The site ignores them too.
QUESTION_WORDS: Final = (
    *("a", "an", "and", "the", "is", "are", "be", "in", "of", "on", "to", "for", "i", "it", "my", "by", "with"),
    *("can", "may", "must", "does", "do", "what", "which", "who", "why", "how", "when", "where", "after"),
)
# Words that are in most entries. They are ignored where a query has others.
FILLERS: Final = (*QUESTION_WORDS, "allowed", "appointment", rules.COLLECTION)
# The words of readers, and those of the tables.
SYNONYMS: Final = {
    "edit": "change",
    "editable": "change",
    "modify": "change",
    "update": "change",
    "max": "maximum",
    "min": "minimum",
    "long": "length",
    "cancelled": rules.Status.CANCELED.value,
    "colour": "color",
}


def badge(word: Word, note: str = "") -> Html:
    """Return a word with a sign and a colour, and a note."""
    shown = element("span", word.word, class_=f"badge {word.style}")
    return joined((shown, " ", element("span", note, class_="note"))) if note else shown


def provenance_words(provenances: tuple[Provenance, ...]) -> str:
    """Return where a rule comes from, in words."""
    return "; ".join(f"{provenance}: {PROVENANCES[provenance]}" for provenance in provenances)


def source_items(ids: tuple[str, ...]) -> Html:
    """Return the source statements that a rule rests on, with links."""
    items = (element("span", link(id, id), f": {rules.SOURCE_STATEMENTS[id].statement}", class_="source") for id in ids)
    return joined(items, " ") if ids else Html("–")


def guard_words(guard: Mapping[rules.Fact, bool], note: str) -> str:
    """Return the facts that a guard requires, and its note."""
    facts = " and ".join(fact.value if wanted else f"not {fact}" for fact, wanted in guard.items())
    return f"{facts}: {note}" if facts else f"none ({note})"


def effect_words(status: rules.Status) -> Html:
    """Return what HopDrive does when an appointment enters a status."""
    effect = rules.EFFECTS.get(status)
    return Html("–") if effect is None else joined((effect.replace("_", " "), " (", rule_links((EFFECTS_RULE,)), ")"))
