"""Check that Ctrl-C never breaks a report: python -m tests.proofs.interruptions 200.

Each try starts the command on a feed, an array, a folder or a pipe that stays open, in each format, with one and two
processes. It sends Ctrl-C at a random moment, often near the end, to the process or to its whole group as a terminal
does, and in every fourth try a second time soon afterwards. The report must be complete, have the first results of an
uninterrupted check, and note that the check was interrupted. No process may be left.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import IO, Final

from attrs import Factory, define, frozen

from tests.proofs.commands import CLEAN, FLAGGED, FORMATS, NOW_TEXT, REFUSED, ROOT, count_and_seed, show
from tests.proofs.reports import Body, ReportRead, bodies_of, expected_count, read_report

LINES: Final = 30_000
"""The number of bodies in each input, which take a second or more."""
_INTERRUPTED: Final = 130
_FINDINGS: Final = 1
_SECONDS_TO_END: Final = 30
_BODIES: Final = (CLEAN, REFUSED, CLEAN, FLAGGED)
INPUTS: Final = ("feed", "array", "folder", "standard input")


@frozen
class Ended:
    """How a process ended."""

    code: int
    output: bytes
    errors: bytes
    was_ready: bool
    """Whether the process had taken over Ctrl-C when the first one was sent."""
    became_ready: bool
    """Whether the process took over Ctrl-C at any time."""


@frozen
class Press:
    """When Ctrl-C is sent, and to whom."""

    moments: Sequence[float]
    """The seconds before each one."""
    to_group: bool
    """Whether it is sent to the whole process group, as a terminal does, or only to the process itself."""


@frozen
class Try:
    """One check that is interrupted."""

    source: str
    form: str
    jobs: int


@define
class Inputs:
    """The inputs of all tries, and the reports of uninterrupted checks."""

    folder: Path
    lines: int
    _reports: dict[tuple[str, str], ReportRead] = Factory(dict)
    _bodies: dict[str, list[Body]] = Factory(dict)
    _seconds: dict[Try, float] = Factory(dict)

    def __attrs_post_init__(self) -> None:
        bodies = [json.dumps(_BODIES[number % len(_BODIES)]) for number in range(self.lines)]
        (self.folder / "feed.jsonl").write_text("\n".join(bodies) + "\n")
        (self.folder / "array.json").write_text(f"[{','.join(bodies)}]")
        nested = self.folder / "folder"
        nested.mkdir()
        for number in range(0, self.lines, 20):
            (nested / f"{number}.json").write_text(bodies[number % len(_BODIES)])
        (nested / "last.jsonl").write_text("\n".join(bodies[: self.lines // 2]) + "\n")

    def path(self, source: str) -> str:
        """Return the argument of the command for an input."""
        return {"feed": "feed.jsonl", "array": "array.json", "folder": "folder", "standard input": "-"}[source]

    def piped(self, source: str) -> bytes:
        """Return the text that is sent to standard input."""
        return (self.folder / "feed.jsonl").read_bytes() if source == "standard input" else b""

    def seconds(self, each: Try) -> float:
        """Return how long the check takes if it is not interrupted."""
        if each not in self._seconds:
            self._run(each)
        return self._seconds[each]

    def report(self, each: Try) -> ReportRead:
        """Return the uninterrupted report."""
        self.seconds(each)
        return self._reports[each.source, each.form]

    def bodies(self, source: str) -> list[Body]:
        """Return the bodies of an input in the order of the check."""
        if source not in self._bodies:
            self._run(Try(source, "json", 1))
        return self._bodies[source]

    def _run(self, each: Try) -> None:
        began = time.perf_counter()
        ended = run(each, self, None)
        self._seconds[each] = time.perf_counter() - began
        assert (ended.code, ended.errors) == (_FINDINGS, b""), (each, ended.code, ended.errors[-2000:])
        report = read_report(each.form, ended.output)
        assert not report.interrupted, each
        before = self._reports.setdefault((each.source, each.form), report)
        assert report == before, f"{each}: another number of processes leads to another report"
        if each.form == "json":
            self._bodies[each.source] = bodies_of(ended.output)


def run(each: Try, inputs: Inputs, press: Press | None) -> Ended:
    """Run the command and send Ctrl-C. Standard input stays open until then; without `press`, it ends at once."""
    ready, announces = os.pipe()
    arguments = ["check", "--now", NOW_TEXT, "--format", each.form, "--jobs", str(each.jobs), inputs.path(each.source)]
    line = [sys.executable, "-m", "tests.proofs.commands", str(announces), *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen(
        line,
        cwd=inputs.folder,
        env=environment,
        pass_fds=[announces],
        start_new_session=True,
        **streams,  # type: ignore[call-overload]  # the values are streams
    )
    os.close(announces)
    os.set_blocking(ready, False)
    with process, ThreadPoolExecutor(3) as pool:
        output, errors = pool.submit(process.stdout.read), pool.submit(process.stderr.read)
        sent = pool.submit(_send, process.stdin, inputs.piped(each.source), press is None)
        was_ready = _press(process.pid, ready, press)
        try:
            process.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise AssertionError(f"{each}: the process has not ended {_SECONDS_TO_END} seconds after Ctrl-C") from None
        _assert_nothing_left(process.pid, each)
        sent.result()
        became_ready = was_ready or _is_ready(ready)
        os.close(ready)
        return Ended(process.returncode, output.result(), errors.result(), was_ready, became_ready)


def _send(stream: IO[bytes], text: bytes, closes: bool) -> None:
    with contextlib.suppress(BrokenPipeError):
        stream.write(text)
        stream.flush()
        if closes:
            stream.close()


def _press(process: int, ready: int, press: Press | None) -> bool:
    """Send Ctrl-C, and return whether the process was ready for the first one."""
    was_ready = False
    for number, seconds in enumerate(() if press is None else press.moments):
        time.sleep(seconds)
        was_ready = was_ready or (number == 0 and _is_ready(ready))
        with contextlib.suppress(ProcessLookupError):
            (os.killpg if press is not None and press.to_group else os.kill)(process, signal.SIGINT)
    return was_ready


def _is_ready(pipe: int) -> bool:
    try:
        return os.read(pipe, 1) == b"x"
    except BlockingIOError:
        return False


def _assert_nothing_left(group: int, each: Try) -> None:
    """Assert that the process group is empty, at the latest after a moment."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.02)
    os.killpg(group, signal.SIGKILL)
    raise AssertionError(f"{each}: a worker process has not ended")


