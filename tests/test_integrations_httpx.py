"""The event hooks for httpx: what is refused is never sent, and all else is sent as without them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import httpx
import pytest

from hopdrive_appointments import (
    Appointment,
    ArgumentTypeError,
    Code,
    MissingExtra,
    Operation,
    Provenance,
    Refused,
    Severity,
)
from hopdrive_appointments.integrations.httpx import AppointmentHook
from tests.http_calls import (
    BAD,
    BAD_FINDINGS,
    CALLS,
    CREATE,
    FLAGGED,
    NOW,
    OTHERS,
    PATCH,
    READY,
    UNREADABLE,
    Known,
    broken,
    found,
    now,
)
from tests.http_server import Recording, recording
from tests.httpx_clients import FORMS, KINDS, both, call, content, hook_of, send

both_kinds = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture
def server() -> Iterator[Recording]:
    with recording() as running:
        yield running


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("method", CALLS)
@both_kinds
def test_what_is_accepted_arrives_byte_for_byte(kind: str, method: str, form: str, server: Recording) -> None:
    """An accepted request arrives with the same line, headers and body as without the hook, chunk by chunk."""
    path, body = CALLS[method]
    for hook in (None, hook_of(kind)):
        send(kind, server, hook, method, path + "?dry=1", **content(kind, form, body))
    plain, hooked = server.take()
    assert hooked == plain
    assert hooked.method == method
    assert hooked.chunked is (form == "generator")
    assert hooked.body == body or form == "json"


@pytest.mark.parametrize(("method", "path"), OTHERS)
@both_kinds
def test_every_other_request_passes_untouched(kind: str, method: str, path: str, server: Recording) -> None:
    """A request that is not about an appointment is sent as it is, whatever its body, and without authorization."""
    [received] = both(kind, server, hook_of(kind), method, path, content=b"{", headers={})
    assert received.body == b"{"


@both_kinds
def test_the_body_of_another_request_is_not_read(kind: str) -> None:
    """Only the body of a call about an appointment is read, so that the rest can stream."""
    request = httpx.Request("POST", "https://api.example.com/files", **content(kind, "generator", CREATE))
    stream = request.stream
    call(hook_of(kind), request)
    assert request.stream is stream


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("method", CALLS)
@both_kinds
def test_what_is_refused_never_arrives(kind: str, method: str, form: str, server: Recording) -> None:
    """A refused request is not sent, nobody connects, and all of its problems are reported at once."""
    arguments = content(kind, form, json.dumps(BAD).encode())
    with pytest.raises(Refused) as raised:
        send(kind, server, hook_of(kind), method, CALLS[method][0], **arguments)
    assert found(raised.value) == BAD_FINDINGS[method]
    server.assert_nothing_arrived()


@pytest.mark.parametrize("body", UNREADABLE)
@both_kinds
def test_a_body_that_is_no_json_object_never_arrives(kind: str, body: bytes | None, server: Recording) -> None:
    """No body at all, and one that is no JSON object, are refused like any other that is."""
    with pytest.raises(Refused) as raised:
        send(kind, server, hook_of(kind), "POST", "/appointments", content=body)
    [finding] = raised.value.verdict.refused
    assert finding.code in (Code.JSON_INVALID, Code.BODY_INVALID)
    server.assert_nothing_arrived()


@pytest.mark.parametrize("headers", [{}, {"Authorization": ""}, {"authorization": " \t "}])
@both_kinds
def test_a_request_without_authorization_never_arrives(kind: str, headers: Any, server: Recording) -> None:
    """Without an authorization that is not blank, access is denied: by AC-1, the source's word."""
    with pytest.raises(Refused) as raised:
        send(kind, server, hook_of(kind), "POST", "/appointments", content=FLAGGED, headers=headers)
    verdict = raised.value.verdict
    [denied] = verdict.refused
    assert (denied.code, denied.rule, denied.provenance) == (Code.ACCESS_DENIED, "AC-1", Provenance.SOURCE)
    assert (denied.severity, denied.field, denied.pointer) == (Severity.REFUSED, None, "")
    assert [finding.field for finding in verdict.flagged] == ["pickup_location_id"]
    assert (verdict.operation, verdict.record, verdict.triggers) == (Operation.CREATE, None, ())
    assert raised.value.to_problem()["status"] == 401
    server.assert_nothing_arrived()


@both_kinds
def test_a_denied_request_tells_of_its_body_too(kind: str, server: Recording) -> None:
    """Access denied stands first, and hides none of the other findings."""
    with pytest.raises(Refused) as raised:
        send(kind, server, hook_of(kind), "PUT", "/appointments/17", json=BAD, headers={})
    assert raised.value.verdict.findings[0].code is Code.ACCESS_DENIED
    assert found(raised.value) == {("access_denied", None)} | BAD_FINDINGS["PUT"]
    server.assert_nothing_arrived()


