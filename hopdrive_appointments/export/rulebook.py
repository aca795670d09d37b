"""The rulebook as a Markdown page, from the tables alone."""

from __future__ import annotations

from collections.abc import Iterable

from .. import rules

_INTRODUCTION = """\
# The rulebook

Every rule of the library, as it stands in `hopdrive_appointments.rules`; this page is made from those tables by
`hopdrive-appointments export rulebook`. Ids are stable and never reused. Provenance: **S** is stated by HopDrive's
page on appointments, which is the authority; **P** by its other published API pages; **D** is decided here, with the
alternatives in the register below."""

_NEEDED = (rules.APPOINTMENT_TIME, rules.PICKUP_LOCATION_ID)


def rulebook() -> str:
    """Return the rulebook as Markdown."""
    sections = (
        _INTRODUCTION,
        _section("Rules", ("id", "whose word", "rule", "rests on"), _rules()),
        _section("Statuses", ("status", "group", "meaning", "rule"), _statuses()),
        _section(
            "Fields", ("field", "kind", "null", "POST", "PUT", "PATCH, open", "PATCH, staged", "group"), _fields()
        ),
        _section("System fields", ("field", "kind", "null", "rule"), _system_fields()),
        _section("Limits", ("limit", "value", "unit", "rule"), _limits()),
        _section("What is required", ("elected", *_NEEDED, "rule"), _requirements()),
        _section("Lifecycle", ("trigger", "from", "to", "driven by", "guard", "rule"), _transitions()),
        _section("Codes", ("code", "whose word", "HTTP status", "meaning", "rule"), _codes()),
        _section("Decision register", ("id", "decision", "also possible", "why this"), _decisions()),
        _section("Traceability", ("statement", "of the source", "carried by"), _traceability()),
    )
    return "\n\n".join(sections) + "\n"


def _section(title: str, heading: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    lines = [heading, ("---",) * len(heading), *rows]
    table = ("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)
    return "\n".join((f"## {title}", "", *table))


def _code(word: object) -> str:
    return f"`{word}`"


def _rules() -> Iterable[tuple[object, ...]]:
    for rule in rules.RULES:
        yield rule.id, ", ".join(rule.provenance), rule.statement, ", ".join(rule.sources) or "–"


def _statuses() -> Iterable[tuple[object, ...]]:
    for row in rules.STATUSES:
        yield _code(row.status), row.group, row.meaning, row.rule


def _fields() -> Iterable[tuple[object, ...]]:
    for field in rules.FIELDS:
        accesses = (field.create, field.replace, field.patch_open, field.patch_staged)
        yield _code(field.name), field.kind, "yes" if field.nullable else "no", *accesses, field.group


def _system_fields() -> Iterable[tuple[object, ...]]:
    for field in rules.SYSTEM_FIELDS:
        yield _code(field.name), field.kind, "yes" if field.nullable else "no", field.rule


def _limits() -> Iterable[tuple[object, ...]]:
    for limit in rules.LIMITS:
        yield limit.name.replace("_", " "), limit.value, limit.unit, limit.rule


def _requirements() -> Iterable[tuple[object, ...]]:
    for row in rules.REQUIREMENTS:
        elected = "nothing yet" if row.elected is None else _code(row.elected)
        yield elected, row.appointment_time, row.pickup_location_id, row.rule


def _transitions() -> Iterable[tuple[object, ...]]:
    for row in rules.TRANSITIONS:
        sources = ", ".join(map(_code, row.sources))
        yield _code(row.trigger), sources, _code(row.target), row.driver, row.note, row.rule


def _codes() -> Iterable[tuple[object, ...]]:
    for row in rules.CODES:
        yield _code(row.code), row.provenance, row.http_status or "–", row.meaning, row.rule


def _decisions() -> Iterable[tuple[object, ...]]:
    for decision in rules.DECISIONS:
        yield decision.id, decision.statement, decision.alternatives, decision.reason


def _traceability() -> Iterable[tuple[object, ...]]:
    for statement in rules.SOURCE_STATEMENTS:
        carriers = [rule.id for rule in rules.RULES if statement.id in rule.sources]
        yield statement.id, statement.statement, ", ".join(carriers)
