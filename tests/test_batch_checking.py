"""Blocks through the check: feeds, documents, envelopes, tallies and tiers."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime

import pytest

from hopdrive_appointments import Finding, Operation, Severity, Status
from hopdrive_appointments.batch import (
    ACCEPTED,
    Batch,
    Block,
    Result,
    Settings,
    check_block,
    checking,
    reaches,
    tier_of,
)
from hopdrive_appointments.presubmit import INCOMPLETE, check
from hopdrive_appointments.snapshots import record_from_json
from tests.case_space import VINS, bodies, body_texts, example, minimal

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CREATE = Settings(Operation.CREATE, NOW)
BODY = minimal("create")
FLAGGED = {**BODY, "vehicle_vin": VINS[2]}
ADVISED = {**BODY, "vehicle_vin": "1HGCM82633A004353"}


def feed(*lines: object, settings: Settings = CREATE) -> Batch:
    text = b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    return check_block(Block("a.jsonl", True, 1, text), settings)


def document(value: object, settings: Settings = CREATE) -> Batch:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return check_block(Block("a.json", False, 1, text), settings)


def only(batch: Batch) -> Result:
    """Return the one result of a batch."""
    (result,) = batch.results
    return result


def findings_of(result: Result) -> list[Finding]:
    return [located.finding for located in result.findings]


def places(batch: Batch) -> list[tuple[str, str]]:
    """Return the code and the pointer of every finding of the one result."""
    return [(located.finding.code.value, located.pointer) for located in only(batch).findings]


@pytest.mark.parametrize("operation", [Operation.CREATE, Operation.REPLACE, Operation.PATCH])
def test_every_body_gets_the_findings_of_presubmit(operation: Operation) -> None:
    """Every body as a line of a feed, and in an array, has the verdict of a check of it alone."""
    settings = Settings(operation, NOW)
    given = [json.loads(json.dumps(body)) for body in bodies(operation.value)]
    in_feed, in_array = feed(*given, settings=settings), document(given, settings)
    assert in_feed.tally == in_array.tally
    for body, line, element in zip(given, in_feed.results, in_array.results, strict=True):
        report = check(operation, body, now=NOW)
        for result in (line, element):
            assert findings_of(result) == list(report.findings)
            assert (result.accepted, result.status) == (report.ok, report.status)
            assert result.operation is operation


def test_every_text_gets_the_findings_of_presubmit() -> None:
    """Every short text, JSON or none, as a document has the findings of a check of it."""
    for text in (each for each in body_texts() if len(each) < 10_000):
        body = text.encode("utf-8", "surrogatepass")
        report = check(Operation.CREATE, body, now=NOW)
        in_feed = check_block(Block("a.jsonl", True, 1, body.replace(b"\n", b" ")), CREATE)
        assert len(in_feed.results) == bool(body.strip())
        batch = document(body)
        if [result.index for result in batch.results] == [None]:
            assert findings_of(only(batch)) == list(report.findings)
        else:  # an array, whose elements are the bodies
            assert [found.code for found in report.findings] == ["body_invalid"] or len(body) > 1000


def test_binary_lines_are_findings() -> None:
    """Lines of arbitrary bytes are json_invalid, one each, and do no harm to their neighbours."""
    batch = feed(BODY, b"\xff\x00\xfe", b"\x1f\x8b\x08", BODY)
    assert [result.tier for result in batch.results] == [ACCEPTED, "refused", "refused", ACCEPTED]
    assert [result.name for result in batch.results] == [f"a.jsonl:{line}" for line in (1, 2, 3, 4)]
    assert batch.bytes == 2 * len(json.dumps(BODY)) + 9


def test_clean_results_of_feeds_may_be_counted_only() -> None:
    """Clean lines may be left out and still count; clean documents are always there."""
    settings = Settings(Operation.CREATE, NOW, keep_clean=False)
    batch = feed(BODY, {}, FLAGGED, ADVISED, settings=settings)
    assert batch.tally == Counter({ACCEPTED: 1, "refused": 1, "flagged": 1, "advised": 1})
    assert [result.line for result in batch.results] == [2, 3, 4]
    assert only(document(BODY, settings)).status is Status.NEW


@pytest.mark.parametrize("cut_off", [True, False])
def test_a_line_that_is_too_long_is_one_finding(monkeypatch: pytest.MonkeyPatch, cut_off: bool) -> None:
    """A line over the limit is json_invalid by D116, whether or not its end was in the block."""
    monkeypatch.setattr(checking, "LINE_BYTES", 50)
    result = only(check_block(Block("a.jsonl", True, 7, b" " * 51, cut_off), CREATE))
    assert [(found.code, found.rule) for found in findings_of(result)] == [("json_invalid", "D116")]
    assert (result.line, result.accepted, result.findings[0].line) == (7, False, 7)


def test_names_tell_where_a_body_stands() -> None:
    """A result is called by its source, with the line in a feed or the position in an array."""
    assert only(document(BODY)).name == "a.json"
    assert [result.name for result in document([BODY, {}]).results] == ["a.json[0]", "a.json[1]"]
    assert only(feed(BODY)).name == "a.jsonl:1"


@pytest.mark.parametrize("value", [None, True, 5, 1.5, "text"])
def test_a_document_that_is_a_scalar_is_one_body(value: object) -> None:
    """A scalar is a body of the wrong type, and an empty array holds no body at all."""
    assert places(document(value)) == [("body_invalid", "")]
    assert document([]) == Batch(Counter(), (), bytes=2)


def test_the_record_decides() -> None:
    """With the record the result is exact; without it, it says that it is not."""
    record = record_from_json(example("ready"))
    exact = only(document({"vehicle_color": "red"}, Settings(Operation.PATCH, NOW, record)))
    assert [found.code for found in findings_of(exact)] == ["field_frozen"]
    assert exact.note is None
    assert only(document({"vehicle_color": "red"}, Settings(Operation.PATCH, NOW))).note == INCOMPLETE


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [
        ("POST", "/v1/appointments", Operation.CREATE),
        ("POST", "https://example.com/appointments/?a=/b", Operation.CREATE),
        ("PUT", "/appointments/17", Operation.REPLACE),
        ("PATCH", "appointments/17/", Operation.PATCH),
    ],
)
@pytest.mark.parametrize("with_record", [True, False])
def test_an_envelope_is_checked_as_its_method_says(
    method: str, path: str, operation: Operation, with_record: bool
) -> None:
    """The method decides the operation, and the envelope's record goes before that of the settings."""
    record = example("ready") if with_record and operation is not Operation.CREATE else None
    body = minimal(operation.value)
    other = Settings(Operation.CREATE, NOW, record_from_json(example("failed")))
    envelope = {"method": method, "path": path, "body": body, "record": record}
    for settings in (CREATE, other):
        before = record_from_json(record) if record else settings.record
        report = check(operation, body, None if operation is Operation.CREATE else before, NOW)
        for result in (only(feed(envelope, settings=settings)), only(document(envelope, settings))):
            assert (result.operation, result.accepted, result.note) == (operation, report.ok, report.note)
            assert findings_of(result) == list(report.findings)


