"""The rulebook as a Markdown page, generated from the tables."""

from __future__ import annotations

from collections.abc import Iterable

from ... import rules
from ...rules import Group
from .links import TRACEABILITY_PAGE, link, links
from .markdown import code, section, table

_INTRODUCTION = """\
# The rulebook

This page is for everyone who looks up a rule, a field, a limit or a code: every table of the library on one page. It is
generated from `hopdrive_appointments.rules` by `hopdrive-appointments export rulebook`. The ids are stable and never
reused. [The interactive rulebook](exports/rulebook.html) shows the same tables by status, with a search.
[What each status allows](statuses.md) says which fields a PUT and a PATCH can change.

The column *source* has the provenance of a rule: **S**, stated by HopDrive's page on appointments (the source page),
which is the authority; **P**, stated by HopDrive's other API pages; **D**, decided by this project, with the
alternatives in the decision register below. The column *rests on* names statements of the source page.
[The rules, one by one](rules.md) has everything about each rule, and [Traceability](traceability.md) leads from the
source page to the tests. The [glossary](glossary.md) explains the terms."""

_NEEDED = (rules.APPOINTMENT_TIME, rules.PICKUP_LOCATION_ID)


def rulebook() -> str:
    """Return the rulebook as Markdown."""
    sections = (
        _INTRODUCTION,
        _table("Rules", ("id", "source", "rule", "rests on"), _rules()),
        _table("Statuses", ("status", "group", "meaning", "rule"), _statuses()),
        _table(
            "Fields",
            ("field", "kind", "null", "POST", "PUT", *map(_patch, (Group.OPEN, Group.STAGED)), "group", "rule"),
            _fields(),
        ),
        _table("System fields", ("field", "kind", "null", "rule"), _system_fields()),
        _table("Limits", ("limit", "value", "unit", "rule"), _limits()),
        _table("Requirements", ("elected", *_NEEDED, "rule"), _requirements()),
        _table("Lifecycle", ("trigger", "from", "to", "driven by", "guard", "rule"), _transitions()),
        _table("Codes", ("code", "source", "HTTP status", "meaning", "rule"), _codes()),
        _table("Decision register", ("id", "decision", "alternatives", "reason"), _decisions()),
    )
    return "\n\n".join(sections) + "\n"


def _patch(group: Group) -> str:
    return f"PATCH in {group} ({', '.join(rules.statuses_in(group))})"


def _table(title: str, heading: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    return section(title, table(heading, rows))


def _rules() -> Iterable[tuple[object, ...]]:
    for rule in rules.RULES.values():
        if rule.id not in rules.DECISIONS:
            sources = links(rule.sources, TRACEABILITY_PAGE) or "–"
            yield link(rule.id), ", ".join(rule.provenances), rule.statement, sources


def _statuses() -> Iterable[tuple[object, ...]]:
    for row in rules.STATUSES.values():
        yield code(row.status), row.group, row.meaning, link(row.rule)


def _fields() -> Iterable[tuple[object, ...]]:
    for field in rules.FIELDS.values():
        accesses = (field.create, field.replace, field.patch_open, field.patch_staged)
        yield code(field.name), field.kind, "yes" if field.nullable else "no", *accesses, field.group, link(field.rule)


def _system_fields() -> Iterable[tuple[object, ...]]:
    for field in rules.SYSTEM_FIELDS.values():
        yield code(field.name), field.kind, "yes" if field.nullable else "no", link(field.rule)


def _limits() -> Iterable[tuple[object, ...]]:
    for limit in rules.LIMITS.values():
        yield limit.name.replace("_", " "), limit.value, limit.unit, link(limit.rule)


def _requirements() -> Iterable[tuple[object, ...]]:
    for row in rules.REQUIREMENTS.values():
        elected = "nothing yet" if row.elected is None else code(row.elected)
        yield elected, row.appointment_time, row.pickup_location_id, link(row.rule)


def _transitions() -> Iterable[tuple[object, ...]]:
    for row in rules.TRANSITIONS.values():
        sources = ", ".join(map(code, row.sources))
        yield code(row.trigger), sources, code(row.target), row.driver, row.note, link(row.rule)


def _codes() -> Iterable[tuple[object, ...]]:
    for row in rules.CODES.values():
        yield code(row.code), row.provenance, row.http_status or "–", row.meaning, link(row.rule)


def _decisions() -> Iterable[tuple[object, ...]]:
    for decision in rules.DECISIONS.values():
        yield link(decision.id), decision.statement, decision.alternatives, decision.reason