@both_kinds
def test_authorization_may_come_from_the_client(kind: str, server: Recording) -> None:
    """The authorization that httpx adds by itself counts."""
    [received] = both(kind, server, hook_of(kind), "PATCH", "/appointments/17", json={}, headers={}, auth=("a", "b"))
    assert "Authorization" in dict(received.headers)


@pytest.mark.parametrize("record", [READY, Appointment.from_record(READY).record])
@both_kinds
def test_the_record_decides_where_there_is_a_lookup(kind: str, record: Any, server: Recording) -> None:
    """With the record that the lookup gives, as JSON or as a Record, a frozen field is refused; another is sent."""
    known = Known(record)
    for lookup in (known,) if kind == "sync" else (known, known.later):
        hook = hook_of(kind, lookup)
        with pytest.raises(Refused) as raised:
            send(kind, server, hook, "PATCH", "/appointments/0017/", json={"vehicle_color": "red"})
        assert found(raised.value) == {("field_frozen", "vehicle_color")}
        assert server.take() == []
        both(kind, server, hook, "PATCH", "/appointments/17", content=PATCH)
    assert set(known.asked) == {17}


@both_kinds
def test_without_the_record_the_body_alone_decides(kind: str, server: Recording) -> None:
    """With no lookup, and with one that gives None, a PUT or PATCH is checked as far as its body goes."""
    for lookup in (None, Known(None)):
        hook = hook_of(kind, lookup)
        both(kind, server, hook, "PATCH", "/appointments/17", json={"vehicle_color": "red"})
        with pytest.raises(Refused):
            send(kind, server, hook, "PATCH", "/appointments/17", json={"vehicle_color": ""})
        assert server.take() == []


@both_kinds
def test_the_lookup_is_asked_for_ids_alone(kind: str, server: Recording) -> None:
    """Neither a create nor a number that no appointment can have is looked up; the body is checked all the same."""
    known = Known(READY)
    hook = hook_of(kind, known)
    both(kind, server, hook, "POST", "/appointments", content=CREATE)
    for number in ("0", "9" * 17, "9" * 5000):
        both(kind, server, hook, "PATCH", f"/appointments/{number}", content=PATCH)
        with pytest.raises(Refused):
            send(kind, server, hook, "PATCH", f"/appointments/{number}", content=b"")
    assert known.asked == []
    assert server.take() == []


@both_kinds
def test_what_the_lookup_raises_passes_through(kind: str, server: Recording) -> None:
    """An exception of the lookup reaches the caller, a record that contradicts itself is refused, nothing is sent."""
    with pytest.raises(LookupError, match="17"):
        send(kind, server, hook_of(kind, broken), "PATCH", "/appointments/17", content=PATCH)
    with pytest.raises(Refused, match="snapshot_invalid"):
        send(kind, server, hook_of(kind, Known({"id": 17})), "PATCH", "/appointments/17", content=PATCH)
    server.assert_nothing_arrived()


def test_a_lookup_that_has_to_be_awaited_needs_the_asynchronous_hook(server: Recording) -> None:
    """The hook for a Client says so when its lookup is a coroutine function, and nothing is sent."""
    hook = AppointmentHook(Known(READY).later, now)  # type: ignore[arg-type]  # that is the point
    with pytest.raises(ArgumentTypeError, match="lookup must give the record itself"):
        send("sync", server, hook, "PATCH", "/appointments/17", content=PATCH)
    server.assert_nothing_arrived()


@both_kinds
def test_the_time_is_the_one_that_now_gives(kind: str, server: Recording) -> None:
    """A time that is past by `now`, or by the current time where there is none, is refused; a naive one is an error."""
    body = {"appointment_time": NOW.isoformat().replace("+00:00", "Z")}
    both(kind, server, hook_of(kind), "PATCH", "/appointments/17", json=body)
    for clock in (lambda: NOW + timedelta(seconds=1), None):
        with pytest.raises(Refused, match="appointment_time"):
            send(kind, server, hook_of(kind, clock=clock), "PATCH", "/appointments/17", json=body)
    naive = hook_of(kind, clock=lambda: datetime(2026, 3, 1))
    with pytest.raises(ArgumentTypeError, match="time zone"):
        send(kind, server, naive, "PATCH", "/appointments/17", json=body)
    assert server.take() == []


def test_without_httpx_the_import_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where httpx is not installed, importing the module is a MissingExtra that says what to install."""
    name = "hopdrive_appointments.integrations.httpx"
    monkeypatch.setitem(sys.modules, "httpx", None)
    monkeypatch.delitem(sys.modules, name)
    with pytest.raises(MissingExtra, match=r"hopdrive-appointments\[httpx\]") as raised:
        import_module(name)
    assert raised.value.extra == "httpx"