def test_a_record_whose_version_cannot_grow_is_a_finding() -> None:
    """A change of a record at the largest version is refused by D114, and what changes nothing is not."""
    last = {**example("new"), "version": 2**53 - 1}
    settings = Settings(Operation.PATCH, NOW, record_from_json(last))
    envelope = {"method": "PATCH", "path": "/appointments/017", "body": {"vehicle_color": "red"}, "record": last}
    for body in ({"vehicle_color": "red"}, envelope):
        (located,) = only(feed(body, settings=settings)).findings
        assert (located.finding.code, located.finding.rule) == ("body_invalid", "D114")
    assert only(feed({}, settings=settings)).accepted


def test_a_record_given_for_all_is_not_another_appointments() -> None:
    """An envelope whose path names another id than the record of the settings is checked without that record."""
    settings = Settings(Operation.PATCH, NOW, record_from_json(example("ready")))
    paths = {"/appointments/17": "field_frozen", "/appointments/18": None}
    for path, code in paths.items():
        envelope = {"method": "PATCH", "path": path, "body": {"vehicle_color": "red"}}
        result = only(feed(envelope, settings=settings))
        assert [located.finding.code for located in result.findings] == ([code] if code else [])
        assert (result.note is None) is (code is not None)


def test_findings_in_an_envelope_are_below_body() -> None:
    """The pointer goes through the array and the envelope, while the finding's own stays within the body."""
    envelope = {"method": "POST", "path": "/appointments", "body": {**BODY, "vehicle_year": 1}}
    batch = document([BODY, envelope])
    (located,) = batch.results[1].findings
    assert (located.pointer, located.finding.pointer) == ("/1/body/vehicle_year", "/vehicle_year")
    assert places(feed(envelope)) == [("field_invalid", "/body/vehicle_year")]


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"method": "GET"}, ["/method"]),
        ({"method": "patch"}, ["/method"]),
        ({"method": 5}, ["/method"]),
        ({"path": "/moves/17"}, ["/path"]),
        ({"path": "/appointments/x"}, ["/path"]),
        ({"path": None}, ["/path"]),
        ({"path": "/appointments"}, ["/path"]),
        ({"path": "/appointments/18"}, ["/path"]),
        ({"method": "POST"}, ["/path", "/record"]),
        ({"method": "POST", "path": "/appointments"}, ["/record"]),
        ({"path": "/appointments/18", "record": None}, []),
        ({"headers": {}, "a/b": 1}, ["/headers", "/a~1b"]),
        ({"method": None, "path": 5, "extra": 1}, ["/extra", "/method", "/path"]),
        ({"record": {**example("ready"), "status": "x"}}, ["/record/status"]),
        ({"record": 5}, ["/record"]),
    ],
)
def test_an_envelope_that_is_wrong_is_not_opened(changes: dict[str, object], pointers: list[str]) -> None:
    """Everything wrong with an envelope is a finding at its member, and the body is not checked."""
    envelope = {"method": "PATCH", "path": "/appointments/17", "body": {}, "record": example("ready"), **changes}
    result = only(feed(envelope))
    assert [located.pointer for located in result.findings] == pointers
    assert result.accepted is not bool(pointers)
    assert (result.operation is None) is bool(pointers)
    assert {found.code.value for found in findings_of(result)} <= {"body_invalid", "snapshot_invalid"}


