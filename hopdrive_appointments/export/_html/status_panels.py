"""What the page shows for each status: fields, triggers, the record, and the rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Final

from ... import rules
from ...rules import Access, Field, Group, Operation, Status
from ...rules.procedure import FACTS
from .._diagrams.svg import svg
from .._tables.changes import changes, in_order, rules_of_field
from .._tables.derived import agreements, refusal_of_change
from .._tables.rules_by_status import NO_EXIT_RULE, leaving_transitions, rules_of_every_request, rules_of_status
from .elements import (
    Html,
    Row,
    Section,
    code,
    codes,
    element,
    joined,
    linked,
    place_target,
    rule_links,
    status_link,
    status_target,
    table,
)
from .wording import (
    BODY_WORDS,
    CHANGE_WORDS,
    badge,
    effect_words,
    guard_words,
    provenance_words,
    source_items,
)

_EITHER: Final = {None: "either", True: "yes", False: "no"}
_INTRODUCTION: Final = (
    "Choose a status in the diagram or in the list. In the diagram, the arrow keys move from status to status, and "
    "Enter or Space chooses."
)

_WIDE_DIAGRAM: Final = "The diagram is wider than the screen: scroll it sideways."


def lifecycle_section() -> Section:
    """Return the diagram, the list of statuses, and one panel for each status."""
    choices = (
        element("li", element("a", code(status), href=f"#{status_target(status)}", class_=f"choice {row.group}"))
        for status, row in rules.STATUSES.items()
    )
    content = (
        element("p", _INTRODUCTION, class_="lead screen"),
        element(
            "div",
            element(
                "div",
                element("p", _WIDE_DIAGRAM, class_="hint screen"),
                element("div", element("div", Html(svg()), class_="diagram", id="diagram"), class_="frame"),
                element("p", element("a", "", href=f"#{status_target(rules.INITIAL)}", id="go"), class_="go screen"),
                class_="figure",
            ),
            element(
                "div",
                element("nav", element("ul", *choices, class_="choices"), aria_label="Statuses", class_="screen"),
                element("p", role="status", class_="unseen", id="chosen"),
                *(_panel(status) for status in Status),
                class_="panels",
            ),
            class_="lifecycle-grid",
        ),
    )
    return Section("lifecycle", "Statuses", "Statuses", content)


def _panel(status: Status) -> Html:
    row = rules.STATUSES[status]
    return element(
        "article",
        element("h3", code(status), " ", element("span", row.group, class_=f"group {row.group}")),
        element("p", row.meaning, " ", *_remarks(status), class_="meaning"),
        element("h4", "Fields"),
        *_summaries(row.group),
        _fields(status, row.group),
        element("h4", "Triggers"),
        _outgoing(status),
        _incoming(status),
        element("h4", "The record in this status"),
        _consistency(status),
        element("h4", "Rules"),
        _rules(status),
        id=status_target(status),
        class_="panel",
        data_status=status,
        data_group=row.group,
    )


def _remarks(status: Status) -> Iterator[str]:
    row = rules.STATUSES[status]
    yield joined(("The source page names it (", rule_links((row.source,)), ")."))
    if status is rules.INITIAL:
        yield " It is the first status."
    if status in rules.EFFECTS:
        yield joined((" On entering it: ", effect_words(status), "."))


def _summaries(group: Group) -> Iterator[Html]:
    """Yield one sentence for each operation that changes a record: the fields that it can change, and why."""
    for operation in reversed(rules.CHANGING):
        row = changes(operation, group)
        sentence: tuple[str, ...] = (" can change ", codes(row.can), _because(row.rules_of_can))
        if not row.can:
            sentence = (" can change nothing", _because(row.rules_of_cannot))
        elif row.are_most:
            sentence = (" can change every client field except ", codes(row.cannot), _because(row.rules_of_cannot))
        else:
            sentence += (", and no other field", _because(row.rules_of_cannot))
        sentence += (".",)
        if not row.is_closed:
            sentence += (" It is refused when the appointment's time is past", _because(row.rules_when_past), ".")
        yield element("p", element("strong", rules.METHOD_OF[operation]), *sentence, data_can=operation)


def _because(ids: Iterable[str]) -> Html:
    return joined((" (", rule_links(ids), ")"))


def _fields(status: Status, group: Group) -> Html:
    headings = ("field", *rules.METHODS, "rules")
    rows = table(f"What a request may do with each field in {status}", headings, _field_rows(status, group))
    return joined((rows, element("p", *_key(group), class_="key")))


def _key(group: Group) -> Iterator[str]:
    """Yield the meaning of the words in the columns of the methods."""
    yield "A POST creates a record, so its column is the same for every status."
    changes = (refusal_of_change(operation, group, name) for operation, name in product(rules.CHANGING, rules.FIELDS))
    for refusal in dict.fromkeys(changes):
        if refusal is not None:
            word = CHANGE_WORDS[refusal]
            yield joined((" ", element("strong", word.word), ": ", word.meaning, " (", code(refusal), ")."))


def _field_rows(status: Status, group: Group) -> Iterator[Row]:
    for name, field in rules.FIELDS.items():
        cells = (
            badge(BODY_WORDS[field.access(Operation.CREATE)]),
            *(_change(field, operation, group) for operation in rules.CHANGING),
        )
        yield Row(
            (
                element("a", code(name), href=f"#field-{name}"),
                *cells,
                rule_links(in_order(rules_of_field(field, group))),
            ),
            place_target(status, "field", name),
            {"data-field": name},
        )


def _change(field: Field, operation: Operation, group: Group) -> Html:
    access = field.access(operation)
    if access is Access.NOT_ALLOWED:
        return badge(BODY_WORDS[access])
    required = BODY_WORDS[access].word if access is Access.REQUIRED else ""
    return badge(CHANGE_WORDS[refusal_of_change(operation, group, field.name)], required)


def _outgoing(status: Status) -> Html:
    leaving = leaving_transitions(status)
    if not leaving:
        return element("p", "No trigger leads out of ", code(status), " (", rule_links((NO_EXIT_RULE,)), ").")
    rows = (
        Row(
            (
                code(row.trigger),
                status_link(row.target),
                row.driver,
                guard_words(row.guard, row.note),
                effect_words(row.target),
                rule_links((row.rule,)),
            ),
            place_target(status, "trigger", row.trigger),
            {"data-trigger": row.trigger},
        )
        for row in leaving
    )
    return table(
        f"Triggers that lead out of {status}",
        ("trigger", "to", "driven by", "guard", "on entering", "rule"),
        rows,
    )


def _incoming(status: Status) -> Html:
    arriving = [row for row in rules.TRANSITIONS.values() if row.target is status]
    ways = [joined((code(row.trigger), " from ", joined(map(status_link, row.sources), ", "))) for row in arriving]
    if status is rules.INITIAL:
        ways.insert(0, joined(("a POST creates the appointment (", rule_links(("CR-1",)), ")")))
    return element("p", "Ways into ", code(status), ": ", joined(ways, "; "), ".", class_="incoming")


def _consistency(status: Status) -> Html:
    rows = (
        Row(
            (str(number), _EITHER[row.has_reasons], _EITHER[row.is_elected], _EITHER[row.payment_completed]),
            attributes={"data-combination": str(number)},
        )
        for number, row in enumerate((row for row in agreements() if row.status is status), 1)
    )
    facts = ((element("strong", fact.replace("_", " ")), ": ", meaning) for fact, meaning in FACTS.items())
    order = joined((joined((code(first), " ≤ ", code(second))) for first, second in rules.TIME_ORDER), ", ")
    return joined(
        (
            table(
                f"Combinations of a consistent record in {status}",
                ("combination", *(fact.replace("_", " ") for fact in FACTS)),
                rows,
            ),
            element("p", joined(map(joined, facts), "; "), ".", class_="key"),
            element("p", "Times: ", order, ", where both are set (", rule_links(("RV-3",)), ")."),
        )
    )


def _rules(status: Status) -> Html:
    rows = (
        Row(
            (
                rule_links((id,)),
                linked(rules.RULES[id].statement),
                provenance_words(rules.RULES[id].provenances),
                source_items(rules.RULES[id].sources),
            ),
            attributes={"data-rule": id},
        )
        for id in rules_of_status(status)
    )
    rules_table = table(f"Rules that apply in {status}", ("id", "rule", "source", "source statements"), rows)
    others = joined(("In every status, these apply to every request: ", rule_links(rules_of_every_request()), "."))
    return joined((rules_table, element("p", others, class_="key requests")))
