"""The conformance protocol as a Markdown page, with its worked cases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from ... import rules
from ..._json.frozen import JsonValue
from ...rules import Status
from .links import links
from .markdown import code, codes, json_code, section, table, text_of
from .worked_cases import NOW, Json, WorkedCase, base_record_json, worked_cases


def protocol() -> str:
    """Return the conformance protocol as Markdown, with a worked case for every rule that it can show."""
    cases = worked_cases()
    worked = (
        f"Each case starts from the base record of a status, and its time is {code(NOW)} unless it says otherwise. The "
        "answers leave out what the protocol does not compare. For an accepted request, they show the members of the "
        "record that differ from `given`.",
        table(("rule", "cases"), _index(cases)),
        "The other rules have [examples in Python](#rules-that-the-protocol-cannot-show).",
        section("Base records", *_base_records(), level=3),
        *(section(case.name, case.sentence, "\n".join(_described(case)), level=3) for case in cases),
    )
    return "\n\n".join((text_of("protocol.md"), section("Worked cases", *worked), text_of("examples.md"))) + "\n"


def _index(cases: tuple[WorkedCase, ...]) -> Iterator[tuple[str, str]]:
    """Yield each rule that has a case, with links to its cases."""
    for id in rules.RULES:
        shown = [f"[{case.name}](#{case.name})" for case in cases if id in case.rules]
        if shown:
            yield links([id]), ", ".join(shown)


def _base_records() -> Iterator[str]:
    first = base_record_json(rules.INITIAL)
    yield f"The base record of {code(rules.INITIAL)}:"
    yield "\n".join(("```json", "{", ",\n".join(_members(first)), "}", "```"))
    yield "The other base records differ from it in these values:"
    differing = [name for name in first if any(base_record_json(status)[name] != first[name] for status in Status)]
    rows = ([json_code(base_record_json(status)[name]) for name in differing] for status in Status)
    yield table(tuple(map(code, differing)), map(tuple, rows))


def _members(record: Json) -> Iterator[str]:
    for name, value in record.items():
        yield f"  {json_code(name).strip('`')}: {json_code(value).strip('`')}"


def _described(case: WorkedCase) -> Iterator[str]:
    yield f"- rules: {links(case.rules)}"
    yield f"- given: {_given(case)}"
    if case.now != NOW:
        yield f"- now: {code(case.now)}"
    yield f"- when: {json_code(_shortened(case.case['when']))}"
    yield f"- answer: {_answer(case)}"


def _given(case: WorkedCase) -> str:
    if case.status is None:
        return code("null")
    changes = f", with {json_code(case.changes)}" if case.changes else ""
    return f"the base record of {code(case.status)}{changes}"


def _shortened(value: JsonValue) -> JsonValue:
    """Return a value whose long texts are cut in the middle, as the page shows them."""
    if isinstance(value, dict):
        return {name: _shortened(member) for name, member in value.items()}
    if isinstance(value, str) and len(value) > 100:
        return f"{value[:10]}... {len(value)} characters ...{value[-10:]}"
    return value


def _answer(case: WorkedCase) -> str:
    if "outcome" not in case.answer:
        return "*errored*: the case has no outcome"
    outcome = cast(Json, case.answer["outcome"])
    if not outcome["accepted"]:
        return f"refused, problems {json_code(outcome['problems'])}"
    record, given = cast(Json, outcome["record"]), case.given
    changes = {name: value for name, value in record.items() if given is None or value != given[name]}
    after = "the record is unchanged" if not changes else f"the record has {json_code(changes)}"
    fired = f"triggers {codes(cast(list[str], outcome['triggers']))}"
    return f"accepted; {fired}; pending {json_code(outcome['pending'])}; {after}"
