"""Check that mutated bodies lead to reports and never to a traceback: python -m tests.proofs.mutated_bodies 1000000.

Each body is checked by `presubmit`, in turn as a POST, as a PUT, and as a PATCH with and without the record. It is also
checked as a line of a feed. Every fiftieth body is also checked as a document, in which each finding must have a valid
position. Finally the command reports on all of them, in each of its formats.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from hopdrive_appointments import Operation, rules
from hopdrive_appointments._batch.blocks import Block
from hopdrive_appointments._batch.checker import Settings, check_block
from hopdrive_appointments._batch.results import Result
from hopdrive_appointments._record_json import record_from_json
from hopdrive_appointments.presubmit import check
from hopdrive_appointments.rules import Severity
from hopdrive_appointments.verdict import Finding
from tests.mutations import RECORD, mutated

NOW: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
ROOT: Final = Path(__file__).resolve().parents[2]
FORMATS: Final = ("text", "json", "github", "sarif", "junit")
CHUNK: Final = 10_000
"""The number of lines in each feed."""
_RECORD: Final = record_from_json(RECORD)
_CASES: Final = (
    (Operation.CREATE, None),
    (Operation.REPLACE, _RECORD),
    (Operation.PATCH, _RECORD),
    (Operation.PATCH, None),
)


def check_in_process(count: int, seed: int = 1) -> Counter[str]:
    """Check mutated bodies in this process, and return the number of bodies of each tier."""
    tiers = Counter[str]()
    for text, (operation, record) in zip(mutated(count, seed), cycle(_CASES), strict=False):
        report = check(operation, text, record, now=NOW)
        assert report.ok is not any(finding.severity is Severity.REFUSED for finding in report.findings), text
        _assert_complete(report.findings, text)
        settings = Settings(operation, NOW, record)
        feed = check_block(Block("feed", True, 1, text), settings)
        lines = [line for line in text.split(b"\n") if line and not line.isspace()]
        assert len(feed.results) == feed.tally.total() == len(lines), text
        for result in feed.results:
            _assert_complete([located.finding for located in result.findings], text)
            _assert_positions(result, text)
        tiers += feed.tally
        for result in check_block(Block("document", False, 1, text), settings).results:
            _assert_positions(result, text)
    return tiers


def _assert_complete(findings: Iterable[Finding], text: bytes) -> None:
    """Assert that every finding has a known code and rule, a message and a hint, and can be written as JSON."""
    for finding in findings:
        assert finding.code in rules.CODES, text
        assert finding.rule in rules.RULES, text
        assert finding.message, text
        assert finding.hint, text
        assert json.dumps(finding.to_json()), text


def _assert_positions(result: Result, text: bytes) -> None:
    """Assert that every finding has a position within the text."""
    lines = text.decode("utf-8", "replace").split("\n")
    for located in result.findings:
        assert 1 <= located.line <= len(lines), text
        assert 1 <= located.column <= len(lines[located.line - 1]) + 1, text


def check_by_command(count: int, seed: int = 2) -> None:
    """Run the command on feeds of mutated bodies, in each format in turn."""
    bodies, forms = mutated(count, seed), cycle(FORMATS)
    with tempfile.TemporaryDirectory() as folder:
        feed = Path(folder, "feed.jsonl")
        while chunk := list(islice(bodies, CHUNK)):
            feed.write_bytes(b"\n".join(chunk) + b"\n")
            form = next(forms)
            arguments = ["check", "--now", "2026-03-01T12:00:00Z", "--format", form, "--jobs", "2", str(feed)]
            line = [sys.executable, "-m", "hopdrive_appointments", *arguments]
            done = subprocess.run(line, cwd=ROOT, capture_output=True, check=False)
            assert (done.returncode, done.stderr) == (1, b""), (form, done.returncode, done.stderr[-2000:])
            if form in ("json", "sarif"):
                json.loads(done.stdout)
            elif form == "junit":
                ElementTree.fromstring(done.stdout)
            else:
                done.stdout.decode()


def main() -> None:
    """Check as many bodies as the command line says, by default a million, and print a summary."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    began = time.perf_counter()
    tiers = check_in_process(count)
    print(f"{count} bodies in process: {dict(tiers)}, no exception, {time.perf_counter() - began:.0f} s")
    began = time.perf_counter()
    check_by_command(count)
    print(
        f"{count} bodies through the command, in {len(FORMATS)} formats: no traceback, "
        f"{time.perf_counter() - began:.0f} s"
    )


if __name__ == "__main__":
    main()
