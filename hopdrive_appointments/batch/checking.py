"""A block through `presubmit`: every body in it, and the place of every finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final

from attrs import define, field, frozen

from .. import presubmit
from ..findings import Finding
from ..presubmit import Report
from ..records import Record
from ..rules import Code, Operation, Severity
from ..strict_json import JsonInvalid, ParsedJson, RepeatedKey, parse
from .blocks import LINE_BYTES, Block
from .envelopes import Envelope, is_envelope, open_envelope
from .results import ACCEPTED, Located, Result, Tally

if TYPE_CHECKING:
    from .positions import Locator


@frozen
class Settings:
    """How to check: all that a worker needs to know."""

    operation: Operation
    now: datetime
    record: Record | None = None
    keep_clean: bool = True
    """Whether results without findings come back from feeds too, and not just their number."""


@frozen
class Batch:
    """What came of one block."""

    tally: Tally
    """How many bodies there are of each tier, before any suppression."""
    results: tuple[Result, ...]
    bytes: int = field(kw_only=True)
    """How much was checked."""


def check_block(block: Block, settings: Settings) -> Batch:
    """Check every body of a block; whatever it holds, the answer is a batch."""
    if not block.is_feed:
        results = list(_check_document(block, settings))
        return Batch(Counter(result.tier for result in results), tuple(results), bytes=len(block.text))
    results, clean = [], 0
    for number, line in enumerate(block.text.split(b"\n"), block.first_line):
        if line and not (line.isspace() and len(line) < LINE_BYTES):  # the end of a longer one was not seen
            checked = _check_line(line, block, settings)
            if checked.findings or settings.keep_clean:
                results.append(_in_feed(block, number, checked))
            else:  # of most lines of most feeds no more than their number is asked for
                clean += 1
    tally = Counter(result.tier for result in results)
    tally.update({ACCEPTED: clean} if clean else ())
    return Batch(tally, tuple(results), bytes=len(block.text))


@define
class _Checked:
    """What came of one body, wherever it stands."""

    report: Report | None
    """The report on it; None where there was nothing that could be put to a check."""
    findings: tuple[Finding, ...]
    prefix: str = ""
    """The pointer to the body, where it stands in an envelope."""


def _check_line(line: bytes, block: Block, settings: Settings) -> _Checked:
    if block.cut_off or len(line) > LINE_BYTES:
        return _Checked(None, (_TOO_LONG,))
    try:
        value = parse(line)
    except JsonInvalid:
        return _check_body(settings.operation, line, settings.record, settings.now)
    return _check_value(value, settings)


def _in_feed(block: Block, line: int, checked: _Checked) -> Result:
    findings = tuple(Located(finding, checked.prefix + finding.pointer, line, 1) for finding in checked.findings)
    return _result(block, line, None, checked, findings)


def _check_document(block: Block, settings: Settings) -> Iterator[Result]:
    try:
        value = parse(block.text)
    except JsonInvalid as error:
        yield _invalid_document(block, error, settings)
        return
    if not isinstance(value, list):
        yield _in_document(block, None, "", _check_value(value, settings), None)
        return
    locator = None
    for index, element in enumerate(value):
        checked = _check_value(element, settings)
        if checked.findings and locator is None:
            locator = _locator(block)
        yield _in_document(block, index, f"/{index}", checked, locator)


def _in_document(block: Block, index: int | None, prefix: str, checked: _Checked, locator: Locator | None) -> Result:
    if not checked.findings:
        return _result(block, 1, index, checked, ())
    locator = locator or _locator(block)
    places = [prefix + checked.prefix + finding.pointer for finding in checked.findings]
    findings = (
        Located(finding, place, *locator.find(place)) for finding, place in zip(checked.findings, places, strict=True)
    )
    return _result(block, locator.find(prefix)[0], index, checked, tuple(findings))


def _invalid_document(block: Block, error: JsonInvalid, settings: Settings) -> Result:
    checked = _check_body(settings.operation, block.text, settings.record, settings.now)
    if isinstance(error, RepeatedKey):
        line, column = _locator(block).repeated_key()
    else:
        line, column = error.line or 1, error.column or 1
    findings = tuple(Located(finding, finding.pointer, line, column) for finding in checked.findings)
    return _result(block, 1, None, checked, findings)


def _locator(block: Block) -> Locator:
    from .positions import Locator  # only where there is something to report: the parser takes its time to load

    return Locator(block.text)


def _result(block: Block, line: int, index: int | None, checked: _Checked, findings: tuple[Located, ...]) -> Result:
    report = checked.report
    return Result(
        block.source,
        line,
        index,
        block.is_feed,
        report.operation if report else None,
        report.ok if report else False,
        report.status if report else None,
        report.note if report else None,
        findings,
    )


def _check_value(value: ParsedJson, settings: Settings) -> _Checked:
    if type(value) is not dict or not is_envelope(value):
        return _check_body(settings.operation, value, settings.record, settings.now)
    envelope = open_envelope(value)
    if not isinstance(envelope, Envelope):
        return _Checked(None, envelope)
    record = None if envelope.operation is Operation.CREATE else envelope.record or settings.record
    return _check_body(envelope.operation, envelope.body, record, settings.now, prefix="/body")


def _check_body(operation: Operation, body: object, record: Record | None, now: datetime, prefix: str = "") -> _Checked:
    report = presubmit.check(operation, body, record, now)
    return _Checked(report, report.findings, prefix)


_TOO_LONG: Final = Finding(
    Severity.REFUSED,
    Code.JSON_INVALID,
    None,
    "",
    f"the line is longer than {LINE_BYTES} bytes, and was not read to its end",
    "send one body a line",
    "D116",
)
