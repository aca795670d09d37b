"""The normative specification as a Markdown page: everything that an implementation needs, from the tables."""

from __future__ import annotations

from collections.abc import Iterator

from ... import rules
from ...rules import Fact, Field, Group, Need, Operation, Reason, SystemField
from ...rules.descriptions import DESCRIPTIONS
from ...rules.procedure import FACTS, STAGES, STEPS
from .._tables.derived import agreements, field_of, in_body, refusal_of_change
from .links import links
from .markdown import code, codes, section, series, table, text_of
from .specified_advice import advice
from .specified_values import body_texts, kinds

# The rules about requests over HTTP. They concern clients and servers, and not the decision about a body.
_HTTP = ("AC-1", "D115", "D117", "D118", "D119")
_NOT_ALLOWED = rules.Access.NOT_ALLOWED
_PARTS = {None: "either", False: "no", True: "yes"}


def specification() -> str:
    """Return the specification as Markdown."""
    return "\n\n".join((text_of("specification.md"), f"This is edition {rules.EDITION}.", *_sections())) + "\n"


def _sections() -> Iterator[str]:
    yield section("Statuses, types and operations", *_vocabulary())
    yield section("The record", *_record())
    yield section("The text of a body", *body_texts())
    yield section("Values", *kinds())
    yield section("One decision", *_decision())
    yield section("Findings that appear together", *_together())
    yield section("What can change", *_access())
    yield section("Reasons to be pending", *_pending())
    yield section("Lifecycle", *_lifecycle())
    yield section("Consistent records", *_consistency())
    yield section("Version and times", *_stamps())
    yield section("Codes", *_codes())
    yield section("Advice", *advice())
    yield section("Answers", f"{rules.RULES['D120'].statement} ({links(['D120'])})")
    yield section("Requests over HTTP", *_http())
    yield section("Limits", table(("limit", "value", "unit", "rule"), _limits()))


def _vocabulary() -> Iterator[str]:
    yield table(("status", "group", "meaning", "rule"), _statuses())
    yield (
        "A group has the same name everywhere. *Terminal* means closed to clients: a canceled appointment can still be "
        "refunded."
    )
    types = (
        (code(row.transportation_type), row.meaning, links([row.rule])) for row in rules.TRANSPORTATION_TYPES.values()
    )
    yield table(("transportation type", "meaning", "rule"), types)
    operations = (
        (code(row.operation), row.method or "–", rules.RULES[row.rule].statement, links([row.rule]))
        for row in rules.OPERATIONS.values()
    )
    yield table(("operation", "method", "meaning", "rule"), operations)


def _statuses() -> Iterator[tuple[object, ...]]:
    for row in rules.STATUSES.values():
        initial = " It is the initial status." if row.status is rules.INITIAL else ""
        final = " It has no way out." if row.status in rules.WITHOUT_EXIT else ""
        yield code(row.status), row.group, f"{row.meaning}{initial}{final}", links([row.rule])


def _record() -> Iterator[str]:
    yield (
        "A record is an object with exactly these keys, in any order, and null for a missing value. HopDrive sets the "
        "system fields: a body never has them. The client fields come from requests."
    )
    heading = ("field", "kind", "null", "meaning", "rule")
    yield table(heading, map(_field, map(field_of, rules.RECORD_KEYS)))


def _field(row: Field | SystemField) -> tuple[object, ...]:
    null = "yes" if row.nullable else "no"
    return code(row.name), row.kind, null, DESCRIPTIONS[row.name].meaning, links([row.rule])


def _decision() -> Iterator[str]:
    yield (
        "An implementation decides each request in these steps. Findings are collected, and every problem is reported "
        "at once, except where a step says *alone*."
    )
    for step in STEPS.values():
        statements = "\n".join(f"- {statement}" for statement in step.statements)
        yield section(f"Step {step.number}: {step.name}", f"{step.question} ({links(step.rules)})", statements, level=3)
    yield section("The same as a program", text_of("program.md"), f"```py\n{text_of('decision.txt')}\n```", level=3)


def _together() -> Iterator[str]:
    yield (
        "Findings of one row appear together with findings of the rows that it names, and with no other ones. In the "
        "conformance protocol, a problem is a pair of code and field, and an answer has each pair once. The rows "
        "without a step are about the request around the body: the conformance protocol does not have them, and they "
        "can appear even with a finding that a step reports *alone*."
    )
    yield table(("findings", "step", "codes", "field", "operations", "together with", "when", "rules"), _stages())


def _stages() -> Iterator[tuple[object, ...]]:
    for row in STAGES.values():
        field = "its name" if row.has_field else "null"
        together = ", ".join(row.together_with) or "nothing: alone"
        step = "–" if row.step is None else row.step
        yield row.name, step, codes(row.codes), field, codes(row.operations), together, row.when, links(row.rules)


def _access() -> Iterator[str]:
    yield "Whether a body must have, can have or must not have a field. This is the same in every status."
    operations = rules.WITH_BODY
    rows = ((code(name), *(in_body(name, each) for each in operations)) for name in rules.RECORD_KEYS)
    yield table(("field", *(rules.METHOD_OF[operation] for operation in operations)), rows)
    yield (
        "What happens to a well-formed value that differs from the record's, by the group of the status. *Changes* "
        "means that the field changes; a code, that the request is refused with it. In a terminal status, and where "
        "the appointment is past, every PUT and PATCH is refused (step 3), whatever is in its body."
    )
    cells = [(operation, group) for operation in rules.CHANGING for group in Group if group is not Group.TERMINAL]
    heading = ("field", *(f"{rules.METHOD_OF[operation]}, {group}" for operation, group in cells), "rule")
    changing = [
        name for name in rules.FIELDS if any(in_body(name, each) is not _NOT_ALLOWED for each in rules.CHANGING)
    ]
    changes = ((name, [_change(name, *cell) for cell in cells]) for name in changing)
    yield table(heading, ((code(name), *answers, links([rules.FIELDS[name].rule])) for name, answers in changes))
    staged = series(rules.statuses_in(Group.STAGED))
    mutable = series(name for name in rules.FIELDS if name in rules.MUTABLE[Group.STAGED])
    yield (
        f"So in {staged}, unless the appointment is past ({links(['UP-2'])}), a PATCH can change {mutable}, and no "
        f"other field ({links(['UP-3', 'UP-4'])}). A PUT changes nothing there ({links(['UP-3', 'D4'])})."
    )


