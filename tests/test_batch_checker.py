"""Checking of one block: feeds, documents, envelopes, tallies and tiers."""

from __future__ import annotations

import json
import pickle
import tracemalloc
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from hopdrive_appointments import Finding, Operation, Severity, Status, rules
from hopdrive_appointments._batch import blocks, checker
from hopdrive_appointments._batch.blocks import Block
from hopdrive_appointments._batch.checker import Batch, Settings, check_block, check_portions
from hopdrive_appointments._batch.results import ACCEPTED, Result, reaches, tier_of
from hopdrive_appointments._record_json import record_from_json
from hopdrive_appointments.presubmit import check
from tests.case_space import VINS, bodies, body_texts, example, minimal
from tests.together import assert_together

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CREATE = Settings(Operation.CREATE, NOW)
BODY = minimal("create")
FLAGGED = {**BODY, "vehicle_vin": VINS[2]}
ADVISED = {**BODY, "vehicle_vin": "1HGCM82633A004353"}
LAST_VERSION = {**example("new"), "version": 2**53 - 1}
AT_LAST_VERSION = Settings(Operation.PATCH, NOW, record_from_json(LAST_VERSION))
LARGEST_LINE = 16 * 1024 * 1024


def as_text(value: object) -> bytes:
    """Return bytes unchanged and any other value as JSON."""
    return value if isinstance(value, bytes) else json.dumps(value).encode()


def check_feed(*lines: object, settings: Settings = CREATE) -> Batch:
    """Check a feed with the given lines."""
    return check_block(Block("a.jsonl", True, 1, b"\n".join(map(as_text, lines))), settings)


def check_document(value: object, settings: Settings = CREATE) -> Batch:
    """Check a document."""
    return check_block(Block("a.json", False, 1, as_text(value)), settings)


def single_result(batch: Batch) -> Result:
    """Return the result of a batch that has exactly one. Its findings can be reported together."""
    (result,) = batch.results
    assert_together(findings_of(result), result.operation)
    return result


def findings_of(result: Result) -> list[Finding]:
    """Return the findings of a result without their positions."""
    return [located.finding for located in result.findings]


def codes_and_pointers(batch: Batch) -> list[tuple[str, str]]:
    """Return the code and the pointer of every finding of a batch that has exactly one result."""
    return [(located.finding.code.value, located.pointer) for located in single_result(batch).findings]


def nested_object(levels: int) -> bytes:
    """Return JSON text of that many nested objects; the member `config` of each holds the next."""
    return b'{"config": ' * (levels - 1) + b"{}" + b"}" * (levels - 1)


class TestAgreement:
    """A batch reports what `presubmit` reports for each body alone."""

    @pytest.mark.parametrize("operation", [Operation.CREATE, Operation.REPLACE, Operation.PATCH])
    def test_bodies_match_presubmit(self, operation: Operation) -> None:
        """Every body of the case space gets the same findings in a feed, in an array and in `presubmit`."""
        settings = Settings(operation, NOW)
        # A Python string has an additional hint.
        given = [json.loads(json.dumps(body)) for body in bodies(operation.value) if not isinstance(body, str)]
        in_feed, in_array = check_feed(*given, settings=settings), check_document(given, settings)
        assert in_feed.tally == in_array.tally
        for body, line, element in zip(given, in_feed.results, in_array.results, strict=True):
            report = check(operation, body, now=NOW)
            for result in (line, element):
                assert findings_of(result) == list(report.findings)
                assert (result.accepted, result.status) == (report.ok, report.status)
                assert result.operation is operation

    @pytest.mark.rule("D14")
    def test_string_hint(self) -> None:
        """The finding for a JSON string has no hint to encode it, in a line, a document, an array or an envelope."""
        envelope = {"method": "POST", "path": "/appointments", "body": "{}"}
        for batch in (check_feed("{}"), check_document("{}"), check_document(["{}"]), check_feed(envelope)):
            (found,) = findings_of(single_result(batch))
            assert (found.message, found.code) == ("the body must be an object, not a string", "body_invalid")
            assert found.hint == "send an object with the fields as keys"

    def test_texts_match_presubmit(self) -> None:
        """A document gets the findings of `presubmit`, unless it is an array, which `presubmit` checks as one body."""
        for text in (each for each in body_texts() if len(each) < 10_000):
            body = text.encode("utf-8", "surrogatepass")
            report = check(Operation.CREATE, body, now=NOW)
            in_feed = check_block(Block("a.jsonl", True, 1, body.replace(b"\n", b" ")), CREATE)
            assert len(in_feed.results) == bool(body.strip())
            batch = check_document(body)
            if [result.index for result in batch.results] == [None]:
                assert findings_of(single_result(batch)) == list(report.findings)
            else:
                assert [found.code for found in report.findings] == ["body_invalid"]


