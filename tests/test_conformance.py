"""The reference implementation over its streams, and what it answers to cases that are none."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from typing import Any

import pytest

from hopdrive_appointments import AppointmentError, __version__
from hopdrive_appointments.conformance import MalformedCase, answer, outcome_of, serve
from tests.builders import DUE, Json, compact, create_body, put_body, record_json, time_json

NOW = "2026-03-01T12:00:00Z"
START = b'{"cmd":"start","version":1}'
STOP = b'{"cmd":"stop"}'


class Chunks(io.RawIOBase):
    """A stream that arrives in pieces, and remembers what had been answered before each piece was asked for."""

    def __init__(self, pieces: Iterable[bytes], answers: io.BytesIO) -> None:
        super().__init__()
        self.pieces, self.answers = list(pieces), answers
        self.answered: list[int] = []

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Hand out the next piece."""
        self.answered.append(self.answers.getvalue().count(b"\n"))
        piece = self.pieces.pop(0) if self.pieces else b""
        if rest := piece[len(buffer) :]:
            self.pieces.insert(0, rest)
        size = min(len(piece), len(buffer))
        buffer[:size] = piece[:size]
        return size


def talk(*pieces: bytes) -> list[Json]:
    """Return the answers to an input that arrives in these pieces."""
    answers = io.BytesIO()
    serve(io.BufferedReader(Chunks(pieces, answers)), answers)
    lines = answers.getvalue().split(b"\n")
    assert lines.pop() == b""
    assert all(line.isascii() and line.strip() == line != b"" for line in lines)
    return [json.loads(line, parse_constant=no_json) for line in lines]


def no_json(name: str) -> None:
    raise AssertionError(f"{name} is no JSON")


def case(given: object, now: object = NOW, **when: object) -> Json:
    """Return a case."""
    return {"now": now, "given": given, "when": when}


def run(seq: object, asked: object) -> bytes:
    """Return the line that asks for a case."""
    return compact({"cmd": "run", "seq": seq, "case": asked})


CREATE = case(None, operation="create", id=17, body=create_body())


def test_start_names_the_implementation() -> None:
    """A start is answered with the protocol's version and what the implementation is."""
    (reply,) = talk(START + b"\n")
    assert reply["version"] == 1
    assert set(reply["implementation"]) == {"name", "version", "language", "edition"}
    assert (reply["implementation"]["version"], reply["implementation"]["language"]) == (__version__, "python")


@pytest.mark.parametrize("version", [0, 2, "1", None, [], {}])
def test_another_version_is_not_spoken(version: object) -> None:
    """A start of another version is errored, and the program goes on."""
    wrong, right = talk(compact({"cmd": "start", "version": version}) + b"\n" + START)
    assert wrong["errored"] is True
    assert set(wrong) == {"errored", "message"}
    assert right["version"] == 1
    assert talk(b'{"cmd":"start"}')[0]["errored"] is True


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b" ",
        b"\r",
        b"nonsense",
        b"[]",
        b"null",
        b"5",
        b'"start"',
        b"{}",
        b'{"cmd":null}',
        b'{"cmd":["run"]}',
        b'{"cmd":{"run":1}}',
        b'{"cmd":"Start","version":1}',
        b'{"cmd":"start","version":1,"version":1}',
        b'{"cmd":"run","seq":NaN}',
        b"\xef\xbb\xbf" + START,
        b"\x00\xff\xfe\x80",
        bytes(range(128, 256)) * 99,
        b"[" * 100_000,
        b'{"a":' * 5000,
        START + START,
        b'{"cmd":"\\ud800"}',
    ],
)
def test_a_line_that_is_none_is_errored(line: bytes) -> None:
    """A line that is no command is answered errored with a message and no more, and the next one is read."""
    wrong, right = talk(line + b"\n" + START + b"\n")
    assert set(wrong) == {"errored", "message"}
    assert wrong["errored"] is True
    assert wrong["message"]
    assert right["version"] == 1


