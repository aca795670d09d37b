"""The tables of the rules: every one, in full. The search filters their rows."""

from __future__ import annotations

from collections.abc import Iterator

from ... import rules
from ...rules.procedure import STAGES, STEPS
from .elements import (
    Html,
    Row,
    Section,
    bullets,
    code,
    codes,
    joined,
    linked,
    rule_links,
    status_link,
    table,
)
from .value_tables import fields, kinds, system_fields
from .wording import effect_words, guard_words, provenance_words, source_items


def reference_sections() -> Iterator[Section]:
    """Yield one section for each subject."""
    yield _section("rules", "Rules", "Rules", _rules())
    yield _section("decisions", "Decisions", "Decision register", _decisions())
    yield _section("transitions", "Lifecycle", "Lifecycle", _statuses(), _transitions())
    yield _section("fields", "Fields", "Fields", fields(), system_fields())
    yield _section("kinds", "Values", "Kinds of values", kinds())
    yield _section("limits", "Limits", "Limits", _limits())
    yield _section("requirements", "Reasons", "Reasons and advice", _types(), _requirements(), _reasons(), _advice())
    yield _section("procedure", "Steps", "One decision, step by step", _steps(), _stages())
    yield _section("codes", "Codes", "Codes", _codes())
    yield _section("sources", "Sources", "The source page", _sources())


def _section(id: str, label: str, title: str, *tables: Html) -> Section:
    return Section(id, label, title, tables, is_reference=True)


def _rules() -> Html:
    rows = (
        Row(
            (
                rule_links((rule.id,)),
                linked(rule.statement),
                provenance_words(rule.provenances),
                source_items(rule.sources),
                rule_links(row.id for row in rules.decisions_on(rule.id)) or "–",
            ),
            rule.id,
        )
        for rule in rules.RULES.values()
        if rule.id not in rules.DECISIONS
    )
    return table(
        "What the library enforces, and where each rule comes from",
        ("id", "rule", "source", "source statements", "made precise by"),
        rows,
        entries=True,
    )


def _decisions() -> Html:
    rows = (
        Row(
            (
                rule_links((row.id,)),
                linked(row.statement),
                linked(row.alternatives),
                linked(row.reason),
                rule_links((*row.refines, *row.interprets)) or "–",
            ),
            row.id,
        )
        for row in rules.DECISIONS.values()
    )
    caption = "Where S and P are silent, or can be read in two ways"
    return table(caption, ("id", "decision", "also possible", "reason", "makes precise"), rows, entries=True)


def _statuses() -> Html:
    rows = (
        Row(
            (
                status_link(row.status),
                row.group,
                row.meaning,
                effect_words(row.status),
                rule_links((row.source, row.rule)),
            )
        )
        for row in rules.STATUSES.values()
    )
    return table("Statuses", ("status", "group", "meaning", "on entering", "rules"), rows, entries=True)


def _transitions() -> Html:
    rows = (
        Row(
            (
                code(row.trigger),
                joined(map(status_link, row.sources), ", "),
                status_link(row.target),
                row.driver,
                guard_words(row.guard, row.note),
                rule_links((row.rule,)),
            )
        )
        for row in rules.TRANSITIONS.values()
    )
    return table("Triggers", ("trigger", "from", "to", "driven by", "guard", "rule"), rows, entries=True)


def _limits() -> Html:
    rows = (
        Row(
            (code(row.name), str(row.value), row.unit, rule_links((row.rule,))),
            f"limit-{row.name}",
            {"data-words": _words_of_limit(row)},
        )
        for row in rules.LIMITS.values()
    )
    return table("Limits of values, bodies and files", ("limit", "value", "unit", "rule"), rows, entries=True)


def _words_of_limit(limit: rules.Limit) -> str:
    """Return what a search for a limit can have besides its row: the fields that have the limit as their length."""
    bound = "minimum" if limit in (rules.INTEGER_MINIMUM, rules.FIRST_VEHICLE_YEAR) else "maximum"
    names = (name for name, field in rules.FIELDS.items() if rules.LENGTH_OF.get(field.kind) is limit)
    return " ".join(("limit", bound, *names))


def _types() -> Html:
    rows = (
        Row((code(row.transportation_type), row.meaning, rule_links((row.source, row.rule))))
        for row in rules.TRANSPORTATION_TYPES.values()
    )
    return table("Transportation types", ("type", "meaning", "rules"), rows, entries=True)


def _requirements() -> Html:
    rows = (
        Row(
            (
                "nothing yet" if row.elected is None else code(row.elected),
                row.appointment_time,
                row.pickup_location_id,
                rule_links((row.rule,)),
            )
        )
        for row in rules.REQUIREMENTS.values()
    )
    headings = ("elected", rules.APPOINTMENT_TIME, rules.PICKUP_LOCATION_ID, "rule")
    return table("What each type requires", headings, rows, entries=True)


def _reasons() -> Html:
    rows = (
        Row((code(row.field), code(row.code), row.message, row.hint, rule_links((row.rule,)))) for row in rules.REASONS
    )
    headings = ("field", "code", "reason", "what to do", "rule")
    return table("Reasons to be pending", headings, rows, entries=True)


def _advice() -> Html:
    rows = (
        Row(
            (
                code(row.code),
                "any text" if row.field is None else code(row.field),
                row.message,
                row.hint,
                rule_links((row.rule,)),
            )
        )
        for row in rules.ADVICE
    )
    return table("Advice", ("code", "field", "advice", "what to do", "rule"), rows, entries=True)


def _steps() -> Html:
    rows = (
        Row(
            (f"{row.number}. {row.name}", row.question, bullets(map(linked, row.statements)), rule_links(row.rules)),
            f"step-{row.number}",
        )
        for row in STEPS.values()
    )
    return table("The steps of a decision, in order", ("step", "question", "statements", "rules"), rows, entries=True)


def _stages() -> Html:
    rows = (
        Row(
            (
                row.name,
                codes(row.codes),
                ", ".join(row.operations),
                ", ".join(row.together_with) or "nothing: alone",
                row.when,
                rule_links(row.rules),
            )
        )
        for row in STAGES.values()
    )
    headings = ("findings", "codes", "operations", "together with", "when", "rules")
    return table("Which findings are reported together", headings, rows, entries=True)


def _codes() -> Html:
    rows = (
        Row(
            (
                code(row.code),
                row.meaning,
                str(row.http_status or "–"),
                provenance_words((row.provenance,)),
                rule_links((row.rule,)),
            ),
            f"code-{row.code}",
            {"data-words": f"HTTP {row.http_status}"} if row.http_status else {},
        )
        for row in rules.CODES.values()
    )
    return table("Codes of findings", ("code", "meaning", "HTTP status", "source", "rule"), rows, entries=True)


def _sources() -> Html:
    rows = (
        Row((rule_links((row.id,)), row.statement, rule_links(_citing(row.id))), row.id)
        for row in rules.SOURCE_STATEMENTS.values()
    )
    return table("Statements of the source page", ("id", "statement", "rules and decisions"), rows, entries=True)


def _citing(id: str) -> list[str]:
    citing = [rule.id for rule in rules.RULES.values() if id in rule.sources]
    return citing + [decision.id for decision in rules.decisions_interpreting(id)]
