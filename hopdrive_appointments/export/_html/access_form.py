"""The form that shows the access of each member of a body, and the examples to fill in."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from ... import rules
from ..._decide.machine import Facts
from ..._json.frozen import JsonValue
from ..._record_json import record_to_json
from ...rules import Access, Code, Group, Operation, Status
from ...rules.descriptions import DESCRIPTIONS
from .._tables.derived import agreements, closing_findings_in, record_with
from .elements import Html, Section, bullets, element, joined, rule_links
from .wording import BODY_WORDS, CHANGE_WORDS, FILLERS, SYNONYMS, UNKNOWN_WORD

_COMMAND = "hopdrive-appointments check"
# D1 gives it as an example of a typo.
_TYPO = "transport_type"
_FIRST_BODY = "PATCH of every field"
_NOT_JUDGED = (
    ("Values: their grammar, their limits, and null.", ("D14", "D15")),
    ("Whether a value is different from the record's. Only a different value is a change.", ("D4", "D16")),
    ("Times: whether the appointment is past.", ("UP-2", "D8")),
    ("The record: whether it is consistent, and its version.", ("RV-2", "RV-3")),
    ("The result: reasons to be pending, the next status, and advice.", ("PD-3", "PD-4")),
    ("What a browser does not keep: repeated keys, and how a number is written.", ("D14",)),
)
_LEAD = (
    "Enter a body, and for PUT and PATCH the record. The table shows the access of each member, from the tables of "
    "this page and nothing else."
)


def access_section() -> Section:
    """Return the form. It is hidden without JavaScript, which evaluates the tables in the page."""
    content = (
        element("p", _LEAD, class_="lead screen"),
        element("noscript", element("p", "The form needs JavaScript. The command below does not.")),
        element(
            "form",
            element(
                "div",
                _select("operation", "Operation", ((operation, method) for method, operation in rules.METHODS.items())),
                _select("body-example", "Example of a body", _examples(body_examples())),
                _select("record-example", "Example of a record", _examples(record_examples())),
                class_="choosers",
            ),
            element("div", _text_area("body", "Body"), _text_area("record", "Record"), class_="inputs"),
            element("p", "", role="status", id="access-summary"),
            element("div", "", id="access-result", class_="table"),
            id="access-form",
            hidden=True,
        ),
        element("h3", "What the form does not judge"),
        bullets(joined((text, " (", rule_links(ids), ")")) for text, ids in _NOT_JUDGED),
        element(
            "p",
            "The full verdict: ",
            element("code", f"{_COMMAND} --operation patch --record record.json body.json", id="access-command"),
        ),
    )
    return Section("access", "Access", "Access of a body", content)


def _select(id: str, label: str, options: Iterable[tuple[str, str]]) -> Html:
    choices = (element("option", text, value=value) for value, text in options)
    return element("div", element("label", label, for_=id), element("select", *choices, id=id, autocomplete="off"))


def _examples(titles: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return (("", "Choose an example"), *((title, title) for title in titles))


def _text_area(id: str, label: str) -> Html:
    problem = f"{id}-problem"
    area = element("textarea", "", id=id, rows="14", spellcheck="false", autocomplete="off", aria_describedby=problem)
    return element("div", element("label", label, for_=id), area, element("p", id=problem, class_="problem"))


def page_data() -> dict[str, JsonValue]:
    """Return the words and examples that the form needs in addition to the rulebook."""
    return {
        "change_words": [{"code": code, **word._asdict()} for code, word in CHANGE_WORDS.items()],
        "body_words": {access: word._asdict() for access, word in BODY_WORDS.items()},
        "unknown_word": UNKNOWN_WORD._asdict(),
        "closed": {group: _closing(group) for group in Group},
        "fillers": list(FILLERS),
        "synonyms": dict(SYNONYMS),
        "codes": {
            "unknown": Code.FIELD_UNKNOWN,
            "not_allowed": Code.FIELD_NOT_ALLOWED,
            "missing": Code.FIELD_MISSING,
        },
        "access": {"required": Access.REQUIRED, "optional": Access.OPTIONAL, "not_allowed": Access.NOT_ALLOWED},
        "create": Operation.CREATE,
        "replace": Operation.REPLACE,
        "command": _COMMAND,
        "bodies": body_examples(),
        "records": record_examples(),
        "first_body": _FIRST_BODY,
        "first_record": Status.PAID.value,
    }


def _closing(group: Group) -> JsonValue:
    """Return the codes that refuse every body in a group of statuses, whatever the time."""
    findings = (each for operation in rules.CHANGING for each in closing_findings_in(operation, group, is_past=False))
    return list(dict.fromkeys(finding.code for finding in findings))


def body_examples() -> dict[str, JsonValue]:
    """Return bodies to fill in, each with its operation, by their title."""
    create, replace, patch = Operation.CREATE, Operation.REPLACE, Operation.PATCH
    return {
        "POST with the required fields": _example(create, rules.REQUIRED[create]),
        "POST with every field": _example(create, _allowed(create)),
        "PUT that elects": _example(replace, _allowed(replace)),
        "PUT with the required fields": _example(replace, rules.REQUIRED[replace]),
        "PATCH of the contact fields": _example(patch, rules.MUTABLE[Group.STAGED]),
        _FIRST_BODY: _example(patch, _allowed(patch)),
        "PATCH with fields that no PATCH may have": _example(patch, (*rules.RECORD_KEYS[:2], *_refused(patch)), _TYPO),
    }


def _allowed(operation: Operation) -> tuple[str, ...]:
    return rules.fields_with(operation, Access.REQUIRED, Access.OPTIONAL, Access.CHANGEABLE)


def _refused(operation: Operation) -> tuple[str, ...]:
    return rules.fields_with(operation, Access.NOT_ALLOWED)


def _example(operation: Operation, names: Collection[str], *unknown: str) -> JsonValue:
    known = [name for name in rules.RECORD_KEYS if name in names]
    values = [DESCRIPTIONS[name].example for name in (*known, *(rules.TRANSPORTATION_TYPE for _ in unknown))]
    body: Any = dict(zip((*known, *unknown), values, strict=True))
    return {"operation": operation, "body": body}


def record_examples() -> dict[str, JsonValue]:
    """Return a consistent record for each status."""
    records: dict[str, JsonValue] = {}
    for row in agreements():
        facts = Facts(bool(row.has_reasons), bool(row.is_elected), bool(row.payment_completed))
        records.setdefault(row.status.value, record_to_json(record_with(row.status, facts)))
    return records