def test_lines_are_answered_in_order() -> None:
    """Each line gets its one answer in order, with its seq echoed whatever it is."""
    seqs: list[Any] = [1, "a", None, 1.5, [1, {"b": 2}], {"c": []}, 2**60, "\ud800", True]
    replies = talk(b"".join(run(seq, CREATE) + b"\n" for seq in seqs))
    assert [reply["seq"] for reply in replies] == seqs
    assert all(reply["outcome"]["accepted"] for reply in replies)
    assert talk(compact({"cmd": "run", "case": CREATE}))[0]["seq"] is None


@pytest.mark.parametrize("seq", [b"1e400", b"-1e400", b"9" * 5000, b'[{"a":1e999}]'])
def test_every_answer_is_json(seq: bytes) -> None:
    """A seq whose number is beyond every float is answered in JSON all the same."""
    (reply,) = talk(b'{"cmd":"run","seq":' + seq + b',"case":null}')
    assert reply["errored"] is True


def test_stop_ends_at_once_and_unanswered() -> None:
    """A stop has no answer; what was asked before it is answered, and what comes after it is not."""
    assert len(talk(START + b"\n" + STOP + b"\n" + START + b"\n", START + b"\n")) == 1
    assert talk(STOP) == []
    assert answer(STOP) is None


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_the_end_of_the_input_needs_no_newline(end: bytes) -> None:
    """The last line is answered with or without a newline, and the end itself is no line."""
    assert len(talk(START + b"\n" + run(1, CREATE) + end)) == 2
    assert talk() == []


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 1000])
def test_lines_may_arrive_in_any_pieces(size: int) -> None:
    """Lines that are split over chunks, or come several to a chunk, get the answers of the whole."""
    text = b"\n".join([START, run(1, CREATE), b"", b"nonsense", run(2, CREATE), run(3, None)])
    whole = talk(text)
    assert len(whole) == 6
    assert talk(*(text[start : start + size] for start in range(0, len(text), size))) == whole
    assert talk(*text.splitlines(keepends=True)) == whole


def test_a_long_line_is_read_in_chunks() -> None:
    """A line longer than any chunk is one line."""
    body = create_body(driver_notes="x" * 300_000)
    (reply,) = talk(run(1, case(None, operation="create", id=17, body=body)))
    assert [(each["code"], each["field"]) for each in reply["outcome"]["problems"]] == [
        ("field_invalid", "driver_notes")
    ]


def test_what_can_be_answered_never_waits() -> None:
    """Before more input is waited for, every line that has arrived is answered and flushed."""
    answers = io.BytesIO()
    one = START + b"\n"
    chunks = Chunks([one, one + one, one[:9], one[9:] + one[:5], one[5:], one[:-1]], answers)
    serve(io.BufferedReader(chunks), answers)
    assert chunks.answered == [0, 1, 3, 3, 4, 5, 5]
    assert answers.getvalue().count(b"\n") == 6


