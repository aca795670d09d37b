"""The version that a caller expects of a record (RV-2)."""

from __future__ import annotations

import pytest

from hopdrive_appointments import (
    ArgumentTypeError,
    ArgumentValueError,
    BodyRequest,
    Code,
    CreateRequest,
    Operation,
    Refused,
    decide,
)
from hopdrive_appointments._decide.expected_version import version_conflict
from tests.builders import NOW, appointment, create_body, record

LARGEST = 2**53 - 1


class IntSubclass(int):
    """A subclass of int that overrides __repr__."""

    def __repr__(self) -> str:
        return "other"


class TestChange:
    """The expected version of a record that exists."""

    @pytest.mark.rule("RV-2")
    def test_no_conflict(self) -> None:
        """The version of the record and None have no finding."""
        for expected in (None, 3, IntSubclass(3)):
            assert version_conflict(record("ready"), expected) is None
        assert version_conflict(None, None) is None

    @pytest.mark.rule("RV-2")
    @pytest.mark.parametrize("expected", [2, 4, 0, -1, LARGEST, -LARGEST, IntSubclass(2)], ids=int)
    def test_asked_and_actual(self, expected: int) -> None:
        """The finding has both versions, in the message and as integers."""
        finding = version_conflict(record("ready"), expected)
        assert finding is not None
        assert (finding.code, finding.field, finding.rule) == (Code.VERSION_CONFLICT, None, "RV-2")
        assert (finding.asked, finding.actual) == (expected, 3)
        assert type(finding.asked) is type(finding.actual) is int
        assert finding.message == f"the record has version 3; the caller expects {int(expected)}"
        assert finding.hint == "read the appointment again, then repeat the request"

    @pytest.mark.rule("RV-2")
    @pytest.mark.parametrize("expected", [2**53, -(2**70), 10**5000], ids=["2**53", "-(2**70)", "10**5000"])
    def test_huge_number(self, expected: int) -> None:
        """A number that JSON readers do not keep exactly is described instead."""
        finding = version_conflict(record("ready"), expected)
        assert finding is not None
        assert (finding.asked, finding.actual) == ("a huge number", 3)
        assert finding.message == "the record has version 3; the caller expects a huge number"

    @pytest.mark.parametrize("wrong", ["3", 3.0, True, [3], b"3"])
    def test_wrong_type(self, wrong: object) -> None:
        """Anything but an integer raises ArgumentTypeError, with a record and without."""
        for given in (record("ready"), None):
            with pytest.raises(ArgumentTypeError, match="expected_version must be an integer, not"):
                version_conflict(given, wrong)

    @pytest.mark.rule("RV-2")
    def test_data_of_refusal(self) -> None:
        """The refusal of an appointment call has both versions, and so has its problem object."""
        with pytest.raises(Refused) as caught:
            appointment("ready").cancel(now=NOW, expected_version=2)
        (finding,) = caught.value.verdict.refusals
        assert (finding.asked, finding.actual) == (2, 3)
        (problem,) = caught.value.to_problem()["problems"]
        assert (problem["asked"], problem["actual"]) == (2, 3)


@pytest.mark.rule("D113")
class TestCreate:
    """The expected version of a create, for which no record exists."""

    @pytest.mark.parametrize("expected", [0, 1, 10**5000], ids=["0", "1", "10**5000"])
    @pytest.mark.parametrize("body", [create_body(), {}, b"{"], ids=["valid", "incomplete", "not JSON"])
    def test_any_body(self, body: object, expected: int) -> None:
        """A create with an expected version raises ArgumentValueError for any body."""
        with pytest.raises(ArgumentValueError, match=r"a create does not accept expected_version.*D113"):
            decide(None, BodyRequest(Operation.CREATE, body), NOW, id=17, expected_version=expected)

    def test_typed_request(self) -> None:
        """A typed create with an expected version raises ArgumentValueError, and without one it is accepted."""
        request = CreateRequest(customer_id=1, consumer_at_pickup=False, delivery_location_id=1)
        with pytest.raises(ArgumentValueError):
            decide(None, request, NOW, id=17, expected_version=1)
        assert decide(None, request, NOW, id=17, expected_version=None).accepted