def check_try(each: Try, inputs: Inputs, random: Random, latest: float = 1) -> str:
    """Interrupt one check at a random moment, assert that its report is right, and return how it ended."""
    share = random.uniform(0.9, 1.05) if latest == 1 and random.random() < 0.2 else random.uniform(0, latest)
    moments = [share * inputs.seconds(each)]
    if random.random() < 0.25:
        moments.append(random.uniform(0, 0.05))
    press = Press(moments, random.random() < 0.5)
    ended = run(each, inputs, press)
    try:
        return _outcome(each, ended, inputs)
    except Exception as error:
        described = (ended.code, len(ended.output), ended.output[-300:], ended.errors[-3000:].decode())
        raise AssertionError(f"{error} ({each}, {press}, ready: {ended.was_ready}): {described}") from error


def _outcome(each: Try, ended: Ended, inputs: Inputs) -> str:
    if not ended.became_ready:
        assert not ended.output, "the process wrote a report before it took over Ctrl-C"
        assert ended.code != 0
        return "ended while it started"
    if ended.was_ready:
        assert ended.errors.count(b"\n") <= 1, "more than one line on standard error"
    report, whole = read_report(each.form, ended.output), inputs.report(each)
    if ended.code == _FINDINGS:
        assert not report.interrupted
        assert report == whole, "the report of a completed check is not complete"
        return "completed before Ctrl-C" if ended.was_ready else "Ctrl-C lost while it started"
    assert ended.code == _INTERRUPTED, "wrong exit code"
    assert report.interrupted, "the report does not note that the check was interrupted"
    assert report.items == whole.items[: len(report.items)], "the results are not the first of the whole check"
    bodies = inputs.bodies(each.source)
    if report.checked is not None:
        done = bodies[: report.checked]
        assert report.count == expected_count(each.form, done), "the counts do not agree with the results"
        assert report.tally in (None, Counter(body.tier for body in done)), "the tally does not agree with the results"
    else:
        counts = accumulate((expected_count(each.form, [body]) for body in bodies), initial=0)
        assert report.count in counts, "the results of a body are not complete"
    return "interrupted with results" if report.count else "interrupted without results"


def check_tries(
    count: int, seed: int = 1, lines: int = LINES, latest: float = 1
) -> tuple[Counter[tuple[str, str]], list[str]]:
    """Interrupt checks. Return their number by format and by how they ended, and all failures.

    `latest` is the share of an uninterrupted check in which Ctrl-C is sent.
    """
    random = Random(seed)
    kinds = [Try(source, form, jobs) for source in INPUTS for form in FORMATS for jobs in (1, 2)]
    random.shuffle(kinds)
    ends, failures = Counter[tuple[str, str]](), list[str]()
    with tempfile.TemporaryDirectory() as folder:
        inputs = Inputs(Path(folder), lines)
        for number in range(count):
            each = kinds[number % len(kinds)]
            try:
                ends[each.form, check_try(each, inputs, random, latest)] += 1
            except AssertionError as failure:
                failures.append(str(failure))
            if number % 20 == 19:
                show(f"{number + 1} of {count} tries, {len(failures)} failures")
    return ends, failures


def main() -> None:
    """Interrupt as many checks as the command line says, by default 200, and print how they ended."""
    count, seed = count_and_seed("Interrupt checks at random moments.", 200)
    began = time.perf_counter()
    ends, failures = check_tries(count, seed)
    for form in FORMATS:
        outcomes = {outcome: number for (each, outcome), number in sorted(ends.items()) if each == form}
        show(f"{form}: {sum(outcomes.values())} tries: {outcomes}")
    if failures:
        sys.exit("\n".join([*failures, f"{len(failures)} of {count} tries failed"]))
    show(f"{count} interrupted checks, every report complete, {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