def test_answers_before_a_failure_are_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a line brings the program down, the lines before it in its chunk have had their answers."""
    answers = io.BytesIO()
    monkeypatch.setattr("hopdrive_appointments.conformance.serving.outcome_of", fail)
    with pytest.raises(MemoryError):
        serve(io.BytesIO(START + b"\n" + run(1, CREATE) + b"\n"), answers)
    assert answers.getvalue().count(b"\n") == 1


def fail(_: object) -> None:
    raise MemoryError


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [],
        "case",
        {},
        {"now": NOW, "given": None},
        {"given": None, "when": {"operation": "create", "id": 17, "body": {}}},
        {"now": NOW, "when": {"operation": "create", "id": 17, "body": {}}},
        {"now": NOW, "given": None, "when": None},
        {"now": NOW, "given": None, "when": {"id": 17, "body": {}}},
        case(None, "2026-03-01", operation="create", id=17, body={}),
        case(None, None, operation="create", id=17, body={}),
        case(None, operation="delete", body={}),
        case(None, operation=["create"], body={}),
        case(None, operation="create", body={}),
        case(None, operation="create", id=0, body={}),
        case(None, operation="create", id="17", body={}),
        case(None, operation="create", id=17),
        case(None, operation="create", id=17, body_text=5),
        case(record_json("ready"), operation="create", id=17, body={}),
        case(record_json("ready"), operation="patch"),
        case(record_json("ready"), operation="trigger"),
        case(record_json("ready", version=2**53 - 1), operation="trigger", trigger="cancel"),
    ],
)
def test_a_case_that_is_none_is_errored_with_its_seq(wrong: object) -> None:
    """What has not the form of a case raises MalformedCase, and is answered errored with its seq echoed."""
    with pytest.raises(MalformedCase) as caught:
        outcome_of(wrong)
    assert isinstance(caught.value, AppointmentError)
    (reply,) = talk(run(7, wrong))
    assert reply == {"seq": 7, "errored": True, "message": str(caught.value)}


def outcome(given: object, **when: object) -> Json:
    """Return the outcome of a case, after its way through JSON."""
    result: Json = json.loads(compact(outcome_of(case(given, **when))))
    return result


def test_an_accepted_case_has_record_triggers_and_reasons() -> None:
    """An accepted outcome has the record after, the triggers fired, and the reasons that are open."""
    given = record_json("new")
    body = put_body(given, pickup_location_id=None, transportation_type="valet")
    result = outcome(given, operation="replace", body=body)
    assert set(result) == {"accepted", "record", "triggers", "pending"}
    after = {**given, **body, "status": "pending", "version": 4, "updated_at": NOW}
    assert (result["accepted"], result["record"], result["triggers"]) == (True, after, ["flag"])
    (reason,) = result["pending"]
    assert (reason["code"], reason["field"]) == ("pickup_location_required", "pickup_location_id")
    again = outcome(after, operation="patch", body={"pickup_location_id": 303})
    assert (again["triggers"], again["pending"], again["record"]["status"]) == (["elect"], [], "ready")
    assert outcome(again["record"], operation="patch", body={})["triggers"] == []


def test_a_refused_case_has_its_problems() -> None:
    """A refused outcome has each code and field once, with what helps a person beside them."""
    given = record_json("canceled")
    body = {"config": {"a": 2**53, "b": 2**53}, "id": 1}
    result = outcome_of(case(given, time_json(DUE.replace(year=2027)), operation="patch", body=body))
    listed: Any = result["problems"]
    assert set(result) == {"accepted", "problems"}
    assert [(each["code"], each["field"]) for each in listed] == [
        ("field_invalid", "config"),
        ("field_not_allowed", "id"),
        ("appointment_terminal", None),
        ("appointment_past", None),
    ]
    assert listed[0]["pointer"] == "/config/a"
    assert all(set(each) == {"code", "field", "pointer", "message", "hint", "rule"} for each in listed)


@pytest.mark.parametrize("when", [{"operation": "patch", "body": {}}, {"operation": "trigger", "trigger": "cancel"}])
def test_an_inconsistent_record_is_snapshot_invalid_alone(when: Json) -> None:
    """A given that is no consistent record is answered snapshot_invalid alone, whatever is asked of it."""
    given: object
    for given in (None, {}, [], record_json("ready", paid_at=NOW), record_json("new", id=0, version=0)):
        (problem,) = outcome(given, **when)["problems"]
        assert (problem["code"], problem["field"]) == ("snapshot_invalid", None)


@pytest.mark.parametrize("trigger", ["reopen", "", "elect", None, 5, ["cancel"], "\ud800"])
def test_a_trigger_that_cannot_be_fired_is_not_allowed(trigger: object) -> None:
    """A trigger that no table knows, or that the data drives, is transition_not_allowed."""
    (problem,) = outcome(record_json("ready"), operation="trigger", trigger=trigger)["problems"]
    assert (problem["code"], problem["field"]) == ("transition_not_allowed", None)


def test_a_body_may_come_as_text() -> None:
    """A body_text is parsed as a request's body would be, and answered like the body that it says."""
    given = record_json("ready")
    texts = {"[]": "body_invalid", '{"a":1,"a":1}': "json_invalid", "\ud800": "json_invalid", "{": "json_invalid"}
    for text, code in texts.items():
        assert [each["code"] for each in outcome(given, operation="patch", body_text=text)["problems"]] == [code]
    said = outcome(given, operation="patch", body_text='{"consumer_name":"Gr\u00e4ce"}')
    assert said == outcome(given, operation="patch", body={"consumer_name": "Gr\u00e4ce"})
    assert outcome_of(CREATE)["accepted"] is True