class TestFeed:
    """Each line of a feed that is not blank has a result."""

    def test_binary_lines_refused(self) -> None:
        """Lines of arbitrary bytes are refused one by one, and the lines around them are accepted."""
        batch = check_feed(BODY, b"\xff\x00\xfe", b"\x1f\x8b\x08", BODY)
        assert [result.tier for result in batch.results] == [ACCEPTED, "refused", "refused", ACCEPTED]
        assert [result.name for result in batch.results] == [f"a.jsonl:{line}" for line in (1, 2, 3, 4)]
        assert batch.bytes == 2 * len(json.dumps(BODY)) + 9

    def test_clean_results_omitted(self) -> None:
        """With `keep_clean=False` a clean line is only counted, while a clean document still has a result."""
        settings = Settings(Operation.CREATE, NOW, keep_clean=False)
        batch = check_feed(BODY, {}, FLAGGED, ADVISED, settings=settings)
        assert batch.tally == Counter({ACCEPTED: 1, "refused": 1, "flagged": 1, "advised": 1})
        assert [result.line for result in batch.results] == [2, 3, 4]
        assert single_result(check_document(BODY, settings)).status is Status.NEW

    @pytest.mark.rule("D116")
    @pytest.mark.parametrize(("size", "accepted"), [(LARGEST_LINE, True), (LARGEST_LINE + 1, False)])
    def test_line_size_limit(self, size: int, accepted: bool) -> None:
        """A line of exactly 16 MiB is read; one more byte makes it `json_invalid`."""
        assert rules.FEED_LINE_BYTES.value == blocks.LINE_BYTES == LARGEST_LINE
        result = single_result(check_feed(json.dumps(BODY).encode().ljust(size)))
        assert result.accepted is accepted
        assert [found.code for found in findings_of(result)] == ([] if accepted else ["json_invalid"])

    @pytest.mark.rule("D116")
    @pytest.mark.parametrize("text", [b" " * 51, b" " * 51 + b"\n", b"x" * 200, b"{}".ljust(51) + b"\n"])
    def test_long_line_refused(self, monkeypatch: pytest.MonkeyPatch, text: bytes) -> None:
        """A line over the limit has exactly one finding, even if it is blank or the block does not contain its end."""
        monkeypatch.setattr(checker, "LINE_BYTES", 50)
        result = single_result(check_block(Block("a.jsonl", True, 7, text), CREATE))
        assert [(found.code, found.rule) for found in findings_of(result)] == [("json_invalid", "D116")]
        assert (result.line, result.accepted, result.findings[0].line) == (7, False, 7)


class TestDocument:
    """A document is one body or an array of bodies."""

    def test_result_names(self) -> None:
        """The name of a result is its source, with the line in a feed or the index in an array."""
        assert single_result(check_document(BODY)).name == "a.json"
        assert [result.name for result in check_document([BODY, {}]).results] == ["a.json[0]", "a.json[1]"]
        assert single_result(check_feed(BODY)).name == "a.jsonl:1"

    @pytest.mark.parametrize("value", [None, True, 5, 1.5, "text"])
    def test_scalar_is_body(self, value: object) -> None:
        """A scalar counts as one body of the wrong type."""
        assert codes_and_pointers(check_document(value)) == [("body_invalid", "")]

    def test_empty_array(self) -> None:
        """An empty array contains no body, so the batch has no results."""
        assert check_document([]) == Batch(Counter(), (), bytes=2)

    def test_record_makes_exact(self) -> None:
        """With the record the result is exact; without it the result carries a note that it is partial."""
        record = record_from_json(example("ready"))
        exact = single_result(check_document({"vehicle_color": "red"}, Settings(Operation.PATCH, NOW, record)))
        assert [found.code for found in findings_of(exact)] == ["field_frozen"]
        assert exact.note is None
        partial = single_result(check_document({"vehicle_color": "red"}, Settings(Operation.PATCH, NOW)))
        assert partial.note == check(Operation.PATCH, {"vehicle_color": "red"}, now=NOW).note
        assert partial.note is not None


