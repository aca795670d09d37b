"""The strict JSON parser (D14). It reads I-JSON text, and refuses any other text with a clear error."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable
from functools import cache, partial
from typing import Final, NoReturn

from .. import rules
from ..errors import AppointmentError
from .frozen import JsonValue
from .python_objects import plain_text
from .quoting import quote

_LEVELS: Final = rules.JSON_LEVELS.value
# The mark of UTF-32 begins with that of UTF-16.
_MARKS: Final = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}


class JsonInvalid(AppointmentError, ValueError):
    """Text is not an I-JSON message. `line` and `column` count from 1, and are None if the position is unknown."""

    def __init__(self, reason: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(reason, line, column)
        self.reason = reason
        self.line = line
        self.column = column

    def __str__(self) -> str:
        return self.reason if self.line is None else f"{self.reason} (line {self.line}, column {self.column})"


class RepeatedKey(JsonInvalid):
    """An object has the same key twice."""


def _object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    members = dict(pairs)
    if len(members) != len(pairs):
        first = {name: position for position, (name, _) in reversed([*enumerate(pairs)])}
        repeated = next(name for position, (name, _) in enumerate(pairs) if first[name] < position)
        raise RepeatedKey(f"an object has the key {quote(repeated, write=json.dumps)} twice")
    return members


def _constant(name: str) -> NoReturn:
    raise JsonInvalid(f"{name} is not a JSON number")


def _integer(digits: str) -> int | float:
    # Python refuses to read integers of several thousand digits. Such an integer becomes infinity, which is out of
    # range everywhere, as the integer is. It must not become a finite float, because config accepts those.
    return int(digits) if len(digits) < 400 else float(digits)


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant)
_LENIENT_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer)
_BRACKET_OR_STRING = re.compile(r'[\[{]|[\]}]|"[^"\\]*+(?>(?:\\.[^"\\]*+)*)"?', re.DOTALL)


def parse(text: bytes | bytearray | memoryview | str, levels: int = _LEVELS) -> JsonValue:
    """Return the value of an I-JSON text; bytes are UTF-8 without a byte order mark.

    Repeated keys, NaN, Infinity, unescaped lone surrogates and more than `levels` nested objects and arrays are not
    I-JSON (D14, D108). A number that is too large for a float is read as infinity, which no grammar here accepts.

    Raises JsonInvalid.
    """
    if type(text) is bytes and levels >= _LEVELS and (quick := _quick_parser()):
        try:
            return quick(text)
        except ValueError:
            pass  # Parse again below, which accepts more (escaped lone surrogates, 500 levels) and explains errors.
    return _parse(text, levels)


@cache
def _quick_parser() -> Callable[[bytes], JsonValue] | None:
    """Return the parser of the extra `speed`, or None if it is not installed or not suitable.

    It reads what it accepts exactly as `_parse` does, in half the time. `_parse` reads again what it refuses.
    """
    try:
        from jiter import from_json
    except ImportError:
        return None
    parser = partial(from_json, allow_inf_nan=False, cache_mode="keys", catch_duplicate_keys=True)
    try:
        parser(b"[" * (_LEVELS + 1) + b"]" * (_LEVELS + 1))
    except ValueError:
        return parser
    return None  # it accepts more nesting than JSON_LEVELS


def _parse(text: bytes | bytearray | memoryview | str, levels: int) -> JsonValue:
    decoded = plain_text(text)
    if decoded is None:
        decoded = _decode_utf8(text)
    elif not decoded.isascii() and re.search(rules.SURROGATE, decoded):
        raise JsonInvalid("the text has a lone surrogate, which UTF-8 cannot encode")
    if decoded.startswith("\ufeff"):
        raise JsonInvalid("the text begins with a byte order mark: save it as UTF-8 without one", 1, 1)
    if decoded.count("[") + decoded.count("{") > levels:
        _check_depth(decoded, levels)
    try:
        return _decode_json(_DECODER, decoded)
    except json.JSONDecodeError as error:
        reason = error.msg[0].lower() + error.msg[1:]
        raise JsonInvalid(reason, error.lineno, error.colno) from None
    except RecursionError:
        raise JsonInvalid("the text is nested too deeply for the stack at this point of the program") from None


def _decode_utf8(text: object) -> str:
    try:
        # join() reads the buffer of the object itself, not the result of a method that its class could override.
        return b"".join((text,)).decode()  # type: ignore[arg-type]  # anything but a buffer raises TypeError
    except UnicodeDecodeError as error:
        for mark, encoding in _MARKS.items():
            if error.object.startswith(mark):
                raise JsonInvalid(f"the text is {encoding}, by its byte order mark: save it as UTF-8", 1, 1) from None
        raise JsonInvalid(f"byte {error.start} is not UTF-8") from None
    except (TypeError, ValueError, BufferError):
        raise JsonInvalid("the bytes cannot be read") from None


def _decode_json(decoder: json.JSONDecoder, text: str) -> JsonValue:
    try:
        value: JsonValue = decoder.decode(text)
    except (json.JSONDecodeError, JsonInvalid):
        raise
    except ValueError:  # an integer with too many digits for Python
        return _decode_json(_LENIENT_DECODER, text)
    return value


def _check_depth(text: str, levels: int) -> None:
    depth = 0
    for match in _BRACKET_OR_STRING.finditer(text):
        first = text[match.start()]
        if first in "[{":
            depth += 1
            if depth > levels:
                raise JsonInvalid(f"the text is nested deeper than {levels} levels")
        elif first in "]}":
            depth -= 1
