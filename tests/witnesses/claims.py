"""What a witness can be, and the questions that witnesses ask of the library."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from hopdrive_appointments import rules
from hopdrive_appointments._grammar.problems import InvalidValue
from hopdrive_appointments._grammar.values import CHECKERS
from hopdrive_appointments._json.strict import parse
from hopdrive_appointments.conformance import outcome_of
from hopdrive_appointments.conformance._serving import answer as reply_to
from hopdrive_appointments.events import StatusChanged
from hopdrive_appointments.presubmit import check_patch
from hopdrive_appointments.rules import Kind
from tests import case_space
from tests.builders import NOW, appointment, case, record_json

Witness = str | Callable[[], bool]
"""A function that returns whether the sentence is true; the name of a test that shows it (`test_module.test_name`); a
line of the published program, after `> `, which the tests compare with the library; MEANS; or EXPLAINS, which only
`explanations` may give."""
Witnesses = Mapping[str, Witness | tuple[Witness, ...]]
"""The witnesses of sentences."""

MEANS: Final = "means"
"""The sentence says what a field or a type means outside of the records, in the words of the domain. No behaviour can
show it, so the sentence is only compared with this copy."""

Json = dict[str, Any]
PAST: Final = "2026-03-02T08:30:00.000001Z"
"""A time just after the appointment_time of the example records."""
DUE: Final = "2026-03-02T08:30:00Z"
MOST: Final = 2**53 - 1
INCONSISTENT: Final = {("snapshot_invalid", None)}
CANCEL: Final[Json] = {"operation": "trigger", "trigger": "cancel"}
OTHER: Final[Json] = {"body": {"vehicle_make": "Other"}}
"""A PATCH that changes a field."""


def accepts(kind: Kind, *literals: str, now: datetime | None = NOW) -> bool:
    """Return whether a kind accepts each of these literals."""
    return all(_is_accepted(kind, literal, now) for literal in literals)


def refuses(kind: Kind, *literals: str, now: datetime | None = NOW) -> bool:
    """Return whether a kind refuses each of these literals."""
    return not any(_is_accepted(kind, literal, now) for literal in literals)


def _is_accepted(kind: Kind, literal: str, now: datetime | None) -> bool:
    try:
        CHECKERS[kind](parse(literal), now)
    except InvalidValue:
        return False
    return True


def equal(kind: Kind, one: str, *others: str) -> bool:
    """Return whether a literal is equal to each of the others."""
    first = CHECKERS[kind](parse(one), None)
    return all(bool(CHECKERS[kind](parse(each), None) == first) for each in others)


def different(kind: Kind, one: str, *others: str) -> bool:
    """Return whether a literal is different from each of the others."""
    return not any(equal(kind, one, each) for each in others)


def bytes_in_config(literal: str) -> int:
    """Return how many bytes a value counts in config: config is accepted with the most bytes, and not with one more."""
    frame = len('{"n":,"p":""}')
    low, high = 0, rules.CONFIG_BYTES.value
    while low < high:  # the longest padding with which config is accepted
        middle = (low + high + 1) // 2
        body = f'{{"config": {{"n": {literal}, "p": "{"x" * middle}"}}}}'
        low, high = (middle, high) if check_patch(body.encode(), now=NOW).ok else (low, middle - 1)
    return 65536 - frame - low


def answer(given: str | Json | None = "new", now: str = case_space.NOW, **when: object) -> Json:
    """Return the outcome of a case, by default of a PATCH. A status means its example record."""
    before = record_json(given) if isinstance(given, str) else given
    asked: Json = {"operation": "create", "id": 17} if before is None else {"operation": "patch"}
    return dict(outcome_of(case(before, now, **{**asked, **when})))


def codes(given: str | Json | None = "new", now: str = case_space.NOW, **when: object) -> set[tuple[str, str | None]]:
    """Return the codes and fields of the problems of a case."""
    return {(str(each["code"]), each["field"]) for each in answer(given, now, **when).get("problems", ())}


def after(given: str | Json | None = "new", now: str = case_space.NOW, **when: object) -> Json:
    """Return the record after a case, or an empty one if it is refused."""
    return dict(answer(given, now, **when).get("record", {}))


def triggers(given: str | Json | None = "new", now: str = case_space.NOW, **when: object) -> list[object]:
    """Return the triggers that fire in a case."""
    return list(answer(given, now, **when).get("triggers", ()))


def text(body: str, code: str | None) -> bool:
    """Return whether the text of a body is refused with a code alone, or is read for None."""
    found = {each for each, _ in codes(body_text=body)}
    return found == {code} if code else not found & {"json_invalid", "body_invalid"}


def put_of(**changes: object) -> Json:
    """Return a PUT that repeats the example record, but for some changes."""
    given = record_json("ready")
    body = {name: given[name] for name in case_space.FIELDS if name not in case_space.NEVER["replace"]}
    return {"operation": "replace", "body": {**body, **changes}}


def created(**more: object) -> Json:
    """Return a POST with the smallest body, and more."""
    return {"operation": "create", "body": {**json.loads(json.dumps(_SMALLEST)), **more}}


def fires(status: str, trigger: str, **changes: object) -> bool:
    """Return whether a trigger is accepted for the example record of a status, with some changes."""
    return bool(answer({**record_json(status), **changes}, operation="trigger", trigger=trigger)["accepted"])


def effects(status: str, request: str, *arguments: object) -> list[str]:
    """Return the effects that the events of an accepted request name, such as those of the trigger `bill_dealer`."""
    given = appointment(status)
    getattr(given, request)(*arguments, now=NOW)
    changes = [each for each in given.collect_events() if isinstance(each, StatusChanged)]
    return [each.effect.value for each in changes if each.effect]


def replies(given: str | Json | None = "new", now: str = case_space.NOW, **when: object) -> Json:
    """Return the answer of the conformance protocol to a case, by default of a PATCH."""
    before = record_json(given) if isinstance(given, str) else given
    asked = {"operation": "patch", **when}
    line = json.dumps({"cmd": "run", "seq": 1, "case": case(before, now, **asked)})
    return dict(reply_to(line.encode()) or {})


def advice(**body: object) -> set[str]:
    """Return the codes of the advice that a PATCH with these members gets."""
    return {each.code.value for each in check_patch(json.dumps(body).encode(), now=NOW).advice}


_SMALLEST: Final = {"customer_id": 101, "consumer_at_pickup": False, "delivery_location_id": 202}
