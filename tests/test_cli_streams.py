"""Outputs and inputs that are closed or full, and what the command says about them."""

from __future__ import annotations

import errno
import io
import os
import pickle
import subprocess
import sys
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from tempfile import SpooledTemporaryFile

import pytest

from hopdrive_appointments import Operation, Severity, _cli
from hopdrive_appointments._batch.blocks import Block
from hopdrive_appointments._batch.checker import Settings
from hopdrive_appointments._batch.reporting import BlockReporter, Part
from hopdrive_appointments._batch.suppressions import Suppressions
from hopdrive_appointments._cli import exits, messages, streams
from hopdrive_appointments._cli.formats import FORMATS
from hopdrive_appointments._cli.rule_links import RuleLinks
from tests.test_cli import EXAMPLES, run
from tests.test_cli_ends import COMPLETE, run_main
from tests.test_cli_formats import write_feed

COMMAND = f"{sys.executable} -m hopdrive_appointments"
RECORD = str(EXAMPLES / "record-pending.json")
WRITING = [
    f"check {COMPLETE}",
    f"check --format junit {COMPLETE}",
    f"simulate {EXAMPLES / 'valet.jsonl'}",
    f"explain {RECORD}",
    "export rulebook",
    "--help",
]


def shell(line: str, folder: Path | None = None) -> tuple[int, str]:
    """Run a command in a shell, and return its exit code and what it writes to standard error."""
    done = subprocess.run(
        ["sh", "-c", f"{COMMAND} {line}"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder or EXAMPLES.parent.parent,
        check=False,
    )
    return done.returncode, done.stderr


def message(text: str) -> str:
    """Return a message of the command as it is written."""
    return f"hopdrive-appointments: {text}\n"


class TestOutput:
    """Standard output that cannot be written to."""

    @pytest.mark.parametrize("line", WRITING)
    def test_full(self, line: str) -> None:
        """A full disk is exit code 2 with one line."""
        assert shell(f"{line} > /dev/full") == (exits.UNUSABLE, message("standard output: No space left on device"))

    @pytest.mark.parametrize("line", [*WRITING, "check no-such-file.json"])
    def test_closed(self, line: str) -> None:
        """A closed output is exit code 2 with one line."""
        assert shell(f"{line} >&-") == (exits.UNUSABLE, message("standard output: the stream is closed"))

    @pytest.mark.parametrize(
        ("line", "errors"), [*product(WRITING, ["separate"]), *product(["check no-such-file.json", "--help"], ["same"])]
    )
    def test_reader_gone(self, line: str, errors: str) -> None:
        """If the reader of the output has ended, the exit code is 141, even if standard error is the same pipe."""
        reading, writing = os.pipe()
        os.close(reading)
        arguments = [*COMMAND.split(), *line.split()]
        where = writing if errors == "same" else subprocess.DEVNULL
        done = subprocess.run(arguments, stdout=writing, stderr=where, check=False)
        os.close(writing)
        assert done.returncode == exits.CLOSED

    @pytest.mark.parametrize("line", ["no-such-command", "check no-such-file.json"])
    def test_both_full(self, line: str) -> None:
        """If messages cannot be written either, the exit code still says what happened."""
        assert shell(f"{line} > /dev/full 2> /dev/full")[0] == exits.UNUSABLE

    @pytest.mark.parametrize("redirection", ["2>&-", "2> /dev/full"])
    @pytest.mark.parametrize(("line", "code"), [("no-such-command", 2), ("check no-such-file.json", 2), ("--help", 0)])
    def test_no_standard_error(self, line: str, code: int, redirection: str) -> None:
        """Without a usable standard error, the exit code is the same."""
        assert shell(f"{line} {redirection}")[0] == code

    def test_conformance(self) -> None:
        """The conformance server ends with exit code 2 if its answers cannot be written."""
        expected = message("standard input or standard output: No space left on device")
        assert shell(f"conformance serve > /dev/full < {COMPLETE}") == (exits.UNUSABLE, expected)

    def test_without_buffer(self, tmp_path: Path) -> None:
        """With PYTHONUNBUFFERED, a report that is larger than a pipe is complete."""
        feed = write_feed(tmp_path / "feed.jsonl", *["refused"] * 2000)
        arguments = [*COMMAND.split(), "check", "--format", "json", str(feed)]
        outputs = [
            subprocess.run(arguments, capture_output=True, env={**os.environ, **more}, check=False).stdout
            for more in ({}, {"PYTHONUNBUFFERED": "1"})
        ]
        assert outputs[0] == outputs[1]

    def test_buffer_added(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """An output without a buffer gets one for the run."""
        with (tmp_path / "output").open("wb", buffering=0) as raw:
            stream = io.TextIOWrapper(raw, write_through=True)
            monkeypatch.setattr(sys, "stdout", stream)
            assert run_main(monkeypatch, "export", "mermaid") == exits.CLEAN
            assert sys.stdout is stream
        assert "flowchart" in (tmp_path / "output").read_text()


class TestInput:
    """Standard input that is closed."""

    @pytest.mark.parametrize(
        "line",
        ["check -", f"check --operation patch --record - {COMPLETE}", "explain -", "simulate -", "conformance serve"],
    )
    def test_closed(self, line: str) -> None:
        """Each command that reads it says so in one line, with exit code 2."""
        assert shell(f"{line} <&-") == (exits.UNUSABLE, message("standard input: the stream is closed"))


class TestSystem:
    """Other errors of the system."""

    def test_deleted_folder(self, tmp_path: Path) -> None:
        """A current folder that does not exist any more is exit code 2 with one line."""
        folder = tmp_path / "gone"
        folder.mkdir()
        done = subprocess.run(
            ["sh", "-c", f'cd "{folder}" && rmdir "{folder}" && {COMMAND} check {COMPLETE}'],
            capture_output=True,
            env={**os.environ, "PYTHONPATH": str(EXAMPLES.parent.parent)},
            check=False,
        )
        assert done.returncode == exits.UNUSABLE
        assert done.stderr.decode().endswith(message("the current folder: No such file or directory"))

    def test_full_temporary_folder(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A temporary file of the JUnit report that cannot be written is exit code 2 with one line."""

        def refuse(*_: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(SpooledTemporaryFile, "write", refuse)
        result = run("check", "--format", "junit", COMPLETE)
        assert (result.exit_code, result.stdout) == (exits.UNUSABLE, "")
        assert result.stderr == message("the temporary file of the report: No space left on device")


class TestMain:
    """The ends of `main` in this process."""

    def test_no_output(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        """A process without standard output ends before it does anything."""
        monkeypatch.setattr(sys, "stdout", None)
        assert run_main(monkeypatch, "check", "no-such-file.json") == exits.UNUSABLE
        assert capsys.readouterr().err == message("standard output: the stream is closed")

    def test_wrong_usage(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        """Wrong usage is explained by click."""
        assert run_main(monkeypatch, "no-such-command") == exits.UNUSABLE
        assert "No such command" in capsys.readouterr().err

    @pytest.mark.parametrize(
        ("error", "code", "written"),
        [
            (BrokenPipeError(), exits.CLOSED, ""),
            (OSError(errno.ENOSPC, "No space left"), exits.UNUSABLE, message("standard output: No space left")),
        ],
    )
    def test_flush_fails(
        self,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        error: OSError,
        code: int,
        written: str,
    ) -> None:
        """An output that fails at the very end changes the exit code."""
        self.make_flush_fail(monkeypatch, error)
        monkeypatch.setattr(_cli, "_run", lambda: exits.CLEAN)
        assert run_main(monkeypatch) == code
        assert capsys.readouterr().err == written

    def test_earlier_code_kept(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        """If the command has failed already, a full disk does not change the exit code."""
        self.make_flush_fail(monkeypatch, OSError(errno.ENOSPC, "No space left"))
        monkeypatch.setattr(_cli, "_run", lambda: exits.INTERNAL)
        assert run_main(monkeypatch) == exits.INTERNAL
        assert capsys.readouterr().err == ""

    @staticmethod
    def make_flush_fail(monkeypatch: pytest.MonkeyPatch, error: OSError) -> None:
        """Replace standard output by a stream that cannot be flushed."""

        class Failing(io.StringIO):
            def flush(self) -> None:
                raise error

        monkeypatch.setattr(sys, "stdout", Failing())

    @pytest.mark.parametrize(("is_lost", "code"), [(True, exits.CLOSED), (False, exits.UNUSABLE)])
    def test_broken_messages(self, monkeypatch: pytest.MonkeyPatch, is_lost: bool, code: int) -> None:
        """A message that its reader does not want matters only if the reader of the output is gone too."""

        class Broken(io.StringIO):
            def write(self, text: str) -> int:
                raise BrokenPipeError

        monkeypatch.setattr(sys, "stdout", io.StringIO())  # discarding the file of the test runner would break it
        monkeypatch.setattr(sys, "stderr", Broken())
        monkeypatch.setattr(messages, "has_lost_reader", lambda _: is_lost)
        assert run_main(monkeypatch, "check", "--config", "no-such-file.toml", COMPLETE) == code

    def test_broken_explanation(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The same is true for the explanation of an error of the system."""

        def fail(*_: object) -> None:
            raise OSError(errno.EMFILE, "Too many open files")

        def lose(_: str) -> None:
            raise BrokenPipeError

        monkeypatch.setattr(sys, "stdout", io.StringIO())
        monkeypatch.setattr(_cli, "_invoke", fail)
        monkeypatch.setattr(_cli, "complain", lose)
        assert run_main(monkeypatch) == exits.CLOSED

    def test_missing_requirement(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        """A required module that is missing is named in one line."""

        def fail() -> None:
            raise ModuleNotFoundError("", name="attrs")

        monkeypatch.setattr(_cli, "_invoke", fail)
        assert run_main(monkeypatch) == exits.UNUSABLE
        assert capsys.readouterr().err.endswith("which is not installed: pip install attrs\n")

    @pytest.mark.parametrize("line", ["explain -", "simulate -"])
    def test_no_input(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str) -> None:
        """In a process without standard input, a dash cannot be read."""
        monkeypatch.setattr(sys, "stdin", None)
        assert run_main(monkeypatch, *line.split()) == exits.UNUSABLE
        assert capsys.readouterr().err == message("standard input: the stream is closed")

    def test_reader_gone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """An output whose reader is gone is not an error of the system."""

        class Broken(io.StringIO):
            def write(self, text: str) -> int:
                raise BrokenPipeError

        monkeypatch.setattr(sys, "stdout", Broken())
        assert run_main(monkeypatch, "explain", RECORD) == exits.CLOSED

    def test_no_messages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """In a process without standard error, messages are lost."""
        monkeypatch.setattr(sys, "stderr", None)
        assert run_main(monkeypatch, "check", "no-such-file.json") == exits.UNUSABLE


class TestLostReader:
    """Whether the reader of a pipe has closed it."""

    def test_pipe(self) -> None:
        """The system tells as soon as the reading end is closed."""
        reading, writing = os.pipe()
        with os.fdopen(writing, "w") as stream:
            assert not messages.has_lost_reader(stream)
            os.close(reading)
            assert messages.has_lost_reader(stream)

    def test_unknown(self) -> None:
        """It is not known of a stream without a file."""
        assert not messages.has_lost_reader(io.StringIO())


@pytest.mark.parametrize("form", FORMATS)
def test_formats_without_extras(form: str) -> None:
    """A worker can format results without the libraries of the command, and gets the same text."""
    settings = Settings(Operation.CREATE, datetime(2026, 3, 1, 12, tzinfo=UTC))
    links = RuleLinks("https://docs.example", on_terminal=True)
    reporter = BlockReporter(settings, FORMATS[form](Severity.REFUSED, True, links), Suppressions(Path("/"), Path("/")))
    block = Block("a.jsonl", True, 1, b'{"customer_id": "1"}\n{}\n')
    code = """
import pickle, sys
sys.modules.update(dict.fromkeys(("click", "rich"), None))
reporter, block = pickle.load(sys.stdin.buffer)
sys.stdout.buffer.write(pickle.dumps(reporter(block)))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], input=pickle.dumps((reporter, block)), capture_output=True, check=True
    )
    part = pickle.loads(done.stdout)
    assert isinstance(part, Part)
    assert part == reporter(block)
    assert "customer_id" in part.text


def test_closed_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that needs standard input says that it is closed."""
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(streams.Unusable, match="standard input: the stream is closed"):
        streams.standard_input()
