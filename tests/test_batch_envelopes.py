"""The request envelopes of feeds and documents."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from hopdrive_appointments import Code, Operation
from hopdrive_appointments._batch.blocks import Block
from hopdrive_appointments._batch.checker import Batch, Settings, check_block
from hopdrive_appointments._batch.envelopes import Envelope, open_envelope
from hopdrive_appointments._batch.results import Result
from hopdrive_appointments._record_json import record_from_json
from hopdrive_appointments.presubmit import check
from tests.case_space import example, minimal
from tests.together import assert_together

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CREATE = Settings(Operation.CREATE, NOW)
READY = example("ready")
ENVELOPE = {"method": "PATCH", "path": "/appointments/17", "body": {}, "record": READY}


def feed(value: object, settings: Settings = CREATE) -> Batch:
    return check_block(Block("a.jsonl", True, 1, json.dumps(value).encode()), settings)


def document(value: object, settings: Settings = CREATE) -> Batch:
    return check_block(Block("a.json", False, 1, json.dumps(value).encode()), settings)


def only(batch: Batch) -> Result:
    """Return the one result of a batch, whose findings can be reported together."""
    (result,) = batch.results
    assert_together((located.finding for located in result.findings), result.operation)
    return result


def codes(result: Result) -> list[str]:
    return [located.finding.code.value for located in result.findings]


def pointers(result: Result) -> list[str]:
    return [located.pointer for located in result.findings]


class TestValid:
    """Envelopes that are valid."""

    @pytest.mark.parametrize(
        ("method", "path", "operation"),
        [
            ("POST", "/v1/appointments", Operation.CREATE),
            ("POST", "https://example.com/appointments/?a=/b", Operation.CREATE),
            ("PUT", "/appointments/17", Operation.REPLACE),
            ("PATCH", "appointments/%31%37/", Operation.PATCH),
            ("PATCH", "/v1/appointments/17?next=/appointments", Operation.PATCH),
        ],
    )
    @pytest.mark.parametrize("with_record", [True, False])
    def test_operation_by_method(self, method: str, path: str, operation: Operation, with_record: bool) -> None:
        """The method determines the operation, and the envelope's own record is used before that of the settings."""
        record = READY if with_record and operation is not Operation.CREATE else None
        body = minimal(operation.value)
        other = Settings(Operation.CREATE, NOW, record_from_json(example("failed")))
        envelope = {"method": method, "path": path, "body": body, "record": record}
        for settings in (CREATE, other):
            before = record_from_json(record) if record else settings.record
            report = check(operation, body, None if operation is Operation.CREATE else before, now=NOW)
            for result in (only(feed(envelope, settings)), only(document(envelope, settings))):
                assert (result.operation, result.accepted, result.note) == (operation, report.ok, report.note)
                assert [located.finding for located in result.findings] == list(report.findings)

    def test_id_of_path(self) -> None:
        """The id of the path becomes an int, and None for a create."""
        change = open_envelope({"method": "PUT", "path": "/appointments/17", "body": 5})
        create = open_envelope({"method": "POST", "path": "/appointments", "body": None})
        assert change == Envelope(Operation.REPLACE, 17, 5, None)
        assert create == Envelope(Operation.CREATE, None, None, None)

    def test_shared_record(self) -> None:
        """The record of the settings is used only for an envelope whose path has its id."""
        settings = Settings(Operation.PATCH, NOW, record_from_json(READY))
        for path, expected in {"/appointments/17": ["field_frozen"], "/appointments/18": []}.items():
            result = only(feed({"method": "PATCH", "path": path, "body": {"vehicle_color": "red"}}, settings))
            assert codes(result) == expected
            assert (result.note is None) is bool(expected)

    def test_finding_pointer(self) -> None:
        """The pointer to a finding starts at the document, and the pointer of the finding itself at the body."""
        body = minimal("create")
        envelope = {"method": "POST", "path": "/appointments", "body": {**body, "vehicle_year": 1}}
        (located,) = document([body, envelope]).results[1].findings
        assert (located.pointer, located.finding.pointer) == ("/1/body/vehicle_year", "/vehicle_year")
        assert pointers(only(feed(envelope))) == ["/body/vehicle_year"]


