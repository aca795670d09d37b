"""Read the reports of the command with other parsers, in every format."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final
from xml.etree import ElementTree

from attrs import frozen
from jsonschema import Draft4Validator

from tests.proofs.commands import ROOT

_HEADING: Final = re.compile(r"\S.*: (?:accepted(?: as \w+)?|refused, \d+ problems?)")
_TEXT_END: Final = re.compile(r"(\d+) checked(, interrupted)?: (.*)")
_GITHUB_END: Final = re.compile(r"::warning title=interrupted::(\d+) bodies were checked")
_VALIDATED: Final = 25
"""The number of results at the beginning and at the end of a SARIF log that the schema validates."""


@frozen
class ReportRead:
    """A report that was read completely."""

    items: Sequence[object]
    """Its results: bodies, findings or lines, depending on the format."""
    count: int
    """The number of results: lines of text that belong together are one result."""
    interrupted: bool
    checked: int | None = None
    """The number of bodies checked; None if the report does not have it."""
    tally: Counter[str] | None = None
    """The number of bodies by tier; None if the report does not have it."""


@frozen
class Body:
    """One body in the JSON report."""

    tier: str
    findings: int
    in_feed: bool


def read_report(form: str, text: bytes) -> ReportRead:
    """Read a report. Raises ValueError, ParseError or AssertionError if it is not complete."""
    return _READERS[form](text)


def bodies_of(report: bytes) -> list[Body]:
    """Return the bodies in a JSON report."""
    results = json.loads(report)["results"]
    return [
        Body(each["tier"], len(each["findings"]), each["index"] is None and "jsonl" in _kind(each["source"]))
        for each in results
    ]


def expected_count(form: str, bodies: Sequence[Body]) -> int:
    """Return the number of results that a report about some bodies has."""
    if form in ("json", "junit"):
        return len(bodies)
    if form in ("github", "sarif"):
        return sum(body.findings for body in bodies)
    return sum(not body.in_feed or body.findings > 0 for body in bodies)


def _kind(source: str) -> str:
    return "jsonl" if source == "standard input" else source


def _read_json(text: bytes) -> ReportRead:
    report = json.loads(text)
    assert set(report) == {"version", "results", "unreadable", "summary"}
    summary, results = report["summary"], report["results"]
    tally = Counter(each["tier"] for each in results)
    assert tally == _tally_of(summary), "the tally does not agree with the results"
    assert report["unreadable"] == []
    return ReportRead(results, len(results), summary["interrupted"], summary["checked"], tally)


def _tally_of(summary: dict[str, Any]) -> Counter[str]:
    tally = Counter({tier: summary[tier] for tier in ("accepted", "advised", "flagged", "refused") if summary[tier]})
    assert tally.total() == summary["checked"], "the number of bodies does not agree with their tally"
    return tally


def _read_sarif(text: bytes) -> ReportRead:
    log = json.loads(text)
    (run,) = log["runs"]
    (invocation,) = run["invocations"]
    summary, results = invocation["properties"], run["results"]
    # The validator needs a millisecond for each result. Those in between equal the results of an uninterrupted check.
    ends = results if len(results) <= 2 * _VALIDATED else results[:_VALIDATED] + results[-_VALIDATED:]
    _validator().validate({**log, "runs": [{**run, "results": ends}]})
    is_noted = any("interrupted" in each["message"]["text"] for each in invocation["toolExecutionNotifications"])
    assert is_noted is summary["interrupted"] is not invocation["executionSuccessful"]
    return ReportRead(results, len(results), summary["interrupted"], summary["checked"], _tally_of(summary))


@cache
def _validator() -> Any:
    schema = json.loads((ROOT / "tests/data/sarif-schema-2.1.0.json").read_text("utf-8"))
    return Draft4Validator(schema)


def _read_junit(text: bytes) -> ReportRead:
    root = ElementTree.fromstring(text)
    (suite,) = root
    cases = suite.findall("testcase")
    failures = sum(case.find("failure") is not None for case in cases)
    for counts in (root, suite):
        assert (counts.get("tests"), counts.get("failures")) == (str(len(cases)), str(failures)), "wrong counts"
    notes = [each.text for each in suite.findall("system-out")]
    assert notes in ([], ["interrupted"]), notes
    return ReportRead([ElementTree.tostring(case) for case in cases], len(cases), bool(notes), len(cases))


def _read_text(text: bytes) -> ReportRead:
    lines = _lines(text)
    end = _TEXT_END.fullmatch(lines.pop())
    assert end is not None, "the last line does not have the counts"
    counts = [each.split() for each in end[3].split(", ")] if end[3] != "no bodies found" else []
    tally = Counter({tier: int(count) for count, tier in counts})
    assert tally.total() == int(end[1]), "the number of bodies does not agree with their tally"
    headings = sum(_HEADING.fullmatch(line) is not None for line in lines)
    return ReportRead(lines, headings, end[2] is not None, int(end[1]), tally)


def _read_github(text: bytes) -> ReportRead:
    lines = _lines(text)
    end = _GITHUB_END.fullmatch(lines[-1]) if lines else None
    items = lines if end is None else lines[:-1]
    assert all(re.fullmatch(r"::(?:error|warning|notice) file=\S.*::\S.*", line) for line in items), "a broken line"
    return ReportRead(items, len(items), end is not None, None if end is None else int(end[1]))


def _lines(text: bytes) -> list[str]:
    assert text.endswith(b"\n") or not text, "the last line is cut"
    return text.decode().splitlines()


_READERS: Final[dict[str, Callable[[bytes], ReportRead]]] = {
    "text": _read_text,
    "json": _read_json,
    "github": _read_github,
    "sarif": _read_sarif,
    "junit": _read_junit,
}
