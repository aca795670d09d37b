"""Ctrl-C: every report stays complete, whenever it comes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

import pytest

from hopdrive_appointments._cli import exits, interrupts
from hopdrive_appointments._cli.interrupts import Interrupts
from tests.test_cli import NOW, run
from tests.test_cli_formats import write_feed

START = "import sys; from hopdrive_appointments import _cli; print('ready', file=sys.stderr, flush=True); _cli.main()"


@pytest.fixture(autouse=True)
def restore_handler() -> Iterator[None]:
    """Restore the handler of Ctrl-C, which is replaced after a Ctrl-C."""
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, handler)


def press() -> None:
    """Send Ctrl-C to this process."""
    signal.raise_signal(signal.SIGINT)


class TestHandler:
    """The handler of Ctrl-C."""

    def test_held_back(self) -> None:
        """Ctrl-C is noted, and raised where it is allowed next."""
        held = Interrupts()
        with held.held_back():
            press()
            with pytest.raises(KeyboardInterrupt), held.allowed():
                pytest.fail("the work has begun")

    def test_allowed(self) -> None:
        """Ctrl-C is raised at once where it is allowed, and not again afterwards."""
        held = Interrupts()
        with held.held_back():
            with pytest.raises(KeyboardInterrupt), held.allowed():
                press()
            press()

    @pytest.mark.parametrize("presses", [0, 1])
    def test_ignored_at_the_end(self, presses: int) -> None:
        """Ctrl-C is ignored while the process ends."""
        with Interrupts().held_back():
            assert signal.getsignal(signal.SIGINT) is not signal.default_int_handler
            for _ in range(presses):
                press()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN

    def test_repeated_later(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A later Ctrl-C ends the process immediately."""
        raised: list[int] = []
        held = Interrupts()
        with held.held_back():
            press()
            monkeypatch.setattr(interrupts, "_SECONDS_IGNORED", -1)
            monkeypatch.setattr(signal, "raise_signal", raised.append)
            os.kill(os.getpid(), signal.SIGINT)
            assert signal.getsignal(signal.SIGINT) is signal.SIG_DFL
        assert raised == [signal.SIGINT]

    def test_ignored_in_background(self) -> None:
        """A process that ignores Ctrl-C, because it runs in the background, still ignores it."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        with Interrupts().held_back():
            press()
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def interrupt(*arguments: object, seconds: float, times: int = 1, sent: bytes = b"") -> tuple[int, bytes]:
    """Run the command, press Ctrl-C after some seconds, and return its exit code and its output.

    Standard input is a pipe that sends some bytes, and then stays open. The command writes nothing to standard error.
    """
    process = subprocess.Popen(
        [sys.executable, "-c", START, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process, ThreadPoolExecutor(1) as pool:
        assert process.stdout is not None
        assert process.stderr is not None
        output = pool.submit(process.stdout.read)
        assert process.stdin is not None
        assert process.stderr.readline() == b"ready\n"
        process.stdin.write(sent)
        process.stdin.flush()
        time.sleep(seconds)
        for _ in range(times):
            process.send_signal(signal.SIGINT)
        assert process.stderr.read() == b""
        process.wait(timeout=10)
        return process.returncode, output.result()


def read_report(form: str, text: bytes) -> tuple[int, int, bool]:
    """Parse a report, and return the number of results, the counted number, and whether it says that it was ended."""
    if form == "json":
        report = json.loads(text)
        return len(report["results"]), report["summary"]["checked"], report["summary"]["interrupted"]
    if form == "sarif":
        (sarif_run,) = json.loads(text)["runs"]
        counts = sarif_run["invocations"][0]["properties"]
        return len(sarif_run["results"]) // 2, counts["checked"], counts["interrupted"]
    suites = ElementTree.fromstring(text)
    return len(list(suites.iter("testcase"))), int(suites.get("tests", "")), b"interrupted" in text


def interrupted_late(expected: int, arguments: Sequence[object], sent: bytes = b"") -> tuple[int, int, bool]:
    """Return what the JSON report of a check says that is interrupted after the expected results, if they come."""
    found = 0, 0, False
    for seconds in (0.5, 2, 8):  # on a busy machine, the command needs longer
        code, report = interrupt("check", *arguments, seconds=seconds, sent=sent)
        assert code == exits.INTERRUPTED
        found = read_report("json", report)
        if found[0] == expected:
            break
    return found


class TestReport:
    """A check that is interrupted at any time."""

    @pytest.mark.parametrize(("form", "jobs"), [("json", 2), ("sarif", 1), ("junit", 2)])
    def test_complete(self, tmp_path: Path, form: str, jobs: int) -> None:
        """The report can be parsed, has all results so far, and its counts agree, even if Ctrl-C comes twice."""
        feed = write_feed(tmp_path / "feed.jsonl", *["refused"] * 30_000)
        arguments = ["--now", NOW, "--format", form, "--jobs", jobs, feed, feed, feed]
        code, report = interrupt("check", *arguments, seconds=0.2, times=2)
        assert code == exits.INTERRUPTED
        results, counted, interrupted = read_report(form, report)
        assert results == counted < 90_000
        assert interrupted

    def test_waiting_for_pipe(self, tmp_path: Path) -> None:
        """A check that waits for a pipe ends at once, with an empty report."""
        pipe = tmp_path / "pipe.jsonl"
        os.mkfifo(pipe)
        code, report = interrupt("check", "--format", "json", pipe, seconds=0.25)
        assert (code, read_report("json", report)) == (exits.INTERRUPTED, (0, 0, True))

    @pytest.mark.parametrize("arguments", [["--jobs", "2", "-"], ["--operation", "patch", "--record", "-", "x.json"]])
    def test_waiting_for_standard_input(self, arguments: list[str]) -> None:
        """The same is true for standard input, also while the record is read from it."""
        code, report = interrupt("check", "--format", "json", *arguments, seconds=0.25)
        assert (code, read_report("json", report)) == (exits.INTERRUPTED, (0, 0, True))

    @pytest.mark.parametrize(("jobs", "is_named"), [(1, True), (2, False)])
    def test_slow_feed(self, tmp_path: Path, jobs: int, is_named: bool) -> None:
        """The report has every complete line that came through a pipe, and the results of the file before it."""
        feed = write_feed(tmp_path / "feed.jsonl", *["refused"] * 100)
        arguments = ["--format", "json", "--jobs", jobs, *["--feed"] * is_named, feed, "-"]
        assert interrupted_late(150, arguments, b"5\n" * 50 + b'{"driver') == (150, 150, True)

    def test_file_before_pipe(self, tmp_path: Path) -> None:
        """Results that workers have finished are in the report if the next input is a pipe without a writer."""
        feed = write_feed(tmp_path / "feed.jsonl", *["refused"] * 100)
        os.mkfifo(tmp_path / "pipe.jsonl")
        arguments = ["--format", "json", "--jobs", 2, feed, tmp_path / "pipe.jsonl"]
        assert interrupted_late(100, arguments) == (100, 100, True)

    def test_during_start(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Ctrl-C while the command starts leads to an empty report."""
        press_at_start(monkeypatch)
        result = run("check", "--format", "json", "no-such-file.json")
        assert (result.exit_code, read_report("json", result.stdout_bytes)) == (exits.INTERRUPTED, (0, 0, True))


def press_at_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a Ctrl-C be held back when a command begins."""
    held = Interrupts()
    monkeypatch.setattr(held, "_first", time.monotonic())
    monkeypatch.setattr(interrupts, "allowed", held.allowed)


@pytest.mark.parametrize("arguments", [["simulate", "-"], ["explain", "-"], ["conformance", "serve"]])
def test_other_commands(arguments: list[str]) -> None:
    """The other commands end at once while they wait for standard input."""
    assert interrupt(*arguments, seconds=0.25) == (exits.INTERRUPTED, b"")
