"""Work of the library whose cost must be proportional to a size."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from typing import Any, Final

from attrs import frozen

from hopdrive_appointments import Appointment, Refused, Verdict, codec, presubmit
from hopdrive_appointments._json.strict import JsonInvalid
from tests.builders import NOW, create_body

Work = Callable[[], object]


@frozen
class LibraryCase:
    """Work of a size that is chosen."""

    prepare: Callable[[int], Work]
    """Returns the work. Only the work itself is measured, but the memory includes its preparation."""
    size: int
    """The smaller size."""


def _body(size: int) -> dict[str, object]:
    return {f"unknown{number}": number for number in range(size)}


def _refusal(size: int) -> Refused:
    try:
        Appointment.create(_body(size), id=1, now=NOW)
    except Refused as error:
        return error
    raise AssertionError("the body was accepted")


def _mapping(size: int) -> Work:
    body = _body(size)
    return lambda: _check(body)


def _config_mapping(size: int) -> Work:
    body = create_body(config=_body(size))
    return lambda: _check(body)


def _shared_lists(size: int) -> Work:
    shared = [1.5] * size
    body = create_body(config={"a": [shared] * size})
    return lambda: _check(body)


def _shared_levels(size: int) -> Work:
    value: object = 1.5
    for _ in range(30):
        value = [value, value]
    bodies = [create_body(config={"a": value}) for _ in range(size)]
    return lambda: [_check(body) for body in bodies]


def _shared_members(size: int) -> Work:
    shared = [1] * size
    body = {f"unknown{number}": shared for number in range(size)}
    return lambda: _check(body)


def _shared_unreadable(size: int) -> Work:
    unreadable: dict[object, object] = {**{str(number): number for number in range(size)}, 1: 1}
    body = create_body(config={f"k{number}": unreadable for number in range(size // 10)})
    return lambda: _check(body)


def _spread_problems(size: int) -> Work:
    body = create_body(config={f"k{number}": [[{"a": {1, 2}}]] for number in range(size)})
    return lambda: _check(body)


def _check(body: object) -> object:
    return presubmit.check_create(body, now=NOW).findings


def _problem(size: int) -> Work:
    refusal = _refusal(size)
    return lambda: json.dumps(refusal.to_problem())


def _message(size: int) -> Work:
    refusal = _refusal(size)
    return lambda: (str(refusal), repr(refusal))


def _raised(size: int) -> Work:
    body = json.dumps(_body(size)).encode()
    given = Appointment.create(create_body(), id=1, now=NOW)

    def refuse() -> None:
        try:
            given.patch(body, now=NOW)
        except Refused:
            return
        raise AssertionError("the body was accepted")

    return refuse


def _encode(size: int) -> Work:
    verdict = _refusal(size).verdict
    return lambda: codec.encode(verdict)


def _decode(size: int) -> Work:
    text = codec.encode(_refusal(size).verdict)
    return lambda: codec.decode(Verdict, text)


def _decode_invalid(size: int) -> Work:
    written: Any = codec.unstructure(_refusal(size).verdict)
    for finding in written["findings"]:
        finding["code"] = "no code"
    text = json.dumps(written).encode()

    def read() -> None:
        try:
            codec.decode(Verdict, text)
        except codec.CodecError:
            return
        raise AssertionError("the verdict was read")

    return read


def _changed_often(size: int) -> Appointment:
    given = Appointment.create(create_body(), id=1, now=NOW)
    for number in range(size):
        given.patch({"driver_notes": f"Gate {number}"}, now=NOW)
    return given


def _uncollected_events(size: int) -> Work:
    return lambda: _changed_often(size)


def _collected_events(size: int) -> Work:
    given = _changed_often(size)
    return lambda: (given.pending_events, pickle.loads(pickle.dumps(given)), copy.copy(given), given.collect_events())


def _brackets(size: int) -> Work:
    texts = [text * size for text in (b"[", b'{"a":', b"[]", b"[{", b"}", b'"[')]
    return lambda: [_parse(text) for text in texts]


def _parse(text: bytes) -> object:
    try:
        return codec.parse(text)
    except JsonInvalid as error:
        return str(error)


def _long_text(size: int) -> Work:
    bodies = [create_body(**{name: "x" * size}) for name in ("driver_notes", "vehicle_vin", "consumer_phone")]
    bodies += [create_body(appointment_time=f"2026-03-01T12:00:00.{'0' * size}Z"), {"k" * size: 1}]
    return lambda: [_check(body) for body in bodies]


def _long_number(size: int) -> Work:
    texts = [
        b'{"customer_id": ' + digits * size + end + b"}" for digits in (b"1", b"1.") for end in (b"", b"e5", b".0")
    ]
    return lambda: [_check(text) for text in texts]


CASES: Final = {
    "a mapping": LibraryCase(_mapping, 40_000),
    "a mapping in config": LibraryCase(_config_mapping, 240_000),
    "a list shared n times": LibraryCase(_shared_lists, 100_000),
    "lists shared at 30 levels": LibraryCase(_shared_levels, 4),
    "a list shared by n members": LibraryCase(_shared_members, 1200),
    "an unreadable mapping shared n times": LibraryCase(_shared_unreadable, 200_000),
    "values that are not JSON": LibraryCase(_spread_problems, 30_000),
    "refusals: raise": LibraryCase(_raised, 40_000),
    "refusals: to_problem": LibraryCase(_problem, 30_000),
    "refusals: str": LibraryCase(_message, 150_000),
    "refusals: encode": LibraryCase(_encode, 15_000),
    "refusals: decode": LibraryCase(_decode, 15_000),
    "refusals: decode invalid ones": LibraryCase(_decode_invalid, 100_000),
    "uncollected events: calls": LibraryCase(_uncollected_events, 12_000),
    "uncollected events: collect": LibraryCase(_collected_events, 8000),
    "brackets": LibraryCase(_brackets, 1_000_000),
    "long texts": LibraryCase(_long_text, 8_000_000),
    "long numbers": LibraryCase(_long_number, 8_000_000),
}
