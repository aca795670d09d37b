"""Serve the conformance protocol on a pair of streams, with one JSON object on each line."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from io import BufferedIOBase
from typing import BinaryIO, Final

from .. import __version__, rules
from .._json.i_json import to_json_text
from .._json.strict import JsonInvalid, parse
from ._reference import MalformedCase, outcome_of

_VERSION: Final = 1
# A body with the most levels allowed is nested in three more objects: the line, its case, and `when`.
_LEVELS: Final = rules.JSON_LEVELS.value + 3
_LINE_BYTES: Final = rules.FEED_LINE_BYTES.value
_CHUNK: Final = 64 * 1024


def serve(requests: BufferedIOBase, answers: BinaryIO) -> None:
    """Answer each line in order until `stop` or the end of the input.

    Every line gets an answer, even if it is malformed. Lines that arrive together are answered together, and no answer
    waits for more input.
    """
    pieces: list[bytes] = []  # the beginning of a line whose end has not arrived yet
    size = 0  # of the pieces
    while chunk := requests.read1(_CHUNK):
        *lines, rest = chunk.split(b"\n")
        if lines:
            lines[0] = b"".join((*pieces, lines[0]))
            pieces.clear()
            size = 0
        if not _answer_all(lines, answers):
            return
        if size <= _LINE_BYTES:  # the rest of a longer line is not needed: the line is an error
            pieces.append(rest)
            size += len(rest)
    if any(pieces):
        _answer_all([b"".join(pieces)], answers)


def _answer_all(lines: list[bytes], answers: BinaryIO) -> bool:
    """Answer lines and flush the answers; return False after `stop`."""
    replies = []
    try:
        for line in lines:
            reply = answer(line)
            if reply is None:
                return False
            replies.append(_encoded(reply))
    finally:
        answers.write(b"".join(replies))
        answers.flush()
    return True


def _encoded(reply: dict[str, object]) -> bytes:
    try:
        text = to_json_text(reply, compact=True)
    except ValueError:  # `seq` is a number that JSON cannot represent
        text = to_json_text(_errored("seq is a number that cannot be written back"), compact=True)
    return text.encode() + b"\n"


def answer(line: bytes) -> dict[str, object] | None:
    """Return the answer to one line, or None for `stop`."""
    if len(line) > _LINE_BYTES:
        return _errored(f"the line is longer than {_LINE_BYTES} bytes")
    try:
        message = parse(line, _LEVELS)
    except JsonInvalid as error:
        return _errored(f"the line is not JSON: {error}")
    if not isinstance(message, dict):
        return _errored("the line is not a JSON object")
    command = message.get("cmd")
    if command == "run":
        return _run(message)
    if command == "start":
        return _start(message)
    if command == "stop":
        return None
    return _errored("'cmd' must be start, run or stop")


def _errored(message: str) -> dict[str, object]:
    return {"errored": True, "message": message}


def _start(message: Mapping[str, object]) -> dict[str, object]:
    version = message.get("version")
    if type(version) is not int or version != _VERSION:  # neither true nor 1.0 is the version 1
        return _errored(f"this implementation supports only version {_VERSION} of the protocol")
    return {
        "version": _VERSION,
        "implementation": {
            "name": "hopdrive-appointments",
            "version": __version__,
            "language": "python",
            "edition": platform.python_version(),
        },
    }


def _run(message: Mapping[str, object]) -> dict[str, object]:
    seq = message.get("seq")
    try:
        return {"seq": seq, "outcome": outcome_of(message.get("case"))}
    except MalformedCase as error:
        return {"seq": seq, **_errored(str(error))}
