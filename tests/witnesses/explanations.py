"""The sentences that only explain. All others need something that the tests run."""

from __future__ import annotations

from typing import Final

EXPLAINS: Final = "explains"
"""The sentence explains the page and its terms, or leads to a table or a list. It binds no implementation."""

_SENTENCES: Final = {
    "The specification": (
        "This page is for implementers in any language",
        "It says completely what an implementation of HopDrive service appointments does: which requests it accepts, "
        "what it answers, and what the record is afterwards",
        "It does not say how",
        "An implementer needs this page and the conformance protocol, whose worked cases show each rule; everything "
        "else in the documentation explains",
        "A program can read the same tables from rulebook.json; people can search them in the interactive rulebook",
        "The rules, one by one say where each rule comes from: HopDrive's page on appointments (S), its other API "
        "pages (P), or a decision of this project (D)",
        "An implementation that follows HopDrive needs S and P; one that agrees with this library in every case needs "
        "D as well",
        "Words have the meaning of the glossary",
        "`now` is the time of the request",
    ),
    "Statuses, types and operations": ("A group has the same name everywhere",),
    "The text of a body": (
        "A reader has to keep two things that many JSON readers lose: repeated keys, and the form of a number",
    ),
    "RFC 3339 date-time with offset": ("This is RFC 3339 as RFC 7493 (section 4.3) narrows it",),
    "Reasons to be pending": ("The codes of the reasons:",),
    "Lifecycle": ("The facts that a guard depends on:",),
    "Codes": ("A code is stable",),
}
TABLES: Final = {heading: dict.fromkeys(sentences, EXPLAINS) for heading, sentences in _SENTENCES.items()}
