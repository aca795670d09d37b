"""Check the bodies of a block with `presubmit.check`, and locate every finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cache, partial
from itertools import chain, repeat
from typing import TYPE_CHECKING, Final

from attrs import Factory, define, field, frozen

from .._decide.body import ParsedRequest
from .._decide.clock import in_utc
from .._findings import refusal
from .._json.frozen import JsonValue
from .._json.strict import JsonInvalid, RepeatedKey, parse
from ..errors import ArgumentValueError
from ..presubmit import BodyChecker, Report
from ..records import Record
from ..request_types import BodyRequest
from ..rules import Code, Operation, Status
from ..verdict import Finding, Verdict
from .blocks import BLOCK_LINES, DOCUMENT_BYTES, LINE_BYTES, Block
from .envelopes import Envelope, is_envelope, open_envelope
from .results import ACCEPTED, LocatedFinding, Result, Tally

if TYPE_CHECKING:
    from .positions import ArrayLocator, Position

# Bound once: looking up a member of an enumeration takes longer than comparing it.
_CREATE: Final = Operation.CREATE


def _checker_of(settings: Settings) -> BodyChecker:
    record = None if settings.operation is _CREATE else settings.record
    return BodyChecker(settings.operation, record, now=settings.now)


@frozen
class Settings:
    """Context shared by all bodies of a check. Every worker gets a copy."""

    operation: Operation
    """The operation that bodies outside of envelopes are for."""
    now: datetime = field(converter=in_utc)
    """The time of the decisions, aware; kept in UTC."""
    record: Record | None = None
    """The record before. It applies to a PUT or PATCH outside of an envelope, and to envelopes that name its id."""
    keep_clean: bool = True
    """Whether a feed returns results without findings too. Otherwise they are only counted."""
    checker: BodyChecker = field(default=Factory(_checker_of, takes_self=True), init=False, eq=False, repr=False)
    """Checks the bodies outside of envelopes."""


@frozen
class Batch:
    """The result of checking one block."""

    tally: Tally
    """The number of bodies by tier, before suppressions apply."""
    results: tuple[Result, ...]
    bytes: int = field(kw_only=True)
    """The size of the block."""


def check_block(block: Block, settings: Settings) -> Batch:
    """Check every body of a block. Invalid text gives findings and never raises."""
    batches = list(check_portions(block, settings))
    results = tuple(chain.from_iterable(batch.results for batch in batches))
    return Batch(sum((batch.tally for batch in batches), Tally()), results, bytes=len(block.text))


def check_portions(block: Block, settings: Settings) -> Iterator[Batch]:
    """Check a block as `check_block` does, but the bodies of a document in portions, which bound the memory."""
    # No variable has the results, so that they are not kept while the report of them is written.
    if block.is_feed:
        yield _check_lines(block, settings)
    else:
        yield from map(_batch_of, _check_document(block, settings), chain([len(block.text)], repeat(0)))


def _batch_of(results: Sequence[Result], size: int) -> Batch:
    return Batch(Counter(result.tier for result in results), tuple(results), bytes=size)


def _check_lines(block: Block, settings: Settings) -> Batch:
    results, clean = list[Result](), 0
    for number, line in enumerate(block.text.split(b"\n"), block.first_line):
        if line and (not line.isspace() or len(line) > LINE_BYTES):
            outcome = _check_line(line, settings)
            if outcome.findings or settings.keep_clean:
                results.append(_in_feed(block, number, line, _checked(outcome, settings)))
            else:
                clean += 1
    tally = Counter(result.tier for result in results)
    if clean:
        tally[ACCEPTED] += clean
    return Batch(tally, tuple(results), bytes=len(block.text))


@define
class _Checked:
    """The outcome of checking one body, before its findings are located."""

    findings: tuple[Finding, ...]
    prefix: str = ""
    """The JSON Pointer to the body in its envelope."""
    place: Position | None = None
    """The place of all findings of a text that cannot be read; None if each finding has its own place."""
    # Members of the result. Without an operation, the line or the envelope cannot be read, or the record cannot change
    # (D114).
    operation: Operation | None = None
    accepted: bool = False
    status: Status | None = None
    note: str | None = None

    @property
    def pointers(self) -> list[str]:
        """The JSON Pointer of each finding, through the envelope."""
        return [self.prefix + finding.pointer for finding in self.findings]


def _check_line(line: bytes, settings: Settings) -> Verdict | _Checked:
    if len(line) > LINE_BYTES:
        return _Checked((_TOO_LONG,), place=_START)
    try:
        value = parse(line)
    except JsonInvalid as error:
        return _check_invalid_text(line, error, settings)
    return _check_value(value, settings)


def _check_invalid_text(text: bytes, error: JsonInvalid, settings: Settings) -> _Checked:
    # The check reports what is wrong with the text.
    checked = _checked(_check_request(settings.checker, BodyRequest(settings.operation, text)), settings)
    if isinstance(error, RepeatedKey):
        from .repeated_keys import locate_repeated_key

        checked.place = locate_repeated_key(text)
    else:
        checked.place = _START if error.line is None or error.column is None else (error.line, error.column)
    return checked


def _check_value(value: JsonValue, settings: Settings) -> Verdict | _Checked:
    if type(value) is dict and is_envelope(value):
        return _check_envelope(value, settings)
    return _check_request(settings.checker, ParsedRequest(settings.operation, value))


def _check_envelope(members: dict[str, JsonValue], settings: Settings) -> _Checked:
    envelope = open_envelope(members)
    if not isinstance(envelope, Envelope):
        return _Checked(envelope)
    record, common = envelope.record, settings.record
    if record is None and common is not None and common.id == envelope.id:
        record = common
    checker = BodyChecker(envelope.operation, record, now=settings.now)
    outcome = _check_request(checker, ParsedRequest(envelope.operation, envelope.body))
    return outcome if isinstance(outcome, _Checked) else _outcome_of(outcome, checker.complete, "/body")


def _check_request(checker: BodyChecker, request: BodyRequest) -> Verdict | _Checked:
    try:
        return checker.decide(request)
    except ArgumentValueError as error:
        return _Checked((refusal(Code.BODY_INVALID, None, str(error), "check the version of the record", "D114"),))


def _checked(outcome: Verdict | _Checked, settings: Settings) -> _Checked:
    """Return the outcome of a check; most lines of a feed are clean and need only their verdict."""
    return outcome if isinstance(outcome, _Checked) else _outcome_of(outcome, settings.checker.complete)


def _outcome_of(verdict: Verdict, complete: bool, prefix: str = "") -> _Checked:
    report = Report(verdict, complete)
    accepted = verdict.accepted
    status = report.status if accepted else None
    return _Checked(verdict.findings, prefix, None, verdict.operation, accepted, status, report.note)


def _in_feed(block: Block, number: int, line: bytes, checked: _Checked) -> Result:
    pointers = checked.pointers
    places = [checked.place] * len(pointers) if checked.place else _locate(line, pointers)
    findings = tuple(
        LocatedFinding(finding, pointer, number, column)
        for finding, pointer, (_, column) in zip(checked.findings, pointers, places, strict=True)
    )
    return _result(block, number, None, checked, findings)


def _check_document(block: Block, settings: Settings) -> Iterator[list[Result]]:
    """Yield the results of a document in portions."""
    if len(block.text) > DOCUMENT_BYTES:
        yield [_unreadable_document(block, _Checked((_TOO_LARGE,), place=_START))]
        return
    try:
        value = parse(block.text)
    except JsonInvalid as error:
        yield [_unreadable_document(block, _check_invalid_text(block.text, error, settings))]
        return
    if not isinstance(value, list):
        yield _check_bodies(block, [(None, "", value)], settings, partial(_locate, block.text))
        return
    places = _ArrayPlaces(block.text)
    for start in range(0, len(value) or 1, BLOCK_LINES):
        portion = enumerate(value[start : start + BLOCK_LINES], start)
        yield _check_bodies(block, [(index, f"/{index}", each) for index, each in portion], settings, places.locate)


def _check_bodies(
    block: Block,
    bodies: Sequence[tuple[int | None, str, JsonValue]],
    settings: Settings,
    locate: Callable[[list[str]], list[Position]],
) -> list[Result]:
    """Check bodies, given with their index and their JSON Pointer in the document."""
    checked = [(index, prefix, _checked(_check_value(value, settings), settings)) for index, prefix, value in bodies]
    return list(_in_document(block, checked, locate))


def _unreadable_document(block: Block, checked: _Checked) -> Result:
    place = checked.place or _START
    findings = tuple(LocatedFinding(finding, finding.pointer, *place) for finding in checked.findings)
    return _result(block, 1, None, checked, findings)


def _in_document(
    block: Block, bodies: Sequence[tuple[int | None, str, _Checked]], locate: Callable[[list[str]], list[Position]]
) -> Iterator[Result]:
    """Yield the results of bodies, given with their index and their JSON Pointer in the document."""
    wanted = [
        [prefix, *(prefix + each for each in checked.pointers)] if checked.findings else []
        for _, prefix, checked in bodies
    ]
    # One search finds all places of the bodies.
    places = iter(locate(list(chain.from_iterable(wanted))))
    for (index, _, checked), pointers in zip(bodies, wanted, strict=True):
        line = next(places)[0] if pointers else 1
        findings = tuple(
            LocatedFinding(finding, pointer, *next(places))
            for finding, pointer in zip(checked.findings, pointers[1:], strict=True)
        )
        yield _result(block, line, index, checked, findings)


@define
class _ArrayPlaces:
    """Finds the places of findings in an array, portion after portion."""

    text: bytes
    locator: ArrayLocator | None = None

    def locate(self, pointers: list[str]) -> list[Position]:
        """Return the places of values in elements after those of the call before."""
        if not pointers:
            return []
        if self.locator is None:
            from .positions import ArrayLocator

            self.locator = ArrayLocator(self.text)
        return self.locator.locate(pointers)


def _locate(text: bytes, pointers: list[str]) -> list[Position]:
    return _locator()(text, pointers) if pointers else []


@cache
def _locator() -> Callable[[bytes, Sequence[str]], list[Position]]:
    from .positions import locate  # loading it takes time, and only findings need it

    return locate


def _result(
    block: Block, line: int, index: int | None, checked: _Checked, findings: tuple[LocatedFinding, ...]
) -> Result:
    place = (block.source, line, index, block.is_feed)
    return Result(*place, checked.operation, checked.accepted, checked.status, checked.note, findings)


_START: Final = (1, 1)
_TOO_LONG: Final = refusal(
    Code.JSON_INVALID,
    None,
    f"the line is longer than {LINE_BYTES} bytes; the rest of it was not read",
    "put one body on each line",
    "D116",
)
_TOO_LARGE: Final = refusal(
    Code.JSON_INVALID,
    None,
    f"the document is larger than {DOCUMENT_BYTES} bytes; the rest of it was not read",
    "write the bodies to a feed, one on each line: a feed can have any size",
    "D121",
)