class TestPortions:
    """The bodies of an array are checked in portions."""

    GIVEN: tuple[object, ...] = (
        BODY,
        {},
        FLAGGED,
        5,
        None,
        [[{}], 1],
        {**BODY, "config": {"a": [1, {"b": 2**53}]}},
        ADVISED,
        "x",
        {},
    )

    @pytest.mark.parametrize("size", [1, 2, 3, 10, 11])
    @pytest.mark.parametrize("indent", [None, 1])
    def test_same_results(self, monkeypatch: pytest.MonkeyPatch, size: int, indent: int | None) -> None:
        """The portions together have the results, the counts and the size of the whole."""
        block = Block("a.json", False, 1, json.dumps(self.GIVEN, indent=indent).encode())
        whole = check_block(block, CREATE)
        monkeypatch.setattr(checker, "BLOCK_LINES", size)
        portions = list(check_portions(block, CREATE))
        assert len(portions) == -(-len(self.GIVEN) // size)
        assert tuple(result for each in portions for result in each.results) == whole.results
        assert sum((each.tally for each in portions), Counter()) == whole.tally
        assert sum(each.bytes for each in portions) == whole.bytes == len(block.text)
        assert check_block(block, CREATE) == whole

    def test_memory_bounded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The portions of a large array take much less memory than all of its results."""
        monkeypatch.setattr(checker, "BLOCK_LINES", 100)
        block = Block("a.json", False, 1, as_text([{}] * 3000))
        assert peak(lambda: list(map(len_of_results, check_portions(block, CREATE)))) < 0.25 * peak(
            lambda: check_block(block, CREATE)
        )


def len_of_results(batch: Batch) -> int:
    """Return the number of results of a batch."""
    return len(batch.results)


def peak(function: Callable[[], object]) -> int:
    """Return the most memory that a function takes at one time."""
    tracemalloc.start()
    try:
        function()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.rule("D108")
class TestDepth:
    """Text nested deeper than 500 levels is `json_invalid`, in a body, an array or an envelope."""

    @pytest.mark.parametrize("levels", [500, 501])
    @pytest.mark.parametrize("is_feed", [True, False])
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            pytest.param(b"", b"", id="body"),
            pytest.param(b"[", b"]", id="array"),
            pytest.param(b'{"method": "POST", "path": "/appointments", "body": ', b"}", id="envelope"),
        ],
    )
    def test_501_levels_refused(self, before: bytes, after: bytes, is_feed: bool, levels: int) -> None:
        """The limit counts all levels of the text, including those of the array or envelope around the body."""
        text = before + nested_object(levels - bool(before)) + after
        codes = [code for code, _ in codes_and_pointers(check_feed(text) if is_feed else check_document(text))]
        if levels == 501:
            assert codes == ["json_invalid"]
        else:
            assert "json_invalid" not in codes


@pytest.mark.rule("D114")
class TestLargestVersion:
    """The version of a record does not grow beyond 2^53-1."""

    @pytest.mark.parametrize(
        "body",
        [
            pytest.param({"vehicle_color": "red"}, id="body"),
            pytest.param(
                {
                    "method": "PATCH",
                    "path": "/appointments/17",
                    "body": {"vehicle_color": "red"},
                    "record": LAST_VERSION,
                },
                id="envelope",
            ),
        ],
    )
    def test_change_refused(self, body: object) -> None:
        """A change of such a record is a finding that cites D114, not an exception."""
        (found,) = findings_of(single_result(check_feed(body, settings=AT_LAST_VERSION)))
        assert (found.code, found.rule, found.field) == ("body_invalid", "D114", None)

    def test_unchanged_accepted(self) -> None:
        """A PATCH that changes nothing needs no new version."""
        assert single_result(check_feed({}, settings=AT_LAST_VERSION)).accepted


class TestSettings:
    """The context of a check."""

    def test_shared_checker(self) -> None:
        """All bodies outside of envelopes are checked with one checker, which has the operation, record and time."""
        record = record_from_json(example("ready"))
        checker = Settings(Operation.PATCH, NOW, record).checker
        body = {"vehicle_color": "red"}
        assert checker.check(body) == check(Operation.PATCH, body, record, now=NOW)
        assert not Settings(Operation.PATCH, NOW).checker.complete

    def test_create_with_record(self) -> None:
        """For a create, the record applies only to envelopes that name its id."""
        settings = Settings(Operation.CREATE, NOW, record_from_json(example("ready")))
        envelope = {"method": "PATCH", "path": "/appointments/17", "body": {"vehicle_color": "red"}}
        created, patched = check_feed(BODY, envelope, settings=settings).results
        assert (created.accepted, created.note) == (True, None)
        assert ([found.code for found in findings_of(patched)], patched.note) == (["field_frozen"], None)

    def test_equality_and_pickle(self) -> None:
        """The checker is not compared, and a copy for a worker has an equal one."""
        settings = Settings(Operation.PATCH, NOW, record_from_json(example("ready")))
        copy = pickle.loads(pickle.dumps(settings))
        assert copy == settings == Settings(Operation.PATCH, NOW, record_from_json(example("ready")))
        assert check_feed({"vehicle_color": "red"}, settings=copy) == check_feed(
            {"vehicle_color": "red"}, settings=settings
        )
        assert "checker" not in repr(settings)


class TestTier:
    """The tier of a body is the highest severity of its findings."""

    def test_highest_severity_wins(self) -> None:
        """Refused outranks flagged, flagged outranks advised, and no findings at all mean accepted."""
        refused, flagged, advised = (
            findings_of(single_result(check_document(body)))[0] for body in ({}, FLAGGED, ADVISED)
        )
        assert tier_of([]) == ACCEPTED
        assert tier_of([advised]) == "advised"
        assert tier_of([advised, flagged]) == "flagged"
        assert tier_of([advised, refused, flagged]) == "refused"

    def test_threshold_reached(self) -> None:
        """A tier reaches the threshold of its own severity and of every lower one; accepted reaches none."""
        order = ["refused", "flagged", "advised", ACCEPTED]
        for position, tier in enumerate(order):
            reached = [severity.value for severity in Severity if reaches(tier, severity)]
            assert reached == order[position:-1]