@pytest.mark.parametrize("left_out", ["method", "path", "body"])
def test_an_envelope_needs_its_members(left_out: str) -> None:
    """A member that is missing is named, and an object with neither method nor path is a body."""
    envelope = {"method": "PATCH", "path": "/appointments/17", "body": {}}
    del envelope[left_out]
    assert places(feed(envelope)) == [("body_invalid", f"/{left_out}")]
    assert places(feed({"body": {}}, settings=Settings(Operation.PATCH, NOW))) == [("field_unknown", "/body")]


def test_a_tier_is_the_gravest_severity() -> None:
    """The tier is the gravest severity among the findings, or accepted."""
    refused, flagged, advised = (findings_of(only(document(body)))[0] for body in ({}, FLAGGED, ADVISED))
    assert tier_of([]) == ACCEPTED
    assert tier_of([advised]) == "advised"
    assert tier_of([advised, flagged]) == "flagged"
    assert tier_of([advised, refused, flagged]) == "refused"


def test_a_tier_reaches_what_is_as_grave_or_less() -> None:
    """A tier reaches its own severity and those below it; accepted reaches none."""
    order = ["refused", "flagged", "advised", ACCEPTED]
    for place, tier in enumerate(order):
        reached = [severity.value for severity in Severity if reaches(tier, severity)]
        assert reached == order[place:-1]
