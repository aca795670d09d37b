"""Tests of quoted and shortened text, and of messages that do not grow with the input."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopdrive_appointments import Finding
from hopdrive_appointments._batch.envelopes import Envelope, open_envelope
from hopdrive_appointments._json.frozen import JsonValue
from hopdrive_appointments._json.quoting import listed, quote, shorten
from hopdrive_appointments._record_json import read_record
from hopdrive_appointments.codec import CodecError, structure, unstructure
from hopdrive_appointments.presubmit import check_patch
from tests.case_space import example
from tests.strategies import ANY_TEXT

HUGE = "x" * 100_000


class TestQuote:
    """Text of an input in a message."""

    @given(st.text(max_size=60) | ANY_TEXT)
    def test_ascii_and_short(self, text: str) -> None:
        """The result is ASCII and has at most 40 characters of the text, each with at most ten for its escape."""
        quoted = quote(text)
        assert quoted.isascii()
        assert len(quoted) <= 2 + 10 * 40 + 3
        assert quoted.endswith("...") is (len(text) > 40)

    def test_json(self) -> None:
        """Text can be quoted as in JSON."""
        assert quote("it's", write=json.dumps) == '"it\'s"'
        assert quote("abc", most=2, write=json.dumps) == '"ab"...'


def test_shorten() -> None:
    """Long text keeps its beginning and its end."""
    assert shorten("abcdef", 6) == "abcdef"
    assert shorten("abcdefg", 6) == "abc ... efg"


def test_listed() -> None:
    """Of many items only the first are listed, with the number of the others."""
    assert listed([]) == ""
    assert listed("abcde") == "a, b, c, d, e"
    assert listed("abcdefg", "; ", 2) == "a; b; and 5 more"


class TestBounded:
    """The messages and hints about a huge input are short."""

    @staticmethod
    def assert_short(findings: tuple[Finding, ...]) -> None:
        """Check the length of each message with its hint."""
        assert findings
        assert all(len(finding.message) + len(finding.hint) < 500 for finding in findings)

    @pytest.mark.parametrize(
        "text",
        [
            f'{{"{HUGE}": 1}}',
            f'{{"{HUGE}": 1, "{HUGE}": 2}}',
            f'{{"config": {{"{HUGE[:50_000]}": 9007199254740992}}}}',
            f'{{"config": {{"{"/" * 50_000}": 9007199254740992}}}}',
            f'{{"vehicle_year": {"9" * 100_000}}}',
            f'{{"vehicle_year": 1e{"9" * 100_000}}}',
            f'{{"vehicle_year": 0.{"1" * 100_000}}}',
            f'{{"appointment_time": "{HUGE}"}}',
            f'{{"consumer_name": "{HUGE}"}}',
            f'"{HUGE}"',
            HUGE,
        ],
        ids=range(11),
    )
    def test_body(self, text: str) -> None:
        """Names, paths, numbers and text of a body are cut."""
        self.assert_short(check_patch(text.encode()).findings)

    @pytest.mark.parametrize(
        "changes",
        [{HUGE: 1}, {"method": HUGE}, {"path": HUGE}, {"path": f"/appointments/{'9' * 10_000}"}],
        ids=range(4),
    )
    def test_envelope(self, changes: dict[str, JsonValue]) -> None:
        """Members, methods and paths of an envelope are cut."""
        findings = open_envelope({"method": "PATCH", "path": "/appointments/17", "body": {}, **changes})
        assert not isinstance(findings, Envelope)
        self.assert_short(findings)

    @pytest.mark.parametrize("changes", [{HUGE: 1}, {"status": HUGE}, {"created_at": HUGE}], ids=range(3))
    def test_record(self, changes: dict[str, JsonValue]) -> None:
        """Names and values of a record are cut."""
        findings = read_record({**example("new"), **changes})
        assert isinstance(findings, tuple)
        self.assert_short(findings)

    @pytest.mark.parametrize("changes", [{"rule": HUGE}, {"code": HUGE}, {HUGE: 1}, {"severity": HUGE}], ids=range(4))
    def test_codec(self, changes: dict[str, object]) -> None:
        """Names and values that the codec cannot read are cut."""
        (finding,) = check_patch(b"[]").findings
        with pytest.raises(CodecError) as raised:
            structure(Finding, {**unstructure(finding), **changes})
        assert len(str(raised.value)) < 5000
