"""The parser of HTTP methods and URL paths, for request envelopes and client hooks."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopdrive_appointments import Operation, rules
from hopdrive_appointments._batch.envelopes import Envelope, open_envelope
from hopdrive_appointments._routes import Call, CallProblem, concerns_appointments, id_of, operation_of, read_call
from hopdrive_appointments.integrations._hooks import outgoing_call
from tests.http_paths import APPOINTMENT_PATHS, COLLECTION_PATHS, ID_PROBLEMS, LARGEST, OTHER_PATHS

CHANGES = [("PUT", Operation.REPLACE), ("PATCH", Operation.PATCH)]

segments = st.one_of(
    st.sampled_from(["appointments", "v1", "", ".", "..", "17", "0", "017", "%31", "%2F", "appointments%2F17"]),
    st.integers(min_value=0, max_value=10**30).map(str),
    st.text(max_size=8),
)
paths = st.one_of(
    st.text(),
    st.sampled_from(COLLECTION_PATHS + APPOINTMENT_PATHS + OTHER_PATHS),
    st.builds("{}{}{}".format, st.sampled_from(["", "/", "https://h/"]), st.lists(segments).map("/".join), st.text()),
)
methods = st.one_of(
    st.sampled_from(["POST", "PUT", "PATCH", "GET", "post", "Put", "PaTCH", "po\u017ft", "PATCH ", ""]), st.text()
)
anything: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.binary(), st.lists(st.text(), max_size=2), methods, paths
)


def problems(method: object, path: object) -> tuple[CallProblem, ...]:
    """Return the problems with a method and a path that are not a call."""
    call = read_call(method, path)
    assert not isinstance(call, Call)
    return call


def members(method: object, path: object) -> list[str]:
    return [problem.member for problem in problems(method, path)]


class TestReadCall:
    """A method and a path that are valid."""

    @pytest.mark.rule("D118")
    def test_collection(self) -> None:
        """The last segment before the id is the collection of the rulebook."""
        assert rules.COLLECTION == "appointments"
        assert read_call("PUT", f"/v2/{rules.COLLECTION}/17") == Call(Operation.REPLACE, 17)

    @pytest.mark.rule("D118")
    @pytest.mark.parametrize("path", COLLECTION_PATHS)
    def test_create_path(self, path: str) -> None:
        """A POST to a path that ends in the collection creates an appointment."""
        assert read_call("POST", path) == Call(Operation.CREATE, None)

    @pytest.mark.rule("D118")
    @pytest.mark.parametrize("path", APPOINTMENT_PATHS)
    @pytest.mark.parametrize(("method", "operation"), CHANGES)
    def test_change_path(self, method: str, operation: Operation, path: str) -> None:
        """A PUT or PATCH to a path that ends in the collection and an id changes that appointment."""
        assert read_call(method, path) == Call(operation, 17)

    @pytest.mark.rule("D118")
    @pytest.mark.parametrize("id", [1, 10, LARGEST])
    def test_id_limits(self, id: int) -> None:
        """Ids from 1 to 2^53-1 are valid."""
        assert read_call("PATCH", f"/appointments/{id}") == Call(Operation.PATCH, id)
        assert id_of(f"/appointments/{id}") == id

    @pytest.mark.rule("D119")
    def test_methods_from_rules(self) -> None:
        """The parser recognises each method of the rules in any letter case."""
        for method, operation in rules.METHODS.items():
            assert {operation_of(each) for each in (method, method.lower(), method.title())} == {operation}


@pytest.mark.rule("D115")
class TestProblems:
    """A method or a path that is not valid."""

    @pytest.mark.rule("D118")
    @pytest.mark.parametrize("path", OTHER_PATHS)
    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
    def test_other_path(self, method: str, path: str) -> None:
        """A path with any other ending is one problem, and its hint names the ending that the method needs."""
        [problem] = problems(method, path)
        assert problem.member == "path"
        assert "does not end in /appointments" in problem.message
        assert ("the id of the appointment" in problem.hint) is (method != "POST")

    @pytest.mark.parametrize("method", ["GET", "DELETE", "po\u017ft", "POST ", "", "x" * 10_000, "\ud800"])
    def test_unknown_method(self, method: str) -> None:
        """Any other method is one problem, and its hint names the methods to use."""
        for path in ("/appointments", "/appointments/17"):
            [problem] = problems(method, path)
            assert problem.member == "method"
            assert problem.hint == "use POST, PUT or PATCH"
            assert problem.message.isascii()
            assert len(problem.message) < 150

    @pytest.mark.rule("D119")
    @pytest.mark.parametrize("method", ["patch", "Patch", "pATCH"])
    def test_letter_case(self, method: str) -> None:
        """A known method that is not in upper case is one problem, with its correct spelling as hint."""
        [problem] = problems(method, "/appointments/17")
        assert problem.member == "method"
        assert method in problem.message
        assert "HTTP methods are case-sensitive" in problem.message
        assert problem.hint == "write PATCH"

    @pytest.mark.parametrize("number", ["17", "0", "9" * 5000])
    def test_create_with_id(self, number: str) -> None:
        """A POST to one appointment is one problem, whether or not its id is valid."""
        assert [problem.message for problem in problems("POST", f"/appointments/{number}")] == [
            "the path of a POST must not have an id"
        ]

    @pytest.mark.parametrize("method", ["PUT", "PATCH"])
    def test_change_without_id(self, method: str) -> None:
        """A PUT or PATCH to the collection is one problem."""
        [problem] = problems(method, "/appointments/")
        assert problem == CallProblem(
            "path",
            f"the path of a {method} must have an id",
            "end it in /appointments/ and the id of the appointment",
        )

    @pytest.mark.rule("D118")
    @pytest.mark.parametrize(("number", "reasons"), ID_PROBLEMS.items())
    def test_invalid_id(self, number: str, reasons: list[str]) -> None:
        """Digits that are not a valid id have a short message for each reason."""
        for method in ("PATCH", "GET"):
            found = [problem for problem in problems(method, f"/appointments/{number}") if problem.member == "path"]
            assert len(found) == len(reasons)
            assert all(reason in problem.message for problem, reason in zip(found, reasons, strict=True))
            assert all(len(problem.message) < 150 for problem in found)
        assert id_of(f"/appointments/{number}") is None

    @pytest.mark.parametrize("value", [None, 5, True, 1.5, [], {}, b"POST"])
    def test_wrong_type(self, value: object) -> None:
        """A method or path that is missing or is not a string is one problem."""
        [method] = problems(value, "/appointments/17")
        [path] = problems("PUT", value)
        assert (method.member, path.member) == ("method", "path")
        assert "is missing or is not a string" in method.message
        assert "is missing or is not a string" in path.message

    @pytest.mark.parametrize(
        ("method", "path", "expected"),
        [
            ("GET", "/customers", ["method", "path"]),
            ("patch", "/appointments", ["method", "path"]),
            ("post", "/appointments/17", ["method", "path"]),
            (None, None, ["method", "path"]),
            ("put", f"/appointments/0{LARGEST + 1}", ["method", "path", "path"]),
        ],
    )
    def test_all_at_once(self, method: object, path: object, expected: list[str]) -> None:
        """The problems with the method do not hide those with the path."""
        assert members(method, path) == expected


class TestConcernsAppointments:
    """Which requests a hook checks."""

    @pytest.mark.rule("D119")
    @pytest.mark.parametrize("path", COLLECTION_PATHS)
    def test_collection_path(self, path: str) -> None:
        """Of the requests to the collection, hooks check a POST in any letter case."""
        concerned = [
            method for method in ("POST", "post", "PUT", "PATCH", "GET") if concerns_appointments(method, path)
        ]
        assert concerned == ["POST", "post"]

    @pytest.mark.rule("D119")
    @pytest.mark.parametrize("path", [*APPOINTMENT_PATHS, *(f"/appointments/{number}" for number in ID_PROBLEMS)])
    def test_appointment_path(self, path: str) -> None:
        """Of the requests to an appointment, hooks check a PUT or PATCH in any letter case, even with an invalid id."""
        tried = ("PUT", "PATCH", "pAtCh", "POST", "GET", "DELETE", "")
        assert [method for method in tried if concerns_appointments(method, path)] == ["PUT", "PATCH", "pAtCh"]

    @pytest.mark.parametrize("path", OTHER_PATHS)
    def test_other_path(self, path: str) -> None:
        """Hooks check no request to any other path."""
        assert not any(concerns_appointments(method, path) for method in rules.METHODS)


class TestProperties:
    """Properties of every method and path."""

    @given(anything, anything)
    def test_call_or_problems(self, method: Any, path: Any) -> None:
        """Any two values are a valid call or at least one problem, and never raise an exception."""
        call = read_call(method, path)
        if isinstance(call, Call):
            assert rules.METHODS[method] is call.operation
            assert (call.id is None) is (call.operation is Operation.CREATE)
            assert call.id is None or 1 <= call.id <= LARGEST
        else:
            assert call
            assert {problem.member for problem in call} <= {"method", "path"}

    @given(methods, paths)
    def test_checked_requests(self, method: str, path: str) -> None:
        """Hooks check every valid call, and other requests only if the letter case or the id is their problem."""
        call = read_call(method, path)
        if isinstance(call, Call):
            assert concerns_appointments(method, path)
        elif concerns_appointments(method, path):
            assert all("case-sensitive" in each.message or "the id" in each.message for each in call)

    @given(methods, paths)
    def test_users_agree(self, method: str, path: str) -> None:
        """An envelope and a hook find the same operation and id, or the same problems."""
        envelope = open_envelope({"method": method, "path": path, "body": {}})
        outgoing = outgoing_call(method, path)
        if isinstance(envelope, Envelope):
            assert outgoing is not None
            assert (envelope.operation, envelope.id) == (outgoing.operation, outgoing.id)
            assert outgoing.findings == ()
        elif outgoing is not None:
            assert [each.message for each in outgoing.findings] == [each.message for each in envelope]

    @pytest.mark.rule("D118")
    @given(
        st.integers(min_value=1, max_value=LARGEST), st.sampled_from(["", "/", "?a=/appointments", "#/appointments"])
    )
    def test_encoding_is_irrelevant(self, id: int, ending: str) -> None:
        """A path has the same meaning with a percent-encoded id, a trailing slash, a query or a fragment."""
        encoded = "".join(f"%{ord(digit):02x}" for digit in str(id))
        for written in (str(id), encoded):
            assert read_call("PUT", f"/v1/appointments/{written}{ending}") == Call(Operation.REPLACE, id)

    @pytest.mark.rule("D118")
    @given(st.text())
    def test_encoded_slash(self, text: str) -> None:
        """Text that is encoded as one segment stays one segment, even with slashes in it."""
        segment = quote(text.encode("utf-8", "replace"), safe="")
        assert read_call("PATCH", f"/{segment}/appointments/17") == Call(Operation.PATCH, 17)
        assert read_call("PATCH", f"/appointments/17%2F{segment}") != Call(Operation.PATCH, 17)


@pytest.mark.parametrize(
    "path", ["/", "a", "0", "9", "%", "%31", "%2F", "/appointments", "//", "?", "#", "a:", "a://", "\ud800"]
)
def test_cost_is_linear(path: str) -> None:
    """A long text takes at most a few seconds; with a quadratic cost, it would take many minutes."""
    long = path * (200_000 // len(path))
    before = time.process_time()
    for text in (long, f"/appointments/{long}", f"https://{long}"):
        read_call(text, text)
        concerns_appointments("PATCH", text)
    assert time.process_time() - before < 5
