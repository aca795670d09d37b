"""Write JSON that every reader accepts: ASCII text, without NaN and without lone surrogates."""

from __future__ import annotations

import re
from json import JSONEncoder
from typing import Final

_REPLACEMENT: Final = r"\ufffd"
# Every escape of JSON text. An escaped backslash is matched too, so that what follows it is not taken for an escape.
_ESCAPE: Final = re.compile(r"\\(?:ud[89ab]..\\ud[c-f]..|(ud[89a-f]..)|.)")
_encode: Final = JSONEncoder(allow_nan=False).encode
_encode_compact: Final = JSONEncoder(allow_nan=False, separators=(",", ":")).encode
_encode_document: Final = JSONEncoder(allow_nan=False, indent=1).encode
_encode_canonical: Final = JSONEncoder(allow_nan=False, separators=(",", ":"), sort_keys=True).encode


def i_json_text(text: str) -> str:
    """Return text with U+FFFD in place of every lone surrogate, which I-JSON does not allow."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def to_json_text(value: object, *, compact: bool = False) -> str:
    """Return a value as JSON text in ASCII, with U+FFFD in place of every lone surrogate in keys and values.

    `compact` leaves out the spaces. Raises ValueError for NaN and infinity.
    """
    return _i_json(_encode_compact(value) if compact else _encode(value))


def to_json_document(value: object) -> str:
    """Return a value as JSON text for people to read: with line ends and indentation, and a line end at its end.

    Raises ValueError for NaN and infinity.
    """
    return _i_json(_encode_document(value)) + "\n"


def to_canonical_text(value: object) -> str:
    """Return a value as compact JSON text with sorted keys, so that equal values have equal texts.

    Raises ValueError for NaN and infinity.
    """
    return _i_json(_encode_canonical(value))


def _i_json(text: str) -> str:
    return _ESCAPE.sub(_valid_escape, text) if r"\ud" in text else text


def _valid_escape(escape: re.Match[str]) -> str:
    return _REPLACEMENT if escape[1] else escape[0]