@pytest.mark.rule("D115")
class TestProblems:
    """Envelopes that are not valid."""

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"method": "GET"}, ["/method"]),
            ({"method": "patch"}, ["/method"]),
            ({"method": 5}, ["/method"]),
            ({"path": "/moves/17"}, ["/path"]),
            ({"path": "/appointments/x"}, ["/path"]),
            ({"path": None}, ["/path"]),
            ({"path": "/appointments"}, ["/path"]),
            ({"path": "/appointments/0"}, ["/path"]),
            ({"path": "/appointments/017"}, ["/path"]),
            ({"path": "/appointments/1" + "0" * 26}, ["/path"]),
            ({"path": "/appointments/" + "9" * 5000}, ["/path"]),
            ({"path": "/appointments/18"}, ["/path"]),
            ({"path": "/evil?x=/appointments/17"}, ["/path"]),
            ({"method": "POST", "path": "/evil?x=/appointments", "record": None}, ["/path"]),
            ({"method": "GET", "path": "/appointments/18"}, ["/method", "/path"]),
            ({"method": "put", "path": "/appointments/0"}, ["/method", "/path"]),
            ({"method": "POST"}, ["/path", "/record"]),
            ({"method": "post", "path": "/appointments"}, ["/method", "/record"]),
            ({"method": "POST", "path": "/appointments", "record": 5}, ["/record"]),
            ({"path": "/appointments/18", "record": None}, []),
            ({"headers": {}, "a/b": 1}, ["/headers", "/a~1b"]),
            ({"method": None, "path": 5, "extra": 1}, ["/extra", "/method", "/path"]),
            ({"record": {**READY, "status": "x"}}, ["/record/status"]),
            ({"record": {**READY, "status": "x"}, "extra": 1}, ["/extra", "/record/status"]),
            ({"record": 5}, ["/record"]),
        ],
    )
    def test_each_member(self, changes: dict[str, object], expected: list[str]) -> None:
        """Each problem is one finding at its member, and the body is not checked."""
        result = only(feed({**ENVELOPE, **changes}))
        assert pointers(result) == expected
        assert result.accepted is not bool(expected)
        assert (result.operation is None) is bool(expected)
        assert set(codes(result)) <= {"body_invalid", "snapshot_invalid"}
        assert {located.finding.rule for located in result.findings} <= {"D115", "RV-3"}

    @pytest.mark.parametrize("left_out", ["method", "path", "body"])
    def test_missing_member(self, left_out: str) -> None:
        """A missing member is one finding that points to it."""
        envelope = {name: value for name, value in ENVELOPE.items() if name not in ("record", left_out)}
        result = only(feed(envelope))
        assert (codes(result), pointers(result)) == (["body_invalid"], [f"/{left_out}"])

    def test_plain_body(self) -> None:
        """An object without a method and a path is a body."""
        result = only(feed({"body": {}}, Settings(Operation.PATCH, NOW)))
        assert (codes(result), pointers(result)) == (["field_unknown"], ["/body"])

    def test_other_id(self) -> None:
        """The message about two different ids names both."""
        result = only(feed({**ENVELOPE, "path": "/appointments/18"}))
        assert result.findings[0].finding.message == "the path has the id 18, but the record has the id 17"

    def test_unknown_member(self) -> None:
        """The hint about an unknown member names the members that an envelope has."""
        [located] = only(feed({**ENVELOPE, "headers": {}})).findings
        assert located.finding.message == "an envelope does not have the member 'headers'"
        assert located.finding.hint == "leave it out; the members are method, path, body, record"

    @pytest.mark.rule("D119")
    def test_letter_case(self) -> None:
        """The hint about a method that is not in upper case is its correct spelling."""
        [located] = only(feed({**ENVELOPE, "method": "patch"})).findings
        assert (located.finding.code, located.finding.hint) == (Code.BODY_INVALID, "write PATCH")

    @pytest.mark.rule("RV-3")
    def test_inconsistent_record(self) -> None:
        """The findings about a record that is not consistent point into the record."""
        result = only(feed({**ENVELOPE, "record": {**READY, "status": "new"}}))
        assert (codes(result), pointers(result)) == (["snapshot_invalid"], ["/record/status"])
