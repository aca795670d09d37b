"""The conformance protocol over a pair of streams: one JSON object a line in, one a line out."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from io import BufferedIOBase
from typing import BinaryIO, Final

from .. import __version__, rules
from ..strict_json import JsonInvalid, parse
from .reference import MalformedCase, outcome_of

VERSION: Final = 1
# A body of as many levels as a body may have stands some levels deep in its line: line, case, when.
_LEVELS: Final = rules.JSON_LEVELS.value + 3
_CHUNK: Final = 64 * 1024
_encode: Final = json.JSONEncoder(separators=(",", ":"), check_circular=False, allow_nan=False).encode


def serve(requests: BufferedIOBase, answers: BinaryIO) -> None:
    """Answer each line in order until `stop` or the end of the input.

    Whatever a line holds, it gets its answer, and the next one is read. Lines that arrive together are answered
    together; nothing that can be answered ever waits for more input.
    """
    pieces: list[bytes] = []  # of a line that has not ended yet
    while chunk := requests.read1(_CHUNK):
        *lines, rest = chunk.split(b"\n")
        if lines:
            lines[0] = b"".join((*pieces, lines[0]))
            pieces.clear()
        if not _answer_all(lines, answers):
            return
        pieces.append(rest)
    if any(pieces):
        _answer_all([b"".join(pieces)], answers)


def _answer_all(lines: list[bytes], answers: BinaryIO) -> bool:
    """Answer lines; tell whether to go on. All is flushed before more input is waited for."""
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
        text = _encode(reply)
    except ValueError:  # a seq of a number that was too large to be read, and cannot be written
        text = _encode(_errored("seq cannot be written back"))
    return text.encode() + b"\n"


def answer(line: bytes) -> dict[str, object] | None:
    """Return the answer to one line, or None where it asks to stop."""
    try:
        message = parse(line, _LEVELS)
    except JsonInvalid as error:
        return _errored(f"the line is no JSON: {error}")
    if not isinstance(message, dict):
        return _errored("the line is no JSON object")
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
    if message.get("version") != VERSION:
        return _errored(f"this implementation speaks version {VERSION} of the protocol, and no other")
    return {
        "version": VERSION,
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
