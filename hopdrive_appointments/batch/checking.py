"""A block through `presubmit`: every body in it, and the place of every finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final

from attrs import define, field, frozen

from ..errors import ArgumentValueError
from ..findings import Finding
from ..judging import Judgement
from ..presubmit import Question, Report, question_of
from ..records import Record
from ..rules import Code, Operation, Severity
from ..shape import Shape, check_parsed, check_shape
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
    """The record before, for bare bodies of a PUT or PATCH, and for envelopes whose path names its id."""
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
    question = _question(settings)
    results, clean = list[Result](), 0
    if block.is_feed:
        for number, line in enumerate(block.text.split(b"\n"), block.first_line):
            if line and (block.cut_off or len(line) > LINE_BYTES or not line.isspace()):
                checked = _check_line(line, block, question, settings)
                if checked.judgement.findings or settings.keep_clean:
                    results.append(_in_feed(block, number, checked))
                else:  # of most lines of most feeds no more than their number is asked for
                    clean += 1
    else:
        results += _check_document(block, question, settings)
    tally = Counter(result.tier for result in results)
    tally.update({ACCEPTED: clean} if clean else ())
    return Batch(tally, tuple(results), bytes=len(block.text))


@define
class _Checked:
    """What came of one body, wherever it stands."""

    question: Question | None
    """What it was checked for; None where that could not be made out."""
    judgement: Judgement
    prefix: str = ""
    """The pointer to the body, where it stands in an envelope."""


def _question(settings: Settings) -> Question:
    record = None if settings.operation is Operation.CREATE else settings.record
    return question_of(settings.operation, record, settings.now)


def _check_line(line: bytes, block: Block, question: Question, settings: Settings) -> _Checked:
    if block.cut_off or len(line) > LINE_BYTES:
        return _Checked(None, Judgement((_TOO_LONG,)))
    try:
        value = parse(line)
    except JsonInvalid:
        return _check_text(line, question)
    return _check_value(value, question, settings)


def _check_text(text: bytes, question: Question) -> _Checked:
    return _judged(question, check_shape(question.operation, text, question.now))


def _check_value(value: ParsedJson, question: Question, settings: Settings) -> _Checked:
    if type(value) is not dict or not is_envelope(value):
        return _judged(question, check_parsed(question.operation, value, question.now))
    envelope = open_envelope(value)
    if not isinstance(envelope, Envelope):
        return _Checked(None, Judgement(envelope))
    asked = _question_in(envelope, settings)
    return _judged(asked, check_parsed(asked.operation, envelope.body, asked.now), "/body")


def _judged(question: Question, shape: Shape, prefix: str = "") -> _Checked:
    try:
        return _Checked(question, question.judge(shape), prefix)
    except ArgumentValueError as error:
        hint = "check against the record as it was given out"
        finding = Finding(Severity.REFUSED, Code.BODY_INVALID, None, "", str(error), hint, "D114")
        return _Checked(None, Judgement((finding,)))


def _question_in(envelope: Envelope, settings: Settings) -> Question:
    given = settings.record
    # The record that was given for all is no record of another appointment.
    fitting = given if given is not None and str(given.id) == envelope.id else None
    return question_of(envelope.operation, envelope.record or fitting, settings.now)


def _in_feed(block: Block, line: int, checked: _Checked) -> Result:
    findings = tuple(
        Located(finding, checked.prefix + finding.pointer, line, 1) for finding in checked.judgement.findings
    )
    return _result(block, line, None, checked, findings)


def _check_document(block: Block, question: Question, settings: Settings) -> Iterator[Result]:
    try:
        value = parse(block.text)
    except JsonInvalid as error:
        yield _invalid_document(block, error, question)
        return
    if not isinstance(value, list):
        yield _in_document(block, None, "", _check_value(value, question, settings), None)
        return
    locator = None
    for index, element in enumerate(value):
        checked = _check_value(element, question, settings)
        if checked.judgement.findings and locator is None:
            locator = _locator(block)
        yield _in_document(block, index, f"/{index}", checked, locator)


def _in_document(block: Block, index: int | None, prefix: str, checked: _Checked, locator: Locator | None) -> Result:
    found = checked.judgement.findings
    if not found:
        return _result(block, 1, index, checked, ())
    locator = locator or _locator(block)
    places = [prefix + checked.prefix + finding.pointer for finding in found]
    findings = (Located(finding, place, *locator.find(place)) for finding, place in zip(found, places, strict=True))
    return _result(block, locator.find(prefix)[0], index, checked, tuple(findings))


def _invalid_document(block: Block, error: JsonInvalid, question: Question) -> Result:
    checked = _check_text(block.text, question)
    if isinstance(error, RepeatedKey):
        line, column = _locator(block).repeated_key()
    else:
        line, column = error.line or 1, error.column or 1
    findings = tuple(Located(finding, finding.pointer, line, column) for finding in checked.judgement.findings)
    return _result(block, 1, None, checked, findings)


def _locator(block: Block) -> Locator:
    from .positions import Locator  # only where there is something to report: the parser takes its time to load

    return Locator(block.text)


def _result(block: Block, line: int, index: int | None, checked: _Checked, findings: tuple[Located, ...]) -> Result:
    report = Report(checked.question, checked.judgement) if checked.question else None
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


_TOO_LONG: Final = Finding(
    Severity.REFUSED,
    Code.JSON_INVALID,
    None,
    "",
    f"the line is longer than {LINE_BYTES} bytes, and was not read to its end",
    "send one body a line",
    "D116",
)
