"""Functions that make findings: refusals, flags and the JSON Pointers in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopdrive_appointments import Code, Severity
from hopdrive_appointments._findings import flags_for, pointer, refusal
from tests.builders import record
from tests.strategies import ANY_TEXT


def steps(text: str) -> list[str]:
    """Return the path of a JSON Pointer, unescaped as in section 4 of RFC 6901."""
    assert not text or text.startswith("/")
    return [step.replace("~1", "/").replace("~0", "~") for step in text.split("/")[1:]]


class TestPointer:
    """JSON Pointers (RFC 6901)."""

    @pytest.mark.parametrize(
        ("path", "expected"),
        [
            pytest.param((), "", id="the whole document"),
            pytest.param(("foo",), "/foo", id="a member"),
            pytest.param(("foo", 0), "/foo/0", id="an element"),
            pytest.param(("",), "/", id="the empty name"),
            pytest.param(("a/b",), "/a~1b", id="a slash"),
            pytest.param(("m~n",), "/m~0n", id="a tilde"),
            pytest.param(("~1",), "/~01", id="an escaped tilde"),
            pytest.param(
                ("c%d", "e^f", "g|h", "i\\j", 'k"l', " "), '/c%d/e^f/g|h/i\\j/k"l/ ', id="characters without escape"
            ),
        ],
    )
    def test_rfc_examples(self, path: tuple[str | int, ...], expected: str) -> None:
        """Names and indexes are escaped and joined as in the examples of RFC 6901."""
        assert pointer(*path) == expected

    @given(st.lists(ANY_TEXT | st.text(st.sampled_from("~/01"), max_size=6) | st.integers(0, 99), max_size=5))
    def test_round_trip(self, path: list[str | int]) -> None:
        """Unescaping a pointer by the rules of RFC 6901 gives back the path, for any names."""
        assert steps(pointer(*path)) == [str(step) for step in path]


class TestRefusal:
    """Findings that refuse a request."""

    @pytest.mark.parametrize(
        ("field", "inside", "expected"),
        [
            pytest.param(None, (), "", id="the whole request"),
            pytest.param("config", (), "/config", id="a field"),
            pytest.param("config", ("a/b", 3), "/config/a~1b/3", id="inside a field"),
            pytest.param("", (), "/", id="a field without a name"),
        ],
    )
    def test_place(self, field: str | None, inside: tuple[str | int, ...], expected: str) -> None:
        """A refusal points to its field, to a place inside it, or to the whole body."""
        finding = refusal(Code.FIELD_INVALID, field, "is wrong", "mend it", "D14", *inside)
        assert (finding.severity, finding.field, finding.pointer) == (Severity.REFUSED, field, expected)

    def test_members(self) -> None:
        """A refusal has the given message, hint and rule, and neither a trigger nor a version."""
        finding = refusal(Code.FIELD_INVALID, "config", "is wrong", "mend it", "D14")
        assert (finding.code, finding.message, finding.hint, finding.rule) == (
            Code.FIELD_INVALID,
            "is wrong",
            "mend it",
            "D14",
        )
        assert (finding.asked, finding.actual) == (None, None)


class TestFlags:
    """Flags for open reasons to be pending."""

    @pytest.mark.rule("PD-1", "PD-4", "PD-5")
    def test_one_per_reason(self) -> None:
        """Each reason has one flag with its code, field, message, hint and rule, in the same order."""
        reasons = record("pending", vehicle_vin="X").pending_reasons
        assert len(reasons) == 2
        for reason, flag in zip(reasons, flags_for(reasons), strict=True):
            assert (flag.severity, flag.pointer) == (Severity.FLAGGED, f"/{reason.field}")
            assert (flag.code, flag.field, flag.message) == (reason.code, reason.field, reason.message)
            assert (flag.hint, flag.rule) == (reason.hint, reason.rule)

    def test_no_reasons(self) -> None:
        """Without reasons there are no flags."""
        assert flags_for(()) == ()
