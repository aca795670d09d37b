"""Check that hostile Python objects break nothing: python -m tests.proofs.hostile_mappings 20000.

Each object is random: its own code raises, lies, changes other containers, and calls operations of the appointment that
is reading it. Every call must end with a result or an exception of the package. Afterwards the appointment must be
consistent and usable, unchanged if the call was refused, and its events must lead to its record.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from random import Random
from typing import Any, Final, TypeAlias
from unittest import mock

from hopdrive_appointments import (
    Appointment,
    AppointmentCreated,
    AppointmentError,
    Event,
    FieldsChanged,
    Finding,
    Operation,
    PatchRequest,
    Record,
    Refused,
    Verdict,
    codec,
    presubmit,
)
from hopdrive_appointments._json import python_objects
from hopdrive_appointments.integrations._hooks import OutgoingCall, look_up, outgoing_call, raise_if_refused
from tests.builders import CLIENT_FIELDS, NOW, TERMINAL, create_body, put_body
from tests.proofs.commands import count_and_seed, show
from tests.proofs.hostile_values import HostileZone, disguised, hostile_instance, random_mapping, random_value
from tests.proofs.hostile_worlds import Phase, World, new_world

_VALUES: Final = 3000
"""The limit of values during the proof, so that endless items take less time."""
Call: TypeAlias = Callable[[], object]
"""A call whose arguments are ready."""


def check_calls(count: int, seed: int = 1) -> tuple[Counter[tuple[str, str]], list[str]]:
    """Make calls with hostile arguments. Return their number by call and by how they ended, and all failures."""
    ends, failures = Counter[tuple[str, str]](), list[str]()
    with mock.patch.object(python_objects, "MOST_VALUES", _VALUES):
        for number in range(count):
            try:
                ends[check_call(seed, number)] += 1
            except AssertionError as failure:
                failures.append(str(failure))
            if number % 5000 == 4999:
                show(f"{number + 1} of {count} calls, {len(failures)} failures")
    return ends, failures


def check_call(seed: int, number: int) -> tuple[str, str]:
    """Make one call, which depends only on both numbers; return its name and how it ended."""
    random = Random(f"{seed} {number}")
    world = new_world(random)
    name, prepare = random.choice(list(CALLS.items()))
    call = prepare(world)
    before, record_before = world.target.to_record(), world.target.record
    world.is_running, world.phase = name in _OWN_OPERATIONS, Phase.CALLING
    try:
        result, ended = call(), "a result"
    except AppointmentError as error:
        result, ended = error, type(error).__name__
    except Exception as error:
        place = _last_function(error)
        raise AssertionError(f"{name}: a raw exception in {place} (seed {seed}, call {number}): {error!r}") from error
    world.phase = Phase.OVER
    try:
        if world.is_running and ended != "a result":
            assert world.target.record is record_before, "a refusal changed the record"
        _check_result(result)
        _check_target(world, before)
        assert not world.violations, world.violations[0]
    except Exception as error:
        raise AssertionError(f"{name}, ended with {ended} (seed {seed}, call {number}): {error!r}") from error
    return name, ended


def _last_function(error: Exception) -> str:
    """Return the last function of the package that an exception has passed."""
    frames = [each for each in traceback.extract_tb(error.__traceback__) if "hopdrive_appointments" in each.filename]
    return frames[-1].name if frames else "no function of the package"


def _check_result(result: object) -> None:
    """Assert that a result is consistent, and that no part of an argument is left in it."""
    if isinstance(result, Appointment):
        _check_appointment(result)
    elif isinstance(result, Record | Finding | Verdict | Event):
        kind: Any = Event if isinstance(result, Event) else type(result)
        assert codec.structure(kind, codec.unstructure(result)) == result
    elif isinstance(result, presubmit.Report | Refused):
        _check_verdict(result.verdict)
        json.dumps(result.to_problem(), allow_nan=False).encode()
        assert str(result)
        assert repr(result)
    elif isinstance(result, AppointmentError):
        assert str(result)


def _check_verdict(verdict: Verdict) -> None:
    for finding in verdict.findings:
        assert type(finding.message) is type(finding.hint) is type(finding.pointer) is str
    if verdict.record is not None:
        _check_appointment(Appointment(verdict.record))


def _check_appointment(given: Appointment) -> None:
    """Assert that the record is consistent, and consists of plain JSON values."""
    record = given.to_record()
    assert Appointment.from_record(record) == given
    assert json.loads(json.dumps(record, allow_nan=False)) == record


def _check_target(world: World, before: Mapping[str, object]) -> None:
    """Assert that the appointment is consistent and usable, and that its events lead to its record."""
    target = world.target
    _check_appointment(target)
    if target.status.value not in TERMINAL:
        target.patch({"driver_notes": f"After {target.version}"}, now=NOW)
    _check_appointment(target)
    replay([*world.collected, *target.collect_events()], before, target)


def replay(events: Iterable[Event], before: Mapping[str, object], given: Appointment) -> None:
    """Assert that events, applied to the record before them, lead to the appointment, with versions without gaps."""
    version, status = before["version"], before["status"]
    fields = {name: before[name] for name in CLIENT_FIELDS}
    updated_at = before["updated_at"]
    for event in events:
        written = codec.unstructure(event)
        assert event.version in (version, int(str(version)) + 1), "a gap in the versions"
        version, updated_at = event.version, written["at"]
        assert not isinstance(event, AppointmentCreated)
        if isinstance(event, FieldsChanged):
            for name, change in event.changes.items():
                changed: Any = written["changes"]
                assert fields[name] == changed[name]["before"], "the value before does not agree"
                fields[name] = changed[name]["after"]
                assert change.before != change.after or type(change.before) is not type(change.after)
        else:
            assert event.source == status, "the status before does not agree"
            status = event.target.value
    record = given.to_record()
    assert {name: record[name] for name in CLIENT_FIELDS} == fields, "the events do not lead to the fields"
    assert (record["version"], record["status"], record["updated_at"]) == (version, status, updated_at)


def _body(world: World, members: Mapping[str, object]) -> Any:
    """Return a body with some hostile values, in a hostile object."""
    changed = dict(members)
    for _ in range(world.random.randrange(3)):
        name = world.random.choice((*CLIENT_FIELDS, "config"))
        is_wrong = name not in changed or world.random.random() < 0.3
        changed[name] = random_value(world) if is_wrong else disguised(world, changed[name])
    return random_mapping(world, changed) if world.random.random() < 0.9 else random_value(world)


def _now(world: World) -> Any:
    if world.random.random() < 0.9:
        return NOW
    return datetime(2026, 3, 1, 12, tzinfo=HostileZone(world))


def _version(world: World) -> Any:
    return world.random.choice((None, None, None, world.target.version, hostile_instance(world, int, 3)))


def _create(world: World) -> Call:
    id: Any = 17 if world.random.random() < 0.9 else random_value(world, 1)
    return partial(Appointment.create, _body(world, create_body()), id=id, now=_now(world))


def _patch(world: World) -> Call:
    body = _body(world, {"driver_notes": "Patched", "config": {"a": 1}})
    return partial(world.target.patch, body, now=_now(world), expected_version=_version(world))


def _patch_typed(world: World) -> Call:
    name, config = random_value(world, 1), random_value(world)
    if world.random.random() < 0.7:
        name, config = disguised(world, "Ada"), disguised(world, {"a": [1, 2], "b": {"c": 1.5}})
    request = PatchRequest(consumer_name=name, config=config)
    return partial(world.target.patch, request, now=_now(world), expected_version=_version(world))


def _replace(world: World) -> Call:
    body = _body(world, put_body(world.target, driver_notes="Replaced"))
    return partial(world.target.replace, body, now=_now(world), expected_version=_version(world))


def _fire(world: World) -> Call:
    trigger: Any = world.random.choice((hostile_instance(world, str, "cancel"), random_value(world, 1), "cancel"))
    return partial(world.target.fire, trigger, now=_now(world), expected_version=_version(world))


def _record(world: World) -> Any:
    record = world.target.to_record()
    return _body(world, record) if world.random.random() < 0.7 else random_mapping(world, record)


def _from_record(world: World) -> Call:
    return partial(Appointment.from_record, _record(world))


def _structure(world: World) -> Call:
    other = Appointment.create(create_body(config={"a": 1}), id=17, now=NOW)
    verdict = other.patch({"driver_notes": "N", "pickup_location_id": 1}, now=NOW)
    finding = presubmit.check_patch({"x": 1}, now=NOW).findings[0]
    events = [(Event, each) for each in other.pending_events]
    kind: Any
    value: Any
    kind, value = world.random.choice([(Record, other.record), (Verdict, verdict), (Finding, finding), *events])
    written: dict[str, Any] = codec.unstructure(value)
    for _ in range(world.random.randrange(3)):
        written[world.random.choice(list(written))] = random_value(world)
    return partial(codec.structure, kind, random_mapping(world, written))


def _presubmit(world: World) -> Call:
    operation = world.random.choice((Operation.CREATE, Operation.REPLACE, Operation.PATCH))
    record: Any = None if operation is Operation.CREATE or world.random.random() < 0.5 else _record(world)
    members = {Operation.CREATE: create_body(), Operation.REPLACE: put_body(world.target), Operation.PATCH: {}}
    return partial(presubmit.check, operation, _body(world, members[operation]), record, now=_now(world))


def _look_up(world: World) -> Call:
    outgoing, record, now = outgoing_call("PATCH", "/v1/appointments/17"), _record(world), _now(world)
    assert outgoing is not None

    def send(outgoing: OutgoingCall = outgoing) -> None:
        known = look_up(lambda _: record, outgoing)
        raise_if_refused(outgoing, ["Bearer x"], b'{"driver_notes": "Sent"}', known, lambda: now)

    return send


_OWN_OPERATIONS: Final = ("patch", "patch typed", "replace", "fire")
CALLS: Final[dict[str, Callable[[World], Call]]] = {
    "create": _create,
    "patch": _patch,
    "patch typed": _patch_typed,
    "replace": _replace,
    "fire": _fire,
    "from_record": _from_record,
    "structure": _structure,
    "presubmit": _presubmit,
    "lookup": _look_up,
}


def main() -> None:
    """Make as many calls as the command line says, by default 20,000, and print how they ended."""
    count, seed = count_and_seed("Make calls with hostile Python objects.", 20_000)
    began = time.perf_counter()
    ends, failures = check_calls(count, seed)
    for name in CALLS:
        show(f"{name}: { ({end: number for (each, end), number in sorted(ends.items()) if each == name}) }")
    if failures:
        first = {failure.partition(" (seed")[0]: failure for failure in reversed(failures)}
        sys.exit("\n".join([*first.values(), f"{len(failures)} of {count} calls failed, in {len(first)} ways"]))
    show(f"{count} calls: no raw exception, every appointment consistent, {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
