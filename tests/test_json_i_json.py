"""Tests of writing JSON text: ASCII, valid Unicode, no NaN."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopdrive_appointments._json.i_json import i_json_text, to_json_text

TEXTS = st.text(st.characters() | st.sampled_from("\ud800\udbff\udc00\udfff\\u"), max_size=6)
VALUES = st.recursive(TEXTS | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner))


@pytest.mark.rule("D120")
class TestText:
    """Single texts."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", ""),
            ("plain", "plain"),
            ("é\U0001f697", "é\U0001f697"),
            ("a\ud800b", "a\ufffdb"),
            ("\udc00\ud800", "\ufffd\ufffd"),
            ("\ud83d\ude97", "\U0001f697"),
            ("a\udcff.json", "a\ufffd.json"),
        ],
    )
    def test_lone_surrogates_replaced(self, text: str, expected: str) -> None:
        """Each lone surrogate becomes U+FFFD, and a pair becomes the character that it encodes."""
        assert i_json_text(text) == expected

    @given(TEXTS)
    def test_same_as_json(self, text: str) -> None:
        """The result is valid Unicode, and the same that a reader of the JSON text gets."""
        assert i_json_text(text).encode().decode() == json.loads(to_json_text(text))


@pytest.mark.rule("D120")
class TestValues:
    """Values of any depth."""

    @given(VALUES)
    def test_valid_unicode(self, value: object) -> None:
        """The JSON text is ASCII, and no key or value of it has a lone surrogate."""
        text = to_json_text(value)
        assert text.isascii()
        assert json.dumps(json.loads(text), ensure_ascii=False).encode()

    @given(st.recursive(st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
    def test_otherwise_unchanged(self, value: object) -> None:
        """Without lone surrogates, the text is that of json.dumps."""
        assert to_json_text(value) == json.dumps(value)

    def test_escaped_backslash(self) -> None:
        """A backslash followed by `ud800` is not an escape."""
        assert json.loads(to_json_text(["\\ud800", "\\\ud800"])) == ["\\ud800", "\\\ufffd"]

    def test_compact(self) -> None:
        """Compact text has no spaces."""
        assert to_json_text({"a": [1, "\ud800"]}, compact=True) == '{"a":[1,"\\ufffd"]}'

    @pytest.mark.parametrize("number", [math.nan, math.inf])
    def test_not_a_number(self, number: float) -> None:
        """NaN and infinity are not JSON."""
        with pytest.raises(ValueError, match="not JSON compliant"):
            to_json_text([number])
