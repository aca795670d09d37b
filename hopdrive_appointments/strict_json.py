"""Strict JSON (D14): the text of an I-JSON message into a value, or a clear word on why it is none."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache, partial
from typing import Final, NoReturn, TypeAlias

from . import rules
from .errors import AppointmentError

ParsedJson: TypeAlias = "bool | int | float | str | list[ParsedJson] | dict[str, ParsedJson] | None"


_LEVELS: Final = rules.JSON_LEVELS.value


class JsonInvalid(AppointmentError, ValueError):
    """A text is no I-JSON message; `line` and `column` count from 1 and are None where no place can be named."""

    def __init__(self, reason: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(reason, line, column)
        self.reason = reason
        self.line = line
        self.column = column

    def __str__(self) -> str:
        return self.reason if self.line is None else f"{self.reason} (line {self.line}, column {self.column})"


class RepeatedKey(JsonInvalid):
    """An object has a key twice."""


def _object(pairs: list[tuple[str, ParsedJson]]) -> dict[str, ParsedJson]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        repeated = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]  # add() returns None, which is what lets a new name pass
        raise RepeatedKey(f"the key {json.dumps(repeated)} stands twice in one object")
    return members


def _constant(name: str) -> NoReturn:
    raise JsonInvalid(f"{name} is no JSON number")


def _integer(digits: str) -> int | float:
    # Python refuses to read integers of some thousand digits. All of them are out of every range of ours, and so is
    # this; a finite float would not do, as config takes those.
    return int(digits) if len(digits) < 400 else float(digits)


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant)
_LENIENT_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer)
_BRACKET_OR_STRING = re.compile(r'[\[{]|[\]}]|"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)


def parse(text: bytes | bytearray | memoryview | str, levels: int = _LEVELS) -> ParsedJson:
    """Return the value of an I-JSON text.

    Bytes are UTF-8 without a byte order mark. Repeated keys, NaN, Infinity, lone surrogates that are no escapes and
    more than `levels` nested objects and arrays are no I-JSON (D14, D108). A number too large for a float is read as
    infinity, which no grammar of ours takes.

    Raises JsonInvalid.
    """
    if type(text) is bytes and levels >= _LEVELS and (quick := _quick_parser()):
        try:
            return quick(text)
        except ValueError:
            pass  # What is wrong, and where, is said below, where escaped lone surrogates and 500 levels are taken too.
    return _parse(text, levels)


@cache
def _quick_parser() -> Callable[[bytes], ParsedJson] | None:
    """Return the parser of the extra `speed`, where that is installed.

    What it takes it reads as `_parse` does, in half of the time; of what it refuses, nothing is concluded.
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
    return None  # It has no limit of its own, or one above ours.


def _parse(text: bytes | bytearray | memoryview | str, levels: int) -> ParsedJson:
    if issubclass(type(text), str):
        text = str.__str__(text)
        if not text.isascii() and rules.SURROGATE.search(text):
            raise JsonInvalid("the text has a lone surrogate, which UTF-8 cannot carry")
    else:
        try:
            # Joined, as that asks the object itself for its bytes and not a method that its class may have changed.
            text = b"".join((text,)).decode()  # type: ignore[arg-type]  # bytes, if anything
        except UnicodeDecodeError as error:
            raise JsonInvalid(f"byte {error.start} is not UTF-8") from None
        except (TypeError, ValueError, BufferError):
            raise JsonInvalid("the bytes cannot be read") from None
    if text.count("[") + text.count("{") > levels:
        _check_depth(text, levels)
    try:
        return _decode(_DECODER, text)
    except json.JSONDecodeError as error:
        reason = error.msg[0].lower() + error.msg[1:]
        raise JsonInvalid(reason, error.lineno, error.colno) from None
    except RecursionError:
        raise JsonInvalid("the text is nested too deeply to be read from here") from None


def _decode(decoder: json.JSONDecoder, text: str) -> ParsedJson:
    try:
        value: ParsedJson = decoder.decode(text)
    except (json.JSONDecodeError, JsonInvalid):
        raise
    except ValueError:  # an integer of too many digits for Python
        return _decode(_LENIENT_DECODER, text)
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