def _change(name: str, operation: Operation, group: Group) -> str:
    if in_body(name, operation) is _NOT_ALLOWED:
        return _NOT_ALLOWED
    refusal = refusal_of_change(operation, group, name)
    return "changes" if refusal is None else code(refusal)


def _pending() -> Iterator[str]:
    yield (
        "Each unmet requirement of the elected type is a reason, with this code and the field as its field; so is a "
        "malformed VIN, whatever is elected. A field that is not null meets its requirement."
    )
    yield table(("elected", *(code(reason.field) for reason in rules.REASONS), "rule"), _requirements())
    yield "The codes of the reasons:"
    rows = ((code(row.field), code(row.code), row.message, links([row.rule])) for row in rules.REASONS)
    yield table(("field", "code", "meaning", "rule"), rows)
    yield f"A VIN that is not malformed matches this pattern from start to end:\n\n```text\n{rules.VIN.pattern}\n```"


def _requirements() -> Iterator[tuple[object, ...]]:
    for row in rules.REQUIREMENTS.values():
        elected = "nothing yet" if row.elected is None else code(row.elected)
        needs = {
            reason.field: f"{need}; if null: {code(reason.code)}"
            for need, reason in row.needs
            if need is not Need.NEVER
        }
        cells = (needs.get(reason.field, _of_no_need(reason)) for reason in rules.REASONS)
        yield elected, *cells, links([row.rule])


def _of_no_need(reason: Reason) -> str:
    return f"if malformed: {code(reason.code)}" if reason is rules.VIN_MALFORMED else "–"


def _lifecycle() -> Iterator[str]:
    yield "A trigger leads from one of its sources to its target if its guard holds. All else is refused."
    yield table(("trigger", "from", "to", "driven by", "guard", "note", "rule"), _transitions())
    yield "The facts that a guard depends on:"
    yield table(("fact", "holds if"), ((code(fact), meaning) for fact, meaning in FACTS.items()))
    effects = ((code(status), effect.replace("_", " ")) for status, effect in rules.EFFECTS.items())
    yield "What HopDrive does when an appointment enters a status (LC-5). An implementation only reports it:"
    yield table(("status", "effect"), effects)


def _transitions() -> Iterator[tuple[object, ...]]:
    for row in rules.TRANSITIONS.values():
        guard = " and ".join(f"{'' if wanted else 'not '}{code(fact)}" for fact, wanted in row.guard.items()) or "–"
        yield code(row.trigger), codes(row.sources), code(row.target), row.driver, guard, row.note, links([row.rule])


def _consistency() -> Iterator[str]:
    yield (
        "A record is consistent if its values obey the grammar, one of these rows fits it, and its times are in order. "
        "In an open status, the rows say the same as step 6: the data determines the status."
    )
    facts = {fact: FACTS[fact] for fact in Fact}
    yield table(("status", *facts.values(), "rule"), _agreements())
    pairs = " and ".join(f"{code(earlier)} ≤ {code(later)}" for earlier, later in rules.TIME_ORDER)
    yield f"The order of the times, as instants, where both are set: {pairs}."


def _agreements() -> Iterator[tuple[object, ...]]:
    for row in agreements():
        facts = row.has_reasons, row.is_elected, row.payment_completed
        yield code(row.status), *(_PARTS[fact] for fact in facts), links([row.rule])


def _stamps() -> Iterator[str]:
    yield "What a request does to the version and the times of a record:"
    yield text_of("stamps.md")


def _codes() -> Iterator[str]:
    yield (
        "A code is stable. An answer over HTTP has one status: of the statuses of its problems, the first in the order "
        f"{', '.join(map(str, rules.HTTP_STATUS_ORDER))}. A code without a status never refuses."
    )
    rows = (
        (code(row.code), row.http_status or "–", row.meaning, row.provenance, links([row.rule]))
        for row in rules.CODES.values()
    )
    yield table(("code", "HTTP status", "meaning", "source", "rule"), rows)


def _http() -> Iterator[str]:
    yield (
        "These are the requests about appointments. What comes before the last segment "
        f"{code(rules.COLLECTION)} of a path does not matter ({links(['D118'])})."
    )
    yield table(("method", "path", "operation"), _paths())
    yield (
        f"These are the registered schemes of {links(['D117'])}, which are compared without regard to letter case: "
        f"{codes(rules.AUTHENTICATION_SCHEMES)}."
    )
    yield (
        "In the table of findings that appear together, the findings about these rules are in the rows "
        "*authorization* and *call*."
    )
    yield table(("rule", "statement"), ((links([id]), rules.RULES[id].statement) for id in _HTTP))


def _paths() -> Iterator[tuple[object, ...]]:
    for row in rules.OPERATIONS.values():
        if row.path is not None:
            yield row.method, code(row.path), code(row.operation)


def _limits() -> Iterator[tuple[object, ...]]:
    for row in rules.LIMITS.values():
        yield row.name.replace("_", " "), row.value, row.unit, links([row.rule])
